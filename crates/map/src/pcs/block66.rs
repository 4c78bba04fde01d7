//! A 66-bit block: sync header and payload, its type, its class.
//!
//! Clauses: IEEE 802.3 49.2.4 (structure, types), 49.2.13.2.3 (classes), 82.2.3 (types of clause
//! 82). In: characters or bits. Out: blocks, and what a received block is. No state is kept here:
//! what may follow what is known to [`base_r`](super::base_r).

use super::layout::{
    C0_BIT, CHARACTER_BITS, ERROR, IDLE, LOCAL_FAULT, LOW_POWER_IDLE, O_SEQUENCE, O_SIGNAL, O0_BIT,
    O4_BIT, PAYLOAD_OCTETS, REMOTE_FAULT, RESERVED, TAIL_OCTETS, character, characters_behind,
    eight_characters, o_code, typed,
};

/// Which clause's blocks are legal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pcs {
    /// 10GBASE-R: frames start in lane 0 or 4.
    Clause49,
    /// 40GBASE-R and 100GBASE-R: frames start in lane 0.
    Clause82,
}

/// The two bits before a payload, first one most significant. A word wide: a block of two words is
/// written and read again without waiting for a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum SyncHeader {
    /// 00, illegal.
    Zeros = 0,
    /// 01, eight octets of data.
    Data = 1,
    /// 10, a block with a type.
    Control = 2,
    /// 11, illegal.
    Ones = 3,
}

impl SyncHeader {
    /// The header of two bits; more bits do not count.
    //= ieee802.3:49.2.4-sync-header
    pub const fn from_bits(bits: u8) -> Self {
        match bits % 4 {
            0 => Self::Zeros,
            1 => Self::Data,
            2 => Self::Control,
            _ => Self::Ones,
        }
    }

    /// Whether its two bits differ.
    pub const fn is_legal(self) -> bool {
        matches!(self, Self::Data | Self::Control)
    }
}

/// The type of a control block; S, T, O stand with the lane they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockType {
    /// Eight control characters.
    Control = 0x1E,
    /// Four control characters and an ordered set in lane 4.
    Ordered4 = 0x2D,
    /// Four control characters and a start in lane 4.
    Start4 = 0x33,
    /// An ordered set in lane 0 and a start in lane 4.
    Ordered0Start4 = 0x66,
    /// Ordered sets in lanes 0 and 4.
    Ordered0Ordered4 = 0x55,
    /// A start in lane 0.
    Start0 = 0x78,
    /// An ordered set in lane 0 and four control characters.
    Ordered0 = 0x4B,
    /// A terminate in lane 0.
    Terminate0 = 0x87,
    /// A terminate in lane 1.
    Terminate1 = 0x99,
    /// A terminate in lane 2.
    Terminate2 = 0xAA,
    /// A terminate in lane 3.
    Terminate3 = 0xB4,
    /// A terminate in lane 4.
    Terminate4 = 0xCC,
    /// A terminate in lane 5.
    Terminate5 = 0xD2,
    /// A terminate in lane 6.
    Terminate6 = 0xE1,
    /// A terminate in lane 7.
    Terminate7 = 0xFF,
}

impl BlockType {
    /// All types, in the order of the table.
    //= ieee802.3:49.2.4-block-types
    pub const ALL: [Self; 15] = [
        Self::Control,
        Self::Ordered4,
        Self::Start4,
        Self::Ordered0Start4,
        Self::Ordered0Ordered4,
        Self::Start0,
        Self::Ordered0,
        Self::Terminate0,
        Self::Terminate1,
        Self::Terminate2,
        Self::Terminate3,
        Self::Terminate4,
        Self::Terminate5,
        Self::Terminate6,
        Self::Terminate7,
    ];

    /// The terminate types, by lane.
    const TERMINATES: [Self; PAYLOAD_OCTETS] = [
        Self::Terminate0,
        Self::Terminate1,
        Self::Terminate2,
        Self::Terminate3,
        Self::Terminate4,
        Self::Terminate5,
        Self::Terminate6,
        Self::Terminate7,
    ];

    /// The type of each code.
    const BY_CODE: [Option<Self>; 256] = {
        let mut types = [None; 256];
        let mut n = 0;
        while n < Self::ALL.len() {
            types[Self::ALL[n].code() as usize] = Some(Self::ALL[n]);
            n += 1;
        }
        types
    };

