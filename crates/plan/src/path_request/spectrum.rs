//! Who uses which slots of which line.
//!
//! Clauses: GNPy 6.9 (slots), G.694.1 (flexible grid). In: a designed network, planned requests. Out: the lines with
//! their slots, and slots for every request; a request takes one block on all lines of its route, both ways.
//!
//! A line runs from one ROADM to the next. Slots of 6.25 GHz are numbered from 193.1 THz; a channel of centre `n` and
//! half width `m` takes the slots `n - m` to `n + m - 1`.

use std::collections::{HashMap, HashSet};

use super::{Blocked, Demand, Outcome};
use crate::library::Library;
use crate::models::Models;
use crate::network::Network;
use crate::network::element::{Fibre, Kind};
use crate::network::graph::Vertex;
use crate::services::FrequencySlot;

/// Where numbers begin, Hz.
//= gnpy:6.9-slots
const ORIGIN_HZ: f64 = 193.1e12;
/// Width of a slot, Hz.
const SLOT_HZ: f64 = 6.25e9;
/// Width that half widths count in, Hz.
const WIDTH_HZ: f64 = 12.5e9;
/// Slots at both ends of the network's range that stay free.
//= gnpy:6.9-slots
const GUARD_SLOTS: i64 = 4;

/// Which of the free places is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// The lowest.
    #[default]
    FirstFit,
    /// The highest.
    LastFit,
}

/// Which of several lines between two ROADMs is the way back of which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pairing {
    /// The first of one direction is that of the first of the other, as GNPy has it.
    #[default]
    Order,
    /// Those nearest in length, of equal ones the first: the fibres of a pair lie in one cable.
    Length,
}

/// The slot that a frequency lies in, counted towards zero.
//= gnpy:6.9-slots
pub fn slot_of(frequency_hz: f64) -> i64 {
    ((frequency_hz - ORIGIN_HZ) / SLOT_HZ) as i64
}

/// The lower edge of a slot, Hz.
pub fn frequency_of(slot: i64) -> f64 {
    ORIGIN_HZ + slot as f64 * SLOT_HZ
}

/// The half width of a channel of this spacing.
pub fn half_width(spacing_hz: f64) -> i64 {
    (spacing_hz / WIDTH_HZ).ceil() as i64
}

/// Who uses a slot, as an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// A request of this plan.
    Request(usize),
    /// A channel that was there before.
    Existing(usize),
    /// Nobody: it is reserved.
    Reserved(usize),
}

/// A line from one ROADM to the next, and its slots.
#[derive(Clone, Debug)]
pub struct Line {
    /// Elements from ROADM to ROADM, both counted.
    pub path: Vec<Vertex>,
    /// First and last slot of each band that all amplifiers of the line pass.
    pub bands: Vec<(i64, i64)>,
    /// Slots in use, and by whom.
    pub used: HashMap<i64, User>,
    /// The line of the other direction.
    pub back: Option<usize>,
}

impl Line {
    fn free(&self, slot: i64) -> bool {
        !self.used.contains_key(&slot)
    }

    /// The slots in use, in order.
    pub fn occupied(&self) -> Vec<i64> {
        let mut slots: Vec<i64> = self.used.keys().copied().collect();
        slots.sort_unstable();
        slots
    }
}

/// All lines and their slots.
#[derive(Clone, Debug, Default)]
pub struct Spectrum {
    /// Lines, in the order of the ROADMs and of what leaves them.
    pub lines: Vec<Line>,
    /// First and last slot of all.
    pub range: (i64, i64),
    /// By the first element behind the ROADM.
    by_first: HashMap<Vertex, usize>,
    /// Slots that stay free between a new channel and any other.
    gap: i64,
    served: usize,
}

impl Spectrum {
    /// The lines of a designed network, nothing in use.
    pub fn new(network: &Network, models: &Models, pairing: Pairing) -> Self {
        let mut lines = Vec::new();
        let mut by_first = HashMap::new();
        let roadms = network
            .vertices()
            .filter(|&vertex| matches!(network.element(vertex).kind, Kind::Roadm(_)));
        for roadm in roadms {
            for first in network.successors(roadm) {
                if let Some(path) = follow(network, roadm, first) {
                    by_first.insert(first, lines.len());
                    let bands = bands(network, models, &path);
                    lines.push(Line { path, bands, used: HashMap::new(), back: None });
                }
            }
        }
        pair(network, &mut lines, pairing);
        Self { lines, range: range(network, models), by_first, gap: 0, served: 0 }
    }

    /// The lines of a route.
    pub fn lines_of(&self, route: &[Vertex]) -> Vec<usize> {
        route.iter().filter_map(|vertex| self.by_first.get(vertex).copied()).collect()
    }

