//! `cargo xtask trace`: judges the specification trace of `otn-spec` and prints it in short.
//!
//! A citation that names nothing and a requirement without code or without a test are failures.
//! What rests on memory is listed, so that it is seen, but is none.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use otn_spec::{Confidence, Row, Trace};

/// Prints the trace of the workspace; `false` if it is incomplete.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let trace = Trace::load(root)?;
    print!("{}{}", summary(&trace), memory(&trace));
    let failures = failures(&trace);
    for failure in &failures {
        println!("{failure}");
    }
    match failures.len() {
        0 => println!("trace: complete"),
        count => println!("trace: {count} failures"),
    }
    Ok(failures.is_empty())
}

/// What one line of the table counts.
#[derive(Default)]
struct Counts {
    requirements: usize,
    verified: usize,
    derived: usize,
    memory: usize,
    code: usize,
    tests: usize,
}

impl Counts {
    fn add(&mut self, row: &Row) {
        self.requirements += 1;
        match row.requirement.confidence {
            Confidence::Verified => self.verified += 1,
            Confidence::Derived => self.derived += 1,
            Confidence::Memory => self.memory += 1,
        }
        self.code += row.code.len();
        self.tests += row.tests.len();
    }
}

/// A table with one line a document, named as the ids name it, and a line for the sum.
fn summary(trace: &Trace) -> String {
    let mut documents: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut total = Counts::default();
    for row in trace.rows() {
        let document = row.requirement.id.split(':').next().unwrap_or_default();
        documents.entry(document).or_default().add(row);
        total.add(row);
    }
    let mut table = format!(
        "{:<12} {:>12} {:>8} {:>7} {:>6} {:>14} {:>14}\n",
        "document", "requirements", "verified", "derived", "memory", "cited by code", "by tests"
    );
    for (name, counts) in documents.into_iter().chain([("total", total)]) {
        let Counts { requirements, verified, derived, memory, code, tests } = counts;
        writeln!(
            table,
            "{name:<12} {requirements:>12} {verified:>8} {derived:>7} {memory:>6} {code:>14} \
             {tests:>14}"
        )
        .expect("writing to a String cannot fail");
    }
    table
}

/// The requirements that rest on memory, a line each.
fn memory(trace: &Trace) -> String {
    let lines = trace.memory().map(|row| {
        let requirement = &row.requirement;
        format!("memory: {}: {}\n", requirement.id, requirement.source)
    });
    lines.collect()
}

/// What is wrong, a line each: citations first, as a misspelt one may be why a requirement has
/// none.
fn failures(trace: &Trace) -> Vec<String> {
    let malformed = trace.malformed().iter().map(ToString::to_string);
    let unknown = trace.unknown_ids().iter().map(|citation| {
        let otn_spec::Citation { file, line, id, kind, .. } = citation;
        format!(
            "{file}:{line}: found {kind} citation of unknown `{id}`, expected an id of {}",
            otn_spec::REQUIREMENTS_FILE
        )
    });
    let missing = |row: &Row, what: &str| {
        let id = &row.requirement.id;
        format!("{}: `{id}`: found no {what}, expected one or more", otn_spec::REQUIREMENTS_FILE)
    };
    malformed
        .chain(unknown)
        .chain(trace.without_code().map(|row| missing(row, "citation by code")))
        .chain(trace.without_test().map(|row| missing(row, "citation by a test")))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A workspace with two requirements, the second from memory, and one source file.
    fn trace_of(source: &str) -> (bool, Trace) {
        let folder = tempfile::tempdir().unwrap();
        let requirement = |id: &str, confidence: &str| {
            format!(
                "[[requirement]]\nid = \"{id}\"\ndocument = \"D\"\nclause = \"1\"\ntext = \"t\"\n\
                 confidence = \"{confidence}\"\nsource = \"a book\"\n"
            )
        };
        let requirements = requirement("d:1", "verified") + &requirement("d:2", "memory");
        fs::create_dir_all(folder.path().join("spec")).unwrap();
        fs::create_dir_all(folder.path().join("crates/a")).unwrap();
        fs::write(folder.path().join(otn_spec::REQUIREMENTS_FILE), requirements).unwrap();
        fs::write(folder.path().join("crates/a/lib.rs"), source).unwrap();
        (run(folder.path()).unwrap(), Trace::load(folder.path()).unwrap())
    }

    #[test]
    fn a_complete_trace_passes_and_lists_memory() {
        let source = "//= d:1\n//= type=test d:1\n//= d:2\n//= type=test d:2\nfn a() {}\n";
        let (passes, trace) = trace_of(source);
        assert!(passes);
        assert_eq!(failures(&trace), [""; 0]);
        assert_eq!(memory(&trace), "memory: d:2: a book\n");
        let table = summary(&trace);
        let total: Vec<_> = table.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(total, ["total", "2", "1", "0", "1", "2", "2"]);
    }

    #[test]
    fn every_kind_of_failure_is_listed() {
        let (passes, trace) = trace_of("//= d:1\n//= d:3\n//= nonsense\nfn a() {}\n");
        assert!(!passes);
        let failures = failures(&trace);
        let starts = [
            "crates/a/lib.rs:3: found `//= nonsense`, expected ",
            "crates/a/lib.rs:2: found code citation of unknown `d:3`, expected an id of spec/",
            "spec/requirements.toml: `d:2`: found no citation by code",
            "spec/requirements.toml: `d:1`: found no citation by a test",
            "spec/requirements.toml: `d:2`: found no citation by a test",
        ];
        assert_eq!(failures.len(), starts.len(), "{failures:#?}");
        for (failure, start) in failures.iter().zip(starts) {
            assert!(failure.starts_with(start), "{failure}");
        }
    }
}
