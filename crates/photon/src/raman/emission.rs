//! Spontaneous Raman emission: the noise that pumps add to the channels.
//!
//! Clauses: 6.4 of the fact sheet on GNPy; Bromage, "Raman amplification for fiber communications systems", 2004. In:
//! powers along the fibre. Out: noise power of each channel as if it entered at the start, W.

use crate::grid::trapezoid;
use crate::units::{BOLTZMANN, PLANCK};

use super::PowerProfile;

/// Noise of each channel, W, referred to the start of the fibre.
///
/// `efficiency` is the Raman efficiency of the rows of `profile`; only light above a channel scatters
/// into it. GNPy sorts pumps by direction for power and gain, but takes the offset of frequency, and with it the
/// number of phonons, from the pumps in the order given, `given_hz`; with that order its numbers hold.
//= gnpy:6.4-raman-ase
pub(super) fn ase_w(
    profile: &PowerProfile,
    efficiency: &[f64],
    baud_rate: &[f64],
    given_hz: &[f64],
    temperature_k: f64,
) -> Vec<f64> {
    let rows = profile.frequency_hz.len();
    let mut ratio = vec![0.0; profile.position_m.len()];
    let noise = |(channel, baud_rate): (usize, &f64)| {
        let own_hz = profile.frequency_hz[channel];
        let mut sum = 0.0;
        for (pump, pump_hz) in (profile.channels..rows).zip(given_hz) {
            let offset_hz = pump_hz - own_hz;
            if offset_hz > 0.0 {
                let phonons = 1.0 / (PLANCK * offset_hz / (BOLTZMANN * temperature_k)).exp_m1();
                let losses = profile.row_loss(channel);
                let powers = profile.row_power_w(pump);
                for ((ratio, power), loss) in ratio.iter_mut().zip(powers).zip(losses) {
                    *ratio = power / loss;
                }
                let along = trapezoid(&ratio, &profile.position_m);
                sum += (1.0 + phonons) * efficiency[channel * rows + pump] * along;
            }
        }
        2.0 * PLANCK * baud_rate * own_hz * sum
    };
    baud_rate.iter().enumerate().take(profile.channels).map(noise).collect()
}
