//! Frames into the octets of a channel.
//!
//! Clauses: IETF RFC 1662 4.2, 5.2 (transparency), 3.1 (flags). In: a queue of frames without FCS.
//! Out: octets, as many as asked for; flags where there is no frame.
//!
//! Bit literals: a bit-serial process, eight bits to an octet.

use alloc::vec::Vec;

use super::{ESCAPE, ESCAPED, FLAG, Fcs, Framing, STUFF_AFTER};

/// Ones that abort a frame.
const ABORT: u8 = 0xFF;

/// Where frames come from.
pub trait FrameQueue {
    /// The next frame without FCS; `None` where there is none now.
    fn next_frame(&mut self) -> Option<&[u8]>;
}

/// Makes the octets of a channel.
#[derive(Clone, Debug)]
pub struct Encoder {
    framing: Framing,
    fcs: Fcs,
    /// One flag ends a frame and begins the next.
    shared_flags: bool,
    /// The frame that is being sent, with its FCS.
    frame: Vec<u8>,
    /// Octets of it that are sent; none where no frame is being sent.
    sent: Option<usize>,
    /// A flag was sent last.
    after_flag: bool,
    /// Bits that wait, the next one lowest.
    waiting: u32,
    bits: u32,
    /// Ones in a row that were sent last.
    ones: u8,
}

impl Encoder {
    /// An encoder whose frames share flags.
    pub const fn new(framing: Framing, fcs: Fcs) -> Self {
        Self {
            framing,
            fcs,
            shared_flags: true,
            frame: Vec::new(),
            sent: None,
            after_flag: false,
            waiting: 0,
            bits: 0,
            ones: 0,
        }
    }

    /// The same with a flag of its own before each frame and behind it.
    #[must_use]
    pub const fn with_own_flags(mut self) -> Self {
        self.shared_flags = false;
        self
    }

    /// Fills octets of the channel with what comes next.
    pub fn fill(&mut self, octets: &mut [u8], queue: &mut impl FrameQueue) {
        octets.iter_mut().for_each(|octet| *octet = self.next_octet(queue));
    }

    /// The next octet of the channel.
    pub fn next_octet(&mut self, queue: &mut impl FrameQueue) -> u8 {
        while self.bits < 8 {
            self.advance(queue);
        }
        let octet = self.waiting as u8;
        self.waiting >>= 8;
        self.bits -= 8;
        match self.framing {
            //= rfc1662:5-bit-order
            Framing::BitSynchronous => octet.reverse_bits(),
            Framing::OctetStuffed => octet,
        }
    }

    /// True where a frame is only partly in the octets given so far.
    pub const fn is_busy(&self) -> bool {
        self.sent.is_some()
    }

    /// Breaks off the frame that is being sent; the receiver throws it away.
    //= rfc1662:5.3-abort
    pub fn abort(&mut self) {
        if self.sent.take().is_some() {
            match self.framing {
                Framing::BitSynchronous => self.put(ABORT),
                Framing::OctetStuffed => self.put(ESCAPE),
            }
            self.flag();
        }
    }

    /// Puts a flag, or an octet of a frame, behind the bits that wait.
    fn advance(&mut self, queue: &mut impl FrameQueue) {
        if let Some(sent) = self.sent {
            match self.frame.get(sent) {
                Some(&octet) => {
                    self.sent = Some(sent + 1);
                    self.content(octet);
                }
                None => {
                    self.sent = None;
                    self.flag();
                }
            }
            return;
        }
        let Some(frame) = queue.next_frame() else {
            self.flag();
            return;
        };
        self.frame.clear();
        self.frame.extend_from_slice(frame);
        self.fcs.append(&mut self.frame);
        self.sent = Some(0);
        //= rfc1662:3.1-flag
        if !(self.after_flag && self.shared_flags) {
            self.flag();
        }
        self.after_flag = false;
    }

    fn flag(&mut self) {
        self.put(FLAG);
        self.after_flag = true;
        self.ones = 0;
    }

    /// An octet of a frame.
    fn content(&mut self, octet: u8) {
        match self.framing {
            Framing::BitSynchronous => self.stuffed(octet),
            //= rfc1662:4.2-octet-stuffing
            Framing::OctetStuffed if matches!(octet, FLAG | ESCAPE) => {
                self.put(ESCAPE);
                self.put(octet ^ ESCAPED);
            }
            Framing::OctetStuffed => self.put(octet),
        }
    }

    //= rfc1662:5.2-bit-stuffing
    fn stuffed(&mut self, octet: u8) {
        for place in 0..8 {
            let bit = octet >> place & 1;
            self.waiting |= u32::from(bit) << self.bits;
            self.bits += 1;
            self.ones = if bit == 1 { self.ones + 1 } else { 0 };
            if self.ones == STUFF_AFTER {
                self.bits += 1;
                self.ones = 0;
            }
        }
    }

    fn put(&mut self, octet: u8) {
        self.waiting |= u32::from(octet) << self.bits;
        self.bits += 8;
    }
}
