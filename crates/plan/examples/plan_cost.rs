//! Services of a folder planned, for measuring: `plan_cost FOLDER [COUNT]`.
//!
//! FOLDER holds `topology.json`, `services.json` and `equipment.json`; `tests/interop/gnpy_mesh.py` makes such folders.
//! Reading, design, routes, light and slots are done COUNT times; what came of it is printed once.

use std::process::ExitCode;
use std::time::Instant;

use otn_photon::Compat;
use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::path_request::{Options, Planned, plan};
use otn_plan::services::Services;
use otn_plan::topology::Topology;
use otn_plan::transmission::Settings;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, count) = match &arguments[..] {
        [folder] => (folder, Ok(1)),
        [folder, count] => (folder, count.parse::<usize>()),
        _ => (&String::new(), "".parse()),
    };
    let Ok(count) = count else {
        eprintln!("expected: plan_cost FOLDER [COUNT]");
        return ExitCode::from(2);
    };
    for _ in 0..count.max(1) {
        let start = Instant::now();
        match planned(folder) {
            Ok(planned) => println!(
                "{} services, {} served, {} amplifiers, {:.3} s",
                planned.outcomes.len(),
                planned.outcomes.iter().filter(|outcome| outcome.blocked.is_none()).count(),
                planned.design.amplifiers.len(),
                start.elapsed().as_secs_f64(),
            ),
            Err(error) => {
                eprintln!("{folder}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn planned(folder: &str) -> Result<Planned, Failure> {
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}"));
    let (library, topology) = (read("equipment.json")?, read("topology.json")?);
    let services = read("services.json")?;
    let library = Library::load(Source::new("equipment.json", &library), &[], &[])?.value;
    let topology = Topology::load(Source::new("topology.json", &topology))?.value;
    let services = Services::load(Source::new("services.json", &services))?.value;
    let network = Network::new(&topology, &library)?;
    let settings = Settings { compat: Compat::Gnpy214, ..Settings::default() };
    Ok(plan(network, &library, &services, &Options { settings, ..Options::default() })?)
}
