//! Defects of an ODUk and all that is in it: what fails with them, and what comes back after them.

use std::boxed::Box;
use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use otn_frame::layout::{NJO, PAYLOAD_RANGE, PSI, STAT};
use otn_frame::overhead::{PayloadType, TandemStatus, TcmLevel};
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, Ratio, Signal, SimTime};
use otn_map::cbr::Container;
use otn_map::gfp::Received;
use otn_map::odtu::{Content, SlotSet, Slots, msi};
use proptest::prelude::*;

use super::fail_tests::{Endless, Gigabit, TenGig};
use super::mux_source::{Allocation, ConnectionInput, MultiplexSource};
use super::source::{Maintenance, OduSource, Pace, PayloadSource};
use super::tests::{Node, multiplex_of, ppm, tti};
use super::{Arrival, Hold, OduSink};
use crate::defect::{Defect, DefectEvent, TandemDefect};
use crate::monitor::{ExpectedTrace, TimMode};
use crate::observer::{ClientPacket, Observer, OduCame, OduReport};
use crate::place::Place;
use crate::provision::OduProvision;
use crate::remote::RemoteIndication;
use crate::supervision::actions::Action;
use crate::tandem::{TandemMode, TandemSettings, TandemSource};

#[derive(Default)]
struct Record {
    /// Number of the frame of the first ODU that is taken.
    frame: u64,
    events: Vec<(Place, Defect, u64, bool)>,
    standing: BTreeSet<(Place, Defect)>,
    dates: BTreeMap<(Place, Defect), SimTime>,
    /// Frames of the ODUj: when they came, and all that is in them.
    octets: BTreeMap<Place, Vec<(u64, Vec<u8>)>>,
    /// Frames in which reports of the ODUj came.
    reports: BTreeMap<Place, Vec<u64>>,
    packets: Vec<u64>,
    /// Frames in which GFP frames with a wrong payload came.
    broken: Vec<u64>,
}

impl Observer for Record {
    fn odu_frame(&mut self, report: &OduReport) {
        self.reports.entry(report.place).or_default().push(self.frame);
    }

    fn odu_octets(&mut self, OduCame { place, .. }: OduCame, frame: &OduFrame) {
        let octets = frame.octets().to_vec();
        self.octets.entry(place).or_default().push((self.frame, octets));
    }

    fn gfp(&mut self, _: Place, _: SimTime, received: &Received<'_>) {
        self.packets.push(self.frame);
        if received.payload != [0x5A; 700] {
            self.broken.push(self.frame);
        }
    }

    fn packet(&mut self, _: &ClientPacket<'_>) {
        self.packets.push(self.frame);
    }

    fn defect(&mut self, event: DefectEvent) {
        let key = (event.place, event.defect);
        let news = match event.raised {
            true => self.standing.insert(key),
            false => self.standing.remove(&key),
        };
        assert!(news, "{key:?} {} in frame {}", event.raised, self.frame);
        let last = self.dates.insert(key, event.at).unwrap_or_default();
        assert!(last <= event.at, "{key:?} is dated back");
        self.events.push((event.place, event.defect, self.frame, event.raised));
    }
}

impl Record {
    /// Rises and falls of one defect, wherever.
    fn of(&self, defect: Defect) -> Vec<(Place, u64, bool)> {
        let events = self.events.iter().filter(|event| event.1 == defect);
        events.map(|&(place, _, frame, raised)| (place, frame, raised)).collect()
    }

    /// Frames between these two of the first ODU in which something came from the place.
    fn between(&self, place: Place, from: u64, to: u64) -> usize {
        let seen = &self.reports[&place];
        seen.iter().filter(|frame| (from..to).contains(*frame)).count()
    }
}

/// What happens to a frame on its way.
enum Fate {
    Comes,
    /// The server signal has failed.
    Lost,
}

/// A source and the sink of the same ODU.
struct Line {
    source: OduSource,
    sink: OduSink,
    clock: FrameClock,
    record: Record,
}

impl Line {
    fn new(source: OduSource, provision: OduProvision) -> Self {
        let odu = source.signal();
        Self {
            sink: OduSink::new(odu, Place::ROOT, provision, Hold::NOTHING),
            clock: FrameClock::new(odu, source.offset()),
            source,
            record: Record::default(),
        }
    }

