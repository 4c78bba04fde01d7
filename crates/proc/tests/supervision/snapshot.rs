//! Signal fault x observation point -> fault causes, downstream and upstream signals, as text.

use std::fmt::Write;

use otn_frame::SimTime;
use otn_proc::defect::{Defect, DefectEvent, DefectSet, TandemDefect};
use otn_proc::place::Place;
use otn_proc::supervision::actions::{self, Action, Actions};
use otn_proc::supervision::causes::{self, CauseRow, CauseSet, Subject};
use otn_proc::supervision::chain::Outcome;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::expression::{Facts, Input, Inputs};
use otn_proc::supervision::function::{Function, Trail};
use otn_proc::supervision::settings::{Mode, Settings, TandemSettings};

use super::compare;

/// Names with spaces between them, or a dash.
fn words(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "-".into() } else { names.join(" ") }
}

fn downstream(actions: Actions) -> String {
    let back = [Action::Bdi, Action::Bei, Action::Biae];
    words(actions.iter().filter(|a| !back.contains(a)).map(|a| a.name()[1..].to_string()))
}

fn upstream(actions: Actions) -> String {
    let back = [Action::Bdi, Action::Bei, Action::Biae];
    words(actions.iter().filter(|a| back.contains(a)).map(|a| a.name()[1..].to_string()))
}

fn reported(causes: CauseSet) -> String {
    words(causes.iter().map(|cause| cause.name().to_string()))
}

fn names(defects: &[Defect], inputs: &[Input]) -> String {
    let inputs = inputs.iter().map(|input| input.name().to_string());
    words(inputs.chain(defects.iter().map(|defect| defect.name().to_string())))
}

/// What is put to a function: defects and what comes from others.
type Stimulus = (Vec<Defect>, Vec<Input>);

/// A defect each, alone and with the failed server, which is `server`.
fn stimuli(defects: &[Defect], server: Input) -> Vec<Stimulus> {
    let mut all = vec![(vec![], vec![]), (vec![], vec![server])];
    for &defect in defects {
        all.push((vec![defect], vec![]));
        all.push((vec![defect], vec![server]));
    }
    all
}

fn table(
    text: &mut String,
    title: &str,
    function: Function,
    trail: Trail,
    always: &[Input],
    stimuli: &[Stimulus],
) {
    writeln!(text, "\n{}", format!("{} {title}", function.name()).trim_end()).expect(super::WRITES);
    writeln!(text, "  {:28}{:16}{:18}upstream", "stimulus", "causes", "downstream")
        .expect(super::WRITES);
    for (defects, inputs) in stimuli {
        let set = Inputs::of(inputs).union(Inputs::of(always));
        let facts = Facts { trail, defects: DefectSet::of(defects), inputs: set };
        let actions = actions::of(function, &facts);
        // dPLM and dCSF of a client are those of whichever adaptation it has.
        let client = matches!(function, Function::PathCbr | Function::PathEtc | Function::PathEth);
        let shared = |row: &CauseRow| {
            matches!(row.subject, Subject::Plain(Defect::Plm | Defect::Csf)) && client
        };
        let found = causes::of(|row| row.function == function || shared(row), &facts);
        let stimulus = names(defects, inputs);
        let (causes, down) = (reported(found), downstream(actions));
        writeln!(text, "  {stimulus:28}{causes:16}{down:18}{}", upstream(actions))
            .expect(super::WRITES);
    }
}

fn own(trail: Trail) -> Vec<Defect> {
    TandemDefect::ALL.into_iter().filter_map(|kind| trail.defect(kind)).collect()
}

fn terminations(text: &mut String) {
    use Input::{
        CiSsf, LtcAction, LtcReported, NotTransparent, Operational, SsfReported, TimAction,
        Violations,
    };
    let reports = [SsfReported, LtcReported];
    let tandem = Trail::Tandem(super::level(1));
    let with = |trail| {
        let mut all = stimuli(&own(trail), CiSsf);
        all.push((vec![], vec![Violations]));
        all
    };
    let function = Function::OtuTermination;
    let section = with(Trail::Section);
    table(text, "without TIM action", function, Trail::Section, &reports, &section);
    let acting = [SsfReported, TimAction];
    let section = [
        vec![Defect::SectionTim],
        vec![Defect::SectionTim, Defect::SectionDeg],
        vec![Defect::SectionTim, Defect::SectionBdi],
    ]
    .map(|defects| (defects, vec![]));
    table(text, "with TIM action", function, Trail::Section, &acting, &section);
    let modes: [(&str, &[Input]); 4] = [
        ("operational", &[Operational, NotTransparent]),
        ("operational, TIM and LTC act", &[Operational, NotTransparent, TimAction, LtcAction]),
        ("monitor, though TIM and LTC act", &[NotTransparent, TimAction, LtcAction]),
        ("transparent, though TIM and LTC act", &[TimAction, LtcAction]),
    ];
    for (title, mode) in modes {
        let always = [&reports[..], mode].concat();
        table(text, title, Function::TandemTermination, tandem, &always, &with(tandem));
    }
    let function = Function::PathTermination;
    table(text, "without TIM action", function, Trail::Path, &reports, &with(Trail::Path));
    let acting = [SsfReported, TimAction];
    table(text, "with TIM action", function, Trail::Path, &acting, &with(Trail::Path));
}

