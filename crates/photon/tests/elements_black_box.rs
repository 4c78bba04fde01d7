//! Elements against values that GNPy 2.14.2 and 3.0.1 gave for small inputs of our own: what the reference data
//! does not cover. Inputs stand in the tests; GNPy's classes were called with them and printed 17 digits.

#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::amplifier::{
    Amplifier, AmplifierError, AmplifierModel, AmplifierParameters, Definition, MultibandAmplifier,
    MultibandError, NoiseLoad,
};
use otn_photon::roadm::{Equalisation, Impairment, ImpairmentProfile, PathKind, Roadm, RoadmError};
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::{
    ImpairmentKind, LaunchWish, Mode, PenaltyCurve, PowerRange, Tolerance, received,
};
use otn_photon::units::{db, dbm, linear, watt};

fn channel(frequency_hz: f64, slot_width_hz: f64, baud_rate: f64) -> Channel {
    Channel {
        frequency_hz,
        slot_width_hz,
        baud_rate,
        roll_off: 0.15,
        delta_power_db: 0.0,
        tx_osnr_db: 40.0,
        tx_power_dbm: 0.0,
        label: String::new(),
    }
}

fn spectrum(frequency_hz: &[f64], power_w: &[f64]) -> Spectrum {
    let channels = frequency_hz.iter().map(|&f| channel(f, 50e9, 32e9)).collect();
    let mut spectrum = Spectrum::launch(Arc::new(ChannelPlan::new(channels).unwrap()));
    spectrum.power_w = power_w.to_vec();
    spectrum
}

fn variable(
    name: &str,
    nf_db: (f64, f64),
    gain_db: (f64, f64),
    p_max_dbm: f64,
) -> AmplifierParameters {
    let definition = Definition::VariableGain { nf_min_db: nf_db.0, nf_max_db: nf_db.1 };
    AmplifierParameters::flat(name, definition, gain_db.0, gain_db.1, p_max_dbm)
}

fn medium() -> AmplifierParameters {
    variable("std_medium_gain", (6.0, 10.0), (15.0, 26.0), 23.0)
}

fn built(parameters: AmplifierParameters) -> Arc<AmplifierModel> {
    Arc::new(AmplifierModel::new(parameters).unwrap())
}

fn assert_all(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let near = found == expected || (found - expected).abs() <= 1e-9 * expected.abs();
        assert!(near, "{found:e} {expected:e}");
    }
}

#[test]
//= type=test gnpy:6.5-multiband
fn two_bands_side_by_side() {
    let band = |name: &str, from: f64, to: f64, gain_db: f64, tilt_db: f64| {
        let mut parameters = variable(name, (6.0, 10.0), (15.0, 26.0), 21.0);
        (parameters.f_min_hz, parameters.f_max_hz) = (from, to);
        let amplifier = Amplifier::new(built(parameters), gain_db);
        Amplifier { tilt_target_db: tilt_db, in_voa_db: 0.5, out_voa_db: 1.0, ..amplifier }
    };
    let c = band("std_medium_gain_C", 191.225e12, 196.125e12, 18.0, 0.5);
    let l = band("std_medium_gain_L", 186.5e12, 190.1e12, 13.0, -0.7);
    let both = MultibandAmplifier::new(vec![c.clone(), l]).unwrap();
    let frequency = [187e12, 187.1e12, 190.4e12, 193e12, 193.2e12];
    let mut light = spectrum(&frequency, &[1e-5, 2e-5, 3e-5, 4e-5, 5e-5]);
    let reports = both.propagate(&mut light, Compat::Gnpy214).unwrap();
    assert_eq!(
        light.plan.frequency_hz,
        [187e12, 187.1e12, 193e12, 193.2e12],
        "190.4 is in no band"
    );
    let power = [
        0.000_141_931_284_396_287_9,
        0.000_284_138_672_586_373_66,
        0.001_792_055_793_521_479_3,
        0.002_229_289_639_286_797,
    ];
    assert_all(&light.power_w, &power);
    let ase_w: Vec<f64> = light.ase.iter().zip(&power).map(|(a, p)| a * p).collect();
    let ase = [
        9.937_435_065_453_738e-7,
        9.987_365_167_564_129e-7,
        1.123_363_334_316_448_4e-6,
        1.119_255_511_121_941e-6,
    ];
    assert_all(&ase_w, &ase);
    assert_eq!((reports[0].amplifier, &reports[0].channels[..]), (0, &[3, 4][..]));
    let (c_band, l_band) = (&reports[0].report, &reports[1].report);
    assert_all(&c_band.gain_profile_db, &[18.010_192_094_007_834, 17.989_783_930_742_533]);
    assert_all(&l_band.gain_profile_db, &[12.990_266_895_584_941, 13.009_711_340_029_394]);
    assert_all(
        &[c_band.p_in_dbm, c_band.p_out_dbm],
        &[-10.957_574_905_606_752, 7.043_713_805_187_264],
    );
    assert_all(&[l_band.nf_db[0], l_band.att_in_db], &[12.0, 2.0]);

    assert_eq!(MultibandAmplifier::new(Vec::new()), Err(MultibandError::Empty));
    let twice = MultibandAmplifier::new(vec![c.clone(), c]);
    assert!(matches!(twice, Err(MultibandError::Overlap { .. })));
    let mut outside = spectrum(&[190.5e12], &[1e-4]);
    assert_eq!(both.propagate(&mut outside, Compat::Gnpy30), Err(MultibandError::OutOfBand));
}

