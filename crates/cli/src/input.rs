//! A signal file as octets of one or more lines: OTN capture, raw bits, or hexadecimal text.
//!
//! In: a file, or the files of lanes. Out: pieces of octets, each with its stream and, from a capture, a time stamp.
//! Constant memory. What is in the octets is for the decoder to find.
//!
//! Bit literals: words of any width are packed bit behind bit.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use otn_frame::{Signal, SimTime};
use otn_proc::defect::DefectEvent;

use crate::capture::{CaptureReader, LINK_OTN, OtnMetadata};
use crate::lanes::{LaneFiles, LanesReport};

/// Octets read at once from a raw file.
const PIECE: usize = 64 * 1024;

/// A stream of a signal file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamInfo {
    /// Name of the interface in a capture.
    pub interface: Option<String>,
    /// What the capture says the signal is.
    pub metadata: Option<OtnMetadata>,
}

/// A piece of one stream; its octets are those of [`SignalFile::octets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the stream.
    pub stream: usize,
    /// Time of the first bit since the first stamp of the file, where the file tells.
    pub stamp: Option<SimTime>,
}

enum Source {
    Capture(CaptureReader),
    Raw(Box<dyn Read>),
    Hex(Box<dyn BufRead>, HexReader),
    Lanes(Box<LaneFiles>),
}

/// A signal file being read.
pub struct SignalFile {
    path: PathBuf,
    source: Source,
    buffer: Vec<u8>,
    streams: Vec<StreamInfo>,
    size: u64,
    /// Time stamp of the first packet: times within a signal count from there.
    first_stamp_ns: Option<u64>,
    warnings: Vec<String>,
}

impl SignalFile {
    /// Opens a file and finds out its form. `width` is the number of bits of a word of hexadecimal
    /// text; without it a word has as many as its digits.
    ///
    /// # Errors
    /// A file that cannot be opened or is empty, named.
    pub fn open(path: &Path, width: Option<u32>) -> Result<Self> {
        let name = || path.display().to_string();
        let mut file = File::open(path).with_context(name)?;
        let size = file.metadata().with_context(name)?.len();
        let mut start = vec![0; 4096];
        let known = read_up_to(&mut file, &mut start).with_context(name)?;
        start.truncate(known);
        if start.is_empty() {
            bail!("{}: the file is empty, expected a signal", path.display());
        }
        let whole = io::Cursor::new(start.clone()).chain(file);
        let source = if is_capture(&start) {
            Source::Capture(CaptureReader::new(whole).with_context(name)?)
        } else if is_hex(path, &start) {
            Source::Hex(Box::new(BufReader::new(whole)), HexReader::new(width))
        } else {
            Source::Raw(Box::new(whole))
        };
        let streams = match source {
            Source::Capture(_) => Vec::new(),
            Source::Raw(_) | Source::Hex(..) | Source::Lanes(_) => {
                vec![StreamInfo { interface: None, metadata: None }]
            }
        };
        Ok(Self {
            path: path.to_path_buf(),
            source,
            buffer: Vec::new(),
            streams,
            size,
            first_stamp_ns: None,
            warnings: Vec::new(),
        })
    }

    /// Octets in memory, taken as those of a file of raw bits.
    pub fn raw(octets: Vec<u8>) -> Self {
        Self {
            path: PathBuf::from("memory"),
            size: octets.len() as u64,
            source: Source::Raw(Box::new(io::Cursor::new(octets))),
            buffer: Vec::new(),
            streams: vec![StreamInfo { interface: None, metadata: None }],
            first_stamp_ns: None,
            warnings: Vec::new(),
        }
    }

    /// The files of lanes, taken as the one stream of frames that they carry. `asked` is the signal,
    /// if the user knows it.
    ///
    /// # Errors
    /// As [`LaneFiles::open`].
    pub fn lanes(paths: &[PathBuf], width: Option<u32>, asked: Option<Signal>) -> Result<Self> {
        let lanes = LaneFiles::open(paths, width, asked)?;
        let metadata = lanes.signal().map(|signal| OtnMetadata { signal, coding: None });
        Ok(Self {
            path: PathBuf::from("lanes"),
            size: lanes.size(),
            source: Source::Lanes(Box::new(lanes)),
            buffer: Vec::new(),
            streams: vec![StreamInfo { interface: None, metadata }],
            first_stamp_ns: None,
            warnings: Vec::new(),
        })
    }

