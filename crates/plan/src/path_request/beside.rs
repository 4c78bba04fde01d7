//! Requests planned beside what is there: nothing moves, everybody's light counts.
//!
//! In: a designed network with its load, requests with their routes. Out: outcomes, what the channels that were there
//! see before and after, and whom a request has brought below what it needs. A request gets the first mode in the order
//! of the search that has room and enough quality among all channels there are, its own and earlier ones counted.

use std::sync::Arc;

use otn_photon::spectrum::{Channel, ChannelPlan};

use super::existing::{Ground, enter};
use super::light::{Bundle, Judgement, Light, Seen, Way};
use super::quality::{channel, in_order};
use super::spectrum::{Spectrum, User, frequency_of, half_width};
use super::{Blocked, Demand, Options, Outcome};
use crate::library::{Library, Mode, SpectrumInformation};
use crate::mode_model;
use crate::models::Models;
use crate::network::Network;
use crate::network::graph::Vertex;
use crate::occupation::Occupation;
use crate::services::FrequencySlot;

/// A channel that was there, and what became of it.
#[derive(Clone, Debug)]
pub struct ExistingOutcome {
    /// Its place in the file.
    pub index: usize,
    /// What its receivers saw before, there and back.
    pub before: Vec<Seen>,
    /// What they see now.
    pub after: Vec<Seen>,
}

/// A request that brought others below what they need.
#[derive(Clone, Debug, PartialEq)]
pub struct Harm {
    /// Name of the request.
    pub by: String,
    /// Name of the channel or request that suffers.
    pub to: String,
    /// What its worst channel had above what it needs, dB.
    pub margin_before_db: f64,
    /// What it has now, dB.
    pub margin_after_db: f64,
}

/// What a plan beside existing channels tells besides its outcomes.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// What was there before.
    pub occupation: Occupation,
    /// Channels that were there and make sense.
    pub existing: Vec<ExistingOutcome>,
    /// What is wrong with the file of existing channels, with its place.
    pub problems: Vec<String>,
    /// Who falls below what it needs because of a request.
    pub harms: Vec<Harm>,
}

/// What requests are planned with.
pub(super) struct Site<'a> {
    pub(super) network: &'a Network,
    pub(super) library: &'a Library,
    pub(super) models: &'a Models,
    pub(super) options: &'a Options,
    pub(super) comb: &'a SpectrumInformation,
}

/// Whose light it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Existing(usize),
    Request(usize),
}

