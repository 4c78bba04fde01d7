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

/// Printed by GNPy 2.14.2 for a fibre of 240 km that its design made three spans of.
#[test]
//= type=test gnpy:6.2-split
fn spans_of_design() {
    let whole = json_fibre(&serde_json::json!({
        "length": 240.0, "loss_coef": 0.2, "con_in": 0.7, "con_out": 0.3, "att_in": 1.5,
        "pmd_coef": 3e-15, "dispersion": 1.67e-5, "dispersion_slope": 60.0, "gamma": 2e-3,
        "effective_area": 83e-12, "ref_wavelength": 1.545e-6,
    }));
    let span = whole.design_span(3).unwrap();
    assert_eq!(span.parameters().length_m, 80e3);
    near("loss", &[span.loss_db()], &[18.5], TOLERANCE);
    near("gamma", &span.gamma(&[193e12]), &[0.001979073209903], TOLERANCE);
    near("beta2", &span.beta2(&[192e12]).unwrap(), &[-2.289006131724208e-26], TOLERANCE);
    let gain = span.raman_efficiency(&[193e12, 200e12]);
    near("gain", &gain[..2], &[0.0, 0.000176758247404], TOLERANCE);

    let agreeing = json_fibre(&serde_json::json!({
        "length": 160.0, "loss_coef": 0.2, "dispersion": 1.67e-5, "effective_area": 70e-12,
    }));
    let span = agreeing.design_span(2).unwrap();
    near("gamma", &span.gamma(&[193e12]), &agreeing.gamma(&[193e12]), 1e-12);
    near("gamma", &span.gamma(&[193e12]), &[0.001498350192431], TOLERANCE);
    let gain = span.raman_efficiency(&[193e12, 200e12]);
    near("gain", &gain[..2], &[0.0, 0.000206570523255], TOLERANCE);
}

fn json_fibre(params: &serde_json::Value) -> Fibre {
    Fibre::new(fibre_parameters(params), None).unwrap()
}

/// By hand: 17 ps/nm/km at 1550 nm over 100 km, slope 0.06 ps/nm²/km, 10 nm above the reference.
#[test]
//= type=test gnpy:6.2-chromatic-dispersion
fn dispersion_in_both_releases() {
    let light = otn_photon::units::LIGHT_SPEED;
    let above = [light / 1560e-9];
    let flat = json_fibre(&serde_json::json!({
        "length": 100.0, "loss_coef": 0.2, "dispersion": 17e-6,
    }));
    let new = flat.chromatic_dispersion(&above, Compat::Gnpy30).unwrap();
    let old = flat.chromatic_dispersion(&above, Compat::Gnpy214).unwrap();
    near("constant", &[new[0], old[0]], &[1.7, 1.7], TOLERANCE);
    let sloped = json_fibre(&serde_json::json!({
        "length": 100.0, "loss_coef": 0.2, "dispersion": 17e-6, "dispersion_slope": 60.0,
    }));
    let new = sloped.chromatic_dispersion(&above, Compat::Gnpy30).unwrap();
    near("sloped", &new, &[1.76], TOLERANCE);
    let old = sloped.chromatic_dispersion(&above, Compat::Gnpy214).unwrap();
    assert!((old[0] - 1.76).abs() > 1e-6, "2.14 goes by way of beta2 and beta3: {old:?}");
}
