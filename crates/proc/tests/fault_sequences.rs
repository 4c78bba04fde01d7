//! Random sequences of faults on an OTU1 line: whatever happens, after repair nothing stands, events
//! alternate in order of time, no cause stands beside one that masks it, and every errored block is
//! counted once.

#[expect(dead_code, reason = "the conformance cases use the rest")]
mod bench;

use std::collections::BTreeMap;

use otn_frame::overhead::PayloadType;
use otn_frame::{Signal, SimTime};
use otn_proc::defect::{Defect, DefectEvent, DefectSet};
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::place::Place;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::settings::Settings;
use otn_proc::tandem::TandemSettings;
use otn_testkit::{otu, pn};
use proptest::prelude::*;

use bench::{
    FRAME, NULL, PM_STATUS, PSI, SM_STATUS, Terminal, clear, index_of, scramble, tcm, trace,
};

/// Frames without a fault behind the last one: the slowest repair is that of a payload type.
const REPAIR: usize = 3 * 256 + 80;

/// What is wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The line is dark.
    Dark,
    /// The line is PN-11.
    Pn11,
    /// Some of the octets of the FAS.
    Fas([bool; 6]),
    /// The MFAS is so much ahead.
    Mfas(u8),
    /// A bit in the status octet of a monitor, and so of everything that it says.
    Status(usize, u8),
    /// The trace of a monitor.
    Trace(usize),
    /// So many bits of the payload.
    Payload(u16),
    /// A maintenance signal.
    Maintenance(u8),
    /// An octet of the PSI.
    Psi(u8),
    /// The wrong bits of the BIP-8 of a monitor.
    Bip(usize, u8),
}

/// First octets of the fields that are disturbed: SM, TCM2, TCM5, PM.
const FIELDS: [usize; 4] = [SM_STATUS - 2, tcm(2), tcm(5), PM_STATUS - 2];

impl Fault {
    /// Changes a clear frame.
    fn change(self, number: usize, frame: &mut [u8]) {
        match self {
            Self::Dark | Self::Pn11 => {}
            Self::Fas(wrong) => {
                for (at, octet) in frame[..6].iter_mut().enumerate() {
                    *octet ^= if wrong[at] { 0xFF } else { 0 };
                }
            }
            Self::Mfas(ahead) => frame[6] = frame[6].wrapping_add(ahead),
            Self::Status(field, octet) => frame[FIELDS[field] + 2] = octet,
            Self::Trace(field) => frame[FIELDS[field]] ^= 0x21,
            Self::Payload(bits) => {
                for bit in 0..usize::from(bits) {
                    let at = 17 + (number * 131 + bit * 977) % 3_800;
                    frame[index_of(1 + bit % 4, at)] ^= 1 << (bit % 8);
                }
            }
            Self::Maintenance(fill) => {
                for row in 1..=4 {
                    let first = if row == 1 { 15 } else { 1 };
                    frame[index_of(row, first)..=index_of(row, 3_824)].fill(fill);
                }
            }
            Self::Psi(octet) => frame[PSI] = octet,
            Self::Bip(field, wrong) => frame[FIELDS[field] + 1] ^= wrong,
        }
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    let field = 0..FIELDS.len();
    prop_oneof![
        Just(Fault::Dark),
        Just(Fault::Pn11),
        any::<[bool; 6]>().prop_map(Fault::Fas),
        any::<u8>().prop_map(Fault::Mfas),
        (field.clone(), any::<u8>()).prop_map(|(field, octet)| Fault::Status(field, octet)),
        field.clone().prop_map(Fault::Trace),
        (1..40u16).prop_map(Fault::Payload),
        prop_oneof![Just(0xFF), Just(0x66), Just(0x55)].prop_map(Fault::Maintenance),
        any::<u8>().prop_map(Fault::Psi),
        (field, 1..=255u8).prop_map(|(field, wrong)| Fault::Bip(field, wrong)),
    ]
}

/// Faults one after the other: which, for how many frames, and how many good ones behind it.
fn sequence() -> impl Strategy<Value = Vec<(Fault, usize, usize)>> {
    let frames =
        || prop_oneof![4 => 1..8usize, 2 => 60..80usize, 2 => 190..200usize, 1 => 510..520usize];
    proptest::collection::vec((fault(), frames(), frames()), 1..6)
}

fn terminal(action: bool) -> Terminal {
    let expected = ExpectedTrace { mode: TimMode::Both, tti: trace(), action };
    let tandem = TandemSettings { trace: expected, provisioned: true, ..Default::default() };
    let odu = OduProvision {
        path: expected,
        tandem: [tandem; 6],
        payload_type: Some(PayloadType(NULL)),
        ..OduProvision::default()
    };
    let provision = Provision { section: expected, odu, ..Provision::default() };
    let mut settings = Settings::default();
    settings.section.tim_action = action;
    settings.odu.path.tim_action = action;
    Terminal::provisioned(Signal::Otu1, provision, settings)
}

/// Sends it all; gives the terminal and the frames as they were on the line.
fn send(faults: &[(Fault, usize, usize)], action: bool) -> (Terminal, Vec<Vec<u8>>) {
    let mut terminal = terminal(action);
    let (mut line, mut number) = (Vec::new(), 0);
    let start = (None, 0, 260);
    let faults = faults.iter().map(|&(fault, bad, good)| (Some(fault), bad, good));
    for (fault, bad, good) in [start].into_iter().chain(faults).chain([(None, 0, REPAIR)]) {
        for at in 0..bad + good {
            let mut frame = clear(number).to_vec();
            let fault = fault.filter(|_| at < bad);
            if let Some(fault) = fault {
                fault.change(number, &mut frame);
            }
            scramble(&mut frame);
            match fault {
                Some(Fault::Dark) => frame.fill(0),
                Some(Fault::Pn11) => frame.copy_from_slice(&pn11()[..FRAME]),
                _ => {}
            }
            terminal.push(&frame);
            line.push(frame);
            number += 1;
        }
    }
    terminal.settle();
    (terminal, line)
}

fn pn11() -> &'static [u8] {
    static SEQUENCE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    SEQUENCE.get_or_init(|| pn::pn11(FRAME))
}

