//! Transition tables of the small machines, state x input, as text for people to review.
//!
//! Each test prints its machine as a table, by driving it into every state through its public
//! functions, and compares it with the file in `tests/transitions/`. With `REWRITE_TABLES=1` in the
//! environment the files are written; whoever does so reads them against the clause in their heading.

mod tables;

use otn_frame::frame::FAS_PATTERN;
use otn_frame::layout::{OTU_COLS, OTU_OCTETS};
use otn_frame::overhead::{BeiBiae, PathStatus, TandemStatus};
use otn_frame::{OtuFrame, SimTime};
use otn_proc::align::{Aligner, Alignment, Step};
use otn_proc::integrate::{Clearing, LossIntegrator};
use otn_proc::multiframe::Multiframe;
use otn_proc::omfi::OmfiAlignment;
use otn_proc::otl::{Marker, Recovery, Sequence};
use otn_proc::persist::{BDI_FRAMES, BIAE_FRAMES, IAE_FRAMES, Persistent, STAT_FRAMES};
use tables::{Table, reviewed};

/// A value that may be missing.
fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_string(), |value| value.to_string())
}

/// What a frame period holds.
#[derive(Clone, Copy, PartialEq)]
enum Period {
    /// The whole FAS at the phase of the line.
    Fas,
    /// Octets 1, 2 and 6 of it wrong.
    OuterWrong,
    /// Octets 3, 4 or 5 of it wrong.
    InnerWrong(usize),
    /// No FAS at all.
    Nothing,
    /// The FAS at another phase.
    Elsewhere,
}

impl Period {
    fn octets(self) -> Vec<u8> {
        let mut octets = vec![0; OTU_OCTETS];
        match self {
            Self::Fas => octets[..6].copy_from_slice(&FAS_PATTERN),
            Self::OuterWrong => octets[2..5].copy_from_slice(&FAS_PATTERN[2..5]),
            Self::InnerWrong(number) => {
                octets[..6].copy_from_slice(&FAS_PATTERN);
                octets[number - 1] = 0x55;
            }
            Self::Nothing => {}
            Self::Elsewhere => octets[77..83].copy_from_slice(&FAS_PATTERN),
        }
        octets
    }
}

fn alignment_name(aligner: &Aligner<OTU_COLS>, has_phase: bool) -> String {
    match (aligner.alignment(), has_phase) {
        (Alignment::OutOfFrame, false) => "out of frame, no phase".to_string(),
        (Alignment::OutOfFrame, true) => "out of frame, old phase".to_string(),
        (Alignment::InFrame { bad }, _) => format!("in frame, {bad} wrong"),
    }
}

/// The state, the state after one more step, and what came out of it.
fn alignment_row(before: &[Period], input: &[Period]) -> [String; 3] {
    let mut aligner = Aligner::<OTU_COLS>::new();
    let mut frame = OtuFrame::zeroed();
    for period in before.iter().chain(input).chain(&[Period::Nothing; 3]) {
        aligner.push(&period.octets());
    }
    for _ in before {
        aligner.next_frame(&mut frame);
    }
    let has_phase = !before.is_empty();
    let state = alignment_name(&aligner, has_phase);
    let step = aligner.next_frame(&mut frame);
    let output = match step {
        Step::Starved => "more bits needed".to_string(),
        Step::Searched => "no frame".to_string(),
        Step::Frame(info) => {
            let phase = match (has_phase, info.realigned) {
                (false, _) => "first phase",
                (true, false) => "same phase",
                (true, true) => "other phase",
            };
            let fas = if info.fas_intact { "FAS right" } else { "FAS wrong" };
            format!("frame, {phase}, {fas}")
        }
    };
    let has_phase = matches!(step, Step::Frame(_)) || has_phase;
    [state, alignment_name(&aligner, has_phase), output]
}

