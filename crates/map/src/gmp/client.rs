//! Clients and servers of GMP by name: bit rates, tolerances, blocks.
//!
//! Clauses: G.709 17.7 (clients of the OPUk), 7.3 and 19.6 (ODUj in ODTUk.ts). In: a name. Out: the rate
//! of a client, or the blocks of a server. Which mapping a client uses is not decided here.

use otn_frame::layout::{ODU_BITS, PAYLOAD_COLS, ROWS};
use otn_frame::{PartsPerBillion, Ratio, Signal};

use super::rate::GmpServer;
use super::transport::Shape;

/// A client of GMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Name.
    pub name: &'static str,
    /// Bit rate in bit/s, as it is mapped: after transcoding where there is one.
    pub rate: Ratio,
    /// Tolerance of the rate.
    pub tolerance: PartsPerBillion,
}

const fn client(name: &'static str, kbit: Ratio, ppb: i32) -> Client {
    let Some(tolerance) = PartsPerBillion::new(ppb) else { panic!("a tolerance is below 10 %") };
    Client { name, rate: Ratio::new(kbit.num * 1_000, kbit.den), tolerance }
}

const fn kbit(num: u128) -> Ratio {
    Ratio::new(num, 1)
}

/// Constant bit rate clients, kbit/s and ppb.
//= g709:17.7-client-rates
const CLIENTS: [Client; 15] = [
    client("STM-1", kbit(155_520), 20_000),
    client("STM-4", kbit(622_080), 20_000),
    client("1000BASE-X", kbit(1_171_875), 100_000),
    client("FC-100", kbit(1_062_500), 100_000),
    client("FC-200", kbit(2_125_000), 100_000),
    client("SBCON", kbit(200_000), 200_000),
    client("DVB-ASI", kbit(270_000), 100_000),
    client("SDI", kbit(270_000), 2_800),
    client("SDI-1.5G", kbit(1_485_000), 10_000),
    client("SDI-1.5G/1.001", Ratio::new(1_485_000_000, 1_001), 10_000),
    client("CPRI-1", kbit(614_400), 2),
    client("CPRI-2", kbit(1_228_800), 2),
    client("CPRI-3", kbit(2_457_600), 2),
    client("40GBASE-R", Ratio::new(80_234_375, 2), 100_000),
    client("100GBASE-R", kbit(103_125_000), 100_000),
];

/// ODUj that are clients of an ODTUk.ts.
const ODUS: [Signal; 6] =
    [Signal::Odu0, Signal::Odu1, Signal::Odu2, Signal::Odu2e, Signal::Odu3, Signal::Odu4];

/// All clients.
pub fn clients() -> impl Iterator<Item = Client> {
    let odu = |signal: Signal| Client {
        name: signal.name(),
        rate: signal.bit_rate(),
        tolerance: signal.tolerance(),
    };
    CLIENTS.into_iter().chain(ODUS.into_iter().map(odu))
}

impl Client {
    /// Bits of an entity of its timing, n: 1 for the clients that need it so, else 8.
    //= g709:17.7-n
    pub fn timing_bits(&self) -> u32 {
        if matches!(self.name, "STM-1" | "STM-4") { 1 } else { u8::BITS }
    }

    /// The client of that name, letter case ignored.
    pub fn from_name(name: &str) -> Option<Self> {
        clients().find(|c| c.name.eq_ignore_ascii_case(name))
    }
}

/// An OPUk as a server: signal, blocks of a frame, bits of a block.
//= g709:17.7-opuk-blocks
const OPUS: [(&str, Signal, u32, u32); 5] = [
    ("OPU0", Signal::Odu0, 15_232, 8),
    ("OPU1", Signal::Odu1, 7_616, 16),
    ("OPU2", Signal::Odu2, 1_904, 64),
    ("OPU3", Signal::Odu3, 476, 256),
    ("OPU4", Signal::Odu4, 190, 640),
];

/// Shape of the payload of the OPU of this ODUk, in entities of eight bits; `None` where no client is
/// mapped into it by GMP.
pub fn opu_shape(odu: Signal) -> Option<Shape> {
    let (_, _, blocks, m) = OPUS.into_iter().find(|(_, signal, ..)| *signal == odu)?;
    Some(Shape { blocks, block_octets: m / 8, entities: m / 8 })
}

