//! `report.json`: the outer levels a line each, the inner ones in one line.
//!
//! In: a report. Out: its JSON. Long series of numbers stay on one line, so that the file is a third of
//! what it would be with a line a number, and still shows its structure in an editor.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::model::Report;

/// Levels that have a line for each item: the report, its lists, what is in these.
const LEVELS: usize = 3;

/// The whole file.
///
/// # Errors
/// None that a report can bring about; those of the JSON writer.
pub(super) fn octets(report: &Report) -> serde_json::Result<Vec<u8>> {
    let mut octets = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut octets, Levels::default());
    report.serialize(&mut serializer)?;
    octets.push(b'\n');
    Ok(octets)
}

/// Breaks lines in the outer levels only.
#[derive(Debug, Default)]
struct Levels {
    depth: usize,
    /// What was last begun has something in it.
    filled: bool,
}

impl Levels {
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= LEVELS { self.line(writer) } else { Ok(()) }
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled && self.depth < LEVELS {
            self.line(writer)?;
        }
        self.filled = true;
        writer.write_all(bracket)
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Levels {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network_report::model::{Node, NodeState, NodeStateChange};

    #[test]
    fn outer_levels_have_lines_and_inner_ones_do_not() {
        let states = [1, 2].map(|at_ps| NodeStateChange { at_ps, state: NodeState::Down });
        let node = Node { name: "A".to_string(), states: states.to_vec(), ..Node::default() };
        let report = Report { nodes: vec![node], ..Report::default() };
        let text = String::from_utf8(octets(&report).unwrap()).unwrap();
        let nodes = r#"
  "nodes": [
    {
      "name": "A",
      "kind": "terminal",
      "latitude": null,
      "longitude": null,
      "states": [{"at_ps": 1,"state": "down"},{"at_ps": 2,"state": "down"}]
    }
  ],
  "fibres": [],
"#;
        assert!(text.contains(nodes), "{text}");
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}
