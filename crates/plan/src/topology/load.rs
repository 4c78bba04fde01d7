//! Reading of a topology.
//!
//! Clauses: GNPy's topology file, in legacy and YANG form.
//! In: a text and its name. Out: [`Topology`], names and connections checked.

use std::collections::{HashMap, HashSet};

use super::{
    Connection, DegreeDesignBands, DegreeImpairment, DegreeTarget, DesignBand, Direction, Edfa,
    Element, Fibre, Fused, Kind, Location, MultibandAmplifier, Operational, RamanFibre, RamanPump,
    Roadm, Topology, Transceiver,
};
use crate::error::{FileError, Hint, Ignored, Loaded, Place, Problem};
use crate::fibre_fields;
use crate::input::{Cursor, Document, Source};
use crate::library::{Equalisation, Library, read};

/// Top-level name of a topology in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-network-topology:topology";

/// Words for the kinds of element.
const TYPES: [&str; 7] =
    ["Transceiver", "Roadm", "Fused", "Fiber", "RamanFiber", "Edfa", "Multiband_amplifier"];

impl Topology {
    /// Reads a topology.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed.
    pub fn load(source: Source<'_>) -> Result<Loaded<Self>, FileError> {
        let document = Document::parse(source)?;
        let value = Self::read(&document.root(TOPIC))?;
        Ok(Loaded { value, warnings: document.into_warnings() })
    }

    pub(crate) fn read(root: &Cursor<'_>) -> Result<Self, FileError> {
        root.known(&["network_name", "elements", "connections", "metadata"])?;
        let mut elements = Vec::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for (number, cursor) in root.required("elements")?.items()?.iter().enumerate() {
            let element = element(cursor)?;
            if numbers.insert(element.uid.clone(), number).is_some() {
                return Err(cursor
                    .required("uid")?
                    .error(Problem::Duplicate { what: "uid", name: element.uid }));
            }
            elements.push(element);
        }
        let connections = connections(root, &elements, &numbers)?;
        Ok(Self { network_name: root.name_at("network_name")?, elements, connections })
    }

    /// Checks every name of a type against a library: what the file calls for must be there.
    ///
    /// # Errors
    /// [`FileError`] at the first element whose type the library does not have; `file` names the topology.
    pub fn check_types(&self, file: &str, library: &Library) -> Result<(), FileError> {
        for (number, element) in self.elements.iter().enumerate() {
            check_type(element, library).map_err(|(path, problem)| FileError {
                file: file.to_owned(),
                place: Place::Pointer(format!("/elements/{number}{path}")),
                problem: Box::new(problem),
            })?;
        }
        Ok(())
    }
}

/// A place below the element, and what is wrong there.
type TypeProblem = (String, Problem);

fn check_type(element: &Element, library: &Library) -> Result<(), TypeProblem> {
    let amplifiers = library.amplifiers.iter().map(|entry| entry.type_variety.as_str());
    match &element.kind {
        Kind::Transceiver(it) => {
            let names = library.transceivers.iter().map(|entry| entry.type_variety.as_str());
            among(it.type_variety.as_ref(), "transceiver", names)
        }
        Kind::Roadm(it) => {
            let names = library.roadms.iter().map(|entry| entry.type_variety.as_str());
            among(it.type_variety.as_ref(), "ROADM type", names)
        }
        Kind::Fused(_) => Ok(()),
        Kind::Fibre(it) => {
            let names = library.fibres.iter().map(|entry| entry.type_variety.as_str());
            among(it.type_variety.as_ref(), "fibre", names)
        }
        Kind::RamanFibre(it) => {
            let names = library.raman_fibres.iter().map(|entry| entry.type_variety.as_str());
            among(it.type_variety.as_ref(), "Raman fibre", names)
        }
        Kind::Edfa(it) => among(it.type_variety.as_ref(), "amplifier", amplifiers),
        Kind::MultibandAmplifier(it) => {
            among(it.type_variety.as_ref(), "amplifier", amplifiers.clone())?;
            for (number, amplifier) in it.amplifiers.iter().enumerate() {
                among(amplifier.type_variety.as_ref(), "amplifier", amplifiers.clone())
                    .map_err(|(path, problem)| (format!("/amplifiers/{number}{path}"), problem))?;
            }
            Ok(())
        }
    }
}

