//! A spectrum in parts of equal channels.
//!
//! Clauses: GNPy's spectrum file.
//! In: a text with its file name. Out: [`Partition`]s in rising frequency, each field filled. Channels are
//! made of them elsewhere.

use crate::error::{FileError, Loaded, Problem};
use crate::input::{Cursor, Document, Form, Source};

/// Top-level name of a spectrum in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-spectrum:spectrum";

/// Most channels a spectrum may have.
const MOST_CHANNELS: f64 = 100_000.0;

/// A part of the spectrum in which all channels are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    /// Centre of the first channel, Hz.
    pub f_min_hz: f64,
    /// Upper end for the centres, Hz.
    pub f_max_hz: f64,
    /// Symbol rate, Bd.
    pub baud_rate: f64,
    /// Width of a slot, Hz; also the spacing.
    pub slot_width_hz: f64,
    /// Roll-off of the raised cosine.
    pub roll_off: f64,
    /// Offset from the power that equalisation gives, dB.
    pub delta_power_db: f64,
    /// OSNR of the transmitters in 0.1 nm, dB.
    pub tx_osnr_db: f64,
    /// Launched power, dBm.
    pub tx_power_dbm: f64,
    /// Name of the part.
    pub label: String,
}

impl Partition {
    /// Number of its channels.
    #[must_use]
    pub fn channel_count(&self) -> usize {
        // Not negative and bounded: the loader checked the edges and the width.
        (((self.f_max_hz - self.f_min_hz) / self.slot_width_hz).floor() + 1.0) as usize
    }
}

/// Reads a spectrum file.
///
/// # Errors
/// [`FileError`] with file, place, what was found and what is allowed.
pub fn load(source: Source<'_>) -> Result<Loaded<Vec<Partition>>, FileError> {
    let document = Document::parse(source)?;
    let value = read(&document.root(TOPIC))?;
    Ok(Loaded { value, warnings: document.into_warnings() })
}

pub(crate) fn read(root: &Cursor<'_>) -> Result<Vec<Partition>, FileError> {
    let list = match root.form() {
        Form::Yang if root.is_list() => root.clone(),
        _ => {
            root.known(&["spectrum"])?;
            root.required("spectrum")?
        }
    };
    let mut items = list.items()?;
    // Parts go by frequency; labels that are not given count them in that order.
    let mut keys = Vec::with_capacity(items.len());
    for item in &items {
        keys.push(item.required("f_min")?.positive()?);
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    items = order.into_iter().map(|i| items[i].clone()).collect();
    let mut partitions: Vec<Partition> = Vec::with_capacity(items.len());
    let mut channels = 0.0;
    for (number, item) in items.iter().enumerate() {
        let partition = partition(item, number)?;
        channels += (partition.f_max_hz - partition.f_min_hz) / partition.slot_width_hz + 1.0;
        if channels > MOST_CHANNELS {
            return Err(item.range(
                partition.slot_width_hz,
                "slots wide enough for at most 100000 channels in all",
            ));
        }
        if let Some(lower) = partitions.last() {
            overlap(item, lower, &partition)?;
        }
        partitions.push(partition);
    }
    if partitions.is_empty() {
        return Err(list.error(Problem::Kind {
            found: "an empty list".to_owned(),
            expected: "at least one part of the spectrum",
        }));
    }
    Ok(partitions)
}

//= gnpy:6.1-partition-overlap
fn overlap(item: &Cursor<'_>, lower: &Partition, upper: &Partition) -> Result<(), FileError> {
    let last_hz = lower.f_min_hz + (lower.channel_count() - 1) as f64 * lower.slot_width_hz;
    let upper_edge = last_hz + lower.slot_width_hz / 2.0;
    let lower_edge = upper.f_min_hz - upper.slot_width_hz / 2.0;
    if upper_edge > lower_edge {
        return Err(item.error(Problem::Conflict {
            found: format!(
                "a first slot from {:.5} THz, below {:.5} THz where the part below ends",
                lower_edge * 1e-12,
                upper_edge * 1e-12
            ),
            expected: "parts that do not overlap".to_owned(),
        }));
    }
    Ok(())
}

//= gnpy:6.1-partition-defaults
fn partition(cursor: &Cursor<'_>, number: usize) -> Result<Partition, FileError> {
    cursor.known(&[
        "f_min",
        "f_max",
        "baud_rate",
        "slot_width",
        "delta_pdb",
        "roll_off",
        "tx_osnr",
        "tx_power_dbm",
        "label",
    ])?;
    let positive = |key: &str| cursor.required(key)?.positive();
    let (f_min_hz, f_max_hz) = (positive("f_min")?, positive("f_max")?);
    if f_max_hz < f_min_hz {
        return Err(cursor.required("f_max")?.range(f_max_hz, "a frequency not below f_min"));
    }
    let (baud_rate, slot_width_hz) = (positive("baud_rate")?, positive("slot_width")?);
    if baud_rate > slot_width_hz {
        let field = cursor.required("baud_rate")?;
        return Err(field.range(baud_rate, &format!("at most the slot width, {slot_width_hz}")));
    }
    let label = cursor.name_at("label")?;
    Ok(Partition {
        f_min_hz,
        f_max_hz,
        baud_rate,
        slot_width_hz,
        roll_off: cursor.required("roll_off")?.not_negative()?,
        delta_power_db: cursor.number_at("delta_pdb")?.unwrap_or(0.0),
        tx_osnr_db: cursor.number_at("tx_osnr")?.unwrap_or(40.0),
        tx_power_dbm: cursor.number_at("tx_power_dbm")?.unwrap_or(0.0),
        label: label.unwrap_or_else(|| format!("{number}-{:.2}G", baud_rate * 1e-9)),
    })
}
