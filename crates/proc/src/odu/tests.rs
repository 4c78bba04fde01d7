//! Sources and sinks of ODUk back to back: every mapping, and trees of multiplexed ODUs.

use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

use otn_frame::overhead::PayloadType;
use otn_frame::{FlexRate, FrameClock, OduFrame, PartsPerBillion, Ratio, Signal, SimTime, Tti};
use otn_map::cbr::{Container, Justifier};
use otn_map::gfp::{ClientFrame, ClientQueue, Received, TypeHeader};
use otn_map::gmp::Client;
use otn_map::odtu::Slots;
use otn_map::prbs::{Polarity, PrbsSource};
use proptest::prelude::*;

use super::cbr::Mapping;
use super::multiplex::{Carrier, MultiplexSink};
use super::mux_source::{Allocation, MultiplexSource, Unplaced};
use super::source::{Maintenance, OctetSource, OduSource, Pace, PayloadSource};
use super::stream::OduStream;
use super::{Arrival, Hold, OduSink, Payload};
use crate::defect::{Defect, DefectEvent};
use crate::observer::{ClientOctets, Nobody, Observer, OduCame, OduReport};
use crate::place::Place;
use crate::provision::OduProvision;

pub(super) fn ppm(ppm: i32) -> PartsPerBillion {
    PartsPerBillion::new(ppm * 1_000).unwrap()
}

pub(super) fn tti(name: &str) -> Tti {
    Tti::new(name, "TO", "").unwrap()
}

fn prbs() -> Box<dyn OctetSource> {
    Box::new(PrbsSource::new(Polarity::Inverted))
}

use std::boxed::Box;

/// A tree of ODUs with PRBS test signals in its leaves.
#[derive(Clone, Debug)]
pub(super) struct Node {
    odu: Signal,
    ppm: i32,
    children: Vec<Node>,
    slots: Option<Slots>,
}

impl Node {
    pub(super) fn leaf(odu: Signal, ppm: i32) -> Self {
        Self { odu, ppm, children: Vec::new(), slots: None }
    }

    pub(super) fn mux(slots: Slots, ppm: i32, children: Vec<Self>) -> Self {
        Self { odu: slots.odu(), ppm, children, slots: Some(slots) }
    }

    pub(super) fn source(&self, name: &str) -> OduSource {
        let offset = ppm(self.ppm);
        let Some(slots) = self.slots else {
            let payload = PayloadSource::prbs();
            return OduSource::new(self.odu, offset, PayloadType::PRBS, payload, tti(name))
                .starting_at(220);
        };
        let mut allocation = Allocation::new(slots);
        let mut multiplex = MultiplexSource::new(slots, offset);
        for child in &self.children {
            let content = allocation.place(child.odu, None, None).expect("it fits");
            let slot = content.set.last().unwrap_or_default();
            multiplex.add(content, child.source(&std::format!("{name}.{slot}")));
        }
        let payload = PayloadSource::Multiplex(Box::new(multiplex));
        OduSource::new(self.odu, offset, slots.payload_type(), payload, tti(name)).starting_at(224)
    }
}

pub(super) fn multiplex_of(sink: &OduSink) -> &MultiplexSink {
    match sink.payload() {
        Payload::Multiplex(multiplex) => multiplex,
        other => panic!("{}", kind(other)),
    }
}

fn kind(payload: &Payload) -> &'static str {
    match payload {
        Payload::Gfp(_) => "GFP",
        Payload::GfpExtended(_) => "GFP in the extended OPU2",
        Payload::Cbr(..) => "CBR",
        Payload::Multiplex(_) => "multiplex",
        Payload::Prbs(_) => "PRBS",
        Payload::Null(_) => "NULL",
        Payload::Unknown => "unknown",
    }
}

