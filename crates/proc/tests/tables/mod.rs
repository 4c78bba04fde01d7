//! Tables as text that people review, compared with files.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// A table under a heading.
pub(crate) struct Table {
    text: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(heading: &str, columns: &[&str]) -> Self {
        let head = columns.iter().map(|column| (*column).to_string()).collect();
        Self { text: format!("{heading}\n\n"), rows: vec![head] }
    }

    /// A row.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// An empty line between groups of rows.
    pub(crate) fn gap(&mut self) {
        self.rows.push(Vec::new());
    }

    fn render(mut self) -> String {
        if self.rows.last().is_some_and(Vec::is_empty) {
            self.rows.pop();
        }
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &Vec<String>, at: usize| row.get(at).map_or(0, String::len);
        let width = |at: usize| self.rows.iter().map(|row| cell(row, at)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                write!(line, "{cell:<width$} | ").expect("text");
            }
            self.text.push_str(line.trim_end_matches([' ', '|']));
            self.text.push('\n');
            if number == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                self.text.push_str(&rules.join("-|-"));
                self.text.push('\n');
            }
        }
        self.text
    }
}

/// Compares tables with the file of this name.
pub(crate) fn reviewed(name: &str, tables: Vec<Table>) {
    let texts: Vec<String> = tables.into_iter().map(Table::render).collect();
    let text = texts.join("\n\n");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transitions");
    let path = folder.join(name).with_extension("txt");
    if env::var_os("REWRITE_TABLES").is_some() {
        fs::write(&path, text).expect("the table is written");
        return;
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let pairs = known.lines().zip(text.lines()).enumerate();
    for (number, (known, now)) in pairs {
        assert_eq!(now, known, "{}:{}: REWRITE_TABLES=1 rewrites it", path.display(), number + 1);
    }
    assert_eq!(text.lines().count(), known.lines().count(), "{}", path.display());
}
