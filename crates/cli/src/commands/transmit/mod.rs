//! `otn transmit`: light across a path of an optical network.
//!
//! Clauses: GNPy 1.3 (the transmission program). In: topology, library, and what is asked for. Out: a report
//! of every element, of the receiver, of what limits it and of the modes that fit; on request GNPy's own
//! text, files of full precision, pictures. The work is done in `otn-plan`.

mod gnpy;
mod gnpy_elements;
pub(crate) mod inputs;
mod modes;
mod noise;
mod plot;
mod pre_fec;
pub mod report;
mod saved;
mod service;
mod text;

pub(crate) use text::middle;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use clap::ValueEnum;
use otn_photon::Compat;
use otn_photon::spectrum::{Channel, Spectrum};
use otn_photon::transceiver::{Reception, Tolerance, received};
use otn_plan::library::Library;
use otn_plan::models;
use otn_plan::network::Network;
use otn_plan::network::element::Kind;
use otn_plan::transmission::Settings;
use otn_plan::transmission::dump::dump;
use otn_plan::transmission::run::{Outcome, Request, run as transmit};
use otn_plan::{Source, sim_params, spectrum_file};

use super::not_the_input;
use crate::Verdict;
use crate::cli::Format;
use crate::output::write_whole;
pub use gnpy::{Asked, text as gnpy_text};
use inputs::{Inputs, LibraryArguments, kept, shown, text as read_text};
use modes::{Named, default_comb};
use pre_fec::PreFec;
use service::Service;

/// How the text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A line an element, then margins and what limits them
    #[default]
    Text,
    /// As GNPy 2.14 prints it
    Gnpy,
}

/// Arguments of `otn transmit`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Network topology as GNPy reads it: JSON, xls or xlsx
    pub topology: PathBuf,
    /// Transceiver where light starts, or part of its name; the first one if left away
    pub source: Option<String>,
    /// Transceiver where it ends, or part of its name; the next one if left away
    pub destination: Option<String>,
    /// Equipment and rules
    #[command(flatten)]
    pub library: LibraryArguments,
    /// Channels of this file instead of the library's comb
    #[arg(long, value_name = "FILE.json")]
    pub spectrum: Option<PathBuf>,
    /// How scattering and nonlinear interference are computed
    #[arg(long, value_name = "FILE.json")]
    pub sim_params: Option<PathBuf>,
    /// Elements the path leads through, in order, by name or part of it, separated by , or |
    #[arg(long, value_name = "A,B,..")]
    pub path: Option<String>,
    /// Judge this transceiver mode; without --spectrum the channels are those of the mode
    #[arg(long, value_name = "TRX:MODE")]
    pub mode: Option<String>,
    /// A request of a service file
    #[command(flatten)]
    pub service: service::ServiceArguments,
    /// Print the names of the transceivers, one a line, and nothing else
    #[arg(long, short = 'l')]
    pub list_nodes: bool,
    /// Print every channel at the receiver
    #[arg(long)]
    pub show_channels: bool,
    /// Write the network as it is left to this file
    #[arg(long, value_name = "FILE.json")]
    pub save_network: Option<PathBuf>,
    /// Write everything in full precision to this file
    #[arg(long, value_name = "FILE.json")]
    pub dump: Option<PathBuf>,
    /// Draw power and GSNR of the channels, along the path, and along a span into this folder
    #[arg(long, value_name = "FOLDER")]
    pub plot: Option<PathBuf>,
    /// Bit error ratio before FEC
    #[command(flatten)]
    pub pre_fec: pre_fec::PreFecArguments,
    /// How the text looks
    #[arg(long = "format", value_enum, default_value_t, conflicts_with = "json")]
    pub form: Form,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read, ends that are not there, a network that cannot be designed, light that does
/// not cross, outputs that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    protect(arguments)?;
    let pre_fec = PreFec::of(&arguments.pre_fec)?;
    let Inputs { network, library } = inputs::load(&arguments.topology, &arguments.library)?;
    if arguments.list_nodes {
        let names = transceivers(&network);
        arguments
            .format
            .print(&names, |names| names.iter().map(|name| name.clone() + "\n").collect())?;
        return Ok(Verdict::Fine);
    }
    let compat = arguments.library.release().compat();
    let services = |path: &PathBuf| inputs::load_services(path, &arguments.topology);
    let service = arguments.service.find(services, &library, compat)?;
    let of_words = arguments.mode.as_ref().map(|words| Named::find(&library, words)).transpose()?;
    let mut request = request(arguments, &library, of_words.as_ref())?;
    if let Some(service) = &service {
        asked_by(service, &network, &mut request)?;
    }
    let mode = service.map(|service| service.mode).or(of_words);
    let name = shown(&arguments.topology);
    let outcome = transmit(network, &library, &request).map_err(|e| anyhow!("{name}: {e}"))?;
    let seen = report::Asked {
        topology: name,
        library_file: shown(&arguments.library.library),
        release: arguments.library.release(),
        library: &library,
        settings: &request.settings,
        mode: mode.as_ref(),
        pre_fec: pre_fec.as_ref(),
        show_channels: arguments.show_channels,
    };
    let report = report::report(&outcome, &seen)?;
    write_files(arguments, &outcome, &report, &request.settings)?;
    match arguments.form {
        Form::Text => arguments.format.print(&report, text::text)?,
        Form::Gnpy => {
            let asked = asked(arguments, library.span().is_some_and(|rules| rules.power_mode));
            arguments.format.print(&(), |()| gnpy_text(&outcome, &asked))?;
        }
    }
    let refused = mode.is_some() && report.modes.iter().any(|mode| !mode.feasible);
    Ok(if refused { Verdict::Defective } else { Verdict::Fine })
}

