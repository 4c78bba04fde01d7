//! The multiplex structure identifier: which ODTU each tributary slot is part of.
//!
//! Clauses: G.709 19.4.1. In: the content of an OPUk. Out: the MSI octets, one a slot, that follow
//! PSI\[1\]; and back. Code points that have no meaning are kept and reported.

use alloc::vec::Vec;

use otn_frame::Signal;
use otn_frame::layout::{MSI_OCCUPATION, MSI_PORT, MSI_PORT_OPU4, MSI_TYPE};

use super::slots::{SlotSet, Slots};

/// Kind of an ODTU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Odtu {
    /// ODU0 in OPU1, by AMP.
    Odtu01,
    /// ODU1 in OPU2, by AMP.
    Odtu12,
    /// ODU1 in OPU3, by AMP.
    Odtu13,
    /// ODU2 in OPU3, by AMP.
    Odtu23,
    /// Any ODUj in ODTUk.ts, by GMP.
    Ts,
}

impl Odtu {
    /// The ODUj in it; `None` where the count tells.
    pub const fn odu(self) -> Option<Signal> {
        match self {
            Self::Odtu01 => Some(Signal::Odu0),
            Self::Odtu12 | Self::Odtu13 => Some(Signal::Odu1),
            Self::Odtu23 => Some(Signal::Odu2),
            Self::Ts => None,
        }
    }

    /// Slots it takes in this structure; `None` where any number will do.
    //= g709:19.3-odtu-sizes
    pub const fn slots(self, slots: Slots) -> Option<usize> {
        let of_2g5 = match self {
            Self::Odtu01 => return Some(1),
            Self::Odtu12 | Self::Odtu13 => 1,
            Self::Odtu23 => 4,
            Self::Ts => return None,
        };
        Some(if slots.of_2g5() { of_2g5 } else { 2 * of_2g5 })
    }

    /// Name, as `ODTU12`, or `ODTU4.ts` with the number of slots.
    pub fn name(self, slots: Slots, count: usize) -> alloc::string::String {
        match self {
            Self::Odtu01 => "ODTU01".into(),
            Self::Odtu12 => "ODTU12".into(),
            Self::Odtu13 => "ODTU13".into(),
            Self::Odtu23 => "ODTU23".into(),
            Self::Ts => {
                let k = match slots.odu() {
                    Signal::Odu1 => 1,
                    Signal::Odu2 => 2,
                    Signal::Odu3 => 3,
                    _ => 4,
                };
                alloc::format!("ODTU{k}.{count}")
            }
        }
    }

    /// The kind in which this structure carries the ODUj; `None` where it cannot.
    //= g709:19.2-which-odtu
    pub const fn carrying(slots: Slots, odu: Signal) -> Option<Self> {
        match (slots, odu) {
            (Slots::Opu1, Signal::Odu0) => Some(Self::Odtu01),
            (Slots::Opu2By4 | Slots::Opu2By8, Signal::Odu1) => Some(Self::Odtu12),
            (Slots::Opu3By16 | Slots::Opu3By32, Signal::Odu1) => Some(Self::Odtu13),
            (Slots::Opu3By16 | Slots::Opu3By32, Signal::Odu2) => Some(Self::Odtu23),
            (Slots::Opu2By8 | Slots::Opu3By32 | Slots::Opu4, Signal::Odu0 | Signal::Oduflex(_))
            | (Slots::Opu3By32, Signal::Odu2e)
            | (Slots::Opu4, Signal::Odu1 | Signal::Odu2 | Signal::Odu2e | Signal::Odu3) => {
                Some(Self::Ts)
            }
            _ => None,
        }
    }
}

/// What the MSI says of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotUse {
    /// Nothing.
    Unallocated,
    /// Part of the ODTU of this kind at this tributary port, counted from 1.
    Part(Odtu, u8),
    /// A code point without a meaning here.
    Reserved(u8),
}

