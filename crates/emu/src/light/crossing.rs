//! Light through a whole plant in one state: section by section, each with all channels that are in it.
//!
//! Clauses: GNPy 6.1 to 6.6; what happens to a section is one of three things: it is as designed, a fibre in it
//! has more loss, or it is broken.
//! In: a [`Plant`] and a [`State`]. Out: what leaves each section for each way over it, and at last a
//! [`Reception`] for each. A [`Crossing`] remembers every section as it last was, so that a change costs no
//! more than the sections it reaches.
//!
//! Amplifiers keep the gain they were designed with, as far as their power allows: what a bent fibre loses is
//! not made up for behind it, before the next ROADM levels channels again. ROADMs attenuate and never amplify.

use std::sync::Arc;

use otn_photon::fibre::EfficiencyCache;
use otn_photon::roadm::PathKind;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_plan::library::LumpedLoss;
use otn_plan::network::graph::Vertex;
use otn_plan::network::{Kind, Network};
use otn_plan::transmission::{Line, TransmissionError};

use super::error::LightError;
use super::plant::Plant;
use super::receiver::darkness;
use super::reception::{Limit, Reception};
use super::state::{AmplifierId, FibreId, MOST_EXTRA_LOSS_DB, State};
use super::ways::{Section, Way};

/// Fibres that are prepared and kept.
const CACHED_FIBRES: usize = 1024;

/// Rounds after which sections that fill one another in a circle are taken as they are. ROADMs level what goes
/// round, so that each round moves less than a thousandth of the one before.
const MOST_ROUNDS: usize = 64;

/// What is left of a way at one place of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Remains {
    /// Not known yet.
    Unknown,
    /// A spectrum of its channel alone.
    Light(Spectrum),
    /// Nothing, and why.
    Dark(Limit),
}

/// What a section was last given, and what it made of it.
#[derive(Debug)]
struct Kept {
    entering: Spectrum,
    extra_loss_db: Vec<f64>,
    leaving: Spectrum,
}

/// All that decides what leaves a section: if it is as it was, so is that.
#[derive(Debug, PartialEq)]
struct Seen {
    before: Vec<Before>,
    extra_loss_db: Vec<f64>,
    broken: Option<Limit>,
}

/// What a way brings to a section.
#[derive(Debug, PartialEq)]
enum Before {
    /// It begins here: whether it is there, whether its laser is off, how far off its frequency that is.
    Launched { present: bool, dark: bool, offset_hz: f64 },
    /// It comes from another section: how often that has changed.
    Passed { version: u64 },
}

/// Light in a plant, and what is kept of it from state to state.
#[derive(Debug)]
pub(super) struct Crossing<'a> {
    plant: &'a Plant,
    /// The network of the plant, with the losses of the section that is being crossed.
    network: Network,
    cache: EfficiencyCache,
    kept: Vec<Option<Kept>>,
    seen: Vec<Option<Seen>>,
    /// What leaves each section of each way, and how often it has changed.
    remains: Vec<Vec<(Remains, u64)>>,
}

/// The channels that enter a section, in rising frequency.
#[derive(Debug)]
pub(super) struct Entering {
    /// All of them, fill too; `None` without any.
    pub(super) spectrum: Option<Spectrum>,
    /// For each channel the way it is of, as an index into the ways of the section; `None` for fill.
    pub(super) owner: Vec<Option<usize>>,
    /// For each way of the section why it is not among them.
    absent: Vec<Option<Limit>>,
}

impl<'a> Crossing<'a> {
    pub(super) fn new(plant: &'a Plant) -> Self {
        Self {
            plant,
            network: plant.network.clone(),
            cache: EfficiencyCache::new(CACHED_FIBRES),
            kept: plant.sections.iter().map(|_| None).collect(),
            seen: plant.sections.iter().map(|_| None).collect(),
            remains: plant
                .ways
                .iter()
                .map(|way| vec![(Remains::Unknown, 0); way.sections.len()])
                .collect(),
        }
    }

