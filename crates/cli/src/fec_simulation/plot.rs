//! Waterfalls as SVG and PNG.
//!
//! In: campaigns. Out: a picture: simulated points with their intervals, bit and codeword error
//! rates, the closed form, the Shannon limits of the rate (hard and soft decisions), the published
//! threshold. A point without an error is drawn as a cross at the upper end of its interval. The legend
//! is below the axes, where no point can be.
//! The font is in the program, so that a picture is the same on every machine.

mod paint;
mod ticks;

pub(crate) use paint::{COLOURS, FONT, font};
pub(crate) use ticks::Ticks;

use std::path::Path;

use anyhow::{Result, bail, ensure};
use otn_fec::registry::find;
use otn_fec::simulate::channel::Channel;
use otn_fec::theory::gain::TARGET;
use otn_fec::theory::modulation::{Modulation, eb_n0_db};
use otn_fec::theory::shannon::{Decision, limit};

use super::result::{Campaign, Method, PointRecord};

/// What is drawn from left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Abscissa {
    /// Bit error ratio before the decoder
    #[default]
    P,
    /// Eb/N0 in dB
    EbN0,
    /// Es/N0 in dB
    EsN0,
}

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Scalable vector graphics.
    Svg,
    /// Portable network graphics.
    Png,
}

impl Kind {
    /// The kind by the name of a file.
    ///
    /// # Errors
    /// Another ending.
    pub fn of(path: &Path) -> Result<Self> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some(ending) if ending.eq_ignore_ascii_case("svg") => Ok(Self::Svg),
            Some(ending) if ending.eq_ignore_ascii_case("png") => Ok(Self::Png),
            Some(_) | None => {
                bail!("{}: expected a name that ends in .svg or .png", path.display())
            }
        }
    }
}

/// A point: place, rate, interval.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    x: f64,
    y: f64,
    low: f64,
    high: f64,
}

/// Points and curves of one campaign.
#[derive(Clone, Debug, PartialEq)]
struct Series {
    label: String,
    codewords: Vec<Mark>,
    bits: Vec<Mark>,
    /// The closed form of codewords and of bits, as lines.
    codewords_in_theory: Vec<(f64, f64)>,
    bits_in_theory: Vec<(f64, f64)>,
}

/// What a line from top to bottom tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// The Shannon limit of hard decisions.
    HardLimit,
    /// That of soft ones.
    SoftLimit,
    /// The published threshold of the code of a series, by its number.
    Threshold(usize),
}

/// A line from top to bottom.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    meaning: Meaning,
    x: f64,
    label: String,
}

/// A picture, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    abscissa: Abscissa,
    title: String,
    series: Vec<Series>,
    lines: Vec<Line>,
}

/// Points of a curve of theory.
const CURVE: u32 = 60;
/// The least rate that is drawn.
const LEAST: f64 = 1e-16;

