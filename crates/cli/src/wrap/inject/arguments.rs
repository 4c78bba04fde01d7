//! The arguments of `otn wrap` about events, and what they come to for one signal.
//!
//! In: injections, levels of tandem connection monitoring, a duration; the source of an ODU. Out: the
//! same source with its events, and an [`Injector`] for the OTU around it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Result, anyhow};
use otn_frame::layout::{MSI_PORT, MSI_PORT_OPU4};
use otn_frame::overhead::TcmLevel;
use otn_frame::{OtuFrame, Signal, SimTime, Tti};
use otn_map::odtu::Slots;
use otn_proc::odu::source::{OduSource, PayloadSource};
use otn_proc::otl::{LaneDistributor, Otl};
use otn_proc::remote::RemoteIndication;
use otn_proc::tandem::TandemSource;
use serde::Serialize;

use super::event::{self, Event};
use super::lanes::Lanes;
use super::line::Line;
use super::odu::{Act, MsiOf, OduEditor};
use super::packets::CoreHeaders;
use super::schedule::{Clock, Windows};
use super::text::{Asked, Injection};
use crate::cli::Format;
use crate::units;

/// Arguments about events.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct InjectArguments {
    /// An event such as odu-ais@10ms:20ms: EVENT[/PLACE]@TIME with a duration (a time, or frames such
    /// as 5f), or on=5f,off=250f,for=20ms; `--inject list` prints all; may be given more than once
    #[arg(long, value_name = "EVENT@TIME[:DURATION]")]
    pub inject: Vec<Asked>,
    /// Write the signal for this time; clients repeat their input
    #[arg(long, value_name = "TIME", value_parser = units::time, conflicts_with_all = ["frames", "min_frames"])]
    pub duration: Option<SimTime>,
    /// Levels of tandem connection monitoring that are in use in the ODU nearest the line
    #[arg(long, value_name = "LEVEL,…", value_delimiter = ',', value_parser = level)]
    pub tcm: Vec<TcmLevel>,
}

fn level(text: &str) -> Result<TcmLevel, units::UnitError> {
    let refuse = || units::UnitError { found: text.into(), expected: "a level from 1 to 6" };
    text.parse().ok().and_then(TcmLevel::new).ok_or_else(refuse)
}

/// Time for which the signal goes on behind the last event.
const AFTERWARDS: SimTime = SimTime::from_ms(10);

/// An event and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Injected {
    /// As it was asked for.
    pub event: String,
    /// Frames that it changed: of the OTU, or of the ODU at its place.
    pub frames: u64,
}

/// An event of an ODU, and the count of the frames that it changes.
type Wanted<'a> = (&'a Injection, Rc<Cell<u64>>);

/// The events of one signal.
#[derive(Debug, Default)]
pub struct Injector {
    line: Line,
    lanes: Lanes,
    asked: Vec<(String, Rc<Cell<u64>>)>,
    /// Frames to write, where that is known beforehand.
    frames: Option<u64>,
}

impl InjectArguments {
    /// Prints the list of events if that is asked for; true then.
    ///
    /// # Errors
    /// A closed output.
    pub fn list(&self, format: Format) -> Result<bool> {
        let asked = self.inject.contains(&Asked::List);
        if asked {
            format.print(&event::list(), |list| event::table(list))?;
        }
        Ok(asked)
    }

    /// True where clients repeat their input.
    pub const fn repeats(&self) -> bool {
        self.duration.is_some() || !self.inject.is_empty()
    }

    fn events(&self) -> impl Iterator<Item = &Injection> {
        self.inject.iter().filter_map(|asked| match asked {
            Asked::List => None,
            Asked::Event(injection) => Some(injection),
        })
    }

