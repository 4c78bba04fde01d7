//! Clients that fail: at the source, in the sink, and at the port beyond it.

use std::boxed::Box;
use std::vec::Vec;

use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_map::cbr::Container;
use otn_map::ethernet::{MacQueue, fcs};
use otn_map::gfp::management::{ClientDefect, Indication, Kind};
use otn_map::gfp::transparent::TransparentSource;
use otn_map::gfp::{ClientFrame, ClientQueue, Received, TypeHeader};
use otn_map::pcs::base_r::Event;
use otn_map::pcs::block66::LinkFault;
use otn_map::pcs::ten_gig::{TenGigSink, TenGigSource};
use otn_map::replacement::Replacement;

use super::egress::ClientEgress;
use super::source::{Maintenance, OctetSource, OduSource, PayloadSource};
use super::{Arrival, Hold, OduSink, Payload};
use crate::defect::{Defect, DefectEvent};
use crate::observer::{ClientOctets, Nobody, Observer};
use crate::place::Place;
use crate::provision::OduProvision;

/// Packets of GFP that are always there.
#[derive(Debug)]
pub(super) struct Endless;

impl ClientQueue for Endless {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        ClientFrame::new(TypeHeader::ethernet(false), &[0x5A; 700]).ok()
    }
}

/// MAC frames that carry their number, as 10GBASE-R, or local fault.
#[derive(Debug, Default)]
pub(super) struct TenGig {
    source: TenGigSource,
    numbered: Numbered,
}

/// The same as 1000BASE-X in superblocks.
#[derive(Debug, Default)]
pub(super) struct Gigabit {
    source: TransparentSource,
    numbered: Numbered,
}

impl OctetSource for Gigabit {
    fn fill(&mut self, octets: &mut [u8]) {
        self.source.fill(octets, &mut self.numbered);
    }

    fn set_failed(&mut self, _: bool) {}
}

#[derive(Debug, Default)]
pub(super) struct Numbered {
    number: u32,
    frame: Vec<u8>,
}

impl MacQueue for Numbered {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        let (number, length) = (self.number, 60 + self.number as usize % 400);
        self.frame.clear();
        self.frame.extend(number.to_be_bytes());
        self.frame.resize(length, number as u8);
        let fcs = fcs(&self.frame);
        self.frame.extend(fcs);
        self.number += 1;
        Some(&self.frame)
    }
}

impl OctetSource for TenGig {
    fn fill(&mut self, octets: &mut [u8]) {
        self.source.fill(octets, &mut self.numbered);
    }

    fn set_failed(&mut self, failed: bool) {
        self.source.send_fault(failed.then_some(LinkFault::Local));
    }
}

/// Octets that say whether the client has failed.
#[derive(Debug)]
struct Marked(u8);

const THERE: u8 = 0x11;
const GONE: u8 = 0xEE;

impl OctetSource for Marked {
    fn fill(&mut self, octets: &mut [u8]) {
        octets.fill(self.0);
    }

    fn set_failed(&mut self, failed: bool) {
        self.0 = if failed { GONE } else { THERE };
    }
}

#[derive(Default)]
struct Record {
    octets: Vec<u8>,
    packets: Vec<u64>,
    management: Vec<(u64, Indication)>,
    events: Vec<(Defect, u64, bool)>,
    /// Number of the frame that is taken.
    frame: u64,
}

impl Observer for Record {
    fn client(&mut self, client: &ClientOctets<'_>) {
        self.octets.extend_from_slice(client.octets);
    }

    fn gfp(&mut self, _: Place, _: SimTime, received: &Received<'_>) {
        match Indication::of(received.header.expect("a good header")) {
            Some(indication) => self.management.push((self.frame, indication)),
            None => self.packets.push(self.frame),
        }
    }

    fn defect(&mut self, event: DefectEvent) {
        self.events.push((event.defect, self.frame, event.raised));
    }
}

/// A source and a sink that stand back to back.
struct Path {
    source: OduSource,
    sink: OduSink,
    clock: FrameClock,
    frame: OduFrame,
}

impl Path {
    fn new(odu: Signal, pt: PayloadType, payload: PayloadSource) -> Self {
        Self::expecting(odu, pt, payload, None)
    }

