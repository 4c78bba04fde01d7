//! From a state (OOF, OOM) to a defect (dLOF, dLOM): the 3 ms integrators.
//!
//! Clauses: G.798 6.2.5.1 (dLOF), 6.2.5.2 (dLOM). In: whether the state is bad, and since when.
//! Out: raise and clear, with the exact instant, which may lie before the call that shows it.

use otn_frame::SimTime;

/// Time a state must last, in both directions.
//= g798:6.2.5.1-lof-3ms
pub const INTEGRATION: SimTime = SimTime::from_ms(3);

/// How a defect clears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clearing {
    /// After the good state has lasted [`INTEGRATION`].
    Integrated,
    /// With the first good state, which also ends the count: spells do not add up.
    //= g798:6.2.5.2-lom-3ms
    Immediate,
}

/// How dLOF clears.
//= g798:6.2.5.1-lof-3ms
pub const LOF_CLEARING: Clearing = Clearing::Integrated;

/// How dLOM clears; the text of the clause was not seen.
//= g798:6.2.5.2-lom-3ms
pub const LOM_CLEARING: Clearing = Clearing::Immediate;

/// How dLOFLOM clears; the text of the clause was not seen.
//= g798:6.2.5.3-loflom
pub const LOFLOM_CLEARING: Clearing = Clearing::Integrated;

/// How dLOOMFI clears; the text of the clause was not seen.
//= g798:14.3.10.2-loomfi
pub const LOOMFI_CLEARING: Clearing = Clearing::Immediate;

/// The integrator of one defect.
#[derive(Clone, Copy, Debug)]
pub struct LossIntegrator {
    clearing: Clearing,
    bad: bool,
    /// Since when the present state lasts.
    since: SimTime,
    /// Bad time of earlier spells that a good spell has not yet wiped out.
    accumulated: SimTime,
    raised: bool,
}

impl LossIntegrator {
    /// An integrator in the good state.
    pub const fn new(clearing: Clearing) -> Self {
        Self {
            clearing,
            bad: false,
            since: SimTime::ZERO,
            accumulated: SimTime::ZERO,
            raised: false,
        }
    }

    /// True while the defect stands.
    pub const fn raised(&self) -> bool {
        self.raised
    }

    /// The instant at which the defect changes if the state does not.
    pub fn next_deadline(&self) -> Option<SimTime> {
        match (self.bad, self.raised) {
            (true, false) => Some(self.since + (INTEGRATION - self.accumulated)),
            (false, true) => Some(match self.clearing {
                Clearing::Integrated => self.since + INTEGRATION,
                Clearing::Immediate => self.since,
            }),
            (true, true) | (false, false) => None,
        }
    }

    //= g798:6.2.5.1-lof-intermittent
    /// Takes the state from `now` on. Returns when the defect changed, if it did; ask
    /// [`Self::raised`] for the direction. One change at a time is told: a defect that was raised
    /// and cleared since the last call is raised in this one, and cleared, dated right, in the next.
    pub fn update(&mut self, now: SimTime, bad: bool) -> Option<SimTime> {
        let mut changed = self.next_deadline().filter(|&deadline| deadline <= now);
        if changed.is_some() {
            self.raised = !self.raised;
        }
        if !self.bad && now.since(self.since) >= INTEGRATION {
            self.accumulated = SimTime::ZERO;
        }
        if bad != self.bad {
            if self.bad {
                self.accumulated = self.accumulated + now.since(self.since);
            }
            self.bad = bad;
            self.since = now;
            if !bad && self.clearing == Clearing::Immediate {
                self.accumulated = SimTime::ZERO;
                if self.raised && changed.is_none() {
                    self.raised = false;
                    changed = Some(now);
                }
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(n: u64) -> SimTime {
        SimTime::from_ns(n * 1_000)
    }

    //= type=test g798:6.2.5.1-lof-3ms
    #[test]
    fn one_picosecond_early_is_not_a_defect_and_the_limit_is() {
        let mut lof = LossIntegrator::new(Clearing::Integrated);
        assert_eq!(lof.update(us(100), true), None);
        assert_eq!(lof.next_deadline(), Some(us(3_100)));
        assert_eq!(lof.update(SimTime::from_ps(us(3_100).as_ps() - 1), true), None);
        assert!(!lof.raised());
        assert_eq!(lof.update(us(3_100), true), Some(us(3_100)));
        assert!(lof.raised());
        assert_eq!(lof.update(us(5_000), false), None);
        assert_eq!(lof.update(us(7_999), false), None);
        assert_eq!(lof.update(us(9_000), false), Some(us(8_000)), "told late, dated right");
        assert!(!lof.raised());
    }

    //= type=test g798:6.2.5.1-lof-intermittent
    #[test]
    fn intermittent_spells_add_up_until_3_ms_of_good() {
        let mut lof = LossIntegrator::new(Clearing::Integrated);
        // 1 ms bad, 1 ms good, and again: the third spell reaches 3 ms of bad time.
        for spell in 0..3u64 {
            assert_eq!(lof.update(us(spell * 2_000), true), None);
            assert!(!lof.raised());
            let ended = lof.update(us(spell * 2_000 + 1_000), false);
            assert_eq!(ended, (spell == 2).then_some(us(5_000)));
        }
        assert!(lof.raised());

        let mut lof = LossIntegrator::new(Clearing::Integrated);
        lof.update(us(0), true);
        lof.update(us(2_900), false);
        lof.update(us(5_900), true);
        assert_eq!(lof.update(us(8_800), true), None, "3 ms of good wiped the first spell out");
        assert_eq!(lof.update(us(8_900), true), Some(us(8_900)));
    }

    //= type=test g798:6.2.5.2-lom-3ms
    #[test]
    fn immediate_clearing_needs_no_good_time() {
        let mut lom = LossIntegrator::new(Clearing::Immediate);
        lom.update(us(0), true);
        assert_eq!(lom.update(us(4_000), true), Some(us(3_000)));
        assert_eq!(lom.update(us(4_500), false), Some(us(4_500)));
        assert!(!lom.raised());
        assert_eq!(lom.next_deadline(), None);
    }

    /// The first good state comes with the deadline or behind it: the defect did stand.
    //= type=test g798:6.2.5.1-lof-3ms
    //= type=test g798:6.2.5.2-lom-3ms
    #[test]
    fn a_defect_that_clears_with_the_call_that_shows_it_is_told_both_times() {
        for late in [0, 5] {
            let mut lom = LossIntegrator::new(Clearing::Immediate);
            lom.update(us(100), true);
            assert_eq!(lom.update(us(3_100 + late), false), Some(us(3_100)), "raised");
            assert!(lom.raised());
            assert_eq!(lom.next_deadline(), Some(us(3_100 + late)));
            assert_eq!(lom.update(us(3_200), true), Some(us(3_100 + late)), "cleared");
            assert!(!lom.raised());
            // Nothing of the first spell counts for the second.
            assert_eq!(lom.update(us(6_199), true), None);
            assert_eq!(lom.update(us(6_200), true), Some(us(6_200)));
        }
    }
}
