//! Sixteen octets in a vector of NEON; products by looking up nibbles with TBL.
//!
//! NEON is in every processor of this architecture that this crate is built for, so that nothing is
//! detected.

use core::arch::aarch64::{
    uint8x16_t, vandq_u8, vdupq_n_u8, veorq_u8, vld1q_u8, vmaxvq_u8, vqtbl1q_u8, vshrq_n_u8,
    vst1q_u8,
};

use super::lanes::{Lanes, Octets};
use super::tables::NIBBLES;
use super::{Column, RowOutcome, SUB_ROWS, kernel};

/// Proof of NEON.
#[derive(Clone, Copy)]
pub(super) struct Neon(());

impl Neon {
    /// The proof, where the build has NEON.
    pub(super) fn detect() -> Option<Self> {
        cfg!(target_feature = "neon").then_some(Self(()))
    }

    /// Writes the parity of one row.
    pub(super) fn encode(self, columns: &mut [Column], first: usize) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of NEON.
        unsafe {
            encode(self, columns, first);
        }
    }

    /// Corrects one row.
    pub(super) fn decode(self, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
        #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
        // SAFETY: this value is the proof of NEON.
        unsafe {
            decode(self, columns, first, out);
        }
    }
}

#[target_feature(enable = "neon")]
fn encode(l: Neon, columns: &mut [Column], first: usize) {
    kernel::encode(l, columns, first);
}

#[target_feature(enable = "neon")]
fn decode(l: Neon, columns: &mut [Column], first: usize, out: &mut [RowOutcome]) {
    kernel::decode(l, columns, first, out);
}

#[inline(always)]
#[expect(unsafe_code, reason = "a load through a pointer")]
fn load(_: Neon, octets: &[u8; 16]) -> uint8x16_t {
    // SAFETY: the pointer is that of sixteen octets; the argument is the proof of NEON.
    unsafe { vld1q_u8(octets.as_ptr()) }
}

#[expect(unsafe_code, reason = "instructions of NEON")]
impl Lanes for Neon {
    type Vector = uint8x16_t;
    const ROWS: usize = 1;

    #[inline(always)]
    fn zero(self) -> uint8x16_t {
        // SAFETY: `self` is the proof of NEON.
        unsafe { vdupq_n_u8(0) }
    }

    #[inline(always)]
    fn gather(self, columns: &[Column], first: usize, _: usize) -> uint8x16_t {
        load(self, &columns[first])
    }

    #[inline(always)]
    fn xor(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: `self` is the proof of NEON.
        unsafe { veorq_u8(a, b) }
    }

    #[inline(always)]
    fn times(self, a: uint8x16_t, factor: u8) -> uint8x16_t {
        let [low, high] = &NIBBLES[usize::from(factor)].0;
        // SAFETY: `self` is the proof of NEON.
        unsafe {
            let from_low = vqtbl1q_u8(load(self, low), vandq_u8(a, vdupq_n_u8(0x0F)));
            veorq_u8(from_low, vqtbl1q_u8(load(self, high), vshrq_n_u8::<4>(a)))
        }
    }

    #[inline(always)]
    fn octets(self, a: uint8x16_t) -> Octets {
        let mut octets = [0; 4 * SUB_ROWS];
        // SAFETY: `self` is the proof of NEON; the array has room for sixteen octets.
        unsafe { vst1q_u8(octets.as_mut_ptr(), a) };
        octets
    }

    #[inline(always)]
    fn is_zero(self, a: uint8x16_t) -> bool {
        // SAFETY: `self` is the proof of NEON.
        unsafe { vmaxvq_u8(a) == 0 }
    }
}
