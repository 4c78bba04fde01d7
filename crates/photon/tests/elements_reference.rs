//! Elements against the states GNPy 2.14.2 left behind each of them (first, middle and last channel), and
//! receivers against what they showed.
//!
//! Each element is fed with the state behind the one before it, so that an error shows where it is made.

#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::amplifier::{
    Amplifier, AmplifierModel, AmplifierParameters, Definition, NoiseLoad,
};
use otn_photon::fused::Fused;
use otn_photon::roadm::{Equalisation, Impairment, ImpairmentProfile, PathKind, Roadm};
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::{Tolerance, received};
use otn_photon::units::{linear, watt};
use serde_json::Value;

/// The references have 12 digits; levels of tens of dBm and sums of them keep 9.
const TOLERANCE: f64 = 1e-9;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data")
}

fn load(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("-inf") => f64::NEG_INFINITY,
        Some("inf") => f64::INFINITY,
        _ => value.as_f64().unwrap_or(f64::NAN),
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map(|list| list.iter().map(number).collect()).unwrap_or_default()
}

fn assert_near(found: f64, expected: f64, what: &str) {
    let near =
        found == expected || (found - expected).abs() <= TOLERANCE * expected.abs().max(1e-15);
    assert!(near, "{what}: {found:e} {expected:e}");
}

/// Transmission cases with states behind each element: the case, its reference and its equipment.
fn cases() -> Vec<(Value, Value, Value)> {
    let list = load(&root().join("cases.json"));
    let mut all = Vec::new();
    for case in list["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let path = root().join(format!("reference/{id}.json"));
        if !path.exists() {
            continue;
        }
        let reference = load(&path);
        if reference["elements"].is_array() {
            let equipment = load(&root().join(case["equipment"].as_str().unwrap()));
            all.push((case.clone(), reference, equipment));
        }
    }
    assert!(all.len() >= 30);
    all
}

/// A type of the library; nothing for those that are several amplifiers side by side.
fn model(equipment: &Value, name: &str) -> Option<AmplifierModel> {
    let entries = equipment["Edfa"].as_array()?;
    let entry = entries.iter().rev().find(|entry| entry["type_variety"] == name)?;
    let value = |key: &str| number(&entry[key]);
    let or = |key: &str, other: f64| entry[key].as_f64().unwrap_or(other);
    let mut config = Value::Null;
    let stage = |key: &str| {
        let name = entry[key].as_str().unwrap();
        Arc::new(model(equipment, name).unwrap())
    };
    let definition = match entry["type_def"].as_str()? {
        "variable_gain" => {
            Definition::VariableGain { nf_min_db: value("nf_min"), nf_max_db: value("nf_max") }
        }
        "fixed_gain" => Definition::FixedGain { nf0_db: value("nf0") },
        "openroadm" => Definition::OpenRoadm { nf_coefficients: numbers(&entry["nf_coef"]) },
        "openroadm_preamp" => Definition::OpenRoadmPreamp,
        "openroadm_booster" => Definition::OpenRoadmBooster,
        "dual_stage" => Definition::DualStage {
            preamp: stage("preamp_variety"),
            booster: stage("booster_variety"),
        },
        "advanced_model" => {
            let name = entry["advanced_config_from_json"].as_str()?;
            config = load(&root().join("example-data").join(name));
            Definition::Advanced { nf_coefficients: numbers(&config["nf_fit_coeff"]) }
        }
        _ => return None,
    };
    let [gain_min, gain_flatmax, p_max] =
        ["gain_min", "gain_flatmax", "p_max"].map(|key| or(key, 0.0));
    let mut parameters = AmplifierParameters::flat(name, definition, gain_min, gain_flatmax, p_max);
    parameters.f_min_hz = or("f_min", parameters.f_min_hz);
    parameters.f_max_hz = or("f_max", parameters.f_max_hz);
    parameters.pmd_s = or("pmd", 0.0);
    parameters.pdl_db = or("pdl", 0.0);
    if config.is_object() {
        parameters.f_min_hz = number(&config["f_min"]);
        parameters.f_max_hz = number(&config["f_max"]);
        parameters.gain_ripple_db = numbers(&config["gain_ripple"]);
        parameters.nf_ripple_db = numbers(&config["nf_ripple"]);
        parameters.dgt = numbers(&config["dgt"]);
    }
    Some(AmplifierModel::new(parameters).unwrap())
}

