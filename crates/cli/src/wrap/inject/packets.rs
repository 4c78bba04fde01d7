//! The core headers in a stream of GFP frames, found by following it from its first octet.
//!
//! Clause: G.7041 6.1.1 (core header). In: OPU payload as it is sent. Out: the same, with two wrong bits
//! in each cHEC where asked for: more than a receiver repairs.

use otn_frame::OduFrame;
use otn_frame::layout::{NJO, OPU_RANGE, PAYLOAD_RANGE, ROWS};
use otn_map::gfp::layout::{CORE_MASK, CORE_OCTETS, MIN_CLIENT_PLI, PLI_OCTETS};

/// A follower of one stream.
#[derive(Clone, Debug)]
pub(super) struct CoreHeaders {
    /// The overhead of the OPU2 is payload too.
    extended: bool,
    header: [u8; CORE_OCTETS],
    /// Octets of the header that have come.
    come: usize,
    /// Octets before the next header.
    left: usize,
}

impl CoreHeaders {
    /// A follower at the beginning of a stream.
    pub(super) const fn new(extended: bool) -> Self {
        Self { extended, header: [0; CORE_OCTETS], come: 0, left: 0 }
    }

    /// Follows the payload of a frame, with damage to each header in it or without. True where
    /// something was changed.
    pub(super) fn pass(&mut self, frame: &mut OduFrame, damage: bool) -> bool {
        let mut changed = false;
        for (number, row) in frame.rows_mut().iter_mut().enumerate() {
            let first = match (self.extended, number + 1 == ROWS) {
                (false, _) => PAYLOAD_RANGE.start,
                (true, false) => OPU_RANGE.start,
                (true, true) => NJO.col - 1,
            };
            changed |= self.octets(&mut row[first..], damage);
        }
        changed
    }

    fn octets(&mut self, octets: &mut [u8], damage: bool) -> bool {
        let (mut at, mut changed) = (0, false);
        while at < octets.len() {
            if self.left > 0 {
                let skipped = self.left.min(octets.len() - at);
                at += skipped;
                self.left -= skipped;
                continue;
            }
            self.header[self.come] = octets[at];
            // One bit in each octet of the cHEC.
            if damage && self.come >= PLI_OCTETS {
                octets[at] ^= 1;
                changed = true;
            }
            at += 1;
            self.come += 1;
            if self.come == CORE_OCTETS {
                self.come = 0;
                let core = (u32::from_be_bytes(self.header) ^ CORE_MASK).to_be_bytes();
                let pli = usize::from(u16::from_be_bytes([core[0], core[1]]));
                self.left = if pli < MIN_CLIENT_PLI { 0 } else { pli };
            }
        }
        changed
    }
}
