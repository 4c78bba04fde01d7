//! Values with their units in the text: `10 ms`, `+20 ppm`, `8 Gbit/s`, `1e-4`.
//!
//! In: text from a network file or the command line. Out: typed values. A number without its unit,
//! with another one, not finite or out of range is refused with what was found and expected.

use std::fmt;

use otn_emu::channel::BitErrorRatio;
use otn_frame::{PartsPerBillion, SimTime};

/// Text that is not the value that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// The text.
    pub found: String,
    /// What would be valid.
    pub expected: &'static str,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found `{}`, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for UnitError {}

/// Splits `text` into a finite number and what stands behind it.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-');
    let mut end = text.find(|c| !is_number(c)).unwrap_or(text.len());
    // An exponent belongs to the number only where a digit or a sign follows the `e`.
    let mut rest = text[end..].chars();
    if matches!(rest.next(), Some('e' | 'E')) && rest.next().is_some_and(is_number) {
        let from = end + 1;
        end = text[from..].find(|c| !is_number(c)).map_or(text.len(), |at| from + at);
    }
    let number: f64 = text[..end].parse().ok()?;
    number.is_finite().then(|| (number, text[end..].trim()))
}

fn refuse(text: &str, expected: &'static str) -> UnitError {
    UnitError { found: text.to_string(), expected }
}

/// A time from 0 to 213 days.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn time(text: &str) -> Result<SimTime, UnitError> {
    const EXPECTED: &str = "a time such as `10 ms` (ps, ns, us, µs, ms, s, min)";
    let (number, unit) = split(text).ok_or_else(|| refuse(text, EXPECTED))?;
    let ps = match unit {
        "ps" => 1.0,
        "ns" => 1e3,
        "us" | "µs" | "μs" => 1e6,
        "ms" => 1e9,
        "s" => 1e12,
        "min" => 60e12,
        _ => return Err(refuse(text, EXPECTED)),
    };
    let total = number * ps;
    if !(0.0..=1.8e19).contains(&total) {
        return Err(refuse(text, "a time from 0 to 213 days"));
    }
    Ok(SimTime::from_ps(total.round() as u64))
}

/// A frequency offset within plus or minus 10 %.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn frequency_offset(text: &str) -> Result<PartsPerBillion, UnitError> {
    const EXPECTED: &str = "a frequency offset such as `+20 ppm` or `-500 ppb`";
    let (number, unit) = split(text).ok_or_else(|| refuse(text, EXPECTED))?;
    let ppb = match unit {
        "ppm" => number * 1e3,
        "ppb" => number,
        _ => return Err(refuse(text, EXPECTED)),
    };
    let rounded = ppb.round();
    let within = rounded.abs() <= 1e8;
    within
        .then(|| PartsPerBillion::new(rounded as i32))
        .flatten()
        .ok_or_else(|| refuse(text, "a frequency offset within plus or minus 100000 ppm"))
}

/// A bit error ratio from 0 to 0.5.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn bit_error_ratio(text: &str) -> Result<BitErrorRatio, UnitError> {
    const EXPECTED: &str = "a bit error ratio from 0 to 0.5 such as `1e-4`";
    match split(text) {
        Some((ratio, "")) => BitErrorRatio::new(ratio).ok_or_else(|| refuse(text, EXPECTED)),
        Some(_) | None => Err(refuse(text, EXPECTED)),
    }
}

/// A bit rate from 1 bit/s to 1 Tbit/s.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn bit_rate(text: &str) -> Result<u64, UnitError> {
    const EXPECTED: &str = "a bit rate such as `8 Gbit/s` (bit/s, kbit/s, Mbit/s, Gbit/s)";
    let (number, unit) = split(text).ok_or_else(|| refuse(text, EXPECTED))?;
    let scale = match unit {
        "bit/s" => 1.0,
        "kbit/s" => 1e3,
        "Mbit/s" => 1e6,
        "Gbit/s" => 1e9,
        _ => return Err(refuse(text, EXPECTED)),
    };
    let rate = (number * scale).round();
    if (1.0..=1e12).contains(&rate) {
        Ok(rate as u64)
    } else {
        Err(refuse(text, "a bit rate from 1 bit/s to 1000 Gbit/s"))
    }
}

/// A length of fibre from 0 to 20 000 km, in metres.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn fibre_length(text: &str) -> Result<f64, UnitError> {
    let scales = [("km", 1e3), ("m", 1.0)];
    scaled(text, &scales, 0.0..=2e7, "a length from 0 to 20000 km such as `80 km` (m, km)")
}

/// Octets of a packet without its FCS.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn packet_length(text: &str) -> Result<usize, UnitError> {
    const EXPECTED: &str = "60 to 9600 octets, FCS not counted, such as `512 octets`";
    let octets = scaled(text, &[("octets", 1.0)], 60.0..=9_600.0, EXPECTED)?;
    if octets.fract() == 0.0 { Ok(octets as usize) } else { Err(refuse(text, EXPECTED)) }
}

