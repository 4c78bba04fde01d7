//! The state of a plant, and what changes it.
//!
//! In: [`Action`]s with their times. Out: [`State`]: which fibres are cut or bent, which amplifiers have failed,
//! which lasers are on and where in frequency.

use std::collections::{BTreeMap, BTreeSet};

use otn_frame::SimTime;
use otn_plan::network::graph::Vertex;

use super::lightpath::{Direction, LightpathId};

/// A fibre of the plant, one direction: from [`Plant::fibre`](super::Plant::fibre).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FibreId(pub(super) Vertex);

/// An amplifier of the plant: from [`Plant::amplifier`](super::Plant::amplifier).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AmplifierId(pub(super) Vertex);

/// Largest extra loss of a fibre, dB: beyond it light is as good as cut, and amplifiers have nothing to amplify.
pub const MOST_EXTRA_LOSS_DB: f64 = 200.0;

/// A change that takes its time: the loss grows in a straight line, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ramp {
    /// How long it takes.
    pub duration: SimTime,
    /// How long each step holds.
    pub every: SimTime,
}

/// Something that happens to the plant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// A fibre is cut: no light behind it.
    Cut(FibreId),
    /// A fibre is as it was built: joined, and without extra loss.
    Repair(FibreId),
    /// A fibre has so much loss more than it was built with; at once, or from what it has now along a ramp.
    Attenuate {
        /// The fibre.
        fibre: FibreId,
        /// Loss above that it was built with, dB: 0 to [`MOST_EXTRA_LOSS_DB`].
        loss_db: f64,
        /// How it gets there.
        ramp: Option<Ramp>,
    },
    /// An amplifier fails: no light behind it.
    FailAmplifier(AmplifierId),
    /// An amplifier works again, with the gain it was designed with.
    RepairAmplifier(AmplifierId),
    /// A laser goes on or off, in one direction.
    Laser {
        /// The lightpath.
        lightpath: LightpathId,
        /// Which of its lasers.
        direction: Direction,
        /// Whether it is on from now.
        on: bool,
    },
    /// A channel is added, in both directions.
    Add(LightpathId),
    /// A channel is removed, in both directions.
    Remove(LightpathId),
    /// A laser is off its frequency by so much; zero is back on it.
    Shift {
        /// The lightpath.
        lightpath: LightpathId,
        /// Which of its lasers.
        direction: Direction,
        /// Distance from the nominal frequency, Hz.
        offset_hz: f64,
    },
}

/// An action and its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When it happens, where it happens.
    pub at: SimTime,
    /// What happens.
    pub action: Action,
}

/// How a plant differs from its design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(super) cut: BTreeSet<FibreId>,
    pub(super) extra_loss_db: BTreeMap<FibreId, f64>,
    pub(super) failed: BTreeSet<AmplifierId>,
    /// Lightpaths that are there.
    pub(super) present: BTreeSet<LightpathId>,
    /// Lasers that are off though their lightpath is there.
    pub(super) dark: BTreeSet<(LightpathId, Direction)>,
    pub(super) offset_hz: BTreeMap<(LightpathId, Direction), f64>,
}

impl State {
    /// The extra loss of a fibre, dB.
    pub fn extra_loss_db(&self, fibre: FibreId) -> f64 {
        self.extra_loss_db.get(&fibre).copied().unwrap_or(0.0)
    }

    /// Does `action` at once; a ramp is at its end.
    pub fn apply(&mut self, action: &Action) {
        match *action {
            Action::Cut(fibre) => {
                self.cut.insert(fibre);
            }
            Action::Repair(fibre) => {
                self.cut.remove(&fibre);
                self.extra_loss_db.remove(&fibre);
            }
            Action::Attenuate { fibre, loss_db, ramp: _ } => self.bend(fibre, loss_db),
            Action::FailAmplifier(amplifier) => {
                self.failed.insert(amplifier);
            }
            Action::RepairAmplifier(amplifier) => {
                self.failed.remove(&amplifier);
            }
            Action::Laser { lightpath, direction, on: true } => {
                self.dark.remove(&(lightpath, direction));
            }
            Action::Laser { lightpath, direction, on: false } => {
                self.dark.insert((lightpath, direction));
            }
            Action::Add(lightpath) => {
                self.present.insert(lightpath);
            }
            Action::Remove(lightpath) => {
                self.present.remove(&lightpath);
            }
            Action::Shift { lightpath, direction, offset_hz } => {
                if offset_hz == 0.0 {
                    self.offset_hz.remove(&(lightpath, direction));
                } else {
                    self.offset_hz.insert((lightpath, direction), offset_hz);
                }
            }
        }
    }

    /// Sets the extra loss of a fibre; none is no entry, so that equal states are equal.
    pub(super) fn bend(&mut self, fibre: FibreId, loss_db: f64) {
        if loss_db == 0.0 {
            self.extra_loss_db.remove(&fibre);
        } else {
            self.extra_loss_db.insert(fibre, loss_db);
        }
    }
}
