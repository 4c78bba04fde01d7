//! The ends of tandem connections at a tributary of a port: what comes is read and ended, what goes is written.
//!
//! Clauses: G.798 14.5.1 (ODUkT_TT, ODUkT/ODUk_A), 6.4 (fault causes), G.709 15.8.2 (PM&TCM). In: frames of the ODUj
//! from the line, the news that there are none, and frames on their way to the line, be they maintenance signals.
//! Out: the same frames; defects and fault causes of each connection; delays that were measured from here.

use std::collections::BTreeMap;

use otn_frame::layout::PM_TCM;
use otn_frame::overhead::{
    PathMonitoring, PathStatus, TandemConnectionMonitoring, TandemStatus, TcmLevel,
};
use otn_frame::{FrameClock, OduFrame, SimTime};
use otn_proc::defect::{Defect, DefectEvent, Layer};
use otn_proc::delay::DelayLevel;
use otn_proc::monitor::{ExpectedTrace, Monitor, MonitorSink, PerformanceProvision};
use otn_proc::observer::{Observer, OduCame};
use otn_proc::odu::passage::{Passage, TandemRemotes};
use otn_proc::performance::monitor::PerformanceMonitor;
use otn_proc::place::Place;
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::{OduSettings, Settings, TrailSettings};
use otn_proc::tandem::{TandemSettings, TandemSink};

use super::log::{Point, What};
use super::model::Plan;
use super::supervision::{Domain, domains, inner_first};
use crate::net::delay::{DelayMeasurement, DelayMeter, DelayReport};
use crate::net::trails::trace;

/// What was seen of a tandem connection at an end of it.
#[derive(Clone, Debug)]
pub struct TandemSummary {
    /// Frames received.
    pub frames: u64,
    /// BIP-8 violations seen here.
    pub bip_violations: u64,
    /// Frames with at least one of them.
    pub errored_blocks: u64,
    /// Violations that the far end told of.
    pub bei: u64,
    /// Its seconds.
    pub performance: Option<PerformanceMonitor>,
    /// Its delay, where it is measured from here.
    pub delay: Option<DelaySummary>,
}

/// What the measurements of a delay gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DelaySummary {
    /// The first of them.
    pub measurements: Vec<DelayMeasurement>,
    /// Those that gave a result, and those that were given up because the signal failed.
    pub measured: u64,
    /// See above.
    pub abandoned: u64,
    /// One has not come back yet.
    pub waiting: bool,
}

impl DelaySummary {
    pub(super) fn of(report: &DelayReport<'_>) -> Self {
        Self {
            measurements: report.measurements.to_vec(),
            measured: report.results.measured,
            abandoned: report.results.abandoned,
            waiting: report.waiting,
        }
    }
}

/// One connection with an end here.
#[derive(Debug)]
struct Ending {
    level: TcmLevel,
    point: Point,
    frames: u64,
    violations: u64,
    errored: u64,
    bei: u64,
}

/// Collects the defects of the sinks.
#[derive(Debug, Default)]
struct Ear(Vec<DefectEvent>);

impl Observer for Ear {
    fn defect(&mut self, event: DefectEvent) {
        self.0.push(event);
    }
}

/// All connections with an end at one tributary of a port.
#[derive(Debug)]
pub(super) struct Termination {
    ends: Passage,
    begins: Passage,
    remotes: TandemRemotes,
    meter: DelayMeter,
    measures: bool,
    correlator: Correlator,
    endings: Vec<Ending>,
    ear: Ear,
    /// A connection had a source once: before that nothing is judged.
    found: bool,
    steady: u32,
    /// There has been nothing to read since then, and nobody was told.
    waits_since: Option<SimTime>,
    /// The correlator was told that the server has failed.
    server_failed: bool,
    /// Until then, what has not come yet is no failure.
    grace: SimTime,
}

/// Where the sinks are in their correlator: behind a server that has no alarms of its own.
const BEHIND: usize = 1;
/// Frames with a source in a row with which a connection is there for the first time.
const STEADY: u32 = 8;

/// A tandem connection with an end at a tributary port: its index, and which end.
type Here = (usize, Domain, usize);

impl Termination {
    /// The terminations at a port, by tributary.
    pub(super) fn of_port(
        plan: &Plan,
        (line, end): (usize, usize),
        grace: impl Fn(usize) -> SimTime,
    ) -> BTreeMap<usize, Self> {
        let mut all: BTreeMap<usize, (usize, Vec<Here>)> = BTreeMap::new();
        for (index, service) in plan.services.iter().enumerate() {
            for (number, domain) in domains(service).into_iter().enumerate() {
                for at in [0, 1] {
                    if let Some((of_line, of_end, tributary)) = domain.port(service, at)
                        && (of_line, of_end) == (line, end)
                    {
                        let here = all.entry(tributary).or_insert((index, Vec::new()));
                        here.1.push((number, domain, at));
                    }
                }
            }
        }
        let built = all.into_iter().map(|(tributary, (service, mut here))| {
            here.sort_by_key(|(number, domain, _)| inner_first(domain, *number));
            let clock = plan.nodes[plan.lines[line].ends[end]].clock;
            let clock = FrameClock::new(plan.services[service].odu, clock);
            (tributary, Self::new(plan, service, &here, (clock, grace(service))))
        });
        built.collect()
    }

