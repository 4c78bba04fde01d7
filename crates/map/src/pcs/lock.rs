//! The state machine of block lock: many good sync headers in a row at one place, then few bad ones.
//!
//! Clauses: IEEE 802.3 49.2.13.2 (figure of the lock process), 82.2.12; G.709 F.2 (the same machine
//! on flag bits). In: whether the header at the present place is good. Out: whether to stay or to
//! try the next place.

/// How many headers make and lose lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockRule {
    /// Good headers in a row that make lock.
    pub good: u32,
    /// Headers of a window while in lock.
    pub window: u32,
    /// Bad headers in one window that lose lock.
    pub bad: u32,
}

impl LockRule {
    /// Serial streams: 64 good ones; 16 bad of 64.
    //= ieee802.3:49.2.13-block-lock
    pub const SERIAL: Self = Self { good: 64, window: 64, bad: 16 };
    /// Lanes of clause 82: 64 good ones; 65 bad of 1024.
    //= ieee802.3:82.2.12-block-lock
    pub const LANE: Self = Self { good: 64, window: 1024, bad: 65 };
}

/// What to do after a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Stay: the next header is a block further on.
    Stay,
    /// Stay, and lock was made with this header.
    Locked,
    /// Try the next place.
    Slip,
    /// Try the next place: lock was lost with this header.
    Lost,
}

/// The machine.
#[derive(Clone, Copy, Debug)]
pub struct Lock {
    rule: LockRule,
    locked: bool,
    seen: u32,
    bad: u32,
}

impl Lock {
    /// A machine without lock.
    pub const fn new(rule: LockRule) -> Self {
        Self { rule, locked: false, seen: 0, bad: 0 }
    }

    /// Whether there is lock.
    pub const fn is_locked(&self) -> bool {
        self.locked
    }

    /// Gives lock up; `true` if there was any.
    pub fn reset(&mut self) -> bool {
        let was = self.locked;
        *self = Self::new(self.rule);
        was
    }

    /// Takes so many good headers at once; `false` if there is no lock, or if they end a window and
    /// have to come one by one.
    #[inline]
    pub(super) fn test_good(&mut self, count: u32) -> bool {
        let seen = self.seen + count;
        let taken = self.locked && seen < self.rule.window;
        if taken {
            self.seen = seen;
        }
        taken
    }

    /// Takes the next header.
    #[inline]
    pub fn test(&mut self, good: bool) -> Step {
        self.seen += 1;
        self.bad += u32::from(!good);
        match (self.locked, good) {
            (false, false) => {
                self.reset();
                Step::Slip
            }
            (false, true) if self.seen == self.rule.good => {
                *self = Self { locked: true, ..Self::new(self.rule) };
                Step::Locked
            }
            (true, false) if self.bad == self.rule.bad => {
                self.reset();
                Step::Lost
            }
            (false, true) => Step::Stay,
            (true, _) => {
                if self.seen == self.rule.window {
                    (self.seen, self.bad) = (0, 0);
                }
                Step::Stay
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test ieee802.3:49.2.13-block-lock
    //= type=test ieee802.3:82.2.12-block-lock
    #[test]
    fn lock_needs_64_good_headers_and_is_lost_with_so_many_bad_of_a_window() {
        for (rule, window, limit) in [(LockRule::SERIAL, 64, 16), (LockRule::LANE, 1024, 65)] {
            let mut lock = Lock::new(rule);
            for _ in 0..63 {
                assert_eq!(lock.test(true), Step::Stay);
            }
            assert_eq!(lock.test(false), Step::Slip, "one bad header starts over");
            for _ in 0..63 {
                assert_eq!(lock.test(true), Step::Stay);
            }
            assert_eq!(lock.test(true), Step::Locked);
            // One less than the limit in each of two windows next to each other is borne.
            for n in 0..window {
                assert_eq!(lock.test(n < window - (limit - 1)), Step::Stay);
            }
            for n in 0..window {
                assert_eq!(lock.test(n >= limit - 1), Step::Stay);
            }
            for _ in 0..limit - 1 {
                assert_eq!(lock.test(false), Step::Stay);
            }
            assert_eq!(lock.test(false), Step::Lost);
            assert!(!lock.is_locked());
        }
    }
}
