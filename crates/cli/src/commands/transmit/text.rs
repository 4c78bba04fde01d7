//! The report of a transmission as text: a line an element, then the receiver, its noise, the modes.
//!
//! In: a [`Report`]. Out: lines of at most 120 columns, no colours.

use std::fmt::Write;

use super::modes::ModeReport;
use super::pre_fec::PreFecReport;
use super::report::{ChannelReport, ElementReport, GroupReport, PowerReport, Report, Span};

/// Most columns of an element's name.
const NAME: usize = 38;

/// The text of a report.
pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    powers(&mut out, &report.powers);
    elements(&mut out, &report.elements);
    receiver(&mut out, report);
    modes(&mut out, report);
    pre_fec(&mut out, &report.pre_fec);
    channels(&mut out, &report.channels);
    out
}

/// A name in at most `width` columns: where it is longer, its middle is left out.
pub(crate) fn middle(name: &str, width: usize) -> String {
    let count = name.chars().count();
    if count <= width {
        return name.to_owned();
    }
    let kept = width.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let start: String = name.chars().take(head).collect();
    let end: String = name.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// Short name of a kind of element.
fn short(kind: &str) -> &str {
    match kind {
        "Transceiver" => "trx",
        "Roadm" => "roadm",
        "Fused" => "joint",
        "Fiber" => "fibre",
        "RamanFiber" => "raman",
        "Edfa" => "amp",
        "Multiband_amplifier" => "amps",
        other => other,
    }
}

/// A number with two decimals; what has no end or no value in words.
fn two(value: f64) -> String {
    match value {
        value if value.is_nan() => "-".to_owned(),
        value if value.is_infinite() => if value > 0.0 { "inf" } else { "none" }.to_owned(),
        // No minus before a zero.
        value => format!("{:.2}", if value.abs() < 0.005 { 0.0 } else { value }),
    }
}

/// A number as it was meant: rates and widths in giga carry rounding in their last digits.
pub(super) fn plain(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

/// A count and its noun.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn head(out: &mut String, report: &Report) {
    let [low, high] = report.band_thz;
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(
        out,
        "{} → {}: {}, {:.1} km, {} from {low:.3} to {high:.3} THz",
        report.source,
        report.destination,
        counted(report.fibres, "fibre"),
        report.length_km,
        counted(report.channel_count, "channel"),
    );
    let held = if report.power_mode {
        format!("{} dBm a channel at the input of spans", two(report.power_dbm))
    } else {
        "amplifiers hold the gain their file gives".to_owned()
    };
    let _ = writeln!(out, "{held}; as GNPy {} computes it", report.compat);
}

fn powers(out: &mut String, powers: &[PowerReport]) {
    if powers.len() < 2 {
        return;
    }
    let _ = writeln!(
        out,
        "\npower     GSNR in 0.1 nm, dB      OSNR\n  dBm     min    mean     max     dB"
    );
    for power in powers {
        let Span { min, mean, max } = power.gsnr_01nm_db;
        let _ = writeln!(
            out,
            "{:>5} {:>7} {:>7} {:>7} {:>6}{}",
            two(power.power_dbm),
            two(min),
            two(mean),
            two(max),
            two(power.osnr_01nm_db),
            if power.shown { "   best worst channel; this one follows" } else { "" }
        );
    }
}

fn elements(out: &mut String, elements: &[ElementReport]) {
    let longest = elements.iter().map(|element| element.uid.chars().count()).max().unwrap_or(0);
    let width = longest.clamp(7, NAME);
    let _ = writeln!(
        out,
        "\n{:width$}          gain   power    GSNR in 0.1 nm, dB     OSNR       CD     PMD  latency\n\
         {:width$}  kind      dB     dBm    min   mean    max       dB    ps/nm      ps       ms",
        "", "element"
    );
    for element in elements {
        let Span { min, mean, max } = element.gsnr_01nm_db;
        let gain = if element.kind == "Transceiver" { String::new() } else { two(element.gain_db) };
        let _ = writeln!(
            out,
            "{:width$}  {:5} {:>6} {:>7} {:>6} {:>6} {:>6}   {:>6} {:>8.1} {:>7.2} {:>8.3}",
            middle(&element.uid, width),
            short(element.kind),
            gain,
            two(element.power_dbm),
            two(min),
            two(mean),
            two(max),
            two(element.osnr_01nm_db),
            element.cd_ps_nm,
            element.pmd_ps,
            element.latency_ms,
        );
    }
    let saturated = elements.iter().filter_map(|one| Some((one, one.saturated_db?)));
    for (n, (element, lost_db)) in saturated.enumerate() {
        let _ = writeln!(
            out,
            "{}at its largest power: {}, {lost_db:.2} dB of the gain set are missing",
            if n == 0 { "\n" } else { "" },
            element.uid
        );
    }
}

fn receiver(out: &mut String, report: &Report) {
    let _ = writeln!(out, "\nreceiver {}", report.destination);
    for group in &report.groups {
        group_text(out, group, report.groups.len() > 1);
    }
    if let Some(last) = report.elements.last().filter(|last| last.pdl_db > 0.0) {
        let _ = writeln!(out, "  polarisation dependent loss up to {:.2} dB", last.pdl_db);
    }
}

fn group_text(out: &mut String, group: &GroupReport, labelled: bool) {
    let label = if labelled { format!("{}: ", group.label) } else { String::new() };
    let _ = writeln!(
        out,
        "  {label}{} channels of {} GBd in {} GHz, {} to {} dBm each",
        group.channels,
        plain(group.baud_rate_gbd),
        plain(group.slot_ghz),
        two(group.power_dbm.min),
        two(group.power_dbm.max),
    );
    let worst = group.worst_thz.map_or(String::new(), |thz| format!(" (at {thz:.5} THz)"));
    let lines = [
        ("GSNR in 0.1 nm", group.gsnr_01nm_db, worst),
        ("GSNR in the signal's bandwidth", group.gsnr_bw_db, String::new()),
        ("OSNR in 0.1 nm", group.osnr_01nm_db, String::new()),
    ];
    for (name, Span { min, mean, max }, worst) in lines {
        let (min, mean, max) = (two(min), two(mean), two(max));
        let _ = writeln!(out, "    {name:31} least {min}{worst}, mean {mean}, largest {max} dB");
    }
    let _ = writeln!(out, "    noise of                        in 0.1 nm, dB   share   costs dB");
    for (n, part) in group.noise.iter().enumerate() {
        let snr = part.snr_01nm_db.map_or("none".to_owned(), two);
        let limiting = if n == 0 { "   this limits the path" } else { "" };
        let _ = writeln!(
            out,
            "    {:31} {snr:>14} {:>5.1} % {:>10}{limiting}",
            part.source,
            part.share * 100.0,
            two(part.cost_db)
        );
    }
}

fn modes(out: &mut String, report: &Report) {
    let Some(first) = report.modes.first() else {
        let rates: Vec<String> = report
            .groups
            .iter()
            .map(|group| {
                format!("{} GBd in {} GHz", plain(group.baud_rate_gbd), plain(group.slot_ghz))
            })
            .collect();
        let _ = writeln!(out, "\nno transceiver mode of the library is for {}", rates.join(" or "));
        return;
    };
    let names: Vec<String> =
        report.modes.iter().map(|m| format!("{}:{}", m.transceiver, m.mode)).collect();
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let width = longest.clamp(4, NAME);
    let _ = writeln!(
        out,
        "\n{:width$}                     needs   system   margin   limiting channel\n\
         {:width$}  label    Gbit/s      dB       dB       dB        THz    GSNR  penalty",
        "", "mode"
    );
    for (mode, name) in report.modes.iter().zip(&names) {
        mode_text(out, mode, &middle(name, width), width);
    }
    let missing = report.modes.iter().filter(|mode| mode.margin_db.is_none()).count();
    if missing > 0 {
        let _ = writeln!(out, "outside: an impairment is beyond what the mode bears");
    }
    if report.modes.iter().any(|mode| mode.by_q) {
        let _ = writeln!(
            out,
            "needs -: the margin is that of the Q factor, with the noise of the mode's receiver"
        );
    }
    if report.mode_asked {
        let all = report.modes.iter().all(|mode| mode.feasible);
        let _ = writeln!(
            out,
            "{}: {}:{} from {} to {}",
            if all { "FITS" } else { "DOES NOT FIT" },
            first.transceiver,
            first.mode,
            report.source,
            report.destination
        );
    }
}

fn mode_text(out: &mut String, mode: &ModeReport, name: &str, width: usize) {
    let margin = mode.margin_db.map_or("outside".to_owned(), |margin| format!("{margin:+.2}"));
    let penalty = match mode.worst_penalty_db {
        Some(penalty) => two(penalty),
        None => {
            let outside = mode.penalties_db.iter().filter(|(_, value)| value.is_none());
            outside.map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
        }
    };
    let shown = |value: Option<f64>| value.map_or("-".to_owned(), two);
    // Neither has a part in the margin of Q.
    let of_gsnr = |value| if mode.by_q { "-".to_owned() } else { two(value) };
    let _ = writeln!(
        out,
        "{name:width$}  {:8} {:>6} {:>7} {:>8} {margin:>8}  {:>9} {:>7}  {penalty:>7}   {}",
        middle(&mode.label, 8),
        plain(mode.bit_rate_gbit_s),
        of_gsnr(mode.required_osnr_db),
        of_gsnr(mode.system_margin_db),
        mode.worst_thz.map_or("-".to_owned(), |thz| format!("{thz:.4}")),
        shown(mode.worst_gsnr_db),
        if mode.feasible { "works" } else { "does not work" },
    );
}

fn pre_fec(out: &mut String, reports: &[PreFecReport]) {
    if reports.is_empty() {
        return;
    }
    out.push('\n');
    for report in reports {
        let worst = report.worst_thz.map_or(String::new(), |thz| format!(" (at {thz:.4} THz)"));
        let _ = writeln!(
            out,
            "before FEC, {}, {}: bit error ratio {:.2e} / {:.2e} / {:.2e}{worst}",
            report.label, report.modulation, report.min, report.mean, report.max
        );
        if let (Some(fec), Some(limit)) = (report.fec, report.limit) {
            let needs = report.limit_gsnr_bw_db.map_or("-".to_owned(), two);
            let margin = report.margin_db.map_or("-".to_owned(), |margin| format!("{margin:+.2}"));
            let _ = writeln!(
                out,
                "  {fec} bears {limit:.2e}, that is {needs} dB in the signal's bandwidth: margin {margin} dB"
            );
        }
    }
}

fn channels(out: &mut String, channels: &[ChannelReport]) {
    if channels.is_empty() {
        return;
    }
    let width =
        channels.iter().map(|one| one.label.chars().count()).max().unwrap_or(0).clamp(5, 20);
    let _ = writeln!(
        out,
        "\n                 {:width$}    power     OSNR     GSNR     GSNR      NLI        CD\n\
         channel       THz  {:width$}  dBm   0.1 nm   0.1 nm   signal   signal     ps/nm",
        "", "label"
    );
    for channel in channels {
        let _ = writeln!(
            out,
            "{:>7} {:>9.5}  {:width$} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9.1}",
            channel.number,
            channel.frequency_thz,
            middle(&channel.label, width),
            two(channel.power_dbm),
            two(channel.osnr_01nm_db),
            two(channel.gsnr_01nm_db),
            two(channel.gsnr_bw_db),
            two(channel.snr_nli_bw_db),
            channel.cd_ps_nm,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(middle("fibre (A → B)", 13), "fibre (A → B)");
        assert_eq!(middle("fibre (A → B)", 8), "fibr… B)");
        assert_eq!(middle("ab", 1), "…");
    }

    #[test]
    fn numbers_without_value_are_words() {
        assert_eq!([plain(62.50000000000001), plain(32.0)], ["62.5", "32"]);
        assert_eq!([two(-0.001), two(f64::NAN), two(f64::INFINITY)], ["0.00", "-", "inf"]);
    }
}
