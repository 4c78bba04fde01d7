//! From the defects that the sinks of one terminal report to fault causes: one a fault and layer.
//!
//! Clauses: G.798 6.4. In: defect events of all places, in the order in which sinks tell of them, and
//! what the operator decided. Out: cause events, and the log of them. The server signal fail of each
//! function follows by the equations of [`actions`], from the line up; each cause by its own of
//! [`causes`]. Events of one instant are judged together, so that a defect and its mask that rise at
//! once never show a cause. Nothing is done while no defect changes.

use alloc::collections::BTreeMap;
use core::ops::Bound::{Excluded, Unbounded};

use otn_frame::SimTime;
use otn_frame::overhead::TcmLevel;

use crate::defect::{Defect, DefectEvent, DefectSet, Layer, TandemDefect};
use crate::place::Place;

use super::actions::{self, Action};
use super::cause_log::{CauseEvent, CauseLog};
use super::causes::{self, Cause, CauseRow, CauseSet, Subject};
use super::expression::{Facts, Input, Inputs};
use super::function::{Function, Trail};
use super::settings::{OduSettings, Settings, TandemSettings};

/// Defects of a tributary port that stand at the place of its ODUj.
const OF_PORT: DefectSet = DefectSet::of(&[Defect::Msim, Defect::LofLom]);

/// What the adaptation under an ODU knows of its server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Server {
    /// The trail below failed.
    tsf: bool,
    /// It is degraded.
    tsd: bool,
    /// Defects of the adaptation as a whole: dPLM, dLOOMFI.
    defects: DefectSet,
}

/// An ODU, or a lane.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    defects: DefectSet,
    /// They changed since they were judged.
    changed: bool,
    /// What it was judged with.
    server: Server,
    /// What it is to the ODUs in it.
    serves: Server,
    causes: CauseSet,
}

/// The fault causes of one terminal.
#[derive(Clone, Debug)]
pub struct Correlator {
    settings: Settings,
    /// Parents come before their children.
    nodes: BTreeMap<Place, Node>,
    /// The last instant that anything is known of.
    now: SimTime,
    /// Something has to be judged.
    pending: bool,
    log: CauseLog,
}

impl Default for Correlator {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Correlator {
    /// A correlator of a terminal without defects.
    pub fn new(settings: Settings) -> Self {
        let nodes = BTreeMap::from([(Place::ROOT, Node::default())]);
        Self { settings, nodes, now: SimTime::ZERO, pending: false, log: CauseLog::default() }
    }

    /// There is an ODU at this place. Without it, one is known from its first defect on; only of those
    /// that are known it is told that their server failed.
    pub fn watch(&mut self, place: Place) {
        let mut next = Some(place);
        while let Some(place) = next.filter(|place| !self.nodes.contains_key(place)) {
            self.nodes.insert(place, Node { changed: true, ..Node::default() });
            self.pending = true;
            next = place.parent();
        }
    }

    /// Takes an event. What was noted of an earlier instant is judged first; `out` takes the causes
    /// that change by that. An event dated before the last one counts as of its instant: sinks may
    /// tell of a defect late.
    pub fn note(&mut self, event: DefectEvent, out: &mut impl FnMut(CauseEvent)) {
        if event.at > self.now {
            self.judge(out);
            self.now = event.at;
        }
        self.watch(event.place);
        if let Some(node) = self.nodes.get_mut(&event.place)
            && node.defects.set(event.defect, event.raised)
        {
            node.changed = true;
            self.pending = true;
        }
    }

    /// No more events up to and with `now` will come: judges what was noted.
    pub fn settle(&mut self, now: SimTime, out: &mut impl FnMut(CauseEvent)) {
        if now >= self.now {
            self.judge(out);
            self.now = now;
        }
    }

    /// The operator decides anew, at `now`.
    pub fn configure(
        &mut self,
        now: SimTime,
        settings: Settings,
        out: &mut impl FnMut(CauseEvent),
    ) {
        self.settle(now, out);
        self.settings = settings;
        self.nodes.values_mut().for_each(|node| node.changed = true);
        self.pending = true;
    }

    /// Causes that stand at this place, as judged last.
    pub fn causes(&self, place: Place) -> CauseSet {
        self.nodes.get(&place).map_or_else(CauseSet::default, |node| node.causes)
    }

