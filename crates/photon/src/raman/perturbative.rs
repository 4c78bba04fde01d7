//! Scattering as a series in powers of itself, up to the fourth order, between lumped losses.
//!
//! Clauses: 6.4 of the fact sheet on GNPy, `perturbative`. In: a line, powers at its start, positions. Out: powers
//! at some of the positions. The logarithm of a row's power is its attenuation plus g1 + g2 + ...; each
//! order comes from the integrals of the lower ones. All orders but the last are needed at every
//! position, the last and the powers only where results are. At a lumped loss the power is that before.
//! If all rows have the same attenuation, the orders fall apart into factors ([`separable`]).

use super::line::{Line, product};
use super::separable;

/// Powers of all rows at the positions of `grid_m` that `keep` names by index, rising; row after row.
///
/// `factors` are the factors of power at the positions, one where there is no loss.
//= gnpy:6.4-perturbative
pub(super) fn solve(
    line: &Line,
    order: u8,
    power_w: &[f64],
    grid_m: &[f64],
    factors: &[f64],
    keep: &[usize],
) -> Vec<f64> {
    let rows = power_w.len();
    let mut out = vec![0.0; rows * keep.len()];
    let mut start_w = power_w.to_vec();
    let uniform = line.alpha.windows(2).all(|pair| pair[0] == pair[1]);
    let mut from = 0;
    let last = grid_m.len() - 1;
    while from < last {
        let to = (from + 1..last).find(|&k| factors[k] != 1.0).unwrap_or(last);
        let local_m: Vec<f64> = grid_m[from..=to].iter().map(|z| z - grid_m[from]).collect();
        // The first position of a later segment belongs to the one before it: power before the loss.
        let lowest = if from == 0 { 0 } else { from + 1 };
        let first = keep.partition_point(|&k| k < lowest);
        let beyond = keep.partition_point(|&k| k <= to);
        let mut wanted: Vec<usize> = keep[first..beyond].iter().map(|k| k - from).collect();
        let results = wanted.len();
        wanted.push(to - from);
        let power = if uniform {
            separable::segment(line, order, &start_w, &local_m, &wanted)
        } else {
            segment(line, order, &start_w, &local_m, &wanted)
        };
        for row in 0..rows {
            let part = &power[row * wanted.len()..(row + 1) * wanted.len()];
            let at = row * keep.len() + first;
            out[at..at + results].copy_from_slice(&part[..results]);
            start_w[row] = part[results] * factors[to];
        }
        from = to;
    }
    out
}

/// Powers at the positions `wanted` of a segment without losses inside.
fn segment(line: &Line, order: u8, start_w: &[f64], z_m: &[f64], wanted: &[usize]) -> Vec<f64> {
    let width = z_m.len();
    let alpha = &line.alpha;
    let each = |value: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
        (0..alpha.len()).flat_map(|j| z_m.iter().map(move |&z| value(j, z))).collect()
    };
    let decay = each(&|j, z| (-alpha[j] * z).exp());
    // (1 - e^(-alpha z)) / alpha, the effective length up to z.
    let mut source: Vec<f64> =
        decay.iter().enumerate().map(|(at, decay)| (1.0 - decay) / alpha[at / width]).collect();
    let mut gains: Vec<Vec<f64>> = Vec::new();
    let mut exponent: Vec<f64> =
        (0..alpha.len()).flat_map(|j| wanted.iter().map(move |&k| -alpha[j] * z_m[k])).collect();
    for done in 1..=order {
        for (values, power) in source.chunks_exact_mut(width).zip(start_w) {
            values.iter_mut().for_each(|value| *value *= power);
        }
        if done == order {
            let part = product(&line.efficiency, &pick(&source, width, wanted), wanted.len());
            add(&mut exponent, &part);
            break;
        }
        let gain = product(&line.efficiency, &source, width);
        add(&mut exponent, &pick(&gain, width, wanted));
        gains.push(gain);
        source = integrand(&gains);
        for (row, decay) in source.chunks_exact_mut(width).zip(decay.chunks_exact(width)) {
            integrate(row, decay, z_m);
        }
    }
    let power = |(at, exponent): (usize, &f64)| start_w[at / wanted.len()] * exponent.exp();
    exponent.iter().enumerate().map(power).collect()
}

/// What the next order integrates: the part of that order in the exponential of the orders so far.
fn integrand(gains: &[Vec<f64>]) -> Vec<f64> {
    match gains {
        [g1, g2] => g1.iter().zip(g2).map(|(g1, g2)| g2 + g1 * g1 / 2.0).collect(),
        [g1, g2, g3] => {
            let terms = g1.iter().zip(g2).zip(g3);
            terms.map(|((g1, g2), g3)| g3 + g1 * g2 + g1 * g1 * g1 / 6.0).collect()
        }
        _ => gains[0].clone(),
    }
}

/// Replaces `row` by the integral from the start of `row` times `weight`, by trapezoids.
pub(super) fn integrate(row: &mut [f64], weight: &[f64], z_m: &[f64]) {
    let mut sum = 0.0;
    let mut before = row[0] * weight[0];
    row[0] = 0.0;
    for k in 1..row.len() {
        let value = row[k] * weight[k];
        sum += (z_m[k] - z_m[k - 1]) * (value + before) / 2.0;
        before = value;
        row[k] = sum;
    }
}

fn pick(values: &[f64], width: usize, wanted: &[usize]) -> Vec<f64> {
    values.chunks_exact(width).flat_map(|row| wanted.iter().map(|&k| row[k])).collect()
}

fn add(sums: &mut [f64], values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
