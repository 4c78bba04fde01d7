//! From what files say to the elements of the photonic layer.
//!
//! In: types of the [`Library`] and elements of a network. Out: models of `otn-photon`, made once for each
//! type and shared. What a model refuses is said with the name of the type or element.

use core::fmt;
use std::sync::Arc;

use otn_photon::amplifier::{
    AmplifierModel, AmplifierParameters, Definition, ModelError, MultibandModel,
};
use otn_photon::fibre::{
    DEFAULT_DISPERSION, Dispersion, FibreError, FibreParameters, LossCoefficient, PumpDirection,
    REFERENCE_WAVELENGTH_M, RamanCurve, RamanOperation, RamanPump,
};
use otn_photon::spectrum::Channel;
use otn_photon::units::{LIGHT_SPEED, linear};

use otn_photon::roadm::{Equalisation, Impairment, ImpairmentProfile, PathKind};

use crate::library::{
    self, AmplifierType, FibreParams, Library, Loss, NoiseModel, PathImpairments, Table,
};
use crate::network::element;
use crate::spectrum_file::Partition;
use crate::topology::Direction;

/// Why an entry or an element has no model.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelsError {
    /// An amplifier type says what no amplifier has.
    Amplifier(ModelError),
    /// An amplifier type names a stage or a band that the library does not have, or that has none itself.
    Stage {
        /// The type.
        type_variety: String,
        /// The name of its part.
        found: String,
    },
    /// A fibre says what no fibre has.
    Fibre {
        /// The element.
        uid: String,
        /// What is wrong.
        reason: FibreError,
    },
}

impl fmt::Display for ModelsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amplifier(error) => write!(f, "{error}"),
            Self::Stage { type_variety, found } => write!(
                f,
                "amplifier type {type_variety}: its part '{found}' is not an amplifier of one band of the \
                 library"
            ),
            Self::Fibre { uid, reason } => write!(f, "element '{uid}': {reason}"),
        }
    }
}

impl core::error::Error for ModelsError {}

/// A model of an amplifier type.
#[derive(Clone, Debug, PartialEq)]
pub enum Amplifying {
    /// Of one band.
    Single(Arc<AmplifierModel>),
    /// Of several bands.
    Multiband(Arc<MultibandModel>),
}

/// The models of a library's amplifiers, in its order.
#[derive(Clone, Debug, Default)]
pub struct Models {
    entries: Vec<Amplifying>,
}

impl Models {
    /// Makes a model of every amplifier type.
    ///
    /// # Errors
    /// [`ModelsError`] for the first type that has none.
    pub fn new(library: &Library) -> Result<Self, ModelsError> {
        let mut single = Vec::with_capacity(library.amplifiers.len());
        // Stages stand for themselves, so that they come first whatever the order of the file.
        for entry in &library.amplifiers {
            single.push(match &entry.model {
                NoiseModel::DualStage { .. } | NoiseModel::MultiBand { .. } => None,
                _ => Some(model(entry, simple(&entry.model))?),
            });
        }
        let stage = |of: &AmplifierType, name: &String| {
            let at = library.amplifiers.iter().position(|entry| entry.type_variety == *name);
            at.and_then(|at| single[at].clone()).ok_or_else(|| ModelsError::Stage {
                type_variety: of.type_variety.clone(),
                found: name.clone(),
            })
        };
        let mut entries = Vec::with_capacity(single.len());
        for (entry, single) in library.amplifiers.iter().zip(&single) {
            entries.push(match (&entry.model, single) {
                (_, Some(model)) => Amplifying::Single(Arc::clone(model)),
                (NoiseModel::DualStage { preamp_variety, booster_variety }, None) => {
                    let preamp = stage(entry, preamp_variety)?;
                    let booster = stage(entry, booster_variety)?;
                    let definition = Definition::DualStage { preamp, booster };
                    Amplifying::Single(model(entry, Some(definition))?)
                }
                (_, None) => Amplifying::Multiband(Arc::new(MultibandModel {
                    type_variety: entry.type_variety.clone(),
                    members: bands(&entry.model)
                        .iter()
                        .map(|name| stage(entry, name))
                        .collect::<Result<_, _>>()?,
                    allowed_for_design: entry.allowed_for_design,
                })),
            });
        }
        Ok(Self { entries })
    }

    /// All models, in the order of the library.
    pub fn all(&self) -> &[Amplifying] {
        &self.entries
    }

    /// The model of the type of this name, if it is of one band.
    pub fn single(&self, variety: &str) -> Option<&Arc<AmplifierModel>> {
        self.entries.iter().find_map(|entry| match entry {
            Amplifying::Single(model) if model.parameters.type_variety == variety => Some(model),
            Amplifying::Single(_) | Amplifying::Multiband(_) => None,
        })
    }

