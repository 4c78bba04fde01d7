//! Cyclic redundancy checks, one bit at a time, and those of GFP, Ethernet and GMP by name.
//!
//! In: octets or bits in order of transmission. Out: the check bits as a number or as the octets
//! that are sent. A code is described by the usual five parameters; the named functions state the
//! ones of their clause.

use crate::bits;

/// A cyclic redundancy check by its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc {
    /// Number of check bits, 1 to 64.
    pub width: usize,
    /// Generator polynomial without its highest term, bit i the coefficient of x^i.
    pub polynomial: u64,
    /// The register before the first bit.
    pub init: u64,
    /// Added modulo 2 to the result.
    pub xor_out: u64,
    /// Octets enter least significant bit first. Says nothing about [`Crc::of_bits`].
    pub reflect_in: bool,
    /// The check bits are taken in the opposite order before `xor_out`.
    pub reflect_out: bool,
}

/// cHEC, tHEC and eHEC of GFP: x^16 + x^12 + x^5 + 1, register zero (G.7041 6.1.1.2).
pub const GFP_HEC: Crc = plain(16, 0x1021);

/// Frame check sequence of Ethernet (IEEE 802.3 3.2.9).
pub const ETHERNET_FCS: Crc = Crc {
    width: 32,
    polynomial: 0x04C1_1DB7,
    init: 0xFFFF_FFFF,
    xor_out: 0xFFFF_FFFF,
    reflect_in: true,
    reflect_out: true,
};

/// Payload FCS of GFP: the polynomial of Ethernet, most significant bit first (G.7041 6.1.2.2.1).
pub const GFP_PFCS: Crc = Crc { reflect_in: false, reflect_out: false, ..ETHERNET_FCS };

/// CRC-8 of JC1 and JC2: x^8 + x^3 + x^2 + 1 (G.709 Annex D).
pub const GMP_CRC8: Crc = plain(8, 0x0D);

/// CRC-5 of D1 to D10: x^5 + x + 1 (G.709 Annex D).
pub const GMP_CRC5: Crc = plain(5, 0x03);

/// CRC-6 of the 10-bit Cm with II and DI: x^6 + x^3 + x^2 + 1 (G.709 Annex D).
pub const GMP_CRC6: Crc = plain(6, 0x0D);

/// CRC-9 of D1 to D18: x^9 + x^3 + x^2 + 1 (G.709 Annex D).
pub const GMP_CRC9: Crc = plain(9, 0x00D);

/// Register zero, nothing inverted, nothing reflected.
const fn plain(width: usize, polynomial: u64) -> Crc {
    Crc { width, polynomial, init: 0, xor_out: 0, reflect_in: false, reflect_out: false }
}

impl Crc {
    /// Check bits of octets.
    pub fn of(&self, octets: &[u8]) -> u64 {
        if self.reflect_in {
            self.of_bits(&bits::from_bytes(&bits::reverse_in_octets(octets)))
        } else {
            self.of_bits(&bits::from_bytes(octets))
        }
    }

    /// Check bits of bits, in the order in which they enter the register.
    pub fn of_bits(&self, message: &[bool]) -> u64 {
        // register[0] is the coefficient of the highest power.
        let mut register = bits::from_number(self.init, self.width);
        let polynomial = bits::from_number(self.polynomial, self.width);
        for bit in message {
            let feedback = register[0] != *bit;
            for stage in 1..self.width {
                register[stage - 1] = register[stage];
            }
            register[self.width - 1] = false;
            if feedback {
                for stage in 0..self.width {
                    register[stage] = register[stage] != polynomial[stage];
                }
            }
        }
        if self.reflect_out {
            register.reverse();
        }
        bits::to_number(&register) ^ self.xor_out
    }
}

/// cHEC, tHEC or eHEC of the header octets before it, as the two octets sent (G.7041 6.1.1.2).
pub fn hec(octets: &[u8]) -> [u8; 2] {
    (GFP_HEC.of(octets) as u16).to_be_bytes()
}

/// Frame check sequence of an Ethernet frame from the destination address on, as the four octets in
/// order of transmission (IEEE 802.3 3.2.9, 3.3): the octet of the lowest powers is the last bit of
/// a value that Ethernet sends least significant bit first, so the number goes out little-endian.
pub fn ethernet_fcs(octets: &[u8]) -> [u8; 4] {
    (ETHERNET_FCS.of(octets) as u32).to_le_bytes()
}

/// Payload FCS of a GFP payload information field, as the four octets sent (G.7041 6.1.2.2.1).
pub fn gfp_pfcs(octets: &[u8]) -> [u8; 4] {
    (GFP_PFCS.of(octets) as u32).to_be_bytes()
}

/// JC3 for JC1 and JC2 that carry a 14-bit Cm (G.709 Annex D).
pub fn gmp_crc8(jc1: u8, jc2: u8) -> u8 {
    GMP_CRC8.of(&[jc1, jc2]) as u8
}

/// CRC-5 over D1 to D10, first element D1 (G.709 Annex D).
pub fn gmp_crc5(data: &[bool; 10]) -> u8 {
    GMP_CRC5.of_bits(data) as u8
}

