//! Small networks for tests of planning.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::topology::Topology;
use serde_json::{Value, json};

/// A library of GNPy's examples.
pub(crate) fn library() -> Library {
    let name = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/gnpy-data/cases/pr08_synth20/equipment.json"
    );
    let text = std::fs::read_to_string(name).unwrap();
    Library::load(Source::new(name, &text), &[], &[]).unwrap().value
}

/// A network of as many ROADMs, each with a transceiver, and links with their lengths, km; a link is a fibre each way.
pub(crate) fn network(roadms: usize, links: &[(usize, usize, f64)], library: &Library) -> Network {
    let (mut elements, mut connections) = (Vec::new(), Vec::new());
    let mut join = |from: String, to: String| {
        connections.push(json!({"from_node": from, "to_node": to}));
    };
    for i in 0..roadms {
        elements.push(json!({"uid": format!("trx {i}"), "type": "Transceiver"}));
        elements.push(json!({"uid": format!("roadm {i}"), "type": "Roadm"}));
        join(format!("trx {i}"), format!("roadm {i}"));
        join(format!("roadm {i}"), format!("trx {i}"));
    }
    for (at, (a, b, km)) in links.iter().enumerate() {
        for (from, to, way) in [(a, b, "there"), (b, a, "back")] {
            let uid = format!("fibre {at} {way}");
            let params = json!({"length": km, "length_units": "km", "loss_coef": 0.2});
            elements.push(
                json!({"uid": uid, "type": "Fiber", "type_variety": "SSMF", "params": params}),
            );
            join(format!("roadm {from}"), uid.clone());
            join(uid, format!("roadm {to}"));
        }
    }
    let text = json!({"elements": elements, "connections": connections}).to_string();
    let topology = Topology::load(Source::new("net", &text)).unwrap().value;
    Network::new(&topology, library).unwrap()
}

/// A service from one ROADM's transceiver to another's.
pub(crate) fn service(id: &str, from: usize, to: usize) -> Value {
    let (source, destination) = (format!("trx {from}"), format!("trx {to}"));
    json!({
        "request-id": id, "source": source, "destination": destination,
        "src-tp-id": source, "dst-tp-id": destination, "bidirectional": false,
        "path-constraints": {"te-bandwidth": {
            "technology": "flexi-grid", "trx_type": "vendorA_trx-type1", "trx_mode": "mode 1",
            "spacing": 50e9, "path_bandwidth": 100e9,
        }},
    })
}
