//! Lightpaths in a full comb against what GNPy computed for the same channels of the same paths.

use std::path::PathBuf;

use otn_emu::light::{
    Fill, Lightpath, ModeChoice, Options, Plant, Reception, Texts, TransceiverChoice,
};
use otn_photon::Compat;
use otn_photon::modulation::Modulation;
use otn_plan::Source;
use otn_plan::transmission::Settings;
use serde_json::Value;

/// Largest difference, dB: that of the reference data's own tolerance.
const TOLERANCE_DB: f64 = 1e-6;

fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// The channels of a case that are lightpaths: the first, one in the middle, the last.
fn channels(expected: &Value) -> [usize; 3] {
    let count = expected["frequency_hz"].as_array().unwrap().len();
    [0, count / 2, count - 1]
}

/// A topology in which nothing leads to `source`, with a way back beside it: all elements but transceivers
/// once more, joined the other way. What is there stays, as lines are designed each for itself.
fn both_ways(topology: &str, source: &str) -> String {
    let mut all: Value = serde_json::from_str(topology).unwrap();
    let connections = all["connections"].as_array().unwrap().clone();
    if connections.iter().any(|connection| connection["to_node"] == source) {
        return topology.to_owned();
    }
    let mut ends = Vec::new();
    for element in all["elements"].as_array().unwrap().clone() {
        if element["type"] == "Transceiver" {
            ends.push(element["uid"].clone());
            continue;
        }
        let mut back = element;
        back["uid"] = format!("{} back", back["uid"].as_str().unwrap()).into();
        all["elements"].as_array_mut().unwrap().push(back);
    }
    let back = |uid: &Value| match ends.contains(uid) {
        true => uid.clone(),
        false => format!("{} back", uid.as_str().unwrap()).into(),
    };
    for connection in connections {
        let (from, to) = (back(&connection["to_node"]), back(&connection["from_node"]));
        let turned = serde_json::json!({"from_node": from, "to_node": to});
        all["connections"].as_array_mut().unwrap().push(turned);
    }
    all.to_string()
}

/// The plant of a case, some of whose comb are lightpaths on its path.
fn plant(case: &Value, expected: &Value, compat: Compat) -> Plant {
    let file = |key: &str| {
        let name = case[key].as_str().unwrap();
        (name.to_owned(), text(name))
    };
    let (topology, equipment) = (file("topology"), file("equipment"));
    let topology = (topology.0, both_ways(&topology.1, expected["source"].as_str().unwrap()));
    let name = |key: &str| expected[key].as_str().unwrap().to_owned();
    let path = expected["path"].as_array().unwrap();
    let through: Vec<String> = path.iter().map(|uid| uid.as_str().unwrap().to_owned()).collect();
    let lightpath = |i: usize| Lightpath {
        name: format!("channel {i}"),
        ends: [name("source"), name("destination")],
        through: [through.clone(), Vec::new()],
        frequency_hz: expected["frequency_hz"][i].as_f64().unwrap(),
        slot_width_hz: expected["slot_width_hz"][i].as_f64().unwrap(),
        transceiver: TransceiverChoice {
            mode: ModeChoice::Figures {
                baud_rate: expected["baud_rate"][i].as_f64().unwrap(),
                roll_off: None,
                tx_osnr_db: None,
            },
            ..TransceiverChoice::figures(Modulation::Qpsk, 32e9)
        },
        lit: true,
    };
    let options = Options {
        settings: Settings { compat, ..Settings::default() },
        fill: Fill::Comb,
        power_dbm: case["power_dbm"].as_f64(),
        no_insert: case["no_insert_edfas"] == true,
    };
    let texts = Texts {
        topology: Source::new(&topology.0, &topology.1),
        equipment: Source::new(&equipment.0, &equipment.1),
        extra_equipment: &[],
        configurations: &[],
    };
    let lightpaths = channels(expected).map(lightpath).to_vec();
    Plant::from_gnpy(&texts, lightpaths, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// The largest difference of ratios and power between a reception and channel `i` of the reference, dB.
fn off_db(found: &Reception, expected: &Value, i: usize) -> f64 {
    let receiver = &expected["receiver"][0];
    let pairs = [
        (found.gsnr_01nm_db, &receiver["gsnr_01nm_db"][i]),
        (found.gsnr_bw_db, &receiver["gsnr_bw_db"][i]),
        (found.osnr_01nm_db, &receiver["osnr_ase_01nm_db"][i]),
        (found.power_dbm, &expected["final_pch_dbm"][i]),
    ];
    let off = |(found, expected): (f64, &Value)| (found - expected.as_f64().unwrap()).abs();
    let worst = pairs.map(off).into_iter().fold(0.0, f64::max);
    let latency_s = receiver["latency_ms"][i].as_f64().unwrap() * 1e-3;
    assert!((found.delay.as_seconds() - latency_s).abs() < 1e-12, "{} {latency_s}", found.delay);
    worst
}

fn compare(folder: &str, compat: Compat) {
    let cases = json("cases.json");
    let cases = cases["cases"].as_array().unwrap();
    let mut compared = 0;
    for id in CASES {
        let case = cases.iter().find(|case| case["id"] == *id).unwrap();
        let expected = json(&format!("{folder}/{id}.json"));
        let plant = plant(case, &expected, compat);
        let receptions = plant.propagate(&plant.initial()).unwrap();
        for (i, [forward, _]) in channels(&expected).into_iter().zip(&receptions) {
            let off = off_db(forward, &expected, i);
            assert!(off < TOLERANCE_DB, "{id}, channel {i}: {off} dB");
            compared += 1;
        }
    }
    assert_eq!(compared, 3 * CASES.len());
}

/// Those whose comb is the library's.
const CASES: &[&str] = &[
    "inv01_tx_default",
    "inv02_tx_saturated",
    "inv06_openroadm_v4",
    "inv07_openroadm_v5",
    "inv08_tx_long",
    "inv18_path",
    "inv19_path_only",
    "va01_span_100km",
    "va02_power_minus2",
    "va03_75ghz_64gbd",
    "va04_fixed_gain",
    "va05_advanced_model",
    "va06_dual_stage",
    "va07_nzdf_mixed",
    "va08_loss_per_freq",
    "va09_lumped_losses",
    "va14_dispersion_slope",
    "va15_gain_mode",
    "va16_delta_power_range",
    "va17_eol_connectors",
    "va22_no_insert",
    "va23_long_split_fibre",
    "va24_roadm_impairments",
    "va26_sorted_iterator",
];

#[test]
//= type=test otn:light-fill
//= type=test otn:light-delay
fn as_gnpy_3_0() {
    compare("reference-3.0.1", Compat::Gnpy30);
}

#[test]
fn as_gnpy_2_14() {
    compare("reference", Compat::Gnpy214);
}
