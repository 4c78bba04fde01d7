//! Every vector against the fact sheet, the golden files or the oracles of the testkit; and the
//! form of the files.

use otn_testkit::{
    bip, bits, crc, gfp as gfp_oracle, golden, pn, rs, scrambler as scrambler_oracle,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

mod characters;
mod multiplex;
mod otl;
mod pcs;

use super::files::{FileFormat, Width, make, sha256, words};
use super::{Pair, all, clause_of, confidence, requirements, select};

fn vector(name: &str) -> Pair {
    let recipe = all().find(|recipe| recipe.name == name);
    (recipe.unwrap_or_else(|| panic!("no vector {name}")).make)()
}

fn names(selectors: &[&str]) -> Vec<&'static str> {
    let selectors: Vec<String> = selectors.iter().map(ToString::to_string).collect();
    select(&selectors).unwrap().iter().map(|recipe| recipe.name).collect()
}

#[test]
fn every_vector_has_a_name_of_its_own_and_known_requirements() {
    let known: BTreeSet<String> = requirements().unwrap().into_iter().map(|r| r.id).collect();
    let mut seen = BTreeSet::new();
    for recipe in all() {
        assert!(seen.insert(recipe.name), "{} twice", recipe.name);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(recipe.name.chars().all(plain), "{}", recipe.name);
        assert!(!recipe.requirements.is_empty(), "{}", recipe.name);
        for id in recipe.requirements {
            assert!(known.contains(*id), "{}: {id}", recipe.name);
        }
        assert_eq!((recipe.make)(), (recipe.make)(), "{}", recipe.name);
        assert!(!(recipe.make)().input.is_empty(), "{}", recipe.name);
    }
    assert!(seen.len() > 80);
}

#[test]
fn clauses_choose_what_lies_within_them_and_nothing_else() {
    assert_eq!(clause_of("g709:15.6.2.1-fas"), ("g709", "15.6.2.1"));
    let annex_a: Vec<&str> = names(&["annex-a"]);
    assert!(annex_a.contains(&"rs255-239-row") && !annex_a.contains(&"gfp-idle"));
    for same in ["a", "Annex A", "g709:annex-a", "g709:a"] {
        assert_eq!(names(&[same]), annex_a, "{same}");
    }
    assert_eq!(names(&["16.6"]), ["pn11"]);
    assert_eq!(names(&["15.6.2.1", "g709:16.6.1-pn11"]), ["fas-mfas-multiframe", "pn11"]);
    assert_eq!(names(&["prbs31"]), ["prbs31"]);
    assert!(names(&["g7041"]).iter().all(|name| name.starts_with("gfp-")));
    assert_eq!(names(&["all"]).len(), all().count());
    for none in
        ["1", "17.22", "g709:17.", "g7042", "g7041:17", "", "annex", "annex-z", "15.6.2.1.1"]
    {
        let error = select(&[none.to_string()]).unwrap_err().to_string();
        assert!(
            error.contains(&format!("found `{none}`")) && error.contains("g709:11.2"),
            "{error}"
        );
    }
}

#[test]
fn a_vector_is_as_sure_as_its_least_sure_requirement() {
    let known = requirements().unwrap();
    let of = |ids: &[&str]| confidence(known.iter().filter(|r| ids.contains(&r.id.as_str())));
    assert_eq!(of(&["g709:a-parity"]), "verified");
    assert_eq!(of(&["g709:a-parity", "g709:17.7-opuk-blocks"]), "derived");
    assert_eq!(of(&["g709:a-parity", "g709:17.7-opuk-blocks", "g709:17.2-jc-codes"]), "memory");
}

//= type=test g709:11.2-scrambler
//= type=test g709:11.2-fec-before-scrambler
#[test]
fn line_vectors_are_those_of_the_oracle() {
    let golden = golden::scrambler();
    let (start, end) = (golden.octets("keystream"), golden.octets("keystream.frame-end"));
    let keystream = vector("scrambler-keystream").output;
    assert_eq!(keystream[..6], [0; 6]);
    assert_eq!(keystream[6..6 + start.len()], *start);
    assert_eq!(keystream[keystream.len() - end.len()..], *end);
    let frame = vector("scrambler-frame");
    assert_eq!(rs::wrong_codewords(&frame.input), 0);
    let mut line = frame.input;
    scrambler_oracle::scramble_otu(&mut line);
    assert_eq!(line, frame.output);
    let coded = vector("otu-frame-coded");
    let mut line = coded.input;
    assert!(line[3824..4080].iter().all(|&o| o == 0));
    rs::encode_frame(&mut line);
    scrambler_oracle::scramble_otu(&mut line);
    assert_eq!(line, coded.output);
    assert_eq!(line[..6], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28]);
}

