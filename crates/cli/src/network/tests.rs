//! Good network files, and every kind of bad one with the message it must give.

use otn_emu::net::model::{Action, Client, Hop, Sends, Trail};
use otn_frame::Signal;
use otn_map::odtu::Slots;
use otn_proc::aps::ApsLevel;
use otn_proc::protection::{Architecture, Entity, ExternalCommand, Monitoring};

use super::*;

const GOOD: &str = "\
name: Four nodes
seed: 7
duration: 30 ms
nodes:
  a: {clock: +3 ppm, at: [48.85, 2.35]}
  b: {}
  c: {clock: -7 ppm}
  d: {}
lines:
  ab: {ends: [a, b], signal: OTU2, delay: 200 us, ber: 1e-5, ber-towards: {a: 1e-6}}
  bc: {ends: [c, b], signal: OTU2, fibre: 80 km, risk-groups: [east]}
  ad: {ends: [a, d], signal: OTU2, fibre: 100 km, slots: 2.5G}
  cd: {ends: [c, d], signal: OTU2, fibre: 100 km, risk-groups: [east, duct]}
services:
  s:
    client: ethernet
    mapping: gfp-f
    odu: ODU1
    ends: [a, c]
    route: [ab, bc]
    slots: {ab: [3, 5]}
    protection: {kind: snc-s, architecture: 1:1, level: 3, route: [ad, cd], wait-to-restore: 10 ms, sd: no}
    traffic:
      a: {packets: 512 octets, rate: 100 Mbit/s}
      c: {pcap: b.pcap, rate: captured, repeat: yes}
  t: {client: prbs, odu: ODU0, ends: [b, a]}
events:
  - {at: 25 ms, repair: ab}
  - {at: 20 ms, cut: ab, direction: a>b}
  - {at: 22 ms, switch: {service: s, end: c, command: manual-to-protection}}
  - {at: 23 ms, expect: {line: bc, end: b, sapi: x, tim-action: yes}}
  - {at: 24 ms, swap: [b.ab, b.bc]}
