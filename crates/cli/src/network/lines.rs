//! Lines in the network file.
//!
//! In: the entries of `lines`. Out: lines of the plan with their light, risk groups, or what is wrong.

use otn_emu::channel::BitErrorRatio;
use otn_emu::net::model::{LightState, Line};
use otn_emu::net::trails::Traces;
use otn_frame::{Signal, SimTime};
use otn_map::odtu::Slots;
use otn_photon::fibre::CORE_INDEX;
use otn_proc::terminal::LineCoding;

use super::document::{Document, LineEntry};
use super::{Reader, RiskGroup};
use crate::network::notes::FileError;
use crate::network::traces::TraceSettings;
use crate::units;

/// Speed of light in vacuum, m/s.
const LIGHT: f64 = 299_792_458.0;

/// Time of flight through so many metres of fibre.
//= otn:light-delay
pub(super) fn flight(metres: f64) -> SimTime {
    SimTime::from_ps((metres * CORE_INDEX / LIGHT * 1e12).round() as u64)
}

/// Structures by signal and size of a slot, the usual one of a signal first.
const STRUCTURES: [(Signal, &str, Option<Slots>); 11] = [
    (Signal::Otu1, "1.25G", Some(Slots::Opu1)),
    (Signal::Otu1, "none", None),
    (Signal::Otu2, "1.25G", Some(Slots::Opu2By8)),
    (Signal::Otu2, "2.5G", Some(Slots::Opu2By4)),
    (Signal::Otu2, "none", None),
    (Signal::Otu2e, "none", None),
    (Signal::Otu3, "1.25G", Some(Slots::Opu3By32)),
    (Signal::Otu3, "2.5G", Some(Slots::Opu3By16)),
    (Signal::Otu3, "none", None),
    (Signal::Otu4, "1.25G", Some(Slots::Opu4)),
    (Signal::Otu4, "none", None),
];

