//! The engine against sums over all error patterns and against closed forms.

use super::super::channel::{Channel, Likelihood};
use super::super::hamming::Hamming;
use super::super::uncoded::Uncoded;
use super::*;
use crate::registry::find;
use crate::theory::bounded::BoundedDistance;
use crate::theory::modulation::Modulation;

fn point(code: &dyn Code, p: f64, seed: u64) -> Point<'_> {
    Point { code, channel: Channel::BinarySymmetric.at(p).unwrap(), seed }
}

/// Runs blocks from 0 on, cut into pieces.
fn run(point: Point<'_>, blocks: u64, piece: u64) -> Tally {
    let mut worker = Worker::new(point);
    let mut total = Tally::default();
    let mut from = 0;
    while from < blocks {
        let to = (from + piece).min(blocks).min(worker.units.end(from));
        total.add(&worker.run(from..to));
        from = to;
    }
    total
}

/// All 128 error patterns of Hamming(7,4), each with its chance.
#[test]
fn a_small_code_fails_as_often_as_its_error_patterns_say() {
    let p = 0.03f64;
    let code = Hamming { delay: 0 };
    let (mut decoder, mut codeword, mut bit) = (code.decoder(), 0.0, 0.0);
    for pattern in 0u8..128 {
        let mut information = [0];
        decoder.decode(Received::Bits(&[pattern << 1]), &mut information);
        let weight = pattern.count_ones() as i32;
        let chance = p.powi(weight) * (1.0 - p).powi(7 - weight);
        codeword += if information[0] > 0 { chance } else { 0.0 };
        bit += chance * f64::from(information[0].count_ones()) / 4.0;
    }
    let tally = run(point(&code, p, 1), 400_000, 10_000);
    assert!(tally.codeword_interval(0.999).contains(codeword), "{tally:?} {codeword}");
    assert!(tally.bit_interval(0.999).contains(bit), "{bit}");
    let wrong = tally.channel_error_rate();
    assert!((wrong / p - 1.0).abs() < 0.02, "{wrong}");
    assert_eq!(tally.undetected, tally.codeword_errors, "a perfect code sees no failure");
}

#[test]
fn the_cut_into_pieces_changes_nothing_with_memory_or_without() {
    for delay in [0, 1, 3] {
        let code = Hamming { delay };
        let whole = run(point(&code, 0.05, 7), 3_000, u64::MAX / 2);
        assert_eq!(whole.codewords, 3_000);
        assert_eq!(whole.coded_bits, 21_000);
        for piece in [1_000, 137] {
            assert_eq!(run(point(&code, 0.05, 7), 3_000, piece), whole, "{delay} {piece}");
        }
        assert_ne!(run(point(&code, 0.05, 8), 3_000, 3_000), whole);
    }
}

#[test]
fn a_code_with_memory_is_run_in_units_and_fails_as_often() {
    struct Long(Hamming);
    impl Code for Long {
        fn block(&self) -> crate::code::BlockSize {
            self.0.block()
        }
        fn input(&self) -> Input {
            Input::Hard
        }
        fn encoder(&self) -> Box<dyn Encoder> {
            self.0.encoder()
        }
        fn decoder(&self) -> Box<dyn Decoder> {
            self.0.decoder()
        }
    }
    let long = Long(Hamming { delay: 10_000 });
    assert_eq!(Units::of(&long), Units { blocks: 160_000, memory: 10_000 });
    let tally = run(point(&long, 0.03, 1), 160_000, u64::MAX / 2);
    // Two errors or more in seven bits: 1 - 0.97^7 - 7 * 0.03 * 0.97^6.
    let chance = 1.0 - 0.97f64.powi(7) - 0.21 * 0.97f64.powi(6);
    let all_seven = tally.codeword_interval(0.999);
    // A few patterns of weight three and more spoil parity only.
    assert!(all_seven.low < chance && all_seven.high > 0.9 * chance, "{all_seven:?} {chance}");
}

/// The closed form of Reed-Solomon: sums of binomials that know nothing of the decoder.
#[test]
fn rs_255_239_fails_as_often_as_the_closed_form_says() {
    let theory = BoundedDistance::of("rs255-239").unwrap();
    let code = (find("rs255-239").unwrap().code)();
    for (p, codewords) in [(2e-3, 6_000), (1e-3, 40_000)] {
        let tally = run(point(&*code, p, 1), codewords, codewords);
        let expected = theory.error_ratios(p);
        let found = tally.codeword_interval(0.99);
        assert!(found.contains(expected.codeword), "{p}: {found:?} {expected:?}");
        assert!(tally.bit_interval(0.99).contains(expected.bit), "{p}: {expected:?}");
        assert_eq!(tally.reported + tally.undetected, tally.codeword_errors);
    }
}

