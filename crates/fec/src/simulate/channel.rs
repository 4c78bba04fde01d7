//! Channels: what happens to the bits of a block on the way.
//!
//! In: packed coded bits and a generator of their own. Out: packed bits with errors, or
//! log-likelihood ratios, and how many bits were wrong before the decoder. Each block meets the
//! channel anew: a burst does not reach from one block into the next.
//!
//! | channel | in each block | its value |
//! |---|---|---|
//! | binary symmetric | each bit inverted, independently: gaps are drawn | probability |
//! | noise | symbols with white Gaussian noise; nearest levels, or LLRs | bit error ratio of those levels |
//! | Gilbert-Elliott | a good and a bad state, each with its error ratio | mean bit error ratio |
//! | erasures | each bit lost, independently: a guess for a hard decoder, 0 for a soft one | probability of a loss |

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::streams::{geometric, unit_interval};
use crate::bits;
use crate::theory::modulation::{Modulation, amplitude, gray, levels};

/// How log-likelihood ratios are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likelihood {
    /// The sum over all levels.
    Exact,
    /// The nearest level of each kind.
    MaxLog,
}

/// A channel, without the value that a point gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Channel {
    /// Independent errors of hard bits.
    BinarySymmetric,
    /// Additive white Gaussian noise.
    Noise {
        /// What the bits are sent as.
        modulation: Modulation,
        /// How a soft decoder's input is made.
        likelihood: Likelihood,
    },
    /// Bursts of errors.
    GilbertElliott {
        /// Bits that a bad spell lasts in the mean.
        burst_bits: f64,
        /// Bit error ratio inside it.
        bad: f64,
        /// Bit error ratio outside.
        good: f64,
    },
    /// Lost bits, at known places.
    Erasures,
}

/// A value that a channel cannot have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfRange {
    /// The value.
    pub found: f64,
    /// The least value.
    pub least: f64,
    /// The greatest value.
    pub greatest: f64,
}

impl Channel {
    /// Name on the command line, with all that distinguishes it: two channels of one name are one.
    pub fn name(&self) -> String {
        match self {
            Self::BinarySymmetric => "bsc".into(),
            Self::Noise { modulation, likelihood: Likelihood::Exact } => {
                format!("awgn-{}", modulation.name())
            }
            Self::Noise { modulation, likelihood: Likelihood::MaxLog } => {
                format!("awgn-{}-maxlog", modulation.name())
            }
            Self::GilbertElliott { burst_bits, bad, good } => {
                format!("gilbert-elliott-{burst_bits}-{bad}-{good}")
            }
            Self::Erasures => "erasures".into(),
        }
    }

    /// The values it can have.
    pub fn range(&self) -> (f64, f64) {
        match self {
            Self::BinarySymmetric => (0.0, 0.5),
            // Beyond 0.4 the outer levels of 64QAM make the ratio flat.
            Self::Noise { .. } => (1e-18, 0.4),
            // All good, up to bad and good spells of equal length.
            Self::GilbertElliott { bad, good, .. } => (*good, 0.5 * (bad + good)),
            Self::Erasures => (0.0, 1.0),
        }
    }

    /// The channel at this value.
    ///
    /// # Errors
    /// A value outside [`Self::range`].
    pub fn at(self, value: f64) -> Result<Set, OutOfRange> {
        let (least, greatest) = self.range();
        if !(least..=greatest).contains(&value) {
            return Err(OutOfRange { found: value, least, greatest });
        }
        let deviation = match self {
            Self::Noise { modulation, .. } => modulation.deviation(modulation.es_n0_db(value)),
            Self::BinarySymmetric | Self::GilbertElliott { .. } | Self::Erasures => 0.0,
        };
        Ok(Set { channel: self, value, deviation })
    }
}

/// What came out of a channel.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    /// The block as bits: decisions, guesses.
    pub bits: Vec<u8>,
    /// Log-likelihood ratios, if they were asked for and the channel has them.
    pub llr: Vec<f32>,
    /// Bits that differ from those sent.
    pub wrong: u64,
}

/// A channel with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Set {
    channel: Channel,
    value: f64,
    deviation: f64,
}

impl Set {
    /// The channel.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Its value: the bit error ratio, or the share of lost bits.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Carries the first `count` bits of `sent`; `soft` asks for log-likelihood ratios, which only
    /// noise and erasures have.
    pub fn carry(
        &self,
        sent: &[u8],
        count: usize,
        soft: bool,
        generator: &mut ChaCha8Rng,
        out: &mut Reception,
    ) {
        out.bits.clear();
        out.bits.extend_from_slice(sent);
        out.llr.clear();
        out.wrong = 0;
        match self.channel {
            Channel::BinarySymmetric => {
                invert(&mut out.bits, 0, count, self.value, generator, &mut out.wrong);
            }
            Channel::Noise { modulation, likelihood } => {
                let receiver = Receiver { modulation, likelihood, deviation: self.deviation };
                receiver.carry(sent, count, soft, generator, out);
            }
            Channel::GilbertElliott { burst_bits, bad, good } => {
                let spells = Spells { burst_bits, bad, good, mean: self.value };
                spells.carry(count, generator, out);
            }
            Channel::Erasures => erase(self.value, count, soft, generator, out),
        }
    }
}

