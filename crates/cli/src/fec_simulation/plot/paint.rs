//! A plot in pixels and paths, by the drawing library.

use std::path::Path;
use std::sync::Once;

use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::ticks::Ticks;
use super::{Abscissa, Kind, LEAST, Line, Mark, Meaning, Plot, Series};

/// Size of a picture in pixels.
const SIZE: (u32, u32) = (900, 680);
/// Pixels around the axes.
const MARGIN: i32 = 14;
/// Pixels left of the axes.
const LEFT: i32 = 78;
/// Height of a row of the legend in pixels.
const ROW: i32 = 20;
/// Name under which the font is known to the library.
pub(crate) const FONT: &str = "sans-serif";
/// Colours of curves, in turn; told apart by those who confuse red and green.
pub(crate) const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(120, 100, 0),
];
/// Colours of lines from top to bottom.
const GREY: RGBColor = RGBColor(90, 90, 90);

type Area<'a, B> = ChartContext<'a, B, Cartesian2d<Ticks, Ticks>>;

/// Makes the font in the program known to the library.
///
/// # Errors
/// A font that cannot be read.
pub(crate) fn font() -> Result<()> {
    static ONCE: Once = Once::new();
    let mut known = Ok(());
    ONCE.call_once(|| known = register_font(FONT, FontStyle::Normal, dejavu::sans::regular()));
    known.map_err(|_| anyhow!("the font in the program is broken"))
}

/// Draws the plot.
pub(super) fn draw(plot: &Plot, kind: Kind) -> Result<Vec<u8>> {
    font()?;
    match kind {
        Kind::Svg => {
            let mut text = String::new();
            paint(plot, &SVGBackend::with_string(&mut text, SIZE).into_drawing_area())?;
            Ok(text.into_bytes())
        }
        Kind::Png => {
            // The library writes pictures to files only.
            let folder = tempfile::tempdir().context("a folder for the picture")?;
            let path = folder.path().join("plot.png");
            paint(plot, &BitMapBackend::new(path.as_path(), SIZE).into_drawing_area())?;
            std::fs::read(&path).with_context(|| shown(&path))
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// An error of the drawing library.
fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot be drawn: {error}")
}

/// The least and the greatest of some numbers.
fn span(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

fn axes(plot: &Plot) -> (Ticks, Ticks) {
    let marks = || plot.series.iter().flat_map(|s| s.codewords.iter().chain(&s.bits));
    let curves =
        || plot.series.iter().flat_map(|s| s.codewords_in_theory.iter().chain(&s.bits_in_theory));
    let x = marks().map(|m| m.x).chain(curves().map(|c| c.0)).chain(plot.lines.iter().map(|l| l.x));
    let (low, high) = span(x);
    let room = 0.03 * (high - low).max(0.5);
    let x = match plot.abscissa {
        Abscissa::P => Ticks::logarithmic(low - room, high + room),
        Abscissa::EbN0 | Abscissa::EsN0 => Ticks::linear(low - room, high + room),
    };
    let y = marks().flat_map(|m| [m.low, m.high]).chain(curves().map(|c| c.1));
    let (low, _) = span(y.filter(|&y| y > LEAST).map(f64::log10));
    (x, Ticks::logarithmic(low.min(-1.0).floor(), 0.0))
}

fn paint<B: DrawingBackend>(plot: &Plot, area: &DrawingArea<B, Shift>) -> Result<()> {
    area.fill(&WHITE).map_err(failed)?;
    let entries = entries(plot);
    let rows = entries.len().div_ceil(2) as i32;
    let (chart, legend) = area.split_vertically(SIZE.1 as i32 - rows * ROW - MARGIN);
    paint_chart(plot, &chart)?;
    for (n, entry) in entries.iter().enumerate() {
        let x = LEFT + n as i32 % 2 * (SIZE.0 as i32 - LEFT) / 2;
        paint_entry(&legend, entry, (x, n as i32 / 2 * ROW + ROW / 2))?;
    }
    area.present().map_err(failed)
}

fn paint_chart<B: DrawingBackend>(plot: &Plot, area: &DrawingArea<B, Shift>) -> Result<()> {
    let (x, y) = axes(plot);
    let mut chart = ChartBuilder::on(area)
        .caption(&plot.title, (FONT, 20))
        .margin(MARGIN)
        .x_label_area_size(48)
        .y_label_area_size(LEFT - MARGIN)
        .build_cartesian_2d(x, y)
        .map_err(failed)?;
    let name = match plot.abscissa {
        Abscissa::P => "bit error ratio before the decoder",
        Abscissa::EbN0 => "Eb/N0 in dB",
        Abscissa::EsN0 => "Es/N0 in dB",
    };
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.15))
        .x_desc(name)
        .y_desc("error rate behind the decoder")
        .label_style((FONT, 14))
        .axis_desc_style((FONT, 16))
        .draw()
        .map_err(failed)?;
    for line in &plot.lines {
        let (low, high) = (chart.y_range().start, chart.y_range().end);
        let ends = vec![(line.x, low), (line.x, high)];
        stroke(&mut chart, ends, Stroke::of(line.meaning))?;
    }
    for (series, colour) in plot.series.iter().zip(COLOURS.iter().cycle()) {
        campaign(&mut chart, series, *colour)?;
    }
    Ok(())
}

/// How a line is drawn.
#[derive(Clone, Copy)]
struct Stroke {
    colour: RGBAColor,
    width: u32,
    /// Pixels of a dash.
    dash: u32,
}

impl Stroke {
    fn of(meaning: Meaning) -> Self {
        let (colour, width, dash) = match meaning {
            Meaning::HardLimit => (GREY.into(), 1, 2),
            Meaning::SoftLimit => (GREY.into(), 1, 7),
            Meaning::Threshold(series) => (COLOURS[series % COLOURS.len()].mix(0.5), 2, 14),
        };
        Self { colour, width, dash }
    }

    fn closed_form(colour: RGBColor, of_bits: bool) -> Self {
        Self { colour: colour.mix(if of_bits { 0.5 } else { 1.0 }), width: 1, dash: 4 }
    }

    fn style(self) -> ShapeStyle {
        self.colour.stroke_width(self.width)
    }
}

/// Pixels between two dashes.
const GAP: u32 = 4;

fn stroke<B: DrawingBackend>(
    chart: &mut Area<'_, B>,
    points: Vec<(f64, f64)>,
    stroke: Stroke,
) -> Result<()> {
    let line = DashedLineSeries::new(points, stroke.dash, GAP, stroke.style());
    chart.draw_series(line).map_err(failed)?;
    Ok(())
}

/// A line of the legend.
struct Entry {
    sign: Sign,
    label: String,
}

/// What stands before the label.
enum Sign {
    Line(Stroke),
    Dot(RGBColor, bool),
    Cross(RGBColor),
}

fn entries(plot: &Plot) -> Vec<Entry> {
    let mut out = Vec::new();
    for (series, &colour) in plot.series.iter().zip(COLOURS.iter().cycle()) {
        let mut add = |there: bool, sign: Sign, what: &str| {
            if there {
                out.push(Entry { sign, label: format!("{}: {what}", series.label) });
            }
        };
        let theory = |of_bits| Sign::Line(Stroke::closed_form(colour, of_bits));
        add(!series.codewords.is_empty(), Sign::Dot(colour, true), "codewords");
        add(!series.bits.is_empty(), Sign::Dot(colour, false), "bits");
        let unseen = series.codewords.iter().any(is_unseen);
        add(unseen, Sign::Cross(colour), "none wrong; end of the interval");
        let curve = &series.codewords_in_theory;
        add(!curve.is_empty(), theory(false), "codewords, closed form");
        add(!series.bits_in_theory.is_empty(), theory(true), "bits, closed form");
    }
    let line = |line: &Line| Entry {
        sign: Sign::Line(Stroke::of(line.meaning)),
        label: line.label.clone(),
    };
    out.extend(plot.lines.iter().map(line));
    out
}

fn paint_entry<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    entry: &Entry,
    (x, y): (i32, i32),
) -> Result<()> {
    match entry.sign {
        Sign::Line(stroke) => {
            let ends = [(x, y), (x + 32, y)];
            area.draw(&DashedPathElement::new(ends, stroke.dash, GAP, stroke.style()))
        }
        Sign::Dot(colour, filled) => area.draw(&Circle::new((x + 16, y), 4, dot(colour, filled))),
        Sign::Cross(colour) => area.draw(&Cross::new((x + 16, y), 4, colour.stroke_width(1))),
    }
    .map_err(failed)?;
    let style = (FONT, 14).into_text_style(area);
    area.draw(&Text::new(entry.label.as_str(), (x + 40, y - 4), style)).map_err(failed)
}