/// A name, if given, must be one of `names`.
fn among<'a>(
    variety: Option<&String>,
    what: &'static str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), TypeProblem> {
    let Some(name) = variety else { return Ok(()) };
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    let hint = Hint::for_name(name, names);
    Err(("/type_variety".to_owned(), Problem::Unknown { what, name: name.clone(), hint }))
}

fn connections(
    root: &Cursor<'_>,
    elements: &[Element],
    numbers: &HashMap<String, usize>,
) -> Result<Vec<Connection>, FileError> {
    let mut connections = Vec::new();
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    let mut successor: HashMap<usize, String> = HashMap::new();
    for cursor in root.list("connections")? {
        cursor.known(&["from_node", "to_node"])?;
        let end = |key: &str| {
            let field = cursor.required(key)?;
            let name = field.name()?;
            match numbers.get(&name) {
                Some(number) => Ok((*number, name)),
                None => Err(field.unknown("element", &name, elements.iter().map(|e| &*e.uid))),
            }
        };
        let ((from, from_node), (to, to_node)) = (end("from_node")?, end("to_node")?);
        if !seen.insert((from, to)) {
            cursor.warn(Ignored::Connection { from_node, to_node });
            continue;
        }
        if matches!(elements[from].kind, Kind::Fibre(_) | Kind::RamanFibre(_))
            && let Some(first) = successor.insert(from, to_node.clone())
        {
            return Err(cursor.error(Problem::Conflict {
                found: format!("fibre '{from_node}' leading to '{first}' and '{to_node}'"),
                expected: "a fibre that leads to one element".to_owned(),
            }));
        }
        connections.push(Connection { from_node, to_node });
    }
    Ok(connections)
}

fn element(cursor: &Cursor<'_>) -> Result<Element, FileError> {
    cursor.known(&[
        "uid",
        "type",
        "type_variety",
        "params",
        "operational",
        "metadata",
        "amplifiers",
        "comment",
    ])?;
    let uid = cursor.required("uid")?.name()?;
    let kind = cursor.required("type")?;
    let type_variety = cursor.name_at("type_variety")?;
    let kind = match kind.word()? {
        "Transceiver" => Kind::Transceiver(transceiver(cursor, type_variety)?),
        "Roadm" => Kind::Roadm(roadm(cursor, type_variety)?),
        "Fused" => Kind::Fused(fused(cursor)?),
        "Fiber" => Kind::Fibre(Fibre { type_variety, params: fibre_params(cursor)? }),
        "RamanFiber" => Kind::RamanFibre(raman_fibre(cursor, type_variety)?),
        "Edfa" => Kind::Edfa(Edfa { type_variety, operational: operational(cursor)? }),
        "Multiband_amplifier" => {
            let amplifiers = cursor.list("amplifiers")?;
            let amplifiers = amplifiers.iter().map(band_amplifier).collect::<Result<_, _>>()?;
            Kind::MultibandAmplifier(MultibandAmplifier { type_variety, amplifiers })
        }
        other => return Err(kind.unknown("type of element", other, TYPES)),
    };
    Ok(Element { uid, kind, location: location(cursor)? })
}

fn location(cursor: &Cursor<'_>) -> Result<Location, FileError> {
    let Some(metadata) = cursor.optional("metadata")? else { return Ok(Location::default()) };
    metadata.known(&["location"])?;
    let Some(field) = metadata.optional("location")? else { return Ok(Location::default()) };
    field.known(&["latitude", "longitude", "city", "region"])?;
    let name = |key: &str| field.optional(key)?.map(|text| text.name()).transpose();
    Ok(Location {
        latitude_deg: field.number_at("latitude")?.unwrap_or(0.0),
        longitude_deg: field.number_at("longitude")?.unwrap_or(0.0),
        city: name("city")?,
        region: name("region")?,
    })
}

