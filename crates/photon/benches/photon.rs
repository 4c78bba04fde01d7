//! How long fibres take: to prepare, to cross warm, with scattering, with pumps and the generalised GN model.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use otn_photon::Compat;
use otn_photon::fibre::{
    EfficiencyCache, Fibre, FibreParameters, LossCoefficient, PumpDirection, RamanOperation,
    RamanPump, Table,
};
use otn_photon::raman::stimulated_raman_scattering;
use otn_photon::simulation::{
    ComputedChannels, NliMethod, NliParameters, RamanParameters, SimulationParameters,
};
use otn_photon::spectrum::{Channel, ChannelPlan, Spectrum};

fn plan(count: usize) -> Arc<ChannelPlan> {
    let channels = (1..=count).map(|i| Channel {
        frequency_hz: 191.3e12 + i as f64 * 50e9,
        slot_width_hz: 50e9,
        baud_rate: 32e9,
        roll_off: 0.15,
        delta_power_db: 0.0,
        tx_osnr_db: 40.0,
        tx_power_dbm: 0.0,
        label: "32G".into(),
    });
    Arc::new(ChannelPlan::new(channels.collect()).expect("channels 50 GHz apart do not overlap"))
}

fn fibre(loss: LossCoefficient, operation: Option<RamanOperation>) -> Fibre {
    let parameters = FibreParameters {
        loss,
        con_in_db: 0.5,
        con_out_db: 0.5,
        effective_area_m2: Some(83e-12),
        ..FibreParameters::default()
    };
    Fibre::new(parameters, operation).expect("standard fibre")
}

/// Settings with scattering in steps of `step_m`.
fn scattering(step_m: f64) -> SimulationParameters {
    let raman = RamanParameters {
        flag: true,
        solver_spatial_resolution_m: step_m,
        ..RamanParameters::default()
    };
    SimulationParameters { raman, ..SimulationParameters::default() }
}

/// GNPy's Raman example: two pumps, steps of 50 m, five channels under test.
fn raman_example() -> (Fibre, SimulationParameters) {
    let pumps = [(0.224403, 205e12), (0.231135, 201e12)].map(|(power_w, frequency_hz)| RamanPump {
        power_w,
        frequency_hz,
        direction: PumpDirection::Counter,
    });
    let operation = RamanOperation { temperature_k: 283.0, pumps: pumps.to_vec() };
    let nli = NliParameters {
        method: NliMethod::GgnSpectrallySeparated,
        dispersion_tolerance: 1.0,
        phase_shift_tolerance: 0.1,
        computed_channels: ComputedChannels::List(vec![1, 18, 37, 56, 75]),
    };
    let settings = SimulationParameters { nli, ..scattering(50.0) };
    (fibre(LossCoefficient::Constant(0.2e-3), Some(operation)), settings)
}

fn benches(criterion: &mut Criterion) {
    let plan = plan(96);
    let plain = fibre(LossCoefficient::Constant(0.2e-3), None);
    let table = Table {
        frequency_hz: vec![185e12, 193e12, 200e12],
        value: vec![0.21e-3, 0.2e-3, 0.205e-3],
    };
    let coloured = fibre(LossCoefficient::Table(table), None);
    let launched = Spectrum::launch(Arc::clone(&plan));
    let ready = |fibre: &Fibre, settings: &SimulationParameters| {
        fibre.prepare(&plan, settings, Compat::Gnpy30).expect("settings in range")
    };
    let closed = SimulationParameters::default();
    criterion.bench_function("prepare, closed form, 96 channels", |bencher| {
        bencher.iter(|| black_box(ready(&plain, &closed)));
    });
    criterion.bench_function("prepare another length of a known glass", |bencher| {
        let mut cache = EfficiencyCache::new(8);
        let mut parameters = plain.parameters().clone();
        bencher.iter(|| {
            parameters.length_m += 1.0;
            let fibre = Fibre::new(parameters.clone(), None).expect("longer by a metre");
            black_box(cache.prepare(&fibre, &plan, &closed, Compat::Gnpy30).expect("as before"));
        });
    });
    let mut cross = |name: &str, fibre: &Fibre, settings: &SimulationParameters| {
        let prepared = ready(fibre, settings);
        let mut spectrum = launched.clone();
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                spectrum.clone_from(&launched);
                prepared.propagate(&mut spectrum).expect("the same plan")
            });
        });
    };
    cross("warm, closed form, 96 channels", &plain, &closed);
    cross("warm, scattering order 2 in steps of 50 m", &plain, &scattering(50.0));
    cross("warm, the same with a table of loss", &coloured, &scattering(50.0));
    cross("warm, scattering order 2 in steps of 10 km", &plain, &scattering(10e3));
    let approximate = SimulationParameters {
        nli: NliParameters { method: NliMethod::GgnApprox, ..NliParameters::default() },
        ..scattering(10e3)
    };
    cross("warm, approximate GGN, all channels", &plain, &approximate);
    let (pumped, example) = raman_example();
    cross("warm, pumps, separated GGN of five channels", &pumped, &example);
    let power_w = vec![1e-3; 96];
    criterion.bench_function("pumps alone, steps of 50 m", |bencher| {
        let profile =
            || stimulated_raman_scattering(&pumped, &plan.frequency_hz, &power_w, &example.raman);
        bencher.iter(|| black_box(profile()));
    });
}

criterion_group!(photon, benches);
criterion_main!(photon);
