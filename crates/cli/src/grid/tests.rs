//! The grid as a whole: every column of overhead once, a terminal of 100 columns, what stands out.

use super::*;
use otn_frame::overhead::{BeiBiae, PathMonitoring, PathStatus, SectionMonitoring};
use otn_frame::{OduFrame, OtuFrame};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn otu() -> OtuFrame {
    let mut frame = OtuFrame::zeroed();
    for row in frame.rows_mut() {
        for (octet, n) in row[16..].iter_mut().zip(1..) {
            *octet = (n % 251) as u8;
        }
    }
    frame.set_alignment(0x02);
    let section = SectionMonitoring {
        tti: b'R',
        bip8: Bip8::from_octet(0x5A),
        bei: BeiBiae::from_code(3),
        bdi: true,
        iae: false,
        reserved: 0,
    };
    section.write(&mut frame);
    let path = PathMonitoring {
        tti: b'R',
        bip8: Bip8::from_octet(0x5B),
        bei_code: 0,
        bdi: false,
        stat: PathStatus::Ais,
    };
    path.write(&mut frame);
    frame
}

fn context() -> FrameContext {
    FrameContext {
        number: 258,
        time_ns: Some(3_145_278),
        signal: Some(Signal::Otu2),
        payload_type: Some(PayloadType::GFP),
        bip8_due: Some(Bip8::from_octet(0x5A)),
    }
}

fn find<'a>(grid: &'a Grid, name: &str) -> &'a GridRow {
    grid.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"))
}

#[test]
fn rows_cover_every_overhead_octet_and_bit_once() {
    let grid = grid(&OduFrame::zeroed(), &FrameContext::default());
    let mut bits = BTreeSet::new();
    for row in &grid.rows {
        let octets = row.octets.split(' ').count();
        for column in row.column..row.column + octets {
            for bit in 0..8 {
                let inside = row.bits.as_ref().is_none_or(|b| b.as_bytes()[bit] != b'.');
                assert!(!inside || bits.insert((row.row, column, bit)), "{}", row.name);
            }
        }
        assert!(places::find(&row.name).is_some(), "--watch takes {}", row.name);
    }
    assert_eq!(bits.len(), 4 * 16 * 8);
}

#[test]
fn clauses_are_those_of_known_requirements() {
    let known = crate::vectors::requirements().unwrap();
    let clauses: BTreeSet<&str> = known.iter().map(|r| clause_text(&r.id)).collect();
    for payload_type in 0..=255u8 {
        for mfas in [0, 1, 2, 200] {
            for signal in Signal::ALL {
                let mut frame = otu();
                frame.set_alignment(mfas);
                let payload_type = Some(PayloadType(payload_type));
                let context = FrameContext { payload_type, signal: Some(signal), ..context() };
                for row in grid(&frame, &context).rows {
                    assert!(clauses.contains(row.clause), "{}: {}", row.name, row.clause);
                    assert!(!row.meaning.is_empty(), "{}", row.name);
                }
            }
        }
    }
}

fn clause_text(id: &str) -> &str {
    let rest = id.split_once(':').map_or(id, |(_, rest)| rest);
    rest.split_once('-').map_or(rest, |(clause, _)| clause)
}

#[test]
fn values_are_read_and_what_is_wrong_stands_out() {
    let mut frame = otu();
    frame.rows_mut()[1][0] = 0x01;
    frame.rows_mut()[0][2] = 0xF7;
    let grid = grid(&frame, &context());
    let is = |name: &str, octets: &str, bits: Option<&str>, meaning: &str, attention: bool| {
        let row = find(&grid, name);
        let found = (row.octets.as_str(), row.bits.as_deref(), row.attention);
        assert_eq!(found, (octets, bits, attention), "{name}");
        assert!(row.meaning.contains(meaning), "{name}: {}", row.meaning);
    };
    is("FAS", "F6 F6 F7 28 28 28", None, "1 bits differ", true);
    is("MFAS", "02", Some("00000010"), "frame 2", false);
    is("SM.TTI", "52", Some("01010010"), "TTI octet 2 (SAPI): R", false);
    is("SM.BIP8", "5A", Some("01011010"), "right", false);
    is("PM.BIP8", "5B", Some("01011011"), "1 violation: 5A is", true);
    is("SM.BEI", "38", Some("0011...."), "3 violations", true);
    is("SM.BDI", "38", Some("....1..."), "the far end has a defect", true);
    is("PM.STAT", "07", Some(".....111"), "ODU-AIS", true);
    is("RES_ODU", "01 00", None, "reserved, and not zero", true);
    is("RES_ODU_END", "00 00 00 00 00 00", None, "reserved", false);
    is("APS/PCC", "00 00 00 00", None, "TCM2", false);
    is("PSI", "00", Some("00000000"), "client is fine", false);
    assert_eq!(grid.rows.iter().filter(|row| row.attention).count(), 6);
    assert_eq!(find(&grid, "SM.BEI").clause, "15.7.2.1.4");
}