    fn step(&mut self, change: &mut impl FnMut(u64, u8, &mut OduFrame) -> Fate) {
        let (number, mfas) = (self.source.frames(), self.source.mfas());
        let mut frame = OduFrame::zeroed();
        self.source.next_frame(&mut frame);
        self.record.frame = number;
        let (at, end) = (self.clock.frame_start(number), self.clock.frame_start(number + 1));
        match change(number, mfas, &mut frame) {
            Fate::Lost => self.sink.signal_fail(at, &mut self.record),
            Fate::Comes => {
                let first = number * 15_232;
                let arrival = Arrival { at, end, first, in_frame: true, when: &|_| at };
                self.sink.receive(&arrival, &frame, mfas, &mut self.record);
            }
        }
    }

    fn run(mut self, frames: u64, mut change: impl FnMut(u64, u8, &mut OduFrame) -> Fate) -> Self {
        while self.source.frames() < frames {
            self.step(&mut change);
        }
        self
    }

    /// Violations counted by the ODUj.
    fn violations(&self) -> Vec<u64> {
        let tributaries = multiplex_of(&self.sink).tributaries().iter();
        let streams = tributaries.filter_map(|tributary| tributary.stream());
        streams.map(|stream| stream.odu().counters().bip_violations).collect()
    }
}

fn nothing(_: u64, _: u8, _: &mut OduFrame) -> Fate {
    Fate::Comes
}

fn port(slot: usize) -> Place {
    Place::ROOT.child(slot).unwrap()
}

/// Three ODU0 in an ODU2, whose multiframe count is 0 in frames 32, 288, 544, 800 and so on.
fn three() -> OduSource {
    let leaves = [-20, 0, 20].map(|ppm| Node::leaf(Signal::Odu0, ppm));
    Node::mux(Slots::Opu2By8, 5, leaves.to_vec()).source("R")
}

/// The first frame of a multiframe, and the one of another, five multiframes later.
const BEGIN: u64 = 800;
const END: u64 = BEGIN + 5 * 256;

fn structure(slots: &[usize]) -> Vec<u8> {
    let kind = otn_map::odtu::Odtu::Ts;
    let content = |(at, slot): (usize, &usize)| Content {
        kind,
        port: at as u8 + 1,
        set: SlotSet::new([*slot]).unwrap(),
    };
    let contents: Vec<Content> = slots.iter().enumerate().map(content).collect();
    msi::octets(Slots::Opu2By8, &contents)
}

/// Sends another MSI in frames `BEGIN` to `end`.
fn with_msi(line: Line, sent: &[u8], end: u64, frames: u64) -> Line {
    line.run(frames, |number, mfas, frame| {
        if (BEGIN..end).contains(&number)
            && let Some(octet) = mfas.checked_sub(2).and_then(|at| sent.get(usize::from(at)))
        {
            frame.set_octet(PSI, *octet);
        }
        Fate::Comes
    })
}