    /// The connections `here`, the innermost first.
    fn new(
        plan: &Plan,
        index: usize,
        here: &[Here],
        (clock, grace): (FrameClock, SimTime),
    ) -> Self {
        let service = &plan.services[index];
        let (mut ends, mut begins) = (Passage::new(), Passage::new());
        let mut meter = DelayMeter::new(clock, plan.duration);
        let (mut settings, mut endings) = (Vec::new(), Vec::new());
        let mut measures = false;
        for &(number, domain, end) in here {
            let tandem = domain.tandem;
            let sink = TandemSettings {
                mode: tandem.mode,
                trace: tandem.traces.expected[end],
                ltc_action: tandem.ltc_action,
                provisioned: true,
            };
            ends.ends(tandem.level, sink);
            settings.push((tandem.level, (&sink).into()));
            meter.tandem_ends(tandem.level, &sink);
            if let Some(schedule) = service.supervision.delay.filter(|_| tandem.delay) {
                measures = true;
                match end {
                    0 => meter.measure(DelayLevel::Tandem(tandem.level), schedule),
                    _ => meter.loop_back(DelayLevel::Tandem(tandem.level)),
                }
            }
            let point = Point::Tandem { service: index, tandem: number, end };
            let (frames, violations, errored, bei) = (0, 0, 0, 0);
            endings.push(Ending { level: tandem.level, point, frames, violations, errored, bei });
        }
        for &(_, domain, end) in here.iter().rev() {
            let name = |end: usize| {
                let node = domain.node(plan, service, end);
                node.map_or("", |node| plan.nodes[node].name.as_str())
            };
            let names = trace(name(end), name(1 - end), &service.name);
            let tti = domain.tandem.traces.sent[end].unwrap_or(names);
            begins.begins(domain.tandem.level, tti);
        }
        let performance = PerformanceProvision { degrade: service.degrade, ..Default::default() };
        let place = behind();
        // The path behind it is judged where it ends.
        let path = TrailSettings { ssf_reported: false, ..TrailSettings::default() };
        let odu = OduSettings { tandems: settings, path, ..OduSettings::default() };
        let at = BTreeMap::from([(place, odu)]);
        let mut correlator = Correlator::new(Settings { at, ..Settings::default() });
        correlator.watch(place);
        Self {
            ends: ends.counting(service.odu, performance),
            begins,
            remotes: TandemRemotes::default(),
            meter,
            measures,
            correlator,
            endings,
            ear: Ear::default(),
            found: false,
            steady: 0,
            waits_since: None,
            server_failed: false,
            grace,
        }
    }

    /// Takes a frame that came, and leaves in it what goes on.
    pub(super) fn receive(&mut self, came: &OduCame, frame: &mut OduFrame) {
        self.waits_since = None;
        if !self.found {
            let in_use = |ending: &Ending| {
                let stat = TandemConnectionMonitoring::read(frame, ending.level).stat;
                matches!(stat, TandemStatus::InUse | TandemStatus::InUseIae)
            };
            // A connection that begins on the way is there before the ODUj is.
            let normal = PathMonitoring::read(frame).stat == PathStatus::Normal;
            let steady = normal && came.trusted && came.follows && self.endings.iter().all(in_use);
            self.steady = if steady { self.steady + 1 } else { 0 };
            if self.steady < STEADY && came.at < self.grace {
                return;
            }
            self.found = true;
        }
        if !came.follows {
            self.ends.alignment_error();
        }
        self.ends.trust(came.trusted);
        self.set_server(came.at, false);
        let delay = frame.octet(PM_TCM);
        self.ends.receive(frame, came.mfas, came.at, &mut self.remotes, &mut self.ear);
        for (ending, sink) in self.endings.iter_mut().zip(self.ends.sinks()) {
            let violations = sink.monitor().near_violations().unwrap_or(0);
            ending.frames += 1;
            ending.violations += u64::from(violations);
            ending.errored += u64::from(violations > 0);
            ending.bei += u64::from(sink.monitor().far_violations());
        }
        if self.measures {
            let defects = self.ends.sinks().iter().map(|sink| sink.monitor().defects());
            let standing = defects.fold(Default::default(), otn_proc::defect::DefectSet::union);
            self.meter.receive(delay, standing);
        }
    }

    /// The frames end with a failure of the server, or begin again.
    pub(super) fn server(&mut self, at: SimTime, failed: bool) {
        if !failed {
            return;
        }
        if !self.found && at < self.grace {
            self.waits_since = Some(at);
            return;
        }
        self.found = true;
        self.ends.signal_fail(at, &mut self.remotes, &mut self.ear);
        self.meter.signal_fail();
        self.set_server(at, true);
    }