//= type=test g709:15.6.2.1-fas
//= type=test g709:15.2-tti-layout
//= type=test g709:15.7.2.1.1-tti-phase
#[test]
fn alignment_vectors_are_those_of_the_fact_sheet() {
    let frames = vector("fas-mfas-multiframe").output;
    for (mfas, octets) in (0..=255u8).zip(frames.chunks_exact(7)) {
        assert_eq!(octets, [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, mfas]);
    }
    let layout = vector("tti-layout");
    let mut expected = vec![0];
    expected.extend_from_slice(&layout.input[..15]);
    expected.push(0);
    expected.extend_from_slice(&layout.input[15..]);
    assert_eq!(layout.output, expected);
    assert_eq!(&layout.output[..20], b"\0FRAPARIS1234567\0DEU");
    let multiframe = vector("tti-multiframe");
    assert_eq!(multiframe.output, multiframe.input.repeat(4));
}

//= type=test g709:15.7.2.1.2-sm-bip8
//= type=test g709:15.7.2.1.2-frame-i-plus-2
//= type=test g709:15.8.2.1.2-pm-bip8
#[test]
fn bip8_vectors_are_those_of_the_oracle() {
    let one = vector("bip8-opu");
    assert_eq!(one.output, [bip::bip8_opu(&one.input, 3824)]);
    let three = vector("bip8-frame-i-plus-2");
    let (before, after): (Vec<_>, Vec<_>) =
        (three.input.chunks(15_296).collect(), three.output.chunks(15_296).collect());
    let first = bip::bip8_opu(before[0], 3824);
    assert_ne!(first, 0, "a BIP-8 that can be told from nothing");
    let (sm, pm) = (8, 2 * 3824 + 10);
    for (number, (before, after)) in before.iter().zip(&after).enumerate() {
        let mut expected = before.to_vec();
        let carried = if number == 2 { first } else { 0 };
        (expected[sm], expected[pm]) = (carried, carried);
        assert_eq!(&expected, after, "frame {number}");
    }
}

/// Conformance cases 11 and 12.
//= type=test g709:15.7.2.1.4-bei-biae
//= type=test g709:15.8.2.1.4-pm-bei
//= type=test g709:15.8.2.1.5-pm-stat
//= type=test g709:15.7.2.1-sm-octet-3
#[test]
fn monitoring_tables_are_those_of_the_fact_sheet() {
    let bei = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0];
    let with_biae: Vec<u8> =
        bei.iter().enumerate().flat_map(|(code, &n)| [n, u8::from(code == 11)]).collect();
    assert_eq!(vector("bei-biae-table").output, with_biae);
    assert_eq!(vector("pm-bei-table").output, bei);
    assert_eq!(vector("pm-stat-table").output, [0, 1, 0, 0, 0, 5, 6, 7]);
    let (sm, pm) = (vector("sm-octet-3-table"), vector("pm-octet-3-table"));
    for value in 0..256usize {
        let errors = bei[value / 16];
        let bit = |weight: usize| (value / weight % 2) as u8;
        let expected = [errors, u8::from(value / 16 == 11), bit(8), bit(4), (value % 4) as u8];
        assert_eq!(sm.output[5 * value..][..5], expected, "{value:02X}");
        assert_eq!(pm.output[3 * value..][..3], [errors, bit(8), (value % 8) as u8]);
    }
}

//= type=test g709:15.9.2.1-psi
//= type=test g709:17.1-csf
#[test]
fn psi_vectors_hold_the_payload_type_and_client_signal_fail() {
    let mut expected = [0; 256];
    expected[0] = 0x05;
    assert_eq!(vector("psi-gfp").output, expected);
    expected[2] = 0x80;
    assert_eq!(vector("psi-gfp-csf").output, expected);
}

