//! A line whose other end is in another program: its connection, whichever it is, and what waits on both sides of it.
//!
//! In: frames of the node here, connections that have been greeted. Out: frames of the node there; news for people,
//! each once; counters.

use std::collections::VecDeque;
use std::io::{BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use otn_emu::net::{Flight, LONGEST_FLIGHT};
use otn_frame::SimTime;

use super::greeting::Greeting;
use super::queue::Queue;
use super::wire::Wire;
use crate::live::status::StreamStatus;
use crate::network_run::lock;

/// News kept until somebody asks for them.
const NEWS: usize = 100;

/// What happens to lines, for people.
#[derive(Debug, Default)]
pub(super) struct News(Mutex<VecDeque<String>>);

impl News {
    /// Tells something.
    pub(super) fn tell(&self, text: String) {
        let mut news = lock(&self.0);
        if news.len() == NEWS {
            news.pop_front();
        }
        news.push_back(text);
    }

    /// What was told since this was asked last.
    pub(super) fn take(&self) -> VecDeque<String> {
        std::mem::take(&mut lock(&self.0))
    }
}

/// What is said of a place over and over is told once.
#[derive(Debug, Default)]
pub(super) struct Once(Mutex<String>);

impl Once {
    /// True where this was not the last that was said.
    pub(super) fn is_new(&self, text: &str) -> bool {
        let mut last = lock(&self.0);
        let new = *last != text;
        if new {
            *last = text.to_string();
        }
        new
    }
}

/// Limits of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Frames that wait on each side.
    pub(super) queue: usize,
    /// The longest that a frame lasts, with the part of one in front of it.
    pub(super) flight: SimTime,
    /// A connection on which nothing came for so long is over.
    pub(super) silence: Duration,
    /// One on which nothing came for so long gives way to another one.
    pub(super) dead: Duration,
}

/// The connection of a line.
#[derive(Debug)]
struct Connection {
    number: u64,
    wire: Wire,
    heard: Instant,
}

/// The line.
#[derive(Debug)]
pub(super) struct Link {
    /// Line and the end that is here.
    pub(super) place: (usize, usize),
    /// What is said to the other side.
    pub(super) greeting: Greeting,
    /// The node there.
    pub(super) far: String,
    limits: Limits,
    leaving: Queue<Vec<u8>>,
    /// With the number of the connection that they came on.
    came: Queue<(u64, Option<Flight>)>,
    connection: Mutex<Option<Connection>>,
    connections: AtomicU64,
    breaks: AtomicU64,
    sent: AtomicU64,
    dropped: AtomicU64,
    received: AtomicU64,
    /// Set by the line end.
    pub(super) retimed: AtomicU64,
    /// Frames that came, and for which there was no time.
    pub(super) discarded: AtomicU64,
    stopped: AtomicBool,
    news: Arc<News>,
    once: Once,
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

impl Link {
    /// A line without a connection.
    pub(super) fn new(
        place: (usize, usize),
        greeting: Greeting,
        far: &str,
        limits: Limits,
        news: Arc<News>,
    ) -> Self {
        Self {
            place,
            greeting,
            far: far.to_string(),
            limits,
            leaving: Queue::new(limits.queue),
            came: Queue::new(limits.queue),
            connection: Mutex::default(),
            connections: AtomicU64::new(0),
            breaks: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            received: AtomicU64::new(0),
            retimed: AtomicU64::new(0),
            discarded: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            news,
            once: Once::default(),
        }
    }

    /// Tells people, where it is not what they were told last.
    pub(super) fn say(&self, what: &str) {
        let text = format!("line {}: {what}", self.greeting.line);
        if self.once.is_new(&text) {
            self.news.tell(text);
        }
    }

    /// A frame leaves. It never waits: what the connection does not take is dropped and counted.
    pub(super) fn send(&self, flight: &Flight) {
        let dropped = self.leaving.put(|octets| {
            octets.clear();
            octets.extend([0; 4]);
            // Lines of which it says no are refused when the network is opened.
            flight.encode(octets);
            let length = (octets.len() - 4) as u32;
            octets[..4].copy_from_slice(&length.to_be_bytes());
        });
        add(&self.dropped, dropped);
    }

    /// Frames that have come, each with the number of its connection.
    pub(super) fn take(&self) -> impl Iterator<Item = (u64, Flight)> {
        self.came.take().into_iter().filter_map(|(number, flight)| Some((number, flight?)))
    }

