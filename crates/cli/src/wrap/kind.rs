//! Kinds of clients by name: bit rate, and the containers and payload types for them.
//!
//! Clauses: G.709 17 (mappings), G.Sup56 (CPRI). The rates that are not in [`otn_map::gmp::clients`] are
//! here.

use std::fmt;

use otn_frame::overhead::PayloadType;
use otn_frame::{FlexRate, PartsPerBillion, Ratio, Signal};
use otn_map::gmp::Client;

/// A client with a physical coding sublayer of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pcs {
    /// 1000BASE-X.
    Gigabit,
    /// 10GBASE-R.
    TenGig,
    /// 40GBASE-R.
    FortyGig,
    /// 100GBASE-R.
    HundredGig,
}

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Packets by GFP-F.
    Gfp {
        /// With preamble, into the extended OPU2.
        preamble: bool,
    },
    /// Packets in a physical coding sublayer, of this bit rate.
    Ethernet(Pcs, Ratio),
    /// Opaque bits of this rate.
    Bits(Ratio),
    /// The PRBS test signal.
    Prbs,
    /// The NULL test signal.
    Null,
    /// An open connection: ODUk-OCI.
    Oci,
    /// A locked path: ODUk-LCK.
    Lck,
    /// ODUk-AIS.
    Ais,
}

/// How a client of constant bit rate is put into the OPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// Asynchronous.
    Amp,
    /// Bit-synchronous: the clock of the ODU is that of the client.
    Bmp,
    /// Generic.
    Gmp,
}

/// A kind of client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub nature: Nature,
    /// Its container and payload type; `None` where any will do.
    home: Option<(Home, u8)>,
}

/// The ODU that a client belongs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Odu(Signal),
    /// An ODUflex(CBR).
    Flex,
}

const fn mbit(kbit: u128) -> Ratio {
    Ratio::new(kbit * 1_000, 1)
}

const fn bits(name: &'static str, rate: Ratio, home: Home, pt: u8) -> Kind {
    Kind { name, nature: Nature::Bits(rate), home: Some((home, pt)) }
}

const fn ethernet(name: &'static str, pcs: Pcs, rate: Ratio, odu: Signal, pt: u8) -> Kind {
    Kind { name, nature: Nature::Ethernet(pcs, rate), home: Some((Home::Odu(odu), pt)) }
}

const fn other(name: &'static str, nature: Nature) -> Kind {
    Kind { name, nature, home: None }
}

const ODU0: Home = Home::Odu(Signal::Odu0);
const ODU1: Home = Home::Odu(Signal::Odu1);

/// Every kind. CPRI has no payload type of its own: its bits go without octet timing.
//= g709:17-client-kinds
pub const KINDS: &[Kind] = &[
    other("gfp-f", Nature::Gfp { preamble: false }),
    Kind {
        name: "gfp-f-preamble",
        nature: Nature::Gfp { preamble: true },
        home: Some((Home::Odu(Signal::Odu2), 0x09)),
    },
    ethernet("1000base-x", Pcs::Gigabit, mbit(1_171_875), Signal::Odu0, 0x07),
    ethernet("10gbase-r", Pcs::TenGig, mbit(10_312_500), Signal::Odu2e, 0x03),
    ethernet("40gbase-r", Pcs::FortyGig, Ratio::new(40_117_187_500, 1), Signal::Odu3, 0x07),
    ethernet("100gbase-r", Pcs::HundredGig, mbit(103_125_000), Signal::Odu4, 0x07),
    bits("stm-1", mbit(155_520), ODU0, 0x0A),
    bits("stm-4", mbit(622_080), ODU0, 0x0B),
    bits("stm-16", mbit(2_488_320), ODU1, 0x02),
    bits("stm-64", mbit(9_953_280), Home::Odu(Signal::Odu2), 0x02),
    bits("stm-256", mbit(39_813_120), Home::Odu(Signal::Odu3), 0x02),
    bits("fc-100", mbit(1_062_500), ODU0, 0x0C),
    bits("fc-200", mbit(2_125_000), ODU1, 0x0D),
    bits("fc-400", mbit(4_250_000), Home::Flex, 0x0E),
    bits("fc-800", mbit(8_500_000), Home::Flex, 0x0F),
    bits("sbcon", mbit(200_000), ODU0, 0x1A),
    bits("dvb-asi", mbit(270_000), ODU0, 0x1B),
    bits("sdi", mbit(270_000), ODU0, 0x15),
    bits("sdi-1.5g", mbit(1_485_000), ODU1, 0x17),
    bits("sdi-1.5g/1.001", Ratio::new(1_485_000_000_000, 1_001), ODU1, 0x16),
    bits("sdi-3g", mbit(2_970_000), Home::Flex, 0x19),
    bits("sdi-3g/1.001", Ratio::new(2_970_000_000_000, 1_001), Home::Flex, 0x18),
    bits("cpri-1", mbit(614_400), ODU0, 0x11),
    bits("cpri-2", mbit(1_228_800), ODU0, 0x11),
    bits("cpri-3", mbit(2_457_600), ODU1, 0x11),
    bits("cpri-4", mbit(3_072_000), Home::Flex, 0x11),
    bits("cpri-5", mbit(4_915_200), Home::Flex, 0x11),
    bits("cpri-6", mbit(6_144_000), Home::Flex, 0x11),
    bits("cpri-7", mbit(9_830_400), Home::Flex, 0x11),
    bits("cpri-8", mbit(10_137_600), Home::Flex, 0x11),
    bits("cpri-9", mbit(12_165_120), Home::Flex, 0x11),
    bits("cpri-10", mbit(24_330_240), Home::Flex, 0x11),
    other("prbs", Nature::Prbs),
    other("null", Nature::Null),
    other("oci", Nature::Oci),
    other("lck", Nature::Lck),
    other("ais", Nature::Ais),
];

