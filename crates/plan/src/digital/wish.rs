//! A file of clients: who sends what to whom, over what lines.
//!
//! In: a text with its file name, the network, who knows the ODU of a client by name. Out: a [`Wish`]; what
//! is wrong with single clients is told, and the others stay.
//!
//! ```json
//! {"line": {"otu": "OTU4", "trx_type": "vendorA_trx-type1", "trx_mode": "mode 1", "spacing": 50e9},
//!  "switches": ["trx A"],
//!  "clients": [{"id": "c1", "source": "trx A", "destination": "trx B", "client": "10gbase-r", "count": 3},
//!              {"id": "c2", "source": "trx A", "destination": "trx C", "client": "oduflex", "rate": 6.1e9}]}
//! ```

use otn_frame::{FlexRate, Ratio, Signal};
use otn_map::odtu::Slots;
use otn_map::odtu::rate::slots_needed;

use crate::error::{FileError, Hint, Loaded};
use crate::input::{Cursor, Document, Source};
use crate::network::Network;
use crate::network::element::Kind;

/// A client.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// Name; of several equal ones with a number behind it.
    pub id: String,
    /// Its ends, as places among the sites.
    pub ends: [usize; 2],
    /// What it is.
    pub kind: String,
    /// The ODUj it is mapped into.
    pub odu: Signal,
    /// Tributary slots it needs in a line.
    pub slots: usize,
}

/// What lines are.
#[derive(Clone, Debug, PartialEq)]
pub struct LineKind {
    /// The OTUk.
    pub otu: Signal,
    /// How its OPUk is divided.
    pub slots: Slots,
    /// Bit rate that a lightpath's mode is reckoned to carry for one line, bit/s.
    pub nominal_bit_per_s: f64,
    /// Transceivers.
    pub trx_type: String,
    /// Their mode; searched for if `None`.
    pub trx_mode: Option<String>,
    /// Spacing of their channels, Hz.
    pub spacing_hz: f64,
}

/// Clients and what they are carried by.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Names of the transceivers that clients begin and end at.
    pub sites: Vec<String>,
    /// Which sites switch ODUs; the others have muxponders.
    pub switches: Vec<bool>,
    /// What lines are.
    pub line: LineKind,
    /// Clients, in the order of the file.
    pub clients: Vec<Client>,
    /// What is wrong with single clients, with its place.
    pub problems: Vec<String>,
}

/// Most clients of one entry.
const MOST_EQUAL: i64 = 10_000;

/// Who knows the ODU of a client by its name.
pub type OduOf<'a> = &'a dyn Fn(&str) -> Option<Signal>;

impl Wish {
    /// Reads a file of clients.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed.
    pub fn load(
        source: Source<'_>,
        network: &Network,
        odu_of: OduOf<'_>,
    ) -> Result<Loaded<Self>, FileError> {
        let document = Document::parse(source)?;
        let root = document.root("");
        root.known(&["line", "switches", "clients"])?;
        let line = line(&root.required("line")?)?;
        let is_site =
            |element: &&crate::network::Element| matches!(element.kind, Kind::Transceiver(_));
        let sites: Vec<String> =
            network.elements().iter().filter(is_site).map(|element| element.uid.clone()).collect();
        let mut switches = vec![false; sites.len()];
        for item in root.list("switches")? {
            let name = item.name()?;
            let Some(at) = sites.iter().position(|site| *site == name) else {
                return Err(item.unknown("transceiver", &name, sites.iter().map(String::as_str)));
            };
            switches[at] = true;
        }
        let mut wish = Self { sites, switches, line, clients: Vec::new(), problems: Vec::new() };
        for (index, cursor) in root.required("clients")?.items()?.iter().enumerate() {
            cursor.known(&["id", "source", "destination", "client", "rate", "count"])?;
            match client(cursor, &wish, odu_of)? {
                Ok((client, count)) => wish.take(&client, count),
                Err((field, what)) => {
                    wish.problems
                        .push(format!("{}: /clients/{index}/{field}: {what}", source.name));
                }
            }
        }
        Ok(Loaded { value: wish, warnings: document.into_warnings() })
    }

    fn take(&mut self, client: &Client, count: i64) {
        for k in 1..=count {
            let id = if count > 1 { format!("{} #{k}", client.id) } else { client.id.clone() };
            self.clients.push(Client { id, ..client.clone() });
        }
    }
}