/// Conformance case 45. MSI octet `s` comes in frame `1 + s` of a multiframe.
//= type=test g798:6.2.9.1-msim
//= type=test g798:14.3-assf
#[test]
fn a_port_with_another_msi_fails_alone_after_three_multiframes() {
    let good = structure(&[1, 2, 3]);
    assert_eq!(
        Line::new(three(), OduProvision::default())
            .run(60, nothing)
            .sink
            .psi()
            .msi(Slots::Opu2By8)
            .map(|msi| msi[..8].to_vec()),
        Some(good.clone())
    );
    let mut other_port = good.clone();
    other_port[1] += 4;
    let mut missing = good.clone();
    missing[1] = structure(&[1])[1];
    let mut extra = good.clone();
    extra[5] = structure(&[1, 2, 3, 4, 5, 6])[5];
    let mut moved = extra.clone();
    moved[1] = missing[1];
    let cases: [(&[u8], &[usize]); 4] =
        [(&other_port, &[2]), (&missing, &[2]), (&extra, &[6]), (&moved, &[2, 6])];
    let told = OduProvision { msi: Some(good), ..OduProvision::default() };
    let new = || Line::new(three(), told.clone());
    let clean = new().run(3_100, nothing).record;
    assert_eq!(clean.events, []);
    let early = with_msi(new(), &moved, BEGIN + 2 * 256, 1_700);
    assert_eq!(early.record.events, [], "two multiframes");
    for (sent, places) in cases {
        let line = with_msi(new(), sent, END, 3_100);
        let at = |slot: usize| BEGIN + 512 + 1 + slot as u64;
        let raised = places.iter().map(|&slot| (port(slot), at(slot), true));
        let back = END - BEGIN;
        let cleared = places.iter().map(|&slot| (port(slot), at(slot) + back, false));
        assert_eq!(line.record.of(Defect::Msim), raised.chain(cleared).collect::<Vec<_>>());
        for slot in [1, 2, 3] {
            if places.contains(&slot) {
                assert_eq!(line.record.between(port(slot), at(slot), at(slot) + back), 0);
                assert!(line.record.between(port(slot), at(slot) + back, 3_100) > 40);
            } else {
                assert!(line.record.octets[&port(slot)] == clean.octets[&port(slot)], "{slot}");
            }
        }
        assert_eq!(line.violations(), [0; 3]);
        assert!(line.record.standing.is_empty(), "{:?}", line.record.standing);
        let rest = line.record.events.iter().filter(|event| event.1 != Defect::Msim);
        assert!(rest.into_iter().all(|event| event.1 == Defect::Lss && event.0 == port(2)));
    }
}

#[test]
fn without_an_expected_structure_only_the_ports_that_changed_are_taken_anew() {
    let new = || Line::new(three(), OduProvision::default());
    let clean = new().run(2_000, nothing).record;
    let mut moved = structure(&[1, 2, 3]);
    moved[5] = structure(&[1, 2, 3, 4, 5, 6])[5];
    moved[1] = structure(&[1])[1];
    let line = with_msi(new(), &moved, u64::MAX, 2_000);
    for slot in [1, 3] {
        assert!(line.record.octets[&port(slot)] == clean.octets[&port(slot)], "{slot}");
    }
    assert_eq!(line.record.between(port(2), BEGIN + 512 + 3, 2_000), 0);
    let slots = multiplex_of(&line.sink).tributaries().iter().map(|t| t.content().set.first());
    assert_eq!(slots.collect::<Vec<_>>(), [Some(1), Some(3), Some(6)]);
    assert!(line.record.of(Defect::Msim).is_empty());
}

/// Conformance cases 43 and 44.
//= type=test g798:14.3-plm-fails-payload
#[test]
fn another_payload_type_fails_every_port_after_three_multiframes_and_they_come_back() {
    let told = OduProvision::expecting(Some(PayloadType::ODTU_TS));
    let run = |end: u64| {
        Line::new(three(), told.clone()).run(3_400, |number, mfas, frame| {
            if mfas == 0 && (BEGIN..end).contains(&number) {
                frame.set_octet(PSI, PayloadType::ODTU_JK.0);
            }
            Fate::Comes
        })
    };
    assert_eq!(run(BEGIN + 512).record.events, [], "two multiframes");
    let line = run(END);
    let (from, to) = (BEGIN + 512, END + 512);
    assert_eq!(line.record.of(Defect::Plm), [(Place::ROOT, from, true), (Place::ROOT, to, false)]);
    for slot in [1, 2, 3] {
        assert_eq!(line.record.between(port(slot), from, to), 0);
        assert!(line.record.between(port(slot), to, 3_400) > 70, "it is back");
        assert!(line.record.between(port(slot), 0, from) > 100, "nothing was lost before");
    }
    assert_eq!(line.violations(), [0; 3]);
    assert!(line.record.standing.is_empty(), "{:?}", line.record.standing);
}

