//! The events that can be injected, by name: what each changes, and the defect that a sink shows.
//!
//! Clauses: G.798 6.2 (defects), G.709 16 (maintenance signals). In: `sm-bei(4)` and the like. Out: an
//! [`Event`]; or the list of all of them.

use otn_frame::overhead::TcmLevel;
use otn_proc::odu::source::Maintenance;
use serde::Serialize;

use super::NotAnInjection;

/// Whose monitoring field an event changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// SM.
    Section,
    /// TCM of a level.
    Tandem(TcmLevel),
    /// PM.
    Path,
}

/// What is wrong in a monitoring field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Backward defect indication.
    Bdi,
    /// Another trail trace.
    Tim,
    /// Incoming alignment error.
    Iae,
    /// Backward incoming alignment error.
    Biae,
    /// So many violations told backward in each frame.
    Bei(u8),
    /// So many wrong bits of the BIP-8 in each frame.
    Bip(u8),
    /// Wrong bits of the BIP-8 in this share of the frames.
    Deg(f64),
    /// The octets of a maintenance signal.
    Maintenance(Maintenance),
    /// The octets of a level without a source.
    Ltc,
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A dark line.
    Los,
    /// A dark line, and one that is so many bits longer afterwards.
    Cut(u64),
    /// PN-11 in the place of the line.
    OtuAis,
    /// The FAS of this lane inverted.
    LofLane(u8),
    /// No marker in this lane.
    Lor(u8),
    /// The marker of lane 0 in lane 1 too.
    Lol,
    /// The FAS inverted.
    Lof,
    /// The MFAS stands still.
    Lom,
    /// A monitoring field.
    Monitor(Point, Fault),
    /// A maintenance signal in the place of the ODU.
    Odu(Maintenance),
    /// The FAS of an ODU in tributary slots inverted.
    Loflom,
    /// Another payload type.
    Plm,
    /// The MSI of one ODU in tributary slots.
    Msim,
    /// The OMFI inverted.
    Loomfi,
    /// The client has failed.
    Csf,
    /// The core headers of GFP.
    Lfd,
    /// Type headers of GFP with an extension header.
    Exm,
    /// Type headers of GFP with another user payload.
    Upm,
}

/// A line of the list of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Described {
    /// Its name, with the argument that it may have.
    pub event: String,
    /// The layer: OTSi, OTU, TCM1 to TCM6, ODU or OPU.
    pub layer: String,
    /// What it changes.
    pub changes: String,
    /// What a sink should show.
    pub shows: String,
}

/// Share of frames that counts as degraded: above 15 %, the default threshold.
const DEGRADED: f64 = 0.2;
/// Bits by which a line is longer after a cut, unless the event says otherwise.
const LONGER: u64 = 4_711;
/// Bits of a frame on the line: a cut by more is one by less.
const MOST_LONGER: u64 = otn_frame::layout::OTU_BITS - 1;

/// Name, event, layer, what changes, what a sink shows.
type Row = (&'static str, Event, &'static str, &'static str, &'static str);

/// Events that are no monitoring field.
const WHOLE: [Row; 19] = [
    ("los", Event::Los, "OTSi", "the line is dark: all zeros", "dLOS, dLOF"),
    ("cut", Event::Cut(LONGER), "OTSi", "the line is dark, then BITS bits longer", "dLOS, dLOF"),
    ("lofl", Event::LofLane(0), "OTU", "the FAS of logical lane LANE inverted", "dLOFLANE, dLOL"),
    ("lor", Event::Lor(0), "OTU", "the marker of logical lane LANE is none", "dLOR, dLOL"),
    ("lol", Event::Lol, "OTU", "lane 1 has the markers of lane 0", "dLOL"),
    ("otu-ais", Event::OtuAis, "OTU", "unframed PN-11 in the place of the line", "OTU dAIS"),
    ("lof", Event::Lof, "OTU", "the six octets of the FAS inverted", "dLOF"),
    ("lom", Event::Lom, "OTU", "the MFAS stands still", "dLOM"),
    (
        "odu-ais",
        Event::Odu(Maintenance::Ais),
        "ODU",
        "FF over all but FA and OTU overhead; STAT 111",
        "ODU dAIS",
    ),
    (
        "odu-oci",
        Event::Odu(Maintenance::Oci),
        "ODU",
        "66 over all but FA and OTU overhead; STAT 110",
        "ODU dOCI",
    ),
    (
        "odu-lck",
        Event::Odu(Maintenance::Lck),
        "ODU",
        "55 over all but FA and OTU overhead; STAT 101",
        "ODU dLCK",
    ),
    ("loflom", Event::Loflom, "ODU", "the FAS of the ODU at PLACE inverted", "dLOFLOM"),
    ("plm", Event::Plm, "OPU", "PSI[0] is payload type 80", "dPLM"),
    ("msim", Event::Msim, "OPU", "port inverted in the MSI of the ODU at PLACE", "dMSIM"),
    ("loomfi", Event::Loomfi, "OPU", "the OMFI of an OPU4 inverted", "dLOOMFI"),
    (
        "csf",
        Event::Csf,
        "OPU",
        "the client fails: PSI[2] bit 1, replacement signal or GFP frames that tell so",
        "dCSF",
    ),
    ("lfd", Event::Lfd, "OPU", "two wrong bits in each core header of GFP", "dLFD"),
    ("exm", Event::Exm, "OPU", "client frames of GFP have a linear extension header", "dEXM"),
    ("upm", Event::Upm, "OPU", "client frames of GFP have UPI FE", "dUPM"),
];

