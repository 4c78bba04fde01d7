//! Pumped fibres against `vectors/raman_fiber.json`.

use otn_photon::fibre::Fibre;
use otn_photon::raman::Scattering;

use crate::data::{fibre_parameters, json, near, numbers, operation, raman_settings, spectrum};

/// Pumped fibres are iterated: six digits are asked for.
const TOLERANCE: f64 = 1e-6;

#[test]
//= type=test gnpy:6.4-counter-pumps
//= type=test gnpy:6.4-pump-power
//= type=test gnpy:6.4-raman-ase
fn six_pumped_fibres() {
    let vectors = json("vectors/raman_fiber.json");
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 6);
    for (n, case) in cases.iter().enumerate() {
        let pumps = operation(&case["operational"]);
        let fibre = Fibre::new(fibre_parameters(&case["params"]), Some(pumps)).unwrap();
        let (plan, power_w) = spectrum(&case["spectrum"]);
        let settings = raman_settings(&case["raman_params"]);
        let scattering = Scattering::new(&fibre, &plan.frequency_hz, &settings).unwrap();
        let profile = scattering.profile(&power_w);
        near(&format!("fibre {n}, z"), &profile.position_m, &numbers(&case["z"]), 1e-12);
        let rows = 0..profile.frequency_hz.len();
        let last = profile.position_m.len() - 1;
        let start: Vec<f64> = rows.clone().map(|row| profile.row_power_w(row)[0]).collect();
        let end: Vec<f64> = rows.map(|row| profile.row_power_w(row)[last]).collect();
        let check = |what: &str, found: &[f64]| {
            near(&format!("fibre {n}, {what}"), found, &numbers(&case[what]), TOLERANCE);
        };
        check("power_profile_start_w", &start);
        check("power_profile_end_w", &end);
        check("ase_w", &scattering.spontaneous_emission_w(&profile, &plan.baud_rate).unwrap());
    }
}
