//! Cases 49 to 52: client frames of GFP, put together by the naive writer, in an ODU2 without bit errors.

use otn_frame::layout::{PAYLOAD_OCTETS, PSI};
use otn_frame::overhead::PayloadType;
use otn_frame::{OduFrame, Signal, SimTime};
use otn_map::gfp::Received;
use otn_proc::defect::{Defect, DefectEvent};
use otn_proc::observer::Observer;
use otn_proc::odu::Hold;
use otn_proc::odu::stream::OduStream;
use otn_proc::path::PathSource;
use otn_proc::place::Place;
use otn_proc::provision::OduProvision;
use otn_proc::remote::RemoteIndication;
use otn_testkit::gfp::{Scrambler, client_frame, frame, idle, payload_area};

use crate::bench::trace;

/// User payload of Ethernet, and payload types of client data and client management.
const ETHERNET: u8 = 0x01;
const CLIENT_DATA: u8 = 0b000;
const MANAGEMENT: u8 = 0b100;

#[derive(Default)]
struct Told {
    events: Vec<(Defect, u64, bool)>,
    packets: usize,
    number: u64,
}

impl Observer for Told {
    fn gfp(&mut self, _: Place, _: SimTime, received: &Received<'_>) {
        let data = received.header.is_ok_and(|header| header.upi.0 == ETHERNET);
        self.packets += usize::from(data && received.payload.len() == 100);
    }

    fn defect(&mut self, event: DefectEvent) {
        self.events.push((event.defect, self.number, event.raised));
    }
}

/// A line of GFP frames in an ODU2.
struct Line {
    scrambler: Scrambler,
    stream: Vec<u8>,
}

impl Line {
    fn new() -> Self {
        Self { scrambler: Scrambler::new(), stream: Vec::new() }
    }

    /// Idles up to a frame boundary, and where that is.
    fn up_to_frame(&mut self, number: usize) -> &mut Self {
        while self.stream.len() < number * PAYLOAD_OCTETS {
            self.stream.extend(idle());
        }
        self
    }

    fn data(&mut self, upi: u8) -> &mut Self {
        let octets = client_frame(CLIENT_DATA, false, upi, &[0x5A; 100], &mut self.scrambler);
        self.stream.extend(octets);
        self
    }

    fn management(&mut self, upi: u8) -> &mut Self {
        let area = payload_area(MANAGEMENT, false, upi, &[]);
        let octets = frame(&area, &mut self.scrambler);
        self.stream.extend(octets);
        self
    }

    /// What a sink tells of so many frames of the line.
    fn received(&self, frames: usize, start: fn(u64) -> SimTime) -> Told {
        let upi = Some(ETHERNET);
        let payload_type = Some(PayloadType::GFP);
        let provision = OduProvision { upi, payload_type, ..OduProvision::default() };
        let mut sink = OduStream::provisioned(Signal::Odu2, Place::ROOT, provision, Hold::NOTHING);
        let (mut told, mut path) = (Told::default(), PathSource::new(trace()));
        let mut idles = self.stream.clone();
        while idles.len() < frames * PAYLOAD_OCTETS {
            idles.extend(idle());
        }
        for (number, payload) in (0..frames as u64).zip(idles.chunks(PAYLOAD_OCTETS)) {
            let mut frame = OduFrame::zeroed();
            frame.set_alignment(number as u8);
            if number % 256 == 0 {
                frame.set_octet(PSI, PayloadType::GFP.0);
            }
            frame.set_payload(payload.try_into().expect("a whole frame"));
            let bip8 = frame.opu_bip8();
            path.write(&mut frame, number as u8, bip8, &mut RemoteIndication::default());
            told.number = number;
            sink.push(frame.octets(), start(number), start(number + 1), &mut told);
        }
        told
    }
}

fn odu2(number: u64) -> SimTime {
    SimTime::from_ns(12_191 * number)
}

/// 100 ms a frame.
fn tenths(number: u64) -> SimTime {
    SimTime::from_ms(100 * number)
}

/// Cases 49 and 50: the core header of the packet in frame 5 with one and with two wrong bits.
//= type=test g806:6.2.5.2-lfd
#[test]
fn case_49_and_50_one_wrong_bit_of_a_core_header_is_corrected_and_two_are_lfd() {
    for bits in [0_u8, 0b1, 0b101] {
        let mut line = Line::new();
        for number in 1..10 {
            line.up_to_frame(number);
            let at = line.stream.len();
            line.data(ETHERNET);
            if number == 5 {
                line.stream[at + 1] ^= bits;
            }
        }
        let told = line.received(12, odu2);
        let lost = bits.count_ones() == 2;
        assert_eq!(told.packets, if lost { 8 } else { 9 }, "{bits:b}");
        let events = [(Defect::Lfd, 5, true), (Defect::Lfd, 5, false)];
        let events = if lost { &events[..] } else { &[] };
        assert_eq!(told.events, events, "HUNT, PRESYNC and SYNC again within the frame");
    }
}

/// Case 51: client management frames every 100 ms, then silence, or a packet, or the all-clear.
//= type=test g7041:6.3.3-csf-clearing
#[test]
fn case_51_csf_clears_after_3_s_or_with_the_client() {
    for end in ["silence", "data", "clear"] {
        let mut line = Line::new();
        for number in 20..30 {
            line.up_to_frame(number).management(0x01);
        }
        line.up_to_frame(40);
        match end {
            "data" => _ = line.data(ETHERNET),
            "clear" => _ = line.management(0x03),
            _ => {}
        }
        let told = line.received(80, tenths);
        // The last came in frame 29, and at the end of frame 58 there are 2.9 s of silence and the
        // rest of that frame: 3 s are over in the one after.
        let cleared = if end == "silence" { 59 } else { 40 };
        let events = [(Defect::Csf, 20, true), (Defect::Csf, cleared, false)];
        assert_eq!(told.events, events, "{end}");
    }
}

/// Case 52: client frames with another user payload.
//= type=test g806:6.2.4-upm-exm
#[test]
fn case_52_another_user_payload_is_upm_and_no_lfd() {
    let mut line = Line::new();
    for number in 10..40 {
        line.up_to_frame(number).data(if (20..30).contains(&number) { 0x0B } else { ETHERNET });
    }
    let told = line.received(50, odu2);
    assert_eq!(told.events, [(Defect::Upm, 20, true), (Defect::Upm, 30, false)]);
    assert_eq!(told.packets, 20);
}
