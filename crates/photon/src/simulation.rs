//! Settings of a simulation: how scattering and nonlinear interference are computed.
//!
//! Clauses: 1.2 and 6.3, 6.4 of the fact sheet on GNPy. In: choices. Out: the same choices, checked. What
//! they do is the business of [`crate::raman`] and [`crate::nli`]. They are arguments, never globals.

use core::fmt;

/// All settings that a fibre needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SimulationParameters {
    /// How power evolves along the fibre.
    pub raman: RamanParameters,
    /// How nonlinear interference is computed.
    pub nli: NliParameters,
}

/// How the equations of Raman scattering are solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RamanMethod {
    /// A series in powers of the scattering, of the order given.
    Perturbative,
    /// Steps along the fibre, explicit Euler.
    Numerical,
}

/// How power evolves along the fibre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RamanParameters {
    /// Whether stimulated Raman scattering is computed at all.
    pub flag: bool,
    /// How it is solved.
    pub method: RamanMethod,
    /// Order of the perturbative method, 1 to 4.
    pub order: u8,
    /// Distance of the positions that results are given at, m.
    pub result_spatial_resolution_m: f64,
    /// Distance of the positions that the solver uses, m.
    pub solver_spatial_resolution_m: f64,
}

//= gnpy:6.4-defaults
impl Default for RamanParameters {
    fn default() -> Self {
        Self {
            flag: false,
            method: RamanMethod::Perturbative,
            order: 2,
            result_spatial_resolution_m: 10e3,
            solver_spatial_resolution_m: 10e3,
        }
    }
}

/// Which model of nonlinear interference is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NliMethod {
    /// The closed form of the GN model; does not see Raman scattering.
    GnModelAnalytic,
    /// The generalised GN model, spectrally separated: a numeric double integral for each pair.
    GgnSpectrallySeparated,
    /// The generalised GN model with a closed form for pairs, numeric for a channel on itself.
    GgnApprox,
}

/// For which channels the generalised GN model is evaluated; the others are interpolated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComputedChannels {
    /// All of them.
    All,
    /// Those with these numbers; the lowest channel is 1.
    List(Vec<usize>),
    /// So many, spread equally from the first to the last; all of them if there are no more.
    Number(usize),
}

/// How nonlinear interference is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct NliParameters {
    /// The model.
    pub method: NliMethod,
    /// Largest phase mismatch over an attenuation length between two points of integration, rad.
    pub dispersion_tolerance: f64,
    /// Largest phase mismatch over a result step between two points of integration, rad.
    pub phase_shift_tolerance: f64,
    /// Channels under test.
    pub computed_channels: ComputedChannels,
}

//= gnpy:6.4-defaults
impl Default for NliParameters {
    fn default() -> Self {
        Self {
            method: NliMethod::GnModelAnalytic,
            dispersion_tolerance: 4.0,
            phase_shift_tolerance: 0.1,
            computed_channels: ComputedChannels::All,
        }
    }
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsError {
    /// A value is not a finite number above zero.
    Value {
        /// Which value.
        what: &'static str,
        /// The value found.
        found: f64,
    },
    /// The order of the perturbative method is not 1 to 4.
    Order {
        /// The order found.
        found: u8,
    },
    /// A computed channel is not in the spectrum, or none is computed.
    Channel {
        /// The number or the count found.
        found: usize,
        /// How many channels the spectrum has.
        channels: usize,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { what, found } => {
                write!(f, "{what} is {found}, expected a finite number above zero")
            }
            Self::Order { found } => {
                write!(f, "order of the perturbative method is {found}, expected 1 to 4")
            }
            Self::Channel { found, channels } => {
                write!(f, "computed channel or count {found}, expected 1 to {channels}")
            }
        }
    }
}

impl core::error::Error for SettingsError {}

impl SimulationParameters {
    /// Checks the values that no spectrum is needed for.
    ///
    /// # Errors
    /// [`SettingsError`] for a step or tolerance that is not above zero, or an order out of range.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.raman.check()?;
        positive("dispersion tolerance", self.nli.dispersion_tolerance)?;
        positive("phase shift tolerance", self.nli.phase_shift_tolerance)
    }
}

