//! Text that commands share: tables of aligned columns, numbers with thousands apart.

use std::fmt::Write;

/// A number with a thin gap every three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The words of `text` in lines of at most `width` columns; a longer word has a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_string()),
        }
    }
    lines
}

/// Rows of cells; the first column is left-aligned, the others right-aligned.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds a row.
    pub fn row(&mut self, label: &str, cells: impl IntoIterator<Item = String>) {
        let mut row = vec![label.to_string()];
        row.extend(cells);
        self.rows.push(row);
    }

    /// The table as lines of text, indented by two columns.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // Writing to a String cannot fail.
                let _ = match column {
                    0 => write!(line, "  {cell:<width$}"),
                    _ => write!(line, "   {cell:>width$}"),
                };
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole_and_lines_short() {
        assert_eq!(wrap("one two  three\nfour", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("a longword b", 4), ["a", "longword", "b"]);
        assert!(wrap(" ", 4).is_empty());
    }

    #[test]
    fn numbers_are_grouped_and_columns_aligned() {
        let shown = [(0, "0"), (999, "999"), (1_000, "1 000"), (1_234_567, "1 234 567")];
        for (number, text) in shown {
            assert_eq!(grouped(number), text);
        }
        let mut table = Table::default();
        table.row("", ["a → b".to_string(), "b".to_string()]);
        table.row("frames", [grouped(12_345), grouped(7)]);
        assert_eq!(table.render(), "            a → b   b\n  frames   12 345   7\n");
    }
}
