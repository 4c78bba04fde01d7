//! A plant: fibres, amplifiers, ROADMs and transceivers as built, and the lightpaths over them.
//!
//! Clauses: GNPy 6.8 (design), 6.9 (route), 6.1 (comb).
//! In: texts in GNPy's formats, or spans; lightpaths; [`Options`]. Out: [`Plant`], which does not change any
//! more: what happens to it is a [`State`].

use std::collections::BTreeMap;

use otn_frame::SimTime;
use otn_photon::roadm::{PathKind, Roadm};
use otn_photon::spectrum::{Channel, ChannelPlan, uniform_comb};
use otn_plan::design::{Design, Reference, Steps, design};
use otn_plan::library::{Library, SpectrumInformation};
use otn_plan::models::{self, Models};
use otn_plan::network::graph::Vertex;
use otn_plan::network::{Kind, Network};
use otn_plan::topology::Topology;
use otn_plan::transmission::Settings;
use otn_plan::transmission::run::{Request, reference};
use otn_plan::{Source, Warning};

use super::crossing::Crossing;
use super::error::{LightError, PlantError};
use super::lightpath::{Direction, Lightpath, LightpathId};
use super::pairs;
use super::receiver;
use super::reception::Reception;
use super::spans::{self, SpanLine};
use super::state::{AmplifierId, FibreId, State};
use super::ways::{self, Section, Way};

/// The files of a plant in GNPy's formats.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// The topology.
    pub topology: Source<'a>,
    /// The equipment library.
    pub equipment: Source<'a>,
    /// Libraries that add to it.
    pub extra_equipment: &'a [Source<'a>],
    /// Configurations of amplifiers that the library names.
    pub configurations: &'a [Source<'a>],
}

/// What is in the fibres besides lightpaths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// Nothing.
    #[default]
    Nothing,
    /// The library's comb, but where lightpaths have their slots.
    Comb,
}

/// How a plant is designed and its light computed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// How light is computed, and which release of GNPy is followed.
    pub settings: Settings,
    /// What is in the fibres besides lightpaths.
    pub fill: Fill,
    /// Power at the input of spans that the plant is designed for, dBm; the library's if `None`.
    pub power_dbm: Option<f64>,
    /// Whether design leaves out splitting of fibres and insertion of amplifiers.
    pub no_insert: bool,
}

/// Fibres, amplifiers, ROADMs and transceivers as built, and lightpaths over them.
#[derive(Debug)]
pub struct Plant {
    pub(super) network: Network,
    pub(super) models: Models,
    pub(super) settings: Settings,
    pub(super) lightpaths: Vec<Lightpath>,
    /// Forward and backward of the first lightpath, of the second one, and so on.
    pub(super) ways: Vec<Way>,
    pub(super) sections: Vec<Section>,
    /// Sections in the order in which light fills them.
    pub(super) order: Vec<usize>,
    /// Whether no section fills itself by way of others.
    pub(super) open: bool,
    pub(super) roadms: BTreeMap<Vertex, Roadm>,
    design: Design,
    warnings: Vec<Warning>,
}

impl Plant {
    /// A plant of files in GNPy's formats.
    ///
    /// # Errors
    /// [`PlantError`].
    pub fn from_gnpy(
        texts: &Texts<'_>,
        lightpaths: Vec<Lightpath>,
        options: &Options,
    ) -> Result<Self, PlantError> {
        let library = Library::load(texts.equipment, texts.extra_equipment, texts.configurations)?;
        let topology = Topology::load(texts.topology)?;
        topology.value.check_types(texts.topology.name, &library.value)?;
        let mut warnings = library.warnings;
        warnings.extend(topology.warnings);
        let mut plant = Self::build(&topology.value, &library.value, lightpaths, options)?;
        plant.warnings = warnings;
        Ok(plant)
    }

    /// A plant of lines given as spans, with the built-in library; spans are not split.
    ///
    /// # Errors
    /// [`PlantError`].
    pub fn from_spans(
        lines: &[SpanLine],
        lightpaths: Vec<Lightpath>,
        options: &Options,
    ) -> Result<Self, PlantError> {
        let source = Source::new(spans::DEFAULT_LIBRARY_NAME, spans::DEFAULT_LIBRARY);
        let library = Library::load(source, &[], &[])?.value;
        let options = Options { no_insert: true, ..options.clone() };
        Self::build(&spans::topology(lines)?, &library, lightpaths, &options)
    }

