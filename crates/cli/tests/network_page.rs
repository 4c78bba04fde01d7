//! `docs/network-file.md` and `docs/network.schema.json` against the reader: examples are networks, the schema has the
//! keys of the reader and no others, the page names them all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use otn::network;
use regex::Regex;
use serde_json::{Map, Value};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("the file is there")
}

fn schema() -> Value {
    serde_json::from_str(&text("docs/network.schema.json")).expect("it is JSON")
}

/// The network file examples, and those of the page.
fn examples() -> Vec<(String, String)> {
    let names =
        ["first-light", "tandem", "metro-ring", "misconnection", "degrade", "clients", "live"];
    let mut all: Vec<_> =
        names.iter().map(|n| (n.to_string(), text(&format!("examples/{n}.yaml")))).collect();
    let page = text("docs/network-file.md");
    let blocks = page.split("```yaml\n").skip(1);
    let blocks = blocks.map(|part| part.split("```").next().unwrap_or_default().to_string());
    all.extend(blocks.enumerate().map(|(number, block)| (format!("block {number}"), block)));
    all
}

/// The part of JSON Schema that ours uses; anything else in a schema is a mistake here.
fn check(schema: &Value, root: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = schema.as_object().expect("a schema is an object");
    let fits = |schema: &Value, value: &Value| {
        let mut inner = Vec::new();
        check(schema, root, value, at, &mut inner);
        inner.is_empty()
    };
    for (word, rule) in schema {
        let object = value.as_object();
        let list = value.as_array();
        let number = rule.as_f64().unwrap_or_default();
        let good = match word.as_str() {
            "description" | "title" | "$schema" | "$defs" | "examples" | "then" | "else" => true,
            "$ref" => {
                let pointer = rule.as_str().expect("text").trim_start_matches('#');
                check(root.pointer(pointer).expect("it is there"), root, value, at, wrong);
                true
            }
            "if" => {
                let branch = if fits(rule, value) { "then" } else { "else" };
                check(&schema[branch], root, value, at, wrong);
                true
            }
            "not" => !fits(rule, value),
            "anyOf" => rule.as_array().expect("a list").iter().any(|one| fits(one, value)),
            "oneOf" => {
                rule.as_array().expect("a list").iter().filter(|one| fits(one, value)).count() == 1
            }
            "type" => {
                let kinds = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                kinds.iter().any(|kind| is(value, kind.as_str().expect("text")))
            }
            "enum" => rule.as_array().expect("a list").contains(value),
            "pattern" => {
                let pattern = Regex::new(rule.as_str().expect("text")).expect("a pattern");
                value.as_str().is_none_or(|text| pattern.is_match(text))
            }
            "required" => object.is_none_or(|object| {
                rule.as_array()
                    .expect("a list")
                    .iter()
                    .all(|key| object.contains_key(key.as_str().expect("text")))
            }),
            "minimum" => value.as_f64().is_none_or(|value| value >= number),
            "maximum" => value.as_f64().is_none_or(|value| value <= number),
            "minItems" => list.is_none_or(|list| list.len() as f64 >= number),
            "maxItems" => list.is_none_or(|list| list.len() as f64 <= number),
            "minProperties" => object.is_none_or(|object| object.len() as f64 >= number),
            "maxProperties" => object.is_none_or(|object| object.len() as f64 <= number),
            "propertyNames" => object.is_none_or(|object| {
                object.keys().all(|key| fits(rule, &Value::from(key.as_str())))
            }),
            "items" | "properties" | "additionalProperties" => {
                parts(schema, word, root, value, at, wrong);
                true
            }
            other => panic!("{at}: `{other}` is not looked at by this test"),
        };
        if !good {
            wrong.push(format!("{at}: {word} of {rule}, found {value}"));
        }
    }
}