    /// Puts the events into the ODU of a signal, over `lanes` or not. The rest is done by the injector.
    ///
    /// # Errors
    /// An event that this signal cannot have.
    pub fn attach(&self, signal: Signal, lanes: bool, odu: &mut OduSource) -> Result<Injector> {
        let clock = Clock::new(signal, odu.offset());
        let mut injector = Injector::default();
        let mut places: BTreeMap<&[usize], Vec<Wanted<'_>>> = BTreeMap::new();
        if !self.tcm.is_empty() {
            places.entry(&[]).or_default();
        }
        let mut settled = SimTime::ZERO;
        for injection in self.events() {
            let Injection { event, place, timing, text } = injection;
            let error = |what: String| anyhow!("--inject {text}: {what}");
            fits(*event, place, signal, lanes).map_err(error)?;
            if at_place(odu, place).is_none() {
                let known = known_places(odu, "").join(", ");
                let expected =
                    if known.is_empty() { "no place: there are no tributaries" } else { &known };
                return Err(error(format!("place: found {}, expected {expected}", dotted(place))));
            }
            let windows = Windows::new(*timing, clock);
            settled = settled.max(timing.settled(clock));
            let act = Act::new(*event, windows);
            let changed = Rc::clone(&act.changed);
            injector.asked.push((text.clone(), Rc::clone(&changed)));
            if event.needs_lanes() || (lanes && *event == Event::Los) {
                injector.lanes.acts.push(act);
                continue;
            }
            if event.needs_otu() {
                injector.line.acts.push(act);
                continue;
            }
            // The MSI is in the server of the ODU that it is about.
            let at = if *event == Event::Msim { &place[..place.len() - 1] } else { &place[..] };
            places.entry(at).or_default().push((injection, changed));
        }
        for (place, events) in places {
            let levels = if place.is_empty() { &self.tcm[..] } else { &[] };
            if let Some(found) = at_place(odu, place) {
                edit(found, levels, &events)?;
            }
        }
        let lasts = self.duration.or(self.repeats().then_some(settled + AFTERWARDS));
        injector.frames = lasts.map(|lasts| clock.first_frame(lasts));
        Ok(injector)
    }
}

/// Whether a signal can have an event there at all.
fn fits(event: Event, place: &[usize], signal: Signal, lanes: bool) -> Result<(), String> {
    let what = if event.needs_otu() {
        if !signal.is_otu() {
            format!("found an event of an OTU, the signal is {signal}; expected one of an ODU")
        } else if !place.is_empty() {
            "found a place, expected none for an event of the OTU".into()
        } else if lanes && event.needs_single_line() {
            "found --lanes, expected an event that leaves the frames in their place".into()
        } else if !lanes && event.needs_lanes() {
            "found a single line, expected --lanes".into()
        } else if let Some(lane) = event.lane()
            && usize::from(lane) >= logical_lanes(signal)
        {
            format!("argument: found `{lane}`, expected a lane below {}", logical_lanes(signal))
        } else {
            return Ok(());
        }
    } else if event.needs_place() && place.is_empty() {
        "found no place, expected that of an ODU in tributary slots, such as `/1` behind the name"
            .into()
    } else {
        return Ok(());
    };
    Err(what)
}

/// Logical lanes of the OTU that has some; a signal without is refused by those who write lanes.
fn logical_lanes(signal: Signal) -> usize {
    if signal == Signal::Otu3 { Otl::Otl34.lanes() } else { Otl::Otl44.lanes() }
}

/// The ODU whose ODTU begins with these tributary slots.
fn at_place<'a>(odu: &'a mut OduSource, place: &[usize]) -> Option<&'a mut OduSource> {
    let Some((slot, rest)) = place.split_first() else { return Some(odu) };
    let PayloadSource::Multiplex(multiplex) = odu.payload_mut() else { return None };
    let mut inside = multiplex.sources();
    let (_, next) = inside.find(|(content, _)| content.set.iter().next() == Some(*slot))?;
    at_place(next, rest)
}

