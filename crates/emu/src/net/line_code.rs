//! The code of a line: that of the OTUk frame, another one over the bits of the OTUk, or a table of such a one.
//!
//! Clauses: G.709 Annex A (the code of the frame), G.709.2, G.709.3, G.975.1 (others). A code of its own runs over
//! the octets of the OTUk without their FEC area, FAS first, scrambled, frame after frame without a gap, cut
//! into blocks of the code. What a standard puts around the code (the FEC area of its own order, a FlexO frame) is not
//! there: it is the code alone. Where a block begins is known to a receiver of the same code. In: an entry of the
//! registry of codes. Out: the code, its line bits and its latency in frames of the OTUk.

use std::fmt;
use std::sync::Arc;

use otn_fec::code::{BlockSize, Code};
use otn_fec::registry::{self, CODES, Entry};
use otn_frame::layout::{FEC_RANGE, OTU_COLS, OTU_OCTETS, ROWS};
use otn_proc::terminal::Fec;

use super::fec_table::FecTable;

/// Octets of an OTUk frame without those for FEC.
pub const INFORMATION_OCTETS: usize = ROWS * FEC_RANGE.start;

/// The same in bits.
pub const INFORMATION_BITS: u64 = 8 * INFORMATION_OCTETS as u64;

/// How an end of a line codes what it sends, and what it takes for granted of what it receives.
#[derive(Clone, Debug)]
pub enum LineCode {
    /// In the FEC area of the frame, or not at all.
    Frame(Fec),
    /// A code of its own over the bits of the OTUk.
    Own(Arc<OwnCode>),
}

impl LineCode {
    /// Name as the network file spells it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Frame(fec) => fec.name(),
            Self::Own(own) => own.entry.name,
        }
    }

    /// What is left to the frame itself.
    pub const fn fec(&self) -> Fec {
        match self {
            Self::Frame(fec) => *fec,
            Self::Own(_) => Fec::None,
        }
    }

    /// The code of its own.
    pub const fn own(&self) -> Option<&Arc<OwnCode>> {
        match self {
            Self::Frame(_) => None,
            Self::Own(own) => Some(own),
        }
    }
}

/// A code of the registry as a line uses it.
pub struct OwnCode {
    entry: &'static Entry,
    pub(super) code: Box<dyn Code>,
    delay: usize,
    table: Option<FecTable>,
}

impl fmt::Debug for OwnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnCode").field("name", &self.entry.name).finish_non_exhaustive()
    }
}

impl OwnCode {
    /// The code of that name, if a line can have it: its blocks are whole octets on the line.
    pub fn find(name: &str) -> Option<Self> {
        let entry = registry::find(name).filter(|entry| fits(entry))?;
        let code = (entry.code)();
        let delay = code.decoder().delay();
        Some(Self { entry, code, delay, table: None })
    }

    /// The same, by what was measured of it: neither encoder nor decoder runs.
    #[must_use]
    pub fn by_table(self, table: FecTable) -> Self {
        Self { table: Some(table), ..self }
    }

    /// Names of the codes that lines can have.
    pub fn names() -> impl Iterator<Item = &'static str> {
        CODES.iter().filter(|entry| fits(entry)).map(|entry| entry.name)
    }

    /// Its entry in the registry.
    pub const fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// What takes the place of the decoder.
    pub const fn table(&self) -> Option<&FecTable> {
        self.table.as_ref()
    }

    /// Sizes of a block.
    pub const fn block(&self) -> BlockSize {
        self.entry.block
    }

    /// Octets that have gone on the line by the end of the first `frames` frames of the OTUk, evenly: what is behind
    /// the last whole block waits for the rest of it.
    pub(super) fn octets_by(&self, frames: u64) -> u64 {
        let BlockSize { information, coded } = self.block();
        let there = (frames * INFORMATION_BITS).saturating_sub(self.rest());
        (u128::from(there) * coded as u128 / (8 * information as u128)) as u64
    }

    /// Information bits of a block that may wait for the end of a frame.
    fn rest(&self) -> u64 {
        let information = self.block().information as u64;
        information - greatest_common_divisor(information, INFORMATION_BITS)
    }

    /// Frames of the OTUk by which encoder, decoder and what waits between them delay it: the least number that is
    /// enough whatever the phase of block and frame.
    //= otn:fec-latency
    pub fn latency_frames(&self) -> u64 {
        let held = self.delay as u64 * self.block().information as u64;
        (2 * self.rest() + held).div_ceil(INFORMATION_BITS)
    }

    /// Blocks that the decoder holds back.
    pub const fn delay(&self) -> usize {
        self.delay
    }

    /// Bits on the line by bits of the OTUk with its FEC area.
    pub fn line_rate(&self) -> f64 {
        INFORMATION_OCTETS as f64 / (self.block().rate() * OTU_OCTETS as f64)
    }
}

/// True for a code whose blocks are whole octets on the line, and that is none of the frame.
fn fits(entry: &Entry) -> bool {
    entry.block.coded.is_multiple_of(8) && !["uncoded", "rs255-239"].contains(&entry.name)
}

const fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

const _: () = assert!(FEC_RANGE.end == OTU_COLS);

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test otn:fec-latency
    #[test]
    fn latencies_and_rates_are_those_of_the_sizes() {
        // A row is a block of I.3, two frames are one of the staircase code.
        let of = |name: &str| OwnCode::find(name).unwrap();
        let i3 = of("g975.1-i3");
        assert_eq!(i3.octets_by(10), 10 * OTU_OCTETS as u64);
        assert_eq!(i3.latency_frames(), (i3.delay() as u64).div_ceil(4));
        let staircase = of("staircase");
        // 122 368 of 244 736 bits may wait at either end; whole blocks are held back.
        assert_eq!(staircase.latency_frames(), 2 * staircase.delay() as u64 + 2);
        assert_eq!(staircase.octets_by(10), 9 * OTU_OCTETS as u64);
        assert!((staircase.line_rate() - 1.0).abs() < 1e-12);
        // 128 of 111 in the place of 255 of 239.
        assert!((of("ofec").line_rate() - 128.0 / 111.0 * 239.0 / 255.0).abs() < 1e-12);
        for none in ["uncoded", "rs255-239", "bch-1022-990", "rs"] {
            assert!(OwnCode::find(none).is_none(), "{none}");
        }
        // What the reference of the network file says.
        let latency =
            ["ofec", "g975.1-i3", "staircase", "cfec"].map(|name| of(name).latency_frames());
        assert_eq!(latency, [2, 8, 14, 50]);
        let names: Vec<&str> = OwnCode::names().collect();
        assert!(names.contains(&"kp4") && names.contains(&"cfec") && !names.contains(&"uncoded"));
    }
}