/// Inverts each of the bits `from..to` with probability `p`.
fn invert(
    packed: &mut [u8],
    from: usize,
    to: usize,
    p: f64,
    generator: &mut ChaCha8Rng,
    wrong: &mut u64,
) {
    let log_survival = libm::log1p(-p);
    let mut at = (from as u64).saturating_add(geometric(log_survival, generator));
    while at < to as u64 {
        bits::flip(packed, at as usize);
        *wrong += 1;
        at = at.saturating_add(1).saturating_add(geometric(log_survival, generator));
    }
}

/// The two states of Gilbert and Elliott.
struct Spells {
    burst_bits: f64,
    bad: f64,
    good: f64,
    mean: f64,
}

impl Spells {
    fn carry(&self, count: usize, generator: &mut ChaCha8Rng, out: &mut Reception) {
        // Share of bits in the bad state that makes the mean; a block starts in either by it.
        let share = (self.mean - self.good) / (self.bad - self.good);
        let leave_bad = 1.0 / self.burst_bits;
        let leave_good = (leave_bad * share / (1.0 - share)).min(1.0);
        let mut in_bad = unit_interval(generator) <= share;
        let mut from = 0;
        while from < count {
            let (leave, ratio) =
                if in_bad { (leave_bad, self.bad) } else { (leave_good, self.good) };
            let log_stay = if leave < 1.0 { libm::log1p(-leave) } else { f64::NEG_INFINITY };
            // A spell has one bit at least: the one after which the state changes.
            let spell = geometric(log_stay, generator).saturating_add(1);
            let to = (from as u64).saturating_add(spell).min(count as u64) as usize;
            invert(&mut out.bits, from, to, ratio, generator, &mut out.wrong);
            in_bad = !in_bad;
            from = to;
        }
    }
}

/// Size of a log-likelihood ratio that leaves no doubt.
const CERTAIN: f32 = 64.0;

fn erase(p: f64, count: usize, soft: bool, generator: &mut ChaCha8Rng, out: &mut Reception) {
    if soft {
        let certain = |at| if bits::get(&out.bits, at) { -CERTAIN } else { CERTAIN };
        out.llr.extend((0..count).map(certain));
    }
    let log_survival = if p < 1.0 { libm::log1p(-p) } else { f64::NEG_INFINITY };
    let mut at = geometric(log_survival, generator);
    while at < count as u64 {
        if soft {
            out.llr[at as usize] = 0.0;
        }
        if generator.next_u32().is_multiple_of(2) {
            bits::flip(&mut out.bits, at as usize);
            out.wrong += 1;
        }
        at = at.saturating_add(1).saturating_add(geometric(log_survival, generator));
    }
}

/// A receiver of symbols in noise.
struct Receiver {
    modulation: Modulation,
    likelihood: Likelihood,
    deviation: f64,
}

impl Receiver {
    fn carry(
        &self,
        sent: &[u8],
        count: usize,
        soft: bool,
        generator: &mut ChaCha8Rng,
        out: &mut Reception,
    ) {
        let lines = self.modulation.line_bits();
        let mut at = 0;
        while at < count {
            for bits in lines {
                // A block that does not fill its last symbol is filled with zeros.
                let taken = (bits as usize).min(count.saturating_sub(at));
                if taken > 0 {
                    self.line(sent, at, bits, taken, soft, generator, out);
                }
                at += taken;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one line of one symbol, called in one place")]
    fn line(
        &self,
        sent: &[u8],
        at: usize,
        bits: u32,
        taken: usize,
        soft: bool,
        generator: &mut ChaCha8Rng,
        out: &mut Reception,
    ) {
        let bit = |n: u32| at + (n as usize) < at + taken && bits::get(sent, at + n as usize);
        let label = (0..bits).fold(0, |label, n| 2 * label + u32::from(bit(n)));
        let noise: f64 = StandardNormal.sample(generator);
        let y = amplitude(level_of(label), bits) + self.deviation * noise;
        let decided = gray(self.nearest(y, bits));
        for n in 0..taken {
            let place = bits - 1 - n as u32;
            if (label ^ decided) >> place & ONE != 0 {
                bits::flip(&mut out.bits, at + n);
                out.wrong += 1;
            }
            if soft {
                out.llr.push(self.ratio(y, bits, place) as f32);
            }
        }
    }

    fn nearest(&self, y: f64, bits: u32) -> u32 {
        let top = f64::from(levels(bits) - 1);
        libm::round((top - y) / 2.0).clamp(0.0, top) as u32
    }

    /// ln of the likelihoods of zero and one of the bit at `place` of the label.
    fn ratio(&self, y: f64, bits: u32, place: u32) -> f64 {
        let scale = -0.5 / (self.deviation * self.deviation);
        let mut best = [f64::NEG_INFINITY; 2];
        let exponent = |level: u32| {
            let distance = y - amplitude(level, bits);
            scale * distance * distance
        };
        let kind = |level: u32| (gray(level) >> place & ONE) as usize;
        for level in 0..levels(bits) {
            let of_kind = &mut best[kind(level)];
            *of_kind = of_kind.max(exponent(level));
        }
        let mut ratio = best[0] - best[1];
        if self.likelihood == Likelihood::Exact && bits > 1 {
            let mut sums = [0.0; 2];
            for level in 0..levels(bits) {
                sums[kind(level)] += libm::exp(exponent(level) - best[kind(level)]);
            }
            ratio += libm::log(sums[0] / sums[1]);
        }
        ratio
    }
}

const ONE: u32 = 1;

/// The level whose Gray label this is.
fn level_of(label: u32) -> u32 {
    // Labels have three bits at the most: each bit is the sum of all before it.
    let half = label / 2;
    label ^ half ^ (half / 2)
}

#[cfg(test)]
mod tests;