fn adaptations(text: &mut String) {
    use Input::{AiTsd, AiTsf, CsfReported, Locked};
    let inputs = [vec![], vec![AiTsf], vec![AiTsd], vec![Locked], vec![AiTsf, Locked]];
    let inputs: Vec<Stimulus> = inputs.into_iter().map(|inputs| (vec![], inputs)).collect();
    table(text, "", Function::OtuOdu, Trail::Path, &[], &inputs);
    let port = [Defect::Plm, Defect::Loomfi, Defect::Msim, Defect::LofLom];
    let mut ports = stimuli(&port, AiTsf);
    ports.push((vec![Defect::Plm, Defect::Msim], vec![]));
    ports.push((vec![Defect::Msim, Defect::LofLom], vec![]));
    ports.push((vec![Defect::Loomfi, Defect::LofLom], vec![]));
    ports.push((vec![Defect::LofLom], vec![Locked]));
    ports.push((vec![], vec![AiTsd]));
    table(text, "(one port)", Function::PathOdu, Trail::Path, &[], &ports);
    let clients: [(Function, &[Defect]); 3] = [
        (Function::PathCbr, &[Defect::Plm, Defect::Csf]),
        (Function::PathEtc, &[Defect::Plm, Defect::Csf, Defect::Lcs]),
        (Function::PathEth, &[Defect::Plm, Defect::Lfd, Defect::Exm, Defect::Upm, Defect::Csf]),
    ];
    for (function, defects) in clients {
        table(text, "", function, Trail::Path, &[CsfReported], &stimuli(defects, AiTsf));
    }
}

//= type=test g798:14.5-tandem-actions
#[test]
fn functions_one_by_one() {
    let mut text = String::from(
        "What each sink function reports and does, by stimulus. Made from the equations; compared in\n\
         tests/supervision/snapshot.rs.\n",
    );
    terminations(&mut text);
    adaptations(&mut text);
    compare("tests/supervision/functions.txt", &text);
}

const TCM: u8 = 3;

fn tcm(kind: TandemDefect) -> Defect {
    Defect::Tcm(super::level(TCM), kind)
}

