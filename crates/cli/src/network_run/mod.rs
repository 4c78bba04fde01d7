//! A run of a network of OTN switches: threads, files, report.
//!
//! In: a network file, a folder. Out: the report folder and what is printed. `drive` moves the nodes, `fill` makes the
//! report of what they told, `summary` the text; the rest of the folder is written here while the network runs.

mod codes;
mod drive;
mod fill;
mod light;
mod summary;
mod tandem;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use indicatif::ProgressBar;
use otn_emu::net::alarms::Reach;
use otn_emu::net::model::Plan;
use otn_emu::net::{Harvest, Record, Sources, end_of};
use otn_frame::SimTime;
use otn_frame::layout::OTU_BITS;

use crate::Verdict;
use crate::capture::{EthernetCapture, LINK_ETHERNET, LINK_OTN, OtnMetadata, PcapNgWriter};
use crate::cli::{Format, warn};
use crate::commands::{Written, output_folder};
use crate::network::{self, NetworkFile};
use crate::network_report::{self, model};
use crate::output::OutFile;
use crate::session::{Interrupt, Unit, progress};

pub use drive::{Wishes, drive};
pub(crate) use drive::{lock, share_out};
pub(crate) use fill::Names;
pub use fill::{Inputs, Told, report};
pub use summary::{Speed, text};

/// How a network is run.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The network file.
    pub path: &'a Path,
    /// The report folder.
    pub output: &'a Path,
    /// Seed in place of the file's.
    pub seed: Option<u64>,
    /// Threads; those of the machine where it is nothing.
    pub threads: Option<usize>,
    /// How the summary is printed.
    pub format: Format,
}

/// Runs the network of a file whose text has been read.
///
/// # Errors
/// A network file with a mistake, a capture that cannot be read, a folder that cannot be written.
pub fn run(options: &Options<'_>, text: &str) -> Result<Verdict> {
    let interrupt = Interrupt::listen();
    let file = read(options.path, text, options.seed)?;
    output_folder(options.output)?;
    let mut files = Files::create(options.output, &file)?;
    let bar = progress(end_of(&file.plan).as_ns(), Unit::VirtualNanoseconds);
    let started = Instant::now();
    let record = record(&file, options.threads, &mut |now, told| {
        bar.set_position(now.as_ns());
        show_pace(&bar, now, started);
        files.take(told).map_err(|error| format!("{error:#}"))?;
        Ok(!interrupt.requested())
    })?;
    let seconds = started.elapsed().as_secs_f64();
    bar.finish_and_clear();
    let mut report = made(&file, &record);
    (report.captures, report.run.files) = files.commit()?;
    network_report::write(options.output, &mut report)?;
    warn(&report.run.warnings);
    let speed = Speed { seconds, line_bits: line_bits(&record) };
    let folder = options.output.display().to_string();
    options.format.print(&report, |report| text_of(report, &folder, speed))?;
    Ok(if is_fine(&report) { Verdict::Fine } else { Verdict::Defective })
}

fn text_of(report: &model::Report, folder: &str, speed: Speed) -> String {
    text(report, folder, Some(speed))
}

/// Reads a network file for a run.
///
/// # Errors
/// A mistake in the file, or in one that it names.
pub fn read(path: &Path, text: &str, seed: Option<u64>) -> Result<NetworkFile> {
    let mut open = |path: &Path| std::fs::read_to_string(path).map_err(|error| error.to_string());
    let mut file = network::read(path, text, &mut open)?;
    if let Some(seed) = seed {
        file.plan.seed = seed;
    }
    Ok(file)
}

/// Runs a network that was read.
///
/// # Errors
/// Captures that cannot be read, and what the listener says.
pub fn record(
    file: &NetworkFile,
    threads: Option<usize>,
    listener: drive::Listener<'_>,
) -> Result<Record> {
    let machine = || std::thread::available_parallelism().map_or(1, usize::from);
    let lines: Vec<_> = file.captures.iter().map(|point| (point.line, point.end)).collect();
    let wishes = Wishes {
        threads: threads.unwrap_or_else(machine),
        lines: &lines,
        clients: true,
        sources: &|| sources(file).map_err(|error| format!("{error:#}")),
    };
    drive(&file.plan, &wishes, listener).map_err(|error| anyhow!(error))
}

/// The report of a run, without the files that it wrote.
pub fn made(file: &NetworkFile, record: &Record) -> model::Report {
    let events: Vec<Told> = file
        .events
        .iter()
        .map(|event| Told { at: event.at, text: event.text.clone(), kind: event.kind })
        .collect();
    let groups: Vec<_> =
        file.risk_groups.iter().map(|group| (group.name.clone(), group.lines.clone())).collect();
    let fec: Vec<String> = file.plan.lines.iter().map(codes::name).collect();
    let reaches: &[Reach] = &file.reaches;
    report(&Inputs {
        plan: &file.plan,
        record,
        events: &events,
        reaches,
        risk_groups: &groups,
        fec: &fec,
        light: file.light.as_ref(),
    })
}

