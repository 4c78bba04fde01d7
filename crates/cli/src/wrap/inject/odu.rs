//! Events of an ODU: what a tester does to it before its server layer.
//!
//! Clauses: G.709 15.8 (PM, TCM), 15.9 (PSI, OMFI), 16.5 (maintenance signals). In: frames of one ODU, in
//! order. Out: the same with its tandem connections written and its events in them. An event of the
//! OPU is covered by the BIP-8 of the path, as a fault of the adaptation is; maintenance signals come
//! last and cover everything else.

use std::cell::Cell;
use std::rc::Rc;

use otn_frame::frame::FAS_PATTERN;
use otn_frame::layout::{
    BDI, BEI, FAS, Field, IAE, MFAS, MON_BIP8, MON_STATUS, MON_TTI, NJO, OMFI, PM, PSI, PSI_MSI,
    PSI_PT, SM, STAT,
};
use otn_frame::overhead::{BeiBiae, TandemStatus};
use otn_frame::{Frame, OduFrame, Tti};
use otn_map::gfp::Upi;
use otn_map::odtu::SlotSet;
use otn_proc::odu::source::{FrameEditor, WrongHeader};
use otn_proc::remote::RemoteIndication;
use otn_proc::tandem::TandemSource;

use super::event::{Event, Fault, Point};
use super::packets::CoreHeaders;
use super::schedule::Windows;

/// A payload type for proprietary use, which no client here has.
const WRONG_PAYLOAD_TYPE: u8 = 0x80;
/// A user payload identifier for proprietary use.
const WRONG_UPI: Upi = Upi(0xFE);

/// The MSI octets of one ODU in tributary slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct MsiOf {
    pub(super) set: SlotSet,
    /// The bits of the tributary port.
    pub(super) port: u8,
}

/// An event at its place.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) event: Event,
    pub(super) windows: Windows,
    /// Frames changed so far, shared with the report.
    pub(super) changed: Rc<Cell<u64>>,
    /// Frames in which it took place.
    seen: u64,
    pub(super) msi: Option<MsiOf>,
}

impl Act {
    pub(super) fn new(event: Event, windows: Windows) -> Self {
        Self { event, windows, changed: Rc::default(), seen: 0, msi: None }
    }

    pub(super) fn note(&self, changed: bool) {
        self.changed.set(self.changed.get() + u64::from(changed));
    }

    /// Changes a monitoring field of a frame with this MFAS.
    pub(super) fn disturb<const COLS: usize>(&mut self, mfas: u8, frame: &mut Frame<COLS>) {
        let Event::Monitor(point, fault) = self.event else { return };
        let field = match point {
            Point::Section => SM,
            Point::Path => PM,
            Point::Tandem(level) => level.field(),
        };
        self.seen += 1;
        let due = match fault {
            Fault::Deg(share) => {
                let errors = |frames: u64| (frames as f64 * share).floor();
                errors(self.seen) > errors(self.seen - 1)
            }
            _ => true,
        };
        if due {
            let before = frame.field(field).to_vec();
            write(frame, field, point, fault, mfas);
            self.note(frame.field(field) != before);
        }
    }
}

/// The trail trace that nobody expects; its text always fits.
fn wrong_trace() -> Tti {
    Tti::new("WRONG-TRACE", "WRONG-TRACE", "").unwrap_or(Tti::from_octets([0; 64]))
}

fn write<const COLS: usize>(
    frame: &mut Frame<COLS>,
    field: Field,
    point: Point,
    fault: Fault,
    mfas: u8,
) {
    let octets = frame.field_mut(field);
    let status = octets[MON_STATUS];
    octets[MON_STATUS] = match fault {
        Fault::Bdi => BDI.set(status, 1),
        Fault::Iae if point == Point::Section => IAE.set(status, 1),
        Fault::Iae => STAT.set(status, TandemStatus::InUseIae.code()),
        Fault::Biae => BEI.set(status, BeiBiae::Biae.code()),
        Fault::Bei(count) => BEI.set(status, count),
        Fault::Tim | Fault::Bip(_) | Fault::Deg(_) | Fault::Maintenance(_) | Fault::Ltc => status,
    };
    match fault {
        Fault::Tim => octets[MON_TTI] = wrong_trace().octet_at(mfas),
        Fault::Bip(bits) => {
            octets[MON_BIP8] ^= !u8::MAX.checked_shr(bits.into()).unwrap_or(0);
        }
        Fault::Deg(_) => octets[MON_BIP8] ^= 1,
        Fault::Maintenance(signal) => octets.fill(signal.fill()),
        Fault::Ltc => octets.fill(0),
        Fault::Bdi | Fault::Iae | Fault::Biae | Fault::Bei(_) => {}
    }
}