impl RamanParameters {
    /// Checks steps and order.
    ///
    /// # Errors
    /// [`SettingsError`] for a step that is not above zero, or an order out of range.
    pub fn check(&self) -> Result<(), SettingsError> {
        positive("result spatial resolution", self.result_spatial_resolution_m)?;
        positive("solver spatial resolution", self.solver_spatial_resolution_m)?;
        if (1..=4).contains(&self.order) {
            Ok(())
        } else {
            Err(SettingsError::Order { found: self.order })
        }
    }
}

fn positive(what: &'static str, found: f64) -> Result<(), SettingsError> {
    if found.is_finite() && found > 0.0 {
        Ok(())
    } else {
        Err(SettingsError::Value { what, found })
    }
}

impl ComputedChannels {
    /// Indices, from 0, of the channels under test among `channels`, in rising order and once each.
    ///
    /// # Errors
    /// [`SettingsError::Channel`] for a number out of range, an empty list or a count of zero.
    //= gnpy:6.3-computed-channels
    pub fn indices(&self, channels: usize) -> Result<Vec<usize>, SettingsError> {
        let wrong = |found| SettingsError::Channel { found, channels };
        match self {
            Self::All => Ok((0..channels).collect()),
            Self::List(numbers) => {
                if let Some(&found) = numbers.iter().find(|&&n| n == 0 || n > channels) {
                    return Err(wrong(found));
                }
                let mut indices: Vec<usize> = numbers.iter().map(|n| n - 1).collect();
                indices.sort_unstable();
                indices.dedup();
                if indices.is_empty() { Err(wrong(0)) } else { Ok(indices) }
            }
            Self::Number(count) => {
                if *count == 0 {
                    return Err(wrong(0));
                }
                // Where there are fewer, some are met twice, none is left out.
                let count = (*count).min(channels);
                if count == 0 {
                    return Ok(Vec::new());
                }
                let last = (channels - 1) as f64;
                let steps = count.saturating_sub(1).max(1) as f64;
                let index = |i| (i as f64 * last / steps).round_ties_even() as usize;
                let mut indices: Vec<usize> = (0..count).map(index).collect();
                indices.dedup();
                Ok(indices)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed by GNPy 2.14.2 without a settings file.
    #[test]
    //= type=test gnpy:6.4-defaults
    fn defaults_are_those_of_gnpy() {
        let SimulationParameters { raman, nli } = SimulationParameters::default();
        assert_eq!((raman.flag, raman.method, raman.order), (false, RamanMethod::Perturbative, 2));
        assert_eq!(
            (raman.result_spatial_resolution_m, raman.solver_spatial_resolution_m),
            (1e4, 1e4)
        );
        assert_eq!((nli.method, nli.dispersion_tolerance), (NliMethod::GnModelAnalytic, 4.0));
        assert_eq!(nli.phase_shift_tolerance, 0.1);
        assert_eq!(nli.computed_channels, ComputedChannels::All);
    }

    #[test]
    //= type=test gnpy:6.3-computed-channels
    fn channels_under_test() {
        let list = ComputedChannels::List(vec![76, 1, 18, 18]);
        assert_eq!(list.indices(76), Ok(vec![0, 17, 75]));
        // 0, 12.5, 25, 37.5, 50: halves go to the even number.
        assert_eq!(ComputedChannels::Number(5).indices(51), Ok(vec![0, 12, 25, 38, 50]));
        assert_eq!(ComputedChannels::Number(1).indices(51), Ok(vec![0]));
        // GNPy 2.14.2 takes more than there are: 0, 0.5 and 1 become the first, again the first, the second.
        assert_eq!(ComputedChannels::Number(3).indices(2), Ok(vec![0, 1]));
        assert_eq!(ComputedChannels::Number(usize::MAX).indices(3), Ok(vec![0, 1, 2]));
        assert_eq!(ComputedChannels::All.indices(3), Ok(vec![0, 1, 2]));
        for wrong in [
            ComputedChannels::List(vec![0]),
            ComputedChannels::List(vec![4]),
            ComputedChannels::List(Vec::new()),
            ComputedChannels::Number(0),
        ] {
            assert!(matches!(wrong.indices(3), Err(SettingsError::Channel { channels: 3, .. })));
        }
    }
}
