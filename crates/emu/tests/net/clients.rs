//! Clients of every kind from end to end, on lines with tributary slots and on lines that an ODUk fills.
//!
//! The network is A - B - C with 50 us and 100 us on the lines.

use otn_emu::net::log::What;
use otn_emu::net::model::{
    Action, Carries, Client, ConstantRate, Hop, Mapping, Sends, Sublayer, Tributary,
};
use otn_emu::net::{PatternCounts, Record};
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{FlexRate, PartsPerBillion, Ratio, Signal, SimTime};
use otn_map::odtu::Slots;
use otn_map::replacement::Replacement;
use otn_proc::odu::mux_source::Allocation;
use otn_proc::terminal::{Fec, LineCoding};

use crate::build::{Build, us};
use crate::table::compare;

const AB: usize = 0;
const BC: usize = 1;

fn ppm(ppm: i32) -> PartsPerBillion {
    PartsPerBillion::new(ppm * 1_000).unwrap()
}

/// A - B - C by lines of this signal and structure, and a service from A to C.
fn chain(
    (signal, slots): (Signal, Option<Slots>),
    (odu, client): (Signal, Client),
    every: SimTime,
    duration: SimTime,
) -> Build {
    let mut build = Build::new(&[2, -3, 5], duration);
    let lines = [build.line([0, 1], us(50), 0.0), build.line([1, 2], us(100), 0.0)];
    for line in lines {
        let content = slots.map(|slots| Allocation::new(slots).place(odu, None, None).unwrap());
        let line = &mut build.plan.lines[line];
        (line.signal, line.slots) = (signal, slots);
        line.tributaries = vec![Tributary { odu, content }];
    }
    build.service(Signal::Odu0, [0, 2], &[], every).unwrap();
    let service = &mut build.plan.services[0];
    (service.odu, service.client) = (odu, client);
    service.route = lines.map(|line| Hop { line, first: 0, tributary: 0 }).to_vec();
    if !matches!(client, Client::EthernetGfp | Client::EthernetPreamble)
        && !matches!(client, Client::Constant(ConstantRate { carries: Carries::Ethernet(_), .. }))
    {
        service.sends = [Sends::Nothing, Sends::Nothing];
    }
    build
}

fn ethernet(
    sublayer: Sublayer,
    bit_s: Ratio,
    mapping: Mapping,
    pt: u8,
    clocks: [i32; 2],
) -> Client {
    let carries = Carries::Ethernet(sublayer);
    let (payload_type, clocks) = (PayloadType(pt), clocks.map(ppm));
    let name = "ethernet";
    Client::Constant(ConstantRate { name, carries, rate: bit_s, mapping, payload_type, clocks })
}

fn pattern(kbit: u128, mapping: Mapping, pt: u8, clocks: [i32; 2]) -> Client {
    let carries = Carries::Pattern(Replacement::GenericAis);
    let (payload_type, clocks) = (PayloadType(pt), clocks.map(ppm));
    let rate = Ratio::new(kbit * 1_000, 1);
    let name = "pattern";
    Client::Constant(ConstantRate { name, carries, rate, mapping, payload_type, clocks })
}

const GMP: Mapping = Mapping::Gmp { timing_bits: 8 };

fn gigabit(clocks: [i32; 2]) -> Client {
    ethernet(Sublayer::Gigabit, Ratio::new(1_171_875_000, 1), GMP, 0x07, clocks)
}

fn ten_gigabit(clocks: [i32; 2]) -> Client {
    ethernet(Sublayer::TenGig, Ratio::new(10_312_500_000, 1), Mapping::Bmp, 0x03, clocks)
}

fn quiet(record: &Record, what: &str) {
    let first = &record.entries[..record.entries.len().min(6)];
    assert!(record.entries.is_empty(), "{what}: {first:#?}");
    assert!(record.ports.values().all(|port| port.late_frames == 0), "{what}");
}