/// Conformance case 20.
//= type=test g709:16-odu-ais
//= type=test g709:16-odu-oci
//= type=test g709:16-odu-lck
#[test]
fn maintenance_signals_are_filled_outside_row_1_columns_1_to_14() {
    let signals =
        [("odu-ais-frame", 0xFF, 7), ("odu-oci-frame", 0x66, 6), ("odu-lck-frame", 0x55, 5)];
    for (name, fill, stat) in signals {
        let Pair { input, output } = vector(name);
        assert_eq!(output[..14], input[..14]);
        assert_eq!(output[..7], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 3]);
        assert!(output[14..].iter().all(|&octet| octet == fill), "{name}");
        // Third octets of TCM6 to TCM1 and PM, by row and column.
        for (row, column) in [(2, 7), (2, 10), (2, 13), (3, 3), (3, 6), (3, 9), (3, 12)] {
            assert_eq!(output[(row - 1) * 3824 + column - 1] % 8, stat, "{name} {row} {column}");
        }
        assert_eq!(output.len(), 15_296);
    }
}

/// Conformance case 19.
//= type=test g709:16.6.1-pn11
//= type=test g709:17.5.2-prbs31
#[test]
fn sequences_are_those_of_the_recurrence() {
    let pn11 = vector("pn11");
    assert_eq!(pn11.input, [0x07, 0xFF]);
    assert_eq!(pn11.output[..8], *golden::pn11().octets("start"));
    assert_eq!(pn11.output, pn::pn11(2047));
    assert_eq!(bits::from_bytes(&pn11.output).iter().filter(|b| **b).count(), 8 * 1024);
    let prbs = vector("prbs31");
    assert_eq!(prbs.input, [0x7F, 0xFF, 0xFF, 0xFF]);
    let oracle = bits::to_bytes(&pn::recurrence(&[28, 31], 31 + 8_000)[31..]);
    assert_eq!(prbs.output, oracle);
    let inverted: Vec<u8> = oracle.iter().map(|octet| !octet).collect();
    assert_eq!(vector("prbs31-inverted").output, inverted);
}

/// An OPU area of a CBR client, octet by octet from the columns of the figures.
fn opu_area(client: &[u8], code: u8, stuffed: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut client = client.iter().copied();
    let mut area = Vec::new();
    for row in 1..=4 {
        for column in 15..=3824 {
            area.push(match (row, column) {
                (_, 15) => 0,
                (1..=3, 16) => code,
                (4, 16) if code != 1 => 0,
                (4, 17) if code == 3 => 0,
                (_, column) if stuffed(column) => 0,
                _ => client.next().expect("as many octets as places"),
            });
        }
    }
    assert_eq!(client.next(), None);
    area
}

//= type=test g709:17.2-jc-codes
//= type=test g709:17.2-cbr-columns
//= type=test g709:17.2-fixed-stuff
#[test]
fn cbr_vectors_have_client_and_stuff_in_the_columns_of_the_figures() {
    let none = |_: usize| false;
    for (name, octets, code) in [
        ("amp-cbr2g5-none", 15_232, 0),
        ("amp-cbr2g5-negative", 15_233, 1),
        ("amp-cbr2g5-positive", 15_231, 3),
    ] {
        let pair = vector(name);
        assert_eq!(pair.input.len(), octets);
        assert!(!pair.input.contains(&0), "stuff stands out");
        assert_eq!(pair.output, opu_area(&pair.input, code, none), "{name}");
    }
    let opu2 = vector("amp-cbr10g");
    assert_eq!(opu2.output, opu_area(&opu2.input, 0, |c| (1905..=1920).contains(&c)));
    let opu3 = vector("amp-cbr40g");
    let stuffed = |c| (1265..=1280).contains(&c) || (2545..=2560).contains(&c);
    assert_eq!(opu3.output, opu_area(&opu3.input, 0, stuffed));
}

