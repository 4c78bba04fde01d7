//! Requests beside channels that are there: light against a line crossed whole, slots, what is told.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

mod common;

use common::{library, network, service};
use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::{Tolerance, received};
use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::models::Models;
use otn_plan::network::Network;
use otn_plan::occupation::Occupation;
use otn_plan::path_request::occupied::occupied;
use otn_plan::path_request::spectrum::frequency_of;
use otn_plan::path_request::{Blocked, Disjunction, Options, Planned, plan};
use otn_plan::risk_groups::RiskGroups;
use otn_plan::services::Services;
use otn_plan::transmission::{Line, Settings};
use serde_json::{Value, json};

fn occupation(document: &Value) -> Occupation {
    let text = document.to_string();
    Occupation::load(Source::new("there.json", &text)).unwrap().value
}

fn existing(id: &str, route: &[&str], n: i64) -> Value {
    json!({"id": id, "route": route, "N": n, "M": 4, "trx_type": "vendorA_trx-type1", "trx_mode": "mode 1"})
}

fn beside(network: &Network, library: &Library, there: &Occupation, requests: &[Value]) -> Planned {
    let text = json!({"path-request": requests}).to_string();
    let services = Services::load(Source::new("services", &text)).unwrap().value;
    let options = Options {
        occupation: Some(there.clone()),
        disjunction: Disjunction::Exact(RiskGroups::default()),
        ..Options::default()
    };
    plan(network.clone(), library, &services, &options).unwrap()
}

/// Channels that all take one route: what each receiver sees is what a line crossed whole gives.
#[test]
//= type=test otn:plan-line-factors
fn light_by_lines_is_light_of_the_whole_route() {
    let library = library();
    let network = network(4, &[(0, 1, 130.0), (1, 2, 80.0), (2, 3, 210.0)], &library);
    let route = ["trx 0", "roadm 0", "roadm 1", "roadm 2", "roadm 3", "trx 3"];
    let slots: Vec<i64> = (0..40).map(|i| -200 + 10 * i).collect();
    let channels: Vec<Value> =
        slots.iter().map(|n| existing(&format!("c{n}"), &route, *n)).collect();
    let one = beside(
        &network,
        &library,
        &occupation(&json!({"channels": channels})),
        &[service("s", 0, 1)],
    );
    let load = one.load.as_ref().unwrap();
    assert_eq!(load.problems, Vec::<String>::new());
    let transceiver = library.transceiver("vendorA_trx-type1").unwrap();
    let mode = transceiver.mode("mode 1").unwrap();
    let comb = &library.spectra[0];
    let plan = slots.iter().map(|n| Channel {
        frequency_hz: frequency_of(*n),
        slot_width_hz: 50e9,
        baud_rate: mode.baud_rate,
        roll_off: mode.roll_off.unwrap_or(comb.roll_off),
        delta_power_db: 0.0,
        tx_osnr_db: mode.tx_osnr_db,
        tx_power_dbm: comb.tx_power_dbm.unwrap_or(comb.power_dbm),
        label: String::new(),
    });
    let plan = ChannelPlan::new(plan.collect()).unwrap();
    let (designed, models) = (&one.designed, Models::new(&library).unwrap());
    let ends = ["trx 0", "trx 3"].map(|uid| designed.vertex(uid).unwrap());
    let path = designed.graph().shortest_paths(ends[0], ends[1]).next().unwrap();
    let settings = Settings { compat: Compat::Gnpy30, ..Settings::default() };
    let mut cache = EfficiencyCache::new(8);
    let line = Line::prepare(designed, &models, &path, &plan, &settings, &mut cache).unwrap();
    let mut spectrum = Spectrum::launch(line.plan().clone());
    line.cross(&mut spectrum).unwrap();
    let whole = received(&spectrum, &Tolerance::default(), Compat::Gnpy30);
    for (i, existing) in load.existing.iter().enumerate() {
        let seen = &existing.before[0].reception;
        let pairs = [
            (seen.gsnr_01nm_db[0], whole.gsnr_01nm_db[i]),
            (seen.osnr_ase_bw_db[0], whole.osnr_ase_bw_db[i]),
            (seen.osnr_nli_bw_db[0], whole.osnr_nli_bw_db[i]),
            (seen.rx_power_dbm[0], whole.rx_power_dbm[i]),
            (seen.cd_ps_nm[0], whole.cd_ps_nm[i]),
            (seen.pmd_ps[0], whole.pmd_ps[i]),
            (seen.latency_ms[0], whole.latency_ms[i]),
        ];
        for (found, expected) in pairs {
            assert!((found - expected).abs() < 1e-9, "{i}: {found}, expected {expected}");
        }
        // Later the request is beside it on the first line: less quality, however little.
        let after = &existing.after[0].reception;
        assert!(after.gsnr_01nm_db[0] < seen.gsnr_01nm_db[0], "{i}");
    }
}

