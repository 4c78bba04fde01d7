//! The byte layout of OTN frames (ITU-T G.709) and what each octet means.
//!
//! A tour, bottom up:
//!
//! - [`layout`]: the one table that says where every overhead field sits, counted from 1 as the
//!   figures of the Recommendation count.
//! - [`Frame`]: an owned OTUk or ODUk structure of four rows; [`OtuFrame`] and [`OduFrame`] differ
//!   only in the number of columns, so the ODU overhead of both is read by the same code.
//! - [`overhead`]: section and path monitoring, payload structure identifier: typed views.
//! - [`access`]: overhead that others use, put into finished frames and read from them.
//! - [`tti`]: the 64-octet trail trace identifier.
//! - [`bip`], [`scrambler`]: the two computations every frame goes through.
//! - [`rate`], [`time`]: exact rational rates and integer picoseconds.
//!
//! This crate does not know FEC codes, client mappings, state machines or files.
#![no_std]

#[cfg(test)]
extern crate std;

pub mod access;
pub mod bip;
pub mod frame;
pub mod layout;
pub mod overhead;
pub mod rate;
pub mod scrambler;
pub mod time;
pub mod tti;

pub use frame::{Frame, OduFrame, OtuFrame, WrongLength};
pub use rate::{FlexRate, FrameClock, PartsPerBillion, Ratio, Signal};
pub use time::SimTime;
pub use tti::Tti;
