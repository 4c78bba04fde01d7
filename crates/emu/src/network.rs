//! A network as it is simulated: nodes, lines between them, services over lines.
//!
//! In: values already checked for meaning, each in its unit. Out: the same, for the simulation.
//! References are indices; whoever builds a [`Network`] from names has resolved them.

use otn_frame::{PartsPerBillion, Signal, SimTime};
use otn_proc::terminal::LineCoding;

use crate::channel::BitErrorRatio;
use crate::traffic::Pace;

/// A site with one clock.
#[derive(Clone, Debug)]
pub struct Node {
    /// Name.
    pub name: String,
    /// Offset of its clock from nominal.
    pub clock: PartsPerBillion,
}

/// One OTUk in each direction between two nodes.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name.
    pub name: String,
    /// The nodes at its ends, as indices.
    pub ends: [usize; 2],
    /// The OTUk.
    pub signal: Signal,
    /// FEC and scrambler.
    pub coding: LineCoding,
    /// Propagation delay.
    pub delay: SimTime,
    /// Bit error ratio on the way to each end.
    pub ber_towards: [BitErrorRatio; 2],
}

/// An Ethernet service over a line.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name.
    pub name: String,
    /// Index of the line that carries it.
    pub line: usize,
    /// How the client at each end of the line sends; `None` where it only receives.
    pub pace: [Option<Pace>; 2],
}

/// Everything a run needs but the packets.
#[derive(Clone, Debug)]
pub struct Network {
    /// Name.
    pub name: String,
    /// Seed of every random stream.
    pub seed: u64,
    /// Virtual time during which clients send.
    pub duration: SimTime,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Services, at most one a line.
    pub services: Vec<Service>,
}

impl Network {
    /// Name of the node at an end of a line.
    pub fn end_name(&self, line: usize, end: usize) -> &str {
        &self.nodes[self.lines[line].ends[end]].name
    }
}
