//! Reading of transceivers and their modes.
//!
//! Clauses: section Transceiver of GNPy's equipment file, with what 3.0 adds to a mode: limits of power and the
//! noise of the receiver.
//! In: a cursor over the entry, and the other name it shall stand under. Out: the entry.

use super::{Band, DetailedReceiver, Impairments, Mode, Penalty, TransceiverType};
use crate::error::{FileError, Problem};
use crate::input::Cursor;

/// Powers of a transmitter, dBm.
const TX_POWER_DBM: (f64, f64) = (-20.0, 20.0);

/// Powers at a receiver, dBm.
const RX_POWER_DBM: (f64, f64) = (-60.0, 10.0);

/// Largest factor of a receiver's error ratio.
const MOST_FACTOR: f64 = 20.0;

/// Largest SNR of noise that grows with the signal, dB.
const MOST_TRANSCEIVER_SNR_DB: f64 = 60.0;

/// Largest SNR of noise that is always the same, dB.
const MOST_POWER_SNR_DB: f64 = 100.0;

pub(crate) fn transceiver(
    cursor: &Cursor<'_>,
    alias: Option<&str>,
) -> Result<TransceiverType, FileError> {
    cursor.known(&["type_variety", "other_name", "frequency", "mode", "comment"])?;
    let type_variety = match alias {
        Some(alias) => alias.to_owned(),
        None => cursor.required("type_variety")?.name()?,
    };
    let frequency = cursor.required("frequency")?;
    frequency.known(&["min", "max"])?;
    let frequency = Band {
        f_min_hz: frequency.required("min")?.positive()?,
        f_max_hz: frequency.required("max")?.positive()?,
    };
    let modes: Vec<Mode> = cursor.list("mode")?.iter().map(mode).collect::<Result<_, _>>()?;
    Ok(TransceiverType { type_variety, frequency, modes })
}

fn mode(cursor: &Cursor<'_>) -> Result<Mode, FileError> {
    cursor.known(&[
        "format",
        "baud_rate",
        "OSNR",
        "bit_rate",
        "roll_off",
        "tx_osnr",
        "min_spacing",
        "cost",
        "penalties",
        "equalization_offset_db",
        "tx_power_dbm",
        "detailed_rx",
        "tx-channel-power-min-dbm",
        "tx-channel-power-max-dbm",
        "rx-channel-power-min-dbm",
        "rx-channel-power-max-dbm",
        "comment",
    ])?;
    let positive = |key: &str| cursor.required(key)?.positive();
    // With hyphens, other than the rest: so GNPy 3.0 has them.
    let tx_power_dbm = power_limits(cursor, "tx", TX_POWER_DBM)?;
    let rx_power_dbm = power_limits(cursor, "rx", RX_POWER_DBM)?;
    Ok(Mode {
        format: cursor.required("format")?.name()?,
        baud_rate: positive("baud_rate")?,
        osnr_db: cursor.required("OSNR")?.number()?,
        bit_rate: positive("bit_rate")?,
        roll_off: cursor.not_negative_at("roll_off")?,
        tx_osnr_db: cursor.required("tx_osnr")?.number()?,
        min_spacing_hz: positive("min_spacing")?,
        cost: cursor.required("cost")?.number()?,
        penalties: penalties(cursor)?,
        equalisation_offset_db: cursor.number_at("equalization_offset_db")?.unwrap_or(0.0),
        tx_power_min_dbm: tx_power_dbm.0,
        tx_power_max_dbm: tx_power_dbm.1,
        tx_power_dbm: cursor.number_at("tx_power_dbm")?,
        rx_power_min_dbm: rx_power_dbm.0,
        rx_power_max_dbm: rx_power_dbm.1,
        receiver: receiver(cursor, rx_power_dbm)?,
    })
}

/// A number from the least to the most given.
fn within(field: &Cursor<'_>, (least, most): (f64, f64)) -> Result<f64, FileError> {
    let number = field.number()?;
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    Err(field.range(number, &format!("a number from {least} to {most}")))
}