fn all_delivered(record: &Record, what: &str) {
    quiet(record, what);
    for flow in &record.flows[0] {
        let counts = flow.counts();
        assert!(counts.sent > 50, "{what}: {counts:?}");
        assert_eq!((counts.sent, counts.lost), (counts.delivered, 0), "{what}: {counts:?}");
        assert_eq!((counts.corrupted, counts.fcs_errors), (0, 0), "{what}: {counts:?}");
        // Two lines of 150 us together, two nodes, mappings.
        let latency = flow.latency();
        assert!(latency.min > us(150) && latency.max < us(1_500), "{what}: {latency:?}");
    }
}

/// What both ends compared.
fn compared(record: &Record) -> [PatternCounts; 2] {
    [0, 1].map(|end| record.paths[&(0, end)].pattern.unwrap())
}

//= type=test g798:13.3-odu-passes
#[test]
fn an_oduk_fills_its_lines_and_passes_on_its_own_clock() {
    for (signal, ms) in
        [(Signal::Otu1, 10), (Signal::Otu2, 5), (Signal::Otu2e, 5), (Signal::Otu3, 4)]
    {
        let client = (signal.odu(), Client::EthernetGfp);
        let mut build = chain((signal, None), client, us(10), us(ms * 1_000));
        for line in &mut build.plan.lines {
            line.light.iter_mut().flatten().for_each(|state| {
                state.ber = otn_emu::channel::BitErrorRatio::new(1e-5).unwrap();
            });
        }
        let record = build.run();
        all_delivered(&record, signal.name());
        assert!(record.ports.values().all(|port| port.counters.corrected_bits > 0), "{signal}");
        // Nor does a frame start move in the beginning.
        assert!(record.ports.values().all(|port| port.counters.uncorrectable_codewords == 0));
        // B sends on the clock of A towards C, and on that of C towards A: as many frames as these, and two of AIS at
        // the beginning, while A and C make their first.
        let sent = |line: usize, end: usize| record.ports[&(line, end)].frames_sent;
        assert!(sent(BC, 0).abs_diff(sent(AB, 0) + 2) <= 1, "{signal}");
        assert!(sent(AB, 1).abs_diff(sent(BC, 1) + 2) <= 1, "{signal}");
        // Whatever passes B is what A sent, to the bit.
        let far = &record.paths[&(0, 1)].counters;
        assert_eq!((far.bip_violations, far.bei), (0, 0));
    }
}

//= type=test g798:13.3-aais
//= type=test g798:14.5.1-iae-16-multiframes
#[test]
fn a_cut_in_front_of_a_node_that_passes_the_oduk() {
    let client = (Signal::Odu2, Client::EthernetGfp);
    let mut build = chain((Signal::Otu2, None), client, us(20), us(25_000));
    build.dark((AB, 1), us(10_000), us(16_000));
    compare("cut_without_slots.txt", &build.finished(), &build.run());
}

#[test]
fn a_line_that_nothing_fills_sends_oci_and_nobody_complains() {
    let client = (Signal::Odu2, Client::EthernetGfp);
    let mut build = chain((Signal::Otu2, None), client, us(20), us(4_000));
    let idle = build.line([0, 2], us(10), 0.0);
    (build.plan.lines[idle].slots, build.plan.lines[idle].signal) = (None, Signal::Otu1);
    let record = build.run();
    all_delivered(&record, "beside an idle line");
    assert!(record.ports[&(idle, 0)].odu.maintenance_frames[1] > 50);
}

//= type=test g709:17.7.1.1-75-octets
#[test]
fn packets_cross_as_characters_and_as_blocks() {
    let otu4 = (Signal::Otu4, Some(Slots::Opu4));
    let otu2 = (Signal::Otu2, Some(Slots::Opu2By8));
    let otu3 = (Signal::Otu3, Some(Slots::Opu3By32));
    for (line, client, ms) in [
        (otu2, (Signal::Odu0, gigabit([0, 0])), 12),
        (otu2, (Signal::Odu0, gigabit([100, -100])), 12),
        (otu4, (Signal::Odu0, gigabit([-100, 30])), 6),
        (otu4, (Signal::Odu2e, ten_gigabit([100, -100])), 5),
        (otu3, (Signal::Odu2e, ten_gigabit([-50, 50])), 6),
        ((Signal::Otu2e, None), (Signal::Odu2e, ten_gigabit([100, -100])), 5),
    ] {
        let name = format!("{} in {}", client.0, line.0);
        let record = chain(line, client, us(10), us(ms * 1_000)).run();
        all_delivered(&record, &name);
    }
}

