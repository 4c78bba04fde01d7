//! The channels make the errors they are set to, and their ratios tell the truth.

use super::*;
use crate::simulate::streams::Streams;
use crate::theory::gaussian::decibels;

const LENGTH: usize = 60_000;

/// Wrong bits over many blocks, and the blocks.
fn carried(channel: Channel, value: f64, soft: bool, blocks: u64) -> Vec<(Vec<u8>, Reception)> {
    let set = channel.at(value).unwrap();
    let streams = Streams::new(5, &channel.name(), value);
    let mut all = Vec::new();
    for block in 0..blocks {
        let mut generator = streams.stream(block);
        let mut sent = alloc::vec![0; LENGTH / 8];
        generator.fill_bytes(&mut sent);
        let mut out = Reception::default();
        set.carry(&sent, LENGTH, soft, &mut generator, &mut out);
        let different: u32 = sent.iter().zip(&out.bits).map(|(a, b)| (a ^ b).count_ones()).sum();
        assert_eq!(u64::from(different), out.wrong);
        assert_eq!(out.llr.len(), if soft { LENGTH } else { 0 });
        all.push((sent, out));
    }
    all
}

fn noise(modulation: Modulation, likelihood: Likelihood) -> Channel {
    Channel::Noise { modulation, likelihood }
}

#[test]
fn every_channel_makes_the_errors_it_is_set_to() {
    let bursts = Channel::GilbertElliott { burst_bits: 50.0, bad: 0.3, good: 1e-4 };
    let mut cases = alloc::vec![
        (Channel::BinarySymmetric, 3e-3, 1.0),
        (Channel::BinarySymmetric, 0.5, 1.0),
        (Channel::Erasures, 0.02, 0.5),
        (Channel::Erasures, 1.0, 0.5),
        (bursts, 5e-3, 1.0),
    ];
    for modulation in Modulation::ALL {
        for value in [1e-2, 0.1] {
            cases.push((noise(modulation, Likelihood::MaxLog), value, 1.0));
        }
    }
    for (channel, value, share) in cases {
        let blocks = 16;
        let wrong: u64 = carried(channel, value, false, blocks).iter().map(|(_, r)| r.wrong).sum();
        let expected = value * share * LENGTH as f64 * blocks as f64;
        // Six deviations; those of bursts are wider by about the wrong bits of a burst.
        let spread = if channel == bursts { 2.0 * 50.0 * 0.3 } else { 1.0 };
        let deviation = libm::sqrt(expected * spread);
        assert!((wrong as f64 - expected).abs() < 6.0 * deviation, "{channel:?} {value} {wrong}");
    }
}

/// Of the ratios of a value near L, a share of 1 / (1 + e^L) are wrong: that is what they mean.
#[test]
fn exact_ratios_tell_the_truth_about_their_bits() {
    for modulation in Modulation::ALL {
        let mut bins = [(0u32, 0u32, 0f64); 4];
        for (sent, out) in carried(noise(modulation, Likelihood::Exact), 0.08, true, 8) {
            for (at, ratio) in out.llr.iter().enumerate() {
                let Some(bin) = bins.get_mut(ratio.abs() as usize) else { continue };
                bin.0 += 1;
                bin.1 += u32::from(bits::get(&sent, at) != (*ratio < 0.0));
                bin.2 += 1.0 / (1.0 + libm::exp(f64::from(ratio.abs())));
            }
        }
        for (count, wrong, expected) in bins {
            let deviation = libm::sqrt(expected);
            let far = (f64::from(wrong) - expected).abs();
            assert!(count > 1000 && far < 6.0 * deviation, "{modulation:?} {wrong} {expected}");
        }
    }
}

