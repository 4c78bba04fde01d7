//! Events of lines and nodes: light, power, clocks, fibres in the wrong place.
//!
//! In: an entry of `events`. Out: what it comes to, or what is wrong.

use otn_emu::net::model::Action;
use otn_frame::SimTime;
use serde_saphyr::Spanned;

use super::{Change, Given, Told};
use crate::network::Reader;
use crate::network::document::{BerEvent, SlipEvent};
use crate::network::notes::{FileError, Text};
use crate::units;

/// Frames by which a multiframe count jumps where nothing is said.
const SLIP: u8 = 1;

impl Reader<'_> {
    /// What an event of a line or a node comes to; nothing for others.
    pub(super) fn line_event(&self, given: &Given<'_>) -> Result<Option<Told>, FileError> {
        let entry = given.entry;
        let direction = entry.direction.as_ref();
        let told = if let Some(text) = &entry.cut {
            self.lit("cut", text, direction, Change::Cut)?
        } else if let Some(text) = &entry.repair {
            self.lit("repair", text, direction, Change::Repair)?
        } else if let Some(event) = &entry.ber {
            self.ber(&event.value, direction)?
        } else if let Some(text) = &entry.node_off {
            self.power("node-off", text, false)?
        } else if let Some(text) = &entry.node_on {
            self.power("node-on", text, true)?
        } else if let Some(event) = &entry.clock {
            let node = self.node("clock", &event.value.node)?;
            let text = &event.value.offset;
            let offset = self.notes.unit("offset", text, units::frequency_offset)?;
            let text = format!("clock of {} {}", event.value.node.value, text.value);
            Told::action(text, Action::Clock { node, offset })
        } else if let Some(event) = &entry.swap {
            self.swap(event)?
        } else if let Some(event) = &entry.mfas_slip {
            self.slip(&event.value)?
        } else {
            return Ok(None);
        };
        Ok(Some(told))
    }

    fn lit(
        &self,
        key: &str,
        text: &Text,
        direction: Option<&Text>,
        change: Change,
    ) -> Result<Told, FileError> {
        let line = self.line(key, text)?;
        let directions = self.directions(line, direction)?;
        let told = format!("{key} {}{}", text.value, spelled(direction));
        let changes = directions.into_iter().map(|of| (of, change)).collect();
        Ok(Told { text: told, changes, ..Told::default() })
    }

    fn ber(&self, event: &BerEvent, direction: Option<&Text>) -> Result<Told, FileError> {
        let line = self.line("ber", &event.line)?;
        if self.light.as_ref().is_some_and(|light| light.lines[line].is_some()) {
            let what = "ber: errors of a line over light follow from its light; see `attenuate`";
            return self.notes.error(event.line.referenced, what);
        }
        let ratio = self.notes.unit("ratio", &event.ratio, units::bit_error_ratio)?;
        let over = match &event.over {
            Some(text) => self.time("over", text)?,
            None => SimTime::ZERO,
        };
        let change = Change::Ber(ratio, over);
        let directions = self.directions(line, direction)?;
        let mut text =
            format!("BER of {}{} {}", event.line.value, spelled(direction), event.ratio.value);
        if let Some(over) = &event.over {
            text += &format!(" over {}", over.value);
        }
        let changes = directions.into_iter().map(|of| (of, change)).collect();
        Ok(Told { text, changes, ..Told::default() })
    }

    fn power(&self, key: &str, text: &Text, on: bool) -> Result<Told, FileError> {
        let node = self.node(key, text)?;
        let told = format!("{} {} power", text.value, if on { "has" } else { "loses" });
        Ok(Told::action(told, Action::Power { node, on }))
    }

    fn swap(&self, event: &Spanned<Vec<Text>>) -> Result<Told, FileError> {
        let [one, other] = event.value.as_slice() else {
            let found = event.value.len();
            let what = format!("swap: found {found} line ends, expected two such as `a.line1`");
            return self.notes.error(event.referenced, what);
        };
        let spelled = |line: usize, end: usize| {
            format!("{}.{}", self.node_at(line, end), self.plan.lines[line].name)
        };
        let ends = [self.line_end("swap", one, &spelled)?, self.line_end("swap", other, &spelled)?];
        if ends[0] == ends[1] {
            let what = format!("swap: both are `{}`, expected two line ends", other.value);
            return self.notes.error(other.referenced, what);
        }
        let text = format!("signals into {} and {} change places", one.value, other.value);
        Ok(Told::action(text, Action::Swap(ends)))
    }

    fn slip(&self, event: &SlipEvent) -> Result<Told, FileError> {
        let line = self.line("mfas-slip", &event.line)?;
        self.has_slots("mfas-slip", line, &event.line)?;
        let end = self.end("end", &event.end, self.plan.lines[line].ends)?;
        let by = event.by.as_ref().map_or(SLIP, |by| by.value);
        if let Some(by) = event.by.as_ref().filter(|by| by.value == 0) {
            return self.notes.error(by.referenced, "by: found 0, expected 1 to 255 frames");
        }
        let text = format!("MFAS of {} from {} slips by {by}", event.line.value, event.end.value);
        Ok(Told::action(text, Action::MfasSlip { line, end, by }))
    }
}

/// A direction in the text of an event.
fn spelled(direction: Option<&Text>) -> String {
    direction.map_or_else(String::new, |text| format!(" {}", text.value))
}
