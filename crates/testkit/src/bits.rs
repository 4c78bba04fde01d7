//! Octets as lists of bits, most significant bit first.
//!
//! In G.709 and G.7041 bit 1 of an octet is the most significant one and goes first on the line;
//! element 0 of a bit list is the bit that goes first. Nothing here knows about frames.

/// The bits of `octets` in order of transmission.
pub fn from_bytes(octets: &[u8]) -> Vec<bool> {
    let mut bits = Vec::new();
    for octet in octets {
        for position in 0..8 {
            let weight = 1 << (7 - position);
            bits.push(octet & weight != 0);
        }
    }
    bits
}

/// The octets made of `bits`. A last octet that is not full gets zeros at its end.
pub fn to_bytes(bits: &[bool]) -> Vec<u8> {
    let mut octets = Vec::new();
    for group in bits.chunks(8) {
        let mut octet = 0;
        for (position, bit) in group.iter().enumerate() {
            if *bit {
                octet += 1 << (7 - position);
            }
        }
        octets.push(octet);
    }
    octets
}

/// The number whose binary digits are `bits`, first bit most significant.
///
/// # Panics
/// When there are more than 64 bits.
pub fn to_number(bits: &[bool]) -> u64 {
    assert!(bits.len() <= 64, "a number of {} bits does not fit into 64", bits.len());
    let mut number = 0;
    for bit in bits {
        number = number * 2 + u64::from(*bit);
    }
    number
}

/// The `count` lowest binary digits of `number`, most significant first.
///
/// # Panics
/// When `count` is more than 64.
pub fn from_number(number: u64, count: usize) -> Vec<bool> {
    assert!(count <= 64, "{count} digits of a number of 64 bits");
    (0..count).rev().map(|weight| (number >> weight) & 1 == 1).collect()
}

/// Reads `count` bits that begin `bit_offset` bits after the start of `octets`.
///
/// # Panics
/// When `count` is more than 64, or the bits end after the octets do.
pub fn read(octets: &[u8], bit_offset: usize, count: usize) -> u64 {
    let bits = from_bytes(octets);
    assert!(
        bit_offset + count <= bits.len(),
        "bits {bit_offset} to {} of {}",
        bit_offset + count,
        bits.len()
    );
    to_number(&bits[bit_offset..bit_offset + count])
}

/// `octets` sent `bit_count` bits late: zeros before, and zeros up to a whole octet behind.
pub fn delay(octets: &[u8], bit_count: usize) -> Vec<u8> {
    let mut bits = vec![false; bit_count];
    bits.extend(from_bytes(octets));
    to_bytes(&bits)
}

/// `octets` without their first `bit_count` bits, zeros up to a whole octet behind.
///
/// # Panics
/// When there are fewer bits than that.
pub fn advance(octets: &[u8], bit_count: usize) -> Vec<u8> {
    let bits = from_bytes(octets);
    assert!(bit_count <= bits.len(), "{bit_count} bits dropped of {}", bits.len());
    to_bytes(&bits[bit_count..])
}

/// Every octet with its eight bits in the opposite order.
pub fn reverse_in_octets(octets: &[u8]) -> Vec<u8> {
    let mut bits = from_bytes(octets);
    for group in bits.chunks_mut(8) {
        group.reverse();
    }
    to_bytes(&bits)
}

/// How many bits of `left` and `right` differ.
///
/// # Panics
/// When the lengths differ.
pub fn differences(left: &[u8], right: &[u8]) -> usize {
    assert_eq!(left.len(), right.len(), "octet strings of different length");
    let mut count = 0;
    for (a, b) in from_bytes(left).iter().zip(from_bytes(right)) {
        if *a != b {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_goes_to_bits_and_back() {
        for octet in 0..=255 {
            let bits = from_bytes(&[octet]);
            assert_eq!(bits.len(), 8);
            assert_eq!(to_bytes(&bits), [octet]);
            assert_eq!(to_number(&bits), u64::from(octet));
            assert_eq!(from_number(u64::from(octet), 8), bits);
        }
    }

    #[test]
    fn most_significant_bit_is_first() {
        // OA1 = 1111 0110, G.709 15.6.2.1.
        let expected = [true, true, true, true, false, true, true, false];
        assert_eq!(from_bytes(&[0xF6]), expected);
        assert_eq!(to_bytes(&[true]), [0x80]);
        assert_eq!(to_bytes(&[]), [0u8; 0]);
    }

    #[test]
    fn reading_at_any_offset_agrees_with_arithmetic() {
        let octets = [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0];
        let whole = u64::from_be_bytes(octets);
        for offset in 0..64 {
            for count in 1..=64 - offset {
                let expected = (whole << offset) >> (64 - count);
                assert_eq!(read(&octets, offset, count), expected, "{offset} {count}");
            }
        }
        assert_eq!(read(&octets, 64, 0), 0);
    }

    #[test]
    fn delay_and_advance_are_opposites() {
        let octets = [0xF6, 0x28, 0x01, 0xFF];
        assert_eq!(delay(&octets, 0), octets);
        assert_eq!(delay(&[0xF6], 4), [0x0F, 0x60]);
        assert_eq!(advance(&[0x0F, 0x60], 4), [0xF6, 0x00]);
        for count in 0..40 {
            let back = advance(&delay(&octets, count), count);
            assert_eq!(back[..4], octets, "{count}");
        }
    }

    #[test]
    fn reversal_and_differences() {
        assert_eq!(reverse_in_octets(&[0xF6, 0x28]), [0x6F, 0x14]);
        for octet in 0..=255u8 {
            assert_eq!(reverse_in_octets(&[octet]), [octet.reverse_bits()]);
        }
        assert_eq!(differences(&[0xFF, 0x00], &[0xFE, 0x81]), 3);
    }
}
