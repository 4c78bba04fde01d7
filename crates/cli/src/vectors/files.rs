//! Vectors as files: hexadecimal text for `$readmemh`, raw octets, comma-separated values; an index.
//!
//! In: recipes, a format, a word width. Out: the octets of each file, and [`Index`], which says for
//! each file what is in it and its checksums. The same choice gives the same octets every time.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Recipe, Requirement, confidence};
use crate::output;
use crate::text::wrap;

/// Form of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Hexadecimal text as `$readmemh` reads it, a word a line
    Hex,
    /// Raw octets
    Bin,
    /// A line a word: its offset in octets, and its hexadecimal digits
    Csv,
}

impl FileFormat {
    /// Extension of the files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Bin => "bin",
            Self::Csv => "csv",
        }
    }
}

/// Octets of a word; the first octet of the vector is in the most significant place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width(usize);

/// Widest word.
const MAX_WIDTH_BITS: u32 = 65_536;

impl Width {
    /// A width in bits: a multiple of 8, 65 536 at most.
    ///
    /// # Errors
    /// Any other number, named.
    pub fn from_bits(bits: u32) -> Result<Self> {
        ensure!(
            (8..=MAX_WIDTH_BITS).contains(&bits) && bits.is_multiple_of(8),
            "--width: found {bits}, expected a multiple of 8 from 8 to {MAX_WIDTH_BITS}"
        );
        Ok(Self(bits as usize / 8))
    }

    /// The width in bits.
    pub const fn bits(self) -> usize {
        8 * self.0
    }

    /// Octets that the last word of `octets` lacks.
    const fn padding(self, octets: usize) -> usize {
        octets.next_multiple_of(self.0) - octets
    }
}

/// What is in a folder of vectors.
#[derive(Debug, Serialize)]
pub struct Index {
    /// Form of the files.
    pub format: FileFormat,
    /// Bits of a word; `null` where the files are raw octets.
    pub width_bits: Option<usize>,
    /// The vectors.
    pub vectors: Vec<Entry>,
}

/// One vector.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Name.
    pub name: &'static str,
    /// Document and clause of its chief requirement.
    pub clause: String,
    /// What it shows.
    pub about: &'static str,
    /// As sure as the least sure of its requirements.
    pub confidence: &'static str,
    /// The requirements it shows.
    pub requirements: Vec<Requirement>,
    /// The input.
    pub input: FileEntry,
    /// The expected output.
    pub output: FileEntry,
}

/// One file.
#[derive(Debug, Serialize)]
pub struct FileEntry {
    /// What it is.
    pub about: &'static str,
    /// Its name within the folder.
    pub file: String,
    /// Octets of the vector.
    pub octets: usize,
    /// Octets 00 behind them, that fill the last word.
    pub padding_octets: usize,
    /// SHA-256 of the octets of the vector, whatever the format.
    pub sha256: String,
    /// SHA-256 of the file.
    pub file_sha256: String,
}

/// A file and its octets.
#[derive(Debug)]
pub struct File {
    /// Its name within the folder.
    pub name: String,
    /// What is in it.
    pub octets: Vec<u8>,
}