    fn build(
        topology: &Topology,
        library: &Library,
        lightpaths: Vec<Lightpath>,
        options: &Options,
    ) -> Result<Self, PlantError> {
        let comb = library.spectra.first().ok_or(PlantError::NoComb)?;
        let models = Models::new(library).map_err(PlantError::Models)?;
        let mut network = Network::new(topology, library)?;
        check_fibres(&network)?;
        let request = Request {
            power_dbm: options.power_dbm,
            settings: options.settings.clone(),
            ..Request::default()
        };
        let reference = reference(comb, &request);
        let steps = Steps { insert: !options.no_insert, losses: true };
        let design = design(&mut network, library, &models, &reference, steps)?;
        let mut ways = ways_of(&network, library, comb, &reference, &lightpaths)?;
        let mut sections = ways::sections(&network, &mut ways);
        check_overlaps(&network, &lightpaths, &ways, &sections)?;
        let roadms = roadms(&network);
        if options.fill == Fill::Comb {
            fill(&network, &roadms, comb, &reference, &ways, &mut sections);
        }
        let (order, open) = ways::order(&sections, &ways);
        let settings = options.settings.clone();
        let warnings = Vec::new();
        Ok(Self {
            network,
            models,
            settings,
            lightpaths,
            ways,
            sections,
            order,
            open,
            roadms,
            design,
            warnings,
        })
    }

    /// The network as it was designed.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// What design found and did.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// What was passed over in the files.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The lightpaths, in the order of their numbers.
    pub fn lightpaths(&self) -> &[Lightpath] {
        &self.lightpaths
    }

    /// The fibre of this name; of a fibre that design has split, its first piece.
    pub fn fibre(&self, name: &str) -> Option<FibreId> {
        let vertex = ways::named(&self.network, name)?;
        self.network.element(vertex).fibre().map(|_| FibreId(vertex))
    }

    /// The other direction of a fibre: that at the same place of the line the other way. Topologies do not
    /// say; `None` if there is no line the other way, or one of another number of fibres.
    pub fn opposite(&self, fibre: FibreId) -> Option<FibreId> {
        pairs::opposite(&self.network, fibre.0).map(FibreId)
    }

    /// The amplifier of this name.
    pub fn amplifier(&self, name: &str) -> Option<AmplifierId> {
        let vertex = self.network.vertex(name)?;
        self.network.element(vertex).is_amplifier().then_some(AmplifierId(vertex))
    }

    /// Every fibre, in the order of the network.
    pub fn fibres(&self) -> impl Iterator<Item = FibreId> {
        let fibre = |&vertex: &Vertex| self.network.element(vertex).fibre().is_some();
        self.network.vertices().filter(fibre).map(FibreId)
    }

    /// Every amplifier, in the order of the network.
    pub fn amplifiers(&self) -> impl Iterator<Item = AmplifierId> {
        let amplifier = |&vertex: &Vertex| self.network.element(vertex).is_amplifier();
        self.network.vertices().filter(amplifier).map(AmplifierId)
    }

    /// The name of a fibre.
    pub fn fibre_name(&self, fibre: FibreId) -> &str {
        &self.network.element(fibre.0).uid
    }

    /// The name of an amplifier.
    pub fn amplifier_name(&self, amplifier: AmplifierId) -> &str {
        &self.network.element(amplifier.0).uid
    }

    /// The elements that a direction of a lightpath passes, transceivers at the ends; none for a number
    /// that is none.
    pub fn route(&self, lightpath: LightpathId, direction: Direction) -> &[Vertex] {
        self.way(lightpath, direction).map_or(&[], |way| &way.route)
    }

    /// Time of flight of a direction of a lightpath: it does not change while the plant runs.
    pub fn delay(&self, lightpath: LightpathId, direction: Direction) -> Option<SimTime> {
        self.way(lightpath, direction).map(|way| way.delay)
    }

    /// What each receiver has in `state`: for each lightpath forward and backward.
    ///
    /// # Errors
    /// [`LightError`].
    pub fn propagate(&self, state: &State) -> Result<Vec<[Reception; 2]>, LightError> {
        let mut all = Crossing::new(self).receive(state)?.into_iter();
        let mut pairs = Vec::with_capacity(self.lightpaths.len());
        while let (Some(forward), Some(backward)) = (all.next(), all.next()) {
            pairs.push([forward, backward]);
        }
        Ok(pairs)
    }

    pub(super) fn way(&self, lightpath: LightpathId, direction: Direction) -> Option<&Way> {
        self.ways.get(2 * lightpath.0 + direction.index())
    }

