//! Restoration: a new route after all have failed, found by a controller and set up node by node.

use otn_emu::net::log::{Point, What};
use otn_emu::net::model::{Plan, RestorationPlan, Tributary};
use otn_emu::net::{Record, Shard, end_of, run, window};
use otn_frame::{Signal, SimTime};
use otn_proc::aps::ApsLevel;
use otn_proc::defect::Defect;
use otn_proc::odu::mux_source::Allocation;
use otn_proc::protection::{Architecture, Monitoring, ProtectionConfig};
use proptest::prelude::*;

use crate::build::{Build, few, us};
use crate::table::compare;

/// When light goes in tables.
const EVENT: SimTime = SimTime::from_ms(8);

fn asked(revertive: bool) -> RestorationPlan {
    RestorationPlan {
        management_delay: us(1_000),
        setup: us(200),
        revertive,
        wait_to_restore: us(2_000),
    }
}

/// A ring of four with a diagonal: A-B, B-C, C-D, D-A, A-C; a service from A over B to C.
fn ring(revertive: bool, until: SimTime) -> Build {
    let mut build = Build::new(&[2, -4, 6, 0], until);
    for (ends, delay) in [([0, 1], 50), ([1, 2], 50), ([2, 3], 50), ([3, 0], 50), ([0, 2], 400)] {
        build.line(ends, us(delay), 0.0);
    }
    build.service(Signal::Odu0, [0, 2], &[0, 1], us(20)).unwrap();
    build.plan.services[0].restoration = Some(asked(revertive));
    set_aside(&mut build.plan);
    build
}

/// A tributary more on every line.
fn set_aside(plan: &mut Plan) {
    for line in &mut plan.lines {
        let mut allocation = Allocation::new(line.slots.unwrap());
        for tributary in &line.tributaries {
            let content = tributary.content.unwrap();
            allocation.place(tributary.odu, Some(content.set), Some(content.port)).unwrap();
        }
        let content = allocation.place(Signal::Odu0, None, None).unwrap();
        line.tributaries.push(Tributary { odu: Signal::Odu0, content: Some(content) });
    }
}

fn done(plan: &Plan) -> Record {
    run(plan, plan.services.iter().map(|_| [None, None]).collect(), &mut |_| true).unwrap()
}

/// What the ends were connected to, and when.
fn rerouted(record: &Record) -> Vec<(usize, Vec<usize>, bool, SimTime)> {
    let of = |entry: &otn_emu::net::log::Entry| match (&entry.what, entry.point) {
        (What::Rerouted { lines, restored }, Some(Point::Path { end, .. })) => {
            Some((end, lines.clone(), *restored, entry.at))
        }
        _ => None,
    };
    record.entries.iter().filter_map(of).collect()
}

fn never_mismatched(record: &Record) {
    let msim = |what: &What| matches!(what, What::Defect { defect: Defect::Msim, .. });
    assert!(!record.entries.iter().any(|entry| msim(&entry.what)));
}

//= type=test otn:restoration
#[test]
fn a_cut_is_restored_over_the_other_side_of_the_ring() {
    let mut build = ring(false, us(16_000));
    for end in [0, 1] {
        build.light((1, end), EVENT, false, 0.0);
    }
    let plan = build.finished();
    let record = done(&plan);
    let seen = rerouted(&record);
    // The first end, D, then the last: a step each. Of the ways left, 100 us and 400 us, the shorter.
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.iter().all(|(_, lines, restored, _)| *lines == [3, 2] && *restored));
    for flow in &record.flows[0] {
        let counts = flow.counts();
        assert_eq!((counts.corrupted, counts.duplicated), (0, 0), "{counts:?}");
        assert!(counts.lost > 0 && counts.delivered > counts.lost, "{counts:?}");
        let (gaps, _) = flow.disruptions();
        assert_eq!(gaps.len(), 1);
        // Seen after 150 us and a frame, heard after 1 ms, three steps; then three ODU0 sinks find its new phase.
        assert!(gaps[0].to < EVENT + us(5_000), "{gaps:?}");
    }
    never_mismatched(&record);
    compare("restoration.txt", &plan, &record);
}