#[test]
fn packets_cross_with_their_preambles() {
    let client = (Signal::Odu2, Client::EthernetPreamble);
    let record = chain((Signal::Otu2, None), client, us(10), us(5_000)).run();
    all_delivered(&record, "preambles");
}

#[test]
fn packets_cross_in_an_oduflex_of_some_slots() {
    for (line, slots) in [((Signal::Otu2, Slots::Opu2By8), 3), ((Signal::Otu4, Slots::Opu4), 7)] {
        let odu = Signal::Oduflex(FlexRate::gfp(slots).unwrap());
        let client = (odu, Client::EthernetGfp);
        let build = chain((line.0, Some(line.1)), client, us(10), us(6_000));
        let content = build.plan.lines[AB].tributaries[0].content.unwrap();
        assert_eq!(content.set.len(), usize::from(slots));
        all_delivered(&build.run(), &format!("{slots} slots of {}", line.0));
    }
}

//= type=test g709:17.2-jc-codes
//= type=test g709:17.2-bmp
#[test]
fn constant_rates_cross_on_their_own_clocks_and_justification_follows() {
    let otu1 = (Signal::Otu1, None);
    let otu2 = (Signal::Otu2, Some(Slots::Opu2By8));
    let clocks = [20, -20];
    let flex = |kbit: u128| Signal::Oduflex(FlexRate::cbr(Ratio::new(kbit * 1_000, 1)));
    for (line, odu, kbit, mapping, pt) in [
        (otu1, Signal::Odu1, 2_488_320, Mapping::Amp, 0x02),
        (otu1, Signal::Odu1, 2_488_320, Mapping::Bmp, 0x03),
        (otu2, Signal::Odu1, 2_488_320, Mapping::Amp, 0x02),
        (otu2, Signal::Odu1, 2_488_320, Mapping::Bmp, 0x03),
        ((Signal::Otu2, None), Signal::Odu2, 9_953_280, Mapping::Amp, 0x02),
        (otu2, Signal::Odu0, 1_062_500, GMP, 0x0C),
        (otu2, Signal::Odu0, 622_080, Mapping::Gmp { timing_bits: 1 }, 0x0B),
        (otu2, Signal::Odu1, 2_125_000, GMP, 0x0D),
        (otu2, flex(4_250_000), 4_250_000, Mapping::Bmp, 0x0E),
    ] {
        let name = format!("{kbit} kbit/s by {mapping:?} in {odu} in {}", line.0);
        let client = (odu, pattern(kbit, mapping, pt, clocks));
        let mut build = chain(line, client, us(20), us(20_000));
        // All nodes alike: what differs between the directions is the client.
        build.plan.nodes.iter_mut().for_each(|node| node.clock = ppm(0));
        build.plan.lines.iter_mut().for_each(|line| line.delay = us(50));
        let record = build.run();
        quiet(&record, &name);
        let [slow, fast] = compared(&record);
        assert_eq!((slow.errors, fast.errors), (0, 0), "{name}");
        assert_eq!((slow.sync_losses, fast.sync_losses), (0, 0), "{name}");
        let share = slow.bits as f64 / slow.received as f64;
        assert!(share > 0.99, "{name}: {share}");
        // What came beyond what frames of the ODU hold at the nominal rate, by end: end 1 receives what end 0
        // sends, which is 40 ppm faster than the other.
        let in_frame = kbit as f64 * 1e3 / odu.bit_rate().to_f64() * odu.frame_bits() as f64;
        let [less, more] = [(0, slow), (1, fast)].map(|(end, counts)| {
            let frames = record.paths[&(0, end)].counters.frames as f64;
            counts.received as f64 - frames * in_frame
        });
        // By BMP the frames are as fast as the client, and hold the same however fast it is.
        let by_clock = if mapping == Mapping::Bmp { 0.0 } else { 40e-6 };
        let expected = slow.received as f64 * by_clock;
        let off = (more - less - expected).abs();
        assert!(off <= 48.0, "{name}: {less} and {more}, {expected} apart expected");
    }
}

