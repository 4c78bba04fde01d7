//! Rows of lanes found by their markers, put in the order of the lanes, and their parity checked.
//!
//! Clauses: IEEE 802.3 82.2.12 (alignment), 82.2.8 (BIP); G.709 E.3. In: blocks of the deskewed lanes
//! in turn, in whatever order the lanes come. Out: rows in lane order; markers apart from them.

use super::block66::Block;
use super::layout::{BLOCK_BITS, MARKER_SPACING};
use super::marker::{LaneParity, MultiLane, bip_of};
use super::multi_lane::MAX_LANES;

/// Markers in a row of one lane that are wrong when alignment is lost.
//= ieee802.3:82.2.12-marker-loss
pub(super) const MISSES: u8 = 4;

/// What an aligner has counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneCounters {
    /// Times the rows were found.
    pub alignments: u64,
    /// Times they were lost.
    pub losses: u64,
    /// Rows of markers since the rows were first found.
    pub marker_rows: u64,
    /// By lane: markers that were none.
    pub bad_markers: [u64; MAX_LANES],
    /// By lane: bits of BIP3 that differ from the parity of the blocks.
    pub bip_errors: [u64; MAX_LANES],
}

impl LaneCounters {
    pub(super) const fn new() -> Self {
        Self {
            alignments: 0,
            losses: 0,
            marker_rows: 0,
            bad_markers: [0; MAX_LANES],
            bip_errors: [0; MAX_LANES],
        }
    }
}

/// What an aligner hands on.
#[derive(Clone, Copy, Debug)]
pub(super) enum RowEvent<'a> {
    /// Blocks of a row, or all of it, in the order of the lanes.
    Blocks {
        /// Bit of the stream at which the first of them begins.
        bit: u64,
        /// The blocks.
        blocks: &'a [Block],
    },
    /// A row of markers.
    Markers {
        /// By lane: bits of BIP3 that are wrong; zero where there is nothing to compare.
        masks: &'a [u8],
    },
    /// Rows are no longer known.
    Lost,
}

/// Finds rows.
#[derive(Clone, Debug)]
pub(super) struct RowAligner {
    interface: MultiLane,
    aligned: bool,
    /// Lane at each place of a row; so many are known as `places` says.
    order: [usize; MAX_LANES],
    places: usize,
    /// The lanes come in their own order.
    straight: bool,
    /// Blocks of the row on its way, by lane, where they have to wait for the rest of it.
    row: [Block; MAX_LANES],
    /// Bit at which the row begins.
    bit: u64,
    /// Place of the next block in its row.
    place: usize,
    /// Rows since the last one of markers.
    rows: usize,
    parity: [LaneParity; MAX_LANES],
    /// The parity covers all blocks since the last markers.
    whole: bool,
    misses: [u8; MAX_LANES],
    counters: LaneCounters,
}

impl RowAligner {
    pub(super) const fn new(interface: MultiLane) -> Self {
        Self {
            interface,
            aligned: false,
            order: [0; MAX_LANES],
            places: 0,
            straight: false,
            row: [Block::IDLE; MAX_LANES],
            bit: 0,
            place: 0,
            rows: 0,
            parity: [LaneParity::START; MAX_LANES],
            whole: false,
            misses: [0; MAX_LANES],
            counters: LaneCounters::new(),
        }
    }

    /// Lane at each place of a row, while rows are known.
    pub(super) fn order(&self) -> Option<&[usize]> {
        self.aligned.then_some(&self.order[..self.interface.lanes()])
    }

    pub(super) const fn counters(&self) -> &LaneCounters {
        &self.counters
    }

    /// Blocks are missing: rows are no longer known.
    pub(super) fn reset(&mut self) {
        self.counters.losses += u64::from(self.aligned);
        (self.aligned, self.places) = (false, 0);
    }

