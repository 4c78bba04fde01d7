//! A line end of a node: the OTUk that leaves, the OTUk that comes, and the ODUj in both.
//!
//! Clauses: G.798 13 (OTUk), 14.3 (multiplex). In: ODUj in queues, the light of the line, frames that arrive.
//! Out: frames on their way with the errors of the line in them; ODUj that came, defects, fault causes.

use std::collections::BTreeMap;
use std::rc::Rc;

use otn_frame::layout::{ODU_COLS, OTU_BITS, OTU_OCTETS};
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{OduFrame, OtuFrame, PartsPerBillion, SimTime, Tti};
use otn_map::odtu::{Content, Slots, msi};
use otn_proc::align::FrameInfo;
use otn_proc::defect::{Defect, DefectEvent, Layer, TandemDefect};
use otn_proc::monitor::{ExpectedTrace, MonitorSink, PerformanceProvision};
use otn_proc::observer::{FrameReport, Observer, OduCame};
use otn_proc::odu::multiplex;
use otn_proc::odu::mux_source::MultiplexSource;
use otn_proc::odu::source::{OduSource, PayloadSource};
use otn_proc::odu::stream::OduStream;
use otn_proc::odu::{Hold, Payload};
use otn_proc::place::Place;
use otn_proc::protection::Signal as EntitySignal;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::Settings;
use otn_proc::terminal::{OtuSource, TerminalSink};

use super::clock::Frames;
use super::coded::{CodedSink, CodedSource, Piece};
use super::end_of;
use super::injection::{Change, Injector, Lasts, Stage};
use super::light::LineLight;
use super::model::{Line, Plan, Tributary};
use super::odu_queue::{OduQueue, Whole};
use super::pool::Pool;
use super::samples::{Bits, Samples};
use super::spoiled::{Mark, Struck, Witness};
use super::stream::{Dates, Phase, Stretch};
use super::tandem::Termination;
use super::trails::trace;
use crate::channel::{BitErrorRatio, Channel};
use crate::seed;

/// A frame on its way from one port to another.
#[derive(Debug)]
pub struct Flight {
    /// The receiving port: line and end.
    pub to: (usize, usize),
    /// When its first bit is received.
    pub at: SimTime,
    /// When its last bit has been.
    pub end: SimTime,
    /// The line that it goes over.
    line: usize,
    /// What the line did to it.
    pub(super) struck: Struck,
    /// What happened before to octets of tributaries, by times at which they are received; they may be still to come.
    marks: Vec<(usize, Mark)>,
    /// The part of a frame that goes before it, where the frame start moved.
    pub(super) stub: Option<Stub>,
    pub(super) cargo: Cargo,
}

impl Flight {
    /// What came from another program, which told how many bits the line flipped.
    pub(super) fn from_elsewhere(
        to: (usize, usize),
        (at, end): (SimTime, SimTime),
        flipped: u32,
        (stub, cargo): (Option<Stub>, Cargo),
    ) -> Self {
        let struck = Struck { at, end, before: flipped.into(), ..Struck::default() };
        Self { to, at, end, line: to.0, struck, marks: Vec::new(), stub, cargo }
    }

    /// Bits that the line flipped.
    pub(super) fn flipped(&self) -> u32 {
        (self.struck.before + self.struck.flipped.len() as u64) as u32
    }

    /// The line is dark there.
    pub(super) const fn darkened(mut self) -> Self {
        self.struck.dark = true;
        self
    }
}

/// What is on the way.
#[derive(Debug)]
pub(super) enum Cargo {
    /// A frame of the OTUk.
    Frame(Box<OtuFrame>),
    /// A piece of a line with a code of its own.
    Piece(Box<Piece>),
}

/// The part of a frame that was cut short.
#[derive(Debug)]
pub(super) struct Stub {
    pub(super) at: SimTime,
    pub(super) end: SimTime,
    pub(super) octets: Vec<u8>,
}

