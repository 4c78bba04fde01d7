//! Conformance cases of mapping and multiplexing, with the values of the fact sheet typed in by hand;
//! the whole list is in `docs/conformance.md`.

use otn_frame::{FlexRate, OduFrame, PartsPerBillion, Ratio};
use otn_map::ethernet::MacQueue;
use otn_map::gfp::transparent::TransparentSource;
use otn_map::gmp::{Client, Count14, GmpServer};
use otn_map::odtu::amp::{Amp, Justification};
use otn_map::odtu::ts::TsSource;
use otn_map::odtu::{Interleave, Odtu, SlotSet, Slots};
use otn_map::pn11::{Pn11Detector, Pn11Source};

fn interleave(slots: Slots, set: &[usize]) -> Interleave {
    let set = SlotSet::new(set.iter().copied()).expect("slots from 1 to 80");
    Interleave::new(slots, set).expect("slots of this structure")
}

/// Columns, counted from 1, that octets of this slot take in each row of a frame.
fn columns(slots: Slots, slot: usize) -> [Vec<usize>; 4] {
    let interleave = interleave(slots, &[slot]);
    let mut payload = vec![0; slots.slot_octets()];
    interleave.scatter(&vec![0xEE; interleave.octets()], &mut payload);
    let mut frame = OduFrame::zeroed();
    slots.put(&payload, &mut frame);
    std::array::from_fn(|row| {
        (1..=3_824).filter(|column| frame.rows()[row][column - 1] == 0xEE).collect()
    })
}

/// Conformance case 26.
//= type=test g709:19.1-slot-counts
//= type=test g709:19.3-odtu-octets
#[test]
fn slots_of_opu2_and_opu3_have_the_columns_of_the_figures() {
    let eighth: Vec<usize> = (24..=3_824).step_by(8).collect();
    assert_eq!((eighth[..2].to_vec(), eighth[475]), (vec![24, 32], 3_824));
    assert!(columns(Slots::Opu2By8, 8).iter().all(|row| *row == eighth));
    let last: Vec<usize> = (48..=3_824).step_by(32).collect();
    assert_eq!((last[..2].to_vec(), last.len()), (vec![48, 80], 119));
    assert!(columns(Slots::Opu3By32, 32).iter().all(|row| *row == last));
}

/// Conformance case 27: 95 columns in 160 rows, two of which lie side by side in the frame.
//= type=test g709:19.1.4-opu4-slots
#[test]
fn opu4_has_80_slots_stuff_at_the_end_and_row_2_starts_with_slot_41() {
    let mut all = [const { Vec::new() }; 4];
    for slot in 1..=80 {
        let rows = columns(Slots::Opu4, slot);
        let octets: usize = rows.iter().map(Vec::len).sum();
        // 80 frames of two pairs of rows.
        assert_eq!((octets * 80, octets), (95 * 160, 190), "slot {slot}");
        let starts = rows.each_ref().map(|row| row.first() == Some(&17));
        assert_eq!(starts, [slot == 1, slot == 41, slot == 1, slot == 41], "slot {slot}");
        for (all, row) in all.iter_mut().zip(rows) {
            all.extend(row);
        }
    }
    for row in &mut all {
        row.sort_unstable();
        assert!(row.iter().copied().eq(17..=3_816), "each column once, 3817 to 3824 never");
    }
}

/// Conformance case 28: the overhead of slot 26 is in the frame with MFAS 25 modulo 32.
//= type=test g709:19.4-tsoh-slot
//= type=test g709:19.6-overhead-in-last-slot
#[test]
fn the_overhead_of_slot_26_is_in_frame_25() {
    let amp = Amp::new(Odtu::Odtu13, interleave(Slots::Opu3By32, &[2, 26]));
    let with: Vec<usize> = (0..32).filter(|frame| amp.has_opportunity(*frame)).collect();
    assert_eq!(with, [1, 25]);
    let count = Count14::new(15_104).unwrap();
    let mut gmp = TsSource::new(interleave(Slots::Opu3By32, &[2, 26]), count);
    gmp.begin(0);
    let with: Vec<usize> = (0..32).filter(|frame| gmp.overhead(*frame).is_some()).collect();
    assert_eq!(with, [25], "GMP has it in the last of its slots only");
}

