//! Good network files, and every kind of bad one with the message it must give.

use super::*;

const GOOD: &str = "\
name: Three nodes
seed: 7
duration: 20 ms
nodes:
  a: {clock: +3 ppm, at: [48.85, 2.35]}
  b: {}
  c: {clock: -7 ppm}
lines:
  ab: {ends: [a, b], signal: OTU2, delay: 200 us, ber: 1e-5}
  bc: {ends: [c, b], signal: OTU2, fibre: 80 km}
  ac: {ends: [a, c], signal: OTU2, fibre: 100 km, risk-groups: [east]}
services:
  s:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [a, c]
    route: [ab, bc]
    protection: {kind: snc-n, route: [ac], wait-to-restore: 10 ms}
    traffic:
      a: {packets: 512 octets, rate: 100 Mbit/s}
events:
  - {at: 10 ms, repair: ab}
  - {at: 5 ms, cut: ab, direction: a>b}
capture: [\"b:ab.rx\"]
";

fn parse(text: &str) -> Result<NetworkFile, String> {
    let mut open = |_: &Path| Err("no files here".to_string());
    read(Path::new("dir/net.yaml"), text, &mut open).map_err(|error| error.to_string())
}

#[test]
fn a_network_file_is_read_with_its_units() {
    assert!(is_network(GOOD));
    let file = parse(GOOD).unwrap();
    let plan = &file.plan;
    assert_eq!(plan.nodes[0].location, Some((48.85, 2.35)));
    // Names are in alphabetical order: ab, ac, bc. 80 km at 1.468 are 391.738 us, of which as_ns keeps whole ones.
    assert_eq!(plan.lines[2].delay.as_ns(), 391_737);
}
