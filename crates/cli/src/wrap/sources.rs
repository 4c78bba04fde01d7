//! Where the octets and packets of clients come from: captures, files of bits, test patterns.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, anyhow};
use otn_emu::traffic::Packet;
use otn_frame::SimTime;
use otn_map::ethernet::{self, MacQueue};
use otn_map::gfp::preamble::{Carried, encode};
use otn_map::gfp::transparent::TransparentSource;
use otn_map::gfp::{ClientFrame, ClientQueue, TypeHeader};
use otn_map::pcs::base_r::Encoder;
use otn_map::pcs::block66::{LinkFault, Pcs as Clause};
use otn_map::pcs::forty_gig::FortyGigSource;
use otn_map::pcs::marker::MultiLane;
use otn_map::pcs::multi_lane::MultiLaneSource;
use otn_map::pcs::ten_gig::TenGigSource;
use otn_map::replacement::{ReplacedClient, Replacement, ReplacementSource};
use otn_proc::odu::source::OctetSource;

use super::kind::Pcs;
use crate::capture::{EthernetCapture, InputCounts};

/// What a client has done so far, shared with whoever watches it.
#[derive(Debug, Default)]
pub struct Status {
    /// Packets sent.
    pub packets: Cell<u64>,
    /// Their octets without FCS, or the octets of a file of bits.
    pub octets: Cell<u64>,
    /// All of the input was sent.
    pub ended: Cell<bool>,
    /// It fails then and does not come back: nothing more is to be waited for.
    pub gone_at: Cell<Option<SimTime>>,
    /// What went wrong.
    pub error: RefCell<Option<anyhow::Error>>,
    /// Packets of the capture that were left out or changed.
    pub counts: Cell<InputCounts>,
}

/// Packets of a capture, each as soon as the one before it is sent.
pub struct Packets {
    path: PathBuf,
    source: EthernetCapture,
    counts: Rc<Cell<InputCounts>>,
    header: TypeHeader,
    /// Carried with the preamble.
    preamble: bool,
    packet: Packet,
    room: Vec<u8>,
    status: Rc<Status>,
}

impl fmt::Debug for Packets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "packets of {}", self.path.display())
    }
}

impl Packets {
    /// The packets of a capture, once or again and again.
    ///
    /// # Errors
    /// A file that cannot be read or is no capture of Ethernet.
    pub fn open(
        path: &Path,
        pfcs: bool,
        preamble: bool,
        status: Rc<Status>,
        repeats: bool,
    ) -> Result<Self> {
        let source = EthernetCapture::open(path, repeats)?;
        let counts = source.counts();
        Ok(Self {
            path: path.to_path_buf(),
            source,
            counts,
            header: TypeHeader::ethernet(pfcs),
            preamble,
            packet: Packet::default(),
            room: Vec::new(),
            status,
        })
    }

    /// Reads the next packet and appends its FCS; false at the end.
    fn read(&mut self) -> bool {
        if self.status.ended.get() {
            return false;
        }
        let read = self.source.next(&mut self.packet);
        self.status.counts.set(self.counts.get());
        match read {
            Ok(true) => {}
            Ok(false) => {
                self.status.ended.set(true);
                return false;
            }
            Err(error) => {
                self.fail(error);
                return false;
            }
        }
        self.status.packets.set(self.status.packets.get() + 1);
        self.status.octets.set(self.status.octets.get() + self.packet.octets.len() as u64);
        let fcs = ethernet::fcs(&self.packet.octets);
        self.packet.octets.extend_from_slice(&fcs);
        true
    }

    fn fail(&self, error: anyhow::Error) {
        self.status.ended.set(true);
        self.status.error.replace(Some(error));
    }
}

/// The preamble behind the start control character, with the start frame delimiter.
const PREAMBLE: [u8; 7] = [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5];

