//! Tributary slots: how the payload of an OPUk is divided, and the octets of some of its slots.
//!
//! Clauses: G.709 19.1 (slots), 19.3 (ODTU). In: the octets of an OPU payload, row after row. Out:
//! those of a set of slots, and back. A slot of OPU1 to OPU3 is every T-th column of a row; in OPU4
//! the interleave runs over pairs of rows, since 3800 columns are no multiple of 80.
//!
//! Bit literals: a set of slots is one word, a bit a slot.

use core::ops::Range;

use otn_frame::layout::{PAYLOAD_COLS, ROWS};
use otn_frame::overhead::PayloadType;
use otn_frame::{Frame, Signal};

use super::transpose::transpose;

/// Columns of an OPU4 that hold slots: the last eight are fixed stuff.
//= g709:19.1.4-opu4-slots
const OPU4_COLS: usize = 3800;

/// Most slots of any OPUk.
pub const MAX_SLOTS: usize = 80;

/// An OPUk divided into tributary slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    /// OPU1, two slots of 1.25G.
    Opu1,
    /// OPU2, four slots of 2.5G.
    Opu2By4,
    /// OPU2, eight slots of 1.25G.
    Opu2By8,
    /// OPU3, 16 slots of 2.5G.
    Opu3By16,
    /// OPU3, 32 slots of 1.25G.
    Opu3By32,
    /// OPU4, 80 slots of 1.25G.
    Opu4,
}

impl Slots {
    /// Every structure.
    pub const ALL: [Self; 6] =
        [Self::Opu1, Self::Opu2By4, Self::Opu2By8, Self::Opu3By16, Self::Opu3By32, Self::Opu4];

    /// The structure that this payload type stands for in the OPU of this ODUk.
    //= g709:19.1-slot-size-by-pt
    pub fn of(odu: Signal, payload_type: PayloadType) -> Option<Self> {
        Self::ALL.into_iter().find(|s| (s.odu(), s.payload_type()) == (odu.odu(), payload_type))
    }

    /// The ODUk whose OPU is divided.
    pub const fn odu(self) -> Signal {
        match self {
            Self::Opu1 => Signal::Odu1,
            Self::Opu2By4 | Self::Opu2By8 => Signal::Odu2,
            Self::Opu3By16 | Self::Opu3By32 => Signal::Odu3,
            Self::Opu4 => Signal::Odu4,
        }
    }

    /// The payload type: 20 where ODTUjk alone may sit in the slots, else 21.
    pub const fn payload_type(self) -> PayloadType {
        match self {
            Self::Opu1 | Self::Opu2By4 | Self::Opu3By16 => PayloadType::ODTU_JK,
            Self::Opu2By8 | Self::Opu3By32 | Self::Opu4 => PayloadType::ODTU_TS,
        }
    }

    /// Number of slots, which is the number of frames of the multiframe too.
    //= g709:19.1-slot-counts
    pub const fn count(self) -> usize {
        match self {
            Self::Opu1 => 2,
            Self::Opu2By4 => 4,
            Self::Opu2By8 => 8,
            Self::Opu3By16 => 16,
            Self::Opu3By32 => 32,
            Self::Opu4 => MAX_SLOTS,
        }
    }

    /// True for slots of 2.5G.
    pub const fn of_2g5(self) -> bool {
        matches!(self, Self::Opu2By4 | Self::Opu3By16)
    }

    /// Times that all slots take turns in the octets of one frame.
    #[inline]
    pub const fn rounds(self) -> usize {
        self.slot_octets() / self.count()
    }

    /// Rows of an ODTU in one frame: rows of the OPU, or pairs of them in OPU4.
    pub const fn lines(self) -> usize {
        if matches!(self, Self::Opu4) { ROWS / 2 } else { ROWS }
    }

    /// Columns of a slot.
    pub const fn rounds_in_line(self) -> usize {
        self.slot_octets() / self.lines() / self.count()
    }

    /// Octets of a frame that belong to slots.
    #[inline]
    pub const fn slot_octets(self) -> usize {
        self.columns() * ROWS
    }

    const fn columns(self) -> usize {
        if matches!(self, Self::Opu4) { OPU4_COLS } else { PAYLOAD_COLS }
    }