/// BCH codes alone, each where one word in a hundred or so fails.
#[test]
fn bch_codes_fail_as_often_as_the_closed_form_says() {
    for (name, p, codewords) in [
        ("bch-3860-3824", 2e-4, 60_000),
        ("bch-2040-1930", 2.5e-3, 20_000),
        ("bch-1022-990", 1e-3, 60_000),
    ] {
        let theory = BoundedDistance::of(name).unwrap();
        let entry = find(name).unwrap();
        assert_eq!(theory.symbols as usize, entry.block.coded);
        let checks = theory.miscorrection.unwrap().checks as usize;
        assert_eq!(checks, entry.block.coded - entry.block.information);
        let code = (entry.code)();
        let tally = run(point(&*code, p, 1), codewords, codewords);
        let expected = theory.error_ratios(p);
        let found = tally.codeword_interval(0.99);
        assert!(tally.codeword_errors > 100, "{name}: {}", tally.codeword_errors);
        assert!(found.contains(expected.codeword), "{name}: {found:?} {expected:?}");
        let bits = tally.bit_interval(0.99);
        assert!(bits.contains(expected.bit), "{name}: {bits:?} {expected:?}");
    }
}

#[test]
fn a_failed_block_comes_back_as_it_was() {
    for delay in [0, 2] {
        let code = Hamming { delay };
        let point = point(&code, 0.1, 3);
        let tally = run(point, 500, 500);
        assert!(tally.failures.len() > 20);
        for failure in &tally.failures {
            let frame = replay(point, failure.block);
            let wrong = places(&frame.information, &frame.decoded, 4);
            assert_eq!(wrong.len() as u64, failure.bit_errors, "{delay} {failure:?}");
            assert!(places(&frame.sent, &frame.received, 7).len() > 1);
        }
    }
}

#[test]
fn without_a_code_the_channel_is_seen() {
    let tally = run(point(&Uncoded, 1e-3, 1), 1_000, 1_000);
    assert_eq!(tally.bit_errors, tally.channel_errors);
    assert!(tally.bit_interval(0.999).contains(1e-3));
    assert_eq!(tally.histogram.values().sum::<u64>(), tally.codeword_errors);
}

/// Codes with memory or soft input: no error is counted well below the threshold, and errors are
/// far above it. Of oFEC no block of the weaker first steps is counted: its warm-up is the delay of
/// its decoder, which is longer than they last.
#[test]
fn codes_with_memory_and_soft_input_run_in_the_engine() {
    for (name, below, above, blocks) in [
        ("staircase", 3e-3, 1.5e-2, 4),
        ("g975.1-i3", 2e-3, 2e-2, 20),
        ("ofec", 1.2e-2, 5e-2, 12),
        ("cfec", 8e-3, 4e-2, 1),
    ] {
        let code = (find(name).unwrap().code)();
        let memory = Units::of(&*code).memory;
        assert!(memory > 0, "{name}");
        let noise = Channel::Noise { modulation: Modulation::Qpsk, likelihood: Likelihood::Exact };
        let channel = if code.input() == Input::Soft { noise } else { Channel::BinarySymmetric };
        let of = |p: f64| Point { code: &*code, channel: channel.at(p).unwrap(), seed: 1 };
        let clean = run(of(below), blocks, blocks);
        assert_eq!((clean.codewords, clean.codeword_errors), (blocks, 0), "{name}: {clean:?}");
        let ratio = clean.channel_error_rate() / below;
        assert!((0.8..1.2).contains(&ratio), "{name}: {ratio}");
        let lost = run(of(above), blocks, blocks);
        assert_eq!((lost.codewords, lost.codeword_errors), (blocks, blocks), "{name}");
        // Nothing is gained, and blocks are compared with the right ones: not half of the bits.
        assert!((0.1 * above..3.0 * above).contains(&lost.bit_error_rate()), "{name}: {lost:?}");
    }
    let delay = Units::of(&*(find("ofec").unwrap().code)()).memory;
    assert!(delay > 10, "the first ten steps are weaker: {delay}");
}