impl Reader<'_> {
    pub(super) fn lines(
        &mut self,
        document: &Document,
        open: &mut super::light::Open<'_>,
    ) -> Result<(), FileError> {
        for (index, (name, entry)) in document.lines.iter().enumerate() {
            self.notes.name("line", name, entry.referenced)?;
            let line = self.line_of(name, &entry.value, open)?;
            self.plan.lines.push(line);
            for group in &entry.value.risk_groups {
                let known = self.risk_groups.iter_mut().find(|known| known.name == group.value);
                match known {
                    Some(known) if known.lines.contains(&index) => {
                        let what =
                            format!("line `{name}`: risk-groups: `{}` stands twice", group.value);
                        return self.notes.error(group.referenced, what);
                    }
                    Some(known) => known.lines.push(index),
                    None => {
                        let name = group.value.clone();
                        self.risk_groups.push(RiskGroup { name, lines: vec![index] });
                    }
                }
            }
        }
        self.risk_groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(())
    }

    fn line_of(
        &self,
        name: &str,
        entry: &LineEntry,
        open: &mut super::light::Open<'_>,
    ) -> Result<Line, FileError> {
        let notes = self.notes;
        let ends = self.two_nodes(&format!("line `{name}`"), &entry.ends)?;
        let (signal, slots) = self.structure(entry)?;
        let (fec, codes) = self.codes(entry, ends, open)?;
        if slots.is_none() && codes.iter().any(Option::is_some) {
            let what = format!(
                "line `{name}`: fec: a line with `slots: none` has the code of the frame, expected `rs255-239` or \
                 `none`"
            );
            return notes.error(entry.signal.referenced, what);
        }
        let names = self.names_of(ends);
        let section = TraceSettings {
            sent: &entry.trace,
            expected: &entry.expect,
            action: entry.tim_action.as_ref(),
        };
        let path = match &entry.path {
            None => Traces::default(),
            Some(_) if slots.is_none() => {
                let what = format!(
                    "line `{name}`: path: a line with `slots: none` has no ODUk path of its own; that of its \
                     service has `trace` and `expect` there"
                );
                return notes.error(entry.signal.referenced, what);
            }
            Some(path) => {
                let (sent, expected) = (&path.trace, &path.expect);
                let settings = TraceSettings { sent, expected, action: path.tim_action.as_ref() };
                notes.traces(&settings, names, name)?
            }
        };
        let degrade = entry.degrade.as_ref();
        let degrade = degrade.map(|entry| notes.degrade(entry, signal.odu())).transpose()?;
        Ok(Line {
            name: name.to_string(),
            ends,
            signal,
            coding: LineCoding { fec, scrambled: true },
            codes,
            delay: self.delay_of(name, entry)?,
            slots,
            tributaries: Vec::new(),
            light: self.errors(entry, ends)?.map(|ber| vec![LightState::steady(ber)]),
            section: notes.traces(&section, names, name)?,
            path,
            degrade,
        })
    }

    fn structure(&self, entry: &LineEntry) -> Result<(Signal, Option<Slots>), FileError> {
        let found = &entry.signal.value;
        let signal = Signal::from_name(found);
        let mut of_signal = STRUCTURES.iter().filter(|(of, ..)| Some(*of) == signal);
        let size = entry.slots.as_ref();
        let fits = |size: &str, known: &str| size.trim().eq_ignore_ascii_case(known);
        let Some(&(signal, ..)) = of_signal.clone().next() else {
            let what = format!("signal: found `{found}`, expected OTU1, OTU2, OTU2e, OTU3 or OTU4");
            return self.notes.error(entry.signal.referenced, what);
        };
        let chosen = of_signal.find(|(_, known, _)| size.is_none_or(|s| fits(&s.value, known)));
        match (chosen, size) {
            (Some(&(.., slots)), _) => Ok((signal, slots)),
            (None, None) => self.notes.error(entry.signal.referenced, "signal: no structure"),
            (None, Some(text)) => {
                let known = STRUCTURES.iter().filter(|(of, ..)| *of == signal);
                let known = known.map(|(_, size, _)| *size).collect::<Vec<_>>().join(" or ");
                let found = &text.value;
                let what = format!("slots: found `{found}`, expected {known} for an {signal}");
                self.notes.error(text.referenced, what)
            }
        }
    }

    fn delay_of(&self, name: &str, entry: &LineEntry) -> Result<SimTime, FileError> {
        let others = [&entry.delay, &entry.fibre, &entry.ber];
        let other = others.into_iter().flatten().chain(entry.ber_towards.values()).next();
        if let (Some(_), Some(other)) = (&entry.lightpath, other) {
            let what = format!(
                "line `{name}`: delay and errors follow from its `lightpath`, expected neither `delay`, `fibre` \
                 nor `ber`"
            );
            return self.notes.error(other.referenced, what);
        }
        match (&entry.delay, &entry.fibre) {
            (Some(_), Some(fibre)) => {
                let what = format!("line `{name}`: expected `delay` or `fibre`, found both");
                self.notes.error(fibre.referenced, what)
            }
            (Some(delay), None) => self.notes.delay(delay),
            (None, Some(fibre)) => {
                Ok(flight(self.notes.unit("fibre", fibre, units::fibre_length)?))
            }
            (None, None) => Ok(SimTime::ZERO),
        }
    }

    /// Error ratios by receiving end.
    fn errors(&self, entry: &LineEntry, ends: [usize; 2]) -> Result<[BitErrorRatio; 2], FileError> {
        let both = match &entry.ber {
            Some(text) => self.notes.unit("ber", text, units::bit_error_ratio)?,
            None => BitErrorRatio::ZERO,
        };
        let mut towards = [both; 2];
        for (node, text) in &entry.ber_towards {
            let names = self.names_of(ends);
            let end = self.notes.end_of("ber-towards", node, text.referenced, names)?;
            towards[end] = self.notes.unit("ber-towards", text, units::bit_error_ratio)?;
        }
        Ok(towards)
    }
}