/// Planned in two steps, with the file of the first one in between, as in one; and nobody who was there moves.
#[test]
//= type=test otn:plan-beside
fn two_steps_are_one() {
    let library = library();
    let links = [(0, 1, 90.0), (1, 2, 110.0), (0, 2, 300.0), (2, 3, 75.0), (1, 3, 160.0)];
    let network = network(4, &links, &library);
    let requests: Vec<Value> = [(0, 2), (1, 3), (0, 3), (3, 0), (2, 0), (1, 2)]
        .iter()
        .enumerate()
        .map(|(i, (a, b))| service(&i.to_string(), *a, *b))
        .collect();
    let nothing = Occupation::default();
    let whole = beside(&network, &library, &nothing, &requests);
    assert!(whole.outcomes.iter().all(|outcome| outcome.blocked.is_none()));
    let first = beside(&network, &library, &nothing, &requests[..3]);
    let between = occupation(&occupied(&first, &library).to_json());
    assert_eq!(between.channels.len(), 3);
    let second = beside(&network, &library, &between, &requests[3..]);
    let load = second.load.as_ref().unwrap();
    assert_eq!(load.problems, Vec::<String>::new());
    for (one, other) in whole.outcomes[3..].iter().zip(&second.outcomes) {
        assert_eq!((&one.route, &one.slots), (&other.route, &other.slots));
        let gsnr =
            |of: &otn_plan::path_request::Outcome| of.reception.as_ref().unwrap().gsnr_01nm_db[0];
        assert!((gsnr(one) - gsnr(other)).abs() < 1e-9);
    }
    for (one, other) in whole.outcomes.iter().zip(&load.existing) {
        let seen = &one.reception.as_ref().unwrap().gsnr_01nm_db;
        assert!((seen[0] - other.after[0].reception.gsnr_01nm_db[0]).abs() < 1e-9);
    }
    // The file after both is the file after all at once.
    let mut all = occupied(&second, &library);
    all.file.clear();
    assert_eq!(all, occupied(&whole, &library));
}

/// A channel with the least margin falls below what it needs once a neighbour comes; that is told, with its name.
#[test]
//= type=test otn:plan-harm
fn who_suffers_is_told() {
    let library = library();
    let network = network(2, &[(0, 1, 300.0)], &library);
    let route = ["trx 0", "roadm 0", "roadm 1", "trx 1"];
    let alien = |osnr: f64| {
        let foreign = json!({"baud_rate": 32e9, "roll_off": 0.15, "OSNR": osnr, "tx_osnr": 40});
        json!({"channels": [{"id": "alien", "route": route, "N": -276, "M": 4, "foreign": foreign}]})
    };
    let margin = |planned: &Planned| {
        let existing = &planned.load.as_ref().unwrap().existing[0];
        [&existing.before[0], &existing.after[0]].map(|seen| seen.margin_db.unwrap())
    };
    let easy = beside(&network, &library, &occupation(&alien(5.0)), &[service("s", 0, 1)]);
    let [before, after] = margin(&easy);
    assert!(after < before, "{before} {after}");
    assert!(easy.load.unwrap().harms.is_empty());
    // Its need set between what it has alone and what it has beside the new one.
    let need = 5.0 + (before + after) / 2.0;
    let hard = beside(&network, &library, &occupation(&alien(need)), &[service("s", 0, 1)]);
    let load = hard.load.unwrap();
    assert_eq!(load.harms.len(), 1);
    let harm = &load.harms[0];
    assert_eq!((harm.by.as_str(), harm.to.as_str()), ("s", "alien"));
    assert!(harm.margin_before_db > 0.0 && harm.margin_after_db < 0.0, "{harm:?}");
    assert!((harm.margin_before_db - harm.margin_after_db - (before - after)).abs() < 1e-9);
}

