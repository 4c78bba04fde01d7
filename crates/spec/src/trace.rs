//! The trace: requirements joined with the citations that name them.
//!
//! In: the requirements and a scan. Out: one row a requirement, and the lists that a reader or a
//! gate asks for. What is a failure is decided by the caller.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::error::Error;
use crate::requirement::{Confidence, Requirement, load_requirements};
use crate::scan::{Citation, Kind, Scan, scan};

/// One requirement and every place that names it, in order of file and line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The requirement.
    pub requirement: Requirement,
    /// Where code practises it.
    pub code: Vec<Citation>,
    /// Where a test shows it.
    pub tests: Vec<Citation>,
}

/// The whole trace of a workspace.
#[derive(Debug)]
pub struct Trace {
    rows: Vec<Row>,
    unknown: Vec<Citation>,
    malformed: Vec<Error>,
}

impl Trace {
    /// Reads the requirements and the sources under `root` and joins them.
    ///
    /// # Errors
    ///
    /// What [`load_requirements`] and [`scan`] refuse. Malformed citations and unknown ids are not
    /// errors here: they are in the trace.
    pub fn load(root: &Path) -> Result<Self, Error> {
        Ok(Self::join(load_requirements(root)?, scan(root)?))
    }

    /// Joins requirements with what a scan found.
    pub fn join(requirements: Vec<Requirement>, scan: Scan) -> Self {
        let mut rows: BTreeMap<String, Row> = requirements
            .into_iter()
            .map(|requirement| {
                let row = Row { requirement, code: Vec::new(), tests: Vec::new() };
                (row.requirement.id.clone(), row)
            })
            .collect();
        let mut unknown = Vec::new();
        for citation in scan.citations {
            match (rows.get_mut(&citation.id), citation.kind) {
                (Some(row), Kind::Code) => row.code.push(citation),
                (Some(row), Kind::Test) => row.tests.push(citation),
                (None, Kind::Code | Kind::Test) => unknown.push(citation),
            }
        }
        Trace { rows: rows.into_values().collect(), unknown, malformed: scan.malformed }
    }

    /// Every requirement, sorted by id.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The citations whose id no requirement has, in order of file and line.
    pub fn unknown_ids(&self) -> &[Citation] {
        &self.unknown
    }

    /// The malformed citations, each with its file and line.
    pub fn malformed(&self) -> &[Error] {
        &self.malformed
    }

    /// The requirements that no code cites.
    pub fn without_code(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.code.is_empty())
    }

    /// The requirements that no test cites.
    pub fn without_test(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.tests.is_empty())
    }

    /// The requirements that rest on memory.
    pub fn memory(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.requirement.confidence == Confidence::Memory)
    }

    /// Whether nothing is unknown, malformed, without code or without a test.
    pub fn is_complete(&self) -> bool {
        self.unknown.is_empty()
            && self.malformed.is_empty()
            && self.without_code().next().is_none()
            && self.without_test().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn requirement(id: &str, confidence: Confidence) -> Requirement {
        let text = || "text".to_owned();
        Requirement {
            id: id.to_owned(),
            document: text(),
            clause: text(),
            text: text(),
            confidence,
            source: text(),
        }
    }

    fn citation(id: &str, kind: Kind, line: usize) -> Citation {
        Citation { id: id.to_owned(), kind, file: "a.rs".to_owned(), line, item: None }
    }

    fn ids<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<&'a str> {
        rows.map(|row| row.requirement.id.as_str()).collect()
    }

    #[test]
    fn joins_by_id_and_tells_what_is_missing() {
        let requirements = vec![
            requirement("d:3", Confidence::Memory),
            requirement("d:1", Confidence::Verified),
            requirement("d:2", Confidence::Derived),
        ];
        let citations = vec![
            citation("d:1", Kind::Code, 1),
            citation("d:2", Kind::Code, 2),
            citation("d:9", Kind::Test, 3),
            citation("d:1", Kind::Test, 4),
            citation("d:1", Kind::Code, 5),
            citation("d:3", Kind::Test, 6),
        ];
        let trace = Trace::join(requirements, Scan { citations, malformed: Vec::new() });
        assert_eq!(ids(trace.rows().iter()), ["d:1", "d:2", "d:3"]);
        assert_eq!(ids(trace.without_code()), ["d:3"]);
        assert_eq!(ids(trace.without_test()), ["d:2"]);
        assert_eq!(ids(trace.memory()), ["d:3"]);
        assert_eq!(trace.unknown_ids(), [citation("d:9", Kind::Test, 3)]);
        let lines: Vec<_> = trace.rows()[0].code.iter().map(|c| c.line).collect();
        assert_eq!(lines, [1, 5]);
        assert!(!trace.is_complete());
    }

    #[test]
    fn is_complete_only_without_malformed_citations() {
        let complete = |malformed| {
            let citations = vec![citation("d:1", Kind::Code, 1), citation("d:1", Kind::Test, 2)];
            let scan = Scan { citations, malformed };
            Trace::join(vec![requirement("d:1", Confidence::Memory)], scan).is_complete()
        };
        assert!(complete(Vec::new()));
        assert!(!complete(vec![Error::NotUtf8 { file: "a.rs".to_owned(), line: 1 }]));
    }

    #[test]
    fn loads_a_workspace_and_serializes_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("spec")).unwrap();
        fs::create_dir_all(folder.path().join("crates")).unwrap();
        let file = concat!(
            "[[requirement]]\nid = \"d:1\"\ndocument = \"D\"\nclause = \"1\"\n",
            "text = \"t\"\nconfidence = \"verified\"\nsource = \"s\"\n",
        );
        fs::write(folder.path().join("spec/requirements.toml"), file).unwrap();
        fs::write(folder.path().join("crates/a.rs"), "//= d:1\nfn a() {}\n").unwrap();
        let trace = Trace::load(folder.path()).unwrap();
        assert_eq!(ids(trace.without_code()), [""; 0]);
        let row = toml::to_string(&trace.rows()[0]).unwrap();
        assert!(row.contains("confidence = \"verified\""), "{row}");
        assert!(row.contains("kind = \"code\"") && row.contains("item = \"a\""), "{row}");
    }

    #[test]
    fn a_missing_requirements_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Trace::load(folder.path()).expect_err("no file");
        assert!(error.to_string().starts_with("spec/requirements.toml: found a read error"));
    }
}
