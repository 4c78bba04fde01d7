//! Conformance cases of the fact sheet, section 12, as far as they are about fault causes and
//! consequent actions; the numbers are those of its table, and what is expected is typed by hand.

use otn_frame::SimTime;
use otn_frame::overhead::TcmLevel;
use otn_proc::defect::{Defect, DefectEvent, DefectSet, Layer, TandemDefect};
use otn_proc::place::Place;
use otn_proc::supervision::actions::{self, Action, Actions};
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::expression::{Input, Inputs};
use otn_proc::supervision::function::{Function, Trail};
use otn_proc::supervision::probable_cause::{Facing, probable_cause};
use otn_proc::supervision::settings::{Mode, Settings, TandemSettings};

use super::port;

/// A terminal after these defects were raised, all at once.
struct Terminal(Correlator);

impl Terminal {
    fn new(settings: Settings, defects: &[Defect]) -> Self {
        let mut terminal = Self(Correlator::new(settings));
        for slot in [1, 2, 3] {
            terminal.0.watch(port(slot));
        }
        terminal.raise(Place::ROOT, defects);
        terminal
    }

    fn raise(&mut self, place: Place, defects: &[Defect]) {
        for &defect in defects {
            let event = DefectEvent { place, at: SimTime::ZERO, defect, raised: true };
            self.0.note(event, &mut |_| {});
        }
        self.0.settle(SimTime::ZERO, &mut |_| {});
    }

    fn causes_at(&self, place: Place) -> Vec<String> {
        self.0.causes(place).iter().map(|cause| cause.to_string()).collect()
    }

    fn causes(&self) -> Vec<String> {
        self.causes_at(Place::ROOT)
    }

    fn actions_at(&self, place: Place, function: Function) -> Actions {
        let outcomes = self.0.outcomes(place);
        let found = outcomes.iter().find(|outcome| outcome.function == function);
        found.map_or_else(Actions::default, |outcome| outcome.actions)
    }

    fn does(&self, function: Function) -> Vec<&'static str> {
        self.actions_at(Place::ROOT, function).iter().map(Action::name).collect()
    }

    fn does_at(&self, place: Place, function: Function) -> Vec<&'static str> {
        self.actions_at(place, function).iter().map(Action::name).collect()
    }
}

fn level3() -> TcmLevel {
    super::level(3)
}

fn tcm3(kind: TandemDefect) -> Defect {
    Defect::Tcm(level3(), kind)
}

fn with_tcm3(mode: Mode, action: bool) -> Settings {
    let mut tandem = TandemSettings { mode, ltc_action: action, ..TandemSettings::default() };
    tandem.trail.tim_action = action;
    let mut settings = Settings::default();
    settings.odu.tandems.push((level3(), tandem));
    settings
}

fn acting_path() -> Settings {
    let mut settings = Settings::default();
    settings.odu.path.tim_action = true;
    settings
}

const NOTHING: [&str; 0] = [];

/// Cases 3, 7 and 9.
//= type=test g798:12.3-otu-ssf
//= type=test g798:12.3-line-causes
//= type=test g798:13.3-ais-insertion
#[test]
fn a_failed_line_is_replaced_by_ais_and_answered_by_bdi() {
    let cases: [(&[Defect], [&str; 2]); 4] = [
        (&[Defect::Lof], ["ODU cSSF", "OTU cLOF"]),
        (&[Defect::Lom], ["ODU cSSF", "OTU cLOM"]),
        (&[Defect::OtuAis], ["OTU cSSF", "ODU cSSF"]),
        (&[Defect::OtuAis, Defect::Lof], ["OTU cSSF", "ODU cSSF"]),
    ];
    for (defects, causes) in cases {
        let terminal = Terminal::new(Settings::default(), defects);
        assert_eq!(terminal.causes(), causes);
        assert_eq!(terminal.does(Function::OtuTermination), ["aTSF", "aBDI"]);
        assert_eq!(terminal.does(Function::OtuOdu), ["aSSF", "aAIS"]);
        assert_eq!(terminal.does(Function::PathTermination), ["aTSF", "aBDI"]);
    }
}

