//! Patterns counted in other ways, planted in every code, and floors held against plain simulation.

use std::collections::BTreeSet;

use super::small::SmallProduct;
use super::*;
use crate::bch::Parameters;
use crate::registry::find;
use crate::simulate::engine::{Point, Worker};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

fn different(patterns: &StallPatterns, draws: u32) -> BTreeSet<Vec<Place>> {
    let mut generator = ChaCha8Rng::seed_from_u64(1);
    let one = |_| {
        let mut drawn = patterns.draw(&mut generator);
        drawn.sort_unstable();
        drawn
    };
    (0..draws).map(one).collect()
}

/// Enough draws bring every pattern and nothing else, each pattern once in the count.
#[test]
fn all_patterns_of_small_codes_are_drawn_and_counted() {
    let product = StallPatterns::Product { sides: (5, 4), information: (4, 2), wrong: (2, 3) };
    assert_eq!((product.count(), product.bits()), (40.0, 6));
    assert_eq!(different(&product, 1_000).len(), 40);
    let column = vec![2, 0, 1];
    let staircase =
        StallPatterns::Staircase { rows: 4, information: 2, lines: 2, column, alone: 1 };
    // Three pairs of words; of the 21 pairs of 4 rows and 3 columns, 3 lie in the next block.
    assert_eq!((staircase.count(), staircase.bits()), (54.0, 4));
    let drawn = different(&staircase, 4_000);
    assert_eq!(drawn.len(), 54);
    for pattern in drawn {
        // Every word that crosses a pattern has two of its bits: rows, and columns with the rows
        // of the next block.
        let row_of = |column: usize| [2, 3, 1][column];
        let mut words = std::collections::BTreeMap::<(usize, usize), u32>::new();
        for Place { block, at, .. } in pattern {
            *words.entry((block, at / 3)).or_default() += 1;
            *words.entry((block + 1, row_of(at % 3))).or_default() += 1;
        }
        assert!(words.values().all(|&bits| bits == 2), "{words:?}");
    }
}

/// Each of 18 patterns once in 18: chi-square of 17 degrees of freedom is below 41 in 99.9 %.
#[test]
fn patterns_are_drawn_equally_often() {
    let patterns = StallPatterns::Product { sides: (4, 3), information: (4, 3), wrong: (2, 2) };
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    let mut seen = std::collections::BTreeMap::<Vec<Place>, f64>::new();
    for _ in 0..18_000 {
        let mut drawn = patterns.draw(&mut generator);
        drawn.sort_unstable();
        *seen.entry(drawn).or_default() += 1.0;
    }
    let chi_square: f64 = seen.values().map(|n| (n - 1_000.0) * (n - 1_000.0) / 1_000.0).sum();
    assert!(seen.len() == 18 && chi_square < 41.0, "{chi_square}");
}

/// The patterns of I.3 as the coefficient of z^11 in the product of what each outer word and the
/// parity can have: none, or four and more; any number.
#[test]
fn patterns_of_i3_are_those_of_their_generating_function() {
    let times = |a: &[f64], b: &[f64]| {
        let mut product = [0.0; 12];
        for (i, a) in a.iter().enumerate() {
            for (j, b) in b.iter().enumerate().take(12 - i) {
                product[i + j] += a * b;
            }
        }
        product
    };
    let mut expected = 0.0;
    for inner in 0..16 {
        let mut sizes = [0; 64];
        let mut parity = 0;
        for position in 0..2040 {
            match crate::g975_1_i3::outer_word(inner, position) {
                Some((age, word)) => sizes[8 * age + word] += 1,
                None => parity += 1,
            }
        }
        assert_eq!(parity, 110);
        let of = |n: i32, least: u32| -> Vec<f64> {
            let some = |k| if k == 0 || k >= least { choose(n.into(), k) } else { 0.0 };
            (0..12).map(some).collect()
        };
        let outer = sizes.iter().fold(vec![1.0], |product, &n| times(&product, &of(n, 4)).to_vec());
        // All in the parity: no information is wrong.
        expected += times(&outer, &of(110, 0))[11] - choose(110.0, 11);
    }
    let found = StallPatterns::of("g975.1-i3").unwrap();
    assert!((found.count() / expected - 1.0).abs() < 1e-9, "{} {expected}", found.count());
    assert_eq!(found.bits(), 11);
}

