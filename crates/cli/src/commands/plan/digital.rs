//! The digital layer of a plan: clients in lines, slot by slot, as a report.
//!
//! In: clients and how they were groomed, lightpaths that were cut. Out: [`Digital`], for the text and for
//! JSON, from which every sum can be added up again.

use std::fmt::Write;

use otn_frame::Signal;
use otn_plan::digital::regenerate::Cut;
use otn_plan::digital::{Groomed, OduLine, Placed, Wish};
use serde::Serialize;

use crate::wrap::kind::Kind;

/// Names that people use for Ethernet clients.
const ETHERNET: [(&str, &str); 4] = [
    ("1gbe", "1000base-x"),
    ("10gbe", "10gbase-r"),
    ("40gbe", "40gbase-r"),
    ("100gbe", "100gbase-r"),
];

/// The ODU of a client by its name: those of `otn wrap`, and what people call Ethernet.
pub(super) fn odu_of(name: &str) -> Option<Signal> {
    let alias = ETHERNET.iter().find(|(alias, _)| *alias == name).map(|(_, name)| *name);
    Kind::from_name(alias.unwrap_or(name))?.odu()
}

/// The digital layer.
#[derive(Clone, Debug, Serialize)]
pub struct Digital {
    /// What lines are.
    pub otu: String,
    /// Tributary slots of a line.
    pub slots: usize,
    /// Lines that muxponders alone would take.
    pub lines_without_switches: usize,
    /// No grooming takes fewer lines than this.
    pub least_lines: usize,
    /// Lines.
    pub lines: Vec<LineOfSlots>,
    /// Clients, in the order of the file.
    pub clients: Vec<ClientRoute>,
    /// What is wrong with the file of clients.
    pub problems: Vec<String>,
}

/// A line and its slots.
#[derive(Clone, Debug, Serialize)]
pub struct LineOfSlots {
    /// Its ends.
    pub from: String,
    /// The other end.
    pub to: String,
    /// The service of the lightpath that carries it.
    pub lightpath: String,
    /// Slots in use.
    pub used: usize,
    /// What is in them.
    pub contents: Vec<SlotsOfClient>,
}

/// A client in a line.
#[derive(Clone, Debug, Serialize)]
pub struct SlotsOfClient {
    /// The client.
    pub client: String,
    /// Its ODU.
    pub odu: String,
    /// Its ODTU; nothing where it is the line's own ODU.
    pub odtu: Option<String>,
    /// Its tributary port.
    pub port: Option<u8>,
    /// Its slots.
    pub slots: Vec<usize>,
}

/// A client and the lines it takes.
#[derive(Clone, Debug, Serialize)]
pub struct ClientRoute {
    /// Name.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// Its ODU.
    pub odu: String,
    /// Slots it needs in a line.
    pub slots: usize,
    /// Places of its lines in `lines`, from its source on.
    pub lines: Vec<usize>,
}

/// A lightpath that was cut.
#[derive(Clone, Debug, Serialize)]
pub struct CutLightpath {
    /// The service.
    pub id: String,
    /// Transceivers at which it is regenerated.
    pub at: Vec<String>,
    /// Services it became.
    pub parts: Vec<String>,
}

/// The report of what was groomed.
pub(super) fn report(wish: &Wish, groomed: &Groomed) -> Digital {
    let content = |one: &Placed| {
        let client = &wish.clients[one.client];
        SlotsOfClient {
            client: client.id.clone(),
            odu: client.odu.to_string(),
            odtu: one.odtu.map(|kind| kind.name(wish.line.slots, one.slots.len())),
            port: one.port,
            slots: one.slots.clone(),
        }
    };
    let line = |line: &OduLine| {
        let [from, to] = line.ends.map(|site| wish.sites[site].clone());
        LineOfSlots {
            lightpath: format!("{} {from} - {to}", wish.line.otu),
            from,
            to,
            used: line.contents.iter().map(|one| one.slots.len()).sum(),
            contents: line.contents.iter().map(content).collect(),
        }
    };
    let clients = wish.clients.iter().zip(&groomed.routes).map(|(client, route)| ClientRoute {
        id: client.id.clone(),
        kind: client.kind.clone(),
        odu: client.odu.to_string(),
        slots: client.slots,
        lines: route.clone(),
    });
    Digital {
        otu: wish.line.otu.to_string(),
        slots: wish.line.slots.count(),
        lines_without_switches: groomed.without_switches,
        least_lines: groomed.bound,
        lines: groomed.lines.iter().map(line).collect(),
        clients: clients.collect(),
        problems: wish.problems.clone(),
    }
}

/// The report of lightpaths that were cut.
pub(super) fn cuts(cuts: &[Cut]) -> Vec<CutLightpath> {
    let one = |cut: &Cut| {
        let Cut { id, at, parts } = cut.clone();
        CutLightpath { id, at, parts }
    };
    cuts.iter().map(one).collect()
}

/// Lines, cuts and problems in a few words each.
pub(super) fn text(out: &mut String, digital: Option<&Digital>, cuts: &[CutLightpath]) {
    // Writing to a String cannot fail, here and below.
    if let Some(digital) = digital {
        let _ = writeln!(
            out,
            "\n{} clients in {} lines of {} ({} without switches, {} at least):",
            digital.clients.len(),
            digital.lines.len(),
            digital.otu,
            digital.lines_without_switches,
            digital.least_lines
        );
        for line in &digital.lines {
            let (from, to, used) = (&line.from, &line.to, line.used);
            let _ = writeln!(out, "  {from} - {to}: {used} of {} slots", digital.slots);
        }
        for problem in &digital.problems {
            let _ = writeln!(out, "  {problem}");
        }
    }
    for cut in cuts {
        let _ = writeln!(out, "\n{} is regenerated at {}", cut.id, cut.at.join(", "));
    }
}
