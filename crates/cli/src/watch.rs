//! Chosen overhead octets and bits, a line a frame.
//!
//! In: a list such as `PM.TTI,SM.BIP8,JC1..JC6,r3c12`, and frames. Out: aligned columns, or a line of
//! JSON each; all frames, or those in which a watched value differs from the frame before.

use std::fmt::Write as _;

use anyhow::{Result, anyhow, ensure};
use otn_frame::Frame;
use serde::Serialize;

use crate::places::{self, Place, number};

/// Places that are watched.
#[derive(Clone, Debug)]
pub struct Watch {
    places: Vec<Place>,
    /// Values of the last frame that was asked about.
    last: Option<Vec<String>>,
}

/// One frame as JSON.
#[derive(Serialize)]
struct Line<'a> {
    stream: usize,
    frame: u64,
    time_ns: u64,
    values: Vec<Value<'a>>,
}

#[derive(Serialize)]
struct Value<'a> {
    name: &'a str,
    hex: String,
}

/// Digits of a frame number and of a time in nanoseconds, at least.
const NUMBER_WIDTH: usize = 8;
const TIME_WIDTH: usize = 13;

impl Watch {
    /// Reads a list with commas between: names of fields (`MFAS`), of parts (`PM.STAT`), places
    /// (`r3c12`), and ranges of them (`JC1..JC6`, `TCM1.STAT..TCM6.STAT`, `r1c17..r1c24`).
    ///
    /// # Errors
    /// A name that is none, with those that are.
    pub fn parse(list: &str) -> Result<Self> {
        let mut chosen = Vec::new();
        for item in list.split(',').map(str::trim) {
            match item.split_once("..") {
                Some((first, last)) => chosen.extend(range(item, first.trim(), last.trim())?),
                None => chosen.push(place(item)?),
            }
        }
        Ok(Self { places: chosen, last: None })
    }

    /// The places, in the order of the list.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Names over the columns of [`Watch::line`].
    pub fn header(&self) -> String {
        let names = self.places.iter().map(|place| place.name.clone());
        self.columns("frame", "time_ns", names)
    }

    /// The watched values of a frame in hexadecimal, aligned.
    pub fn line<const COLS: usize>(
        &self,
        frame_number: u64,
        time_ns: u64,
        frame: &Frame<COLS>,
    ) -> String {
        let values = self.places.iter().map(|place| place.hex_in(frame));
        self.columns(&frame_number.to_string(), &time_ns.to_string(), values)
    }

    /// The same as one line of JSON: `frame`, `time_ns`, `values` of `name` and `hex`.
    pub fn json_line<const COLS: usize>(
        &self,
        stream: usize,
        frame_number: u64,
        time_ns: u64,
        frame: &Frame<COLS>,
    ) -> String {
        let value = |place: &'_ Place| place.hex_in(frame);
        let values = self.places.iter().map(|p| Value { name: &p.name, hex: value(p) }).collect();
        let line = Line { stream, frame: frame_number, time_ns, values };
        serde_json::to_string(&line).expect("numbers and text are always JSON")
    }

    /// Whether a watched value differs from the frame asked about before; true for the first.
    pub fn changed<const COLS: usize>(&mut self, frame: &Frame<COLS>) -> bool {
        let values: Vec<String> = self.places.iter().map(|place| place.hex_in(frame)).collect();
        let changed = self.last.as_ref() != Some(&values);
        self.last = Some(values);
        changed
    }

