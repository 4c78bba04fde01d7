use otn_photon::Compat;
use otn_plan::network::{Network, save::save};
use otn_plan::transmission::{Settings, dump::dump, run::*};
use otn_plan::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let o: serde_json::Value = serde_json::from_str(&a[1]).unwrap();
    let s = |k: &str| o[k].as_str().map(str::to_owned);
    let rd = |p: String| {
        let t = std::fs::read_to_string(&p).unwrap();
        (p, t)
    };
    let (n, t) = rd(s("equipment").unwrap());
    let lib = library::Library::load(Source::new(&n, &t), &[], &[])
        .unwrap_or_else(|e| panic!("{e}"))
        .value;
    let (n, t) = rd(s("topology").unwrap());
    let top = topology::Topology::load(Source::new(&n, &t)).unwrap_or_else(|e| panic!("{e}")).value;
    let channels = s("spectrum").map(|p| {
        let (n, t) = rd(p);
        models::channels(&spectrum_file::load(Source::new(&n, &t)).unwrap().value)
    });
    let simulation = s("sim_params")
        .map(|p| {
            let (n, t) = rd(p);
            models::settings(&sim_params::SimParams::load(Source::new(&n, &t)).unwrap().value)
        })
        .unwrap_or_default();
    let net = Network::new(&top, &lib).unwrap_or_else(|e| panic!("{e}"));
    let compat = if o["compat"] == "3.0" { Compat::Gnpy30 } else { Compat::Gnpy214 };
    let req = Request {
        source: s("source"),
        destination: s("destination"),
        through: vec![],
        power_dbm: o["power_dbm"].as_f64(),
        channels,
        no_insert: o["no_insert_edfas"] == true,
        settings: Settings { simulation, compat },
    };
    match run(net, &lib, &req) {
        Ok(out) => {
            let mut d = dump(&out);
            d["saved"] = save(&out.designed).to_value();
            println!("{}", d);
        }
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
    }
}
