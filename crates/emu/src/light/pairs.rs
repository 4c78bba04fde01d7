//! Which two fibres of a topology are the two directions of one.
//!
//! GNPy's files do not say. In: a network. Out: the fibre that lies at the same place of the line the other way.
//! Lines between two ROADMs or transceivers that have as many fibres are paired in the order of the file.

use otn_plan::network::Network;
use otn_plan::network::graph::Vertex;

/// The elements from the neighbour `first` of an end of lines to the next end, if the line does not branch.
fn line(network: &Network, first: Vertex) -> Option<(Vec<Vertex>, Vertex)> {
    let mut inner = Vec::new();
    let mut at = first;
    while !network.element(at).ends_line() {
        // A line that comes back to itself has no end.
        if inner.contains(&at) {
            return None;
        }
        inner.push(at);
        match network.successors(at)[..] {
            [next] => at = next,
            _ => return None,
        }
    }
    Some((inner, at))
}

/// The fibres of each line from `from` to `to`, in the order of the connections.
fn lines(network: &Network, from: Vertex, to: Vertex) -> Vec<Vec<Vertex>> {
    let all = network.successors(from).into_iter().filter_map(|first| line(network, first));
    let between = all.filter(|(_, end)| *end == to).map(|(inner, _)| inner);
    let fibres = between.map(|inner| {
        inner.into_iter().filter(|&vertex| network.element(vertex).fibre().is_some()).collect()
    });
    fibres.collect()
}

/// The fibre of the other direction, if the line the other way has as many fibres.
pub(super) fn opposite(network: &Network, fibre: Vertex) -> Option<Vertex> {
    let mut from = fibre;
    for _ in 0..network.elements().len() {
        match network.predecessors(from)[..] {
            [before] => from = before,
            _ => return None,
        }
        if network.element(from).ends_line() {
            break;
        }
    }
    let (_, to) = line(network, fibre)?;
    let there = lines(network, from, to);
    let number = there.iter().position(|fibres| fibres.contains(&fibre))?;
    let place = there[number].iter().position(|&vertex| vertex == fibre)?;
    let back = lines(network, to, from);
    let same = back.get(number).filter(|fibres| fibres.len() == there[number].len())?;
    same.iter().rev().nth(place).copied()
}