    fn expecting(
        odu: Signal,
        pt: PayloadType,
        payload: PayloadSource,
        expected: Option<PayloadType>,
    ) -> Self {
        let offset = PartsPerBillion::default();
        Self {
            source: OduSource::new(odu, offset, pt, payload, Tti::new("A", "B", "").unwrap()),
            sink: OduSink::new(odu, Place::ROOT, OduProvision::expecting(expected), Hold::NOTHING),
            clock: FrameClock::new(odu, offset),
            frame: OduFrame::zeroed(),
        }
    }

    fn step(&mut self, instead: Option<Maintenance>, record: &mut Record) {
        let number = self.source.frames();
        let mfas = self.source.mfas();
        self.source.next_frame(&mut self.frame);
        if let Some(signal) = instead {
            signal.write(&mut self.frame);
        }
        let (at, end) = (self.clock.frame_start(number), self.clock.frame_start(number + 1));
        record.frame = number;
        let first = number * 15_232;
        let arrival = Arrival { at, end, first, in_frame: true, when: &|_| at };
        self.sink.receive(&arrival, &self.frame, mfas, record);
    }

    fn run(&mut self, frames: u64, record: &mut Record) {
        (0..frames).for_each(|_| self.step(None, record));
    }
}

/// The period is 100 ms, which is 1016.7 frames of the ODU0.
//= type=test g709:17-client-fail-source
//= type=test g7041:6.3.3-csf-period
//= type=test g7041:6.3.3-csf-raising
#[test]
fn gfp_tells_of_a_failed_client_in_time_and_sends_no_packets() {
    let payload = PayloadSource::gfp(Box::new(Endless));
    let mut path = Path::new(Signal::Odu0, PayloadType::GFP, payload);
    path.source.client_fails(300, Some(2_400));
    let mut record = Record::default();
    path.run(2_400, &mut record);
    assert_eq!(path.sink.management().defect(Kind::SignalFail), Some(ClientDefect::LossOfSignal));
    assert!(path.sink.client_failed());
    path.run(700, &mut record);
    let csf = Indication::LossOfSignal;
    let dci = Indication::DefectClear;
    assert_eq!(record.management, [(300, csf), (1_317, csf), (2_334, csf), (2_400, dci)]);
    // A packet that is on its way is sent to its end; each frame has 21 of them or more.
    let during = record.packets.iter().filter(|frame| (300..2_400).contains(*frame)).count();
    assert_eq!(during, 1);
    assert!(record.packets.len() > 1_000 * 21);
    // PSI[2] is that of frames 2 mod 256: what it said three times clears in frame 3074.
    assert_eq!(record.events, [(Defect::Csf, 300, true), (Defect::Csf, 3_074, false)]);
    assert_eq!(path.sink.psi().csf_frames(), 8);
    let counters = path.sink.management().counters();
    assert_eq!((counters.losses_of_signal, counters.clears, counters.other), (3, 1, 0));
    assert!(!path.sink.client_failed());
}

//= type=test g7041:6.3.3-csf-clearing
#[test]
fn a_short_failure_ends_with_the_defect_clear_indication() {
    let payload = PayloadSource::gfp(Box::new(Endless));
    let mut path = Path::new(Signal::Odu2, PayloadType::GFP, payload);
    path.source.client_fails(300, Some(330));
    let mut record = Record::default();
    path.run(400, &mut record);
    assert_eq!(record.events, [(Defect::Csf, 300, true), (Defect::Csf, 330, false)]);
    assert_eq!(path.sink.psi().csf_frames(), 0, "no PSI[2] fell into these frames");
}

#[test]
fn a_client_that_never_comes_back_stays_failed() {
    let container = Container::of(Signal::Odu2e).unwrap();
    let client = Box::new(Marked(THERE));
    let payload = PayloadSource::Cbr { container, justifier: None, client };
    let mut path = Path::new(Signal::Odu2e, PayloadType::BMP, payload);
    path.source.client_fails(100, None);
    let mut record = Record::default();
    path.run(1_000, &mut record);
    let there = record.octets.iter().take_while(|octet| **octet == THERE).count();
    assert_eq!(there, 100 * container.octets());
    assert!(record.octets[there..].iter().all(|octet| *octet == GONE));
    assert_eq!(record.octets.len(), 1_000 * container.octets());
    // PSI[2] of frames 258, 514 and 770.
    assert_eq!(record.events, [(Defect::Csf, 770, true)]);
    assert!(path.sink.client_failed());
}