#[test]
//= type=test gnpy:6.5-dual-stage
//= type=test gnpy:6.5-saturation
fn two_stages_over_their_gain() {
    let booster = variable("std_low_gain", (7.0, 11.0), (8.0, 16.0), 21.0);
    let definition = Definition::DualStage { preamp: built(medium()), booster: built(booster) };
    let both = built(AmplifierParameters::flat("medium+low_gain", definition, 25.0, 0.0, 0.0));
    let known = [
        (10.0, 10.0, 10.764_348_624_364_855),
        (22.0, 22.0, 6.514_969_420_252_301),
        (28.0, 28.0, 6.135_209_221_080_381),
        (45.0, 36.228_787_452_803_374, 6.020_780_032_625_804_5),
    ];
    for (gain_db, effective_db, nf_db) in known {
        let mut light = spectrum(&[193e12, 193.5e12, 195e12], &[1e-5; 3]);
        let report = Amplifier::new(Arc::clone(&both), gain_db)
            .propagate(&mut light, Compat::Gnpy214)
            .unwrap();
        assert_all(&[report.effective_gain_db, report.nf_db[0]], &[effective_db, nf_db]);
        assert_eq!(report.att_in_db, 0.0);
    }
}

#[test]
//= type=test gnpy:6.5-saturation
fn saturation_and_polarisation() {
    let mut light = spectrum(&[193e12, 193.5e12, 195e12], &[1e-2, 2e-2, 3e-2]);
    let report =
        Amplifier::new(built(medium()), 20.0).propagate(&mut light, Compat::Gnpy214).unwrap();
    assert_all(
        &[report.effective_gain_db, report.att_in_db, report.nf_db[0]],
        &[5.218_487_496_163_565, 9.781_512_503_836_435, 19.781_512_503_836_43],
    );
    assert_all(
        &light.power_w,
        &[0.033_255_666_002_678_166, 0.066_510_041_271_381_95, 0.099_764_423_245_197_27],
    );
    let mut parameters = medium();
    (parameters.pmd_s, parameters.pdl_db) = (1e-12, 0.4);
    let mut light = spectrum(&[193e12, 193.5e12, 195e12], &[1e-5; 3]);
    light.add_polarisation(2e-12, 0.3);
    Amplifier::new(built(parameters), 20.0).propagate(&mut light, Compat::Gnpy214).unwrap();
    assert_all(&light.pmd_s, &[2.236_067_977_499_79e-12; 3]);
    assert_all(&light.pdl_db, &[0.5; 3]);
}

