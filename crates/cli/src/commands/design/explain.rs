//! A design as text: what was added, which types were taken, and on request why.
//!
//! In: a [`Report`]. Out: lines of at most 120 columns, no colours.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::report::{AmplifierReport, CandidateReport, Report, Rules};
use crate::commands::transmit::middle;
use crate::text::wrap;

/// Columns of a line.
const WIDTH: usize = 116;
/// Most amplifiers that are named without --explain.
const MOST_REMARKS: usize = 20;
/// Least difference that is worth a word, dB.
const VISIBLE_DB: f64 = 0.005;

/// The text of a report.
pub(super) fn text(report: &Report, explain: bool) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(
        out,
        "{} → {}: {} elements, {} amplifiers added, {} fibres from {}; as GNPy {} designs it",
        report.topology,
        report.output,
        report.elements,
        report.amplifiers_added,
        report.fibres,
        report.fibres_given,
        report.compat
    );
    types(&mut out, report);
    if explain {
        rules(&mut out, &report.rules);
        for amplifier in &report.amplifiers {
            explanation(&mut out, amplifier, &report.rules);
        }
    } else {
        attention(&mut out, report);
    }
    out
}

fn types(out: &mut String, report: &Report) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for amplifier in &report.amplifiers {
        let count = counts.entry(&amplifier.type_variety).or_default();
        if amplifier.type_given {
            count.0 += 1;
        } else {
            count.1 += 1;
        }
    }
    let width = counts.keys().map(|name| name.chars().count()).max().unwrap_or(0).max(14);
    let _ = writeln!(out, "\n  {:width$}   given  chosen", "amplifier type");
    for (name, (given, chosen)) in counts {
        let _ = writeln!(out, "  {name:width$}  {given:>6}  {chosen:>6}");
    }
}

fn rules(out: &mut String, rules: &Rules) {
    let [min_db, max_db, step_db] = rules.offset_range_db;
    let power = if rules.power_mode {
        format!(
            "Amplifiers hold power: a channel of {} GBd enters each span at {:.2} dBm plus an offset. The offset is \
             {} dB for every dB that the span loses beyond {} dB, in steps of {step_db} dB, from {min_db} to {max_db} \
             dB; none ahead of a ROADM.",
            rules.baud_rate_gbd, rules.power_dbm, rules.power_slope, rules.span_loss_ref_db
        )
    } else {
        "Amplifiers hold gain: where the file gives one it stays, and the power follows from it."
            .to_owned()
    };
    let words = format!(
        "{power} Fibres longer than {} km are split, spans that lose less than {} dB are padded. A type is taken if \
         its band covers the line's, it reaches down to the gain (3 dB below its least gain at the most) and its power \
         is enough with {} dB beyond its flat gain at the most; of these the one with the lowest noise figure, and if \
         none has the power, the ones that come within 0.3 dB of the best.",
        rules.max_length_km, rules.padding_db, rules.extended_gain_db
    );
    out.push('\n');
    for line in wrap(&words, WIDTH) {
        let _ = writeln!(out, "{line}");
    }
}

/// Amplifiers that could not be what was wanted.
fn attention(out: &mut String, report: &Report) {
    let mut lines = Vec::new();
    for amplifier in &report.amplifiers {
        for remark in remarks(amplifier) {
            lines.push(format!("  {}: {remark}", middle(&amplifier.uid, 50)));
        }
    }
    if lines.is_empty() {
        return;
    }
    let more = lines.len().saturating_sub(MOST_REMARKS);
    lines.truncate(MOST_REMARKS);
    let _ = writeln!(out, "\nnot what was wanted (--explain says why):\n{}", lines.join("\n"));
    if more > 0 {
        let _ = writeln!(out, "  and {more} more (--explain and --json have all of them)");
    }
}

/// What an amplifier could not do.
fn remarks(amplifier: &AmplifierReport) -> Vec<String> {
    let mut remarks = Vec::new();
    let reduction_db = -amplifier.power_reduction_db;
    if reduction_db > VISIBLE_DB {
        let whose = if amplifier.type_given { "its type has" } else { "any type has" };
        remarks.push(format!("{reduction_db:.2} dB more power is wanted than {whose}"));
    }
    let [least_db, flat_db] = amplifier.gain_range_db;
    if amplifier.gain_db > flat_db + VISIBLE_DB {
        remarks.push(format!(
            "gain {:.2} dB is above its flat gain of {flat_db} dB",
            amplifier.gain_db
        ));
    }
    if amplifier.gain_db < least_db - VISIBLE_DB {
        remarks.push(format!(
            "gain {:.2} dB is below its least gain of {least_db} dB; padding makes up for it and adds noise",
            amplifier.gain_db
        ));
    }
    remarks
}

fn explanation(out: &mut String, amplifier: &AmplifierReport, rules: &Rules) {
    let origin = if amplifier.added { "added" } else { "in the file" };
    let out_dbm = rules.power_dbm + amplifier.offset_db - amplifier.out_voa_db;
    let _ = writeln!(
        out,
        "\n{} ({origin}): {}, gain {:.2} dB, {:.2} dBm a channel into what follows",
        amplifier.uid, amplifier.type_variety, amplifier.gain_db, out_dbm
    );
    let mut lines = vec![input(amplifier), offset(amplifier, rules), wanted(amplifier)];
    lines.extend(remarks(amplifier));
    if amplifier.automatic_voa_db > VISIBLE_DB {
        lines.push(format!(
            "power and gain are left over: its output attenuator takes {:.2} dB, and gain rises by as much",
            amplifier.automatic_voa_db
        ));
    }
    let given_voa_db = amplifier.out_voa_db - amplifier.automatic_voa_db;
    if given_voa_db > VISIBLE_DB {
        lines.push(format!("the file sets its output attenuator to {given_voa_db:.2} dB"));
    }
    if amplifier.tilt_db != 0.0 {
        lines.push(format!("tilt {:.2} dB over the band", amplifier.tilt_db));
    }
    if amplifier.type_given {
        lines.push(format!("the file gives its type, {}", amplifier.type_variety));
    }
    for line in lines.iter().flat_map(|line| {
        let mut wrapped = wrap(line, WIDTH - 4);
        for more in wrapped.iter_mut().skip(1) {
            more.insert_str(0, "  ");
        }
        wrapped
    }) {
        let _ = writeln!(out, "  {line}");
    }
    if !amplifier.candidates.is_empty() {
        candidates(out, amplifier);
    }
}

