//! An ODUj that is lost in its tributary slots, beside others that must not notice.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::vec::Vec;

use otn_frame::layout::FAS;
use otn_frame::{FrameClock, OduFrame, Signal, SimTime};
use otn_map::odtu::Slots;

use super::source::{FrameEditor, PayloadSource, WrongHeader};
use super::tests::{Node, ppm};
use super::{Arrival, Hold, OduSink};
use crate::defect::{Defect, DefectEvent};
use crate::integrate::INTEGRATION;
use crate::observer::{Observer, OduCame};
use crate::place::Place;
use crate::provision::OduProvision;

/// Inverts the FAS of so many frames from this one on.
#[derive(Debug)]
struct WithoutFas(u64, u64);

impl FrameEditor for WithoutFas {
    fn client_fails(&mut self, _: u64) -> bool {
        false
    }

    fn client_header(&mut self, _: u64) -> WrongHeader {
        WrongHeader::default()
    }

    fn opu(&mut self, _: u64, _: &mut OduFrame) {}

    fn odu(&mut self, number: u64, frame: &mut OduFrame) {
        let Self(from, count) = *self;
        if (from..from + count).contains(&number) {
            frame.field_mut(FAS).iter_mut().for_each(|octet| *octet ^= 0xFF);
        }
    }
}

/// A frame and the time of its start.
type Dated = (SimTime, Vec<u8>);

/// Frames of each ODUj with the time of their start, and defects.
#[derive(Default)]
struct Record {
    frames: BTreeMap<Place, Vec<Dated>>,
    events: Vec<DefectEvent>,
    failed: Vec<(Place, SimTime, bool)>,
}

impl Observer for Record {
    fn odu_octets(&mut self, OduCame { place, at, .. }: OduCame, frame: &OduFrame) {
        self.frames.entry(place).or_default().push((at, frame.octets().to_vec()));
    }

    fn odu_failed(&mut self, place: Place, at: SimTime, failed: bool) {
        self.failed.push((place, at, failed));
    }

    fn defect(&mut self, event: DefectEvent) {
        self.events.push(event);
    }
}

fn port(slot: usize) -> Place {
    Place::ROOT.child(slot).unwrap()
}

/// Three ODU0 of different clocks in an ODU2; the one in slot 2 has so many frames without FAS from its
/// frame 40 on.
fn three(without: u64) -> Record {
    let leaves = [-20, 0, 20].map(|ppm| Node::leaf(Signal::Odu0, ppm));
    let mut source = Node::mux(Slots::Opu2By8, 5, leaves.to_vec()).source("L");
    let PayloadSource::Multiplex(multiplex) = source.payload_mut() else { unreachable!() };
    let (_, second) = multiplex.sources().nth(1).unwrap();
    second.set_editor(Box::new(WithoutFas(40, without)));
    let mut sink = OduSink::new(Signal::Odu2, Place::ROOT, OduProvision::default(), Hold::NOTHING);
    let clock = FrameClock::new(Signal::Odu2, ppm(5));
    let (mut frame, mut record) = (OduFrame::zeroed(), Record::default());
    // 160 frames of an ODU0.
    for number in 0..1_290 {
        let mfas = source.mfas();
        source.next_frame(&mut frame);
        let (at, end) = (clock.frame_start(number), clock.frame_start(number + 1));
        let arrival = Arrival { at, end, first: number * 15_232, in_frame: true, when: &|_| at };
        sink.receive(&arrival, &frame, mfas, &mut record);
    }
    record
}

/// Conformance case 46: out of frame with the fifth frame without FAS, dLOFLOM 3 ms behind it; in frame
/// with the first good one, and clear 3 ms behind that. 3 ms are 30.5 frames of the ODU0.
//= type=test g798:6.2.5.3-loflom
//= type=test g798:14.3-aais
#[test]
fn a_port_is_lost_exactly_3_ms_after_its_fifth_frame_and_the_others_do_not_notice() {
    let clean = three(0);
    assert_eq!(clean.events, []);
    let starts: Vec<SimTime> = clean.frames[&port(2)].iter().map(|(at, _)| *at).collect();
    for without in [5, 34, 36, 60] {
        let record = three(without);
        let of = |slot| (&record.frames[&port(slot)], &clean.frames[&port(slot)]);
        for slot in [1, 3] {
            let (found, expected) = of(slot);
            assert!(found == expected, "port {slot}, {without} frames");
        }
        // Frames are handed on as they are until the defect stands.
        let differs = |(a, b): (&Dated, &Dated)| a.1 != b.1;
        let (found, expected) = of(2);
        let first = found.iter().zip(expected).position(differs).unwrap();
        let event = |e: &DefectEvent| (e.place, e.defect, e.at, e.raised);
        let events: Vec<_> = record.events.iter().map(event).collect();
        let lost_at = starts[first + 4];
        let back_at = starts[first + without as usize];
        let raised = lost_at + INTEGRATION;
        if back_at <= raised {
            assert_eq!(events, [], "{without} frames are too few");
            assert_eq!(found.len(), expected.len());
            continue;
        }
        let loflom: Vec<_> = events.iter().filter(|event| event.1 == Defect::LofLom).collect();
        let [(_, _, rises, true), (_, _, clears, false)] = loflom[..] else { panic!("{events:?}") };
        assert_eq!(*rises, raised, "{without} frames");
        // A frame that a search finds is dated from octets behind it: the last picosecond is rounded.
        let cleared = back_at + INTEGRATION;
        assert!(clears.as_ps().abs_diff(cleared.as_ps()) <= 1, "{without} frames");
        assert!(events.iter().all(|event| event.0 == port(2)));
        let failed: Vec<_> = record.failed.iter().filter(|f| f.0 == port(2)).collect();
        let [.., (_, from, true), (_, until, false)] = failed[..] else { panic!("{failed:?}") };
        assert_eq!(*from, raised, "ODU0-AIS takes its place");
        let next = starts.iter().find(|at| **at >= cleared).unwrap();
        assert_eq!(until, next, "{without} frames");
        // Nothing between, and then the very frames again.
        let kept: Vec<_> = expected.iter().filter(|f| f.0 < raised || f.0 >= cleared).collect();
        assert_eq!(found.len(), kept.len(), "{without} frames");
        let behind = |f: &&Dated| f.0 >= cleared;
        assert!(found.iter().filter(behind).eq(expected.iter().filter(behind)));
    }
}
