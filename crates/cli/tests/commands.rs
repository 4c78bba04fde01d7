//! The program as its users meet it: the commands on real captures, their exit codes and words.

mod common;

use common::{capture, otn_in};
use serde_json::Value;
use std::fs;

const CAPTURES: [(&str, u64); 4] =
    [("afs", 601), ("QinQpacket", 249), ("mptcp-v0", 264), ("ptp_ethernet", 205)];

fn otn(arguments: &[&str]) -> common::Ended {
    otn_in(std::path::Path::new("."), arguments)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the program prints JSON")
}

/// Ethernet frames of a pcapng or pcap file, by the program's own reader, which has its own tests.
fn packets(path: &std::path::Path) -> Vec<Vec<u8>> {
    let file = fs::File::open(path).expect("the file is there");
    let mut reader = otn::capture::CaptureReader::new(file).expect("a capture");
    let mut all = Vec::new();
    while let Some(record) = reader.next_record().expect("whole") {
        all.push(record.octets.to_vec());
    }
    all
}

#[test]
fn every_capture_comes_back_octet_for_octet_at_every_error_ratio() {
    let folder = tempfile::tempdir().unwrap();
    for (name, count) in CAPTURES {
        for ber in ["0", "1e-5", "1e-4"] {
            let input = capture(name);
            let wrap = ["wrap", &input, "--ber", ber, "--seed", "3", "-o", "line.pcapng", "--json"];
            let wrapped = otn_in(folder.path(), &wrap);
            assert_eq!(wrapped.code, 0, "{}", wrapped.stderr);
            let sent = json(&wrapped.stdout);
            assert_eq!(sent["packets"], count);
            let unwrap = ["unwrap", "line.pcapng", "-o", "out.pcapng", "--json"];
            let unwrapped = otn_in(folder.path(), &unwrap);
            assert_eq!(unwrapped.code, 0, "{}", unwrapped.stderr);
            let out = folder.path().join("out.pcapng");
            assert_eq!(packets(&out), packets(input.as_ref()), "{name} at {ber}");
            let stream = &json(&unwrapped.stdout)["streams"][0];
            assert_eq!(stream["fec"]["corrected_bits"], sent["bits_flipped"], "{name} at {ber}");
            assert_eq!(stream["fec"]["uncorrectable"], 0);
        }
    }
}

#[test]
fn every_line_form_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("mptcp-v0");
    for signal in ["OTU1", "OTU2", "OTU3"] {
        for form in [&[][..], &["--no-scramble"], &["--fec", "none"], &["--pfcs"]] {
            let wrap = ["wrap", &input, "--signal", signal, "-o", "line.pcapng"];
            assert_eq!(otn_in(folder.path(), &[&wrap[..], form].concat()).code, 0);
            let decoded = otn_in(folder.path(), &["decode", "line.pcapng", "--json"]);
            assert_eq!(decoded.code, 0, "{}", decoded.stdout);
            let stream = &json(&decoded.stdout)["streams"][0];
            assert_eq!(stream["signal"], signal);
            assert_eq!(stream["odu"]["opu"]["gfp"]["ethernet_frames"], 264);
            assert_eq!(stream["odu"]["opu"]["pt"][0], "05");
        }
    }
}

/// A line cut out of a capture as raw bits, from a bit in the middle of a frame, and as hex.
#[test]
fn raw_bits_from_the_middle_and_hex_text_are_decoded_without_a_word_about_them() {
    let folder = tempfile::tempdir().unwrap();
    for form in [&[][..], &["--no-scramble"], &["--fec", "none"]] {
        let input = capture("QinQpacket");
        let wrap = ["wrap", &input, "--min-frames", "300", "-o", "line.pcapng"];
        assert_eq!(otn_in(folder.path(), &[&wrap[..], form].concat()).code, 0);
        let octets: Vec<u8> = packets(&folder.path().join("line.pcapng")).concat();
        // The first 5 bits are missing.
        let bits: Vec<u8> = octets.windows(2).map(|w| w[0] << 5 | w[1] >> 3).collect();
        fs::write(folder.path().join("line.bin"), &bits).unwrap();
        let hex: String = octets.iter().map(|o| format!("{o:02x}\n")).collect();
        fs::write(folder.path().join("line.hex"), hex).unwrap();
        for (file, offset) in [("line.bin", 130_560 - 5), ("line.hex", 0)] {
            let decoded = otn_in(folder.path(), &["decode", file, "--json"]);
            let stream = &json(&decoded.stdout)["streams"][0];
            assert_eq!(stream["alignment"]["bit_offset"], offset, "{file} {form:?}");
            assert_eq!(stream["scrambled"], !form.contains(&"--no-scramble"));
            assert_eq!(stream["fec"]["code"] == "none", form.contains(&"none"));
            assert_eq!(stream["signal_assumed"], true);
            assert_eq!(stream["fec"]["uncorrectable"], 0);
        }
    }
}