capture: [\"b:ab.rx\"]
";

fn parse(text: &str) -> Result<NetworkFile, String> {
    let mut open = |_: &Path| Err("no files here".to_string());
    read(Path::new("dir/net.yaml"), text, &mut open).map_err(|error| error.to_string())
}

fn ms(ms: u64) -> SimTime {
    SimTime::from_ms(ms)
}

//= type=test otn:light-delay
#[test]
fn a_network_file_is_read_with_its_units() {
    let file = parse(GOOD).unwrap();
    let plan = &file.plan;
    assert_eq!((plan.name.as_str(), plan.seed, plan.duration), ("Four nodes", 7, ms(30)));
    assert!(plan.begin > SimTime::ZERO && plan.begin < plan.duration);
    assert_eq!(plan.nodes[0].location, Some((48.85, 2.35)));
    assert_eq!(plan.nodes[2].clock.get(), -7_000);
    // Names are in alphabetical order: ab, ad, bc, cd. 80 km at 1.468 are 391 737.6 ns.
    let [ab, ad, bc, cd] = plan.lines.as_slice() else { panic!("{:?}", plan.lines) };
    assert_eq!((ab.delay.as_ns(), bc.delay.as_ns()), (200_000, 391_737));
    assert_eq!((bc.ends, ad.slots, cd.slots), ([2, 1], Some(Slots::Opu2By4), Some(Slots::Opu2By8)));
    assert_eq!(file.risk_groups[1], RiskGroup { name: "east".to_string(), lines: vec![2, 3] });
    assert_eq!(file.captures, [CapturePoint { line: 0, end: 1 }]);
    let s = &plan.services[0];
    assert_eq!((s.odu, s.client, s.ends), (Signal::Odu1, Client::EthernetGfp, [0, 2]));
    let ab_slots: Vec<usize> =
        ab.tributaries[s.route[0].tributary].content.unwrap().set.iter().collect();
    assert_eq!(ab_slots, [3, 5]);
    assert_eq!(
        s.route.iter().map(|hop| (hop.line, hop.first)).collect::<Vec<_>>(),
        [(0, 0), (2, 1)]
    );
    let protection = s.protection.as_ref().unwrap();
    let config = protection.config;
    assert_eq!(
        (config.architecture, config.monitoring),
        (Architecture::OneToOne, Monitoring::Sublayer)
    );
    assert!(matches!(config.level, ApsLevel::Tandem(level) if level.get() == 3));
    assert_eq!(
        (config.wait_to_restore, config.sd_enabled, config.revertive),
        (ms(10), false, true)
    );
    // 512 octets, FCS, preamble and gap are 536 octets: 42.88 us at 100 Mbit/s.
    let Sends::Numbered { octets: 512, every } = s.sends[0] else { panic!("{:?}", s.sends) };
    assert_eq!(every.as_ns(), 42_880);
    let replay = file.sources[0][1].clone().unwrap();
    assert_eq!((replay.pcap.to_str().unwrap(), replay.repeat), ("dir/b.pcap", true));
    // The computed one takes the direct line, its first free slot.
    let t = &plan.services[1];
    assert_eq!(
        (t.client, t.route.as_slice()),
        (Client::Prbs, &[Hop { line: 0, first: 1, tributary: 1 }][..])
    );
    assert_eq!(ab.tributaries[1].content.unwrap().set.first(), Some(1));
}

#[test]
fn events_become_actions_light_and_reach() {
    let file = parse(GOOD).unwrap();
    let plan = &file.plan;
    let told: Vec<_> = file.events.iter().map(|event| (event.at, event.kind)).collect();
    let kinds = ["cut", "switch", "expect", "swap", "repair"];
    assert_eq!(told, [20, 22, 23, 24, 25].map(ms).into_iter().zip(kinds).collect::<Vec<_>>());
    // Only the way to b is cut; the repair is for both.
    let dark: Vec<_> = plan.lines[0].light[1].iter().map(|s| (s.from, s.light)).collect();
    assert_eq!(dark, [(ms(0), true), (ms(20), false), (ms(25), true)]);
    assert_eq!(plan.lines[0].light[0].len(), 1);
    assert_eq!(plan.lines[0].light.clone().map(|light| light[0].ber.get()), [1e-6, 1e-5]);
    assert_eq!(file.reaches[0].lines, [(0, 1)]);
    let [switch, expect, swap] = plan.actions.as_slice() else { panic!("{:?}", plan.actions) };
    let command = ExternalCommand::ManualSwitch(Entity::Protection);
    assert_eq!(switch.action, Action::Protection { service: 0, end: 1, command });
    let Action::ExpectTrace { trail: Trail::Section(2), end: 1, expected } = expect.action else {
        panic!("{expect:?}");
    };
    assert!(expected.action);
    assert_eq!(swap.action, Action::Swap([(0, 1), (2, 1)]));
    assert_eq!((swap.event, swap.at), (3, ms(24)));
    assert_eq!(file.reaches[3].lines, [(0, 1), (2, 1)]);
}

/// What to replace in the good file, and what must then be said.
const MISTAKES: [(&str, &str, &str); 62] = [
    ("30 ms", "30", "3:11: duration: found `30`, expected a time such as"),
    ("duration: 30 ms", "duration: 1 ms", "duration: found `1 ms`, expected more than"),
    ("[48.85, 2.35]", "[48.85]", "node `a`: at: found [48.85], expected latitude"),
    ("[48.85, 2.35]", "[98.85, 2]", "node `a`: at: found [98.85, 2.0], expected latitude"),
    ("+3 ppm", "+3", "clock: found `+3`, expected a frequency offset"),
    ("  b: {}", "  b: {kind: roadm}", "6:7: unknown field `kind`"),
    ("  d: {}", "  a: {}", "8:3: duplicate mapping key: a"),
    (
        "ends: [a, b], signal",
        "ends: [a, bb], signal",
        "10:18: line `ab`: ends: no node `bb`, did you mean `b`?",
    ),
    (
        "ends: [a, b], signal",
        "ends: [a, paris], signal",
        "no node `paris`, expected one of: a, b, c, d",
    ),
    ("ends: [a, b], signal", "ends: [a, a], signal", "line `ab`: ends: both are `a`"),
    ("ends: [a, b], signal", "ends: [a], signal", "line `ab`: ends: found 1 nodes, expected two"),
    (
        "OTU2, delay",
        "OTU5, delay",
        "signal: found `OTU5`, expected OTU1, OTU2, OTU2e, OTU3 or OTU4",
    ),
    (
        "OTU2, delay",
        "OTU2, slots: 5G, delay",
        "slots: found `5G`, expected 1.25G or 2.5G or none for an OTU2",
    ),
    (
        "OTU2, delay",
        "OTU4, slots: 2.5G, delay",
        "slots: found `2.5G`, expected 1.25G or none for an OTU4",
    ),
    ("OTU2, delay", "OTU2, fec: turbo, delay", "fec: no code `turbo` for a line, "),
    ("delay: 200 us", "delay: 200", "delay: found `200`, expected a time"),
    ("delay: 200 us", "delay: 200 ms", "delay: found `200 ms`, expected at most"),
    (
        "delay: 200 us",
        "delay: 200 us, fibre: 1 km",
        "line `ab`: expected `delay` or `fibre`, found both",
    ),
    ("fibre: 80 km", "fibre: 80 miles", "fibre: found `80 miles`, expected a length"),
    ("ber: 1e-5", "ber: 1", "ber: found `1`, expected a bit error ratio"),
    ("{a: 1e-6}", "{c: 1e-6}", "ber-towards: no end `c` here, expected a or b"),
    ("[east, duct]", "[east, east]", "line `cd`: risk-groups: `east` stands twice"),
    (
        "client: ethernet",
        "client: fibre-channel",
        "client: found `fibre-channel`, expected one of: ethernet, prbs",
    ),
    (
        "mapping: gfp-f",
        "mapping: gmp",
        "mapping: found `gmp`, expected one of: gfp-f, gfp-f-preamble",
    ),
    ("    mapping: gfp-f\n", "", "mapping: missing, expected gfp-f"),
    (
        "odu: ODU1",
        "odu: ODUflex",
        "odu: an ODUflex of packets needs `flex-slots`, its size in slots of 1.25G",
    ),
    ("odu: ODU1", "odu: OTU1", "odu: found `OTU1`, expected ODU0"),
    (
        "odu: ODU1",
        "odu: ODU2",
        "service `s`: line `ab`: an OTU2 with slots of 1.25G carries no ODU2, expected ODU0 or ODU1",
    ),
    ("odu: ODU1", "odu: ODU0", "service `s`: line `ab`: slots: found 2, expected 1 for an ODU0"),
    ("ends: [a, c]\n", "ends: [a, x]\n", "service `s`: ends: no node `x`"),
    ("route: [ab, bc]", "route: []", "service `s`: route: found 0 lines"),
    ("route: [ab, bc]", "route: [ab, bx]", "service `s`: route: no line `bx`, did you mean"),
    (
        "route: [ab, bc]",
        "route: [bc, ab]",
        "route: `bc` is between `c` and `b`, expected a line at `a`",
    ),
    ("route: [ab, bc]", "route: [ab]", "service `s`: route: ends at `b`, expected `c`"),
    (
        "route: [ab, bc]",
        "route: [ab, bc, cd, ad]",
        "comes to `a` twice, expected a route without loop",
    ),
    (
        "    route: [ab, bc]\n",
        "    route: [ab, bc]\n    avoid: [d]\n",
        "avoid, via: they are for a route that is computed",
    ),
    (
        "slots: {ab: [3, 5]}",
        "slots: {ab: [3, 9]}",
        "slots: found [3, 9], expected numbers from 1 to 8",
    ),
    ("slots: {ab: [3, 5]}", "slots: {ab: [3, 3]}", "slots: found [3, 3], expected numbers"),
    ("slots: {ab: [3, 5]}", "slots: {xx: [3, 5]}", "slots: line `xx` is on no route of it"),
    ("kind: snc-s", "kind: snc-x", "kind: found `snc-x`, expected one of: snc-i, snc-n, snc-s"),
    ("kind: snc-s", "kind: snc-n", "level: only the tandem connections of `snc-s` have one"),
    (
        "kind: snc-s, architecture: 1:1, level: 3",
        "kind: snc-n, architecture: 1:1",
        "SNC/N cannot be 1:1",
    ),
    ("level: 3", "level: 7", "level: found 7, expected 1 to 6"),
    ("architecture: 1:1", "architecture: 1:n", "architecture: found `1:n`, expected one of: 1+1,"),
    ("route: [ad, cd]", "route: [ab, bc]", "line `ab` is on the working route too"),
    ("route: [ad, cd]", "disjoint: link, route: [ad, cd]", "expected either `route` or `disjoint`"),
    (
        "route: [ad, cd]",
        "disjoint: risk-group",
        "shares no line and no risk group with the other: every way takes a line of risk group `east`",
    ),
    ("route: [ad, cd], wait", "wait-to-restore: 5, wait", "duplicate"),
    (
        "wait-to-restore: 10 ms",
        "wait-to-restore: 10",
        "wait-to-restore: found `10`, expected a time",
    ),
    ("512 octets", "12 octets", "packets: found `12 octets`, expected 60 to 9600 octets"),
    ("512 octets", "512", "packets: found `512`, expected 60 to 9600 octets"),
    ("packets: 512 octets, ", "", "traffic: expected `packets` or `pcap`, found neither"),
    ("rate: 100 Mbit/s", "rate: captured", "rate: found `captured`, expected a bit rate"),
    (
        "ends: [b, a]}",
        "ends: [b, a], avoid: [ab, bc]}",
        "service `t`: route: none from `b` to `a`: no lines join them (without",
    ),
    ("ends: [b, a]}", "ends: [b, a], avoid: [a]}", "avoid: `a` is an end of the service"),
    ("ends: [b, a]}", "ends: [b, a], via: [b]}", "via: the route passes `b` already"),
    ("cut: ab", "cut: axb", "cut: no line `axb`, did you mean `ab`?"),
    ("direction: a>b", "direction: b>c", "direction: found `b>c`, expected a>b, b>a or both"),
    ("repair: ab", "repair: ab, cut: ab", "event: found `cut` and `repair`, expected one an entry"),
    ("at: 25 ms, repair: ab", "at: 25 ms", "event: found none, expected one of: cut, repair"),
    (
        "repair: ab",
        "attenuate: {line: ab, by: 3 dB}",
        "attenuate: needs light: no line here has a `lightpath`",
    ),
    ("swap: [b.ab, b.bc]", "swap: [b.ab, d.bc]", "swap: no line end `d.bc`, did you mean `b.bc`?"),
];

/// What is said of a bad file.
fn refused(text: &str) -> String {
    parse(text).err().unwrap_or_else(|| "nothing".to_string())
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let mut wrong = Vec::new();
    for (good, bad, expected) in MISTAKES {
        assert!(GOOD.contains(good), "{good}");
        let error = refused(&GOOD.replacen(good, bad, 1));
        if !(error.starts_with("dir/net.yaml:") && error.contains(expected)) {
            wrong.push(format!("{bad}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn slots_that_are_gone_are_counted() {
    let mut services = String::new();
    for number in 0..7 {
        services +=
            &format!("  u{number}: {{client: prbs, odu: ODU0, ends: [b, a], route: [ab]}}\n");
    }
    let text = GOOD.replacen("events:\n", &format!("{services}events:\n"), 1);
    // Six slots are left of ab: those of `t` and of seven others do not fit, and the last ones go round.
    let error = refused(&text);
    let expected = "service `u6`: line `ab` is full: 0 of its 8 slots free, 1 needed for an ODU0";
    assert!(error.contains(expected), "{error}");
    // One less: the computed one, which comes last, goes the long way round.
    let text = text.replacen("  u6: {client: prbs, odu: ODU0, ends: [b, a], route: [ab]}\n", "", 1);
    let error = refused(&text);
    let expected = "service `t`: route: none from `b` to `a` that has room for it; service `t`: line `ab` is full";
    assert!(error.contains(expected), "{error}");
    let file = parse(&text.replacen(", slots: 2.5G", "", 1)).unwrap();
    assert_eq!(file.plan.services[1].route.len(), 3);
}

#[test]
fn both_ends_provisioned_differently_is_a_network() {
    let text = GOOD.replacen(
        "ber: 1e-5,",
        "trace: {a: {sapi: x}}, expect: {b: {sapi: y}}, tim-action: yes,",
        1,
    );
    let file = parse(&text).unwrap();
    assert!(file.plan.lines[0].section.expected[1].action);
}

/// A small plant: two spans of 100 km, so that the delay is that of 200 km.
const LIT: &str = "\
nodes: {a: {}, b: {}}
lines:
  ab:
    ends: [a, b]
    signal: OTU4
    lightpath:
      spans: [{length: 100 km}, {length: 100 km}]
      frequency: 193.1 THz
      modulation: 16QAM
      baud-rate: 32 GBd
services:
  t: {client: prbs, odu: ODU2, ends: [a, b]}
events:
  - {at: 5 ms, attenuate: {line: ab, by: 12 dB, over: 2 ms}, direction: a>b}
  - {at: 9 ms, cut: ab/span 2 backward, direction: one}
  - {at: 10 ms, cut: ab}
";

//= type=test otn:light-delay
#[test]
fn light_fills_the_line_from_its_plant() {
    let file = parse(LIT).unwrap();
    let line = &file.plan.lines[0];
    assert_eq!(line.delay.as_ns(), 2 * 489_672);
    let [towards_a, towards_b] = &line.light;
    assert!(towards_b.len() > 30, "{}", towards_b.len());
    let first = towards_b.first().unwrap();
    let last = towards_b.iter().rev().find(|state| state.light).unwrap();
    assert!(first.ber.get() > 0.0 && last.ber.get() > 3.0 * first.ber.get());
    // The middle of the first fibre is bent: the sender's times are half a fibre before that.
    assert!(towards_b[1].from < ms(5) && towards_b[1].from > ms(4));
    // The cut fibre hits one direction, the cut line both.
    assert_eq!(towards_a.iter().filter(|state| !state.light).count(), 1);
    assert!(towards_b.last().is_some_and(|state| !state.light && state.from == ms(10)));
    assert_eq!(file.reaches[0].lines, [(0, 1)]);
    assert_eq!(file.reaches[1].lines, [(0, 0)]);
    let light = file.light.unwrap();
    assert_eq!((light.lines.len(), light.courses.len(), light.events.len()), (1, 1, 2));
    let mut wrong = Vec::new();
    for (good, bad, expected) in [
        ("by: 12 dB", "by: 12", "by: found `12`, expected a loss from 0 to 200 dB"),
        ("ab/span 2 backward", "ab/span 3 backward", "did you mean `ab/span 1 backward`?"),
        (
            "signal: OTU4",
            "signal: OTU4\n    ber: 1e-5",
            "line `ab`: delay and errors follow from its",
        ),
        ("      modulation: 16QAM\n", "", "expected `type` and `mode` of the library, or"),
        ("193.1 THz", "193.1", "frequency: found `193.1`, expected a frequency"),
        (
            "modulation: 16QAM\n      baud-rate: 32 GBd",
            "type: zz\n      mode: m",
            "lightpath: lightpath 'ab'",
        ),
        (
            "at: 10 ms, cut: ab",
            "at: 10 ms, ber: {line: ab, ratio: 1e-3}",
            "ber: errors of a line over light",
        ),
        (
            "at: 10 ms, cut: ab",
            "at: 10 ms, shift: {line: ab, offset: 900 GHz}",
            "light: lightpath 'ab'",
        ),
        ("at: 10 ms, cut: ab", "at: 10 ms, amplifier-fail: x", "amplifier-fail: no amplifier `x`"),
    ] {
        assert!(LIT.contains(good), "{good}");
        let error = refused(&LIT.replacen(good, bad, 1));
        if !error.contains(expected) {
            wrong.push(format!("{bad}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Keys of older releases, and what the error tells to write.
#[test]
fn older_files_are_told_what_to_write() {
    let old = |line: &str, service: &str| {
        format!(
            "nodes: {{a: {{}}, b: {{}}}}\nlines:\n  l: {{ends: [a, b], signal: OTU3, {line}}}\nservices:\n  s: \
             {{client: ethernet, mapping: gfp-f, route: [l], {service} traffic: {{}}}}\n"
        )
    };
    let cases = [
        (old("capture: yes", ""), "3:44: line `l`: capture", "`capture: ['a:l.rx', 'b:l.rx']`"),
        (
            old("faults: [{at: 1 ms, for: 1 ms, kind: lof}]", ""),
            "3:43: line `l`: faults",
            "{at: 5 ms, cut: l, direction: a>b}",
        ),
        (old("delay: 1 ms", ""), "5:6: service `s`", "`odu: ODU3` is all of an OTU3"),
        (old("delay: 1 ms", "odu: ODU3, ends: [a, b], deg: {},"), "`s`: deg", "`degrade`"),
    ];
    for (text, begins, advice) in cases {
        let error = refused(&text);
        assert!(error.contains(begins) && error.contains(advice), "{error}");
    }
    // Any other mistake is told as it is.
    assert!(refused("nodes: {\n").contains("3:1") || refused("nodes: {\n").contains("2:1"));
}
