//! Vectors of multiplexing against the fact sheet: its tables typed in, its rules octet by octet.

use otn_testkit::crc;

use super::super::Pair;
use super::vector;

/// Fact sheet 7.3, figure by figure.
//= type=test g709:19.4.1-msi
//= type=test g709:19.4.1-fixed-ports
#[test]
fn msi_vectors_are_those_of_the_fact_sheet() {
    let mut opu3_pt20: Vec<u8> = (0..16).collect();
    for slot in [2, 5, 9, 16] {
        opu3_pt20[slot - 1] = 0x43;
    }
    let mut opu3_pt21 = [0xC0; 32];
    [opu3_pt21[1], opu3_pt21[24]] = [0x00; 2];
    [opu3_pt21[2], opu3_pt21[3]] = [0x9F; 2];
    for slot in [1, 5, 9, 10, 11, 26, 27, 32] {
        opu3_pt21[slot - 1] = 0x41;
    }
    let mut opu4 = [0; 80];
    [opu4[0], opu4[1], opu4[79]] = [0x80, 0xCF, 0xCF];
    for (name, input, output) in [
        ("msi-opu1", &[1, 1, 1, 2][..], &[0xC0, 0xC1][..]),
        ("msi-opu2-pt20", &[0, 0, 0x12, 2, 0, 0, 0, 0], &[0, 1, 2, 3]),
        (
            "msi-opu2-pt21",
            &[0x12, 1, 0x20, 2, 0x20, 2, 0x20, 2, 0x12, 1, 0, 0, 0, 0, 0x20, 8],
            &[0x00, 0x81, 0x81, 0x81, 0x00, 0xC0, 0xC0, 0x87],
        ),
        ("msi-opu3-pt20", &[0x13, 1, 0x23, 4, 0, 0, 0, 0, 0x23, 4], &opu3_pt20),
        ("msi-opu3-pt21", &[0x23, 2, 0x13, 1, 0x30, 32, 0x30, 32, 0x23, 2], &opu3_pt21),
        ("msi-opu4", &[0x40, 1, 0x40, 80, 0, 0], &opu4),
    ] {
        let pair = vector(name);
        assert_eq!(pair.input[..input.len()], *input, "{name}");
        assert_eq!(
            (pair.output.as_slice(), pair.input.len()),
            (output, 2 * output.len()),
            "{name}"
        );
    }
}

/// The slot that an octet of the payload belongs to, fact sheet 7.4; 0 where it belongs to none.
fn slot_at(k: u8, slots: usize, row: usize, column: usize) -> usize {
    match k {
        4 if column > 3_816 => 0,
        4 if row.is_multiple_of(2) => (3_800 + column - 17) % 80 + 1,
        _ => (column - 17) % slots + 1,
    }
}

/// Rows and columns of a slot in order of transmission.
fn places(k: u8, slots: usize, slot: usize) -> Vec<[u16; 2]> {
    let all = (1..=4).flat_map(|row| (17..=3_824).map(move |column| (row, column)));
    let of_slot = all.filter(|&(row, column)| slot_at(k, slots, row, column) == slot);
    of_slot.map(|(row, column)| [row as u16, column as u16]).collect()
}

fn octets<const N: usize>(numbers: &[[u16; N]]) -> Vec<u8> {
    numbers.iter().flatten().flat_map(|n| n.to_be_bytes()).collect()
}

//= type=test g709:19.1-slot-counts
//= type=test g709:19.1.4-opu4-slots
//= type=test g709:19.3-odtu-octets
#[test]
fn slot_vectors_hold_the_places_of_the_rule() {
    for (name, k, slots, slot, columns) in [
        ("slot-opu1", 1, 2, 2, 1_904),
        ("slot-opu2-2g5", 2, 4, 3, 952),
        ("slot-opu2-1g25", 2, 8, 7, 476),
        ("slot-opu3-2g5", 3, 16, 16, 238),
        ("slot-opu3-1g25", 3, 32, 25, 119),
    ] {
        let pair = vector(name);
        assert_eq!(pair.input, [k, slots as u8, slot as u8], "{name}");
        assert_eq!(pair.output, octets(&places(k, slots, slot)), "{name}");
        assert_eq!(pair.output.len(), 4 * 4 * columns, "{name}");
        assert_eq!(pair.output[..4], [0, 1, 0, 16 + slot as u8], "{name}");
    }
    let opu4 = vector("slot-opu4");
    assert_eq!((opu4.input, opu4.output.len()), (vec![4, 80, 41], 4 * 2 * 95));
    assert_eq!(opu4.output, octets(&places(4, 80, 41)));
    assert!(opu4.output.chunks(4).any(|place| place == [0, 2, 0, 17]), "row 2 begins with it");
}

/// Fact sheet 8.1 and 7.5: an OPU area with JC, NJO, PJO1, PJO2 in their columns.
fn area(
    client: &mut impl Iterator<Item = u8>,
    (k, slots, of): (u8, usize, &[usize]),
    (slot, code): (usize, u8),
    fixed: Option<usize>,
) -> Vec<u8> {
    let stuffed = match code {
        2 => vec![16 + slot, 16 + slot + slots],
        3 => vec![16 + slot],
        _ => vec![],
    };
    let mut area = Vec::new();
    for row in 1..=4 {
        let mut of_row = 0;
        for column in 15..=3_824 {
            let ours = column > 16 && of.contains(&slot_at(k, slots, row, column));
            of_row += usize::from(ours);
            area.push(match (row, column) {
                (1..=3, 16) => code,
                (4, 16) if code == 1 => client.next().unwrap(),
                (4, column) if stuffed.contains(&column) => 0,
                _ if ours && fixed != Some(of_row) => client.next().unwrap(),
                _ => 0,
            });
        }
    }
    area
}