/// AIS, OCI and LCK of the path count from their third frame, AIS of a tandem connection too; a
/// server failure at once.
//= type=test g798:14.3-assf
//= type=test g798:14.2-abdi
#[test]
fn what_is_in_an_odu_fails_with_it_and_comes_back_without_false_errors() {
    let signals = [Maintenance::Ais, Maintenance::Oci, Maintenance::Lck].map(Some);
    for signal in signals.into_iter().chain([None]) {
        let mut line = Line::new(three(), OduProvision::default());
        let mut change = |number: u64, _: u8, frame: &mut OduFrame| {
            match (signal, (BEGIN..BEGIN + 400).contains(&number)) {
                (_, false) => return Fate::Comes,
                (None, true) => return Fate::Lost,
                (Some(signal), true) => signal.write(frame),
            }
            Fate::Comes
        };
        let late = if signal.is_some() { 2 } else { 0 };
        while line.source.frames() < BEGIN + late {
            line.step(&mut change);
        }
        assert!(!line.sink.path().actions().contains(Action::Bdi));
        line.step(&mut change);
        assert!(line.sink.path().actions().contains(Action::Bdi), "{signal:?}");
        let before = line.violations();
        let mut line = line.run(BEGIN + 400 + late, &mut change);
        assert!(line.sink.path().actions().contains(Action::Bdi));
        line.step(&mut change);
        assert!(!line.sink.path().actions().contains(Action::Bdi));
        let line = line.run(2_400, &mut change);
        assert_eq!(line.violations(), before, "{signal:?}");
        for slot in [1, 2, 3] {
            let (from, to) = (BEGIN + late, BEGIN + 400 + late);
            assert_eq!(line.record.between(port(slot), from, to), 0, "{signal:?}");
            assert!(line.record.between(port(slot), to, 2_400) > 100);
        }
        assert!(line.record.standing.is_empty(), "{signal:?} {:?}", line.record.standing);
        let of_ports = line.record.events.iter().filter(|event| event.0 != Place::ROOT);
        assert!(of_ports.into_iter().all(|event| event.1 == Defect::Lss), "{signal:?}");
    }
}

#[test]
fn three_stages_fail_together_and_come_back() {
    let deep = Node::mux(Slots::Opu1, 3, std::vec![Node::leaf(Signal::Odu0, -20)]);
    let deep = Node::mux(Slots::Opu2By8, -7, std::vec![deep]);
    let source = Node::mux(Slots::Opu3By32, 20, std::vec![deep]).source("D");
    let line = Line::new(source, OduProvision::default()).run(13_000, |number, _, frame| {
        if (5_000..5_500).contains(&number) {
            Maintenance::Ais.write(frame);
        }
        Fate::Comes
    });
    assert_eq!(line.record.of(Defect::Ais).len(), 2);
    assert!(line.record.standing.is_empty(), "{:?}", line.record.standing);
    let places: Vec<Place> = line.record.reports.keys().copied().collect();
    assert_eq!(places.len(), 4);
    for &place in &places[1..] {
        assert_eq!(line.record.between(place, 5_002, 5_502), 0);
        assert!(line.record.between(place, 5_502, 13_000) > 100, "{place}");
    }
}

/// Conformance case 47: out of multiframe with the fifth wrong frame, 3 ms later a defect.
#[test]
fn without_its_multiframe_every_port_of_an_opu4_fails_and_comes_back() {
    let leaves = std::vec![Node::leaf(Signal::Odu2, 0), Node::leaf(Signal::Odu2, 10)];
    let source = Node::mux(Slots::Opu4, 0, leaves).source("O");
    let line = Line::new(source, OduProvision::default()).run(7_000, |number, _, frame| {
        if (1_000..4_000).contains(&number) {
            frame.set_octet(NJO, 0x55);
        }
        Fate::Comes
    });
    // 0x55 may be the right one once in 80 frames, not twice.
    let loomfi = line.record.of(Defect::Loomfi);
    let [(_, raised, true), (_, cleared, false)] = loomfi[..] else { panic!("{loomfi:?}") };
    // 3 ms are 2569.2 frames of the ODU4.
    assert!((1_004 + 2_569..=1_005 + 2_570).contains(&raised), "{raised}");
    assert_eq!(cleared, 4_001);
    for tributary in multiplex_of(&line.sink).tributaries() {
        let place = tributary.stream().unwrap().odu().place();
        assert_eq!(line.record.between(place, raised, cleared), 0);
        assert!(line.record.between(place, cleared, 7_000) > 200);
    }
    assert!(line.record.standing.is_empty(), "{:?}", line.record.standing);
}

