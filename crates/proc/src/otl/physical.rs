//! The four physical lanes of an OTL4.4: five logical lanes in each, in any assignment.
//!
//! Clause: G.709 Annex C. Source: frames in, octets of four physical lanes out. Sink: octets of
//! four physical lanes, in any order and bit phase, into a [`LaneSink`] of twenty.

use alloc::vec::Vec;
use core::fmt;

use otn_frame::{OtuFrame, SimTime};

use super::{
    BitDeinterleaver, LANES_PER_PHYSICAL, LaneDistributor, LaneError, LaneObserver, LaneSink, Otl,
    PHYSICAL_LANES, interleave,
};

/// Logical lanes of an OTL4.4.
const LANES: usize = PHYSICAL_LANES * LANES_PER_PHYSICAL;

/// An assignment of logical lanes in which one is missing or stands twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPermutation {
    /// The lane that is missing.
    pub missing: usize,
}

impl fmt::Display for NotAPermutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "logical lane {} is missing, expected all from 0 to {}", self.missing, LANES - 1)
    }
}

impl core::error::Error for NotAPermutation {}

/// Sends an OTU4 over four physical lanes.
#[derive(Clone, Debug)]
pub struct PhysicalLaneSource {
    distributor: LaneDistributor,
    assignment: [usize; LANES],
    physical: [Vec<u8>; PHYSICAL_LANES],
}

impl PhysicalLaneSource {
    /// A source that puts the logical lanes `assignment[5 p]` to `assignment[5 p + 4]`, in this
    /// order, on physical lane p.
    ///
    /// # Errors
    /// [`NotAPermutation`] unless every logical lane stands there once.
    //= g709:c-any-assignment
    pub fn new(assignment: [usize; LANES]) -> Result<Self, NotAPermutation> {
        match (0..LANES).find(|lane| !assignment.contains(lane)) {
            Some(missing) => Err(NotAPermutation { missing }),
            None => Ok(Self {
                distributor: LaneDistributor::new(Otl::Otl44),
                assignment,
                physical: [const { Vec::new() }; PHYSICAL_LANES],
            }),
        }
    }

    /// Spreads the next frame. Returns the octets of each physical lane; they follow those of the
    /// frame before without a gap.
    pub fn distribute(&mut self, frame: &OtuFrame) -> &[Vec<u8>; PHYSICAL_LANES] {
        let lanes = self.distributor.distribute(frame);
        let (assigned, _) = self.assignment.as_chunks::<LANES_PER_PHYSICAL>();
        for (out, five) in self.physical.iter_mut().zip(assigned) {
            out.clear();
            interleave(five.map(|lane| lanes[lane].as_slice()), out);
        }
        &self.physical
    }
}

/// Receives an OTU4 from four physical lanes.
#[derive(Clone, Debug)]
pub struct PhysicalLaneSink {
    deinterleavers: [BitDeinterleaver; PHYSICAL_LANES],
    lanes: [Vec<u8>; LANES_PER_PHYSICAL],
    sink: LaneSink,
}

impl PhysicalLaneSink {
    /// A sink that holds lanes back for up to `skew_limit` frames.
    ///
    /// # Errors
    /// [`LaneError::SkewLimit`] beyond [`Otl::max_skew_frames`].
    pub fn new(skew_limit: u16) -> Result<Self, LaneError> {
        Ok(Self {
            deinterleavers: [const { BitDeinterleaver::new() }; PHYSICAL_LANES],
            lanes: [const { Vec::new() }; LANES_PER_PHYSICAL],
            sink: LaneSink::new(Otl::Otl44, skew_limit)?,
        })
    }

    /// Takes the next octets of one physical lane; `date` gives the instant of a bit of a physical
    /// lane. Logical lane inputs 5 p to 5 p + 4 of [`Self::lanes`] belong to physical lane p.
    ///
    /// # Errors
    /// [`LaneError`], as [`LaneSink::push`]; nothing was taken then.
    pub fn push(
        &mut self,
        physical: usize,
        octets: &[u8],
        date: &impl Fn(u64) -> SimTime,
        observer: &mut impl LaneObserver,
    ) -> Result<(), LaneError> {
        let Some(deinterleaver) = self.deinterleavers.get_mut(physical) else {
            return Err(LaneError::NoSuchInput { found: physical, inputs: PHYSICAL_LANES });
        };
        let first = physical * LANES_PER_PHYSICAL;
        self.sink.check_room(first, octets.len().div_ceil(LANES_PER_PHYSICAL))?;
        deinterleaver.push(octets, &mut self.lanes);
        let date = |bit| date(bit * LANES_PER_PHYSICAL as u64);
        for (input, lane) in (first..).zip(&mut self.lanes) {
            self.sink.push(input, lane, &date, observer)?;
            lane.clear();
        }
        Ok(())
    }

    /// Lets time pass without bits: integrators run on.
    pub fn wait_until(&mut self, now: SimTime, observer: &mut impl LaneObserver) {
        self.sink.wait_until(now, observer);
    }

    /// The sink of the logical lanes, for what it knows of them.
    pub const fn lanes(&self) -> &LaneSink {
        &self.sink
    }
}
