//! Client management frames of GFP at the sink: dCSF, and what else the far end tells.
//!
//! Clauses: G.7041 6.3.3, G.798 6.2.10 (dCSF). In: type headers of GFP frames with their time. Out:
//! whether the client has failed, the other defects for reports, and counts of frames.

use otn_frame::SimTime;
use otn_map::gfp::management::{ClientDefect, Heard, Indication, Kind, ManagementSink};
use otn_map::gfp::{Pti, TypeHeader};

/// Client management frames by what they said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManagementCounters {
    /// Client signal fail: loss of client signal.
    pub losses_of_signal: u64,
    /// Client signal fail: loss of character synchronisation.
    pub losses_of_character_synchronisation: u64,
    /// Defect clear indications.
    pub clears: u64,
    /// Forward defect indications.
    pub forward: u64,
    /// Remote defect indications.
    pub remote: u64,
    /// Reserved codes.
    pub other: u64,
}

impl ManagementCounters {
    const fn count(&mut self, indication: Indication) {
        let counter = match indication {
            Indication::LossOfSignal => &mut self.losses_of_signal,
            Indication::LossOfCharacterSynchronisation => {
                &mut self.losses_of_character_synchronisation
            }
            Indication::DefectClear => &mut self.clears,
            Indication::ForwardDefect => &mut self.forward,
            Indication::RemoteDefect => &mut self.remote,
            Indication::Other(_) => &mut self.other,
        };
        *counter += 1;
    }
}

/// The process of one GFP client.
#[derive(Clone, Copy, Debug, Default)]
pub struct ManagementProcess {
    sink: ManagementSink,
    counters: ManagementCounters,
}

impl ManagementProcess {
    /// Takes the type header of the next frame.
    pub fn receive(&mut self, header: TypeHeader, at: SimTime) {
        let heard = match (Indication::of(header), header.pti) {
            (Some(indication), _) => {
                self.counters.count(indication);
                Heard::Management(indication)
            }
            (None, Pti::ClientData) => Heard::ClientData,
            (None, _) => Heard::Silence,
        };
        self.sink.receive(heard, at, &mut |_, _| {});
    }

    /// Time passes.
    pub fn pass(&mut self, now: SimTime) {
        self.sink.receive(Heard::Silence, now, &mut |_, _| {});
    }

    /// The server signal failed: defects go false.
    //= g798:6.2-signal-fail-forces-false
    pub fn server_failed(&mut self) {
        self.sink = ManagementSink::new();
    }

    /// True while client management frames say that the client has failed.
    pub const fn signal_fail(&self) -> bool {
        self.defect(Kind::SignalFail).is_some()
    }

    /// The defect of this kind that stands, with its cause.
    pub const fn defect(&self, kind: Kind) -> Option<ClientDefect> {
        self.sink.defect(kind)
    }

    /// Counters since the start.
    pub const fn counters(&self) -> ManagementCounters {
        self.counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_map::gfp::Upi;

    //= type=test g7041:6.1.3-management-upi
    #[test]
    fn frames_are_counted_by_their_upi_and_only_csf_fails_the_client() {
        let mut process = ManagementProcess::default();
        for upi in [1, 2, 2, 3, 4, 4, 4, 5, 6, 0xFF] {
            let header = Indication::from_upi(Upi(upi)).header();
            process.receive(header, SimTime::ZERO);
        }
        let counters = process.counters();
        assert_eq!((counters.losses_of_signal, counters.clears), (1, 1));
        assert_eq!(counters.losses_of_character_synchronisation, 2);
        assert_eq!((counters.forward, counters.remote, counters.other), (3, 1, 2));
        assert!(!process.signal_fail(), "the defect clear indication ended it");
        assert_eq!(process.defect(Kind::Forward), Some(ClientDefect::Forward));
        assert_eq!(process.defect(Kind::Remote), Some(ClientDefect::Remote));
    }

    //= type=test g7041:6.3.3-csf-clearing
    #[test]
    fn client_data_or_three_seconds_of_silence_end_csf() {
        let csf = Indication::LossOfSignal.header();
        let mut process = ManagementProcess::default();
        process.receive(csf, SimTime::ZERO);
        process.pass(SimTime::from_ms(2_999));
        assert!(process.signal_fail());
        process.pass(SimTime::from_ms(3_000));
        assert!(!process.signal_fail());
        process.receive(csf, SimTime::from_ms(3_001));
        process.receive(TypeHeader::ethernet(false), SimTime::from_ms(3_002));
        assert!(!process.signal_fail());
    }
}