    /// What each receiver has in `state`: of each way, in their order.
    pub(super) fn receive(&mut self, state: &State) -> Result<Vec<Reception>, LightError> {
        self.settle(state)?;
        let ways = self.plant.ways.iter().zip(&self.remains);
        Ok(ways
            .map(|(way, remains)| match remains.last() {
                Some((Remains::Light(light), _)) => way.receiver.receive(light, way.delay),
                Some((Remains::Dark(limit), _)) => darkness(limit.clone(), way.delay),
                Some((Remains::Unknown, _)) | None => darkness(Limit::Absent, way.delay),
            })
            .collect())
    }

    /// Fills every section, in order, until nothing changes any more.
    ///
    /// In a circle this begins with what the state before left. Where ROADMs level, light is exactly what it
    /// is after as many rounds as a way has sections, whatever it began with.
    pub(super) fn settle(&mut self, state: &State) -> Result<(), LightError> {
        let plant = self.plant;
        check(plant, state)?;
        let rounds = if plant.open { 1 } else { MOST_ROUNDS };
        for _ in 0..rounds {
            let mut changed = false;
            for &number in &plant.order {
                changed |= self.fill_section(number, state)?;
            }
            if !changed {
                break;
            }
        }
        Ok(())
    }

    /// Crosses one section; whether anything leaves it that did not before.
    fn fill_section(&mut self, number: usize, state: &State) -> Result<bool, LightError> {
        let section = &self.plant.sections[number];
        let seen = self.seen(section, state);
        if self.seen[number].as_ref() == Some(&seen) {
            return Ok(false);
        }
        let left = if section.inner.is_empty() {
            self.each_alone(section, state)?
        } else {
            self.together(number, state)?
        };
        let mut changed = false;
        for (&(way, hop), remains) in section.ways.iter().zip(left) {
            let (place, version) = &mut self.remains[way][hop];
            if *place != remains {
                changed = true;
                *place = remains;
                *version += 1;
            }
        }
        // Only now: a section that could not be crossed is not done.
        self.seen[number] = Some(seen);
        Ok(changed)
    }

    fn seen(&self, section: &Section, state: &State) -> Seen {
        let before = |&(way, hop): &(usize, usize)| match hop.checked_sub(1) {
            Some(before) => Before::Passed { version: self.remains[way][before].1 },
            None => {
                let way = &self.plant.ways[way];
                let laser = (way.lightpath, way.direction);
                Before::Launched {
                    present: state.present.contains(&way.lightpath),
                    dark: state.dark.contains(&laser),
                    offset_hz: state.offset_hz.get(&laser).copied().unwrap_or(0.0),
                }
            }
        };
        Seen {
            before: section.ways.iter().map(before).collect(),
            extra_loss_db: extra_losses(section, state),
            broken: section.inner.iter().find_map(|&vertex| broken(self.plant, vertex, state)),
        }
    }

    /// Between a ROADM and its own transceivers nothing is shared.
    fn each_alone(&self, section: &Section, state: &State) -> Result<Vec<Remains>, LightError> {
        section.ways.iter().map(|&(way, hop)| self.arriving(way, hop, state)).collect()
    }

    /// All channels of a section through its fibres.
    //= otn:light-gain
    fn together(&mut self, number: usize, state: &State) -> Result<Vec<Remains>, LightError> {
        let plant = self.plant;
        let section = &plant.sections[number];
        let entering = self.entering(section, state)?;
        let broken = section.inner.iter().find_map(|&vertex| broken(plant, vertex, state));
        let mut left: Vec<Remains> = Vec::with_capacity(section.ways.len());
        for absent in &entering.absent {
            // What was dark before stays so for the first reason.
            let limit = absent.clone().or_else(|| broken.clone());
            left.push(limit.map_or(Remains::Unknown, Remains::Dark));
        }
        let (Some(spectrum), None) = (entering.spectrum, &broken) else { return Ok(left) };
        let extra_loss_db = extra_losses(section, state);
        let known = self.kept[number].take();
        let kept = match known {
            Some(kept) if kept.entering == spectrum && kept.extra_loss_db == extra_loss_db => kept,
            _ => {
                let leaving = self.cross(section, &extra_loss_db, &spectrum)?;
                Kept { entering: spectrum, extra_loss_db, leaving }
            }
        };
        for (frequency_hz, owner) in kept.entering.plan.frequency_hz.iter().zip(&entering.owner) {
            let Some(owner) = owner else { continue };
            let at = kept.leaving.plan.frequency_hz.iter().position(|f| f == frequency_hz);
            left[*owner] = match at {
                Some(at) => Remains::Light(kept.leaving.select(&[at])),
                None => Remains::Dark(Limit::Band(plant.network.element(section.from).uid.clone())),
            };
        }
        self.kept[number] = Some(kept);
        Ok(left)
    }

