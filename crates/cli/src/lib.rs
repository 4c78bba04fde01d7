//! The program `otn`: files, captures, reports, the terminal. All IO of OpenOTN lives here.
//!
//! - [`cli`]: arguments; [`commands`]: one module a command.
//! - [`capture`], [`input`], [`output`]: files in and out; [`network`], [`network_file`], [`units`]: the YAML.
//! - [`decoder`]: a signal file taken apart; [`session`]: Ctrl-C and progress.
//! - [`channels`]: frames in the communication channels.
//! - [`lanes`]: files of the lanes of OTL3.4 and OTL4.4.
//! - [`network_report`]: the report folder of a network run.
//! - [`vectors`]: golden vectors by clause.
//! - [`places`], [`watch`], [`grid`]: octets and bits of a frame by name; a line a frame; a frame in full.
//! - [`fec_simulation`]: campaigns of bit error simulation: files, threads, plots.
//! - [`fuzz`]: bodies of the fuzz targets, replayed by the tests.
//!
//! What a frame means, how a process behaves, what a line does: the crates below.

pub mod capture;
pub mod channels;
pub mod cli;
pub mod commands;
pub mod decoder;
pub mod fec_simulation;
pub mod fuzz;
pub mod grid;
pub mod input;
pub mod lanes;
#[cfg(target_os = "linux")]
pub mod live;
pub mod network;
pub mod network_file;
pub mod network_report;
pub mod network_run;
pub mod output;
pub mod places;
pub mod session;
pub mod signal_writer;
pub mod text;
pub mod units;
pub mod vectors;
pub mod watch;
pub mod wrap;

/// How a command ended, when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Fine,
    /// The signal or the network has a defect, or packets were lost.
    Defective,
}
