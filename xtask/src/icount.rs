//! `cargo xtask icount`: a gate on instruction counts, which unlike times are the same on every run
//! and on a busy machine.
//!
//! In: `xtask/icount.toml`. Each example is built in release mode and run once under valgrind's
//! callgrind. Where valgrind is not installed the gate is skipped, and says so.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::command::{cargo, output, succeeds};

const GATES_FILE: &str = "xtask/icount.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gates {
    gate: Vec<Gate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gate {
    name: String,
    package: String,
    example: String,
    args: Vec<String>,
    max_instructions: u64,
}

/// Measures every gate; `false` if one took more instructions than it may. With `update` the
/// values are printed for the file and none is judged.
pub(crate) fn run(root: &Path, update: bool) -> Result<bool> {
    let text = fs::read_to_string(root.join(GATES_FILE)).context(GATES_FILE)?;
    let gates = parse_gates(&text)?;
    if gates.is_empty() {
        println!("icount: {GATES_FILE} lists no gates");
        return Ok(true);
    }
    if !valgrind_is_installed()? {
        println!("icount: skipped: valgrind is not installed, so no instructions can be counted");
        return Ok(true);
    }
    let mut passed = true;
    for gate in &gates {
        let found = measure(root, gate).with_context(|| format!("gate `{}`", gate.name))?;
        let (name, limit) = (&gate.name, gate.max_instructions);
        if update {
            println!("{name}: max_instructions = {found}    # now {limit}");
        } else {
            let verdict = if found > limit { "too many" } else { "passed" };
            println!("{name}: {verdict}: found {found} instructions, limit {limit}");
            passed &= found <= limit;
        }
    }
    Ok(passed)
}

fn parse_gates(text: &str) -> Result<Vec<Gate>> {
    let gates: Gates = toml::from_str(text).context(GATES_FILE)?;
    Ok(gates.gate)
}

fn valgrind_is_installed() -> Result<bool> {
    let mut command = Command::new("valgrind");
    match command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("cannot start valgrind"),
    }
}

/// Builds and runs one example. Cargo starts callgrind as the runner of the example, so that it is
/// cargo that knows where the binary is.
fn measure(root: &Path, gate: &Gate) -> Result<u64> {
    let Gate { package, example, .. } = gate;
    let target = ["--release", "--locked", "--package", package, "--example", example];
    if !succeeds(cargo(root, &["build", "--quiet"]).args(target))? {
        bail!("example `{example}` of `{package}` does not build");
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let profile = folder.path().join("callgrind.out");
    let profile = profile.to_str().context("the temporary folder's name is not UTF-8")?;
    let runner = toml::Value::from(vec![
        "valgrind".to_owned(),
        "--tool=callgrind".to_owned(),
        format!("--callgrind-out-file={profile}"),
    ]);
    let mut command = cargo(root, &["run", "--quiet"]);
    command.args(target);
    command.args(["--config", &format!("target.'cfg(all())'.runner = {runner}")]);
    command.arg("--").args(&gate.args);
    let errors = output(&mut command)?.stderr;
    let errors = String::from_utf8_lossy(&errors);
    counted(&errors).with_context(|| {
        format!("found no instruction count, expected `Collected : N` of callgrind in:\n{errors}")
    })
}

/// The count in callgrind's messages: `Collected : N`, else `I refs: N` with commas.
fn counted(messages: &str) -> Option<u64> {
    let number_after = |label: &str| {
        let line = messages.lines().rev().find_map(|line| line.split_once(label))?.1;
        let digits = line.split_whitespace().next()?.replace(',', "");
        digits.parse().ok()
    };
    number_after("Collected : ").or_else(|| number_after("refs:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_callgrinds_count() {
        let messages = concat!(
            "==7== Callgrind, a call-graph generating cache profiler\n==7== Events    : Ir\n",
            "==7== Collected : 286542\n==7==\n==7== I   refs:      286,542\n",
        );
        assert_eq!(counted(messages), Some(286_542));
        assert_eq!(counted("==7== I   refs:      1,286,542\n"), Some(1_286_542));
        assert_eq!(counted("==7== I refs: 12\n"), Some(12));
        assert_eq!(counted("nothing\n"), None);
    }

    #[test]
    fn reads_gates_and_refuses_unknown_fields() {
        let gate = concat!(
            "[[gate]]\nname = \"n\"\npackage = \"p\"\nexample = \"e\"\nargs = [\"1\"]\n",
            "max_instructions = 1_000\n",
        );
        let gates = parse_gates(gate).unwrap();
        assert_eq!(gates[0].max_instructions, 1000);
        assert_eq!(gates[0].args, ["1"]);
        let error = parse_gates(&format!("{gate}extra = 1\n")).expect_err("unknown field");
        assert!(format!("{error:#}").contains("unknown field `extra`"));
    }

    #[test]
    fn the_gates_file_is_well_formed() {
        let gates = parse_gates(include_str!("../icount.toml")).unwrap();
        let mut names: Vec<_> = gates.iter().map(|gate| gate.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), gates.len(), "two gates have one name");
    }
}
