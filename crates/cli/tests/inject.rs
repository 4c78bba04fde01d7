//! `otn wrap --inject`: every event is in exactly the frames asked for, and nothing else is changed.
//!
//! The frames of a run with an event are compared with those of the same run without it, changed by
//! hand, in the reading of the naive oracle.

mod common;

use std::fs;
use std::ops::Range;
use std::path::Path;

use common::{capture, otn_in};
use otn_testkit::otu::{FRAME_OCTETS, Frame, Monitoring};
use otn_testkit::{bip, bits, crc, otu, pn, rs};

/// Bits of a frame and bit rate of an OTU2, exact: 255/237 x 9.953280 Gbit/s.
const FRAME_BITS: u128 = 130_560;

/// Frames of an OTU2 that start in [from, until), in microseconds.
fn within(from_us: u128, until_us: u128) -> Range<usize> {
    let first = |us: u128| {
        // The first n with n x 130 560 x 237 / (255 x 9 953 280 000) s >= us.
        (us * 255 * 9_953_280_000).div_ceil(FRAME_BITS * 237 * 1_000_000) as usize
    };
    first(from_us)..first(until_us)
}

/// Octets of the line that these arguments make of the packets of a capture, a frame each.
fn line(folder: &Path, arguments: &[&str]) -> Vec<Vec<u8>> {
    let input = capture("afs");
    let wrap = [&["wrap", &input], arguments, &["-o", "line.bin"]].concat();
    let ended = otn_in(folder, &wrap);
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
    assert_eq!(ended.stderr, "", "{arguments:?}");
    let octets = fs::read(folder.join("line.bin")).expect("a line");
    octets.chunks(FRAME_OCTETS).map(<[u8]>::to_vec).collect()
}

/// Arguments of a line that is short and easy to read.
const CLEAR: [&str; 6] = ["--signal", "OTU2", "--no-scramble", "--fec", "none", "--duration"];

fn read(line: &[Vec<u8>]) -> Vec<Frame> {
    line.iter().map(|octets| otu::read(octets, false)).collect()
}

/// BIP-8 of the OPU in a frame that was changed by hand.
fn parity(frame: &Frame) -> u8 {
    let opu = frame.opu_column_15.iter().chain(&frame.opu_column_16).chain(&frame.payload);
    bip::bip8(opu)
}

/// Whose BIP-8 follows a change of the OPU.
#[derive(Clone, Copy, PartialEq)]
enum Follows {
    /// Nobody's: the OPU is not changed.
    None,
    /// That of SM: the change is behind the path and its tandem connections.
    Section,
    /// That of all.
    All,
}

/// When the events of most tests take place, in microseconds: in frames 33 to 57.
const FROM_US: u128 = 400;
const UNTIL_US: u128 = 700;

/// Frames of a line without events, with these levels in use.
fn base(tcm: &str) -> Vec<Frame> {
    let folder = tempfile::tempdir().expect("a folder");
    read(&line(folder.path(), &[&CLEAR[..], &["1ms", "--tcm", tcm]].concat()))
}

/// Runs with an event, and compares with the frames changed by hand.
fn changed(
    base: &[Frame],
    tcm: &str,
    event: &str,
    follows: Follows,
    change: impl Fn(usize, &mut Frame),
) {
    let folder = tempfile::tempdir().expect("a folder");
    let injection = format!("{event}@{FROM_US}us:{}us", UNTIL_US - FROM_US);
    let arguments = [&CLEAR[..], &["1ms", "--tcm", tcm, "--inject", &injection]].concat();
    let found = read(&line(folder.path(), &arguments));
    let mut expected = base.to_vec();
    assert_eq!((expected.len(), found.len()), (83, 83), "{event}");
    assert_eq!(within(FROM_US, UNTIL_US), 33..58, "by hand: 12.1914 us a frame");
    for n in 33..58 {
        change(n, &mut expected[n]);
        if follows == Follows::None {
            continue;
        }
        let opu = parity(&expected[n]);
        expected[n].computed_bip8 = opu;
        let later = &mut expected[n + 2];
        later.sm.bip8 = opu;
        if follows == Follows::All {
            later.pm.bip8 = opu;
            let in_use = later.tcm.iter_mut().filter(|tcm| tcm.byte3 > 0);
            in_use.for_each(|tcm| tcm.bip8 = opu);
        }
    }
    for (n, (expected, found)) in expected.iter().zip(&found).enumerate() {
        // The payload is long: told apart from the rest.
        assert!(expected.payload == found.payload, "{event}: payload of frame {n}");
        let short =
            |frame: &Frame| Frame { payload: Vec::new(), parity: Vec::new(), ..frame.clone() };
        assert_eq!(short(expected), short(found), "{event}: frame {n}");
    }
}

