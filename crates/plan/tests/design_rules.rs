//! Rules of design one by one. Expected values: GNPy 2.14.2 run on the same networks, its saved networks
//! read; the library is that of the case `inv01_tx_default`.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

use otn_photon::Compat;
use otn_plan::Source;
use otn_plan::design::{Design, DesignError, Reference, Steps, design};
use otn_plan::library::Library;
use otn_plan::models::Models;
use otn_plan::network::Network;
use otn_plan::network::element::{DesignedEdfa, Kind};
use otn_plan::topology::Topology;
use otn_plan::transmission::Settings;
use otn_plan::transmission::run::{Request, reference};
use serde_json::{Value, json};

fn library() -> Library {
    changed_library(|_| {})
}

fn changed_library(change: impl Fn(&mut Value)) -> Library {
    let folder =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/gnpy-data/cases/inv01_tx_default");
    let text = std::fs::read_to_string(format!("{folder}/equipment.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    change(&mut value);
    Library::load(Source::new("library", &value.to_string()), &[], &[]).unwrap().value
}

fn transceiver(uid: &str) -> Value {
    json!({"uid": uid, "type": "Transceiver"})
}

fn roadm(uid: &str) -> Value {
    json!({"uid": uid, "type": "Roadm"})
}

fn fibre(uid: &str, length_km: f64) -> Value {
    json!({"uid": uid, "type": "Fiber", "type_variety": "SSMF", "params": {
        "length": length_km, "loss_coef": 0.2, "length_units": "km", "con_in": null, "con_out": null}})
}

fn fibre_with(uid: &str, length_km: f64, field: &str, value: f64) -> Value {
    let mut fibre = fibre(uid, length_km);
    fibre["params"][field] = json!(value);
    fibre
}

fn fused(uid: &str) -> Value {
    json!({"uid": uid, "type": "Fused"})
}

fn edfa(uid: &str, variety: &str, operational: &Value) -> Value {
    json!({"uid": uid, "type": "Edfa", "type_variety": variety, "operational": operational})
}

/// The elements joined one to the next.
fn line(elements: &[Value]) -> Topology {
    let pairs = elements.windows(2);
    let connections: Vec<Value> =
        pairs.map(|pair| json!({"from_node": pair[0]["uid"], "to_node": pair[1]["uid"]})).collect();
    let text = json!({"elements": elements, "connections": connections}).to_string();
    Topology::load(Source::new("line", &text)).unwrap().value
}

fn wanted(library: &Library) -> Reference {
    let settings = Settings { compat: Compat::Gnpy214, ..Settings::default() };
    reference(&library.spectra[0], &Request { settings, ..Request::default() })
}

fn designed(elements: &[Value], library: &Library) -> (Network, Design) {
    let mut network = Network::new(&line(elements), library).unwrap();
    let models = Models::new(library).unwrap();
    let design = design(&mut network, library, &models, &wanted(library), Steps::ALL).unwrap();
    (network, design)
}

/// Type, gain and offset of an amplifier.
fn setting(network: &Network, uid: &str) -> (String, DesignedEdfa) {
    let vertex = network.vertex(uid).unwrap_or_else(|| panic!("no element {uid}"));
    let Kind::Edfa(edfa) = &network.element(vertex).kind else { panic!("{uid} is no Edfa") };
    (edfa.type_variety.clone().unwrap(), edfa.designed.unwrap())
}

#[track_caller]
fn assert_set(network: &Network, uid: &str, variety: &str, gain_db: f64, delta_p_db: f64) {
    let (found, setting) = setting(network, uid);
    assert_eq!(found, variety, "{uid}");
    assert!((setting.gain_db - gain_db).abs() < 1e-6, "{uid}: gain {}", setting.gain_db);
    let found_db = setting.design_delta_p_db;
    assert!((found_db - delta_p_db).abs() < 1e-6, "{uid}: delta_p {found_db}");
}

fn att_in_db(network: &Network, uid: &str) -> f64 {
    let fibre = network.element(network.vertex(uid).unwrap()).fibre().unwrap();
    fibre.params.att_in_db.unwrap()
}

#[test]
//= type=test gnpy:6.8-split
//= type=test gnpy:6.8-insertion
fn long_fibres_are_split_and_amplified() {
    let parts = [
        transceiver("a"),
        roadm("ra"),
        fibre("f", 400.0),
        fibre("g", 80.0),
        fused("u"),
        fibre("h", 20.0),
        roadm("rb"),
        transceiver("b"),
    ];
    let (network, _) = designed(&parts, &library());
    let uids: Vec<&str> = network.elements().iter().map(|one| one.uid.as_str()).collect();
    let expected = [
        "a",
        "ra",
        "g",
        "u",
        "h",
        "rb",
        "b",
        "f_(1/4)",
        "f_(2/4)",
        "f_(3/4)",
        "f_(4/4)",
        "Edfa_booster_ra_to_f_(1/4)",
        "Edfa_preamp_rb_from_h",
        "Edfa_f_(1/4)",
        "Edfa_f_(2/4)",
        "Edfa_f_(3/4)",
        "Edfa_f_(4/4)",
    ];
    assert_eq!(uids, expected, "order of the saved network; no amplifier at a joint");
    assert_set(&network, "Edfa_booster_ra_to_f_(1/4)", "std_medium_gain", 20.0, 0.0);
    assert_set(&network, "Edfa_f_(4/4)", "std_medium_gain", 20.5, 0.5);
    assert_set(&network, "Edfa_preamp_rb_from_h", "std_medium_gain", 20.5, 0.0);
    let (network, _) =
        designed(&[transceiver("a"), roadm("r"), fibre("f", 500.0), transceiver("b")], &library());
    assert!(network.vertex("f_(6/6)").is_some(), "83 km lies nearer to 90 than 100 does");
    let loss_db = network.element(network.vertex("f_(6/6)").unwrap()).fibre().unwrap().loss_db();
    assert!((loss_db - 500.0 / 6.0 * 0.2).abs() < 1e-9);
}

#[test]
//= type=test gnpy:6.2-split-gamma
fn a_split_keeps_the_nonlinear_coefficient() {
    let mut whole = fibre_with("f", 265.0, "gamma", 2e-3);
    whole["params"]["effective_area"] = json!(83e-12);
    let short = fibre_with("g", 80.0, "gamma", 2e-3);
    let (network, _) = designed(&[transceiver("a"), whole, short, transceiver("b")], &library());
    let area = |uid: &str| {
        network.element(network.vertex(uid).unwrap()).fibre().unwrap().params.effective_area_m2
    };
    assert_eq!(area("f_(1/3)"), None);
    assert_eq!(area("g"), Some(83e-12), "not split: that of its type");
}

#[test]
//= type=test gnpy:6.8-insertion
fn neighbouring_roadms_get_a_booster() {
    let parts = [transceiver("a"), roadm("ra"), roadm("rb"), transceiver("b")];
    let (network, design) = designed(&parts, &library());
    assert_eq!(design.amplifiers.len(), 1);
    assert_set(&network, "Edfa_booster_ra_to_rb", "std_medium_gain", 20.0, 0.0);
}

#[test]
//= type=test gnpy:6.8-padding
fn short_spans_are_padded_and_counted_with_the_whole_attenuator() {
    let ends = |middle: &[Value]| {
        [&[transceiver("a"), roadm("ra")], middle, &[roadm("rb"), transceiver("b")]].concat()
    };
    let (network, _) = designed(&ends(&[fibre("f", 10.0)]), &library());
    assert_eq!(att_in_db(&network, "f"), 8.0);
    assert_set(&network, "Edfa_booster_ra_to_f", "std_low_gain", 18.0, -2.0);
    assert_set(&network, "Edfa_preamp_rb_from_f", "std_low_gain", 12.0, 0.0);
    let given = fibre_with("f", 10.0, "att_in", 1.0);
    let (network, _) = designed(&ends(std::slice::from_ref(&given)), &library());
    assert_eq!(att_in_db(&network, "f"), 8.0);
    assert_set(&network, "Edfa_preamp_rb_from_f", "std_low_gain", 13.0, 0.0);
    let chain = [given, fused("u"), fibre("g", 10.0)];
    let (network, _) = designed(&ends(&chain), &library());
    assert_eq!((att_in_db(&network, "f"), att_in_db(&network, "g")), (5.0, 0.0));
    assert_set(&network, "Edfa_preamp_rb_from_g", "std_low_gain", 13.0, 0.0);
    let (network, _) = designed(&ends(&[fused("u"), fibre("f", 10.0)]), &library());
    assert_eq!(att_in_db(&network, "f"), 0.0, "a joint comes first");
}

#[test]
//= type=test gnpy:6.8-connectors
fn connectors_and_margin() {
    let library = changed_library(|library| {
        library["Span"][0]["EOL"] = json!(1.0);
        library["Span"][0]["con_in"] = json!(0.3);
        library["Span"][0]["con_out"] = json!(0.4);
    });
    let parts =
        [transceiver("a"), fibre("f", 60.0), fused("u"), fibre("g", 60.0), transceiver("b")];
    let (network, _) = designed(&parts, &library);
    let connectors = |uid: &str| {
        let params = &network.element(network.vertex(uid).unwrap()).fibre().unwrap().params;
        (params.con_in_db.unwrap(), params.con_out_db.unwrap())
    };
    assert_eq!(connectors("f"), (0.3, 0.4), "a joint follows");
    assert_eq!(connectors("g"), (0.3, 1.4));
}

#[test]
//= type=test gnpy:6.8-gain
//= type=test gnpy:6.8-power-offset
fn gains_follow_losses_offsets_and_attenuators() {
    let parts = [
        transceiver("a"),
        roadm("ra"),
        edfa("x", "std_medium_gain", &json!({"delta_p": 1, "out_voa": 1})),
        fibre("f", 100.0),
        edfa("y", "", &json!({"delta_p": 1.5, "out_voa": 2})),
        fibre("g", 100.0),
        edfa("z", "", &json!({"gain_target": 3})),
        roadm("rb"),
        transceiver("b"),
    ];
    let (network, _) = designed(&parts, &library());
    assert_set(&network, "x", "std_medium_gain", 21.0, 1.0);
    assert_set(&network, "y", "std_medium_gain", 21.5, 1.5);
    assert_set(&network, "z", "std_medium_gain", 20.5, 0.0);
    let parts = [
        transceiver("a"),
        roadm("ra"),
        edfa("x", "std_low_gain", &json!({})),
        fibre("f", 100.0),
        edfa("y", "std_low_gain", &json!({"out_voa": 2, "in_voa": 1})),
        fibre("g", 100.0),
        edfa("z", "std_high_gain", &json!({})),
        roadm("rb"),
        transceiver("b"),
    ];
    let (network, _) = designed(&parts, &library());
    assert_set(&network, "y", "std_low_gain", 23.0, 2.0);
    assert_set(&network, "z", "std_high_gain", 20.0, 0.0);
    let (network, _) = designed(
        &[transceiver("a"), fibre("f", 60.0), fibre("g", 70.0), transceiver("b")],
        &library(),
    );
    assert_set(&network, "Edfa_f", "std_low_gain", 10.0, -2.0);
}

#[test]
//= type=test gnpy:6.8-gain
fn gain_mode_keeps_the_gains_given() {
    let library = changed_library(|library| library["Span"][0]["power_mode"] = json!(false));
    let parts = [
        transceiver("a"),
        roadm("ra"),
        edfa("x", "std_low_gain", &json!({"gain_target": 12, "out_voa": 1})),
        fibre("f", 50.0),
        edfa("y", "", &json!({"gain_target": 14})),
        fibre("g", 80.0),
        fibre("h", 45.0),
        roadm("rb"),
        transceiver("b"),
    ];
    let (network, _) = designed(&parts, &library);
    assert_set(&network, "x", "std_low_gain", 12.0, -8.0);
    assert_set(&network, "y", "std_low_gain", 14.0, -5.0);
    assert_set(&network, "Edfa_g", "std_medium_gain", 19.0, -2.0);
    assert_set(&network, "Edfa_preamp_rb_from_h", "std_low_gain", 12.0, 0.0);
    assert_eq!(setting(&network, "y").1.delta_p_db, None);
}

#[test]
//= type=test gnpy:6.8-voa
fn attenuators_take_what_power_and_gain_leave() {
    let library = changed_library(|library| {
        for entry in library["Edfa"].as_array_mut().unwrap() {
            entry["out_voa_auto"] = json!(true);
        }
    });
    let parts = [
        transceiver("a"),
        roadm("ra"),
        fibre("f", 50.0),
        fibre("g", 80.0),
        fibre("h", 45.0),
        roadm("rb"),
        transceiver("b"),
    ];
    let (network, _) = designed(&parts, &library);
    assert_set(&network, "Edfa_booster_ra_to_f", "std_low_gain", 18.0, -2.0);
    assert_set(&network, "Edfa_f", "std_low_gain", 15.0, 3.0);
    assert_set(&network, "Edfa_g", "std_low_gain", 15.0, -2.0);
    assert_set(&network, "Edfa_preamp_rb_from_h", "std_low_gain", 15.0, 3.0);
    assert_eq!(setting(&network, "Edfa_f").1.out_voa_db, 4.0);
    assert_eq!(setting(&network, "Edfa_preamp_rb_from_h").1.out_voa_db, 3.0);
}

/// Channels that the power limit of every amplifier was reckoned for.
fn counted(parts: &[Value], change: impl Fn(&mut Value)) -> Vec<f64> {
    let library = changed_library(|library| {
        library["SI"][0]["use_si_channel_count_for_design"] = json!(false);
        let entries = library["Edfa"].as_array_mut().unwrap();
        entries.push(
            json!({"type_variety": "red", "type_def": "variable_gain", "gain_flatmax": 26,
            "gain_min": 15, "p_max": 8, "nf_min": 6, "nf_max": 10, "f_min": 192.25e12,
            "f_max": 195.0e12, "allowed_for_design": false}),
        );
        for entry in entries {
            entry["p_max"] = json!(8);
        }
        change(library);
    });
    let (_, design) = designed(parts, &library);
    let each = design.amplifiers.iter();
    each.map(|one| 10f64.powf((8.0 - one.designed.design_delta_p_db) / 10.0).round()).collect()
}

#[test]
//= type=test gnpy:6.8-design-bands
//= type=test gnpy:6.8-channel-count
fn bands_of_lines() {
    let red = edfa("x", "red", &json!({}));
    let with = |field: &str, bands: Value| {
        let mut first = roadm("ra");
        first["params"] = json!({field: bands});
        [
            transceiver("a"),
            first,
            red.clone(),
            fibre("f", 100.0),
            fibre("g", 80.0),
            roadm("rb"),
            transceiver("b"),
        ]
    };
    let narrow = json!([{"f_min": 191.3e12, "f_max": 193.3e12, "spacing": 1e11}]);
    let wide = json!([{"f_min": 191.3e12, "f_max": 196.1e12, "spacing": 1e11}]);
    assert_eq!(counted(&with("design_bands", narrow.clone()), |_| {}), [10.0; 3]);
    assert_eq!(counted(&with("design_bands", wide), |_| {}), [27.0; 3]);
    assert_eq!(counted(&with("per_degree_design_bands", json!({"x": narrow})), |_| {}), [20.0; 3]);
    let ends = |middle: &[Value]| [&[transceiver("a")], middle, &[transceiver("b")]].concat();
    let plain =
        ends(&[fibre("f", 100.0), red, fibre("g", 80.0), edfa("z", "std_low_gain", &json!({}))]);
    assert_eq!(counted(&plain, |_| {}), [55.0; 2]);
    let low = counted(&plain, |library| {
        for entry in library["Edfa"].as_array_mut().unwrap() {
            if entry["type_variety"] == "std_low_gain" {
                entry["f_min"] = json!(191.0e12);
                entry["f_max"] = json!(193.0e12);
            }
        }
    });
    assert_eq!(low, [15.0; 2], "what both amplifiers and the comb share");
}

#[test]
//= type=test gnpy:6.8-again
fn a_second_design_starts_from_the_file_and_keeps_types_and_attenuators() {
    let library = changed_library(|library| {
        for entry in library["Edfa"].as_array_mut().unwrap() {
            entry["out_voa_auto"] = json!(true);
        }
    });
    let given = edfa("x", "std_high_gain", &json!({"delta_p": -2.4}));
    let parts =
        [transceiver("a"), roadm("ra"), given, fibre("f", 80.0), roadm("rb"), transceiver("b")];
    let mut network = Network::new(&line(&parts), &library).unwrap();
    let models = Models::new(&library).unwrap();
    let first = wanted(&library);
    design(&mut network, &library, &models, &first, Steps::ALL).unwrap();
    let (_, before) = setting(&network, "x");
    assert!(before.out_voa_db > 0.0);
    assert!((before.design_delta_p_db - (before.out_voa_db - 2.4)).abs() < 1e-9);
    design(&mut network, &library, &models, &first, Steps::AGAIN).unwrap();
    let (_, after) = setting(&network, "x");
    assert_eq!((after.out_voa_db, after.design_delta_p_db), (before.out_voa_db, -2.4));
}

#[test]
//= type=test gnpy:6.8-choice
fn every_candidate_says_what_became_of_it() {
    let parts = [transceiver("a"), roadm("ra"), fibre("f", 80.0), roadm("rb"), transceiver("b")];
    let (_, design) = designed(&parts, &library());
    for account in &design.amplifiers {
        let selection = account.selection.as_ref().unwrap();
        let taken: Vec<_> =
            selection.candidates.iter().filter(|one| one.ruled_out.is_none()).collect();
        assert_eq!(taken.len(), 1, "{}", account.uid);
        assert_eq!(taken[0].type_variety, account.type_variety);
        let lowest = selection.candidates.iter().filter_map(|one| one.nf_db).fold(99.0, f64::min);
        assert_eq!(taken[0].nf_db, Some(lowest));
    }
}

#[test]
fn what_cannot_be_designed_says_why() {
    let library = changed_library(|library| {
        for entry in library["Edfa"].as_array_mut().unwrap() {
            entry["allowed_for_design"] = json!(false);
        }
    });
    let parts = [transceiver("a"), roadm("ra"), fibre("f", 80.0), roadm("rb"), transceiver("b")];
    let mut network = Network::new(&line(&parts), &library).unwrap();
    let models = Models::new(&library).unwrap();
    let error = design(&mut network, &library, &models, &wanted(&library), Steps::ALL).unwrap_err();
    assert!(
        matches!(&error, DesignError::NoCandidate { uid, .. } if uid == "Edfa_booster_ra_to_f")
    );
    assert!(error.to_string().contains("none that is allowed covers the design band"));
}
