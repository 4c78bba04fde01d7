//! What a protection group has to say: changes, defects, counts, and OpenROADM's names for them.
//!
//! Clauses: G.798 (defects of the protocol). Source of the names: org-openroadm-probable-cause
//! and org-openroadm-pm-types of release 18.0.0.

use core::fmt;

use otn_frame::SimTime;

use crate::supervision::probable_cause::ProbableCause;

use super::request::{Entity, ProtectionRequest};
use super::state::ProtectionState;

/// A defect of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtectionDefect {
    /// dFOP-PM: the ends are provisioned with different bridges.
    ProvisioningMismatch,
    /// dFOP-NR: the far end does not do as it is asked.
    NoResponse,
}

impl ProtectionDefect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::ProvisioningMismatch, Self::NoResponse];

    /// The name as G.798 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProvisioningMismatch => "dFOP-PM",
            Self::NoResponse => "dFOP-NR",
        }
    }

    /// The probable cause of its fault cause.
    pub const fn probable_cause(self) -> ProbableCause {
        match self {
            Self::ProvisioningMismatch => ProbableCause::plain("apsConfigurationMismatch", 298),
            Self::NoResponse => ProbableCause::plain("apsProtocolError", 297),
        }
    }
}

impl fmt::Display for ProtectionDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectionChange {
    /// Another request is in force.
    RequestChanged {
        /// The one before.
        from: ProtectionState,
        /// The one now.
        to: ProtectionState,
    },
    /// The selector moved.
    Switched {
        /// Away from here.
        from: Entity,
        /// To here.
        to: Entity,
        /// The request because of which.
        reason: ProtectionState,
    },
    /// A command was overridden; it does not come back.
    CommandDropped(ProtectionRequest),
    /// A defect appeared.
    Raised(ProtectionDefect),
    /// A defect went.
    Cleared(ProtectionDefect),
}

/// A change, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtectionEvent {
    /// When.
    pub at: SimTime,
    /// What.
    pub change: ProtectionChange,
}

/// Counts of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProtectionCounts {
    /// Switches in either direction: protectionSwitchingCount.
    pub switches: u64,
    /// Time for which traffic was on protection: protectionSwitchingDuration.
    pub on_protection: SimTime,
}

/// The condition that a group reports because of its state, if it reports one.
pub const fn probable_cause(state: ProtectionState) -> Option<ProbableCause> {
    use Entity::{Protection, Working};
    let (stem, value) = match state {
        ProtectionState::Lockout(_) => ("lockoutOfProtection", 135),
        ProtectionState::ForcedSwitch(_) => ("forcedSwitchAwayFromWorking", 136),
        ProtectionState::SignalFail(Working, _) => ("automaticSwitchAwayFromWorkingDueToSF", 138),
        ProtectionState::SignalFail(Protection, _) => {
            ("automaticSwitchAwayFromProtectDueToSF", 139)
        }
        ProtectionState::WaitToRestore => ("automaticSwitchDueToWTR", 140),
        ProtectionState::ManualSwitch(Working, _) => ("manualSwitchAwayFromProtect", 142),
        ProtectionState::SignalDegrade(Working, _) => {
            ("automaticSwitchAwayFromWorkingDueToSD", 151)
        }
        ProtectionState::SignalDegrade(Protection, _) => {
            ("automaticSwitchAwayFromProtectDueToSD", 152)
        }
        ProtectionState::ManualSwitch(Protection, _) => ("manualSwitchAwayFromWorking", 296),
        ProtectionState::NoRequest | ProtectionState::DoNotRevert => return None,
        ProtectionState::Exercise(_) => return None,
    };
    Some(ProbableCause::plain(stem, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::string::ToString;

    /// The names of section 9 of the fact sheet that stand for a state or a defect here.
    #[test]
    fn names_and_values_are_those_of_the_model() {
        let states = ProtectionState::ALL.into_iter().filter_map(probable_cause);
        let defects = ProtectionDefect::ALL.into_iter().map(ProtectionDefect::probable_cause);
        let names: BTreeMap<_, _> =
            states.chain(defects).map(|cause| (cause.value, cause.to_string())).collect();
        let expected = [
            (135, "lockoutOfProtection"),
            (136, "forcedSwitchAwayFromWorking"),
            (138, "automaticSwitchAwayFromWorkingDueToSF"),
            (139, "automaticSwitchAwayFromProtectDueToSF"),
            (140, "automaticSwitchDueToWTR"),
            (142, "manualSwitchAwayFromProtect"),
            (151, "automaticSwitchAwayFromWorkingDueToSD"),
            (152, "automaticSwitchAwayFromProtectDueToSD"),
            (296, "manualSwitchAwayFromWorking"),
            (297, "apsProtocolError"),
            (298, "apsConfigurationMismatch"),
        ];
        assert!(names.iter().map(|(value, name)| (*value, name.as_str())).eq(expected));
    }
}
