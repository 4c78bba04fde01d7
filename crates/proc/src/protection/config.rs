//! What a protection group is provisioned as.
//!
//! Clauses: G.873.1 7.2 (channel), G.709 15.8.2 (channels). In: architecture, kind of
//! monitoring, times. Out: a configuration that exists, or what would.

use core::fmt;

use otn_frame::SimTime;

use crate::aps::ApsLevel;

/// How bridge and selector are arranged, and whether both ends move together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// 1+1: sent on both entities; each end selects for itself.
    OnePlusOneUnidirectional,
    /// 1+1: sent on both entities; the ends select the same one.
    OnePlusOneBidirectional,
    /// 1:1: sent on one entity, the same one in both directions.
    OneToOne,
}

impl Architecture {
    /// All of them.
    pub const ALL: [Self; 3] =
        [Self::OnePlusOneUnidirectional, Self::OnePlusOneBidirectional, Self::OneToOne];

    /// The usual name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnePlusOneUnidirectional => "1+1 unidirectional",
            Self::OnePlusOneBidirectional => "1+1 bidirectional",
            Self::OneToOne => "1:1 bidirectional",
        }
    }

    /// True where the ends tell each other over the APS channel.
    //= g873.1:7.2-channel-needed
    pub const fn uses_channel(self) -> bool {
        !matches!(self, Self::OnePlusOneUnidirectional)
    }

    /// True where traffic is sent on both entities at all times.
    pub const fn permanent_bridge(self) -> bool {
        !matches!(self, Self::OneToOne)
    }
}

/// Who finds out that an entity failed or degraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Monitoring {
    /// SNC/I: the server layer below.
    Inherent,
    /// SNC/N: a monitor that looks at the signal and passes it on.
    NonIntrusive,
    /// SNC/S: the end of a tandem connection that covers the entity.
    Sublayer,
}

impl Monitoring {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Inherent, Self::NonIntrusive, Self::Sublayer];

    /// The usual name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inherent => "SNC/I",
            Self::NonIntrusive => "SNC/N",
            Self::Sublayer => "SNC/S",
        }
    }

    /// True where groups of this kind can have this architecture.
    //= g873.1:architectures
    pub const fn allows(self, architecture: Architecture) -> bool {
        match self {
            Self::Inherent | Self::Sublayer => true,
            Self::NonIntrusive => architecture.permanent_bridge(),
        }
    }

    /// True where the APS words of groups of this kind go on this channel.
    //= g873.1:level
    pub const fn uses_level(self, level: ApsLevel) -> bool {
        match self {
            Self::Inherent => matches!(level, ApsLevel::Server),
            Self::NonIntrusive => matches!(level, ApsLevel::Path | ApsLevel::Tandem(_)),
            Self::Sublayer => matches!(level, ApsLevel::Tandem(_)),
        }
    }

    const fn levels(self) -> &'static str {
        match self {
            Self::Inherent => "the channel of the server layer",
            Self::NonIntrusive => "the channel of the path or of a tandem connection",
            Self::Sublayer => "the channel of a tandem connection",
        }
    }
}

/// Hold-off time where nothing else is asked for.
pub const HOLD_OFF: SimTime = SimTime::ZERO;

/// Wait-to-restore time where nothing else is asked for: 5 minutes.
//= rfc7347:wait-to-restore-default
pub const WAIT_TO_RESTORE: SimTime = SimTime::from_ms(5 * 60 * 1_000);

/// What a protection group is provisioned as, at one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtectionConfig {
    /// Bridge and selector.
    pub architecture: Architecture,
    /// Who watches the entities.
    pub monitoring: Monitoring,
    /// Traffic goes back to working when working is good again.
    pub revertive: bool,
    /// Time a defect must last before it counts. Equipment has 0 to 10 s; any value works here.
    pub hold_off: SimTime,
    /// Time working must be good before traffic returns. Equipment has 1 to 12 minutes; any value
    /// works here.
    pub wait_to_restore: SimTime,
    /// Signal degrade switches too.
    pub sd_enabled: bool,
    /// The APS channel.
    pub level: ApsLevel,
}

impl ProtectionConfig {
    /// A revertive group with the usual times in which signal degrade counts.
    pub const fn new(architecture: Architecture, monitoring: Monitoring, level: ApsLevel) -> Self {
        Self {
            architecture,
            monitoring,
            revertive: true,
            hold_off: HOLD_OFF,
            wait_to_restore: WAIT_TO_RESTORE,
            sd_enabled: true,
            level,
        }
    }

