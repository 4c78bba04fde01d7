//! A sheet as a table: titles, and rows under them.
//!
//! Clauses: GNPy's documentation of Excel input: titles stand in the fifth row; Links and Eqpt have a row
//! above them that says where the columns of the way back begin.
//! In: the cells of a sheet. Out: [`Row`]s, whose fields are asked for by title. Titles count without case,
//! blanks and brackets.

use std::collections::HashMap;

use super::workbook::{At, Grid, Held, Workbook};
use crate::error::{FileError, Hint, Ignored, Place, Problem};

/// A title, and other ways to write it, all in plain letters.
pub(super) type Title = &'static [&'static str];

/// Rows among which the titles are looked for.
const TITLE_ROWS: u32 = 12;

/// Which way of a link a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    /// From A to Z; all columns of a sheet without ways.
    East,
    /// From Z to A.
    West,
}

/// A sheet as a table.
pub(super) struct Table {
    grid: Grid,
    columns: HashMap<(&'static str, Side), u32>,
    first_row: u32,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table,
    row: u32,
}

/// Letters and digits of a title, small.
fn plain(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Table {
    /// Finds the titles of a sheet: `titles[0]` marks their row.
    pub(super) fn new(
        grid: Grid,
        titles: &[Title],
        workbook: &mut Workbook<'_>,
    ) -> Result<Self, FileError> {
        let text = |at: &At| match grid.cells.get(at) {
            Some(Held::Text(text)) => Some(plain(text)),
            _ => None,
        };
        let first = titles.first().copied().unwrap_or_default();
        let heads: Vec<At> = grid.cells.range(..(TITLE_ROWS, 0)).map(|(at, _)| *at).collect();
        let marked = |at: &&At| text(at).is_some_and(|title| first.contains(&title.as_str()));
        let Some(&(title_row, _)) = heads.iter().find(marked) else {
            return Err(workbook.error(
                Place::Sheet(grid.sheet.clone()),
                Problem::Missing { field: first.first().copied().unwrap_or_default().to_owned() },
            ));
        };
        let west = heads
            .iter()
            .filter(|(row, _)| *row < title_row)
            .find(|at| text(at).is_some_and(|title| title.starts_with("west")))
            .map(|(_, column)| *column);
        let mut columns = HashMap::new();
        for at in heads.iter().filter(|(row, _)| *row == title_row) {
            let Some(found) = text(at) else { continue };
            let Some(title) = titles.iter().find(|title| title.contains(&found.as_str())) else {
                let hint = Hint::for_name(&found, titles.iter().filter_map(|t| t.first().copied()));
                let hint = if let Hint::OneOf(_) = hint { Hint::None } else { hint };
                let place = Place::Cell { sheet: grid.sheet.clone(), cell: cell_name(*at) };
                workbook.warn(place, Ignored::Key { key: found, hint });
                continue;
            };
            let key = title.first().copied().unwrap_or_default();
            let again = columns.contains_key(&(key, Side::East));
            let side = match west {
                Some(west) if at.1 >= west => Side::West,
                None if again => Side::West,
                _ => Side::East,
            };
            columns.entry((key, side)).or_insert(at.1);
        }
        Ok(Self { grid, columns, first_row: title_row + 1 })
    }

    /// Rows that hold something under a title, from top to bottom.
    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let mut rows: Vec<u32> = self
            .grid
            .cells
            .range((self.first_row, 0)..)
            .filter(|((_, column), _)| self.columns.values().any(|known| known == column))
            .map(|((row, _), _)| *row)
            .collect();
        rows.dedup();
        rows.into_iter().map(|row| Row { table: self, row }).collect()
    }
}

impl Row<'_> {
    /// The place of a field; of the row's first cell if there is no such column.
    pub(super) fn place(&self, key: &'static str, side: Side) -> Place {
        let column = self.table.columns.get(&(key, side)).copied().unwrap_or(0);
        Place::Cell { sheet: self.table.grid.sheet.clone(), cell: cell_name((self.row, column)) }
    }

    fn held(&self, key: &'static str, side: Side) -> Option<&Held> {
        let column = self.table.columns.get(&(key, side))?;
        self.table.grid.cells.get(&(self.row, *column))
    }

    /// A text; a number counts as its digits.
    pub(super) fn text(&self, key: &'static str, side: Side) -> Option<String> {
        self.held(key, side).map(|held| match held {
            Held::Text(text) => text.clone(),
            Held::Number(number) => number.to_string(),
        })
    }

    /// A text that must be there.
    pub(super) fn required(
        &self,
        workbook: &Workbook<'_>,
        key: &'static str,
    ) -> Result<String, FileError> {
        self.text(key, Side::East).ok_or_else(|| {
            let problem = Problem::Missing { field: key.to_owned() };
            workbook.error(self.place(key, Side::East), problem)
        })
    }

    /// A finite number.
    pub(super) fn number(
        &self,
        workbook: &Workbook<'_>,
        key: &'static str,
        side: Side,
    ) -> Result<Option<f64>, FileError> {
        let found = match self.held(key, side) {
            None => return Ok(None),
            Some(Held::Number(number)) if number.is_finite() => return Ok(Some(*number)),
            Some(Held::Number(number)) => number.to_string(),
            Some(Held::Text(text)) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => return Ok(Some(number)),
                _ => format!("the text '{}'", text.chars().take(40).collect::<String>()),
            },
        };
        let problem = Problem::Kind { found, expected: "a number" };
        Err(workbook.error(self.place(key, side), problem))
    }

    /// A number that is not negative.
    pub(super) fn not_negative(
        &self,
        workbook: &Workbook<'_>,
        key: &'static str,
        side: Side,
    ) -> Result<Option<f64>, FileError> {
        let number = self.number(workbook, key, side)?;
        if let Some(found) = number.filter(|number| *number < 0.0) {
            let expected = "a number that is not negative".to_owned();
            return Err(workbook.error(self.place(key, side), Problem::Range { found, expected }));
        }
        Ok(number)
    }
}

/// A list in one cell, its items apart by bars.
pub(super) fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split('|').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A cell's name as spreadsheets write it.
fn cell_name((row, column): At) -> String {
    const LETTERS: u32 = 26;
    let mut name = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        name.insert(0, char::from(b'A' + (rest % LETTERS) as u8));
        rest /= LETTERS;
    }
    format!("{name}{}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::cell_name;

    #[test]
    fn cells_are_named_as_in_spreadsheets() {
        for (at, name) in [
            ((0, 0), "A1"),
            ((4, 25), "Z5"),
            ((9, 26), "AA10"),
            ((0, 701), "ZZ1"),
            ((0, 702), "AAA1"),
        ] {
            assert_eq!(cell_name(at), name);
        }
    }
}
