//! Network files and how they are read: what `transmit`, `design` and `plan` share.
//!
//! In: names of files. Out: a network as the files give it, and its library; what the loaders pass over goes
//! to stderr.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use otn_photon::Compat;
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::services::Services;
use otn_plan::topology::Topology;
use otn_plan::{Loaded, Source, sheet};

use crate::cli::warn;
use crate::commands::not_the_input;

/// Which release of GNPy is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Release {
    /// GNPy 2.14: the comb leaves out its lower end
    #[value(name = "2.14")]
    V214,
    /// GNPy 3.0
    #[default]
    #[value(name = "3.0")]
    V30,
}

impl Release {
    /// The switch of the photonic layer.
    pub fn compat(self) -> Compat {
        match self {
            Self::V214 => Compat::Gnpy214,
            Self::V30 => Compat::Gnpy30,
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V214 => "2.14",
            Self::V30 => "3.0",
        })
    }
}

/// The equipment and the rules.
#[derive(Debug, clap::Args)]
pub struct LibraryArguments {
    /// Equipment library, as GNPy's eqpt_config.json
    #[arg(short = 'e', long = "equipment", value_name = "LIB.json")]
    pub library: PathBuf,
    /// More equipment files; where a name is taken, the first one holds
    #[arg(long, value_name = "FILE.json", num_args = 1..)]
    pub extra_equipment: Vec<PathBuf>,
    /// Amplifier configurations that equipment files name
    #[arg(long, value_name = "FILE.json", num_args = 1..)]
    pub extra_config: Vec<PathBuf>,
    /// Power of a channel at the input of spans, dBm; the library's if left away
    #[arg(long, value_name = "DBM", allow_negative_numbers = true, value_parser = finite)]
    pub power: Option<f64>,
    /// Neither split fibres nor put amplifiers where the topology has none
    #[arg(long)]
    pub no_insert_edfas: bool,
    /// Release of GNPy whose conventions hold where they differ; 3.0 if left away
    #[arg(long, value_enum)]
    pub compat: Option<Release>,
}

impl LibraryArguments {
    /// The release whose conventions hold.
    pub fn release(&self) -> Release {
        self.compat.unwrap_or_default()
    }
}

/// A finite number on the command line.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) | Err(_) => Err(format!("found `{text}`, expected a finite number")),
    }
}

/// A network as files give it.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// The network, not designed.
    pub(crate) network: Network,
    /// What may be built, and by which rules.
    pub(crate) library: Library,
}

/// Reads topology and library.
///
/// # Errors
/// A file that cannot be read, with file, place, what was found and what is expected.
pub(crate) fn load(topology: &Path, arguments: &LibraryArguments) -> Result<Inputs> {
    let library = load_library(arguments)?;
    let (name, of_sheets) = (shown(topology), is_workbook(topology));
    let topology = load_topology(topology)?;
    if !of_sheets {
        topology.check_types(&name, &library)?;
    }
    let network = Network::new(&topology, &library).map_err(|error| anyhow!("{name}: {error}"))?;
    Ok(Inputs { network, library })
}

/// Reads a topology.
///
/// # Errors
/// A file that cannot be read, with file, place, what was found and what is expected.
pub(crate) fn load_topology(path: &Path) -> Result<Topology> {
    let name = shown(path);
    Ok(if is_workbook(path) {
        kept(sheet::topology(&name, &octets(path)?)?)
    } else {
        kept(Topology::load(Source::new(&name, &text(path)?))?)
    })
}

/// Reads services; `topology` says what the names of a workbook stand for.
///
/// # Errors
/// A file that cannot be read, with file, place, what was found and what is expected.
pub(crate) fn load_services(path: &Path, topology: &Path) -> Result<Services> {
    let name = shown(path);
    Ok(if is_workbook(path) {
        kept(sheet::services(&name, &octets(path)?, &load_topology(topology)?)?)
    } else {
        kept(Services::load(Source::new(&name, &text(path)?))?)
    })
}

fn load_library(arguments: &LibraryArguments) -> Result<Library> {
    let named = |paths: &[PathBuf]| -> Result<Vec<(String, String)>> {
        paths.iter().map(|path| Ok((shown(path), text(path)?))).collect()
    };
    let main = (shown(&arguments.library), text(&arguments.library)?);
    let extra = named(&arguments.extra_equipment)?;
    let configurations = named(&arguments.extra_config)?;
    let extra: Vec<Source<'_>> = extra.iter().map(|(name, text)| Source::new(name, text)).collect();
    let configurations: Vec<Source<'_>> =
        configurations.iter().map(|(name, text)| Source::new(name, text)).collect();
    Ok(kept(Library::load(Source::new(&main.0, &main.1), &extra, &configurations)?))
}

/// What a loader gave; what it passed over goes to stderr.
pub(crate) fn kept<T>(loaded: Loaded<T>) -> T {
    warn(&loaded.warnings.iter().map(ToString::to_string).collect::<Vec<_>>());
    loaded.value
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String> {
    String::from_utf8(octets(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow!("{}: octet {at} is no UTF-8, expected a text", path.display())
    })
}

fn octets(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}

/// A name as messages show it.
pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn is_workbook(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ending.eq_ignore_ascii_case("xls") || ending.eq_ignore_ascii_case("xlsx")
}

impl LibraryArguments {
    /// Refuses to write `out` over any of the files read, or over `topology`.
    ///
    /// # Errors
    /// A name that stands for an input.
    pub fn protect<'a>(
        &'a self,
        more: impl IntoIterator<Item = &'a Path>,
        out: &Path,
    ) -> Result<()> {
        let lists = self.extra_equipment.iter().chain(&self.extra_config).map(PathBuf::as_path);
        for input in more.into_iter().chain([self.library.as_path()]).chain(lists) {
            not_the_input(input, out)?;
        }
        Ok(())
    }
}
