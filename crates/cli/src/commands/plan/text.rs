//! The text of `otn plan`.

use std::fmt::Write;

use super::report::{Quality, Report, Service};

/// The text of a report.
pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, here and below.
    let count = report.services.len();
    let _ = writeln!(
        out,
        "{} of {count} services, {:.1} of {:.1} Gbit/s (conventions of GNPy {})\n",
        report.served, report.served_gbit_s, report.asked_gbit_s, report.compat
    );
    services(&mut out, report);
    lines(&mut out, report);
    load(&mut out, report);
    super::digital::text(&mut out, report.digital.as_ref(), &report.cuts);
    out
}

/// Cells of a table, in columns as wide as they must be; the first one to the left, others to the right if `right` says
/// so.
fn columns(out: &mut String, rows: &[Vec<String>], right: &[bool]) {
    let width = |at: usize| {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..right.len()).map(width).collect();
    for row in rows {
        let mut line = String::from(" ");
        for ((cell, width), right) in row.iter().zip(&widths).zip(right) {
            let _ = if *right {
                write!(line, " {cell:>width$} ")
            } else {
                write!(line, " {cell:<width$} ")
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn services(out: &mut String, report: &Report) {
    let heads = ["service", "from", "to", "Gbit/s", "mode", "GSNR dB", "margin", "km", "slots"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for service in &report.services {
        rows.push(row(service));
    }
    columns(out, &rows, &[false, false, false, true, false, true, true, true, false]);
    let blocked: Vec<&Service> =
        report.services.iter().filter(|service| service.blocked.is_some()).collect();
    if blocked.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nnot served:");
    for service in blocked {
        let reason = service.reason.as_deref().unwrap_or_default();
        let word = service.blocked.unwrap_or_default();
        let _ = writeln!(out, "  {}: {reason} ({word})", service.id);
        if let Some(place) = &service.place {
            let _ = writeln!(out, "    {place}");
        }
    }
}

fn row(service: &Service) -> Vec<String> {
    let mode = service.mode.as_ref().map_or_else(String::new, |mode| {
        let found = if service.mode_searched { " (found)" } else { "" };
        format!("{} {mode}{found}", service.transceiver)
    });
    let both = |of: fn(&Quality) -> Option<f64>| {
        let shown = |quality: &Option<Quality>| {
            quality.as_ref().map(|q| of(q).map_or("none".to_owned(), |value| format!("{value:.2}")))
        };
        match (shown(&service.there), shown(&service.back)) {
            (Some(there), Some(back)) => format!("{there} / {back}"),
            (Some(there), None) => there,
            (None, _) => String::new(),
        }
    };
    let slots: Vec<String> = service
        .slots
        .iter()
        .map(|slot| {
            format!("{:.5}-{:.5} THz (n {}, m {})", slot.from_thz, slot.to_thz, slot.n, slot.m)
        })
        .collect();
    vec![
        service.id.clone(),
        service.source.clone(),
        service.destination.clone(),
        format!("{:.1}", service.gbit_s),
        mode,
        both(|quality| Some(quality.gsnr_db)),
        both(|quality| quality.margin_db),
        if service.roadms.is_empty() { String::new() } else { format!("{:.1}", service.length_km) },
        service.blocked.map_or_else(|| slots.join(", "), str::to_owned),
    ]
}

/// What was there before, in a few words.
fn load(out: &mut String, report: &Report) {
    if !report.existing.is_empty() {
        let worst = report.existing.iter().filter_map(|one| Some((one.margin_db?, &one.id)));
        let worst = worst.min_by(|one, other| one.0.total_cmp(&other.0));
        let worst =
            worst.map_or(String::new(), |(db, id)| format!(", least margin {db:.2} dB ({id})"));
        let _ = writeln!(out, "\nthere before: {} channels{worst}", report.existing.len());
    }
    for harm in &report.harms {
        let (before, now) = (harm.margin_before_db, harm.margin_db);
        let _ = writeln!(
            out,
            "  {} brings {} below what it needs: margin {before:.2} dB before, {now:.2} dB now",
            harm.by, harm.to
        );
    }
    for problem in &report.problems {
        let _ = writeln!(out, "  {problem}");
    }
}

fn lines(out: &mut String, report: &Report) {
    if report.lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nfullest lines:");
    let mut fullest: Vec<_> = report.lines.iter().collect();
    let share = |used: usize, slots: i64| used as f64 / slots.max(1) as f64;
    fullest.sort_by(|a, b| share(b.used, b.slots).total_cmp(&share(a.used, a.slots)));
    let rows: Vec<Vec<String>> = fullest
        .iter()
        .take(5)
        .map(|line| {
            vec![
                line.from.clone(),
                line.to.clone(),
                format!("{:.1} %", 100.0 * share(line.used, line.slots)),
            ]
        })
        .collect();
    columns(out, &rows, &[false, false, true]);
}
