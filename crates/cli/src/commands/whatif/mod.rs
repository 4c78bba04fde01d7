//! `otn whatif`: every single failure of a network, and which services survive it.
//!
//! In: a network file; its events after time zero are left out. Out: a table, JSON, CSV: for each failure the fate of
//! every service in each direction, worst first. One run has no failure, and the others are compared with it.

mod report;
mod runs;
mod text;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use otn_emu::what_if::{Failure, Times, still};
use otn_frame::SimTime;

use crate::Verdict;
use crate::cli::{Format, OutPath, warn};
use crate::commands::not_the_input;
use crate::output::write_whole;
use crate::session::Interrupt;
use crate::{network, network_run, units};
use report::{Inputs, Report};

/// Names listed in an error; more are counted.
const LISTED: usize = 8;

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Cut {
    /// Every line, in both directions
    AllLinks,
    /// Every node: it loses its power
    AllNodes,
    /// Every two lines at once
    AllPairs,
}

impl Cut {
    /// As it is written on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllLinks => "all-links",
            Self::AllNodes => "all-nodes",
            Self::AllPairs => "all-pairs",
        }
    }
}

/// Arguments of `otn whatif`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network file (YAML); its events after time zero are left out
    pub network: PathBuf,
    /// What fails, one after another, each in a run of its own
    #[arg(long, value_enum, default_value = "all-links")]
    pub cut: Cut,
    /// Only these lines fail
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub link: Vec<String>,
    /// Only these nodes fail
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub node: Vec<String>,
    /// When it fails; 5 ms after clients begin to send where this is not given
    #[arg(long, value_name = "TIME", value_parser = units::time)]
    pub at: Option<SimTime>,
    /// How long clients send after that: 60 ms and the longest hold-off, or less if the file's duration is less
    #[arg(long = "for", value_name = "TIME", value_parser = units::time)]
    pub watched: Option<SimTime>,
    /// Seed of every random stream, in place of the file's
    #[arg(long)]
    pub seed: Option<u64>,
    /// Runs at the same time; the result is the same for any number
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Write a table with a row for each failure, service and direction
    #[arg(long, value_name = "FILE")]
    pub csv: Option<OutPath>,
    /// How the result is printed
    #[command(flatten)]
    pub format: Format,
}

/// Runs the command.
///
/// # Errors
/// A network file with a mistake, a name that is not in it, a time too early, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let interrupt = Interrupt::listen();
    let path = &arguments.network;
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8(text)
        .with_context(|| format!("{}: expected UTF-8 text", path.display()))?;
    if let Some(csv) = &arguments.csv {
        not_the_input(path, csv)?;
    }
    let mut file = network_run::read(path, &text, arguments.seed)?;
    let failures = failures(arguments, &file)?;
    let Arguments { at, watched, .. } = *arguments;
    ensure!(watched != Some(SimTime::ZERO), "--for: found 0 s, expected a time above 0");
    let times = Times::new(&file.plan, at, watched).map_err(|e| anyhow::anyhow!("--at: {e}"))?;
    let left_out = file.events.iter().filter(|event| event.at > SimTime::ZERO).count();
    file.plan = still(&file.plan, times.until);
    let machine = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or_else(machine);
    let done = runs::all(&file, times, &failures, threads, &interrupt)?;
    let inputs = Inputs { plan: &file.plan, cut: arguments.cut, times, left_out };
    let report = Report::new(&inputs, &failures, &done);
    if let Some(csv) = &arguments.csv {
        write_whole(csv, report.csv().as_bytes())?;
    }
    warn(&report.warnings);
    arguments.format.print(&report, text::text)?;
    Ok(if report.protection_fails() { Verdict::Defective } else { Verdict::Fine })
}

/// What fails in each run.
fn failures(arguments: &Arguments, file: &network::NetworkFile) -> Result<Vec<Failure>> {
    let Arguments { cut, link, node, .. } = arguments;
    let lines: Vec<&str> = file.plan.lines.iter().map(|line| line.name.as_str()).collect();
    let nodes: Vec<&str> = file.plan.nodes.iter().map(|node| node.name.as_str()).collect();
    match cut {
        Cut::AllNodes => ensure!(link.is_empty(), "--link: `--cut all-nodes` cuts no lines"),
        Cut::AllLinks | Cut::AllPairs => {
            ensure!(node.is_empty(), "--node: expected it with `--cut all-nodes`");
        }
    }
    Ok(match cut {
        Cut::AllLinks => {
            chosen("--link", "line", link, &lines)?.into_iter().map(Failure::of_line).collect()
        }
        Cut::AllNodes => {
            chosen("--node", "node", node, &nodes)?.into_iter().map(Failure::of_node).collect()
        }
        Cut::AllPairs => {
            let lines = chosen("--link", "line", link, &lines)?;
            ensure!(lines.len() > 1, "--cut all-pairs: found one line, expected two or more");
            Failure::pairs(&lines)
        }
    })
}

/// The indices of these names, each once, in the order of the file; all where none is named.
fn chosen(option: &str, kind: &str, names: &[String], known: &[&str]) -> Result<Vec<usize>> {
    let mut found = Vec::new();
    for name in names {
        match known.iter().position(|known| known == name) {
            Some(index) => found.push(index),
            None => bail!("{option}: no {kind} `{name}`, {}", meant(name, known)),
        }
    }
    if names.is_empty() {
        found.extend(0..known.len());
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// What may have been meant by an unknown name.
fn meant(found: &str, known: &[&str]) -> String {
    let lower = found.to_lowercase();
    let far = |name: &str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let best = known.iter().map(|name| (far(name), *name)).min();
    match best {
        // More than a third of the letters changed is another word.
        Some((far, name)) if far <= found.chars().count().div_ceil(3) => {
            format!("did you mean `{name}`?")
        }
        None => "there is none".to_string(),
        Some(_) => {
            let list = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
            let more = known.len().saturating_sub(LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("expected one of: {list}{more}")
        }
    }
}
