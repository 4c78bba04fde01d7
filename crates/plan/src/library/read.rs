//! Reading of single entries of the library, all sections but Edfa and Transceiver.
//!
//! Clauses: sections Fiber, RamanFiber, Span, Roadm and SI of GNPy's equipment file.
//! In: a cursor over the entry, and the other name it shall stand under. Out: the entry, every field
//! filled with what the file gives or with GNPy's default.

use super::{
    Band, Equalisation, FibreType, Impairment, PathImpairments, PathKind, PowerRange, Restrictions,
    RoadmType, SpanRules, SpectrumInformation,
};
use crate::error::{FileError, Problem};
use crate::fibre_fields;
use crate::input::Cursor;

/// Name of an entry: the other name, its own, or `default`.
fn variety(cursor: &Cursor<'_>, alias: Option<&str>) -> Result<String, FileError> {
    match alias {
        Some(alias) => Ok(alias.to_owned()),
        None => Ok(cursor.name_at("type_variety")?.unwrap_or(super::DEFAULT_VARIETY.to_owned())),
    }
}

pub(crate) fn fibre(cursor: &Cursor<'_>, alias: Option<&str>) -> Result<FibreType, FileError> {
    let more = ["type_variety", "other_name", "comment", fibre_fields::LOSS_RIPPLE];
    fibre_fields::known(cursor, &more)?;
    let type_variety = match alias {
        Some(alias) => alias.to_owned(),
        None => cursor.required("type_variety")?.name()?,
    };
    Ok(FibreType {
        type_variety,
        params: fibre_fields::read(cursor)?,
        loss_ripple: fibre_fields::loss_ripple(cursor)?,
    })
}

pub(crate) fn span(cursor: &Cursor<'_>, alias: Option<&str>) -> Result<SpanRules, FileError> {
    cursor.known(&[
        "type_variety",
        "power_mode",
        "delta_power_range_db",
        "delta_power_range_dict_db",
        "max_fiber_lineic_loss_for_raman",
        "target_extended_gain",
        "max_length",
        "length_units",
        "max_loss",
        "padding",
        "EOL",
        "con_in",
        "con_out",
        "span_loss_ref",
        "power_slope",
        "voa_margin",
        "voa_step",
        "comment",
    ])?;
    let base = SpanRules::default();
    let unit_m = fibre_fields::length_unit_m(cursor)?;
    let max_length = cursor.optional("max_length")?.map(|field| field.positive()).transpose()?;
    let db = |key: &str, default: f64| Ok(cursor.number_at(key)?.unwrap_or(default));
    Ok(SpanRules {
        type_variety: variety(cursor, alias)?,
        power_mode: cursor.flag_at("power_mode")?.unwrap_or(base.power_mode),
        delta_power_range_db: power_range(
            cursor,
            "delta_power_range_db",
            "delta_power_range_dict_db",
        )?,
        max_fiber_lineic_loss_for_raman_db_per_km: db(
            "max_fiber_lineic_loss_for_raman",
            base.max_fiber_lineic_loss_for_raman_db_per_km,
        )?,
        target_extended_gain_db: db("target_extended_gain", base.target_extended_gain_db)?,
        max_length_m: max_length.map_or(base.max_length_m, |length| length * unit_m),
        max_loss_db: cursor.number_at("max_loss")?,
        padding_db: db("padding", base.padding_db)?,
        eol_db: db("EOL", base.eol_db)?,
        con_in_db: db("con_in", base.con_in_db)?,
        con_out_db: db("con_out", base.con_out_db)?,
        span_loss_ref_db: db("span_loss_ref", base.span_loss_ref_db)?,
        power_slope: db("power_slope", base.power_slope)?,
        voa_margin_db: db("voa_margin", base.voa_margin_db)?,
        voa_step_db: db("voa_step", base.voa_step_db)?,
    })
}

