//! The console text of GNPy's path request program, octet for octet: that of 2.14.2.
//!
//! Clauses: GNPy 6.10 (printing). In: a [`Planned`] and the services it was made from. Out: the text, UTF-8 with the
//! colours of a terminal. Warnings that GNPy logs are no part of it.

use std::fmt::Write;

use otn_photon::rounding::round_python;
use otn_photon::transceiver::Reception;
use otn_photon::units::dbm;
use otn_plan::library::Library;
use otn_plan::path_request::{Demand, Outcome, Planned, mean};
use otn_plan::services::{Services, Synchronization};

use super::Output;
use super::gnpy_table::{Cell, table};

const BLUE: &str = "\u{1b}[1;34;40m";
const PLAIN: &str = "\u{1b}[0m";

/// Heads of the table's columns.
const HEADS: [&str; 11] = [
    "req id",
    "demand",
    "GSNR@bandwidth\nA-Z (Z-A)",
    "GSNR@0.1nm\nA-Z (Z-A)",
    "OSNR@bandwidth\nA-Z (Z-A)",
    "OSNR@0.1nm\nA-Z (Z-A)",
    "Receiver\nminOSNR",
    "mode",
    "Gbit/s",
    "nb of \ntsp pairs",
    "N,M or\nblocking reason",
];

/// The whole text.
//= gnpy:6.10-plan-console
pub fn text(
    planned: &Planned,
    library: &Library,
    services: &Services,
    written: Option<(Output, String)>,
) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{BLUE}List of disjunctions{PLAIN}");
    let groups = without_doubles(services);
    let groups: Vec<String> = groups.into_iter().map(group).collect();
    let _ = writeln!(out, "[{}]", groups.join(", "));
    let _ = writeln!(out, "{BLUE}The following services have been requested:{PLAIN}");
    let requested = planned.requested.iter().map(|demand| request(library, demand));
    let _ = writeln!(out, "[{}]", requested.collect::<Vec<_>>().join(", "));
    let _ = writeln!(out, "{BLUE}Result summary{PLAIN}");
    let rows = planned.outcomes.iter().map(|outcome| row(library, outcome));
    let _ = writeln!(out, "{}", table(&HEADS, &rows.collect::<Vec<_>>()));
    out.push_str("Result summary shows mean GSNR and OSNR (average over all channels)\n");
    if let Some((output, name)) = written {
        let kind = match output {
            Output::Document => "JSON",
            Output::Table => "CSV",
        };
        let _ = writeln!(out, "{BLUE}Saved {kind} to {name}{PLAIN}");
    }
    out
}

fn without_doubles(services: &Services) -> Vec<&Synchronization> {
    otn_plan::path_request::without_doubles(&services.synchronizations)
}

fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Words as Python shows a list of them.
fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |word: &str| {
        let quote = if word.contains('\'') && !word.contains('"') { '"' } else { '\'' };
        format!("{quote}{word}{quote}")
    };
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    format!("[{}]", words.join(", "))
}

fn group(group: &Synchronization) -> String {
    let what = |word| truth(group.disjointness.contains(word));
    format!(
        "Disjunction {}\n\trelaxable:    {}\n\tlink-diverse: {}\n\tnode-diverse: {}\n\
         \trequest-id-numbers: {}\n",
        group.synchronization_id,
        truth(group.relaxable),
        what("link"),
        what("node"),
        list(group.request_ids.iter().map(String::as_str)),
    )
}

/// A number as Python shows it.
fn python(number: f64) -> String {
    format!("{number:?}")
}

