//! The light of a running network: how good each lightpath is, and since when.
//!
//! Clauses: GNPy 6.1 to 6.9 by way of `otn-plan` and `otn-photon`; Cho and Yoon 2002 for errors.
//! In: texts of a topology and a library, or spans; lightpaths; events with their times. Out: for each
//! direction of each lightpath its [`Reception`] from every time at which it changes.
//!
//! - [`lightpath`]: what a lightpath is.
//! - [`spans`]: lines given without files.
//! - [`plant`]: what is built, designed once.
//! - [`state`]: what happens to a plant, and how it stands then.
//! - [`reception`]: what a receiver has.
//! - [`mod@timeline`]: what it has over time.
//! - [`mod@occupation`]: what is in each fibre.
//! - `ways`: sections that lightpaths share; `crossing`: light through them; `receiver`: the ends;
//!   `arrival`: when a change is seen; `pairs`: which fibres belong together.
//!
//! Every channel of a fibre is there with its own power, so that neighbours that come and go are felt.
//! Transients of amplifiers and the spontaneous emission of a line without light are not modelled, nor are
//! filters: a shifted channel that leaves its slot is an error, as no public formula of the fact sheet says
//! what is left of it.

mod arrival;
mod crossing;
pub mod error;
pub mod lightpath;
pub mod occupation;
mod pairs;
pub mod plant;
mod receiver;
pub mod reception;
pub mod spans;
pub mod state;
pub mod timeline;
mod ways;

pub use error::{LightError, PlantError};
pub use lightpath::{Direction, Lightpath, LightpathId, ModeChoice, TransceiverChoice};
pub use occupation::{Occupation, Occupied, Owner, occupation};
pub use plant::{Fill, Options, Plant, Texts};
pub use reception::{Limit, Reception};
pub use spans::{Amplification, Span, SpanLine};
pub use state::{Action, AmplifierId, Event, FibreId, Ramp, State};
pub use timeline::{Course, timeline};
