//! A live network: `otn live`. The network of a file, in step with the clock on the wall, with interfaces as client
//! ports.
//!
//! - `device`, `link`: TAP devices and interfaces, in network namespaces; `client`: packets between them and the
//!   network.
//! - `pace`: the network's time and the wall's; `drive`: nodes on threads; `conductor`: how far they go.
//! - `lines`: lines whose other end is in another program.
//! - [`command`], `operator`, [`control`]: what operators ask for; [`status`]: what they are told; `screen`: both in a
//!   terminal.
//!
//! What crosses is what crosses in `otn run`: the same nodes, frames, codes, alarms. Only time and packets come from
//! outside.

mod client;
pub mod command;
mod conductor;
pub mod control;
mod device;
mod drive;
mod lines;
mod link;
mod operator;
mod pace;
mod screen;
pub mod status;
mod text;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, anyhow, bail};
use otn_emu::net::model::Plan;
use serde_json::{Value, json};

use crate::Verdict;
use crate::network::{self, NetworkFile};
use crate::network_run::{self, lock};
use crate::session::Interrupt;
use command::Command;
use conductor::{Board, Conductor, Means};
use control::Control;
use device::OpenPort;
use drive::{Drive, Opened};
use lines::Lines;
use operator::Operator;
use status::{EventStatus, Status};

pub use text::text;

/// How a network is run live.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The network file.
    pub path: &'a Path,
    /// Nodes that this program runs; all where it is nothing.
    pub nodes: &'a [String],
    /// Where the control socket is.
    pub control: Option<PathBuf>,
    /// Threads on which nodes run; those of the machine where it is nothing.
    pub threads: Option<usize>,
    /// JSON lines in place of a screen.
    pub headless: bool,
}

/// Runs the network of a file until it is told to end.
///
/// # Errors
/// A network file with a mistake, a device that cannot be had, a capture that cannot be read.
pub fn run(options: &Options<'_>) -> Result<Verdict> {
    let interrupt = Interrupt::listen();
    let path = options.path;
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8(text)
        .with_context(|| format!("{}: expected UTF-8 text", path.display()))?;
    let mut open = |path: &Path| std::fs::read_to_string(path).map_err(|error| error.to_string());
    let file = network::read_live(path, &text, &[], &mut open)?;
    let ours = ours(&file.plan, options.nodes)?;
    let ports = open_ports(&file, &ours)?;
    let usual = || control::usual_path(&socket_name(&file.plan, options.nodes));
    let control = Control::listen(&options.control.clone().unwrap_or_else(usual))?;
    let lines = Lines::open(&file, &ours)?;
    let machine = || std::thread::available_parallelism().map_or(1, usize::from);
    let sources = || network_run::sources(&file).map_err(|error| format!("{error:#}"));
    let threads = options.threads.unwrap_or_else(machine);
    let drive = Drive::new(&file.plan, &ours, threads, &ports, &lines, &sources);
    let operator = Mutex::new(Operator::new(path.to_path_buf(), text, &file));
    let (board, (tell, told)) = (Board::default(), channel());
    let (order, orders) = channel();
    let both = |service: &otn_emu::net::model::Service| service.ends.iter().all(|n| ours[*n]);
    let mut conductor = Conductor::new(Means {
        board: &board,
        operator: &operator,
        orders,
        tell,
        interrupt: &interrupt,
        ports: &ports,
        lines: &lines,
        threads: drive.threads(),
        pace: file.live.pace,
        whole: file.plan.services.iter().map(both).collect(),
    });
    let order = Mutex::new(order);
    let answer = |command: Command| answer(&command, &board, &operator, &order);
    let screen = !options.headless && std::io::stdout().is_terminal();
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| control.serve(&|| !board.has_ended(), &answer));
        scope.spawn(|| {
            if !screen {
                return listen(&board, told, options.headless, &control.path);
            }
            if let Err(error) = screen::show(&board, places(&file.plan), &answer) {
                eprintln!("screen: {error:#}");
                board.stop();
            }
        });
        let ended = drive.run(&mut conductor);
        drop(conductor);
        board.end();
        ended
    });
    lines.close();
    let last = board.last();
    if options.headless {
        say(&json!({"event": "end", "status": *last}));
    } else {
        print!("{}", self::text(&last));
    }
    ended.map_err(|error| anyhow!(error))?;
    Ok(Verdict::Fine)
}

