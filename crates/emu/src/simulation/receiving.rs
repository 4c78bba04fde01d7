//! The receiving half of a port: bits of a line, and everything that came of them.
//!
//! In: frames as they arrive, in the receiver's own bit phase. Out: packets of a path that ends
//! here, told to its ledger; or frames of an ODUk that another port of the node sends on.

use std::collections::VecDeque;

use otn_frame::SimTime;
use otn_frame::access::OverheadOctets;
use otn_frame::layout::{BEI, MON_STATUS, OTU_BITS, PAYLOAD_OCTETS, STAT};
use otn_frame::overhead::{BeiBiae, TandemStatus, TcmLevel};
use otn_map::ethernet;
use otn_map::gfp::{Pti, Received, Upi};
use otn_proc::align::FrameInfo;
use otn_proc::defect::{Defect, DefectEvent, DefectLog, DefectSet, Layer};
use otn_proc::monitor::Monitor;
use otn_proc::observer::{FrameReport, Observer, OduReport};
use otn_proc::odu::passage::{Passage, TandemRemotes};
use otn_proc::place::Place;
use otn_proc::provision::{Provision, TCM_LEVELS};
use otn_proc::remote::RemoteIndications;
use otn_proc::supervision::settings::Settings;
use otn_proc::tandem::TandemSink;
use otn_proc::terminal::{Fec, TerminalSink};

use super::causes::Causes;
use super::delay::DelayMeter;
use super::sending::{Content, Flight, OduContent, Record};
use super::stream::{Dates, Phase};
use super::through::{Back, Overhead, Passed};
use super::wrong::left_wrong;
use super::{Direction, OtuFrame, Taps};
use crate::ledger::{Gone, Ledger, Verdict};

/// Frames that may be in a sink without having come out: an aligner looks two ahead.
const SINK_HOLDS: u64 = 4;

/// Frames of the ODUk whose number is remembered: more than the longest GFP frame lasts.
const REMEMBERED: usize = 16;

/// Payload octets of a frame, as positions count.
const PAYLOAD: u64 = PAYLOAD_OCTETS as u64;

/// Defects of the OTUk with which its signal has failed: the ODUk in it is not there. A trace mismatch
/// that acts is another one.
//= g798:13.3-aais
const SIGNAL_FAIL: DefectSet =
    DefectSet::of(&[Defect::Los, Defect::Lol, Defect::OtuAis, Defect::Lof, Defect::Lom]);

/// The receiving half of a port.
pub(super) struct Receiving {
    /// When the bits were sent.
    dates: Dates,
    delay: SimTime,
    phase: Phase,
    pub(super) sink: TerminalSink,
    on_the_way: VecDeque<Flight>,
    octets: Vec<u8>,
    bits: u64,
    ear: Ear,
    pub(super) defects: DefectLog,
}

/// What becomes of the ODUk at a port.
pub(super) enum Delivery {
    /// Its path ends here.
    Client(Arrivals),
    /// It goes on.
    Through(Box<Onward>),
}

/// A path that ends here.
#[derive(Default)]
pub(super) struct Arrivals {
    /// Index of the ledger of what is received.
    flow: usize,
    /// Number of the frame that has to come next.
    next: u64,
    /// For the last frames that came: the number by which the sink counts it, and its own.
    numbers: VecDeque<(u64, u64)>,
    /// What came last was a maintenance signal.
    replaced: bool,
    /// Levels of the tandem connections that end here.
    levels: Vec<TcmLevel>,
}

/// An ODUk that goes on.
#[derive(Default)]
pub(super) struct Onward {
    /// Time from the input of the node to its output.
    latency: SimTime,
    /// Frames for the port that sends them on.
    pub(super) frames: Vec<Passed>,
    /// Frames of the ODUk before this number have come, or never will.
    pub(super) before: u64,
    /// The tandem connections that end here.
    pub(super) tandem: Passage,
    /// What they have to send back.
    back: TandemRemotes,
}

impl Onward {
    /// Nothing has come yet.
    pub(super) fn new(latency: SimTime, tandem: Passage) -> Self {
        Self { latency, tandem, ..Self::default() }
    }

    /// A frame was found whose section has failed: what is in it does not go on.
    fn pass_over(&mut self, content: &Content) {
        match content {
            Content::Odu(odu) => self.before = self.before.max(odu.number + 1),
            Content::Maintenance { before } => self.before = self.before.max(*before),
            Content::Unknown => {}
        }
    }

