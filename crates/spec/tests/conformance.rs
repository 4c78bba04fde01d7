//! `docs/conformance.md` against the sources: it names requirements and tests that exist, and every
//! case once.

use std::fs;
use std::path::Path;

use otn_spec::{Confidence, Row, Trace};

/// Cases of the fact sheet of the digital layer.
const CASES: usize = 53;
/// Cases of that of supervision, and the one that was put in between.
const SUPERVISION: usize = 81;
const BETWEEN: (usize, &str) = (73, "S73a");

/// One line of the table.
#[derive(Debug)]
struct Case {
    name: String,
    requirements: Vec<String>,
    tests: Vec<String>,
    confidence: String,
}

/// The lines of the table.
fn cases(page: &str) -> Vec<Case> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    page.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
            let name = cells[0].to_owned();
            name.trim_start_matches('S').trim_end_matches('a').parse::<usize>().ok()?;
            assert_eq!(cells.len(), 5, "{line}");
            let confidence = cells[4].trim_end_matches(" |").to_owned();
            Some(Case { name, requirements: quoted(cells[2]), tests: quoted(cells[3]), confidence })
        })
        .collect()
}

/// Whether the text of a file has a test of that name: a function with `#[test]` above it.
fn has_test(text: &str, name: &str) -> bool {
    let start = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(at, line)| {
        let above = lines[..at].iter().rev();
        line.starts_with(&start)
            && above
                .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
                .any(|line| *line == "#[test]")
    })
}

/// What the page says of a case that is not so.
fn faults(root: &Path, rows: &[Row], case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let mut weakest = None;
    for id in &case.requirements {
        let Some(row) = rows.iter().find(|row| row.requirement.id == *id) else {
            faults.push(format!("no requirement {id}"));
            continue;
        };
        weakest = weakest.max(Some(rank(row.requirement.confidence)));
        let shown = row.tests.iter().any(|citation| {
            let item = citation.item.as_deref().unwrap_or_default();
            case.tests.contains(&format!("{}::{item}", citation.file))
        });
        if !shown {
            faults.push(format!("none of the tests cites {id}"));
        }
    }
    for test in &case.tests {
        let found = test.split_once("::").is_some_and(|(file, name)| {
            fs::read_to_string(root.join(file)).is_ok_and(|text| has_test(&text, name))
        });
        if !found {
            faults.push(format!("no test {test}"));
        }
    }
    let known = weakest.map_or("-", |(_, name)| name);
    if known != case.confidence {
        faults.push(format!("confidence: found {}, expected {known}", case.confidence));
    }
    if case.requirements.is_empty() != case.tests.is_empty() {
        faults.push("requirements without tests, or tests without requirements".to_owned());
    }
    faults
}

/// Greater is weaker.
fn rank(confidence: Confidence) -> (u8, &'static str) {
    let rank = match confidence {
        Confidence::Verified => 0,
        Confidence::Derived => 1,
        Confidence::Memory => 2,
    };
    (rank, confidence.as_str())
}

#[test]
fn the_page_names_requirements_and_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/conformance.md")).unwrap();
    let trace = Trace::load(&root).unwrap();
    let cases = cases(&page);
    let digital = (1..=CASES).map(|number| number.to_string());
    let supervision = (1..=SUPERVISION).flat_map(|number| {
        let more = (number == BETWEEN.0).then(|| BETWEEN.1.to_owned());
        [format!("S{number}")].into_iter().chain(more)
    });
    let every: Vec<String> = digital.chain(supervision).collect();
    let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, every, "every case once, in order");
    let faults: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            let faults = faults(&root, trace.rows(), case);
            faults.into_iter().map(|fault| format!("case {}: {fault}", case.name))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_page_that_has_rotted_is_noticed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let trace = Trace::load(&root).unwrap();
    let of = |page: &str| -> Vec<String> {
        cases(page).iter().flat_map(|case| faults(&root, trace.rows(), case)).collect()
    };
    let bip8 = "crates/frame/src/bip.rs::parity_is_even_for_every_bit_position_and_length";
    let id = "g709:15.7.2.1.2-bip8-even";
    assert_eq!(of(&format!("| 1 | x | `{id}` | `{bip8}` | verified |")).len(), 0);
    assert_eq!(of("| 1 | x | - | later | - |").len(), 0);
    let gone = of(&format!("| 1 | x | `{id}` | `{bip8}`<br>`{bip8}s` | verified |"));
    assert_eq!(gone, [format!("no test {bip8}s")]);
    // `over` is a function, no test.
    let none =
        of(&format!("| 1 | x | `{id}` | `{bip8}`<br>`crates/frame/src/bip.rs::over` | verified |"));
    assert_eq!(none, ["no test crates/frame/src/bip.rs::over"]);
    let uncited = of(&format!("| 1 | x | `{id}`<br>`g709:7.3-rates` | `{bip8}` | verified |"));
    assert!(uncited.contains(&"none of the tests cites g709:7.3-rates".to_owned()), "{uncited:?}");
    assert_eq!(of(&format!("| 1 | x | `{id}` | `{bip8}` | memory |")).len(), 1);
    assert!(
        of("| 1 | x | `g709:none` | later | - |").contains(&"no requirement g709:none".to_owned())
    );
}