impl ClientQueue for Packets {
    fn none_before(&self) -> usize {
        // Only a capture that has ended leaves nothing to send.
        usize::MAX
    }

    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        if !self.read() {
            return None;
        }
        let made = if self.preamble {
            let carried = Carried::Packet { preamble: PREAMBLE, frame: &self.packet.octets };
            encode(carried, self.header.pfi, &mut self.room)
        } else {
            ClientFrame::new(self.header, &self.packet.octets)
        };
        match made {
            Ok(frame) => Some(frame),
            Err(too_long) => {
                let number = self.status.packets.get();
                self.status.ended.set(true);
                let what = anyhow!("{}: packet {number}: {too_long}", self.path.display());
                self.status.error.replace(Some(what));
                None
            }
        }
    }
}

impl MacQueue for Packets {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        self.read().then_some(self.packet.octets.as_slice())
    }
}

/// No packets at all: idles.
#[derive(Clone, Copy, Debug)]
pub struct NoPackets;

impl ClientQueue for NoPackets {
    fn none_before(&self) -> usize {
        usize::MAX
    }

    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        None
    }
}

impl MacQueue for NoPackets {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        None
    }
}

/// Packets in a physical coding sublayer.
pub struct Coded<Q> {
    sublayer: Sublayer,
    queue: Led<Q>,
}

/// A queue whose first packet waits until a receiver can be in lock.
struct Led<Q> {
    queue: Q,
    /// Octets of the stream before the first packet.
    lead: u64,
}

impl<Q: MacQueue> MacQueue for Led<Q> {
    fn next(&mut self, position: u64) -> Option<&[u8]> {
        if position < self.lead { None } else { self.queue.next(position) }
    }
}

/// Octets of idles with which a stream begins: two frames of the OPU0 for superblocks, block lock,
/// and three rows of alignment markers where there are lanes.
const fn lead(pcs: Pcs) -> u64 {
    const MARKER_ROW_40G: u64 = 16_384 * 4 * 66 / 8;
    const MARKER_ROW_100G: u64 = 16_384 * 20 * 66 / 8;
    match pcs {
        Pcs::Gigabit => 2 * 15_232,
        Pcs::TenGig => 16_384,
        Pcs::FortyGig => 3 * MARKER_ROW_40G,
        Pcs::HundredGig => 3 * MARKER_ROW_100G,
    }
}

enum Sublayer {
    Gigabit(Box<TransparentSource>),
    TenGig(Box<TenGigSource>),
    FortyGig(Box<FortyGigSource>),
    HundredGig(Box<MultiLaneSource>),
}

impl<Q: fmt::Debug> fmt::Debug for Coded<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "coded {:?}", self.queue.queue)
    }
}

impl<Q> Coded<Q> {
    /// The packets of a queue in this sublayer, `wait` octets later than a receiver at once on the line
    /// would need.
    pub fn new(pcs: Pcs, queue: Q, wait: u64) -> Self {
        let sublayer = match pcs {
            Pcs::Gigabit => Sublayer::Gigabit(Box::new(TransparentSource::new())),
            Pcs::TenGig => {
                Sublayer::TenGig(Box::new(TenGigSource::new(Encoder::new(Clause::Clause49))))
            }
            Pcs::FortyGig => Sublayer::FortyGig(Box::default()),
            Pcs::HundredGig => {
                Sublayer::HundredGig(Box::new(MultiLaneSource::new(MultiLane::HundredGig)))
            }
        };
        Self { sublayer, queue: Led { queue, lead: lead(pcs) + wait } }
    }
}

impl<Q: MacQueue + fmt::Debug> OctetSource for Coded<Q> {
    fn fill(&mut self, octets: &mut [u8]) {
        match &mut self.sublayer {
            Sublayer::Gigabit(source) => source.fill(octets, &mut self.queue),
            Sublayer::TenGig(source) => source.fill(octets, &mut self.queue),
            Sublayer::FortyGig(source) => source.fill(octets, &mut self.queue),
            Sublayer::HundredGig(source) => source.fill(octets, &mut self.queue),
        }
    }

