//! Parameters of the simulation: Raman scattering and nonlinear interference.
//!
//! Clauses: GNPy's simulation parameter file.
//! In: a text with its file name. Out: [`SimParams`], what is not given filled with GNPy's defaults.

use crate::error::{FileError, Loaded, Problem};
use crate::input::{Cursor, Document, Source};

/// Top-level name of simulation parameters in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-sim-params:sim-params";

/// How stimulated Raman scattering is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RamanMethod {
    /// A series in powers of the scattering.
    #[default]
    Perturbative,
    /// Steps along the fibre.
    Numerical,
}

/// Parameters of Raman scattering.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RamanParams {
    /// Whether it is computed at all.
    pub flag: bool,
    /// How it is solved.
    pub method: RamanMethod,
    /// Order of the series, 1 to 4.
    pub order: u8,
    /// Step of the result, m.
    pub result_spatial_resolution_m: f64,
    /// Step of the solver, m.
    pub solver_spatial_resolution_m: f64,
}

/// How nonlinear interference is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NliMethod {
    /// Closed form.
    #[default]
    GnModelAnalytic,
    /// Double integral for each pair of channels.
    GgnSpectrallySeparated,
    /// Closed form from the power along the fibre.
    GgnApprox,
}

/// Parameters of nonlinear interference.
#[derive(Clone, Debug, PartialEq)]
pub struct NliParams {
    /// How it is computed.
    pub method: NliMethod,
    /// Step of the integral by dispersion.
    pub dispersion_tolerance: f64,
    /// Step of the integral by phase.
    pub phase_shift_tolerance: f64,
    /// Channels it is computed for, counted from 1; the others are interpolated.
    pub computed_channels: Option<Vec<u32>>,
    /// Number of channels it is computed for, spread evenly; `computed_channels` goes first.
    pub computed_number_of_channels: Option<u32>,
}

/// Parameters of the simulation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SimParams {
    /// Of Raman scattering.
    pub raman: RamanParams,
    /// Of nonlinear interference.
    pub nli: NliParams,
}

impl Default for RamanParams {
    //= gnpy:1.2-simulation-defaults
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

impl Default for NliParams {
    //= gnpy:1.2-simulation-defaults
    fn default() -> Self {
        Self {
            method: NliMethod::GnModelAnalytic,
            dispersion_tolerance: 4.0,
            phase_shift_tolerance: 0.1,
            computed_channels: None,
            computed_number_of_channels: None,
        }
    }
}

const RAMAN_METHODS: [(&str, RamanMethod); 2] =
    [("perturbative", RamanMethod::Perturbative), ("numerical", RamanMethod::Numerical)];

const NLI_METHODS: [(&str, NliMethod); 3] = [
    ("gn_model_analytic", NliMethod::GnModelAnalytic),
    ("ggn_spectrally_separated", NliMethod::GgnSpectrallySeparated),
    ("ggn_approx", NliMethod::GgnApprox),
];

impl SimParams {
    /// Reads a file of simulation parameters.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed.
    pub fn load(source: Source<'_>) -> Result<Loaded<Self>, FileError> {
        let document = Document::parse(source)?;
        let value = Self::read(&document.root(TOPIC))?;
        Ok(Loaded { value, warnings: document.into_warnings() })
    }

    pub(crate) fn read(root: &Cursor<'_>) -> Result<Self, FileError> {
        root.known(&["raman_params", "nli_params"])?;
        let raman = root.optional("raman_params")?;
        let nli = root.optional("nli_params")?;
        Ok(Self {
            raman: raman.map_or(Ok(RamanParams::default()), |field| raman_params(&field))?,
            nli: nli.map_or(Ok(NliParams::default()), |field| nli_params(&field))?,
        })
    }
}

/// A word of a closed set, or the default.
fn method<T: Copy + Default>(
    cursor: &Cursor<'_>,
    what: &'static str,
    words: &[(&'static str, T)],
) -> Result<T, FileError> {
    let Some(field) = cursor.optional("method")? else { return Ok(T::default()) };
    let word = field.word()?;
    let found = words.iter().find(|(known, _)| *known == word);
    found
        .map(|(_, method)| *method)
        .ok_or_else(|| field.unknown(what, word, words.iter().map(|(known, _)| *known)))
}

fn raman_params(cursor: &Cursor<'_>) -> Result<RamanParams, FileError> {
    cursor.known(&[
        "flag",
        "method",
        "order",
        "result_spatial_resolution",
        "solver_spatial_resolution",
    ])?;
    let base = RamanParams::default();
    let step = |key: &str, default: f64| {
        Ok(cursor.optional(key)?.map(|field| field.positive()).transpose()?.unwrap_or(default))
    };
    let order = match cursor.optional("order")? {
        None => base.order,
        Some(field) => match field.integer()? {
            order @ 1..=4 => order as u8,
            other => return Err(field.range(other as f64, "an order from 1 to 4")),
        },
    };
    Ok(RamanParams {
        flag: cursor.flag_at("flag")?.unwrap_or(base.flag),
        method: method(cursor, "Raman method", &RAMAN_METHODS)?,
        order,
        result_spatial_resolution_m: step(
            "result_spatial_resolution",
            base.result_spatial_resolution_m,
        )?,
        solver_spatial_resolution_m: step(
            "solver_spatial_resolution",
            base.solver_spatial_resolution_m,
        )?,
    })
}

fn nli_params(cursor: &Cursor<'_>) -> Result<NliParams, FileError> {
    cursor.known(&[
        "method",
        "dispersion_tolerance",
        "phase_shift_tolerance",
        "computed_channels",
        "computed_number_of_channels",
    ])?;
    let base = NliParams::default();
    let tolerance = |key: &str, default: f64| {
        Ok(cursor.optional(key)?.map(|field| field.positive()).transpose()?.unwrap_or(default))
    };
    let channels = match cursor.optional("computed_channels")? {
        None => None,
        Some(field) => Some(field.items()?.iter().map(channel).collect::<Result<Vec<_>, _>>()?),
    };
    if channels.as_ref().is_some_and(Vec::is_empty) {
        return Err(cursor.required("computed_channels")?.error(Problem::Kind {
            found: "an empty list".to_owned(),
            expected: "at least one channel",
        }));
    }
    let count = cursor.optional("computed_number_of_channels")?;
    Ok(NliParams {
        method: method(cursor, "NLI method", &NLI_METHODS)?,
        dispersion_tolerance: tolerance("dispersion_tolerance", base.dispersion_tolerance)?,
        phase_shift_tolerance: tolerance("phase_shift_tolerance", base.phase_shift_tolerance)?,
        computed_channels: channels,
        computed_number_of_channels: count.map(|field| channel(&field)).transpose()?,
    })
}

/// A number of a channel, or of channels, counted from 1.
fn channel(field: &Cursor<'_>) -> Result<u32, FileError> {
    let number = field.integer()?;
    match u32::try_from(number) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(field.range(number as f64, "a whole number, at least 1")),
    }
}
