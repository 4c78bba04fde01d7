//! Amplifiers against the component vectors of GNPy 2.14.2.

#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

use std::path::Path;
use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::amplifier::default_dgt::DEFAULT_DGT;
use otn_photon::amplifier::{
    Amplifier, AmplifierModel, AmplifierParameters, Definition, NoiseLoad, TwoCoil,
};
use otn_photon::rounding::round2float;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::snr_sum;
use serde_json::Value;

/// Relative for watts, absolute for dB: the vectors have 15 digits.
const TOLERANCE: f64 = 1e-9;

fn vectors(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data/vectors");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    all["cases"].as_array().unwrap().clone()
}

fn number(value: &Value) -> f64 {
    // GNPy's noiseless booster prints minus infinity as a string.
    value.as_f64().unwrap_or(f64::NEG_INFINITY)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map(|list| list.iter().map(number).collect()).unwrap_or_default()
}

fn near(found: f64, expected: f64) -> bool {
    found == expected || (found - expected).abs() <= TOLERANCE * expected.abs().max(1e-15)
}

fn model(case: &Value) -> AmplifierModel {
    let entry = &case["library_entry"];
    let config = &case["config"];
    let value = |name: &str| number(&entry[name]);
    let definition = match entry["type_def"].as_str().unwrap() {
        "variable_gain" => {
            Definition::VariableGain { nf_min_db: value("nf_min"), nf_max_db: value("nf_max") }
        }
        "fixed_gain" => Definition::FixedGain { nf0_db: value("nf0") },
        "advanced_model" => {
            Definition::Advanced { nf_coefficients: numbers(&config["nf_fit_coeff"]) }
        }
        "openroadm" => Definition::OpenRoadm { nf_coefficients: numbers(&entry["nf_coef"]) },
        "openroadm_preamp" => Definition::OpenRoadmPreamp,
        "openroadm_booster" => Definition::OpenRoadmBooster,
        other => panic!("no such model in the vectors: {other}"),
    };
    let name = entry["type_variety"].as_str().unwrap();
    let mut parameters = AmplifierParameters::flat(
        name,
        definition,
        value("gain_min"),
        value("gain_flatmax"),
        value("p_max"),
    );
    if config.is_object() {
        parameters.f_min_hz = number(&config["f_min"]);
        parameters.f_max_hz = number(&config["f_max"]);
        parameters.gain_ripple_db = numbers(&config["gain_ripple"]);
        parameters.nf_ripple_db = numbers(&config["nf_ripple"]);
        assert_eq!(config["dgt"], "DEFAULT_EDFA_CONFIG.dgt");
    }
    AmplifierModel::new(parameters).unwrap()
}

fn spectrum(case: &Value) -> Spectrum {
    let columns = &case["spectrum"];
    let [frequency, baud, slot, roll, power] =
        ["frequency", "baud_rate", "slot_width", "roll_off", "pch_w"].map(|n| numbers(&columns[n]));
    let channel = |i: usize| Channel {
        frequency_hz: frequency[i],
        slot_width_hz: slot[i],
        baud_rate: baud[i],
        roll_off: roll[i],
        delta_power_db: 0.0,
        tx_osnr_db: 40.0,
        tx_power_dbm: 0.0,
        label: String::new(),
    };
    let plan = ChannelPlan::new((0..frequency.len()).map(channel).collect()).unwrap();
    let mut spectrum = Spectrum::launch(Arc::new(plan));
    spectrum.power_w = power;
    spectrum
}

#[test]
//= type=test gnpy:6.5-noise-figure
//= type=test gnpy:6.5-gain-profile
//= type=test gnpy:6.5-saturation
//= type=test gnpy:6.5-ase
//= type=test gnpy:6.5-vectors
//= type=test gnpy:6.5-default-dgt
fn every_amplifier_vector() {
    let all = [vectors("edfa.json"), vectors("edfa_random.json")].concat();
    assert_eq!(all.len(), 36 + 99);
    for (index, case) in all.iter().enumerate() {
        let settings = &case["operational"];
        let value = |name: &str| number(&settings[name]);
        let amplifier = Amplifier {
            model: Arc::new(model(case)),
            gain_target_db: value("gain_target"),
            tilt_target_db: value("tilt_target"),
            in_voa_db: value("in_voa"),
            out_voa_db: value("out_voa"),
        };
        let mut spectrum = spectrum(case);
        let report = amplifier.propagate(&mut spectrum, Compat::Gnpy214).unwrap();
        let single = [
            ("effective_gain_db", report.effective_gain_db),
            ("pin_dbm", report.p_in_dbm),
            ("pout_dbm", report.p_out_dbm),
            ("att_in_db", report.att_in_db),
        ];
        for (name, found) in single {
            let expected = number(&case[name]);
            assert!(near(found, expected), "case {index} {name}: {found} {expected}");
        }
        let ase_w: Vec<f64> =
            spectrum.ase.iter().zip(&spectrum.power_w).map(|(a, p)| a * p).collect();
        let columns = [
            ("nf_db", &report.nf_db),
            ("gain_profile_db", &report.gain_profile_db),
            ("pch_out_w", &spectrum.power_w),
            ("ase_out_w", &ase_w),
        ];
        for (name, found) in columns {
            let expected = numbers(&case[name]);
            assert_eq!(expected.len(), found.len());
            for (found, expected) in found.iter().zip(expected) {
                assert!(near(*found, expected), "case {index} {name}: {found} {expected}");
            }
        }
    }
}

