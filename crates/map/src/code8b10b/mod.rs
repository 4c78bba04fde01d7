//! The 8B/10B code: octets and control codes to ten bits without direct current, and back.
//!
//! Clause: IEEE 802.3 36.2.4. In: [`Symbol`]s, or code groups of ten bits. Out: the other. Encoder
//! and decoder hold the running disparity from one group to the next. Where groups begin in a
//! stream of bits, and what sequences of symbols mean, is decided elsewhere.
//! [`layout`] is the one place for the tables of the code; the rest is made from them when the
//! program is compiled.

pub mod layout;

use layout::GROUPS;

/// Running disparity: the excess of ones or zeros so far, taken at the end of a sub-block.
//= ieee802.3:36.2.4.4-running-disparity
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Disparity {
    /// More zeros, which is where a transmitter starts.
    #[default]
    Negative,
    /// More ones.
    Positive,
}

impl Disparity {
    const BOTH: [Self; 2] = [Self::Negative, Self::Positive];

    /// The disparity after a sub-block of `bits` bits. `turning` is the balanced one with two
    /// forms, which counts by its form: it begins with the bits that follow negative disparity.
    const fn after(self, block: u8, bits: u32, turning: u8, mask: u8) -> Self {
        let twice = 2 * block.count_ones();
        if twice > bits || block == turning ^ mask {
            Self::Positive
        } else if twice < bits || block == turning {
            Self::Negative
        } else {
            self
        }
    }

    const fn after_first(self, block: u8) -> Self {
        self.after(block, 6, layout::BALANCED_SIX, layout::SIX_MASK)
    }

    const fn after_second(self, block: u8) -> Self {
        self.after(block, 4, layout::BALANCED_FOUR, layout::FOUR_MASK)
    }

    /// The disparity after a code group, valid or not.
    pub const fn after_group(self, group: u16) -> Self {
        let (first, second) = layout::split_group(group);
        self.after_first(first).after_second(second)
    }

    const fn index(self) -> usize {
        self as usize
    }
}

/// A control code.
//= ieee802.3:36.2.4-control-groups
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it all: K28.0 to K30.7")]
pub enum Control {
    K28_0,
    K28_1,
    K28_2,
    K28_3,
    K28_4,
    K28_5,
    K28_6,
    K28_7,
    K23_7,
    K27_7,
    K29_7,
    K30_7,
}

impl Control {
    /// All of them, in the order in which GFP-T numbers them.
    pub const ALL: [Self; 12] = [
        Self::K28_0,
        Self::K28_1,
        Self::K28_2,
        Self::K28_3,
        Self::K28_4,
        Self::K28_5,
        Self::K28_6,
        Self::K28_7,
        Self::K23_7,
        Self::K27_7,
        Self::K29_7,
        Self::K30_7,
    ];

    /// The octet with which it shares its name: K28.5 is BC, as D28.5 is.
    pub const fn octet(self) -> u8 {
        match self {
            Self::K23_7 => layout::join_octet(23, 7),
            Self::K27_7 => layout::join_octet(27, 7),
            Self::K29_7 => layout::join_octet(29, 7),
            Self::K30_7 => layout::join_octet(30, 7),
            k28 => layout::join_octet(28, k28 as u8),
        }
    }
}

/// What a code group stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// An octet.
    Data(u8),
    /// A control code.
    Control(Control),
}

impl Symbol {
    /// Dx.y, x below 32 and y below 8.
    pub const fn data(x: u8, y: u8) -> Self {
        Self::Data(layout::join_octet(x, y))
    }
}

const fn contains(list: [u8; 3], x: u8) -> bool {
    list[0] == x || list[1] == x || list[2] == x
}

/// A sub-block at a disparity, from its form at negative disparity.
const fn form(block: u8, turns: bool, disparity: Disparity, mask: u8) -> u8 {
    if turns && matches!(disparity, Disparity::Positive) { block ^ mask } else { block }
}

//= ieee802.3:36.2.4-8b10b
const fn encode_symbol(symbol: Symbol, disparity: Disparity) -> u16 {
    let (octet, control) = match symbol {
        Symbol::Data(octet) => (octet, false),
        Symbol::Control(control) => (control.octet(), true),
    };
    let (x, y) = layout::split_octet(octet);
    let first = match symbol {
        Symbol::Control(_) if x == 28 => layout::FIVE_SIX_K28,
        _ => layout::FIVE_SIX[x as usize],
    };
    let turns = first.count_ones() != 3 || first == layout::BALANCED_SIX;
    let first = form(first, turns, disparity, layout::SIX_MASK);
    let disparity = disparity.after_first(first);
    let alternate = match disparity {
        Disparity::Negative => contains(layout::ALTERNATE_NEGATIVE, x),
        Disparity::Positive => contains(layout::ALTERNATE_POSITIVE, x),
    };
    let second = match y {
        y if control => layout::THREE_FOUR_K[y as usize],
        7 if alternate => layout::ALTERNATE_SEVEN,
        y => layout::THREE_FOUR[y as usize],
    };
    let turns = control || second.count_ones() != 2 || second == layout::BALANCED_FOUR;
    layout::join_group(first, form(second, turns, disparity, layout::FOUR_MASK))
}

