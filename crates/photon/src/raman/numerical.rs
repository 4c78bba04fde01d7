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

/// Of each row, the relative change of its power per metre: attenuation and what all others give.
pub(super) fn slopes(alpha: &[f64], by_giver: &[f64], power_w: &[f64], gain: &mut [f64]) {
    let rows = gain.len();
    gain.fill(0.0);
    for (given, power) in by_giver.chunks_exact(rows).zip(power_w) {
        for (gain, efficiency) in gain.iter_mut().zip(given) {
            *gain += efficiency * power;
        }
    }
    for (gain, alpha) in gain.iter_mut().zip(alpha) {
        *gain -= alpha;
    }
}

/// Rows of a square matrix as columns, so that sums over a row become sums of rows.
pub(super) fn transpose(square: &[f64], rows: usize) -> Vec<f64> {
    (0..square.len()).map(|at| square[(at % rows) * rows + at / rows]).collect()
}
