//! Which request is in force at one end, and where traffic is because of it.
//!
//! Clauses: G.873.1 8, IETF RFC 7347 7 and 8, RFC 7271 10 and 11, RFC 8234 4. In: the highest
//! request of this end, the word of the far end. Out: state, entity selected, word to send. Every
//! call settles: asked again without anything new, nothing changes. Timers and defects are kept
//! elsewhere.

use otn_frame::SimTime;

use crate::aps::{ApsRequest, ApsWord};

use super::config::ProtectionConfig;
use super::request::signal_on_protection;
use super::request::{Entity, FarRequest, NORMAL_SIGNAL, NULL_SIGNAL, ProtectionRequest, Signal};
use super::state::{self, End, Facts, ProtectionState};

use Entity::{Protection, Working};
use ProtectionRequest as Request;
use ProtectionState as State;

/// The wait to restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Nothing is waited for.
    None,
    /// The timer of this end runs. What the far end says may be `heard` already: that it recovered
    /// as well, and asks for nothing.
    Running {
        /// When it is over.
        until: SimTime,
        /// The far end was heard since working recovered here.
        heard: bool,
    },
    /// The timer of this end is over; the far end has yet to follow, and has `heard` of it where a
    /// word came since.
    Over {
        /// A word came since the timer was over.
        heard: bool,
    },
    /// The far end waits.
    Following,
}

/// The logic of one end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logic {
    pub(super) config: ProtectionConfig,
    pub(super) state: State,
    pub(super) selected: Entity,
    pub(super) wait: Wait,
    /// The command in force.
    command: Option<ProtectionRequest>,
    /// What counts of working and protection.
    working: Signal,
    protection: Signal,
    /// What the far end asks for, if it was heard since protection last failed.
    far: Option<FarRequest>,
    /// The last word of the far end.
    word: Option<ApsWord>,
    /// Working recovered at this end while the far end still had its own fault of it.
    recovered: bool,
}

impl Logic {
    pub(super) const fn new(config: ProtectionConfig) -> Self {
        Self {
            config,
            state: State::NoRequest,
            selected: Working,
            wait: Wait::None,
            command: None,
            working: Signal::Normal,
            protection: Signal::Normal,
            far: None,
            word: None,
            recovered: false,
        }
    }

    /// A group that starts anew while traffic is on `active`: it stays there until the far end says
    /// what it knows.
    //= rfc8234:4.1-restart
    pub(super) const fn restarted(config: ProtectionConfig, active: Entity) -> Self {
        let mut logic = Self::new(config);
        if matches!(active, Protection) {
            logic.selected = Protection;
            logic.state = if config.revertive { State::WaitToRestore } else { State::DoNotRevert };
            if config.revertive {
                logic.wait = Wait::Over { heard: false };
            }
        }
        logic
    }

    /// True where the far end has a say.
    //= rfc7347:mismatch-direction
    pub(super) fn is_bidirectional(&self) -> bool {
        let agreed = self.word.is_none_or(|word| word.bidirectional && word.channel);
        self.config.architecture.uses_channel()
            && (agreed || !self.config.architecture.permanent_bridge())
    }

    /// True where the far end has another kind of bridge, which is dFOP-PM.
    //= g798:fop-pm
    pub(super) fn is_mismatched(&self) -> bool {
        let bridge = !self.config.architecture.permanent_bridge();
        self.config.architecture.uses_channel()
            && self.protection != Signal::Failed
            && self.word.is_some_and(|word| word.selective_bridge != bridge)
    }

    /// True where the far end's traffic is where this end's is, as far as words tell.
    //= g798:fop-nr
    pub(super) fn is_answered(&self) -> bool {
        if !self.is_bidirectional() || self.is_mismatched() || self.protection == Signal::Failed {
            return true;
        }
        let Some(far) = self.far else { return self.selected == Working };
        // A lower request of the far end is its own wish; its traffic follows this end's.
        let says_where = !self.config.architecture.permanent_bridge()
            || far.request.wants().is_none()
            || far.request.rank() >= self.state.request().rank();
        !says_where || far.traffic == self.selected
    }

    /// Takes what counts of an entity.
    //= rfc8234:4.3-stale-word
    pub(super) fn set_signal(&mut self, entity: Entity, signal: Signal) {
        let counts = match signal {
            Signal::Degraded if !self.config.sd_enabled => Signal::Normal,
            Signal::Normal | Signal::Degraded | Signal::Failed => signal,
        };
        match entity {
            Working => self.working = counts,
            Protection => self.protection = counts,
        }
        if self.protection == Signal::Failed {
            self.far = None;
        }
    }

    /// Takes a word of the far end.
    pub(super) fn set_word(&mut self, word: ApsWord, far: FarRequest) {
        if let Wait::Over { heard } = &mut self.wait {
            *heard |= self.far != Some(far);
        }
        self.word = Some(word);
        self.far = Some(far);
    }

