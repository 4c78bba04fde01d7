//! Chase and Pyndiah's decoder of the component code, 32 words at a time, on whole numbers.
//!
//! In: the values of 32 words (the words of one step), a number of least reliable bits. Out: for each
//! bit of each word an extrinsic value, relative to its hard decision. The work on all bits of all
//! words (syndromes, least reliable bits, results) goes over the 32 words side by side and is left to
//! the compiler's vectors; the test patterns of a word are tried one word after the other. Words
//! without a syndrome are not tried: the received word is the best one.
//!
//! A pattern that one of its own errors undoes is the same word as the pattern without that bit, which
//! comes earlier and whose sum is right; its own sum is too large and never counts.
//!
//! Bit literals: fields of packed numbers.

#[cfg(target_arch = "x86_64")]
mod gfni;

use super::WORDS;
use super::component::{COLUMN, Lookup, N, NONE, OVERALL};

/// Whether pattern g has bit i.
static PATTERNS: [[i16; MOST]; MOST_PATTERN_BITS] = {
    let mut patterns = [[0; MOST]; MOST_PATTERN_BITS];
    let mut at = 0;
    while at < MOST * MOST_PATTERN_BITS {
        patterns[at / MOST][at % MOST] = (((at % MOST) >> (at / MOST)) & 1) as i16;
        at += 1;
    }
    patterns
};

/// One value for each word.
pub(super) type Lanes<T> = [T; WORDS];
/// Largest magnitude of a value.
pub(super) const LIMIT: i16 = 127;
/// Most least reliable bits that can be tried.
pub(super) const MOST_PATTERN_BITS: usize = 6;
/// Most patterns of a word.
const MOST: usize = 1 << MOST_PATTERN_BITS;
/// No word known; above every sum of reliabilities.
const UNKNOWN: i16 = 0x3FFF;
/// Makes a bit that no other word contradicts certain.
pub(super) const CERTAIN: i16 = 255;

/// What stands in for an unknown competitor, for the front and the back half of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beta {
    /// In the front half.
    pub(super) front: i16,
    /// In the back half.
    pub(super) back: i16,
}

/// The working memory of one step.
#[repr(align(64))]
pub(super) struct Chase {
    /// Received values, at most [`LIMIT`] in magnitude.
    pub(super) values: [Lanes<i8>; N],
    /// Extrinsic values relative to the hard decision, at most [`CERTAIN`] in magnitude.
    pub(super) extrinsic: [Lanes<i16>; N],
    /// The values of the overall parity; among [`Self::values`] it is zero while words are searched,
    /// as its place stands for no error.
    overall: Lanes<i8>,
    /// Sum of the best word and minus it, see [`Chase::results`].
    best: Lanes<i16>,
    /// Whether a word is known.
    known: Lanes<bool>,
}

/// What is seen of all words before patterns are tried.
struct Survey<const P: usize> {
    syndrome: Lanes<u16>,
    odd: Lanes<u16>,
    /// The least reliable of the first 255 bits, the least first: magnitude in the high octet, place
    /// in the low one.
    least: [Lanes<u16>; P],
}

/// The words that the patterns of one lane lead to.
struct Trials {
    sum: [i16; MOST],
    first: [i16; MOST],
    second: [i16; MOST],
    /// Whether the overall parity is changed.
    overall: [i16; MOST],
}

impl Chase {
    /// Empty memory.
    pub(super) fn new() -> Self {
        Self {
            values: [[0; WORDS]; N],
            extrinsic: [[0; WORDS]; N],
            overall: [0; WORDS],
            best: [0; WORDS],
            known: [false; WORDS],
        }
    }

    /// Decodes [`Self::values`] with `P` least reliable bits into [`Self::extrinsic`]; gives the
    /// number of words without a syndrome and of words that no pattern leads to.
    #[inline(always)]
    pub(super) fn decode<const P: usize>(&mut self, lookup: &Lookup, beta: Beta) -> (u32, u32) {
        self.decode_with::<P>(beta, |chase, lane, survey| {
            chase.try_patterns(lane, survey, lookup, beta)
        })
    }

