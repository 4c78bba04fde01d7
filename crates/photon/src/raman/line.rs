//! What the solvers know of a fibre: attenuation and Raman efficiency of its rows, lumped losses.
//!
//! Clauses: 6.4 of the fact sheet on GNPy. Powers obey, row by row, with the signs turned for light that
//! goes against the signal, `dP_i/dz = P_i (-alpha_i + sum over j of C_ij P_j)`.

use core::ops::Range;
use std::sync::Arc;

use crate::fibre::{Fibre, FibreError};
use crate::units::linear;

/// A fibre as the solvers see it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Attenuation of each row, 1/m.
    pub(super) alpha: Vec<f64>,
    /// Raman efficiency, 1/(W m), row after row: what the power of a column gives to a row.
    pub(super) efficiency: Arc<[f64]>,
    /// Positions of lumped losses, m, rising and once each, and the factors of power there.
    pub(super) lumped: Vec<(f64, f64)>,
}

impl Line {
    /// `efficiency` is that of the glass at these frequencies, if it is known.
    pub(super) fn new(
        fibre: &Fibre,
        frequency_hz: &[f64],
        efficiency: Option<Arc<[f64]>>,
    ) -> Result<Self, FibreError> {
        fibre.check_frequencies(frequency_hz)?;
        let computed = || fibre.raman_efficiency(frequency_hz).into();
        Ok(Self {
            alpha: fibre.alpha(frequency_hz)?,
            efficiency: efficiency.unwrap_or_else(computed),
            lumped: lumped_losses(fibre),
        })
    }

    /// The same line for some of its rows.
    pub(super) fn select(&self, rows: Range<usize>) -> Self {
        let count = self.alpha.len();
        let each = self.efficiency.chunks_exact(count).skip(rows.start).take(rows.len());
        Self {
            alpha: self.alpha[rows.clone()].to_vec(),
            efficiency: each.flat_map(|row| &row[rows.clone()]).copied().collect(),
            lumped: self.lumped.clone(),
        }
    }

    /// Factors of power at the positions of a grid that holds all lumped losses; one where there is none.
    pub(super) fn factors(&self, position_m: &[f64]) -> Vec<f64> {
        let mut lumped = self.lumped.iter().peekable();
        let factor = |at: &f64| match lumped.next_if(|(position_m, _)| position_m == at) {
            Some((_, factor)) => *factor,
            None => 1.0,
        };
        position_m.iter().map(factor).collect()
    }
}

/// Positions of a fibre's lumped losses, m, rising and once each, and the factors of power there.
pub(super) fn lumped_losses(fibre: &Fibre) -> Vec<(f64, f64)> {
    let lumped = fibre.parameters().lumped_losses.iter();
    let mut all: Vec<(f64, f64)> =
        lumped.map(|lumped| (lumped.position_m, linear(-lumped.loss_db))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 *= next.1;
        }
        same
    });
    all
}

/// Product of a square matrix of as many rows as `columns` has, and `columns`, rows of `width` values.
pub(super) fn product(square: &[f64], columns: &[f64], width: usize) -> Vec<f64> {
    /// So many values of each row stay in the first cache together.
    const BLOCK: usize = 32;
    let mut out = vec![0.0; columns.len()];
    let count = columns.len().checked_div(width).unwrap_or(0);
    for from in (0..width).step_by(BLOCK) {
        let to = (from + BLOCK).min(width);
        for (i, row) in square.chunks_exact(count).enumerate() {
            let sums = &mut out[i * width + from..i * width + to];
            let mut quads = row.chunks_exact(4);
            let mut j = 0;
            for quad in quads.by_ref() {
                let column = |k: usize| &columns[(j + k) * width + from..(j + k) * width + to];
                let (a, b, c, d) = (column(0), column(1), column(2), column(3));
                for ((((sum, a), b), c), d) in sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                    *sum += (quad[0] * a + quad[1] * b) + (quad[2] * c + quad[3] * d);
                }
                j += 4;
            }
            for &factor in quads.remainder() {
                let column = &columns[j * width + from..j * width + to];
                for (sum, value) in sums.iter_mut().zip(column) {
                    *sum += factor * value;
                }
                j += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_all_shapes() {
        for (count, width) in [(1, 1), (3, 40), (4, 32), (5, 33), (9, 70)] {
            let square: Vec<f64> = (0..count * count).map(|i| (i as f64 * 0.7).sin()).collect();
            let columns: Vec<f64> = (0..count * width).map(|i| (i as f64 * 0.3).cos()).collect();
            let found = product(&square, &columns, width);
            for i in 0..count {
                for k in 0..width {
                    let sum: f64 =
                        (0..count).map(|j| square[i * count + j] * columns[j * width + k]).sum();
                    assert!((found[i * width + k] - sum).abs() < 1e-13);
                }
            }
        }
    }
}