/// Cases 14, 15 and 16.
//= type=test g798:14.2-path-actions
//= type=test g798:14.2-path-causes
#[test]
fn a_maintenance_signal_fails_the_path_and_replaces_the_client() {
    let cases = [(Defect::Ais, "ODU cSSF"), (Defect::Oci, "ODU cOCI"), (Defect::Lck, "ODU cLCK")];
    for (defect, cause) in cases {
        let terminal = Terminal::new(Settings::default(), &[defect]);
        assert_eq!(terminal.causes(), [cause]);
        assert_eq!(terminal.does(Function::PathTermination), ["aTSF", "aBDI"]);
        assert_eq!(terminal.does(Function::PathCbr), ["aSSF", "aAIS"], "generic AIS");
        assert_eq!(terminal.does(Function::PathEtc), ["aSSF", "aAIS"], "local fault");
        assert_eq!(terminal.does(Function::PathEth), ["aSSF"]);
    }
    let terminal = Terminal::new(Settings::default(), &[Defect::Ais]);
    let by_ais = terminal.0.failed_by_ais(Place::ROOT, Layer::Odu);
    let name = probable_cause(Cause::Ssf(Layer::Odu), by_ais, Facing::Up).unwrap();
    assert_eq!((name.to_string().as_str(), name.value), ("alarmIndicationSignal", 3));
}

/// Cases 18 and 19.
//= type=test g798:14.5-tandem-actions
//= type=test g798:14.5-tandem-adaptation
//= type=test g798:14.5-tandem-causes
#[test]
fn a_lost_tandem_connection_fails_what_is_above_only_by_its_action() {
    let terminal = Terminal::new(with_tcm3(Mode::Operational, false), &[tcm3(TandemDefect::Ltc)]);
    assert_eq!(terminal.causes(), ["TCM3 cLTC"]);
    assert_eq!(terminal.does(Function::TandemTermination), ["aBDI"]);
    assert_eq!(terminal.does(Function::TandemOdu), NOTHING);
    let terminal = Terminal::new(with_tcm3(Mode::Operational, true), &[tcm3(TandemDefect::Ltc)]);
    assert_eq!(terminal.causes(), ["ODU cSSF", "TCM3 cLTC"]);
    assert_eq!(terminal.does(Function::TandemTermination), ["aTSF", "aAIS", "aBDI"]);
    assert_eq!(terminal.does(Function::TandemOdu), ["aSSF", "aAIS"]);
}

/// Case 20: what the sink would still say of level 3 while its server has failed.
//= type=test g798:14.5-tandem-causes
#[test]
fn an_open_connection_below_a_failed_section_is_not_told() {
    let defects = [Defect::Los, tcm3(TandemDefect::Oci)];
    let terminal = Terminal::new(with_tcm3(Mode::Operational, false), &defects);
    assert_eq!(terminal.causes(), ["OTU cSSF", "ODU cSSF", "TCM3 cSSF", "OTSi cLOS"]);
}

/// Cases 21 and 22.
//= type=test g798:14.5-tandem-actions
#[test]
fn a_monitor_answers_and_a_transparent_function_does_nothing() {
    let defects = [tcm3(TandemDefect::Tim), tcm3(TandemDefect::Iae)];
    let terminal = Terminal::new(with_tcm3(Mode::Monitor, true), &defects);
    assert_eq!(terminal.causes(), ["TCM3 cTIM"]);
    assert_eq!(terminal.does(Function::TandemTermination), ["aBDI", "aBIAE"]);
    assert_eq!(terminal.does(Function::TandemOdu), NOTHING);
    let failed = Terminal::new(with_tcm3(Mode::Monitor, true), &[Defect::Lom]);
    assert_eq!(failed.does(Function::TandemTermination), ["aTSF", "aBDI"], "CI_SSF alone");
    assert_eq!(failed.does(Function::TandemOdu), ["aSSF"], "no AIS of its own");
    let terminal = Terminal::new(with_tcm3(Mode::Transparent, true), &defects);
    assert_eq!(terminal.does(Function::TandemTermination), NOTHING);
}

