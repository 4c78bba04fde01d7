//! A running optical transport network in virtual time.
//!
//! - [`network`]: nodes, lines and services, with units in their types.
//! - [`traffic`]: where client packets come from, and when they arrive.
//! - [`channel`], [`seed`]: bit errors of a line, from a named seed.
//! - [`light`]: how good the lightpaths of a plant are, and since when.
//! - [`ledger`]: what became of every packet, and which codeword is to blame.
//! - [`simulation`]: the clock that moves all of it, where each line carries one ODUk.
//! - [`net`]: multiplexed lines, ODU matrices and protection.
//! - [`what_if`]: failures of such a network one by one, and what services made of them.
//!
//! No file, socket, thread or wall clock: packets come in and captures go out through traits.

pub mod channel;
pub mod ledger;
pub mod light;
pub mod net;
pub mod network;
pub mod seed;
pub mod simulation;
pub mod traffic;
pub mod what_if;

pub use network::{
    DelaySchedule, Fault, FaultKind, Hop, Line, Network, Node, Service, Tandem, Traces,
};
pub use simulation::{Simulation, Taps};
