//! The channels of a line, and what each of them holds.
//!
//! [`ChannelPlan`] is what does not change along a line: centre, slot, symbol rate. It is shared, so that
//! what depends on it alone can be kept by those who computed it. [`Spectrum`] is what does change: power,
//! and the shares of signal, amplified spontaneous emission and nonlinear interference in it.
//!
//! Each channel keeps its total power P and three shares of it that add up to one: signal s, ASE a, NLI n.
//! Gain and loss act on P alone. Nonlinear interference moves power inside P; ASE is added to P.

use core::fmt;
use std::sync::Arc;

use crate::Compat;
use crate::units::{REFERENCE_BANDWIDTH_HZ, db, linear, watt};

/// One channel as a plan is built from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Centre frequency, Hz.
    pub frequency_hz: f64,
    /// Width of the slot, Hz.
    pub slot_width_hz: f64,
    /// Symbol rate, Bd; also the bandwidth the signal's noise is counted in, Hz.
    pub baud_rate: f64,
    /// Roll-off of the raised cosine, 0 to 1.
    pub roll_off: f64,
    /// Offset from the power that equalisation gives to a channel, dB.
    pub delta_power_db: f64,
    /// OSNR of the transmitter in 0.1 nm, dB.
    pub tx_osnr_db: f64,
    /// Launched power, dBm.
    pub tx_power_dbm: f64,
    /// Name of the group of channels this one is reported with.
    pub label: String,
}

/// Why a list of channels is no plan.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanError {
    /// There is no channel.
    Empty,
    /// A value is not finite, or a width, rate or frequency is not positive.
    Value {
        /// Centre of the channel, Hz.
        frequency_hz: f64,
        /// Which value.
        what: &'static str,
        /// The value found.
        found: f64,
    },
    /// The symbol rate is wider than the slot.
    BaudRate {
        /// Centre of the channel, Hz.
        frequency_hz: f64,
        /// The symbol rate found, Bd.
        baud_rate: f64,
        /// The slot it must fit, Hz.
        slot_width_hz: f64,
    },
    /// Two slots overlap.
    Overlap {
        /// Centre of the lower channel, Hz.
        lower_hz: f64,
        /// Centre of the upper channel, Hz.
        upper_hz: f64,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "no channel in the spectrum: expected at least one"),
            Self::Value { frequency_hz, what, found } => write!(
                f,
                "channel at {:.5} THz: {what} is {found}, expected a finite number in its range",
                frequency_hz * 1e-12
            ),
            Self::BaudRate { frequency_hz, baud_rate, slot_width_hz } => write!(
                f,
                "channel at {:.5} THz: symbol rate {:.3} GBd does not fit its slot of {:.3} GHz",
                frequency_hz * 1e-12,
                baud_rate * 1e-9,
                slot_width_hz * 1e-9
            ),
            Self::Overlap { lower_hz, upper_hz } => write!(
                f,
                "the slots of the channels at {:.5} THz and {:.5} THz overlap",
                lower_hz * 1e-12,
                upper_hz * 1e-12
            ),
        }
    }
}

impl core::error::Error for PlanError {}

/// What does not change along a line; channels in rising frequency.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelPlan {
    /// Centre frequencies, Hz, rising.
    pub frequency_hz: Vec<f64>,
    /// Widths of the slots, Hz.
    pub slot_width_hz: Vec<f64>,
    /// Symbol rates, Bd.
    pub baud_rate: Vec<f64>,
    /// Roll-offs.
    pub roll_off: Vec<f64>,
    /// Offsets from the equalised power, dB.
    pub delta_power_db: Vec<f64>,
    /// OSNR of the transmitters in 0.1 nm, dB.
    pub tx_osnr_db: Vec<f64>,
    /// Launched powers, dBm.
    pub tx_power_dbm: Vec<f64>,
    /// Index into `labels`, one a channel.
    pub label: Vec<u16>,
    /// Names of the groups, in the order they were first seen in the list given.
    pub labels: Vec<String>,
}

