//! Defects of a terminal in, causes out: the cases by hand, and random events.

use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use proptest::prelude::*;

use otn_frame::overhead::TcmLevel;

use super::super::settings::{Mode, TandemSettings};
use super::*;
use crate::defect::{Defect, TandemDefect};

/// A correlator that writes down what it tells, as `+ODU cSSF` and `-3 OPU cMSIM`.
#[derive(Default)]
struct Bench {
    correlator: Correlator,
    now: u64,
    said: Vec<CauseEvent>,
}

impl Bench {
    fn new(settings: Settings) -> Self {
        Self { correlator: Correlator::new(settings), ..Self::default() }
    }

    /// Defects that change at one instant, a microsecond after those before.
    fn at_once(&mut self, raised: bool, defects: &[(Place, Defect)]) -> Vec<String> {
        self.now += 1_000;
        let at = SimTime::from_ns(self.now);
        self.said.clear();
        let said = &mut self.said;
        for &(place, defect) in defects {
            let event = DefectEvent { place, at, defect, raised };
            self.correlator.note(event, &mut |event| said.push(event));
        }
        assert!(self.said.is_empty(), "judged before the instant is over");
        let said = &mut self.said;
        self.correlator.settle(at, &mut |event| said.push(event));
        assert!(self.said.iter().all(|event| event.at == at));
        self.said.iter().map(text).collect()
    }

    fn raise(&mut self, defects: &[Defect]) -> Vec<String> {
        let at_root: Vec<_> = defects.iter().map(|&defect| (Place::ROOT, defect)).collect();
        self.at_once(true, &at_root)
    }

    fn clear(&mut self, defects: &[Defect]) -> Vec<String> {
        let at_root: Vec<_> = defects.iter().map(|&defect| (Place::ROOT, defect)).collect();
        self.at_once(false, &at_root)
    }
}

fn text(event: &CauseEvent) -> String {
    let sign = if event.raised { '+' } else { '-' };
    match event.place.to_string().as_str() {
        "" => format!("{sign}{}", event.cause),
        place => format!("{sign}{place} {}", event.cause),
    }
}

fn port(slot: usize) -> Place {
    Place::ROOT.child(slot).unwrap()
}

fn tcm3(kind: TandemDefect) -> Defect {
    Defect::Tcm(TcmLevel::new(3).unwrap(), kind)
}

fn with_tcm3(tandem: TandemSettings) -> Settings {
    let mut settings = Settings::default();
    settings.odu.tandems = vec![(TcmLevel::new(3).unwrap(), tandem)];
    settings
}

const NOTHING: [&str; 0] = [];

//= type=test g798:12.3-line-causes
#[test]
fn a_lost_frame_is_one_cause_a_layer() {
    let mut bench = Bench::default();
    assert_eq!(bench.raise(&[Defect::Lof]), ["+ODU cSSF", "+OTU cLOF"]);
    assert_eq!(bench.raise(&[Defect::Lom]), NOTHING);
    assert_eq!(bench.clear(&[Defect::Lof]), ["-OTU cLOF", "+OTU cLOM"]);
    assert_eq!(bench.clear(&[Defect::Lom]), ["-ODU cSSF", "-OTU cLOM"]);
    assert_eq!(bench.correlator.log().spans().len(), 3);
    assert!(bench.correlator.log().spans().iter().all(|span| span.cleared.is_some()));
}

/// Conformance case 9: the unframed PN-11 is AIS first, then also a lost frame.
//= type=test g798:13.2-section-causes
#[test]
fn an_ais_of_the_line_hides_the_lost_frame() {
    let mut bench = Bench::default();
    assert_eq!(bench.raise(&[Defect::OtuAis]), ["+OTU cSSF", "+ODU cSSF"]);
    assert!(bench.correlator.failed_by_ais(Place::ROOT, Layer::Otu));
    assert!(!bench.correlator.failed_by_ais(Place::ROOT, Layer::Odu));
    assert_eq!(bench.raise(&[Defect::Lof]), NOTHING);
    assert_eq!(bench.clear(&[Defect::OtuAis]), ["-OTU cSSF", "+OTU cLOF"]);
}

#[test]
fn a_defect_and_its_mask_of_one_instant_show_no_flicker() {
    let mut bench = Bench::default();
    let both = [Defect::SectionTim, Defect::SectionDeg, Defect::Lof];
    assert_eq!(bench.raise(&both), ["+ODU cSSF", "+OTU cLOF"]);
    // The mask goes at the instant at which what it masked goes too.
    assert_eq!(bench.clear(&both), ["-ODU cSSF", "-OTU cLOF"]);
    // A pulse of no length is nothing.
    bench.now += 1_000;
    let at = SimTime::from_ns(bench.now);
    let mut said = 0;
    for raised in [true, false] {
        let event = DefectEvent { place: Place::ROOT, at, defect: Defect::Lof, raised };
        bench.correlator.note(event, &mut |_| said += 1);
    }
    bench.correlator.settle(at, &mut |_| said += 1);
    assert_eq!(said, 0);
}

