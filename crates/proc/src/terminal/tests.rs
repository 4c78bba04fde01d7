//! A terminal against the naive frame builder, and two terminals back to back over damaged lines.

use super::*;
use crate::align::FrameInfo;
use crate::defect::{Defect, DefectEvent};
use crate::observer::{FrameReport, Observer};
use crate::odu::Hold;
use crate::place::Place;
use crate::provision::{OduProvision, Provision};
use crate::remote::RemoteIndications;
use otn_frame::layout::{OTU_BITS, PAYLOAD_OCTETS};
use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_map::gfp::{ClientFrame, ClientQueue, Received, TypeHeader};
use otn_testkit::otu as oracle;
use std::string::{String, ToString};
use std::vec::Vec;

pub(super) const CODING: LineCoding = LineCoding { fec: Fec::Rs255_239, scrambled: true };

/// Counting packets of growing length, one always waiting.
#[derive(Default)]
struct Counting {
    sent: u32,
    limit: u32,
    packet: Vec<u8>,
}

impl ClientQueue for Counting {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        if self.sent >= self.limit {
            return None;
        }
        self.packet = self.sent.to_be_bytes().repeat(1 + self.sent as usize % 300);
        self.sent += 1;
        Some(ClientFrame::new(TypeHeader::ethernet(false), &self.packet).expect("short enough"))
    }
}

#[derive(Default)]
struct Record {
    packets: Vec<(u64, Vec<u8>)>,
    events: Vec<(u64, String, bool)>,
    mfas: Vec<u8>,
    line_frames: usize,
}

impl Observer for Record {
    fn line_frame(&mut self, _: SimTime, _: FrameInfo, _: &OtuFrame) {
        self.line_frames += 1;
    }

    fn frame(&mut self, report: &FrameReport<'_>) {
        self.mfas.push(report.mfas);
    }

    fn gfp(&mut self, _: Place, at: SimTime, received: &Received<'_>) {
        self.packets.push((at.as_ns(), received.payload.to_vec()));
    }

    fn defect(&mut self, event: DefectEvent) {
        self.events.push((event.at.as_ns(), event.defect.to_string(), event.raised));
    }
}

fn source(coding: LineCoding) -> TerminalSource {
    let tti = |name| Tti::new(name, "B", "op").unwrap();
    TerminalSource::new(coding, tti("SECTION"), tti("PATH"))
}

pub(super) fn frames(coding: LineCoding, packets: u32, count: usize) -> Vec<Vec<u8>> {
    let mut source = source(coding);
    let mut queue = Counting { limit: packets, ..Counting::default() };
    let mut remote = RemoteIndications::default();
    let mut frame = OtuFrame::zeroed();
    let mut make = || {
        source.next_frame(&mut frame, &mut queue, &mut remote);
        frame.octets().to_vec()
    };
    (0..count).map(|_| make()).collect()
}

fn date(bit: u64) -> SimTime {
    FrameClock::new(Signal::Otu2, PartsPerBillion::default()).bit_start(bit)
}

fn receive(coding: LineCoding, line: &[Vec<u8>]) -> (Record, TerminalSink) {
    let mut sink = TerminalSink::new(Signal::Otu2, coding, Some(PayloadType::GFP), Hold::NOTHING);
    let mut record = Record::default();
    for octets in line {
        sink.push(octets, &date, &mut record);
    }
    (record, sink)
}

//= type=test g709:11.2-fec-before-scrambler
//= type=test g709:11.1-no-fec-zeros
#[test]
fn every_octet_on_the_line_is_that_of_the_naive_builder() {
    for (fec, scrambled) in
        [(Fec::Rs255_239, true), (Fec::Rs255_239, false), (Fec::None, true), (Fec::None, false)]
    {
        let line = frames(LineCoding { fec, scrambled }, 60, 6);
        let payload: Vec<u8> =
            line.iter().flat_map(|f| oracle::read(f, scrambled).payload).collect();
        assert_eq!(payload.len(), 6 * PAYLOAD_OCTETS);
        let tti = |name| *Tti::new(name, "B", "op").unwrap().octets();
        let settings = oracle::Settings {
            sm_tti: tti("SECTION"),
            pm_tti: tti("PATH"),
            payload_type: 0x05,
            fec: fec == Fec::Rs255_239,
            scramble: scrambled,
        };
        let expected = oracle::build(&settings, &payload);
        for (n, (ours, theirs)) in line.iter().zip(&expected).enumerate() {
            let differs = ours.iter().zip(theirs).position(|(a, b)| a != b);
            assert_eq!(differs, None, "frame {n}, {fec:?}, scrambled {scrambled}");
        }
    }
}