/// 3.0.1 takes the slot width and gives a single channel the gain asked for; 2.14 stops on it.
#[test]
//= type=test gnpy:6.5-noise-figure
//= type=test gnpy:6.5-gain-profile
fn a_single_channel() {
    let preamp = AmplifierParameters::flat("preamp", Definition::OpenRoadmPreamp, 0.0, 27.0, 22.0);
    let nf_coefficients = vec![-0.000_810_4, -0.062_21, -0.588_9, 37.62];
    let line = Definition::OpenRoadm { nf_coefficients };
    let line = AmplifierParameters::flat("line", line, 0.0, 27.0, 22.0);
    for (parameters, nf_db) in [(preamp, 15.0), (line, 9.9016)] {
        let model = built(parameters);
        for tilt_target_db in [0.0, -1.0] {
            let mut light = spectrum(&[193e12], &[1e-4]);
            let amplifier =
                Amplifier { tilt_target_db, ..Amplifier::new(Arc::clone(&model), 20.0) };
            let report = amplifier.propagate(&mut light, Compat::Gnpy30).unwrap();
            assert_all(&[report.nf_db[0], report.gain_profile_db[0]], &[nf_db, 20.0]);
        }
        // Two channels 60 GHz apart: 2.14 reckons with 60 GHz, 3.0 with the slot of 50 GHz.
        let light = spectrum(&[193e12, 193.06e12], &[1e-4; 2]);
        assert_eq!(NoiseLoad::of(&light, Compat::Gnpy214).slot_width_hz, 60e9);
        assert_eq!(NoiseLoad::of(&light, Compat::Gnpy30).slot_width_hz, 50e9);
    }
}

#[test]
fn amplifiers_that_pass_nothing() {
    let amplifier = Amplifier::new(built(medium()), 20.0);
    let mut light = spectrum(&[190e12], &[1e-4]);
    let before = light.clone();
    let outside = amplifier.propagate(&mut light, Compat::Gnpy30);
    assert!(matches!(outside, Err(AmplifierError::OutOfBand { .. })));
    assert_eq!(light, before);
    let dark = amplifier.propagate(&mut spectrum(&[193e12], &[0.0]), Compat::Gnpy30);
    assert!(matches!(dark, Err(AmplifierError::Power { .. })));
    let amplifier = Amplifier { gain_target_db: f64::NAN, ..amplifier };
    let no_number = amplifier.propagate(&mut spectrum(&[193e12], &[1e-4]), Compat::Gnpy30);
    assert!(matches!(no_number, Err(AmplifierError::Setting { what: "gain_target", .. })));
    let mut level = medium();
    level.dgt = vec![1.0];
    let amplifier = Amplifier { tilt_target_db: 1.0, ..Amplifier::new(built(level), 20.0) };
    let no_curve =
        amplifier.propagate(&mut spectrum(&[193e12, 194e12], &[1e-4; 2]), Compat::Gnpy30);
    assert!(matches!(no_curve, Err(AmplifierError::Tilt { .. })));
    let mut cut = spectrum(&[190e12, 193e12], &[1e-4; 2]);
    let amplifier = Amplifier::new(built(medium()), 20.0);
    let report = amplifier.propagate(&mut cut, Compat::Gnpy30).unwrap();
    assert_eq!((report.kept, cut.len()), (Some(vec![1]), 1));
}

/// A ROADM of -20 dBm, 35 dB, 1 ps and 0.5 dB, with the profiles of the black-box runs.
fn roadm(with_profiles: bool) -> Roadm {
    let what =
        |pmd_s, pdl_db, max_loss_db, osnr_db| Impairment { max_loss_db, pmd_s, pdl_db, osnr_db };
    let profile = |id, kind, ranges| ImpairmentProfile { id, kind, ranges };
    let band = (191.3e12, 196.1e12);
    let (low, high) = ((191.3e12, 193e12), (193e12, 196.1e12));
    let mut roadm = Roadm::new(-20.0, 35.0);
    (roadm.pmd_s, roadm.pdl_db) = (1e-12, 0.5);
    if with_profiles {
        roadm.profiles = vec![
            profile(0, PathKind::Express, vec![(band, what(2e-12, 0.3, 16.5, None))]),
            profile(
                5,
                PathKind::Add,
                vec![
                    (low, what(0.0, 0.0, 11.5, Some(41.0))),
                    (high, what(1e-12, 0.5, 5.0, Some(42.0))),
                ],
            ),
            profile(2, PathKind::Drop, vec![(band, what(0.0, 0.0, 11.5, Some(39.0)))]),
            profile(3, PathKind::Express, vec![(band, what(5e-12, 0.0, 1.0, Some(50.0)))]),
            profile(7, PathKind::Express, vec![(high, what(5e-12, 0.0, 1.0, Some(50.0)))]),
        ];
    }
    roadm
}