fn dot(colour: RGBColor, filled: bool) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled, stroke_width: 1 }
}

fn campaign<B: DrawingBackend>(
    chart: &mut Area<'_, B>,
    series: &Series,
    colour: RGBColor,
) -> Result<()> {
    let curves = [(&series.codewords_in_theory, false), (&series.bits_in_theory, true)];
    for (curve, of_bits) in curves {
        let seen = curve.iter().filter(|(_, y)| *y > LEAST);
        let points = seen.map(|(x, y)| (*x, y.log10())).collect();
        stroke(chart, points, Stroke::closed_form(colour, of_bits))?;
    }
    for (marks, filled) in [(&series.codewords, true), (&series.bits, false)] {
        let seen = marks.iter().filter(|mark| mark.y > LEAST);
        let circles =
            seen.map(|mark| Circle::new((mark.x, mark.y.log10()), 4, dot(colour, filled)));
        chart.draw_series(circles).map_err(failed)?;
        let bars = marks.iter().map(|mark| PathElement::new(bar(mark), colour.stroke_width(1)));
        chart.draw_series(bars).map_err(failed)?;
        let unseen = marks.iter().filter(|mark| is_unseen(mark));
        let crosses =
            unseen.map(|mark| Cross::new((mark.x, mark.high.log10()), 4, colour.stroke_width(1)));
        chart.draw_series(crosses).map_err(failed)?;
    }
    Ok(())
}

/// A point without an error: only the end of its interval is known.
fn is_unseen(mark: &Mark) -> bool {
    mark.y <= LEAST
}

/// The bar of an interval; of a point without an error a stub that points down.
fn bar(mark: &Mark) -> [(f64, f64); 2] {
    let high = mark.high.max(LEAST).log10();
    let low = if mark.low > LEAST { mark.low.log10() } else { high - 0.3 };
    [(mark.x, low), (mark.x, high)]
}
