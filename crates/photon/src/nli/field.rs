//! How strongly light of one channel mixes along a fibre, as a function of the phase mismatch.
//!
//! Clauses: 6.3 of the fact sheet on GNPy (`rho_nli`). In: the loss profile of the interfering channel. Out: the
//! squared modulus of the integral of the profile times `exp(j mismatch z)`, in m².
//!
//! Without its attenuation the profile is taken as straight between its positions; the integral then is
//! a sum of phasors at the positions, which are the multiples of one step, a few others, and the end.
//! A double integral asks for millions of values of this function of one number: [`Table`] holds it on a
//! grid that is fine against its fastest oscillation, that of the end of the fibre.

/// Values computed together: phasors are turned from one to the next, and set anew for each block.
const BLOCK: usize = 128;
/// Values whose sums stay in registers.
const LANES: usize = 8;

/// The mixing of one channel's light along a fibre.
#[derive(Clone, Debug)]
pub(super) struct Field {
    alpha: f64,
    /// Profile without attenuation at the start.
    start: f64,
    /// Position of the end, m.
    end_m: f64,
    /// Profile at the end, with attenuation.
    end: f64,
    /// Change of slope at the end, with attenuation, 1/m.
    end_bend: f64,
    step_m: f64,
    /// Changes of slope at the multiples of the step, with attenuation, 1/m.
    regular: Vec<f64>,
    /// Other positions, m, and the changes of slope there, with attenuation, 1/m.
    others: Vec<(f64, f64)>,
}

/// Phasors of a block.
#[derive(Clone, Copy)]
struct Phasors {
    cos: [f64; BLOCK],
    sin: [f64; BLOCK],
}

/// A mismatch that goes with the number k of a point as `first k + second k²`, 1/m.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mismatch {
    pub(super) first: f64,
    pub(super) second: f64,
}

impl Field {
    /// The field of a channel with attenuation `alpha` and the loss profile `loss` at `position_m`, of
    /// which most are multiples of `step_m`.
    //= gnpy:6.3-rho-nli
    pub(super) fn new(alpha: f64, position_m: &[f64], loss: &[f64], step_m: f64) -> Self {
        let last = position_m.len() - 1;
        let bare = |k: usize| loss[k] * (alpha * position_m[k]).exp();
        let slope = |k: usize| (bare(k + 1) - bare(k)) / (position_m[k + 1] - position_m[k]);
        let mut field = Self {
            alpha,
            start: bare(0),
            end_m: position_m[last],
            end: loss[last],
            end_bend: 0.0,
            step_m,
            regular: Vec::new(),
            others: Vec::new(),
        };
        for (k, &at_m) in position_m.iter().enumerate() {
            let before = if k == 0 { 0.0 } else { slope(k - 1) };
            let after = if k == last { 0.0 } else { slope(k) };
            let bend = (before - after) * (-alpha * at_m).exp();
            if k == last {
                field.end_bend = bend;
            } else if at_m == field.regular.len() as f64 * step_m {
                field.regular.push(bend);
            } else {
                field.others.push((at_m, bend));
            }
        }
        field
    }

    /// Squared moduli, m², for the points `from`, `from + 1`, ... of a mismatch; as many as `out` holds.
    fn fill(&self, mismatch: Mismatch, from: usize, out: &mut [f64]) {
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            self.block(mismatch, (from + block * BLOCK) as f64, out);
        }
    }

    fn block(&self, mismatch: Mismatch, from: f64, out: &mut [f64]) {
        let end = Phasors::along(mismatch, from, self.end_m);
        let (mut re, mut im) = self.regular_sum(mismatch, from);
        for &(at_m, bend) in &self.others {
            let other = Phasors::along(mismatch, from, at_m);
            for i in 0..BLOCK {
                re[i] += bend * other.cos[i];
                im[i] += bend * other.sin[i];
            }
        }
        for (i, out) in out.iter_mut().enumerate() {
            let k = from + i as f64;
            let beta = (mismatch.first + mismatch.second * k) * k;
            // w (end e^(j beta z) - start) - sum of bends, with w = -alpha + j beta.
            let (edge_re, edge_im) = (self.end * end.cos[i] - self.start, self.end * end.sin[i]);
            let all_re =
                -self.alpha * edge_re - beta * edge_im - (re[i] + self.end_bend * end.cos[i]);
            let all_im =
                beta * edge_re - self.alpha * edge_im - (im[i] + self.end_bend * end.sin[i]);
            let square = self.alpha * self.alpha + beta * beta;
            *out = (all_re * all_re + all_im * all_im) / (square * square);
        }
    }

    /// Sum over the multiples of the step of bend times phasor, by Clenshaw's recurrence in the cosine.
    fn regular_sum(&self, mismatch: Mismatch, from: f64) -> ([f64; BLOCK], [f64; BLOCK]) {
        let mut re = [self.regular.first().copied().unwrap_or(0.0); BLOCK];
        let mut im = [0.0; BLOCK];
        if self.regular.len() < 2 {
            return (re, im);
        }
        let step = Phasors::along(mismatch, from, self.step_m);
        for at in (0..BLOCK).step_by(LANES) {
            let (mut one, mut two) = ([0.0; LANES], [0.0; LANES]);
            let double: [f64; LANES] = core::array::from_fn(|i| 2.0 * step.cos[at + i]);
            for &bend in self.regular[1..].iter().rev() {
                for i in 0..LANES {
                    let next = bend + double[i] * one[i] - two[i];
                    two[i] = one[i];
                    one[i] = next;
                }
            }
            for i in 0..LANES {
                re[at + i] += one[i] * step.cos[at + i] - two[i];
                im[at + i] = one[i] * step.sin[at + i];
            }
        }
        (re, im)
    }
}

