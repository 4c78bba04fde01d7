//! Corners that the vectors leave out: `more.json`, printed by GNPy 2.14.2 for fibres and spectra of ours.
//!
//! Lumped losses under the generalised GN model, fine result steps, a fibre shorter than one step, wide
//! spectra, hardly any roll-off, Raman curves of the fibre's own, pumps of both directions with each of these.

use otn_photon::fibre::Fibre;
use otn_photon::nli::Interference;
use otn_photon::raman::Scattering;
use otn_photon::simulation::SimulationParameters;
use serde_json::Value;

use crate::data::{
    fibre_parameters, near, nli_settings, numbers, operation, raman_settings, spectrum,
};

/// The integrals are the same sums; only their order differs.
const TOLERANCE: f64 = 1e-9;

#[test]
//= type=test gnpy:6.3-ggn-approx
//= type=test gnpy:6.3-rho-nli
//= type=test gnpy:6.3-resolution
//= type=test gnpy:6.3-computed-channels
//= type=test gnpy:6.4-counter-pumps
//= type=test gnpy:6.2-raman-efficiency
fn corners() {
    let file: Value = serde_json::from_str(include_str!("more.json")).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let pumps = case.get("operational").map(operation);
        let fibre = Fibre::new(fibre_parameters(&case["params"]), pumps).unwrap();
        let (plan, power_w) = spectrum(&case["spectrum"]);
        let raman = raman_settings(&case["raman_params"]);
        let scattering = Scattering::new(&fibre, &plan.frequency_hz, &raman).unwrap();
        let profile = scattering.profile(&power_w);
        let check = |what: &str, found: &[f64], expected: &Value| {
            near(&format!("{name}, {what}"), found, &numbers(expected), TOLERANCE);
        };
        check("z", &profile.position_m, &case["z"]);
        check("end", &profile.end_loss(), &case["loss_profile_end"]);
        for (model, expected) in case["nli_w"].as_object().unwrap() {
            let nli = nli_settings(&expected["nli_params"]);
            let settings = SimulationParameters { raman, nli };
            let interference = Interference::new(&fibre, &plan, &settings, &scattering).unwrap();
            let found = interference.nli_w(&power_w, Some(&profile));
            check(model, &found, &expected["nli_w"]);
        }
    }
}
