//! Frames out of the octets of a channel.
//!
//! Clauses: IETF RFC 1662 4.2, 4.3 (octet-stuffed), 5.2, 5.3 (bit-synchronous). In: octets of a
//! channel, at any bit phase. Out: good frames without FCS, and counts of all others.
//!
//! Bit literals: a bit-serial process, eight bits to an octet.

use alloc::vec::Vec;

use super::{ESCAPE, ESCAPED, FLAG, Fcs, Framing, STUFF_AFTER};

/// Ones in a row of a flag.
const FLAG_ONES: u8 = STUFF_AFTER + 1;
/// Bits of a flag that look like bits of a frame until its sixth one comes.
const FLAG_BITS: usize = 1 + STUFF_AFTER as usize;

/// Octets of the longest frame, FCS included, unless it is set otherwise.
pub const LONGEST: usize = 65_536;

/// Which frame check sequence is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// This one.
    Only(Fcs),
    /// The one of the first frame in which one is right.
    Find,
}

/// Frames counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// With a right FCS.
    pub good: u64,
    /// With a wrong FCS.
    pub fcs_errors: u64,
    /// Broken off.
    pub aborted: u64,
    /// Shorter than a frame can be.
    pub too_short: u64,
    /// Longer than the longest that is taken.
    pub too_long: u64,
    /// Not of whole octets.
    pub unaligned: u64,
}

impl Counters {
    /// All frames that are not good.
    pub const fn bad(&self) -> u64 {
        self.fcs_errors + self.aborted + self.too_short + self.too_long + self.unaligned
    }
}

/// Takes the octets of a channel apart.
#[derive(Clone, Debug)]
pub struct Decoder {
    framing: Framing,
    check: Check,
    longest: usize,
    /// No frame is being received: a flag comes first.
    hunting: bool,
    octets: Vec<u8>,
    /// Bits that are not yet a whole octet.
    partial: u8,
    bits: usize,
    /// Ones in a row, up to one more than a flag has.
    ones: u8,
    /// The octet before was an escape.
    escaped: bool,
    counters: Counters,
}

impl Decoder {
    /// A decoder that takes frames of up to [`LONGEST`] octets.
    pub const fn new(framing: Framing, check: Check) -> Self {
        Self {
            framing,
            check,
            longest: LONGEST,
            hunting: true,
            octets: Vec::new(),
            partial: 0,
            bits: 0,
            ones: 0,
            escaped: false,
            counters: Counters {
                good: 0,
                fcs_errors: 0,
                aborted: 0,
                too_short: 0,
                too_long: 0,
                unaligned: 0,
            },
        }
    }

    /// The same for frames of up to so many octets, FCS included.
    #[must_use]
    pub const fn with_longest(mut self, octets: usize) -> Self {
        self.longest = octets;
        self
    }

    /// Frames so far.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The frame check sequence in use, once it is known.
    pub const fn fcs(&self) -> Option<Fcs> {
        match self.check {
            Check::Only(fcs) => Some(fcs),
            Check::Find => None,
        }
    }

    /// Octets are missing here: the frame in progress is lost.
    pub fn restart(&mut self) {
        self.begin();
        self.hunting = true;
        self.ones = 0;
    }

    /// Takes the next octets of the channel; gives each good frame without its FCS.
    pub fn push(&mut self, octets: &[u8], mut deliver: impl FnMut(&[u8])) {
        for octet in octets {
            match self.framing {
                Framing::BitSynchronous => {
                    // Bit 1 of the channel's octet comes first.
                    (0..8).rev().for_each(|place| self.bit(octet >> place & 1, &mut deliver));
                }
                Framing::OctetStuffed => self.octet(*octet, &mut deliver),
            }
        }
    }

    //= rfc1662:5.2-bit-stuffing
    //= rfc1662:5.3-abort
    fn bit(&mut self, bit: u8, deliver: &mut impl FnMut(&[u8])) {
        if bit == 1 {
            self.ones = (self.ones + 1).min(FLAG_ONES + 1);
            if self.ones <= STUFF_AFTER {
                self.keep(1);
            } else if self.ones > FLAG_ONES && !self.hunting {
                self.counters.aborted += u64::from(!self.octets.is_empty());
                self.hunting = true;
            }
            return;
        }
        match core::mem::take(&mut self.ones) {
            STUFF_AFTER => {}
            FLAG_ONES => {
                let received = 8 * self.octets.len() + self.bits;
                self.end(received.saturating_sub(FLAG_BITS), deliver);
            }
            _ => self.keep(0),
        }
    }

    fn keep(&mut self, bit: u8) {
        if self.hunting {
            return;
        }
        //= rfc1662:5-bit-order
        self.partial |= bit << self.bits;
        self.bits += 1;
        if self.bits == 8 {
            let octet = core::mem::take(&mut self.partial);
            self.bits = 0;
            self.keep_octet(octet);
        }
    }

    fn keep_octet(&mut self, octet: u8) {
        if self.octets.len() < self.longest {
            self.octets.push(octet);
        } else {
            self.counters.too_long += 1;
            self.hunting = true;
        }
    }

    //= rfc1662:4.2-octet-stuffing
    fn octet(&mut self, octet: u8, deliver: &mut impl FnMut(&[u8])) {
        let escaped = core::mem::take(&mut self.escaped);
        match octet {
            //= rfc1662:4.3-invalid
            FLAG if escaped && !self.hunting => {
                self.counters.aborted += 1;
                self.begin();
            }
            FLAG => self.end(8 * self.octets.len(), deliver),
            ESCAPE => self.escaped = true,
            _ if self.hunting => {}
            _ if escaped => self.keep_octet(octet ^ ESCAPED),
            _ => self.keep_octet(octet),
        }
    }

    /// A flag: judges the frame of so many bits before it, and begins the next.
    //= rfc1662:3.1-flag
    //= rfc1662:4.3-invalid
    fn end(&mut self, bits: usize, deliver: &mut impl FnMut(&[u8])) {
        if !self.hunting && bits > 0 {
            let counters = &mut self.counters;
            if bits > 8 * self.longest {
                counters.too_long += 1;
            } else if bits < 8 * shortest(self.check) {
                counters.too_short += 1;
            } else if !bits.is_multiple_of(8) {
                counters.unaligned += 1;
            } else if let Some((content, fcs)) = good(self.check, &self.octets[..bits / 8]) {
                counters.good += 1;
                self.check = Check::Only(fcs);
                deliver(content);
            } else {
                counters.fcs_errors += 1;
            }
        }
        self.begin();
    }

    /// Begins a frame.
    fn begin(&mut self) {
        self.hunting = false;
        self.octets.clear();
        self.partial = 0;
        self.bits = 0;
        self.escaped = false;
    }
}

const fn shortest(check: Check) -> usize {
    match check {
        Check::Only(fcs) => fcs.shortest(),
        Check::Find => Fcs::Fcs16.shortest(),
    }
}

/// The content of a frame, and the FCS that is right.
fn good(check: Check, frame: &[u8]) -> Option<(&[u8], Fcs)> {
    let with = |fcs: Fcs| fcs.check(frame).map(|content| (content, fcs));
    match check {
        Check::Only(fcs) => with(fcs),
        // The longer one first: chance makes it right far less often.
        Check::Find => {
            let long = frame.len() >= Fcs::Fcs32.shortest();
            long.then(|| with(Fcs::Fcs32)).flatten().or_else(|| with(Fcs::Fcs16))
        }
    }
}