/// Loss of fibre from 0.05 to 10 dB/km.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn fibre_loss(text: &str) -> Result<f64, UnitError> {
    let expected = "a loss from 0.05 to 10 dB/km such as `0.2 dB/km`";
    scaled(text, &[("dB/km", 1.0)], 0.05..=10.0, expected)
}

/// A loss from 0 to 200 dB.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn decibel(text: &str) -> Result<f64, UnitError> {
    scaled(text, &[("dB", 1.0)], 0.0..=200.0, "a loss from 0 to 200 dB such as `3 dB`")
}

/// A power from -60 to 40 dBm.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn power_dbm(text: &str) -> Result<f64, UnitError> {
    let expected = "a power from -60 to 40 dBm such as `0 dBm`";
    scaled(text, &[("dBm", 1.0)], -60.0..=40.0, expected)
}

/// The frequency of a channel from 150 to 250 THz, in Hz.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn frequency(text: &str) -> Result<f64, UnitError> {
    let expected = "a frequency from 150 to 250 THz such as `193.1 THz` (GHz, THz)";
    scaled(text, &[("THz", 1e12), ("GHz", 1e9)], 1.5e14..=2.5e14, expected)
}

/// The width of a channel from 1 GHz to 1 THz, in Hz.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn width(text: &str) -> Result<f64, UnitError> {
    let expected = "a width from 1 to 1000 GHz such as `50 GHz`";
    scaled(text, &[("GHz", 1e9)], 1e9..=1e12, expected)
}

/// The distance of a laser from its frequency, within plus or minus 1000 GHz, in Hz.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn shift(text: &str) -> Result<f64, UnitError> {
    let expected = "an offset within plus or minus 1000 GHz such as `+2.5 GHz` (MHz, GHz)";
    scaled(text, &[("GHz", 1e9), ("MHz", 1e6)], -1e12..=1e12, expected)
}

/// A symbol rate from 1 to 1000 GBd, in Bd.
///
/// # Errors
/// [`UnitError`] for anything else.
pub fn baud_rate(text: &str) -> Result<f64, UnitError> {
    let expected = "a symbol rate from 1 to 1000 GBd such as `32 GBd`";
    scaled(text, &[("GBd", 1e9)], 1e9..=1e12, expected)
}

/// A number within a range, its unit one of these.
pub(crate) fn scaled(
    text: &str,
    units: &[(&str, f64)],
    within: std::ops::RangeInclusive<f64>,
    expected: &'static str,
) -> Result<f64, UnitError> {
    let (number, unit) = split(text).ok_or_else(|| refuse(text, expected))?;
    let scale = units.iter().find(|(name, _)| *name == unit).map(|(_, scale)| scale);
    let value = scale.map(|scale| number * scale).filter(|value| within.contains(value));
    value.ok_or_else(|| refuse(text, expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_with_units_are_read() {
        assert_eq!(time("10 ms"), Ok(SimTime::from_ms(10)));
        assert_eq!(time("0.5us"), Ok(SimTime::from_ns(500)));
        assert_eq!(time("1e-3 s"), Ok(SimTime::from_ms(1)));
        assert_eq!(time("2 min"), Ok(SimTime::from_ms(120_000)));
        assert_eq!(frequency_offset("+20 ppm").map(PartsPerBillion::get), Ok(20_000));
        assert_eq!(frequency_offset("-7.5 ppm").map(PartsPerBillion::get), Ok(-7_500));
        assert_eq!(frequency_offset("100 ppb").map(PartsPerBillion::get), Ok(100));
        assert_eq!(bit_error_ratio("1e-4").map(BitErrorRatio::get), Ok(1e-4));
        assert_eq!(bit_error_ratio("0").map(BitErrorRatio::get), Ok(0.0));
        assert_eq!(bit_rate("2.5 Gbit/s"), Ok(2_500_000_000));
    }

    #[test]
    fn values_without_units_or_sense_are_refused() {
        for bad in ["10", "", "ms", "NaN ms", "-1 ms", "inf s", "1e30 s", "10 m s", "1 h", "1e ms"]
        {
            assert!(time(bad).is_err(), "{bad}");
        }
        for bad in ["20", "nan ppm", "1e9 ppm", "20 %", "+-3 ppm"] {
            assert!(frequency_offset(bad).is_err(), "{bad}");
        }
        for bad in ["", "-1e-4", "0.6", "NaN", "inf", "1e-4 bit", "1e"] {
            assert!(bit_error_ratio(bad).is_err(), "{bad}");
        }
        for bad in ["8", "0 bit/s", "8 GB/s", "-1 Gbit/s", "1e40 Gbit/s"] {
            assert!(bit_rate(bad).is_err(), "{bad}");
        }
        let error = time("10 parsec").unwrap_err().to_string();
        assert_eq!(
            error,
            "found `10 parsec`, expected a time such as `10 ms` (ps, ns, us, µs, ms, s, min)"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,12}") {
            let _ = (time(&text).is_ok(), frequency_offset(&text).is_ok());
            let _ = (bit_error_ratio(&text).is_ok(), bit_rate(&text).is_ok());
        }
    }
}