/// Conformance cases 40 and 41, with the masks of the fact sheet.
//= type=test g709:d.3-inversion-patterns
//= type=test g709:d.3-jc1-jc2
#[test]
fn gmp_counts_are_signalled_by_the_masks_of_the_fact_sheet() {
    let changes: [(&str, i32, u16, u16); 5] = [
        ("steady", 0, 0, 0),
        ("plus-1", 1, 0x2AAA, 2),
        ("minus-1", -1, 0x1555, 1),
        ("plus-2", 2, 0x1999, 2),
        ("minus-2", -2, 0x2666, 1),
    ];
    let counts = [14_405u16, 14_407, 14_528, 15_168, 188, 475, 1_912, 7_648];
    let golden = golden::gmp_overhead();
    for (name, change, mask, indicators) in changes {
        let pair = vector(&format!("gmp-count-{name}"));
        let rows = pair.input.chunks_exact(4).zip(pair.output.chunks_exact(3));
        assert_eq!(rows.len(), counts.len());
        for ((input, jc), before) in rows.zip(counts) {
            let after = (i32::from(before) + change) as u16;
            assert_eq!(input, [before.to_be_bytes(), after.to_be_bytes()].concat());
            let [jc1, jc2] = ((before ^ mask) * 4 + indicators).to_be_bytes();
            assert_eq!(jc, [jc1, jc2, crc::gmp_crc8(jc1, jc2)], "{name} from {before}");
            if change == 0 {
                assert_eq!(jc, golden.octets(&format!("jc.{before}")));
            }
        }
    }
    let large = vector("gmp-count-large");
    for (input, jc) in large.input.chunks_exact(4).zip(large.output.chunks_exact(3)) {
        let after = u16::from_be_bytes([input[2], input[3]]);
        let [jc1, jc2] = (after * 4 + 3).to_be_bytes();
        assert_eq!(jc, [jc1, jc2, crc::gmp_crc8(jc1, jc2)]);
    }
}

/// Conformance case 42.
//= type=test g709:d.3-crc8
//= type=test g709:d.4-crc5
//= type=test g709:d.4-jc4-jc6
#[test]
fn gmp_checks_are_those_of_the_fact_sheet() {
    let golden = golden::gmp_overhead();
    let crc8 = vector("gmp-crc8-table");
    assert_eq!(crc8.output, golden.octets("crc8.contributions"));
    assert_eq!(crc8.input[..4], [0x80, 0, 0x40, 0]);
    let crc5 = vector("gmp-crc5-table");
    let checks: Vec<u8> = crc5.output.chunks_exact(3).map(|jc| jc[2]).collect();
    assert_eq!(checks, golden.octets("crc5.contributions"));
    assert_eq!(crc5.input[..4], [0x02, 0, 0x01, 0]);
    let all = vector("gmp-sum-cnd");
    for (sum, (input, jc)) in all.input.chunks_exact(2).zip(all.output.chunks_exact(3)).enumerate()
    {
        assert_eq!(input, (sum as u16).to_be_bytes());
        let data = core::array::from_fn(|i| sum / 2usize.pow(9 - i as u32) % 2 == 1);
        assert_eq!(jc, [(sum / 32) as u8, (sum % 32) as u8, crc::gmp_crc5(&data)], "{sum}");
    }
    assert_eq!(all.output.len(), 3 * 1024);
}

/// Conformance case 33.
//= type=test g709:d.2-data-blocks
//= type=test g709:d.2-stuff-zero
#[test]
fn gmp_blocks_follow_the_formula_and_the_examples_of_the_fact_sheet() {
    for (p, cm, stuff) in [
        (190u64, 188u64, &[1, 96][..]),
        (190, 189, &[1]),
        (476, 475, &[1]),
        (15_232, 14_407, &[1, 19, 37, 56, 74]),
        (15_232, 15_168, &[1, 239, 477]),
        (15_200, 14_528, &[1]),
    ] {
        let pair = vector(&format!("gmp-blocks-{p}-{cm}"));
        let formula: Vec<u8> = (1..=p).map(|j| u8::from((j * cm) % p < cm)).collect();
        assert_eq!(pair.output, formula, "{p} {cm}");
        assert_eq!(pair.output.iter().filter(|&&o| o == 1).count() as u64, cm);
        let first = (1..).zip(&pair.output).filter(|(_, o)| **o == 0).map(|(j, _)| j);
        assert!(first.take(stuff.len()).eq(stuff.iter().copied()), "{p} {cm}");
    }
    let Pair { input, output } = vector("gmp-opu4-188");
    let mut client = input.chunks_exact(80);
    for (j, block) in (1..).zip(output.chunks_exact(80)) {
        let expected = if [1, 96].contains(&j) { &[0; 80][..] } else { client.next().unwrap() };
        assert_eq!(block, expected, "block {j}");
    }
    assert_eq!((client.next(), input.len(), output.len()), (None, 15_040, 15_200));
}

