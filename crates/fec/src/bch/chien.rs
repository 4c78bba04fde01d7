//! All roots of a locator at once, by sequences of bits instead of field arithmetic.
//!
//! In: a locator of degree v. Out: the powers e with alpha^e an error element. The value at alpha^e
//! of the reversed locator is the sum of l(v-k) alpha^(k e). Bit 0 of c alpha^(k e), read over e, is
//! a sequence of period 2^m - 1 that depends on c by its starting point only, so that it is stored
//! once for each k (and each residue class, where k and the period have a common factor). A value is
//! zero when bit 0 of its products with alpha^0 ... alpha^(m-1) is: m v long XORs find all roots.

use super::field::{Field, MAX_M};
use super::{Errors, Locator, MAX_T};
use alloc::vec;
use alloc::vec::Vec;

/// Octets worked on at a time.
const CHUNK: usize = 64;

/// The sequences of one code.
#[derive(Clone, Debug)]
pub(super) struct Search {
    m: usize,
    order: usize,
    /// Powers searched: 0 to `length - 1`.
    length: usize,
    /// Sequences in eight phases; the first bit is the least significant.
    sequences: Vec<u8>,
    /// Octet at which the sequences of k begin.
    first: [u32; MAX_T + 1],
    /// From there, `start[k * around + log c]` octets on, the sequence of c alpha^(k e) starts;
    /// `around` is the order and m - 1 entries of the next turn.
    start: Vec<u16>,
    backend: Backend,
}

/// Instructions that the long XORs are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    /// Those of every processor.
    Portable,
    /// 32 octets at a time.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 64 octets at a time.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Backend {
    /// All that this processor has, the best last.
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if crate::detect::detected!("avx2") {
                all.push(Self::Avx2);
            }
            if crate::detect::detected!("avx512f", "avx512bw", "avx512vl") {
                all.push(Self::Avx512);
            }
        }
        all
    }
}

impl Search {
    /// Sequences for locators of degree up to `t` and powers below `length`.
    pub(super) fn new(field: &Field, t: usize, length: usize) -> Self {
        let order = field.order();
        let chunks = length.div_ceil(8 * CHUNK);
        // Longest way into a sequence, then a whole read.
        let octets = order.div_ceil(8) + chunks * CHUNK;
        let mut search = Self {
            m: field.m() as usize,
            order,
            length,
            sequences: Vec::new(),
            first: [0; MAX_T + 1],
            start: vec![0; (t + 1) * (order + field.m() as usize - 1)],
            backend: Backend::all().pop().unwrap_or(Backend::Portable),
        };
        let around = search.around();
        for k in 1..=t {
            search.first[k] = search.sequences.len() as u32;
            for class in 0..common_factor(k, order) {
                let bit = |e: usize| field.alpha_pow(class + k * e) as u8 & 1;
                let first = search.sequences.len() - search.first[k] as usize;
                for phase in 0..8 {
                    let octet =
                        |at: usize| (0..8).fold(0, |sum, j| sum | bit(8 * at + phase + j) << j);
                    search.sequences.extend((0..octets).map(octet));
                }
                for e in 0..order / common_factor(k, order) {
                    let log = (class + k * e) % order;
                    search.start[k * around + log] = (first + octets * (e % 8) + e / 8) as u16;
                }
            }
            let turn = k * around;
            search.start.copy_within(turn..turn + search.m - 1, turn + order);
        }
        search
    }

    fn around(&self) -> usize {
        self.order + self.m - 1
    }

    /// The same with other instructions.
    #[cfg(test)]
    pub(super) fn with(&self, backend: Backend) -> Self {
        Self { backend, ..self.clone() }
    }

