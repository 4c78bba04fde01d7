//! Defects and the fault causes behind them, with times and frames.
//!
//! Clause: G.798 6.4. In: defect events of the sinks of one stream, and those of its lanes. Out: the
//! log of defects, of fault causes, and a timeline of both and of what the overhead told. Nothing is
//! detected here; [`otn_proc::supervision`] decides which defect names a fault.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use otn_frame::SimTime;
use otn_proc::defect::{DefectEvent, DefectLog};
use otn_proc::place::Place;
use otn_proc::supervision::cause_log::{CauseEvent, CauseSpan};
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::probable_cause::{Facing, probable_cause};
use otn_proc::supervision::settings::Settings;
use serde::Serialize;

use super::frame_numbers::FrameNumbers;
use super::report::{DefectReport, defect_list};
use super::timeline::{Event, Happening, Timeline};

/// Server signal fails by an AIS that are remembered.
const BY_AIS: usize = 10_000;

/// A fault cause that stood at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CauseReport {
    /// OTSi, OTU, TCM1 to TCM6, ODU or OPU.
    pub layer: String,
    /// Where, as of a defect.
    pub place: String,
    /// Name of G.798.
    pub cause: &'static str,
    /// Name in OpenROADM; `null` where it has none.
    pub probable_cause: Option<String>,
    /// When it was raised, in nanoseconds.
    pub raised_ns: u64,
    /// The last frame of the line that had begun by then, from 0.
    pub raised_frame: Option<u64>,
    /// When it cleared; `null` where it stood at the end.
    pub cleared_ns: Option<u64>,
    /// The same of that.
    pub cleared_frame: Option<u64>,
}

/// Supervision of one stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Supervision {
    pub(super) numbers: FrameNumbers,
    pub(super) timeline: Timeline,
    defects: DefectLog,
    correlator: Correlator,
    /// The instant of the last event that the correlator knows of.
    now: SimTime,
    /// Causes that are cSSF by an AIS, with the time at which they were raised.
    by_ais: BTreeSet<(Place, Cause, SimTime)>,
    /// Events of lanes, which are known before those of the frames that the lanes carry.
    lanes: VecDeque<DefectEvent>,
}

impl Supervision {
    /// The operator has decided so.
    pub(super) fn configure(&mut self, settings: Settings) {
        self.correlator = Correlator::new(settings);
    }

    /// There is an ODU at this place.
    pub(super) fn watch(&mut self, place: Place) {
        self.correlator.watch(place);
    }

    /// Something else than a defect happened.
    pub(super) fn note(&mut self, at: SimTime, place: Place, what: Happening) {
        self.timeline.note(Event { at, place, what });
    }

    /// A defect of a lane.
    pub(super) fn lane_defect(&mut self, event: DefectEvent) {
        self.defects.note(event);
        self.lanes.push_back(event);
    }

    /// A defect of a sink.
    pub(super) fn defect(&mut self, event: DefectEvent) {
        self.defects.note(event);
        self.pass_lanes(event.at);
        self.correlate(event);
    }

    /// Takes the events of lanes up to this instant.
    fn pass_lanes(&mut self, until: SimTime) {
        while self.lanes.front().is_some_and(|event| event.at <= until) {
            self.lanes.pop_front().into_iter().for_each(|event| self.correlate(event));
        }
    }

    fn correlate(&mut self, event: DefectEvent) {
        let DefectEvent { place, at, defect, raised } = event;
        if at > self.now {
            // What stood before this instant is judged by what was known before it.
            self.settle(at - SimTime::from_ps(1));
            self.now = at;
        }
        self.note(at, place, Happening::Defect(defect, raised));
        let mut causes = Vec::new();
        self.correlator.note(event, &mut |cause| causes.push(cause));
        causes.into_iter().for_each(|cause| self.cause(cause));
    }

    fn settle(&mut self, now: SimTime) {
        let mut causes = Vec::new();
        self.correlator.settle(now, &mut |cause| causes.push(cause));
        causes.into_iter().for_each(|cause| self.cause(cause));
    }

