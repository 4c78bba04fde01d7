//! Lines whose other end is in another program.
//!
//! - `greeting`: what programs say before frames flow; `wire`: sockets; `queue`: between threads, never waiting.
//! - `link`: a line, its connection, its queues; `playout`: when what comes is received.
//!
//! In: frames that leave for nodes that are not ours, frames that come on a stream: length in four octets, big endian,
//! and what [`Flight::encode`] makes. Out: the same, in the time of this program; darkness where nothing comes. One
//! end of a line listens, the other one connects, again and again. It does not: stop the network, whatever happens to
//! a stream.

mod greeting;
mod link;
mod playout;
mod queue;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;
use std::io::BufReader;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use otn_emu::net::model::{LightState, Plan};
use otn_emu::net::{Flight, window};
use otn_frame::{FrameClock, SimTime};

use super::conductor::AT_ONCE;
use super::status::StreamStatus;
use crate::network::{Endpoint, NetworkFile};
use crate::network_run::lock;
use greeting::Greeting;
use link::{Limits, Link, News, Once};
use playout::{PlayOut, Played, Timing};
use wire::{Listener, Wire};

/// How late a frame may come, on the wall.
const PLAY_OUT: Duration = Duration::from_millis(5);

/// Time for which frames wait for a socket, on the wall.
const QUEUE: Duration = Duration::from_millis(50);

/// Time over which frames must have come too early before that is believed, on the wall.
const WATCH: Duration = Duration::from_secs(1);

/// Pauses between two attempts to connect: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

/// A connection on which nothing came for so long is over; where another one asks for its place, for so long.
const SILENCE: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(1)];

/// The same in steps of the network, for slow paces.
const SILENT_STEPS: u32 = 50;

/// Frames that a flight lasts at most: one, and the part of one in front of it.
const FRAMES: u64 = 3;

/// From one look whether the network has ended to the next, ms.
const LOOK: u16 = 100;

/// Connections that have not been greeted, at a time.
const STRANGERS: usize = 16;

/// All of them.
#[derive(Debug)]
pub(super) struct Lines {
    plan: Arc<Plan>,
    pace: f64,
    /// By line.
    links: BTreeMap<usize, Arc<Link>>,
    news: Arc<News>,
    stop: Arc<AtomicBool>,
    /// Threads that hold an endpoint.
    listeners: Mutex<Vec<std::thread::JoinHandle<()>>>,
}

/// An endpoint of nodes here, and the lines that are listened for.
struct Gate {
    name: String,
    links: Vec<Arc<Link>>,
    strangers: AtomicUsize,
    news: Arc<News>,
    once: Once,
    stop: Arc<AtomicBool>,
}

/// So much time on the wall is so much of the network.
fn of_network(time: Duration, pace: f64) -> SimTime {
    SimTime::from_ps((time.as_secs_f64() * pace * 1e12) as u64)
}

/// So much time of the network is so much on the wall.
fn on_wall(time: SimTime, pace: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_seconds() / pace).unwrap_or(SILENCE[0])
}

fn frame(plan: &Plan, line: usize) -> SimTime {
    FrameClock::new(plan.lines[line].signal, Default::default()).frame_start(1)
}

/// Frames of a line that wait on either side: for a time on the wall, and at least those of one go of the network.
fn queue_of(plan: &Plan, line: usize, pace: f64) -> usize {
    let time = of_network(QUEUE, pace).max(AT_ONCE + window(plan));
    time.as_ps().div_ceil(frame(plan, line).as_ps().max(1)) as usize + 1
}

impl Lines {
    /// Those of a file that leave the nodes that are ours. Connections come and go from now on.
    ///
    /// # Errors
    /// A line that nobody listens for, or that cannot be a stream; an endpoint that is taken.
    pub(super) fn open(file: &NetworkFile, ours: &[bool]) -> Result<Self> {
        let plan = Arc::new(file.plan.clone());
        let (news, stop) = (Arc::<News>::default(), Arc::<AtomicBool>::default());
        let mut lines = Self {
            plan: Arc::clone(&plan),
            pace: file.live.pace,
            links: BTreeMap::new(),
            news,
            stop,
            listeners: Mutex::default(),
        };
        let mut gates: Vec<(Endpoint, Vec<Arc<Link>>)> = Vec::new();
        let mut out = Vec::new();
        for (index, line) in plan.lines.iter().enumerate() {
            let here = line.ends.map(|node| ours[node]);
            if here[0] == here[1] {
                continue;
            }
            check(&plan, index)?;
            let end = usize::from(here[1]);
            let link = Arc::new(lines.link((index, end)));
            let listening = [0, 1].into_iter().find_map(|at| {
                let endpoint = file.live.listen.get(line.ends[at])?.clone()?;
                Some((at, endpoint))
            });
            let Some((at, endpoint)) = listening else {
                let [one, other] = line.ends.map(|node| &plan.nodes[node].name);
                bail!(
                    "line `{}`: its ends are in different programs, expected `listen` at node `{one}` or `{other}`",
                    line.name
                );
            };
            lines.links.insert(index, Arc::clone(&link));
            if at != end {
                out.push((link, endpoint));
            } else if let Some((_, links)) = gates.iter_mut().find(|(known, _)| *known == endpoint)
            {
                links.push(link);
            } else {
                gates.push((endpoint, vec![link]));
            }
        }
        for (endpoint, links) in gates {
            lines.listen(&endpoint, links)?;
        }
        for (link, endpoint) in out {
            let stop = Arc::clone(&lines.stop);
            std::thread::spawn(move || keep_connected(&link, &endpoint, &stop));
        }
        Ok(lines)
    }

