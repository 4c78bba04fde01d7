//! The closed form of the GN model: one asinh a pair, nothing that depends on power.
//!
//! Clauses: 6.3 of the fact sheet on GNPy, `gn_model_analytic`. In: coefficients of a fibre over a plan.
//! Out: [`Efficiency`], a matrix that gives noise from powers by one product. What does not depend on the
//! length of the fibre is the [`Kernel`]; fibres of one glass share it.

use core::f64::consts::PI;
use std::sync::Arc;

use super::Coefficients;

/// Efficiencies of all pairs of channels in one glass, for an effective length of one metre.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    channels: usize,
    /// Row j, column i: gamma_i² w_ij psi_ij / (B_j² L_eff,j²).
    by_interferer: Vec<f64>,
}

/// Efficiencies of all pairs, made for one product with the squares of the powers.
#[derive(Clone, Debug, PartialEq)]
pub struct Efficiency {
    kernel: Arc<Kernel>,
    /// Squares of the effective lengths, m².
    square_m2: Vec<f64>,
}

impl Kernel {
    /// Computes the efficiencies of all pairs; the length of the fibre does not count.
    ///
    /// The asymptotic length is that of the interferer, the nonlinear coefficient is that of the channel
    /// under test, and dispersion is the mean of the two.
    //= gnpy:6.3-gn-model-analytic
    pub fn new(fibre: &Coefficients) -> Self {
        let channels = fibre.frequency_hz.len();
        let mut by_interferer = Vec::with_capacity(channels * channels);
        for j in 0..channels {
            let asymptotic_m = 1.0 / fibre.alpha[j];
            let half = fibre.baud_rate[j] / 2.0;
            for i in 0..channels {
                let beta2 = (fibre.beta2[i] + fibre.beta2[j]).abs() / 2.0;
                let scale = PI * PI * asymptotic_m * beta2 * fibre.baud_rate[i];
                let offset = fibre.frequency_hz[j] - fibre.frequency_hz[i];
                let psi = if beta2 == 0.0 {
                    // The limit without dispersion: the inverse sines are as small as their arguments.
                    PI / 4.0 * fibre.baud_rate[i] * fibre.baud_rate[j]
                } else {
                    let upper = (scale * (offset + half)).asinh();
                    let lower = (scale * (offset - half)).asinh();
                    0.5 * (upper - lower) / (2.0 * PI * beta2 * asymptotic_m)
                };
                let per_band = fibre.baud_rate[j] * fibre.baud_rate[j];
                let gamma = fibre.gamma[i] * fibre.gamma[i];
                by_interferer.push(gamma * super::weight(i, j) * psi / per_band);
            }
        }
        Self { channels, by_interferer }
    }
}

impl Efficiency {
    /// The efficiencies of a fibre; `kernel` is that of its glass and plan.
    ///
    /// The effective length is that of the interferer.
    //= gnpy:6.3-gn-model-analytic
    pub fn new(fibre: &Coefficients, kernel: Arc<Kernel>) -> Self {
        let square = |alpha: &f64| ((-alpha * fibre.length_m).exp_m1() / alpha).powi(2);
        Self { kernel, square_m2: fibre.alpha.iter().map(square).collect() }
    }

    /// The kernel of the glass.
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }

    /// Noise power of each channel, W, for the powers `power_w`.
    //= gnpy:6.3-gn-model-analytic
    pub fn nli_w(&self, power_w: &[f64]) -> Vec<f64> {
        let channels = self.kernel.channels;
        let mut noise = vec![0.0; channels];
        let squares = power_w.iter().zip(&self.square_m2);
        let source: Vec<f64> = squares.map(|(power, square)| power * power * square).collect();
        // Four interferers at a time: the sums are loaded and stored once for four products.
        let mut rows = self.kernel.by_interferer.chunks_exact(4 * channels);
        let mut sources = source.chunks_exact(4);
        for (rows, source) in rows.by_ref().zip(sources.by_ref()) {
            let (a, rest) = rows.split_at(channels);
            let (b, rest) = rest.split_at(channels);
            let (c, d) = rest.split_at(channels);
            let [pa, pb, pc, pd] = [source[0], source[1], source[2], source[3]];
            for ((((sum, a), b), c), d) in noise.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *sum += (a * pa + b * pb) + (c * pc + d * pd);
            }
        }
        let rows = rows.remainder().chunks_exact(channels);
        for (row, source) in rows.zip(sources.remainder()) {
            for (sum, efficiency) in noise.iter_mut().zip(row) {
                *sum += efficiency * source;
            }
        }
        for (sum, power) in noise.iter_mut().zip(power_w) {
            *sum *= power;
        }
        noise
    }
}
