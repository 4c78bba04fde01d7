//! The cells of a workbook's sheets.
//!
//! In: octets of an xls or xlsx file. Out: [`Grid`]s of the cells that hold something, bounded in number.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, Xls, Xlsx};

use crate::error::{FileError, Ignored, Place, Problem, Warning};

/// Largest file, octets.
const MOST_OCTETS: usize = 64_000_000;

/// Most octets that the parts of an xlsx file may have once unpacked.
const MOST_UNPACKED: u64 = 256_000_000;

/// Most rows of a sheet that are read.
const MOST_ROWS: u32 = 50_000;

/// Most columns of a sheet that are read.
const MOST_COLUMNS: u32 = 256;

/// First octets of an xlsx file, which is a zip archive.
const ZIP: &[u8] = b"PK";

/// First octets of an xls file, which is a compound file.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0";

/// Such a file is whole sectors.
const SECTOR_OCTETS: usize = 512;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    Text(String),
    Number(f64),
}

/// A row and column, counted from 0.
pub(super) type At = (u32, u32);

/// The cells of one sheet that hold something.
pub(super) struct Grid {
    pub(super) sheet: String,
    pub(super) cells: BTreeMap<At, Held>,
}

enum Book<'a> {
    Xls(Box<Xls<Cursor<&'a [u8]>>>),
    Xlsx(Box<Xlsx<Cursor<&'a [u8]>>>),
}

/// An open workbook, and what is passed over in it.
pub(super) struct Workbook<'a> {
    file: String,
    book: Book<'a>,
    warnings: Vec<Warning>,
}

impl<'a> Workbook<'a> {
    pub(super) fn open(file: &str, octets: &'a [u8]) -> Result<Self, FileError> {
        let error = |problem| FileError {
            file: file.to_owned(),
            place: Place::File,
            problem: Box::new(problem),
        };
        let syntax = |message: String| {
            error(Problem::Syntax {
                message: format!("found no workbook ({message}), expected an xls or xlsx file"),
            })
        };
        if octets.len() > MOST_OCTETS {
            let (found, allowed) = (octets.len(), MOST_OCTETS);
            return Err(error(Problem::Size { what: "octets", found, allowed }));
        }
        let book = if octets.starts_with(ZIP) {
            let unpacked = unpacked_octets(octets);
            if unpacked > MOST_UNPACKED {
                let (found, allowed) = (unpacked as usize, MOST_UNPACKED as usize);
                return Err(error(Problem::Size { what: "octets unpacked", found, allowed }));
            }
            let open = || Xlsx::new(Cursor::new(octets)).map_err(|error| error.to_string());
            Book::Xlsx(Box::new(guarded(open).map_err(syntax)?))
        } else {
            if !octets.starts_with(COMPOUND) || !octets.len().is_multiple_of(SECTOR_OCTETS) {
                return Err(syntax("neither a zip archive nor a whole compound file".to_owned()));
            }
            let open = || Xls::new(Cursor::new(octets)).map_err(|error| error.to_string());
            Book::Xls(Box::new(guarded(open).map_err(syntax)?))
        };
        Ok(Self { file: file.to_owned(), book, warnings: Vec::new() })
    }

    /// The sheet of this name, if there is one.
    pub(super) fn sheet(&mut self, name: &str) -> Result<Option<Grid>, FileError> {
        let names = match &self.book {
            Book::Xls(book) => book.sheet_names(),
            Book::Xlsx(book) => book.sheet_names(),
        };
        let Some(name) = names.into_iter().find(|known| known.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        let mut cells = BTreeMap::new();
        let read = guarded(|| match &mut self.book {
            Book::Xls(book) => read_xls(book, &name, &mut cells),
            Book::Xlsx(book) => read_xlsx(book, &name, &mut cells),
        });
        read.map_err(|message| FileError {
            file: self.file.clone(),
            place: Place::Sheet(name.clone()),
            problem: Box::new(Problem::Syntax {
                message: format!("found no cells ({message}), expected a sheet of cells"),
            }),
        })?;
        Ok(Some(Grid { sheet: name, cells }))
    }

    /// An error at a place of this workbook.
    pub(super) fn error(&self, place: Place, problem: Problem) -> FileError {
        FileError { file: self.file.clone(), place, problem: Box::new(problem) }
    }

    /// Notes that something is passed over.
    pub(super) fn warn(&mut self, place: Place, what: Ignored) {
        self.warnings.push(Warning { file: self.file.clone(), place, what });
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }
}

/// Calls the reader of workbooks, which is not ours: damaged octets make it panic in places.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // Whatever the reader was doing is dropped with it.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("damaged".to_owned()))
}

fn read_xls(
    book: &mut Xls<Cursor<&[u8]>>,
    name: &str,
    cells: &mut BTreeMap<At, Held>,
) -> Result<(), String> {
    let range = book.worksheet_range(name).map_err(|error| error.to_string())?;
    let (top, left) = range.start().unwrap_or((0, 0));
    for (row, column, data) in range.used_cells() {
        hold(cells, (top + row as u32, left + column as u32), of_data(data));
    }
    Ok(())
}

/// Reads cell by cell: a sheet with one far cell must not become a field of empty ones.
fn read_xlsx(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    cells: &mut BTreeMap<At, Held>,
) -> Result<(), String> {
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
    while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
        let held = match cell.get_value() {
            DataRef::SharedString(text) => text_of(text),
            other => of_data(&Data::from(other.clone())),
        };
        hold(cells, cell.get_position(), held);
    }
    Ok(())
}

fn hold(cells: &mut BTreeMap<At, Held>, at: At, held: Option<Held>) {
    if let Some(held) = held
        && at.0 < MOST_ROWS
        && at.1 < MOST_COLUMNS
    {
        cells.insert(at, held);
    }
}

fn of_data(data: &Data) -> Option<Held> {
    match data {
        Data::Int(number) => Some(Held::Number(*number as f64)),
        Data::Float(number) => Some(Held::Number(*number)),
        Data::String(text) => text_of(text),
        Data::Bool(flag) => Some(Held::Text(flag.to_string())),
        Data::Empty => None,
        other => text_of(&other.to_string()),
    }
}

/// A text without the blanks around it; nothing is no text.
fn text_of(text: &str) -> Option<Held> {
    let text = text.trim();
    (!text.is_empty()).then(|| Held::Text(text.to_owned()))
}

/// Octets the parts of a zip archive say they have once unpacked.
fn unpacked_octets(octets: &[u8]) -> u64 {
    /// Begin of an entry of the directory, and where in it the size stands.
    const ENTRY: &[u8] = b"PK\x01\x02";
    const SIZE_AT: usize = 24;
    let starts = octets.windows(ENTRY.len()).enumerate().filter(|(_, window)| *window == ENTRY);
    let sizes = starts.filter_map(|(at, _)| {
        let size = octets.get(at + SIZE_AT..at + SIZE_AT + 4)?;
        size.try_into().ok().map(|size| u64::from(u32::from_le_bytes(size)))
    });
    sizes.sum()
}
