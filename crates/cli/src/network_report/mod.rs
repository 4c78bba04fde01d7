//! The report of a network run: the values, the files of its folder, the page.
//!
//! In: a [`model::Report`] that a run has filled. Out: `report.json`, `events.jsonl`, `alarms.csv`, `pm.csv`
//! and `report.html` in one folder, each whole or not at all. `docs/report.md` describes them.

pub mod model;