/// Conformance case 31, the stuff: column 119 of each row of the ODTU13 in 16 frames.
//= type=test g709:19.5-odtu13-column-119
#[test]
fn an_odtu13_has_64_octets_of_fixed_stuff_in_16_frames() {
    for slot in [1, 9, 16] {
        let amp = Amp::new(Odtu::Odtu13, interleave(Slots::Opu3By16, &[slot]));
        let mut stuff = 0;
        for frame in 0..16 {
            let mut octets = vec![0xEE; 4 * 238];
            amp.map(frame, Justification::None, &mut octets, |client| client.fill(0x77));
            for (at, octet) in octets.iter().enumerate() {
                assert_eq!(*octet == 0, at % 238 == 118, "octet {at}");
                stuff += usize::from(*octet == 0);
            }
        }
        assert_eq!(stuff, 64, "slot {slot}");
    }
}

/// No packets: only idles.
struct Nothing;

impl MacQueue for Nothing {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        None
    }
}

/// Conformance case 36, the frame: core header 00 47 38 23, scrambled B6 EC 09 C3, every 75 octets.
//= type=test g709:17.7.1.1-75-octets
//= type=test g7041:6.1.1.3-core-scrambling
#[test]
fn frames_of_1000base_x_are_75_octets_with_the_core_header_of_the_fact_sheet() {
    let mut line = vec![0; 75 * 40];
    TransparentSource::new().fill(&mut line, &mut Nothing);
    for frame in line.chunks(75) {
        assert_eq!(frame[..4], [0xB6, 0xEC, 0x09, 0xC3]);
        let mask = [0xB6, 0xAB, 0x31, 0xE0];
        let clear: Vec<u8> = frame.iter().zip(mask).map(|(line, mask)| line ^ mask).collect();
        assert_eq!(clear, [0x00, 0x47, 0x38, 0x23]);
    }
}

/// Conformance case 37: C8 of an ODU0 where slots are of 1.25 Gbit/s.
//= type=test g709:19.6-odtuk-blocks
//= type=test g709:17.7-cm-range
#[test]
fn an_odu0_fills_15168_15104_and_14528_blocks() {
    let odu0 = Client::from_name("ODU0").unwrap();
    for (server, nominal) in [("ODTU2.1", 15_168), ("ODTU3.1", 15_104), ("ODTU4.1", 14_528)] {
        let server = GmpServer::from_name(server).unwrap();
        let range = server.range(odu0.rate, odu0.tolerance, server.m);
        let Ratio { num, den } = range.nominal;
        assert_eq!((num % den, num / den), (0, nominal), "a whole number, {nominal}");
    }
}

/// Conformance case 38: ODUflex of CPRI option 4 in three slots of OPU4, Cm and C8.
//= type=test g709:7.3-oduflex-cbr-rate
//= type=test g709:17.7-cm-range
#[test]
fn counts_of_cpri_option_4_are_those_printed() {
    let rate = FlexRate::cbr(Ratio::new(3_072_000_000, 1)).get();
    let tolerance = PartsPerBillion::new(100_000).unwrap();
    let server = GmpServer::from_name("ODTU4.3").unwrap();
    let three = |unit: u32| {
        let range = server.range(rate, tolerance, unit);
        [range.min, range.nominal, range.max].map(|count| format!("{:.3}", count.to_f64()))
    };
    assert_eq!(server.m, 24);
    assert_eq!(three(24), ["12006.001", "12007.442", "12008.883"]);
    assert_eq!(three(8), ["36018.003", "36022.326", "36026.649"]);
}

/// Conformance case 49, the interval: one OTUk frame of PN-11 holds 15 whole intervals, and three of
/// them are enough.
//= type=test g798:6.2.6.3.1-pn11-interval
#[test]
fn a_frame_of_pn11_is_an_alarm_after_three_intervals_of_15() {
    let mut line = vec![0; 4 * 4_080];
    Pn11Source::new().fill(&mut line);
    assert_eq!(line.len() * 8 / 8_192, 15);
    let mut detector = Pn11Detector::new();
    let first = line.iter().position(|octet| detector.push(&[*octet]));
    assert_eq!(first, Some(3 * 1_024 - 1));
    assert!(detector.present(), "to the end of the frame");
}
