//! `otn fec list`: the codes of the registry.

use anyhow::Result;
use otn_fec::code::Input;
use otn_fec::registry::{CODES, Confidence, Entry};
use otn_fec::theory::bounded::BoundedDistance;
use otn_fec::theory::gain::{TARGET, best_gain_db, net_coding_gain_db};
use otn_fec::theory::shannon::{Decision, limit};
use serde::Serialize;

use crate::Verdict;
use crate::cli::Format;
use crate::text::{Table, grouped, wrap};

/// Arguments of `otn fec list`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How the list is printed
    #[command(flatten)]
    pub format: Format,
}

#[derive(Serialize)]
struct Report {
    codes: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    summary: &'static str,
    information_bits: usize,
    coded_bits: usize,
    rate: f64,
    overhead: f64,
    /// `hard` or `soft`.
    input: &'static str,
    latency_bits: usize,
    /// Bit error ratio before the decoder for 1e-15 behind it.
    threshold: Option<f64>,
    net_coding_gain_db: Option<f64>,
    /// Digits behind the point of the two, as they were published.
    #[serde(skip)]
    digits: (usize, usize),
    /// `closed-form`, or where the figure was published.
    figure_source: Option<String>,
    /// Best ratio and gain that any code of the rate can have.
    shannon_hard: Option<Shannon>,
    shannon_soft: Option<Shannon>,
    source: &'static str,
    confidence: &'static str,
}

#[derive(Serialize)]
struct Shannon {
    bit_error_ratio: f64,
    eb_n0_db: f64,
    net_coding_gain_db: f64,
    /// How much better it could be.
    gap_db: Option<f64>,
}

/// Runs the command.
///
/// # Errors
/// A closed output.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let report = Report { codes: CODES.iter().map(row).collect() };
    arguments.format.print(&report, text)?;
    Ok(Verdict::Fine)
}

fn row(entry: &Entry) -> Row {
    let rate = entry.block.rate();
    let computed = BoundedDistance::of(entry.name).filter(|code| code.correctable > 0);
    let published = entry.published;
    let (threshold, gain, figure_source) = match (computed, published) {
        (Some(code), _) => {
            let threshold = code.threshold(TARGET);
            let gain = net_coding_gain_db(threshold, rate);
            (Some(threshold), Some(gain), Some("closed-form".to_string()))
        }
        (None, Some(p)) => {
            (Some(p.threshold), Some(p.net_coding_gain_db), Some(p.source.to_string()))
        }
        (None, None) => (None, None, None),
    };
    let digits = published.filter(|_| computed.is_none()).map_or(COMPUTED_DIGITS, |p| p.digits);
    let shannon = |decision| {
        (rate < 1.0).then(|| {
            let limit = limit(rate, decision);
            let best = best_gain_db(rate, decision);
            Shannon {
                bit_error_ratio: limit.bit_error_ratio,
                eb_n0_db: limit.eb_n0_db,
                net_coding_gain_db: best,
                gap_db: gain.map(|gain| best - gain),
            }
        })
    };
    Row {
        name: entry.name,
        summary: entry.summary,
        information_bits: entry.block.information,
        coded_bits: entry.block.coded,
        rate,
        overhead: entry.block.overhead(),
        input: match entry.input {
            Input::Hard => "hard",
            Input::Soft => "soft",
        },
        latency_bits: entry.latency_bits,
        threshold,
        net_coding_gain_db: gain,
        digits,
        figure_source,
        shannon_hard: shannon(Decision::Hard),
        shannon_soft: shannon(Decision::Soft),
        source: entry.source,
        confidence: match entry.confidence {
            Confidence::Verified => "verified",
            Confidence::Derived => "derived",
            Confidence::Memory => "memory",
        },
    }
}

/// Digits of computed figures behind the point.
const COMPUTED_DIGITS: (usize, usize) = (2, 2);

/// Columns of a terminal at the least.
const WIDTH: usize = 80;

/// What the codes are, how good they are, and where it is from: each fits a narrow terminal.
fn text(report: &Report) -> String {
    let (mut sizes, mut figures) = (Table::default(), Table::default());
    let heads = ["rate", "overhead", "input", "block", "latency", "parameters"];
    sizes.row("code", heads.map(str::to_string));
    let heads = ["threshold", "NCG dB", "to HD limit dB", "to SD limit dB"];
    figures.row("code", heads.map(str::to_string));
    // A distance has no more digits than the gain that it is taken from.
    let gap = |shannon: &Option<Shannon>, digits| match shannon.as_ref().and_then(|s| s.gap_db) {
        Some(gap) => format!("{gap:.digits$}"),
        None => "-".to_string(),
    };
    for row in &report.codes {
        let cells = [
            format!("{:.4}", row.rate),
            format!("{:.2} %", row.overhead * 100.0),
            row.input.to_string(),
            grouped(row.coded_bits as u64),
            grouped(row.latency_bits as u64),
            row.confidence.to_string(),
        ];
        sizes.row(row.name, cells);
        let cells = [
            row.threshold.map_or("-".to_string(), |p| format!("{p:.0$e}", row.digits.0)),
            row.net_coding_gain_db
                .map_or("-".to_string(), |gain| format!("{gain:.0$}", row.digits.1)),
            gap(&row.shannon_hard, row.digits.1),
            gap(&row.shannon_soft, row.digits.1),
        ];
        figures.row(row.name, cells);
    }
    let mut out = format!("{}\n{}\n", sizes.render(), figures.render());
    for row in &report.codes {
        let figures = row.figure_source.as_ref().map(|source| format!(" (figures: {source})"));
        let words = format!("{}: {}{}", row.name, row.summary, figures.unwrap_or_default());
        for (n, line) in wrap(&words, WIDTH - 4).iter().enumerate() {
            out.push_str(if n == 0 { "  " } else { "    " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
