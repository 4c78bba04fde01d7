//! All roots of a locator at once, by sequences of bits instead of field arithmetic.
//!
//! In: a locator of degree v. Out: the powers e with alpha^e an error element. The value at alpha^e
//! of the reversed locator is the sum of l(v-k) alpha^(k e). Bit 0 of c alpha^(k e), read over e, is
//! a sequence of period 2^m - 1 that depends on c by its starting point only, so that it is stored
//! once for each k (and each residue class, where k and the period have a common factor). A value is
//! zero when bit 0 of its products with alpha^0 ... alpha^(m-1) is: m v long XORs find all roots.

use super::field::Field;
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
    /// `start[k * order + log c]` is the octet at which the sequence of c alpha^(k e) starts.
    start: Vec<u32>,
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
            start: vec![0; (t + 1) * order],
        };
        for k in 1..=t {
            for class in 0..common_factor(k, order) {
                let bit = |e: usize| field.alpha_pow(class + k * e) as u8 & 1;
                let first = search.sequences.len();
                for phase in 0..8 {
                    let octet =
                        |at: usize| (0..8).fold(0, |sum, j| sum | bit(8 * at + phase + j) << j);
                    search.sequences.extend((0..octets).map(octet));
                }
                for e in 0..order / common_factor(k, order) {
                    let log = (class + k * e) % order;
                    search.start[k * order + log] = (first + octets * (e % 8) + e / 8) as u32;
                }
            }
        }
        search
    }

    /// The roots, `None` where there are fewer in the searched range than the degree.
    pub(super) fn roots(&self, field: &Field, locator: &Locator) -> Option<Errors> {
        let degree = locator.degree;
        let mut errors = Errors::default();
        let mut starts = [[0usize; MAX_T]; super::field::MAX_M as usize];
        let mut terms = 0;
        for k in 1..=degree {
            // A zero coefficient has no sequence.
            let Some(log) = field.log(locator.coefficient[degree - k]) else { continue };
            for (b, starts) in starts[..self.m].iter_mut().enumerate() {
                let log = if log + b >= self.order { log + b - self.order } else { log + b };
                starts[terms] = self.start[k * self.order + log] as usize;
            }
            terms += 1;
        }
        let constant = locator.coefficient[degree];
        let constants: [u8; super::field::MAX_M as usize] = core::array::from_fn(|b| {
            if field.mul(constant, field.alpha_pow_small(b)) & 1 == 1 { 0xFF } else { 0 }
        });
        for chunk in (0..self.length.div_ceil(8)).step_by(CHUNK) {
            let mut values = [0u8; CHUNK];
            for (starts, &constant) in starts[..self.m].iter().zip(&constants) {
                let mut plane = [constant; CHUNK];
                for &start in &starts[..terms] {
                    let sequence = &self.sequences[start + chunk..][..CHUNK];
                    plane.iter_mut().zip(sequence).for_each(|(p, &s)| *p ^= s);
                }
                values.iter_mut().zip(&plane).for_each(|(v, &p)| *v |= p);
            }
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

fn common_factor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_factor(b, a % b) }
}
