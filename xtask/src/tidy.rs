//! `cargo xtask tidy`: the house rules that compiler and clippy do not know.
//!
//! In: every file git tracks or would track. Out: findings, a line each, `file:line: rule: found,
//! limit`. The rules, by module:
//!
//! - [`shape`]: length of files, functions and lines; the header.
//! - [`bits`]: bit literals outside the layout tables.
//! - [`forbidden`]: unfinished work, skipped tests, silenced lints, `unsafe`.
//! - [`paths`]: folders of somebody's machine.
//! - [`generated`]: files made by a program must be what it makes.
//!
//! The inputs that a fuzzer found are data and are not read.

mod bits;
mod forbidden;
pub(crate) mod generated;
mod paths;
mod shape;
mod source;

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::output;
use source::Source;

/// One breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Relative to the root, with forward slashes.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: usize,
    /// The rule's short name.
    pub(crate) rule: &'static str,
    /// What stands there.
    pub(crate) found: String,
    /// What may stand there.
    pub(crate) limit: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { file, line, rule, found, limit } = self;
        write!(f, "{file}:{line}: {rule}: found {found}, limit: {limit}")
    }
}

/// Prints every finding; `false` if there is one.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let files = listed_files(root)?;
    let mut findings = check_files(root, &files)?;
    findings.extend(generated::generated_files(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: {} files pass", files.len()),
        count => println!("tidy: {count} findings"),
    }
    Ok(findings.is_empty())
}

/// The files that git tracks and the new ones that it does not ignore, sorted.
fn listed_files(root: &Path) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-c", "-o", "-z", "--exclude-standard"]).current_dir(root);
    let listing = output(&mut git)?.stdout;
    let listing = String::from_utf8(listing).context("git lists a name that is not UTF-8")?;
    // A set: git lists a file with a merge conflict once for each side.
    let files: BTreeSet<&str> = listing.split('\0').collect();
    // A tracked file that was deleted is listed too, and the empty name after the last separator.
    let exists = |file: &&str| root.join(file).is_file() && !file.starts_with("fuzz/corpus/");
    Ok(files.into_iter().filter(exists).map(str::to_owned).collect())
}

/// All findings in `files`, sorted by file and line.
fn check_files(root: &Path, files: &[String]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for file in files.iter().filter(|file| paths::is_checked(file)) {
        let bytes = fs::read(root.join(file)).with_context(|| file.clone())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        findings.extend(paths::check(file, &text));
        if file.ends_with(".rs") {
            match Source::parse(file, text) {
                Ok(source) => sources.push(source),
                Err(finding) => findings.push(finding),
            }
        }
    }
    findings.extend(check_sources(&sources));
    findings.sort();
    Ok(findings)
}

/// The findings in Rust files. They are seen together because it is the parent's file that says
/// whether a module is for tests only.
fn check_sources(sources: &[Source]) -> Vec<Finding> {
    let test_modules: Vec<String> = sources.iter().flat_map(bits::test_modules).collect();
    let mut findings = Vec::new();
    for source in sources {
        findings.extend(shape::check(source));
        findings.extend(forbidden::check(source));
        findings.extend(bits::check(source, &test_modules));
    }
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line() {
        let finding = Finding {
            file: "a.rs".to_owned(),
            line: 3,
            rule: "columns",
            found: "121".to_owned(),
            limit: "120".to_owned(),
        };
        assert_eq!(finding.to_string(), "a.rs:3: columns: found 121, limit: 120");
    }

    #[test]
    fn lists_tracked_and_new_files_but_no_ignored_deleted_or_fuzz_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let git = |arguments: &[&str]| {
            output(Command::new("git").args(arguments).current_dir(root)).unwrap();
        };
        fs::create_dir_all(root.join("fuzz/corpus")).unwrap();
        for file in ["b.rs", "a.rs", "gone.rs", "skipped.rs", "fuzz/corpus/x.rs"] {
            fs::write(root.join(file), "//! A header sentence.\n").unwrap();
        }
        fs::write(root.join(".gitignore"), "skipped.rs\n").unwrap();
        git(&["init", "--quiet"]);
        git(&["add", "a.rs", "gone.rs"]);
        fs::remove_file(root.join("gone.rs")).unwrap();
        let files = listed_files(root).unwrap();
        assert_eq!(files, [".gitignore", "a.rs", "b.rs"]);
        assert_eq!(check_files(root, &files).unwrap(), []);
        fs::write(root.join("b.rs"), "fn {\n").unwrap();
        let findings = check_files(root, &files).unwrap();
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].file.as_str(), findings[0].rule), ("b.rs", "syntax"));
    }
}
