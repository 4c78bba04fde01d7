//! `otn run`: a network in virtual time carries real traffic.
//!
//! In: a network file. Out: a summary, and a report folder with `report.json`, the received clients
//! as pcapng, the line signals as OTN captures and the GFP frames as pcap. Same seed, same octets.

mod report;
mod supervision;
mod timeline;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use otn_emu::simulation::{Direction, Sources};
use otn_emu::{Network, Simulation, Taps};
use otn_frame::{OtuFrame, SimTime};
use otn_map::gfp::Received;

use super::{Written, output_folder};
use crate::Verdict;
use crate::capture::{
    EthernetCapture, GfpWriter, LINK_ETHERNET, LINK_OTN, OtnMetadata, PcapNgWriter,
};
use crate::cli::{Format, warn};
use crate::network_file::{self, NetworkFile};
use crate::network_run;
use crate::output::{OutFile, write_whole};
use crate::session::{Interrupt, Unit, progress};
use report::{Inputs, Speed};

/// Arguments of `otn run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network file (YAML)
    pub network: PathBuf,
    /// Write the report to this folder
    #[arg(short, long, value_name = "DIR", default_value = "otn-report")]
    pub output: PathBuf,
    /// Seed of every random stream, in place of the file's
    #[arg(long)]
    pub seed: Option<u64>,
    /// Threads on which switches run; the result is the same for any number
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// How the summary is printed
    #[command(flatten)]
    pub format: Format,
}

/// Runs the command.
///
/// # Errors
/// A network file with a mistake, a capture that cannot be read, a folder that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let path = &arguments.network;
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8(text)
        .with_context(|| format!("{}: expected UTF-8 text", path.display()))?;
    if crate::network::is_network(&text) {
        let Arguments { output, seed, threads, format, .. } = arguments;
        let (seed, threads, format) = (*seed, *threads, *format);
        return network_run::run(
            &network_run::Options { path, output, seed, threads, format },
            &text,
        );
    }
    let interrupt = Interrupt::listen();
    let mut file = network_file::read(path, &text)?;
    if let Some(seed) = arguments.seed {
        file.network.seed = seed;
    }
    let (sources, inputs) = open_sources(&file)?;
    output_folder(&arguments.output)?;
    let taps = ReportFolder::create(&arguments.output, &file)?;
    simulate(arguments, file.network, sources, &inputs, taps, &interrupt)
}

fn simulate(
    arguments: &Arguments,
    network: Network,
    sources: Sources,
    inputs: &Inputs,
    files: ReportFolder,
    interrupt: &Interrupt,
) -> Result<Verdict> {
    let bar = progress(network.duration.as_ns(), Unit::VirtualNanoseconds);
    let mut taps = Listening { files, bar, interrupt, error: None };
    let mut simulation = Simulation::new(network, sources);
    let started = Instant::now();
    let ending = simulation.run(&mut taps).map_err(|error| anyhow::anyhow!(error));
    let seconds = started.elapsed().as_secs_f64();
    taps.bar.finish_and_clear();
    if let Some(error) = taps.error {
        return Err(error);
    }
    let mut report = report::report(&simulation, ending?, inputs);
    report.files = taps.files.commit()?;
    let json = serde_json::to_vec_pretty(&report)?;
    write_whole(&arguments.output.join("report.json"), &json)?;
    report.files.push("report.json".to_string());
    report.speed = Some(Speed::new(&report, seconds));
    warn(&report.warnings);
    let folder = arguments.output.display().to_string();
    arguments.format.print(&report, |r| report::text(r, &folder))?;
    Ok(if report.is_fine() { Verdict::Fine } else { Verdict::Defective })
}

/// Opens the captures of all clients.
fn open_sources(file: &NetworkFile) -> Result<(Sources, Inputs)> {
    let mut sources: Sources = Vec::new();
    let mut inputs = Inputs::new();
    for replays in &file.replays {
        let mut ends = [None, None];
        for (end, replay) in replays.iter().enumerate() {
            if let Some(replay) = replay {
                let capture = EthernetCapture::open(&replay.pcap, replay.repeat)?;
                inputs.push((replay.written.clone(), capture.counts()));
                ends[end] = Some(Box::new(capture) as Box<_>);
            }
        }
        sources.push(ends);
    }
    Ok((sources, inputs))
}

/// Outputs of one line: the signal of both directions.
type LineFile = Option<(PcapNgWriter<OutFile>, [u32; 2])>;

/// Outputs of one direction of a service.
struct ClientFiles {
    packets: PcapNgWriter<OutFile>,
    gfp: GfpWriter<OutFile>,
}

/// The files of a report folder.
struct ReportFolder {
    folder: PathBuf,
    lines: Vec<LineFile>,
    /// By line and receiving end.
    clients: Vec<[Option<ClientFiles>; 2]>,
}

