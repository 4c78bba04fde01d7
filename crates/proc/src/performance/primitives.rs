//! What one second of one monitored trail gives: pN_EBC, pF_EBC, pN_DS, pF_DS, pIAE, pBIAE.
//!
//! Clauses: G.798 6.5 (performance filters), 6.5.1.1 (errored block count). In: per frame whether
//! the block is errored at the near and at the far end; conditions when they change; counts of the
//! FEC. Out: one [`RawSecond`] a second, and one second later the [`FinalSecond`], from which
//! alignment errors have taken what they must.

use otn_frame::SimTime;
use otn_frame::overhead::{BeiBiae, ErrorCount};
use otn_frame::time::PS_PER_S;

/// True for a frame with BIP-8 violations; `None` is a frame that could not be checked.
//= g798:6.5.1.1-errored-block
pub const fn near_errored(violations: Option<u8>) -> bool {
    matches!(violations, Some(1..))
}

/// True for a backward error indication that tells of violations.
//= g798:6.5.1.1-errored-block
pub const fn far_errored(bei: ErrorCount) -> bool {
    bei.get() > 0
}

/// The same of a field that may hold BIAE in the place of a count, which is no errored block.
//= g798:6.5.1.1-errored-block
pub const fn far_errored_or_biae(bei: BeiBiae) -> bool {
    match bei {
        BeiBiae::Errors(count) => far_errored(count),
        BeiBiae::Biae | BeiBiae::Other(_) => false,
    }
}

/// What stands at the termination, as it was last told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// A defect of the near end stands: what pN_DS is made of.
    pub near_defect: bool,
    /// A defect of the far end stands (dBDI): what pF_DS is made of.
    pub far_defect: bool,
    /// dIAE stands.
    pub iae: bool,
    /// dBIAE stands.
    pub biae: bool,
    /// The termination is in signal fail: frames are not to be counted.
    pub signal_fail: bool,
}

impl Conditions {
    /// What of either stood. Signal fail is of the present moment only.
    const fn joined(self, other: Self) -> Self {
        Self {
            near_defect: self.near_defect | other.near_defect,
            far_defect: self.far_defect | other.far_defect,
            iae: self.iae | other.iae,
            biae: self.biae | other.biae,
            signal_fail: self.signal_fail | other.signal_fail,
        }
    }
}

/// Counts of the FEC decoder in front of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FecCounts {
    /// Codewords decoded.
    pub codewords: u64,
    /// Bits corrected.
    pub corrected_bits: u64,
    /// Symbols corrected.
    pub corrected_symbols: u64,
    /// Codewords with more errors than the code can correct.
    pub uncorrectable_codewords: u64,
}

impl FecCounts {
    /// Adds counts; stops at the largest number rather than wrapping.
    pub const fn add(&mut self, more: Self) {
        self.codewords = self.codewords.saturating_add(more.codewords);
        self.corrected_bits = self.corrected_bits.saturating_add(more.corrected_bits);
        self.corrected_symbols = self.corrected_symbols.saturating_add(more.corrected_symbols);
        self.uncorrectable_codewords =
            self.uncorrectable_codewords.saturating_add(more.uncorrectable_codewords);
    }
}

/// One second of one end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndSecond {
    /// Errored block count: pN_EBC or pF_EBC.
    pub errored_blocks: u32,
    /// Defect second: pN_DS or pF_DS.
    pub defect: bool,
}

/// One second as it was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawSecond {
    /// Its number; second n begins n seconds after the beginning of virtual time.
    pub number: u64,
    /// The near end.
    pub near: EndSecond,
    /// The far end.
    pub far: EndSecond,
    /// pIAE: dIAE stood at some moment of it.
    pub iae: bool,
    /// pBIAE: dBIAE stood at some moment of it.
    pub biae: bool,
    /// Signal fail stood at some moment of it.
    pub signal_fail: bool,
    /// What the FEC did.
    pub fec: FecCounts,
}

/// Makes seconds of frames.
///
/// Frames carry no time here: before a frame that is not earlier than [`Self::next_deadline`] the
/// caller closes what is past, and one comparison serves all monitors of a signal, since their
/// seconds end together.
#[derive(Clone, Debug)]
pub struct SecondAccumulator {
    near_blocks: u32,
    far_blocks: u32,
    /// 1 while frames count, 0 in signal fail.
    counting: u32,
    present: Conditions,
    /// What stood at any moment of this second.
    seen: Conditions,
    number: u64,
    fec: FecCounts,
}

