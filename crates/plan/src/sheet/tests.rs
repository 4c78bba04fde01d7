//! Workbooks against what GNPy's own conversion makes of them, and workbooks that are wrong.

use std::fs;
use std::path::PathBuf;

use super::tests_support::{Cells, xlsx};
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

const NODES: Cells<'_> = &[
    ("A5", "City"),
    ("G5", "Type"),
    ("E5", "Latitude"),
    ("A6", "Aachen"),
    ("G6", "ROADM"),
    ("A7", "Bonn"),
    ("A8", "Cologne"),
    ("G8", "ROADM"),
];

const LINKS: Cells<'_> = &[
    ("C4", "east"),
    ("J4", "west"),
    ("A5", "Node A"),
    ("B5", "Node Z"),
    ("C5", "Distance (km)"),
    ("J5", "Distance (km)"),
    ("A6", "Aachen"),
    ("B6", "Bonn"),
    ("C6", "80"),
    ("A7", "Bonn"),
    ("B7", "Cologne"),
    ("J7", "30.5"),
];

/// The sheets above with some cells put over them.
fn with<'a>(base: Cells<'a>, more: Cells<'a>) -> Vec<(&'a str, &'a str)> {
    let kept = base.iter().filter(|(cell, _)| more.iter().all(|(other, _)| other != cell));
    kept.chain(more).copied().collect()
}

/// A workbook of these sheets, or what is wrong with it.
fn outcome(nodes: Cells<'_>, links: Cells<'_>, more: &[(&str, Cells<'_>)]) -> String {
    let (nodes, links) = (with(NODES, nodes), with(LINKS, links));
    let mut sheets: Vec<(&str, Cells<'_>)> = vec![("Nodes", &nodes), ("Links", &links)];
    sheets.extend(more);
    match super::topology("w.xlsx", &xlsx(&sheets)) {
        Ok(loaded) => {
            let warnings = loaded.warnings.iter().map(|warning| format!("; {warning}"));
            format!("{} elements{}", loaded.value.elements.len(), warnings.collect::<String>())
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn errors_name_sheet_and_cell_of_nodes_and_links() {
    let cases = [
        (outcome(&[], &[], &[]), "10 elements"),
        (
            outcome(&[("G7", "fused")], &[], &[]),
            "10 elements; w.xlsx: sheet Nodes cell G7: row passed over: type 'fused' is none of ROADM, \
             ILA, FUSED; read as blank",
        ),
        (
            outcome(&[("H5", "Tpye")], &[], &[]),
            "10 elements; w.xlsx: sheet Nodes cell H5: nothing reads 'tpye', did you mean 'type'?",
        ),
        (
            outcome(&[("A8", "Bonn")], &[], &[]),
            "w.xlsx: sheet Nodes cell A8: city 'Bonn' is given twice, expected each name once",
        ),
        (
            outcome(&[("E7", "north")], &[], &[]),
            "w.xlsx: sheet Nodes cell E7: found the text 'north', expected a number",
        ),
        (
            outcome(&[("A9", "Deutz")], &[], &[]),
            "w.xlsx: sheet Nodes cell A9: found 'Deutz' without a link, expected a city that a row of \
             Links names",
        ),
        (
            outcome(&[("G9", "ILA")], &[], &[]),
            "w.xlsx: sheet Nodes cell A9: 'city' is missing, expected a value for it",
        ),
        (
            outcome(&[], &[("B7", "Colone")], &[]),
            "w.xlsx: sheet Links cell B7: no city named 'Colone', did you mean 'Cologne'?",
        ),
        (
            outcome(&[], &[("C6", "-80")], &[]),
            "w.xlsx: sheet Links cell C6: found -80, expected a number that is not negative",
        ),
        (
            outcome(&[], &[("A8", "Bonn"), ("B8", "Aachen")], &[]),
            "w.xlsx: sheet Links cell A8: link 'Bonn to Aachen' is given twice, expected each name once",
        ),
        (
            outcome(&[], &[("B6", "Aachen")], &[]),
            "w.xlsx: sheet Links cell A6: found a link from 'Aachen' to 'Aachen', expected two cities",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn errors_name_sheet_and_cell_of_the_other_sheets() {
    let eqpt: Cells<'_> =
        &[("A5", "Node A"), ("B5", "Node Z"), ("A6", "Aachen"), ("B6", "Cologne")];
    let roadms: Cells<'_> = &[
        ("A5", "Node A"),
        ("B5", "Node Z"),
        ("E5", "from degrees"),
        ("F5", "from degree to degree impairment id"),
        ("A6", "Aachen"),
        ("B6", "Bonn"),
        ("E6", "Bonn | Cologne"),
        ("F6", "1"),
    ];
    let cases = [
        (
            outcome(&[], &[], &[("Eqpt", eqpt)]),
            "w.xlsx: sheet Eqpt cell B6: found 'Aachen' and 'Cologne' without a link, expected two \
             cities that a row of Links connects",
        ),
        (
            outcome(&[], &[], &[("Roadms", roadms)]),
            "w.xlsx: sheet Roadms cell F6: found 2 degrees and 1 impairment ids, expected one id for \
             each degree",
        ),
        (
            outcome(&[], &[], &[("Roadms", &[("A1", "x")])]),
            "w.xlsx: sheet Roadms: 'nodea' is missing, expected a value for it",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, expected);
    }
}

#[test]
fn what_is_no_workbook_is_refused() {
    let said = |octets: &[u8]| match super::topology("w.xls", octets) {
        Ok(_) => panic!("a workbook"),
        Err(error) => error.to_string(),
    };
    let no_zip = "w.xls: found no workbook (neither a zip archive nor a whole compound file), expected \
                  an xls or xlsx file";
    assert_eq!(said(b""), no_zip);
    assert_eq!(said(b"{\"elements\": []}"), no_zip);
    assert!(said(b"PK").starts_with("w.xls: found no workbook ("));
    assert_eq!(said(&octets("amplifiers.xls")[..4000]), no_zip);
    assert_eq!(
        said(&xlsx(&[("Nodes", NODES)])),
        "w.xls: 'sheet Links' is missing, expected a value for it"
    );
}

/// One far cell does not make a field of a thousand million.
#[test]
fn far_cells_are_no_matter() {
    let far = with(NODES, &[("XFD1048576", "1")]);
    let book = xlsx(&[("Nodes", &far), ("Links", LINKS)]);
    assert_eq!(super::topology("w.xlsx", &book).unwrap().value.elements.len(), 10);
}
