//! The way of a service in the network file, and the tandem connections on it.
//!
//! In: the entries of `route` and `tandem`. Out: hops from the first node to the last, connections by
//! their place on the way, or what is wrong.

use otn_emu::{Hop, Network, Tandem};
use otn_frame::overhead::TcmLevel;
use otn_proc::tandem::TandemMode;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::supervision::{TraceEntries, TraceSettings};
use super::{Builder, FileError, Text};

/// A tandem connection as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TandemEntry {
    level: Spanned<u8>,
    from: Text,
    to: Text,
    mode: Option<Text>,
    #[serde(rename = "ltc-action")]
    ltc_action: Option<bool>,
    delay: Option<Spanned<bool>>,
    #[serde(default)]
    trace: TraceEntries,
    #[serde(default)]
    expect: TraceEntries,
    #[serde(rename = "tim-action")]
    tim_action: Option<Spanned<bool>>,
}

/// The way of a service whose tandem connections are read.
pub(super) struct Way<'a> {
    /// Its name.
    pub(super) service: &'a str,
    /// The nodes on it, the ends included.
    pub(super) visited: &'a [usize],
    /// Its delay is measured.
    pub(super) measured: bool,
}

/// The names of modes.
const MODES: [(&str, TandemMode); 3] = [
    ("operational", TandemMode::Operational),
    ("monitor", TandemMode::Monitor),
    ("transparent", TandemMode::Transparent),
];

/// The nodes on a route, the ends included.
pub(super) fn nodes(route: &[Hop], network: &Network) -> Vec<usize> {
    let first = route.first().map(|hop| network.lines[hop.line].ends[hop.first]);
    let others = route.iter().map(|hop| network.lines[hop.line].ends[hop.last()]);
    first.into_iter().chain(others).collect()
}

impl Builder {
    /// The hops of a route, at least one. The first line is taken in the order of its ends, unless
    /// only its first end is where the second line begins.
    pub(super) fn route(
        &self,
        service: &str,
        route: &Spanned<Vec<Text>>,
        network: &Network,
    ) -> Result<Vec<Hop>, FileError> {
        if route.value.is_empty() {
            let what = format!("service `{service}`: route: found 0 lines, expected one or more");
            return self.error(route.referenced, what);
        }
        let mut lines = Vec::new();
        for text in &route.value {
            let line = self.line_of_route(service, text, network)?;
            if lines.contains(&line) {
                let what = format!("service `{service}`: route: `{}` stands twice", text.value);
                return self.error(text.referenced, what);
            }
            lines.push(line);
        }
        let ends = |line: usize| network.lines[line].ends;
        let turned = lines.get(1).is_some_and(|&next| {
            let [first, last] = ends(lines[0]);
            !ends(next).contains(&last) && ends(next).contains(&first)
        });
        let mut hops = vec![Hop { line: lines[0], first: usize::from(turned) }];
        let mut visited = nodes(&hops, network);
        for (text, &line) in route.value.iter().zip(&lines).skip(1) {
            let here = visited[visited.len() - 1];
            let Some(first) = ends(line).iter().position(|&node| node == here) else {
                let (found, here) = (&text.value, &network.nodes[here].name);
                let what = format!(
                    "service `{service}`: route: `{found}` does not begin at `{here}`, where the \
                     line before ends"
                );
                return self.error(text.referenced, what);
            };
            let hop = Hop { line, first };
            self.fits(service, text, hop, lines[0], network)?;
            let node = ends(line)[hop.last()];
            if visited.contains(&node) {
                let node = &network.nodes[node].name;
                let what = format!("service `{service}`: route: comes to `{node}` twice");
                return self.error(text.referenced, what);
            }
            visited.push(node);
            hops.push(hop);
        }
        Ok(hops)
    }

    /// One ODUk has one rate: that of all its lines.
    fn fits(
        &self,
        service: &str,
        text: &Text,
        hop: Hop,
        first: usize,
        network: &Network,
    ) -> Result<(), FileError> {
        let [found, expected] = [hop.line, first].map(|line| network.lines[line].signal);
        if found == expected {
            return Ok(());
        }
        let what = format!(
            "service `{service}`: route: `{}` is an {found}, expected {expected} as on the line \
             before",
            text.value
        );
        self.error(text.referenced, what)
    }

