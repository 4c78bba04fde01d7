//! The 64B/66B physical coding sublayers of Ethernet, as bit streams that an OPU can carry.
//!
//! Clauses: IEEE 802.3 49 (10GBASE-R) and 82 (40GBASE-R, 100GBASE-R); G.709 17.7.4.1, 17.7.5.1 and
//! Annexes B, E and F. MAC frames in, from a [`MacQueue`](crate::ethernet::MacQueue); octets of
//! the serial stream out, whose first bit is the most significant one; and back.
//!
//! - [`block66`]: a block, its types and its class.
//! - [`scrambler58`]: the self-synchronous scrambler over payloads.
//! - [`base_r`]: frames into blocks and back.
//! - [`serial`]: blocks as a bit stream; block lock.
//! - [`ten_gig`]: 10GBASE-R as a constant bit rate client.
//! - [`marker`], [`multi_lane`]: lanes, their markers and parity; 100GBASE-R as a client.
//! - [`deskew`]: one bit stream a lane, and back.
//! - [`transcode`], [`code1027`], [`forty_gig`]: 40GBASE-R transcoded, as a client of OPU3.
//!
//! It knows nothing of OPU frames, clocks or time: rates are the caller's.

mod align;
pub mod base_r;
pub mod block66;
pub mod code1027;
pub mod deskew;
pub mod forty_gig;
pub mod layout;
pub mod lock;
pub mod marker;
pub mod multi_lane;
pub mod scrambler58;
pub mod serial;
pub mod ten_gig;
pub mod transcode;

#[cfg(test)]
mod tests;
