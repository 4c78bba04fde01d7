//! Rules found by runs of GNPy 2.14.2: lines built here, and the numbers it gave for the same ones.

#![expect(clippy::needless_pass_by_value, reason = "values are written where they are used")]

use otn_photon::Compat;
use otn_photon::simulation::{RamanMethod, RamanParameters, SimulationParameters};
use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::topology::Topology;
use otn_plan::transmission::Settings;
use otn_plan::transmission::dump::dump;
use otn_plan::transmission::run::{Request, run};
use serde_json::{Value, json};

use crate::cases::{json as file, text};

const ONE_BAND: &str = "cases/inv05_tx_raman/equipment.json";
const SEVERAL_BANDS: &str = "cases/inv16_multiband/equipment.json";

fn element(uid: &str, kind: &str, fields: Value) -> Value {
    let place = json!({"city": "", "region": "", "latitude": 0, "longitude": 0});
    let mut element = json!({"uid": uid, "type": kind, "metadata": {"location": place}});
    for (key, value) in fields.as_object().unwrap() {
        element[key] = value.clone();
    }
    element
}

fn fibre(uid: &str, length_km: u32, loss_coef: Value) -> Value {
    let params = json!({"length": length_km, "loss_coef": loss_coef, "length_units": "km",
        "con_in": 0.5, "con_out": 0.4});
    element(uid, "Fiber", json!({"type_variety": "SSMF", "params": params}))
}

fn pumped(loss_coef: Value, lumped: Value) -> Value {
    let pump = |power: f64, frequency: f64| {
        let direction = "counterprop";
        json!({"power": power, "frequency": frequency, "propagation_direction": direction})
    };
    let mut fibre = fibre("r", 80, loss_coef);
    fibre["type"] = json!("RamanFiber");
    fibre["params"]["con_out"] = json!(0.5);
    fibre["params"]["lumped_losses"] = lumped;
    let pumps = [pump(224.403e-3, 205e12), pump(231.135e-3, 201e12)];
    fibre["operational"] = json!({"temperature": 283, "raman_pumps": pumps});
    fibre
}

fn joint(uid: &str, loss_db: f64) -> Value {
    element(uid, "Fused", json!({"params": {"loss": loss_db}}))
}

fn amplifier(uid: &str) -> Value {
    element(uid, "Edfa", json!({"type_variety": "std_medium_gain"}))
}

fn multiband(uid: &str, variety: &str, parts: &[&str]) -> Value {
    let parts: Vec<Value> =
        parts.iter().map(|name| json!({"type_variety": name, "operational": {}})).collect();
    element(uid, "Multiband_amplifier", json!({"type_variety": variety, "amplifiers": parts}))
}

fn table() -> Value {
    json!({"frequency": [180e12, 190e12, 193e12, 194e12, 197e12, 212e12],
        "value": [0.23, 0.21, 0.2, 0.19, 0.2, 0.26]})
}

/// The dump of a line of these elements, one after the other.
fn line(elements: &[Value], library: &Value, insert: bool, raman: RamanParameters) -> Value {
    let uid = |element: &Value| element["uid"].clone();
    let edges = elements.windows(2);
    let edges: Vec<Value> =
        edges.map(|pair| json!({"from_node": uid(&pair[0]), "to_node": uid(&pair[1])})).collect();
    let topology = json!({"elements": elements, "connections": edges}).to_string();
    let topology = Topology::load(Source::new("line", &topology)).unwrap().value;
    let library = library.to_string();
    let library = Library::load(Source::new("library", &library), &[], &[]).unwrap().value;
    let network = Network::new(&topology, &library).unwrap();
    let simulation = SimulationParameters { raman, ..SimulationParameters::default() };
    let settings = Settings { compat: Compat::Gnpy214, simulation };
    let request = Request { no_insert: !insert, settings, ..Request::default() };
    dump(&run(network, &library, &request).unwrap())
}

