//! Routes of requests that must not share links, as GNPy finds them: by trying all.
//!
//! Clauses: GNPy 6.9 (disjunction). In: a network, requests, groups. Out: a route for every request of a group, or why
//! there is none. Links are told apart by the ROADMs at their ends, in either direction.

use std::collections::{HashMap, HashSet};

use super::{Blocked, Demand};
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;
use crate::services::Synchronization;

/// Longest route, in edges.
const MOST_EDGES: usize = 80;

/// Most simple paths that are tried between two ends, and most sets of them in a group: networks of a hundred ROADMs
/// have more than anybody can count.
const MOST_PATHS: usize = 20_000;

/// Groups without those that stand twice, in whatever order their requests are.
pub fn without_doubles(groups: &[Synchronization]) -> Vec<&Synchronization> {
    let mut kept: Vec<&Synchronization> = Vec::new();
    let members =
        |group: &Synchronization| group.request_ids.iter().cloned().collect::<HashSet<_>>();
    for group in groups {
        if !kept.iter().any(|before| members(before) == members(group)) {
            kept.push(group);
        }
    }
    kept
}

/// A simple path and the links it takes.
#[derive(Clone, Debug)]
struct Way {
    path: Vec<Vertex>,
    /// Pairs of ROADMs, the lower one first.
    links: Vec<(Vertex, Vertex)>,
}

impl Way {
    fn new(network: &Network, path: Vec<Vertex>) -> Self {
        let roadms: Vec<Vertex> = path
            .iter()
            .copied()
            .filter(|&vertex| matches!(network.element(vertex).kind, Kind::Roadm(_)))
            .collect();
        let links = roadms.windows(2).map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1])));
        Self { links: links.collect(), path }
    }

    fn disjoint(&self, other: &Self) -> bool {
        !self.links.iter().any(|link| other.links.contains(link))
    }

    /// Whether it passes the nodes that a request names, in order.
    fn passes(&self, network: &Network, demand: &Demand) -> bool {
        let mut rest = self.path.iter();
        let mut wanted = demand.include.iter();
        wanted.all(|include| {
            network.vertex(&include.uid).is_some_and(|at| rest.any(|vertex| *vertex == at))
        })
    }
}

/// A group as it is worked off: its requests, and which of their ways go together.
struct Group {
    members: Vec<usize>,
    /// One way of every member.
    sets: Vec<Vec<usize>>,
}

/// The routes of all requests that are in a group, by index.
//= gnpy:6.9-disjunction
pub(super) fn routes(
    network: &Network,
    demands: &[Demand],
    groups: &[Synchronization],
    warnings: &mut Vec<String>,
) -> HashMap<usize, Result<Vec<Vertex>, Blocked>> {
    let mut ways: HashMap<usize, Vec<Way>> = HashMap::new();
    let mut found = HashMap::new();
    let mut work = Vec::new();
    for group in groups {
        let at = |id: &String| demands.iter().position(|demand| demand.id == *id);
        let sound = |i: &usize| demands[*i].error.is_none();
        let members: Vec<usize> = group.request_ids.iter().filter_map(at).filter(sound).collect();
        for &i in &members {
            ways.entry(i).or_insert_with(|| all_ways(network, &demands[i], warnings));
        }
        let sets = together(&members, &ways);
        work.push(Group { members, sets });
    }
    agree(&mut work);
    for group in &mut work {
        constrain(network, demands, &ways, group);
    }
    agree(&mut work);
    for i in 0..work.len() {
        let chosen = work[i].sets.first().cloned();
        for (place, &member) in work[i].members.iter().enumerate() {
            let route = chosen.as_ref().map(|set| ways[&member][set[place]].path.clone());
            let none = if ways[&member].is_empty() {
                Blocked::NoPath
            } else {
                Blocked::NoPathWithConstraint
            };
            found.entry(member).or_insert_with(|| route.ok_or(none));
        }
        if let Some(set) = chosen {
            let members = work[i].members.clone();
            keep(&mut work, &members, &set);
        }
    }
    found
}

/// All simple paths of a request, shortest first.
fn all_ways(network: &Network, demand: &Demand, warnings: &mut Vec<String>) -> Vec<Way> {
    let (Some(from), Some(to)) =
        (network.vertex(&demand.source), network.vertex(&demand.destination))
    else {
        return Vec::new();
    };
    let mut paths = network.graph().simple_paths(from, to, MOST_EDGES, MOST_PATHS + 1);
    if paths.len() > MOST_PATHS {
        warnings.push(format!(
            "request {}: more than {MOST_PATHS} ways to go, only the first ones are tried",
            demand.id
        ));
        paths.truncate(MOST_PATHS);
    }
    //= gnpy:6.9-disjunction
    let mut with_length: Vec<(f64, Vec<Vertex>)> = paths
        .into_iter()
        .map(|path| (network.graph().path_length(&path[..path.len() - 1]), path))
        .collect();
    with_length.sort_by(|one, other| one.0.total_cmp(&other.0));
    with_length.into_iter().map(|(_, path)| Way::new(network, path)).collect()
}

/// Sets of ways, one of each member, that share no link.
fn together(members: &[usize], ways: &HashMap<usize, Vec<Way>>) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for member in members {
        let mut longer = Vec::new();
        for (i, way) in ways[member].iter().enumerate() {
            for set in &sets {
                let free = set.iter().zip(members).all(|(&j, m)| ways[m][j].disjoint(way));
                if free && longer.len() < MOST_PATHS {
                    longer.push([set.as_slice(), &[i]].concat());
                }
            }
        }
        sets = longer;
    }
    sets
}

/// Takes out sets that another group with the same request has no set for, until nothing changes.
fn agree(work: &mut [Group]) {
    loop {
        let before: usize = work.iter().map(|group| group.sets.len()).sum();
        for i in 0..work.len() {
            for j in 0..work.len() {
                if i == j {
                    continue;
                }
                let shared: Vec<(usize, usize)> = work[i]
                    .members
                    .iter()
                    .enumerate()
                    .filter_map(|(a, m)| Some((a, work[j].members.iter().position(|n| n == m)?)))
                    .collect();
                for (a, b) in shared {
                    let there: HashSet<usize> = work[j].sets.iter().map(|set| set[b]).collect();
                    work[i].sets.retain(|set| there.contains(&set[a]));
                }
            }
        }
        if work.iter().map(|group| group.sets.len()).sum::<usize>() == before {
            return;
        }
    }
}

/// Takes out sets with a way that does not pass what its request names. Where all that a request names is loose, sets
/// that do pass go before the others.
fn constrain(
    network: &Network,
    demands: &[Demand],
    ways: &HashMap<usize, Vec<Way>>,
    group: &mut Group,
) {
    let passes = |set: &Vec<usize>, only_strict: bool| {
        group.members.iter().zip(set).all(|(&member, &way)| {
            let demand = &demands[member];
            let strict = demand.include.iter().any(|include| include.strict);
            (only_strict && !strict) || ways[&member][way].passes(network, demand)
        })
    };
    let (mut good, others): (Vec<_>, Vec<_>) =
        group.sets.iter().cloned().partition(|set| passes(set, false));
    if good.is_empty() {
        good = others.into_iter().filter(|set| passes(set, true)).collect();
    }
    group.sets = good;
}

/// Keeps the sets in which the members chosen for take the ways chosen.
fn keep(work: &mut [Group], members: &[usize], set: &[usize]) {
    for group in work {
        for (place, member) in group.members.clone().iter().enumerate() {
            if let Some(at) = members.iter().position(|m| m == member) {
                group.sets.retain(|candidate| candidate[place] == set[at]);
            }
        }
    }
}
