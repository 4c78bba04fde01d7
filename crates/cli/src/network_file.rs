//! The network file: YAML with nodes, lines and services, and units in every value.
//!
//! In: text. Out: a [`Network`] and the captures its clients replay, or an error that names file,
//! line, column, key, what was found and what would be valid. Unknown keys are errors. Every key
//! is described in `docs/network-file.md`.

mod faults;
mod routes;
pub(crate) mod supervision;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use otn_emu::channel::BitErrorRatio;
use otn_emu::traffic::Pace;
use otn_emu::{Line, Network, Node, Service};
use otn_frame::{PartsPerBillion, Signal, SimTime};
use otn_proc::terminal::{Fec, LineCoding};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

use crate::units::{self, UnitError};
use faults::FaultEntry;
use routes::TandemEntry;
use supervision::{DegradeEntry, DelayEntry, TraceEntries, TraceSettings};

/// Virtual time when the file names none.
const DURATION: SimTime = SimTime::from_ms(10);

/// Longest delay of a line: twenty thousand kilometres of fibre, half way round the earth.
const MAX_DELAY: SimTime = SimTime::from_ms(100);

/// A mistake in a network file.
#[derive(Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file.
    pub file: String,
    /// Line and column from 1, where known.
    pub at: Option<(u64, u64)>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

impl std::error::Error for FileError {}

/// A capture that a client replays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The capture.
    pub pcap: PathBuf,
    /// Its path as the network file writes it.
    pub written: String,
    /// Start again at its end.
    pub repeat: bool,
}

/// What a network file says.
#[derive(Clone, Debug)]
pub struct NetworkFile {
    /// The network.
    pub network: Network,
    /// Captures of each service's clients, by end of its route.
    pub replays: Vec<[Option<Replay>; 2]>,
    /// Lines whose signal is captured.
    pub captured: Vec<bool>,
}

/// Text with its place.
pub(crate) type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: Option<String>,
    seed: Option<u64>,
    duration: Option<Text>,
    nodes: BTreeMap<String, Spanned<NodeEntry>>,
    lines: BTreeMap<String, Spanned<LineEntry>>,
    #[serde(default)]
    services: BTreeMap<String, Spanned<ServiceEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeEntry {
    clock: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineEntry {
    ends: Spanned<Vec<Text>>,
    signal: Text,
    fec: Option<Text>,
    delay: Option<Text>,
    ber: Option<Text>,
    #[serde(default, rename = "ber-towards")]
    ber_towards: BTreeMap<String, Text>,
    capture: Option<bool>,
    #[serde(default)]
    faults: Vec<Spanned<FaultEntry>>,
    #[serde(default)]
    trace: TraceEntries,
    #[serde(default)]
    expect: TraceEntries,
    #[serde(rename = "tim-action")]
    tim_action: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceEntry {
    client: Text,
    mapping: Text,
    route: Spanned<Vec<Text>>,
    #[serde(default)]
    tandem: Vec<Spanned<TandemEntry>>,
    #[serde(default)]
    trace: TraceEntries,
    #[serde(default)]
    expect: TraceEntries,
    #[serde(rename = "tim-action")]
    tim_action: Option<Spanned<bool>>,
    #[serde(rename = "delay-measurement")]
    delay: Option<Spanned<DelayEntry>>,
    deg: Option<DegradeEntry>,
    traffic: Spanned<BTreeMap<String, Spanned<TrafficEntry>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrafficEntry {
    pcap: Text,
    rate: Text,
    repeat: Option<bool>,
}

/// Reads a network file; `path` is used in errors, and captures are found relative to its folder.
///
/// # Errors
/// [`FileError`] for anything that is not a network.
pub fn read(path: &Path, text: &str) -> Result<NetworkFile, FileError> {
    let builder = Builder::new(path);
    let document: Document = parse(&builder.file, text)?;
    builder.build(&document)
}

/// The document that a YAML text holds; `file` is used in errors.
///
/// # Errors
/// [`FileError`] for anything that is not one, with its place where the parser knows it.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, FileError> {
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| FileError {
        file: file.to_string(),
        at: error.location().and_then(place),
        what: without_place(&error.to_string()),
    })
}

/// Line and column of a location, where it has them.
pub(crate) fn place(location: Location) -> Option<(u64, u64)> {
    (location.line() > 0).then(|| (location.line(), location.column()))
}

/// The parser's message without the place at its end, which stands in front already.
fn without_place(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message[..at].to_string(),
        None => message.to_string(),
    }
}

/// What is said of a file while it is read.
pub(crate) struct Builder {
    file: String,
    folder: PathBuf,
}

impl Builder {
    /// For the file at this path.
    pub(crate) fn new(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Self { file: path.display().to_string(), folder }
    }

