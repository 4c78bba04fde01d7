//! What holds for all fibres: energy, signs, order of channels, splitting, caching, and no panic on nonsense.

use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::fibre::{
    Dispersion, EfficiencyCache, Fibre, FibreError, FibreParameters, LossCoefficient, LumpedLoss,
    PumpDirection, RamanOperation, RamanPump, Table,
};
use otn_photon::simulation::{
    ComputedChannels, NliMethod, NliParameters, RamanMethod, RamanParameters, SettingsError,
    SimulationParameters,
};
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};
use proptest::prelude::*;

use crate::data::channel;

fn fibre_parameters() -> impl Strategy<Value = FibreParameters> {
    let loss = (0.15e-3..0.35e-3, prop::bool::ANY).prop_map(|(loss, table)| match table {
        false => LossCoefficient::Constant(loss),
        true => LossCoefficient::Table(Table {
            frequency_hz: vec![180e12, 193e12, 210e12],
            value: vec![loss * 1.05, loss, loss * 1.02],
        }),
    });
    let dispersion = (2e-6..25e-6, 0.0..90.0, prop::bool::ANY).prop_map(|(d, slope, sloped)| {
        if sloped { Dispersion::Slope { dispersion: d, slope } } else { Dispersion::Constant(d) }
    });
    let lumped = prop::collection::vec((0.01..0.99, 0.0..2.0), 0..3);
    let ends = (0.0..1.0, 0.0..1.0, 0.0..3.0);
    (5e3..120e3, loss, dispersion, lumped, ends, 60e-12..130e-12).prop_map(
        |(length_m, loss, dispersion, lumped, (con_in_db, con_out_db, att_in_db), area)| {
            let lumped = lumped
                .into_iter()
                .map(|(share, loss_db)| LumpedLoss { position_m: share * length_m, loss_db });
            FibreParameters {
                length_m,
                loss,
                con_in_db,
                con_out_db,
                att_in_db,
                lumped_losses: lumped.collect(),
                dispersion,
                effective_area_m2: Some(area),
                pmd_coefficient: 1e-15,
                ..FibreParameters::default()
            }
        },
    )
}

/// Channels of different widths and powers, in rising order.
fn channels() -> impl Strategy<Value = Vec<Channel>> {
    prop::collection::vec((0..3usize, 0.0..60e9, -5.0..3.0), 1..12).prop_map(|list| {
        let mut edge_hz = 191.5e12;
        let each = |(kind, gap_hz, level): (usize, f64, f64)| {
            let (slot, baud_rate) = [(37.5e9, 32e9), (75e9, 64e9), (100e9, 90e9)][kind];
            let centre_hz = edge_hz + gap_hz + slot / 2.0;
            edge_hz = centre_hz + slot / 2.0;
            Channel { tx_power_dbm: level, ..channel(centre_hz, slot, baud_rate, 0.15) }
        };
        list.into_iter().map(each).collect()
    })
}

fn settings() -> impl Strategy<Value = SimulationParameters> {
    let methods = (prop::bool::ANY, prop::bool::ANY, 1..5u8, 0..3usize);
    methods.prop_map(|(flag, numerical, order, nli)| SimulationParameters {
        raman: RamanParameters {
            flag,
            method: if numerical { RamanMethod::Numerical } else { RamanMethod::Perturbative },
            order,
            solver_spatial_resolution_m: 1e3,
            ..RamanParameters::default()
        },
        nli: NliParameters {
            method: [
                NliMethod::GnModelAnalytic,
                NliMethod::GgnApprox,
                NliMethod::GgnSpectrallySeparated,
            ][nli],
            computed_channels: ComputedChannels::Number(1),
            ..NliParameters::default()
        },
    })
}

