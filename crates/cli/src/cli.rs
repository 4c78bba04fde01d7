//! Arguments and exit codes of the program.
//!
//! 0: fine. 1: the signal or the network has a defect, or packets were lost. 2: the input or the
//! arguments are wrong. Errors go to stderr with file, line or field and what was expected.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{Verdict, commands};

/// An optical transport network in software.
#[derive(Debug, Parser)]
#[command(name = "otn", version, about, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a network in virtual time: real packets over real frames, and a report folder
    ///
    /// Example: otn run examples/first-light.yaml -o report
    Run(commands::run::Arguments),
    /// Run a network in step with the clock on the wall, with interfaces as client ports
    ///
    /// Example: otn live examples/live.yaml
    Live(commands::live::Arguments),
    /// Speak to a live network: cut and repair lines, switch services, ask how it is
    ///
    /// Example: otn ctl cut west
    #[cfg(target_os = "linux")]
    Ctl(commands::ctl::Arguments),
    /// Cut every line of a network, one by one, and tell which services survive
    ///
    /// Example: otn whatif ring.yaml --cut all-links --csv ring.csv
    Whatif(commands::whatif::Arguments),
    /// Put clients into an OTN signal: packets, bits, test signals, whole trees of ODUs
    ///
    /// Example: otn wrap examples/captures/afs.pcap --signal OTU2 --ber 1e-4 -o line.pcapng
    Wrap(Box<commands::wrap::Arguments>),
    /// Take the packets out of an OTN signal again
    ///
    /// Example: otn unwrap line.pcapng -o out.pcapng --gfp gfp.pcap
    Unwrap(commands::unwrap::Arguments),
    /// Say what is in an OTN signal: alignment, traces, errors, payload, defects
    ///
    /// Example: otn decode line.pcapng --clients clients
    Decode(commands::decode::Arguments),
    /// Justification tables of the generic mapping procedure
    ///
    /// Example: otn gmp table --client ODU0 --server ODTU2.1,ODTU4.1
    Gmp(commands::gmp::Arguments),
    /// Golden vectors by clause: an input and the output to expect, with checksums
    ///
    /// Example: otn vectors annex-a 11.2 -o vectors --format hex --width 64
    Vectors(commands::vectors::Arguments),
    /// Forward error correction: codes, their bit error ratios, codes on files
    ///
    /// Example: otn fec ber --code rs255-239 --p 2e-3,1e-3 --codewords 1e5
    Fec(Box<commands::fec::Arguments>),
    /// Light across a path of an optical network: power, noise, dispersion, margins, as GNPy computes them
    ///
    /// Example: otn transmit topology.json -e equipment.json brest rennes
    Transmit(Box<commands::transmit::Arguments>),
    /// Design an optical network: amplifiers, gains, attenuators, and why each was chosen
    ///
    /// Example: otn design topology.json -e equipment.json -o designed.json --explain
    Design(Box<commands::design::Arguments>),
    /// Routes, modes and spectrum for many services on an optical network
    ///
    /// Example: otn plan topology.json services.json -e equipment.json -o response.json
    Plan(Box<commands::plan::Arguments>),
    /// Print which clause is practised where, and by which test it is shown
    ///
    /// Example: otn clauses g709
    Clauses(commands::clauses::Arguments),
}

/// How results are printed.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Format {
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

impl Format {
    /// Prints `report` as JSON, or the text made from it.
    ///
    /// # Errors
    /// A report that cannot be written as JSON, or a closed output.
    pub fn print<T: serde::Serialize>(
        self,
        report: &T,
        text: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        use std::io::Write;
        let shown =
            if self.json { serde_json::to_string_pretty(report)? + "\n" } else { text(report) };
        match std::io::stdout().lock().write_all(shown.as_bytes()) {
            // A reader that closes its end early, such as `head`, has seen what it wanted.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }
}

/// Prints sentences to stderr that do not stop the work.
pub fn warn(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

/// Says something that is worth knowing now and belongs into no result; on a terminal only.
pub fn tell(line: &str) {
    if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        eprintln!("{line}");
    }
}

/// A path argument that is a file to write.
pub type OutPath = PathBuf;

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    kinds.map(std::io::Error::kind).any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.command {
        Command::Run(a) => commands::run::run(a),
        Command::Live(a) => commands::live::run(a),
        #[cfg(target_os = "linux")]
        Command::Ctl(a) => commands::ctl::run(a),
        Command::Whatif(a) => commands::whatif::run(a),
        Command::Wrap(a) => commands::wrap::run(a),
        Command::Unwrap(a) => commands::unwrap::run(a),
        Command::Decode(a) => commands::decode::run(a),
        Command::Gmp(a) => commands::gmp::run(a),
        Command::Vectors(a) => commands::vectors::run(a),
        Command::Fec(a) => commands::fec::run(a),
        Command::Transmit(a) => commands::transmit::run(a),
        Command::Design(a) => commands::design::run(a),
        Command::Plan(a) => commands::plan::run(a),
        Command::Clauses(a) => commands::clauses::run(a),
    };
    match result {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Defective) => ExitCode::from(1),
        // A reader that closes its end early, such as `head`, has seen what it wanted.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
