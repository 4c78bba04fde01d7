//! The light of a running network: how good each lightpath is, and since when.
//!
//! Clauses: GNPy 6.1 to 6.9 by way of `otn-plan` and `otn-photon`; Cho and Yoon 2002 for errors.
//! In: texts of a topology and a library, or spans; lightpaths; events with their times. Out: for each
//! direction of each lightpath its [`Reception`] from every time at which it changes.
//!
//! - [`lightpath`]: what a lightpath is.
//! - [`state`]: what happens to a plant, and how it stands then.
//! - [`reception`]: what a receiver has.
//!
//! Transients of amplifiers, filters that cut a shifted channel, and four-wave mixing are not modelled.

pub mod lightpath;
pub mod reception;
pub mod state;

pub use lightpath::{Direction, Lightpath, LightpathId, ModeChoice, TransceiverChoice};
pub use reception::{Limit, Reception};
pub use state::{Action, AmplifierId, Event, FibreId, Ramp, State};