/// Other names: SONET, and the CBR names of G.709.
const ALIASES: [(&str, &str); 8] = [
    ("oc-3", "stm-1"),
    ("oc-12", "stm-4"),
    ("oc-48", "stm-16"),
    ("oc-192", "stm-64"),
    ("oc-768", "stm-256"),
    ("cbr2g5", "stm-16"),
    ("cbr10g", "stm-64"),
    ("cbr40g", "stm-256"),
];

/// A client that cannot sit in that ODU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoHome {
    kind: &'static str,
    found: Signal,
    expected: String,
}

impl fmt::Display for NoHome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client {}: found {}, expected {}", self.kind, self.found, self.expected)
    }
}

impl std::error::Error for NoHome {}

impl Kind {
    /// The kind of that name, letter case ignored.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, name)| *name);
        let name = alias.unwrap_or(&name);
        KINDS.iter().find(|kind| kind.name == name).copied()
    }

    /// All names, for a message.
    pub fn names() -> String {
        KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ")
    }

    /// The ODU it belongs in; `None` where any will do.
    pub fn odu(&self) -> Option<Signal> {
        match (self.home?.0, self.nature) {
            (Home::Odu(odu), _) => Some(odu),
            (Home::Flex, Nature::Bits(rate)) => Some(Signal::Oduflex(FlexRate::cbr(rate))),
            (Home::Flex, _) => None,
        }
    }

    /// Payload type and mapping in this ODU. `asked` chooses between AMP and BMP.
    ///
    /// # Errors
    /// [`NoHome`] where the client does not belong there.
    pub fn mapping(
        &self,
        odu: Signal,
        asked: Option<Mapping>,
    ) -> Result<(PayloadType, Mapping), NoHome> {
        let no = |expected: String| NoHome { kind: self.name, found: odu, expected };
        let home = self.odu();
        let is_flex = |s: Signal| matches!(s, Signal::Oduflex(_));
        if home.is_some_and(|home| home != odu && !(is_flex(home) && is_flex(odu))) {
            return Err(no(home.map_or(String::new(), |h| h.to_string())));
        }
        let pt = self.home.map_or(self.test_type(), |(_, pt)| PayloadType(pt));
        let mapping = match pt {
            PayloadType::AMP => asked.unwrap_or(Mapping::Amp),
            PayloadType::BMP => Mapping::Bmp,
            _ if is_flex(odu) => Mapping::Bmp,
            _ => Mapping::Gmp,
        };
        if asked == Some(Mapping::Gmp) && matches!(pt, PayloadType::AMP | PayloadType::BMP) {
            return Err(no("a client that is mapped by GMP".into()));
        }
        if mapping == Mapping::Gmp && matches!(asked, Some(Mapping::Amp | Mapping::Bmp)) {
            return Err(
                no("a client with a choice of AMP and BMP: stm-16, stm-64, stm-256".into()),
            );
        }
        let pt = match (pt, mapping) {
            (PayloadType::AMP, Mapping::Bmp) => PayloadType::BMP,
            _ => pt,
        };
        Ok((pt, mapping))
    }

    fn test_type(&self) -> PayloadType {
        match self.nature {
            Nature::Gfp { .. } => PayloadType::GFP,
            Nature::Null => PayloadType::NULL,
            _ => PayloadType::PRBS,
        }
    }

    /// Tolerance of its bit rate.
    pub fn tolerance(&self) -> PartsPerBillion {
        let ppm = |n: i32| PartsPerBillion::new(n * 1_000).unwrap_or_default();
        Client::from_name(self.name).map_or(ppm(100), |client| client.tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test g709:17-client-kinds
    #[test]
    fn kinds_agree_with_the_clients_of_gmp_and_with_their_containers() {
        for kind in KINDS {
            if let (Nature::Bits(rate) | Nature::Ethernet(_, rate), Some(client)) =
                (kind.nature, Client::from_name(kind.name))
            {
                assert_eq!(rate, client.rate, "{}", kind.name);
            }
            if let Some(odu) = kind.odu() {
                let (pt, mapping) = kind.mapping(odu, None).unwrap();
                assert!(pt.meaning().is_some(), "{}", kind.name);
                if let Nature::Bits(rate) | Nature::Ethernet(_, rate) = kind.nature {
                    let payload = odu.payload_rate().to_f64();
                    assert!(rate.to_f64() <= payload * 1.000_000_001, "{}", kind.name);
                    assert_eq!(mapping == Mapping::Bmp && pt.0 != 0x03, {
                        matches!(odu, Signal::Oduflex(_))
                    });
                }
            }
        }
        assert_eq!(Kind::from_name("OC-48").map(|k| k.name), Some("stm-16"));
        assert_eq!(Kind::from_name("stm-2"), None);
        let stm16 = Kind::from_name("cbr2g5").unwrap();
        let bmp = stm16.mapping(Signal::Odu1, Some(Mapping::Bmp)).unwrap();
        assert_eq!(bmp, (PayloadType::BMP, Mapping::Bmp));
        assert!(stm16.mapping(Signal::Odu1, Some(Mapping::Gmp)).is_err(), "not under PT 02");
        let error = stm16.mapping(Signal::Odu2, None).unwrap_err().to_string();
        assert_eq!(error, "client stm-16: found ODU2, expected ODU1");
    }
}