    /// Copies the slot octets of a frame to `out`, row after row; `out` holds
    /// [`Self::slot_octets`].
    pub fn take<const COLS: usize>(self, frame: &Frame<COLS>, out: &mut [u8]) {
        for (part, row) in out.chunks_exact_mut(self.columns()).zip(frame.payload_rows()) {
            part.copy_from_slice(&row[..self.columns()]);
        }
    }

    /// Writes slot octets into a frame, and the fixed stuff behind them.
    pub fn put<const COLS: usize>(self, octets: &[u8], frame: &mut Frame<COLS>) {
        let columns = self.columns();
        for (part, row) in octets.chunks_exact(columns).zip(frame.rows_mut()) {
            let row = &mut row[otn_frame::layout::PAYLOAD_RANGE];
            row[..columns].copy_from_slice(part);
            row[columns..].fill(0);
        }
    }

    /// From slot octets in order of transmission to those of slot 1, then those of slot 2, and so on:
    /// each slot as a piece of [`Self::rounds`] octets.
    pub fn by_slot(self, payload: &[u8], out: &mut [u8]) {
        transpose(payload, self.count(), out);
    }

    /// From the octets of each slot in one piece to the order of transmission.
    pub fn in_turn(self, by_slot: &[u8], payload: &mut [u8]) {
        transpose(by_slot, self.rounds(), payload);
    }

    /// Where the octets of a slot, counted from 1, are in the order of [`Self::by_slot`].
    #[inline]
    pub const fn piece(self, slot: usize) -> Range<usize> {
        (slot - 1) * self.rounds()..slot * self.rounds()
    }
}

/// A set of tributary slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotSet(u128);

impl SlotSet {
    /// The set of these slots, counted from 1; `None` with one that no OPUk has.
    pub fn new(slots: impl IntoIterator<Item = usize>) -> Option<Self> {
        slots.into_iter().try_fold(Self::default(), Self::with)
    }

    /// The set with this slot too.
    pub const fn with(self, slot: usize) -> Option<Self> {
        if slot >= 1 && slot <= MAX_SLOTS { Some(Self(self.0 | 1 << slot)) } else { None }
    }

    /// The slots, counted from 1, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (1..=MAX_SLOTS).filter(move |&slot| self.contains(slot))
    }

    /// True where the slot is in the set.
    pub const fn contains(self, slot: usize) -> bool {
        slot <= MAX_SLOTS && self.0 >> slot & 1 == 1
    }

    /// Number of slots.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// True without any.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True where both sets have a slot in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The slots of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The first slot.
    pub const fn first(self) -> Option<usize> {
        if self.is_empty() { None } else { Some(self.0.trailing_zeros() as usize) }
    }

    /// The last slot.
    pub const fn last(self) -> Option<usize> {
        match self.0.checked_ilog2() {
            Some(slot) => Some(slot as usize),
            None => None,
        }
    }

    /// The slot's place in the set, from 0.
    pub const fn position(self, slot: usize) -> Option<usize> {
        if !self.contains(slot) {
            return None;
        }
        Some((self.0 & ((1 << slot) - 1)).count_ones() as usize)
    }

    /// The slots, counted from 1, in order; behind the last one, zeros.
    fn list(self) -> [u8; MAX_SLOTS] {
        let mut list = [0; MAX_SLOTS];
        for (place, slot) in list.iter_mut().zip(self.iter()) {
            *place = slot as u8;
        }
        list
    }

    /// First slot, where the set is one run of slots.
    const fn run(self) -> Option<usize> {
        let first = self.0.trailing_zeros();
        if self.0 != 0 && (self.0 >> first).trailing_ones() == self.0.count_ones() {
            Some(first as usize)
        } else {
            None
        }
    }
}

/// The octets of an ODTU in one frame: which slots of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interleave {
    slots: Slots,
    set: SlotSet,
}

impl Interleave {
    /// The octets of these slots; `None` with a slot that the OPU does not have, or without any.
    pub fn new(slots: Slots, set: SlotSet) -> Option<Self> {
        let last = set.last()?;
        (last <= slots.count()).then_some(Self { slots, set })
    }

    /// The slots.
    pub const fn set(self) -> SlotSet {
        self.set
    }

    /// The structure they are part of.
    pub const fn slots(self) -> Slots {
        self.slots
    }

    /// Octets of the ODTU in one frame.
    pub const fn octets(self) -> usize {
        self.slots.rounds() * self.set.len()
    }

