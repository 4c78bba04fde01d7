//! `otn fec ber`: a code over a channel, simulated until it is enough.
//!
//! In: a code, a channel, points, when to stop. Out: rates with their intervals, as text, JSON, CSV,
//! a result file that can be taken up again, and a plot.

mod arguments;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use otn_fec::registry::Entry;
use otn_fec::simulate::channel::{Channel, OutOfRange};
use otn_fec::simulate::engine::Point;
use otn_fec::simulate::floor::pattern::StallPatterns;
use otn_fec::simulate::tally::Tally;

use super::{code, draw};
use crate::Verdict;
use crate::cli::{tell, warn};
use crate::commands::not_the_input;
use crate::fec_simulation::axis::Axis;
use crate::fec_simulation::campaign::{Bounds, Ended, Start, simulate};
use crate::fec_simulation::planted::{EstimateRecord, Plan};
use crate::fec_simulation::plot::{Abscissa, Kind, Plot};
use crate::fec_simulation::result::{Campaign, Method, PointRecord, Run, joined};
use crate::output::OutFile;
use crate::session::Interrupt;
use crate::text::{Table, grouped};

pub use arguments::Arguments;

/// Runs the command.
///
/// # Errors
/// Arguments that are wrong, a file of another campaign, a path that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let entry = code("--code", &arguments.code)?;
    let channel = arguments.channel()?;
    arguments.only_its_method()?;
    let values = arguments.values(entry.block.rate())?;
    for (shown, value) in &values {
        if let Err(OutOfRange { found, least, greatest }) = channel.at(*value) {
            let axis = arguments.axis()?;
            let ratio = match axis {
                Axis::BitErrorRatio => String::new(),
                Axis::EbN0 | Axis::EsN0 | Axis::Osnr { .. } => {
                    format!(" dB, a bit error ratio of {found:e}")
                }
            };
            let option = axis.option();
            bail!("{option}: found {shown:?}{ratio}, expected {least:e} to {greatest:e}");
        }
    }
    let values: Vec<f64> = values.into_iter().map(|(_, value)| value).collect();
    let mut campaign = opened(arguments, entry, channel)?;
    writable(arguments)?;
    match arguments.method()? {
        Method::Simulated => simulated(arguments, entry, channel, &values, &mut campaign)?,
        Method::ClosedForm => {
            for p in values {
                let point = campaign.closed_form_point(p)?;
                campaign.put(point.with_context(|| {
                    format!("--method: no closed form of {} over this channel", entry.name)
                })?);
            }
        }
        Method::Estimated => estimated(arguments, entry, channel, &values, &mut campaign)?,
    }
    campaign.add_closed_form()?;
    if let Some(path) = &arguments.output {
        campaign.write(path)?;
    }
    if let Some(path) = &arguments.plot {
        let shown = [(entry.name.to_string(), campaign.clone())];
        draw(&Plot::of(&shown, Abscissa::P)?, path)?;
    }
    arguments.format.print(&campaign, if arguments.csv { csv } else { text })?;
    Ok(Verdict::Fine)
}

/// Finds out before the work whether its results can be written.
fn writable(arguments: &Arguments) -> Result<()> {
    if let Some(path) = &arguments.plot {
        Kind::of(path)?;
    }
    for path in arguments.output.iter().chain(&arguments.plot) {
        // Not committed: leaves no trace.
        OutFile::create(path)?;
    }
    if let (Some(result), Some(plot)) = (&arguments.output, &arguments.plot) {
        ensure!(
            result != plot && not_the_input(result, plot).is_ok(),
            "--plot: found {}, which is --output too",
            plot.display()
        );
    }
    let kept = arguments.output.iter().filter(|_| !arguments.resume && !arguments.force);
    for path in kept {
        ensure!(
            !path.is_file(),
            "--output: {} is there already, expected --resume to go on with it, or --force to \
             replace it",
            path.display()
        );
    }
    Ok(())
}

/// The campaign to go on with, or a new one.
fn opened(arguments: &Arguments, entry: &Entry, channel: Channel) -> Result<Campaign> {
    let new = Campaign::new(entry.name, entry.block, channel, arguments.confidence);
    let Some(path) = arguments.output.as_deref().filter(|path| arguments.resume && path.exists())
    else {
        ensure!(!arguments.resume || arguments.output.is_some(), "--resume: expected --output too");
        return Ok(new);
    };
    let mut old = Campaign::read(path)?;
    old.merge(&new).with_context(|| format!("--resume: {}", path.display()))?;
    Ok(old)
}

fn simulated(
    arguments: &Arguments,
    entry: &Entry,
    channel: Channel,
    values: &[f64],
    campaign: &mut Campaign,
) -> Result<()> {
    let interrupt = Interrupt::listen();
    let code = (entry.code)();
    let seed = arguments.seed;
    let from = arguments.first_codeword()?;
    let bounds = bounds(arguments)?;
    for &p in values {
        let Ok(set) = channel.at(p) else { continue };
        let point = Point { code: &*code, channel: set, seed };
        let old = campaign.point(p, Method::Simulated).cloned();
        let before = old.as_ref().map(PointRecord::tally).unwrap_or_default();
        let behind = old.as_ref().and_then(|old| old.next_block(seed));
        let first = behind.unwrap_or(0).max(from);
        let runs = old.map(|old| old.runs).unwrap_or_default();
        let record = |campaign: &mut Campaign, tally: &Tally, done: u64| -> Result<()> {
            if tally.codewords == 0 {
                return Ok(());
            }
            let counted = Run { seed, first, codewords: done - first };
            let runs = joined(&runs, &[counted])?;
            let point = campaign.simulated_point(p, tally, runs)?;
            campaign.put(point);
            save(campaign, arguments.output.as_deref())
        };
        let start = Start { block: first, before };
        let kept = &mut *campaign;
        let ended = simulate(point, &bounds, start, &interrupt, |t, done| record(kept, t, done));
        let Ended { tally, done, interrupted, speed } = ended?;
        record(campaign, &tally, done)?;
        tell(&format!("p {p:.3e}: {}", speed.text()));
        if interrupted {
            stopped(p);
            break;
        }
    }
    Ok(())
}