#[test]
fn decode_writes_the_clients_and_its_text_names_what_is_inside() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("afs");
    otn_in(folder.path(), &["wrap", &input, "--ber", "1e-4", "-o", "line.pcapng"]);
    let decoded = otn_in(folder.path(), &["decode", "line.pcapng", "--clients", "clients"]);
    assert_eq!(decoded.code, 0);
    for words in ["OTU2, scrambled, FEC rs255-239", "601 frames", "PT 05 (GFP mapping)", "OTN-WRAP"]
    {
        assert!(decoded.stdout.contains(words), "{words}: {}", decoded.stdout);
    }
    let clients = folder.path().join("clients/client-0.pcapng");
    assert_eq!(packets(&clients), packets(input.as_ref()));
}

#[test]
fn uncorrectable_codewords_are_an_exit_code_and_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("afs");
    otn_in(folder.path(), &["wrap", &input, "--ber", "3e-3", "-o", "line.pcapng"]);
    let decoded = otn_in(folder.path(), &["decode", "line.pcapng", "--json"]);
    assert_eq!(decoded.code, 1);
    let stream = &json(&decoded.stdout)["streams"][0];
    assert!(stream["fec"]["uncorrectable"].as_u64().unwrap() > 0);
    assert!(stream["sm"]["bip_violations"].as_u64().unwrap() > 0);
}

#[test]
fn the_same_seed_gives_the_same_octets_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("ptp_ethernet");
    let line = |seed: &str| {
        otn_in(folder.path(), &["wrap", &input, "--ber", "1e-3", "--seed", seed, "-o", "l.pcapng"]);
        fs::read(folder.path().join("l.pcapng")).unwrap()
    };
    assert!(line("1") == line("1"));
    assert!(line("1") != line("2"));
}

/// Stamps of a capture from a real day, or none at all: defects keep their times.
#[test]
fn stamps_of_any_epoch_date_the_defects_and_the_packets() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("afs");
    otn_in(folder.path(), &["wrap", &input, "--min-frames", "900", "-o", "line.pcapng"]);
    let mut frames = packets(&folder.path().join("line.pcapng"));
    frames[300..].iter_mut().for_each(|frame| frame.fill(0));
    for (day, step) in [(0u64, 12_191u64), (1_700_000_000_000_000_000, 12_191), (0, 0)] {
        let file = fs::File::create(folder.path().join("dark.pcapng")).unwrap();
        let mut writer = otn::capture::PcapNgWriter::new(file).unwrap();
        let description = "otn signal=OTU2 scrambled=yes fec=rs255-239";
        writer.interface(otn::capture::LINK_OTN, "x", description).unwrap();
        for (n, frame) in frames.iter().enumerate() {
            writer.packet(0, day + n as u64 * step, frame).unwrap();
        }
        let arguments = ["unwrap", "dark.pcapng", "-o", "out.pcapng", "--json"];
        let ended = otn_in(folder.path(), &arguments);
        assert_eq!(ended.code, 1);
        let defects = json(&ended.stdout)["streams"][0]["defects"].clone();
        let lof = defects.as_array().unwrap().iter().find(|d| d["defect"] == "dLOF").unwrap();
        // Frame 304 is the fifth without FAS, at 12.191 us a frame.
        let raised = lof["raised_ns"].as_u64().unwrap();
        assert!(raised.abs_diff(304 * 12_191 + 3_000_000) < 1_000, "{day} {step}: {raised}");
        let out = fs::File::open(folder.path().join("out.pcapng")).unwrap();
        let mut reader = otn::capture::CaptureReader::new(out).unwrap();
        let first = reader.next_record().unwrap().unwrap().stamp_ns;
        assert!((day..day + 100_000).contains(&first), "{day}: {first}");
    }
}

