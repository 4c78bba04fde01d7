//! Places in a frame by name: the fields of the layout table, their parts, and row and column.
//!
//! In: a name such as `MFAS`, `PM.STAT`, `TCM3.BIP8` or `r3c12`. Out: where its octets or bits are,
//! and their value in a frame. What a value means is said in [`crate::grid`].

use std::sync::LazyLock;

use otn_frame::Frame;
use otn_frame::layout::{
    APS_PCC, BDI, BEI, Bits, FIELDS, IAE, MON_BIP8, MON_STATUS, MON_TTI, NJO, OTU_COLS,
    PAYLOAD_RANGE, PM, PM_TCM, ROWS, SM, SM_RES, STAT, TCM1, TCM2, TCM3, TCM4, TCM5, TCM6,
};

/// Consecutive octets of a row, or consecutive bits of one octet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Row, from 1.
    pub row: usize,
    /// First column, from 1.
    pub column: usize,
    /// Number of octets.
    pub octets: usize,
    /// Bits within the one octet, where it is not all of it.
    pub bits: Option<Bits>,
}

impl Place {
    fn new(name: impl Into<String>, row: usize, column: usize, octets: usize) -> Self {
        Self { name: name.into(), row, column, octets, bits: None }
    }

    /// The octets the place lies in; `None` where the frame has no such columns.
    pub fn octets_in<'a, const COLS: usize>(&self, frame: &'a Frame<COLS>) -> Option<&'a [u8]> {
        let row: &[u8] = frame.rows().get(self.row.checked_sub(1)?)?;
        let first = self.column.checked_sub(1)?;
        row.get(first..first + self.octets)
    }

    /// The value: bits right-aligned, or the first octet.
    pub fn value_in<const COLS: usize>(&self, frame: &Frame<COLS>) -> Option<u8> {
        let octet = *self.octets_in(frame)?.first()?;
        Some(self.bits.map_or(octet, |bits| bits.get(octet)))
    }

    /// The value in hexadecimal, as many digits as it needs; dashes where there is none.
    pub fn hex_in<const COLS: usize>(&self, frame: &Frame<COLS>) -> String {
        match (self.bits, self.octets_in(frame)) {
            (_, None) => "-".repeat(self.digits()),
            (Some(bits), Some(octets)) => {
                octets.iter().map(|&octet| format!("{:X}", bits.get(octet))).collect()
            }
            (None, Some(octets)) => octets.iter().map(|octet| format!("{octet:02X}")).collect(),
        }
    }

    /// Hexadecimal digits of the value; bits named here are four at the most.
    pub fn digits(&self) -> usize {
        if self.bits.is_some() { 1 } else { 2 * self.octets }
    }
}

/// Monitoring fields whose third octet holds STAT.
const WITH_STAT: [otn_frame::layout::Field; 7] = [PM, TCM1, TCM2, TCM3, TCM4, TCM5, TCM6];

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    FIELDS.iter().flat_map(|f| whole(*f).into_iter().chain(parts(*f))).chain(others()).collect()
});

/// All places that have a name, in transmission order within their row: each field, followed by its
/// parts.
pub fn named() -> &'static [Place] {
    &PLACES
}

fn whole(field: otn_frame::layout::Field) -> Option<Place> {
    Some(Place::new(field.name, field.row, field.col, field.octets))
}

/// Parts of a monitoring field; none of other fields.
pub fn parts(field: otn_frame::layout::Field) -> Vec<Place> {
    let status: &[Bits] = if field == SM {
        &[BEI, BDI, IAE, SM_RES]
    } else if WITH_STAT.contains(&field) {
        &[BEI, BDI, STAT]
    } else {
        return Vec::new();
    };
    let octet = |name: &str, at: usize| {
        Place::new(format!("{}.{name}", field.name), field.row, field.col + at, 1)
    };
    let bits = |bits: &Bits| Place { bits: Some(*bits), ..octet(bits.name, MON_STATUS) };
    [octet("TTI", MON_TTI), octet("BIP8", MON_BIP8)]
        .into_iter()
        .chain(status.iter().map(bits))
        .collect()
}

