//! `otn wrap` and `otn decode` back to back: every kind of client, trees, errors, forms of file.

mod common;

use std::fs;
use std::path::Path;

use common::{capture, otn_in};
use serde_json::Value;

fn decoded(folder: &Path, file: &str, options: &[&str]) -> Value {
    let ended = otn_in(folder, &[&["decode", file, "--json"], options].concat());
    serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {} {}", ended.stdout, ended.stderr))
}

/// SHA-256 of the packets of afs.pcap, as the truth of the independent model has it.
const AFS: &str = "cbbd164cd9034e7a5f1d93568e28031bad41f5589a7c2a420d78ca57506f44ee";

#[test]
fn packets_come_back_from_every_kind_of_ethernet_client() {
    let folder = tempfile::tempdir().expect("a folder");
    for (kind, signal) in [
        ("gfp-f", "OTU2"),
        ("gfp-f-preamble", "OTU2"),
        ("1000base-x", "ODU0"),
        ("10gbase-r", "OTU2e"),
        ("40gbase-r", "OTU3"),
        ("100gbase-r", "OTU4"),
    ] {
        let input = capture("afs");
        let wrap = ["wrap", &input, "--client", kind, "--fec", "none", "-o", "line.pcapng"];
        let ended = otn_in(folder.path(), &wrap);
        assert_eq!(ended.code, 0, "{kind}: {}", ended.stderr);
        let report = decoded(folder.path(), "line.pcapng", &["--clients", "out"]);
        let stream = &report["streams"][0];
        assert_eq!(stream["signal"], signal, "{kind}");
        assert_eq!(stream["defects"], Value::Array(vec![]), "{kind}");
        let opu = &stream["odu"]["opu"];
        let client = if opu["ethernet"].is_null() { &opu["gfp"] } else { &opu["ethernet"] };
        assert_eq!(client["sha256"], AFS, "{kind}: {opu}");
        let packets = fs::metadata(folder.path().join("out/client-0.pcapng"));
        assert!(packets.expect("packets").len() > 500_000, "{kind}");
    }
}

#[test]
fn bits_come_back_from_every_kind_of_opaque_client() {
    let folder = tempfile::tempdir().expect("a folder");
    let clients = [
        ("stm-1", "20"),
        ("stm-4", "-20"),
        ("stm-16", "20"),
        ("stm-64", "-20"),
        ("stm-256", "20"),
        ("fc-100", "100"),
        ("fc-200", "-100"),
        ("fc-400", "100"),
        ("fc-800", "-100"),
        ("dvb-asi", "100"),
        ("sbcon", "200"),
        ("sdi", "2"),
        ("sdi-1.5g", "10"),
        ("sdi-1.5g/1.001", "-10"),
        ("sdi-3g", "10"),
        ("cpri-1", "0"),
        ("cpri-3", "0"),
        ("cpri-7", "0"),
    ];
    for (kind, ppm) in clients {
        let clock = ["--client-ppm", ppm, "--ppm", "-10"];
        let wrap = ["wrap", "--client", kind, "--fec", "none", "-o", "line.pcapng"];
        let ended = otn_in(folder.path(), &[&wrap[..], &clock].concat());
        assert_eq!(ended.code, 0, "{kind}: {}", ended.stderr);
        let report = decoded(folder.path(), "line.pcapng", &[]);
        let opu = &report["streams"][0]["odu"]["opu"];
        assert_eq!(opu["prbs"]["errors"], 0, "{kind}: {opu}");
        assert_eq!(opu["prbs"]["locked"], true, "{kind}: {opu}");
        if let Some(gmp) = opu["gmp"].as_object() {
            assert_eq!(
                (&gmp["crc8_errors"], &gmp["crc5_errors"]),
                (&0.into(), &0.into()),
                "{kind}"
            );
        }
    }
    // A file of bits comes back as it was, from the first frame whose count is known.
    let mixed = |n: u32| {
        let n = (n ^ n >> 16).wrapping_mul(0x85EB_CA6B);
        ((n ^ n >> 13).wrapping_mul(0xC2B2_AE35) >> 24) as u8
    };
    let bits: Vec<u8> = (0..4_000_000u32).map(mixed).collect();
    fs::write(folder.path().join("bits.bin"), &bits).expect("written");
    for kind in ["stm-16", "fc-200"] {
        let wrap = ["wrap", "bits.bin", "--client", kind, "-o", "line.pcapng"];
        assert_eq!(otn_in(folder.path(), &wrap).code, 0);
        decoded(folder.path(), "line.pcapng", &["--clients", "out"]);
        let out = fs::read(folder.path().join("out/client-0.bin")).expect("bits");
        // Short pieces of these bits come more than once: all that is left has to be there.
        let skipped = (0..16_000).find(|skipped| out.starts_with(&bits[*skipped..]));
        assert!(skipped.is_some(), "{kind}");
    }
}

