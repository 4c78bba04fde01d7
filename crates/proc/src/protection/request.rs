//! Requests, their rank, and what asks for them.
//!
//! Clauses: G.873.1 9. In: an APS word. Out: what it asks for.

use core::fmt;

use crate::aps::{ApsRequest, ApsWord};

/// A transport entity of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// Where traffic is when nothing is wrong.
    Working,
    /// The other one; the APS words go here.
    Protection,
}

impl Entity {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Working, Self::Protection];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Working => Self::Protection,
            Self::Protection => Self::Working,
        }
    }

    /// The usual name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Protection => "protection",
        }
    }
}

/// What the monitor of an entity says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Nothing is wrong.
    #[default]
    Normal,
    /// Signal degrade.
    Degraded,
    /// Signal fail.
    Failed,
}

/// What an operator can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternalCommand {
    /// Keeps traffic on working, whatever its state. It is what forces traffic to working, too.
    LockoutOfProtection,
    /// Traffic to protection, unless protection failed.
    ForcedSwitch,
    /// Traffic to an entity, unless anything is wrong.
    ManualSwitch(Entity),
    /// The protocol is tried out; traffic does not move.
    Exercise,
    /// Takes back the command in force at this end, or ends its wait to restore.
    Clear,
}

/// A request of either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProtectionRequest {
    /// LO: lockout of protection.
    Lockout,
    /// SF of an entity.
    SignalFail(Entity),
    /// FS: forced switch to protection.
    ForcedSwitch,
    /// SD of an entity.
    SignalDegrade(Entity),
    /// MS: manual switch to an entity.
    ManualSwitch(Entity),
    /// WTR: wait to restore.
    WaitToRestore,
    /// EXER: exercise.
    Exercise,
    /// RR: reverse request.
    ReverseRequest,
    /// DNR: do not revert.
    DoNotRevert,
    /// NR: no request.
    NoRequest,
}

impl ProtectionRequest {
    /// All of them, the highest first.
    pub const ALL: [Self; 13] = [
        Self::Lockout,
        Self::SignalFail(Entity::Protection),
        Self::ForcedSwitch,
        Self::SignalFail(Entity::Working),
        Self::SignalDegrade(Entity::Protection),
        Self::SignalDegrade(Entity::Working),
        Self::ManualSwitch(Entity::Working),
        Self::ManualSwitch(Entity::Protection),
        Self::WaitToRestore,
        Self::Exercise,
        Self::ReverseRequest,
        Self::DoNotRevert,
        Self::NoRequest,
    ];

    /// The higher wins; SD of both entities have the same rank, and so have manual switches.
    //= g873.1:9-priority
    //= rfc7271:protection-fail-rank
    pub const fn rank(self) -> u8 {
        match self {
            Self::Lockout => 10,
            Self::SignalFail(Entity::Protection) => 9,
            Self::ForcedSwitch => 8,
            Self::SignalFail(Entity::Working) => 7,
            Self::SignalDegrade(_) => 6,
            Self::ManualSwitch(_) => 5,
            Self::WaitToRestore => 4,
            Self::Exercise => 3,
            Self::ReverseRequest => 2,
            Self::DoNotRevert => 1,
            Self::NoRequest => 0,
        }
    }

    /// Its code in an APS word.
    pub const fn code(self) -> ApsRequest {
        match self {
            Self::Lockout => ApsRequest::Lockout,
            Self::SignalFail(_) => ApsRequest::SignalFail,
            Self::ForcedSwitch => ApsRequest::ForcedSwitch,
            Self::SignalDegrade(_) => ApsRequest::SignalDegrade,
            Self::ManualSwitch(_) => ApsRequest::ManualSwitch,
            Self::WaitToRestore => ApsRequest::WaitToRestore,
            Self::Exercise => ApsRequest::Exercise,
            Self::ReverseRequest => ApsRequest::ReverseRequest,
            Self::DoNotRevert => ApsRequest::DoNotRevert,
            Self::NoRequest => ApsRequest::NoRequest,
        }
    }

    /// Where it wants traffic, if it says so itself.
    pub const fn wants(self) -> Option<Entity> {
        match self {
            Self::SignalFail(entity) | Self::SignalDegrade(entity) => Some(entity.other()),
            Self::ManualSwitch(entity) => Some(entity),
            Self::Lockout => Some(Entity::Working),
            Self::ForcedSwitch => Some(Entity::Protection),
            Self::WaitToRestore | Self::Exercise | Self::ReverseRequest => None,
            Self::DoNotRevert | Self::NoRequest => None,
        }
    }
}

impl fmt::Display for ProtectionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().name())?;
        match self {
            Self::SignalFail(entity) | Self::SignalDegrade(entity) | Self::ManualSwitch(entity) => {
                f.write_str(match entity {
                    Entity::Working => "-W",
                    Entity::Protection => "-P",
                })
            }
            Self::Lockout | Self::ForcedSwitch | Self::WaitToRestore | Self::Exercise => Ok(()),
            Self::ReverseRequest | Self::DoNotRevert | Self::NoRequest => Ok(()),
        }
    }
}

/// Number of the null signal in a word.
pub(super) const NULL_SIGNAL: u8 = 0;
/// Number of the protected signal in a word.
pub(super) const NORMAL_SIGNAL: u8 = 1;

/// The number that says which signal is on the protection entity while traffic is on `entity`.
pub(super) const fn signal_on_protection(entity: Entity) -> u8 {
    match entity {
        Entity::Working => NULL_SIGNAL,
        Entity::Protection => NORMAL_SIGNAL,
    }
}

/// What the far end asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FarRequest {
    pub(super) request: ProtectionRequest,
    /// Where its traffic is, as far as the word tells.
    pub(super) traffic: Entity,
}

impl FarRequest {
    /// The far end says nothing.
    pub(super) const NONE: Self =
        Self { request: ProtectionRequest::NoRequest, traffic: Entity::Working };

    /// Meaning of a word; nothing for a code, or a signal, that this group does not have.
    //= g873.1:9-invalid-codes
    //= g873.1:9-requested-signal
    pub(super) const fn of(word: ApsWord) -> Option<Self> {
        let (named, other) = match word.requested {
            NULL_SIGNAL => (Entity::Protection, Entity::Working),
            NORMAL_SIGNAL => (Entity::Working, Entity::Protection),
            _ => return None,
        };
        let request = match word.request {
            ApsRequest::Lockout => ProtectionRequest::Lockout,
            ApsRequest::ForcedSwitch => ProtectionRequest::ForcedSwitch,
            ApsRequest::SignalFail => ProtectionRequest::SignalFail(named),
            ApsRequest::SignalDegrade => ProtectionRequest::SignalDegrade(named),
            ApsRequest::ManualSwitch => ProtectionRequest::ManualSwitch(other),
            ApsRequest::WaitToRestore => ProtectionRequest::WaitToRestore,
            ApsRequest::Exercise => ProtectionRequest::Exercise,
            ApsRequest::ReverseRequest => ProtectionRequest::ReverseRequest,
            ApsRequest::DoNotRevert => ProtectionRequest::DoNotRevert,
            ApsRequest::NoRequest => ProtectionRequest::NoRequest,
            ApsRequest::Other(_) => return None,
        };
        // With a permanent bridge the bridged signal is always the same and tells nothing.
        let traffic = if word.selective_bridge && word.bridged == NULL_SIGNAL {
            Entity::Working
        } else if word.selective_bridge {
            Entity::Protection
        } else {
            other
        };
        Some(Self { request, traffic })
    }
}
