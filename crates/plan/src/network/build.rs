//! From a topology and a library to a network.

use core::fmt;

use super::Network;
use super::element::{
    DegreeBands, Edfa, Element, Fibre, GivenRoadm, Kind, Multiband, Raman, Roadm, Transceiver,
};
use crate::library::{DEFAULT_VARIETY, FibreType, Library};
use crate::topology::{self, DegreeDesignBands, DesignBand, Topology};

/// Temperature of a pumped fibre that gives none, K.
const ROOM_TEMPERATURE_K: f64 = 283.0;

/// Why a topology and a library make no network.
#[derive(Clone, Debug, PartialEq)]
pub enum BuildError {
    /// The library does not have a type that an element names.
    UnknownVariety {
        /// The element.
        uid: String,
        /// Section of the library.
        section: &'static str,
        /// The name found.
        found: String,
        /// Names that would do.
        known: Vec<String>,
    },
    /// An element does not say what neither it nor its type may leave out.
    Missing {
        /// The element.
        uid: String,
        /// The field.
        field: &'static str,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVariety { uid, section, found, known } => {
                write!(
                    f,
                    "element '{uid}': type_variety '{found}' is not in section {section} of the library"
                )?;
                write!(f, ", expected one of: {}", known.join(", "))
            }
            Self::Missing { uid, field } => {
                write!(f, "element '{uid}': found no {field}, neither its own nor of its type")
            }
        }
    }
}

impl core::error::Error for BuildError {}

pub(super) fn build(topology: &Topology, library: &Library) -> Result<Network, BuildError> {
    let mut network = Network { name: topology.network_name.clone(), ..Network::default() };
    for given in &topology.elements {
        let uid = given.uid.clone();
        let kind = kind(&uid, &given.kind, library)?;
        network.add(Element { uid, kind, location: given.location.clone() });
    }
    for connection in &topology.connections {
        let ends = (network.vertex(&connection.from_node), network.vertex(&connection.to_node));
        if let (Some(from), Some(to)) = ends {
            network.join(from, to);
        }
    }
    Ok(network)
}

fn kind(uid: &str, given: &topology::Kind, library: &Library) -> Result<Kind, BuildError> {
    Ok(match given {
        topology::Kind::Transceiver(given) => Kind::Transceiver(Transceiver {
            type_variety: given.type_variety.clone(),
            bands: bands(&given.design_bands, &given.per_degree_design_bands),
        }),
        topology::Kind::Roadm(given) => Kind::Roadm(roadm(uid, given, library)?),
        topology::Kind::Fused(given) => {
            Kind::Fused(given.loss_db.unwrap_or(topology::Fused::DEFAULT_LOSS_DB))
        }
        topology::Kind::Fibre(given) => {
            let types = ("Fiber", &library.fibres[..]);
            Kind::Fibre(fibre(uid, given.type_variety.as_deref(), &given.params, types, None)?)
        }
        topology::Kind::RamanFibre(given) => {
            let raman = Raman {
                temperature_k: given.temperature_k.unwrap_or(ROOM_TEMPERATURE_K),
                pumps: given.raman_pumps.clone(),
                estimated_gain_db: None,
            };
            let types = ("RamanFiber", &library.raman_fibres[..]);
            let variety = given.type_variety.as_deref();
            Kind::Fibre(fibre(uid, variety, &given.params, types, Some(raman))?)
        }
        topology::Kind::Edfa(given) => Kind::Edfa(edfa(uid, given, library)?),
        topology::Kind::MultibandAmplifier(given) => {
            let type_variety = amplifier_variety(uid, given.type_variety.as_ref(), library)?;
            let amplifiers = given.amplifiers.iter().map(|one| edfa(uid, one, library));
            Kind::Multiband(Multiband {
                type_variety,
                chosen: false,
                amplifiers: amplifiers.collect::<Result<_, _>>()?,
            })
        }
    })
}

