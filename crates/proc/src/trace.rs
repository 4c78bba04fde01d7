//! Acceptance of a received trail trace identifier.
//!
//! Clause: G.798 8.6. In: one TTI octet a frame with its multiframe count. Out: the accepted TTI.
//! Whether it is the expected one is a question for the trail termination.

use otn_frame::Tti;
use otn_frame::tti::TTI_OCTETS;

/// Equal copies in a row that make a TTI accepted.
//= g798:8.6-tti-3
pub const TTI_COPIES: u8 = 3;

/// Collects copies of a TTI.
#[derive(Clone, Debug)]
pub struct TraceReceiver {
    copy: [u8; TTI_OCTETS],
    /// Octets of `copy` already in, from octet 0 on.
    filled: usize,
    last: Option<Tti>,
    equal: u8,
    accepted: Option<Tti>,
    /// The accepted one was accepted since the signal came back.
    valid: bool,
}

impl Default for TraceReceiver {
    fn default() -> Self {
        Self {
            copy: [0; TTI_OCTETS],
            filled: 0,
            last: None,
            equal: 0,
            accepted: None,
            valid: false,
        }
    }
}

impl TraceReceiver {
    /// Takes the TTI octet of the frame with this multiframe count; true where it ends a copy.
    pub fn receive(&mut self, mfas: u8, octet: u8) -> bool {
        let at = usize::from(mfas) % TTI_OCTETS;
        if at != self.filled {
            // A frame is missing, or the first copy began in the middle.
            self.filled = 0;
            if at != 0 {
                return false;
            }
        }
        self.copy[at] = octet;
        self.filled = at + 1;
        let complete = self.filled == TTI_OCTETS;
        if complete {
            self.filled = 0;
            self.complete(Tti::from_octets(self.copy));
        }
        complete
    }

    fn complete(&mut self, tti: Tti) {
        self.equal = if self.last == Some(tti) { self.equal.saturating_add(1) } else { 1 };
        self.last = Some(tti);
        if self.equal >= TTI_COPIES {
            self.accepted = Some(tti);
            self.valid = true;
        }
    }

    /// True where there is an accepted TTI that is not one from before a failure.
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// The signal has failed: the accepted TTI is kept, but has to be accepted anew.
    pub const fn invalidate(&mut self) {
        self.restart();
        self.valid = false;
    }

    /// The accepted TTI.
    pub const fn accepted(&self) -> Option<&Tti> {
        self.accepted.as_ref()
    }

    /// The last whole copy received, accepted or not.
    pub const fn last_copy(&self) -> Option<&Tti> {
        self.last.as_ref()
    }

    /// Forgets copies in progress. Keeps the accepted TTI.
    pub const fn restart(&mut self) {
        self.filled = 0;
        self.equal = 0;
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(receiver: &mut TraceReceiver, tti: &Tti, frames: core::ops::Range<usize>) {
        for n in frames {
            receiver.receive(n as u8, tti.octet_at(n as u8));
        }
    }

    //= type=test g798:8.6-tti-3
    #[test]
    fn three_equal_copies_are_accepted_and_two_are_not() {
        let (a, b) = (Tti::new("A", "B", "").unwrap(), Tti::new("C", "D", "x").unwrap());
        let mut receiver = TraceReceiver::default();
        send(&mut receiver, &a, 0..191);
        assert_eq!(receiver.accepted(), None);
        send(&mut receiver, &a, 191..192);
        assert_eq!(receiver.accepted(), Some(&a));
        send(&mut receiver, &b, 192..383);
        assert_eq!(receiver.accepted(), Some(&a));
        assert_eq!(receiver.last_copy(), Some(&b));
        send(&mut receiver, &b, 383..384);
        assert_eq!(receiver.accepted(), Some(&b));
    }

    #[test]
    fn a_start_in_the_middle_and_a_missing_frame_spoil_only_their_copy() {
        let tti = Tti::new("FROM", "TO", "").unwrap();
        let mut receiver = TraceReceiver::default();
        send(&mut receiver, &tti, 30..70);
        send(&mut receiver, &tti, 71..256);
        assert_eq!(receiver.accepted(), None, "two whole copies");
        send(&mut receiver, &tti, 256..320);
        assert_eq!(receiver.accepted(), Some(&tti));
    }
}
