//! Blocks written out field by field, as lists of bits in order of transmission; the slow scrambler.

use std::string::String;
use std::vec::Vec;

/// What one lane of eight carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Data(u8),
    Idle,
    Start,
    Terminate,
    /// The code of an ordered set.
    Ordered(u8),
    /// Another control character, by its code in the block.
    Other(u8),
}

/// Block type, what the lanes are (C, D, S, T, O), and the fields behind the type: `d` an octet, `c`
/// a control character, `o` the code of an ordered set, each with its lane; `z` so many zeros.
pub(super) const FORMATS: [(u8, &str, &str); 15] = [
    (0x1E, "CCCCCCCC", "c0 c1 c2 c3 c4 c5 c6 c7"),
    (0x2D, "CCCCODDD", "c0 c1 c2 c3 o4 d5 d6 d7"),
    (0x33, "CCCCSDDD", "c0 c1 c2 c3 z4 d5 d6 d7"),
    (0x66, "ODDDSDDD", "d1 d2 d3 o0 z4 d5 d6 d7"),
    (0x55, "ODDDODDD", "d1 d2 d3 o0 o4 d5 d6 d7"),
    (0x78, "SDDDDDDD", "d1 d2 d3 d4 d5 d6 d7"),
    (0x4B, "ODDDCCCC", "d1 d2 d3 o0 c4 c5 c6 c7"),
    (0x87, "TCCCCCCC", "z7 c1 c2 c3 c4 c5 c6 c7"),
    (0x99, "DTCCCCCC", "d0 z6 c2 c3 c4 c5 c6 c7"),
    (0xAA, "DDTCCCCC", "d0 d1 z5 c3 c4 c5 c6 c7"),
    (0xB4, "DDDTCCCC", "d0 d1 d2 z4 c4 c5 c6 c7"),
    (0xCC, "DDDDTCCC", "d0 d1 d2 d3 z3 c5 c6 c7"),
    (0xD2, "DDDDDTCC", "d0 d1 d2 d3 d4 z2 c6 c7"),
    (0xE1, "DDDDDDTC", "d0 d1 d2 d3 d4 d5 z1 c7"),
    (0xFF, "DDDDDDDT", "d0 d1 d2 d3 d4 d5 d6"),
];

fn low_bits(value: u8, count: usize) -> impl Iterator<Item = bool> {
    (0..count).map(move |n| value >> n & 1 == 1)
}

fn letter(lane: Lane) -> char {
    match lane {
        Lane::Data(_) => 'D',
        Lane::Idle | Lane::Other(_) => 'C',
        Lane::Start => 'S',
        Lane::Terminate => 'T',
        Lane::Ordered(_) => 'O',
    }
}

/// The 66 bits of eight lanes, if a format holds them.
pub(super) fn encode(lanes: [Lane; 8]) -> Option<Vec<bool>> {
    let kind: String = lanes.map(letter).iter().collect();
    let octet = |n: usize| match lanes[n] {
        Lane::Data(value) | Lane::Ordered(value) | Lane::Other(value) => value,
        Lane::Idle | Lane::Start | Lane::Terminate => 0,
    };
    if kind == "DDDDDDDD" {
        let mut bits = Vec::from([false, true]);
        (0..8).for_each(|n| bits.extend(low_bits(octet(n), 8)));
        return Some(bits);
    }
    let (code, _, fields) = FORMATS.iter().find(|(_, k, _)| *k == kind)?;
    let mut bits = Vec::from([true, false]);
    bits.extend(low_bits(*code, 8));
    for field in fields.split(' ') {
        let number = usize::from(field.as_bytes()[1] - b'0');
        match field.as_bytes()[0] {
            b'd' => bits.extend(low_bits(octet(number), 8)),
            b'c' => bits.extend(low_bits(octet(number), 7)),
            b'o' => bits.extend(low_bits(octet(number), 4)),
            _ => bits.extend(core::iter::repeat_n(false, number)),
        }
    }
    assert_eq!(bits.len(), 66);
    Some(bits)
}

/// The lanes of 66 bits, if they are a block.
pub(super) fn decode(bits: &[bool]) -> Option<[Lane; 8]> {
    let number =
        |at: usize, count: usize| (0..count).fold(0u8, |v, n| v | u8::from(bits[at + n]) << n);
    let mut lanes = [Lane::Idle; 8];
    if bits[..2] == [false, true] {
        return Some(core::array::from_fn(|n| Lane::Data(number(2 + 8 * n, 8))));
    }
    if bits[..2] != [true, false] {
        return None;
    }
    let (_, kind, fields) = FORMATS.iter().find(|(c, _, _)| *c == number(2, 8))?;
    for (n, letter) in kind.bytes().enumerate() {
        match letter {
            b'S' => lanes[n] = Lane::Start,
            b'T' => lanes[n] = Lane::Terminate,
            _ => {}
        }
    }
    let mut at = 10;
    for field in fields.split(' ') {
        let n = usize::from(field.as_bytes()[1] - b'0');
        let count = match field.as_bytes()[0] {
            b'd' => 8,
            b'c' => 7,
            b'o' => 4,
            _ => n,
        };
        let value = number(at, count);
        at += count;
        match (field.as_bytes()[0], value) {
            (b'd', _) => lanes[n] = Lane::Data(value),
            (b'c', 0) => lanes[n] = Lane::Idle,
            (b'c', _) => lanes[n] = Lane::Other(value),
            (b'o', _) => lanes[n] = Lane::Ordered(value),
            _ => {}
        }
    }
    Some(lanes)
}

/// Descrambles the payloads of a stream of blocks bit by bit; the line before it is all ones.
pub(super) fn descramble(stream: &[bool]) -> Vec<Vec<bool>> {
    let mut line = Vec::from([true; 58]);
    let mut blocks = Vec::new();
    for block in stream.chunks_exact(66) {
        let mut out = block[..2].to_vec();
        for bit in &block[2..] {
            out.push(bit ^ line[line.len() - 39] ^ line[line.len() - 58]);
            line.push(*bit);
        }
        blocks.push(out);
    }
    blocks
}
