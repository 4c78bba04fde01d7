//! Reads pcap and pcapng, any byte order, micro- and nanoseconds, in constant memory.
//!
//! In: a stream of octets. Out: one [`Record`] after another, or an error that names the file and
//! the packet. A file that is cut off gives its whole packets first, then the error.
//!
//! Bit literals: legacy pcap packs flags into its link type field.

use std::fmt;
use std::io::Read;

use pcap_parser::pcapng::{Block, OptionCode};
use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{PcapBlockOwned, PcapError, create_reader};

/// Read buffer at the start.
const BUFFER: usize = 1 << 20;
/// Greatest block or packet that is taken for real.
const MAX_BLOCK: usize = 64 << 20;
/// Option of an interface: length of the FCS in its packets.
const IF_FCSLEN: u16 = 13;
/// Nanoseconds of a second.
const NS_PER_S: u128 = 1_000_000_000;

/// Why a capture cannot be read on.
#[derive(Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// The file has no octets.
    Empty,
    /// The file ends within its first header.
    HeaderCutOff,
    /// The file is neither pcap nor pcapng.
    NotACapture,
    /// The file ends within a packet or block.
    CutOff {
        /// Whole packets before it.
        packets: u64,
    },
    /// A block or packet does not make sense.
    Malformed {
        /// Whole packets before it.
        packets: u64,
        /// What the parser said.
        what: String,
    },
    /// A block or packet is longer than any real one.
    TooLarge {
        /// Whole packets before it.
        packets: u64,
    },
    /// A packet of an interface that was not described.
    UnknownInterface {
        /// Whole packets before it.
        packets: u64,
        /// Number of the interface.
        interface: u32,
    },
    /// Reading failed.
    Io {
        /// Whole packets before it.
        packets: u64,
    },
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty, expected a pcap or pcapng capture"),
            Self::HeaderCutOff => f.write_str("the file ends within its first header"),
            Self::NotACapture => {
                f.write_str("found neither a pcap nor a pcapng header, expected a capture")
            }
            Self::CutOff { packets } => {
                write!(f, "the file ends within a packet or block, after {packets} whole packets")
            }
            Self::Malformed { packets, what } => {
                write!(f, "malformed block after {packets} packets: {what}")
            }
            Self::TooLarge { packets } => {
                write!(f, "after {packets} packets: found a block of more than {MAX_BLOCK} octets")
            }
            Self::UnknownInterface { packets, interface } => write!(
                f,
                "packet {}: found interface {interface}, which the capture does not describe",
                packets + 1
            ),
            Self::Io { packets } => write!(f, "reading failed after {packets} packets"),
        }
    }
}

impl std::error::Error for CaptureError {}

/// An interface of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Link type.
    pub link_type: i32,
    /// Name, where given.
    pub name: Option<String>,
    /// Description, where given.
    pub description: Option<String>,
    /// Octets of FCS at the end of each packet, where the capture says so.
    pub fcs_octets: Option<u8>,
    ticks_per_second: u64,
    offset_s: i64,
    snap_length: u32,
}

/// A packet of a capture.
#[derive(Debug)]
pub struct Record<'a> {
    /// Number in the file, from 1.
    pub number: u64,
    /// Index of its interface.
    pub interface: usize,
    /// Time stamp in nanoseconds since 1970.
    pub stamp_ns: u64,
    /// Octets that the capture holds.
    pub octets: &'a [u8],
    /// Octets that the packet had.
    pub original_octets: u64,
}

impl Record<'_> {
    /// True where the capture holds less than the packet had.
    pub fn cut(&self) -> bool {
        (self.octets.len() as u64) < self.original_octets
    }
}

/// A capture being read.
pub struct CaptureReader {
    reader: Box<dyn PcapReaderIterator + Send>,
    interfaces: Vec<Interface>,
    /// First interface of the present section.
    section: usize,
    packets: u64,
    octets: Vec<u8>,
    capacity: usize,
}