    /// A frame was found by the sink; gives what comes of the defects of tandem connections.
    fn frame(&mut self, report: &FrameReport<'_>, end: SimTime, mut content: Content) -> Events {
        let mut events = Events::default();
        let mut frame = report.frame.to_odu();
        if report.info.realigned {
            self.tandem.alignment_error();
        }
        self.tandem.trust(report.trusted);
        self.tandem.receive(&mut frame, report.mfas, report.at, &mut self.back, &mut events);
        self.pass_over(&content);
        if let Content::Odu(odu) = &mut content
            && self.tandem.sinks().iter().any(TandemSink::trail_failed)
        {
            odu.gone = odu.gone.or(Some(Gone::Maintenance));
        }
        self.frames.push(Passed {
            start_bit: report.info.start_bit,
            at: report.at + self.latency,
            end: end + self.latency,
            mfas: report.mfas,
            frame,
            content,
        });
        events
    }
}

/// Defects, kept until they can be told.
#[derive(Default)]
struct Events(Vec<DefectEvent>);

impl Observer for Events {
    fn defect(&mut self, event: DefectEvent) {
        self.0.push(event);
    }
}

/// What a port makes of its defects.
pub(super) struct Supervision {
    causes: Causes,
    pub(super) delay: DelayMeter,
    /// Defects with which there is no ODUk.
    fails: DefectSet,
    /// Defects that stand, of those that are judged here.
    standing: DefectSet,
}

impl Supervision {
    /// A port whose sinks have these settings.
    //= g798:13.2-atsf
    pub(super) fn new(provision: &Provision, settings: Settings, delay: DelayMeter) -> Self {
        let mut fails = SIGNAL_FAIL;
        fails.set(Defect::SectionTim, provision.section.action);
        let (causes, standing) = (Causes::new(settings), DefectSet::default());
        Self { causes, delay, fails, standing }
    }

    /// There is no ODUk.
    const fn failed(&self) -> bool {
        self.standing.contains_any(self.fails)
    }
}

/// What only someone who knows both ends can count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) miscorrected_codewords: u64,
    pub(super) residual_bit_errors: u64,
}

impl Receiving {
    pub(super) fn new(
        direction: Direction,
        (delay, shift): (SimTime, u32),
        fec: Fec,
        (sink, supervision): (TerminalSink, Supervision),
        delivery: Delivery,
    ) -> Self {
        let (known, truth) = (VecDeque::new(), Truth::default());
        let (tandem_violations, tandem_bei) = ([0; TCM_LEVELS], [0; TCM_LEVELS]);
        Self {
            dates: Dates::default(),
            delay,
            phase: Phase::new(shift),
            sink,
            on_the_way: VecDeque::new(),
            octets: Vec::new(),
            bits: 0,
            ear: Ear {
                direction,
                shift: u64::from(shift),
                fec,
                known,
                truth,
                tandem_violations,
                tandem_bei,
                supervision,
                delivery,
            },
            defects: DefectLog::default(),
        }
    }

    /// A frame begins its way.
    pub(super) fn expect(&mut self, flight: Flight) {
        self.on_the_way.push_back(flight);
    }

    /// Takes the oldest frame on its way, bit by bit in the receiver's phase.
    pub(super) fn arrive(
        &mut self,
        ledgers: &mut [Ledger],
        taps: &mut impl Taps,
    ) -> Option<Flight> {
        let mut flight = self.on_the_way.pop_front()?;
        self.phase.pass(flight.octets(), &mut self.octets);
        if let Some(stretch) = flight.stretch {
            self.dates.push(stretch);
        }
        self.bits += flight.record.bits;
        let mut record = flight.record.clone();
        std::mem::swap(&mut record.flipped, &mut flight.record.flipped);
        self.ear.known.push_back(record);
        let (dates, delay, shift) = (&self.dates, self.delay, u64::from(self.phase.shift));
        let date = move |bit: u64| delay + dates.date(bit.saturating_sub(shift));
        let defects = &mut self.defects;
        let mut listener = Listener { ear: &mut self.ear, taps, ledgers, date: &date, defects };
        self.sink.push(&self.octets, &date, &mut listener);
        // Frames so far back that the sink cannot give them any more are missing, and what was in
        // them is lost: nothing waits for an alignment that may never come.
        let oldest = self.bits.saturating_sub(SINK_HOLDS * OTU_BITS);
        self.ear.give_up_before(oldest, ledgers);
        if self.signal_fails() {
            self.ear.supervision.delay.signal_fail();
        }
        Some(flight)
    }

    /// Lets time pass without bits.
    pub(super) fn wait_until(
        &mut self,
        now: SimTime,
        ledgers: &mut [Ledger],
        taps: &mut impl Taps,
    ) {
        let (ear, defects) = (&mut self.ear, &mut self.defects);
        let mut listener = Listener { ear, taps, ledgers, date: &|_| now, defects };
        self.sink.wait_until(now, &mut listener);
    }

