//! One frame as an annotated grid: every overhead field, its bits, what they say, and the clause.
//!
//! In: a frame that is aligned, descrambled and corrected, and what is known around it
//! ([`FrameContext`]). Out: [`Grid`], a tree for JSON, and [`text`], a table for a terminal of 100
//! columns with a drawing of the frame above it. Nothing here remembers earlier frames.

mod draw;
mod monitoring;
mod payload;

use std::fmt::Write as _;

use otn_frame::bip::Bip8;
use otn_frame::layout::{self, FIELDS, Field};
use otn_frame::overhead::{PathMonitoring, PayloadType};
use otn_frame::{Frame, OduFrame, Signal};
use serde::Serialize;

use crate::places::{self, Place};
use crate::text::wrap;

/// What is known about a frame beside its octets.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameContext {
    /// Number of the frame, from 0.
    pub number: u64,
    /// Time of its first bit in nanoseconds.
    pub time_ns: Option<u64>,
    /// The signal; which OPU multiplexes how depends on it.
    pub signal: Option<Signal>,
    /// The payload type, accepted or received last: what JC and PSI mean depends on it.
    pub payload_type: Option<PayloadType>,
    /// BIP-8 computed over the frame two before, which this one carries.
    pub bip8_due: Option<Bip8>,
}

/// A frame taken apart.
#[derive(Clone, Debug, Serialize)]
pub struct Grid {
    /// Number of the frame, from 0.
    pub frame: u64,
    /// Time of its first bit in nanoseconds, where it is known.
    pub time_ns: Option<u64>,
    /// Name of the signal, where it is known.
    pub signal: Option<&'static str>,
    /// Columns of a row: 4080 with a FEC area, 3824 without.
    pub columns: usize,
    /// MFAS as received.
    pub mfas: u8,
    /// Payload type in hexadecimal and what it stands for, where it is known.
    pub payload_type: Option<String>,
    /// The fields in transmission order; monitoring fields and some others in parts.
    pub rows: Vec<GridRow>,
    /// First octets of payload and FEC area of each row, in hexadecimal.
    pub areas: Vec<Area>,
}

/// A field, or a part of one.
#[derive(Clone, Debug, Serialize)]
pub struct GridRow {
    /// Row, from 1.
    pub row: usize,
    /// First column, from 1.
    pub column: usize,
    /// Name, as `--watch` takes it.
    pub name: String,
    /// Octets in hexadecimal.
    pub octets: String,
    /// Bits of a single octet, first to last; a dot for each that belongs to another part.
    pub bits: Option<String>,
    /// What they say.
    pub meaning: String,
    /// Clause of G.709.
    pub clause: &'static str,
    /// Worth a look: a defect, a failed check, or a reserved octet that is not zero.
    pub attention: bool,
}

/// First octets of the large areas of a row.
#[derive(Clone, Debug, Serialize)]
pub struct Area {
    /// Row, from 1.
    pub row: usize,
    /// Payload, from column 17.
    pub payload: String,
    /// FEC area, from column 3825; `null` where the frame has none.
    pub fec: Option<String>,
}

/// What a value says, and whether it is worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Meaning {
    text: String,
    attention: bool,
}

impl Meaning {
    fn fine(text: impl Into<String>) -> Self {
        Self { text: text.into(), attention: false }
    }

    fn look(text: impl Into<String>) -> Self {
        Self { text: text.into(), attention: true }
    }

    fn new(text: impl Into<String>, attention: bool) -> Self {
        Self { text: text.into(), attention }
    }
}

/// Octets of payload and of FEC shown of each row.
const PAYLOAD_SHOWN: usize = 8;
const FEC_SHOWN: usize = 4;

/// Takes a frame apart.
pub fn grid<const COLS: usize>(frame: &Frame<COLS>, context: &FrameContext) -> Grid {
    let subject = Subject::new(frame, context);
    let rows = FIELDS.iter().flat_map(|field| field_rows(&subject, *field)).collect();
    let areas = (1..).zip(frame.rows()).map(|(row, octets)| area(row, octets)).collect();
    Grid {
        frame: context.number,
        time_ns: context.time_ns,
        signal: context.signal.map(Signal::name),
        columns: COLS,
        mfas: frame.octet(layout::MFAS),
        payload_type: context.payload_type.map(described),
        rows,
        areas,
    }
}

fn described(payload_type: PayloadType) -> String {
    format!("{payload_type} ({})", payload_type.meaning().unwrap_or("reserved"))
}

fn area(row: usize, octets: &[u8]) -> Area {
    let shown = |from: usize, count| hex(&octets[from..from + count]);
    let fec = layout::FEC_RANGE.start;
    Area {
        row,
        payload: shown(layout::PAYLOAD_RANGE.start, PAYLOAD_SHOWN),
        fec: (octets.len() > fec).then(|| shown(fec, FEC_SHOWN)),
    }
}