    /// Puts a command in force; it is forgotten by [`Self::settle`] where it ranks too low.
    pub(super) const fn set_command(&mut self, command: Option<ProtectionRequest>) {
        self.command = command;
    }

    /// The command in force.
    pub(super) const fn command(&self) -> Option<ProtectionRequest> {
        self.command
    }

    /// The timer of the wait to restore is over, or was cleared.
    //= rfc7271:11-wait-over
    pub(super) fn end_wait(&mut self) {
        let known = matches!(self.wait, Wait::Running { heard: true, .. });
        // A far end that counts its own wait says so, and has yet to say that it is over.
        self.wait = Wait::Over { heard: known && self.far().request == Request::NoRequest };
    }

    /// The highest request of this end.
    //= rfc7347:8.1-local-priority
    //= rfc7347:8.3-degrade-of-both
    fn own(&self) -> Option<ProtectionRequest> {
        // A group that has not heard the far end yet does not know where traffic is.
        let knows = !self.is_bidirectional() || self.word.is_some();
        let degraded = match (self.working, self.protection) {
            _ if !knows => None,
            (Signal::Degraded, Signal::Degraded) => Some(self.selected.other()),
            (Signal::Degraded, _) => Some(Working),
            (_, Signal::Degraded) => Some(Protection),
            (Signal::Normal | Signal::Failed, Signal::Normal | Signal::Failed) => None,
        };
        let failed = |entity| Request::SignalFail(entity);
        [
            self.command,
            (self.protection == Signal::Failed).then_some(failed(Protection)),
            (self.working == Signal::Failed).then_some(failed(Working)),
            degraded.map(Request::SignalDegrade),
        ]
        .into_iter()
        .flatten()
        .max_by_key(|request| request.rank())
    }

    /// What the far end asks for.
    //= rfc7271:11.3-unidirectional
    fn far(&self) -> FarRequest {
        self.far.filter(|_| self.is_bidirectional()).unwrap_or(FarRequest::NONE)
    }

    /// True where the far end's request wins over this one of this end.
    //= rfc7347:8.1-global-priority
    //= g873.1:8.10-degrade-conflict
    fn far_wins(&self, own: ProtectionRequest, far: FarRequest) -> bool {
        match (own, far.request) {
            (Request::SignalDegrade(here), Request::SignalDegrade(there)) if here != there => {
                match self.state {
                    State::SignalDegrade(Protection, End::Near) => false,
                    State::SignalDegrade(Working, End::Near) => far.traffic == Working,
                    _ => self.selected.other() == there,
                }
            }
            (own, far) => far.rank() > own.rank(),
        }
    }

    /// True while what put this end's own state in force is still there.
    fn has_cause(&self) -> bool {
        let signal = |entity| match entity {
            Working => self.working,
            Protection => self.protection,
        };
        match self.state {
            State::SignalFail(entity, End::Near) => signal(entity) == Signal::Failed,
            State::SignalDegrade(entity, End::Near) => signal(entity) == Signal::Degraded,
            State::Lockout(End::Near) | State::ForcedSwitch(End::Near) => self.is_commanded(),
            State::ManualSwitch(_, End::Near) | State::Exercise(End::Near) => self.is_commanded(),
            State::NoRequest | State::WaitToRestore | State::DoNotRevert => true,
            State::Lockout(End::Far) | State::SignalFail(_, End::Far) => true,
            State::SignalDegrade(_, End::Far) | State::ForcedSwitch(End::Far) => true,
            State::ManualSwitch(_, End::Far) | State::Exercise(End::Far) => true,
        }
    }

    fn is_commanded(&self) -> bool {
        self.command == Some(self.state.request())
    }

    /// Leaves a state of this end whose cause is gone.
    //= rfc7271:11-cleared
    //= rfc7271:11-wait-starts
    fn leave(&mut self, now: SimTime) {
        let rest = if self.config.revertive { State::NoRequest } else { State::DoNotRevert };
        self.state = match self.state {
            State::SignalFail(Working, _) | State::SignalDegrade(Working, _) => {
                let waits = self.far().request.rank() <= Request::WaitToRestore.rank();
                if self.own().is_some() || !waits {
                    self.recovered = true;
                    State::NoRequest
                } else if self.config.revertive {
                    self.wait = self.starts(now, false);
                    State::WaitToRestore
                } else {
                    State::DoNotRevert
                }
            }
            State::ForcedSwitch(_) | State::ManualSwitch(Protection, _) => rest,
            State::Exercise(_) if self.selected == Protection => State::DoNotRevert,
            _ => State::NoRequest,
        };
    }

