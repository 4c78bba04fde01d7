//! Adaptation of Ethernet by GFP-F at the sink: payload structure and frame delineation.
//!
//! Clauses: G.798 14.3 (ODUkP/ETH_A_Sk), 8.7 (PSI acceptance), G.806 6.2.5.2 (dLFD). In: PSI
//! octets and OPU payload. Out: accepted payload type, dPLM, dCSF, dLFD, and GFP frames.

use otn_frame::overhead::PayloadType;
use otn_frame::{Frame, layout};
use otn_map::gfp::{Delineation, Received, Receiver};

use crate::defect::Defect;
use crate::persist::{CSF_MULTIFRAMES, PT_MULTIFRAMES, Persistent};

/// ODUkP/ETH_A_Sk.
#[derive(Clone, Debug)]
pub struct EthernetSink {
    expected: PayloadType,
    payload_type: Persistent<PayloadType, PT_MULTIFRAMES>,
    client_signal_fail: Persistent<bool, CSF_MULTIFRAMES>,
    received_type: Option<PayloadType>,
    /// Kept while the signal fails, when the type has to be accepted anew.
    known_type: Option<PayloadType>,
    gfp: Receiver,
}

impl EthernetSink {
    /// A sink that expects this payload type.
    pub fn new(expected: PayloadType) -> Self {
        Self {
            expected,
            payload_type: Persistent::default(),
            client_signal_fail: Persistent::default(),
            received_type: None,
            known_type: None,
            gfp: Receiver::new(),
        }
    }

    /// Takes the PSI octet of a frame.
    //= g798:6.2.4.1-plm
    pub fn receive_psi(&mut self, mfas: u8, psi: u8, defects: &mut impl FnMut(Defect, bool)) {
        match mfas {
            layout::PSI_PT => {
                let payload_type = PayloadType(psi);
                self.received_type = Some(payload_type);
                let accepted = self.payload_type.receive(payload_type);
                self.known_type = accepted.or(self.known_type);
                defects(Defect::Plm, accepted.is_some_and(|pt| pt != self.expected));
            }
            layout::PSI_CSF => {
                let accepted = self.client_signal_fail.receive(layout::CSF.get(psi) == 1);
                defects(Defect::Csf, accepted == Some(true));
            }
            _ => {}
        }
    }

    /// Takes the payload of a frame whose first payload octet has position `first`. A payload of
    /// another type is passed over; delineation is judged only once the type is known to be GFP.
    //= g806:6.2.5.2-lfd
    pub fn receive_payload<const COLS: usize>(
        &mut self,
        first: u64,
        frame: &Frame<COLS>,
        mut on_frame: impl FnMut(Received<'_>),
    ) -> Lfd {
        if self.carries_something_else() {
            return Lfd { at_end: false, during: false };
        }
        let losses = self.gfp.counters().sync_losses;
        let mut position = first;
        for row in frame.payload_rows() {
            self.gfp.push(position, row, &mut on_frame);
            position += row.len() as u64;
        }
        Lfd {
            at_end: self.carries_gfp() && self.gfp.delineation() != Delineation::Sync,
            during: self.carries_gfp() && self.gfp.counters().sync_losses > losses,
        }
    }

    /// The server signal failed: defects of this function go false and their counts restart.
    //= g798:6.2-signal-fail-forces-false
    pub fn signal_fail(&mut self, defects: &mut impl FnMut(Defect, bool)) {
        for defect in [Defect::Plm, Defect::Csf, Defect::Lfd] {
            defects(defect, false);
        }
        self.payload_type = Persistent::default();
        self.client_signal_fail = Persistent::default();
    }

    /// The payload type accepted last, if any yet.
    pub fn accepted_type(&self) -> Option<PayloadType> {
        self.known_type
    }

    /// The payload type last received.
    pub fn received_type(&self) -> Option<PayloadType> {
        self.received_type
    }

    /// True where the payload type, once accepted or else as received, is GFP.
    pub fn carries_gfp(&self) -> bool {
        self.known_type.or(self.received_type) == Some(PayloadType::GFP)
    }

    /// True where another payload type was accepted: one octet received decides nothing.
    fn carries_something_else(&self) -> bool {
        self.known_type.is_some_and(|pt| pt != PayloadType::GFP)
    }

    /// The GFP receiver, for its counters and state.
    pub fn gfp(&self) -> &Receiver {
        &self.gfp
    }
}

/// Loss of delineation in the course of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lfd {
    /// The receiver was not in Sync when the frame ended.
    pub at_end: bool,
    /// It fell out of Sync at least once.
    pub during: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::DefectSet;
    use otn_frame::OduFrame;
    use otn_frame::layout::PAYLOAD_OCTETS;
    use otn_map::gfp::{ClientFrame, ClientQueue, Transmitter};

    struct Nothing;

    impl ClientQueue for Nothing {
        fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
            None
        }
    }

    fn idles() -> OduFrame {
        let mut frame = OduFrame::zeroed();
        let mut payload = [0; PAYLOAD_OCTETS];
        Transmitter::new().fill(0, &mut payload, &mut Nothing);
        frame.set_payload(&payload);
        frame
    }

    //= type=test g806:6.2.5.2-lfd
    #[test]
    fn delineation_is_lost_on_octets_that_are_no_gfp_and_found_on_idles() {
        let mut sink = EthernetSink::new(PayloadType::GFP);
        sink.receive_psi(0, PayloadType::GFP.0, &mut |_, present| assert!(!present));
        let good = Lfd { at_end: false, during: false };
        assert_eq!(sink.receive_payload(0, &idles(), |_| {}), good);
        let mut ones = OduFrame::zeroed();
        ones.set_payload(&[0xFF; PAYLOAD_OCTETS]);
        let lost = Lfd { at_end: true, during: true };
        assert_eq!(sink.receive_payload(0, &ones, |_| {}), lost);
        let still = Lfd { at_end: true, during: false };
        assert_eq!(sink.receive_payload(0, &ones, |_| {}), still);
        assert_eq!(sink.receive_payload(0, &idles(), |_| {}), good);
    }

    //= type=test g798:6.2.4.1-plm
    #[test]
    fn another_payload_type_three_times_is_a_mismatch() {
        let mut sink = EthernetSink::new(PayloadType::GFP);
        let mut set = DefectSet::default();
        let mut plm = |sink: &mut EthernetSink, pt| {
            sink.receive_psi(0, pt, &mut |d, p| {
                set.set(d, p);
            });
            set.contains(Defect::Plm)
        };
        let seen =
            [0x05, 0x05, 0x05, 0x02, 0x02, 0x02, 0x05, 0x05, 0x05].map(|pt| plm(&mut sink, pt));
        assert_eq!(seen, [false, false, false, false, false, true, true, true, false]);
        assert_eq!(sink.accepted_type(), Some(PayloadType::GFP));
    }

    #[test]
    fn after_a_signal_fail_mismatch_and_csf_have_to_be_accepted_anew() {
        let mut sink = EthernetSink::new(PayloadType::GFP);
        let mut set = DefectSet::default();
        for (mfas, psi) in [(0, 0x02), (2, 0x80)].repeat(3) {
            sink.receive_psi(mfas, psi, &mut |d, p| {
                set.set(d, p);
            });
        }
        assert!(set.contains(Defect::Plm) && set.contains(Defect::Csf));
        sink.signal_fail(&mut |d, p| {
            set.set(d, p);
        });
        assert!(set.is_empty());
        for (mfas, psi) in [(0, 0x02), (2, 0x80)].repeat(2) {
            sink.receive_psi(mfas, psi, &mut |_, present| assert!(!present));
        }
    }
}
