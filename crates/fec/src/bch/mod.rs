//! Binary BCH codes: narrow sense, shortened, systematic, with extra check bits if wanted.
//!
//! Clauses: G.975.1 I.3, I.7, I.9 and G.709.2 name the codes; the algebra is that of the textbooks.
//! In: packed bits, the first in time in the most significant bit; it is the coefficient of the
//! highest power, and the last parity bit that of x^0. Shortening leaves out the highest powers.
//! Out: parity; or the places in error, with a failure where no codeword lies within t bits.
//!
//! - [`field`]: GF(2^m); [`polynomial`]: generators.
//! - [`mod@reference`]: slow decoders for tests.
//! - [`roots`]: up to three errors by closed formulas.
//! - [`plain`]: a code alone, as a [`crate::code::Code`].
//!
//! A syndrome is one word: S1 in the lowest m bits, then S3, S5 ..., then the check of the
//! extension. It is linear, so that a decoder of a product code keeps it and adds the column of
//! each bit it changes. This module knows no interleaving and no iterations.

mod chien;
pub mod field;
pub(crate) mod hard;
mod key;
pub mod plain;
pub mod polynomial;
pub mod reference;
pub mod roots;

use crate::bits;
use alloc::boxed::Box;
use alloc::vec::Vec;
use chien::Search;
use field::{Field, NotPrimitive};
use roots::{Few, Roots};

/// Most errors that a code of this module may correct.
pub const MAX_T: usize = 16;

/// What makes a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Primitive polynomial of the field, bit j the coefficient of x^j.
    pub field: u32,
    /// Errors to correct.
    pub t: usize,
    /// Coded bits.
    pub n: usize,
    /// Factor that the generator has beside the minimal polynomials, 1 for none.
    pub extension: u128,
}

/// There is no such code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParametersError {
    /// The polynomial makes no field.
    Field(NotPrimitive),
    /// t is zero or more than [`MAX_T`].
    Errors {
        /// The t asked for.
        t: usize,
    },
    /// The checks need more than 127 bits.
    Parity,
    /// The factor has no constant term.
    Extension,
    /// n leaves no information bit, or is more than 2^m - 1.
    Length {
        /// The n asked for.
        n: usize,
        /// The smallest and the largest that there are.
        expected: (usize, usize),
    },
}

/// No codeword lies within t bits of what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncorrectable;

/// Bits in error, by power or by position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    count: usize,
    place: [u16; MAX_T],
}

impl Errors {
    /// The places.
    pub fn as_slice(&self) -> &[u16] {
        &self.place[..self.count]
    }
}

/// 1 + l1 z + ...; its roots are the inverses of the error elements.
#[derive(Clone, Copy, Debug)]
struct Locator {
    degree: usize,
    coefficient: [u16; MAX_T + 1],
}

/// A code with its tables.
#[derive(Clone, Debug)]
pub struct Bch {
    field: Field,
    t: usize,
    n: usize,
    generator: u128,
    parity: usize,
    /// Syndrome of a word with a single one, by power.
    columns: Vec<u128>,
    /// What one octet in front of the parity leaves as remainder, at the top of the word.
    remainders: Box<[u128; 256]>,
    /// Syndromes of remainders, octet by octet from the top.
    syndromes: Vec<[u128; 256]>,
    roots: Option<Roots>,
    search: Option<Search>,
}

impl Bch {
    /// Builds the tables.
    ///
    /// # Errors
    /// [`ParametersError`] where there is no such code.
    pub fn new(parameters: Parameters) -> Result<Self, ParametersError> {
        let Parameters { field, t, n, extension } = parameters;
        let field = Field::new(field).map_err(ParametersError::Field)?;
        if !(1..=MAX_T).contains(&t) {
            return Err(ParametersError::Errors { t });
        }
        if extension.is_multiple_of(2) {
            return Err(ParametersError::Extension);
        }
        let extra = extension.ilog2();
        let generator =
            polynomial::generator(&field, t, extension).ok_or(ParametersError::Parity)?;
        if t * field.m() as usize + extra as usize > 127 {
            return Err(ParametersError::Parity);
        }
        let parity = generator.ilog2() as usize;
        if n <= parity || n > field.order() {
            return Err(ParametersError::Length { n, expected: (parity + 1, field.order()) });
        }
        let columns = columns(&field, t, n, extension);
        let (roots, search) = if t <= 3 {
            (Some(Roots::new(&field)), None)
        } else {
            (None, Some(Search::new(&field, t, n)))
        };
        let syndromes = octet_syndromes(&field, t, parity, extension);
        let remainders = octet_remainders(generator);
        Ok(Self { field, t, n, generator, parity, columns, remainders, syndromes, roots, search })
    }

