//! 8QAM: two rings of four points, all nearest neighbours equally far.
//!
//! Sources: Proakis, "Digital Communications", for the constellation (the best of eight points); the regions of
//! nearest points follow from it and are integrated here: exact along one axis, by Simpson's rule along the other.
//! In: signal-to-noise ratio. Out: error ratio of the bits, within 2e-4 of itself.

use core::f64::consts::PI;

use super::erfc::erfc;

/// Square root of three.
const ROOT_3: f64 = 1.732_050_807_568_877_2;
/// Radius of the outer ring, where the inner points are at (1, 1) and its turns; a distance of 2 all round.
const OUTER: f64 = 1.0 + ROOT_3;
/// Where the regions of an inner and two outer points meet, on the diagonal.
const MEETING: f64 = 2.0 + ROOT_3;
/// Steps of Simpson's rule in one standard deviation.
const STEPS: f64 = 8.0;
/// Standard deviations beyond which nothing is summed.
const REACH: f64 = 9.0;

/// Labels of the inner points, from the first quadrant on, anticlockwise.
pub(super) const INNER_LABELS: [u8; 4] = [0, 1, 2, 6];
/// Labels of the outer points, from the positive x axis on, anticlockwise.
///
/// Of all labels these leave the fewest bits that differ between neighbours: 16 over 12 pairs.
pub(super) const OUTER_LABELS: [u8; 4] = [4, 5, 3, 7];

/// Probabilities of the regions: inner ones, then outer ones, in the order of their labels.
type Regions = [[f64; 4]; 2];

//= proakis:star-qam
pub(super) fn bit_error_ratio(snr: f64) -> f64 {
    // Mean energy is 3 + sqrt 3; noise per axis has the variance N0/2.
    let sigma = ((3.0 + ROOT_3) / (2.0 * snr)).sqrt();
    let labels = [INNER_LABELS, OUTER_LABELS];
    let sent = [region_probabilities((1.0, 1.0), sigma), region_probabilities((OUTER, 0.0), sigma)];
    let mut wrong = 0.0;
    // The constellation is the same after a quarter turn, so one point of each ring stands for four.
    for (ring, probabilities) in sent.iter().enumerate() {
        for turn in 0..4 {
            for (to, regions) in probabilities.iter().enumerate() {
                for (region, probability) in regions.iter().enumerate() {
                    let apart = labels[ring][turn] ^ labels[to][(region + turn) % 4];
                    wrong += f64::from(apart.count_ones()) * probability;
                }
            }
        }
    }
    wrong / (8.0 * 3.0)
}

/// Probability of each region for the point `from`.
fn region_probabilities(from: (f64, f64), sigma: f64) -> Regions {
    let mut all = [[0.0; 4]; 2];
    let end = (OUTER + REACH * sigma).max(2.0 * MEETING);
    // Borders along y: between them the regions' edges are smooth.
    let borders = [0.0, OUTER / ROOT_3, MEETING, end];
    for side in [1.0, -1.0] {
        for piece in borders.windows(2) {
            simpson(from, sigma, side, (piece[0], piece[1]), &mut all);
        }
    }
    all
}

/// Adds the part of each region that lies between two heights, above (`side` 1) or below (-1) the x axis.
fn simpson(from: (f64, f64), sigma: f64, side: f64, piece: (f64, f64), all: &mut Regions) {
    // Only what is near the point counts.
    let near = side * from.1;
    let low = piece.0.max(near - REACH * sigma);
    let high = piece.1.min(near + REACH * sigma);
    if low >= high {
        return;
    }
    let count = 2 * ((high - low) / sigma * STEPS).ceil().clamp(1.0, 1e4) as usize;
    let step = (high - low) / count as f64;
    for i in 0..=count {
        let weight = match i {
            0 => 1.0,
            i if i == count => 1.0,
            i if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let height = low + i as f64 * step;
        let far = (height - near) / sigma;
        let density = (-0.5 * far * far).exp() / (sigma * (2.0 * PI).sqrt());
        along(from.0, sigma, height, side > 0.0, weight * step / 3.0 * density, all);
    }
}

/// Adds `share` of each region's part of the line at `height` above or below the x axis.
fn along(x: f64, sigma: f64, height: f64, above: bool, share: f64, all: &mut Regions) {
    let tail = |edge: f64| 0.5 * erfc((edge - x) / (sigma * 2f64.sqrt()));
    // From the y axis outwards: the outer point on it, the inner one, the outer one on the x axis.
    let (top, right) = if height < MEETING {
        ((ROOT_3 * height - OUTER).max(0.0), (OUTER + height) / ROOT_3)
    } else {
        (height, height)
    };
    let [from_left, from_pole, to_pole, to_right] = [-right, -top, top, right].map(tail);
    let (far_right, inner_right) = (to_right, to_pole - to_right);
    let (far_left, inner_left) = (1.0 - from_left, from_left - from_pole);
    let middle = from_pole - to_pole;
    let (upper_right, upper_left, pole) = if above { (0, 1, 1) } else { (3, 2, 3) };
    all[0][upper_right] += share * inner_right;
    all[0][upper_left] += share * inner_left;
    all[1][0] += share * far_right;
    all[1][2] += share * far_left;
    all[1][pole] += share * middle;
}
