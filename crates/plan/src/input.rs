//! A JSON document, read with a pointer that always knows where it stands.
//!
//! Clauses: RFC 6901 (pointers), RFC 7951 5 and 6 (the YANG form: numbers as strings, null as `[null]`).
//! In: a text and its name. Out: [`Cursor`]s over its values. Each refuses a value of the wrong kind with
//! the place in the file; in the YANG form it takes both ways to write a number, and `[null]` for null.

use core::cell::RefCell;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::error::{FileError, Hint, Ignored, Place, Problem, Warning};

/// Top-level name of a bundle of several topics.
pub(crate) const BUNDLE: &str = "gnpy-api:api";

/// A text and the name of the file it came from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Name of the file, for messages and for references between files.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// A text and its name.
    #[must_use]
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text }
    }

    /// The last part of the name: by it, files refer to each other.
    pub(crate) fn short_name(&self) -> &'a str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(self.name)
    }
}

/// A parsed file, and what is passed over in it.
pub(crate) struct Document {
    file: String,
    value: Value,
    warnings: RefCell<Vec<Warning>>,
}

impl Document {
    /// Parses a text.
    pub(crate) fn parse(source: Source<'_>) -> Result<Self, FileError> {
        let text = source.text.strip_prefix('\u{feff}').unwrap_or(source.text);
        let value = serde_json::from_str(text).map_err(|error| FileError {
            file: source.name.to_owned(),
            place: Place::Text { line: error.line(), column: error.column() },
            problem: Box::new(Problem::Syntax { message: syntax_message(&error) }),
        })?;
        Ok(Self::of(source.name, value))
    }

    /// A document that is already parsed.
    pub(crate) fn of(file: &str, value: Value) -> Self {
        Self { file: file.to_owned(), value, warnings: RefCell::new(Vec::new()) }
    }

    /// What the document holds for `topic`: under its YANG name if that is there, else the whole.
    pub(crate) fn root(&self, topic: &str) -> Cursor<'_> {
        let whole = Cursor { document: self, value: &self.value, path: None, form: Form::Legacy };
        let bundle = match self.value.get(BUNDLE) {
            Some(_) => whole.in_yang(BUNDLE),
            None => whole.clone(),
        };
        match bundle.value.get(topic) {
            Some(_) => bundle.in_yang(topic),
            None => whole,
        }
    }

    /// Items of a list that a bundle brings beside its topics.
    pub(crate) fn bundled(&self, list: &str) -> Result<Vec<Cursor<'_>>, FileError> {
        let whole = self.root("");
        let bundle = match self.value.get(BUNDLE) {
            Some(_) => whole.in_yang(BUNDLE),
            None => Cursor { form: Form::Yang, ..whole },
        };
        if bundle.is_object() { bundle.list(list) } else { Ok(Vec::new()) }
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// An error that holds for the whole document.
    pub(crate) fn error(&self, problem: Problem) -> FileError {
        FileError {
            file: self.file.clone(),
            place: Place::Pointer(String::new()),
            problem: Box::new(problem),
        }
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings.into_inner()
    }
}

/// The reader's words without its own note of line and column.
fn syntax_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let words = text.split(" at line ").next().unwrap_or(&text);
    format!("found no JSON ({words}), expected a JSON document")
}

/// In which of the two forms a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain JSON, numbers as numbers.
    Legacy,
    /// JSON of YANG data.
    Yang,
}

/// A value of a document and its place in it.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    document: &'a Document,
    value: &'a Value,
    path: Option<Rc<Step<'a>>>,
    form: Form,
}

/// The way from the whole document to a value, written out only when there is something to say.
struct Step<'a> {
    parent: Option<Rc<Step<'a>>>,
    part: Part<'a>,
}

enum Part<'a> {
    Key(&'a str),
    Item(usize),
}