impl Phasors {
    /// `exp(j mismatch z)` for the points `from`, `from + 1`, ...: each is one before, turned. So many
    /// points as there are lanes are turned at once, each by the angle to its like in the next group.
    fn along(mismatch: Mismatch, from: f64, z_m: f64) -> Self {
        let (first, second) = (mismatch.first * z_m, mismatch.second * z_m);
        let lanes = LANES as f64;
        let phase = (first + second * from) * from;
        let [mut c, mut s] = series(phase, first + second * (2.0 * from + 1.0), 2.0 * second);
        let turn = lanes * (first + second * (2.0 * from + lanes));
        let [mut tc, mut ts] = series(turn, 2.0 * lanes * second, 0.0);
        let (bs, bc) = (2.0 * lanes * lanes * second).sin_cos();
        let mut phasors = Self { cos: [0.0; BLOCK], sin: [0.0; BLOCK] };
        let groups = phasors.cos.chunks_exact_mut(LANES).zip(phasors.sin.chunks_exact_mut(LANES));
        for (cos, sin) in groups {
            cos.copy_from_slice(&c);
            sin.copy_from_slice(&s);
            for i in 0..LANES {
                (c[i], s[i]) = (c[i] * tc[i] - s[i] * ts[i], s[i] * tc[i] + c[i] * ts[i]);
            }
            if mismatch.second != 0.0 {
                for i in 0..LANES {
                    (tc[i], ts[i]) = (tc[i] * bc - ts[i] * bs, ts[i] * bc + tc[i] * bs);
                }
            }
        }
        phasors
    }
}

/// Cosines and sines of one phase a lane, each `turn` more than the one before and `turn` then `bend` more.
fn series(phase: f64, turn: f64, bend: f64) -> [[f64; LANES]; 2] {
    let ((mut s, mut c), (mut ts, mut tc)) = (phase.sin_cos(), turn.sin_cos());
    let (bs, bc) = bend.sin_cos();
    let (mut cos, mut sin) = ([0.0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        (cos[i], sin[i]) = (c, s);
        (c, s) = (c * tc - s * ts, s * tc + c * ts);
        (tc, ts) = (tc * bc - ts * bs, ts * bc + tc * bs);
    }
    [cos, sin]
}

/// Cells of a table to a radian of the phase that light gathers from end to end.
const CELLS_PER_RADIAN: f64 = 20.0;
/// Most cells of one table.
pub(super) const MAX_CELLS: usize = 4_000_000;

/// A field over the size of the mismatch: in each cell the polynomial of fifth degree through the six
/// values around it.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Cells to one 1/m of mismatch.
    density_m: f64,
    cells: Vec<[f64; 6]>,
}

/// How many cells a table up to `mismatch` for a fibre of `length_m` has.
pub(super) fn cells(mismatch: f64, length_m: f64) -> f64 {
    (mismatch * length_m * CELLS_PER_RADIAN).ceil() + 1.0
}

impl Table {
    /// Tabulates `field` up to `mismatch`, 1/m.
    pub(super) fn new(field: &Field, mismatch: f64) -> Self {
        let density_m = field.end_m * CELLS_PER_RADIAN;
        let count = (cells(mismatch, field.end_m) as usize).min(MAX_CELLS);
        // Two values before the first cell, by symmetry, and three behind the start of the last one.
        let mut value = vec![0.0; count + 5];
        let steps = Mismatch { first: 1.0 / density_m, second: 0.0 };
        field.fill(steps, 0, &mut value[2..]);
        value[1] = value[3];
        value[0] = value[4];
        let cells = value.windows(6).map(|v| quintic([v[0], v[1], v[2], v[3], v[4], v[5]]));
        Self { density_m, cells: cells.collect() }
    }

    /// The squared modulus at `mismatch`, m²; the sign of a mismatch does not count.
    #[inline]
    pub(super) fn at(&self, mismatch: f64) -> f64 {
        let place = mismatch.abs() * self.density_m;
        let cell = (place as usize).min(self.cells.len() - 1);
        let t = place - cell as f64;
        let [c0, c1, c2, c3, c4, c5] = self.cells[cell];
        c0 + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * c5))))
    }
}