fn plan(channels: &[Channel]) -> Arc<ChannelPlan> {
    Arc::new(ChannelPlan::new(channels.to_vec()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn passive_fibres_add_no_power(parameters in fibre_parameters(), channels in channels()) {
        let plan = plan(&channels);
        let fibre = Fibre::new(parameters, None).unwrap();
        let settings = SimulationParameters::default();
        let prepared = fibre.prepare(&plan, &settings, Compat::Gnpy30).unwrap();
        let before = Spectrum::launch(plan);
        let mut after = before.clone();
        let report = prepared.propagate(&mut after).unwrap();
        prop_assert!(report.output_power_w < report.input_power_w);
        for i in 0..before.len() {
            prop_assert!(after.power_w[i] < before.power_w[i]);
            prop_assert!(after.nli[i] > 0.0 && after.ase[i] == 0.0 && after.signal[i] < 1.0);
            let all = after.signal[i] + after.ase[i] + after.nli[i];
            prop_assert!((all - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn noise_is_not_negative(
        parameters in fibre_parameters(),
        channels in channels(),
        settings in settings(),
        pump_w in 0.0..0.3,
    ) {
        let plan = plan(&channels);
        let pumps = [(205e12, PumpDirection::Counter), (203e12, PumpDirection::Co)];
        let pumps = pumps.map(|(frequency_hz, direction)| RamanPump {
            power_w: pump_w + 1e-3,
            frequency_hz,
            direction,
        });
        let operation = RamanOperation { temperature_k: 283.0, pumps: pumps.to_vec() };
        let fibre = Fibre::new(parameters, Some(operation)).unwrap();
        let prepared = fibre.prepare(&plan, &settings, Compat::Gnpy30).unwrap();
        let mut spectrum = Spectrum::launch(plan);
        prepared.propagate(&mut spectrum).unwrap();
        for i in 0..spectrum.len() {
            prop_assert!(spectrum.power_w[i] > 0.0);
            prop_assert!(spectrum.nli[i] > 0.0 && spectrum.ase[i] >= 0.0, "{spectrum:?}");
            prop_assert_eq!(spectrum.ase[i] > 0.0, settings.raman.flag);
        }
    }

    #[test]
    fn the_order_of_the_list_does_not_count(
        parameters in fibre_parameters(),
        channels in channels(),
        settings in settings(),
        turn in 0..12usize,
    ) {
        let fibre = Fibre::new(parameters, None).unwrap();
        let through = |channels: &[Channel]| {
            let plan = plan(channels);
            let mut spectrum = Spectrum::launch(Arc::clone(&plan));
            let prepared = fibre.prepare(&plan, &settings, Compat::Gnpy30).unwrap();
            prepared.propagate(&mut spectrum).unwrap();
            spectrum
        };
        let mut turned = channels.clone();
        turned.rotate_left(turn % channels.len());
        turned.reverse();
        prop_assert_eq!(through(&channels), through(&turned));
    }

    #[test]
    //= type=test gnpy:6.2-pmd
    //= type=test gnpy:6.2-latency
    fn pieces_make_the_whole(
        parameters in fibre_parameters(),
        channels in channels(),
        spans in 1..9usize,
    ) {
        let plan = plan(&channels);
        let fibre = Fibre::new(parameters, None).unwrap();
        let settings = SimulationParameters::default();
        let mut whole = Spectrum::launch(Arc::clone(&plan));
        fibre.prepare(&plan, &settings, Compat::Gnpy214).unwrap().propagate(&mut whole).unwrap();
        let pieces = fibre.divided(spans).unwrap();
        let mut parts = Spectrum::launch(Arc::clone(&plan));
        for piece in &pieces {
            let prepared = piece.prepare(&plan, &settings, Compat::Gnpy214).unwrap();
            prepared.propagate(&mut parts).unwrap();
        }
        let loss: f64 = pieces.iter().map(Fibre::loss_db).sum();
        prop_assert!((loss - fibre.loss_db()).abs() < 1e-9);
        for i in 0..plan.len() {
            let same = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-11;
            prop_assert!(same(whole.power_w[i], parts.power_w[i]));
            prop_assert!(same(whole.dispersion_s_per_m[i], parts.dispersion_s_per_m[i]));
            prop_assert!(same(whole.pmd_s[i], parts.pmd_s[i]));
            prop_assert!(same(whole.latency_s[i], parts.latency_s[i]));
        }
    }

    #[test]
    fn caching_does_not_change_a_bit(
        parameters in prop::collection::vec(fibre_parameters(), 1..4),
        lists in prop::collection::vec(channels(), 1..3),
        settings in settings(),
        capacity in 0..4usize,
        walk in prop::collection::vec((0..6usize, 0..3usize), 1..12),
    ) {
        let build = |parameters: &FibreParameters| Fibre::new(parameters.clone(), None).unwrap();
        let mut fibres: Vec<Fibre> = parameters.iter().map(build).collect();
        // Pieces are of the same glass and have other lengths and ends.
        fibres.extend(fibres[0].divided(2).unwrap());
        let mut cache = EfficiencyCache::new(capacity);
        for (fibre, list) in walk {
            let fibre = &fibres[fibre % fibres.len()];
            let plan = plan(&lists[list % lists.len()]);
            let mut plain = Spectrum::launch(Arc::clone(&plan));
            let mut cached = plain.clone();
            let prepared = fibre.prepare(&plan, &settings, Compat::Gnpy30).unwrap();
            let report = prepared.propagate(&mut plain).unwrap();
            let kept = cache.prepare(fibre, &plan, &settings, Compat::Gnpy30).unwrap();
            prop_assert_eq!(report, kept.propagate(&mut cached).unwrap());
            prop_assert_eq!(plain, cached);
            prop_assert!(cache.len() <= capacity);
        }
    }

    #[test]
    fn nonsense_is_refused_or_survived(
        length_m in any::<f64>(),
        loss in any::<f64>(),
        dispersion in any::<f64>(),
        slope in any::<f64>(),
        area in prop::option::of(any::<f64>()),
        gamma in prop::option::of(any::<f64>()),
        table in prop::collection::vec((any::<f64>(), any::<f64>()), 0..4),
        step_m in any::<f64>(),
        settings in settings(),
        channels in channels(),
        shape in 0..4usize,
    ) {
        let (frequency_hz, value) = table.into_iter().unzip();
        let table = Table { frequency_hz, value };
        let normal = FibreParameters::default();
        let parameters = FibreParameters {
            length_m: if shape == 0 { length_m } else { normal.length_m },
            loss: match shape {
                1 => LossCoefficient::Constant(loss),
                2 => LossCoefficient::Table(table),
                _ => normal.loss.clone(),
            },
            dispersion: Dispersion::Slope { dispersion, slope },
            effective_area_m2: area,
            gamma,
            ..normal
        };
        let mut settings = settings;
        if shape == 3 {
            settings.raman.solver_spatial_resolution_m = step_m;
        }
        if let Ok(fibre) = Fibre::new(parameters, None) {
            let plan = plan(&channels);
            if let Ok(prepared) = fibre.prepare(&plan, &settings, Compat::Gnpy30) {
                let mut spectrum = Spectrum::launch(plan);
                prop_assert!(prepared.propagate(&mut spectrum).is_ok());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn powers_that_are_none_do_not_stop_it(
        parameters in fibre_parameters(),
        channels in channels(),
        settings in settings(),
        power_w in prop::sample::select(vec![0.0, -1e-3, f64::NAN, f64::INFINITY, 1e300, 1e-320]),
        pump_w in prop::option::of(prop::sample::select(vec![1e-9, 0.2, 50.0, 1e200])),
    ) {
        let pump = |power_w| RamanPump {
            power_w,
            frequency_hz: 205e12,
            direction: PumpDirection::Counter,
        };
        let operation = RamanOperation {
            temperature_k: 283.0,
            pumps: pump_w.into_iter().map(pump).collect(),
        };
        let fibre = Fibre::new(parameters, Some(operation)).unwrap();
        let plan = plan(&channels);
        let prepared = fibre.prepare(&plan, &settings, Compat::Gnpy30).unwrap();
        let mut spectrum = Spectrum::launch(plan);
        spectrum.power_w[0] = power_w;
        prop_assert!(prepared.propagate(&mut spectrum).is_ok());
    }
}

#[test]
fn errors_say_what_was_found() {
    let normal = FibreParameters::default();
    let wrong = |parameters| Fibre::new(parameters, None).unwrap_err();
    let outside = LumpedLoss { position_m: 80e3, loss_db: 1.0 };
    let error = wrong(FibreParameters { lumped_losses: vec![outside], ..normal.clone() });
    assert!(error.to_string().contains("80000, expected a place inside the fibre"), "{error}");
    let table = |frequency_hz: &[f64], value: &[f64]| FibreParameters {
        loss: LossCoefficient::Table(Table {
            frequency_hz: frequency_hz.to_vec(),
            value: value.to_vec(),
        }),
        ..FibreParameters::default()
    };
    let falling = wrong(table(&[196e12, 190e12], &[2e-4, 2e-4]));
    assert!(matches!(falling, FibreError::Table { found: "does not rise in frequency", .. }));
    assert!(matches!(wrong(table(&[], &[])), FibreError::Table { .. }));
    let short = wrong(table(&[190e12, 192e12], &[2e-4, 2e-4]));
    assert!(matches!(short, FibreError::OutsideTable { .. }), "the reference lies at 193.4 THz");

    let fibre = Fibre::new(normal, None).unwrap();
    let channels = [channel(193.1e12, 50e9, 32e9, 0.15), channel(193.2e12, 50e9, 32e9, 0.15)];
    let both = plan(&channels);
    let mut settings = SimulationParameters::default();
    let prepared = fibre.prepare(&both, &settings, Compat::Gnpy30).unwrap();
    let mut one = Spectrum::launch(plan(&channels[..1]));
    let found = prepared.propagate(&mut one).unwrap_err();
    assert_eq!(found, FibreError::Plan { found: 1, expected: 2 });

    settings.raman.flag = true;
    settings.raman.solver_spatial_resolution_m = 1e-4;
    let fine = fibre.prepare(&both, &settings, Compat::Gnpy30).unwrap_err();
    assert!(matches!(fine, FibreError::TooFine { found: 8e8, .. }), "{fine}");
    settings.raman = RamanParameters { order: 5, ..RamanParameters::default() };
    let order = fibre.prepare(&both, &settings, Compat::Gnpy30).unwrap_err();
    assert_eq!(order, FibreError::Settings(SettingsError::Order { found: 5 }));
    settings.raman.order = 2;
    settings.nli.method = NliMethod::GgnApprox;
    settings.nli.computed_channels = ComputedChannels::List(vec![1, 3]);
    let missing = fibre.prepare(&both, &settings, Compat::Gnpy30).unwrap_err();
    assert_eq!(missing.to_string(), "computed channel or count 3, expected 1 to 2");
    assert!(fibre.divided(0).is_err() && fibre.divided(usize::MAX).is_err());
}
