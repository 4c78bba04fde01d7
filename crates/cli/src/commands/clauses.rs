//! `otn clauses`: which clause is practised where, and by which test it is shown.
//!
//! In: the trace that the build made from `spec/requirements.toml` and the citations in the code.
//! Out: a table, or JSON.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

use crate::Verdict;
use crate::cli::Format;

/// The trace, as the build script wrote it.
pub(crate) const TRACE: &str = include_str!(concat!(env!("OUT_DIR"), "/clauses.json"));

/// Arguments of `otn clauses`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only requirements whose id, document, clause or text contains this
    pub filter: Option<String>,
    /// Only requirements that rest on memory, whose text was not seen
    #[arg(long)]
    pub memory: bool,
    /// How the table is printed
    #[command(flatten)]
    pub format: Format,
}

#[derive(Serialize)]
struct Report {
    requirements: Vec<Value>,
}

fn field<'a>(row: &'a Value, key: &str) -> &'a str {
    row["requirement"][key].as_str().unwrap_or_default()
}

fn wanted(row: &Value, arguments: &Arguments) -> bool {
    let holds = |filter: &String| {
        let filter = filter.to_lowercase();
        let keys = ["id", "document", "clause", "text"];
        keys.iter().any(|key| field(row, key).to_lowercase().contains(&filter))
    };
    (!arguments.memory || field(row, "confidence") == "memory")
        && arguments.filter.as_ref().is_none_or(holds)
}

/// Runs the command.
///
/// # Errors
/// A trace that cannot be read, which would be a fault of the build.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let rows: Vec<Value> = serde_json::from_str(TRACE).context("the trace built into otn")?;
    let requirements = rows.into_iter().filter(|row| wanted(row, arguments)).collect();
    arguments.format.print(&Report { requirements }, text)?;
    Ok(Verdict::Fine)
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    for row in &report.requirements {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{}  ({}, clause {}; {})\n    {}",
            field(row, "id"),
            field(row, "document"),
            field(row, "clause"),
            field(row, "confidence"),
            field(row, "text")
        );
        for (key, mark) in [("code", "code"), ("tests", "test")] {
            for place in row[key].as_array().into_iter().flatten() {
                let item = place["item"].as_str().unwrap_or("-");
                let file = place["file"].as_str().unwrap_or_default();
                let _ = writeln!(out, "    {mark}  {item}  {file}:{}", place["line"]);
            }
        }
    }
    let _ = writeln!(out, "{} requirements", report.requirements.len());
    out
}
