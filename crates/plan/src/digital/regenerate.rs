//! Lightpaths that no mode bears, cut at sites on their route.
//!
//! In: a network, requests. Out: the requests with those that cannot be served for want of quality replaced by several,
//! end to end, and where each was cut: fewest cuts, then the fewest elements in the longest part. A site can
//! regenerate if a transceiver is at its ROADM.

use super::wish::Wish;
use crate::library::Library;
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;
use crate::path_request::{Blocked, Options, PlanError, Planned, plan};
use crate::services::{IncludeNode, Request, Services};

/// A request that was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The request.
    pub id: String,
    /// Transceivers at which it is regenerated, in order.
    pub at: Vec<String>,
    /// Requests it became, in order.
    pub parts: Vec<String>,
}

/// Requests for the lines of a wish: one for all lines between two sites.
pub fn requests(wish: &Wish, groomed: &super::Groomed) -> Vec<Request> {
    let mut pairs: Vec<([usize; 2], usize)> = Vec::new();
    for line in &groomed.lines {
        match pairs.iter_mut().find(|pair| pair.0 == line.ends) {
            Some(pair) => pair.1 += 1,
            None => pairs.push((line.ends, 1)),
        }
    }
    let of = |(ends, lines): ([usize; 2], usize)| {
        let [source, destination] = ends.map(|site| wish.sites[site].clone());
        Request {
            request_id: format!("{} {source} - {destination}", wish.line.otu),
            source,
            destination,
            bidirectional: true,
            trx_type: wish.line.trx_type.clone(),
            trx_mode: wish.line.trx_mode.clone(),
            spacing_hz: wish.line.spacing_hz,
            path_bandwidth_bit_per_s: lines as f64 * wish.line.nominal_bit_per_s,
            max_nb_of_channel: None,
            output_power_w: None,
            tx_power_w: None,
            frequency_slots: Vec::new(),
            include: Vec::new(),
        }
    };
    pairs.into_iter().map(of).collect()
}

/// Plans `services`; what cannot be served for want of quality is cut where that helps, and planned again.
///
/// # Errors
/// [`PlanError`].
//= otn:plan-regenerate
pub fn plan_with_cuts(
    network: &Network,
    library: &Library,
    services: &Services,
    options: &Options,
) -> Result<(Planned, Services, Vec<Cut>), PlanError> {
    let first = plan(network.clone(), library, services, options)?;
    let weak = |outcome: &&crate::path_request::Outcome| {
        let grouped = services.synchronizations.iter().flat_map(|group| &group.request_ids);
        matches!(outcome.blocked, Some(Blocked::NoFeasibleMode | Blocked::ModeNotFeasible))
            && grouped.into_iter().all(|id| !outcome.demand.id.split(" | ").any(|own| own == id))
    };
    let mut trials = Vec::new();
    let mut tasks = Vec::new();
    for outcome in first.outcomes.iter().filter(weak) {
        let sites = sites(&first.network, &outcome.route);
        for request in &services.requests {
            if !outcome.demand.id.split(" | ").any(|id| id == request.request_id) {
                continue;
            }
            let start = trials.len();
            for from in 0..sites.len() {
                for to in from + 1..sites.len() {
                    trials.push(part(&first, request, &outcome.route, &sites, [from, to], "trial"));
                }
            }
            tasks.push((request.request_id.clone(), sites.clone(), outcome.route.clone(), start));
        }
    }
    if tasks.is_empty() {
        return Ok((first, services.clone(), Vec::new()));
    }
    for (number, trial) in trials.iter_mut().enumerate() {
        trial.request_id = format!("trial {number}");
    }
    let trial_services = Services { requests: trials, synchronizations: Vec::new() };
    let bears = bears(network, library, &trial_services, options)?;
    let mut again = services.clone();
    let mut cuts = Vec::new();
    for (id, sites, route, start) in tasks {
        let Some(chosen) = fewest(&sites, &bears[start..]) else { continue };
        let Some(at) = again.requests.iter().position(|request| request.request_id == id) else {
            continue;
        };
        let whole = again.requests.remove(at);
        let parts: Vec<Request> = chosen
            .windows(2)
            .enumerate()
            .map(|(k, ends)| {
                let number = format!("{} of {}", k + 1, chosen.len() - 1);
                part(&first, &whole, &route, &sites, [ends[0], ends[1]], &number)
            })
            .collect();
        let inner = &chosen[1..chosen.len() - 1];
        cuts.push(Cut {
            id,
            at: inner.iter().map(|&site| uid(&first.network, sites[site].1)).collect(),
            parts: parts.iter().map(|part| part.request_id.clone()).collect(),
        });
        again.requests.splice(at..at, parts);
    }
    let planned = plan(network.clone(), library, &again, options)?;
    Ok((planned, again, cuts))
}

