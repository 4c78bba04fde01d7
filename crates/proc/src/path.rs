//! ODUk path termination: the PM field, written. It is read in [`crate::monitor`].
//!
//! Clauses: G.798 14.2 (ODUkP_TT_So), G.709 15.8.2.1. In: a frame whose OPU area is final, and remote
//! information. Out: the PM field of the frame.

use otn_frame::Frame;
use otn_frame::Tti;
use otn_frame::bip::Bip8;
use otn_frame::overhead::{PathMonitoring, PathStatus};

use crate::bip::BipSource;
use crate::remote::RemoteIndication;

/// ODUkP_TT_So.
#[derive(Clone, Debug)]
pub struct PathSource {
    tti: Tti,
    bip: BipSource,
}

impl PathSource {
    /// A source that sends `tti`.
    pub fn new(tti: Tti) -> Self {
        Self { tti, bip: BipSource::default() }
    }

    /// Sends another trace from now on.
    pub const fn set_tti(&mut self, tti: Tti) {
        self.tti = tti;
    }

    /// Writes the PM field of the frame with this MFAS, whose OPU area has this BIP-8.
    pub fn write<const COLS: usize>(
        &mut self,
        frame: &mut Frame<COLS>,
        mfas: u8,
        opu_bip8: Bip8,
        remote: &mut RemoteIndication,
    ) {
        let pm = PathMonitoring {
            tti: self.tti.octet_at(mfas),
            bip8: self.bip.exchange(opu_bip8),
            //= g709:15.7.2.1.4-bei-backward
            bei_code: remote.take_bei().get(),
            //= g709:15.7.2.1.3-bdi-backward
            bdi: remote.bdi(),
            stat: PathStatus::Normal,
        };
        pm.write(frame);
    }
}

/// What the path sink saw in one frame.
#[derive(Clone, Copy, Debug)]
pub struct PathSample {
    /// The field as received.
    pub pm: PathMonitoring,
    /// BIP-8 violations of the frame two before; `None` where that one was not seen.
    pub violations: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::{Defect, DefectSet};
    use crate::monitor::{ExpectedTrace, Monitor, MonitorSink};
    use otn_frame::OduFrame;
    use otn_frame::layout::PAYLOAD_OCTETS;

    fn sink() -> MonitorSink {
        MonitorSink::new(Monitor::Path, ExpectedTrace::default())
    }

    fn frame_with(stat: PathStatus) -> OduFrame {
        let mut frame = OduFrame::zeroed();
        let pm = PathMonitoring { stat, ..PathMonitoring::read(&frame) };
        pm.write(&mut frame);
        frame
    }

    //= type=test g798:14.2-tsf
    #[test]
    fn three_frames_of_a_maintenance_status_are_its_defect() {
        let maintenance = [
            (PathStatus::Ais, Defect::Ais),
            (PathStatus::Oci, Defect::Oci),
            (PathStatus::Lck, Defect::Lck),
        ];
        for (stat, defect) in maintenance {
            let mut sink = sink();
            let mut set = DefectSet::default();
            let mut receive = |sink: &mut MonitorSink, stat| {
                sink.receive(&frame_with(stat), 0, Bip8::default(), &mut |d, p| {
                    set.set(d, p);
                });
                set.contains(defect)
            };
            let seen = [PathStatus::Normal, stat, stat, stat, PathStatus::Normal]
                .map(|stat| receive(&mut sink, stat));
            assert_eq!(seen, [false, false, false, true, true], "{defect}");
            assert!(sink.maintenance());
            receive(&mut sink, PathStatus::Normal);
            assert!(!receive(&mut sink, PathStatus::Normal), "cleared by the third");
            assert!(!sink.maintenance());
        }
    }

    //= type=test g709:15.8.2.1.2-pm-bip8
    #[test]
    fn the_path_counts_the_violations_of_its_own_frames() {
        let mut source = PathSource::new(Tti::new("A", "B", "").unwrap());
        let mut sink = sink();
        let mut remote = RemoteIndication::default();
        for n in 0..6u8 {
            let mut frame = OduFrame::zeroed();
            frame.set_payload(&[n; PAYLOAD_OCTETS]);
            let bip8 = frame.opu_bip8();
            source.write(&mut frame, n, bip8, &mut remote);
            if n == 1 {
                frame.rows_mut()[0][14] ^= 0x81; // column 15 is covered
            }
            let bip8 = frame.opu_bip8();
            let violations = sink.receive(&frame, n, bip8, &mut |_, present| assert!(!present));
            assert_eq!(
                violations,
                [None, None, Some(0), Some(2), Some(0), Some(0)][usize::from(n)]
            );
        }
    }
}