#[test]
fn a_node_clock_that_changes_is_followed_by_justification() {
    let client = (Signal::Odu1, pattern(2_488_320, Mapping::Amp, 0x02, [0, 0]));
    let mut build = chain((Signal::Otu1, None), client, us(20), us(30_000));
    build.at(us(10_000), Action::Clock { node: 0, offset: ppm(-20) });
    build.at(us(20_000), Action::Clock { node: 0, offset: ppm(20) });
    let record = build.run();
    let counts = compared(&record)[1];
    assert_eq!((counts.errors, counts.sync_losses), (0, 0));
    // The client's clock says how many bits came, whatever the node's is: all but what a frame holds.
    let up = record.ended.as_seconds() - 250e-6;
    let (expected, frame) = (up * 2_488_320_000.0, Signal::Odu1.frame_bits() as f64);
    let missing = expected - counts.received as f64;
    assert!(missing.abs() < 20.0 * frame, "{missing}");
}

/// Five standard deviations of what the ratio gives.
#[test]
fn wrong_bits_of_a_pattern_are_those_of_the_line() {
    let client = (Signal::Odu1, pattern(2_488_320, Mapping::Amp, 0x02, [3, -4]));
    let mut build = chain((Signal::Otu1, None), client, us(20), us(60_000));
    let coding = LineCoding { fec: Fec::None, scrambled: true };
    build.plan.lines.iter_mut().for_each(|line| line.coding = coding);
    let ratio = 2e-6;
    build.plan.lines[AB].light[1][0].ber = otn_emu::channel::BitErrorRatio::new(ratio).unwrap();
    let record = build.run();
    let [other, hit] = compared(&record);
    assert_eq!((other.errors, hit.sync_losses), (0, 0));
    let expected = hit.bits as f64 * ratio;
    let off = (hit.errors as f64 - expected).abs();
    assert!(expected > 200.0 && off < 5.0 * expected.sqrt(), "{} of {expected}", hit.errors);
    // The path sees them in its BIP-8 too.
    assert!(record.paths[&(0, 1)].counters.bip_violations > 100);
}

//= type=test g709:17-client-fail-source
#[test]
fn a_client_that_fails_is_replaced_and_comes_back() {
    let (whole, slots) = ((Signal::Otu1, None), (Signal::Otu1, Some(Slots::Opu1)));
    let stm = (Signal::Odu1, pattern(2_488_320, Mapping::Amp, 0x02, [20, -20]));
    // CSF is told once in a multiframe of 256 frames, and believed the third time.
    for (line, client, multiframe) in
        [(whole, stm, 12_533), (slots, (Signal::Odu0, gigabit([0, 0])), 25_179)]
    {
        let lasts = 7 * multiframe / 2;
        let mut build = chain(line, client, us(20), us(20_000 + 2 * lasts));
        let fails = |failed: bool| Action::ClientFail { service: 0, end: 0, failed };
        build.at(us(20_000), fails(true));
        build.at(us(20_000 + lasts), fails(false));
        let record = build.run();
        let path = &record.paths[&(0, 1)];
        let causes: Vec<(bool, bool)> = record
            .entries
            .iter()
            .filter_map(|entry| match entry.what {
                What::Cause { cause, raised, .. } => Some((cause.name() == "cCSF", raised)),
                _ => None,
            })
            .collect();
        assert_eq!(causes, [(true, true), (true, false)], "{}: {:#?}", client.0, record.entries);
        if let Some(counts) = path.pattern {
            assert_eq!(counts.sync_losses, 1);
            assert!(counts.errors > 0 && counts.bits < counts.received);
        } else {
            let counts = record.flows[0][0].counts();
            assert_eq!((counts.lost, counts.corrupted, counts.fcs_errors), (0, 0, 0), "{counts:?}");
            let gone = record.flows[0][1].counts().sent - counts.sent;
            // So long without a client that sends every 20 us.
            assert!(gone.abs_diff(lasts / 20) <= 6, "{gone}");
        }
    }
}

