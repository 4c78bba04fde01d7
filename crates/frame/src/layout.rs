//! Where every overhead octet of the OTUk, ODUk and OPUk frame sits: the one table.
//!
//! Clauses: G.709 11.1 (areas), 15.6 to 15.9 (overhead fields).
//! Rows, columns and bits count from 1, as the figures do; bit 1 is the most significant and is
//! sent first. Everything else in the project, the Wireshark dissector included, takes its
//! offsets from here. This module does not interpret values; see [`crate::overhead`].

use core::ops::Range;

/// Rows of every OTUk, ODUk and OPUk structure.
pub const ROWS: usize = 4;
/// Columns of the OTUk structure.
//= g709:11.1-areas
pub const OTU_COLS: usize = 4080;
/// Columns of the ODUk structure, and of the OTUk structure without its FEC area.
pub const ODU_COLS: usize = 3824;
/// Octets of one OTUk frame.
pub const OTU_OCTETS: usize = ROWS * OTU_COLS;
/// Octets of one ODUk frame.
pub const ODU_OCTETS: usize = ROWS * ODU_COLS;
/// Bits of one OTUk frame.
pub const OTU_BITS: u64 = OTU_OCTETS as u64 * 8;
/// Bits of one ODUk frame.
pub const ODU_BITS: u64 = ODU_OCTETS as u64 * 8;

/// Zero-based column range of the OPUk area (columns 15 to 3824), overhead included.
pub const OPU_RANGE: Range<usize> = 14..ODU_COLS;
/// Zero-based column range of the OPUk payload area (columns 17 to 3824).
pub const PAYLOAD_RANGE: Range<usize> = 16..ODU_COLS;
/// Zero-based column range of the OTUk FEC area (columns 3825 to 4080).
pub const FEC_RANGE: Range<usize> = ODU_COLS..OTU_COLS;
/// Octets of OPUk payload in one row.
pub const PAYLOAD_COLS: usize = PAYLOAD_RANGE.end - PAYLOAD_RANGE.start;
/// Octets of OPUk payload in one frame.
pub const PAYLOAD_OCTETS: usize = ROWS * PAYLOAD_COLS;

/// Columns that hold overhead: no field ends beyond this one.
pub const OVERHEAD_COLS: usize = 16;

/// One overhead field: consecutive octets of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name as the Recommendation spells it.
    pub name: &'static str,
    /// Row, 1 to 4.
    pub row: usize,
    /// First column, counted from 1.
    pub col: usize,
    /// Number of octets.
    pub octets: usize,
    /// What it is for, in a few words.
    pub about: &'static str,
}

impl Field {
    /// Zero-based index of the field's row.
    pub const fn row_index(self) -> usize {
        self.row - 1
    }

    /// Zero-based columns of the field within its row.
    pub const fn columns(self) -> Range<usize> {
        self.col - 1..self.col - 1 + self.octets
    }

    /// Zero-based offset of the field's first octet in a frame of `cols` columns.
    pub const fn offset(self, cols: usize) -> usize {
        self.row_index() * cols + self.col - 1
    }
}

const fn field(
    name: &'static str,
    row: usize,
    col: usize,
    octets: usize,
    about: &'static str,
) -> Field {
    assert!(row >= 1 && row <= ROWS, "rows count from 1 to 4");
    assert!(col >= 1 && octets >= 1, "columns count from 1");
    assert!(col - 1 + octets <= OVERHEAD_COLS, "overhead ends at column 16");
    Field { name, row, col, octets, about }
}

