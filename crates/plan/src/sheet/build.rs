//! A topology from the sheets Nodes, Links, Eqpt and Roadms.
//!
//! Clauses: GNPy's documentation of Excel input; names and order of the elements as its conversion gives.
//! In: a workbook. Out: [`Topology`]: transceivers and ROADMs, fused spans, both fibres of every link,
//! amplifiers, and the connections between them.

use std::collections::HashMap;

use super::table::{Row, Side, Table, Title, list};
use super::workbook::Workbook;
use crate::error::{FileError, Hint, Ignored, Place, Problem};
use crate::library::{Equalisation, FibreParams, Loss, Restrictions};
use crate::topology::{
    Connection, DegreeImpairment, DegreeTarget, Edfa, Element, Fibre, Fused, Kind, Location,
    Operational, Roadm, Topology, Transceiver,
};

const NODES: [Title; 9] = [
    &["city"],
    &["state"],
    &["country"],
    &["region"],
    &["latitude"],
    &["longitude"],
    &["type"],
    &["boosterrestriction"],
    &["preamprestriction"],
];

const LINKS: [Title; 9] = [
    &["nodea"],
    &["nodez"],
    &["distancekm", "distance"],
    &["fibertype"],
    &["lineicatt"],
    &["conin"],
    &["conout"],
    &["pmd"],
    &["cableid"],
];

const EQPT: [Title; 8] = [
    &["nodea"],
    &["nodez"],
    &["amptype"],
    &["attin"],
    &["ampgain"],
    &["deltap"],
    &["tilt"],
    &["attout"],
];

const ROADMS: [Title; 6] = [
    &["nodea"],
    &["nodez"],
    &["perdegreetargetpowerdbm"],
    &["typevariety"],
    &["fromdegrees"],
    &["fromdegreetodegreeimpairmentid"],
];

/// Length of a link that gives none, km.
const DEFAULT_LENGTH_KM: f64 = 80.0;

/// Loss of a link that gives none, dB/km.
const DEFAULT_LOSS_DB_PER_KM: f64 = 0.2;

/// Fibre of a link that names none.
const DEFAULT_FIBRE: &str = "SSMF";

/// What stands at a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    Roadm,
    Ila,
    Fused,
}

struct Node {
    city: String,
    site: Site,
    location: Location,
    restrictions: Option<Restrictions>,
    /// Nodes it is linked to, in the order of the links, and the number of the link.
    neighbours: Vec<(usize, usize)>,
    place: Place,
}

struct Link {
    a: usize,
    z: usize,
    east: Way,
    west: Way,
}

/// One direction of a link.
struct Way {
    cable: String,
    fibre: Fibre,
}

/// The amplifiers of a node towards another.
struct Amplifiers {
    node: usize,
    to: usize,
    east: Kind,
    west: Kind,
}

/// Everything the sheets say, by number of the node.
struct Plan {
    nodes: Vec<Node>,
    links: Vec<Link>,
    amplifiers: Vec<Amplifiers>,
    roadms: HashMap<usize, Roadm>,
}

//= gnpy:1.2-sheets
pub(super) fn topology(workbook: &mut Workbook<'_>) -> Result<Topology, FileError> {
    let mut nodes = nodes(workbook)?;
    let links = links(workbook, &mut nodes)?;
    settle_sites(workbook, &mut nodes)?;
    let amplifiers = amplifiers(workbook, &nodes)?;
    let roadms = roadms(workbook, &nodes)?;
    let plan = Plan { nodes, links, amplifiers, roadms };
    Ok(Topology { network_name: None, elements: plan.elements(), connections: plan.connections() })
}

fn sheet(
    workbook: &mut Workbook<'_>,
    name: &str,
    titles: &[Title],
) -> Result<Option<Table>, FileError> {
    match workbook.sheet(name)? {
        Some(grid) => Table::new(grid, titles, workbook).map(Some),
        None => Ok(None),
    }
}

fn needed(workbook: &mut Workbook<'_>, name: &str, titles: &[Title]) -> Result<Table, FileError> {
    let table = sheet(workbook, name, titles)?;
    table.ok_or_else(|| {
        workbook.error(Place::File, Problem::Missing { field: format!("sheet {name}") })
    })
}

