//! What became of an ODUj on its way that was not sent so, and which packets that explains.
//!
//! In: the bits that a line flipped and what its decoder made of them; lines that are dark, frames that are not found;
//! at the end of a path, frames of a maintenance signal, or none. Out: marks, each a time of the ODUj and a cause. A
//! mark goes the way of the octets it tells of, and is as late as they are: at the end of the path the packets that
//! are missing are those whose octets lie in one, or behind one. Nothing is estimated: who runs both ends of a
//! line knows what it did.
//!
//! Bit literals: the codewords that the decoder gave up are a mask.

use std::collections::VecDeque;

use otn_fec::rs255_239::{SUB_ROWS, T};
use otn_frame::SimTime;
use otn_frame::layout::{OTU_COLS, PAYLOAD_COLS, PAYLOAD_OCTETS, PAYLOAD_RANGE, ROWS};
use otn_map::odtu::{SlotSet, Slots};
use otn_proc::observer::FrameReport;
use otn_proc::terminal::Fec;

use super::light::Passed;

/// A codeword of a line, or where the code is not that of the frame, a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codeword {
    /// Index of the line.
    pub line: usize,
    /// The end that received it.
    pub end: usize,
    /// Frame of the line, counted from the first one sent.
    pub frame: u64,
    /// Row, from 1.
    pub row: u8,
    /// Sub-row, from 1; nothing where octets are wrong that no codeword of the frame holds.
    pub sub_row: Option<u8>,
    /// When the first bit of its frame was received.
    pub at: SimTime,
}

/// Why octets did not come as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The decoder left wrong octets in this codeword.
    Codeword(Codeword),
    /// The line was dark.
    Dark {
        /// Index of the line.
        line: usize,
        /// The end that received nothing.
        end: usize,
    },
    /// No frame was found in what came, or its section had failed.
    NotFound {
        /// Index of the line.
        line: usize,
        /// The end that received.
        end: usize,
    },
    /// AIS, OCI or LCK came in the place of the ODUj.
    Maintenance,
    /// No frame of the ODUj came.
    Absent,
    /// The end of the path took another route, on which these octets were over or not yet there.
    Switched,
    /// None of these. It must not happen.
    Unexplained,
}

impl Cause {
    /// Names of the kinds, in the order of [`Self::kind`].
    pub const KINDS: [&str; 7] = [
        "codeword",
        "dark",
        "frame not found",
        "maintenance signal",
        "no frames",
        "switched",
        "unexplained",
    ];

    /// Which of [`Self::KINDS`].
    pub const fn kind(&self) -> usize {
        match self {
            Self::Codeword(_) => 0,
            Self::Dark { .. } => 1,
            Self::NotFound { .. } => 2,
            Self::Maintenance => 3,
            Self::Absent => 4,
            Self::Switched => 5,
            Self::Unexplained => 6,
        }
    }

    /// It is told where it came about, and not only what came of it.
    const fn is_of_a_line(&self) -> bool {
        self.kind() < 3
    }
}

/// A time of an ODUj, as it is at some place, and what happened to its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) from: SimTime,
    pub(super) to: SimTime,
    pub(super) cause: Cause,
}

impl Mark {
    /// The same octets, so much later.
    pub(super) fn later(self, by: SimTime) -> Self {
        Self { from: self.from + by, to: self.to + by, ..self }
    }
}

/// Marks that go together with those before, where these are of the same cause and end where they begin.
fn append(marks: &mut Vec<(usize, Mark)>, tributary: usize, mark: Mark) {
    let last = marks.iter_mut().rev().find(|(of, _)| *of == tributary);
    match last {
        Some((_, last)) if last.cause == mark.cause && mark.from <= last.to => {
            last.to = last.to.max(mark.to);
        }
        _ => marks.push((tributary, mark)),
    }
}

/// A frame that was sent, and what only the line knows of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Struck {
    /// Number of the frame among those sent.
    pub(super) number: u64,
    /// When its first bit is received, and its last one has been.
    pub(super) at: SimTime,
    pub(super) end: SimTime,
    /// Bits that were flipped on the line, in order, where a decoder is still to come; those that are wrong
    /// behind one that has been.
    pub(super) flipped: Vec<u32>,
    /// Bits that were flipped in a frame cut short that went before it.
    pub(super) before: u64,
    /// Some of it was dark.
    pub(super) dark: bool,
}

impl Struck {
    /// The light did this to it.
    pub(super) fn pass(&mut self, passed: Passed<'_>) {
        self.flipped.extend_from_slice(passed.flipped);
        self.dark |= passed.dark;
    }
}

/// Frames that may have arrived and not been found: an aligner looks two ahead.
const HELD: usize = 4;

/// Codewords of a frame that are told one by one; of more, one a row.
const ONE_BY_ONE: usize = 8;

/// Makes marks of what a receiver finds.
#[derive(Debug)]
pub(super) struct Witness {
    line: usize,
    end: usize,
    fec: Fec,
    /// The code is not that of the frame: what is flipped is wrong, and no codeword of the frame is to blame.
    behind: bool,
    slots: Option<Slots>,
    /// Slots by tributary; one without slots where there are none.
    sets: Vec<Option<SlotSet>>,
    arrived: VecDeque<Struck>,
    /// By tributary, in the order in which they were found.
    pub(super) marks: Vec<(usize, Mark)>,
}