#[test]
fn a_packet_that_errors_hit_is_lost_or_marked_and_never_wrong() {
    let otu2 = (Signal::Otu2, Some(Slots::Opu2By8));
    let otu2e = (Signal::Otu2e, None);
    for (line, client) in
        [(otu2, (Signal::Odu0, gigabit([0, 0]))), (otu2e, (Signal::Odu2e, ten_gigabit([0, 0])))]
    {
        let mut build = chain(line, client, us(10), us(25_000));
        let coding = LineCoding { fec: Fec::None, scrambled: true };
        build.plan.lines.iter_mut().for_each(|line| line.coding = coding);
        build.plan.lines[BC].light[1][0].ber = otn_emu::channel::BitErrorRatio::new(3e-6).unwrap();
        let record = build.run();
        let [hit, other] = [0, 1].map(|end| record.flows[0][end].counts());
        assert!(hit.lost > 5 && hit.delivered > 1_000, "{hit:?}");
        assert_eq!((hit.corrupted, hit.duplicated), (0, 0), "{hit:?}");
        assert_eq!((hit.sent, other.lost), (hit.delivered + hit.lost, 0), "{hit:?} {other:?}");
    }
}

#[test]
fn a_service_on_lines_without_slots_is_protected() {
    use otn_proc::aps::ApsLevel;
    use otn_proc::protection::{Architecture, Monitoring, ProtectionConfig};
    let mut build = Build::new(&[2, -3, 5, 7], us(40_000));
    let ring: Vec<usize> = (0..4).map(|n| build.line([n, (n + 1) % 4], us(50), 0.0)).collect();
    for line in &mut build.plan.lines {
        line.slots = None;
        line.tributaries = vec![Tributary { odu: Signal::Odu2, content: None }];
    }
    build.service(Signal::Odu0, [0, 2], &[], us(20)).unwrap();
    let hop = |line: usize, first: usize| Hop { line: ring[line], first, tributary: 0 };
    let service = &mut build.plan.services[0];
    (service.odu, service.route) = (Signal::Odu2, vec![hop(0, 0), hop(1, 0)]);
    let tandem = ApsLevel::Tandem(TcmLevel::all().nth(1).unwrap());
    for (architecture, monitoring, level) in [
        (Architecture::OnePlusOneUnidirectional, Monitoring::NonIntrusive, ApsLevel::Path),
        (Architecture::OnePlusOneBidirectional, Monitoring::Sublayer, tandem),
    ] {
        let mut config = ProtectionConfig::new(architecture, monitoring, level);
        config.wait_to_restore = us(5_000);
        let (plan, mut build) = (build.plan.clone(), Build::new(&[], us(0)));
        build.plan = plan;
        let route = vec![hop(3, 1), hop(2, 1)];
        build.plan.services[0].protection =
            Some(otn_emu::net::model::ProtectionPlan { route, config });
        build.dark((ring[1], 0), us(10_000), us(20_000));
        build.dark((ring[1], 1), us(10_000), us(20_000));
        let record = build.run();
        for flow in &record.flows[0] {
            let (counts, (gaps, _)) = (flow.counts(), flow.disruptions());
            assert!(counts.lost > 0 && counts.corrupted == 0, "{monitoring:?} {counts:?}");
            let longest = gaps.iter().map(|gap| gap.to.since(gap.from)).max().unwrap();
            assert!(
                longest < us(5_000),
                "{monitoring:?} {:#?}",
                crate::table::lines(&build.plan, &record)
            );
        }
        let switches = |entry: &otn_emu::net::log::Entry| {
            matches!(
                entry.what,
                What::Protection(otn_proc::protection::ProtectionChange::Switched { .. })
            )
        };
        // There and back again at both ends.
        let count = record.entries.iter().filter(|entry| switches(entry)).count();
        assert_eq!(count, 4, "{monitoring:?}");
    }
}
