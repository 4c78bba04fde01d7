//! Ethernet frames of a capture as client packets.
//!
//! In: a capture with link type Ethernet. Out: frames without FCS and their time stamps, once or
//! again and again. Packets that cannot be sent as they were are left out and counted: cut by the
//! snap length, longer than a GFP frame, or with an FCS in the file that is wrong.

use std::cell::Cell;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use otn_emu::traffic::{Packet, PacketSource};
use otn_frame::SimTime;
use otn_map::{ethernet, gfp};
use serde::Serialize;

use super::{CaptureReader, Interface, LINK_ETHERNET};

/// What was taken from a capture and what was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InputCounts {
    /// Packets read.
    pub packets: u64,
    /// Left out: the capture does not hold all of the packet.
    pub cut_by_snap_length: u64,
    /// Left out: longer than one GFP frame can hold.
    pub too_long: u64,
    /// Left out: the FCS in the file is wrong.
    pub wrong_fcs: u64,
}

impl InputCounts {
    /// Sentences about packets left out, none if there were none.
    pub fn warnings(&self, path: &Path) -> Vec<String> {
        let limit = gfp::MAX_PAYLOAD - ethernet::FCS_OCTETS;
        [
            (self.cut_by_snap_length, "cut short by the capture's snap length".to_string()),
            (self.too_long, format!("longer than the {limit} octets that a GFP frame can hold")),
            (self.wrong_fcs, "stored with a wrong FCS".to_string()),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| {
            let (total, name) = (self.packets, path.display());
            format!("{name}: {count} of {total} packets are {why} and were not sent")
        })
        .collect()
    }
}

/// A capture as a packet source.
pub struct EthernetCapture {
    path: PathBuf,
    reader: CaptureReader,
    repeat: bool,
    counts: Rc<Cell<InputCounts>>,
    /// Packets given in the present pass.
    given: u64,
    first_ns: Option<u64>,
    last: SimTime,
    /// Added to stamps in the present pass.
    offset: SimTime,
}

enum Fitness {
    Good,
    CutShort,
    TooLong,
    WrongFcs,
}

impl EthernetCapture {
    /// Opens a capture.
    ///
    /// # Errors
    /// A file that cannot be opened or does not begin like a capture, named.
    pub fn open(path: &Path, repeat: bool) -> Result<Self> {
        Ok(Self {
            path: path.to_path_buf(),
            reader: open(path)?,
            repeat,
            counts: Rc::default(),
            given: 0,
            first_ns: None,
            last: SimTime::ZERO,
            offset: SimTime::ZERO,
        })
    }

    /// The counts, which go on changing while packets are taken.
    pub fn counts(&self) -> Rc<Cell<InputCounts>> {
        Rc::clone(&self.counts)
    }

    /// Puts the next packet into `packet`; false at the end.
    ///
    /// # Errors
    /// A capture that is broken or is not Ethernet, named with the packet.
    pub fn next(&mut self, packet: &mut Packet) -> Result<bool> {
        loop {
            let name = self.path.display();
            let found = take_next(&mut self.reader, packet).with_context(|| name.to_string())?;
            let Some((fitness, stamp_ns)) = found else {
                if !self.repeat || self.given == 0 {
                    return Ok(false);
                }
                self.rewind()?;
                continue;
            };
            let mut counts = self.counts.get();
            counts.packets += 1;
            match fitness {
                Fitness::Good => {}
                Fitness::CutShort => counts.cut_by_snap_length += 1,
                Fitness::TooLong => counts.too_long += 1,
                Fitness::WrongFcs => counts.wrong_fcs += 1,
            }
            self.counts.set(counts);
            if matches!(fitness, Fitness::Good) {
                self.given += 1;
                let first = *self.first_ns.get_or_insert(stamp_ns);
                let stamp = SimTime::from_ns(stamp_ns.saturating_sub(first)) + self.offset;
                // Captures may hold packets out of order; time at a port does not run back.
                self.last = stamp.max(self.last);
                packet.stamp = self.last;
                return Ok(true);
            }
        }
    }

    /// Starts the capture again, one mean gap after its last packet.
    fn rewind(&mut self) -> Result<()> {
        let span = self.last.since(self.offset).as_ps();
        self.offset = self.last + SimTime::from_ps(span / (self.given - 1).max(1));
        self.reader = open(&self.path)?;
        self.given = 0;
        Ok(())
    }
}

fn open(path: &Path) -> Result<CaptureReader> {
    let name = || path.display().to_string();
    let file = File::open(path).with_context(name)?;
    CaptureReader::new(file).with_context(name)
}

fn take_next(reader: &mut CaptureReader, packet: &mut Packet) -> Result<Option<(Fitness, u64)>> {
    let Some(record) = reader.next_record()? else { return Ok(None) };
    let (interface, number, stamp_ns) = (record.interface, record.number, record.stamp_ns);
    let cut = record.cut();
    packet.octets.clear();
    packet.octets.extend_from_slice(record.octets);
    let Interface { link_type, fcs_octets, .. } = &reader.interfaces()[interface];
    ensure!(
        *link_type == LINK_ETHERNET,
        "packet {number}: found link type {link_type}, expected {LINK_ETHERNET} (Ethernet)"
    );
    Ok(Some((fitness(packet, cut, *fcs_octets, number)?, stamp_ns)))
}

/// Judges a packet, and removes an FCS that the file holds.
fn fitness(packet: &mut Packet, cut: bool, fcs_octets: Option<u8>, number: u64) -> Result<Fitness> {
    if cut {
        return Ok(Fitness::CutShort);
    }
    match fcs_octets {
        None | Some(0) => {}
        Some(4) => match ethernet::check_fcs(&packet.octets).map(<[u8]>::len) {
            Ok(length) => packet.octets.truncate(length),
            Err(_) => return Ok(Fitness::WrongFcs),
        },
        Some(other) => bail!("packet {number}: found an FCS of {other} octets, expected 0 or 4"),
    }
    if packet.octets.len() + ethernet::FCS_OCTETS > gfp::MAX_PAYLOAD {
        return Ok(Fitness::TooLong);
    }
    Ok(Fitness::Good)
}

impl PacketSource for EthernetCapture {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool, Box<dyn Error + Send + Sync>> {
        Ok(self.next(packet)?)
    }
}