/// The three channels whose state `element` holds.
fn spectrum(reference: &Value, element: &Value) -> Spectrum {
    let all = numbers(&reference["frequency_hz"]);
    let frequency = numbers(&element["frequency_hz"]);
    let place = |f: f64| all.iter().position(|&other| other == f).unwrap();
    let channel = |&frequency_hz: &f64| Channel {
        frequency_hz,
        slot_width_hz: number(&reference["slot_width_hz"][place(frequency_hz)]),
        baud_rate: number(&reference["baud_rate"][place(frequency_hz)]),
        roll_off: 0.15,
        delta_power_db: 0.0,
        tx_osnr_db: 40.0,
        tx_power_dbm: 0.0,
        label: String::new(),
    };
    let plan = ChannelPlan::new(frequency.iter().map(channel).collect()).unwrap();
    let mut spectrum = Spectrum::launch(Arc::new(plan));
    let [power, ase, nli, signal] =
        ["pch_dbm", "ase_w", "nli_w", "signal_w"].map(|key| numbers(&element[key]));
    for i in 0..spectrum.len() {
        spectrum.power_w[i] = watt(power[i]);
        spectrum.ase[i] = ase[i] / watt(power[i]);
        spectrum.nli[i] = nli[i] / watt(power[i]);
        spectrum.signal[i] = signal[i] / watt(power[i]);
        spectrum.pmd_s[i] = number(&element["pmd_s_first"]);
        spectrum.pdl_db[i] = number(&element["pdl_db_first"]);
    }
    spectrum
}

fn assert_state(spectrum: &Spectrum, element: &Value, what: &str) {
    let expected = |key: &str, i: usize| number(&element[key][i]);
    for i in 0..spectrum.len() {
        let power_w = spectrum.power_w[i];
        assert_near(power_w, watt(expected("pch_dbm", i)), what);
        assert_near(spectrum.ase[i] * power_w, expected("ase_w", i), what);
        assert_near(spectrum.nli[i] * power_w, expected("nli_w", i), what);
        assert_near(spectrum.signal[i] * power_w, expected("signal_w", i), what);
    }
    assert_near(spectrum.pmd_s[0], number(&element["pmd_s_first"]), what);
    assert_near(spectrum.pdl_db[0], number(&element["pdl_db_first"]), what);
}

#[test]
//= type=test gnpy:6.5-noise-figure
//= type=test gnpy:6.5-ase
//= type=test gnpy:6.5-dual-stage
fn amplifiers_in_line() {
    let mut whole = 0;
    let mut figures = 0;
    for (case, reference, equipment) in cases() {
        let elements = reference["elements"].as_array().unwrap();
        for pair in elements.windows(2).filter(|pair| pair[1]["kind"] == "Edfa") {
            let (before, after) = (&pair[0], &pair[1]);
            let what = format!("{} {}", case["id"], after["uid"]);
            let design = &reference["design"]["amplifiers"][after["uid"].as_str().unwrap()];
            let Some(model) = design["type_variety"].as_str().and_then(|n| model(&equipment, n))
            else {
                continue;
            };
            let model = Arc::new(model);
            let gain_db = number(&after["effective_gain_db"]);
            let slot_hz =
                number(&reference["frequency_hz"][1]) - number(&reference["frequency_hz"][0]);
            let load = NoiseLoad {
                p_in_dbm: number(&after["pin_dbm"]),
                channels: after["nch"].as_u64().unwrap() as usize,
                slot_width_hz: slot_hz,
            };
            let figure = model.noise_figure(gain_db, &load);
            let ripple = model.parameters.nf_ripple_db.len() > 1;
            if !ripple {
                assert_near(figure.nf_db, number(&after["nf_db"][0]), &what);
                assert_near(figure.att_in_db, number(&after["att_in_db"]), &what);
                figures += 1;
            }
            let by_load = matches!(
                model.parameters.definition,
                Definition::OpenRoadm { .. } | Definition::OpenRoadmPreamp
            );
            let tilt_db = number(&design["tilt_target_db"]);
            if before["frequency_hz"] != after["frequency_hz"]
                || by_load
                || ripple
                || tilt_db != 0.0
            {
                continue;
            }
            let amplifier = Amplifier {
                model,
                gain_target_db: gain_db,
                tilt_target_db: tilt_db,
                in_voa_db: number(&design["in_voa_db"]),
                out_voa_db: number(&design["out_voa_db"]),
            };
            let mut spectrum = spectrum(&reference, before);
            let report = amplifier.propagate(&mut spectrum, Compat::Gnpy214).unwrap();
            assert_near(report.effective_gain_db, gain_db, &what);
            assert_near(report.gain_profile_db[2], number(&after["gain_profile_db"][2]), &what);
            assert_state(&spectrum, after, &what);
            whole += 1;
        }
    }
    assert!(whole > 100 && figures > 150, "{whole} {figures}");
}

