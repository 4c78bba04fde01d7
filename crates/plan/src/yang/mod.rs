//! Legacy JSON and YANG JSON, both ways.
//!
//! Clauses: RFC 7951; the forms of GNPy's YANG models as its converter writes them.
//! In: a text of either form. Out: a JSON value of the form asked for. In the YANG form decimals are texts,
//! null is `[null]`, and objects and tables that legacy files key by name or frequency are keyed lists.
//! It changes form only: names and ranges are checked where a file is loaded. Decimals beyond the leaf's
//! fraction digits are lost, as RFC 7950 has it.

mod decimal;
mod shape;
mod topic;

use serde_json::{Map, Value};

use crate::error::{FileError, Problem};
use crate::input::{Document, Source};
use decimal::Leaf;
use shape::Way;
use topic::Topic;

/// A file in the YANG form.
///
/// # Errors
/// [`FileError`] if the text is no JSON or holds nothing that is known.
//= gnpy:1.2-yang
pub fn to_yang(source: Source<'_>) -> Result<Value, FileError> {
    let document = Document::parse(source)?;
    let value = document.value();
    if let Some(api) = value.get(topic::API) {
        return Ok(wrap(topic::API, bundle(&document, api, Way::ToYang)?));
    }
    if topic::is_bundle(value) {
        return Ok(wrap(topic::API, bundle(&document, value, Way::ToYang)?));
    }
    let (topic, content) = Topic::of(value).ok_or_else(|| unknown(&document))?;
    Ok(wrap(topic.name(), whole(topic, content, Way::ToYang)))
}

/// A file in the legacy form.
///
/// # Errors
/// [`FileError`] if the text is no JSON or holds nothing that is known.
//= gnpy:1.2-yang
pub fn to_legacy(source: Source<'_>) -> Result<Value, FileError> {
    let document = Document::parse(source)?;
    let value = document.value();
    if let Some(api) = value.get(topic::API) {
        return bundle(&document, api, Way::ToLegacy);
    }
    if topic::is_bundle(value) {
        return bundle(&document, value, Way::ToLegacy);
    }
    let (topic, content) = Topic::of(value).ok_or_else(|| unknown(&document))?;
    let content = whole(topic, content, Way::ToLegacy);
    Ok(match topic {
        Topic::Spectrum => wrap("spectrum", content),
        // GNPy's converter leaves the name of a configuration if it has one.
        Topic::Configuration if value.get(topic.name()).is_some() => wrap(topic.name(), content),
        _ => content,
    })
}

fn unknown(document: &Document) -> FileError {
    document.error(Problem::Kind {
        found: "a document of another kind".to_owned(),
        expected: "a topology, an equipment library, services, responses, simulation parameters, a \
                   spectrum, an amplifier configuration or a gnpy-api bundle",
    })
}

fn wrap(name: &str, content: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), content)]))
}

/// Everything of one topic: shapes first where decimals are still numbers, last where they become so.
fn whole(topic: Topic, content: &Value, way: Way) -> Value {
    match way {
        Way::ToYang => leaves_to_yang("", shape::change(topic, content.clone(), way)),
        Way::ToLegacy => shape::change(topic, leaves_to_legacy("", content.clone()), way),
    }
}

/// A bundle of several topics under one roof.
fn bundle(document: &Document, api: &Value, way: Way) -> Result<Value, FileError> {
    let Some(parts) = api.as_object() else { return Err(unknown(document)) };
    let mut out = Map::new();
    for (name, part) in parts {
        let changed = match Topic::by_name(name) {
            Some(Topic::Spectrum) => {
                let list = part.get("spectrum").unwrap_or(part);
                let list = whole(Topic::Spectrum, list, way);
                if way == Way::ToLegacy { wrap("spectrum", list) } else { list }
            }
            Some(topic) => whole(topic, part, way),
            None if name == "extra-configs" || name == "extra-eqpts" => {
                let items = part.as_array().ok_or_else(|| unknown(document))?;
                let items: Result<Vec<Value>, FileError> =
                    items.iter().map(|item| bundle(document, item, way)).collect();
                Value::Array(items?)
            }
            None => part.clone(),
        };
        out.insert(name.clone(), changed);
    }
    Ok(Value::Object(out))
}

/// Numbers to texts and null to `[null]`, below a leaf or node of this name.
fn leaves_to_yang(name: &str, value: Value) -> Value {
    match value {
        Value::Null => Value::Array(vec![Value::Null]),
        Value::Number(number) => {
            let Some(float) = number.as_f64() else { return Value::Number(number) };
            match decimal::leaf(name) {
                Leaf::Integer => integer(float).unwrap_or(Value::Number(number)),
                Leaf::Text => Value::String(number.to_string()),
                Leaf::Decimal(digits) => Value::String(decimal::text(float, Some(digits))),
                Leaf::Other => Value::String(decimal::text(float, None)),
            }
        }
        Value::Array(items) => {
            let item = |item| match item {
                Value::Null => Value::Null,
                other => leaves_to_yang(name, other),
            };
            Value::Array(items.into_iter().map(item).collect())
        }
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| (key.clone(), leaves_to_yang(&key, value)))
                .collect(),
        ),
        other => other,
    }
}

/// Texts of decimal leaves to numbers and `[null]` to null, below a leaf or node of this name.
fn leaves_to_legacy(name: &str, value: Value) -> Value {
    match value {
        Value::Array(items) if items == [Value::Null] => Value::Null,
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| leaves_to_legacy(name, item)).collect())
        }
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| (key.clone(), leaves_to_legacy(&key, value)))
                .collect(),
        ),
        Value::String(text) => match (decimal::leaf(name), decimal::number(&text)) {
            (Leaf::Decimal(_), Some(number)) => Value::from(number),
            (Leaf::Integer, Some(number)) => integer(number).unwrap_or(Value::String(text)),
            (Leaf::Text, _) if IDENTITIES.contains(&name) => Value::String(without_module(&text)),
            _ => Value::String(text),
        },
        Value::Number(number) => match (decimal::leaf(name), number.as_f64()) {
            (Leaf::Decimal(_), Some(float)) => Value::from(float),
            _ => Value::Number(number),
        },
        other => other,
    }
}

/// Leaves whose words may carry the name of the module they come from.
const IDENTITIES: [&str; 4] = ["type", "type_def", "method", "propagation_direction"];

fn without_module(text: &str) -> String {
    text.split_once(':').map_or(text, |(_, word)| word).to_owned()
}

/// A whole number as JSON writes it.
fn integer(number: f64) -> Option<Value> {
    (number.fract() == 0.0 && number.abs() < 9e15).then(|| Value::from(number as i64))
}

#[cfg(test)]
mod tests;