/// Where nodes are on the map: at their coordinates, or on a circle where not all have some.
fn places(plan: &Plan) -> Vec<screen::Place> {
    let known = plan.nodes.iter().all(|node| node.location.is_some());
    let count = plan.nodes.len() as f64;
    let nodes = plan.nodes.iter().enumerate();
    let place = |(index, node): (usize, &otn_emu::net::model::Node)| {
        let turn = std::f64::consts::TAU * index as f64 / count;
        let (latitude, longitude) = match node.location {
            // A degree of longitude is shorter than one of latitude.
            Some((north, east)) if known => (north, east * north.to_radians().cos()),
            _ => (turn.sin(), turn.cos()),
        };
        (node.name.clone(), longitude, latitude)
    };
    nodes.map(place).collect()
}

/// Which nodes this program runs.
fn ours(plan: &Plan, names: &[String]) -> Result<Vec<bool>> {
    let known: Vec<&str> = plan.nodes.iter().map(|node| node.name.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("--node: found `{name}`, expected one of: {}", known.join(", "));
    }
    Ok(known.iter().map(|node| names.is_empty() || names.iter().any(|name| name == node)).collect())
}

/// Two programs that run parts of a network have a socket each.
fn socket_name(plan: &Plan, nodes: &[String]) -> String {
    [std::slice::from_ref(&plan.name), nodes].concat().join("-")
}

/// Opens the devices of all ports at nodes that are ours.
fn open_ports(file: &NetworkFile, ours: &[bool]) -> Result<Vec<Opened>> {
    let mut opened = Vec::new();
    for (service, ports) in file.live.ports.iter().enumerate() {
        for (end, port) in ports.iter().enumerate() {
            let Some(settings) = port else { continue };
            if !ours[file.plan.services[service].ends[end]] {
                continue;
            }
            let device = Arc::new(OpenPort::open(settings)?);
            let (settings, counters) = (settings.clone(), Arc::default());
            opened.push(Opened { place: (service, end), settings, device, counters });
        }
    }
    Ok(opened)
}

/// Carries a command out.
fn answer(
    command: &Command,
    board: &Board,
    operator: &Mutex<Operator>,
    order: &Mutex<std::sync::mpsc::Sender<drive::Order>>,
) -> Result<Value, String> {
    match command {
        Command::Status { .. } => {
            serde_json::to_value(&*board.fresh()).map_err(|error| error.to_string())
        }
        Command::Stop => {
            board.stop();
            Ok(json!({"stopping": true}))
        }
        _ => {
            let now = board.fresh().virtual_time_s;
            let now = otn_frame::SimTime::from_ps((now * 1e12) as u64);
            let made = lock(operator).order(command, now)?;
            let texts = made.texts.clone();
            // It ended meanwhile: then nothing is to be done.
            let _ = lock(order).send(made);
            Ok(json!({"done": texts}))
        }
    }
}

/// Tells what happens, a line each, until the network has ended.
#[expect(clippy::needless_pass_by_value, reason = "a receiver belongs to the thread that listens")]
fn listen(board: &Board, told: Receiver<EventStatus>, headless: bool, control: &Path) {
    let wait = std::time::Duration::from_millis(100);
    let mut ready = false;
    while !board.has_ended() {
        if !ready && board.last().ready {
            ready = true;
            announce(&board.last(), headless, control);
        }
        let Ok(event) = told.recv_timeout(wait) else { continue };
        for event in std::iter::once(event).chain(told.try_iter()) {
            if headless {
                let EventStatus { at_s, kind, text } = event;
                say(&json!({"event": kind, "at_s": at_s, "text": text}));
            } else {
                println!("{:>12.6} s  {:<8} {}", event.at_s, event.kind, event.text);
            }
        }
    }
}

fn announce(status: &Status, headless: bool, control: &Path) {
    let control = control.display().to_string();
    if headless {
        say(&json!({
            "event": "ready",
            "network": status.name,
            "at_s": status.virtual_time_s,
            "control": control,
        }));
    } else {
        println!("{} is ready; `otn ctl` speaks to it at {control}", status.name);
    }
}

/// A line of JSON, at once: who reads it acts on it.
fn say(value: &Value) {
    let mut out = std::io::stdout().lock();
    // A reader that went away has heard enough; the network goes on.
    let _ = writeln!(out, "{value}");
    let _ = out.flush();
}