/// What the sinks of a port told, in order.
#[derive(Debug)]
pub(super) enum Heard {
    /// A frame of the ODUj in the tributary slots that begin with this place.
    Odu(OduCame, Box<OduFrame>),
    /// There are none any more, or there are again.
    Failed { place: Place, at: SimTime, failed: bool },
    /// A defect.
    Defect(DefectEvent),
}

/// Collects what the sinks tell.
#[derive(Debug)]
pub(super) struct Ear {
    pub(super) heard: Vec<Heard>,
    spare: Pool<OduFrame>,
    /// Times at which line frames came, for captures.
    pub(super) line: Option<Vec<(SimTime, Box<OtuFrame>)>>,
    /// Of a line without slots: its ODUk goes on.
    whole: Option<Passing>,
    /// Knows what the line did.
    pub(super) witness: Witness,
}

/// Where the ODUk of a line without slots is.
#[derive(Clone, Copy, Debug, Default)]
struct Passing {
    /// The section has failed.
    failed: bool,
    /// A frame came before the next one.
    follows: bool,
}

impl Ear {
    fn new(line: &Line, witness: Witness) -> Self {
        let whole = line.slots.is_none().then(Passing::default);
        Self { heard: Vec::new(), spare: Pool::new(), line: None, whole, witness }
    }

    /// A frame that was heard is done with.
    pub(super) fn recycle(&mut self, frame: Box<OduFrame>) {
        self.spare.put(frame);
    }
}

impl Observer for Ear {
    fn line_frame(&mut self, at: SimTime, _: FrameInfo, frame: &OtuFrame) {
        if let Some(line) = &mut self.line {
            line.push((at, Box::new(frame.clone())));
        }
    }

    /// The OTUk ends here, and its ODUk goes on: with a frame alignment of its own, whatever came.
    //= g798:13.3-odu-passes
    fn frame(&mut self, report: &FrameReport<'_>) {
        self.witness.found(report);
        let Some(whole) = self.whole.as_mut().filter(|whole| !whole.failed) else { return };
        let FrameReport { at, end, mfas, trusted, .. } = *report;
        let follows = std::mem::replace(&mut whole.follows, true) && !report.info.realigned;
        let mut copy = self.spare.take().unwrap_or_else(|| Box::new(OduFrame::zeroed()));
        for (to, from) in copy.rows_mut().iter_mut().zip(report.frame.rows()) {
            to.copy_from_slice(&from[..ODU_COLS]);
        }
        copy.set_alignment(mfas);
        let came = OduCame { place: Place::ROOT, at, end, mfas, follows, trusted };
        self.heard.push(Heard::Odu(came, copy));
    }

    fn odu_octets(&mut self, came: OduCame, frame: &OduFrame) {
        let mut copy = self.spare.take().unwrap_or_else(|| Box::new(OduFrame::zeroed()));
        copy.octets_mut().copy_from_slice(frame.octets());
        self.heard.push(Heard::Odu(came, copy));
    }

    fn odu_failed(&mut self, place: Place, at: SimTime, failed: bool) {
        if let Some(whole) = self.whole.as_mut().filter(|_| place == Place::ROOT) {
            *whole = Passing { failed, follows: false };
        }
        self.heard.push(Heard::Failed { place, at, failed });
    }

    fn defect(&mut self, event: DefectEvent) {
        self.heard.push(Heard::Defect(event));
    }
}

/// The port.
pub(super) struct Port {
    pub(super) line: usize,
    pub(super) end: usize,
    frames: Frames,
    pub(super) frames_sent: u64,
    /// Of a line without slots it is the ODUk of a queue that goes into the OTUk.
    source: OtuSource,
    inside: Box<OduFrame>,
    /// By tributary of the line.
    pub(super) queues: Vec<OduQueue>,
    light: LineLight,
    /// Codes of the line, where it has one of its own.
    coder: Option<CodedSource>,
    decoder: Option<CodedSink>,
    delay: SimTime,
    /// The same with what its codes hold back.
    delay_with_code: SimTime,
    /// What happened to octets that leave from here.
    pub(super) onward: Vec<(usize, Mark)>,
    powered: bool,
    spare: Pool<OtuFrame>,
    pub(super) sink: TerminalSink,
    correlator: Correlator,
    phase: Phase,
    dates: Dates,
    bits: u64,
    octets: Vec<u8>,
    pub(super) ear: Ear,
    /// What was received over time.
    pub(super) samples: Samples,
    /// Tributary of the line by the place of its first slot.
    places: BTreeMap<Place, usize>,
    by_tributary: Vec<Place>,
    slots: Option<Slots>,
    /// What the MSI says that is sent, and what the one that comes shall say, by tributary.
    contents: [Vec<Content>; 2],
    injector: Option<Rc<Injector>>,
    /// When it was told other slots, if ever.
    pub(super) told: SimTime,
}

