//! `otn decode` on signals with overhead set by hand: TCM, APS/PCC, GCC, delay bits, OTU-AIS, stuff.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use common::otn_in;
use otn::capture::{LINK_OTN, PcapNgWriter};
use otn_frame::layout::{APS_PCC, EXP_A, EXP_C, Field, GCC0, GCC1, PM_TCM, TCM2, TCM3, TCM5, TCM6};
use otn_frame::overhead::PayloadType;
use otn_frame::{FlexRate, OduFrame, OtuFrame, PartsPerBillion, Signal, Tti};
use otn_proc::odu::source::{Maintenance, OduSource, Pace, PayloadSource};
use otn_proc::terminal::{Fec, LineCoding, OtuSource};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

const FRAMES: usize = 300;

fn null_source(signal: Signal) -> OduSource {
    let tti = Tti::new("PATH", "TO", "").expect("short enough");
    let zero = PartsPerBillion::default();
    OduSource::new(signal, zero, PayloadType::NULL, PayloadSource::Null, tti)
}

fn capture(folder: &Path, description: &str, step_ns: u64, frames: &[Vec<u8>]) {
    let file = fs::File::create(folder.join("line.pcapng")).expect("the folder is there");
    let mut writer = PcapNgWriter::new(file).expect("it can be written");
    writer.interface(LINK_OTN, "x", description).expect("short enough");
    for (n, frame) in frames.iter().enumerate() {
        writer.packet(0, n as u64 * step_ns, frame).expect("short enough");
    }
}

fn stream(folder: &Path, file: &str) -> Value {
    let decoded = otn_in(folder, &["decode", file, "--json"]);
    let report: Value = serde_json::from_str(&decoded.stdout).expect("JSON");
    report["streams"][0].clone()
}

fn sha256(octets: &[u8]) -> String {
    Sha256::digest(octets).iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Third octet of a TCM field: BEI, BDI and STAT in frame `n` of level 5.
fn status(n: usize) -> u8 {
    let bei = match n {
        50 => 3,
        51 => 8,
        52 => 0xB, // BIAE
        53 => 0xC, // no meaning
        _ => 0,
    };
    let bdi = if (60..65).contains(&n) { 8 } else { 0 };
    let stat = if (70..74).contains(&n) { 2 } else { 1 };
    bei * 16 + bdi + stat
}

/// BIP-8 the slow way.
fn parity(frame: &OduFrame) -> u8 {
    frame.rows().iter().flat_map(|row| &row[14..]).fold(0, |sum, octet| sum ^ octet)
}

/// Frames of an ODU2 with overhead by hand, and what went into GCC1. Frames 200 to 211 are ODU-AIS,
/// over which level 2 goes on.
fn with_overhead() -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut source = null_source(Signal::Odu2);
    let (mut bips, mut gcc1, mut line) = (vec![0u8; 2], Vec::new(), Vec::new());
    let traces =
        ["LEVEL 2", "LEVEL 5"].map(|name| Tti::new(name, "FAR", "").expect("short enough"));
    for n in 0..FRAMES {
        let mfas = n as u8;
        let mut frame = OduFrame::zeroed();
        source.next_frame(&mut frame);
        let ais = (200..212).contains(&n);
        // NULL has a parity of its own only by its PSI: let every frame differ.
        frame.rows_mut()[0][14] = mfas;
        if ais {
            Maintenance::Ais.write(&mut frame);
        }
        bips.push(parity(&frame));
        let mut put = |field: Field, octets: &[u8]| frame.field_mut(field).copy_from_slice(octets);
        put(TCM2, &[traces[0].octet_at(mfas), bips[n], 1]);
        if !ais {
            let damage = if n == 100 { 0x21 } else { 0 };
            put(TCM5, &[traces[1].octet_at(mfas), bips[n] ^ damage, status(n)]);
            // A bit error in STAT makes no tandem connection, and one reserved code neither.
            put(TCM3, &[0, 0, u8::from(n == 90)]);
            put(TCM6, &[0, 0, 3]);
            put(GCC1, &[mfas, 0xA5]);
            gcc1.extend([mfas, 0xA5]);
            match n % 8 {
                0 if n >= 80 => put(APS_PCC, &[0x0F, 0, 0, 1]),
                2 => put(APS_PCC, &[0xAB, 1, 0, 0]),
                _ => {}
            }
            // DMt4 changes at 33 and 150; DMp stays 1.
            put(PM_TCM, &[if (33..150).contains(&n) { 0b0001_0010 } else { 0b0000_0010 }]);
            put(EXP_A, &[if n == 7 { 0x77 } else { 0 }]);
            put(EXP_C, &[0, (n / 150) as u8]);
        }
        line.push(frame.octets().to_vec());
    }
    (line, gcc1)
}