/// The example tree: packets of four clients in four kinds of container, all of them whole.
#[test]
fn the_example_tree_comes_apart_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/mixed-odu4.yaml");
    // Two bits of three are idle: the slowest client needs four milliseconds.
    let tree = tree.display().to_string();
    let wrap = ["wrap", "--tree", &tree, "--fec", "none", "-o", "line.bin", "--json"];
    let ended = otn_in(folder.path(), &wrap);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report = decoded(folder.path(), "line.bin", &[]);
    let stream = &report["streams"][0];
    assert_eq!((&stream["signal"], &stream["signal_from"]), (&"OTU4".into(), &"structure".into()));
    let tributaries = stream["odu"]["opu"]["tributaries"].as_array().expect("a multiplex");
    let kinds: Vec<&str> = tributaries.iter().filter_map(|t| t["odu"]["type"].as_str()).collect();
    assert_eq!(kinds, ["ODU2", "ODU2e", "ODUflex", "ODU0", "ODU1", "ODU0"]);
    let inner = tributaries[0]["odu"]["opu"]["tributaries"].as_array().expect("a multiplex in it");
    assert_eq!(inner.len(), 3);
    let sha = [
        &inner[0]["odu"]["opu"]["gfp"]["sha256"],
        &tributaries[1]["odu"]["opu"]["ethernet"]["sha256"],
        &tributaries[2]["odu"]["opu"]["gfp"]["sha256"],
        &tributaries[5]["odu"]["opu"]["ethernet"]["sha256"],
    ];
    assert!(sha.iter().all(|sha| **sha == AFS), "{sha:?}");
    for odu in [&inner[1], &inner[2]] {
        assert_eq!(odu["odu"]["opu"]["prbs"]["errors"], 0);
    }
    assert_eq!(tributaries[4]["odu"]["opu"]["null_errors"], 0);
    assert_eq!(tributaries[5]["slots"], serde_json::json!([80]));
    assert!(tributaries[3]["odu"]["maintenance"]["OCI"].as_u64() > Some(40));
    let defects = stream["defects"].as_array().expect("defects");
    let oci: Vec<&Value> = defects.iter().filter(|d| d["defect"] == "dOCI").collect();
    assert_eq!((oci.len(), defects.len()), (1, 1), "{defects:?}");
    assert_eq!(oci[0]["place"], "22");
}

#[test]
fn any_bit_order_polarity_offset_and_form_of_file_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let wrap = ["wrap", "--client", "fc-200", "--signal", "OTU1", "--fec", "none"];
    let write = |name: &str| otn_in(folder.path(), &[&wrap[..], &["-o", name]].concat());
    assert_eq!(write("line.bin").code, 0);
    assert_eq!(write("line.hex").code, 0);
    let line = fs::read(path("line.bin")).expect("the line");
    // Eleven bits of something else come first.
    let shifted: Vec<u8> =
        [0xA0].iter().chain(&line).zip(&line).map(|(a, b)| a << 5 | b >> 3).collect();
    let reversed: Vec<u8> = shifted.iter().map(|octet| octet.reverse_bits()).collect();
    let inverted: Vec<u8> = reversed.iter().map(|octet| !octet).collect();
    fs::write(path("shifted.bin"), &shifted).expect("written");
    fs::write(path("reversed.bin"), &reversed).expect("written");
    fs::write(path("inverted.bin"), &inverted).expect("written");
    for (name, lsb_first, is_inverted) in [
        ("line.hex", false, false),
        ("shifted.bin", false, false),
        ("reversed.bin", true, false),
        ("inverted.bin", true, true),
    ] {
        let report = decoded(folder.path(), name, &[]);
        let stream = &report["streams"][0];
        assert_eq!(stream["signal"], "OTU1", "{name}");
        assert_eq!(stream["signal_from"], "structure", "{name}");
        assert_eq!(stream["lsb_first"], lsb_first, "{name}");
        assert_eq!(stream["inverted"], is_inverted, "{name}");
        assert_eq!(stream["odu"]["opu"]["prbs"]["errors"], 0, "{name}");
        assert_eq!(stream["defects"], Value::Array(vec![]), "{name}");
    }
}