//= otn:plan-lines
fn line(cursor: &Cursor<'_>) -> Result<LineKind, FileError> {
    cursor.known(&["otu", "trx_type", "trx_mode", "spacing"])?;
    let field = cursor.required("otu")?;
    let all = [
        ("OTU1", Signal::Otu1, Slots::Opu1, 2.5e9),
        ("OTU2", Signal::Otu2, Slots::Opu2By8, 10e9),
        ("OTU3", Signal::Otu3, Slots::Opu3By32, 40e9),
        ("OTU4", Signal::Otu4, Slots::Opu4, 100e9),
    ];
    let name = field.text()?;
    let Some((_, otu, slots, nominal_bit_per_s)) = all.into_iter().find(|one| one.0 == name) else {
        return Err(field.unknown("line", name, all.map(|one| one.0)));
    };
    Ok(LineKind {
        otu,
        slots,
        nominal_bit_per_s,
        trx_type: cursor.required("trx_type")?.name()?,
        trx_mode: cursor.name_at("trx_mode")?,
        spacing_hz: cursor.required("spacing")?.positive()?,
    })
}

type Made = Result<(Client, i64), (&'static str, String)>;

/// A client and how many there are of it, or what is wrong with it.
fn client(cursor: &Cursor<'_>, wish: &Wish, odu_of: OduOf<'_>) -> Result<Made, FileError> {
    let id = cursor.required("id")?.name()?;
    let count = cursor.optional("count")?.map_or(Ok(1), |field| field.integer())?;
    if !(1..=MOST_EQUAL).contains(&count) {
        return Ok(Err(("count", format!("client '{id}': {count}, expected 1 to {MOST_EQUAL}"))));
    }
    let mut ends = [0; 2];
    for (end, key) in ends.iter_mut().zip(["source", "destination"]) {
        let name = cursor.required(key)?.name()?;
        let Some(at) = wish.sites.iter().position(|site| *site == name) else {
            let hint = Hint::for_name(&name, wish.sites.iter().map(String::as_str));
            let what = format!("client '{id}': '{name}' is no transceiver of the network{hint}");
            return Ok(Err((key, what)));
        };
        *end = at;
    }
    if ends[0] == ends[1] {
        return Ok(Err(("destination", format!("client '{id}': source and destination are one"))));
    }
    let kind = cursor.required("client")?.name()?;
    let rate = cursor.number_at("rate")?;
    let odu = match odu(&kind, rate, odu_of) {
        Ok(odu) => odu,
        Err((field, what)) => return Ok(Err((field, format!("client '{id}': {what}")))),
    };
    let Some(slots) = slots(&wish.line, odu) else {
        let otu = wish.line.otu;
        let what = format!("client '{id}': {odu} does not go into an {otu} in one stage");
        return Ok(Err(("client", what)));
    };
    Ok(Ok((Client { id, ends, kind, odu, slots }, count)))
}

/// The ODU of a client: an ODU by its name, an ODUflex by its rate, else who knows clients is asked.
fn odu(kind: &str, rate: Option<f64>, odu_of: OduOf<'_>) -> Result<Signal, (&'static str, String)> {
    /// More than any ODU has, bit/s.
    const MOST: f64 = 1e12;
    let fixed = [
        ("odu0", Signal::Odu0),
        ("odu1", Signal::Odu1),
        ("odu2", Signal::Odu2),
        ("odu2e", Signal::Odu2e),
        ("odu3", Signal::Odu3),
        ("odu4", Signal::Odu4),
    ];
    let name = kind.to_ascii_lowercase();
    if name == "oduflex" {
        let rate =
            rate.ok_or(("rate", "an oduflex needs the bit rate of its client".to_owned()))?;
        if !(1.0..=MOST).contains(&rate) {
            return Err(("rate", format!("{rate} bit/s, expected 1 to {MOST}")));
        }
        return Ok(Signal::Oduflex(FlexRate::cbr(Ratio::new(rate as u128, 1))));
    }
    if rate.is_some() {
        return Err(("rate", format!("only an oduflex has one, found '{kind}'")));
    }
    let known = fixed.into_iter().find(|one| one.0 == name).map(|one| one.1);
    known
        .or_else(|| odu_of(&name))
        .ok_or_else(|| ("client", format!("no client is called '{kind}'")))
}

/// Slots that an ODU takes in a line: all of them if it is the line's own.
//= g709:19.6-slots-needed
fn slots(line: &LineKind, odu: Signal) -> Option<usize> {
    if odu == line.slots.odu() { Some(line.slots.count()) } else { slots_needed(line.slots, odu) }
}
