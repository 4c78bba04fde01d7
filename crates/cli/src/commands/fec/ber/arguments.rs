//! Arguments of `otn fec ber`, and what they mean.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use otn_fec::simulate::channel::{Channel, Likelihood};
use otn_fec::simulate::progress::Stop;
use otn_fec::theory::modulation::Modulation;

use crate::cli::Format;
use crate::fec_simulation::axis::{Axis, values};
use crate::fec_simulation::record::bursts;
use crate::fec_simulation::result::Method;
use crate::units;

/// Arguments of `otn fec ber`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("points").required(true)))]
pub struct Arguments {
    /// Name of the code; `otn fec list` prints all
    #[arg(long)]
    pub code: String,
    /// bsc, awgn, gilbert-elliott or erasures
    #[arg(long, value_enum, default_value_t)]
    pub channel: ChannelKind,
    /// Points: bit error ratios before the decoder (of erasures: the share of lost bits), with
    /// commas between, or FROM:TO:STEP, or FROM:TO:xFACTOR
    #[arg(long, group = "points", value_name = "LIST")]
    pub p: Option<String>,
    /// Points in Eb/N0, dB, of information bits
    #[arg(long, group = "points", value_name = "LIST", allow_hyphen_values = true)]
    pub eb_n0: Option<String>,
    /// Points in Es/N0, dB
    #[arg(long, group = "points", value_name = "LIST", allow_hyphen_values = true)]
    pub es_n0: Option<String>,
    /// Points in OSNR, dB in 0.1 nm, of two polarisations
    #[arg(
        long,
        group = "points",
        value_name = "LIST",
        requires = "symbol_rate",
        allow_hyphen_values = true
    )]
    pub osnr: Option<String>,
    /// Symbol rate for --osnr, in GBd
    #[arg(long, value_name = "GBD", requires = "osnr")]
    pub symbol_rate: Option<f64>,
    /// Modulation on awgn: bpsk, qpsk (if not given), 8qam, 16qam, 64qam
    #[arg(long)]
    pub modulation: Option<String>,
    /// LLRs on awgn; exact, if not given
    #[arg(long, value_enum)]
    pub llr: Option<LlrKind>,
    /// Bits of a burst in the mean, on gilbert-elliott; 100, if not given
    #[arg(long, value_name = "BITS")]
    pub burst_bits: Option<f64>,
    /// Bit error ratio inside a burst; 0.5, if not given
    #[arg(long, value_name = "RATIO")]
    pub burst_ratio: Option<f64>,
    /// Bit error ratio between bursts; 0, if not given
    #[arg(long, value_name = "RATIO")]
    pub quiet_ratio: Option<f64>,
    /// Stop a point after that many codewords; with --method estimated, planted patterns
    #[arg(long, value_name = "N")]
    pub codewords: Option<String>,
    /// Stop a point after that many wrong codewords
    #[arg(long, value_name = "N")]
    pub errors: Option<String>,
    /// Stop a point after that many information bits
    #[arg(long, value_name = "N")]
    pub bits: Option<String>,
    /// Stop a point after that time: `30s`, `10 min`
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,
    /// Seed: the same one gives the same counts, whatever the number of threads
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Number of the first codeword, to share one seed among machines; with --method estimated, of
    /// the first planted pattern
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub first_codeword: u64,
    /// Threads; as many as the machine has, if not given
    #[arg(long)]
    pub threads: Option<usize>,
    /// Confidence of the intervals
    #[arg(long, default_value_t = 0.95, value_parser = confidence)]
    pub confidence: f64,
    /// How rates are found: sent and counted, by formula, or the error floor of a product-like code
    #[arg(long, value_enum, default_value_t)]
    pub method: MethodKind,
    /// With --method estimated: plant also patterns with up to that many bits left out, which the
    /// decoder may make wrong itself
    #[arg(long, value_name = "BITS", default_value_t = 0)]
    pub left_out: u32,
    /// Write the result to this file, also when Ctrl-C ends it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Go on with what the output file has
    #[arg(long)]
    pub resume: bool,
    /// Replace the output file, if there is one
    #[arg(long, conflicts_with = "resume")]
    pub force: bool,
    /// Draw a waterfall: a name that ends in .svg or .png
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// How the result is printed
    #[command(flatten)]
    pub format: Format,
}