#[test]
fn a_clean_line_gives_every_packet_and_no_defect() {
    let line = frames(CODING, 100, 200);
    let (record, sink) = receive(CODING, &line);
    assert_eq!(record.packets.len(), 100);
    for (n, (_, packet)) in record.packets.iter().enumerate() {
        assert_eq!(packet[..4], (n as u32).to_be_bytes());
        assert_eq!(packet.len(), 4 * (1 + n % 300));
    }
    assert!(record.packets.is_sorted_by_key(|(at, _)| *at));
    assert_eq!(record.events, []);
    assert_eq!(sink.section().trace().accepted().unwrap().sapi().to_string(), "SECTION");
    assert_eq!(sink.odu().path().trace().accepted().unwrap().sapi().to_string(), "PATH");
    let counters = *sink.counters();
    assert_eq!((counters.frames, counters.codewords), (200, 200 * 64));
    assert_eq!((counters.section_bip_violations, sink.odu().counters().bip_violations), (0, 0));
    assert_eq!(record.mfas, (0..200).collect::<Vec<u8>>());
}

//= type=test g798:13.2-abdi
#[test]
fn a_dark_line_is_dlof_after_3_ms_and_comes_back_3_ms_after_the_light() {
    let mut line = frames(CODING, 0, 1200);
    for octets in &mut line[300..700] {
        octets.fill(0);
    }
    let (record, mut sink) = receive(CODING, &line);
    // Frame 304 is the fifth without FAS; at 12.191 us a frame.
    let oof = date(304 * OTU_BITS).as_ns();
    let back = date(700 * OTU_BITS).as_ns();
    // Of the section dLOF alone; what the functions above make of 3 ms of darkness is their own.
    let of_section: Vec<_> =
        record.events.iter().filter(|(_, name, _)| name.starts_with("OTU")).cloned().collect();
    assert_eq!(
        of_section,
        [
            (oof + 3_000_000, "OTU dLOF".to_string(), true),
            (back + 3_000_000, "OTU dLOF".to_string(), false)
        ]
    );
    assert!(record.events.is_sorted_by_key(|(at, ..)| *at), "no event is dated back");
    assert!(sink.defects().is_empty(), "{:?}", sink.defects().iter().collect::<Vec<_>>());
    assert!(!sink.remote().section.bdi() && !sink.remote().path.bdi(), "withdrawn again");
    let (_, mut dark) = receive(CODING, &line[..650]);
    assert!(dark.defects().contains(Defect::Lof));
    assert!(dark.remote().section.bdi() && dark.remote().path.bdi());
}

#[test]
fn errors_beyond_the_code_are_counted_where_they_fall() {
    let mut line = frames(CODING, 50, 20);
    // Nine wrong octets in sub-row 3 of row 2 of frame 5, eight in sub-row 4.
    for i in 0..9 {
        line[5][4080 + 16 * (20 + i) + 2] ^= 0x01;
    }
    for i in 0..8 {
        line[5][4080 + 16 * (40 + i) + 3] ^= 0x03;
    }
    let (record, sink) = receive(CODING, &line);
    let counters = sink.counters();
    assert_eq!((counters.uncorrectable_codewords, counters.corrected_codewords), (1, 1));
    assert_eq!((counters.corrected_symbols, counters.corrected_bits), (8, 16));
    assert_eq!(counters.section_bip_violations, 1, "nine flips of bit 8 leave odd parity");
    assert_eq!(sink.odu().counters().errored_blocks, 1);
    assert_eq!(record.packets.len(), 50);
}

