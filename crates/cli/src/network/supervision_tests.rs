//! Tandem connections, delay measurement, provisioning and injected overhead in network files, good and bad.

use otn_emu::net::injection::{At, Change, Lasts, Wrong};
use otn_emu::net::model::{Action, Trail};
use otn_frame::layout::GCC0;
use otn_frame::overhead::PayloadType;
use otn_map::odtu::Odtu;
use otn_proc::monitor::{Monitor, TimMode};
use otn_proc::tandem::TandemMode;

use super::*;

const GOOD: &str = "\
duration: 30 ms
nodes: {a: {}, b: {}, c: {}}
lines:
  ab: {ends: [a, b], signal: OTU2}
  bc: {ends: [b, c], signal: OTU2}
  ca: {ends: [c, a], signal: OTU2}
services:
  s:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [a, c]
    route: [ab, bc]
    protection: {kind: snc-s, level: 5, route: [ca]}
    tandem:
      - {level: 1, from: c, to: a, mode: monitor, ltc-action: no, delay: yes}
      - {level: 2, from: a, to: b, expect: {b: {sapi: a}}, tim-action: yes}
      - {level: 2, from: b, to: c}
      - {level: 3, route: protection, from: a, to: c, mode: transparent}
    delay-measurement: {start: 5 ms, every: 2 ms}
    payload-type: {a: {sends: 07}, c: {expects: 0A}}
events:
  - {at: 10 ms, payload-type: {service: s, end: c, sends: own, expects: 07}}
  - {at: 11 ms, msi: {service: s, line: ab, end: b, expects: 5}}
  - {at: 12 ms, rate: {service: s, line: ab, end: a, odu: ODU1}}
  - {at: 13 ms, rate: {service: s, line: ab, end: a, odu: own}}
  - {at: 14 ms, inject: {line: ab, end: a, field: GCC0, octets: A5 5A, for: 5 frames}}
  - {at: 15 ms, inject: {service: s, end: c, event: pm-bip(3), for: 2 ms}}
  - {at: 16 ms, inject: {service: s, line: bc, end: b, event: tcm2-ltc}}
  - {at: 17 ms, terminal-loopback-on: {service: s, end: c}}
  - {at: 18 ms, trace: {service: s, tandem: 2, end: c, sapi: X}}
";

fn parse(text: &str) -> Result<NetworkFile, String> {
    let mut open = |_: &Path| Err("no files here".to_string());
    read(Path::new("dir/net.yaml"), text, &mut open).map_err(|error| error.to_string())
}

#[test]
fn tandem_connections_and_delay_measurement_are_read() {
    let plan = parse(GOOD).unwrap().plan;
    let supervision = &plan.services[0].supervision;
    let places: Vec<_> = supervision
        .tandem
        .iter()
        .map(|d| (d.protection, d.tandem.level.get(), d.tandem.from, d.tandem.to))
        .collect();
    assert_eq!(places, [(false, 1, 0, 2), (false, 2, 0, 1), (false, 2, 1, 2), (true, 3, 0, 1)]);
    let [one, two, three, four] = [0, 1, 2, 3].map(|at: usize| supervision.tandem[at].tandem);
    assert_eq!((one.mode, one.ltc_action, one.delay), (TandemMode::Monitor, false, true));
    assert_eq!(two.traces.expected[1].mode, TimMode::Sapi);
    assert!(two.traces.expected[1].action);
    assert_eq!((three.mode, three.ltc_action, three.delay), (TandemMode::Operational, true, false));
    assert_eq!(four.mode, TandemMode::Transparent);
    let delay = supervision.delay.unwrap();
    assert_eq!((delay.start, delay.every), (SimTime::from_ms(5), Some(SimTime::from_ms(2))));
    let types = supervision.payload_types;
    assert_eq!((types[0].sent, types[0].expected), (Some(PayloadType(0x07)), None));
    assert_eq!((types[1].sent, types[1].expected), (None, Some(PayloadType(0x0A))));
}