#[test]
fn an_event_of_a_later_instant_judges_the_one_before() {
    let mut correlator = Correlator::default();
    let mut said = Vec::new();
    let mut note = |ns, defect| {
        let (place, at) = (Place::ROOT, SimTime::from_ns(ns));
        said.clear();
        correlator.note(DefectEvent { place, at, defect, raised: true }, &mut |e| said.push(e));
        said.iter().map(|e| (text(e), e.at.as_ns())).collect::<Vec<_>>()
    };
    assert_eq!(note(5, Defect::PathBdi), []);
    assert_eq!(note(7, Defect::PathDeg), [("+ODU cBDI".to_string(), 5)]);
    // Told late: it counts from the instant up to which all was told.
    assert_eq!(note(6, Defect::Oci), []);
    assert_eq!(note(8, Defect::Plm), [("-ODU cBDI".into(), 7), ("+ODU cOCI".into(), 7)]);
}

/// Conformance cases 43, 45 and 47 as alarms.
//= type=test g798:14.3-adaptation-causes
#[test]
fn a_multiplex_blames_the_port_or_the_whole() {
    let mut bench = Bench::default();
    for slot in [1, 2] {
        bench.correlator.watch(port(slot));
    }
    let msim = (port(2), Defect::Msim);
    let loflom = (port(2), Defect::LofLom);
    assert_eq!(bench.at_once(true, &[loflom]), ["+2 ODU cLOFLOM"]);
    assert_eq!(bench.at_once(true, &[msim]), ["-2 ODU cLOFLOM", "+2 OPU cMSIM"]);
    assert_eq!(bench.raise(&[Defect::Loomfi]), ["+OPU cLOOMFI", "+1 ODU cSSF"]);
    let said = bench.raise(&[Defect::Plm]);
    assert_eq!(said, ["-OPU cLOOMFI", "+OPU cPLM", "-2 OPU cMSIM", "+2 ODU cSSF"]);
    let said = bench.raise(&[Defect::Lck]);
    assert_eq!(said, ["-OPU cPLM", "+ODU cLCK"]);
    let said = bench.clear(&[Defect::Lck, Defect::Plm, Defect::Loomfi]);
    assert_eq!(said, ["-ODU cLCK", "-1 ODU cSSF", "-2 ODU cSSF", "+2 OPU cMSIM"]);
    assert_eq!(bench.at_once(false, &[msim, loflom]), ["-2 OPU cMSIM"]);
}

#[test]
fn what_an_odu_carries_is_not_the_server_of_its_own_path() {
    let mut bench = Bench::default();
    let inner = (port(5), Defect::Plm);
    assert_eq!(bench.at_once(true, &[inner]), ["+5 OPU cPLM"]);
    assert!(bench.correlator.causes(Place::ROOT).is_empty());
}

//= type=test g798:12.3-line-causes
#[test]
fn a_lane_names_the_fault_before_the_alignment_of_all() {
    let mut bench = Bench::default();
    let lane = Place::of_lane(7);
    assert_eq!(bench.raise(&[Defect::Lol]), ["+ODU cSSF", "+OTU cLOL"]);
    let said = bench.at_once(true, &[(lane, Defect::Lor)]);
    assert_eq!(said, ["-OTU cLOL", "+lane 7 OTU cLOR"]);
    let said = bench.at_once(true, &[(lane, Defect::LofLane)]);
    assert_eq!(said, ["-lane 7 OTU cLOR", "+lane 7 OTU cLOFLANE"]);
    assert_eq!(bench.raise(&[Defect::Lof]), NOTHING);
    let said = bench.at_once(true, &[(lane, Defect::Los)]);
    assert_eq!(said, ["+OTU cSSF", "-lane 7 OTU cLOFLANE", "+lane 7 OTSi cLOS"]);
}

