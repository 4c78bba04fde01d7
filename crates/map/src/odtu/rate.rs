//! Bit rates of the ODTU, the slots an ODUj needs, and the ODUj that a count stands for.
//!
//! Clauses: G.709 7.3 (table 7-7), 19.6. In: structures and counts. Out: exact ratios, signals.

use otn_frame::layout::ODU_OCTETS;
use otn_frame::{FlexRate, Ratio, Signal};

use super::msi::Odtu;
use super::slots::Slots;
use crate::gmp::{Count14, GmpServer};

/// Nominal bit rate of the payload of an ODTU of `count` slots, NJO included where it has one.
//= g709:7.3-odtu-rates
pub fn payload_rate(slots: Slots, kind: Odtu, count: usize) -> Ratio {
    let opportunities = if kind == Odtu::Ts { 0 } else { count };
    let octets = slots.rounds() * slots.count() * count + opportunities;
    let odu = slots.odu().bit_rate();
    let whole = (slots.count() * ODU_OCTETS) as u128;
    Ratio::new(odu.num * octets as u128, odu.den * whole)
}

/// The ODTUk.ts of `count` slots as a server of GMP.
//= g709:7.3-multiframe-periods
pub fn server(slots: Slots, count: usize) -> GmpServer {
    let odu = slots.odu();
    let rate = odu.bit_rate();
    let bits = (slots.count() * ODU_OCTETS * 8) as u128;
    GmpServer {
        blocks: (slots.rounds() * slots.count()) as u32,
        m: 8 * count as u32,
        rate: Ratio::new(rate.num, rate.den * bits),
        tolerance: odu.tolerance(),
    }
}

/// Slots that an ODUj takes in this structure; `None` where it does not fit.
//= g709:19.6-slots-needed
pub fn slots_needed(slots: Slots, odu: Signal) -> Option<usize> {
    let kind = Odtu::carrying(slots, odu)?;
    if let Some(count) = kind.slots(slots) {
        return Some(count);
    }
    (1..=slots.count()).find(|&count| {
        let server = server(slots, count);
        server.range(odu.bit_rate(), odu.tolerance(), server.m).ceil() <= server.blocks.into()
    })
}

/// ODUj of a fixed rate that GMP may carry.
const FIXED: [Signal; 5] = [Signal::Odu0, Signal::Odu1, Signal::Odu2, Signal::Odu2e, Signal::Odu3];

