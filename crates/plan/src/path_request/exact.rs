//! Routes of requests that must not share links, nodes or risk groups: of least length together, not the first found.
//!
//! Clauses: RFC 8776 (te-path-disjointness: `node`, `link`, `srlg`). In: the fabric of a network, requests, groups.
//! Out: a route for every request of a group, or why there is none. Requests between the same ends are a flow; other
//! groups are searched, and the search says when it was given up ([`crate::routes`]).

use std::collections::{BTreeSet, HashMap};

use super::fabric::Fabric;
use super::spectrum::Line;
use super::{Blocked, Demand};
use crate::network::Network;
use crate::network::graph::Vertex;
use crate::network::route::{NoRoute as NoWay, route};
use crate::risk_groups::RiskGroups;
use crate::routes::group::{Member, OwnedFits, Rule};
use crate::routes::{Apart, NoRoute, Route};
use crate::services::Synchronization;

/// What the routes are looked for with.
pub(super) struct Field<'a> {
    pub(super) network: &'a Network,
    pub(super) lines: &'a [Line],
    pub(super) fabric: &'a Fabric,
    pub(super) risks: &'a RiskGroups,
    pub(super) demands: &'a [Demand],
}

/// Routes by request.
type Found = HashMap<usize, Result<Vec<Vertex>, Blocked>>;

/// A request with its ends in the fabric.
struct End {
    demand: usize,
    nodes: [usize; 2],
    /// From the transceiver to its ROADM, and from the other ROADM to the other one.
    access: [Vec<Vertex>; 2],
}

/// What the words of a group ask for besides links, and the words that say nothing.
pub(super) fn apart(words: &str) -> (Apart, Vec<&str>) {
    let (mut apart, mut unknown) = (Apart::default(), Vec::new());
    for word in words.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        match word {
            "link" => {}
            "node" => apart.nodes = true,
            "srlg" => apart.groups = true,
            other => unknown.push(other),
        }
    }
    (apart, unknown)
}

/// The routes of all requests that are in a group, by index.
//= otn:plan-disjoint
pub(super) fn routes(
    field: &Field<'_>,
    groups: &[Synchronization],
    warnings: &mut Vec<String>,
) -> Found {
    let mut found = Found::new();
    let mut rules: Vec<(usize, usize, Apart, bool)> = Vec::new();
    for group in groups {
        let (apart, unknown) = apart(&group.disjointness);
        let name = &group.synchronization_id;
        for word in unknown {
            let allowed = "expected link, node, srlg";
            warnings.push(format!("group {name}: disjointness '{word}' is passed over, {allowed}"));
        }
        if apart.groups && field.risks.groups.is_empty() {
            let what = "risk groups must not be shared, and no file of risk groups is given";
            warnings.push(format!("group {name}: {what}"));
        }
        let at = |id: &String| field.demands.iter().position(|demand| demand.id == *id);
        let sound = |i: &usize| field.demands[*i].error.is_none();
        let members: BTreeSet<usize> =
            group.request_ids.iter().filter_map(at).filter(sound).collect();
        let members: Vec<usize> = members.into_iter().collect();
        for (place, &one) in members.iter().enumerate() {
            for &other in &members[place + 1..] {
                match rules.iter_mut().find(|rule| (rule.0, rule.1) == (one, other)) {
                    Some(rule) => {
                        rule.2.nodes |= apart.nodes;
                        rule.2.groups |= apart.groups;
                        rule.3 &= group.relaxable;
                    }
                    None => rules.push((one, other, apart, group.relaxable)),
                }
            }
        }
    }
    for members in components(&rules) {
        let of: Vec<_> = rules.iter().filter(|rule| members.contains(&rule.0)).copied().collect();
        together(field, &members, &of, &mut found, warnings);
    }
    found
}