fn nodes(workbook: &mut Workbook<'_>) -> Result<Vec<Node>, FileError> {
    let table = needed(workbook, "Nodes", &NODES)?;
    let mut nodes: Vec<Node> = Vec::new();
    for row in table.rows() {
        let city = row.required(workbook, "city")?;
        let place = row.place("city", Side::East);
        if nodes.iter().any(|node| node.city == city) {
            return Err(workbook.error(place, Problem::Duplicate { what: "city", name: city }));
        }
        let site = match row.text("type", Side::East).as_deref() {
            Some("ROADM") => Site::Roadm,
            Some("FUSED") => Site::Fused,
            None | Some("ILA") => Site::Ila,
            Some(other) => {
                let reason = format!("type '{other}' is none of ROADM, ILA, FUSED; read as blank");
                workbook.warn(row.place("type", Side::East), Ignored::Row { reason });
                Site::Ila
            }
        };
        let booster_variety_list = list(row.text("boosterrestriction", Side::East));
        let preamp_variety_list = list(row.text("preamprestriction", Side::East));
        let restricted = !booster_variety_list.is_empty() || !preamp_variety_list.is_empty();
        nodes.push(Node {
            location: Location {
                latitude_deg: row.number(workbook, "latitude", Side::East)?.unwrap_or(0.0),
                longitude_deg: row.number(workbook, "longitude", Side::East)?.unwrap_or(0.0),
                city: Some(city.clone()),
                region: Some(row.text("region", Side::East).unwrap_or_default()),
            },
            city,
            site,
            restrictions: restricted
                .then_some(Restrictions { preamp_variety_list, booster_variety_list }),
            neighbours: Vec::new(),
            place,
        });
    }
    Ok(nodes)
}

/// The node a cell names.
fn node(
    workbook: &Workbook<'_>,
    nodes: &[Node],
    row: &Row<'_>,
    key: &'static str,
) -> Result<usize, FileError> {
    let name = row.required(workbook, key)?;
    by_name(workbook, nodes, &name, row.place(key, Side::East))
}

fn by_name(
    workbook: &Workbook<'_>,
    nodes: &[Node],
    name: &str,
    place: Place,
) -> Result<usize, FileError> {
    nodes.iter().position(|node| node.city == name).ok_or_else(|| {
        let hint = Hint::for_name(name, nodes.iter().map(|node| node.city.as_str()));
        workbook.error(place, Problem::Unknown { what: "city", name: name.to_owned(), hint })
    })
}

fn links(workbook: &mut Workbook<'_>, nodes: &mut [Node]) -> Result<Vec<Link>, FileError> {
    let table = needed(workbook, "Links", &LINKS)?;
    let mut links: Vec<Link> = Vec::new();
    for row in table.rows() {
        let (a, z) = (node(workbook, nodes, &row, "nodea")?, node(workbook, nodes, &row, "nodez")?);
        let place = row.place("nodea", Side::East);
        if a == z {
            return Err(workbook.error(
                place,
                Problem::Conflict {
                    found: format!("a link from '{0}' to '{0}'", nodes[a].city),
                    expected: "two cities".to_owned(),
                },
            ));
        }
        if links.iter().any(|link| (link.a, link.z) == (a, z) || (link.a, link.z) == (z, a)) {
            let name = format!("{} to {}", nodes[a].city, nodes[z].city);
            return Err(workbook.error(place, Problem::Duplicate { what: "link", name }));
        }
        let number = links.len();
        nodes[a].neighbours.push((z, number));
        nodes[z].neighbours.push((a, number));
        links.push(Link {
            a,
            z,
            east: way(workbook, &row, Side::East)?,
            west: way(workbook, &row, Side::West)?,
        });
    }
    Ok(links)
}

