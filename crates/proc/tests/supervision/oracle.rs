//! The equations a second time, in plain Rust, typed from the fact sheet, sections 5 and 6; and the
//! correlator against them.

use std::collections::BTreeSet;

use otn_frame::SimTime;
use otn_proc::defect::{Defect, DefectEvent, DefectSet, TandemDefect};
use otn_proc::place::Place;
use otn_proc::supervision::actions::{self, Action};
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::expression::{Input, Inputs};
use otn_proc::supervision::function::Function;
use otn_proc::supervision::settings::{Mode, Settings, TandemSettings};
use proptest::prelude::*;

/// Takes the bits of a number one after the other.
struct Bits(u32);

impl Bits {
    fn next(&mut self) -> bool {
        let bit = self.0 % 2 == 1;
        self.0 /= 2;
        bit
    }
}

/// Every combination of defects and inputs, in every mode: 3 x 2^12.
//= type=test g798:14.5-tandem-actions
#[test]
fn the_tandem_equations_are_those_of_the_fact_sheet() {
    let level = super::level(5);
    for mode in [Mode::Operational, Mode::Monitor, Mode::Transparent] {
        for number in 0..1 << 12 {
            let mut bits = Bits(number);
            let mut next = || bits.next();
            let (ais, ltc, oci, lck, tim) = (next(), next(), next(), next(), next());
            let (deg, iae, ssf, errors) = (next(), next(), next(), next());
            let (tim_act, ltc_act, bdi) = (next(), next(), next());
            let mut defects = DefectSet::default();
            use TandemDefect::{Ais, Bdi, Deg, Iae, Lck, Ltc, Oci, Tim};
            let kinds = [(Ais, ais), (Ltc, ltc), (Oci, oci), (Lck, lck), (Tim, tim)];
            for (kind, stands) in kinds.into_iter().chain([(Deg, deg), (Iae, iae), (Bdi, bdi)]) {
                defects.set(Defect::Tcm(level, kind), stands);
            }
            let operational = mode == Mode::Operational;
            let inputs = Inputs::default()
                .with(Input::CiSsf, ssf)
                .with(Input::Violations, errors)
                .with(Input::TimAction, tim_act)
                .with(Input::LtcAction, ltc_act)
                .with(Input::Operational, operational)
                .with(Input::NotTransparent, mode != Mode::Transparent);
            let found = actions::tandem(level, defects, inputs);
            let timx = tim && tim_act;
            let ltcx = ltc && ltc_act;
            let answers = mode != Mode::Transparent;
            let expected = [
                (Action::Bdi, (ssf || ais || ltc || oci || lck || tim) && answers),
                (Action::Bei, errors && answers),
                (Action::Biae, iae && answers),
                (Action::Tsf, ssf || ((ais || ltcx || oci || lck || timx) && operational)),
                (Action::Tsd, deg && operational),
                (Action::Ais, (oci || ltcx || lck || timx) && operational),
            ];
            for (action, taken) in expected {
                assert_eq!(found.contains(action), taken, "{} of {number:#x}", action.name());
            }
            assert!(found.iter().all(|action| expected.iter().any(|e| e.0 == action)));
        }
    }
}

/// Section and path, every combination.
//= type=test g798:13.2-section-actions
//= type=test g798:14.2-path-actions
#[test]
fn the_equations_of_section_and_path_are_those_of_the_fact_sheet() {
    for number in 0..1 << 9 {
        let mut bits = Bits(number);
        let mut next = || bits.next();
        let (ais, oci, lck, tim, deg) = (next(), next(), next(), next(), next());
        let (iae, ssf, errors, action) = (next(), next(), next(), next());
        let inputs = Inputs::default()
            .with(Input::CiSsf, ssf)
            .with(Input::Violations, errors)
            .with(Input::TimAction, action);
        let mut section = DefectSet::default();
        section.set(Defect::SectionTim, tim);
        section.set(Defect::SectionDeg, deg);
        section.set(Defect::Iae, iae);
        let found = actions::section(section, inputs);
        assert_eq!(found.contains(Action::Tsf), ssf || (tim && action));
        assert_eq!(found.contains(Action::Tsd), deg);
        assert_eq!(found.contains(Action::Bdi), ssf || tim);
        assert_eq!(found.contains(Action::Bei), errors);
        assert_eq!(found.contains(Action::Biae), iae);
        let mut path = DefectSet::default();
        let kinds = [(Defect::Ais, ais), (Defect::Oci, oci), (Defect::Lck, lck)];
        for (defect, stands) in kinds.into_iter().chain([(Defect::PathTim, tim)]) {
            path.set(defect, stands);
        }
        path.set(Defect::PathDeg, deg);
        let found = actions::path(path, inputs);
        assert_eq!(found.contains(Action::Tsf), ssf || ais || oci || lck || (tim && action));
        assert_eq!(found.contains(Action::Tsd), deg);
        assert_eq!(found.contains(Action::Bdi), ssf || ais || oci || lck || tim);
        assert_eq!(found.contains(Action::Bei), errors);
        assert!(!found.contains(Action::Biae), "the path has none");
    }
}