    /// The model of the type of this name, if it is of several bands.
    pub fn multiband(&self, variety: &str) -> Option<&Arc<MultibandModel>> {
        self.entries.iter().find_map(|entry| match entry {
            Amplifying::Multiband(model) if model.type_variety == variety => Some(model),
            Amplifying::Single(_) | Amplifying::Multiband(_) => None,
        })
    }
}

fn bands(model: &NoiseModel) -> &[String] {
    match model {
        NoiseModel::MultiBand { amplifiers } => amplifiers,
        _ => &[],
    }
}

/// The definition of a type that stands for itself.
fn simple(model: &NoiseModel) -> Option<Definition> {
    Some(match model {
        NoiseModel::VariableGain { nf_min_db, nf_max_db } => {
            Definition::VariableGain { nf_min_db: *nf_min_db, nf_max_db: *nf_max_db }
        }
        NoiseModel::FixedGain { nf0_db } => Definition::FixedGain { nf0_db: *nf0_db },
        NoiseModel::AdvancedModel { nf_fit_coeff } => {
            Definition::Advanced { nf_coefficients: nf_fit_coeff.clone() }
        }
        NoiseModel::OpenRoadm { nf_coef } => {
            Definition::OpenRoadm { nf_coefficients: nf_coef.clone() }
        }
        NoiseModel::OpenRoadmPreamp => Definition::OpenRoadmPreamp,
        NoiseModel::OpenRoadmBooster => Definition::OpenRoadmBooster,
        NoiseModel::DualStage { .. } | NoiseModel::MultiBand { .. } => return None,
    })
}

fn model(
    entry: &AmplifierType,
    definition: Option<Definition>,
) -> Result<Arc<AmplifierModel>, ModelsError> {
    let definition = definition.ok_or_else(|| ModelsError::Stage {
        type_variety: entry.type_variety.clone(),
        found: entry.type_variety.clone(),
    })?;
    let parameters = AmplifierParameters {
        type_variety: entry.type_variety.clone(),
        definition,
        gain_flatmax_db: entry.gain_flatmax_db,
        gain_min_db: entry.gain_min_db,
        p_max_dbm: entry.p_max_dbm,
        f_min_hz: entry.f_min_hz,
        f_max_hz: entry.f_max_hz,
        gain_ripple_db: entry.profile.gain_ripple_db.clone(),
        nf_ripple_db: entry.profile.nf_ripple_db.clone(),
        dgt: entry.profile.dgt.clone(),
        pmd_s: entry.pmd_s,
        pdl_db: entry.pdl_db,
        out_voa_auto: entry.out_voa_auto,
        raman: entry.raman,
        allowed_for_design: entry.allowed_for_design,
    };
    AmplifierModel::new(parameters).map(Arc::new).map_err(ModelsError::Amplifier)
}

/// The fibre of a network's element.
///
/// # Errors
/// [`ModelsError::Fibre`] with the name of the element.
pub fn fibre(uid: &str, given: &element::Fibre) -> Result<otn_photon::fibre::Fibre, ModelsError> {
    let operation = given.raman.as_ref().map(|raman| RamanOperation {
        temperature_k: raman.temperature_k,
        pumps: raman.pumps.iter().map(|one| pump(one, pump_factor(given))).collect(),
    });
    otn_photon::fibre::Fibre::new(parameters(&given.params), operation)
        .map_err(|reason| ModelsError::Fibre { uid: uid.to_owned(), reason })
}

/// By how much pumps are stronger than the connector at the end lets through, because the margin for the end
/// of life, which design adds to that connector, is none of theirs.
//= gnpy:6.4-pumps-without-margin
fn pump_factor(given: &element::Fibre) -> f64 {
    let con_out_db = given.params.con_out_db.unwrap_or(0.0);
    linear(con_out_db - given.own.con_out_db.unwrap_or(con_out_db))
}

/// The ROADM of a network's element.
pub fn roadm(given: &element::Roadm) -> otn_photon::roadm::Roadm {
    let degrees = given.targets.iter();
    let pairs = given.pairs.iter();
    otn_photon::roadm::Roadm {
        equalisation: equalisation(given.equalisation),
        degrees: degrees.map(|(uid, target)| (uid.clone(), equalisation(*target))).collect(),
        add_drop_osnr_db: given.add_drop_osnr_db,
        pmd_s: given.pmd_s,
        pdl_db: given.pdl_db,
        profiles: given.path_impairments.iter().map(profile).collect(),
        chosen: pairs
            .map(|pair| ((pair.from_degree.clone(), pair.to_degree.clone()), pair.impairment_id))
            .collect(),
    }
}

