//! What is said of a network file while it is read: values with their units, and mistakes with their place.
//!
//! In: text. Out: the document it holds, values in their unit, or an error that names file, line, column, key, what
//! was found and what would be valid.

use std::fmt;
use std::path::{Path, PathBuf};

use otn_emu::traffic::Pace;
use otn_frame::SimTime;
use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

use crate::units::{self, UnitError};

/// Longest delay of a line: twenty thousand kilometres of fibre, half way round the earth.
const MAX_DELAY: SimTime = SimTime::from_ms(100);

/// A mistake in a network file.
#[derive(Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file.
    pub file: String,
    /// Line and column from 1, where known.
    pub at: Option<(u64, u64)>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

impl std::error::Error for FileError {}

/// A capture that a client replays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The capture.
    pub pcap: PathBuf,
    /// Its path as the network file writes it.
    pub written: String,
    /// Start again at its end.
    pub repeat: bool,
}

/// Text with its place.
pub(crate) type Text = Spanned<String>;

/// The document that a YAML text holds; `file` is used in errors.
///
/// # Errors
/// [`FileError`] for anything that is not one, with its place where the parser knows it.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, FileError> {
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| FileError {
        file: file.to_string(),
        at: error.location().and_then(place),
        what: without_place(&error.to_string()),
    })
}

/// Line and column of a location, where it has them.
pub(crate) fn place(location: Location) -> Option<(u64, u64)> {
    (location.line() > 0).then(|| (location.line(), location.column()))
}

/// The parser's message without the place at its end, which stands in front already.
fn without_place(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message[..at].to_string(),
        None => message.to_string(),
    }
}

/// What is said of a file while it is read.
pub(crate) struct Builder {
    file: String,
    folder: PathBuf,
}

impl Builder {
    /// For the file at this path.
    pub(crate) fn new(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Self { file: path.display().to_string(), folder }
    }

    /// The path of a file that the file names.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A mistake.
    pub(crate) fn error<T>(&self, at: Location, what: impl Into<String>) -> Result<T, FileError> {
        Err(FileError { file: self.file.clone(), at: place(at), what: what.into() })
    }

    /// The value of a key, read by a function of [`units`].
    pub(crate) fn unit<T>(
        &self,
        key: &str,
        text: &Text,
        read: fn(&str) -> Result<T, UnitError>,
    ) -> Result<T, FileError> {
        read(&text.value).or_else(|error| self.error(text.referenced, format!("{key}: {error}")))
    }

    /// Names become parts of file names and of trail traces.
    pub(crate) fn name(&self, kind: &str, name: &str, at: Location) -> Result<(), FileError> {
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 32 || !name.chars().all(fine) || name.starts_with('.') {
            return self.error(
                at,
                format!(
                    "{kind} `{name}`: expected a name of 1 to 32 letters, digits, `-`, `_` or `.`"
                ),
            );
        }
        Ok(())
    }

    /// A delay; the frames on their way are all held in memory.
    pub(crate) fn delay(&self, text: &Text) -> Result<SimTime, FileError> {
        let delay = self.unit("delay", text, units::time)?;
        if delay <= MAX_DELAY {
            return Ok(delay);
        }
        let found = &text.value;
        self.error(text.referenced, format!("delay: found `{found}`, expected at most {MAX_DELAY}"))
    }

    /// A pace by rate or as captured.
    pub(crate) fn pace(&self, rate: &Text) -> Result<Pace, FileError> {
        if rate.value == "captured" {
            return Ok(Pace::Captured);
        }
        let bits_per_second = units::bit_rate(&rate.value).or_else(|error| {
            self.error(rate.referenced, format!("rate: {error}, or `captured`"))
        })?;
        Ok(Pace::Rate { bits_per_second })
    }
}
