//! A table as GNPy draws it: lines of `+`, `-` and `|`, cells in the middle of their columns.
//!
//! In: heads of columns, which may have two lines, and rows. Out: text. A column in which every cell is a number shows
//! them with six figures at most, any other one as they are.

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// A word.
    Word(String),
    /// A number that was whole in Python.
    Whole(i64),
    /// A number that was not.
    Number(f64),
}

impl Cell {
    pub(super) fn word(text: impl Into<String>) -> Self {
        Self::Word(text.into())
    }

    /// A word that may be a number: columns are judged by what they look like.
    fn number(&self) -> Option<f64> {
        match self {
            Self::Word(word) => word.trim().parse().ok(),
            Self::Whole(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
        }
    }

    fn shown(&self, as_number: bool, all_whole: bool) -> String {
        match (self, as_number) {
            (Self::Word(word), false) => word.clone(),
            (Self::Whole(number), false) => number.to_string(),
            (Self::Number(number), false) => format!("{number:?}"),
            (cell, true) => {
                let number = cell.number().unwrap_or(0.0);
                if all_whole { format!("{number:.0}") } else { general(number) }
            }
        }
    }
}

/// A number with six figures at most, zeros at its end left away.
fn general(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return format!("{number}");
    }
    let magnitude = number.abs().log10().floor() as i32;
    let decimals = (5 - magnitude).max(0) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The whole table, without a line feed at its end.
pub(super) fn table(heads: &[&str], rows: &[Vec<Cell>]) -> String {
    let columns = heads.len();
    let numeric: Vec<bool> =
        (0..columns).map(|at| rows.iter().all(|row| row[at].number().is_some())).collect();
    let whole: Vec<bool> =
        (0..columns).map(|at| rows.iter().all(|row| matches!(row[at], Cell::Whole(_)))).collect();
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cells = row.iter().enumerate();
            cells.map(|(at, cell)| cell.shown(numeric[at], whole[at])).collect()
        })
        .collect();
    let head_lines: Vec<Vec<&str>> = heads.iter().map(|head| head.split('\n').collect()).collect();
    let width = |text: &str| text.chars().count();
    let widths: Vec<usize> = (0..columns)
        .map(|at| {
            let head = head_lines[at].iter().map(|line| width(line)).max().unwrap_or(0) + 2;
            shown.iter().map(|row| width(&row[at])).chain([head]).max().unwrap_or(head)
        })
        .collect();
    let rule = |joint: char| {
        let parts: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
        parts.join(&joint.to_string())
    };
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:^width$} "));
        format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
    };
    let mut out = format!("+{}+\n", rule('+'));
    let lines = head_lines.iter().map(Vec::len).max().unwrap_or(1);
    for i in 0..lines {
        out.push_str(&line(head_lines.iter().map(|head| *head.get(i).unwrap_or(&"")).collect()));
    }
    out.push_str(&format!("|{}|\n", rule('+')));
    for row in &shown {
        out.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    out.push_str(&format!("+{}+", rule('+')));
    out
}