//= type=test g709:15.8.2.2-tcm-bip8
//= type=test g709:15.8.2.2-tcm-bei-biae
//= type=test g709:15.8.2-aps-channel
//= type=test g709:15.8.2-delay-bits
#[test]
fn overhead_in_use_is_told_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let (line, gcc1) = with_overhead();
    capture(folder.path(), "otn signal=ODU2", 12_191, &line);
    let odu = &stream(folder.path(), "line.pcapng")["odu"];
    let levels: Vec<_> = odu["tcm"].as_object().unwrap().keys().collect();
    assert_eq!(levels, ["2", "5"]);
    let keys = ["bip_violations", "bip_mismatch_frames", "bei_total", "bdi_frames"];
    let keys = keys.into_iter().chain(["iae_frames", "biae_frames"]);
    let counts = |level: &str| keys.clone().map(|k| odu["tcm"][level][k].as_u64()).collect();
    let (two, five): (Vec<_>, Vec<_>) = (counts("2"), counts("5"));
    assert_eq!(two, [Some(0); 6]);
    assert_eq!(five, [2, 1, 11, 5, 4, 1].map(Some));
    for (level, copies) in [("2", 4), ("5", 3)] {
        let name = format!("LEVEL {level}");
        assert_eq!(odu["tcm"][level]["accepted_tti"]["sapi"], name);
        assert_eq!(odu["tcm"][level]["tti"].as_array().unwrap().len(), 1);
        assert_eq!(odu["tcm"][level]["tti"][0]["repeats"], copies, "AIS breaks a copy of level 5");
    }
    assert_eq!(odu["maintenance_runs"], serde_json::json!([["AIS", 200, 12]]));
    assert_eq!(odu["aps"], serde_json::json!({ "0": ["0f000001"], "2": ["ab010000"] }));
    assert_eq!(
        odu["delay_bits"],
        serde_json::json!({
            "t4": {
                "first": 0,
                "inverted_at": [33, 150],
                "inverted_at_ns": [33 * 12_191, 150 * 12_191],
            }
        })
    );
    assert_eq!(odu["exp"], serde_json::json!([["77"], [], [], ["01"]]));
    assert_eq!(odu["gcc1"]["sha256"], sha256(&gcc1));
    assert_eq!(odu["gcc1"]["octets"], 2 * (300 - 12));
    assert_eq!(odu.get("gcc2"), None);
    let text = otn_in(folder.path(), &["decode", "line.pcapng"]).stdout;
    for words in [
        "TCM5        BIP-8 violations 2 in 1 frames, BEI 11, BDI in 5, IAE in 4, BIAE in 1 frames; SAPI",
        "APS/PCC     path 0F000001; TCM2 AB010000",
        "GCC1        576 octets",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("TCM3") && !text.contains("GCC2"));
}

#[test]
fn an_idle_signal_has_no_keys_of_what_is_not_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let mut source = null_source(Signal::Odu2);
    let mut frame = OduFrame::zeroed();
    let mut make = || {
        source.next_frame(&mut frame);
        frame.octets().to_vec()
    };
    let line: Vec<_> = (0..20).map(|_| make()).collect();
    capture(folder.path(), "otn signal=ODU2", 12_191, &line);
    let stream = stream(folder.path(), "line.pcapng");
    let mut odu: Vec<_> = stream["odu"].as_object().unwrap().keys().collect();
    odu.sort();
    assert_eq!(odu, ["frames", "maintenance", "mfas", "opu", "pm", "type"]);
    assert_eq!(stream.get("otu_ais_frames"), None, "an ODUk has no OTUk-AIS");
    assert_eq!(stream.get("gcc0"), None);
}

