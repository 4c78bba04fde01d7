//! An axis of the picture: a range of numbers, and where its ticks are.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// An axis.
#[derive(Clone, Debug)]
pub(crate) struct Ticks {
    range: Range<f64>,
    ticks: Vec<f64>,
    /// The numbers are decimal logarithms.
    logarithmic: bool,
}

impl Ticks {
    /// An axis of decimal logarithms from `low` to `high`: a tick a decade, and more within it the
    /// fewer decades there are.
    pub(super) fn logarithmic(low: f64, high: f64) -> Self {
        let mut ticks = Vec::new();
        // The numbers from 1 to 3 take half of the length of a decade: more of them have a tick.
        let whole = (4..10).map(f64::from);
        let halves = (4..20).map(|half| f64::from(half) / 2.0);
        let within: Vec<f64> = match high - low {
            3.0.. => vec![1.0],
            1.3.. => vec![1.0, 2.0, 5.0],
            0.8.. => vec![1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
            0.35.. => [1.0, 1.2, 1.5, 2.0, 2.5, 3.0].into_iter().chain(whole).collect(),
            _ => [1.0, 1.1, 1.2, 1.3, 1.5, 1.7].into_iter().chain(halves).collect(),
        };
        // So many decades apart that labels have room.
        let step = (((high - low) / 16.0).ceil() as usize).max(1);
        for decade in ((low.floor() as i32)..=(high.ceil() as i32)).step_by(step) {
            ticks.extend(within.iter().map(|digit| f64::from(decade) + digit.log10()));
        }
        ticks.retain(|tick| (low - 1e-9..=high + 1e-9).contains(tick));
        Self { range: low..high, ticks, logarithmic: true }
    }

    /// An axis of plain numbers from `low` to `high`, with ticks at round ones.
    pub(crate) fn linear(low: f64, high: f64) -> Self {
        let steps =
            [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3];
        let step = steps.into_iter().find(|step| (high - low) / step <= 12.0);
        let step = step.unwrap_or(10f64.powf(((high - low) / 10.0).log10().ceil()));
        let first = (low / step).ceil() as i64;
        let last = (high / step).floor() as i64;
        let ticks = (first..=last).map(|n| n as f64 * step).collect();
        Self { range: low..high, ticks, logarithmic: false }
    }
}

impl Ranged for Ticks {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        let share = (value - self.range.start) / (self.range.end - self.range.start);
        pixels.0 + (share * f64::from(pixels.1 - pixels.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Ticks {
    fn format_ext(&self, value: &f64) -> String {
        if self.logarithmic {
            // Numbers of two digits times a power of ten: two digits are all there is.
            return format!("{:.1e}", 10f64.powf(*value)).replace(".0e", "e");
        }
        format!("{}", (value * 10.0).round() / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &Ticks) -> Vec<String> {
        ticks.ticks.iter().map(|tick| ticks.format_ext(tick)).collect()
    }

    #[test]
    fn ticks_are_at_round_numbers() {
        assert_eq!(
            labels(&Ticks::logarithmic(-4.0, -2.6)),
            ["1e-4", "2e-4", "5e-4", "1e-3", "2e-3"]
        );
        assert_eq!(
            labels(&Ticks::logarithmic(-2.4, -1.8)),
            ["4e-3", "5e-3", "6e-3", "7e-3", "8e-3", "9e-3", "1e-2", "1.2e-2", "1.5e-2"]
        );
        assert_eq!(
            labels(&Ticks::logarithmic(-2.0, -1.69)),
            ["1e-2", "1.1e-2", "1.2e-2", "1.3e-2", "1.5e-2", "1.7e-2", "2e-2"]
        );
        // C-FEC, from its threshold to the soft limit: there are ticks where its points are.
        assert_eq!(
            labels(&Ticks::logarithmic(-1.94, -1.45)),
            ["1.2e-2", "1.5e-2", "2e-2", "2.5e-2", "3e-2"]
        );
        assert_eq!(
            labels(&Ticks::logarithmic(-6.2, -2.0)),
            ["1e-6", "1e-5", "1e-4", "1e-3", "1e-2"]
        );
        assert_eq!(
            labels(&Ticks::linear(4.1, 5.2)),
            ["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "5", "5.1", "5.2"]
        );
        let axis = Ticks::linear(0.0, 10.0);
        assert_eq!((axis.map(&0.0, (5, 25)), axis.map(&10.0, (5, 25))), (5, 25));
    }
}