    /// The type of a code, if it is one of the 15.
    #[inline]
    pub fn from_code(code: u8) -> Option<Self> {
        static TYPES: [Option<BlockType>; 256] = BlockType::BY_CODE;
        TYPES[usize::from(code)]
    }

    /// The first octet of its blocks.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Whether clause 82 has it too.
    //= ieee802.3:82.2.3-block-types
    const fn is_of_clause_82(self) -> bool {
        !matches!(
            self,
            Self::Ordered4 | Self::Start4 | Self::Ordered0Start4 | Self::Ordered0Ordered4
        )
    }

    /// Lane of its terminate character.
    pub const fn terminate_lane(self) -> Option<u32> {
        match self {
            Self::Terminate0 => Some(0),
            Self::Terminate1 => Some(1),
            Self::Terminate2 => Some(2),
            Self::Terminate3 => Some(3),
            Self::Terminate4 => Some(4),
            Self::Terminate5 => Some(5),
            Self::Terminate6 => Some(6),
            Self::Terminate7 => Some(7),
            _ => None,
        }
    }
}

/// What a received block is to the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Control characters or ordered sets: no frame.
    Control,
    /// A frame starts in a lane.
    Start {
        /// 0 or 4.
        lane: usize,
    },
    /// Eight octets of a frame.
    Data,
    /// A frame ends before a lane.
    Terminate {
        /// Octets of the frame in this block.
        octets: usize,
    },
    /// None of these.
    Error,
}

/// A fault of the link, as sequence ordered sets report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// The sender receives nothing it can use, or replaces a failed client.
    Local,
    /// The sender was told of a local fault.
    Remote,
}

/// An ordered set: its code and three octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderedSet {
    /// Four bits: 0 is a sequence, F a signal.
    pub code: u8,
    /// The octets.
    pub octets: [u8; 3],
}

impl OrderedSet {
    /// The sequence that reports a fault.
    //= ieee802.3:46.3.4-fault-sequences
    pub const fn fault(fault: LinkFault) -> Self {
        let value = match fault {
            LinkFault::Local => LOCAL_FAULT,
            LinkFault::Remote => REMOTE_FAULT,
        };
        Self { code: O_SEQUENCE, octets: [0, 0, value] }
    }

    /// The fault it reports.
    pub fn link_fault(self) -> Option<LinkFault> {
        [LinkFault::Local, LinkFault::Remote].into_iter().find(|f| self == Self::fault(*f))
    }
}

/// A block as it is before the scrambler or, with the payload scrambled, on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Sync header.
    pub sync: SyncHeader,
    /// Payload; the first bit sent is the least significant one, octet 0 the least significant.
    pub payload: u64,
}

impl Block {
    /// Eight idles.
    pub const IDLE: Self = Self::control(BlockType::Control, eight_characters(IDLE));
    /// Eight error characters.
    pub const ERROR: Self = Self::control(BlockType::Control, eight_characters(ERROR));

    const fn control(block_type: BlockType, payload: u64) -> Self {
        Self { sync: SyncHeader::Control, payload: payload | block_type.code() as u64 }
    }

    /// A block of a type, with the seven octets behind it.
    pub const fn of_type(block_type: BlockType, tail: [u8; TAIL_OCTETS]) -> Self {
        let [a, b, c, d, e, f, g] = tail;
        let tail = u64::from_le_bytes([a, b, c, d, e, f, g, 0]);
        Self { sync: SyncHeader::Control, payload: typed(block_type.code(), tail) }
    }

    /// Eight octets of a frame.
    pub const fn data(octets: [u8; PAYLOAD_OCTETS]) -> Self {
        Self { sync: SyncHeader::Data, payload: u64::from_le_bytes(octets) }
    }

    /// A frame that starts in lane 0, with the seven octets behind the start character.
    pub const fn start0(octets: [u8; TAIL_OCTETS]) -> Self {
        Self::of_type(BlockType::Start0, octets)
    }

    /// Four idles, and a frame that starts in lane 4.
    pub const fn start4(octets: [u8; 3]) -> Self {
        let [a, b, c] = octets;
        Self::of_type(BlockType::Start4, [0, 0, 0, 0, a, b, c])
    }