#[test]
fn an_all_ones_odu_is_dais_within_three_frames_and_masks_the_payload() {
    let mut clear = frames(LineCoding { fec: Fec::None, scrambled: false }, 0, 30);
    for octets in &mut clear[10..20] {
        for (row, cells) in octets.chunks_mut(4080).enumerate() {
            cells[if row == 0 { 14 } else { 0 }..3824].fill(0xFF);
        }
    }
    let (record, sink) = receive(LineCoding { fec: Fec::None, scrambled: false }, &clear);
    let at = |frame: u64| date(frame * OTU_BITS).as_ns();
    let ais: Vec<_> = record.events.iter().filter(|(_, n, _)| n == "ODU dAIS").cloned().collect();
    assert_eq!(
        ais,
        [(at(12), "ODU dAIS".to_string(), true), (at(22), "ODU dAIS".to_string(), false)]
    );
    assert_eq!(sink.odu().counters().maintenance_frames, [10, 0, 0]);
    assert!(sink.defects().is_empty());
    assert_eq!(sink.odu().counters().bip_violations, 0, "no parity is judged inside AIS");
}

/// Clear frames without FEC, whose overhead a test can change.
fn clear_frames(count: usize) -> Vec<OtuFrame> {
    frames(CLEAR, 0, count).iter().map(|octets| OtuFrame::from_octets(octets).unwrap()).collect()
}

const CLEAR: LineCoding = LineCoding { fec: Fec::None, scrambled: false };

fn receive_frames(frames: &[OtuFrame]) -> (Record, TerminalSink) {
    let line: Vec<Vec<u8>> = frames.iter().map(|f| f.octets().to_vec()).collect();
    receive(CLEAR, &line)
}

fn frame_start(frame: u64) -> u64 {
    date(frame * OTU_BITS).as_ns()
}

/// Frames 10 to 29 have the bits of `mask` set in an octet of the overhead.
fn with_bits(field: otn_frame::layout::Field, octet: usize, mask: u8) -> Vec<OtuFrame> {
    let mut frames = clear_frames(60);
    for frame in &mut frames[10..30] {
        frame.field_mut(field)[octet] |= mask;
    }
    frames
}

#[test]
fn section_and_path_indications_are_defects_after_their_number_of_frames() {
    use otn_frame::layout::{PM, SM};
    let cases = [
        (SM, 0x08, "OTU dBDI", 5),
        (SM, 0x04, "OTU dIAE", 5),
        (SM, 0xB0, "OTU dBIAE", 3),
        (PM, 0x08, "ODU dBDI", 5),
    ];
    for (field, mask, name, frames) in cases {
        let (record, sink) = receive_frames(&with_bits(field, 2, mask));
        let expected = [
            (frame_start(10 + frames - 1), name.to_string(), true),
            (frame_start(30 + frames - 1), name.to_string(), false),
        ];
        assert_eq!(record.events, expected, "{name}");
        assert!(sink.defects().is_empty());
    }
}

#[test]
fn an_accepted_iae_and_an_accepted_ais_are_told_to_the_source() {
    let iae = with_bits(otn_frame::layout::SM, 2, 0x04);
    let (_, mut sink) = receive_frames(&iae[..20]);
    assert!(sink.remote().section.biae() && !sink.remote().section.bdi());
    let (_, mut sink) = receive_frames(&iae);
    assert!(!sink.remote().section.biae());
    let ais = with_bits(otn_frame::layout::PM, 2, 0x07);
    let (record, mut sink) = receive_frames(&ais[..20]);
    assert_eq!(record.events, [(frame_start(12), "ODU dAIS".to_string(), true)]);
    assert!(sink.remote().path.bdi() && !sink.remote().section.bdi());
}

#[test]
fn five_wrong_mfas_for_3_ms_are_dlom_and_bdi() {
    let mut frames = clear_frames(700);
    for frame in &mut frames[100..500] {
        frame.set_octet(otn_frame::layout::MFAS, 0x55);
    }
    let (record, _) = receive_frames(&frames);
    // Frame 104 has the fifth wrong MFAS; frame 501 the second in sequence.
    assert_eq!(
        record.events,
        [
            (frame_start(104) + 3_000_000, "OTU dLOM".to_string(), true),
            (frame_start(501), "OTU dLOM".to_string(), false)
        ]
    );
    let (_, mut sink) = receive_frames(&frames[..450]);
    assert!(sink.remote().section.bdi() && sink.remote().path.bdi());
}

