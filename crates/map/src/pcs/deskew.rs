//! The stream of all lanes as one bit stream a lane, and back whatever their skew and order.
//!
//! Clauses: IEEE 802.3 82.2.6, 82.2.12; G.709 E.3. [`Distributor`] deals blocks out to lanes;
//! [`Deskew`] finds the blocks and the markers of each lane, puts the lanes in order and hands out
//! their blocks in turn again, markers included.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::align::MISSES;
use super::block66::Block;
use super::layout::{GROUP_BLOCKS, GROUP_OCTETS, MARKER_SPACING};
use super::lock::LockRule;
use super::marker::MultiLane;
use super::serial::{Aligned, BlockSync, pack};

/// Blocks of a lane from marker to marker.
const PERIOD: usize = MARKER_SPACING + 1;
/// Blocks that a lane may be ahead of another: beyond half the distance of its markers it cannot be
/// told which of them belong together.
pub const MAX_SKEW: usize = PERIOD / 2 - 1;
/// Blocks of a lane that are kept at most.
const MAX_HELD: usize = 2 * PERIOD;

/// Deals blocks out to lanes.
#[derive(Clone, Debug)]
pub struct Distributor {
    lanes: Vec<Vec<Block>>,
    next: usize,
}

impl Distributor {
    /// A distributor whose first block goes to lane 0.
    pub fn new(interface: MultiLane) -> Self {
        Self { lanes: (0..interface.lanes()).map(|_| Vec::new()).collect(), next: 0 }
    }

    /// Takes the next block; hands out octets of a lane's bit stream, four blocks at a time.
    pub fn push(&mut self, block: Block, mut on: impl FnMut(usize, &[u8; GROUP_OCTETS])) {
        let lane = &mut self.lanes[self.next];
        lane.push(block);
        if let Ok(blocks) = <&[Block; GROUP_BLOCKS]>::try_from(lane.as_slice()) {
            let mut octets = [0; GROUP_OCTETS];
            pack(blocks, &mut octets);
            lane.clear();
            on(self.next, &octets);
        }
        self.next = (self.next + 1) % self.lanes.len();
    }
}

/// One physical lane.
#[derive(Clone, Debug)]
struct Lane {
    sync: BlockSync,
    /// The PCS lane that its markers name.
    number: Option<usize>,
    /// A marker seen while no lane was known; the next one must name the same lane.
    candidate: Option<usize>,
    /// Blocks since the last marker's place.
    since: usize,
    misses: u8,
    /// Blocks from a marker on that are not handed out yet.
    held: VecDeque<Block>,
    /// Blocks still to come that belong to an earlier row than those of other lanes.
    skip: usize,
}

impl Lane {
    fn new() -> Self {
        Self {
            sync: BlockSync::new(LockRule::LANE),
            number: None,
            candidate: None,
            since: 0,
            misses: 0,
            held: VecDeque::new(),
            skip: 0,
        }
    }

    fn lose(&mut self) {
        (self.number, self.candidate, self.misses, self.skip) = (None, None, 0, 0);
        self.held.clear();
    }

    /// Takes a block; `false` if the lane lost its markers with it.
    //= ieee802.3:82.2.12-alignment
    fn take(&mut self, interface: MultiLane, block: Block) -> bool {
        self.since += 1;
        let Some(number) = self.number else {
            self.hunt(interface, block);
            return true;
        };
        if self.since == PERIOD {
            self.since = 0;
            self.misses = if interface.is_marker(number, block) { 0 } else { self.misses + 1 };
            if self.misses == MISSES {
                self.lose();
                return false;
            }
        }
        if self.skip > 0 {
            self.skip -= 1;
        } else {
            self.held.push_back(block);
        }
        true
    }

    /// Leaves out whole periods, so that the marker at the front is the one nearest to the other
    /// lanes' latest.
    fn catch_up(&mut self) {
        let behind = (self.held.len() + PERIOD / 2) / PERIOD * PERIOD;
        let here = behind.min(self.held.len());
        self.held.drain(..here);
        self.skip = behind - here;
    }

