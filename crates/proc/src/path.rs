//! ODUk path termination: the PM field, written and read.
//!
//! Clauses: G.798 14.2 (ODUkP_TT_So, ODUkP_TT_Sk), G.709 15.8.2.1. In, source: a frame whose OPU
//! area is final, and remote information. In, sink: a frame of any structure that holds the ODU.
//! Out: what the field said, BIP-8 violations, and the defects dAIS, dOCI, dLCK, dBDI.

use otn_frame::Frame;
use otn_frame::Tti;
use otn_frame::bip::Bip8;
use otn_frame::overhead::{PathMonitoring, PathStatus};

use crate::bip::{BipSink, BipSource};
use crate::defect::{Defect, DefectSet};
use crate::persist::{BDI_FRAMES, Persistent, STAT_FRAMES};
use crate::remote::RemoteIndication;
use crate::trace::TraceReceiver;

/// Defects of the path termination, in the order in which one masks the next.
const DEFECTS: [Defect; 4] = [Defect::Ais, Defect::Oci, Defect::Lck, Defect::PathBdi];

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

/// ODUkP_TT_Sk.
#[derive(Clone, Debug, Default)]
pub struct PathSink {
    bip: BipSink,
    trace: TraceReceiver,
    bdi: Persistent<bool, BDI_FRAMES>,
    stat: Persistent<PathStatus, STAT_FRAMES>,
}

impl PathSink {
    /// Reads the PM field of a frame whose OPU area has this BIP-8, and updates the defects.
    pub fn receive<const COLS: usize>(
        &mut self,
        frame: &Frame<COLS>,
        mfas: u8,
        opu_bip8: Bip8,
        defects: &mut impl FnMut(Defect, bool),
    ) -> PathSample {
        let pm = PathMonitoring::read(frame);
        let stat = self.stat.receive(pm.stat);
        defects(Defect::Ais, stat == Some(PathStatus::Ais));
        defects(Defect::Oci, stat == Some(PathStatus::Oci));
        defects(Defect::Lck, stat == Some(PathStatus::Lck));
        if !pm.stat.is_maintenance() {
            self.trace.receive(mfas, pm.tti);
            defects(Defect::PathBdi, self.bdi.receive(pm.bdi) == Some(true));
        } else {
            // Inside a maintenance signal the rest of PM has no meaning.
            self.trace.restart();
            self.bdi.restart();
        }
        let violations = self.bip.check(opu_bip8, pm.bip8);
        PathSample { pm, violations: violations.filter(|_| !pm.stat.is_maintenance()) }
    }

    /// True while an accepted maintenance signal takes the place of the path signal.
    //= g798:14.2-tsf
    pub fn maintenance(&self) -> bool {
        self.stat.accepted().is_some_and(PathStatus::is_maintenance)
    }

    /// The server signal failed: defects of this function go false and their counts restart.
    //= g798:6.2-signal-fail-forces-false
    pub fn signal_fail(&mut self, defects: &mut DefectSet) {
        for defect in DEFECTS {
            defects.set(defect, false);
        }
        self.bdi = Persistent::default();
        self.stat = Persistent::default();
        self.restart();
    }

    /// Frames do not follow one another here.
    pub const fn restart(&mut self) {
        self.bip.restart();
        self.trace.restart();
    }

    /// Accepted and received trail traces.
    pub const fn trace(&self) -> &TraceReceiver {
        &self.trace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OduFrame;
    use otn_frame::layout::PAYLOAD_OCTETS;

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
            let mut sink = PathSink::default();
            let mut set = DefectSet::default();
            let mut receive = |sink: &mut PathSink, stat| {
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
        let mut sink = PathSink::default();
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
            let sample = sink.receive(&frame, n, bip8, &mut |_, present| assert!(!present));
            assert_eq!(
                sample.violations,
                [None, None, Some(0), Some(2), Some(0), Some(0)][usize::from(n)]
            );
        }
    }
}
