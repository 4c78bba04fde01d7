//! Performance monitoring of a trail, from frames to registers.
//!
//! Clauses: G.798 6.2.3 (dDEG), 6.5 (performance filters), G.8201 (events, availability), G.7710
//! (registers). Bottom up:
//!
//! - [`primitives`]: one second; [`degrade`]: dDEG and the thresholds in blocks.
//! - [`availability`]: ES, SES and unavailable time, each second decided once and for all.
//! - [`report`]: the counters of an interval; [`threshold`]: alerts; [`bins`]: 15 minutes, 24 hours.
//! - [`monitor`]: all of it for one trail.
//! - [`ber`]: bit error ratios and error performance ratios out of counters.
//!
//! What it does not do: it finds no errors and no defects, it is told of them; and it asks no clock.

pub mod availability;
pub mod ber;
pub mod bins;
pub mod degrade;
pub mod monitor;
pub mod primitives;
pub mod report;
pub mod threshold;

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;