impl Port {
    /// The port at an end of a line, at time zero.
    pub(super) fn new(plan: &Plan, (index, end): (usize, usize)) -> Self {
        let line = &plan.lines[index];
        let node = &plan.nodes[line.ends[end]];
        let names = |operator: &str| {
            let name = |end: usize| plan.nodes[line.ends[end]].name.as_str();
            trace(name(end), name(1 - end), operator)
        };
        let section = line.section.sent[end].unwrap_or_else(|| names(&line.name));
        let path = line.path.sent[end].unwrap_or_else(|| names(&line.name));
        let (payload_type, msi, payload) = payload(plan, index, node.clock);
        let odu = OduSource::new(line.signal.odu(), node.clock, payload_type, payload, path);
        let places = line.tributaries.iter().enumerate();
        let by_tributary: Vec<Place> =
            line.tributaries.iter().map(|t| place_of(t.content)).collect();
        let places = places.map(|(at, t)| (place_of(t.content), at)).collect();
        let provision = provision(plan, (index, end), msi);
        let settings = Settings::from(&provision);
        let mut correlator = Correlator::new(settings);
        correlator.watch(Place::ROOT);
        let direction = format!("{}/{}", line.name, if end == 0 { "back" } else { "forth" });
        let mut shift = seed::stream(plan.seed, &format!("{direction}/phase"));
        let shift = (seed::unit_interval(&mut shift) * 8.0) as u32 % 8;
        // The light of what is sent is told at the other end.
        let towards = format!("{}/{}", line.name, if end == 0 { "forth" } else { "back" });
        let errors = seed::stream(plan.seed, &format!("{towards}/errors"));
        let own = line.own_code(end);
        let drawn = |what: &str| seed::stream(plan.seed, &format!("{direction}/{what}"));
        let decoder = own.map(|own| {
            let channel = Channel::new(BitErrorRatio::ZERO, drawn("line"));
            CodedSink::new(own.clone(), drawn("noise"), channel)
        });
        let coding = line.coding_at(end);
        let sets = line.tributaries.iter().map(|t| t.content.map(|content| content.set)).collect();
        let code = (coding.fec, own.is_some());
        let witness = Witness::new((index, end), code, line.slots, sets);
        Self {
            line: index,
            end,
            frames: Frames::new(line.signal, node.clock, SimTime::ZERO),
            frames_sent: 0,
            source: OtuSource::new(coding, section, odu),
            inside: Box::new(OduFrame::zeroed()),
            queues: Vec::new(),
            light: LineLight::new(line.light[1 - end].clone(), errors),
            coder: own.cloned().map(CodedSource::new),
            decoder,
            delay: line.delay,
            delay_with_code: line.delay_with_code(),
            onward: Vec::new(),
            powered: true,
            spare: Pool::new(),
            sink: TerminalSink::provisioned(line.signal, coding, provision, Hold::NOTHING),
            correlator,
            phase: Phase::new(shift),
            dates: Dates::default(),
            bits: 0,
            octets: Vec::new(),
            ear: Ear::new(line, witness),
            samples: Samples::new(end_of(plan)),
            places,
            by_tributary,
            slots: line.slots,
            contents: [(); 2].map(|()| line.tributaries.iter().filter_map(|t| t.content).collect()),
            injector: None,
            told: SimTime::ZERO,
        }
    }

