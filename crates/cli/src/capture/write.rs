//! Writes pcapng (packets and OTN signals) and the pcap of GFP frames.
//!
//! In: octets with a time stamp. Out: blocks on a writer. Everything is little-endian and in
//! nanoseconds, so that equal input gives equal files on every machine.
//!
//! Bit literals: time stamps are split into two 32-bit words.

use std::borrow::Cow;
use std::io::{self, Write};

use pcap_parser::pcapng::OptionCode;
use pcap_parser::{
    EnhancedPacketBlock, InterfaceDescriptionBlock, LegacyPcapBlock, Linktype, PcapHeader,
    PcapNGOption, SectionHeaderBlock, ToVec,
};

use super::LINK_GFP_F;

/// `if_tsresol` of nanoseconds.
const NANOSECONDS: u8 = 9;
/// Nanoseconds of a second.
const NS_PER_S: u64 = 1_000_000_000;

fn block(block: &mut impl ToVec) -> io::Result<Vec<u8>> {
    block.to_vec().map_err(|error| io::Error::other(format!("{error:?}")))
}

fn option(code: OptionCode, value: &[u8]) -> Option<PcapNGOption<'static>> {
    let len = u16::try_from(value.len()).ok()?;
    Some(PcapNGOption { code, len, value: Cow::Owned(value.to_vec()) })
}

fn too_long(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{what} is too long for a capture"))
}

/// A pcapng file being written.
pub struct PcapNgWriter<W> {
    writer: W,
    interfaces: u32,
}

impl<W: Write> PcapNgWriter<W> {
    /// Starts a file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(mut writer: W) -> io::Result<Self> {
        let application = concat!("otn ", env!("CARGO_PKG_VERSION"));
        let options = option(OptionCode::ShbUserAppl, application.as_bytes()).into_iter().collect();
        let mut section = SectionHeaderBlock {
            block_type: 0,
            block_len1: 0,
            bom: 0,
            major_version: 1,
            minor_version: 0,
            section_len: -1,
            options,
            block_len2: 0,
        };
        writer.write_all(&block(&mut section)?)?;
        Ok(Self { writer, interfaces: 0 })
    }

    /// Describes the next interface and gives its number.
    ///
    /// # Errors
    /// Those of the writer; a name or description beyond 64 KiB.
    pub fn interface(&mut self, link_type: i32, name: &str, description: &str) -> io::Result<u32> {
        let mut options = Vec::new();
        for (code, text) in [(OptionCode::IfName, name), (OptionCode::IfDescription, description)] {
            if !text.is_empty() {
                options.push(option(code, text.as_bytes()).ok_or_else(|| too_long("a name"))?);
            }
        }
        let mut description = InterfaceDescriptionBlock {
            block_type: 0,
            block_len1: 0,
            linktype: Linktype(link_type),
            reserved: 0,
            snaplen: 0,
            options,
            block_len2: 0,
            if_tsresol: NANOSECONDS,
            if_tsoffset: 0,
        };
        self.writer.write_all(&block(&mut description)?)?;
        self.interfaces += 1;
        Ok(self.interfaces - 1)
    }

    /// Writes a packet of an interface.
    ///
    /// # Errors
    /// Those of the writer; a packet beyond 4 GiB.
    pub fn packet(&mut self, interface: u32, stamp_ns: u64, octets: &[u8]) -> io::Result<()> {
        let length = u32::try_from(octets.len()).map_err(|_| too_long("a packet"))?;
        let mut packet = EnhancedPacketBlock {
            block_type: 0,
            block_len1: 0,
            if_id: interface,
            ts_high: (stamp_ns >> 32) as u32,
            ts_low: stamp_ns as u32,
            caplen: length,
            origlen: length,
            data: octets,
            options: Vec::new(),
            block_len2: 0,
        };
        self.writer.write_all(&block(&mut packet)?)
    }

    /// The writer back.
    pub fn into_inner(self) -> W {
        self.writer
    }
}

/// A pcap file of GFP frames being written: descrambled core header and payload area.
pub struct GfpWriter<W>(W);

impl<W: Write> GfpWriter<W> {
    /// Starts a file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(mut writer: W) -> io::Result<Self> {
        let mut header = PcapHeader::new();
        header.magic_number = 0xA1B2_3C4D; // nanoseconds
        header.snaplen = 1 << 18;
        header.network = Linktype(LINK_GFP_F);
        writer.write_all(&block(&mut header)?)?;
        Ok(Self(writer))
    }

    /// Writes a GFP frame.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn frame(&mut self, stamp_ns: u64, core: [u8; 4], area: &[u8]) -> io::Result<()> {
        let octets = [&core, area].concat();
        let length = octets.len() as u32; // 4 + 65 535 at most
        let mut record = LegacyPcapBlock {
            ts_sec: u32::try_from(stamp_ns / NS_PER_S).unwrap_or(u32::MAX),
            ts_usec: (stamp_ns % NS_PER_S) as u32,
            caplen: length,
            origlen: length,
            data: &octets,
        };
        self.0.write_all(&block(&mut record)?)
    }

    /// The writer back.
    pub fn into_inner(self) -> W {
        self.0
    }
}