#[test]
fn the_pjo_is_shown_for_amp_alone() {
    let shown = |payload_type| {
        let context = FrameContext { payload_type: Some(PayloadType(payload_type)), ..context() };
        grid(&otu(), &context).rows.into_iter().find(|row| row.name == "PJO")
    };
    assert_eq!(shown(0x05).map(|row| row.name), None);
    let pjo = shown(0x02).unwrap();
    assert_eq!((pjo.row, pjo.column, pjo.meaning.as_str()), (4, 17, "a client octet"));
}

proptest! {
    /// Whatever the overhead holds and whatever is known around it, the text fits.
    #[test]
    fn any_overhead_fits_a_terminal_of_100_columns(
        overhead in proptest::collection::vec(any::<u8>(), 64),
        payload_type in proptest::option::of(any::<u8>()),
        signal in 0usize..Signal::ALL.len(),
        due in any::<u8>(),
    ) {
        let mut frame = otu();
        for (row, octets) in frame.rows_mut().iter_mut().zip(overhead.chunks(16)) {
            row[..16].copy_from_slice(octets);
        }
        let context = FrameContext {
            number: u64::MAX,
            time_ns: Some(u64::MAX),
            signal: Some(Signal::ALL[signal]),
            payload_type: payload_type.map(PayloadType),
            bip8_due: Some(Bip8::from_octet(due)),
        };
        for line in text(&grid(&frame, &context)).lines() {
            prop_assert!(line.chars().count() <= 100, "{}", line);
        }
    }
}

#[test]
fn text_fits_a_terminal_of_100_columns_and_marks_what_stands_out() {
    for payload_type in [None, Some(0x02), Some(0x05), Some(0x07), Some(0x20), Some(0x21)] {
        for fill in [0x00, 0xFF, 0x66] {
            let mut frame = otu();
            for row in frame.rows_mut() {
                row[7..16].fill(fill);
            }
            let context = FrameContext { payload_type: payload_type.map(PayloadType), ..context() };
            let shown = text(&grid(&frame, &context));
            for line in shown.lines() {
                assert!(line.chars().count() <= 100, "{line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
    let shown = text(&grid(&otu(), &context()));
    for words in [
        "frame 258 at 3145278 ns, OTU2, 4 rows of 4080 octets, MFAS 02\npayload type 05 (GFP mapping)\n",
        "| 01 02 03 04 05 06 07 08 ..",
        "! r3c12  PM.STAT     07                .....111 maintenance signal ODU-AIS",
        "  r4c15  PSI         00                00000000 PSI[2], client is fine",
        "4 marked with ! are worth a look",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    assert_eq!(shown.matches("3825").count(), 1);
    let odu = text(&grid(&otu().to_odu(), &context()));
    assert_eq!(odu.matches("3825").count(), 0, "an ODU has no FEC area");
}

#[test]
fn a_tcm_level_not_in_use_takes_one_line_and_one_in_use_five() {
    let mut frame = otu();
    frame.field_mut(layout::TCM3).copy_from_slice(&[0x00, 0x00, 0x02]);
    let shown = text(&grid(&frame, &context()));
    assert!(
        shown.contains("  r2c5   TCM6        00 00 00                   no source TC"),
        "{shown}"
    );
    assert_eq!(shown.matches("TCM6").count(), 2, "once in the drawing");
    assert_eq!(shown.matches("TCM3.").count(), 5);
    assert!(shown.contains("! r3c3   TCM3.STAT"), "{shown}");
}

//= type=test g709:15.8.2.2-tcm-bip8
#[test]
fn the_bip8_of_a_tcm_level_counts_where_its_stat_says_that_it_is_in_use() {
    for (stat, judged) in [(0, false), (1, true), (2, true), (3, false), (7, false)] {
        let mut frame = otu();
        frame.field_mut(layout::TCM3).copy_from_slice(&[0x00, 0x58, stat]);
        let grid = grid(&frame, &context());
        let row = find(&grid, "TCM3.BIP8");
        assert_eq!((row.attention, row.meaning.contains("1 violation: 5A")), (judged, judged));
    }
}

#[test]
fn a_maintenance_signal_is_one_thing_to_look_at() {
    for (fill, name) in [(0xFFu8, "ODU-AIS"), (0x66, "ODU-OCI"), (0x55, "ODU-LCK")] {
        let mut frame = OduFrame::zeroed();
        for row in frame.rows_mut() {
            row.fill(fill);
        }
        frame.rows_mut()[0][..14].fill(0);
        frame.set_alignment(3);
        let grid = grid(&frame, &context());
        let looks: Vec<&str> =
            grid.rows.iter().filter(|r| r.attention).map(|r| r.name.as_str()).collect();
        // The BIP-8 of SM, 00, is not the one that is due.
        assert_eq!(looks, ["SM.BIP8", "PM.STAT"]);
        assert_eq!(find(&grid, "JC1").meaning, format!("fill of {name}"));
        assert_eq!(find(&grid, "PM.STAT").meaning, format!("maintenance signal {name}"));
        assert_eq!(text(&grid).matches("TCM4").count(), 2);
    }
}

#[test]
fn json_has_the_same_rows() {
    let grid = grid(&otu(), &context());
    let json = serde_json::to_value(&grid).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), grid.rows.len());
    assert_eq!((&json["frame"], &json["mfas"]), (&258.into(), &2.into()));
    assert_eq!(json["areas"][3]["payload"], "01 02 03 04 05 06 07 08");
}