/// Least and largest power of one side of a mode, dBm.
//= gnpy:6.7-power-limits
fn power_limits(
    cursor: &Cursor<'_>,
    side: &str,
    range: (f64, f64),
) -> Result<(Option<f64>, Option<f64>), FileError> {
    let limit = |end: &str| -> Result<Option<f64>, FileError> {
        let field = cursor.optional(&format!("{side}-channel-power-{end}-dbm"))?;
        field.map(|field| within(&field, range)).transpose()
    };
    let limits = (limit("min")?, limit("max")?);
    if let (Some(least), Some(most)) = limits
        && least > most
    {
        return Err(cursor.error(Problem::Conflict {
            found: format!("{side}-channel-power from {least} to {most} dBm"),
            expected: "the least power not above the largest".to_owned(),
        }));
    }
    Ok(limits)
}

/// The noise of a mode's receiver, if the mode gives it: all of it, or none.
//= gnpy:6.7-detailed-receiver
fn receiver(
    cursor: &Cursor<'_>,
    limits_dbm: (Option<f64>, Option<f64>),
) -> Result<Option<DetailedReceiver>, FileError> {
    let Some(field) = cursor.optional("detailed_rx")? else { return Ok(None) };
    field.known(&[
        "k1",
        "k2",
        "rx-ref-channel-power-dbm",
        "BER-threshold",
        "snr_trx_db_0.1nm",
        "snr_prx_db_0.1nm",
    ])?;
    let number = |key: &str, range| within(&field.required(key)?, range);
    let reference = field.required("rx-ref-channel-power-dbm")?;
    let rx_reference_dbm = within(&reference, RX_POWER_DBM)?;
    let below = limits_dbm.0.is_some_and(|least| rx_reference_dbm < least);
    if below || limits_dbm.1.is_some_and(|most| rx_reference_dbm > most) {
        return Err(reference.range(rx_reference_dbm, "a power within the limits of the mode"));
    }
    let limit = field.required("BER-threshold")?;
    let error_ratio_limit = limit.number()?;
    if !(error_ratio_limit > 0.0 && error_ratio_limit < 0.5) {
        return Err(limit.range(error_ratio_limit, "an error ratio above 0 and below 0.5"));
    }
    Ok(Some(DetailedReceiver {
        k1: number("k1", (0.0, MOST_FACTOR))?,
        k2: number("k2", (0.0, MOST_FACTOR))?,
        rx_reference_dbm,
        error_ratio_limit,
        snr_transceiver_01nm_db: number("snr_trx_db_0.1nm", (0.0, MOST_TRANSCEIVER_SNR_DB))?,
        snr_at_one_watt_01nm_db: number("snr_prx_db_0.1nm", (0.0, MOST_POWER_SNR_DB))?,
    }))
}

/// Penalty curves from a list of single points of any kind.
//= gnpy:6.7-penalty-points
fn penalties(cursor: &Cursor<'_>) -> Result<Impairments, FileError> {
    let mut curves = Impairments::default();
    for point in cursor.list("penalties")? {
        point.known(&["chromatic_dispersion", "pmd", "pdl", "penalty_value"])?;
        let penalty_db = point.required("penalty_value")?.number()?;
        let mut read = 0;
        for (key, curve) in [
            ("chromatic_dispersion", &mut curves.chromatic_dispersion),
            ("pmd", &mut curves.pmd),
            ("pdl", &mut curves.pdl),
        ] {
            let Some(up_to) = point.number_at(key)? else { continue };
            curve.push(Penalty { up_to, penalty_db });
            read += 1;
        }
        if read != 1 {
            return Err(point.error(Problem::Conflict {
                found: format!("{read} impairments"),
                expected: "one of chromatic_dispersion, pmd and pdl".to_owned(),
            }));
        }
    }
    for curve in [&mut curves.chromatic_dispersion, &mut curves.pmd, &mut curves.pdl] {
        curve.sort_by(|a, b| a.up_to.total_cmp(&b.up_to));
        if curve.first().is_some_and(|first| first.up_to > 0.0) {
            curve.insert(0, Penalty { up_to: 0.0, penalty_db: 0.0 });
        }
    }
    Ok(curves)
}