    fn line_of_route(
        &self,
        service: &str,
        text: &Text,
        network: &Network,
    ) -> Result<usize, FileError> {
        let found = &text.value;
        let Some(line) = network.lines.iter().position(|l| l.name == *found) else {
            let known: Vec<&str> = network.lines.iter().map(|l| l.name.as_str()).collect();
            let known = known.join(", ");
            let what =
                format!("service `{service}`: route: no line `{found}`, expected one of: {known}");
            return self.error(text.referenced, what);
        };
        if let Some((other, _)) = network.service_of(line) {
            let other = &network.services[other].name;
            let what = format!("service `{service}`: line `{found}` is full: it carries `{other}`");
            return self.error(text.referenced, what);
        }
        Ok(line)
    }

    /// Tandem connections of a service.
    pub(super) fn tandem(
        &self,
        entries: &[Spanned<TandemEntry>],
        way: &Way<'_>,
        network: &Network,
    ) -> Result<Vec<Tandem>, FileError> {
        let mut all: Vec<Tandem> = Vec::new();
        let visited = way.visited;
        for entry in entries {
            let TandemEntry { level, from, to, .. } = &entry.value;
            let Some(number) = TcmLevel::new(level.value) else {
                let what = format!("level: found {}, expected 1 to 6", level.value);
                return self.error(level.referenced, what);
            };
            let ends = [
                self.on_the_way("from", from, visited, network)?,
                self.on_the_way("to", to, visited, network)?,
            ];
            let [from, to] = [ends[0].min(ends[1]), ends[0].max(ends[1])];
            if from == to {
                let what = "tandem: found the same node twice, expected two on the route";
                return self.error(entry.referenced, what);
            }
            let clash =
                |other: &&Tandem| other.level == number && other.from < to && from < other.to;
            if let Some(other) = all.iter().find(clash) {
                let name = |at: usize| &network.nodes[visited[at]].name;
                let what = format!(
                    "tandem: level {} is in use between `{}` and `{}`",
                    level.value,
                    name(other.from),
                    name(other.to)
                );
                return self.error(level.referenced, what);
            }
            all.push(self.decided(&entry.value, Tandem::new(number, from, to), way, network)?);
        }
        Ok(all)
    }

    /// A tandem connection with what the operator decided about it.
    fn decided(
        &self,
        entry: &TandemEntry,
        mut tandem: Tandem,
        way: &Way<'_>,
        network: &Network,
    ) -> Result<Tandem, FileError> {
        if let Some(text) = &entry.mode {
            let Some((_, mode)) = MODES.iter().find(|(name, _)| *name == text.value) else {
                let (found, known) = (&text.value, MODES.map(|(name, _)| name).join(", "));
                let what = format!("mode: found `{found}`, expected one of: {known}");
                return self.error(text.referenced, what);
            };
            tandem.mode = *mode;
        }
        tandem.ltc_action = entry.ltc_action.unwrap_or(tandem.ltc_action);
        if let Some(delay) = entry.delay.as_ref().filter(|delay| delay.value) {
            if !way.measured {
                let what = format!(
                    "delay: service `{}` has no `delay-measurement`, which says when",
                    way.service
                );
                return self.error(delay.referenced, what);
            }
            tandem.delay = true;
        }
        let traces = TraceSettings {
            sent: &entry.trace,
            expected: &entry.expect,
            action: entry.tim_action.as_ref(),
        };
        let ends = [tandem.from, tandem.to].map(|at| network.nodes[way.visited[at]].name.as_str());
        tandem.traces = self.traces(&traces, ends, way.service)?;
        Ok(tandem)
    }

    fn on_the_way(
        &self,
        key: &str,
        text: &Text,
        visited: &[usize],
        network: &Network,
    ) -> Result<usize, FileError> {
        let name = |node: &usize| network.nodes[*node].name.as_str();
        if let Some(at) = visited.iter().position(|node| name(node) == text.value) {
            return Ok(at);
        }
        let known: Vec<&str> = visited.iter().map(name).collect();
        let (found, known) = (&text.value, known.join(", "));
        let what = format!("{key}: `{found}` is not on the route, expected one of: {known}");
        self.error(text.referenced, what)
    }
}
