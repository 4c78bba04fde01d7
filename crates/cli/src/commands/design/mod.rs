//! `otn design`: the amplifiers of an optical network, chosen and set by GNPy's rules.
//!
//! Clauses: GNPy 6.8. In: a topology and a library. Out: the network with nothing open, as a topology file;
//! on request why every amplifier is as it is.

mod explain;
pub mod report;

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use otn_plan::design::{Steps, design};
use otn_plan::models::Models;
use otn_plan::network::save::save;
use otn_plan::transmission::Settings;
use otn_plan::transmission::run::{Request, reference};

use super::transmit::inputs::{Inputs, LibraryArguments, load, shown};
use crate::Verdict;
use crate::cli::Format;
use crate::output::write_whole;

/// Arguments of `otn design`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Network topology as GNPy reads it: JSON, xls or xlsx
    pub topology: PathBuf,
    /// Equipment and rules
    #[command(flatten)]
    pub library: LibraryArguments,
    /// Write the designed network here
    #[arg(short, long, value_name = "OUT.json")]
    pub output: PathBuf,
    /// Say for every amplifier why it has this type, gain and power
    #[arg(long)]
    pub explain: bool,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read, a network that cannot be designed, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    arguments.library.protect([arguments.topology.as_path()], &arguments.output)?;
    let Inputs { mut network, library } = load(&arguments.topology, &arguments.library)?;
    let name = shown(&arguments.topology);
    let comb = library.spectra.first();
    let comb = comb.ok_or_else(|| anyhow!("the library has no section SI with a default entry"))?;
    let settings = Settings { compat: arguments.library.release().compat(), ..Settings::default() };
    let request = Request { power_dbm: arguments.library.power, settings, ..Request::default() };
    let reference = reference(comb, &request);
    let models = Models::new(&library).map_err(|error| anyhow!("{name}: {error}"))?;
    let given = report::Given::of(&network);
    let steps = Steps { insert: !arguments.library.no_insert_edfas, losses: true };
    let design = design(&mut network, &library, &models, &reference, steps)
        .map_err(|error| anyhow!("{name}: {error}"))?;
    let text = save(&network).to_json() + "\n";
    write_whole(&arguments.output, text.as_bytes())?;
    let report = report::report(&report::Designed {
        topology: name,
        output: shown(&arguments.output),
        release: arguments.library.release(),
        given: &given,
        network: &network,
        library: &library,
        reference: &reference,
        design: &design,
    });
    let explain = arguments.explain;
    arguments.format.print(&report, |report| explain::text(report, explain))?;
    Ok(Verdict::Fine)
}