/// One direction of a link: what the way back leaves out is as on the way there.
fn way(workbook: &Workbook<'_>, row: &Row<'_>, side: Side) -> Result<Way, FileError> {
    let number = |key: &'static str| match row.not_negative(workbook, key, side)? {
        Some(number) => Ok(Some(number)),
        None => row.not_negative(workbook, key, Side::East),
    };
    let text = |key: &'static str| row.text(key, side).or_else(|| row.text(key, Side::East));
    let length_km = number("distancekm")?.unwrap_or(DEFAULT_LENGTH_KM);
    if length_km == 0.0 {
        let expected = "a length above zero".to_owned();
        let problem = Problem::Range { found: length_km, expected };
        return Err(workbook.error(row.place("distancekm", side), problem));
    }
    let length_m = length_km * 1000.0;
    let params = FibreParams {
        length_m: Some(length_m),
        loss_coef: Some(Loss::Flat(number("lineicatt")?.unwrap_or(DEFAULT_LOSS_DB_PER_KM))),
        con_in_db: number("conin")?,
        con_out_db: number("conout")?,
        // The sheet has picoseconds of the whole link.
        pmd_coef_s_per_sqrt_m: number("pmd")?.map(|pmd_ps| pmd_ps * 1e-12 / length_m.sqrt()),
        ..FibreParams::default()
    };
    let type_variety = Some(text("fibertype").unwrap_or_else(|| DEFAULT_FIBRE.to_owned()));
    Ok(Way { cable: text("cableid").unwrap_or_default(), fibre: Fibre { type_variety, params } })
}

/// An in-line site has two neighbours: with any other number it is a ROADM.
fn settle_sites(workbook: &mut Workbook<'_>, nodes: &mut [Node]) -> Result<(), FileError> {
    for node in nodes {
        let degree = node.neighbours.len();
        if degree == 0 {
            let found = format!("'{}' without a link", node.city);
            let expected = "a city that a row of Links names".to_owned();
            return Err(workbook.error(node.place.clone(), Problem::Conflict { found, expected }));
        }
        if degree == 2 || node.site == Site::Roadm {
            continue;
        }
        if node.site == Site::Fused {
            let found = format!("FUSED at '{}' with {degree} links", node.city);
            let expected = "two links at a fused site".to_owned();
            return Err(workbook.error(node.place.clone(), Problem::Conflict { found, expected }));
        }
        let reason = format!("'{}' has {degree} links, so it is a ROADM", node.city);
        workbook.warn(node.place.clone(), Ignored::Row { reason });
        node.site = Site::Roadm;
    }
    Ok(())
}

/// Both nodes of a row, which must be linked.
fn linked(
    workbook: &Workbook<'_>,
    nodes: &[Node],
    row: &Row<'_>,
) -> Result<(usize, usize), FileError> {
    let (from, to) = (node(workbook, nodes, row, "nodea")?, node(workbook, nodes, row, "nodez")?);
    if !nodes[from].neighbours.iter().any(|(neighbour, _)| *neighbour == to) {
        return Err(workbook.error(
            row.place("nodez", Side::East),
            Problem::Conflict {
                found: format!("'{}' and '{}' without a link", nodes[from].city, nodes[to].city),
                expected: "two cities that a row of Links connects".to_owned(),
            },
        ));
    }
    Ok((from, to))
}

fn amplifiers(workbook: &mut Workbook<'_>, nodes: &[Node]) -> Result<Vec<Amplifiers>, FileError> {
    let Some(table) = sheet(workbook, "Eqpt", &EQPT)? else { return Ok(Vec::new()) };
    let mut all: Vec<Amplifiers> = Vec::new();
    for row in table.rows() {
        let (node, to) = linked(workbook, nodes, &row)?;
        let (city, site) = (&nodes[node].city, nodes[node].site);
        if site == Site::Fused {
            let reason = format!("'{city}' is FUSED and has no amplifiers");
            workbook.warn(row.place("nodea", Side::East), Ignored::Row { reason });
            continue;
        }
        if all.iter().any(|it| it.node == node && (it.to == to || site == Site::Ila)) {
            return Err(workbook.error(
                row.place("nodea", Side::East),
                Problem::Conflict {
                    found: format!("amplifiers at '{city}', which has its own"),
                    expected: "one row for each direction of a ROADM, one for an ILA".to_owned(),
                },
            ));
        }
        let (east, west) =
            (amplifier(workbook, &row, Side::East)?, amplifier(workbook, &row, Side::West)?);
        all.push(Amplifiers { node, to, east, west });
    }
    Ok(all)
}

fn amplifier(workbook: &Workbook<'_>, row: &Row<'_>, side: Side) -> Result<Kind, FileError> {
    let type_variety = row.text("amptype", side);
    if type_variety.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("fused")) {
        return Ok(Kind::Fused(Fused { loss_db: Some(0.0) }));
    }
    let number = |key: &'static str| row.number(workbook, key, side);
    let operational = Operational {
        gain_target_db: number("ampgain")?,
        delta_p_db: number("deltap")?,
        tilt_target_db: number("tilt")?,
        out_voa_db: number("attout")?,
        in_voa_db: Some(number("attin")?.unwrap_or(0.0)),
    };
    Ok(Kind::Edfa(Edfa { type_variety, operational }))
}