/// The adaptations, every combination of the defects that they know.
//= type=test g798:12.3-otu-ssf
//= type=test g798:13.3-ais-insertion
//= type=test g798:14.5-tandem-adaptation
//= type=test g798:14.3-tributary-actions
//= type=test g798:14.3-client-actions
//= type=test g798:14.3-csf-source
//= type=test g798:14.5-monitor-actions
#[test]
fn the_equations_of_the_adaptations_are_those_of_the_fact_sheet() {
    for number in 0..1 << 8 {
        let mut bits = Bits(number);
        let mut next = || bits.next();
        let (tsf, tsd, locked) = (next(), next(), next());
        let (a, b, c, d, e) = (next(), next(), next(), next(), next());
        let inputs = Inputs::default()
            .with(Input::AiTsf, tsf)
            .with(Input::AiTsd, tsd)
            .with(Input::Locked, locked)
            .with(Input::AiAis, a);
        let taken = |function, defects: [(Defect, bool); 5], inputs, action| {
            let mut set = DefectSet::default();
            for (defect, stands) in defects {
                set.set(defect, stands);
            }
            actions::adaptation(function, set, inputs).contains(action)
        };
        let none = [(Defect::Los, false); 5];
        let open = !locked;
        assert_eq!(taken(Function::OtuOdu, none, inputs, Action::Ais), tsf && open);
        assert_eq!(taken(Function::OtuOdu, none, inputs, Action::Ssf), tsf && open);
        assert_eq!(taken(Function::OtuOdu, none, inputs, Action::Ssd), tsd && open);
        assert_eq!(taken(Function::OtuOdu, none, inputs, Action::Lck), locked);
        assert_eq!(taken(Function::TandemOdu, none, inputs, Action::Ais), a && open);
        assert_eq!(taken(Function::TandemOdu, none, inputs, Action::Ssf), tsf && open);
        assert_eq!(taken(Function::TandemOdu, none, inputs, Action::Lck), locked);
        use Defect::{Csf, Exm, Lcs, Lfd, Lof, LofLom, Lol, Lom, Loomfi, Msim, OtuAis, Plm, Upm};
        let line = [(OtuAis, a), (Lof, b), (Lom, c), (Lol, d), (Plm, e)];
        let dark = Inputs::default().with(Input::AiTsfP, tsf);
        assert_eq!(taken(Function::OtsiOtu, line, dark, Action::Ssf), tsf || a || b || c);
        assert_eq!(taken(Function::OtsigOtu, line, dark, Action::Ssf), tsf || d || c);
        let port = [(Plm, a), (Loomfi, b), (Msim, c), (LofLom, d), (Csf, e)];
        for action in [Action::Ais, Action::Ssf] {
            let failed = (tsf || a || b || c || d) && open;
            assert_eq!(taken(Function::PathOdu, port, inputs, action), failed);
        }
        assert_eq!(taken(Function::PathOdu, port, inputs, Action::Ssd), tsd && open);
        let client = [(Plm, a), (Csf, b), (Lcs, c), (Lfd, d), (Upm, e)];
        for action in [Action::Ais, Action::Ssf] {
            assert_eq!(taken(Function::PathCbr, client, inputs, action), tsf || a || b);
            assert_eq!(taken(Function::PathEtc, client, inputs, action), tsf || a || b || c);
        }
        let ethernet = taken(Function::PathEth, client, inputs, Action::Ssf);
        assert_eq!(ethernet, tsf || a || b || d || e);
        let headers = [(Exm, a), (Lcs, b), (Lcs, c), (Lcs, d), (Lcs, e)];
        assert_eq!(taken(Function::PathEth, headers, inputs, Action::Ssf), tsf || a);
        let source = Inputs::default().with(Input::ClientFail, a).with(Input::CsfEnabled, b);
        assert_eq!(taken(Function::ClientSource, none, source, Action::Csf), a && b);
        let connected = Inputs::default().with(Input::Connected, a);
        assert_eq!(taken(Function::Connection, none, connected, Action::Oci), !a);
        let watched = Inputs::default().with(Input::TimAction, tsf).with(Input::CiSsf, tsd);
        let path = [
            (Defect::Ais, a),
            (Defect::Oci, b),
            (Defect::Lck, c),
            (Defect::PathTim, d),
            (Defect::PathDeg, e),
        ];
        let failed = tsd || a || b || c || (d && tsf);
        assert_eq!(taken(Function::PathMonitor, path, watched, Action::Tsf), failed);
        assert_eq!(taken(Function::TandemMonitor, path, watched, Action::Tsf), failed);
        assert_eq!(taken(Function::PathMonitor, path, watched, Action::Tsd), e);
    }
}

