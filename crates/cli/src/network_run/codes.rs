//! Codes of lines in a report.
//!
//! In: the plan, what receivers saw. Out: names, wrong bits before and behind a decoder, and what has to be said of
//! lines that run by a measured table.

use otn_emu::net::PortSummary;
use otn_emu::net::fec_table::{Below, Range};
use otn_emu::net::model::{Line, Plan};
use otn_emu::net::samples::Sample;
use otn_frame::layout::OTU_BITS;

use crate::network_report::model;

/// Name of the code of a line; of both ends where they differ.
pub(super) fn name(line: &Line) -> String {
    let [one, other] = [0, 1].map(|end| line.code_name(end));
    if one == other { one.to_string() } else { format!("{one} / {other}") }
}

/// Where errors behind the decoder come from.
pub(super) fn fec_model(line: &Line) -> model::FecModel {
    match line.own_code(0).and_then(|own| own.table()) {
        Some(_) => model::FecModel::Table,
        None => model::FecModel::Decoder,
    }
}

/// Share of wrong bits before the decoder.
pub(super) fn before(bin: &Sample) -> Option<f64> {
    (bin.line_bits > 0).then(|| bin.flipped_bits as f64 / bin.line_bits as f64)
}

/// Wrong bits behind the decoder at an end of a line, and of how many.
pub(super) fn behind(line: &Line, end: usize, bin: &Sample) -> (u64, u64) {
    match line.own_code(end) {
        // It gives the frame without its FEC area, and what is wrong there is compared bit by bit.
        Some(_) => (bin.wrong_bits, bin.frames * otn_emu::net::line_code::INFORMATION_BITS),
        // What was flipped and not corrected is wrong still.
        None => (bin.flipped_bits.saturating_sub(bin.corrected_bits), bin.frames * OTU_BITS),
    }
}

/// Wrong bits behind the decoder over the whole run.
pub(super) fn residual(line: &Line, end: usize, port: &PortSummary) -> u64 {
    match line.own_code(end) {
        Some(_) => behind(line, end, &port.samples.total()).0,
        None => {
            let flipped = port.samples.total().flipped_bits;
            flipped.saturating_sub(port.counters.corrected_bits)
        }
    }
}

/// Lines by table, and what was not measured of them.
pub(super) fn warnings(plan: &Plan) -> Vec<String> {
    let mut all = Vec::new();
    for line in &plan.lines {
        let Some(own) = line.own_code(0) else { continue };
        let (name, code) = (&line.name, own.entry().name);
        let Some(table) = own.table() else { continue };
        let (least, greatest) = table.range();
        all.push(format!(
            "line {name}: `{code}` by table: errors behind the decoder are drawn as measured at bit error ratios \
             from {least:.3e} to {greatest:.3e}, the decoder does not run"
        ));
        let lit = line.light.iter().flatten().filter(|state| state.light);
        let places: Vec<Range> = lit.map(|state| table.place(state.ber.get())).collect();
        if places.contains(&Range::Below) {
            let done = match table.below() {
                Below::Bound => format!(
                    "the upper limit at {least:.3e} was used, {:.1e} of blocks failed",
                    table.failed(least / 2.0)
                ),
                Below::Nothing => "no block failed, which was not measured".to_string(),
            };
            all.push(format!("line {name}: its light was better than measured: {done}"));
        }
        if places.contains(&Range::Above) {
            all.push(format!(
                "line {name}: its light was worse than measured: nothing was corrected"
            ));
        }
    }
    all
}
