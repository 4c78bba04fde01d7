//! Bad input and bad luck: every kind gives a clear sentence, the right exit code, and leaves what
//! was there before.

mod common;

use common::{capture, otn_in};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A network file in `folder` with this text in place of `ber: 1e-4`, and its captures.
fn network(folder: &Path, from: &str, to: &str) {
    let text = format!(
        "name: test\nduration: 2 ms\nnodes:\n  west: {{}}\n  east: {{clock: +20 ppm}}\nlines:\n  \
         we:\n    ends: [west, east]\n    signal: OTU2\n    slots: none\n    delay: 10 us\n    ber: \
         1e-4\nservices:\n  s:\n    client: ethernet\n    mapping: gfp-f\n    odu: ODU2\n    ends: \
         [west, east]\n    traffic:\n      west: {{pcap: {}, rate: 5 Gbit/s, repeat: yes}}\ncapture: \
         ['east:we.rx', 'west:we.rx']\n",
        capture("afs")
    );
    assert!(text.contains(from), "{from}");
    fs::write(folder.join("net.yaml"), text.replacen(from, to, 1)).expect("can be written");
}

fn report(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("out/report.json")).expect("is there");
    serde_json::from_str(&text).expect("is JSON")
}

#[test]
fn files_that_are_not_what_they_should_be_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, octets: &[u8]| fs::write(folder.path().join(name), octets).unwrap();
    let whole = fs::read(capture("afs")).unwrap();
    write("empty.pcap", b"");
    write("text.pcap", b"this is not a capture at all, but it is long enough to be one");
    write("cut.pcap", &whole[..whole.len() - 100]);
    write("header.pcap", &whole[..20]);
    write("raw.pcap", &[&whole[..20], &[101, 0, 0, 0], &whole[24..]].concat());
    let cases = [
        ("empty.pcap", "the file is empty"),
        ("text.pcap", "found neither a pcap nor a pcapng header"),
        ("cut.pcap", "the file ends within a packet or block, after 600 whole packets"),
        ("header.pcap", "the file ends within its first header"),
        ("raw.pcap", "packet 1: found link type 101, expected 1 (Ethernet)"),
        ("none.pcap", "No such file"),
    ];
    for (file, words) in cases {
        let ended = otn_in(folder.path(), &["wrap", file, "-o", "line.pcapng"]);
        assert_eq!(ended.code, 2, "{file}");
        assert!(ended.stderr.starts_with(&format!("error: {file}")), "{}", ended.stderr);
        assert!(ended.stderr.contains(words), "{file}: {}", ended.stderr);
        assert!(!folder.path().join("line.pcapng").exists(), "{file}: nothing half done is left");
    }
    for file in ["empty.pcap", "none.pcap"] {
        let ended = otn_in(folder.path(), &["decode", file]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains(file), "{}", ended.stderr);
    }
    let ended = otn_in(folder.path(), &["decode", &capture("afs")]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("found link type 1, expected 147"), "{}", ended.stderr);
}

