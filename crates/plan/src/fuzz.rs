//! Body of the fuzz target `plan_files`: any octets, no panic, bounded memory.
//!
//! The target in `fuzz/` calls it; a test replays its corpus on a stable toolchain.

use crate::input::Source;
use crate::library::Library;
use crate::services::Services;
use crate::topology::Topology;
use crate::{sheet, sim_params, spectrum_file, yang};

/// An equipment library to read configurations on top of.
const LIBRARY: &str = r#"{"Edfa": [{"type_variety": "a", "type_def": "advanced_model",
    "gain_flatmax": 1, "gain_min": 0, "p_max": 1, "advanced_config_from_json": "fuzz"}],
    "Span": [{"delta_power_range_db": [0, 0, 0]}], "SI": [{"power_range_db": [0, 0, 0]}]}"#;

/// Octets as a file of every kind that is read here.
pub fn plan_files(octets: &[u8]) {
    // The reader of xls files panics on damaged ones; that is caught, but a fuzzer stops at it.
    if octets.starts_with(b"PK")
        && let Ok(loaded) = sheet::topology("fuzz", octets)
    {
        let _ = sheet::services("fuzz", octets, &loaded.value);
        written(&loaded.value);
    }
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let source = Source::new("fuzz", text);
    let library = Library::load(source, &[source], &[]);
    let _ = Library::load(Source::new("main", LIBRARY), &[], &[source]);
    let _ = Services::load(source);
    let _ = sim_params::load(source);
    if let Ok(loaded) = spectrum_file::load(source) {
        let channels: usize =
            loaded.value.iter().map(spectrum_file::Partition::channel_count).sum();
        assert!(channels <= 200_000, "{channels}");
    }
    if let Ok(loaded) = Topology::load(source) {
        written(&loaded.value);
        if let Ok(library) = library {
            let _ = loaded.value.check_types("fuzz", &library.value);
        }
    }
    if let Ok(there) = yang::to_yang(source) {
        let _ = yang::to_legacy(Source::new("fuzz", &there.to_string()));
    }
    let _ = yang::to_legacy(source);
}

/// What is written is written the same once it was read.
fn written(topology: &Topology) {
    let text = topology.to_json();
    if let Ok(again) = Topology::load(Source::new("fuzz", &text)) {
        assert_eq!(again.value.to_json(), text, "written, read, written");
    }
}
