//! ROADMs and the lines between them, as routes see them.
//!
//! In: a designed network and its lines, risk groups. Out: a [`Graph`] whose edges are lines with the way back, and
//! the translation between its routes and paths of elements. Both directions of a line are one edge: what cuts one
//! cuts the other. A line without a way back is no edge.

use std::collections::HashMap;

use super::spectrum::Line;
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;
use crate::risk_groups::RiskGroups;
use crate::routes::{Edge, Graph};

/// Weights count centimetres: edges that are no fibre have one.
const WEIGHT_PER_M: f64 = 100.0;

/// The graph of a network's lines.
#[derive(Clone, Debug)]
pub struct Fabric {
    /// ROADMs as nodes, lines as edges.
    pub graph: Graph,
    /// ROADM of each node.
    pub roadms: Vec<Vertex>,
    /// Lines of each edge: from its first end to its second, and back.
    pub lines: Vec<[usize; 2]>,
    nodes: HashMap<Vertex, usize>,
}

impl Fabric {
    /// The graph of these lines, each edge with its risk groups.
    pub fn new(network: &Network, lines: &[Line], risks: &RiskGroups) -> Self {
        let is_roadm = |&vertex: &Vertex| matches!(network.element(vertex).kind, Kind::Roadm(_));
        let roadms: Vec<Vertex> = network.vertices().filter(is_roadm).collect();
        let nodes: HashMap<Vertex, usize> =
            roadms.iter().enumerate().map(|(node, &vertex)| (vertex, node)).collect();
        let (mut edges, mut pairs) = (Vec::new(), Vec::new());
        for (there, line) in lines.iter().enumerate() {
            let Some(back) = line.back.filter(|&back| there < back) else { continue };
            let path = &line.path;
            let (Some(from), Some(to)) = (path.first(), path.last()) else { continue };
            let (Some(&from), Some(&to)) = (nodes.get(from), nodes.get(to)) else { continue };
            // A line that comes back to its own ROADM leads nowhere.
            if from == to {
                continue;
            }
            let inner = |line: &Line| line.path[1..line.path.len() - 1].to_vec();
            let elements = [inner(line), inner(&lines[back])].concat();
            let groups = risks.of(&elements.iter().map(|&at| network.element(at).uid.as_str()));
            let length_m = network.graph().path_length(path);
            let weight = (length_m * WEIGHT_PER_M).round().max(1.0) as u64;
            edges.push(Edge { ends: [from, to], weight, groups, usable: true });
            pairs.push([there, back]);
        }
        let graph = Graph { nodes: roadms.len(), edges };
        Self { graph, roadms, lines: pairs, nodes }
    }

    /// The ROADM that a transceiver adds its light at, and the elements from it to there; a ROADM stands for itself.
    pub fn added(&self, network: &Network, end: Vertex) -> Option<(usize, Vec<Vertex>)> {
        self.reach(end, |at| network.graph().successors(at).collect())
    }

    /// The ROADM that a transceiver gets its light from, and the elements from there to it.
    pub fn dropped(&self, network: &Network, end: Vertex) -> Option<(usize, Vec<Vertex>)> {
        let (node, mut path) = self.reach(end, |at| network.graph().predecessors(at).collect())?;
        path.reverse();
        Some((node, path))
    }

    fn reach(
        &self,
        end: Vertex,
        next: impl Fn(Vertex) -> Vec<Vertex>,
    ) -> Option<(usize, Vec<Vertex>)> {
        let (mut at, mut path) = (end, Vec::new());
        loop {
            if let Some(&node) = self.nodes.get(&at) {
                return Some((node, path));
            }
            path.push(at);
            at = next(at).into_iter().find(|vertex| !path.contains(vertex))?;
        }
    }

    /// The line of an edge that leaves `node`, and the node it leads to.
    pub fn leaving(&self, edge: usize, node: usize) -> (usize, usize) {
        let [from, to] = self.graph.edges[edge].ends;
        let [there, back] = self.lines[edge];
        if from == node { (there, to) } else { (back, from) }
    }

    /// The elements of a route that starts at `node`, ROADMs at both ends included.
    pub fn elements(&self, lines: &[Line], node: usize, route: &[usize]) -> Vec<Vertex> {
        let (mut at, mut path) = (node, vec![self.roadms[node]]);
        for &edge in route {
            let (line, next) = self.leaving(edge, at);
            path.extend_from_slice(&lines[line].path[1..]);
            at = next;
        }
        path
    }

    /// The node of a ROADM.
    pub fn node(&self, roadm: Vertex) -> Option<usize> {
        self.nodes.get(&roadm).copied()
    }

    /// The edge that a line belongs to.
    pub fn edge_of(&self, line: usize) -> Option<usize> {
        self.lines.iter().position(|pair| pair.contains(&line))
    }
}
