//! The workspace's own checks and generated files, as `cargo xtask COMMAND`.
//!
//! Each command is a module. All of them work on the whole workspace, from whatever folder they are
//! called, print to standard output, and end with 0 if all is well and 1 if not. What a rule of
//! [`tidy`] is for stands with the rule.

mod ci;
mod command;
mod icount;
mod tidy;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Checks and generated files of the OpenOTN workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that must pass before a change is handed in: fmt, tidy, trace, clippy, tests, doc
    Ci {
        /// Leave out `cargo test`
        #[arg(long)]
        skip_tests: bool,
    },
    /// Check that every requirement has code and a test, and every citation a requirement
    Trace,
    /// Check the house rules that compiler and clippy do not know
    Tidy,
    /// Write wireshark/otn.lua from the layout table
    Lua,
    /// Check the instruction counts of xtask/icount.toml under valgrind
    Icount {
        /// Print the measured values instead of judging them
        #[arg(long)]
        update: bool,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a task; `false` is a verdict, already printed, and an error is a task that could not run.
fn run(task: &Task) -> Result<bool> {
    let root = workspace_root()?;
    match task {
        Task::Ci { skip_tests } => ci::run(&root, *skip_tests),
        Task::Trace => trace::run(&root),
        Task::Tidy => tidy::run(&root),
        Task::Lua => tidy::generated::write_lua(&root),
        Task::Icount { update } => icount::run(&root, *update),
    }
}

/// The folder above this package. Cargo names the package's folder when it runs us; the folder at
/// build time serves a binary that is started by hand.
fn workspace_root() -> Result<PathBuf> {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = PathBuf::from(package).parent().map(PathBuf::from);
    root.context("found a package folder without a parent, expected xtask inside the workspace")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_root_is_the_workspace() {
        assert!(workspace_root().unwrap().join("xtask/Cargo.toml").is_file());
    }
}
