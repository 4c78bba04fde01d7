//! The iterated hard-decision codes as the registry offers them: sizes, delays, and blocks there and
//! back through the traits, as bits and as log-likelihood ratios.

use otn_fec::bits;
use otn_fec::code::{Input, Received};
use otn_fec::registry::{Entry, find};

const NAMES: [&str; 3] = ["g975.1-i3", "g975.1-i7", "staircase"];

fn entry(name: &str) -> &'static Entry {
    find(name).unwrap_or_else(|| panic!("{name} is not in the registry"))
}

#[test]
fn entries_say_what_their_codes_are() {
    for name in NAMES {
        let entry = entry(name);
        let code = (entry.code)();
        assert_eq!((entry.block, entry.input), (code.block(), Input::Hard), "{name}");
        let delay = code.decoder().delay();
        assert_eq!(entry.latency_bits, (delay + 1) * entry.block.coded, "{name}");
    }
    for name in ["g975.1-i3", "staircase"] {
        let block = entry(name).block;
        assert_eq!(block.information * 255, block.coded * 239, "{name} has the 7 % of G.709");
    }
    assert!((entry("g975.1-i7").block.overhead() - 0.0657).abs() < 1e-4);
}

#[test]
fn blocks_come_back_with_a_few_errors_as_bits_and_as_ratios() {
    for name in NAMES {
        let code = (entry(name).code)();
        let size = code.block();
        let (mut encoder, mut of_bits, mut of_ratios) =
            (code.encoder(), code.decoder(), code.decoder());
        let delay = of_bits.delay();
        let mut sent = Vec::new();
        for n in 0..delay + 3 {
            let mut information: Vec<u8> = (0..bits::octets(size.information))
                .map(|at| (at * (2 * n + 3) + at / 251 + n) as u8)
                .collect();
            for beyond in size.information..8 * information.len() {
                bits::set(&mut information, beyond, false);
            }
            let mut coded = vec![0; bits::octets(size.coded)];
            encoder.encode(&information, &mut coded);
            sent.push(information);
            for error in 0..size.coded / 2000 {
                bits::flip(&mut coded, 2000 * error + (error * error + n) % 2000);
            }
            let ratio = |at| if bits::get(&coded, at) { -1.5 } else { 0.5 };
            let ratios: Vec<f32> = (0..size.coded).map(ratio).collect();
            let mut out = vec![0xFF; sent[n].len()];
            let mut same = out.clone();
            let outcome = of_bits.decode(Received::Bits(&coded), &mut out);
            assert_eq!(of_ratios.decode(Received::Llr(&ratios), &mut same), outcome);
            assert!(out == same, "{name}");
            if n >= delay {
                assert!(out == sent[n - delay], "{name}, block {n}");
                assert_eq!(outcome.uncorrectable, 0);
                assert_eq!(outcome.corrected_bits, (size.coded / 2000) as u64);
            }
        }
    }
}
