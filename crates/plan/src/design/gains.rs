//! Gain, power and attenuators of amplifiers, line by line.
//!
//! Clauses: GNPy 6.8. A line is walked from its start; each amplifier makes up for the span before it and
//! brings the reference channel to a level that depends on the span after it.

use otn_photon::amplifier::AmplifierParameters;
use otn_photon::rounding::round2float;

use super::bands::{self, LineBand};
use super::scattering::{self, Scattered};
use super::selection::{self, Selection, Wanted};
use super::{DesignError, Reference, levels, losses};
use crate::library::{Library, SpanRules};
use crate::models::Models;
use crate::network::Network;
use crate::network::element::{DesignedEdfa, Edfa, Fibre, Kind};
use crate::network::graph::Vertex;

/// What an amplifier holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Its output power.
    Power,
    /// Its gain.
    Gain,
}

/// How one amplifier came to its setting.
#[derive(Clone, Debug, PartialEq)]
pub struct AmplifierAccount {
    /// The amplifier.
    pub uid: String,
    /// The band it was set for.
    pub band: LineBand,
    /// What it holds.
    pub held: Held,
    /// Loss of the span before it, dB.
    pub loss_before_db: f64,
    /// Loss of the span after it, dB.
    pub loss_after_db: f64,
    /// How much weaker its band leaves the span before it than the strongest band, dB; zero for one band.
    pub scattering_db: f64,
    /// Power offset that was wanted, dB.
    pub wanted_delta_p_db: f64,
    /// Whether the file gave the power offset.
    pub delta_p_given: bool,
    /// Gain that was wanted, dB.
    pub wanted_gain_db: f64,
    /// Power of all channels that was wanted, dBm.
    pub wanted_power_dbm: f64,
    /// What the most power cost, zero or below, dB.
    pub power_reduction_db: f64,
    /// Attenuation that was added by itself, dB.
    pub voa_db: f64,
    /// Name of its type.
    pub type_variety: String,
    /// How the type was chosen; `None` if the file gave it.
    pub selection: Option<Selection>,
    /// Highest gain at which the type is flat, dB.
    pub gain_flatmax_db: f64,
    /// Least gain of the type, dB.
    pub gain_min_db: f64,
    /// Edges of the band of the type, Hz.
    pub type_band_hz: (f64, f64),
    /// How it is set.
    pub designed: DesignedEdfa,
}

/// Level and attenuation that the element before leaves, and what the span between does to the band.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    pub(super) delta_p_db: f64,
    pub(super) voa_db: f64,
    pub(super) scattered: Scattered,
}

/// What an amplifier is to do, and what it holds while it does it.
pub(super) struct Aim {
    held: Held,
    delta_p_db: f64,
    /// What the most power of a given type is held against, over the power wanted, dB.
    overlooked_db: f64,
    pub(super) task: Wanted,
}

/// Everything that stays the same along a walk.
pub(super) struct Walk<'a> {
    pub(super) library: &'a Library,
    pub(super) models: &'a Models,
    pub(super) rules: &'a SpanRules,
    pub(super) reference: &'a Reference,
}

/// Sets every amplifier of every line.
pub(super) fn set_all(
    network: &mut Network,
    library: &Library,
    models: &Models,
    reference: &Reference,
) -> Result<Vec<AmplifierAccount>, DesignError> {
    let rules = library.span().ok_or(DesignError::NoSpanRules)?;
    let walk = Walk { library, models, rules, reference };
    let mut accounts = Vec::new();
    for start in network.vertices() {
        if !network.element(start).ends_line() {
            continue;
        }
        for next in network.successors(start) {
            walk.line(network, start, next, &mut accounts)?;
        }
    }
    Ok(accounts)
}

