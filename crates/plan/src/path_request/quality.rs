//! Light across the route of a request, and the mode it bears.
//!
//! Clauses: GNPy 6.7 (feasibility, search of a mode), 6.1 (comb). In: a designed network, a request and its route.
//! Out: [`Outcome`] without slots. The line is reckoned full with channels of the request's own mode.

use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum, uniform_comb};
use otn_photon::transceiver::{LaunchWish, Reception, Tolerance, received};
use otn_photon::units::dbm;

use super::redesign::redesign;
use super::spectrum::Spectrum as Lines;
use super::{Blocked, Demand, Options, Outcome, PlanError};
use crate::design::Reference;
use crate::library::{Library, Mode, SpectrumInformation};
use crate::mode_model;
use crate::models::Models;
use crate::network::Network;
use crate::network::graph::Vertex;
use crate::transmission::Line;
use crate::transmission::run::passed;

/// Fibres of one kind are prepared once; so many kinds are kept.
const CACHED_FIBRES: usize = 4096;

/// Judges requests one after another.
pub(super) struct Judge<'a> {
    library: &'a Library,
    models: &'a Models,
    options: &'a Options,
    reference: Reference,
    cache: EfficiencyCache,
}

/// A mode on a route.
struct Tried {
    mode: usize,
    reception: Reception,
    feasible: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        library: &'a Library,
        models: &'a Models,
        options: &'a Options,
        reference: Reference,
    ) -> Self {
        Self { library, models, options, reference, cache: EfficiencyCache::new(CACHED_FIBRES) }
    }

    /// What comes of a request on its route, slots aside. Where the line is designed anew, `network` keeps it.
    pub(super) fn outcome(
        &mut self,
        network: &mut Network,
        lines: &Lines,
        demand: Demand,
        route: Result<Vec<Vertex>, Blocked>,
    ) -> Result<Outcome, PlanError> {
        let transceiver = demand.transceiver(self.library);
        let named = demand.trx_mode.as_ref();
        let mode = transceiver.zip(named).and_then(|(transceiver, name)| {
            transceiver.modes.iter().position(|m| m.format == *name)
        });
        let (route, blocked) = match route {
            Ok(route) => (route, None),
            Err(blocked) => (Vec::new(), Some(blocked)),
        };
        let mut outcome = Outcome {
            demand,
            mode,
            route,
            reception: None,
            back: None,
            slots: Vec::new(),
            blocked,
        };
        if outcome.blocked.is_some() {
            return Ok(outcome);
        }
        let back = lines.way_back(network, &outcome.route);
        if self.options.redesign {
            let reference = self.reference_of(&outcome.demand);
            let ways = [&outcome.route, &back];
            redesign(network, self.library, self.models, &reference, ways)?;
        }
        let found = match mode {
            Some(mode) => self.try_mode(network, &outcome.demand, &outcome.route, mode),
            None => self.search(network, &outcome.demand, &outcome.route),
        };
        match found {
            Err(blocked) => outcome.blocked = Some(blocked),
            Ok(tried) => {
                let reason =
                    if mode.is_some() { Blocked::ModeNotFeasible } else { Blocked::NoFeasibleMode };
                outcome.mode = Some(tried.mode);
                outcome.reception = Some(tried.reception);
                outcome.blocked = (!tried.feasible).then_some(reason);
            }
        }
        if let (true, Some(mode)) = (outcome.demand.bidirectional, outcome.mode) {
            match self.try_mode(network, &outcome.demand, &back, mode) {
                Ok(tried) => {
                    outcome.back = Some(tried.reception);
                    if !tried.feasible && outcome.blocked.is_none() {
                        outcome.blocked = Some(Blocked::ModeNotFeasible);
                    }
                }
                Err(blocked) => outcome.blocked = outcome.blocked.take().or(Some(blocked)),
            }
        }
        Ok(outcome)
    }

    pub(super) fn library(&self) -> &'a Library {
        self.library
    }

    fn comb(&self) -> Option<&'a SpectrumInformation> {
        self.library.spectra.first()
    }

    fn reference_of(&self, demand: &Demand) -> Reference {
        let baud_rate = demand.mode(self.library).map(|mode| mode.baud_rate);
        Reference {
            power_dbm: dbm(demand.power_w),
            tx_power_dbm: demand.tx_power_dbm.unwrap_or(demand.default_tx_power_dbm),
            baud_rate: baud_rate.unwrap_or(self.reference.baud_rate),
            spacing_hz: demand.spacing_hz,
            channels: Some(demand.channels),
            ..self.reference
        }
    }

    /// The modes of the request's transceiver, from the highest symbol rate down, until one works.
    //= gnpy:6.7-mode-search
    fn search(
        &mut self,
        network: &Network,
        demand: &Demand,
        route: &[Vertex],
    ) -> Result<Tried, Blocked> {
        let modes = demand.transceiver(self.library).map_or(&[][..], |t| &t.modes);
        let fits = |mode: &&(usize, &Mode)| mode.1.min_spacing_hz <= demand.spacing_hz;
        let all: Vec<(usize, &Mode)> = modes.iter().enumerate().collect();
        let fitting: Vec<(usize, &Mode)> = all.iter().filter(fits).copied().collect();
        let mut rates: Vec<(f64, f64)> =
            fitting.iter().map(|(_, m)| (m.baud_rate, m.equalisation_offset_db)).collect();
        rates.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
        rates.dedup();
        let mut last = Err(Blocked::NoFeasibleBaudRate);
        for (baud_rate, offset_db) in rates {
            let of_rate = |mode: &&(usize, &Mode)| {
                mode.1.baud_rate == baud_rate
                    && (self.options.settings.compat == Compat::Gnpy214
                        || mode.1.equalisation_offset_db == offset_db)
            };
            let mut of_rate: Vec<(usize, &Mode)> =
                fitting.iter().filter(of_rate).copied().collect();
            of_rate.sort_by(|(_, a), (_, b)| {
                let offsets = (a.equalisation_offset_db, b.equalisation_offset_db);
                b.bit_rate.total_cmp(&a.bit_rate).then(offsets.1.total_cmp(&offsets.0))
            });
            let Some(&(_, mode)) = of_rate.first() else { continue };
            let launched = Mode { equalisation_offset_db: offset_db, ..mode.clone() };
            let spectrum = self.cross(network, demand, route, &launched, true)?;
            for (at, mode) in of_rate {
                let tried = self.judge(&spectrum, (at, mode), true);
                if tried.feasible {
                    return Ok(tried);
                }
                last = Ok(tried);
            }
        }
        last
    }

    fn try_mode(
        &mut self,
        network: &Network,
        demand: &Demand,
        route: &[Vertex],
        at: usize,
    ) -> Result<Tried, Blocked> {
        let mode = demand.transceiver(self.library).and_then(|t| t.modes.get(at));
        let mode = mode.ok_or(Blocked::NoFeasibleMode)?;
        let spectrum = self.cross(network, demand, route, mode, false)?;
        Ok(self.judge(&spectrum, (at, mode), false))
    }

    /// A full line of one mode across the route.
    //= gnpy:6.9-comb
    fn cross(
        &mut self,
        network: &Network,
        demand: &Demand,
        route: &[Vertex],
        mode: &Mode,
        searched: bool,
    ) -> Result<Spectrum, Blocked> {
        let compat = self.options.settings.compat;
        let comb = self.comb().ok_or(Blocked::NoComputedSnr)?;
        let one = channel(demand, mode, comb.roll_off, searched, compat);
        let channel = |frequency_hz| Channel { frequency_hz, ..one.clone() };
        let (low, high) = demand.comb_hz;
        let centres = uniform_comb(low, high, demand.spacing_hz, compat);
        let plan = ChannelPlan::new(centres.into_iter().map(channel).collect());
        let plan = plan.map_err(|_| Blocked::NoComputedSnr)?;
        let settings = &self.options.settings;
        let crossed = passed(network, route, comb, plan).and_then(|plan| {
            let line =
                Line::prepare(network, self.models, route, &plan, settings, &mut self.cache)?;
            let mut spectrum = Spectrum::launch(Arc::clone(line.plan()));
            line.cross(&mut spectrum)?;
            Ok(spectrum)
        });
        crossed.map_err(|_| Blocked::NoComputedSnr)
    }

    /// What the receiver of a mode makes of what arrives.
    fn judge(&self, spectrum: &Spectrum, (at, mode): (usize, &Mode), searched: bool) -> Tried {
        let compat = self.options.settings.compat;
        let mut own = spectrum.clone();
        if own.plan.tx_osnr_db.iter().any(|&osnr| osnr != mode.tx_osnr_db) {
            let mut plan = ChannelPlan::clone(&own.plan);
            plan.tx_osnr_db = vec![mode.tx_osnr_db; plan.len()];
            own.plan = Arc::new(plan);
        }
        let Ok(photonic) = mode_model::photonic(mode) else {
            let reception = received(&own, &Tolerance::default(), compat);
            return Tried { mode: at, reception, feasible: false };
        };
        let reception = received(&own, &photonic.tolerance, compat);
        let margin_db = self.comb().map_or(0.0, |comb| comb.sys_margins_db);
        let verdict = photonic.verdict(&reception, margin_db, compat);
        let feasible = if searched { verdict.found_by_search } else { verdict.feasible };
        Tried { mode: at, reception, feasible }
    }
}

