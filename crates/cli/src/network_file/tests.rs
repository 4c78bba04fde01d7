//! A good network file, and every kind of bad one with the message it must give.

use super::*;
use otn_emu::{DelaySchedule, Fault, FaultKind, Hop, Traces};
use otn_frame::Tti;
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::tandem::TandemMode;

const GOOD: &str = "\
name: Two nodes
seed: 7
duration: 2 ms
nodes:
  west: {clock: +20 ppm}
  east: {clock: -20 ppm}
lines:
  we:
    ends: [west, east]
    signal: OTU2
    delay: 400 us
    ber: 1e-4
    ber-towards: {east: 2e-3}
services:
  office:
    client: ethernet
    mapping: gfp-f
    route: [we]
    traffic:
      west: {pcap: a.pcap, rate: 2 Gbit/s, repeat: yes}
      east: {pcap: b.pcap, rate: captured}
";

fn parse(text: &str) -> Result<NetworkFile, String> {
    read(Path::new("dir/net.yaml"), text).map_err(|error| error.to_string())
}

#[test]
fn a_network_file_is_read_with_its_units() {
    let file = parse(GOOD).unwrap();
    let network = &file.network;
    assert_eq!((network.name.as_str(), network.seed), ("Two nodes", 7));
    assert_eq!(network.duration, SimTime::from_ms(2));
    // Names are in alphabetical order.
    assert_eq!(network.nodes[0].clock, PartsPerBillion::new(-20_000).unwrap());
    let line = &network.lines[0];
    assert_eq!((line.ends, line.delay), ([1, 0], SimTime::from_ns(400_000)));
    assert_eq!(line.ber_towards.map(BitErrorRatio::get), [1e-4, 2e-3]);
    let rate = Pace::Rate { bits_per_second: 2_000_000_000 };
    assert_eq!(network.services[0].pace, [Some(rate), Some(Pace::Captured)]);
    let first = file.replays[0][0].clone().unwrap();
    assert_eq!((first.pcap.to_str().unwrap(), first.repeat), ("dir/a.pcap", true));
    assert_eq!(file.captured, [true]);
}

/// What to replace in the good file, and what must then be said.
const MISTAKES: [(&str, &str, &str); 28] = [
    ("2 ms", "2", "3:11: duration: found `2`, expected a time such as"),
    ("2 ms", "-2 ms", "3:11: duration: found `-2 ms`, expected a time from 0"),
    ("2 ms", "NaN", "3:11: duration: found `NaN`, expected a time"),
    ("2 ms", "1e300 s", "3:11: duration: found `1e300 s`"),
    ("+20 ppm", "20", "5:17: clock: found `20`, expected a frequency offset"),
    ("+20 ppm", "1e12 ppm", "5:17: clock: found `1e12 ppm`"),
    ("ber: 1e-4", "ber: .nan", "12:10: ber: found `.nan`, expected a bit error ratio"),
    ("ber: 1e-4", "ber: -1e-4", "12:10: ber: found `-1e-4`"),
    ("ber: 1e-4", "ber: 0.7", "12:10: ber: found `0.7`, expected a bit error ratio from 0 to 0.5"),
    ("{east: 2e-3}", "{north: 2e-3}", "ber-towards: no end `north` here, expected west or east"),
    (
        "[west, east]",
        "[west, bern]",
        "9:18: line `we`: ends: no node `bern`, expected one of: east, west",
    ),
    ("[west, east]", "[west]", "ends: found 1 nodes, expected two"),
    ("[west, east]", "[west, west]", "both are `west`, expected two nodes"),
    ("signal: OTU2", "signal: OTU9", "10:13: signal: found `OTU9`, expected OTU1, OTU2 or OTU3"),
    ("signal: OTU2", "signal: ODU2", "signal: found `ODU2`"),
    ("ber: 1e-4", "fec: turbo", "12:10: fec: found `turbo`, expected rs255-239 or none"),
    ("delay: 400 us", "delay: 80 km", "delay: found `80 km`"),
    ("delay: 400 us", "delay: 2 s", "delay: found `2 s`, expected at most 100.000 ms"),
    ("delay: 400 us", "colour: red", "11:5: unknown field `colour`"),
    ("[we]", "[ew]", "18:13: service `office`: route: no line `ew`, expected one of: we"),
    ("[we]", "[we, we]", "18:17: service `office`: route: `we` stands twice"),
    ("[we]", "[]", "route: found 0 lines, expected one or more"),
    ("client: ethernet", "client: video", "client: found `video`, expected ethernet"),
    ("gfp-f", "amp", "mapping: found `amp`, expected gfp-f"),
    ("2 Gbit/s", "2 GB", "rate: found `2 GB`, expected a bit rate"),
    ("east: {pcap", "bern: {pcap", "traffic: no end `bern` here, expected west or east"),
    ("  east: {clock: -20 ppm}", "  west: {clock: -20 ppm}", "6:3: duplicate mapping key"),
    ("  office:", "  ../office:", "service `../office`: expected a name of 1 to 32 letters"),
];

