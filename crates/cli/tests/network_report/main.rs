//! The report folder of a network run: files, page, and the page of documentation against the values.

mod documented;
mod sample;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use otn::network_report::model::Report;
use otn::network_report::tables::{ALARM_COLUMNS, PERFORMANCE_COLUMNS};
use otn::network_report::{FILES, write};
use serde_json::Value;

/// Writes the sample where it stays, to be looked at in a browser: the folder's name says which test.
fn written(name: &str) -> (PathBuf, Report) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder of tests");
    let mut report = sample::report();
    write(&folder, &mut report).expect("a folder that is there");
    (folder, report)
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file that was written")
}

/// The JSON in the page, as a browser takes it: up to the first end tag.
fn embedded(page: &str) -> &str {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .expect("an element with data");
    rest.split_once("</script>").expect("its end").0
}

#[test]
fn what_is_written_is_read_again() {
    let (folder, report) = written("network-report");
    let text = read(&folder, "report.json");
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    assert_eq!(
        serde_json::from_str::<Report>(embedded(&read(&folder, "report.html"))).unwrap(),
        report
    );
    let mut found: Vec<String> = report.run.files.clone();
    found.retain(|name| folder.join(name).exists());
    assert_eq!(found, FILES, "and no capture, as no run wrote one");
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), FILES.len(), "no temporary file is left: {left:?}");
}

#[test]
fn the_same_report_is_the_same_octets() {
    let (a, _) = written("network-report-a");
    let (b, _) = written("network-report-b");
    for name in FILES {
        assert!(fs::read(a.join(name)).unwrap() == fs::read(b.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = write(Path::new("no/such/folder"), &mut Report::default()).unwrap_err();
    assert!(error.to_string().starts_with("no/such/folder/alarms.csv"), "{error}");
}

#[test]
fn a_report_without_anything_is_a_page_too() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("network-report-empty");
    fs::create_dir_all(&folder).unwrap();
    write(&folder, &mut Report::default()).unwrap();
    assert_eq!(read(&folder, "events.jsonl"), "");
    assert_eq!(read(&folder, "alarms.csv"), ALARM_COLUMNS.join(",") + "\r\n");
    assert!(read(&folder, "report.html").ends_with("</html>\n"));
}

#[test]
fn the_page_refers_to_nothing_outside() {
    let (folder, report) = written("network-report-outside");
    let page = read(&folder, "report.html");
    let own = page.replace(embedded(&page), "");
    // The name of a language, which no browser opens.
    let own = own.replace("http://www.w3.org/2000/svg", "");
    for outside in
        ["http:", "https:", "//cdn", "src=", "@import", "url(http", "<link", "fetch(", "import("]
    {
        assert!(!own.contains(outside), "{outside}");
    }
    for mark in ["{{title}}", "{{style}}", "{{data}}", "{{script}}"] {
        assert!(!page.contains(mark), "{mark}");
    }
    assert!(report.services.iter().any(|service| service.name == sample::CARELESS));
    assert!(!embedded(&page).contains('<'), "nothing in the data can end its element");
    assert_eq!(page.matches("</script>").count(), 2, "the data and the script");
    assert!(page.contains("default-src 'none'"), "nor can a browser be made to load anything");
}

#[test]
fn the_name_of_a_network_is_text_in_the_page() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("network-report-title");
    fs::create_dir_all(&folder).unwrap();
    let mut report = Report::default();
    report.run.name = "a <b> & {{script}}".to_string();
    write(&folder, &mut report).unwrap();
    let page = read(&folder, "report.html");
    assert!(page.contains("<h1>a &lt;b> &amp; {{script}}</h1>"));
    assert_eq!(page.matches("<script").count(), 2);
}

#[test]
fn tables_have_a_row_for_each() {
    let (folder, report) = written("network-report-tables");
    let alarms = read(&folder, "alarms.csv");
    assert!(alarms.ends_with("\r\n"));
    assert_eq!(alarms.matches("\r\n").count(), report.alarms.len() + 1);
    let hit =
        report.alarms.iter().find(|a| a.service.as_deref() == Some(sample::CARELESS)).unwrap();
    let row = alarms.lines().find(|row| row.starts_with(&format!("{},", hit.id))).unwrap();
    assert!(row.contains(r#","video ""A"", </script><!--","#), "{row}");
    let performance = read(&folder, "pm.csv");
    assert_eq!(performance.lines().next().unwrap(), PERFORMANCE_COLUMNS.join(","));
    assert_eq!(performance.matches("\r\n").count(), 2 * report.performance.len() + 1);
    assert!(performance.contains(",24h,0,1000000000000,partial,near,"), "{performance}");
}

#[test]
fn the_journal_tells_everything_in_the_order_of_time() {
    let (folder, report) = written("network-report-journal");
    let entries: Vec<Value> = read(&folder, "events.jsonl")
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    let times: Vec<u64> = entries.iter().map(|entry| entry["at_ps"].as_u64().unwrap()).collect();
    assert!(times.is_sorted());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &entries {
        *counts.entry(entry["type"].as_str().unwrap()).or_default() += 1;
    }
    let ways = || report.services.iter().flat_map(|service| &service.directions);
    let expected = [
        ("event_begins", report.events.len()),
        ("event_ends", report.events.iter().filter(|e| e.until_ps.is_some()).count()),
        ("node_state", report.nodes.iter().map(|node| node.states.len()).sum()),
        (
            "line_state",
            report.lines.iter().flat_map(|l| &l.directions).map(|d| d.states.len()).sum(),
        ),
        ("alarm_raised", report.alarms.len()),
        ("alarm_cleared", report.alarms.iter().filter(|a| a.cleared_ps.is_some()).count()),
        ("protection_switch", report.switches.len()),
        ("service_state", ways().map(|d| d.states.len()).sum()),
        ("disruption_begins", ways().map(|d| d.disruptions.len()).sum()),
        (
            "disruption_ends",
            ways().flat_map(|d| &d.disruptions).filter(|d| d.to_ps.is_some()).count(),
        ),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
    assert!(counts.values().all(|count| *count > 0), "the sample has one of each");
    let raised = entries.iter().find(|entry| entry["type"] == "alarm_raised").unwrap();
    assert!(
        raised["causes"].is_array() && raised["event"].is_u64(),
        "a labelled data set: {raised}"
    );
}

#[test]
fn chains_of_causes_end_in_a_primary_alarm_of_the_same_event() {
    let report = sample::report();
    for alarm in report.alarms.iter().filter(|alarm| !alarm.primary) {
        let root = report.alarms.iter().find(|a| Some(&a.id) == alarm.causes.last()).unwrap();
        assert!(root.primary && root.event == alarm.event, "{alarm:?}");
    }
}
