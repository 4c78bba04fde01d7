//! Losses of spans: connectors, margin for the end of life, padding.
//!
//! Clauses: GNPy 6.8. A span is a fibre, or what joints make one piece of.

use super::raman;
use crate::library::SpanRules;
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;

/// Gives connectors their loss, and the margin for the end of life to those at the end of a span.
//= gnpy:6.8-connectors
pub(super) fn set_connectors(network: &mut Network, rules: &SpanRules) {
    for vertex in network.vertices() {
        let successors = network.successors(vertex);
        let joined =
            successors.iter().any(|&next| matches!(network.element(next).kind, Kind::Fused(_)));
        let Some(fibre) = network.element_mut(vertex).fibre_mut() else { continue };
        let params = &mut fibre.params;
        params.con_in_db = params.con_in_db.or(Some(rules.con_in_db));
        let con_out_db = params.con_out_db.unwrap_or(rules.con_out_db);
        let margin_db = if joined { 0.0 } else { rules.eol_db };
        params.con_out_db = Some(con_out_db + margin_db);
        params.att_in_db = params.att_in_db.or(Some(0.0));
    }
}

/// Makes up for spans of little loss by an attenuator at the input of their first fibre.
///
/// What design counts for such a span from then on is its loss before, and all of the attenuator: more than
/// there is, if the file gave one.
//= gnpy:6.8-padding
pub(super) fn set_padding(network: &mut Network, rules: &SpanRules) {
    for vertex in network.vertices() {
        // A span that ends with a pumped fibre is left as it is.
        if network.element(vertex).fibre().is_none_or(|fibre| fibre.raman.is_some()) {
            continue;
        }
        let after = network.successors(vertex);
        if after.iter().any(|&next| matches!(network.element(next).kind, Kind::Fused(_))) {
            continue;
        }
        let span = span(network, vertex);
        let loss_db = measured(network, &span);
        let first = span.first().copied().unwrap_or(vertex);
        if matches!(network.element(first).kind, Kind::Fused(_)) {
            // Nowhere to put an attenuator: the span counts as it is.
            continue;
        }
        let mut counted_db = loss_db;
        if loss_db < rules.padding_db
            && let Some(fibre) = network.element_mut(first).fibre_mut()
        {
            let att_in_db = fibre.params.att_in_db.unwrap_or(0.0) + rules.padding_db - loss_db;
            fibre.params.att_in_db = Some(att_in_db);
            counted_db += att_in_db;
        }
        for &vertex in &span {
            if let Some(fibre) = network.element_mut(vertex).fibre_mut() {
                fibre.design_span_loss_db = Some(counted_db);
            }
        }
    }
}

/// The fibres and joints that are in one piece with `vertex`, in order; empty if it is neither.
///
/// Only joints make one piece: of two fibres that follow one another, each is a span.
//= gnpy:6.8-span
pub(super) fn span(network: &Network, vertex: Vertex) -> Vec<Vertex> {
    if !network.element(vertex).is_passive() {
        return Vec::new();
    }
    let is_joint = |vertex: Vertex| matches!(network.element(vertex).kind, Kind::Fused(_));
    let joined = |one: Vertex, other: Vertex| {
        network.element(other).is_passive() && (is_joint(one) || is_joint(other))
    };
    let mut span = vec![vertex];
    let mut at = vertex;
    while let Some(&before) = network.predecessors(at).first() {
        if !joined(at, before) || span.contains(&before) {
            break;
        }
        span.insert(0, before);
        at = before;
    }
    at = vertex;
    while let Some(&after) = network.successors(at).first() {
        if !joined(at, after) || span.contains(&after) {
            break;
        }
        span.push(after);
        at = after;
    }
    span
}

/// The loss that design counts for the span of `vertex`, dB; zero if it is no part of one.
pub(super) fn span_loss_db(network: &Network, vertex: Vertex) -> f64 {
    let span = span(network, vertex);
    let fibres = span.iter().filter_map(|&vertex| network.element(vertex).fibre());
    match fibres.filter_map(|fibre| fibre.design_span_loss_db).next() {
        Some(counted) => counted,
        None => measured(network, &span),
    }
}

/// The losses of a span's elements, and what Raman pumps give back, dB.
fn measured(network: &Network, span: &[Vertex]) -> f64 {
    let mut loss_db = 0.0;
    for &vertex in span {
        match &network.element(vertex).kind {
            Kind::Fused(fused_db) => loss_db += fused_db,
            Kind::Fibre(fibre) => {
                loss_db += fibre.loss_db();
                loss_db -= raman::estimated_gain_db(fibre);
            }
            Kind::Transceiver(_) | Kind::Roadm(_) | Kind::Edfa(_) | Kind::Multiband(_) => {}
        }
    }
    loss_db
}
