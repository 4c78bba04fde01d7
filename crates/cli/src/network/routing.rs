//! Routes of services: given, or computed.
//!
//! In: the entries of a service, what is placed already. Out: a working route and one for protection, or what is
//! wrong. Of all ways that have slots left the one of least delay is taken, of equal delay that of fewer lines;
//! of two routes the sum counts.

use otn_emu::net::model::{Hop, Line};
use otn_emu::net::routes::{Disjoint, Edge, Graph, NoRoute, Route};
use otn_map::odtu::SlotSet;
use otn_proc::odu::mux_source::Unplaced;
use serde_saphyr::{Location, Spanned};

use super::Reader;
use super::document::{ProtectionEntry, ServiceEntry};
use super::names::hint;
use super::room::Room;
use super::ways::Way;
use crate::network::notes::{FileError, Text};

/// What two routes must not share, by its word.
const DISJOINT: [(&str, Disjoint); 3] =
    [("link", Disjoint::Link), ("node", Disjoint::Node), ("risk-group", Disjoint::RiskGroup)];

/// A route that is looked for.
#[derive(Clone, Copy)]
struct Search<'a> {
    index: usize,
    entry: &'a ServiceEntry,
    /// What the lines have taken already.
    all: &'a [Room],
    /// Where the file asks for it.
    at: Location,
    /// The key that asks for it.
    key: &'static str,
}