/// A code group and the disparity after it.
type Coded = (u16, Disparity);

/// Code groups of all octets and all control codes, at both disparities.
struct EncodeTable {
    data: [[Coded; 256]; 2],
    control: [[Coded; 12]; 2],
}

static ENCODE: EncodeTable = encode_table();
/// What each group is, and the disparity after it, at both disparities.
static DECODE: [[(Decoded, Disparity); GROUPS]; 2] = decode_table();

const fn coded(symbol: Symbol, disparity: Disparity) -> Coded {
    let group = encode_symbol(symbol, disparity);
    (group, disparity.after_group(group))
}

const fn encode_table() -> EncodeTable {
    let none = (0, Disparity::Negative);
    let mut table = EncodeTable { data: [[none; 256]; 2], control: [[none; 12]; 2] };
    let mut d = 0;
    while d < 2 {
        let disparity = Disparity::BOTH[d];
        let mut n = 0;
        while n < 256 {
            table.data[d][n] = coded(Symbol::Data(n as u8), disparity);
            n += 1;
        }
        n = 0;
        while n < Control::ALL.len() {
            table.control[d][n] = coded(Symbol::Control(Control::ALL[n]), disparity);
            n += 1;
        }
        d += 1;
    }
    table
}

const fn decode_table() -> [[(Decoded, Disparity); GROUPS]; 2] {
    let encode = encode_table();
    let mut table = [[(Decoded::Invalid, Disparity::Negative); GROUPS]; 2];
    let mut d = 0;
    while d < 2 {
        // A group of both columns is valid, whichever column comes first here.
        let mut n = 0;
        while n < 256 {
            let symbol = Symbol::Data(n as u8);
            let other = &mut table[1 - d][encode.data[d][n].0 as usize].0;
            if matches!(other, Decoded::Invalid) {
                *other = Decoded::WrongDisparity(symbol);
            }
            table[d][encode.data[d][n].0 as usize].0 = Decoded::Valid(symbol);
            n += 1;
        }
        n = 0;
        while n < Control::ALL.len() {
            let symbol = Symbol::Control(Control::ALL[n]);
            let other = &mut table[1 - d][encode.control[d][n].0 as usize].0;
            if matches!(other, Decoded::Invalid) {
                *other = Decoded::WrongDisparity(symbol);
            }
            table[d][encode.control[d][n].0 as usize].0 = Decoded::Valid(symbol);
            n += 1;
        }
        n = 0;
        while n < GROUPS {
            table[d][n].1 = Disparity::BOTH[d].after_group(n as u16);
            n += 1;
        }
        d += 1;
    }
    table
}

/// Makes code groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoder {
    disparity: Disparity,
}

impl Encoder {
    /// An encoder with negative running disparity.
    pub const fn new() -> Self {
        Self { disparity: Disparity::Negative }
    }

    /// Running disparity before the next group.
    pub const fn disparity(&self) -> Disparity {
        self.disparity
    }

    /// The code group of `symbol`, in the ten low bits.
    #[inline]
    pub fn encode(&mut self, symbol: Symbol) -> u16 {
        let (group, after) = match symbol {
            Symbol::Data(octet) => ENCODE.data[self.disparity.index()][usize::from(octet)],
            Symbol::Control(code) => ENCODE.control[self.disparity.index()][code as usize],
        };
        self.disparity = after;
        group
    }

    /// The illegal group that stands for a lost character; it does not change the disparity.
    //= g7041:8.1-10b-err
    pub fn error(&mut self) -> u16 {
        layout::ERROR_GROUPS[self.disparity.index()]
    }
}

/// What a received group is.
//= ieee802.3:36.2.4.6-validity
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A group of the column of the running disparity.
    Valid(Symbol),
    /// A group of the other column only: an earlier bit was wrong. It counts as invalid.
    WrongDisparity(Symbol),
    /// In neither column.
    Invalid,
}

/// Reads code groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decoder {
    disparity: Disparity,
}

impl Decoder {
    /// A decoder with negative running disparity; a wrong guess mends itself with the first group
    /// that has more of one bit than of the other.
    pub const fn new() -> Self {
        Self { disparity: Disparity::Negative }
    }

    /// A decoder that expects its first group at this running disparity.
    pub const fn starting(disparity: Disparity) -> Self {
        Self { disparity }
    }

    /// Running disparity before the next group.
    pub const fn disparity(&self) -> Disparity {
        self.disparity
    }

    /// What the group in the ten low bits is. The disparity follows the bits received, whether they
    /// are a valid group or not.
    #[inline]
    pub fn decode(&mut self, group: u16) -> Decoded {
        let (decoded, after) = DECODE[self.disparity.index()][usize::from(group) % GROUPS];
        self.disparity = after;
        decoded
    }
}

/// True where a group begins with the comma, the seven bits that show where groups begin.
//= ieee802.3:36.2.4.9-comma
pub const fn has_comma(group: u16) -> bool {
    let first = group >> layout::COMMA_SHIFT;
    first == layout::COMMAS[0] || first == layout::COMMAS[1]
}

#[cfg(test)]
mod tests;
