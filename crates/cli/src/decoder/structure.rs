//! Which ODUk a signal is, told from its payload structure.
//!
//! In: the first frames of a signal whose form is known. Out: the signal, where payload type, MSI,
//! OMFI, justification overhead or fixed stuff tell. A GFP mapping or a test signal looks the same in
//! every OPUk, and tells nothing.

use otn_frame::layout::{JC1, JC2, JC3, MFAS, NJO, ODU_COLS, OMFI, OTU_COLS, PSI, PSI_MSI};
use otn_frame::{FlexRate, Frame, Signal, scrambler};
use otn_map::cbr::{self, Container};
use otn_map::gmp::CountOverhead;
use otn_map::odtu::Slots;
use otn_map::pcs::ten_gig::TenGigSink;

use super::HOLD;
use super::form::{Form, Structure, frames, is_constant};

/// Frames in which block lock of 10GBASE-R is looked for.
const BLOCK_LOCK_FRAMES: usize = 32;

/// What the overhead of the first frames said.
struct Seen {
    /// PSI octets by multiframe count.
    psi: [Option<u8>; 256],
    /// Counts of GMP with a good CRC-8 in the clear.
    counts: Vec<u16>,
    /// Frames whose OMFI follows the one before, and all but the first.
    omfi: (usize, usize),
    last_omfi: Option<u8>,
    /// What would be 10GBASE-R in an OPU2e.
    ten_gig: TenGigSink,
    /// Frames in which fixed stuff of CBR10G and of CBR40G is zero, and all.
    stuff: [usize; 2],
    frames: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            psi: [None; 256],
            counts: Vec::new(),
            omfi: (0, 0),
            ten_gig: TenGigSink::default(),
            last_omfi: None,
            stuff: [0; 2],
            frames: 0,
        }
    }
}

impl Seen {
    fn note<const COLS: usize>(&mut self, frame: &Frame<COLS>) {
        // What came first holds: a later wrong one changes nothing.
        self.psi[usize::from(frame.octet(MFAS))].get_or_insert(frame.octet(PSI));
        if self.frames < BLOCK_LOCK_FRAMES {
            let ten_gig = &mut self.ten_gig;
            cbr::demap_synchronous(Container::Opu2, frame, |part| ten_gig.push(part, &mut |_| {}));
        }
        let jc = [JC1, JC2, JC3].map(|field| frame.octet(field));
        let (count, good) = CountOverhead::read(jc);
        if good && count.increment == count.decrement {
            self.counts.push(count.c.get());
        }
        let omfi = OMFI.get(frame.octet(NJO));
        if let Some(last) = self.last_omfi {
            let frames = Slots::Opu4.count() as u8;
            self.omfi.0 += usize::from(omfi == (last + 1) % frames);
            self.omfi.1 += 1;
        }
        self.last_omfi = Some(omfi);
        for (zero, container) in self.stuff.iter_mut().zip([Container::Opu2, Container::Opu3]) {
            let columns = container.fixed_stuff();
            let is_zero =
                |row: &[u8]| columns.iter().all(|c| row[c.clone()].iter().all(|&octet| octet == 0));
            *zero += usize::from(frame.rows().iter().all(|row| is_zero(row)));
        }
        self.frames += 1;
    }

    fn has_omfi(&self) -> bool {
        self.omfi.1 > 2 && self.omfi.0 * 10 > self.omfi.1 * 9
    }

    /// True where an MSI octet of these slots, counted from 1, is known not to be zero.
    fn is_used(&self, mut slots: std::ops::Range<u8>) -> bool {
        slots.any(|slot| {
            let at = usize::from(PSI_MSI + slot - 1);
            self.psi[at].is_some_and(|octet| octet > 0)
        })
    }

    fn typical_count(&self) -> Option<u16> {
        let mut counts = self.counts.clone();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied()
    }

    fn has_stuff_of(&self, container: Container) -> bool {
        let zero = self.stuff[usize::from(container == Container::Opu3)];
        zero * 10 > self.frames * 9
    }

    /// The ODUk that all of it tells of.
    fn odu(&self) -> Option<Signal> {
        let Some(pt) = self.psi[0] else {
            // A short capture without a payload type may still show its multiframe.
            return self.has_omfi().then_some(Signal::Odu4);
        };
        let flex = FlexRate::gfp(1).map(Signal::Oduflex);
        match pt {
            0x20 if self.psi[2] == Some(0xC0) && self.psi[3] == Some(0xC1) => Some(Signal::Odu1),
            0x20 if self.is_used(5..17) => Some(Signal::Odu3),
            0x20 => Some(Signal::Odu2),
            0x21 if self.has_omfi() => Some(Signal::Odu4),
            0x21 if self.is_used(9..33) => Some(Signal::Odu3),
            0x21 => Some(Signal::Odu2),
            0x0A..=0x0C | 0x15 | 0x1A | 0x1B => Some(Signal::Odu0),
            0x0D | 0x16 | 0x17 => Some(Signal::Odu1),
            0x0E | 0x0F | 0x12..=0x14 | 0x18 | 0x19 | 0x1C => flex,
            0x08 => Some(Signal::Odu2e),
            0x09 => Some(Signal::Odu2),
            0x07 => match self.typical_count()? {
                0..=190 => Some(Signal::Odu4),
                191..=476 => Some(Signal::Odu3),
                _ => Some(Signal::Odu0),
            },
            // No justification overhead at all: BMP, and only an OPUflex has it for these.
            0x10 | 0x11 if self.typical_count() == Some(0) => flex,
            0x02 | 0x03 if self.has_stuff_of(Container::Opu3) => Some(Signal::Odu3),
            0x03 if self.ten_gig.is_locked() => Some(Signal::Odu2e),
            0x02 | 0x03 if self.has_stuff_of(Container::Opu2) => Some(Signal::Odu2),
            0x02 | 0x03 => Some(Signal::Odu1),
            _ => None,
        }
    }
}

/// The signal, where its structure tells.
pub(super) fn find(form: Form, octets: &[u8]) -> Option<Signal> {
    if is_constant(octets) {
        return None;
    }
    let mut buffer = Vec::new();
    let octets = form.put_right(octets, &mut buffer);
    let mut seen = Seen::default();
    match form.structure {
        Structure::Otu => {
            for (_, mut frame) in frames::<OTU_COLS>(octets, HOLD) {
                if form.coding.scrambled {
                    scrambler::scramble(&mut frame);
                }
                seen.note(&frame);
            }
        }
        Structure::Odu => {
            frames::<ODU_COLS>(octets, HOLD).iter().for_each(|(_, frame)| seen.note(frame));
        }
    }
    let signal = form.structure.signal(seen.odu()?);
    let fits = signal.is_otu() == (form.structure == Structure::Otu);
    fits.then_some(signal)
}