    /// True where the state is that of a request the far end no longer has, and no cell of the
    /// tables leads out of it: words in between were too short to be accepted, or crossed.
    //= rfc7271:11-missed-word
    fn is_stale(&self, far: FarRequest) -> bool {
        let own_wait = matches!(self.wait, Wait::Running { .. });
        match (self.state, self.state.end(), far.request) {
            (State::WaitToRestore, _, Request::WaitToRestore | Request::NoRequest) => false,
            (State::WaitToRestore, _, _) => !own_wait,
            (state, Some(End::Far), request) => state.request() != request,
            (_, Some(End::Near) | None, _) => false,
        }
    }

    /// The next state by the table that counts.
    fn next(&self) -> State {
        let far = self.far();
        let waits = match self.wait {
            Wait::Running { .. } => true,
            Wait::Over { heard } => {
                self.is_bidirectional()
                    && (self.far.is_none() || (far.traffic == Protection && !heard))
            }
            Wait::None | Wait::Following => false,
        };
        let facts = Facts { revertive: self.config.revertive, waits };
        let own = self.own().filter(|own| !self.far_wins(*own, far));
        let from = |state| {
            own.map_or_else(|| state::far(state, far, facts), |own| state::local(state, own))
        };
        match from(self.state) {
            next if next == self.state && self.is_stale(far) => match self.state {
                State::Exercise(_) if self.selected == Protection => from(State::DoNotRevert),
                _ => from(State::NoRequest),
            },
            next => next,
        }
    }

    /// Goes on until nothing changes any more.
    pub(super) fn settle(&mut self, now: SimTime) {
        //= rfc7347:bridge-mismatch-action
        if self.is_mismatched() {
            return;
        }
        //= rfc7271:10.2-manual-conflict
        if self.state == State::ManualSwitch(Protection, End::Near)
            && self.far().request == Request::ManualSwitch(Working)
        {
            self.command = None;
        }
        for _ in State::ALL {
            if !self.has_cause() {
                self.leave(now);
            }
            let next = self.next();
            if next == self.state {
                break;
            }
            self.enter(next, now);
        }
        self.follow();
        let after_working =
            [State::SignalFail(Working, End::Far), State::SignalDegrade(Working, End::Far)];
        self.recovered &= after_working.contains(&self.state);
        //= rfc7347:7.5-forgotten
        self.command = self.command.filter(|_| self.is_commanded() && self.is_own());
        if self.state != State::WaitToRestore {
            self.wait = Wait::None;
        }
    }

    fn is_own(&self) -> bool {
        self.state.end() == Some(End::Near)
    }

    fn starts(&self, now: SimTime, heard: bool) -> Wait {
        Wait::Running { until: now + self.config.wait_to_restore, heard }
    }

    /// Goes to another state.
    //= rfc7347:7.4-wait-remembered
    fn enter(&mut self, next: State, now: SimTime) {
        if next == State::WaitToRestore {
            let both = self.recovered && self.far().request == Request::NoRequest;
            self.wait = if both { self.starts(now, true) } else { Wait::Following };
        }
        self.state = next;
        self.follow();
    }

    /// Puts traffic where the state wants it.
    //= g873.1:8.8-selector
    fn follow(&mut self) {
        match (self.state.traffic(), self.state) {
            (Some(entity), _) => self.selected = entity,
            (None, State::Exercise(End::Far)) => self.selected = self.far().traffic,
            (None, _) => {}
        }
    }

    /// The request that the word to send names.
    //= rfc7271:11-sent
    fn sent(&self) -> ProtectionRequest {
        match (self.state, self.state.end()) {
            (State::WaitToRestore, _) if !matches!(self.wait, Wait::Running { .. }) => {
                Request::NoRequest
            }
            (State::Exercise(End::Far), _) => Request::ReverseRequest,
            (State::ManualSwitch(_, End::Far), _) => Request::NoRequest,
            // With a permanent bridge a word cannot say that this degrade has already lost.
            (State::SignalDegrade(entity, End::Far), _) => self
                .own()
                .filter(|own| *own != Request::SignalDegrade(entity.other()))
                .unwrap_or(Request::NoRequest),
            (_, Some(End::Far)) => self.own().unwrap_or(Request::NoRequest),
            (state, Some(End::Near) | None) => state.request(),
        }
    }

    /// The word to send.
    //= g873.1:9-flags
    //= g873.1:9-requested-signal
    //= g873.1:9-bridged-signal
    pub(super) fn transmit(&self) -> ApsWord {
        let architecture = self.config.architecture;
        let request = self.sent();
        let on_protection = signal_on_protection(self.selected);
        ApsWord {
            request: if architecture.uses_channel() {
                request.code()
            } else {
                ApsRequest::NoRequest
            },
            channel: architecture.uses_channel(),
            selective_bridge: !architecture.permanent_bridge(),
            bidirectional: architecture.uses_channel(),
            revertive: self.config.revertive,
            requested: request.wants().map_or(on_protection, signal_on_protection),
            bridged: if architecture.permanent_bridge() { NORMAL_SIGNAL } else { on_protection },
            reserved: NULL_SIGNAL,
        }
    }
}
