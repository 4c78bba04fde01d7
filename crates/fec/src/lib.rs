//! Forward error correction codes of optical transport, usable on their own.
//!
//! - [`gf256`]: the field GF(2^8) with polynomial 0x11D.
//! - [`rs255_239`]: RS(255,239) of G.709 Annex A, sixteen codewords interleaved in a row.
//! - [`gf1024`]: the field GF(2^10) with polynomial 0x409.
//! - [`rs10`]: RS(544,514) and RS(528,514) of ten-bit symbols, KP4 and KR4.
//! - [`cfec`]: C-FEC of 400ZR, staircase and Hamming code, with a soft decoder.
//! - [`ofec`]: oFEC of the Open ROADM W-Port, with a soft decoder.
//! - [`bch`]: binary BCH codes.
//! - [`code`]: what every code shows to the simulator and to the file commands.
//! - [`registry`]: the codes by name.
//! - [`g975_1_i3`]: the super FEC of G.975.1 I.3, two BCH codes iterated.
//! - [`g975_1_i7`]: that of I.7 at 7 %, a product of two BCH codes.
//! - [`staircase`]: the staircase code of G.709.2.
//! - [`bits`]: packed bits.
//! - [`backend`]: which vector instructions the soft decoders are compiled for.
//! - [`theory`]: closed forms, Shannon limits, gains, axes.
//! - [`simulate`]: channels and the Monte-Carlo engine (feature `simulate`, on by default).
//!
//! Each code has a `reference` written from its clause and a `scalar` implementation that is
//! tested against it. This crate knows bytes and codewords; it knows no frame, no overhead, no
//! scrambler.
#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod backend;
pub mod bch;
pub mod bits;
pub mod cfec;
pub mod code;
mod detect;
pub mod g975_1_i3;
pub mod g975_1_i7;
pub mod gf1024;
pub mod gf256;
pub mod ofec;
pub mod registry;
pub mod rs10;
pub mod rs255_239;
#[cfg(feature = "simulate")]
pub mod simulate;
pub mod staircase;
pub mod theory;
