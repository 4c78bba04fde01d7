//! Every defect at its limits, in one table: what disturbs it, and for how many units of the stimulus it
//! has to last and to be gone. Each row is run three times: one unit short of raising, one short of
//! clearing, and exactly both. The numbers are counted by hand from section 3 of the fact sheet.

use std::cell::Cell;
use std::collections::BTreeSet;

use otn_frame::layout::{NJO, OTU_BITS, PAYLOAD_RANGE, PSI};
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{OduFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_map::gfp::{ClientFrame, ClientQueue, TypeHeader, Upi};
use otn_map::odtu::Slots;
use otn_proc::defect::{Defect, DefectEvent, TandemDefect};
use otn_proc::monitor::{ExpectedTrace, PerformanceProvision, TimMode};
use otn_proc::odu::Hold;
use otn_proc::odu::mux_source::{Allocation, MultiplexSource};
use otn_proc::odu::source::{FrameEditor, OduSource, PayloadSource, WrongHeader};
use otn_proc::odu::stream::OduStream;
use otn_proc::performance::degrade::DegradeConfig;
use otn_proc::place::Place;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::supervision::settings::Settings;
use otn_proc::tandem::TandemSettings;
use otn_testkit::pn;

use crate::bench::{
    FRAME, NULL, PM_STATUS, PSI as PSI_AT, Record, SM_STATUS, Terminal, bit_of, clear, index_of,
    scramble, start_of, tcm, trace,
};

/// Says of each unit, from 0, whether it is disturbed.
type Bad<'a> = &'a dyn Fn(u64) -> bool;

/// What a sink tells of so many units of which some are disturbed.
type Run = Box<dyn Fn(u64, Bad<'_>) -> Vec<DefectEvent>>;

/// Where an event is dated, in units counted from the first disturbed one for raising, and from the
/// first good one behind it for clearing.
#[derive(Clone, Copy, Debug)]
enum At {
    /// At the start of this unit.
    Start(u64),
    /// So much later than the start of this unit.
    Later(u64, SimTime),
    /// The same to a frame of the server, into which the bits of a tributary are stretched.
    Near(u64, SimTime),
    /// Within this unit.
    Within(u64),
}

/// For how many units, and when that is told.
#[derive(Clone, Copy, Debug)]
struct Limit {
    units: u64,
    at: At,
}

/// The limit of so many frames: told with the last of them.
const fn frames(units: u64) -> Limit {
    Limit { units, at: At::Start(units - 1) }
}

/// 3 ms later than a frame.
const fn ms_3(units: u64, after: u64) -> Limit {
    Limit { units, at: At::Later(after, SimTime::from_ms(3)) }
}

struct Row {
    defect: Defect,
    /// First unit that is disturbed.
    first: u64,
    raise: Limit,
    clear: Limit,
    /// Runs the bench for so many units.
    run: Run,
    /// When a unit begins.
    start: fn(u64) -> SimTime,
}

impl Row {
    /// When this should be told.
    fn is_dated(&self, found: SimTime, from: u64, at: At) -> bool {
        match at {
            At::Start(unit) => found == (self.start)(from + unit),
            At::Later(unit, time) => found == (self.start)(from + unit) + time,
            At::Near(unit, time) => {
                let wanted = (self.start)(from + unit) + time;
                let (early, late) = (found.min(wanted), found.max(wanted));
                late.since(early) < SimTime::from_ns(49_000)
            }
            At::Within(unit) => {
                let (from, to) = ((self.start)(from + unit), (self.start)(from + unit + 1));
                (from..=to).contains(&found)
            }
        }
    }

    fn changes(&self, units: u64, bad: Bad<'_>) -> Vec<(SimTime, bool)> {
        let early = (self.start)(self.first);
        let mut events = (self.run)(units, bad);
        events.retain(|event| event.defect == self.defect && event.at >= early);
        events.iter().map(|event| (event.at, event.raised)).collect()
    }

    fn check(&self) {
        let Self { defect, first, raise, clear, .. } = *self;
        let good = first + raise.units;
        // One unit early.
        let short = self.changes(good + 40, &|unit| (first..good - 1).contains(&unit));
        assert_eq!(short, [], "{defect}: {} units are too few", raise.units - 1);
        // At the limit, and one early to clear.
        let bad = |gap: u64| move |unit| unit >= first && !(good..good + gap).contains(&unit);
        let held = self.changes(good + clear.units + 40, &bad(clear.units - 1));
        let [(at, true)] = held[..] else { panic!("{defect}: cleared too early: {held:?}") };
        let expected = raise.at;
        assert!(self.is_dated(at, first, expected), "{defect}: raised at {at:?}, {expected:?}");
        // Both at the limit.
        let both = self.changes(good + clear.units + 40, &bad(clear.units));
        let [(raised, true), (at, false), ..] = both[..] else {
            panic!("{defect}: not cleared: {both:?}")
        };
        assert!(self.is_dated(raised, first, expected), "{defect}: raised at {at:?}");
        let expected = clear.at;
        assert!(self.is_dated(at, good, expected), "{defect}: cleared at {at:?}, {expected:?}");
    }
}

// The line, in frames.

fn otu1(number: u64) -> SimTime {
    start_of(Signal::Otu1, number)
}

/// 50 ms a frame: 20 frames are a second.
fn slow(number: u64) -> SimTime {
    SimTime::from_ms(50 * number)
}

fn slow_bit(bit: u64) -> SimTime {
    SimTime::from_ps(
        bit * (50_000_000_000 / OTU_BITS) + bit * (50_000_000_000 % OTU_BITS) / OTU_BITS,
    )
}

fn expected() -> ExpectedTrace {
    ExpectedTrace { mode: TimMode::Both, tti: trace(), action: false }
}

fn provision() -> Provision {
    // Three blocks of a second, two seconds.
    let degrade = Some(DegradeConfig::blocks(Signal::Otu1, 3, 2).expect("in range"));
    let performance = PerformanceProvision { degrade, ..PerformanceProvision::default() };
    let tandem = TandemSettings { trace: expected(), provisioned: true, ..Default::default() };
    let odu = OduProvision {
        path: expected(),
        tandem: [tandem; 6],
        payload_type: Some(PayloadType(NULL)),
        performance,
        ..OduProvision::default()
    };
    Provision { section: expected(), performance, odu }
}

fn terminal() -> Terminal {
    Terminal::provisioned(Signal::Otu1, provision(), Settings::default())
}

/// Frames of an OTU1, changed where they are disturbed.
fn line(change: impl Fn(u64, &mut [u8]) + 'static) -> Run {
    Box::new(move |units, bad| {
        let mut terminal = terminal();
        terminal.send(units as usize, |n, frame| {
            if bad(n as u64) {
                change(n as u64, frame);
            }
        });
        terminal.record.events
    })
}

fn row(
    defect: Defect,
    first: u64,
    (raise, clear): (Limit, Limit),
    change: impl Fn(u64, &mut [u8]) + 'static,
) -> Row {
    Row { defect, first, raise, clear, run: line(change), start: otu1 }
}

/// Alignment on the clock of an OTU1, of whose frames 61.26 last 3 ms.
fn alignment() -> Vec<Row> {
    // Out of frame with the fifth wrong frame, in frame with the first good one: 62 frames are more
    // than 3 ms, 61 are less. In frame lasts until the fifth wrong one behind it: 62 are 58 and 4.
    let lof = (ms_3(66, 4), ms_3(58, 0));
    // Out with the fifth, in with the second good one.
    let lom = (ms_3(65, 4), frames(2));
    vec![
        row(Defect::Lof, 20, lof, |_, frame| frame[2..5].copy_from_slice(&[0x09, 0xD7, 0xD7])),
        row(Defect::Lom, 20, lom, |_, frame| frame[6] = 222),
    ]
}

/// The fields of SM, TCM1 to TCM6 and PM: where, and what their defects are.
fn trails() -> Vec<Row> {
    use TandemDefect::{Ais, Bdi, Biae, Iae, Lck, Ltc, Oci};
    let equal = |n: u64| (frames(n), frames(n));
    let bits = |at: usize, mask: u8, code: u8| {
        move |_: u64, frame: &mut [u8]| frame[at] = frame[at] & !mask | code
    };
    let mut rows = vec![
        row(Defect::SectionBdi, 20, equal(5), bits(SM_STATUS, 0x08, 0x08)),
        row(Defect::Iae, 20, equal(5), bits(SM_STATUS, 0x04, 0x04)),
        row(Defect::Biae, 20, equal(3), bits(SM_STATUS, 0xF0, 0xB0)),
        row(Defect::PathBdi, 20, equal(5), bits(PM_STATUS, 0x08, 0x08)),
        row(Defect::Ais, 20, equal(3), bits(PM_STATUS, 0x07, 7)),
        row(Defect::Oci, 20, equal(3), bits(PM_STATUS, 0x07, 6)),
        row(Defect::Lck, 20, equal(3), bits(PM_STATUS, 0x07, 5)),
    ];
    let mut fields = vec![
        (SM_STATUS - 2, Defect::SectionTim, Defect::SectionDeg),
        (PM_STATUS - 2, Defect::PathTim, Defect::PathDeg),
    ];
    for (number, level) in (1..=6).zip(TcmLevel::all()) {
        let (of, status) = (move |kind| Defect::Tcm(level, kind), tcm(number) + 2);
        fields.push((tcm(number), of(TandemDefect::Tim), of(TandemDefect::Deg)));
        rows.push(row(of(Bdi), 20, equal(5), bits(status, 0x08, 0x08)));
        rows.push(row(of(Biae), 20, equal(3), bits(status, 0xF0, 0xB0)));
        for (kind, code) in [(Ltc, 0), (Iae, 2), (Lck, 5), (Oci, 6), (Ais, 7)] {
            rows.push(row(of(kind), 20, equal(3), bits(status, 0x07, code)));
        }
    }
    for (field, tim, deg) in fields {
        // Three copies of 64 octets, each of them another one.
        rows.push(row(tim, 64, equal(192), move |_, frame| frame[field] ^= 0x55));
        rows.push(Row { run: degraded(field), start: slow, ..degrade(deg) });
    }
    rows
}

/// Seconds of 20 frames; bad from three errored ones on. Errors from frame 40 on: 60 to 62 are three of
/// the second bad second, which ends with frame 80. The two good ones end with frame 120: there may be
/// two errored frames in the last of them, 118 and 119, but not three.
fn degrade(defect: Defect) -> Row {
    let raise = Limit { units: 23, at: At::Start(40) };
    let clear = Limit { units: 55, at: At::Start(57) };
    Row { defect, first: 40, raise, clear, run: Box::new(|_, _| Vec::new()), start: slow }
}

fn degraded(field: usize) -> Run {
    Box::new(move |units, bad| {
        let mut terminal = terminal();
        for n in 0..units + 40 {
            let mut frame = clear(n as usize).to_vec();
            frame[field + 1] ^= u8::from(bad(n));
            scramble(&mut frame);
            terminal.push_dated(&frame, &slow_bit);
        }
        terminal.record.events
    })
}

/// PSI of the NULL test signal.
fn structure() -> Vec<Row> {
    // MFAS 0 for the third time is 2 multiframes and a frame after the first; behind it the next one
    // comes after 255 good frames.
    let pt = (frames(513), frames(768));
    let csf = (frames(515), frames(768));
    let at_mfas = |mfas: u64, octet: u8| {
        move |n: u64, frame: &mut [u8]| {
            if n % 256 == mfas {
                frame[PSI_AT] = octet;
            }
        }
    };
    vec![row(Defect::Plm, 256, pt, at_mfas(0, 0x80)), row(Defect::Csf, 256, csf, at_mfas(2, 0x80))]
}

// The line, in octets and intervals.

/// 100 µs of an OTU1 are 266 605.7 bits: 33 325 dark octets are too few, 33 326 are enough. Bright for
/// 125 µs without 100 µs of dark means 25 µs from the first transition to the last, 66 651.4 bits: 8 331
/// octets are too few, 8 332 are enough.
fn loss_of_signal() -> Row {
    // Both into the dark and out of it the transition is between octets.
    const BRIGHT: u8 = 0xD5;
    let frames = 20;
    let start = |octet| bit_of(Signal::Otu1, octet * 8);
    let first = frames * FRAME as u64;
    let run = move |units: u64, bad: Bad<'_>| {
        let mut terminal = terminal();
        terminal.good(frames as usize - 1);
        let mut octets = clear(frames as usize - 1).to_vec();
        scramble(&mut octets);
        octets[FRAME - 1] = BRIGHT;
        // Time enough for what the last bits mean.
        let end = (units + 60_000).next_multiple_of(FRAME as u64);
        octets.extend((first..end).map(|octet| if bad(octet) { 0 } else { BRIGHT }));
        terminal.push(&octets);
        terminal.record.events
    };
    let raise = Limit { units: 33_326, at: At::Later(0, SimTime::from_ns(100_000)) };
    let clear = Limit { units: 8_332, at: At::Later(0, SimTime::from_ns(125_000)) };
    Row { defect: Defect::Los, first, raise, clear, run: Box::new(run), start }
}

/// Intervals of 8 192 bits from the start of a frame on, whose FAS is the first thing that is gone.
fn otu_ais() -> Row {
    const INTERVAL: usize = 1_024;
    let frames = 8;
    // Units begin with the frame after so many; eight frames are not a whole number of intervals.
    let start = |unit: u64| bit_of(Signal::Otu1, 8 * OTU_BITS + unit * 8_192);
    let run = move |units: u64, bad: Bad<'_>| {
        let mut terminal = terminal();
        terminal.good(frames);
        let mut octets = Vec::new();
        let length = (units as usize * INTERVAL).next_multiple_of(FRAME);
        for n in 0..length / FRAME {
            let mut frame = clear(frames + n).to_vec();
            scramble(&mut frame);
            octets.extend(frame);
        }
        for (unit, part) in octets.chunks_mut(INTERVAL).enumerate() {
            if bad(unit as u64) {
                part.copy_from_slice(&pn::pn11(INTERVAL)[..part.len()]);
            }
        }
        terminal.push(&octets);
        terminal.record.events
    };
    let raise = Limit { units: 3, at: At::Start(3) };
    let clear = Limit { units: 3, at: At::Start(3) };
    Row { defect: Defect::OtuAis, first: 0, raise, clear, run: Box::new(run), start }
}