/// Types of the MSI octet, as a number; `None` for a code without a meaning.
//= g709:19.4.1-msi
const fn kind_of(slots: Slots, code: u8) -> Option<Option<Odtu>> {
    match (slots, code) {
        (Slots::Opu1, 3) => Some(Some(Odtu::Odtu01)),
        (Slots::Opu2By4 | Slots::Opu2By8, 0) => Some(Some(Odtu::Odtu12)),
        (Slots::Opu3By16 | Slots::Opu3By32, 0) => Some(Some(Odtu::Odtu13)),
        (Slots::Opu3By16 | Slots::Opu3By32, 1) => Some(Some(Odtu::Odtu23)),
        (Slots::Opu2By8 | Slots::Opu3By32, 2) => Some(Some(Odtu::Ts)),
        (Slots::Opu2By8 | Slots::Opu3By32, 3) => Some(None),
        _ => None,
    }
}

const fn code_of(kind: Odtu) -> u8 {
    match kind {
        Odtu::Odtu01 => 3,
        Odtu::Odtu12 | Odtu::Odtu13 => 0,
        Odtu::Odtu23 => 1,
        Odtu::Ts => 2,
    }
}

/// Type code of a slot that is not allocated, in slots of 1.25G.
const UNALLOCATED: u8 = 3;

impl SlotUse {
    /// The MSI octet of the slot, counted from 1. Structures without a code for an unallocated slot
    /// send what stands there by default: the port of the slot's own number.
    pub const fn octet(self, slots: Slots, slot: usize) -> u8 {
        if let Self::Reserved(octet) = self {
            return octet;
        }
        if matches!(slots, Slots::Opu4) {
            return match self {
                Self::Part(_, port) => {
                    MSI_PORT_OPU4.set(MSI_OCCUPATION.set(0, 1), port.wrapping_sub(1))
                }
                Self::Unallocated | Self::Reserved(_) => 0,
            };
        }
        let (code, port) = match (self, slots) {
            (Self::Part(kind, port), _) => (code_of(kind), port.wrapping_sub(1)),
            (_, Slots::Opu2By8 | Slots::Opu3By32) => (UNALLOCATED, 0),
            (_, Slots::Opu1) => (3, slot as u8 - 1),
            _ => (0, slot as u8 - 1),
        };
        MSI_PORT.set(MSI_TYPE.set(0, code), port)
    }

    /// Reads the MSI octet of a slot.
    pub const fn read(slots: Slots, octet: u8) -> Self {
        if matches!(slots, Slots::Opu4) {
            return match MSI_OCCUPATION.get(octet) {
                0 => Self::Unallocated,
                _ => Self::Part(Odtu::Ts, MSI_PORT_OPU4.get(octet) + 1),
            };
        }
        match kind_of(slots, MSI_TYPE.get(octet)) {
            Some(Some(kind)) => Self::Part(kind, MSI_PORT.get(octet) + 1),
            Some(None) => Self::Unallocated,
            None => Self::Reserved(octet),
        }
    }
}

/// An ODTU and the slots it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its kind.
    pub kind: Odtu,
    /// Its tributary port, counted from 1.
    pub port: u8,
    /// Its slots.
    pub set: SlotSet,
}

impl Content {
    /// True where the kind takes this number of slots.
    pub const fn has_right_size(&self, slots: Slots) -> bool {
        match self.kind.slots(slots) {
            Some(count) => count == self.set.len(),
            None => !self.set.is_empty(),
        }
    }
}

/// The MSI octets of an OPUk with this content.
pub fn octets(slots: Slots, contents: &[Content]) -> Vec<u8> {
    let of = |slot| contents.iter().find(|c| c.set.contains(slot));
    (1..=slots.count())
        .map(|slot| {
            let used = of(slot).map_or(SlotUse::Unallocated, |c| SlotUse::Part(c.kind, c.port));
            used.octet(slots, slot)
        })
        .collect()
}