/// Where the level before it comes from.
fn input(amplifier: &AmplifierReport) -> String {
    let level = format!("a channel comes in at {:.2} dBm", amplifier.level_in_dbm);
    let voa = match amplifier.in_voa_db {
        0.0 => String::new(),
        voa_db => format!(", and {voa_db:.2} dB go in its input attenuator"),
    };
    match &amplifier.before {
        Some((uid, "Roadm")) => format!("{level}, as ROADM {uid} levels it{voa}"),
        Some((uid, "Transceiver")) => format!("{level}, as transceiver {uid} sends it{voa}"),
        Some(_) => {
            format!("{level}: the span before loses {:.2} dB{voa}", amplifier.loss_before_db)
        }
        None => format!("{level}{voa}"),
    }
}

/// Where the offset comes from.
fn offset(amplifier: &AmplifierReport, rules: &Rules) -> String {
    let offset_db = amplifier.wanted_offset_db;
    if !amplifier.holds_power {
        return format!("its gain is held; that makes an offset of {offset_db:+.2} dB");
    }
    let reference_dbm = rules.power_dbm;
    if amplifier.offset_given {
        return format!(
            "the file gives an offset of {offset_db:+.2} dB from {reference_dbm:.2} dBm"
        );
    }
    let [min_db, max_db, _] = rules.offset_range_db;
    match &amplifier.after {
        Some((uid, "Roadm")) => {
            format!(
                "ROADM {uid} follows and levels anew: offset {offset_db:+.2} dB from {reference_dbm:.2} dBm"
            )
        }
        _ => {
            let excess_db = amplifier.loss_after_db - rules.span_loss_ref_db;
            let free_db = excess_db * rules.power_slope;
            let bound = if min_db == max_db {
                " (the library leaves no other)".to_owned()
            } else if free_db > max_db {
                format!(" (the largest; the loss alone asks for {free_db:+.2})")
            } else if free_db < min_db {
                format!(" (the least; the loss alone asks for {free_db:+.2})")
            } else {
                format!(" (from {free_db:+.2} by its step)")
            };
            format!(
                "the span behind it loses {:.2} dB, {excess_db:+.2} dB over the reference: offset {offset_db:+.2} dB \
                 from {reference_dbm:.2} dBm{bound}",
                amplifier.loss_after_db
            )
        }
    }
}

fn wanted(amplifier: &AmplifierReport) -> String {
    let [low, high] = amplifier.band_thz;
    format!(
        "wanted: gain {:.2} dB and {:.2} dBm for {} channels from {low:.2} to {high:.2} THz",
        amplifier.wanted_gain_db, amplifier.wanted_power_dbm, amplifier.channels
    )
}

fn candidates(out: &mut String, amplifier: &AmplifierReport) {
    let is_listed = |one: &&CandidateReport| !matches!(one.reason, Some("not-allowed" | "band"));
    let listed: Vec<&CandidateReport> = amplifier.candidates.iter().filter(is_listed).collect();
    let width =
        listed.iter().map(|one| one.type_variety.chars().count()).max().unwrap_or(0).max(10);
    let _ = writeln!(out, "    {:width$}   NF dB   power to spare dB", "candidate");
    let number = |value: Option<f64>, signed: bool| match value {
        None => "-".to_owned(),
        Some(value) if signed => format!("{value:+.2}"),
        Some(value) => format!("{value:.2}"),
    };
    for one in listed {
        let _ = writeln!(
            out,
            "    {:width$}  {:>6}  {:>18}   {}",
            one.type_variety,
            number(one.noise_figure_db, false),
            number(one.power_margin_db, true),
            verdict(one, amplifier)
        );
    }
    for (reason, words) in
        [("band", "band does not cover the line's"), ("not-allowed", "not allowed here")]
    {
        let names = amplifier.candidates.iter().filter(|one| one.reason == Some(reason));
        let names: Vec<&str> = names.map(|one| one.type_variety.as_str()).collect();
        if names.is_empty() {
            continue;
        }
        for (n, line) in
            wrap(&format!("{words}: {}", names.join(", ")), WIDTH - 6).iter().enumerate()
        {
            let _ = writeln!(out, "    {}{line}", if n == 0 { "" } else { "  " });
        }
    }
}

fn verdict(one: &CandidateReport, amplifier: &AmplifierReport) -> String {
    match (one.taken, one.reason) {
        (true, _) if amplifier.below_all => {
            "taken: no type reaches down to this gain, lowest noise figure".to_owned()
        }
        (true, _) => "taken: the lowest noise figure of those left".to_owned(),
        (false, Some("least-gain")) => {
            let least_db = one.least_gain_db.unwrap_or(f64::NAN);
            format!("out: its least gain is {least_db} dB (at most 3 dB less are padded)")
        }
        (false, Some("raman")) => {
            "out: Raman pumping, and no fibre before it suits that".to_owned()
        }
        (false, Some("power")) => "out: too little power".to_owned(),
        (false, Some("noise")) => "noisier, or equal and later in the library".to_owned(),
        (false, _) => String::new(),
    }
}
