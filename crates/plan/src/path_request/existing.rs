//! Channels that are there: their routes looked up, their slots booked, what is wrong with them told.
//!
//! In: an [`Occupation`], a designed network and its lines. Out: bundles for the light, and problems as sentences with
//! file and place. A channel that makes no sense is left out, and the others stand.

use otn_photon::Compat;
use otn_photon::spectrum::{Channel, ChannelPlan};
use otn_photon::transceiver::LaunchWish;

use super::light::{Bundle, Judgement, Way};
use super::spectrum::{Line, Spectrum, User, frequency_of};
use crate::error::Hint;
use crate::library::{Library, SpectrumInformation};
use crate::mode_model;
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;
use crate::occupation::{Equipment, ExistingChannel, Occupation};
use crate::services::FrequencySlot;

/// Width of a slot, Hz.
const SLOT_HZ: f64 = 6.25e9;

/// What channels are looked up in.
pub(super) struct Ground<'a> {
    pub(super) network: &'a Network,
    pub(super) library: &'a Library,
    pub(super) comb: &'a SpectrumInformation,
    pub(super) compat: Compat,
}

/// Books what is reserved and what channels use; gives their bundles, none for a channel that is left out.
pub(super) fn enter(
    ground: &Ground<'_>,
    occupation: &Occupation,
    spectrum: &mut Spectrum,
    problems: &mut Vec<String>,
) -> Vec<Option<Bundle>> {
    let file = &occupation.file;
    let mut bundles = Vec::new();
    for (index, channel) in occupation.channels.iter().enumerate() {
        let made = bundle(ground, channel, spectrum).and_then(|bundle| {
            let mut lines: Vec<usize> = bundle.ways.iter().flat_map(|w| w.lines.clone()).collect();
            lines.sort_unstable();
            lines.dedup();
            fits(ground.network, occupation, channel, spectrum, &lines)?;
            Ok((bundle, lines))
        });
        bundles.push(match made {
            Ok((bundle, lines)) => {
                let slot = FrequencySlot { n: Some(channel.n), m: Some(channel.m) };
                spectrum.take(&lines, &[slot], User::Existing(index));
                Some(bundle)
            }
            Err((field, what)) => {
                let id = &channel.id;
                problems.push(format!("{file}: /channels/{index}{field}: channel '{id}' {what}"));
                None
            }
        });
    }
    reserve(ground, occupation, spectrum, problems);
    spectrum.keep_gap(occupation.guard_slots);
    bundles
}

/// Books reserved slots where no channel is.
fn reserve(
    ground: &Ground<'_>,
    occupation: &Occupation,
    spectrum: &mut Spectrum,
    problems: &mut Vec<String>,
) {
    for (index, reserved) in occupation.reserved.iter().enumerate() {
        let mut lines: Vec<usize> = Vec::new();
        for (at, ends) in reserved.lines.iter().enumerate() {
            let is = |vertex: Option<&Vertex>, uid: &String| {
                vertex.is_some_and(|&vertex| ground.network.element(vertex).uid == *uid)
            };
            let joins = |line: &Line, [from, to]: [&String; 2]| {
                is(line.path.first(), from) && is(line.path.last(), to)
            };
            let [from, to] = ends;
            let all = spectrum.lines.iter().enumerate();
            let found = all.filter(|(_, l)| joins(l, [from, to]) || joins(l, [to, from]));
            let before = lines.len();
            lines.extend(found.map(|(line, _)| line));
            if lines.len() == before {
                let file = &occupation.file;
                problems.push(format!(
                    "{file}: /reserved/{index}/lines/{at}: no line joins '{from}' and '{to}'"
                ));
            }
        }
        if reserved.lines.is_empty() {
            lines = (0..spectrum.lines.len()).collect();
        }
        for line in lines {
            for slot in reserved.n - reserved.m..reserved.n + reserved.m {
                spectrum.lines[line].used.entry(slot).or_insert(User::Reserved(index));
            }
        }
    }
}

