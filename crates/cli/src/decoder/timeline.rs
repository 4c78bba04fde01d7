//! What happened to a stream, in order of time, in bounded memory.
//!
//! In: what sinks and the machines of the overhead tell, with its time. Out: the first events and the
//! last ones, and how many there were between them.

use std::collections::VecDeque;

use otn_frame::{SimTime, Tti};
use otn_proc::aps::{ApsLevel, ApsWord};
use otn_proc::defect::{Defect, Layer};
use otn_proc::delay::DelayLevel;
use otn_proc::monitor::Monitor;
use otn_proc::place::Place;
use otn_proc::supervision::causes::Cause;
use serde::Serialize;

use super::frame_numbers::FrameNumbers;
use super::report::TtiText;

/// Events that are kept at the beginning, and as many at the end.
const KEPT: usize = 200;
/// Accepted traces, and accepted protection words, that are listed.
const LISTED: usize = 100;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Happening {
    /// A defect was raised or cleared.
    Defect(Defect, bool),
    /// A fault cause was.
    Cause(Cause, bool),
    /// A trail trace was accepted in the place of another one.
    Trace(Monitor, Box<(Option<Tti>, Tti)>),
    /// An APS word was.
    Protection(ApsLevel, ApsWord),
    /// A delay measurement bit has another value.
    Delay(DelayLevel, u8),
}

/// When and where.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) at: SimTime,
    pub(super) place: Place,
    pub(super) what: Happening,
}

/// An event as a report has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelineEntry {
    /// When, in nanoseconds.
    pub at_ns: u64,
    /// The last frame of the line that had begun by then, from 0.
    pub frame: Option<u64>,
    /// Where, as of a defect.
    pub place: String,
    /// OTSi, OTU, TCM1 to TCM6, ODU or OPU.
    pub layer: String,
    /// `defect`, `cause`, `trace`, `protection` or `delay`.
    pub kind: &'static str,
    /// Of which: `dAIS`, `cSSF`, `TTI`, `APS`, `DMp`.
    pub name: String,
    /// `raised`, `cleared`, `accepted` or `inverted`.
    pub change: &'static str,
    /// What was accepted, or the new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A trail trace that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceReport {
    /// Where, as of a defect.
    pub place: String,
    /// `SM`, `TCM1` to `TCM6` or `PM`.
    pub monitor: String,
    /// When, in nanoseconds.
    pub at_ns: u64,
    /// The last frame of the line that had begun by then.
    pub frame: Option<u64>,
    /// The one accepted before.
    pub from: Option<TtiText>,
    /// The one accepted now.
    pub to: TtiText,
}

/// An APS word that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProtectionReport {
    /// Where, as of a defect.
    pub place: String,
    /// Whose channel: `path`, `tcm1` to `tcm6` or `server`.
    pub level: String,
    /// When, in nanoseconds.
    pub at_ns: u64,
    /// The last frame of the line that had begun by then.
    pub frame: Option<u64>,
    /// The four octets in hexadecimal.
    pub word: String,
    /// Request or state: `SF`, `NR`, or `?` for a code without meaning.
    pub request: &'static str,
    /// A: the scheme uses the channel.
    pub aps_channel: bool,
    /// B: there is no permanent bridge.
    pub selective_bridge: bool,
    /// D: switching is bidirectional.
    pub bidirectional: bool,
    /// R: operation is revertive.
    pub revertive: bool,
    /// The signal requested.
    pub requested: u8,
    /// The signal bridged.
    pub bridged: u8,
}

/// The events of a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    first: Vec<Event>,
    last: VecDeque<Event>,
    left_out: u64,
    traces: Vec<Event>,
    protection: Vec<Event>,
}

