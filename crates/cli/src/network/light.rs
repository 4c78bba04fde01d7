//! Light in the network file: the plant, and the lightpaths that lines go over.
//!
//! In: the entries of `photonic` and `lightpath`, texts of a topology and a library. Out: a plant with a lightpath
//! for each line that has one, or what is wrong.

use std::path::Path;

use otn_emu::channel::BitErrorRatio;
use otn_emu::light::{
    Amplification, Course, Direction, Event, Fill, Lightpath, LightpathId, ModeChoice, Options,
    Plant, PlantError, Span, SpanLine, Texts, TransceiverChoice, timeline,
};
use otn_emu::net::model::{LightState, Line};
use otn_frame::SimTime;
use otn_photon::modulation::Modulation;
use otn_plan::Source;
use serde_saphyr::{Location, Spanned};

use super::Reader;
use super::document::{Document, LightpathEntry, PhotonicEntry, SpanEntry, ThroughEntry};
use crate::network::notes::{FileError, Text};
use crate::units;

/// Loss of a span where none is given: that of standard fibre as planners reckon with it, dB/km.
const LOSS_DB_PER_KM: f64 = 0.2;
/// Type of a span's fibre where none is given.
const FIBRE: &str = "SSMF";
/// Width of a slot where none is given, Hz.
const SLOT_WIDTH_HZ: f64 = 50e9;

/// Constellations by their words.
const MODULATIONS: [(&str, Modulation); 6] = [
    ("BPSK", Modulation::Bpsk),
    ("QPSK", Modulation::Qpsk),
    ("8QAM", Modulation::Qam8),
    ("16QAM", Modulation::Qam16),
    ("32QAM", Modulation::Qam32),
    ("64QAM", Modulation::Qam64),
];

/// The light of a network.
#[derive(Debug)]
pub struct Light {
    /// Fibres, amplifiers, ROADMs and lightpaths.
    pub plant: Plant,
    /// The lightpath of each line of the plan, where it has one.
    pub lines: Vec<Option<LightpathId>>,
    /// What happens to the plant, in the order of time, each with the index of the user's event.
    pub events: Vec<(usize, Event)>,
    /// What the receivers of each lightpath have over time, forward and backward. Forward is from the first end of
    /// its line to the second.
    pub courses: Vec<[Course; 2]>,
}

/// Reads the text of a file.
pub(super) type Open<'a> = dyn FnMut(&Path) -> Result<String, String> + 'a;