/// Requests that hang together by rules, in their order.
fn components(rules: &[(usize, usize, Apart, bool)]) -> Vec<BTreeSet<usize>> {
    let mut all: Vec<BTreeSet<usize>> = Vec::new();
    for (one, other, ..) in rules {
        let touches = |set: &BTreeSet<usize>| set.contains(one) || set.contains(other);
        let (mut touched, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(touches);
        all = rest;
        let mut joined = BTreeSet::from([*one, *other]);
        touched.iter_mut().for_each(|set| joined.append(set));
        all.push(joined);
    }
    all.sort();
    all
}

/// Routes for requests that hang together.
fn together(
    field: &Field<'_>,
    members: &BTreeSet<usize>,
    rules: &[(usize, usize, Apart, bool)],
    found: &mut Found,
    warnings: &mut Vec<String>,
) {
    let mut ends = Vec::new();
    for &demand in members {
        match end(field, demand) {
            Some(end) => ends.push(end),
            // Light that meets no ROADM has one way to go, and no line to share.
            None => {
                found.insert(demand, alone(field, demand));
            }
        }
    }
    let place = |demand: usize| ends.iter().position(|end| end.demand == demand);
    let placed: Vec<(Rule, bool)> = rules
        .iter()
        .filter_map(|(one, other, apart, relaxable)| {
            let rule = Rule { members: [place(*one)?, place(*other)?], apart: *apart };
            Some((rule, *relaxable))
        })
        .collect();
    let names = || {
        let names: Vec<&str> =
            ends.iter().map(|end| field.demands[end.demand].id.as_str()).collect();
        names.join(", ")
    };
    let strict: Vec<Rule> = placed.iter().map(|(rule, _)| *rule).collect();
    let mut result = search(field, &ends, &strict);
    if result.is_err() && placed.iter().any(|(_, relaxable)| *relaxable) {
        // What may be relaxed is: first to links alone, then wholly.
        let links = placed.iter().map(|(rule, relaxable)| {
            if *relaxable { Rule { apart: Apart::default(), ..*rule } } else { *rule }
        });
        let kept = placed.iter().filter(|(_, relaxable)| !relaxable).map(|(rule, _)| *rule);
        for (rules, what) in [
            (links.collect::<Vec<_>>(), "nodes or risk groups"),
            (kept.collect(), "links, nodes or risk groups"),
        ] {
            if let Ok(relaxed) = search(field, &ends, &rules) {
                warnings.push(format!("requests {}: their routes share {what}", names()));
                result = Ok(relaxed);
                break;
            }
        }
    }
    match result {
        Ok((routes, least)) => {
            if !least {
                let what = "the search for their routes was given up, shorter ones may be there";
                warnings.push(format!("requests {}: {what}", names()));
            }
            for (end, route) in ends.iter().zip(routes) {
                found.insert(end.demand, Ok(path(field, end, &route)));
            }
        }
        Err(why) => {
            let blocked = blocked(field, why);
            for end in &ends {
                found.insert(end.demand, Err(blocked.clone()));
            }
        }
    }
}

fn end(field: &Field<'_>, demand: usize) -> Option<End> {
    let of = &field.demands[demand];
    let vertex = |uid: &str| field.network.vertex(uid);
    let (from, up) = field.fabric.added(field.network, vertex(&of.source)?)?;
    let (to, down) = field.fabric.dropped(field.network, vertex(&of.destination)?)?;
    Some(End { demand, nodes: [from, to], access: [up, down] })
}

fn alone(field: &Field<'_>, demand: usize) -> Result<Vec<Vertex>, Blocked> {
    let of = &field.demands[demand];
    let ends = field.network.vertex(&of.source).zip(field.network.vertex(&of.destination));
    let (from, to) = ends.ok_or(Blocked::NoPath)?;
    route(field.network, from, to, &of.include).map_err(|none| match none {
        NoWay::Apart => Blocked::NoPath,
        NoWay::Constraint => Blocked::NoPathWithConstraint,
    })
}

/// The elements of a route, from transceiver to transceiver.
fn path(field: &Field<'_>, end: &End, route: &[usize]) -> Vec<Vertex> {
    let middle = field.fabric.elements(field.lines, end.nodes[0], route);
    [&end.access[0][..], &middle, &end.access[1]].concat()
}

/// Routes that keep the rules, and whether none of less length can be there.
fn search(field: &Field<'_>, ends: &[End], rules: &[Rule]) -> Result<(Vec<Route>, bool), NoRoute> {
    let wanted = |end: &&End| !field.demands[end.demand].include.is_empty();
    if !ends.iter().any(|end| wanted(&end)) {
        return flow_or_search(field, ends, rules, false);
    }
    let strict = flow_or_search(field, ends, rules, true);
    // Requests that could do without what they name do, if there is no other way.
    strict.or_else(|why| {
        let loose = |end: &End| !field.demands[end.demand].include.iter().any(|one| one.strict);
        if ends.iter().any(|end| wanted(&end) && loose(end)) {
            flow_or_search(field, ends, rules, false)
        } else {
            Err(why)
        }
    })
}

fn flow_or_search(
    field: &Field<'_>,
    ends: &[End],
    rules: &[Rule],
    loose_too: bool,
) -> Result<(Vec<Route>, bool), NoRoute> {
    let graph = &field.fabric.graph;
    let bound = |end: &End| {
        let include = &field.demands[end.demand].include;
        !include.is_empty() && (loose_too || include.iter().any(|one| one.strict))
    };
    let free = ends.iter().all(|end| !bound(end));
    if let Some((nodes, apart)) = one_flow(ends, rules).filter(|_| free) {
        let routes = match (ends.len(), apart.groups) {
            (2, true) => Some(graph.pair_apart(nodes, apart)?.to_vec()),
            (_, true) => None,
            (count, false) => Some(graph.several(nodes, count, apart.nodes)?),
        };
        if let Some(mut routes) = routes {
            for (route, end) in routes.iter_mut().zip(ends) {
                if end.nodes != nodes {
                    route.reverse();
                }
            }
            return Ok((routes, true));
        }
    }
    let passes: Vec<OwnedFits<'_>> = ends
        .iter()
        .map(|end| -> OwnedFits<'_> {
            if !bound(end) {
                return Box::new(|_| true);
            }
            Box::new(move |route| {
                let path = path(field, end, route);
                let mut rest = path.iter();
                field.demands[end.demand].include.iter().all(|include| {
                    let at = field.network.vertex(&include.uid);
                    at.is_some_and(|at| rest.any(|vertex| *vertex == at))
                })
            })
        })
        .collect();
    let members: Vec<Member<'_>> = ends
        .iter()
        .zip(&passes)
        .map(|(end, fits)| Member { ends: end.nodes, fits: fits.as_ref() })
        .collect();
    let group = graph.group(&members, rules)?;
    Ok((group.routes, group.least))
}

