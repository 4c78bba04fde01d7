//! Requests for lightpaths, and which of them must not share links.
//!
//! Clauses: GNPy's service file: path-request and synchronization of the IETF's path computation model.
//! In: a text with its file name. Out: [`Services`]; what the file leaves open stays `None`.

use std::collections::HashSet;

use crate::error::{FileError, Loaded, Problem};
use crate::input::{Cursor, Document, Source};

/// Top-level name of services in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-path-computation:services";

/// A place in the spectrum, in units of 6.25 GHz from 193.1 THz and of 12.5 GHz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrequencySlot {
    /// Number of the centre; `None` leaves it to planning.
    pub n: Option<i64>,
    /// Half the number of slots it takes; `None` leaves it to planning.
    pub m: Option<i64>,
}

/// A node a path must cross.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludeNode {
    /// Uid of the element.
    pub node_id: String,
    /// Whether the path may do without it if there is no other way.
    pub loose: bool,
}

/// A request for bandwidth between two transceivers.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Name of the request.
    pub request_id: String,
    /// Uid of the transceiver it starts at.
    pub source: String,
    /// Uid of the transceiver it ends at.
    pub destination: String,
    /// Whether the way back is asked for too.
    pub bidirectional: bool,
    /// Name of the transceiver's type.
    pub trx_type: String,
    /// Name of its mode; `None` leaves it to planning.
    pub trx_mode: Option<String>,
    /// Spacing of the channels, Hz.
    pub spacing_hz: f64,
    /// Bandwidth asked for, bit/s; what planning makes of a negative one is said there.
    pub path_bandwidth_bit_per_s: f64,
    /// Most channels of the spectrum it is computed with.
    pub max_nb_of_channel: Option<u32>,
    /// Reference power of a channel, W.
    pub output_power_w: Option<f64>,
    /// Power of the transmitter, W.
    pub tx_power_w: Option<f64>,
    /// Slots asked for; empty leaves all to planning.
    pub frequency_slots: Vec<FrequencySlot>,
    /// Nodes the path must cross, in order.
    pub include: Vec<IncludeNode>,
}

/// Requests whose paths must not share what is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synchronization {
    /// Name of the group.
    pub synchronization_id: String,
    /// Whether a shared path is better than none.
    pub relaxable: bool,
    /// What must not be shared, as the file has it: such as `node link`.
    pub disjointness: String,
    /// Names of the requests.
    pub request_ids: Vec<String>,
}

/// All requests of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Services {
    /// Requests, in the order of the file.
    pub requests: Vec<Request>,
    /// Groups of disjoint requests, in the order of the file.
    pub synchronizations: Vec<Synchronization>,
}

impl Services {
    /// Reads a service file.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed.
    pub fn load(source: Source<'_>) -> Result<Loaded<Self>, FileError> {
        let document = Document::parse(source)?;
        let value = Self::read(&document.root(TOPIC))?;
        Ok(Loaded { value, warnings: document.into_warnings() })
    }

    pub(crate) fn read(root: &Cursor<'_>) -> Result<Self, FileError> {
        root.known(&["path-request", "synchronization"])?;
        let mut names: HashSet<String> = HashSet::new();
        let mut requests = Vec::new();
        for cursor in root.required("path-request")?.items()? {
            let request = request(&cursor)?;
            if !names.insert(request.request_id.clone()) {
                return Err(cursor
                    .required("request-id")?
                    .error(Problem::Duplicate { what: "request-id", name: request.request_id }));
            }
            requests.push(request);
        }
        let groups = root.list("synchronization")?;
        let groups: Result<Vec<_>, _> =
            groups.iter().map(|cursor| synchronization(cursor, &requests)).collect();
        Ok(Self { requests, synchronizations: groups? })
    }
}

