//! Which solver is used when: series or steps, and rounds of steps if pumps go against the signal.
//!
//! Clauses: 6.4 of the fact sheet on GNPy. In: a line, pumps, settings, then powers of channels. Out: powers of all
//! rows at the positions of the results, on straight lines between those of the solver.

use super::line::Line;
use super::pumps::Rounds;
use super::{numerical, perturbative, positions};
use crate::fibre::{Fibre, FibreError, PumpDirection, RamanOperation, RamanPump};
use crate::grid::interpolate;
use crate::simulation::{RamanMethod, RamanParameters};
use crate::units::linear;

/// Solves for the powers along one fibre.
#[derive(Clone, Debug)]
pub(super) struct Solver {
    /// All rows: channels, pumps with the signal, pumps against it.
    pub(super) line: Line,
    /// How many rows go with the signal.
    pub(super) forward: usize,
    /// Powers of the pumps behind the connector, W, in the order of the rows.
    pub(super) pump_w: Vec<f64>,
    /// Frequencies of the pumps as the fibre gives them, Hz; the rows have another order.
    pub(super) given_hz: Vec<f64>,
    /// Temperature of the fibre, K.
    pub(super) temperature_k: f64,
    method: RamanMethod,
    order: u8,
    /// Positions of the solver, m.
    grid_m: Vec<f64>,
    /// Factors of power at the positions.
    factors: Vec<f64>,
}

impl Solver {
    pub(super) fn new(
        fibre: &Fibre,
        line: Line,
        pumps: &[RamanPump],
        settings: &RamanParameters,
    ) -> Result<Self, FibreError> {
        let parameters = fibre.parameters();
        let (step_m, rows) = (settings.solver_spatial_resolution_m, line.alpha.len());
        let grid_m = positions(parameters.length_m, step_m, &line.lumped, rows)?;
        let factors = line.factors(&grid_m);
        // GNPy takes the loss of the connector at the end for all pumps, those with the signal too.
        let connector = linear(-parameters.con_out_db);
        let pump_w = pumps.iter().map(|pump| pump.power_w * connector).collect();
        let counter = pumps.iter().filter(|pump| pump.direction == PumpDirection::Counter).count();
        Ok(Self {
            forward: line.alpha.len() - counter,
            pump_w,
            given_hz: fibre.operation().map(frequencies).unwrap_or_default(),
            temperature_k: fibre.operation().map_or(0.0, |operation| operation.temperature_k),
            method: settings.method,
            order: settings.order,
            line,
            grid_m,
            factors,
        })
    }

    /// Powers of all rows at the positions `result_m`, for the powers of the channels at the start.
    //= gnpy:6.4-pump-power
    pub(super) fn solve(&self, power_w: &[f64], result_m: &[f64]) -> Vec<f64> {
        let entry_w: Vec<f64> = power_w.iter().chain(&self.pump_w).copied().collect();
        if self.forward < entry_w.len() {
            let solved = self.rounds(&entry_w);
            return resample(&solved, &self.grid_m, result_m);
        }
        let (line, grid_m, factors) = (&self.line, &self.grid_m, &self.factors);
        match self.method {
            RamanMethod::Perturbative => {
                let keep = neighbours(grid_m, result_m);
                let kept_m: Vec<f64> = keep.iter().map(|&k| grid_m[k]).collect();
                let solved =
                    perturbative::solve(line, self.order, &entry_w, grid_m, factors, &keep);
                resample(&solved, &kept_m, result_m)
            }
            RamanMethod::Numerical => {
                let solved = numerical::solve(line, &entry_w, grid_m, factors);
                resample(&solved, grid_m, result_m)
            }
        }
    }

    /// Rounds of steps, from a first guess in which rows of the two directions do not know each other.
    fn rounds(&self, entry_w: &[f64]) -> Vec<f64> {
        let rows = entry_w.len();
        let (with, against) = entry_w.split_at(self.forward);
        let line = self.line.select(0..self.forward);
        let mut guess_w = self.alone(&line, with, &self.grid_m, &self.factors);
        // Seen from the end, the rows against the signal go forward too.
        let end_m = self.grid_m[self.grid_m.len() - 1];
        let turned_m: Vec<f64> = self.grid_m.iter().rev().map(|z| end_m - z).collect();
        let turned: Vec<f64> = self.factors.iter().rev().copied().collect();
        let line = self.line.select(self.forward..rows);
        let back_w = self.alone(&line, against, &turned_m, &turned);
        for row in back_w.chunks_exact(turned_m.len()) {
            guess_w.extend(row.iter().rev());
        }
        Rounds::new(&self.line, &self.grid_m, &self.factors, self.forward, &guess_w).solve()
    }

    /// Powers of rows of one direction at all positions.
    fn alone(&self, line: &Line, entry_w: &[f64], grid_m: &[f64], factors: &[f64]) -> Vec<f64> {
        match self.method {
            RamanMethod::Perturbative => {
                let all: Vec<usize> = (0..grid_m.len()).collect();
                perturbative::solve(line, self.order, entry_w, grid_m, factors, &all)
            }
            RamanMethod::Numerical => numerical::solve(line, entry_w, grid_m, factors),
        }
    }
}

fn frequencies(operation: &RamanOperation) -> Vec<f64> {
    operation.pumps.iter().map(|pump| pump.frequency_hz).collect()
}

/// Indices of the positions of `grid_m` that values at `result_m` are interpolated from, rising.
fn neighbours(grid_m: &[f64], result_m: &[f64]) -> Vec<usize> {
    let last = grid_m.len() - 1;
    let mut keep = Vec::with_capacity(2 * result_m.len());
    for z in result_m {
        let above = grid_m.partition_point(|at| at <= z).min(last);
        keep.extend([above.saturating_sub(1), above]);
    }
    keep.sort_unstable();
    keep.dedup();
    keep
}

/// Rows of values at `from_m`, on straight lines, at `to_m`.
//= gnpy:6.4-grids
fn resample(values: &[f64], from_m: &[f64], to_m: &[f64]) -> Vec<f64> {
    let rows = values.chunks_exact(from_m.len());
    rows.flat_map(|row| to_m.iter().map(|&z| interpolate(z, from_m, row))).collect()
}