impl<'a> Cursor<'a> {
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// RFC 6901: parts after slashes, with `~` and `/` inside them written as `~0` and `~1`.
    fn pointer(&self) -> String {
        let mut parts = Vec::new();
        let mut at = self.path.as_ref();
        while let Some(step) = at {
            parts.push(match step.part {
                Part::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
                Part::Item(number) => format!("/{number}"),
            });
            at = step.parent.as_ref();
        }
        parts.into_iter().rev().collect()
    }

    /// A field in the YANG form; this place if there is none.
    fn in_yang(&self, key: &str) -> Self {
        match self.field(key) {
            Some(field) => Self { form: Form::Yang, ..field },
            None => self.clone(),
        }
    }

    /// A field, whatever it holds; nothing if this is no object.
    fn field(&self, key: &str) -> Option<Self> {
        let (key, value) = self.value.as_object()?.get_key_value(key)?;
        Some(self.step(Part::Key(key), value))
    }

    fn step(&self, part: Part<'a>, value: &'a Value) -> Self {
        let path = Some(Rc::new(Step { parent: self.path.clone(), part }));
        Self { document: self.document, value, path, form: self.form }
    }

    /// An error at this place.
    pub(crate) fn error(&self, problem: Problem) -> FileError {
        FileError {
            file: self.document.file.clone(),
            place: Place::Pointer(self.pointer()),
            problem: Box::new(problem),
        }
    }

    /// Notes that something at this place is passed over.
    pub(crate) fn warn(&self, what: Ignored) {
        self.document.warnings.borrow_mut().push(Warning {
            file: self.document.file.clone(),
            place: Place::Pointer(self.pointer()),
            what,
        });
    }

    fn kind(&self, expected: &'static str) -> FileError {
        self.error(Problem::Kind { found: describe(self.value), expected })
    }