/// The parts of a list or an object.
fn parts(
    schema: &Map<String, Value>,
    word: &str,
    root: &Value,
    value: &Value,
    at: &str,
    wrong: &mut Vec<String>,
) {
    let rule = &schema[word];
    if word == "items" {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            check(rule, root, item, &format!("{at}/{index}"), wrong);
        }
        return;
    }
    let known = schema.get("properties").and_then(Value::as_object);
    for (key, value) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{key}");
        let of_key = known.and_then(|known| known.get(key));
        match (word, of_key) {
            ("properties", Some(rule)) => check(rule, root, value, &at, wrong),
            ("properties", None) | (_, Some(_)) => {}
            (_, None) if rule == &Value::Bool(false) => wrong.push(format!("{at}: not a key here")),
            (_, None) => check(rule, root, value, &at, wrong),
        }
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("`{other}` is not looked at by this test"),
    }
}

fn mistakes(text: &str) -> Vec<String> {
    let value: Value = serde_saphyr::from_str(text).expect("it is YAML");
    let (schema, mut wrong) = (schema(), Vec::new());
    check(&schema, &schema, &value, "", &mut wrong);
    wrong
}

fn read(text: &str) -> Result<(), String> {
    let path = Path::new("net.yaml");
    let mut open = |_: &Path| Err("no files here".to_string());
    network::read(path, text, &mut open).map(|_| ()).map_err(|error| error.to_string())
}