    /// The one slot of the set, where there is just one.
    #[inline]
    pub const fn single(self) -> Option<usize> {
        if self.set.len() == 1 { self.set.last() } else { None }
    }

    /// Copies the octets of the ODTU out of the slot octets of a frame, in order of transmission.
    //= g709:19.3-odtu-octets
    pub fn gather(self, payload: &[u8], out: &mut [u8]) {
        let (count, width) = (self.slots.count(), self.set.len());
        let rounds = out.chunks_exact_mut(width).zip(payload.chunks_exact(count));
        match (self.set.run(), width) {
            (Some(slot), 1) => rounds.for_each(|(octets, round)| octets[0] = round[slot - 1]),
            (Some(first), 2) => rounds.for_each(|(out, round)| {
                copy::<2>(round, first - 1, out, 0);
            }),
            (Some(first), 8) => rounds.for_each(|(out, round)| {
                copy::<8>(round, first - 1, out, 0);
            }),
            (Some(first), _) => rounds.for_each(|(octets, round)| {
                octets.copy_from_slice(&round[first - 1..first - 1 + width]);
            }),
            (None, _) => {
                let slots = self.set.list();
                for (octets, round) in rounds {
                    for (octet, slot) in octets.iter_mut().zip(slots) {
                        *octet = round[usize::from(slot) - 1];
                    }
                }
            }
        }
    }

    /// Writes the octets of the ODTU into the slot octets of a frame.
    pub fn scatter(self, octets: &[u8], payload: &mut [u8]) {
        let (count, width) = (self.slots.count(), self.set.len());
        let rounds = octets.chunks_exact(width).zip(payload.chunks_exact_mut(count));
        match (self.set.run(), width) {
            (Some(slot), 1) => rounds.for_each(|(octets, round)| round[slot - 1] = octets[0]),
            (Some(first), 2) => rounds.for_each(|(from, round)| {
                copy::<2>(from, 0, round, first - 1);
            }),
            (Some(first), 8) => rounds.for_each(|(from, round)| {
                copy::<8>(from, 0, round, first - 1);
            }),
            (Some(first), _) => rounds.for_each(|(octets, round)| {
                round[first - 1..first - 1 + width].copy_from_slice(octets);
            }),
            (None, _) => {
                let slots = self.set.list();
                for (octets, round) in rounds {
                    for (octet, slot) in octets.iter().zip(slots) {
                        round[usize::from(slot) - 1] = *octet;
                    }
                }
            }
        }
    }
}