    /// The channels at the beginning of a section, behind its ROADM.
    pub(super) fn entering(
        &self,
        section: &Section,
        state: &State,
    ) -> Result<Entering, LightError> {
        let mut parts: Vec<(Channel, Option<usize>, Spectrum)> = Vec::new();
        let mut absent = vec![None; section.ways.len()];
        for (index, &(way, hop)) in section.ways.iter().enumerate() {
            match self.arriving(way, hop, state)? {
                Remains::Light(light) => {
                    parts.push((channel(&self.plant.ways[way], state), Some(index), light));
                }
                Remains::Dark(limit) => absent[index] = Some(limit),
                Remains::Unknown => absent[index] = Some(Limit::Absent),
            }
        }
        for channel in &section.fill {
            parts.push((channel.clone(), None, self.alone(channel)?));
        }
        if parts.is_empty() {
            return Ok(Entering { spectrum: None, owner: Vec::new(), absent });
        }
        parts.sort_by(|a, b| a.0.frequency_hz.total_cmp(&b.0.frequency_hz));
        let channels = parts.iter().map(|(channel, ..)| channel.clone()).collect();
        let plan = Arc::new(self.plan(section.from, channels)?);
        let owner = parts.iter().map(|(_, owner, _)| *owner).collect();
        let spectrum = Some(side_by_side(plan, &parts));
        Ok(Entering { spectrum, owner, absent })
    }

    /// What is left of a way where one of its sections begins, behind the ROADM that stands there.
    fn arriving(&self, way: usize, hop: usize, state: &State) -> Result<Remains, LightError> {
        let plant = self.plant;
        let of = &plant.ways[way];
        let before = match hop.checked_sub(1) {
            None => self.launched(of, state)?,
            Some(before) => match &self.remains[way][before].0 {
                // In a circle: as if it came straight from the transmitter, until it is known better.
                Remains::Unknown => self.launched(of, state)?,
                known => known.clone(),
            },
        };
        let Remains::Light(mut light) = before else { return Ok(before) };
        let place = of.sections[hop].1;
        let Some(roadm) = plant.roadms.get(&of.route[place]) else {
            return Ok(Remains::Light(light));
        };
        let uid = |place: usize| plant.network.element(of.route[place]).uid.as_str();
        let refused = |reason: String| {
            LightError::Transmission(TransmissionError::Element {
                uid: uid(place).to_owned(),
                reason,
            })
        };
        // A way begins and ends with transceivers, so that a ROADM has neighbours on it.
        let kind = path_kind(plant, of, place);
        let path = roadm.path(uid(place - 1), uid(place + 1), kind);
        let path = path.map_err(|error| refused(error.to_string()))?;
        // The ROADM levels by the slot, whatever a shift leaves of it.
        let own = light.plan;
        light.plan = Arc::new(self.plan(of.route[place], vec![of.channel.clone()])?);
        roadm.propagate(&mut light, &path).map_err(|error| refused(error.to_string()))?;
        light.plan = own;
        Ok(Remains::Light(light))
    }

    /// What a transmitter launches.
    fn launched(&self, way: &Way, state: &State) -> Result<Remains, LightError> {
        if !state.present.contains(&way.lightpath) {
            return Ok(Remains::Dark(Limit::Absent));
        }
        if state.dark.contains(&(way.lightpath, way.direction)) {
            return Ok(Remains::Dark(Limit::Laser));
        }
        Ok(Remains::Light(self.alone(&channel(way, state))?))
    }

