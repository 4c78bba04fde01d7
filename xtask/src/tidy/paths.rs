//! The rule against folders of somebody's machine in files that everybody gets.

use super::Finding;

/// The endings of the files that are read.
const ENDINGS: [&str; 8] = [".rs", ".toml", ".md", ".yaml", ".yml", ".sh", ".py", ".lua"];

/// Beginnings of absolute paths that exist on one machine only. Written in halves, or this file
/// would be its own first finding.
const FOLDERS: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/fa", "rm/")];

/// Whether a file of this name is read.
pub(super) fn is_checked(file: &str) -> bool {
    ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// The findings of this rule in one file, at most one a line.
pub(super) fn check(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(folder) = FOLDERS.into_iter().find(|folder| has_path(line, folder)) {
            findings.push(Finding {
                file: file.to_owned(),
                line: at + 1,
                rule: "machine-path",
                found: format!("`{folder}`"),
                limit: "paths relative to the workspace".to_owned(),
            });
        }
    }
    findings
}

/// Whether a path in `line` begins with `folder`: after a name, as in `crates/x/`, or in an
/// address after a host, the same letters are the middle of some other path.
fn has_path(line: &str, folder: &str) -> bool {
    let begins = |(at, _): (usize, &str)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~'))
    };
    line.match_indices(folder).any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_folders_of_a_machine_fail() {
        for folder in FOLDERS {
            for line in
                [format!("x = \"{folder}a\""), format!("{folder}a"), format!("file://{folder}")]
            {
                let findings = check("a.md", &format!("first\n{line}\n"));
                assert_eq!(findings.len(), 1, "{line}");
                assert_eq!(findings[0].line, 2);
            }
        }
    }

    #[test]
    fn relative_paths_and_addresses_pass() {
        for folder in FOLDERS {
            for before in ["tests", "https://example.org", "a/..", "~"] {
                let line = format!("{before}{folder}a");
                assert_eq!(check("a.md", &line), [], "{line}");
            }
        }
        assert_eq!(check("a.md", "homework at home/ and /tmp/x\n"), []);
    }

    #[test]
    fn reads_text_files_only() {
        assert!(is_checked("a/b.rs") && is_checked("c.yaml") && is_checked(".ci/d.yml"));
        assert!(!is_checked("a.bin") && !is_checked("Cargo.lock") && !is_checked("rs"));
    }
}
