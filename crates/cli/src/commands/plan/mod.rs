//! `otn plan`: routes, modes and spectrum for many services on an optical network.
//!
//! Clauses: GNPy 1.3 (the path request program), 6.7, 6.9. In: a topology, services, a library. Out: what came of
//! every service; on request GNPy's own response, table and text, and files of full precision. The work is done in
//! `otn-plan`.

mod digital;
mod gnpy;
mod gnpy_table;
pub mod report;
mod text;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::ValueEnum;
use otn_plan::digital::regenerate::{plan_with_cuts, requests};
use otn_plan::digital::{Wish, groom};
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::occupation::Occupation;
use otn_plan::path_request::occupied::occupied;
use otn_plan::path_request::response::response;
use otn_plan::path_request::{Disjunction, Load, Options, Planned, Policy, csv, dump, plan};
use otn_plan::risk_groups::RiskGroups;
use otn_plan::services::Services;
use otn_plan::transmission::Settings;
use otn_plan::{Source, sim_params};

use super::not_the_input;
use super::transmit::Form;
use super::transmit::inputs::{
    Inputs, LibraryArguments, kept, load, load_services, shown, text as read_text,
};
use crate::Verdict;
use crate::cli::{Format, warn};
use crate::output::write_whole;

pub use gnpy::text as gnpy_text;

/// Which of the free slots a service takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SpectrumPolicy {
    /// The lowest that are free on all lines of its route
    #[default]
    #[value(alias = "first_fit")]
    FirstFit,
    /// The highest
    #[value(alias = "last_fit")]
    LastFit,
}

/// Arguments of `otn plan`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Network topology as GNPy reads it: JSON, xls or xlsx
    pub topology: PathBuf,
    /// Services as GNPy reads them: JSON, xls or xlsx
    pub services: PathBuf,
    /// Equipment and rules
    #[command(flatten)]
    pub library: LibraryArguments,
    /// How scattering and nonlinear interference are computed
    #[arg(long, value_name = "FILE.json")]
    pub sim_params: Option<PathBuf>,
    /// Judge the way back of every service too
    #[arg(long, visible_alias = "bi")]
    pub bidir: bool,
    /// Elements that fail together, for services that must not share them
    #[arg(long, value_name = "FILE.json", conflicts_with = "compat")]
    pub risk_groups: Option<PathBuf>,
    /// What the network carries already: services are planned beside it
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["compat", "redesign_per_request"])]
    pub occupation: Option<PathBuf>,
    /// Write what the network carries after the plan
    #[arg(long, value_name = "FILE.json")]
    pub save_occupation: Option<PathBuf>,
    /// Clients to be groomed into lines; the lightpaths of the lines are planned after the services
    #[arg(long, value_name = "FILE.json", conflicts_with = "compat")]
    pub clients: Option<PathBuf>,
    /// Cut lightpaths that no mode bears at transceivers on their route
    #[arg(long, conflicts_with = "compat")]
    pub regenerate: bool,
    /// Design the line anew for every service, along its route
    #[arg(long)]
    pub redesign_per_request: bool,
    /// Which of the free slots a service takes
    #[arg(long, visible_alias = "sa", value_enum, default_value_t)]
    pub spectrum_policy: SpectrumPolicy,
    /// Write GNPy's response: a document (.json) or a table (.csv)
    #[arg(short, long, value_name = "OUT.json|OUT.csv")]
    pub output: Option<PathBuf>,
    /// Write everything in full precision to this file
    #[arg(long, value_name = "FILE.json")]
    pub dump: Option<PathBuf>,
    /// How the text looks
    #[arg(long = "format", value_enum, default_value_t, conflicts_with = "json")]
    pub form: Form,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

/// What is written with `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The response document.
    Document,
    /// The table.
    Table,
}

impl Output {
    fn of(path: &Path) -> Result<Self> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => Ok(Self::Document),
            Some("csv") => Ok(Self::Table),
            _ => bail!("{}: expected a name that ends in .json or .csv", path.display()),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// Files that cannot be read, a network that cannot be designed, outputs that cannot be written. A service that cannot
/// be served is no error: it says why, and the others are planned.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    protect(arguments)?;
    let output = arguments.output.as_deref().map(Output::of).transpose()?;
    let Inputs { network, library } = load(&arguments.topology, &arguments.library)?;
    let mut services = load_services(&arguments.services, &arguments.topology)?;
    let options = options(arguments, &network)?;
    let groomed = groomed(arguments, &network, &mut services)?;
    let name = shown(&arguments.topology);
    let (planned, cuts) = if arguments.regenerate {
        plan_with_cuts(&network, &library, &services, &options)
            .map(|(planned, _, cuts)| (planned, cuts))
    } else {
        plan(network, &library, &services, &options).map(|planned| (planned, Vec::new()))
    }
    .map_err(|error| anyhow!("{name}: {error}"))?;
    warn(&planned.warnings);
    let mut report = report::report(&planned, &library, &asked(arguments));
    report.digital = groomed;
    report.cuts = digital::cuts(&cuts);
    write_files(arguments, output, &planned, &library)?;
    match arguments.form {
        Form::Text => arguments.format.print(&report, text::text)?,
        Form::Gnpy => {
            let text = gnpy_text(&planned, &library, &services, written(arguments, output));
            arguments.format.print(&(), |()| text)?;
        }
    }
    let blocked = planned.outcomes.iter().any(|outcome| outcome.blocked.is_some());
    let told = |load: &Load| !load.problems.is_empty() || !load.harms.is_empty();
    let digital = report.digital.as_ref();
    let blocked = blocked || digital.is_some_and(|digital| !digital.problems.is_empty());
    let blocked = blocked || planned.load.as_ref().is_some_and(told);
    Ok(if blocked { Verdict::Defective } else { Verdict::Fine })
}

