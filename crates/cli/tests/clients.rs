//! `otn run` with clients of constant bit rate and a line without slots: what is counted at the far end.

#[expect(dead_code, reason = "captures are for other tests")]
mod common;

use std::fs;

use common::otn_in;
use serde_json::Value;

const NETWORK: &str = "\
name: Clients
duration: 14 ms
nodes: {a: {clock: +4 ppm}, b: {clock: -6 ppm}, c: {}}
lines:
  ab: {ends: [a, b], signal: OTU2, delay: 100 us, ber: 1e-5}
  ac: {ends: [a, c], signal: OTU1, slots: none, fec: none, delay: 50 us, ber-towards: {c: 1e-5}}
services:
  fills: {client: stm-16, mapping: bmp, odu: ODU1, ends: [a, c], client-clock: {a: +15 ppm}}
  gigabit:
    client: 1000base-x
    odu: ODU0
    ends: [a, b]
    client-clock: {a: +90 ppm, b: -90 ppm}
    traffic: {a: {packets: 256 octets, rate: 300 Mbit/s}, b: {packets: 1500 octets, rate: 300 Mbit/s}}
  stm: {client: stm-16, odu: ODU1, ends: [b, a], client-clock: {a: +15 ppm, b: -15 ppm}}
  test: {client: prbs, odu: ODU0, ends: [a, b]}
";

fn direction(report: &Value, service: &str, from: &str) -> Value {
    let services = report["services"].as_array().expect("services");
    let found = services.iter().find(|s| s["name"] == service).expect("the service");
    let directions = found["directions"].as_array().expect("directions");
    directions.iter().find(|d| d["from"] == from).expect("the direction").clone()
}

#[test]
fn bits_and_packets_of_clients_are_counted_at_the_far_end() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("net.yaml"), NETWORK).expect("a file");
    let run = |threads: &str, out: &str| {
        otn_in(folder.path(), &["run", "net.yaml", "--threads", threads, "-o", out])
    };
    let ended = run("1", "one");
    // Wrong bits are not fine.
    assert_eq!(ended.code, 1, "{}{}", ended.stdout, ended.stderr);
    run("2", "two");
    let read = |out: &str| {
        fs::read_to_string(folder.path().join(out).join("report.json")).expect("a report")
    };
    assert!(read("one") == read("two"), "the same for any number of threads");
    let report: Value = serde_json::from_str(&read("one")).expect("it is JSON");
    for (service, from) in [("stm", "a"), ("stm", "b"), ("test", "a"), ("fills", "c")] {
        let pattern = &direction(&report, service, from)["pattern"];
        let number = |key: &str| pattern[key].as_u64().expect("a number");
        assert!(number("received") > 10_000_000, "{service}: {pattern}");
        assert!(number("received") - number("bits") < 10_000, "{service}: {pattern}");
        assert_eq!((number("errors"), number("sync_losses")), (0, 0), "{service}: {pattern}");
    }
    let hit = &direction(&report, "fills", "a")["pattern"];
    let [bits, errors] = ["bits", "errors"].map(|key| hit[key].as_u64().expect("a number") as f64);
    // Five standard deviations.
    assert!((errors - bits * 1e-5).abs() < 5.0 * (bits * 1e-5).sqrt(), "{hit}");
    for from in ["a", "b"] {
        let packets = &direction(&report, "gigabit", from)["packets"];
        assert!(packets["sent"].as_u64() > Some(200), "{packets}");
        assert_eq!(packets["sent"], packets["delivered"]);
    }
    for told in ["bits received", "sync losses", "STM-16", "fills a > c", "test b > a", "none"] {
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
    }
    // The packets of the gigabit client are Ethernet frames in the capture; patterns have none.
    assert!(folder.path().join("one/received-gigabit@b.pcapng").exists());
    assert!(!folder.path().join("one/received-stm@a.pcapng").exists());
}
