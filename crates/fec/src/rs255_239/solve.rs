//! All codewords of a vector at once: from their syndromes to their errors, without a branch.
//!
//! Clause: G.709 Annex A. One and two wrong octets are told by closed formulas; what is left goes
//! through Berlekamp-Massey, a search for roots and Forney's formula, each octet of a vector being a
//! codeword. All this is computed in the field of 0x11B, for which there are instructions. The
//! locator is tried at all 255 places on a walk where one bit of x changes at a time: of its nine
//! terms all but x^3 and x^6 are sums of maps that are linear over bits, which change by a constant.
//!
//! In: syndromes of one to four rows. Out: the rows corrected, and counts. The results are those of
//! [`super::correct`].

use super::aes::{HALF_SQUARE, PLACE_OF_LOCATION, PLACE_OF_ROOT, RENAME, RENAME_BACK, Step, WALK};
use super::lanes::{Field, Octets};
use super::{Column, N, PARITY, RowOutcome, SUB_ROWS, T};

/// Coefficients of a polynomial of degree eight, constant term first.
type Locator<V> = [V; T + 1];

/// Places and values of errors, side by side: error k of codeword x is octet x of number k.
struct Found {
    places: [Octets; T],
    values: [Octets; T],
}

/// Corrects the codewords of `F::ROWS` rows, the first of which begins at column `first`.
//= g709:a-correct-8
#[inline(always)]
pub(super) fn correct<F: Field>(
    f: F,
    syndromes: &[F::Vector; PARITY],
    columns: &mut [Column],
    first: usize,
    outcomes: &mut [RowOutcome],
) {
    let all_lanes = u64::MAX >> (64 - F::ROWS * SUB_ROWS);
    let mut clean = f.equal(syndromes[0], f.zero());
    for &syndrome in &syndromes[1..] {
        clean = f.both(clean, f.equal(syndrome, f.zero()));
    }
    // A loop, as `map` is compiled apart and without the target features.
    let mut renamed = *syndromes;
    for syndrome in &mut renamed {
        *syndrome = f.affine(*syndrome, RENAME);
    }
    let syndromes = renamed;
    let wrong = f.without(f.equal(f.zero(), f.zero()), clean);
    let mut found = Found { places: [[0; 64]; T], values: [[0; 64]; T] };
    let one = f.both(wrong, one_error(f, &syndromes, &mut found));
    apply(columns, first, outcomes, f.bits(one), &[1; 64], &found);
    let more = f.without(wrong, one);
    if f.bits(more) == 0 {
        return;
    }
    let two = f.both(more, two_errors(f, &syndromes, &mut found));
    apply(columns, first, outcomes, f.bits(two), &[2; 64], &found);
    let many = f.without(more, two);
    if f.bits(many) == 0 {
        return;
    }
    let (located, counts) = several_errors(f, &syndromes, many, &mut found);
    apply(columns, first, outcomes, f.bits(located), &f.octets(counts), &found);
    let mut lost = f.bits(f.without(many, located)) & all_lanes;
    while lost != 0 {
        let lane = lost.trailing_zeros() as usize;
        lost &= lost - 1;
        outcomes[lane / SUB_ROWS].uncorrectable |= 1 << (lane % SUB_ROWS);
    }
}

/// Adds the errors of the lanes of a mask to the rows, and counts them.
#[inline(always)]
fn apply(
    columns: &mut [Column],
    first: usize,
    outcomes: &mut [RowOutcome],
    mut lanes: u64,
    counts: &Octets,
    found: &Found,
) {
    while lanes != 0 {
        let lane = lanes.trailing_zeros() as usize;
        lanes &= lanes - 1;
        let (row, x) = (lane / SUB_ROWS, lane % SUB_ROWS);
        let (outcome, words) = (&mut outcomes[row], &mut columns[first + row * N..][..N]);
        let count = usize::from(counts[lane]).min(T);
        for (places, values) in found.places.iter().zip(&found.values).take(count) {
            words[usize::from(places[lane])][x] ^= values[lane];
            outcome.corrected_bits += values[lane].count_ones();
        }
        outcome.corrected_symbols += count as u32;
        outcome.corrected_codewords += 1;
    }
}

