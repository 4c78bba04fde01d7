//! The functions of a terminal on top of one another, from the line up: how the server signal fail of
//! each follows from what is below.
//!
//! Clauses: G.798 6.3, 6.4. In: defects of a place and what its server tells. Out: what every function
//! reports and does, and what the place is to the ODUs in it. Signal degrade is not handed on beyond
//! the function above: no equation here asks for it.

use otn_frame::overhead::TcmLevel;

use crate::defect::{Defect, DefectSet, TandemDefect};

use super::actions::{self, Action, Actions};
use super::causes::{self, CauseRow, CauseSet, Subject};
use super::expression::{Facts, Input, Inputs};
use super::function::{Function, Trail};
use super::settings::{OduSettings, TandemSettings, TrailSettings};

/// Defects of a tributary port that stand at the place of its ODUj.
const OF_PORT: DefectSet = DefectSet::of(&[Defect::Msim, Defect::LofLom]);

/// Defects of a multiplex as a whole.
const OF_MULTIPLEX: DefectSet = DefectSet::of(&[Defect::Plm, Defect::Loomfi]);

/// What the adaptation under an ODU knows of its server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The trail below failed.
    pub tsf: bool,
    /// It is degraded.
    pub tsd: bool,
    /// Defects of the adaptation as a whole: dPLM, dLOOMFI.
    pub defects: DefectSet,
}

impl Server {
    fn of(actions: Actions, defects: DefectSet) -> Self {
        let (tsf, tsd) = (actions.contains(Action::Tsf), actions.contains(Action::Tsd));
        Self { tsf, tsd, defects }
    }

    fn inputs(self) -> Inputs {
        Inputs::default().with(Input::AiTsf, self.tsf).with(Input::AiTsd, self.tsd)
    }
}

/// What one function reports and does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub function: Function,
    /// The trail that it ends, or the one next to it.
    pub trail: Trail,
    /// What it reports.
    pub causes: CauseSet,
    /// What it does.
    pub actions: Actions,
}

/// Evaluates one function: those of its causes that `reports` picks, and its actions.
fn step(
    function: Function,
    facts: &Facts,
    reports: impl Fn(&CauseRow) -> bool,
    out: &mut impl FnMut(Outcome),
) -> Actions {
    let causes = causes::of(|row| row.function == function && reports(row), facts);
    let actions = actions::of(function, facts);
    out(Outcome { function, trail: facts.trail, causes, actions });
    actions
}

const LINE: [Function; 2] = [Function::OtsiOtu, Function::OtsigOtu];

/// The part of the adaptation of light to OTUk that is about one lane; `first` are the defects of all
/// lanes together.
pub fn lane(defects: DefectSet, first: DefectSet, out: &mut impl FnMut(Outcome)) {
    let dark = defects.union(first).contains(Defect::Los);
    let inputs = Inputs::default().with(Input::AiTsfP, dark);
    for function in LINE {
        let facts = Facts { trail: Trail::Section, defects, inputs };
        let causes = causes::of(|row| row.function == function, &facts);
        out(Outcome { function, trail: Trail::Section, causes, actions: Actions::default() });
    }
}

/// OTSi/OTUk_A_Sk or OTSiG/OTUk_A_Sk, and OTUk_TT_Sk, with the defects of all lanes together, `own`,
/// and those of every lane too, `line`. The defects of one adaptation are not those of the other, so
/// that both may be asked.
pub fn section(
    own: DefectSet,
    line: DefectSet,
    settings: TrailSettings,
    out: &mut impl FnMut(Outcome),
) -> Server {
    let dark = Inputs::default().with(Input::AiTsfP, line.contains(Defect::Los));
    let facts = Facts { trail: Trail::Section, defects: line, inputs: dark };
    let mut ssf = false;
    for function in LINE {
        let actions = step(function, &facts, |_| true, &mut |outcome: Outcome| {
            // What a lane reports is told at its place.
            out(Outcome { causes: outcome.causes.among(own), ..outcome });
        });
        ssf |= actions.contains(Action::Ssf);
    }
    let inputs = dark.union(settings.inputs()).with(Input::CiSsf, ssf);
    let facts = Facts { inputs, ..facts };
    let actions = step(Function::OtuTermination, &facts, |_| true, out);
    Server::of(actions, DefectSet::default())
}

/// True for the equations of one tributary port.
const fn of_port(row: &CauseRow) -> bool {
    matches!(row.subject, Subject::Plain(Defect::Msim | Defect::LofLom))
}

