//! Files that are made by a program and kept in the tree: they must be what the program makes
//! today.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Finding;
use crate::command::{cargo, output};

/// The dissector, relative to the root.
const LUA_FILE: &str = "wireshark/otn.lua";
const LUA_PROGRAM: [&str; 6] = ["run", "--quiet", "-p", "otn-frame", "--example", "wireshark_lua"];

/// The findings in generated files. A file that does not exist yet is noted and skipped.
pub(super) fn generated_files(root: &Path) -> Result<Vec<Finding>> {
    if !root.join(LUA_FILE).exists() {
        println!(
            "note: generated: skipped, {LUA_FILE} does not exist; `cargo xtask lua` writes it"
        );
        return Ok(Vec::new());
    }
    let found = fs::read(root.join(LUA_FILE)).context(LUA_FILE)?;
    Ok(compare(&found, &lua(root)?).into_iter().collect())
}

/// Writes the dissector. The new text is complete before it takes the place of the old one.
pub(crate) fn write_lua(root: &Path) -> Result<bool> {
    let text = lua(root)?;
    let file = root.join(LUA_FILE);
    let new = file.with_extension("lua.new");
    fs::create_dir_all(root.join("wireshark")).context("wireshark")?;
    fs::write(&new, text).with_context(|| format!("{LUA_FILE}.new"))?;
    fs::rename(&new, &file).context(LUA_FILE)?;
    println!("lua: wrote {LUA_FILE}");
    Ok(true)
}

/// What the program makes.
fn lua(root: &Path) -> Result<Vec<u8>> {
    let made =
        output(&mut cargo(root, &LUA_PROGRAM)).with_context(|| format!("making {LUA_FILE}"))?;
    Ok(made.stdout)
}

/// The first line at which the file is not what was made.
fn compare(found: &[u8], made: &[u8]) -> Option<Finding> {
    if found == made {
        return None;
    }
    let same = found.iter().zip(made).take_while(|(a, b)| a == b).count();
    Some(Finding {
        file: LUA_FILE.to_owned(),
        line: 1 + found[..same].iter().filter(|&&b| b == b'\n').count(),
        rule: "generated",
        found: "other bytes than the layout table makes".to_owned(),
        limit: "no difference; run `cargo xtask lua`".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_difference_is_found_with_its_line() {
        assert_eq!(compare(b"a\nb\n", b"a\nb\n"), None);
        let line = |found: &[u8], made: &[u8]| compare(found, made).map(|finding| finding.line);
        assert_eq!(line(b"a\nb\n", b"a\nc\n"), Some(2));
        assert_eq!(line(b"a\r\n", b"a\n"), Some(1));
        assert_eq!(line(b"a\nb\n", b"a\nb\nc\n"), Some(3));
        assert_eq!(line(b"", b"a\n"), Some(1));
    }

    #[test]
    fn a_file_that_does_not_exist_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(generated_files(folder.path()).unwrap(), []);
    }
}