/// Plans requests beside `occupation`.
//= otn:plan-beside
pub(super) fn plan(
    site: &Site<'_>,
    occupation: &Occupation,
    spectrum: &mut Spectrum,
    demands: Vec<(Demand, Result<Vec<Vertex>, Blocked>)>,
) -> (Vec<Outcome>, Load) {
    let (network, settings) = (site.network, &site.options.settings);
    let compat = settings.compat;
    let ground = Ground { network, library: site.library, comb: site.comb, compat };
    let mut load = Load { occupation: occupation.clone(), ..Load::default() };
    let bundles = enter(&ground, occupation, spectrum, &mut load.problems);
    let count = spectrum.lines.len();
    let light = Light::new(network, site.models, settings, site.comb.sys_margins_db, count);
    let mut work = Work { site, light, owners: Vec::new() };
    work.light_existing(occupation, bundles, spectrum, &mut load);
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (demand, route) in demands {
        let index = outcomes.len();
        let outcome = work.request(index, demand, route, spectrum);
        outcomes.push(outcome);
        let name = |owner: Owner| match owner {
            Owner::Existing(at) => occupation.channels[at].id.clone(),
            Owner::Request(at) => outcomes[at].demand.id.clone(),
        };
        work.harms(Owner::Request(index), &name, &mut load.harms);
    }
    for (at, owner) in work.owners.clone() {
        let seen = work.seen(at);
        match owner {
            Owner::Existing(index) => {
                let mut all = load.existing.iter_mut();
                if let Some(one) = all.find(|one| one.index == index) {
                    one.after = seen.into_iter().map(|(seen, _)| seen).collect();
                }
            }
            // Later requests count in what earlier ones see.
            Owner::Request(index) => {
                for (seen, direction) in seen {
                    match direction {
                        0 => outcomes[index].reception = Some(seen.reception),
                        _ if outcomes[index].demand.bidirectional => {
                            outcomes[index].back = Some(seen.reception);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    (outcomes, load)
}

/// Why a mode will not do, and what its receiver would see.
type Refused = (Blocked, Option<Box<Seen>>);

struct Work<'a> {
    site: &'a Site<'a>,
    light: Light<'a>,
    /// Bundles of the light, and whose they are.
    owners: Vec<(usize, Owner)>,
}

impl Work<'_> {
    fn light_existing(
        &mut self,
        occupation: &Occupation,
        bundles: Vec<Option<Bundle>>,
        spectrum: &Spectrum,
        load: &mut Load,
    ) {
        for (index, bundle) in bundles.into_iter().enumerate() {
            let Some(bundle) = bundle else { continue };
            let at = self.light.add(bundle);
            if let Err(error) = self.light.settle(&spectrum.lines) {
                self.light.remove(at);
                let (file, id) = (&occupation.file, &occupation.channels[index].id);
                let what = format!("channel '{id}' does not cross its route: {error}");
                load.problems.push(format!("{file}: /channels/{index}: {what}"));
                // What is left has crossed these lines before.
                let _ = self.light.settle(&spectrum.lines);
                continue;
            }
            self.owners.push((at, Owner::Existing(index)));
        }
        for &(at, owner) in &self.owners {
            if let Owner::Existing(index) = owner {
                let before: Vec<Seen> = self.seen(at).into_iter().map(|(seen, _)| seen).collect();
                if !before.iter().all(|seen| seen.enough) {
                    let (file, id) = (&occupation.file, &occupation.channels[index].id);
                    let what = format!(
                        "channel '{id}' has less than it needs among the channels that are there"
                    );
                    load.problems.push(format!("{file}: /channels/{index}: {what}"));
                }
                load.existing.push(ExistingOutcome { index, after: before.clone(), before });
            }
        }
    }

    /// What the receivers of a bundle see, and in which direction.
    fn seen(&self, at: usize) -> Vec<(Seen, usize)> {
        let ways = self.light.bundles[at].iter().flat_map(|bundle| &bundle.ways).enumerate();
        ways.filter_map(|(direction, way)| Some((way.seen.clone()?, direction))).collect()
    }

    /// A request: the first mode with room and quality.
    fn request(
        &mut self,
        index: usize,
        demand: Demand,
        route: Result<Vec<Vertex>, Blocked>,
        spectrum: &mut Spectrum,
    ) -> Outcome {
        self.light.mark();
        let transceiver = demand.transceiver(self.site.library);
        let modes = transceiver.map_or(&[][..], |transceiver| &transceiver.modes);
        let named = demand
            .trx_mode
            .as_ref()
            .and_then(|name| modes.iter().position(|mode| mode.format == *name));
        let order = match named {
            Some(at) => vec![at],
            None => in_order(modes, demand.spacing_hz),
        };
        let mut outcome = Outcome {
            demand,
            mode: named,
            route: Vec::new(),
            reception: None,
            back: None,
            slots: Vec::new(),
            blocked: None,
        };
        match route {
            Ok(route) => outcome.route = route,
            Err(blocked) => {
                outcome.blocked = Some(blocked);
                return outcome;
            }
        }
        outcome.blocked = Some(Blocked::NoFeasibleBaudRate);
        for at in order {
            let tried = self.try_mode(&outcome, (at, &modes[at]), named.is_none(), spectrum);
            match tried {
                Ok((bundle, slots)) => {
                    self.owners.push((bundle, Owner::Request(index)));
                    let lines = spectrum.both_ways(&outcome.route);
                    spectrum.take(&lines, &slots, User::Request(index));
                    outcome.slots = slots;
                    outcome.mode = Some(at);
                    outcome.blocked = None;
                    return outcome;
                }
                Err((blocked, seen)) => {
                    outcome.blocked = Some(blocked);
                    if let Some(seen) = seen {
                        outcome.mode = Some(at);
                        outcome.reception = Some(seen.reception);
                    }
                }
            }
        }
        outcome
    }

    /// A mode in the first slots that are free for it; put out again if that is not enough.
    fn try_mode(
        &mut self,
        outcome: &Outcome,
        (_, mode): (usize, &Mode),
        searched: bool,
        spectrum: &Spectrum,
    ) -> Result<(usize, Vec<FrequencySlot>), Refused> {
        let (demand, route) = (&outcome.demand, &outcome.route);
        let options = self.site.options;
        let alone = |blocked| (blocked, None);
        let slots = spectrum.places(demand, route, mode.bit_rate, options.policy).map_err(alone)?;
        let photonic = mode_model::photonic(mode).map_err(|_| alone(Blocked::NoComputedSnr))?;
        let compat = options.settings.compat;
        let one = channel(demand, mode, self.site.comb.roll_off, searched, compat);
        let centres = centres(&slots, demand.spacing_hz, demand.pairs(mode.bit_rate));
        let channels = centres
            .into_iter()
            .map(|n| Channel { frequency_hz: frequency_of(n), ..one.clone() })
            .collect();
        let plan = ChannelPlan::new(channels).map_err(|_| alone(Blocked::NoComputedSnr))?;
        let mut ways = vec![Way::new(route.clone(), spectrum.lines_of(route))];
        let back = spectrum.way_back(self.site.network, route);
        // Slots are booked both ways, so there is light both ways, whichever of it is judged.
        if !back.is_empty() {
            let lines = spectrum.lines_of(&back);
            ways.push(Way::new(back, lines));
        }
        let judgement = Judgement::Mode(Box::new(photonic));
        let at = self.light.add(Bundle { plan: Arc::new(plan), ways, judgement });
        let settled = self.light.settle(&spectrum.lines);
        let seen = self.seen(at);
        let judged = |direction: usize| direction == 0 || demand.bidirectional;
        let enough = seen.iter().all(|(seen, way)| seen.enough || !judged(*way));
        if settled.is_ok() && enough && !seen.is_empty() {
            return Ok((at, slots));
        }
        self.light.remove(at);
        // The others crossed these lines before.
        let _ = self.light.settle(&spectrum.lines);
        let reason = if settled.is_err() {
            Blocked::NoComputedSnr
        } else if searched {
            Blocked::NoFeasibleMode
        } else {
            Blocked::ModeNotFeasible
        };
        Err((
            reason,
            seen.into_iter().next().map(|(seen, _)| Box::new(seen)).filter(|_| settled.is_ok()),
        ))
    }

    /// Whom the last request has brought below what it needs.
    //= otn:plan-harm
    fn harms(&self, by: Owner, name: &dyn Fn(Owner) -> String, harms: &mut Vec<Harm>) {
        let Some(&(at, owner)) = self.owners.last() else { return };
        if owner != by {
            return;
        }
        for other in self.light.neighbours(at) {
            let Some(&(_, to)) = self.owners.iter().find(|(bundle, _)| *bundle == other) else {
                continue;
            };
            let Some(bundle) = &self.light.bundles[other] else { continue };
            for way in &bundle.ways {
                let Some((before, after)) = way.before.zip(way.seen.as_ref()) else { continue };
                if let (true, false, Some(margin_after_db)) =
                    (before.0, after.enough, after.margin_db)
                {
                    let (by, to) = (name(by), name(to));
                    let margin_before_db = before.1;
                    harms.push(Harm { by, to, margin_before_db, margin_after_db });
                    break;
                }
            }
        }
    }
}

/// Centres of the channels in blocks of slots: side by side from the lowest slot of each.
pub(super) fn centres(slots: &[FrequencySlot], spacing_hz: f64, pairs: u64) -> Vec<i64> {
    let each = half_width(spacing_hz).max(1);
    let blocks = slots.iter().filter_map(|slot| slot.n.zip(slot.m));
    let all = blocks.flat_map(|(n, m)| (0..m / each).map(move |k| n - m + each * (2 * k + 1)));
    all.take(usize::try_from(pairs).unwrap_or(usize::MAX)).collect()
}
