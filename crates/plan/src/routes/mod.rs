//! Routes through a network: shortest ones, and pairs that do not fail together.
//!
//! In: nodes by number, edges with a weight and the risk groups they belong to. Out: routes as lists of edges, or
//! why there is none. Pairs that share no edge or node are a flow of two units of least cost (Suurballe 1974);
//! pairs that share no risk group have no such algorithm (Hu 2003: NP-complete), so they are searched for, and
//! the search is bounded. So are routes of services with different ends ([`group`]).

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// An edge that can be taken both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The nodes at its ends.
    pub ends: [usize; 2],
    /// What it costs; at least 1.
    pub weight: u64,
    /// Numbers of the risk groups it belongs to.
    pub groups: Vec<usize>,
    /// It may be taken.
    pub usable: bool,
}

/// A network as routes see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// Number of nodes.
    pub nodes: usize,
    /// Edges; several between the same nodes are fine.
    pub edges: Vec<Edge>,
}

/// A route: edges from the first node to the last, no node twice.
pub type Route = Vec<usize>;

/// What two routes must not share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disjoint {
    /// Edges.
    Link,
    /// Edges, and nodes but the ends.
    Node,
    /// Edges, and risk groups.
    RiskGroup,
}

/// What routes must not share besides edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// Nodes, but the ends that both have.
    pub nodes: bool,
    /// Risk groups.
    pub groups: bool,
}

impl From<Disjoint> for Apart {
    fn from(disjoint: Disjoint) -> Self {
        let (nodes, groups) = (disjoint == Disjoint::Node, disjoint == Disjoint::RiskGroup);
        Self { nodes, groups }
    }
}

/// Why there is no route, or no pair of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// There is no way at all.
    Apart,
    /// Every way takes this edge.
    Edge(usize),
    /// Every way passes this node.
    Node(usize),
    /// Every way takes an edge of this risk group.
    Group(usize),
    /// All ways were tried, and no two can stand together.
    NoTwo,
    /// None was found before the search was given up.
    GivenUp,
}

/// Partial ways that a search looks at before it is given up.
const TRIES: usize = 50_000;

impl Graph {
    fn weight(&self, route: &[usize]) -> u64 {
        route.iter().map(|edge| self.edges[*edge].weight).sum()
    }

    /// For each node the usable edges at it that `fits`, in their order, and the node behind each.
    fn around(&self, fits: &dyn Fn(usize) -> bool) -> Vec<Vec<(usize, usize)>> {
        let mut around = vec![Vec::new(); self.nodes];
        for (index, edge) in self.edges.iter().enumerate() {
            let [a, b] = edge.ends;
            if !(edge.usable && a < self.nodes && b < self.nodes && fits(index)) {
                continue;
            }
            around[a].push((index, b));
            if a != b {
                around[b].push((index, a));
            }
        }
        around
    }

    /// Least weight from each node to `to` over edges that fit.
    fn distances(&self, to: usize, fits: &dyn Fn(usize) -> bool) -> Vec<Option<u64>> {
        self.distances_over(to, &self.around(fits))
    }

    fn distances_over(&self, to: usize, around: &[Vec<(usize, usize)>]) -> Vec<Option<u64>> {
        let mut known = vec![None; self.nodes];
        let mut heap = BinaryHeap::from([Reverse((0, to))]);
        while let Some(Reverse((distance, node))) = heap.pop() {
            if known.get(node).is_none_or(Option::is_some) {
                continue;
            }
            known[node] = Some(distance);
            for &(edge, next) in around[node].iter().filter(|(_, next)| known[*next].is_none()) {
                heap.push(Reverse((distance + self.edges[edge].weight, next)));
            }
        }
        known
    }

    /// The nodes on a route from `from`, the ends included.
    pub fn nodes_on(&self, from: usize, route: &[usize]) -> Vec<usize> {
        let mut nodes = vec![from];
        for edge in route {
            let [a, b] = self.edges[*edge].ends;
            let here = nodes[nodes.len() - 1];
            nodes.push(if a == here { b } else { a });
        }
        nodes
    }

    /// The shortest route from one node to another.
    ///
    /// # Errors
    /// [`NoRoute::Apart`].
    pub fn shortest(&self, [from, to]: [usize; 2]) -> Result<Route, NoRoute> {
        self.shortest_of([from, to], &|_| true).ok_or(NoRoute::Apart)
    }

