//! `otn ctl`: an operator speaks to a live network.
//!
//! In: a command. Out: what was done, or why nothing was.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use crate::Verdict;
use crate::live::command::Command;
use crate::live::control::{ask, the_only_one};
use crate::live::status::Status;
use crate::live::text;

/// Arguments of `otn ctl`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Path of the control socket; may be left out where one live network runs here
    #[arg(long, value_name = "SOCKET")]
    pub control: Option<PathBuf>,
    /// What is asked
    #[command(subcommand)]
    pub command: Command,
}

/// Runs the command.
///
/// # Errors
/// No live network answers, or the command makes no sense to it.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let path = arguments.control.clone().map_or_else(the_only_one, Ok)?;
    let answer = ask(&path, &arguments.command)?;
    match &arguments.command {
        Command::Status { json: false } => {
            print!("{}", text(&serde_json::from_value::<Status>(answer)?));
        }
        Command::Status { json: true } => println!("{}", serde_json::to_string_pretty(&answer)?),
        _ => {
            for done in answer.get("done").and_then(Value::as_array).into_iter().flatten() {
                println!("{}", done.as_str().unwrap_or_default());
            }
        }
    }
    Ok(Verdict::Fine)
}
