//! `otn fec encode` and `otn fec decode`: a code on files, for users of Python, MATLAB or RTL.
//!
//! In: bits or log-likelihood ratios, whole blocks. Out: bits. A code whose decoder answers d
//! blocks late gets d blocks of zeros behind the last one, so that decoding gives out all others.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use otn_fec::bits::octets;
use otn_fec::code::{Code, Outcome, Received};
use serde::Serialize;

use super::code;
use crate::Verdict;
use crate::cli::Format;
use crate::commands::not_the_input;
use crate::fec_simulation::bit_file::{Content, FileFormat, Packed, read, write};
use crate::output::write_whole;
use crate::text::grouped;

/// Arguments of `otn fec encode`.
#[derive(Debug, clap::Args)]
pub struct EncodeArguments {
    /// Code, files, formats
    #[command(flatten)]
    pub files: Files,
}

/// Arguments of `otn fec decode`.
#[derive(Debug, clap::Args)]
pub struct DecodeArguments {
    /// Code, files, formats
    #[command(flatten)]
    pub files: Files,
}

/// What both have in common.
#[derive(Debug, clap::Args)]
pub struct Files {
    /// Name of the code; `otn fec list` prints all
    #[arg(long)]
    pub code: String,
    /// The file to read
    pub input: PathBuf,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// What the input holds: packed bits, bits as text or octets, LLRs, a NumPy array
    #[arg(long = "format", value_enum, default_value_t)]
    pub form: FileFormat,
    /// What the output holds, if not the same: bytes, bits or npy
    #[arg(long, value_enum)]
    pub output_format: Option<FileFormat>,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

#[derive(Serialize)]
struct Report {
    code: String,
    blocks: usize,
    bits_in: usize,
    bits_out: usize,
    /// What the decoder did; nothing when encoding.
    #[serde(skip_serializing_if = "Option::is_none")]
    decoded: Option<Decoded>,
}

#[derive(Serialize)]
struct Decoded {
    codewords: u64,
    corrected_bits: u64,
    corrected_symbols: u64,
    uncorrectable: u64,
}

impl Files {
    fn output_format(&self) -> Result<FileFormat> {
        match (self.output_format, self.form) {
            (Some(FileFormat::F32), _) => {
                bail!("--output-format: bits come out, expected bytes, bits or npy")
            }
            (Some(format), _) => Ok(format),
            (None, FileFormat::F32) => Ok(FileFormat::Bytes),
            (None, format) => Ok(format),
        }
    }

    /// The content, whose length must be so many bits times a whole number.
    fn content(&self, block: usize, what: &str) -> Result<(Content, usize)> {
        let name = || self.input.display().to_string();
        not_the_input(&self.input, &self.output)?;
        let data = std::fs::read(&self.input).with_context(name)?;
        let content = read(&data, self.form, block).with_context(name)?;
        let bits = content.len();
        ensure!(bits > 0, "{}: the file is empty", name());
        ensure!(
            bits.is_multiple_of(block),
            "{}: found {bits} bits, expected a multiple of the {block} {what} bits of {}",
            name(),
            self.code
        );
        Ok((content, bits / block))
    }

    fn finish(&self, out: &Packed, block: usize, report: &Report) -> Result<()> {
        let data = write(out, self.output_format()?, block);
        write_whole(&self.output, &data)?;
        self.format.print(report, text)
    }
}

/// Encodes a file.
///
/// # Errors
/// A code that is none, a file that is no whole number of blocks, ratios instead of bits.
pub fn encode(arguments: &EncodeArguments) -> Result<Verdict> {
    let files = &arguments.files;
    let built = (code("--code", &files.code)?.code)();
    let size = built.block();
    files.output_format()?;
    let (content, blocks) = files.content(size.information, "information")?;
    let Content::Bits(input) = content else {
        bail!("{}: found ratios, expected bits to encode", files.input.display());
    };
    let mut encoder = built.encoder();
    let mut out = Packed::default();
    let mut coded = vec![0; octets(size.coded)];
    let empty = vec![0; octets(size.information)];
    for block in 0..blocks + built.decoder().delay() {
        let information =
            if block < blocks { input.block(block, size.information) } else { empty.clone() };
        encoder.encode(&information, &mut coded);
        out.append(&coded, size.coded);
    }
    let report = Report {
        code: files.code.clone(),
        blocks,
        bits_in: input.len,
        bits_out: out.len,
        decoded: None,
    };
    files.finish(&out, size.coded, &report)?;
    Ok(Verdict::Fine)
}

/// Decodes a file.
///
/// # Errors
/// A code that is none, a file that is no whole number of blocks, a ratio that is no number.
pub fn decode(arguments: &DecodeArguments) -> Result<Verdict> {
    let files = &arguments.files;
    let built = (code("--code", &files.code)?.code)();
    files.output_format()?;
    let size = built.block();
    let (content, blocks) = files.content(size.coded, "coded")?;
    let delay = built.decoder().delay();
    ensure!(
        blocks > delay,
        "{}: found {blocks} blocks, expected more than the {delay} that the decoder is late",
        files.input.display()
    );
    let (out, outcome) = decoded(&*built, &content, blocks);
    let report = Report {
        code: files.code.clone(),
        blocks: blocks - delay,
        bits_in: content.len(),
        bits_out: out.len,
        decoded: Some(Decoded {
            codewords: outcome.codewords,
            corrected_bits: outcome.corrected_bits,
            corrected_symbols: outcome.corrected_symbols,
            uncorrectable: outcome.uncorrectable,
        }),
    };
    files.finish(&out, size.information, &report)?;
    Ok(if outcome.uncorrectable == 0 { Verdict::Fine } else { Verdict::Defective })
}

fn decoded(built: &dyn Code, content: &Content, blocks: usize) -> (Packed, Outcome) {
    let size = built.block();
    let mut decoder = built.decoder();
    let delay = decoder.delay();
    let mut information = vec![0; octets(size.information)];
    let (mut out, mut outcome) = (Packed::default(), Outcome::default());
    for block in 0..blocks {
        let done = match content {
            Content::Bits(packed) => {
                let word = packed.block(block, size.coded);
                decoder.decode(Received::Bits(&word), &mut information)
            }
            Content::Ratios(ratios) => {
                let word = &ratios[block * size.coded..][..size.coded];
                decoder.decode(Received::Llr(word), &mut information)
            }
        };
        outcome.add(done);
        if block >= delay {
            out.append(&information, size.information);
        }
    }
    (out, outcome)
}

fn text(report: &Report) -> String {
    let mut out = format!(
        "{}: {} blocks, {} bits in, {} bits out\n",
        report.code,
        grouped(report.blocks as u64),
        grouped(report.bits_in as u64),
        grouped(report.bits_out as u64)
    );
    if let Some(done) = &report.decoded {
        out.push_str(&format!(
            "  codewords {}, bits corrected {}, symbols corrected {}, uncorrectable {}\n",
            grouped(done.codewords),
            grouped(done.corrected_bits),
            grouped(done.corrected_symbols),
            grouped(done.uncorrectable)
        ));
    }
    out
}