    /// The signal of the OTUk has failed: there is no ODUk.
    pub(super) fn signal_fails(&self) -> bool {
        self.sink.section().trail_failed()
    }

    /// What the source of a path beside this sink has to send.
    pub(super) fn backward(&mut self) -> (&mut RemoteIndications, &mut DelayMeter) {
        (self.sink.remote(), &mut self.ear.supervision.delay)
    }

    /// What follows from the defects of the port.
    pub(super) const fn delay(&self) -> &DelayMeter {
        &self.ear.supervision.delay
    }

    /// The fault causes of the port.
    pub(super) const fn causes(&self) -> &Causes {
        &self.ear.supervision.causes
    }

    /// What the sinks of a port that passes an ODUk on have to send back.
    pub(super) fn back<'a>(&'a mut self, overhead: Overhead<'a>) -> Option<Back<'a>> {
        match &mut self.ear.delivery {
            Delivery::Client(_) => None,
            Delivery::Through(onward) => {
                let section = &mut self.sink.remote().section;
                let delay = &mut self.ear.supervision.delay;
                Some(Back { section, tandem: &mut onward.back, delay, overhead })
            }
        }
    }

    /// What has to go on to another port.
    pub(super) fn onward(&mut self) -> Option<&mut Onward> {
        match &mut self.ear.delivery {
            Delivery::Client(_) => None,
            Delivery::Through(onward) => Some(onward),
        }
    }

    /// Index of the ledger of a path that ends here.
    pub(super) fn flow(&self) -> Option<usize> {
        match &self.ear.delivery {
            Delivery::Client(arrivals) => Some(arrivals.flow),
            Delivery::Through(_) => None,
        }
    }

    /// The tandem connections that end here, and their BIP-8 violations here and by BEI.
    pub(super) fn tandem(&self) -> Vec<(&TandemSink, [u64; 2])> {
        let sinks: Vec<&TandemSink> = match &self.ear.delivery {
            Delivery::Client(arrivals) => {
                let ends = |sink: &&TandemSink| {
                    arrivals.levels.iter().any(|&l| sink.monitor().monitor() == Monitor::Tandem(l))
                };
                self.sink.odu().tandem().iter().filter(ends).collect()
            }
            Delivery::Through(onward) => onward.tandem.sinks().iter().collect(),
        };
        let violations = |sink: &TandemSink| match sink.monitor().monitor() {
            Monitor::Tandem(level) => {
                let at = usize::from(level.get()) - 1;
                [self.ear.tandem_violations[at], self.ear.tandem_bei[at]]
            }
            Monitor::Section | Monitor::Path => [0; 2],
        };
        sinks.into_iter().map(|sink| (sink, violations(sink))).collect()
    }

    pub(super) const fn truth(&self) -> Truth {
        self.ear.truth
    }

    /// The run is over.
    pub(super) fn finish(
        &mut self,
        now: SimTime,
        interrupted: bool,
        ledgers: &mut [Ledger],
        taps: &mut impl Taps,
    ) {
        self.wait_until(now, ledgers, taps);
        self.ear.supervision.causes.settle(now);
        if interrupted {
            if let Some(flow) = self.flow() {
                ledgers[flow].interrupt();
            }
            return;
        }
        self.ear.give_up_before(u64::MAX, ledgers);
        if let Delivery::Client(arrivals) = &mut self.ear.delivery {
            let ledger = &mut ledgers[arrivals.flow];
            arrivals.gap(u64::MAX / PAYLOAD, ledger);
            ledger.close();
        }
    }
}

impl Arrivals {
    /// A path that ends here with these tandem connections, told to this ledger.
    pub(super) fn new(flow: usize, levels: Vec<TcmLevel>) -> Self {
        Self { flow, levels, ..Self::default() }
    }

    /// Frames before number `to` that have not come never will.
    fn gap(&mut self, to: u64, ledger: &mut Ledger) {
        if self.next < to {
            let why = if self.replaced { Gone::Maintenance } else { Gone::Alignment };
            ledger.missing(self.next * PAYLOAD, to * PAYLOAD, why);
            self.next = to;
        }
    }

    /// Something else came between two frames.
    fn interruption(&mut self, why: Gone, ledger: &mut Ledger) {
        let at = self.next * PAYLOAD;
        ledger.missing(at, at, why);
    }