#[test]
fn every_example_is_a_network_and_keeps_to_the_schema() {
    let all = examples();
    assert_eq!(all.len(), 11);
    for (name, text) in all {
        assert_eq!(read(&text), Ok(()), "{name}");
        assert_eq!(mistakes(&text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let good = text("examples/metro-ring.yaml");
    for (from, to) in [
        ("signal: OTU2", "signal: OTU5"),
        ("fibre: 22 km", "fibre: 22"),
        ("duration: 400 ms", "duration: 400"),
        ("odu: ODU0", "odu: ODU5"),
        ("kind: snc-n", "kind: snc-x"),
        ("level: 1,", "level: 9,"),
        ("ends: [altona, city]", "ends: [altona]"),
        ("clock: +3 ppm", "clok: +3 ppm"),
        ("packets: 512 octets", "packets: 512"),
        ("cut: wilhelmsburg-city", "cutt: wilhelmsburg-city"),
        ("{at: 120 ms, cut: wilhelmsburg-city}", "{cut: wilhelmsburg-city}"),
        ("rate: 100 Mbit/s", "rate: fast"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        assert!(read(&bad).is_err(), "{to}");
        assert!(!mistakes(&bad).is_empty(), "{to}");
    }
}

/// Each place of a file at which keys stand, as a file with a key there that does not exist; and the definition.
fn places() -> Vec<(&'static str, String)> {
    let net = |line: &str, service: &str, rest: &str| {
        format!("nodes: {{a: {{}}}}\nlines: {{l: {line}}}\nservices: {{s: {service}}}\n{rest}")
    };
    let line = |more: &str| format!("{{ends: [a, b], signal: OTU2, {more}}}");
    let service = |more: &str| format!("{{client: prbs, odu: ODU0, ends: [a, b], {more}}}");
    let lines = |more: &str| net(&line(more), &service(""), "");
    let services = |more: &str| net(&line(""), &service(more), "");
    let top = |more: &str| net(&line(""), &service(""), more);
    vec![
        ("network", top("zz: 1\n")),
        ("node", format!("events: []\n{}", "nodes: {a: {zz: 1}}\nlines: {}\n")),
        ("line", lines("zz: 1")),
        ("fec", lines("fec: {zz: 1}")),
        ("path", lines("path: {zz: 1}")),
        ("trace", lines("trace: {a: {zz: 1}}")),
        ("degrade", lines("degrade: {zz: 1}")),
        ("lightpath", lines("lightpath: {zz: 1}")),
        ("span", lines("lightpath: {spans: [{zz: 1}]}")),
        ("through", lines("lightpath: {through: {zz: 1}}")),
        ("service", services("zz: 1")),
        ("domain", services("tandem: [{zz: 1}]")),
        ("payload-types", services("payload-type: {a: {zz: 1}}")),
        ("traffic", services("traffic: {a: {zz: 1}}")),
        ("port", services("ports: {a: {zz: 1}}")),
        ("live", top("live: {zz: 1}\n")),
        ("protection", services("protection: {zz: 1}")),
        ("restoration", services("restoration: {zz: 1}")),
        ("photonic", top("photonic: {zz: 1}\n")),
        ("event", top("events: [{zz: 1}]\n")),
        ("delay-measurement", services("delay-measurement: {zz: 1}")),
    ]
}

/// The keys that a message about an unknown one lists.
fn listed(message: &str) -> BTreeSet<String> {
    let (_, list) = message.split_once("expected ").unwrap_or_default();
    let list = list.strip_prefix("one of ").unwrap_or(list).replace(" or ", ", ");
    list.split(", ").map(|key| key.trim_matches('`').to_string()).collect()
}

fn keys(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().expect("it has keys").keys().cloned().collect()
}

#[test]
fn reader_and_schema_have_the_same_keys_everywhere() {
    let schema = schema();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (definition, text) in places() {
        let message = read(&text).expect_err(definition);
        assert!(message.contains("unknown field `zz`"), "{definition}: {message}");
        assert_eq!(listed(&message), keys(&schema["$defs"][definition]), "{definition}: {message}");
        seen.insert(definition.to_string());
    }
    let defined: BTreeSet<String> =
        schema["$defs"].as_object().expect("an object").keys().cloned().collect();
    assert_eq!(seen, defined);
    // Events that are more than a name.
    let events = schema["$defs"]["event"]["properties"].as_object().expect("an object");
    for (kind, rule) in events.iter().filter(|(_, rule)| rule["type"] == "object") {
        let text = format!("nodes: {{}}\nlines: {{}}\nevents: [{{at: 1 ms, {kind}: {{zz: 1}}}}]\n");
        let message = read(&text).expect_err(kind);
        let mut listed = listed(&message);
        if kind == "trace" {
            // Read like `expect`, and refused with a message of its own.
            listed.remove("tim-action");
        }
        assert_eq!(listed, keys(rule), "{kind}: {message}");
    }
}

/// A network to which every event of the page can happen.
const EVENTFUL: &str = "\
nodes: {a: {}, b: {}, c: {}}
lines:
  line1: {ends: [a, b], signal: OTU2}
  line2: {ends: [c, b], signal: OTU2}
  lit:
    ends: [a, b]
    signal: OTU2
    lightpath: {spans: [{length: 80 km}], frequency: 193.1 THz, modulation: QPSK, baud-rate: 32 GBd}
services:
  office: {client: ethernet, mapping: gfp-f, odu: ODU0, ends: [a, c], route: [line1, line2]}
  other:
    client: prbs
    odu: ODU0
    ends: [a, b]
    route: [line1]
    protection: {kind: snc-n, route: [lit]}
events:
";

#[test]
fn the_page_names_every_key_and_every_event_has_an_example() {
    let (page, schema) = (text("docs/network-file.md"), schema());
    for (name, definition) in schema["$defs"].as_object().expect("an object") {
        for key in keys(definition) {
            // In backticks, or as a key in an example.
            let named = page.contains(&format!("`{key}`")) || page.contains(&format!("{key}: "));
            assert!(named, "{name}: `{key}` is not on the page");
        }
    }
    let events = schema["$defs"]["event"]["properties"].as_object().expect("an object");
    let mut shown = BTreeSet::new();
    for part in page.split('`').filter(|part| part.starts_with("{at: ") && part.contains(" ms, ")) {
        let kind = part.split([' ', ':']).find(|word| events.contains_key(*word));
        let Some(kind) = kind else { continue };
        shown.insert(kind.to_string());
        // The protected service of this file has another name.
        let part =
            if kind == "switch" { part.replace("office", "other") } else { part.to_string() };
        let text = format!("{EVENTFUL}  - {part}\n");
        assert_eq!(read(&text), Ok(()), "{part}");
        assert_eq!(mistakes(&text), Vec::<String>::new(), "{part}");
    }
    let all: BTreeSet<String> =
        events.keys().filter(|key| !["at", "direction"].contains(&key.as_str())).cloned().collect();
    assert_eq!(shown, all);
}
