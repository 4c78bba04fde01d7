//! What is wrong in a file is said with its place, what was found and what is allowed.

use otn_plan::library::Library;
use otn_plan::services::Services;
use otn_plan::sim_params;
use otn_plan::topology::Topology;
use otn_plan::{FileError, Source, spectrum_file};

/// Kind of file a text is read as.
#[derive(Clone, Copy)]
enum As {
    /// A topology.
    Topology,
    /// Items of a topology's `elements`.
    Elements,
    /// An equipment library.
    Library,
    /// Items of a library's `Edfa`.
    Amplifiers,
    /// Services.
    Services,
    /// A spectrum.
    Spectrum,
    /// Simulation parameters.
    Simulation,
}

fn read(kind: As, text: &str) -> Result<(), FileError> {
    let elements = |text: &str| format!("{{\"elements\": [{text}], \"connections\": []}}");
    let amplifiers = |text: &str| {
        format!(
            "{{\"Edfa\": [{text}], \"Span\": [{{\"delta_power_range_db\": [0, 0, 0.5]}}], \
             \"SI\": [{{\"power_range_db\": [0, 0, 1]}}]}}"
        )
    };
    match kind {
        As::Topology => Topology::load(Source::new("t.json", text)).map(drop),
        As::Elements => Topology::load(Source::new("t.json", &elements(text))).map(drop),
        As::Library => Library::load(Source::new("e.json", text), &[], &[]).map(drop),
        As::Amplifiers => {
            Library::load(Source::new("e.json", &amplifiers(text)), &[], &[]).map(drop)
        }
        As::Services => Services::load(Source::new("s.json", text)).map(drop),
        As::Spectrum => spectrum_file::load(Source::new("s.json", text)).map(drop),
        As::Simulation => sim_params::load(Source::new("p.json", text)).map(drop),
    }
}

/// Kinds, texts and what is said of them: three lines each.
const BAD: &str = include_str!("bad_inputs.txt");

/// The blocks of a list of bad inputs.
fn blocks(list: &str) -> Vec<[&str; 3]> {
    let lines: Vec<&str> = list.lines().skip(2).collect();
    lines.chunks(4).map(|block| [block[0], block[1], block[2]]).collect()
}

#[test]
fn errors_say_place_found_and_expected() {
    let blocks = blocks(BAD);
    assert_eq!(blocks.len(), 49);
    for [kind, text, expected] in blocks {
        let kind = match kind {
            "topology" => As::Topology,
            "elements" => As::Elements,
            "library" => As::Library,
            "amplifiers" => As::Amplifiers,
            "services" => As::Services,
            "spectrum" => As::Spectrum,
            "simulation" => As::Simulation,
            other => panic!("{other}"),
        };
        let error = read(kind, text).expect_err(text).to_string();
        assert_eq!(error, expected, "{text}");
    }
}

#[test]
fn what_nothing_reads_is_warned_of() {
    let text = r#"{"elements": [{"uid": "a", "type": "Fused", "parms": {"loss": 1}, "xyz": 0},
        {"uid": "b", "type": "Fused"}], "connections": [{"from_node": "a", "to_node": "b"},
        {"from_node": "a", "to_node": "b"}]}"#;
    let loaded = Topology::load(Source::new("t.json", text)).expect("a topology");
    let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "t.json: /elements/0: nothing reads 'parms', did you mean 'params'?",
            "t.json: /elements/0: nothing reads 'xyz'",
            "t.json: /connections/1: 'a' to 'b' is connected twice, the first one holds",
        ]
    );
    assert_eq!(loaded.value.connections.len(), 1);
}

#[test]
fn types_are_checked_against_the_library() {
    let library = r#"{"Edfa": [{"type_variety": "std_gain", "type_def": "openroadm_booster",
        "gain_flatmax": 1, "gain_min": 0, "p_max": 1}], "Fiber": [{"type_variety": "SSMF"}],
        "Span": [{"delta_power_range_db": [0, 0, 0.5]}], "SI": [{"power_range_db": [0, 0, 1]}]}"#;
    let library = Library::load(Source::new("e.json", library), &[], &[]).expect("a library").value;
    let check = |element: &str| {
        let text = format!("{{\"elements\": [{element}], \"connections\": []}}");
        let network = Topology::load(Source::new("t.json", &text)).expect("a topology").value;
        network.check_types("t.json", &library).map_err(|error| error.to_string())
    };
    assert_eq!(check(r#"{"uid": "a", "type": "Edfa", "type_variety": "std_gain"}"#), Ok(()));
    assert_eq!(check(r#"{"uid": "a", "type": "Edfa"}"#), Ok(()));
    let error = |text: &str| Err(text.to_owned());
    assert_eq!(
        check(r#"{"uid": "a", "type": "Edfa", "type_variety": "std_gian"}"#),
        error(
            "t.json: /elements/0/type_variety: no amplifier named 'std_gian', did you mean 'std_gain'?"
        )
    );
    assert_eq!(
        check(r#"{"uid": "a", "type": "Fiber", "type_variety": "X", "params": {"length": 1}}"#),
        error("t.json: /elements/0/type_variety: no fibre named 'X', expected one of: SSMF")
    );
    assert_eq!(
        check(
            r#"{"uid": "a", "type": "Multiband_amplifier", "amplifiers": [{"type_variety": "Y"}]}"#
        ),
        error(
            "t.json: /elements/0/amplifiers/0/type_variety: no amplifier named 'Y', expected one of: \
             std_gain"
        )
    );
}
