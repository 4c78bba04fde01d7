//! The window decoder: the last blocks are decoded again and again, until the oldest is given out.
//!
//! In: received blocks. Out: the information of the block `window - 1` blocks ago. Each component
//! word keeps its syndrome, which changes only when a bit of the word is changed, so that a word is
//! looked at once after each change and never read as bits. What is decoded wrongly (a fourteenth of
//! the words with more than three errors) is held down by three rules: bits of blocks given out
//! stay; the two spare checks have to agree; and in the first rounds a correction of three bits may
//! not touch a word that is in order.

use super::component::{ALONE, Component, Line, Place, left_index};
use super::{
    BLOCK_COLUMNS, BLOCK_OCTETS, BLOCK_ROWS, INFORMATION_COLUMNS, INFORMATION_OCTETS, WINDOW, block,
};
use crate::code::Outcome;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// How much a decoder works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowConfig {
    /// Blocks decoded together, at least two.
    pub window: usize,
    /// Rounds over the window for each block received.
    pub rounds: usize,
    /// The first of these rounds in which a word in order is not touched.
    pub guarded: usize,
}

impl Default for WindowConfig {
    fn default() -> Self {
        Self { window: WINDOW, rounds: 8, guarded: 4 }
    }
}

/// One block, and the words that its rows end.
struct Stage {
    rows: Box<[Line; BLOCK_ROWS]>,
    received: Box<[Line; BLOCK_ROWS]>,
    syndrome: Box<[u32; BLOCK_ROWS]>,
    /// Words that changed since they were looked at.
    changed: Line,
}

impl Stage {
    fn zeros() -> Self {
        Self {
            rows: Box::new([Line::default(); BLOCK_ROWS]),
            received: Box::new([Line::default(); BLOCK_ROWS]),
            syndrome: Box::new([0; BLOCK_ROWS]),
            changed: Line::default(),
        }
    }

    #[inline]
    fn add(&mut self, word: usize, column: u32) {
        self.syndrome[word] ^= column;
        self.changed[word / 64] |= 1 << (word % 64);
    }
}

/// Decodes block after block.
//= g709.2:window-decoder
pub struct WindowDecoder {
    component: Arc<Component>,
    config: WindowConfig,
    /// The block given out last, then those of the window, the oldest first.
    stages: VecDeque<Stage>,
}

impl WindowDecoder {
    /// At the first block, with tables of its own. A window below two counts as two.
    pub fn new(config: WindowConfig) -> Self {
        Self::with(Arc::new(Component::new()), config)
    }

    /// At the first block, with tables shared.
    pub fn with(component: Arc<Component>, config: WindowConfig) -> Self {
        let config = WindowConfig { window: config.window.max(2), ..config };
        let stages = (0..=config.window).map(|_| Stage::zeros()).collect();
        Self { component, config, stages }
    }

    /// Blocks between the one received and the one given out.
    pub fn delay(&self) -> usize {
        self.config.window - 1
    }

    /// Takes the next block, 512 x 510 packed bits, and writes the information, 512 x 478 bits, of
    /// the block [`Self::delay`] blocks ago; zeros for the first calls. The outcome is that of the
    /// block given out.
    pub fn decode_block(
        &mut self,
        received: &[u8; BLOCK_OCTETS],
        information: &mut [u8; INFORMATION_OCTETS],
    ) -> Outcome {
        self.take(received);
        for round in 0..self.config.rounds {
            let guarded = round < self.config.guarded;
            let mut busy = false;
            for stage in (1..self.stages.len()).rev() {
                busy |= self.decode_stage(stage, guarded);
            }
            if !busy {
                // Words that the guard held back get their turn.
                if !guarded {
                    break;
                }
            }
            if guarded && round + 1 == self.config.guarded {
                self.look_again();
            }
        }
        let oldest = &self.stages[1];
        block::pack(&oldest.rows[..], INFORMATION_COLUMNS, information);
        oldest.outcome()
    }