/// What came out of the leaves: name by the trace, and octets of PRBS without error.
fn leaves(sink: &OduSink, found: &mut BTreeMap<String, (String, u64)>) {
    assert_eq!(sink.counters().bip_violations, 0);
    let name = sink.path().trace().last_copy().map(|t| t.sapi().to_string()).unwrap_or_default();
    match sink.payload() {
        Payload::Prbs(bits) => {
            let counters = bits.prbs().counters();
            assert_eq!((counters.errors, counters.locks), (0, 1), "{name} {:?}", sink.place());
            found.insert(name, (sink.signal().to_string(), bits.octets()));
        }
        Payload::Multiplex(multiplex) => {
            assert!(multiplex.refused().is_empty());
            for tributary in multiplex.tributaries() {
                let stream = tributary.stream().expect("the ODUj is known");
                if stream.counters().frames == 0 {
                    // PT 20 has no code for a slot that is free.
                    continue;
                }
                assert_eq!(stream.signal(), stream.odu().signal());
                leaves(stream.odu(), found);
            }
        }
        other => panic!("{name}: {}", kind(other)),
    }
}

/// Sends so many frames from source to sink.
fn send(
    source: &mut OduSource,
    frames: u64,
    hold: usize,
    observer: &mut impl Observer,
) -> OduStream {
    let clock = FrameClock::new(source.signal(), source.offset());
    let mut sink = OduStream::new(source.signal(), Place::ROOT, Hold::new(hold, 1_000_000_000));
    let mut frame = OduFrame::zeroed();
    for n in 0..frames {
        source.next_frame(&mut frame);
        let (at, end) = (clock.frame_start(n), clock.frame_start(n + 1));
        sink.push(frame.octets(), at, end, observer);
    }
    sink.finish(observer);
    sink
}

fn check(tree: &Node, frames: u64, leaf_count: usize) -> BTreeMap<String, (String, u64)> {
    let sink = send(&mut tree.source("R"), frames, 300, &mut Nobody);
    let mut found = BTreeMap::new();
    leaves(sink.odu(), &mut found);
    assert_eq!(found.len(), leaf_count, "{found:?}");
    found
}

/// Every ODTUjk with its clock at both ends of the tolerance.
//= type=test g709:17-mapping-by-pt
#[test]
fn every_odtu_by_amp_and_gmp_carries_its_odu() {
    let cases = [
        (Slots::Opu1, Signal::Odu0),
        (Slots::Opu2By4, Signal::Odu1),
        (Slots::Opu2By8, Signal::Odu1),
        (Slots::Opu2By8, Signal::Odu0),
        (Slots::Opu3By16, Signal::Odu1),
        (Slots::Opu3By16, Signal::Odu2),
        (Slots::Opu3By32, Signal::Odu2),
        (Slots::Opu3By32, Signal::Odu2e),
        (Slots::Opu4, Signal::Odu0),
        (Slots::Opu4, Signal::Odu1),
        (Slots::Opu4, Signal::Odu2e),
        (Slots::Opu4, Signal::Odu3),
    ];
    for (slots, odu) in cases {
        for offset in [-20, 20] {
            let tree = Node::mux(slots, -offset, std::vec![Node::leaf(odu, offset)]);
            // Long enough for 70 frames of the ODUj, and its trace.
            let ratio = slots.odu().bit_rate().to_f64() / odu.bit_rate().to_f64();
            let frames = (ratio * 140.0) as u64 + 4 * slots.count() as u64;
            let found = check(&tree, frames.max(300), 1);
            let (kind, octets) = found.values().next().expect("one");
            assert_eq!(*kind, odu.to_string(), "{slots:?}");
            assert!(*octets > 60 * 15_232, "{slots:?} {odu}: {octets}");
        }
    }
}

