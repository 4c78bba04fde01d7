//! Grids and sums over them, with the conventions of numerical Python.
//!
//! Half-open ranges, linear interpolation that clamps, trapezoids, and the parabola nearest to points.
//! The last digits of the generalised GN model hang on these conventions.

/// How many values `from`, `from + step`, ... lie below `to`: the ceiling of the quotient.
pub fn arange_len(from: f64, to: f64, step: f64) -> f64 {
    ((to - from) / step).ceil().max(0.0)
}

/// The values `from + i step` below `to`, at most `limit` of them; `None` if there are more.
pub fn arange(from: f64, to: f64, step: f64, limit: usize) -> Option<Vec<f64>> {
    let count = arange_len(from, to, step);
    // A count that is no number fails the comparison too.
    if count <= limit as f64 {
        Some((0..count as usize).map(|i| from + i as f64 * step).collect())
    } else {
        None
    }
}

/// The value at `x` on straight lines between points, `at` rising; outside, that of the first or last.
pub fn interpolate(x: f64, at: &[f64], value: &[f64]) -> f64 {
    let above = at.partition_point(|&point| point <= x);
    if above == 0 {
        return value.first().copied().unwrap_or(f64::NAN);
    }
    if above == at.len() {
        return value[above - 1];
    }
    let slope = (value[above] - value[above - 1]) / (at[above] - at[above - 1]);
    slope * (x - at[above - 1]) + value[above - 1]
}

/// Integral of `value` over `at` by trapezoids.
pub fn trapezoid(value: &[f64], at: &[f64]) -> f64 {
    let pairs = value.windows(2).zip(at.windows(2));
    pairs.map(|(value, at)| (at[1] - at[0]) * (value[0] + value[1]) / 2.0).sum()
}

/// Union of two lists of positions, sorted, each position once.
pub fn union(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// Coefficients a, b, c of the parabola a x² + b x + c nearest to the points in the mean of squares.
///
/// Fewer than three points give the curve of lower degree through them. Works with values scaled to
/// order one and polynomials that are orthogonal over the points, so that it stays exact for offsets of
/// terahertz.
pub fn parabola(x: &[f64], y: &[f64]) -> [f64; 3] {
    let count = x.len().min(y.len()) as f64;
    if count == 0.0 {
        return [0.0; 3];
    }
    let mean = x.iter().sum::<f64>() / count;
    let scale = x.iter().fold(0.0, |most: f64, x| most.max((x - mean).abs()));
    if scale == 0.0 {
        return [0.0, 0.0, y.iter().sum::<f64>() / count];
    }
    let points = || x.iter().map(|x| (x - mean) / scale).zip(y.iter().copied());
    let moment = |power: i32| points().map(|(u, _)| u.powi(power)).sum::<f64>();
    let (m2, m3) = (moment(2), moment(3));
    // p1 = u and p2 = u² - skew u - m2/count are orthogonal to one another and to a constant.
    let skew = m3 / m2;
    let p2 = |u: f64| u * u - skew * u - m2 / count;
    let norm: f64 = points().map(|(u, _)| p2(u) * p2(u)).sum();
    let c0 = y.iter().sum::<f64>() / count;
    let c1 = points().map(|(u, y)| u * (y - c0)).sum::<f64>() / m2;
    let c2 = if norm > 1e-24 * count {
        points().map(|(u, y)| p2(u) * (y - c0 - c1 * u)).sum::<f64>() / norm
    } else {
        0.0
    };
    // In u: c2 u² + (c1 - c2 skew) u + (c0 - c2 m2/count), u = (x - mean)/scale.
    let (a, b) = (c2 / (scale * scale), (c1 - c2 * skew) / scale);
    let c = c0 - c2 * m2 / count;
    [a, b - 2.0 * a * mean, a * mean * mean - b * mean + c]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_half_open() {
        assert_eq!(arange(0.0, 1.0, 0.25, 9), Some(vec![0.0, 0.25, 0.5, 0.75]));
        assert_eq!(arange(0.0, 1.1, 0.5, 9), Some(vec![0.0, 0.5, 1.0]));
        assert_eq!(arange(1.0, 0.0, 0.5, 9), Some(Vec::new()));
        assert_eq!(arange(0.0, 1.0, 1e-9, 9), None);
        assert_eq!(arange(0.0, f64::INFINITY, 1.0, 9), None);
    }

    #[test]
    fn interpolation_clamps() {
        let (at, value) = ([1.0, 2.0, 4.0], [10.0, 20.0, 0.0]);
        let found = [0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 9.0].map(|x| interpolate(x, &at, &value));
        assert_eq!(found, [10.0, 10.0, 15.0, 20.0, 10.0, 0.0, 0.0]);
        assert!(interpolate(1.0, &[], &[]).is_nan());
    }

    #[test]
    fn parabolas_come_back() {
        let x: Vec<f64> = (0..40).map(|i| 50e9 * f64::from(i) - 3e11).collect();
        let [a, b, c] = [3e-52, -2e-40, 2.1e-26];
        let y: Vec<f64> = x.iter().map(|x| (a * x + b) * x + c).collect();
        let found = parabola(&x, &y);
        for (found, expected) in found.iter().zip([a, b, c]) {
            assert!((found / expected - 1.0).abs() < 1e-9, "{found} for {expected}");
        }
        assert_eq!(parabola(&[1.0, 3.0], &[2.0, 6.0]), [0.0, 2.0, 0.0]);
        assert_eq!(parabola(&[5.0], &[2.0]), [0.0, 0.0, 2.0]);
    }

    #[test]
    fn trapezoids_and_unions() {
        assert_eq!(trapezoid(&[1.0, 3.0, 5.0], &[0.0, 1.0, 3.0]), 10.0);
        assert_eq!(union(&[0.0, 10.0, 20.0], &[15.0, 10.0]), [0.0, 10.0, 15.0, 20.0]);
    }
}
