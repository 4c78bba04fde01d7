//! `otn live`: a network in step with the clock on the wall, with interfaces as client ports.
//!
//! In: a network file. Out: what happens, a line each, and how the network was at the end.

use std::path::PathBuf;

use anyhow::Result;

use crate::Verdict;

/// Arguments of `otn live`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network file (YAML), with `ports` at services
    pub network: PathBuf,
    /// Run only this node of it, and speak to programs that run its neighbours; may be given several times
    #[arg(long, value_name = "NODE")]
    pub node: Vec<String>,
    /// Path of the control socket, for `otn ctl`
    #[arg(long, value_name = "SOCKET")]
    pub control: Option<PathBuf>,
    /// Threads on which nodes run
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Print a line of JSON for everything that happens, for programs
    #[arg(long)]
    pub headless: bool,
}

/// Runs the command.
///
/// # Errors
/// A network file with a mistake, a device that cannot be had.
#[cfg(target_os = "linux")]
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let Arguments { network, node, control, threads, headless } = arguments;
    crate::live::run(&crate::live::Options {
        path: network,
        nodes: node,
        control: control.clone(),
        threads: *threads,
        headless: *headless,
    })
}

/// There are no TAP devices and namespaces to work with.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn run(_: &Arguments) -> Result<Verdict> {
    anyhow::bail!("needs the devices and namespaces of Linux; `otn run` runs here")
}
