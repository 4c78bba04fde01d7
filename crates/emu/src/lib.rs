//! A running optical transport network in virtual time.
//!
//! - [`traffic`]: where client packets come from, and when they arrive.
//! - [`channel`], [`seed`]: bit errors of a line, from a named seed.
//! - [`light`]: how good the lightpaths of a plant are, and since when.
//! - [`net`]: nodes, lines and services, and the clock that moves all of it.
//! - [`what_if`]: failures of such a network one by one, and what services made of them.
//!
//! No file, socket, thread or wall clock: packets come in and captures go out through traits.

pub mod channel;
pub mod light;
pub mod net;
pub mod seed;
pub mod traffic;
pub mod what_if;