impl Reader<'_> {
    /// The routes of a service.
    pub(super) fn routes(
        &self,
        index: usize,
        entry: &ServiceEntry,
        all: &[Room],
    ) -> Result<(Way, Option<Way>), FileError> {
        let ends = self.plan.services[index].ends;
        let name = &self.plan.services[index].name;
        let search = Search { index, entry, all, at: entry.odu.referenced, key: "route" };
        let working = match &entry.route {
            None => None,
            Some(route) => {
                if let Some(text) = entry.avoid.iter().chain(&entry.via).next() {
                    let what =
                        "avoid, via: they are for a route that is computed, and `route` is given";
                    return self.notes.error(text.referenced, what);
                }
                Some(self.given(&format!("service `{name}`: route"), route, ends)?)
            }
        };
        let Some(protection) = &entry.protection else {
            return match working {
                Some(working) => Ok((working, None)),
                None => Ok((self.computed(search)?, None)),
            };
        };
        let other = match &protection.value.route {
            None => None,
            Some(route) => {
                let key = format!("service `{name}`: protection: route");
                Some(self.given(&key, route, ends)?)
            }
        };
        let search = Search { at: protection.referenced, key: "protection: route", ..search };
        self.both(search, working, other, protection).map(|(working, other)| (working, Some(other)))
    }

    /// The routes of a protected service.
    fn both(
        &self,
        search: Search<'_>,
        working: Option<Way>,
        other: Option<Way>,
        protection: &Spanned<ProtectionEntry>,
    ) -> Result<(Way, Way), FileError> {
        let disjoint = match (&protection.value.disjoint, &other) {
            (Some(text), Some(_)) => {
                let what =
                    "disjoint: expected either `route` or `disjoint` of a protection, found both";
                return self.notes.error(text.referenced, what);
            }
            (Some(text), None) => self.word("disjoint", text, &DISJOINT)?,
            (None, None) => Disjoint::Node,
            (None, Some(_)) => Disjoint::Link,
        };
        match (working, other) {
            (Some(working), Some(other)) => {
                self.share_nothing(search.index, &working, &other)?;
                Ok((working, other))
            }
            (Some(working), None) => {
                let other = self.beside(search, &working, disjoint)?;
                Ok((working, other))
            }
            (None, Some(other)) => {
                let working = self.beside(Search { key: "route", ..search }, &other, disjoint)?;
                Ok((working, other))
            }
            (None, None) if !search.entry.via.is_empty() => {
                let working = self.computed(Search { key: "route", ..search })?;
                let other = self.beside(search, &working, disjoint)?;
                Ok((working, other))
            }
            (None, None) => {
                let ends = self.plan.services[search.index].ends;
                let graph = self.graph(search, true)?;
                match graph.pair(ends, disjoint) {
                    Ok([one, other]) => Ok((self.hops(search, &one), self.hops(search, &other))),
                    Err(why) => {
                        let found =
                            |graph: &Graph| graph.pair(ends, disjoint).map(|pair| pair.concat());
                        self.none(search, &found, why, Some(disjoint))
                    }
                }
            }
        }
    }

    fn share_nothing(&self, index: usize, working: &Way, other: &Way) -> Result<(), FileError> {
        let shared = |hop: &Hop| working.iter().any(|(one, _)| one.line == hop.line);
        match other.iter().find(|(hop, _)| shared(hop)) {
            None => Ok(()),
            Some((hop, at)) => {
                let name = &self.plan.services[index].name;
                let line = &self.plan.lines[hop.line].name;
                let what = format!(
                    "service `{name}`: protection: route: line `{line}` is on the working route too, expected \
                     two routes without a line in common"
                );
                self.notes.error(*at, what)
            }
        }
    }

    fn computed(&self, search: Search<'_>) -> Result<Way, FileError> {
        let ends = self.plan.services[search.index].ends;
        let mut via = Vec::new();
        for text in &search.entry.via {
            let node = self.node("via", text)?;
            if ends.contains(&node) || via.contains(&node) {
                let what =
                    format!("via: the route passes `{}` already, expected other nodes", text.value);
                return self.notes.error(text.referenced, what);
            }
            via.push(node);
        }
        let found = |graph: &Graph| match via.as_slice() {
            [] => graph.shortest(ends),
            via => graph.shortest_via(ends, via),
        };
        match found(&self.graph(search, true)?) {
            Ok(route) => Ok(self.hops(search, &route)),
            Err(why) => self.none(search, &found, why, None),
        }
    }

    fn beside(&self, search: Search<'_>, way: &Way, disjoint: Disjoint) -> Result<Way, FileError> {
        let ends = self.plan.services[search.index].ends;
        let lines: Route = way.iter().map(|(hop, _)| hop.line).collect();
        let found = |graph: &Graph| graph.beside(ends, &lines, disjoint);
        match found(&self.graph(search, true)?) {
            Ok(route) => Ok(self.hops(search, &route)),
            Err(why) => self.none(search, &found, why, Some(disjoint)),
        }
    }

    /// The network as routes see it; an edge is a line. `room`: only lines with slots left may be taken.
    fn graph(&self, search: Search<'_>, room: bool) -> Result<Graph, FileError> {
        let mut barred = Vec::new();
        for text in &search.entry.avoid {
            barred.extend(self.avoided(search.index, text)?);
        }
        let edge = |(index, line): (usize, &Line)| Edge {
            ends: line.ends,
            // Of equal delay fewer lines are better.
            weight: line.delay.as_ps() + 1,
            groups: (0..self.risk_groups.len())
                .filter(|group| self.risk_groups[*group].lines.contains(&index))
                .collect(),
            usable: !barred.contains(&index) && (!room || self.fits(search, index).is_ok()),
        };
        let edges = self.plan.lines.iter().enumerate().map(edge).collect();
        Ok(Graph { nodes: self.plan.nodes.len(), edges })
    }

    fn fits(&self, search: Search<'_>, line: usize) -> Result<(), Unplaced> {
        let odu = self.plan.services[search.index].odu;
        let given = search.entry.slots.get(&self.plan.lines[line].name);
        let set = given.and_then(|slots| SlotSet::new(slots.value.iter().copied()));
        search.all[line].clone().place(odu, set).map(|_| ())
    }

    /// The lines that a name of `avoid` stands for: those of a node, or the line itself.
    fn avoided(&self, index: usize, text: &Text) -> Result<Vec<usize>, FileError> {
        let found = text.value.as_str();
        let lines = self.plan.lines.iter().enumerate();
        if let Some(node) = self.plan.nodes.iter().position(|node| node.name == found) {
            if self.plan.services[index].ends.contains(&node) {
                let what = format!("avoid: `{found}` is an end of the service");
                return self.notes.error(text.referenced, what);
            }
            return Ok(lines.filter(|(_, l)| l.ends.contains(&node)).map(|(at, _)| at).collect());
        }
        let of_name: Vec<usize> =
            lines.filter(|(_, l)| l.name == found).map(|(at, _)| at).collect();
        if of_name.is_empty() {
            let nodes = self.plan.nodes.iter().map(|node| node.name.as_str());
            let lines = self.plan.lines.iter().map(|line| line.name.as_str());
            let known: Vec<&str> = nodes.chain(lines).collect();
            let what = format!("avoid: no node or line `{found}`, {}", hint(found, &known));
            return self.notes.error(text.referenced, what);
        }
        Ok(of_name)
    }

    fn hops(&self, search: Search<'_>, route: &[usize]) -> Way {
        let mut here = self.plan.services[search.index].ends[0];
        let hop = |line: &usize| {
            let ends = self.plan.lines[*line].ends;
            let first = usize::from(ends[0] != here);
            here = ends[1 - first];
            (Hop { line: *line, first, tributary: 0 }, search.at)
        };
        route.iter().map(hop).collect()
    }

    /// Why there is no route: no slots, or no way.
    fn none<T>(
        &self,
        search: Search<'_>,
        found: &dyn Fn(&Graph) -> Result<Route, NoRoute>,
        why: NoRoute,
        disjoint: Option<Disjoint>,
    ) -> Result<T, FileError> {
        let service = &self.plan.services[search.index];
        let [a, b] = self.names_of(service.ends);
        let intro = format!("service `{}`: {}: none from `{a}` to `{b}`", service.name, search.key);
        // With slots without end there may be one: then it is a line of that one that is to blame.
        if let Ok(route) = found(&self.graph(search, false)?) {
            let full = |line: &usize| Some((*line, self.fits(search, *line).err()?));
            if let Some((line, error)) = route.iter().find_map(full) {
                let what = self.unplaced(search.index, line, error);
                let what = format!("{intro} that has room for it; {what}");
                return self.notes.error(search.at, what);
            }
        }
        let line = |line: usize| &self.plan.lines[line].name;
        let shared = match disjoint {
            None => "that passes the nodes of `via` in their order",
            Some(Disjoint::Link) => "that shares no line with the other",
            Some(Disjoint::Node) => "that shares no line and no node with the other",
            Some(Disjoint::RiskGroup) => "that shares no line and no risk group with the other",
        };
        let reason = match why {
            NoRoute::Apart => ": no lines join them".to_string(),
            NoRoute::Edge(at) => format!(" {shared}: every way takes line `{}`", line(at)),
            NoRoute::Node(at) => {
                format!(" {shared}: every way passes `{}`", self.plan.nodes[at].name)
            }
            NoRoute::Group(at) => {
                format!(
                    " {shared}: every way takes a line of risk group `{}`",
                    self.risk_groups[at].name
                )
            }
            NoRoute::NoTwo => format!(" {shared}"),
            NoRoute::GivenUp => {
                format!(
                    " {shared} was found before the search was given up; it can be given as `route`"
                )
            }
        };
        let avoid =
            if search.entry.avoid.is_empty() { "" } else { " (without what `avoid` names)" };
        self.notes.error(search.at, format!("{intro}{reason}{avoid}"))
    }
}