    /// What the MSI says of a tributary that is sent, or shall say that comes, is something else from now on.
    pub(super) fn set_slots(
        &mut self,
        now: SimTime,
        tributary: usize,
        (sends, expects): (Option<Content>, Option<Content>),
    ) {
        // Without slots there is no MSI.
        let Some(slots) = self.slots else { return };
        self.told = now;
        for (contents, content) in self.contents.iter_mut().zip([sends, expects]) {
            if let (Some(place), Some(content)) = (contents.get_mut(tributary), content) {
                *place = content;
            }
        }
        let [sent, expected] = [0, 1].map(|side: usize| msi::octets(slots, &self.contents[side]));
        if sends.is_some()
            && let PayloadSource::Multiplex(multiplex) = self.source.odu().payload_mut()
        {
            multiplex.set_msi(sent);
        }
        if expects.is_some() {
            self.sink.expect_msi(expected);
        }
    }

    /// A change of the frames that are sent from now on.
    pub(super) fn inject(&mut self, change: Change, now: SimTime, lasts: Lasts) {
        if self.injector.is_none() {
            let injector = Injector::new(false);
            self.source.odu().set_editor(injector.editor(true));
            self.injector = Some(injector);
        }
        if let Some(injector) = &self.injector {
            injector.add(change, now, lasts);
        }
    }

    /// When the next frame starts.
    pub(super) fn next_start(&self) -> SimTime {
        if let Some(queue) = self.whole() {
            return queue.now();
        }
        self.frames.next_start()
    }

    /// The clock of the node has another offset.
    pub(super) fn retune(&mut self, offset: PartsPerBillion) {
        self.frames.retune(offset);
        self.queues.iter_mut().for_each(|queue| queue.retune(offset));
    }

    /// The multiframe count that is sent jumps.
    pub(super) fn slip(&mut self, by: u8) {
        self.source.odu().slip(by);
    }

    /// The node has lost its power, or has it again.
    pub(super) const fn set_power(&mut self, on: bool) {
        self.powered = on;
    }

    /// What it sends goes through the light of this plan from now on.
    pub(super) fn relight(&mut self, plan: &Plan, now: SimTime) {
        self.light.replace(&plan.lines[self.line].light[1 - self.end], now);
    }

    /// Another trace is sent: of the section, or of the path of the line.
    pub(super) fn send_trace(&mut self, section: bool, tti: Tti) {
        if section {
            self.source.set_section_trace(tti);
        } else {
            self.source.odu().set_trace(tti);
        }
    }

    /// Another trace is expected.
    pub(super) fn expect_trace(&mut self, section: bool, expected: ExpectedTrace) {
        if section {
            self.sink.expect_section(expected);
        } else {
            self.sink.expect_path(expected);
        }
    }

    /// The queue that gives a line without slots its ODUk, and its clock.
    fn whole(&self) -> Option<&OduQueue> {
        self.queues.first().filter(|_| self.ear.whole.is_some())
    }

    /// Makes the next frame and sends it towards the port `to`.
    pub(super) fn send(&mut self, to: (usize, usize)) -> Flight {
        if self.whole().is_some() {
            return self.send_whole(to);
        }
        let (start, end) = self.frames.advance();
        self.frames_sent += 1;
        let mut frame = self.spare.take().unwrap_or_else(|| Box::new(OtuFrame::zeroed()));
        if self.powered {
            self.fill((start, end), &mut frame);
        } else {
            // What comes meanwhile is gone; nothing of it may be left when power returns.
            self.queues.iter_mut().for_each(|queue| queue.emit(end, &mut |_| {}));
            frame.octets_mut().fill(0);
        }
        let (struck, cargo) = self.light_up((start, end), frame);
        self.flight(to, (start, end), (struck, None, cargo))
    }

