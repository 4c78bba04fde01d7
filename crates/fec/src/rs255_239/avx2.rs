//! Thirty-two octets, those of two rows, in a vector of AVX2; products by looking up nibbles.
//!
//! [`GfniAvx2`] has the same vectors and multiplies with GFNI; it corrects all codewords at once.

use core::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_andnot_si256, _mm256_blendv_epi8,
    _mm256_broadcastsi128_si256, _mm256_castsi128_si256, _mm256_cmpeq_epi8,
    _mm256_gf2p8affine_epi64_epi8, _mm256_gf2p8affineinv_epi64_epi8, _mm256_gf2p8mul_epi8,
    _mm256_inserti128_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_set1_epi8,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi64,
    _mm256_storeu_si256, _mm256_sub_epi8, _mm256_xor_si256,
};

use super::aes::{IDENTITY, MATRICES};
use super::lanes::{Field, Lanes, Octets};
use super::ssse3::{Ssse3, load};
use super::tables::NIBBLES;
use super::{Column, RowOutcome, SUB_ROWS, kernel, solve};

/// Proof of AVX2.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// The proof, where the processor has AVX2 and POPCNT.
    pub(super) fn detect() -> Option<Self> {
        crate::detect::detected!("avx2", "popcnt").then_some(Self(()))
    }

    /// The proof, by a better one.
    pub(super) fn of_gfni(_: GfniAvx2) -> Self {
        Self(())
    }

    /// Writes the parity of two rows.
    pub(super) fn encode(self, columns: &mut [Column], first: usize) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of AVX2.
        unsafe {
            encode(self, columns, first);
        }
    }

    /// Corrects two rows.
    pub(super) fn decode(self, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of AVX2.
        unsafe {
            decode(self, columns, first, out);
        }
    }

    /// Writes the parity of one row, in half a vector.
    pub(super) fn encode_row(self, columns: &mut [Column]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of AVX2.
        unsafe {
            encode_row(self, columns);
        }
    }

    /// Corrects one row, in half a vector.
    pub(super) fn decode_row(self, columns: &mut [Column], out: &mut [RowOutcome]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of AVX2.
        unsafe {
            decode_row(self, columns, out);
        }
    }
}

#[target_feature(enable = "avx2,popcnt")]
fn encode(l: Avx2, columns: &mut [Column], first: usize) {
    kernel::encode(l, columns, first);
}

#[target_feature(enable = "avx2,popcnt")]
fn decode(l: Avx2, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
    kernel::decode(l, columns, first, out);
}

#[target_feature(enable = "avx2,popcnt")]
fn encode_row(l: Avx2, columns: &mut [Column]) {
    kernel::encode(Ssse3::of_avx2(l), columns, 0);
}

#[target_feature(enable = "avx2,popcnt")]
fn decode_row(l: Avx2, columns: &mut [Column], out: &mut [RowOutcome]) {
    kernel::decode(Ssse3::of_avx2(l), columns, 0, out);
}

#[expect(unsafe_code, reason = "instructions of AVX2")]
impl Lanes for Avx2 {
    type Vector = __m256i;
    const ROWS: usize = 2;

    #[inline(always)]
    fn zero(self) -> __m256i {
        // SAFETY: `self` is the proof of AVX2.
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    fn gather(self, columns: &[Column], first: usize, stride: usize) -> __m256i {
        let (low, high) = (load(&columns[first]), load(&columns[first + stride]));
        // SAFETY: `self` is the proof of AVX2.
        unsafe { _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high) }
    }

    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of AVX2.
        unsafe { _mm256_xor_si256(a, b) }
    }

    #[inline(always)]
    fn times(self, a: __m256i, factor: u8) -> __m256i {
        let [low, high] = &NIBBLES[usize::from(factor)].0;
        // SAFETY: `self` is the proof of AVX2.
        unsafe {
            let nibble = _mm256_set1_epi8(0x0F);
            let (low, high) =
                (_mm256_broadcastsi128_si256(load(low)), _mm256_broadcastsi128_si256(load(high)));
            let from_low = _mm256_shuffle_epi8(low, _mm256_and_si256(a, nibble));
            let upper = _mm256_and_si256(_mm256_srli_epi64::<4>(a), nibble);
            _mm256_xor_si256(from_low, _mm256_shuffle_epi8(high, upper))
        }
    }

    #[inline(always)]
    fn octets(self, a: __m256i) -> Octets {
        let mut octets = [0; 4 * SUB_ROWS];
        // SAFETY: `self` is the proof of AVX2; the array has room for thirty-two octets.
        unsafe { _mm256_storeu_si256(octets.as_mut_ptr().cast(), a) };
        octets
    }

    #[inline(always)]
    fn is_zero(self, a: __m256i) -> bool {
        self.zeros(a) == 0xFFFF_FFFF
    }

    #[inline(always)]
    fn zeros(self, a: __m256i) -> u64 {
        // SAFETY: `self` is the proof of AVX2.
        let mask = unsafe { _mm256_movemask_epi8(_mm256_cmpeq_epi8(a, _mm256_setzero_si256())) };
        u64::from(mask as u32)
    }
}