// ODUs with something in them.

/// What a tester does to one ODU, by the number of its frame.
type Change = fn(&mut OduFrame);

#[derive(Debug)]
struct Editor {
    bad: Vec<bool>,
    fails: bool,
    header: WrongHeader,
    opu: Option<Change>,
    odu: Option<Change>,
}

impl Default for Editor {
    fn default() -> Self {
        let header = WrongHeader::default();
        Self { bad: Vec::new(), fails: false, header, opu: None, odu: None }
    }
}

impl Editor {
    fn is_bad(&self, number: u64) -> bool {
        self.bad.get(number as usize).copied().unwrap_or(false)
    }
}

impl FrameEditor for Editor {
    fn client_fails(&mut self, number: u64) -> bool {
        self.fails && self.is_bad(number)
    }

    fn client_header(&mut self, number: u64) -> WrongHeader {
        if self.is_bad(number) { self.header } else { WrongHeader::default() }
    }

    fn opu(&mut self, number: u64, frame: &mut OduFrame) {
        if let (true, Some(change)) = (self.is_bad(number), self.opu) {
            change(frame);
        }
    }

    fn odu(&mut self, number: u64, frame: &mut OduFrame) {
        if let (true, Some(change)) = (self.is_bad(number), self.odu) {
            change(frame);
        }
    }
}

