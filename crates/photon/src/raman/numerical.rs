//! Scattering by steps along the fibre: explicit Euler.
//!
//! Clauses: 6.4 of the fact sheet on GNPy, `numerical`. In: a line, powers at its start, positions. Out: powers at
//! all positions. A lumped loss acts on the step that leaves its position.

use super::line::Line;

/// Powers of all rows at all positions of `grid_m`; row after row. `factors` are the factors of power there.
//= gnpy:6.4-numerical
pub(super) fn solve(line: &Line, power_w: &[f64], grid_m: &[f64], factors: &[f64]) -> Vec<f64> {
    let (rows, width) = (power_w.len(), grid_m.len());
    let mut out = vec![0.0; rows * width];
    let mut now_w = power_w.to_vec();
    let by_giver = transpose(&line.efficiency, rows);
    let mut gain = vec![0.0; rows];
    for k in 0..width {
        for (row, power) in now_w.iter().enumerate() {
            out[row * width + k] = *power;
        }
        if k + 1 < width {
            let step_m = grid_m[k + 1] - grid_m[k];
            slopes(&line.alpha, &by_giver, &now_w, &mut gain);
            for (power, gain) in now_w.iter_mut().zip(&gain) {
                *power = *power * (1.0 + gain * step_m) * factors[k];
            }
        }
    }
    out
}

/// Of the first rows, as many as `gain` holds, the relative change of power per metre: attenuation and
/// what all rows give. `by_giver` holds the efficiencies of one giver after the other.
pub(super) fn slopes(alpha: &[f64], by_giver: &[f64], power_w: &[f64], gain: &mut [f64]) {
    let rows = power_w.len();
    for (gain, alpha) in gain.iter_mut().zip(alpha) {
        *gain = -alpha;
    }
    // Four givers at a time: the sums are loaded and stored once for four products.
    let mut quads = by_giver.chunks_exact(4 * rows);
    let mut powers = power_w.chunks_exact(4);
    for (quad, power) in quads.by_ref().zip(powers.by_ref()) {
        let (a, rest) = quad.split_at(rows);
        let (b, rest) = rest.split_at(rows);
        let (c, d) = rest.split_at(rows);
        let [pa, pb, pc, pd] = [power[0], power[1], power[2], power[3]];
        for ((((gain, a), b), c), d) in gain.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *gain += (a * pa + b * pb) + (c * pc + d * pd);
        }
    }
    let rest = quads.remainder().chunks_exact(rows);
    for (given, power) in rest.zip(powers.remainder()) {
        for (gain, efficiency) in gain.iter_mut().zip(given) {
            *gain += efficiency * power;
        }
    }
}

/// Rows of a square matrix as columns, so that sums over a row become sums of rows.
pub(super) fn transpose(square: &[f64], rows: usize) -> Vec<f64> {
    (0..square.len()).map(|at| square[(at % rows) * rows + at / rows]).collect()
}
