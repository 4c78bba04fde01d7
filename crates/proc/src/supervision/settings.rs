//! What an operator decides about supervision.
//!
//! Clauses: G.798 6.3, 6.4 (MI_ signals of the functions). In: choices. Out: the inputs of equations.
//! The defaults are those of a tester: it reports all and acts on little.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use otn_frame::overhead::TcmLevel;

use crate::place::Place;

use super::expression::{Input, Inputs};

/// What the sink of a tandem connection does with what it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It ends the tandem connection and acts.
    Operational,
    /// It watches and answers, but leaves the signal as it is.
    Monitor,
    /// The overhead passes untouched.
    Transparent,
}

/// A monitor of section or path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrailSettings {
    /// A trail trace mismatch has consequences.
    pub tim_action: bool,
    /// A failed server is reported.
    pub ssf_reported: bool,
}

impl Default for TrailSettings {
    fn default() -> Self {
        Self { tim_action: false, ssf_reported: true }
    }
}

impl TrailSettings {
    pub(super) fn inputs(self) -> Inputs {
        Inputs::default()
            .with(Input::TimAction, self.tim_action)
            .with(Input::SsfReported, self.ssf_reported)
            .with(Input::Operational, true)
            .with(Input::NotTransparent, true)
    }
}

/// A monitor of a tandem connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TandemSettings {
    /// What it does.
    pub mode: Mode,
    /// The trace, and the report of a failed server.
    pub trail: TrailSettings,
    /// A loss of tandem connection has consequences.
    pub ltc_action: bool,
    /// It is reported.
    pub ltc_reported: bool,
    /// The adaptation above it is locked.
    pub locked: bool,
}

impl Default for TandemSettings {
    fn default() -> Self {
        Self {
            mode: Mode::Monitor,
            trail: TrailSettings::default(),
            ltc_action: false,
            ltc_reported: true,
            locked: false,
        }
    }
}

impl TandemSettings {
    pub(super) fn inputs(self) -> Inputs {
        self.trail
            .inputs()
            .with(Input::LtcAction, self.ltc_action)
            .with(Input::LtcReported, self.ltc_reported)
            .with(Input::Operational, self.mode == Mode::Operational)
            .with(Input::NotTransparent, self.mode != Mode::Transparent)
    }
}

/// The functions of one ODUk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OduSettings {
    /// The adaptation that hands the ODUk up is locked.
    pub locked: bool,
    /// The tandem connections that are watched, in the order in which the ODUk goes through them: each one
    /// has the signal as the one before leaves it. A level that is not listed but has defects counts as a
    /// monitor of the server signal.
    pub tandems: Vec<(TcmLevel, TandemSettings)>,
    /// The path.
    pub path: TrailSettings,
    /// A failed client is reported.
    pub csf_reported: bool,
}

impl Default for OduSettings {
    fn default() -> Self {
        let path = TrailSettings::default();
        Self { locked: false, tandems: Vec::new(), path, csf_reported: true }
    }
}

/// The functions of one terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The section.
    pub section: TrailSettings,
    /// Every ODUk without settings of its own.
    pub odu: OduSettings,
    /// Settings of an ODUk at one place.
    pub at: BTreeMap<Place, OduSettings>,
}

impl Settings {
    /// The settings of the ODUk at `place`.
    pub fn odu(&self, place: Place) -> &OduSettings {
        self.at.get(&place).unwrap_or(&self.odu)
    }
}
