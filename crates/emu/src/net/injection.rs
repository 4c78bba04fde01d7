//! Overhead put into frames on purpose: alarms of a monitoring field, maintenance signals, any octets of any field.
//!
//! Clauses: G.709 15.6 to 15.9 (fields), G.798 6.2 (what a sink makes of it). In: changes, each from an instant on
//! for a time or a number of frames; frames of one ODU or OTU on their way out. Out: the same frames with the changes
//! in them. What is in the OPU is changed before any BIP-8, all else behind the sources that write it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use otn_frame::frame::FAS_PATTERN;
use otn_frame::layout::{
    BDI, BEI, FAS, Field, GCC0, IAE, JC1, JC2, JC3, JC4, JC5, JC6, MFAS, MON_BIP8, MON_STATUS,
    MON_TTI, NJO, OSMC, PSI, PSI_PT, RES_OTU, SM, STAT,
};
use otn_frame::overhead::{BeiBiae, TandemStatus};
use otn_frame::{Frame, OduFrame, SimTime, Tti};
use otn_map::pn11::Pn11Source;
use otn_proc::monitor::Monitor;
use otn_proc::odu::source::{FrameEditor, Maintenance, WrongHeader};

/// Octets of the longest field.
const LONGEST: usize = 6;

/// What is wrong in a monitoring field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Backward defect indication.
    Bdi,
    /// Another trail trace.
    Trace(Tti),
    /// Incoming alignment error.
    Iae,
    /// Backward incoming alignment error.
    Biae,
    /// So many violations told backward in each frame.
    Bei(u8),
    /// So many wrong bits of the BIP-8 in each frame.
    Bip(u8),
    /// The octets of a maintenance signal.
    Maintenance(Maintenance),
    /// The octets of a level without a source.
    Ltc,
}

/// A change of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Every octet of the FAS wrong.
    Fas,
    /// The MFAS stands still.
    Mfas,
    /// The OTUk-AIS in the place of the frames, as from a regenerator that has lost its input.
    OtuAis,
    /// A monitoring field.
    Monitor(Monitor, Wrong),
    /// A maintenance signal in the place of the ODU.
    Odu(Maintenance),
    /// PSI\[0\] is this.
    PayloadType(u8),
    /// The octets of a field; those beyond its size are nothing.
    Octets(Field, [u8; LONGEST]),
}

/// Where in the making of a frame a change belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before any BIP-8.
    Opu,
    /// Behind path and tandem connections.
    Odu,
    /// Behind the section, before FEC and scrambler.
    Otu,
    /// Behind them.
    Line,
}

impl Change {
    /// Octets of a field; nothing where there are not as many as it has.
    pub fn octets(field: Field, octets: &[u8]) -> Option<Self> {
        let mut all = [0; LONGEST];
        all.get_mut(..octets.len())?.copy_from_slice(octets);
        (field.octets == octets.len()).then_some(Self::Octets(field, all))
    }

    /// Where it belongs in an ODU that is in an OTU, or in tributary slots.
    pub fn stage(&self, in_slots: bool) -> Stage {
        const OF_OPU: [Field; 8] = [PSI, NJO, JC1, JC2, JC3, JC4, JC5, JC6];
        const OF_OTU: [Field; 4] = [SM, GCC0, OSMC, RES_OTU];
        const ALIGNMENT: [Field; 2] = [FAS, MFAS];
        match *self {
            Self::OtuAis => Stage::Line,
            Self::PayloadType(_) => Stage::Opu,
            Self::Octets(field, _) if OF_OPU.contains(&field) => Stage::Opu,
            Self::Monitor(Monitor::Section, _) => Stage::Otu,
            Self::Octets(field, _) if OF_OTU.contains(&field) => Stage::Otu,
            Self::Octets(field, _) if ALIGNMENT.contains(&field) && !in_slots => Stage::Otu,
            Self::Fas | Self::Mfas if !in_slots => Stage::Otu,
            Self::Fas | Self::Mfas | Self::Monitor(..) | Self::Odu(_) | Self::Octets(..) => {
                Stage::Odu
            }
        }
    }
}