//= type=test g798:8.2.1-oof-after-5
//= type=test g798:8.2.1-check-bytes-3-4-5
//= type=test g798:8.2.1-search-4-bytes
//= type=test g798:8.2.1-two-frames
#[test]
fn frame_alignment() {
    use Period::{Elsewhere, Fas, InnerWrong, Nothing, OuterWrong};
    let heading = "Frame alignment of the OTUk, and of a lane (otn_proc::align). G.798 8.2.1.\n\
        Leaves frame at the fifth frame in a row with octets 3, 4 or 5 of the FAS wrong; octets 1, 2\n\
        and 6 are not looked at. Enters it where octets 2 to 5 of the FAS stand twice, a frame apart.";
    let mut table = Table::new(heading, &["state", "frame period", "next state", "output"]);
    let lost = [&[Fas, Fas][..], &[Nothing; 5]].concat();
    let searches: [(&[Period], &str); 5] = [
        (&[Fas, Fas], "FAS here and a frame later"),
        (&[Fas, Nothing], "FAS here only"),
        (&[OuterWrong, OuterWrong], "octets 3 to 5 here and a frame later"),
        (&[Elsewhere, Elsewhere], "FAS at another phase, twice"),
        (&[Nothing, Nothing], "no FAS"),
    ];
    for before in [&[][..], &lost] {
        for (input, name) in searches {
            let [state, next, output] = alignment_row(before, input);
            table.row([state, name.to_string(), next, output]);
        }
        table.gap();
    }
    for bad in 0..5 {
        // The frame with which it comes in frame counts as a right one.
        let before = [&[Fas, Fas][..], &vec![Nothing; bad]].concat();
        let inputs = [
            (Fas, "FAS right".to_string()),
            (OuterWrong, "octets 1, 2 and 6 wrong".to_string()),
            (Elsewhere, "FAS at another phase".to_string()),
        ];
        let wrong = (3..=5).map(|n| (InnerWrong(n), format!("octet {n} wrong")));
        for (input, name) in inputs.into_iter().chain(wrong) {
            let [state, next, output] = alignment_row(&before, &[input]);
            table.row([state, name, next, output]);
        }
        table.gap();
    }
    reviewed("frame_alignment", vec![table]);
}

fn multiframe_name(state: Multiframe) -> String {
    match state {
        Multiframe::OutOfMultiframe { last, count } => {
            format!("out, received {}, counted {}", or_dash(last), or_dash(count))
        }
        Multiframe::InMultiframe { last, bad } => format!("in, counted {last}, {bad} wrong"),
    }
}

//= type=test g798:8.2.2-two-in-sequence
//= type=test g798:8.2.2-oom-after-5
#[test]
fn multiframe_alignment() {
    let heading = "Multiframe alignment (otn_proc::multiframe). G.798 8.2.2.\n\
        Enters at two MFAS in sequence, with the value received; leaves at the fifth in a row that is\n\
        not the expected one. The count goes on at the old phase until then.";
    let mut table = Table::new(heading, &["state", "MFAS", "next state", "frame is number"]);
    let out = |last, count| Multiframe::OutOfMultiframe { last, count };
    let states = [
        (out(None, None), &[0, 9, 255][..]),
        (out(Some(9), None), &[10, 9, 11, 200]),
        (out(Some(255), None), &[0, 255, 1]),
        (out(Some(9), Some(40)), &[10, 41, 9, 200]),
        (out(Some(40), Some(40)), &[41, 200]),
    ];
    let aligned =
        (0..5).map(|bad| (Multiframe::InMultiframe { last: 40, bad }, &[41, 40, 42, 200][..]));
    let wrap = [(Multiframe::InMultiframe { last: 255, bad: 0 }, &[0, 255][..])];
    for (state, inputs) in states.into_iter().chain(aligned).chain(wrap) {
        for &mfas in inputs {
            let (next, number) = state.after(mfas);
            let (mfas, number) = (mfas.to_string(), number.to_string());
            table.row([multiframe_name(state), mfas, multiframe_name(next), number]);
        }
        table.gap();
    }
    reviewed("multiframe_alignment", vec![table]);
}

