//! Requirements: what `spec/requirements.toml` holds, one `[[requirement]]` table each.
//!
//! Untrusted text is checked once, here: afterwards every id is well formed and unique and no
//! field is empty.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::error::Error;
use crate::id::is_id;

/// Where the requirements stand, relative to the root of the workspace.
pub const REQUIREMENTS_FILE: &str = "spec/requirements.toml";

/// How sure we are of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in the cited public text.
    Verified,
    /// Follows by arithmetic from verified facts.
    Derived,
    /// Recalled, text not seen; a hypothesis.
    Memory,
}

impl Confidence {
    /// The word used in the requirements file.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Verified => "verified",
            Confidence::Derived => "derived",
            Confidence::Memory => "memory",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One rule of a Recommendation, in our own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// `document:clause` or `document:clause-name`, such as `g709:11.2-scrambler`.
    pub id: String,
    /// The document and its edition.
    pub document: String,
    /// The clause as the document numbers it.
    pub clause: String,
    /// The rule.
    pub text: String,
    /// How sure we are.
    pub confidence: Confidence,
    /// Where a reader can look.
    pub source: String,
}

/// The file as serde sees it; the spans give the line numbers of later errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    requirement: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    document: String,
    clause: String,
    text: String,
    confidence: Confidence,
    source: String,
}

/// Reads [`REQUIREMENTS_FILE`] under `root`; the result is sorted by id.
///
/// # Errors
///
/// A file that cannot be read or parsed, a malformed or repeated id, an empty field.
pub fn load_requirements(root: &Path) -> Result<Vec<Requirement>, Error> {
    let file = REQUIREMENTS_FILE;
    let text = fs::read_to_string(root.join(file))
        .map_err(|source| Error::Io { file: file.to_owned(), source })?;
    parse(file, &text)
}

/// Parses the text of a requirements file; `file` is its name in errors.
fn parse(file: &str, text: &str) -> Result<Vec<Requirement>, Error> {
    let document: Document = toml::from_str(text).map_err(|error| Error::Toml {
        file: file.to_owned(),
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        message: error.message().replace('\n', " "),
    })?;
    let mut first_lines = BTreeMap::new();
    let mut requirements = Vec::with_capacity(document.requirement.len());
    for entry in document.requirement {
        let line = line_of(text, entry.id.span().start);
        let requirement = check(file, line, entry)?;
        if let Some(first_line) = first_lines.insert(requirement.id.clone(), line) {
            let id = requirement.id;
            return Err(Error::DuplicateId { file: file.to_owned(), line, first_line, id });
        }
        requirements.push(requirement);
    }
    requirements.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(requirements)
}

fn check(file: &str, line: usize, entry: Entry) -> Result<Requirement, Error> {
    let Entry { id, document, clause, text, confidence, source } = entry;
    let id = id.into_inner();
    let file = || file.to_owned();
    if id.trim().is_empty() {
        return Err(Error::EmptyField { file: file(), line, id, field: "id" });
    }
    if !is_id(&id) {
        return Err(Error::MalformedId { file: file(), line, id });
    }
    let fields =
        [("document", &document), ("clause", &clause), ("text", &text), ("source", &source)];
    for (field, value) in fields {
        if value.trim().is_empty() {
            return Err(Error::EmptyField { file: file(), line, id, field });
        }
    }
    Ok(Requirement { id, document, clause, text, confidence, source })
}

/// The line, from 1, of a byte offset.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&b| b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One table of five lines; `id` stands on the second.
    fn table(id: &str, text: &str, confidence: &str) -> String {
        format!(
            "[[requirement]]\nid = \"{id}\"\ndocument = \"ITU-T G.709\"\nclause = \"1\"\n\
             text = \"{text}\"\nconfidence = \"{confidence}\"\nsource = \"a book\"\n"
        )
    }

    fn message(text: &str) -> String {
        parse("r.toml", text).expect_err("a broken file").to_string()
    }

    #[test]
    fn reads_and_sorts() {
        let text = table("g709:2", "b", "memory") + &table("g709:1-a", "a", "derived");
        let requirements = parse("r.toml", &text).unwrap();
        let ids: Vec<_> = requirements.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["g709:1-a", "g709:2"]);
        assert_eq!(requirements[0].confidence, Confidence::Derived);
        assert_eq!(requirements[1].confidence, Confidence::Memory);
        assert_eq!(requirements[1].source, "a book");
    }

    #[test]
    fn an_empty_file_has_no_requirements() {
        assert_eq!(parse("r.toml", "# nothing\n").unwrap(), []);
    }

    #[test]
    fn names_file_line_and_id_of_a_repeated_id() {
        let text = table("g709:1", "a", "verified") + &table("g709:1", "b", "verified");
        let message = message(&text);
        assert!(message.starts_with("r.toml:9: found id `g709:1` again"), "{message}");
        assert!(message.contains("first on line 2"), "{message}");
    }

    #[test]
    fn names_file_line_and_id_of_a_malformed_id() {
        let message = message(&table("G709:1", "a", "verified"));
        assert!(message.starts_with("r.toml:2: found id `G709:1`, expected `doc"), "{message}");
    }

    #[test]
    fn names_the_empty_field() {
        let empty_text = message(&table("g709:1", " ", "verified"));
        assert!(empty_text.starts_with("r.toml:2: `g709:1`: found an empty `text`"));
        assert!(message(&table("", "a", "verified")).contains("found an empty `id`"));
    }

    #[test]
    fn names_the_line_of_what_toml_refuses() {
        let unknown = message(&(table("g709:1", "a", "verified") + "edition = \"1\"\n"));
        assert!(unknown.starts_with("r.toml:8: found unknown field `edition`"), "{unknown}");
        let confidence = message(&table("g709:1", "a", "sure"));
        assert!(confidence.starts_with("r.toml:6: found unknown variant `sure`"), "{confidence}");
        let missing = message("[[requirement]]\nid = \"g709:1\"\n");
        assert!(missing.contains("missing field `document`"), "{missing}");
        let table_name = message("[[requirements]]\n");
        assert!(table_name.contains("unknown field `requirements`"), "{table_name}");
        assert!(message("\n\n= 1\n").starts_with("r.toml:3: "));
    }
}