/// A range of powers: a list of three, or an object that names them.
fn power_range(cursor: &Cursor<'_>, list: &str, object: &str) -> Result<PowerRange, FileError> {
    if let Some(field) = cursor.optional(object)? {
        field.known(&["min_value", "max_value", "step"])?;
        let number = |key: &str| field.required(key)?.number();
        return Ok(PowerRange {
            min_db: number("min_value")?,
            max_db: number("max_value")?,
            step_db: number("step")?,
        });
    }
    let field = cursor.required(list)?;
    match field.numbers()?.as_slice() {
        &[min_db, max_db, step_db] => Ok(PowerRange { min_db, max_db, step_db }),
        other => Err(field.error(Problem::Kind {
            found: format!("a list of {}", other.len()),
            expected: "three numbers: least, most, step",
        })),
    }
}

pub(crate) fn spectrum(
    cursor: &Cursor<'_>,
    alias: Option<&str>,
) -> Result<SpectrumInformation, FileError> {
    cursor.known(&[
        "type_variety",
        "f_min",
        "f_max",
        "baud_rate",
        "spacing",
        "power_dbm",
        "power_range_db",
        "power_range_dict_db",
        "roll_off",
        "tx_osnr",
        "tx_power_dbm",
        "sys_margins",
        "use_si_channel_count_for_design",
        "comment",
    ])?;
    let base = SpectrumInformation::default();
    let positive = |key: &str, default: f64| {
        Ok(cursor.optional(key)?.map(|field| field.positive()).transpose()?.unwrap_or(default))
    };
    let number = |key: &str, default: f64| Ok(cursor.number_at(key)?.unwrap_or(default));
    let entry = SpectrumInformation {
        type_variety: variety(cursor, alias)?,
        f_min_hz: positive("f_min", base.f_min_hz)?,
        f_max_hz: positive("f_max", base.f_max_hz)?,
        baud_rate: positive("baud_rate", base.baud_rate)?,
        spacing_hz: positive("spacing", base.spacing_hz)?,
        power_dbm: number("power_dbm", base.power_dbm)?,
        power_range_db: power_range(cursor, "power_range_db", "power_range_dict_db")?,
        roll_off: number("roll_off", base.roll_off)?,
        tx_osnr_db: number("tx_osnr", base.tx_osnr_db)?,
        tx_power_dbm: cursor.number_at("tx_power_dbm")?,
        sys_margins_db: number("sys_margins", base.sys_margins_db)?,
        use_si_channel_count_for_design: cursor
            .flag_at("use_si_channel_count_for_design")?
            .unwrap_or(base.use_si_channel_count_for_design),
    };
    if entry.f_min_hz >= entry.f_max_hz {
        return Err(cursor.error(Problem::Conflict {
            found: format!("f_min {} and f_max {}", entry.f_min_hz, entry.f_max_hz),
            expected: "f_min below f_max".to_owned(),
        }));
    }
    Ok(entry)
}

/// The level a ROADM sets: at most one of three keys.
pub(crate) fn equalisation(cursor: &Cursor<'_>) -> Result<Option<Equalisation>, FileError> {
    let mut found: Vec<(&str, Equalisation)> = Vec::new();
    if let Some(level) = cursor.number_at("target_pch_out_db")? {
        found.push(("target_pch_out_db", Equalisation::PowerDbm(level)));
    }
    for (key, of) in [
        ("target_psd_out_mWperGHz", Equalisation::PsdMwPerGhz as fn(f64) -> Equalisation),
        ("target_out_mWperSlotWidth", Equalisation::PswMwPerGhz),
    ] {
        if let Some(field) = cursor.optional(key)? {
            found.push((key, of(field.positive()?)));
        }
    }
    if let [(first, _), (second, _), ..] = found.as_slice() {
        return Err(cursor.error(Problem::Conflict {
            found: format!("both {first} and {second}"),
            expected: "one kind of level".to_owned(),
        }));
    }
    Ok(found.first().map(|(_, level)| *level))
}

/// Lists of amplifiers allowed beside a ROADM.
pub(crate) fn restrictions(cursor: &Cursor<'_>) -> Result<Option<Restrictions>, FileError> {
    let Some(field) = cursor.optional("restrictions")? else { return Ok(None) };
    field.known(&["preamp_variety_list", "booster_variety_list"])?;
    let names = |key: &str| -> Result<Vec<String>, FileError> {
        field.list(key)?.iter().map(Cursor::name).collect()
    };
    Ok(Some(Restrictions {
        preamp_variety_list: names("preamp_variety_list")?,
        booster_variety_list: names("booster_variety_list")?,
    }))
}

