//! From the signal-to-noise ratio of a channel to its error ratio before FEC.
//!
//! Sources: Cho and Yoon, "On the general BER expression of one- and two-dimensional amplitude modulations", IEEE
//! Trans. Commun. 50 (2002) 1074, for the square formats (exact); integrals over the decision regions for the
//! star of 8QAM; sums over the decision cells for the cross of 32QAM, with integrals at its corners.
//! In: GSNR in the signal's bandwidth, which is Es/N0 of a matched filter, both polarisations alike. Out: BER of
//! coherent detection with hard decisions and Gray labels. Implementation penalties are not counted here:
//! transmitter OSNR and penalties of a mode are taken off before.

mod cross;
mod erfc;
mod star;

pub use cross::{CROSS_LABELS, CROSS_LEVELS};
pub use erfc::{erfc, erfc_inverse};

use crate::units::{REFERENCE_BANDWIDTH_HZ, db, linear};

/// A constellation, sent on each polarisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Modulation {
    /// Two points.
    Bpsk,
    /// Four points.
    Qpsk,
    /// Two rings of four, the outer one turned by 45 degrees, all nearest neighbours equally far.
    Qam8,
    /// Four by four.
    Qam16,
    /// Six by six without its corners.
    Qam32,
    /// Eight by eight.
    Qam64,
}

impl Modulation {
    /// All formats, by rising number of points.
    pub const ALL: [Self; 6] =
        [Self::Bpsk, Self::Qpsk, Self::Qam8, Self::Qam16, Self::Qam32, Self::Qam64];

    /// Bits per symbol and polarisation.
    pub fn bits(self) -> u32 {
        match self {
            Self::Bpsk => 1,
            Self::Qpsk => 2,
            Self::Qam8 => 3,
            Self::Qam16 => 4,
            Self::Qam32 => 5,
            Self::Qam64 => 6,
        }
    }

    /// Error ratio of the bits at `gsnr_bw_db`, the GSNR in the signal's bandwidth; one half for no number.
    ///
    /// Exact for BPSK, QPSK, 16QAM and 64QAM; for 8QAM and 32QAM within 2e-4 of itself.
    //= choyoon2002:square-qam
    pub fn bit_error_ratio(self, gsnr_bw_db: f64) -> f64 {
        let snr = linear(gsnr_bw_db);
        if snr.is_nan() {
            return 0.5;
        }
        if snr.is_infinite() {
            return 0.0;
        }
        let ratio = match self {
            Self::Bpsk => 0.5 * erfc(snr.sqrt()),
            Self::Qpsk => square(2, snr),
            Self::Qam8 => star::bit_error_ratio(snr),
            Self::Qam16 => square(4, snr),
            Self::Qam32 => cross::bit_error_ratio(snr),
            Self::Qam64 => square(8, snr),
        };
        ratio.min(0.5)
    }

    /// As [`Modulation::bit_error_ratio`], from the GSNR in 0.1 nm of a channel of `baud_rate`.
    pub fn bit_error_ratio_01nm(self, gsnr_01nm_db: f64, baud_rate: f64) -> f64 {
        self.bit_error_ratio(gsnr_01nm_db - db(baud_rate / REFERENCE_BANDWIDTH_HZ))
    }

    /// GSNR in the signal's bandwidth at which the bits have the error ratio given, dB; nothing outside 0 to
    /// one half. The margin to a FEC is what a channel has above this at the FEC's threshold.
    pub fn required_gsnr_bw_db(self, bit_error_ratio: f64) -> Option<f64> {
        if !(bit_error_ratio > 0.0 && bit_error_ratio < 0.5) {
            return None;
        }
        // Error ratios fall with the GSNR; at 60 dB all are below the least float.
        // Fifty halvings leave 1e-13 dB.
        let (mut low, mut high) = (-40.0, 60.0);
        if self.bit_error_ratio(low) < bit_error_ratio {
            return None;
        }
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if self.bit_error_ratio(middle) > bit_error_ratio {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}

/// Square QAM of `side` by `side` points: Cho and Yoon, equations 14 and 16.
//= choyoon2002:square-qam
fn square(side: u32, snr: f64) -> f64 {
    let points = f64::from(side * side);
    let distance = (3.0 * snr / (2.0 * (points - 1.0))).sqrt();
    let bits = side.ilog2();
    let mut sum = 0.0;
    for k in 1..=bits {
        let weight = 2u32.pow(k - 1);
        let terms = side - side / 2u32.pow(k);
        let mut of_bit = 0.0;
        for i in 0..terms {
            let sign = if (i * weight / side).is_multiple_of(2) { 1.0 } else { -1.0 };
            let rounded = (2 * i * weight + side) / (2 * side);
            let factor = f64::from(weight) - f64::from(rounded);
            of_bit += sign * factor * erfc(f64::from(2 * i + 1) * distance);
        }
        sum += of_bit / f64::from(side);
    }
    sum / f64::from(bits)
}

#[cfg(test)]
mod tests;