/// What can be wrong in a field: name, fault, what changes, what a sink shows.
const FAULTS: [(&str, Fault, &str, &str); 11] = [
    ("bdi", Fault::Bdi, "BDI is 1", "dBDI"),
    ("tim", Fault::Tim, "another TTI: SAPI and DAPI are WRONG-TRACE", "dTIM"),
    ("iae", Fault::Iae, "IAE is told", "dIAE"),
    ("biae", Fault::Biae, "BEI/BIAE is 1011", "dBIAE"),
    ("bei", Fault::Bei(1), "BEI is N", "errors counted at the far end"),
    ("bip", Fault::Bip(1), "N wrong bits of BIP-8 in each frame", "errors counted"),
    ("deg", Fault::Deg(DEGRADED), "a wrong bit of BIP-8 in this SHARE of the frames", "dDEG"),
    ("ais", Fault::Maintenance(Maintenance::Ais), "the field is FF FF FF: STAT 111", "dAIS"),
    ("oci", Fault::Maintenance(Maintenance::Oci), "the field is 66 66 66: STAT 110", "dOCI"),
    ("lck", Fault::Maintenance(Maintenance::Lck), "the field is 55 55 55: STAT 101", "dLCK"),
    ("ltc", Fault::Ltc, "the field is 00 00 00: STAT 000", "dLTC"),
];

impl Point {
    /// All of them.
    fn all() -> impl Iterator<Item = Self> {
        let levels = TcmLevel::all().map(Self::Tandem);
        [Self::Section, Self::Path].into_iter().chain(levels)
    }

    /// The beginning of the names of its events.
    fn prefix(self) -> String {
        match self {
            Self::Section => "sm".into(),
            Self::Path => "pm".into(),
            Self::Tandem(level) => format!("tcm{}", level.get()),
        }
    }

    fn layer(self) -> String {
        match self {
            Self::Section => "OTU".into(),
            Self::Path => "ODU".into(),
            Self::Tandem(level) => format!("TCM{}", level.get()),
        }
    }

    /// True where its field can say that.
    const fn has(self, fault: Fault) -> bool {
        match fault {
            Fault::Bdi | Fault::Tim | Fault::Bei(_) | Fault::Bip(_) | Fault::Deg(_) => true,
            Fault::Iae | Fault::Biae => !matches!(self, Self::Path),
            Fault::Maintenance(_) | Fault::Ltc => matches!(self, Self::Tandem(_)),
        }
    }
}

impl Event {
    /// True for what only an OTU has.
    pub const fn needs_otu(self) -> bool {
        let section = matches!(self, Self::Monitor(Point::Section, _));
        let line = matches!(self, Self::Los | Self::Cut(_) | Self::OtuAis);
        section || line || self.needs_lanes() || matches!(self, Self::Lof | Self::Lom)
    }

    /// True for what only a single line has.
    pub const fn needs_single_line(self) -> bool {
        matches!(self, Self::Cut(_) | Self::OtuAis)
    }

    /// True for what only parallel lanes have.
    pub const fn needs_lanes(self) -> bool {
        matches!(self, Self::LofLane(_) | Self::Lor(_) | Self::Lol)
    }

    /// The logical lane that it is about, if it is one that is named.
    pub const fn lane(self) -> Option<u8> {
        match self {
            Self::LofLane(lane) | Self::Lor(lane) => Some(lane),
            _ => None,
        }
    }

    /// True where it stands at an ODU in tributary slots only.
    pub const fn needs_place(self) -> bool {
        matches!(self, Self::Msim | Self::Loflom)
    }

    /// The level of tandem connection monitoring that it is about.
    pub const fn level(self) -> Option<TcmLevel> {
        match self {
            Self::Monitor(Point::Tandem(level), _) => Some(level),
            _ => None,
        }
    }