//= g709:15.6-field-positions
/// Frame alignment signal.
pub const FAS: Field = field("FAS", 1, 1, 6, "frame alignment signal");
/// Multiframe alignment signal.
pub const MFAS: Field = field("MFAS", 1, 7, 1, "multiframe alignment signal");
/// Section monitoring.
pub const SM: Field = field("SM", 1, 8, 3, "OTU section monitoring");
/// General communication channel 0.
pub const GCC0: Field = field("GCC0", 1, 11, 2, "general communication channel 0");
/// OTN synchronisation message channel.
pub const OSMC: Field = field("OSMC", 1, 13, 1, "OTN synchronisation message channel");
/// Reserved octet of the OTU overhead.
pub const RES_OTU: Field = field("RES_OTU", 1, 14, 1, "reserved (OTU)");
/// Reserved octets at the start of the ODU overhead.
pub const RES_ODU: Field = field("RES_ODU", 2, 1, 2, "reserved (ODU)");
/// Path and tandem connection delay measurement.
pub const PM_TCM: Field = field("PM&TCM", 2, 3, 1, "path and TCM delay measurement");
/// Experimental octet, formerly TCM ACT.
pub const EXP_A: Field = field("EXP_A", 2, 4, 1, "experimental (formerly TCM ACT)");
/// Tandem connection monitoring level 6.
pub const TCM6: Field = field("TCM6", 2, 5, 3, "tandem connection monitoring 6");
/// Tandem connection monitoring level 5.
pub const TCM5: Field = field("TCM5", 2, 8, 3, "tandem connection monitoring 5");
/// Tandem connection monitoring level 4.
pub const TCM4: Field = field("TCM4", 2, 11, 3, "tandem connection monitoring 4");
/// Experimental octet, formerly FTFL.
pub const EXP_B: Field = field("EXP_B", 2, 14, 1, "experimental (formerly FTFL)");
/// Tandem connection monitoring level 3.
pub const TCM3: Field = field("TCM3", 3, 1, 3, "tandem connection monitoring 3");
/// Tandem connection monitoring level 2.
pub const TCM2: Field = field("TCM2", 3, 4, 3, "tandem connection monitoring 2");
/// Tandem connection monitoring level 1.
pub const TCM1: Field = field("TCM1", 3, 7, 3, "tandem connection monitoring 1");
/// Path monitoring.
pub const PM: Field = field("PM", 3, 10, 3, "ODU path monitoring");
/// Experimental octets.
pub const EXP_C: Field = field("EXP_C", 3, 13, 2, "experimental");
/// General communication channel 1.
pub const GCC1: Field = field("GCC1", 4, 1, 2, "general communication channel 1");
/// General communication channel 2.
pub const GCC2: Field = field("GCC2", 4, 3, 2, "general communication channel 2");
/// Automatic protection switching and protection communication channel.
pub const APS_PCC: Field = field("APS/PCC", 4, 5, 4, "protection switching channel");
/// Reserved octets at the end of the ODU overhead.
pub const RES_ODU_END: Field = field("RES_ODU_END", 4, 9, 6, "reserved (ODU)");
/// Justification control 4, or reserved.
pub const JC4: Field = field("JC4", 1, 15, 1, "justification control 4, or reserved");
/// Justification control 5, or reserved.
pub const JC5: Field = field("JC5", 2, 15, 1, "justification control 5, or reserved");
/// Justification control 6, or reserved.
pub const JC6: Field = field("JC6", 3, 15, 1, "justification control 6, or reserved");
/// Payload structure identifier, one octet of a 256-octet message.
pub const PSI: Field = field("PSI", 4, 15, 1, "payload structure identifier");
/// Justification control 1, or reserved.
pub const JC1: Field = field("JC1", 1, 16, 1, "justification control 1, or reserved");
/// Justification control 2, or reserved.
pub const JC2: Field = field("JC2", 2, 16, 1, "justification control 2, or reserved");
/// Justification control 3, or reserved.
pub const JC3: Field = field("JC3", 3, 16, 1, "justification control 3, or reserved");
/// Negative justification opportunity, or reserved.
pub const NJO: Field = field("NJO", 4, 16, 1, "negative justification opportunity, or reserved");

/// Every field, in transmission order within its row. Together they tile columns 1 to 16.
pub const FIELDS: [Field; 30] = [
    FAS,
    MFAS,
    SM,
    GCC0,
    OSMC,
    RES_OTU,
    JC4,
    JC1,
    RES_ODU,
    PM_TCM,
    EXP_A,
    TCM6,
    TCM5,
    TCM4,
    EXP_B,
    JC5,
    JC2,
    TCM3,
    TCM2,
    TCM1,
    PM,
    EXP_C,
    JC6,
    JC3,
    GCC1,
    GCC2,
    APS_PCC,
    RES_ODU_END,
    PSI,
    NJO,
];

/// Fields of tandem connection monitoring, level 1 first.
pub const TCM: [Field; 6] = [TCM1, TCM2, TCM3, TCM4, TCM5, TCM6];

/// Offset of the TTI octet in an SM, PM or TCM field.
pub const MON_TTI: usize = 0;
/// Offset of the BIP-8 octet in an SM, PM or TCM field.
pub const MON_BIP8: usize = 1;
/// Offset of the octet with BEI, BDI and status in an SM, PM or TCM field.
pub const MON_STATUS: usize = 2;

/// Consecutive bits inside one octet, numbered 1 (most significant) to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    /// Name as the Recommendation spells it.
    pub name: &'static str,
    /// First (most significant) bit.
    pub first: u8,
    /// Last bit.
    pub last: u8,
}

impl Bits {
    /// Mask of these bits within the octet.
    pub const fn mask(self) -> u8 {
        (0xFF >> (self.first - 1)) & (0xFF << (8 - self.last))
    }

    /// Value of these bits in `octet`, right-aligned.
    pub const fn get(self, octet: u8) -> u8 {
        (octet & self.mask()) >> (8 - self.last)
    }

    /// `octet` with these bits replaced by the low bits of `value`.
    pub const fn set(self, octet: u8, value: u8) -> u8 {
        (octet & !self.mask()) | ((value << (8 - self.last)) & self.mask())
    }
}

const fn bits(name: &'static str, first: u8, last: u8) -> Bits {
    assert!(first >= 1 && first <= last && last <= 8, "bits count from 1 to 8");
    Bits { name, first, last }
}