/// The causes of one level; true where the signal that it hands on has failed.
fn tandem_connection(
    d: DefectSet,
    number: u8,
    (mut ssf, told): (bool, bool),
    settings: &Settings,
    say: &mut impl FnMut(bool, String),
) -> bool {
    use TandemDefect::{Ais, Bdi, Deg, Lck, Ltc, Oci, Tim};
    let level = super::level(number);
    let has = |kind| d.contains(Defect::Tcm(level, kind));
    let listed = settings.odu.tandems.iter().find(|of| of.0 == level).map(|of| of.1);
    let tandem = listed.unwrap_or_default();
    let reported = tandem.trail.ssf_reported && !told && (listed.is_some() || has(Ais));
    let timx = has(Tim) && tandem.trail.tim_action;
    let quiet = ssf || has(Ais) || has(Ltc) || has(Oci) || has(Lck);
    say((ssf || has(Ais)) && reported, format!("TCM{number} cSSF"));
    say(has(Ltc) && !ssf && tandem.ltc_reported, format!("TCM{number} cLTC"));
    say(has(Oci) && !ssf, format!("TCM{number} cOCI"));
    say(has(Lck) && !ssf, format!("TCM{number} cLCK"));
    say(has(Tim) && !quiet, format!("TCM{number} cTIM"));
    say(has(Deg) && !quiet && !timx, format!("TCM{number} cDEG"));
    say(has(Bdi) && !quiet && !timx, format!("TCM{number} cBDI"));
    if tandem.mode == Mode::Operational {
        let ltcx = has(Ltc) && tandem.ltc_action;
        ssf = ssf || has(Ais) || ltcx || has(Oci) || has(Lck) || timx;
    }
    ssf && !tandem.locked
}

/// The causes of a line with one ODUk, level 2 in operational mode and level 4 unlisted, by hand.
fn expected(d: DefectSet, settings: &Settings) -> BTreeSet<String> {
    use Defect::{
        Ais, Csf, Exm, Lck, Lcs, Lfd, Lof, LofLane, LofLom, Lol, Lom, Loomfi, Lor, Los, Lss, Msim,
        Oci, OtuAis, PathBdi, PathDeg, PathTim, Plm, SectionBdi, SectionDeg, SectionTim, Upm,
    };
    let has = |defect| d.contains(defect);
    let mut causes = BTreeSet::new();
    let mut say = |stands: bool, text: String| {
        if stands {
            causes.insert(text);
        }
    };
    let dark = has(Los);
    say(dark, "OTSi cLOS".into());
    say(has(LofLane) && !dark, "OTU cLOFLANE".into());
    say(has(Lor) && !has(LofLane) && !dark, "OTU cLOR".into());
    say(has(Lol) && !has(Lor) && !has(LofLane) && !dark, "OTU cLOL".into());
    let lanes = has(Lol) || has(LofLane) || has(Lor);
    say(has(Lof) && !has(OtuAis) && !dark && !lanes, "OTU cLOF".into());
    let hidden = has(Lof) || has(OtuAis) || dark || lanes;
    say(has(Lom) && !hidden, "OTU cLOM".into());
    let ssf = dark || has(OtuAis) || has(Lof) || has(Lom) || has(Lol);
    say((dark || has(OtuAis)) && settings.section.ssf_reported, "OTU cSSF".into());
    let timx = has(SectionTim) && settings.section.tim_action;
    say(has(SectionTim) && !ssf, "OTU cTIM".into());
    say(has(SectionDeg) && !ssf && !timx, "OTU cDEG".into());
    say(has(SectionBdi) && !ssf && !timx, "OTU cBDI".into());
    let section_failed = ssf || timx;
    say(has(Msim) && !section_failed, "OPU cMSIM".into());
    say(has(LofLom) && !has(Msim) && !section_failed, "ODU cLOFLOM".into());
    // OTUk/ODUk_A_Sk, or the alignment of a signal without OTUk.
    let open = !settings.odu.locked;
    let told = (has(Msim) || has(LofLom)) && !section_failed;
    let mut ssf = (section_failed || has(Msim) || has(LofLom)) && open;
    for number in [4, 2] {
        ssf = tandem_connection(d, number, (ssf, told), settings, &mut say);
    }
    let timx = has(PathTim) && settings.odu.path.tim_action;
    let quiet = ssf || has(Ais) || has(Oci) || has(Lck);
    say((ssf || has(Ais)) && settings.odu.path.ssf_reported && !told, "ODU cSSF".into());
    say(has(Oci) && !ssf, "ODU cOCI".into());
    say(has(Lck) && !ssf, "ODU cLCK".into());
    say(has(PathTim) && !quiet, "ODU cTIM".into());
    say(has(PathDeg) && !quiet && !timx, "ODU cDEG".into());
    say(has(PathBdi) && !quiet && !timx, "ODU cBDI".into());
    let good = !quiet && !timx;
    say(has(Plm) && good, "OPU cPLM".into());
    let good = good && !has(Plm);
    say(has(Loomfi) && good, "OPU cLOOMFI".into());
    say(has(Lfd) && good, "OPU cLFD".into());
    say(has(Exm) && good && !has(Lfd), "OPU cEXM".into());
    say(has(Upm) && good && !has(Lfd) && !has(Exm), "OPU cUPM".into());
    let headers = has(Lfd) || has(Exm) || has(Upm);
    say(has(Csf) && good && !headers && settings.odu.csf_reported, "OPU cCSF".into());
    say(has(Lcs) && good && !has(Csf), "OPU cLCS".into());
    say(has(Lss) && good && !has(Csf), "OPU cLSS".into());
    causes
}

