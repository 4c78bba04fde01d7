//! Reading of the section Edfa.
//!
//! Clauses: section Edfa of GNPy's equipment file.
//! In: cursors over the entries of all files. Out: amplifiers that stand on their own. First every entry
//! is read, then the entries that name others are filled in from them.

use std::collections::HashMap;

use super::configuration::{Configurations, polynomial};
use super::{AmplifierType, Band, NoiseModel, Profile};
use crate::error::{FileError, Problem};
use crate::input::Cursor;

/// Words that say how the noise figure is told.
const TYPE_DEFS: [&str; 8] = [
    "variable_gain",
    "fixed_gain",
    "advanced_model",
    "openroadm",
    "openroadm_preamp",
    "openroadm_booster",
    "dual_stage",
    "multi_band",
];

/// Keys of an entry, whatever its model.
const KEYS: [&str; 28] = [
    "type_variety",
    "type_def",
    "other_name",
    "f_min",
    "f_max",
    "gain_flatmax",
    "gain_min",
    "extended_gain_range",
    "p_max",
    "nf_min",
    "nf_max",
    "nf0",
    "nf_coef",
    "nf_fit_coeff",
    "preamp_variety",
    "booster_variety",
    "amplifiers",
    "advanced_config_from_json",
    "default_config_from_json",
    "out_voa_auto",
    "in_voa_auto",
    "allowed_for_design",
    "raman",
    "pmd",
    "pdl",
    "comment",
    "tilt_ripple",
    "f_ripple_ref",
];

/// How deep parts of an amplifier may have parts themselves.
const MOST_NESTED: usize = 8;

/// An entry and the place it was read from.
pub(crate) struct Entry<'a> {
    pub(crate) cursor: Cursor<'a>,
    pub(crate) amplifier: AmplifierType,
}

/// Reads one entry; what it takes from other entries is left at zero.
pub(crate) fn read(
    cursor: &Cursor<'_>,
    configurations: &Configurations,
) -> Result<AmplifierType, FileError> {
    cursor.known(&KEYS)?;
    let type_variety = cursor.required("type_variety")?.name()?;
    let type_def = cursor.required("type_def")?;
    let word = type_def.word()?;
    let configured = match word {
        "advanced_model" => Some(cursor.required("advanced_config_from_json")?),
        _ => cursor.optional("default_config_from_json")?,
    };
    let configuration = match &configured {
        Some(field) => configurations.named(field)?,
        None => configurations.default().clone(),
    };
    let number = |key: &str| cursor.required(key)?.number();
    let model = match word {
        "variable_gain" => {
            NoiseModel::VariableGain { nf_min_db: number("nf_min")?, nf_max_db: number("nf_max")? }
        }
        "fixed_gain" => NoiseModel::FixedGain { nf0_db: number("nf0")? },
        "advanced_model" => NoiseModel::AdvancedModel {
            nf_fit_coeff: configuration.nf_fit_coeff.ok_or_else(|| {
                configured.as_ref().unwrap_or(cursor).error(Problem::Conflict {
                    found: "a configuration without nf_fit_coeff".to_owned(),
                    expected: "one with the coefficients of the noise figure".to_owned(),
                })
            })?,
        },
        "openroadm" => NoiseModel::OpenRoadm { nf_coef: polynomial(&cursor.required("nf_coef")?)? },
        "openroadm_preamp" => NoiseModel::OpenRoadmPreamp,
        "openroadm_booster" => NoiseModel::OpenRoadmBooster,
        "dual_stage" => NoiseModel::DualStage {
            preamp_variety: cursor.required("preamp_variety")?.name()?,
            booster_variety: cursor.required("booster_variety")?.name()?,
        },
        "multi_band" => {
            NoiseModel::MultiBand { amplifiers: cursor.required("amplifiers")?.names()? }
        }
        other => return Err(type_def.unknown("kind of amplifier", other, TYPE_DEFS)),
    };
    let band = band(cursor, configuration.f_min_hz, configuration.f_max_hz)?;
    let own = |key: &str, by_itself: bool| {
        if by_itself { cursor.required(key)?.number() } else { Ok(0.0) }
    };
    let multi_band = matches!(model, NoiseModel::MultiBand { .. });
    let dual_stage = matches!(model, NoiseModel::DualStage { .. });
    Ok(AmplifierType {
        type_variety,
        bands: vec![band],
        f_min_hz: band.f_min_hz,
        f_max_hz: band.f_max_hz,
        gain_flatmax_db: own("gain_flatmax", !multi_band && !dual_stage)?,
        gain_min_db: own("gain_min", !multi_band)?,
        p_max_dbm: own("p_max", !multi_band && !dual_stage)?,
        model,
        profile: configuration.profile,
        out_voa_auto: cursor.flag_at("out_voa_auto")?.unwrap_or(false),
        allowed_for_design: cursor.flag_at("allowed_for_design")?.unwrap_or(false),
        raman: cursor.flag_at("raman")?.unwrap_or(false),
        pmd_s: cursor.not_negative_at("pmd")?.unwrap_or(0.0),
        pdl_db: cursor.not_negative_at("pdl")?.unwrap_or(0.0),
    })
}