fn estimated(
    arguments: &Arguments,
    entry: &Entry,
    channel: Channel,
    values: &[f64],
    campaign: &mut Campaign,
) -> Result<()> {
    let patterns = StallPatterns::of(entry.name).filter(|_| channel == Channel::BinarySymmetric);
    let patterns = patterns.with_context(|| {
        format!("--method: no error floor estimate of {} over this channel", entry.name)
    })?;
    let most = patterns.most_left_out();
    let left_out = arguments.left_out;
    ensure!(left_out <= most, "--left-out: found {left_out}, expected {most} at the most");
    let interrupt = Interrupt::listen();
    let code = (entry.code)();
    let first = arguments.first_codeword()?;
    let bounds = bounds(arguments)?;
    for &p in values {
        let plan =
            Plan { code: &*code, patterns: &patterns, p, left_out, seed: arguments.seed, first };
        let old = campaign.point(p, Method::Estimated).and_then(|point| point.estimate.clone());
        let (record, interrupted) = plan.estimate(&bounds, &interrupt, old)?;
        let point = campaign.estimated_point(p, record)?;
        campaign.put(point);
        save(campaign, arguments.output.as_deref())?;
        if interrupted {
            stopped(p);
            break;
        }
    }
    Ok(())
}

fn bounds(arguments: &Arguments) -> Result<Bounds> {
    let (stop, time) = (arguments.stop()?, arguments.time()?);
    Ok(Bounds { stop, time, threads: arguments.threads()? })
}

fn stopped(p: f64) {
    warn(&[format!("interrupted at p {p:e}: what was counted so far is kept")]);
}

fn save(campaign: &mut Campaign, path: Option<&Path>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    campaign.add_closed_form()?;
    campaign.write(path)
}

/// A campaign in words.
pub(super) fn text(campaign: &Campaign) -> String {
    let mut table = Table::default();
    let heads = ["codewords", "wrong", "codeword error rate", "bit error rate", "closed form", ""];
    table.row("p", heads.map(str::to_string));
    for point in &campaign.points {
        let theory = campaign.closed_form.iter().find(|theory| theory.p == point.p);
        let with = |rate: f64, [low, high]: [f64; 2]| match point.method {
            Method::ClosedForm => format!("{rate:.3e}"),
            Method::Simulated | Method::Estimated => {
                format!("{rate:.3e} ({low:.2e} to {high:.2e})")
            }
        };
        let cells = [
            grouped(point.codewords),
            grouped(point.codeword_errors),
            with(point.codeword_error_rate, point.codeword_error_rate_interval),
            with(point.bit_error_rate, point.bit_error_rate_interval),
            theory.map_or("-".to_string(), |theory| format!("{:.3e}", theory.codeword_error_rate)),
            method(point.method).to_string(),
        ];
        table.row(&label(point), cells);
    }
    let mut out = format!(
        "{} over {}, intervals of {} %\n",
        campaign.code,
        campaign.channel.text(),
        (campaign.confidence * 1e4).round() / 1e2
    );
    out.push_str(&table.render());
    for point in &campaign.points {
        for line in point.estimate.iter().flat_map(EstimateRecord::text) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "  {} estimated: {line}", label(point));
        }
    }
    out
}

/// A point's place on its axes.
fn label(point: &PointRecord) -> String {
    match point.eb_n0_db {
        Some(db) => format!("{:.3e} (Eb/N0 {db:.3} dB)", point.p),
        None => format!("{:.3e}", point.p),
    }
}

const fn method(method: Method) -> &'static str {
    match method {
        Method::Simulated => "simulated",
        Method::ClosedForm => "closed-form",
        Method::Estimated => "estimated",
    }
}

/// A campaign as comma-separated values.
pub(super) fn csv(campaign: &Campaign) -> String {
    let mut out = "code,p,eb_n0_db,es_n0_db,method,codewords,codeword_errors,\
                   codeword_error_rate,codeword_error_rate_low,codeword_error_rate_high,\
                   bit_error_rate,bit_error_rate_low,bit_error_rate_high\n"
        .to_string();
    let optional = |db: Option<f64>| db.map_or(String::new(), |db| db.to_string());
    for point in campaign.points.iter().chain(&campaign.closed_form) {
        let ([a, b], [c, d]) = (point.codeword_error_rate_interval, point.bit_error_rate_interval);
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{},{:e},{},{},{},{},{},{:e},{a:e},{b:e},{:e},{c:e},{d:e}",
            campaign.code,
            point.p,
            optional(point.eb_n0_db),
            optional(point.es_n0_db),
            method(point.method),
            point.codewords,
            point.codeword_errors,
            point.codeword_error_rate,
            point.bit_error_rate,
        );
    }
    out
}