/// Makes the index and all files, the files of the index itself last.
///
/// # Errors
/// A requirement that the trace does not know, which would be a fault of the table.
pub fn make(
    recipes: &[&'static Recipe],
    requirements: &[Requirement],
    format: FileFormat,
    width: Width,
) -> Result<(Index, Vec<File>)> {
    let mut files = Vec::new();
    let mut vectors = Vec::new();
    for recipe in recipes {
        let shown = requirements_of(recipe, requirements)?;
        let chief = shown.first().context("a vector shows a requirement")?;
        let pair = (recipe.make)();
        let sides = [("in", recipe.input, pair.input), ("out", recipe.output, pair.output)];
        let [input, output] = sides.map(|(side, about, octets)| {
            let name = format!("{}.{side}.{}", recipe.name, format.extension());
            let content = content(recipe, about, &octets, format, width);
            let entry = FileEntry {
                about,
                file: name.clone(),
                octets: octets.len(),
                padding_octets: match format {
                    FileFormat::Bin => 0,
                    FileFormat::Hex | FileFormat::Csv => width.padding(octets.len()),
                },
                sha256: sha256(&octets),
                file_sha256: sha256(&content),
            };
            files.push(File { name, octets: content });
            entry
        });
        vectors.push(Entry {
            name: recipe.name,
            clause: format!("{} {}", chief.document, chief.clause),
            about: recipe.about,
            confidence: confidence(&shown),
            requirements: shown,
            input,
            output,
        });
    }
    let width_bits = (format != FileFormat::Bin).then(|| width.bits());
    let index = Index { format, width_bits, vectors };
    files.push(File { name: "SHA256SUMS".to_string(), octets: sums(&index).into_bytes() });
    files.push(File { name: "README.txt".to_string(), octets: readme(&index).into_bytes() });
    let json = serde_json::to_string_pretty(&index)? + "\n";
    files.push(File { name: "index.json".to_string(), octets: json.into_bytes() });
    Ok((index, files))
}

/// Writes files into a folder, each whole or not at all.
///
/// # Errors
/// What keeps a file from being written, named.
pub fn write(folder: &Path, files: &[File]) -> Result<()> {
    files.iter().try_for_each(|file| output::write_whole(&folder.join(&file.name), &file.octets))
}

fn requirements_of(recipe: &Recipe, all: &[Requirement]) -> Result<Vec<Requirement>> {
    let find = |id: &&str| {
        let found = all.iter().find(|requirement| requirement.id == *id);
        found.cloned().with_context(|| format!("{}: no requirement `{id}`", recipe.name))
    };
    recipe.requirements.iter().map(find).collect()
}

/// SHA-256 in hexadecimal.
pub fn sha256(octets: &[u8]) -> String {
    Sha256::digest(octets).iter().map(|octet| format!("{octet:02x}")).collect()
}

fn content(
    recipe: &Recipe,
    about: &str,
    octets: &[u8],
    format: FileFormat,
    width: Width,
) -> Vec<u8> {
    match format {
        FileFormat::Bin => octets.to_vec(),
        FileFormat::Hex => (head(recipe, about, octets, width) + &hex(octets, width)).into_bytes(),
        FileFormat::Csv => csv(octets, width).into_bytes(),
    }
}

/// The comment above the words.
fn head(recipe: &Recipe, about: &str, octets: &[u8], width: Width) -> String {
    let words = octets.len().div_ceil(width.0);
    let mut head = format!(
        "// {}: {about}\n// {}\n// {} octets, {words} words of {} bits, first octet most significant\n",
        recipe.name,
        recipe.requirements.join(" "),
        octets.len(),
        width.bits()
    );
    match width.padding(octets.len()) {
        0 => {}
        // Writing to a String cannot fail, here and below.
        padding => {
            let _ = writeln!(head, "// the last word ends with {padding} octets 00 of padding");
        }
    }
    head
}

/// The words of `octets`, the last one padded with zeros.
pub(super) fn words(octets: &[u8], width: Width) -> impl Iterator<Item = String> {
    octets.chunks(width.0).map(move |word| {
        let mut digits = String::with_capacity(2 * width.0);
        for octet in word.iter().chain(std::iter::repeat(&0)).take(width.0) {
            let _ = write!(digits, "{octet:02X}");
        }
        digits
    })
}

fn hex(octets: &[u8], width: Width) -> String {
    words(octets, width).map(|word| word + "\n").collect()
}

fn csv(octets: &[u8], width: Width) -> String {
    let rows = words(octets, width).enumerate();
    let rows = rows.map(|(n, word)| format!("{},{word}\n", n * width.0));
    std::iter::once("offset,word\n".to_string()).chain(rows).collect()
}

/// What `sha256sum -c` reads.
fn sums(index: &Index) -> String {
    let files = index.vectors.iter().flat_map(|v| [&v.input, &v.output]);
    files.map(|f| format!("{}  {}\n", f.file_sha256, f.file)).collect()
}

/// Columns of an explanation.
const LINE: usize = 98;

/// The folder in words.
fn readme(index: &Index) -> String {
    let form = match (index.format, index.width_bits) {
        (FileFormat::Hex, Some(bits)) => format!(
            "hexadecimal text for $readmemh, one word of {bits} bits a line, comments behind //"
        ),
        (FileFormat::Csv, Some(bits)) => {
            format!("comma-separated values: offset in octets, and a word of {bits} bits")
        }
        (_, _) => "raw octets".to_string(),
    };
    let mut text = format!(
        "OpenOTN golden vectors: {} of them\n\n\
         Each has an input, NAME.in.{extension}, and the output to expect, NAME.out.{extension}.\n\
         Files are {form}.\n\
         The first octet stands in the most significant place of a word, bit 1 of an octet is its\n\
         most significant; the last word is filled up with octets 00, as many as said below.\n\
         index.json says the same for programs. `sha256sum -c SHA256SUMS` checks the files.\n\
         A vector marked `memory` rests on a rule recalled and not read: treat it as a hypothesis.\n",
        index.vectors.len(),
        extension = index.format.extension(),
    );
    for vector in &index.vectors {
        let ids: Vec<&str> = vector.requirements.iter().map(|r| r.id.as_str()).collect();
        let _ = writeln!(text, "\n{} ({}; {})", vector.name, vector.clause, vector.confidence);
        let _ = writeln!(text, "  shows   {}", ids.join(", "));
        for line in wrap(vector.about, LINE) {
            let _ = writeln!(text, "  {line}");
        }
        for (side, file) in [("in ", &vector.input), ("out", &vector.output)] {
            let _ = writeln!(text, "  {side}     {} octets: {}", file.octets, file.about);
            if file.padding_octets > 0 {
                let _ = writeln!(text, "          and {} octets of padding", file.padding_octets);
            }
            let _ = writeln!(text, "          sha256 {}", file.sha256);
        }
    }
    text
}
