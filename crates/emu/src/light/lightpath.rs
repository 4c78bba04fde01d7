//! What a lightpath is: its ends, its way, its channel, its transceivers.
//!
//! Clauses: GNPy 1.2 (Transceiver), 6.7 (launched power).
//! In: names and figures as a network file gives them. Out: [`Lightpath`]s for a [`Plant`](super::Plant),
//! which finds out whether they can be.

use otn_photon::modulation::Modulation;

/// Which lightpath: its place in the list the plant was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LightpathId(pub usize);

/// Which way light goes along a lightpath.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the first end to the second.
    Forward,
    /// From the second end to the first.
    Backward,
}

impl Direction {
    /// Both, in the order of their indices.
    pub const ALL: [Self; 2] = [Self::Forward, Self::Backward];

    /// 0 for forward, 1 for backward.
    pub const fn index(self) -> usize {
        match self {
            Self::Forward => 0,
            Self::Backward => 1,
        }
    }
}

/// A channel in both directions between two transceivers.
#[derive(Clone, Debug, PartialEq)]
pub struct Lightpath {
    /// Name, for errors and reports.
    pub name: String,
    /// Transceivers of the plant, by name.
    pub ends: [String; 2],
    /// Elements that light passes on its way, in order, for each direction. With none the forward way is the
    /// shortest one, and the backward way is that over the same ROADMs, or the shortest one if there is none.
    pub through: [Vec<String>; 2],
    /// Centre of the channel, Hz.
    pub frequency_hz: f64,
    /// Width of its slot, Hz.
    pub slot_width_hz: f64,
    /// What sends and receives it.
    pub transceiver: TransceiverChoice,
    /// Whether it is there from the beginning; an event may add it later.
    pub lit: bool,
}

/// What sends and receives a lightpath.
#[derive(Clone, Debug, PartialEq)]
pub struct TransceiverChoice {
    /// A mode of the library, or figures.
    pub mode: ModeChoice,
    /// Constellation; with `None` the least one that holds the bit rate of the library's mode. Figures need one.
    pub modulation: Option<Modulation>,
    /// Launched power, dBm; what the mode or the library says if `None`.
    pub tx_power_dbm: Option<f64>,
    /// Power below which the receiver has no light, dBm; the mode's least received power if `None`, and
    /// [`DEFAULT_SENSITIVITY_DBM`] if that is not given either.
    pub sensitivity_dbm: Option<f64>,
    /// What the receiver loses against the theory of its constellation, dB.
    pub implementation_db: f64,
    /// Error ratio up to which its FEC corrects, for the margin; no margin if `None`.
    pub fec_limit: Option<f64>,
}

/// A mode of the library, or figures.
#[derive(Clone, Debug, PartialEq)]
pub enum ModeChoice {
    /// A transceiver of the library and its mode, by name.
    Library {
        /// The transceiver.
        type_variety: String,
        /// Its mode.
        mode: String,
    },
    /// Figures, without penalties.
    Figures {
        /// Symbol rate, Bd.
        baud_rate: f64,
        /// Roll-off of the raised cosine; that of the library's comb if `None`.
        roll_off: Option<f64>,
        /// OSNR of the transmitter in 0.1 nm, dB; that of the library's comb if `None`.
        tx_osnr_db: Option<f64>,
    },
}

/// Power below which a receiver has no light, if nothing else is said, dBm.
///
/// Our choice, not of a standard: some dB below the least power of coherent receivers with amplified lines.
pub const DEFAULT_SENSITIVITY_DBM: f64 = -30.0;

impl TransceiverChoice {
    /// A mode of the library, with all else as the library says.
    pub fn library(type_variety: &str, mode: &str) -> Self {
        let (type_variety, mode) = (type_variety.to_owned(), mode.to_owned());
        Self::of(ModeChoice::Library { type_variety, mode }, None)
    }

    /// A constellation at a symbol rate.
    pub fn figures(modulation: Modulation, baud_rate: f64) -> Self {
        let figures = ModeChoice::Figures { baud_rate, roll_off: None, tx_osnr_db: None };
        Self::of(figures, Some(modulation))
    }

    fn of(mode: ModeChoice, modulation: Option<Modulation>) -> Self {
        Self {
            mode,
            modulation,
            tx_power_dbm: None,
            sensitivity_dbm: None,
            implementation_db: 0.0,
            fec_limit: None,
        }
    }
}
