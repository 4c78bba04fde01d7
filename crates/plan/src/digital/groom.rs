//! Clients over lines: muxponders end to end, ODU switches where they save a line.
//!
//! In: a [`Wish`]. Out: [`Groomed`]: lines with the slots of each client, the lines that each client takes.
//! Clients of the same two ends are packed into as few lines as hold them. Where sites switch ODUs, a line is
//! given up if all its clients find room in others; that is no longer the least for certain, and a bound says
//! how far from it one can be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use otn_frame::Signal;
use otn_map::odtu::Odtu;

use super::pack::pack;
use super::wish::Wish;

/// A client in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The client, by its place in the wish.
    pub client: usize,
    /// Its ODTU; none where it is the line's own ODU.
    pub odtu: Option<Odtu>,
    /// Its tributary port; none where it is the line's own ODU.
    pub port: Option<u8>,
    /// Its slots, counted from 1.
    pub slots: Vec<usize>,
}

/// An OTUk line between two sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OduLine {
    /// Its ends, as places among the sites.
    pub ends: [usize; 2],
    /// What is in it, in the order of the slots.
    pub contents: Vec<Placed>,
}

/// Clients over lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groomed {
    /// Lines.
    pub lines: Vec<OduLine>,
    /// The lines of each client, from its source on.
    pub routes: Vec<Vec<usize>>,
    /// Lines that muxponders alone would take.
    pub without_switches: usize,
    /// No grooming of any kind takes fewer lines than this.
    pub bound: usize,
}

/// Lines while they are filled.
#[derive(Clone)]
struct Filling {
    ends: Vec<[usize; 2]>,
    free: Vec<usize>,
    routes: Vec<Vec<usize>>,
}

/// Grooms the clients of a wish.
//= otn:plan-grooming
pub fn groom(wish: &Wish) -> Groomed {
    let capacity = wish.line.slots.count();
    let mut filling = Filling {
        ends: Vec::new(),
        free: Vec::new(),
        routes: vec![Vec::new(); wish.clients.len()],
    };
    let mut pairs: BTreeMap<[usize; 2], Vec<usize>> = BTreeMap::new();
    for (at, client) in wish.clients.iter().enumerate() {
        let [a, b] = client.ends;
        pairs.entry([a.min(b), a.max(b)]).or_default().push(at);
    }
    for (ends, clients) in &pairs {
        let sizes: Vec<usize> = clients.iter().map(|&at| wish.clients[at].slots).collect();
        let packed = pack(&sizes, capacity);
        let first = filling.ends.len();
        filling.ends.extend(vec![*ends; packed.bins]);
        filling.free.extend(vec![capacity; packed.bins]);
        for (&client, bin) in clients.iter().zip(packed.bin) {
            filling.free[first + bin] -= wish.clients[client].slots;
            filling.routes[client] = vec![first + bin];
        }
    }
    let without_switches = filling.ends.len();
    if wish.switches.contains(&true) {
        while let Some(fewer) = one_less(wish, &filling) {
            filling = fewer;
        }
    }
    finish(wish, &filling, without_switches)
}

/// The same without one of the lines, the emptiest that can be spared.
fn one_less(wish: &Wish, filling: &Filling) -> Option<Filling> {
    let in_use = |line: &usize| filling.routes.iter().any(|route| route.contains(line));
    let mut order: Vec<usize> = (0..filling.ends.len()).filter(in_use).collect();
    order.sort_by_key(|&line| std::cmp::Reverse(filling.free[line]));
    order.into_iter().find_map(|line| without(wish, filling, line))
}

/// The same without this line, if all its clients find room elsewhere.
fn without(wish: &Wish, filling: &Filling, line: usize) -> Option<Filling> {
    let mut tried = filling.clone();
    let mut clients: Vec<usize> =
        (0..wish.clients.len()).filter(|&at| tried.routes[at].contains(&line)).collect();
    clients.sort_by_key(|&at| std::cmp::Reverse(wish.clients[at].slots));
    for &client in &clients {
        for &taken in &filling.routes[client] {
            tried.free[taken] += wish.clients[client].slots;
        }
        tried.routes[client].clear();
    }
    tried.free[line] = 0;
    for client in clients {
        let route = detour(wish, &tried, client)?;
        for &taken in &route {
            tried.free[taken] -= wish.clients[client].slots;
        }
        tried.routes[client] = route;
    }
    Some(tried)
}

/// The way over the fewest lines with room, through sites that switch.
fn detour(wish: &Wish, filling: &Filling, client: usize) -> Option<Vec<usize>> {
    let client = &wish.clients[client];
    let [from, to] = client.ends;
    let mut before: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut known = BTreeSet::from([from]);
    let mut open = VecDeque::from([from]);
    while let Some(site) = open.pop_front() {
        if site == to {
            break;
        }
        if site != from && !wish.switches[site] {
            continue;
        }
        for (line, &[a, b]) in filling.ends.iter().enumerate() {
            let next = if a == site { b } else { a };
            let touches = a == site || b == site;
            if touches && filling.free[line] >= client.slots && known.insert(next) {
                before.insert(next, (line, site));
                open.push_back(next);
            }
        }
    }
    let (mut at, mut route) = (to, Vec::new());
    while at != from {
        let &(line, site) = before.get(&at)?;
        route.push(line);
        at = site;
    }
    route.reverse();
    Some(route)
}

/// Lines with slots, those that nobody takes left out.
fn finish(wish: &Wish, filling: &Filling, without_switches: usize) -> Groomed {
    let mut number = vec![None; filling.ends.len()];
    let mut lines = Vec::new();
    for (line, &ends) in filling.ends.iter().enumerate() {
        let clients = filling.routes.iter().enumerate();
        let inside: Vec<usize> =
            clients.filter(|(_, route)| route.contains(&line)).map(|(at, _)| at).collect();
        if inside.is_empty() {
            continue;
        }
        number[line] = Some(lines.len());
        lines.push(OduLine { ends, contents: place(wish, &inside) });
    }
    let renumbered = |route: &Vec<usize>| route.iter().filter_map(|&line| number[line]).collect();
    Groomed {
        lines,
        routes: filling.routes.iter().map(renumbered).collect(),
        without_switches,
        bound: bound(wish),
    }
}

/// Slots one after another, ports of each kind from 1.
//= g709:19.4.1-msi
fn place(wish: &Wish, clients: &[usize]) -> Vec<Placed> {
    let mut next = 1;
    let mut ports: Vec<(Odtu, u8)> = Vec::new();
    let mut contents = Vec::new();
    for &client in clients {
        let odu: Signal = wish.clients[client].odu;
        let slots: Vec<usize> = (next..next + wish.clients[client].slots).collect();
        next += slots.len();
        let odtu = Odtu::carrying(wish.line.slots, odu);
        let port = odtu.map(|kind| {
            let used = ports.iter().filter(|(other, _)| *other == kind).count() as u8;
            ports.push((kind, used + 1));
            used + 1
        });
        contents.push(Placed { client, odtu, port, slots });
    }
    contents
}

/// Every slot of a client at its ends is in some line there, and a line has two ends.
//= otn:plan-grooming
fn bound(wish: &Wish) -> usize {
    let capacity = wish.line.slots.count();
    let mut at_site = vec![0; wish.sites.len()];
    for client in &wish.clients {
        client.ends.iter().for_each(|&site| at_site[site] += client.slots);
    }
    let ends: usize = at_site.iter().map(|slots: &usize| slots.div_ceil(capacity)).sum();
    ends.div_ceil(2)
}

#[cfg(test)]
mod tests;
