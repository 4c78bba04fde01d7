//! The state tables of linear protection: 21 states, requests of this end and of the far end.
//!
//! Clauses: G.873.1, as IETF RFC 7271 11 and RFC 8234 print the tables. In: a state and a request.
//! Out: the next state. Which of the two tables is asked, and what happens when the reason of a
//! state goes away, is not decided here.

use core::fmt;

use super::request::{Entity, FarRequest, ProtectionRequest};

/// Which end a request is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// This one.
    Near,
    /// The other one.
    Far,
}

/// The request in force, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProtectionState {
    /// Nothing is asked for.
    NoRequest,
    /// Lockout of protection.
    Lockout(End),
    /// Signal fail of an entity.
    SignalFail(Entity, End),
    /// Signal degrade of an entity.
    SignalDegrade(Entity, End),
    /// Forced switch to protection.
    ForcedSwitch(End),
    /// Manual switch to an entity.
    ManualSwitch(Entity, End),
    /// Working is good again, and traffic will return.
    WaitToRestore,
    /// Nothing is asked for, and traffic stays on protection.
    DoNotRevert,
    /// Exercise.
    Exercise(End),
}

use Entity::{Protection, Working};
use ProtectionRequest as Request;
use ProtectionState as State;

impl ProtectionState {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::NoRequest,
        Self::Lockout(End::Near),
        Self::Lockout(End::Far),
        Self::SignalFail(Protection, End::Near),
        Self::SignalFail(Protection, End::Far),
        Self::SignalDegrade(Protection, End::Near),
        Self::SignalDegrade(Protection, End::Far),
        Self::SignalFail(Working, End::Near),
        Self::SignalFail(Working, End::Far),
        Self::SignalDegrade(Working, End::Near),
        Self::SignalDegrade(Working, End::Far),
        Self::ForcedSwitch(End::Near),
        Self::ForcedSwitch(End::Far),
        Self::ManualSwitch(Working, End::Near),
        Self::ManualSwitch(Working, End::Far),
        Self::ManualSwitch(Protection, End::Near),
        Self::ManualSwitch(Protection, End::Far),
        Self::WaitToRestore,
        Self::DoNotRevert,
        Self::Exercise(End::Near),
        Self::Exercise(End::Far),
    ];

    /// The request in force.
    pub const fn request(self) -> ProtectionRequest {
        match self {
            Self::NoRequest => Request::NoRequest,
            Self::Lockout(_) => Request::Lockout,
            Self::SignalFail(entity, _) => Request::SignalFail(entity),
            Self::SignalDegrade(entity, _) => Request::SignalDegrade(entity),
            Self::ForcedSwitch(_) => Request::ForcedSwitch,
            Self::ManualSwitch(entity, _) => Request::ManualSwitch(entity),
            Self::WaitToRestore => Request::WaitToRestore,
            Self::DoNotRevert => Request::DoNotRevert,
            Self::Exercise(_) => Request::Exercise,
        }
    }

    /// Whose request it is; nothing for states that are not somebody's.
    pub const fn end(self) -> Option<End> {
        match self {
            Self::NoRequest | Self::WaitToRestore | Self::DoNotRevert => None,
            Self::Lockout(end) | Self::ForcedSwitch(end) | Self::Exercise(end) => Some(end),
            Self::SignalFail(_, end) | Self::SignalDegrade(_, end) => Some(end),
            Self::ManualSwitch(_, end) => Some(end),
        }
    }

    /// Where traffic is in this state; nothing for exercise, which does not move it.
    pub const fn traffic(self) -> Option<Entity> {
        match self {
            Self::NoRequest => Some(Working),
            Self::WaitToRestore | Self::DoNotRevert => Some(Protection),
            Self::Lockout(_) | Self::SignalFail(..) | Self::SignalDegrade(..) => {
                self.request().wants()
            }
            Self::ForcedSwitch(_) | Self::ManualSwitch(..) => self.request().wants(),
            Self::Exercise(_) => None,
        }
    }

    /// The state in which `end` has its request granted, for requests that are somebody's.
    pub const fn of(request: ProtectionRequest, end: End) -> Option<Self> {
        match request {
            Request::Lockout => Some(Self::Lockout(end)),
            Request::SignalFail(entity) => Some(Self::SignalFail(entity, end)),
            Request::ForcedSwitch => Some(Self::ForcedSwitch(end)),
            Request::SignalDegrade(entity) => Some(Self::SignalDegrade(entity, end)),
            Request::ManualSwitch(entity) => Some(Self::ManualSwitch(entity, end)),
            Request::Exercise => Some(Self::Exercise(end)),
            Request::WaitToRestore | Request::ReverseRequest => None,
            Request::DoNotRevert | Request::NoRequest => None,
        }
    }
}

impl fmt::Display for ProtectionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.request())?;
        match self.end() {
            None => Ok(()),
            Some(End::Near) => f.write_str(" near"),
            Some(End::Far) => f.write_str(" far"),
        }
    }
}