impl ReportFolder {
    fn create(folder: &Path, file: &NetworkFile) -> Result<Self> {
        let network = &file.network;
        let mut lines = Vec::new();
        let mut clients = Vec::new();
        for (index, line) in network.lines.iter().enumerate() {
            let captured = file.captured[index];
            lines.push(captured.then(|| line_file(folder, network, index)).transpose()?);
            let mut ends = [None, None];
            if let Some((service, _)) = network.service_of(index) {
                let service = &network.services[service];
                let ports = [service.port(0), service.port(1)];
                for (end, slot) in ends.iter_mut().enumerate() {
                    if !ports.contains(&Some((index, end))) {
                        continue;
                    }
                    let node = &network.nodes[line.ends[end]].name;
                    *slot = Some(client_files(folder, &service.name, node)?);
                }
            }
            clients.push(ends);
        }
        Ok(Self { folder: folder.to_path_buf(), lines, clients })
    }

    /// Gives all files their names, and lists them.
    fn commit(self) -> Result<Vec<String>> {
        let lines = self.lines.into_iter().flatten().map(|(writer, _)| writer.into_inner());
        let clients = self.clients.into_iter().flatten().flatten();
        let clients = clients.flat_map(|c| [c.packets.into_inner(), c.gfp.into_inner()]);
        let mut names = Vec::new();
        for file in lines.chain(clients) {
            let path = file.path().to_path_buf();
            file.commit()?;
            let name = path.strip_prefix(&self.folder).unwrap_or(&path);
            names.push(name.display().to_string());
        }
        names.sort();
        Ok(names)
    }
}

fn line_file(
    folder: &Path,
    network: &Network,
    index: usize,
) -> Result<(PcapNgWriter<OutFile>, [u32; 2])> {
    let line = &network.lines[index];
    let path = folder.join(format!("line-{}.pcapng", line.name));
    let mut writer = PcapNgWriter::new(OutFile::create(&path)?).written(&path)?;
    let metadata = OtnMetadata { signal: line.signal, coding: Some(line.coding) };
    let mut interfaces = [0; 2];
    for (end, interface) in interfaces.iter_mut().enumerate() {
        // A point in the network: the receiver of the line at this node.
        let name = format!("{}:{}.rx", network.end_name(index, end), line.name);
        *interface = writer.interface(LINK_OTN, &name, &metadata.to_string()).written(&path)?;
    }
    Ok((writer, interfaces))
}

fn client_files(folder: &Path, service: &str, node: &str) -> Result<ClientFiles> {
    // No name holds an `@`: files of different services cannot fall on the same name.
    let path = folder.join(format!("received-{service}@{node}.pcapng"));
    let mut packets = PcapNgWriter::new(OutFile::create(&path)?).written(&path)?;
    packets.interface(LINK_ETHERNET, &format!("{node}:{service}.client"), "").written(&path)?;
    let path = folder.join(format!("gfp-{service}@{node}.pcap"));
    let gfp = GfpWriter::new(OutFile::create(&path)?).written(&path)?;
    Ok(ClientFiles { packets, gfp })
}

/// Writes what the simulation lets be heard.
struct Listening<'a> {
    files: ReportFolder,
    bar: ProgressBar,
    interrupt: &'a Interrupt,
    error: Option<anyhow::Error>,
}

impl Listening<'_> {
    fn attempt(&mut self, work: impl FnOnce(&mut ReportFolder) -> std::io::Result<()>) {
        if self.error.is_none() {
            let folder = self.files.folder.clone();
            self.error = work(&mut self.files).written(&folder).err();
        }
    }
}

impl Taps for Listening<'_> {
    fn line_frame(&mut self, direction: Direction, at: SimTime, frame: &OtuFrame) {
        self.attempt(|files| match &mut files.lines[direction.line] {
            Some((writer, interfaces)) => {
                writer.packet(interfaces[direction.to()], at.as_ns(), frame.octets())
            }
            None => Ok(()),
        });
    }

    fn gfp(&mut self, direction: Direction, at: SimTime, received: &Received<'_>) {
        self.attempt(|files| match &mut files.clients[direction.line][direction.to()] {
            Some(client) => client.gfp.frame(at.as_ns(), received.core, received.area),
            None => Ok(()),
        });
    }

    fn packet(&mut self, direction: Direction, at: SimTime, octets: &[u8]) {
        self.attempt(|files| match &mut files.clients[direction.line][direction.to()] {
            Some(client) => client.packets.packet(0, at.as_ns(), octets),
            None => Ok(()),
        });
    }

    fn goes_on(&mut self, now: SimTime) -> bool {
        self.bar.set_position(now.as_ns());
        self.error.is_none() && !self.interrupt.requested()
    }
}
