//! `otn whatif` on a ring: which services survive which failure follows from their routes alone.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::{Ended, capture, otn_in};
use serde_json::Value;

/// A ring of four nodes: a service from `a` to `c` the one way, protected the other way, and one without
/// protection on its working route. One client sends nothing in one direction.
const RING: &str = "\
name: ring
seed: 7
duration: 200 ms
nodes: {a: {clock: +5 ppm}, b: {}, c: {clock: -7 ppm}, d: {}}
lines:
  ab: {ends: [a, b], signal: OTU1, fec: none, delay: 20 us}
  bc: {ends: [b, c], signal: OTU1, fec: none, delay: 30 us}
  cd: {ends: [c, d], signal: OTU1, fec: none, delay: 25 us}
  da: {ends: [d, a], signal: OTU1, fec: none, delay: 15 us}
services:
  office:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [a, c]
    route: [ab, bc]
    protection: {kind: snc-n, architecture: 1+1, route: [da, cd]}
    traffic: {a: {packets: 300 octets, rate: 50 Mbit/s}, c: {packets: 300 octets, rate: 50 Mbit/s}}
  plain:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [a, c]
    route: [ab, bc]
    traffic: {a: {packets: 300 octets, rate: 50 Mbit/s}}
events:
  - {at: 14 ms, cut: da}
  - {at: 15 ms, node-off: b}
";

/// A service whose two routes share a node, and no line.
const SHARED: &str = "\
name: shared
nodes: {a: {}, b: {}, c: {}}
lines:
  ab1: {ends: [a, b], signal: OTU1, fec: none}
  ab2: {ends: [a, b], signal: OTU1, fec: none}
  bc1: {ends: [b, c], signal: OTU1, fec: none}
  bc2: {ends: [b, c], signal: OTU1, fec: none}
services:
  office:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [a, c]
    route: [ab1, bc1]
    protection: {kind: snc-n, route: [ab2, bc2]}
    traffic: {a: {packets: 300 octets, rate: 50 Mbit/s}, c: {packets: 300 octets, rate: 50 Mbit/s}}
";

fn whatif(folder: &Path, text: &str, arguments: &[&str]) -> Ended {
    fs::write(folder.join("net.yaml"), text).expect("can be written");
    otn_in(folder, &[&["whatif", "net.yaml", "--for", "10 ms"], arguments].concat())
}