/// A fault of the signal, and the defects that the sinks see of it: those of functions whose input has
/// failed are forced to be false, and so do not appear.
type Fault = (&'static str, Vec<(Place, Defect)>);

fn faults() -> Vec<Fault> {
    let at_root = |defects: &[Defect]| defects.iter().map(|&d| (Place::ROOT, d)).collect();
    let port = super::port(1);
    let lane = Place::of_lane(0);
    use TandemDefect as T;
    vec![
        ("no light", at_root(&[Defect::Los, Defect::Lof])),
        ("PN-11 in the place of the OTUk", at_root(&[Defect::OtuAis, Defect::Lof])),
        ("FAS wrong", at_root(&[Defect::Lof])),
        ("MFAS frozen", at_root(&[Defect::Lom])),
        ("FAS of a lane wrong", vec![(lane, Defect::LofLane), (Place::ROOT, Defect::Lol)]),
        ("marker of a lane wrong", vec![(lane, Defect::Lor), (Place::ROOT, Defect::Lol)]),
        ("two lanes with one marker", at_root(&[Defect::Lol])),
        ("SM trace of another trail", at_root(&[Defect::SectionTim])),
        ("SM BDI", at_root(&[Defect::SectionBdi])),
        ("SM IAE", at_root(&[Defect::Iae])),
        ("SM BIAE", at_root(&[Defect::Biae])),
        ("errors over the degrade threshold", {
            at_root(&[Defect::SectionDeg, tcm(T::Deg), Defect::PathDeg])
        }),
        ("ODUk-AIS begun before the tandem connection", at_root(&[Defect::Ais])),
        ("ODUk-AIS begun in the tandem connection", at_root(&[tcm(T::Ais), Defect::Ais])),
        ("ODUk-OCI begun in the tandem connection", at_root(&[tcm(T::Oci), Defect::Oci])),
        ("ODUk-LCK begun in the tandem connection", at_root(&[tcm(T::Lck), Defect::Lck])),
        ("TCM3 without a source", at_root(&[tcm(T::Ltc)])),
        ("TCM3 trace of another trail", at_root(&[tcm(T::Tim)])),
        ("TCM3 BDI", at_root(&[tcm(T::Bdi)])),
        ("TCM3 IAE", at_root(&[tcm(T::Iae)])),
        ("PM trace of another trail", at_root(&[Defect::PathTim])),
        ("PM BDI", at_root(&[Defect::PathBdi])),
        ("payload type wrong", at_root(&[Defect::Plm])),
        ("OMFI wrong", at_root(&[Defect::Loomfi])),
        ("MSI of port 1 wrong", vec![(port, Defect::Msim)]),
        ("MSI of port 1 wrong, no ODUj in it", vec![(port, Defect::Msim), (port, Defect::LofLom)]),
        ("FAS of the ODUj of port 1 wrong", vec![(port, Defect::LofLom)]),
        ("ODUj-AIS in port 1", vec![(port, Defect::Ais)]),
        ("CSF of the client of port 1", vec![(port, Defect::Csf)]),
        ("GFP delineation lost in port 1", vec![(port, Defect::Lfd)]),
    ]
}

/// Whether a function is one of the terminal that the faults are put to.
fn is_there(place: Place, outcome: &Outcome) -> bool {
    use Function::{PathCbr, PathEtc, PathEth, PathOdu, PathPrbs, PathTermination};
    let client = matches!(outcome.function, PathCbr | PathEtc | PathEth | PathPrbs);
    let port = matches!(outcome.function, PathCbr | PathEth | PathOdu | PathTermination);
    if place == Place::ROOT { !client } else { port || place.lane().is_some() }
}

fn fault_text(text: &mut String, settings: &Settings, fault: &Fault) {
    let (title, defects) = fault;
    let seen = defects.iter().map(|(place, defect)| match place.to_string().as_str() {
        "" => format!("{defect}"),
        place => format!("{defect} ({place})"),
    });
    writeln!(text, "\n{title}: {}", seen.collect::<Vec<_>>().join(", ")).expect(super::WRITES);
    let mut correlator = Correlator::new(settings.clone());
    let places = [1, 2].map(super::port);
    places.into_iter().for_each(|place| correlator.watch(place));
    for &(place, defect) in defects {
        let event = DefectEvent { place, at: SimTime::ZERO, defect, raised: true };
        correlator.note(event, &mut |_| {});
    }
    correlator.settle(SimTime::ZERO, &mut |_| {});
    let lanes = correlator.defects(Place::ROOT).contains(Defect::Lol);
    let lines = |place| place_text(&correlator, place, lanes);
    text.extend([Place::ROOT, Place::of_lane(0)].map(|place| {
        let place_text: Vec<_> = lines(place).into_iter().map(|line| (place, line)).collect();
        named(&place_text)
    }));
    let [first, second] = places.map(lines);
    let of_first: Vec<_> = first.iter().cloned().map(|line| (places[0], line)).collect();
    text.push_str(&named(&of_first));
    if first == second && !first.is_empty() {
        text.push_str("  2       as 1\n");
    } else {
        assert!(second.is_empty(), "no fault of the list is about port 2");
    }
}

fn named(lines: &[(Place, String)]) -> String {
    lines.iter().map(|(place, line)| format!("  {:8}{line}\n", place.to_string())).collect()
}

/// A line for each function that reports or acts.
fn place_text(correlator: &Correlator, place: Place, lanes: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for outcome in correlator.outcomes(place) {
        let Outcome { function, causes, actions, .. } = outcome;
        let idle = causes.is_empty() && actions.is_empty();
        let other = if lanes { Function::OtsiOtu } else { Function::OtsigOtu };
        if idle || function == other || !is_there(place, &outcome) {
            continue;
        }
        let (causes, down, up) = (reported(causes), downstream(actions), upstream(actions));
        lines.push(format!("{:20}{causes:12}{down:14}{up}", function.name()));
    }
    lines
}

//= type=test g798:14.5-tandem-adaptation
//= type=test g798:14.3-tributary-actions
#[test]
fn faults_through_a_terminal() {
    let mut text = String::from(
        "What a fault of the signal is to every function of a terminal: an OTUk, TCM3 operational, a\n\
         multiplex, and in its ports 1 and 2 an ODUj with a client. Each line: place, function, fault\n\
         causes, downstream signals, upstream signals; functions that neither report nor act are left\n\
         out. Made from the equations; compared in tests/supervision/snapshot.rs.\n",
    );
    let mut settings = Settings::default();
    let mode = Mode::Operational;
    let tandem = TandemSettings { mode, ..TandemSettings::default() };
    settings.odu.tandems.push((super::level(TCM), tandem));
    for place in [1, 2].map(super::port) {
        settings.at.insert(place, Settings::default().odu);
    }
    writeln!(text, "\n== TIM and LTC do not act").expect(super::WRITES);
    for fault in faults() {
        fault_text(&mut text, &settings, &fault);
    }
    writeln!(text, "\n== TIM and LTC act").expect(super::WRITES);
    settings.section.tim_action = true;
    settings.odu.path.tim_action = true;
    settings.odu.tandems[0].1.trail.tim_action = true;
    settings.odu.tandems[0].1.ltc_action = true;
    let differ = ["SM trace", "TCM3 without", "TCM3 trace", "PM trace"];
    for fault in faults() {
        if differ.iter().any(|start| fault.0.starts_with(start)) {
            fault_text(&mut text, &settings, &fault);
        }
    }
    compare("tests/supervision/faults.txt", &text);
}
