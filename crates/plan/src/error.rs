//! What is wrong with a file, and where.
//!
//! Out: [`FileError`] says file, place, what was found and what is allowed; [`Warning`] says the same of
//! things that are passed over. One line each; the program prints them as they are.

use core::fmt;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line and column of its text, counted from 1.
    Text {
        /// Line.
        line: usize,
        /// Column.
        column: usize,
    },
    /// A value in a JSON document, as RFC 6901 points to it; empty is the whole document.
    Pointer(String),
    /// A sheet of a workbook.
    Sheet(String),
    /// A cell of a sheet, such as `B4`.
    Cell {
        /// Name of the sheet.
        sheet: String,
        /// Column and row as spreadsheets name them.
        cell: String,
    },
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// The text is no JSON, the octets are no workbook.
    Syntax {
        /// What the reader says.
        message: String,
    },
    /// A value is of the wrong kind.
    Kind {
        /// What was found.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// A field is missing.
    Missing {
        /// Its name.
        field: String,
    },
    /// A number is out of its range.
    Range {
        /// The number found.
        found: f64,
        /// What is allowed.
        expected: String,
    },
    /// A name that stands for nothing.
    Unknown {
        /// What the name should stand for.
        what: &'static str,
        /// The name found.
        name: String,
        /// The nearest name there is, if one is near; else some of those allowed.
        hint: Hint,
    },
    /// A name was given twice.
    Duplicate {
        /// What it names.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Two things do not go together.
    Conflict {
        /// What was found.
        found: String,
        /// What is allowed.
        expected: String,
    },
    /// There are too many of something to read.
    Size {
        /// What there are too many of.
        what: &'static str,
        /// How many were found.
        found: usize,
        /// How many are allowed.
        allowed: usize,
    },
}

/// What might have been meant by an unknown name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Nothing is allowed here, or nothing is near.
    None,
    /// A name that differs little.
    Nearest(String),
    /// The names allowed, the first ones of them.
    OneOf(Vec<String>),
}

/// Share of equal letters from which a name counts as near.
const NEAR: f64 = 0.8;

/// Most names listed in a hint.
const LISTED: usize = 8;

impl Hint {
    /// The nearest of `names` to `name`, or a few of them.
    pub fn for_name<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let lower = name.to_lowercase();
        let mut nearest: Option<(f64, &str)> = None;
        let mut first: Vec<String> = Vec::new();
        let mut count = 0usize;
        for candidate in names {
            let likeness = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
            if likeness >= NEAR && nearest.is_none_or(|(best, _)| likeness > best) {
                nearest = Some((likeness, candidate));
            }
            count += 1;
            if first.len() < LISTED {
                first.push(candidate.to_owned());
            }
        }
        match nearest {
            Some((_, candidate)) => Self::Nearest(candidate.to_owned()),
            None if count == 0 || count > LISTED => Self::None,
            None => Self::OneOf(first),
        }
    }
}

/// A file that cannot be read, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct FileError {
    /// Name of the file, as it was given.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is wrong there.
    pub problem: Box<Problem>,
}

impl core::error::Error for FileError {}

/// Something in a file that is passed over.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Name of the file, as it was given.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is passed over.
    pub what: Ignored,
}

/// What is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// A key nothing reads.
    Key {
        /// The key.
        key: String,
        /// What might have been meant.
        hint: Hint,
    },
    /// An entry of an extra library whose name is taken.
    Entry {
        /// Its name.
        name: String,
    },
    /// A second connection between the same elements.
    Connection {
        /// Where it comes from.
        from_node: String,
        /// Where it goes to.
        to_node: String,
    },
    /// A row of a sheet that stands for nothing.
    Row {
        /// Why it is passed over.
        reason: String,
    },
}

/// What a file gave, and what was passed over in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded<T> {
    /// What the file gave.
    pub value: T,
    /// What was passed over.
    pub warnings: Vec<Warning>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Text { line, column } => write!(f, "line {line} column {column}: "),
            Self::Pointer(pointer) if pointer.is_empty() => write!(f, "(whole document): "),
            Self::Pointer(pointer) => write!(f, "{pointer}: "),
            Self::Sheet(sheet) => write!(f, "sheet {sheet}: "),
            Self::Cell { sheet, cell } => write!(f, "sheet {sheet} cell {cell}: "),
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Nearest(name) => write!(f, ", did you mean '{name}'?"),
            Self::OneOf(names) => write!(f, ", expected one of: {}", names.join(", ")),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { message } => f.write_str(message),
            Self::Kind { found, expected } => write!(f, "found {found}, expected {expected}"),
            Self::Missing { field } => write!(f, "'{field}' is missing, expected a value for it"),
            Self::Range { found, expected } => write!(f, "found {found}, expected {expected}"),
            Self::Unknown { what, name, hint: Hint::None } => {
                write!(f, "no {what} named '{name}', expected a name that is known")
            }
            Self::Unknown { what, name, hint } => write!(f, "no {what} named '{name}'{hint}"),
            Self::Duplicate { what, name } => {
                write!(f, "{what} '{name}' is given twice, expected each name once")
            }
            Self::Conflict { found, expected } => write!(f, "found {found}, expected {expected}"),
            Self::Size { what, found, allowed } => {
                write!(f, "found {found} {what}, expected at most {allowed}")
            }
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}{}", self.file, self.place, self.problem)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.place)?;
        match &self.what {
            Ignored::Key { key, hint } => write!(f, "nothing reads '{key}'{hint}"),
            Ignored::Entry { name } => {
                write!(f, "'{name}' is already in the library, the first one holds")
            }
            Ignored::Connection { from_node, to_node } => {
                write!(f, "'{from_node}' to '{to_node}' is connected twice, the first one holds")
            }
            Ignored::Row { reason } => write!(f, "row passed over: {reason}"),
        }
    }
}