/// The names of the transceivers, in the order of the file.
fn transceivers(network: &Network) -> Vec<String> {
    let all = network.elements().iter();
    let all = all.filter(|element| matches!(element.kind, Kind::Transceiver(_)));
    all.map(|element| element.uid.clone()).collect()
}

/// Fills in what a service asks for.
///
/// # Errors
/// Numbers of its mode that make no transceiver.
fn asked_by(service: &Service<'_>, network: &Network, request: &mut Request) -> Result<()> {
    request.source = Some(service.request.source.clone());
    request.destination = Some(service.request.destination.clone());
    (request.through, request.loose) = service.through(network);
    request.comb = Some(service.comb.clone());
    request.channels = Some(service.channels()?);
    Ok(())
}

fn asked(arguments: &Arguments, power_mode: bool) -> Asked {
    Asked {
        path: arguments.path.clone(),
        route_id: arguments.service.route_id.clone(),
        spectrum: arguments.spectrum.is_some(),
        power_mode,
        show_channels: arguments.show_channels,
        saved: arguments.save_network.as_deref().map(shown),
    }
}

/// Refuses outputs that stand for inputs, or for each other.
fn protect(arguments: &Arguments) -> Result<()> {
    let outs = [&arguments.save_network, &arguments.dump];
    for out in outs.into_iter().flatten() {
        let more = [&arguments.spectrum, &arguments.sim_params, &arguments.service.service];
        let more = more.into_iter().flatten().map(PathBuf::as_path);
        arguments.library.protect(more.chain([arguments.topology.as_path()]), out)?;
    }
    if let [Some(one), Some(other)] = outs {
        ensure!(one != other, "{}: stands for both outputs", one.display());
        not_the_input(one, other)?;
    }
    Ok(())
}

fn request(arguments: &Arguments, library: &Library, mode: Option<&Named<'_>>) -> Result<Request> {
    let compat = arguments.library.release().compat();
    let mut settings = Settings { compat, ..Settings::default() };
    if let Some(path) = &arguments.sim_params {
        let (name, text) = (shown(path), read_text(path)?);
        settings.simulation = kept(sim_params::load(Source::new(&name, &text))?);
    }
    let channels = match (&arguments.spectrum, mode) {
        (Some(path), _) => Some(spectrum(path)?),
        (None, Some(mode)) => {
            Some(mode.comb(default_comb(library)?, arguments.library.power, compat)?)
        }
        (None, None) => None,
    };
    Ok(Request {
        source: arguments.source.clone(),
        destination: arguments.destination.clone(),
        through: arguments.path.as_deref().map(words).unwrap_or_default(),
        power_dbm: arguments.library.power,
        channels,
        no_insert: arguments.library.no_insert_edfas,
        settings,
        ..Request::default()
    })
}

fn spectrum(path: &Path) -> Result<Vec<Channel>> {
    let (name, text) = (shown(path), read_text(path)?);
    Ok(models::channels(&kept(spectrum_file::load(Source::new(&name, &text))?)))
}

/// The elements of a path.
pub fn words(path: &str) -> Vec<String> {
    path.split([',', '|'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a receiver anywhere on a path sees; penalties left out.
fn seen(spectrum: &Spectrum) -> Reception {
    received(spectrum, &Tolerance::default(), Compat::Gnpy30)
}

fn write_files(
    arguments: &Arguments,
    outcome: &Outcome,
    report: &report::Report,
    settings: &Settings,
) -> Result<()> {
    if let Some(path) = &arguments.dump {
        let text = serde_json::to_string_pretty(&dump(outcome)).context("the dump")? + "\n";
        write_whole(path, text.as_bytes())?;
    }
    if let Some(path) = &arguments.save_network {
        let text = saved::network(outcome).to_json() + "\n";
        write_whole(path, text.as_bytes())?;
    }
    if let Some(folder) = &arguments.plot {
        plot::draw_all(folder, outcome, report, settings)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
