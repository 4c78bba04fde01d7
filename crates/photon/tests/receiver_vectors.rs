//! The noise of receivers against vectors of GNPy 3.0.1, and the verdict that follows from it.

#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::{
    Mode, PenaltyCurve, PowerRange, ReceiverError, ReceiverNoise, ReceiverNumbers, Tolerance,
    received,
};
use proptest::prelude::*;
use serde_json::Value;

/// Relative: the vectors have 17 digits, powers of ten lose two.
const TOLERANCE: f64 = 1e-9;

fn cases() -> Vec<Value> {
    let file = "../../tests/gnpy-data/vectors/receiver-3.0.1.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let all: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    all["cases"].as_array().unwrap().clone()
}

/// Numbers of a list; those that JSON cannot hold come as words.
fn numbers(list: &Value) -> Vec<f64> {
    let number = |value: &Value| match value {
        Value::Null => f64::NAN,
        Value::String(_) => f64::INFINITY,
        other => other.as_f64().unwrap(),
    };
    list.as_array().unwrap().iter().map(number).collect()
}

fn mode(case: &Value) -> Mode {
    let given = |key: &str| case["receiver"][key].as_f64().unwrap();
    let penalty_db = case["penalty_db"].as_f64().unwrap();
    let numbers = ReceiverNumbers {
        k1: given("k1"),
        k2: given("k2"),
        error_ratio_limit: given("BER-threshold"),
        snr_transceiver_01nm_db: given("snr_trx_db_0.1nm"),
        snr_at_one_watt_01nm_db: given("snr_prx_db_0.1nm"),
    };
    Mode {
        format: "m".into(),
        baud_rate: case["baud_rate"].as_f64().unwrap(),
        bit_rate: 100e9,
        roll_off: 0.15,
        required_osnr_db: 11.0,
        tx_osnr_db: 40.0,
        min_spacing_hz: 50e9,
        tolerance: Tolerance {
            pdl: Some(PenaltyCurve::new(vec![(0.0, penalty_db), (1.0, penalty_db)]).unwrap()),
            rx_power: PowerRange { min_dbm: case["rx_min_dbm"].as_f64(), max_dbm: None },
            ..Tolerance::default()
        },
        receiver: Some(ReceiverNoise::new(numbers).unwrap()),
        tx_power: PowerRange::default(),
        equalisation_offset_db: 0.0,
        cost: 1.0,
    }
}

fn light(case: &Value) -> Spectrum {
    let power_w = numbers(&case["power_w"]);
    let channel = |at: usize| Channel {
        frequency_hz: 193e12 + at as f64 * 0.1e12,
        slot_width_hz: 87.5e9,
        baud_rate: case["baud_rate"].as_f64().unwrap(),
        roll_off: 0.15,
        delta_power_db: 0.0,
        tx_osnr_db: 40.0,
        tx_power_dbm: 0.0,
        label: String::new(),
    };
    let channels = (0..power_w.len()).map(channel).collect();
    let mut light = Spectrum::launch(Arc::new(ChannelPlan::new(channels).unwrap()));
    light.power_w = power_w;
    light.add_nli(&numbers(&case["nli_w"]));
    light.add_ase(&numbers(&case["ase_w"]));
    light
}

fn same(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (&found, &expected) in found.iter().zip(expected) {
        let near = (found - expected).abs() <= TOLERANCE * expected.abs().max(1e-3);
        let alike = found.is_nan() && expected.is_nan() || found == expected;
        assert!(near || alike, "{what}: {found}, expected {expected}");
    }
}

