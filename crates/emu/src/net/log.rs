//! What the elements of a network tell while it runs.
//!
//! In: defects, fault causes, switches, each with its place and time. Out: the same, in one order for the whole
//! network whatever the number of threads.

use otn_frame::SimTime;
use otn_proc::defect::{Defect, Layer};
use otn_proc::place::Place;
use otn_proc::protection::{ProtectionChange, Refused};
use otn_proc::supervision::causes::Cause;

use super::model::Action;

/// A termination point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// The OTUk received at an end of a line.
    Section {
        /// Index of the line.
        line: usize,
        /// Receiving end.
        end: usize,
    },
    /// The ODUk of a line, received at an end of it.
    LinePath {
        /// Index of the line.
        line: usize,
        /// Receiving end.
        end: usize,
    },
    /// The tributary port of an ODUj in it.
    Tributary {
        /// Index of the line.
        line: usize,
        /// Receiving end.
        end: usize,
        /// Index of the tributary.
        tributary: usize,
    },
    /// A tandem connection of a service, received at an end of it.
    Tandem {
        /// Index of the service.
        service: usize,
        /// Index among its [`super::supervision::domains`].
        tandem: usize,
        /// Receiving end.
        end: usize,
    },
    /// The path of a service, received at an end of it.
    Path {
        /// Index of the service.
        service: usize,
        /// Receiving end.
        end: usize,
    },
}

impl Point {
    /// The point of a line's end that something of this place and layer belongs to.
    pub(super) fn of(
        (line, end): (usize, usize),
        place: Place,
        layer: Layer,
        tributary: Option<usize>,
    ) -> Self {
        match (tributary, layer) {
            (Some(tributary), _) if place != Place::ROOT => {
                Self::Tributary { line, end, tributary }
            }
            (_, Layer::Otsi | Layer::Otu) => Self::Section { line, end },
            (_, Layer::Odu | Layer::Opu | Layer::Tcm(_)) => Self::LinePath { line, end },
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A defect was raised or cleared.
    Defect {
        /// Which.
        defect: Defect,
        /// It was raised.
        raised: bool,
    },
    /// A fault cause was raised or cleared.
    Cause {
        /// Which.
        cause: Cause,
        /// Of a failed server: the layer itself sees AIS.
        by_ais: bool,
        /// It was raised.
        raised: bool,
    },
    /// Something changed in a protection group.
    Protection(ProtectionChange),
    /// An operator's command was refused; by nothing where there is no protection.
    Refused(Option<Refused>),
    /// The end of a service was connected to another route.
    Rerouted {
        /// Its lines.
        lines: Vec<usize>,
        /// It is not the working one.
        restored: bool,
    },
    /// A controller found no other route.
    NoRoute,
    /// An action of the plan was carried out.
    Action {
        /// Index of the user's event.
        event: usize,
        /// What.
        action: Action,
    },
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub at: SimTime,
    /// The node.
    pub node: usize,
    /// Where; nothing where it is about the node.
    pub point: Option<Point>,
    /// What.
    pub what: What,
}