/// Events of one defect rise and clear in turn, and time never runs backwards.
fn in_order(events: &[DefectEvent]) -> Result<(), TestCaseError> {
    let mut standing: BTreeMap<Defect, bool> = BTreeMap::new();
    let mut last: BTreeMap<Defect, SimTime> = BTreeMap::new();
    for event in events {
        let before = standing.insert(event.defect, event.raised).unwrap_or(false);
        prop_assert_ne!(before, event.raised, "{} twice", event.defect);
        let earlier = last.insert(event.defect, event.at).unwrap_or(SimTime::ZERO);
        prop_assert!(earlier <= event.at, "{} runs backwards", event.defect);
    }
    let left: Vec<_> = standing.iter().filter(|(_, stands)| **stands).collect();
    prop_assert!(left.is_empty(), "{left:?} left");
    Ok(())
}

/// Pairs of causes of which the first masks the second, section 6 of the fact sheet.
fn masks(action: bool) -> Vec<(Cause, Cause)> {
    use Defect::{
        Csf, Lck, Lof, Lom, Los, Oci, PathBdi, PathDeg, PathTim, Plm, SectionBdi, SectionDeg,
        SectionTim,
    };
    let pairs = [
        (Los, Lof),
        (Los, Lom),
        (Lof, Lom),
        (Lof, SectionTim),
        (Lof, SectionBdi),
        (Lom, SectionTim),
        (Lom, SectionBdi),
        (Oci, Lck),
        (Oci, PathTim),
        (Lck, PathTim),
        (Oci, PathBdi),
        (Lck, PathBdi),
        (Oci, PathDeg),
        (Oci, Plm),
        (Lck, Plm),
        (Lof, Plm),
        (Lof, Oci),
        (Lof, Lck),
        (Plm, Csf),
    ];
    let acting = [
        (SectionTim, SectionBdi),
        (SectionTim, SectionDeg),
        (PathTim, PathBdi),
        (PathTim, PathDeg),
        (PathTim, Plm),
        (SectionTim, PathTim),
        (SectionTim, PathBdi),
    ];
    let acting = acting.into_iter().filter(|_| action);
    pairs.into_iter().chain(acting).map(|(a, b)| (Cause::Of(a), Cause::Of(b))).collect()
}

/// At no time does a cause stand beside one that masks it; at the end there is none.
fn one_cause(causes: &[CauseEvent], action: bool) -> Result<(), TestCaseError> {
    let (masks, mut standing) = (masks(action), Vec::new());
    for (number, event) in causes.iter().enumerate() {
        if event.raised {
            prop_assert!(!standing.contains(&event.cause), "{} twice", event.cause);
            standing.push(event.cause);
        } else {
            let before = standing.len();
            standing.retain(|cause| *cause != event.cause);
            prop_assert_eq!(standing.len() + 1, before, "{} twice gone", event.cause);
        }
        let over = causes.get(number + 1).is_none_or(|next| next.at > event.at);
        for (mask, masked) in masks.iter().filter(|_| over) {
            let both = standing.contains(mask) && standing.contains(masked);
            prop_assert!(!both, "{mask} and {masked} at {:?}", event.at);
        }
    }
    prop_assert!(standing.is_empty(), "{standing:?} left");
    Ok(())
}

