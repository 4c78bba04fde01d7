//! The decoder of G.975.1 I.3: inner and outer words in turns over the last rows.
//!
//! In: received rows. Out: the information of the row `window - 1` rows ago. Every word keeps its
//! syndrome, which changes only with its bits; a word is decoded once after each change. An inner
//! word corrects ten bits and hardly ever wrongly, an outer word corrects three and is wrong about
//! once in seven tries beyond them; so an outer correction is taken only where every bit that it changes is in
//! an inner word still in error.

use super::place::{Inner, Outer, WHOLE_UNITS, age, take_unit};
use super::{
    Codes, INFORMATION_OCTETS, INNER_WORDS, OUTER_OCTETS, OUTER_WORDS, ROW_OCTETS, SPREAD, WINDOW,
};
use crate::code::Outcome;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// How much a decoder works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowConfig {
    /// Rows decoded together, at least eight: an outer frame is spread over so many.
    pub window: usize,
    /// Turns of outer and inner decoding over the window for each row received.
    pub rounds: usize,
}

impl Default for RowConfig {
    fn default() -> Self {
        Self { window: WINDOW, rounds: 3 }
    }
}

/// A row, and the outer frame that begins with it.
struct Stage {
    row: Box<[u8; ROW_OCTETS]>,
    received: Box<[u8; ROW_OCTETS]>,
    inner: [u128; INNER_WORDS],
    /// Inner words that changed since they were decoded, a bit each.
    inner_changed: u16,
    /// Syndromes of the outer words, once all rows of the outer frame are there.
    outer: [u128; OUTER_WORDS],
    outer_changed: u8,
    complete: bool,
}

impl Stage {
    fn zeros() -> Self {
        Self {
            row: Box::new([0; ROW_OCTETS]),
            received: Box::new([0; ROW_OCTETS]),
            inner: [0; INNER_WORDS],
            inner_changed: 0,
            outer: [0; OUTER_WORDS],
            outer_changed: 0,
            complete: false,
        }
    }
}

/// Decodes row after row.
//= g975.1:i.3-iterate
pub struct RowDecoder {
    codes: Arc<Codes>,
    config: RowConfig,
    /// The rows of the window, the oldest first.
    stages: VecDeque<Stage>,
}

impl RowDecoder {
    /// At the first row, with tables of its own. A window below eight counts as eight.
    pub fn new(config: RowConfig) -> Self {
        Self::with(Arc::new(Codes::new()), config)
    }

    /// At the first row, with tables shared.
    pub fn with(codes: Arc<Codes>, config: RowConfig) -> Self {
        let config = RowConfig { window: config.window.max(SPREAD), ..config };
        let stages = (0..config.window).map(|_| Stage::zeros()).collect();
        Self { codes, config, stages }
    }

    /// Rows between the one received and the one given out.
    pub fn delay(&self) -> usize {
        self.config.window - 1
    }

    /// Takes the next row and writes the information of the row [`Self::delay`] rows ago; zeros for
    /// the first calls. The outcome counts the changes in the row that leaves the window, and the
    /// outer words of the frame given out that are still in error.
    pub fn decode_row(
        &mut self,
        received: &[u8; ROW_OCTETS],
        information: &mut [u8; INFORMATION_OCTETS],
    ) -> Outcome {
        self.take(received);
        for _ in 0..self.config.rounds {
            let mut busy = false;
            for frame in (0..=self.stages.len() - SPREAD).rev() {
                busy |= self.decode_outer(frame);
            }
            for row in (0..self.stages.len()).rev() {
                busy |= self.decode_inner(row);
            }
            if !busy {
                break;
            }
        }
        let frame = self.outer_frame(0);
        information.copy_from_slice(&frame[..INFORMATION_OCTETS]);
        self.stages[0].outcome()
    }

