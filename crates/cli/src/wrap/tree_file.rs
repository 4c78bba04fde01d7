//! The tree file: YAML that says which clients sit in which containers and slots.
//!
//! In: text. Out: a [`Tree`], or an error that names file, line, column, what was found and what is
//! expected. Unknown keys are errors. Every key is described in `docs/tree-file.md`.

use std::path::{Path, PathBuf};

use otn_frame::{FlexRate, PartsPerBillion, Signal, Tti};
use otn_map::odtu::SlotSet;
use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

use super::failure::{Failure, Lasting};
use super::kind::{Kind, Mapping};
use crate::network::notes::{FileError, parse, place};
use crate::units;

/// An ODU and what it carries.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The ODU; `None` where its client says.
    pub odu: Option<Signal>,
    /// Offset of its clock.
    pub offset: PartsPerBillion,
    /// Trace of the path.
    pub tti: Option<Tti>,
    /// Multiframe count of its first frame; if left out, one that lets a receiver see the payload
    /// structure as soon as it can be in lock.
    pub mfas: Option<u8>,
    /// Client signal fail in the PSI.
    pub csf: bool,
    /// When its client fails.
    pub fails: Option<Failure>,
    /// What is inside.
    pub inside: Inside,
    /// Where in the file it stands, for errors.
    pub at: Location,
}

/// What an ODU carries.
#[derive(Clone, Debug)]
pub enum Inside {
    /// A client.
    Client(ClientEntry),
    /// ODUs in tributary slots.
    Tributaries {
        /// Payload type 20 or 21, if asked for.
        payload_type: Option<u8>,
        /// The ODUs.
        tributaries: Vec<TributaryEntry>,
    },
}

/// A client of an ODU.
#[derive(Clone, Debug)]
pub struct ClientEntry {
    /// Its kind.
    pub kind: Kind,
    /// Its mapping, where there is a choice.
    pub mapping: Option<Mapping>,
    /// Offset of its clock.
    pub offset: PartsPerBillion,
    /// A capture, or a file of bits.
    pub input: Option<PathBuf>,
}

/// An ODU in tributary slots.
#[derive(Clone, Debug)]
pub struct TributaryEntry {
    /// Its slots, if given by hand.
    pub set: Option<SlotSet>,
    /// Its port, if given by hand.
    pub port: Option<u8>,
    /// The ODU.
    pub tree: Tree,
}

