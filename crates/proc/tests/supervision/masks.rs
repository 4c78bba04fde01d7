//! For each defect: that what it should suppress is suppressed, and comes out when it goes. The list is
//! that of the fact sheet, sections 3.6 and 6, by hand.

use std::collections::BTreeMap;

use otn_frame::SimTime;
use otn_frame::overhead::TcmLevel;
use otn_proc::defect::{Defect, DefectEvent, TandemDefect};
use otn_proc::place::Place;
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::{Settings, TandemSettings};

/// Masked, and by what, all of one place.
const MASKS: &[(Defect, &[Defect])] = &[
    (Defect::LofLane, &[Defect::Los]),
    (Defect::Lor, &[Defect::LofLane, Defect::Los]),
    (Defect::Lol, &[Defect::LofLane, Defect::Lor, Defect::Los]),
    (Defect::Lof, &[Defect::OtuAis, Defect::Los, Defect::Lol, Defect::LofLane, Defect::Lor]),
    (Defect::Lom, LOST),
    (Defect::SectionTim, LINE),
    (Defect::SectionDeg, LINE_TIM),
    (Defect::SectionBdi, LINE_TIM),
    (Defect::Oci, LINE_TIM),
    (Defect::Lck, LINE_TIM),
    (Defect::PathTim, PATH),
    (Defect::PathDeg, PATH_TIM),
    (Defect::PathBdi, PATH_TIM),
    (Defect::Plm, PATH_TIM),
    (Defect::Loomfi, &[Defect::Plm, Defect::Ais]),
    (Defect::Csf, &[Defect::Plm, Defect::Lfd, Defect::Upm, Defect::Exm, Defect::Oci]),
    (Defect::Lfd, &[Defect::Plm, Defect::Lck, Defect::Lom]),
    (Defect::Exm, &[Defect::Lfd, Defect::Plm, Defect::Ais]),
    (Defect::Upm, &[Defect::Exm, Defect::Lfd, Defect::Plm, Defect::Ais]),
    (Defect::Lcs, &[Defect::Csf, Defect::Plm, Defect::Ais]),
    (Defect::Lss, &[Defect::Csf, Defect::Plm, Defect::Ais]),
];

const LOST: &[Defect] =
    &[Defect::Lof, Defect::OtuAis, Defect::Los, Defect::Lol, Defect::LofLane, Defect::Lor];
const LINE: &[Defect] = &[Defect::Los, Defect::OtuAis, Defect::Lof, Defect::Lom, Defect::Lol];
const LINE_TIM: &[Defect] =
    &[Defect::Los, Defect::OtuAis, Defect::Lof, Defect::Lom, Defect::Lol, Defect::SectionTim];
const PATH: &[Defect] = &[Defect::Lof, Defect::Ais, Defect::Oci, Defect::Lck];
const PATH_TIM: &[Defect] = &[Defect::Lof, Defect::Ais, Defect::Oci, Defect::Lck, Defect::PathTim];

fn acting_on_traces() -> Settings {
    let mut settings = Settings::default();
    settings.section.tim_action = true;
    settings.odu.path.tim_action = true;
    for level in TcmLevel::all() {
        let mut tandem = TandemSettings::default();
        tandem.trail.tim_action = true;
        settings.odu.tandems.push((level, tandem));
    }
    settings
}

/// Raises `masked`, then the mask, clears the mask, clears `masked`, and looks each time.
fn check(settings: &Settings, masked: (Place, Defect), mask: (Place, Defect)) {
    let mut correlator = Correlator::new(settings.clone());
    let mut log = BTreeMap::new();
    let steps = [(masked, true), (mask, true), (mask, false), (masked, false)];
    for (n, (((place, defect), raised), stands)) in
        steps.into_iter().zip([true, false, true, false]).enumerate()
    {
        let at = SimTime::from_ns(n as u64 + 1);
        let mut out = |event: otn_proc::supervision::cause_log::CauseEvent| {
            log.insert((event.place, event.cause), event.raised);
        };
        correlator.note(DefectEvent { place, at, defect, raised }, &mut out);
        correlator.settle(at, &mut out);
        let found = correlator.causes(masked.0).contains(Cause::Of(masked.1));
        assert_eq!(found, stands, "{} masked by {}, step {n}", masked.1, mask.1);
        let told = log.get(&(masked.0, Cause::Of(masked.1))) == Some(&true);
        assert_eq!(told, stands, "{} masked by {}, step {n}, as told", masked.1, mask.1);
    }
}

//= type=test g798:12.3-line-causes
//= type=test g798:13.2-section-causes
//= type=test g798:14.2-path-causes
//= type=test g798:14.3-adaptation-causes
#[test]
fn each_defect_suppresses_those_that_it_should() {
    let settings = acting_on_traces();
    for &(masked, masks) in MASKS {
        for &mask in masks {
            check(&settings, (Place::ROOT, masked), (Place::ROOT, mask));
        }
    }
    let listed = |defect| MASKS.iter().any(|&(masked, _)| masked == defect);
    let elsewhere = [Defect::Msim, Defect::LofLom, Defect::Los];
    let silent = [Defect::OtuAis, Defect::Ais, Defect::Iae, Defect::Biae];
    for &defect in Defect::ALL {
        let known = listed(defect) || elsewhere.contains(&defect) || silent.contains(&defect);
        assert!(known || matches!(defect, Defect::Tcm(..)), "{defect} is not looked at");
    }
}

/// All levels alike: TIM acts, and as monitors none of them touches another.
//= type=test g798:14.5-tandem-causes
#[test]
fn each_defect_of_a_tandem_connection_suppresses_those_that_it_should() {
    use TandemDefect::{Ais, Bdi, Deg, Lck, Ltc, Oci, Tim};
    let masks: [(TandemDefect, &[TandemDefect]); 6] = [
        (Ltc, &[]),
        (Oci, &[]),
        (Lck, &[]),
        (Tim, &[Ais, Ltc, Oci, Lck]),
        (Deg, &[Ais, Ltc, Oci, Lck, Tim]),
        (Bdi, &[Ais, Ltc, Oci, Lck, Tim]),
    ];
    let settings = acting_on_traces();
    for level in TcmLevel::all() {
        for (masked, by) in masks {
            let masked = (Place::ROOT, Defect::Tcm(level, masked));
            check(&settings, masked, (Place::ROOT, Defect::Lof));
            for &mask in by {
                check(&settings, masked, (Place::ROOT, Defect::Tcm(level, mask)));
            }
        }
    }
}

//= type=test g798:14.3-adaptation-causes
#[test]
fn a_port_is_silent_while_the_multiplex_or_its_server_has_failed() {
    let settings = acting_on_traces();
    let port = super::port(2);
    let below = [Defect::Plm, Defect::Ais, Defect::Oci, Defect::Lof, Defect::PathTim];
    for mask in below {
        check(&settings, (port, Defect::Msim), (Place::ROOT, mask));
        check(&settings, (port, Defect::LofLom), (Place::ROOT, mask));
        check(&settings, (port, Defect::Oci), (Place::ROOT, mask));
        check(&settings, (port, Defect::Csf), (Place::ROOT, mask));
    }
    check(&settings, (port, Defect::LofLom), (Place::ROOT, Defect::Loomfi));
    check(&settings, (port, Defect::LofLom), (port, Defect::Msim));
    check(&settings, (port, Defect::Lck), (port, Defect::Msim));
    check(&settings, (port, Defect::Lck), (port, Defect::LofLom));
}
