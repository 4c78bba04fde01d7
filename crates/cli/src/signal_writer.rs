//! A signal file being written: OTN capture, raw bits, or hexadecimal text.
//!
//! In: frames. Out: the file, whole or not at all. The extension decides on the form.

use std::io::{BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use otn_frame::{Signal, SimTime};
use otn_proc::otl::LaneDistributor;
use otn_proc::terminal::LineCoding;

use crate::capture::{LINK_OTN, OtnMetadata, PcapNgWriter};
use crate::commands::Written;
use crate::lanes::LaneWriter;
use crate::output::OutFile;

enum Form {
    Capture(PcapNgWriter<OutFile>),
    Raw(BufWriter<OutFile>),
    /// Octets of a word.
    Hex(BufWriter<OutFile>, usize),
    Lanes(Box<LaneWriter>),
}

/// Writes frames to a file.
pub struct SignalWriter {
    path: PathBuf,
    form: Form,
    /// Octets that make no whole word yet.
    rest: Vec<u8>,
}

impl SignalWriter {
    /// A new file; `width` is the number of bits of a word of hexadecimal text.
    ///
    /// # Errors
    /// A file that cannot be written, a width that is no number of octets.
    pub fn create(path: &Path, signal: Signal, coding: LineCoding, width: u32) -> Result<Self> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let is = |name: &str| extension.eq_ignore_ascii_case(name);
        let form = if is("bin") {
            Form::Raw(BufWriter::new(OutFile::create(path)?))
        } else if is("hex") || is("mem") {
            let whole = width > 0 && width.is_multiple_of(8) && width <= 65_536;
            ensure!(whole, "--width: found {width}, expected a multiple of 8 up to 65536");
            Form::Hex(BufWriter::new(OutFile::create(path)?), width as usize / 8)
        } else {
            let mut writer = PcapNgWriter::new(OutFile::create(path)?).written(path)?;
            let coding = signal.is_otu().then_some(coding);
            let description = OtnMetadata { signal, coding }.to_string();
            writer.interface(LINK_OTN, "wrap", &description).written(path)?;
            Form::Capture(writer)
        };
        Ok(Self { path: path.to_path_buf(), form, rest: Vec::new() })
    }

    /// The frames over lanes, a file each.
    pub fn lanes(path: &Path, writer: LaneWriter) -> Self {
        let form = Form::Lanes(Box::new(writer));
        Self { path: path.to_path_buf(), form, rest: Vec::new() }
    }

    /// Writes a frame whose first bit is sent at `at`.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn frame(&mut self, at: SimTime, octets: &[u8]) -> Result<()> {
        self.frame_on_lanes(at, octets, |_| {})
    }

    /// The same; where it goes over lanes, `change` may do something to them first.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn frame_on_lanes(
        &mut self,
        at: SimTime,
        octets: &[u8],
        change: impl FnOnce(&mut LaneDistributor),
    ) -> Result<()> {
        let name = || self.path.display().to_string();
        match &mut self.form {
            Form::Capture(writer) => writer.packet(0, at.as_ns(), octets).written(&self.path),
            Form::Raw(writer) => writer.write_all(octets).with_context(name),
            Form::Lanes(writer) => writer.frame(octets, change),
            Form::Hex(writer, word) => {
                self.rest.extend_from_slice(octets);
                let whole = self.rest.len() / *word * *word;
                for word in self.rest[..whole].chunks(*word) {
                    line(writer, word).with_context(name)?;
                }
                self.rest.drain(..whole);
                Ok(())
            }
        }
    }

    /// Gives the file its name. A last word that is not full is filled up with zeros.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn commit(mut self) -> Result<()> {
        let name = || self.path.display().to_string();
        let finished = |writer: BufWriter<OutFile>| {
            let file = writer.into_inner().map_err(IntoInnerError::into_error);
            file.with_context(name)?.commit()
        };
        match self.form {
            Form::Capture(writer) => writer.into_inner().commit(),
            Form::Raw(writer) => finished(writer),
            Form::Lanes(writer) => writer.commit(),
            Form::Hex(mut writer, word) => {
                if !self.rest.is_empty() {
                    self.rest.resize(word, 0);
                    line(&mut writer, &self.rest).with_context(name)?;
                }
                finished(writer)
            }
        }
    }
}

fn line(writer: &mut impl Write, word: &[u8]) -> std::io::Result<()> {
    for octet in word {
        write!(writer, "{octet:02x}")?;
    }
    writeln!(writer)
}