/// Settings of a ROADM: of the topology, and of the library where the topology says nothing.
fn roadm(equipment: &Value, entry: &Value) -> Roadm {
    let library = equipment["Roadm"].as_array().unwrap();
    let name = entry["type_variety"].as_str().unwrap_or("default");
    let named = |e: &&Value| e["type_variety"].as_str().unwrap_or("default") == name;
    let base = library.iter().find(named).unwrap();
    let kinds = [
        ("target_pch_out_db", "per_degree_pch_out_db"),
        ("target_psd_out_mWperGHz", "per_degree_psd_out_mWperGHz"),
        ("target_out_mWperSlotWidth", "per_degree_psd_out_mWperSlotWidth"),
    ];
    let make = |kind: usize, value: f64| match kind {
        0 => Equalisation::Power(value),
        1 => Equalisation::PowerPerBaudRate(value),
        _ => Equalisation::PowerPerSlotWidth(value),
    };
    let target = |from: &Value| {
        kinds.iter().enumerate().find_map(|(k, (key, _))| Some(make(k, from[key].as_f64()?)))
    };
    let params = &entry["params"];
    let mut roadm = Roadm::new(0.0, number(&base["add_drop_osnr"]));
    roadm.equalisation = target(params).or_else(|| target(base)).unwrap();
    roadm.pmd_s = number(&base["pmd"]);
    roadm.pdl_db = number(&base["pdl"]);
    for (k, (_, key)) in kinds.iter().enumerate() {
        for (degree, value) in params[key].as_object().into_iter().flatten() {
            roadm.degrees.insert(degree.clone(), make(k, number(value)));
        }
    }
    roadm.profiles = profiles(&base["roadm-path-impairments"]);
    roadm
}

fn profiles(list: &Value) -> Vec<ImpairmentProfile> {
    let kinds = [
        ("roadm-express-path", PathKind::Express),
        ("roadm-add-path", PathKind::Add),
        ("roadm-drop-path", PathKind::Drop),
    ];
    let range = |entry: &Value| {
        let edges = &entry["frequency-range"];
        let impairment = Impairment {
            max_loss_db: number(&entry["roadm-maxloss"]),
            pmd_s: number(&entry["roadm-pmd"]),
            pdl_db: number(&entry["roadm-pdl"]),
            osnr_db: entry["roadm-osnr"].as_f64(),
        };
        ((number(&edges["lower-frequency"]), number(&edges["upper-frequency"])), impairment)
    };
    let profile = |entry: &Value| {
        let (key, kind) = kinds.iter().find(|(key, _)| entry[key].is_array()).unwrap();
        ImpairmentProfile {
            id: entry["roadm-path-impairments-id"].as_i64().unwrap(),
            kind: *kind,
            ranges: entry[key].as_array().unwrap().iter().map(range).collect(),
        }
    };
    list.as_array().map(|list| list.iter().map(profile).collect()).unwrap_or_default()
}