    /// The shortest route over edges that fit.
    pub fn shortest_of(
        &self,
        [from, to]: [usize; 2],
        fits: &dyn Fn(usize) -> bool,
    ) -> Option<Route> {
        let around = self.around(fits);
        let left = self.distances_over(to, &around);
        let (mut at, mut route) = (from, Route::new());
        while at != to {
            let here = (*left.get(at)?)?;
            let step = |(edge, next): &&(usize, usize)| {
                left[*next].is_some_and(|rest| rest + self.edges[*edge].weight == here)
            };
            let &(edge, next) = around[at].iter().find(step)?;
            route.push(edge);
            at = next;
        }
        Some(route)
    }

    /// The shortest route that passes these nodes in this order.
    ///
    /// # Errors
    /// [`NoRoute`].
    pub fn shortest_via(&self, ends: [usize; 2], via: &[usize]) -> Result<Route, NoRoute> {
        let mut ways = Ways::new(self, ends, &BTreeSet::new());
        let fits = |route: &Route| {
            let mut on_the_way = self.nodes_on(ends[0], route).into_iter();
            via.iter().all(|node| on_the_way.any(|other| other == *node))
        };
        match ways.find(fits) {
            Some(route) => Ok(route),
            None if ways.given_up() => Err(NoRoute::GivenUp),
            None if self.shortest(ends).is_err() => Err(NoRoute::Apart),
            None => Err(NoRoute::NoTwo),
        }
    }

    /// The shortest route that shares nothing with a route that is there.
    ///
    /// # Errors
    /// [`NoRoute`].
    pub fn beside(
        &self,
        [from, to]: [usize; 2],
        route: &[usize],
        disjoint: Disjoint,
    ) -> Result<Route, NoRoute> {
        let barred = self.barred(from, route, [from, to], disjoint.into());
        let second = self.shortest_of([from, to], &|edge| !barred.contains(&edge));
        second.ok_or_else(|| match self.common([from, to], disjoint.into()) {
            Some(why) => why,
            None => NoRoute::NoTwo,
        })
    }

    /// Edges that a route between `ends` must not take beside `route`, which starts at `from`.
    fn barred(
        &self,
        from: usize,
        route: &[usize],
        ends: [usize; 2],
        apart: Apart,
    ) -> BTreeSet<usize> {
        let mut barred: BTreeSet<usize> = route.iter().copied().collect();
        if apart == Apart::default() {
            return barred;
        }
        let nodes = self.nodes_on(from, route);
        let between = nodes.get(1..nodes.len() - 1).unwrap_or_default();
        let mut closed = vec![false; self.nodes];
        between.iter().for_each(|node| closed[*node] = true);
        // Where one begins or ends the other may do so too, but not pass.
        for end in [nodes[0], nodes[nodes.len() - 1]] {
            closed[end] |= !ends.contains(&end);
        }
        let taken: BTreeSet<usize> =
            route.iter().flat_map(|edge| &self.edges[*edge].groups).copied().collect();
        for (index, edge) in self.edges.iter().enumerate() {
            let at_node =
                apart.nodes && edge.ends.iter().any(|end| closed.get(*end) == Some(&true));
            if at_node || apart.groups && edge.groups.iter().any(|group| taken.contains(group)) {
                barred.insert(index);
            }
        }
        barred
    }

    /// What every route has in common, if there is such a thing.
    fn common(&self, [from, to]: [usize; 2], apart: Apart) -> Option<NoRoute> {
        let Some(route) = self.shortest_of([from, to], &|_| true) else {
            return Some(NoRoute::Apart);
        };
        let none = |barred: &dyn Fn(usize) -> bool| {
            self.shortest_of([from, to], &|edge| !barred(edge)).is_none()
        };
        if let Some(edge) = route.iter().find(|edge| none(&|other| other == **edge)) {
            return Some(NoRoute::Edge(*edge));
        }
        let nodes = self.nodes_on(from, &route);
        let between = nodes.get(1..nodes.len() - 1).unwrap_or_default();
        let at = |node: &&usize| none(&|edge| self.edges[edge].ends.contains(*node));
        let shared = between.iter().filter(|_| apart.nodes).find(at);
        let mut groups = route.iter().flat_map(|edge| &self.edges[*edge].groups);
        let of = |group: &&usize| none(&|edge| self.edges[edge].groups.contains(*group));
        let shared = shared.map(|node| NoRoute::Node(*node));
        shared.or_else(|| groups.find(of).filter(|_| apart.groups).map(|g| NoRoute::Group(*g)))
    }

    /// Two routes that share nothing, of least weight together; the shorter one first.
    ///
    /// # Errors
    /// [`NoRoute`].
    pub fn pair(&self, ends: [usize; 2], disjoint: Disjoint) -> Result<[Route; 2], NoRoute> {
        self.pair_apart(ends, disjoint.into())
    }