/// How long a change lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// To the end.
    ForGood,
    /// All frames that start in this time.
    Time(SimTime),
    /// So many frames.
    Frames(u64),
}

/// Whose frames are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The OTUk and its ODUk as sent from an end of a line.
    Line {
        /// Index of the line.
        line: usize,
        /// Sending end.
        end: usize,
    },
    /// The ODUj of a service as made at an end of it.
    Path {
        /// Index of the service.
        service: usize,
        /// Sending end.
        end: usize,
    },
    /// The ODUj in a tributary of a line, as sent from an end of the line.
    Tributary {
        /// Index of the line.
        line: usize,
        /// Sending end.
        end: usize,
        /// Index of the tributary.
        tributary: usize,
    },
}

/// A change that goes on.
#[derive(Debug)]
struct Active {
    change: Change,
    from: SimTime,
    until: Option<SimTime>,
    frames_left: u64,
    /// The MFAS that stands still.
    frozen: Option<u8>,
    /// Goes on from frame to frame.
    ais: Pn11Source,
}

/// The changes of the frames that leave one place.
#[derive(Debug, Default)]
pub(super) struct Injector {
    /// Start of the frame that is being made.
    now: Cell<SimTime>,
    active: RefCell<Vec<Active>>,
    in_slots: bool,
}

impl Injector {
    /// For an ODU in tributary slots, or for an OTU and the ODU in it.
    pub(super) fn new(in_slots: bool) -> Rc<Self> {
        Rc::new(Self { in_slots, ..Self::default() })
    }

    /// A change from `now` on.
    pub(super) fn add(&self, change: Change, now: SimTime, lasts: Lasts) {
        let (until, frames_left) = match lasts {
            Lasts::ForGood => (None, u64::MAX),
            Lasts::Time(time) => (Some(now + time), u64::MAX),
            Lasts::Frames(frames) => (None, frames),
        };
        let (frozen, ais) = (None, Pn11Source::new());
        let active = Active { change, from: now, until, frames_left, frozen, ais };
        self.active.borrow_mut().push(active);
    }

    /// The next frame starts at this time.
    pub(super) fn begin(&self, at: SimTime) {
        self.now.set(at);
        let over = |active: &Active| {
            active.frames_left == 0 || active.until.is_some_and(|until| until <= at)
        };
        self.active.borrow_mut().retain(|active| !over(active));
    }

    /// Makes the changes of a stage in a frame.
    pub(super) fn apply<const COLS: usize>(&self, stage: Stage, frame: &mut Frame<COLS>) {
        let now = self.now.get();
        let mfas = frame.octet(MFAS);
        for active in self.active.borrow_mut().iter_mut() {
            if active.from > now || active.change.stage(self.in_slots) != stage {
                continue;
            }
            active.frames_left = active.frames_left.saturating_sub(1);
            active.write(frame, mfas);
        }
    }

    /// What changes the frames of a source.
    pub(super) fn editor(self: &Rc<Self>, odu_too: bool) -> Box<dyn FrameEditor> {
        Box::new(Editor { injector: Rc::clone(self), odu_too })
    }
}

impl Active {
    fn write<const COLS: usize>(&mut self, frame: &mut Frame<COLS>, mfas: u8) {
        match self.change {
            Change::Fas => {
                for (octet, sent) in frame.field_mut(FAS).iter_mut().zip(FAS_PATTERN) {
                    *octet = sent ^ WRONG_FAS;
                }
            }
            Change::OtuAis => frame.rows_mut().iter_mut().for_each(|row| self.ais.fill(row)),
            Change::Mfas => {
                let frozen = *self.frozen.get_or_insert(mfas.wrapping_sub(1));
                frame.set_octet(MFAS, frozen);
            }
            Change::Monitor(monitor, wrong) => {
                disturb(frame.field_mut(monitor.field()), monitor, wrong, mfas);
            }
            Change::Odu(signal) => {
                for row in 0..otn_frame::layout::ROWS {
                    let first = if row == 0 { otn_frame::layout::OPU_RANGE.start } else { 0 };
                    let octets = &mut frame.rows_mut()[row];
                    octets[first..otn_frame::layout::ODU_COLS].fill(signal.fill());
                }
                // STAT of the path follows from the fill of each of the three signals.
            }
            Change::PayloadType(octet) if mfas == PSI_PT => frame.set_octet(PSI, octet),
            Change::PayloadType(_) => {}
            Change::Octets(field, octets) => {
                frame.field_mut(field).copy_from_slice(&octets[..field.octets]);
            }
        }
    }
}