/// These elements between two ROADMs with transceivers.
fn between_roadms(inner: &[Value], params: &Value) -> Vec<Value> {
    let roadm = |uid: &str| element(uid, "Roadm", json!({ "params": params }));
    let ends = |uid: &str| element(uid, "Transceiver", json!({}));
    let mut all = vec![ends("trx A"), roadm("R1")];
    all.extend_from_slice(inner);
    all.extend([roadm("R2"), ends("trx Z")]);
    all
}

/// These elements between two multiband amplifiers of one type, between two ROADMs of two bands.
fn two_bands(inner: &[Value], library: &Value, scattering: bool) -> Value {
    let variety = "std_medium_gain_multiband";
    let parts = ["std_medium_gain_C", "std_medium_gain_L"];
    let mut all = vec![multiband("boost", variety, &parts)];
    all.extend_from_slice(inner);
    all.push(multiband("pre", variety, &parts));
    let bands = json!([
        {"f_min": 191.3e12, "f_max": 195.1e12, "spacing": 50e9},
        {"f_min": 186.6e12, "f_max": 190.0e12, "spacing": 50e9},
    ]);
    let raman = RamanParameters {
        flag: scattering,
        method: RamanMethod::Perturbative,
        order: 2,
        result_spatial_resolution_m: 10e3,
        solver_spatial_resolution_m: 500.0,
    };
    line(&between_roadms(&all, &json!({ "design_bands": bands })), library, true, raman)
}

fn scattering() -> RamanParameters {
    RamanParameters { flag: true, solver_spatial_resolution_m: 1e3, ..RamanParameters::default() }
}

fn near(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
}

/// Gain and tilt of the preamplifier's C band, then of its L band.
fn check_preamp(dump: &Value, expected: [(f64, f64); 2]) {
    let bands = &dump["design"]["amplifiers"]["pre"]["bands"];
    for (band, (gain_db, tilt_db)) in ["CBAND", "LBAND"].iter().zip(expected) {
        near(&bands[band]["effective_gain_db"], gain_db);
        near(&bands[band]["tilt_target_db"], tilt_db);
    }
}

#[test]
//= type=test gnpy:6.8-multiband-scattering
fn bands_are_weighed_by_what_the_span_does_to_them() {
    let library = file(SEVERAL_BANDS);
    let flat = || json!(0.2);
    let span = [
        fibre("f1", 50, flat()),
        joint("j1", 1.0),
        fibre("f2", 20, flat()),
        joint("j2", 3.0),
        fibre("f3", 30, flat()),
    ];
    let expected =
        [(25.214317654663315, -0.9445299950071266), (24.04498451243568, -0.7968675446957221)];
    check_preamp(&two_bands(&span, &library, true), expected);
    let joint_last = [fibre("f1", 50, flat()), joint("j1", 1.0)];
    check_preamp(&two_bands(&joint_last, &library, true), [(13.9, 0.0), (13.9, 0.0)]);
    // Without scattering a loss over frequency counts, and nothing else.
    let sloped = [fibre("f1", 70, table())];
    let expected =
        [(15.454842189855032, 0.8283333333333349), (16.53284218985503, 0.4689999999999941)];
    check_preamp(&two_bands(&sloped, &library, false), expected);
    let even = [fibre("f1", 70, flat())];
    check_preamp(&two_bands(&even, &library, false), [(16.4, 0.0), (16.4, 0.0)]);
}

#[test]
//= type=test gnpy:6.8-multiband-choice
fn the_choice_of_a_multiband_type_widens() {
    let mut library = file(SEVERAL_BANDS);
    for entry in library["Edfa"].as_array_mut().unwrap() {
        if entry["type_def"] == "multi_band" {
            entry["allowed_for_design"] = json!(entry["type_variety"] == "std_low_gain_multiband");
        }
    }
    let inner =
        [fibre("f1", 70, json!(0.2)), multiband("open", "", &[]), fibre("f2", 60, json!(0.2))];
    let dump = two_bands(&inner, &library, false);
    let open = &dump["design"]["amplifiers"]["open"];
    // Not allowed itself, but it holds what is best for the L band.
    assert_eq!(open["type_variety"], "std_low_gain_multiband_bis");
    near(&open["bands"]["CBAND"]["effective_gain_db"], 14.4);
    // A type that is given but names no amplifiers: they reach no further than design lets open ones.
    let inner = [
        fibre("f1", 110, json!(0.2)),
        multiband("open", "std_low_gain_multiband", &[]),
        fibre("f2", 120, json!(0.2)),
    ];
    let dump = two_bands(&inner, &library, false);
    for band in ["CBAND", "LBAND"] {
        let set = &dump["design"]["amplifiers"]["open"]["bands"][band];
        near(&set["effective_gain_db"], 18.5);
        near(&set["delta_p_db"], -3.4);
    }
}

