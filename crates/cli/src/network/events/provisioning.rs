//! Events by which an end is told something else, or overhead is put into what it sends.
//!
//! In: an entry of `events`. Out: what it comes to, or what is wrong. Names of injected events are those of
//! `docs/inject.md`.

use otn_emu::net::injection::{At, Change, Lasts, Stage, Wrong};
use otn_emu::net::model::{Action, Hop, Trail};
use otn_emu::net::supervision::domains;
use otn_frame::Tti;
use otn_frame::layout::FIELDS;
use otn_map::odtu::{Content, Odtu, SlotSet, Slots, rate};
use otn_proc::monitor::Monitor;
use otn_proc::odu::mux_source::Allocation;
use serde_saphyr::Spanned;

use super::{Given, Told};
use crate::network::Reader;
use crate::network::document::{InjectEvent, MsiEvent, PayloadTypeEvent, RateEvent};
use crate::network::notes::{FileError, Text};
use crate::wrap::inject::event::{Event, Fault, Point};

/// A payload type for proprietary use, which no client here has.
const WRONG_PAYLOAD_TYPE: u8 = 0x80;

impl Reader<'_> {
    /// What such an event comes to; nothing for others.
    pub(super) fn provisioning_event(&self, given: &Given<'_>) -> Result<Option<Told>, FileError> {
        let entry = given.entry;
        let told = if let Some(event) = &entry.payload_type {
            self.payload_type_event(event)?
        } else if let Some(event) = &entry.msi {
            self.msi_event(event)?
        } else if let Some(event) = &entry.rate {
            self.rate_event(&event.value)?
        } else if let Some(event) = &entry.inject {
            self.inject_event(event)?
        } else {
            return Ok(None);
        };
        Ok(Some(told))
    }

    fn payload_type_event(&self, event: &Spanned<PayloadTypeEvent>) -> Result<Told, FileError> {
        let PayloadTypeEvent { service: of, end: at, sends, expects } = &event.value;
        let (service, end) = self.service_end("payload-type", of, at)?;
        let said = self.said("payload-type", event.referenced, [sends, expects])?;
        let read = |text: &Option<Text>| text.as_ref().map(|t| self.payload_type(t)).transpose();
        let (sends, expects) = (read(sends)?, read(expects)?);
        let text = format!("{} at {}: payload type {said}", of.value, at.value);
        Ok(Told::action(text, Action::PayloadType { service, end, sends, expects }))
    }

    /// What is sent and expected, in words; an error where neither is given.
    fn said(
        &self,
        key: &str,
        at: serde_saphyr::Location,
        [sends, expects]: [&Option<Text>; 2],
    ) -> Result<String, FileError> {
        let part = |verb: &str, text: &Option<Text>| {
            text.as_ref().map(|text| format!("{verb} {}", text.value))
        };
        let parts: Vec<String> =
            part("sent", sends).into_iter().chain(part("expected", expects)).collect();
        if parts.is_empty() {
            let what = format!("{key}: found neither, expected `sends`, `expects` or both");
            return self.notes.error(at, what);
        }
        Ok(parts.join(", "))
    }

    /// The hop of a service over a line, and the end of the line that is at a node.
    fn hop_of(
        &self,
        key: &str,
        [service, line, end]: [&Text; 3],
    ) -> Result<(Hop, usize), FileError> {
        let index = self.service_named(key, service)?;
        let number = self.line(key, line)?;
        let end = self.end("end", end, self.plan.lines[number].ends)?;
        let mut hops = self.plan.services[index].routes().flatten();
        match hops.find(|hop| hop.line == number) {
            Some(hop) => Ok((*hop, end)),
            None => {
                let (found, name) = (&line.value, &service.value);
                let what = format!("{key}: line `{found}` is on no route of service `{name}`");
                self.notes.error(line.referenced, what)
            }
        }
    }

    /// The slots of a hop as they were given to it, and the structure they are in.
    fn own_content(&self, key: &str, hop: Hop, text: &Text) -> Result<(Slots, Content), FileError> {
        let line = &self.plan.lines[hop.line];
        let own = line.tributaries[hop.tributary].content;
        line.slots.zip(own).map_or_else(
            || {
                let what =
                    format!("{key}: line `{}` has no slots, expected one that has", line.name);
                self.notes.error(text.referenced, what)
            },
            Ok,
        )
    }

    fn msi_event(&self, event: &Spanned<MsiEvent>) -> Result<Told, FileError> {
        let MsiEvent { service, line, end: at, sends, expects } = &event.value;
        let (hop, end) = self.hop_of("msi", [service, line, at])?;
        let said = self.said("msi", event.referenced, [sends, expects])?;
        let (_, own) = self.own_content("msi", hop, line)?;
        let read = |text: &Option<Text>| text.as_ref().map(|t| self.port(t, own)).transpose();
        let (sends, expects) = (read(sends)?, read(expects)?);
        let text =
            format!("{} at {} on {}: tributary port {said}", service.value, at.value, line.value);
        let (line, tributary) = (hop.line, hop.tributary);
        Ok(Told::action(text, Action::Slots { line, end, tributary, sends, expects }))
    }

    /// The slots of a tributary with another tributary port.
    fn port(&self, text: &Text, own: Content) -> Result<Content, FileError> {
        if text.value == "own" {
            return Ok(own);
        }
        match text.value.parse() {
            Ok(port) if (1..=MOST_PORTS).contains(&port) => Ok(Content { port, ..own }),
            _ => {
                let what = format!(
                    "msi: found `{}`, expected a tributary port from 1 to {MOST_PORTS}, or own",
                    text.value
                );
                self.notes.error(text.referenced, what)
            }
        }
    }

    fn rate_event(&self, event: &RateEvent) -> Result<Told, FileError> {
        let RateEvent { service, line: of_line, end: at, odu } = event;
        let (hop, end) = self.hop_of("rate", [service, of_line, at])?;
        let (slots, own) = self.own_content("rate", hop, of_line)?;
        let content = match odu.value.as_str() {
            "own" => own,
            _ => self.of_another_kind((hop, slots, own), odu)?,
        };
        let text = format!(
            "{} at {} on {}: provisioned for {}",
            service.value, at.value, of_line.value, odu.value
        );
        let (line, tributary, both) = (hop.line, hop.tributary, Some(content));
        Ok(Told::action(text, Action::Slots { line, end, tributary, sends: both, expects: both }))
    }

    /// The ODTU of another ODUj that begins in the first slot of a tributary and has no slot of another one.
    fn of_another_kind(
        &self,
        (hop, structure, content): (Hop, Slots, Content),
        text: &Text,
    ) -> Result<Content, FileError> {
        let line = &self.plan.lines[hop.line];
        let own = &line.tributaries[hop.tributary];
        let odu = self.fixed_odu(text)?;
        if odu == own.odu || Odtu::carrying(structure, odu).is_none() {
            let (found, name) = (&text.value, &line.name);
            let what = format!(
                "rate: found `{found}`, expected another ODU than {} that `{name}` carries, or own",
                own.odu
            );
            return self.notes.error(text.referenced, what);
        }
        let mut others = Allocation::new(structure);
        for (_, other) in line.tributaries.iter().enumerate().filter(|(at, _)| *at != hop.tributary)
        {
            // They were placed like this before.
            if let Some(Content { set, port, .. }) = other.content {
                let _ = others.place(other.odu, Some(set), Some(port));
            }
        }
        let taken =
            |slot: &usize| others.contents().iter().any(|content| content.set.contains(*slot));
        let mut slots: Vec<usize> = (1..=structure.count()).filter(|slot| !taken(slot)).collect();
        slots.sort_by_key(|slot| (!content.set.contains(*slot), *slot));
        let needed = rate::slots_needed(structure, odu).unwrap_or(usize::MAX);
        let set = SlotSet::new(slots.iter().copied().take(needed));
        match others.place(odu, set, None) {
            Ok(content) => Ok(content),
            Err(error) => {
                let what = format!("rate: {odu} in `{}`: {error}", line.name);
                self.notes.error(text.referenced, what)
            }
        }
    }

    fn inject_event(&self, event: &Spanned<InjectEvent>) -> Result<Told, FileError> {
        let InjectEvent { line, service, end, event: name, field, octets, lasts } = &event.value;
        let (at, place) = match (service, line) {
            (Some(service), None) => {
                let (index, end_of) = self.service_end("inject", service, end)?;
                (At::Path { service: index, end: end_of }, service.value.clone())
            }
            (None, Some(text)) => {
                let line = self.line("inject", text)?;
                let end = self.end("end", end, self.plan.lines[line].ends)?;
                (At::Line { line, end }, text.value.clone())
            }
            (Some(service), Some(line)) => {
                let (hop, end) = self.hop_of("inject", [service, line, end])?;
                let (line_index, tributary) = (hop.line, hop.tributary);
                let place = format!("{} on {}", service.value, line.value);
                (At::Tributary { line: line_index, end, tributary }, place)
            }
            (None, None) => {
                let what = "inject: expected `line`, `service` or both";
                return self.notes.error(event.referenced, what);
            }
        };
        let (change, what) = match (name, field, octets) {
            (Some(name), None, None) => (self.named_change(name, at)?, name.value.clone()),
            (None, Some(field), Some(octets)) => {
                let what = format!("{} {}", field.value, octets.value);
                (self.octets_of(field, octets)?, what)
            }
            _ => {
                let what = "inject: expected `event`, or `field` and `octets`";
                return self.notes.error(event.referenced, what);
            }
        };
        self.fits_place(event.referenced, change, at)?;
        let lasts_for = self.lasts(lasts.as_ref())?;
        let time = lasts.as_ref().map_or(String::new(), |text| format!(" for {}", text.value));
        let text = format!("{place} from {}: {what} injected{time}", end.value);
        Ok(Told::action(text, Action::Inject { at, change, lasts: lasts_for }))
    }

    fn lasts(&self, text: Option<&Text>) -> Result<Lasts, FileError> {
        let Some(text) = text else { return Ok(Lasts::ForGood) };
        let frames = text.value.strip_suffix("frames").or_else(|| text.value.strip_suffix("frame"));
        let Some(frames) = frames else {
            let time = self.time("for", text)?;
            return Ok(Lasts::Time(time));
        };
        match frames.trim().parse() {
            Ok(count) if count > 0 => Ok(Lasts::Frames(count)),
            _ => {
                let what = format!("for: found `{}`, expected a time or `5 frames`", text.value);
                self.notes.error(text.referenced, what)
            }
        }
    }

    /// The octets of a field.
    fn octets_of(&self, field: &Text, octets: &Text) -> Result<Change, FileError> {
        let known: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        let Some(of) = FIELDS.iter().find(|known| known.name == field.value) else {
            let what =
                format!("field: found `{}`, expected one of: {}", field.value, known.join(", "));
            return self.notes.error(field.referenced, what);
        };
        let parts = octets.value.split_whitespace();
        let read: Option<Vec<u8>> = parts
            .map(|part| u8::from_str_radix(part, 16).ok().filter(|_| part.len() == 2))
            .collect();
        match read.and_then(|read| Change::octets(*of, &read)) {
            Some(change) => Ok(change),
            None => {
                let what = format!(
                    "octets: found `{}`, expected {} in hexadecimal with spaces between them, such as A5 5A",
                    octets.value, of.octets
                );
                self.notes.error(octets.referenced, what)
            }
        }
    }

    /// What a name of `docs/inject.md` changes.
    fn named_change(&self, name: &Text, at: At) -> Result<Change, FileError> {
        let event = match Event::from_text(&name.value) {
            Ok(event) => event,
            Err(error) => return self.notes.error(name.referenced, error.to_string()),
        };
        let change = match event {
            Event::Lof => Some(Change::Fas),
            Event::Loflom if !matches!(at, At::Line { .. }) => Some(Change::Fas),
            Event::Lom => Some(Change::Mfas),
            Event::OtuAis => Some(Change::OtuAis),
            Event::Odu(signal) => Some(Change::Odu(signal)),
            Event::Plm => Some(Change::PayloadType(WRONG_PAYLOAD_TYPE)),
            Event::Monitor(point, fault) => {
                wrong(fault).map(|wrong| Change::Monitor(monitor(point), wrong))
            }
            _ => None,
        };
        match change {
            Some(change) => Ok(change),
            None => {
                let what = format!(
                    "event: `{}` is none of a running network, expected lof, lom, otu-ais, loflom, plm, odu-ais, \
                     odu-oci, odu-lck, or a monitoring field as in docs/inject.md (but deg)",
                    name.value
                );
                self.notes.error(name.referenced, what)
            }
        }
    }

    /// The overhead of an OTUk is that of a line; the OPU of a service is made at its ends only.
    fn fits_place(
        &self,
        place: serde_saphyr::Location,
        change: Change,
        at: At,
    ) -> Result<(), FileError> {
        let in_slots = !matches!(at, At::Line { .. });
        let what = match (change.stage(in_slots), at) {
            (Stage::Otu | Stage::Line, At::Path { .. } | At::Tributary { .. }) => {
                "inject: an ODU in tributary slots has no overhead of an OTU, expected `line` alone"
            }
            (Stage::Opu, At::Tributary { .. }) => {
                "inject: the OPU is made at the ends of the service, expected `service` without `line`"
            }
            (Stage::Odu | Stage::Opu, At::Line { line, .. })
                if self.plan.lines[line].slots.is_none() =>
            {
                "inject: the ODU in a line without slots is that of its service, expected `service`"
            }
            _ => return Ok(()),
        };
        self.notes.error(place, what)
    }

    /// The tandem connection of a service with this level and an end at a node.
    pub(super) fn trail_of_tandem<'e>(
        &self,
        key: &str,
        service: &'e Text,
        level: &Spanned<u8>,
        end: &Text,
    ) -> Result<(Trail, usize, [usize; 2], &'e str), FileError> {
        let index = self.service_named(key, service)?;
        let here = &self.plan.services[index];
        let node = self.node("end", end)?;
        for (tandem, domain) in domains(here).iter().enumerate() {
            let ends = [0, 1].map(|end| domain.node(&self.plan, here, end));
            let at = ends.iter().position(|of| *of == Some(node));
            if let ([Some(a), Some(b)], Some(at)) = (ends, at)
                && domain.tandem.level.get() == level.value
            {
                return Ok((Trail::Tandem(index, tandem), at, [a, b], &service.value));
            }
        }
        let what = format!(
            "{key}: tandem: service `{}` has none of level {} with an end at `{}`",
            service.value, level.value, end.value
        );
        self.notes.error(level.referenced, what)
    }
}

/// Tributary ports of the largest OPU.
const MOST_PORTS: u8 = 80;

const fn monitor(point: Point) -> Monitor {
    match point {
        Point::Section => Monitor::Section,
        Point::Tandem(level) => Monitor::Tandem(level),
        Point::Path => Monitor::Path,
    }
}

/// The trail trace that nobody expects; its text always fits.
fn wrong_trace() -> Tti {
    Tti::new("WRONG-TRACE", "WRONG-TRACE", "").unwrap_or(Tti::from_octets([0; 64]))
}

fn wrong(fault: Fault) -> Option<Wrong> {
    Some(match fault {
        Fault::Bdi => Wrong::Bdi,
        Fault::Tim => Wrong::Trace(wrong_trace()),
        Fault::Iae => Wrong::Iae,
        Fault::Biae => Wrong::Biae,
        Fault::Bei(count) => Wrong::Bei(count),
        Fault::Bip(bits) => Wrong::Bip(bits),
        Fault::Maintenance(signal) => Wrong::Maintenance(signal),
        Fault::Ltc => Wrong::Ltc,
        Fault::Deg(_) => return None,
    })
}
