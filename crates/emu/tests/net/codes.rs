//! Lines with a code of their own: what decoders correct, against closed forms and campaigns, and what ends that do not
//! fit are told.

use std::sync::Arc;

use otn_emu::net::fec_table::{Below, FecTable, TablePoint};
use otn_emu::net::line_code::{INFORMATION_BITS, LineCode, OwnCode};
use otn_emu::net::log::{Point, What};
use otn_emu::net::model::Plan;
use otn_emu::net::{Record, Shard, end_of, run, window};
use otn_fec::registry;
use otn_fec::theory::bounded::BoundedDistance;
use otn_frame::{Signal, SimTime};
use otn_proc::defect::Defect;

use crate::build::{Build, us};

fn own(name: &str) -> Option<LineCode> {
    Some(LineCode::Own(Arc::new(OwnCode::find(name).unwrap())))
}

/// A line with these codes and this ratio both ways, and an ODU0 in it whose clients send for so long.
fn line(codes: [Option<LineCode>; 2], ber: f64, sending_us: u64) -> Build {
    let mut build = Build::new(&[2, -3], us(0));
    let line = build.line([0, 1], us(50), ber);
    build.plan.lines[line].codes = codes;
    build.service(Signal::Odu0, [0, 1], &[line], us(20)).unwrap();
    build.plan.duration = build.finished().begin + us(sending_us);
    build
}

/// Defects raised at the ends of the line.
fn raised(record: &Record) -> Vec<(usize, Defect, SimTime)> {
    let of = |entry: &otn_emu::net::log::Entry| match (entry.point, &entry.what) {
        (
            Some(
                Point::Section { end, .. }
                | Point::LinePath { end, .. }
                | Point::Tributary { end, .. },
            ),
            What::Defect { defect, raised: true },
        ) => Some((end, *defect, entry.at)),
        _ => None,
    };
    record.entries.iter().filter_map(of).collect()
}

/// Within five standard deviations of a binomial count.
fn agrees(found: u64, trials: u64, ratio: f64) {
    let expected = trials as f64 * ratio;
    let deviation = (expected * (1.0 - ratio)).sqrt();
    let off = (found as f64 - expected).abs();
    assert!(off <= 5.0 * deviation, "{found} of {trials}: {expected} +- {deviation} expected");
}

fn all_arrived(record: &Record) {
    for flow in &record.flows[0] {
        let counts = flow.counts();
        assert!(counts.sent > 3, "{counts:?}");
        assert_eq!((counts.delivered, counts.lost), (counts.sent, 0), "{counts:?}");
    }
}

#[test]
fn a_staircase_corrects_what_the_code_of_the_frame_cannot() {
    let staircase = line([own("staircase"), own("staircase")], 1e-3, 500).run();
    let frame = line([None, None], 1e-3, 500).run();
    for end in [0, 1] {
        let (port, seen) =
            (&staircase.ports[&(0, end)], staircase.ports[&(0, end)].samples.total());
        assert!(port.counters.codewords > 0 && seen.corrected_bits > 0);
        assert_eq!((seen.uncorrectable_codewords, seen.wrong_bits), (0, 0));
        assert_eq!(port.counters.section_bip_violations, 0);
        agrees(seen.flipped_bits, seen.line_bits, 1e-3);
        // RS(255,239) fails once in 4 079 codewords there, of 64 in a frame.
        let port = &frame.ports[&(0, end)];
        let ratio = BoundedDistance::of("rs255-239").unwrap().error_ratios(1e-3).codeword;
        assert!(port.counters.uncorrectable_codewords > 0, "{}", port.counters.codewords);
        agrees(port.counters.uncorrectable_codewords, port.counters.codewords, ratio);
    }
    all_arrived(&staircase);
}