    fn take(&mut self, received: &[u8; BLOCK_OCTETS]) {
        let Some(mut stage) = self.stages.pop_front() else { return };
        block::unpack(received, BLOCK_COLUMNS, &mut stage.rows[..]);
        stage.received.copy_from_slice(&stage.rows[..]);
        if let Some(before) = self.stages.back() {
            self.component.left_syndromes(&before.rows, &mut stage.syndrome);
        }
        self.component.add_row_syndromes(&stage.rows, &mut stage.syndrome);
        stage.changed = [u64::MAX; 8];
        self.stages.push_back(stage);
    }

    fn look_again(&mut self) {
        for stage in self.stages.iter_mut().skip(1) {
            for (word, &syndrome) in stage.syndrome.iter().enumerate() {
                stage.changed[word / 64] |= u64::from(syndrome != 0) << (word % 64);
            }
        }
    }

    /// Decodes the changed words of one stage; true where there were any in error.
    fn decode_stage(&mut self, stage: usize, guarded: bool) -> bool {
        let mut busy = false;
        for at in 0..self.stages[stage].changed.len() {
            let mut changed = core::mem::take(&mut self.stages[stage].changed[at]);
            while changed != 0 {
                let word = 64 * at + changed.trailing_zeros() as usize;
                changed &= changed - 1;
                let syndrome = self.stages[stage].syndrome[word];
                if syndrome != 0 {
                    busy |= self.decode_word(stage, word, syndrome, guarded);
                }
            }
        }
        busy
    }

    fn decode_word(&mut self, stage: usize, word: usize, syndrome: u32, guarded: bool) -> bool {
        let Some((indices, count)) = self.component.locate(syndrome) else { return false };
        let places = indices.map(|index| Place::of(index as usize));
        let places = &places[..count];
        if !places.iter().all(|&place| self.may_change(stage, word, place, guarded && count == 3)) {
            return false;
        }
        self.stages[stage].syndrome[word] = 0;
        for &place in places {
            self.change(stage, word, place);
        }
        true
    }

    /// Whether a correction may change this bit.
    fn may_change(&self, stage: usize, word: usize, place: Place, guarded: bool) -> bool {
        match place {
            Place::Left(row) => {
                stage > 1
                    && word >= ALONE
                    && !(guarded && self.stages[stage - 1].syndrome[row] == 0)
            }
            Place::Right(q) => {
                let next = self.stages.get(stage + 1);
                !(guarded && next.is_some_and(|next| next.syndrome[q + ALONE] == 0))
            }
        }
    }

    /// Changes a bit, and the syndrome of the other word that it is in.
    #[inline]
    fn change(&mut self, stage: usize, word: usize, place: Place) {
        let (block, row, q) = match place {
            Place::Left(row) => {
                let q = word - ALONE;
                let column = self.component.column(super::component::RIGHT + q);
                self.stages[stage - 1].add(row, column);
                (stage - 1, row, q)
            }
            Place::Right(q) => {
                if let Some(next) = self.stages.get_mut(stage + 1) {
                    next.add(q + ALONE, self.component.column(left_index(word)));
                }
                (stage, word, q)
            }
        };
        let at = self.component.position(q);
        self.stages[block].rows[row][at / 64] ^= 1 << (63 - at % 64);
    }
}

impl Stage {
    fn outcome(&self) -> Outcome {
        let lines = self.rows.iter().zip(self.received.iter());
        let pairs = lines.flat_map(|(a, b)| a.iter().zip(b));
        let corrected = pairs.map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
        Outcome {
            codewords: BLOCK_ROWS as u64,
            corrected_bits: corrected,
            corrected_symbols: corrected,
            uncorrectable: self.syndrome.iter().filter(|&&syndrome| syndrome != 0).count() as u64,
        }
    }
}

impl WindowDecoder {
    /// The information of each block in the window as it stands now, the oldest first. The first of
    /// them was given out already.
    pub fn pending(&self) -> Vec<Vec<u8>> {
        let rows = |stage: &Stage| {
            let mut information = alloc::vec![0; INFORMATION_OCTETS];
            block::pack(&stage.rows[..], INFORMATION_COLUMNS, &mut information);
            information
        };
        self.stages.iter().skip(1).map(rows).collect()
    }
}