//= type=test g709:19.5-jc
//= type=test g709:19.5-pjo
//= type=test g709:19.5-stuff
//= type=test g709:19.5-odtu13-column-119
#[test]
fn amp_vectors_have_data_and_stuff_in_the_columns_of_the_fact_sheet() {
    for (name, structure, slot, fixed, nominal) in [
        ("amp-odtu01", (1, 2, &[2][..]), 2, None, 7_616),
        ("amp-odtu12", (2, 4, &[3]), 3, None, 3_808),
        ("amp-odtu13", (3, 32, &[2, 25]), 25, Some(119), 948),
        ("amp-odtu23", (3, 16, &[1, 2, 5, 16]), 5, None, 3_808),
    ] {
        let Pair { input, output } = vector(name);
        assert!(!input.contains(&0), "stuff stands out");
        assert_eq!(input.len(), 4 * nominal + 1 - 1 - 2, "{name}");
        let mut client = input.into_iter();
        for (code, found) in [1, 0, 3, 2].into_iter().zip(output.chunks(4 * 3_810)) {
            assert!(found == area(&mut client, structure, (slot, code), fixed), "{name} {code}");
        }
        assert_eq!((client.next(), output.len()), (None, 4 * 4 * 3_810), "{name}");
    }
}

/// Fact sheet 9.2: block j is stuff where (j Cm) mod P is not below Cm.
//= type=test g709:19.6-odtuk-blocks
#[test]
fn gmp_stuff_of_an_odtu_follows_the_formula() {
    for (name, k, slots, slot, p, cm) in [
        ("gmp-odtu2-1-stuff", 2, 8, 3, 15_232u64, 15_168u64),
        ("gmp-odtu4-1-stuff", 4, 80, 80, 15_200, 14_528),
    ] {
        let pair = vector(name);
        assert_eq!(pair.input, (cm as u16).to_be_bytes());
        let places = places(k, slots, slot);
        let frames = (0..slots as u16).flat_map(|n| places.iter().map(move |[r, c]| [n, *r, *c]));
        let blocks = (1..=p).zip(frames).filter(|(j, _)| (j * cm) % p >= cm);
        let stuff: Vec<[u16; 3]> = blocks.map(|(_, place)| place).collect();
        assert_eq!(stuff.len() as u64, p - cm);
        assert_eq!(pair.output, octets(&stuff), "{name}");
    }
}

/// Fact sheet 9.3: the masks of +1, -1 and -2.
//= type=test g709:19.6-overhead-in-last-slot
//= type=test g709:d.3-inversion-patterns
#[test]
fn gmp_overhead_of_an_odtu_is_in_the_frame_of_its_slot() {
    for (name, slots, slot, cm) in
        [("gmp-odtu2-1-overhead", 8, 3, 15_168u16), ("gmp-odtu4-1-overhead", 80, 80, 14_528)]
    {
        let Pair { input, output } = vector(name);
        let words = [(cm, 0), (cm ^ 0x2AAA, 2), ((cm + 1) ^ 0x1555, 1), (cm ^ 0x2666, 1u16)];
        let come: Vec<u8> =
            [cm, cm + 1, cm, cm - 2].into_iter().flat_map(u16::to_be_bytes).collect();
        assert_eq!(input, come);
        let mut expected = vec![0; 4 * slots * 6];
        for (n, (word, indicators)) in words.into_iter().enumerate() {
            let [jc1, jc2] = (word * 4 + indicators).to_be_bytes();
            let at = (n * slots + slot - 1) * 6;
            expected[at..at + 3].copy_from_slice(&[jc1, jc2, crc::gmp_crc8(jc1, jc2)]);
        }
        assert_eq!(output, expected, "{name}");
    }
}

//= type=test g709:19.4.4-omfi
#[test]
fn the_omfi_counts_80_frames() {
    let pair = vector("omfi-opu4");
    assert_eq!(pair.input, (0..160).collect::<Vec<u8>>());
    assert_eq!(pair.output[..80], (0..80).collect::<Vec<u8>>());
    assert_eq!(pair.output[80..], pair.output[..80]);
}

/// Fact sheet 1.4: base values in kbit/s with three decimals, so whole bit/s.
//= type=test g709:7.3-oduflex-gfp-rates
#[test]
fn rates_of_oduflex_gfp_are_multiples_of_the_printed_bases() {
    let pair = vector("oduflex-gfp-rates");
    assert_eq!((pair.input.len(), pair.output.len()), (80, 640));
    for (n, octets) in pair.input.iter().zip(pair.output.chunks_exact(8)) {
        let base = match n {
            1..=8 => 1_249_177_230u64,
            9..=32 => 1_254_470_354,
            _ => 1_301_467_133,
        };
        assert_eq!(octets, (u64::from(*n) * base).to_be_bytes(), "{n}");
    }
}
