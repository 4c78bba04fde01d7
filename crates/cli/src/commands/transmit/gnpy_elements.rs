//! One element in GNPy's console text.
//!
//! Clauses: GNPy 6.10. In: a step of a crossing. Out: its lines.

use std::fmt::Write;

use otn_photon::amplifier::AmplifierReport;
use otn_photon::fibre::FibreReport;
use otn_photon::rounding::round_python;
use otn_photon::spectrum::Spectrum;
use otn_photon::transceiver::Reception;
use otn_photon::units::{dbm, watt};
use otn_plan::network::element::{Edfa, Fibre, Kind, Multiband, Roadm};
use otn_plan::transmission::dump::{reference_levels, shown_target_dbm};
use otn_plan::transmission::run::{Crossing, Outcome};
use otn_plan::transmission::{Report, Step};

use super::gnpy::{fixed, label_means, rounded_mean};
use super::seen;

/// Width of a band's lines beside those of the next one.
const BAND_WIDTH: usize = 45;

/// The lines of the element at `at`.
pub(super) fn element(out: &mut String, outcome: &Outcome, crossing: &Crossing, at: usize) {
    let Some(step) = crossing.steps.get(at) else { return };
    let element = outcome.network.element(step.vertex);
    let uid = &element.uid;
    // GNPy carries the reference in watts: what it shows has gone there and back.
    let reference_dbm = dbm(watt(outcome.reference.power_dbm));
    // Writing to a String cannot fail, here and below.
    match (&element.kind, &step.report) {
        (Kind::Transceiver(_), _) => {
            let _ = writeln!(out, "Transceiver {uid}");
            if at + 1 == crossing.steps.len() {
                transceiver(out, crossing, &crossing.reception, &step.spectrum);
            } else {
                transceiver(out, crossing, &seen(&step.spectrum), &step.spectrum);
            }
        }
        (Kind::Roadm(given), Report::Roadm(report)) => {
            let _ = writeln!(out, "Roadm {uid}");
            let levels = reference_levels(outcome, step.vertex, report.max_loss_db);
            let loss = label_means(&step.spectrum.plan, &report.loss_db);
            roadm(out, given, levels, &loss, &step.spectrum);
        }
        (Kind::Fused(loss_db), _) => {
            let _ = writeln!(out, "Fused {uid}\n  loss (dB): {loss_db:.2}");
        }
        (Kind::Fibre(given), Report::Fibre(report)) => {
            let _ = writeln!(out, "{}          {uid}", element.kind_name());
            fibre(out, given, report, &step.spectrum);
        }
        (Kind::Edfa(given), Report::Edfa(report)) => {
            let _ = writeln!(out, "Edfa {uid}");
            for line in amplifier(given, report, &step.spectrum, reference_dbm) {
                let _ = writeln!(out, "{line}");
            }
        }
        (Kind::Multiband(given), Report::Multiband(_)) => {
            let _ = writeln!(out, "Multiband_amplifier {uid}");
            multiband(out, given, step, reference_dbm);
        }
        _ => {}
    }
}

fn transceiver(out: &mut String, crossing: &Crossing, seen: &Reception, spectrum: &Spectrum) {
    let plan = &spectrum.plan;
    let launched = &crossing.launched.plan;
    let lines = [
        ("GSNR (0.1nm, dB):", label_means(plan, &seen.gsnr_01nm_db)),
        ("GSNR (signal bw, dB):", label_means(plan, &seen.gsnr_bw_db)),
        ("OSNR ASE (0.1nm, dB):", label_means(plan, &seen.osnr_ase_01nm_db)),
        ("OSNR ASE (signal bw, dB):", label_means(plan, &seen.osnr_ase_bw_db)),
        ("CD (ps/nm):", rounded_mean(&seen.cd_ps_nm)),
        ("PMD (ps):", rounded_mean(&seen.pmd_ps)),
        ("PDL (dB):", rounded_mean(&seen.pdl_db)),
        ("Latency (ms):", rounded_mean(&seen.latency_ms)),
        // What the transmitters launch, at both ends.
        ("Actual pch out (dBm):", label_means(launched, &launched.tx_power_dbm)),
    ];
    for (name, value) in lines {
        let _ = writeln!(out, "  {name:<27}{value}");
    }
}

fn roadm(
    out: &mut String,
    given: &Roadm,
    levels: Option<otn_photon::roadm::ReferenceLevels>,
    loss: &str,
    spectrum: &Spectrum,
) {
    let shown = |value: Option<f64>| value.map_or("None".to_owned(), fixed);
    let lines = [
        ("Type_variety:", given.type_variety.clone()),
        ("Reference loss (dB):", shown(levels.map(|levels| levels.loss_db))),
        ("Actual loss (dB):", loss.to_owned()),
        ("Reference pch out (dBm):", shown(levels.map(|levels| levels.out_dbm))),
        ("Actual pch out (dBm):", channel_levels(spectrum)),
    ];
    for (name, value) in lines {
        let _ = writeln!(out, "  {name:<25}{value}");
    }
}

