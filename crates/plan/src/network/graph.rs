//! A directed graph whose neighbours keep the order in which they were joined, and its shortest paths.
//!
//! Order decides between paths of equal length, and so which of them a design is made for. The searches
//! therefore visit in a fixed order: Yen's algorithm (Yen 1971) over a Dijkstra search from both ends,
//! entries of equal length first in, first out. That is the order of networkx, whose searches GNPy uses, so
//! that ties fall as there.
//!
//! In: edges with a length. Out: paths as lists of vertices. It knows nothing of light.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// A vertex.
pub type Vertex = usize;

/// A directed graph with lengths.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    successors: Vec<Vec<(Vertex, f64)>>,
    predecessors: Vec<Vec<(Vertex, f64)>>,
}

impl Graph {
    /// Adds a vertex without edges.
    pub fn add_vertex(&mut self) -> Vertex {
        self.successors.push(Vec::new());
        self.predecessors.push(Vec::new());
        self.successors.len() - 1
    }

    /// Number of vertices.
    pub fn len(&self) -> usize {
        self.successors.len()
    }

    /// Whether there is no vertex.
    pub fn is_empty(&self) -> bool {
        self.successors.is_empty()
    }

    /// Joins `from` to `to` over `length`; an edge that is there keeps its place and takes the length.
    pub fn add_edge(&mut self, from: Vertex, to: Vertex, length: f64) {
        if let Some(edge) = self.successors[from].iter_mut().find(|edge| edge.0 == to) {
            edge.1 = length;
            let back = self.predecessors[to].iter_mut().find(|edge| edge.0 == from);
            if let Some(back) = back {
                back.1 = length;
            }
            return;
        }
        self.successors[from].push((to, length));
        self.predecessors[to].push((from, length));
    }

    /// Takes the edge away, if it is there.
    pub fn remove_edge(&mut self, from: Vertex, to: Vertex) {
        self.successors[from].retain(|edge| edge.0 != to);
        self.predecessors[to].retain(|edge| edge.0 != from);
    }

    /// Where the edges of `vertex` lead, in the order they were added.
    pub fn successors(&self, vertex: Vertex) -> impl Iterator<Item = Vertex> + '_ {
        self.successors[vertex].iter().map(|edge| edge.0)
    }

    /// Where edges into `vertex` come from, in the order they were added.
    pub fn predecessors(&self, vertex: Vertex) -> impl Iterator<Item = Vertex> + '_ {
        self.predecessors[vertex].iter().map(|edge| edge.0)
    }

    /// The length of an edge.
    pub fn length(&self, from: Vertex, to: Vertex) -> Option<f64> {
        self.successors[from].iter().find(|edge| edge.0 == to).map(|edge| edge.1)
    }

    /// Simple paths from `from` to `to`, shortest first.
    pub fn shortest_paths(&self, from: Vertex, to: Vertex) -> ShortestPaths<'_> {
        ShortestPaths { graph: self, from, to, found: Vec::new(), waiting: Waiting::default() }
    }

    /// Simple paths of at most `edges` edges, each edge tried in the order it was added; at most `most` of them.
    pub fn simple_paths(
        &self,
        from: Vertex,
        to: Vertex,
        edges: usize,
        most: usize,
    ) -> Vec<Vec<Vertex>> {
        let mut found = Vec::new();
        let mut path = vec![from];
        let mut on_path = HashSet::from([from]);
        let mut stack: Vec<std::vec::IntoIter<Vertex>> =
            vec![self.successors(from).collect::<Vec<_>>().into_iter()];
        while let Some(next) = stack.last_mut() {
            if found.len() == most {
                break;
            }
            match next.next() {
                Some(vertex) if vertex == to => {
                    found.push([path.as_slice(), &[to]].concat());
                }
                Some(vertex) if path.len() < edges && on_path.insert(vertex) => {
                    path.push(vertex);
                    stack.push(self.successors(vertex).collect::<Vec<_>>().into_iter());
                }
                Some(_) => {}
                None => {
                    stack.pop();
                    if let Some(vertex) = path.pop() {
                        on_path.remove(&vertex);
                    }
                }
            }
        }
        found
    }

    /// Copies the edges between vertices that `moved` keeps into `other`, under their new numbers. The order
    /// of each vertex's edges stays.
    pub(super) fn copy_edges(&self, moved: &[Option<Vertex>], other: &mut Self) {
        let kept = |edges: &[(Vertex, f64)]| -> Vec<(Vertex, f64)> {
            edges.iter().filter_map(|(vertex, length)| Some((moved[*vertex]?, *length))).collect()
        };
        for (from, edges) in self.successors.iter().enumerate() {
            let Some(from) = moved[from] else { continue };
            other.successors[from] = kept(edges);
        }
        for (to, edges) in self.predecessors.iter().enumerate() {
            let Some(to) = moved[to] else { continue };
            other.predecessors[to] = kept(edges);
        }
    }

    /// Length of a path.
    pub fn path_length(&self, path: &[Vertex]) -> f64 {
        path.windows(2).filter_map(|pair| self.length(pair[0], pair[1])).sum()
    }

    /// The shortest path that keeps clear of `without`, searched from both ends in turn.
    fn shortest(&self, from: Vertex, to: Vertex, without: &Without) -> Option<(f64, Vec<Vertex>)> {
        if without.vertices.contains(&from) || without.vertices.contains(&to) {
            return None;
        }
        if from == to {
            return Some((0.0, vec![from]));
        }
        let mut sides = [Side::new(from, self.len()), Side::new(to, self.len())];
        let mut order = 0;
        for (side, vertex) in sides.iter_mut().zip([from, to]) {
            side.push(0.0, &mut order, vertex);
        }
        let mut best: Option<(f64, Vertex)> = None;
        let mut turn = 1;
        while !sides[0].fringe.is_empty() && !sides[1].fringe.is_empty() {
            turn = 1 - turn;
            let Some(Reverse((length, _, vertex))) = sides[turn].fringe.pop() else { break };
            if sides[turn].places[vertex].done {
                continue;
            }
            let length = length.0;
            sides[turn].places[vertex].done = true;
            if sides[1 - turn].places[vertex].done {
                return best.map(|(length, middle)| (length, join(&sides, middle)));
            }
            let edges = if turn == 0 { &self.successors } else { &self.predecessors };
            for &(next, step) in &edges[vertex] {
                let edge = if turn == 0 { (vertex, next) } else { (next, vertex) };
                let total = length + step;
                let known = sides[turn].places[next];
                if known.done || total >= known.length || without.closed(next, edge) {
                    continue;
                }
                sides[turn].places[next] = Seen { length: total, before: vertex, done: false };
                sides[turn].push(total, &mut order, next);
                let other = sides[1 - turn].places[next].length;
                if other.is_finite() && best.is_none_or(|(length, _)| length > total + other) {
                    best = Some((total + other, next));
                }
            }
        }
        None
    }
}

