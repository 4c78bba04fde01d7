//! The network as a graph of elements.

pub mod graph;
