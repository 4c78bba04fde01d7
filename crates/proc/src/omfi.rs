//! Multiframe alignment of the OPU4: which of 80 frames this one is.
//!
//! Clauses: G.798 8.2.3 (OMFI alignment), 14.3.10.2 (dLOOMFI). In: the OMFI octet of each frame.
//! Out: the number of the frame in the multiframe, from 0, once known. Wrong values are bridged by
//! the count; five in a row end the alignment, two in sequence restore it.

use otn_frame::layout::OMFI;
use otn_map::odtu::Slots;

/// Frames of the multiframe.
const FRAMES: u8 = Slots::Opu4.count() as u8;
/// Consecutive wrong values that end the alignment.
//= g798:8.2.3-oomfi-after-5
pub const OUT_AFTER: u8 = 5;

/// The alignment process.
#[derive(Clone, Copy, Debug, Default)]
pub struct OmfiAlignment {
    /// Value received last.
    last: Option<u8>,
    /// Number of the frame before, while aligned.
    count: Option<u8>,
    /// Wrong values in a row.
    bad: u8,
    errors: u64,
}

const fn next(count: u8) -> u8 {
    if count + 1 >= FRAMES { 0 } else { count + 1 }
}

impl OmfiAlignment {
    /// Takes the OMFI octet of the next frame; its number, if it is known.
    //= g709:19.4.4-omfi
    pub fn receive(&mut self, octet: u8) -> Option<usize> {
        let received = OMFI.get(octet);
        let follows = self.last.is_some_and(|last| last < FRAMES && received == next(last));
        self.last = Some(received);
        if let Some(count) = self.count {
            let expected = next(count);
            self.errors += u64::from(received != expected);
            self.bad = if received == expected { 0 } else { self.bad + 1 };
            self.count = (self.bad < OUT_AFTER).then_some(expected);
        } else if follows {
            self.count = Some(received);
            self.bad = 0;
        }
        self.count.map(usize::from)
    }

    /// True while aligned.
    pub const fn aligned(&self) -> bool {
        self.count.is_some()
    }

    /// Wrong values while aligned.
    pub const fn errors(&self) -> u64 {
        self.errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test g709:19.4.4-omfi
    //= type=test g798:8.2.3-oomfi-after-5
    #[test]
    fn two_in_sequence_align_and_five_wrong_do_not_keep() {
        let mut omfi = OmfiAlignment::default();
        assert_eq!(omfi.receive(77), None);
        assert_eq!(omfi.receive(78), Some(78));
        assert_eq!(omfi.receive(79), Some(79));
        assert_eq!(omfi.receive(0), Some(0), "80 frames");
        // Bit 1 is reserved.
        assert_eq!(omfi.receive(0x81), Some(1));
        for n in 2..6 {
            assert_eq!(omfi.receive(55), Some(n), "bridged");
        }
        assert_eq!(omfi.receive(55), None);
        assert_eq!((omfi.receive(10), omfi.receive(11)), (None, Some(11)));
        assert_eq!(omfi.errors(), 5);
        let mut beyond = OmfiAlignment::default();
        assert!((80..=127u8).all(|octet| beyond.receive(octet).is_none()), "no frame has these");
    }
}