/// The ROADMs of a case by name.
fn roadms(case: &Value, equipment: &Value) -> BTreeMap<String, Roadm> {
    let topology = load(&root().join(case["topology"].as_str().unwrap()));
    let elements = topology["elements"].as_array().unwrap();
    let named =
        |entry: &Value| (entry["uid"].as_str().unwrap().to_owned(), roadm(equipment, entry));
    elements.iter().filter(|entry| entry["type"] == "Roadm").map(named).collect()
}

fn kind(reference: &Value, uid: &str) -> PathKind {
    let path = reference["path"].as_array().unwrap();
    match path.iter().position(|name| name == uid) {
        Some(1) => PathKind::Add,
        Some(place) if place + 2 == path.len() => PathKind::Drop,
        _ => PathKind::Express,
    }
}

/// Offsets of channels are in spectrum files, which these tests do not read.
fn has_offsets(case: &Value) -> bool {
    let spectrum = case["spectrum"].as_str().map(|path| load(&root().join(path)));
    spectrum.is_some_and(|s| s.to_string().contains("delta_pdb"))
}

#[test]
//= type=test gnpy:6.6-equalisation
//= type=test gnpy:6.6-impairments
//= type=test gnpy:6.6-reference
fn roadms_in_line() {
    let mut whole = 0;
    for (case, reference, equipment) in cases().into_iter().filter(|(case, ..)| !has_offsets(case))
    {
        let roadms = roadms(&case, &equipment);
        let path = reference["path"].as_array().unwrap();
        let elements = reference["elements"].as_array().unwrap();
        for (index, after) in elements.iter().enumerate().filter(|(_, e)| e["kind"] == "Roadm") {
            let uid = after["uid"].as_str().unwrap();
            let what = format!("{} {uid}", case["id"]);
            let place = path.iter().position(|name| name == uid).unwrap();
            let name = |place: usize| path[place].as_str().unwrap();
            let roadm = &roadms[uid];
            let way = roadm.path(name(place - 1), name(place + 1), kind(&reference, uid)).unwrap();
            let out_dbm = number(&after["ref_pch_out_dbm"]);
            let loss_db = number(&after["ref_effective_loss_db"]);
            let mut spectrum = if index == 0 {
                // Behind the transmitters: all signal, at the reference level.
                let mut launched = spectrum(&reference, after);
                launched.power_w.fill(watt(out_dbm + loss_db));
                launched.signal.fill(1.0);
                launched.ase.fill(0.0);
                launched.pmd_s.fill(0.0);
                launched.pdl_db.fill(0.0);
                launched
            } else {
                spectrum(&reference, &elements[index - 1])
            };
            if numbers(&after["frequency_hz"]) != spectrum.plan.frequency_hz {
                continue;
            }
            let before = spectrum.clone();
            let report = roadm.propagate(&mut spectrum, &way).unwrap();
            assert_state(&spectrum, after, &what);
            assert!(spectrum.power_w.iter().zip(&before.power_w).all(|(out, input)| out <= input));
            let (baud, slot) = (spectrum.plan.baud_rate[0], spectrum.plan.slot_width_hz[0]);
            if matches!(way.equalisation, Equalisation::Power(_)) {
                let in_dbm = out_dbm + loss_db;
                let levels = Roadm::reference(&way, in_dbm, baud, slot, report.max_loss_db);
                assert_near(levels.out_dbm, out_dbm, &what);
                assert_near(levels.loss_db, loss_db, &what);
            }
            whole += 1;
        }
    }
    assert!(whole > 50, "{whole}");
}

#[test]
//= type=test gnpy:1.2-fused
fn joints_in_line() {
    let mut whole = 0;
    for (case, reference, _) in cases() {
        let topology = load(&root().join(case["topology"].as_str().unwrap()));
        let elements = reference["elements"].as_array().unwrap();
        for pair in elements.windows(2).filter(|pair| pair[1]["kind"] == "Fused") {
            let all = topology["elements"].as_array().unwrap();
            let entry = all.iter().find(|entry| entry["uid"] == pair[1]["uid"]).unwrap();
            let loss_db = entry["params"]["loss"].as_f64().unwrap_or(Fused::default().loss_db);
            let mut spectrum = spectrum(&reference, &pair[0]);
            Fused { loss_db }.propagate(&mut spectrum);
            assert_state(&spectrum, &pair[1], &format!("{} {}", case["id"], pair[1]["uid"]));
            whole += 1;
        }
    }
    assert!(whole > 10, "{whole}");
}

