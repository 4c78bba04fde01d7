//! Several lightpaths in a ring: who feels what.

use std::collections::BTreeSet;

use otn_emu::light::spans::DEFAULT_LIBRARY;
use otn_emu::light::{
    Action, AmplifierId, Direction, FibreId, Lightpath, LightpathId, Limit, Options, Plant,
    Reception, Texts, occupation,
};
use otn_plan::Source;

use crate::plants::{around, line, ring, ring_text};

/// Short and long ways both ways round, at four frequencies.
fn lightpaths() -> Vec<Lightpath> {
    vec![
        around("a-b", ["ta", "tb"], &["ab"], 193.1),
        around("a-c over b", ["ta", "tc"], &["ab", "bc"], 193.2),
        around("b-a over c", ["tb", "ta"], &["bc", "ca"], 193.3),
        around("c-b over a", ["tc", "tb"], &["ca", "ab"], 193.4),
        around("c-a", ["tc", "ta"], &["ca"], 193.1),
    ]
}

/// The names of what a direction passes.
fn names(plant: &Plant, lightpath: usize, direction: Direction) -> BTreeSet<String> {
    let route = plant.route(LightpathId(lightpath), direction);
    route.iter().map(|&vertex| plant.network().element(vertex).uid.clone()).collect()
}

fn dark(all: &[[Reception; 2]]) -> BTreeSet<(usize, usize)> {
    let ways = all.iter().enumerate().flat_map(|(i, both)| [(i, 0, &both[0]), (i, 1, &both[1])]);
    ways.filter(|(_, _, reception)| !reception.light).map(|(i, d, _)| (i, d)).collect()
}

/// What passes an element, by its name.
fn over(plant: &Plant, name: &str) -> BTreeSet<(usize, usize)> {
    let mut all = BTreeSet::new();
    for lightpath in 0..plant.lightpaths().len() {
        for direction in Direction::ALL {
            if names(plant, lightpath, direction).contains(name) {
                all.insert((lightpath, direction.index()));
            }
        }
    }
    all
}

#[test]
fn a_cut_darkens_what_is_over_it_and_nothing_else() {
    let plant = ring(lightpaths(), &Options::default());
    let before = plant.propagate(&plant.initial()).unwrap();
    assert!(dark(&before).is_empty());
    let fibres: Vec<FibreId> = plant.fibres().collect();
    assert_eq!(fibres.len(), 6);
    for fibre in fibres {
        let name = plant.fibre_name(fibre).to_owned();
        let mut state = plant.initial();
        state.apply(&Action::Cut(fibre));
        let after = plant.propagate(&state).unwrap();
        let expected = over(&plant, &name);
        assert_eq!(dark(&after), expected, "{name}");
        for (i, (before, after)) in before.iter().zip(&after).enumerate() {
            for (d, (before, after)) in before.iter().zip(after).enumerate() {
                if expected.contains(&(i, d)) {
                    assert_eq!(after.limited_by, Limit::Cut(name.clone()));
                    assert_eq!((after.delay, after.pre_fec_ber), (before.delay, 0.5));
                } else {
                    assert!(after.gsnr_01nm_db >= before.gsnr_01nm_db - 1e-12, "fewer neighbours");
                }
            }
        }
        // Behind the cut the fibre's section is empty, before it is not.
        let all = occupation(&plant, &state).unwrap();
        let cut = all.iter().find(|occupation| occupation.fibre == fibre).unwrap();
        assert_eq!(cut.channels.len(), expected.len(), "light still enters the fibre that is cut");
        state.apply(&Action::Repair(fibre));
        assert_eq!(plant.propagate(&state).unwrap(), before);
    }
}

#[test]
fn an_amplifier_that_fails_darkens_what_is_over_it() {
    let plant = ring(lightpaths(), &Options::default());
    let amplifiers: Vec<AmplifierId> = plant.amplifiers().collect();
    assert_eq!(amplifiers.len(), 12, "booster and preamplifier for each of six fibres");
    for amplifier in amplifiers {
        let name = plant.amplifier_name(amplifier).to_owned();
        let mut state = plant.initial();
        state.apply(&Action::FailAmplifier(amplifier));
        let after = plant.propagate(&state).unwrap();
        assert_eq!(dark(&after), over(&plant, &name), "{name}");
        state.apply(&Action::RepairAmplifier(amplifier));
        assert!(dark(&plant.propagate(&state).unwrap()).is_empty());
    }
}

