//! Workbooks against what GNPy's own conversion makes of them, and workbooks that are wrong.

use std::fs;
use std::path::PathBuf;

use crate::input::Source;
use crate::services::Services;
use crate::topology::Topology;

fn octets(name: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sheets");
    fs::read(root.join(name)).expect(name)
}

fn text(name: &str) -> String {
    String::from_utf8(octets(name)).unwrap()
}

//= type=test gnpy:1.2-sheets
#[test]
fn topologies_are_those_of_the_reference() {
    for (book, expected) in [
        ("ring.xlsx", "ring.json"),
        ("amplifiers.xlsx", "amplifiers.json"),
        ("amplifiers.xls", "amplifiers.json"),
        ("degrees.xlsx", "degrees.json"),
        ("services.xlsx", "services_topology.json"),
        ("fused_amplifiers.xlsx", "fused_amplifiers.json"),
    ] {
        let found = super::topology(book, &octets(book)).unwrap().value;
        // The converter writes a city that is a number as a number; a name is a name.
        let expected = Topology::load(Source::new(expected, &text(expected))).unwrap().value;
        assert_eq!(found.elements.len(), expected.elements.len(), "{book}");
        for (found, expected) in found.elements.iter().zip(&expected.elements) {
            assert_eq!(found, expected, "{book}");
        }
        assert_eq!(found.connections, expected.connections, "{book}");
    }
}

//= type=test gnpy:1.2-service-sheet
#[test]
fn services_are_those_of_the_reference() {
    let book = octets("services.xlsx");
    let topology = super::topology("services.xlsx", &book).unwrap().value;
    let found = super::services("services.xlsx", &book, &topology).unwrap();
    let expected = Services::load(Source::new("services.json", &text("services.json"))).unwrap();
    assert_eq!(found.value, expected.value);
    let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "services.xlsx: sheet Service cell J10: row passed over: 'B' is no ROADM, the route does \
             without it",
            "services.xlsx: sheet Service cell J10: row passed over: 'foo' is no ROADM, the route \
             does without it",
        ]
    );
}
