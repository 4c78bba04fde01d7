//! Parameters of the simulation: Raman scattering and nonlinear interference.
//!
//! Clauses: GNPy's simulation parameter file.
//! In: a text with its file name. Out: [`SimulationParameters`], what is not given filled
//! with GNPy's defaults.

use otn_photon::simulation::{
    ComputedChannels, NliMethod, NliParameters, RamanMethod, RamanParameters, SimulationParameters,
};

use crate::error::{FileError, Loaded, Problem};
use crate::input::{Cursor, Document, Source};

/// Top-level name of simulation parameters in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-sim-params:sim-params";

const RAMAN_METHODS: [(&str, RamanMethod); 2] =
    [("perturbative", RamanMethod::Perturbative), ("numerical", RamanMethod::Numerical)];

const NLI_METHODS: [(&str, NliMethod); 3] = [
    ("gn_model_analytic", NliMethod::GnModelAnalytic),
    ("ggn_spectrally_separated", NliMethod::GgnSpectrallySeparated),
    ("ggn_approx", NliMethod::GgnApprox),
];

/// Reads a file of simulation parameters.
///
/// # Errors
/// [`FileError`] with file, place, what was found and what is allowed.
//= gnpy:6.4-defaults
pub fn load(source: Source<'_>) -> Result<Loaded<SimulationParameters>, FileError> {
    let document = Document::parse(source)?;
    let root = document.root(TOPIC);
    root.known(&["raman_params", "nli_params"])?;
    let raman = root.optional("raman_params")?.map(|field| raman_params(&field)).transpose()?;
    let nli = root.optional("nli_params")?.map(|field| nli_params(&field)).transpose()?;
    let value =
        SimulationParameters { raman: raman.unwrap_or_default(), nli: nli.unwrap_or_default() };
    Ok(Loaded { value, warnings: document.into_warnings() })
}

/// A word of a closed set, or the default.
fn method<T: Copy>(
    cursor: &Cursor<'_>,
    what: &'static str,
    words: &[(&'static str, T)],
    default: T,
) -> Result<T, FileError> {
    let Some(field) = cursor.optional("method")? else { return Ok(default) };
    let word = field.word()?;
    let found = words.iter().find(|(known, _)| *known == word);
    found
        .map(|(_, method)| *method)
        .ok_or_else(|| field.unknown(what, word, words.iter().map(|(known, _)| *known)))
}

fn raman_params(cursor: &Cursor<'_>) -> Result<RamanParameters, FileError> {
    cursor.known(&[
        "flag",
        "method",
        "order",
        "result_spatial_resolution",
        "solver_spatial_resolution",
    ])?;
    let base = RamanParameters::default();
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
    Ok(RamanParameters {
        flag: cursor.flag_at("flag")?.unwrap_or(base.flag),
        method: method(cursor, "Raman method", &RAMAN_METHODS, base.method)?,
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

fn nli_params(cursor: &Cursor<'_>) -> Result<NliParameters, FileError> {
    cursor.known(&[
        "method",
        "dispersion_tolerance",
        "phase_shift_tolerance",
        "computed_channels",
        "computed_number_of_channels",
    ])?;
    let base = NliParameters::default();
    let tolerance = |key: &str, default: f64| {
        Ok(cursor.optional(key)?.map(|field| field.positive()).transpose()?.unwrap_or(default))
    };
    let list = cursor.optional("computed_channels")?;
    let number = cursor.optional("computed_number_of_channels")?;
    let number = number.map(|field| channel(&field)).transpose()?;
    let computed_channels = match (list, number) {
        // The list goes first.
        (Some(field), _) => ComputedChannels::List(channels(&field)?),
        (None, Some(number)) => ComputedChannels::Number(number),
        (None, None) => ComputedChannels::All,
    };
    Ok(NliParameters {
        method: method(cursor, "NLI method", &NLI_METHODS, base.method)?,
        dispersion_tolerance: tolerance("dispersion_tolerance", base.dispersion_tolerance)?,
        phase_shift_tolerance: tolerance("phase_shift_tolerance", base.phase_shift_tolerance)?,
        computed_channels,
    })
}

/// Numbers of channels; one at least.
fn channels(field: &Cursor<'_>) -> Result<Vec<usize>, FileError> {
    let channels = field.items()?.iter().map(channel).collect::<Result<Vec<_>, _>>()?;
    if channels.is_empty() {
        return Err(field.error(Problem::Kind {
            found: "an empty list".to_owned(),
            expected: "at least one channel",
        }));
    }
    Ok(channels)
}

/// A number of a channel, or of channels, counted from 1.
fn channel(field: &Cursor<'_>) -> Result<usize, FileError> {
    let number = field.integer()?;
    match u32::try_from(number) {
        Ok(number) if number > 0 => Ok(number as usize),
        _ => Err(field.range(number as f64, "a whole number, at least 1")),
    }
}