/// The adaptation that hands the ODU up, `below`, its tandem connections, its path and the adaptation
/// above it. Gives what the ODU is to those in it.
pub fn odu(
    own: DefectSet,
    below: Function,
    server: Server,
    settings: &OduSettings,
    out: &mut impl FnMut(Outcome),
) -> Server {
    let (mut ssf, told) = handed_up(own, below, server, settings, out);
    unlisted_tandems(own, (ssf, told), settings, out);
    for &(level, tandem) in &settings.tandems {
        ssf = tandem_connection(own, (ssf, told), level, tandem, out);
    }
    // What the adaptation below reports at the same place is not reported again.
    //= g798:14.3-adaptation-causes
    let reported = settings.path.ssf_reported && !told;
    let inputs = settings.path.inputs().with(Input::CiSsf, ssf).with(Input::SsfReported, reported);
    let facts = Facts { trail: Trail::Path, defects: own, inputs };
    let actions = step(Function::PathTermination, &facts, |_| true, out);
    let serves = Server::of(actions, own.without(own.without(OF_MULTIPLEX)));
    let inputs = serves.inputs().with(Input::CsfReported, settings.csf_reported);
    let facts = Facts { inputs, ..facts };
    // Of a multiplex the ports act, each at its own place.
    let (function, trail) = (Function::PathOdu, Trail::Path);
    let causes = causes::of(|row| row.function == function && !of_port(row), &facts);
    out(Outcome { function, trail, causes, actions: Actions::default() });
    use Function::{PathCbr, PathEtc, PathEth, PathPrbs};
    for function in [PathCbr, PathEtc, PathEth, PathPrbs] {
        step(function, &facts, |_| true, out);
    }
    serves
}

/// The adaptation that hands the ODU up: whether its signal has failed, and whether that is a cause
/// which it reports itself.
fn handed_up(
    own: DefectSet,
    below: Function,
    server: Server,
    settings: &OduSettings,
    out: &mut impl FnMut(Outcome),
) -> (bool, bool) {
    let port = own.without(own.without(OF_PORT));
    let defects = server.defects.union(port);
    let inputs = server.inputs().with(Input::Locked, settings.locked);
    let facts = Facts { trail: Trail::Path, defects, inputs };
    // An ODUk that is read from a file without an OTUk has an alignment of its own.
    let aligned_here = below != Function::PathOdu && !port.is_empty();
    let functions = [Some(below), aligned_here.then_some(Function::PathOdu)];
    let (mut failed, mut told) = (false, false);
    for function in functions.into_iter().flatten() {
        let actions = step(function, &facts, of_port, &mut |outcome: Outcome| {
            told |= !outcome.causes.is_empty();
            out(outcome);
        });
        failed |= actions.contains(Action::Ssf);
    }
    (failed, told)
}

/// ODUkT_TT_Sk and the adaptation above it. True where the signal that it hands on has failed.
fn tandem_connection(
    own: DefectSet,
    (ssf, told): (bool, bool),
    level: TcmLevel,
    settings: TandemSettings,
    out: &mut impl FnMut(Outcome),
) -> bool {
    let trail = Trail::Tandem(level);
    let reported = settings.trail.ssf_reported && !told;
    let inputs = settings.inputs().with(Input::CiSsf, ssf).with(Input::SsfReported, reported);
    let facts = Facts { trail, defects: own, inputs };
    let actions = step(Function::TandemTermination, &facts, |_| true, out);
    let inputs = Server::of(actions, DefectSet::default())
        .inputs()
        .with(Input::AiAis, actions.contains(Action::Ais))
        .with(Input::Locked, settings.locked);
    let facts = Facts { inputs, ..facts };
    step(Function::TandemOdu, &facts, |_| true, out).contains(Action::Ssf)
}

/// The causes of levels that nobody listed, but whose sink tells of defects: monitors, which leave the
/// signal as it is. As such a level may be in use or not, a failed server is told of by its own AIS
/// only.
fn unlisted_tandems(
    own: DefectSet,
    (ssf, told): (bool, bool),
    settings: &OduSettings,
    out: &mut impl FnMut(Outcome),
) {
    let listed = |level| settings.tandems.iter().any(|&(of, _)| of == level);
    let any = |level| TandemDefect::ALL.iter().any(|&kind| own.contains(Defect::Tcm(level, kind)));
    for level in TcmLevel::all().filter(|&level| !listed(level) && any(level)) {
        let ais = own.contains(Defect::Tcm(level, TandemDefect::Ais));
        let inputs = TandemSettings::default()
            .inputs()
            .with(Input::CiSsf, ssf)
            .with(Input::SsfReported, ais && !told);
        let facts = Facts { trail: Trail::Tandem(level), defects: own, inputs };
        step(Function::TandemTermination, &facts, |_| true, out);
    }
}
