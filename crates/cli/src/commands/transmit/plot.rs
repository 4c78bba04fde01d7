//! Pictures of a transmission: the channels at the receiver, the path, one span.
//!
//! In: an [`Outcome`] and its [`Report`]. Out: SVG files in a folder. The drawing is in [`paint`].

mod paint;

use std::path::Path;

use anyhow::{Result, anyhow};
use otn_photon::units::dbm;
use otn_plan::models;
use otn_plan::network::Fibre;
use otn_plan::network::element::Kind;
use otn_plan::transmission::Settings;
use otn_plan::transmission::run::{Crossing, Outcome};

use super::report::{Report, best};
use crate::commands::output_folder;
use crate::output::write_whole;
use paint::{Curve, Panel, Sign};

/// Draws all pictures into `folder`.
///
/// # Errors
/// A folder or file that cannot be written.
pub(super) fn draw_all(
    folder: &Path,
    outcome: &Outcome,
    report: &Report,
    settings: &Settings,
) -> Result<()> {
    output_folder(folder)?;
    let crossing = best(outcome).ok_or_else(|| anyhow!("nothing to draw: no power"))?;
    let mut pictures =
        vec![("receiver.svg", receiver(crossing, report)), ("path.svg", path(outcome, report))];
    if let Some(panels) = span(outcome, crossing, settings)? {
        pictures.push(("span.svg", panels));
    }
    for (name, panels) in pictures {
        write_whole(&folder.join(name), &paint::svg(&panels)?)?;
    }
    Ok(())
}

/// GSNR, OSNR and power over frequency.
fn receiver(crossing: &Crossing, report: &Report) -> Vec<Panel> {
    let seen = &crossing.reception;
    let Some(last) = crossing.steps.last() else { return Vec::new() };
    let frequency_thz: Vec<f64> =
        last.spectrum.plan.frequency_hz.iter().map(|frequency| frequency * 1e-12).collect();
    let over = |values: &[f64]| frequency_thz.iter().copied().zip(values.iter().copied()).collect();
    let curve = |label: &str, values: &[f64], colour| Curve {
        label: label.to_owned(),
        points: over(values),
        colour,
        sign: Sign::Dots,
    };
    let shown = |title: String, y_name: &'static str, curves| Panel {
        title,
        x_name: "frequency in THz",
        y_name,
        curves,
        places: Vec::new(),
    };
    let title = format!("{} to {}: at the receiver", report.source, report.destination);
    vec![
        shown(
            title,
            "dB in 0.1 nm",
            vec![
                curve("GSNR", &seen.gsnr_01nm_db, 0),
                curve("OSNR (ASE alone)", &seen.osnr_ase_01nm_db, 1),
            ],
        ),
        shown(
            "Power of each channel".to_owned(),
            "dBm",
            vec![curve("received power, noise included", &seen.rx_power_dbm, 2)],
        ),
    ]
}

/// GSNR and power over the length of the path.
fn path(outcome: &Outcome, report: &Report) -> Vec<Panel> {
    let mut at_km = 0.0;
    let mut places = Vec::new();
    let first = first_drawn(outcome);
    let mut lines: [Vec<(f64, f64)>; 4] = Default::default();
    let mut power = Vec::new();
    for (n, (&vertex, element)) in outcome.path.iter().zip(&report.elements).enumerate() {
        let kind = &outcome.network.element(vertex).kind;
        if let Kind::Fibre(fibre) = kind {
            at_km += fibre.length_m() * 1e-3;
        }
        if let Kind::Roadm(_) = kind {
            places.push((at_km, element.uid.clone()));
        }
        if n < first {
            continue;
        }
        let gsnr = element.gsnr_01nm_db;
        let values = [gsnr.max, gsnr.mean, gsnr.min, element.osnr_01nm_db];
        for (line, value) in lines.iter_mut().zip(values) {
            line.push((at_km, value));
        }
        power.push((at_km, element.power_dbm));
    }
    let names = ["GSNR, best channel", "GSNR, mean", "GSNR, worst channel", "OSNR, mean"];
    let curves = lines.into_iter().zip(names).zip([4, 0, 1, 2]);
    let curves = curves.map(|((points, label), colour)| Curve {
        label: label.to_owned(),
        points,
        colour,
        sign: if label.ends_with("mean") { Sign::Line } else { Sign::Dashes },
    });
    let total = Curve {
        label: "all channels, behind each element".to_owned(),
        points: power,
        colour: 3,
        sign: Sign::Line,
    };
    let shown = |title: String, y_name, curves, places| Panel {
        title,
        x_name: "distance in km",
        y_name,
        curves,
        places,
    };
    let title = format!("{} to {}: along the path", report.source, report.destination);
    vec![
        shown(title, "dB in 0.1 nm", curves.collect(), places.clone()),
        shown("Power".to_owned(), "dBm", vec![total], places),
    ]
}