    /// What may stand in brackets behind its name.
    const fn argument(self) -> Option<&'static str> {
        match self {
            Self::Cut(_) => Some("BITS"),
            Self::LofLane(_) | Self::Lor(_) => Some("LANE"),
            Self::Monitor(_, Fault::Bei(_) | Fault::Bip(_)) => Some("N"),
            Self::Monitor(_, Fault::Deg(_)) => Some("SHARE"),
            _ => None,
        }
    }

    /// The same with another argument.
    fn with(self, argument: &str) -> Result<Self, NotAnInjection> {
        let refuse = |expected: &str| NotAnInjection::new("argument", argument, expected);
        let number = |least: u64, most: u64, expected: &str| {
            let number = argument.parse::<u64>().ok().filter(|n| (least..=most).contains(n));
            number.ok_or_else(|| refuse(expected))
        };
        let lane = || number(0, 19, "a lane from 0 to 19").map(|n| n as u8);
        let octet = || number(1, 8, "a number from 1 to 8").map(|n| n as u8);
        Ok(match self {
            Self::Cut(_) => Self::Cut(number(0, MOST_LONGER, "a number of bits up to 130559")?),
            Self::LofLane(_) => Self::LofLane(lane()?),
            Self::Lor(_) => Self::Lor(lane()?),
            Self::Monitor(point, Fault::Bei(_)) => Self::Monitor(point, Fault::Bei(octet()?)),
            Self::Monitor(point, Fault::Bip(_)) => Self::Monitor(point, Fault::Bip(octet()?)),
            Self::Monitor(point, Fault::Deg(_)) => {
                let share = argument.parse::<f64>().ok().filter(|s| *s > 0.0 && *s <= 1.0);
                let expected = "a share of the frames above 0 and up to 1, such as 0.2";
                Self::Monitor(point, Fault::Deg(share.ok_or_else(|| refuse(expected))?))
            }
            _ => return Err(refuse("no argument for this event")),
        })
    }

    /// Every event by its name.
    fn named() -> impl Iterator<Item = (String, Self)> {
        let whole = WHOLE.iter().map(|(name, event, ..)| (name.to_string(), *event));
        let fields = Point::all().flat_map(|point| {
            let of_point = FAULTS.iter().filter(move |row| point.has(row.1));
            of_point.map(move |(name, fault, ..)| {
                (format!("{}-{name}", point.prefix()), Self::Monitor(point, *fault))
            })
        });
        whole.chain(fields)
    }

    /// Reads a name, with an argument in brackets where the event has one.
    ///
    /// # Errors
    /// A name that is none, an argument that cannot be.
    pub fn from_text(text: &str) -> Result<Self, NotAnInjection> {
        let (name, argument) = match text.split_once('(') {
            None => (text, None),
            Some((name, rest)) => {
                let inside = rest.strip_suffix(')');
                let open = || NotAnInjection::new("event", text, "`)` behind the argument");
                (name, Some(inside.ok_or_else(open)?))
            }
        };
        let found = Self::named().find(|(known, _)| known == name);
        let unknown =
            || NotAnInjection::new("event", name, "one of those that `--inject list` prints");
        let (_, event) = found.ok_or_else(unknown)?;
        argument.map_or(Ok(event), |argument| event.with(argument))
    }
}

/// All events, server layers first.
pub fn list() -> Vec<Described> {
    let argument = |event: Event| event.argument().map_or(String::new(), |a| format!("({a})"));
    let place = |event: Event| if event.needs_place() { "/PLACE" } else { "" };
    let whole = WHOLE.iter().map(|(name, event, layer, changes, shows)| Described {
        event: format!("{name}{}{}", argument(*event), place(*event)),
        layer: layer.to_string(),
        changes: changes.to_string(),
        shows: shows.to_string(),
    });
    let fields = Point::all().flat_map(|point| {
        let of_point = FAULTS.iter().filter(move |row| point.has(row.1));
        of_point.map(move |(name, fault, changes, shows)| {
            let event = Event::Monitor(point, *fault);
            let layer = point.layer();
            let shows =
                if shows.starts_with('d') { format!("{layer} {shows}") } else { (*shows).into() };
            let event = format!("{}-{name}{}", point.prefix(), argument(event));
            Described { event, layer, changes: changes.to_string(), shows }
        })
    });
    whole.chain(fields).collect()
}

/// The list as text.
pub fn table(list: &[Described]) -> String {
    let width = |of: fn(&Described) -> &str| {
        list.iter().map(|row| of(row).chars().count()).max().unwrap_or(0)
    };
    let (event, changes) = (width(|row| &row.event), width(|row| &row.changes));
    let line = |row: &Described| {
        let Described { event: name, layer, changes: what, shows } = row;
        format!("{name:event$}  {layer:4}  {what:changes$}  {shows}\n")
    };
    list.iter().map(line).collect()
}
