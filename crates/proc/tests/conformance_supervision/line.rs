//! Cases 9, 10, 12, 76 and 77: what is wrong with the line, and who says so.

use otn_fec::rs255_239;
use otn_frame::layout::{ODU_COLS, OTU_BITS};
use otn_frame::overhead::TcmLevel;
use otn_frame::{OduFrame, OtuFrame, Signal, SimTime, Tti, scrambler};
use otn_proc::defect::{Defect, DefectEvent, TandemDefect};
use otn_proc::observer::{FrameReport, Observer};
use otn_proc::odu::Hold;
use otn_proc::odu::source::Maintenance;
use otn_proc::provision::Provision;
use otn_proc::remote::RemoteIndication;
use otn_proc::section::SectionSource;
use otn_proc::supervision::actions::Action;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::function::Function;
use otn_proc::supervision::settings::{Settings, TandemSettings};
use otn_proc::terminal::{Fec, LineCoding, TerminalSink};
use otn_testkit::pn;

use crate::bench::{CODING, FRAME, Terminal, bit_of, clear, scramble, start_of, trace};

const SIGNAL: Signal = Signal::Otu1;
const NOTHING: [&str; 0] = [];

/// Frames before the stimulus.
const BEFORE: usize = 20;

/// PN-11 for so many octets, a bit in so many of them wrong.
fn sequence(octets: usize, wrong_every_bits: Option<usize>) -> Vec<u8> {
    let mut sequence = pn::pn11(octets);
    if let Some(every) = wrong_every_bits {
        for bit in (every / 2..octets * 8).step_by(every) {
            sequence[bit / 8] ^= 0x80 >> (bit % 8);
        }
    }
    sequence
}

/// Cases 9 and 10: PN-11 for good, as it is and with a wrong bit in a thousand.
//= type=test g798:6.2.6.3.1-pn11-interval-end
//= type=test g798:6.2.6.3.1-pn11-ones
//= type=test g798:12.3-line-causes
#[test]
fn case_09_and_10_pn11_is_ais_whose_lof_is_not_told() {
    for wrong in [None, Some(1_000)] {
        let mut terminal = Terminal::new(SIGNAL);
        terminal.good(BEFORE);
        terminal.push(&sequence(100 * FRAME, wrong));
        terminal.settle();
        let from = BEFORE as u64 * OTU_BITS;
        let ais = bit_of(SIGNAL, from + 3 * 8_192);
        assert_eq!(ais.since(bit_of(SIGNAL, from)).as_ns(), 9_218);
        assert_eq!(terminal.record.of(Defect::OtuAis), [(ais, true)], "{wrong:?}");
        let lof = start_of(SIGNAL, BEFORE as u64 + 4) + SimTime::from_ms(3);
        assert_eq!(terminal.record.of(Defect::Lof), [(lof, true)]);
        assert_eq!(terminal.record.told(), ["OTU cSSF", "ODU cSSF"], "no cLOF");
        assert!(terminal.sink.remote().section.bdi() && terminal.sink.remote().path.bdi());
    }
}

/// Case 12: three intervals are the limit; a whole frame has 15.
//= type=test g798:6.2.6.3.1-pn11-interval
#[test]
fn case_12_one_interval_of_pn11_is_no_ais_and_a_frame_is() {
    for (octets, raised) in [(1_024, false), (2 * 1_024, false), (3 * 1_024, true), (FRAME, true)] {
        let mut terminal = Terminal::new(SIGNAL);
        terminal.good(BEFORE);
        let mut frame = clear(BEFORE).to_vec();
        scramble(&mut frame);
        frame[..octets].copy_from_slice(&sequence(octets, None));
        terminal.push(&frame);
        for number in 1..20 {
            let mut frame = clear(BEFORE + number).to_vec();
            scramble(&mut frame);
            terminal.push(&frame);
        }
        terminal.settle();
        let changes = terminal.record.of(Defect::OtuAis);
        assert_eq!(
            changes.iter().map(|change| change.1).collect::<Vec<_>>(),
            match raised {
                true => vec![true, false],
                false => vec![],
            }
        );
        assert_eq!(terminal.record.of(Defect::Lof), []);
        assert_eq!(terminal.record.standing(), NOTHING);
    }
}

/// A regenerator: it ends the section, and begins another one around the ODUk, or around ODUk-AIS
/// while it has none.
struct Regenerator {
    terminal: TerminalSink,
    told: Told,
    source: SectionSource,
    remote: RemoteIndication,
    sent: u64,
}

#[derive(Default)]
struct Told {
    correlator: Correlator,
    causes: Vec<String>,
    defects: Vec<(Defect, SimTime)>,
    /// The frame that came last.
    frame: Option<OduFrame>,
}

impl Observer for Told {
    fn frame(&mut self, report: &FrameReport<'_>) {
        self.frame = Some(report.frame.to_odu());
    }

    fn defect(&mut self, event: DefectEvent) {
        if event.raised {
            self.defects.push((event.defect, event.at));
        }
        let causes = &mut self.causes;
        self.correlator.note(event, &mut |event| causes.push(event.cause.to_string()));
    }
}

/// Nobody reports a failed server: then all receivers but the first are silent.
fn silent() -> Settings {
    let mut settings = Settings::default();
    settings.section.ssf_reported = false;
    settings.odu.path.ssf_reported = false;
    let mut tandem = TandemSettings::default();
    tandem.trail.ssf_reported = false;
    settings.odu.tandems = TcmLevel::all().map(|level| (level, tandem)).collect();
    settings
}