/// What a lost FAS differs by from the right one: not inverted, since all of an inverted signal is.
const WRONG_FAS: u8 = 0xAA;

fn disturb(octets: &mut [u8], monitor: Monitor, wrong: Wrong, mfas: u8) {
    let status = octets[MON_STATUS];
    match wrong {
        Wrong::Bdi => octets[MON_STATUS] = BDI.set(status, 1),
        Wrong::Iae if monitor == Monitor::Section => octets[MON_STATUS] = IAE.set(status, 1),
        Wrong::Iae => octets[MON_STATUS] = STAT.set(status, TandemStatus::InUseIae.code()),
        Wrong::Biae => octets[MON_STATUS] = BEI.set(status, BeiBiae::Biae.code()),
        Wrong::Bei(count) => octets[MON_STATUS] = BEI.set(status, count),
        Wrong::Trace(tti) => octets[MON_TTI] = tti.octet_at(mfas),
        Wrong::Bip(bits) => {
            octets[MON_BIP8] ^= !u8::MAX.checked_shr(bits.into()).unwrap_or(0);
        }
        Wrong::Maintenance(signal) => octets.fill(signal.fill()),
        Wrong::Ltc => octets.fill(0),
    }
}

/// Changes the frames of an ODU while they are made.
#[derive(Debug)]
struct Editor {
    injector: Rc<Injector>,
    /// What belongs behind path and tandem connections is put in here; else somebody does it later.
    odu_too: bool,
}

impl FrameEditor for Editor {
    fn client_fails(&mut self, _: u64) -> bool {
        false
    }

    fn client_header(&mut self, _: u64) -> WrongHeader {
        WrongHeader::default()
    }

    fn opu(&mut self, _: u64, frame: &mut OduFrame) {
        self.injector.apply(Stage::Opu, frame);
    }

