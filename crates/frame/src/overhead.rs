//! What the monitoring and payload overhead octets mean.
//!
//! Clauses: G.709 15.7.2.1 (SM), 15.8.2.1 (PM), 15.8.2.2 (TCM), 15.9.2 (PSI). In: octets of a frame. Out: typed
//! values, and back. Code points that the Recommendation reserves are kept as they came: a
//! receiver reports them, it does not fail on them.

mod tandem;

pub use tandem::{TandemConnectionMonitoring, TandemStatus, TcmLevel, aps_channel};

use core::fmt;

use crate::bip::Bip8;
use crate::frame::Frame;
use crate::layout::{self, BDI, BEI, Field, IAE, MON_BIP8, MON_STATUS, MON_TTI, PM, SM, STAT};

/// A number of parity violations sent backward, 0 to 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErrorCount(u8);

impl ErrorCount {
    /// The most violations one BIP-8 can show.
    pub const MAX: Self = Self(8);

    /// A count, or `None` above 8.
    pub const fn new(count: u8) -> Option<Self> {
        if count <= Self::MAX.0 { Some(Self(count)) } else { None }
    }

    /// The count.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// The BEI/BIAE code of SM and TCM (bits 1 to 4 of the status octet).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeiBiae {
    /// Violations that the far end counted in one frame.
    Errors(ErrorCount),
    /// The far end has an incoming alignment error; no count.
    Biae,
    /// A code without meaning: counts as no errors and no BIAE.
    Other(u8),
}

/// Code point of BIAE.
//= g709:15.7.2.1.4-bei-biae
const BIAE_CODE: u8 = 0xB;

impl BeiBiae {
    /// Meaning of the four-bit code.
    pub const fn from_code(code: u8) -> Self {
        match (ErrorCount::new(code), code) {
            (Some(count), _) => Self::Errors(count),
            (None, BIAE_CODE) => Self::Biae,
            (None, other) => Self::Other(other),
        }
    }

    /// The four-bit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Errors(count) => count.get(),
            Self::Biae => BIAE_CODE,
            Self::Other(code) => code,
        }
    }

    /// Violations reported: 0 unless a count was sent.
    pub const fn errors(self) -> u8 {
        match self {
            Self::Errors(count) => count.get(),
            Self::Biae | Self::Other(_) => 0,
        }
    }
}

/// Section monitoring of an OTUk: the three SM octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionMonitoring {
    /// One octet of the trail trace identifier.
    pub tti: u8,
    /// BIP-8 of the OPU area two frames before.
    pub bip8: Bip8,
    /// Backward error indication or backward incoming alignment error.
    pub bei: BeiBiae,
    /// Backward defect indication.
    pub bdi: bool,
    /// Incoming alignment error.
    pub iae: bool,
    /// The two reserved bits, as received; sent as 0.
    pub reserved: u8,
}

impl SectionMonitoring {
    /// Reads the SM field.
    //= g709:15.7.2.1-sm-octet-3
    pub fn read<const COLS: usize>(frame: &Frame<COLS>) -> Self {
        let status = monitoring(frame, SM)[MON_STATUS];
        Self {
            tti: monitoring(frame, SM)[MON_TTI],
            bip8: Bip8::from_octet(monitoring(frame, SM)[MON_BIP8]),
            bei: BeiBiae::from_code(BEI.get(status)),
            bdi: BDI.get(status) == 1,
            iae: IAE.get(status) == 1,
            reserved: layout::SM_RES.get(status),
        }
    }

    /// Writes the SM field.
    pub fn write<const COLS: usize>(self, frame: &mut Frame<COLS>) {
        let mut status = BEI.set(0, self.bei.code());
        status = BDI.set(status, self.bdi.into());
        status = IAE.set(status, self.iae.into());
        status = layout::SM_RES.set(status, self.reserved);
        frame.field_mut(SM).copy_from_slice(&[self.tti, self.bip8.octet(), status]);
    }
}

/// STAT of the path monitoring field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathStatus {
    /// Normal path signal.
    Normal,
    /// Maintenance signal ODUk-LCK.
    Lck,
    /// Maintenance signal ODUk-OCI.
    Oci,
    /// Maintenance signal ODUk-AIS.
    Ais,
    /// A reserved code.
    Other(u8),
}