impl Witness {
    /// At a receiving end.
    pub(super) fn new(
        (line, end): (usize, usize),
        (fec, behind): (Fec, bool),
        slots: Option<Slots>,
        sets: Vec<Option<SlotSet>>,
    ) -> Self {
        let (arrived, marks) = (VecDeque::new(), Vec::new());
        Self { line, end, fec, behind, slots, sets, arrived, marks }
    }

    /// A frame arrives.
    pub(super) fn arrives(&mut self, struck: Struck) {
        if struck.dark {
            self.all(struck.at, struck.end, Cause::Dark { line: self.line, end: self.end });
        }
        self.arrived.push_back(struck);
        while self.arrived.len() > HELD {
            self.forget();
        }
    }

    /// A frame was found.
    pub(super) fn found(&mut self, report: &FrameReport<'_>) {
        if !self.arrived.iter().any(|struck| struck.at == report.at) {
            return;
        }
        while self.arrived.front().is_some_and(|struck| struck.at != report.at) {
            self.forget();
        }
        let Some(struck) = self.arrived.pop_front().filter(|struck| !struck.dark) else { return };
        if struck.flipped.is_empty() {
            return;
        }
        let left = self.left_wrong(&struck.flipped, report);
        self.tell(&struck, &left);
    }

    /// The oldest frame was never found.
    fn forget(&mut self) {
        let Some(struck) = self.arrived.pop_front() else { return };
        if !struck.dark {
            self.all(struck.at, struck.end, Cause::NotFound { line: self.line, end: self.end });
        }
    }

    /// Nothing came of any tributary in this time.
    fn all(&mut self, from: SimTime, to: SimTime, cause: Cause) {
        for tributary in 0..self.sets.len() {
            append(&mut self.marks, tributary, Mark { from, to, cause });
        }
    }

    /// Octets of the frame that are wrong behind its decoder, in order; the column tells the codeword.
    fn left_wrong(&self, flipped: &[u32], report: &FrameReport<'_>) -> Vec<usize> {
        let mut octets: Vec<usize> = flipped.iter().map(|bit| *bit as usize / 8).collect();
        octets.dedup();
        if self.behind || self.fec == Fec::None {
            return octets;
        }
        let word = |octet: usize| (octet / OTU_COLS, octet % SUB_ROWS);
        let mut symbols = [[0; SUB_ROWS]; ROWS];
        for &octet in &octets {
            let (row, sub_row) = word(octet);
            symbols[row][sub_row] += 1;
        }
        let given_up = |row: usize, x: usize| report.fec[row].uncorrectable >> x & 1 == 1;
        octets.retain(|octet| {
            let (row, sub_row) = word(*octet);
            given_up(row, sub_row)
        });
        for (row, words) in symbols.iter().enumerate() {
            for (x, _) in words.iter().enumerate().filter(|&(x, &n)| n > T && !given_up(row, x)) {
                // It was decoded to another codeword. Which octets that made wrong is not asked: any of it.
                octets
                    .extend((x..OTU_COLS).step_by(SUB_ROWS).map(|column| row * OTU_COLS + column));
            }
        }
        octets.sort_unstable();
        octets
    }

    /// The tributary that an octet of the payload belongs to.
    fn tributary(&self, row: usize, column: usize) -> Option<usize> {
        let Some(slots) = self.slots else { return (!self.sets.is_empty()).then_some(0) };
        let columns = slots.slot_octets() / ROWS;
        if column >= columns {
            return None;
        }
        let slot = (row * columns + column) % slots.count() + 1;
        self.sets.iter().position(|set| set.is_some_and(|set| set.contains(slot)))
    }

    /// Marks of octets that are wrong.
    fn tell(&mut self, struck: &Struck, octets: &[usize]) {
        let mut words: Vec<Word> = Vec::new();
        for octet in octets {
            let (row, column) = (octet / OTU_COLS, octet % OTU_COLS);
            if !PAYLOAD_RANGE.contains(&column) {
                continue;
            }
            let within = column - PAYLOAD_RANGE.start;
            let Some(tributary) = self.tributary(row, within) else { continue };
            let (sub_row, first) = (column % SUB_ROWS, row * PAYLOAD_COLS + within);
            let word = Word { tributary, row, sub_row, first, last: first };
            match words.iter_mut().find(|known| known.is(&word)) {
                Some(known) => known.last = first,
                None => words.push(word),
            }
        }
        if words.len() > ONE_BY_ONE {
            words.sort_by_key(|word| (word.tributary, word.row, word.first));
            words.dedup_by(|next, before| {
                let same = (next.tributary, next.row) == (before.tributary, before.row);
                before.last = if same { before.last.max(next.last) } else { before.last };
                same
            });
        }
        let lasts = u128::from(struck.end.since(struck.at).as_ps());
        let when = |position: usize| {
            let gone = lasts * position as u128 / PAYLOAD_OCTETS as u128;
            struck.at + SimTime::from_ps(gone as u64)
        };
        let coded = !self.behind && self.fec != Fec::None;
        for Word { tributary, row, sub_row, first, last } in words {
            let cause = Cause::Codeword(Codeword {
                line: self.line,
                end: self.end,
                frame: struck.number,
                row: row as u8 + 1,
                sub_row: coded.then_some(sub_row as u8 + 1),
                at: struck.at,
            });
            let (from, to) = (when(first), when(last + 1));
            self.marks.push((tributary, Mark { from, to, cause }));
        }
    }
}

