//! Frame alignment: whole frames out of a stream of bits, at any bit offset.
//!
//! Clause: G.798 8.2.1. In: octets of the line in any phase. Out: frames, each with the position
//! of its first bit, and whether the process is in frame. Frames keep coming at the old phase
//! while it is out of frame, until a new phase is found twice, one frame apart. When OOF becomes
//! a defect is decided in [`crate::integrate`].
//!
//! Bit literals: bit offsets are split into octet and bit here, and octets are shifted.

use alloc::vec::Vec;

use otn_frame::Frame;
use otn_frame::frame::FAS_PATTERN;
use otn_frame::layout::{FAS, ROWS};

/// Consecutive frames with a wrong FAS that end the in-frame state.
//= g798:8.2.1-oof-after-5
pub const OOF_AFTER: u8 = 5;

/// Zero-based octets of the FAS checked while in frame: bytes 3, 4 and 5.
//= g798:8.2.1-check-bytes-3-4-5
const CHECKED: core::ops::Range<usize> = 2..5;

/// Zero-based octets of the FAS searched for while out of frame: OA1 OA1 OA2 OA2.
//= g798:8.2.1-search-4-bytes
const SEARCHED: core::ops::Range<usize> = 1..5;

/// Wrong bits of the FAS, of 48, up to which it is one with errors: chance makes 24, and as few as
/// these once in 10^6 times.
const RESEMBLES: u32 = 8;

/// Octets that are shifted at once.
const WORD: usize = 8;

/// State of the alignment process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// The frame start is not known, or not trusted any more.
    OutOfFrame,
    /// Frames follow one another.
    InFrame {
        /// Wrong FAS in a row so far.
        bad: u8,
    },
}

impl Alignment {
    /// The state after a frame whose FAS was right (`hit`) or wrong, at the phase in use.
    const fn after(self, hit: bool) -> Self {
        match (self, hit) {
            (Self::InFrame { .. }, true) => Self::InFrame { bad: 0 },
            (Self::InFrame { bad }, false) if bad + 1 >= OOF_AFTER => Self::OutOfFrame,
            (Self::InFrame { bad }, false) => Self::InFrame { bad: bad + 1 },
            // Only a search that finds the FAS twice leads back.
            (Self::OutOfFrame, true | false) => Self::OutOfFrame,
        }
    }
}

/// What is known about one frame that came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameInfo {
    /// Position of its first bit, counted from the first bit pushed.
    pub start_bit: u64,
    /// All six FAS octets are right.
    pub fas_intact: bool,
    /// The process was in frame after this frame.
    pub in_frame: bool,
    /// The phase is not that of the frame before.
    pub realigned: bool,
}

/// Result of asking the aligner for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// More bits are needed first.
    Starved,
    /// A frame period went by without any phase to cut at.
    Searched,
    /// A frame was written out.
    Frame(FrameInfo),
}

/// The alignment process for frames of `COLS` columns.
#[derive(Clone, Debug)]
pub struct Aligner<const COLS: usize> {
    buffer: Vec<u8>,
    /// Position of the first buffered bit; a multiple of eight.
    buffer_bit: u64,
    /// Next frame start, or where the search goes on.
    cursor: u64,
    alignment: Alignment,
    has_phase: bool,
    realigned: bool,
    /// The phase was given up for missing bits.
    slipped: bool,
    /// The FAS of the frame cut last has few wrong bits.
    resembles: bool,
    /// No more bits will come: what is there has to do.
    ended: bool,
}

impl<const COLS: usize> Default for Aligner<COLS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const COLS: usize> Aligner<COLS> {
    /// Octets of one frame.
    const FRAME_OCTETS: usize = ROWS * COLS;
    const WHOLE_WORDS: () = assert!(Self::FRAME_OCTETS.is_multiple_of(WORD));
    const FRAME_BITS: u64 = Self::FRAME_OCTETS as u64 * 8;
    /// Octets a search needs: the last candidate, its confirmation, and those a shift reaches into.
    const SEARCH_OCTETS: usize = 2 * Self::FRAME_OCTETS + FAS_PATTERN.len() + 1;

    /// An aligner that searches from the first bit on.
    pub const fn new() -> Self {
        Self {
            buffer: Vec::new(),
            buffer_bit: 0,
            cursor: 0,
            alignment: Alignment::OutOfFrame,
            has_phase: false,
            realigned: false,
            slipped: false,
            resembles: false,
            ended: false,
        }
    }

    /// State of the process.
    pub const fn alignment(&self) -> Alignment {
        self.alignment
    }

    /// True in frame.
    pub const fn in_frame(&self) -> bool {
        matches!(self.alignment, Alignment::InFrame { .. })
    }

    /// Position of the next frame start, or of where the search goes on.
    pub const fn position(&self) -> u64 {
        self.cursor
    }

    /// The octets that are held from the one with this bit on.
    pub fn octets_from(&self, bit: u64) -> &[u8] {
        let octet = bit.saturating_sub(self.buffer_bit) / 8;
        usize::try_from(octet).ok().and_then(|at| self.buffer.get(at..)).unwrap_or(&[])
    }

