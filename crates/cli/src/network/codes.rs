//! Codes of lines in the network file.
//!
//! In: `fec` and `fec-at` of a line, results of `otn fec ber`. Out: the code of the frame, or one of its own by end, by
//! decoder or by table; or what is wrong.

use std::fmt;
use std::sync::Arc;

use otn_emu::net::fec_table::{Below, FecTable, TablePoint};
use otn_emu::net::line_code::{LineCode, OwnCode};
use otn_proc::terminal::Fec;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, Visitor};

use super::Reader;
use super::document::LineEntry;
use super::light::Open;
use super::names::hint;
use crate::fec_simulation::result::{Campaign, Method};
use crate::network::notes::{FileError, Text};

/// The code of a line: its name, or more.
pub(super) enum FecEntry {
    Name(String),
    More(Box<FecMore>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FecMore {
    code: Text,
    by: Option<Text>,
    table: Option<Text>,
    below: Option<Text>,
}

impl<'de> Deserialize<'de> for FecEntry {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Either)
    }
}

/// A word or a map.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = FecEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a code, or {code, by, table, below}")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<FecEntry, E> {
        String::deserialize(StrDeserializer::new(name)).map(FecEntry::Name)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FecEntry, A::Error> {
        let more = FecMore::deserialize(MapAccessDeserializer::new(map))?;
        Ok(FecEntry::More(Box::new(more)))
    }
}

/// Bit error ratio up to which the code that a line names corrects, as published: 1e-15 is left there.
pub(super) fn threshold(entry: &LineEntry) -> Option<f64> {
    let name = match &entry.fec.as_ref()?.value {
        FecEntry::Name(name) => name,
        FecEntry::More(more) => &more.code.value,
    };
    Some(otn_fec::registry::find(name)?.published?.threshold)
}

/// What stands for an end of a line: the code of the frame, or another.
type Codes = (Fec, [Option<LineCode>; 2]);

/// How a table goes on below what was measured, by its word.
const BELOW: [(&str, Below); 2] = [("bound", Below::Bound), ("nothing", Below::Nothing)];

/// Results of campaigns that come with the program, by code.
const SHIPPED: [(&str, &str); 4] = [
    ("g975.1-i3", include_str!("../../../../docs/fec/g975.1-i3.json")),
    ("staircase", include_str!("../../../../docs/fec/staircase.json")),
    ("cfec", include_str!("../../../../docs/fec/cfec.json")),
    ("ofec", include_str!("../../../../docs/fec/ofec.json")),
];

impl Reader<'_> {
    /// The codes of a line.
    pub(super) fn codes(
        &self,
        entry: &LineEntry,
        ends: [usize; 2],
        open: &mut Open<'_>,
    ) -> Result<Codes, FileError> {
        let (mut fec, mut codes) = (Fec::Rs255_239, [None, None]);
        let mut table = false;
        if let Some(spanned) = &entry.fec {
            let at = spanned.referenced;
            let found = match &spanned.value {
                FecEntry::Name(name) => self.code("fec", name, at)?,
                FecEntry::More(more) => {
                    table = more.by.is_some();
                    self.more(more, open)?
                }
            };
            match found {
                LineCode::Frame(of_frame) => fec = of_frame,
                own => codes = [Some(own.clone()), Some(own)],
            }
        }
        for (node, text) in &entry.fec_at {
            let at = text.referenced;
            let end = self.notes.end_of("fec-at", node, at, self.names_of(ends))?;
            if table {
                let what = "fec-at: a line `by: table` has one code, expected none of another end";
                return self.notes.error(at, what);
            }
            codes[end] = Some(self.code("fec-at", &text.value, at)?);
        }
        Ok((fec, codes))
    }

    fn code(
        &self,
        key: &str,
        name: &str,
        at: serde_saphyr::Location,
    ) -> Result<LineCode, FileError> {
        if let Some(fec) = Fec::from_name(name) {
            return Ok(LineCode::Frame(fec));
        }
        match OwnCode::find(name) {
            Some(own) => Ok(LineCode::Own(Arc::new(own))),
            None => {
                let of_frame = [Fec::Rs255_239, Fec::None].map(Fec::name);
                let known: Vec<&str> = of_frame.into_iter().chain(OwnCode::names()).collect();
                let what = format!("{key}: no code `{name}` for a line, {}", hint(name, &known));
                self.notes.error(at, what)
            }
        }
    }

    fn more(&self, more: &FecMore, open: &mut Open<'_>) -> Result<LineCode, FileError> {
        let (name, at) = (&more.code.value, more.code.referenced);
        let by = more.by.as_ref();
        let by_table =
            by.map(|by| self.word("by", by, &[("decoder", false), ("table", true)])).transpose()?;
        let code = self.code("code", name, at)?;
        if by_table != Some(true) {
            if let Some(text) = more.table.as_ref().or(more.below.as_ref()) {
                let what = "table, below: they are for a code `by: table`";
                return self.notes.error(text.referenced, what);
            }
            return Ok(code);
        }
        let Some(own) = OwnCode::find(name) else {
            let what = format!("by: `{name}` runs in the frame, expected a code of its own");
            return self.notes.error(at, what);
        };
        let below = match &more.below {
            Some(text) => self.word("below", text, &BELOW)?,
            None => Below::default(),
        };
        let (origin, text) = match &more.table {
            Some(file) => match open(&self.notes.path_of(&file.value)) {
                Ok(text) => (file, text),
                Err(error) => {
                    let what = format!("table: `{}`: {error}", file.value);
                    return self.notes.error(file.referenced, what);
                }
            },
            None => match SHIPPED.iter().find(|(code, _)| code == name) {
                Some((_, text)) => (&more.code, (*text).to_string()),
                None => {
                    let what = format!(
                        "table: none comes with the program for `{name}`, expected a result of `otn fec ber`"
                    );
                    return self.notes.error(at, what);
                }
            },
        };
        match table_of(&text, &own, below) {
            Ok(table) => Ok(LineCode::Own(Arc::new(own.by_table(table)))),
            Err(error) => {
                self.notes.error(origin.referenced, format!("table: `{}`: {error}", origin.value))
            }
        }
    }
}

/// The table of a campaign; only what was simulated counts.
fn table_of(text: &str, own: &OwnCode, below: Below) -> Result<FecTable, String> {
    let campaign = Campaign::parse(text).map_err(|error| format!("{error:#}"))?;
    let (size, expected) = ((campaign.information_bits, campaign.coded_bits), own.block());
    if campaign.code != own.entry().name || size != (expected.information, expected.coded) {
        let (found, of) = (&campaign.code, own.entry().name);
        return Err(format!("found a campaign of `{found}`, expected one of `{of}`"));
    }
    let simulated = campaign.points.iter().filter(|point| point.method == Method::Simulated);
    let points = simulated.map(|point| TablePoint {
        ratio: point.p,
        failed: point.codeword_error_rate,
        at_most: point.codeword_error_rate_interval[1],
        wrong_bits: point.counts.as_ref().map_or_else(Vec::new, |counts| {
            counts.errors_per_codeword.iter().map(|(bits, blocks)| (*bits, *blocks)).collect()
        }),
    });
    FecTable::new(points.collect(), below, expected.information as u64)
        .ok_or_else(|| "no simulated point at which a block failed".to_string())
}
