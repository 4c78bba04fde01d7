//! Client management frames: what one end tells the other about its client.
//!
//! Clauses: G.7041 6.1.3 (client management frames), 6.3.3 (client signal fail); G.798 (dCSF). In: what
//! stands at the source, or frames as they come, each with the time. Out: the frame that is due,
//! or the defects that begin and end. Nothing here asks the time; `next_deadline` says when to
//! come back.

use otn_frame::SimTime;

use super::header::{Exi, Pti, TypeHeader, Upi};

/// Longest and shortest time between two frames that say the same.
//= g7041:6.3.3-csf-period
const PERIODS: (SimTime, SimTime) = (SimTime::from_ms(100), SimTime::from_ms(1_000));
/// Without a frame for so long a defect ends: three of the longest periods.
//= g7041:6.3.3-csf-clearing
pub const SILENCE: SimTime = SimTime::from_ms(3 * 1_000);

/// What a client management frame says.
//= g7041:6.1.3-management-upi
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Indication {
    /// Client signal fail: loss of client signal.
    LossOfSignal,
    /// Client signal fail: loss of character synchronisation.
    LossOfCharacterSynchronisation,
    /// DCI: the defect is over.
    DefectClear,
    /// FDI: there is a defect towards the far end.
    ForwardDefect,
    /// RDI: there is a defect in what the far end sends.
    RemoteDefect,
    /// A reserved code.
    Other(u8),
}

impl Indication {
    /// The indication of a UPI.
    pub const fn from_upi(upi: Upi) -> Self {
        match upi.0 {
            1 => Self::LossOfSignal,
            2 => Self::LossOfCharacterSynchronisation,
            3 => Self::DefectClear,
            4 => Self::ForwardDefect,
            5 => Self::RemoteDefect,
            other => Self::Other(other),
        }
    }

    /// The UPI of an indication.
    pub const fn upi(self) -> Upi {
        Upi(match self {
            Self::LossOfSignal => 1,
            Self::LossOfCharacterSynchronisation => 2,
            Self::DefectClear => 3,
            Self::ForwardDefect => 4,
            Self::RemoteDefect => 5,
            Self::Other(code) => code,
        })
    }

    /// Type header of the frame that says so. The frame has no payload.
    //= g7041:6.1.3-management-frame
    pub const fn header(self) -> TypeHeader {
        TypeHeader { pti: Pti::ClientManagement, pfi: false, exi: Exi::Null, upi: self.upi() }
    }

    /// The indication of a received type header, if it is one of client management.
    pub fn of(header: TypeHeader) -> Option<Self> {
        (header.pti == Pti::ClientManagement).then(|| Self::from_upi(header.upi))
    }
}

/// A defect that a source tells of again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientDefect {
    /// Client signal fail: loss of client signal.
    LossOfSignal,
    /// Client signal fail: loss of character synchronisation.
    LossOfCharacterSynchronisation,
    /// Forward defect.
    Forward,
    /// Remote defect.
    Remote,
}

impl ClientDefect {
    /// How it is said.
    pub const fn indication(self) -> Indication {
        match self {
            Self::LossOfSignal => Indication::LossOfSignal,
            Self::LossOfCharacterSynchronisation => Indication::LossOfCharacterSynchronisation,
            Self::Forward => Indication::ForwardDefect,
            Self::Remote => Indication::RemoteDefect,
        }
    }
}

/// A period shorter or longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongPeriod {
    /// The period found.
    pub found: SimTime,
}

impl core::fmt::Display for WrongPeriod {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (least, most) = PERIODS;
        write!(
            f,
            "a period of {} ns, between {} and {} are allowed",
            self.found.as_ns(),
            least.as_ns(),
            most.as_ns()
        )
    }
}

impl core::error::Error for WrongPeriod {}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sending {
    /// Nothing to say.
    #[default]
    Quiet,
    /// The defect is told of again when it is time.
    Telling { defect: ClientDefect, due: SimTime },
    /// The end of the defect is still to be told, once.
    Clearing { due: SimTime },
}

/// Sends the frames of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagementSource {
    sending: Sending,
    period: SimTime,
}

