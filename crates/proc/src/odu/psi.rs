//! The payload structure identifier at the sink: payload type, client signal fail, MSI.
//!
//! Clauses: G.798 8.7 (acceptance), 6.2.4.1 (dPLM), 6.2.10 (dCSF). In: the PSI octet of each frame.
//! Out: accepted values, and dPLM and dCSF. Until a value is accepted the one received first holds:
//! one octet decides, rather than none.

use otn_frame::layout::{self, PSI_MSI};
use otn_frame::overhead::PayloadType;
use otn_map::odtu::{MAX_SLOTS, Slots};

use crate::defect::Defect;
use crate::persist::{CSF_MULTIFRAMES, MSI_MULTIFRAMES, PT_MULTIFRAMES, Persistent};

/// Payload types that are none of a client: ODUs in tributary slots, reserved ones and proprietary
/// uses, whose PSI\[2\] is something else.
//= g798:6.2.10-csf-of-clients
const WITHOUT_CLIENT: core::ops::RangeInclusive<u8> = 0x20..=0x8F;

/// The PSI process of one OPUk.
#[derive(Clone, Debug)]
pub struct PsiSink {
    expected: Option<PayloadType>,
    payload_type: Persistent<PayloadType, PT_MULTIFRAMES>,
    client_signal_fail: Persistent<bool, CSF_MULTIFRAMES>,
    received_type: Option<PayloadType>,
    first_type: Option<PayloadType>,
    /// Kept while the signal fails, when the type has to be accepted anew.
    known_type: Option<PayloadType>,
    msi: [Persistent<u8, MSI_MULTIFRAMES>; MAX_SLOTS],
    known_msi: [Option<u8>; MAX_SLOTS],
    /// Counts changes of what is known of payload type and MSI.
    generation: u32,
    /// dPLM stands.
    mismatched: bool,
    /// Counts changes of the accepted MSI, and losses of it.
    msi_changes: u32,
    csf_frames: u64,
}

impl PsiSink {
    /// A process that expects this payload type, or takes any.
    pub fn new(expected: Option<PayloadType>) -> Self {
        Self {
            expected,
            payload_type: Persistent::default(),
            client_signal_fail: Persistent::default(),
            received_type: None,
            first_type: None,
            known_type: None,
            msi: [Persistent::default(); MAX_SLOTS],
            known_msi: [None; MAX_SLOTS],
            generation: 0,
            mismatched: false,
            msi_changes: 0,
            csf_frames: 0,
        }
    }

    /// Expects another payload type from now on, or takes any; a mismatch is found, or ends, with the next
    /// octet of the type.
    pub const fn expect(&mut self, expected: Option<PayloadType>) {
        self.expected = expected;
    }

    /// Takes the PSI octet of a frame.
    //= g798:6.2.4.1-plm
    pub fn receive(&mut self, mfas: u8, psi: u8, defects: &mut impl FnMut(Defect, bool)) {
        if mfas == layout::PSI_PT {
            let payload_type = PayloadType(psi);
            let before = self.payload_type();
            self.received_type = Some(payload_type);
            self.first_type.get_or_insert(payload_type);
            let accepted = self.payload_type.receive(payload_type);
            self.known_type = accepted.or(self.known_type);
            self.generation += u32::from(self.payload_type() != before);
            let mismatch = |pt| self.expected.is_some_and(|expected| pt != expected);
            let was_other = self.mismatched;
            self.mismatched = accepted.is_some_and(mismatch);
            defects(Defect::Plm, self.mismatched);
            if was_other && !self.mismatched {
                // The MSI seen so far was of something else.
                self.msi = [Persistent::default(); MAX_SLOTS];
                self.known_msi = [None; MAX_SLOTS];
                self.msi_changes = self.msi_changes.wrapping_add(1);
            }
            if !self.has_client() {
                self.client_signal_fail = Persistent::default();
                defects(Defect::Csf, false);
            }
            return;
        }
        if mfas == layout::PSI_CSF && self.has_client() {
            let csf = layout::CSF.get(psi) == 1;
            self.csf_frames += u64::from(csf);
            let accepted = self.client_signal_fail.receive(csf);
            defects(Defect::Csf, accepted == Some(true));
        }
        //= g798:8.7-msi-3
        let slot = usize::from(mfas.wrapping_sub(PSI_MSI));
        if let (Some(persistent), Some(known)) =
            (self.msi.get_mut(slot), self.known_msi.get_mut(slot))
        {
            let before = persistent.accepted();
            let accepted = persistent.receive(psi);
            self.msi_changes = self.msi_changes.wrapping_add(u32::from(accepted != before));
            let value = accepted.or(*known).or(Some(psi));
            self.generation += u32::from(*known != value);
            *known = value;
        }
    }

    /// PSI\[2\] speaks of the client that belongs here.
    fn has_client(&self) -> bool {
        let client = |pt: PayloadType| !WITHOUT_CLIENT.contains(&pt.0);
        self.payload_type().is_none_or(client) && !self.carries_something_else()
    }

    /// The server signal failed: defects of this function go false and their counts restart.
    //= g798:6.2-signal-fail-forces-false
    pub fn signal_fail(&mut self, defects: &mut impl FnMut(Defect, bool)) {
        for defect in [Defect::Plm, Defect::Csf] {
            defects(defect, false);
        }
        self.payload_type = Persistent::default();
        self.client_signal_fail = Persistent::default();
        if self.msi[0].accepted().is_some() {
            self.msi_changes = self.msi_changes.wrapping_add(1);
        }
        self.msi = [Persistent::default(); MAX_SLOTS];
    }