/// A TTI as G.709 15.2 lays it out: NUL, 15 characters, NUL, 15 characters, 32 octets.
fn wrong_trace(mfas: u8) -> u8 {
    let mut octets = [0; 64];
    octets[1..12].copy_from_slice(b"WRONG-TRACE");
    octets[17..28].copy_from_slice(b"WRONG-TRACE");
    octets[usize::from(mfas) % 64]
}

/// Whose field.
#[derive(Clone, Copy)]
enum At {
    Sm,
    Pm,
    Tcm(usize),
}

impl At {
    fn of(self, frame: &mut Frame) -> &mut Monitoring {
        match self {
            Self::Sm => &mut frame.sm,
            Self::Pm => &mut frame.pm,
            Self::Tcm(level) => &mut frame.tcm[level - 1],
        }
    }

    fn name(self) -> String {
        match self {
            Self::Sm => "sm".into(),
            Self::Pm => "pm".into(),
            Self::Tcm(level) => format!("tcm{level}"),
        }
    }
}

/// A change of a field by hand: the frame's place among those of the event, its MFAS, the field.
type OfField = fn(usize, u8, &mut Monitoring);

/// Changes that SM, PM and TCM have in common; the third octet is BEI, BDI and three bits more.
const COMMON: [(&str, OfField); 8] = [
    ("bdi", |_, _, field| field.byte3 |= 0x08),
    ("tim", |_, mfas, field| field.tti = wrong_trace(mfas)),
    ("bei", |_, _, field| field.byte3 = field.byte3 & 0x0F | 0x10),
    ("bei(8)", |_, _, field| field.byte3 = field.byte3 & 0x0F | 0x80),
    ("bip", |_, _, field| field.bip8 ^= 0x80),
    ("bip(8)", |_, _, field| field.bip8 ^= 0xFF),
    ("deg", |n, _, field| field.bip8 ^= u8::from(n % 5 == 4)),
    ("deg(0.5)", |n, _, field| field.bip8 ^= u8::from(n % 2 == 1)),
];

fn field(base: &[Frame], at: At, events: &[(&str, OfField)]) {
    for (event, change) in events {
        let event = format!("{}-{event}", at.name());
        changed(base, ALL_LEVELS, &event, Follows::None, |n, frame| {
            let mfas = frame.mfas;
            change(n - 33, mfas, at.of(frame));
        });
    }
}

const ALL_LEVELS: &str = "1,2,3,4,5,6";

#[test]
fn events_of_the_section_change_sm_and_nothing_else() {
    let base = base(ALL_LEVELS);
    field(&base, At::Sm, &COMMON);
    field(
        &base,
        At::Sm,
        &[
            ("iae", |_, _, field| field.byte3 |= 0x04),
            ("biae", |_, _, field| field.byte3 = field.byte3 & 0x0F | 0xB0),
        ],
    );
}

#[test]
fn events_of_the_path_change_pm_and_nothing_else() {
    field(&base(ALL_LEVELS), At::Pm, &COMMON);
}

#[test]
fn events_of_each_level_change_its_tcm_and_nothing_else() {
    const FILL: fn(u8) -> Monitoring = |octet| Monitoring { tti: octet, bip8: octet, byte3: octet };
    let own: [(&str, OfField); 6] = [
        ("iae", |_, _, field| field.byte3 = field.byte3 & 0xF8 | 2),
        ("biae", |_, _, field| field.byte3 = field.byte3 & 0x0F | 0xB0),
        ("ais", |_, _, field| *field = FILL(0xFF)),
        ("oci", |_, _, field| *field = FILL(0x66)),
        ("lck", |_, _, field| *field = FILL(0x55)),
        ("ltc", |_, _, field| *field = FILL(0x00)),
    ];
    // Every event at one level, one event at every level.
    let base = base(ALL_LEVELS);
    field(&base, At::Tcm(3), &COMMON);
    field(&base, At::Tcm(3), &own);
    for level in [1, 2, 4, 5, 6] {
        field(&base, At::Tcm(level), &own[level - 1..level]);
    }
}