/// Errored blocks by an independent reading of the line: the frames whose BIP-8 in a field is not that
/// of the frame two before. Both were looked into, by their start, and so was the one between.
fn errored(
    line: &[Vec<u8>],
    seen: &[SimTime],
    first: usize,
    trail: fn(u8) -> bool,
) -> Vec<SimTime> {
    let clear = |frame: &Vec<u8>| {
        let mut frame = frame.clone();
        scramble(&mut frame);
        // Columns 15 to 3824.
        let opu = frame.chunks(otu::COLUMNS).flat_map(|row| &row[14..3_824]);
        let parity = opu.fold(0, |parity, octet| parity ^ octet);
        (parity, frame[first + 1], trail(frame[first + 2]))
    };
    let frames: Vec<(u8, u8, bool)> = line.iter().map(clear).collect();
    let start = |number: usize| bench::start_of(Signal::Otu1, number as u64);
    let is_seen = |number: usize| seen.binary_search(&start(number)).is_ok();
    let wrong = (2..line.len()).filter(|&number| {
        let (_, sent, of_trail) = frames[number];
        (number - 2..=number).all(is_seen) && of_trail && sent != frames[number - 2].0
    });
    wrong.map(start).collect()
}

/// True where one of the defects stands for a frame that begins at this time.
fn stands(events: &[DefectEvent], defects: &[Defect], at: SimTime) -> bool {
    defects.iter().any(|defect| {
        let known = |event: &&DefectEvent| event.defect == *defect && event.at <= at;
        events.iter().rfind(known).is_some_and(|event| event.raised)
    })
}

fn starts(seen: &[(SimTime, Option<u8>)]) -> Vec<SimTime> {
    seen.iter().map(|(at, _)| *at).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    //= type=test g798:6.2-signal-fail-forces-false
    //= type=test g798:6.5.1.1-errored-block
    //= type=test g798:6.5-signal-fail-holds
    #[test]
    fn any_sequence_of_faults_ends_well_and_every_block_is_counted(
        faults in sequence(),
        action in any::<bool>(),
    ) {
        let (terminal, line) = send(&faults, action);
        let record = &terminal.record;
        in_order(&record.events)?;
        one_cause(&record.causes, action)?;
        prop_assert_eq!(terminal.sink.defects(), DefectSet::default());
        prop_assert!(record.correlator.causes(Place::ROOT).is_empty());

        // All of it is in one second: what it counts is what the line has.
        let section = errored(&line, &starts(&record.section), SM_STATUS - 2, |_| true);
        prop_assert_eq!(terminal.sink.counters().section_errored_blocks, section.len() as u64);
        let second = terminal.sink.section().performance().expect("it counts").open_second();
        prop_assert_eq!(second.near.errored_blocks as usize, section.len());

        let mut path = errored(&line, &starts(&record.path), PM_STATUS - 2, |status| status % 8 < 5);
        let odu = terminal.sink.odu();
        prop_assert_eq!(odu.counters().frames as usize, record.path.len());
        // In a maintenance signal there are no blocks.
        let failed = |at| stands(&record.events, &[Defect::Ais, Defect::Oci, Defect::Lck], at);
        path.retain(|at| !failed(*at));
        let told = record.path.iter().filter(|seen| seen.1.is_some_and(|wrong| wrong > 0));
        prop_assert!(told.map(|seen| seen.0).filter(|at| !failed(*at)).eq(path.iter().copied()));
        let second = odu.path().performance().expect("it counts").open_second();
        prop_assert_eq!(second.near.errored_blocks as usize, path.len());
    }
}

/// The reading counts what was put in: three frames of 7 wrong bits, and a BIP-8 of the section alone.
//= type=test g798:6.5.1.1-errored-block
#[test]
fn errored_blocks_are_those_that_were_damaged() {
    let faults = [(Fault::Payload(7), 3, 20), (Fault::Bip(0, 0x11), 2, 20)];
    let (terminal, line) = send(&faults, false);
    let of = |seen: &[(SimTime, Option<u8>)], first| errored(&line, &starts(seen), first, |_| true);
    let start = |number| bench::start_of(Signal::Otu1, number);
    assert_eq!(of(&terminal.record.path, PM_STATUS - 2), [262, 263, 264].map(start));
    let section = of(&terminal.record.section, SM_STATUS - 2);
    assert_eq!(section, [262, 263, 264, 283, 284].map(start));
    assert_eq!(terminal.sink.odu().counters().errored_blocks, 3);
    assert_eq!(terminal.sink.counters().section_errored_blocks, 5);
}