/// A channel of a demand in a mode, at no frequency yet.
pub(super) fn channel(
    demand: &Demand,
    mode: &Mode,
    roll_off: f64,
    searched: bool,
    compat: Compat,
) -> Channel {
    let photonic = mode_model::photonic(mode);
    let wish = LaunchWish {
        asked_dbm: demand.tx_power_dbm,
        default_dbm: demand.default_tx_power_dbm,
        reference_dbm: dbm(demand.power_w),
        searched,
    };
    let tx_power_dbm =
        photonic.map_or(demand.default_tx_power_dbm, |mode| mode.launch_power_dbm(&wish, compat));
    Channel {
        frequency_hz: 0.0,
        slot_width_hz: demand.spacing_hz,
        baud_rate: mode.baud_rate,
        roll_off: mode.roll_off.unwrap_or(roll_off),
        delta_power_db: mode.equalisation_offset_db,
        tx_osnr_db: mode.tx_osnr_db,
        tx_power_dbm,
        label: format!("{:.2}G", mode.baud_rate * 1e-9),
    }
}

/// Modes of a transceiver that fit a spacing, in the order in which they are tried.
//= gnpy:6.7-mode-search
pub(super) fn in_order(modes: &[Mode], spacing_hz: f64) -> Vec<usize> {
    let fits = |at: &usize| modes[*at].min_spacing_hz <= spacing_hz;
    let mut order: Vec<usize> = (0..modes.len()).filter(fits).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&modes[a], &modes[b]);
        let by_offset = b.equalisation_offset_db.total_cmp(&a.equalisation_offset_db);
        let by_rate = b.baud_rate.total_cmp(&a.baud_rate);
        by_rate.then(by_offset).then(b.bit_rate.total_cmp(&a.bit_rate))
    });
    order
}