    /// Coded bits.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Information bits.
    pub fn k(&self) -> usize {
        self.n - self.parity
    }

    /// Errors corrected.
    pub fn t(&self) -> usize {
        self.t
    }

    /// The generator polynomial.
    pub fn generator(&self) -> u128 {
        self.generator
    }

    /// The field.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// Syndrome of a word that has a one at `position` only; position 0 is first in time.
    #[inline]
    pub fn column(&self, position: usize) -> u128 {
        self.columns[self.n - 1 - position]
    }

    /// Remainder of the word times x^parity, at the top. The last bit of the word is bit 0 of the
    /// last octet; zeros in front do not matter.
    fn divide(&self, octets: impl Iterator<Item = u8>) -> u128 {
        octets.fold(0u128, |rest, octet| {
            let index = (rest >> 120) as usize ^ octet as usize;
            rest << 8 ^ self.remainders[index]
        })
    }

    /// The same for N words side by side: `octets` has the first octet of each, then the second of
    /// each, and so on.
    pub(crate) fn divide_interleaved<const N: usize>(&self, octets: &[u8]) -> [u128; N] {
        let mut rest = [0u128; N];
        for octets in octets.chunks_exact(N) {
            for (rest, &octet) in rest.iter_mut().zip(octets) {
                let index = (*rest >> 120) as usize ^ octet as usize;
                *rest = *rest << 8 ^ self.remainders[index];
            }
        }
        rest
    }

    /// Goes on with the division by one bit.
    pub(crate) fn divide_bit(&self, rest: u128, bit: bool) -> u128 {
        let quotient = (rest >> 127 == 1) ^ bit;
        rest << 1 ^ if quotient { self.remainders[1] } else { 0 }
    }

    /// Parity bits that a rest stands for, in the lowest bits, the last sent as bit 0.
    pub(crate) fn parity_of_rest(&self, rest: u128) -> u128 {
        rest >> (128 - self.parity)
    }

    /// Parity bits of `information` (k packed bits), in the lowest bits, the last sent as bit 0.
    pub fn parity(&self, information: &[u8]) -> u128 {
        self.parity_of_rest(self.divide(right_aligned(information, self.k())))
    }

    /// Writes n packed bits: the information and its parity.
    pub fn encode(&self, information: &[u8], word: &mut [u8]) {
        let parity = self.parity(information);
        for at in 0..self.k() {
            bits::set(word, at, bits::get(information, at));
        }
        for at in 0..self.parity {
            bits::set(word, self.k() + at, parity >> (self.parity - 1 - at) & 1 == 1);
        }
    }

    /// Syndrome of n packed bits.
    pub fn syndrome(&self, word: &[u8]) -> u128 {
        self.syndrome_of_remainder(self.divide(right_aligned(word, self.n)))
    }

    /// Syndrome of the word of which [`Self::divide`] has left this.
    #[inline]
    pub(crate) fn syndrome_of_remainder(&self, remainder: u128) -> u128 {
        let octets = remainder.to_be_bytes();
        self.syndromes.iter().zip(octets).fold(0, |sum, (table, octet)| sum ^ table[octet as usize])
    }

    /// The positions in error that explain `syndrome`, none where it is zero.
    ///
    /// # Errors
    /// [`Uncorrectable`] where no t bits of the word do.
    #[inline]
    pub fn locate(&self, syndrome: u128) -> Result<Errors, Uncorrectable> {
        if syndrome == 0 {
            return Ok(Errors::default());
        }
        let mut errors = match (&self.roots, &self.search) {
            (Some(roots), _) => self.few(roots, syndrome),
            (None, Some(search)) => self.many(search, syndrome),
            (None, None) => None,
        }
        .ok_or(Uncorrectable)?;
        let mut left = syndrome;
        for place in &mut errors.place[..errors.count] {
            let power = *place as usize;
            left ^= *self.columns.get(power).ok_or(Uncorrectable)?;
            *place = (self.n - 1 - power) as u16;
        }
        // The extension has to agree too.
        if left == 0 { Ok(errors) } else { Err(Uncorrectable) }
    }