//= type=test g709:16.5-maintenance-fill
#[test]
fn maintenance_signals_leave_alignment_and_otu_overhead_and_a_valid_section() {
    let base = base("1,6");
    for (event, fill) in [("odu-ais", 0xFF), ("odu-oci", 0x66), ("odu-lck", 0x55)] {
        changed(&base, "1,6", event, Follows::Section, |_, frame| {
            let all = Monitoring { tti: fill, bip8: fill, byte3: fill };
            *frame = Frame {
                row2_res: [fill; 2],
                pm_and_tcm: fill,
                row2_exp: [fill; 2],
                tcm: [all; 6],
                pm: all,
                row3_exp: [fill; 2],
                gcc1: [fill; 2],
                gcc2: [fill; 2],
                aps_pcc: [fill; 4],
                row4_res: [fill; 6],
                opu_column_15: [fill; 4],
                opu_column_16: [fill; 4],
                payload: vec![fill; frame.payload.len()],
                ..frame.clone()
            };
        });
    }
}

#[test]
fn alignment_is_lost_in_the_frames_asked_for() {
    let base = base("1");
    let wrong = |_, frame: &mut Frame| frame.fas = [0x5C, 0x5C, 0x5C, 0x82, 0x82, 0x82];
    changed(&base, "1", "lof", Follows::None, wrong);
    changed(&base, "1", "lom", Follows::None, |_, frame| frame.mfas = 32);
}

#[test]
fn events_of_the_opu_are_covered_by_every_bip() {
    // PSI[0] comes in frame 0 and in frame 256, which starts at 3.12 ms.
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&CLEAR[..], &["3.5ms", "--tcm", "2"]].concat();
    let base = read(&line(folder.path(), &arguments));
    let found = [&arguments[..], &["--inject", "plm@3ms:1ms"]].concat();
    let found = read(&line(folder.path(), &found));
    for (n, (before, after)) in base.iter().zip(&found).enumerate() {
        let psi = if n == 256 { 0x80 } else { before.psi() };
        assert_eq!(after.psi(), psi, "frame {n}");
        assert!(before.payload == after.payload, "frame {n}");
        let covered = if n == 258 { 0x05 ^ 0x80 } else { 0 };
        for (old, new) in
            [(before.sm, after.sm), (before.pm, after.pm), (before.tcm[1], after.tcm[1])]
        {
            assert_eq!(new, Monitoring { bip8: old.bip8 ^ covered, ..old }, "frame {n}");
        }
    }
    assert_eq!(base[256].psi(), 0x05);
}

/// The octets of OPU payload of some frames that hold core headers, by following GFP by hand, and
/// which of the four octets of the header each is.
fn headers(stream: &[u8]) -> Vec<(usize, usize)> {
    let (mut at, mut found) = (0, Vec::new());
    while at + 4 <= stream.len() {
        found.extend((0..4).map(|octet| (at + octet, octet)));
        let pli = bits::read(stream, 8 * at, 16) as usize ^ 0xB6AB;
        at += 4 + if pli < 4 { 0 } else { pli };
    }
    found
}

#[test]
fn core_headers_of_gfp_have_two_wrong_bits_in_the_frames_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&CLEAR[..], &["1ms"]].concat();
    let base = read(&line(folder.path(), &arguments));
    let found = [&arguments[..], &["--inject", "lfd@400us:300us"]].concat();
    let found = read(&line(folder.path(), &found));
    let payload =
        |frames: &[Frame]| frames.iter().flat_map(|f| f.payload.clone()).collect::<Vec<_>>();
    let (mut expected, found) = (payload(&base), payload(&found));
    let window = within(FROM_US, UNTIL_US);
    let octets = 15_232 * window.start..15_232 * window.end;
    let mut broken = 0;
    for (at, octet) in headers(&expected) {
        if octets.contains(&at) && octet >= 2 {
            expected[at] ^= 1;
            broken += 1;
        }
    }
    assert!(broken > 600, "{broken}");
    assert!(expected == found);
    // No receiver takes such a header for one, or repairs it: no single bit makes it good again.
    let good =
        |header: u64| crc::hec(&(header >> 16).to_be_bytes()[6..]) == (header as u16).to_be_bytes();
    for pli in [0u64, 4, 64, 1_518, 0xFFFF] {
        let hec = u64::from(u16::from_be_bytes(crc::hec(&pli.to_be_bytes()[6..])));
        let header = (pli << 16 | hec) ^ 0x0101;
        assert!(!good(header) && (0..32).all(|bit| !good(header ^ 1 << bit)), "{pli}");
    }
}