/// Names that the layout table does not have: the PJO, and other names of fields.
fn others() -> Vec<Place> {
    let other = |name: &str, f: otn_frame::layout::Field| Place::new(name, f.row, f.col, f.octets);
    vec![
        Place::new("PJO", ROWS, PAYLOAD_RANGE.start + 1, 1),
        other("OMFI", NJO),
        other("APS", APS_PCC),
        other("PMTCM", PM_TCM),
    ]
}

/// The place of this name, letter case ignored; or the octet at `r3c12` or `row3col12`.
pub fn find(name: &str) -> Option<Place> {
    let known = named().iter().find(|place| place.name.eq_ignore_ascii_case(name));
    known.cloned().or_else(|| by_row_and_column(name))
}

/// The octet at `r3c12`, if that is in a frame of 4 rows of 4080 columns.
fn by_row_and_column(name: &str) -> Option<Place> {
    let name = name.to_ascii_lowercase();
    let rest = name.strip_prefix("row").or_else(|| name.strip_prefix('r'))?;
    let (row, rest) = rest.split_once('c')?;
    let (row, column) = (number(row)?, number(rest.strip_prefix("ol").unwrap_or(rest))?);
    let within = (1..=ROWS).contains(&row) && (1..=OTU_COLS).contains(&column);
    within.then(|| Place::new(format!("r{row}c{column}"), row, column, 1))
}

/// A number of digits alone: no sign, no blank.
pub(crate) fn number(text: &str) -> Option<usize> {
    if text.bytes().all(|c| c.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OtuFrame;
    use std::collections::BTreeSet;

    #[test]
    fn every_field_and_part_has_one_name() {
        let mut seen = BTreeSet::new();
        for place in named() {
            assert!(seen.insert(&place.name), "{} twice", place.name);
            assert_eq!(find(&place.name.to_lowercase()).as_ref(), Some(place));
        }
        // 30 fields, six parts of SM, five of PM and of each TCM, four other names.
        assert_eq!(named().len(), 30 + 6 + 7 * 5 + 4);
    }

    /// Positions of the fact sheet: PM is row 3 columns 10 to 12, STAT its last three bits.
    #[test]
    fn parts_sit_where_the_fact_sheet_says() {
        let mut frame = OtuFrame::zeroed();
        frame.rows_mut()[2][9..12].copy_from_slice(&[0x41, 0x5A, 0x3E]);
        frame.rows_mut()[0][9] = 0xB7;
        let hex = |name: &str| find(name).unwrap().hex_in(&frame);
        assert_eq!([hex("PM"), hex("PM.TTI"), hex("PM.BIP8")], ["415A3E", "41", "5A"]);
        assert_eq!([hex("PM.BEI"), hex("PM.BDI"), hex("PM.STAT")], ["3", "1", "6"]);
        assert_eq!(
            [hex("SM.BEI"), hex("SM.BDI"), hex("SM.IAE"), hex("SM.RES")],
            ["B", "0", "1", "3"]
        );
        assert_eq!([hex("r3c10"), hex("ROW3COL11"), hex("R3C12")], ["41", "5A", "3E"]);
        let at = |name: &str| find(name).map(|p| (p.row, p.column, p.octets));
        assert_eq!(at("TCM6.STAT"), Some((2, 7, 1)));
        assert_eq!(at("TCM3.TTI"), Some((3, 1, 1)));
        assert_eq!((at("PJO"), at("OMFI")), (Some((4, 17, 1)), Some((4, 16, 1))));
    }

    #[test]
    fn places_outside_a_frame_have_no_name_or_no_value() {
        for name in ["r0c1", "r5c1", "r1c0", "r1c4081", "r1", "rc", "r-1c2", "r1c+2", "", "PM.IAE"]
        {
            assert_eq!(find(name), None, "{name}");
        }
        let fec = find("r1c4080").unwrap();
        assert_eq!(fec.hex_in(&OtuFrame::zeroed()), "00");
        assert_eq!(fec.hex_in(&otn_frame::OduFrame::zeroed()), "--");
    }
}