    /// Takes the next blocks, the first of which begins at a bit of the stream.
    #[inline]
    pub(super) fn push(&mut self, bit: u64, blocks: &[Block], mut on: impl FnMut(RowEvent<'_>)) {
        self.take(bit, blocks, &mut on);
    }

    #[inline]
    fn take(&mut self, bit: u64, blocks: &[Block], on: &mut impl FnMut(RowEvent<'_>)) {
        let end = self.place + blocks.len();
        let lanes = self.interface.lanes();
        let is_marker_row = self.rows == MARKER_SPACING;
        if self.aligned && self.straight && !is_marker_row && end <= lanes {
            // Nothing to wait for.
            for (parity, block) in self.parity[self.place..end].iter_mut().zip(blocks) {
                parity.add(*block);
            }
            self.place = end % lanes;
            self.rows += usize::from(end == lanes);
            on(RowEvent::Blocks { bit, blocks });
            return;
        }
        for (n, block) in blocks.iter().enumerate() {
            self.take_one(bit + (n * BLOCK_BITS) as u64, *block, on);
        }
    }

    fn take_one(&mut self, bit: u64, block: Block, on: &mut impl FnMut(RowEvent<'_>)) {
        if !self.aligned {
            self.hunt(block, on);
            return;
        }
        if self.straight && self.rows < MARKER_SPACING {
            self.take(bit, &[block], on);
            return;
        }
        if self.place == 0 {
            self.bit = bit;
        }
        self.row[self.order[self.place]] = block;
        self.place += 1;
        if self.place == self.interface.lanes() {
            self.place = 0;
            self.finish_row(on);
        }
    }

    /// Rows are found when markers of all lanes come one behind the other, in any order.
    //= ieee802.3:82.2.12-alignment
    fn hunt(&mut self, block: Block, on: &mut impl FnMut(RowEvent<'_>)) {
        let Some(lane) = self.interface.lane_of(block) else {
            self.places = 0;
            return;
        };
        if let Some(same) = self.order[..self.places].iter().position(|l| *l == lane) {
            // The run of different lanes starts behind the marker that came twice.
            self.order.copy_within(same + 1..self.places, 0);
            self.places -= same + 1;
        }
        self.order[self.places] = lane;
        self.row[lane] = block;
        self.places += 1;
        if self.places == self.interface.lanes() {
            self.counters.alignments += 1;
            self.aligned = true;
            let order = &self.order[..self.places];
            self.straight = order.iter().enumerate().all(|(place, lane)| place == *lane);
            (self.place, self.rows, self.whole) = (0, 0, false);
            self.misses = [0; MAX_LANES];
            self.markers(on);
        }
    }

    fn finish_row(&mut self, on: &mut impl FnMut(RowEvent<'_>)) {
        let lanes = self.interface.lanes();
        self.rows += 1;
        if self.rows == MARKER_SPACING + 1 {
            self.rows = 0;
            self.markers(on);
            return;
        }
        let blocks = &self.row[..lanes];
        for (parity, block) in self.parity.iter_mut().zip(blocks) {
            parity.add(*block);
        }
        on(RowEvent::Blocks { bit: self.bit, blocks });
    }

    /// A row of markers is in.
    //= ieee802.3:82.2.8-bip
    fn markers(&mut self, on: &mut impl FnMut(RowEvent<'_>)) {
        let mut masks = [0; MAX_LANES];
        let lanes = self.interface.lanes();
        self.counters.marker_rows += 1;
        for (lane, mask) in masks.iter_mut().enumerate().take(lanes) {
            let block = self.row[lane];
            let bip = self.parity[lane].take();
            self.parity[lane].add(block);
            if !self.interface.is_marker(lane, block) {
                self.misses[lane] += 1;
                self.counters.bad_markers[lane] += 1;
                continue;
            }
            self.misses[lane] = 0;
            if self.whole {
                *mask = bip ^ bip_of(block);
                self.counters.bip_errors[lane] += u64::from(mask.count_ones());
            }
        }
        self.whole = true;
        if self.misses.contains(&MISSES) {
            self.reset();
            on(RowEvent::Lost);
        } else {
            on(RowEvent::Markers { masks: &masks[..lanes] });
        }
    }
}
