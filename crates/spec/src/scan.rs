//! The scanner: finds every citation in the sources of the workspace.
//!
//! The form of a citation stands with [`Citation`]. A mark followed by more equals signs is a
//! ruler, no citation; everything else that begins with a mark and has not the form is malformed.
//!
//! In: the root of a workspace. Out: citations in order of file and line. The scanner does not know
//! which ids exist.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Error;
use crate::id::is_id;
use crate::item::{Language, item_of};
use crate::requirement::REQUIREMENTS_FILE;

/// The folders that are scanned, relative to the root of the workspace. One may be missing.
pub const SCAN_ROOTS: [&str; 5] = ["crates", "fuzz", "tests", "wireshark", "xtask"];

/// What a citation claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The code below practises the requirement.
    Code,
    /// The test below would fail without it.
    Test,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Code => "code",
            Kind::Test => "test",
        })
    }
}

/// One place that names a requirement: a comment line that says nothing else.
///
/// | language | above code | above a test |
/// |---|---|---|
/// | Rust | `//= id` | `//= type=test id` |
/// | Python, shell | `#= ID` | `#= type=test ID` |
/// | Lua | `--= ID` | `--= type=test ID` |
///
/// Several may stand one under another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The id as cited; well formed, but perhaps unknown.
    pub id: String,
    /// Code or test.
    pub kind: Kind,
    /// The file relative to the root, with forward slashes.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The item that the citation stands above or, failing that, stands in.
    pub item: Option<String>,
}

/// What a scan found, each list in order of file and line.
#[derive(Debug, Default)]
pub struct Scan {
    /// The well-formed citations.
    pub citations: Vec<Citation>,
    /// The others, each an [`Error::MalformedCitation`]; kept as a list so that one run shows all.
    pub malformed: Vec<Error>,
}

/// Scans [`SCAN_ROOTS`] under `root`. Hidden folders, folders named `target`, and `fuzz/corpus` are
/// left out; links are not followed.
///
/// # Errors
///
/// A folder or file that cannot be read or is not UTF-8.
pub fn scan(root: &Path) -> Result<Scan, Error> {
    let mut files = Vec::new();
    for top in SCAN_ROOTS {
        collect(root, top, &mut files)?;
    }
    files.sort();
    let mut scan = Scan::default();
    for file in &files {
        let name = file.rsplit('/').next().unwrap_or(file);
        let Some(language) = Language::of_file(name) else { continue };
        let bytes = fs::read(root.join(file)).map_err(|source| io_error(file, source))?;
        match str::from_utf8(&bytes) {
            Ok(text) => scan_text(file, text, language, &mut scan),
            Err(error) => {
                let good = &bytes[..error.valid_up_to()];
                let line = 1 + good.iter().filter(|&&b| b == b'\n').count();
                return Err(Error::NotUtf8 { file: file.clone(), line });
            }
        }
    }
    Ok(scan)
}

/// The paths that a build script names in `cargo::rerun-if-changed` so that it runs again when the
/// trace may have changed: the requirements file, and whole folders where all that is below is
/// scanned, so that a new file counts too. Where a folder such as `fuzz/target` lies between, its
/// scanned neighbours stand for the parent.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn watch_paths(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut paths = vec![root.join(REQUIREMENTS_FILE)];
    for top in SCAN_ROOTS {
        let entries = list(root, top)?;
        let scanned = || entries.iter().filter(|entry| !(entry.is_folder && entry.is_left_out()));
        if entries.is_empty() {
            continue;
        } else if scanned().count() == entries.len() {
            paths.push(root.join(top));
        } else {
            paths.extend(scanned().map(|entry| root.join(&entry.path)));
        }
    }
    Ok(paths)
}

/// One entry of a folder; `path` is relative to the root with forward slashes.
struct Entry {
    path: String,
    is_folder: bool,
}

impl Entry {
    /// Whether the scanner keeps out of this folder.
    fn is_left_out(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.starts_with('.') || name == "target" || self.path == "fuzz/corpus"
    }
}

/// Adds the files of our languages under `folder`.
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) -> Result<(), Error> {
    for entry in list(root, folder)? {
        if entry.is_folder && !entry.is_left_out() {
            collect(root, &entry.path, files)?;
        } else if !entry.is_folder && Language::of_file(&entry.path).is_some() {
            files.push(entry.path);
        }
    }
    Ok(())
}

/// The files and folders in `folder`, sorted; none if it does not exist. A name that is not UTF-8
/// is none of ours and is left out, as is a link.
fn list(root: &Path, folder: &str) -> Result<Vec<Entry>, Error> {
    let listing = match fs::read_dir(root.join(folder)) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(io_error(folder, source)),
    };
    let mut entries = Vec::new();
    for entry in listing {
        let entry = entry.map_err(|source| io_error(folder, source))?;
        let kind = entry.file_type().map_err(|source| io_error(folder, source))?;
        if let Ok(name) = entry.file_name().into_string()
            && !kind.is_symlink()
        {
            let path = format!("{folder}/{name}");
            entries.push(Entry { path, is_folder: kind.is_dir() });
        }
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn io_error(file: &str, source: io::Error) -> Error {
    Error::Io { file: file.to_owned(), source }
}

/// Adds the citations of one file.
fn scan_text(file: &str, text: &str, language: Language, scan: &mut Scan) {
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let marker = language.marker();
        let Some(rest) = line.trim().strip_prefix(marker) else { continue };
        if rest.starts_with('=') {
            continue;
        }
        let (file, line) = (file.to_owned(), at + 1);
        match cited(rest) {
            Some((kind, id)) => {
                let item = item_of(&lines, at, language);
                scan.citations.push(Citation { id: id.to_owned(), kind, file, line, item });
            }
            None => {
                let found = lines[at].trim().to_owned();
                scan.malformed.push(Error::MalformedCitation { file, line, found, marker });
            }
        }
    }
}