/// The rules of the fact sheet, sections 9.3 and 9.5, on the octets that the input says have come.
//= type=test g709:d.4-cnd-update
#[test]
fn gmp_overhead_of_64_frames_follows_the_count_and_the_sum() {
    let pair = vector("gmp-jc-100gbase-r");
    let (mut count, mut left, mut changes) = (188u16, 0u16, 0);
    assert_eq!((pair.input.len(), pair.output.len()), (2 * 64, 6 * 64));
    for (come, jc) in pair.input.chunks_exact(2).zip(pair.output.chunks_exact(6)) {
        let waiting = left + u16::from_be_bytes([come[0], come[1]]);
        let next = waiting / 80;
        left = waiting % 80;
        let (word, indicators) = match i32::from(next) - i32::from(count) {
            0 => (next, 0),
            1 => (count ^ 0x2AAA, 2),
            -1 => (count ^ 0x1555, 1),
            other => panic!("100GBASE-R changes by one at most, found {other}"),
        };
        changes += u32::from(indicators != 0);
        let [jc1, jc2] = (word * 4 + indicators).to_be_bytes();
        let data = core::array::from_fn(|i| left / 2u16.pow(9 - i as u32) % 2 == 1);
        let [jc4, jc5] = [(left / 32) as u8, (left % 32) as u8];
        let expected = [jc1, jc2, crc::gmp_crc8(jc1, jc2), jc4, jc5, crc::gmp_crc5(&data)];
        assert_eq!(jc, expected);
        count = next;
    }
    // The mean count is 188.154: in 64 frames it is 189 about ten times, and goes back each time.
    assert!((18..=20).contains(&changes), "{changes}");
}

/// Conformance cases 17 and 18.
//= type=test g709:a-parity
//= type=test g709:a-interleave
//= type=test g709:a-correct-8
#[test]
fn fec_vectors_are_those_of_the_fact_sheet_and_the_oracle() {
    let golden = golden::rs255_239();
    for name in ["last-one", "first-one", "counting", "ones"] {
        let pair = vector(&format!("rs255-239-{name}"));
        assert_eq!(pair.output[..239], pair.input);
        assert_eq!(pair.output[239..], *golden.octets(&format!("parity.{name}")), "{name}");
    }
    let row = vector("rs255-239-row");
    let mut expected = row.input.clone();
    expected.resize(4080, 0);
    rs::encode_row(&mut expected);
    assert_eq!(row.output, expected);
    let mend = vector("rs255-239-mend");
    let mut damaged = mend.input.clone();
    assert_eq!(rs::decode_row(&mut damaged), [Some(8); 16]);
    assert_eq!(damaged, mend.output);
}

/// Conformance cases 45 and 46.
//= type=test g7041:6.1.1.2-hec
//= type=test g7041:6.1.1.3-core-scrambling
//= type=test g7041:6.2-idle-insertion
#[test]
fn gfp_headers_and_idles_are_those_of_the_fact_sheet() {
    let golden = golden::gfp();
    let core = vector("gfp-core-headers");
    for (pli, octets) in core.input.chunks_exact(2).zip(core.output.chunks_exact(8)) {
        let pli = u16::from_be_bytes([pli[0], pli[1]]);
        let header = gfp_oracle::core_header(pli);
        assert_eq!(octets, [header, gfp_oracle::mask(header)].concat(), "{pli}");
        if let Some(known) = golden.get(&format!("core.{pli}.line")) {
            assert_eq!(&octets[4..], known);
        }
    }
    let types = vector("gfp-type-headers").output;
    for octets in types.chunks_exact(4) {
        let known = golden.octets(&format!("type.{:02X}{:02X}", octets[0], octets[1]));
        assert_eq!(octets, known);
    }
    assert_eq!(vector("gfp-idle").output, [0xB6, 0xAB, 0x31, 0xE0].repeat(10));
}