    /// The path of a file that the file names.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A mistake.
    pub(crate) fn error<T>(&self, at: Location, what: impl Into<String>) -> Result<T, FileError> {
        Err(FileError { file: self.file.clone(), at: place(at), what: what.into() })
    }

    /// The value of a key, read by a function of [`units`].
    pub(crate) fn unit<T>(
        &self,
        key: &str,
        text: &Text,
        read: fn(&str) -> Result<T, UnitError>,
    ) -> Result<T, FileError> {
        read(&text.value).or_else(|error| self.error(text.referenced, format!("{key}: {error}")))
    }

    fn build(&self, document: &Document) -> Result<NetworkFile, FileError> {
        let duration = match &document.duration {
            Some(text) => self.unit("duration", text, units::time)?,
            None => DURATION,
        };
        let nodes = self.nodes(document)?;
        let lines = self.lines(document, &nodes)?;
        let mut network = Network {
            name: document.name.clone().unwrap_or_else(|| "network".to_string()),
            seed: document.seed.unwrap_or(1),
            duration,
            nodes,
            lines,
            services: Vec::new(),
        };
        let mut replays = Vec::new();
        for (name, entry) in &document.services {
            self.name("service", name, entry.referenced)?;
            let (service, replay) = self.service(name, entry, &network)?;
            network.services.push(service);
            replays.push(replay);
        }
        let captured = document.lines.values().map(|l| l.value.capture.unwrap_or(true)).collect();
        Ok(NetworkFile { network, replays, captured })
    }

    /// Names become parts of file names and of trail traces.
    pub(crate) fn name(&self, kind: &str, name: &str, at: Location) -> Result<(), FileError> {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 32 || !name.chars().all(fine) || name.starts_with('.') {
            return self.error(
                at,
                format!(
                    "{kind} `{name}`: expected a name of 1 to 32 letters, digits, `-`, `_` or `.`"
                ),
            );
        }
        Ok(())
    }

    fn nodes(&self, document: &Document) -> Result<Vec<Node>, FileError> {
        let mut nodes = Vec::new();
        for (name, entry) in &document.nodes {
            self.name("node", name, entry.referenced)?;
            let clock = match &entry.value.clock {
                Some(text) => self.unit("clock", text, units::frequency_offset)?,
                None => PartsPerBillion::default(),
            };
            nodes.push(Node { name: name.clone(), clock });
        }
        Ok(nodes)
    }

    fn lines(&self, document: &Document, nodes: &[Node]) -> Result<Vec<Line>, FileError> {
        let mut lines = Vec::new();
        for (name, entry) in &document.lines {
            self.name("line", name, entry.referenced)?;
            lines.push(self.line(name, &entry.value, nodes)?);
        }
        Ok(lines)
    }

    fn line(&self, name: &str, entry: &LineEntry, nodes: &[Node]) -> Result<Line, FileError> {
        let [near, far] = entry.ends.value.as_slice() else {
            let found = entry.ends.value.len();
            return self.error(
                entry.ends.referenced,
                format!("line `{name}`: ends: found {found} nodes, expected two"),
            );
        };
        let ends = [self.node(name, near, nodes)?, self.node(name, far, nodes)?];
        if ends[0] == ends[1] {
            return self.error(
                far.referenced,
                format!("line `{name}`: ends: both are `{}`, expected two nodes", far.value),
            );
        }
        let Some(signal @ (Signal::Otu1 | Signal::Otu2 | Signal::Otu3)) =
            Signal::from_name(&entry.signal.value)
        else {
            let found = &entry.signal.value;
            return self.error(
                entry.signal.referenced,
                format!("signal: found `{found}`, expected OTU1, OTU2 or OTU3"),
            );
        };
        let fec = match &entry.fec {
            None => Fec::Rs255_239,
            Some(text) => match Fec::from_name(&text.value) {
                Some(fec) => fec,
                None => {
                    let found = &text.value;
                    return self.error(
                        text.referenced,
                        format!("fec: found `{found}`, expected rs255-239 or none"),
                    );
                }
            },
        };
        let delay = match &entry.delay {
            Some(text) => self.delay(text)?,
            None => SimTime::ZERO,
        };
        let traces = TraceSettings {
            sent: &entry.trace,
            expected: &entry.expect,
            action: entry.tim_action.as_ref(),
        };
        let names = ends.map(|end| nodes[end].name.as_str());
        Ok(Line {
            name: name.to_string(),
            ends,
            signal,
            coding: LineCoding { fec, scrambled: true },
            delay,
            ber_towards: self.errors(entry, nodes, ends)?,
            faults: self.faults(&entry.faults, nodes, ends)?,
            traces: self.traces(&traces, names, name)?,
        })
    }