/// Columns of a row of the OPU payload that hold blocks: in OPU4 the last eight do not.
pub fn columns(odu: Signal) -> usize {
    opu_shape(odu).map_or(PAYLOAD_COLS, |shape| shape.octets() / ROWS)
}

/// An ODTUk.ts as a server: signal, slots, blocks and frames of a multiframe.
//= g709:19.6-odtuk-blocks
const ODTUS: [(&str, Signal, u32, u32, u128); 3] = [
    ("ODTU2.", Signal::Odu2, 8, 15_232, 8),
    ("ODTU3.", Signal::Odu3, 32, 15_232, 32),
    ("ODTU4.", Signal::Odu4, 80, 15_200, 80),
];

impl GmpServer {
    /// The server of that name, letter case ignored: `OPU0` to `OPU4`, `ODTU2.ts`, `ODTU3.ts` and
    /// `ODTU4.ts` with the number of slots in the place of `ts`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_uppercase();
        if let Some(&(_, signal, blocks, m)) = OPUS.iter().find(|(opu, ..)| *opu == name) {
            return Some(Self::of(signal, blocks, m, 1));
        }
        ODTUS.iter().find_map(|&(prefix, signal, slots, blocks, frames)| {
            let ts: u32 = name.strip_prefix(prefix)?.parse().ok()?;
            (1..=slots).contains(&ts).then(|| Self::of(signal, blocks, 8 * ts, frames))
        })
    }

    fn of(signal: Signal, blocks: u32, m: u32, frames: u128) -> Self {
        let rate = signal.bit_rate();
        let rate = Ratio::new(rate.num, rate.den * u128::from(ODU_BITS) * frames);
        Self { blocks, m, rate, tolerance: signal.tolerance() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// Conformance cases 34 to 37 and rows of the fact sheet: floor, nominal, ceiling of Cm.
    //= type=test g709:17.7-client-rates
    //= type=test g709:17.7-opuk-blocks
    //= type=test g709:19.6-odtuk-blocks
    #[test]
    fn counts_of_named_clients_in_named_servers() {
        let rows = [
            ("STM-4", "OPU0", 7_647, "7648.000", 7_649),
            ("1000BASE-X", "OPU0", 14_405, "14407.311", 14_410),
            ("FC-100", "OPU0", 13_061, "13062.629", 13_065),
            ("SBCON", "OPU0", 2_458, "2458.848", 2_460),
            ("DVB-ASI", "OPU0", 3_319, "3319.444", 3_320),
            ("CPRI-2", "OPU0", 15_106, "15107.160", 15_108),
            ("FC-200", "OPU1", 6_503, "6503.987", 6_505),
            ("SDI-1.5G/1.001", "OPU1", 4_540, "4540.598", 4_541),
            ("40GBASE-R", "OPU3", 475, "475.605", 476),
            ("100GBASE-R", "OPU4", 188, "188.154", 189),
            ("ODU0", "ODTU2.1", 15_167, "15168.000", 15_169),
            ("ODU2e", "ODTU3.9", 14_026, "14027.709", 14_030),
            ("ODU1", "ODTU4.2", 14_588, "14589.042", 14_590),
            ("odu3", "odtu4.31", 15_186, "15187.280", 15_188),
        ];
        for (client, server, floor, nominal, ceil) in rows {
            let client = Client::from_name(client).unwrap();
            let server = GmpServer::from_name(server).unwrap();
            let range = server.range(client.rate, client.tolerance, server.m);
            assert_eq!((range.floor(), range.ceil()), (floor, ceil), "{}", client.name);
            assert_eq!(format!("{:.3}", range.nominal.to_f64()), nominal, "{}", client.name);
        }
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for name in ["OPU5", "ODTU2.0", "ODTU2.9", "ODTU4.81", "ODTU4.", "", "ODTU3.x"] {
            assert_eq!(GmpServer::from_name(name), None, "{name}");
        }
        assert_eq!(Client::from_name("STM-5"), None);
    }
}
