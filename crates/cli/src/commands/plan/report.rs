//! What was planned, as a report: every service with its route, quality and slots, or why it has none.
//!
//! In: a [`Planned`] and its library. Out: [`Report`], for the text and for JSON.

use otn_photon::transceiver::Reception;
use otn_plan::library::Library;
use otn_plan::network::element::Kind;
use otn_plan::path_request::spectrum::frequency_of;
use otn_plan::path_request::{Blocked, ExistingOutcome, Outcome, Planned, Seen};
use serde::Serialize;

use super::digital::{CutLightpath, Digital};
use crate::commands::transmit::inputs::Release;

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Name of the topology file.
    pub topology: String,
    /// Name of the service file.
    pub services: String,
    /// Name of the library file.
    pub library: String,
    /// Release whose conventions hold.
    pub release: Release,
}

/// The report of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Name of the topology file.
    pub topology: String,
    /// Name of the service file.
    pub services_file: String,
    /// Name of the library file.
    pub library: String,
    /// Release of GNPy whose conventions hold.
    pub compat: String,
    /// Services, equal ones joined, in their order.
    pub services: Vec<Service>,
    /// Lines from ROADM to ROADM that carry anything.
    pub lines: Vec<LineLoad>,
    /// Channels that were there before; nothing where no file says so.
    pub existing: Vec<Existing>,
    /// What is wrong with that file.
    pub problems: Vec<String>,
    /// Who falls below what it needs because of a service.
    pub harms: Vec<HarmDone>,
    /// Clients in lines; nothing where no file of clients is given.
    pub digital: Option<Digital>,
    /// Lightpaths that were cut.
    pub cuts: Vec<CutLightpath>,
    /// Services that are served.
    pub served: usize,
    /// Bandwidth of the services that are served, Gbit/s.
    pub served_gbit_s: f64,
    /// Bandwidth that was asked for, Gbit/s.
    pub asked_gbit_s: f64,
}

/// A service.
#[derive(Clone, Debug, Serialize)]
pub struct Service {
    /// Name; of several equal ones, all names.
    pub id: String,
    /// Transceiver it starts at.
    pub source: String,
    /// Transceiver it ends at.
    pub destination: String,
    /// Bandwidth, Gbit/s.
    pub gbit_s: f64,
    /// Type of its transceivers.
    pub transceiver: String,
    /// Their mode; nothing if none was found.
    pub mode: Option<String>,
    /// Whether the mode was searched for, not given.
    pub mode_searched: bool,
    /// Pairs of transceivers.
    pub pairs: Option<u64>,
    /// ROADMs of the route.
    pub roadms: Vec<String>,
    /// Length of its fibres, km.
    pub length_km: f64,
    /// Quality from source to destination.
    pub there: Option<Quality>,
    /// Quality of the way back, if it was asked for.
    pub back: Option<Quality>,
    /// Slots.
    pub slots: Vec<Slot>,
    /// GNPy's word for why it is not served.
    pub blocked: Option<&'static str>,
    /// The reason in a sentence.
    pub reason: Option<String>,
    /// The place of what is wrong with the service itself: file and, for JSON, the pointer.
    pub place: Option<String>,
}

/// Quality of transmission, over all channels the line was reckoned full with.
#[derive(Clone, Debug, Serialize)]
pub struct Quality {
    /// Mean GSNR in 0.1 nm, dB.
    pub gsnr_db: f64,
    /// The least one, dB.
    pub gsnr_min_db: f64,
    /// OSNR in 0.1 nm, mean, dB.
    pub osnr_db: f64,
    /// Penalties of the worst channel, dB; nothing where one is out of its range.
    pub penalty_db: Option<f64>,
    /// What the worst channel has above what the mode needs, margin of the system counted, dB.
    pub margin_db: Option<f64>,
}

/// Slots of a service.
#[derive(Clone, Debug, Serialize)]
pub struct Slot {
    /// Centre, in steps of 6.25 GHz from 193.1 THz.
    pub n: i64,
    /// Half width, in steps of 6.25 GHz.
    pub m: i64,
    /// The lower edge, THz.
    pub from_thz: f64,
    /// The upper edge, THz.
    pub to_thz: f64,
}

/// A channel that was there before.
#[derive(Clone, Debug, Serialize)]
pub struct Existing {
    /// Name.
    pub id: String,
    /// What its worst receiver had above what it needs before the plan, dB; nothing if nobody says what it needs.
    pub margin_before_db: Option<f64>,
    /// What it has now, dB.
    pub margin_db: Option<f64>,
    /// GSNR of its worst receiver in 0.1 nm now, dB.
    pub gsnr_db: f64,
}

/// Somebody who falls below what it needs.
#[derive(Clone, Debug, Serialize)]
pub struct HarmDone {
    /// The service that is to blame.
    pub by: String,
    /// The channel or service that suffers.
    pub to: String,
    /// What it had above what it needs, dB.
    pub margin_before_db: f64,
    /// What it has, dB.
    pub margin_db: f64,
}

/// How much of a line is in use.
#[derive(Clone, Debug, Serialize)]
pub struct LineLoad {
    /// ROADM it starts at.
    pub from: String,
    /// ROADM it ends at.
    pub to: String,
    /// The first element behind the ROADM, which tells parallel lines apart.
    pub first: String,
    /// Slots of 6.25 GHz in use.
    pub used: usize,
    /// Slots there are.
    pub slots: i64,
}

