//! Events in the network file.
//!
//! In: the entries of `events`. Out: actions of the plan, changes of its light, and for each event what it touches;
//! or what is wrong. Events are sorted by time, whatever their order in the file.

mod course;
mod lines;
mod plant;
mod provisioning;
mod services;

use otn_emu::light;
use otn_emu::net::alarms::Reach;
use otn_emu::net::model::{Action, Timed};
use otn_frame::SimTime;
use serde_saphyr::{Location, Spanned};

use super::document::{Document, EventEntry};
use super::{Event, Reader};
use crate::network::notes::{FileError, Text};
pub(super) use course::{Change, Course};

/// What an event comes to.
#[derive(Debug, Default)]
struct Told {
    /// In words.
    text: String,
    /// What nodes do.
    actions: Vec<Action>,
    /// What the light of lines does, by line and receiving end.
    changes: Vec<((usize, usize), Change)>,
    /// What happens to the plant.
    plant: Vec<light::Action>,
    /// Directions of lines that are touched beside those, by line and receiving end.
    lines: Vec<(usize, usize)>,
}

impl Told {
    fn action(text: String, action: Action) -> Self {
        Self { text, actions: vec![action], ..Self::default() }
    }

    fn light(text: String, plant: Vec<light::Action>, lines: Vec<(usize, usize)>) -> Self {
        Self { text, plant, lines, ..Self::default() }
    }
}

/// An event of the plant.
fn light_event(at: SimTime, action: light::Action) -> light::Event {
    light::Event { at, action }
}

/// The entry of an event with its place and time.
struct Given<'a> {
    entry: &'a EventEntry,
    at: SimTime,
    place: Location,
    kind: &'static str,
}

