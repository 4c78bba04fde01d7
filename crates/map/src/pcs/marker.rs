//! Alignment markers and the parity of lanes.
//!
//! Clauses: IEEE 802.3 82.2.7, 82.2.8; G.709 E.3. In: blocks of a lane as they are on the line. Out:
//! the marker that goes next, or what a received one says.

use super::block66::{Block, SyncHeader};
use super::layout::{
    FORTY_LANES, FORTY_MARKERS, HUNDRED_LANES, HUNDRED_MARKERS, MARKER_SPACING, fold_bip,
    has_marker_form, join_marker, marker_bip, marker_name,
};

/// The interfaces with lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultiLane {
    /// 40GBASE-R: four lanes.
    FortyGig,
    /// 100GBASE-R: twenty lanes.
    HundredGig,
}

impl MultiLane {
    /// Lanes.
    pub const fn lanes(self) -> usize {
        match self {
            Self::FortyGig => FORTY_LANES,
            Self::HundredGig => HUNDRED_LANES,
        }
    }

    /// Blocks of all lanes from one row of markers to the next, the markers counted.
    pub const fn period(self) -> usize {
        (MARKER_SPACING + 1) * self.lanes()
    }

    const fn names(self) -> &'static [[u8; 3]] {
        match self {
            Self::FortyGig => &FORTY_MARKERS,
            Self::HundredGig => &HUNDRED_MARKERS,
        }
    }

    /// The marker of a lane with this BIP3; lanes count modulo their number.
    pub const fn marker(self, lane: usize, bip: u8) -> Block {
        let names = self.names();
        Block { sync: SyncHeader::Control, payload: join_marker(names[lane % names.len()], bip) }
    }

    /// Whether a block is the marker of this lane, whatever its BIP.
    pub fn is_marker(self, lane: usize, block: Block) -> bool {
        let expected = self.marker(lane, 0);
        block.sync == expected.sync && marker_name(block.payload) == marker_name(expected.payload)
    }

    /// The lane whose marker a block is.
    pub fn lane_of(self, block: Block) -> Option<usize> {
        if !has_marker_form(block.payload) {
            return None;
        }
        (0..self.lanes()).find(|lane| self.is_marker(*lane, block))
    }
}

/// BIP3 of a marker.
pub const fn bip_of(marker: Block) -> u8 {
    marker_bip(marker.payload)
}

/// Parity of a lane since its last marker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneParity {
    /// Sums modulo 2.
    payloads: u64,
    headers: u8,
}

impl LaneParity {
    /// Parity of nothing.
    pub const START: Self = Self { payloads: 0, headers: 0 };

    /// Adds a block.
    #[inline]
    pub const fn add(&mut self, block: Block) {
        self.payloads ^= block.payload;
        self.headers ^= block.sync as u8;
    }

    /// BIP-8 of the blocks so far.
    pub const fn bip(self) -> u8 {
        fold_bip(self.payloads, self.headers)
    }

    /// BIP-8 of the blocks so far, and a new start.
    pub fn take(&mut self) -> u8 {
        core::mem::take(self).bip()
    }
}
