//! An owned OTUk or ODUk frame: four rows of octets.
//!
//! Clauses: G.709 11.1, 12.1. In: octets of exactly one frame. Out: the same octets, by field, by
//! row, as payload. The number of columns is in the type, so no accessor can fail. The octets are
//! not interpreted here.

use core::fmt;

use crate::bip::Bip8;
use crate::layout::{
    FAS, Field, MFAS, ODU_COLS, ODU_OCTETS, OPU_RANGE, OTU_COLS, OTU_OCTETS, OVERHEAD_COLS,
    PAYLOAD_COLS, PAYLOAD_RANGE, ROWS,
};

/// The frame alignment signal: three OA1 octets, three OA2 octets.
//= g709:15.6.2.1-fas
pub const FAS_PATTERN: [u8; 6] = [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28];

/// Four rows of `COLS` octets. Both structures hold the ODU overhead at the same place.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame<const COLS: usize> {
    rows: [[u8; COLS]; ROWS],
}

/// One OTUk frame, 4 x 4080 octets, FEC area included.
pub type OtuFrame = Frame<OTU_COLS>;
/// One ODUk frame, 4 x 3824 octets.
pub type OduFrame = Frame<ODU_COLS>;

/// A byte string that is not exactly one frame long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongLength {
    /// Octets found.
    pub found: usize,
    /// Octets of one frame.
    pub expected: usize,
}

impl fmt::Display for WrongLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {} octets, expected one frame of {}", self.found, self.expected)
    }
}

impl core::error::Error for WrongLength {}

impl<const COLS: usize> Frame<COLS> {
    const HOLDS_OVERHEAD: () = assert!(COLS >= ODU_COLS, "an OTN frame has at least 3824 columns");

    /// A frame of all zeros.
    pub const fn zeroed() -> Self {
        let () = Self::HOLDS_OVERHEAD;
        Self { rows: [[0; COLS]; ROWS] }
    }

    /// A frame with a copy of `octets`, row after row.
    ///
    /// # Errors
    /// [`WrongLength`] unless `octets` is one frame long.
    pub fn from_octets(octets: &[u8]) -> Result<Self, WrongLength> {
        let mut frame = Self::zeroed();
        let expected = ROWS * COLS;
        if octets.len() != expected {
            return Err(WrongLength { found: octets.len(), expected });
        }
        frame.octets_mut().copy_from_slice(octets);
        Ok(frame)
    }

    /// All octets in transmission order.
    pub const fn octets(&self) -> &[u8] {
        self.rows.as_flattened()
    }

    /// All octets in transmission order, writable.
    pub const fn octets_mut(&mut self) -> &mut [u8] {
        self.rows.as_flattened_mut()
    }

    /// The four rows.
    pub const fn rows(&self) -> &[[u8; COLS]; ROWS] {
        &self.rows
    }

    /// The four rows, writable.
    pub const fn rows_mut(&mut self) -> &mut [[u8; COLS]; ROWS] {
        &mut self.rows
    }

    /// The octets of one overhead field.
    pub fn field(&self, field: Field) -> &[u8] {
        &self.overhead(field)[field.columns()]
    }

    /// The octets of one overhead field, writable.
    pub fn field_mut(&mut self, field: Field) -> &mut [u8] {
        &mut self.rows[field.row_index()][field.columns()]
    }

    /// The first octet of a field; the whole of it where the field is one octet.
    pub fn octet(&self, field: Field) -> u8 {
        self.overhead(field)[field.col - 1]
    }

    /// Sets the first octet of a field.
    pub fn set_octet(&mut self, field: Field, value: u8) {
        self.rows[field.row_index()][field.col - 1] = value;
    }

    /// A copy of the overhead columns, 1 to 16, of all rows.
    pub fn overhead_columns(&self) -> [[u8; OVERHEAD_COLS]; ROWS] {
        self.rows.each_ref().map(|row| core::array::from_fn(|column| row[column]))
    }

    fn overhead(&self, field: Field) -> &[u8] {
        &self.rows[field.row_index()][..OVERHEAD_COLS]
    }

    /// The four payload rows, 3808 octets each (columns 17 to 3824).
    pub fn payload_rows(&self) -> impl Iterator<Item = &[u8]> {
        self.rows.iter().map(|row| &row[PAYLOAD_RANGE])
    }

