//! The network as a graph of elements, with what the library says of each filled in.
//!
//! - [`graph`]: vertices, edges whose order counts, shortest paths.
//! - [`element`]: what stands at a vertex: what was given, and what design found.
//! - [`route`]: which way a lightpath takes.
//! - [`save`]: back to a topology.
//!
//! In: a [`Topology`] and a [`Library`]. Out: a [`Network`] that design may change and light may cross.

mod build;
pub mod element;
pub mod graph;
pub mod route;
pub mod save;

use std::collections::{HashMap, HashSet};

pub use build::BuildError;
pub use element::{Element, Fibre, Kind};
use graph::{Graph, Vertex};

use crate::library::Library;
use crate::topology::Topology;

/// Length of an edge that does not leave a fibre: next to nothing, and not nothing.
//= gnpy:6.9-edge-length
const SHORT_EDGE: f64 = 0.01;

/// A network: elements, and who is joined to whom.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Name of the network, if given.
    pub name: Option<String>,
    elements: Vec<Element>,
    graph: Graph,
    by_uid: HashMap<String, Vertex>,
}

impl Network {
    /// Builds the network of a topology, each element with what the library says of its type.
    ///
    /// # Errors
    /// [`BuildError`] for a type the library does not have, and for what an element must say and does not.
    pub fn new(topology: &Topology, library: &Library) -> Result<Self, BuildError> {
        build::build(topology, library)
    }

    /// Elements in order; the index is the vertex.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The element at `vertex`.
    pub fn element(&self, vertex: Vertex) -> &Element {
        &self.elements[vertex]
    }

    /// The element at `vertex`, to be changed; its name stays.
    pub fn element_mut(&mut self, vertex: Vertex) -> &mut Element {
        &mut self.elements[vertex]
    }

    /// The vertex of the element named `uid`.
    pub fn vertex(&self, uid: &str) -> Option<Vertex> {
        self.by_uid.get(uid).copied()
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The neighbours that `vertex` leads to, in order.
    pub fn successors(&self, vertex: Vertex) -> Vec<Vertex> {
        self.graph.successors(vertex).collect()
    }

    /// The neighbours that lead to `vertex`, in order.
    pub fn predecessors(&self, vertex: Vertex) -> Vec<Vertex> {
        self.graph.predecessors(vertex).collect()
    }

    /// Every vertex.
    pub fn vertices(&self) -> std::ops::Range<Vertex> {
        0..self.elements.len()
    }

    /// Adds an element without connections.
    pub(crate) fn add(&mut self, element: Element) -> Vertex {
        let vertex = self.graph.add_vertex();
        self.by_uid.insert(element.uid.clone(), vertex);
        self.elements.push(element);
        vertex
    }

    /// Joins two elements; the length is that of the fibre the edge leaves.
    pub(crate) fn join(&mut self, from: Vertex, to: Vertex) {
        let length = self.elements[from].fibre().map_or(SHORT_EDGE, Fibre::length_m);
        self.graph.add_edge(from, to, length);
    }

    /// Takes the connection away.
    pub(crate) fn part(&mut self, from: Vertex, to: Vertex) {
        self.graph.remove_edge(from, to);
    }

    /// The part of the network that consists of `kept`, in the same order, and the vertex here of each element there.
    pub(crate) fn part_of(&self, kept: &HashSet<Vertex>) -> (Self, Vec<Vertex>) {
        let mut part = Self { name: self.name.clone(), ..Self::default() };
        let mut whole = Vec::new();
        let mut moved = vec![None; self.elements.len()];
        for vertex in self.vertices().filter(|vertex| kept.contains(vertex)) {
            moved[vertex] = Some(part.add(self.elements[vertex].clone()));
            whole.push(vertex);
        }
        self.graph.copy_edges(&moved, &mut part.graph);
        (part, whole)
    }

    /// Takes elements out of the network; what was joined to them is not any more. Vertices move up.
    pub(crate) fn remove(&mut self, gone: &HashSet<Vertex>) {
        if gone.is_empty() {
            return;
        }
        let mut next = 0;
        let mut moved = vec![None; self.elements.len()];
        for vertex in self.vertices().filter(|vertex| !gone.contains(vertex)) {
            moved[vertex] = Some(next);
            next += 1;
        }
        let mut graph = Graph::default();
        (0..next).for_each(|_| {
            graph.add_vertex();
        });
        self.graph.copy_edges(&moved, &mut graph);
        self.graph = graph;
        let mut vertex = 0;
        self.elements.retain(|_| {
            vertex += 1;
            moved[vertex - 1].is_some()
        });
        let uids = self.elements.iter().enumerate();
        self.by_uid = uids.map(|(vertex, element)| (element.uid.clone(), vertex)).collect();
    }
}
