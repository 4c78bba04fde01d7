//! The console text of GNPy's transmission program, octet for octet: that of 2.14.2 or of 3.0.1.
//!
//! Clauses: GNPy 6.10 (printing). In: an [`Outcome`] and what was asked for. Out: the text, UTF-8 with the
//! colours of a terminal. Elements are in [`super::gnpy_elements`]. Warnings that GNPy logs are no part of it.

use std::fmt::Write;

use otn_photon::Compat;
use otn_photon::rounding::round_numpy;
use otn_photon::spectrum::ChannelPlan;
use otn_photon::units::{dbm, watt};
use otn_plan::network::Fibre;
use otn_plan::transmission::run::{Crossing, Outcome, Picked};

use super::gnpy_elements;

/// What was asked for, as far as the text tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The words of a path, as they were given.
    pub path: Option<String>,
    /// Whether a spectrum file was given.
    pub spectrum: bool,
    /// Whether amplifiers hold power (else gain).
    pub power_mode: bool,
    /// Whether a table of channels is wanted.
    pub show_channels: bool,
    /// Name of the file that the network is saved to.
    pub saved: Option<String>,
}

const COLOUR: &str = "\u{1b}[1;36;40m";
const BLUE: &str = "\u{1b}[1;34;40m";
const PLAIN: &str = "\u{1b}[0m";

/// The whole text.
//= gnpy:6.10-console
pub fn text(outcome: &Outcome, asked: &Asked) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, here and below.
    if let Some(path) = &asked.path {
        let _ = writeln!(out, "Requested path: {path}");
        picked_from_path(&mut out, outcome);
    }
    if asked.spectrum {
        out.push_str("User input for spectrum used for propagation instead of SI\n");
    }
    let mode = if asked.power_mode { "True" } else { "False" };
    let _ = writeln!(
        out,
        "Power mode is set to {mode}\n=> it can be modified in eqpt_config.json - Span"
    );
    head(&mut out, outcome);
    let sweep = outcome.crossings.len() > 1;
    for crossing in &outcome.crossings {
        if asked.power_mode {
            let shown = shown_power(outcome, crossing);
            let _ = writeln!(
                out,
                "Input optical power reference in span = {COLOUR}{shown:.2} dBm{PLAIN}:"
            );
        } else {
            // The braces are GNPy's own.
            out.push_str(
                "\nPropagating in {ansi_escapes.cyan}gain mode{ansi_escapes.reset}: power cannot be set \
                 manually\n",
            );
        }
        let first = if sweep { crossing.steps.len().saturating_sub(1) } else { 0 };
        for at in first..crossing.steps.len() {
            gnpy_elements::element(&mut out, outcome, crossing, at);
        }
        if !sweep {
            result(&mut out, outcome, crossing, asked.power_mode);
        }
    }
    if let Some(file) = &asked.saved {
        let _ = writeln!(out, "{BLUE}Network (after autodesign) saved to {file}{PLAIN}");
    }
    if let Some(last) = outcome.crossings.last().filter(|_| asked.show_channels) {
        channels(&mut out, last);
    }
    ends(&mut out, outcome);
    out
}

/// GNPy carries powers in watts: what it shows has gone there and back.
fn shown_power(outcome: &Outcome, crossing: &Crossing) -> f64 {
    let reference_dbm = outcome.reference.power_dbm;
    dbm(watt(reference_dbm)) + (crossing.power_dbm - reference_dbm)
}

fn picked_from_path(out: &mut String, outcome: &Outcome) {
    let ends =
        [(&outcome.source, outcome.path.first()), (&outcome.destination, outcome.path.last())];
    for (picked, vertex) in ends {
        if let (Picked::OfPath, Some(&vertex)) = (picked, vertex) {
            let uid = &outcome.network.element(vertex).uid;
            let _ = writeln!(out, "Picking transceiver from provided path: {uid}");
        }
    }
}

fn uid_of(outcome: &Outcome, vertex: Option<&usize>) -> String {
    vertex.map(|&vertex| outcome.network.element(vertex).uid.clone()).unwrap_or_default()
}

fn head(out: &mut String, outcome: &Outcome) {
    let (from, to) = (uid_of(outcome, outcome.path.first()), uid_of(outcome, outcome.path.last()));
    let fibres = outcome.path.iter().filter_map(|&vertex| outcome.network.element(vertex).fibre());
    let lengths: Vec<f64> = fibres.map(Fibre::length_m).collect();
    let total_km = lengths.iter().sum::<f64>() / 1000.0;
    let _ = writeln!(
        out,
        "\nThere are {} fiber spans over {total_km:.0} km between {from} and {to}",
        lengths.len()
    );
    let reference = &outcome.reference;
    // Of a sweep GNPy shows the last power here.
    let last = outcome.crossings.last();
    let power_dbm = last.map_or(reference.power_dbm, |last| shown_power(outcome, last));
    let count = reference.channels.map_or("None".to_owned(), |count| count.to_string());
    let _ = writeln!(
        out,
        "\nNow propagating between {from} and {to}:\n\
         Reference used for design: (Input optical power reference in span = {:.2}dBm,\n\
         {:28}spacing = {:.2}GHz\n\
         {:28}nb_channels = {count})",
        power_dbm,
        "",
        reference.spacing_hz * 1e-9,
        "",
    );
    let Some(crossing) = outcome.crossings.first() else { return };
    let plan = &crossing.launched.plan;
    let spacing_ghz: Vec<f64> = plan.slot_width_hz.iter().map(|width| width * 1e-9).collect();
    let _ = writeln!(
        out,
        "\nChannels propagating: (Input optical power deviation in span = {}dB,\n\
         {:23}spacing = {}GHz,\n\
         {:23}transceiver output power = {}dBm,\n\
         {:23}nb_channels = {})",
        label_means(plan, &plan.delta_power_db),
        "",
        label_means(plan, &spacing_ghz),
        "",
        label_means(plan, &plan.tx_power_dbm),
        "",
        plan.len(),
    );
}

