//! What a transceiver can be set to, and whether a path carries it.
//!
//! Clauses: GNPy 6.7, 1.2 (Transceiver).
//! In: a mode of the library, a [`Reception`]. Out: [`Verdict`].

use super::penalty::{PowerRange, Tolerance};
use super::receiver::ReceiverNoise;
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
    /// Noise of its receiver, if it is known; 3.0 only.
    pub receiver: Option<ReceiverNoise>,
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
    /// What the worst channel has above what is needed, dB: of SNR, margin of the system counted; of Q where
    /// [`Verdict::by_q`].
    pub margin_db: f64,
    /// Whether the margin is that of the Q factor.
    pub by_q: bool,
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
    /// 2.14 rounds the worst channel's SNR to two decimals before it compares, 3.0 does not. Where the noise of
    /// the receiver is known, 3.0 judges a mode that a request names by the margin of Q alone; its search over
    /// modes goes by SNR whatever is known.
    //= gnpy:6.7-feasibility
    pub fn verdict(&self, reception: &Reception, system_margin_db: f64, compat: Compat) -> Verdict {
        let (worst_channel, snr_db) = worst(reception.net_snr_01nm_db());
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
        let margin_db = snr_db - needed_db;
        let by_snr = Verdict { margin_db, by_q: false, worst_channel, feasible, found_by_search };
        match (compat, &self.receiver) {
            (Compat::Gnpy30, Some(receiver)) => self.by_q(receiver, reception, by_snr),
            _ => by_snr,
        }
    }

    //= gnpy:6.7-q-verdict
    fn by_q(&self, receiver: &ReceiverNoise, reception: &Reception, by_snr: Verdict) -> Verdict {
        let margins_db = receiver.q_margins_db(reception, self.baud_rate);
        let (worst_channel, margin_db) = worst(margins_db.into_iter());
        Verdict { margin_db, by_q: true, worst_channel, feasible: margin_db >= 0.0, ..by_snr }
    }
}

/// The least of the channels' values and its channel; what is no number is worse than any.
fn worst(values: impl Iterator<Item = f64>) -> (Option<usize>, f64) {
    let known = |value: f64| if value.is_nan() { f64::NEG_INFINITY } else { value };
    let least = values.map(known).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
    least.map_or((None, f64::NEG_INFINITY), |(channel, value)| (Some(channel), value))
}
