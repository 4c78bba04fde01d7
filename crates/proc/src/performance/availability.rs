//! ES, SES and unavailable time of the seconds of a trail.
//!
//! Clauses: G.8201 3.2 (events), Annex A (availability). In: final seconds. Out: the same seconds
//! in the same order with a verdict, each as soon as no later second can change it, which is 9
//! seconds later at most. So whoever counts them never has to take anything back.

use super::primitives::{EndSecond, FinalSecond};

/// Seconds in a row that turn the state of an end.
//= g8201:a.1-unavailable
pub const DECISION_SECONDS: usize = 10;

/// What one second of one end was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// ES by its errors and defects, whether available or not.
    pub errored: bool,
    /// SES by its errors and defects, whether available or not.
    pub severe: bool,
    /// It belongs to unavailable time of this end.
    pub unavailable: bool,
}

impl Verdict {
    fn of(second: EndSecond, ses_threshold: u32, unavailable: bool) -> Self {
        Self {
            //= g8201:3.2-es
            errored: second.errored_blocks > 0 || second.defect,
            //= g8201:3.2-ses
            severe: second.errored_blocks >= ses_threshold || second.defect,
            unavailable,
        }
    }
}

/// A second with the verdicts of both ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecidedSecond {
    /// The second.
    pub second: FinalSecond,
    /// The near end.
    pub near: Verdict,
    /// The far end.
    pub far: Verdict,
}

impl DecidedSecond {
    /// The trail as a pair of directions is unavailable.
    //= g8201:a.2-bidirectional
    pub const fn unavailable(&self) -> bool {
        self.near.unavailable || self.far.unavailable
    }
}

/// State of one end.
#[derive(Clone, Copy, Debug, Default)]
struct EndState {
    unavailable: bool,
    /// Seconds in a row that speak against the state; their own is not decided.
    run: usize,
}

impl EndState {
    /// Takes a second. True if the state turns with this one and the nine before.
    //= g8201:a.1-unavailable
    const fn turns(&mut self, severe: bool) -> bool {
        if severe == self.unavailable {
            self.run = 0;
            return false;
        }
        self.run += 1;
        if self.run < DECISION_SECONDS {
            return false;
        }
        self.unavailable = severe;
        self.run = 0;
        true
    }
}

/// Decides the seconds of one trail.
#[derive(Clone, Debug)]
pub struct Availability {
    ses_threshold: u32,
    near: EndState,
    far: EndState,
    /// Seconds that wait, oldest first, with the verdict that holds if nothing turns.
    waiting: [DecidedSecond; DECISION_SECONDS],
    count: usize,
}

impl Availability {
    /// Both ends available; a second of `ses_threshold` errored blocks is an SES.
    pub fn new(ses_threshold: u32) -> Self {
        Self {
            ses_threshold,
            near: EndState::default(),
            far: EndState::default(),
            waiting: [DecidedSecond::default(); DECISION_SECONDS],
            count: 0,
        }
    }

    /// The near end is unavailable, as far as is decided.
    pub const fn near_unavailable(&self) -> bool {
        self.near.unavailable
    }

    /// The far end is unavailable, as far as is decided.
    pub const fn far_unavailable(&self) -> bool {
        self.far.unavailable
    }

    /// Seconds that are not decided, at most nine.
    pub const fn waiting(&self) -> u32 {
        self.count as u32
    }

    /// Takes a second and gives those that are decided now.
    pub fn push(&mut self, second: FinalSecond, decided: &mut impl FnMut(DecidedSecond)) {
        let taken = DecidedSecond {
            second,
            near: Verdict::of(second.second.near, self.ses_threshold, self.near.unavailable),
            far: Verdict::of(second.second.far, self.ses_threshold, self.far.unavailable),
        };
        if let Some(place) = self.waiting.get_mut(self.count) {
            *place = taken;
            self.count += 1;
        }
        let known = self.waiting.get_mut(..self.count).unwrap_or_default();
        //= g8201:a.4-charged-where-it-was
        if self.near.turns(taken.near.severe) {
            for second in known.iter_mut().rev().take(DECISION_SECONDS) {
                second.near.unavailable = self.near.unavailable;
            }
        }
        if self.far.turns(taken.far.severe) {
            for second in known.iter_mut().rev().take(DECISION_SECONDS) {
                second.far.unavailable = self.far.unavailable;
            }
        }
        self.give(self.count - self.near.run.max(self.far.run).min(self.count), decided);
    }

