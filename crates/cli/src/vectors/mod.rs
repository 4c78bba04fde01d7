//! Golden vectors: an input, an output and the rule between them, clause by clause.
//!
//! In: a choice of clauses. Out: vectors, each with the requirements it shows, an explanation and
//! octets. One module a topic; a new vector is one [`Recipe`] in the table of its topic.
//! [`files`] writes them. How each is checked against another source is in the tests.

mod alignment;
mod cbr;
mod characters;
mod fec;
pub mod files;
mod gfp;
mod gmp;
mod line;
pub(crate) mod maintenance;
mod monitoring;
mod multiplex;
mod otl;
mod payload;
mod pcs;
mod sequence;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::commands::clauses::TRACE;

/// How one vector is made, and what it shows.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Name, also of its files: lower case, digits and dashes.
    pub name: &'static str,
    /// Ids of the requirements it shows, the first one the chief.
    pub requirements: &'static [&'static str],
    /// What it shows, in a paragraph.
    pub about: &'static str,
    /// What the input is.
    pub input: &'static str,
    /// What the output is.
    pub output: &'static str,
    /// Makes both; gives the same octets every time.
    pub make: fn() -> Pair,
}

/// Input and output of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What goes in.
    pub input: Vec<u8>,
    /// What must come out.
    pub output: Vec<u8>,
}

impl Pair {
    /// A pair of anything that is octets.
    pub fn new(input: impl Into<Vec<u8>>, output: impl Into<Vec<u8>>) -> Self {
        Self { input: input.into(), output: output.into() }
    }
}

/// The topics, in the order of the list.
const TOPICS: [&[Recipe]; 14] = [
    line::VECTORS,
    alignment::VECTORS,
    monitoring::VECTORS,
    payload::VECTORS,
    maintenance::VECTORS,
    sequence::VECTORS,
    cbr::VECTORS,
    gmp::VECTORS,
    multiplex::VECTORS,
    fec::VECTORS,
    gfp::VECTORS,
    characters::VECTORS,
    pcs::VECTORS,
    otl::VECTORS,
];

/// All vectors.
pub fn all() -> impl Iterator<Item = &'static Recipe> {
    TOPICS.into_iter().flatten()
}

/// A requirement as `spec/requirements.toml` has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Requirement {
    /// Id.
    pub id: String,
    /// Document and edition.
    pub document: String,
    /// Clause.
    pub clause: String,
    /// The rule, in our own words.
    pub text: String,
    /// `verified`, `derived` or `memory`.
    pub confidence: String,
}

/// All requirements by the trace built into the program.
///
/// # Errors
/// A trace that cannot be read, which would be a fault of the build.
pub fn requirements() -> Result<Vec<Requirement>> {
    let rows: Vec<Value> = serde_json::from_str(TRACE).context("the trace built into otn")?;
    let read = |mut row: Value| serde_json::from_value(row["requirement"].take());
    rows.into_iter().map(read).collect::<Result<_, _>>().context("the trace built into otn")
}

/// How sure a vector is: as sure as the least sure of its requirements.
pub fn confidence<'a>(of: impl IntoIterator<Item = &'a Requirement>) -> &'static str {
    let mut least = "verified";
    for requirement in of {
        least = match (requirement.confidence.as_str(), least) {
            (_, "memory") | ("memory", _) => "memory",
            ("verified", "verified") => "verified",
            _ => "derived",
        };
    }
    least
}

/// Document and clause of an id: `g709` and `15.6.2.1` of `g709:15.6.2.1-fas`.
fn clause_of(id: &str) -> (&str, &str) {
    let (document, rest) = id.split_once(':').unwrap_or(("", id));
    (document, rest.split_once('-').map_or(rest, |(clause, _)| clause))
}

/// The vectors that any of `selectors` chooses: `all`, a vector's name, a requirement's id, or a
/// clause such as `11.2`, `g709:17`, `annex-a`, `g7041` that stands for all clauses within it.
///
/// # Errors
/// A selector that chooses nothing, with what there is.
pub fn select(selectors: &[String]) -> Result<Vec<&'static Recipe>> {
    for selector in selectors {
        if !all().any(|recipe| chosen(recipe, selector)) {
            bail!(
                "CLAUSE: found `{selector}`, expected all, the name of a vector, or one of {}",
                clauses().join(", ")
            );
        }
    }
    Ok(all().filter(|recipe| selectors.iter().any(|s| chosen(recipe, s))).collect())
}

fn chosen(recipe: &Recipe, selector: &str) -> bool {
    let selector = selector.trim().to_lowercase();
    selector == "all"
        || selector == recipe.name
        || recipe.requirements.iter().any(|id| *id == selector || within(id, &selector))
}

/// Whether the clause of `id` is `selector` or lies within it.
fn within(id: &str, selector: &str) -> bool {
    let (document, clause) = clause_of(id);
    let wanted = match selector.split_once(':') {
        Some((wanted, rest)) if wanted == document => rest,
        Some(_) => return false,
        None if selector == document => return true,
        None => selector,
    };
    let wanted = wanted.strip_prefix("annex").map_or(wanted, |rest| rest.trim_matches(['-', ' ']));
    clause == wanted || clause.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

/// Document and clause of every requirement that a vector shows.
fn clauses() -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for id in all().flat_map(|recipe| recipe.requirements) {
        let (document, clause) = clause_of(id);
        let clause = format!("{document}:{clause}");
        if !known.contains(&clause) {
            known.push(clause);
        }
    }
    known.sort();
    known
}

/// Octets that are easy to tell apart: 0 to 250 again and again, from `first` on.
fn counting(first: usize, octets: usize) -> Vec<u8> {
    (first..first + octets).map(|n| (n % 251) as u8).collect()
}

#[cfg(test)]
mod tests;