//= type=test g709:17-client-fail-source
#[test]
fn a_client_by_gmp_is_replaced_for_its_time() {
    let client = otn_map::gmp::Client::from_name("STM-4").unwrap();
    let offset = PartsPerBillion::default();
    let pace = super::source::Pace::new(client.rate, offset, Signal::Odu0, offset);
    let payload = PayloadSource::gmp(Signal::Odu0, 8, pace, Box::new(Marked(THERE))).unwrap();
    let mut path = Path::new(Signal::Odu0, PayloadType(0x0B), payload);
    path.source.client_fails(300, Some(320));
    let mut record = Record::default();
    path.run(400, &mut record);
    let gone = record.octets.iter().filter(|octet| **octet == GONE).count() as f64;
    // 622.08 Mbit/s in 20 frames of 98.354 us, and no more than a block a frame of rounding.
    assert!((gone - 20.0 * 7_648.0).abs() < 20.0, "{gone}");
    let first = record.octets.iter().position(|octet| *octet == GONE).unwrap();
    assert!(record.octets[first..first + gone as usize].iter().all(|octet| *octet == GONE));
}

/// 10GBASE-R in an ODU2e whose client fails.
fn ten_gig() -> Path {
    let container = Container::of(Signal::Odu2e).unwrap();
    let client =
        Box::new(TenGig { source: TenGigSource::default(), numbered: Numbered::default() });
    let payload = PayloadSource::Cbr { container, justifier: None, client };
    Path::new(Signal::Odu2e, PayloadType::BMP, payload)
}

#[test]
fn the_ethernet_in_a_client_shows_its_link_fault() {
    let mut path = ten_gig();
    path.source.client_fails(50, Some(70));
    let fault = |path: &Path| match path.sink.payload() {
        Payload::Cbr(_, Some(ethernet)) => (ethernet.fault(), ethernet.faults()),
        _ => panic!("a client of constant bit rate"),
    };
    let mut record = Record::default();
    path.run(50, &mut record);
    assert_eq!(fault(&path), (None, 0));
    path.run(20, &mut record);
    assert_eq!(fault(&path), (Some(LinkFault::Local), 1));
    path.run(20, &mut record);
    assert_eq!(fault(&path), (None, 1));
}

/// What a receiver behind the port makes of it.
#[derive(Default)]
struct Behind {
    sink: TenGigSink,
    numbers: Vec<u32>,
    faults: Vec<(u64, Option<LinkFault>)>,
    broken: Vec<u64>,
}

impl Behind {
    fn take(&mut self, frame: u64, octets: &[u8]) {
        let Self { sink, numbers, faults, broken } = self;
        sink.push(octets, &mut |event| match event {
            Event::Frame(frame) => match otn_map::ethernet::check_fcs(frame.octets) {
                Ok(octets) => {
                    numbers.push(u32::from_be_bytes(octets[..4].try_into().unwrap()));
                }
                Err(_) => broken.push(numbers.len() as u64),
            },
            Event::Broken { .. } => broken.push(frame),
            Event::Fault { fault, .. } => faults.push((frame, fault)),
        });
    }
}