    /// Gives all seconds that wait, as they stand: no more will come.
    pub fn finish(&mut self, decided: &mut impl FnMut(DecidedSecond)) {
        self.give(self.count, decided);
        (self.near.run, self.far.run) = (0, 0);
    }

    fn give(&mut self, given: usize, decided: &mut impl FnMut(DecidedSecond)) {
        for second in self.waiting.iter().take(given) {
            decided(*second);
        }
        self.waiting.rotate_left(given.min(DECISION_SECONDS));
        self.count -= given;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::performance::primitives::RawSecond;
    use std::vec::Vec;

    /// Verdicts of the near end for a row of near-end SES and clean seconds.
    fn unavailable(severe: impl IntoIterator<Item = bool>) -> Vec<bool> {
        let mut machine = Availability::new(3_064);
        let mut out = Vec::new();
        for (number, severe) in severe.into_iter().enumerate() {
            let near = EndSecond { errored_blocks: 0, defect: severe };
            let second = RawSecond { number: number as u64, near, ..RawSecond::default() };
            let second = FinalSecond { second, ..FinalSecond::default() };
            machine.push(second, &mut |d| out.push((d.second.second.number, d.near.unavailable)));
            assert!(machine.waiting() < 10);
            assert_eq!(out.len() + machine.waiting() as usize, number + 1);
        }
        machine.finish(&mut |d| out.push((d.second.second.number, d.near.unavailable)));
        assert!(out.iter().enumerate().all(|(n, &(number, _))| n as u64 == number));
        out.into_iter().map(|(_, unavailable)| unavailable).collect()
    }

    /// Conformance case 37: the limit of ODU1.
    //= type=test g8201:3.2-es
    //= type=test g8201:3.2-ses
    #[test]
    fn an_ses_begins_at_the_threshold_or_with_a_defect() {
        let verdict = |errored_blocks, defect| {
            let verdict = Verdict::of(EndSecond { errored_blocks, defect }, 3_064, false);
            (verdict.errored, verdict.severe)
        };
        assert_eq!(verdict(0, false), (false, false));
        assert_eq!(verdict(1, false), (true, false));
        assert_eq!(verdict(3_063, false), (true, false));
        assert_eq!(verdict(3_064, false), (true, true));
        assert_eq!(verdict(0, true), (true, true));
    }

    /// Exhaustive: a row of n severe seconds, then m clean ones, then severe ones.
    //= type=test g8201:a.1-unavailable
    #[test]
    fn ten_in_a_row_turn_the_state_from_their_start() {
        for severe in 0..25 {
            for clean in 0..25 {
                let mut row = Vec::from([false; 3]);
                row.extend((0..severe).map(|_| true));
                row.extend((0..clean).map(|_| false));
                row.extend([true; 3]);
                let verdicts = unavailable(row);
                // A gap of under ten joins the last three to the row; without it they add to it.
                let first_row = if clean == 0 { severe + 3 } else { severe };
                let entered = first_row >= 10;
                let left = clean >= 10;
                for (n, verdict) in verdicts.into_iter().enumerate() {
                    let expected = entered && n >= 3 && (n < 3 + severe || !left);
                    assert_eq!(verdict, expected, "{severe} {clean} {n}");
                }
            }
        }
    }

    //= type=test g8201:a.2-bidirectional
    #[test]
    fn a_pair_is_unavailable_when_either_direction_is() {
        let mut machine = Availability::new(1);
        let mut out = Vec::new();
        // Near: seconds 0 to 9. Far: seconds 5 to 16. Both clean from 17 on.
        for number in 0..40 {
            let end = |defect| EndSecond { errored_blocks: 0, defect };
            let (near, far) = (end(number < 10), end((5..17).contains(&number)));
            let second = RawSecond { number, near, far, ..RawSecond::default() };
            let second = FinalSecond { second, ..FinalSecond::default() };
            machine.push(second, &mut |d| out.push(d));
        }
        assert_eq!(out.len(), 40);
        for (n, decided) in out.iter().enumerate() {
            assert_eq!(decided.near.unavailable, n < 10, "near {n}");
            assert_eq!(decided.far.unavailable, (5..17).contains(&n), "far {n}");
            assert_eq!(decided.unavailable(), n < 17, "{n}");
        }
    }
}
