//! Events of services and trails: clients, locks, loopbacks, commands, traces.
//!
//! In: an entry of `events`. Out: what it comes to, or what is wrong.

use otn_emu::net::model::{Action, Trail};
use otn_emu::net::trails::trace;
use otn_frame::Tti;
use otn_proc::monitor::ExpectedTrace;
use otn_proc::protection::{Entity, ExternalCommand};
use serde_saphyr::Spanned;

use super::{Given, Told};
use crate::network::Reader;
use crate::network::document::{EndEvent, SwitchEvent, TraceEvent};
use crate::network::notes::{FileError, Text};

/// Commands by their words.
const COMMANDS: [(&str, ExternalCommand); 6] = [
    ("lockout", ExternalCommand::LockoutOfProtection),
    ("forced", ExternalCommand::ForcedSwitch),
    ("manual-to-protection", ExternalCommand::ManualSwitch(Entity::Protection)),
    ("manual-to-working", ExternalCommand::ManualSwitch(Entity::Working)),
    ("exercise", ExternalCommand::Exercise),
    ("clear", ExternalCommand::Clear),
];

impl Reader<'_> {
    /// What an event of a service or a trail comes to; nothing for others.
    pub(super) fn service_event(&self, given: &Given<'_>) -> Result<Option<Told>, FileError> {
        let entry = given.entry;
        let at_end = [
            (&entry.client_fail, "client-fail", "client fails"),
            (&entry.client_back, "client-back", "client is back"),
            (&entry.lock, "lock", "locked"),
            (&entry.unlock, "unlock", "unlocked"),
            (&entry.loopback_on, "loopback-on", "loopback"),
            (&entry.loopback_off, "loopback-off", "loopback removed"),
            (&entry.terminal_loopback_on, "terminal-loopback-on", "terminal loopback"),
            (&entry.terminal_loopback_off, "terminal-loopback-off", "terminal loopback removed"),
        ];
        for (event, key, words) in at_end {
            let Some(event) = event else { continue };
            return self.at_end(key, words, &event.value).map(Some);
        }
        let told = if let Some(event) = &entry.switch {
            self.switch(&event.value)?
        } else if let Some(event) = &entry.trace {
            self.trace_event(event)?
        } else if let Some(event) = &entry.expect {
            self.expect_event(event)?
        } else {
            return Ok(None);
        };
        Ok(Some(told))
    }

    pub(super) fn service_end(
        &self,
        key: &str,
        service: &Text,
        end: &Text,
    ) -> Result<(usize, usize), FileError> {
        let index = self.service_named(key, service)?;
        Ok((index, self.end("end", end, self.plan.services[index].ends)?))
    }

    fn at_end(&self, key: &str, words: &str, event: &EndEvent) -> Result<Told, FileError> {
        let (service, end) = self.service_end(key, &event.service, &event.end)?;
        let action = match key {
            "client-fail" => Action::ClientFail { service, end, failed: true },
            "client-back" => Action::ClientFail { service, end, failed: false },
            "lock" => Action::Lock { service, end, locked: true },
            "unlock" => Action::Lock { service, end, locked: false },
            "terminal-loopback-on" => Action::TerminalLoopback { service, end, on: true },
            "terminal-loopback-off" => Action::TerminalLoopback { service, end, on: false },
            "loopback-on" => Action::Loopback { service, end, on: true },
            _ => Action::Loopback { service, end, on: false },
        };
        let text = format!("{} at {}: {words}", event.service.value, event.end.value);
        Ok(Told::action(text, action))
    }

    fn switch(&self, event: &SwitchEvent) -> Result<Told, FileError> {
        let (service, end) = self.service_end("switch", &event.service, &event.end)?;
        let name = &event.service.value;
        if self.plan.services[service].protection.is_none() {
            let what = format!("switch: service `{name}` has no `protection` that could switch");
            return self.notes.error(event.service.referenced, what);
        }
        let command = self.word("command", &event.command, &COMMANDS)?;
        let text = format!("{name} at {}: {}", event.end.value, event.command.value);
        Ok(Told::action(text, Action::Protection { service, end, command }))
    }

    fn trace_event(&self, event: &Spanned<TraceEvent>) -> Result<Told, FileError> {
        let (trail, end, ends, name) = self.trail("trace", event)?;
        let TraceEvent { sapi, dapi, .. } = &event.value;
        if let Some(at) = &event.value.tim_action {
            let what = "tim-action: what is sent has none, expected it with `expect`";
            return self.notes.error(at.referenced, what);
        }
        let names = self.names_of(ends);
        let usual = trace(names[end], names[1 - end], name);
        let trace = self.notes.trace_of("trace", event.referenced, [sapi, dapi], &usual)?;
        let text = format!("{name} sends from {} {}", names[end], spelled(&trace));
        Ok(Told::action(text, Action::SendTrace { trail, end, trace }))
    }

    fn expect_event(&self, event: &Spanned<TraceEvent>) -> Result<Told, FileError> {
        let (trail, end, ends, name) = self.trail("expect", event)?;
        let TraceEvent { sapi, dapi, tim_action, .. } = &event.value;
        let mode = self.notes.mode_of(event.referenced, [sapi, dapi])?;
        let empty = Tti::from_octets([0; 64]);
        let tti = self.notes.trace_of("expect", event.referenced, [sapi, dapi], &empty)?;
        let action = tim_action.as_ref().is_some_and(|action| action.value);
        let text = format!("{name} expects at {} {}", self.names_of(ends)[end], spelled(&tti));
        let expected = ExpectedTrace { mode, tti, action };
        Ok(Told::action(text, Action::ExpectTrace { trail, end, expected }))
    }

    /// The trail that is meant, the end, the nodes at its ends, its name.
    fn trail<'e>(
        &self,
        key: &str,
        event: &'e Spanned<TraceEvent>,
    ) -> Result<(Trail, usize, [usize; 2], &'e str), FileError> {
        let TraceEvent { line, path, service, tandem, end, .. } = &event.value;
        if let Some(level) = tandem {
            let Some(service) = service else {
                let what = format!("{key}: tandem: expected `service` with it");
                return self.notes.error(level.referenced, what);
            };
            return self.trail_of_tandem(key, service, level, end);
        }
        let (trail, ends, name) = match (line, path, service) {
            (Some(text), None, None) => {
                let line = self.line(key, text)?;
                (Trail::Section(line), self.plan.lines[line].ends, text)
            }
            (None, Some(text), None) => {
                let line = self.line(key, text)?;
                self.has_slots(key, line, text)?;
                (Trail::LinePath(line), self.plan.lines[line].ends, text)
            }
            (None, None, Some(text)) => {
                let service = self.service_named(key, text)?;
                (Trail::Path(service), self.plan.services[service].ends, text)
            }
            _ => {
                let what = format!(
                    "{key}: expected one of `line` (its section), `path` (the ODUk path of a line), `service`"
                );
                return self.notes.error(event.referenced, what);
            }
        };
        Ok((trail, self.end("end", end, ends)?, ends, &name.value))
    }
}

/// A trace in the text of an event.
fn spelled(trace: &Tti) -> String {
    let parts = [("SAPI", trace.sapi().to_string()), ("DAPI", trace.dapi().to_string())];
    let given: Vec<String> = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(part, text)| format!("{part} {text}"))
        .collect();
    given.join(" ")
}