impl Timeline {
    /// Takes an event.
    pub(super) fn note(&mut self, event: Event) {
        let list = match event.what {
            Happening::Trace(..) => Some(&mut self.traces),
            Happening::Protection(..) => Some(&mut self.protection),
            Happening::Defect(..) | Happening::Cause(..) | Happening::Delay(..) => None,
        };
        if let Some(list) = list.filter(|list| list.len() < LISTED) {
            list.push(event.clone());
        }
        if self.first.len() < KEPT {
            self.first.push(event);
            return;
        }
        if self.last.len() == KEPT {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(event);
    }

    /// Events that were not kept, between the first and the last ones.
    pub(super) const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The events that were kept, in order of time.
    pub(super) fn report(&self, numbers: &FrameNumbers) -> Vec<TimelineEntry> {
        let mut parts = [self.first.clone(), self.last.iter().cloned().collect()];
        if self.left_out == 0 {
            let rest = std::mem::take(&mut parts[1]);
            parts[0].extend(rest);
        }
        // What was held back until its payload was known is told late.
        parts.iter_mut().for_each(|part| part.sort_by_key(|event| event.at));
        parts.concat().iter().map(|event| entry(event, numbers)).collect()
    }

    /// Accepted trail traces.
    pub(super) fn traces(&self, numbers: &FrameNumbers) -> Vec<TraceReport> {
        let report = |event: &Event| {
            let Happening::Trace(monitor, traces) = &event.what else { return None };
            Some(TraceReport {
                place: event.place.to_string(),
                monitor: monitor_name(*monitor),
                at_ns: event.at.as_ns(),
                frame: numbers.at(event.at),
                from: traces.0.as_ref().map(TtiText::from),
                to: TtiText::from(&traces.1),
            })
        };
        self.traces.iter().filter_map(report).collect()
    }

    /// Accepted APS words.
    pub(super) fn protection(&self, numbers: &FrameNumbers) -> Vec<ProtectionReport> {
        let report = |event: &Event| {
            let Happening::Protection(level, word) = event.what else { return None };
            Some(ProtectionReport {
                place: event.place.to_string(),
                level: channel_name(level),
                at_ns: event.at.as_ns(),
                frame: numbers.at(event.at),
                word: super::tree::hex(&word.octets()),
                request: word.request.name(),
                aps_channel: word.channel,
                selective_bridge: word.selective_bridge,
                bidirectional: word.bidirectional,
                revertive: word.revertive,
                requested: word.requested,
                bridged: word.bridged,
            })
        };
        self.protection.iter().filter_map(report).collect()
    }
}

/// The name of a monitor: that of its field.
pub(super) fn monitor_name(monitor: Monitor) -> String {
    match monitor {
        Monitor::Section => "SM".to_string(),
        Monitor::Tandem(level) => format!("TCM{}", level.get()),
        Monitor::Path => "PM".to_string(),
    }
}

fn channel_name(level: ApsLevel) -> String {
    match level {
        ApsLevel::Path => "path".to_string(),
        ApsLevel::Tandem(level) => format!("tcm{}", level.get()),
        ApsLevel::Server => "server".to_string(),
    }
}

/// The name of a delay measurement bit.
pub(super) fn delay_name(level: DelayLevel) -> String {
    match level {
        DelayLevel::Path => "DMp".to_string(),
        DelayLevel::Tandem(level) => format!("DMt{}", level.get()),
    }
}

/// A word in letters: `SF 1/1, A B D R`.
fn word_text(word: &ApsWord) -> String {
    let flags = [word.channel, word.selective_bridge, word.bidirectional, word.revertive];
    let set: Vec<&str> = ["A", "B", "D", "R"]
        .into_iter()
        .zip(flags)
        .filter_map(|(name, set)| set.then_some(name))
        .collect();
    let flags = if set.is_empty() { String::new() } else { format!(", {}", set.join(" ")) };
    format!("{} {}/{}{flags}", word.request.name(), word.requested, word.bridged)
}

fn trace_text(tti: &Tti) -> String {
    format!("\"{}\"→\"{}\"", tti.sapi(), tti.dapi())
}

const fn change(raised: bool) -> &'static str {
    if raised { "raised" } else { "cleared" }
}

fn entry(event: &Event, numbers: &FrameNumbers) -> TimelineEntry {
    let (layer, kind, name, change, detail) = match &event.what {
        Happening::Defect(defect, raised) => {
            let name = defect.name().to_string();
            (defect.layer(), "defect", name, change(*raised), None)
        }
        Happening::Cause(cause, raised) => {
            (cause.layer(), "cause", cause.name().to_string(), change(*raised), None)
        }
        Happening::Trace(monitor, traces) => {
            let layer = match monitor {
                Monitor::Section => Layer::Otu,
                Monitor::Tandem(level) => Layer::Tcm(*level),
                Monitor::Path => Layer::Odu,
            };
            (layer, "trace", "TTI".to_string(), "accepted", Some(trace_text(&traces.1)))
        }
        Happening::Protection(level, word) => {
            let layer = match level {
                ApsLevel::Tandem(level) => Layer::Tcm(*level),
                ApsLevel::Path | ApsLevel::Server => Layer::Odu,
            };
            (layer, "protection", "APS".to_string(), "accepted", Some(word_text(word)))
        }
        Happening::Delay(level, value) => {
            let layer = match level {
                DelayLevel::Path => Layer::Odu,
                DelayLevel::Tandem(level) => Layer::Tcm(*level),
            };
            (layer, "delay", delay_name(*level), "inverted", Some(value.to_string()))
        }
    };
    TimelineEntry {
        at_ns: event.at.as_ns(),
        frame: numbers.at(event.at),
        place: event.place.to_string(),
        layer: layer.to_string(),
        kind,
        name,
        change,
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_events_are_kept_and_the_others_counted() {
        let (mut timeline, numbers) = (Timeline::default(), FrameNumbers::default());
        for n in 0..1_000u64 {
            let what = Happening::Defect(Defect::Lfd, n % 2 == 0);
            timeline.note(Event { at: SimTime::from_ns(n), place: Place::ROOT, what });
            let kept = timeline.report(&numbers).len() as u64;
            assert_eq!(kept + timeline.left_out(), n + 1);
        }
        let report = timeline.report(&numbers);
        let ends: Vec<u64> = [0, KEPT - 1, KEPT, 2 * KEPT - 1].map(|n| report[n].at_ns).to_vec();
        assert_eq!(ends, [0, 199, 800, 999]);
        assert_eq!((report[0].change, report[1].change), ("raised", "cleared"));
    }

    #[test]
    fn events_told_late_stand_where_they_belong() {
        let mut timeline = Timeline::default();
        for ns in [10, 30, 20] {
            let what = Happening::Delay(DelayLevel::Path, 1);
            timeline.note(Event { at: SimTime::from_ns(ns), place: Place::ROOT, what });
        }
        let report = timeline.report(&FrameNumbers::default());
        assert_eq!(report.iter().map(|e| e.at_ns).collect::<Vec<_>>(), [10, 20, 30]);
        assert_eq!(report[0].name, "DMp");
    }
}