impl ChannelPlan {
    /// Sorts `channels` by frequency and checks that they fit beside each other.
    ///
    /// # Errors
    /// [`PlanError`] for no channel, a value out of range, a rate wider than its slot, an overlap.
    pub fn new(mut channels: Vec<Channel>) -> Result<Self, PlanError> {
        let mut labels: Vec<String> = Vec::new();
        for channel in &channels {
            check(channel)?;
            if !labels.contains(&channel.label) {
                labels.push(channel.label.clone());
            }
        }
        channels.sort_by(|a, b| a.frequency_hz.total_cmp(&b.frequency_hz));
        for pair in channels.windows(2) {
            let (lower, upper) = (&pair[0], &pair[1]);
            let upper_edge = lower.frequency_hz + lower.slot_width_hz / 2.0;
            let lower_edge = upper.frequency_hz - upper.slot_width_hz / 2.0;
            if upper_edge > lower_edge {
                return Err(PlanError::Overlap {
                    lower_hz: lower.frequency_hz,
                    upper_hz: upper.frequency_hz,
                });
            }
        }
        if channels.is_empty() {
            return Err(PlanError::Empty);
        }
        let column = |value: fn(&Channel) -> f64| channels.iter().map(value).collect();
        let number = |channel: &Channel| {
            labels.iter().position(|label| *label == channel.label).unwrap_or(0) as u16
        };
        Ok(Self {
            frequency_hz: column(|c| c.frequency_hz),
            slot_width_hz: column(|c| c.slot_width_hz),
            baud_rate: column(|c| c.baud_rate),
            roll_off: column(|c| c.roll_off),
            delta_power_db: column(|c| c.delta_power_db),
            tx_osnr_db: column(|c| c.tx_osnr_db),
            tx_power_dbm: column(|c| c.tx_power_dbm),
            label: channels.iter().map(number).collect(),
            labels,
        })
    }

    /// Number of channels.
    pub fn len(&self) -> usize {
        self.frequency_hz.len()
    }

    /// Whether there is no channel; [`ChannelPlan::new`] makes none such, [`ChannelPlan::select`] may.
    pub fn is_empty(&self) -> bool {
        self.frequency_hz.is_empty()
    }

    /// The channels whose index `keep` names, in order.
    #[must_use]
    pub fn select(&self, keep: &[usize]) -> Self {
        let column = |values: &[f64]| keep.iter().map(|&i| values[i]).collect();
        Self {
            frequency_hz: column(&self.frequency_hz),
            slot_width_hz: column(&self.slot_width_hz),
            baud_rate: column(&self.baud_rate),
            roll_off: column(&self.roll_off),
            delta_power_db: column(&self.delta_power_db),
            tx_osnr_db: column(&self.tx_osnr_db),
            tx_power_dbm: column(&self.tx_power_dbm),
            label: keep.iter().map(|&i| self.label[i]).collect(),
            labels: self.labels.clone(),
        }
    }

    /// Indices of the channels whose slot lies inside one of `bands` (lower and upper edge, Hz).
    pub fn inside(&self, bands: &[(f64, f64)]) -> Vec<usize> {
        let fits = |i: &usize| {
            let half = self.slot_width_hz[*i] / 2.0;
            let (low, high) = (self.frequency_hz[*i] - half, self.frequency_hz[*i] + half);
            bands.iter().any(|&(from, to)| low >= from && high <= to)
        };
        (0..self.len()).filter(fits).collect()
    }
}

fn check(channel: &Channel) -> Result<(), PlanError> {
    let frequency_hz = channel.frequency_hz;
    let positive = [
        ("centre frequency", frequency_hz),
        ("slot width", channel.slot_width_hz),
        ("symbol rate", channel.baud_rate),
    ];
    for (what, found) in positive {
        if !(found.is_finite() && found > 0.0) {
            return Err(PlanError::Value { frequency_hz, what, found });
        }
    }
    let finite = [
        ("power offset", channel.delta_power_db),
        ("transmitter OSNR", channel.tx_osnr_db),
        ("launched power", channel.tx_power_dbm),
    ];
    for (what, found) in finite {
        if !found.is_finite() {
            return Err(PlanError::Value { frequency_hz, what, found });
        }
    }
    if !(0.0..=1.0).contains(&channel.roll_off) {
        let found = channel.roll_off;
        return Err(PlanError::Value { frequency_hz, what: "roll-off", found });
    }
    if channel.baud_rate > channel.slot_width_hz {
        return Err(PlanError::BaudRate {
            frequency_hz,
            baud_rate: channel.baud_rate,
            slot_width_hz: channel.slot_width_hz,
        });
    }
    Ok(())
}

/// Centres of a uniform comb between `f_min_hz` and `f_max_hz`, Hz.
///
/// GNPy 2.14 leaves out `f_min_hz` itself: floor((f_max - f_min) / spacing) channels, the first one spacing
/// above it. GNPy 3.0 begins on it and has one more. The floor is that of floats, as Python's `//`.
//= gnpy:6.1-uniform-comb
pub fn uniform_comb(f_min_hz: f64, f_max_hz: f64, spacing_hz: f64, compat: Compat) -> Vec<f64> {
    let count = floor_division(f_max_hz - f_min_hz, spacing_hz);
    if !(0.0..=1e6).contains(&count) {
        return Vec::new();
    }
    let first = match compat {
        Compat::Gnpy214 => 1,
        Compat::Gnpy30 => 0,
    };
    (first..=count as usize).map(|i| f_min_hz + i as f64 * spacing_hz).collect()
}