    /// A frame of the ODUk, found by the sink (as its frame `count`) or not.
    fn frame(&mut self, odu: OduContent, count: Option<u64>, ledger: &mut Ledger) {
        self.gap(odu.number, ledger);
        self.replaced = false;
        self.next = self.next.max(odu.number + 1);
        let first = odu.number * PAYLOAD;
        if let Some(why) = odu.gone {
            ledger.missing(first, first + PAYLOAD, why);
        }
        for (offset, codeword) in odu.wrong {
            ledger.wrong_octet(first + u64::from(offset), codeword);
        }
        let Some(count) = count else { return };
        if self.numbers.len() == REMEMBERED {
            self.numbers.pop_front();
        }
        self.numbers.push_back((count, odu.number));
    }

    /// Position at the source of a position at the sink.
    fn at_source(&self, position: u64) -> Option<u64> {
        let of_frame = |(count, _): &&(u64, u64)| *count == position / PAYLOAD;
        let (_, number) = self.numbers.iter().rev().find(of_frame)?;
        Some(number * PAYLOAD + position % PAYLOAD)
    }
}

/// Knows what was sent, and compares.
struct Ear {
    direction: Direction,
    shift: u64,
    fec: Fec,
    /// What was sent and has not come out of the sink yet.
    known: VecDeque<Record>,
    truth: Truth,
    /// BIP-8 violations of each level seen in use, the first one first.
    tandem_violations: [u64; TCM_LEVELS],
    /// Violations that the far ends told of.
    tandem_bei: [u64; TCM_LEVELS],
    supervision: Supervision,
    delivery: Delivery,
}

impl Ear {
    /// Frames that begin before this bit of the line have not come and never will.
    fn give_up_before(&mut self, bit: u64, ledgers: &mut [Ledger]) {
        while self.known.front().is_some_and(|record| record.first_bit < bit) {
            let Some(record) = self.known.pop_front() else { return };
            let fault = record.struck.then_some(Gone::Fault(self.direction.line));
            match (&mut self.delivery, record.content) {
                (Delivery::Client(arrivals), Content::Odu(mut odu)) => {
                    odu.gone = odu.gone.or(fault).or(Some(Gone::Alignment));
                    odu.wrong.clear();
                    arrivals.frame(odu, None, &mut ledgers[arrivals.flow]);
                }
                (Delivery::Client(arrivals), Content::Maintenance { before }) => {
                    arrivals.replaced = true;
                    arrivals.gap(before, &mut ledgers[arrivals.flow]);
                }
                (Delivery::Through(onward), Content::Odu(odu)) => {
                    onward.before = onward.before.max(odu.number + 1);
                }
                (Delivery::Through(onward), Content::Maintenance { before }) => {
                    onward.before = onward.before.max(before);
                }
                (_, Content::Unknown) => {}
            }
        }
        if let Delivery::Client(arrivals) = &self.delivery {
            ledgers[arrivals.flow].lose_before(arrivals.next * PAYLOAD);
        }
    }

    /// What was sent at this bit of the line, if that is where a frame began; what was sent before
    /// will not come any more.
    fn sent_at(&mut self, bit: u64, ledgers: &mut [Ledger]) -> Option<Record> {
        self.give_up_before(bit, ledgers);
        let here = self.known.front().is_some_and(|record| record.first_bit == bit);
        if here { self.known.pop_front() } else { None }
    }

    /// Settles what a fault and the decoder left wrong in a frame; gives what was in it.
    fn settle(&mut self, record: Record, report: &FrameReport<'_>) -> Content {
        let mut content = record.content;
        if let Content::Odu(odu) = &mut content
            && record.struck
        {
            odu.gone = odu.gone.or(Some(Gone::Fault(self.direction.line)));
        }
        let line = self.direction.line;
        let mut wrong = left_wrong((line, record.number), &record.flipped, report, self.fec);
        self.truth.residual_bit_errors += wrong.residual_bit_errors;
        self.truth.miscorrected_codewords += wrong.miscorrected_codewords;
        if let Content::Odu(odu) = &mut content
            && !wrong.octets.is_empty()
        {
            odu.wrong.append(&mut wrong.octets);
            odu.wrong.sort_by_key(|(offset, _)| *offset);
        }
        content
    }
}

/// Listens to a sink, compares with what is known of the far end, and tells the taps.
struct Listener<'a, T> {
    ear: &'a mut Ear,
    taps: &'a mut T,
    ledgers: &'a mut [Ledger],
    date: &'a dyn Fn(u64) -> SimTime,
    defects: &'a mut DefectLog,
}