pub(crate) fn roadm(cursor: &Cursor<'_>, alias: Option<&str>) -> Result<RoadmType, FileError> {
    cursor.known(&[
        "type_variety",
        "other_name",
        "target_pch_out_db",
        "target_psd_out_mWperGHz",
        "target_out_mWperSlotWidth",
        "add_drop_osnr",
        "pmd",
        "pdl",
        "restrictions",
        "roadm-path-impairments",
        "comment",
    ])?;
    let paths = cursor.list("roadm-path-impairments")?;
    Ok(RoadmType {
        type_variety: variety(cursor, alias)?,
        equalisation: equalisation(cursor)?.ok_or_else(|| {
            cursor.error(Problem::Missing { field: "target_pch_out_db".to_owned() })
        })?,
        add_drop_osnr_db: cursor.number_at("add_drop_osnr")?.unwrap_or(100.0),
        pmd_s: cursor.not_negative_at("pmd")?.unwrap_or(0.0),
        pdl_db: cursor.not_negative_at("pdl")?.unwrap_or(0.0),
        restrictions: restrictions(cursor)?.unwrap_or_default(),
        path_impairments: paths.iter().map(path_impairments).collect::<Result<_, _>>()?,
    })
}

/// Keys of the three kinds of path.
const PATH_KINDS: [(&str, PathKind); 3] = [
    ("roadm-express-path", PathKind::Express),
    ("roadm-add-path", PathKind::Add),
    ("roadm-drop-path", PathKind::Drop),
];

fn path_impairments(cursor: &Cursor<'_>) -> Result<PathImpairments, FileError> {
    cursor.known(&[
        "roadm-path-impairments-id",
        "roadm-express-path",
        "roadm-add-path",
        "roadm-drop-path",
    ])?;
    let id = cursor.required("roadm-path-impairments-id")?.integer()?;
    let mut found: Option<PathImpairments> = None;
    for (key, kind) in PATH_KINDS {
        let Some(field) = cursor.optional(key)? else { continue };
        if found.is_some() {
            return Err(field.error(Problem::Conflict {
                found: "paths of two kinds".to_owned(),
                expected: "one of express, add and drop".to_owned(),
            }));
        }
        let impairments = field.items()?.iter().map(impairment).collect::<Result<_, _>>()?;
        found = Some(PathImpairments { id, kind, impairments });
    }
    found.ok_or_else(|| {
        cursor.error(Problem::Missing {
            field: "roadm-express-path, roadm-add-path or roadm-drop-path".to_owned(),
        })
    })
}

fn impairment(cursor: &Cursor<'_>) -> Result<Impairment, FileError> {
    cursor.known(&[
        "frequency-range",
        "roadm-pmd",
        "roadm-cd",
        "roadm-pdl",
        "roadm-inband-crosstalk",
        "roadm-maxloss",
        "roadm-osnr",
        "roadm-pmax",
        "roadm-noise-figure",
        "roadm-minloss",
        "roadm-typloss",
        "roadm-pmin",
        "roadm-ptyp",
    ])?;
    let frequency_range = match cursor.optional("frequency-range")? {
        None => None,
        Some(field) => Some(Band {
            f_min_hz: field.required("lower-frequency")?.positive()?,
            f_max_hz: field.required("upper-frequency")?.positive()?,
        }),
    };
    Ok(Impairment {
        frequency_range,
        pmd_s: cursor.not_negative_at("roadm-pmd")?,
        cd: cursor.number_at("roadm-cd")?,
        pdl_db: cursor.not_negative_at("roadm-pdl")?,
        inband_crosstalk_db: cursor.number_at("roadm-inband-crosstalk")?,
        maxloss_db: cursor.number_at("roadm-maxloss")?.unwrap_or(0.0),
        osnr_db: cursor.number_at("roadm-osnr")?,
        pmax_dbm: cursor.number_at("roadm-pmax")?,
        noise_figure_db: cursor.number_at("roadm-noise-figure")?,
        minloss_db: cursor.number_at("roadm-minloss")?,
        typloss_db: cursor.number_at("roadm-typloss")?,
        pmin_dbm: cursor.number_at("roadm-pmin")?,
        ptyp_dbm: cursor.number_at("roadm-ptyp")?,
    })
}