    fn link(&self, (index, end): (usize, usize)) -> Link {
        let (plan, pace) = (&self.plan, self.pace);
        let line = &plan.lines[index];
        let [near, far] = [end, 1 - end].map(|end| plan.nodes[line.ends[end]].name.as_str());
        let step = on_wall(window(plan), pace) * SILENT_STEPS;
        let limits = Limits {
            queue: queue_of(plan, index, pace),
            flight: SimTime::from_ps(FRAMES * frame(plan, index).as_ps()),
            silence: SILENCE[0].max(step),
            dead: SILENCE[1].max(step),
        };
        let greeting = Greeting::new(&line.name, near, &line.signal.to_string(), pace);
        Link::new((index, end), greeting, far, limits, Arc::clone(&self.news))
    }

    fn listen(&self, endpoint: &Endpoint, links: Vec<Arc<Link>>) -> Result<()> {
        let listener = Listener::open(endpoint)?;
        let gate = Arc::new(Gate {
            name: match endpoint {
                Endpoint::Unix(path) => format!("unix:{}", path.display()),
                Endpoint::Tcp(address) => format!("tcp:{address}"),
            },
            links,
            strangers: AtomicUsize::new(0),
            news: Arc::clone(&self.news),
            once: Once::default(),
            stop: Arc::clone(&self.stop),
        });
        lock(&self.listeners).push(std::thread::spawn(move || {
            while !gate.stop.load(Ordering::SeqCst) {
                let Some(wire) = listener.accept(LOOK) else { continue };
                if gate.strangers.fetch_add(1, Ordering::SeqCst) >= STRANGERS {
                    gate.strangers.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let gate = Arc::clone(&gate);
                std::thread::spawn(move || gate.admit(wire));
            }
        }));
        Ok(())
    }

    /// How the streams are, by line.
    pub(super) fn status(&self) -> BTreeMap<usize, StreamStatus> {
        self.links.iter().map(|(line, link)| (*line, link.status())).collect()
    }

    /// What happened to them since this was asked last, in words.
    pub(super) fn news(&self) -> impl Iterator<Item = String> {
        self.news.take().into_iter()
    }

    /// Ends all streams.
    pub(super) fn close(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.links.values().for_each(|link| link.stop());
        // Those that wait for somebody who does not answer end with the program.
        for listener in lock(&self.listeners).drain(..) {
            // Nothing is lost with it.
            let _ = listener.join();
        }
    }

    /// The ends at these nodes of lines that come from elsewhere.
    pub(super) fn ends_at(&self, plan: &Plan, nodes: &[usize]) -> Vec<RemoteEnd> {
        let here = |link: &&Arc<Link>| {
            let (line, end) = link.place;
            nodes.contains(&plan.lines[line].ends[end])
        };
        let step = window(plan);
        let remote = |link: &Arc<Link>| {
            let (index, end) = link.place;
            let delay = plan.lines[index].delay;
            let play_out = of_network(PLAY_OUT, self.pace);
            let ahead = (delay + play_out + play_out).as_ps() / frame(plan, index).as_ps().max(1);
            let most = queue_of(plan, index, self.pace) + ahead as usize;
            let timing = Timing { delay, play_out, watch: of_network(WATCH, self.pace), most };
            let play = PlayOut::new(Arc::clone(&self.plan), (index, end), timing);
            let light = plan.lines[index].light[end].clone();
            RemoteEnd { link: Arc::clone(link), play, step, delay, light }
        };
        self.links.values().filter(here).map(remote).collect()
    }

    /// Sends a frame on its way; it never waits.
    pub(super) fn send(&self, flight: &Flight) {
        if let Some(link) = self.links.get(&flight.to.0) {
            link.send(flight);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.close();
    }
}

/// What cannot be a stream.
fn check(plan: &Plan, index: usize) -> Result<()> {
    let line = &plan.lines[index];
    let [one, other] = line.ends.map(|node| &plan.nodes[node].name);
    for end in [0, 1] {
        ensure!(
            line.own_code(end).is_none(),
            "line `{}`: {} is no code of the OTU frame, and nodes `{one}` and `{other}` are in different programs; \
             expected such a code, such as rs255-239",
            line.name,
            line.code_name(end)
        );
    }
    // A controller hears only the nodes of its own program.
    if let Some(service) = plan.services.iter().find(|service| service.restoration.is_some()) {
        bail!(
            "service `{}`: restoration knows all nodes, expected none in a network of several programs",
            service.name
        );
    }
    Ok(())
}

impl Gate {
    /// Hears a stranger's greeting, and carries the line that it is for.
    fn admit(&self, mut wire: Wire) {
        let mut reader = BufReader::new(wire.clone());
        let greeted = greeting::hear(&mut reader, &|limit| wire.limit_reads(limit));
        let admitted = greeted.and_then(|theirs| {
            let known = self.links.iter().find(|link| link.greeting.line == theirs.line);
            let link = known.ok_or_else(|| format!("line `{}`: not known here", theirs.line))?;
            link.greeting.agrees(&theirs, &link.far)?;
            Ok((link, link.begin(&wire)?))
        });
        self.strangers.fetch_sub(1, Ordering::SeqCst);
        match admitted {
            Ok((link, number)) => {
                // Where this fails, reading does too.
                let _ = greeting::greet(&mut wire, &link.greeting);
                link.carry(number, reader);
            }
            Err(why) => {
                // A program that starts looks whether somebody is here, and says nothing.
                if why != greeting::SAID_NOTHING && self.once.is_new(&why) {
                    self.news.tell(format!("{}: refused a connection: {why}", self.name));
                }
                // It may have gone.
                let _ = greeting::refuse(&mut wire, why);
                wire.end();
            }
        }
    }
}

/// Connects to the other end of a line, for ever.
fn keep_connected(link: &Link, endpoint: &Endpoint, stop: &AtomicBool) {
    let mut pause = PAUSES[0];
    while !stop.load(Ordering::SeqCst) {
        match connect(link, endpoint) {
            Ok((number, reader)) => {
                pause = PAUSES[0];
                link.carry(number, reader);
            }
            Err(why) => link.say(&format!("no connection to {}: {why}", link.far)),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(PAUSES[1]);
    }
}

fn connect(link: &Link, endpoint: &Endpoint) -> Result<(u64, BufReader<Wire>), String> {
    let mut wire = Wire::connect(endpoint).map_err(|error| error.to_string())?;
    let mut reader = BufReader::new(wire.clone());
    let greeted = greeting::greet(&mut wire, &link.greeting).map_err(|error| error.to_string());
    let theirs = greeted
        .and_then(|()| greeting::hear_answer(&mut reader, &|limit| wire.limit_reads(limit)))
        .and_then(|theirs| link.greeting.agrees(&theirs, &link.far));
    let begun = theirs.and_then(|()| link.begin(&wire));
    if begun.is_err() {
        wire.end();
    }
    Ok((begun?, reader))
}

/// An end of a line that comes from elsewhere.
pub(super) struct RemoteEnd {
    link: Arc<Link>,
    play: PlayOut,
    step: SimTime,
    delay: SimTime,
    light: Vec<LightState>,
}

impl RemoteEnd {
    /// Line and end.
    pub(super) const fn to(&self) -> (usize, usize) {
        self.play.to()
    }

    /// The line has the light of this plan from now on. The sending program draws its errors; that it is dark is known
    /// here too, so that whoever cuts a line at either end cuts all of it.
    pub(super) fn relight(&mut self, plan: &Plan) {
        let (line, end) = self.to();
        self.light.clone_from(&plan.lines[line].light[end]);
    }

    fn is_dark(&self, flight: &Flight) -> bool {
        let sent = flight.begins().since(self.delay);
        let state = self.light.partition_point(|state| state.from <= sent).saturating_sub(1);
        self.light.get(state).is_some_and(|state| !state.light)
    }

    /// What comes before `until`, the end of a window that begins now.
    pub(super) fn receive(&mut self, until: SimTime) -> Vec<Flight> {
        let now = until.since(self.step);
        for (connection, flight) in self.link.take() {
            self.play.take(now, connection, flight);
        }
        let Played { retimed, discarded } = std::mem::take(&mut self.play.played);
        self.link.retimed.fetch_add(retimed, Ordering::Relaxed);
        self.link.discarded.fetch_add(discarded, Ordering::Relaxed);
        let mut flights = self.play.give(until);
        for flight in &mut flights {
            if self.is_dark(flight) {
                flight.darken();
            }
        }
        flights
    }
}