//= g709:15.7.2.1-sm-octet-3
/// BEI, or BIAE, in the status octet of SM and TCM; BEI alone in PM.
pub const BEI: Bits = bits("BEI", 1, 4);
/// Backward defect indication in the status octet of SM, PM and TCM.
pub const BDI: Bits = bits("BDI", 5, 5);
/// Incoming alignment error in the status octet of SM.
pub const IAE: Bits = bits("IAE", 6, 6);
/// Reserved in the status octet of SM.
pub const SM_RES: Bits = bits("RES", 7, 8);
/// Status in the status octet of PM and TCM.
pub const STAT: Bits = bits("STAT", 6, 8);
/// Delay measurement of the six TCM levels in PM&TCM, level 1 first.
//= g709:15.8.2-delay-bits
pub const DM_TCM: Bits = bits("DMt", 1, 6);
/// Delay measurement of the path in PM&TCM.
pub const DM_PATH: Bits = bits("DMp", 7, 7);
/// Reserved in PM&TCM.
pub const DM_RES: Bits = bits("RES", 8, 8);
/// Request or state in the first octet of an APS word.
//= g873.1:9-word
pub const APS_REQUEST: Bits = bits("Request/state", 1, 4);
/// The trail has an APS channel, in the first octet of an APS word.
pub const APS_A: Bits = bits("A", 5, 5);
/// There is no permanent bridge, in the first octet of an APS word.
pub const APS_B: Bits = bits("B", 6, 6);
/// Switching is bidirectional, in the first octet of an APS word.
pub const APS_D: Bits = bits("D", 7, 7);
/// Operation is revertive, in the first octet of an APS word.
pub const APS_R: Bits = bits("R", 8, 8);
/// Client signal fail in PSI\[2\].
pub const CSF: Bits = bits("CSF", 1, 1);

/// Number of the frame in the OPU4 multiframe, in the NJO octet's place.
//= g709:19.4.4-omfi
pub const OMFI: Bits = bits("OMFI", 2, 8);
/// Type of the ODTU in an MSI octet of OPU1 to OPU3.
//= g709:19.4.1-msi
pub const MSI_TYPE: Bits = bits("ODTU type", 1, 2);
/// Tributary port, less one, in an MSI octet of OPU1 to OPU3.
pub const MSI_PORT: Bits = bits("Tributary Port #", 3, 8);
/// Occupation in an MSI octet of OPU4.
pub const MSI_OCCUPATION: Bits = bits("TS occupation", 1, 1);
/// Tributary port, less one, in an MSI octet of OPU4.
pub const MSI_PORT_OPU4: Bits = bits("Tributary Port #", 2, 8);
/// PSI octet in which the MSI begins: that of tributary slot 1.
pub const PSI_MSI: u8 = 2;
/// Justification code in the JC octets of AMP.
//= g709:19.5-jc
pub const JC_CODE: Bits = bits("JC", 7, 8);

/// PSI octet that holds the payload type.
pub const PSI_PT: u8 = 0;
/// PSI octet whose bit 1 is client signal fail, for payloads that are not multiplexed.
pub const PSI_CSF: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    //= type=test g709:15.6-field-positions
    //= type=test g709:11.1-areas
    #[test]
    fn fields_tile_the_overhead_columns_without_overlap() {
        let mut owner = vec![[None; OVERHEAD_COLS]; ROWS];
        for f in FIELDS {
            for c in f.columns() {
                assert_eq!(owner[f.row_index()][c], None, "{} overlaps", f.name);
                owner[f.row_index()][c] = Some(f.name);
            }
        }
        for (row, cells) in owner.iter().enumerate() {
            for (col, cell) in cells.iter().enumerate() {
                assert!(cell.is_some(), "row {} column {} has no field", row + 1, col + 1);
            }
        }
        assert_eq!((OTU_OCTETS, ODU_OCTETS, PAYLOAD_OCTETS), (16_320, 15_296, 15_232));
        assert_eq!((FEC_RANGE.start + 1, FEC_RANGE.end), (3825, 4080));
    }

    #[test]
    fn fields_sit_where_the_fact_sheet_rows_say() {
        let at = |f: Field| (f.row, f.col, f.octets);
        assert_eq!(at(FAS), (1, 1, 6));
        assert_eq!(at(SM), (1, 8, 3));
        assert_eq!(at(TCM6), (2, 5, 3));
        assert_eq!(at(TCM1), (3, 7, 3));
        assert_eq!(at(PM), (3, 10, 3));
        assert_eq!(at(APS_PCC), (4, 5, 4));
        assert_eq!(at(PSI), (4, 15, 1));
        assert_eq!(PM.offset(OTU_COLS), 2 * 4080 + 9);
    }

    //= type=test g709:15.7.2.1-sm-octet-3
    #[test]
    fn bits_are_numbered_from_the_most_significant() {
        assert_eq!((BEI.mask(), BDI.mask(), IAE.mask()), (0xF0, 0x08, 0x04));
        assert_eq!((STAT.mask(), CSF.mask()), (0x07, 0x80));
        for octet in 0..=255u8 {
            for b in [BEI, BDI, IAE, STAT, CSF] {
                assert_eq!(b.set(octet, b.get(octet)), octet);
                assert_eq!(b.get(b.set(octet, 0xFF)), b.mask() >> (8 - b.last));
                assert_eq!(b.set(octet, 0xFF) & !b.mask(), octet & !b.mask());
            }
        }
    }
}
