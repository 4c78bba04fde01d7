//! `docs/report.md` against the values: every key is on the page, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use otn::network_report::FILES;
use otn::network_report::tables::{ALARM_COLUMNS, PERFORMANCE_COLUMNS};
use serde_json::Value;

use super::sample;

/// By path, `lines[].slots[]`: the keys of the objects there.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/report.md");
    fs::read_to_string(path).expect("the page is there")
}

/// Keys in back quotes at the start of a row of a table.
fn keys_of(row: &str) -> Vec<String> {
    let Some(cell) = row.strip_prefix("| `").and_then(|rest| rest.split(" |").next()) else {
        return Vec::new();
    };
    cell.split(", ").map(|key| key.trim_matches('`').to_string()).collect()
}

/// The tables under headings that name a path.
fn documented(page: &str) -> Keys {
    let mut keys = Keys::new();
    let mut path = None;
    for row in page.lines() {
        if let Some(heading) = row.strip_prefix('#') {
            let name = heading.trim_start_matches('#').trim();
            path = name.strip_prefix('`').and_then(|n| n.strip_suffix('`')).map(str::to_string);
        } else if let Some(path) = &path {
            keys.entry(path.clone()).or_default().extend(keys_of(row));
        }
    }
    keys
}

fn walk(value: &Value, path: &str, keys: &mut Keys) {
    match value {
        Value::Object(object) => {
            let own = keys.entry(path.to_string()).or_default();
            own.extend(object.keys().cloned());
            for (key, value) in object {
                let dot = if path == "report.json" { "" } else { path };
                let dot = if dot.is_empty() { key.clone() } else { format!("{dot}.{key}") };
                walk(value, &dot, keys);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, &format!("{path}[]"), keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_key_is_on_the_page_and_no_other() {
    let mut keys = Keys::new();
    walk(&serde_json::to_value(sample::report()).unwrap(), "report.json", &mut keys);
    // Both ends of an interval are one table.
    let far = keys.remove("performance[].far").unwrap();
    assert_eq!(keys["performance[].near"], far);
    let documented = documented(&page());
    assert!(keys.keys().eq(documented.keys()), "{:?}", documented.keys());
    for (path, own) in keys {
        assert_eq!(documented[&path], own, "{path}");
    }
}

#[test]
fn every_file_and_column_is_on_the_page() {
    let page = page();
    for file in FILES {
        assert!(page.contains(&format!("| `{file}` |")), "{file}");
    }
    for columns in [ALARM_COLUMNS, PERFORMANCE_COLUMNS] {
        let listed = columns.map(|column| format!("`{column}`")).join(", ");
        assert!(page.contains(&listed), "{listed}");
    }
}