impl Plot {
    /// The picture of campaigns, each with its name.
    ///
    /// # Errors
    /// An axis that a campaign does not have; nothing to draw.
    pub fn of(campaigns: &[(String, Campaign)], abscissa: Abscissa) -> Result<Self> {
        let mut plot =
            Self { abscissa, title: String::new(), series: Vec::new(), lines: Vec::new() };
        for (name, campaign) in campaigns {
            let place = Place::of(campaign, abscissa)?;
            plot.series.push(series(name, campaign, &place)?);
            for line in lines(campaign, plot.series.len() - 1, &place) {
                // Campaigns of one code or of one rate share lines.
                if !plot.lines.iter().any(|known| known.label == line.label) {
                    plot.lines.push(line);
                }
            }
        }
        let mut codes: Vec<&str> = campaigns.iter().map(|(_, c)| c.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let mut channels: Vec<String> = campaigns.iter().map(|(_, c)| c.channel.text()).collect();
        channels.sort_unstable();
        channels.dedup();
        plot.title = format!("{} over {}", codes.join(", "), channels.join("; "));
        let drawn = plot.series.iter().any(|s| !s.codewords.is_empty());
        ensure!(drawn, "found no point to draw, expected one with p above 0");
        Ok(plot)
    }

    /// The picture as the content of a file.
    ///
    /// # Errors
    /// What keeps the drawing library from it.
    pub fn draw(&self, kind: Kind) -> Result<Vec<u8>> {
        paint::draw(self, kind)
    }
}

/// From the value of a channel to a place on the axis.
struct Place {
    abscissa: Abscissa,
    modulation: Modulation,
    rate: f64,
}

impl Place {
    fn of(campaign: &Campaign, abscissa: Abscissa) -> Result<Self> {
        let modulation = match (campaign.channel.channel()?, abscissa) {
            (Channel::Noise { modulation, .. }, _) => modulation,
            (_, Abscissa::P) => Modulation::Bpsk,
            (_, Abscissa::EbN0 | Abscissa::EsN0) => {
                bail!("--axis: a channel without noise has only p")
            }
        };
        Ok(Self { abscissa, modulation, rate: campaign.rate() })
    }