    /// Decodes; `search` tries all patterns on the word of one lane.
    #[inline(always)]
    fn decode_with<const P: usize>(
        &mut self,
        beta: Beta,
        mut search: impl FnMut(&mut Self, usize, &Survey<P>) -> bool,
    ) -> (u32, u32) {
        self.overall = core::mem::replace(&mut self.values[OVERALL], [0; WORDS]);
        let survey = self.survey::<P>();
        self.extrinsic = [[UNKNOWN; WORDS]; N];
        self.best = [0; WORDS];
        self.known = [true; WORDS];
        let (mut clean, mut lost) = (0, 0);
        for lane in 0..WORDS {
            if survey.syndrome[lane] == 0 && survey.odd[lane] == 0 {
                clean += 1;
                continue;
            }
            self.known[lane] = search(self, lane, &survey);
            lost += u32::from(!self.known[lane]);
        }
        self.values[OVERALL] = self.overall;
        self.results(beta);
        (clean, lost)
    }

    /// Syndromes, parities and least reliable bits of all words.
    #[inline(always)]
    fn survey<const P: usize>(&self) -> Survey<P> {
        let mut syndrome = [0u16; WORDS];
        let mut odd = [0u16; WORDS];
        let mut least = [[u16::MAX; WORDS]; P];
        let columns = self.values[..OVERALL].iter().zip(&COLUMN).enumerate();
        for (k, (values, &column)) in columns {
            let mut item = [0u16; WORDS];
            for l in 0..WORDS {
                let value = i16::from(values[l]);
                let negative = (value >> 15) as u16;
                syndrome[l] ^= negative & column;
                odd[l] ^= negative;
                item[l] = value.unsigned_abs() << 8 | k as u16;
            }
            for least in &mut least {
                for l in 0..WORDS {
                    let (low, high) = (item[l].min(least[l]), item[l].max(least[l]));
                    least[l] = low;
                    item[l] = high;
                }
            }
        }
        for (odd, &value) in odd.iter_mut().zip(&self.overall) {
            *odd ^= (i16::from(value) >> 15) as u16;
        }
        Survey { syndrome, odd, least }
    }

    /// Tries all patterns on one word: the sums of competitors go where the results will be. False
    /// where no pattern leads to a word.
    #[inline(always)]
    fn try_patterns<const P: usize>(
        &mut self,
        lane: usize,
        survey: &Survey<P>,
        lookup: &Lookup,
        beta: Beta,
    ) -> bool {
        let count = 1 << P;
        let trials = self.trials(lane, survey, lookup);
        let key = |g: usize| (trials.sum[g] as u32) << 8 | g as u32;
        let best = (1..count).fold(key(0), |best, g| best.min(key(g)));
        let (sum, chosen) = ((best >> 8) as i16, (best & 0xFF) as usize);
        if sum == UNKNOWN {
            return false;
        }
        self.best[lane] = sum;
        // Bits of the pattern, the errors found, and the overall parity: only these can be different
        // in the best word, or be found by a pattern itself.
        let places: [i16; P] = core::array::from_fn(|i| survey.least[i][lane] as i16 & 0xFF);
        for (i, &place) in places.iter().enumerate() {
            let changed = |g: usize| {
                let found =
                    i16::from(trials.first[g] == place) ^ i16::from(trials.second[g] == place);
                PATTERNS[i][g] ^ found
            };
            let other = trials.opposite::<P>(chosen, changed);
            self.compete(lane, place as usize, changed(chosen) == 1, other, sum, beta);
        }
        for place in [trials.first[chosen], trials.second[chosen]] {
            if place != i16::from(NONE) && !places.contains(&place) {
                let other = trials.opposite::<P>(chosen, |g| {
                    i16::from(trials.first[g] == place) | i16::from(trials.second[g] == place)
                });
                self.compete(lane, place as usize, true, other, sum, beta);
            }
        }
        let other = trials.opposite::<P>(chosen, |g| trials.overall[g]);
        self.compete(lane, OVERALL, trials.overall[chosen] == 1, other, sum, beta);
        true
    }