#[test]
fn signs_of_max_log_ratios_are_the_decisions_and_one_bit_a_line_needs_no_sum() {
    for modulation in Modulation::ALL {
        for (_, out) in carried(noise(modulation, Likelihood::MaxLog), 0.05, true, 1) {
            for (at, ratio) in out.llr.iter().enumerate() {
                assert_eq!(bits::get(&out.bits, at), *ratio < 0.0, "{modulation:?} {at}");
            }
        }
    }
    // BPSK: the ratio is 2 y / sigma^2 = 4 Es/N0 y for levels of one.
    let set = noise(Modulation::Bpsk, Likelihood::Exact).at(0.01).unwrap();
    let mut generator = Streams::new(1, "x", 0.0).stream(0);
    let mut out = Reception::default();
    let zeros = [0; LENGTH / 8];
    set.carry(&zeros, LENGTH, true, &mut generator, &mut out);
    let mean: f64 = out.llr.iter().map(|&l| f64::from(l)).sum::<f64>() / LENGTH as f64;
    let es_n0 = Modulation::Bpsk.es_n0_db(0.01);
    assert!((decibels(mean / 4.0) - es_n0).abs() < 0.05, "{mean}");
}

#[test]
fn a_block_that_does_not_fill_its_last_symbol_is_whole() {
    for count in [1, 5, 7, 13] {
        for modulation in Modulation::ALL {
            let set = noise(modulation, Likelihood::Exact).at(1e-12).unwrap();
            let mut generator = Streams::new(1, "x", 0.0).stream(0);
            let mut out = Reception::default();
            set.carry(&[0xA5, 0x5A], count, true, &mut generator, &mut out);
            assert_eq!((out.llr.len(), out.bits.as_slice()), (count, &[0xA5, 0x5A][..]));
            for (at, ratio) in out.llr.iter().enumerate() {
                assert_eq!(bits::get(&[0xA5, 0x5A], at), *ratio < 0.0);
            }
        }
    }
}

#[test]
fn lost_bits_have_no_ratio_and_all_others_are_certain() {
    for (sent, out) in carried(Channel::Erasures, 0.1, true, 1) {
        let lost = out.llr.iter().filter(|&&ratio| ratio == 0.0).count() as f64;
        assert!((lost / LENGTH as f64 - 0.1).abs() < 0.01);
        for (at, &ratio) in out.llr.iter().enumerate().filter(|&(_, &ratio)| ratio != 0.0) {
            assert_eq!((ratio.abs(), ratio < 0.0), (CERTAIN, bits::get(&sent, at)));
        }
    }
}

/// Errors of a burst channel follow one another at the ratio of the bad state; those of the
/// symmetric one do not know of each other.
#[test]
fn bursts_are_bursts() {
    let followed = |channel, value| {
        let (mut pairs, mut errors) = (0u32, 0u32);
        for (sent, out) in carried(channel, value, false, 8) {
            let wrong = |at| bits::get(&sent, at) != bits::get(&out.bits, at);
            for at in (0..LENGTH - 1).filter(|&at| wrong(at)) {
                errors += 1;
                pairs += u32::from(wrong(at + 1));
            }
        }
        f64::from(pairs) / f64::from(errors)
    };
    let channel = Channel::GilbertElliott { burst_bits: 50.0, bad: 0.3, good: 0.0 };
    let in_bursts = followed(channel, 5e-3);
    assert!((in_bursts - 0.3 * 49.0 / 50.0).abs() < 0.04, "{in_bursts}");
    assert!(followed(Channel::BinarySymmetric, 5e-3) < 0.02);
}

#[test]
fn values_out_of_range_are_refused() {
    for bad in [-1e-9, 0.51, f64::NAN, f64::INFINITY] {
        assert!(Channel::BinarySymmetric.at(bad).is_err());
        assert!(noise(Modulation::Qpsk, Likelihood::Exact).at(bad).is_err());
    }
    let channel = Channel::GilbertElliott { burst_bits: 50.0, bad: 0.3, good: 1e-3 };
    let error = channel.at(1e-4).unwrap_err();
    assert_eq!((error.found, error.least, error.greatest), (1e-4, 1e-3, 0.1505));
}
