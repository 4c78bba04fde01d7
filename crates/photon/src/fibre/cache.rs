//! Equal fibres are prepared once, and fibres of one glass share what does not depend on length.
//!
//! In: fibres, plans, settings. Out: the same [`Prepared`] that [`Fibre::prepare`] gives, shared. The cache is an
//! object of its caller; it holds so many fibres as it was made for, a few glasses, and forgets what was
//! asked for longest ago. What comes out of it does not depend on what is in it.

use std::sync::Arc;

use super::prepared::Glass;
use super::{Fibre, FibreError, FibreParameters, Prepared};
use crate::Compat;
use crate::nli::is_analytic;
use crate::simulation::SimulationParameters;
use crate::spectrum::ChannelPlan;

/// Most glasses that are kept.
const GLASSES: usize = 32;

/// Fibres that were prepared, by what they were prepared from.
#[derive(Debug)]
pub struct EfficiencyCache {
    capacity: usize,
    clock: u64,
    fibres: Kept<FibreKey, Arc<Prepared>>,
    glasses: Kept<GlassKey, Glass>,
}

#[derive(Debug, PartialEq)]
struct FibreKey {
    fibre: Fibre,
    settings: SimulationParameters,
    compat: Compat,
    plan: PlanKey,
}

#[derive(Debug, PartialEq)]
struct GlassKey {
    /// The fibre, one metre long and without ends.
    fibre: Fibre,
    /// Whether there is scattering, and whether the closed form is used.
    kinds: (bool, bool),
    plan: PlanKey,
}

/// A plan; the same one is as a rule the same object, and its contents count if it is not.
#[derive(Debug)]
struct PlanKey(Arc<ChannelPlan>);

impl PartialEq for PlanKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

/// Values with their keys, when they were last asked for, and a digest of the key that is compared first.
#[derive(Debug)]
struct Kept<K, V> {
    digests: Vec<u64>,
    entries: Vec<(u64, K, V)>,
}

impl<K: PartialEq, V: Clone> Kept<K, V> {
    fn new() -> Self {
        Self { digests: Vec::new(), entries: Vec::new() }
    }

    fn get(&mut self, digest: u64, key: &K, clock: u64) -> Option<V> {
        let candidates = self.digests.iter().zip(&mut self.entries);
        let mut equal = candidates.filter(|(other, _)| **other == digest).map(|(_, entry)| entry);
        let (used, _, value) = equal.find(|(_, other, _)| other == key)?;
        *used = clock;
        Some(value.clone())
    }

    fn put(&mut self, digest: u64, key: K, value: V, clock: u64, capacity: usize) {
        if capacity == 0 {
            return;
        }
        if self.entries.len() >= capacity {
            let oldest = self.entries.iter().enumerate().min_by_key(|(_, (used, ..))| *used);
            if let Some((oldest, _)) = oldest {
                self.digests.swap_remove(oldest);
                self.entries.swap_remove(oldest);
            }
        }
        self.digests.push(digest);
        self.entries.push((clock, key, value));
    }
}

impl EfficiencyCache {
    /// A cache for at most `capacity` fibres; one of capacity zero keeps nothing.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, clock: 0, fibres: Kept::new(), glasses: Kept::new() }
    }

    /// How many fibres it holds.
    pub fn len(&self) -> usize {
        self.fibres.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.fibres.entries.is_empty()
    }

    /// As [`Fibre::prepare`], from the cache if an equal fibre was prepared for an equal plan before.
    ///
    /// # Errors
    /// As [`Fibre::prepare`]; errors are not kept.
    pub fn prepare(
        &mut self,
        fibre: &Fibre,
        plan: &Arc<ChannelPlan>,
        settings: &SimulationParameters,
        compat: Compat,
    ) -> Result<Arc<Prepared>, FibreError> {
        self.clock += 1;
        let plan_key = || PlanKey(Arc::clone(plan));
        let (fibre_digest, glass_digest) = digests(fibre, plan);
        let key =
            FibreKey { fibre: fibre.clone(), settings: settings.clone(), compat, plan: plan_key() };
        if let Some(prepared) = self.fibres.get(fibre_digest, &key, self.clock) {
            return Ok(prepared);
        }
        let glass_key = GlassKey {
            fibre: fibre.bare(),
            kinds: (settings.raman.flag, is_analytic(settings)),
            plan: plan_key(),
        };
        let known = self.glasses.get(glass_digest, &glass_key, self.clock);
        let glass = known.clone().unwrap_or_default();
        let prepared = Arc::new(Prepared::new(fibre, plan, settings, compat, &glass)?);
        if known.is_none() {
            let capacity = GLASSES.min(self.capacity);
            self.glasses.put(glass_digest, glass_key, prepared.glass(), self.clock, capacity);
        }
        self.fibres.put(fibre_digest, key, Arc::clone(&prepared), self.clock, self.capacity);
        Ok(prepared)
    }
}

/// Digests of a fibre and of its glass with a plan; equal ones have equal digests.
fn digests(fibre: &Fibre, plan: &ChannelPlan) -> (u64, u64) {
    let parameters = &fibre.parameters;
    let first_hz = plan.frequency_hz.first().copied().unwrap_or(0.0);
    let glass = [fibre.loss_db_per_m, fibre.area_m2, fibre.contrast, first_hz, plan.len() as f64];
    let ends = [
        parameters.length_m,
        parameters.con_in_db,
        parameters.con_out_db,
        parameters.att_in_db,
        parameters.pmd_coefficient,
    ];
    // FNV's way of mixing, a word at a time. Zero of either sign is the same value.
    let mix = |digest: u64, value: &f64| {
        (digest ^ (value + 0.0).to_bits()).wrapping_mul(1_099_511_628_211).rotate_left(29)
    };
    let glass = glass.iter().fold(14_695_981_039_346_656_037, mix);
    (ends.iter().fold(glass, mix), glass)
}

impl Fibre {
    /// The glass of the fibre: one metre of it, without ends.
    fn bare(&self) -> Self {
        let parameters = FibreParameters {
            length_m: 1.0,
            con_in_db: 0.0,
            con_out_db: 0.0,
            att_in_db: 0.0,
            lumped_losses: Vec::new(),
            pmd_coefficient: 0.0,
            ..self.parameters.clone()
        };
        Self { parameters, ..self.clone() }
    }
}