/// The frames of GFP of a line that are no idles, each with the place of its first octet.
fn gfp(frames: &[Frame]) -> Vec<(usize, otn_testkit::gfp::Frame)> {
    let stream: Vec<u8> = frames.iter().flat_map(|f| f.payload.clone()).collect();
    let mut descrambler = otn_testkit::gfp::Descrambler::new();
    let parsed = otn_testkit::gfp::parse(&stream, &mut descrambler).expect("a stream of GFP");
    let mut at = 0;
    let placed = parsed.frames.into_iter().map(|frame| {
        let here = at;
        at += 4 + usize::from(frame.pli);
        (here, frame)
    });
    placed.filter(|(_, frame)| !frame.is_idle()).collect()
}

#[test]
fn type_headers_of_gfp_are_others_in_frames_that_begin_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&CLEAR[..], &["1ms"]].concat();
    let base = gfp(&read(&line(folder.path(), &arguments)));
    let window = within(FROM_US, UNTIL_US);
    let octets = 15_232 * window.start..15_232 * window.end;
    for (event, exi, upi) in [("upm", 0, 0xFE), ("exm", 1, 0x01)] {
        let injection = format!("{event}@400us:300us");
        let found =
            read(&line(folder.path(), &[&arguments[..], &["--inject", &injection]].concat()));
        let found = gfp(&found);
        let mut wrong = 0;
        for ((at, found), (_, base)) in found.iter().zip(&base) {
            let header = found.type_header().expect("a header");
            let inside = octets.contains(at);
            wrong += u32::from(inside);
            let expected = if inside { (0, exi, upi, true) } else { (0, 0, 0x01, true) };
            assert_eq!((header.pti, header.exi, header.upi, header.thec_is_right), expected);
            // Channel 0, spare 0, and their eHEC, which is 0 too.
            let extension: &[u8] = if expected.1 == 1 { &[0; 4] } else { &[] };
            assert_eq!(found.extension_header(), Some(extension), "{event}");
            assert!(found.payload() == base.payload(), "{event}: the packet at {at}");
        }
        assert!(wrong > 300, "{event}: {wrong}");
    }
    assert_eq!(crc::hec(&[0, 0]), [0, 0]);
}

#[test]
fn a_failed_client_says_so_in_the_psi_and_in_gfp() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&CLEAR[..], &["4.5ms"]].concat();
    let base = read(&line(folder.path(), &arguments));
    let found =
        read(&line(folder.path(), &[&arguments[..], &["--inject", "csf@3ms:1ms"]].concat()));
    for (n, (before, after)) in base.iter().zip(&found).enumerate() {
        // PSI[2] comes in frames 2 and 258, which starts at 3.15 ms.
        assert_eq!(after.psi(), if n == 258 { 0x80 } else { before.psi() }, "frame {n}");
    }
    let window = within(3_000, 4_000);
    let octets = 15_232 * window.start..15_232 * window.end;
    let (base, found) = (gfp(&base), gfp(&found));
    let management = |frame: &otn_testkit::gfp::Frame| {
        frame.type_header().filter(|header| header.pti == 4).map(|header| header.upi)
    };
    let told: Vec<(bool, u8)> = found
        .iter()
        .filter_map(|(at, frame)| management(frame).map(|upi| (octets.contains(at), upi)))
        .collect();
    // Loss of client signal at once, defect clear indication with the first frame afterwards.
    assert_eq!(told, [(true, 0x01), (false, 0x03)]);
    let data: Vec<_> = found.iter().filter(|(_, frame)| management(frame).is_none()).collect();
    assert!(data.iter().all(|(at, _)| !octets.contains(at)), "no packet begins meanwhile");
    assert!(data.iter().zip(&base).all(|(a, b)| a.1.payload() == b.1.payload()), "all in order");
    assert!(data.len() > 1_000);
}

/// Arguments of a line as it really is: with FEC, scrambled.
fn real(duration: &str) -> [&str; 4] {
    ["--signal", "OTU2", "--duration", duration]
}