/// ODU0 in ODU2 in ODU4, beside ODU0, ODU1, ODU2e and ODUflex.
#[test]
fn a_mixed_tree_of_two_stages_comes_apart_again() {
    let flex = Signal::Oduflex(FlexRate::gfp(3).unwrap());
    let inner = Node::mux(
        Slots::Opu2By8,
        11,
        std::vec![
            Node::leaf(Signal::Odu0, -20),
            Node::leaf(Signal::Odu1, 20),
            Node::leaf(flex, 90)
        ],
    );
    let tree = Node::mux(
        Slots::Opu4,
        -20,
        std::vec![
            Node::leaf(Signal::Odu0, 20),
            inner,
            Node::leaf(Signal::Odu2e, -100),
            Node::leaf(flex, -50),
            Node::leaf(Signal::Odu1, 0),
        ],
    );
    let found = check(&tree, 22_000, 7);
    let kinds: Vec<&str> = found.values().map(|(kind, _)| kind.as_str()).collect();
    let expected = ["ODU0", "ODU2e", "ODUflex", "ODU1", "ODU0", "ODU1", "ODUflex"];
    assert_eq!(kinds, expected);
}

fn any_leaf(slots: Slots) -> BoxedStrategy<Node> {
    let kinds: Vec<Signal> = match slots {
        Slots::Opu1 => std::vec![Signal::Odu0],
        Slots::Opu2By4 => std::vec![Signal::Odu1],
        Slots::Opu3By16 => std::vec![Signal::Odu1, Signal::Odu2],
        _ => std::vec![Signal::Odu0, Signal::Odu1, Signal::Oduflex(FlexRate::gfp(3).unwrap()),],
    };
    (proptest::sample::select(kinds), -20i32..=20)
        .prop_map(|(odu, ppm)| Node::leaf(odu, ppm))
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 8, ..ProptestConfig::default() })]
    /// Demultiplex(multiplex) for random trees of one stage in every structure.
    #[test]
    fn random_trees_come_apart_again(
        (slots, offset, children) in proptest::sample::select(&Slots::ALL[..4]).prop_flat_map(|slots| {
            (Just(slots), -20i32..=20, proptest::collection::vec(any_leaf(slots), 1..=2))
        }),
    ) {
        let count = children.len();
        let tree = Node::mux(slots, offset, children);
        let frames = [600, 1_100, 1_800][usize::from(slots.odu() != Signal::Odu1)
            + usize::from(slots.odu() == Signal::Odu3)];
        check(&tree, frames * if slots.odu() == Signal::Odu3 { 3 } else { 2 }, count);
    }
}

#[test]
fn slots_and_ports_are_given_or_chosen_and_refused_where_they_do_not_fit() {
    let set = |slots: &[usize]| otn_map::odtu::SlotSet::new(slots.iter().copied());
    let mut opu2 = Allocation::new(Slots::Opu2By8);
    let first = opu2.place(Signal::Odu1, set(&[2, 7]), Some(3)).unwrap();
    assert_eq!((first.port, first.set.len()), (3, 2));
    assert_eq!(opu2.place(Signal::Odu0, set(&[7]), None), Err(Unplaced::Slot(7)));
    assert_eq!(opu2.place(Signal::Odu0, set(&[9]), None), Err(Unplaced::Slot(9)));
    let size = Unplaced::Size { found: 2, expected: 1 };
    assert_eq!(opu2.place(Signal::Odu0, set(&[1, 3]), None), Err(size));
    assert_eq!(opu2.place(Signal::Odu1, None, Some(3)), Err(Unplaced::Port(3)));
    assert_eq!(opu2.place(Signal::Odu1, None, None).unwrap().port, 1);
    assert_eq!(opu2.place(Signal::Odu2, None, None), Err(Unplaced::NoOdtu(Signal::Odu2)));
    for _ in 0..4 {
        opu2.place(Signal::Odu0, None, None).unwrap();
    }
    let full = Unplaced::Full { found: 0, expected: 1 };
    assert_eq!(opu2.place(Signal::Odu0, None, None), Err(full));
    //= type=test g709:19.4.1-fixed-ports
    let mut opu1 = Allocation::new(Slots::Opu1);
    let fixed = Unplaced::FixedPort { found: 1, expected: 2 };
    assert_eq!(opu1.place(Signal::Odu0, set(&[2]), Some(1)), Err(fixed));
    assert_eq!(opu1.place(Signal::Odu0, set(&[2]), None).unwrap().port, 2);
}

