//! Why there is no plant, and why light does not cross one.

use core::fmt;

use otn_photon::spectrum::PlanError;
use otn_plan::FileError;
use otn_plan::design::DesignError;
use otn_plan::models::ModelsError;
use otn_plan::network::BuildError;
use otn_plan::network::route::NoRoute;
use otn_plan::transmission::TransmissionError;

use super::state::MOST_EXTRA_LOSS_DB;

/// Why texts, spans and lightpaths make no plant.
#[derive(Clone, Debug, PartialEq)]
pub enum PlantError {
    /// A text is no topology or library.
    File(FileError),
    /// A topology and a library make no network.
    Build(BuildError),
    /// An amplifier type has no model.
    Models(ModelsError),
    /// The network cannot be designed.
    Design(DesignError),
    /// The library has no default comb.
    NoComb,
    /// Two lines of spans have one name.
    SameLine {
        /// The name.
        name: String,
    },
    /// A lightpath names what is not in the plant.
    Unknown {
        /// The lightpath.
        lightpath: String,
        /// What the name should stand for.
        what: &'static str,
        /// The name found.
        found: String,
        /// What might have been meant, as the end of a sentence.
        hint: String,
    },
    /// Both ends of a lightpath are one.
    SameEnds {
        /// The lightpath.
        lightpath: String,
        /// The transceiver.
        uid: String,
    },
    /// There is no way for a lightpath.
    Route {
        /// The lightpath.
        lightpath: String,
        /// From which transceiver.
        from: String,
        /// To which one.
        to: String,
        /// Why.
        reason: NoRoute,
    },
    /// A lightpath's transceiver cannot be used.
    Transceiver {
        /// The lightpath.
        lightpath: String,
        /// Why.
        problem: String,
    },
    /// The channel of a lightpath is none.
    Channel {
        /// The lightpath.
        lightpath: String,
        /// Why.
        reason: PlanError,
    },
    /// Two lightpaths of one fibre want the same spectrum.
    Overlap {
        /// The lightpaths.
        lightpaths: [String; 2],
        /// The element where they meet.
        fibre: String,
    },
}

impl fmt::Display for PlantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "{error}"),
            Self::Build(error) => write!(f, "{error}"),
            Self::Models(error) => write!(f, "{error}"),
            Self::Design(error) => write!(f, "{error}"),
            Self::NoComb => write!(f, "the library has no section SI with a default entry"),
            Self::SameLine { name } => {
                write!(f, "two lines are named '{name}', expected each name once")
            }
            Self::Unknown { lightpath, what, found, hint } => {
                write!(f, "lightpath '{lightpath}': no {what} named '{found}' in the plant{hint}")
            }
            Self::SameEnds { lightpath, uid } => write!(
                f,
                "lightpath '{lightpath}' begins and ends at '{uid}', expected two transceivers"
            ),
            Self::Route { lightpath, from, to, reason } => {
                write!(f, "lightpath '{lightpath}', from '{from}' to '{to}': {reason}")
            }
            Self::Transceiver { lightpath, problem } => {
                write!(f, "lightpath '{lightpath}': {problem}")
            }
            Self::Channel { lightpath, reason } => write!(f, "lightpath '{lightpath}': {reason}"),
            Self::Overlap { lightpaths: [one, other], fibre } => write!(
                f,
                "the slots of the lightpaths '{one}' and '{other}' overlap on '{fibre}', expected each \
                 part of the spectrum to have one owner"
            ),
        }
    }
}

impl core::error::Error for PlantError {}

macro_rules! from {
    ($($variant:ident($error:ty)),*) => {$(
        impl From<$error> for PlantError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from!(File(FileError), Build(BuildError), Models(ModelsError), Design(DesignError));

/// Why light does not cross a plant.
#[derive(Clone, Debug, PartialEq)]
pub enum LightError {
    /// An event or a state names a lightpath that is not there.
    Lightpath {
        /// Its number.
        found: usize,
        /// How many there are.
        count: usize,
    },
    /// A fibre is to lose what none can.
    Loss {
        /// The fibre.
        fibre: String,
        /// The loss found, dB.
        found_db: f64,
    },
    /// A ramp has more steps than can be followed.
    Ramp {
        /// The fibre.
        fibre: String,
        /// Steps found.
        found: u64,
        /// Most steps allowed.
        most: u64,
    },
    /// A shifted channel does not fit its slot any more; filters are not modelled.
    Shift {
        /// The lightpath.
        lightpath: String,
        /// The offset found, Hz.
        offset_hz: f64,
        /// The largest one its slot allows, Hz.
        most_hz: f64,
    },
    /// The channels on a line are no plan.
    Plan {
        /// Where the line begins.
        from: String,
        /// Why.
        reason: PlanError,
    },
    /// An element cannot be crossed.
    Transmission(TransmissionError),
}

impl fmt::Display for LightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lightpath { found, count } => {
                write!(f, "lightpath number {found}, expected less than {count}")
            }
            Self::Loss { fibre, found_db } => write!(
                f,
                "fibre '{fibre}': extra loss {found_db} dB, expected 0 to {MOST_EXTRA_LOSS_DB} dB"
            ),
            Self::Ramp { fibre, found, most } => {
                write!(f, "fibre '{fibre}': a ramp of {found} steps, expected at most {most}")
            }
            Self::Shift { lightpath, offset_hz, most_hz } => write!(
                f,
                "lightpath '{lightpath}': {} GHz off its frequency, expected at most {} GHz, with which \
                 its signal is still inside its slot",
                offset_hz * 1e-9,
                most_hz * 1e-9
            ),
            Self::Plan { from, reason } => write!(f, "the line from '{from}': {reason}"),
            Self::Transmission(error) => write!(f, "{error}"),
        }
    }
}

impl core::error::Error for LightError {}

impl From<TransmissionError> for LightError {
    fn from(error: TransmissionError) -> Self {
        Self::Transmission(error)
    }
}