    /// True for a capture.
    pub fn is_capture(&self) -> bool {
        matches!(self.source, Source::Capture(_))
    }

    /// What was found out about lanes, where the stream came over lanes.
    pub fn lanes_report(&self) -> Option<LanesReport> {
        match &self.source {
            Source::Lanes(lanes) => lanes.report(),
            Source::Capture(_) | Source::Raw(_) | Source::Hex(..) => None,
        }
    }

    /// The defects of lanes since this was asked last, where the stream came over lanes.
    pub fn take_lane_defects(&mut self) -> Vec<DefectEvent> {
        match &mut self.source {
            Source::Lanes(lanes) => lanes.take_defects(),
            Source::Capture(_) | Source::Raw(_) | Source::Hex(..) => Vec::new(),
        }
    }

    /// The streams known so far; a capture may name more later.
    pub fn streams(&self) -> &[StreamInfo] {
        &self.streams
    }

    /// Octets of the file, for a progress bar.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Time stamp of the first packet in nanoseconds since 1970; 0 where there is none.
    pub fn first_stamp_ns(&self) -> u64 {
        self.first_stamp_ns.unwrap_or(0)
    }

    /// Things worth a word that do not stop the work.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Octets of the piece read last.
    pub fn octets(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads the next piece; `None` at the end.
    ///
    /// # Errors
    /// A broken capture or a character that is no hexadecimal digit, named with its place.
    pub fn next_piece(&mut self) -> Result<Option<Piece>> {
        let name = self.path.display().to_string();
        let (stream, stamp) = match &mut self.source {
            Source::Raw(reader) => {
                self.buffer.resize(PIECE, 0);
                let length = read_up_to(reader, &mut self.buffer).context(name)?;
                self.buffer.truncate(length);
                (0, None)
            }
            Source::Hex(reader, hex) => {
                self.buffer.clear();
                hex.read(reader, &mut self.buffer).context(name)?;
                (0, None)
            }
            Source::Lanes(lanes) => {
                let Some(at) = lanes.next_frame(&mut self.buffer)? else {
                    self.warnings.extend(lanes.left_over());
                    return Ok(None);
                };
                let metadata = lanes.signal().map(|signal| OtnMetadata { signal, coding: None });
                self.streams[0].metadata = metadata;
                (0, Some(at))
            }
            Source::Capture(reader) => {
                let Some(record) = reader.next_record().context(name.clone())? else {
                    // Interfaces without a packet are streams too: silent ones.
                    describe(reader, &mut self.streams).context(name)?;
                    return Ok(None);
                };
                let (stream, number) = (record.interface, record.number);
                let first = *self.first_stamp_ns.get_or_insert(record.stamp_ns);
                let stamp = SimTime::from_ns(record.stamp_ns.saturating_sub(first));
                if record.cut() && self.warnings.is_empty() {
                    self.warnings.push(format!(
                        "{name}: packet {number} was cut from {} to {} octets by the capture",
                        record.original_octets,
                        record.octets.len()
                    ));
                }
                self.buffer.clear();
                self.buffer.extend_from_slice(record.octets);
                describe(reader, &mut self.streams).context(name)?;
                (stream, Some(stamp))
            }
        };
        if self.buffer.is_empty() && !matches!(self.source, Source::Capture(_)) {
            return Ok(None);
        }
        Ok(Some(Piece { stream, stamp }))
    }
}

/// Takes over interfaces that the capture has described since the last time.
fn describe(reader: &CaptureReader, streams: &mut Vec<StreamInfo>) -> Result<()> {
    for interface in &reader.interfaces()[streams.len()..] {
        if interface.link_type != LINK_OTN {
            bail!(
                "interface {}: found link type {}, expected {LINK_OTN} (an OTN capture)",
                streams.len(),
                interface.link_type
            );
        }
        let metadata = match interface.description.as_deref().and_then(OtnMetadata::read) {
            None => None,
            Some(Ok(metadata)) => Some(metadata),
            Some(Err(what)) => bail!("interface {}: description: {what}", streams.len()),
        };
        streams.push(StreamInfo { interface: interface.name.clone(), metadata });
    }
    Ok(())
}

/// Fills as much of `buffer` as the reader has.
fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn is_capture(start: &[u8]) -> bool {
    let magic: [&[u8]; 5] = [
        &[0x0A, 0x0D, 0x0D, 0x0A],
        &[0xA1, 0xB2, 0xC3, 0xD4],
        &[0xD4, 0xC3, 0xB2, 0xA1],
        &[0xA1, 0xB2, 0x3C, 0x4D],
        &[0x4D, 0x3C, 0xB2, 0xA1],
    ];
    magic.iter().any(|m| start.starts_with(m))
}

fn is_hex(path: &Path, start: &[u8]) -> bool {
    let named = path
        .extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| ["hex", "mem", "txt"].iter().any(|h| e.eq_ignore_ascii_case(h)));
    let is_text = |&o: &u8| o.is_ascii_hexdigit() || o.is_ascii_whitespace() || b"_@".contains(&o);
    named || start.iter().all(is_text)
}