#[test]
fn a_single_frame_is_decoded() {
    let folder = tempfile::tempdir().unwrap();
    otn_in(folder.path(), &["wrap", &capture("afs"), "-o", "line.pcapng"]);
    let frames = packets(&folder.path().join("line.pcapng"));
    for count in [1usize, 2] {
        let hex: String =
            frames[..count].concat().iter().map(|octet| format!("{octet:02x} ")).collect();
        fs::write(folder.path().join("few.hex"), hex).unwrap();
        let ended = otn_in(folder.path(), &["decode", "few.hex", "--json"]);
        let stream = &json(&ended.stdout)["streams"][0];
        assert_eq!(stream["frames"], count as u64, "{}", ended.stdout);
        assert_eq!(stream["fec"]["bad"], 0);
    }
}

#[test]
fn clauses_are_listed_with_code_and_tests() {
    let all = otn(&["clauses", "--json"]);
    assert_eq!(all.code, 0);
    let rows = json(&all.stdout)["requirements"].as_array().unwrap().clone();
    assert!(rows.len() > 40);
    assert!(rows.iter().all(|r| !r["code"].as_array().unwrap().is_empty()));
    let some = otn(&["clauses", "scrambler"]);
    assert!(some.stdout.contains("crates/frame/src/scrambler.rs"), "{}", some.stdout);
    assert!(some.stdout.contains("test  the_keystream_is_that_of_the_bit_by_bit_oracle"));
}

#[test]
fn gmp_tables_hold_the_worked_examples() {
    let table = otn(&["gmp", "table", "--client", "100GBASE-R", "--server", "OPU4", "--json"]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    let row = &json(&table.stdout)["rows"][0];
    assert_eq!((&row["cm_floor"], &row["cm_ceil"]), (&Value::from(188), &Value::from(189)));
    assert_eq!((&row["cn_floor"], &row["cn_ceil"]), (&Value::from(15_050), &Value::from(15_055)));
    assert_eq!(row["stuff_blocks"], serde_json::json!([1, 96]));
    // Cm 188 again: JC1 to JC3 of the worked example, and what 188 blocks leave of C8 in JC4 and JC5.
    assert_eq!(row["frames"][0]["jc"].as_array().unwrap()[..3], ["02", "F0", "26"]);
    let remainder = 15_052 - 188 * 80;
    let jc5 = row["frames"][0]["jc"][4].as_str().unwrap();
    assert_eq!(u32::from_str_radix(jc5, 16).unwrap(), remainder);
    let csv = otn(&["gmp", "table", "--client", "odu0", "--server", "ODTU2.1,ODTU4.1", "--csv"]);
    assert_eq!(csv.stdout.lines().count(), 1 + 2 * 4);
    for bad in [["--client", "STM-5"], ["--server", "OPU9"], ["--ppm", "a:b"]] {
        let good = [["--client", "STM-1"], ["--server", "OPU0"], ["--ppm", "0"]];
        let arguments = good.map(|pair| if pair[0] == bad[0] { bad } else { pair }).concat();
        let ended = otn(&[&["gmp", "table"], arguments.as_slice()].concat());
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains(bad[0]) && ended.stderr.contains(bad[1]), "{}", ended.stderr);
    }
    let full = otn(&["gmp", "table", "--client", "100GBASE-R", "--server", "OPU3"]);
    assert!(full.stderr.contains("expected at most 476"), "{}", full.stderr);
}

#[test]
fn help_has_an_example_for_every_command() {
    for command in ["run", "wrap", "unwrap", "decode", "gmp", "clauses"] {
        let help = otn(&[command, "--help"]);
        assert!(help.stdout.contains("Example: otn"), "{command}");
    }
    assert_eq!(otn(&["frobnicate"]).code, 2);
    assert_eq!(otn(&["wrap"]).code, 2);
}