/// The events by their keys, and whether an entry has them.
fn kinds(entry: &EventEntry) -> [(&'static str, bool); 28] {
    [
        ("cut", entry.cut.is_some()),
        ("repair", entry.repair.is_some()),
        ("ber", entry.ber.is_some()),
        ("attenuate", entry.attenuate.is_some()),
        ("amplifier-fail", entry.amplifier_fail.is_some()),
        ("amplifier-back", entry.amplifier_back.is_some()),
        ("laser-off", entry.laser_off.is_some()),
        ("laser-on", entry.laser_on.is_some()),
        ("channel-add", entry.channel_add.is_some()),
        ("channel-remove", entry.channel_remove.is_some()),
        ("shift", entry.shift.is_some()),
        ("node-off", entry.node_off.is_some()),
        ("node-on", entry.node_on.is_some()),
        ("clock", entry.clock.is_some()),
        ("swap", entry.swap.is_some()),
        ("trace", entry.trace.is_some()),
        ("expect", entry.expect.is_some()),
        ("mfas-slip", entry.mfas_slip.is_some()),
        ("client-fail", entry.client_fail.is_some()),
        ("client-back", entry.client_back.is_some()),
        ("lock", entry.lock.is_some() || entry.unlock.is_some()),
        ("loopback", entry.loopback_on.is_some() || entry.loopback_off.is_some()),
        (
            "terminal-loopback",
            entry.terminal_loopback_on.is_some() || entry.terminal_loopback_off.is_some(),
        ),
        ("payload-type", entry.payload_type.is_some()),
        ("msi", entry.msi.is_some()),
        ("rate", entry.rate.is_some()),
        ("inject", entry.inject.is_some()),
        ("switch", entry.switch.is_some()),
    ]
}

impl Reader<'_> {
    /// The events in the order of time, and what each touches.
    pub(super) fn events(
        &mut self,
        document: &Document,
    ) -> Result<(Vec<Event>, Vec<Reach>), FileError> {
        let mut given = Vec::new();
        for entry in &document.events {
            given.push(self.given_event(entry)?);
        }
        given.sort_by_key(|given| given.at);
        let (mut events, mut reaches, mut all) = (Vec::new(), Vec::new(), Vec::new());
        let (mut plant, mut places) = (Vec::new(), Vec::new());
        for (index, given) in given.iter().enumerate() {
            let told = self.told(given)?;
            let mut reach = Reach { event: index, at: given.at, ..Reach::default() };
            for action in told.actions {
                let of = Reach::of(&self.plan, index, given.at, &action);
                reach.lines.extend(of.lines);
                reach.nodes.extend(of.nodes);
                reach.services.extend(of.services);
                self.plan.actions.push(Timed { at: given.at, action, event: index });
            }
            reach.lines.extend(told.lines);
            for action in told.plant {
                plant.push((index, light_event(given.at, action)));
                places.push(given.place);
            }
            reach.lines.extend(told.changes.iter().map(|(direction, _)| *direction));
            all.extend(told.changes.into_iter().map(|(of, change)| (of, given.at, change)));
            events.push(Event { at: given.at, text: told.text, kind: given.kind });
            reaches.push(reach);
        }
        self.follow_light(plant, &places)?;
        for (index, line) in self.plan.lines.iter_mut().enumerate() {
            for (end, states) in line.light.iter_mut().enumerate() {
                let mut course = Course::of(states);
                for (_, at, change) in all.iter().filter(|(of, ..)| *of == (index, end)) {
                    course.change(*at, *change);
                }
                *states = course.states();
            }
        }
        Ok((events, reaches))
    }

    fn given_event<'e>(&self, entry: &'e Spanned<EventEntry>) -> Result<Given<'e>, FileError> {
        let (place, entry) = (entry.referenced, &entry.value);
        let kinds = kinds(entry);
        let found: Vec<&str> = kinds.iter().filter(|(_, is)| *is).map(|(key, _)| *key).collect();
        let kind = match found.as_slice() {
            [kind] => *kind,
            [] => {
                let known = kinds.map(|(key, _)| key).join(", ");
                let what = format!("event: found none, expected one of: {known}");
                return self.notes.error(place, what);
            }
            [first, second, ..] => {
                let what = format!("event: found `{first}` and `{second}`, expected one an entry");
                return self.notes.error(place, what);
            }
        };
        let at = self.time("at", &entry.at)?;
        let directed = ["cut", "repair", "ber", "attenuate", "laser-off", "laser-on", "shift"];
        match &entry.direction {
            Some(text) if !directed.contains(&kind) => {
                let known = directed.join(", ");
                let what = format!("direction: `{kind}` has none, expected it with: {known}");
                self.notes.error(text.referenced, what)
            }
            _ => Ok(Given { entry, at, place, kind }),
        }
    }

    fn told(&self, given: &Given<'_>) -> Result<Told, FileError> {
        if let Some(light) = &self.light
            && let Some(told) = self.plant_event(given, light)?
        {
            return Ok(told);
        }
        let told = match self.line_event(given)? {
            Some(told) => Some(told),
            None => match self.service_event(given)? {
                Some(told) => Some(told),
                None => self.provisioning_event(given)?,
            },
        };
        match told {
            Some(told) => Ok(told),
            None => {
                let what = format!("{}: needs light: no line here has a `lightpath`", given.kind);
                self.notes.error(given.place, what)
            }
        }
    }

    /// The directions of a line that are meant, by receiving end.
    fn directions(
        &self,
        line: usize,
        text: Option<&Text>,
    ) -> Result<Vec<(usize, usize)>, FileError> {
        let [a, b] = self.names_of(self.plan.lines[line].ends);
        let Some(text) = text else { return Ok(vec![(line, 0), (line, 1)]) };
        let spelled: String = text.value.split_whitespace().collect();
        if spelled == "both" {
            Ok(vec![(line, 0), (line, 1)])
        } else if spelled == format!("{a}>{b}") {
            Ok(vec![(line, 1)])
        } else if spelled == format!("{b}>{a}") {
            Ok(vec![(line, 0)])
        } else {
            let found = &text.value;
            let what = format!("direction: found `{found}`, expected {a}>{b}, {b}>{a} or both");
            self.notes.error(text.referenced, what)
        }
    }
}