/// Which of these requests a mode bears; each alone, so that equal ones are not joined and slots do not run out.
fn bears(
    network: &Network,
    library: &Library,
    trials: &Services,
    options: &Options,
) -> Result<Vec<bool>, PlanError> {
    // On a full line: beside each other all these trials would be in each other's light.
    let alone = Options { occupation: None, ..options.clone() };
    let planned = plan(network.clone(), library, trials, &alone)?;
    let good = |request: &Request| {
        let of = planned
            .outcomes
            .iter()
            .find(|outcome| outcome.demand.id.split(" | ").any(|id| id == request.request_id));
        of.is_some_and(|outcome| matches!(outcome.blocked, None | Some(Blocked::NoSpectrum)))
    };
    Ok(trials.requests.iter().map(good).collect())
}

/// Sites on a route: ROADMs with a transceiver, and the transceiver; the ends are those of the route.
fn sites(network: &Network, route: &[Vertex]) -> Vec<(usize, Vertex)> {
    let is_end = |vertex: &Vertex| matches!(network.element(*vertex).kind, Kind::Transceiver(_));
    let mut sites = vec![(0, route[0])];
    for (place, &vertex) in route.iter().enumerate() {
        if !matches!(network.element(vertex).kind, Kind::Roadm(_)) {
            continue;
        }
        let at = network.graph().successors(vertex).find(is_end);
        let back = at.filter(|&at| network.graph().length(at, vertex).is_some());
        if let Some(transceiver) = back.filter(|at| *at != route[0] && Some(at) != route.last()) {
            sites.push((place, transceiver));
        }
    }
    sites.push((route.len() - 1, route[route.len() - 1]));
    sites
}

fn uid(network: &Network, vertex: Vertex) -> String {
    network.element(vertex).uid.clone()
}

/// The part of a request between two sites of its route, which it keeps to.
fn part(
    planned: &Planned,
    request: &Request,
    route: &[Vertex],
    sites: &[(usize, Vertex)],
    [from, to]: [usize; 2],
    name: &str,
) -> Request {
    let network = &planned.network;
    let (first, source) = sites[from];
    let (last, destination) = sites[to];
    // One element of each line is enough to keep to the route.
    let lines = planned.spectrum.lines_of(&route[first..=last]);
    let through = lines.iter().map(|&line| planned.spectrum.lines[line].path[1]);
    let include =
        through.map(|at| IncludeNode { node_id: uid(network, at), loose: false }).collect();
    Request {
        request_id: format!("{} ({name})", request.request_id),
        source: uid(network, source),
        destination: uid(network, destination),
        include,
        ..request.clone()
    }
}

/// Sites at which a request is cut so that every part is borne: as few as can be, and of those the choice whose longest
/// part is shortest.
fn fewest(sites: &[(usize, Vertex)], bears: &[bool]) -> Option<Vec<usize>> {
    let count = sites.len();
    let place = |from: usize, to: usize| {
        (0..from).map(|row| count - 1 - row).sum::<usize>() + (to - from - 1)
    };
    // Best way to each site: number of parts, elements of the longest part, the site before.
    let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; count];
    best[0] = Some((0, 0, 0));
    for to in 1..count {
        for from in 0..to {
            let Some((parts, longest, _)) = best[from].filter(|_| bears[place(from, to)]) else {
                continue;
            };
            let one = (parts + 1, longest.max(sites[to].0 - sites[from].0), from);
            if best[to].is_none_or(|known| (one.0, one.1) < (known.0, known.1)) {
                best[to] = Some(one);
            }
        }
    }
    let mut chosen = vec![count - 1];
    let mut at = count - 1;
    while at != 0 {
        at = best[at]?.2;
        chosen.push(at);
    }
    chosen.reverse();
    Some(chosen)
}