/// Python's float floor division: the floor of the exact quotient of the two floats, by way of the remainder.
pub fn floor_division(dividend: f64, divisor: f64) -> f64 {
    let remainder = dividend % divisor;
    let mut quotient = (dividend - remainder) / divisor;
    if remainder != 0.0 && (divisor < 0.0) != (remainder < 0.0) {
        quotient -= 1.0;
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// What a line carries at one point of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// The channels.
    pub plan: Arc<ChannelPlan>,
    /// Total power of each channel, noise included, W.
    pub power_w: Vec<f64>,
    /// Share of the signal in the power.
    pub signal: Vec<f64>,
    /// Share of amplified spontaneous emission.
    pub ase: Vec<f64>,
    /// Share of nonlinear interference.
    pub nli: Vec<f64>,
    /// Chromatic dispersion gathered so far, s/m.
    pub dispersion_s_per_m: Vec<f64>,
    /// Polarisation mode dispersion, s; parts add in squares.
    pub pmd_s: Vec<f64>,
    /// Polarisation dependent loss, dB; parts add in squares.
    pub pdl_db: Vec<f64>,
    /// Time of flight, s.
    pub latency_s: Vec<f64>,
    /// Noise that ROADMs add and receivers count: sum of 1/OSNR, OSNR in 0.1 nm as a ratio.
    pub added_noise: Vec<f64>,
}

impl Spectrum {
    /// All signal and no noise, at the launched powers of the plan.
    pub fn launch(plan: Arc<ChannelPlan>) -> Self {
        let power_w = plan.tx_power_dbm.iter().map(|&level| watt(level)).collect();
        let zero = vec![0.0; plan.len()];
        Self {
            power_w,
            signal: vec![1.0; plan.len()],
            ase: zero.clone(),
            nli: zero.clone(),
            dispersion_s_per_m: zero.clone(),
            pmd_s: zero.clone(),
            pdl_db: zero.clone(),
            latency_s: zero.clone(),
            added_noise: zero,
            plan,
        }
    }

    /// Number of channels.
    pub fn len(&self) -> usize {
        self.power_w.len()
    }

    /// Whether no channel is left.
    pub fn is_empty(&self) -> bool {
        self.power_w.is_empty()
    }

    /// Power of all channels, W.
    pub fn total_power_w(&self) -> f64 {
        self.power_w.iter().sum()
    }

    /// Moves `nli_w` watts of each channel into nonlinear interference; the power stays.
    //= gnpy:6.1-noise
    pub fn add_nli(&mut self, nli_w: &[f64]) {
        for (i, added) in nli_w.iter().enumerate() {
            let share = added / self.power_w[i];
            self.signal[i] *= 1.0 - share;
            self.ase[i] *= 1.0 - share;
            self.nli[i] = self.nli[i] * (1.0 - share) + share;
        }
    }

    /// Adds `ase_w` watts of spontaneous emission to each channel's power.
    //= gnpy:6.1-noise
    pub fn add_ase(&mut self, ase_w: &[f64]) {
        for (i, &added) in ase_w.iter().enumerate() {
            let before = self.power_w[i];
            let after = before + added;
            self.signal[i] *= before / after;
            self.nli[i] *= before / after;
            self.ase[i] = (self.ase[i] * before + added) / after;
            self.power_w[i] = after;
        }
    }

    /// Multiplies each channel's power by `factor`.
    pub fn scale(&mut self, factor: &[f64]) {
        for (power, factor) in self.power_w.iter_mut().zip(factor) {
            *power *= factor;
        }
    }

    /// Takes `loss_db` from every channel.
    pub fn attenuate(&mut self, loss_db: f64) {
        let factor = linear(-loss_db);
        for power in &mut self.power_w {
            *power *= factor;
        }
    }

    /// Adds PMD (s) and PDL (dB) that are the same for all channels, in squares.
    pub fn add_polarisation(&mut self, pmd_s: f64, pdl_db: f64) {
        for (values, one) in [(&mut self.pmd_s, pmd_s), (&mut self.pdl_db, pdl_db)] {
            // Nothing to add leaves the sum as it is, bit for bit.
            if one != 0.0 {
                values.iter_mut().for_each(|all| *all = all.hypot(one));
            }
        }
    }

    /// The channels whose index `keep` names, in order.
    #[must_use]
    pub fn select(&self, keep: &[usize]) -> Self {
        if keep.len() == self.len() {
            return self.clone();
        }
        let column = |values: &[f64]| keep.iter().map(|&i| values[i]).collect();
        Self {
            plan: Arc::new(self.plan.select(keep)),
            power_w: column(&self.power_w),
            signal: column(&self.signal),
            ase: column(&self.ase),
            nli: column(&self.nli),
            dispersion_s_per_m: column(&self.dispersion_s_per_m),
            pmd_s: column(&self.pmd_s),
            pdl_db: column(&self.pdl_db),
            latency_s: column(&self.latency_s),
            added_noise: column(&self.added_noise),
        }
    }

    /// Signal over all noise in the channel's own bandwidth, dB.
    pub fn gsnr_db(&self) -> Vec<f64> {
        self.ratios(|i| self.signal[i] / (self.ase[i] + self.nli[i]))
    }

    /// Signal over spontaneous emission in the channel's own bandwidth, dB.
    pub fn osnr_ase_db(&self) -> Vec<f64> {
        self.ratios(|i| self.signal[i] / self.ase[i])
    }

    /// Signal over nonlinear interference in the channel's own bandwidth, dB.
    pub fn osnr_nli_db(&self) -> Vec<f64> {
        self.ratios(|i| self.signal[i] / self.nli[i])
    }

    fn ratios(&self, ratio: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..self.len()).map(|i| db(ratio(i))).collect()
    }
}