/// No alarm, no packet lost, no bit wrong.
fn is_fine(report: &model::Report) -> bool {
    let directions = report.services.iter().flat_map(|service| &service.directions);
    let whole = |pattern: &model::Pattern| pattern.errors + pattern.sync_losses == 0;
    report.alarms.is_empty()
        && directions.into_iter().all(|d| {
            d.packets.lost + d.packets.corrupted == 0 && d.pattern.as_ref().is_none_or(whole)
        })
}

fn line_bits(record: &Record) -> f64 {
    let frames: u64 = record.ports.values().map(|port| port.samples.total().frames).sum();
    frames as f64 * OTU_BITS as f64
}

fn show_pace(bar: &ProgressBar, now: SimTime, started: Instant) {
    let factor = now.as_seconds() / started.elapsed().as_secs_f64().max(1e-9);
    bar.set_message(format!("{factor:.4} of real time"));
}

/// Opens the captures of all clients.
pub(crate) fn sources(file: &NetworkFile) -> Result<Sources> {
    let mut sources: Sources = Vec::new();
    for replays in &file.sources {
        let mut ends = [None, None];
        for (end, replay) in replays.iter().enumerate() {
            if let Some(replay) = replay {
                let capture = EthernetCapture::open(&replay.pcap, replay.repeat)?;
                ends[end] = Some(Box::new(capture) as Box<_>);
            }
        }
        sources.push(ends);
    }
    Ok(sources)
}

/// A capture that grows.
struct Growing {
    writer: PcapNgWriter<OutFile>,
    path: PathBuf,
    point: String,
    frames: u64,
}

impl Growing {
    fn new(path: PathBuf, link: i32, point: String, description: &str) -> Result<Self> {
        let mut writer = PcapNgWriter::new(OutFile::create(&path)?).written(&path)?;
        writer.interface(link, &point, description).written(&path)?;
        Ok(Self { writer, path, point, frames: 0 })
    }

    fn put(&mut self, at: SimTime, octets: &[u8]) -> Result<()> {
        self.frames += 1;
        self.writer.packet(0, at.as_ns(), octets).written(&self.path)
    }
}

/// The captures of a report folder.
struct Files {
    folder: PathBuf,
    /// By service and receiving end.
    clients: BTreeMap<(usize, usize), Growing>,
    /// By line and receiving end.
    lines: BTreeMap<(usize, usize), Growing>,
}

impl Files {
    fn create(folder: &Path, file: &NetworkFile) -> Result<Self> {
        let plan = &file.plan;
        let mut clients = BTreeMap::new();
        for (index, service) in plan.services.iter().enumerate() {
            if !service.client.has_packets() {
                continue;
            }
            for end in [0, 1] {
                let node = &plan.nodes[service.ends[end]].name;
                let path = folder.join(format!("received-{}@{node}.pcapng", service.name));
                let point = format!("{node}:{}.client", service.name);
                clients.insert((index, end), Growing::new(path, LINK_ETHERNET, point, "")?);
            }
        }
        let mut lines = BTreeMap::new();
        for point in &file.captures {
            lines.insert((point.line, point.end), line_file(folder, plan, point.line, point.end)?);
        }
        Ok(Self { folder: folder.to_path_buf(), clients, lines })
    }

    fn take(&mut self, told: &mut [Harvest]) -> Result<()> {
        for harvest in told {
            for (place, packets) in harvest.clients.drain(..) {
                let Some(file) = self.clients.get_mut(&place) else { continue };
                packets.iter().try_for_each(|(at, packet)| file.put(*at, packet))?;
            }
            for (place, frames) in harvest.frames.drain(..) {
                let Some(file) = self.lines.get_mut(&place) else { continue };
                frames.iter().try_for_each(|(at, frame)| file.put(*at, frame.octets()))?;
            }
        }
        Ok(())
    }

    /// Gives all files their names; what they are, and the names.
    fn commit(self) -> Result<(Vec<model::Capture>, Vec<String>)> {
        let (mut captures, mut names) = (Vec::new(), Vec::new());
        for growing in self.clients.into_values().chain(self.lines.into_values()) {
            let path = growing.path;
            growing.writer.into_inner().commit()?;
            let name = path.strip_prefix(&self.folder).unwrap_or(&path).display().to_string();
            names.push(name.clone());
            let (point, frames) = (growing.point, growing.frames);
            captures.push(model::Capture { point, file: name, frames });
        }
        Ok((captures, names))
    }
}

fn line_file(folder: &Path, plan: &Plan, index: usize, end: usize) -> Result<Growing> {
    let line = &plan.lines[index];
    let node = &plan.nodes[line.ends[end]].name;
    let path = folder.join(format!("line-{}@{node}.pcapng", line.name));
    let metadata = OtnMetadata { signal: line.signal, coding: Some(line.coding_at(end)) };
    let point = format!("{node}:{}.rx", line.name);
    Growing::new(path.clone(), LINK_OTN, point, &metadata.to_string())
        .with_context(|| path.display().to_string())
}
