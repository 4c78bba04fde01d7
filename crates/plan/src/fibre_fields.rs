//! Fields of a fibre, alike in the library and in a topology.
//!
//! Clauses: sections Fiber and RamanFiber of GNPy's equipment file, `params` of a fibre of its topology.
//! In: a cursor over the fields. Out: [`FibreParams`]. Tables come as an object of two lists, or as a list
//! keyed by frequency.

use crate::error::{FileError, Problem};
use crate::input::Cursor;
use crate::library::{FibreParams, Loss, LumpedLoss, RamanCoefficient, Table};

/// Speed of light, m/s: a reference wavelength is kept as its frequency.
const SPEED_OF_LIGHT_M_PER_S: f64 = 299_792_458.0;

/// Frequency of the pump of GNPy's default curve, Hz: that of a curve which does not name its own.
const RAMAN_REFERENCE_HZ: f64 = 206.184_634_112_792e12;

/// Metres in a kilometre.
const KM: f64 = 1000.0;

/// Field that [`loss_ripple`] reads.
pub(crate) const LOSS_RIPPLE: &str = "loss_coef_ripple";

/// Fields that [`read`] knows.
const KEYS: [&str; 19] = [
    "length",
    "length_units",
    "loss_coef",
    "loss_coef_per_frequency",
    "att_in",
    "con_in",
    "con_out",
    "lumped_losses",
    "dispersion",
    "dispersion_slope",
    "dispersion_per_frequency",
    "effective_area",
    "gamma",
    "pmd_coef",
    "ref_frequency",
    "ref_wavelength",
    "raman_coefficient",
    "raman_efficiency",
    "pmd_coef_defined",
];

/// Warns of fields that neither [`read`] nor the caller knows.
pub(crate) fn known(cursor: &Cursor<'_>, more: &[&str]) -> Result<(), FileError> {
    let all: Vec<&str> = KEYS.iter().chain(more).copied().collect();
    cursor.known(&all)
}

/// The unit that lengths are given in, m; kilometres if the file does not say.
pub(crate) fn length_unit_m(cursor: &Cursor<'_>) -> Result<f64, FileError> {
    let Some(field) = cursor.optional("length_units")? else { return Ok(KM) };
    match field.text()? {
        "km" => Ok(KM),
        "m" => Ok(1.0),
        other => Err(field.unknown("unit of length", other, ["km", "m"])),
    }
}

/// Reads the fields that are there.
pub(crate) fn read(cursor: &Cursor<'_>) -> Result<FibreParams, FileError> {
    let unit_m = length_unit_m(cursor)?;
    let positive = |key: &str| cursor.optional(key)?.map(|field| field.positive()).transpose();
    let length = cursor.not_negative_at("length")?;
    let wavelength_m = positive("ref_wavelength")?;
    Ok(FibreParams {
        length_m: length.map(|length| length * unit_m),
        loss_coef: loss(cursor)?,
        att_in_db: cursor.number_at("att_in")?,
        con_in_db: cursor.number_at("con_in")?,
        con_out_db: cursor.number_at("con_out")?,
        lumped_losses: lumped_losses(cursor, length)?,
        dispersion_s_per_m2: cursor.number_at("dispersion")?,
        dispersion_slope_s_per_m3: cursor.number_at("dispersion_slope")?,
        dispersion_per_frequency: cursor
            .optional("dispersion_per_frequency")?
            .map(|field| table(&field, "dispersion"))
            .transpose()?,
        effective_area_m2: positive("effective_area")?,
        gamma_per_w_m: positive("gamma")?,
        pmd_coef_s_per_sqrt_m: cursor.not_negative_at("pmd_coef")?,
        ref_frequency_hz: positive("ref_frequency")?
            .or_else(|| wavelength_m.map(|wavelength| SPEED_OF_LIGHT_M_PER_S / wavelength)),
        raman_coefficient: raman_coefficient(cursor)?,
    })
}

//= gnpy:1.2-frequency-tables
fn loss(cursor: &Cursor<'_>) -> Result<Option<Loss>, FileError> {
    if let Some(field) = cursor.optional("loss_coef_per_frequency")? {
        return table(&field, "loss_coef_value").map(|table| Some(Loss::PerFrequency(table)));
    }
    match cursor.optional("loss_coef")? {
        None => Ok(None),
        Some(field) if field.is_object() || field.is_list() => {
            table(&field, "loss_coef_value").map(|table| Some(Loss::PerFrequency(table)))
        }
        Some(field) => Ok(Some(Loss::Flat(field.not_negative()?))),
    }
}

/// Deviation of a type's loss from the flat one of an element; only a type may have it.
//= gnpy:6.2-loss-ripple
pub(crate) fn loss_ripple(cursor: &Cursor<'_>) -> Result<Option<Table>, FileError> {
    let field = cursor.optional(LOSS_RIPPLE)?;
    field.map(|field| table(&field, "loss_coef_ripple_value")).transpose()
}