/// What a search keeps clear of.
#[derive(Default)]
struct Without {
    vertices: HashSet<Vertex>,
    edges: HashSet<(Vertex, Vertex)>,
}

impl Without {
    fn closed(&self, vertex: Vertex, edge: (Vertex, Vertex)) -> bool {
        self.vertices.contains(&vertex) || self.edges.contains(&edge)
    }
}

/// Lengths in a heap; they are sums of edges, never NaN.
#[derive(Clone, Copy, PartialEq)]
struct Length(f64);

impl Eq for Length {}

impl PartialOrd for Length {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Length {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// What one half of a search knows of a vertex.
#[derive(Clone, Copy)]
struct Seen {
    /// Least length so far; infinite if it was not seen.
    length: f64,
    /// The vertex before on the way from this side's end.
    before: Vertex,
    /// Whether the length is final.
    done: bool,
}

/// One end's half of a search.
struct Side {
    places: Vec<Seen>,
    fringe: BinaryHeap<Reverse<(Length, u64, Vertex)>>,
}

impl Side {
    fn new(end: Vertex, vertices: usize) -> Self {
        let unseen = Seen { length: f64::INFINITY, before: end, done: false };
        let mut places = vec![unseen; vertices];
        places[end].length = 0.0;
        Self { places, fringe: BinaryHeap::new() }
    }

    fn push(&mut self, length: f64, order: &mut u64, vertex: Vertex) {
        self.fringe.push(Reverse((Length(length), *order, vertex)));
        *order += 1;
    }