    /// What left in this time, on its way.
    fn flight(
        &mut self,
        to: (usize, usize),
        (start, end): (SimTime, SimTime),
        (struck, stub, cargo): (Struck, Option<Stub>, Cargo),
    ) -> Flight {
        let (at, end) = (start + self.delay, end + self.delay);
        let by = self.delay_with_code;
        let onward = self.onward.drain(..);
        let marks = onward.map(|(tributary, mark)| (tributary, mark.later(by))).collect();
        let struck = Struck { number: self.frames_sent - 1, at, end, ..struck };
        Flight { to, at, end, line: self.line, struck, marks, stub, cargo }
    }

    /// Sends a frame, or what its code makes of it, through the light of this time.
    fn light_up(&mut self, times: (SimTime, SimTime), mut frame: Box<OtuFrame>) -> (Struck, Cargo) {
        let mut struck = Struck { dark: !self.powered, ..Struck::default() };
        let Some(coder) = &mut self.coder else {
            if self.powered {
                struck.pass(self.light.pass(times, frame.octets_mut()));
            }
            return (struck, Cargo::Frame(frame));
        };
        let mut piece = Box::new(coder.piece(&frame));
        self.spare.put(frame);
        if !self.powered {
            piece.octets.fill(0);
        } else if coder.errors_at_receiver() {
            piece.light = self.light.states(times, &mut piece.octets);
            struck.dark = piece.light.iter().any(|(_, state)| !state.light);
        } else {
            struck.pass(self.light.pass(times, &mut piece.octets));
        }
        (struck, Cargo::Piece(piece))
    }

    /// The same on a line without slots. The OTUk has the clock and the frame start of its ODUk: where that moves,
    /// a frame is cut short and goes with the one behind it.
    //= g798:13.3-odu-passes
    fn send_whole(&mut self, to: (usize, usize)) -> Flight {
        let mut frame = self.spare.take().unwrap_or_else(|| Box::new(OtuFrame::zeroed()));
        let (mut struck, mut stub) = (Struck::default(), None);
        self.frames_sent += 1;
        while let Some(queue) = self.queues.first_mut() {
            let Whole { start, end, cut, lasts, first } =
                queue.next_whole(stub.is_some(), &mut self.inside);
            if stub.is_some() && !first {
                //= g798:14.5.1-iae-16-multiframes
                self.source.alignment_error();
            }
            let stop = cut.unwrap_or(end);
            let share = u128::from(stop.since(start).as_ps()) * OTU_OCTETS as u128;
            let octets = (share / u128::from(lasts.as_ps().max(1))) as usize;
            if self.powered {
                let back = &mut self.sink.remote().section;
                self.source.around(&self.inside, &mut frame, back);
                if let Some(injector) = &self.injector {
                    injector.begin(start);
                    injector.apply(Stage::Otu, &mut frame);
                }
                self.source.coding().put_on_line(&mut frame);
                if let Some(injector) = &self.injector {
                    injector.apply(Stage::Line, &mut frame);
                }
                struck.flipped.clear();
                struck.pass(self.light.pass((start, stop), &mut frame.octets_mut()[..octets]));
            } else {
                frame.octets_mut().fill(0);
                struck.dark = true;
            }
            if cut.is_none() {
                return self.flight(to, (start, end), (struck, stub, Cargo::Frame(frame)));
            }
            struck.before += struck.flipped.len() as u64;
            let octets = frame.octets()[..octets].to_vec();
            stub = Some(Stub { at: start + self.delay, end: stop + self.delay, octets });
        }
        // There is a queue on every line without slots.
        let at = self.frames.next_start();
        self.flight(to, (at, at), (struck, stub, Cargo::Frame(frame)))
    }

    /// Makes a frame of what has come by its `end`.
    fn fill(&mut self, (start, end): (SimTime, SimTime), frame: &mut OtuFrame) {
        if let Some(injector) = &self.injector {
            injector.begin(start);
        }
        if let PayloadSource::Multiplex(multiplex) = self.source.odu().payload_mut() {
            for (index, queue) in self.queues.iter_mut().enumerate() {
                let Some(connection) = multiplex.connection(index) else { continue };
                queue.emit(end, &mut |octets| connection.push(octets));
            }
        }
        let back = self.sink.remote();
        std::mem::swap(self.source.odu().remote(), &mut back.path);
        self.source.next_clear_frame_telling(frame, &mut back.section);
        std::mem::swap(self.source.odu().remote(), &mut back.path);
        if let Some(injector) = &self.injector {
            injector.apply(Stage::Otu, frame);
        }
        self.source.coding().put_on_line(frame);
        if let Some(injector) = &self.injector {
            injector.apply(Stage::Line, frame);
        }
    }