    /// One channel as it is launched.
    fn alone(&self, channel: &Channel) -> Result<Spectrum, LightError> {
        // The place is only for an error that a plant does not let happen: it has checked its channels.
        let plan = ChannelPlan::new(vec![channel.clone()]);
        let plan = plan.map_err(|reason| LightError::Plan { from: String::new(), reason })?;
        Ok(Spectrum::launch(Arc::new(plan)))
    }

    fn plan(&self, from: Vertex, channels: Vec<Channel>) -> Result<ChannelPlan, LightError> {
        ChannelPlan::new(channels).map_err(|reason| LightError::Plan {
            from: self.plant.network.element(from).uid.clone(),
            reason,
        })
    }

    /// The spectrum behind a section that is not broken; empty if its amplifiers pass nothing.
    fn cross(
        &mut self,
        section: &Section,
        extra_loss_db: &[f64],
        entering: &Spectrum,
    ) -> Result<Spectrum, LightError> {
        let Some((line, mut spectrum)) =
            self.line(section, section.inner.len(), extra_loss_db, entering)?
        else {
            return Ok(entering.select(&[]));
        };
        line.cross(&mut spectrum)?;
        Ok(spectrum)
    }

    /// The spectrum before each element of a section, as far as light comes.
    pub(super) fn along(
        &mut self,
        section: &Section,
        state: &State,
        entering: &Spectrum,
    ) -> Result<Vec<Spectrum>, LightError> {
        let plant = self.plant;
        let breaks = |&vertex: &Vertex| broken(plant, vertex, state).is_some();
        let count = section.inner.iter().position(breaks).unwrap_or(section.inner.len());
        let mut before = vec![entering.clone()];
        let extra_loss_db = extra_losses(section, state);
        if let Some((line, spectrum)) = self.line(section, count, &extra_loss_db, entering)? {
            before.extend(line.trace(spectrum)?.into_iter().map(|step| step.spectrum));
        }
        Ok(before)
    }

    /// The first `count` elements of a section, made ready for what enters it, and those channels that all
    /// its amplifiers pass; `None` if they pass none.
    fn line(
        &mut self,
        section: &Section,
        count: usize,
        extra_loss_db: &[f64],
        entering: &Spectrum,
    ) -> Result<Option<(Line, Spectrum)>, LightError> {
        bend(&mut self.network, section, extra_loss_db);
        let line = Line::prepare(
            &self.network,
            &self.plant.models,
            &section.inner[..count],
            &entering.plan,
            &self.plant.settings,
            &mut self.cache,
        );
        straighten(&mut self.network, &self.plant.network, section, extra_loss_db);
        let line = match line {
            Err(TransmissionError::NoChannel { .. }) => return Ok(None),
            line => line?,
        };
        let passed = &line.plan().frequency_hz;
        let all = entering.plan.frequency_hz.iter().enumerate();
        let keep: Vec<usize> =
            all.filter(|(_, frequency)| passed.contains(frequency)).map(|(i, _)| i).collect();
        let mut spectrum = entering.select(&keep);
        spectrum.plan = Arc::clone(line.plan());
        Ok(Some((line, spectrum)))
    }
}

/// Which way a way goes through a ROADM: transceivers add and drop.
fn path_kind(plant: &Plant, way: &Way, place: usize) -> PathKind {
    let transceiver =
        |place: usize| matches!(plant.network.element(way.route[place]).kind, Kind::Transceiver(_));
    match (transceiver(place - 1), transceiver(place + 1)) {
        (true, _) => PathKind::Add,
        (false, true) => PathKind::Drop,
        (false, false) => PathKind::Express,
    }
}

/// Why no light leaves an element, if none does.
fn broken(plant: &Plant, vertex: Vertex, state: &State) -> Option<Limit> {
    let name = || plant.network.element(vertex).uid.clone();
    if state.cut.contains(&FibreId(vertex)) {
        Some(Limit::Cut(name()))
    } else if state.failed.contains(&AmplifierId(vertex)) {
        Some(Limit::Amplifier(name()))
    } else {
        None
    }
}

