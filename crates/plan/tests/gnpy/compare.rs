//! Judges a document against a reference as `tests/gnpy-data/compare.py` does.
//!
//! Numbers under keys that end in `_db` or `_dbm` may differ by 1e-6 dB, other floats by a millionth of
//! their size, all else not at all. What the reference lacks is not looked at.

use serde_json::Value;

/// Differences allowed by the reference data's own README: dB, and relative.
const TOLERANCE: f64 = 1e-6;
/// Keys that say how a reference was made, not what came out.
const IGNORED: [&str; 6] = ["gnpy_version", "numpy_version", "id", "message", "response", "kind"];

/// All differences between `expected` and `found` under `fields`, and the largest of the allowed ones.
pub(crate) fn differences(expected: &Value, found: &Value, fields: &[&str]) -> (Vec<String>, f64) {
    let mut judge = Judge { differences: Vec::new(), worst: 0.0 };
    for &field in fields {
        match (expected.get(field), found.get(field)) {
            (None, _) => {}
            (Some(_), None) => judge.differences.push(format!("{field}: missing")),
            (Some(expected), Some(found)) => judge.walk(expected, found, field, field),
        }
    }
    (judge.differences, judge.worst)
}

struct Judge {
    differences: Vec<String>,
    worst: f64,
}

impl Judge {
    fn walk(&mut self, expected: &Value, found: &Value, key: &str, path: &str) {
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => {
                for (name, value) in expected {
                    if IGNORED.contains(&name.as_str()) {
                        continue;
                    }
                    let here = format!("{path}.{name}");
                    // Keys that name elements carry the unit of the table they stand in.
                    let unit = if is_level(key) && !is_level(name) { key } else { name };
                    match found.get(name) {
                        None => self.differences.push(format!("{here}: missing")),
                        Some(found) => self.walk(value, found, unit, &here),
                    }
                }
            }
            (Value::Array(expected), Value::Array(found)) => {
                if expected.len() != found.len() {
                    let (expected, found) = (expected.len(), found.len());
                    self.differences.push(format!("{path}: length {expected}, found {found}"));
                    return;
                }
                for (i, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.walk(expected, found, key, &format!("{path}[{i}]"));
                }
            }
            (Value::Number(expected), Value::Number(found)) => {
                let (expected, found) = (expected.as_f64().unwrap(), found.as_f64().unwrap());
                let difference = (expected - found).abs();
                let size = if is_level(key) { 1.0 } else { expected.abs().max(1e-30) };
                let measure = if difference > 1e-30 { difference / size } else { 0.0 };
                self.worst = self.worst.max(measure);
                if measure.is_nan() || measure > TOLERANCE {
                    self.differences.push(format!("{path}: {expected}, found {found}"));
                }
            }
            (expected, found) if expected == found => {}
            (expected, found) => {
                self.differences.push(format!("{path}: {expected}, found {found}"));
            }
        }
    }
}

fn is_level(key: &str) -> bool {
    key.ends_with("_db") || key.ends_with("_dbm") || key.contains("_db_")
}

#[test]
fn the_judge_can_say_no() {
    let expected = serde_json::json!({"a": {"gain_db": 1.0, "x": 2.0, "n": ["u"]}});
    let near =
        serde_json::json!({"a": {"gain_db": 1.0000005, "x": 2.0000005, "n": ["u"], "more": 1}});
    assert_eq!(differences(&expected, &near, &["a"]).0, Vec::<String>::new());
    let far = serde_json::json!({"a": {"gain_db": 1.000002, "x": 2.00001, "n": ["v"]}});
    assert_eq!(differences(&expected, &far, &["a"]).0.len(), 3);
    assert_eq!(differences(&expected, &serde_json::json!({"a": {}}), &["a"]).0.len(), 3);
}