/// The ODUj that an ODTUk.ts of `count` slots carries at this Cm: one of a fixed rate where the count
/// is one it has and it takes that many slots, else an ODUflex of the rate the count stands for.
pub fn odu_of(slots: Slots, count: usize, cm: Count14) -> Signal {
    let server = server(slots, count);
    let has = |odu: &Signal| {
        let range = server.range(odu.bit_rate(), odu.tolerance(), server.m);
        Odtu::carrying(slots, *odu) == Some(Odtu::Ts)
            && slots_needed(slots, *odu) == Some(count)
            && (range.floor()..=range.ceil()).contains(&u128::from(cm.get()))
    };
    FIXED.into_iter().find(has).unwrap_or_else(|| {
        let bits = u128::from(cm.get().max(1)) * u128::from(server.m);
        Signal::Oduflex(FlexRate::measured(Ratio::new(server.rate.num * bits, server.rate.den)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// Conformance case 5: least, nominal and greatest rate in kbit/s, all 21 of table 7-7.
    //= type=test g709:7.3-odtu-rates
    #[test]
    fn odtu_rates_are_those_printed() {
        let rows = [
            (Odtu::Odtu01, Slots::Opu1, 1, ["1244216.796", "1244241.681", "1244266.566"]),
            (Odtu::Odtu12, Slots::Opu2By4, 1, ["2498933.311", "2498983.291", "2499033.271"]),
            (Odtu::Odtu13, Slots::Opu3By16, 1, ["2509522.012", "2509572.203", "2509622.395"]),
            (Odtu::Odtu23, Slots::Opu3By16, 4, ["10038088.048", "10038288.814", "10038489.579"]),
            (Odtu::Ts, Slots::Opu2By8, 1, ["1249384.632", "1249409.620", "1249434.608"]),
            (Odtu::Ts, Slots::Opu3By32, 1, ["1254678.635", "1254703.729", "1254728.823"]),
            (Odtu::Ts, Slots::Opu4, 1, ["1301683.217", "1301709.251", "1301735.285"]),
        ];
        for (kind, slots, count, printed) in rows {
            let kbit = payload_rate(slots, kind, count).to_f64() / 1e3;
            let three = [-20e-6, 0.0, 20e-6].map(|y| format!("{:.3}", kbit * (1.0 + y)));
            assert_eq!(three, printed, "{kind:?} {slots:?}");
        }
        // The same ODTU in slots of half the size.
        for (kind, of_2g5, of_1g25, count) in [
            (Odtu::Odtu12, Slots::Opu2By4, Slots::Opu2By8, 1),
            (Odtu::Odtu13, Slots::Opu3By16, Slots::Opu3By32, 1),
            (Odtu::Odtu23, Slots::Opu3By16, Slots::Opu3By32, 4),
        ] {
            assert_eq!(payload_rate(of_2g5, kind, count), payload_rate(of_1g25, kind, 2 * count));
        }
    }

    /// Conformance case 4: multiframe periods in microseconds, as printed.
    //= type=test g709:7.3-multiframe-periods
    #[test]
    fn multiframe_periods_are_those_printed() {
        let printed = ["97.942", "48.765", "97.531", "48.560", "97.119", "93.416"];
        for (slots, us) in Slots::ALL.into_iter().zip(printed) {
            let server = server(slots, 1);
            let period = server.rate.den as f64 / server.rate.num as f64 * 1e6;
            assert_eq!(format!("{period:.3}"), us, "{slots:?}");
        }
    }

    /// Rows of table 1.6 of the fact sheet.
    //= type=test g709:19.6-slots-needed
    #[test]
    fn slots_that_an_odu_needs() {
        let rows = [
            (Slots::Opu1, Signal::Odu0, Some(1)),
            (Slots::Opu2By8, Signal::Odu0, Some(1)),
            (Slots::Opu2By8, Signal::Odu1, Some(2)),
            (Slots::Opu3By16, Signal::Odu2, Some(4)),
            (Slots::Opu3By32, Signal::Odu2e, Some(9)),
            (Slots::Opu4, Signal::Odu1, Some(2)),
            (Slots::Opu4, Signal::Odu2, Some(8)),
            (Slots::Opu4, Signal::Odu2e, Some(8)),
            (Slots::Opu4, Signal::Odu3, Some(31)),
            (Slots::Opu2By8, Signal::Odu2, None),
            (Slots::Opu1, Signal::Odu1, None),
        ];
        for (slots, odu, count) in rows {
            assert_eq!(slots_needed(slots, odu), count, "{slots:?} {odu}");
        }
        // ODUflex of CPRI options 4 to 10 (G.Sup56), and of every recommended GFP rate.
        let cpri = |kbit: u128| Signal::Oduflex(FlexRate::cbr(Ratio::new(kbit * 1_000, 1)));
        let options = [
            (3_072_000, [Some(3), Some(3), Some(3)]),
            (4_915_200, [Some(4), Some(4), Some(4)]),
            (6_144_000, [Some(5), Some(5), Some(5)]),
            (9_830_400, [Some(8), Some(8), Some(8)]),
            (10_137_600, [None, Some(9), Some(8)]),
            (12_165_120, [None, Some(10), Some(10)]),
            (24_330_240, [None, Some(20), Some(19)]),
        ];
        for (kbit, counts) in options {
            let found = [Slots::Opu2By8, Slots::Opu3By32, Slots::Opu4]
                .map(|slots| slots_needed(slots, cpri(kbit)));
            assert_eq!(found, counts, "{kbit}");
        }
        for n in 1..=80u8 {
            let gfp = Signal::Oduflex(FlexRate::gfp(n).unwrap());
            assert!(slots_needed(Slots::Opu4, gfp).is_some(), "{n}");
            let own = match n {
                1..=8 => Slots::Opu2By8,
                9..=32 => Slots::Opu3By32,
                _ => Slots::Opu4,
            };
            assert_eq!(slots_needed(own, gfp), Some(n.into()));
        }
    }

    #[test]
    fn a_count_tells_the_odu() {
        let of = |slots, count, cm| odu_of(slots, count, Count14::new(cm).unwrap());
        assert_eq!(of(Slots::Opu2By8, 1, 15_168), Signal::Odu0);
        assert_eq!(of(Slots::Opu4, 1, 14_528), Signal::Odu0);
        assert_eq!(of(Slots::Opu4, 2, 14_589), Signal::Odu1);
        assert_eq!(of(Slots::Opu4, 8, 14_651), Signal::Odu2);
        assert_eq!(of(Slots::Opu4, 8, 15_180), Signal::Odu2e);
        assert_eq!(of(Slots::Opu3By32, 9, 14_028), Signal::Odu2e);
        assert_eq!(of(Slots::Opu4, 31, 15_187), Signal::Odu3);
        let Signal::Oduflex(rate) = of(Slots::Opu4, 3, 12_007) else { panic!("an ODUflex") };
        // CPRI option 4: 12007.442 blocks.
        let expected = 3_072_000_000.0 * 239.0 / 238.0;
        assert!((rate.get().to_f64() / expected - 1.0).abs() < 1e-4);
        assert!(matches!(of(Slots::Opu4, 1, 0), Signal::Oduflex(_)));
        // An ODU1 goes into OPU2 and OPU3 by ODTUjk only: two slots of GMP hold an ODUflex.
        assert!(matches!(of(Slots::Opu2By8, 2, 15_231), Signal::Oduflex(_)));
    }
}