    /// The route back: the same ROADMs, the lines of the other direction; empty if a line has none.
    pub fn way_back(&self, network: &Network, route: &[Vertex]) -> Vec<Vertex> {
        let (Some(&from), Some(&to)) = (route.first(), route.last()) else { return Vec::new() };
        let lines = self.lines_of(route);
        if lines.is_empty() {
            return network.graph().shortest_paths(to, from).next().unwrap_or_default();
        }
        let mut back = vec![to];
        for line in lines.iter().rev() {
            let Some(other) = self.lines[*line].back else { return Vec::new() };
            let path = &self.lines[other].path;
            let known = usize::from(back.last() == path.first());
            back.extend_from_slice(&path[known..]);
        }
        back.push(from);
        back
    }

    /// Gives slots to a request that is not blocked; blocks it where there are none.
    pub(super) fn assign(&mut self, outcome: &mut Outcome, library: &Library, policy: Policy) {
        let index = self.served;
        self.served += 1;
        let mode = outcome
            .demand
            .transceiver(library)
            .zip(outcome.mode)
            .and_then(|(transceiver, at)| transceiver.modes.get(at));
        let (None, Some(mode)) = (&outcome.blocked, mode) else { return };
        match self.places(&outcome.demand, &outcome.route, mode.bit_rate, policy) {
            Err(blocked) => outcome.blocked = Some(blocked),
            Ok(slots) => {
                self.take(&self.both_ways(&outcome.route), &slots, User::Request(index));
                outcome.slots = slots;
            }
        }
    }

    /// The lines of a route, and those of the way back.
    pub(super) fn both_ways(&self, route: &[Vertex]) -> Vec<usize> {
        let mut lines = self.lines_of(route);
        let back: Vec<usize> = lines.iter().filter_map(|&line| self.lines[line].back).collect();
        lines.extend(back);
        lines
    }

    /// Slots that are free on a route, both ways, for a demand in a mode of this bit rate.
    pub(super) fn places(
        &self,
        demand: &Demand,
        route: &[Vertex],
        bit_rate: f64,
        policy: Policy,
    ) -> Result<Vec<FrequencySlot>, Blocked> {
        let per_channel = half_width(demand.spacing_hz);
        let needed = per_channel.saturating_mul(demand.pairs(bit_rate) as i64);
        let lines = self.both_ways(route);
        self.place(&lines, &demand.slots, needed, per_channel, policy)
    }

    /// Books slots on lines.
    pub(super) fn take(&mut self, lines: &[usize], slots: &[FrequencySlot], user: User) {
        for (n, m) in slots.iter().filter_map(|slot| slot.n.zip(slot.m)) {
            for &line in lines {
                self.lines[line].used.extend((n - m..n + m).map(|slot| (slot, user)));
            }
        }
    }

    /// Keeps so many slots free between new channels and any others.
    pub(super) fn keep_gap(&mut self, slots: i64) {
        self.gap = slots;
    }

    /// Places on all of these lines for `needed` half widths.
    //= gnpy:6.9-slots
    fn place(
        &self,
        lines: &[usize],
        asked: &[FrequencySlot],
        needed: i64,
        per_channel: i64,
        policy: Policy,
    ) -> Result<Vec<FrequencySlot>, Blocked> {
        let mut taken: HashSet<i64> = HashSet::new();
        let mut rest = needed;
        let mut placed = Vec::new();
        for slot in in_order(asked) {
            let given = slot.n.is_some() && slot.m.is_some();
            if rest <= 0 && !given && !placed.is_empty() {
                break;
            }
            let (n, m) = match (slot.n, slot.m) {
                (Some(n), Some(m)) => {
                    if !self.fits(lines, n, m, &taken) {
                        return Err(Blocked::NoSpectrum);
                    }
                    (n, m)
                }
                (None, Some(m)) => (self.search(lines, m, policy, &taken)?, m),
                (Some(n), None) => {
                    let m = self.widest(lines, n, rest, per_channel, &taken);
                    if m == 0 {
                        return Err(Blocked::NoSpectrum);
                    }
                    (n, m)
                }
                (None, None) => (self.search(lines, rest, policy, &taken)?, rest),
            };
            taken.extend(n - m..n + m);
            // Only whole channels carry anything.
            rest -= m / per_channel.max(1) * per_channel;
            placed.push(FrequencySlot { n: Some(n), m: Some(m) });
        }
        let all_given = !asked.is_empty() && asked.iter().all(|slot| slot.m.is_some());
        match (rest > 0, all_given) {
            (false, _) => Ok(placed),
            (true, true) => Err(Blocked::NotEnoughReservedSpectrum),
            (true, false) => Err(Blocked::NoSpectrum),
        }
    }

    /// Whether a block of slots is free on all lines.
    fn fits(&self, lines: &[usize], n: i64, m: i64, taken: &HashSet<i64>) -> bool {
        let (low, high) = (self.range.0 + GUARD_SLOTS, self.range.1 - GUARD_SLOTS);
        let inside = |band: &(i64, i64)| n - m >= band.0.max(low) && n + m - 1 <= band.1.min(high);
        let free = |line: &usize| {
            let line = &self.lines[*line];
            let (from, to) = (n - m - self.gap, n + m + self.gap);
            line.bands.iter().any(inside) && (from..to).all(|slot| line.free(slot))
        };
        (n - m..n + m).all(|slot| !taken.contains(&slot)) && lines.iter().all(free)
    }