/// What a ROADM holds equal.
pub fn equalisation(given: library::Equalisation) -> Equalisation {
    match given {
        library::Equalisation::PowerDbm(level_dbm) => Equalisation::Power(level_dbm),
        library::Equalisation::PsdMwPerGhz(density) => Equalisation::PowerPerBaudRate(density),
        library::Equalisation::PswMwPerGhz(density) => Equalisation::PowerPerSlotWidth(density),
    }
}

fn profile(given: &PathImpairments) -> ImpairmentProfile {
    let range = |impairment: &library::Impairment| {
        let everywhere = (0.0, f64::INFINITY);
        let band = impairment.frequency_range;
        (
            band.map_or(everywhere, |band| (band.f_min_hz, band.f_max_hz)),
            Impairment {
                max_loss_db: impairment.maxloss_db,
                pmd_s: impairment.pmd_s.unwrap_or(0.0),
                pdl_db: impairment.pdl_db.unwrap_or(0.0),
                osnr_db: impairment.osnr_db,
            },
        )
    };
    ImpairmentProfile {
        id: given.id,
        kind: match given.kind {
            library::PathKind::Express => PathKind::Express,
            library::PathKind::Add => PathKind::Add,
            library::PathKind::Drop => PathKind::Drop,
        },
        ranges: given.impairments.iter().map(range).collect(),
    }
}

fn pump(pump: &crate::topology::RamanPump, factor: f64) -> RamanPump {
    let direction = match pump.propagation_direction {
        Direction::CoPropagating => PumpDirection::Co,
        Direction::CounterPropagating => PumpDirection::Counter,
    };
    RamanPump { power_w: pump.power_w * factor, frequency_hz: pump.frequency_hz, direction }
}

fn table(table: &Table, factor: f64) -> otn_photon::fibre::Table {
    otn_photon::fibre::Table {
        frequency_hz: table.frequency_hz.clone(),
        value: table.value.iter().map(|value| value * factor).collect(),
    }
}

fn parameters(given: &FibreParams) -> FibreParameters {
    let loss = match &given.loss_coef {
        None => LossCoefficient::Constant(0.0),
        Some(Loss::Flat(loss)) => LossCoefficient::Constant(loss * 1e-3),
        Some(Loss::PerFrequency(per_frequency)) => {
            LossCoefficient::Table(table(per_frequency, 1e-3))
        }
    };
    let at_reference = given.dispersion_s_per_m2.unwrap_or(DEFAULT_DISPERSION);
    let dispersion = match (&given.dispersion_per_frequency, given.dispersion_slope_s_per_m3) {
        (Some(per_frequency), _) => Dispersion::Table(table(per_frequency, 1.0)),
        (None, Some(slope)) => Dispersion::Slope { dispersion: at_reference, slope },
        (None, None) => Dispersion::Constant(at_reference),
    };
    let lumped = given.lumped_losses.iter().flatten();
    FibreParameters {
        length_m: given.length_m.unwrap_or(0.0),
        loss,
        con_in_db: given.con_in_db.unwrap_or(0.0),
        con_out_db: given.con_out_db.unwrap_or(0.0),
        att_in_db: given.att_in_db.unwrap_or(0.0),
        lumped_losses: lumped
            .map(|lump| otn_photon::fibre::LumpedLoss {
                position_m: lump.position_m,
                loss_db: lump.loss_db,
            })
            .collect(),
        reference_frequency_hz: given
            .ref_frequency_hz
            .unwrap_or(LIGHT_SPEED / REFERENCE_WAVELENGTH_M),
        dispersion,
        effective_area_m2: given.effective_area_m2,
        gamma: given.gamma_per_w_m,
        pmd_coefficient: given.pmd_coef_s_per_sqrt_m.unwrap_or(0.0),
        raman_curve: given.raman_coefficient.as_ref().map(|curve| RamanCurve {
            g0_per_w_m: curve.g0_per_w_m.clone(),
            offset_hz: curve.frequency_offset_hz.clone(),
            reference_frequency_hz: curve.reference_frequency_hz,
        }),
    }
}

/// The channels of a spectrum file.
//= gnpy:6.1-partitions
pub fn channels(partitions: &[Partition]) -> Vec<Channel> {
    let channel = |part: &Partition, i: usize| Channel {
        frequency_hz: part.f_min_hz + i as f64 * part.slot_width_hz,
        slot_width_hz: part.slot_width_hz,
        baud_rate: part.baud_rate,
        roll_off: part.roll_off,
        delta_power_db: part.delta_power_db,
        tx_osnr_db: part.tx_osnr_db,
        tx_power_dbm: part.tx_power_dbm,
        label: part.label.clone(),
    };
    let of_part = |part| (0..Partition::channel_count(part)).map(move |i| channel(part, i));
    partitions.iter().flat_map(of_part).collect()
}