#[test]
fn every_mistake_is_named_with_its_place() {
    for (good, bad, expected) in MISTAKES {
        assert!(GOOD.contains(good), "{good}");
        let error = parse(&GOOD.replacen(good, bad, 1)).expect_err(bad);
        assert!(error.starts_with("dir/net.yaml:"), "{error}");
        assert!(error.contains(expected), "{bad}: {error}");
    }
}

#[test]
fn what_is_no_mapping_at_all_is_an_error_too() {
    for text in ["", "- a\n- b\n", "nodes: 3\n", "{", "a: &x [*x]\n", "\u{0}", "nodes: {}\n"] {
        let error = parse(text).expect_err(text);
        assert!(error.starts_with("dir/net.yaml"), "{error}");
    }
}

#[test]
fn two_services_do_not_fit_one_line() {
    let services = GOOD.split_once("services:\n").unwrap().1;
    let twice = format!("{GOOD}{}", services.replace("office", "second"));
    let error = parse(&twice).unwrap_err();
    assert!(error.contains("service `second`: line `we` is full: it carries `office`"), "{error}");
}

/// Three nodes; the second line is written down against the direction of the route.
const ROW: &str = "\
nodes: {a: {}, b: {}, c: {}, d: {}}
lines:
  ab:
    ends: [b, a]
    signal: OTU2
    faults:
      - {at: 1 ms, for: 2 ms, kind: cut, direction: a > b}
      - {at: 5 ms, for: 1 us, kind: otu-ais}
      - {at: 6 ms, for: 1 us, kind: lof, direction: both}
  bc: {ends: [b, c], signal: OTU2}
  cd: {ends: [c, d], signal: OTU1}
  ad: {ends: [a, d], signal: OTU2}
services:
  s:
    client: ethernet
    mapping: gfp-f
    route: [ab, bc]
    tandem:
      - {level: 1, from: a, to: b}
      - {level: 1, from: b, to: c}
      - {level: 6, from: c, to: a}
    traffic:
      c: {pcap: c.pcap, rate: captured}
";

#[test]
fn a_route_is_walked_from_node_to_node() {
    let file = parse(ROW).unwrap();
    let network = &file.network;
    let index = |name: &str| network.lines.iter().position(|l| l.name == name).unwrap();
    let service = &network.services[0];
    let hops = [Hop { line: index("ab"), first: 1 }, Hop { line: index("bc"), first: 0 }];
    assert_eq!(service.route, hops);
    // Traffic is by end of the route.
    assert_eq!(service.pace, [None, Some(Pace::Captured)]);
    let tandem: Vec<_> = service.tandem.iter().map(|t| (t.level.get(), t.from, t.to)).collect();
    assert_eq!(tandem, [(1, 0, 1), (1, 1, 2), (6, 0, 2)]);
    let faults = &network.lines[index("ab")].faults;
    let ms = SimTime::from_ms;
    let cut = Fault { kind: FaultKind::Cut, from: ms(1), until: ms(3), directions: [false, true] };
    assert_eq!(faults[0], cut);
    let rest: Vec<_> = faults[1..].iter().map(|f| (f.kind, f.directions)).collect();
    assert_eq!(rest, [(FaultKind::OtuAis, [true; 2]), (FaultKind::Lof, [true; 2])]);
}