    /// Number of bits pushed so far.
    pub fn bits_pushed(&self) -> u64 {
        self.buffer_bit + self.buffer.len() as u64 * 8
    }

    /// The frame cut last is one, as far as its FAS says: that resembles the right one, or the process
    /// is in frame and the FAS of the frame before was right. What stands where overhead should be is
    /// garbage otherwise.
    //= g798:8.2.1-trusted-frames
    pub const fn trusts(&self) -> bool {
        self.resembles || matches!(self.alignment, Alignment::InFrame { bad: 0 | 1 })
    }

    /// What comes next has nothing to do with what came: the phase is given up, and so are the
    /// octets that wait for more.
    pub fn lose(&mut self) {
        self.buffer_bit = self.bits_pushed();
        self.buffer.clear();
        self.cursor = self.buffer_bit;
        self.alignment = Alignment::OutOfFrame;
        self.has_phase = false;
    }

    /// Bits are missing of what comes: as [`Self::lose`], and the next phase counts as another one.
    pub fn slip(&mut self) {
        self.slipped |= self.has_phase;
        self.lose();
    }

    /// No more bits will come. The search may then end with a frame whose successor is cut off,
    /// or, where no frame was ever found, with a single whole one.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// Takes the next octets of the line.
    pub fn push(&mut self, octets: &[u8]) {
        self.forget_consumed();
        self.buffer.extend_from_slice(octets);
    }

    /// Drops octets before the cursor, whole frames of them. What is left has to be moved, so it
    /// waits until there is much less of it than is dropped; a short buffer stays in the cache.
    fn forget_consumed(&mut self) {
        const GAIN: usize = 8;
        let consumed = ((self.cursor - self.buffer_bit) / 8) as usize;
        let left = self.buffer.len().saturating_sub(consumed);
        if consumed >= Self::FRAME_OCTETS.max(GAIN * left) {
            self.buffer.drain(..consumed.min(self.buffer.len()));
            self.buffer_bit += consumed as u64 * 8;
        }
    }

    /// True where [`Self::next_frame`] could do nothing before more bits come.
    pub fn is_starved(&self) -> bool {
        let (octet, shift) = self.locate(self.cursor);
        let there = self.buffer.len().saturating_sub(octet);
        if self.in_frame() {
            there < Self::FRAME_OCTETS + usize::from(shift > 0)
        } else {
            there < Self::SEARCH_OCTETS && !self.ended
        }
    }

    /// Cuts the next frame into `frame`.
    pub fn next_frame(&mut self, frame: &mut Frame<COLS>) -> Step {
        if !self.in_frame() {
            match self.search() {
                Search::Starved => return Step::Starved,
                Search::Found(start) => {
                    let slipped = core::mem::take(&mut self.slipped);
                    self.realigned = slipped || (self.has_phase && start != self.cursor);
                    self.cursor = start;
                    self.has_phase = true;
                    self.alignment = Alignment::InFrame { bad: 0 };
                }
                Search::Nothing if self.has_phase => {}
                Search::Nothing => {
                    self.cursor += Self::FRAME_BITS;
                    return Step::Searched;
                }
            }
        }
        if !self.cut(frame) {
            return Step::Starved;
        }
        let fas = frame.field(FAS);
        let wrong = fas.iter().zip(FAS_PATTERN).map(|(found, sent)| (found ^ sent).count_ones());
        self.resembles = wrong.sum::<u32>() <= RESEMBLES;
        self.alignment = self.alignment.after(fas[CHECKED] == FAS_PATTERN[CHECKED]);
        let info = FrameInfo {
            start_bit: self.cursor,
            fas_intact: fas == FAS_PATTERN,
            in_frame: self.in_frame(),
            realigned: core::mem::take(&mut self.realigned),
        };
        self.cursor += Self::FRAME_BITS;
        Step::Frame(info)
    }

    /// Copies the frame at the cursor, shifted to octets; false if its last bit is not in yet.
    fn cut(&self, frame: &mut Frame<COLS>) -> bool {
        let () = Self::WHOLE_WORDS;
        let (octet, shift) = self.locate(self.cursor);
        let needed = Self::FRAME_OCTETS + usize::from(shift > 0);
        let Some(source) = self.buffer.get(octet..octet + needed) else { return false };
        if shift == 0 {
            frame.octets_mut().copy_from_slice(source);
        } else {
            // Words of eight octets, each with the same one octet later: vector code comes of it.
            let upper = u64::from_le_bytes([u8::MAX << shift; WORD]);
            let lower = u64::from_le_bytes([u8::MAX >> (8 - shift); WORD]);
            let pairs = source.as_chunks::<WORD>().0.iter().zip(source[1..].as_chunks().0);
            for (out, (early, late)) in frame.octets_mut().as_chunks_mut().0.iter_mut().zip(pairs) {
                let early = u64::from_le_bytes(*early) << shift & upper;
                let late = u64::from_le_bytes(*late) >> (8 - shift) & lower;
                *out = (early | late).to_le_bytes();
            }
        }
        true
    }