#[test]
fn the_line_leaves_as_many_errors_as_a_campaign_of_the_code() {
    // `otn fec ber` of I.3 at 4.6e-3: 22 575 of 15 173 632 bits were wrong, in blocks of which many fail together.
    let campaign: serde_json::Value =
        serde_json::from_str(include_str!("../../../../docs/fec/g975.1-i3.json")).unwrap();
    let points = campaign["points"].as_array().unwrap();
    let point = points.iter().find(|point| point["p"] == 4.6e-3).unwrap();
    let expected = point["bit_error_rate"].as_f64().unwrap();
    let record = line([own("g975.1-i3"), own("g975.1-i3")], 4.6e-3, 200).run();
    for end in [0, 1] {
        let seen = record.ports[&(0, end)].samples.total();
        let latency = OwnCode::find("g975.1-i3").unwrap().latency_frames();
        let found = seen.wrong_bits as f64 / ((seen.frames - latency) * INFORMATION_BITS) as f64;
        agrees(seen.flipped_bits, seen.line_bits, 4.6e-3);
        // Failures come in runs of blocks: a run of this length varies by about a tenth.
        assert!((found / expected - 1.0).abs() < 0.5, "{found:e}, {expected:e}");
    }
}

#[test]
fn every_code_carries_frames_without_errors() {
    for name in OwnCode::names() {
        let entry = registry::find(name).unwrap();
        // A hundredth of what each is meant for: nothing may be left.
        let ber = entry.published.map_or(1e-5, |published| published.threshold / 100.0);
        let record = line([own(name), own(name)], ber, 100).run();
        let seen = record.ports[&(0, 1)].samples.total();
        assert_eq!((seen.uncorrectable_codewords, seen.wrong_bits), (0, 0), "{name}");
        assert!(seen.flipped_bits > 0, "{name}");
        agrees(seen.flipped_bits, seen.line_bits, ber);
        all_arrived(&record);
        let expected = seen.frames as f64 * INFORMATION_BITS as f64 / entry.block.rate();
        let off = (seen.line_bits as f64 - expected).abs();
        assert!(off <= entry.block.coded as f64 + 8.0, "{name}: {off} bits of {expected}");
    }
}

#[test]
fn two_ends_with_different_codes_are_told_by_alarms() {
    let pairs = [
        [own("staircase"), own("g975.1-i3")],
        [own("staircase"), None],
        [None, own("ofec")],
        [own("kp4"), own("kr4")],
    ];
    for codes in pairs {
        let names = codes.clone().map(|code| code.map_or("frame", |code| code.name()));
        let record = line(codes, 0.0, 3_500).run();
        let defects = raised(&record);
        for end in [0, 1] {
            assert!(defects.iter().any(|(at, ..)| *at == end), "{names:?}: {defects:?}");
        }
        for flow in &record.flows[0] {
            assert_eq!(flow.counts().delivered, 0, "{names:?}");
        }
    }
}

#[test]
fn darkness_is_seen_in_front_of_the_decoder() {
    // C-FEC scrambles inside: what its decoder makes of the dark is not dark.
    for name in ["cfec", "staircase"] {
        let mut build = line([own(name), own(name)], 0.0, 4_000);
        let cut = build.plan.duration - us(2_000);
        build.dark((0, 1), cut, cut + us(1_000));
        let record = build.run();
        let los = |raised: bool| {
            let is = |what: &What| matches!(what, What::Defect { defect: Defect::Los, raised: r } if *r == raised);
            record.entries.iter().filter(|entry| is(&entry.what)).map(|e| e.at).collect::<Vec<_>>()
        };
        let (up, down) = (los(true), los(false));
        assert_eq!((up.len(), down.len()), (1, 1), "{name}");
        // Delay 50 us, dLOS after 100 us; zeros of the signal itself may come before. Clearing: 125 us.
        let near = |a: SimTime, b: SimTime| a.as_ps().abs_diff(b.as_ps()) < us(1).as_ps();
        let at = cut + us(150);
        assert!(near(up[0], at), "{name}: {} {at}", up[0]);
        let back = cut + us(1_175);
        assert!(near(down[0], back), "{name}: {} {back}", down[0]);
        let last = record.flows[0][0].counts();
        assert!(last.lost > 0 && last.delivered > 0, "{name}: {last:?}");
    }
}

