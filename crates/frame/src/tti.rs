//! The 64-octet trail trace identifier: who sent this, and for whom.
//!
//! Clauses: G.709 15.2 (format), 15.7.2.1.1 (SM), 15.8.2.1.1 (PM). In: text fields, or 64 octets.
//! Out: 64 octets, one per frame in step with MFAS. When a received TTI is accepted is a process
//! and lives elsewhere.

use core::fmt;

/// Octets of a trail trace identifier.
pub const TTI_OCTETS: usize = 64;
/// Characters of SAPI and of DAPI.
pub const API_CHARS: usize = 15;
/// Octets of the operator-specific part.
pub const OPERATOR_OCTETS: usize = 32;

const SAPI_AT: usize = 1;
const DAPI_AT: usize = 17;
const OPERATOR_AT: usize = 32;

/// A trail trace identifier as it is sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tti([u8; TTI_OCTETS]);

/// A field that does not fit its place in the TTI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TtiError {
    /// `SAPI`, `DAPI` or `operator`.
    pub field: &'static str,
    /// Octets found.
    pub found: usize,
    /// Octets that fit.
    pub limit: usize,
    /// True where the length fits but a character is not printable 7-bit text.
    pub not_text: bool,
}

impl fmt::Display for TtiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.not_text {
            return write!(f, "{} holds a character outside printable 7-bit text", self.field);
        }
        write!(f, "{} has {} octets, at most {} fit", self.field, self.found, self.limit)
    }
}

impl core::error::Error for TtiError {}

impl Tti {
    /// A TTI from source and destination access point identifiers and an operator text.
    ///
    /// # Errors
    /// [`TtiError`] where a field is too long or is not printable 7-bit text.
    //= g709:15.2-tti-layout
    pub fn new(sapi: &str, dapi: &str, operator: &str) -> Result<Self, TtiError> {
        let mut octets = [0; TTI_OCTETS];
        let parts = [
            ("SAPI", sapi, SAPI_AT, API_CHARS),
            ("DAPI", dapi, DAPI_AT, API_CHARS),
            ("operator", operator, OPERATOR_AT, OPERATOR_OCTETS),
        ];
        for (field, text, at, limit) in parts {
            let found = text.len();
            let not_text = !text.bytes().all(|c| (b' '..=b'~').contains(&c));
            if found > limit || not_text {
                return Err(TtiError { field, found, limit, not_text: found <= limit });
            }
            octets[at..at + found].copy_from_slice(text.as_bytes());
        }
        Ok(Self(octets))
    }

    /// A TTI from its 64 octets, whatever they are.
    pub const fn from_octets(octets: [u8; TTI_OCTETS]) -> Self {
        Self(octets)
    }

    /// The 64 octets.
    pub const fn octets(&self) -> &[u8; TTI_OCTETS] {
        &self.0
    }

    /// Octet sent in the frame with this MFAS: octet 0 at MFAS 0x00, 0x40, 0x80 and 0xC0.
    //= g709:15.7.2.1.1-tti-phase
    pub const fn octet_at(&self, mfas: u8) -> u8 {
        self.0[mfas as usize % TTI_OCTETS]
    }

    /// The octets of the source access point identifier, its leading NUL included.
    pub fn sapi_octets(&self) -> &[u8] {
        &self.0[..DAPI_AT - 1]
    }

    /// The octets of the destination access point identifier, its leading NUL included.
    pub fn dapi_octets(&self) -> &[u8] {
        &self.0[DAPI_AT - 1..OPERATOR_AT]
    }

    /// Source access point identifier, without trailing NULs.
    pub fn sapi(&self) -> Text<'_> {
        Text(trim(&self.0[SAPI_AT..SAPI_AT + API_CHARS]))
    }

    /// Destination access point identifier, without trailing NULs.
    pub fn dapi(&self) -> Text<'_> {
        Text(trim(&self.0[DAPI_AT..DAPI_AT + API_CHARS]))
    }

    /// Operator-specific part, without trailing NULs.
    pub fn operator(&self) -> Text<'_> {
        Text(trim(&self.0[OPERATOR_AT..]))
    }
}

fn trim(octets: &[u8]) -> &[u8] {
    let end = octets.iter().rposition(|&o| o != 0).map_or(0, |last| last + 1);
    &octets[..end]
}

impl fmt::Debug for Tti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tti({:?}, {:?}, {:?})", self.sapi(), self.dapi(), self.operator())
    }
}

/// Octets shown as text; anything that is not printable 7-bit text as `\xNN`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<'a>(pub &'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString};

    //= type=test g709:15.2-tti-layout
    #[test]
    fn sapi_dapi_and_operator_sit_behind_nul_octets() {
        let tti = Tti::new("FRAPARIS1234567", "DEUBERLIN", "ring 7").unwrap();
        let octets = tti.octets();
        assert_eq!((octets[0], octets[16]), (0, 0));
        assert_eq!(&octets[1..16], b"FRAPARIS1234567");
        assert_eq!(&octets[17..26], b"DEUBERLIN");
        assert!(octets[26..32].iter().all(|&o| o == 0));
        assert_eq!(&octets[32..38], b"ring 7");
        assert_eq!(tti.dapi().to_string(), "DEUBERLIN");
        assert_eq!(tti.operator().to_string(), "ring 7");
    }

    //= type=test g709:15.7.2.1.1-tti-phase
    #[test]
    fn octet_zero_is_sent_four_times_a_multiframe() {
        let octets = core::array::from_fn(|i| i as u8);
        let tti = Tti::from_octets(octets);
        for mfas in 0..=255u8 {
            assert_eq!(tti.octet_at(mfas), mfas & 0x3F);
        }
        assert_eq!([0x00, 0x40, 0x80, 0xC0].map(|m| tti.octet_at(m)), [0; 4]);
    }

    #[test]
    fn text_that_does_not_fit_is_refused() {
        let long = String::from("0123456789ABCDEF");
        let error = Tti::new(&long, "", "").unwrap_err();
        assert_eq!((error.field, error.found, error.limit), ("SAPI", 16, 15));
        assert!(Tti::new("", "Zürich", "").unwrap_err().not_text);
        assert_eq!(Tti::from_octets([0xFF; 64]).sapi().to_string(), "\\xff".repeat(15));
    }
}
