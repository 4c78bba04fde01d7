//! What a network carries after a plan, as an occupation.
//!
//! In: a [`Planned`] and its library. Out: an [`Occupation`]: what was there before, and the channels of every request
//! that is served, each with a name, its route, slots and mode. The next plan takes it in.

use super::Planned;
use super::beside::centres;
use super::spectrum::half_width;
use crate::library::Library;
use crate::network::element::Kind;
use crate::occupation::{Equipment, ExistingChannel, Occupation};

/// The occupation.
pub fn occupied(planned: &Planned, library: &Library) -> Occupation {
    let mut all = planned.load.as_ref().map(|load| load.occupation.clone()).unwrap_or_default();
    for outcome in planned.outcomes.iter().filter(|outcome| outcome.blocked.is_none()) {
        let demand = &outcome.demand;
        let mode = demand.transceiver(library).zip(outcome.mode);
        let Some(mode) = mode.and_then(|(of, at)| of.modes.get(at)) else { continue };
        let uid = |vertex: usize| planned.network.element(vertex).uid.clone();
        let lines = planned.spectrum.lines_of(&outcome.route);
        let firsts: Vec<usize> =
            lines.iter().map(|&at| planned.spectrum.lines[at].path[1]).collect();
        // The first element of each line tells parallel ones apart.
        let named = |vertex: &usize| {
            let element = planned.network.element(*vertex);
            let ends = matches!(element.kind, Kind::Roadm(_) | Kind::Transceiver(_));
            ends || firsts.contains(vertex)
        };
        let route: Vec<String> =
            outcome.route.iter().copied().filter(|v| named(v)).map(uid).collect();
        let centres = centres(&outcome.slots, demand.spacing_hz, demand.pairs(mode.bit_rate));
        let several = centres.len() > 1;
        for (k, n) in centres.into_iter().enumerate() {
            let mut id =
                if several { format!("{} #{}", demand.id, k + 1) } else { demand.id.clone() };
            while all.channels.iter().any(|channel| channel.id == id) {
                id.push('\'');
            }
            all.channels.push(ExistingChannel {
                id,
                route: route.clone(),
                n,
                m: half_width(demand.spacing_hz).max(1),
                equipment: Equipment::Mode {
                    trx_type: demand.trx_type.clone(),
                    trx_mode: mode.format.clone(),
                },
                tx_power_dbm: demand.tx_power_dbm,
                bidirectional: lines.iter().all(|&at| planned.spectrum.lines[at].back.is_some()),
            });
        }
    }
    all
}
