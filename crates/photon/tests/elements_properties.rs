//! What holds for every spectrum: elements keep shares and noise sound, passive ones add no power, and a spectrum
//! does not know in which order its channels were listed.

#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::amplifier::{
    Amplifier, AmplifierModel, AmplifierParameters, Definition, NoiseLoad,
};
use otn_photon::fused::Fused;
use otn_photon::roadm::{Equalisation, Impairment, ImpairmentProfile, PathKind, Roadm};
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use otn_photon::transceiver::{PenaltyCurve, Tolerance, received};
use proptest::prelude::*;

/// Spectra of 1 to 12 channels between 191.4 and 195.9 THz with noise of both kinds.
fn spectra() -> impl Strategy<Value = Spectrum> {
    let one = (10e9..70e9f64, -30.0..5.0f64, 0.0..0.4f64, 0.0..0.4f64, 25.0..45.0f64);
    prop::collection::vec(one, 1..12).prop_map(|list| {
        let step = 4.5e12 / list.len() as f64;
        let channel = |(i, &(baud_rate, ..)): (usize, &(f64, f64, f64, f64, f64))| Channel {
            frequency_hz: 191.4e12 + (i as f64 + 0.5) * step,
            slot_width_hz: 75e9,
            baud_rate,
            roll_off: 0.15,
            delta_power_db: 0.0,
            tx_osnr_db: list[i].4,
            tx_power_dbm: list[i].1,
            label: String::new(),
        };
        let plan = ChannelPlan::new(list.iter().enumerate().map(channel).collect()).unwrap();
        let mut spectrum = Spectrum::launch(Arc::new(plan));
        for (i, one) in list.iter().enumerate() {
            (spectrum.ase[i], spectrum.nli[i]) = (one.2, one.3);
            spectrum.signal[i] = 1.0 - one.2 - one.3;
        }
        spectrum
    })
}

fn models() -> impl Strategy<Value = Arc<AmplifierModel>> {
    let coefficients = || vec![-0.000_810_4, -0.062_21, -0.588_9, 37.62];
    let definitions = vec![
        Definition::VariableGain { nf_min_db: 6.0, nf_max_db: 10.0 },
        Definition::FixedGain { nf0_db: 5.5 },
        Definition::Advanced {
            nf_coefficients: vec![0.000_168_241, 0.046_996_1, 0.035_954_9, 5.828_51],
        },
        Definition::OpenRoadm { nf_coefficients: coefficients() },
        Definition::OpenRoadmPreamp,
        Definition::OpenRoadmBooster,
    ];
    let ripple = prop::collection::vec(-1.0..1.0f64, 1..20);
    (prop::sample::select(definitions), ripple, 15.0..25.0f64).prop_map(
        |(definition, ripple, p_max)| {
            let mut parameters = AmplifierParameters::flat("any", definition, 15.0, 26.0, p_max);
            parameters.gain_ripple_db.clone_from(&ripple);
            parameters.nf_ripple_db = ripple;
            parameters.pdl_db = 0.2;
            Arc::new(AmplifierModel::new(parameters).unwrap())
        },
    )
}

fn roadms() -> impl Strategy<Value = Roadm> {
    let equalisation = prop_oneof![
        (-30.0..0.0f64).prop_map(Equalisation::Power),
        (1e-5..1e-2f64).prop_map(Equalisation::PowerPerBaudRate),
        (1e-5..1e-2f64).prop_map(Equalisation::PowerPerSlotWidth),
    ];
    (equalisation, prop::option::of((0.0..20.0f64, 30.0..50.0f64))).prop_map(
        |(equalisation, profile)| {
            let mut roadm = Roadm::new(-20.0, 35.0);
            roadm.equalisation = equalisation;
            if let Some((max_loss_db, osnr_db)) = profile {
                let osnr_db = Some(osnr_db);
                let impairment = Impairment { max_loss_db, pmd_s: 1e-12, pdl_db: 0.1, osnr_db };
                let ranges = vec![((191e12, 197e12), impairment)];
                roadm.profiles.push(ImpairmentProfile { id: 1, kind: PathKind::Add, ranges });
            }
            roadm
        },
    )
}

fn assert_sound(spectrum: &Spectrum) {
    for i in 0..spectrum.len() {
        let (signal, ase, nli) = (spectrum.signal[i], spectrum.ase[i], spectrum.nli[i]);
        assert!(signal >= 0.0 && ase >= 0.0 && nli >= 0.0, "{signal} {ase} {nli}");
        assert!((signal + ase + nli - 1.0).abs() < 1e-12);
        assert!(spectrum.power_w[i] > 0.0 && spectrum.power_w[i].is_finite());
        assert!(spectrum.added_noise[i] >= 0.0);
    }
}

/// The channels of `spectrum` in reverse, as a list in any order would give them to a plan.
fn relisted(spectrum: &Spectrum) -> Spectrum {
    let plan = &spectrum.plan;
    let channel = |i: usize| Channel {
        frequency_hz: plan.frequency_hz[i],
        slot_width_hz: plan.slot_width_hz[i],
        baud_rate: plan.baud_rate[i],
        roll_off: plan.roll_off[i],
        delta_power_db: plan.delta_power_db[i],
        tx_osnr_db: plan.tx_osnr_db[i],
        tx_power_dbm: plan.tx_power_dbm[i],
        label: plan.labels[usize::from(plan.label[i])].clone(),
    };
    let plan = ChannelPlan::new((0..spectrum.len()).rev().map(channel).collect()).unwrap();
    Spectrum { plan: Arc::new(plan), ..spectrum.clone() }
}