    fn cause(&mut self, event: CauseEvent) {
        let CauseEvent { place, at, cause, raised } = event;
        let by_ais = raised && self.correlator.failed_by_ais(place, cause.layer());
        if by_ais && matches!(cause, Cause::Ssf(_)) && self.by_ais.len() < BY_AIS {
            self.by_ais.insert((place, cause, at));
        }
        self.note(at, place, Happening::Cause(cause, raised));
    }

    /// No more events will come.
    pub(super) fn finish(&mut self, now: SimTime) {
        self.pass_lanes(SimTime::from_ps(u64::MAX));
        self.settle(now.max(self.now));
    }

    /// The defects that ever stood.
    pub(super) const fn log(&self) -> &DefectLog {
        &self.defects
    }

    /// The same as a report lists them, with frames.
    pub(super) fn defects(&self) -> Vec<DefectReport> {
        let mut list = defect_list(&self.defects);
        for (entry, span) in list.iter_mut().zip(self.defects.spans()) {
            entry.raised_frame = self.numbers.at(span.raised);
            entry.cleared_frame = span.cleared.and_then(|at| self.numbers.at(at));
        }
        list
    }

    /// The fault causes that ever stood.
    pub(super) fn causes(&self) -> Vec<CauseReport> {
        let report = |span: CauseSpan| {
            let by_ais = self.by_ais.contains(&(span.place, span.cause, span.raised));
            CauseReport {
                layer: span.cause.layer().to_string(),
                place: span.place.to_string(),
                cause: span.cause.name(),
                // A monitor of what comes from the line looks towards the facility.
                probable_cause: probable_cause(span.cause, by_ais, Facing::Down)
                    .map(|known| known.to_string()),
                raised_ns: span.raised.as_ns(),
                raised_frame: self.numbers.at(span.raised),
                cleared_ns: span.cleared.map(SimTime::as_ns),
                cleared_frame: span.cleared.and_then(|at| self.numbers.at(at)),
            }
        };
        self.correlator.log().spans().into_iter().map(report).collect()
    }

    /// Times each fault cause was raised.
    pub(super) fn cause_times(&self) -> BTreeMap<String, u64> {
        let times = self.correlator.log().times();
        times.map(|(cause, times)| (cause.to_string(), times)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_proc::defect::Defect;

    fn event(ns: u64, defect: Defect, raised: bool) -> DefectEvent {
        DefectEvent { place: Place::ROOT, at: SimTime::from_ns(ns), defect, raised }
    }

    /// An ODU-AIS that comes and goes, and then a line that is lost: cSSF by AIS, then by the server.
    #[test]
    fn a_server_signal_fail_tells_an_ais_from_a_lost_line() {
        let mut supervision = Supervision::default();
        supervision.defect(event(10, Defect::Ais, true));
        supervision.defect(event(20, Defect::Ais, false));
        supervision.defect(event(30, Defect::Lof, true));
        supervision.finish(SimTime::from_ns(40));
        let causes = supervision.causes();
        let of = |n: usize| {
            let c = &causes[n];
            (c.layer.as_str(), c.cause, c.probable_cause.as_deref(), c.raised_ns, c.cleared_ns)
        };
        assert_eq!(of(0), ("ODU", "cSSF", Some("alarmIndicationSignal"), 10, Some(20)));
        let mut rest = [of(1), of(2)];
        rest.sort_unstable();
        assert_eq!(rest[0], ("ODU", "cSSF", Some("serverSignalFail"), 30, None));
        assert_eq!(rest[1], ("OTU", "cLOF", Some("lossOfFrame"), 30, None));
        assert_eq!(causes.len(), 3);
    }

    /// Lanes are read ahead of the frames that they carry.
    #[test]
    fn events_of_lanes_wait_for_their_time() {
        let mut supervision = Supervision::default();
        let lane = Place::of_lane(2);
        let fault = DefectEvent { place: lane, ..event(50, Defect::LofLane, true) };
        supervision.lane_defect(fault);
        supervision.defect(event(20, Defect::Plm, true));
        supervision.defect(event(30, Defect::Plm, false));
        supervision.finish(SimTime::from_ns(60));
        let causes = supervision.causes();
        assert_eq!((causes[0].cause, causes[0].raised_ns), ("cPLM", 20));
        assert_eq!((causes[1].cause, causes[1].place.as_str()), ("cLOFLANE", "lane 2"));
        assert_eq!(causes[1].raised_ns, 50);
    }
}
