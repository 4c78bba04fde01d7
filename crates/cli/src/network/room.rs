//! Room for ODUj in lines: their tributary slots, or the whole of a line without any.
//!
//! In: lines, ODUj to be placed. Out: their slots and ports, or why there is no room.

use otn_emu::net::model::Line;
use otn_frame::Signal;
use otn_map::odtu::{Content, SlotSet};
use otn_proc::odu::mux_source::{Allocation, Unplaced};

/// What is left of a line.
#[derive(Clone, Debug)]
pub(super) enum Room {
    /// Tributary slots.
    Slots(Allocation),
    /// All of it, for this ODUk.
    Whole { odu: Signal, taken: bool },
}

impl Room {
    /// An empty line.
    pub(super) fn of(line: &Line) -> Self {
        match line.slots {
            Some(slots) => Self::Slots(Allocation::new(slots)),
            None => Self::Whole { odu: line.signal.odu(), taken: false },
        }
    }

    /// Places an ODUj: in these slots, or in the first that are free. What fills a line has neither slots nor port.
    ///
    /// # Errors
    /// [`Unplaced`] where that cannot be.
    pub(super) fn place(
        &mut self,
        odu: Signal,
        set: Option<SlotSet>,
    ) -> Result<Option<Content>, Unplaced> {
        match self {
            Self::Slots(allocation) => allocation.place(odu, set, None).map(Some),
            Self::Whole { odu: expected, .. } if *expected != odu => Err(Unplaced::NoOdtu(odu)),
            Self::Whole { taken: true, .. } => Err(Unplaced::Full { found: 0, expected: 1 }),
            Self::Whole { taken, .. } => {
                *taken = true;
                Ok(None)
            }
        }
    }
}