/// Clients groomed into lines, whose lightpaths join the services.
fn groomed(
    arguments: &Arguments,
    network: &Network,
    services: &mut Services,
) -> Result<Option<digital::Digital>> {
    let Some(path) = &arguments.clients else { return Ok(None) };
    let (name, text) = (shown(path), read_text(path)?);
    let wish = kept(Wish::load(Source::new(&name, &text), network, &digital::odu_of)?);
    let groomed = groom(&wish);
    let lightpaths = requests(&wish, &groomed);
    for lightpath in &lightpaths {
        let id = &lightpath.request_id;
        let taken = services.requests.iter().any(|request| request.request_id == *id);
        ensure!(!taken, "{name}: the lightpath of its lines is called '{id}', as a service is");
    }
    services.requests.extend(lightpaths);
    Ok(Some(digital::report(&wish, &groomed)))
}

fn asked(arguments: &Arguments) -> report::Asked {
    report::Asked {
        topology: shown(&arguments.topology),
        services: shown(&arguments.services),
        library: shown(&arguments.library.library),
        release: arguments.library.release(),
    }
}

/// What GNPy's text says was written.
fn written(arguments: &Arguments, output: Option<Output>) -> Option<(Output, String)> {
    output.zip(arguments.output.as_deref().map(shown))
}

/// How routes of services that must not share something are found: as GNPy does where its ways are asked for.
fn disjunction(arguments: &Arguments, network: &Network) -> Result<Disjunction> {
    if arguments.library.compat.is_some() || arguments.form == Form::Gnpy {
        ensure!(
            arguments.risk_groups.is_none(),
            "--risk-groups: GNPy's way of finding disjoint routes, which --format gnpy asks for, knows none"
        );
        return Ok(Disjunction::Enumerated);
    }
    let Some(path) = &arguments.risk_groups else {
        return Ok(Disjunction::Exact(RiskGroups::default()));
    };
    let (name, text) = (shown(path), read_text(path)?);
    Ok(Disjunction::Exact(kept(RiskGroups::load(Source::new(&name, &text), network)?)))
}

/// What the network carries already, if a file says so.
fn occupation(arguments: &Arguments) -> Result<Option<Occupation>> {
    let Some(path) = &arguments.occupation else { return Ok(None) };
    let (name, text) = (shown(path), read_text(path)?);
    Ok(Some(kept(Occupation::load(Source::new(&name, &text))?)))
}

fn options(arguments: &Arguments, network: &Network) -> Result<Options> {
    let mut settings =
        Settings { compat: arguments.library.release().compat(), ..Settings::default() };
    if let Some(path) = &arguments.sim_params {
        let (name, text) = (shown(path), read_text(path)?);
        settings.simulation = kept(sim_params::load(Source::new(&name, &text))?);
    }
    Ok(Options {
        settings,
        policy: match arguments.spectrum_policy {
            SpectrumPolicy::FirstFit => Policy::FirstFit,
            SpectrumPolicy::LastFit => Policy::LastFit,
        },
        bidirectional: arguments.bidir,
        disjunction: disjunction(arguments, network)?,
        occupation: occupation(arguments)?,
        redesign: arguments.redesign_per_request,
        power_dbm: arguments.library.power,
        no_insert: arguments.library.no_insert_edfas,
    })
}

/// Refuses outputs that stand for inputs, or for each other.
fn protect(arguments: &Arguments) -> Result<()> {
    let outs = [&arguments.output, &arguments.dump, &arguments.save_occupation];
    for out in outs.into_iter().flatten() {
        let more = [
            Some(&arguments.topology),
            Some(&arguments.services),
            arguments.sim_params.as_ref(),
            arguments.risk_groups.as_ref(),
            arguments.occupation.as_ref(),
            arguments.clients.as_ref(),
        ];
        arguments.library.protect(more.into_iter().flatten().map(PathBuf::as_path), out)?;
    }
    let given: Vec<&PathBuf> = outs.into_iter().flatten().collect();
    for (at, one) in given.iter().enumerate() {
        for other in &given[at + 1..] {
            ensure!(one != other, "{}: stands for both outputs", one.display());
            not_the_input(one, other)?;
        }
    }
    Ok(())
}

fn write_files(
    arguments: &Arguments,
    output: Option<Output>,
    planned: &Planned,
    library: &Library,
) -> Result<()> {
    if let Some(path) = &arguments.dump {
        let text = serde_json::to_string_pretty(&dump::dump(planned, library));
        write_whole(path, (text.context("the dump")? + "\n").as_bytes())?;
    }
    if let Some(path) = &arguments.save_occupation {
        let text = serde_json::to_string_pretty(&occupied(planned, library).to_json());
        write_whole(path, (text.context("the occupation")? + "\n").as_bytes())?;
    }
    let (Some(output), Some(path)) = (output, &arguments.output) else { return Ok(()) };
    let document = response(planned, library);
    match output {
        Output::Document => {
            let text = serde_json::to_string_pretty(&document).context("the response")?;
            write_whole(path, text.as_bytes())
        }
        Output::Table => {
            let rows = csv::table(&document, library).map_err(|error| anyhow!("table: {error}"))?;
            write_whole(path, table_text(&rows)?.as_bytes())
        }
    }
}

/// A table as GNPy writes it: cells with a comma are quoted, lines end in CR LF.
fn table_text(rows: &[Vec<String>]) -> Result<String> {
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    let octets = writer.into_inner().map_err(|error| anyhow!("the table: {error}"))?;
    String::from_utf8(octets).context("the table")
}