#[test]
//= type=test gnpy:6.5-two-coils
fn every_fit_of_two_coils() {
    for case in [vectors("nf_model.json"), vectors("nf_model_random.json")].concat() {
        let [gain_min, gain_flatmax, nf_min, nf_max] =
            ["gain_min", "gain_flatmax", "nf_min", "nf_max"].map(|name| number(&case[name]));
        let fit = TwoCoil::fit(gain_min, gain_flatmax, nf_min, nf_max);
        if case.get("error").is_some() {
            assert!(fit.is_err(), "{case}");
            continue;
        }
        let fit = fit.unwrap();
        assert!(near(fit.nf1_db, number(&case["nf1"])), "{case}");
        assert!(near(fit.nf2_db, number(&case["nf2"])), "{case}");
        assert!(near(fit.delta_p_db, number(&case["delta_p"])), "{case}");
    }
}

#[test]
//= type=test gnpy:6.8-round2float
fn every_rounding() {
    let all = vectors("scalars.json");
    let cases: Vec<_> = all.iter().filter(|case| case["fn"] == "round2float").collect();
    assert_eq!(cases.len(), 60);
    for case in cases {
        let [value, step] = [0, 1].map(|i| number(&case["args"][i]));
        assert_eq!(round2float(value, step), number(&case["out"]), "{case}");
    }
}

/// The default curve is one of the files that ship with the data, digit for digit.
#[test]
//= type=test gnpy:6.5-default-dgt
fn the_default_tilt_curve() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data/tests-data");
    let text = std::fs::read_to_string(folder.join("copy_default_edfa_config.json")).unwrap();
    let config: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(numbers(&config["dgt"]), DEFAULT_DGT);
}

/// Black-box values of GNPy 2.14.2 at 0 dBm, 88 channels, 50 GHz: what design compares.
#[test]
//= type=test gnpy:6.5-dual-stage
fn stages_in_line() {
    let single = |name: &str, nf_min_db, nf_max_db, gain_min, gain_flatmax, p_max| {
        let definition = Definition::VariableGain { nf_min_db, nf_max_db };
        let parameters = AmplifierParameters::flat(name, definition, gain_min, gain_flatmax, p_max);
        Arc::new(AmplifierModel::new(parameters).unwrap())
    };
    let preamp = single("std_medium_gain", 6.0, 10.0, 15.0, 26.0, 23.0);
    let booster = single("std_low_gain", 6.5, 11.0, 8.0, 16.0, 23.0);
    let definition = Definition::DualStage { preamp, booster };
    let parameters = AmplifierParameters::flat("medium+low_gain", definition, 25.0, 0.0, 0.0);
    let both = AmplifierModel::new(parameters).unwrap();
    assert_eq!((both.parameters.gain_flatmax_db, both.parameters.p_max_dbm), (42.0, 23.0));
    let nf_db = both.noise_figure(20.0, &NoiseLoad::DESIGN).nf_db;
    assert!(near((nf_db * 1e8).round() / 1e8, 6.790_097_5), "{nf_db}");
}

#[test]
//= type=test gnpy:6.7-receiver-snr
fn every_sum_of_noise() {
    let all = vectors("scalars.json");
    let cases: Vec<_> = all.iter().filter(|case| case["fn"] == "snr_sum").collect();
    assert_eq!(cases.len(), 20);
    for case in cases {
        let [snr, bandwidth, added] = [0, 1, 2].map(|i| number(&case["args"][i]));
        assert!(near(snr_sum(snr, bandwidth, added), number(&case["out"])), "{case}");
    }
}
