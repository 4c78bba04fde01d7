//! GFP-T: the characters of an 8B/10B client in superblocks, one in each GFP frame.
//!
//! Clauses: G.7041 8 (64B/65B, superblock); G.709 17.7.1.1 (1000BASE-X into OPU0). In: MAC frames,
//! or octets of the stream that GMP carries. Out: the other. [`superblock`] is the code itself and
//! knows no client; [`TransparentSource`] and [`TransparentSink`] do 1000BASE-X. One wrong bit of the
//! line in a superblock is repaired if asked for.

pub mod layout;
mod sink;
mod source;
pub mod superblock;

pub use sink::{TransparentCounters, TransparentEvent, TransparentSink};
pub use source::TransparentSource;

use super::{Exi, Pti, TypeHeader, Upi};

impl Upi {
    /// Transparent gigabit Ethernet.
    //= g7041:8-gbe-upi
    pub const TRANSPARENT_GBE: Self = Self(0x06);
}

/// Type header of a frame with a superblock of 1000BASE-X.
const HEADER: TypeHeader =
    TypeHeader { pti: Pti::ClientData, pfi: false, exi: Exi::Null, upi: Upi::TRANSPARENT_GBE };

/// Octets of a GFP frame with one superblock.
//= g709:17.7.1.1-75-octets
pub const FRAME_OCTETS: usize =
    super::layout::CORE_OCTETS + super::layout::TYPE_HEADER_OCTETS + layout::SUPERBLOCK_OCTETS;

#[cfg(test)]
mod tests;
