//! Overhead that others use: put into a finished frame, and read from one.
//!
//! Clauses: G.709 15.7.2 (GCC0, OSMC, RES), 15.8.2 (GCC1, GCC2, APS/PCC, EXP, RES). In: octets, and
//! the frame. Out: the frame with these octets, or the octets. None of these columns is in the OPU
//! area, so no BIP-8 changes; the FEC and the scrambler come later. What the octets mean, and whether
//! the signal is one in which they mean anything, is not looked at here.

use crate::frame::Frame;
use crate::layout::{
    APS_PCC, EXP_A, EXP_B, EXP_C, Field, GCC0, GCC1, GCC2, OSMC, OTU_COLS, OVERHEAD_COLS, PM_TCM,
    RES_ODU, RES_ODU_END, RES_OTU, ROWS,
};
use crate::overhead::aps_channel;

/// Octets of an EXP field, in order: row 2 columns 4 and 14, row 3 columns 13 and 14.
const EXPERIMENTAL: usize = EXP_A.octets + EXP_B.octets + EXP_C.octets;

/// Channels that take turns in the APS/PCC field.
const APS_CHANNELS: usize = 8;

/// The overhead columns of a frame, all four rows.
pub type OverheadColumns = [[u8; OVERHEAD_COLS]; ROWS];

/// What to put into the overhead of a frame; what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverheadInsertion {
    /// GCC0 of an OTUk.
    pub gcc0: Option<[u8; GCC0.octets]>,
    /// OSMC of an OTUk.
    pub osmc: Option<u8>,
    /// The reserved octet of an OTUk.
    pub reserved_otu: Option<u8>,
    /// GCC1.
    pub gcc1: Option<[u8; GCC1.octets]>,
    /// GCC2.
    pub gcc2: Option<[u8; GCC2.octets]>,
    /// APS/PCC, one word a channel: the path, TCM1 to TCM6, the server layer trail.
    pub aps: [Option<[u8; APS_PCC.octets]>; APS_CHANNELS],
    /// The experimental octets: row 2 columns 4 and 14, row 3 columns 13 and 14.
    pub experimental: [Option<u8>; EXPERIMENTAL],
    /// The reserved octets at the start of the ODUk overhead.
    pub reserved_odu: Option<[u8; RES_ODU.octets]>,
    /// The reserved octets at its end.
    pub reserved_odu_end: Option<[u8; RES_ODU_END.octets]>,
}

impl OverheadInsertion {
    /// Puts it into the frame with this MFAS. An ODUk has no OTUk overhead: that part is passed over
    /// there.
    //= g709:15.7.2-gcc0
    //= g709:15.8.2-gcc1-gcc2
    //= g709:15.8.2-exp
    //= g709:15.8.2-aps-channel
    pub fn write<const COLS: usize>(&self, frame: &mut Frame<COLS>, mfas: u8) {
        let mut put = |field: Field, octets: Option<&[u8]>| {
            if let Some(octets) = octets {
                frame.field_mut(field).copy_from_slice(octets);
            }
        };
        if COLS == OTU_COLS {
            put(GCC0, self.gcc0.as_ref().map(AsRef::as_ref));
            put(OSMC, self.osmc.as_ref().map(core::slice::from_ref));
            put(RES_OTU, self.reserved_otu.as_ref().map(core::slice::from_ref));
        }
        put(GCC1, self.gcc1.as_ref().map(AsRef::as_ref));
        put(GCC2, self.gcc2.as_ref().map(AsRef::as_ref));
        let word = &self.aps[usize::from(aps_channel(mfas))];
        put(APS_PCC, word.as_ref().map(AsRef::as_ref));
        put(RES_ODU, self.reserved_odu.as_ref().map(AsRef::as_ref));
        put(RES_ODU_END, self.reserved_odu_end.as_ref().map(AsRef::as_ref));
        let [a, b, c, d] = self.experimental;
        put(EXP_A, a.as_ref().map(core::slice::from_ref));
        put(EXP_B, b.as_ref().map(core::slice::from_ref));
        for (octet, value) in frame.field_mut(EXP_C).iter_mut().zip([c, d]) {
            *octet = value.unwrap_or(*octet);
        }
    }
}

/// The same octets as a frame has them. Those of the OTUk are zero in an ODUk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverheadOctets {
    /// GCC0 of an OTUk.
    pub gcc0: [u8; GCC0.octets],
    /// OSMC of an OTUk.
    pub osmc: u8,
    /// The reserved octet of an OTUk.
    pub reserved_otu: u8,
    /// PM&TCM: the delay measurement bits.
    pub delay: u8,
    /// GCC1.
    pub gcc1: [u8; GCC1.octets],
    /// GCC2.
    pub gcc2: [u8; GCC2.octets],
    /// APS/PCC, a word of the channel whose turn it is.
    pub aps: [u8; APS_PCC.octets],
    /// The experimental octets: row 2 columns 4 and 14, row 3 columns 13 and 14.
    pub experimental: [u8; EXPERIMENTAL],
    /// The reserved octets at the start of the ODUk overhead.
    pub reserved_odu: [u8; RES_ODU.octets],
    /// The reserved octets at its end.
    pub reserved_odu_end: [u8; RES_ODU_END.octets],
}

/// The first `N` octets of a field.
fn octets<const N: usize>(columns: &OverheadColumns, field: Field) -> [u8; N] {
    let row = &columns[field.row_index()];
    core::array::from_fn(|at| row[field.col - 1 + at])
}

impl OverheadOctets {
    /// Reads a frame.
    pub fn read<const COLS: usize>(frame: &Frame<COLS>) -> Self {
        Self::from_columns(&frame.overhead_columns())
    }

