//! From frames to lanes: groups of 16 octets in turn, the turn rotated from frame to frame.
//!
//! Clause: G.709 Annex C. In: scrambled OTUk frames in sequence. Out: the octets that each logical
//! lane carries of every frame. The order of physical lanes is decided in [`super::physical`].

use alloc::vec;
use alloc::vec::Vec;

use otn_frame::OtuFrame;

use super::marker::received_mfas;
use super::{GROUP_OCTETS, LLM_OCTET, LLM_VALUES, Otl};

/// Spreads frames over logical lanes.
#[derive(Clone, Debug)]
pub struct LaneDistributor {
    otl: Otl,
    /// Number of the next frame, for the LLM.
    number: u64,
    /// The lane that begins a lane frame with the frame spread last.
    first: usize,
    lanes: Vec<Vec<u8>>,
}

impl LaneDistributor {
    /// A distributor whose first frame has number 0, and so LLM 0.
    pub fn new(otl: Otl) -> Self {
        let lanes = vec![Vec::with_capacity(otl.share_octets()); otl.lanes()];
        Self { otl, number: 0, first: 0, lanes }
    }

    /// The interface.
    pub const fn otl(&self) -> Otl {
        self.otl
    }

    /// Spreads the next frame. Returns the octets of each lane; they follow those of the frame
    /// before without a gap.
    //= g709:c-otl34-rotation
    pub fn distribute(&mut self, frame: &OtuFrame) -> &[Vec<u8>] {
        let number = match self.otl {
            Otl::Otl34 => u64::from(received_mfas(frame)),
            Otl::Otl44 => self.number,
        };
        self.distribute_numbered(number, frame)
    }

    /// The lane that begins a lane frame with the frame spread last: its first group has the FAS.
    pub const fn first(&self) -> usize {
        self.first
    }

    /// The octets of each lane of the frame spread last.
    pub fn lanes(&self) -> &[Vec<u8>] {
        &self.lanes
    }

    /// The same, for a tester to change.
    pub fn lanes_mut(&mut self) -> &mut [Vec<u8>] {
        &mut self.lanes
    }

    /// Spreads frame `number`, whatever came before. In an OTL3.4 the last two bits of the MFAS
    /// have to be those of the number: the sink knows the lanes by them.
    //= g709:c-llm
    //= g709:c-otl44-rotation
    pub fn distribute_numbered(&mut self, number: u64, frame: &OtuFrame) -> &[Vec<u8>] {
        let lanes = self.lanes.len();
        self.number = number.wrapping_add(1);
        self.lanes.iter_mut().for_each(Vec::clear);
        let first = (number % lanes as u64) as usize;
        self.first = first;
        let (groups, _) = frame.octets().as_chunks::<GROUP_OCTETS>();
        for round in groups.chunks_exact(lanes) {
            // Two runs, so that no group needs a division.
            let (to_last, wrapped) = round.split_at(lanes - first);
            for (lane, group) in self.lanes[first..].iter_mut().zip(to_last) {
                lane.extend_from_slice(group);
            }
            for (lane, group) in self.lanes.iter_mut().zip(wrapped) {
                lane.extend_from_slice(group);
            }
        }
        match self.otl {
            Otl::Otl34 => {}
            Otl::Otl44 => self.lanes[first][LLM_OCTET] = (number % u64::from(LLM_VALUES)) as u8,
        }
        &self.lanes
    }
}

/// Copies one lane's share of a frame back into its groups. The lane gets the groups whose place
/// in each round is `turn`.
pub(super) fn collect(frame: &mut OtuFrame, lanes: usize, turn: usize, share: &[u8]) {
    let (groups, _) = frame.octets_mut().as_chunks_mut::<GROUP_OCTETS>();
    let (share, _) = share.as_chunks::<GROUP_OCTETS>();
    for (to, from) in groups[turn..].iter_mut().step_by(lanes).zip(share) {
        *to = *from;
    }
}
