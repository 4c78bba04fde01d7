//! Clients read, groomed, put onto lightpaths; lightpaths cut where no mode reaches.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

mod common;

use common::{library, network, service};
use otn_frame::Signal;
use otn_plan::Source;
use otn_plan::digital::regenerate::{plan_with_cuts, requests};
use otn_plan::digital::{Wish, groom};
use otn_plan::network::Network;
use otn_plan::path_request::Options;
use otn_plan::services::Services;
use serde_json::{Value, json};

fn odu_of(name: &str) -> Option<Signal> {
    match name {
        "10gbase-r" => Some(Signal::Odu2e),
        "stm-16" => Some(Signal::Odu1),
        "1000base-x" => Some(Signal::Odu0),
        "100gbase-r" => Some(Signal::Odu4),
        _ => None,
    }
}

fn wish(network: &Network, clients: &Value) -> Wish {
    let trx_type = "vendorA_trx-type1";
    let line = json!({"otu": "OTU4", "trx_type": trx_type, "trx_mode": "mode 1", "spacing": 50e9});
    let text = json!({"line": line, "switches": [], "clients": clients}).to_string();
    Wish::load(Source::new("clients.json", &text), network, &odu_of).unwrap().value
}

/// Sizes by hand: 8 slots for an ODU2e in an OPU4, 2 for an ODU1, 1 for an ODU0, all 80 for an ODU4.
/// 9 x 8 + 4 x 2 = 80: one line; one client more makes two.
#[test]
//= type=test otn:plan-lines
fn slots_of_a_line_add_up() {
    let (library, links) = (library(), [(0, 1, 80.0), (1, 2, 80.0)]);
    let network = network(3, &links, &library);
    let client = |id: &str, kind: &str, count: usize| {
        let ends = ["trx 0", "trx 2"];
        json!({"id": id, "source": ends[0], "destination": ends[1], "client": kind, "count": count})
    };
    let full = wish(&network, &json!([client("x", "10gbase-r", 9), client("s", "stm-16", 4)]));
    assert_eq!(full.problems, Vec::<String>::new());
    let one = groom(&full);
    assert_eq!(one.lines.len(), 1);
    let mut slots: Vec<usize> =
        one.lines[0].contents.iter().flat_map(|c| c.slots.clone()).collect();
    slots.sort_unstable();
    assert_eq!(slots, (1..=80).collect::<Vec<_>>());
    let more = wish(
        &network,
        &json!([
            client("x", "10gbase-r", 9),
            client("s", "stm-16", 4),
            client("g", "1000base-x", 1),
            client("h", "100gbase-r", 1)
        ]),
    );
    let two = groom(&more);
    assert_eq!(two.lines.len(), 3);
    let wanted = requests(&more, &two);
    assert_eq!(wanted.len(), 1);
    assert_eq!(wanted[0].path_bandwidth_bit_per_s, 300e9);
    assert_eq!(wanted[0].request_id, "OTU4 trx 0 - trx 2");
}

#[test]
//= type=test otn:plan-lines
fn clients_that_make_no_sense_are_told() {
    let library = library();
    let network = network(2, &[(0, 1, 80.0)], &library);
    let client = |id: &str, to: &str, kind: &str| {
        let from = "trx 0";
        json!({"id": id, "source": from, "destination": to, "client": kind})
    };
    let mut many = client("many", "trx 1", "stm-16");
    many["count"] = json!(0);
    let mut rate = client("rate", "trx 1", "oduflex");
    rate["rate"] = json!(-3);
    let all = json!([
        client("good", "trx 1", "stm-16"),
        client("lost", "trx 9", "stm-16"),
        client("self", "trx 0", "stm-16"),
        client("what", "trx 1", "telex"),
        client("flex", "trx 1", "oduflex"),
        many,
        rate,
    ]);
    let read = wish(&network, &all);
    assert_eq!(read.clients.len(), 1);
    let said = [
        "clients.json: /clients/1/destination: client 'lost': 'trx 9' is no transceiver",
        "clients.json: /clients/2/destination: client 'self': source and destination are one",
        "clients.json: /clients/3/client: client 'what': no client is called 'telex'",
        "clients.json: /clients/4/rate: client 'flex': an oduflex needs the bit rate of its client",
        "clients.json: /clients/5/count: client 'many': 0, expected 1 to 10000",
        "clients.json: /clients/6/rate: client 'rate': -3 bit/s",
    ];
    assert_eq!(read.problems.len(), said.len(), "{:#?}", read.problems);
    for (found, expected) in read.problems.iter().zip(said) {
        assert!(found.starts_with(expected), "{found}");
    }
}

/// A route that no mode bears is cut into the fewest parts that are, and all of them are served.
#[test]
//= type=test otn:plan-regenerate
fn lightpaths_are_cut_where_no_mode_reaches() {
    let library = library();
    let links: Vec<(usize, usize, f64)> = (0..24).map(|at| (at, at + 1, 240.0)).collect();
    let network = network(25, &links, &library);
    let load = |requests: &[Value]| {
        let text = json!({"path-request": requests}).to_string();
        Services::load(Source::new("services", &text)).unwrap().value
    };
    let services = load(&[service("long", 0, 24), service("short", 3, 4)]);
    let (planned, again, cuts) =
        plan_with_cuts(&network, &library, &services, &Options::default()).unwrap();
    assert_eq!(cuts.len(), 1);
    let cut = &cuts[0];
    assert_eq!(cut.id, "long");
    assert_eq!(cut.parts.len(), cut.at.len() + 1);
    assert!(!cut.at.is_empty());
    assert!(planned.outcomes.iter().all(|outcome| outcome.blocked.is_none()));
    // The parts hang together, and no request with one part fewer is served.
    let part =
        |id: &String| again.requests.iter().find(|request| request.request_id == *id).unwrap();
    let parts: Vec<_> = cut.parts.iter().map(part).collect();
    assert_eq!(
        (parts[0].source.as_str(), parts[parts.len() - 1].destination.as_str()),
        ("trx 0", "trx 24")
    );
    assert!(parts.windows(2).all(|pair| pair[0].destination == pair[1].source));
    let number = |uid: &str| uid.trim_start_matches("trx ").parse::<usize>().unwrap();
    let longest =
        parts.iter().map(|part| number(&part.destination) - number(&part.source)).max().unwrap();
    // Every part as long as can be borne from its start: the greedy way round, which is the fewest on a line.
    let reach = |from: usize| {
        let tries: Vec<Value> =
            (from + 1..=24).map(|to| service(&to.to_string(), from, to)).collect();
        let planned = otn_plan::path_request::plan(
            network.clone(),
            &library,
            &load(&tries),
            &Options::default(),
        )
        .unwrap();
        let good = planned.outcomes.iter().filter(|outcome| outcome.blocked.is_none());
        good.map(|outcome| outcome.demand.id.parse::<usize>().unwrap()).max().unwrap()
    };
    let (mut at, mut count) = (0, 0);
    while at != 24 {
        at = reach(at);
        count += 1;
    }
    assert_eq!(cut.parts.len(), count, "longest part {longest}");
}