#[derive(Default)]
struct Record {
    octets: Vec<u8>,
    packets: usize,
    events: Vec<(Defect, u64, bool)>,
}

impl Observer for Record {
    fn client(&mut self, client: &ClientOctets<'_>) {
        self.octets.extend_from_slice(client.octets);
    }

    fn gfp(&mut self, _: Place, _: SimTime, received: &Received<'_>) {
        assert_eq!(received.payload, [0x5A; 700]);
        self.packets += 1;
    }

    fn defect(&mut self, event: DefectEvent) {
        self.events.push((event.defect, event.at.as_ns(), event.raised));
    }
}

//= type=test g798:14.3-expected-adaptation
#[test]
fn the_adaptation_that_is_expected_takes_the_first_frame() {
    let container = Container::of(Signal::Odu1).unwrap();
    for expected in [None, Some(PayloadType::BMP)] {
        let payload = PayloadSource::Cbr { container, justifier: None, client: prbs() };
        let mut source =
            OduSource::new(Signal::Odu1, ppm(0), PayloadType::BMP, payload, tti("CBR"))
                .starting_at(9);
        let provision = OduProvision { payload_type: expected, ..OduProvision::default() };
        let mut sink = OduSink::new(Signal::Odu1, Place::ROOT, provision, Hold::NOTHING);
        let (mut frame, mut record) = (OduFrame::zeroed(), Record::default());
        for mfas in 9..40 {
            source.next_frame(&mut frame);
            let when = |_: u64| SimTime::ZERO;
            let (at, end) = (SimTime::ZERO, SimTime::from_ns(48_971));
            let arrival = Arrival { at, end, first: 0, in_frame: true, when: &when };
            sink.receive(&arrival, &frame, mfas, &mut record);
        }
        // The payload type comes with MFAS 0.
        let frames = if expected.is_some() { 31 } else { 0 };
        assert_eq!(record.octets.len(), frames * container.octets());
        assert_eq!(record.events, []);
    }
}