#[test]
//= type=test gnpy:6.8-raman-gain-level
//= type=test gnpy:6.4-pumps-without-margin
fn pumped_fibres_count_at_their_level_and_without_margin() {
    let mut library = file(ONE_BAND);
    let lumped = json!([{"position": 30, "loss": 1.5}]);
    for (margin_db, fibre, gain_db, raman_db) in [
        (0, pumped(json!(0.2), json!([])), 27.669158656097338, 10.330841343902664),
        (1, pumped(json!(0.2), json!([])), 28.669158656097338, 10.330841343902662),
        (1, pumped(table(), lumped), 31.19153045580684, 8.976878318386708),
    ] {
        library["Span"][0]["EOL"] = json!(margin_db);
        let elements = between_roadms(&[joint("j", 1.0), fibre], &json!({}));
        let dump = line(&elements, &library, true, scattering());
        near(&dump["design"]["fibers"]["r"]["estimated_raman_gain_db"], raman_db);
        let preamp = &dump["design"]["amplifiers"]["Edfa_preamp_R2_from_r"];
        near(&preamp["effective_gain_db"], gain_db);
    }
}

/// A span that ends with a pumped fibre gets no padding, and its gain counts in full.
#[test]
//= type=test gnpy:6.8-raman-gain-level
//= type=test gnpy:6.8-padding
fn a_pumped_fibre_behind_a_transceiver_counts_at_what_that_launches() {
    let mut library = file(ONE_BAND);
    library["Span"][0]["padding"] = json!(18);
    for (tx_power_dbm, gain_db) in [(0, 5.256634230968142), (2, 3.5296123625036344)] {
        library["SI"][0]["tx_power_dbm"] = json!(tx_power_dbm);
        for (head, joint_db) in [(vec![], 0.0), (vec![joint("j", 1.0)], 1.0)] {
            let mut elements = vec![element("trx A", "Transceiver", json!({}))];
            elements.extend(head);
            elements.extend([pumped(json!(0.2), json!([])), amplifier("y")]);
            elements.push(element("trx Z", "Transceiver", json!({})));
            let dump = line(&elements, &library, true, scattering());
            let behind = &dump["design"]["amplifiers"]["y"];
            near(&behind["effective_gain_db"], gain_db + joint_db);
        }
    }
}

#[test]
//= type=test gnpy:6.8-span
fn fibres_without_a_joint_are_a_span_each() {
    let inner =
        [amplifier("a"), fibre("f1", 60, json!(0.2)), fibre("f2", 50, json!(0.2)), amplifier("b")];
    let elements = between_roadms(&inner, &json!({}));
    let dump = line(&elements, &file(ONE_BAND), false, RamanParameters::default());
    near(&dump["design"]["amplifiers"]["a"]["effective_gain_db"], 18.0);
    near(&dump["design"]["amplifiers"]["b"]["effective_gain_db"], 12.9);
}

#[test]
fn an_attenuator_at_the_input_is_made_up_for_where_gain_is_held() {
    let mut library = file(ONE_BAND);
    library["Span"][0]["power_mode"] = json!(false);
    let mut last = amplifier("b");
    last["operational"] = json!({"in_voa": 1});
    let inner = [amplifier("a"), fibre("f1", 60, json!(0.2)), last];
    let elements = between_roadms(&inner, &json!({}));
    let dump = line(&elements, &library, true, RamanParameters::default());
    near(&dump["design"]["amplifiers"]["b"]["effective_gain_db"], 15.9);
}

