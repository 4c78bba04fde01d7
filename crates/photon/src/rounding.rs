//! Rounding as numpy and GNPy's design do it.
//!
//! Clauses: GNPy 6.8 (steps of gain and power), 6.10 (values printed).
//! In: a number and a count of decimals, or a step. Out: the rounded number, to the last bit as GNPy has it.
//! Does not print: how many digits are shown is the business of whoever writes text.

/// Rounds to `decimals` as numpy's `round` does: times 10^n, half to even, divided again.
///
/// Negative counts round to tens, hundreds and so on. Python's own `round` differs in rare ties, since it
/// looks at the exact decimal value; see [`round_python`].
//= gnpy:6.10-round-numpy
pub fn round_numpy(value: f64, decimals: i32) -> f64 {
    let power = 10f64.powi(decimals.abs());
    if decimals >= 0 {
        (value * power).round_ties_even() / power
    } else {
        (value / power).round_ties_even() * power
    }
}

/// Rounds to `decimals` as Python's `round` does: the exact value of the float, ties to even.
//= gnpy:6.10-round-numpy
pub fn round_python(value: f64, decimals: u8) -> f64 {
    if !value.is_finite() {
        return value;
    }
    // The formatter rounds the exact binary value, half to even: the same rule.
    format!("{value:.*}", usize::from(decimals)).parse().unwrap_or(value)
}

/// Rounds `value` to a multiple of `step`, as GNPy's design does for gain, power and attenuation.
///
/// The step itself is rounded to one decimal first, so that 0.25 acts as 0.2 and 0.05 as 0.1; the result
/// is rounded to one decimal again. A step of zero (or one that rounds to it) gives two decimals.
//= gnpy:6.8-round2float
pub fn round2float(value: f64, step: f64) -> f64 {
    let step = round_python(step, 1);
    if step == 0.0 {
        return round_python(value, 2);
    }
    round_python((value / step).round_ties_even() * step, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    //= type=test gnpy:6.10-round-numpy
    fn ties_go_to_even() {
        assert_eq!(round_numpy(0.5, 0), 0.0);
        assert_eq!(round_numpy(1.5, 0), 2.0);
        assert_eq!(round_numpy(-2.5, 0), -2.0);
        assert_eq!(round_numpy(1250.0, -2), 1200.0);
        assert_eq!(round_numpy(0.125, 2), 0.12);
        // 2.675 lies below its decimal name: Python sees that, numpy's product with 100 does not.
        assert_eq!((round_numpy(2.675, 2), round_python(2.675, 2)), (2.68, 2.67));
        assert!(round_numpy(f64::NAN, 2).is_nan());
        assert_eq!(round_python(f64::INFINITY, 2), f64::INFINITY);
    }

    #[test]
    //= type=test gnpy:6.8-round2float
    fn steps_are_rounded_before_use() {
        assert_eq!(round2float(0.31, 0.25), 0.4, "0.25 acts as 0.2");
        assert_eq!(round2float(0.07, 0.05), 0.1, "0.05 acts as 0.1");
        assert_eq!(round2float(1.2345, 0.0), 1.23);
        assert_eq!(round2float(-0.697_659_126_699_179, 0.1), -0.7);
    }
}