/// Frames of an ODU on this clock, through a sink that is told what to expect.
fn stream(
    mut source: OduSource,
    provision: OduProvision,
    frames: u64,
    start: fn(u64) -> SimTime,
) -> Vec<DefectEvent> {
    let mut sink = OduStream::provisioned(source.signal(), Place::ROOT, provision, Hold::NOTHING);
    let (mut record, mut frame) = (Record::default(), OduFrame::zeroed());
    for n in 0..frames {
        source.next_frame(&mut frame);
        sink.push(frame.octets(), start(n), start(n + 1), &mut record);
    }
    record.events
}

fn odu(signal: Signal, payload_type: PayloadType, payload: PayloadSource) -> OduSource {
    let zero = PartsPerBillion::default();
    OduSource::new(signal, zero, payload_type, payload, Tti::from_octets([0; 64]))
}

fn marked(units: u64, bad: Bad<'_>) -> Vec<bool> {
    (0..units).map(bad).collect()
}

/// Packets that are always there, 20 in a frame.
#[derive(Debug)]
struct Endless;

impl ClientQueue for Endless {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        ClientFrame::new(TypeHeader::ethernet(false), &[0x5A; 700]).ok()
    }
}

/// ODU1 frames of GFP; each defect is one of the packets of a frame.
fn packets() -> Vec<Row> {
    let start = |n: u64| start_of(Signal::Otu1, n);
    let gfp = |editor: fn() -> Editor| {
        let run = move |units: u64, bad: Bad<'_>| {
            let payload = PayloadSource::gfp(Box::new(Endless));
            let mut source = odu(Signal::Odu1, PayloadType::GFP, payload);
            source.set_editor(Box::new(Editor { bad: marked(units, bad), ..editor() }));
            let upi = TypeHeader::ethernet(false).upi.0;
            let provision =
                OduProvision { upi: Some(upi), exi: Some(0), ..OduProvision::default() };
            stream(source, provision, units, |n| start_of(Signal::Otu1, n))
        };
        Box::new(run)
    };
    // A state has no time of its own: with one unit, gone with one unit.
    let within = Limit { units: 1, at: At::Within(0) };
    let garbage: fn() -> Editor = || Editor {
        opu: Some(|frame| {
            frame.rows_mut().iter_mut().for_each(|row| row[PAYLOAD_RANGE].fill(0xC3));
        }),
        ..Editor::default()
    };
    let upm: fn() -> Editor = || Editor {
        header: WrongHeader { upi: Some(Upi(0xFE)), linear: false },
        ..Editor::default()
    };
    let exm: fn() -> Editor =
        || Editor { header: WrongHeader { upi: None, linear: true }, ..Editor::default() };
    let csf: fn() -> Editor = || Editor { fails: true, ..Editor::default() };
    [(Defect::Lfd, garbage), (Defect::Upm, upm), (Defect::Exm, exm), (Defect::Csf, csf)]
        .into_iter()
        .map(|(defect, editor)| {
            let run = gfp(editor);
            // A frame of a multiframe in which the PSI says nothing about the client.
            Row { defect, first: 300, raise: within, clear: within, run, start }
        })
        .collect()
}