impl PathStatus {
    /// Meaning of the three-bit code.
    //= g709:15.8.2.1.5-pm-stat
    pub const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Normal,
            5 => Self::Lck,
            6 => Self::Oci,
            7 => Self::Ais,
            other => Self::Other(other),
        }
    }

    /// True for the maintenance signals; a reserved code is none.
    pub const fn is_maintenance(self) -> bool {
        matches!(self, Self::Lck | Self::Oci | Self::Ais)
    }

    /// The three-bit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Normal => 1,
            Self::Lck => 5,
            Self::Oci => 6,
            Self::Ais => 7,
            Self::Other(code) => code,
        }
    }
}

/// Path monitoring of an ODUk: the three PM octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathMonitoring {
    /// One octet of the trail trace identifier.
    pub tti: u8,
    /// BIP-8 of the OPU area two frames before.
    pub bip8: Bip8,
    /// The four-bit BEI code as received; see [`PathMonitoring::bei_errors`].
    pub bei_code: u8,
    /// Backward defect indication.
    pub bdi: bool,
    /// Status.
    pub stat: PathStatus,
}

impl PathMonitoring {
    /// Reads the PM field.
    //= g709:15.8.2.1-pm-field
    pub fn read<const COLS: usize>(frame: &Frame<COLS>) -> Self {
        let status = monitoring(frame, PM)[MON_STATUS];
        Self {
            tti: monitoring(frame, PM)[MON_TTI],
            bip8: Bip8::from_octet(monitoring(frame, PM)[MON_BIP8]),
            bei_code: BEI.get(status),
            bdi: BDI.get(status) == 1,
            stat: PathStatus::from_code(STAT.get(status)),
        }
    }

    /// Writes the PM field.
    pub fn write<const COLS: usize>(self, frame: &mut Frame<COLS>) {
        let mut status = BEI.set(0, self.bei_code);
        status = BDI.set(status, self.bdi.into());
        status = STAT.set(status, self.stat.code());
        frame.field_mut(PM).copy_from_slice(&[self.tti, self.bip8.octet(), status]);
    }

    /// Violations the far end reports: codes above 8 mean none, there is no BIAE in PM.
    //= g709:15.8.2.1.4-pm-bei
    pub const fn bei_errors(self) -> u8 {
        match ErrorCount::new(self.bei_code) {
            Some(count) => count.get(),
            None => 0,
        }
    }
}

fn monitoring<const COLS: usize>(frame: &Frame<COLS>, field: Field) -> [u8; 3] {
    let octets = frame.field(field);
    [octets[MON_TTI], octets[MON_BIP8], octets[MON_STATUS]]
}

/// Payload type, PSI\[0\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayloadType(pub u8);

impl PayloadType {
    /// GFP mapping.
    //= g709:15.9.2.1.1-payload-type
    pub const GFP: Self = Self(0x05);
    /// Asynchronous mapping of a constant bit rate client (AMP).
    pub const AMP: Self = Self(0x02);
    /// Bit-synchronous mapping of a constant bit rate client (BMP).
    pub const BMP: Self = Self(0x03);
    /// PCS codeword transparent Ethernet.
    pub const PCS: Self = Self(0x07);
    /// GFP mapping into the extended OPU2.
    pub const GFP_EXTENDED: Self = Self(0x09);
    /// ODU multiplex of ODTUjk.
    pub const ODTU_JK: Self = Self(0x20);
    /// ODU multiplex of ODTUk.ts, and ODTUjk.
    pub const ODTU_TS: Self = Self(0x21);
    /// NULL test signal.
    pub const NULL: Self = Self(0xFD);
    /// PRBS test signal.
    pub const PRBS: Self = Self(0xFE);