    fn sum(&self, syndrome: u128, k: usize) -> u16 {
        (syndrome >> (k * self.field.m() as usize)) as u16 & self.field.order() as u16
    }

    fn few(&self, roots: &Roots, syndrome: u128) -> Option<Errors> {
        let sum = |k| self.sum(syndrome, k);
        let Few { count, element } = match self.t {
            1 => Roots::one(sum(0)),
            2 => roots.up_to_two(sum(0), sum(1)),
            _ => roots.up_to_three(sum(0), sum(1), sum(2)),
        }?;
        let mut errors = Errors { count, ..Errors::default() };
        for (place, &element) in errors.place.iter_mut().zip(&element[..count]) {
            *place = self.field.log(element)? as u16;
        }
        Some(errors)
    }

    fn many(&self, search: &Search, syndrome: u128) -> Option<Errors> {
        let odd = core::array::from_fn(|k| if k < self.t { self.sum(syndrome, k) } else { 0 });
        let locator = key::locator(&self.field, self.t, &odd)?;
        search.roots(&self.field, &locator)
    }

    /// Corrects up to t bits of `word` in place and says how many were wrong.
    ///
    /// # Errors
    /// [`Uncorrectable`] where no codeword lies within t bits; `word` is left as it was.
    pub fn decode(&self, word: &mut [u8]) -> Result<usize, Uncorrectable> {
        let errors = self.locate(self.syndrome(word))?;
        for &position in errors.as_slice() {
            bits::flip(word, position as usize);
        }
        Ok(errors.count)
    }
}

/// The first `count` packed bits as octets that end with the last of them.
fn right_aligned(packed: &[u8], count: usize) -> impl Iterator<Item = u8> {
    let octets = bits::octets(count);
    let shift = 8 * octets - count;
    (0..octets).map(move |at| {
        let before = if at == 0 { 0 } else { u16::from(packed[at - 1]) };
        ((before << 8 | u16::from(packed[at])) >> shift) as u8
    })
}

/// Syndromes of x^0 to x^(n-1).
fn columns(field: &Field, t: usize, n: usize, extension: u128) -> Vec<u128> {
    let mut check = polynomial::remainder(1, extension);
    (0..n)
        .map(|power| {
            let column = power_sums(field, t, power) | check << (t as u32 * field.m());
            check = polynomial::remainder(check << 1, extension);
            column
        })
        .collect()
}

/// S1, S3 ... of x^power.
fn power_sums(field: &Field, t: usize, power: usize) -> u128 {
    let sum = |k: usize| u128::from(field.alpha_pow((2 * k + 1) * power)) << (k as u32 * field.m());
    (0..t).fold(0, |all, k| all | sum(k))
}

fn octet_remainders(generator: u128) -> Box<[u128; 256]> {
    let degree = generator.ilog2();
    // x^degree left away, the rest at the top of the word.
    let feedback = (generator ^ 1 << degree) << (128 - degree);
    let step = |rest: u128| rest << 1 ^ if rest >> 127 == 1 { feedback } else { 0 };
    let entry = |octet: usize| (0..8).fold((octet as u128) << 120, |rest, _| step(rest));
    Box::new(core::array::from_fn(entry))
}

/// Syndromes of what [`Bch::divide`] leaves, by octet from the top. It leaves the word times
/// x^parity, so that the rest x^b stands for x^(b - parity): powers below zero, found by dividing
/// by x again and again.
fn octet_syndromes(field: &Field, t: usize, parity: usize, extension: u128) -> Vec<[u128; 256]> {
    let mut check = polynomial::remainder(1, extension);
    let from_top: Vec<u128> = (1..=parity)
        .map(|below| {
            check = if check & 1 == 1 { check ^ extension } else { check } >> 1;
            let power = (field.order() - below % field.order()) % field.order();
            power_sums(field, t, power) | check << (t as u32 * field.m())
        })
        .collect();
    let table = |bits: &[u128]| {
        core::array::from_fn(|octet| {
            let is_set = |&(at, _): &(usize, &u128)| octet >> (7 - at) & 1 == 1;
            bits.iter().enumerate().filter(is_set).fold(0, |sum, (_, bit)| sum ^ bit)
        })
    };
    from_top.chunks(8).map(table).collect()
}

#[cfg(test)]
mod tests;
