//! OTL3.4 and OTL4.4 in files: one file a lane, written and read.
//!
//! Clause: G.709 Annex C, practised in [`otn_proc::otl`]. Out: files of lanes with skew
//! ([`LaneWriter`]); in: such files in any order and bit phase, and from them OTU frames
//! ([`LaneFiles`]), with what was found out about the lanes ([`LanesReport`]).

mod read;
mod report;
mod write;

pub use read::LaneFiles;
pub use report::{LaneDefectReport, LanesReport};
pub use write::{LaneWriter, lane_paths};

use otn_frame::Signal;
use otn_proc::otl::{Otl, PHYSICAL_LANES};

/// What the files of an interface hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneForm {
    /// The four lanes of an OTL3.4.
    Otl34,
    /// The four physical lanes of an OTL4.4, five logical lanes in each.
    Otl44Physical,
    /// The twenty logical lanes of an OTL4.4.
    Otl44Logical,
}

impl LaneForm {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Otl34, Self::Otl44Physical, Self::Otl44Logical];

    /// The interface.
    pub const fn otl(self) -> Otl {
        match self {
            Self::Otl34 => Otl::Otl34,
            Self::Otl44Physical | Self::Otl44Logical => Otl::Otl44,
        }
    }

    /// The signal that it carries.
    pub const fn signal(self) -> Signal {
        match self.otl() {
            Otl::Otl34 => Signal::Otu3,
            Otl::Otl44 => Signal::Otu4,
        }
    }

    /// Files.
    pub const fn files(self) -> usize {
        match self {
            Self::Otl34 | Self::Otl44Physical => PHYSICAL_LANES,
            Self::Otl44Logical => self.otl().lanes(),
        }
    }

    /// Logical lanes in each file.
    pub const fn lanes_per_file(self) -> usize {
        self.otl().lanes() / self.files()
    }
}
