//! Power profiles and noise of fibres against `vectors/srs_nli.json`.

use otn_photon::fibre::Fibre;
use otn_photon::nli::Interference;
use otn_photon::raman::{Scattering, stimulated_raman_scattering};
use otn_photon::simulation::{NliMethod, SimulationParameters};

use crate::data::{fibre_parameters, json, near, nli_settings, numbers, raman_settings, spectrum};

/// Closed forms and series are to agree to nine digits; numeric integrals to six, and do to nine.
const CLOSED: f64 = 1e-9;
const NUMERIC: f64 = 1e-9;

#[test]
//= type=test gnpy:6.4-flag-off
//= type=test gnpy:6.4-grids
//= type=test gnpy:6.4-perturbative
//= type=test gnpy:6.4-numerical
fn profiles_of_thirty_six_runs() {
    let vectors = json("vectors/srs_nli.json");
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for (n, case) in cases.iter().enumerate() {
        let fibre = Fibre::new(fibre_parameters(&case["params"]), None).unwrap();
        let (plan, power_w) = spectrum(&case["spectrum"]);
        let settings = raman_settings(&case["raman_params"]);
        let profile =
            stimulated_raman_scattering(&fibre, &plan.frequency_hz, &power_w, &settings).unwrap();
        near(&format!("run {n}, z"), &profile.position_m, &numbers(&case["z"]), 1e-12);
        let end = numbers(&case["loss_profile_end"]);
        near(&format!("run {n}, end"), &profile.end_loss(), &end, CLOSED);
        let middle = profile.position_m.len() / 2;
        let found: Vec<f64> = (0..plan.len()).map(|row| profile.row_loss(row)[middle]).collect();
        near(&format!("run {n}, middle"), &found, &numbers(&case["loss_profile_mid"]), CLOSED);
    }
}

#[test]
//= type=test gnpy:6.3-weights
//= type=test gnpy:6.3-gn-model-analytic
//= type=test gnpy:6.3-ggn-approx
//= type=test gnpy:6.3-resolution
//= type=test gnpy:6.3-windows
//= type=test gnpy:6.3-far
//= type=test gnpy:6.3-beta3-of-comb
//= type=test gnpy:6.3-noise-density
fn interference_of_all_models() {
    let vectors = json("vectors/srs_nli.json");
    let mut runs = [0; 3];
    for (n, case) in vectors["cases"].as_array().unwrap().iter().enumerate() {
        let fibre = Fibre::new(fibre_parameters(&case["params"]), None).unwrap();
        let (plan, power_w) = spectrum(&case["spectrum"]);
        let raman = raman_settings(&case["raman_params"]);
        let scattering = Scattering::new(&fibre, &plan.frequency_hz, &raman).unwrap();
        let profile = scattering.profile(&power_w);
        for (name, expected) in case["nli_w"].as_object().unwrap() {
            let nli = nli_settings(&expected["nli_params"]);
            let tolerance = match nli.method {
                NliMethod::GgnSpectrallySeparated => NUMERIC,
                NliMethod::GnModelAnalytic | NliMethod::GgnApprox => CLOSED,
            };
            runs[nli.method as usize] += 1;
            let settings = SimulationParameters { raman, nli };
            let model = Interference::new(&fibre, &plan, &settings, &scattering).unwrap();
            let found = model.nli_w(&power_w, Some(&profile));
            near(&format!("run {n}, {name}"), &found, &numbers(&expected["nli_w"]), tolerance);
        }
    }
    assert_eq!(runs, [36, 6, 6]);
}
