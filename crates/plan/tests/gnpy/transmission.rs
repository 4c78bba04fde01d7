//! Transmission cases: design, path, every element, receiver; both releases.

use otn_photon::Compat;
use otn_plan::transmission::dump::dump;
use serde_json::Value;

use crate::cases::{cases, json, outcome};
use crate::compare::differences;

/// What is compared; `elements` are only in the reference of 2.14.
const FIELDS: [&str; 8] = [
    "design",
    "path",
    "powers_dbm",
    "frequency_hz",
    "baud_rate",
    "receiver",
    "final_pch_dbm",
    "elements",
];

fn all(compat: Compat, folder: &str) {
    let cases = cases("transmission");
    assert_eq!(cases.len(), 36, "cases of the reference data");
    each(&cases, compat, folder);
}

fn each(cases: &[Value], compat: Compat, folder: &str) {
    let mut failed = Vec::new();
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let expected = json(&format!("{folder}/{id}.json"));
        match outcome(case, compat) {
            Err(error) => failed.push(format!("{id}: {error}")),
            Ok(outcome) => {
                let (differences, worst) = differences(&expected, &dump(&outcome), &FIELDS);
                println!("{id}: {} differences, worst {worst:.1e}", differences.len());
                if !differences.is_empty() {
                    let first: Vec<_> = differences.iter().take(6).collect();
                    failed.push(format!("{id}: {} differences: {first:#?}", differences.len()));
                }
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} failed:\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
}

#[test]
//= type=test gnpy:6.1-cut
//= type=test gnpy:6.1-partitions
//= type=test gnpy:6.6-targets
//= type=test gnpy:6.8-multiband
//= type=test gnpy:6.8-raman-gain
fn transmissions_of_2_14() {
    all(Compat::Gnpy214, "reference");
}

#[test]
fn transmissions_of_3_0() {
    all(Compat::Gnpy30, "reference-3.0.1");
}

/// What 2.14 cannot read: a type whose loss has a ripple, and one fibre with a table of its own.
#[test]
//= type=test gnpy:6.2-loss-ripple
fn what_3_0_adds() {
    let cases = cases("transmission-3.0.1");
    assert_eq!(cases.len(), 1, "cases of the reference data");
    each(&cases, Compat::Gnpy30, "reference-3.0.1");
}