fn request(library: &Library, demand: &Demand) -> String {
    let mode = demand.mode(library);
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "None".to_owned());
    let tx_power_dbm = demand.tx_power_dbm.unwrap_or(demand.default_tx_power_dbm);
    let loose = |strict: bool| if strict { "STRICT" } else { "LOOSE" };
    format!(
        "PathRequest {}\n\tsource: \t{}\n\tdestination:\t{}\n\ttrx type:\t{}\n\ttrx mode:\t{}\n\
         \tbaud_rate:\t{} Gbaud\n\tbit_rate:\t{} Gb/s\n\tspacing:\t{} GHz\n\tpower:  \t{} dBm\n\
         \ttx_power_dbm:  \t{} dBm\n\tnb channels: \t{}\n\tpath_bandwidth: \t{} Gbit/s\n\
         \tnodes-list:\t{}\n\tloose-list:\t{}\n",
        demand.id,
        demand.source,
        demand.destination,
        demand.trx_type,
        or_none(demand.trx_mode.clone()),
        or_none(mode.map(|mode| python(mode.baud_rate * 1e-9))),
        or_none(mode.map(|mode| python(mode.bit_rate * 1e-9))),
        python(demand.spacing_hz * 1e-9),
        python(round_python(dbm(demand.power_w), 2)),
        python(round_python(tx_power_dbm, 2)),
        demand.channels,
        python(round_python(demand.path_bandwidth_bit_per_s * 1e-9, 2)),
        list(demand.include.iter().map(|include| include.uid.as_str())),
        list(demand.include.iter().map(|include| loose(include.strict))),
    )
}

/// A ratio that is whole in most files, and a whole number in Python then.
fn required(ratio_db: f64) -> Cell {
    if ratio_db.fract() == 0.0 { Cell::Whole(ratio_db as i64) } else { Cell::Number(ratio_db) }
}

fn row(library: &Library, outcome: &Outcome) -> Vec<Cell> {
    let demand = &outcome.demand;
    let modes = demand.transceiver(library).map(|transceiver| &transceiver.modes);
    let mode = modes.zip(outcome.mode).and_then(|(modes, at)| modes.get(at));
    let format = Cell::word(mode.map_or("None", |mode| mode.format.as_str()));
    let ends = format!("{} to {}:", demand.source, demand.destination);
    let gbit_s = Cell::Number(round_python(demand.path_bandwidth_bit_per_s * 1e-9, 2));
    let dash = || Cell::word("-");
    let mut cells = vec![Cell::word(demand.id.clone()), Cell::word(ends)];
    let (Some(seen), true) = (&outcome.reception, !outcome.route.is_empty()) else {
        // GNPy's own row has a cell too few, and the name of a variable.
        cells.extend([dash(), dash(), dash(), format, gbit_s, dash()]);
        cells.push(Cell::word("{rqs[i].blocking_reason}"));
        cells.extend([Cell::word(""), Cell::word("")]);
        return cells;
    };
    type Ratios = fn(&Reception) -> &[f64];
    let ratios: [Ratios; 4] = [
        |seen| &seen.gsnr_bw_db,
        |seen| &seen.gsnr_01nm_db,
        |seen| &seen.osnr_ase_bw_db,
        |seen| &seen.osnr_ase_01nm_db,
    ];
    let back = outcome.back.as_ref().filter(|_| demand.bidirectional);
    for ratio in ratios {
        let there = mean(ratio(seen));
        cells.push(match back {
            None => Cell::Number(there),
            Some(back) => Cell::word(format!("{} ({})", python(there), python(mean(ratio(back))))),
        });
    }
    match (&outcome.blocked, mode) {
        (None, Some(mode)) => {
            let margin_db = library.spectra.first().map_or(0.0, |comb| comb.sys_margins_db);
            let part = |of: fn(&otn_plan::services::FrequencySlot) -> Option<i64>| {
                let all: Vec<String> =
                    outcome.slots.iter().filter_map(of).map(|n| n.to_string()).collect();
                format!("[{}]", all.join(", "))
            };
            cells.extend([
                required(mode.osnr_db + margin_db),
                format,
                gbit_s,
                Cell::Whole(demand.pairs(mode.bit_rate) as i64),
                Cell::word(format!("({},{})", part(|slot| slot.n), part(|slot| slot.m))),
            ]);
        }
        (blocked, _) => {
            let reason = blocked.as_ref().map_or("None", |blocked| blocked.word());
            cells.extend([dash(), format, gbit_s, dash(), Cell::word(reason)]);
        }
    }
    cells
}
