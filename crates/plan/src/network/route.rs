//! Which way a lightpath takes.
//!
//! In: two ends and elements that the way must lead through. Out: the shortest way that passes them in
//! order. Length is that of fibre; ways of one length are told apart by the order of the connections.

use core::fmt;

use super::Network;
use super::graph::Vertex;

/// How many ways are tried before the search for one through the wanted elements ends.
const MOST_WAYS: usize = 10_000;

/// An element that a way must lead through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The element.
    pub uid: String,
    /// Whether a way without it will not do.
    pub strict: bool,
}

/// Why there is no way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// The ends are not joined.
    Apart,
    /// They are joined, but not through the wanted elements.
    Constraint,
}

impl fmt::Display for NoRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apart => write!(f, "no path between the two ends"),
            Self::Constraint => write!(f, "no path through the elements asked for, in their order"),
        }
    }
}

impl core::error::Error for NoRoute {}

/// The shortest way from `from` to `to` through `through`, in order.
///
/// One strict element makes all of them strict; where all are loose and none fits, the shortest way is taken.
///
/// # Errors
/// [`NoRoute`].
//= gnpy:6.9-route
pub fn route(
    network: &Network,
    from: Vertex,
    to: Vertex,
    through: &[Include],
) -> Result<Vec<Vertex>, NoRoute> {
    let wanted: Option<Vec<Vertex>> =
        through.iter().map(|include| network.vertex(&include.uid)).collect();
    let mut ways = network.graph().shortest_paths(from, to);
    let first = ways.next().ok_or(NoRoute::Apart)?;
    if let Some(wanted) = &wanted {
        if passes(&first, wanted) {
            return Ok(first);
        }
        if let Some(way) = ways.take(MOST_WAYS).find(|way| passes(way, wanted)) {
            return Ok(way);
        }
    }
    if through.iter().any(|include| include.strict) { Err(NoRoute::Constraint) } else { Ok(first) }
}

/// Whether `way` meets all of `wanted` in their order.
fn passes(way: &[Vertex], wanted: &[Vertex]) -> bool {
    let mut rest = way.iter();
    wanted.iter().all(|want| rest.any(|vertex| vertex == want))
}