/// Hexadecimal text as `$readmemh` reads it: words of whole octets, `_` within them, white space,
/// `//`, `#` and `/* */` comments, `@` addresses, which are passed over.
#[derive(Debug, Default)]
struct HexReader {
    line: u64,
    /// Octets of the line read before the present piece of it.
    column: usize,
    text: Vec<u8>,
    /// A digit that waits for its second half.
    half: Option<u8>,
    within: Within,
    words: Option<FixedWords>,
}

/// Words of one width, whose leading zeros may be left out, packed bit behind bit.
#[derive(Debug)]
struct FixedWords {
    width: u32,
    /// Digits of the present word.
    digits: Vec<u8>,
    /// Bits that make no whole octet yet.
    bits: u32,
    count: u32,
}

impl FixedWords {
    /// The word ends: its bits go out, filled up with zeros in front. False if it has too many.
    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        let expected = self.width.div_ceil(4) as usize;
        let Some(missing) = expected.checked_sub(self.digits.len()) else { return false };
        let first_bits = self.width - 4 * (expected as u32 - 1);
        let digits = std::iter::repeat_n(0, missing).chain(self.digits.drain(..));
        for (at, digit) in digits.enumerate() {
            let bits = if at == 0 { first_bits } else { 4 };
            if u32::from(digit) >> bits > 0 {
                return false;
            }
            self.bits = self.bits << bits | u32::from(digit);
            self.count += bits;
            if self.count >= 8 {
                self.count -= 8;
                out.push((self.bits >> self.count) as u8);
                self.bits &= (1 << self.count) - 1;
            }
        }
        true
    }
}

/// What the next character belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Words,
    /// An address, up to white space.
    Address,
    /// A comment, up to the end of the line.
    Line,
    /// A comment, up to `*/`; true where a `*` came last.
    Block(bool),
    /// A `/` came: a comment has to follow.
    Slash,
}

impl HexReader {
    /// Longest piece of a line taken at once.
    const MAX_PIECE: u64 = 64 * 1024;

    fn new(width: Option<u32>) -> Self {
        let words = |width| FixedWords { width, digits: Vec::new(), bits: 0, count: 0 };
        Self { words: width.map(words), ..Self::default() }
    }

    fn read(&mut self, reader: &mut impl BufRead, out: &mut Vec<u8>) -> Result<()> {
        while out.len() < PIECE {
            let mut text = std::mem::take(&mut self.text);
            text.clear();
            if reader.take(Self::MAX_PIECE).read_until(b'\n', &mut text)? == 0 {
                return self.word_ends(out);
            }
            for &c in &text {
                self.column += 1;
                self.take(c, out)?;
                if c == b'\n' {
                    self.line += 1;
                    self.column = 0;
                }
            }
            self.text = text;
        }
        Ok(())
    }

    fn take(&mut self, c: u8, out: &mut Vec<u8>) -> Result<()> {
        self.within = match (self.within, c) {
            (Within::Words | Within::Address, _) if c.is_ascii_whitespace() => {
                self.word_ends(out)?;
                Within::Words
            }
            (Within::Address, _) => Within::Address,
            (Within::Words, b'@') => Within::Address,
            (Within::Words, b'#') => Within::Line,
            (Within::Words, b'/') => Within::Slash,
            (Within::Words, b'_') => Within::Words,
            (Within::Words, _) => {
                self.digit(c, out)?;
                Within::Words
            }
            (Within::Line, b'\n') => Within::Words,
            (Within::Line, _) | (Within::Slash, b'/') => Within::Line,
            (Within::Slash, b'*') => Within::Block(false),
            (Within::Slash, _) => return self.refuse(c, "a comment"),
            (Within::Block(true), b'/') => Within::Words,
            (Within::Block(_), _) => Within::Block(c == b'*'),
        };
        Ok(())
    }

