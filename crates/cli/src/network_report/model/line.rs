//! Lines and fibres of a report: light and decoder over time, tributary slots, spectrum.
//!
//! In: samples in order of time. Out: series as columns of equal length, which keep the JSON small.

use serde::{Deserialize, Serialize};

use super::Role;

/// An OTUk in both directions between two nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Name.
    pub name: String,
    /// The nodes at its ends.
    pub ends: [String; 2],
    /// All nodes on its way, both ends among them: sites of ROADMs and amplifiers lie between.
    pub path: Vec<String>,
    /// `OTU2`.
    pub signal: String,
    /// Name of the code.
    pub fec: String,
    /// How errors behind the decoder come about.
    pub fec_model: FecModel,
    /// Propagation delay.
    pub delay_ps: u64,
    /// Length of the fibre.
    pub length_km: Option<f64>,
    /// Centre of the channel.
    pub frequency_thz: Option<f64>,
    /// What it shares with others that would fail with it.
    pub risk_groups: Vec<String>,
    /// Tributary slots of its highest ODUk; 0 where it carries one client without any.
    pub slot_count: u32,
    /// Who has had which slot.
    pub slots: Vec<SlotUse>,
    /// Both directions: from the first end, from the second.
    pub directions: Vec<LineDirection>,
}

/// Where the errors behind the decoder come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FecModel {
    /// The decoder ran on every codeword.
    #[default]
    Decoder,
    /// A measured table from the bit error ratio before to that behind it.
    Table,
}

/// A tributary slot and who has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotUse {
    /// From 1; 0 where the ODUk fills a line without slots.
    pub slot: u32,
    /// The service.
    pub service: String,
    /// What the line is to the service.
    pub role: Role,
    /// The ODUj in the slot.
    pub odu: String,
    /// Since when.
    pub from_ps: u64,
    /// Until when; `None` where it lasts.
    pub until_ps: Option<u64>,
}

/// One direction of a line, as its receiver sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineDirection {
    /// Node that sends.
    pub from: String,
    /// Node that receives.
    pub to: String,
    /// Its state over time; up until the first change.
    pub states: Vec<LineStateChange>,
    /// What the light promises.
    pub light: LightSeries,
    /// What the decoder found.
    pub decoder: DecoderSeries,
    /// Over the whole run.
    pub totals: LineTotals,
}

/// What a direction of a line is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// No defect.
    Up,
    /// Signal degrade.
    Degraded,
    /// Signal fail.
    Failed,
}

/// From this time on, until the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineStateChange {
    /// Time.
    pub at_ps: u64,
    /// What holds from then on.
    pub state: LineState,
}

/// The light from one time on, until the next sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LightSample {
    /// Time.
    pub at_ps: u64,
    /// Bit error ratio before the decoder that the light promises.
    pub pre_fec_ber: Option<f64>,
    /// Signal over all noise in 0.1 nm; `None` in the dark.
    pub gsnr_db: Option<f64>,
    /// Signal over ASE in 0.1 nm; `None` in the dark.
    pub osnr_db: Option<f64>,
    /// Q factor of that bit error ratio.
    pub q_db: Option<f64>,
    /// What the GSNR has above what the receiver asks for; `None` in the dark or where that is not known.
    pub margin_db: Option<f64>,
    /// Power at the receiver; `None` in the dark.
    pub power_dbm: Option<f64>,
}

/// Samples of the light: each holds until the next.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LightSeries {
    /// Time of each.
    pub at_ps: Vec<u64>,
    /// See [`LightSample`].
    pub pre_fec_ber: Vec<Option<f64>>,
    /// See [`LightSample`].
    pub gsnr_db: Vec<Option<f64>>,
    /// See [`LightSample`].
    pub osnr_db: Vec<Option<f64>>,
    /// See [`LightSample`].
    pub q_db: Vec<Option<f64>>,
    /// See [`LightSample`].
    pub margin_db: Vec<Option<f64>>,
    /// See [`LightSample`].
    pub power_dbm: Vec<Option<f64>>,
}