impl Regenerator {
    fn new() -> Self {
        let terminal =
            TerminalSink::provisioned(SIGNAL, CODING, Provision::default(), Hold::NOTHING);
        let told = Told { correlator: Correlator::new(silent()), ..Told::default() };
        let source = SectionSource::new(trace());
        Self { terminal, told, source, remote: RemoteIndication::default(), sent: 0 }
    }

    /// Takes octets of the line, and sends the next frame.
    fn pass(&mut self, octets: &[u8]) -> Vec<u8> {
        self.told.frame = None;
        self.terminal.push(octets, &|bit| bit_of(SIGNAL, bit), &mut self.told);
        let causes = &mut self.told.causes;
        let now = start_of(SIGNAL, self.sent);
        self.told.correlator.settle(now, &mut |event| causes.push(event.cause.to_string()));
        let outcomes = self.told.correlator.outcomes(otn_proc::place::Place::ROOT);
        let ais = outcomes
            .iter()
            .any(|o| o.function == Function::OtuOdu && o.actions.contains(Action::Ais));
        let mut inside = OduFrame::zeroed();
        inside.set_alignment(self.sent as u8);
        match (ais, self.told.frame.take()) {
            (false, Some(frame)) => inside = frame,
            (true, _) | (false, None) => Maintenance::Ais.write(&mut inside),
        }
        let mfas = inside.octets()[6];
        let mut frame = OtuFrame::zeroed();
        for (row, inside) in frame.rows_mut().iter_mut().zip(inside.rows()) {
            row[..ODU_COLS].copy_from_slice(inside);
        }
        frame.set_alignment(mfas);
        self.source.write(&mut frame, mfas, inside.opu_bip8(), &mut self.remote);
        scrambler::scramble(&mut frame);
        self.sent += 1;
        frame.octets().to_vec()
    }
}

/// Case 76: a fibre is cut in front of the first of three regenerators and a terminal.
//= type=test g798:13.2-section-causes
//= type=test g798:13.3-ais-insertion
//= type=test g798:14.2-path-causes
#[test]
fn case_76_a_cut_fibre_is_told_by_the_first_receiver_alone() {
    let mut chain: Vec<Regenerator> = (0..4).map(|_| Regenerator::new()).collect();
    let cut = 40;
    for number in 0..cut + 200 {
        let mut octets = clear(number).to_vec();
        scramble(&mut octets);
        if number >= cut {
            octets.fill(0);
        }
        for node in &mut chain {
            octets = node.pass(&octets);
        }
    }
    // The first frames are a way to go; nobody says anything but of the cut.
    assert_eq!(chain[0].told.causes, ["OTSi cLOS"]);
    for node in &chain[1..] {
        assert_eq!(node.told.causes, NOTHING);
        let ais = node.told.defects.iter().find(|(defect, _)| *defect == Defect::Ais);
        let at = ais.expect("ODUk-AIS came").1;
        // dLOS is 100 µs old, AIS is there two frames later and accepted after three more, at each.
        let took = at.since(start_of(SIGNAL, cut as u64));
        assert!(took < SimTime::from_ms(1), "{} ns", took.as_ns());
        let section =
            |d: &(Defect, SimTime)| matches!(d.0, Defect::Lof | Defect::Lom | Defect::Los);
        assert!(!node.told.defects.iter().any(section), "{:?}", node.told.defects);
    }
}

/// Case 77: more wrong symbols than the code corrects, away from the FAS.
//= type=test g798:6.5.1.1-errored-block
//= type=test g798:fec-counters
#[test]
fn case_77_an_uncorrectable_burst_is_errored_blocks_and_no_lof() {
    let coding = LineCoding { fec: Fec::Rs255_239, scrambled: true };
    let mut sink = TerminalSink::provisioned(SIGNAL, coding, Provision::default(), Hold::NOTHING);
    let mut told = Told::default();
    for number in 0..40 {
        let mut frame = OtuFrame::from_octets(clear(number)).expect("a whole frame");
        frame.rows_mut().iter_mut().for_each(rs255_239::encode_row);
        scrambler::scramble(&mut frame);
        if (20..23).contains(&number) {
            // Row 3, columns 1001 to 1400: 25 symbols of each of the 16 words, a bit in each.
            frame.rows_mut()[2][1_000..1_400].iter_mut().for_each(|octet| *octet ^= 1);
        }
        sink.push(frame.octets(), &|bit| bit_of(SIGNAL, bit), &mut told);
    }
    assert_eq!(told.defects, []);
    let counters = sink.counters();
    assert_eq!(counters.uncorrectable_codewords, 3 * 16);
    // 400 wrong bits in one bit of the BIP-8 are an even number: make sure that they are seen as the
    // decoder left them.
    assert_eq!(counters.fas_errored_frames, 0);
    let mut odd = Terminal::new(SIGNAL);
    odd.good(20);
    odd.send(3, |_, frame| frame[2 * 4_080 + 1_000..][..401].iter_mut().for_each(|o| *o ^= 1));
    odd.good(10);
    assert_eq!(odd.sink.counters().section_errored_blocks, 3);
    assert_eq!(odd.sink.odu().counters().errored_blocks, 3);
    assert_eq!(odd.record.names(), NOTHING);
    assert!(!sink.section().has(TandemDefect::Bdi));
    assert_eq!(Tti::from_octets(*trace().octets()), trace());
}