    /// As [`Graph::pair`], for any of what two routes must not share.
    ///
    /// # Errors
    /// [`NoRoute`].
    pub fn pair_apart(&self, ends: [usize; 2], apart: Apart) -> Result<[Route; 2], NoRoute> {
        let found = if apart.groups {
            self.searched(ends, apart)?
        } else {
            flow::pair(self, ends, apart.nodes)
        };
        let Some(mut pair) = found else {
            return Err(self.common(ends, apart).unwrap_or(NoRoute::NoTwo));
        };
        pair.sort_by_key(|route| self.weight(route));
        Ok(pair)
    }

    /// So many routes that share no edge, and no node where they must not, of least weight together; the shorter ones
    /// first.
    ///
    /// # Errors
    /// [`NoRoute`].
    pub fn several(
        &self,
        ends: [usize; 2],
        count: usize,
        nodes: bool,
    ) -> Result<Vec<Route>, NoRoute> {
        let Some(mut routes) = flow::several(self, ends, count, nodes) else {
            return Err(self
                .common(ends, Apart { nodes, groups: false })
                .unwrap_or(NoRoute::NoTwo));
        };
        routes.sort_by_key(|route| self.weight(route));
        Ok(routes)
    }

    /// The pair that shares no risk group: each way is tried as the shorter one, the shortest first.
    fn searched(&self, ends: [usize; 2], apart: Apart) -> Result<Option<[Route; 2]>, NoRoute> {
        let mut ways = Ways::new(self, ends, &BTreeSet::new());
        let mut best: Option<(u64, [Route; 2])> = None;
        for first in ways.by_ref() {
            let weight = self.weight(&first);
            // A pair whose shorter route is this long cannot be better.
            if best.as_ref().is_some_and(|(best, _)| 2 * weight >= *best) {
                return Ok(best.map(|(_, pair)| pair));
            }
            let barred = self.barred(ends[0], &first, ends, apart);
            if let Some(second) = self.shortest_of(ends, &|edge| !barred.contains(&edge)) {
                let both = weight + self.weight(&second);
                if best.as_ref().is_none_or(|(best, _)| both < *best) {
                    best = Some((both, [first, second]));
                }
            }
        }
        match best {
            None if ways.given_up() => Err(NoRoute::GivenUp),
            found => Ok(found.map(|(_, pair)| pair)),
        }
    }
}

/// Routes without loop, the shortest first, until the search is given up.
struct Ways<'a> {
    graph: &'a Graph,
    ends: [usize; 2],
    around: Vec<Vec<(usize, usize)>>,
    left: Vec<Option<u64>>,
    /// Parts of routes, by the least weight of a route that begins with them.
    parts: BinaryHeap<Reverse<(u64, Route)>>,
    /// Parts that were looked at.
    tries: usize,
    /// So many parts are looked at before the search is given up.
    most: usize,
}

impl<'a> Ways<'a> {
    /// Routes that take none of the edges in `barred`.
    fn new(graph: &'a Graph, ends: [usize; 2], barred: &BTreeSet<usize>) -> Self {
        let around = graph.around(&|edge| !barred.contains(&edge));
        let left = graph.distances_over(ends[1], &around);
        let parts = match left.get(ends[0]) {
            Some(Some(_)) => BinaryHeap::from([Reverse((0, Route::new()))]),
            _ => BinaryHeap::new(),
        };
        Self { graph, ends, around, left, parts, tries: 0, most: TRIES }
    }

    fn given_up(&self) -> bool {
        self.tries >= self.most
    }
}

impl Iterator for Ways<'_> {
    type Item = Route;

    fn next(&mut self) -> Option<Route> {
        while let Some(Reverse((_, part))) = self.parts.pop() {
            let nodes = self.graph.nodes_on(self.ends[0], &part);
            let here = nodes[nodes.len() - 1];
            if here == self.ends[1] {
                return Some(part);
            }
            self.tries += 1;
            if self.given_up() {
                return None;
            }
            let weight = self.graph.weight(&part);
            for &(edge, next) in &self.around[here] {
                let Some(rest) = self.left[next].filter(|_| !nodes.contains(&next)) else {
                    continue;
                };
                let longer: Route = part.iter().copied().chain([edge]).collect();
                let least = weight + self.graph.edges[edge].weight + rest;
                self.parts.push(Reverse((least, longer)));
            }
        }
        None
    }
}

mod flow;
pub mod group;

#[cfg(test)]
mod tests;