#[test]
fn the_line_is_dark_or_pn11_or_longer() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = line(folder.path(), &real("1ms")).concat();
    let run = |event: &str| line(folder.path(), &[&real("1ms")[..], &["--inject", event]].concat());
    let window = within(FROM_US, UNTIL_US);
    let octets = FRAME_OCTETS * window.start..FRAME_OCTETS * window.end;
    let mut expected = base.clone();
    expected[octets.clone()].fill(0);
    assert!(run("los@400us:300us").concat() == expected);
    expected[octets.clone()].copy_from_slice(&pn::pn11(octets.len()));
    assert!(run("otu-ais@400us:300us").concat() == expected);
    // Bits of the frames after the cut come later, those on their way during it not at all.
    expected[octets.clone()].fill(0);
    for (event, longer) in [("cut", 4_711), ("cut(8)", 8), ("cut(130559)", 130_559)] {
        let late = bits::delay(&base[octets.end..], longer);
        expected[octets.end..].copy_from_slice(&late[..base.len() - octets.end]);
        assert!(run(&format!("{event}@400us:300us")).concat() == expected, "{event}");
    }
    // Twice longer by 4 711 bits: a repetition.
    let twice = run("cut@400us:on=1f,off=20f,for=22f").concat();
    let (first, second) = (window.start * FRAME_OCTETS, (window.start + 21) * FRAME_OCTETS);
    let one = FRAME_OCTETS;
    let late = bits::delay(&base[first + one..], 4_711);
    assert!(twice[first..first + one].iter().all(|octet| *octet == 0));
    assert!(twice[first + one..second] == late[..second - first - one]);
    let late = bits::delay(&base[second + one..], 2 * 4_711);
    assert!(twice[second + one..] == late[..base.len() - second - one]);
}

#[test]
fn pn11_has_bit_errors_of_the_line_and_a_dark_line_has_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |event: &str| {
        let arguments = [&real("1ms")[..], &["--ber", "1e-3", "--inject", event]].concat();
        line(folder.path(), &arguments).concat()
    };
    let window = within(FROM_US, UNTIL_US);
    let octets = FRAME_OCTETS * window.start..FRAME_OCTETS * window.end;
    assert!(run("los@400us")[octets.clone()].iter().all(|octet| *octet == 0));
    let errors = bits::differences(&run("otu-ais@400us")[octets.clone()], &pn::pn11(octets.len()));
    // 3.26 million bits, give or take six standard deviations of 57.
    assert!(errors.abs_diff(octets.len() * 8 / 1_000) < 342, "{errors}");
}

#[test]
fn a_changed_frame_is_coded_and_scrambled_like_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments =
        [&real("1ms")[..], &["--inject", "odu-ais@0.5ms", "--inject", "lof@0.5ms"]].concat();
    let mut last = line(folder.path(), &arguments).pop().unwrap();
    assert_eq!(last[..6], [0x5C, 0x5C, 0x5C, 0x82, 0x82, 0x82]);
    let frame = otu::read(&last, true);
    assert!(frame.payload.iter().all(|octet| *octet == 0xFF));
    otn_testkit::scrambler::scramble_otu(&mut last);
    assert_eq!(rs::wrong_codewords(&last), 0);
}

#[test]
fn events_repeat_and_come_one_after_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&CLEAR[..], &["1ms"]].concat();
    let events = ["--inject", "lof@200us:on=5f,off=10f,for=500us", "--inject", "sm-bdi@800us:3f"];
    let found = read(&line(folder.path(), &[&arguments[..], &events].concat()));
    let (lof, bdi) = (within(200, 700), within(800, 1_000).start);
    for (n, frame) in found.iter().enumerate() {
        let lost = lof.contains(&n) && (n - lof.start) % 15 < 5;
        assert_eq!(frame.fas != otu::FAS, lost, "frame {n}");
        assert_eq!(frame.sm.byte3, if (bdi..bdi + 3).contains(&n) { 8 } else { 0 }, "frame {n}");
    }
}

