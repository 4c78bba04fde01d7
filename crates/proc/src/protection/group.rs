//! One end of a protection group, with its timers, defects and counts.
//!
//! Clauses: G.873.1 8, IETF RFC 7347. In: monitors, commands, accepted words, time. Out: the entity
//! selected, the bridge, the word to send, events.

use alloc::collections::VecDeque;
use core::fmt;

use otn_frame::SimTime;

use crate::aps::ApsWord;

use super::config::{ProtectionConfig, ProtectionConfigError};
use super::hold_off::HoldOff;
use super::logic::{Logic, Wait};
use super::report::{ProtectionChange, ProtectionCounts, ProtectionDefect, ProtectionEvent};
use super::request::{Entity, ExternalCommand, FarRequest, ProtectionRequest, Signal};
use super::state::{End, ProtectionState};

/// Time the far end has to do as it is asked, before dFOP-NR. Recalled G.798 has 1 s.
//= g798:fop-nr
pub const NO_RESPONSE: SimTime = SimTime::from_ms(50);

/// Where traffic is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bridge {
    /// On both entities.
    Both,
    /// On this one.
    Only(Entity),
}

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// This request ranks as high or higher.
    By(ProtectionState),
    /// No command of this end is in force, and its wait to restore does not run.
    NothingToClear,
    /// The ends do not talk to each other, so there is no protocol to exercise.
    NoChannel,
    /// The ends are provisioned with different bridges (dFOP-PM): nothing is switched.
    ProvisioningMismatch,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(state) => write!(f, "{state} ranks as high or higher"),
            Self::NothingToClear => {
                f.write_str("no command of this end is in force, and no wait to restore runs")
            }
            Self::NoChannel => f.write_str("unidirectional groups have no protocol to exercise"),
            Self::ProvisioningMismatch => {
                f.write_str("the ends are provisioned with different bridges")
            }
        }
    }
}

impl core::error::Error for Refused {}

/// One end of a protection group.
///
/// Times given must not go back. Deadlines that have passed are worked off first, each at its own
/// time, so that a late caller sees the same as a punctual one.
#[derive(Clone, Debug)]
pub struct Protection {
    logic: Logic,
    working: HoldOff,
    protection: HoldOff,
    mismatched: bool,
    unresponsive: bool,
    /// Since when the far end does not do as it is asked.
    unanswered: Option<SimTime>,
    switches: u64,
    /// Time on protection up to `since`, the last switch.
    on_protection: SimTime,
    since: SimTime,
    events: VecDeque<ProtectionEvent>,
}

impl Protection {
    /// A group with traffic on working and nothing wrong; refuses what does not exist.
    pub fn new(config: ProtectionConfig) -> Result<Self, ProtectionConfigError> {
        Self::restarted(SimTime::ZERO, config, Entity::Working)
    }

    /// A group that starts anew at `now` while traffic is on `active`, where it stays until the far
    /// end has told what it knows.
    //= rfc8234:4.1-restart
    pub fn restarted(
        now: SimTime,
        config: ProtectionConfig,
        active: Entity,
    ) -> Result<Self, ProtectionConfigError> {
        config.check()?;
        Ok(Self {
            logic: Logic::restarted(config, active),
            working: HoldOff::new(config.hold_off),
            protection: HoldOff::new(config.hold_off),
            mismatched: false,
            unresponsive: false,
            unanswered: None,
            switches: 0,
            on_protection: SimTime::ZERO,
            since: now,
            events: VecDeque::new(),
        })
    }

    /// What it is provisioned as.
    pub const fn config(&self) -> &ProtectionConfig {
        &self.logic.config
    }

    /// Takes what the monitor of an entity says from `now` on.
    pub fn signal(&mut self, now: SimTime, entity: Entity, signal: Signal) {
        self.wait(now);
        self.hold_off_mut(entity).update(now, signal);
        self.take_held(now, entity);
        self.wait(now);
    }