//= type=test g709:19.4.4-omfi
//= type=test g798:8.2.3-oomfi-after-5
#[test]
fn omfi_alignment() {
    let heading = "OMFI alignment of the OPU4, 80 frames (otn_proc::omfi). G.798 8.2.3, 14.3.10.2.\n\
        As that of the MFAS, but a frame has no number while it is out; bit 1 of the octet is none of\n\
        the OMFI, and values of 80 to 127 follow nothing.";
    let mut table =
        Table::new(heading, &["octets before", "aligned", "octet", "then", "frame is number"]);
    let name = |aligned| if aligned { "in" } else { "out" }.to_string();
    let histories: [&[u8]; 11] = [
        &[],
        &[9],
        &[79],
        &[80],
        &[39, 40],
        &[78, 79],
        &[39, 40, 7],
        &[39, 40, 7, 7, 7],
        &[39, 40, 7, 7, 7, 7],
        &[39, 40, 7, 7, 7, 7, 7],
        &[39, 40, 7, 7, 7, 7, 45],
    ];
    for history in histories {
        let mut state = OmfiAlignment::default();
        let mut number = None;
        for &octet in history {
            number = state.receive(octet);
        }
        let last = history.last().copied().unwrap_or(0);
        let expected = number.map_or(last + 1, |number| number as u8 + 1);
        let mut inputs = vec![expected, expected % 80, 0x80 + expected % 80, last + 1, last, 80];
        inputs.sort_unstable();
        inputs.dedup();
        for octet in inputs {
            let mut next = state;
            let number = or_dash(next.receive(octet));
            let before: Vec<String> = history.iter().map(u8::to_string).collect();
            let (from, to) = (name(state.aligned()), name(next.aligned()));
            table.row([before.join(" "), from, octet.to_string(), to, number]);
        }
        table.gap();
    }
    reviewed("omfi_alignment", vec![table]);
}

/// Values in a row that a machine still counts, by asking how many more of them it takes.
fn row_of<const TIMES: u8>(state: Persistent<u8, TIMES>, value: u8) -> u8 {
    let mut probe = state;
    let needed = (1..=TIMES).find(|_| probe.receive(value) == Some(value));
    needed.map_or(0, |needed| TIMES - needed)
}

/// All states and inputs over a few values.
fn persistency<const TIMES: u8>(heading: &str, values: &[(u8, &str)]) -> Table {
    let columns = ["accepted", "row so far", "received", "accepted then", "row then"];
    let mut table = Table::new(heading, &columns);
    let name = |value: Option<u8>| {
        let known = values.iter().find(|(v, _)| Some(*v) == value);
        or_dash(known.map(|(_, name)| name))
    };
    let accepted = std::iter::once(None).chain(values.iter().map(|(value, _)| Some(*value)));
    for accepted in accepted {
        let mut held = Persistent::<u8, TIMES>::default();
        for _ in 0..TIMES {
            accepted.map(|value| held.receive(value));
        }
        let rows = values.iter().filter(|(value, _)| Some(*value) != accepted);
        let rows = rows.flat_map(|(value, _)| (1..TIMES).map(|times| (*value, times)));
        for (value, times) in std::iter::once((0, 0)).chain(rows) {
            let mut state = held;
            for _ in 0..times {
                state.receive(value);
            }
            for &(received, _) in values {
                let mut next = state;
                let then = next.receive(received);
                let row = |value, times| format!("{times} x {}", name(Some(value)));
                let before = if times == 0 { "-".to_string() } else { row(value, times) };
                let counted = row_of(next, received);
                let after =
                    if then == Some(received) { "-".to_string() } else { row(received, counted) };
                table.row([name(accepted), before, name(Some(received)), name(then), after]);
            }
        }
        table.gap();
    }
    table
}

//= type=test g798:6.2.6.6.1-bdi-5
//= type=test g798:6.2.6.8-iae-5
//= type=test g798:6.2.6.8-biae-3
//= type=test g798:8.8-stat-3
#[test]
fn persistencies() {
    let bits = [(0, "0"), (1, "1")];
    let bdi = "BDI of SM, TCM and PM (otn_proc::persist). G.798 6.2.6.6.\n\
        Accepted after five equal values in a row, in both directions.";
    let iae = "IAE of SM. G.798 6.2.6.8. As BDI.";
    let biae =
        "BIAE of SM and TCM: the code 1011 or any other. G.798 6.2.6.8. After three in a row.";
    let stat = "STAT of PM and TCM: any three different codes. G.798 8.8. After three in a row.";
    let codes = [(1, "A"), (2, "B"), (3, "C")];
    reviewed(
        "persistency",
        vec![
            persistency::<BDI_FRAMES>(bdi, &bits),
            persistency::<IAE_FRAMES>(iae, &bits),
            persistency::<BIAE_FRAMES>(biae, &[(0, "other"), (1, "1011")]),
            persistency::<STAT_FRAMES>(stat, &codes),
        ],
    );
}