/// One flipped bit in one PSI octet decides nothing.
//= type=test g806:6.2.5.2-lfd
#[test]
fn a_single_wrong_payload_type_costs_no_packet() {
    for wrong in [0usize, 256] {
        let mut line = frames(CLEAR, 4_000, 300);
        let psi = otn_frame::layout::PSI.offset(otn_frame::layout::OTU_COLS);
        line[wrong][psi] ^= 0x20;
        let (record, _) = receive(CLEAR, &line);
        assert_eq!(record.packets.len(), 4_000, "PSI of frame {wrong}");
        assert_eq!(record.events, []);
    }
}

#[test]
fn a_reserved_status_hides_nothing() {
    let mut frames = clear_frames(20);
    for frame in &mut frames {
        let pm = frame.field_mut(otn_frame::layout::PM);
        pm[1] ^= 0xFF;
        pm[2] &= 0xF8;
    }
    let (record, sink) = receive_frames(&frames);
    assert_eq!(sink.odu().counters().bip_violations, 18 * 8);
    assert_eq!(record.events, []);
    assert_eq!(sink.odu().psi().received_type().map(|pt| pt.0), Some(0x05));
}

/// Octets in pieces of any size, through a sink that ends with the last of them.
fn receive_pieces(line: &[u8], piece: usize) -> (Record, TerminalSink) {
    let mut sink = TerminalSink::new(Signal::Otu2, CODING, Some(PayloadType::GFP), Hold::NOTHING);
    let mut record = Record::default();
    line.chunks(piece).for_each(|octets| sink.push(octets, &date, &mut record));
    sink.finish(&date, date(line.len() as u64 * 8), &mut record);
    (record, sink)
}

//= type=test g798:6.2.6.3.1-otu-ais
#[test]
fn otu_ais_is_counted_and_dated_before_and_between_frames() {
    let ais = |frames: usize| otn_testkit::pn::pn11(frames * OtuFrame::OCTETS);
    let is_ais = |(_, name, _): &&(u64, String, bool)| name == "OTU dAIS";
    for piece in [1_000, OtuFrame::OCTETS, 1 << 20] {
        let (record, sink) = receive_pieces(&ais(40), piece);
        assert_eq!((sink.counters().frames, sink.counters().ais_frames), (0, 40));
        assert_eq!(record.events.iter().filter(is_ais).count(), 1, "raised, and it stands");

        let mut line = frames(CODING, 60, 20);
        let behind = line.split_off(10);
        let damaged = [line.concat(), ais(30), behind.concat()].concat();
        let (record, sink) = receive_pieces(&damaged, piece);
        assert_eq!(sink.counters().ais_frames, 30, "pieces of {piece}");
        assert!(!sink.defects().contains(Defect::OtuAis));
        // Intervals count from the first frame without FAS. Of the one with number 478 the first
        // part is AIS still; it is the first of three that are not.
        let interval = |n: u64| date(10 * OTU_BITS + n * 8_192).as_ns();
        assert_eq!(30 * OTU_BITS / 8_192, 478);
        let events: Vec<_> = record.events.iter().filter(is_ais).cloned().collect();
        let ais = |at, raised| (at, "OTU dAIS".to_string(), raised);
        assert_eq!(events, [ais(interval(3), true), ais(interval(481), false)]);
    }
}

//= type=test g798:6.2.6.3.1-otu-ais
#[test]
fn a_dark_line_and_noise_are_no_otu_ais() {
    let mut noise = 1u32;
    let mut octet = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let noise: Vec<u8> = (0..20 * OtuFrame::OCTETS).map(|_| octet()).collect();
    let dark = std::vec![0; 20 * OtuFrame::OCTETS];
    for line in [dark, noise, frames(CODING, 60, 20).concat()] {
        let (record, sink) = receive_pieces(&line, 10_000);
        assert_eq!(sink.counters().ais_frames, 0);
        assert!(record.events.iter().all(|(_, name, _)| name != "OTU dAIS"));
    }
}

