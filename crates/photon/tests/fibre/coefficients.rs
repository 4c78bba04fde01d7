//! Coefficients of fibres against `vectors/fiber.json`.

use otn_photon::Compat;
use otn_photon::fibre::Fibre;

use crate::data::{fibre_parameters, json, near, numbers};

/// The closed forms are to agree to nine digits.
const TOLERANCE: f64 = 1e-9;

#[test]
//= type=test gnpy:6.2-loss
//= type=test gnpy:6.2-area
//= type=test gnpy:6.2-gamma
//= type=test gnpy:6.2-dispersion
//= type=test gnpy:6.2-beta3
//= type=test gnpy:6.2-chromatic-dispersion
//= type=test gnpy:6.2-raman-efficiency
//= type=test gnpy:6.2-pmd
//= type=test gnpy:6.2-latency
fn coefficients_of_twelve_fibres() {
    let vectors = json("vectors/fiber.json");
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for (n, case) in cases.iter().enumerate() {
        let fibre = Fibre::new(fibre_parameters(&case["params"]), None).unwrap();
        let f = numbers(&case["frequency"]);
        let check = |what: &str, found: &[f64]| {
            near(&format!("fibre {n}, {what}"), found, &numbers(&case[what]), TOLERANCE);
        };
        check("alpha", &fibre.alpha(&f).unwrap());
        check("beta2", &fibre.beta2(&f).unwrap());
        check("beta3", &fibre.beta3(&f).unwrap());
        check("gamma", &fibre.gamma(&f));
        let gathered = fibre.chromatic_dispersion(&f, Compat::Gnpy214).unwrap();
        check("chromatic_dispersion_s_per_m", &gathered);
        check("loss_db", &[fibre.loss_db()]);
        check("pmd_s", &[fibre.pmd_s()]);
        check("latency_s", &[fibre.latency_s()]);
        let rows = case["cr"].as_array().unwrap();
        let expected: Vec<f64> = rows.iter().flat_map(numbers).collect();
        near(&format!("fibre {n}, cr"), &fibre.raman_efficiency(&f), &expected, TOLERANCE);
    }
}