/// What a ratio in the bandwidth `baud_rate` gains when it is counted in 0.1 nm, dB.
pub fn to_reference_bandwidth_db(baud_rate: f64) -> f64 {
    -db(REFERENCE_BANDWIDTH_HZ / baud_rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(frequency_hz: f64) -> Channel {
        Channel {
            frequency_hz,
            slot_width_hz: 50e9,
            baud_rate: 32e9,
            roll_off: 0.15,
            delta_power_db: 0.0,
            tx_osnr_db: 40.0,
            tx_power_dbm: 0.0,
            label: "32G".into(),
        }
    }

    #[test]
    //= type=test gnpy:6.1-uniform-comb
    fn combs_of_both_releases() {
        let old = uniform_comb(191.3e12, 195.1e12, 50e9, Compat::Gnpy214);
        let new = uniform_comb(191.3e12, 195.1e12, 50e9, Compat::Gnpy30);
        assert_eq!((old.len(), old[0]), (76, 191.35e12));
        assert_eq!((new.len(), new[0], new[76]), (77, 191.3e12, 195.1e12));
        assert_eq!(floor_division(1.0, 0.1), 9.0, "as Python: 1.0 // 0.1");
        assert_eq!(floor_division(-7.5, 2.0), -4.0);
    }

    #[test]
    //= type=test gnpy:6.1-noise
    fn shares_stay_one_and_noise_adds() {
        let plan = Arc::new(ChannelPlan::new(vec![channel(193.1e12)]).unwrap());
        let mut spectrum = Spectrum::launch(plan);
        spectrum.add_ase(&[1e-4]);
        spectrum.add_nli(&[2e-4]);
        let all = spectrum.signal[0] + spectrum.ase[0] + spectrum.nli[0];
        assert!((all - 1.0).abs() < 1e-15);
        assert!((spectrum.power_w[0] - 1.1e-3).abs() < 1e-18, "NLI moves power, ASE adds it");
        assert!((spectrum.nli[0] * spectrum.power_w[0] - 2e-4).abs() < 1e-18);
        // What was ASE gave its share to the interference too: 1e-4 (1 - 2/11).
        assert!((spectrum.ase[0] * spectrum.power_w[0] - 1e-4 * 9.0 / 11.0).abs() < 1e-18);
    }

    #[test]
    fn plans_that_cannot_be() {
        let near = vec![channel(193.1e12), channel(193.14e12)];
        assert!(matches!(ChannelPlan::new(near), Err(PlanError::Overlap { .. })));
        let wide = Channel { baud_rate: 64e9, ..channel(193.1e12) };
        assert!(matches!(ChannelPlan::new(vec![wide]), Err(PlanError::BaudRate { .. })));
        let nan = Channel { frequency_hz: f64::NAN, ..channel(0.0) };
        assert!(matches!(ChannelPlan::new(vec![nan]), Err(PlanError::Value { .. })));
        assert_eq!(ChannelPlan::new(Vec::new()), Err(PlanError::Empty));
    }

    #[test]
    fn channels_are_sorted_and_cut_by_slot() {
        let plan = ChannelPlan::new(vec![channel(193.2e12), channel(193.1e12)]).unwrap();
        assert_eq!(plan.frequency_hz, [193.1e12, 193.2e12]);
        assert_eq!(plan.inside(&[(193.08e12, 193.3e12)]), [1], "the lower slot juts out");
        assert_eq!(plan.inside(&[(193.0e12, 193.15e12), (193.15e12, 193.3e12)]), [0, 1]);
    }
}
