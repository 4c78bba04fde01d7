//! Services from the sheet Service.
//!
//! Clauses: GNPy's documentation of Excel input.
//! In: a workbook and the topology its names are of. Out: [`Services`]. Cities stand for the transceiver or
//! ROADM there; a node of a loose route that is none is passed over, one of a strict route is an error.

use super::table::{Row, Side, Table, Title, list};
use super::workbook::Workbook;
use crate::error::{FileError, Hint, Ignored, Place, Problem};
use crate::services::{FrequencySlot, IncludeNode, Request, Services, Synchronization};
use crate::topology::{Kind, Topology};

const SERVICE: [Title; 12] = [
    &["routeid"],
    &["source"],
    &["destination"],
    &["trxtype"],
    &["mode"],
    &["systemspacing", "spacing"],
    &["systeminputpowerdbm", "inputpowerdbm"],
    &["systemnbofchannels", "nbofchannels"],
    &["routingdisjointfrom", "disjointfrom"],
    &["routingpath"],
    &["routingisloose", "isloose"],
    &["pathbandwidth"],
];

//= gnpy:1.2-service-sheet
pub(super) fn read(
    workbook: &mut Workbook<'_>,
    topology: &Topology,
) -> Result<Services, FileError> {
    let Some(grid) = workbook.sheet("Service")? else {
        let field = "sheet Service".to_owned();
        return Err(workbook.error(Place::File, Problem::Missing { field }));
    };
    let table = Table::new(grid, &SERVICE, workbook)?;
    let mut services = Services::default();
    let mut disjoint: Vec<(usize, Vec<String>)> = Vec::new();
    let rows = table.rows();
    for (number, row) in rows.iter().enumerate() {
        let request = request(workbook, row, topology)?;
        if services.requests.iter().any(|earlier| earlier.request_id == request.request_id) {
            let problem = Problem::Duplicate { what: "route id", name: request.request_id };
            return Err(workbook.error(row.place("routeid", Side::East), problem));
        }
        services.requests.push(request);
        let others = list(row.text("routingdisjointfrom", Side::East));
        if !others.is_empty() {
            disjoint.push((number, others));
        }
    }
    for (number, others) in disjoint {
        let id = services.requests[number].request_id.clone();
        for other in &others {
            let known = || services.requests.iter().map(|request| request.request_id.as_str());
            if !known().any(|name| name == other) {
                let hint = Hint::for_name(other, known());
                let problem = Problem::Unknown { what: "route id", name: other.clone(), hint };
                let place = rows[number].place("routingdisjointfrom", Side::East);
                return Err(workbook.error(place, problem));
            }
        }
        services.synchronizations.push(Synchronization {
            synchronization_id: id.clone(),
            relaxable: false,
            disjointness: "node link".to_owned(),
            request_ids: [id].into_iter().chain(others).collect(),
        });
    }
    Ok(services)
}

fn request(
    workbook: &mut Workbook<'_>,
    row: &Row<'_>,
    topology: &Topology,
) -> Result<Request, FileError> {
    let spacing_ghz = positive(workbook, row, "systemspacing")?.ok_or_else(|| {
        let problem = Problem::Missing { field: "System: spacing".to_owned() };
        workbook.error(row.place("systemspacing", Side::East), problem)
    })?;
    let power_dbm = row.number(workbook, "systeminputpowerdbm", Side::East)?;
    let bandwidth = row.not_negative(workbook, "pathbandwidth", Side::East)?;
    let source = end(workbook, row, "source", topology)?;
    let destination = end(workbook, row, "destination", topology)?;
    let include = route(workbook, row, topology, [&source, &destination])?;
    Ok(Request {
        request_id: row.required(workbook, "routeid")?,
        source,
        destination,
        bidirectional: false,
        trx_type: row.required(workbook, "trxtype")?,
        trx_mode: row.text("mode", Side::East),
        spacing_hz: spacing_ghz * 1e9,
        path_bandwidth_bit_per_s: bandwidth.unwrap_or(0.0) * 1e9,
        max_nb_of_channel: channels(workbook, row)?,
        output_power_w: power_dbm.map(|dbm| 10f64.powf(dbm / 10.0) * 1e-3),
        tx_power_w: None,
        frequency_slots: vec![FrequencySlot { n: None, m: None }],
        include,
    })
}

fn positive(
    workbook: &Workbook<'_>,
    row: &Row<'_>,
    key: &'static str,
) -> Result<Option<f64>, FileError> {
    let number = row.number(workbook, key, Side::East)?;
    if let Some(found) = number.filter(|number| *number <= 0.0) {
        let problem = Problem::Range { found, expected: "a number above zero".to_owned() };
        return Err(workbook.error(row.place(key, Side::East), problem));
    }
    Ok(number)
}

fn channels(workbook: &Workbook<'_>, row: &Row<'_>) -> Result<Option<u32>, FileError> {
    let key = "systemnbofchannels";
    let Some(found) = positive(workbook, row, key)? else { return Ok(None) };
    if found.fract() != 0.0 || found > f64::from(u32::MAX) {
        let problem = Problem::Range { found, expected: "a whole number".to_owned() };
        return Err(workbook.error(row.place(key, Side::East), problem));
    }
    Ok(Some(found as u32))
}

/// The transceiver a city or uid stands for.
fn end(
    workbook: &Workbook<'_>,
    row: &Row<'_>,
    key: &'static str,
    topology: &Topology,
) -> Result<String, FileError> {
    let name = row.required(workbook, key)?;
    let trx =
        |uid: &str| topology.element(uid).is_some_and(|it| matches!(it.kind, Kind::Transceiver(_)));
    let of_city = format!("trx {name}");
    if trx(&of_city) {
        return Ok(of_city);
    }
    if trx(&name) {
        return Ok(name);
    }
    let ends = topology.elements.iter().filter(|it| matches!(it.kind, Kind::Transceiver(_)));
    let cities = ends.map(|it| it.uid.strip_prefix("trx ").unwrap_or(&it.uid));
    let hint = Hint::for_name(&name, cities);
    let problem = Problem::Unknown { what: "transceiver", name, hint };
    Err(workbook.error(row.place(key, Side::East), problem))
}

/// The ROADMs a route must cross.
fn route(
    workbook: &mut Workbook<'_>,
    row: &Row<'_>,
    topology: &Topology,
    ends: [&String; 2],
) -> Result<Vec<IncludeNode>, FileError> {
    let loose = row.text("routingisloose", Side::East).as_deref() != Some("no");
    let mut include = Vec::new();
    for name in list(row.text("routingpath", Side::East)) {
        let roadm =
            |uid: &str| topology.element(uid).is_some_and(|it| matches!(it.kind, Kind::Roadm(_)));
        let of_city = format!("roadm {name}");
        let found = [of_city, name.clone()].into_iter().find(|uid| roadm(uid));
        if let Some(node_id) = found {
            include.push(IncludeNode { node_id, loose });
            continue;
        }
        if ends.contains(&&name) {
            continue;
        }
        let place = row.place("routingpath", Side::East);
        if !loose {
            let roadms = topology.elements.iter().filter(|it| matches!(it.kind, Kind::Roadm(_)));
            let cities = roadms.map(|it| it.uid.strip_prefix("roadm ").unwrap_or(&it.uid));
            let hint = Hint::for_name(&name, cities);
            return Err(workbook.error(place, Problem::Unknown { what: "ROADM", name, hint }));
        }
        let reason = format!("'{name}' is no ROADM, the route does without it");
        workbook.warn(place, Ignored::Row { reason });
    }
    Ok(include)
}
