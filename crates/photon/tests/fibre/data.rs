//! Reads the reference data in `tests/gnpy-data` and compares with it.

use std::path::PathBuf;
use std::sync::Arc;

use otn_photon::fibre::{
    Dispersion, FibreParameters, LossCoefficient, LumpedLoss, PumpDirection, RamanCurve,
    RamanOperation, RamanPump, Table,
};
use otn_photon::simulation::{
    ComputedChannels, NliMethod, NliParameters, RamanMethod, RamanParameters,
};
use otn_photon::spectrum::{Channel, ChannelPlan};
use otn_photon::units::{LIGHT_SPEED, dbm};
use serde_json::Value;

/// The text of a file of the reference data.
pub(crate) fn text(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data");
    let path = root.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JSON file of the reference data.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// A list of numbers.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

/// The cells of a CSV file whose lines hold numbers from column `skip` on; a header is left out.
pub(crate) fn csv(name: &str, skip: usize) -> Vec<Vec<f64>> {
    let text = text(name);
    let row =
        |line: &str| line.split(',').skip(skip).map(str::parse).collect::<Result<Vec<f64>, _>>();
    text.lines().filter_map(|line| row(line).ok()).filter(|row| !row.is_empty()).collect()
}

fn table(value: &Value, scale: f64) -> Table {
    Table {
        frequency_hz: numbers(&value["frequency"]),
        value: numbers(&value["value"]).iter().map(|x| x * scale).collect(),
    }
}

/// The fibre that a `params` object of GNPy describes.
pub(crate) fn fibre_parameters(params: &Value) -> FibreParameters {
    let number = |key: &str| params[key].as_f64();
    let loss = match number("loss_coef") {
        Some(loss) => LossCoefficient::Constant(loss * 1e-3),
        None => LossCoefficient::Table(table(&params["loss_coef"], 1e-3)),
    };
    let constant = number("dispersion").unwrap_or(1.67e-5);
    let dispersion = match (&params["dispersion_per_frequency"], number("dispersion_slope")) {
        (Value::Null, None) => Dispersion::Constant(constant),
        (Value::Null, Some(slope)) => Dispersion::Slope { dispersion: constant, slope },
        (value, _) => Dispersion::Table(table(value, 1.0)),
    };
    let lumped = params["lumped_losses"].as_array().cloned().unwrap_or_default();
    let lumped = lumped.iter().map(|one| LumpedLoss {
        position_m: one["position"].as_f64().unwrap() * 1e3,
        loss_db: one["loss"].as_f64().unwrap(),
    });
    let raman_curve = params.get("raman_coefficient").map(|curve| RamanCurve {
        g0_per_w_m: numbers(&curve["g0"]),
        offset_hz: numbers(&curve["frequency_offset"]),
        reference_frequency_hz: curve["reference_frequency"].as_f64().unwrap(),
    });
    FibreParameters {
        length_m: number("length").unwrap() * 1e3,
        loss,
        con_in_db: number("con_in").unwrap_or(0.0),
        con_out_db: number("con_out").unwrap_or(0.0),
        att_in_db: number("att_in").unwrap_or(0.0),
        lumped_losses: lumped.collect(),
        reference_frequency_hz: LIGHT_SPEED / number("ref_wavelength").unwrap_or(1550e-9),
        dispersion,
        effective_area_m2: number("effective_area"),
        gamma: number("gamma"),
        pmd_coefficient: number("pmd_coef").unwrap_or(0.0),
        raman_curve,
    }
}

/// The pumps that an `operational` object of GNPy describes.
pub(crate) fn operation(value: &Value) -> RamanOperation {
    let pumps = value["raman_pumps"].as_array().unwrap().iter().map(|pump| RamanPump {
        power_w: pump["power"].as_f64().unwrap(),
        frequency_hz: pump["frequency"].as_f64().unwrap(),
        direction: match pump["propagation_direction"].as_str().unwrap() {
            "coprop" => PumpDirection::Co,
            _ => PumpDirection::Counter,
        },
    });
    RamanOperation { temperature_k: value["temperature"].as_f64().unwrap(), pumps: pumps.collect() }
}

/// The plan and the powers that a `spectrum` object of the vectors describes.
pub(crate) fn spectrum(value: &Value) -> (Arc<ChannelPlan>, Vec<f64>) {
    let column = |key: &str| numbers(&value[key]);
    let (frequency, power_w) = (column("frequency"), column("pch_w"));
    let (baud_rate, slot, roll_off) =
        (column("baud_rate"), column("slot_width"), column("roll_off"));
    let channels = (0..frequency.len()).map(|i| Channel {
        tx_power_dbm: dbm(power_w[i]),
        ..channel(frequency[i], slot[i], baud_rate[i], roll_off[i])
    });
    (Arc::new(ChannelPlan::new(channels.collect()).unwrap()), power_w)
}

/// A channel of 0 dBm.
pub(crate) fn channel(
    frequency_hz: f64,
    slot_width_hz: f64,
    baud_rate: f64,
    roll_off: f64,
) -> Channel {
    Channel {
        frequency_hz,
        slot_width_hz,
        baud_rate,
        roll_off,
        delta_power_db: 0.0,
        tx_osnr_db: 40.0,
        tx_power_dbm: 0.0,
        label: "all".into(),
    }
}

/// The settings that a `raman_params` object describes.
pub(crate) fn raman_settings(value: &Value) -> RamanParameters {
    let default = RamanParameters::default();
    let number = |key: &str, default| value[key].as_f64().unwrap_or(default);
    RamanParameters {
        flag: value["flag"].as_bool().unwrap_or(false),
        method: match value["method"].as_str() {
            Some("numerical") => RamanMethod::Numerical,
            _ => RamanMethod::Perturbative,
        },
        order: value["order"].as_u64().unwrap_or(2) as u8,
        result_spatial_resolution_m: number(
            "result_spatial_resolution",
            default.result_spatial_resolution_m,
        ),
        solver_spatial_resolution_m: number(
            "solver_spatial_resolution",
            default.solver_spatial_resolution_m,
        ),
    }
}

/// The settings that an `nli_params` object describes.
pub(crate) fn nli_settings(value: &Value) -> NliParameters {
    let list = value["computed_channels"].as_array();
    let number = value["computed_number_of_channels"].as_u64();
    NliParameters {
        method: match value["method"].as_str().unwrap() {
            "gn_model_analytic" => NliMethod::GnModelAnalytic,
            "ggn_approx" => NliMethod::GgnApprox,
            _ => NliMethod::GgnSpectrallySeparated,
        },
        dispersion_tolerance: value["dispersion_tolerance"].as_f64().unwrap(),
        phase_shift_tolerance: value["phase_shift_tolerance"].as_f64().unwrap(),
        computed_channels: match (list, number) {
            (Some(list), _) => {
                ComputedChannels::List(list.iter().map(|n| n.as_u64().unwrap() as usize).collect())
            }
            (None, Some(number)) => ComputedChannels::Number(number as usize),
            (None, None) => ComputedChannels::All,
        },
    }
}

/// Checks that every number found is that expected, `tolerance` times its size apart at most.
#[track_caller]
pub(crate) fn near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: how many");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let apart = (found - expected).abs();
        assert!(
            apart <= tolerance * expected.abs(),
            "{what}, number {i}: found {found:e}, expected {expected:e}, {:e} apart",
            apart / expected.abs()
        );
    }
}