    /// The end of a frame: its last octets, at most seven of those given, and idles.
    pub fn terminate(octets: &[u8]) -> Self {
        let count = octets.len().min(TAIL_OCTETS);
        let mut tail = [0; TAIL_OCTETS];
        tail[..count].copy_from_slice(&octets[..count]);
        Self::of_type(BlockType::TERMINATES[count], tail)
    }

    /// An ordered set in lane 0, and four idles.
    //= g709:17.7.4-lf-block
    pub const fn ordered0(set: OrderedSet) -> Self {
        let [a, b, c] = set.octets;
        Self::of_type(BlockType::Ordered0, [a, b, c, set.code, 0, 0, 0])
    }

    /// The octets of the payload.
    pub const fn octets(self) -> [u8; PAYLOAD_OCTETS] {
        self.payload.to_le_bytes()
    }

    /// Its type, where it is a control block of a known one.
    pub fn block_type(self) -> Option<BlockType> {
        match self.sync {
            SyncHeader::Control => BlockType::from_code(self.octets()[0]),
            SyncHeader::Data | SyncHeader::Zeros | SyncHeader::Ones => None,
        }
    }

    /// The ordered sets in lanes 0 and 4.
    pub fn ordered_sets(self) -> [Option<OrderedSet>; 2] {
        let [_, a, b, c, _, e, f, g] = self.octets();
        let lane0 = OrderedSet { code: o_code(self.payload, O0_BIT), octets: [a, b, c] };
        let lane4 = OrderedSet { code: o_code(self.payload, O4_BIT), octets: [e, f, g] };
        match self.block_type() {
            Some(BlockType::Ordered0 | BlockType::Ordered0Start4) => [Some(lane0), None],
            Some(BlockType::Ordered4) => [None, Some(lane4)],
            Some(BlockType::Ordered0Ordered4) => [Some(lane0), Some(lane4)],
            _ => [None, None],
        }
    }

    /// What it is to a decoder of this clause.
    //= ieee802.3:49.2.13-classes
    pub fn class(self, pcs: Pcs) -> Class {
        match self.sync {
            SyncHeader::Data => Class::Data,
            SyncHeader::Zeros | SyncHeader::Ones => Class::Error,
            SyncHeader::Control if self.payload == Self::IDLE.payload => Class::Control,
            SyncHeader::Control => match self.block_type() {
                Some(t) if pcs == Pcs::Clause49 || t.is_of_clause_82() => self.class_of(t, pcs),
                Some(_) | None => Class::Error,
            },
        }
    }

    fn class_of(self, block_type: BlockType, pcs: Pcs) -> Class {
        let characters = |first: u32, count: u32| {
            (0..count).map(move |n| character(self.payload, first + n * CHARACTER_BITS))
        };
        let all_legal = |first, count| characters(first, count).all(|c| is_character(c, pcs));
        let is_ordered = |bit| matches!(o_code(self.payload, bit), O_SEQUENCE | O_SIGNAL);
        let (legal, class) = match block_type {
            BlockType::Control => {
                let no_error = characters(C0_BIT, 8).all(|c| c != ERROR);
                (all_legal(C0_BIT, 8) && no_error, Class::Control)
            }
            BlockType::Ordered4 => (all_legal(C0_BIT, 4) && is_ordered(O4_BIT), Class::Control),
            BlockType::Ordered0 => (is_ordered(O0_BIT) && all_legal(O4_BIT, 4), Class::Control),
            BlockType::Ordered0Ordered4 => {
                (is_ordered(O0_BIT) && is_ordered(O4_BIT), Class::Control)
            }
            BlockType::Start0 => (true, Class::Start { lane: 0 }),
            BlockType::Start4 => (all_legal(C0_BIT, 4), Class::Start { lane: 4 }),
            BlockType::Ordered0Start4 => (is_ordered(O0_BIT), Class::Start { lane: 4 }),
            terminate => {
                let lane = terminate.terminate_lane().unwrap_or(0);
                let legal = all_legal(characters_behind(lane), TAIL_OCTETS as u32 - lane);
                (legal, Class::Terminate { octets: lane as usize })
            }
        };
        if legal { class } else { Class::Error }
    }
}

/// Whether a control character code is one; clause 82 has no reserved ones.
fn is_character(code: u8, pcs: Pcs) -> bool {
    matches!(code, IDLE | LOW_POWER_IDLE | ERROR)
        || pcs == Pcs::Clause49 && RESERVED.contains(&code)
}
