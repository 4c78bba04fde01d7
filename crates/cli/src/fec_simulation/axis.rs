//! The points of a campaign: lists and ranges of values on one of four axes.
//!
//! In: text such as `1e-3,5e-4`, `4:6:0.5`, `1e-2:1e-4:x0.5`. Out: values of the channel.

use anyhow::{Context, Result, anyhow, bail, ensure};
use otn_fec::simulate::channel::Channel;
use otn_fec::theory::modulation::{es_n0_from_eb_n0_db, es_n0_from_osnr_db};

/// What a value of the command line means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Axis {
    /// The value of the channel itself: bit error ratio, or share of lost bits.
    BitErrorRatio,
    /// Energy of an information bit over the noise density, in dB.
    EbN0,
    /// Energy of a symbol over the noise density, in dB.
    EsN0,
    /// Signal over noise in 0.1 nm, both polarisations, in dB, at a symbol rate.
    Osnr {
        /// Symbols a second.
        symbol_rate_hz: f64,
    },
}

/// Points of a campaign at the most.
const MOST: usize = 1_000;

impl Axis {
    /// The option that sets it.
    pub const fn option(self) -> &'static str {
        match self {
            Self::BitErrorRatio => "--p",
            Self::EbN0 => "--eb-n0",
            Self::EsN0 => "--es-n0",
            Self::Osnr { .. } => "--osnr",
        }
    }

    /// The value that `channel` has at this place of the axis, for a code of `rate`.
    ///
    /// # Errors
    /// An axis in dB on a channel that has no noise.
    pub fn channel_value(self, value: f64, channel: Channel, rate: f64) -> Result<f64> {
        if self == Self::BitErrorRatio {
            return Ok(value);
        }
        let Channel::Noise { modulation, .. } = channel else {
            bail!("{}: only --channel awgn has it, expected --p", self.option());
        };
        let es_n0_db = match self {
            Self::EbN0 => es_n0_from_eb_n0_db(value, modulation, rate),
            Self::Osnr { symbol_rate_hz } => es_n0_from_osnr_db(value, symbol_rate_hz),
            Self::EsN0 | Self::BitErrorRatio => value,
        };
        Ok(modulation.bit_error_ratio(es_n0_db))
    }
}

/// The values of a list: single ones, and ranges FROM:TO:STEP or FROM:TO:xFACTOR.
///
/// # Errors
/// Text that is no list, an empty range, too many values.
pub fn values(option: &str, text: &str) -> Result<Vec<f64>> {
    let mut all = Vec::new();
    for item in text.split(',') {
        let item = item.trim();
        let found = range(item).with_context(|| format!("{option}: found `{item}`"))?;
        all.extend(found);
        ensure!(all.len() <= MOST, "{option}: found over {MOST} values, expected fewer");
    }
    Ok(all)
}

fn number(text: &str) -> Result<f64> {
    let value: Option<f64> = text.trim().parse().ok();
    // Zero has no sign: -0 would be another point than 0.
    value.filter(|v| v.is_finite()).map(|v| v + 0.0).ok_or_else(|| {
        anyhow!("expected a value such as 1e-3, or FROM:TO:STEP, or FROM:TO:xFACTOR")
    })
}

fn range(item: &str) -> Result<Vec<f64>> {
    let parts: Vec<&str> = item.split(':').collect();
    let [from, to, step] = parts.as_slice() else {
        ensure!(parts.len() == 1, "expected a value, FROM:TO:STEP or FROM:TO:xFACTOR");
        return Ok(vec![number(item)?]);
    };
    let (from, to) = (number(from)?, number(to)?);
    // Each value from its number, so that no rounding adds up; a hair beyond the end counts as it.
    let steps;
    let value: Box<dyn Fn(f64) -> f64> = if let Some(factor) = step.trim().strip_prefix('x') {
        let factor = number(factor)?;
        ensure!(factor > 0.0 && factor != 1.0, "expected a factor above 0 other than 1");
        ensure!(from > 0.0 && to > 0.0, "expected ends above 0");
        steps = (to / from).ln() / factor.ln();
        Box::new(move |n| from * factor.powf(n))
    } else {
        let step = number(step)?;
        ensure!(step != 0.0, "expected a step other than 0");
        steps = (to - from) / step;
        Box::new(move |n| from + n * step)
    };
    ensure!(steps > -1e-9, "the step leads away from the end");
    ensure!(steps < MOST as f64, "expected at most {MOST} values");
    Ok((0..=(steps + 1e-9).floor() as u32).map(|n| tidy(value(f64::from(n)))).collect())
}

/// The value with twelve digits: 0.30000000000000004 was meant as 0.3.
fn tidy(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_fec::simulate::channel::Likelihood;
    use otn_fec::theory::modulation::Modulation;

    #[test]
    fn lists_and_ranges_are_read() {
        let of = |text| values("--p", text).unwrap();
        assert_eq!(of("1e-3, 5e-4"), [1e-3, 5e-4]);
        assert_eq!(of("0.1:0.5:0.1"), [0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(of("5:4:-0.5,9"), [5.0, 4.5, 4.0, 9.0]);
        assert_eq!(of("1e-2:1e-4:x0.1"), [1e-2, 1e-3, 1e-4]);
        assert_eq!(of("3:3:1"), [3.0]);
        assert!(of("-0")[0].is_sign_positive());
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for bad in ["", "x", "1:2", "1:2:0", "1:2:-1", "nan", "inf", "1:2:x1", "0:1:x2", "0:1:1e-9"]
        {
            let error = format!("{:#}", values("--p", bad).unwrap_err());
            assert!(error.starts_with("--p: found `"), "{error}");
        }
    }

    #[test]
    fn axes_in_decibels_need_noise() {
        let noise = Channel::Noise { modulation: Modulation::Qpsk, likelihood: Likelihood::Exact };
        assert!(Axis::EbN0.channel_value(5.0, Channel::BinarySymmetric, 1.0).is_err());
        assert_eq!(Axis::BitErrorRatio.channel_value(0.1, noise, 0.5).unwrap(), 0.1);
        // Eb/N0 of 5 dB at rate 1/2 with two bits a symbol is Es/N0 of 5 dB.
        let (eb, es) = (Axis::EbN0, Axis::EsN0);
        let osnr = Axis::Osnr { symbol_rate_hz: 12.5e9 };
        let p = es.channel_value(5.0, noise, 0.5).unwrap();
        assert!((eb.channel_value(5.0, noise, 0.5).unwrap() / p - 1.0).abs() < 1e-12);
        assert!((osnr.channel_value(5.0, noise, 0.5).unwrap() / p - 1.0).abs() < 1e-12);
    }
}