    /// What the code stands for, or `None` where this edition gives it no meaning.
    pub const fn meaning(self) -> Option<&'static str> {
        Some(match self.0 {
            0x01 => "experimental mapping",
            0x02 => "asynchronous CBR mapping",
            0x03 => "bit-synchronous CBR mapping",
            0x04 => "ATM mapping (withdrawn)",
            0x05 => "GFP mapping",
            0x06 => "virtual concatenation (withdrawn)",
            0x07 => "PCS codeword transparent Ethernet",
            0x08 => "FC-1200 into OPU2e",
            0x09 => "GFP mapping into extended OPU2",
            0x0A => "STM-1 into OPU0",
            0x0B => "STM-4 into OPU0",
            0x0C => "FC-100 into OPU0",
            0x0D => "FC-200 into OPU1",
            0x0E => "FC-400 into OPUflex",
            0x0F => "FC-800 into OPUflex",
            0x10 => "bit stream with octet timing",
            0x11 => "bit stream without octet timing",
            0x12 => "InfiniBand SDR into OPUflex",
            0x13 => "InfiniBand DDR into OPUflex",
            0x14 => "InfiniBand QDR into OPUflex",
            0x15 => "SDI into OPU0",
            0x16 => "(1.485/1.001) Gbit/s SDI into OPU1",
            0x17 => "1.485 Gbit/s SDI into OPU1",
            0x18 => "(2.970/1.001) Gbit/s SDI into OPUflex",
            0x19 => "2.970 Gbit/s SDI into OPUflex",
            0x1A => "SBCON/ESCON into OPU0",
            0x1B => "DVB-ASI into OPU0",
            0x1C => "FC-1600 into OPUflex",
            0x20 => "ODU multiplex, ODTUjk only",
            0x21 => "ODU multiplex, ODTUk.ts",
            0x22 => "ODU multiplex, ODTUCn.ts",
            0x55 => "not available (ODUk-LCK)",
            0x66 => "not available (ODUk-OCI)",
            0x80..=0x8F => "proprietary",
            0xFD => "NULL test signal",
            0xFE => "PRBS test signal",
            0xFF => "not available (ODUk-AIS)",
            _ => return None,
        })
    }
}

impl fmt::Display for PayloadType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

/// The PSI octet a source that does not multiplex sends in the frame with this MFAS.
//= g709:15.9.2.1-psi
//= g709:17.1-csf
pub const fn client_psi(mfas: u8, payload_type: PayloadType, client_signal_fail: bool) -> u8 {
    match mfas {
        layout::PSI_PT => payload_type.0,
        layout::PSI_CSF => layout::CSF.set(0, client_signal_fail as u8),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::OtuFrame;

    fn with_status(field: Field, status: u8) -> OtuFrame {
        let mut frame = OtuFrame::zeroed();
        frame.field_mut(field).copy_from_slice(&[0x11, 0x22, status]);
        frame
    }

    //= type=test g709:15.7.2.1.4-bei-biae
    #[test]
    fn sm_status_octet_over_all_its_values() {
        for status in 0..=255u8 {
            let frame = with_status(SM, status);
            let sm = SectionMonitoring::read(&frame);
            let nibble = status >> 4;
            let expected_errors = if nibble <= 8 { nibble } else { 0 };
            assert_eq!(sm.bei.errors(), expected_errors, "{status:02X}");
            assert_eq!(sm.bei == BeiBiae::Biae, nibble == 0b1011, "{status:02X}");
            assert_eq!(sm.bdi, status & 0x08 != 0);
            assert_eq!(sm.iae, status & 0x04 != 0);
            let mut back = OtuFrame::zeroed();
            sm.write(&mut back);
            assert_eq!(back, frame, "{status:02X}");
        }
    }

    //= type=test g709:15.8.2.1-pm-field
    //= type=test g709:15.8.2.1.4-pm-bei
    //= type=test g709:15.8.2.1.5-pm-stat
    #[test]
    fn pm_status_octet_over_all_its_values() {
        for status in 0..=255u8 {
            let frame = with_status(PM, status);
            let pm = PathMonitoring::read(&frame);
            let nibble = status >> 4;
            assert_eq!(pm.bei_errors(), if nibble <= 8 { nibble } else { 0 }, "no BIAE in PM");
            let stat = match status & 7 {
                0b001 => PathStatus::Normal,
                0b101 => PathStatus::Lck,
                0b110 => PathStatus::Oci,
                0b111 => PathStatus::Ais,
                other => PathStatus::Other(other),
            };
            assert_eq!((pm.stat, pm.bdi), (stat, status & 0x08 != 0));
            let mut back = OtuFrame::zeroed();
            pm.write(&mut back);
            assert_eq!(back, frame, "{status:02X}");
        }
    }

    //= type=test g709:15.9.2.1-psi
    //= type=test g709:17.1-csf
    //= type=test g709:15.9.2.1.1-payload-type
    #[test]
    fn psi_carries_pt_at_mfas_0_and_csf_in_bit_1_at_mfas_2() {
        for mfas in 0..=255u8 {
            let expected = match mfas {
                0 => (0x05, 0x05),
                2 => (0x80, 0x00),
                _ => (0, 0),
            };
            let sent = |csf| client_psi(mfas, PayloadType::GFP, csf);
            assert_eq!((sent(true), sent(false)), expected, "MFAS {mfas}");
        }
        assert_eq!(PayloadType(0x21).meaning(), Some("ODU multiplex, ODTUk.ts"));
        assert_eq!(PayloadType(0x77).meaning(), None);
    }
}
