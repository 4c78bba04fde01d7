//! The digital layer: clients groomed into tributary slots of OTUk lines, lines onto lightpaths.
//!
//! Clauses: G.709 7.3, 19 (ODTU, tributary slots). One module each:
//! - `wish`: a file of clients, and what they need;
//! - `pack`: how few lines hold so many ODUs;
//! - `groom`: over which lines each client goes, and its slots in each;
//! - `regenerate`: where a lightpath that no mode bears is cut in two.
//!
//! Sizes in slots are those of `otn-map`, by which lines are multiplexed and taken apart. Multiplexing is of one stage:
//! an ODUj goes straight into the OPUk of its line. In: clients, a network. Out: lines, each with its slots, and
//! requests for the lightpaths that carry them.

pub mod groom;
pub mod pack;
pub mod regenerate;
pub mod wish;

pub use groom::{Groomed, OduLine, Placed, groom};
pub use wish::{Client, LineKind, Wish};
