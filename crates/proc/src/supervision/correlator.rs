//! From the defects that the sinks of one terminal report to fault causes: one a fault and layer.
//!
//! Clauses: G.798 6.4. In: defect events of all places, in the order in which sinks tell of them, and
//! what the operator decided. Out: cause events, and the log of them. The server signal fail of each
//! function follows along the [`chain`]. Events of one instant are judged together, so that a defect
//! and its mask that rise at once never show a cause. Nothing is done while no defect changes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound::{Excluded, Unbounded};

use otn_frame::SimTime;

use crate::defect::{DefectEvent, DefectSet, Layer};
use crate::place::Place;

use super::cause_log::{CauseEvent, CauseLog};
use super::causes::{Cause, CauseSet};
use super::chain::{self, Outcome, Server};
use super::function::Function;
use super::settings::Settings;

/// An ODU, or a lane.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    defects: DefectSet,
    /// They changed since they were judged.
    changed: bool,
    /// What it was judged with.
    server: Server,
    /// What it is to the ODUs in it.
    serves: Server,
    causes: CauseSet,
}

/// The fault causes of one terminal.
#[derive(Clone, Debug)]
pub struct Correlator {
    settings: Settings,
    /// Parents come before their children.
    nodes: BTreeMap<Place, Node>,
    /// The last instant that anything is known of.
    now: SimTime,
    /// Something has to be judged.
    pending: bool,
    log: CauseLog,
}

impl Default for Correlator {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Correlator {
    /// A correlator of a terminal without defects.
    pub fn new(settings: Settings) -> Self {
        let nodes = BTreeMap::from([(Place::ROOT, Node::default())]);
        Self { settings, nodes, now: SimTime::ZERO, pending: false, log: CauseLog::default() }
    }

    /// There is an ODU at this place. Without it, one is known from its first defect on; only of those
    /// that are known it is told that their server failed.
    pub fn watch(&mut self, place: Place) {
        let mut next = Some(place);
        while let Some(place) = next.filter(|place| !self.nodes.contains_key(place)) {
            self.nodes.insert(place, Node { changed: true, ..Node::default() });
            self.pending = true;
            next = place.parent();
        }
    }

    /// Takes an event. What was noted of an earlier instant is judged first; `out` takes the causes
    /// that change by that. An event dated before the last one counts as of its instant: sinks may
    /// tell of a defect late.
    pub fn note(&mut self, event: DefectEvent, out: &mut impl FnMut(CauseEvent)) {
        if event.at > self.now {
            self.judge(out);
            self.now = event.at;
        }
        self.watch(event.place);
        if let Some(node) = self.nodes.get_mut(&event.place)
            && node.defects.set(event.defect, event.raised)
        {
            node.changed = true;
            self.pending = true;
        }
    }

    /// No more events up to and with `now` will come: judges what was noted.
    pub fn settle(&mut self, now: SimTime, out: &mut impl FnMut(CauseEvent)) {
        if now >= self.now {
            self.judge(out);
            self.now = now;
        }
    }

    /// The operator decides anew, at `now`.
    pub fn configure(
        &mut self,
        now: SimTime,
        settings: Settings,
        out: &mut impl FnMut(CauseEvent),
    ) {
        self.settle(now, out);
        self.settings = settings;
        self.nodes.values_mut().for_each(|node| node.changed = true);
        self.pending = true;
    }

    /// Causes that stand at this place, as judged last.
    pub fn causes(&self, place: Place) -> CauseSet {
        self.nodes.get(&place).map_or_else(CauseSet::default, |node| node.causes)
    }

    /// Defects that stand at this place.
    pub fn defects(&self, place: Place) -> DefectSet {
        self.nodes.get(&place).map_or_else(DefectSet::default, |node| node.defects)
    }

    /// True where the server of this layer failed by an AIS that the layer itself sees: management
    /// systems tell such a cSSF apart.
    pub fn failed_by_ais(&self, place: Place, layer: Layer) -> bool {
        let ais = self.defects(place).iter().any(|d| d.layer() == layer && d.name() == "dAIS");
        ais && self.causes(place).contains(Cause::Ssf(layer))
    }

    /// The causes that ever stood.
    pub const fn log(&self) -> &CauseLog {
        &self.log
    }

    /// What each function at this place reports and does, from the line up, by what is known now.
    pub fn outcomes(&self, place: Place) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut take = |outcome| outcomes.push(outcome);
        let own = self.defects(place);
        let settings = self.settings.odu(place);
        if place.lane().is_some() {
            chain::lane(own, self.defects(Place::ROOT), &mut take);
        } else if let Some(parent) = place.parent() {
            let server = self.nodes.get(&parent).map_or_else(Server::default, |node| node.serves);
            chain::odu(own, Function::PathOdu, server, settings, &mut take);
        } else {
            let server = chain::section(own, self.line().0, self.settings.section, &mut take);
            chain::odu(own, Function::OtuOdu, server, settings, &mut take);
        }
        outcomes
    }

    fn judge(&mut self, out: &mut impl FnMut(CauseEvent)) {
        if !self.pending {
            return;
        }
        self.pending = false;
        let line = self.line();
        let mut next = self.nodes.first_key_value().map(|(&place, _)| place);
        while let Some(place) = next {
            self.judge_node(place, line, out);
            next = self.nodes.range((Excluded(place), Unbounded)).next().map(|(&place, _)| place);
        }
    }

    /// Defects of the line: those of the first place and of all lanes; and whether any is new.
    fn line(&self) -> (DefectSet, bool) {
        let below = self.nodes.iter().filter(|(p, _)| **p == Place::ROOT || p.lane().is_some());
        below.fold((DefectSet::default(), false), |(all, changed), (_, node)| {
            (all.union(node.defects), changed || node.changed)
        })
    }

    fn judge_node(
        &mut self,
        place: Place,
        line: (DefectSet, bool),
        out: &mut impl FnMut(CauseEvent),
    ) {
        let of_line = place == Place::ROOT || place.lane().is_some();
        let parent = place.parent().and_then(|parent| self.nodes.get(&parent));
        let server = parent.map_or_else(Server::default, |parent| parent.serves);
        let first = self.nodes.get(&Place::ROOT).map_or_else(DefectSet::default, |n| n.defects);
        let Some(node) = self.nodes.get_mut(&place) else { return };
        if !node.changed && server == node.server && !(of_line && line.1) {
            return;
        }
        node.changed = false;
        node.server = server;
        let before = node.causes;
        node.causes = CauseSet::default();
        let mut take = |outcome: Outcome| node.causes = node.causes.union(outcome.causes);
        if place.lane().is_some() {
            chain::lane(node.defects, first, &mut take);
        } else {
            let (own, settings) = (node.defects, &self.settings);
            node.serves = if of_line {
                let server = chain::section(own, line.0, settings.section, &mut take);
                chain::odu(own, Function::OtuOdu, server, settings.odu(place), &mut take)
            } else {
                chain::odu(own, Function::PathOdu, server, settings.odu(place), &mut take)
            };
        }
        let (cleared, raised) = (before.without(node.causes), node.causes.without(before));
        for (causes, raised) in [(cleared, false), (raised, true)] {
            for cause in causes.iter() {
                let event = CauseEvent { place, at: self.now, cause, raised };
                self.log.note(event);
                out(event);
            }
        }
    }
}

#[cfg(test)]
mod tests;