    /// How it is.
    pub(super) fn status(&self) -> StreamStatus {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StreamStatus {
            connected: lock(&self.connection).is_some(),
            breaks: get(&self.breaks),
            sent: get(&self.sent),
            dropped: get(&self.dropped),
            received: get(&self.received),
            discarded: get(&self.discarded),
            retimed: get(&self.retimed),
        }
    }

    /// Takes a connection, if there is none yet that lives; gives its number.
    ///
    /// # Errors
    /// The line has one.
    pub(super) fn begin(&self, wire: &Wire) -> Result<u64, String> {
        let mut present = lock(&self.connection);
        if self.stopped.load(Ordering::SeqCst) {
            return Err("the network ends".to_string());
        }
        if let Some(old) = present.take_if(|old| old.heard.elapsed() > self.limits.dead) {
            old.wire.end();
            add(&self.breaks, 1);
        }
        if present.is_some() {
            return Err(format!("line `{}`: connected already", self.greeting.line));
        }
        let number = self.connections.fetch_add(1, Ordering::SeqCst) + 1;
        *present = Some(Connection { number, wire: wire.clone(), heard: Instant::now() });
        Ok(number)
    }

    /// Sends and receives on a connection until it breaks, and says why.
    pub(super) fn carry(&self, number: u64, mut reader: BufReader<Wire>) {
        let wire = reader.get_ref().clone();
        self.leaving.open(number);
        add(&self.discarded, self.came.open(number));
        self.say(&format!("connected to {}", self.far));
        let why = std::thread::scope(|scope| {
            scope.spawn(|| {
                self.write(number, wire.clone());
                wire.end();
            });
            let why = self.read(number, &mut reader);
            wire.end();
            add(&self.dropped, self.leaving.close(number));
            why
        });
        let mut present = lock(&self.connection);
        if present.take_if(|present| present.number == number).is_some() {
            add(&self.breaks, 1);
            drop(present);
            self.say(&format!("lost {}: {why}", self.far));
        }
    }

    fn write(&self, number: u64, mut wire: Wire) {
        while let Some(octets) = self.leaving.next(number) {
            if wire.write_all(&octets).is_err() {
                add(&self.dropped, 1);
                return;
            }
            add(&self.sent, 1);
            self.leaving.recycle(octets);
        }
    }

    fn read(&self, number: u64, reader: &mut BufReader<Wire>) -> String {
        let mut octets = Vec::new();
        let limited = reader.get_ref().limit_reads(self.limits.silence);
        if let Err(error) = limited {
            return error.to_string();
        }
        loop {
            let flight = match self.read_one(reader, &mut octets) {
                Ok(flight) => flight,
                Err(why) => return why,
            };
            match &mut *lock(&self.connection) {
                Some(present) if present.number == number => present.heard = Instant::now(),
                _ => return "another connection took its place".to_string(),
            }
            add(&self.received, 1);
            let over = self.came.put(|place| *place = (number, Some(flight)));
            add(&self.discarded, over);
        }
    }

    fn read_one(
        &self,
        reader: &mut BufReader<Wire>,
        octets: &mut Vec<u8>,
    ) -> Result<Flight, String> {
        use std::io::ErrorKind::{TimedOut, UnexpectedEof, WouldBlock};
        let lost = |error: std::io::Error| match error.kind() {
            UnexpectedEof => "closed by the other side".to_string(),
            WouldBlock | TimedOut => "the other side is silent".to_string(),
            _ => error.to_string(),
        };
        let mut length = [0; 4];
        reader.read_exact(&mut length).map_err(lost)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > LONGEST_FLIGHT {
            return Err(format!("found a frame of {length} octets, expected {LONGEST_FLIGHT}"));
        }
        octets.resize(length, 0);
        reader.read_exact(octets).map_err(lost)?;
        Flight::decode(self.place, octets)
            .filter(|flight| flight.end.since(flight.begins()) <= self.limits.flight)
            .filter(|flight| flight.end > flight.at)
            .ok_or_else(|| "found octets that are no frame".to_string())
    }

    /// Ends it for ever.
    pub(super) fn stop(&self) {
        let present = lock(&self.connection);
        self.stopped.store(true, Ordering::SeqCst);
        if let Some(present) = &*present {
            present.wire.end();
        }
    }
}