impl Walk<'_> {
    fn line(
        &self,
        network: &mut Network,
        start: Vertex,
        next: Vertex,
        accounts: &mut Vec<AmplifierAccount>,
    ) -> Result<(), DesignError> {
        let vertices = bands::line(network, next);
        let any = vertices.iter().any(|&vertex| network.element(vertex).is_amplifier());
        if !any {
            return Ok(());
        }
        let bands = bands::of_line(network, self.library, start, next);
        let level_dbm = match &network.element(start).kind {
            Kind::Roadm(roadm) => {
                levels::target_dbm(roadm, &network.element(next).uid, self.reference)
            }
            _ => self.reference.tx_power_dbm,
        };
        let delta_p_db = level_dbm - self.reference.power_dbm;
        let first = Before { delta_p_db, voa_db: 0.0, scattered: Scattered::default() };
        let mut before = vec![first; bands.len()];
        let mut previous = start;
        for &vertex in &vertices {
            let place = Place::of(network, previous, vertex);
            let restrictions = place.restrictions(network);
            if matches!(network.element(vertex).kind, Kind::Multiband(_)) {
                self.scatter(network, previous, &bands, &mut before)?;
            }
            let element = network.element_mut(vertex);
            match &mut element.kind {
                Kind::Edfa(edfa) => {
                    let ([band], [state]) = (&bands[..], &mut before[..]) else {
                        return Err(DesignError::Bands { uid: place.uid, bands: bands.len() });
                    };
                    let account = self.amplifier(&place, edfa, *band, &restrictions, state)?;
                    settle(edfa, &account);
                    accounts.push(account);
                }
                Kind::Multiband(multiband) => {
                    let all = (&bands[..], &mut before[..]);
                    accounts.extend(self.multiband(&place, multiband, all, &restrictions)?);
                }
                Kind::Transceiver(_) | Kind::Roadm(_) | Kind::Fused(_) | Kind::Fibre(_) => {}
            }
            previous = vertex;
        }
        Ok(())
    }

    /// Estimates for each band what the span up to `previous` does to it.
    fn scatter(
        &self,
        network: &Network,
        previous: Vertex,
        bands: &[LineBand],
        before: &mut [Before],
    ) -> Result<(), DesignError> {
        let level = |state: &Before| self.reference.power_dbm + state.delta_p_db - state.voa_db;
        let levels_dbm: Vec<f64> = before.iter().map(level).collect();
        let all = scattering::estimate(network, previous, bands, &levels_dbm, self.reference)?;
        for (state, scattered) in before.iter_mut().zip(all) {
            state.scattered = scattered;
        }
        Ok(())
    }

    /// Sets one amplifier and leaves its level in `state`.
    pub(super) fn amplifier(
        &self,
        place: &Place,
        edfa: &Edfa,
        band: LineBand,
        restrictions: &[String],
        state: &mut Before,
    ) -> Result<AmplifierAccount, DesignError> {
        let scattered = state.scattered;
        let wanted = self.wanted(place, edfa, band, state);
        let selection = match &edfa.type_variety {
            Some(_) => None,
            None => Some(self.choose(place, restrictions, &wanted.task)?),
        };
        let chosen = selection.as_ref().map(|selection| &selection.type_variety);
        let type_variety = chosen.or(edfa.type_variety.as_ref()).cloned().unwrap_or_default();
        let model = self.models.single(&type_variety).ok_or_else(|| DesignError::NoCandidate {
            uid: place.uid.clone(),
            why: "its type is not an amplifier of one band",
        })?;
        let most_dbm = model.parameters.p_max_dbm;
        let power_reduction_db = match &selection {
            Some(selection) => selection.power_reduction_db,
            None => (most_dbm - (wanted.task.power_dbm + wanted.overlooked_db)).min(0.0),
        };
        let mut gain_db = wanted.task.gain_db + power_reduction_db;
        let mut delta_p_db = wanted.delta_p_db + power_reduction_db;
        let voa_db = self.automatic_voa_db(&wanted, edfa, &model.parameters, power_reduction_db);
        gain_db += voa_db;
        delta_p_db += voa_db;
        let designed = DesignedEdfa {
            gain_db,
            delta_p_db: (wanted.held == Held::Power).then_some(delta_p_db),
            design_delta_p_db: delta_p_db,
            // A difference, so that no tilt is no negative zero.
            tilt_db: edfa.given.tilt_target_db.unwrap_or(0.0 - scattered.tilt_db),
            out_voa_db: edfa.given.out_voa_db.unwrap_or(0.0) + voa_db,
            in_voa_db: edfa.given.in_voa_db.unwrap_or(0.0),
            target_pch_out_dbm: self.reference.power_dbm + delta_p_db,
        };
        *state =
            Before { delta_p_db, voa_db: designed.out_voa_db, scattered: Scattered::default() };
        Ok(AmplifierAccount {
            uid: place.uid.clone(),
            band,
            held: wanted.held,
            loss_before_db: place.loss_before_db,
            loss_after_db: place.loss_after_db,
            scattering_db: scattered.deviation_db,
            wanted_delta_p_db: wanted.delta_p_db,
            delta_p_given: edfa.given.delta_p_db.is_some(),
            wanted_gain_db: wanted.task.gain_db,
            wanted_power_dbm: wanted.task.power_dbm,
            power_reduction_db,
            voa_db,
            type_variety,
            selection,
            gain_flatmax_db: model.parameters.gain_flatmax_db,
            gain_min_db: model.parameters.gain_min_db,
            type_band_hz: model.band_hz(),
            designed,
        })
    }

    /// What an amplifier is to do: bring the reference channel to the level of its span, or hold its gain.
    //= gnpy:6.8-gain
    //= gnpy:6.8-gain-mode-power
    pub(super) fn wanted(&self, place: &Place, edfa: &Edfa, band: LineBand, state: &Before) -> Aim {
        let given = edfa.given;
        let own_voa_db = given.out_voa_db.unwrap_or(0.0);
        let held = if self.rules.power_mode { Held::Power } else { Held::Gain };
        let in_voa_db = given.in_voa_db.unwrap_or(0.0);
        let target_db = given.delta_p_db.unwrap_or(self.offset_db(place, state) + own_voa_db);
        let lost_db = place.loss_before_db + state.scattered.deviation_db - state.delta_p_db
            + state.voa_db
            + in_voa_db;
        let (gain_db, delta_p_db, overlooked_db) = match held {
            Held::Power => (lost_db + target_db, target_db, 0.0),
            Held::Gain => {
                let gain_db = given.gain_target_db.unwrap_or(lost_db + target_db);
                // The most power of a given type is held against a level that leaves out the attenuator at
                // the input and scattering; that of a type to be chosen counts them.
                (gain_db, gain_db - lost_db, in_voa_db + state.scattered.deviation_db)
            }
        };
        let of_band = band.channels(self.reference.compat);
        let count = self.reference.channels.map_or(of_band, |count| count as f64);
        let total_dbm = self.reference.power_dbm + 10.0 * count.log10();
        let power_dbm = total_dbm + delta_p_db;
        let raman_allowed = place.raman_allowed(self.rules);
        let task = Wanted { gain_db, power_dbm, band, raman_allowed };
        Aim { held, delta_p_db, overlooked_db, task }
    }

    fn choose(
        &self,
        place: &Place,
        restrictions: &[String],
        wanted: &Wanted,
    ) -> Result<Selection, DesignError> {
        selection::select(self.models, restrictions, wanted, self.rules).ok_or_else(|| {
            DesignError::NoCandidate {
                uid: place.uid.clone(),
                why: "none that is allowed covers the design band",
            }
        })
    }

    /// The power offset that a span wants, dB: what the span before did to the band counts with its loss.
    //= gnpy:6.8-power-offset
    fn offset_db(&self, place: &Place, state: &Before) -> f64 {
        if place.before_roadm {
            return 0.0;
        }
        let range = self.rules.delta_power_range_db;
        let loss_db = place.loss_after_db + state.scattered.deviation_db;
        let excess_db = loss_db - self.rules.span_loss_ref_db;
        let offset_db = round2float(excess_db * self.rules.power_slope, range.step_db);
        offset_db.max(range.min_db).min(range.max_db)
    }

    /// What an amplifier attenuates by itself behind it, dB.
    fn automatic_voa_db(
        &self,
        wanted: &Aim,
        edfa: &Edfa,
        parameters: &AmplifierParameters,
        power_reduction_db: f64,
    ) -> f64 {
        let open = wanted.held == Held::Power && edfa.given.out_voa_db.is_none();
        if !open || !parameters.out_voa_auto {
            return 0.0;
        }
        let power_dbm = wanted.task.power_dbm + power_reduction_db;
        let gain_db = wanted.task.gain_db + power_reduction_db;
        self.voa_db(parameters.p_max_dbm - power_dbm, parameters.gain_flatmax_db - gain_db)
    }

    /// The attenuation that an amplifier can afford, dB.
    //= gnpy:6.8-voa
    fn voa_db(&self, power_left_db: f64, gain_left_db: f64) -> f64 {
        let most_db = power_left_db.min(gain_left_db);
        (round2float(most_db, self.rules.voa_step_db) - self.rules.voa_margin_db).max(0.0)
    }
}