/// Every client of constant bit rate at both ends of its tolerance, octet for octet.
//= type=test g709:17.2-bmp
#[test]
fn every_cbr_client_comes_back_octet_for_octet() {
    let flex = |rate: Ratio| Signal::Oduflex(FlexRate::cbr(rate));
    let fc400 = Ratio::new(4_250_000_000, 1);
    let gmp = [
        ("STM-1", Signal::Odu0, 0x0A),
        ("STM-4", Signal::Odu0, 0x0B),
        ("FC-100", Signal::Odu0, 0x0C),
        ("DVB-ASI", Signal::Odu0, 0x1B),
        ("SDI", Signal::Odu0, 0x15),
        ("FC-200", Signal::Odu1, 0x0D),
        ("SDI-1.5G", Signal::Odu1, 0x17),
        ("40GBASE-R", Signal::Odu3, 0x07),
        ("100GBASE-R", Signal::Odu4, 0x07),
    ];
    let mut cases: Vec<(PayloadSource, Signal, u8)> = Vec::new();
    for (name, odu, pt) in gmp {
        let client = Client::from_name(name).unwrap();
        for sign in [-1, 1] {
            let offset = PartsPerBillion::new(sign * client.tolerance.get()).unwrap();
            let server = PartsPerBillion::new(-sign * 20_000).unwrap();
            let pace = Pace::new(client.rate, offset, odu, server);
            cases.push((
                PayloadSource::gmp(odu, client.timing_bits(), pace, prbs()).unwrap(),
                odu,
                pt,
            ));
        }
    }
    for odu in [Signal::Odu1, Signal::Odu2, Signal::Odu3] {
        let container = Container::of(odu).unwrap();
        for offset in [-20, 20] {
            let rate = Ratio::new(
                container.octets() as u128 * odu.bit_rate().num,
                odu.bit_rate().den * 15_296,
            );
            let pace = Pace::new(rate, ppm(offset), odu, ppm(-offset));
            let justifier = Some((Justifier::new(container), pace));
            cases.push((PayloadSource::Cbr { container, justifier, client: prbs() }, odu, 0x02));
        }
    }
    for (odu, pt) in [(Signal::Odu2e, 0x03), (flex(fc400), 0x0E)] {
        let container = Container::of(odu).unwrap();
        cases.push((PayloadSource::Cbr { container, justifier: None, client: prbs() }, odu, pt));
    }
    for (payload, odu, pt) in cases {
        let mut source = OduSource::new(odu, ppm(0), PayloadType(pt), payload, tti("CBR"));
        let mut record = Record::default();
        let sink = send(&mut source, 400, 300, &mut record);
        let Payload::Cbr(client, _) = sink.odu().payload() else { panic!("{odu} {pt:02X}") };
        let counters = client.bits().prbs().counters();
        assert_eq!((counters.locks, counters.errors), (1, 0), "{odu} {pt:02X}");
        assert!(client.bits().octets() > 400 * 1_900);
        assert_eq!(record.events, []);
        // The very octets, from the first that a sink can know of.
        let mut sent = std::vec![0; record.octets.len() + 16_000];
        PrbsSource::new(Polarity::Inverted).fill(&mut sent);
        let skipped = sent.windows(64).position(|w| *w == record.octets[..64]).unwrap();
        assert!(sent[skipped..].starts_with(&record.octets), "{odu} {pt:02X}");
        match client.mapping() {
            Mapping::Gmp { counters, .. } => {
                assert_eq!((counters.crc8_errors, counters.crc5_errors), (0, 0));
                assert!(counters.cm.values().count() <= 3, "{:?}", counters.cm);
            }
            Mapping::Justified { jc, synchronous, .. } => {
                assert_eq!(*synchronous, pt != 0x02);
                assert_eq!(jc[1] + jc[3] > 0, pt == 0x02, "{odu} {jc:?}");
            }
        }
    }
}

#[derive(Debug)]
struct Endless;

impl ClientQueue for Endless {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        ClientFrame::new(TypeHeader::ethernet(false), &[0x5A; 700]).ok()
    }
}

//= type=test g709:17.4.1-extended-opu2
#[test]
fn gfp_uses_the_overhead_of_the_extended_opu2() {
    let run = |extended| {
        let mut payload = PayloadSource::gfp(Box::new(Endless));
        if let PayloadSource::Gfp { extended: flag, .. } = &mut payload {
            *flag = extended;
        }
        let pt = if extended { PayloadType::GFP_EXTENDED } else { PayloadType::GFP };
        let mut record = Record::default();
        send(
            &mut OduSource::new(Signal::Odu2, ppm(0), pt, payload, tti("X")),
            300,
            300,
            &mut record,
        );
        assert_eq!(record.events, []);
        record.packets
    };
    // Seven octets a frame more: 2100 in 300 frames, in frames of 708.
    let (plain, extended) = (run(false), run(true));
    assert!((2..=3).contains(&(extended - plain)), "{plain} {extended}");
}

/// Conformance case 20, and what a sink makes of it.
//= type=test g709:16.5-maintenance-fill
#[test]
fn maintenance_signals_fill_the_frame_and_are_seen() {
    let signals = [
        (Maintenance::Ais, 0xFFu8, 0b111, Defect::Ais),
        (Maintenance::Oci, 0x66, 0b110, Defect::Oci),
        (Maintenance::Lck, 0x55, 0b101, Defect::Lck),
    ];
    for (signal, fill, stat, defect) in signals {
        let payload = PayloadSource::Maintenance(signal);
        let mut source = OduSource::new(Signal::Odu0, ppm(0), PayloadType(0), payload, tti("M"));
        let mut frame = OduFrame::zeroed();
        source.next_frame(&mut frame);
        for (row, octets) in frame.rows().iter().enumerate() {
            for (column, octet) in octets.iter().enumerate() {
                let expected = match (row, column) {
                    (0, 0..14) => continue,
                    (2, 11) => fill & 0xF8 | stat,
                    _ => fill,
                };
                assert_eq!(*octet, expected, "{signal:?} {row} {column}");
            }
        }
        let mut record = Record::default();
        let sink = send(&mut source, 10, 0, &mut record);
        assert_eq!(record.events.first().map(|e| (e.0, e.2)), Some((defect, true)));
        assert_eq!(sink.odu().counters().maintenance_frames.iter().sum::<u64>(), 10);
    }
}

