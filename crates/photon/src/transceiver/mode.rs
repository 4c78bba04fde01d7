//! What a transceiver can be set to, and whether a path carries it.
//!
//! Clauses: GNPy 6.7, 1.2 (Transceiver).
//! In: a mode of the library, a [`Reception`]. Out: [`Verdict`].

use super::penalty::{PowerRange, Tolerance};
use super::reception::Reception;
use crate::Compat;
use crate::rounding::round_numpy;

/// One setting of a transceiver type.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    /// Its name.
    pub format: String,
    /// Symbol rate, Bd.
    pub baud_rate: f64,
    /// Bit rate carried, bit/s.
    pub bit_rate: f64,
    /// Roll-off of the raised cosine.
    pub roll_off: f64,
    /// OSNR it needs in 0.1 nm, dB.
    pub required_osnr_db: f64,
    /// OSNR of its transmitter in 0.1 nm, dB.
    pub tx_osnr_db: f64,
    /// Least distance to the next channel, Hz.
    pub min_spacing_hz: f64,
    /// What it bears, and at what cost.
    pub tolerance: Tolerance,
    /// Power its transmitter may be set to; 3.0 only.
    pub tx_power: PowerRange,
    /// Offset from the power that equalisation gives to a channel, dB.
    pub equalisation_offset_db: f64,
    /// Price, in any unit.
    pub cost: f64,
}

/// Whether a mode works at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What the worst channel has above what is needed, margin of the system counted, dB.
    pub margin_db: f64,
    /// Index of that channel; nothing without channels.
    pub worst_channel: Option<usize>,
    /// Whether a request that names this mode is granted.
    pub feasible: bool,
    /// Whether a search over modes takes this one; 2.14 asks for more than nothing there.
    pub found_by_search: bool,
}

/// What a request says about the power it is launched with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaunchWish {
    /// Power the request asks for (`tx_power`), if any, dBm.
    pub asked_dbm: Option<f64>,
    /// Power of the library (`tx_power_dbm` of SI), dBm.
    pub default_dbm: f64,
    /// Power per channel the line is reckoned with for this request, dBm.
    pub reference_dbm: f64,
    /// Whether the mode is tried in a search, not named by the request.
    pub searched: bool,
}

impl Mode {
    /// Power the transmitter launches, dBm.
    ///
    /// 2.14 takes what the request asks for, else the default. 3.0 does the same where the request names its mode,
    /// with the highest power of the mode before the default; what is asked for holds inside the bounds of the mode
    /// or not. A search over modes takes in 3.0 the highest power of each mode, else the reference power of the
    /// request, whatever is asked for.
    //= gnpy:6.7-tx-power
    pub fn launch_power_dbm(&self, wish: &LaunchWish, compat: Compat) -> f64 {
        let highest_dbm = self.tx_power.max_dbm;
        match (compat, wish.searched) {
            (Compat::Gnpy214, _) => wish.asked_dbm.unwrap_or(wish.default_dbm),
            (Compat::Gnpy30, false) => wish.asked_dbm.or(highest_dbm).unwrap_or(wish.default_dbm),
            (Compat::Gnpy30, true) => highest_dbm.unwrap_or(wish.reference_dbm),
        }
    }

    /// Judges `reception`, which must have been made with this mode's tolerance.
    ///
    /// 2.14 rounds the worst channel's SNR to two decimals before it compares, 3.0 does not.
    //= gnpy:6.7-feasibility
    pub fn verdict(&self, reception: &Reception, system_margin_db: f64, compat: Compat) -> Verdict {
        // A ratio that is no number is worse than any.
        let known = |snr_db: f64| if snr_db.is_nan() { f64::NEG_INFINITY } else { snr_db };
        let net: Vec<f64> = reception.net_snr_01nm_db().map(known).collect();
        let worst_channel = (0..net.len()).min_by(|&a, &b| net[a].total_cmp(&net[b]));
        let snr_db = worst_channel.map_or(f64::NEG_INFINITY, |index| net[index]);
        let needed_db = self.required_osnr_db + system_margin_db;
        let (feasible, found_by_search) = match compat {
            Compat::Gnpy214 => {
                let rounded_db = round_numpy(snr_db, 2);
                (rounded_db >= needed_db, rounded_db > needed_db)
            }
            Compat::Gnpy30 => {
                let enough = snr_db - needed_db >= 0.0;
                (enough, enough)
            }
        };
        Verdict { margin_db: snr_db - needed_db, worst_channel, feasible, found_by_search }
    }
}
