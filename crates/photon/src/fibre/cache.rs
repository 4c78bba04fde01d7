//! Equal fibres are prepared once.
//!
//! In: fibres, plans, settings. Out: the same [`Prepared`] that [`Fibre::prepare`] gives, shared. The cache is an
//! object of its caller; it holds so many fibres as it was made for and forgets the one that was asked
//! for longest ago. What comes out of it does not depend on what is in it.

use std::sync::Arc;

use super::{Fibre, FibreError, Prepared};
use crate::Compat;
use crate::simulation::SimulationParameters;
use crate::spectrum::ChannelPlan;

/// Fibres that were prepared, by what they were prepared from.
#[derive(Debug)]
pub struct EfficiencyCache {
    capacity: usize,
    clock: u64,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    used: u64,
    fibre: Fibre,
    settings: SimulationParameters,
    compat: Compat,
    prepared: Arc<Prepared>,
}

impl EfficiencyCache {
    /// A cache for at most `capacity` fibres; one of capacity zero keeps nothing.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, clock: 0, entries: Vec::new() }
    }

    /// How many fibres it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
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
        let found = self.entries.iter_mut().find(|entry| {
            entry.fibre == *fibre
                && entry.compat == compat
                && entry.settings == *settings
                && (Arc::ptr_eq(entry.prepared.plan(), plan) || entry.prepared.plan() == plan)
        });
        if let Some(entry) = found {
            entry.used = self.clock;
            return Ok(Arc::clone(&entry.prepared));
        }
        let prepared = Arc::new(fibre.prepare(plan, settings, compat)?);
        if self.capacity > 0 {
            self.make_room();
            self.entries.push(Entry {
                used: self.clock,
                fibre: fibre.clone(),
                settings: settings.clone(),
                compat,
                prepared: Arc::clone(&prepared),
            });
        }
        Ok(prepared)
    }

    fn make_room(&mut self) {
        if self.entries.len() < self.capacity {
            return;
        }
        let oldest = self.entries.iter().enumerate().min_by_key(|(_, entry)| entry.used);
        if let Some((oldest, _)) = oldest {
            self.entries.swap_remove(oldest);
        }
    }
}