    /// The roots, `None` where there are fewer in the searched range than the degree.
    pub(super) fn roots(&self, field: &Field, locator: &Locator) -> Option<Errors> {
        let degree = locator.degree;
        let mut errors = Errors::default();
        let mut starts = [[0u32; MAX_M as usize]; MAX_T];
        let mut terms = 0;
        for k in 1..=degree {
            // A zero coefficient has no sequence.
            let Some(log) = field.log(locator.coefficient[degree - k]) else { continue };
            let from = &self.start[k * self.around() + log..][..self.m];
            for (start, &at) in starts[terms].iter_mut().zip(from) {
                *start = self.first[k] + u32::from(at);
            }
            terms += 1;
        }
        let constant = locator.coefficient[degree];
        let constants: [u8; MAX_M as usize] = core::array::from_fn(|b| {
            if field.mul(constant, field.alpha_pow_small(b)) & 1 == 1 { 0xFF } else { 0 }
        });
        for chunk in (0..self.length.div_ceil(8)).step_by(CHUNK) {
            let sequences = &self.sequences[chunk..];
            let (starts, constants) = (&starts[..terms], &constants[..self.m]);
            let values = match self.backend {
                Backend::Portable => values(sequences, starts, constants),
                #[cfg(target_arch = "x86_64")]
                Backend::Avx2 => {
                    #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
                    // SAFETY: this variant comes from Backend::all(), which saw AVX2.
                    unsafe {
                        values_avx2(sequences, starts, constants)
                    }
                }
                #[cfg(target_arch = "x86_64")]
                Backend::Avx512 => {
                    #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
                    // SAFETY: this variant comes from Backend::all(), which saw AVX-512.
                    unsafe {
                        values_avx512(sequences, starts, constants)
                    }
                }
            };
            self.collect(chunk, &values, &mut errors);
        }
        (errors.count == degree).then_some(errors)
    }

    /// Takes down the powers whose value is zero.
    fn collect(&self, chunk: usize, values: &[u8; CHUNK], errors: &mut Errors) {
        for (at, octets) in values.chunks_exact(8).enumerate() {
            let mut zeros = !octets.iter().rev().fold(0u64, |sum, &o| sum << 8 | u64::from(o));
            while zeros != 0 {
                let power = 8 * chunk + 64 * at + zeros.trailing_zeros() as usize;
                if power < self.length && errors.count < MAX_T {
                    errors.place[errors.count] = power as u16;
                    errors.count += 1;
                }
                zeros &= zeros - 1;
            }
        }
    }
}

/// Ones where the value is not zero, for the first [`CHUNK`] octets of the sequences that start at
/// `starts`, by term and then by factor alpha^b.
#[inline(always)]
fn values(sequences: &[u8], starts: &[[u32; MAX_M as usize]], constants: &[u8]) -> [u8; CHUNK] {
    let mut values = [0u8; CHUNK];
    for (b, &constant) in constants.iter().enumerate() {
        let mut plane = [constant; CHUNK];
        for starts in starts {
            let Some(sequence) = sequences[starts[b] as usize..].first_chunk::<CHUNK>() else {
                continue;
            };
            for at in 0..CHUNK {
                plane[at] ^= sequence[at];
            }
        }
        for at in 0..CHUNK {
            values[at] |= plane[at];
        }
    }
    values
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn values_avx2(
    sequences: &[u8],
    starts: &[[u32; MAX_M as usize]],
    constants: &[u8],
) -> [u8; CHUNK] {
    values(sequences, starts, constants)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn values_avx512(
    sequences: &[u8],
    starts: &[[u32; MAX_M as usize]],
    constants: &[u8],
) -> [u8; CHUNK] {
    values(sequences, starts, constants)
}

fn common_factor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_factor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every set of instructions that this machine has finds the roots that Horner's rule finds, in
    /// fields whose period shares a factor with k and in one whose does not.
    #[test]
    fn all_backends_find_the_roots_of_random_locators() {
        for (polynomial, t, length) in [(0x409, 11, 884), (0x805, 10, 2040), (0x1941, 5, 4000)] {
            let field = Field::new(polynomial).unwrap();
            let search = Search::new(&field, t, length);
            for seed in 1..40usize {
                let mut locator = Locator { degree: 1 + seed % t, coefficient: [0; MAX_T + 1] };
                locator.coefficient[0] = 1;
                // A product of known roots, every third time spoilt.
                for factor in 0..locator.degree {
                    let root =
                        field.alpha_pow((seed * 997 + factor * factor * 31 + factor) % length);
                    for at in (1..=locator.degree).rev() {
                        locator.coefficient[at] ^= field.mul(locator.coefficient[at - 1], root);
                    }
                }
                if seed % 3 == 0 {
                    locator.coefficient[locator.degree] ^= 5;
                }
                let value = |power: usize| {
                    let x = field.alpha_pow(power);
                    let terms = &locator.coefficient[..=locator.degree];
                    terms.iter().fold(0, |sum, &c| field.mul(sum, x) ^ c)
                };
                let expected: Vec<u16> =
                    (0..length as u16).filter(|&power| value(power.into()) == 0).collect();
                for backend in Backend::all() {
                    let found = search.with(backend).roots(&field, &locator);
                    let complete = expected.len() == locator.degree;
                    assert_eq!(found.is_some(), complete, "{backend:?}");
                    if let Some(found) = found {
                        assert_eq!(found.as_slice(), expected, "{backend:?}");
                    }
                }
            }
        }
    }
}