    /// The next row comes in, its inner words are decoded, and the outer frame that it completes
    /// gets its syndromes.
    fn take(&mut self, received: &[u8; ROW_OCTETS]) {
        let Some(mut stage) = self.stages.pop_front() else { return };
        *stage.row = *received;
        *stage.received = *received;
        stage.inner = self.codes.syndromes.inner(&self.codes, received);
        stage.inner_changed = u16::MAX;
        stage.complete = false;
        self.stages.push_back(stage);
        self.decode_inner(self.stages.len() - 1);
        let complete = self.stages.len() - SPREAD;
        let frame = self.outer_frame(complete);
        let stage = &mut self.stages[complete];
        stage.outer = self.codes.syndromes.outer(&self.codes, &frame);
        stage.outer_changed = u8::MAX;
        stage.complete = true;
    }

    /// The outer frame that begins with row `first` of the window.
    fn outer_frame(&self, first: usize) -> [u8; OUTER_OCTETS] {
        let mut frame = [0; OUTER_OCTETS];
        let rows: [&[u8; ROW_OCTETS]; SPREAD] =
            core::array::from_fn(|age| &*self.stages[first + age].row);
        for unit in 0..=WHOLE_UNITS {
            take_unit(rows[age(unit)], unit, &mut frame);
        }
        frame
    }

    /// Decodes the changed inner words of a row; true where one was corrected.
    fn decode_inner(&mut self, row: usize) -> bool {
        let mut changed = core::mem::take(&mut self.stages[row].inner_changed);
        let mut busy = false;
        while changed != 0 {
            let word = changed.trailing_zeros() as usize;
            changed &= changed - 1;
            let stage = &mut self.stages[row];
            if stage.inner[word] == 0 {
                continue;
            }
            let Ok(errors) = self.codes.inner.locate(stage.inner[word]) else { continue };
            stage.inner[word] = 0;
            busy = true;
            for &position in errors.as_slice() {
                let place = Inner { word, position: position as usize };
                let (octet, bit) = place.in_row();
                self.stages[row].row[octet] ^= 0x80 >> bit;
                self.tell_outer(row, place);
            }
        }
        busy
    }

    /// A bit of a row has changed: so has an outer syndrome, where the frame is in the window.
    fn tell_outer(&mut self, row: usize, place: Inner) {
        let Some(Outer { age, word, position }) = place.outer() else { return };
        let Some(frame) = row.checked_sub(age) else { return };
        let stage = &mut self.stages[frame];
        if stage.complete {
            stage.outer[word] ^= self.codes.outer.column(position);
            stage.outer_changed |= 1 << word;
        }
    }

    /// Decodes the changed outer words of a frame; true where one was corrected.
    fn decode_outer(&mut self, frame: usize) -> bool {
        let mut changed = core::mem::take(&mut self.stages[frame].outer_changed);
        let mut busy = false;
        while changed != 0 {
            let word = changed.trailing_zeros() as usize;
            changed &= changed - 1;
            let syndrome = self.stages[frame].outer[word];
            if syndrome == 0 {
                continue;
            }
            let Ok(errors) = self.codes.outer.locate(syndrome) else { continue };
            let places = errors.as_slice().iter().map(|&at| Outer::of(word, at as usize));
            let in_error = |(outer, inner): (Outer, Inner)| {
                self.stages[frame + outer.age].inner[inner.word] != 0
            };
            if !places.clone().all(in_error) {
                continue;
            }
            busy = true;
            self.stages[frame].outer[word] = 0;
            for (outer, inner) in places {
                let stage = &mut self.stages[frame + outer.age];
                let (octet, bit) = inner.in_row();
                stage.row[octet] ^= 0x80 >> bit;
                stage.inner[inner.word] ^= self.codes.inner.column(inner.position);
                stage.inner_changed |= 1 << inner.word;
            }
        }
        busy
    }
}

impl Stage {
    fn outcome(&self) -> Outcome {
        let pairs = self.row.iter().zip(self.received.iter());
        let corrected = pairs.map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
        Outcome {
            codewords: (INNER_WORDS + OUTER_WORDS) as u64,
            corrected_bits: corrected,
            corrected_symbols: corrected,
            uncorrectable: self.outer.iter().filter(|&&syndrome| syndrome != 0).count() as u64,
        }
    }
}
