//! OTUk trail termination: the SM field, written. It is read in [`crate::monitor`].
//!
//! Clauses: G.798 13.2 (OTUk_TT_So), G.709 15.7.2.1. In: a frame whose OPU area is final, and remote
//! information. Out: the SM field of the frame.

use otn_frame::OtuFrame;
use otn_frame::Tti;
use otn_frame::bip::Bip8;
use otn_frame::overhead::SectionMonitoring;

use crate::bip::BipSource;
use crate::remote::RemoteIndication;
use crate::tandem::IAE_HOLD_FRAMES;

/// OTUk_TT_So.
#[derive(Clone, Debug)]
pub struct SectionSource {
    tti: Tti,
    bip: BipSource,
    /// Frames in which IAE is still told.
    iae_frames: u32,
}

impl SectionSource {
    /// A source that sends `tti`.
    pub fn new(tti: Tti) -> Self {
        Self { tti, bip: BipSource::default(), iae_frames: 0 }
    }

    /// Sends another trace from now on.
    pub const fn set_tti(&mut self, tti: Tti) {
        self.tti = tti;
    }

    /// The ODUk begins at an unexpected place: tells the far end from now on.
    //= g798:14.5.1-iae-16-multiframes
    pub const fn alignment_error(&mut self) {
        self.iae_frames = IAE_HOLD_FRAMES;
    }

    /// Writes the SM field of the frame with this MFAS, whose OPU area has this BIP-8.
    //= g709:15.7.2.1.1-tti-phase
    pub fn write(
        &mut self,
        frame: &mut OtuFrame,
        mfas: u8,
        opu_bip8: Bip8,
        remote: &mut RemoteIndication,
    ) {
        let iae = self.iae_frames > 0;
        self.iae_frames = self.iae_frames.saturating_sub(1);
        let sm = SectionMonitoring {
            tti: self.tti.octet_at(mfas),
            bip8: self.bip.exchange(opu_bip8),
            bei: remote.bei_or_biae(),
            //= g709:15.7.2.1.3-bdi-backward
            bdi: remote.bdi(),
            iae,
            reserved: 0,
        };
        sm.write(frame);
    }
}

/// What the section sink saw in one frame.
#[derive(Clone, Copy, Debug)]
pub struct SectionSample {
    /// The field as received.
    pub sm: SectionMonitoring,
    /// BIP-8 violations of the frame two before; `None` where that one was not seen.
    pub violations: Option<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::{Defect, DefectSet, TandemDefect};
    use crate::monitor::{ExpectedTrace, Monitor, MonitorSink};

    fn sink() -> MonitorSink {
        MonitorSink::new(Monitor::Section, ExpectedTrace::default())
    }

    /// Frames in which one bit of the payload is changed on the way.
    //= type=test g709:15.7.2.1.2-sm-bip8
    #[test]
    fn a_changed_payload_bit_is_one_violation_two_frames_later() {
        let mut source = SectionSource::new(Tti::new("A", "B", "").unwrap());
        let mut sink = sink();
        let mut remote = RemoteIndication::default();
        for n in 0..8u8 {
            let mut frame = OtuFrame::zeroed();
            frame.rows_mut()[1][2_000] = n.wrapping_mul(37);
            let bip8 = frame.opu_bip8();
            source.write(&mut frame, n, bip8, &mut remote);
            if n == 3 {
                frame.rows_mut()[3][3_823] ^= 0x10;
                frame.rows_mut()[0][13] ^= 0xFF; // column 14 is not covered
            }
            let bip8 = frame.opu_bip8();
            let violations = sink.receive(&frame, n, bip8, &mut |_, present| assert!(!present));
            let expected = match n {
                0 | 1 => None,
                5 => Some(1),
                _ => Some(0),
            };
            assert_eq!(violations, expected, "frame {n}");
        }
    }

    //= type=test g798:13.2-abiae
    #[test]
    fn an_accepted_iae_goes_back_as_biae_in_place_of_the_count() {
        let mut sink = sink();
        let mut source = SectionSource::new(Tti::from_octets([0; 64]));
        let mut remote = RemoteIndication::default();
        let mut frame = OtuFrame::zeroed();
        SectionMonitoring { iae: true, ..SectionMonitoring::read(&frame) }.write(&mut frame);
        for n in 1..=5u8 {
            sink.receive(&frame, n, Bip8::default(), &mut |_, _| {});
            remote.set_biae(sink.has(TandemDefect::Iae));
            remote.report(3);
            let mut back = OtuFrame::zeroed();
            source.write(&mut back, n, Bip8::default(), &mut remote);
            let sent = SectionMonitoring::read(&back).bei;
            assert_eq!(sent.code(), if n < 5 { 3 } else { 0b1011 }, "frame {n}");
        }
    }

    //= type=test g798:6.2-signal-fail-forces-false
    #[test]
    fn five_frames_of_bdi_are_a_defect_until_the_signal_fails() {
        let mut sink = sink();
        let mut set = DefectSet::default();
        let mut frame = OtuFrame::zeroed();
        let mut sm = SectionMonitoring::read(&frame);
        sm.bdi = true;
        sm.write(&mut frame);
        for n in 1..=5u8 {
            sink.receive(&frame, n, Bip8::default(), &mut |d, p| {
                set.set(d, p);
            });
            assert_eq!(set.contains(Defect::SectionBdi), n == 5);
        }
        sink.signal_fail(&mut |d, p| {
            set.set(d, p);
        });
        assert!(set.is_empty());
        sink.receive(&frame, 6, Bip8::default(), &mut |_, present| assert!(!present));
    }
}
