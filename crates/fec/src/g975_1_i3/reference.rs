//! The encoder of G.975.1 I.3 bit by bit, for reading and for tests.
//!
//! Clause: G.975.1 I.3. In: all rows of information, from the first. Out: the last coded row. Parity
//! is by long division, and every bit is placed by counting, with no table and no shift of octets.

use super::{INFORMATION_OCTETS, INNER_WORDS, OUTER_OCTETS, OUTER_WORDS, ROW_OCTETS, SPREAD};
use crate::bch::reference::parity;
use crate::bits;
use alloc::vec;
use alloc::vec::Vec;

/// Generator of the outer code, as published.
const OUTER_GENERATOR: u128 = 0x10_4ACC_7845;
/// Generator of the inner code, as published.
const INNER_GENERATOR: u128 = 0x504D_1D2E_BB0F_1D7E_FCBF_489E_D547;

/// The outer frame of a row of information: 3860 octets.
//= g975.1:i.3-frame
pub fn outer_frame(information: &[u8]) -> Vec<u8> {
    let mut frame = information[..INFORMATION_OCTETS].to_vec();
    frame.resize(OUTER_OCTETS, 0);
    for word in 0..OUTER_WORDS {
        let sent: Vec<bool> =
            (0..INFORMATION_OCTETS).map(|octet| bits::get(&frame, 8 * octet + word)).collect();
        for (at, bit) in parity(OUTER_GENERATOR, &sent).into_iter().enumerate() {
            bits::set(&mut frame, 8 * (INFORMATION_OCTETS + at) + word, bit);
        }
    }
    frame
}

/// Row n, where `frames` are the outer frames 0 to n.
//= g975.1:i.3-interleave
pub fn row(frames: &[Vec<u8>]) -> Vec<u8> {
    let newest = frames.len() - 1;
    // The outer bits that row n carries, in the order of the outer frame.
    let mut carried = vec![0; OUTER_OCTETS];
    for (octet, to) in carried.iter_mut().enumerate() {
        let age = (octet / INNER_WORDS) % SPREAD;
        *to = if age <= newest { frames[newest - age][octet] } else { 0 };
    }
    let mut row = vec![0; ROW_OCTETS];
    for word in 0..INNER_WORDS {
        let mut sent = Vec::new();
        for unit in 0..241 {
            sent.extend((0..8).map(|bit| bits::get(&carried, 8 * (16 * unit + word) + bit)));
        }
        sent.extend((0..2).map(|bit| bits::get(&carried, 8 * 3856 + 2 * word + bit)));
        let parity = parity(INNER_GENERATOR, &sent);
        for (at, bit) in sent.into_iter().chain(parity).enumerate() {
            bits::set(&mut row, 8 * (16 * (at / 8) + word) + at % 8, bit);
        }
    }
    row
}
