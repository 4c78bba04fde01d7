//! Linear protection of a connection: two entities, one of which carries the traffic.
//!
//! Clauses: G.873.1 (linear protection), G.798 14.1 (protection process of the connection function).
//! In: what the monitors say of both entities, commands, APS words accepted, time. Out: the entity
//! selected and those sent on, the APS word to send, changes, defects, counts. One protected signal
//! a group: 1:n with n above 1 is not here, and no frame is touched.
//!
//! A group is told of everything with its time and asked for its deadline:
//!
//! ```
//! use otn_frame::SimTime;
//! use otn_proc::aps::ApsLevel;
//! use otn_proc::protection::{Architecture, Entity, Monitoring, Protection};
//! use otn_proc::protection::{ProtectionConfig, Signal};
//!
//! let architecture = Architecture::OnePlusOneUnidirectional;
//! let config = ProtectionConfig::new(architecture, Monitoring::NonIntrusive, ApsLevel::Path);
//! let mut group = Protection::new(config)?;
//! group.signal(SimTime::from_ms(7), Entity::Working, Signal::Failed);
//! assert_eq!(group.selected(), Entity::Protection);
//! group.signal(SimTime::from_ms(9), Entity::Working, Signal::Normal);
//! let returns = group.next_deadline().ok_or("no wait to restore")?;
//! group.wait(returns);
//! assert_eq!((group.selected(), returns.as_seconds()), (Entity::Working, 300.009));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod config;
mod group;
mod hold_off;
mod logic;
mod report;
mod request;
mod state;

pub use config::{
    Architecture, HOLD_OFF, Monitoring, ProtectionConfig, ProtectionConfigError, WAIT_TO_RESTORE,
};
pub use group::{Bridge, NO_RESPONSE, Protection, Refused};
pub use report::{
    ProtectionChange, ProtectionCounts, ProtectionDefect, ProtectionEvent, probable_cause,
};
pub use request::{Entity, ExternalCommand, ProtectionRequest, Signal};
pub use state::{End, ProtectionState};

#[cfg(test)]
mod tests;