fn design_bands(cursor: &Cursor<'_>) -> Result<Vec<DesignBand>, FileError> {
    let mut bands = Vec::new();
    for item in cursor.items()? {
        item.known(&["f_min", "f_max", "spacing"])?;
        let band = DesignBand {
            f_min_hz: item.required("f_min")?.positive()?,
            f_max_hz: item.required("f_max")?.positive()?,
            spacing_hz: item.optional("spacing")?.map(|field| field.positive()).transpose()?,
        };
        if band.f_min_hz >= band.f_max_hz {
            return Err(item.error(Problem::Conflict {
                found: format!("f_min {} and f_max {}", band.f_min_hz, band.f_max_hz),
                expected: "f_min below f_max".to_owned(),
            }));
        }
        bands.push(band);
    }
    Ok(bands)
}

/// Design bands of all degrees, then of single ones: an object by degree, or a list keyed by it.
fn all_design_bands(
    params: &Cursor<'_>,
) -> Result<(Vec<DesignBand>, Vec<DegreeDesignBands>), FileError> {
    let all = params.optional("design_bands")?;
    let all = all.map_or(Ok(Vec::new()), |field| design_bands(&field))?;
    let mut degrees = Vec::new();
    if let Some(field) = params.optional("per_degree_design_bands")? {
        for (degree, bands) in field.entries()? {
            let bands = design_bands(&bands)?;
            degrees.push(DegreeDesignBands { degree: degree.to_owned(), bands });
        }
    }
    for item in params.list("per_degree_design_bands_targets")? {
        item.known(&["degree_uid", "design_bands"])?;
        degrees.push(DegreeDesignBands {
            degree: item.required("degree_uid")?.name()?,
            bands: design_bands(&item.required("design_bands")?)?,
        });
    }
    Ok((all, degrees))
}

fn transceiver(
    cursor: &Cursor<'_>,
    type_variety: Option<String>,
) -> Result<Transceiver, FileError> {
    let Some(params) = cursor.optional("params")? else {
        return Ok(Transceiver { type_variety, ..Transceiver::default() });
    };
    params.known(&[
        "design_bands",
        "per_degree_design_bands",
        "per_degree_design_bands_targets",
    ])?;
    let (design_bands, per_degree_design_bands) = all_design_bands(&params)?;
    Ok(Transceiver { type_variety, design_bands, per_degree_design_bands })
}

/// What makes a level of a number.
type Level = fn(f64) -> Equalisation;

/// Keys of the level of a degree, and what each means.
const DEGREE_TARGETS: [(&str, Level); 3] = [
    ("per_degree_pch_out_db", Equalisation::PowerDbm),
    ("per_degree_psd_out_mWperGHz", Equalisation::PsdMwPerGhz),
    ("per_degree_psd_out_mWperSlotWidth", Equalisation::PswMwPerGhz),
];

fn roadm(cursor: &Cursor<'_>, type_variety: Option<String>) -> Result<Roadm, FileError> {
    let Some(params) = cursor.optional("params")? else {
        return Ok(Roadm { type_variety, ..Roadm::default() });
    };
    params.known(&[
        "target_pch_out_db",
        "target_psd_out_mWperGHz",
        "target_out_mWperSlotWidth",
        "per_degree_pch_out_db",
        "per_degree_psd_out_mWperGHz",
        "per_degree_psd_out_mWperSlotWidth",
        "per_degree_power_targets",
        "per_degree_impairments",
        "per_degree_design_bands",
        "per_degree_design_bands_targets",
        "design_bands",
        "restrictions",
        "add_drop_osnr",
        "pmd",
        "pdl",
        // Written by old releases; a ROADM has no loss of its own.
        "loss",
    ])?;
    let (design_bands, per_degree_design_bands) = all_design_bands(&params)?;
    Ok(Roadm {
        type_variety,
        equalisation: read::equalisation(&params)?,
        per_degree_targets: degree_targets(&params)?,
        per_degree_impairments: degree_impairments(&params)?,
        restrictions: read::restrictions(&params)?,
        add_drop_osnr_db: params.number_at("add_drop_osnr")?,
        pmd_s: params.not_negative_at("pmd")?,
        pdl_db: params.not_negative_at("pdl")?,
        design_bands,
        per_degree_design_bands,
    })
}

