//! Sixty-four octets, those of a whole frame, in a vector of AVX-512; products with GFNI.
//!
//! Clause: G.709 Annex A. The frame is divided by the generator polynomial itself, two columns at a
//! time, the sixteen octets of the remainder being sixteen vectors. Sixteen columns of parity
//! compared with the remainder tell an error-free frame; the syndromes of the others are those of
//! the sixteen differences.
//!
//! Bit literals: masks of all codewords.

use core::arch::x86_64::{
    __m512i, _mm_storeu_si128, _mm512_add_epi8, _mm512_castsi128_si512, _mm512_cmpeq_epi8_mask,
    _mm512_cmple_epu8_mask, _mm512_extracti32x4_epi32, _mm512_gf2p8affine_epi64_epi8,
    _mm512_gf2p8affineinv_epi64_epi8, _mm512_gf2p8mul_epi8, _mm512_inserti32x4,
    _mm512_mask_blend_epi8, _mm512_set1_epi8, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_storeu_si512, _mm512_sub_epi8, _mm512_xor_si512,
};

use super::aes::{IDENTITY, MATRICES};
use super::lanes::{Field, Lanes, Octets};
use super::ssse3::load;
use super::{Column, GENERATOR, K, N, PARITY, ROWS, RowOutcome, SUB_ROWS, solve};
use crate::gf256::alpha_pow;

/// Proof of GFNI and AVX-512.
#[derive(Clone, Copy)]
pub(super) struct GfniAvx512(());

impl GfniAvx512 {
    /// The proof, where the processor has GFNI, AVX-512F and BW, AVX2 and POPCNT.
    pub(super) fn detect() -> Option<Self> {
        crate::detect::detected!("gfni", "avx512f", "avx512bw", "avx2", "popcnt")
            .then_some(Self(()))
    }

    /// Writes the parity of a frame.
    pub(super) fn encode(self, columns: &mut [Column; ROWS * N]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of GFNI and AVX-512.
        unsafe {
            encode(self, columns);
        }
    }

    /// Corrects a frame.
    pub(super) fn decode(self, columns: &mut [Column; ROWS * N], out: &mut [RowOutcome; ROWS]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of GFNI and AVX-512.
        unsafe {
            decode(self, columns, out);
        }
    }
}

#[target_feature(enable = "gfni,avx512f,avx512bw,avx2,popcnt")]
fn encode(f: GfniAvx512, columns: &mut [Column; ROWS * N]) {
    for (at, octet) in remainder(f, columns).into_iter().enumerate() {
        f.scatter(octet, columns, K + at, N);
    }
}

#[target_feature(enable = "gfni,avx512f,avx512bw,avx2,popcnt")]
fn decode(f: GfniAvx512, columns: &mut [Column; ROWS * N], out: &mut [RowOutcome; ROWS]) {
    let mut difference = remainder(f, columns);
    let mut clean = u64::MAX;
    for (at, octet) in difference.iter_mut().enumerate() {
        let parity = f.gather(columns, K + at, N);
        clean &= f.equal(*octet, parity);
        *octet = f.xor(*octet, parity);
    }
    if clean != u64::MAX {
        let syndromes = values(f, &difference);
        solve::correct(f, &syndromes, columns, 0, out);
    }
}

/// The parity that belongs to the information: I(z) z^16 modulo G(z), R15 first.
//= g709:a-parity
#[inline(always)]
fn remainder(f: GfniAvx512, columns: &[Column; ROWS * N]) -> [__m512i; PARITY] {
    // One column is the highest coefficient of a remainder of degree -1: 239 is odd.
    let mut state = [f.zero(); PARITY];
    pair(f, &mut state, f.zero(), f.gather(columns, 0, N));
    for at in (1..K).step_by(2) {
        let (first, second) = (f.gather(columns, at, N), f.gather(columns, at + 1, N));
        pair(f, &mut state, first, second);
    }
    state
}

/// Divides on by two columns.
#[inline(always)]
fn pair(f: GfniAvx512, state: &mut [__m512i; PARITY], first: __m512i, second: __m512i) {
    let by = |a, at: usize| f.times(a, GENERATOR[at]);
    let first = f.xor(state[0], first);
    let second = f.xor(f.xor(state[1], second), by(first, 1));
    for at in 0..PARITY - 2 {
        let products = f.xor(by(first, at + 2), by(second, at + 1));
        state[at] = f.xor(state[at + 2], products);
    }
    state[PARITY - 2] = f.xor(by(first, PARITY), by(second, PARITY - 1));
    state[PARITY - 1] = by(second, PARITY);
}