/// Conformance cases 18 to 21 as alarms.
//= type=test g798:14.5-tandem-causes
#[test]
fn a_tandem_connection_that_acts_takes_the_path_with_it() {
    let mode = Mode::Operational;
    let acting = TandemSettings { mode, ltc_action: true, ..TandemSettings::default() };
    let mut bench = Bench::new(with_tcm3(acting));
    let said = bench.raise(&[tcm3(TandemDefect::Ltc)]);
    assert_eq!(said, ["+ODU cSSF", "+TCM3 cLTC"]);
    assert_eq!(bench.raise(&[tcm3(TandemDefect::Tim)]), NOTHING);
    let watching = TandemSettings { mode: Mode::Monitor, ..acting };
    let now = SimTime::from_ns(bench.now);
    let mut said = Vec::new();
    bench.correlator.configure(now, with_tcm3(watching), &mut |_| {});
    bench.correlator.settle(now, &mut |event| said.push(text(&event)));
    assert_eq!(said, ["-ODU cSSF"]);
    assert_eq!(bench.clear(&[tcm3(TandemDefect::Ltc)]), ["-TCM3 cLTC", "+TCM3 cTIM"]);
    let said = bench.raise(&[Defect::Lom]);
    assert_eq!(said, ["-TCM3 cTIM", "+ODU cSSF", "+TCM3 cSSF", "+OTU cLOM"]);
}

#[test]
fn a_level_that_nobody_listed_is_a_monitor() {
    let mut bench = Bench::default();
    assert_eq!(bench.raise(&[tcm3(TandemDefect::Ltc)]), ["+TCM3 cLTC"]);
    assert_eq!(bench.raise(&[Defect::Lof]), ["-TCM3 cLTC", "+ODU cSSF", "+OTU cLOF"]);
    assert_eq!(bench.clear(&[Defect::Lof, tcm3(TandemDefect::Ltc)]), ["-ODU cSSF", "-OTU cLOF"]);
    assert_eq!(bench.raise(&[tcm3(TandemDefect::Ais)]), ["+TCM3 cSSF"]);
    assert!(bench.correlator.failed_by_ais(Place::ROOT, tcm3(TandemDefect::Ais).layer()));
}

/// A place and a defect that may stand there.
fn any_event() -> impl Strategy<Value = (Place, Defect, bool)> {
    let places = vec![Place::ROOT, port(1), port(2), port(1).child(3).unwrap()];
    let lanes = vec![Place::of_lane(0), Place::of_lane(1)];
    let of_lane = vec![Defect::Los, Defect::LofLane, Defect::Lor];
    let anywhere = (prop::sample::select(places), prop::sample::select(Defect::ALL.to_vec()));
    let lane = (prop::sample::select(lanes), prop::sample::select(of_lane));
    (prop_oneof![5 => anywhere, 1 => lane], any::<bool>())
        .prop_map(|((place, defect), raised)| (place, defect, raised))
}

fn all_tandems() -> Settings {
    let mode = |n: u8| [Mode::Operational, Mode::Monitor, Mode::Transparent][usize::from(n % 3)];
    let mut settings = Settings::default();
    settings.section.tim_action = true;
    settings.odu.path.tim_action = true;
    settings.odu.tandems = TcmLevel::all()
        .map(|level| (level, TandemSettings { mode: mode(level.get()), ..Default::default() }))
        .collect();
    settings
}

proptest! {
    /// What stands does not depend on the order in which it came, every cause is raised and
    /// cleared in turn, and without defects there is none.
    #[test]
    fn causes_follow_from_the_defects_alone(
        events in prop::collection::vec((any_event(), 0..3u64), 0..120),
        tandems in any::<bool>(),
    ) {
        let settings = if tandems { all_tandems() } else { Settings::default() };
        let mut correlator = Correlator::new(settings.clone());
        let (mut standing, mut now) = (BTreeMap::new(), SimTime::ZERO);
        let mut log = Vec::new();
        for ((place, defect, raised), step) in events {
            now = now + SimTime::from_ns(step);
            let event = DefectEvent { place, at: now, defect, raised };
            correlator.note(event, &mut |event| log.push(event));
        }
        correlator.settle(now, &mut |event| log.push(event));
        for event in &log {
            let before = standing.insert((event.place, event.cause), event.raised);
            prop_assert_eq!(before.unwrap_or(false), !event.raised, "{:?}", event);
        }
        let mut fresh = Correlator::new(settings);
        let places: Vec<_> = correlator.nodes.keys().copied().collect();
        for &place in places.iter().rev() {
            fresh.watch(place);
            for defect in correlator.defects(place).iter() {
                let event = DefectEvent { place, at: now, defect, raised: true };
                fresh.note(event, &mut |_| {});
            }
        }
        fresh.settle(now, &mut |_| {});
        for &place in &places {
            prop_assert_eq!(fresh.causes(place), correlator.causes(place));
            for cause in fresh.causes(place).iter() {
                prop_assert_eq!(standing.remove(&(place, cause)), Some(true));
            }
        }
        prop_assert!(standing.values().all(|raised| !raised));
        for &place in &places {
            for defect in fresh.defects(place).iter() {
                let event = DefectEvent { place, at: now, defect, raised: false };
                fresh.note(event, &mut |_| {});
            }
        }
        fresh.settle(now, &mut |_| {});
        prop_assert!(places.iter().all(|&place| fresh.causes(place).is_empty()));
    }
}