    pub(crate) fn is_null(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::Array(items) if self.form == Form::Yang => items.as_slice() == [Value::Null],
            _ => false,
        }
    }

    pub(crate) fn is_object(&self) -> bool {
        self.value.is_object()
    }

    pub(crate) fn is_list(&self) -> bool {
        self.value.is_array()
    }

    fn map(&self) -> Result<&'a Map<String, Value>, FileError> {
        self.value.as_object().ok_or_else(|| self.kind("an object"))
    }

    /// A field that may be missing; null counts as missing.
    pub(crate) fn optional(&self, key: &str) -> Result<Option<Self>, FileError> {
        self.map()?;
        Ok(self.field(key).filter(|field| !field.is_null()))
    }

    /// A field that must be there.
    pub(crate) fn required(&self, key: &str) -> Result<Self, FileError> {
        self.optional(key)?.ok_or_else(|| self.error(Problem::Missing { field: key.to_owned() }))
    }

    /// Names and values of an object, in the order of the file.
    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Self)>, FileError> {
        let fields = self.map()?.iter();
        Ok(fields.map(|(key, value)| (key.as_str(), self.step(Part::Key(key), value))).collect())
    }

    /// Items of a list.
    pub(crate) fn items(&self) -> Result<Vec<Self>, FileError> {
        let items = self.value.as_array().ok_or_else(|| self.kind("a list"))?;
        Ok(items.iter().enumerate().map(|(i, item)| self.step(Part::Item(i), item)).collect())
    }

    /// Items of a list that may be missing.
    pub(crate) fn list(&self, key: &str) -> Result<Vec<Self>, FileError> {
        self.optional(key)?.map_or(Ok(Vec::new()), |list| list.items())
    }

    /// A text.
    pub(crate) fn text(&self) -> Result<&'a str, FileError> {
        self.value.as_str().ok_or_else(|| self.kind("a text"))
    }

    /// A name: a text, or a number that stands for one.
    pub(crate) fn name(&self) -> Result<String, FileError> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(self.kind("a name")),
        }
    }

    /// A word of a closed set; in the YANG form it may carry the name of its module.
    pub(crate) fn word(&self) -> Result<&'a str, FileError> {
        let text = self.text()?;
        match text.split_once(':') {
            Some((_, word)) if self.form == Form::Yang => Ok(word),
            _ => Ok(text),
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self) -> Result<bool, FileError> {
        self.value.as_bool().ok_or_else(|| self.kind("true or false"))
    }

    /// A finite number.
    pub(crate) fn number(&self) -> Result<f64, FileError> {
        let number = match self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if self.form == Form::Yang => decimal(text),
            _ => None,
        };
        number.filter(|number| number.is_finite()).ok_or_else(|| {
            self.kind(match self.form {
                Form::Legacy => "a number",
                Form::Yang => "a number, or a decimal number in a text",
            })
        })
    }

    /// A number that is not negative.
    pub(crate) fn not_negative(&self) -> Result<f64, FileError> {
        let number = self.number()?;
        if number < 0.0 {
            return Err(self.range(number, "a number that is not negative"));
        }
        Ok(number)
    }

    /// A number above zero.
    pub(crate) fn positive(&self) -> Result<f64, FileError> {
        let number = self.number()?;
        if number <= 0.0 {
            return Err(self.range(number, "a number above zero"));
        }
        Ok(number)
    }

    /// A whole number.
    pub(crate) fn integer(&self) -> Result<i64, FileError> {
        let number = self.number()?;
        if number.fract() != 0.0 || number.abs() > 9e15 {
            return Err(self.range(number, "a whole number"));
        }
        Ok(number as i64)
    }

    pub(crate) fn range(&self, found: f64, expected: &str) -> FileError {
        self.error(Problem::Range { found, expected: expected.to_owned() })
    }

    /// Numbers of a list.
    pub(crate) fn numbers(&self) -> Result<Vec<f64>, FileError> {
        self.items()?.iter().map(Self::number).collect()
    }

    /// Names of a list.
    pub(crate) fn names(&self) -> Result<Vec<String>, FileError> {
        self.items()?.iter().map(Self::name).collect()
    }

    /// A number that may be missing.
    pub(crate) fn number_at(&self, key: &str) -> Result<Option<f64>, FileError> {
        self.optional(key)?.map(|field| field.number()).transpose()
    }

    /// A number that is not negative and may be missing.
    pub(crate) fn not_negative_at(&self, key: &str) -> Result<Option<f64>, FileError> {
        self.optional(key)?.map(|field| field.not_negative()).transpose()
    }

    /// A name that may be missing or empty.
    pub(crate) fn name_at(&self, key: &str) -> Result<Option<String>, FileError> {
        let name = self.optional(key)?.map(|field| field.name()).transpose()?;
        Ok(name.filter(|name| !name.is_empty()))
    }

    /// Yes or no that may be missing.
    pub(crate) fn flag_at(&self, key: &str) -> Result<Option<bool>, FileError> {
        self.optional(key)?.map(|field| field.flag()).transpose()
    }

    /// Warns of every key that is not among `known`.
    pub(crate) fn known(&self, known: &[&str]) -> Result<(), FileError> {
        for key in self.map()?.keys() {
            if !known.contains(&key.as_str()) {
                let hint = match Hint::for_name(key, known.iter().copied()) {
                    Hint::OneOf(_) => Hint::None,
                    hint => hint,
                };
                self.warn(Ignored::Key { key: key.clone(), hint });
            }
        }
        Ok(())
    }

    /// An error: `name` stands for nothing among `names`.
    pub(crate) fn unknown<'b>(
        &self,
        what: &'static str,
        name: &str,
        names: impl IntoIterator<Item = &'b str>,
    ) -> FileError {
        let hint = Hint::for_name(name, names);
        self.error(Problem::Unknown { what, name: name.to_owned(), hint })
    }
}

/// A decimal number as YANG writes it: sign, digits, point; nothing else.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.');
    if plain { text.parse().ok() } else { None }
}

/// A value in a few words.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let short: String = text.chars().take(40).collect();
            format!("the text '{short}'")
        }
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