#[test]
fn provisioning_and_injection_become_actions() {
    let file = parse(GOOD).unwrap();
    let actions: Vec<_> = file.plan.actions.iter().map(|timed| timed.action.clone()).collect();
    let own = file.plan.lines[0].tributaries[0].content.unwrap();
    let slots = |end, sends, expects| Action::Slots { line: 0, end, tributary: 0, sends, expects };
    assert_eq!(
        actions[0],
        Action::PayloadType {
            service: 0,
            end: 1,
            sends: Some(None),
            expects: Some(Some(PayloadType(7)))
        }
    );
    let port = otn_map::odtu::Content { port: 5, ..own };
    assert_eq!(actions[1], slots(1, None, Some(port)));
    // An ODU1 in an OPU2 is an ODTU12 in two slots.
    let Action::Slots { sends: Some(other), expects, .. } = actions[2] else { panic!() };
    assert_eq!((other.kind, other.set.len(), expects), (Odtu::Odtu12, 2, Some(other)));
    assert_eq!(other.set.first(), own.set.first());
    assert_eq!(actions[3], slots(0, Some(own), Some(own)));
    let change = Change::octets(GCC0, &[0xA5, 0x5A]).unwrap();
    let at = At::Line { line: 0, end: 0 };
    assert_eq!(actions[4], Action::Inject { at, change, lasts: Lasts::Frames(5) });
    let change = Change::Monitor(Monitor::Path, Wrong::Bip(3));
    let lasts = Lasts::Time(SimTime::from_ms(2));
    assert_eq!(actions[5], Action::Inject { at: At::Path { service: 0, end: 1 }, change, lasts });
    let at = At::Tributary { line: 1, end: 0, tributary: 0 };
    let Action::Inject { at: found, lasts: Lasts::ForGood, .. } = actions[6] else { panic!() };
    assert_eq!(found, at);
    assert_eq!(actions[7], Action::TerminalLoopback { service: 0, end: 1, on: true });
    // Of the two of level 2 the one that ends at c.
    let Action::SendTrace { trail: Trail::Tandem(0, 2), end: 1, trace } = actions[8] else {
        panic!("{:?}", actions[8]);
    };
    assert_eq!(trace.sapi().to_string(), "X");
}

/// What to replace in the good file, and what must then be said.
const MISTAKES: [(&str, &str, &str); 20] = [
    ("{level: 1, from: c", "{level: 7, from: c", "level: found 7, expected 1 to 6"),
    ("{level: 1, from: c", "{level: 2, from: c", "tandem: level 2 is in use between `a` and `c`"),
    ("{level: 1, from: c", "{level: 5, from: c", "tandem: level 5 is in use between `a` and `c`"),
    ("from: b, to: c}", "from: b, to: b}", "tandem: found the same node twice"),
    ("from: b, to: c}", "from: b, to: cc}", "to: `cc` is not on the route, did you mean `c`?"),
    ("mode: monitor", "mode: loud", "mode: found `loud`, expected one of: operational, monitor"),
    ("route: protection", "route: other", "route: found `other`, expected one of: working"),
    ("    protection: {kind: snc-s, level: 5, route: [ca]}\n", "", "has no `protection`"),
    ("    delay-measurement: {start: 5 ms, every: 2 ms}\n", "", "has no `delay-measurement`"),
    ("{sends: 07}", "{sends: 7}", "payload-type: found `7`, expected two hexadecimal digits"),
    ("payload-type: {a:", "payload-type: {b:", "payload-type: no end `b` here, expected a or c"),
    ("end: b, expects: 5", "end: b", "msi: found neither, expected `sends`, `expects` or both"),
    ("end: b, expects: 5", "end: b, expects: 81", "msi: found `81`, expected a tributary port"),
    (
        "end: a, odu: ODU1",
        "end: a, odu: ODU0",
        "rate: found `ODU0`, expected another ODU than ODU0",
    ),
    ("field: GCC0", "field: GCC3", "field: found `GCC3`, expected one of: FAS, MFAS, SM"),
    ("octets: A5 5A", "octets: A5", "octets: found `A5`, expected 2 in hexadecimal"),
    ("for: 5 frames", "for: no frames", "for: found `no frames`, expected a time or `5 frames`"),
    (
        "event: pm-bip(3)",
        "event: sm-bdi",
        "inject: an ODU in tributary slots has no overhead of an OTU",
    ),
    ("event: tcm2-ltc", "event: plm", "inject: the OPU is made at the ends of the service"),
    ("tandem: 2, end: c", "tandem: 4, end: c", "tandem: service `s` has none of level 4"),
];

#[test]
fn mistakes_are_named() {
    for (good, bad, said) in MISTAKES {
        assert!(GOOD.contains(good), "{good}");
        let error = parse(&GOOD.replacen(good, bad, 1)).unwrap_err();
        assert!(error.contains(said), "{bad}: {error}");
        assert!(error.starts_with("dir/net.yaml:"), "{error}");
    }
}

/// In a line without slots there is no ODUk but that of the service.
#[test]
fn overhead_of_an_odu_is_injected_where_the_odu_is() {
    let line = |event: &str| {
        format!(
            "nodes: {{a: {{}}, b: {{}}}}\nlines: {{ab: {{ends: [a, b], signal: OTU2, slots: none}}}}\n\
             services: {{s: {{client: prbs, odu: ODU2, ends: [a, b]}}}}\n\
             events:\n  - {{at: 5 ms, inject: {{line: ab, end: a, event: {event}}}}}\n"
        )
    };
    parse(&line("sm-bdi")).unwrap();
    let error = parse(&line("pm-bdi")).unwrap_err();
    assert!(error.contains("inject: the ODU in a line without slots"), "{error}");
}