    /// Takes a command of the operator at this end. What is refused, or overridden later, is forgotten.
    //= rfc7347:7.5-command-acceptance
    pub fn command(&mut self, now: SimTime, command: ExternalCommand) -> Result<(), Refused> {
        self.wait(now);
        if self.logic.is_mismatched() {
            return Err(Refused::ProvisioningMismatch);
        }
        let request = match command {
            ExternalCommand::LockoutOfProtection => ProtectionRequest::Lockout,
            ExternalCommand::ForcedSwitch => ProtectionRequest::ForcedSwitch,
            ExternalCommand::ManualSwitch(entity) => ProtectionRequest::ManualSwitch(entity),
            ExternalCommand::Exercise if !self.logic.config.architecture.uses_channel() => {
                return Err(Refused::NoChannel);
            }
            ExternalCommand::Exercise => ProtectionRequest::Exercise,
            ExternalCommand::Clear => return self.clear(now),
        };
        let refused = Refused::By(self.logic.state);
        if self.logic.command().is_some_and(|in_force| in_force.rank() >= request.rank()) {
            return Err(refused);
        }
        let mut with = self.logic;
        with.set_command(Some(request));
        with.settle(now);
        if ProtectionState::of(request, End::Near) != Some(with.state) {
            return Err(refused);
        }
        // A command in the place of a lower one is not the end of the lower one's story.
        let replaced = self.logic.command();
        self.change(now, |logic| logic.set_command(Some(request)));
        self.note_dropped(now, replaced);
        self.wait(now);
        Ok(())
    }

    //= rfc7347:clear
    fn clear(&mut self, now: SimTime) -> Result<(), Refused> {
        if self.logic.command().is_some() {
            self.change(now, |logic| logic.set_command(None));
        } else if matches!(self.logic.wait, Wait::Running { .. }) {
            self.change(now, Logic::end_wait);
        } else {
            return Err(Refused::NothingToClear);
        }
        self.wait(now);
        Ok(())
    }

    /// Takes a word that was accepted on the APS channel of the protection entity. Words that mean
    /// nothing here are passed over, and so are all while that entity has failed; `None` changes
    /// nothing: the last valid word stays.
    ///
    /// Call it for each word accepted, also for one that equals the last: after a failure of the
    /// protection entity the old word counts only if it is accepted again.
    //= g873.1:8.2-signal-fail
    pub fn received(&mut self, now: SimTime, word: Option<ApsWord>) {
        self.wait(now);
        let failed = self.protection.monitored() == Signal::Failed;
        if let Some(word) = word.filter(|_| !failed)
            && let Some(far) = FarRequest::of(word)
        {
            self.change(now, |logic| logic.set_word(word, far));
            self.wait(now);
        }
    }

    /// Works off the deadlines up to `now`.
    pub fn wait(&mut self, now: SimTime) {
        while let Some(at) = self.next_deadline().filter(|&at| at <= now) {
            for entity in Entity::ALL {
                self.hold_off_mut(entity).expire(at);
                self.take_held(at, entity);
            }
            if matches!(self.logic.wait, Wait::Running { until, .. } if until == at) {
                self.change(at, Logic::end_wait);
            }
            if self.unanswered.is_some_and(|since| since + NO_RESPONSE <= at) && !self.unresponsive
            {
                self.unresponsive = true;
                self.note(at, ProtectionChange::Raised(ProtectionDefect::NoResponse));
            }
        }
    }