type Wrong = (&'static str, String);

/// Whether the slots of a channel lie in the bands of its lines, and nobody else has them.
fn fits(
    network: &Network,
    occupation: &Occupation,
    channel: &ExistingChannel,
    spectrum: &Spectrum,
    lines: &[usize],
) -> Result<(), Wrong> {
    let (first, last) = (channel.n - channel.m, channel.n + channel.m - 1);
    for &line in lines {
        let line = &spectrum.lines[line];
        let name = || {
            let uid = |vertex: Option<&Vertex>| {
                vertex.map_or("", |&vertex| network.element(vertex).uid.as_str())
            };
            format!("{} -> {}", uid(line.path.first()), uid(line.path.last()))
        };
        // A line without amplifiers passes everything.
        let inside = line.bands.iter().any(|band| band.0 <= first && last <= band.1);
        if !inside && !line.bands.is_empty() {
            let what = format!("has slots {first} to {last}, outside the band of {}", name());
            return Err(("/N", what));
        }
        let taken = (first..=last).find_map(|slot| line.used.get(&slot));
        if let Some(User::Existing(other)) = taken {
            let other = &occupation.channels[*other].id;
            let what = format!(
                "has slots {first} to {last}, of which channel '{other}' has some already on {}: it is left out",
                name()
            );
            return Err(("/N", what));
        }
    }
    Ok(())
}

fn bundle(
    ground: &Ground<'_>,
    channel: &ExistingChannel,
    spectrum: &Spectrum,
) -> Result<Bundle, Wrong> {
    let route = route(ground.network, &channel.route, spectrum)?;
    let lines = spectrum.lines_of(&route);
    if lines.is_empty() {
        return Err(("/route", "crosses no line between two ROADMs".into()));
    }
    let mut ways = vec![Way::new(route.clone(), lines)];
    if channel.bidirectional {
        let back = spectrum.way_back(ground.network, &route);
        if back.is_empty() {
            return Err((
                "/route",
                "has a line without a way back, expected \"bidirectional\": false".into(),
            ));
        }
        let lines = spectrum.lines_of(&back);
        ways.push(Way::new(back, lines));
    }
    let (channel, judgement) = light(ground, channel)?;
    let plan =
        ChannelPlan::new(vec![channel]).map_err(|error| ("", format!("is none: {error}")))?;
    Ok(Bundle { plan: std::sync::Arc::new(plan), ways, judgement })
}

/// The channel itself, and how it is judged.
fn light(ground: &Ground<'_>, channel: &ExistingChannel) -> Result<(Channel, Judgement), Wrong> {
    let comb = ground.comb;
    let default_dbm = comb.tx_power_dbm.unwrap_or(comb.power_dbm);
    let blank = Channel {
        frequency_hz: frequency_of(channel.n),
        slot_width_hz: 2.0 * channel.m as f64 * SLOT_HZ,
        baud_rate: 0.0,
        roll_off: comb.roll_off,
        delta_power_db: 0.0,
        tx_osnr_db: comb.tx_osnr_db,
        tx_power_dbm: channel.tx_power_dbm.unwrap_or(default_dbm),
        label: channel.id.clone(),
    };
    match &channel.equipment {
        Equipment::Foreign(foreign) => {
            let judgement = foreign.osnr_db.map_or(Judgement::None, Judgement::Osnr);
            let one = Channel {
                baud_rate: foreign.baud_rate,
                roll_off: foreign.roll_off,
                tx_osnr_db: foreign.tx_osnr_db.unwrap_or(comb.tx_osnr_db),
                ..blank
            };
            Ok((one, judgement))
        }
        Equipment::Mode { trx_type, trx_mode } => {
            let Some(transceiver) = ground.library.transceiver(trx_type) else {
                let names = ground.library.transceivers.iter().map(|one| one.type_variety.as_str());
                let hint = Hint::for_name(trx_type, names);
                return Err((
                    "/trx_type",
                    format!("has transceivers '{trx_type}' that the library has not{hint}"),
                ));
            };
            let Some(mode) = transceiver.mode(trx_mode) else {
                let names = transceiver.modes.iter().map(|mode| mode.format.as_str());
                let hint = Hint::for_name(trx_mode, names);
                return Err((
                    "/trx_mode",
                    format!("has a mode '{trx_mode}' that its transceivers have not{hint}"),
                ));
            };
            let photonic =
                mode_model::photonic(mode).map_err(|error| ("/trx_mode", error.to_string()))?;
            let wish = LaunchWish {
                asked_dbm: channel.tx_power_dbm,
                default_dbm,
                reference_dbm: comb.power_dbm,
                searched: false,
            };
            let one = Channel {
                baud_rate: mode.baud_rate,
                roll_off: mode.roll_off.unwrap_or(comb.roll_off),
                delta_power_db: mode.equalisation_offset_db,
                tx_osnr_db: mode.tx_osnr_db,
                tx_power_dbm: photonic.launch_power_dbm(&wish, ground.compat),
                ..blank
            };
            Ok((one, Judgement::Mode(Box::new(photonic))))
        }
    }
}

/// From the names of a route to its elements: lines between ROADMs are filled in.
fn route(network: &Network, names: &[String], spectrum: &Spectrum) -> Result<Vec<Vertex>, Wrong> {
    let mut given = Vec::new();
    for name in names {
        given.push(network.vertex(name).ok_or_else(|| {
            let hint = Hint::for_name(name, network.elements().iter().map(|e| e.uid.as_str()));
            ("/route", format!("passes '{name}', which is not in the network{hint}"))
        })?);
    }
    let is_end = |vertex: Vertex| matches!(network.element(vertex).kind, Kind::Transceiver(_));
    let is_roadm = |vertex: Vertex| matches!(network.element(vertex).kind, Kind::Roadm(_));
    let ends = given.first().zip(given.last());
    if given.len() < 3 || !ends.is_some_and(|(&from, &to)| is_end(from) && is_end(to)) {
        return Err((
            "/route",
            "has a route that does not lead from transceiver to transceiver".into(),
        ));
    }
    let mut path = vec![given[0]];
    let mut between: Vec<Vertex> = Vec::new();
    for &vertex in &given[1..] {
        let here = path[path.len() - 1];
        if !is_roadm(vertex) && !is_end(vertex) {
            between.push(vertex);
            continue;
        }
        if is_end(here) || is_end(vertex) {
            path.append(&mut between);
            let from = path[path.len() - 1];
            if network.graph().length(from, vertex).is_none() {
                return Err(("/route", apart(network, from, vertex)));
            }
            path.push(vertex);
            continue;
        }
        let joins = |line: &&Line| {
            line.path.first() == Some(&here)
                && line.path.last() == Some(&vertex)
                && between.iter().all(|one| line.path.contains(one))
        };
        let mut lines = spectrum.lines.iter().filter(joins);
        let Some(line) = lines.next() else { return Err(("/route", apart(network, here, vertex))) };
        if lines.next().is_some() {
            let what = "several lines join them, expected an element of one of them in between";
            return Err(("/route", format!("{}: {what}", apart(network, here, vertex))));
        }
        path.extend_from_slice(&line.path[1..]);
        between.clear();
    }
    Ok(path)
}

fn apart(network: &Network, from: Vertex, to: Vertex) -> String {
    let uid = |vertex: Vertex| &network.element(vertex).uid;
    format!("goes from '{}' to '{}', which no one line joins", uid(from), uid(to))
}
