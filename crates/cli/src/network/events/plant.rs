//! Events of the light: fibres cut or bent, amplifiers, lasers, channels.
//!
//! In: an entry of `events`, the plant. Out: what it comes to, or what is wrong.

use otn_emu::light::{Action, AmplifierId, Direction, FibreId, LightpathId, Ramp};
use otn_frame::SimTime;
use serde_saphyr::Spanned;

use super::{Given, Told};
use crate::network::Reader;
use crate::network::document::{AttenuateEvent, ShiftEvent};
use crate::network::light::Light;
use crate::network::names::hint;
use crate::network::notes::{FileError, Text};
use crate::units;

/// Steps of a ramp of loss.
const STEPS: u64 = 64;

impl Reader<'_> {
    /// What an event of the light comes to; nothing for others.
    pub(super) fn plant_event(
        &self,
        given: &Given<'_>,
        light: &Light,
    ) -> Result<Option<Told>, FileError> {
        let entry = given.entry;
        let direction = entry.direction.as_ref();
        let told = match given.kind {
            "cut" | "repair" => {
                let Some(text) = entry.cut.as_ref().or(entry.repair.as_ref()) else {
                    return Ok(None);
                };
                if self.plan.lines.iter().any(|line| line.name == text.value) {
                    return Ok(None);
                }
                let fibres = self.fibres(given.kind, text, direction, light)?;
                let action = if given.kind == "cut" { Action::Cut } else { Action::Repair };
                let words = format!("{} {}", given.kind, text.value);
                self.of_fibres(words, &fibres, light, &action)
            }
            "attenuate" => match &entry.attenuate {
                Some(event) => self.attenuate(event, direction, light)?,
                None => return Ok(None),
            },
            "amplifier-fail" | "amplifier-back" => {
                let Some(text) = entry.amplifier_fail.as_ref().or(entry.amplifier_back.as_ref())
                else {
                    return Ok(None);
                };
                self.amplifier(given.kind, text, light)?
            }
            "laser-off" | "laser-on" => {
                let Some(text) = entry.laser_off.as_ref().or(entry.laser_on.as_ref()) else {
                    return Ok(None);
                };
                self.laser(given.kind, text, direction, light)?
            }
            "channel-add" | "channel-remove" => {
                let Some(text) = entry.channel_add.as_ref().or(entry.channel_remove.as_ref())
                else {
                    return Ok(None);
                };
                let (line, id) = self.lit_line(given.kind, text, light)?;
                let add = given.kind == "channel-add";
                let action = if add { Action::Add(id) } else { Action::Remove(id) };
                let words =
                    format!("channel of {} {}", text.value, if add { "added" } else { "removed" });
                Told::light(words, vec![action], vec![(line, 0), (line, 1)])
            }
            "shift" => match &entry.shift {
                Some(event) => self.shift(&event.value, direction, light)?,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(told))
    }

    fn attenuate(
        &self,
        event: &Spanned<AttenuateEvent>,
        direction: Option<&Text>,
        light: &Light,
    ) -> Result<Told, FileError> {
        let AttenuateEvent { line, fibre, by, over } = &event.value;
        let (fibres, name) = match (line, fibre) {
            (Some(text), None) => (self.fibres_of_line(text, direction, light)?, text),
            (None, Some(text)) => (self.fibres("attenuate", text, direction, light)?, text),
            _ => {
                let what = "attenuate: expected `line` or `fibre`, and only one of them";
                return self.notes.error(event.referenced, what);
            }
        };
        let loss_db = self.notes.unit("by", by, units::decibel)?;
        let duration = over.as_ref().map(|text| self.time("over", text)).transpose()?;
        let ramp = duration.filter(|duration| *duration > SimTime::ZERO).map(|duration| {
            let every = SimTime::from_ps(duration.as_ps().div_ceil(STEPS));
            Ramp { duration, every }
        });
        let mut words = format!("{} loses {} more", name.value, by.value);
        if let Some(over) = over {
            words += &format!(" over {}", over.value);
        }
        let action = |fibre| Action::Attenuate { fibre, loss_db, ramp };
        Ok(self.of_fibres(words, &fibres, light, &action))
    }

    /// An action on fibres; all lightpaths through them are touched.
    fn of_fibres(
        &self,
        words: String,
        fibres: &[FibreId],
        light: &Light,
        action: &dyn Fn(FibreId) -> Action,
    ) -> Told {
        let names: Vec<&str> = fibres.iter().map(|fibre| light.plant.fibre_name(*fibre)).collect();
        let actions = fibres.iter().map(|fibre| action(*fibre)).collect();
        Told::light(words, actions, self.through(&names, light))
    }

    /// Directions of lines, by receiving end, whose light passes one of these elements.
    fn through(&self, names: &[&str], light: &Light) -> Vec<(usize, usize)> {
        let mut directions = Vec::new();
        for (line, lightpath) in light.lines.iter().enumerate() {
            let Some(id) = *lightpath else { continue };
            for way in Direction::ALL {
                let mut route = light.plant.route(id, way).iter();
                let element = |vertex| light.plant.network().element(vertex).uid.as_str();
                if route.any(|vertex| names.contains(&element(*vertex))) {
                    directions.push((line, 1 - way.index()));
                }
            }
        }
        directions
    }

    /// The fibre of this name, and with it that of the other direction unless only one is meant.
    fn fibres(
        &self,
        key: &str,
        text: &Text,
        direction: Option<&Text>,
        light: &Light,
    ) -> Result<Vec<FibreId>, FileError> {
        let Some(fibre) = light.plant.fibre(&text.value) else {
            let lines = self.plan.lines.iter().map(|line| line.name.as_str());
            let fibres = light.plant.fibres().map(|fibre| light.plant.fibre_name(fibre));
            let known: Vec<&str> = lines.chain(fibres).collect();
            let what =
                format!("{key}: no line or fibre `{}`, {}", text.value, hint(&text.value, &known));
            return self.notes.error(text.referenced, what);
        };
        let both = match direction {
            None => true,
            Some(text) => self.word("direction", text, &[("both", true), ("one", false)])?,
        };
        let other = light.plant.opposite(fibre).filter(|_| both);
        Ok([fibre].into_iter().chain(other).collect())
    }

    /// The first fibre of a line, in the directions that are meant.
    fn fibres_of_line(
        &self,
        text: &Text,
        direction: Option<&Text>,
        light: &Light,
    ) -> Result<Vec<FibreId>, FileError> {
        let (line, id) = self.lit_line("attenuate", text, light)?;
        let first = |way: Direction| {
            let mut route = light.plant.route(id, way).iter();
            route.find_map(|vertex| light.plant.fibre(&light.plant.network().element(*vertex).uid))
        };
        let forward = first(Direction::Forward);
        let backward = forward.and_then(|fibre| light.plant.opposite(fibre));
        let by_way = [forward, backward.or_else(|| first(Direction::Backward))];
        let directions = self.directions(line, direction)?;
        Ok(directions.into_iter().filter_map(|(_, end)| by_way[1 - end]).collect())
    }

    fn amplifier(&self, key: &str, text: &Text, light: &Light) -> Result<Told, FileError> {
        let Some(amplifier) = light.plant.amplifier(&text.value) else {
            let known = light.plant.amplifiers();
            let name = |amplifier: AmplifierId| light.plant.amplifier_name(amplifier);
            let known: Vec<&str> = known.map(name).collect();
            let what =
                format!("{key}: no amplifier `{}`, {}", text.value, hint(&text.value, &known));
            return self.notes.error(text.referenced, what);
        };
        let fails = key == "amplifier-fail";
        let action = if fails { Action::FailAmplifier } else { Action::RepairAmplifier };
        let words = format!("amplifier {} {}", text.value, if fails { "fails" } else { "is back" });
        Ok(Told::light(words, vec![action(amplifier)], self.through(&[&text.value], light)))
    }

    fn laser(
        &self,
        key: &str,
        text: &Text,
        direction: Option<&Text>,
        light: &Light,
    ) -> Result<Told, FileError> {
        let (line, lightpath) = self.lit_line(key, text, light)?;
        let directions = self.directions(line, direction)?;
        let on = key == "laser-on";
        let action = |(_, end): &(usize, usize)| Action::Laser {
            lightpath,
            direction: Direction::ALL[1 - end],
            on,
        };
        let actions = directions.iter().map(action).collect();
        let words = format!("laser of {} {}", text.value, if on { "on" } else { "off" });
        Ok(Told::light(words, actions, directions))
    }

    fn shift(
        &self,
        event: &ShiftEvent,
        direction: Option<&Text>,
        light: &Light,
    ) -> Result<Told, FileError> {
        let (line, lightpath) = self.lit_line("shift", &event.line, light)?;
        let offset_hz = self.notes.unit("offset", &event.offset, units::shift)?;
        let directions = self.directions(line, direction)?;
        let action = |(_, end): &(usize, usize)| Action::Shift {
            lightpath,
            direction: Direction::ALL[1 - end],
            offset_hz,
        };
        let actions = directions.iter().map(action).collect();
        let words = format!("laser of {} off by {}", event.line.value, event.offset.value);
        Ok(Told::light(words, actions, directions))
    }

    /// A line over light.
    fn lit_line(
        &self,
        key: &str,
        text: &Text,
        light: &Light,
    ) -> Result<(usize, LightpathId), FileError> {
        let line = self.line(key, text)?;
        match light.lines[line] {
            Some(id) => Ok((line, id)),
            None => {
                let what = format!("{key}: line `{}` has no `lightpath`", text.value);
                self.notes.error(text.referenced, what)
            }
        }
    }
}