    /// When [`Self::wait`] has something to do, if nothing else happens before.
    pub fn next_deadline(&self) -> Option<SimTime> {
        let restore = match self.logic.wait {
            Wait::Running { until, .. } => Some(until),
            Wait::None | Wait::Over { .. } | Wait::Following => None,
        };
        let no_response = self.unanswered.filter(|_| !self.unresponsive);
        [
            self.working.next_deadline(),
            self.protection.next_deadline(),
            restore,
            no_response.map(|since| since + NO_RESPONSE),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// The entity that traffic is taken from.
    pub const fn selected(&self) -> Entity {
        self.logic.selected
    }

    /// Where traffic is sent.
    //= g873.1:8.7-bridge
    pub const fn bridged(&self) -> Bridge {
        if self.logic.config.architecture.permanent_bridge() {
            Bridge::Both
        } else {
            Bridge::Only(self.logic.selected)
        }
    }

    /// The word to send on the protection entity from now on, in every frame of its channel.
    pub fn transmit(&self) -> ApsWord {
        self.logic.transmit()
    }

    /// The request in force.
    pub const fn state(&self) -> ProtectionState {
        self.logic.state
    }

    /// What counts of an entity, after hold-off.
    pub const fn counts_as(&self, entity: Entity) -> Signal {
        match entity {
            Entity::Working => self.working.held(),
            Entity::Protection => self.protection.held(),
        }
    }

    /// True where the ends switch together: not for groups provisioned otherwise, and not while the
    /// far end says that it is not bidirectional.
    pub fn is_bidirectional(&self) -> bool {
        self.logic.is_bidirectional()
    }

    /// True while a defect stands.
    pub const fn has(&self, defect: ProtectionDefect) -> bool {
        match defect {
            ProtectionDefect::ProvisioningMismatch => self.mismatched,
            ProtectionDefect::NoResponse => self.unresponsive,
        }
    }

    /// The counts up to `now`.
    pub fn counts(&self, now: SimTime) -> ProtectionCounts {
        let running = match self.logic.selected {
            Entity::Working => SimTime::ZERO,
            Entity::Protection => now.since(self.since),
        };
        ProtectionCounts { switches: self.switches, on_protection: self.on_protection + running }
    }

    /// The oldest change that was not asked for yet.
    pub fn next_event(&mut self) -> Option<ProtectionEvent> {
        self.events.pop_front()
    }

    const fn hold_off_mut(&mut self, entity: Entity) -> &mut HoldOff {
        match entity {
            Entity::Working => &mut self.working,
            Entity::Protection => &mut self.protection,
        }
    }

    fn take_held(&mut self, now: SimTime, entity: Entity) {
        let held = self.counts_as(entity);
        self.change(now, |logic| logic.set_signal(entity, held));
    }

    fn note(&mut self, at: SimTime, change: ProtectionChange) {
        self.events.push_back(ProtectionEvent { at, change });
    }

    fn note_dropped(&mut self, at: SimTime, command: Option<ProtectionRequest>) {
        if let Some(command) = command {
            self.note(at, ProtectionChange::CommandDropped(command));
        }
    }

    /// Tells the logic something, and everyone what came of it.
    fn change(&mut self, now: SimTime, tell: impl FnOnce(&mut Logic)) {
        let before = self.logic;
        tell(&mut self.logic);
        let command = self.logic.command();
        self.logic.settle(now);
        if self.logic.command() != command {
            self.note_dropped(now, command);
        }
        let (from, to) = (before.state, self.logic.state);
        if from != to {
            self.note(now, ProtectionChange::RequestChanged { from, to });
        }
        let (left, entered) = (before.selected, self.logic.selected);
        if left != entered {
            if left == Entity::Protection {
                self.on_protection = self.on_protection + now.since(self.since);
            }
            self.since = now;
            self.switches += 1;
            self.note(now, ProtectionChange::Switched { from: left, to: entered, reason: to });
        }
        self.check_protocol(now);
    }

    //= g798:fop-pm
    //= g798:fop-nr
    fn check_protocol(&mut self, now: SimTime) {
        let mismatched = self.logic.is_mismatched();
        if mismatched != self.mismatched {
            self.mismatched = mismatched;
            let defect = ProtectionDefect::ProvisioningMismatch;
            self.note(
                now,
                if mismatched {
                    ProtectionChange::Raised(defect)
                } else {
                    ProtectionChange::Cleared(defect)
                },
            );
        }
        if !self.logic.is_answered() {
            self.unanswered.get_or_insert(now);
            return;
        }
        self.unanswered = None;
        if core::mem::take(&mut self.unresponsive) {
            self.note(now, ProtectionChange::Cleared(ProtectionDefect::NoResponse));
        }
    }
}