impl SecondAccumulator {
    /// An accumulator that begins at `now`, inside a second or at its start.
    pub const fn new(now: SimTime) -> Self {
        let none = Conditions {
            near_defect: false,
            far_defect: false,
            iae: false,
            biae: false,
            signal_fail: false,
        };
        Self {
            near_blocks: 0,
            far_blocks: 0,
            counting: 1,
            present: none,
            seen: none,
            number: now.as_ps() / PS_PER_S,
            fec: FecCounts {
                codewords: 0,
                corrected_bits: 0,
                corrected_symbols: 0,
                uncorrectable_codewords: 0,
            },
        }
    }

    /// Counts one frame.
    #[inline]
    pub const fn frame(&mut self, near_errored: bool, far_errored: bool) {
        //= g798:6.5-signal-fail-holds
        self.near_blocks += near_errored as u32 & self.counting;
        self.far_blocks += far_errored as u32 & self.counting;
    }

    /// Takes what stands from now on. Close what is past first.
    //= g798:6.5-defect-second
    pub const fn set_conditions(&mut self, present: Conditions) {
        self.present = present;
        self.seen = self.seen.joined(present);
        self.counting = !present.signal_fail as u32;
    }

    /// Adds what the FEC did.
    pub const fn add_fec(&mut self, counts: FecCounts) {
        self.fec.add(counts);
    }

    /// The end of the second that is open.
    pub const fn next_deadline(&self) -> SimTime {
        SimTime::from_ps((self.number + 1).saturating_mul(PS_PER_S))
    }

    /// Closes one second that is past at `now`. Several may be: call it until it gives `None`.
    pub fn close(&mut self, now: SimTime) -> Option<RawSecond> {
        // Virtual time ends inside a second, whose end is never reached.
        if now < self.next_deadline() || self.number >= u64::MAX / PS_PER_S {
            return None;
        }
        let closed = self.open_second();
        self.number += 1;
        (self.near_blocks, self.far_blocks) = (0, 0);
        self.fec = FecCounts::default();
        // What stands now stands at the first moment of the next second too.
        self.seen = self.present;
        Some(closed)
    }

    /// The second that is open, as far as it was seen.
    pub const fn open_second(&self) -> RawSecond {
        RawSecond {
            number: self.number,
            near: EndSecond { errored_blocks: self.near_blocks, defect: self.seen.near_defect },
            far: EndSecond { errored_blocks: self.far_blocks, defect: self.seen.far_defect },
            iae: self.seen.iae,
            biae: self.seen.biae,
            signal_fail: self.seen.signal_fail,
            fec: self.fec,
        }
    }
}

/// One second that no later one can change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinalSecond {
    /// What is left: zero and false where it was discarded.
    pub second: RawSecond,
    /// Errored blocks of the near end that were discarded.
    pub near_discarded: u32,
    /// Errored blocks of the far end that were discarded.
    pub far_discarded: u32,
}

impl FinalSecond {
    const fn new(second: RawSecond) -> Self {
        Self { second, near_discarded: 0, far_discarded: 0 }
    }

    const fn discard_near(&mut self) {
        self.near_discarded += self.second.near.errored_blocks;
        self.second.near = EndSecond { errored_blocks: 0, defect: false };
    }

    const fn discard_far(&mut self) {
        self.far_discarded += self.second.far.errored_blocks;
        self.second.far = EndSecond { errored_blocks: 0, defect: false };
    }
}

/// Discards what an incoming alignment error explains. It is told late, so it takes the second
/// before too, and a second is final only when the next one is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlignmentErrorFilter {
    held: Option<FinalSecond>,
}

impl AlignmentErrorFilter {
    /// Takes a second and gives the one before it, which is final now.
    pub fn push(&mut self, second: RawSecond) -> Option<FinalSecond> {
        let mut present = FinalSecond::new(second);
        // A second that does not lie directly before is not the previous one.
        let mut previous = self.held.take();
        let adjacent =
            previous.as_mut().filter(|p| p.second.number.checked_add(1) == Some(second.number));
        for hit in [Some(&mut present), adjacent].into_iter().flatten() {
            //= g798:6.5-iae-discard
            if second.iae {
                hit.discard_near();
                hit.discard_far();
            }
            //= g798:6.5-biae-discard
            if second.biae {
                hit.discard_far();
            }
        }
        self.held = Some(present);
        previous
    }

    /// Gives the second that waits for the next one, which will not come.
    pub const fn finish(&mut self) -> Option<FinalSecond> {
        self.held.take()
    }

    /// Seconds that wait: none or one.
    pub const fn waiting(&self) -> u32 {
        self.held.is_some() as u32
    }
}
