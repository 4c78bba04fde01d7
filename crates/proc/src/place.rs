//! Where an ODU stands in a tree of multiplexed ODUs.
//!
//! Clause: G.709 19 (multi-stage multiplexing). In: tributary slots on the way from the ODU nearest the
//! line. Out: a small name to sort and to print by. A stage is named by the first slot of the ODTU:
//! no two ODTU share a slot, while each kind of ODTU counts its ports for itself.

use core::fmt;

/// Stages of multiplexing below the first ODU: ODU3, ODU2, ODU1, ODU0 in an ODU4.
const DEPTH: usize = 4;

/// The way from the ODU nearest the line to another one: a tributary slot for each stage. A lane of
/// the line has a place too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// First slots, from 1; zero beyond the last stage.
    slots: [u8; DEPTH],
    /// Number of the lane, from 1; zero where it is no lane.
    lane: u8,
}

impl Place {
    /// The ODU nearest the line.
    pub const ROOT: Self = Self { slots: [0; DEPTH], lane: 0 };

    /// The ODU whose ODTU begins with tributary slot `slot`, from 1; `None` beyond the last possible
    /// stage.
    pub fn child(self, slot: usize) -> Option<Self> {
        let mut slots = self.slots;
        *slots.iter_mut().find(|s| **s == 0)? = u8::try_from(slot).ok()?;
        Some(Self { slots, ..self })
    }

    /// The ODU in whose tributary slots this one is; `None` for the first one and for a lane.
    pub fn parent(self) -> Option<Self> {
        let mut slots = self.slots;
        *slots.iter_mut().rfind(|slot| **slot > 0)? = 0;
        Some(Self { slots, ..self })
    }

    /// The lane of this number, from 0, of the line.
    pub const fn of_lane(lane: u8) -> Self {
        Self { lane: lane.saturating_add(1), ..Self::ROOT }
    }

    /// The number of the lane, from 0, where the place is one.
    pub const fn lane(self) -> Option<u8> {
        self.lane.checked_sub(1)
    }

    /// First slots on the way, the first stage first.
    pub fn slots(&self) -> impl Iterator<Item = usize> + use<> {
        self.slots.into_iter().take_while(|slot| *slot > 0).map(usize::from)
    }
}

impl fmt::Display for Place {
    /// Nothing for the first ODU, else the first slots with dots between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(lane) = self.lane() {
            return write!(f, "lane {lane}");
        }
        for (at, slot) in self.slots().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            write!(f, "{dot}{slot}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_place_names_the_slots_on_the_way() {
        let place = Place::ROOT.child(3).and_then(|p| p.child(80)).unwrap();
        assert!(place.slots().eq([3, 80]));
        assert_eq!(place.to_string(), "3.80");
        assert_eq!(Place::ROOT.to_string(), "");
        let deep = (0..4).try_fold(Place::ROOT, |p, _| p.child(1)).unwrap();
        assert_eq!(deep.child(1), None);
        assert_eq!(place.parent(), Place::ROOT.child(3));
        assert_eq!((Place::ROOT.parent(), Place::of_lane(2).parent()), (None, None));
        assert_eq!(Place::of_lane(19).to_string(), "lane 19");
        assert_eq!((Place::of_lane(0).lane(), place.lane()), (Some(0), None));
    }
}
