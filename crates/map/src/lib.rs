//! Clients into the OPU payload and back.
//!
//! - [`base_x`]: the physical coding sublayer of 1000BASE-X.
//! - [`cbr`]: constant bit rate clients by AMP and BMP.
//! - [`code8b10b`]: the 8B/10B code of gigabit Ethernet.
//! - [`ethernet`]: the frame check sequence of Ethernet MAC frames.
//! - [`gfp`]: the frame-mapped generic framing procedure of G.7041.
//! - [`gmp`]: the generic mapping procedure of G.709 Annex D: counts, overhead, positions.
//! - [`hdlc`]: HDLC framing inside a communication channel.
//! - [`odtu`]: tributary slots and ODU multiplexing by AMP and GMP.
//! - [`pn11`]: generic-AIS, PN-11, made and detected.
//! - [`pcs`]: Ethernet's 64B/66B coding sublayers as bit streams: 10, 40 and 100GBASE-R.
//! - [`prbs`]: the PRBS 2^31 - 1 test signal.
//! - [`replacement`]: the signals that stand in the place of a client that has failed.
//!
//! Works on octets of OPU payload. It knows nothing of rows, overhead or lines, of time or files.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod base_x;
pub mod cbr;
pub mod code8b10b;
pub mod ethernet;
pub mod gfp;
pub mod gmp;
pub mod hdlc;
pub mod odtu;
pub mod pcs;
pub mod pn11;
pub mod prbs;
pub mod replacement;