/// Channels by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ChannelKind {
    /// Independent bit errors
    #[default]
    Bsc,
    /// White Gaussian noise
    Awgn,
    /// Bursts of errors
    GilbertElliott,
    /// Lost bits
    Erasures,
}

/// Ways to compute log-likelihood ratios.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LlrKind {
    /// Over all symbols
    #[default]
    Exact,
    /// Of the nearest symbols
    MaxLog,
}

/// Ways to find rates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum MethodKind {
    /// Send and count
    #[default]
    Simulated,
    /// By formula
    ClosedForm,
    /// By the patterns a decoder cannot correct
    Estimated,
}

impl MethodKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::ClosedForm => "closed-form",
            Self::Estimated => "estimated",
        }
    }
}

/// Wrong codewords after which a point ends, if nothing else was asked for.
const DEFAULT_ERRORS: u64 = 100;
/// Information bits after which it ends then.
const DEFAULT_BITS: u64 = 1_000_000_000;
/// The channel of bursts.
const BURSTS: ChannelKind = ChannelKind::GilbertElliott;
/// The last number that a first codeword can have: what follows can still be numbered.
const LAST_CODEWORD: u64 = 1_000_000_000_000_000_000;
/// Threads at the most.
const MOST_THREADS: usize = 1024;

fn confidence(text: &str) -> Result<f64, String> {
    let value: Option<f64> = text.parse().ok();
    let valid = value.filter(|v| (0.5..=0.999_999).contains(v));
    valid.ok_or_else(|| "expected a number from 0.5 to 0.999999".to_string())
}

/// A count: `1000000` or `1e6`.
fn count(option: &str, text: &str) -> Result<u64> {
    let exact = text.parse().ok();
    let short =
        || text.parse::<f64>().ok().filter(|v| (1.0..=1e18).contains(v) && v.fract() == 0.0);
    let value = exact.or_else(|| short().map(|v| v as u64)).filter(|&count| count > 0);
    value
        .ok_or_else(|| anyhow!("{option}: found `{text}`, expected a count such as 1000000 or 1e6"))
}

impl Arguments {
    /// The channel.
    pub(super) fn channel(&self) -> Result<Channel> {
        self.only_its_options()?;
        Ok(match self.channel {
            ChannelKind::Bsc => Channel::BinarySymmetric,
            ChannelKind::Awgn => {
                let found = self.modulation.as_deref().unwrap_or(Modulation::Qpsk.name());
                let named = Modulation::ALL.into_iter().find(|m| m.name() == found);
                let names = Modulation::ALL.map(Modulation::name).join(", ");
                Channel::Noise {
                    modulation: named.ok_or_else(|| {
                        anyhow!("--modulation: found `{found}`, expected one of {names}")
                    })?,
                    likelihood: match self.llr.unwrap_or_default() {
                        LlrKind::Exact => Likelihood::Exact,
                        LlrKind::MaxLog => Likelihood::MaxLog,
                    },
                }
            }
            ChannelKind::GilbertElliott => {
                let (bits, bad) = (self.burst_bits, self.burst_ratio);
                let good = self.quiet_ratio.unwrap_or(0.0);
                bursts(bits.unwrap_or(100.0), bad.unwrap_or(0.5), good)?
            }
            ChannelKind::Erasures => Channel::Erasures,
        })
    }

    /// Refuses what another channel has: it would change nothing.
    fn only_its_options(&self) -> Result<()> {
        for (option, given, kind, name) in [
            ("--modulation", self.modulation.is_some(), ChannelKind::Awgn, "awgn"),
            ("--llr", self.llr.is_some(), ChannelKind::Awgn, "awgn"),
            ("--burst-bits", self.burst_bits.is_some(), BURSTS, "gilbert-elliott"),
            ("--burst-ratio", self.burst_ratio.is_some(), BURSTS, "gilbert-elliott"),
            ("--quiet-ratio", self.quiet_ratio.is_some(), BURSTS, "gilbert-elliott"),
        ] {
            ensure!(!given || self.channel == kind, "{option}: only --channel {name} has it");
        }
        Ok(())
    }

