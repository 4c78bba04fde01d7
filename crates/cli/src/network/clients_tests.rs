//! Clients of services and lines without slots in network files: what is read, and what is refused.

use otn_emu::net::model::{Carries, Client, ConstantRate, Mapping, Sublayer};
use otn_frame::overhead::PayloadType;
use otn_frame::{FlexRate, Ratio, Signal};
use otn_map::replacement::Replacement;

use super::*;

const GOOD: &str = "\
nodes: {a: {}, b: {}, c: {}}
lines:
  ab: {ends: [a, b], signal: OTU4}
  bc: {ends: [b, c], signal: OTU2, slots: none}
  ca: {ends: [a, c], signal: OTU2e}
services:
  fills: {client: stm-64, mapping: bmp, odu: ODU2, ends: [b, c], client-clock: {b: +18 ppm, c: -5 ppm}}
  flex: {client: ethernet, mapping: gfp-f, odu: ODUflex, flex-slots: 5, ends: [a, b]}
  gig: {client: 1000base-x, odu: ODU0, ends: [a, b], traffic: {a: {packets: 64 octets, rate: 1 Gbit/s}}}
  stm: {client: oc-48, odu: ODU1, ends: [a, b]}
  storage: {client: fc-400, odu: oduflex, ends: [a, b]}
  ten: {client: 10gbase-r, mapping: bmp, odu: ODU2e, ends: [a, c]}
  wide: {client: stm-4, mapping: gmp, odu: ODU0, ends: [a, b]}
";

fn parse(text: &str) -> Result<NetworkFile, String> {
    let mut open = |_: &Path| Err("no files here".to_string());
    read(Path::new("dir/net.yaml"), text, &mut open).map_err(|error| error.to_string())
}

#[test]
fn clients_and_lines_without_slots_are_read() {
    let file = parse(GOOD).unwrap();
    let [fills, flex, gig, stm, storage, ten, wide] = file.plan.services.as_slice() else {
        panic!("{:?}", file.plan.services);
    };
    let constant = |service: &otn_emu::net::model::Service| match service.client {
        Client::Constant(constant) => constant,
        other => panic!("{other:?}"),
    };
    // G.709: STM-64 into OPU2 by BMP has payload type 03; 18 ppm are 18 000 ppb.
    let ConstantRate { name, carries, rate, mapping, payload_type, clocks } = constant(fills);
    assert_eq!((name, rate, mapping), ("stm-64", Ratio::new(9_953_280_000, 1), Mapping::Bmp));
    assert_eq!(
        (payload_type, clocks.map(otn_frame::PartsPerBillion::get)),
        (PayloadType(3), [18_000, -5_000])
    );
    assert_eq!(carries, Carries::Pattern(Replacement::GenericAis));
    assert_eq!(
        (flex.odu, flex.client),
        (Signal::Oduflex(FlexRate::gfp(5).unwrap()), Client::EthernetGfp)
    );
    assert_eq!(constant(gig).carries, Carries::Ethernet(Sublayer::Gigabit));
    assert_eq!((constant(stm).name, constant(stm).mapping), ("stm-16", Mapping::Amp));
    let fc400 = FlexRate::cbr(Ratio::new(4_250_000_000, 1));
    assert_eq!((storage.odu, constant(storage).mapping), (Signal::Oduflex(fc400), Mapping::Bmp));
    assert_eq!(constant(ten).carries, Carries::Ethernet(Sublayer::TenGig));
    assert_eq!(constant(wide).mapping, Mapping::Gmp { timing_bits: 1 });
    // The ODU2 fills its line, the ODU2e too; an ODUflex of 5 has 5 slots of the OTU4, that of FC-400 as many as
    // 4.268 Gbit/s need of 1.301 each.
    let [ab, bc, ca] = file.plan.lines.as_slice() else { panic!("{:?}", file.plan.lines) };
    assert_eq!((bc.slots, ca.slots, bc.tributaries[0].content), (None, None, None));
    let slots = |service: &otn_emu::net::model::Service| {
        ab.tributaries[service.route[0].tributary].content.unwrap().set.len()
    };
    assert_eq!((slots(flex), slots(storage), slots(gig), slots(stm)), (5, 4, 1, 2));
}

