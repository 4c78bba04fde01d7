//! The 64 test patterns of a word side by side, with products in GF(2^8) by GFNI and 64-octet tables
//! in registers by AVX-512 VBMI.
//!
//! In: what was seen of all words, and the values. Out: the same as the plain search. Instead of a
//! table of all syndromes the two errors are found by their closed formula, in the field of 0x11B,
//! where processors have products: with S1 and S3 the syndrome at alpha and at alpha^3, the
//! locations are S1 y and S1 (y + 1), where y^2 + y = (S3 + S1^3) / S1^3. One error has y = 0, no
//! error S1 = S3 = 0; the location zero stands for no error.
//!
//! With fewer than six least reliable bits the patterns repeat, which changes no minimum.
//!
//! Bit literals: sets of patterns, and matrices over bits.

use super::{Beta, Chase, Lanes, N, OVERALL, Survey, UNKNOWN, WORDS};
use crate::ofec::component::{COLUMN, NONE};
use crate::rs255_239::aes::{
    HALF_SQUARE, IDENTITY, PLACE_OF_LOCATION, RENAME, bit_matrix, product,
};
use core::arch::x86_64::{
    __m512i, _mm_cvtsi128_si32, _mm_min_epu16, _mm_minpos_epu16, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_min_epu16, _mm512_abs_epi8, _mm512_add_epi8, _mm512_add_epi16,
    _mm512_castsi512_si256, _mm512_cmpeq_epi8_mask, _mm512_cmpeq_epi16_mask,
    _mm512_cmpneq_epi8_mask, _mm512_cvtepu8_epi16, _mm512_extracti64x4_epi64,
    _mm512_gf2p8affine_epi64_epi8, _mm512_gf2p8affineinv_epi64_epi8, _mm512_gf2p8mul_epi8,
    _mm512_loadu_si512, _mm512_mask_add_epi16, _mm512_mask_blend_epi8, _mm512_mask_mov_epi16,
    _mm512_maskz_set1_epi8, _mm512_min_epu16, _mm512_movepi8_mask, _mm512_permutex2var_epi8,
    _mm512_set1_epi8, _mm512_set1_epi16, _mm512_set1_epi64, _mm512_setzero_si512,
    _mm512_storeu_si512, _mm512_test_epi8_mask, _mm512_testn_epi8_mask, _mm512_xor_si512,
};

/// The patterns that have bit i.
const WITH: [u64; 6] = [
    0xAAAA_AAAA_AAAA_AAAA,
    0xCCCC_CCCC_CCCC_CCCC,
    0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000,
    0xFFFF_FFFF_0000_0000,
];

/// The matrix that squares.
const SQUARE: u64 = squares(0);
/// The matrix that gives y^2 + y.
const SQUARE_AND_SELF: u64 = squares(1);

const fn squares(and_self: u8) -> u64 {
    let (mut images, mut bit) = ([0; 8], 0);
    while bit < 8 {
        images[bit] = product(1 << bit, 1 << bit) ^ and_self << bit;
        bit += 1;
    }
    bit_matrix(images)
}

/// The place of an error by its location in the field of 0x11B.
static PLACES: [u8; 256] = {
    let mut places = PLACE_OF_LOCATION;
    places[0] = NONE;
    places
};

/// Even and odd octets of two vectors.
static UNZIP: [[u8; 64]; 2] = {
    let mut unzip = [[0; 64]; 2];
    let mut at = 0;
    while at < 64 {
        unzip[0][at] = 2 * at as u8;
        unzip[1][at] = 2 * at as u8 + 1;
        at += 1;
    }
    unzip
};

/// The words that the patterns of one lane lead to.
struct Trials {
    /// Sums of patterns 0 to 31 and 32 to 63.
    sums: [__m512i; 2],
    /// Places of the errors found.
    places: [__m512i; 2],
    /// Patterns whose word has another overall parity than was received.
    overall: u64,
    /// Patterns that lead to no word.
    lost: u64,
}

impl Chase {
    /// As [`Chase::decode`].
    #[target_feature(enable = "avx2,bmi1,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
    pub(in crate::ofec) fn decode_gfni<const P: usize>(&mut self, beta: Beta) -> (u32, u32) {
        let magnitudes = magnitudes(&self.values);
        self.decode_with::<P>(beta, |chase, lane, survey| {
            chase.try_all(lane, survey, &magnitudes[lane], beta)
        })
    }