/// The parts of a packet that are kept while its block is let go.
struct Head {
    interface: usize,
    stamp_ns: u64,
    original_octets: u64,
}

impl CaptureReader {
    /// Starts to read `input`.
    ///
    /// # Errors
    /// [`CaptureError`] where it does not begin like a capture.
    pub fn new(input: impl Read + Send + 'static) -> Result<Self, CaptureError> {
        let reader = create_reader(BUFFER, input).map_err(|error| match error {
            PcapError::Eof => CaptureError::Empty,
            PcapError::Incomplete(_) | PcapError::UnexpectedEof => CaptureError::HeaderCutOff,
            PcapError::ReadError => CaptureError::Io { packets: 0 },
            _ => CaptureError::NotACapture,
        })?;
        Ok(Self {
            reader,
            interfaces: Vec::new(),
            section: 0,
            packets: 0,
            octets: Vec::new(),
            capacity: BUFFER,
        })
    }

    /// The interfaces described so far.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// [`CaptureError`] where the file does not go on as a capture does.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, CaptureError> {
        loop {
            let packets = self.packets;
            let step = match self.reader.next() {
                Ok((length, block)) => {
                    let taken = take_block(
                        &block,
                        &mut self.interfaces,
                        &mut self.section,
                        packets,
                        &mut self.octets,
                    );
                    Step::Block(length, taken?)
                }
                Err(PcapError::Eof) => return Ok(None),
                Err(PcapError::Incomplete(_)) => Step::Refill,
                Err(PcapError::BufferTooSmall) => Step::Grow,
                Err(PcapError::UnexpectedEof) => return Err(CaptureError::CutOff { packets }),
                Err(PcapError::ReadError) => return Err(CaptureError::Io { packets }),
                Err(PcapError::NomError(_, kind) | PcapError::OwnedNomError(_, kind)) => {
                    let what = format!("{kind:?}");
                    return Err(CaptureError::Malformed { packets, what });
                }
                Err(PcapError::HeaderNotRecognized) => return Err(CaptureError::NotACapture),
            };
            match step {
                Step::Refill => self.refill()?,
                Step::Grow => self.grow()?,
                Step::Block(length, head) => {
                    self.reader.consume(length);
                    if let Some(head) = head {
                        self.packets += 1;
                        return Ok(Some(Record {
                            number: self.packets,
                            interface: head.interface,
                            stamp_ns: head.stamp_ns,
                            octets: &self.octets,
                            original_octets: head.original_octets,
                        }));
                    }
                }
            }
        }
    }

    fn refill(&mut self) -> Result<(), CaptureError> {
        self.reader.refill().map_err(|_| CaptureError::Io { packets: self.packets })
    }

    fn grow(&mut self) -> Result<(), CaptureError> {
        self.capacity *= 2;
        if self.capacity > MAX_BLOCK || !self.reader.grow(self.capacity) {
            return Err(CaptureError::TooLarge { packets: self.packets });
        }
        self.refill()
    }
}

enum Step {
    Refill,
    Grow,
    Block(usize, Option<Head>),
}