    /// Takes a frame from the line. What it brought is in [`Self::ear`] then.
    pub(super) fn receive(&mut self, flight: Flight) {
        let Flight { at, end, line, struck, marks, stub, cargo, .. } = flight;
        if line == self.line {
            // Of another line, where fibres are misconnected, they tell of tributaries that are not these.
            self.ear.witness.marks.extend(marks);
        }
        if !self.powered {
            // Bits that the sink does not see are not counted, so that those behind them have their dates.
            if let Cargo::Frame(frame) = cargo {
                self.spare.put(frame);
            }
            return;
        }
        if let Some(Stub { at, end, octets }) = stub.filter(|stub| !stub.octets.is_empty()) {
            self.take((at, end), &octets);
        }
        let flipped = struck.before + struck.flipped.len() as u64;
        let mut seen = Bits { bits: OTU_BITS, flipped, ..Bits::default() };
        match (cargo, self.decoder.take()) {
            (Cargo::Frame(frame), None) => {
                self.ear.witness.arrives(struck);
                self.take((at, end), frame.octets());
                self.spare.put(frame);
            }
            (Cargo::Piece(piece), None) => {
                seen.bits = 8 * piece.octets.len() as u64;
                self.ear.witness.arrives(struck);
                if !piece.octets.is_empty() {
                    self.take((at, end), &piece.octets);
                }
            }
            (cargo, Some(mut decoder)) => {
                self.decode(struck, cargo, &mut decoder, &mut seen);
                self.decoder = Some(decoder);
            }
        }
        self.samples.count(at, seen, self.sink.counters());
    }

    /// Takes octets of the line, or what a decoder made of them, that came evenly in this time.
    fn take(&mut self, (at, end): (SimTime, SimTime), octets: &[u8]) {
        let bits = 8 * octets.len() as u64;
        self.phase.pass(octets, &mut self.octets);
        self.dates.push(Stretch { first_bit: self.bits, at, bits, lasts: end.since(at) });
        self.bits += bits;
        let (dates, shift) = (&self.dates, u64::from(self.phase.shift));
        let date = move |bit: u64| dates.date(bit.saturating_sub(shift));
        self.sink.push(&self.octets, &date, &mut self.ear);
    }

    /// Takes what comes at the end of a line that has a code of its own.
    fn decode(
        &mut self,
        mut struck: Struck,
        cargo: Cargo,
        decoder: &mut CodedSink,
        seen: &mut Bits,
    ) {
        let times = (struck.at, struck.end);
        let mut frame = self.spare.take().unwrap_or_else(|| Box::new(OtuFrame::zeroed()));
        let (decoded, change) = match cargo {
            Cargo::Frame(came) => {
                let change = decoder.loss.hear(came.octets(), times);
                let decoded = decoder.foreign(came.octets(), &mut frame);
                self.spare.put(came);
                (decoded, change)
            }
            Cargo::Piece(mut piece) => {
                seen.bits = 8 * piece.octets.len() as u64;
                let change = decoder.loss.hear(&piece.octets, times);
                (decoder.receive(&mut piece, &mut frame), change)
            }
        };
        self.sink.count_line_fec(decoded.fec);
        seen.flipped += decoded.flipped;
        (seen.wrong, seen.decoded) = (decoded.wrong, true);
        if decoded.frame || struck.dark {
            // What is decoded now was sent some frames ago.
            (struck.number, struck.flipped) = decoded.left.unwrap_or((struck.number, Vec::new()));
            self.ear.witness.arrives(struck);
        }
        if decoded.frame {
            // What is decoded of the dark is no frame; loss of signal is judged in front of the decoder, so that
            // zeros behind it are no second one.
            if decoder.loss.lost() || frame.octets().iter().all(|octet| *octet == 0) {
                frame.octets_mut().fill(NO_FRAME);
            }
            self.take(times, frame.octets());
        }
        self.spare.put(frame);
        if let Some((at, lost)) = change {
            self.sink.signal_lost(at, lost, &mut self.ear);
        }
    }