fn settings_of(number: u32) -> Settings {
    let mut bits = Bits(number);
    let mut settings = Settings::default();
    settings.section.tim_action = bits.next();
    settings.section.ssf_reported = bits.next();
    settings.odu.path.tim_action = bits.next();
    settings.odu.path.ssf_reported = bits.next();
    settings.odu.csf_reported = bits.next();
    settings.odu.locked = bits.next();
    let mut tandem = TandemSettings::default();
    tandem.trail.tim_action = bits.next();
    tandem.trail.ssf_reported = bits.next();
    tandem.ltc_action = bits.next();
    tandem.ltc_reported = bits.next();
    tandem.locked = bits.next();
    tandem.mode = match (bits.next(), bits.next()) {
        (true, _) => Mode::Operational,
        (false, true) => Mode::Monitor,
        (false, false) => Mode::Transparent,
    };
    let listed = super::level(2);
    settings.odu.tandems.push((listed, tandem));
    settings
}

fn judged(correlator: &mut Correlator, set: DefectSet, at: SimTime) -> BTreeSet<String> {
    let before = correlator.defects(Place::ROOT);
    for &defect in Defect::ALL {
        let raised = set.contains(defect);
        if before.contains(defect) != raised {
            let event = DefectEvent { place: Place::ROOT, at, defect, raised };
            correlator.note(event, &mut |_| {});
        }
    }
    correlator.settle(at, &mut |_| {});
    correlator.causes(Place::ROOT).iter().map(|cause| cause.to_string()).collect()
}

/// Defects that the test looks at: all but those of TCM levels other than 2 and 4.
fn looked_at() -> Vec<Defect> {
    let level = |defect: &Defect| match defect {
        Defect::Tcm(level, _) => Some(level.get()),
        _ => None,
    };
    Defect::ALL.iter().copied().filter(|d| matches!(level(d), None | Some(2 | 4))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    //= type=test g798:12.3-line-causes
    //= type=test g798:13.2-section-causes
    //= type=test g798:14.2-path-causes
    //= type=test g798:14.3-adaptation-causes
    //= type=test g798:14.5-tandem-causes
    #[test]
    fn the_correlator_says_what_the_equations_by_hand_say(
        first in prop::sample::subsequence(looked_at(), 0..6),
        then in prop::sample::subsequence(looked_at(), 0..3),
        choices in 0..1u32 << 13,
    ) {
        let settings = settings_of(choices);
        let mut correlator = Correlator::new(settings.clone());
        let sets = [DefectSet::of(&first), DefectSet::of(&then), DefectSet::default()];
        for (step, set) in sets.into_iter().enumerate() {
            let at = SimTime::from_ns(step as u64 + 1);
            let found = judged(&mut correlator, set, at);
            prop_assert_eq!(&found, &expected(set, &settings), "{:?}", &first);
            prop_assert!(step < 2 || found.is_empty());
        }
    }
}