/// Keeps what was found. A later design, for another power, starts again from the power offset that the file
/// gave, but with the type chosen here and the attenuation found here.
//= gnpy:6.8-again
pub(super) fn settle(edfa: &mut Edfa, account: &AmplifierAccount) {
    edfa.type_variety = Some(account.type_variety.clone());
    edfa.chosen |= account.selection.is_some();
    edfa.band_hz = Some(account.type_band_hz);
    edfa.given.out_voa_db = Some(account.designed.out_voa_db);
    edfa.designed = Some(account.designed);
}

/// What stands around an amplifier.
pub(super) struct Place {
    pub(super) uid: String,
    previous: Vertex,
    next: Option<Vertex>,
    loss_before_db: f64,
    loss_after_db: f64,
    before_roadm: bool,
    /// Most loss of the fibre before it, dB/km; `None` if there is none.
    fibre_loss_db_per_km: Option<f64>,
}

impl Place {
    fn of(network: &Network, previous: Vertex, vertex: Vertex) -> Self {
        let next = network.successors(vertex).first().copied();
        let is_roadm = |vertex: Vertex| matches!(network.element(vertex).kind, Kind::Roadm(_));
        Self {
            uid: network.element(vertex).uid.clone(),
            previous,
            next,
            loss_before_db: losses::span_loss_db(network, previous),
            loss_after_db: next.map_or(0.0, |next| losses::span_loss_db(network, next)),
            before_roadm: next.is_some_and(is_roadm),
            fibre_loss_db_per_km: network.element(previous).fibre().map(Fibre::most_loss_db_per_km),
        }
    }

    fn raman_allowed(&self, rules: &SpanRules) -> bool {
        let most = rules.max_fiber_lineic_loss_for_raman_db_per_km;
        self.fibre_loss_db_per_km.is_some_and(|loss| loss < most)
    }

    /// Types that a ROADM beside the amplifier allows; empty if it restricts nothing.
    fn restrictions(&self, network: &Network) -> Vec<String> {
        if let Kind::Roadm(roadm) = &network.element(self.previous).kind {
            return roadm.restrictions.booster_variety_list.clone();
        }
        match self.next.map(|next| &network.element(next).kind) {
            Some(Kind::Roadm(roadm)) => roadm.restrictions.preamp_variety_list.clone(),
            _ => Vec::new(),
        }
    }
}
