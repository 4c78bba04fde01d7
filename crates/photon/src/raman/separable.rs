//! The series of scattering when all rows have the same attenuation.
//!
//! Clauses: 6.4 of the fact sheet on GNPy, `perturbative`. In and out: as the series in general. With one attenuation
//! every order is a short sum of terms, each a number for each row times a function of position that
//! all rows share. The numbers take products of a matrix and a vector, the functions one integral each; there is
//! no product of matrices.

use super::line::{Line, product};
use super::perturbative::integrate;

/// A number for each row times a function of position.
struct Term {
    row: Vec<f64>,
    along: Vec<f64>,
}

/// Powers at the positions `wanted` of a segment without losses inside; row after row.
//= gnpy:6.4-perturbative
pub(super) fn segment(
    line: &Line,
    order: u8,
    start_w: &[f64],
    z_m: &[f64],
    wanted: &[usize],
) -> Vec<f64> {
    let alpha = line.alpha[0];
    let decay: Vec<f64> = z_m.iter().map(|z| (-alpha * z).exp()).collect();
    let effective_m = decay.iter().map(|decay| (1.0 - decay) / alpha).collect();
    let given = |row: &[f64]| {
        let source: Vec<f64> = row.iter().zip(start_w).map(|(row, power)| row * power).collect();
        product(&line.efficiency, &source, 1)
    };
    let all_ones = vec![1.0; start_w.len()];
    let mut orders = vec![vec![Term { row: given(&all_ones), along: effective_m }]];
    for _ in 1..order {
        let next = integrands(&orders).into_iter().map(|mut term| {
            integrate(&mut term.along, &decay, z_m);
            Term { row: given(&term.row), along: term.along }
        });
        let next = next.collect();
        orders.push(next);
    }
    let terms: Vec<&Term> = orders.iter().flatten().collect();
    let power = |row: usize, k: usize| {
        let gain: f64 = terms.iter().map(|term| term.row[row] * term.along[k]).sum();
        start_w[row] * (gain - alpha * z_m[k]).exp()
    };
    (0..start_w.len())
        .flat_map(|row| wanted.iter().map(move |&k| (row, k)))
        .map(|(row, k)| power(row, k))
        .collect()
}

/// What the next order integrates: the part of that order in the exponential of the orders so far.
fn integrands(orders: &[Vec<Term>]) -> Vec<Term> {
    match orders {
        [g1, g2] => {
            let mut terms = times(g1, g1, 0.5);
            terms.extend(g2.iter().map(Term::copy));
            terms
        }
        [g1, g2, g3] => {
            let mut terms = times(&times(g1, g1, 1.0), g1, 1.0 / 6.0);
            terms.extend(times(g1, g2, 1.0));
            terms.extend(g3.iter().map(Term::copy));
            terms
        }
        _ => orders[0].iter().map(Term::copy).collect(),
    }
}

/// Products of all terms of `a` with all of `b`, times `factor`.
fn times(a: &[Term], b: &[Term], factor: f64) -> Vec<Term> {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
    let each = |(a, b): (&Term, &Term)| Term {
        row: a.row.iter().zip(&b.row).map(|(a, b)| a * b * factor).collect(),
        along: a.along.iter().zip(&b.along).map(|(a, b)| a * b).collect(),
    };
    pairs.map(each).collect()
}

impl Term {
    fn copy(&self) -> Self {
        Self { row: self.row.clone(), along: self.along.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::perturbative;
    use super::*;
    use crate::fibre::{Fibre, FibreParameters};

    /// The general solver, kept from this path by an attenuation that differs in the last bit.
    #[test]
    //= type=test gnpy:6.4-perturbative
    fn the_general_series_gives_the_same() {
        let frequency_hz: Vec<f64> = (0..20).map(|i| 186e12 + f64::from(i) * 6e11).collect();
        let fibre = Fibre::new(FibreParameters::default(), None).unwrap();
        let line = Line::new(&fibre, &frequency_hz, None).unwrap();
        let mut other = line.clone();
        other.alpha[7] *= 1.0 + f64::EPSILON;
        let start_w: Vec<f64> = (0..20).map(|i| 2e-3 + 1e-3 * f64::from(i % 3)).collect();
        let z_m: Vec<f64> = (0..=80).map(|k| 1e3 * f64::from(k)).collect();
        let (factors, keep) = (vec![1.0; z_m.len()], [0, 1, 40, 80]);
        for order in 1..=4 {
            let found = segment(&line, order, &start_w, &z_m, &keep);
            let expected = perturbative::solve(&other, order, &start_w, &z_m, &factors, &keep);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found / expected - 1.0).abs() < 1e-12, "{order}: {found} {expected}");
            }
        }
    }
}