impl Default for ManagementSource {
    fn default() -> Self {
        Self { sending: Sending::Quiet, period: PERIODS.0 }
    }
}

impl ManagementSource {
    /// A source without a defect that repeats every 100 ms.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another period.
    ///
    /// # Errors
    /// [`WrongPeriod`] outside 100 ms to 1000 ms.
    pub fn with_period(period: SimTime) -> Result<Self, WrongPeriod> {
        if (PERIODS.0..=PERIODS.1).contains(&period) {
            Ok(Self { sending: Sending::Quiet, period })
        } else {
            Err(WrongPeriod { found: period })
        }
    }

    /// The defect that stands from `now` on, or none.
    pub fn set(&mut self, now: SimTime, defect: Option<ClientDefect>) {
        self.sending = match (self.sending, defect) {
            (Sending::Quiet | Sending::Clearing { .. }, Some(defect)) => {
                Sending::Telling { defect, due: now }
            }
            (Sending::Telling { defect: old, due }, Some(defect)) if old == defect => {
                Sending::Telling { defect, due }
            }
            (Sending::Telling { .. }, Some(defect)) => Sending::Telling { defect, due: now },
            (Sending::Quiet, None) => Sending::Quiet,
            (Sending::Telling { .. }, None) => Sending::Clearing { due: now },
            (Sending::Clearing { due }, None) => Sending::Clearing { due },
        };
    }

    /// The frame that is due at `now`, if one is; each is given once.
    //= g7041:6.3.3-csf-period
    pub fn poll(&mut self, now: SimTime) -> Option<Indication> {
        match self.sending {
            Sending::Quiet => None,
            Sending::Clearing { .. } => {
                self.sending = Sending::Quiet;
                Some(Indication::DefectClear)
            }
            Sending::Telling { due, .. } if now < due => None,
            Sending::Telling { defect, .. } => {
                self.sending = Sending::Telling { defect, due: now + self.period };
                Some(defect.indication())
            }
        }
    }

    /// When [`Self::poll`] has something next; `None` while there is nothing to say.
    pub const fn next_deadline(&self) -> Option<SimTime> {
        match self.sending {
            Sending::Quiet => None,
            Sending::Clearing { due } | Sending::Telling { due, .. } => Some(due),
        }
    }
}

/// What a sink hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A client management frame.
    Management(Indication),
    /// A frame of the client.
    ClientData,
    /// Nothing: only time passes.
    Silence,
}

/// A kind of defect with a timer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// dCSF, of either cause.
    SignalFail,
    /// dFDI.
    Forward,
    /// dRDI.
    Remote,
}

impl Kind {
    const ALL: [Self; 3] = [Self::SignalFail, Self::Forward, Self::Remote];

    /// What an indication does to a defect of this kind: raises it, and with which cause, or ends
    /// it, or neither.
    const fn effect(self, heard: Heard) -> Effect {
        use ClientDefect as Defect;
        use Indication as I;
        match (self, heard) {
            (Self::SignalFail, Heard::Management(I::LossOfSignal)) => {
                Effect::Raise(Defect::LossOfSignal)
            }
            (Self::SignalFail, Heard::Management(I::LossOfCharacterSynchronisation)) => {
                Effect::Raise(Defect::LossOfCharacterSynchronisation)
            }
            (Self::Forward, Heard::Management(I::ForwardDefect)) => Effect::Raise(Defect::Forward),
            (Self::Remote, Heard::Management(I::RemoteDefect)) => Effect::Raise(Defect::Remote),
            (_, Heard::Management(I::DefectClear)) | (Self::SignalFail, Heard::ClientData) => {
                Effect::End
            }
            (Self::SignalFail | Self::Forward | Self::Remote, _) => Effect::None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Raise(ClientDefect),
    End,
    None,
}

/// The state of one kind of defect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Absent,
    Present {
        defect: ClientDefect,
        until: SimTime,
    },
}

impl State {
    //= g7041:6.3.3-csf-raising
    //= g7041:6.3.3-csf-clearing
    fn step(self, effect: Effect, now: SimTime) -> Self {
        match (self, effect) {
            (Self::Absent | Self::Present { .. }, Effect::Raise(defect)) => {
                Self::Present { defect, until: now + SILENCE }
            }
            (Self::Absent | Self::Present { .. }, Effect::End) | (Self::Absent, Effect::None) => {
                Self::Absent
            }
            (Self::Present { until, .. }, Effect::None) if now >= until => Self::Absent,
            (Self::Present { .. }, Effect::None) => self,
        }
    }

