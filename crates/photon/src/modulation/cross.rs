//! 32QAM: the cross of six by six points without corners.
//!
//! Sources: Smith, "Odd-bit quadrature amplitude-shift keying", IEEE Trans. Commun. 23 (1975) 385, for the cross
//! and its labels: a rectangle of 8 by 4 with Gray labels, whose outermost columns are moved above and below.
//! In: signal-to-noise ratio. Out: error ratio of the bits.

use core::f64::consts::PI;

use super::erfc::erfc;

/// Levels of the cross on either axis.
pub const CROSS_LEVELS: [f64; 6] = [-5.0, -3.0, -1.0, 1.0, 3.0, 5.0];

/// Labels, rows from the highest level down, columns from the lowest up; nothing at the corners.
///
/// Of all ways to move the two columns this one leaves the fewest bits that differ between neighbours: 120
/// over 104 pairs, each pair counted from both sides.
pub const CROSS_LABELS: [[Option<u8>; 6]; 6] = [
    [None, Some(3), Some(2), Some(18), Some(19), None],
    [Some(6), Some(14), Some(10), Some(26), Some(30), Some(22)],
    [Some(7), Some(15), Some(11), Some(27), Some(31), Some(23)],
    [Some(5), Some(13), Some(9), Some(25), Some(29), Some(21)],
    [Some(4), Some(12), Some(8), Some(24), Some(28), Some(20)],
    [None, Some(0), Some(1), Some(17), Some(16), None],
];

/// Mean energy of the points.
const ENERGY: f64 = 20.0;
/// Steps of Simpson's rule in one standard deviation.
const STEPS: f64 = 8.0;
/// Standard deviations beyond which nothing is summed.
const REACH: f64 = 9.0;

/// Sums, over points sent and cells of decision, the probability of the cell and the bits that differ.
//= smith1975:cross-qam
pub(super) fn bit_error_ratio(snr: f64) -> f64 {
    // Noise per axis has the variance N0/2 = energy / (2 snr).
    let sigma = (ENERGY / (2.0 * snr)).sqrt();
    let axis = cells(sigma);
    let corner = corners(sigma);
    let mut wrong = 0.0;
    let mut points = 0.0;
    for (row, labels) in CROSS_LABELS.iter().enumerate() {
        for (column, sent) in labels.iter().enumerate() {
            let Some(sent) = sent else { continue };
            let bits = |row: usize, column: usize| {
                let apart = |label: u8| f64::from((label ^ sent).count_ones());
                CROSS_LABELS[row][column].map_or(0.0, apart)
            };
            points += 1.0;
            for (to_row, row_cells) in axis[row].iter().enumerate() {
                for (to_column, column_cells) in axis[column].iter().enumerate() {
                    let whole = row_cells * column_cells;
                    if CROSS_LABELS[to_row][to_column].is_some() {
                        wrong += bits(to_row, to_column) * whole;
                        continue;
                    }
                    // Mirrored so that the corner lies at the upper end of both axes.
                    let mirror = |to: usize, from: usize| if to == 5 { from } else { 5 - from };
                    let beside = corner[mirror(to_column, column)][mirror(to_row, row)];
                    let inward = |to: usize| if to == 5 { 4 } else { 1 };
                    wrong += bits(inward(to_row), to_column) * beside;
                    wrong += bits(to_row, inward(to_column)) * (whole - beside);
                }
            }
        }
    }
    wrong / (points * 5.0)
}

/// Probability that light from level `i` along and level `j` across lands in a corner cell, beyond 4 on both
/// axes, and nearer to the point (5, 3) than to (3, 5): further along than across.
fn corners(sigma: f64) -> [[f64; 6]; 6] {
    let mut all = [[0.0; 6]; 6];
    let above = |edge: f64, across: &f64| 0.5 * erfc((edge - across) / (sigma * 2f64.sqrt()));
    let beyond = CROSS_LEVELS.map(|across| above(4.0, &across));
    for (i, along) in CROSS_LEVELS.iter().enumerate() {
        let low = (along - REACH * sigma).max(4.0);
        let high = along + REACH * sigma;
        if low >= high {
            continue;
        }
        let count = 2 * ((high - low) / sigma * STEPS).ceil().clamp(1.0, 1e4) as usize;
        let step = (high - low) / count as f64;
        for k in 0..=count {
            // Simpson's rule.
            let weight = match k {
                0 => 1.0,
                k if k == count => 1.0,
                k if k % 2 == 1 => 4.0,
                _ => 2.0,
            };
            let x = low + k as f64 * step;
            let far = (x - along) / sigma;
            let share =
                weight * step / 3.0 * (-0.5 * far * far).exp() / (sigma * (2.0 * PI).sqrt());
            for (j, across) in CROSS_LEVELS.iter().enumerate() {
                all[i][j] += share * (beyond[j] - above(x, across));
            }
        }
    }
    all
}

/// Probability that level `i` is taken for level `j`, rows `i`; alike for both axes, since levels are symmetric.
fn cells(sigma: f64) -> [[f64; 6]; 6] {
    let mut all = [[0.0; 6]; 6];
    for (i, from) in all.iter_mut().enumerate() {
        for (j, cell) in from.iter_mut().enumerate() {
            let above = |edge: f64| 0.5 * erfc((edge - CROSS_LEVELS[i]) / (sigma * 2f64.sqrt()));
            let low = if j == 0 { 1.0 } else { above(CROSS_LEVELS[j] - 1.0) };
            let high = if j == 5 { 0.0 } else { above(CROSS_LEVELS[j] + 1.0) };
            *cell = low - high;
        }
    }
    all
}
