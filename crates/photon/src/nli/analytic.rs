//! The closed form of the GN model: one asinh a pair, nothing that depends on power.
//!
//! Clauses: 6.3 of the fact sheet on GNPy, `gn_model_analytic`. In: coefficients of a fibre over a plan.
//! Out: [`Efficiency`], a matrix that gives noise from powers by one product.

use core::f64::consts::PI;

use super::Coefficients;

/// Efficiencies of all pairs, made for one product with the squares of the powers.
#[derive(Clone, Debug, PartialEq)]
pub struct Efficiency {
    channels: usize,
    /// Row j, column i: gamma_i² w_ij psi_ij / B_j².
    by_interferer: Vec<f64>,
}

impl Efficiency {
    /// Computes the efficiencies of all pairs.
    ///
    /// Effective and asymptotic length are those of the interferer, the nonlinear coefficient is that of
    /// the channel under test, and dispersion is the mean of the two.
    //= gnpy:6.3-gn-model-analytic
    pub fn new(fibre: &Coefficients) -> Self {
        let channels = fibre.frequency_hz.len();
        let mut by_interferer = Vec::with_capacity(channels * channels);
        for j in 0..channels {
            let asymptotic_m = 1.0 / fibre.alpha[j];
            let effective_m = -(-fibre.alpha[j] * fibre.length_m).exp_m1() / fibre.alpha[j];
            let half = fibre.baud_rate[j] / 2.0;
            for i in 0..channels {
                let beta2 = (fibre.beta2[i] + fibre.beta2[j]).abs() / 2.0;
                let scale = PI * PI * asymptotic_m * beta2 * fibre.baud_rate[i];
                let offset = fibre.frequency_hz[j] - fibre.frequency_hz[i];
                let difference =
                    (scale * (offset + half)).asinh() - (scale * (offset - half)).asinh();
                let psi = 0.5 * difference * effective_m * effective_m
                    / (2.0 * PI * beta2 * asymptotic_m);
                let weight = super::weight(i, j);
                let per_band = fibre.baud_rate[j] * fibre.baud_rate[j];
                by_interferer.push(fibre.gamma[i] * fibre.gamma[i] * weight * psi / per_band);
            }
        }
        Self { channels, by_interferer }
    }

    /// Noise power of each channel, W, for the powers `power_w`.
    //= gnpy:6.3-gn-model-analytic
    pub fn nli_w(&self, power_w: &[f64]) -> Vec<f64> {
        let mut noise = vec![0.0; self.channels];
        // Four interferers at a time: the sums are loaded and stored once for four products.
        let mut rows = self.by_interferer.chunks_exact(4 * self.channels);
        let mut powers = power_w.chunks_exact(4);
        for (rows, powers) in rows.by_ref().zip(powers.by_ref()) {
            let (a, rest) = rows.split_at(self.channels);
            let (b, rest) = rest.split_at(self.channels);
            let (c, d) = rest.split_at(self.channels);
            let [pa, pb, pc, pd] = [0, 1, 2, 3].map(|k| powers[k] * powers[k]);
            for ((((sum, a), b), c), d) in noise.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *sum += (a * pa + b * pb) + (c * pc + d * pd);
            }
        }
        let rows = rows.remainder().chunks_exact(self.channels);
        for (row, power) in rows.zip(powers.remainder()) {
            for (sum, efficiency) in noise.iter_mut().zip(row) {
                *sum += efficiency * (power * power);
            }
        }
        for (sum, power) in noise.iter_mut().zip(power_w) {
            *sum *= power;
        }
        noise
    }
}