#[test]
fn inserted_errors_are_found_where_they_were_put() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |client: &str, signal: &str, error: &str| {
        let wrap = ["wrap", "--client", client, "--signal", signal, "--min-frames", "600"];
        let to = ["--error", error, "-o", "line.pcapng"];
        let ended = otn_in(folder.path(), &[&wrap[..], &to].concat());
        assert_eq!(ended.code, 0, "{error}: {}", ended.stderr);
        decoded(folder.path(), "line.pcapng", &[])["streams"][0].clone()
    };
    let stream = run("prbs", "OTU2", "fas@1ms:3");
    assert_eq!(stream["alignment"]["fas_errored_frames"], 3);
    assert_eq!(stream["alignment"]["oof_events"], 0);
    assert_eq!(run("prbs", "OTU2", "fas@1ms:5")["alignment"]["oof_events"], 1);
    assert_eq!(run("prbs", "OTU2", "mfas@1ms:2")["odu"]["mfas"]["errored_frames"], 2);
    let stream = run("prbs", "OTU2", "pm-bip@1ms:7");
    assert_eq!(stream["odu"]["pm"]["bip_mismatch_frames"], 7);
    assert_eq!(stream["sm"]["bip_mismatch_frames"], 0);
    let stream = run("prbs", "OTU2", "bip@1ms:0.1");
    assert_eq!(stream["sm"]["bip_mismatch_frames"], stream["odu"]["pm"]["bip_mismatch_frames"]);
    assert!((45..=60).contains(&stream["sm"]["bip_mismatch_frames"].as_u64().expect("a count")));
    let stream = run("fc-200", "OTU1", "jc-crc@5ms:9");
    assert_eq!(stream["odu"]["opu"]["gmp"]["crc8_errors"], 9);
    assert_eq!(stream["odu"]["opu"]["prbs"]["errors"], 0, "the count is not moved");
    let stream = run("prbs", "OTU2", "payload@1ms:4");
    assert_eq!(stream["odu"]["opu"]["prbs"]["errors"], 4);
    assert_eq!(stream["odu"]["pm"]["bip_violations"], 4);
    let stream = run("prbs", "OTU2", "symbols(2.5,8)@1ms:2");
    assert_eq!(
        (&stream["fec"]["corrected_symbols"], &stream["fec"]["uncorrectable"]),
        (&16.into(), &0.into())
    );
    let stream = run("prbs", "OTU2", "symbols(2.5,9)@1ms:2");
    assert_eq!(stream["fec"]["uncorrectable"], 2);
    let bad = [
        "wrap",
        "--client",
        "prbs",
        "--signal",
        "ODU1",
        "--error",
        "symbols(1.1,1)@0ms",
        "-o",
        "x.pcapng",
    ];
    let ended = otn_in(folder.path(), &bad);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("needs an OTU"), "{}", ended.stderr);
}

#[test]
fn one_frame_is_a_grid_and_fields_are_watched() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrap = ["wrap", "--client", "stm-4", "-o", "line.pcapng"];
    assert_eq!(otn_in(folder.path(), &wrap).code, 0);
    let grid = otn_in(folder.path(), &["decode", "line.pcapng", "--frame", "3"]);
    assert!(grid.stdout.contains("MFAS") && grid.stdout.contains("JC1"), "{}", grid.stdout);
    let none = otn_in(folder.path(), &["decode", "line.pcapng", "--frame", "9999"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("expected a number below"), "{}", none.stderr);
    let watch = otn_in(folder.path(), &["decode", "line.pcapng", "--watch", "MFAS,JC1..JC3"]);
    assert!(watch.stdout.lines().count() >= 256, "{}", watch.stdout);
    let options = ["decode", "line.pcapng", "--watch", "JC1..JC3", "--changes"];
    let changes = otn_in(folder.path(), &options);
    let lines = changes.stdout.lines().count();
    assert!((2..200).contains(&lines), "{}", changes.stdout);
    let wrong = otn_in(folder.path(), &["decode", "line.pcapng", "--watch", "JC9"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn trees_that_cannot_be_are_refused_with_their_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        ("odu: {kind: ODU2, tributaries: [{kind: ODU3, client: prbs}]}", "ODU3"),
        ("odu: {kind: ODU0, tributaries: []}", "expected ODU1, ODU2, ODU3 or ODU4"),
        ("odu: {kind: ODU2, tributaries: [{kind: ODU0, slots: [9], client: prbs}]}", "slot 9"),
        ("odu: {kind: ODU1, client: stm-64}", "found ODU1, expected ODU2"),
        ("odu: {kind: ODU2, tributaries: [{client: prbs}]}", "expected `kind`"),
        ("odu: {kind: ODU0, client: 1000base-x, input: none.pcap}", "none.pcap"),
    ];
    for (text, expected) in cases {
        fs::write(folder.path().join("tree.yaml"), text).expect("written");
        let ended = otn_in(folder.path(), &["wrap", "--tree", "tree.yaml", "-o", "x.pcapng"]);
        assert_eq!(ended.code, 2, "{text}");
        assert!(ended.stderr.contains(expected), "{text}: {}", ended.stderr);
        assert!(!folder.path().join("x.pcapng").exists());
    }
}
