//! Configuration files of amplifiers: profiles over frequency.
//!
//! Clauses: GNPy's amplifier configuration files, in legacy and YANG form.
//! In: texts with their names. Out: [`Configurations`], in which an amplifier's entry finds its file by
//! name. The two that GNPy has built in, and the default one, are built in here too.

use super::Profile;
use crate::error::{FileError, Problem, Warning};
use crate::input::{Cursor, Document, Form, Source};

/// Top-level name of a configuration in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-edfa-config:edfa-config";

/// Band and profile of an amplifier that names no configuration.
const DEFAULT: Source<'static> = Source {
    name: "default_edfa_config.json",
    text: include_str!("../../data/default_edfa_config.json"),
};

/// Configurations that every library may name.
const BUILT_IN: [Source<'static>; 2] = [
    Source {
        name: "std_medium_gain_advanced_config.json",
        text: include_str!("../../data/std_medium_gain_advanced_config.json"),
    },
    Source {
        name: "Juniper-BoosterHG.json",
        text: include_str!("../../data/Juniper-BoosterHG.json"),
    },
];

/// What a configuration file says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Configuration {
    pub(crate) f_min_hz: f64,
    pub(crate) f_max_hz: f64,
    pub(crate) nf_fit_coeff: Option<Vec<f64>>,
    pub(crate) profile: Profile,
}

/// All configurations an entry may name.
pub(crate) struct Configurations {
    named: Vec<(String, Configuration)>,
    default: Configuration,
}

impl Configurations {
    /// Those given; they go before those built in.
    pub(crate) fn new(
        given: &[Source<'_>],
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, FileError> {
        let mut named = Vec::new();
        for source in given {
            let document = Document::parse(*source)?;
            named.push((source.short_name().to_owned(), read(&document.root(TOPIC))?));
            warnings.append(&mut document.into_warnings());
        }
        Ok(Self { named, default: built_in(DEFAULT)? })
    }

    /// Adds those of a bundle: a list of names and configurations.
    pub(crate) fn add_bundled(&mut self, list: &[Cursor<'_>]) -> Result<(), FileError> {
        for item in list {
            item.known(&["name", TOPIC])?;
            let name = item.required("name")?.name()?;
            self.named.push((name, read(&item.required(TOPIC)?)?));
        }
        Ok(())
    }

    /// Band and profile of an amplifier that names no configuration.
    pub(crate) fn default(&self) -> &Configuration {
        &self.default
    }

    /// The configuration that the text at `field` names.
    pub(crate) fn named(&self, field: &Cursor<'_>) -> Result<Configuration, FileError> {
        let name = field.text()?;
        if let Some((_, found)) = self.named.iter().find(|(known, _)| known == name) {
            return Ok(found.clone());
        }
        if let Some(source) = BUILT_IN.iter().find(|source| source.name == name) {
            return built_in(*source);
        }
        let names = self.named.iter().map(|(name, _)| name.as_str());
        Err(field.unknown(
            "amplifier configuration",
            name,
            names.chain(BUILT_IN.iter().map(|source| source.name)),
        ))
    }
}

fn built_in(source: Source<'_>) -> Result<Configuration, FileError> {
    read(&Document::parse(source)?.root(TOPIC))
}

//= gnpy:1.2-amplifier-configuration
fn read(cursor: &Cursor<'_>) -> Result<Configuration, FileError> {
    cursor.known(&["f_min", "f_max", "nf_fit_coeff", "nf_ripple", "gain_ripple", "dgt"])?;
    let f_min_hz = cursor.required("f_min")?.positive()?;
    let f_max_hz = cursor.required("f_max")?.positive()?;
    if f_max_hz <= f_min_hz {
        return Err(cursor.required("f_max")?.range(f_max_hz, "a frequency above f_min"));
    }
    let nf_fit_coeff = cursor.optional("nf_fit_coeff")?.map(|field| polynomial(&field));
    let profile = Profile {
        nf_ripple_db: vector(cursor, "nf_ripple")?.unwrap_or_else(|| vec![0.0]),
        gain_ripple_db: vector(cursor, "gain_ripple")?.unwrap_or_else(|| vec![0.0]),
        dgt: vector(cursor, "dgt")?
            .ok_or_else(|| cursor.error(Problem::Missing { field: "dgt".to_owned() }))?,
    };
    Ok(Configuration { f_min_hz, f_max_hz, nf_fit_coeff: nf_fit_coeff.transpose()?, profile })
}

/// A list of numbers that is not empty.
fn vector(cursor: &Cursor<'_>, key: &str) -> Result<Option<Vec<f64>>, FileError> {
    let Some(field) = cursor.optional(key)? else { return Ok(None) };
    numbers_not_empty(&field).map(Some)
}

/// Coefficients, highest power first: a list, or in the YANG form a list keyed by place.
pub(crate) fn polynomial(field: &Cursor<'_>) -> Result<Vec<f64>, FileError> {
    let items = field.items()?;
    if field.form() == Form::Legacy || items.first().is_none_or(|item| !item.is_object()) {
        return numbers_not_empty(field);
    }
    let mut placed = Vec::with_capacity(items.len());
    for item in items {
        item.known(&["coef_order", "nf_coef"])?;
        let order = item.required("coef_order")?.integer()?;
        placed.push((order, item.required("nf_coef")?.number()?));
    }
    placed.sort_by_key(|(order, _)| *order);
    Ok(placed.into_iter().map(|(_, coefficient)| coefficient).collect())
}

fn numbers_not_empty(field: &Cursor<'_>) -> Result<Vec<f64>, FileError> {
    let numbers = field.numbers()?;
    if numbers.is_empty() {
        return Err(field.error(Problem::Kind {
            found: "an empty list".to_owned(),
            expected: "at least one number",
        }));
    }
    Ok(numbers)
}