    /// Defects that stand at this place.
    pub fn defects(&self, place: Place) -> DefectSet {
        self.nodes.get(&place).map_or_else(DefectSet::default, |node| node.defects)
    }

    /// True where the server of this layer failed by an AIS that the layer itself sees: management
    /// systems tell such a cSSF apart.
    pub fn failed_by_ais(&self, place: Place, layer: Layer) -> bool {
        let ais = self.defects(place).iter().any(|d| d.layer() == layer && d.name() == "dAIS");
        ais && self.causes(place).contains(Cause::Ssf(layer))
    }

    /// The causes that ever stood.
    pub const fn log(&self) -> &CauseLog {
        &self.log
    }

    fn judge(&mut self, out: &mut impl FnMut(CauseEvent)) {
        if !self.pending {
            return;
        }
        self.pending = false;
        let line = self.line();
        let mut next = self.nodes.first_key_value().map(|(&place, _)| place);
        while let Some(place) = next {
            self.judge_node(place, line, out);
            next = self.nodes.range((Excluded(place), Unbounded)).next().map(|(&place, _)| place);
        }
    }

    /// Defects of the line: those of the first place and of all lanes; and whether any is new.
    fn line(&self) -> (DefectSet, bool) {
        let below = self.nodes.iter().filter(|(p, _)| **p == Place::ROOT || p.lane().is_some());
        below.fold((DefectSet::default(), false), |(all, changed), (_, node)| {
            (all.union(node.defects), changed || node.changed)
        })
    }

