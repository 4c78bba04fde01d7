//! Multiframe alignment: which of 256 frames this one is.
//!
//! Clause: G.798 8.2.2. In: the MFAS octet of each frame in frame. Out: the multiframe count to
//! use for it. While aligned, a wrong MFAS is ignored and counted; five in a row end the alignment,
//! but not the old count; two in sequence restore it with the count received. When OOM becomes a
//! defect is decided elsewhere.

/// Consecutive wrong MFAS that end multiframe alignment.
//= g798:8.2.2-oom-after-5
pub const OOM_AFTER: u8 = 5;

/// State of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiframe {
    /// Not aligned.
    OutOfMultiframe {
        /// MFAS received in the frame before, if there was one.
        last: Option<u8>,
        /// Count of the frame before at the old phase, if there ever was an alignment.
        count: Option<u8>,
    },
    /// Aligned.
    InMultiframe {
        /// MFAS of the frame before, by count.
        last: u8,
        /// Wrong MFAS in a row so far.
        bad: u8,
    },
}

impl Default for Multiframe {
    fn default() -> Self {
        Self::OutOfMultiframe { last: None, count: None }
    }
}

impl Multiframe {
    /// True while aligned.
    pub const fn aligned(self) -> bool {
        matches!(self, Self::InMultiframe { .. })
    }

    /// Takes the MFAS of the next frame; returns the state after it and the count to use.
    //= g798:8.2.2-two-in-sequence
    #[must_use]
    pub const fn after(self, mfas: u8) -> (Self, u8) {
        match self {
            Self::OutOfMultiframe { last: Some(last), .. } if mfas == last.wrapping_add(1) => {
                (Self::InMultiframe { last: mfas, bad: 0 }, mfas)
            }
            Self::OutOfMultiframe { last: Some(_) | None, count: None } => {
                (Self::OutOfMultiframe { last: Some(mfas), count: None }, mfas)
            }
            Self::OutOfMultiframe { last: Some(_) | None, count: Some(count) } => {
                let count = count.wrapping_add(1);
                (Self::OutOfMultiframe { last: Some(mfas), count: Some(count) }, count)
            }
            Self::InMultiframe { last, bad } => {
                let expected = last.wrapping_add(1);
                if mfas == expected {
                    (Self::InMultiframe { last: expected, bad: 0 }, expected)
                } else if bad + 1 >= OOM_AFTER {
                    let count = Some(expected);
                    (Self::OutOfMultiframe { last: Some(mfas), count }, expected)
                } else {
                    (Self::InMultiframe { last: expected, bad: bad + 1 }, expected)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn run(sequence: &[u8]) -> Vec<(bool, u8)> {
        let mut state = Multiframe::default();
        sequence
            .iter()
            .map(|&mfas| {
                let (next, count) = state.after(mfas);
                state = next;
                (state.aligned(), count)
            })
            .collect()
    }

    //= type=test g798:8.2.2-two-in-sequence
    #[test]
    fn two_in_sequence_align_at_any_value() {
        for first in 0..=255u8 {
            let second = first.wrapping_add(1);
            assert_eq!(run(&[first, second]), [(false, first), (true, second)]);
            assert_eq!(run(&[first, first])[1], (false, first));
        }
    }

    //= type=test g798:8.2.2-oom-after-5
    #[test]
    fn four_wrong_are_bridged_by_the_count_and_five_are_not() {
        let bridged = run(&[9, 10, 0, 0, 0, 0, 15]);
        assert_eq!(
            bridged[1..],
            [(true, 10), (true, 11), (true, 12), (true, 13), (true, 14), (true, 15)]
        );
        let lost = run(&[9, 10, 70, 71, 72, 73, 74, 75]);
        assert_eq!(lost[5], (true, 14));
        assert_eq!(lost[6], (false, 15), "the old phase is kept until the new one is sure");
        assert_eq!(lost[7], (true, 75));
    }
}
