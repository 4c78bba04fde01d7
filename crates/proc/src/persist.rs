//! A value that counts only after it has been received n times in a row.
//!
//! Clauses: G.798 6.2.6.6 (BDI), 6.2.6.8 (IAE, BIAE), 8.7 (payload type), 8.8 (STAT). In: one
//! received value at a time. Out: the accepted value. How often is enough is in the constants
//! here, one place for all of them.

/// Frames of equal BDI.
//= g798:6.2.6.6.1-bdi-5
pub const BDI_FRAMES: u8 = 5;
/// Frames of equal IAE of the OTUk.
//= g798:6.2.6.8-iae-5
pub const IAE_FRAMES: u8 = 5;
/// Frames with or without the BIAE code.
//= g798:6.2.6.8-biae-3
pub const BIAE_FRAMES: u8 = 3;
/// Frames of equal STAT.
//= g798:8.8-stat-3
pub const STAT_FRAMES: u8 = 3;
/// Multiframes of equal payload type.
//= g798:8.7-pt-3
pub const PT_MULTIFRAMES: u8 = 3;
/// Multiframes of an equal MSI octet.
//= g798:8.7-msi-3
pub const MSI_MULTIFRAMES: u8 = 3;
/// Multiframes of equal client signal fail bit.
//= g798:6.2.10-csf-3
pub const CSF_MULTIFRAMES: u8 = 3;

/// The accepted value, and the one that may follow it.
#[derive(Clone, Copy, Debug)]
pub struct Persistent<T, const TIMES: u8> {
    accepted: Option<T>,
    candidate: Option<T>,
    seen: u8,
}

impl<T, const TIMES: u8> Default for Persistent<T, TIMES> {
    fn default() -> Self {
        Self { accepted: None, candidate: None, seen: 0 }
    }
}

impl<T: Copy + PartialEq, const TIMES: u8> Persistent<T, TIMES> {
    /// Takes a received value and returns the accepted one, if any yet.
    pub fn receive(&mut self, value: T) -> Option<T> {
        if self.candidate != Some(value) {
            self.candidate = Some(value);
            self.seen = 0;
        }
        self.seen = self.seen.saturating_add(1);
        if self.seen >= TIMES {
            self.accepted = Some(value);
        }
        self.accepted
    }

    /// The accepted value.
    pub const fn accepted(&self) -> Option<T> {
        self.accepted
    }

    /// True where the value received last has been received often enough.
    pub const fn is_settled(&self) -> bool {
        self.seen >= TIMES
    }

    /// Forgets what was received: the next value starts a new row. Keeps the accepted value.
    pub const fn restart(&mut self) {
        self.candidate = None;
        self.seen = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts_at_the_limit<const TIMES: u8>() {
        let mut value = Persistent::<bool, TIMES>::default();
        for _ in 0..TIMES {
            value.receive(false);
        }
        for n in 1..TIMES {
            assert_eq!(value.receive(true), Some(false), "{n} of {TIMES}");
        }
        assert_eq!(value.receive(true), Some(true));
        for n in 1..TIMES {
            assert_eq!(value.receive(false), Some(true), "{n} of {TIMES}");
        }
        assert_eq!(value.receive(false), Some(false));
    }

    //= type=test g798:6.2.6.6.1-bdi-5
    //= type=test g798:6.2.6.8-iae-5
    //= type=test g798:6.2.6.8-biae-3
    //= type=test g798:8.8-stat-3
    //= type=test g798:8.7-pt-3
    //= type=test g798:6.2.10-csf-3
    #[test]
    fn one_short_of_the_limit_changes_nothing() {
        assert_eq!((BDI_FRAMES, IAE_FRAMES, BIAE_FRAMES), (5, 5, 3));
        assert_eq!((STAT_FRAMES, PT_MULTIFRAMES, CSF_MULTIFRAMES), (3, 3, 3));
        accepts_at_the_limit::<3>();
        accepts_at_the_limit::<5>();
    }

    #[test]
    fn a_different_value_starts_the_row_again() {
        let mut stat = Persistent::<u8, 3>::default();
        for value in [7, 7, 1, 7, 7] {
            assert_eq!(stat.receive(value), None);
        }
        assert_eq!(stat.receive(7), Some(7));
        stat.receive(1);
        stat.receive(1);
        stat.restart();
        assert_eq!(stat.receive(1), Some(7));
        assert!(!stat.is_settled());
        stat.receive(1);
        assert!(!stat.is_settled());
        assert_eq!((stat.receive(1), stat.is_settled()), (Some(1), true));
    }
}