/// What to replace in the good file, and what must then be said.
const MISTAKES: [(&str, &str, &str); 25] = [
    (
        "client: oc-48",
        "client: oc-47",
        "client: found `oc-47`, expected one of: ethernet, prbs, 1000base-x",
    ),
    (
        "client: oc-48, odu: ODU1",
        "client: oc-48, odu: ODU2",
        "odu: client stm-16: found ODU2, expected ODU1",
    ),
    (
        "client: 10gbase-r, mapping: bmp",
        "client: 10gbase-r, mapping: amp",
        "mapping: found `amp`, expected bmp for a client `10gbase-r` in an ODU2e",
    ),
    (
        "client: 10gbase-r, mapping: bmp",
        "client: 10gbase-r, mapping: gfp-f",
        "mapping: found `gfp-f`, expected one of: amp, bmp, gmp",
    ),
    ("odu: ODU2e", "odu: ODU2", "odu: client 10gbase-r: found ODU2, expected ODU2e"),
    (
        "client: stm-64, mapping: bmp",
        "client: stm-64, mapping: gmp",
        "mapping: found `gmp`, expected amp or bmp for a client `stm-64` in an ODU2",
    ),
    (
        "mapping: gmp, odu: ODU0",
        "mapping: amp, odu: ODU0",
        "mapping: found `amp`, expected gmp for a client `stm-4` in an ODU0",
    ),
    (
        "b: +18 ppm",
        "b: +28 ppm",
        "client-clock: found `+28 ppm`, expected at most 20 ppm either way, the tolerance of a client `stm-64`",
    ),
    ("b: +18 ppm", "b: +18", "client-clock: found `+18`, expected a frequency offset"),
    ("b: +18 ppm", "a: +18 ppm", "client-clock: no end `a` here, expected b or c"),
    ("flex-slots: 5", "flex-slots: 81", "flex-slots: found 81, expected 1 to 80"),
    (", flex-slots: 5", "", "odu: an ODUflex of packets needs `flex-slots`"),
    (
        "odu: ODUflex, flex-slots: 5",
        "odu: ODU1, flex-slots: 5",
        "flex-slots: only an ODUflex of packets",
    ),
    ("odu: oduflex", "odu: ODUflex, flex-slots: 4", "flex-slots: only an ODUflex of packets"),
    ("odu: oduflex", "odu: ODU3", "odu: client fc-400: found ODU3, expected ODUflex"),
    (
        "mapping: gfp-f, odu: ODUflex, flex-slots: 5",
        "mapping: gfp-f-preamble, odu: ODU1",
        "odu: found ODU1, expected ODU2 for mapping gfp-f-preamble",
    ),
    (
        "flex-slots: 5,",
        "flex-slots: 5, client-clock: {a: +1 ppm},",
        "client-clock: only a client of constant bit rate has a clock",
    ),
    (
        "client: oc-48,",
        "client: oc-48, traffic: {a: {packets: 64 octets, rate: 1 Gbit/s}},",
        "traffic: a client `oc-48` sends by itself",
    ),
    (
        "signal: OTU2e",
        "signal: OTU2e, slots: 1.25G",
        "slots: found `1.25G`, expected none for an OTU2e",
    ),
    (
        "slots: none}",
        "slots: none, path: {trace: {b: {sapi: x}}}}",
        "line `bc`: path: a line with `slots: none` has no ODUk path of its own",
    ),
    (
        "slots: none}",
        "slots: 1.25G}",
        "service `fills`: route: none from `b` to `c` that has room for it; service `fills`: \
         line `bc`: an OTU2 with slots of 1.25G carries no ODU2, expected ODU0 or ODU1 or \
         ODUflex; with `slots: none` it carries an ODU2",
    ),
    (
        "ends: [b, c], client-clock",
        "ends: [b, c], route: [bc], slots: {bc: [1]}, client-clock",
        "slots: line `bc` has none (`slots: none`)",
    ),
    (
        "wide: {client: stm-4, mapping: gmp, odu: ODU0, ends: [a, b]}",
        "wide: {client: prbs, odu: ODU2, ends: [c, b], route: [bc]}",
        "service `fills`: line `bc` is filled by another service",
    ),
    (
        "wide: {client: stm-4, mapping: gmp, odu: ODU0, ends: [a, b]}",
        "wide: {client: prbs, odu: ODU1, ends: [c, b], route: [bc]}",
        "service `wide`: line `bc`: an OTU2 with `slots: none` carries no ODU1, expected ODU2",
    ),
    (
        "services:",
        "events: [{at: 20 ms, mfas-slip: {line: bc, end: b}}]\nservices:",
        "mfas-slip: the ODUk of line `bc` is that of its service",
    ),
];

#[test]
fn every_mistake_about_clients_says_what_would_be_valid() {
    let mut wrong = Vec::new();
    for (good, bad, expected) in MISTAKES {
        assert!(GOOD.contains(good), "{good}");
        let error =
            parse(&GOOD.replacen(good, bad, 1)).err().unwrap_or_else(|| "nothing".to_string());
        if !(error.starts_with("dir/net.yaml:") && error.contains(expected)) {
            wrong.push(format!("{bad}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The words for clients are those of `otn wrap`: each has an ODU in which it is at home.
#[test]
fn every_kind_of_constant_bit_rate_is_a_client() {
    for kind in crate::wrap::kind::KINDS {
        let Some(odu) = kind.odu().filter(|_| kind.name != "gfp-f-preamble") else { continue };
        let line = "  ab: {ends: [a, b], signal: OTU4}\n";
        let (line, signal) = match odu {
            Signal::Odu3 => (line.replace("OTU4", "OTU3, slots: none"), "ODU3"),
            Signal::Odu4 => (line.replace("OTU4", "OTU4, slots: none"), "ODU4"),
            other => (line.to_string(), other.name()),
        };
        let text = format!(
            "nodes: {{a: {{}}, b: {{}}}}\nlines:\n{line}services:\n  s: {{client: {}, odu: {signal}, ends: [a, b]}}\n",
            kind.name
        );
        let file = parse(&text).unwrap();
        assert!(matches!(file.plan.services[0].client, Client::Constant(_)), "{}", kind.name);
    }
}
