//! Lines with codes of their own and restoration, from the network file to the report.

use std::path::Path;

use otn::network::{NetworkFile, read};
use otn::network_run::{made, record};

fn file(lines: &str, rest: &str) -> Result<NetworkFile, String> {
    let text = format!(
        "nodes: {{a: {{}}, b: {{}}}}\nlines:\n  one: {{ends: [a, b], signal: OTU2, ber: 1e-3, {lines}}}\n  \
         two: {{ends: [a, b], signal: OTU2}}\nservices:\n  s: {{client: ethernet, mapping: gfp-f, odu: ODU0, \
         ends: [a, b], route: [one]{rest}, traffic: {{a: {{packets: 512 octets, rate: 100 Mbit/s}}}}}}\n"
    );
    let mut open = |path: &Path| std::fs::read_to_string(path).map_err(|error| error.to_string());
    read(Path::new("net.yaml"), &text, &mut open).map_err(|error| error.to_string())
}

#[test]
fn mistakes_name_the_key_and_what_would_be_valid() {
    for (line, expected) in [
        ("fec: stair", "fec: no code `stair`"),
        ("fec: stairase", "did you mean `staircase`?"),
        ("fec: {code: ofec, by: guess}", "by: found `guess`, expected one of: decoder, table"),
        ("fec: {code: ofec, below: nothing}", "table, below: they are for a code `by: table`"),
        ("fec: {code: rs255-239, by: table}", "expected a code of its own"),
        ("fec: {code: kp4, by: table}", "none comes with the program for `kp4`"),
        ("fec: {code: ofec, by: table, table: none.json}", "table: `none.json`"),
        ("fec: {code: ofec, by: table}, fec-at: {a: none}", "has one code"),
        ("fec-at: {c: none}", "fec-at: "),
    ] {
        let error = file(line, "").err().unwrap_or_default();
        assert!(error.contains("net.yaml:3"), "{line}: {error}");
        assert!(error.contains(expected), "{line}: {error}");
    }
    let tandem = ", protection: {kind: snc-s, route: [two]}, restoration: {}";
    let error = file("fec: none", tandem).err().unwrap_or_default();
    assert!(error.contains("expected `snc-i` or `snc-n` beside it"), "{error}");
}

#[test]
fn the_report_says_which_line_runs_by_table_and_where_nothing_was_measured() {
    let file = file("fec: {code: ofec, by: table, below: nothing}", "").expect("a network");
    let record = record(&file, Some(2), &mut |_, _| Ok(true)).expect("a run");
    let report = made(&file, &record);
    let text = report.run.warnings.join("\n");
    assert!(text.contains("line one: `ofec` by table") && text.contains("1.960e-2"), "{text}");
    assert!(text.contains("no block failed, which was not measured"), "{text}");
    let json = serde_json::to_value(&report.lines[0]).expect("JSON");
    assert_eq!((&json["fec"], &json["fec_model"]), (&"ofec".into(), &"table".into()));
    let totals = &report.lines[0].directions[0].totals;
    assert!(totals.bits_flipped > 0 && totals.corrected_bits > 0);
    assert_eq!(totals.residual_bit_errors, 0);
}

#[test]
fn a_restored_service_stands_among_the_switches() {
    let restoration = ", restoration: {management-delay: 1 ms, setup: 100 us}";
    let mut file = file("fec: staircase", restoration).expect("a network");
    // One tributary of a service, one that is set aside for it.
    assert_eq!([0, 1].map(|line| file.plan.lines[line].tributaries.len()), [1, 1]);
    for light in &mut file.plan.lines[0].light {
        let cut = otn_frame::SimTime::from_ms(6);
        light.push(otn_emu::net::model::LightState { from: cut, light: false, ..light[0] });
    }
    file.plan.duration = file.plan.begin + otn_frame::SimTime::from_ms(12);
    let told = |threads| {
        let record = record(&file, Some(threads), &mut |_, _| Ok(true)).expect("a run");
        made(&file, &record)
    };
    let report = told(1);
    let [first, second] = &report.switches[..] else { panic!("{:?}", report.switches) };
    assert_eq!((first.to.as_str(), second.to.as_str()), ("restoration", "restoration"));
    assert_eq!(first.reason, "restored over two");
    assert_eq!(report, told(2));
}