/// CRC-6 over C1 to C10, II, DI (G.709 Annex D).
pub fn gmp_crc6(data: &[bool; 12]) -> u8 {
    GMP_CRC6.of_bits(data) as u8
}

/// CRC-9 over D1 to D18, first element D1 (G.709 Annex D).
pub fn gmp_crc9(data: &[bool; 18]) -> u16 {
    GMP_CRC9.of_bits(data) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden;

    /// The input of all published check values.
    const CHECK_INPUT: &[u8] = b"123456789";

    #[test]
    fn published_check_values() {
        assert_eq!(GFP_HEC.of(CHECK_INPUT), 0x31C3, "CRC-16/XMODEM");
        assert_eq!(ETHERNET_FCS.of(CHECK_INPUT), 0xCBF4_3926, "CRC-32/ISO-HDLC");
        assert_eq!(GFP_PFCS.of(CHECK_INPUT), 0xFC89_1918, "CRC-32/BZIP2");
        let kermit = Crc { reflect_in: true, reflect_out: true, ..GFP_HEC };
        assert_eq!(kermit.of(CHECK_INPUT), 0x2189, "CRC-16/KERMIT");
        let smbus = plain(8, 0x07);
        assert_eq!(smbus.of(CHECK_INPUT), 0xF4, "CRC-8/SMBUS");
        let xz = Crc {
            width: 64,
            polynomial: 0x42F0_E1EB_A9EA_3693,
            init: u64::MAX,
            xor_out: u64::MAX,
            reflect_in: true,
            reflect_out: true,
        };
        assert_eq!(xz.of(CHECK_INPUT), 0x995D_C9BB_DF19_39FA, "CRC-64/XZ");
    }

    #[test]
    fn octets_sent() {
        assert_eq!(hec(CHECK_INPUT), [0x31, 0xC3]);
        assert_eq!(ethernet_fcs(CHECK_INPUT), [0x26, 0x39, 0xF4, 0xCB]);
        assert_eq!(gfp_pfcs(CHECK_INPUT), [0xFC, 0x89, 0x19, 0x18]);
    }

    #[test]
    fn message_and_its_check_leave_the_published_residue() {
        let mut frame = CHECK_INPUT.to_vec();
        frame.extend(ethernet_fcs(CHECK_INPUT));
        assert_eq!(ETHERNET_FCS.of(&frame), 0x2144_DF1C);
        let mut frame = CHECK_INPUT.to_vec();
        frame.extend(gfp_pfcs(CHECK_INPUT));
        assert_eq!(GFP_PFCS.of(&frame) ^ 0xFFFF_FFFF, 0xC704_DD7B);
        let mut header = CHECK_INPUT.to_vec();
        header.extend(hec(CHECK_INPUT));
        assert_eq!(GFP_HEC.of(&header), 0);
    }

    #[test]
    fn gfp_headers_equal_the_golden_vectors() {
        let vectors = golden::gfp();
        let mut count = 0;
        for vector in &vectors {
            let is_header = ["core.", "type.", "extension."]
                .iter()
                .any(|prefix| vector.name.starts_with(prefix) && !vector.name.ends_with(".line"));
            if is_header {
                assert_eq!(hec(&vector.octets[..2]), vector.octets[2..], "{}", vector.name);
                count += 1;
            }
        }
        assert_eq!(count, 13);
    }

    #[test]
    fn gmp_crc8_equals_the_golden_rows() {
        let vectors = golden::gmp_overhead();
        let mut count = 0;
        for vector in vectors.iter().filter(|vector| vector.name.starts_with("jc.")) {
            let [jc1, jc2, jc3] = vector.octets[..] else { panic!("{} is not JC1-3", vector.name) };
            assert_eq!(gmp_crc8(jc1, jc2), jc3, "{}", vector.name);
            let cm = bits::read(&[jc1, jc2], 0, 14);
            assert_eq!(vector.name, format!("jc.{cm}"));
            count += 1;
        }
        assert_eq!(count, 8);
    }

    #[test]
    fn gmp_contributions_equal_the_golden_rows() {
        let vectors = golden::gmp_overhead();
        for (crc, data_bits, name) in [
            (GMP_CRC8, 16, "crc8.contributions"),
            (GMP_CRC5, 10, "crc5.contributions"),
            (GMP_CRC6, 12, "crc6.contributions"),
            (GMP_CRC9, 18, "crc9.contributions"),
        ] {
            let mut found = Vec::new();
            for position in 0..data_bits {
                let mut data = vec![false; data_bits];
                data[position] = true;
                let check = crc.of_bits(&data);
                if crc.width > 8 {
                    found.push((check >> 8) as u8);
                }
                found.push(check as u8);
            }
            assert_eq!(found, vectors.octets(name), "{name}");
        }
    }

    #[test]
    fn gmp_wrappers_take_the_first_bit_first() {
        let mut data = [false; 18];
        data[0] = true;
        assert_eq!(gmp_crc9(&data), 0x0C8);
        assert_eq!(
            gmp_crc5(&[true, false, false, false, false, false, false, false, false, false]),
            0x16
        );
        let mut data = [false; 12];
        data[11] = true;
        assert_eq!(gmp_crc6(&data), 0x0D);
    }
}
