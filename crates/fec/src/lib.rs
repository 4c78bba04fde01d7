//! Forward error correction codes of optical transport, usable on their own.
//!
//! - [`gf256`]: the field GF(2^8) with polynomial 0x11D.
//! - [`rs255_239`]: RS(255,239) of G.709 Annex A, sixteen codewords interleaved in a row.
//! - [`code`]: what every code shows to the simulator and to the file commands.
//! - [`registry`]: the codes by name.
//! - [`bits`]: packed bits.
//! - [`theory`]: closed forms, Shannon limits, gains, axes.
//! - [`simulate`]: channels and the Monte-Carlo engine (feature `simulate`, on by default).
//!
//! Each code has a `reference` written from its clause and a `scalar` implementation that is
//! tested against it. This crate knows bytes and codewords; it knows no frame, no overhead, no
//! scrambler.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod bits;
pub mod code;
pub mod gf256;
pub mod registry;
pub mod rs255_239;
#[cfg(feature = "simulate")]
pub mod simulate;
pub mod theory;
