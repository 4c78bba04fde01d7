//! Pseudo-random sequences by their recurrence.
//!
//! PN-11 is the OTUk-AIS and the generic-AIS of G.709 clause 16 (16.6.1): 2047 bits, polynomial
//! 1 + x^9 + x^11, O.150 5.2. In: distances and a length. Out: bits or octets. The phase of such a
//! signal is free; these functions begin with the ones that fill the register.

/// `count` bits of the sequence whose bit n is the sum modulo 2 of the bits n - d for every d of
/// `distances`; the first bits, as many as the largest distance, are ones.
pub fn recurrence(distances: &[usize], count: usize) -> Vec<bool> {
    let degree = distances.iter().copied().max().unwrap_or(0);
    let mut bits = Vec::new();
    for n in 0..count {
        if n < degree {
            bits.push(true);
            continue;
        }
        let mut ones = 0;
        for distance in distances {
            if bits[n - distance] {
                ones += 1;
            }
        }
        bits.push(ones % 2 == 1);
    }
    bits
}

/// The first `octets` octets of PN-11 from the all-ones register (G.709 16.6.1).
pub fn pn11(octets: usize) -> Vec<u8> {
    crate::bits::to_bytes(&recurrence(&[9, 11], 8 * octets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden;

    #[test]
    fn pn11_begins_as_the_golden_vector() {
        assert_eq!(pn11(8), golden::pn11().octets("start"));
    }

    #[test]
    fn pn11_has_period_2047_and_1024_ones() {
        let bits = recurrence(&[9, 11], 3 * 2047);
        assert_eq!(bits[..2047], bits[2047..2 * 2047]);
        assert_eq!(bits[..2047].iter().filter(|bit| **bit).count(), 1024);
        // 2047 = 23 * 89: no smaller period.
        assert_ne!(bits[..2047], bits[23..23 + 2047]);
        assert_ne!(bits[..2047], bits[89..89 + 2047]);
    }

    #[test]
    fn the_sdh_scrambler_begins_as_known() {
        // G.707: 1 + x^6 + x^7, all ones. Its first octets are widely known; they show that a tap
        // at the stage x^d is read as the bit d places before.
        let bits = recurrence(&[6, 7], 8 * 8);
        let expected = [0xFE, 0x04, 0x18, 0x51, 0xE4, 0x59, 0xD4, 0xFA];
        assert_eq!(crate::bits::to_bytes(&bits), expected);
    }

    #[test]
    fn the_degree_is_the_largest_distance() {
        assert_eq!(recurrence(&[2, 1], 7), [true, true, false, true, true, false, true]);
        assert_eq!(recurrence(&[], 2), [false, false]);
    }
}