    fn set_failed(&mut self, failed: bool) {
        let fault = failed.then_some(LinkFault::Local);
        match &mut self.sublayer {
            Sublayer::Gigabit(source) => source.set_link_fault(failed),
            Sublayer::TenGig(source) => source.send_fault(fault),
            Sublayer::FortyGig(source) => source.send_fault(fault),
            Sublayer::HundredGig(source) => source.send_fault(fault),
        }
    }
}

/// Opaque bits, and their replacement signal while the client has failed. Its own bits wait meanwhile.
#[derive(Debug)]
pub struct Replaceable<S> {
    client: S,
    replacement: ReplacementSource,
    failed: bool,
}

impl<S> Replaceable<S> {
    /// A client of the kind of that name; one without a replacement signal of its own has generic-AIS.
    pub fn new(kind: &str, client: S) -> Self {
        let replacement = ReplacedClient::from_name(kind)
            .map_or(Replacement::GenericAis, |client| client.replacement);
        Self { client, replacement: ReplacementSource::new(replacement), failed: false }
    }
}

impl<S: OctetSource> OctetSource for Replaceable<S> {
    fn fill(&mut self, octets: &mut [u8]) {
        if self.failed {
            self.replacement.fill(octets);
        } else {
            self.client.fill(octets);
        }
    }

    fn set_failed(&mut self, failed: bool) {
        self.failed = failed;
    }
}

/// The bits of a file, again and again or with zeros behind them.
pub struct FileBits {
    path: PathBuf,
    file: BufReader<File>,
    status: Rc<Status>,
    repeats: bool,
}

impl fmt::Debug for FileBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits of {}", self.path.display())
    }
}

impl FileBits {
    /// The bits of this file.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn open(path: &Path, status: Rc<Status>, repeats: bool) -> Result<Self> {
        let name = || path.display().to_string();
        let file = BufReader::with_capacity(65_536, File::open(path).with_context(name)?);
        Ok(Self { path: path.to_path_buf(), file, status, repeats })
    }
}

impl OctetSource for FileBits {
    fn fill(&mut self, octets: &mut [u8]) {
        let mut rest = octets;
        while !rest.is_empty() && !self.status.ended.get() {
            let read = match self.file.read(rest) {
                // An empty file has nothing to repeat.
                Ok(0) if self.repeats && self.status.octets.get() > 0 => {
                    self.file.rewind().map(|()| None)
                }
                other => other.map(Some),
            };
            match read {
                Ok(None) => {}
                Ok(Some(0)) => self.status.ended.set(true),
                Ok(Some(length)) => {
                    self.status.octets.set(self.status.octets.get() + length as u64);
                    rest = &mut rest[length..];
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.status.ended.set(true);
                    let what = anyhow::Error::new(error).context(self.path.display().to_string());
                    self.status.error.replace(Some(what));
                }
            }
        }
        rest.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Counting(u8);

    impl OctetSource for Counting {
        fn fill(&mut self, octets: &mut [u8]) {
            for octet in octets {
                *octet = self.0;
                self.0 += 1;
            }
        }
    }

    /// PN-11 and NOS as the fact sheet and the tables of 8B/10B have them.
    #[test]
    fn bits_wait_while_the_replacement_signal_of_their_kind_is_sent() {
        let signals = [
            ("stm-16", [0xFF, 0xE0, 0x0C, 0x07, 0x83]),
            ("sbcon", [0x3E, 0xAA, 0x55, 0x2A, 0x95]),
            ("of no known kind", [0xFF, 0xE0, 0x0C, 0x07, 0x83]),
        ];
        for (kind, expected) in signals {
            let mut source = Replaceable::new(kind, Counting(0));
            let mut next = |failed| {
                let mut octets = [0; 5];
                source.set_failed(failed);
                source.fill(&mut octets);
                octets
            };
            let seen = [next(false), next(true), next(false)];
            assert_eq!(seen, [[0, 1, 2, 3, 4], expected, [5, 6, 7, 8, 9]], "{kind}");
        }
    }
}