/// Without other errors every pattern stays, and every pattern less one bit is corrected.
//= type=test arxiv1201.4106:planted-patterns
#[test]
fn patterns_stall_and_those_with_a_bit_left_out_do_not() {
    for (name, trials) in [("g975.1-i7", 12), ("staircase", 8), ("g975.1-i3", 30)] {
        let (code, patterns) = ((find(name).unwrap().code)(), StallPatterns::of(name).unwrap());
        let planted = |out| Planting::new(&*code, &patterns, 0.0, out, 1).unwrap().run(0..trials);
        let full = planted(0);
        assert_eq!((full.left, full.weight), (trials, trials as f64), "{name}");
        if patterns.most_left_out() > 0 {
            assert_eq!(planted(1).left, 0, "{name}");
        }
    }
}

/// Where both reach, the estimate is what plain simulation finds: a product of extended Hamming
/// codes, where nearly all that is left is one pattern. A third of them are completed by the decoder,
/// which takes three errors in a word for one.
//= type=test arxiv1201.4106:planted-patterns
#[test]
fn the_floor_of_a_small_product_is_that_of_plain_simulation() {
    let code = SmallProduct::new(Parameters { field: 0x25, t: 1, n: 31, extension: 3 });
    let (patterns, p) = (code.patterns(), 6e-3);
    let channel = Channel::BinarySymmetric.at(p).unwrap();
    let tally = Worker::new(Point { code: &code, channel, seed: 1 }).run(0..100_000);
    let part = |out, trials| {
        let planted = Planting::new(&code, &patterns, p, out, 1).unwrap().run(0..trials);
        planted.rates(&patterns, code.block(), p, 0.995)
    };
    let (full, one_less) = (part(0, 4_000), part(1, 40_000));
    let pairs = [tally.codeword_interval(0.99), tally.bit_interval(0.99)];
    for (n, simulated) in pairs.into_iter().enumerate() {
        let all = full[n].plus(one_less[n]);
        // Neither interval is so wide that it would say nothing.
        assert!(simulated.high < 3.0 * simulated.low && all.interval.high < 1.6 * all.interval.low);
        assert!(simulated.contains(all.rate), "{simulated:?} {all:?}");
        assert!(simulated.low < all.interval.high && all.interval.low < simulated.high);
    }
}

/// Patterns of I.3 overlap, as its parity has so many bits: their sum of chances is more than the
/// chance of any, and weights make up for it.
#[test]
fn weights_make_up_for_patterns_that_share_bits() {
    let (code, patterns) =
        ((find("g975.1-i3").unwrap().code)(), StallPatterns::of("g975.1-i3").unwrap());
    let planted = Planting::new(&*code, &patterns, 2e-3, 0, 1).unwrap().run(0..60);
    assert!(planted.left > 50 && planted.weight < planted.left as f64, "{planted:?}");
    let share = planted.share(0.95);
    assert!(share.interval.contains(share.rate) && share.rate < 1.0);
}

#[test]
fn parts_of_a_run_make_the_whole() {
    let code = SmallProduct::new(Parameters { field: 0x25, t: 1, n: 31, extension: 3 });
    let patterns = code.patterns();
    let planting = Planting::new(&code, &patterns, 6e-3, 0, 1).unwrap();
    let mut sum = planting.run(0..70);
    sum.add(&planting.run(70..200));
    assert_eq!(sum, planting.run(0..200));
    assert!(Planting::new(&code, &patterns, 0.7, 0, 1).is_err());
}
