//! Forward error correction codes of optical transport, usable on their own.
//!
//! - [`gf256`]: the field GF(2^8) with polynomial 0x11D.
//! - [`rs255_239`]: RS(255,239) of G.709 Annex A, sixteen codewords interleaved in a row.
//!
//! Each code has a `reference` written from its clause and a `scalar` implementation that is
//! tested against it. This crate knows bytes and codewords; it knows no frame, no overhead, no
//! scrambler.
#![no_std]

#[cfg(test)]
extern crate std;

pub mod gf256;
pub mod rs255_239;
