//! The one error of this crate. Facts are fields; the sentence is made when it is printed.

use std::{fmt, io};

use crate::id::ID_FORM;

/// What can be wrong with the requirements file or with a citation. Files are named relative to
/// the root that was given, with forward slashes; lines count from 1.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    Io {
        /// The file or folder.
        file: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A source file is not UTF-8 text.
    NotUtf8 {
        /// The file.
        file: String,
        /// The line of the first bad byte.
        line: usize,
    },
    /// The requirements file is not TOML, or has a missing, unknown or mistyped key.
    Toml {
        /// The file.
        file: String,
        /// The line where the parser stopped.
        line: usize,
        /// The parser's words: what it found and what it expected.
        message: String,
    },
    /// An id of the requirements file has the wrong form.
    MalformedId {
        /// The file.
        file: String,
        /// The line of the id.
        line: usize,
        /// The id as it stands there.
        id: String,
    },
    /// Two requirements have one id.
    DuplicateId {
        /// The file.
        file: String,
        /// The line of the second.
        line: usize,
        /// The line of the first.
        first_line: usize,
        /// The id.
        id: String,
    },
    /// A field of a requirement is empty.
    EmptyField {
        /// The file.
        file: String,
        /// The line of the requirement's id.
        line: usize,
        /// The requirement's id.
        id: String,
        /// The name of the empty field.
        field: &'static str,
    },
    /// A comment line begins like a citation but names no id.
    MalformedCitation {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// The trimmed line as it stands there.
        found: String,
        /// How a citation begins in this language, such as `//=`.
        marker: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { file, source } => {
                write!(f, "{file}: found a read error ({source}), expected a readable path")
            }
            Error::NotUtf8 { file, line } => {
                write!(f, "{file}:{line}: found a byte that is not UTF-8, expected text")
            }
            Error::Toml { file, line, message } => {
                write!(f, "{file}:{line}: found {message}; expected [[requirement]] tables")
            }
            Error::MalformedId { file, line, id } => {
                write!(f, "{file}:{line}: found id `{id}`, expected {ID_FORM}")
            }
            Error::DuplicateId { file, line, first_line, id } => write!(
                f,
                "{file}:{line}: found id `{id}` again, expected it once (first on line \
                 {first_line})"
            ),
            Error::EmptyField { file, line, id, field } => {
                write!(f, "{file}:{line}: `{id}`: found an empty `{field}`, expected a text")
            }
            Error::MalformedCitation { file, line, found, marker } => write!(
                f,
                "{file}:{line}: found `{found}`, expected `{marker} ID` or `{marker} type=test \
                 ID`, where ID is {ID_FORM}"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::NotUtf8 { .. }
            | Error::Toml { .. }
            | Error::MalformedId { .. }
            | Error::DuplicateId { .. }
            | Error::EmptyField { .. }
            | Error::MalformedCitation { .. } => None,
        }
    }
}
