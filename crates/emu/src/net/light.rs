//! What the light of a line does to the octets on their way.
//!
//! In: states of the light over time, known before the run; frames as they leave. Out: the same octets, bits
//! flipped by the error ratio of their time, and zeros where it is dark. A state begins at the sending end:
//! the receiver meets it one delay later.

use std::ops::Range;

use otn_frame::SimTime;
use rand_chacha::ChaCha8Rng;

use super::model::LightState;
use crate::channel::{BitErrorRatio, Channel};

/// The light of one direction of a line.
#[derive(Clone, Debug)]
pub(super) struct LineLight {
    states: Vec<LightState>,
    /// The state in force.
    at: usize,
    channel: Channel,
    flipped: Vec<u32>,
}

impl LineLight {
    /// Light that goes through these states, the first one from the beginning on; light without errors
    /// where there is none.
    pub(super) fn new(mut states: Vec<LightState>, errors: ChaCha8Rng) -> Self {
        if states.is_empty() {
            states.push(LightState::steady(BitErrorRatio::ZERO));
        }
        let channel = Channel::new(states[0].ber, errors);
        Self { states, at: 0, channel, flipped: Vec::new() }
    }

    /// The light goes through other states from `now` on. Where that changes nothing of the present one, the errors to
    /// come are those that would have come.
    pub(super) fn replace(&mut self, states: &[LightState], now: SimTime) {
        let present = self.states[self.at];
        let at = states.partition_point(|state| state.from <= now).saturating_sub(1);
        let Some(next) = states.get(at) else { return };
        if next.ber != present.ber {
            self.channel.set_ratio(next.ber);
        }
        (self.states, self.at) = (states.to_vec(), at);
    }

    /// Octets that leave evenly in this time; gives how many bits were flipped.
    pub(super) fn pass(&mut self, times: (SimTime, SimTime), octets: &mut [u8]) -> u32 {
        let mut flipped = 0;
        self.along(times, octets.len(), |light, range| {
            let piece = &mut octets[range];
            if light.states[light.at].light {
                light.flipped.clear();
                light.channel.transmit(piece, &mut light.flipped);
                flipped += light.flipped.len() as u32;
            } else {
                piece.fill(0);
            }
        });
        flipped
    }

    /// The same without errors: gives what the light is to which octets, for a receiver that draws them.
    pub(super) fn states(
        &mut self,
        times: (SimTime, SimTime),
        octets: &mut [u8],
    ) -> Vec<(Range<usize>, LightState)> {
        let mut all = Vec::new();
        self.along(times, octets.len(), |light, range| {
            let state = light.states[light.at];
            if !state.light {
                octets[range.clone()].fill(0);
            }
            all.push((range, state));
        });
        all
    }

    /// Goes on along so many octets, state by state.
    fn along(
        &mut self,
        (start, end): (SimTime, SimTime),
        octets: usize,
        mut each: impl FnMut(&mut Self, Range<usize>),
    ) {
        let lasts = u128::from(end.since(start).as_ps().max(1));
        let mut from = 0;
        while from < octets {
            let next = self.states.get(self.at + 1).map(|state| state.from);
            let upto = match next {
                Some(change) if change <= start => 0,
                Some(change) if change < end => {
                    let gone = u128::from(change.since(start).as_ps());
                    (gone * octets as u128).div_ceil(lasts) as usize
                }
                Some(_) | None => octets,
            };
            let upto = upto.max(from);
            each(self, from..upto);
            from = upto;
            if from < octets {
                self.at += 1;
                self.channel.set_ratio(self.states[self.at].ber);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    #[test]
    fn a_change_within_a_frame_hits_the_octets_behind_it() {
        let state = |from: u64, light: bool, ber: f64| LightState {
            from: SimTime::from_ps(from),
            light,
            ber: BitErrorRatio::new(ber).unwrap(),
        };
        let states = vec![state(0, true, 0.0), state(1_250, false, 0.0), state(2_000, true, 0.5)];
        let mut light = LineLight::new(states, seed::stream(1, "test"));
        let mut line = Vec::new();
        for n in 0..40u64 {
            let mut octets = [0xA5; 100];
            let at = |n: u64| SimTime::from_ps(n * 100);
            let flipped = light.pass((at(n), at(n + 1)), &mut octets);
            assert_eq!(flipped > 0, n >= 20, "{n}");
            line.extend(octets);
        }
        assert!(line[..1_250].iter().all(|octet| *octet == 0xA5));
        assert!(line[1_250..2_000].iter().all(|octet| *octet == 0));
        let wrong: u32 = line[2_000..].iter().map(|octet| (octet ^ 0xA5).count_ones()).sum();
        assert!((f64::from(wrong) / 16_000.0 - 0.5).abs() < 0.05, "{wrong}");
    }
}