#[test]
fn clients_repeat_until_the_time_is_over_and_the_same_arguments_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let input: Vec<u8> = (0..10_007u32).map(|n| ((n * n) >> 7) as u8).collect();
    fs::write(folder.path().join("in.bin"), &input).unwrap();
    let run = |output: &str| {
        let client = ["wrap", "in.bin", "--client", "stm-16", "--fec", "none", "--no-scramble"];
        let arguments = [&client[..], &["--duration", "1ms", "-o", output]].concat();
        assert_eq!(otn_in(folder.path(), &arguments).code, 0);
        fs::read(folder.path().join(output)).unwrap()
    };
    let octets = run("one.bin");
    assert!(octets == run("two.bin"));
    let frames: Vec<Frame> = octets.chunks(FRAME_OCTETS).map(|f| otu::read(f, false)).collect();
    // 20 420.168 frames in a second.
    assert_eq!(frames.len(), 21);
    // STM-16 fills an OPU1 but for an octet of fixed stuff or justification here and there.
    let sent: Vec<u8> = frames.iter().flat_map(|frame| frame.payload.clone()).collect();
    let head = &input[..500];
    let starts = sent.windows(head.len()).filter(|w| *w == head).count();
    assert!(starts >= 20 * 15_232 / 10_007 - 1, "{starts} rounds");
    // Packets go on too, behind the last one of the capture.
    let packets = gfp(&read(&line(folder.path(), &[&CLEAR[..], &["1ms"]].concat())));
    assert!(packets.len() > 601 * 2);
    assert!(packets[0].1.payload() == packets[601].1.payload(), "the capture has 601 packets");
    // Without a duration: ten milliseconds behind the last event, 3 + 2 + 10 ms.
    let found = line(folder.path(), &["--signal", "OTU2", "--inject", "lom@3ms:2ms"]);
    assert_eq!(found.len(), within(0, 15_000).len());
}

/// Frames of an ODU1 with two ODU0 in its slots, 15 296 octets each.
fn tree(folder: &Path, arguments: &[&str]) -> Vec<Vec<u8>> {
    let tree = "signal: ODU1\nodu: {tributaries: [{kind: ODU0, client: prbs}, {kind: ODU0, client: prbs}]}";
    fs::write(folder.join("tree.yaml"), tree).expect("it can be written");
    let wrap = ["wrap", "--tree", "tree.yaml", "--duration", "3ms", "-o", "tree.bin"];
    let ended = otn_in(folder, &[&wrap[..], arguments].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{arguments:?}");
    let octets = fs::read(folder.join("tree.bin")).expect("a line");
    octets.chunks(15_296).map(<[u8]>::to_vec).collect()
}

/// Octets of tributary slot 1 or 2 of an OPU1: columns 17, 19, … or 18, 20, …
fn slot(line: &[Vec<u8>], number: usize) -> Vec<u8> {
    let rows = line.iter().flat_map(|frame| frame.chunks(3_824));
    rows.flat_map(|row| row[15 + number..].iter().step_by(2).copied()).collect()
}

/// Two ODU0 of the clock of their ODU1 fill its slots without justification: half of 2 488 320
/// kbit/s each.
#[test]
fn an_odu_in_tributary_slots_has_its_events_in_frames_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = tree(folder.path(), &[]);
    let (one, two) = (slot(&base, 1), slot(&base, 2));
    let starts: Vec<usize> = (0..two.len() - 6).filter(|&at| two[at..at + 6] == otu::FAS).collect();
    assert!(starts.windows(2).all(|w| w[1] - w[0] == 15_296), "{starts:?}");
    // 62 frames of 48.971 us hold 30.9 of 98.354 us.
    assert_eq!(starts.len(), 31);
    // 98.354 us a frame: number 11 starts at 1.082 ms, number 20 at 1.967 ms.
    let (from, until) = (starts[11], starts[21]);
    for (event, fill) in [("odu-ais/2", 0xFF), ("odu-oci/2", 0x66), ("odu-lck/2", 0x55)] {
        let found = tree(folder.path(), &["--inject", &format!("{event}@1ms:1ms")]);
        let mut expected = two.clone();
        for frame in expected[from..until].chunks_mut(15_296) {
            frame[14..].fill(fill);
        }
        assert!(slot(&found, 2) == expected, "{event}");
        assert!(slot(&found, 1) == one, "{event}");
    }
    let found = tree(folder.path(), &["--inject", "loflom/2@1ms:1ms"]);
    let mut expected = two.clone();
    for frame in expected[from..until].chunks_mut(15_296) {
        frame[..6].copy_from_slice(&[0x5C, 0x5C, 0x5C, 0x82, 0x82, 0x82]);
    }
    assert!(slot(&found, 2) == expected && slot(&found, 1) == one);
    let found =
        tree(folder.path(), &["--inject", "tcm4-bdi/1@1ms:1ms", "--inject", "pm-bdi/1@1ms:5f"]);
    assert!(slot(&found, 2) == two);
    let found = slot(&found, 1);
    for (n, at) in starts.iter().enumerate() {
        // PM has row 3, columns 10 to 12; TCM4 has row 2, columns 11 to 13.
        let (pm, tcm) = (found[at + 2 * 3_824 + 11], found[at + 3_824 + 12]);
        let bdi = |inside: bool| if inside { 0x09 } else { 0x01 };
        let expected = (bdi((11..16).contains(&n)), bdi((11..21).contains(&n)));
        assert_eq!((pm, tcm), expected, "frame {n}");
    }
}