/// What happens to one ODU.
#[derive(Debug)]
pub(super) struct OduEditor {
    pub(super) tandem: Vec<(TandemSource, RemoteIndication)>,
    pub(super) acts: Vec<Act>,
    /// Core headers of GFP, where these are to be found.
    pub(super) packets: Option<CoreHeaders>,
}

impl OduEditor {
    /// What takes place in this frame.
    fn active(&mut self, number: u64) -> impl Iterator<Item = &mut Act> {
        self.acts.iter_mut().filter_map(move |act| act.windows.contain(number).then_some(act))
    }
}

impl FrameEditor for OduEditor {
    fn client_fails(&mut self, number: u64) -> bool {
        let mut failed = false;
        for act in self.active(number).filter(|act| act.event == Event::Csf) {
            act.note(true);
            failed = true;
        }
        failed
    }

    fn client_header(&mut self, number: u64) -> WrongHeader {
        let mut wrong = WrongHeader::default();
        for act in self.active(number) {
            match act.event {
                Event::Exm => wrong.linear = true,
                Event::Upm => wrong.upi = Some(WRONG_UPI),
                _ => continue,
            }
            act.note(true);
        }
        wrong
    }

    fn opu(&mut self, number: u64, frame: &mut OduFrame) {
        let mfas = frame.octet(MFAS);
        let mut damage = false;
        for act in self.active(number) {
            match (act.event, act.msi) {
                (Event::Plm, _) if mfas == PSI_PT => frame.set_octet(PSI, WRONG_PAYLOAD_TYPE),
                (Event::Msim, Some(MsiOf { set, port })) => {
                    let slot = mfas.checked_sub(PSI_MSI).map(|at| usize::from(at) + 1);
                    if !slot.is_some_and(|slot| set.contains(slot)) {
                        continue;
                    }
                    frame.set_octet(PSI, frame.octet(PSI) ^ port);
                }
                (Event::Loomfi, _) => frame.set_octet(NJO, frame.octet(NJO) ^ OMFI.mask()),
                (Event::Lfd, _) => damage = true,
                _ => continue,
            }
            act.note(act.event != Event::Lfd);
        }
        let Some(packets) = &mut self.packets else { return };
        if packets.pass(frame, damage) {
            self.active(number).filter(|a| a.event == Event::Lfd).for_each(|act| act.note(true));
        }
    }

    fn odu(&mut self, number: u64, frame: &mut OduFrame) {
        let (mfas, bip8) = (frame.octet(MFAS), frame.opu_bip8());
        for (source, remote) in &mut self.tandem {
            source.write(frame, mfas, bip8, remote);
        }
        self.active(number).for_each(|act| act.disturb(mfas, frame));
        for act in self.active(number) {
            match act.event {
                Event::Odu(signal) => signal.write(frame),
                Event::Loflom => wrong_fas(frame),
                _ => continue,
            }
            act.note(true);
        }
    }
}

/// What a lost FAS differs by from the right one: not inverted, since all of an inverted signal is.
pub(super) const WRONG_FAS: u8 = 0xAA;

/// Makes every octet of the FAS wrong, however often it is asked for.
pub(super) fn wrong_fas<const COLS: usize>(frame: &mut Frame<COLS>) {
    for (octet, sent) in frame.field_mut(FAS).iter_mut().zip(FAS_PATTERN) {
        *octet = sent ^ WRONG_FAS;
    }
}