    /// The word of each pattern, if there is one, and the competitors at the errors it found.
    #[inline(always)]
    fn trials<const P: usize>(
        &mut self,
        lane: usize,
        survey: &Survey<P>,
        lookup: &Lookup,
    ) -> Trials {
        let count = 1 << P;
        let mut syndrome = [0u16; MOST];
        let mut trials =
            Trials { sum: [0; MOST], first: [0; MOST], second: [0; MOST], overall: [0; MOST] };
        syndrome[0] = survey.syndrome[lane];
        trials.overall[0] = (survey.odd[lane] & 1) as i16;
        for i in 0..P {
            let item = survey.least[i][lane];
            let column = COLUMN[(item & 0xFF) as usize];
            for g in 0..1 << i {
                syndrome[g | 1 << i] = syndrome[g] ^ column;
                trials.sum[g | 1 << i] = trials.sum[g] + (item >> 8) as i16;
                trials.overall[g | 1 << i] = trials.overall[g] ^ 1;
            }
        }
        let overall = i16::from(self.overall[lane]).abs();
        for (g, &syndrome) in syndrome[..count].iter().enumerate() {
            let [first, second] = lookup.places(syndrome);
            let (a, b) = (first as usize, second as usize);
            let errors = i16::from(first != NONE) ^ i16::from(second != NONE);
            trials.overall[g] ^= errors;
            let [a_value, b_value] = [self.values[a][lane], self.values[b][lane]];
            let errors = i16::from(a_value).abs() + i16::from(b_value).abs();
            let mut sum = trials.sum[g] + errors + overall * trials.overall[g];
            if Lookup::is_failure([first, second]) {
                sum = UNKNOWN;
            }
            trials.sum[g] = sum;
            trials.first[g] = i16::from(first);
            trials.second[g] = i16::from(second);
            self.extrinsic[a][lane] = self.extrinsic[a][lane].min(sum);
            self.extrinsic[b][lane] = self.extrinsic[b][lane].min(sum);
        }
        trials
    }

    /// Notes the sum of the best word that differs from the best of all at `place`. A place where the
    /// best word itself differs from what was received has it mirrored, so that the difference to the
    /// best sum is negative.
    #[inline(always)]
    fn compete(
        &mut self,
        lane: usize,
        place: usize,
        changed: bool,
        other: i16,
        best: i16,
        beta: Beta,
    ) {
        self.extrinsic[place][lane] = match (changed, other) {
            (false, other) => other,
            (true, UNKNOWN) => {
                let beta = if place < N / 2 { beta.front } else { beta.back };
                let values = if place == OVERALL { &self.overall } else { &self.values[place] };
                best + i16::from(values[lane]).abs() - beta
            }
            (true, other) => 2 * best - other,
        };
    }

    /// From sums of competitors to extrinsic values.
    #[inline(always)]
    fn results(&mut self, beta: Beta) {
        let mut betas = [[0; WORDS]; 2];
        for (l, &known) in self.known.iter().enumerate() {
            if known {
                betas[0][l] = beta.front;
                betas[1][l] = beta.back;
            }
        }
        for (k, (extrinsic, values)) in self.extrinsic.iter_mut().zip(&self.values).enumerate() {
            let beta = &betas[2 * k / N];
            for l in 0..WORDS {
                let difference = extrinsic[l] - self.best[l] - i16::from(values[l]).abs();
                let value = if extrinsic[l] == UNKNOWN { beta[l] } else { difference };
                extrinsic[l] = value.clamp(-CERTAIN, CERTAIN);
            }
        }
    }
}

impl Trials {
    /// The least sum of the words for which `changed` (0 or 1) is not what it is for `chosen`.
    #[inline(always)]
    fn opposite<const P: usize>(&self, chosen: usize, changed: impl Fn(usize) -> i16) -> i16 {
        let reference = changed(chosen);
        (0..1 << P).fold(UNKNOWN, |least, g| {
            let sum = if changed(g) == reference { UNKNOWN } else { self.sum[g] };
            least.min(sum)
        })
    }
}
