//! Lines given as spans, without files: a topology of our own, built like one of a file.
//!
//! In: [`SpanLine`]s. Out: a [`Topology`] with two transceivers and a fibre pair for each line, and the text
//! of the library they are designed with. Design (levels, gains, padding) is that of any other topology;
//! only splitting is left out, so that spans stay as they are given.
//!
//! The library's figures (gains, powers and noise figures of three amplifiers, three fibres, the ROADM, the
//! comb) are those of the example library that ships with GNPy (`eqpt_config.json`, BSD-3-Clause), the
//! commonest figures that planners try things out with; its comb is widened to 196.1 THz, power does not
//! follow the loss of spans, and there is no margin of the system.

use otn_plan::library::{FibreParams, Loss};
use otn_plan::topology::{
    Connection, Edfa, Element, Fibre, Kind, Location, Operational, Topology, Transceiver,
};

use super::error::PlantError;
use super::lightpath::Direction;

/// The library of lines given as spans, in GNPy's format.
pub const DEFAULT_LIBRARY: &str = include_str!("default_library.json");

/// Name of [`DEFAULT_LIBRARY`] in messages.
pub(super) const DEFAULT_LIBRARY_NAME: &str = "the built-in library";

/// What stands behind a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amplification {
    /// Nothing.
    None,
    /// An amplifier whose type is chosen by design.
    Designed,
    /// An amplifier of this type.
    Of(String),
}

/// A fibre pair, and what stands behind it in each direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Length, m.
    pub length_m: f64,
    /// Loss, dB/km.
    pub loss_db_per_km: f64,
    /// Type of the fibre in the library.
    pub fibre: String,
    /// What makes up for its loss at its end, in both directions.
    pub amplifier: Amplification,
}

impl Span {
    /// Standard fibre with an amplifier at its end.
    pub fn standard(length_m: f64, loss_db_per_km: f64) -> Self {
        let (fibre, amplifier) = ("SSMF".to_owned(), Amplification::Designed);
        Self { length_m, loss_db_per_km, fibre, amplifier }
    }
}

/// Spans from one end to another, with transceivers at both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanLine {
    /// Name; no other line has it.
    pub name: String,
    /// Spans in the order of the forward direction.
    pub spans: Vec<Span>,
}

impl SpanLine {
    /// Name of the transceiver at an end: that which the direction given starts from.
    pub fn transceiver(&self, direction: Direction) -> String {
        format!("{}/{}", self.name, ["first end", "second end"][direction.index()])
    }

    /// Name of the fibre of a span, counted from 0 in the forward direction.
    pub fn fibre(&self, span: usize, direction: Direction) -> String {
        format!("{}/span {} {}", self.name, span + 1, word(direction))
    }

    /// Name of the amplifier behind that fibre.
    pub fn amplifier(&self, span: usize, direction: Direction) -> String {
        format!("{}/amplifier {} {}", self.name, span + 1, word(direction))
    }
}

fn word(direction: Direction) -> &'static str {
    ["forward", "backward"][direction.index()]
}

/// The topology of `lines`.
pub(super) fn topology(lines: &[SpanLine]) -> Result<Topology, PlantError> {
    let mut topology = Topology::default();
    for (number, line) in lines.iter().enumerate() {
        if lines[..number].iter().any(|other| other.name == line.name) {
            return Err(PlantError::SameLine { name: line.name.clone() });
        }
        for direction in Direction::ALL {
            let kind = Kind::Transceiver(Transceiver::default());
            topology.elements.push(element(line.transceiver(direction), kind));
        }
        for direction in Direction::ALL {
            add_way(&mut topology, line, direction);
        }
    }
    Ok(topology)
}

/// The elements of one direction, and how they are joined.
fn add_way(topology: &mut Topology, line: &SpanLine, direction: Direction) {
    let ends = Direction::ALL.map(|end| line.transceiver(end));
    let [mut before, last] = match direction {
        Direction::Forward => ends,
        Direction::Backward => {
            let [first, second] = ends;
            [second, first]
        }
    };
    let mut join = |topology: &mut Topology, uid: String| {
        let from_node = core::mem::replace(&mut before, uid);
        topology.connections.push(Connection { from_node, to_node: before.clone() });
    };
    let mut order: Vec<usize> = (0..line.spans.len()).collect();
    if direction == Direction::Backward {
        order.reverse();
    }
    for number in order {
        let span = &line.spans[number];
        let uid = line.fibre(number, direction);
        topology.elements.push(element(uid.clone(), Kind::Fibre(fibre(span))));
        join(topology, uid);
        let type_variety = match &span.amplifier {
            Amplification::None => continue,
            Amplification::Designed => None,
            Amplification::Of(type_variety) => Some(type_variety.clone()),
        };
        let uid = line.amplifier(number, direction);
        let edfa = Edfa { type_variety, operational: Operational::default() };
        topology.elements.push(element(uid.clone(), Kind::Edfa(edfa)));
        join(topology, uid);
    }
    join(topology, last);
}

fn fibre(span: &Span) -> Fibre {
    let params = FibreParams {
        length_m: Some(span.length_m),
        loss_coef: Some(Loss::Flat(span.loss_db_per_km)),
        ..FibreParams::default()
    };
    Fibre { type_variety: Some(span.fibre.clone()), params }
}

fn element(uid: String, kind: Kind) -> Element {
    Element { uid, kind, location: Location::default() }
}