impl Reader<'_> {
    /// Builds the plant if there is a line over light, and takes the delays of such lines from it.
    pub(super) fn light(
        &mut self,
        document: &Document,
        open: &mut Open<'_>,
    ) -> Result<(), FileError> {
        let photonic = document.photonic.as_ref();
        let (mut lightpaths, mut spans) = (Vec::new(), Vec::new());
        let mut lines = Vec::new();
        let mut first = None;
        for (index, (name, entry)) in document.lines.iter().enumerate() {
            let Some(lightpath) = &entry.value.lightpath else {
                lines.push(None);
                continue;
            };
            first = first.or(Some(lightpath.referenced));
            lines.push(Some(LightpathId(lightpaths.len())));
            let span_line = self.span_line(name, lightpath, photonic.is_some())?;
            let nodes = self.names_of(self.plan.lines[index].ends);
            let threshold = super::codes::threshold(&entry.value);
            let spans_here = span_line.as_ref();
            lightpaths.push(self.lightpath(name, lightpath, spans_here, nodes, threshold)?);
            spans.extend(span_line);
        }
        let Some(first) = photonic.map(|entry| entry.referenced).or(first) else { return Ok(()) };
        let plant = match photonic {
            Some(entry) => self.plant_of_files(entry, lightpaths, open)?,
            None => Plant::from_spans(&spans, lightpaths, &Options::default()),
        };
        let plant = match plant {
            Ok(plant) => plant,
            Err(error) => {
                let at = blamed(&error, document).unwrap_or(first);
                return self.notes.error(at, format!("lightpath: {error}"));
            }
        };
        for (line, lightpath) in self.plan.lines.iter_mut().zip(&lines) {
            let Some(lightpath) = *lightpath else { continue };
            let delays = Direction::ALL.map(|way| plant.delay(lightpath, way).unwrap_or_default());
            line.delay = delays[0].max(delays[1]);
        }
        self.light = Some(Light { plant, lines, events: Vec::new(), courses: Vec::new() });
        Ok(())
    }

    fn plant_of_files(
        &self,
        entry: &Spanned<PhotonicEntry>,
        lightpaths: Vec<Lightpath>,
        open: &mut Open<'_>,
    ) -> Result<Result<Plant, PlantError>, FileError> {
        let PhotonicEntry { topology, equipment, extra_equipment, fill, power } = &entry.value;
        let mut text = |key: &str, name: &Text| match open(&self.notes.path_of(&name.value)) {
            Ok(text) => Ok(text),
            Err(error) => {
                self.notes.error(name.referenced, format!("{key}: `{}`: {error}", name.value))
            }
        };
        let (topology_text, equipment_text) =
            (text("topology", topology)?, text("equipment", equipment)?);
        let mut extra = Vec::new();
        for name in extra_equipment {
            extra.push(text("extra-equipment", name)?);
        }
        let named = extra_equipment.iter().zip(&extra);
        let extra: Vec<Source<'_>> =
            named.map(|(name, text)| Source::new(&name.value, text)).collect();
        let fills = [("nothing", Fill::Nothing), ("comb", Fill::Comb)];
        let mut options = Options::default();
        if let Some(text) = fill {
            options.fill = self.word("fill", text, &fills)?;
        }
        if let Some(text) = power {
            options.power_dbm = Some(self.notes.unit("power", text, units::power_dbm)?);
        }
        let texts = Texts {
            topology: Source::new(&topology.value, &topology_text),
            equipment: Source::new(&equipment.value, &equipment_text),
            extra_equipment: &extra,
            configurations: &[],
        };
        Ok(Plant::from_gnpy(&texts, lightpaths, &options))
    }

    /// The spans of a line that is given here.
    fn span_line(
        &self,
        name: &str,
        entry: &Spanned<LightpathEntry>,
        files: bool,
    ) -> Result<Option<SpanLine>, FileError> {
        let LightpathEntry { spans, transceivers, through, .. } = &entry.value;
        if files {
            return match spans.first() {
                None => Ok(None),
                Some(span) => {
                    let what =
                        "spans: fibres are in the topology of `photonic`, expected none here";
                    self.notes.error(span.referenced, what)
                }
            };
        }
        let places =
            [transceivers.as_ref().map(|t| t.referenced), through.as_ref().map(|t| t.referenced)];
        if let Some(at) = places.into_iter().flatten().next() {
            let what =
                "transceivers, through: they are names of a topology, and there is no `photonic`";
            return self.notes.error(at, what);
        }
        if spans.is_empty() {
            let what =
                format!("line `{name}`: lightpath: expected `spans`, or a topology in `photonic`");
            return self.notes.error(entry.referenced, what);
        }
        let spans = spans.iter().map(|span| self.span(&span.value)).collect::<Result<_, _>>()?;
        Ok(Some(SpanLine { name: name.to_string(), spans }))
    }

    fn span(&self, entry: &SpanEntry) -> Result<Span, FileError> {
        let loss_db_per_km = match &entry.loss {
            Some(text) => self.notes.unit("loss", text, units::fibre_loss)?,
            None => LOSS_DB_PER_KM,
        };
        let amplifier = match entry.amplifier.as_deref() {
            None | Some("designed") => Amplification::Designed,
            Some("none") => Amplification::None,
            Some(variety) => Amplification::Of(variety.to_string()),
        };
        let length_m = self.notes.unit("length", &entry.length, units::fibre_length)?;
        let fibre = entry.fibre.clone().unwrap_or_else(|| FIBRE.to_string());
        Ok(Span { length_m, loss_db_per_km, fibre, amplifier })
    }

    fn lightpath(
        &self,
        name: &str,
        entry: &Spanned<LightpathEntry>,
        spans: Option<&SpanLine>,
        nodes: [&str; 2],
        threshold: Option<f64>,
    ) -> Result<Lightpath, FileError> {
        let (at, entry) = (entry.referenced, &entry.value);
        let ends = match (spans, &entry.transceivers) {
            (Some(spans), _) => Direction::ALL.map(|end| spans.transceiver(end)),
            (None, None) => nodes.map(str::to_string),
            (None, Some(names)) => match names.value.as_slice() {
                [one, other] => [one.value.clone(), other.value.clone()],
                found => {
                    let what = format!("transceivers: found {}, expected two", found.len());
                    return self.notes.error(names.referenced, what);
                }
            },
        };
        let through = match &entry.through {
            None => [Vec::new(), Vec::new()],
            Some(through) => {
                let ThroughEntry { forward, backward } = &through.value;
                [forward.clone(), backward.clone()]
            }
        };
        let width = entry.width.as_ref();
        Ok(Lightpath {
            name: name.to_string(),
            ends,
            through,
            frequency_hz: self.notes.unit("frequency", &entry.frequency, units::frequency)?,
            slot_width_hz: width
                .map_or(Ok(SLOT_WIDTH_HZ), |text| self.notes.unit("width", text, units::width))?,
            transceiver: self.transceiver(entry, at, threshold)?,
            lit: entry.lit.unwrap_or(true),
        })
    }

    fn transceiver(
        &self,
        entry: &LightpathEntry,
        at: Location,
        threshold: Option<f64>,
    ) -> Result<TransceiverChoice, FileError> {
        let notes = self.notes;
        let modulation = entry.modulation.as_ref();
        let modulation =
            modulation.map(|text| self.word("modulation", text, &MODULATIONS)).transpose()?;
        let mut choice = match (&entry.type_variety, &entry.mode, &entry.baud_rate, modulation) {
            (Some(variety), Some(mode), None, _) => {
                TransceiverChoice::library(&variety.value, &mode.value)
            }
            (None, None, Some(rate), Some(modulation)) => {
                let rate = notes.unit("baud-rate", rate, units::baud_rate)?;
                TransceiverChoice::figures(modulation, rate)
            }
            _ => {
                let what = "lightpath: expected `type` and `mode` of the library, or `modulation` and `baud-rate`";
                return notes.error(at, what);
            }
        };
        if let ModeChoice::Library { .. } = choice.mode {
            choice.modulation = modulation;
        }
        if let Some(text) = &entry.power {
            choice.tx_power_dbm = Some(notes.unit("power", text, units::power_dbm)?);
        }
        if let Some(text) = &entry.sensitivity {
            choice.sensitivity_dbm = Some(notes.unit("sensitivity", text, units::power_dbm)?);
        }
        if let Some(text) = &entry.implementation {
            choice.implementation_db = notes.unit("implementation", text, units::decibel)?;
        }
        if let Some(text) = &entry.fec_limit {
            let limit = notes.unit("fec-limit", text, units::bit_error_ratio)?;
            choice.fec_limit = Some(limit.get());
        } else if let ModeChoice::Figures { .. } = choice.mode {
            choice.fec_limit = threshold;
        }
        Ok(choice)
    }

    /// Follows the plant through what happens to it, and puts what receivers have into the lines.
    pub(super) fn follow_light(
        &mut self,
        events: Vec<(usize, Event)>,
        places: &[Location],
    ) -> Result<(), FileError> {
        let Some(mut light) = self.light.take() else { return Ok(()) };
        let all: Vec<Event> = events.iter().map(|(_, event)| *event).collect();
        light.courses = match timeline(&light.plant, &all) {
            Ok(courses) => courses,
            Err(error) => {
                // The event to blame is the last of the fewest that cannot be.
                let bad = |count: &usize| timeline(&light.plant, &all[..*count]).is_err();
                let count = (1..=all.len()).find(bad);
                let at = count.and_then(|count| places.get(count - 1).copied());
                return self
                    .notes
                    .error(at.unwrap_or(Location::UNKNOWN), format!("light: {error}"));
            }
        };
        light.events = events;
        for (line, lightpath) in self.plan.lines.iter_mut().zip(&light.lines) {
            if let Some(courses) = lightpath.and_then(|id| light.courses.get(id.0)) {
                let [forward, backward] = courses;
                // Light of a line is by receiving end: forward goes to the second.
                line.light = [states(line, backward), states(line, forward)];
            }
        }
        self.light = Some(light);
        Ok(())
    }
}

/// What a course means for bits. Its times are those of the receiver, those of a line are of the sender.
fn states(line: &Line, course: &Course) -> Vec<LightState> {
    let state = |(at, reception): &(SimTime, otn_emu::light::Reception)| LightState {
        from: SimTime::from_ps(at.as_ps().saturating_sub(line.delay.as_ps())),
        light: reception.light,
        ber: BitErrorRatio::new(reception.pre_fec_ber.clamp(0.0, 0.5))
            .unwrap_or(BitErrorRatio::ZERO),
    };
    course.iter().map(state).collect()
}

/// Where the lightpath stands that an error is about.
fn blamed(error: &PlantError, document: &Document) -> Option<Location> {
    let name = match error {
        PlantError::Unknown { lightpath, .. }
        | PlantError::Route { lightpath, .. }
        | PlantError::Transceiver { lightpath, .. }
        | PlantError::Channel { lightpath, .. } => lightpath,
        PlantError::Overlap { lightpaths: [_, other], .. } => other,
        _ => return None,
    };
    let line = document.lines.get(name)?;
    line.value.lightpath.as_ref().map(|lightpath| lightpath.referenced)
}
