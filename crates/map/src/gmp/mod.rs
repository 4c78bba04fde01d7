//! GMP: any client rate in a fixed number of payload blocks, bit-exact.
//!
//! Clauses: G.709 Annex D (principles, Cm and CnD signalling), 17.7 (OPUk), 19.6 (ODTUk.ts).
//! [`overhead`] writes and reads JC1 to JC6; [`count`] follows Cm at the sink; [`position`] says
//! which blocks are data; [`transport`] moves client octets; [`rate`] gives the values a client and a
//! server ask for. Which octets of which frame are a block is the business of whoever maps.

pub mod client;
pub mod count;
pub mod layout;
pub mod overhead;
pub mod position;
pub mod rate;
pub mod transport;

pub use client::{Client, clients};
pub use count::{CountReceiver, Reception};
pub use overhead::{Count14, CountOverhead, TimingOverhead};
pub use position::{DataBlocks, Runs};
pub use rate::{GmpRange, GmpServer};