//= gnpy:1.2-degree-targets
fn degree_targets(params: &Cursor<'_>) -> Result<Vec<DegreeTarget>, FileError> {
    let mut targets: Vec<DegreeTarget> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    let mut add = |at: &Cursor<'_>, degree: String, target: Equalisation| {
        if !seen.insert(degree.clone()) {
            return Err(at.error(Problem::Duplicate { what: "level of degree", name: degree }));
        }
        targets.push(DegreeTarget { degree, target });
        Ok(())
    };
    for (key, of) in DEGREE_TARGETS {
        let Some(field) = params.optional(key)? else { continue };
        for (degree, level) in field.entries()? {
            if !level.is_null() {
                add(&level, degree.to_owned(), of(level.number()?))?;
            }
        }
    }
    for item in params.list("per_degree_power_targets")? {
        let degree = item.required("degree_uid")?.name()?;
        for (key, of) in DEGREE_TARGETS {
            if let Some(level) = item.number_at(key)? {
                add(&item, degree.clone(), of(level))?;
            }
        }
    }
    Ok(targets)
}

fn degree_impairments(params: &Cursor<'_>) -> Result<Vec<DegreeImpairment>, FileError> {
    let mut impairments = Vec::new();
    for item in params.list("per_degree_impairments")? {
        item.known(&["from_degree", "to_degree", "impairment_id"])?;
        impairments.push(DegreeImpairment {
            from_degree: item.required("from_degree")?.name()?,
            to_degree: item.required("to_degree")?.name()?,
            impairment_id: item.required("impairment_id")?.integer()?,
        });
    }
    Ok(impairments)
}

fn fused(cursor: &Cursor<'_>) -> Result<Fused, FileError> {
    let Some(params) = cursor.optional("params")? else { return Ok(Fused::default()) };
    params.known(&["loss"])?;
    Ok(Fused { loss_db: params.not_negative_at("loss")? })
}

fn fibre_params(cursor: &Cursor<'_>) -> Result<crate::library::FibreParams, FileError> {
    let params = cursor.required("params")?;
    fibre_fields::known(&params, &[])?;
    let length = params.required("length")?;
    length.positive()?;
    fibre_fields::read(&params)
}

fn raman_fibre(cursor: &Cursor<'_>, type_variety: Option<String>) -> Result<RamanFibre, FileError> {
    let params = fibre_params(cursor)?;
    let Some(field) = cursor.optional("operational")? else {
        return Ok(RamanFibre { type_variety, params, ..RamanFibre::default() });
    };
    field.known(&["temperature", "raman_pumps"])?;
    let mut raman_pumps = Vec::new();
    for pump in field.list("raman_pumps")? {
        pump.known(&["power", "frequency", "propagation_direction"])?;
        let direction = pump.required("propagation_direction")?;
        raman_pumps.push(RamanPump {
            power_w: pump.required("power")?.not_negative()?,
            frequency_hz: pump.required("frequency")?.positive()?,
            propagation_direction: match direction.word()? {
                "coprop" => Direction::CoPropagating,
                "counterprop" => Direction::CounterPropagating,
                other => {
                    return Err(direction.unknown("direction", other, ["coprop", "counterprop"]));
                }
            },
        });
    }
    let temperature = field.optional("temperature")?;
    let temperature_k = temperature.map(|field| field.positive()).transpose()?;
    Ok(RamanFibre { type_variety, params, temperature_k, raman_pumps })
}

fn operational(cursor: &Cursor<'_>) -> Result<Operational, FileError> {
    let Some(field) = cursor.optional("operational")? else { return Ok(Operational::default()) };
    field.known(&["gain_target", "delta_p", "tilt_target", "out_voa", "in_voa"])?;
    Ok(Operational {
        gain_target_db: field.number_at("gain_target")?,
        delta_p_db: field.number_at("delta_p")?,
        tilt_target_db: field.number_at("tilt_target")?,
        out_voa_db: field.number_at("out_voa")?,
        in_voa_db: field.number_at("in_voa")?,
    })
}

fn band_amplifier(cursor: &Cursor<'_>) -> Result<Edfa, FileError> {
    cursor.known(&["type_variety", "operational"])?;
    Ok(Edfa { type_variety: cursor.name_at("type_variety")?, operational: operational(cursor)? })
}
