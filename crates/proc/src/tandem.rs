//! Termination of a tandem connection: the TCM field, written.
//!
//! Clauses: G.798 14.5.1 (ODUkT_TT_So), G.709 15.8.2.2. In: a frame whose OPU area is final, and
//! remote information. Out: the three octets of one level; what was in them before is gone.

use otn_frame::Frame;
use otn_frame::Tti;
use otn_frame::bip::Bip8;
use otn_frame::overhead::{BeiBiae, TandemConnectionMonitoring, TandemStatus, TcmLevel};

use crate::bip::BipSource;
use crate::remote::RemoteIndication;

/// Frames for which a source tells of an incoming alignment error: 16 multiframes.
//= g798:14.5.1-iae-16-multiframes
pub const IAE_HOLD_FRAMES: u32 = 16 * 256;

/// ODUkT_TT_So of one level.
#[derive(Clone, Debug)]
pub struct TandemSource {
    level: TcmLevel,
    tti: Tti,
    bip: BipSource,
    /// Frames in which the status still tells of an incoming alignment error.
    iae_frames: u32,
}

impl TandemSource {
    /// A source of this level that sends `tti`.
    pub fn new(level: TcmLevel, tti: Tti) -> Self {
        Self { level, tti, bip: BipSource::default(), iae_frames: 0 }
    }

    /// The level.
    pub const fn level(&self) -> TcmLevel {
        self.level
    }

    /// Sends another trail trace from now on.
    pub const fn set_tti(&mut self, tti: Tti) {
        self.tti = tti;
    }

    /// The incoming ODUk has begun at an unexpected place: tells the far end from now on.
    pub const fn alignment_error(&mut self) {
        self.iae_frames = IAE_HOLD_FRAMES;
    }

    /// Writes the field into the frame with this MFAS, whose OPU area has this BIP-8.
    pub fn write<const COLS: usize>(
        &mut self,
        frame: &mut Frame<COLS>,
        mfas: u8,
        opu_bip8: Bip8,
        remote: &mut RemoteIndication,
    ) {
        let iae = self.iae_frames > 0;
        self.iae_frames = self.iae_frames.saturating_sub(1);
        let tcm = TandemConnectionMonitoring {
            tti: self.tti.octet_at(mfas),
            //= g709:15.8.2.2-tcm-bip8
            bip8: self.bip.exchange(opu_bip8),
            bei: remote.bei_or_biae(),
            bdi: remote.bdi(),
            stat: if iae { TandemStatus::InUseIae } else { TandemStatus::InUse },
        };
        tcm.write(frame, self.level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OduFrame;

    //= type=test g709:15.8.2.2-tcm-bip8
    //= type=test g798:14.5.1-iae-16-multiframes
    #[test]
    fn an_alignment_error_is_told_for_4096_frames_and_the_bip_comes_two_frames_later() {
        for level in TcmLevel::all() {
            let mut source = TandemSource::new(level, Tti::new("A", "B", "").unwrap());
            let mut remote = RemoteIndication::default();
            source.alignment_error();
            for n in 0..4_100u32 {
                let mut frame = OduFrame::zeroed();
                remote.report(u8::from(n == 7) * 5);
                let bip8 = Bip8::from_octet(n as u8);
                source.write(&mut frame, n as u8, bip8, &mut remote);
                let tcm = TandemConnectionMonitoring::read(&frame, level);
                let stat = if n < 4_096 { TandemStatus::InUseIae } else { TandemStatus::InUse };
                assert_eq!(tcm.stat, stat, "frame {n}");
                assert_eq!(tcm.bip8.octet(), if n < 2 { 0 } else { (n - 2) as u8 });
                assert_eq!(tcm.bei, BeiBiae::from_code(u8::from(n == 7) * 5));
                assert_eq!(tcm.tti, Tti::new("A", "B", "").unwrap().octet_at(n as u8));
            }
        }
    }
}
