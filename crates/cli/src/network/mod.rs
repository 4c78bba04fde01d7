//! The network file of a running network: switches, multiplexed lines, services over ODUj, events.
//!
//! In: text, and the texts of files it names. Out: a [`Plan`] for the engine and what goes with it, or an error
//! that names file, line, column, key, what was found and what would be valid. Every key is described in
//! `docs/network-file.md`. A file in which each line carries one ODUk is read by [`crate::network_file`].

mod clients;
mod codes;
mod document;
mod events;
mod light;
mod lines;
mod names;
mod ports;
mod protection;
mod restoration;
mod room;
mod routing;
mod services;
mod supervision;
mod ways;

use std::path::Path;

use otn_emu::net::alarms::Reach;
use otn_emu::net::model::{Node, Plan};
use otn_emu::net::up_by;
use otn_frame::SimTime;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

pub use crate::network_file::{FileError, Replay};
pub use light::Light;
pub use ports::{ClientPort, Device, Endpoint, LiveSettings, WhenFull};

use crate::network_file::{self, Builder};
use crate::units;
use document::Document;

/// Virtual time during which clients send when the file names no duration.
const SENDING: SimTime = SimTime::from_ms(10);

/// Virtual time of a run without an end: half of what a clock of picoseconds counts.
const FOR_EVER: SimTime = SimTime::from_ps(u64::MAX / 2);

/// Something that happens, as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: SimTime,
    /// What, in words.
    pub text: String,
    /// Its kind: the key of the file.
    pub kind: &'static str,
}

/// A receiving end of a line whose signal is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CapturePoint {
    /// Index of the line.
    pub line: usize,
    /// The end that receives.
    pub end: usize,
}

/// Lines that may fail together: those in one duct, for instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskGroup {
    /// Its name.
    pub name: String,
    /// Indices of its lines.
    pub lines: Vec<usize>,
}

/// What a network file says.
#[derive(Debug)]
pub struct NetworkFile {
    /// The network, and what happens to it.
    pub plan: Plan,
    /// What each event touches, in the order of `events`.
    pub reaches: Vec<Reach>,
    /// The events, sorted by time.
    pub events: Vec<Event>,
    /// Captures that clients replay, by service and end; their pace is in the plan.
    pub sources: Vec<[Option<Replay>; 2]>,
    /// Line ends whose signal is captured.
    pub captures: Vec<CapturePoint>,
    /// Risk groups, by name.
    pub risk_groups: Vec<RiskGroup>,
    /// The light under lines, where some go over lightpaths.
    pub light: Option<Light>,
    /// What a live network needs beside.
    pub live: LiveSettings,
}

/// The keys by which a file is known to be of this kind.
#[derive(Deserialize)]
struct Probe {
    events: Option<IgnoredAny>,
    photonic: Option<IgnoredAny>,
    #[serde(default)]
    services: BTreeMap<String, ServiceProbe>,
}

#[derive(Deserialize)]
struct ServiceProbe {
    odu: Option<IgnoredAny>,
}

/// True where a file is for this module: it has `events`, `photonic` or a service with `odu`.
pub fn is_network(text: &str) -> bool {
    match network_file::parse::<Probe>("", text) {
        Ok(probe) => {
            probe.events.is_some()
                || probe.photonic.is_some()
                || probe.services.values().any(|service| service.odu.is_some())
        }
        // What is no document is told by the reader that its words point to.
        Err(_) => text.lines().any(|line| {
            line.starts_with("events:")
                || line.starts_with("photonic:")
                || line.contains("odu: ODU")
        }),
    }
}

/// Reads a network file; `path` is used in errors, and files are found relative to its folder. `open` gives the
/// text of a file that it names.
///
/// # Errors
/// [`FileError`] for anything that is not a network.
pub fn read(
    path: &Path,
    text: &str,
    open: &mut dyn FnMut(&Path) -> Result<String, String>,
) -> Result<NetworkFile, FileError> {
    let document: Document = network_file::parse(&path.display().to_string(), text)?;
    read_document(path, &document, open)
}

fn read_document(
    path: &Path,
    document: &Document,
    open: &mut dyn FnMut(&Path) -> Result<String, String>,
) -> Result<NetworkFile, FileError> {
    let notes = Builder::new(path);
    Reader::new(&notes, document).read(document, open)
}