#[test]
fn noise_is_a_signal_with_a_defect_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let noise: Vec<u8> =
        (0..8_000_000u64).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 37) as u8).collect();
    fs::write(folder.path().join("noise.bin"), noise).unwrap();
    let ended = otn_in(folder.path(), &["decode", "noise.bin"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    assert!(ended.stdout.contains("no frame found"), "{}", ended.stdout);
    assert!(ended.stdout.contains("OTU dLOF raised at 3.000 ms"), "{}", ended.stdout);
    fs::write(folder.path().join("bad.hex"), "f6 f6\nzz\n").unwrap();
    let ended = otn_in(folder.path(), &["decode", "bad.hex"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("bad.hex: line 2, column 1: found `z`"), "{}", ended.stderr);
}

#[test]
fn a_line_too_noisy_to_align_ends_with_dlof_and_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    network(folder.path(), "ber: 1e-4", "ber: 0.3");
    let text = fs::read_to_string(folder.path().join("net.yaml")).unwrap();
    fs::write(folder.path().join("net.yaml"), text.replace("2 ms", "5 ms")).unwrap();
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let told = "3.010 ms  east we.rx OTU2 cLOF, stands";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert!(ended.stdout.contains("no frames of we at east"), "{}", ended.stdout);
    let report = report(folder.path());
    let alarms = report["alarms"].as_array().unwrap();
    let lof = alarms.iter().find(|a| a["fault_cause"] == "cLOF" && a["node"] == "east").unwrap();
    assert_eq!(
        (lof["raised_ps"].as_u64(), &lof["cleared_ps"]),
        (Some(3_010_000_000), &Value::Null)
    );
    let west_to_east = &report["services"][0]["directions"][0];
    assert_eq!(west_to_east["from"], "west");
    let packets = &west_to_east["packets"];
    assert!(packets["sent"].as_u64().unwrap() > 0);
    assert_eq!((&packets["delivered"], &packets["lost"]), (&0.into(), &packets["sent"]));
    assert_eq!(west_to_east["lost_by_cause"]["not_found"], packets["sent"]);
    // No frame was found, so none was captured; both receivers are streams all the same.
    for node in ["west", "east"] {
        let line = format!("out/line-we@{node}.pcapng");
        let decoded = otn_in(folder.path(), &["decode", &line]);
        assert_eq!(decoded.code, 1);
        for words in [&format!("{node}:we.rx: OTU2"), "no frame found"] {
            assert!(decoded.stdout.contains(words), "{}", decoded.stdout);
        }
    }
}

#[test]
fn mistakes_in_a_network_file_are_named_with_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("ber: 1e-4", "ber: NaN", "net.yaml:12:10: ber: found `NaN`, expected a bit error ratio"),
        ("ber: 1e-4", "ber: -1", "net.yaml:12:10: ber: found `-1`"),
        ("2 ms", "1", "net.yaml:2:11: duration: found `1`, expected a time"),
        ("[west, east]", "[west, mars]", "no node `mars`"),
        ("  east: {", "  west: {", "net.yaml:5:3: duplicate mapping key"),
        ("signal: OTU2", "signal: OTU2\n    hue: red", "net.yaml:10:5: unknown field `hue`"),
    ];
    for (from, to, words) in cases {
        network(folder.path(), from, to);
        let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
        assert_eq!(ended.code, 2, "{to}");
        assert!(ended.stderr.contains(words), "{to}: {}", ended.stderr);
        assert!(!folder.path().join("out").exists(), "{to}: nothing is written");
    }
    network(folder.path(), "afs.pcap", "nothing.pcap");
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("nothing.pcap: No such file"), "{}", ended.stderr);
    let ended = otn_in(folder.path(), &["run", "none.yaml"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("none.yaml"), "{}", ended.stderr);
}

#[test]
fn outputs_that_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    network(folder.path(), "ber: 1e-4", "ber: 1e-4");
    fs::write(folder.path().join("file"), b"in the way").unwrap();
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "file"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("file: found a file, expected a folder"), "{}", ended.stderr);
    assert_eq!(fs::read(folder.path().join("file")).unwrap(), b"in the way");
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "file/deeper"]);
    assert_eq!(ended.code, 2);
    let wrap = ["wrap", &capture("afs"), "-o", "no/such/folder/line.pcapng"];
    let ended = otn_in(folder.path(), &wrap);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("no/such/folder/line.pcapng: cannot be written"));
    let ended = otn_in(folder.path(), &["wrap", &capture("afs"), "-o", &capture("afs")]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("is the input"), "{}", ended.stderr);
}

/// The file-size limit of the shell stands in for a disk that is full: writes fail half-way.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_output_whole() {
    let folder = tempfile::tempdir().unwrap();
    network(folder.path(), "ber: 1e-4", "ber: 1e-4");
    let old = [
        ("line.pcapng", "old line"),
        ("out/line-we@east.pcapng", "old"),
        ("out/report.json", "{}"),
    ];
    fs::create_dir(folder.path().join("out")).unwrap();
    for (name, text) in old {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let commands = [
        format!("wrap {} --min-frames 300 -o line.pcapng", capture("afs")),
        "run net.yaml -o out".to_string(),
    ];
    for command in commands {
        let script =
            format!("trap '' XFSZ; ulimit -f 400; exec {} {command}", env!("CARGO_BIN_EXE_otn"));
        let mut bash = Command::new("bash");
        let output =
            bash.args(["-c", &script]).current_dir(folder.path()).output().expect("bash starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("cannot be written: File too large"), "{stderr}");
    }
    for (name, text) in old {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text, "{name}");
    }
    let left = fs::read_dir(folder.path().join("out")).unwrap().count();
    assert_eq!(left, 2, "no temporary file is left");
}

#[test]
fn packets_that_cannot_be_sent_are_said_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = fs::read(capture("ptp_ethernet")).unwrap()[..24].to_vec();
    for (length, original) in [(60u32, 60u32), (96, 1_514), (65_535, 65_535)] {
        for word in [1, 0, length, original] {
            file.extend(word.to_le_bytes());
        }
        file.extend(vec![0x42; length as usize]);
    }
    fs::write(folder.path().join("odd.pcap"), file).unwrap();
    let ended = otn_in(folder.path(), &["wrap", "odd.pcap", "-o", "line.pcapng"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for words in ["1 of 3 packets are cut short", "1 of 3 packets are longer than the 65527 octets"]
    {
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    assert!(ended.stdout.contains("1 packets"), "{}", ended.stdout);
}