/// A table over frequency: lists of values and frequencies, or a list of pairs; sorted by frequency.
fn table(field: &Cursor<'_>, value_key: &str) -> Result<Table, FileError> {
    let mut rows: Vec<(f64, f64)> = Vec::new();
    if field.is_object() {
        field.known(&["value", "frequency"])?;
        let values = field.required("value")?.numbers()?;
        let frequencies = field.required("frequency")?;
        for frequency in frequencies.items()? {
            rows.push((frequency.positive()?, 0.0));
        }
        if rows.len() != values.len() {
            return Err(unequal(field, values.len(), rows.len()));
        }
        for (row, value) in rows.iter_mut().zip(values) {
            row.1 = value;
        }
    } else {
        for item in field.items()? {
            item.known(&["frequency", value_key])?;
            let frequency_hz = item.required("frequency")?.positive()?;
            rows.push((frequency_hz, item.required(value_key)?.number()?));
        }
    }
    if rows.is_empty() {
        return Err(field.error(Problem::Kind {
            found: "an empty table".to_owned(),
            expected: "at least one value and its frequency",
        }));
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    for pair in rows.windows(2) {
        if pair[0].0 == pair[1].0 {
            return Err(field.range(pair[0].0, "each frequency once"));
        }
    }
    let (frequency_hz, value) = rows.into_iter().unzip();
    Ok(Table { value, frequency_hz })
}

fn unequal(field: &Cursor<'_>, values: usize, frequencies: usize) -> FileError {
    field.error(Problem::Conflict {
        found: format!("{values} values and {frequencies} frequencies"),
        expected: "as many values as frequencies".to_owned(),
    })
}

fn lumped_losses(
    cursor: &Cursor<'_>,
    length: Option<f64>,
) -> Result<Option<Vec<LumpedLoss>>, FileError> {
    let Some(field) = cursor.optional("lumped_losses")? else { return Ok(None) };
    // Positions are in kilometres whatever the unit of the length.
    let unit_m = length_unit_m(cursor)?;
    let mut losses = Vec::new();
    for item in field.items()? {
        item.known(&["position", "loss"])?;
        let position = item.required("position")?;
        let position_m = position.not_negative()? * KM;
        if length.is_some_and(|length| position_m > length * unit_m) {
            return Err(position.range(position.number()?, "a place within the fibre, in km"));
        }
        losses.push(LumpedLoss { position_m, loss_db: item.required("loss")?.not_negative()? });
    }
    Ok(Some(losses))
}

fn raman_coefficient(cursor: &Cursor<'_>) -> Result<Option<RamanCoefficient>, FileError> {
    let Some(field) = cursor.optional("raman_coefficient")? else {
        return raman_efficiency(cursor);
    };
    field.known(&["g0", "frequency_offset", "reference_frequency", "g0_per_frequency"])?;
    let mut rows: Vec<(f64, f64)> = Vec::new();
    if let Some(list) = field.optional("g0_per_frequency")? {
        for item in list.items()? {
            item.known(&["g0", "frequency_offset"])?;
            let offset = item.required("frequency_offset")?.number()?;
            rows.push((offset, item.required("g0")?.number()?));
        }
    } else {
        let gains = field.required("g0")?.numbers()?;
        let offsets = field.required("frequency_offset")?.numbers()?;
        if gains.len() != offsets.len() {
            return Err(unequal(&field, gains.len(), offsets.len()));
        }
        rows.extend(offsets.into_iter().zip(gains));
    }
    let reference_hz = field.optional("reference_frequency")?;
    let reference_hz = reference_hz.map_or(Ok(RAMAN_REFERENCE_HZ), |field| field.positive())?;
    curve(&field, rows, reference_hz).map(Some)
}

/// The older list of pairs, whose values count as gains; its legacy object is not used.
fn raman_efficiency(cursor: &Cursor<'_>) -> Result<Option<RamanCoefficient>, FileError> {
    let list = cursor.optional("raman_efficiency")?.filter(Cursor::is_list);
    let Some(list) = list else { return Ok(None) };
    let mut rows: Vec<(f64, f64)> = Vec::new();
    for item in list.items()? {
        item.known(&["frequency_offset", "cr"])?;
        let offset = item.required("frequency_offset")?.number()?;
        rows.push((offset, item.required("cr")?.number()?));
    }
    curve(&list, rows, RAMAN_REFERENCE_HZ).map(Some)
}

/// A curve of offsets and gains, sorted.
fn curve(
    field: &Cursor<'_>,
    mut rows: Vec<(f64, f64)>,
    reference_frequency_hz: f64,
) -> Result<RamanCoefficient, FileError> {
    if rows.is_empty() {
        return Err(field.error(Problem::Kind {
            found: "an empty curve".to_owned(),
            expected: "at least one gain and its offset",
        }));
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (frequency_offset_hz, g0_per_w_m) = rows.into_iter().unzip();
    Ok(RamanCoefficient { g0_per_w_m, frequency_offset_hz, reference_frequency_hz })
}
