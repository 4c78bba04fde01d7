//! The drawing above the table: the four rows of a frame, its areas, the first payload octets.
//!
//! In: a [`Grid`]. Out: lines of at most 100 columns.

use std::fmt::Write as _;

use otn_frame::layout::{FIELDS, OPU_RANGE, ROWS};

use super::Grid;

/// Widths of the areas between their bars.
const OVERHEAD: usize = 34;
const OPU: usize = 8;
const PAYLOAD: usize = 29;
const FEC: usize = 14;

/// Title and drawing.
pub(super) fn head(grid: &Grid) -> String {
    let mut out = format!("frame {}", grid.frame);
    // Writing to a String cannot fail, here and below.
    if let Some(time) = grid.time_ns {
        let _ = write!(out, " at {time} ns");
    }
    if let Some(signal) = grid.signal {
        let _ = write!(out, ", {signal}");
    }
    let _ = write!(out, ", 4 rows of {} octets, MFAS {:02X}", grid.columns, grid.mfas);
    if let Some(payload_type) = &grid.payload_type {
        let _ = write!(out, "\npayload type {payload_type}");
    }
    out.push_str("\n\n");
    let fec = grid.areas.iter().any(|area| area.fec.is_some());
    out.push_str(&columns(fec));
    let rule = rule(fec);
    out.push_str(&rule);
    for area in &grid.areas {
        let row = area.row;
        let cell = format!("{} ..", area.payload);
        let _ = write!(
            out,
            "row {row} |{:OVERHEAD$}|{:OPU$}| {cell:width$}|",
            names(row, false),
            names(row, true),
            width = PAYLOAD - 1,
        );
        if let Some(fec) = &area.fec {
            let cell = format!("{fec} ..");
            let _ = write!(out, " {cell:FEC$}|");
        }
        out.push('\n');
    }
    out.push_str(&rule);
    out.push('\n');
    out
}

/// Numbers of the columns where areas begin.
fn columns(fec: bool) -> String {
    let mut line = format!("       {:OVERHEAD$} {:OPU$} {:PAYLOAD$}", "1", "15", "17");
    if fec {
        line.push_str(" 3825 to 4080");
    }
    line.trim_end().to_string() + "\n"
}

fn rule(fec: bool) -> String {
    let mut widths = vec![OVERHEAD, OPU, PAYLOAD];
    if fec {
        widths.push(FEC + 1);
    }
    let bars: String = widths.iter().map(|width| "-".repeat(*width) + "+").collect();
    format!("      +{bars}\n")
}

/// Names of the fields of a row: those of the OPU, or those before it.
fn names(row: usize, opu: bool) -> String {
    debug_assert!(row <= ROWS);
    let here = FIELDS.iter().filter(|f| f.row == row && (f.col > OPU_RANGE.start) == opu);
    // The layout numbers reserved and experimental fields; the drawing has no room for it.
    let plain = here.map(|f| f.name.split('_').next().unwrap_or(f.name));
    plain.collect::<Vec<&str>>().join(" ")
}