//= type=test g798:14.2-non-intrusive
#[test]
fn a_non_intrusive_monitor_sees_the_path_and_leaves_the_payload_alone() {
    let line = frames(CODING, 60, 300);
    let odu = OduProvision { non_intrusive: true, ..OduProvision::expecting(Some(PayloadType(2))) };
    let provision = Provision { odu, ..Provision::default() };
    let mut sink = TerminalSink::provisioned(Signal::Otu2, CODING, provision, Hold::NOTHING);
    let mut record = Record::default();
    line.iter().for_each(|octets| sink.push(octets, &date, &mut record));
    assert_eq!((record.packets.len(), record.events.len()), (0, 0));
    assert_eq!(sink.odu().path().trace().accepted().unwrap().sapi().to_string(), "PATH");
    assert_eq!(sink.odu().counters().frames, 300);
}

/// A section that is not the expected one fails what is in it only where the mismatch acts.
//= type=test g798:13.2-atsf
#[test]
fn a_trace_mismatch_of_the_section_fails_the_odu_where_it_acts() {
    use crate::monitor::{ExpectedTrace, TimMode};
    use crate::provision::Provision;
    for action in [false, true] {
        let tti = Tti::new("ANOTHER", "B", "").unwrap();
        let section = ExpectedTrace { mode: TimMode::Sapi, tti, action };
        let provision = Provision { section, ..Provision::default() };
        let mut sink = TerminalSink::provisioned(Signal::Otu2, CLEAR, provision, Hold::NOTHING);
        let mut record = Record::default();
        // Three copies of the trace end with frame 191.
        for (n, frame) in clear_frames(260).iter().enumerate() {
            sink.push(frame.octets(), &date, &mut record);
            let raised = sink.defects().contains(Defect::SectionTim);
            assert_eq!(sink.remote().section.bdi(), raised, "frame {n}");
            assert_eq!(sink.remote().path.bdi(), raised && action, "frame {n}");
        }
        assert_eq!(record.events, [(frame_start(191), "OTU dTIM".to_string(), true)]);
        let frames = sink.odu().counters().frames;
        assert!(if action { frames == 191 } else { frames > 250 }, "{frames}");
    }
}

/// What the section saw goes false with the loss of frame, and has to be seen anew.
//= type=test g798:13.3-assf
#[test]
fn defects_of_section_and_path_go_false_when_the_line_fails() {
    use otn_frame::layout::{PM, SM};
    let mut frames = clear_frames(1_200);
    for frame in &mut frames {
        frame.field_mut(SM)[2] |= 0x0C;
        frame.field_mut(PM)[2] |= 0x08;
    }
    for frame in &mut frames[300..700] {
        frame.octets_mut().fill(0);
    }
    let (record, mut sink) = receive_frames(&frames);
    let lof = frame_start(304) + 3_000_000;
    for name in ["OTU dBDI", "OTU dIAE", "ODU dBDI"] {
        let events = record.events.iter().filter(|(_, n, _)| n == name);
        let events: Vec<_> = events.map(|&(at, _, raised)| (at, raised)).collect();
        let [(first, true), (gone, false), (again, true)] = events[..] else {
            panic!("{name} {events:?}")
        };
        assert_eq!(first, frame_start(4), "{name}");
        // Zeros of the dark line are five frames without the indication, or the failure itself.
        assert!((frame_start(300)..=lof).contains(&gone), "{name}");
        assert!(again > frame_start(700) + 3_000_000, "not before dLOF clears");
    }
    assert!(sink.remote().section.biae() && !sink.remote().section.bdi());
    let (record, sink) = receive_frames(&frames[..650]);
    assert!(record.events.iter().any(|(at, n, up)| (*at, &n[..], *up) == (lof, "OTU dLOF", true)));
    assert_eq!(sink.defects().iter().collect::<Vec<_>>(), [Defect::Los, Defect::Lof]);
}