    /// Refuses what another method has: a limit that limits nothing would be believed.
    pub(super) fn only_its_method(&self) -> Result<()> {
        use MethodKind::{Estimated, Simulated};
        let counted: &[MethodKind] = &[Simulated, Estimated];
        for (option, given, methods) in [
            ("--errors", self.errors.is_some(), &[Simulated][..]),
            ("--bits", self.bits.is_some(), &[Simulated]),
            ("--codewords", self.codewords.is_some(), counted),
            ("--time", self.time.is_some(), counted),
            ("--first-codeword", self.first_codeword > 0, counted),
            ("--left-out", self.left_out > 0, &[Estimated]),
        ] {
            let names: Vec<&str> = methods.iter().map(|method| method.name()).collect();
            ensure!(
                !given || methods.contains(&self.method),
                "{option}: only --method {} has it, found --method {}",
                names.join(" or "),
                self.method.name()
            );
        }
        Ok(())
    }

    /// The axis, and the text with its values.
    fn axis_and_text(&self) -> Result<(Axis, &str)> {
        let osnr = || {
            let gbd = self.symbol_rate.unwrap_or(0.0);
            let valid = (1e-3..=1e4).contains(&gbd);
            ensure!(valid, "--symbol-rate: found {gbd}, expected 0.001 to 10000 GBd");
            Ok(Axis::Osnr { symbol_rate_hz: gbd * 1e9 })
        };
        match (&self.p, &self.eb_n0, &self.es_n0, &self.osnr) {
            (Some(text), ..) => Ok((Axis::BitErrorRatio, text)),
            (_, Some(text), ..) => Ok((Axis::EbN0, text)),
            (_, _, Some(text), _) => Ok((Axis::EsN0, text)),
            (.., Some(text)) => Ok((osnr()?, text)),
            (None, None, None, None) => bail!("expected --p, --eb-n0, --es-n0 or --osnr"),
        }
    }

    /// The axis.
    pub(super) fn axis(&self) -> Result<Axis> {
        Ok(self.axis_and_text()?.0)
    }

    /// The points as given and as values of the channel, for a code of `rate`.
    pub(super) fn values(&self, rate: f64) -> Result<Vec<(f64, f64)>> {
        let (axis, text) = self.axis_and_text()?;
        let channel = self.channel()?;
        let listed = values(axis.option(), text)?;
        listed.into_iter().map(|v| Ok((v, axis.channel_value(v, channel, rate)?))).collect()
    }

    /// When a point ends.
    pub(super) fn stop(&self) -> Result<Stop> {
        let of = |option, text: &Option<String>| {
            text.as_deref().map(|text| count(option, text)).transpose()
        };
        let stop = Stop {
            codeword_errors: of("--errors", &self.errors)?,
            codewords: of("--codewords", &self.codewords)?,
            bits: of("--bits", &self.bits)?,
        };
        if stop == Stop::default() && self.time.is_none() {
            let (errors, bits) = (Some(DEFAULT_ERRORS), Some(DEFAULT_BITS));
            return Ok(Stop { codeword_errors: errors, codewords: None, bits });
        }
        Ok(stop)
    }

    /// Time after which a point ends.
    pub(super) fn time(&self) -> Result<Option<Duration>> {
        let Some(text) = &self.time else { return Ok(None) };
        let time = units::time(text).map_err(|error| anyhow!("--time: {error}"))?;
        Ok(Some(Duration::from_nanos(time.as_ns())))
    }

    /// The first codeword.
    pub(super) fn first_codeword(&self) -> Result<u64> {
        let first = self.first_codeword;
        ensure!(
            first <= LAST_CODEWORD,
            "--first-codeword: found {first}, expected {LAST_CODEWORD} at the most"
        );
        Ok(first)
    }

    /// Threads.
    pub(super) fn threads(&self) -> Result<usize> {
        match self.threads {
            Some(threads) => {
                ensure!(
                    (1..=MOST_THREADS).contains(&threads),
                    "--threads: found {threads}, expected 1 to {MOST_THREADS}"
                );
                Ok(threads)
            }
            None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
        }
    }

    /// How the rates are found.
    pub(super) fn method(&self) -> Result<Method> {
        Ok(match self.method {
            MethodKind::Simulated => Method::Simulated,
            MethodKind::ClosedForm => Method::ClosedForm,
            MethodKind::Estimated => Method::Estimated,
        })
    }
}