    /// The centre of the first or last place for this half width.
    fn search(
        &self,
        lines: &[usize],
        m: i64,
        policy: Policy,
        taken: &HashSet<i64>,
    ) -> Result<i64, Blocked> {
        let (low, high) = self.range;
        let mut centres = low + m..=high - m + 1;
        let fits = |n: &i64| self.fits(lines, *n, m, taken);
        let found = match policy {
            Policy::FirstFit => centres.find(fits),
            Policy::LastFit => centres.rev().find(fits),
        };
        found.ok_or(Blocked::NoSpectrum)
    }

    /// The largest half width around a centre that is free, in whole channels, and not more than is needed.
    fn widest(
        &self,
        lines: &[usize],
        n: i64,
        needed: i64,
        per_channel: i64,
        taken: &HashSet<i64>,
    ) -> i64 {
        let steps = (1..=needed / per_channel.max(1)).rev();
        let widths = steps.map(|count| count * per_channel);
        widths.into_iter().find(|&m| self.fits(lines, n, m, taken)).unwrap_or(0)
    }
}

/// Slots that are asked for: the widest first, those without width last, then by centre; one without either where
/// nothing is asked for.
//= gnpy:6.9-slot-order
fn in_order(asked: &[FrequencySlot]) -> Vec<FrequencySlot> {
    let mut slots = asked.to_vec();
    if slots.is_empty() {
        slots.push(FrequencySlot { n: None, m: None });
    }
    slots.sort_by_key(|slot| (std::cmp::Reverse(slot.m), slot.n.is_none(), slot.n));
    slots
}

/// From a ROADM along a line to the next one.
fn follow(network: &Network, roadm: Vertex, first: Vertex) -> Option<Vec<Vertex>> {
    let mut path = vec![roadm];
    let mut at = first;
    loop {
        path.push(at);
        match &network.element(at).kind {
            Kind::Roadm(_) => return Some(path),
            Kind::Transceiver(_) => return None,
            _ => {}
        }
        let before = path[path.len() - 2];
        // A joint of two fibre pairs leads on, not back.
        at = network
            .successors(at)
            .into_iter()
            .find(|&next| next != before && !path.contains(&next))?;
    }
}

/// What all amplifiers of a line pass, as slots.
fn bands(network: &Network, models: &Models, path: &[Vertex]) -> Vec<(i64, i64)> {
    let shared = crate::transmission::shared_bands(network, models, path);
    shared.into_iter().map(|(low, high)| (slot_of(low), slot_of(high))).collect()
}

/// First and last slot that any amplifier passes.
fn range(network: &Network, models: &Models) -> (i64, i64) {
    let all = || {
        let each = network.vertices().map(|vertex| [vertex]);
        each.flat_map(|vertex| crate::transmission::shared_bands(network, models, &vertex))
    };
    let low = all().map(|band| band.0).reduce(f64::min);
    let high = all().map(|band| band.1).reduce(f64::max);
    (low.map_or(0, slot_of), high.map_or(0, slot_of))
}

/// Finds for every line the one back.
//= otn:plan-line-pairs
fn pair(network: &Network, lines: &mut [Line], pairing: Pairing) {
    let mut of: HashMap<(Vertex, Vertex), Vec<usize>> = HashMap::new();
    for (i, line) in lines.iter().enumerate() {
        if let (Some(&from), Some(&to)) = (line.path.first(), line.path.last()) {
            of.entry((from, to)).or_default().push(i);
        }
    }
    let length_m = |line: &Line| -> f64 {
        let fibres = line.path.iter().filter_map(|&vertex| network.element(vertex).fibre());
        fibres.map(Fibre::length_m).sum()
    };
    let lengths: Vec<f64> = lines.iter().map(length_m).collect();
    for ((from, to), there) in &of {
        // A line from a ROADM to itself is not its own way back: each pair of ROADMs is looked at once.
        if from > to {
            continue;
        }
        let Some(back) = of.get(&(*to, *from)) else { continue };
        let mut pairs: Vec<(usize, usize)> = match pairing {
            Pairing::Order => there.iter().copied().zip(back.iter().copied()).collect(),
            Pairing::Length => {
                let all = there.iter().flat_map(|&one| back.iter().map(move |&other| (one, other)));
                all.collect()
            }
        };
        // The sort keeps the order of equal ones.
        let apart = |&(one, other): &(usize, usize)| (lengths[one] - lengths[other]).abs();
        if pairing == Pairing::Length {
            pairs.sort_by(|one, other| apart(one).total_cmp(&apart(other)));
        }
        for (one, other) in pairs {
            let free = lines[one].back.is_none() && lines[other].back.is_none();
            if free || pairing == Pairing::Order {
                lines[one].back = Some(other);
                lines[other].back = Some(one);
            }
        }
    }
}