/// The octets of `locations`, looked up.
#[inline(always)]
fn looked_up(table: &[u8; 256], mut octets: Octets, lanes: usize) -> Octets {
    for octet in &mut octets[..lanes] {
        *octet = table[usize::from(*octet)];
    }
    octets
}

/// Where the syndromes are those of one wrong octet: S_j = e X^j.
#[inline(always)]
fn one_error<F: Field>(f: F, syndromes: &[F::Vector; PARITY], found: &mut Found) -> F::Mask {
    let location = f.product(syndromes[1], f.inverse(syndromes[0]));
    let mut holds = f.without(f.equal(f.zero(), f.zero()), f.equal(location, f.zero()));
    for pair in syndromes.windows(2) {
        holds = f.both(holds, f.equal(f.product(pair[0], location), pair[1]));
    }
    found.places[0] = looked_up(&PLACE_OF_LOCATION, f.octets(location), F::ROWS * SUB_ROWS);
    found.values[0] = f.octets(f.affine(syndromes[0], RENAME_BACK));
    holds
}

/// Where the syndromes are those of two wrong octets: S_(j+2) = (X + Y) S_(j+1) + X Y S_j.
#[inline(always)]
fn two_errors<F: Field>(f: F, syndromes: &[F::Vector; PARITY], found: &mut Found) -> F::Mask {
    let [s0, s1, s2, s3, ..] = *syndromes;
    let cross = |a, b, c, d| f.xor(f.product(a, b), f.product(c, d));
    let inverse = f.inverse(cross(s1, s1, s0, s2));
    let sum = f.product(cross(s1, s2, s0, s3), inverse);
    let product = f.product(cross(s2, s2, s1, s3), inverse);
    let inverse_sum = f.inverse(sum);
    // X = sum * y turns X^2 + sum X + product = 0 into y^2 + y = product / sum^2.
    let constant = f.product(product, f.product(inverse_sum, inverse_sum));
    let y = f.affine(constant, HALF_SQUARE);
    let mut holds = f.equal(f.xor(f.product(y, y), y), constant);
    // Two different locations, none of them zero; that the determinant is not zero follows.
    holds = f.without(holds, f.equal(product, f.zero()));
    holds = f.without(holds, f.equal(sum, f.zero()));
    for s in syndromes.windows(3) {
        holds = f.both(holds, f.equal(cross(sum, s[1], product, s[0]), s[2]));
    }
    let x = f.product(sum, y);
    let other = f.xor(x, sum);
    let value = f.product(f.xor(f.product(s0, other), s1), inverse_sum);
    for (k, (location, value)) in [(x, value), (other, f.xor(s0, value))].into_iter().enumerate() {
        found.places[k] = looked_up(&PLACE_OF_LOCATION, f.octets(location), F::ROWS * SUB_ROWS);
        found.values[k] = f.octets(f.affine(value, RENAME_BACK));
    }
    holds
}

/// Up to eight wrong octets in the codewords of `many`: which of them are located, and how many
/// errors each has.
#[inline(always)]
fn several_errors<F: Field>(
    f: F,
    syndromes: &[F::Vector; PARITY],
    many: F::Mask,
    found: &mut Found,
) -> (F::Mask, F::Vector) {
    let (locator, length) = berlekamp_massey(f, syndromes);
    let within = f.both(many, f.at_most(length, f.splat(T as u8)));
    let (roots, count) = roots(f, &locator, within);
    evaluate(f, syndromes, &locator, &roots, found);
    (f.both(within, f.equal(count, length)), count)
}