    fn odu(&mut self, _: u64, frame: &mut OduFrame) {
        if self.odu_too {
            self.injector.apply(Stage::Odu, frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OtuFrame;
    use otn_frame::layout::{FIELDS, GCC1, ODU_COLS, PM};
    use otn_frame::overhead::{PathMonitoring, PathStatus, TandemConnectionMonitoring, TcmLevel};

    fn us(us: u64) -> SimTime {
        SimTime::from_ns(us * 1_000)
    }

    /// In which of frames of 10 us, from 0 on, GCC1 was written.
    fn written(at: u64, lasts: Lasts) -> Vec<u64> {
        let injector = Injector::new(true);
        injector.add(Change::octets(GCC1, &[0xA5, 0x5A]).unwrap(), us(at), lasts);
        let changed = (0..10).filter(|n| {
            let mut frame = OduFrame::zeroed();
            injector.begin(us(n * 10));
            injector.apply(Stage::Opu, &mut frame);
            assert_eq!(frame.field(GCC1), [0, 0], "another stage");
            injector.apply(Stage::Odu, &mut frame);
            frame.field(GCC1) == [0xA5, 0x5A]
        });
        changed.collect()
    }

    #[test]
    fn a_change_is_in_the_frames_that_start_in_its_time_and_in_no_other() {
        assert_eq!(written(25, Lasts::Time(us(30))), [3, 4, 5]);
        assert_eq!(written(30, Lasts::Time(us(30))), [3, 4, 5]);
        assert_eq!(written(21, Lasts::Frames(2)), [3, 4]);
        assert_eq!(written(80, Lasts::ForGood), [8, 9]);
    }

    /// The stage follows the area of the frame that a field is in: columns 15 and 16 are the OPU, the rest of row 1
    /// is the OTU where there is one, all else is the ODU.
    #[test]
    fn every_field_is_written_in_its_place_and_at_its_stage() {
        for field in FIELDS {
            let octets: Vec<u8> = (1..=field.octets as u8).collect();
            let change = Change::octets(field, &octets).unwrap();
            assert!(Change::octets(field, &[0; LONGEST + 1]).is_none());
            let expected = match (field.row, field.col) {
                (_, 15 | 16) => Stage::Opu,
                (1, _) => Stage::Otu,
                _ => Stage::Odu,
            };
            assert_eq!(change.stage(false), expected, "{}", field.name);
            let injector = Injector::new(false);
            injector.add(change, us(0), Lasts::ForGood);
            injector.begin(us(0));
            let mut frame = OtuFrame::zeroed();
            injector.apply(expected, &mut frame);
            assert_eq!(frame.field(field), octets);
            let zero = frame.octets().iter().filter(|octet| **octet == 0).count();
            assert_eq!(zero, frame.octets().len() - field.octets);
        }
        assert_eq!(Change::OtuAis.stage(false), Stage::Line);
        assert_eq!(Change::Fas.stage(true), Stage::Odu);
        assert_eq!(Change::Fas.stage(false), Stage::Otu);
    }

    /// Octet n of a sequence of period 2047 is octet n of every period, also across frames.
    #[test]
    fn the_otu_ais_goes_on_from_frame_to_frame() {
        let injector = Injector::new(false);
        injector.add(Change::OtuAis, us(0), Lasts::ForGood);
        let mut line = Vec::new();
        for n in 0..3 {
            let mut frame = OtuFrame::zeroed();
            injector.begin(us(n * 10));
            injector.apply(Stage::Otu, &mut frame);
            assert!(frame.octets().iter().all(|octet| *octet == 0));
            injector.apply(Stage::Line, &mut frame);
            line.extend_from_slice(frame.octets());
        }
        assert_eq!(
            line[..2],
            [0xFF, 0xE0],
            "eleven ones, then the sum of the 9th and 11th before: zeros"
        );
        assert!(line.iter().zip(&line[2_047..]).all(|(one, other)| one == other));
    }

    /// Codes of G.709 15.8.2 (fact sheet 2.4): BDI is bit 5, STAT bits 6 to 8, BEI bits 1 to 4.
    #[test]
    fn what_is_wrong_in_a_monitoring_field_has_its_code() {
        let level = TcmLevel::new(2).unwrap();
        let tandem = Monitor::Tandem(level);
        let cases = [
            (tandem, Wrong::Bdi, [0, 0, 0x08]),
            (tandem, Wrong::Iae, [0, 0, 0x02]),
            (tandem, Wrong::Biae, [0, 0, 0xB0]),
            (tandem, Wrong::Bei(3), [0, 0, 0x30]),
            (tandem, Wrong::Bip(2), [0, 0xC0, 0]),
            (tandem, Wrong::Maintenance(Maintenance::Oci), [0x66; 3]),
            (Monitor::Section, Wrong::Iae, [0, 0, 0x04]),
        ];
        for (monitor, wrong, expected) in cases {
            let mut octets = [0; 3];
            disturb(&mut octets, monitor, wrong, 0);
            assert_eq!(octets, expected, "{monitor:?} {wrong:?}");
        }
        for signal in [Maintenance::Ais, Maintenance::Oci, Maintenance::Lck] {
            let injector = Injector::new(true);
            injector.add(Change::Odu(signal), us(0), Lasts::ForGood);
            let mut frame = OduFrame::zeroed();
            frame.set_alignment(9);
            let mut other = frame.clone();
            injector.begin(us(0));
            injector.apply(Stage::Odu, &mut frame);
            signal.write(&mut other);
            assert!(frame.octets() == other.octets(), "{signal:?}");
            assert_eq!(PathMonitoring::read(&frame).stat, signal.status());
        }
        assert_eq!((PathStatus::Normal.code(), PM.row, ODU_COLS), (1, 3, 3824));
        let frame = OduFrame::zeroed();
        let tcm = TandemConnectionMonitoring::read(&frame, level);
        assert_eq!(tcm.stat, TandemStatus::NoSource);
    }
}