/// The report of `planned`.
pub fn report(planned: &Planned, library: &Library, asked: &Asked) -> Report {
    let services: Vec<Service> = planned
        .outcomes
        .iter()
        .map(|outcome| service(planned, library, outcome, &asked.services))
        .collect();
    let bandwidth = |of: &dyn Fn(&&Service) -> bool| {
        services.iter().filter(of).map(|service| service.gbit_s).sum::<f64>()
    };
    Report {
        topology: asked.topology.clone(),
        services_file: asked.services.clone(),
        library: asked.library.clone(),
        compat: asked.release.to_string(),
        lines: lines(planned),
        digital: None,
        cuts: Vec::new(),
        existing: existing(planned),
        problems: planned.load.iter().flat_map(|load| load.problems.clone()).collect(),
        harms: harms(planned),
        served: services.iter().filter(|service| service.blocked.is_none()).count(),
        served_gbit_s: bandwidth(&|service| service.blocked.is_none()),
        asked_gbit_s: bandwidth(&|_| true),
        services,
    }
}

/// Where the file says what cannot be planned.
fn place(planned: &Planned, outcome: &Outcome, file: &str) -> Option<String> {
    let Some(Blocked::Demand(error)) = &outcome.blocked else { return None };
    let first = outcome.demand.id.split(" | ").next()?;
    let at = planned.requested.iter().position(|demand| demand.id == first)?;
    let json = file.to_lowercase().ends_with(".json");
    Some(if json {
        format!("{file}: /path-request/{at}{}", error.field())
    } else {
        file.to_owned()
    })
}

fn service(planned: &Planned, library: &Library, outcome: &Outcome, file: &str) -> Service {
    let demand = &outcome.demand;
    let network = &planned.network;
    let modes = demand.transceiver(library).map(|transceiver| &transceiver.modes);
    let mode = modes.zip(outcome.mode).and_then(|(modes, at)| modes.get(at));
    let system_db = library.spectra.first().map_or(0.0, |comb| comb.sys_margins_db);
    let needed_db = mode.map(|mode| mode.osnr_db + system_db);
    let elements = || outcome.route.iter().map(|&vertex| network.element(vertex));
    let roadms = elements().filter(|element| matches!(element.kind, Kind::Roadm(_)));
    let length_m: f64 =
        elements().filter_map(|e| e.fibre()).map(otn_plan::network::Fibre::length_m).sum();
    let slot = |slot: &otn_plan::services::FrequencySlot| {
        let (n, m) = (slot.n?, slot.m?);
        let thz = |slot| frequency_of(slot) * 1e-12;
        Some(Slot { n, m, from_thz: thz(n - m), to_thz: thz(n + m) })
    };
    Service {
        id: demand.id.clone(),
        source: demand.source.clone(),
        destination: demand.destination.clone(),
        gbit_s: demand.path_bandwidth_bit_per_s * 1e-9,
        transceiver: demand.trx_type.clone(),
        mode: mode.map(|mode| mode.format.clone()),
        mode_searched: demand.trx_mode.is_none(),
        pairs: mode.map(|mode| demand.pairs(mode.bit_rate)),
        roadms: roadms.map(|element| element.uid.clone()).collect(),
        length_km: length_m * 1e-3,
        there: outcome.reception.as_ref().map(|seen| quality(seen, needed_db)),
        back: outcome.back.as_ref().map(|seen| quality(seen, needed_db)),
        slots: outcome.slots.iter().filter_map(slot).collect(),
        blocked: outcome.blocked.as_ref().map(Blocked::word),
        reason: outcome.blocked.as_ref().map(ToString::to_string),
        place: place(planned, outcome, file),
    }
}

fn existing(planned: &Planned) -> Vec<Existing> {
    let Some(load) = &planned.load else { return Vec::new() };
    let least = |seen: &[Seen]| seen.iter().filter_map(|seen| seen.margin_db).reduce(f64::min);
    let gsnr = |seen: &[Seen]| {
        let all = seen.iter().flat_map(|seen| &seen.reception.gsnr_01nm_db);
        all.copied().fold(f64::INFINITY, f64::min)
    };
    let one = |existing: &ExistingOutcome| Existing {
        id: load.occupation.channels[existing.index].id.clone(),
        margin_before_db: least(&existing.before),
        margin_db: least(&existing.after),
        gsnr_db: gsnr(&existing.after),
    };
    load.existing.iter().map(one).collect()
}

fn harms(planned: &Planned) -> Vec<HarmDone> {
    let all = planned.load.iter().flat_map(|load| &load.harms);
    all.map(|harm| HarmDone {
        by: harm.by.clone(),
        to: harm.to.clone(),
        margin_before_db: harm.margin_before_db,
        margin_db: harm.margin_after_db,
    })
    .collect()
}

fn quality(seen: &Reception, needed_db: Option<f64>) -> Quality {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let worst_db = least(&mut seen.net_snr_01nm_db());
    let most = seen.total_penalty_db.iter().copied().fold(0.0, f64::max);
    let finite = |value: f64| value.is_finite().then_some(value);
    Quality {
        gsnr_db: mean(&seen.gsnr_01nm_db),
        gsnr_min_db: least(&mut seen.gsnr_01nm_db.iter().copied()),
        osnr_db: mean(&seen.osnr_ase_01nm_db),
        penalty_db: finite(most),
        margin_db: needed_db.and_then(|needed_db| finite(worst_db - needed_db)),
    }
}

fn lines(planned: &Planned) -> Vec<LineLoad> {
    let uid = |vertex: usize| planned.network.element(vertex).uid.clone();
    let mut lines = Vec::new();
    for line in &planned.spectrum.lines {
        let used = line.occupied().len();
        let (Some(&from), Some(&first), Some(&to)) =
            (line.path.first(), line.path.get(1), line.path.last())
        else {
            continue;
        };
        if used > 0 {
            let slots = line.bands.iter().map(|band| band.1 - band.0 + 1).sum();
            lines.push(LineLoad { from: uid(from), to: uid(to), first: uid(first), used, slots });
        }
    }
    lines
}