fn json(ended: &Ended) -> Value {
    assert!(ended.code < 2, "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("the program prints JSON")
}

/// The fates of both directions of a service, by failure; its gap where it survived.
fn fates(report: &Value, service: &str) -> BTreeMap<String, [String; 2]> {
    let failures = report["failures"].as_array().expect("a list");
    let of = |failure: &Value| {
        let all = failure["directions"].as_array().expect("a list");
        let mine: Vec<&Value> = all.iter().filter(|d| d["service"] == service).collect();
        [0, 1].map(|at| mine[at]["fate"].as_str().expect("text").to_string())
    };
    failures.iter().map(|f| (f["name"].as_str().expect("text").to_string(), of(f))).collect()
}

fn both(fate: &str) -> [String; 2] {
    [fate.to_string(), fate.to_string()]
}

fn expected<const N: usize>(rows: [(&str, &str); N]) -> BTreeMap<String, [String; 2]> {
    rows.into_iter().map(|(failure, fate)| (failure.to_string(), both(fate))).collect()
}

#[test]
fn every_single_link_is_survived_by_what_is_protected() {
    let folder = tempfile::tempdir().unwrap();
    let ended = whatif(folder.path(), RING, &["--json", "--csv", "out.csv"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report = json(&ended);
    let (hit, spared) = ("survived", "never-hit");
    let office = [("link ab", hit), ("link bc", hit), ("link cd", spared), ("link da", spared)];
    assert_eq!(fates(&report, "office"), expected(office));
    let plain =
        [("link ab", "lost"), ("link bc", "lost"), ("link cd", spared), ("link da", spared)];
    assert_eq!(fates(&report, "plain"), expected(plain));
    assert_eq!(report["events_left_out"], 2);
    let failures = report["failures"].as_array().unwrap();
    let lost: Vec<u64> = failures.iter().map(|f| f["services_lost"].as_u64().unwrap()).collect();
    assert_eq!(lost, [1, 1, 0, 0], "worst first");
    for direction in failures[..2].iter().flat_map(|f| f["directions"].as_array().unwrap()) {
        let (service, gap) = (&direction["service"], direction["longest_gap_ns"].as_u64());
        if service == "office" {
            // The other way is shorter: packets are lost, one each 48 µs (300 octets at 50 Mbit/s).
            let gap = gap.expect("it went on");
            let lost = direction["packets_lost"].as_u64().unwrap();
            assert!(lost > 0 && lost.abs_diff(gap / 48_000) <= 2, "{direction}");
            let switched = direction["switched_after_ns"].as_u64().expect("it switched");
            assert!(gap < 10_000_000 && switched < 10_000_000, "{direction}");
        } else {
            assert_eq!(gap, None);
            let by = if direction["from"] == "a" { "packets" } else { "alarms" };
            assert_eq!(direction["judged_by"], by, "{direction}");
        }
    }
    csv_says_the_same(folder.path(), &report);
    keys_are_documented(&report);
}

fn csv_says_the_same(folder: &Path, report: &Value) {
    let csv = fs::read_to_string(folder.join("out.csv")).expect("is there");
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 1 + 4 * 2 * 2);
    let mut row = rows[1..].iter();
    for failure in report["failures"].as_array().expect("a list") {
        for direction in failure["directions"].as_array().expect("a list") {
            let mut told = BTreeMap::new();
            told.extend(rows[0].iter().copied().zip(row.next().expect("a row").iter().copied()));
            assert_eq!(failure["name"], told["failure"]);
            for key in ["service", "from", "to", "fate", "judged_by"] {
                assert_eq!(direction[key], told[key], "{key}");
            }
            for key in ["packets_sent", "packets_lost", "longest_gap_ns", "switched_after_ns"] {
                let text = direction[key].as_u64().map(|n| n.to_string()).unwrap_or_default();
                assert_eq!(text, told[key], "{key}");
            }
        }
    }
}

fn keys_of(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            keys_of(value, keys);
        }),
        Value::Array(all) => all.iter().for_each(|value| keys_of(value, keys)),
        _ => {}
    }
}