fn roadms(workbook: &mut Workbook<'_>, nodes: &[Node]) -> Result<HashMap<usize, Roadm>, FileError> {
    let mut all: HashMap<usize, Roadm> = HashMap::new();
    let Some(table) = sheet(workbook, "Roadms", &ROADMS)? else { return Ok(all) };
    for row in table.rows() {
        let (number, to) = linked(workbook, nodes, &row)?;
        let city = &nodes[number].city;
        if nodes[number].site != Site::Roadm {
            let found = format!("'{city}', which is no ROADM");
            let problem = Problem::Conflict { found, expected: "a ROADM".to_owned() };
            return Err(workbook.error(row.place("nodea", Side::East), problem));
        }
        let roadm = all.entry(number).or_default();
        let degree = east_name(city, &nodes[to].city);
        if let Some(level) = row.number(workbook, "perdegreetargetpowerdbm", Side::East)? {
            let target = Equalisation::PowerDbm(level);
            roadm.per_degree_targets.push(DegreeTarget { degree: degree.clone(), target });
        }
        if let Some(variety) = row.text("typevariety", Side::East) {
            if roadm.type_variety.as_ref().is_some_and(|earlier| *earlier != variety) {
                let found = format!("types '{variety}' and another for '{city}'");
                let problem =
                    Problem::Conflict { found, expected: "one type for a ROADM".to_owned() };
                return Err(workbook.error(row.place("typevariety", Side::East), problem));
            }
            roadm.type_variety = Some(variety);
        }
        impairments(workbook, nodes, &row, (city, &degree), roadm)?;
    }
    Ok(all)
}

/// Profiles of the paths from a list of degrees to this one.
fn impairments(
    workbook: &Workbook<'_>,
    nodes: &[Node],
    row: &Row<'_>,
    (city, degree): (&str, &str),
    roadm: &mut Roadm,
) -> Result<(), FileError> {
    let from = list(row.text("fromdegrees", Side::East));
    let ids = list(row.text("fromdegreetodegreeimpairmentid", Side::East));
    let place = || row.place("fromdegreetodegreeimpairmentid", Side::East);
    if from.len() != ids.len() {
        return Err(workbook.error(
            place(),
            Problem::Conflict {
                found: format!("{} degrees and {} impairment ids", from.len(), ids.len()),
                expected: "one id for each degree".to_owned(),
            },
        ));
    }
    for (name, id) in from.iter().zip(&ids) {
        let from = by_name(workbook, nodes, name, row.place("fromdegrees", Side::East))?;
        let impairment_id = id.parse::<i64>().map_err(|_| {
            let found = format!("the text '{id}'");
            workbook.error(place(), Problem::Kind { found, expected: "a whole number" })
        })?;
        roadm.per_degree_impairments.push(DegreeImpairment {
            from_degree: west_name(city, &nodes[from].city),
            to_degree: degree.to_owned(),
            impairment_id,
        });
    }
    Ok(())
}

fn east_name(city: &str, to: &str) -> String {
    format!("east edfa in {city} to {to}")
}

fn west_name(city: &str, to: &str) -> String {
    format!("west edfa in {city} to {to}")
}

