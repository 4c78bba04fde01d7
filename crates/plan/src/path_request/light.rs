//! Light of a network as it is loaded: every channel with its own route, each line with the channels that are in it.
//!
//! Clauses: GNPy 6.1 to 6.7. In: bundles of channels with their routes. Out: what every receiver sees, whether that
//! is enough. Only lines whose channels changed are crossed anew ([`crate::transmission::section`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::{self, Reception, Tolerance, received};

use super::spectrum::Line;
use crate::models::Models;
use crate::network::Network;
use crate::network::graph::Vertex;
use crate::transmission::section::{self, Section};
use crate::transmission::{Settings, TransmissionError};

/// Fibres of one kind with one set of channels are prepared once; so many are kept.
const CACHED_FIBRES: usize = 1024;

/// Rounds in which powers that ROADMs cannot level are settled.
const MOST_ROUNDS: usize = 12;

/// Powers that differ by less than this share are one.
const SAME_POWER: f64 = 1e-9;

/// How a bundle is judged.
#[derive(Clone, Debug)]
pub(super) enum Judgement {
    /// By its mode.
    Mode(Box<transceiver::Mode>),
    /// By the OSNR its receiver needs in 0.1 nm, dB.
    Osnr(f64),
    /// Not at all.
    None,
}

/// What a receiver makes of a bundle.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it sees.
    pub reception: Reception,
    /// What the worst channel has above what it needs, dB; nothing if nobody says what it needs.
    pub margin_db: Option<f64>,
    /// Whether that is enough.
    pub enough: bool,
}

/// One direction of a bundle.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// From transceiver to transceiver.
    pub(super) route: Vec<Vertex>,
    /// Its lines, in order.
    pub(super) lines: Vec<usize>,
    /// What its receiver sees.
    pub(super) seen: Option<Seen>,
    /// Whether that was enough when it was marked last, and what was above what it needs, dB.
    pub(super) before: Option<(bool, f64)>,
    /// Power of each channel behind the ROADM that each line starts at, W.
    power_w: Vec<Vec<f64>>,
}

impl Way {
    pub(super) fn new(route: Vec<Vertex>, lines: Vec<usize>) -> Self {
        Self { route, lines, seen: None, before: None, power_w: Vec::new() }
    }
}

/// Channels with one route.
#[derive(Clone, Debug)]
pub(super) struct Bundle {
    /// Channels.
    pub(super) plan: Arc<ChannelPlan>,
    /// There, and back if the way back carries them too.
    pub(super) ways: Vec<Way>,
    pub(super) judgement: Judgement,
}

/// Bundle, direction, and index of a channel in the bundle.
type Place = (usize, usize, usize);

/// A line crossed by the channels that are in it.
#[derive(Clone, Debug)]
struct Crossed {
    /// What pure signals became.
    spectrum: Spectrum,
    /// Bundle, direction, and index of its channel, for each channel.
    members: Vec<Place>,
}

impl Crossed {
    /// Where in the line the channels of one direction of a bundle are.
    fn places(&self, at: usize, direction: usize, channels: usize) -> Vec<usize> {
        let mut places = vec![0; channels];
        for (place, (bundle, way, channel)) in self.members.iter().enumerate() {
            if (*bundle, *way) == (at, direction) {
                places[*channel] = place;
            }
        }
        places
    }
}

/// The light of a network.
pub(super) struct Light<'a> {
    network: &'a Network,
    models: &'a Models,
    settings: &'a Settings,
    margin_db: f64,
    cache: EfficiencyCache,
    pub(super) bundles: Vec<Option<Bundle>>,
    crossed: Vec<Option<Crossed>>,
    members: Vec<BTreeSet<(usize, usize)>>,
}

impl<'a> Light<'a> {
    /// A dark network of so many lines.
    pub(super) fn new(
        network: &'a Network,
        models: &'a Models,
        settings: &'a Settings,
        margin_db: f64,
        lines: usize,
    ) -> Self {
        Self {
            network,
            models,
            settings,
            margin_db,
            cache: EfficiencyCache::new(CACHED_FIBRES),
            bundles: Vec::new(),
            crossed: vec![None; lines],
            members: vec![BTreeSet::new(); lines],
        }
    }

