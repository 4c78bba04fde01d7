//! Panels of curves, one below the other, by the drawing library.
//!
//! In: curves of numbers. Out: an SVG. A legend stands below the axes of its panel, where no point can be.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::fec_simulation::plot::{COLOURS, FONT, Ticks, font};

/// Width of a picture in pixels.
const WIDTH: u32 = 960;
/// Height of a panel in pixels, its legend counted in.
const PANEL: u32 = 400;
/// Height of a legend in pixels.
const LEGEND: i32 = 26;
/// Pixels left of the axes.
const LEFT: i32 = 64;
/// Pixels around a panel.
const MARGIN: i32 = 14;
/// Least height of the range of the upright axis: small ripples stay small.
const LEAST_RANGE: f64 = 1.0;
/// Most places whose names are written.
const MOST_NAMES: usize = 14;

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// From point to point.
    Line,
    /// The same, in dashes.
    Dashes,
    /// The points alone.
    Dots,
}

/// A curve.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    pub(super) label: String,
    pub(super) points: Vec<(f64, f64)>,
    /// Number of its colour.
    pub(super) colour: usize,
    pub(super) sign: Sign,
}

/// A pair of axes and what is drawn between them.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) x_name: &'static str,
    pub(super) y_name: &'static str,
    pub(super) curves: Vec<Curve>,
    /// Named places on the level axis.
    pub(super) places: Vec<(f64, String)>,
}

/// The panels as an SVG.
///
/// # Errors
/// What keeps the drawing library from it.
pub(super) fn svg(panels: &[Panel]) -> Result<Vec<u8>> {
    font()?;
    let mut text = String::new();
    let size = (WIDTH, PANEL * panels.len().max(1) as u32);
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        for (part, panel) in area.split_evenly((panels.len().max(1), 1)).iter().zip(panels) {
            paint(part, panel)?;
        }
        area.present().map_err(failed)?;
    }
    Ok(text.into_bytes())
}

/// An error of the drawing library.
fn failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("cannot be drawn: {error}")
}

/// The finite points of all curves.
fn points(panel: &Panel) -> impl Iterator<Item = (f64, f64)> + '_ {
    let all = panel.curves.iter().flat_map(|curve| curve.points.iter().copied());
    all.filter(|(x, y)| x.is_finite() && y.is_finite())
}

/// An axis around the numbers, at least so wide, with a little room at both ends.
fn axis(numbers: impl Iterator<Item = f64>, least: f64) -> Ticks {
    let (low, high) = numbers
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return Ticks::linear(0.0, 1.0);
    }
    let missing = (least - (high - low)).max(0.0) / 2.0;
    let room = 0.04 * (high - low).max(least) + missing;
    Ticks::linear(low - room, high + room)
}

fn paint<B: DrawingBackend>(area: &DrawingArea<B, Shift>, panel: &Panel) -> Result<()> {
    let (chart_area, legend) = area.split_vertically(PANEL as i32 - LEGEND);
    let x = axis(points(panel).map(|point| point.0), LEAST_RANGE);
    let y = axis(points(panel).map(|point| point.1), LEAST_RANGE);
    let mut chart = ChartBuilder::on(&chart_area)
        .caption(&panel.title, (FONT, 18))
        .margin(MARGIN)
        .x_label_area_size(44)
        .y_label_area_size(LEFT - MARGIN)
        .build_cartesian_2d(x, y)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_desc(panel.x_name)
        .y_desc(panel.y_name)
        .label_style((FONT, 13))
        .axis_desc_style((FONT, 14))
        .draw()
        .map_err(failed)?;
    let (low, high) = (chart.y_range().start, chart.y_range().end);
    let named = panel.places.len() <= MOST_NAMES;
    for (n, (at, name)) in panel.places.iter().enumerate() {
        let ends = vec![(*at, low), (*at, high)];
        let style = BLACK.mix(0.35).stroke_width(1);
        chart.draw_series(DashedLineSeries::new(ends, 2, 4, style)).map_err(failed)?;
        if named {
            // Names of the last places run to the left, so that they stay in the picture.
            let side = if 2 * n < panel.places.len() { HPos::Left } else { HPos::Right };
            let style = (FONT, 11).into_font().color(&BLACK.mix(0.7));
            let style = style.pos(Pos::new(side, VPos::Top));
            let row = high - (high - low) * 0.045 * (n % 5) as f64;
            chart
                .draw_series([Text::new(format!(" {name} "), (*at, row), style)])
                .map_err(failed)?;
        }
    }
    for curve in &panel.curves {
        let seen = curve.points.iter().copied().filter(|(_, y)| y.is_finite());
        let style = colour(curve).stroke_width(2);
        match curve.sign {
            Sign::Line => chart.draw_series(LineSeries::new(seen, style)).map(drop),
            Sign::Dashes => {
                let series = DashedLineSeries::new(seen.collect::<Vec<_>>(), 6, 4, style);
                chart.draw_series(series).map(drop)
            }
            Sign::Dots => {
                let dots = seen.map(|point| Circle::new(point, 3, colour(curve).filled()));
                chart.draw_series(dots).map(drop)
            }
        }
        .map_err(failed)?;
    }
    paint_legend(&legend, &panel.curves)
}

fn colour(curve: &Curve) -> RGBColor {
    COLOURS[curve.colour % COLOURS.len()]
}

fn paint_legend<B: DrawingBackend>(area: &DrawingArea<B, Shift>, curves: &[Curve]) -> Result<()> {
    let room = (WIDTH as i32 - LEFT) / curves.len().max(1) as i32;
    for (n, curve) in curves.iter().enumerate() {
        let (x, y) = (LEFT + n as i32 * room.min(240), LEGEND / 2 - 4);
        let style = colour(curve).stroke_width(2);
        match curve.sign {
            Sign::Line => area.draw(&PathElement::new([(x, y), (x + 28, y)], style)),
            Sign::Dashes => area.draw(&DashedPathElement::new([(x, y), (x + 28, y)], 6, 4, style)),
            Sign::Dots => area.draw(&Circle::new((x + 14, y), 3, colour(curve).filled())),
        }
        .map_err(failed)?;
        let style = (FONT, 13).into_text_style(area);
        area.draw(&Text::new(curve.label.as_str(), (x + 36, y - 5), style)).map_err(failed)?;
    }
    Ok(())
}