/// An ODU0 is taken from one OPU1 and put into an OPU2 of another clock; a port that is not connected
/// sends OCI.
//= type=test g798:14.1-connection
#[test]
fn an_odu_goes_from_one_multiplex_to_another() {
    struct Frames(Vec<Vec<u8>>);
    let tree = Node::mux(Slots::Opu1, 15, std::vec![Node::leaf(Signal::Odu0, -20)]);
    let mut from = tree.source("A");
    let mut allocation = Allocation::new(Slots::Opu2By8);
    let mut multiplex = MultiplexSource::new(Slots::Opu2By8, ppm(-15));
    let connected = allocation.place(Signal::Odu0, None, None).unwrap();
    let index = multiplex.connect(connected);
    let open = allocation.place(Signal::Odu0, None, None).unwrap();
    let oci = PayloadSource::Maintenance(Maintenance::Oci);
    multiplex.add(open, OduSource::new(Signal::Odu0, ppm(0), PayloadType(0), oci, tti("O")));
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    let mut to = OduSource::new(Signal::Odu2, ppm(-15), PayloadType::ODTU_TS, payload, tti("B"));

    // Both run in the same time: frames of the ODU2 until the next one of the ODU1 is complete.
    let (slow, fast) =
        (FrameClock::new(Signal::Odu1, ppm(15)), FrameClock::new(Signal::Odu2, ppm(-15)));
    let mut first = OduStream::new(Signal::Odu1, Place::ROOT, Hold::new(0, 1_000_000_000));
    let mut last = OduStream::new(Signal::Odu2, Place::ROOT, Hold::new(0, 1_000_000_000));
    let mut cross = Frames(Vec::new());
    impl Observer for Frames {
        fn odu_octets(&mut self, OduCame { place, .. }: OduCame, frame: &OduFrame) {
            if place.slots().eq([1]) {
                self.0.push(frame.octets().to_vec());
            }
        }
    }
    let (mut frame, mut sent) = (OduFrame::zeroed(), 0);
    for n in 0..1_200 {
        from.next_frame(&mut frame);
        let end = slow.frame_start(n + 1);
        first.push(frame.octets(), slow.frame_start(n), end, &mut cross);
        let PayloadSource::Multiplex(multiplex) = to.payload_mut() else { unreachable!() };
        let connection = multiplex.connection(index).unwrap();
        cross.0.drain(..).for_each(|octets| connection.push(&octets));
        while fast.frame_start(sent + 1) <= end {
            to.next_frame(&mut frame);
            let (at, end) = (fast.frame_start(sent), fast.frame_start(sent + 1));
            last.push(frame.octets(), at, end, &mut Nobody);
            sent += 1;
        }
    }
    let multiplex = multiplex_of(last.odu());
    let stream = multiplex.tributaries()[0].stream().expect("known");
    let Payload::Prbs(bits) = stream.odu().payload() else {
        panic!("{}", kind(stream.odu().payload()))
    };
    assert_eq!(bits.prbs().counters().errors, 0);
    assert!(bits.octets() > 200 * 15_232);
    assert_eq!(stream.odu().counters().bip_violations, 0);
    assert_eq!(stream.odu().path().trace().accepted().unwrap().sapi().to_string(), "A.1");
    let open = multiplex.tributaries()[1].stream().expect("known");
    assert!(open.odu().defects().contains(Defect::Oci));
}