/// The lightpaths fill one another's sections in a circle: the outcome must not hang on where one begins.
#[test]
fn the_order_of_lightpaths_does_not_matter() {
    let given = lightpaths();
    let first = ring(given.clone(), &Options::default());
    let expected = first.propagate(&first.initial()).unwrap();
    for turn in 1..given.len() {
        let mut turned = given.clone();
        turned.rotate_left(turn);
        let plant = ring(turned, &Options::default());
        let mut found = plant.propagate(&plant.initial()).unwrap();
        found.rotate_right(turn);
        for (expected, found) in expected.iter().flatten().zip(found.iter().flatten()) {
            assert!((expected.gsnr_01nm_db - found.gsnr_01nm_db).abs() < 1e-9);
            assert!((expected.power_dbm - found.power_dbm).abs() < 1e-9);
        }
    }
}

/// A channel meets on each fibre those that are lit there, and not those of its own way alone.
#[test]
fn neighbours_are_those_of_the_fibre() {
    let plant = ring(lightpaths(), &Options::default());
    let all = occupation(&plant, &plant.initial()).unwrap();
    for occupation in &all {
        let name = plant.fibre_name(occupation.fibre);
        assert_eq!(occupation.channels.len(), over(&plant, name).len(), "{name}");
        let rising = occupation.channels.windows(2).all(|w| w[0].frequency_hz < w[1].frequency_hz);
        assert!(rising);
    }
    // Removing the lightpath a-b is felt by those that share ab or ba with it, and by no other directly: the
    // levels behind the next ROADM are the same.
    let before = plant.propagate(&plant.initial()).unwrap();
    let mut state = plant.initial();
    state.apply(&Action::Remove(LightpathId(0)));
    let after = plant.propagate(&state).unwrap();
    let shared: BTreeSet<_> = over(&plant, "ab").union(&over(&plant, "ba")).copied().collect();
    for i in 1..5 {
        for d in 0..2 {
            let gained = after[i][d].gsnr_01nm_db - before[i][d].gsnr_01nm_db;
            if shared.contains(&(i, d)) {
                assert!(gained > 1e-7, "{i} {d}: {gained}");
            } else {
                assert!(gained.abs() < 1e-9, "{i} {d}: {gained}");
            }
        }
    }
    assert_eq!(after[0][0].limited_by, Limit::Absent);
}

/// Fibres of one pair lie at the same place of their line, seen from either end.
#[test]
fn fibres_come_in_pairs() {
    let plant = ring(lightpaths(), &Options::default());
    for (one, other) in [("ab", "ba"), ("bc", "cb"), ("ca", "ac")] {
        let [one, other] = [one, other].map(|name| plant.fibre(name).unwrap());
        assert_eq!((plant.opposite(one), plant.opposite(other)), (Some(other), Some(one)));
    }
    let line = line("west", 3, 80.0);
    let plant = Plant::from_spans(std::slice::from_ref(&line), Vec::new(), &Options::default());
    let plant = plant.unwrap();
    for span in 0..3 {
        let [forward, backward] =
            Direction::ALL.map(|way| plant.fibre(&line.fibre(span, way)).unwrap());
        assert_eq!(plant.opposite(forward), Some(backward));
        assert_eq!(plant.opposite(backward), Some(forward));
    }
}

/// A fibre that design splits is meant by its name: its first piece.
#[test]
fn a_split_fibre_keeps_its_name() {
    let topology = ring_text().replace("\"length\":60", "\"length\":200");
    let texts = Texts {
        topology: Source::new("long.json", &topology),
        equipment: Source::new("library.json", DEFAULT_LIBRARY),
        extra_equipment: &[],
        configurations: &[],
    };
    let lightpaths = vec![around("a-b", ["ta", "tb"], &["ab"], 193.1)];
    let plant = Plant::from_gnpy(&texts, lightpaths, &Options::default()).unwrap();
    let fibre = plant.fibre("ab").unwrap();
    assert_eq!(plant.fibre_name(fibre), "ab_(1/2)");
    assert_eq!(plant.opposite(fibre), plant.fibre("ba_(2/2)"));
    let mut state = plant.initial();
    state.apply(&Action::Cut(fibre));
    assert_eq!(dark(&plant.propagate(&state).unwrap()), BTreeSet::from([(0, 0)]));
    assert_eq!(plant.fibre("a"), None, "a ROADM is no fibre");
    assert_eq!(plant.amplifier("ab_(1/2)"), None);
}