/// Three channels at -10 dBm, the middle one twice as fast in a wider slot.
fn three() -> Spectrum {
    let channels =
        vec![channel(192e12, 50e9, 32e9), channel(193e12, 75e9, 64e9), channel(194e12, 50e9, 32e9)];
    let mut light = Spectrum::launch(Arc::new(ChannelPlan::new(channels).unwrap()));
    light.power_w = vec![1e-4; 3];
    light
}

#[test]
//= type=test gnpy:6.6-impairments
fn paths_with_and_without_profiles() {
    let twice = 38.010_299_956_639_81;
    let cases = [
        (false, PathKind::Express, None, [-20.0; 3], [1e-12; 3], [0.5; 3], [f64::INFINITY; 3]),
        (false, PathKind::Add, None, [-20.0; 3], [1e-12; 3], [0.5; 3], [twice; 3]),
        (false, PathKind::Drop, None, [-20.0; 3], [1e-12; 3], [0.5; 3], [twice; 3]),
        (true, PathKind::Express, None, [-26.5; 3], [2e-12; 3], [0.3; 3], [f64::INFINITY; 3]),
        (
            true,
            PathKind::Add,
            None,
            [-21.5, -21.5, -20.0],
            [0.0, 0.0, 1e-12],
            [0.0, 0.0, 0.5],
            [41.0, 41.0, 42.0],
        ),
        (true, PathKind::Drop, None, [-21.5; 3], [0.0; 3], [0.0; 3], [39.0; 3]),
        (true, PathKind::Express, Some(3), [-20.0; 3], [5e-12; 3], [0.0; 3], [50.0; 3]),
    ];
    for (with_profiles, kind, chosen, level, pmd, pdl, osnr) in cases {
        let mut roadm = roadm(with_profiles);
        if let Some(id) = chosen {
            roadm.chosen.insert(("a".into(), "b".into()), id);
        }
        let mut light = three();
        let report = roadm.propagate(&mut light, &roadm.path("a", "b", kind).unwrap()).unwrap();
        let found: Vec<f64> = light.power_w.iter().map(|&p| dbm(p)).collect();
        assert_all(&found, &level);
        assert_all(&light.pmd_s, &pmd);
        assert_all(&light.pdl_db, &pdl);
        let noise: Vec<f64> = light.added_noise.iter().map(|&noise| -db(noise)).collect();
        assert_all(&noise, &osnr);
        let loss: Vec<f64> = level.iter().map(|level| -10.0 - level).collect();
        assert_all(&report.loss_db, &loss);
    }
    let mut missing = roadm(true);
    missing.chosen.insert(("a".into(), "b".into()), 9);
    let error = missing.path("a", "b", PathKind::Express);
    assert!(matches!(error, Err(RoadmError::Profile { found: 9, .. })));
    missing.chosen.insert(("a".into(), "b".into()), 7);
    let half = missing.path("a", "b", PathKind::Express).unwrap();
    let uncovered = missing.propagate(&mut three(), &half);
    assert_eq!(uncovered, Err(RoadmError::Frequency { profile: 7, found_hz: 192e12 }));
}

#[test]
//= type=test gnpy:6.6-equalisation
fn equalisation_by_density_and_degree() {
    let offsets = [0.0, 1.0, -2.0];
    let mut plan = (*three().plan).clone();
    plan.delta_power_db = offsets.to_vec();
    let mut node = roadm(false);
    node.equalisation = Equalisation::PowerPerBaudRate(3.125e-4);
    let mut light = three();
    light.plan = Arc::new(plan);
    let path = node.path("a", "b", PathKind::Express).unwrap();
    node.propagate(&mut light, &path).unwrap();
    let found: Vec<f64> = light.power_w.iter().map(|&p| dbm(p)).collect();
    assert_all(&found, &[-20.0, -15.989_700_043_360_187, -22.0]);
    let degrees = [
        (Equalisation::PowerPerBaudRate(2e-4), [-21.938_200_260_161_13, -18.927_900_303_521_316]),
        (Equalisation::PowerPerSlotWidth(2e-4), [-20.0, -18.239_087_409_443_187]),
        (Equalisation::Power(-17.0), [-17.0, -17.0]),
    ];
    for (equalisation, level) in degrees {
        let mut node = roadm(false);
        node.degrees.insert("b".into(), equalisation);
        let mut light = three();
        let path = node.path("a", "b", PathKind::Express).unwrap();
        node.propagate(&mut light, &path).unwrap();
        assert_all(&[dbm(light.power_w[0]), dbm(light.power_w[1])], &level);
    }
    let mut faint = three();
    faint.power_w = vec![1e-6; 3];
    let node = roadm(false);
    node.propagate(&mut faint, &node.path("a", "b", PathKind::Express).unwrap()).unwrap();
    assert_eq!(faint.power_w, [1e-6; 3], "nothing is amplified");
}