/// What a tree file says.
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// The signal, if it says so.
    pub signal: Option<Signal>,
    /// Trace of the section.
    pub tti: Option<Tti>,
    /// The ODU nearest the line.
    pub root: Tree,
    /// The file, for errors.
    pub file: String,
}

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    signal: Option<Text>,
    #[serde(rename = "section-tti")]
    section_tti: Option<Spanned<TtiEntry>>,
    odu: Spanned<OduEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TtiEntry {
    sapi: Option<String>,
    dapi: Option<String>,
    operator: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OduEntry {
    kind: Option<Text>,
    #[serde(rename = "flex-slots")]
    flex_slots: Option<Spanned<u8>>,
    slots: Option<Spanned<Vec<usize>>>,
    port: Option<u8>,
    clock: Option<Text>,
    tti: Option<Spanned<TtiEntry>>,
    mfas: Option<u8>,
    csf: Option<bool>,
    #[serde(rename = "fails-at")]
    fails_at: Option<Text>,
    #[serde(rename = "fails-for")]
    fails_for: Option<Text>,
    client: Option<Text>,
    mapping: Option<Text>,
    #[serde(rename = "client-clock")]
    client_clock: Option<Text>,
    input: Option<Text>,
    #[serde(rename = "payload-type")]
    payload_type: Option<Spanned<u8>>,
    tributaries: Option<Vec<Spanned<OduEntry>>>,
}

/// Stages of multiplexing that a file may ask for: no real tree has more.
const MAX_DEPTH: usize = 8;

/// Reads a tree file; inputs are found relative to its folder.
///
/// # Errors
/// [`FileError`] for anything that is not a tree.
pub fn read(path: &Path, text: &str) -> Result<TreeFile, FileError> {
    let file = path.display().to_string();
    let document: Document = parse(&file, text)?;
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let reader = Reader { file, folder };
    let signal = document.signal.as_ref().map(|text| reader.signal(text)).transpose()?;
    let tti = document.section_tti.as_ref().map(|tti| reader.tti(tti)).transpose()?;
    let root = reader.odu(&document.odu, 0)?;
    let entry = &document.odu.value;
    if entry.slots.is_some() || entry.port.is_some() {
        let what = "odu: found slots or a port, expected them at tributaries only";
        return reader.error(document.odu.referenced, what);
    }
    Ok(TreeFile { signal, tti, root, file: reader.file })
}

struct Reader {
    file: String,
    folder: PathBuf,
}

impl Reader {
    fn error<T>(&self, at: Location, what: impl Into<String>) -> Result<T, FileError> {
        Err(FileError { file: self.file.clone(), at: place(at), what: what.into() })
    }

    fn signal(&self, text: &Text) -> Result<Signal, FileError> {
        Signal::from_name(&text.value).map_or_else(
            || {
                let names = Signal::ALL.map(Signal::name).join(", ");
                let what = format!("signal: found `{}`, expected one of {names}", text.value);
                self.error(text.referenced, what)
            },
            Ok,
        )
    }

    fn clock(&self, text: Option<&Text>) -> Result<PartsPerBillion, FileError> {
        let Some(text) = text else { return Ok(PartsPerBillion::default()) };
        units::frequency_offset(&text.value)
            .or_else(|error| self.error(text.referenced, format!("clock: {error}")))
    }

    fn tti(&self, entry: &Spanned<TtiEntry>) -> Result<Tti, FileError> {
        let TtiEntry { sapi, dapi, operator } = &entry.value;
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        Tti::new(&part(sapi), &part(dapi), &part(operator))
            .or_else(|error| self.error(entry.referenced, format!("tti: {error}")))
    }

    fn kind(&self, entry: &OduEntry) -> Result<Option<Signal>, FileError> {
        let Some(text) = &entry.kind else { return Ok(None) };
        if !text.value.eq_ignore_ascii_case("ODUflex") {
            let signal = self.signal(text)?;
            if signal.is_otu() {
                let what = format!("kind: found {signal}, expected an ODU");
                return self.error(text.referenced, what);
            }
            return Ok(Some(signal));
        }
        let of_client = |name: &Text| {
            Kind::from_name(&name.value)
                .is_some_and(|kind| matches!(kind.odu(), Some(Signal::Oduflex(_))))
        };
        let Some(slots) = &entry.flex_slots else {
            if entry.client.as_ref().is_some_and(of_client) {
                return Ok(None);
            }
            return self
                .error(text.referenced, "flex-slots: expected 1 to 80, the rate of the ODUflex");
        };
        match FlexRate::gfp(slots.value) {
            Some(rate) => Ok(Some(Signal::Oduflex(rate))),
            None => {
                let what = format!("flex-slots: found {}, expected 1 to 80", slots.value);
                self.error(slots.referenced, what)
            }
        }
    }

    fn odu(&self, entry: &Spanned<OduEntry>, depth: usize) -> Result<Tree, FileError> {
        let at = entry.referenced;
        let odu = &entry.value;
        if depth > MAX_DEPTH {
            return self.error(at, format!("found more than {MAX_DEPTH} stages of tributaries"));
        }
        let inside = match (&odu.client, &odu.tributaries) {
            (Some(client), None) => Inside::Client(self.client(odu, client)?),
            (None, Some(tributaries)) => Inside::Tributaries {
                payload_type: self.payload_type(odu)?,
                tributaries: tributaries
                    .iter()
                    .map(|tributary| self.tributary(tributary, depth + 1))
                    .collect::<Result<_, _>>()?,
            },
            (Some(_), Some(_)) => {
                return self.error(at, "found client and tributaries, expected one of them");
            }
            (None, None) => return self.error(at, "expected `client` or `tributaries`"),
        };
        Ok(Tree {
            odu: self.kind(odu)?,
            offset: self.clock(odu.clock.as_ref())?,
            tti: odu.tti.as_ref().map(|tti| self.tti(tti)).transpose()?,
            mfas: odu.mfas,
            csf: odu.csf.unwrap_or(false),
            fails: self.failure(odu)?,
            inside,
            at,
        })
    }

    fn failure(&self, odu: &OduEntry) -> Result<Option<Failure>, FileError> {
        let time = |name: &str, text: &Text| {
            units::time(&text.value)
                .or_else(|error| self.error(text.referenced, format!("{name}: {error}")))
        };
        let (at, lasts) = match (&odu.fails_at, &odu.fails_for) {
            (None, None) => return Ok(None),
            (None, Some(text)) => {
                return self.error(text.referenced, "fails-for: expected `fails-at` with it");
            }
            (Some(at), _) if odu.client.is_none() => {
                let what = "fails-at: found tributaries, expected it at a client";
                return self.error(at.referenced, what);
            }
            (Some(at), None) => (at, Lasting::ForGood),
            (Some(at), Some(text)) => (at, Lasting::Time(time("fails-for", text)?)),
        };
        Ok(Some(Failure { at: time("fails-at", at)?, lasts }))
    }

    fn payload_type(&self, odu: &OduEntry) -> Result<Option<u8>, FileError> {
        match &odu.payload_type {
            None => Ok(None),
            Some(pt) if matches!(pt.value, 20 | 21) => Ok(Some(pt.value)),
            Some(pt) => {
                let what = format!("payload-type: found {}, expected 20 or 21", pt.value);
                self.error(pt.referenced, what)
            }
        }
    }

    fn client(&self, odu: &OduEntry, name: &Text) -> Result<ClientEntry, FileError> {
        let Some(kind) = Kind::from_name(&name.value) else {
            let names = Kind::names();
            let what = format!("client: found `{}`, expected one of {names}", name.value);
            return self.error(name.referenced, what);
        };
        let mapping = match &odu.mapping {
            None => None,
            Some(text) => match text.value.to_ascii_lowercase().as_str() {
                "amp" => Some(Mapping::Amp),
                "bmp" => Some(Mapping::Bmp),
                "gmp" => Some(Mapping::Gmp),
                other => {
                    let what = format!("mapping: found `{other}`, expected amp, bmp or gmp");
                    return self.error(text.referenced, what);
                }
            },
        };
        let input = odu.input.as_ref().map(|text| self.folder.join(&text.value));
        let offset = self.clock(odu.client_clock.as_ref())?;
        Ok(ClientEntry { kind, mapping, offset, input })
    }

    fn tributary(
        &self,
        entry: &Spanned<OduEntry>,
        depth: usize,
    ) -> Result<TributaryEntry, FileError> {
        let set = match &entry.value.slots {
            None => None,
            Some(slots) => match SlotSet::new(slots.value.iter().copied()) {
                Some(set) if set.len() == slots.value.len() && !set.is_empty() => Some(set),
                _ => {
                    let what = "slots: expected different numbers from 1 to 80";
                    return self.error(slots.referenced, what);
                }
            },
        };
        Ok(TributaryEntry { set, port: entry.value.port, tree: self.odu(entry, depth)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TreeFile, FileError> {
        read(Path::new("dir/tree.yaml"), text)
    }

    #[test]
    fn a_tree_with_everything_in_it_reads() {
        let file = parse(
            "signal: OTU4\nsection-tti: {sapi: A, dapi: B}\nodu:\n  clock: -5 ppm\n  tributaries:\n  \
             - {kind: ODU0, slots: [7], port: 9, client: 1000base-x, input: a.pcap, mfas: 3}\n  \
             - kind: ODU2\n    tributaries: [{kind: ODU0, client: prbs, csf: true}]\n  \
             - {kind: ODUflex, flex-slots: 3, client: gfp-f}\n  \
             - {client: fc-400, client-clock: 90 ppm}\n",
        )
        .unwrap();
        assert_eq!(file.signal, Some(Signal::Otu4));
        let Inside::Tributaries { tributaries, .. } = &file.root.inside else { panic!("a mux") };
        assert_eq!(tributaries.len(), 4);
        assert_eq!((tributaries[0].port, tributaries[0].tree.mfas), (Some(9), Some(3)));
        let Inside::Client(client) = &tributaries[0].tree.inside else { panic!("a client") };
        assert_eq!(client.input.as_deref(), Some(Path::new("dir/a.pcap")));
        assert_eq!(tributaries[3].tree.odu, None, "the client says");
        assert!(matches!(tributaries[2].tree.odu, Some(Signal::Oduflex(_))));
    }

    #[test]
    fn clients_fail_for_a_time_or_for_good() {
        let fails =
            |keys: &str| parse(&format!("odu: {{client: prbs{keys}}}")).map(|file| file.root.fails);
        let at = otn_frame::SimTime::from_ms(2);
        assert_eq!(fails("").unwrap(), None);
        let for_good = Failure { at, lasts: Lasting::ForGood };
        assert_eq!(fails(", fails-at: 2 ms").unwrap(), Some(for_good));
        let lasts = Lasting::Time(otn_frame::SimTime::from_ms(1));
        let found = fails(", fails-at: 2 ms, fails-for: 1000 us").unwrap();
        assert_eq!(found, Some(Failure { at, lasts }));
    }

    #[test]
    fn mistakes_name_line_and_column_and_what_is_expected() {
        let cases = [
            ("odu: {client: fc-4000}", "tree.yaml:1:15: client: found `fc-4000`, expected one of"),
            ("odu:\n  client: prbs\n  tributaries: []", "2:3: found client and tributaries"),
            ("odu: {}", "1:6: expected `client` or `tributaries`"),
            ("odu: {client: prbs, colour: red}", "colour"),
            ("odu: {kind: OTU2, client: prbs}", "kind: found OTU2, expected an ODU"),
            ("odu: {kind: ODUflex, flex-slots: 81, client: prbs}", "found 81, expected 1 to 80"),
            ("odu: {kind: ODUflex, client: prbs}", "flex-slots: expected 1 to 80"),
            ("odu: {slots: [1], client: prbs}", "expected them at tributaries only"),
            ("odu: {tributaries: [{slots: [0], client: prbs}]}", "numbers from 1 to 80"),
            ("odu: {tributaries: [{slots: [2, 2], client: prbs}]}", "different numbers"),
            ("odu: {client: prbs, fails-for: 1 ms}", "fails-for: expected `fails-at`"),
            ("odu: {client: prbs, fails-at: noon}", "1:31: fails-at: found `noon`"),
            ("odu: {fails-at: 1 ms, tributaries: []}", "expected it at a client"),
            ("odu: {clock: fast, client: prbs}", "clock:"),
            ("odu: {payload-type: 5, tributaries: []}", "found 5, expected 20 or 21"),
            ("odu: {mapping: xmp, client: stm-16}", "found `xmp`, expected amp, bmp or gmp"),
            ("signal: OTU9\nodu: {client: prbs}", "1:9: signal: found `OTU9`"),
        ];
        for (text, expected) in cases {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