    /// A delay; the frames on their way are all held in memory.
    pub(crate) fn delay(&self, text: &Text) -> Result<SimTime, FileError> {
        let delay = self.unit("delay", text, units::time)?;
        if delay <= MAX_DELAY {
            return Ok(delay);
        }
        let found = &text.value;
        self.error(text.referenced, format!("delay: found `{found}`, expected at most {MAX_DELAY}"))
    }

    fn node(&self, line: &str, text: &Text, nodes: &[Node]) -> Result<usize, FileError> {
        match nodes.iter().position(|n| n.name == text.value) {
            Some(index) => Ok(index),
            None => {
                let known: Vec<&str> = nodes.iter().map(|n| n.name.as_str()).collect();
                let (found, known) = (&text.value, known.join(", "));
                self.error(
                    text.referenced,
                    format!("line `{line}`: ends: no node `{found}`, expected one of: {known}"),
                )
            }
        }
    }

    fn errors(
        &self,
        entry: &LineEntry,
        nodes: &[Node],
        ends: [usize; 2],
    ) -> Result<[BitErrorRatio; 2], FileError> {
        let both = match &entry.ber {
            Some(text) => self.unit("ber", text, units::bit_error_ratio)?,
            None => BitErrorRatio::ZERO,
        };
        let mut towards = [both; 2];
        for (node, text) in &entry.ber_towards {
            let ratio = self.unit("ber-towards", text, units::bit_error_ratio)?;
            let end = self.end(node, text.referenced, "ber-towards", nodes, ends)?;
            towards[end] = ratio;
        }
        Ok(towards)
    }

    /// Which end of a line a node is.
    fn end(
        &self,
        node: &str,
        at: Location,
        key: &str,
        nodes: &[Node],
        ends: [usize; 2],
    ) -> Result<usize, FileError> {
        let names = ends.map(|end| nodes[end].name.as_str());
        match names.iter().position(|name| *name == node) {
            Some(end) => Ok(end),
            None => {
                let [a, b] = names;
                self.error(at, format!("{key}: no end `{node}` here, expected {a} or {b}"))
            }
        }
    }

    fn service(
        &self,
        name: &str,
        entry: &Spanned<ServiceEntry>,
        network: &Network,
    ) -> Result<(Service, [Option<Replay>; 2]), FileError> {
        let service = &entry.value;
        self.only("client", &service.client, "ethernet")?;
        self.only("mapping", &service.mapping, "gfp-f")?;
        let route = self.route(name, &service.route, network)?;
        let walk = routes::nodes(&route, network);
        let delay = service.delay.as_ref().map(|entry| self.delay_schedule(entry)).transpose()?;
        let way = routes::Way { service: name, visited: &walk, measured: delay.is_some() };
        let tandem = self.tandem(&service.tandem, &way, network)?;
        let signal = network.lines[route[0].line].signal.odu();
        let degrade = service.deg.as_ref().map(|entry| self.degrade(entry, signal)).transpose()?;
        let ends = [walk[0], walk[walk.len() - 1]];
        let traces = TraceSettings {
            sent: &service.trace,
            expected: &service.expect,
            action: service.tim_action.as_ref(),
        };
        let names = ends.map(|end| network.nodes[end].name.as_str());
        let traces = self.traces(&traces, names, name)?;
        let mut pace = [None; 2];
        let mut replays = [None, None];
        for (node, traffic) in &service.traffic.value {
            let end = self.end(node, traffic.referenced, "traffic", &network.nodes, ends)?;
            pace[end] = Some(self.pace(&traffic.value.rate)?);
            replays[end] = Some(Replay {
                pcap: self.folder.join(&traffic.value.pcap.value),
                written: traffic.value.pcap.value.clone(),
                repeat: traffic.value.repeat.unwrap_or(false),
            });
        }
        let name = name.to_string();
        Ok((Service { name, route, tandem, pace, traces, degrade, delay }, replays))
    }

    fn only(&self, key: &str, text: &Text, valid: &str) -> Result<(), FileError> {
        if text.value == valid {
            return Ok(());
        }
        let found = &text.value;
        self.error(text.referenced, format!("{key}: found `{found}`, expected {valid}"))
    }

    /// A pace by rate or as captured.
    pub(crate) fn pace(&self, rate: &Text) -> Result<Pace, FileError> {
        if rate.value == "captured" {
            return Ok(Pace::Captured);
        }
        let bits_per_second = units::bit_rate(&rate.value).or_else(|error| {
            self.error(rate.referenced, format!("rate: {error}, or `captured`"))
        })?;
        Ok(Pace::Rate { bits_per_second })
    }
}

#[cfg(test)]
mod tests;