/// Input of the reference channel, path, profile; what it leaves with and loses.
#[test]
//= type=test gnpy:6.6-reference
fn reference_levels() {
    let known = [
        (0.0, PathKind::Express, false, -20.0, 20.0),
        (0.0, PathKind::Express, true, -20.0, 20.0),
        (-10.0, PathKind::Express, false, -20.0, 10.0),
        (-10.0, PathKind::Express, true, -26.5, 16.5),
        (-10.0, PathKind::Add, true, -21.5, 11.5),
        (-25.0, PathKind::Express, false, -25.0, 0.0),
        (-25.0, PathKind::Express, true, -41.5, 16.5),
        (-25.0, PathKind::Add, true, -36.5, 11.5),
    ];
    for (in_dbm, kind, with_profiles, out_dbm, loss_db) in known {
        let node = roadm(with_profiles);
        let path = node.path("a", "b", kind).unwrap();
        let report = node.propagate(&mut three(), &path).unwrap();
        let levels = Roadm::reference(&path, in_dbm, 32e9, 50e9, report.max_loss_db);
        assert_all(&[levels.out_dbm, levels.loss_db], &[out_dbm, loss_db]);
    }
}

/// GNPy 3.0.1: 5 ps, 1 dB and 0, 4000, 20000 ps/nm at -9.957, -19.957 and -29.957 dBm.
#[test]
//= type=test gnpy:6.7-penalties
//= type=test gnpy:6.7-rx-power
fn penalties_of_a_receiver() {
    let mut light = spectrum(&[193e12, 193.1e12, 193.2e12], &[1e-4, 1e-5, 1e-6]);
    light.add_ase(&[1e-6, 1e-7, 1e-8]);
    light.pmd_s = vec![5e-12; 3];
    light.pdl_db = vec![1.0; 3];
    light.dispersion_s_per_m = vec![0.0, 4.0, 20.0];
    let tolerance = Tolerance {
        chromatic_dispersion: Some(PenaltyCurve::new(vec![(18000.0, 0.5), (4000.0, 0.0)]).unwrap()),
        pmd: Some(PenaltyCurve::new(vec![(10.0, 1.0)]).unwrap()),
        pdl: None,
        rx_power: PowerRange { min_dbm: Some(-21.0), max_dbm: Some(-11.0) },
    };
    let mut seen = received(&light, &tolerance, Compat::Gnpy30);
    assert_all(
        &seen.rx_power_dbm,
        &[-9.956_786_262_173_574, -19.956_786_262_173_574, -29.956_786_262_173_574],
    );
    let none = f64::INFINITY;
    let expected = [
        (ImpairmentKind::ChromaticDispersion, vec![0.0, 0.0, none]),
        (ImpairmentKind::Pmd, vec![0.5; 3]),
        (ImpairmentKind::RxPower, vec![none, 0.0, none]),
    ];
    assert_eq!(seen.penalties_db, expected);
    assert_eq!(seen.total_penalty_db, [none, 0.5, none]);
    seen.judge(&tolerance, Compat::Gnpy214);
    assert_eq!(seen.total_penalty_db, [0.5, 0.5, none], "2.14 does not look at the power");
    let tolerances = [Tolerance::default(), tolerance];
    seen.judge_each(|i| &tolerances[usize::from(i == 1)], Compat::Gnpy30);
    assert_eq!(seen.total_penalty_db, [0.0, 0.5, 0.0], "each channel by its own mode");
    let exact = PowerRange { min_dbm: Some(seen.rx_power_dbm[1]), max_dbm: None };
    assert_eq!(exact.penalty_db(seen.rx_power_dbm[1]), 0.0, "the bound is inside");
}

