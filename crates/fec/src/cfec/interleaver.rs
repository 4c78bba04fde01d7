//! The convolutional interleaver of C-FEC: units of 119 bits over 16 branches.
//!
//! In: a unit. Out: the unit that leaves in its place. Branch i holds a unit back for 2i rounds; the
//! receiver's branch i for 2 (15 - i), so that all units come back 30 rounds later.

use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

/// Branches.
//= oif-400zr:interleaver
pub(super) const BRANCHES: usize = 16;
/// Rounds that each branch adds to the one before.
pub(super) const STEP: usize = 2;
/// Units between entering the interleaver and leaving the deinterleaver.
pub(super) const DELAY: usize = BRANCHES * STEP * (BRANCHES - 1);

/// Interleaver or deinterleaver; full of zeros at the start.
#[derive(Clone, Debug)]
pub(super) struct Interleaver {
    branches: Vec<VecDeque<u128>>,
    next: usize,
}

impl Interleaver {
    /// The sender's.
    pub(super) fn sender() -> Self {
        Self::new(|branch| STEP * branch)
    }

    /// The receiver's.
    pub(super) fn receiver() -> Self {
        Self::new(|branch| STEP * (BRANCHES - 1 - branch))
    }

    fn new(rounds: impl Fn(usize) -> usize) -> Self {
        let branches = (0..BRANCHES).map(|branch| vec![0; rounds(branch)].into()).collect();
        Self { branches, next: 0 }
    }

    /// Takes a unit and gives the one that leaves.
    pub(super) fn pass(&mut self, unit: u128) -> u128 {
        let branch = &mut self.branches[self.next];
        self.next = (self.next + 1) % BRANCHES;
        branch.push_back(unit);
        branch.pop_front().unwrap_or(unit)
    }
}