/// Kind and id of what stands after the mark, if it is a citation.
fn cited(rest: &str) -> Option<(Kind, &str)> {
    let words: Vec<&str> = rest.strip_prefix(' ')?.split_whitespace().collect();
    let (kind, id) = match words[..] {
        [id] => (Kind::Code, id),
        ["type=test", id] => (Kind::Test, id),
        _ => return None,
    };
    is_id(id).then_some((kind, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan_rust(text: &str) -> Scan {
        let mut scan = Scan::default();
        scan_text("a.rs", text, Language::Rust, &mut scan);
        scan
    }

    fn write(root: &Path, file: &str, text: &[u8]) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn reads_code_and_test_citations() {
        let scan = scan_rust("//= g709:1\n  //=  type=test  g709:2-b\nfn both() {}\n");
        assert!(scan.malformed.is_empty());
        let citation = |id: &str, kind, line| Citation {
            id: id.to_owned(),
            kind,
            file: "a.rs".to_owned(),
            line,
            item: Some("both".to_owned()),
        };
        let first = citation("g709:1", Kind::Code, 1);
        assert_eq!(scan.citations[0], first);
        assert_eq!(scan.citations[1].id, "g709:2-b");
        assert_eq!(scan.citations[1].kind, Kind::Test);
        assert_eq!(scan.citations.len(), 2);
    }

    #[test]
    fn other_comments_strings_and_rulers_are_no_citations() {
        let scan = scan_rust("//===\n//! //= a:1\n/// //= a\nlet s = \"//= a:1\";\nx(); //= a:1\n");
        assert!(scan.citations.is_empty() && scan.malformed.is_empty(), "{scan:?}");
    }

    #[test]
    fn malformed_citations_name_file_and_line() {
        let cases = [
            "//=",
            "//= ",
            "//=a:1",
            "//= a",
            "//= A:1",
            "//= a:1 b:2",
            "//= a:1.",
            "//= type=test",
            "//= type=code a:1",
            "//= test a:1",
            "//= type=test a:1 (why)",
        ];
        for case in cases {
            let scan = scan_rust(&format!("fn a() {{}}\n    {case}\n"));
            assert!(scan.citations.is_empty(), "{case}");
            let message = scan.malformed.iter().map(ToString::to_string).collect::<String>();
            let start = format!("a.rs:2: found `{}`, expected `//= ID`", case.trim());
            assert!(message.starts_with(&start), "{message}");
        }
    }

    #[test]
    fn walks_the_roots_in_order_and_leaves_out_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for (file, text) in [
            ("xtask/src/main.rs", "//= x:1\nfn main() {}\n"),
            ("crates/b/src/lib.rs", "//= x:2\n"),
            ("crates/a-b/src/lib.rs", "//= x:3\n"),
            ("tests/test_it.py", "#= type=test x:4\ndef test_it():\n    pass\n"),
            ("tests/run.sh", "#= type=test x:5\n"),
            ("wireshark/otn.lua", "--= x:6\n"),
            ("fuzz/fuzz_targets/one.rs", "//= type=test x:7\n"),
            ("fuzz/corpus/one.rs", "//= no:1\n"),
            ("crates/b/target/out.rs", "//= no:2\n"),
            ("crates/.hidden/lib.rs", "//= no:3\n"),
            ("crates/b/notes.txt", "//= no:4\n"),
            ("examples/one.rs", "//= no:5\n"),
        ] {
            write(root, file, text.as_bytes());
        }
        let scan = scan(root).unwrap();
        assert!(scan.malformed.is_empty());
        let found: Vec<_> =
            scan.citations.iter().map(|c| (c.file.as_str(), c.id.as_str())).collect();
        let expected = [
            ("crates/a-b/src/lib.rs", "x:3"),
            ("crates/b/src/lib.rs", "x:2"),
            ("fuzz/fuzz_targets/one.rs", "x:7"),
            ("tests/run.sh", "x:5"),
            ("tests/test_it.py", "x:4"),
            ("wireshark/otn.lua", "x:6"),
            ("xtask/src/main.rs", "x:1"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_file_that_is_no_text_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "crates/a.rs", b"fn a() {}\n\xff\n");
        let error = scan(folder.path()).expect_err("not UTF-8");
        assert!(error.to_string().starts_with("crates/a.rs:2: found a byte"), "{error}");
    }

    #[test]
    fn watches_whole_folders_unless_something_inside_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "crates/a/src/lib.rs", b"");
        write(root, "fuzz/Cargo.toml", b"");
        write(root, "fuzz/corpus/one/1", b"");
        write(root, "fuzz/fuzz_targets/one.rs", b"");
        let paths = watch_paths(root).unwrap();
        let expected = [REQUIREMENTS_FILE, "crates", "fuzz/Cargo.toml", "fuzz/fuzz_targets"];
        assert_eq!(paths, expected.map(|path| root.join(path)));
    }
}