//= type=test g7041:6.1-frame
//= type=test g7041:6.1.2.3-payload-scrambler
//= type=test ieee802.3:3.2.9-fcs
#[test]
fn gfp_frames_are_those_of_the_oracle() {
    let golden = golden::gfp();
    let impulse = vector("gfp-scrambler");
    assert_eq!(impulse.input, golden.octets("scrambler.impulse.in"));
    assert_eq!(impulse.output, golden.octets("scrambler.impulse.out"));
    for (name, pfcs) in [("gfp-ethernet", false), ("gfp-ethernet-pfcs", true)] {
        let Pair { input, output } = vector(name);
        assert_eq!(input.len(), 64);
        assert_eq!(input[60..], crc::ethernet_fcs(&input[..60]));
        let mut scrambler = gfp_oracle::Scrambler::new();
        assert_eq!(output, gfp_oracle::client_frame(0, pfcs, 1, &input, &mut scrambler), "{name}");
    }
    let Pair { input, output } = vector("gfp-stream");
    let (first, rest) = input.split_at(64);
    let (second, third) = rest.split_at(70);
    let mut scrambler = gfp_oracle::Scrambler::new();
    let mut line = Vec::new();
    for (frame, idles) in [(first, 2), (second, 0), (third, 99)] {
        line.extend(gfp_oracle::client_frame(0, false, 1, frame, &mut scrambler));
        line.extend(gfp_oracle::idle().repeat(idles));
    }
    assert_eq!(output, line[..512]);
    assert_eq!(vector("ethernet-fcs").output, 0xCBF4_3926u32.to_le_bytes());
}

#[test]
fn words_hold_the_first_octet_in_the_most_significant_place_and_say_their_padding() {
    let recipes = select(&["ethernet-fcs".to_string()]).unwrap();
    let known = requirements().unwrap();
    let file = |format, bits| {
        let width = Width::from_bits(bits).unwrap();
        let (index, files) = make(&recipes, &known, format, width).unwrap();
        assert_eq!(index.vectors[0].input.sha256, sha256(b"123456789"));
        assert_eq!(index.vectors[0].input.file_sha256, sha256(&files[0].octets));
        assert_eq!(files.len(), 2 + 3);
        let text = String::from_utf8(files[0].octets.clone()).unwrap();
        (index.vectors[0].input.padding_octets, text)
    };
    let (padding, hex) = file(FileFormat::Hex, 32);
    let words: Vec<&str> = hex.lines().filter(|line| !line.starts_with("//")).collect();
    assert_eq!((padding, words), (3, vec!["31323334", "35363738", "39000000"]));
    assert!(hex.contains("3 octets 00 of padding"), "{hex}");
    let (padding, hex) = file(FileFormat::Hex, 8);
    assert_eq!(padding, 0);
    assert!(!hex.contains("padding") && hex.ends_with("\n38\n39\n"), "{hex}");
    let (_, hex) = file(FileFormat::Hex, 512);
    assert!(hex.ends_with(&format!("\n313233343536373839{}\n", "00".repeat(55))));
    let (_, csv) = file(FileFormat::Csv, 64);
    assert_eq!(csv, "offset,word\n0,3132333435363738\n8,3900000000000000\n");
    let (padding, bin) = file(FileFormat::Bin, 8);
    assert_eq!((padding, bin.as_str()), (0, "123456789"));
    // The check value of SHA-256 that its standard prints for the text abc.
    assert!(sha256(b"abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
}

proptest! {
    /// The words of any octets, put together again and cut off, are those octets.
    #[test]
    fn words_of_any_width_hold_all_octets(
        octets in proptest::collection::vec(any::<u8>(), 0..200), width in 1u32..80,
    ) {
        let width = Width::from_bits(8 * width).unwrap();
        let digits: String = words(&octets, width).collect();
        let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let mut back: Vec<u8> = digits.as_bytes().chunks(2).map(octet).collect();
        prop_assert!(words(&octets, width).all(|word| word.len() == width.bits() / 4));
        let padding = back.split_off(octets.len());
        prop_assert!(padding.iter().all(|&o| o == 0) && padding.len() < width.bits() / 8);
        prop_assert_eq!(back, octets);
    }
}

#[test]
fn widths_that_are_no_words_are_refused() {
    for bits in [0, 1, 7, 12, 65, 65_544] {
        let error = Width::from_bits(bits).unwrap_err().to_string();
        assert!(error.contains(&format!("found {bits}")), "{error}");
    }
    for bits in [8, 24, 512, 65_536] {
        assert_eq!(Width::from_bits(bits).unwrap().bits() as u32, bits);
    }
}