/// Proof of GFNI and AVX2.
#[derive(Clone, Copy)]
pub(super) struct GfniAvx2(());

impl GfniAvx2 {
    /// The proof, where the processor has GFNI, AVX2 and POPCNT.
    pub(super) fn detect() -> Option<Self> {
        crate::detect::detected!("gfni", "avx2", "popcnt").then_some(Self(()))
    }

    /// Writes the parity of two rows.
    pub(super) fn encode(self, columns: &mut [Column], first: usize) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of GFNI and AVX2.
        unsafe {
            gfni_encode(self, columns, first);
        }
    }

    /// Corrects two rows.
    pub(super) fn decode(self, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of GFNI and AVX2.
        unsafe {
            gfni_decode(self, columns, first, out);
        }
    }
}

#[target_feature(enable = "gfni,avx2,popcnt")]
fn gfni_encode(l: GfniAvx2, columns: &mut [Column], first: usize) {
    kernel::encode(l, columns, first);
}

#[target_feature(enable = "gfni,avx2,popcnt")]
fn gfni_decode(l: GfniAvx2, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
    let (syndromes, wrong) = kernel::syndromes(l, columns, first);
    if wrong != 0 {
        solve::correct(l, &syndromes, columns, first, out);
    }
}

impl Lanes for GfniAvx2 {
    type Vector = __m256i;
    const ROWS: usize = 2;

    #[inline(always)]
    fn zero(self) -> __m256i {
        Avx2::of_gfni(self).zero()
    }

    #[inline(always)]
    fn gather(self, columns: &[Column], first: usize, stride: usize) -> __m256i {
        Avx2::of_gfni(self).gather(columns, first, stride)
    }

    #[inline(always)]
    fn xor(self, a: __m256i, b: __m256i) -> __m256i {
        Avx2::of_gfni(self).xor(a, b)
    }

    #[inline(always)]
    fn times(self, a: __m256i, factor: u8) -> __m256i {
        self.affine(a, MATRICES[usize::from(factor)])
    }

    #[inline(always)]
    fn octets(self, a: __m256i) -> Octets {
        Avx2::of_gfni(self).octets(a)
    }

    #[inline(always)]
    fn is_zero(self, a: __m256i) -> bool {
        self.zeros(a) == 0xFFFF_FFFF
    }

    #[inline(always)]
    fn zeros(self, a: __m256i) -> u64 {
        Avx2::of_gfni(self).zeros(a)
    }
}

#[expect(unsafe_code, reason = "instructions of GFNI and AVX2")]
impl Field for GfniAvx2 {
    type Mask = __m256i;

    #[inline(always)]
    fn affine(self, a: __m256i, matrix: u64) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_gf2p8affine_epi64_epi8::<0>(a, _mm256_set1_epi64x(matrix as i64)) }
    }

    #[inline(always)]
    fn product(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_gf2p8mul_epi8(a, b) }
    }

    #[inline(always)]
    fn inverse(self, a: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_gf2p8affineinv_epi64_epi8::<0>(a, _mm256_set1_epi64x(IDENTITY as i64)) }
    }

    #[inline(always)]
    fn splat(self, octet: u8) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_set1_epi8(octet as i8) }
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_add_epi8(a, b) }
    }

    #[inline(always)]
    fn subtract(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_sub_epi8(a, b) }
    }

    #[inline(always)]
    fn equal(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_cmpeq_epi8(a, b) }
    }

    #[inline(always)]
    fn at_most(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_cmpeq_epi8(_mm256_min_epu8(a, b), a) }
    }

    #[inline(always)]
    fn both(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_and_si256(a, b) }
    }

    #[inline(always)]
    fn without(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_andnot_si256(b, a) }
    }

    #[inline(always)]
    fn select(self, mask: __m256i, yes: __m256i, no: __m256i) -> __m256i {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        unsafe { _mm256_blendv_epi8(no, yes, mask) }
    }

    #[inline(always)]
    fn bits(self, mask: __m256i) -> u64 {
        // SAFETY: `self` is the proof of GFNI and AVX2.
        u64::from(unsafe { _mm256_movemask_epi8(mask) } as u32)
    }
}