/// Coefficients of the polynomial of fifth degree through values at -2, -1, 0, 1, 2 and 3.
fn quintic([a, b, c, d, e, f]: [f64; 6]) -> [f64; 6] {
    let row =
        |k: [f64; 6]| (k[0] * a + k[1] * b + k[2] * c + k[3] * d + k[4] * e + k[5] * f) / 120.0;
    [
        c,
        row([6.0, -60.0, -40.0, 120.0, -30.0, 4.0]),
        row([-5.0, 80.0, -150.0, 80.0, -5.0, 0.0]),
        row([-5.0, -5.0, 50.0, -70.0, 35.0, -5.0]),
        row([5.0, -20.0, 30.0, -20.0, 5.0, 0.0]),
        row([-1.0, 5.0, -10.0, 10.0, -5.0, 1.0]),
    ]
}

/// Sum over the points 0 to `count - 1` of a mismatch, weighted by one, the first and the last by half.
pub(super) fn trapezoids(field: &Field, mismatch: Mismatch, count: usize) -> f64 {
    let mut value = [0.0; 16 * BLOCK];
    let mut sum = 0.0;
    let mut ends = 0.0;
    for from in (0..count).step_by(value.len()) {
        let here = &mut value[..(count - from).min(16 * BLOCK)];
        field.fill(mismatch, from, here);
        sum += here.iter().sum::<f64>();
        if from == 0 {
            ends += here[0];
        }
        if from + here.len() == count {
            ends += here[here.len() - 1];
        }
    }
    sum - 0.5 * ends
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral by its definition: complex exponentials, no recurrences.
    fn plain(alpha: f64, z: &[f64], loss: &[f64], beta: f64) -> f64 {
        let divide = |a: (f64, f64), b: (f64, f64)| {
            let square = b.0 * b.0 + b.1 * b.1;
            ((a.0 * b.0 + a.1 * b.1) / square, (a.1 * b.0 - a.0 * b.1) / square)
        };
        let power = |z: f64| {
            let (sin, cos) = (beta * z).sin_cos();
            ((-alpha * z).exp() * cos, (-alpha * z).exp() * sin)
        };
        let q = |k: usize| loss[k] * (alpha * z[k]).exp();
        let n = z.len() - 1;
        let w = (-alpha, beta);
        let w2 = (w.0 * w.0 - w.1 * w.1, 2.0 * w.0 * w.1);
        let end = power(z[n]);
        let mut sum = divide((q(n) * end.0 - q(0), q(n) * end.1), w);
        for k in 0..n {
            let slope = (q(k + 1) - q(k)) / (z[k + 1] - z[k]);
            let (a, b) = (power(z[k + 1]), power(z[k]));
            let part = divide((slope * (a.0 - b.0), slope * (a.1 - b.1)), w2);
            sum = (sum.0 - part.0, sum.1 - part.1);
        }
        sum.0 * sum.0 + sum.1 * sum.1
    }

    /// A profile with scattering, a lumped loss off the grid and an end off the grid.
    fn profile() -> (f64, Vec<f64>, Vec<f64>) {
        let z: Vec<f64> =
            [0.0, 1.0, 2.0, 2.7, 3.0, 4.0, 5.0, 6.0, 6.4].iter().map(|k| k * 10e3).collect();
        let loss = z.iter().map(|z| (-5e-5 * z + 3e-6 * z * (1.0 - z / 9e4)).exp()).collect();
        (4.6e-5, z, loss)
    }

    #[test]
    //= type=test gnpy:6.3-rho-nli
    fn blocks_agree_with_the_definition() {
        let (alpha, z, loss) = profile();
        let field = Field::new(alpha, &z, &loss, 10e3);
        assert_eq!((field.regular.len(), field.others.len()), (7, 1));
        let mismatch = Mismatch { first: 3.1e-6, second: -2.3e-11 };
        let mut found = vec![0.0; 1000];
        field.fill(mismatch, 5, &mut found);
        for (i, found) in found.iter().enumerate() {
            let k = (i + 5) as f64;
            let expected = plain(alpha, &z, &loss, mismatch.first * k + mismatch.second * k * k);
            assert!((found / expected - 1.0).abs() < 1e-10, "{i}: {found} {expected}");
        }
    }

    #[test]
    //= type=test gnpy:6.3-rho-nli
    fn tables_agree_with_the_definition() {
        let (alpha, z, loss) = profile();
        let table = Table::new(&Field::new(alpha, &z, &loss, 10e3), 5e-3);
        for i in 0..5000 {
            let beta = 9.9991e-7 * f64::from(i);
            let expected = plain(alpha, &z, &loss, beta);
            assert!((table.at(-beta) / expected - 1.0).abs() < 1e-8, "{beta}");
        }
    }

    #[test]
    fn trapezoids_over_blocks() {
        let (alpha, z, loss) = profile();
        let field = Field::new(alpha, &z, &loss, 10e3);
        for count in [1, 2, 128, 2048, 2049, 5000] {
            let mismatch = Mismatch { first: 1e-6, second: 1e-12 };
            let mut all = vec![0.0; count];
            field.fill(mismatch, 0, &mut all);
            let expected = all.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).sum::<f64>();
            let found = trapezoids(&field, mismatch, count);
            assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{count}");
        }
    }
}
