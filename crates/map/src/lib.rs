//! Clients into the OPU payload and back.
//!
//! - [`cbr`]: constant bit rate clients by AMP and BMP.
//! - [`ethernet`]: the frame check sequence of Ethernet MAC frames.
//! - [`gfp`]: the frame-mapped generic framing procedure of G.7041.
//! - [`gmp`]: the generic mapping procedure of G.709 Annex D: counts, overhead, positions.
//! - [`pcs`]: Ethernet's 64B/66B coding sublayers as bit streams: 10, 40 and 100GBASE-R.
//! - [`prbs`]: the PRBS 2^31 - 1 test signal.
//!
//! Works on octets of OPU payload. It knows nothing of rows, overhead or lines, of time or files.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod cbr;
pub mod ethernet;
pub mod gfp;
pub mod gmp;
pub mod pcs;
pub mod prbs;
