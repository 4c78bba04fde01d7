//! The report of a network run: the values, the files of its folder, the page.
//!
//! In: a [`model::Report`] that a run has filled. Out: `report.json`, `events.jsonl`, `alarms.csv`, `pm.csv`
//! and `report.html` in one folder, each whole or not at all. `docs/report.md` describes them.

pub(crate) mod csv;
mod journal;
mod json;
pub mod model;
mod page;
pub mod states;
pub mod tables;

use std::path::Path;

use anyhow::Result;

use crate::output::write_whole;
use model::Report;

/// Files that every report folder has.
pub const FILES: [&str; 5] = ["alarms.csv", "events.jsonl", "pm.csv", "report.html", "report.json"];

/// Writes the files of a report into a folder that is there, and enters their names into the report,
/// sorted, beside those that it had.
///
/// # Errors
/// A file that cannot be written, named. Files written before it stay.
pub fn write(folder: &Path, report: &mut Report) -> Result<()> {
    report.run.files.extend(FILES.map(str::to_string));
    report.run.files.sort();
    report.run.files.dedup();
    let report = &*report;
    let put = |name: &str, octets: &[u8]| write_whole(&folder.join(name), octets);
    put("alarms.csv", tables::alarms(report).as_bytes())?;
    put("pm.csv", tables::performance(report).as_bytes())?;
    put("events.jsonl", journal::text(report)?.as_bytes())?;
    put("report.json", &json::octets(report)?)?;
    put("report.html", page::html(report)?.as_bytes())
}
