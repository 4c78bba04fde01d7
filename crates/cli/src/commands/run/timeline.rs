//! All defects of a network in the order of time, and which failure each BDI answers.
//!
//! In: a simulation that has ended. Out: entries. A BDI answers the first defect of
//! a spell of failure at the other end of the same section, tandem connection or path.

use std::fmt;

use otn_emu::{Network, Simulation};
use otn_frame::SimTime;
use otn_proc::defect::{Defect, DefectSet, DefectSpan, Layer, TandemDefect};
use serde::Serialize;

/// A defect that was raised or cleared.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    at_ns: u64,
    /// Where it was seen.
    node: String,
    /// The line on which it came, and from where.
    line: String,
    from: String,
    layer: String,
    defect: &'static str,
    raised: bool,
    /// Of a BDI that was raised: what it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<Answer>,
}

impl Entry {
    pub(super) const fn at_ns(&self) -> u64 {
        self.at_ns
    }

    /// It was seen in this layer at `node`, of what came from the other.
    pub(super) fn is_at(&self, node: &str, from: &str, layer: &str) -> bool {
        (self.node.as_str(), self.from.as_str(), self.layer.as_str()) == (node, from, layer)
    }

    /// Of a BDI that was raised: what it answers.
    pub(super) const fn answers(&self) -> Option<&Answer> {
        self.answers.as_ref()
    }
}

/// What a BDI tells of.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Answer {
    node: String,
    layer: String,
    defect: &'static str,
    /// From the defect there to the BDI here.
    after_ns: u64,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { node, layer, defect, after_ns } = self;
        write!(f, "{node}, {} after its {layer} {defect}", SimTime::from_ns(*after_ns))
    }
}

/// A port, as line and end.
type Port = (usize, usize);

/// Defects of an OTUk that are a failure of all in it.
const SECTION: DefectSet = DefectSet::of(&[
    Defect::Los,
    Defect::Lol,
    Defect::OtuAis,
    Defect::Lof,
    Defect::Lom,
    Defect::SectionTim,
]);

/// Defects of a path.
const PATH: DefectSet = DefectSet::of(&[Defect::Ais, Defect::Oci, Defect::Lck, Defect::PathTim]);

/// Defects of a tandem connection that are told to its far end.
const FAILED: [TandemDefect; 5] =
    [TandemDefect::Ais, TandemDefect::Oci, TandemDefect::Lck, TandemDefect::Ltc, TandemDefect::Tim];

/// There is more to tell than of lines that stand alone and had no fault.
pub(super) fn worth_telling(network: &Network) -> bool {
    let alone = network.services.iter().all(|service| service.route.len() == 1);
    !alone || network.lines.iter().any(|line| !line.faults.is_empty())
}

/// Every defect in the order of time.
pub(super) fn entries(simulation: &Simulation) -> Vec<Entry> {
    let network = simulation.network();
    let mut all = Vec::new();
    for line in 0..network.lines.len() {
        for end in [0, 1] {
            for span in simulation.port(line, end).received.defects.spans() {
                all.push((span.raised, (line, end), span, true));
                if let Some(cleared) = span.cleared {
                    all.push((cleared, (line, end), span, false));
                }
            }
        }
    }
    // What happens at one instant stays in the order of ports.
    all.sort_by_key(|(at, ..)| *at);
    let entry = |(at, (line, end), span, raised): (SimTime, Port, DefectSpan, bool)| Entry {
        at_ns: at.as_ns(),
        node: network.end_name(line, end).to_string(),
        line: network.lines[line].name.clone(),
        from: network.end_name(line, 1 - end).to_string(),
        layer: span.defect.layer().to_string(),
        defect: span.defect.name(),
        raised,
        answers: if raised { answer(simulation, (line, end), &span) } else { None },
    };
    all.into_iter().map(entry).collect()
}

/// What a BDI at this port answers.
fn answer(simulation: &Simulation, port: Port, bdi: &DefectSpan) -> Option<Answer> {
    let network = simulation.network();
    let other = other_end(network, port, bdi.defect)?;
    let told = |span: &DefectSpan| match (bdi.defect.layer(), span.defect) {
        (_, defect) if SECTION.contains(defect) => true,
        (Layer::Tcm(level), Defect::Tcm(of, kind)) => level == of && FAILED.contains(&kind),
        // A tandem connection that ends with the path and has failed leaves nothing for it.
        (Layer::Odu, Defect::Tcm(_, kind)) => FAILED.contains(&kind),
        (Layer::Odu, defect) => PATH.contains(defect),
        (_, _) => false,
    };
    let spans = simulation.port(other.0, other.1).received.defects.spans();
    // Spans that overlap are one spell; the first of the last spell before the BDI counts.
    let mut spell: Option<(DefectSpan, Option<SimTime>)> = None;
    for span in spans.into_iter().filter(|s| told(s) && s.raised <= bdi.raised) {
        spell = Some(match spell {
            Some((first, until)) if until.is_none_or(|until| span.raised <= until) => {
                (first, until.and_then(|until| Some(span.cleared?.max(until))))
            }
            Some(_) | None => (span, span.cleared),
        });
    }
    let (first, _) = spell?;
    Some(Answer {
        node: network.end_name(other.0, other.1).to_string(),
        layer: first.defect.layer().to_string(),
        defect: first.defect.name(),
        after_ns: bdi.raised.since(first.raised).as_ns(),
    })
}

/// The port at the other end of what this BDI belongs to.
fn other_end(network: &Network, port: Port, bdi: Defect) -> Option<Port> {
    let (line, end) = port;
    let service = || network.service_of(line).map(|(service, _)| &network.services[service]);
    match bdi {
        Defect::SectionBdi => Some((line, 1 - end)),
        Defect::PathBdi => {
            let service = service()?;
            let ends = [service.port(0)?, service.port(1)?];
            ends.into_iter().find(|other| *other != port)
        }
        Defect::Tcm(level, TandemDefect::Bdi) => {
            let service = service()?;
            service.tandem.iter().filter(|tandem| tandem.level == level).find_map(|&tandem| {
                let ends = [service.tandem_port(tandem, 0)?, service.tandem_port(tandem, 1)?];
                let at = ends.iter().position(|end| *end == port)?;
                Some(ends[1 - at])
            })
        }
        _ => None,
    }
}