/// Copies so many octets: with the number known beforehand it is a move or two, not a call.
#[inline]
fn copy<const OCTETS: usize>(from: &[u8], start: usize, to: &mut [u8], at: usize) {
    to[at..at + OCTETS].copy_from_slice(&from[start..start + OCTETS]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OduFrame;
    use std::vec;
    use std::vec::Vec;

    /// Zero-based row and column of each octet of a slot, from the rules of the fact sheet.
    fn places(slots: Slots, slot: usize) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        for row in 0..4 {
            for column in 17..=3_824 {
                let belongs = match slots {
                    Slots::Opu1 => (column - 17) % 2 + 1,
                    Slots::Opu2By4 => (column - 17) % 4 + 1,
                    Slots::Opu2By8 => (column - 17) % 8 + 1,
                    Slots::Opu3By16 => (column - 17) % 16 + 1,
                    Slots::Opu3By32 => (column - 17) % 32 + 1,
                    Slots::Opu4 if column > 3_816 => 0,
                    Slots::Opu4 => (row % 2 * 3_800 + column - 17) % 80 + 1,
                };
                if belongs == slot {
                    places.push((row, column - 1));
                }
            }
        }
        places
    }

    /// Conformance cases 26 and 27.
    //= type=test g709:19.1-slot-counts
    //= type=test g709:19.1.4-opu4-slots
    //= type=test g709:19.3-odtu-octets
    #[test]
    fn every_octet_of_every_slot_is_where_the_rule_says() {
        assert_eq!(places(Slots::Opu2By8, 8)[0], (0, 23));
        assert_eq!(places(Slots::Opu3By32, 32)[118], (0, 3_823));
        for slots in Slots::ALL {
            for slot in 1..=slots.count() {
                let places = places(slots, slot);
                let interleave = Interleave::new(slots, SlotSet::new([slot]).unwrap()).unwrap();
                assert_eq!(interleave.octets(), places.len(), "{slots:?} {slot}");
                let octets: Vec<u8> = (0..places.len()).map(|i| (i % 251) as u8 + 1).collect();
                let mut payload = vec![0; slots.slot_octets()];
                interleave.scatter(&octets, &mut payload);
                let mut frame = OduFrame::zeroed();
                slots.put(&payload, &mut frame);
                for (octet, &(row, column)) in octets.iter().zip(&places) {
                    assert_eq!(frame.rows()[row][column], *octet, "{slots:?} {slot}");
                }
                assert_eq!(frame.octets().iter().filter(|&&o| o > 0).count(), places.len());
            }
        }
        // Rows 2 and 4 of OPU4 start with slot 41.
        assert_eq!(places(Slots::Opu4, 41).iter().find(|p| p.0 == 1), Some(&(1, 16)));
    }

    #[test]
    fn octets_of_several_slots_come_in_the_order_of_transmission() {
        let sets =
            [vec![2, 5], vec![3, 4], vec![3, 4, 5], vec![1], vec![1, 2, 4, 8], (1..=8).collect()];
        for set in sets {
            let set = SlotSet::new(set).unwrap();
            for slots in [Slots::Opu2By8, Slots::Opu3By32, Slots::Opu4] {
                let payload: Vec<u8> =
                    (0..slots.slot_octets()).map(|i| (i * 7 / 3) as u8).collect();
                let expected: Vec<u8> = payload
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| set.contains(at % slots.count() + 1))
                    .map(|(_, octet)| *octet)
                    .collect();
                let interleave = Interleave::new(slots, set).unwrap();
                let mut out = vec![0; interleave.octets()];
                interleave.gather(&payload, &mut out);
                assert_eq!(out, expected, "{slots:?} {set:?}");
                let mut back = vec![0; payload.len()];
                interleave.scatter(&out, &mut back);
                let same = |(at, octet): (usize, &u8)| {
                    *octet == if set.contains(at % slots.count() + 1) { payload[at] } else { 0 }
                };
                assert!(back.iter().enumerate().all(same));
            }
        }
        assert_eq!(SlotSet::new([0]), None);
        assert_eq!(SlotSet::new([81]), None);
        assert_eq!(Interleave::new(Slots::Opu1, SlotSet::new([3]).unwrap()), None);
    }

    #[test]
    fn slots_in_one_piece_each_are_those_gathered_one_by_one() {
        for slots in Slots::ALL {
            let payload: Vec<u8> = (0..slots.slot_octets()).map(|i| (i * 7 / 3) as u8).collect();
            let mut pieces = vec![0; payload.len()];
            slots.by_slot(&payload, &mut pieces);
            for slot in 1..=slots.count() {
                let interleave = Interleave::new(slots, SlotSet::new([slot]).unwrap()).unwrap();
                assert_eq!(interleave.single(), Some(slot));
                let mut one = vec![0; interleave.octets()];
                interleave.gather(&payload, &mut one);
                assert_eq!(pieces[slots.piece(slot)], one, "{slots:?} {slot}");
            }
            let mut back = vec![0; payload.len()];
            slots.in_turn(&pieces, &mut back);
            assert_eq!(back, payload);
        }
    }

    //= type=test g709:19.1-slot-size-by-pt
    #[test]
    fn the_payload_type_tells_the_size_of_the_slots() {
        let of = |odu, pt| Slots::of(odu, PayloadType(pt));
        assert_eq!(of(Signal::Odu1, 0x20), Some(Slots::Opu1));
        assert_eq!(of(Signal::Otu2, 0x20), Some(Slots::Opu2By4));
        assert_eq!(of(Signal::Odu2, 0x21), Some(Slots::Opu2By8));
        assert_eq!(of(Signal::Odu3, 0x20), Some(Slots::Opu3By16));
        assert_eq!(of(Signal::Odu3, 0x21), Some(Slots::Opu3By32));
        assert_eq!(of(Signal::Odu4, 0x21), Some(Slots::Opu4));
        assert_eq!(of(Signal::Odu4, 0x20), None);
        assert_eq!(of(Signal::Odu1, 0x21), None);
        assert_eq!(of(Signal::Odu0, 0x21), None);
    }
}