    /// The state before any event: all as designed, and lit what is lit from the beginning.
    pub fn initial(&self) -> State {
        let lit = self.lightpaths.iter().enumerate().filter(|(_, lightpath)| lightpath.lit);
        State { present: lit.map(|(number, _)| LightpathId(number)).collect(), ..State::default() }
    }
}

/// Figures that are of no fibre are found before design reckons with them.
fn check_fibres(network: &Network) -> Result<(), PlantError> {
    for vertex in network.vertices() {
        ways::flight_s(network, vertex)?;
    }
    Ok(())
}

fn ways_of(
    network: &Network,
    library: &Library,
    comb: &SpectrumInformation,
    reference: &Reference,
    lightpaths: &[Lightpath],
) -> Result<Vec<Way>, PlantError> {
    let mut all = Vec::with_capacity(2 * lightpaths.len());
    for (number, lightpath) in lightpaths.iter().enumerate() {
        let (channel, receiver) = receiver::choose(lightpath, library, comb, reference)?;
        ChannelPlan::new(vec![channel.clone()])
            .map_err(|reason| PlantError::Channel { lightpath: lightpath.name.clone(), reason })?;
        let routes = ways::routes(network, lightpath)?;
        for (direction, route) in Direction::ALL.into_iter().zip(routes) {
            let reached_s = ways::reached_s(network, &route)?;
            all.push(Way {
                lightpath: LightpathId(number),
                direction,
                delay: ways::time(reached_s.last().copied().unwrap_or(0.0)),
                route,
                reached_s,
                sections: Vec::new(),
                channel: channel.clone(),
                receiver: receiver.clone(),
            });
        }
    }
    Ok(all)
}

fn roadms(network: &Network) -> BTreeMap<Vertex, Roadm> {
    let roadm = |vertex: Vertex| match &network.element(vertex).kind {
        Kind::Roadm(roadm) => Some((vertex, models::roadm(roadm))),
        _ => None,
    };
    network.vertices().filter_map(roadm).collect()
}

/// Whether two channels want the same spectrum; slots may touch.
fn overlap(one: &Channel, other: &Channel) -> bool {
    let between = (one.frequency_hz - other.frequency_hz).abs();
    between < (one.slot_width_hz + other.slot_width_hz) / 2.0
}

/// Lightpaths that are never lit together may not share spectrum either: their slots are theirs.
//= otn:light-one-owner
fn check_overlaps(
    network: &Network,
    lightpaths: &[Lightpath],
    ways: &[Way],
    sections: &[Section],
) -> Result<(), PlantError> {
    // Without a fibre nothing is shared: a transceiver stands for all of its site.
    for section in sections.iter().filter(|section| !section.inner.is_empty()) {
        for (i, &(one, _)) in section.ways.iter().enumerate() {
            for &(other, _) in &section.ways[..i] {
                if overlap(&ways[one].channel, &ways[other].channel) {
                    let fibre = section.inner[0];
                    let name = |way: usize| lightpaths[ways[way].lightpath.0].name.clone();
                    return Err(PlantError::Overlap {
                        lightpaths: [name(other), name(one)],
                        fibre: network.element(fibre).uid.clone(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// Fills each section with those channels of the comb that touch no slot of a lightpath.
///
/// They begin where the section begins, with the power that its ROADM or transceiver gives to them: what they
/// met before does not change what they do to their neighbours.
//= otn:light-fill
fn fill(
    network: &Network,
    roadms: &BTreeMap<Vertex, Roadm>,
    comb: &SpectrumInformation,
    reference: &Reference,
    ways: &[Way],
    sections: &mut [Section],
) {
    let centres = uniform_comb(comb.f_min_hz, comb.f_max_hz, comb.spacing_hz, reference.compat);
    for section in sections {
        let Some(&first) = section.inner.first() else { continue };
        let level = roadms.get(&section.from).and_then(|roadm| {
            let path = roadm.path("", &network.element(first).uid, PathKind::Express).ok()?;
            Some(path.equalisation.target_dbm(comb.baud_rate, comb.spacing_hz))
        });
        let channel = |&frequency_hz: &f64| Channel {
            frequency_hz,
            slot_width_hz: comb.spacing_hz,
            baud_rate: comb.baud_rate,
            roll_off: comb.roll_off,
            delta_power_db: 0.0,
            tx_osnr_db: comb.tx_osnr_db,
            tx_power_dbm: level.unwrap_or(reference.tx_power_dbm),
            label: String::new(),
        };
        let free = |channel: &Channel| {
            !section.ways.iter().any(|&(way, _)| overlap(channel, &ways[way].channel))
        };
        section.fill = centres.iter().map(channel).filter(free).collect();
    }
}