/// A spectrum of which a receiver shows the raw ratios given.
fn at_receiver(
    reference: &Value,
    receiver: &Value,
    raw_osnr_db: &[f64],
    tx_osnr_db: f64,
) -> Spectrum {
    let column = |key: &str| numbers(&reference[key]);
    let (frequency, baud, slot) =
        (column("frequency_hz"), column("baud_rate"), column("slot_width_hz"));
    let channel = |i: usize| Channel {
        frequency_hz: frequency[i],
        slot_width_hz: slot[i],
        baud_rate: baud[i],
        roll_off: 0.15,
        delta_power_db: 0.0,
        tx_osnr_db,
        tx_power_dbm: 0.0,
        label: String::new(),
    };
    let plan = ChannelPlan::new((0..frequency.len()).map(channel).collect()).unwrap();
    let mut spectrum = Spectrum::launch(Arc::new(plan));
    let osnr_nli_db = numbers(&receiver["osnr_nli_bw_db"]);
    for i in 0..spectrum.len() {
        let (ase, nli) = (linear(-raw_osnr_db[i]), linear(-osnr_nli_db[i]));
        spectrum.signal[i] = 1.0 / (1.0 + ase + nli);
        spectrum.ase[i] = spectrum.signal[i] * ase;
        spectrum.nli[i] = spectrum.signal[i] * nli;
    }
    spectrum
}

#[test]
//= type=test gnpy:6.7-receiver-snr
fn receivers() {
    let mut whole = 0;
    for (case, reference, equipment) in cases() {
        if case.get("spectrum").is_some() {
            continue;
        }
        let tx_osnr_db = number(&equipment["SI"][0]["tx_osnr"]);
        let roadms = roadms(&case, &equipment);
        let receiver = &reference["receiver"][0];
        // What the line left of ASE is not in the references: it is what total and NLI leave.
        let raw = numbers(&receiver["raw_gsnr_bw_db"]);
        let nli = numbers(&receiver["osnr_nli_bw_db"]);
        let raw_osnr_db: Vec<f64> = raw
            .iter()
            .zip(&nli)
            .map(|(raw, nli)| -10.0 * (linear(-raw) - linear(-nli)).log10())
            .collect();
        let mut spectrum = at_receiver(&reference, receiver, &raw_osnr_db, tx_osnr_db);
        let path = reference["path"].as_array().unwrap();
        for (place, name) in path.iter().enumerate() {
            let Some(roadm) = roadms.get(name.as_str().unwrap()) else { continue };
            let name = |place: usize| path[place].as_str().unwrap();
            let way = kind(&reference, name(place));
            let way = roadm.path(name(place - 1), name(place + 1), way).unwrap();
            roadm.propagate(&mut spectrum, &way).unwrap();
        }
        let seen = received(&spectrum, &Tolerance::default(), Compat::Gnpy214);
        let columns = [
            ("gsnr_01nm_db", &seen.gsnr_01nm_db),
            ("gsnr_bw_db", &seen.gsnr_bw_db),
            ("osnr_ase_01nm_db", &seen.osnr_ase_01nm_db),
            ("osnr_ase_bw_db", &seen.osnr_ase_bw_db),
            ("osnr_nli_bw_db", &seen.osnr_nli_bw_db),
            ("raw_gsnr_bw_db", &seen.raw_gsnr_bw_db),
        ];
        for (key, found) in columns {
            let expected = numbers(&receiver[key]);
            assert_eq!(expected.len(), found.len());
            for (found, expected) in found.iter().zip(expected) {
                assert_near(*found, expected, &format!("{} {key}", case["id"]));
            }
        }
        whole += 1;
    }
    assert!(whole > 20, "{whole}");
}