/// Cases 23 and 24; in case 25, DAPI changed where only SAPI is compared, there is no defect.
//= type=test g798:14.2-path-actions
//= type=test g798:14.2-path-causes
#[test]
fn a_trace_mismatch_fails_the_path_only_by_its_action() {
    let defects = [Defect::PathTim, Defect::PathDeg, Defect::PathBdi];
    let terminal = Terminal::new(Settings::default(), &defects);
    assert_eq!(terminal.causes(), ["ODU cTIM", "ODU cDEG", "ODU cBDI"]);
    assert_eq!(terminal.does(Function::PathTermination), ["aTSD", "aBDI"]);
    assert_eq!(terminal.does(Function::PathCbr), NOTHING);
    let terminal = Terminal::new(acting_path(), &defects);
    assert_eq!(terminal.causes(), ["ODU cTIM"]);
    assert_eq!(terminal.does(Function::PathTermination), ["aTSF", "aTSD", "aBDI"]);
    assert_eq!(terminal.does(Function::PathCbr), ["aSSF", "aAIS"]);
    assert!(Terminal::new(acting_path(), &[]).causes().is_empty());
}

/// Cases 43, 45, 47 and 71.
//= type=test g798:14.3-tributary-actions
//= type=test g798:14.3-adaptation-causes
#[test]
fn a_multiplex_replaces_the_port_or_all_of_them() {
    for (defect, cause) in [(Defect::Plm, "OPU cPLM"), (Defect::Loomfi, "OPU cLOOMFI")] {
        let mut terminal = Terminal::new(Settings::default(), &[defect]);
        terminal.raise(port(2), &[Defect::LofLom]);
        assert_eq!(terminal.causes(), [cause]);
        for slot in [1, 2, 3] {
            let ais = terminal.does_at(port(slot), Function::PathOdu);
            assert_eq!(ais, ["aSSF", "aAIS"], "port {slot}");
            assert_eq!(terminal.causes_at(port(slot)), ["ODU cSSF"]);
        }
    }
    for (defect, cause) in [(Defect::Msim, "OPU cMSIM"), (Defect::LofLom, "ODU cLOFLOM")] {
        let mut terminal = Terminal::new(Settings::default(), &[]);
        terminal.raise(port(3), &[defect]);
        assert_eq!(terminal.causes(), NOTHING);
        assert_eq!(terminal.causes_at(port(3)), [cause], "the path does not report it again");
        let protects = terminal.does_at(port(3), Function::PathOdu);
        assert_eq!(protects, ["aSSF", "aAIS"], "CI_SSF of the port switches SNC/I");
        for slot in [1, 2] {
            assert_eq!(terminal.causes_at(port(slot)), NOTHING);
            assert_eq!(terminal.does_at(port(slot), Function::PathOdu), NOTHING);
        }
    }
}

/// Case 48.
//= type=test g798:14.3-client-actions
//= type=test g798:14.3-adaptation-causes
#[test]
fn a_failed_client_is_replaced_and_told_if_that_is_wanted() {
    for csf_reported in [true, false] {
        let mut settings = Settings::default();
        settings.odu.csf_reported = csf_reported;
        let terminal = Terminal::new(settings, &[Defect::Csf]);
        assert_eq!(terminal.causes() == ["OPU cCSF"], csf_reported);
        assert_eq!(terminal.causes().is_empty(), !csf_reported);
        assert_eq!(terminal.does(Function::PathCbr), ["aSSF", "aAIS"]);
        assert_eq!(terminal.does(Function::PathTermination), NOTHING, "the path is well");
    }
}