    /// The correlator learns of the server by a defect in front of the connections.
    fn set_server(&mut self, at: SimTime, failed: bool) {
        if std::mem::replace(&mut self.server_failed, failed) != failed {
            let (place, defect) = (Place::ROOT, Defect::Los);
            self.ear.0.push(DefectEvent { place, at, defect, raised: failed });
        }
    }

    /// Time passes.
    pub(super) fn pass(&mut self, now: SimTime) {
        if let Some(since) = self.waits_since.filter(|_| now >= self.grace) {
            self.waits_since = None;
            self.server(since.max(self.grace), true);
        }
        if self.found {
            self.ends.pass(now, &mut self.ear);
        }
    }

    /// Begins the connections in a frame that leaves from `at` on. `jumps`: it begins where nobody expects it.
    //= g798:14.5.1-iae-16-multiframes
    pub(super) fn send(&mut self, frame: &mut OduFrame, mfas: u8, (at, jumps): (SimTime, bool)) {
        if jumps && at >= self.grace {
            self.begins.alignment_error();
        }
        if self.measures {
            let octet = self.meter.send(at, frame.octet(PM_TCM));
            frame.set_octet(PM_TCM, octet);
        }
        self.begins.send(frame, mfas, &mut self.remotes);
    }

    /// There is something to tell.
    pub(super) const fn has_news(&self) -> bool {
        !self.ear.0.is_empty()
    }

    /// What was told since this was asked last: defects, and the causes that follow. All of up to `now` is known.
    pub(super) fn news(&mut self, now: SimTime) -> Vec<(SimTime, Point, What)> {
        let mut news = Vec::new();
        for event in std::mem::take(&mut self.ear.0) {
            let mut causes = Vec::new();
            let of_server = event.defect == Defect::Los;
            let place = if of_server { Place::ROOT } else { behind() };
            let told = DefectEvent { place, ..event };
            self.correlator.note(told, &mut |cause| causes.push(cause));
            if let Some(point) = self.point(event.defect.layer()).filter(|_| !of_server) {
                let what = What::Defect { defect: event.defect, raised: event.raised };
                news.push((event.at, point, what));
            }
            news.extend(causes.into_iter().filter_map(|cause| self.cause(cause)));
        }
        let mut causes = Vec::new();
        self.correlator.settle(now, &mut |cause| causes.push(cause));
        news.extend(causes.into_iter().filter_map(|cause| self.cause(cause)));
        news
    }

    fn cause(&self, event: CauseEvent) -> Option<(SimTime, Point, What)> {
        let layer = event.cause.layer();
        let point = self.point(layer).filter(|_| event.place != Place::ROOT)?;
        let by_ais = self.correlator.failed_by_ais(event.place, layer);
        Some((event.at, point, What::Cause { cause: event.cause, by_ais, raised: event.raised }))
    }

    fn point(&self, layer: Layer) -> Option<Point> {
        let of = |ending: &&Ending| layer == Layer::Tcm(ending.level);
        self.endings.iter().find(of).map(|ending| ending.point)
    }

    /// The sink of a level.
    pub(super) fn sink(&self, level: TcmLevel) -> Option<&TandemSink> {
        let of = |sink: &&TandemSink| sink.monitor().monitor() == Monitor::Tandem(level);
        self.ends.sinks().iter().find(of)
    }

    /// What is handed on has failed by a connection that acts.
    pub(super) fn fails(&self) -> bool {
        self.ends.sinks().iter().any(TandemSink::trail_failed)
    }

    /// Another trace is sent by the connection of this point.
    pub(super) fn send_trace(&mut self, point: Point, tti: otn_frame::Tti) {
        if let Some(level) = self.level(point) {
            self.begins.set_tti(level, tti);
        }
    }

    /// Another trace is expected by it.
    pub(super) fn expect_trace(&mut self, point: Point, expected: ExpectedTrace) {
        if let Some(level) = self.level(point) {
            self.ends.expect(level, expected);
        }
    }

    /// It is the end of a connection that this point is.
    pub(super) fn has(&self, point: Point) -> bool {
        self.level(point).is_some()
    }

    fn level(&self, point: Point) -> Option<TcmLevel> {
        self.endings.iter().find(|ending| ending.point == point).map(|ending| ending.level)
    }

    /// What was seen of each connection.
    pub(super) fn summaries(&self) -> impl Iterator<Item = (Point, TandemSummary)> {
        let reports = self.meter.reports();
        self.endings.iter().zip(self.ends.sinks()).map(move |(ending, sink)| {
            let level = DelayLevel::Tandem(ending.level);
            let summary = TandemSummary {
                frames: ending.frames,
                bip_violations: ending.violations,
                errored_blocks: ending.errored,
                bei: ending.bei,
                performance: MonitorSink::performance(sink.monitor()).cloned(),
                delay: reports.iter().find(|r| r.level == level).map(DelaySummary::of),
            };
            (ending.point, summary)
        })
    }
}

fn behind() -> Place {
    Place::ROOT.child(BEHIND).unwrap_or(Place::ROOT)
}