/// Two ODU0 in an ODU1; the editors are those of the ODU1 and of the first ODU0.
fn two_odu0(outer: Editor, inner: Editor) -> OduSource {
    let zero = PartsPerBillion::default();
    let (mut allocation, mut multiplex) =
        (Allocation::new(Slots::Opu1), MultiplexSource::new(Slots::Opu1, zero));
    let inner = Cell::new(Some(inner));
    for _ in 0..2 {
        let content = allocation.place(Signal::Odu0, None, None).expect("two fit");
        let mut source = odu(Signal::Odu0, PayloadType(NULL), PayloadSource::Null);
        if let Some(editor) = inner.take() {
            source.set_editor(Box::new(editor));
        }
        multiplex.add(content, source);
    }
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    let mut source = odu(Signal::Odu1, Slots::Opu1.payload_type(), payload);
    source.set_editor(Box::new(outer));
    source
}

fn tributaries() -> Vec<Row> {
    let otu1 = |n: u64| start_of(Signal::Otu1, n);
    let msim = move |units: u64, bad: Bad<'_>| {
        let change: Change = |frame| {
            if frame.octets()[6] == 3 {
                frame.set_octet(PSI, 0xC5);
            }
        };
        let outer = Editor { bad: marked(units, bad), opu: Some(change), ..Editor::default() };
        let msi = Some(vec![0xC0, 0xC1]);
        let provision = OduProvision { msi, ..OduProvision::default() };
        stream(two_odu0(outer, Editor::default()), provision, units, |n| start_of(Signal::Otu1, n))
    };
    let msim = Row {
        defect: Defect::Msim,
        first: 768,
        // PSI[3] for the third time.
        raise: frames(516),
        clear: frames(768),
        run: Box::new(msim),
        start: otu1,
    };
    // An ODU0 frame is 98.35 µs: 30.5 of them are 3 ms, 31 are more.
    let loflom = move |units: u64, bad: Bad<'_>| {
        let change: Change = |frame| frame.octets_mut()[2..5].copy_from_slice(&[0x09, 0xD7, 0xD7]);
        let inner = Editor { bad: marked(units, bad), odu: Some(change), ..Editor::default() };
        // An ODU1 frame is nearly half as long; no good ones behind those that are marked.
        let frames = units * 2 - 10;
        stream(two_odu0(Editor::default(), inner), OduProvision::default(), frames, |n| {
            start_of(Signal::Otu1, n)
        })
    };
    let near = |after| At::Near(after, SimTime::from_ms(3));
    let loflom = Row {
        defect: Defect::LofLom,
        first: 60,
        raise: Limit { units: 35, at: near(4) },
        clear: Limit { units: 27, at: near(0) },
        run: Box::new(loflom),
        start: |n| {
            let clock = otn_frame::FrameClock::new(Signal::Odu0, PartsPerBillion::default());
            clock.frame_start(n)
        },
    };
    // 99 µs a frame: 31 are more than 3 ms, 30 are less; in with the second good frame.
    let start = |n: u64| SimTime::from_ns(99_000 * n);
    let loomfi = move |units: u64, bad: Bad<'_>| {
        let zero = PartsPerBillion::default();
        let content = Allocation::new(Slots::Opu4).place(Signal::Odu0, None, None);
        let mut multiplex = MultiplexSource::new(Slots::Opu4, zero);
        let inner = odu(Signal::Odu0, PayloadType(NULL), PayloadSource::Null);
        multiplex.add(content.expect("80 slots are free"), inner);
        let payload = PayloadSource::Multiplex(Box::new(multiplex));
        let mut source = odu(Signal::Odu4, PayloadType::ODTU_TS, payload);
        let change: Change = |frame| frame.set_octet(NJO, 0x55);
        let outer = Editor { bad: marked(units, bad), opu: Some(change), ..Editor::default() };
        source.set_editor(Box::new(outer));
        stream(source, OduProvision::default(), units, |n| SimTime::from_ns(99_000 * n))
    };
    let loomfi = Row {
        defect: Defect::Loomfi,
        first: 320,
        raise: ms_3(34, 4),
        clear: frames(2),
        run: Box::new(loomfi),
        start,
    };
    vec![msim, loflom, loomfi]
}

