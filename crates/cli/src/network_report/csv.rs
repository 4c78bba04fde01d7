//! Tables as comma-separated values.
//!
//! Clauses: RFC 4180. In: cells of text. Out: lines that end in CR LF, a cell in quotes where it must be.

/// A table in the making: the header first, then rows of as many cells.
#[derive(Debug)]
pub(crate) struct Csv {
    columns: usize,
    text: String,
}

impl Csv {
    /// A table with these columns.
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut csv = Self { columns: header.len(), text: String::new() };
        csv.row(header.iter().map(|name| (*name).to_string()));
        csv
    }

    /// Adds a row. Cells that are missing are empty, those beyond the header are dropped.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells = cells.into_iter();
        for column in 0..self.columns {
            if column > 0 {
                self.text.push(',');
            }
            self.cell(&cells.next().unwrap_or_default());
        }
        self.text.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        if text.contains(['"', ',', '\r', '\n']) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
    }

    /// The whole table.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// A cell that may be empty.
pub(crate) fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a table as RFC 4180 has it, one character at a time.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let mut quoted = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match (quoted, letter) {
                (true, '"') if letters.peek() == Some(&'"') => {
                    letters.next();
                    cell.push('"');
                }
                (_, '"') => quoted = !quoted,
                (false, ',') => row.push(std::mem::take(&mut cell)),
                (false, '\r') if letters.peek() == Some(&'\n') => {
                    letters.next();
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                (_, other) => cell.push(other),
            }
        }
        rows
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(["x, y".to_string(), "say \"so\"".to_string()]);
        csv.row(["two\nlines".to_string()]);
        csv.row(["1".to_string(), "2".to_string(), "dropped".to_string()]);
        let expected = "a,b\r\n\"x, y\",\"say \"\"so\"\"\"\r\n\"two\nlines\",\r\n1,2\r\n";
        assert_eq!(csv.finish(), expected);
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(cells in proptest::collection::vec("[a\",\r\n;é ]{0,6}", 3)) {
            let mut csv = Csv::new(&["one", "two", "three"]);
            csv.row(cells.clone());
            prop_assert_eq!(&read(&csv.finish())[1], &cells);
        }
    }
}
