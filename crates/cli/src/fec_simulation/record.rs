//! The channel as it stands in a result file.

use anyhow::{Result, anyhow};
use otn_fec::simulate::channel::{Channel, Likelihood};
use otn_fec::theory::modulation::Modulation;
use serde::{Deserialize, Serialize};

/// A channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ChannelRecord {
    /// Binary symmetric.
    Bsc,
    /// White Gaussian noise.
    Awgn {
        /// Name of the modulation.
        modulation: String,
        /// `exact` or `max-log`.
        llr: String,
    },
    /// Bursts.
    GilbertElliott {
        /// Bits of a burst in the mean.
        burst_bits: f64,
        /// Bit error ratio inside.
        bad: f64,
        /// Bit error ratio outside.
        good: f64,
    },
    /// Lost bits.
    Erasures,
}

/// Names of the two ways to compute ratios.
const LIKELIHOODS: [(&str, Likelihood); 2] =
    [("exact", Likelihood::Exact), ("max-log", Likelihood::MaxLog)];

impl ChannelRecord {
    /// The record of a channel.
    pub fn of(channel: Channel) -> Self {
        match channel {
            Channel::BinarySymmetric => Self::Bsc,
            Channel::Noise { modulation, likelihood } => {
                let llr = match likelihood {
                    Likelihood::Exact => LIKELIHOODS[0].0,
                    Likelihood::MaxLog => LIKELIHOODS[1].0,
                };
                Self::Awgn { modulation: modulation.name().to_string(), llr: llr.to_string() }
            }
            Channel::GilbertElliott { burst_bits, bad, good } => {
                Self::GilbertElliott { burst_bits, bad, good }
            }
            Channel::Erasures => Self::Erasures,
        }
    }

    /// The channel of a record.
    ///
    /// # Errors
    /// A modulation or a way to compute ratios that is none; a state that no burst has.
    pub fn channel(&self) -> Result<Channel> {
        Ok(match self {
            Self::Bsc => Channel::BinarySymmetric,
            Self::Awgn { modulation, llr } => {
                let named = Modulation::ALL.into_iter().find(|m| m.name() == modulation);
                let kind = LIKELIHOODS.iter().find(|(name, _)| name == llr);
                Channel::Noise {
                    modulation: named.ok_or_else(|| anyhow!("modulation `{modulation}`"))?,
                    likelihood: kind.ok_or_else(|| anyhow!("llr `{llr}`"))?.1,
                }
            }
            &Self::GilbertElliott { burst_bits, bad, good } => bursts(burst_bits, bad, good)?,
            Self::Erasures => Channel::Erasures,
        })
    }

    /// The channel in words.
    pub fn text(&self) -> String {
        match self {
            Self::Bsc => "binary symmetric".to_string(),
            Self::Awgn { modulation, llr } => format!("AWGN, {modulation}, {llr} LLRs"),
            Self::GilbertElliott { burst_bits, bad, good } => {
                format!("bursts of {burst_bits} bits at {bad}, else {good}")
            }
            Self::Erasures => "erasures".to_string(),
        }
    }
}

/// The burst channel.
///
/// # Errors
/// A burst of less than one bit, ratios that are none or in the wrong order.
pub fn bursts(burst_bits: f64, bad: f64, good: f64) -> Result<Channel> {
    if !(1.0..=1e12).contains(&burst_bits) {
        return Err(anyhow!("--burst-bits: found {burst_bits}, expected 1 or more"));
    }
    if !(0.0..=0.5).contains(&bad) || !(0.0..bad).contains(&good) {
        return Err(anyhow!(
            "--burst-ratio: found {bad} and --quiet-ratio {good}, expected 0.5 at the most, and \
             less between bursts than in them"
        ));
    }
    Ok(Channel::GilbertElliott { burst_bits, bad, good })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_comes_back_from_its_record() {
        let mut all = vec![
            Channel::BinarySymmetric,
            Channel::Erasures,
            Channel::GilbertElliott { burst_bits: 10.0, bad: 0.5, good: 1e-5 },
        ];
        for modulation in Modulation::ALL {
            for (_, likelihood) in LIKELIHOODS {
                all.push(Channel::Noise { modulation, likelihood });
            }
        }
        for channel in all {
            let text = serde_json::to_string(&ChannelRecord::of(channel)).unwrap();
            let record: ChannelRecord = serde_json::from_str(&text).unwrap();
            assert_eq!(record.channel().unwrap(), channel, "{text}");
        }
        let bad = ChannelRecord::Awgn { modulation: "7qam".into(), llr: "exact".into() };
        assert!(bad.channel().is_err());
        assert!(bursts(0.5, 0.5, 0.0).is_err() && bursts(9.0, 0.1, 0.1).is_err());
        assert!(bursts(f64::NAN, 0.5, 0.0).is_err() && bursts(9.0, 0.6, 0.1).is_err());
    }
}