/// Defects whose limits are elsewhere, and why.
const ELSEWHERE: [(Defect, &str); 5] = [
    (Defect::LofLane, "needs lanes: `lane_faults` and case 80 in tests/lanes.rs"),
    (Defect::Lor, "needs lanes: case 54 in tests/lanes.rs"),
    (Defect::Lol, "needs lanes: cases 53 and 54 in tests/lanes.rs"),
    (Defect::Lcs, "the rule is that of the client: lock machines of otn-map"),
    (Defect::Lss, "the rule is that of the pattern: below it rises and clears, without a limit"),
];

fn rows() -> Vec<Row> {
    let mut rows = vec![loss_of_signal(), otu_ais()];
    rows.extend(alignment());
    rows.extend(trails());
    rows.extend(structure());
    rows.extend(packets());
    rows.extend(tributaries());
    rows
}

/// Rows of this share of the table: tests run side by side.
fn check(chosen: impl Fn(Defect) -> bool) {
    let rows: Vec<Row> = rows().into_iter().filter(|row| chosen(row.defect)).collect();
    assert!(!rows.is_empty());
    rows.iter().for_each(Row::check);
}

const fn kind(defect: Defect) -> Option<TandemDefect> {
    match defect {
        Defect::Tcm(_, kind) => Some(kind),
        _ => None,
    }
}