/// Case 70: the group is switched by the server trail, which dPLM does not fail.
//= type=test g798:14.2-path-actions
#[test]
fn a_payload_mismatch_does_not_fail_the_server_trail() {
    for defect in [Defect::Plm, Defect::Loomfi, Defect::Msim, Defect::LofLom] {
        let actions = actions::path(DefectSet::of(&[defect]), Inputs::default());
        assert!(actions.is_empty(), "{defect}");
    }
    for defect in [Defect::Ais, Defect::Oci, Defect::Lck] {
        let actions = actions::path(DefectSet::of(&[defect]), Inputs::default());
        assert!(actions.contains(Action::Tsf), "{defect}");
    }
}

/// Case 74.
//= type=test g798:13.3-ais-insertion
#[test]
fn a_locked_adaptation_sends_lck_and_no_ais() {
    let mut settings = Settings::default();
    settings.odu.locked = true;
    let mut terminal = Terminal::new(settings, &[Defect::Lof]);
    assert_eq!(terminal.does(Function::OtuOdu), ["aLCK"]);
    assert_eq!(terminal.causes(), ["OTU cLOF"]);
    // Three frames later the termination above has seen it.
    terminal.raise(Place::ROOT, &[Defect::Lck]);
    assert_eq!(terminal.causes(), ["OTU cLOF", "ODU cLCK"]);
}

/// Case 75.
//= type=test g798:14.2-path-causes
#[test]
fn a_removed_connection_is_an_open_one_at_the_far_end() {
    let open = actions::adaptation(Function::Connection, DefectSet::default(), Inputs::default());
    assert!(open.contains(Action::Oci));
    let connected = Inputs::of(&[Input::Connected]);
    let closed = actions::adaptation(Function::Connection, DefectSet::default(), connected);
    assert!(closed.is_empty());
    assert_eq!(Terminal::new(Settings::default(), &[Defect::Oci]).causes(), ["ODU cOCI"]);
}

/// Case 76: the first receiver names the cut; behind it there are good sections with ODUk-AIS inside.
//= type=test g798:13.2-section-causes
//= type=test g798:14.2-path-causes
#[test]
fn a_cut_fibre_is_one_cause_at_the_first_receiver() {
    for reported in [true, false] {
        let mut settings = with_tcm3(Mode::Monitor, false);
        settings.section.ssf_reported = reported;
        settings.odu.path.ssf_reported = reported;
        settings.odu.tandems[0].1.trail.ssf_reported = reported;
        let first = [Defect::Los, Defect::Lof, Defect::Lom];
        let first = Terminal::new(settings.clone(), &first);
        let servers = ["OTU cSSF", "ODU cSSF", "TCM3 cSSF"];
        let told = if reported { &servers[..] } else { &[] };
        assert_eq!(first.causes(), [told, &["OTSi cLOS"]].concat());
        assert!(first.does(Function::OtuOdu).contains(&"aAIS"));
        for _ in 0..3 {
            let behind = [Defect::Ais, tcm3(TandemDefect::Ais), Defect::PathBdi];
            let next = Terminal::new(settings.clone(), &behind);
            let told = if reported { &servers[1..] } else { &[] };
            assert_eq!(next.causes(), told);
            assert_eq!(next.does(Function::OtuTermination), NOTHING);
        }
    }
}

#[test]
fn every_cause_has_its_name_and_layer() {
    let trail = Trail::Tandem(level3());
    assert_eq!(Cause::Ssf(trail.layer()).to_string(), "TCM3 cSSF");
    for &defect in Defect::ALL {
        let silent = matches!(defect.name(), "dAIS" | "dIAE" | "dBIAE");
        let cause = Cause::Of(defect);
        assert_eq!(cause.layer(), defect.layer());
        if !silent {
            assert_eq!(cause.name()[1..], defect.name()[1..]);
        }
    }
}
