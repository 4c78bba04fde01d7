//! OTL3.4 and OTL4.4: OTU3 and OTU4 frames spread over parallel lanes, and put together again.
//!
//! Clauses: G.709 Annex C (distribution, lane marking, bit multiplexing); G.798 lane processes.
//! In: scrambled OTUk frames. Out: the octets of each lane; and from lanes in any order, phase and
//! skew the same frames again, with what each lane suffers.
//!
//! Top down on the sending side: [`LaneDistributor`] makes lanes of a frame,
//! [`PhysicalLaneSource`] multiplexes twenty of them into four. On the receiving side
//! [`PhysicalLaneSink`] takes four lanes apart into twenty; [`LaneSink`] aligns, identifies and
//! deskews lanes. FEC, scrambler and overhead are no business of this module.

use otn_frame::SimTime;
use otn_frame::layout::{FAS, OTU_BITS, OTU_OCTETS};

use crate::defect::{Defect, DefectEvent};
use crate::place::Place;

mod deskew;
mod distribute;
mod interleave;
mod marker;
mod physical;
mod sink;

pub use distribute::LaneDistributor;
pub use interleave::{BitDeinterleaver, interleave};
pub use marker::{Marker, OOR_AFTER, OUT_OF_SEQUENCE_AFTER, RECOVERED_AFTER, Recovery, Sequence};
pub use physical::{NotAPermutation, PhysicalLaneSink, PhysicalLaneSource};
pub use sink::{LOF_CLEARING, LOL_CLEARING, LOR_CLEARING};
pub use sink::{LaneError, LaneFrameInfo, LaneObserver, LaneSink};

/// Octets of a group, the unit of distribution. The first group of a frame holds the FAS.
//= g709:c-groups
pub const GROUP_OCTETS: usize = 16;

/// Groups of one frame.
pub const GROUPS: usize = OTU_OCTETS / GROUP_OCTETS;

/// Values of the logical lane marker, which counts frames from 0 to 239.
//= g709:c-llm-range
pub const LLM_VALUES: u16 = 240;

/// Values of the MFAS.
const MFAS_VALUES: u16 = 256;

/// Frames after which LLM and MFAS repeat together: the least common multiple of their ranges.
/// Both are multiples of 16, and 15 and 16 have no common factor.
const LLM_MFAS_VALUES: u16 = LLM_VALUES / 16 * MFAS_VALUES;

/// Zero-based place of the LLM in a frame: the sixth octet of the FAS.
//= g709:c-llm
pub const LLM_OCTET: usize = FAS.columns().end - 1;

/// Physical lanes of both interfaces.
pub const PHYSICAL_LANES: usize = 4;

/// Logical lanes of an OTL4.4 that share a physical lane.
//= g709:c-bit-multiplexing
pub const LANES_PER_PHYSICAL: usize = 5;

/// An interface of parallel lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Otl {
    /// An OTU3 over 4 lanes, told apart by the MFAS.
    Otl34,
    /// An OTU4 over 20 logical lanes, told apart by the LLM, on 4 physical lanes.
    Otl44,
}

impl Otl {
    /// The name as the Recommendation spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Otl34 => "OTL3.4",
            Self::Otl44 => "OTL4.4",
        }
    }

    /// Logical lanes.
    pub const fn lanes(self) -> usize {
        match self {
            Self::Otl34 => PHYSICAL_LANES,
            Self::Otl44 => PHYSICAL_LANES * LANES_PER_PHYSICAL,
        }
    }

    /// Octets of one frame that go over one lane.
    pub const fn share_octets(self) -> usize {
        OTU_OCTETS / self.lanes()
    }

    /// Bits of a lane in the time of one frame.
    pub const fn frame_time_bits(self) -> u64 {
        OTU_BITS / self.lanes() as u64
    }

    /// Frames after which the numbers read in the lanes repeat.
    pub const fn period(self) -> u16 {
        match self {
            Self::Otl34 => MFAS_VALUES,
            Self::Otl44 => LLM_MFAS_VALUES,
        }
    }

    /// The largest skew, in frames, that the numbers read in the lanes can tell.
    //= g709:c-skew-range
    //= g709:c-otl34-skew-range
    pub const fn max_skew_frames(self) -> u16 {
        self.period() / 2 - 1
    }
}

/// A state or a defect of the lanes. `input` is the place at which a lane comes in, not the
/// logical lane that is found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LaneCondition {
    /// Out of frame: the FAS of a lane is not where it should be.
    Oof {
        /// Where the lane comes in.
        input: usize,
    },
    /// dLOFLANE: out of frame for 3 ms.
    Lof {
        /// Where the lane comes in.
        input: usize,
    },
    /// Out of recovery: which logical lane this is, is not known, or not trusted any more.
    Oor {
        /// Where the lane comes in.
        input: usize,
    },
    /// dLOR: out of recovery for 3 ms.
    Lor {
        /// Where the lane comes in.
        input: usize,
    },
    /// Out of lane alignment: a lane is missing, or the skew is beyond the limit.
    Ola,
    /// dLOL: out of lane alignment for 3 ms.
    Lol,
}

impl LaneCondition {
    /// The defect and where it stands; `None` for a state that is no defect (yet). A lane is named by
    /// where it comes in, from 0: its marker is just what is not known while its defects stand.
    //= g798:otl-lane-place
    pub const fn defect(self) -> Option<(Place, Defect)> {
        match self {
            Self::Lof { input } => Some((Place::of_lane(input as u8), Defect::LofLane)),
            Self::Lor { input } => Some((Place::of_lane(input as u8), Defect::Lor)),
            Self::Lol => Some((Place::ROOT, Defect::Lol)),
            Self::Oof { .. } | Self::Oor { .. } | Self::Ola => None,
        }
    }
}

/// A state or a defect that appeared or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneEvent {
    /// When.
    pub at: SimTime,
    /// Which.
    pub condition: LaneCondition,
    /// True for raised, false for cleared.
    pub raised: bool,
}

impl LaneEvent {
    /// The event as one of the defects of all layers; `None` for a state.
    pub fn defect(self) -> Option<DefectEvent> {
        let (place, defect) = self.condition.defect()?;
        Some(DefectEvent { place, at: self.at, defect, raised: self.raised })
    }
}

#[cfg(test)]
mod tests;