/// Takes what matters out of a block: an interface, or a packet into `octets`.
fn take_block(
    block: &PcapBlockOwned<'_>,
    interfaces: &mut Vec<Interface>,
    section: &mut usize,
    packets: u64,
    octets: &mut Vec<u8>,
) -> Result<Option<Head>, CaptureError> {
    let (id, ticks, data, original) = match block {
        PcapBlockOwned::LegacyHeader(header) => {
            interfaces.push(legacy_interface(header));
            return Ok(None);
        }
        PcapBlockOwned::Legacy(record) => {
            let rate = interfaces.first().map_or(1, |i| i.ticks_per_second);
            let ticks = u64::from(record.ts_sec) * rate + u64::from(record.ts_usec);
            (0, ticks, record.data, record.origlen)
        }
        PcapBlockOwned::NG(Block::SectionHeader(_)) => {
            *section = interfaces.len();
            return Ok(None);
        }
        PcapBlockOwned::NG(Block::InterfaceDescription(description)) => {
            interfaces.push(described_interface(description, packets)?);
            return Ok(None);
        }
        PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
            let ticks = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
            (packet.if_id, ticks, packet.packet_data(), packet.origlen)
        }
        PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
            // It names no interface and no time: interface 0, which also limits its length.
            let snap = interfaces.get(*section).map_or(0, |i| i.snap_length) as usize;
            let data = packet.packet_data();
            let kept = if snap == 0 { data.len() } else { data.len().min(snap) };
            (0, 0, &data[..kept], packet.origlen)
        }
        PcapBlockOwned::NG(_) => return Ok(None),
    };
    let index = *section + id as usize;
    let interface =
        interfaces.get(index).ok_or(CaptureError::UnknownInterface { packets, interface: id })?;
    octets.clear();
    octets.extend_from_slice(data);
    Ok(Some(Head {
        interface: index,
        stamp_ns: nanoseconds(ticks, interface),
        original_octets: u64::from(original),
    }))
}

fn nanoseconds(ticks: u64, interface: &Interface) -> u64 {
    let ns = u128::from(ticks) * NS_PER_S / u128::from(interface.ticks_per_second);
    let ns = i128::try_from(ns).unwrap_or(i128::MAX);
    let shifted = ns.saturating_add(i128::from(interface.offset_s) * NS_PER_S as i128);
    u64::try_from(shifted.max(0)).unwrap_or(u64::MAX)
}

fn legacy_interface(header: &pcap_parser::PcapHeader) -> Interface {
    /// The FCS length is valid.
    const FCS_KNOWN: u32 = 1 << 26;
    const LINK_TYPE: u32 = 0xFFFF;
    let network = header.network.0 as u32;
    let words = (network >> 28) as u8;
    Interface {
        link_type: (network & LINK_TYPE) as i32,
        name: None,
        description: None,
        fcs_octets: (network & FCS_KNOWN != 0).then_some(words * 2),
        ticks_per_second: if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 },
        offset_s: i64::from(header.thiszone),
        snap_length: header.snaplen,
    }
}

fn described_interface(
    block: &pcap_parser::InterfaceDescriptionBlock<'_>,
    packets: u64,
) -> Result<Interface, CaptureError> {
    let option = |code: OptionCode| block.options.iter().find(|o| o.code == code);
    let text = |code: OptionCode| {
        let value = option(code)?;
        let octets = value.value.get(..usize::from(value.len))?;
        let text = String::from_utf8_lossy(octets);
        Some(text.trim_end_matches('\0').to_string())
    };
    let ticks_per_second = resolution(block.if_tsresol).ok_or_else(|| {
        let what =
            format!("found if_tsresol {:#04x}, which no 64-bit time can use", block.if_tsresol);
        CaptureError::Malformed { packets, what }
    })?;
    Ok(Interface {
        link_type: block.linktype.0,
        name: text(OptionCode::IfName),
        description: text(OptionCode::IfDescription),
        fcs_octets: option(OptionCode(IF_FCSLEN)).and_then(|o| o.value.first()).map(|&n| fcs(n)),
        ticks_per_second,
        offset_s: block.if_tsoffset,
        snap_length: block.snaplen,
    })
}

/// Octets of an `if_fcslen`: bits by the format's text, octets as some programs write it.
fn fcs(length: u8) -> u8 {
    if length >= 8 { length / 8 } else { length }
}

/// Ticks per second of an `if_tsresol`: a power of ten, or of two where the top bit is set.
fn resolution(tsresol: u8) -> Option<u64> {
    const BINARY: u8 = 0x80;
    match tsresol & BINARY {
        0 => 10u64.checked_pow(u32::from(tsresol)),
        _ => 1u64.checked_shl(u32::from(tsresol & !BINARY)),
    }
}