#[test]
fn it_goes_back_when_the_working_route_has_been_sound_for_long_enough() {
    let mut build = ring(true, us(22_000));
    for end in [0, 1] {
        build.dark((0, end), EVENT, EVENT + us(4_000));
    }
    let plan = build.finished();
    let record = done(&plan);
    let seen = rerouted(&record);
    let last = seen.last().unwrap();
    assert_eq!((seen.len(), last.1.as_slice(), last.2), (4, &[0, 1][..], false), "{seen:?}");
    // Light is back 4 ms after the event, dLOF clears 3 ms after the frames; the controller hears 1 ms later, waits
    // for 2 ms, and takes three steps.
    assert!(last.3 > EVENT + us(10_000) && last.3 < EVENT + us(11_000), "{}", last.3);
    for flow in &record.flows[0] {
        let counts = flow.counts();
        assert_eq!((counts.corrupted, counts.duplicated), (0, 0), "{counts:?}");
        assert_eq!(flow.disruptions().0.len(), 2, "{:?}", flow.disruptions());
    }
    never_mismatched(&record);
}

#[test]
fn a_protected_service_is_restored_after_the_second_failure_only() {
    let mut build = ring(false, us(18_000));
    let level = ApsLevel::Server;
    let config =
        ProtectionConfig::new(Architecture::OnePlusOneUnidirectional, Monitoring::Inherent, level);
    build.protect(0, &[3, 2], config).unwrap();
    for end in [0, 1] {
        build.light((1, end), EVENT, false, 0.0);
        build.light((2, end), EVENT + us(3_000), false, 0.0);
    }
    let record = done(&build.finished());
    let seen = rerouted(&record);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.iter().all(|(_, lines, _, at)| *lines == [4] && *at > EVENT + us(4_000)));
    for flow in &record.flows[0] {
        let counts = flow.counts();
        assert_eq!((counts.corrupted, counts.duplicated), (0, 0), "{counts:?}");
        let (gaps, _) = flow.disruptions();
        assert!(gaps.last().unwrap().to < EVENT + us(7_500), "{gaps:?}");
    }
}

fn shared(plan: &Plan, shards: &[&[usize]]) -> String {
    let mut sources = plan.services.iter().map(|_| [None, None]).collect();
    let of = |node: usize| shards.iter().position(|nodes| nodes.contains(&node)).unwrap();
    let mut all: Vec<Shard> =
        shards.iter().map(|nodes| Shard::new(plan, nodes, &mut sources)).collect();
    let (mut record, mut now) = (Record::new(plan), SimTime::ZERO);
    while now < end_of(plan) {
        now = (now + window(plan)).min(end_of(plan));
        let flights: Vec<_> = all.iter_mut().flat_map(|shard| shard.advance(plan, now)).collect();
        for (node, flight) in flights {
            all[of(node)].deliver([(node, flight)]);
        }
        let notices: Vec<_> = all.iter_mut().flat_map(Shard::notices).collect();
        all.iter_mut().for_each(|shard| shard.control(plan, &notices, now));
    }
    let mut told: Vec<_> = all.iter_mut().map(Shard::harvest).collect();
    record.take(&mut told, now);
    record.finish(all.iter().map(Shard::summaries));
    format!("{:?} {:?}", record.entries, record.flows)
}

proptest! {
    #![proptest_config(few(3))]

    #[test]
    fn after_one_cut_packets_come_again_once_each_whatever_the_shards(line in 0usize..5, at in 0u64..900) {
        let mut build = ring(false, us(15_000));
        for end in [0, 1] {
            build.light((line, end), us(8_000 + at), false, 0.0);
        }
        let plan = build.finished();
        let record = done(&plan);
        for flow in &record.flows[0] {
            let counts = flow.counts();
            prop_assert_eq!((counts.corrupted, counts.duplicated), (0, 0));
            prop_assert_eq!(counts.lost > 0, line < 2);
            // The gap ends while packets are still sent.
            prop_assert!(flow.disruptions().0.iter().all(|gap| gap.to < us(14_500)));
        }
        never_mismatched(&record);
        let one = shared(&plan, &[&[0, 1, 2, 3]]);
        prop_assert!(one == shared(&plan, &[&[2, 0], &[1, 3]]));
    }
}