fn leaf(odu: Signal, pt: PayloadType, payload: PayloadSource) -> OduSource {
    OduSource::new(odu, PartsPerBillion::default(), pt, payload, tti("L"))
}

/// A wrong UPI or EXI stands while client frames say so; signal fail and a payload mismatch end it.
//= type=test g806:6.2.4-upm-exm
#[test]
fn gfp_headers_other_than_expected_are_defects_while_there_is_a_signal() {
    let run = |upi, exi, signal: Option<Maintenance>| {
        let payload = PayloadSource::gfp(Box::new(Endless));
        let told = OduProvision { upi, exi, ..OduProvision::default() };
        let source = leaf(Signal::Odu0, PayloadType::GFP, payload);
        let line = Line::new(source, told).run(60, |number, _, frame| {
            match (signal, (20..40).contains(&number)) {
                (_, false) => Fate::Comes,
                (None, true) => Fate::Lost,
                (Some(signal), true) => {
                    signal.write(frame);
                    Fate::Comes
                }
            }
        });
        line.record
    };
    for signal in [None, Some(Maintenance::Ais), Some(Maintenance::Lck)] {
        let good = run(Some(1), Some(0), signal);
        assert_eq!((good.of(Defect::Upm), good.of(Defect::Exm)), (Vec::new(), Vec::new()));
        let late = if signal.is_some() { 2 } else { 0 };
        for (upi, exi, defect) in [(Some(2), Some(0), Defect::Upm), (Some(1), Some(1), Defect::Exm)]
        {
            let bad = run(upi, exi, signal);
            let events = bad.of(defect);
            let root = Place::ROOT;
            assert_eq!(events[..2], [(root, 0, true), (root, 20 + late, false)], "{signal:?}");
            let [(_, back, true)] = events[2..] else { panic!("{events:?}") };
            assert!((40 + late..44).contains(&back), "{back}");
            assert_eq!(bad.of(Defect::Upm).is_empty(), defect != Defect::Upm);
            // From its first frame on, and not a frame longer: dAIS is taken back later.
            let during = bad.packets.iter().filter(|n| (20..40).contains(*n));
            assert_eq!(during.count(), 0, "nothing goes up meanwhile");
            let after = bad.packets.iter().filter(|n| (40..42).contains(*n)).count();
            assert!(after > 0, "what is the client's goes up");
            assert!(bad.broken.is_empty(), "no packet is made of two halves");
        }
    }
}

/// Ten frames of noise in the payload, then AIS in the middle of more of it.
fn noise(defect: Defect, source: OduSource) {
    let line = Line::new(source, OduProvision::default()).run(1_400, |number, _, frame| {
        let noisy = (800..810).contains(&number) || (1_000..1_060).contains(&number);
        if (1_010..1_050).contains(&number) {
            Maintenance::Ais.write(frame);
        } else if noisy {
            let mut state = number as u32;
            for octet in frame.rows_mut().iter_mut().flat_map(|row| &mut row[PAYLOAD_RANGE]) {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *octet = (state >> 24) as u8;
            }
        }
        Fate::Comes
    });
    let events: Vec<_> = line.record.of(defect).iter().map(|e| (e.1, e.2)).collect();
    let [(a, true), (b, false), (c, true), (d, false), (e, true), (f, false)] = events[..] else {
        panic!("{events:?}")
    };
    assert!((800..803).contains(&a) && (810..820).contains(&b), "{events:?}");
    assert!((1_000..1_003).contains(&c), "{events:?}");
    assert_eq!(d, 1_012, "AIS takes its place");
    assert!((1_052..1_056).contains(&e) && (1_060..1_070).contains(&f), "{events:?}");
}

//= type=test g798:14.3-lss
#[test]
fn a_test_signal_without_its_pattern_is_dlss_and_not_in_ais() {
    noise(Defect::Lss, leaf(Signal::Odu2, PayloadType::PRBS, PayloadSource::prbs()));
}