/// AIS in frames 200 to 219 counts from the third of them to the second one behind.
//= type=test g709:17-client-fail-sink
//= type=test g709:17-replacement-recalled
#[test]
fn the_port_sends_local_fault_while_there_is_ais_and_the_client_before_and_after() {
    let mut path = ten_gig();
    let due = Container::of(Signal::Odu2e).unwrap().octets();
    let mut egress = ClientEgress::new(Replacement::LocalFault10G);
    let mut behind = Behind::default();
    let mut record = Record::default();
    let mut clean = Vec::new();
    for number in 0..400u64 {
        let ais = (200..220).contains(&number).then_some(Maintenance::Ais);
        record.octets.clear();
        path.step(ais, &mut record);
        let failed = path.sink.client_failed();
        assert_eq!(failed, (202..222).contains(&number), "{number}");
        let out = if failed { egress.failed(due) } else { egress.good(&record.octets) };
        assert_eq!(out.len(), due, "{number}");
        let before = (behind.sink.counters().errored_blocks, behind.sink.sync_counters());
        behind.take(number, out);
        let after = (behind.sink.counters().errored_blocks, behind.sink.sync_counters());
        let lost = after.1.lock_losses - before.1.lock_losses;
        let bad = after.1.bad_headers - before.1.bad_headers;
        if (after.0 - before.0, lost, bad) == (0, 0, 0) && behind.sink.is_locked() {
            clean.push(number);
        }
    }
    assert_eq!((egress.sent(), egress.replaced()), (400 * due as u64, 20 * due as u64));
    // A few frames at each seam are all that is not clean: there the blocks begin elsewhere.
    let seams: Vec<u64> = (1..400).filter(|number| !clean.contains(number)).collect();
    assert!(seams.iter().all(|n| (200..208).contains(n) || (222..228).contains(n)), "{seams:?}");
    let local = Some(LinkFault::Local);
    let faults: Vec<_> = behind.faults.iter().map(|(_, fault)| *fault).collect();
    assert_eq!(faults, [local, None]);
    assert!((202..208).contains(&behind.faults[0].0) && (222..228).contains(&behind.faults[1].0));
    // No packet is lost but those of AIS and the seams, and none is out of order.
    let gaps = behind.numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
    assert!(behind.numbers[0] < 10, "some go by before the first lock");
    assert_eq!(gaps, 1);
    let last = *behind.numbers.last().unwrap();
    assert!(last as usize > behind.numbers.len() + 500, "packets of 20 frames are missing");
    assert!(behind.broken.len() <= 4, "{:?}", behind.broken);
}

//= type=test g709:17-client-fail-sink
#[test]
fn every_defect_in_the_place_of_the_client_fails_it_and_its_end_does_not() {
    for signal in [Maintenance::Ais, Maintenance::Oci, Maintenance::Lck] {
        let mut path = ten_gig();
        let mut record = Record::default();
        path.run(10, &mut record);
        assert!(!path.sink.client_failed());
        (0..3).for_each(|_| path.step(Some(signal), &mut record));
        assert!(path.sink.client_failed(), "{signal:?}");
        path.run(3, &mut record);
        assert!(!path.sink.client_failed(), "{signal:?}");
    }
    let mut path = ten_gig();
    path.sink.signal_fail(SimTime::ZERO, &mut Nobody);
    assert!(path.sink.client_failed(), "the server signal failed");
    path.run(1, &mut Record::default());
    assert!(!path.sink.client_failed());
    let expected = Some(PayloadType::GFP);
    let mut path = Path::expecting(Signal::Odu0, PayloadType::NULL, PayloadSource::Null, expected);
    // Payload types of frames 0, 256 and 512.
    path.run(512, &mut Record::default());
    assert!(!path.sink.defects().contains(Defect::Plm));
    path.run(1, &mut Record::default());
    assert!(path.sink.defects().contains(Defect::Plm));
    assert!(path.sink.client_failed(), "another payload type");
}

#[test]
fn a_signal_that_fails_takes_with_it_what_management_frames_told() {
    let payload = PayloadSource::gfp(Box::new(Endless));
    let mut path = Path::new(Signal::Odu0, PayloadType::GFP, payload);
    path.source.client_fails(5, None);
    let mut record = Record::default();
    path.run(10, &mut record);
    assert!(path.sink.defects().contains(Defect::Csf));
    (0..3).for_each(|_| path.step(Some(Maintenance::Ais), &mut record));
    // The first two frames of AIS are taken for GFP that is lost.
    record.events.retain(|(defect, ..)| *defect != Defect::Lfd);
    let expected = [(Defect::Csf, 5, true), (Defect::Ais, 12, true), (Defect::Csf, 12, false)];
    assert_eq!(record.events, expected);
}