    /// Two markers of the same lane at the right distance tell which lane this is.
    fn hunt(&mut self, interface: MultiLane, block: Block) {
        let lane = interface.lane_of(block);
        let due = self.since == PERIOD;
        match (self.candidate, lane) {
            (Some(candidate), Some(lane)) if due && candidate == lane => {
                (self.number, self.since, self.misses) = (Some(lane), 0, 0);
                self.held.clear();
                self.held.push_back(block);
            }
            (Some(_), _) if !due => {}
            (Some(_) | None, lane) => (self.candidate, self.since) = (lane, 0),
        }
    }
}

/// Puts lanes together again.
#[derive(Clone, Debug)]
pub struct Deskew {
    interface: MultiLane,
    lanes: Vec<Lane>,
    /// Physical lane of each PCS lane, while the lanes are in step.
    order: Option<Vec<usize>>,
    /// Times the lanes came in step.
    alignments: u64,
}

impl Deskew {
    /// Lanes without lock.
    pub fn new(interface: MultiLane) -> Self {
        let lanes = (0..interface.lanes()).map(|_| Lane::new()).collect();
        Self { interface, lanes, order: None, alignments: 0 }
    }

    /// Physical lane of each PCS lane, while the lanes are in step.
    pub fn order(&self) -> Option<&[usize]> {
        self.order.as_deref()
    }

    /// Times the lanes came in step.
    pub const fn alignments(&self) -> u64 {
        self.alignments
    }

    /// Takes octets of a physical lane's bit stream; hands out the blocks of all lanes in turn as
    /// far as they are there, or `None` where blocks are missing. Lanes count modulo their number.
    pub fn push(&mut self, lane: usize, octets: &[u8], mut on: impl FnMut(Option<Block>)) {
        let at = lane % self.lanes.len();
        let interface = self.interface;
        let Lane { sync, .. } = &mut self.lanes[at];
        // The lane is taken apart from its blocks while these come.
        let mut own = core::mem::replace(sync, BlockSync::new(LockRule::LANE));
        let mut lost = false;
        own.push(octets, |_, aligned| match aligned {
            Aligned::Blocks(blocks) => {
                for block in blocks {
                    lost |= !self.lanes[at].take(interface, *block);
                }
            }
            Aligned::Locked(_) => {}
            Aligned::Lost => {
                self.lanes[at].lose();
                lost = true;
            }
        });
        self.lanes[at].sync = own;
        if lost {
            self.fall_out(&mut on);
        }
        self.come_in_step();
        self.hand_out(&mut on);
        if self.lanes.iter().any(|lane| lane.held.len() > MAX_HELD) {
            self.fall_out(&mut on);
        }
    }

    /// Lanes are no longer in step.
    fn fall_out(&mut self, on: &mut impl FnMut(Option<Block>)) {
        if self.order.take().is_some() {
            on(None);
            self.lanes.iter_mut().for_each(Lane::lose);
        }
    }

    /// Lanes are in step when each is known and they are all different.
    fn come_in_step(&mut self) {
        if self.order.is_some() {
            return;
        }
        if self.lanes.iter().any(|lane| lane.number.is_none()) {
            for lane in self.lanes.iter_mut().filter(|lane| lane.held.len() >= MAX_HELD) {
                lane.held.drain(..PERIOD);
            }
            return;
        }
        self.order = (0..self.lanes.len())
            .map(|number| self.lanes.iter().position(|lane| lane.number == Some(number)))
            .collect();
        if self.order.is_some() {
            self.alignments += 1;
            self.lanes.iter_mut().for_each(Lane::catch_up);
        } else {
            self.lanes.iter_mut().for_each(Lane::lose);
        }
    }

    /// Hands out whole rows.
    fn hand_out(&mut self, on: &mut impl FnMut(Option<Block>)) {
        let Some(order) = &self.order else { return };
        let rows = self.lanes.iter().map(|lane| lane.held.len()).min().unwrap_or(0);
        for _ in 0..rows {
            for at in order {
                on(self.lanes[*at].held.pop_front());
            }
        }
    }
}
