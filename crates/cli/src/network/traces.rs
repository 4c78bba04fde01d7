//! Traces, delay measurement and degrade thresholds in the network file.
//!
//! In: the entries of `trace`, `expect`, `tim-action`, `delay-measurement`, `deg`. Out: the same as the
//! simulation takes them, or what is wrong.

use std::collections::BTreeMap;

use otn_emu::net::trails::trace;
use otn_emu::net::trails::{DelaySchedule, Traces};
use otn_frame::{Signal, SimTime, Tti};
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::performance::degrade::{BasisPoints, DegradeConfig, DegradeError};
use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

use super::notes::{Builder, FileError, Text};
use crate::units;

/// Parts of a trace as the file has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceEntry {
    pub(crate) sapi: Option<String>,
    pub(crate) dapi: Option<String>,
}

/// Traces by node.
pub(crate) type TraceEntries = BTreeMap<String, Spanned<TraceEntry>>;

/// What the file says of the traces of one trail.
pub(crate) struct TraceSettings<'a> {
    /// What is sent in the place of names, by sending node.
    pub(crate) sent: &'a TraceEntries,
    /// What is expected, by receiving node.
    pub(crate) expected: &'a TraceEntries,
    /// A mismatch acts.
    pub(crate) action: Option<&'a Spanned<bool>>,
}

/// When a delay is measured.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DelayEntry {
    at: Option<Text>,
    start: Option<Text>,
    every: Option<Text>,
}

/// When path and tandem connections are degraded.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DegradeEntry {
    threshold: Text,
    seconds: Spanned<u8>,
}

impl Builder {
    /// The traces of a trail between the nodes of these names.
    pub(crate) fn traces(
        &self,
        settings: &TraceSettings<'_>,
        ends: [&str; 2],
        operator: &str,
    ) -> Result<Traces, FileError> {
        let mut traces = Traces::default();
        let action = settings.action.is_some_and(|action| action.value);
        if let Some(at) = settings.action.filter(|_| action && settings.expected.is_empty()) {
            let what = "tim-action: no trace is expected here, so none can be wrong; see `expect`";
            return self.error(at.referenced, what);
        }
        for (node, entry) in settings.sent {
            let end = self.end_of("trace", node, entry.referenced, ends)?;
            let names = trace(ends[end], ends[1 - end], operator);
            traces.sent[end] = Some(self.tti("trace", entry, &names)?);
        }
        for (node, entry) in settings.expected {
            let end = self.end_of("expect", node, entry.referenced, ends)?;
            let TraceEntry { sapi, dapi } = &entry.value;
            let mode = self.mode_of(entry.referenced, [sapi, dapi])?;
            let tti = self.tti("expect", entry, &Tti::from_octets([0; 64]))?;
            traces.expected[end] = ExpectedTrace { mode, tti, action };
        }
        Ok(traces)
    }

    fn tti(&self, key: &str, entry: &Spanned<TraceEntry>, other: &Tti) -> Result<Tti, FileError> {
        let TraceEntry { sapi, dapi } = &entry.value;
        self.trace_of(key, entry.referenced, [sapi, dapi], other)
    }

    /// The trace with these SAPI and DAPI; what is not given is as in `other`.
    pub(crate) fn trace_of(
        &self,
        key: &str,
        at: Location,
        [sapi, dapi]: [&Option<String>; 2],
        other: &Tti,
    ) -> Result<Tti, FileError> {
        let part = |given: &Option<String>, other: String| given.clone().unwrap_or(other);
        let sapi = part(sapi, other.sapi().to_string());
        let dapi = part(dapi, other.dapi().to_string());
        Tti::new(&sapi, &dapi, &other.operator().to_string())
            .or_else(|error| self.error(at, format!("{key}: {error}")))
    }

    /// What of a trace is compared; an error where nothing is.
    pub(crate) fn mode_of(
        &self,
        at: Location,
        [sapi, dapi]: [&Option<String>; 2],
    ) -> Result<TimMode, FileError> {
        match (sapi, dapi) {
            (Some(_), Some(_)) => Ok(TimMode::Both),
            (Some(_), None) => Ok(TimMode::Sapi),
            (None, Some(_)) => Ok(TimMode::Dapi),
            (None, None) => self.error(at, "expect: found nothing, expected sapi, dapi or both"),
        }
    }

    /// Which of two ends a node is.
    pub(crate) fn end_of(
        &self,
        key: &str,
        node: &str,
        at: Location,
        ends: [&str; 2],
    ) -> Result<usize, FileError> {
        match ends.iter().position(|end| *end == node) {
            Some(end) => Ok(end),
            None => {
                let [a, b] = ends;
                self.error(at, format!("{key}: no end `{node}` here, expected {a} or {b}"))
            }
        }
    }

    /// When the delay of a service is measured.
    pub(crate) fn delay_schedule(
        &self,
        entry: &Spanned<DelayEntry>,
    ) -> Result<DelaySchedule, FileError> {
        let DelayEntry { at, start, every } = &entry.value;
        match (at, start, every) {
            (Some(at), None, None) => {
                let start = self.unit("at", at, units::time)?;
                Ok(DelaySchedule { start, every: None })
            }
            (None, Some(start), Some(every)) => {
                let start = self.unit("start", start, units::time)?;
                let time = self.unit("every", every, units::time)?;
                if time == SimTime::ZERO {
                    let found = &every.value;
                    let what = format!("every: found `{found}`, expected more than 0");
                    return self.error(every.referenced, what);
                }
                Ok(DelaySchedule { start, every: Some(time) })
            }
            _ => {
                let what = "delay-measurement: expected either `at`, or `start` and `every`";
                self.error(entry.referenced, what)
            }
        }
    }

    /// When path and tandem connections of an ODU of this signal are degraded.
    pub(crate) fn degrade(
        &self,
        entry: &DegradeEntry,
        signal: Signal,
    ) -> Result<DegradeConfig, FileError> {
        let DegradeEntry { threshold, seconds } = entry;
        let text = threshold.value.trim();
        let blocks = text.strip_suffix("blocks").and_then(|n| n.trim().parse().ok());
        let config = match (blocks, text.strip_suffix('%').and_then(share)) {
            (Some(blocks), _) => DegradeConfig::blocks(signal, blocks, seconds.value),
            (None, Some(share)) => DegradeConfig::share(signal, share, seconds.value),
            (None, None) => {
                let what = format!(
                    "threshold: found `{text}`, expected `N blocks` or 0.01 % to 100 % of the blocks \
                     of a second"
                );
                return self.error(threshold.referenced, what);
            }
        };
        config.or_else(|error| match error {
            DegradeError::Seconds { found } => {
                let (least, most) = (DegradeConfig::MIN_SECONDS, DegradeConfig::MAX_SECONDS);
                let what = format!("seconds: found {found}, expected {least} to {most}");
                self.error(seconds.referenced, what)
            }
            DegradeError::Threshold { found, most } => {
                let what = format!("threshold: found {found} blocks, expected 1 to {most}");
                self.error(threshold.referenced, what)
            }
        })
    }
}

/// A share from a percentage of at most two decimals.
fn share(percent: &str) -> Option<BasisPoints> {
    let hundredths: f64 = percent.trim().parse::<f64>().ok()? * 100.0;
    let whole = hundredths.round();
    // A float of at most two decimals is off by much less than this.
    let fits = (hundredths - whole).abs() < 1e-6 && (1.0..=10_000.0).contains(&whole);
    fits.then(|| BasisPoints::new(whole as u16)).flatten()
}
