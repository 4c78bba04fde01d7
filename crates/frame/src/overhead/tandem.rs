//! What the octets of tandem connections mean: TCM, and whose APS/PCC channel a frame carries.
//!
//! Clauses: G.709 15.8.2.2 (TCM), 15.8.2 (APS/PCC). In: octets of a frame. Out: typed values, and
//! back. Reserved codes are kept as they came. Termination of a tandem connection is not done here.

use super::BeiBiae;
use crate::bip::Bip8;
use crate::frame::Frame;
use crate::layout::{BDI, BEI, Field, MON_BIP8, MON_STATUS, MON_TTI, STAT, TCM};

/// A level of tandem connection monitoring, 1 to 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TcmLevel(u8);

impl TcmLevel {
    /// Level 1.
    pub const FIRST: Self = Self(1);

    /// The level of this number, or `None` unless it is 1 to 6.
    pub const fn new(level: u8) -> Option<Self> {
        if level >= 1 && level as usize <= TCM.len() { Some(Self(level)) } else { None }
    }

    /// All levels, 1 first.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=TCM.len() as u8).map(Self)
    }

    /// Its number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Where its octets are.
    pub const fn field(self) -> Field {
        TCM[self.0 as usize - 1]
    }
}

/// STAT of a tandem connection monitoring field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TandemStatus {
    /// No source of a tandem connection: the level is not in use.
    NoSource,
    /// In use without incoming alignment error.
    InUse,
    /// In use with incoming alignment error.
    InUseIae,
    /// Maintenance signal ODU-LCK.
    Lck,
    /// Maintenance signal ODU-OCI.
    Oci,
    /// Maintenance signal ODU-AIS.
    Ais,
    /// A reserved code.
    Other(u8),
}

impl TandemStatus {
    /// Meaning of the three-bit code.
    //= g709:15.8.2.2-tcm-stat
    pub const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::NoSource,
            1 => Self::InUse,
            2 => Self::InUseIae,
            5 => Self::Lck,
            6 => Self::Oci,
            7 => Self::Ais,
            other => Self::Other(other),
        }
    }

    /// The three-bit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::NoSource => 0,
            Self::InUse => 1,
            Self::InUseIae => 2,
            Self::Lck => 5,
            Self::Oci => 6,
            Self::Ais => 7,
            Self::Other(code) => code,
        }
    }

    /// True where a source of a tandem connection wrote the field.
    pub const fn is_in_use(self) -> bool {
        matches!(self, Self::InUse | Self::InUseIae)
    }
}

/// Monitoring of one tandem connection: the three octets of a TCM field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TandemConnectionMonitoring {
    /// One octet of the trail trace identifier.
    pub tti: u8,
    /// BIP-8 of the OPU area two frames before.
    pub bip8: Bip8,
    /// Backward error indication or backward incoming alignment error.
    pub bei: BeiBiae,
    /// Backward defect indication.
    pub bdi: bool,
    /// Status.
    pub stat: TandemStatus,
}

impl TandemConnectionMonitoring {
    /// Meaning of the three octets.
    //= g709:15.8.2.2-tcm-field
    pub const fn from_octets(octets: [u8; 3]) -> Self {
        let status = octets[MON_STATUS];
        Self {
            tti: octets[MON_TTI],
            bip8: Bip8::from_octet(octets[MON_BIP8]),
            bei: BeiBiae::from_code(BEI.get(status)),
            bdi: BDI.get(status) == 1,
            stat: TandemStatus::from_code(STAT.get(status)),
        }
    }

    /// The three octets.
    pub const fn octets(self) -> [u8; 3] {
        let mut status = BEI.set(0, self.bei.code());
        status = BDI.set(status, self.bdi as u8);
        status = STAT.set(status, self.stat.code());
        let mut octets = [0; 3];
        octets[MON_TTI] = self.tti;
        octets[MON_BIP8] = self.bip8.octet();
        octets[MON_STATUS] = status;
        octets
    }

    /// Reads the field of a level.
    pub fn read<const COLS: usize>(frame: &Frame<COLS>, level: TcmLevel) -> Self {
        let octets = frame.field(level.field());
        Self::from_octets([octets[MON_TTI], octets[MON_BIP8], octets[MON_STATUS]])
    }

    /// Writes the field of a level.
    pub fn write<const COLS: usize>(self, frame: &mut Frame<COLS>, level: TcmLevel) {
        frame.field_mut(level.field()).copy_from_slice(&self.octets());
    }
}

/// Frames after which the APS/PCC channel of the same trail comes again.
const APS_CHANNELS: u8 = 8;

/// Number of the APS/PCC channel in the frame with this MFAS: 0 is that of the ODUk path, 1 to 6 of
/// a tandem connection, 7 of the server layer trail.
//= g709:15.8.2-aps-channel
pub const fn aps_channel(mfas: u8) -> u8 {
    mfas % APS_CHANNELS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::OduFrame;

    /// Columns and codes of the fact sheet, sections 2.2 and 2.3.
    //= type=test g709:15.8.2.2-tcm-field
    //= type=test g709:15.8.2.2-tcm-stat
    //= type=test g709:15.8.2.2-tcm-bei-biae
    #[test]
    fn all_status_octets_of_all_levels_mean_what_the_tables_say() {
        let places = [(3, 7), (3, 4), (3, 1), (2, 11), (2, 8), (2, 5)];
        for (level, (row, column)) in TcmLevel::all().zip(places) {
            for status in 0..=255u8 {
                let mut frame = OduFrame::zeroed();
                let octets = [0x11, 0x22, status];
                frame.rows_mut()[row - 1][column - 1..column + 2].copy_from_slice(&octets);
                let tcm = TandemConnectionMonitoring::read(&frame, level);
                assert_eq!((tcm.tti, tcm.bip8.octet()), (0x11, 0x22));
                let nibble = status >> 4;
                assert_eq!(tcm.bei.errors(), if nibble <= 8 { nibble } else { 0 });
                assert_eq!(tcm.bei == BeiBiae::Biae, nibble == 0b1011, "{status:02X}");
                assert_eq!(tcm.bdi, status & 0x08 != 0);
                let stat = match status & 7 {
                    0b000 => TandemStatus::NoSource,
                    0b001 => TandemStatus::InUse,
                    0b010 => TandemStatus::InUseIae,
                    0b101 => TandemStatus::Lck,
                    0b110 => TandemStatus::Oci,
                    0b111 => TandemStatus::Ais,
                    reserved => TandemStatus::Other(reserved),
                };
                assert_eq!(tcm.stat, stat, "{status:02X}");
                assert_eq!(stat.is_in_use(), matches!(status & 7, 1 | 2));
                let mut back = OduFrame::zeroed();
                tcm.write(&mut back, level);
                assert_eq!(back, frame, "level {} {status:02X}", level.get());
            }
        }
        assert_eq!([0, 7].map(TcmLevel::new), [None, None]);
        assert_eq!(TcmLevel::new(6).map(TcmLevel::get), Some(6));
    }

    //= type=test g709:15.8.2-aps-channel
    #[test]
    fn the_last_three_bits_of_mfas_are_the_aps_channel() {
        for mfas in 0..=255u8 {
            let [.., six, seven, eight] = core::array::from_fn::<u8, 8, _>(|n| mfas >> (7 - n) & 1);
            assert_eq!(aps_channel(mfas), 4 * six + 2 * seven + eight);
        }
    }
}