    /// Reads the overhead columns of a frame.
    pub fn from_columns(columns: &OverheadColumns) -> Self {
        let octet = |field| octets::<1>(columns, field)[0];
        let [c, d] = octets(columns, EXP_C);
        Self {
            gcc0: octets(columns, GCC0),
            osmc: octet(OSMC),
            reserved_otu: octet(RES_OTU),
            delay: octet(PM_TCM),
            gcc1: octets(columns, GCC1),
            gcc2: octets(columns, GCC2),
            aps: octets(columns, APS_PCC),
            experimental: [octet(EXP_A), octet(EXP_B), c, d],
            reserved_odu: octets(columns, RES_ODU),
            reserved_odu_end: octets(columns, RES_ODU_END),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{OduFrame, OtuFrame};
    use std::vec::Vec;

    /// A frame whose every octet differs from its neighbours.
    fn pattern<const COLS: usize>() -> Frame<COLS> {
        let mut frame = Frame::zeroed();
        frame.octets_mut().iter_mut().enumerate().for_each(|(at, o)| *o = (at % 97) as u8);
        frame
    }

    fn all() -> OverheadInsertion {
        OverheadInsertion {
            gcc0: Some([0xA0, 0xA1]),
            osmc: Some(0xA2),
            reserved_otu: Some(0xA3),
            gcc1: Some([0xB0, 0xB1]),
            gcc2: Some([0xB2, 0xB3]),
            aps: core::array::from_fn(|at| Some([0xC0 + at as u8, 0xF1, 0xF2, 0xF3])),
            experimental: [Some(0xD0), Some(0xD1), Some(0xD2), Some(0xD3)],
            reserved_odu: Some([0xE0, 0xE1]),
            reserved_odu_end: Some([0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7]),
        }
    }

    /// Row, column and value of what changed, counted from 1.
    fn changed<const COLS: usize>(
        insertion: &OverheadInsertion,
        mfas: u8,
    ) -> Vec<(usize, usize, u8)> {
        let before = pattern::<COLS>();
        let mut after = before.clone();
        insertion.write(&mut after, mfas);
        assert_eq!(after.opu_bip8(), before.opu_bip8(), "outside the OPU area");
        let octets = before.octets().iter().zip(after.octets()).enumerate();
        octets
            .filter(|(_, (before, after))| before != after)
            .map(|(at, (_, after))| (at / COLS + 1, at % COLS + 1, *after))
            .collect()
    }

    /// Places from section 2.2 of the fact sheet.
    //= type=test g709:15.7.2-gcc0
    //= type=test g709:15.8.2-gcc1-gcc2
    //= type=test g709:15.8.2-exp
    #[test]
    fn octets_go_to_their_places_and_nowhere_else() {
        let otu = [(1, 11, 0xA0), (1, 12, 0xA1), (1, 13, 0xA2), (1, 14, 0xA3)];
        let aps = |channel: u8| [(4, 5, 0xC0 + channel), (4, 6, 0xF1), (4, 7, 0xF2), (4, 8, 0xF3)];
        for mfas in 0..=255u8 {
            let mut odu: Vec<(usize, usize, u8)> = Vec::new();
            odu.extend([(2, 1, 0xE0), (2, 2, 0xE1), (2, 4, 0xD0), (2, 14, 0xD1)]);
            odu.extend([(3, 13, 0xD2), (3, 14, 0xD3)]);
            odu.extend([(4, 1, 0xB0), (4, 2, 0xB1), (4, 3, 0xB2), (4, 4, 0xB3)]);
            odu.extend(aps(mfas % 8));
            odu.extend((0..6).map(|at| (4, 9 + at, 0xE2 + at as u8)));
            assert_eq!(changed::<3824>(&all(), mfas), odu, "MFAS {mfas}");
            let both: Vec<_> = otu.into_iter().chain(odu).collect();
            assert_eq!(changed::<4080>(&all(), mfas), both, "MFAS {mfas}");
        }
        assert_eq!(changed::<4080>(&OverheadInsertion::default(), 0), []);
        let one = OverheadInsertion {
            experimental: [None, None, None, Some(0xD3)],
            aps: [None, Some([0xC1, 0xF1, 0xF2, 0xF3]), None, None, None, None, None, None],
            ..OverheadInsertion::default()
        };
        assert_eq!(changed::<3824>(&one, 0), [(3, 14, 0xD3)]);
        assert_eq!(changed::<3824>(&one, 9).len(), 5);
    }

    #[test]
    fn what_was_put_in_is_read_again() {
        let mut frame = OtuFrame::zeroed();
        all().write(&mut frame, 13);
        frame.set_octet(PM_TCM, 0x5A);
        let expected = OverheadOctets {
            gcc0: [0xA0, 0xA1],
            osmc: 0xA2,
            reserved_otu: 0xA3,
            delay: 0x5A,
            gcc1: [0xB0, 0xB1],
            gcc2: [0xB2, 0xB3],
            aps: [0xC5, 0xF1, 0xF2, 0xF3],
            experimental: [0xD0, 0xD1, 0xD2, 0xD3],
            reserved_odu: [0xE0, 0xE1],
            reserved_odu_end: [0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7],
        };
        assert_eq!(OverheadOctets::read(&frame), expected);
        let mut odu = OduFrame::zeroed();
        all().write(&mut odu, 13);
        let read = OverheadOctets::from_columns(&odu.overhead_columns());
        let no_otu =
            OverheadOctets { gcc0: [0; 2], osmc: 0, reserved_otu: 0, delay: 0, ..expected };
        assert_eq!(read, no_otu);
    }
}
