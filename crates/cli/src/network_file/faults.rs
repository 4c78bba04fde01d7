//! Faults of a line in the network file.
//!
//! In: the entries of `faults`. Out: the same as the simulation takes them, or what is wrong.

use otn_emu::{Fault, FaultKind, Node};
use otn_frame::SimTime;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Builder, FileError, Text};
use crate::units;

/// A fault as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultEntry {
    at: Text,
    #[serde(rename = "for")]
    lasts: Text,
    kind: Text,
    direction: Option<Text>,
}

impl Builder {
    /// The faults of a line between these nodes.
    pub(super) fn faults(
        &self,
        entries: &[Spanned<FaultEntry>],
        nodes: &[Node],
        ends: [usize; 2],
    ) -> Result<Vec<Fault>, FileError> {
        entries.iter().map(|entry| self.fault(&entry.value, nodes, ends)).collect()
    }

    fn fault(
        &self,
        entry: &FaultEntry,
        nodes: &[Node],
        ends: [usize; 2],
    ) -> Result<Fault, FileError> {
        let from = self.unit("at", &entry.at, units::time)?;
        let lasts = self.unit("for", &entry.lasts, units::time)?;
        if lasts == SimTime::ZERO {
            let what = format!("for: found `{}`, expected more than 0", entry.lasts.value);
            return self.error(entry.lasts.referenced, what);
        }
        let until = from + lasts;
        let found = &entry.kind.value;
        let Some(kind) = FaultKind::ALL.into_iter().find(|kind| kind.name() == found) else {
            let known = FaultKind::ALL.map(FaultKind::name).join(", ");
            let what = format!("kind: found `{found}`, expected one of: {known}");
            return self.error(entry.kind.referenced, what);
        };
        let directions = match &entry.direction {
            None => [true; 2],
            Some(text) => self.direction(text, nodes, ends)?,
        };
        Ok(Fault { kind, from, until, directions })
    }

    /// `both`, or one end, `>` and the other.
    fn direction(
        &self,
        text: &Text,
        nodes: &[Node],
        ends: [usize; 2],
    ) -> Result<[bool; 2], FileError> {
        let [a, b] = ends.map(|end| nodes[end].name.as_str());
        let found = text.value.as_str();
        let spelled: String = found.split_whitespace().collect();
        if spelled == "both" {
            Ok([true; 2])
        } else if spelled == format!("{a}>{b}") {
            Ok([true, false])
        } else if spelled == format!("{b}>{a}") {
            Ok([false, true])
        } else {
            let what = format!("direction: found `{found}`, expected {a}>{b}, {b}>{a} or both");
            self.error(text.referenced, what)
        }
    }
}