//= type=test g798:6.2.6.3.1-otu-ais
#[test]
fn the_gcc0_of_an_otu_and_the_ais_that_follows_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let coding = LineCoding { fec: Fec::Rs255_239, scrambled: true };
    let tti = Tti::new("SECTION", "TO", "").unwrap();
    let mut source = OtuSource::new(coding, tti, null_source(Signal::Otu1));
    let mut line = Vec::new();
    for n in 0..20u8 {
        let mut frame = OtuFrame::zeroed();
        source.next_clear_frame(&mut frame);
        frame.field_mut(GCC0).copy_from_slice(&[n, n]);
        coding.put_on_line(&mut frame);
        line.extend_from_slice(frame.octets());
    }
    // Every bit inverted, as by a wrong polarity of the receiver.
    let inverted = |line: &[u8]| line.iter().map(|octet| !octet).collect::<Vec<u8>>();
    fs::write(folder.path().join("clean.bin"), inverted(&line)).unwrap();
    line.extend(otn_testkit::pn::pn11(15 * OtuFrame::OCTETS));
    fs::write(folder.path().join("line.bin"), inverted(&line)).unwrap();
    let clean = stream(folder.path(), "clean.bin");
    assert_eq!(clean["otu_ais_frames"], 0);
    let sent: Vec<u8> = (0..20).flat_map(|n| [n, n]).collect();
    assert_eq!(clean["gcc0"], serde_json::json!({ "octets": 40, "sha256": sha256(&sent) }));
    let stream = stream(folder.path(), "line.bin");
    assert_eq!(stream["otu_ais_frames"], 15);
    assert_eq!(stream["defect_times"]["OTU dAIS"], 1);
    assert_eq!(stream["alignment"]["inverted"], true);
    assert_eq!(stream["alignment"]["lsb_first"], false);
    let text = otn_in(folder.path(), &["decode", "line.bin"]).stdout;
    assert!(text.contains("OTU-AIS     in the place of 15 frames"), "{text}");
    assert!(text.contains("GCC0 "), "{text}");
}

//= type=test g709:d.2-stuff-zero
#[test]
fn stuff_that_is_not_zero_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let zero = PartsPerBillion::default();
    let rate = otn_map::gmp::Client::from_name("FC-100").unwrap().rate;
    let pace = Pace::new(rate, zero, Signal::Odu0, zero);
    let prbs = Box::new(otn_map::prbs::PrbsSource::new(otn_map::prbs::Polarity::Inverted));
    let payload = PayloadSource::gmp(Signal::Odu0, 8, pace, prbs).unwrap();
    let tti = Tti::new("PATH", "TO", "").unwrap();
    let mut source = OduSource::new(Signal::Odu0, zero, PayloadType(0x0C), payload, tti);
    let mut line = Vec::new();
    for n in 0..20 {
        let mut frame = OduFrame::zeroed();
        source.next_frame(&mut frame);
        if n == 10 {
            // The first octet of the payload is stuff whenever there is any.
            frame.rows_mut()[0][16] ^= 0x40;
        }
        line.push(frame.octets().to_vec());
    }
    capture(folder.path(), "otn signal=ODU0", 98_354, &line);
    let gmp = &stream(folder.path(), "line.pcapng")["odu"]["opu"]["gmp"];
    assert_eq!(gmp["stuff_nonzero_octets"], 1);
}

#[test]
fn an_oduflex_has_the_rate_of_its_time_stamps() {
    let folder = tempfile::tempdir().unwrap();
    let flex = Signal::Oduflex(FlexRate::gfp(3).unwrap());
    let mut source = null_source(flex);
    let mut frame = OduFrame::zeroed();
    let mut make = || {
        source.next_frame(&mut frame);
        frame.octets().to_vec()
    };
    let line: Vec<_> = (0..20).map(|_| make()).collect();
    // 122 368 bits at 3 x 1 249 177.230 kbit/s.
    capture(folder.path(), "otn signal=ODUflex", 32_653, &line);
    let stream = stream(folder.path(), "line.pcapng");
    assert_eq!((&stream["signal"], &stream["signal_from"]), (&"ODUflex".into(), &"file".into()));
    assert_eq!(stream["odu"]["type"], "ODUflex");
    let ends = stream["ends_at_ns"].as_u64().unwrap();
    assert!(ends.abs_diff(20 * 32_653) < 100, "{ends}");
}