    /// Lets time pass.
    pub(super) fn wait_until(&mut self, now: SimTime) {
        if self.powered {
            self.sink.wait_until(now, &mut self.ear);
        }
    }

    /// Takes a defect; gives the causes that change by that.
    pub(super) fn correlate(&mut self, event: DefectEvent, out: &mut impl FnMut(CauseEvent)) {
        if self.judged_here(event) {
            let whole = self.ear.whole.is_some();
            self.correlator.note(event, &mut |cause| keep(whole, cause, out));
        }
    }

    /// No more defects of up to `now` will come.
    pub(super) fn settle(&mut self, now: SimTime, out: &mut impl FnMut(CauseEvent)) {
        let whole = self.ear.whole.is_some();
        self.correlator.settle(now, &mut |cause| keep(whole, cause, out));
    }

    /// True where the server of a layer failed by an AIS that the layer itself sees.
    pub(super) fn by_ais(&self, event: &CauseEvent) -> bool {
        self.correlator.failed_by_ais(event.place, event.cause.layer())
    }

    /// The path of an ODUj in the tributary slots does not end here: of it only what belongs to the
    /// adaptation is judged. Nor does that of an ODUk on a line without slots.
    pub(super) fn judged_here(&self, event: DefectEvent) -> bool {
        if self.ear.whole.is_some() {
            return matches!(event.defect.layer(), Layer::Otsi | Layer::Otu);
        }
        event.place == Place::ROOT || matches!(event.defect, Defect::LofLom | Defect::Msim)
    }

    /// Tributary of the line by the place of its first slot.
    pub(super) fn tributary(&self, place: Place) -> Option<usize> {
        self.places.get(&place).copied()
    }

    fn stream(&self, tributary: usize) -> Option<&multiplex::Tributary> {
        let Payload::Multiplex(sink) = self.sink.odu().payload() else { return None };
        let place = *self.by_tributary.get(tributary)?;
        sink.tributaries().iter().find(|t| place_of(Some(t.content())) == place)
    }

    /// What a monitor of an ODUj that goes on says of it: of its path, or of a tandem connection.
    pub(super) fn entity(&self, tributary: usize, level: Option<TcmLevel>) -> EntitySignal {
        if self.tandem_fails(tributary) {
            return EntitySignal::Failed;
        }
        let stream = || self.stream(tributary).and_then(multiplex::Tributary::stream);
        let whole = self.ear.whole.is_some().then(|| self.sink.odu());
        let Some(odu) = whole.or_else(|| stream().map(OduStream::odu)) else {
            return EntitySignal::Failed;
        };
        let judge = |monitor: &MonitorSink, failed: bool| {
            if failed || monitor.maintenance() {
                EntitySignal::Failed
            } else if monitor.has(TandemDefect::Deg) {
                EntitySignal::Degraded
            } else {
                EntitySignal::Normal
            }
        };
        match level {
            None => judge(odu.path(), odu.path().trail_failed()),
            Some(level) => {
                let tandem = self.queues[tributary].tandem.as_ref();
                let sink = tandem.and_then(|tandem| tandem.sink(level));
                sink.map_or(EntitySignal::Failed, |s| {
                    judge(s.monitor(), s.monitor().trail_failed())
                })
            }
        }
    }

    /// The ends of tandem connections at the tributary of this place.
    pub(super) fn tandem(&mut self, place: Place) -> Option<&mut Termination> {
        let tributary = self.tributary(place)?;
        self.queues.get_mut(tributary)?.tandem.as_deref_mut()
    }