/// A place as it is written.
fn dotted(place: &[usize]) -> String {
    place.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

/// The places of all ODUs inside this one.
fn known_places(odu: &mut OduSource, before: &str) -> Vec<String> {
    let PayloadSource::Multiplex(multiplex) = odu.payload_mut() else { return Vec::new() };
    let mut places = Vec::new();
    for (content, inside) in multiplex.sources() {
        let Some(slot) = content.set.iter().next() else { continue };
        let place = format!("{before}{slot}");
        let below = known_places(inside, &format!("{place}."));
        places.push(place);
        places.extend(below);
    }
    places
}

/// Gives an ODU its tandem connections and its events.
fn edit(odu: &mut OduSource, levels: &[TcmLevel], events: &[Wanted<'_>]) -> Result<()> {
    let clock = Clock::new(odu.signal(), odu.offset());
    let mut levels = levels.to_vec();
    levels.extend(events.iter().filter_map(|(injection, _)| injection.event.level()));
    levels.sort();
    levels.dedup();
    let source = |level: TcmLevel| -> Result<_> {
        let name = |end| format!("TCM{}-{end}", level.get());
        let trace = Tti::new(&name("SRC"), &name("SNK"), "otn wrap")?;
        Ok((TandemSource::new(level, trace), RemoteIndication::default()))
    };
    let tandem = levels.into_iter().map(source).collect::<Result<_>>()?;
    let mut acts = Vec::new();
    for (Injection { event, place, timing, text }, changed) in events {
        let windows = Windows::new(*timing, clock);
        let msi = carried(*event, place, odu.payload_mut())
            .map_err(|what| anyhow!("--inject {text}: {what}"))?;
        let mut act = Act::new(*event, windows);
        act.msi = msi;
        act.changed = Rc::clone(changed);
        acts.push(act);
    }
    let packets = match odu.payload() {
        PayloadSource::Gfp { extended, .. } => Some(CoreHeaders::new(*extended)),
        _ => None,
    };
    let packets = packets.filter(|_| acts.iter().any(|act| act.event == Event::Lfd));
    odu.set_editor(Box::new(OduEditor { tandem, acts, packets }));
    Ok(())
}

/// Whether an ODU with this payload can have an event; the MSI octets that one is about.
fn carried(
    event: Event,
    place: &[usize],
    payload: &mut PayloadSource,
) -> Result<Option<MsiOf>, String> {
    let no = |expected: &str| Err(format!("expected an ODU that carries {expected}"));
    match (event, payload) {
        (Event::Lfd | Event::Exm | Event::Upm, PayloadSource::Gfp { .. }) => Ok(None),
        (Event::Lfd | Event::Exm | Event::Upm, _) => no("packets by GFP"),
        (Event::Loomfi, PayloadSource::Multiplex(inside)) if inside.slots() == Slots::Opu4 => {
            Ok(None)
        }
        (Event::Loomfi, _) => no("tributaries in an OPU4"),
        (Event::Csf, PayloadSource::Multiplex(_)) => no("a client"),
        (Event::Msim, PayloadSource::Multiplex(inside)) => {
            let slots = inside.slots();
            let port = if slots == Slots::Opu4 { MSI_PORT_OPU4 } else { MSI_PORT }.mask();
            let first = place.last().copied();
            let mut sets = inside.sources().map(|(content, _)| content.set);
            let found = sets.find(|set| set.iter().next() == first);
            found.map_or_else(|| no("an ODU at this place"), |set| Ok(Some(MsiOf { set, port })))
        }
        (Event::Msim, _) => no("tributaries"),
        (Event::Csf | Event::Plm, PayloadSource::Maintenance(_)) => no("a client"),
        _ => Ok(None),
    }
}

impl Injector {
    /// Frames to write, where the arguments say so.
    pub const fn frames(&self) -> Option<u64> {
        self.frames
    }

    /// Changes frame `number` of an OTU before FEC and scrambler.
    pub fn clear(&mut self, number: u64, frame: &mut OtuFrame) {
        self.line.clear(number, frame);
    }

    /// Changes it as it goes on the line, before bit errors.
    pub fn coded(&mut self, number: u64, frame: &mut OtuFrame) {
        self.line.coded(number, frame);
    }

    /// Changes it as it leaves the line.
    pub fn received(&mut self, number: u64, frame: &mut OtuFrame) {
        self.line.received(number, frame);
    }

    /// Changes it on its lanes.
    pub fn lanes(&mut self, number: u64, lanes: &mut LaneDistributor) {
        self.lanes.change(number, lanes);
    }

    /// What came of each event.
    pub fn report(&self) -> Vec<Injected> {
        let of = |(event, frames): &(String, Rc<Cell<u64>>)| Injected {
            event: event.clone(),
            frames: frames.get(),
        };
        self.asked.iter().map(of).collect()
    }
}