fn hex(octets: &[u8]) -> String {
    let octets: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    octets.join(" ")
}

/// A frame as far as the meanings need it.
struct Subject<'a> {
    context: &'a FrameContext,
    /// The overhead, and the first column of payload, which holds the PJO; nothing behind it.
    overhead: OduFrame,
    mfas: u8,
    /// Name and fill of the maintenance signal, where there is one.
    maintenance: Option<(&'static str, u8)>,
}

impl<'a> Subject<'a> {
    fn new<const COLS: usize>(frame: &Frame<COLS>, context: &'a FrameContext) -> Self {
        let mut overhead = OduFrame::zeroed();
        for (to, from) in overhead.rows_mut().iter_mut().zip(frame.rows()) {
            let shown = ..=layout::PAYLOAD_RANGE.start;
            to[shown].copy_from_slice(&from[shown]);
        }
        let maintenance = monitoring::maintenance(PathMonitoring::read(frame).stat);
        Self { context, overhead, mfas: frame.octet(layout::MFAS), maintenance }
    }

    fn octet(&self, field: Field) -> u8 {
        self.overhead.octet(field)
    }

    fn octets(&self, place: &Place) -> &[u8] {
        place.octets_in(&self.overhead).unwrap_or_default()
    }
}

/// The rows of a field: its parts where it has some, else itself.
fn field_rows(subject: &Subject<'_>, field: Field) -> Vec<GridRow> {
    let parts = places::parts(field);
    if !parts.is_empty() {
        let mut rows: Vec<GridRow> =
            parts.iter().map(|part| monitoring_row(subject, field, part)).collect();
        // STAT of PM itself is what tells the maintenance signal.
        rows.iter_mut().filter(|row| row.name != PM_STAT).for_each(|row| note_fill(subject, row));
        return rows;
    }
    let whole = Place {
        name: field.name.to_string(),
        row: field.row,
        column: field.col,
        octets: field.octets,
        bits: None,
    };
    let (meaning, clause) = meaning_of(subject, field, subject.octets(&whole));
    let mut rows = vec![row(subject, &whole, meaning, clause)];
    rows.iter_mut().for_each(|row| note_fill(subject, row));
    if let Some(pjo) = places::find("PJO").filter(|_| field == layout::NJO) {
        let meaning = payload::pjo(subject);
        rows.extend(meaning.map(|meaning| row(subject, &pjo, meaning, payload::CBR)));
    }
    rows
}

/// Name of the row that tells a maintenance signal.
const PM_STAT: &str = "PM.STAT";

/// During a maintenance signal an octet of its fill says nothing else. Frame alignment and OTU
/// overhead are not part of it.
fn note_fill(subject: &Subject<'_>, row: &mut GridRow) {
    let outside = row.row == 1 && row.column <= layout::OPU_RANGE.start;
    let Some((signal, fill)) = subject.maintenance.filter(|_| !outside) else { return };
    let fill = format!("{fill:02X}");
    if row.octets.split(' ').all(|octet| octet == fill) {
        row.meaning = format!("{FILL} {signal}");
        row.attention = false;
    }
}

/// Start of the meaning of an octet that only fills.
const FILL: &str = "fill of";

fn monitoring_row(subject: &Subject<'_>, field: Field, part: &Place) -> GridRow {
    let (meaning, clause) = monitoring::meaning(subject, field, part);
    row(subject, part, meaning, clause)
}

fn row(subject: &Subject<'_>, place: &Place, meaning: Meaning, id: &'static str) -> GridRow {
    let octets = subject.octets(place);
    let bits = match *octets {
        [octet] => Some(bits(octet, place)),
        _ => None,
    };
    GridRow {
        row: place.row,
        column: place.column,
        name: place.name.clone(),
        octets: hex(octets),
        bits,
        meaning: meaning.text,
        clause: clause(id),
        attention: meaning.attention,
    }
}

/// Bits of an octet, dots for those outside the place.
fn bits(octet: u8, place: &Place) -> String {
    let inside = |at: u8| place.bits.is_none_or(|b| (b.first..=b.last).contains(&at));
    let digits = format!("{octet:08b}");
    (1..).zip(digits.chars()).map(|(at, digit)| if inside(at) { digit } else { '.' }).collect()
}

