//! Transceivers: what a receiver sees of a spectrum, and whether a mode can live with it.
//!
//! Clauses: GNPy 6.7.
//! [`reception`] turns a spectrum into SNR, dispersion and delay per channel, [`penalty`] into what those cost,
//! [`receiver`] adds the noise of the receiver itself, [`mode`] says what a transceiver can be set to and judges a
//! reception. In: the spectrum at the end of a
//! path. Out: [`Reception`] and [`Verdict`]. Which mode is tried in which order is the business of planning.

pub mod mode;
pub mod penalty;
pub mod receiver;
pub mod reception;

pub use mode::{LaunchWish, Mode, Verdict};
pub use penalty::{ImpairmentKind, PenaltyCurve, PenaltyError, PowerRange, Tolerance};
pub use receiver::{ReceiverError, ReceiverNoise, ReceiverNumbers};
pub use reception::{Reception, received, snr_sum};