fn request(cursor: &Cursor<'_>) -> Result<Request, FileError> {
    cursor.known(&[
        "request-id",
        "source",
        "destination",
        "src-tp-id",
        "dst-tp-id",
        "bidirectional",
        "path-constraints",
        "explicit-route-objects",
        "optimizations",
    ])?;
    let constraints = cursor.required("path-constraints")?;
    constraints.known(&["te-bandwidth"])?;
    let band = constraints.required("te-bandwidth")?;
    band.known(&[
        "technology",
        "trx_type",
        "trx_mode",
        "effective-freq-slot",
        "spacing",
        "max-nb-of-channel",
        "output-power",
        "tx_power",
        "path_bandwidth",
    ])?;
    let power = |key: &str| band.optional(key)?.map(|field| field.positive()).transpose();
    let name = |key: &str| cursor.required(key)?.name();
    let slots = band.list("effective-freq-slot")?;
    Ok(Request {
        request_id: name("request-id")?,
        source: name("source")?,
        destination: name("destination")?,
        bidirectional: cursor.flag_at("bidirectional")?.unwrap_or(false),
        trx_type: band.required("trx_type")?.name()?,
        trx_mode: band.name_at("trx_mode")?,
        spacing_hz: band.required("spacing")?.positive()?,
        path_bandwidth_bit_per_s: band.required("path_bandwidth")?.number()?,
        max_nb_of_channel: band
            .optional("max-nb-of-channel")?
            .map(|field| count(&field))
            .transpose()?,
        output_power_w: power("output-power")?,
        tx_power_w: power("tx_power")?,
        frequency_slots: slots.iter().map(slot).collect::<Result<_, _>>()?,
        include: include(cursor)?,
    })
}

/// A number of channels.
fn count(field: &Cursor<'_>) -> Result<u32, FileError> {
    let count = field.integer()?;
    match u32::try_from(count) {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(field.range(count as f64, "a number of channels, at least 1")),
    }
}

fn slot(cursor: &Cursor<'_>) -> Result<FrequencySlot, FileError> {
    cursor.known(&["N", "M"])?;
    let integer = |key: &str| cursor.optional(key)?.map(|field| field.integer()).transpose();
    let slot = FrequencySlot { n: integer("N")?, m: integer("M")? };
    if slot.m.is_some_and(|m| m < 1) {
        let field = cursor.required("M")?;
        return Err(field.range(field.number()?, "a whole number, at least 1"));
    }
    Ok(slot)
}

/// The nodes of a route, by their index.
//= gnpy:1.2-route-order
fn include(cursor: &Cursor<'_>) -> Result<Vec<IncludeNode>, FileError> {
    let Some(objects) = cursor.optional("explicit-route-objects")? else { return Ok(Vec::new()) };
    objects.known(&["route-object-include-exclude"])?;
    let mut nodes = Vec::new();
    for item in objects.list("route-object-include-exclude")? {
        item.known(&["explicit-route-usage", "index", "num-unnum-hop"])?;
        if let Some(usage) = item.optional("explicit-route-usage")? {
            let word = usage.word()?;
            if word != "route-include-ero" {
                return Err(usage.unknown("use of a route object", word, ["route-include-ero"]));
            }
        }
        let hop = item.required("num-unnum-hop")?;
        hop.known(&["node-id", "link-tp-id", "hop-type"])?;
        let loose = match hop.optional("hop-type")? {
            None => true,
            Some(field) => match field.word()?.to_uppercase().as_str() {
                "LOOSE" => true,
                "STRICT" => false,
                other => return Err(field.unknown("type of hop", other, ["LOOSE", "STRICT"])),
            },
        };
        let index = item.optional("index")?.map(|field| field.integer()).transpose()?;
        let node_id = hop.required("node-id")?.name()?;
        nodes.push((index.unwrap_or(i64::MAX), IncludeNode { node_id, loose }));
    }
    nodes.sort_by_key(|(index, _)| *index);
    Ok(nodes.into_iter().map(|(_, node)| node).collect())
}

fn synchronization(
    cursor: &Cursor<'_>,
    requests: &[Request],
) -> Result<Synchronization, FileError> {
    cursor.known(&["synchronization-id", "svec"])?;
    let svec = cursor.required("svec")?;
    svec.known(&["relaxable", "disjointness", "request-id-number"])?;
    let mut request_ids = Vec::new();
    for field in svec.required("request-id-number")?.items()? {
        let name = field.name()?;
        if !requests.iter().any(|request| request.request_id == name) {
            return Err(field.unknown("request", &name, requests.iter().map(|r| &*r.request_id)));
        }
        request_ids.push(name);
    }
    Ok(Synchronization {
        synchronization_id: cursor.required("synchronization-id")?.name()?,
        relaxable: svec.flag_at("relaxable")?.unwrap_or(false),
        disjointness: svec.name_at("disjointness")?.unwrap_or_else(|| "node link".to_owned()),
        request_ids,
    })
}