    /// Copies the OPU payload, row after row, to `out`.
    pub fn copy_payload_to(&self, out: &mut [u8; PAYLOAD_COLS * ROWS]) {
        for (row, part) in self.payload_rows().zip(out.chunks_exact_mut(PAYLOAD_COLS)) {
            part.copy_from_slice(row);
        }
    }

    /// Fills the OPU payload, row after row, from `payload`.
    pub fn set_payload(&mut self, payload: &[u8; PAYLOAD_COLS * ROWS]) {
        for (row, part) in self.rows.iter_mut().zip(payload.chunks_exact(PAYLOAD_COLS)) {
            row[PAYLOAD_RANGE].copy_from_slice(part);
        }
    }

    /// BIP-8 over the OPU area, columns 15 to 3824 of all rows: what SM, PM and every TCM carry.
    //= g709:15.7.2.1.2-sm-bip8
    //= g709:15.8.2.1.2-pm-bip8
    pub fn opu_bip8(&self) -> Bip8 {
        self.rows.iter().fold(Bip8::default(), |sum, row| sum ^ Bip8::over(&row[OPU_RANGE]))
    }

    /// Writes FAS and MFAS.
    pub fn set_alignment(&mut self, mfas: u8) {
        self.field_mut(FAS).copy_from_slice(&FAS_PATTERN);
        self.set_octet(MFAS, mfas);
    }
}

impl OtuFrame {
    /// The ODUk structure inside: the first 3824 columns of each row.
    pub fn to_odu(&self) -> OduFrame {
        let mut odu = OduFrame::zeroed();
        for (to, from) in odu.rows.iter_mut().zip(&self.rows) {
            to.copy_from_slice(&from[..ODU_COLS]);
        }
        odu
    }

    /// Number of octets, for buffers.
    pub const OCTETS: usize = OTU_OCTETS;
}

impl OduFrame {
    /// Number of octets, for buffers.
    pub const OCTETS: usize = ODU_OCTETS;
}

impl<const COLS: usize> fmt::Debug for Frame<COLS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame<{COLS}> {{ overhead: [")?;
        for row in &self.rows {
            write!(f, " {:02X?}", &row[..OVERHEAD_COLS])?;
        }
        f.write_str(" ] }")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{FIELDS, PAYLOAD_OCTETS, PM, PSI};
    use std::vec::Vec;

    #[test]
    fn rows_and_fields_are_windows_on_the_same_octets() {
        let octets: Vec<u8> = (0..OTU_OCTETS).map(|i| (i % 251) as u8).collect();
        let frame = OtuFrame::from_octets(&octets).unwrap();
        for f in FIELDS {
            let start = f.offset(OTU_COLS);
            assert_eq!(frame.field(f), &octets[start..start + f.octets], "{}", f.name);
            assert_eq!(frame.octet(f), octets[start]);
            assert_eq!(frame.overhead_columns()[f.row_index()][f.columns()], *frame.field(f));
        }
        assert_eq!(frame.to_odu().field(PM), frame.field(PM));
        assert_eq!(frame.to_odu().octet(PSI), frame.octet(PSI));
    }

    #[test]
    fn a_wrong_length_is_refused_with_both_numbers() {
        for found in [0, 1, ODU_OCTETS, OTU_OCTETS - 1, OTU_OCTETS + 1] {
            let error = OtuFrame::from_octets(&std::vec![0; found]).unwrap_err();
            assert_eq!(error, WrongLength { found, expected: OTU_OCTETS });
        }
    }

    #[test]
    fn payload_goes_in_and_out_in_row_order() {
        let mut payload = [0u8; PAYLOAD_OCTETS];
        for (i, p) in payload.iter_mut().enumerate() {
            *p = (i % 253) as u8;
        }
        let mut frame = OduFrame::zeroed();
        frame.set_payload(&payload);
        let mut back = [0u8; PAYLOAD_OCTETS];
        frame.copy_payload_to(&mut back);
        assert_eq!(payload, back);
        assert_eq!(
            frame.rows()[1][16],
            payload[3808],
            "row 2 starts with octet 3809 of the payload"
        );
        assert!(frame.rows().iter().all(|row| row[..16].iter().all(|&o| o == 0)));
    }

    //= type=test g709:15.6.2.1-fas
    #[test]
    fn alignment_is_written_in_row_one() {
        let mut frame = OtuFrame::zeroed();
        frame.set_alignment(0xA5);
        assert_eq!(frame.octets()[..8], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 0xA5, 0]);
    }
}
