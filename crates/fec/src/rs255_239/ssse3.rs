//! Sixteen octets in a vector of SSSE3; products by looking up nibbles with PSHUFB.
//!
//! The same vectors are used for single rows on processors with AVX2, where their instructions take
//! three operands ([`super::avx2`]).

use core::arch::x86_64::{
    __m128i, _mm_and_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8,
    _mm_setzero_si128, _mm_shuffle_epi8, _mm_srli_epi64, _mm_storeu_si128, _mm_xor_si128,
};

use super::lanes::{Lanes, Octets};
use super::tables::NIBBLES;
use super::{Column, RowOutcome, SUB_ROWS, kernel};

/// Proof of SSSE3.
#[derive(Clone, Copy)]
pub(super) struct Ssse3(());

impl Ssse3 {
    /// The proof, where the processor has SSSE3.
    pub(super) fn detect() -> Option<Self> {
        crate::detect::detected!("ssse3").then_some(Self(()))
    }

    /// The proof, by a better one.
    pub(super) fn of_avx2(_: super::avx2::Avx2) -> Self {
        Self(())
    }

    /// Writes the parity of one row.
    pub(super) fn encode(self, columns: &mut [Column], first: usize) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of SSSE3.
        unsafe {
            encode(self, columns, first);
        }
    }

    /// Corrects one row.
    pub(super) fn decode(self, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of SSSE3.
        unsafe {
            decode(self, columns, first, out);
        }
    }
}

#[target_feature(enable = "ssse3")]
fn encode(l: Ssse3, columns: &mut [Column], first: usize) {
    kernel::encode(l, columns, first);
}

#[target_feature(enable = "ssse3")]
fn decode(l: Ssse3, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
    kernel::decode(l, columns, first, out);
}

#[inline(always)]
#[expect(unsafe_code, reason = "a load through a pointer")]
pub(super) fn load(octets: &[u8; 16]) -> __m128i {
    // SAFETY: the pointer is that of sixteen octets, the load needs no alignment; SSE2 is in every
    // processor of this architecture.
    unsafe { _mm_loadu_si128(octets.as_ptr().cast()) }
}

#[expect(unsafe_code, reason = "instructions of SSSE3")]
impl Lanes for Ssse3 {
    type Vector = __m128i;
    const ROWS: usize = 1;

    #[inline(always)]
    fn zero(self) -> __m128i {
        // SAFETY: `self` is the proof of SSSE3.
        unsafe { _mm_setzero_si128() }
    }

    #[inline(always)]
    fn gather(self, columns: &[Column], first: usize, _: usize) -> __m128i {
        load(&columns[first])
    }

    #[inline(always)]
    fn xor(self, a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: `self` is the proof of SSSE3.
        unsafe { _mm_xor_si128(a, b) }
    }

    #[inline(always)]
    fn times(self, a: __m128i, factor: u8) -> __m128i {
        let [low, high] = &NIBBLES[usize::from(factor)].0;
        // SAFETY: `self` is the proof of SSSE3.
        unsafe {
            let nibble = _mm_set1_epi8(0x0F);
            let from_low = _mm_shuffle_epi8(load(low), _mm_and_si128(a, nibble));
            let upper = _mm_and_si128(_mm_srli_epi64::<4>(a), nibble);
            _mm_xor_si128(from_low, _mm_shuffle_epi8(load(high), upper))
        }
    }

    #[inline(always)]
    fn octets(self, a: __m128i) -> Octets {
        let mut octets = [0; 4 * SUB_ROWS];
        // SAFETY: `self` is the proof of SSSE3; the array has room for sixteen octets.
        unsafe { _mm_storeu_si128(octets.as_mut_ptr().cast(), a) };
        octets
    }

    #[inline(always)]
    fn is_zero(self, a: __m128i) -> bool {
        self.zeros(a) == 0xFFFF
    }

    #[inline(always)]
    fn zeros(self, a: __m128i) -> u64 {
        // SAFETY: `self` is the proof of SSSE3.
        let mask = unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(a, _mm_setzero_si128())) };
        u64::from(mask as u16)
    }
}
