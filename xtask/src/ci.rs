//! `cargo xtask ci`: every check that a change must pass, in order of what is quickest to know.
//! The first failure ends the run: later steps often fail for the same cause.

use std::path::Path;

use anyhow::Result;

use crate::command::{cargo, succeeds};
use crate::{tidy, trace};

const FMT: [&str; 3] = ["fmt", "--all", "--check"];
const CLIPPY: [&str; 7] =
    ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
const TEST: [&str; 3] = ["test", "--workspace", "--locked"];
const DOC: [&str; 4] = ["doc", "--workspace", "--no-deps", "--locked"];

type Step<'a> = (&'a str, &'a dyn Fn() -> Result<bool>);

/// Runs the steps; `false` if one failed.
pub(crate) fn run(root: &Path, skip_tests: bool) -> Result<bool> {
    let test = || {
        if skip_tests {
            println!("skipped: --skip-tests was given");
            return Ok(true);
        }
        succeeds(&mut cargo(root, &TEST))
    };
    let steps: [Step<'_>; 6] = [
        ("fmt", &|| succeeds(&mut cargo(root, &FMT))),
        ("tidy", &|| tidy::run(root)),
        ("trace", &|| trace::run(root)),
        ("clippy", &|| succeeds(&mut cargo(root, &CLIPPY))),
        ("test", &test),
        ("doc", &|| succeeds(cargo(root, &DOC).env("RUSTDOCFLAGS", "-D warnings"))),
    ];
    run_steps(&steps)
}

fn run_steps(steps: &[Step<'_>]) -> Result<bool> {
    for (name, step) in steps {
        println!("==> {name}");
        if !step()? {
            println!("ci: failed at {name}");
            return Ok(false);
        }
    }
    println!("ci: passed");
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn stops_at_the_first_failure() {
        let ran = RefCell::new(Vec::new());
        let step = |name: &'static str, verdict: bool| {
            let ran = &ran;
            move || {
                ran.borrow_mut().push(name);
                Ok(verdict)
            }
        };
        let (one, two, three) = (step("one", true), step("two", false), step("three", true));
        assert!(!run_steps(&[("one", &one), ("two", &two), ("three", &three)]).unwrap());
        assert_eq!(*ran.borrow(), ["one", "two"]);
        assert!(run_steps(&[("one", &one), ("three", &three)]).unwrap());
    }
}
