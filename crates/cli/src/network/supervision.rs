//! Tandem connections, delay measurement and payload types of services in the network file.
//!
//! In: the entries of `tandem`, `delay-measurement`, `payload-type`. Out: the same in the plan, or what is wrong. The
//! routes of the services are known by then.

use otn_emu::net::supervision::{Domain, PayloadTypes, Supervision, domains};
use otn_emu::net::trails::Tandem;
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_proc::tandem::TandemMode;
use serde_saphyr::Spanned;

use super::Reader;
use super::document::{Document, ServiceEntry, TandemEntry};
use super::names::hint;
use crate::network::notes::{FileError, Text};
use crate::network::traces::TraceSettings;

/// Modes by their words.
const MODES: [(&str, TandemMode); 3] = [
    ("operational", TandemMode::Operational),
    ("monitor", TandemMode::Monitor),
    ("transparent", TandemMode::Transparent),
];

/// Routes by their words: the protection or not.
const ROUTES: [(&str, bool); 2] = [("working", false), ("protection", true)];

impl Reader<'_> {
    pub(super) fn supervise(&mut self, document: &Document) -> Result<(), FileError> {
        for (index, entry) in document.services.values().enumerate() {
            let supervision = self.supervision(index, &entry.value)?;
            self.plan.services[index].supervision = supervision;
            self.check_levels(index, &entry.value)?;
        }
        Ok(())
    }

    fn supervision(&self, index: usize, entry: &ServiceEntry) -> Result<Supervision, FileError> {
        let delay = entry.delay.as_ref().map(|delay| self.notes.delay_schedule(delay));
        let delay = delay.transpose()?;
        let mut tandem = Vec::new();
        for entry in &entry.tandem {
            tandem.push(self.domain(index, entry, delay.is_some())?);
        }
        let mut payload_types = [PayloadTypes::default(); 2];
        for (node, types) in &entry.payload_type {
            let names = self.names_of(self.plan.services[index].ends);
            let end = self.notes.end_of("payload-type", node, types.referenced, names)?;
            let read =
                |text: &Option<Text>| text.as_ref().map(|t| self.payload_type(t)).transpose();
            let (sent, expected) = (read(&types.value.sends)?, read(&types.value.expects)?);
            let own = |of: Option<Option<PayloadType>>| of.flatten();
            payload_types[end] = PayloadTypes { sent: own(sent), expected: own(expected) };
        }
        Ok(Supervision { tandem, delay, payload_types })
    }

    /// A payload type in two hexadecimal digits; nothing for that of the client.
    pub(super) fn payload_type(&self, text: &Text) -> Result<Option<PayloadType>, FileError> {
        let found = text.value.trim();
        if found == "own" {
            return Ok(None);
        }
        match u8::from_str_radix(found, 16) {
            Ok(octet) if found.len() == 2 => Ok(Some(PayloadType(octet))),
            _ => {
                let what = format!(
                    "payload-type: found `{found}`, expected two hexadecimal digits such as 07, or own"
                );
                self.notes.error(text.referenced, what)
            }
        }
    }

    fn domain(
        &self,
        index: usize,
        entry: &Spanned<TandemEntry>,
        measured: bool,
    ) -> Result<Domain, FileError> {
        let TandemEntry { level, route, from, to, .. } = &entry.value;
        let service = &self.plan.services[index];
        let Some(number) = TcmLevel::new(level.value) else {
            let what = format!("level: found {}, expected 1 to 6", level.value);
            return self.notes.error(level.referenced, what);
        };
        let protection = match route {
            Some(text) => self.word("route", text, &ROUTES)?,
            None => false,
        };
        if let Some(text) = route.as_ref().filter(|_| protection && service.protection.is_none()) {
            let what = format!("route: service `{}` has no `protection`", service.name);
            return self.notes.error(text.referenced, what);
        }
        let hops = service.routes().nth(usize::from(protection)).unwrap_or(&[]);
        let far = hops.iter().map(|hop| self.plan.lines[hop.line].ends[hop.last()]);
        let visited: Vec<usize> = std::iter::once(service.ends[0]).chain(far).collect();
        let places =
            [("from", from), ("to", to)].map(|(key, text)| self.passed(key, text, &visited));
        let [one, other] = places;
        let (one, other) = (one?, other?);
        if one == other {
            let what = "tandem: found the same node twice, expected two on the route";
            return self.notes.error(entry.referenced, what);
        }
        let (from, to) = (one.min(other), one.max(other));
        let ends = [visited[from], visited[to]];
        let tandem = Tandem::new(number, from, to);
        Ok(Domain { protection, tandem: self.decided(entry, tandem, (index, ends), measured)? })
    }

    /// A tandem connection with what the operator decided about it.
    fn decided(
        &self,
        entry: &Spanned<TandemEntry>,
        mut tandem: Tandem,
        (index, ends): (usize, [usize; 2]),
        measured: bool,
    ) -> Result<Tandem, FileError> {
        let entry = &entry.value;
        let name = &self.plan.services[index].name;
        if let Some(text) = &entry.mode {
            tandem.mode = self.word("mode", text, &MODES)?;
        }
        tandem.ltc_action = entry.ltc_action.unwrap_or(tandem.ltc_action);
        if let Some(delay) = entry.delay.as_ref().filter(|delay| delay.value) {
            if !measured {
                let what =
                    format!("delay: service `{name}` has no `delay-measurement`, which says when");
                return self.notes.error(delay.referenced, what);
            }
            tandem.delay = true;
        }
        let traces = TraceSettings {
            sent: &entry.trace,
            expected: &entry.expect,
            action: entry.tim_action.as_ref(),
        };
        tandem.traces = self.notes.traces(&traces, self.names_of(ends), name)?;
        Ok(tandem)
    }

    /// How many lines of the route are before a node.
    fn passed(&self, key: &str, text: &Text, visited: &[usize]) -> Result<usize, FileError> {
        let known: Vec<&str> =
            visited.iter().map(|node| self.plan.nodes[*node].name.as_str()).collect();
        match known.iter().position(|name| *name == text.value) {
            Some(at) => Ok(at),
            None => {
                let found = &text.value;
                let what = format!("{key}: `{found}` is not on the route, {}", hint(found, &known));
                self.notes.error(text.referenced, what)
            }
        }
    }

    /// Two tandem connections of one level have no line in common; an SNC/S has one on each route.
    fn check_levels(&self, index: usize, entry: &ServiceEntry) -> Result<(), FileError> {
        let service = &self.plan.services[index];
        let all = domains(service);
        for (number, entry) in entry.tandem.iter().enumerate() {
            let own = all[number];
            let clash = |(at, other): &(usize, &Domain)| {
                *at != number
                    && (*at < number || *at >= service.supervision.tandem.len())
                    && (other.protection, other.tandem.level) == (own.protection, own.tandem.level)
                    && other.tandem.from < own.tandem.to
                    && own.tandem.from < other.tandem.to
            };
            let Some((_, other)) = all.iter().enumerate().find(clash) else { continue };
            let name = |end: usize| {
                let node = other.node(&self.plan, service, end);
                node.map_or("", |node| self.plan.nodes[node].name.as_str())
            };
            let level = &entry.value.level;
            let what = format!(
                "tandem: level {} is in use between `{}` and `{}`",
                level.value,
                name(0),
                name(1)
            );
            return self.notes.error(level.referenced, what);
        }
        Ok(())
    }
}
