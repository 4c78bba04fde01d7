//! Grooming against a solver that tries everything, and every slot added up again.

use otn_frame::Signal;
use otn_map::odtu::Slots;
use proptest::prelude::*;

use super::*;
use crate::digital::wish::{Client, LineKind};

/// Sites by number; clients as ends and ODU; OTU2 lines of eight slots.
fn wish(sites: usize, clients: &[([usize; 2], Signal)], switches: bool) -> Wish {
    let slots = Slots::Opu2By8;
    let line = LineKind {
        otu: Signal::Otu2,
        slots,
        nominal_bit_per_s: 10e9,
        trx_type: "t".into(),
        trx_mode: None,
        spacing_hz: 50e9,
    };
    // Sizes of the fact sheet, said here once more: ODU0 one slot, ODU1 two, ODU2 the whole.
    let size = |odu: Signal| match odu {
        Signal::Odu0 => 1,
        Signal::Odu1 => 2,
        _ => 8,
    };
    let client = |(at, (ends, odu)): (usize, &([usize; 2], Signal))| Client {
        id: at.to_string(),
        ends: *ends,
        kind: odu.to_string(),
        odu: *odu,
        slots: size(*odu),
    };
    Wish {
        sites: (0..sites).map(|site| format!("s{site}")).collect(),
        switches: vec![switches; sites],
        line,
        clients: clients.iter().enumerate().map(client).collect(),
        problems: Vec::new(),
    }
}

/// Whether clients from `next` on find ways over lines with this room: by trying all ways of all of them.
fn routable(wish: &Wish, next: usize, ends: &[[usize; 2]], free: &mut Vec<usize>) -> bool {
    fn ways(
        to: usize,
        size: usize,
        (ends, free): (&[[usize; 2]], &[usize]),
        (nodes, taken): (&[usize], &[usize]),
        out: &mut Vec<Vec<usize>>,
    ) {
        let at = nodes[nodes.len() - 1];
        if at == to {
            out.push(taken.to_vec());
            return;
        }
        for (line, &[a, b]) in ends.iter().enumerate() {
            let other = match at {
                at if at == a => b,
                at if at == b => a,
                _ => continue,
            };
            if free[line] >= size && !nodes.contains(&other) {
                let longer = [nodes, &[other]].concat();
                let more = [taken, &[line]].concat();
                ways(to, size, (ends, free), (&longer, &more), out);
            }
        }
    }
    let Some(client) = wish.clients.get(next) else { return true };
    let mut all = Vec::new();
    let start = [client.ends[0]];
    ways(client.ends[1], client.slots, (ends, free), (&start, &[]), &mut all);
    for way in all {
        way.iter().for_each(|&line| free[line] -= client.slots);
        let found = routable(wish, next + 1, ends, free);
        way.iter().for_each(|&line| free[line] += client.slots);
        if found {
            return true;
        }
    }
    false
}

/// The fewest lines that carry all clients, every site switching, with at most `most` of them.
fn fewest(wish: &Wish, most: usize) -> usize {
    let sites = wish.sites.len();
    let pairs: Vec<[usize; 2]> =
        (0..sites).flat_map(|a| (a + 1..sites).map(move |b| [a, b])).collect();
    fn choose(
        wish: &Wish,
        pairs: &[[usize; 2]],
        from: usize,
        left: usize,
        lines: &mut Vec<[usize; 2]>,
    ) -> bool {
        if left == 0 {
            return routable(wish, 0, lines, &mut vec![8; lines.len()]);
        }
        for at in from..pairs.len() {
            lines.push(pairs[at]);
            let found = choose(wish, pairs, at, left - 1, lines);
            lines.pop();
            if found {
                return true;
            }
        }
        false
    }
    (0..most).find(|&count| choose(wish, &pairs, 0, count, &mut Vec::new())).unwrap_or(most)
}

/// Every client goes from end to end, through sites that switch, and no slot is given twice.
fn check(wish: &Wish, groomed: &Groomed) {
    for line in &groomed.lines {
        let all: Vec<usize> = line.contents.iter().flat_map(|one| one.slots.clone()).collect();
        let unique: BTreeSet<usize> = all.iter().copied().collect();
        assert_eq!(unique.len(), all.len(), "a slot twice");
        assert!(unique.iter().all(|slot| (1..=8).contains(slot)));
        for one in &line.contents {
            assert_eq!(one.slots.len(), wish.clients[one.client].slots);
            assert!(groomed.routes[one.client].iter().any(|&at| &groomed.lines[at] == line));
        }
        let ports: BTreeSet<_> =
            line.contents.iter().map(|one| (one.odtu.map(|k| k as u8), one.port)).collect();
        assert_eq!(ports.len(), line.contents.len(), "a port twice");
    }
    for (client, route) in wish.clients.iter().zip(&groomed.routes) {
        let mut at = client.ends[0];
        for (hop, &line) in route.iter().enumerate() {
            assert!(hop == 0 || wish.switches[at], "through a site that does not switch");
            let [a, b] = groomed.lines[line].ends;
            assert!(a == at || b == at);
            at = if a == at { b } else { a };
        }
        assert_eq!(at, client.ends[1]);
    }
}

const ODUS: [Signal; 4] = [Signal::Odu0, Signal::Odu1, Signal::Odu1, Signal::Odu2];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    //= type=test otn:plan-grooming
    fn lines_are_between_the_fewest_and_those_of_muxponders(
        picks in prop::collection::vec((0usize..3, 1usize..3, 0usize..4), 0..6),
    ) {
        let clients: Vec<_> =
            picks.iter().map(|(a, step, odu)| ([*a, (a + step) % 3], ODUS[*odu])).collect();
        let with = wish(3, &clients, true);
        let without = wish(3, &clients, false);
        let (one, other) = (groom(&with), groom(&without));
        check(&with, &one);
        check(&without, &other);
        prop_assert_eq!(other.lines.len(), one.without_switches);
        let fewest = fewest(&with, one.lines.len());
        prop_assert!(one.bound <= fewest, "bound {} above {}", one.bound, fewest);
        prop_assert!(fewest <= one.lines.len());
        prop_assert!(one.lines.len() <= other.lines.len());
        // Found by trying all: on instances as small as these one line more at the most.
        prop_assert!(one.lines.len() <= fewest + 1);
    }
}

/// Three sites with half a line of traffic each way round: two lines do, as one site switches.
#[test]
//= type=test otn:plan-grooming
fn a_switch_saves_a_line() {
    let clients = [([0, 1], Signal::Odu1), ([1, 2], Signal::Odu1), ([2, 0], Signal::Odu1)];
    let (with, without) = (wish(3, &clients, true), wish(3, &clients, false));
    let (one, other) = (groom(&with), groom(&without));
    assert_eq!((one.lines.len(), one.without_switches, one.bound), (2, 3, 2));
    assert_eq!(other.lines.len(), 3);
    assert_eq!(one.routes.iter().map(Vec::len).sum::<usize>(), 4);
}
