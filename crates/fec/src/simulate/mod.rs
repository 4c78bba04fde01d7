//! Monte-Carlo simulation of any code of the registry over any channel, without clock or threads.
//!
//! - [`streams`]: a random stream for each block, so that who simulates it does not matter.
//! - [`channel`]: what happens to bits on the way.
//! - [`engine`]: blocks in, counts out; a failed block once more.
//! - [`floor`]: error floors, by patterns planted where a decoder cannot correct them.
//! - [`tally`]: the counts.
//! - [`progress`]: which blocks are next, which are finished, when it is enough.
//! - [`interval`]: confidence intervals.
//! - [`uncoded`]: no code at all, to see the channel alone.
//!
//! In: a [`crate::code::Code`], a channel with its value, a seed, numbers of blocks. Out: a
//! [`tally::Tally`], a function of these alone. This module prints nothing and waits for nothing.

pub mod channel;
pub mod engine;
pub mod floor;
#[cfg(test)]
mod hamming;
pub mod interval;
pub mod progress;
pub mod streams;
pub mod tally;
pub mod uncoded;
