//! Which lane this is, and which frame its FAS belongs to.
//!
//! Clauses: G.709 Annex C (LLM, MFAS); G.798 lane recovery. In: the first group of each lane
//! frame. Out: the logical lane, and the number of the frame, modulo the period of the markers.
//! When OOR becomes a defect is decided in [`crate::integrate`].

use otn_frame::layout::{FAS, MFAS};
use otn_frame::{OtuFrame, scrambler};

use super::{LLM_OCTET, LLM_VALUES, Otl};

/// Consecutive lane frames with an unexpected lane number that end the recovered state.
//= g798:otl-oor-after-5
pub const OOR_AFTER: u8 = 5;

/// Consecutive lane frames with one and the same lane number that give the recovered state.
//= g798:otl-recovered-after-5
pub const RECOVERED_AFTER: u8 = 5;

/// Consecutive lane frames with an unexpected marker after which the count is given up.
//= g798:otl-marker-sequence
pub const OUT_OF_SEQUENCE_AFTER: u8 = 5;

/// The MFAS of a frame as it is on the line, scrambled.
//= g709:c-mfas-on-the-line
pub(super) fn received_mfas(frame: &OtuFrame) -> u8 {
    frame.octet(MFAS) ^ scrambler::keystream_at(MFAS.row_index(), MFAS.columns().start)
}

/// What the first group of a lane frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// OTL3.4: the MFAS.
    Mfas(u8),
    /// OTL4.4: the logical lane marker and the MFAS.
    Llm {
        /// Logical lane marker, above 239 if it is none.
        llm: u8,
        /// MFAS, clear.
        mfas: u8,
    },
}

impl Marker {
    /// Reads the marker of a lane frame.
    pub fn read(otl: Otl, lane_frame: &OtuFrame) -> Self {
        let mfas = received_mfas(lane_frame);
        match otl {
            Otl::Otl34 => Self::Mfas(mfas),
            Otl::Otl44 => Self::Llm { llm: lane_frame.field(FAS)[LLM_OCTET], mfas },
        }
    }

    /// The logical lane; `None` where the LLM is above its range.
    //= g709:c-lane-number
    //= g709:c-otl34-rotation
    pub fn lane(self) -> Option<u8> {
        match self {
            Self::Mfas(mfas) => Some(mfas % Otl::Otl34.lanes() as u8),
            Self::Llm { llm, .. } if u16::from(llm) >= LLM_VALUES => None,
            Self::Llm { llm, .. } => Some(llm % Otl::Otl44.lanes() as u8),
        }
    }

    /// Number of the frame modulo [`Otl::period`]; `None` where the LLM is above its range.
    ///
    /// An LLM may start at any MFAS. Their difference is constant until the LLM wraps, which makes
    /// it larger by 256 - 240 = 16; so its sixteens count the wraps.
    //= g709:c-skew-range
    pub fn number(self) -> Option<u16> {
        match self {
            Self::Mfas(mfas) => Some(u16::from(mfas)),
            Self::Llm { llm, .. } if u16::from(llm) >= LLM_VALUES => None,
            Self::Llm { llm, mfas } => {
                Some(u16::from(llm) + LLM_VALUES * u16::from(llm.wrapping_sub(mfas) / 16))
            }
        }
    }

    /// The marker of the next lane frame.
    fn next(self) -> Self {
        match self {
            Self::Mfas(mfas) => Self::Mfas(mfas.wrapping_add(Otl::Otl34.lanes() as u8)),
            Self::Llm { llm, mfas } => {
                let step = Otl::Otl44.lanes() as u8;
                let llm = (u16::from(llm) + u16::from(step)) % LLM_VALUES;
                Self::Llm { llm: llm as u8, mfas: mfas.wrapping_add(step) }
            }
        }
    }
}

/// State of the lane recovery process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The logical lane is not known.
    OutOfRecovery {
        /// Lane number of the lane frame before.
        last: Option<u8>,
        /// Times it was seen in a row so far.
        same: u8,
    },
    /// The logical lane is known.
    InRecovery {
        /// The lane.
        lane: u8,
        /// Other lane numbers in a row so far.
        bad: u8,
    },
}

impl Default for Recovery {
    fn default() -> Self {
        Self::OutOfRecovery { last: None, same: 0 }
    }
}

impl Recovery {
    /// The logical lane, if it is known.
    pub const fn lane(self) -> Option<u8> {
        match self {
            Self::OutOfRecovery { .. } => None,
            Self::InRecovery { lane, .. } => Some(lane),
        }
    }

    /// The state after a lane frame with this lane number; `None` stands for an invalid marker.
    #[must_use]
    pub fn after(self, read: Option<u8>) -> Self {
        match (self, read) {
            (Self::OutOfRecovery { last, same }, Some(lane)) if last == Some(lane) => {
                if same + 1 >= RECOVERED_AFTER {
                    Self::InRecovery { lane, bad: 0 }
                } else {
                    Self::OutOfRecovery { last, same: same + 1 }
                }
            }
            (Self::OutOfRecovery { .. }, Some(_)) => Self::OutOfRecovery { last: read, same: 1 },
            (Self::OutOfRecovery { .. }, None) => Self::OutOfRecovery { last: None, same: 0 },
            (Self::InRecovery { lane, .. }, Some(same)) if lane == same => {
                Self::InRecovery { lane, bad: 0 }
            }
            (Self::InRecovery { bad, .. }, Some(_) | None) if bad + 1 >= OOR_AFTER => {
                // The numbers that ended the state do not count for the next one.
                Self::default()
            }
            (Self::InRecovery { lane, bad }, Some(_) | None) => {
                Self::InRecovery { lane, bad: bad + 1 }
            }
        }
    }
}

/// State of the count of a lane's markers: single wrong ones are bridged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// Not counting.
    OutOfSequence {
        /// Marker of the lane frame before.
        last: Option<Marker>,
    },
    /// Markers follow one another.
    InSequence {
        /// Marker of the lane frame before, by count.
        last: Marker,
        /// Other markers in a row so far.
        bad: u8,
    },
}

impl Default for Sequence {
    fn default() -> Self {
        Self::OutOfSequence { last: None }
    }
}

impl Sequence {
    /// The marker of the last lane frame, by count, if it is known.
    pub const fn marker(self) -> Option<Marker> {
        match self {
            Self::OutOfSequence { .. } => None,
            Self::InSequence { last, .. } => Some(last),
        }
    }

    /// The state after a lane frame with this marker. Two in sequence start the count.
    //= g798:otl-marker-sequence
    #[must_use]
    pub fn after(self, read: Marker) -> Self {
        let valid = read.number().is_some();
        match self {
            Self::OutOfSequence { last: Some(last) } if valid && last.next() == read => {
                Self::InSequence { last: read, bad: 0 }
            }
            Self::OutOfSequence { last: Some(_) | None } => {
                Self::OutOfSequence { last: Some(read).filter(|_| valid) }
            }
            Self::InSequence { last, .. } if last.next() == read => {
                Self::InSequence { last: read, bad: 0 }
            }
            Self::InSequence { bad, .. } if bad + 1 >= OUT_OF_SEQUENCE_AFTER => {
                Self::OutOfSequence { last: Some(read).filter(|_| valid) }
            }
            Self::InSequence { last, bad } => Self::InSequence { last: last.next(), bad: bad + 1 },
        }
    }
}
