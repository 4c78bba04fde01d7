//! What GMP counts a client and a server ask for: cm, cn and their ranges.
//!
//! Clauses: G.709 17.7 (equations 17-2 to 17-10), 20.5 (20-3 to 20-13). In: bit rates as exact ratios
//! and tolerances. Out: exact ratios, floors and ceilings. Nothing here is rounded on the way.

use otn_frame::{PartsPerBillion, Ratio};

/// One billion, the unit of tolerances.
const BILLION: u128 = 1_000_000_000;

/// A GMP server: its payload in blocks, and how often they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GmpServer {
    /// Blocks of one frame or multiframe.
    pub blocks: u32,
    /// Bits of a block.
    pub m: u32,
    /// Frames or multiframes a second.
    pub rate: Ratio,
    /// Tolerance of that rate.
    pub tolerance: PartsPerBillion,
}

/// Least, nominal and greatest value of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GmpRange {
    /// Slow client, fast server.
    pub min: Ratio,
    /// Both nominal.
    pub nominal: Ratio,
    /// Fast client, slow server.
    pub max: Ratio,
}

impl GmpRange {
    /// The least integer count that occurs.
    pub const fn floor(&self) -> u128 {
        self.min.num / self.min.den
    }

    /// The greatest integer count that occurs.
    pub const fn ceil(&self) -> u128 {
        self.max.num.div_ceil(self.max.den)
    }
}

fn skewed(ratio: Ratio, by: i64, per: i64) -> Ratio {
    let (up, down) = ((BILLION as i64 + by) as u128, (BILLION as i64 + per) as u128);
    // Reduced first, so that the products stay within 128 bits.
    let factor = Ratio::new(up, down);
    Ratio::new(ratio.num * factor.num, ratio.den * factor.den)
}

impl GmpServer {
    /// Range of the count of `unit`-bit entities of a client: Cm for a unit of m, Cn for n.
    //= g709:17.7-cm-range
    pub fn range(&self, client: Ratio, tolerance: PartsPerBillion, unit: u32) -> GmpRange {
        let bits = Ratio::new(client.num * self.rate.den, client.den * self.rate.num);
        let nominal = Ratio::new(bits.num, bits.den * u128::from(unit));
        let (client, server) = (i64::from(tolerance.get()), i64::from(self.tolerance.get()));
        GmpRange {
            min: skewed(nominal, -client, server),
            nominal,
            max: skewed(nominal, client, -server),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::Signal;
    use otn_frame::layout::ODU_BITS;
    use std::format;

    /// Frames a second of an ODUk.
    fn frames(signal: Signal) -> Ratio {
        let rate = signal.bit_rate();
        Ratio::new(rate.num, rate.den * u128::from(ODU_BITS))
    }

    fn server(signal: Signal, blocks: u32, m: u32, frames_each: u128) -> GmpServer {
        let rate = frames(signal);
        let rate = Ratio::new(rate.num, rate.den * frames_each);
        GmpServer { blocks, m, rate, tolerance: PartsPerBillion::new(20_000).unwrap() }
    }

    fn shown(range: GmpRange) -> (u128, [std::string::String; 3], u128) {
        let three = [range.min, range.nominal, range.max].map(|r| format!("{:.3}", r.to_f64()));
        (range.floor(), three, range.ceil())
    }

    fn expect(range: GmpRange, floor: u128, three: [&str; 3], ceil: u128) {
        assert_eq!(shown(range), (floor, three.map(std::string::String::from), ceil));
    }

    /// Client -> OPUk rows of the fact sheet, three decimals.
    //= type=test g709:17.7-cm-range
    #[test]
    fn counts_of_clients_in_an_opuk() {
        let ppm = |n: i32| PartsPerBillion::new(n * 1_000).unwrap();
        let kbit = |n: u128, d: u128| Ratio::new(n * 1_000, d);
        let opu0 = server(Signal::Odu0, 15_232, 8, 1);
        let stm1 = opu0.range(kbit(155_520, 1), ppm(20), 8);
        expect(stm1, 1_911, ["1911.924", "1912.000", "1912.076"], 1_913);
        let gbe = opu0.range(kbit(1_171_875, 1), ppm(100), 8);
        expect(gbe, 14_405, ["14405.582", "14407.311", "14409.040"], 14_410);
        let fc200 = server(Signal::Odu1, 7_616, 16, 1).range(kbit(2_125_000, 1), ppm(100), 16);
        expect(fc200, 6_503, ["6503.206", "6503.987", "6504.767"], 6_505);
        let forty = server(Signal::Odu3, 476, 256, 1).range(kbit(80_234_375, 2), ppm(100), 256);
        expect(forty, 475, ["475.548", "475.605", "475.662"], 476);
        let hundred = server(Signal::Odu4, 190, 640, 1).range(kbit(103_125_000, 1), ppm(100), 640);
        expect(hundred, 188, ["188.131", "188.154", "188.177"], 189);
        let c8 = server(Signal::Odu4, 190, 640, 1).range(kbit(103_125_000, 1), ppm(100), 8);
        assert_eq!((c8.floor(), c8.ceil()), (15_050, 15_055));
    }

    /// ODUj -> ODTUk.ts rows of the fact sheet.
    #[test]
    fn counts_of_odus_in_tributary_slots() {
        let ppm = |n: i32| PartsPerBillion::new(n * 1_000).unwrap();
        // (server, slots, blocks, frames of the multiframe), client, tolerance, row.
        let odtu = |k: Signal, ts: u32| match k {
            Signal::Odu2 => server(k, 15_232, 8 * ts, 8),
            Signal::Odu3 => server(k, 15_232, 8 * ts, 32),
            _ => server(k, 15_200, 8 * ts, 80),
        };
        let row =
            |k, ts, j: Signal, tolerance| odtu(k, ts).range(j.bit_rate(), ppm(tolerance), 8 * ts);
        let odu0 = row(Signal::Odu2, 1, Signal::Odu0, 20);
        expect(odu0, 15_167, ["15167.393", "15168.000", "15168.607"], 15_169);
        let odu2e = row(Signal::Odu3, 9, Signal::Odu2e, 100);
        expect(odu2e, 14_026, ["14026.026", "14027.709", "14029.392"], 14_030);
        let odu0 = row(Signal::Odu4, 1, Signal::Odu0, 20);
        expect(odu0, 14_527, ["14527.419", "14528.000", "14528.581"], 14_529);
        let odu2 = row(Signal::Odu4, 8, Signal::Odu2, 20);
        expect(odu2, 14_650, ["14650.013", "14650.599", "14651.185"], 14_652);
        let odu3 = row(Signal::Odu4, 31, Signal::Odu3, 20);
        expect(odu3, 15_186, ["15186.673", "15187.280", "15187.888"], 15_188);
    }
}
