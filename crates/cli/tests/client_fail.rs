//! Clients that fail on a line, and what a decoder says about them.

mod common;

use std::fs;
use std::path::Path;

use common::{capture, otn_in};
use serde_json::Value;

/// Wraps with these arguments and decodes; gives the two reports and the exit code of `decode`.
fn through(folder: &Path, arguments: &[&str]) -> (Value, Value, i32) {
    let json = |text: &str| -> Value { serde_json::from_str(text).expect("JSON") };
    let wrap = [&["wrap"], arguments, &["-o", "line.pcapng", "--json"]].concat();
    let wrapped = otn_in(folder, &wrap);
    assert_eq!(wrapped.code, 0, "{}", wrapped.stderr);
    let decoded = otn_in(folder, &["decode", "line.pcapng", "--clients", "clients", "--json"]);
    let stream = json(&decoded.stdout)["streams"][0].take();
    (json(&wrapped.stdout), stream, decoded.code)
}

/// An OTU2 frame lasts 12.191 us: the client fails in frames 83 to 682, which hold PSI[2] twice.
//= type=test g709:17-client-fail-source
#[test]
fn packets_wait_while_client_management_frames_raise_csf() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("afs");
    let (sent, stream, code) = through(folder.path(), &[&input, "--client-fail", "1 ms:600"]);
    assert_eq!((&sent["packets"], code), (&Value::from(601), 1));
    let opu = &stream["odu"]["opu"];
    assert_eq!(opu["csf_frames"], 2);
    assert_eq!(opu["gfp"]["management_frames"], 2, "loss of client signal, defect clear");
    assert_eq!(opu["gfp"]["ethernet_frames"], 601);
    assert_eq!(stream["defect_times"]["OPU dCSF"], 1);
    let defect = &stream["defects"][0];
    let (raised, cleared) = (defect["raised_ns"].as_u64(), defect["cleared_ns"].as_u64());
    assert!((1_000_000..1_030_000).contains(&raised.unwrap()), "{defect}");
    assert!((8_310_000..8_350_000).contains(&cleared.unwrap()), "{defect}");
}

#[test]
fn a_client_that_is_gone_for_good_ends_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("afs");
    let (sent, stream, code) = through(folder.path(), &[&input, "--client-fail", "0 s"]);
    assert_eq!((&sent["packets"], &sent["frames"], code), (&Value::from(0), &Value::from(256), 1));
    assert_eq!(stream["defects"][0]["defect"], "dCSF");
    assert_eq!(stream["defects"][0]["cleared_ns"], Value::Null);
}

#[test]
fn ethernet_clients_show_link_fault_while_they_fail() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("ptp_ethernet");
    for (client, time) in [("10gbase-r", "1 ms"), ("1000base-x", "10 ms")] {
        let wrap = [&input, "--client", client, "--client-fail"];
        let passing = format!("{time}:100");
        let spent = [&wrap[..], &[passing.as_str()]].concat();
        let (_, stream, _) = through(folder.path(), &spent);
        let ethernet = &stream["odu"]["opu"]["ethernet"];
        assert_eq!(ethernet["faults"], 1, "{client}");
        assert_eq!(ethernet["link_fault"], Value::Null, "{client}");
        assert_eq!(ethernet["frames"], 205, "{client}");
        let standing = [&wrap[..], &[time, "--frames", "400"]].concat();
        let (_, stream, _) = through(folder.path(), &standing);
        let ethernet = &stream["odu"]["opu"]["ethernet"];
        assert_eq!((&ethernet["faults"], &ethernet["link_fault"]), (&1.into(), &"local".into()));
    }
}

/// Files of bits below a folder.
fn bits(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("whole").path());
    let bits = files.filter(|path| path.extension().is_some_and(|e| e == "bin"));
    fs::read(bits.last().expect("a file of bits")).expect("it reads")
}

/// FC-100 has 13 062.6 octets in a frame of 98.354 us.
//= type=test g709:17.7.2-nos
//= type=test g709:17.7-replacement-signals
#[test]
fn opaque_clients_of_a_tree_are_replaced_and_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let tree =
        "signal: ODU0\nodu: {client: fc-100, fails-at: 10 ms, fails-for: 5 ms, input: in.bin}";
    fs::write(folder.path().join("tree.yaml"), tree).unwrap();
    let input: Vec<u8> =
        (0..2_500_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(folder.path().join("in.bin"), &input).unwrap();
    through(folder.path(), &["--tree", "tree.yaml"]);
    let out = bits(&folder.path().join("clients"));
    // A sink of GMP learns the count with the first frame, whose octets are lost.
    let skipped = input.windows(64).position(|w| *w == out[..64]).unwrap();
    let input = &input[skipped..];
    let before = out.iter().zip(input).take_while(|(a, b)| a == b).count();
    // The client fails with frame 102, the first that starts after 10 ms.
    assert!((before + skipped).abs_diff(102 * 13_062) < 100, "{before} {skipped}");
    let set = [0x3E, 0xAA, 0x55, 0x2A, 0x95];
    let nos = out[before..].chunks(5).take_while(|chunk| **chunk == set).count() * 5;
    // 5 ms of 1.0625 Gbit/s, a frame more or less.
    assert!(nos.abs_diff(664_062) < 13_100, "{nos}");
    let rest = &out[before + nos..];
    // What remains of a cut ordered set, then the client where it stopped.
    let cut = (0..5).find(|cut| rest[*cut..].starts_with(&input[before..before + 1_000]));
    assert!(cut.is_some_and(|cut| rest[cut..].starts_with(&input[before..])));
}

#[test]
fn a_failure_that_is_none_is_an_error_that_says_what_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let input = capture("afs");
    let wrap = ["wrap", &input, "--client-fail", "1 ms:0", "-o", "line.pcapng"];
    let ended = otn_in(folder.path(), &wrap);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("TIME:FRAMES"), "{}", ended.stderr);
}