/// The ends of a flow and what its routes must not share, if these requests are one: all between the same ends, each
/// kept clear of each in the same way.
fn one_flow(ends: &[End], rules: &[Rule]) -> Option<([usize; 2], Apart)> {
    let nodes = ends.first()?.nodes;
    let same = |end: &End| end.nodes == nodes || end.nodes == [nodes[1], nodes[0]];
    let apart = rules.first()?.apart;
    let all_pairs = rules.len() == ends.len() * (ends.len() - 1) / 2;
    let flow = nodes[0] != nodes[1]
        && ends.iter().all(same)
        && all_pairs
        && rules.iter().all(|rule| rule.apart == apart);
    flow.then_some((nodes, apart))
}

/// Why requests of a group have no routes, with names.
fn blocked(field: &Field<'_>, why: NoRoute) -> Blocked {
    let name = |node: usize| field.network.element(field.fabric.roadms[node]).uid.as_str();
    match why {
        NoRoute::Apart => Blocked::NoPath,
        NoRoute::Edge(edge) => {
            let [one, other] = field.fabric.graph.edges[edge].ends;
            let (one, other) = (name(one), name(other));
            Blocked::Disjoint(format!("every route takes the line {one} - {other}"))
        }
        NoRoute::Node(node) => Blocked::Disjoint(format!("every route passes {}", name(node))),
        NoRoute::Group(group) => {
            let group = &field.risks.groups[group].id;
            Blocked::Disjoint(format!("every route is in the risk group {group}"))
        }
        NoRoute::NoTwo => Blocked::Disjoint("any of its routes bars another of the group".into()),
        NoRoute::GivenUp => {
            Blocked::Disjoint("none were found before the search was given up".into())
        }
    }
}