    /// As [`Chase::try_patterns`].
    #[target_feature(enable = "avx2,bmi1,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
    #[inline]
    fn try_all<const P: usize>(
        &mut self,
        lane: usize,
        survey: &Survey<P>,
        magnitudes: &[u8; N],
        beta: Beta,
    ) -> bool {
        let overall = i16::from(self.overall[lane]).abs();
        let trials = trials(lane, survey, magnitudes, overall);
        let sum = least(trials.sums);
        if sum == UNKNOWN {
            return false;
        }
        let equal = trials.sums.map(|sums| _mm512_cmpeq_epi16_mask(sums, _mm512_set1_epi16(sum)));
        let chosen = (u64::from(equal[0]) | u64::from(equal[1]) << 32).trailing_zeros() as usize;
        self.best[lane] = sum;
        let (sums, places) = trials.stored();
        let mut right = !trials.lost & (u64::MAX >> (64 - (1 << P)));
        while right != 0 {
            let g = right.trailing_zeros() as usize % 64;
            right &= right - 1;
            for places in &places {
                let known = &mut self.extrinsic[places[g] as usize][lane];
                *known = sums[g].min(*known);
            }
        }
        let mut note = |place: u8, changed: u64| {
            let other = trials.opposite(chosen, changed);
            let changed = changed >> chosen & 1 == 1;
            self.compete(lane, place as usize, changed, other, sum, beta);
        };
        let tried: [u8; P] = core::array::from_fn(|i| survey.least[i][lane] as u8);
        for (i, &place) in tried.iter().enumerate() {
            note(place, WITH[i] ^ trials.found(place));
        }
        for place in [places[0][chosen], places[1][chosen]] {
            if place != NONE && !tried.contains(&place) {
                note(place, trials.found(place));
            }
        }
        note(OVERALL as u8, trials.overall);
        true
    }
}

impl Trials {
    /// Patterns that found an error at `place`.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn found(&self, place: u8) -> u64 {
        let place = _mm512_set1_epi8(place as i8);
        let [first, second] = self.places;
        _mm512_cmpeq_epi8_mask(first, place) | _mm512_cmpeq_epi8_mask(second, place)
    }

    /// The least sum of the patterns that are not in `changed` if `chosen` is, or are if it is not.
    #[target_feature(enable = "avx2,avx512f,avx512bw")]
    #[inline]
    fn opposite(&self, chosen: usize, changed: u64) -> i16 {
        let others = changed ^ 0u64.wrapping_sub(changed >> chosen & 1);
        let unknown = _mm512_set1_epi16(UNKNOWN);
        let [low, high] = self.sums;
        least([
            _mm512_mask_mov_epi16(unknown, others as u32, low),
            _mm512_mask_mov_epi16(unknown, (others >> 32) as u32, high),
        ])
    }

    /// Sums and places in memory.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn stored(&self) -> ([i16; 64], [[u8; 64]; 2]) {
        let (mut sums, mut places) = ([0i16; 64], [[0u8; 64]; 2]);
        #[expect(unsafe_code, reason = "stores of vectors")]
        // SAFETY: each store writes 64 octets; `sums` has two such halves, each of `places` is one.
        unsafe {
            _mm512_storeu_si512(sums.as_mut_ptr().cast(), self.sums[0]);
            _mm512_storeu_si512(sums[32..].as_mut_ptr().cast(), self.sums[1]);
            _mm512_storeu_si512(places[0].as_mut_ptr().cast(), self.places[0]);
            _mm512_storeu_si512(places[1].as_mut_ptr().cast(), self.places[1]);
        }
        (sums, places)
    }
}

/// All patterns of one lane.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,gfni")]
#[inline]
fn trials<const P: usize>(
    lane: usize,
    survey: &Survey<P>,
    magnitudes: &[u8; N],
    overall: i16,
) -> Trials {
    let octet = |octet: u16| _mm512_set1_epi8(octet as i8);
    let [mut s1, mut s3] = [survey.syndrome[lane], survey.syndrome[lane] >> 8].map(octet);
    let mut sums = [_mm512_setzero_si512(); 2];
    let mut parity = 0u64.wrapping_sub(u64::from(survey.odd[lane] & 1));
    for (least, with) in survey.least.iter().zip(WITH) {
        let item = least[lane];
        let column = COLUMN[(item & 0xFF) as usize];
        s1 = _mm512_xor_si512(s1, _mm512_maskz_set1_epi8(with, column as i8));
        s3 = _mm512_xor_si512(s3, _mm512_maskz_set1_epi8(with, (column >> 8) as i8));
        let magnitude = _mm512_set1_epi16((item >> 8) as i16);
        sums[0] = _mm512_mask_add_epi16(sums[0], with as u32, sums[0], magnitude);
        sums[1] = _mm512_mask_add_epi16(sums[1], (with >> 32) as u32, sums[1], magnitude);
        parity ^= with;
    }
    let (locations, lost) = locate(s1, s3);
    let zero = _mm512_setzero_si512();
    let none = locations.map(|location| _mm512_cmpeq_epi8_mask(location, zero));
    let changed = parity ^ none[0] ^ none[1];
    let table = quarters(&PLACES);
    let places = locations.map(|location| select(table, location));
    let table = quarters(magnitudes);
    let errors = places.map(|place| select(table, place));
    // At most 254.
    let errors = _mm512_add_epi8(errors[0], errors[1]);
    let wide = [
        _mm512_cvtepu8_epi16(_mm512_castsi512_si256(errors)),
        _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64::<1>(errors)),
    ];
    let (overall, unknown) = (_mm512_set1_epi16(overall), _mm512_set1_epi16(UNKNOWN));
    for (half, (sum, errors)) in sums.iter_mut().zip(wide).enumerate() {
        let (changed, lost) = ((changed >> (32 * half)) as u32, (lost >> (32 * half)) as u32);
        *sum = _mm512_add_epi16(*sum, errors);
        *sum = _mm512_mask_add_epi16(*sum, changed, *sum, overall);
        *sum = _mm512_mask_mov_epi16(*sum, lost, unknown);
    }
    Trials { sums, places, overall: changed, lost }
}