#[test]
//= type=test gnpy:6.8-gain-mode-power
fn the_most_power_of_a_given_type_is_held_without_the_attenuator_at_the_input() {
    let mut library = file(ONE_BAND);
    library["Span"][0]["power_mode"] = json!(false);
    let operational = json!({"gain_target": 25, "in_voa": 2});
    let mut given = amplifier("a");
    given["operational"] = operational.clone();
    let open = element("a", "Edfa", json!({ "operational": operational }));
    for (first, gain_db, behind_db) in
        [(given, 24.191864077192086, 10.708135922807914), (open, 25.0, 9.9)]
    {
        let inner = [first, fibre("f1", 60, json!(0.2)), amplifier("b")];
        let elements = between_roadms(&inner, &json!({}));
        let dump = line(&elements, &library, true, RamanParameters::default());
        let amplifiers = &dump["design"]["amplifiers"];
        assert_eq!(amplifiers["a"]["type_variety"], "std_medium_gain");
        near(&amplifiers["a"]["effective_gain_db"], gain_db);
        near(&amplifiers["b"]["effective_gain_db"], behind_db);
    }
}

#[test]
//= type=test gnpy:6.8-gain-mode-power
fn the_most_power_of_a_given_type_is_held_without_scattering() {
    let mut library = file(SEVERAL_BANDS);
    library["Span"][0]["power_mode"] = json!(false);
    let parts = ["std_medium_gain_C", "std_medium_gain_L"];
    let mut middle = multiband("middle", "std_medium_gain_multiband", &parts);
    for part in middle["amplifiers"].as_array_mut().unwrap() {
        part["operational"] = json!({"gain_target": 25});
    }
    let inner = [fibre("f1", 60, json!(0.2)), middle, fibre("f2", 80, json!(0.2))];
    let dump = two_bands(&inner, &library, true);
    for (uid, gains_db) in [
        ("middle", [17.091864077192085, 17.574910872937636]),
        ("pre", [17.201170140735307, 12.915058151933716]),
    ] {
        let bands = &dump["design"]["amplifiers"][uid]["bands"];
        for (band, gain_db) in ["CBAND", "LBAND"].iter().zip(gains_db) {
            near(&bands[band]["effective_gain_db"], gain_db);
        }
    }
}

#[test]
fn what_a_span_did_to_a_band_counts_in_the_power_behind() {
    let parts = ["std_medium_gain_C", "std_medium_gain_L"];
    for (length_km, c_db, l_db) in
        [(80, -1.0, -1.0), (86, -0.5, -1.0), (90, 0.0, -0.5), (95, 0.0, 0.0)]
    {
        let inner = [
            fibre("f1", 60, json!(0.2)),
            multiband("middle", "std_medium_gain_multiband", &parts),
            fibre("f2", length_km, json!(0.2)),
        ];
        let dump = two_bands(&inner, &file(SEVERAL_BANDS), true);
        let bands = &dump["design"]["amplifiers"]["middle"]["bands"];
        near(&bands["CBAND"]["delta_p_db"], c_db);
        near(&bands["LBAND"]["delta_p_db"], l_db);
    }
}

#[test]
//= type=test gnpy:6.1-cut-without-amplifier
fn a_path_without_amplifier_is_cut_to_the_comb() {
    let library: Value = serde_json::from_str(&text(SEVERAL_BANDS)).unwrap();
    let ends = |uid: &str| element(uid, "Transceiver", json!({}));
    let elements = [ends("trx A"), joint("j", 0.0), fibre("f", 60, json!(0.22)), ends("trx Z")];
    let dump = line(&elements, &library, true, RamanParameters::default());
    let frequency_hz = dump["frequency_hz"].as_array().unwrap();
    assert_eq!(frequency_hz.len(), 75);
    assert_eq!(frequency_hz[0], 191.35e12);
    assert_eq!(frequency_hz[74], 195.05e12);
}