    fn judge_node(
        &mut self,
        place: Place,
        line: (DefectSet, bool),
        out: &mut impl FnMut(CauseEvent),
    ) {
        let of_line = place == Place::ROOT || place.lane().is_some();
        let parent = place.parent().and_then(|parent| self.nodes.get(&parent));
        let server = parent.map_or_else(Server::default, |parent| parent.serves);
        let first = self.nodes.get(&Place::ROOT).map_or_else(DefectSet::default, |n| n.defects);
        let Some(node) = self.nodes.get_mut(&place) else { return };
        if !node.changed && server == node.server && !(of_line && line.1) {
            return;
        }
        node.changed = false;
        node.server = server;
        let before = node.causes;
        node.causes = if place.lane().is_some() {
            lane(node.defects, first)
        } else if of_line {
            let (server, section) = section(node.defects, line.0, &self.settings);
            let settings = self.settings.odu(place);
            let (serves, odu) = odu(node.defects, Function::OtuOdu, server, settings);
            node.serves = serves;
            section.union(odu)
        } else {
            let settings = self.settings.odu(place);
            let (serves, odu) = odu(node.defects, Function::PathOdu, server, settings);
            node.serves = serves;
            odu
        };
        let (cleared, raised) = (before.without(node.causes), node.causes.without(before));
        for (causes, raised) in [(cleared, false), (raised, true)] {
            for cause in causes.iter() {
                let event = CauseEvent { place, at: self.now, cause, raised };
                self.log.note(event);
                out(event);
            }
        }
    }
}

fn of_line(row: &CauseRow) -> bool {
    matches!(row.function, Function::OtsiOtu | Function::OtsigOtu)
}

/// The causes of one lane; `first` are the defects of all lanes together.
fn lane(defects: DefectSet, first: DefectSet) -> CauseSet {
    let dark = defects.union(first).contains(Defect::Los);
    let inputs = Inputs::default().with(Input::AiTsfP, dark);
    causes::of(of_line, &Facts { trail: Trail::Section, defects, inputs })
}

/// OTSi/OTUk_A_Sk or OTSiG/OTUk_A_Sk, and OTUk_TT_Sk. The defects of one are not those of the other, so
/// that both may be asked.
fn section(own: DefectSet, line: DefectSet, settings: &Settings) -> (Server, CauseSet) {
    let inputs = Inputs::default().with(Input::AiTsfP, line.contains(Defect::Los));
    let facts = Facts { trail: Trail::Section, defects: line, inputs };
    let found = causes::of(of_line, &facts).among(own);
    let ssf = [Function::OtsiOtu, Function::OtsigOtu]
        .into_iter()
        .any(|function| actions::of(function, &facts).contains(Action::Ssf));
    let inputs = inputs.union(settings.section.inputs()).with(Input::CiSsf, ssf);
    let facts = Facts { inputs, ..facts };
    let actions = actions::section(line, inputs);
    let server = Server {
        tsf: actions.contains(Action::Tsf),
        tsd: actions.contains(Action::Tsd),
        defects: DefectSet::default(),
    };
    (server, found.union(causes::of(|row| row.function == Function::OtuTermination, &facts)))
}

/// True for the equations of one tributary port.
fn of_port(row: &CauseRow) -> bool {
    matches!(row.subject, Subject::Plain(Defect::Msim | Defect::LofLom))
}

/// The causes of levels that nobody listed, but whose sink tells of defects: monitors, which leave the
/// signal as it is. As such a level may be in use or not, a failed server is told of by its own AIS only.
fn unlisted_tandems(own: DefectSet, ssf: bool, settings: &OduSettings) -> CauseSet {
    let mut found = CauseSet::default();
    let listed = |level| settings.tandems.iter().any(|&(of, _)| of == level);
    for level in TcmLevel::all().filter(|&level| !listed(level)) {
        let ais = own.contains(Defect::Tcm(level, TandemDefect::Ais));
        let inputs = TandemSettings::default()
            .inputs()
            .with(Input::CiSsf, ssf)
            .with(Input::SsfReported, ais);
        let facts = Facts { trail: Trail::Tandem(level), defects: own, inputs };
        found = found.union(causes::of(|r| r.function == Function::TandemTermination, &facts));
    }
    found
}

/// The adaptation that hands the ODU up, `below`, its tandem connections, its path and the adaptation
/// above it.
fn odu(
    own: DefectSet,
    below: Function,
    server: Server,
    settings: &OduSettings,
) -> (Server, CauseSet) {
    let port = own.without(own.without(OF_PORT));
    let defects = server.defects.union(port);
    let inputs = Inputs::default()
        .with(Input::AiTsf, server.tsf)
        .with(Input::AiTsd, server.tsd)
        .with(Input::Locked, settings.locked);
    let mut found = causes::of(of_port, &Facts { trail: Trail::Path, defects, inputs });
    // An ODUk that is read from a file without an OTUk has an alignment of its own.
    let aligned_here = port.contains(Defect::LofLom).then_some(Function::PathOdu);
    let mut ssf = [Some(below), aligned_here]
        .into_iter()
        .flatten()
        .any(|function| actions::adaptation(function, defects, inputs).contains(Action::Ssf));
    found = found.union(unlisted_tandems(own, ssf, settings));
    for &(level, tandem) in &settings.tandems {
        let trail = Trail::Tandem(level);
        let inputs = tandem.inputs().with(Input::CiSsf, ssf);
        let facts = Facts { trail, defects: own, inputs };
        found = found.union(causes::of(|r| r.function == Function::TandemTermination, &facts));
        let actions = actions::tandem(level, own, inputs);
        let inputs = Inputs::default()
            .with(Input::AiTsf, actions.contains(Action::Tsf))
            .with(Input::AiTsd, actions.contains(Action::Tsd))
            .with(Input::AiAis, actions.contains(Action::Ais))
            .with(Input::Locked, tandem.locked);
        let adaptation = actions::adaptation(Function::TandemOdu, own, inputs);
        ssf = adaptation.contains(Action::Ssf);
    }
    let inputs = settings.path.inputs().with(Input::CiSsf, ssf);
    let facts = Facts { trail: Trail::Path, defects: own, inputs };
    found = found.union(causes::of(|row| row.function == Function::PathTermination, &facts));
    let actions = actions::path(own, inputs);
    let tsf = actions.contains(Action::Tsf);
    let inputs =
        Inputs::default().with(Input::AiTsf, tsf).with(Input::CsfReported, settings.csf_reported);
    let client = |row: &CauseRow| {
        use Function::{PathCbr, PathEtc, PathEth, PathOdu, PathPrbs};
        matches!(row.function, PathOdu | PathCbr | PathEtc | PathEth | PathPrbs) && !of_port(row)
    };
    found = found.union(causes::of(client, &Facts { inputs, ..facts }));
    let whole = DefectSet::of(&[Defect::Plm, Defect::Loomfi]);
    let serves = Server {
        tsf,
        tsd: actions.contains(Action::Tsd),
        defects: own.without(own.without(whole)),
    };
    (serves, found)
}

#[cfg(test)]
mod tests;