/// Clause of a requirement: `15.6.2.1` of `g709:15.6.2.1-fas`.
fn clause(id: &'static str) -> &'static str {
    let rest = id.split_once(':').map_or(id, |(_, rest)| rest);
    rest.split_once('-').map_or(rest, |(clause, _)| clause)
}

/// Requirement that places fields which have none of their own.
const POSITIONS: &str = "g709:15.6-field-positions";

/// What a field without parts says, and the id of the requirement behind it.
fn meaning_of(subject: &Subject<'_>, field: Field, octets: &[u8]) -> (Meaning, &'static str) {
    match field {
        layout::FAS => (alignment(octets), "g709:15.6.2.1-fas"),
        layout::MFAS => {
            (Meaning::fine(format!("frame {} of the multiframe", subject.mfas)), POSITIONS)
        }
        layout::PM_TCM => (monitoring::delay(octets), monitoring::DELAY),
        layout::APS_PCC => {
            let channel = monitoring::aps_channel(subject.mfas);
            (Meaning::fine(format!("channel of {channel}")), monitoring::APS)
        }
        layout::PSI => payload::psi(subject.context, subject.mfas, first(octets)),
        layout::JC1 | layout::JC2 | layout::JC3 | layout::JC4 | layout::JC5 | layout::JC6 => {
            payload::justification(subject, field)
        }
        layout::NJO => payload::njo(subject, first(octets)),
        layout::RES_OTU | layout::RES_ODU | layout::RES_ODU_END => (reserved(octets), POSITIONS),
        other => (Meaning::fine(channel(other, octets)), POSITIONS),
    }
}

fn first(octets: &[u8]) -> u8 {
    octets.first().copied().unwrap_or_default()
}

fn alignment(octets: &[u8]) -> Meaning {
    let pairs = octets.iter().zip(otn_frame::frame::FAS_PATTERN);
    match pairs.map(|(found, expected)| (found ^ expected).count_ones()).sum::<u32>() {
        0 => Meaning::fine("as it should be"),
        wrong => Meaning::look(format!("{wrong} bits differ from F6 F6 F6 28 28 28")),
    }
}

fn reserved(octets: &[u8]) -> Meaning {
    if octets.iter().all(|&octet| octet == 0) {
        Meaning::fine("reserved")
    } else {
        Meaning::look("reserved, and not zero")
    }
}

/// A channel or an experimental octet: what it is for, and whether anything is in it.
fn channel(field: Field, octets: &[u8]) -> String {
    let idle = octets.iter().all(|&octet| octet == 0);
    format!("{}{}", field.about, if idle { "; zeros" } else { "" })
}

/// Widths of the table: mark, place, name, octets, bits, meaning; the clause is last.
const PLACE_WIDTH: usize = 6;
const NAME_WIDTH: usize = 11;
const OCTETS_WIDTH: usize = 17;
const BITS_WIDTH: usize = 8;
const MEANING_WIDTH: usize = 38;

/// The grid for a terminal of 100 columns. A TCM level that is not in use takes one line.
pub fn text(grid: &Grid) -> String {
    let mut out = draw::head(grid);
    let title = ["at", "field", "octets", "bits", "meaning"];
    out.push_str(&line(" ", title, "G.709"));
    for rows in grid.rows.chunk_by(|a, b| level(a).is_some() && level(a) == level(b)) {
        match folded(rows) {
            Some(row) => out.push_str(&row_text(&row)),
            None => rows.iter().for_each(|row| out.push_str(&row_text(row))),
        }
    }
    let marked = grid.rows.iter().filter(|row| row.attention).count();
    if marked > 0 {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{marked} marked with ! are worth a look");
    }
    out
}

/// The TCM level a row is a part of.
fn level(row: &GridRow) -> Option<&str> {
    row.name.split_once('.').map(|(field, _)| field).filter(|field| field.starts_with("TCM"))
}

/// All parts of a TCM level as one row, where none of them says anything: zeros, or fill.
fn folded(rows: &[GridRow]) -> Option<GridRow> {
    let (first, last) = (rows.first()?, rows.last()?);
    let name = level(first)?.to_string();
    let silent = |row: &GridRow| row.octets == "00" || row.meaning.starts_with(FILL);
    let octets = (first.column..=last.column).map(|_| first.octets.as_str());
    let octets = octets.collect::<Vec<&str>>().join(" ");
    let column = first.column;
    rows.iter().all(silent).then(|| GridRow { column, name, octets, bits: None, ..last.clone() })
}

fn row_text(row: &GridRow) -> String {
    let mark = if row.attention { "!" } else { " " };
    let place = format!("r{}c{}", row.row, row.column);
    let bits = row.bits.as_deref().unwrap_or_default();
    let mut pieces = wrap(&row.meaning, MEANING_WIDTH).into_iter();
    let start = pieces.next().unwrap_or_default();
    let mut out = line(mark, [&place, &row.name, &row.octets, bits, &start], row.clause);
    pieces.for_each(|piece| out.push_str(&line(" ", ["", "", "", "", &piece], "")));
    out
}

fn line(mark: &str, cells: [&str; 5], clause: &str) -> String {
    let [place, name, octets, bits, meaning] = cells;
    let line = format!(
        "{mark} {place:PLACE_WIDTH$} {name:NAME_WIDTH$} {octets:OCTETS_WIDTH$} \
         {bits:BITS_WIDTH$} {meaning:MEANING_WIDTH$} {clause}"
    );
    line.trim_end().to_string() + "\n"
}

#[cfg(test)]
mod tests;
