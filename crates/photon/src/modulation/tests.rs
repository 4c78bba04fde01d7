//! The formulas against numeric integration over the regions of nearest points.

use super::*;

/// A constellation: points and labels.
fn points(format: Modulation) -> Vec<(f64, f64, u8)> {
    // Gray labels of levels in a row.
    let gray = |level: u8| level ^ (level / 2);
    let square = |side: u8| {
        let mut all = Vec::new();
        for i in 0..side {
            for j in 0..side {
                let place = |k: u8| 2.0 * f64::from(k) - f64::from(side - 1);
                all.push((place(i), place(j), gray(i) * side + gray(j)));
            }
        }
        all
    };
    match format {
        Modulation::Bpsk => vec![(-1.0, 0.0, 0), (1.0, 0.0, 1)],
        Modulation::Qpsk => square(2),
        Modulation::Qam16 => square(4),
        Modulation::Qam64 => square(8),
        Modulation::Qam8 => {
            // The labels with the fewest differing bits between neighbours, found by trying all.
            let far = 1.0 + 3f64.sqrt();
            vec![
                (1.0, 1.0, 0),
                (-1.0, 1.0, 1),
                (-1.0, -1.0, 2),
                (1.0, -1.0, 6),
                (far, 0.0, 4),
                (0.0, far, 5),
                (-far, 0.0, 3),
                (0.0, -far, 7),
            ]
        }
        Modulation::Qam32 => {
            let mut all = Vec::new();
            for (row, labels) in CROSS_LABELS.iter().enumerate() {
                for (column, label) in labels.iter().enumerate() {
                    if let Some(label) = label {
                        all.push((CROSS_LEVELS[column], -CROSS_LEVELS[row], *label));
                    }
                }
            }
            all
        }
    }
}

/// Which point is the nearest along the line at `x`: intervals of y and the point, from below up.
fn nearest(points: &[(f64, f64, u8)], x: f64) -> Vec<(f64, f64, usize)> {
    // Squared distances differ by straight lines in y: the lower envelope, followed upwards.
    let line = |k: usize| {
        let (a, b, _) = points[k];
        ((x - a).powi(2) + b * b, -2.0 * b)
    };
    let first = (0..points.len())
        .min_by(|&k, &l| {
            let (p, q) = (line(k), line(l));
            q.1.total_cmp(&p.1).then(p.0.total_cmp(&q.0))
        })
        .unwrap();
    let (mut current, mut from, mut all) = (first, f64::NEG_INFINITY, Vec::new());
    loop {
        let here = line(current);
        let crossing = |k: usize| (line(k).0 - here.0) / (here.1 - line(k).1);
        let next = (0..points.len())
            .filter(|&k| line(k).1 < here.1)
            .min_by(|&k, &l| crossing(k).total_cmp(&crossing(l)));
        let to = next.map_or(f64::INFINITY, crossing);
        all.push((from, to, current));
        let Some(next) = next else { return all };
        (current, from) = (next, to);
    }
}

/// Error ratio of the bits by integration: exact in y, trapezoid in x over a turned constellation, so that no
/// border of a region runs along y.
fn integrated(format: Modulation, gsnr_db: f64) -> f64 {
    let turn = 0.3f64;
    let flat = points(format);
    let turned: Vec<(f64, f64, u8)> = flat
        .iter()
        .map(|&(x, y, l)| (x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos(), l))
        .collect();
    let count = flat.len() as f64;
    let energy = flat.iter().map(|(x, y, _)| x * x + y * y).sum::<f64>() / count;
    let sigma = (energy / (2.0 * linear(gsnr_db))).sqrt();
    let reach = turned.iter().map(|p| p.0.abs()).fold(0.0, f64::max) + 8.0 * sigma;
    let step = sigma / 40.0;
    let mut wrong = 0.0;
    let steps = (2.0 * reach / step) as usize;
    for i in 0..=steps {
        let x = -reach + i as f64 * step;
        for (from, to, decided) in nearest(&turned, x) {
            for &(a, b, sent) in &turned {
                let bits = f64::from((sent ^ turned[decided].2).count_ones());
                let far = ((x - a) / sigma).abs();
                if bits == 0.0 || far > 8.0 {
                    continue;
                }
                let above = |y: f64| 0.5 * erfc((y - b) / (sigma * 2f64.sqrt()));
                wrong += bits * (above(from) - above(to)) * (-0.5 * far * far).exp();
            }
        }
    }
    let density = step / (sigma * (2.0 * core::f64::consts::PI).sqrt());
    wrong * density / (count * f64::from(format.bits()))
}

