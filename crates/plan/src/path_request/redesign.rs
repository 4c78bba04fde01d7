//! A line designed anew for one request.
//!
//! Clauses: GNPy 6.8, 6.9. In: a designed network, the channel of a request, its routes there and back. Out: the
//! network, with the elements of these routes set for that channel. What one request sets, the next one finds.

use std::collections::HashSet;

use crate::design::{DesignError, Reference, Steps, design};
use crate::library::Library;
use crate::models::Models;
use crate::network::Network;
use crate::network::graph::Vertex;

/// Designs what stands on `ways` for `reference`, and leaves the rest as it is.
//= gnpy:6.8-redesign
pub(super) fn redesign(
    network: &mut Network,
    library: &Library,
    models: &Models,
    reference: &Reference,
    ways: [&Vec<Vertex>; 2],
) -> Result<(), DesignError> {
    let on_way: HashSet<Vertex> = ways.into_iter().flatten().copied().collect();
    let (mut part, whole) = network.part_of(&on_way);
    design(&mut part, library, models, reference, Steps::AGAIN)?;
    for (vertex, of_whole) in whole.into_iter().enumerate() {
        network.element_mut(of_whole).clone_from(part.element(vertex));
    }
    Ok(())
}