    const fn defect(self) -> Option<ClientDefect> {
        match self {
            Self::Absent => None,
            Self::Present { defect, .. } => Some(defect),
        }
    }
}

/// Follows the defects that the far end tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManagementSink {
    states: [State; Kind::ALL.len()],
}

impl ManagementSink {
    /// A sink without defects.
    pub fn new() -> Self {
        Self::default()
    }

    /// The defect of this kind that stands, with its cause.
    pub const fn defect(&self, kind: Kind) -> Option<ClientDefect> {
        self.states[kind as usize].defect()
    }

    /// Takes what was heard at `now`; tells every change of a defect.
    pub fn receive(
        &mut self,
        heard: Heard,
        now: SimTime,
        on_change: &mut impl FnMut(Kind, Option<ClientDefect>),
    ) {
        for (kind, state) in Kind::ALL.into_iter().zip(&mut self.states) {
            let before = state.defect();
            *state = state.step(kind.effect(heard), now);
            if state.defect() != before {
                on_change(kind, state.defect());
            }
        }
    }

    /// When the first defect ends if nothing more is heard.
    pub fn next_deadline(&self) -> Option<SimTime> {
        let until = |state: &State| match state {
            State::Absent => None,
            State::Present { until, .. } => Some(*until),
        };
        self.states.iter().filter_map(until).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    const fn ms(ms: u64) -> SimTime {
        SimTime::from_ms(ms)
    }

    //= type=test g7041:6.1.3-management-upi
    //= type=test g7041:6.1.3-management-frame
    #[test]
    fn every_upi_reads_back_and_frames_are_those_of_the_naive_builder() {
        for upi in 0..=u8::MAX {
            let indication = Indication::from_upi(Upi(upi));
            assert_eq!(indication.upi(), Upi(upi));
            let header = indication.header();
            assert_eq!(header.octets(), otn_testkit::gfp::type_header(4, false, 0, upi));
            assert_eq!(Indication::of(header), Some(indication));
        }
        assert_eq!(Indication::of(TypeHeader::ethernet(false)), None);
        assert_eq!(Indication::LossOfSignal.header().octets()[..2], [0x80, 0x01]);
        assert_eq!(Indication::LossOfCharacterSynchronisation.header().octets()[..2], [0x80, 0x02]);
        assert_eq!(Indication::DefectClear.header().octets()[..2], [0x80, 0x03]);
        assert_eq!(Indication::ForwardDefect.header().octets()[..2], [0x80, 0x04]);
        assert_eq!(Indication::RemoteDefect.header().octets()[..2], [0x80, 0x05]);
    }

    /// Frames sent, asked every `step` milliseconds.
    fn sent(source: &mut ManagementSource, from: u64, to: u64, step: u64) -> Vec<u64> {
        (from..to)
            .step_by(step as usize)
            .filter(|now| source.poll(ms(*now)) == Some(Indication::LossOfSignal))
            .collect()
    }

    //= type=test g7041:6.3.3-csf-period
    #[test]
    fn a_defect_is_told_at_once_then_every_period_and_its_end_once() {
        let mut source = ManagementSource::with_period(ms(500)).unwrap();
        assert_eq!((source.poll(ms(0)), source.next_deadline()), (None, None));
        source.set(ms(20), Some(ClientDefect::LossOfSignal));
        assert_eq!(sent(&mut source, 20, 2_000, 10), [20, 520, 1_020, 1_520]);
        source.set(ms(2_000), Some(ClientDefect::LossOfSignal));
        assert_eq!(source.next_deadline(), Some(ms(2_020)), "the same again changes nothing");
        source.set(ms(2_001), Some(ClientDefect::LossOfCharacterSynchronisation));
        let now = source.poll(ms(2_001));
        assert_eq!(now, Some(Indication::LossOfCharacterSynchronisation), "another cause, at once");
        source.set(ms(2_100), None);
        assert_eq!(source.next_deadline(), Some(ms(2_100)));
        assert_eq!(source.poll(ms(2_100)), Some(Indication::DefectClear));
        assert_eq!((source.poll(ms(9_000)), source.next_deadline()), (None, None));
    }

    //= type=test g7041:6.3.3-csf-period
    #[test]
    fn periods_from_100_to_1000_ms_are_allowed() {
        for (period, allowed) in [(99, false), (100, true), (1_000, true), (1_001, false)] {
            assert_eq!(ManagementSource::with_period(ms(period)).is_ok(), allowed, "{period}");
        }
        let mut source = ManagementSource::new();
        source.set(ms(0), Some(ClientDefect::LossOfSignal));
        assert_eq!(sent(&mut source, 0, 350, 1), [0, 100, 200, 300]);
    }

    fn changes(heard: &[(u64, Heard)]) -> Vec<(u64, Kind, Option<ClientDefect>)> {
        let (mut sink, mut out) = (ManagementSink::new(), Vec::new());
        for (now, heard) in heard {
            sink.receive(*heard, ms(*now), &mut |kind, defect| out.push((*now, kind, defect)));
        }
        out
    }

    //= type=test g7041:6.3.3-csf-raising
    //= type=test g7041:6.3.3-csf-clearing
    #[test]
    fn one_frame_raises_and_silence_data_or_dci_clear() {
        let csf = Heard::Management(Indication::LossOfSignal);
        let up = (10, Kind::SignalFail, Some(ClientDefect::LossOfSignal));
        let down = |now| (now, Kind::SignalFail, None);
        let silent = [(10, csf), (1_010, csf), (4_009, Heard::Silence), (4_010, Heard::Silence)];
        assert_eq!(changes(&silent), [up, down(4_010)]);
        assert_eq!(changes(&[(10, csf), (20, Heard::ClientData)]), [up, down(20)]);
        let dci = Heard::Management(Indication::DefectClear);
        assert_eq!(changes(&[(10, csf), (20, dci), (30, dci)]), [up, down(20)]);
        let other = Heard::Management(Indication::Other(0x77));
        assert_eq!(changes(&[(10, csf), (20, other)]), [up]);
        let character = Heard::Management(Indication::LossOfCharacterSynchronisation);
        let cause = Some(ClientDefect::LossOfCharacterSynchronisation);
        assert_eq!(changes(&[(10, csf), (20, character)]), [up, (20, Kind::SignalFail, cause)]);
    }

    //= type=test g7041:6.3.3-csf-clearing
    #[test]
    fn forward_and_remote_defects_stand_beside_client_data() {
        let fdi = Heard::Management(Indication::ForwardDefect);
        let rdi = Heard::Management(Indication::RemoteDefect);
        let heard = [(0, fdi), (1, rdi), (2, Heard::ClientData), (3_000, rdi)];
        let expected = vec![
            (0, Kind::Forward, Some(ClientDefect::Forward)),
            (1, Kind::Remote, Some(ClientDefect::Remote)),
            (3_000, Kind::Forward, None),
        ];
        assert_eq!(changes(&heard), expected);
    }

    proptest! {
        #[test]
        fn a_source_and_a_sink_agree_whatever_is_asked_when(
            period in 100u64..=1_000,
            steps in proptest::collection::vec((1u64..900, 0u8..3), 1..60),
        ) {
            let mut source = ManagementSource::with_period(ms(period)).unwrap();
            let mut sink = ManagementSink::new();
            let mut now = 0;
            for (step, defect) in steps {
                let defect = match defect {
                    0 => None,
                    1 => Some(ClientDefect::LossOfSignal),
                    _ => Some(ClientDefect::LossOfCharacterSynchronisation),
                };
                source.set(ms(now), defect);
                for now in now..now + step {
                    let heard = source.poll(ms(now)).map_or(Heard::Silence, Heard::Management);
                    sink.receive(heard, ms(now), &mut |_, _| {});
                    prop_assert_eq!(sink.defect(Kind::SignalFail), defect);
                }
                now += step;
            }
        }
    }
}