/// An ODU0 whose frames are gone is dLOFLOM 3 ms later; an OPU4 without its multiframe is dLOOMFI.
//= type=test g798:6.2.5.3-loflom
//= type=test g798:14.3.10.2-loomfi
#[test]
fn lost_alignment_of_a_tributary_and_of_the_opu4_are_defects() {
    let ms = 1_000_000;
    let spoil = |slots: Slots, odu: Signal, what: fn(&mut OduFrame)| {
        let tree = Node::mux(slots, 0, std::vec![Node::leaf(odu, 0)]);
        let mut source = tree.source("S");
        let clock = FrameClock::new(slots.odu(), ppm(0));
        let mut sink = OduStream::new(slots.odu(), Place::ROOT, Hold::NOTHING);
        let (mut frame, mut record) = (OduFrame::zeroed(), Record::default());
        let start = 8 * ms;
        for n in 0.. {
            let (at, end) = (clock.frame_start(n), clock.frame_start(n + 1));
            if at.as_ns() > start + 6 * ms {
                break;
            }
            source.next_frame(&mut frame);
            if at.as_ns() > start {
                what(&mut frame);
            }
            sink.push(frame.octets(), at, end, &mut record);
        }
        (record.events, start)
    };
    let (events, start) = spoil(Slots::Opu2By8, Signal::Odu0, |frame| {
        frame.rows_mut().iter_mut().for_each(|row| row[16..].fill(0));
    });
    let (defect, at, raised) = events[events.len() - 1];
    assert_eq!((defect, raised), (Defect::LofLom, true), "{events:?}");
    // Five frames of the ODU0, then 3 ms.
    assert!((start + 3 * ms..start + 4 * ms).contains(&at), "{at}");
    let (events, start) = spoil(Slots::Opu4, Signal::Odu0, |frame| {
        frame.set_octet(otn_frame::layout::NJO, 0x55);
    });
    let loomfi: Vec<_> = events.iter().filter(|e| e.0 == Defect::Loomfi).collect();
    let [(_, at, true)] = loomfi[..] else { panic!("{events:?}") };
    assert!((start + 3 * ms..start + 3 * ms + 100_000).contains(at), "{at}");
}

/// A single octet in error in the justification overhead costs no client bit.
#[test]
fn one_wrong_octet_of_justification_overhead_costs_nothing() {
    let client = Client::from_name("FC-100").unwrap();
    let pace = Pace::new(client.rate, ppm(60), Signal::Odu0, ppm(-20));
    let payload = PayloadSource::gmp(Signal::Odu0, 8, pace, prbs()).unwrap();
    let mut source = OduSource::new(Signal::Odu0, ppm(-20), PayloadType(0x0C), payload, tti("J"));
    let mut sink = OduStream::new(Signal::Odu0, Place::ROOT, Hold::new(300, 1_000_000_000));
    let mut frame = OduFrame::zeroed();
    for n in 0..600u64 {
        source.next_frame(&mut frame);
        if n % 3 == 2 {
            let row = n as usize / 3 % 3;
            frame.rows_mut()[row][15] ^= 0x80 >> (n % 8);
        }
        let at = SimTime::from_ns(n * 98_354);
        sink.push(frame.octets(), at, SimTime::from_ns((n + 1) * 98_354), &mut Nobody);
    }
    sink.finish(&mut Nobody);
    let Payload::Cbr(client, _) = sink.odu().payload() else { panic!("a CBR client") };
    assert_eq!(client.bits().prbs().counters().errors, 0);
    let Mapping::Gmp { counters, .. } = client.mapping() else { panic!("GMP") };
    assert_eq!((counters.crc8_errors, counters.unsynchronised), (200, 0));
    assert!(counters.cm.values().count() >= 2);
}

