//! What a receiver saw over time, in a bounded number of bins.
//!
//! In: counters after each frame. Out: bins of equal width, each with what was added in it. What the line flipped
//! counts with the frame in which it is decoded, so that what was flipped and not corrected is wrong.

use std::collections::VecDeque;

use otn_frame::SimTime;
use otn_proc::terminal::Counters;

/// Bins of a run; what comes later goes into the last one.
const BINS: u64 = 400;

/// What was received in a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// OTUk frames that arrived, light or not.
    pub frames: u64,
    /// Bits that the line flipped in them.
    pub flipped_bits: u64,
    /// Bits that the decoder corrected.
    pub corrected_bits: u64,
    /// Codewords beyond correction.
    pub uncorrectable_codewords: u64,
    /// BIP-8 violations of the section.
    pub section_bip_violations: u64,
    /// Bits on the line.
    pub line_bits: u64,
    /// Bits wrong behind a decoder in front of the frame; zero where the code is that of the frame.
    pub wrong_bits: u64,
}

/// What came at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits {
    /// Bits on the line.
    pub(super) bits: u64,
    /// Those of them that the line flipped.
    pub(super) flipped: u64,
    /// Bits wrong behind a decoder in front of the frame.
    pub(super) wrong: u64,
    /// There is such a decoder: nothing waits for the frame to be cut out.
    pub(super) decoded: bool,
}

/// The bins of a receiver.
#[derive(Clone, Debug)]
pub struct Samples {
    width: SimTime,
    bins: Vec<Sample>,
    last: [u64; 3],
    /// Frames that were cut out of the line.
    cut: u64,
    /// Flipped bits of frames that arrived and have not been cut out.
    waiting: VecDeque<u64>,
}

/// Frames that may have arrived and not been cut out: an aligner looks two ahead.
const HELD: usize = 4;

impl Samples {
    /// Bins for a run that lasts so long.
    pub(super) fn new(duration: SimTime) -> Self {
        let width = SimTime::from_ps(duration.as_ps().div_ceil(BINS).max(1));
        let (bins, waiting) = (Vec::new(), VecDeque::new());
        Self { width, bins, last: [0; 3], cut: 0, waiting }
    }

    /// A frame came at `at`, and the counters are these now.
    pub(super) fn count(&mut self, at: SimTime, seen: Bits, counters: &Counters) {
        let index = (at.as_ps() / self.width.as_ps()).min(BINS) as usize;
        if self.bins.len() <= index {
            self.bins.resize(index + 1, Sample::default());
        }
        let now = [
            counters.corrected_bits,
            counters.uncorrectable_codewords,
            counters.section_bip_violations,
        ];
        let [corrected, uncorrectable, violations] =
            std::array::from_fn(|n| now[n].saturating_sub(self.last[n]));
        self.last = now;
        self.waiting.push_back(seen.flipped);
        let cut = counters.frames - std::mem::replace(&mut self.cut, counters.frames);
        let known = (cut as usize).max(self.waiting.len().saturating_sub(HELD));
        let known = if seen.decoded { usize::MAX } else { known }.min(self.waiting.len());
        let flipped: u64 = self.waiting.drain(..known).sum();
        let bin = &mut self.bins[index];
        bin.frames += 1;
        bin.flipped_bits += flipped;
        bin.corrected_bits += corrected;
        bin.uncorrectable_codewords += uncorrectable;
        bin.section_bip_violations += violations;
        bin.line_bits += seen.bits;
        bin.wrong_bits += seen.wrong;
    }

    /// Width of a bin.
    pub const fn width(&self) -> SimTime {
        self.width
    }

    /// The bins, from time zero on.
    pub fn bins(&self) -> &[Sample] {
        &self.bins
    }

    /// All bins together.
    pub fn total(&self) -> Sample {
        self.bins.iter().fold(Sample::default(), |sum, bin| Sample {
            frames: sum.frames + bin.frames,
            flipped_bits: sum.flipped_bits + bin.flipped_bits,
            corrected_bits: sum.corrected_bits + bin.corrected_bits,
            uncorrectable_codewords: sum.uncorrectable_codewords + bin.uncorrectable_codewords,
            section_bip_violations: sum.section_bip_violations + bin.section_bip_violations,
            line_bits: sum.line_bits + bin.line_bits,
            wrong_bits: sum.wrong_bits + bin.wrong_bits,
        })
    }
}