impl LightSeries {
    /// Adds a sample. What is no number is not known.
    pub fn push(&mut self, sample: LightSample) {
        let known = |value: Option<f64>| value.filter(|v| v.is_finite());
        self.at_ps.push(sample.at_ps);
        self.pre_fec_ber.push(known(sample.pre_fec_ber));
        self.gsnr_db.push(known(sample.gsnr_db));
        self.osnr_db.push(known(sample.osnr_db));
        self.q_db.push(known(sample.q_db));
        self.margin_db.push(known(sample.margin_db));
        self.power_dbm.push(known(sample.power_dbm));
    }
}

/// What the decoder found in one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DecoderBin {
    /// Start of the bin.
    pub at_ps: u64,
    /// Frames received.
    pub frames: u64,
    /// Corrected bits by all bits decoded; `None` where nothing was decoded.
    pub pre_fec_ber: Option<f64>,
    /// Bits wrong behind the decoder by all bits: what only a simulation can know.
    pub post_fec_ber: Option<f64>,
    /// Bits that the decoder corrected.
    pub corrected_bits: u64,
    /// Codewords that it could not correct.
    pub uncorrectable_codewords: u64,
}

/// What the decoder found, bin by bin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DecoderSeries {
    /// Length of a bin.
    pub bin_ps: u64,
    /// Start of each.
    pub at_ps: Vec<u64>,
    /// See [`DecoderBin`].
    pub frames: Vec<u64>,
    /// See [`DecoderBin`].
    pub pre_fec_ber: Vec<Option<f64>>,
    /// See [`DecoderBin`].
    pub post_fec_ber: Vec<Option<f64>>,
    /// See [`DecoderBin`].
    pub corrected_bits: Vec<u64>,
    /// See [`DecoderBin`].
    pub uncorrectable_codewords: Vec<u64>,
}

impl DecoderSeries {
    /// Adds a bin. What is no number is not known.
    pub fn push(&mut self, bin: DecoderBin) {
        self.at_ps.push(bin.at_ps);
        self.frames.push(bin.frames);
        self.pre_fec_ber.push(bin.pre_fec_ber.filter(|v| v.is_finite()));
        self.post_fec_ber.push(bin.post_fec_ber.filter(|v| v.is_finite()));
        self.corrected_bits.push(bin.corrected_bits);
        self.uncorrectable_codewords.push(bin.uncorrectable_codewords);
    }
}

/// A direction of a line over the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTotals {
    /// Frames sent.
    pub frames_sent: u64,
    /// Frames received.
    pub frames_received: u64,
    /// Codewords decoded.
    pub codewords: u64,
    /// Bits that the light flipped: what only a simulation can know.
    pub bits_flipped: u64,
    /// Bits that the decoder corrected.
    pub corrected_bits: u64,
    /// Codewords that it could not correct.
    pub uncorrectable_codewords: u64,
    /// Bits wrong behind the decoder.
    pub residual_bit_errors: u64,
}

/// A fibre in one direction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fibre {
    /// Name.
    pub name: String,
    /// Node at which light enters.
    pub from: String,
    /// Node at which it leaves.
    pub to: String,
    /// Length.
    pub length_km: Option<f64>,
    /// Channels in it, by frequency.
    pub channels: Vec<Channel>,
}

/// A channel in a fibre.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Centre.
    pub frequency_thz: f64,
    /// Width of its slot in the spectrum.
    pub width_ghz: f64,
    /// The line that it carries, or what loads the fibre in its place.
    pub owner: String,
    /// Power at which it enters.
    pub power_dbm: Option<f64>,
    /// Since when.
    pub from_ps: u64,
    /// Until when; `None` where it lasts.
    pub until_ps: Option<u64>,
}