#[test]
fn mistakes_of_routes_faults_and_tandem_connections_are_named() {
    let mistakes = [
        ("kind: cut", "kind: bend", "7:37: kind: found `bend`, expected one of: cut, lof, otu-ais"),
        ("at: 1 ms", "at: 1", "7:14: at: found `1`, expected a time"),
        ("for: 2 ms", "for: soon", "7:25: for: found `soon`, expected a time"),
        ("for: 2 ms", "for: 0 ms", "7:25: for: found `0 ms`, expected more than 0"),
        ("a > b", "a > c", "direction: found `a > c`, expected b>a, a>b or both"),
        ("kind: cut", "size: 3", "unknown field `size`"),
        ("[ab, bc]", "[ab, cd]", "17:17: service `s`: route: `cd` does not begin at `a`, where"),
        ("[ab, bc]", "[ad, cd]", "route: `cd` is an OTU1, expected OTU2 as on the line before"),
        ("level: 6", "level: 7", "21:17: level: found 7, expected 1 to 6"),
        ("level: 6", "level: 1", "tandem: level 1 is in use between `a` and `b`"),
        (
            "from: c, to: a",
            "from: d, to: a",
            "from: `d` is not on the route, expected one of: a, b, c",
        ),
        ("from: c, to: a", "from: c, to: c", "tandem: found the same node twice"),
        ("      c: {pcap", "      b: {pcap", "traffic: no end `b` here, expected a or c"),
    ];
    for (good, bad, expected) in mistakes {
        assert!(ROW.contains(good), "{good}");
        let error = parse(&ROW.replacen(good, bad, 1)).expect_err(bad);
        assert!(error.contains(expected), "{bad}: {error}");
    }
    let round = ROW.replace("[ab, bc]", "[ab, bc, ca]");
    let round = round.replace("  ad: {ends: [a, d]", "  ca: {ends: [c, a]");
    let error = parse(&round).unwrap_err();
    assert!(error.contains("service `s`: route: comes to `a` twice"), "{error}");
}

/// The same row of nodes with all that can be decided about supervision.
const SUPERVISED: &str = "\
nodes: {a: {}, b: {}, c: {}}
lines:
  ab: {ends: [b, a], signal: OTU2, expect: {a: {dapi: a}}, trace: {b: {sapi: x}}, tim-action: yes}
  bc: {ends: [b, c], signal: OTU2}
services:
  s:
    client: ethernet
    mapping: gfp-f
    route: [ab, bc]
    expect: {c: {sapi: a, dapi: c}}
    delay-measurement: {start: 5 ms, every: 10 ms}
    deg: {threshold: 1 %, seconds: 2}
    tandem:
      - {level: 1, from: c, to: a, mode: monitor, ltc-action: no, delay: yes, trace: {c: {dapi: y}}}
      - {level: 2, from: a, to: b, mode: transparent, expect: {b: {sapi: q}}, tim-action: yes}
      - {level: 3, from: b, to: c}
    traffic: {}
";