//= type=test g798:8.8-stat-3
//= type=test g798:6.2.6.8-biae-3
#[test]
fn every_code() {
    let heading = "STAT: which code is accepted after one, two and three frames of another one. G.798 8.8.\n\
        A line for the code accepted before, a column for the code received.";
    let mut columns = vec!["before".to_string()];
    columns.extend((0..8).map(|code| format!("{code:03b}")));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut stat = Table::new(heading, &columns);
    for accepted in std::iter::once(None).chain((0..8).map(Some)) {
        let mut row = vec![or_dash(accepted.map(|code| format!("{code:03b}")))];
        for received in 0..8u8 {
            let mut state = Persistent::<u8, STAT_FRAMES>::default();
            for _ in 0..STAT_FRAMES {
                accepted.map(|code| state.receive(code));
            }
            let shown = |code: Option<u8>| or_dash(code.map(|code| format!("{code:03b}")));
            let three: Vec<String> = (0..3).map(|_| shown(state.receive(received))).collect();
            row.push(three.join(" "));
        }
        stat.row(row);
    }
    let heading = "Meaning of STAT. G.709 15.8.2.1, 15.8.2.2.";
    let mut meaning = Table::new(heading, &["STAT", "PM", "TCM"]);
    for code in 0..8 {
        let path = format!("{:?}", PathStatus::from_code(code));
        let tandem = format!("{:?}", TandemStatus::from_code(code));
        meaning.row([format!("{code:03b}"), path, tandem]);
    }
    let heading =
        "BEI/BIAE of SM and TCM, after three frames of each code. G.709 15.7.2.1, G.798 6.2.6.8.";
    let mut backward = Table::new(heading, &["code", "errors", "dBIAE"]);
    for code in 0..16 {
        let mut state = Persistent::<bool, BIAE_FRAMES>::default();
        let read = BeiBiae::from_code(code);
        let biae = (0..3).filter_map(|_| state.receive(read == BeiBiae::Biae)).last();
        let biae = if biae == Some(true) { "yes" } else { "no" };
        backward.row([format!("{code:04b}"), read.errors().to_string(), biae.to_string()]);
    }
    reviewed("codes", vec![stat, meaning, backward]);
}

fn recovery_name(state: Recovery) -> String {
    match state {
        Recovery::OutOfRecovery { last: None, .. } => "out of recovery".to_string(),
        Recovery::OutOfRecovery { last: Some(lane), same } => {
            format!("out of recovery, {same} x lane {lane}")
        }
        Recovery::InRecovery { lane, bad } => format!("in recovery, lane {lane}, {bad} wrong"),
    }
}

//= type=test g798:otl-recovered-after-5
//= type=test g798:otl-oor-after-5
#[test]
fn lane_recovery() {
    let heading = "Lane recovery (otn_proc::otl). G.798, lane marker recovery; g798.md section 2.\n\
        Enters at the fifth equal lane number in a row; leaves at the fifth that is another.";
    let mut table = Table::new(heading, &["state", "lane number read", "next state", "lane"]);
    let out = (1..5).map(|same| Recovery::OutOfRecovery { last: Some(3), same });
    let within = (0..5).map(|bad| Recovery::InRecovery { lane: 3, bad });
    for state in std::iter::once(Recovery::default()).chain(out).chain(within) {
        for read in [Some(3), Some(8), None] {
            let next = state.after(read);
            let read = read.map_or_else(|| "none".to_string(), |lane| lane.to_string());
            table.row([recovery_name(state), read, recovery_name(next), or_dash(next.lane())]);
        }
        table.gap();
    }
    reviewed("lane_recovery", vec![table]);
}

fn marker_name(marker: Marker) -> String {
    match marker {
        Marker::Mfas(mfas) => format!("MFAS {mfas}"),
        Marker::Llm { llm, mfas } => format!("LLM {llm} MFAS {mfas}"),
    }
}

fn sequence_name(state: Sequence) -> String {
    match state {
        Sequence::OutOfSequence { last } => format!("out, last {}", or_dash(last.map(marker_name))),
        Sequence::InSequence { last, bad } => {
            format!("in, counted {}, {bad} wrong", marker_name(last))
        }
    }
}

