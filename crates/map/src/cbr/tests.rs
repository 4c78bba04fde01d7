//! CBR mappings against the columns of the figures, with damaged JC, and under clock offsets.

use super::*;
use otn_frame::OduFrame;
use proptest::prelude::*;
use std::vec::Vec;

const ALL: [Container; 3] = [Container::Opu1, Container::Opu2, Container::Opu3];

/// A frame of counting client octets, and how many there were.
fn counting(container: Container, justification: Justification) -> (OduFrame, usize) {
    let mut frame = OduFrame::zeroed();
    for row in frame.rows_mut() {
        row[14..].fill(0xEE);
    }
    let mut n = 0usize;
    map(container, justification, &mut frame, |out| {
        for octet in out {
            *octet = (n % 251) as u8 + 1;
            n += 1;
        }
    });
    (frame, n)
}

/// Conformance case 32, and the other containers.
//= type=test g709:17.2-fixed-stuff
//= type=test g709:17.2-cbr-columns
#[test]
fn data_and_stuff_sit_in_the_columns_of_the_figures() {
    let sizes = [15_232, 15_232 - 64, 15_232 - 128];
    for (container, size) in ALL.into_iter().zip(sizes) {
        assert_eq!(container.octets(), size);
        let (frame, n) = counting(container, Justification::None);
        assert_eq!(n, size);
        let stuffed = |column: usize| match container {
            Container::Opu1 => false,
            Container::Opu2 => (1905..=1920).contains(&column),
            Container::Opu3 => (1265..=1280).contains(&column) || (2545..=2560).contains(&column),
        };
        let mut expected = 0usize;
        for row in frame.rows() {
            for column in 17..=3824 {
                let octet = row[column - 1];
                if stuffed(column) {
                    assert_eq!(octet, 0, "column {column}");
                } else {
                    assert_eq!(octet, (expected % 251) as u8 + 1, "column {column}");
                    expected += 1;
                }
            }
        }
        assert_eq!(frame.octet(NJO), 0);
    }
}

//= type=test g709:17.2-jc-codes
#[test]
fn njo_and_pjo_carry_what_the_code_says() {
    for container in ALL {
        let (none, n) = counting(container, Justification::None);
        let (more, more_n) = counting(container, Justification::Negative);
        let (less, less_n) = counting(container, Justification::Positive);
        assert_eq!((more_n, less_n), (n + 1, n - 1));
        assert_eq!([&none, &more, &less].map(|f| f.octet(JC2)), [0, 1, 3]);
        assert_eq!((none.octet(NJO), less.octet(NJO)), (0, 0));
        assert!(more.octet(NJO) != 0);
        assert_eq!(less.rows()[3][16], 0, "the PJO is stuff");
        assert!(none.rows()[3][16] != 0 && more.rows()[3][16] != 0);
    }
}

//= type=test g709:17.2-majority
#[test]
fn two_of_three_jc_octets_decide_and_reserved_bits_do_not_count() {
    for a in 0..4u8 {
        for b in 0..4u8 {
            for c in 0..4u8 {
                let code = match (a == b, a == c, b == c) {
                    (true, ..) | (_, true, _) => a,
                    (.., true) => b,
                    _ => 0,
                };
                let expected = match code {
                    1 => Justification::Negative,
                    3 => Justification::Positive,
                    _ => Justification::None,
                };
                let jc = [a, b | 0xFC, c | 0x30];
                assert_eq!(Justification::vote(jc), expected, "{a} {b} {c}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Client octets come back whatever the clocks do within tolerance, with one JC octet damaged
    /// in every frame.
    #[test]
    fn client_octets_come_back_under_clock_offsets(
        ppm in -45i64..=45, which in 0usize..3, frames in 5u64..60, seed in any::<u8>(),
    ) {
        let container = ALL[which];
        let mut justifier = Justifier::new(container);
        let size = container.octets() as u64;
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        let mut n = u64::from(seed);
        let mut justified = 0i64;
        for f in 1..=frames {
            let come = ((i128::from(f * size)) * (1_000_000 + i128::from(ppm)) / 1_000_000) as u64;
            let justification = justifier.next(come);
            justified += i64::from(justification.octets());
            let mut frame = OduFrame::zeroed();
            map(container, justification, &mut frame, |out| {
                for octet in out.iter_mut() {
                    *octet = (n.wrapping_mul(0x9E37_79B9) >> 24) as u8;
                    n += 1;
                }
                sent.extend_from_slice(out);
            });
            let field = [JC1, JC2, JC3][f as usize % 3];
            frame.set_octet(field, frame.octet(field) ^ 0x03);
            let seen = demap(container, &frame, |part| received.extend_from_slice(part));
            prop_assert_eq!(seen, justification);
        }
        prop_assert!(sent == received);
        // No more than one octet behind or ahead of the client.
        let come = (i128::from(frames * size)) * (1_000_000 + i128::from(ppm)) / 1_000_000;
        let behind = come - i128::from(frames * size) - i128::from(justified);
        prop_assert!((-1..=1).contains(&behind), "{behind}");
    }
}

/// Whatever is no client octet is stuff: 4 x 3808 octets and the NJO, less those of the client.
//= type=test g709:17.2-fixed-stuff
#[test]
fn stuff_that_is_not_zero_is_counted_and_data_is_not() {
    for container in ALL {
        for justification in [Justification::None, Justification::Negative, Justification::Positive]
        {
            let (clean, data) = counting(container, justification);
            assert_eq!(nonzero_stuff(container, &clean, justification), 0);
            let mut full = clean.clone();
            full.rows_mut().iter_mut().for_each(|row| row[16..].fill(0xFF));
            full.set_octet(NJO, 0xFF);
            let stuff = (4 * 3808 + 1 - data) as u64;
            assert_eq!(nonzero_stuff(container, &full, justification), stuff, "{container:?}");
        }
    }
}
