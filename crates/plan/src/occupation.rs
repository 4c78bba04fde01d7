//! What a network carries already: channels, reserved slots, guard bands. A file, in and out.
//!
//! In: a text with its file name. Out: [`Occupation`], and the same as JSON. The form is ours:
//!
//! ```json
//! {"guard-slots": 0,
//!  "channels": [
//!    {"id": "c1", "route": ["trx A", "roadm A", "roadm B", "trx B"], "N": -40, "M": 4,
//!     "trx_type": "vendorA_trx-type1", "trx_mode": "mode 1", "tx_power_dbm": 0.0},
//!    {"id": "alien", "route": ["trx A", "roadm A", "roadm B", "trx B"], "N": 0, "M": 4, "bidirectional": false,
//!     "foreign": {"baud_rate": 32e9, "roll_off": 0.15, "OSNR": 12, "tx_osnr": 40}}],
//!  "reserved": [{"id": "later", "N": 200, "M": 16, "lines": [{"from": "roadm A", "to": "roadm B"}]}]}
//! ```
//!
//! A route names transceivers and ROADMs; where several lines join two ROADMs, an element of the one meant stands
//! between them. What a file says is looked up in the network by who plans ([`crate::path_request`]).

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::error::{FileError, Loaded, Problem};
use crate::input::{Cursor, Document, Source};

/// A channel of somebody else's transceivers.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// Symbol rate, Bd.
    pub baud_rate: f64,
    /// Roll-off.
    pub roll_off: f64,
    /// OSNR its receiver needs in 0.1 nm, dB; not judged if `None`.
    pub osnr_db: Option<f64>,
    /// OSNR of its transmitter in 0.1 nm, dB; that of the library's comb if `None`.
    pub tx_osnr_db: Option<f64>,
}

/// What transceivers a channel has.
#[derive(Clone, Debug, PartialEq)]
pub enum Equipment {
    /// A type of the library, and its mode.
    Mode {
        /// Name of the type.
        trx_type: String,
        /// Name of the mode.
        trx_mode: String,
    },
    /// Somebody else's.
    Foreign(Foreign),
}

/// A channel that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct ExistingChannel {
    /// Name.
    pub id: String,
    /// Elements of its route, in order.
    pub route: Vec<String>,
    /// Centre, in steps of 6.25 GHz from 193.1 THz.
    pub n: i64,
    /// Half width, in steps of 6.25 GHz.
    pub m: i64,
    /// Its transceivers.
    pub equipment: Equipment,
    /// Power it is launched with, dBm; that of the mode or the library if `None`.
    pub tx_power_dbm: Option<f64>,
    /// Whether the way back carries it too.
    pub bidirectional: bool,
}

/// Slots that nobody gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// Name.
    pub id: String,
    /// Centre, in steps of 6.25 GHz from 193.1 THz.
    pub n: i64,
    /// Half width, in steps of 6.25 GHz.
    pub m: i64,
    /// ROADMs at both ends of each line it holds for, in both directions; all lines if empty.
    pub lines: Vec<[String; 2]>,
}

/// What a network carries already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Occupation {
    /// Name of the file, for messages.
    pub file: String,
    /// Slots of 6.25 GHz that stay free between a new channel and any other.
    pub guard_slots: i64,
    /// Channels, in the order of the file.
    pub channels: Vec<ExistingChannel>,
    /// Reserved slots, in the order of the file.
    pub reserved: Vec<Reserved>,
}

impl Occupation {
    /// Reads an occupation file.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed.
    pub fn load(source: Source<'_>) -> Result<Loaded<Self>, FileError> {
        let document = Document::parse(source)?;
        let root = document.root("");
        root.known(&["guard-slots", "channels", "reserved"])?;
        let guard = root.optional("guard-slots")?;
        let guard_slots = guard.map(|field| whole(&field, 0)).transpose()?.unwrap_or(0);
        let mut names = HashSet::new();
        let mut once = |cursor: &Cursor<'_>, id: &String| {
            if names.insert(id.clone()) {
                return Ok(());
            }
            let problem = Problem::Duplicate { what: "id", name: id.clone() };
            Err(cursor.required("id")?.error(problem))
        };
        let (mut channels, mut reserved) = (Vec::new(), Vec::new());
        for cursor in root.list("channels")? {
            let one = channel(&cursor)?;
            once(&cursor, &one.id)?;
            channels.push(one);
        }
        for cursor in root.list("reserved")? {
            let one = reservation(&cursor)?;
            once(&cursor, &one.id)?;
            reserved.push(one);
        }
        let value = Self { file: source.name.to_owned(), guard_slots, channels, reserved };
        Ok(Loaded { value, warnings: document.into_warnings() })
    }

    /// The document.
    pub fn to_json(&self) -> Value {
        let channels = self.channels.iter().map(|channel| {
            let mut all = Map::from_iter([
                ("id".to_owned(), json!(channel.id)),
                ("route".to_owned(), json!(channel.route)),
                ("N".to_owned(), json!(channel.n)),
                ("M".to_owned(), json!(channel.m)),
                ("bidirectional".to_owned(), json!(channel.bidirectional)),
            ]);
            match &channel.equipment {
                Equipment::Mode { trx_type, trx_mode } => {
                    all.insert("trx_type".into(), json!(trx_type));
                    all.insert("trx_mode".into(), json!(trx_mode));
                }
                Equipment::Foreign(foreign) => {
                    let mut values = Map::from_iter([
                        ("baud_rate".to_owned(), json!(foreign.baud_rate)),
                        ("roll_off".to_owned(), json!(foreign.roll_off)),
                    ]);
                    for (key, value) in [("OSNR", foreign.osnr_db), ("tx_osnr", foreign.tx_osnr_db)]
                    {
                        value.map(|value| values.insert(key.into(), json!(value)));
                    }
                    all.insert("foreign".into(), Value::Object(values));
                }
            }
            if let Some(power) = channel.tx_power_dbm {
                all.insert("tx_power_dbm".into(), json!(power));
            }
            Value::Object(all)
        });
        let reserved = self.reserved.iter().map(|one| {
            let lines = one.lines.iter().map(|[from, to]| json!({"from": from, "to": to}));
            json!({"id": one.id, "N": one.n, "M": one.m, "lines": lines.collect::<Vec<_>>()})
        });
        json!({
            "guard-slots": self.guard_slots,
            "channels": channels.collect::<Vec<_>>(),
            "reserved": reserved.collect::<Vec<_>>(),
        })
    }
}

