//! Confidence intervals of a ratio that was counted.
//!
//! Source: Clopper and Pearson, Biometrika 26 (1934). In: events, trials, a confidence. Out: the
//! ratios for which as many events or more, or as few or fewer, have half of the rest as their
//! probability. The incomplete beta and gamma functions are a library's.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::gamma_lr;

use crate::theory::gaussian::q_inverse;
use crate::theory::root;

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// True if `value` lies in it.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Trials from which on the beta function loses digits, and the limits of the binomial
/// distribution are as exact as can be told.
const MANY: f64 = 1e8;
/// Events from which on the normal limit serves.
const FREQUENT: f64 = 1e5;

/// The interval of Clopper and Pearson for `events` in `trials`, which need not be whole; from 1e8
/// trials on by the limits of Poisson and Gauss, which then agree with it to three digits.
pub fn clopper_pearson(events: f64, trials: f64, confidence: f64) -> Interval {
    if trials <= 0.0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let rest = 0.5 * (1.0 - confidence);
    let none = trials - events;
    if trials > MANY && events > FREQUENT && none > FREQUENT {
        let share = events / trials;
        let reach = q_inverse(rest) * libm::sqrt(share * (1.0 - share) / trials);
        return Interval { low: (share - reach).max(0.0), high: (share + reach).min(1.0) };
    }
    if trials > MANY && none < events {
        // The limits are those of rare events: where nearly all is one, look at the rest.
        let rest = clopper_pearson(none, trials, confidence);
        return Interval { low: 1.0 - rest.high, high: 1.0 - rest.low };
    }
    // Probability that a ratio makes `count` events or more.
    let at_least = |count: f64, ratio: f64| {
        if trials > MANY {
            gamma_lr(count, trials * ratio)
        } else {
            beta_reg(count, trials - count + 1.0, ratio)
        }
    };
    // By logarithm: a ratio may be very small.
    let solve = |count: f64, wanted: f64| {
        let least = libm::log(1e-3 / trials * rest);
        let logarithm = root(least, 0.0, |l| at_least(count, libm::exp(l).min(1.0)) - wanted);
        libm::exp(logarithm)
    };
    Interval {
        low: if events <= 0.0 { 0.0 } else { solve(events, rest) },
        high: if none <= 0.0 { 1.0 } else { solve(events + 1.0, 1.0 - rest) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probability of `k` events or fewer, added up.
    fn at_most(k: u32, n: u32, p: f64) -> f64 {
        let mut term = (1.0 - p).powi(n as i32);
        let mut sum = term;
        for i in 0..k {
            term *= f64::from(n - i) / f64::from(i + 1) * p / (1.0 - p);
            sum += term;
        }
        sum
    }

    #[test]
    fn the_ends_are_where_the_binomial_distribution_says() {
        for (k, n, confidence) in
            [(1, 10, 0.95), (10, 100, 0.95), (3, 7, 0.99), (57, 600, 0.9), (12, 5_000, 0.95)]
        {
            let found = clopper_pearson(f64::from(k), f64::from(n), confidence);
            let rest = (1.0 - confidence) / 2.0;
            assert!((1.0 - at_most(k - 1, n, found.low) - rest).abs() < 1e-9, "{k} {n}");
            assert!((at_most(k, n, found.high) - rest).abs() < 1e-9, "{k} {n}");
        }
    }

    #[test]
    fn nothing_seen_leaves_the_rule_of_three_and_everything_its_mirror() {
        for n in [1.0, 1e3, 1e7, 1e10, 1e13] {
            let found = clopper_pearson(0.0, n, 0.95);
            let expected = -libm::expm1(libm::log(0.025) / n);
            assert_eq!(found.low, 0.0);
            assert!((found.high / expected - 1.0).abs() < 1e-6, "{n}: {found:?}");
        }
        let all = clopper_pearson(5.0, 5.0, 0.95);
        assert!((all.low - libm::pow(0.025, 0.2)).abs() < 1e-9 && all.high == 1.0);
        assert_eq!(clopper_pearson(0.0, 0.0, 0.95), Interval { low: 0.0, high: 1.0 });
    }

    /// What nearly always happens is as sure as what hardly ever does.
    #[test]
    fn many_trials_have_mirrored_intervals() {
        for none in [0.0, 3.0, 900.0, 99_000.0] {
            let (rare, frequent) =
                (clopper_pearson(none, 1e10, 0.95), clopper_pearson(1e10 - none, 1e10, 0.95));
            assert!((1.0 - frequent.high - rare.low).abs() < 1e-13, "{none}: {frequent:?}");
            assert!((1.0 - frequent.low - rare.high).abs() < 1e-13, "{none}: {frequent:?}");
        }
    }

    /// The limits join: a trial more does not move the ends.
    #[test]
    fn the_three_ways_to_compute_meet() {
        for events in [1.0, 100.0, 99_999.0] {
            let (a, b) =
                (clopper_pearson(events, 1e8, 0.95), clopper_pearson(events, 1.000_000_1e8, 0.95));
            assert!((a.low / b.low - 1.0).abs() < 1e-3, "{events} {a:?} {b:?}");
            assert!((a.high / b.high - 1.0).abs() < 1e-3, "{events} {a:?} {b:?}");
        }
        let (a, b) = (clopper_pearson(1e5, 1e10, 0.95), clopper_pearson(1.000_01e5, 1e10, 0.95));
        assert!((a.low / b.low - 1.0).abs() < 1e-4 && (a.high / b.high - 1.0).abs() < 1e-4);
    }
}