//= gnpy:6.10-console-labels
fn result(out: &mut String, outcome: &Outcome, crossing: &Crossing, power_mode: bool) {
    let gsnr_db = &crossing.reception.gsnr_01nm_db;
    // 2.14 takes the mean of all channels, whatever their labels.
    let gsnr_db = match outcome.reference.compat {
        Compat::Gnpy214 => fixed(mean(gsnr_db)),
        Compat::Gnpy30 => label_means(&crossing.launched.plan, gsnr_db),
    };
    if power_mode {
        let shown = shown_power(outcome, crossing);
        let _ = writeln!(
            out,
            "\nTransmission result for input optical power reference in span = {shown:.2} dBm:"
        );
    } else {
        out.push_str("\nTransmission results:\n");
    }
    let _ = writeln!(out, "  Final GSNR (0.1 nm): {COLOUR}{gsnr_db} dB{PLAIN}");
}

fn channels(out: &mut String, crossing: &Crossing) {
    out.push_str("\nThe GSNR per channel at the end of the line is:\n");
    let heads = [
        "Channel frequency (THz)",
        "Channel power (dBm)",
        "OSNR ASE (signal bw, dB)",
        "SNR NLI (signal bw, dB)",
        "GSNR (signal bw, dB)",
    ];
    let _ = writeln!(
        out,
        "Ch. #{:>26}{:>26}{:>28}{:>28}{:>28}",
        heads[0], heads[1], heads[2], heads[3], heads[4]
    );
    let reception = &crossing.reception;
    let Some(step) = crossing.steps.last() else { return };
    let spectrum = &step.spectrum;
    let plan = &spectrum.plan;
    for i in 0..plan.len() {
        // The power of a channel is here that of its signal, without noise.
        let signal_dbm = dbm(spectrum.power_w[i] * spectrum.signal[i]);
        let _ = writeln!(
            out,
            "{:>5}{:>26.5}{:>26}{:>28}{:>28}{:>28}",
            i + 1,
            plan.frequency_hz[i] * 1e-12,
            fixed(signal_dbm),
            fixed(reception.osnr_ase_bw_db[i]),
            fixed(reception.osnr_nli_bw_db[i]),
            fixed(reception.gsnr_bw_db[i]),
        );
    }
}

fn ends(out: &mut String, outcome: &Outcome) {
    let ends = [
        ("source", &outcome.source, outcome.path.first()),
        ("destination", &outcome.destination, outcome.path.last()),
    ];
    for (end, picked, vertex) in ends {
        let uid = uid_of(outcome, vertex);
        let _ = match picked {
            Picked::Named => Ok(()),
            Picked::Unasked | Picked::OfPath => {
                writeln!(out, "\n(No {end} node specified: picked {uid})")
            }
            Picked::Part(words) => {
                writeln!(out, "\n(Invalid {end} node '{words}' replaced with {uid})")
            }
        };
    }
}

/// A number with two decimals, as Python writes those that are none.
pub(super) fn fixed(value: f64) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{value:.2}") }
}

/// The mean, rounded as numpy does, then written with two decimals.
pub(super) fn rounded_mean(values: &[f64]) -> String {
    fixed(round_numpy(mean(values), 2))
}

/// The mean of each label's channels, labels in the order of the alphabet; one alone goes without its name.
//= gnpy:6.10-console
pub(super) fn label_means(plan: &ChannelPlan, values: &[f64]) -> String {
    let mut means: Vec<(&str, String)> = Vec::new();
    for (number, label) in plan.labels.iter().enumerate() {
        let own = plan.label.iter().zip(values).filter(|(of, _)| usize::from(**of) == number);
        let own: Vec<f64> = own.map(|(_, &value)| value).collect();
        if !own.is_empty() {
            means.push((label, rounded_mean(&own)));
        }
    }
    means.sort();
    if let [(_, mean)] = &means[..] {
        return mean.clone();
    }
    means.iter().map(|(label, mean)| format!("{label}: {mean}")).collect::<Vec<_>>().join(", ")
}

/// The mean, summed in numpy's order, so that ties in the last digit fall alike.
//= gnpy:6.10-console
pub(super) fn mean(values: &[f64]) -> f64 {
    pairwise_sum(values) / values.len() as f64
}

/// Numbers of a block that is summed in eight strands.
const BLOCK: usize = 128;

fn pairwise_sum(values: &[f64]) -> f64 {
    if values.len() < 8 {
        return values.iter().sum();
    }
    if values.len() > BLOCK {
        let half = values.len() / 2;
        let (low, high) = values.split_at(half - half % 8);
        return pairwise_sum(low) + pairwise_sum(high);
    }
    let mut strands = [0.0; 8];
    let rest = values.chunks_exact(8).remainder();
    for eight in values.chunks_exact(8) {
        for (strand, value) in strands.iter_mut().zip(eight) {
            *strand += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = strands;
    rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |sum, value| sum + value)
}