/// The ODTU that these MSI octets tell of, in the order of their first slots.
pub fn contents(slots: Slots, msi: &[u8]) -> Vec<Content> {
    let mut found: Vec<Content> = Vec::new();
    for (slot, &octet) in (1..=slots.count()).zip(msi) {
        let SlotUse::Part(kind, port) = SlotUse::read(slots, octet) else { continue };
        let known = found.iter_mut().find(|c| (c.kind, c.port) == (kind, port));
        match known {
            Some(content) => content.set = content.set.with(slot).unwrap_or(content.set),
            None => {
                let set = SlotSet::default().with(slot).unwrap_or_default();
                found.push(Content { kind, port, set });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conformance cases 23 to 25.
    //= type=test g709:19.4.1-msi
    #[test]
    fn msi_octets_are_those_of_the_figures() {
        let part = |kind, port, slots: &[usize]| Content {
            kind,
            port,
            set: SlotSet::new(slots.iter().copied()).unwrap(),
        };
        let opu1 = [part(Odtu::Odtu01, 1, &[1]), part(Odtu::Odtu01, 2, &[2])];
        assert_eq!(octets(Slots::Opu1, &opu1), [0xC0, 0xC1]);
        assert_eq!(octets(Slots::Opu1, &[]), [0xC0, 0xC1], "fixed");
        let opu2: Vec<Content> =
            (1..=4).map(|slot| part(Odtu::Odtu12, slot as u8, &[slot])).collect();
        assert_eq!(octets(Slots::Opu2By4, &opu2), [0, 1, 2, 3]);
        let opu3 = [
            part(Odtu::Odtu13, 2, &[1, 3]),
            part(Odtu::Odtu23, 1, &[2, 4, 5, 6, 7, 8, 9, 10]),
            part(Odtu::Ts, 32, &[32]),
        ];
        let msi = octets(Slots::Opu3By32, &opu3);
        assert_eq!(msi[..4], [0x01, 0x40, 0x01, 0x40]);
        assert_eq!((msi[10], msi[30], msi[31]), (0xC0, 0xC0, 0x9F));
        assert_eq!(contents(Slots::Opu3By32, &msi), opu3);
        assert!(opu3.iter().all(|c| c.has_right_size(Slots::Opu3By32)));
        let opu4 = [part(Odtu::Ts, 80, &[1, 80])];
        let msi = octets(Slots::Opu4, &opu4);
        assert_eq!((msi[0], msi[1], msi[79]), (0xCF, 0x00, 0xCF));
        assert_eq!(contents(Slots::Opu4, &msi), opu4);
    }

    #[test]
    fn every_octet_reads_and_those_with_a_meaning_read_back() {
        for slots in Slots::ALL {
            for octet in 0..=255u8 {
                match SlotUse::read(slots, octet) {
                    SlotUse::Unallocated => assert!(
                        matches!(slots, Slots::Opu2By8 | Slots::Opu3By32 | Slots::Opu4),
                        "{slots:?} {octet:02X}"
                    ),
                    known => assert_eq!(known.octet(slots, 1), octet, "{slots:?}"),
                }
            }
        }
        let odd = contents(Slots::Opu2By8, &[0x00, 0x80, 0x80, 0xC0, 0xC0, 0xC0, 0xC0, 0x40]);
        assert!(!odd[0].has_right_size(Slots::Opu2By8), "an ODTU12 takes two slots");
        assert_eq!(odd.len(), 2, "01 is reserved in OPU2");
    }

    //= type=test g709:19.3-odtu-sizes
    //= type=test g709:19.2-which-odtu
    #[test]
    fn kinds_and_sizes_of_odtu() {
        assert_eq!(Odtu::Odtu12.slots(Slots::Opu2By4), Some(1));
        assert_eq!(Odtu::Odtu12.slots(Slots::Opu2By8), Some(2));
        assert_eq!(Odtu::Odtu23.slots(Slots::Opu3By16), Some(4));
        assert_eq!(Odtu::Odtu23.slots(Slots::Opu3By32), Some(8));
        assert_eq!(Odtu::carrying(Slots::Opu4, Signal::Odu1), Some(Odtu::Ts));
        assert_eq!(Odtu::carrying(Slots::Opu2By4, Signal::Odu0), None);
        assert_eq!(Odtu::carrying(Slots::Opu3By32, Signal::Odu2e), Some(Odtu::Ts));
        assert_eq!(Odtu::carrying(Slots::Opu4, Signal::Odu4), None);
        assert_eq!(Odtu::Ts.name(Slots::Opu4, 31), "ODTU4.31");
        let none: Vec<Content> = contents(Slots::Opu4, &[0; 80]);
        assert!(none.is_empty());
    }
}