//= type=test g798:14.3-lcs
#[test]
fn ethernet_without_its_blocks_is_dlcs_and_not_in_ais() {
    let container = Container::of(Signal::Odu2e).unwrap();
    let client = Box::new(TenGig::default());
    let payload = PayloadSource::Cbr { container, justifier: None, client };
    noise(Defect::Lcs, leaf(Signal::Odu2e, PayloadType::BMP, payload));
}

//= type=test g798:14.3-lcs
#[test]
fn superblocks_without_their_headers_are_dlcs_and_not_in_ais() {
    // 1000BASE-X in superblocks: 15/16 of 1.25 Gbit/s.
    let pace = Pace::new(Ratio::new(1_171_875_000, 1), ppm(30), Signal::Odu0, ppm(0));
    let client = Box::new(Gigabit::default());
    let payload = PayloadSource::gmp(Signal::Odu0, 8, pace, client).unwrap();
    noise(Defect::Lcs, leaf(Signal::Odu0, PayloadType::PCS, payload));
}

/// Conformance cases 18 to 22 at one ODU: what a level in trouble does to the path.
//= type=test g798:14.5.1-abdi
//= type=test g798:6.2-stat-defects
#[test]
fn a_level_that_acts_fails_the_path_and_one_that_does_not_leaves_it_alone() {
    let cases = [(0u8, TandemDefect::Ltc), (5, TandemDefect::Lck), (6, TandemDefect::Oci)];
    for level in TcmLevel::all() {
        for (code, kind) in cases.into_iter().chain([(7, TandemDefect::Ais)]) {
            for mode in [TandemMode::Operational, TandemMode::Monitor, TandemMode::Transparent] {
                let mut told = OduProvision::default();
                let trace = ExpectedTrace { mode: TimMode::Off, ..ExpectedTrace::default() };
                let settings = TandemSettings { mode, trace, ltc_action: true, provisioned: true };
                *told.level_mut(level) = settings;
                let source = leaf(Signal::Odu1, PayloadType::NULL, PayloadSource::Null);
                let mut tandem = TandemSource::new(level, tti("T"));
                let mut remote = RemoteIndication::default();
                let mut change = |number: u64, mfas: u8, frame: &mut OduFrame| {
                    tandem.write(frame, mfas, frame.opu_bip8(), &mut remote);
                    if (20..30).contains(&number) {
                        frame.field_mut(level.field())[2] = code;
                        // An error in the path that must not count while it has failed.
                        frame.rows_mut()[1][100] ^= u8::from(number > 22 && number < 26);
                    }
                    Fate::Comes
                };
                let line = Line::new(source, told).run(22, &mut change);
                assert_eq!(line.record.events, []);
                let mut line = line;
                line.step(&mut change);
                let acts = mode == TandemMode::Operational;
                let back = mode != TandemMode::Transparent;
                assert!(line.sink.defects().contains(Defect::Tcm(level, kind)));
                assert_eq!(
                    line.sink.path().actions().contains(Action::Bdi),
                    acts,
                    "{level:?} {kind:?} {mode:?}"
                );
                assert_eq!(
                    line.sink.tandem()[usize::from(level.get()) - 1]
                        .actions()
                        .contains(Action::Bdi),
                    back
                );
                assert_eq!(line.sink.client_failed(), acts);
                let line = line.run(32, &mut change);
                let line = line.run(60, nothing_but(&mut tandem, &mut remote));
                assert_eq!(line.record.standing.len(), 0, "{:?}", line.record.standing);
                let counted = line.sink.counters().bip_violations;
                assert_eq!(counted, if acts { 0 } else { 3 }, "{level:?} {kind:?} {mode:?}");
            }
        }
    }
}

fn nothing_but<'a>(
    tandem: &'a mut TandemSource,
    remote: &'a mut RemoteIndication,
) -> impl FnMut(u64, u8, &mut OduFrame) -> Fate {
    |_, mfas, frame| {
        tandem.write(frame, mfas, frame.opu_bip8(), remote);
        Fate::Comes
    }
}