#[test]
fn supervision_is_decided_in_the_file() {
    let network = parse(SUPERVISED).unwrap().network;
    let tti = |sapi: &str, dapi: &str, operator: &str| Tti::new(sapi, dapi, operator).unwrap();
    let off = ExpectedTrace::default();
    let ab = &network.lines[0];
    assert_eq!(ab.traces.sent, [Some(tti("x", "a", "ab")), None]);
    let expected = ExpectedTrace { mode: TimMode::Dapi, tti: tti("", "a", ""), action: true };
    assert_eq!(ab.traces.expected, [off, expected]);
    assert_eq!(network.lines[1].traces, Traces::default());
    let service = &network.services[0];
    let expected = ExpectedTrace { mode: TimMode::Both, tti: tti("a", "c", ""), action: false };
    assert_eq!((service.traces.sent, service.traces.expected), ([None; 2], [off, expected]));
    let ms = SimTime::from_ms;
    assert_eq!(service.delay, Some(DelaySchedule { start: ms(5), every: Some(ms(10)) }));
    // 82 026 blocks of an ODU2 in a second, by the fact sheet: 1 % is 821, rounded up.
    let degrade = service.degrade.unwrap();
    assert_eq!((degrade.threshold(), degrade.seconds()), (821, 2));
    let [one, two, three] = service.tandem.as_slice() else { panic!() };
    assert_eq!((one.mode, one.ltc_action, one.delay), (TandemMode::Monitor, false, true));
    // Ends are by place on the route: a, then c.
    assert_eq!(one.traces.sent, [None, Some(tti("c", "y", "s"))]);
    let expected = ExpectedTrace { mode: TimMode::Sapi, tti: tti("q", "", ""), action: true };
    assert_eq!((two.mode, two.traces.expected), (TandemMode::Transparent, [off, expected]));
    let level = otn_frame::overhead::TcmLevel::new(3).unwrap();
    assert_eq!(*three, otn_emu::Tandem::new(level, 1, 2));
    let at = SUPERVISED.replace("{start: 5 ms, every: 10 ms}", "{at: 3 ms}");
    let schedule = parse(&at).unwrap().network.services[0].delay;
    assert_eq!(schedule, Some(DelaySchedule { start: ms(3), every: None }));
    let blocks = SUPERVISED.replace("1 %", "500 blocks");
    let degrade = parse(&blocks).unwrap().network.services[0].degrade;
    assert_eq!(degrade.map(|degrade| degrade.threshold()), Some(500));
}

#[test]
fn mistakes_of_supervision_are_named() {
    let mistakes = [
        (
            "expect: {a: {dapi: a}}",
            "expect: {c: {dapi: a}}",
            "expect: no end `c` here, expected b or",
        ),
        ("trace: {b:", "trace: {q:", "3:71: trace: no end `q` here, expected b or a"),
        ("expect: {a: {dapi: a}}, ", "", "tim-action: no trace is expected here"),
        ("{dapi: a}", "{}", "expect: found nothing, expected sapi, dapi or both"),
        ("{sapi: x}", "{sapi: 0123456789abcdef}", "trace: SAPI has 16 octets, at most 15 fit"),
        ("{sapi: x}", "{operator: x}", "unknown field `operator`"),
        ("{start: 5 ms, every: 10 ms}", "{start: 5 ms}", "delay-measurement: expected either `at`"),
        ("every: 10 ms", "every: 0 ms", "every: found `0 ms`, expected more than 0"),
        ("start: 5 ms", "start: 5", "start: found `5`, expected a time"),
        ("threshold: 1 %", "threshold: 1", "threshold: found `1`, expected `N blocks` or 0.01 %"),
        ("threshold: 1 %", "threshold: 0.001 %", "threshold: found `0.001 %`"),
        (
            "threshold: 1 %",
            "threshold: 82027 blocks",
            "threshold: found 82027 blocks, expected 1 to",
        ),
        ("seconds: 2", "seconds: 1", "seconds: found 1, expected 2 to 10"),
        (
            "mode: monitor",
            "mode: watch",
            "mode: found `watch`, expected one of: operational, monitor",
        ),
        ("ltc-action: no", "ltc-action: 3", "14:63: invalid boolean"),
        ("    delay-measurement: {start: 5 ms, every: 10 ms}\n", "", "delay: service `s` has no"),
        ("expect: {b: {sapi: q}}, ", "", "tim-action: no trace is expected here"),
    ];
    for (good, bad, expected) in mistakes {
        assert!(SUPERVISED.contains(good), "{good}");
        let error = parse(&SUPERVISED.replacen(good, bad, 1)).expect_err(bad);
        assert!(error.contains(expected), "{bad}: {error}");
    }
}