    fn columns(&self, number: &str, time: &str, values: impl Iterator<Item = String>) -> String {
        let mut line = format!("{number:>NUMBER_WIDTH$}  {time:>TIME_WIDTH$}");
        for (place, value) in self.places.iter().zip(values) {
            let width = place.name.len().max(place.digits());
            // Writing to a String cannot fail.
            let _ = write!(line, "  {value:<width$}");
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn place(name: &str) -> Result<Place> {
    places::find(name).ok_or_else(|| {
        let fields: Vec<&str> = places::named().iter().map(|place| place.name.as_str()).collect();
        anyhow!(
            "--watch: found `{name}`, expected one of {}, or row and column as r3c12",
            fields.join(" ")
        )
    })
}

/// The places from `first` to `last`, whose names differ in one number.
fn range(item: &str, first: &str, last: &str) -> Result<Vec<Place>> {
    let (from, to) = (place(first)?, place(last)?);
    let expected = || {
        anyhow!(
            "--watch: found `{item}`, expected two names that differ in one number, as JC1..JC6"
        )
    };
    let split = differing_number(&from.name, &to.name).ok_or_else(expected)?;
    let (before, (low, high), after) = split;
    ensure!(low <= high, "--watch: found `{item}`, expected the lower number first");
    (low..=high).map(|n| place(&format!("{before}{n}{after}"))).collect()
}

/// What two names have in common before and after a number, and the two numbers.
fn differing_number<'a>(a: &'a str, b: &str) -> Option<(&'a str, (usize, usize), &'a str)> {
    let digit = |c: char| c.is_ascii_digit();
    // Each run of digits of the first name may be the one.
    let starts = a.char_indices().filter(|&(at, c)| digit(c) && !a[..at].ends_with(digit));
    for (at, _) in starts {
        let end = a[at..].find(|c| !digit(c)).map_or(a.len(), |length| at + length);
        let (before, after) = (&a[..at], &a[end..]);
        let other = b.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        if let Some(other) = other.filter(|other| !other.is_empty()).and_then(number) {
            return Some((before, (number(&a[at..end])?, other), after));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OtuFrame;
    use proptest::prelude::*;

    fn names(list: &str) -> Vec<String> {
        Watch::parse(list).unwrap().places().iter().map(|place| place.name.clone()).collect()
    }

    proptest! {
        /// Text of any kind is a list or an error, and a list has a place for each item at least.
        #[test]
        fn any_text_is_a_list_or_an_error(text in "([a-zA-Z0-9.,&/ ]|JC1|\\.\\.|r1c|TCM){0,12}") {
            if let Ok(watch) = Watch::parse(&text) {
                prop_assert!(watch.places().len() >= text.split(',').count());
                let frame = OtuFrame::zeroed();
                prop_assert!(watch.line(0, 0, &frame).len() >= watch.places().len());
            }
        }
    }

    #[test]
    fn lists_hold_names_parts_places_and_ranges() {
        assert_eq!(names("PM.TTI, sm.bip8,MFAS"), ["PM.TTI", "SM.BIP8", "MFAS"]);
        assert_eq!(names("JC1..JC3,JC1..JC6").len(), 3 + 6);
        assert_eq!(names("jc4..JC6"), ["JC4", "JC5", "JC6"]);
        assert_eq!(names("row3col12..r3c14"), ["r3c12", "r3c13", "r3c14"]);
        assert_eq!(names("r2c17..r4c17"), ["r2c17", "r3c17", "r4c17"]);
        assert_eq!(names("r3c9..r3c11"), ["r3c9", "r3c10", "r3c11"]);
        assert_eq!(names("TCM1.STAT..TCM6.STAT").len(), 6);
        assert_eq!(names("TCM5..TCM5"), ["TCM5"]);
        assert_eq!(names("OMFI,APS,PM&TCM"), ["OMFI", "APS", "PM&TCM"]);
    }

    #[test]
    fn wrong_lists_are_refused_with_what_there_is() {
        for wrong in ["", "PM.TTI,", "FOO", "PM.IAE", "r5c1", "r1c4081", "JC0..JC3", "JC1..FOO"] {
            let error = Watch::parse(wrong).unwrap_err().to_string();
            for known in ["FAS", "SM.BIP8", "TCM1.STAT", "JC6", "r3c12"] {
                assert!(error.contains(known), "{wrong}: {error}");
            }
        }
        for wrong in ["JC1..MFAS", "JC1..TCM3", "SM..PM", "r1c2..r2c3", "SM.BIP8..PM.BIP8"] {
            let error = Watch::parse(wrong).unwrap_err().to_string();
            assert!(error.contains(wrong) && error.contains("JC1..JC6"), "{error}");
        }
        let error = Watch::parse("JC6..JC1").unwrap_err().to_string();
        assert!(error.contains("the lower number first"), "{error}");
    }

    fn frame() -> OtuFrame {
        let mut frame = OtuFrame::zeroed();
        frame.set_alignment(0x2A);
        frame.rows_mut()[2][9..12].copy_from_slice(&[0x41, 0x5A, 0x3E]);
        frame
    }

    #[test]
    fn lines_are_aligned_under_their_names() {
        let watch = Watch::parse("MFAS,PM.TTI,PM.STAT,FAS,r3c12").unwrap();
        let lines = [watch.header(), watch.line(7, 85_337, &frame())];
        let expected = [
            "   frame        time_ns  MFAS  PM.TTI  PM.STAT  FAS           r3c12",
            "       7          85337  2A    41      6        F6F6F6282828  3E",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn json_lines_hold_the_same() {
        let watch = Watch::parse("PM.STAT,MFAS").unwrap();
        let values = r#"[{"name":"PM.STAT","hex":"6"},{"name":"MFAS","hex":"2A"}]"#;
        let expected = format!(r#"{{"stream":1,"frame":7,"time_ns":9,"values":{values}}}"#);
        assert_eq!(watch.json_line(1, 7, 9, &frame()), expected);
    }

    #[test]
    fn only_changes_of_what_is_watched_count() {
        let mut watch = Watch::parse("PM.STAT").unwrap();
        let mut frame = frame();
        assert!(watch.changed(&frame), "the first frame is news");
        frame.set_alignment(0x2B);
        frame.rows_mut()[2][11] = 0xFE;
        assert!(!watch.changed(&frame), "BEI is another part of the octet");
        frame.rows_mut()[2][11] = 0xFF;
        assert!(watch.changed(&frame));
        assert!(!watch.changed(&frame));
    }
}