/// The band of an entry: its own edges where it gives them.
fn band(cursor: &Cursor<'_>, f_min_hz: f64, f_max_hz: f64) -> Result<Band, FileError> {
    let edge = |key: &str| cursor.optional(key)?.map(|field| field.positive()).transpose();
    let band = Band {
        f_min_hz: edge("f_min")?.unwrap_or(f_min_hz),
        f_max_hz: edge("f_max")?.unwrap_or(f_max_hz),
    };
    if band.f_min_hz >= band.f_max_hz {
        return Err(cursor.error(Problem::Conflict {
            found: format!("f_min {} and f_max {}", band.f_min_hz, band.f_max_hz),
            expected: "f_min below f_max".to_owned(),
        }));
    }
    Ok(band)
}

/// Fills in what two-stage and multiband amplifiers take from those they name.
//= gnpy:1.2-composed-amplifiers
pub(crate) fn compose(entries: &mut [Entry<'_>]) -> Result<(), FileError> {
    let mut done: Vec<bool> = entries
        .iter()
        .map(|entry| {
            !matches!(
                entry.amplifier.model,
                NoiseModel::DualStage { .. } | NoiseModel::MultiBand { .. }
            )
        })
        .collect();
    let names: HashMap<String, usize> = entries
        .iter()
        .enumerate()
        .map(|(i, entry)| (entry.amplifier.type_variety.clone(), i))
        .collect();
    // Each round fills in those whose parts are complete.
    for _ in 0..=MOST_NESTED {
        for i in 0..entries.len() {
            if done[i] {
                continue;
            }
            let Some(filled) = compose_one(entries, &names, &done, i)? else { continue };
            entries[i].amplifier = filled;
            done[i] = true;
        }
    }
    let Some(open) = done.iter().position(|done| !done) else { return Ok(()) };
    Err(entries[open].cursor.error(Problem::Conflict {
        found: "an amplifier that is a part of itself, or of parts of parts".to_owned(),
        expected: format!("parts in parts, at most {MOST_NESTED} deep"),
    }))
}

/// The amplifier at `i` with its parts filled in, or nothing as long as a part is not complete.
fn compose_one(
    entries: &[Entry<'_>],
    names: &HashMap<String, usize>,
    done: &[bool],
    i: usize,
) -> Result<Option<AmplifierType>, FileError> {
    let mut filled = entries[i].amplifier.clone();
    let cursor = &entries[i].cursor;
    match &entries[i].amplifier.model {
        NoiseModel::DualStage { preamp_variety, booster_variety } => {
            let preamp = part(names, &cursor.required("preamp_variety")?, preamp_variety)?;
            let booster = part(names, &cursor.required("booster_variety")?, booster_variety)?;
            if !done[preamp] || !done[booster] {
                return Ok(None);
            }
            let (preamp, booster) = (&entries[preamp].amplifier, &entries[booster].amplifier);
            if filled.gain_min_db < preamp.gain_min_db {
                return Err(cursor.required("gain_min")?.range(
                    filled.gain_min_db,
                    &format!("at least {}, the least gain of the first stage", preamp.gain_min_db),
                ));
            }
            filled.gain_flatmax_db = preamp.gain_flatmax_db + booster.gain_flatmax_db;
            filled.p_max_dbm = booster.p_max_dbm;
        }
        NoiseModel::MultiBand { amplifiers } => {
            let field = cursor.required("amplifiers")?;
            let mut bands = Vec::new();
            for (item, name) in field.items()?.iter().zip(amplifiers) {
                let part = part(names, item, name)?;
                if !done[part] {
                    return Ok(None);
                }
                bands.extend_from_slice(&entries[part].amplifier.bands);
            }
            let Some(first) = bands.first() else {
                return Err(field.error(Problem::Kind {
                    found: "an empty list".to_owned(),
                    expected: "at least one amplifier",
                }));
            };
            filled.f_min_hz = bands.iter().fold(first.f_min_hz, |least, b| least.min(b.f_min_hz));
            filled.f_max_hz = bands.iter().fold(first.f_max_hz, |most, b| most.max(b.f_max_hz));
            filled.bands = bands;
            filled.profile =
                Profile { nf_ripple_db: vec![0.0], gain_ripple_db: vec![0.0], dgt: vec![1.0] };
        }
        _ => {}
    }
    Ok(Some(filled))
}

fn part(
    names: &HashMap<String, usize>,
    field: &Cursor<'_>,
    name: &str,
) -> Result<usize, FileError> {
    names
        .get(name)
        .copied()
        .ok_or_else(|| field.unknown("amplifier", name, sorted(names).iter().map(|n| &**n)))
}

/// The names in an order that does not depend on the map.
fn sorted(names: &HashMap<String, usize>) -> Vec<&str> {
    let mut sorted: Vec<(&str, usize)> = names.iter().map(|(n, i)| (n.as_str(), *i)).collect();
    sorted.sort_by_key(|(_, i)| *i);
    sorted.into_iter().map(|(name, _)| name).collect()
}