/// Octets of a codeword that are wrong in a tributary; nothing counts from 1 here.
#[derive(Clone, Copy, Debug)]
struct Word {
    tributary: usize,
    row: usize,
    sub_row: usize,
    /// The first and the last of them, as positions in the payload.
    first: usize,
    last: usize,
}

impl Word {
    fn is(&self, other: &Self) -> bool {
        let key = |word: &Self| (word.tributary, word.row, word.sub_row);
        key(self) == key(other)
    }
}

/// Packets that were lost one after another by one cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The cause.
    pub cause: Cause,
    /// Number of the first of them among those sent, from 0.
    pub first: u64,
    /// Packets.
    pub packets: u64,
    /// When the first of them, and the last, was sent.
    pub sent: (SimTime, SimTime),
}

/// Marks kept, and those kept where no packet is on its way.
const MARKS: usize = 100_000;
const WHEN_IDLE: usize = 100;

/// Causes that may stand at once.
const TOGETHER: usize = 4;

/// Losses kept; those beyond are counted by kind.
const KEPT: usize = 1_000;

/// What explains the packets that one end of a service misses.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// By how much the time of a mark may be off that of the octets it tells of.
    slack: SimTime,
    /// In the order of their beginning.
    marks: VecDeque<Mark>,
    /// The last mark that is over, since a packet was delivered.
    over: Option<Cause>,
    losses: Vec<Loss>,
    by_kind: [u64; Cause::KINDS.len()],
}

impl Evidence {
    /// None yet.
    pub(super) fn new(slack: SimTime) -> Self {
        Self { slack, ..Self::default() }
    }

    /// A mark that came with the octets.
    pub(super) fn take(&mut self, mark: Mark) {
        let goes_on = |last: &&mut Mark| last.cause == mark.cause && mark.from <= last.to;
        if let Some(last) = self.marks.iter_mut().rev().take(TOGETHER).find(goes_on) {
            last.to = last.to.max(mark.to);
            return;
        }
        let at =
            self.marks.iter().rposition(|other| other.from <= mark.from).map_or(0, |at| at + 1);
        self.marks.insert(at, mark);
    }

    /// Old marks that hardly anybody will ask for: all but some where no packet is on its way.
    pub(super) fn forget(&mut self, idle: bool) {
        let keep = if idle { WHEN_IDLE } else { MARKS };
        for mark in self.marks.drain(..self.marks.len().saturating_sub(keep)) {
            self.over = Some(mark.cause);
        }
    }

    /// A packet that came from `from` on is whole: what lies before it explains nothing behind it.
    pub(super) fn delivered(&mut self, from: SimTime) {
        while self.marks.front().is_some_and(|mark| mark.to <= from) {
            self.marks.pop_front();
        }
        self.over = None;
    }

    /// The packet of this number, sent at `sent`, should have come in this time and did not; the next one was whole at
    /// `until`.
    pub(super) fn lost(
        &mut self,
        (number, sent): (u64, SimTime),
        (from, to): (SimTime, SimTime),
        until: SimTime,
    ) {
        let slack = self.slack;
        while let Some(mark) = self.marks.front().filter(|mark| mark.to + slack < from) {
            self.over = Some(mark.cause);
            self.marks.pop_front();
        }
        let begun = self.marks.iter().take_while(|mark| mark.from <= to + slack);
        let mut meets = begun.filter(|mark| mark.to + slack >= from);
        let of_a_line = meets.clone().find(|mark| mark.cause.is_of_a_line());
        let found = of_a_line.or_else(|| meets.next()).map(|mark| mark.cause);
        let later = || self.marks.front().filter(|mark| mark.from <= until + slack);
        let cause = found
            .or(self.over)
            .or_else(|| later().map(|mark| mark.cause))
            .unwrap_or(Cause::Unexplained);
        self.by_kind[cause.kind()] += 1;
        let goes_on = |last: &&mut Loss| last.cause == cause && last.first + last.packets == number;
        if let Some(last) = self.losses.last_mut().filter(goes_on) {
            last.packets += 1;
            last.sent.1 = sent;
        } else if self.losses.len() < KEPT {
            self.losses.push(Loss { cause, first: number, packets: 1, sent: (sent, sent) });
        }
    }

    /// Packets by cause, in the order in which they were sent.
    pub(super) fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Lost packets by kind of cause.
    pub(super) const fn by_kind(&self) -> [u64; Cause::KINDS.len()] {
        self.by_kind
    }
}

#[cfg(test)]
mod tests;
