//! One piece of photonic work, for counting its instructions: `photon_cost WORK COUNT`.
//!
//! WORK is `cross` (light over 15 spans, 96 channels, COUNT times over a line prepared once), `scattering`
//! (the same with scattering of order 2) or `design` (a network of 100 ROADMs and 4052 amplifiers from its
//! files, COUNT times). `cargo xtask icount` holds each to a limit.

use std::process::ExitCode;

use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::simulation::{RamanParameters, SimulationParameters};
use otn_photon::spectrum::Spectrum;
use otn_plan::Source;
use otn_plan::design::{Steps, design};
use otn_plan::library::Library;
use otn_plan::models::Models;
use otn_plan::network::Network;
use otn_plan::topology::Topology;
use otn_plan::transmission::run::{Request, reference, run};
use otn_plan::transmission::{Line, Settings};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        [work, count] => count.parse().map_err(Into::into).and_then(|count| run_work(work, count)),
        _ => Err("expected: photon_cost cross|scattering|design COUNT".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn run_work(work: &str, count: usize) -> Result<(), Failure> {
    match work {
        "cross" => cross(count, RamanParameters::default()),
        "scattering" => {
            let settings = RamanParameters { flag: true, ..RamanParameters::default() };
            cross(count, RamanParameters { solver_spatial_resolution_m: 50.0, ..settings })
        }
        "design" => designs(count),
        other => Err(format!("found '{other}', expected cross, scattering or design").into()),
    }
}

fn files(topology: &str, library: &str) -> Result<(Topology, Library), Failure> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/gnpy-data/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}"));
    let (text, library_text) = (read(topology)?, read(library)?);
    let loaded = Topology::load(Source::new(topology, &text))?.value;
    Ok((loaded, Library::load(Source::new(library, &library_text), &[], &[])?.value))
}

fn cross(count: usize, raman: RamanParameters) -> Result<(), Failure> {
    let folder = "cases/inv08_tx_long";
    let (topology, library) =
        files(&format!("{folder}/topology.json"), &format!("{folder}/equipment.json"))?;
    let simulation = SimulationParameters { raman, ..SimulationParameters::default() };
    let settings = Settings { simulation, compat: Compat::Gnpy214 };
    let request = Request { settings: settings.clone(), ..Request::default() };
    let outcome = run(Network::new(&topology, &library)?, &library, &request)?;
    let models = Models::new(&library)?;
    let mut cache = EfficiencyCache::new(16);
    let crossing = outcome.crossings.first().ok_or("no light")?;
    let plan = &crossing.launched.plan;
    let line =
        Line::prepare(&outcome.network, &models, &outcome.path, plan, &settings, &mut cache)?;
    for _ in 0..count {
        let mut spectrum = Spectrum::launch(line.plan().clone());
        line.cross(&mut spectrum)?;
        std::hint::black_box(spectrum);
    }
    Ok(())
}

fn designs(count: usize) -> Result<(), Failure> {
    let (topology, library) =
        files("example-data/CORONET_Global_Topology.json", "tests-data/eqpt_config.json")?;
    let models = Models::new(&library)?;
    let comb = library.spectra.first().ok_or("no comb")?;
    let reference = reference(comb, &Request::default());
    for _ in 0..count {
        let mut network = Network::new(&topology, &library)?;
        design(&mut network, &library, &models, &reference, Steps::ALL)?;
        std::hint::black_box(network);
    }
    Ok(())
}
