//! Routes as a flow of least cost: one unit after the other, each along the cheapest way that is left.
//!
//! In: a graph, two nodes, how many routes, whether nodes may be shared. Out: the routes, if there are so many.

use super::{Graph, Route};

/// A way that a unit can take in one direction.
#[derive(Clone, Copy, Debug)]
struct Arc {
    from: usize,
    to: usize,
    cost: i64,
    /// Units it can still take.
    room: u8,
    /// The edge it stands for; none within a node.
    edge: Option<usize>,
}

/// Arcs; that of odd index takes back what the one before it took.
#[derive(Debug, Default)]
struct Residual(Vec<Arc>);

impl Residual {
    fn add(&mut self, from: usize, to: usize, cost: i64, room: u8, edge: Option<usize>) {
        self.0.push(Arc { from, to, cost, room, edge });
        self.0.push(Arc { from: to, to: from, cost: -cost, room: 0, edge });
    }

    /// Sends a unit along the cheapest way; gives whether there is one.
    fn send(&mut self, [from, to]: [usize; 2], count: usize) -> bool {
        // Arcs that take back cost less than nothing: Bellman and Ford.
        let mut least: Vec<Option<(i64, usize)>> = vec![None; count];
        least[from] = Some((0, usize::MAX));
        for _ in 0..count {
            let mut better = false;
            for (index, arc) in self.0.iter().enumerate().filter(|(_, arc)| arc.room > 0) {
                let Some((so_far, _)) = least[arc.from] else { continue };
                let there = so_far + arc.cost;
                if least[arc.to].is_none_or(|(known, _)| there < known) {
                    least[arc.to] = Some((there, index));
                    better = true;
                }
            }
            if !better {
                break;
            }
        }
        let mut at = to;
        while at != from {
            let Some((_, index)) = least[at] else { return false };
            self.0[index].room -= 1;
            self.0[index ^ 1].room += 1;
            at = self.0[index].from;
        }
        true
    }
}

/// Two routes of least weight together that share no edge, and no node where they must not.
pub(super) fn pair(graph: &Graph, ends: [usize; 2], nodes_too: bool) -> Option<[Route; 2]> {
    several(graph, ends, 2, nodes_too)?.try_into().ok()
}

/// So many routes of least weight together that share no edge, and no node where they must not.
pub(super) fn several(
    graph: &Graph,
    [from, to]: [usize; 2],
    routes: usize,
    nodes_too: bool,
) -> Option<Vec<Route>> {
    if from == to || from >= graph.nodes || to >= graph.nodes {
        return None;
    }
    // Each node has an entry and an exit: what passes it goes from one to the other.
    let (entry, exit) = (|node: usize| 2 * node, |node: usize| 2 * node + 1);
    let all = u8::try_from(routes).ok()?;
    let mut residual = Residual::default();
    for node in 0..graph.nodes {
        let room = if nodes_too && node != from && node != to { 1 } else { all };
        residual.add(entry(node), exit(node), 0, room, None);
    }
    for (index, edge) in graph.edges.iter().enumerate().filter(|(_, edge)| edge.usable) {
        let [a, b] = edge.ends;
        let cost = i64::try_from(edge.weight).unwrap_or(i64::MAX / 1_000_000);
        residual.add(exit(a), entry(b), cost, 1, Some(index));
        residual.add(exit(b), entry(a), cost, 1, Some(index));
    }
    let (ends, count) = ([exit(from), entry(to)], 2 * graph.nodes);
    if !(0..routes).all(|_| residual.send(ends, count)) {
        return None;
    }
    let mut used: Vec<(usize, usize, usize)> = Vec::new();
    for arc in residual.0.iter().step_by(2) {
        let Some(edge) = arc.edge.filter(|_| arc.room == 0) else { continue };
        used.push((arc.from / 2, arc.to / 2, edge));
    }
    let mut walk = || {
        let (mut at, mut route) = (from, Route::new());
        while at != to {
            // Where routes meet, the first one goes on over what is shorter.
            let here = used.iter().enumerate().filter(|(_, (start, ..))| *start == at);
            let shortest = here.min_by_key(|(_, (.., edge))| graph.edges[*edge].weight);
            let index = shortest?.0;
            let (_, next, edge) = used.swap_remove(index);
            route.push(edge);
            at = next;
        }
        Some(route)
    };
    (0..routes).map(|_| walk()).collect()
}
