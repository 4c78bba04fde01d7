//! The ways of services: their routes, their slots in each line, their protection.
//!
//! In: the entries of `services`. Out: hops and tributaries in the plan, or what is wrong. Services whose slots are
//! given are placed first, then those whose route is given, then the others; of one kind by name.

use otn_emu::net::model::{Hop, ProtectionPlan, Tributary};
use otn_frame::{FlexRate, Signal};
use otn_map::odtu::{Odtu, SlotSet, Slots};
use otn_proc::odu::mux_source::Unplaced;
use serde_saphyr::{Location, Spanned};

use super::Reader;
use super::clients::ODUS;
use super::document::{Document, ServiceEntry};
use super::room::Room;
use crate::network::notes::{FileError, Text};

/// A route before its tributaries are chosen, and where the file speaks of each hop.
pub(super) type Way = Vec<(Hop, Location)>;

impl Reader<'_> {
    /// Gives every service its ways.
    pub(super) fn ways(&mut self, document: &Document) -> Result<(), FileError> {
        let mut all: Vec<Room> = self.plan.lines.iter().map(Room::of).collect();
        let entries: Vec<&ServiceEntry> = document.services.values().map(|s| &s.value).collect();
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|index| {
            let entry = entries[*index];
            (entry.slots.is_empty(), entry.route.is_none())
        });
        for index in order {
            self.way(index, entries[index], &mut all)?;
        }
        self.set_aside(document, &mut all)
    }

    fn way(
        &mut self,
        index: usize,
        entry: &ServiceEntry,
        all: &mut [Room],
    ) -> Result<(), FileError> {
        let (working, other) = self.routes(index, entry, all)?;
        let on_the_way = |line: &str| {
            let hops = working.iter().chain(other.iter().flatten());
            hops.into_iter().any(|(hop, _)| self.plan.lines[hop.line].name == line)
        };
        if let Some((line, slots)) = entry.slots.iter().find(|(line, _)| !on_the_way(line)) {
            let name = &self.plan.services[index].name;
            let what = format!("service `{name}`: slots: line `{line}` is on no route of it");
            return self.notes.error(slots.referenced, what);
        }
        let route = self.place(index, entry, &working, all)?;
        let protection = match (other, &entry.protection) {
            (Some(other), Some(entry_of)) => {
                let config = self.protection(entry_of)?;
                let route = self.place(index, entry, &other, all)?;
                Some(ProtectionPlan { route, config })
            }
            _ => None,
        };
        let service = &mut self.plan.services[index];
        (service.route, service.protection) = (route, protection);
        Ok(())
    }

    /// A route as it is given: from the first end to the last, no node twice.
    pub(super) fn given(
        &self,
        key: &str,
        route: &Spanned<Vec<Text>>,
        ends: [usize; 2],
    ) -> Result<Way, FileError> {
        let name = |node: usize| &self.plan.nodes[node].name;
        if route.value.is_empty() {
            let what = format!("{key}: found 0 lines, expected one or more");
            return self.notes.error(route.referenced, what);
        }
        let mut way: Way = Vec::new();
        let mut visited = vec![ends[0]];
        for text in &route.value {
            let here = visited[visited.len() - 1];
            let line = self.line(key, text)?;
            let of_line = self.plan.lines[line].ends;
            let Some(first) = of_line.iter().position(|&node| node == here) else {
                let (found, here) = (&text.value, name(here));
                let [a, b] = self.names_of(of_line);
                let what = format!(
                    "{key}: `{found}` is between `{a}` and `{b}`, expected a line at `{here}`"
                );
                return self.notes.error(text.referenced, what);
            };
            let there = of_line[1 - first];
            if visited.contains(&there) {
                let what = format!(
                    "{key}: comes to `{}` twice, expected a route without loop",
                    name(there)
                );
                return self.notes.error(text.referenced, what);
            }
            visited.push(there);
            way.push((Hop { line, first, tributary: 0 }, text.referenced));
        }
        let last = visited[visited.len() - 1];
        if last != ends[1] {
            let what = format!("{key}: ends at `{}`, expected `{}`", name(last), name(ends[1]));
            return self.notes.error(route.referenced, what);
        }
        Ok(way)
    }

    /// Puts the ODUj of a service into every line of a way.
    fn place(
        &mut self,
        index: usize,
        entry: &ServiceEntry,
        way: &Way,
        all: &mut [Room],
    ) -> Result<Vec<Hop>, FileError> {
        let odu = self.plan.services[index].odu;
        let mut hops = Vec::new();
        for (hop, at) in way {
            let line = &self.plan.lines[hop.line];
            let given = entry.slots.get(&line.name);
            let set = given.map(|slots| self.slot_set(hop.line, slots)).transpose()?;
            let content = match all[hop.line].place(odu, set) {
                Ok(content) => content,
                Err(error) => {
                    let at = given.map_or(*at, |slots| slots.referenced);
                    let what = self.unplaced(index, hop.line, error);
                    return self.notes.error(at, what);
                }
            };
            let tributaries = &mut self.plan.lines[hop.line].tributaries;
            tributaries.push(Tributary { odu, content });
            hops.push(Hop { tributary: tributaries.len() - 1, ..*hop });
        }
        Ok(hops)
    }

    fn slot_set(&self, line: usize, slots: &Spanned<Vec<usize>>) -> Result<SlotSet, FileError> {
        let line = &self.plan.lines[line];
        let Some(structure) = line.slots else {
            let what = format!("slots: line `{}` has none (`slots: none`)", line.name);
            return self.notes.error(slots.referenced, what);
        };
        let set = SlotSet::new(slots.value.iter().copied());
        let count = structure.count();
        match set.filter(|set| set.len() == slots.value.len() && set.last() <= Some(count)) {
            Some(set) => Ok(set),
            None => {
                let found = &slots.value;
                let what = format!(
                    "slots: found {found:?}, expected numbers from 1 to {count}, each once"
                );
                self.notes.error(slots.referenced, what)
            }
        }
    }

    /// Why a line has no place for a service.
    pub(super) fn unplaced(&self, index: usize, line: usize, error: Unplaced) -> String {
        let (service, line) = (&self.plan.services[index], &self.plan.lines[line]);
        let intro = format!("service `{}`: line `{}`", service.name, line.name);
        let (signal, odu) = (line.signal, service.odu);
        match (error, line.slots) {
            (Unplaced::NoOdtu(_), Some(slots)) => {
                let size = if slots.of_2g5() { "2.5G" } else { "1.25G" };
                let valid = carried(slots);
                let hint = if odu == signal.odu() {
                    format!("; with `slots: none` it carries an {odu}")
                } else {
                    String::new()
                };
                format!(
                    "{intro}: an {signal} with slots of {size} carries no {odu}, expected {valid}{hint}"
                )
            }
            (Unplaced::NoOdtu(_), None) => {
                let valid = signal.odu();
                format!(
                    "{intro}: an {signal} with `slots: none` carries no {odu}, expected {valid}"
                )
            }
            (Unplaced::Full { .. }, None) => {
                format!("{intro} is filled by another service: it has `slots: none`")
            }
            (Unplaced::Full { found, expected }, Some(slots)) => format!(
                "{intro} is full: {found} of its {} slots free, {expected} needed for an {odu}",
                slots.count()
            ),
            (Unplaced::Size { found, expected }, _) => {
                format!("{intro}: slots: found {found}, expected {expected} for an {odu}")
            }
            (Unplaced::Slot(slot), _) => {
                format!("{intro}: slot {slot} is taken by another service")
            }
            (Unplaced::Port(_) | Unplaced::FixedPort { .. }, _) => format!("{intro}: {error}"),
        }
    }
}

/// The ODUj that a structure carries, as words.
fn carried(slots: Slots) -> String {
    let flex = FlexRate::gfp(1).map(Signal::Oduflex);
    let names: Vec<&str> = ODUS
        .into_iter()
        .chain(flex)
        .filter(|odu| Odtu::carrying(slots, *odu).is_some())
        .map(Signal::name)
        .collect();
    names.join(" or ")
}
