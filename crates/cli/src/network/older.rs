//! Files written for older releases, in which a line carried one ODUk: what to write instead.
//!
//! In: a text that is no network. Out: the first key of the older form in it, and what says the same now.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::{Location, Spanned};

use super::notes::{self, Builder, FileError};

#[derive(Deserialize)]
struct Probe {
    #[serde(default)]
    lines: BTreeMap<String, Spanned<LineProbe>>,
    #[serde(default)]
    services: BTreeMap<String, Spanned<ServiceProbe>>,
}

#[derive(Deserialize)]
struct LineProbe {
    faults: Option<Spanned<IgnoredAny>>,
    capture: Option<Spanned<IgnoredAny>>,
    #[serde(default)]
    ends: Vec<String>,
    signal: Option<String>,
}

#[derive(Deserialize)]
struct ServiceProbe {
    odu: Option<IgnoredAny>,
    ends: Option<IgnoredAny>,
    deg: Option<Spanned<IgnoredAny>>,
    #[serde(default)]
    route: Vec<String>,
}

/// What to write in the place of an older key; nothing where there is none.
pub(super) fn advice(notes: &Builder, text: &str) -> Option<FileError> {
    let probe: Probe = notes::parse("", text).ok()?;
    let said = |at: Location, what: String| notes.error::<()>(at, what).err();
    for (name, line) in &probe.lines {
        let LineProbe { faults, capture, ends, .. } = &line.value;
        let [a, b] = [0, 1].map(|end| ends.get(end).map_or("a", String::as_str));
        if let Some(faults) = faults {
            let what = format!(
                "line `{name}`: faults: what happens stands in `events` now: for a cut `{{at: 5 ms, cut: {name}, \
                 direction: {a}>{b}}}` and `{{at: 10 ms, repair: {name}}}`; for lof and otu-ais `{{at: 5 ms, \
                 inject: {{line: {name}, end: {a}, event: otu-ais, for: 5 ms}}}}`"
            );
            return said(faults.referenced, what);
        }
        if let Some(capture) = capture {
            let what = format!(
                "line `{name}`: capture: line ends that are captured stand at the end of the file now: `capture: \
                 ['{a}:{name}.rx', '{b}:{name}.rx']`"
            );
            return said(capture.referenced, what);
        }
    }
    for (name, service) in &probe.services {
        let ServiceProbe { odu, ends, deg, route } = &service.value;
        if odu.is_none() || ends.is_none() {
            let line = route.first().and_then(|line| probe.lines.get(line));
            let signal = line.and_then(|line| line.value.signal.as_deref()).unwrap_or("OTU2");
            let odu = signal.replace("OTU", "ODU");
            let what = format!(
                "service `{name}`: expected `odu` and `ends`: `odu: {odu}` is all of an {signal} with `slots: none`, \
                 and `ends: [a, b]` are the nodes of its clients"
            );
            return said(service.referenced, what);
        }
        if let Some(deg) = deg {
            return said(deg.referenced, format!("service `{name}`: deg: it is `degrade` now"));
        }
    }
    None
}
