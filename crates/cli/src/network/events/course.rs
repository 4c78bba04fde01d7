//! What the light of a line does over time, from what happens to it.
//!
//! In: states without events, changes in the order of time. Out: states with them: dark while it is cut, with the
//! error ratio in force; a ramp as steps of equal factor.

use otn_emu::channel::BitErrorRatio;
use otn_emu::net::model::LightState;
use otn_frame::SimTime;

/// Steps of a ramp.
const STEPS: u64 = 64;

/// Error ratio at which a ramp from zero begins: far below what a decoder notices.
const FLOOR: f64 = 1e-9;

/// Something that happens to the light of one direction of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Change {
    /// It goes dark.
    Cut,
    /// It is back.
    Repair,
    /// It has this error ratio, at once or after this time.
    Ber(BitErrorRatio, SimTime),
}

/// The light of one direction, while it is put together.
#[derive(Clone, Debug)]
pub(in super::super) struct Course {
    ratios: Vec<(SimTime, BitErrorRatio)>,
    lit: Vec<(SimTime, bool)>,
    cuts: Vec<(SimTime, bool)>,
}

impl Course {
    /// Light without events.
    pub(in super::super) fn of(states: &[LightState]) -> Self {
        Self {
            ratios: states.iter().map(|state| (state.from, state.ber)).collect(),
            lit: states.iter().map(|state| (state.from, state.light)).collect(),
            cuts: vec![(SimTime::ZERO, false)],
        }
    }

    /// Something happens; not before what happened last.
    pub(in super::super) fn change(&mut self, at: SimTime, change: Change) {
        match change {
            Change::Cut => self.cuts.push((at, true)),
            Change::Repair => self.cuts.push((at, false)),
            Change::Ber(to, over) => self.ramp(at, to, over),
        }
    }

    fn ramp(&mut self, at: SimTime, to: BitErrorRatio, over: SimTime) {
        // What an earlier ramp had still to do is given up.
        let from = in_force(&self.ratios, at).unwrap_or(BitErrorRatio::ZERO);
        self.ratios.retain(|(time, _)| *time < at);
        let (first, last) = (from.get().max(FLOOR), to.get().max(FLOOR));
        for step in 1..STEPS {
            if over == SimTime::ZERO {
                break;
            }
            let ratio = first * (last / first).powf(step as f64 / STEPS as f64);
            let gone = u128::from(over.as_ps()) * u128::from(step) / u128::from(STEPS);
            let time = at + SimTime::from_ps(gone as u64);
            self.ratios.extend(BitErrorRatio::new(ratio).map(|ratio| (time, ratio)));
        }
        self.ratios.push((at + over, to));
    }

    /// The states, each from its time on; the first one from zero.
    pub(in super::super) fn states(&self) -> Vec<LightState> {
        let times = self.ratios.iter().map(|(time, _)| *time);
        let lit = self.lit.iter().chain(&self.cuts).map(|(time, _)| *time);
        let mut times: Vec<SimTime> = times.chain(lit).chain([SimTime::ZERO]).collect();
        times.sort_unstable();
        times.dedup();
        let mut states: Vec<LightState> = Vec::new();
        for from in times {
            let ber = in_force(&self.ratios, from).unwrap_or(BitErrorRatio::ZERO);
            let cut = in_force(&self.cuts, from).unwrap_or(false);
            let light = in_force(&self.lit, from).unwrap_or(true) && !cut;
            let same = |last: &LightState| (last.light, last.ber) == (light, ber);
            if !states.last().is_some_and(same) {
                states.push(LightState { from, light, ber });
            }
        }
        states
    }
}

/// What holds at an instant; of two from the same instant on, the last.
fn in_force<T: Copy>(changes: &[(SimTime, T)], at: SimTime) -> Option<T> {
    changes.iter().rev().find(|(time, _)| *time <= at).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> SimTime {
        SimTime::from_ms(ms)
    }

    fn ratio(ratio: f64) -> BitErrorRatio {
        BitErrorRatio::new(ratio).unwrap()
    }

    fn steady(ber: f64) -> Course {
        Course::of(&[LightState::steady(ratio(ber))])
    }

    #[test]
    fn a_cut_is_dark_until_its_repair_and_then_all_is_as_before() {
        let mut course = steady(1e-5);
        course.change(ms(10), Change::Cut);
        course.change(ms(12), Change::Cut);
        course.change(ms(30), Change::Repair);
        let states: Vec<_> = course.states().iter().map(|s| (s.from, s.light)).collect();
        assert_eq!(states, [(ms(0), true), (ms(10), false), (ms(30), true)]);
        assert!(course.states().iter().all(|state| state.ber == ratio(1e-5)));
    }

    #[test]
    fn a_ramp_has_equal_factors_and_ends_where_it_should() {
        let mut course = steady(1e-6);
        course.change(ms(64), Change::Ber(ratio(1e-2), ms(64)));
        let states = course.states();
        assert_eq!(states.len(), 65);
        assert_eq!((states[64].from, states[64].ber), (ms(128), ratio(1e-2)));
        // Half way in time is half way in decades.
        assert_eq!(states[32].from, ms(96));
        assert!((states[32].ber.get() / 1e-4 - 1.0).abs() < 1e-9);
        for pair in states[1..].windows(2) {
            let factor = pair[1].ber.get() / pair[0].ber.get();
            assert!((factor - 1e4f64.powf(1.0 / 64.0)).abs() < 1e-9, "{factor}");
        }
    }

    #[test]
    fn a_ramp_is_given_up_for_the_next_one_and_goes_on_in_the_dark() {
        let mut course = steady(0.0);
        course.change(ms(0), Change::Ber(ratio(1e-3), ms(100)));
        course.change(ms(20), Change::Cut);
        course.change(ms(50), Change::Ber(ratio(1e-7), SimTime::ZERO));
        course.change(ms(60), Change::Repair);
        let states = course.states();
        let last = states.last().unwrap();
        assert_eq!((last.from, last.light, last.ber), (ms(60), true, ratio(1e-7)));
        assert!(states.iter().all(|state| state.ber.get() < 1e-3));
        assert!(states.windows(2).all(|pair| pair[0].from < pair[1].from));
    }
}