#[test]
//= type=test otn:plan-beside
fn slots_that_are_taken_reserved_or_kept_free_are_not_given() {
    let library = library();
    let network = network(2, &[(0, 1, 80.0)], &library);
    let route = ["trx 0", "roadm 0", "roadm 1", "trx 1"];
    let free = beside(&network, &library, &Occupation::default(), &[service("s", 0, 1)]);
    let n = free.outcomes[0].slots[0].n.unwrap();
    let slot = |document: Value| {
        let one = beside(&network, &library, &occupation(&document), &[service("s", 0, 1)]);
        assert_eq!(one.load.unwrap().problems, Vec::<String>::new());
        one.outcomes[0].slots[0].n.unwrap()
    };
    let channels = [existing("c", &route, n + 2)];
    assert_eq!(slot(json!({"channels": channels})), n + 10);
    assert_eq!(slot(json!({"channels": channels, "guard-slots": 3})), n + 13);
    let lines = json!([{"from": "roadm 1", "to": "roadm 0"}]);
    let reserved = json!([{"id": "r", "N": n, "M": 4, "lines": lines}]);
    assert_eq!(slot(json!({"reserved": reserved})), n + 8);
    assert_eq!(slot(json!({"reserved": [{"id": "r", "N": n, "M": 40}]})), n + 44);
    // All of it.
    let document = json!({"reserved": [{"id": "r", "N": 0, "M": 2000}]});
    let one = beside(&network, &library, &occupation(&document), &[service("s", 0, 1)]);
    assert_eq!(one.outcomes[0].blocked, Some(Blocked::NoSpectrum));
}

/// What is wrong with a file of existing channels is told with its place, and everybody else is planned.
#[test]
//= type=test otn:plan-beside
fn channels_that_make_no_sense_are_told() {
    let library = library();
    let network = network(3, &[(0, 1, 80.0), (0, 1, 80.0), (1, 2, 80.0)], &library);
    let route = ["trx 1", "roadm 1", "roadm 2", "trx 2"];
    let mut wrong = existing("mode", &route, 100);
    wrong["trx_mode"] = json!("mode 7");
    let document = json!({
        "channels": [
            existing("good", &route, 0),
            existing("over", &route, 7),
            existing("far", &route, 5000),
            existing("lost", &["trx 1", "roadm 9", "trx 2"], 50),
            existing("jump", &["trx 0", "roadm 0", "roadm 2", "trx 2"], 50),
            existing("which", &["trx 0", "roadm 0", "roadm 1", "trx 1"], 50),
            existing("half", &["trx 0", "roadm 0"], 50),
            wrong,
        ],
        "reserved": [{"id": "r", "N": 0, "M": 4, "lines": [{"from": "roadm 0", "to": "roadm 2"}]}],
    });
    let one = beside(&network, &library, &occupation(&document), &[service("s", 1, 2)]);
    assert!(one.outcomes[0].blocked.is_none());
    let load = one.load.unwrap();
    let said = [
        "there.json: /channels/1/N: channel 'over' has slots 3 to 10, of which channel 'good' has some",
        "there.json: /channels/2/N: channel 'far' has slots 4996 to 5003, outside the band of roadm 1 -> roadm 2",
        "there.json: /channels/3/route: channel 'lost' passes 'roadm 9', which is not in the network",
        "there.json: /channels/4/route: channel 'jump' goes from 'roadm 0' to 'roadm 2', which no one line joins",
        "there.json: /channels/5/route: channel 'which' goes from 'roadm 0' to 'roadm 1', which no one",
        "there.json: /channels/6/route: channel 'half' has a route that does not lead from transceiver to transceiver",
        "there.json: /channels/7/trx_mode: channel 'mode' has a mode 'mode 7' that its transceivers have not",
        "there.json: /reserved/0/lines/0: no line joins 'roadm 0' and 'roadm 2'",
    ];
    assert_eq!(load.problems.len(), said.len(), "{:#?}", load.problems);
    for (found, expected) in load.problems.iter().zip(said) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    assert_eq!(load.existing.len(), 1);
    let bad = |document: Value| {
        let text = document.to_string();
        Occupation::load(Source::new("there.json", &text)).unwrap_err().to_string()
    };
    let twice = bad(json!({"channels": [existing("a", &route, 0), existing("a", &route, 50)]}));
    assert!(twice.contains("there.json") && twice.contains("/channels/1/id"), "{twice}");
    let empty = bad(json!({"reserved": [{"id": "r", "N": 0, "M": 0}]}));
    assert!(empty.contains("/reserved/0/M"), "{empty}");
}