#[test]
fn the_msi_of_one_port_is_wrong_and_its_bip_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = tree(folder.path(), &[]);
    let found = tree(folder.path(), &["--inject", "msim/2@0s:1ms"]);
    // The PSI is at row 4, column 15; PSI[2] and PSI[3] tell of the two slots.
    let psi = |frame: &[u8]| frame[3 * 3_824 + 14];
    for (n, (before, after)) in base.iter().zip(&found).enumerate() {
        // The port has the six bits behind the type.
        assert_eq!(psi(after), psi(before) ^ if n == 3 { 0x3F } else { 0 }, "frame {n}");
        let different = (0..15_296).filter(|&at| before[at] != after[at]).count();
        assert_eq!(different, usize::from(n == 3 || n == 5), "frame {n}: PSI, then BIP-8");
    }
    assert_eq!(found[5][2 * 3_824 + 10], bip::bip8_opu(&found[3], 3_824));
}

#[test]
fn the_omfi_is_inverted_in_the_frames_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = "signal: OTU4\nodu: {tributaries: [{kind: ODU0, client: prbs}]}";
    fs::write(folder.path().join("tree.yaml"), tree).unwrap();
    let wrap =
        ["wrap", "--tree", "tree.yaml", "--no-scramble", "--fec", "none", "--duration", "200us"];
    let arguments = [&wrap[..], &["--inject", "loomfi@50us:100us", "-o", "line.bin"]].concat();
    assert_eq!(otn_in(folder.path(), &arguments).code, 0);
    let octets = fs::read(folder.path().join("line.bin")).unwrap();
    // 1.1677 us a frame: number 43 starts at 50.2 us, number 129 at 150.6 us.
    for (n, frame) in octets.chunks(FRAME_OCTETS).enumerate() {
        let omfi = (n % 80) as u8 ^ if (43..129).contains(&n) { 0x7F } else { 0 };
        assert_eq!(otu::read(frame, false).opu_column_16[3], omfi, "frame {n}");
    }
}

#[test]
fn an_event_that_cannot_be_is_an_error_that_says_what_is_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = capture("afs");
    for (arguments, message) in [
        (
            &["--signal", "ODU2", "--inject", "lof@1ms"][..],
            "the signal is ODU2; expected one of an ODU",
        ),
        (&["--inject", "lof/1@1ms"], "found a place, expected none for an event of the OTU"),
        (&["--inject", "loflom@1ms"], "found no place, expected that of an ODU in tributary slots"),
        (
            &["--inject", "odu-ais/2@1ms"],
            "place: found 2, expected no place: there are no tributaries",
        ),
        (&["--inject", "loomfi@1ms"], "expected an ODU that carries tributaries in an OPU4"),
        (
            &["--client", "10gbase-r", "--inject", "lfd@1ms"],
            "expected an ODU that carries packets by GFP",
        ),
        (&["--inject", "lof@1ms", "--duration", "1"], "a time such as"),
        (&["--duration", "1ms", "--frames", "7"], "cannot be used with"),
        (&["--tcm", "0"], "found `0`, expected a level from 1 to 6"),
    ] {
        let ended =
            otn_in(folder.path(), &[&["wrap", &input, "-o", "line.bin"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(ended.stderr.contains(message), "{arguments:?}: {}", ended.stderr);
    }
    let late = ["wrap", &input, "-o", "line.bin", "--duration", "1ms", "--inject", "lof@5ms"];
    assert!(otn_in(folder.path(), &late).stderr.contains("lof@5ms: nothing was changed"));
    let list = otn_in(folder.path(), &["wrap", "--inject", "list"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    assert!(list.stdout.lines().any(|line| line.starts_with("odu-ais ")));
    assert_eq!(
        otn_in(folder.path(), &["wrap", &input, "--inject", "lof@1ms"]).code,
        2,
        "no output"
    );
}
