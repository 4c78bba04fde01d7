//! The power that a ROADM lets a channel leave with.
//!
//! Clauses: GNPy 6.6.
//! In: symbol rate and slot of a channel. Out: its target power, without the offset of the channel.

use crate::units::db;

/// What is held equal over the channels that leave a degree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Equalisation {
    /// Power of a channel, dBm.
    Power(f64),
    /// Power per symbol rate, mW/GHz.
    PowerPerBaudRate(f64),
    /// Power per slot width, mW/GHz.
    PowerPerSlotWidth(f64),
}

impl Equalisation {
    /// Target of a channel of `baud_rate` in a slot of `slot_width_hz`, dBm.
    //= gnpy:6.6-equalisation
    pub fn target_dbm(&self, baud_rate: f64, slot_width_hz: f64) -> f64 {
        match *self {
            Self::Power(level_dbm) => level_dbm,
            Self::PowerPerBaudRate(mw_per_ghz) => db(mw_per_ghz * baud_rate * 1e-9),
            Self::PowerPerSlotWidth(mw_per_ghz) => db(mw_per_ghz * slot_width_hz * 1e-9),
        }
    }
}
