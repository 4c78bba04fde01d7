//! Light across 15 spans: one lightpath after the other over a line that was prepared once.
//!
//! The line is that of the case `inv08_tx_long` (15 spans of 80 km, 19 amplifiers, two ROADMs), with 96
//! channels by GNPy 2.14's way of counting. Run: `cargo bench -p otn-plan --bench line`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::spectrum::Spectrum;
use otn_photon::transceiver::{Tolerance, received};
use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::models::Models;
use otn_plan::network::Network;
use otn_plan::topology::Topology;
use otn_plan::transmission::run::{Request, run};
use otn_plan::transmission::{Line, Settings};

fn read(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/gnpy-data/cases/inv08_tx_long/");
    std::fs::read_to_string(format!("{folder}{name}")).expect("the reference data is there")
}

fn lightpath(criterion: &mut Criterion) {
    let (library, topology) = (read("equipment.json"), read("topology.json"));
    let library = Library::load(Source::new("library", &library), &[], &[]).expect("loads").value;
    let topology = Topology::load(Source::new("topology", &topology)).expect("loads").value;
    let settings = Settings { compat: Compat::Gnpy214, ..Settings::default() };
    let request = Request { settings: settings.clone(), ..Request::default() };
    let network = Network::new(&topology, &library).expect("is a network");
    let outcome = run(network.clone(), &library, &request).expect("runs");
    let plan = &outcome.crossings[0].launched.plan;
    assert_eq!(plan.len(), 96);
    let models = Models::new(&library).expect("has models");
    let mut cache = EfficiencyCache::new(16);
    let (network, path) = (&outcome.network, &outcome.path);
    let line = Line::prepare(network, &models, path, plan, &settings, &mut cache).expect("ready");
    let launched = Spectrum::launch(line.plan().clone());
    let mut group = criterion.benchmark_group("line of 15 spans, 96 channels");
    group.throughput(Throughput::Elements(1));
    group.bench_function("cross", |bench| {
        bench.iter(|| {
            let mut spectrum = launched.clone();
            line.cross(&mut spectrum).expect("crosses");
            spectrum
        });
    });
    group.bench_function("cross and receive", |bench| {
        bench.iter(|| {
            let mut spectrum = launched.clone();
            line.cross(&mut spectrum).expect("crosses");
            received(&spectrum, &Tolerance::default(), Compat::Gnpy214)
        });
    });
    group.bench_function("prepare, fibres known", |bench| {
        bench.iter(|| Line::prepare(network, &models, path, plan, &settings, &mut cache));
    });
    group.finish();
}

criterion_group!(benches, lightpath);
criterion_main!(benches);