    fn locate(&self, bit: u64) -> (usize, u32) {
        let offset = bit - self.buffer_bit;
        ((offset / 8) as usize, (offset % 8) as u32)
    }

    /// Looks for the searched pattern at a place of the next frame period where it stands again
    /// one frame later.
    //= g798:8.2.1-two-frames
    fn search(&self) -> Search {
        let (octet, shift) = self.locate(self.cursor);
        let needed = Self::SEARCH_OCTETS;
        let rest = self.buffer.get(octet..).unwrap_or(&[]);
        if rest.len() < needed && !self.ended {
            return Search::Starved;
        }
        let first = octet as u64 * 8 + self.buffer_bit;
        let twice = |at: usize, s: u32| {
            pattern_at(rest, at, s) && pattern_at(rest, at + Self::FRAME_OCTETS, s)
        };
        // A frame period of starts, and no look at what cannot begin one.
        let starts = rest.len().min(Self::FRAME_OCTETS + SEARCHED.start + 2);
        let found = candidates(&rest[..starts], shift)
            .take_while(|&(at, s)| at * 8 + (s as usize) < Self::FRAME_OCTETS * 8 + shift as usize)
            .find(|&(at, s)| twice(at, s));
        match found {
            Some((at, s)) => Search::Found(first + at as u64 * 8 + u64::from(s)),
            None if rest.len() >= needed => Search::Nothing,
            None if self.has_phase => Search::Nothing,
            None => self.single(rest, shift).map_or(Search::Starved, |(at, s)| {
                Search::Found(first + at as u64 * 8 + u64::from(s))
            }),
        }
    }

    /// The first place where all six octets of the FAS stand and a whole frame follows.
    fn single(&self, rest: &[u8], shift: u32) -> Option<(usize, u32)> {
        let whole = |at: usize, s: u32| {
            let end = at + Self::FRAME_OCTETS + usize::from(s > 0);
            end <= rest.len()
                && (0..FAS_PATTERN.len()).all(|i| octet_at(rest, at + i, s) == Some(FAS_PATTERN[i]))
        };
        candidates(rest, shift).find(|&(at, s)| whole(at, s))
    }
}

/// The octet that starts `shift` bits into octet `at`.
fn octet_at(octets: &[u8], at: usize, shift: u32) -> Option<u8> {
    let early = octets.get(at)?;
    if shift == 0 {
        return Some(*early);
    }
    Some(early << shift | octets.get(at + 1)? >> (8 - shift))
}

/// Places, as octet and shift, at which a frame may start by a look at a single octet: the one
/// that lies wholly within the searched pattern whatever the shift.
fn candidates(octets: &[u8], first_shift: u32) -> impl Iterator<Item = (usize, u32)> {
    let inner = octets.get(SEARCHED.start + 1..).unwrap_or(&[]);
    inner.iter().enumerate().flat_map(move |(at, &octet)| {
        let shifts = SHIFTS[octet as usize];
        let early = if at == 0 { first_shift } else { 0 };
        (early..8).filter(move |s| shifts >> s & 1 == 1).map(move |s| (at, s))
    })
}

/// For each octet, the shifts at which it can be the second octet of the searched pattern.
static SHIFTS: [u8; 256] = shifts();

const fn shifts() -> [u8; 256] {
    let pair = u16::from_be_bytes([FAS_PATTERN[SEARCHED.start], FAS_PATTERN[SEARCHED.start + 1]]);
    let mut table = [0; 256];
    let mut shift = 0;
    while shift < 8 {
        table[(pair >> shift) as u8 as usize] |= 1 << shift;
        shift += 1;
    }
    table
}

enum Search {
    Starved,
    Nothing,
    Found(u64),
}

/// True where the searched part of the FAS belongs to a frame starting `shift` bits into octet
/// `at` of `window`.
fn pattern_at(window: &[u8], at: usize, shift: u32) -> bool {
    const PATTERN: u32 = u32::from_be_bytes([
        FAS_PATTERN[SEARCHED.start],
        FAS_PATTERN[SEARCHED.start + 1],
        FAS_PATTERN[SEARCHED.start + 2],
        FAS_PATTERN[SEARCHED.start + 3],
    ]);
    let octets = window.get(at + SEARCHED.start..).unwrap_or(&[]);
    // Without a shift four octets are enough, and the last ones of a file may be just those.
    let bits = match (octets.first_chunk::<5>(), octets.first_chunk::<4>()) {
        (Some([a, b, c, d, e]), _) => u64::from_be_bytes([0, 0, 0, *a, *b, *c, *d, *e]),
        (None, Some([a, b, c, d])) if shift == 0 => {
            u64::from_be_bytes([0, 0, 0, *a, *b, *c, *d, 0])
        }
        (None, _) => return false,
    };
    (bits >> (8 - shift)) as u32 == PATTERN
}

#[cfg(test)]
mod tests;
