//! A plot in pixels and paths, by the drawing library.

use std::path::Path;
use std::sync::Once;

use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::ticks::Ticks;
use super::{Abscissa, Kind, LEAST, Line, Mark, Plot, Series};

/// Size of a picture in pixels.
const SIZE: (u32, u32) = (900, 640);
/// Name under which the font is known to the library.
const FONT: &str = "sans-serif";
/// Colours of campaigns, in turn; told apart by those who confuse red and green.
const COLOURS: [RGBColor; 6] = [
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

fn font() -> Result<()> {
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
    let (x, y) = axes(plot);
    let mut chart = ChartBuilder::on(area)
        .caption(&plot.title, (FONT, 20))
        .margin(14)
        .x_label_area_size(48)
        .y_label_area_size(64)
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
    for (n, line) in plot.lines.iter().enumerate() {
        vertical(&mut chart, line, n)?;
    }
    for (series, colour) in plot.series.iter().zip(COLOURS.iter().cycle()) {
        campaign(&mut chart, series, *colour)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.4))
        .label_font((FONT, 13))
        .draw()
        .map_err(failed)?;
    area.present().map_err(failed)
}

/// A dashed line from top to bottom; its dashes tell which.
fn vertical<'a, B: DrawingBackend + 'a>(
    chart: &mut Area<'a, B>,
    line: &Line,
    n: usize,
) -> Result<()> {
    let (low, high) = (chart.y_range().start, chart.y_range().end);
    let dash = [2, 5, 10][n % 3];
    let ends = [(line.x, low), (line.x, high)];
    let style = GREY.stroke_width(1);
    chart
        .draw_series(DashedLineSeries::new(ends, dash, 4, style))
        .map_err(failed)?
        .label(&line.label)
        .legend(move |(x, y)| {
            DashedPathElement::new([(x, y), (x + 22, y)], dash, 4, GREY.stroke_width(1))
        });
    Ok(())
}

fn campaign<'a, B: DrawingBackend + 'a>(
    chart: &mut Area<'a, B>,
    series: &Series,
    colour: RGBColor,
) -> Result<()> {
    let label = |what: &str| format!("{}: {what}", series.label);
    let dots = |filled: bool| {
        move |(x, y): (i32, i32)| {
            Circle::new(
                (x + 11, y),
                4,
                ShapeStyle { color: colour.into(), filled, stroke_width: 1 },
            )
        }
    };
    let line = |strength: f64| {
        move |(x, y): (i32, i32)| {
            PathElement::new([(x, y), (x + 22, y)], colour.mix(strength).stroke_width(1))
        }
    };
    let logarithms = |curve: &[(f64, f64)]| -> Vec<(f64, f64)> {
        curve.iter().filter(|(_, y)| *y > LEAST).map(|(x, y)| (*x, y.log10())).collect()
    };
    for (curve, strength, what) in [
        (&series.codewords_in_theory, 1.0, "codewords, closed form"),
        (&series.bits_in_theory, 0.45, "bits, closed form"),
    ] {
        if !curve.is_empty() {
            let style = colour.mix(strength).stroke_width(1);
            let drawn = chart.draw_series(LineSeries::new(logarithms(curve), style));
            drawn.map_err(failed)?.label(label(what)).legend(line(strength));
        }
    }
    for (marks, filled, what) in
        [(&series.codewords, true, "codewords"), (&series.bits, false, "bits")]
    {
        if marks.is_empty() {
            continue;
        }
        let style = ShapeStyle { color: colour.into(), filled, stroke_width: 1 };
        let seen = marks.iter().filter(|mark| mark.y > LEAST);
        let circles = seen.map(|mark| Circle::new((mark.x, mark.y.log10()), 4, style));
        let drawn = chart.draw_series(circles).map_err(failed)?;
        drawn.label(label(what)).legend(dots(filled));
        let bars = marks.iter().map(|mark| PathElement::new(bar(mark), colour.stroke_width(1)));
        chart.draw_series(bars).map_err(failed)?;
        let unseen = marks.iter().filter(|mark| mark.y <= LEAST);
        let arrows =
            unseen.map(|mark| Cross::new((mark.x, mark.high.log10()), 4, colour.stroke_width(1)));
        chart.draw_series(arrows).map_err(failed)?;
    }
    Ok(())
}

/// The bar of an interval; of a point without an error a stub that points down.
fn bar(mark: &Mark) -> [(f64, f64); 2] {
    let high = mark.high.max(LEAST).log10();
    let low = if mark.low > LEAST { mark.low.log10() } else { high - 0.3 };
    [(mark.x, low), (mark.x, high)]
}