impl Plan {
    fn elements(&self) -> Vec<Element> {
        let mut elements = Vec::new();
        let mut add = |uid: String, kind: Kind, location: &Location| {
            elements.push(Element { uid, kind, location: location.clone() });
        };
        let at = |site: Site| self.nodes.iter().enumerate().filter(move |(_, n)| n.site == site);
        for (_, node) in at(Site::Roadm) {
            let kind = Kind::Transceiver(Transceiver::default());
            add(format!("trx {}", node.city), kind, &node.location);
        }
        for (number, node) in at(Site::Roadm) {
            let mut roadm = self.roadms.get(&number).cloned().unwrap_or_default();
            roadm.restrictions = node.restrictions.clone();
            add(format!("roadm {}", node.city), Kind::Roadm(roadm), &node.location);
        }
        for side in ["west", "east"] {
            for (_, node) in at(Site::Fused) {
                let uid = format!("{side} fused spans in {}", node.city);
                add(uid, Kind::Fused(Fused::default()), &node.location);
            }
        }
        for east in [true, false] {
            for link in &self.links {
                let (from, to, way) =
                    if east { (link.a, link.z, &link.east) } else { (link.z, link.a, &link.west) };
                let location = self.middle(from, to);
                add(self.fibre_name(from, to, way), Kind::Fibre(way.fibre.clone()), &location);
            }
        }
        for side in ["west", "east"] {
            for (number, node) in at(Site::Ila) {
                if self.amplifiers.iter().all(|it| it.node != number) {
                    let uid = format!("{side} edfa in {}", node.city);
                    add(uid, Kind::Edfa(Edfa::default()), &node.location);
                }
            }
        }
        for it in &self.amplifiers {
            let (node, to) = (&self.nodes[it.node], &self.nodes[it.to]);
            add(east_name(&node.city, &to.city), it.east.clone(), &node.location);
        }
        for it in &self.amplifiers {
            let (node, to) = (&self.nodes[it.node], &self.nodes[it.to]);
            add(west_name(&node.city, &to.city), it.west.clone(), &node.location);
        }
        elements
    }

    /// Half-way between two nodes.
    fn middle(&self, from: usize, to: usize) -> Location {
        let (from, to) = (&self.nodes[from].location, &self.nodes[to].location);
        Location {
            latitude_deg: (from.latitude_deg + to.latitude_deg) / 2.0,
            longitude_deg: (from.longitude_deg + to.longitude_deg) / 2.0,
            city: None,
            region: None,
        }
    }

    fn fibre_name(&self, from: usize, to: usize, way: &Way) -> String {
        format!("fiber ({} → {})-{}", self.nodes[from].city, self.nodes[to].city, way.cable)
    }

    /// Name of the fibre from a node to another, over the link of this number.
    fn fibre(&self, from: usize, to: usize, link: usize) -> String {
        let link = &self.links[link];
        let way = if link.a == from { &link.east } else { &link.west };
        self.fibre_name(from, to, way)
    }

    fn connections(&self) -> Vec<Connection> {
        let mut connections = Vec::new();
        let mut chain = |names: &[String]| {
            for pair in names.windows(2) {
                let (from_node, to_node) = (pair[0].clone(), pair[1].clone());
                connections.push(Connection { from_node, to_node });
            }
        };
        for (number, node) in self.nodes.iter().enumerate() {
            if node.site != Site::Roadm {
                for names in self.through(number) {
                    chain(&names);
                }
                continue;
            }
            let roadm = format!("roadm {}", node.city);
            for (to, link) in &node.neighbours {
                let there = self.fibre(number, *to, *link);
                let back = self.fibre(*to, number, *link);
                if self.amplifiers.iter().any(|it| (it.node, it.to) == (number, *to)) {
                    let other = &self.nodes[*to].city;
                    chain(&[roadm.clone(), east_name(&node.city, other), there]);
                    chain(&[back, west_name(&node.city, other), roadm.clone()]);
                } else {
                    chain(&[roadm.clone(), there]);
                    chain(&[back, roadm.clone()]);
                }
            }
        }
        for node in self.nodes.iter().filter(|node| node.site == Site::Roadm) {
            let (trx, roadm) = (format!("trx {}", node.city), format!("roadm {}", node.city));
            chain(&[trx.clone(), roadm.clone()]);
            chain(&[roadm, trx]);
        }
        connections
    }

    /// The two ways through a site with two neighbours.
    fn through(&self, number: usize) -> Vec<[String; 3]> {
        let node = &self.nodes[number];
        let [first, second] = node.neighbours.as_slice() else { return Vec::new() };
        let amplifiers = self.amplifiers.iter().find(|it| it.node == number);
        let ways = [("west", first, second), ("east", second, first)];
        let ways = ways.map(|(side, (from, came), (to, goes))| {
            let middle = match (node.site, amplifiers) {
                (Site::Fused, _) => format!("{side} fused spans in {}", node.city),
                (_, None) => format!("{side} edfa in {}", node.city),
                (_, Some(it)) => {
                    let name = if it.to == *to { east_name } else { west_name };
                    name(&node.city, &self.nodes[it.to].city)
                }
            };
            [self.fibre(*from, number, *came), middle, self.fibre(number, *to, *goes)]
        });
        ways.to_vec()
    }
}
