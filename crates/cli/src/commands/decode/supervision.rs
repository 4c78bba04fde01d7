//! Supervision of a decoded stream as text: counters of trails, fault causes, timeline, delays.
//!
//! In: parts of a report. Out: lines for a terminal of 80 columns.

use std::fmt::Write as _;

use crate::decoder::{
    CauseReport, DefectReport, FecReport, PerformanceReport, RoundTripReport, StreamReport,
    TimelineEntry, defect_lines,
};
use crate::text::grouped;

/// Events that are shown at the beginning of a timeline, and as many at its end.
const SHOWN: usize = 30;

/// Near and far end of a trail, in a line each.
pub(super) fn performance_text(out: &mut String, indent: &str, name: &str, p: &PerformanceReport) {
    let day = p.days.last();
    for (end, totals, register) in
        [("near", p.near, day.map(|d| d.near)), ("far", p.far, day.map(|d| d.far))]
    {
        let title = format!("{name} {end}");
        let (blocks, violations) = (grouped(totals.errored_blocks), grouped(totals.violations));
        // Writing to a String cannot fail: its results are let go in this file.
        let _ = write!(out, "{indent}{title:<12}EBC {blocks}, violations {violations}");
        if let (Some(r), Some(day)) = (register, day) {
            let _ = write!(
                out,
                "; ES {}, SES {}, BBE {}, UAS {} in {} s",
                r.errored_seconds,
                r.severely_errored_seconds,
                grouped(r.background_block_errors),
                r.unavailable_seconds,
                day.elapsed
            );
        }
        out.push('\n');
    }
}

/// The bit error ratio behind the FEC.
pub(super) fn post_fec_text(out: &mut String, f: &FecReport) {
    let Some(ber) = f.post_fec_ber else { return };
    let least = if f.post_fec_ber_lower_bound { "at least " } else { "" };
    let _ = writeln!(out, "  post-FEC    BER {least}{ber:.2e}, by BIP-8 of SM");
}

/// Fault causes, as defects are told.
pub(super) fn causes_text(out: &mut String, s: &StreamReport) {
    let as_defect = |cause: &CauseReport| DefectReport {
        layer: cause.layer.clone(),
        place: cause.place.clone(),
        defect: cause.cause,
        raised_ns: cause.raised_ns,
        cleared_ns: cause.cleared_ns,
        raised_frame: cause.raised_frame,
        cleared_frame: cause.cleared_frame,
    };
    let causes: Vec<DefectReport> = s.causes.iter().map(as_defect).collect();
    for line in defect_lines(&causes, &s.cause_times) {
        let _ = writeln!(out, "  cause       {line}");
    }
}

/// What happened, an event a line: time in ms, frame, place, layer, event.
pub(super) fn timeline_text(out: &mut String, s: &StreamReport) {
    if s.timeline.is_empty() {
        return;
    }
    let _ = writeln!(out, "  timeline         ms       frame place    layer event");
    let events = s.timeline.as_slice();
    let left_out = s.timeline_left_out + events.len().saturating_sub(2 * SHOWN) as u64;
    if left_out == 0 {
        events.iter().for_each(|event| event_text(out, event));
        return;
    }
    events.iter().take(SHOWN).for_each(|event| event_text(out, event));
    let _ = writeln!(out, "    … {} events left out …", grouped(left_out));
    events.iter().rev().take(SHOWN).rev().for_each(|event| event_text(out, event));
}

fn event_text(out: &mut String, e: &TimelineEntry) {
    let (ms, ns) = (e.at_ns / 1_000_000, e.at_ns % 1_000_000);
    let frame = e.frame.map_or("-".to_string(), |frame| frame.to_string());
    let event = match (e.kind, &e.detail) {
        ("defect" | "cause", _) => {
            let sign = if e.change == "raised" { '+' } else { '-' };
            format!("{sign} {}", e.name)
        }
        (_, Some(detail)) => format!("{} {detail}", e.name),
        (_, None) => e.name.clone(),
    };
    let time = format!("{ms}.{ns:06}");
    let _ = writeln!(out, "  {time:>17} {frame:>11} {:<8} {:<5} {event}", e.place, e.layer);
}

/// Delays between two directions.
pub(super) fn round_trips_text(out: &mut String, trips: &[RoundTripReport]) {
    for t in trips {
        let (ms, ns) = (t.at_ns / 1_000_000, t.at_ns % 1_000_000);
        let _ = writeln!(
            out,
            "  round trip  {} {} frames, {:.3} µs; stream {} to {}, sent at {ms}.{ns:06} ms",
            t.bit, t.frames, t.us, t.from, t.to
        );
    }
}