/// Nothing is left out.
#[test]
fn every_defect_has_a_row_or_a_reason() {
    let here: BTreeSet<Defect> = rows().iter().map(|row| row.defect).collect();
    let there: BTreeSet<Defect> = ELSEWHERE.iter().map(|(defect, _)| *defect).collect();
    assert!(here.is_disjoint(&there));
    let all: BTreeSet<Defect> = Defect::ALL.iter().copied().collect();
    assert_eq!(here.union(&there).copied().collect::<BTreeSet<_>>(), all);
}

//= type=test g798:6.2.6.6.1-bdi-5
//= type=test g798:6.2.6.8-iae-5
//= type=test g798:6.2.6.8-biae-3
//= type=test g798:8.8-stat-3
//= type=test g798:6.2-stat-defects
#[test]
fn indications_rise_and_clear_with_their_number_of_frames() {
    let slow = |defect: Defect| matches!(defect.name(), "dTIM" | "dDEG");
    let trail = |defect: Defect| {
        use Defect::{Ais, Biae, Iae, Lck, Oci, PathBdi, SectionBdi};
        let plain = [SectionBdi, Iae, Biae, PathBdi, Ais, Oci, Lck].contains(&defect);
        plain || kind(defect).is_some()
    };
    check(|defect| trail(defect) && !slow(defect));
}