/// The values of sixteen octets, highest coefficient first, at alpha^0 to alpha^15.
//= g709:a-syndromes
#[inline(always)]
fn values(f: GfniAvx512, octets: &[__m512i; PARITY]) -> [__m512i; PARITY] {
    let mut values = [f.zero(); PARITY];
    for (j, value) in values.iter_mut().enumerate() {
        let root = alpha_pow(j);
        for &octet in octets {
            *value = f.xor(f.times(*value, root), octet);
        }
    }
    values
}

#[expect(unsafe_code, reason = "instructions of AVX-512")]
impl Lanes for GfniAvx512 {
    type Vector = __m512i;
    const ROWS: usize = ROWS;

    #[inline(always)]
    fn zero(self) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    fn gather(self, columns: &[Column], first: usize, stride: usize) -> __m512i {
        let part = |row: usize| load(&columns[first + row * stride]);
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe {
            let one = _mm512_castsi128_si512(part(0));
            let two = _mm512_inserti32x4::<1>(one, part(1));
            _mm512_inserti32x4::<3>(_mm512_inserti32x4::<2>(two, part(2)), part(3))
        }
    }

    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_xor_si512(a, b) }
    }

    #[inline(always)]
    fn times(self, a: __m512i, factor: u8) -> __m512i {
        self.affine(a, MATRICES[usize::from(factor)])
    }

    #[inline(always)]
    fn octets(self, a: __m512i) -> Octets {
        let mut octets = [0; 4 * SUB_ROWS];
        // SAFETY: `self` is the proof of GFNI and AVX-512; the array has room for 64 octets.
        unsafe { _mm512_storeu_si512(octets.as_mut_ptr().cast(), a) };
        octets
    }

    #[inline(always)]
    fn is_zero(self, a: __m512i) -> bool {
        self.zeros(a) == u64::MAX
    }

    #[inline(always)]
    fn zeros(self, a: __m512i) -> u64 {
        self.equal(a, self.zero())
    }

    #[inline(always)]
    fn scatter(self, a: __m512i, columns: &mut [Column], first: usize, stride: usize) {
        macro_rules! part {
            ($row:literal) => {{
                let column = &mut columns[first + $row * stride];
                // SAFETY: `self` is the proof of GFNI and AVX-512; a column is sixteen octets.
                unsafe {
                    let part = _mm512_extracti32x4_epi32::<$row>(a);
                    _mm_storeu_si128(column.as_mut_ptr().cast(), part);
                }
            }};
        }
        part!(0);
        part!(1);
        part!(2);
        part!(3);
    }
}

#[expect(unsafe_code, reason = "instructions of GFNI and AVX-512")]
impl Field for GfniAvx512 {
    type Mask = u64;

    #[inline(always)]
    fn affine(self, a: __m512i, matrix: u64) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_gf2p8affine_epi64_epi8::<0>(a, _mm512_set1_epi64(matrix as i64)) }
    }

    #[inline(always)]
    fn product(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_gf2p8mul_epi8(a, b) }
    }

    #[inline(always)]
    fn inverse(self, a: __m512i) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_gf2p8affineinv_epi64_epi8::<0>(a, _mm512_set1_epi64(IDENTITY as i64)) }
    }

    #[inline(always)]
    fn splat(self, octet: u8) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_set1_epi8(octet as i8) }
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_add_epi8(a, b) }
    }

    #[inline(always)]
    fn subtract(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_sub_epi8(a, b) }
    }

    #[inline(always)]
    fn equal(self, a: __m512i, b: __m512i) -> u64 {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_cmpeq_epi8_mask(a, b) }
    }

    #[inline(always)]
    fn at_most(self, a: __m512i, b: __m512i) -> u64 {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_cmple_epu8_mask(a, b) }
    }

    #[inline(always)]
    fn both(self, a: u64, b: u64) -> u64 {
        a & b
    }

    #[inline(always)]
    fn without(self, a: u64, b: u64) -> u64 {
        a & !b
    }

    #[inline(always)]
    fn select(self, mask: u64, yes: __m512i, no: __m512i) -> __m512i {
        // SAFETY: `self` is the proof of GFNI and AVX-512.
        unsafe { _mm512_mask_blend_epi8(mask, no, yes) }
    }

    #[inline(always)]
    fn bits(self, mask: u64) -> u64 {
        mask
    }
}