/// The shortest registers that generate the syndromes, and their lengths. A register longer than
/// eight is cut off; its length stays above eight.
#[inline(always)]
fn berlekamp_massey<F: Field>(
    f: F,
    syndromes: &[F::Vector; PARITY],
) -> (Locator<F::Vector>, F::Vector) {
    let mut current = [f.zero(); T + 1];
    current[0] = f.splat(1);
    // The register before the last that grew, over its discrepancy.
    let mut previous = current;
    let mut length = f.zero();
    for n in 0..PARITY {
        let mut discrepancy = syndromes[n];
        for i in 1..=n.min(T) {
            discrepancy = f.xor(discrepancy, f.product(current[i], syndromes[n - i]));
        }
        let long =
            f.without(f.at_most(length, f.splat((n / 2) as u8)), f.equal(discrepancy, f.zero()));
        let inverse = f.inverse(discrepancy);
        for i in (1..=T.min(n + 1)).rev() {
            let before = current[i];
            current[i] = f.xor(before, f.product(discrepancy, previous[i - 1]));
            previous[i] = f.select(long, f.product(before, inverse), previous[i - 1]);
        }
        previous[0] = f.select(long, inverse, f.zero());
        length = f.select(long, f.subtract(f.splat(n as u8 + 1), length), length);
    }
    (current, length)
}

/// The first eight roots of each locator, and how many it has.
#[inline(always)]
fn roots<F: Field>(
    f: F,
    locator: &Locator<F::Vector>,
    lanes: F::Mask,
) -> ([F::Vector; T], F::Vector) {
    // What the terms 1, 2, 4, 8 and, over x^3, the terms 5 and 7 change by with each bit of x.
    let (mut of_sum, mut of_cube) = ([f.zero(); 8], [f.zero(); 8]);
    for bit in 0..8 {
        let x = 1u8 << bit;
        let x2 = super::aes::product(x, x);
        let x4 = super::aes::product(x2, x2);
        let x8 = super::aes::product(x4, x4);
        let term = |i: usize, power: u8| f.product(locator[i], f.splat(power));
        of_sum[bit] = f.xor(f.xor(term(1, x), term(2, x2)), f.xor(term(4, x4), term(8, x8)));
        of_cube[bit] = f.xor(term(5, x2), term(7, x4));
    }
    let (mut roots, mut count) = ([f.zero(); T], f.zero());
    let (mut sum, mut cube) = (locator[0], locator[3]);
    for &Step { bit, x, cube: by_cube } in &WALK {
        let bit = usize::from(bit % 8);
        sum = f.xor(sum, of_sum[bit]);
        cube = f.xor(cube, of_cube[bit]);
        let inner = f.xor(cube, f.affine(locator[6], by_cube));
        let is_root = f.both(lanes, f.equal(sum, f.affine(inner, by_cube)));
        if f.bits(is_root) == 0 {
            continue;
        }
        for k in (1..T).rev() {
            roots[k] = f.select(is_root, roots[k - 1], roots[k]);
        }
        roots[0] = f.select(is_root, f.splat(x), roots[0]);
        count = f.select(is_root, f.add(count, f.splat(1)), count);
    }
    (roots, count)
}

/// Forney's formula at each root: with alpha^0 the first root of the code, the value is that of the
/// evaluator over that of the odd terms of the locator.
#[inline(always)]
fn evaluate<F: Field>(
    f: F,
    syndromes: &[F::Vector; PARITY],
    locator: &Locator<F::Vector>,
    roots: &[F::Vector; T],
    found: &mut Found,
) {
    let mut evaluator = [f.zero(); T];
    for (n, term) in evaluator.iter_mut().enumerate() {
        *term = syndromes[n];
        for i in 1..=n {
            *term = f.xor(*term, f.product(locator[i], syndromes[n - i]));
        }
    }
    for (k, &root) in roots.iter().enumerate() {
        let mut above = evaluator[T - 1];
        for &term in evaluator[..T - 1].iter().rev() {
            above = f.xor(f.product(above, root), term);
        }
        let square = f.product(root, root);
        let mut below = locator[7];
        for i in [5, 3, 1] {
            below = f.xor(f.product(below, square), locator[i]);
        }
        let value = f.product(above, f.inverse(f.product(below, root)));
        found.places[k] = looked_up(&PLACE_OF_ROOT, f.octets(root), F::ROWS * SUB_ROWS);
        found.values[k] = f.octets(f.affine(value, RENAME_BACK));
    }
}