impl<T: Taps> Observer for Listener<'_, T> {
    fn line_frame(&mut self, at: SimTime, _: FrameInfo, frame: &OtuFrame) {
        self.taps.line_frame(self.ear.direction, at, frame);
    }

    fn frame(&mut self, report: &FrameReport<'_>) {
        if report.trusted {
            let octets = OverheadOctets::read(report.frame);
            self.taps.overhead_received(self.ear.direction, report.at, report.mfas, &octets);
        }
        let start = report.info.start_bit;
        let sent = start.checked_sub(self.ear.shift);
        let record = sent.and_then(|bit| self.ear.sent_at(bit, self.ledgers));
        // Only frames cut at the sender's own boundaries are frames that were sent.
        let content = record.map_or(Content::Unknown, |record| self.ear.settle(record, report));
        match &mut self.ear.delivery {
            Delivery::Client(arrivals) => {
                let ledger = &mut self.ledgers[arrivals.flow];
                match content {
                    Content::Odu(odu) => arrivals.frame(odu, Some(start / OTU_BITS), ledger),
                    Content::Maintenance { before } => {
                        arrivals.replaced = true;
                        arrivals.gap(before, ledger);
                        arrivals.interruption(Gone::Maintenance, ledger);
                    }
                    Content::Unknown => arrivals.interruption(Gone::Alignment, ledger),
                }
            }
            Delivery::Through(onward) if self.ear.supervision.failed() => {
                onward.pass_over(&content);
            }
            Delivery::Through(onward) => {
                let end = (self.date)(start + OTU_BITS);
                let events = onward.frame(report, end, content);
                events.0.into_iter().for_each(|event| self.note(event));
            }
        }
    }

    fn gfp(&mut self, _: Place, at: SimTime, received: &Received<'_>) {
        let Delivery::Client(arrivals) = &self.ear.delivery else { return };
        let direction = self.ear.direction;
        self.taps.gfp(direction, at, received);
        let Ok(header) = received.header else { return };
        if (header.pti, header.upi) != (Pti::ClientData, Upi::ETHERNET) {
            return;
        }
        // Where no frame of the ODUk was there can be no packet.
        let Some(position) = arrivals.at_source(received.position) else { return };
        let checked = ethernet::check_fcs(received.payload);
        let ledger = &mut self.ledgers[arrivals.flow];
        let verdict = ledger.received(at, position, received.payload, checked.is_ok());
        match (verdict, checked) {
            (Verdict::Delivered | Verdict::Corrupted, Ok(octets)) => {
                self.taps.packet(direction, at, octets);
            }
            (Verdict::Delivered | Verdict::Corrupted, Err(_)) => {}
            (Verdict::FcsError | Verdict::Phantom, _) => {}
        }
    }

    fn odu_frame(&mut self, report: &OduReport) {
        let told = self.ear.tandem_violations.iter_mut().zip(report.tandem);
        told.for_each(|(sum, violations)| *sum += u64::from(violations.unwrap_or(0)));
        if !report.trusted {
            return;
        }
        for (level, sum) in TcmLevel::all().zip(&mut self.ear.tandem_bei) {
            let field = level.field();
            let status = report.overhead[field.row_index()][field.columns()][MON_STATUS];
            if TandemStatus::from_code(STAT.get(status)).is_in_use() {
                *sum += u64::from(BeiBiae::from_code(BEI.get(status)).errors());
            }
        }
        let supervision = &mut self.ear.supervision;
        let octets = OverheadOctets::from_columns(&report.overhead);
        supervision.delay.receive(octets.delay, supervision.standing);
    }

    fn defect(&mut self, event: DefectEvent) {
        let judged_here = match (event.defect.layer(), &self.ear.delivery) {
            (Layer::Otsi | Layer::Otu, _) => true,
            (Layer::Tcm(level), Delivery::Client(arrivals)) => arrivals.levels.contains(&level),
            (Layer::Odu | Layer::Opu, Delivery::Client(_)) => true,
            // Neither the path ends here nor what only passes by; what ends here has its own sinks.
            (Layer::Odu | Layer::Opu | Layer::Tcm(_), Delivery::Through(_)) => false,
        };
        if judged_here {
            self.note(event);
        }
        if let Delivery::Through(onward) = &mut self.ear.delivery
            && event.raised
            && self.ear.supervision.fails.contains(event.defect)
            && !onward.tandem.server_failed()
        {
            let mut events = Events::default();
            onward.tandem.signal_fail(event.at, &mut onward.back, &mut events);
            events.0.into_iter().for_each(|event| self.note(event));
        }
    }
}

impl<T: Taps> Listener<'_, T> {
    fn note(&mut self, event: DefectEvent) {
        self.ear.supervision.standing.set(event.defect, event.raised);
        self.ear.supervision.causes.note(event);
        self.defects.note(event);
        self.taps.defect(self.ear.direction, event);
    }
}