/// The next state for a request of this end that ranks at least as high as the far end's.
//= rfc7271:11-local
pub(super) const fn local(state: State, request: ProtectionRequest) -> State {
    use End::{Far, Near};
    let moves = match request {
        Request::Lockout => true,
        Request::SignalFail(Protection) => !matches!(state, State::Lockout(Near)),
        Request::ForcedSwitch => !matches!(
            state,
            State::Lockout(_) | State::SignalFail(Protection, _) | State::ForcedSwitch(Near)
        ),
        Request::SignalFail(Working) => !matches!(
            state,
            State::Lockout(Near) | State::SignalFail(_, Near) | State::ForcedSwitch(Near)
        ),
        Request::SignalDegrade(_) => !matches!(
            state,
            State::Lockout(Near)
                | State::SignalFail(_, Near)
                | State::SignalDegrade(_, Near)
                | State::ForcedSwitch(Near)
        ),
        Request::ManualSwitch(to) => match state {
            State::ManualSwitch(Working, Far) => matches!(to, Working),
            State::ManualSwitch(Protection, Far) => matches!(to, Protection),
            State::NoRequest | State::WaitToRestore | State::DoNotRevert => true,
            State::Exercise(_) => true,
            State::Lockout(_) | State::SignalFail(..) | State::SignalDegrade(..) => false,
            State::ForcedSwitch(_) | State::ManualSwitch(_, Near) => false,
        },
        Request::Exercise => {
            matches!(state, State::NoRequest | State::DoNotRevert | State::Exercise(Far))
        }
        Request::WaitToRestore | Request::ReverseRequest => false,
        Request::DoNotRevert | Request::NoRequest => false,
    };
    match State::of(request, Near) {
        Some(next) if moves => next,
        Some(_) | None => state,
    }
}

/// What the far table asks besides state and word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// This end returns traffic to working.
    pub(super) revertive: bool,
    /// The wait to restore of this end is not over, or the far end has not yet seen that it is.
    pub(super) waits: bool,
}

/// The next state for a request of the far end that ranks higher than any of this end.
//= rfc7271:11-far
pub(super) const fn far(state: State, far: FarRequest, facts: Facts) -> State {
    use End::{Far, Near};
    let moves = match far.request {
        Request::Lockout => !matches!(state, State::Lockout(Near)),
        Request::SignalFail(Protection) => {
            !matches!(state, State::Lockout(Near) | State::SignalFail(Protection, Near))
        }
        Request::ForcedSwitch => !matches!(
            state,
            State::Lockout(Near) | State::SignalFail(Protection, Near) | State::ForcedSwitch(Near)
        ),
        Request::SignalFail(Working) => !matches!(
            state,
            State::Lockout(Near) | State::SignalFail(_, Near) | State::ForcedSwitch(Near)
        ),
        Request::SignalDegrade(entity) => match state {
            State::Lockout(Near) | State::SignalFail(_, Near) | State::ForcedSwitch(Near) => false,
            // Of a far end whose traffic is where this one's is, the request is not in force there.
            State::SignalDegrade(Working, Near) => {
                matches!((entity, far.traffic), (Protection, Working))
            }
            State::SignalDegrade(Protection, Near) => {
                matches!((entity, far.traffic), (Working, Protection))
            }
            State::NoRequest | State::WaitToRestore | State::DoNotRevert => true,
            State::Lockout(Far) | State::SignalFail(_, Far) | State::SignalDegrade(_, Far) => true,
            State::ForcedSwitch(Far) | State::ManualSwitch(..) | State::Exercise(_) => true,
        },
        Request::ManualSwitch(_) => match state.end() {
            Some(Near) => matches!(state, State::Exercise(_)),
            Some(Far) | None => true,
        },
        Request::Exercise => match state.end() {
            Some(Near) => false,
            Some(Far) => true,
            None => !matches!(state, State::WaitToRestore),
        },
        Request::WaitToRestore | Request::DoNotRevert | Request::NoRequest => {
            return far_at_rest(state, far, facts);
        }
        Request::ReverseRequest => false,
    };
    match State::of(far.request, Far) {
        Some(next) if moves => next,
        Some(_) | None => state,
    }
}

/// The same for a far end that asks for nothing.
const fn far_at_rest(state: State, far: FarRequest, facts: Facts) -> State {
    use End::Far;
    let after_working =
        matches!(state, State::SignalFail(Working, Far) | State::SignalDegrade(Working, Far));
    match far.request {
        Request::WaitToRestore if after_working => State::WaitToRestore,
        Request::WaitToRestore => match state {
            State::NoRequest | State::DoNotRevert => State::WaitToRestore,
            other => other,
        },
        Request::DoNotRevert if after_working => State::DoNotRevert,
        Request::DoNotRevert => match state {
            State::NoRequest | State::ForcedSwitch(Far) | State::Exercise(Far) => {
                State::DoNotRevert
            }
            State::ManualSwitch(Protection, Far) => State::DoNotRevert,
            other => other,
        },
        _ => match (state, state.end()) {
            (_, Some(Far)) if after_working && matches!(far.traffic, Protection) => {
                if facts.revertive { State::WaitToRestore } else { State::DoNotRevert }
            }
            (_, Some(Far)) => State::NoRequest,
            (State::WaitToRestore, _) if !facts.waits => State::NoRequest,
            (other, _) => other,
        },
    }
}