    /// All of them.
    pub(super) fn tandems(&self) -> impl Iterator<Item = &Termination> {
        self.queues.iter().filter_map(|queue| queue.tandem.as_deref())
    }

    /// The same, to change them.
    pub(super) fn tandems_mut(&mut self) -> impl Iterator<Item = &mut Termination> {
        self.queues.iter_mut().filter_map(|queue| queue.tandem.as_deref_mut())
    }

    /// A tandem connection of a tributary that ends here and acts has failed.
    pub(super) fn tandem_fails(&self, tributary: usize) -> bool {
        let tandem = self.queues.get(tributary).and_then(|queue| queue.tandem.as_ref());
        tandem.is_some_and(|tandem| tandem.fails())
    }
}

/// Octets in the place of a frame that is none: transitions, and no FAS.
const NO_FRAME: u8 = 0x55;
/// Hands a cause on; on a line without slots nothing of the ODUk ends that could tell one.
fn keep(whole: bool, cause: CauseEvent, out: &mut impl FnMut(CauseEvent)) {
    if !whole || matches!(cause.cause.layer(), Layer::Otsi | Layer::Otu) {
        out(cause);
    }
}

/// Octets that wait in front of a mapping: AMP decides a frame ahead of them.
const LEAD: u64 = 64;

/// What the ODUk of a line carries that begins here: payload type, MSI, and the multiplex. Without slots no ODUk
/// begins here.
fn payload(
    plan: &Plan,
    index: usize,
    clock: PartsPerBillion,
) -> (PayloadType, Vec<u8>, PayloadSource) {
    let line = &plan.lines[index];
    let Some(slots) = line.slots else {
        return (PayloadType::NULL, Vec::new(), PayloadSource::Null);
    };
    let mut multiplex = MultiplexSource::new(slots, clock);
    for content in line.tributaries.iter().filter_map(|tributary| tributary.content) {
        let index = multiplex.connect(content);
        if let Some(connection) = multiplex.connection(index) {
            connection.set_lead(LEAD);
        }
    }
    let msi = multiplex.msi().to_vec();
    (slots.payload_type(), msi, PayloadSource::Multiplex(Box::new(multiplex)))
}

/// Where the ODUj of an ODTU is in the multiplex of a line; what fills the line is the root.
pub(super) fn place_of(content: Option<Content>) -> Place {
    content
        .and_then(|content| content.set.first())
        .and_then(|slot| Place::ROOT.child(slot))
        .unwrap_or(Place::ROOT)
}

fn provision(plan: &Plan, (at, end): (usize, usize), msi: Vec<u8>) -> Provision {
    let line = &plan.lines[at];
    let performance = PerformanceProvision { degrade: line.degrade, ..Default::default() };
    let passes = |index: usize, tributary: &Tributary| {
        let degrade = plan.degrade_of(at, index);
        let performance = PerformanceProvision { degrade, ..Default::default() };
        let signal = Some(tributary.odu);
        OduProvision { non_intrusive: true, performance, signal, ..OduProvision::default() }
    };
    let Some(slots) = line.slots else {
        let odu = line.tributaries.first().map(|tributary| passes(0, tributary));
        let nobody = || OduProvision { non_intrusive: true, ..OduProvision::default() };
        let odu = odu.unwrap_or_else(nobody);
        return Provision { section: line.section.expected[end], performance, odu };
    };
    let tributaries = line.tributaries.iter().enumerate().filter_map(|(index, tributary)| {
        let first = tributary.content?.set.first()?;
        Some((u8::try_from(first).ok()?, passes(index, tributary)))
    });
    let odu = OduProvision {
        path: line.path.expected[end],
        payload_type: Some(slots.payload_type()),
        msi: Some(msi),
        performance,
        tributaries: tributaries.collect(),
        ..OduProvision::default()
    };
    Provision { section: line.section.expected[end], performance, odu }
}

// A frame of the line is what the light carries in one piece.
const _: () = assert!(OTU_OCTETS as u64 * 8 == OTU_BITS);