#[test]
fn a_tributary_tells_what_its_overhead_said() {
    let tree = Node::mux(Slots::Opu2By4, 20, std::vec![Node::leaf(Signal::Odu1, -20)]);
    let sink = send(&mut tree.source("T"), 1_200, 300, &mut Nobody);
    let multiplex = multiplex_of(sink.odu());
    // PT 20 has no code for a free slot: the others look used, and hold nothing.
    let tributary = &multiplex.tributaries()[0];
    assert_eq!(tributary.content().kind.name(Slots::Opu2By4, 1), "ODTU12");
    let Carrier::Amp { jc, .. } = tributary.carrier() else { panic!("AMP") };
    let opportunities: u64 = jc.iter().sum();
    assert!((299..=300).contains(&opportunities), "{jc:?}");
    // alpha at -40 ppm: -0.878 octets at each opportunity.
    let alpha = (jc[1] as f64 - jc[3] as f64 - 2.0 * jc[2] as f64) / opportunities as f64;
    assert!((alpha + 0.878).abs() < 0.01, "{alpha}");
}

/// Keeps what is told of the overhead of each frame.
#[derive(Default)]
struct Overhead(Vec<(bool, u8, [[u8; 16]; 4])>);

impl Observer for Overhead {
    fn odu_frame(&mut self, report: &OduReport) {
        self.0.push((report.follows, report.opu_bip8.octet(), report.overhead));
    }
}

#[test]
fn a_report_shows_the_overhead_of_its_frame_and_whether_frames_follow() {
    let payload = PayloadSource::prbs();
    let mut source = OduSource::new(Signal::Odu1, ppm(0), PayloadType::PRBS, payload, tti("A"));
    let mut sink = OduSink::new(Signal::Odu1, Place::ROOT, OduProvision::default(), Hold::NOTHING);
    let mut told = Overhead::default();
    let mut sent = Vec::new();
    for n in 0..6u8 {
        let mut frame = OduFrame::zeroed();
        source.next_frame(&mut frame);
        frame.rows_mut()[1][4] = n;
        let at = SimTime::from_ps(u64::from(n));
        let arrival = Arrival { at, end: at, first: 0, in_frame: true, when: &|_| SimTime::ZERO };
        if n == 3 {
            sink.restart();
        }
        sink.receive(&arrival, &frame, n, &mut told);
        // Column by column, without the code of the frame crate.
        let parity = frame.rows().iter().flat_map(|row| &row[14..]).fold(0, |sum, o| sum ^ o);
        let columns = core::array::from_fn(|row| core::array::from_fn(|c| frame.rows()[row][c]));
        sent.push((n != 0 && n != 3, parity, columns));
    }
    assert_eq!(told.0, sent);
}

/// STM-4 in OPU0 counts bits: JC4 to JC6 carry those that make no whole octet yet.
//= type=test g709:17.7-n
#[test]
fn the_timing_of_stm_4_is_in_single_bits() {
    let client = Client::from_name("STM-4").unwrap();
    assert_eq!(client.timing_bits(), 1);
    let pace = Pace::new(client.rate, ppm(10), Signal::Odu0, ppm(0));
    let payload = PayloadSource::gmp(Signal::Odu0, 1, pace, prbs()).unwrap();
    let mut source = OduSource::new(Signal::Odu0, ppm(0), PayloadType(0x0B), payload, tti("N"));
    let mut frame = OduFrame::zeroed();
    let mut seen = [0u32; 8];
    for n in 1..=2_000u128 {
        source.next_frame(&mut frame);
        // A frame lasts 122 368 bits of 1 244 160 000 bit/s; the client has 622 086 220.8 bit/s.
        let bits = n * 122_368 * 6_220_862_208 / (1_244_160_000 * 10);
        let [jc4, jc5, jc6] = [0, 1, 2].map(|row| frame.rows()[row][14]);
        let sum = u128::from(jc4 & 0x1F) << 5 | u128::from(jc5 & 0x1F);
        assert_eq!(sum, bits % 8, "frame {n}");
        let bit = |i: u32| sum >> (9 - i) & 1 == 1;
        assert_eq!(jc6, otn_testkit::crc::gmp_crc5(&core::array::from_fn(|i| bit(i as u32))));
        seen[sum as usize] += 1;
    }
    assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
}