/// Points as GNPy 2.14.2 keeps them.
#[test]
//= type=test gnpy:6.7-penalties
fn points_of_penalties() {
    let kept =
        |points: &[(f64, f64)]| PenaltyCurve::new(points.to_vec()).unwrap().points().to_vec();
    assert_eq!(kept(&[(18e3, 0.5), (4e3, 0.0)]), [(0.0, 0.0), (4e3, 0.0), (18e3, 0.5)]);
    assert_eq!(kept(&[(0.0, 0.1), (18e3, 0.5)]), [(0.0, 0.1), (18e3, 0.5)]);
    assert_eq!(kept(&[(-10.0, 0.1), (18e3, 0.5)]), [(-10.0, 0.1), (18e3, 0.5)]);
    let curve = PenaltyCurve::new(vec![(-1e3, 0.0), (4e3, 0.0), (48e3, 0.5)]).unwrap();
    assert_all(&[curve.penalty_db(26e3), curve.penalty_db(48e3)], &[0.25, 0.5]);
    assert_eq!(
        (curve.penalty_db(-1001.0), curve.penalty_db(48_001.0)),
        (f64::INFINITY, f64::INFINITY)
    );
    assert_eq!(curve.penalty_db(f64::NAN), f64::INFINITY);
    assert!(PenaltyCurve::new(Vec::new()).is_err());
    assert!(PenaltyCurve::new(vec![(f64::NAN, 0.0)]).is_err());
}

fn mode() -> Mode {
    Mode {
        format: "m".into(),
        baud_rate: 12.5e9,
        bit_rate: 100e9,
        roll_off: 0.15,
        required_osnr_db: 12.0,
        tx_osnr_db: 300.0,
        min_spacing_hz: 50e9,
        tolerance: Tolerance::default(),
        receiver: None,
        tx_power: PowerRange::default(),
        equalisation_offset_db: 0.0,
        cost: 1.0,
    }
}

/// Planning runs with bounds of -5 to 3 dBm and without; default 0 dBm, reference 1 dBm.
#[test]
//= type=test gnpy:6.7-tx-power
fn launched_power() {
    let bounds = PowerRange { min_dbm: Some(-5.0), max_dbm: Some(3.0) };
    // Bounds, searched, asked; launched by 2.14 and by 3.0. 2.14 knows no bounds.
    let known = [
        (false, false, None, Some(0.0), 0.0),
        (false, false, Some(3.0), Some(3.0), 3.0),
        (false, true, None, Some(0.0), 1.0),
        (false, true, Some(3.0), Some(3.0), 1.0),
        (true, false, None, None, 3.0),
        (true, false, Some(1.0), None, 1.0),
        (true, false, Some(5.0), None, 5.0),
        (true, false, Some(-8.0), None, -8.0),
        (true, true, None, None, 3.0),
        (true, true, Some(-8.0), None, 3.0),
    ];
    for (bounded, searched, asked_dbm, old, new) in known {
        let tx_power = if bounded { bounds } else { PowerRange::default() };
        let mode = Mode { tx_power, ..mode() };
        let wish = LaunchWish { asked_dbm, default_dbm: 0.0, reference_dbm: 1.0, searched };
        assert_eq!(mode.launch_power_dbm(&wish, Compat::Gnpy30), new);
        if let Some(old) = old {
            assert_eq!(mode.launch_power_dbm(&wish, Compat::Gnpy214), old);
        }
    }
}

/// The edge of feasibility: 14.004 dB where 12 and 2 are needed is 14.00 to 2.14 and enough to 3.0; 13.996 is
/// enough to 2.14 alone, and to its search neither is.
#[test]
//= type=test gnpy:6.7-feasibility
fn edges_of_feasibility() {
    let mode = mode();
    let known = [
        (14.004, (true, false), (true, true)),
        (13.996, (true, false), (false, false)),
        (13.994, (false, false), (false, false)),
        (14.02, (true, true), (true, true)),
    ];
    for (snr_db, old, new) in known {
        let channel = Channel { tx_osnr_db: 300.0, ..channel(193e12, 50e9, 12.5e9) };
        let mut light = Spectrum::launch(Arc::new(ChannelPlan::new(vec![channel]).unwrap()));
        light.add_ase(&[watt(0.0) * linear(-snr_db)]);
        for (compat, expected) in [(Compat::Gnpy214, old), (Compat::Gnpy30, new)] {
            let seen = received(&light, &mode.tolerance, compat);
            let verdict = mode.verdict(&seen, 2.0, compat);
            assert_eq!(
                (verdict.feasible, verdict.found_by_search),
                expected,
                "{snr_db} {compat:?}"
            );
            assert!((verdict.margin_db - (snr_db - 14.0)).abs() < 1e-9);
        }
    }
}