#[test]
//= type=test gnpy:6.7-receiver-noise
//= type=test gnpy:6.7-q-margin
//= type=test gnpy:6.7-q-verdict
fn margins_of_q() {
    let (mut outside, mut none, mut enough) = (0, 0, 0);
    for case in cases() {
        let mode = mode(&case);
        let receiver = mode.receiver.unwrap();
        let seen = received(&light(&case), &mode.tolerance, Compat::Gnpy30);
        let expected = |key: &str| numbers(&case["expected"][key]);
        same(&seen.raw_gsnr_bw_db, &expected("raw_snr_db"), "SNR of the line");
        same(&seen.rx_power_dbm, &expected("rx_power_dbm"), "power");
        same(&seen.total_penalty_db, &expected("total_penalty_db"), "penalty");
        let levels = seen.raw_gsnr_bw_db.iter().zip(&seen.rx_power_dbm);
        let with_noise: Vec<f64> =
            levels.map(|(&raw_db, &dbm)| receiver.snr_bw_db(raw_db, mode.baud_rate, dbm)).collect();
        same(&with_noise, &expected("snr_tot_db"), "SNR with the receiver");
        let margins_db = receiver.q_margins_db(&seen, mode.baud_rate);
        // GNPy gives all channels the margin of one with an infinite penalty.
        let any_outside = seen.total_penalty_db.contains(&f64::INFINITY);
        let told = |at: &usize| !any_outside || seen.total_penalty_db[*at].is_infinite();
        let told = |values: &[f64]| -> Vec<f64> {
            (0..values.len()).filter(told).map(|at| values[at]).collect()
        };
        same(&told(&margins_db), &told(&expected("q_margin_db")), "margin of Q");
        let verdict = mode.verdict(&seen, 2.0, Compat::Gnpy30);
        let worse = |margin: &f64| margin.is_nan() || *margin < 0.0;
        let refused = expected("q_margin_db").iter().any(worse);
        assert_eq!((verdict.by_q, verdict.feasible), (true, !refused));
        let least = margins_db.iter().copied().fold(f64::INFINITY, f64::min);
        if !margins_db.iter().any(|margin| margin.is_nan()) {
            same(&[verdict.margin_db], &[least], "the least");
        }
        outside += usize::from(seen.total_penalty_db.contains(&f64::INFINITY));
        none += usize::from(margins_db.iter().any(|margin| margin.is_nan()));
        enough += usize::from(verdict.feasible);
    }
    assert!(outside > 5 && none > 5 && enough > 5, "{outside} {none} {enough}");
}

/// 3.0.1 grants a request that names a mode whose required OSNR is out of reach; its search does not find it.
#[test]
//= type=test gnpy:6.7-q-verdict
fn what_is_searched_goes_by_snr() {
    let all = cases();
    let feasible = |case: &&Value| {
        let seen = received(&light(case), &mode(case).tolerance, Compat::Gnpy30);
        mode(case).verdict(&seen, 2.0, Compat::Gnpy30).feasible
    };
    let case = all.iter().find(feasible).unwrap();
    let demanding = Mode { required_osnr_db: 60.0, ..mode(case) };
    let seen = received(&light(case), &demanding.tolerance, Compat::Gnpy30);
    let verdict = demanding.verdict(&seen, 2.0, Compat::Gnpy30);
    assert_eq!((verdict.feasible, verdict.found_by_search), (true, false));
    let old = demanding.verdict(&seen, 2.0, Compat::Gnpy214);
    assert_eq!((old.by_q, old.feasible), (false, false), "2.14 knows no noise of receivers");
}

#[test]
fn numbers_that_make_no_receiver() {
    let good = ReceiverNumbers {
        k1: 0.5,
        k2: 0.5,
        error_ratio_limit: 0.02,
        snr_transceiver_01nm_db: 20.0,
        snr_at_one_watt_01nm_db: 65.0,
    };
    assert!(ReceiverNoise::new(good).is_ok());
    for found in [-1.0, f64::NAN, f64::INFINITY] {
        let wrong = ReceiverNumbers { k2: found, ..good };
        let error = ReceiverNoise::new(wrong).unwrap_err();
        assert!(matches!(error, ReceiverError::Number { name: "k2", .. }), "{error}");
    }
    for found in [0.0, 0.5, 0.6, -0.1, f64::NAN] {
        let wrong = ReceiverNumbers { error_ratio_limit: found, ..good };
        let error = ReceiverNoise::new(wrong).unwrap_err();
        assert!(matches!(error, ReceiverError::Limit { .. }), "{error}");
    }
}

proptest! {
    /// More power, more SNR of the line and fewer penalties never lower a margin that is one.
    #[test]
    fn margins_rise_with_what_is_better(
        snr_db in 5.0..40.0f64,
        level_dbm in -30.0..0.0f64,
        more in 0.0..5.0f64,
        k1 in 0.1..1.0f64,
        k2 in 0.1..1.0f64,
    ) {
        let receiver = ReceiverNoise::new(ReceiverNumbers {
            k1,
            k2,
            error_ratio_limit: 0.02,
            snr_transceiver_01nm_db: 25.0,
            snr_at_one_watt_01nm_db: 70.0,
        })
        .unwrap();
        let snr = receiver.snr_bw_db(snr_db, 32e9, level_dbm);
        prop_assert!(snr <= snr_db);
        prop_assert!(receiver.snr_bw_db(snr_db + more, 32e9, level_dbm) >= snr);
        prop_assert!(receiver.snr_bw_db(snr_db, 32e9, level_dbm + more) >= snr);
        let margin = receiver.q_margin_db(snr);
        if margin.is_finite() {
            prop_assert!(receiver.q_margin_db(snr + more) >= margin - 1e-9);
        }
        prop_assert!(receiver.q_margin_db(f64::NAN).is_nan());
    }
}
