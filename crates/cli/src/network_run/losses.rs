//! Why packets were lost, in the report and in its text.
//!
//! In: what the flows of services say. Out: entries of the report; lines of text.

use std::fmt::Write;

use otn_emu::net::flows::Flow;
use otn_emu::net::model::Plan;
use otn_emu::net::spoiled::{Cause, Codeword};
use otn_frame::SimTime;

use crate::network_report::model::{Loss, LossCause, LostByCause, Report};
use crate::text::grouped;

/// Losses that are listed; all of them are in the report folder.
const LISTED: usize = 12;

/// Packets by kind of cause.
pub(super) fn by_cause(flow: &Flow) -> LostByCause {
    let [codeword, dark, not_found, maintenance, absent, switched, unexplained] =
        flow.lost_by_kind();
    LostByCause { codeword, dark, not_found, maintenance, absent, switched, unexplained }
}

/// Packets by cause, in the order in which they were sent.
pub(super) fn losses(plan: &Plan, flow: &Flow) -> Vec<Loss> {
    flow.losses().iter().map(|loss| entry(plan, loss)).collect()
}

fn entry(plan: &Plan, loss: &otn_emu::net::spoiled::Loss) -> Loss {
    let (cause, place) = match loss.cause {
        Cause::Codeword(word) => (LossCause::Codeword, Some((word.line, word.end))),
        Cause::Dark { line, end } => (LossCause::Dark, Some((line, end))),
        Cause::NotFound { line, end } => (LossCause::NotFound, Some((line, end))),
        Cause::Maintenance => (LossCause::Maintenance, None),
        Cause::Absent => (LossCause::Absent, None),
        Cause::Switched => (LossCause::Switched, None),
        Cause::Unexplained => (LossCause::Unexplained, None),
    };
    let word = |word: Codeword| Loss {
        frame: Some(word.frame),
        frame_at_ps: Some(word.at.as_ps()),
        row: Some(word.row),
        sub_row: word.sub_row,
        ..Loss::default()
    };
    let node = |(line, end): (usize, usize)| &plan.nodes[plan.lines[line].ends[end]].name;
    Loss {
        cause,
        first_packet: loss.first,
        packets: loss.packets,
        first_sent_ps: loss.sent.0.as_ps(),
        last_sent_ps: loss.sent.1.as_ps(),
        line: place.map(|(line, _)| plan.lines[line].name.clone()),
        node: place.map(|place| node(place).clone()),
        ..if let Cause::Codeword(of) = loss.cause { word(of) } else { Loss::default() }
    }
}

/// The causes as text.
pub(super) fn text(report: &Report, out: &mut String) {
    let directions = report
        .services
        .iter()
        .flat_map(|service| service.directions.iter().map(move |direction| (service, direction)));
    let mut listed = 0;
    let mut rest = 0;
    for (service, direction) in directions {
        for loss in &direction.losses {
            if listed == LISTED {
                rest += loss.packets;
                continue;
            }
            if listed == 0 {
                let _ = writeln!(out, "\npackets lost");
            }
            listed += 1;
            let from = SimTime::from_ps(loss.first_sent_ps).to_string();
            let count = grouped(loss.packets);
            let _ = writeln!(
                out,
                "  {from:>12}  {} {} > {}: {count}, {}",
                service.name,
                direction.from,
                direction.to,
                why(loss)
            );
        }
    }
    if rest > 0 {
        let _ = writeln!(out, "  and {} more in the report", grouped(rest));
    }
}

fn why(loss: &Loss) -> String {
    let line = loss.line.as_deref().unwrap_or_default();
    let node = loss.node.as_deref().unwrap_or_default();
    match loss.cause {
        LossCause::Codeword => {
            let at = SimTime::from_ps(loss.frame_at_ps.unwrap_or(0));
            let (frame, row) = (grouped(loss.frame.unwrap_or(0)), loss.row.unwrap_or(0));
            let word = loss.sub_row.map_or("octets".to_string(), |x| format!("codeword {x}"));
            format!("{word} of row {row} wrong in frame {frame} of {line}, at {node} from {at}")
        }
        LossCause::Dark => format!("{line} was dark at {node}"),
        LossCause::NotFound => format!("no frames of {line} at {node}"),
        LossCause::Maintenance => "a maintenance signal in the place of the ODU".to_string(),
        LossCause::Absent => "no frames of the ODU".to_string(),
        LossCause::Switched => "the end took another route".to_string(),
        LossCause::Unexplained => "unexplained".to_string(),
    }
}