//= type=test g798:8.6-tti-3
#[test]
fn a_trace_mismatch_rises_and_clears_with_the_third_copy() {
    check(|defect| defect.name() == "dTIM");
}

//= type=test g798:6.2.3-deg-raise
//= type=test g798:6.2.3-deg-clear
#[test]
fn degraded_seconds_count_to_the_block() {
    check(|defect| defect.name() == "dDEG");
}

//= type=test g798:6.2.5.1-lof-3ms
//= type=test g798:6.2.5.2-lom-3ms
//= type=test g798:6.2.1.2-los-clear
//= type=test g798:6.2.6.3.1-pn11-interval-end
#[test]
fn the_line_fails_and_comes_back_at_its_limits() {
    check(|defect| matches!(defect, Defect::Lof | Defect::Lom | Defect::Los | Defect::OtuAis));
}

//= type=test g798:8.7-pt-3
//= type=test g798:6.2.10-csf-3
//= type=test g806:6.2.5.2-lfd
//= type=test g806:6.2.4-upm-exm
#[test]
fn payload_and_client_fail_at_their_limits() {
    use Defect::{Csf, Exm, Lfd, Plm, Upm};
    check(|defect| [Plm, Csf, Lfd, Exm, Upm].contains(&defect));
}

//= type=test g798:8.7-msi-3
//= type=test g798:6.2.9.1-msim
//= type=test g798:6.2.5.3-loflom
//= type=test g798:14.3.10.2-loomfi
#[test]
fn tributaries_fail_at_their_limits() {
    check(|defect| matches!(defect, Defect::Msim | Defect::LofLom | Defect::Loomfi));
}

/// A frame period without the pattern is enough, and one with it.
//= type=test g798:14.3-lss
#[test]
fn a_lost_pattern_rises_and_clears() {
    let mut source = odu(Signal::Odu1, PayloadType::PRBS, PayloadSource::prbs());
    let opu: Option<Change> =
        Some(|frame| frame.rows_mut().iter_mut().for_each(|row| row[PAYLOAD_RANGE].fill(0xC3)));
    let bad = marked(1_000, &|unit| (800..820).contains(&unit));
    source.set_editor(Box::new(Editor { bad, opu, ..Editor::default() }));
    let events = stream(source, OduProvision::default(), 1_000, otu1);
    let [lost, found] = events[..] else { panic!("{events:?}") };
    assert_eq!((lost.defect, lost.raised, found.raised), (Defect::Lss, true, false));
    assert!((otu1(800)..otu1(820)).contains(&lost.at));
    assert!((otu1(820)..otu1(840)).contains(&found.at));
}

#[test]
fn places_are_those_of_the_layout() {
    assert_eq!([tcm(1), tcm(3), tcm(4), tcm(6)].map(|at| at / 4_080), [2, 2, 1, 1]);
    assert_eq!([tcm(1), tcm(3), tcm(4), tcm(6)].map(|at| at % 4_080 + 1), [7, 1, 11, 5]);
    assert_eq!((SM_STATUS, PM_STATUS), (index_of(1, 10), index_of(3, 12)));
}