/// An ODU0 goes on from one ODU2 to another: while it fails, is locked or is not connected, the far
/// end sees AIS, LCK, OCI and nothing else; then it is back. Conformance cases 74 and 75.
//= type=test g798:14.3-aais
//= type=test g798:14.1-open-and-locked
#[test]
fn a_connection_sends_ais_lck_and_oci_in_place_of_what_is_not_there() {
    struct Crossing(Vec<Vec<u8>>, Vec<bool>);
    impl Observer for Crossing {
        fn odu_octets(&mut self, OduCame { place, .. }: OduCame, frame: &OduFrame) {
            if place == port(2) {
                self.0.push(frame.octets().to_vec());
            }
        }
        fn odu_failed(&mut self, place: Place, _: SimTime, failed: bool) {
            if place == port(2) {
                self.1.push(failed);
            }
        }
    }
    let mut multiplex = MultiplexSource::new(Slots::Opu2By8, ppm(-15));
    let content = Allocation::new(Slots::Opu2By8).place(Signal::Odu0, None, None).unwrap();
    let index = multiplex.connect_odu(content, Signal::Odu0);
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    let to = OduSource::new(Signal::Odu2, ppm(-15), PayloadType::ODTU_TS, payload, tti("B"));
    let mut from = three();
    let mut near = OduSink::new(Signal::Odu2, Place::ROOT, OduProvision::default(), Hold::NOTHING);
    let mut far = Line::new(to, OduProvision::default());
    let mut crossing = Crossing(Vec::new(), Vec::new());
    let mut frame = OduFrame::zeroed();
    for number in 0..4_400u64 {
        let mfas = from.mfas();
        from.next_frame(&mut frame);
        if (800..1_200).contains(&number) {
            Maintenance::Ais.write(&mut frame);
        }
        let at = far.clock.frame_start(number);
        let end = far.clock.frame_start(number + 1);
        let arrival = Arrival { at, end, first: 0, in_frame: true, when: &|_| at };
        near.receive(&arrival, &frame, mfas, &mut crossing);
        let PayloadSource::Multiplex(multiplex) = far.source.payload_mut() else { unreachable!() };
        let connection = multiplex.connection(index).unwrap();
        let failed = crossing.1.last() == Some(&true);
        connection.set_input(match ((3_200..3_500).contains(&number), failed) {
            (true, _) => ConnectionInput::Open,
            (false, true) => ConnectionInput::Failed,
            (false, false) => ConnectionInput::Signal,
        });
        connection.set_locked((2_400..2_700).contains(&number));
        crossing.0.drain(..).for_each(|octets| connection.push(&octets));
        far.step(&mut nothing);
        for (range, defect) in
            [(900..1_200, Defect::Ais), (2_500..2_700, Defect::Lck), (3_300..3_500, Defect::Oci)]
        {
            let stands = far.record.standing.contains(&(port(1), defect));
            assert!(stands || !range.contains(&number), "{defect} in frame {number}");
        }
    }
    assert_eq!(crossing.1, [true, false]);
    assert!(far.record.standing.is_empty(), "{:?}", far.record.standing);
    for defect in [Defect::Ais, Defect::Lck, Defect::Oci] {
        assert_eq!(far.record.of(defect).len(), 2, "{defect}");
    }
    assert!(far.record.of(Defect::LofLom).is_empty(), "it is never silent for long");
}

/// A mapping whose count is not known gives no frames: that is dLOFLOM, before anything was known of
/// the ODUj as well as behind a failure.
//= type=test g798:6.2.5.3-loflom
#[test]
fn a_tributary_without_a_gmp_count_is_dloflom() {
    use otn_frame::layout::{JC1, JC2, JC3, JC4, JC5, JC6};
    for (fails, from) in [(0..0, 0), (0..0, 100), (BEGIN..BEGIN + 400, BEGIN + 400)] {
        let line = Line::new(three(), OduProvision::default()).run(4_000, |number, _, frame| {
            if fails.contains(&number) {
                Maintenance::Ais.write(frame);
            }
            if number >= from {
                for field in [JC1, JC2, JC3, JC4, JC5, JC6] {
                    frame.set_octet(field, 0xA5);
                }
            }
            Fate::Comes
        });
        for slot in [1, 2, 3] {
            let standing = line.record.standing.contains(&(port(slot), Defect::LofLom));
            assert!(standing, "slot {slot}, count lost in frame {from}");
        }
    }
}