fn fibre(out: &mut String, given: &Fibre, report: &FibreReport, spectrum: &Spectrum) {
    let params = &given.params;
    // The loss that all channels together had; two decimals are all that is kept of it here.
    let lost_db = round_python(dbm(report.input_power_w) - dbm(report.output_power_w), 2);
    let loss_db = given.loss_db();
    let lines = [
        ("type_variety:", given.type_variety.clone().unwrap_or_else(|| "None".to_owned())),
        ("length (km):", fixed(given.length_m() * 1e-3)),
        ("pad att_in (dB):", fixed(params.att_in_db.unwrap_or(0.0))),
        ("total loss (dB):", fixed(loss_db)),
    ];
    for (name, value) in lines {
        let _ = writeln!(out, "  {name:<29}{value}");
    }
    let connectors = (params.con_in_db.unwrap_or(0.0), params.con_out_db.unwrap_or(0.0));
    let _ = writeln!(
        out,
        "  (includes conn loss (dB) in: {:.2} out: {:.2})\n  \
         (conn loss out includes EOL margin defined in eqpt_config.json)",
        connectors.0, connectors.1
    );
    let reference = given.ref_pch_in_dbm.map_or("None".to_owned(), |level| fixed(level - lost_db));
    let _ = writeln!(out, "  {:<29}{reference}", "reference pch out (dBm):");
    let _ = writeln!(out, "  {:<29}{}", "actual pch out (dBm):", channel_levels(spectrum));
    if let Some(raman) = &given.raman {
        let gain_db = raman.estimated_gain_db.unwrap_or(0.0);
        // Written as Python writes a rounded number, without zeros behind it.
        let actual_db = round_python(loss_db - lost_db, 2);
        let _ = writeln!(out, "  {:<29}{}", "reference gain (dB):", fixed(gain_db));
        let _ = writeln!(out, "  {:<29}{actual_db:?}", "actual gain (dB):");
    }
}

fn amplifier(
    given: &Edfa,
    report: &AmplifierReport,
    spectrum: &Spectrum,
    reference_dbm: f64,
) -> Vec<String> {
    let shown = |value: Option<f64>| value.map_or("None".to_owned(), fixed);
    let designed = given.designed;
    let found = |value: fn(&otn_plan::network::element::DesignedEdfa) -> f64| {
        designed.as_ref().map_or(0.0, value)
    };
    let line = |name: &str, value: String| format!("  {name:<24}{value}");
    let mut lines = vec![
        line("type_variety:", given.type_variety.clone().unwrap_or_default()),
        line("effective gain(dB):", fixed(report.effective_gain_db)),
        "  (before att_in and before output VOA)".to_owned(),
        line("tilt-target(dB)", fixed(found(|designed| designed.tilt_db))),
        line("noise figure (dB):", rounded_mean(&report.nf_db)),
        "  (including att_in)".to_owned(),
        line("pad att_in (dB):", fixed(report.att_in_db)),
        line("Power In (dBm):", fixed(report.p_in_dbm)),
        line("Power Out (dBm):", fixed(report.p_out_dbm)),
        line("Delta_P (dB):", shown(designed.and_then(|designed| designed.delta_p_db))),
        line("target pch (dBm):", shown(shown_target_dbm(given, reference_dbm))),
        line("actual pch out (dBm):", channel_levels(spectrum)),
    ];
    let in_voa_db = found(|designed| designed.in_voa_db);
    if in_voa_db != 0.0 {
        lines.push(line("input VOA (dB):", fixed(in_voa_db)));
    }
    lines.push(line("output VOA (dB):", fixed(found(|designed| designed.out_voa_db))));
    lines
}

fn multiband(out: &mut String, given: &Multiband, step: &Step, reference_dbm: f64) {
    let Report::Multiband(bands) = &step.report else { return };
    let variety = given.type_variety.as_deref().unwrap_or("None");
    let _ = writeln!(out, "  {:<24}{variety}", "type_variety:");
    let columns: Vec<Vec<String>> = bands
        .iter()
        .filter_map(|band| {
            let edfa = given.amplifiers.get(band.amplifier)?;
            let part = step.spectrum.select(&band.channels);
            Some(amplifier(edfa, &band.report, &part, reference_dbm))
        })
        .collect();
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    for row in 0..rows {
        for column in &columns {
            let cell = column.get(row).map_or("", String::as_str);
            let _ = write!(out, "{cell:<BAND_WIDTH$}");
        }
        out.push('\n');
    }
}

/// Mean level of each label's channels, dBm.
fn channel_levels(spectrum: &Spectrum) -> String {
    let levels: Vec<f64> = spectrum.power_w.iter().map(|&power| dbm(power)).collect();
    label_means(&spectrum.plan, &levels)
}