    fn x(&self, p: f64) -> f64 {
        let es_n0_db = || self.modulation.es_n0_db(p);
        match self.abscissa {
            // By decades.
            Abscissa::P => p.log10(),
            Abscissa::EbN0 => eb_n0_db(es_n0_db(), self.modulation, self.rate),
            Abscissa::EsN0 => es_n0_db(),
        }
    }
}

fn series(name: &str, campaign: &Campaign, place: &Place) -> Result<Series> {
    let drawn: Vec<&PointRecord> = campaign.points.iter().filter(|point| point.p > 0.0).collect();
    let mark = |p: f64, y: f64, [low, high]: [f64; 2]| Mark { x: place.x(p), y, low, high };
    let mut out = Series {
        label: name.to_string(),
        codewords: Vec::new(),
        bits: Vec::new(),
        codewords_in_theory: Vec::new(),
        bits_in_theory: Vec::new(),
    };
    for point in &drawn {
        if point.method == Method::Simulated && point.codewords == 0 {
            continue;
        }
        let codeword = point.codeword_error_rate_interval;
        out.codewords.push(mark(point.p, point.codeword_error_rate, codeword));
        // Without an error the interval of bits is that of codewords: drawn once.
        if point.bit_error_rate > 0.0 {
            out.bits.push(mark(point.p, point.bit_error_rate, point.bit_error_rate_interval));
        }
    }
    // A little beyond the points at both ends, and down to the published threshold.
    let threshold = find(&campaign.code).and_then(|entry| entry.published).map(|p| p.threshold);
    let least = drawn.iter().map(|point| point.p / 1.5).chain(threshold);
    let least = least.fold(f64::INFINITY, f64::min);
    let greatest = drawn.iter().map(|point| point.p).fold(0.0, f64::max);
    for n in 0..=CURVE {
        let share = f64::from(n) / f64::from(CURVE);
        let (from, to) = (least.ln(), (greatest * 1.2).min(0.4).ln());
        let p = (from + (to - from) * share).exp();
        let theory = if drawn.is_empty() { None } else { campaign.closed_form_point(p)? };
        if let Some(theory) = theory.filter(|theory| theory.bit_error_rate > LEAST) {
            let x = place.x(p);
            out.codewords_in_theory.push((x, theory.codeword_error_rate));
            out.bits_in_theory.push((x, theory.bit_error_rate));
        }
    }
    Ok(out)
}

fn lines(campaign: &Campaign, number: usize, place: &Place) -> Vec<Line> {
    let mut out = Vec::new();
    let rate = campaign.rate();
    if rate < 1.0 {
        for (decision, meaning, label) in [
            (Decision::Hard, Meaning::HardLimit, "Shannon, hard decisions"),
            (Decision::Soft, Meaning::SoftLimit, "Shannon, soft decisions"),
        ] {
            let p = limit(rate, decision).bit_error_ratio;
            let label = format!("{label}, rate {rate:.3}: {p:.2e}");
            out.push(Line { meaning, x: place.x(p), label });
        }
    }
    if let Some(published) = find(&campaign.code).and_then(|entry| entry.published) {
        let label = format!(
            "{}, published: {TARGET:e} at {:.2$e}",
            campaign.code, published.threshold, published.digits.0
        );
        let meaning = Meaning::Threshold(number);
        out.push(Line { meaning, x: place.x(published.threshold), label });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fec_simulation::result::Run;
    use otn_fec::simulate::channel::Likelihood;
    use otn_fec::simulate::tally::Tally;

    fn campaign(channel: Channel) -> Campaign {
        let size = otn_fec::code::BlockSize { information: 1912, coded: 2040 };
        let mut campaign = Campaign::new("rs255-239", size, channel, 0.95);
        for (p, wrong) in [(2e-3, 22), (1e-3, 0)] {
            let tally = Tally {
                codewords: 1000,
                codeword_errors: wrong,
                information_bits: 1_912_000,
                bit_errors: wrong * 10,
                histogram: [(10, wrong)].into(),
                ..Tally::default()
            };
            let runs = vec![Run { seed: 1, first: 0, codewords: 1000 }];
            let point = campaign.simulated_point(p, &tally, runs).unwrap();
            campaign.put(point);
        }
        campaign
    }

    #[test]
    fn a_picture_has_points_curves_limits_and_the_threshold() {
        let all = [("a".to_string(), campaign(Channel::BinarySymmetric))];
        let plot = Plot::of(&all, Abscissa::P).unwrap();
        let series = &plot.series[0];
        assert_eq!((series.codewords.len(), series.bits.len()), (2, 1));
        assert_eq!(series.codewords_in_theory.len(), 61);
        let labels: Vec<&str> = plot.lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Shannon, hard decisions, rate 0.937: 7.36e-3",
                "Shannon, soft decisions, rate 0.937: 1.62e-2",
                "rs255-239, published: 1e-15 at 8.26e-5"
            ]
        );
        assert!((plot.lines[0].x - 7.36e-3f64.log10()).abs() < 1e-3);
        let svg = String::from_utf8(plot.draw(Kind::Svg).unwrap()).unwrap();
        for words in ["</svg>", "Shannon, hard", "closed form", "rs255-239 over binary symmetric"] {
            assert!(svg.contains(words), "{words}");
        }
        let png = plot.draw(Kind::Png).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n") && png.len() > 10_000, "{}", png.len());
    }

    #[test]
    fn axes_in_decibels_need_noise() {
        let without = [("a".to_string(), campaign(Channel::BinarySymmetric))];
        assert!(Plot::of(&without, Abscissa::EbN0).is_err());
        let noise = Channel::Noise { modulation: Modulation::Qpsk, likelihood: Likelihood::Exact };
        let with = [("a".to_string(), campaign(noise)), ("b".to_string(), campaign(noise))];
        let plot = Plot::of(&with, Abscissa::EbN0).unwrap();
        assert_eq!((plot.series.len(), plot.lines.len()), (2, 3));
        // The hard limit of rate 239/255 is at 5.016 dB.
        assert!((plot.lines[0].x - 5.016).abs() < 1e-3);
        assert!(!plot.draw(Kind::Svg).unwrap().is_empty());
    }

    #[test]
    fn the_name_tells_the_kind() {
        assert_eq!(Kind::of(Path::new("a/b.SVG")).unwrap(), Kind::Svg);
        assert_eq!(Kind::of(Path::new("b.png")).unwrap(), Kind::Png);
        assert!(Kind::of(Path::new("b.pdf")).is_err() && Kind::of(Path::new("svg")).is_err());
    }
}
