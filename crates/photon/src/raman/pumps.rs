//! Pumps against the signal: sweeps to and fro until powers at both ends agree with one another.
//!
//! Clauses: 6.4 of the fact sheet on GNPy. In: a line whose first rows go with the signal and whose others go against
//! it, powers where each row enters, a first guess. Out: powers of all rows at all positions.
//!
//! One round is a sweep of Euler steps with the signal, counter rows as they were, then one against it
//! with the new powers. The result hangs on when the rounds stop, at the level of 1e-6: they go on only
//! while the largest relative change and the largest mismatch of slopes are both above their limits.

use super::line::Line;
use super::numerical::{slopes, transpose};

/// Rounds go on while powers change by more than this, relative.
const CHANGE_LIMIT: f64 = 1e-6;
/// Rounds go on while slopes along the fibre and those the equations ask for differ by more, relative.
const MISMATCH_LIMIT: f64 = 1e-3;
/// Most rounds.
const ROUNDS: usize = 1000;

/// Powers along the fibre while they are searched for; all rows of one position lie together.
pub(super) struct Rounds<'a> {
    line: &'a Line,
    grid_m: &'a [f64],
    /// Factors of power at the positions.
    factors: &'a [f64],
    /// How many rows go with the signal.
    forward: usize,
    rows: usize,
    by_giver: Vec<f64>,
    power_w: Vec<f64>,
    /// Relative slopes that the last sweep with the signal used, of the rows that go with it.
    slope: Vec<f64>,
}

impl<'a> Rounds<'a> {
    /// Starts from `guess_w`, row after row, whose ends are the powers that enter.
    pub(super) fn new(
        line: &'a Line,
        grid_m: &'a [f64],
        factors: &'a [f64],
        forward: usize,
        guess_w: &[f64],
    ) -> Self {
        let rows = line.alpha.len();
        let width = grid_m.len();
        let at = |k: usize| (0..rows).map(move |row| row * width + k);
        let power_w: Vec<f64> = (0..width).flat_map(at).map(|at| guess_w[at]).collect();
        let slope = vec![0.0; width * forward];
        let by_giver = transpose(&line.efficiency, rows);
        Self { line, grid_m, factors, forward, rows, by_giver, power_w, slope }
    }

    /// Sweeps until the rounds stop; powers row after row.
    //= gnpy:6.4-counter-pumps
    pub(super) fn solve(mut self) -> Vec<f64> {
        for _ in 0..ROUNDS {
            let before_w = self.power_w.clone();
            self.sweep_forward();
            self.sweep_backward();
            let change =
                self.power_w.iter().zip(&before_w).map(|(now, old)| ((now - old) / old).abs());
            let change = change.fold(0.0, f64::max);
            if change <= CHANGE_LIMIT || self.mismatch(&before_w) <= MISMATCH_LIMIT {
                break;
            }
        }
        transpose_to_rows(&self.power_w, self.rows)
    }

    /// Steps of the rows that go with the signal; a lumped loss acts on the step that leaves it.
    fn sweep_forward(&mut self) {
        let (rows, forward) = (self.rows, self.forward);
        for k in 0..self.grid_m.len() - 1 {
            let step_m = self.grid_m[k + 1] - self.grid_m[k];
            let (here, there) = self.power_w[k * rows..(k + 2) * rows].split_at_mut(rows);
            let slope = &mut self.slope[k * forward..(k + 1) * forward];
            slopes(&self.line.alpha, &self.by_giver, here, slope);
            for ((there, here), slope) in there.iter_mut().zip(here).zip(slope) {
                *there = *here * (1.0 + *slope * step_m) * self.factors[k];
            }
        }
    }

    /// Steps of the rows that go against the signal.
    fn sweep_backward(&mut self) {
        let (rows, forward) = (self.rows, self.forward);
        for k in (1..self.grid_m.len()).rev() {
            let step_m = self.grid_m[k] - self.grid_m[k - 1];
            let (there, here) = self.power_w[(k - 1) * rows..(k + 1) * rows].split_at_mut(rows);
            for row in forward..rows {
                let efficiency = &self.line.efficiency[row * rows..(row + 1) * rows];
                let slope = dot(efficiency, here) - self.line.alpha[row];
                there[row] = here[row] * (1.0 + slope * step_m) * self.factors[k];
            }
        }
    }

    /// Largest relative difference of the slope between two positions and that of the equations where
    /// the light of the row comes from.
    fn mismatch(&self, before_w: &[f64]) -> f64 {
        let (rows, forward) = (self.rows, self.forward);
        let mut most = 0.0_f64;
        let mut slope = vec![0.0; forward];
        for k in 0..self.grid_m.len() - 1 {
            let step_m = self.grid_m[k + 1] - self.grid_m[k];
            let here = &self.power_w[k * rows..(k + 1) * rows];
            let there = &self.power_w[(k + 1) * rows..(k + 2) * rows];
            let apart = |here: f64, there: f64, expected: f64| {
                (((there - here) / step_m - expected) / expected).abs()
            };
            // The sweep saw the counter rows as they were before; only they have changed.
            slope.copy_from_slice(&self.slope[k * forward..(k + 1) * forward]);
            for counter in forward..rows {
                let changed_w = here[counter] - before_w[k * rows + counter];
                let given = &self.by_giver[counter * rows..counter * rows + forward];
                for (slope, efficiency) in slope.iter_mut().zip(given) {
                    *slope += efficiency * changed_w;
                }
            }
            for ((here, there), slope) in here.iter().zip(there).zip(&slope) {
                most = most.max(apart(*here, *there, here * slope));
            }
            for row in forward..rows {
                let efficiency = &self.line.efficiency[row * rows..(row + 1) * rows];
                let expected = -there[row] * (dot(efficiency, there) - self.line.alpha[row]);
                most = most.max(apart(here[row], there[row], expected));
            }
        }
        most
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn transpose_to_rows(by_position: &[f64], rows: usize) -> Vec<f64> {
    let width = by_position.len() / rows;
    (0..by_position.len()).map(|at| by_position[(at % width) * rows + at / width]).collect()
}