/// The element ahead of the first fibre: what is before has so little noise that the rest would look flat.
fn first_drawn(outcome: &Outcome) -> usize {
    let is_fibre = |&vertex: &usize| outcome.network.element(vertex).fibre().is_some();
    let fibre = outcome.path.iter().position(is_fibre).unwrap_or(0);
    fibre.saturating_sub(1)
}

/// Power along the longest fibre of the path.
fn span(outcome: &Outcome, crossing: &Crossing, settings: &Settings) -> Result<Option<Vec<Panel>>> {
    let length_m = |at: usize| {
        let fibre = outcome.network.element(crossing.steps[at].vertex).fibre();
        fibre.map_or(0.0, Fibre::length_m)
    };
    // The first one of equals.
    let longest =
        (1..crossing.steps.len()).rev().max_by(|&a, &b| length_m(a).total_cmp(&length_m(b)));
    let Some(at) = longest.filter(|&at| length_m(at) > 0.0) else { return Ok(None) };
    let element = outcome.network.element(crossing.steps[at].vertex);
    let Some(given) = element.fibre() else { return Ok(None) };
    let before = &crossing.steps[at - 1].spectrum;
    let failed = |error: &dyn std::fmt::Display| anyhow!("element '{}': {error}", element.uid);
    let fibre = models::fibre(&element.uid, given).map_err(|error| failed(&error))?;
    let prepared = fibre
        .prepare(&before.plan, &settings.simulation, settings.compat)
        .map_err(|error| failed(&error))?;
    let profile = prepared.profile(before).map_err(|error| failed(&error))?;
    let mut rows = vec![0, profile.channels / 2, profile.channels.saturating_sub(1)];
    rows.dedup();
    rows.extend(profile.channels..profile.frequency_hz.len());
    let levels = |row: usize| -> Vec<(f64, f64)> {
        let powers = profile.position_m.iter().zip(profile.row_power_w(row));
        powers.map(|(&position, &power_w)| (position * 1e-3, dbm(power_w))).collect()
    };
    let alike = rows.iter().filter(|&&row| row < profile.channels).all(|&row| {
        let pairs = levels(row).into_iter().zip(levels(0)).collect::<Vec<_>>();
        pairs.iter().all(|(one, first)| (one.1 - first.1).abs() < ALIKE_DB)
    });
    if alike {
        rows.retain(|&row| row == 0 || row >= profile.channels);
    }
    let curve = |(colour, &row): (usize, &usize)| {
        let thz = profile.frequency_hz[row] * 1e-12;
        let label = match (row < profile.channels, alike) {
            (true, true) => "each channel: all are alike".to_owned(),
            (true, false) => format!("channel {thz:.3} THz"),
            (false, _) => format!("pump {thz:.3} THz"),
        };
        let sign = if row < profile.channels { Sign::Line } else { Sign::Dashes };
        Curve { label, points: levels(row), colour, sign }
    };
    Ok(Some(vec![Panel {
        title: format!("{}: power along the fibre", element.uid),
        x_name: "distance in km, connectors left out",
        y_name: "dBm",
        curves: rows.iter().enumerate().map(curve).collect(),
        places: Vec::new(),
    }]))
}

/// Levels nearer than this are one line in a picture, dB.
const ALIKE_DB: f64 = 0.01;
