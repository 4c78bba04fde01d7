//! What is in each fibre at one time.
//!
//! In: a plant in a state. Out: for each fibre of a lightpath's way its channels, each with its slot, its owner and
//! its power where it enters the fibre.

use otn_photon::units::dbm;

use super::crossing::Crossing;
use super::error::LightError;
use super::lightpath::{Direction, LightpathId};
use super::plant::Plant;
use super::state::{FibreId, State};

/// Whose a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A direction of a lightpath.
    Lightpath(LightpathId, Direction),
    /// The comb that fills the plant.
    Fill,
}

/// A channel in a fibre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occupied {
    /// Centre, Hz.
    pub frequency_hz: f64,
    /// Width of the slot, Hz; of a shifted channel what is left of it on both sides.
    pub slot_width_hz: f64,
    /// Whose it is.
    pub owner: Owner,
    /// Power where it enters the fibre, noise included, dBm.
    pub power_dbm: f64,
}

/// What is in a fibre.
#[derive(Clone, Debug, PartialEq)]
pub struct Occupation {
    /// The fibre.
    pub fibre: FibreId,
    /// Its channels, in rising frequency; none behind a cut.
    pub channels: Vec<Occupied>,
}

/// What is in each fibre of a lightpath's way, in the order of the network.
///
/// # Errors
/// [`LightError`].
pub fn occupation(plant: &Plant, state: &State) -> Result<Vec<Occupation>, LightError> {
    let mut crossing = Crossing::new(plant);
    crossing.settle(state)?;
    let mut all = Vec::new();
    // A transceiver may send one frequency to several ROADM degrees: without a fibre nothing is shared.
    for section in plant.sections.iter().filter(|section| !section.inner.is_empty()) {
        let entering = crossing.entering(section, state)?;
        let before = match &entering.spectrum {
            Some(spectrum) => crossing.along(section, state, spectrum)?,
            None => Vec::new(),
        };
        let owner = |frequency_hz: f64| {
            let spectrum = entering.spectrum.as_ref()?;
            let at = spectrum.plan.frequency_hz.iter().position(|&f| f == frequency_hz)?;
            let Some(way) = entering.owner[at] else { return Some(Owner::Fill) };
            let way = &plant.ways[section.ways[way].0];
            Some(Owner::Lightpath(way.lightpath, way.direction))
        };
        for (place, &vertex) in section.inner.iter().enumerate() {
            if plant.network.element(vertex).fibre().is_none() {
                continue;
            }
            let channels = before.get(place).map_or(Vec::new(), |spectrum| {
                let channel = |i: usize| {
                    Some(Occupied {
                        frequency_hz: spectrum.plan.frequency_hz[i],
                        slot_width_hz: spectrum.plan.slot_width_hz[i],
                        owner: owner(spectrum.plan.frequency_hz[i])?,
                        power_dbm: dbm(spectrum.power_w[i]),
                    })
                };
                (0..spectrum.len()).filter_map(channel).collect()
            });
            all.push(Occupation { fibre: FibreId(vertex), channels });
        }
    }
    all.sort_by_key(|occupation| occupation.fibre);
    Ok(all)
}