/// A whole number of slots that is not less than `least`.
fn whole(field: &Cursor<'_>, least: i64) -> Result<i64, FileError> {
    /// Far more than any band has.
    const MOST: i64 = 100_000;
    let number = field.integer()?;
    if !(least..=MOST).contains(&number) {
        let expected = format!("a whole number of slots, {least} to {MOST}");
        return Err(field.range(number as f64, &expected));
    }
    Ok(number)
}

/// Centre and half width.
fn slots(cursor: &Cursor<'_>) -> Result<(i64, i64), FileError> {
    /// Far beyond any band.
    const FARTHEST: i64 = 1_000_000;
    let field = cursor.required("N")?;
    let n = field.integer()?;
    if n.abs() > FARTHEST {
        return Err(field.range(n as f64, "a slot of a band"));
    }
    Ok((n, whole(&cursor.required("M")?, 1)?))
}

fn channel(cursor: &Cursor<'_>) -> Result<ExistingChannel, FileError> {
    cursor.known(&[
        "id",
        "route",
        "N",
        "M",
        "trx_type",
        "trx_mode",
        "foreign",
        "tx_power_dbm",
        "bidirectional",
    ])?;
    let (n, m) = slots(cursor)?;
    let equipment = match cursor.optional("foreign")? {
        Some(field) => Equipment::Foreign(foreign(&field)?),
        None => Equipment::Mode {
            trx_type: cursor.required("trx_type")?.name()?,
            trx_mode: cursor.required("trx_mode")?.name()?,
        },
    };
    if let (Equipment::Foreign(_), Some(field)) = (&equipment, cursor.optional("trx_type")?) {
        let (found, expected) = ("a type and `foreign`".into(), "one of them".into());
        return Err(field.error(Problem::Conflict { found, expected }));
    }
    Ok(ExistingChannel {
        id: cursor.required("id")?.name()?,
        route: cursor.required("route")?.names()?,
        n,
        m,
        equipment,
        tx_power_dbm: cursor.number_at("tx_power_dbm")?,
        bidirectional: cursor.flag_at("bidirectional")?.unwrap_or(true),
    })
}

fn foreign(cursor: &Cursor<'_>) -> Result<Foreign, FileError> {
    /// Roll-off of one that gives none.
    const ROLL_OFF: f64 = 0.15;
    cursor.known(&["baud_rate", "roll_off", "OSNR", "tx_osnr"])?;
    let roll_off = cursor.optional("roll_off")?;
    if let Some(field) = &roll_off {
        let found = field.number()?;
        if !(0.0..=1.0).contains(&found) {
            return Err(field.range(found, "a number from 0 to 1"));
        }
    }
    Ok(Foreign {
        baud_rate: cursor.required("baud_rate")?.positive()?,
        roll_off: roll_off.map(|field| field.number()).transpose()?.unwrap_or(ROLL_OFF),
        osnr_db: cursor.number_at("OSNR")?,
        tx_osnr_db: cursor.number_at("tx_osnr")?,
    })
}

fn reservation(cursor: &Cursor<'_>) -> Result<Reserved, FileError> {
    cursor.known(&["id", "N", "M", "lines"])?;
    let (n, m) = slots(cursor)?;
    let mut lines = Vec::new();
    for item in cursor.list("lines")? {
        item.known(&["from", "to"])?;
        lines.push([item.required("from")?.name()?, item.required("to")?.name()?]);
    }
    Ok(Reserved { id: cursor.required("id")?.name()?, n, m, lines })
}