    /// Lights a bundle; its receivers see nothing until [`Light::settle`].
    pub(super) fn add(&mut self, bundle: Bundle) -> usize {
        let at = self.bundles.len();
        for (direction, way) in bundle.ways.iter().enumerate() {
            for &line in &way.lines {
                self.members[line].insert((at, direction));
                self.crossed[line] = None;
            }
        }
        self.bundles.push(Some(bundle));
        at
    }

    /// Puts a bundle out.
    pub(super) fn remove(&mut self, at: usize) {
        let Some(bundle) = self.bundles[at].take() else { return };
        for (direction, way) in bundle.ways.iter().enumerate() {
            for &line in &way.lines {
                self.members[line].remove(&(at, direction));
                self.crossed[line] = None;
            }
        }
    }

    /// Remembers what every receiver sees now.
    pub(super) fn mark(&mut self) {
        for way in self.bundles.iter_mut().flatten().flat_map(|bundle| &mut bundle.ways) {
            way.before = way.seen.as_ref().and_then(|seen| Some((seen.enough, seen.margin_db?)));
        }
    }

    /// Bundles that are in a line with one of these bundle's ways.
    pub(super) fn neighbours(&self, at: usize) -> BTreeSet<usize> {
        let Some(bundle) = &self.bundles[at] else { return BTreeSet::new() };
        let lines = bundle.ways.iter().flat_map(|way| &way.lines);
        let all = lines.flat_map(|&line| self.members[line].iter().map(|(bundle, _)| *bundle));
        all.filter(|&other| other != at).collect()
    }

    /// Takes light across what changed, until all receivers of these lines see what is there.
    ///
    /// # Errors
    /// [`TransmissionError`]: light does not cross a line.
    pub(super) fn settle(&mut self, lines: &[Line]) -> Result<(), TransmissionError> {
        let mut ways: BTreeSet<(usize, usize)> = BTreeSet::new();
        for _ in 0..MOST_ROUNDS {
            let dark =
                |line: &usize| self.crossed[*line].is_none() && !self.members[*line].is_empty();
            let changed: Vec<usize> = (0..lines.len()).filter(dark).collect();
            if changed.is_empty() {
                break;
            }
            for line in changed {
                let crossed = self.cross(line, &lines[line])?;
                self.crossed[line] = Some(crossed);
                ways.extend(self.members[line].iter().copied());
            }
            for &(bundle, direction) in &ways {
                self.follow(bundle, direction, lines)?;
            }
        }
        Ok(())
    }

    /// Crosses a line with all channels in it.
    fn cross(&mut self, index: usize, line: &Line) -> Result<Crossed, TransmissionError> {
        let mut all: Vec<(Place, Channel, Option<f64>)> = Vec::new();
        for &(at, direction) in &self.members[index] {
            let Some(bundle) = &self.bundles[at] else { continue };
            let way = &bundle.ways[direction];
            let hop = way.lines.iter().position(|&other| other == index);
            let known = hop.and_then(|hop| way.power_w.get(hop));
            for i in 0..bundle.plan.len() {
                let power_w = known.map(|power_w| power_w[i]);
                all.push(((at, direction, i), channel_of(&bundle.plan, i), power_w));
            }
        }
        all.sort_by(|one, other| one.1.frequency_hz.total_cmp(&other.1.frequency_hz));
        let channels = all.iter().map(|(_, channel, _)| channel.clone()).collect();
        let plan = ChannelPlan::new(channels).map_err(|error| TransmissionError::Element {
            uid: self.network.element(line.path[1]).uid.clone(),
            reason: error.to_string(),
        })?;
        let plan = Arc::new(plan);
        let mut power_w = section::levels_w(self.network, &line.path, &plan)?;
        for (power, (.., known)) in power_w.iter_mut().zip(&all) {
            *power = known.unwrap_or(*power);
        }
        let ready = Section::prepare(
            self.network,
            self.models,
            &line.path,
            &plan,
            self.settings,
            &mut self.cache,
        )?;
        let spectrum = ready.cross(&power_w)?;
        Ok(Crossed { spectrum, members: all.into_iter().map(|(member, ..)| member).collect() })
    }