proptest! {
    #[test]
    fn amplifiers_keep_noise_sound(
        light in spectra(),
        model in models(),
        gain_db in 5.0..30.0f64,
        tilt_db in prop_oneof![Just(0.0), -2.0..2.0f64],
        new in any::<bool>(),
    ) {
        let compat = if new { Compat::Gnpy30 } else { Compat::Gnpy214 };
        let amplifier = Amplifier { tilt_target_db: tilt_db, ..Amplifier::new(model, gain_db) };
        let mut out = light.clone();
        let report = amplifier.propagate(&mut out, compat).unwrap();
        assert_sound(&out);
        // Noise is only ever added: the shares of signal against interference stay, the OSNR does not rise.
        for (before, after) in light.osnr_ase_db().iter().zip(out.osnr_ase_db()) {
            prop_assert!(after <= before + 1e-9);
        }
        prop_assert!(report.effective_gain_db <= gain_db);
        let most = amplifier.model.parameters.p_max_dbm;
        prop_assert!(report.p_in_dbm + report.effective_gain_db <= most + 1e-9);
        // Ratios of noise do not depend on how channels were listed, to the last bit.
        let mut other = relisted(&light);
        amplifier.propagate(&mut other, compat).unwrap();
        prop_assert_eq!(other, out);
    }

    #[test]
    fn passive_elements_add_no_power(light in spectra(), roadm in roadms(), loss_db in 0.0..30.0f64) {
        let path = roadm.path("a", "b", PathKind::Add).unwrap();
        let mut out = light.clone();
        let report = roadm.propagate(&mut out, &path).unwrap();
        assert_sound(&out);
        for i in 0..light.len() {
            prop_assert!(out.power_w[i] <= light.power_w[i]);
            prop_assert!(report.loss_db[i] >= 0.0);
            prop_assert_eq!((out.signal[i], out.ase[i]), (light.signal[i], light.ase[i]));
        }
        let mut joint = light.clone();
        Fused { loss_db }.propagate(&mut joint);
        assert_sound(&joint);
        prop_assert!(joint.power_w.iter().zip(&light.power_w).all(|(after, before)| after <= before));
    }

    #[test]
    fn receivers_lose_by_added_noise(light in spectra(), roadm in roadms()) {
        let seen = received(&light, &Tolerance::default(), Compat::Gnpy30);
        let mut dropped = light.clone();
        let path = roadm.path("a", "b", PathKind::Drop).unwrap();
        roadm.propagate(&mut dropped, &path).unwrap();
        let behind = received(&dropped, &Tolerance::default(), Compat::Gnpy30);
        for i in 0..light.len() {
            prop_assert!(seen.gsnr_bw_db[i] <= seen.raw_gsnr_bw_db[i]);
            prop_assert!(seen.gsnr_bw_db[i] <= seen.osnr_ase_bw_db[i] + 1e-9);
            prop_assert!(behind.gsnr_bw_db[i] <= seen.gsnr_bw_db[i]);
            prop_assert_eq!(behind.osnr_nli_bw_db[i], seen.osnr_nli_bw_db[i]);
        }
    }

    /// The slow way: look for the pair of points around the value.
    #[test]
    fn penalties_against_a_search(
        points in prop::collection::btree_map(-50i32..100, 0.0..5.0f64, 1..8),
        at in -80.0..130.0f64,
    ) {
        let mut list: Vec<(f64, f64)> = points.iter().map(|(&x, &y)| (f64::from(x), y)).collect();
        let found = PenaltyCurve::new(list.clone()).unwrap().penalty_db(at);
        if list.iter().all(|point| point.0 > 0.0) {
            list.insert(0, (0.0, 0.0));
        }
        let inside = list.windows(2).find(|pair| pair[0].0 <= at && at <= pair[1].0);
        match inside {
            Some(pair) => {
                let part = (at - pair[0].0) / (pair[1].0 - pair[0].0);
                prop_assert!((found - (pair[0].1 * (1.0 - part) + pair[1].1 * part)).abs() < 1e-9);
            }
            None => prop_assert_eq!(found, f64::INFINITY),
        }
    }

    /// No library makes a panic, whatever its numbers are.
    #[test]
    fn any_numbers_make_a_model_or_an_error(
        numbers in prop::array::uniform6(any::<f64>()),
        vector in prop::collection::vec(any::<f64>(), 0..4),
        gain_db in any::<f64>(),
    ) {
        let [nf_min_db, nf_max_db, gain_min, gain_flatmax, p_max, f_min_hz] = numbers;
        let definition = Definition::VariableGain { nf_min_db, nf_max_db };
        let mut parameters =
            AmplifierParameters::flat("any", definition, gain_min, gain_flatmax, p_max);
        parameters.f_min_hz = f_min_hz;
        parameters.dgt = vector;
        if let Ok(model) = AmplifierModel::new(parameters.clone()) {
            model.noise_figure(gain_db, &NoiseLoad::DESIGN);
        }
        parameters.definition = Definition::FixedGain { nf0_db: nf_min_db };
        if let Ok(model) = AmplifierModel::new(parameters) {
            model.noise_figure(gain_db, &NoiseLoad::DESIGN);
        }
    }
}