    /// From `vertex` back to this side's end.
    fn back(&self, vertex: Vertex) -> Vec<Vertex> {
        let mut path = vec![vertex];
        let mut at = vertex;
        while self.places[at].length.is_finite() && self.places[at].before != at {
            at = self.places[at].before;
            path.push(at);
        }
        path
    }
}

fn join(sides: &[Side; 2], middle: Vertex) -> Vec<Vertex> {
    let mut path = sides[0].back(middle);
    path.reverse();
    path.extend(sides[1].back(middle).into_iter().skip(1));
    path
}

/// Paths that were found and not yet given out, each once, shortest first.
#[derive(Default)]
struct Waiting {
    heap: BinaryHeap<Reverse<(Length, u64, Vec<Vertex>)>>,
    known: HashSet<Vec<Vertex>>,
    order: u64,
}

impl Waiting {
    fn push(&mut self, length: f64, path: Vec<Vertex>) {
        if self.known.insert(path.clone()) {
            self.heap.push(Reverse((Length(length), self.order, path)));
            self.order += 1;
        }
    }

    fn pop(&mut self) -> Option<Vec<Vertex>> {
        let Reverse((_, _, path)) = self.heap.pop()?;
        self.known.remove(&path);
        Some(path)
    }
}

/// Simple paths, shortest first (Yen 1971).
pub struct ShortestPaths<'a> {
    graph: &'a Graph,
    from: Vertex,
    to: Vertex,
    found: Vec<Vec<Vertex>>,
    waiting: Waiting,
}

impl Iterator for ShortestPaths<'_> {
    type Item = Vec<Vertex>;

    fn next(&mut self) -> Option<Vec<Vertex>> {
        match self.found.last().cloned() {
            None => {
                let (length, path) =
                    self.graph.shortest(self.from, self.to, &Without::default())?;
                self.waiting.push(length, path);
            }
            Some(last) => self.branch(&last),
        }
        let path = self.waiting.pop()?;
        self.found.push(path.clone());
        Some(path)
    }
}

impl ShortestPaths<'_> {
    /// Leaves the path given out last at each of its vertices.
    fn branch(&mut self, last: &[Vertex]) {
        let mut without = Without::default();
        for i in 1..last.len() {
            let root = &last[..i];
            for path in self.found.iter().filter(|path| path.len() > i && &path[..i] == root) {
                without.edges.insert((path[i - 1], path[i]));
            }
            if let Some((length, spur)) = self.graph.shortest(root[i - 1], self.to, &without) {
                let path = [&root[..i - 1], &spur[..]].concat();
                self.waiting.push(self.graph.path_length(root) + length, path);
            }
            without.vertices.insert(root[i - 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All simple paths by trying every one.
    fn every_path(graph: &Graph, path: &mut Vec<Vertex>, to: Vertex, out: &mut Vec<Vec<Vertex>>) {
        let at = *path.last().unwrap();
        if at == to {
            out.push(path.clone());
            return;
        }
        for next in graph.successors(at).collect::<Vec<_>>() {
            if !path.contains(&next) {
                path.push(next);
                every_path(graph, path, to, out);
                path.pop();
            }
        }
    }

    proptest! {
        #[test]
        fn all_paths_come_once_and_in_order(
            edges in proptest::collection::vec((0usize..7, 0usize..7, 1u32..9), 0..30)
        ) {
            let mut graph = Graph::default();
            (0..7).for_each(|_| { graph.add_vertex(); });
            for (from, to, length) in edges.into_iter().filter(|edge| edge.0 != edge.1) {
                graph.add_edge(from, to, f64::from(length));
            }
            let found: Vec<_> = graph.shortest_paths(0, 6).collect();
            let lengths: Vec<f64> = found.iter().map(|path| graph.path_length(path)).collect();
            prop_assert!(lengths.is_sorted());
            let mut all = Vec::new();
            every_path(&graph, &mut vec![0], 6, &mut all);
            let unique: HashSet<_> = found.iter().cloned().collect();
            prop_assert_eq!(unique.len(), found.len());
            prop_assert_eq!(unique, all.into_iter().collect::<HashSet<_>>());
        }
    }

    #[test]
    fn edges_keep_their_order_and_go() {
        let mut graph = Graph::default();
        (0..4).for_each(|_| {
            graph.add_vertex();
        });
        graph.add_edge(0, 2, 1.0);
        graph.add_edge(0, 1, 1.0);
        graph.add_edge(0, 3, 1.0);
        graph.add_edge(0, 2, 5.0);
        assert_eq!(graph.successors(0).collect::<Vec<_>>(), [2, 1, 3]);
        graph.remove_edge(0, 2);
        graph.add_edge(0, 2, 1.0);
        assert_eq!(graph.successors(0).collect::<Vec<_>>(), [1, 3, 2]);
        assert_eq!((graph.length(0, 2), graph.length(2, 0)), (Some(1.0), None));
        assert_eq!(graph.predecessors(2).collect::<Vec<_>>(), [0]);
    }
}