    /// Follows one direction of a bundle to its receiver.
    fn follow(
        &mut self,
        at: usize,
        direction: usize,
        lines: &[Line],
    ) -> Result<(), TransmissionError> {
        let Some(bundle) = &self.bundles[at] else { return Ok(()) };
        let way = bundle.ways[direction].clone();
        let judgement = bundle.judgement.clone();
        let mut spectrum = Spectrum::launch(Arc::clone(&bundle.plan));
        let mut hop = 0;
        let mut power_w = Vec::new();
        let mut stale = Vec::new();
        let mut i = 0;
        while let Some(&vertex) = way.route.get(i) {
            let around = [
                i.checked_sub(1).map(|i| way.route[i]),
                Some(vertex),
                way.route.get(i + 1).copied(),
            ];
            let is_roadm = matches!(
                self.network.element(vertex).kind,
                crate::network::element::Kind::Roadm(_)
            );
            if !is_roadm {
                let (network, models) = (self.network, self.models);
                section::pass(
                    network,
                    models,
                    vertex,
                    &mut spectrum,
                    self.settings,
                    &mut self.cache,
                )?;
                i += 1;
                continue;
            }
            section::switch(self.network, around, &mut spectrum)?;
            let line = way.lines.get(hop).copied();
            let Some(line) = line.filter(|&line| lines[line].path.first() == Some(&vertex)) else {
                i += 1;
                continue;
            };
            let Some(crossed) = &self.crossed[line] else { return Ok(()) };
            let places = crossed.places(at, direction, spectrum.len());
            power_w.push(spectrum.power_w.clone());
            let before = self.assumed(at, direction, hop, line, lines)?;
            let differs = |(now, then): (&f64, &f64)| (now - then).abs() > SAME_POWER * then.abs();
            if spectrum.power_w.iter().zip(&before).any(differs) {
                stale.push(line);
            }
            let Some(crossed) = &self.crossed[line] else { return Ok(()) };
            section::carry(&mut spectrum, &crossed.spectrum, &places);
            hop += 1;
            i += lines[line].path.len() - 1;
        }
        let seen = judged(&spectrum, &judgement, self.margin_db, self.settings.compat);
        if let Some(bundle) = &mut self.bundles[at] {
            bundle.ways[direction].seen = Some(seen);
            bundle.ways[direction].power_w = power_w;
        }
        for line in stale {
            self.crossed[line] = None;
        }
        Ok(())
    }

    /// Powers that the channels of a bundle were reckoned to have at the start of a line, W.
    fn assumed(
        &self,
        at: usize,
        direction: usize,
        hop: usize,
        line: usize,
        lines: &[Line],
    ) -> Result<Vec<f64>, TransmissionError> {
        let Some(bundle) = &self.bundles[at] else { return Ok(Vec::new()) };
        match bundle.ways[direction].power_w.get(hop) {
            Some(known) => Ok(known.clone()),
            None => section::levels_w(self.network, &lines[line].path, &bundle.plan),
        }
    }
}

/// A channel of a plan as it was given.
fn channel_of(plan: &ChannelPlan, i: usize) -> Channel {
    Channel {
        frequency_hz: plan.frequency_hz[i],
        slot_width_hz: plan.slot_width_hz[i],
        baud_rate: plan.baud_rate[i],
        roll_off: plan.roll_off[i],
        delta_power_db: plan.delta_power_db[i],
        tx_osnr_db: plan.tx_osnr_db[i],
        tx_power_dbm: plan.tx_power_dbm[i],
        label: plan.labels[usize::from(plan.label[i])].clone(),
    }
}

fn judged(spectrum: &Spectrum, judgement: &Judgement, system_db: f64, compat: Compat) -> Seen {
    match judgement {
        Judgement::Mode(mode) => {
            let reception = received(spectrum, &mode.tolerance, compat);
            let verdict = mode.verdict(&reception, system_db, compat);
            Seen { reception, margin_db: Some(verdict.margin_db), enough: verdict.feasible }
        }
        Judgement::Osnr(needed_db) => {
            let reception = received(spectrum, &Tolerance::default(), compat);
            let worst_db = reception.net_snr_01nm_db().fold(f64::INFINITY, f64::min);
            let margin_db = worst_db - needed_db - system_db;
            Seen { reception, margin_db: Some(margin_db), enough: margin_db >= 0.0 }
        }
        Judgement::None => {
            let reception = received(spectrum, &Tolerance::default(), compat);
            Seen { reception, margin_db: None, enough: true }
        }
    }
}