//= type=test g798:otl-marker-sequence
#[test]
fn marker_sequence() {
    let heading = "Count of the markers of a lane (otn_proc::otl). g798.md section 2, in the manner of the MFAS.\n\
        An OTL4.4 lane has a FAS every 20 frames, its LLM counts to 239; an OTL3.4 lane every 4.";
    let mut table = Table::new(heading, &["state", "marker read", "next state", "frame is number"]);
    let llm = |llm, mfas| Marker::Llm { llm, mfas };
    let (now, next, other, none) = (llm(225, 250), llm(5, 14), llm(6, 14), llm(245, 14));
    let first = Sequence::OutOfSequence { last: None };
    let counted = (0..5).map(|bad| Sequence::InSequence { last: now, bad });
    let states = [first, Sequence::OutOfSequence { last: Some(now) }];
    let otl44 =
        states.into_iter().chain(counted).map(|state| (state, vec![next, other, now, none]));
    let mfas = [
        Sequence::OutOfSequence { last: Some(Marker::Mfas(254)) },
        Sequence::InSequence { last: Marker::Mfas(254), bad: 4 },
    ];
    let otl34 = mfas.map(|state| (state, [2, 255, 254].map(Marker::Mfas).to_vec()));
    for (state, inputs) in otl44.chain(otl34) {
        for read in inputs {
            let next = state.after(read);
            let number = or_dash(next.marker().and_then(Marker::number));
            table.row([sequence_name(state), marker_name(read), sequence_name(next), number]);
        }
        table.gap();
    }
    reviewed("marker_sequence", vec![table]);
}

/// Microseconds with as many decimals as they need.
fn us(time: SimTime) -> String {
    let ps = time.as_ps();
    let (whole, rest) = (ps / 1_000_000, ps % 1_000_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:06}") }
}

/// Bad, good, bad, then good for long: what is raised and cleared, in steps of 50 us.
fn spells(clearing: Clearing, lasting: [SimTime; 3]) -> String {
    let mut integrator = LossIntegrator::new(clearing);
    let first = lasting[0];
    let (second, third) = (first + lasting[1], first + lasting[1] + lasting[2]);
    let end = third + SimTime::from_ms(7);
    let bad_at = |now: SimTime| now < first || (now >= second && now < third);
    let mut times: Vec<SimTime> = (0..=500).map(|n| SimTime::from_ns(50_000 * n)).collect();
    times.extend([first, second, third]);
    times.sort_unstable();
    let mut events = Vec::new();
    for now in times.into_iter().filter(|now| *now <= end) {
        if let Some(at) = integrator.update(now, bad_at(now)) {
            let change = if integrator.raised() { "raised" } else { "cleared" };
            events.push(format!("{change} at {}", us(at)));
        }
    }
    if events.is_empty() { "-".to_string() } else { events.join(", ") }
}

//= type=test g798:6.2.5.1-lof-3ms
//= type=test g798:6.2.5.1-lof-intermittent
//= type=test g798:6.2.5.2-lom-3ms
#[test]
fn loss_integrators() {
    let at = |us: u64| SimTime::from_ns(1_000 * us);
    let early = SimTime::from_ps(2_999_999_999);
    let kinds = [
        (
            Clearing::Integrated,
            "dLOF, dLOFLOM, dLOFLANE, dLOR: clear after 3 ms (otn_proc::integrate). G.798 6.2.5.1.\n\
             Times in us. Bad time adds up until a good time of 3 ms.",
        ),
        (
            Clearing::Immediate,
            "dLOM, dLOOMFI, dLOL: clear at once (otn_proc::integrate). G.798 6.2.5.2.\n\
             Times in us. A good time, however short, wipes out the bad time before it. At the limit\n\
             the defect did stand, for no time.",
        ),
    ];
    let tables = kinds.map(|(clearing, heading)| {
        let mut table = Table::new(heading, &["bad", "good", "bad", "defect"]);
        for bad in [at(1_500), at(2_900), early, at(3_000), at(4_000)] {
            for good in [at(1_000), early, at(3_000), at(5_000)] {
                for again in [at(50), at(1_500), early, at(3_000)] {
                    let events = spells(clearing, [bad, good, again]);
                    table.row([us(bad), us(good), us(again), events]);
                }
            }
            table.gap();
        }
        table
    });
    reviewed("loss_integrators", tables.into());
}