/// Reads a network file for a run without an end, with more events beside its own. Each stands as an entry of `events`
/// would; its place in the file is not known.
///
/// # Errors
/// [`FileError`] for anything that is not a network, or not an event of it.
pub fn read_live(
    path: &Path,
    text: &str,
    events: &[String],
    open: &mut dyn FnMut(&Path) -> Result<String, String>,
) -> Result<NetworkFile, FileError> {
    let name = path.display().to_string();
    let mut document: Document = network_file::parse(&name, text)?;
    for event in events {
        document.events.push(network_file::parse("event", event)?);
    }
    let mut file = read_document(path, &document, open).map_err(|mut error| {
        if !events.is_empty() {
            // The file was read before without them.
            error.file = "event".to_string();
        }
        error
    })?;
    file.plan.duration = FOR_EVER;
    Ok(file)
}

/// What has been read so far.
struct Reader<'a> {
    notes: &'a Builder,
    plan: Plan,
    risk_groups: Vec<RiskGroup>,
    sources: Vec<[Option<Replay>; 2]>,
    light: Option<Light>,
}

impl<'a> Reader<'a> {
    fn new(notes: &'a Builder, document: &Document) -> Self {
        let plan = Plan {
            name: document.name.clone().unwrap_or_else(|| "network".to_string()),
            seed: document.seed.unwrap_or(1),
            begin: SimTime::ZERO,
            duration: SimTime::ZERO,
            nodes: Vec::new(),
            lines: Vec::new(),
            services: Vec::new(),
            actions: Vec::new(),
        };
        Self { notes, plan, risk_groups: Vec::new(), sources: Vec::new(), light: None }
    }

    fn read(
        mut self,
        document: &Document,
        open: &mut light::Open<'_>,
    ) -> Result<NetworkFile, FileError> {
        self.nodes(document)?;
        self.lines(document, open)?;
        self.light(document, open)?;
        self.services(document)?;
        let live = self.live(document)?;
        self.times(document)?;
        let (events, reaches) = self.events(document)?;
        let captures = self.captures(document)?;
        let Self { plan, risk_groups, sources, light, .. } = self;
        Ok(NetworkFile { plan, reaches, events, sources, captures, risk_groups, light, live })
    }

    /// When clients begin and stop to send.
    fn times(&mut self, document: &Document) -> Result<(), FileError> {
        self.plan.begin = up_by(&self.plan);
        let begin = self.plan.begin;
        let Some(text) = &document.duration else {
            self.plan.duration = begin + SENDING;
            return Ok(());
        };
        self.plan.duration = self.time("duration", text)?;
        if self.plan.duration > begin {
            return Ok(());
        }
        let found = &text.value;
        let what = format!(
            "duration: found `{found}`, expected more than {begin}, by when all is aligned and clients begin"
        );
        self.notes.error(text.referenced, what)
    }

    fn nodes(&mut self, document: &Document) -> Result<(), FileError> {
        for (name, entry) in &document.nodes {
            self.notes.name("node", name, entry.referenced)?;
            let clock = match &entry.value.clock {
                Some(text) => self.notes.unit("clock", text, units::frequency_offset)?,
                None => Default::default(),
            };
            let location = match &entry.value.at {
                None => None,
                Some(at) => match at.value.as_slice() {
                    &[latitude, longitude]
                        if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 =>
                    {
                        Some((latitude, longitude))
                    }
                    found => {
                        let what = format!(
                            "node `{name}`: at: found {found:?}, expected latitude (-90 to 90) and \
                             longitude (-180 to 180) in degrees"
                        );
                        return self.notes.error(at.referenced, what);
                    }
                },
            };
            self.plan.nodes.push(Node { name: name.clone(), clock, location });
        }
        Ok(())
    }

    fn captures(&self, document: &Document) -> Result<Vec<CapturePoint>, FileError> {
        let mut captures = Vec::new();
        for text in &document.capture {
            let spelled = |line: usize, end: usize| {
                format!("{}:{}.rx", self.node_at(line, end), self.plan.lines[line].name)
            };
            let (line, end) = self.line_end("capture", text, &spelled)?;
            let point = CapturePoint { line, end };
            if captures.contains(&point) {
                let what = format!("capture: `{}` stands twice", text.value);
                return self.notes.error(text.referenced, what);
            }
            captures.push(point);
        }
        Ok(captures)
    }
}

#[cfg(test)]
mod clients_tests;
#[cfg(test)]
mod supervision_tests;
#[cfg(test)]
mod tests;