/// The channel of a way in a state. A shifted channel has what is left of its slot on both sides of it, so
/// that no two channels ever share spectrum.
//= otn:light-shift
fn channel(way: &Way, state: &State) -> Channel {
    let mut channel = way.channel.clone();
    if let Some(offset_hz) = state.offset_hz.get(&(way.lightpath, way.direction)) {
        channel.frequency_hz += offset_hz;
        channel.slot_width_hz -= 2.0 * offset_hz.abs();
    }
    channel
}

/// Whether a state is one that the plant can be in.
fn check(plant: &Plant, state: &State) -> Result<(), LightError> {
    let count = plant.lightpaths.len();
    let named = state.present.iter().chain(state.dark.iter().map(|(lightpath, _)| lightpath));
    let shifted = state.offset_hz.keys().map(|(lightpath, _)| lightpath);
    if let Some(wrong) = named.chain(shifted).find(|lightpath| lightpath.0 >= count) {
        return Err(LightError::Lightpath { found: wrong.0, count });
    }
    for (&fibre, &found_db) in &state.extra_loss_db {
        if !(0.0..=MOST_EXTRA_LOSS_DB).contains(&found_db) {
            let fibre = plant.fibre_name(fibre).to_owned();
            return Err(LightError::Loss { fibre, found_db });
        }
    }
    for (&(lightpath, direction), &offset_hz) in &state.offset_hz {
        let Some(way) = plant.way(lightpath, direction) else { continue };
        let most_hz = (way.channel.slot_width_hz - way.channel.baud_rate) / 2.0;
        let fits = offset_hz.abs() <= most_hz;
        if !fits {
            let lightpath = plant.lightpaths[lightpath.0].name.clone();
            return Err(LightError::Shift { lightpath, offset_hz, most_hz });
        }
    }
    Ok(())
}

/// The extra loss of each element of a section, dB.
fn extra_losses(section: &Section, state: &State) -> Vec<f64> {
    section.inner.iter().map(|&vertex| state.extra_loss_db(FibreId(vertex))).collect()
}

/// Gives the fibres of a section their extra loss, in the middle of each.
///
/// The closed form of the GN model reckons with the loss of the glass alone, so that the place matters to it
/// no more than to noise; the generalised one and Raman scattering see it.
//= otn:light-bend
fn bend(network: &mut Network, section: &Section, extra_loss_db: &[f64]) {
    for (&vertex, &loss_db) in section.inner.iter().zip(extra_loss_db) {
        if loss_db == 0.0 {
            continue;
        }
        if let Some(fibre) = network.element_mut(vertex).fibre_mut() {
            let position_m = fibre.length_m() / 2.0;
            let lumped = fibre.params.lumped_losses.get_or_insert_with(Vec::new);
            lumped.push(LumpedLoss { position_m, loss_db });
        }
    }
}

/// Takes it away again.
fn straighten(network: &mut Network, design: &Network, section: &Section, extra_loss_db: &[f64]) {
    for (&vertex, &loss_db) in section.inner.iter().zip(extra_loss_db) {
        if loss_db != 0.0 {
            network.element_mut(vertex).clone_from(design.element(vertex));
        }
    }
}

/// Channels of one spectrum each as one spectrum.
fn side_by_side(plan: Arc<ChannelPlan>, parts: &[(Channel, Option<usize>, Spectrum)]) -> Spectrum {
    let column = |of: fn(&Spectrum) -> &[f64]| -> Vec<f64> {
        parts.iter().flat_map(|(.., light)| of(light).iter().copied()).collect()
    };
    Spectrum {
        power_w: column(|light| &light.power_w),
        signal: column(|light| &light.signal),
        ase: column(|light| &light.ase),
        nli: column(|light| &light.nli),
        dispersion_s_per_m: column(|light| &light.dispersion_s_per_m),
        pmd_s: column(|light| &light.pmd_s),
        pdl_db: column(|light| &light.pdl_db),
        latency_s: column(|light| &light.latency_s),
        added_noise: column(|light| &light.added_noise),
        plan,
    }
}
