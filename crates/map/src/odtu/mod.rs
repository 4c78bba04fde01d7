//! ODU multiplexing: ODUj in ODTU in the tributary slots of an OPUk.
//!
//! - [`slots`]: the slots, and where their octets are.
//! - [`msi`]: the multiplex structure identifier, which says what sits in them.
//! - [`amp`]: ODUj in ODTUjk by the asynchronous mapping procedure.
//! - [`ts`]: ODUj in ODTUk.ts by the generic mapping procedure.
//! - [`rate`]: bit rates of the ODTU, slots an ODUj needs, and which ODUj a count stands for.
//!
//! Clauses: G.709 19. Works on one frame of the OPUk at a time, with its number in the multiframe.

pub mod amp;
pub mod msi;
pub mod rate;
pub mod slots;
mod transpose;
pub mod ts;

pub use msi::{Content, Odtu, SlotUse};
pub use slots::{Interleave, MAX_SLOTS, SlotSet, Slots};