fn shared(plan: &Plan, shards: &[&[usize]]) -> Vec<String> {
    let mut sources = plan.services.iter().map(|_| [None, None]).collect();
    let mut shards: Vec<Shard> =
        shards.iter().map(|nodes| Shard::new(plan, nodes, &mut sources)).collect();
    let mut record = Record::new(plan);
    let mut now = SimTime::ZERO;
    while now < end_of(plan) {
        now = (now + window(plan)).min(end_of(plan));
        let flights: Vec<_> = shards.iter_mut().map(|shard| shard.advance(plan, now)).collect();
        let mut boxes: Vec<Vec<_>> = shards.iter().map(|_| Vec::new()).collect();
        for (node, flight) in flights.into_iter().flatten() {
            boxes[node % shards.len()].push((node, flight));
        }
        for (shard, flights) in shards.iter_mut().zip(boxes) {
            shard.deliver(flights);
        }
    }
    let mut told: Vec<_> = shards.iter_mut().map(Shard::harvest).collect();
    record.take(&mut told, now);
    record.finish(shards.iter().map(Shard::summaries));
    let ports = record.ports.iter().map(|(at, port)| format!("{at:?} {:?}", port.samples.bins()));
    ports.chain(record.entries.iter().map(|entry| format!("{entry:?}"))).collect()
}

#[test]
fn one_shard_and_two_give_the_same_bits() {
    for (name, ber) in [("ofec", 2.2e-2), ("g975.1-i3", 4.6e-3)] {
        let plan = line([own(name), own(name)], ber, 50).finished();
        let one = shared(&plan, &[&[0, 1]]);
        assert!(one == shared(&plan, &[&[0], &[1]]), "{name}");
        assert!(
            one.iter().any(|line| line
                .split("wrong_bits: ")
                .any(|n| n.starts_with(|c| ('1'..='9').contains(&c)))),
            "{name}"
        );
    }
}

#[test]
fn a_table_leaves_what_it_was_measured_to_leave() {
    let point = |ratio, failed: f64, wrong_bits: &[(u64, u64)]| TablePoint {
        ratio,
        failed,
        at_most: failed,
        wrong_bits: wrong_bits.to_vec(),
    };
    let points = vec![point(1e-2, 1e-3, &[(2, 1)]), point(2e-2, 0.1, &[(3, 1), (5, 1)])];
    let table = FecTable::new(points, Below::Bound, 3_552).unwrap();
    let code =
        || Some(LineCode::Own(Arc::new(OwnCode::find("ofec").unwrap().by_table(table.clone()))));
    let mut build = line([code(), code()], 2e-2, 3_000);
    build.plan.lines[0].light[0].clear();
    build.light((0, 0), us(0), true, 1e-3);
    let plan = build.finished();
    let sources = plan.services.iter().map(|_| [None, None]).collect();
    let record = run(&plan, sources, &mut |_| true).unwrap();
    // At the greatest point a tenth of the blocks fails, below the least one in a thousand.
    for (end, ber, failed, bits) in [(1, 2e-2, 0.1, 4.0), (0, 1e-3, 1e-3, 2.0)] {
        let port = &record.ports[&(0, end)];
        let seen = port.samples.total();
        agrees(port.counters.uncorrectable_codewords, port.counters.codewords, failed);
        agrees(seen.flipped_bits, seen.frames * INFORMATION_BITS * 128 / 111, ber);
        let expected = port.counters.uncorrectable_codewords as f64 * bits;
        // Three or five bits each; what the latency holds back at the end is not seen.
        let off = (seen.wrong_bits as f64 - expected).abs();
        assert!(
            off < 5.0 * (expected / bits).sqrt() + 40.0 * bits,
            "{} {expected}",
            seen.wrong_bits
        );
    }
}
