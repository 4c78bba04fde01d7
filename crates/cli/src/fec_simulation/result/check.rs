//! What must hold inside a point of a result file, whoever wrote or edited it.
//!
//! In: a point as read. Out: nothing, or the field that contradicts the others, with what was found
//! and what was expected. Sums are made in 128 bits: no count of a file makes them overflow.

use anyhow::{Result, bail, ensure};
use otn_fec::simulate::channel::{Channel, OutOfRange};
use otn_fec::simulate::tally::FAILURES_KEPT;

use super::{Campaign, Counts, Method, PointRecord, joined};
use crate::fec_simulation::planted::EstimateRecord;

/// Checks a point of `campaign`, whose channel is `channel`.
///
/// # Errors
/// The first field that cannot be.
pub(super) fn point(point: &PointRecord, campaign: &Campaign, channel: Channel) -> Result<()> {
    if let Err(OutOfRange { found, least, greatest }) = channel.at(point.p) {
        bail!("p: found {found:e}, expected {least:e} to {greatest:e}");
    }
    for (what, rate, [low, high]) in [
        ("codeword_error_rate", point.codeword_error_rate, point.codeword_error_rate_interval),
        ("bit_error_rate", point.bit_error_rate, point.bit_error_rate_interval),
    ] {
        ensure!((0.0..=1.0).contains(&rate), "{what}: found {rate}, expected 0 to 1");
        let ordered = 0.0 <= low && low <= high && high <= 1.0;
        ensure!(ordered, "{what}_interval: found {low} to {high}, expected two of 0 to 1 in order");
    }
    match point.method {
        Method::Simulated => {}
        Method::Estimated => {
            ensure!(
                channel == Channel::BinarySymmetric,
                "method: found estimated, expected a binary symmetric channel for it"
            );
            let Some(estimate) = &point.estimate else {
                bail!("estimate: missing in an estimated point")
            };
            return planted(estimate);
        }
        Method::ClosedForm => return Ok(()),
    }
    let Some(counts) = &point.counts else { bail!("counts: missing in a simulated point") };
    sums(point, counts, campaign)?;
    bounds(point, counts)?;
    rates(point, counts)?;
    joined(&point.runs, &[])?;
    failures(point, counts)
}

/// Counts that are told twice.
fn sums(point: &PointRecord, counts: &Counts, campaign: &Campaign) -> Result<()> {
    let histogram = || counts.errors_per_codeword.iter().map(|(&e, &n)| (u128::from(e), n.into()));
    let wrong = histogram().fold(0u128, |sum, (_, n)| sum.saturating_add(n));
    let bits = histogram().fold(0u128, |sum, (e, n): (_, u128)| sum.saturating_add(e * n));
    let runs: u128 = point.runs.iter().map(|run| u128::from(run.codewords)).sum();
    let of_codewords = |bits: usize| u128::from(point.codewords) * bits as u128;
    for (what, found, expected) in [
        ("codeword_errors", point.codeword_errors, wrong),
        ("bit_errors", counts.bit_errors, bits),
        ("codewords", point.codewords, runs),
        ("information_bits", counts.information_bits, of_codewords(campaign.information_bits)),
        ("coded_bits", counts.coded_bits, of_codewords(campaign.coded_bits)),
    ] {
        let same = u128::from(found) == expected;
        ensure!(same, "{what}: found {found}, expected {expected} by the others");
    }
    for errors in counts.errors_per_codeword.keys() {
        ensure!(
            (1..=campaign.information_bits as u64).contains(errors),
            "errors_per_codeword: found {errors} wrong bits, expected 1 to {}",
            campaign.information_bits
        );
    }
    Ok(())
}

/// More than anybody counts, and so little that the sum of some files does not overflow.
const MOST: u64 = 1_000_000_000_000_000_000;

/// Counts of a part that are no more than those of the whole.
fn bounds(point: &PointRecord, counts: &Counts) -> Result<()> {
    for (what, found, most) in [
        ("codeword_errors", point.codeword_errors, point.codewords),
        ("channel_errors", counts.channel_errors, counts.coded_bits),
        ("reported", counts.reported, point.codewords),
        ("undetected", counts.undetected, point.codeword_errors),
        ("coded_bits", counts.coded_bits, MOST),
        ("component_codewords", counts.component_codewords, MOST),
        ("component_uncorrectable", counts.component_uncorrectable, MOST),
        ("corrected_bits", counts.corrected_bits, MOST),
        ("corrected_symbols", counts.corrected_symbols, MOST),
    ] {
        ensure!(found <= most, "{what}: found {found}, expected {most} at the most");
    }
    Ok(())
}

/// Room for a number that was written with fewer digits.
const ROUNDING: f64 = 1e-6;

fn rates(point: &PointRecord, counts: &Counts) -> Result<()> {
    for (what, found, part, whole) in [
        ("codeword_error_rate", point.codeword_error_rate, point.codeword_errors, point.codewords),
        ("bit_error_rate", point.bit_error_rate, counts.bit_errors, counts.information_bits),
    ] {
        let expected = if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let same = (found - expected).abs() <= expected * ROUNDING;
        ensure!(same, "{what}: found {found:e}, expected {expected:e} by the counts");
    }
    Ok(())
}

/// Patterns planted: as many as the runs say, and sums of weights from 0 to 1.
fn planted(estimate: &EstimateRecord) -> Result<()> {
    for (n, kind) in estimate.planted.iter().enumerate() {
        let runs: u128 = kind.runs.iter().map(|run| u128::from(run.codewords)).sum();
        let found = kind.planted;
        ensure!(
            u128::from(found) == runs,
            "planted[{n}]: found {found} patterns, expected {runs} by the runs"
        );
        joined(&kind.runs, &[])?;
        let (left, twice) = (kind.left_wrong, estimate.planted[..n].iter());
        ensure!(left <= found, "left_wrong: found {left}, expected {found} at the most");
        ensure!(
            twice.clone().all(|other| other.left_out != kind.left_out),
            "left_out: found {} a second time, expected each number once",
            kind.left_out
        );
        let most = left as f64 * (1.0 + ROUNDING);
        for (what, sum, least, most) in [
            ("weight", kind.weight, f64::from(u8::from(left > 0)) * f64::MIN_POSITIVE, most),
            ("squares", kind.squares, f64::from(u8::from(left > 0)) * f64::MIN_POSITIVE, most),
            ("wrong_codewords", kind.wrong_codewords, 0.0, f64::MAX),
            ("wrong_bits", kind.wrong_bits, 0.0, f64::MAX),
        ] {
            let fits = (least..=most).contains(&sum);
            ensure!(fits, "{what}: found {sum:e}, expected {least:e} to {most:e}");
        }
    }
    Ok(())
}

/// Failures are blocks that were counted, with as many wrong bits as some codeword had.
fn failures(point: &PointRecord, counts: &Counts) -> Result<()> {
    let (found, most) = (point.failures.len(), FAILURES_KEPT);
    ensure!(found <= most, "failures: found {found}, expected {most} at the most");
    for (n, failure) in point.failures.iter().enumerate() {
        let counted = point.runs.iter().any(|run| {
            let at = failure.block.checked_sub(run.first);
            run.seed == failure.seed && at.is_some_and(|at| at < run.codewords)
        });
        ensure!(
            counted,
            "failures[{n}]: found block {} of seed {}, expected one of the runs",
            failure.block,
            failure.seed
        );
        let bits = failure.bit_errors;
        let known = counts.errors_per_codeword.contains_key(&bits);
        ensure!(known, "failures[{n}]: found {bits} wrong bits, expected some of the codewords'");
    }
    Ok(())
}