#[test]
//= type=test choyoon2002:square-qam
fn square_formats_are_exact() {
    for format in [Modulation::Bpsk, Modulation::Qpsk, Modulation::Qam16, Modulation::Qam64] {
        for gsnr_db in [-3.0, 4.0, 9.0, 14.0] {
            let expected = integrated(format, gsnr_db);
            if expected < 1e-12 {
                continue;
            }
            let found = format.bit_error_ratio(gsnr_db);
            // The trapezoid over kinks leaves about the square of a fortieth, in parts of it.
            assert!(
                (found / expected - 1.0).abs() < 2e-4,
                "{format:?} {gsnr_db}: {found} {expected}"
            );
        }
    }
}

#[test]
//= type=test proakis:star-qam
//= type=test smith1975:cross-qam
fn the_other_formats() {
    for gsnr_db in [4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0] {
        let star = integrated(Modulation::Qam8, gsnr_db);
        let off = Modulation::Qam8.bit_error_ratio(gsnr_db) / star - 1.0;
        if star > 1e-12 {
            assert!(off.abs() < 2e-4, "8QAM {gsnr_db} {star}: {off}");
        }
        let cross = integrated(Modulation::Qam32, gsnr_db);
        let off = Modulation::Qam32.bit_error_ratio(gsnr_db) / cross - 1.0;
        if cross > 1e-12 {
            assert!(off.abs() < 2e-4, "32QAM {gsnr_db} {cross}: {off}");
        }
    }
}

/// Textbook values: BPSK has 1e-3 at 6.79 dB and QPSK at 9.80 dB.
#[test]
fn thresholds() {
    let bpsk = Modulation::Bpsk.required_gsnr_bw_db(1e-3).unwrap();
    let qpsk = Modulation::Qpsk.required_gsnr_bw_db(1e-3).unwrap();
    assert!((bpsk - 6.79).abs() < 5e-3 && (qpsk - bpsk - 3.0103).abs() < 1e-4, "{bpsk} {qpsk}");
    for format in Modulation::ALL {
        let gsnr_db = format.required_gsnr_bw_db(2e-2).unwrap();
        assert!((format.bit_error_ratio(gsnr_db) / 2e-2 - 1.0).abs() < 1e-9);
        let in_01nm = gsnr_db + db(32e9 / REFERENCE_BANDWIDTH_HZ);
        assert!((format.bit_error_ratio_01nm(in_01nm, 32e9) / 2e-2 - 1.0).abs() < 1e-9);
        assert_eq!(format.required_gsnr_bw_db(0.5), None);
        assert_eq!(format.required_gsnr_bw_db(f64::NAN), None);
        assert_eq!(format.bit_error_ratio(f64::INFINITY), 0.0);
        assert!(format.bit_error_ratio(f64::NEG_INFINITY) > 0.3);
    }
}

#[test]
fn the_cross_has_its_energy_and_labels() {
    let all = points(Modulation::Qam32);
    let energy = all.iter().map(|(x, y, _)| x * x + y * y).sum::<f64>() / 32.0;
    assert_eq!((all.len(), energy), (32, 20.0));
    let mut labels: Vec<u8> = all.iter().map(|p| p.2).collect();
    labels.sort_unstable();
    assert_eq!(labels, (0..32).collect::<Vec<u8>>());
    let mut differing = 0;
    for p in &all {
        for q in &all {
            if (p.0 - q.0).powi(2) + (p.1 - q.1).powi(2) == 4.0 {
                differing += (p.2 ^ q.2).count_ones();
            }
        }
    }
    assert_eq!(differing, 120);
}
