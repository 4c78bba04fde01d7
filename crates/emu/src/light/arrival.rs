//! When a receiver sees what happens somewhere in the plant.
//!
//! In: the [`Place`] of an action, a [`Way`]. Out: the time of flight from where it happens to the end of the way. What
//! happens to a fibre happens in its middle. A way that does not pass the place itself sees what its neighbours
//! bring: from where they first share a section with it.

use otn_frame::SimTime;
use otn_plan::network::graph::Vertex;

use super::lightpath::{Direction, LightpathId};
use super::plant::Plant;
use super::state::Action;
use super::ways::{Way, time};

/// Where something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In an element.
    Element(Vertex),
    /// At the transmitters of a lightpath, or at one of them.
    Transmitter(LightpathId, Option<Direction>),
}

/// How long after something happens at `place` the end of `way` sees it.
//= otn:light-arrival
pub(super) fn arrival(plant: &Plant, place: Place, way: &Way) -> SimTime {
    if let Some(reached_s) = reached(way, place) {
        return time(way.flight_s() - reached_s);
    }
    let mut soonest_s: Option<f64> = None;
    for neighbour in &plant.ways {
        let Some(reached_s) = reached(neighbour, place) else { continue };
        for &(section, at) in &neighbour.sections {
            let meets_s = neighbour.reached_s[at] - reached_s;
            let Some(&(_, own)) = way.sections.iter().find(|(s, _)| *s == section) else {
                continue;
            };
            if meets_s >= 0.0 && !plant.sections[section].inner.is_empty() {
                let arrives_s = meets_s + way.flight_s() - way.reached_s[own];
                soonest_s = Some(soonest_s.map_or(arrives_s, |soonest| soonest.min(arrives_s)));
            }
        }
    }
    // What reaches a way over more than one neighbour is next to nothing; it comes with a whole flight.
    time(soonest_s.unwrap_or(way.flight_s()))
}

/// Where `action` happens.
pub(super) fn place(action: &Action) -> Place {
    match *action {
        Action::Cut(fibre) | Action::Repair(fibre) | Action::Attenuate { fibre, .. } => {
            Place::Element(fibre.0)
        }
        Action::FailAmplifier(amplifier) | Action::RepairAmplifier(amplifier) => {
            Place::Element(amplifier.0)
        }
        Action::Laser { lightpath, direction, .. } | Action::Shift { lightpath, direction, .. } => {
            Place::Transmitter(lightpath, Some(direction))
        }
        Action::Add(lightpath) | Action::Remove(lightpath) => Place::Transmitter(lightpath, None),
    }
}

/// Seconds from the transmitter of `way` to a place on it; `None` if it does not pass there.
fn reached(way: &Way, place: Place) -> Option<f64> {
    match place {
        Place::Element(vertex) => {
            let at = way.route.iter().position(|&element| element == vertex)?;
            let behind_s = way.reached_s.get(at + 1).copied().unwrap_or(way.flight_s());
            Some((way.reached_s[at] + behind_s) / 2.0)
        }
        Place::Transmitter(lightpath, direction) => {
            let own = way.lightpath == lightpath && direction.is_none_or(|d| d == way.direction);
            own.then_some(0.0)
        }
    }
}
