//! Amplifiers of several bands: each band for itself, and a type that holds amplifiers for all of them.
//!
//! Clauses: GNPy 6.8 (multiband), black-box runs of 2.14.2.

use std::sync::Arc;

use otn_photon::amplifier::{AmplifierModel, MultibandModel};

use super::DesignError;
use super::bands::LineBand;
use super::gains::{AmplifierAccount, Before, Place, Walk, settle};
use super::selection;
use crate::models::Amplifying;
use crate::network::element::{Edfa, Multiband};

impl Walk<'_> {
    /// Sets the amplifiers of all bands, each for itself.
    //= gnpy:6.8-multiband
    pub(super) fn multiband(
        &self,
        place: &Place,
        multiband: &mut Multiband,
        (bands, before): (&[LineBand], &mut [Before]),
        restrictions: &[String],
    ) -> Result<Vec<AmplifierAccount>, DesignError> {
        let names = self.open_bands(place, multiband, bands, before, restrictions)?;
        let mut accounts = Vec::with_capacity(bands.len());
        for edfa in &mut multiband.amplifiers {
            let (low, high) = edfa.band_hz.unwrap_or_default();
            let inside = |band: &LineBand| low < band.f_max_hz && band.f_min_hz < high;
            let Some(at) = bands.iter().position(inside) else {
                return Err(DesignError::Bands { uid: place.uid.clone(), bands: bands.len() });
            };
            let allowed = match (&names, &edfa.type_variety) {
                (Open::Given, _) => Vec::new(),
                (Open::Among(names), _) => names.clone(),
                (Open::Members, variety) => variety.iter().cloned().collect(),
            };
            if !allowed.is_empty() {
                edfa.type_variety = None;
            }
            let account = self.amplifier(place, edfa, bands[at], &allowed, &mut before[at])?;
            settle(edfa, &account);
            accounts.push(account);
        }
        Ok(accounts)
    }

    /// Fills in the amplifiers of a multiband amplifier that names none: those of its type, and if that is
    /// open too, of the type that is chosen.
    fn open_bands(
        &self,
        place: &Place,
        multiband: &mut Multiband,
        bands: &[LineBand],
        before: &[Before],
        restrictions: &[String],
    ) -> Result<Open, DesignError> {
        if !multiband.amplifiers.is_empty() {
            return Ok(Open::Given);
        }
        multiband.chosen = multiband.type_variety.is_none();
        let none = || DesignError::NoCandidate {
            uid: place.uid.clone(),
            why: "no multiband amplifier that is allowed covers the design bands",
        };
        let (best, open) = match &multiband.type_variety {
            Some(variety) => (self.models.multiband(variety).ok_or_else(none)?, Open::Members),
            None => {
                let types = self.allowed_multiband(bands, restrictions);
                match self.best_of_all(place, &types, bands, before)? {
                    Some((best, names)) => (best, Open::Among(names)),
                    None => (
                        self.one_after_the_other(place, types, bands, before)?.ok_or_else(none)?,
                        Open::Members,
                    ),
                }
            }
        };
        multiband.type_variety = Some(best.type_variety.clone());
        let mut members: Vec<&Arc<AmplifierModel>> = best.members.iter().collect();
        if multiband.chosen {
            members.sort_by(|one, other| one.band_hz().0.total_cmp(&other.band_hz().0));
        }
        let member = |one: &Arc<AmplifierModel>| {
            Edfa::open(Some(one.parameters.type_variety.clone()), Some(one.band_hz()))
        };
        multiband.amplifiers = members.into_iter().map(member).collect();
        Ok(open)
    }

    /// The first type that holds the best amplifier for every band, and the amplifiers among which they were
    /// the best; `None` if no type holds all of them.
    ///
    /// The choice widens on its way: whatever of one band has gain and power brings in all types that hold
    /// it, whether allowed or not.
    //= gnpy:6.8-multiband-choice
    fn best_of_all(
        &self,
        place: &Place,
        types: &[&Arc<MultibandModel>],
        bands: &[LineBand],
        before: &[Before],
    ) -> Result<Option<Best<'_>>, DesignError> {
        let mut names = members(types.iter().copied());
        for (band, state) in bands.iter().zip(before) {
            if names.is_empty() {
                return Ok(None);
            }
            let wanted = self.wanted(place, &Edfa::open(None, None), *band, state).task;
            let fitting = selection::fitting(self.models, &names, &wanted, self.rules);
            names = members(self.multiband_types().filter(|entry| holds_any(entry, &fitting)));
        }
        if names.is_empty() {
            return Ok(None);
        }
        let mut best = Vec::with_capacity(bands.len());
        for (band, state) in bands.iter().zip(before) {
            best.push(self.best_for_band(place, *band, state, &names)?);
        }
        let all = |entry: &&Arc<MultibandModel>| best.iter().all(|name| holds(entry, name));
        Ok(self.multiband_types().find(all).map(|entry| (entry, names)))
    }

    /// Where no type holds the best of every band: the best for one band, then for the next among the types
    /// that hold that one, and so on.
    fn one_after_the_other<'m>(
        &self,
        place: &Place,
        mut types: Vec<&'m Arc<MultibandModel>>,
        bands: &[LineBand],
        before: &[Before],
    ) -> Result<Option<&'m Arc<MultibandModel>>, DesignError> {
        for (band, state) in bands.iter().zip(before) {
            let names = members(types.iter().copied());
            if names.is_empty() {
                return Ok(None);
            }
            let chosen = self.best_for_band(place, *band, state, &names)?;
            types.retain(|entry| holds(entry, &chosen));
        }
        Ok(types.first().copied())
    }

    fn best_for_band(
        &self,
        place: &Place,
        band: LineBand,
        state: &Before,
        names: &[String],
    ) -> Result<String, DesignError> {
        let mut state = *state;
        let open = Edfa::open(None, None);
        Ok(self.amplifier(place, &open, band, names, &mut state)?.type_variety)
    }

    /// Multiband types that design may take: one of their amplifiers for each band.
    fn allowed_multiband(
        &self,
        bands: &[LineBand],
        restrictions: &[String],
    ) -> Vec<&Arc<MultibandModel>> {
        let covers = |one: &Arc<AmplifierModel>, band: &LineBand| {
            let (low, high) = one.band_hz();
            low <= band.f_min_hz && band.f_max_hz <= high
        };
        let allowed = |entry: &MultibandModel| match restrictions {
            [] => entry.allowed_for_design,
            names => names.contains(&entry.type_variety),
        };
        self.multiband_types()
            .filter(|entry| allowed(entry))
            .filter(|entry| {
                bands.iter().all(|band| entry.members.iter().any(|one| covers(one, band)))
            })
            .collect()
    }

    fn multiband_types(&self) -> impl Iterator<Item = &Arc<MultibandModel>> {
        self.models.all().iter().filter_map(|entry| match entry {
            Amplifying::Multiband(entry) => Some(entry),
            Amplifying::Single(_) => None,
        })
    }
}

/// A type, and the amplifiers among which its own were the best.
type Best<'a> = (&'a Arc<MultibandModel>, Vec<String>);

/// How much of a multiband amplifier was open.
enum Open {
    /// Nothing: its amplifiers are as the file gives them.
    Given,
    /// Its amplifiers, but not their types.
    Members,
    /// Its type too; the best of these amplifiers were taken.
    Among(Vec<String>),
}

fn members<'a>(types: impl Iterator<Item = &'a Arc<MultibandModel>>) -> Vec<String> {
    let each = types.flat_map(|entry| &entry.members);
    each.map(|one| one.parameters.type_variety.clone()).collect()
}

fn holds(entry: &MultibandModel, name: &str) -> bool {
    entry.members.iter().any(|one| one.parameters.type_variety == name)
}

fn holds_any(entry: &MultibandModel, names: &[String]) -> bool {
    names.iter().any(|name| holds(entry, name))
}
