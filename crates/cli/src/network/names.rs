//! Names in the network file: what they stand for, and what may have been meant.
//!
//! In: a name and the names there are. Out: an index, or an error with the nearest name.

use otn_frame::SimTime;

use super::Reader;
use crate::network::notes::{FileError, Text};
use crate::units;

/// Longest time in a file: sums of some of them fit the clock.
const LONGEST: SimTime = SimTime::from_ms(30 * 24 * 60 * 60 * 1_000);

/// Names listed in an error; more are counted.
const LISTED: usize = 8;

/// The known name most like this one, where one is like it.
pub(super) fn nearest<'a>(
    found: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let distance =
        |name: &str| strsim::damerau_levenshtein(&found.to_lowercase(), &name.to_lowercase());
    let best = known.into_iter().map(|name| (distance(name), name)).min()?;
    // More than a third of the letters changed is another word.
    (best.0 <= found.chars().count().div_ceil(3)).then_some(best.1)
}

/// What would be valid in the place of an unknown name.
pub(super) fn hint(found: &str, known: &[&str]) -> String {
    if let Some(name) = nearest(found, known.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    let list = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    match known.len() {
        0 => "there is none".to_string(),
        n if n > LISTED => format!("expected one of: {list} and {} more", n - LISTED),
        _ => format!("expected one of: {list}"),
    }
}

impl Reader<'_> {
    /// A time of at most 30 days.
    pub(super) fn time(&self, key: &str, text: &Text) -> Result<SimTime, FileError> {
        let time = self.notes.unit(key, text, units::time)?;
        if time <= LONGEST {
            return Ok(time);
        }
        let what = format!("{key}: found `{}`, expected at most 30 days", text.value);
        self.notes.error(text.referenced, what)
    }

    /// The name of the node at an end of a line.
    pub(super) fn node_at(&self, line: usize, end: usize) -> &str {
        &self.plan.nodes[self.plan.lines[line].ends[end]].name
    }

    /// The names of nodes, as indices say.
    pub(super) fn names_of(&self, ends: [usize; 2]) -> [&str; 2] {
        ends.map(|end| self.plan.nodes[end].name.as_str())
    }

    fn known(
        &self,
        key: &str,
        kind: &str,
        text: &Text,
        known: &[&str],
    ) -> Result<usize, FileError> {
        match known.iter().position(|name| *name == text.value) {
            Some(index) => Ok(index),
            None => {
                let found = &text.value;
                let what = format!("{key}: no {kind} `{found}`, {}", hint(found, known));
                self.notes.error(text.referenced, what)
            }
        }
    }

    /// The node of this name.
    pub(super) fn node(&self, key: &str, text: &Text) -> Result<usize, FileError> {
        let known: Vec<&str> = self.plan.nodes.iter().map(|node| node.name.as_str()).collect();
        self.known(key, "node", text, &known)
    }

    /// The line of this name.
    pub(super) fn line(&self, key: &str, text: &Text) -> Result<usize, FileError> {
        let known: Vec<&str> = self.plan.lines.iter().map(|line| line.name.as_str()).collect();
        self.known(key, "line", text, &known)
    }

    /// The service of this name.
    pub(super) fn service_named(&self, key: &str, text: &Text) -> Result<usize, FileError> {
        let known: Vec<&str> = self.plan.services.iter().map(|s| s.name.as_str()).collect();
        self.known(key, "service", text, &known)
    }

    /// An ODUk begins and ends at the ends of this line, with a path and a multiframe of its own.
    pub(super) fn has_slots(&self, key: &str, line: usize, text: &Text) -> Result<(), FileError> {
        let line = &self.plan.lines[line];
        if line.slots.is_some() {
            return Ok(());
        }
        let what = format!(
            "{key}: the ODUk of line `{}` is that of its service (`slots: none`), expected `service` or another line",
            line.name
        );
        self.notes.error(text.referenced, what)
    }

    /// The word that stands for something.
    pub(super) fn word<T: Copy>(
        &self,
        key: &str,
        text: &Text,
        words: &[(&str, T)],
    ) -> Result<T, FileError> {
        match words.iter().find(|(word, _)| *word == text.value) {
            Some((_, meaning)) => Ok(*meaning),
            None => {
                let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
                let what = format!("{key}: found `{}`, expected one of: {known}", text.value);
                self.notes.error(text.referenced, what)
            }
        }
    }

    /// The receiving end of a line that is spelled like this.
    pub(super) fn line_end(
        &self,
        key: &str,
        text: &Text,
        spelled: &dyn Fn(usize, usize) -> String,
    ) -> Result<(usize, usize), FileError> {
        let lines = 0..self.plan.lines.len();
        let ends: Vec<(usize, usize)> = lines.flat_map(|line| [(line, 0), (line, 1)]).collect();
        let known: Vec<String> = ends.iter().map(|(line, end)| spelled(*line, *end)).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.known(key, "line end", text, &known).map(|index| ends[index])
    }

    /// Two different nodes.
    pub(super) fn two_nodes(
        &self,
        what: &str,
        ends: &serde_saphyr::Spanned<Vec<Text>>,
    ) -> Result<[usize; 2], FileError> {
        let [near, far] = ends.value.as_slice() else {
            let found = ends.value.len();
            let what = format!("{what}: ends: found {found} nodes, expected two");
            return self.notes.error(ends.referenced, what);
        };
        let key = format!("{what}: ends");
        let nodes = [self.node(&key, near)?, self.node(&key, far)?];
        if nodes[0] == nodes[1] {
            let what = format!("{key}: both are `{}`, expected two nodes", far.value);
            return self.notes.error(far.referenced, what);
        }
        Ok(nodes)
    }

    /// Which end a node is.
    pub(super) fn end(&self, key: &str, text: &Text, ends: [usize; 2]) -> Result<usize, FileError> {
        self.notes.end_of(key, &text.value, text.referenced, self.names_of(ends))
    }
}