/// One piece of trouble on a line of an ODU1 with an ODU0 in it.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Signal(Maintenance),
    Lost,
    Octet(usize, usize, u8),
    Psi(u8),
    Frozen(u8),
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let signals = [Maintenance::Ais, Maintenance::Oci, Maintenance::Lck];
    prop_oneof![
        proptest::sample::select(signals.to_vec()).prop_map(Trouble::Signal),
        Just(Trouble::Lost),
        (0..4usize, 7..16usize, any::<u8>()).prop_map(|(r, c, o)| Trouble::Octet(r, c, o)),
        any::<u8>().prop_map(Trouble::Psi),
        any::<u8>().prop_map(Trouble::Frozen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 20, ..ProptestConfig::default() })]
    /// Events alternate and are not dated back, which [`Record`] checks; no monitor has two of
    /// dAIS, dOCI, dLCK and dLTC; in signal fail nothing stands; after repair nothing stands.
    #[test]
    fn random_trouble_leaves_nothing_behind(
        troubles in proptest::collection::vec((trouble(), 0u64..1_200, 1u64..900), 1..8),
        expected in any::<bool>(),
    ) {
        let tree = Node::mux(Slots::Opu1, 0, std::vec![Node::leaf(Signal::Odu0, 20)]);
        let mut told = OduProvision::default();
        if expected {
            told.payload_type = Some(PayloadType::ODTU_JK);
            told.msi = Some(std::vec![0xC0, 0xC1]);
        }
        let mut line = Line::new(tree.source("F"), told);
        let mut change = |number: u64, mfas: u8, frame: &mut OduFrame| {
            let mut fate = Fate::Comes;
            for &(trouble, from, lasts) in &troubles {
                if !(from..from + lasts).contains(&number) {
                    continue;
                }
                match trouble {
                    Trouble::Signal(signal) => signal.write(frame),
                    Trouble::Lost => fate = Fate::Lost,
                    Trouble::Octet(row, column, octet) => frame.rows_mut()[row][column] = octet,
                    Trouble::Psi(octet) if mfas < 4 => frame.set_octet(PSI, octet),
                    Trouble::Psi(_) => {}
                    Trouble::Frozen(octet) => {
                        frame.rows_mut().iter_mut().for_each(|row| row[16..].fill(octet));
                    }
                }
            }
            fate
        };
        while line.source.frames() < 4_600 {
            line.step(&mut change);
            check_standing(&line);
        }
        // A level in which the trouble was taken for a source is lost when it ends.
        let source = |trouble: &Trouble| matches!(trouble, Trouble::Octet(.., octet)
            if TandemStatus::from_code(STAT.get(*octet)).is_in_use());
        let used = troubles.iter().any(|(trouble, _, lasts)| source(trouble) && *lasts >= 16);
        let lost = |defect: &Defect| matches!(defect, Defect::Tcm(_, TandemDefect::Ltc));
        line.record.standing.retain(|(_, defect)| !(used && lost(defect)));
        // A trace or type taken for good in the trouble may have been followed by a new one.
        prop_assert!(line.record.standing.is_empty(), "{:?}", line.record.standing);
    }
}

fn check_standing(line: &Line) {
    let stands = |defect| line.record.standing.contains(&(Place::ROOT, defect));
    let path = [Defect::Ais, Defect::Oci, Defect::Lck].into_iter().filter(|d| stands(*d)).count();
    assert!(path <= 1);
    for level in TcmLevel::all() {
        use TandemDefect::{Ais, Lck, Ltc, Oci};
        let kinds = [Ais, Oci, Lck, Ltc].into_iter();
        assert!(kinds.filter(|kind| stands(Defect::Tcm(level, *kind))).count() <= 1);
    }
    if line.sink.server_failed {
        assert!(line.record.standing.is_empty(), "{:?}", line.record.standing);
    }
    if path == 1 {
        let below = line.record.standing.iter().filter(|(place, _)| *place != Place::ROOT);
        assert_eq!(below.count(), 0);
    }
}