fn keys_are_documented(report: &Value) {
    let page = include_str!("../../../docs/json.md");
    let section =
        page.split("\n## ").find(|section| section.starts_with("`otn whatif`")).expect("is there");
    let mut keys = BTreeSet::new();
    keys_of(report, &mut keys);
    let missing: Vec<&String> = keys
        .iter()
        .filter(|key| {
            ![format!("`{key}`"), format!("`{key}[]`")].iter().any(|k| section.contains(k))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_node_takes_its_own_services_and_those_that_pass_unprotected() {
    let folder = tempfile::tempdir().unwrap();
    let ended = whatif(folder.path(), RING, &["--cut", "all-nodes", "--json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report = json(&ended);
    let fates = |service: &str| fates(&report, service);
    let (end, spared) = ("end-node", "never-hit");
    let of = |b: &'static str| {
        expected([("node a", end), ("node b", b), ("node c", end), ("node d", spared)])
    };
    assert_eq!(fates("office"), of("survived"));
    assert_eq!(fates("plain"), of("lost"));
    let office = &report["services"][0];
    let counts = ["never_hit", "survived", "lost", "end_node", "down"].map(|key| &office[key]);
    assert_eq!(counts, [1, 1, 0, 2, 0]);
}

#[test]
fn two_links_take_what_has_one_on_each_route() {
    let folder = tempfile::tempdir().unwrap();
    let ended = whatif(folder.path(), RING, &["--cut", "all-pairs", "--json"]);
    assert_eq!(ended.code, 0, "two failures at once are no single failure");
    let report = json(&ended);
    let (ring, working) = (["ab", "bc", "cd", "da"], ["ab", "bc"]);
    let mut count = 0;
    for (at, first) in ring.iter().enumerate() {
        for second in &ring[at + 1..] {
            let name = format!("links {first} + {second}");
            let on_working = [first, second].iter().filter(|l| working.contains(*l)).count();
            let office = ["never-hit", "lost", "survived"][on_working];
            assert_eq!(fates(&report, "office")[&name], both(office), "{name}");
            let plain = ["never-hit", "lost", "lost"][on_working];
            assert_eq!(fates(&report, "plain")[&name], both(plain), "{name}");
            count += 1;
        }
    }
    assert_eq!(report["failures"].as_array().unwrap().len(), count);
}

#[test]
fn the_result_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let noisy = RING.replace("delay: 30 us", "delay: 30 us, ber: 1e-6");
    let told = |threads: &str| {
        let link = ["--link", "bc", "ab", "--threads", threads, "--csv", "out.csv"];
        let ended = whatif(folder.path(), &noisy, &link);
        (ended.stdout, ended.stderr, fs::read_to_string(folder.path().join("out.csv")).unwrap())
    };
    let one = told("1");
    assert!(one.0.contains("link ab") && one.0.contains("lost, not protected: plain"), "{}", one.0);
    assert_eq!(one, told("2"));
}

#[test]
fn routes_that_share_a_node_are_found_out() {
    let folder = tempfile::tempdir().unwrap();
    // One client replays a capture: each run reads it from its beginning.
    let replay = format!("a: {{pcap: {}, rate: 50 Mbit/s, repeat: yes}}", capture("afs"));
    let shared = SHARED.replace("a: {packets: 300 octets, rate: 50 Mbit/s}", &replay);
    let ended = whatif(folder.path(), &shared, &["--cut", "all-nodes", "--node", "b"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stdout.contains("PROTECTED AND LOST: office by node b\n"), "{}", ended.stdout);
    let ended = whatif(folder.path(), &shared, &["--link", "bc1"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("OK: no single failure"), "{}", ended.stdout);
}

#[test]
fn what_is_not_there_is_named_with_what_may_be_meant() {
    let folder = tempfile::tempdir().unwrap();
    let pcap = "a: {pcap: none.pcap, rate: 1 Mbit/s}";
    let cases = [
        (&["--link", "dc"][..], "--link: no line `dc`, did you mean"),
        (&["--link", "elsewhere"], "--link: no line `elsewhere`, expected one of: ab, bc, cd, da"),
        (&["--cut", "all-nodes", "--node", "A"], "--node: no node `A`, did you mean `a`?"),
        (&["--node", "a"], "--node: expected it with `--cut all-nodes`"),
        (&["--cut", "all-nodes", "--link", "ab"], "--link: `--cut all-nodes` cuts no lines"),
        (&["--cut", "all-pairs", "--link", "ab"], "--cut all-pairs: found one line"),
        (&["--at", "1 ms"], "--at: found 1.000 ms, expected later than"),
        (&["--at", "20"], "expected a time such as `10 ms`"),
        (&["--cut", "some"], "[possible values: all-links, all-nodes, all-pairs]"),
        (&["--csv", "net.yaml"], "net.yaml: is the input"),
    ];
    for (arguments, words) in cases {
        let ended = whatif(folder.path(), RING, arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    let plain = RING.find("  plain:").unwrap();
    let text = RING[..plain].replace("a: {packets: 300 octets, rate: 50 Mbit/s}", pcap);
    let ended = whatif(folder.path(), &text, &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("none.pcap"), "{}", ended.stderr);
    let ended = otn_in(folder.path(), &["whatif", "nowhere.yaml"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("nowhere.yaml"), "{}", ended.stderr);
}