    /// The MSI of a structure, once each octet of it is accepted.
    pub fn accepted_msi(&self, slots: Slots) -> Option<[u8; MAX_SLOTS]> {
        let mut msi = [0; MAX_SLOTS];
        for (octet, persistent) in msi.iter_mut().zip(&self.msi).take(slots.count()) {
            *octet = persistent.accepted()?;
        }
        Some(msi)
    }

    /// A number that changes whenever the accepted MSI does.
    pub const fn msi_changes(&self) -> u32 {
        self.msi_changes
    }

    /// True while the accepted client signal fail bit is 1.
    pub fn client_signal_fail(&self) -> bool {
        self.client_signal_fail.accepted() == Some(true)
    }

    /// The payload type accepted last, if any yet.
    pub const fn accepted_type(&self) -> Option<PayloadType> {
        self.known_type
    }

    /// The payload type last received.
    pub const fn received_type(&self) -> Option<PayloadType> {
        self.received_type
    }

    /// The payload type, once accepted; before that the one received first, or the expected one in its
    /// place.
    pub fn payload_type(&self) -> Option<PayloadType> {
        self.known_type.or(self.first_type.map(|first| self.expected.unwrap_or(first)))
    }

    /// True where a payload type other than the expected one was accepted.
    pub fn carries_something_else(&self) -> bool {
        let other = |expected| self.payload_type.accepted().is_some_and(|pt| pt != expected);
        self.expected.is_some_and(other)
    }

    /// The MSI of a structure, once an octet for each slot is known.
    pub fn msi(&self, slots: Slots) -> Option<[u8; MAX_SLOTS]> {
        let mut msi = [0; MAX_SLOTS];
        for (octet, known) in msi.iter_mut().zip(self.known_msi).take(slots.count()) {
            *octet = known?;
        }
        Some(msi)
    }

    /// A number that changes whenever payload type or MSI do.
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Frames with the client signal fail bit.
    pub const fn csf_frames(&self) -> u64 {
        self.csf_frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::DefectSet;

    //= type=test g798:6.2.4.1-plm
    #[test]
    fn another_payload_type_three_times_is_a_mismatch() {
        let mut sink = PsiSink::new(Some(PayloadType::GFP));
        let mut set = DefectSet::default();
        let mut plm = |sink: &mut PsiSink, pt| {
            sink.receive(0, pt, &mut |d, p| {
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
        let mut sink = PsiSink::new(Some(PayloadType::GFP));
        let mut set = DefectSet::default();
        for (mfas, psi) in [(0, 0x02), (2, 0x80)].repeat(3) {
            sink.receive(mfas, psi, &mut |d, p| {
                set.set(d, p);
            });
        }
        assert!(
            set.contains(Defect::Plm) && !set.contains(Defect::Csf),
            "no client is expected to tell"
        );
        sink.signal_fail(&mut |d, p| {
            set.set(d, p);
        });
        assert!(set.is_empty());
        for (mfas, psi) in [(0, 0x02), (2, 0x80)].repeat(2) {
            sink.receive(mfas, psi, &mut |_, present| assert!(!present));
        }
    }

    //= type=test g798:6.2.10-csf-of-clients
    #[test]
    fn only_a_client_can_tell_that_it_failed() {
        for pt in 0..=0xFFu8 {
            let mut sink = PsiSink::new(None);
            let mut failed = false;
            for (mfas, psi) in [(0, pt), (2, 0x80)].repeat(4) {
                sink.receive(mfas, psi, &mut |defect, raised| {
                    failed = defect == Defect::Csf && raised;
                });
            }
            assert_eq!(failed, !(0x20..=0x8F).contains(&pt), "PT {pt:02X}");
        }
    }

    #[test]
    fn a_payload_type_that_comes_after_the_whole_msi_is_a_change() {
        let mut sink = PsiSink::new(None);
        for mfas in (1..=255u8).chain([0]) {
            let before = sink.generation();
            sink.receive(mfas, if mfas == 0 { 0xFD } else { 0 }, &mut |_, _| {});
            assert_eq!(sink.generation() != before, matches!(mfas, 0 | 2..=81), "MFAS {mfas}");
        }
    }

    //= type=test g798:8.7-msi-3
    #[test]
    fn the_first_msi_holds_until_another_came_three_times() {
        let mut sink = PsiSink::new(None);
        let multiframe = |sink: &mut PsiSink, first: u8| {
            for (mfas, psi) in [(0, 0x20), (2, first), (3, 0xC1)] {
                sink.receive(mfas, psi, &mut |_, present| assert!(!present));
            }
            sink.msi(Slots::Opu1).map(|msi| msi[0])
        };
        let seen = [0xC0, 0xC5, 0xC5, 0xC5, 0xC0].map(|first| multiframe(&mut sink, first));
        assert_eq!(seen.map(Option::unwrap), [0xC0, 0xC0, 0xC0, 0xC5, 0xC5]);
        assert_eq!(sink.msi(Slots::Opu2By4), None, "two octets of four");
    }
}