fn bands(all: &[DesignBand], single: &[DegreeDesignBands]) -> DegreeBands {
    let single = single.iter().map(|degree| (degree.degree.clone(), degree.bands.clone()));
    DegreeBands { all: all.to_vec(), single: single.collect() }
}

fn roadm(uid: &str, given: &topology::Roadm, library: &Library) -> Result<Roadm, BuildError> {
    let variety = given.type_variety.as_deref().unwrap_or(DEFAULT_VARIETY);
    let Some(of_type) = library.roadm(variety) else {
        let known = library.roadms.iter().map(|entry| entry.type_variety.clone());
        return Err(unknown(uid, "Roadm", variety, known.collect()));
    };
    let targets = given.per_degree_targets.iter();
    Ok(Roadm {
        type_variety: variety.to_owned(),
        equalisation: given.equalisation.unwrap_or(of_type.equalisation),
        targets: targets.map(|degree| (degree.degree.clone(), degree.target)).collect(),
        pairs: given.per_degree_impairments.clone(),
        path_impairments: of_type.path_impairments.clone(),
        restrictions: given.restrictions.clone().unwrap_or_else(|| of_type.restrictions.clone()),
        add_drop_osnr_db: given.add_drop_osnr_db.unwrap_or(of_type.add_drop_osnr_db),
        pmd_s: given.pmd_s.unwrap_or(of_type.pmd_s),
        pdl_db: given.pdl_db.unwrap_or(of_type.pdl_db),
        bands: bands(&given.design_bands, &given.per_degree_design_bands),
        ref_pch_in_dbm: Vec::new(),
        given: GivenRoadm {
            add_drop_osnr: given.add_drop_osnr_db.is_some(),
            pmd: given.pmd_s.is_some(),
            pdl: given.pdl_db.is_some(),
        },
    })
}

fn fibre(
    uid: &str,
    variety: Option<&str>,
    own: &crate::library::FibreParams,
    (section, types): (&'static str, &[FibreType]),
    raman: Option<Raman>,
) -> Result<Fibre, BuildError> {
    let params = match variety {
        None => own.clone(),
        Some(name) => match types.iter().find(|entry| entry.type_variety == name) {
            Some(of_type) => {
                let mut params = own.over(&of_type.params);
                params.loss_coef = params.loss_coef.map(|loss| of_type.rippled(&loss));
                params
            }
            None => {
                let known = types.iter().map(|entry| entry.type_variety.clone());
                return Err(unknown(uid, section, name, known.collect()));
            }
        },
    };
    let missing = |field| Err(BuildError::Missing { uid: uid.to_owned(), field });
    if params.length_m.is_none() {
        return missing("params.length");
    }
    if params.loss_coef.is_none() {
        return missing("params.loss_coef");
    }
    Ok(Fibre {
        type_variety: variety.map(str::to_owned),
        params,
        own: own.clone(),
        raman,
        ref_pch_in_dbm: None,
        design_span_loss_db: None,
    })
}

fn edfa(uid: &str, given: &topology::Edfa, library: &Library) -> Result<Edfa, BuildError> {
    let type_variety = amplifier_variety(uid, given.type_variety.as_ref(), library)?;
    let entry = type_variety.as_ref().and_then(|variety| library.amplifier(variety));
    let band_hz = entry.map(|entry| (entry.f_min_hz, entry.f_max_hz));
    Ok(Edfa { given: given.operational, ..Edfa::open(type_variety, band_hz) })
}

fn amplifier_variety(
    uid: &str,
    variety: Option<&String>,
    library: &Library,
) -> Result<Option<String>, BuildError> {
    match variety {
        Some(name) if library.amplifier(name).is_none() => {
            let known = library.amplifiers.iter().map(|entry| entry.type_variety.clone());
            Err(unknown(uid, "Edfa", name, known.collect()))
        }
        Some(_) | None => Ok(variety.cloned()),
    }
}

fn unknown(uid: &str, section: &'static str, found: &str, known: Vec<String>) -> BuildError {
    BuildError::UnknownVariety { uid: uid.to_owned(), section, found: found.to_owned(), known }
}