/// Locations of up to two errors in the field of 0x11B, and where there are more.
#[target_feature(enable = "avx512f,avx512bw,gfni")]
#[inline]
fn locate(s1: __m512i, s3: __m512i) -> ([__m512i; 2], u64) {
    let (s1, s3) = (affine(s1, RENAME), affine(s3, RENAME));
    let cube = _mm512_gf2p8mul_epi8(affine(s1, SQUARE), s1);
    let identity = _mm512_set1_epi64(IDENTITY as i64);
    let inverse = _mm512_gf2p8affineinv_epi64_epi8::<0>(cube, identity);
    let constant = _mm512_gf2p8mul_epi8(_mm512_xor_si512(s3, cube), inverse);
    let y = affine(constant, HALF_SQUARE);
    let unsolvable = _mm512_cmpneq_epi8_mask(affine(y, SQUARE_AND_SELF), constant);
    let only_s3 = _mm512_testn_epi8_mask(s1, s1) & _mm512_test_epi8_mask(s3, s3);
    let first = _mm512_gf2p8mul_epi8(s1, y);
    ([first, _mm512_xor_si512(first, s1)], unsolvable | only_s3)
}

#[target_feature(enable = "avx512f,gfni")]
#[inline]
fn affine(a: __m512i, matrix: u64) -> __m512i {
    _mm512_gf2p8affine_epi64_epi8::<0>(a, _mm512_set1_epi64(matrix as i64))
}

/// The least of 64 numbers.
#[target_feature(enable = "avx2,avx512f,avx512bw")]
#[inline]
fn least([low, high]: [__m512i; 2]) -> i16 {
    let numbers = _mm512_min_epu16(low, high);
    let high = _mm512_extracti64x4_epi64::<1>(numbers);
    let numbers = _mm256_min_epu16(_mm512_castsi512_si256(numbers), high);
    let high = _mm256_extracti128_si256::<1>(numbers);
    let numbers = _mm_min_epu16(_mm256_castsi256_si128(numbers), high);
    _mm_cvtsi128_si32(_mm_minpos_epu16(numbers)) as i16
}

/// The octets of a table that `places` name.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn select(table: [__m512i; 4], places: __m512i) -> __m512i {
    let low = _mm512_permutex2var_epi8(table[0], places, table[1]);
    let high = _mm512_permutex2var_epi8(table[2], places, table[3]);
    _mm512_mask_blend_epi8(_mm512_movepi8_mask(places), low, high)
}

/// A table in four vectors.
#[target_feature(enable = "avx512f")]
#[inline]
fn quarters(table: &[u8; 256]) -> [__m512i; 4] {
    core::array::from_fn(|i| load(&table[64 * i..]))
}

/// The first 64 octets.
#[target_feature(enable = "avx512f")]
#[inline]
fn load(octets: &[u8]) -> __m512i {
    let octets = &octets[..64];
    #[expect(unsafe_code, reason = "load of a vector")]
    // SAFETY: the slice has 64 octets.
    unsafe {
        _mm512_loadu_si512(octets.as_ptr().cast())
    }
}

/// Magnitudes of all values, word by word; those of the overall parities count as zero.
///
/// A place of the values has seven bits for the bit of a word and five for the word. Taking the even
/// octets first and then the odd ones moves the lowest bit of each place to the top; five times that
/// leaves the bits of a quarter of all words one after the other.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn magnitudes(values: &[Lanes<i8>; N]) -> [[u8; N]; WORDS] {
    let unzip = [load(&UNZIP[0]), load(&UNZIP[1])];
    let mut out = [[0; N]; WORDS];
    for (quarter, values) in values.as_chunks::<64>().0.iter().enumerate() {
        let octets = values.as_flattened();
        let mut vectors: [__m512i; WORDS] = core::array::from_fn(|i| {
            let octets = &octets[64 * i..][..64];
            #[expect(unsafe_code, reason = "load of a vector")]
            // SAFETY: the slice has 64 octets.
            let vector = unsafe { _mm512_loadu_si512(octets.as_ptr().cast()) };
            _mm512_abs_epi8(vector)
        });
        for _ in 0..5 {
            vectors = core::array::from_fn(|i| {
                let (a, b) = (vectors[2 * i % WORDS], vectors[(2 * i + 1) % WORDS]);
                _mm512_permutex2var_epi8(a, unzip[2 * i / WORDS], b)
            });
        }
        for (word, vector) in out.iter_mut().zip(vectors) {
            let octets = &mut word[64 * quarter..][..64];
            #[expect(unsafe_code, reason = "store of a vector")]
            // SAFETY: the slice has 64 octets.
            unsafe {
                _mm512_storeu_si512(octets.as_mut_ptr().cast(), vector);
            }
        }
    }
    for word in &mut out {
        word[OVERALL] = 0;
    }
    out
}
