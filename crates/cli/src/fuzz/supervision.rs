//! A script of overhead changes into a terminal and a correlator.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use otn_frame::layout::{FAS, Field, MFAS, PM, PSI, SM, TCM1, TCM4};
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime, Tti, scrambler};
use otn_proc::defect::{Defect, DefectEvent, DefectSet};
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::observer::Observer;
use otn_proc::odu::Hold;
use otn_proc::odu::source::{OduSource, PayloadSource};
use otn_proc::place::Place;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::Settings;
use otn_proc::tandem::{TandemMode, TandemSettings, TandemSource};
use otn_proc::terminal::{Fec, LineCoding, OtuSource, TerminalSink};

/// Octets of a step: what, where, with which octet, for how many frames.
const STEP: usize = 4;
/// Steps of a script: more would take long and show nothing new.
const MOST_STEPS: usize = 12;
/// Fields that a script changes, and the frame period as a whole.
const FIELDS: [Field; 7] = [FAS, MFAS, SM, TCM1, TCM4, PM, PSI];
/// Behind the script: three multiframes of good frames, and 3 ms.
const REPAIR: usize = 3 * 256 + 80;

/// Good frames of a line, again and again; whole multiframes.
fn line() -> &'static [OtuFrame] {
    static LINE: OnceLock<Vec<OtuFrame>> = OnceLock::new();
    LINE.get_or_init(|| {
        let (offset, tti) = (PartsPerBillion::default(), trace());
        let mut odu =
            OduSource::new(Signal::Odu1, offset, PayloadType::NULL, PayloadSource::Null, tti);
        for level in TcmLevel::all() {
            odu = odu.with_tandem(TandemSource::new(level, tti));
        }
        let mut source = OtuSource::new(CODING, tti, odu);
        let frames = (0..512).map(|_| {
            let mut frame = OtuFrame::zeroed();
            source.next_clear_frame(&mut frame);
            frame
        });
        frames.collect::<Vec<_>>().split_off(256)
    })
}

const CODING: LineCoding = LineCoding { fec: Fec::None, scrambled: true };

fn trace() -> Tti {
    Tti::from_octets([0x41; 64])
}

/// What the terminal told, judged on the way.
#[derive(Default)]
struct Judge {
    correlator: Correlator,
    standing: DefectSet,
    last: BTreeMap<Defect, SimTime>,
    causes: Vec<Cause>,
}

impl Judge {
    fn settle(&mut self, now: SimTime) {
        let causes = &mut self.causes;
        self.correlator.settle(now, &mut |event| note(causes, event));
        // A layer of which one defect hides the other tells one of them.
        for (mask, masked) in MASKS {
            let both = [mask, masked].map(|defect| self.causes.contains(&Cause::Of(defect)));
            assert!(both != [true; 2], "{mask} and {masked}");
        }
    }
}

/// Causes of which the first hides the second.
const MASKS: [(Defect, Defect); 8] = [
    (Defect::Los, Defect::Lof),
    (Defect::Lof, Defect::Lom),
    (Defect::Lof, Defect::SectionBdi),
    (Defect::Lom, Defect::SectionTim),
    (Defect::Oci, Defect::Lck),
    (Defect::Oci, Defect::PathTim),
    (Defect::Lck, Defect::PathBdi),
    (Defect::Oci, Defect::Plm),
];

fn note(causes: &mut Vec<Cause>, event: CauseEvent) {
    let before = causes.len();
    causes.retain(|cause| *cause != event.cause);
    assert_eq!(before == causes.len(), event.raised, "{} in turn", event.cause);
    if event.raised {
        causes.push(event.cause);
    }
}

impl Observer for Judge {
    fn defect(&mut self, event: DefectEvent) {
        assert!(self.standing.set(event.defect, event.raised), "{} in turn", event.defect);
        let earlier = self.last.insert(event.defect, event.at);
        assert!(earlier.is_none_or(|at| at <= event.at), "{} runs backwards", event.defect);
        let causes = &mut self.causes;
        self.correlator.note(event, &mut |event| note(causes, event));
    }
}

/// A script of overhead changes on an OTU1 whose terminal acts on what it sees. The first octet says
/// how it acts; four more are a step. After good frames nothing may be left.
pub fn supervision(octets: &[u8]) {
    let Some((&options, steps)) = octets.split_first() else { return };
    let action = options % 2 == 1;
    let expected = ExpectedTrace { mode: TimMode::Both, tti: trace(), action };
    let modes = [TandemMode::Operational, TandemMode::Monitor, TandemMode::Transparent];
    let mode = modes[usize::from(options / 2) % modes.len()];
    let tandem = TandemSettings { mode, trace: expected, ltc_action: action, provisioned: true };
    let odu = OduProvision {
        path: expected,
        tandem: [tandem; 6],
        payload_type: Some(PayloadType::NULL),
        ..OduProvision::default()
    };
    let provision = Provision { section: expected, odu, ..Provision::default() };
    let mut sink = TerminalSink::provisioned(Signal::Otu1, CODING, provision, Hold::NOTHING);
    let mut settings = Settings::default();
    settings.section.tim_action = action;
    settings.odu.path.tim_action = action;
    let mut judge = Judge { correlator: Correlator::new(settings), ..Judge::default() };
    let clock = FrameClock::new(Signal::Otu1, PartsPerBillion::default());
    let mut number = 0usize;
    let steps = steps.chunks_exact(STEP).take(MOST_STEPS).chain([&[u8::MAX, 0, 0, 0][..]]);
    for step in steps {
        let &[what, place, octet, lasts] = step else { continue };
        let repair = what == u8::MAX;
        let frames = if repair { REPAIR } else { usize::from(lasts) % 80 + 1 };
        for _ in 0..frames {
            let mut frame = line()[number % line().len()].clone();
            if !repair {
                change(&mut frame, what, place, octet);
            }
            scrambler::scramble(&mut frame);
            match what {
                0xF0..=0xF7 => frame.octets_mut().fill(octet),
                0xF8..=0xFE => frame.octets_mut().rotate_left(usize::from(place) + 1),
                _ => {}
            }
            sink.push(frame.octets(), &|bit| clock.bit_start(bit), &mut judge);
            number += 1;
            // What is told of a frame may be as old as the frames that wait for their successor.
            judge.settle(clock.frame_start((number as u64).saturating_sub(3)));
        }
    }
    judge.settle(clock.frame_start(number as u64));
    assert_eq!(judge.standing, DefectSet::default(), "{:?}", judge.standing.iter().next());
    assert!(judge.correlator.causes(Place::ROOT).is_empty() && judge.causes.is_empty());
}

/// One octet of a field, or a maintenance pattern.
fn change(frame: &mut OtuFrame, what: u8, place: u8, octet: u8) {
    if what % 16 == 15 {
        for (row, octets) in frame.rows_mut().iter_mut().enumerate() {
            let first = if row == 0 { 14 } else { 0 };
            octets[first..3_824].fill(octet);
        }
        return;
    }
    let field = frame.field_mut(FIELDS[usize::from(what) % FIELDS.len()]);
    let at = usize::from(place) % field.len();
    field[at] = octet;
}
