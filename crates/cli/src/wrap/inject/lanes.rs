//! Events of the lanes of an OTU3 or OTU4.
//!
//! Clause: G.709 Annex C. In: frames in order, as they lie on the logical lanes. Out: the same with the
//! events in them. A lane has a FAS and a marker in the frames that begin a lane frame of it: one of
//! four in an OTU3, one of twenty in an OTU4.

use otn_frame::layout::{FAS, MFAS};
use otn_proc::otl::{LLM_OCTET, LaneDistributor, Otl};

use super::event::Event;
use super::odu::Act;

/// Bits of the MFAS that tell the lanes of an OTU3 apart.
const LANE_BITS: u8 = Otl::Otl34.lanes() as u8 - 1;
/// A logical lane marker that stands for no lane.
const NO_MARKER: u8 = 0xFF;

/// What happens to lanes.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    pub(super) acts: Vec<Act>,
    /// Lane frames of an OTU3 whose marker was made another one so far.
    turned: u8,
}

impl Lanes {
    /// Changes the lanes of a frame.
    pub(super) fn change(&mut self, number: u64, lanes: &mut LaneDistributor) {
        let (otl, first) = (lanes.otl(), lanes.first());
        for act in &mut self.acts {
            if !act.windows.contain(number) {
                continue;
            }
            let begins = |lane: u8| usize::from(lane) == first;
            let head = &mut lanes.lanes_mut()[first];
            match act.event {
                Event::LofLane(lane) if begins(lane) => {
                    // The last octet of the FAS is the marker of an OTU4, and nobody looks for it.
                    head[..FAS.octets - 1].iter_mut().for_each(|octet| *octet = !*octet);
                }
                Event::Lor(lane) if begins(lane) => match otl {
                    Otl::Otl44 => head[LLM_OCTET] = NO_MARKER,
                    Otl::Otl34 => {
                        // Every number is that of a lane: none stays long enough to be taken.
                        self.turned = self.turned % LANE_BITS + 1;
                        head[MFAS.columns().start] ^= self.turned;
                    }
                },
                Event::Lol if begins(1) => match otl {
                    Otl::Otl44 => head[LLM_OCTET] = head[LLM_OCTET].wrapping_sub(1),
                    Otl::Otl34 => head[MFAS.columns().start] ^= 1,
                },
                Event::Los => lanes.lanes_mut().iter_mut().for_each(|lane| lane.fill(0)),
                _ => continue,
            }
            act.note(true);
        }
    }
}