    fn digit(&mut self, c: u8, out: &mut Vec<u8>) -> Result<()> {
        let Some(digit) = (c as char).to_digit(16) else {
            return self.refuse(c, "a hexadecimal digit");
        };
        if let Some(words) = &mut self.words {
            // One digit too many is enough to be refused when the word ends.
            if words.digits.len() <= words.width.div_ceil(4) as usize {
                words.digits.push(digit as u8);
            }
            return Ok(());
        }
        match self.half.take() {
            Some(high) => out.push(high * 16 + digit as u8),
            None => self.half = Some(digit as u8),
        }
        Ok(())
    }

    fn word_ends(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let (line, column) = (self.line + 1, self.column);
        if let Some(words) = &mut self.words {
            let width = words.width;
            if !words.end(out) {
                bail!("line {line}, column {column}: found a longer word, expected {width} bits");
            }
        }
        match self.half {
            Some(_) => bail!(
                "line {line}, column {column}: found a word with an odd number of digits, \
                 expected whole octets"
            ),
            None => Ok(()),
        }
    }

    fn refuse(&self, c: u8, expected: &str) -> Result<()> {
        let (line, column) = (self.line + 1, self.column);
        let found = (c as char).escape_default();
        bail!("line {line}, column {column}: found `{found}`, expected {expected}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn octets_of(name: &str, content: &[u8]) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        File::create(&path).unwrap().write_all(content).unwrap();
        let mut file = SignalFile::open(&path, None)?;
        let mut all = Vec::new();
        while file.next_piece()?.is_some() {
            all.extend_from_slice(file.octets());
        }
        Ok(all)
    }

    #[test]
    fn hexadecimal_text_is_read_as_readmemh_reads_it() {
        let text = b"// a frame\n@0000 f6F6_f6\n28 /* two\nlines 99 **/28 28 # the end\n@10 01\n";
        let expected = [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 0x01];
        assert_eq!(octets_of("a.hex", text).unwrap(), expected);
        assert_eq!(octets_of("a", b"f6 f6\n28").unwrap(), [0xF6, 0xF6, 0x28]);
        let long = "5a".repeat(200_001);
        assert_eq!(octets_of("long.hex", long.as_bytes()).unwrap(), vec![0x5A; 200_001]);
        for odd in ["0 1\n", "f6f", "f6 f\n28"] {
            let error = format!("{:#}", octets_of("odd.hex", odd.as_bytes()).unwrap_err());
            assert!(error.ends_with("an odd number of digits, expected whole octets"), "{error}");
        }
        let error = octets_of("c.hex", b"f6 / 28\n").unwrap_err();
        assert!(format!("{error:#}").ends_with("column 5: found ` `, expected a comment"));
        let error = octets_of("b.hex", b"f6\n00 xg\n").unwrap_err();
        assert!(
            format!("{error:#}")
                .ends_with("line 2, column 4: found `x`, expected a hexadecimal digit")
        );
    }

    #[test]
    fn words_of_a_given_width_may_leave_out_zeros_and_need_not_be_octets() {
        let read = |width, text: &str| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("w.hex");
            std::fs::write(&path, text).unwrap();
            let mut file = SignalFile::open(&path, Some(width))?;
            let mut all = Vec::new();
            while file.next_piece()?.is_some() {
                all.extend_from_slice(file.octets());
            }
            Ok::<_, anyhow::Error>(all)
        };
        assert_eq!(read(32, "f6\n1_02030405").ok(), None, "33 bits");
        assert_eq!(read(32, "f6 12345678\n").unwrap(), [0, 0, 0, 0xF6, 0x12, 0x34, 0x56, 0x78]);
        assert_eq!(read(12, "f6f 6 // end").unwrap(), [0xF6, 0xF0, 0x06]);
        // Six bits: 111111 000001 000010 000011.
        assert_eq!(read(6, "3f 1 2 3").unwrap(), [0xFC, 0x10, 0x83]);
        let error = format!("{:#}", read(6, "3f\n40\n").unwrap_err());
        assert!(error.ends_with("found a longer word, expected 6 bits"), "{error}");
    }

    #[test]
    fn anything_else_is_raw_bits() {
        let octets: Vec<u8> = (0..200_000u32).map(|i| ((i * 7) >> 3) as u8).collect();
        assert_eq!(octets_of("a.bin", &octets).unwrap(), octets);
        let error = octets_of("a.bin", b"").unwrap_err().to_string();
        assert!(error.ends_with("the file is empty, expected a signal"), "{error}");
    }
}