    /// Refuses what does not exist.
    pub const fn check(&self) -> Result<(), ProtectionConfigError> {
        let Self { architecture, monitoring, level, .. } = *self;
        if !monitoring.allows(architecture) {
            return Err(ProtectionConfigError::Architecture { monitoring, architecture });
        }
        // Without a channel in use its level says nothing.
        if architecture.uses_channel() && !monitoring.uses_level(level) {
            return Err(ProtectionConfigError::Level { monitoring, level });
        }
        Ok(())
    }
}

/// A combination that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectionConfigError {
    /// The kind of monitoring has no such architecture.
    Architecture {
        /// Kind of monitoring.
        monitoring: Monitoring,
        /// What was asked for.
        architecture: Architecture,
    },
    /// The kind of monitoring uses other channels.
    Level {
        /// Kind of monitoring.
        monitoring: Monitoring,
        /// What was asked for.
        level: ApsLevel,
    },
}

impl fmt::Display for ProtectionConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Architecture { monitoring, architecture } => {
                let (kind, asked) = (monitoring.name(), architecture.name());
                write!(f, "{kind} cannot be {asked}; valid: ")?;
                let valid = Architecture::ALL.into_iter().filter(|one| monitoring.allows(*one));
                for (index, one) in valid.enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    f.write_str(one.name())?;
                }
                Ok(())
            }
            Self::Level { monitoring, level } => {
                let (kind, valid) = (monitoring.name(), monitoring.levels());
                let number = level.index();
                write!(f, "{kind} does not use APS channel {number}; valid: {valid}")
            }
        }
    }
}

impl core::error::Error for ProtectionConfigError {}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::overhead::TcmLevel;
    use std::string::ToString;

    fn tandem() -> ApsLevel {
        ApsLevel::Tandem(TcmLevel::new(3).unwrap())
    }

    //= type=test g873.1:architectures
    //= type=test g873.1:level
    //= type=test g873.1:7.2-channel-needed
    #[test]
    fn every_combination_is_there_or_refused_with_what_is() {
        use Architecture::{OnePlusOneBidirectional, OnePlusOneUnidirectional, OneToOne};
        use Monitoring::{Inherent, NonIntrusive, Sublayer};
        let mut valid = std::vec::Vec::new();
        for monitoring in Monitoring::ALL {
            for architecture in Architecture::ALL {
                for level in [ApsLevel::Path, tandem(), ApsLevel::Server] {
                    let config = ProtectionConfig::new(architecture, monitoring, level);
                    if config.check().is_ok() {
                        valid.push((monitoring, architecture, level.index()));
                    }
                }
            }
        }
        assert_eq!(
            valid,
            [
                (Inherent, OnePlusOneUnidirectional, 0),
                (Inherent, OnePlusOneUnidirectional, 3),
                (Inherent, OnePlusOneUnidirectional, 7),
                (Inherent, OnePlusOneBidirectional, 7),
                (Inherent, OneToOne, 7),
                (NonIntrusive, OnePlusOneUnidirectional, 0),
                (NonIntrusive, OnePlusOneUnidirectional, 3),
                (NonIntrusive, OnePlusOneUnidirectional, 7),
                (NonIntrusive, OnePlusOneBidirectional, 0),
                (NonIntrusive, OnePlusOneBidirectional, 3),
                (Sublayer, OnePlusOneUnidirectional, 0),
                (Sublayer, OnePlusOneUnidirectional, 3),
                (Sublayer, OnePlusOneUnidirectional, 7),
                (Sublayer, OnePlusOneBidirectional, 3),
                (Sublayer, OneToOne, 3),
            ]
        );
        let refused = ProtectionConfig::new(OneToOne, NonIntrusive, ApsLevel::Path).check();
        assert_eq!(
            refused.unwrap_err().to_string(),
            "SNC/N cannot be 1:1 bidirectional; valid: 1+1 unidirectional, 1+1 bidirectional"
        );
        let refused = ProtectionConfig::new(OneToOne, Inherent, ApsLevel::Path).check();
        assert_eq!(
            refused.unwrap_err().to_string(),
            "SNC/I does not use APS channel 0; valid: the channel of the server layer"
        );
    }

    //= type=test rfc7347:wait-to-restore-default
    #[test]
    fn five_minutes_where_nothing_is_said() {
        let config = ProtectionConfig::new(Architecture::OneToOne, Monitoring::Sublayer, tandem());
        assert_eq!(config.wait_to_restore.as_seconds(), 300.0);
        assert!(config.revertive && config.sd_enabled && config.hold_off == SimTime::ZERO);
    }
}
