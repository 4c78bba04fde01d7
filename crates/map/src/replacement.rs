//! Replacement signals: what stands in the place of a client that has failed.
//!
//! Clauses: G.709 16.6 (generic-AIS), 17.7 (replacement signals of clients by GMP), 17.2 (of those by
//! AMP and BMP). In: the name of a client. Out: which signal replaces it, how far its rate may be off,
//! and the octets, without end, in the form in which the OPU carries the client: Ethernet in its
//! coding sublayer, 1000BASE-X in superblocks. When a client has failed is decided elsewhere.

use alloc::boxed::Box;

use otn_frame::PartsPerBillion;

use crate::code8b10b::{Control, Encoder, Symbol};
use crate::ethernet::MacQueue;
use crate::gfp::transparent::TransparentSource;
use crate::pcs::block66::LinkFault;
use crate::pcs::forty_gig::FortyGigSource;
use crate::pcs::marker::MultiLane;
use crate::pcs::multi_lane::MultiLaneSource;
use crate::pcs::ten_gig::TenGigSource;
use crate::pn11::Pn11Source;

/// A replacement signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Replacement {
    /// PN-11.
    GenericAis,
    /// The not operational sequence of Fibre Channel and SBCON.
    NotOperational,
    /// Link fault of 1000BASE-X.
    LinkFault,
    /// Local fault ordered sets of 10GBASE-R.
    LocalFault10G,
    /// Local fault ordered sets of 40GBASE-R with its lane markers.
    LocalFault40G,
    /// Local fault ordered sets of 100GBASE-R with its lane markers.
    LocalFault100G,
}

/// What replaces a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplacedClient {
    /// Name of the client.
    pub name: &'static str,
    /// Its replacement signal.
    pub replacement: Replacement,
    /// How far the rate of the replacement signal may be from the nominal one; `None` where that is
    /// for further study or not known.
    pub tolerance: Option<PartsPerBillion>,
}

impl ReplacedClient {
    /// The client of that name, letter case ignored.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = CLIENTS.iter().chain(&RECALLED_CLIENTS);
        all.find(|client| client.name.eq_ignore_ascii_case(name)).copied()
    }
}

const fn replaced(name: &'static str, replacement: Replacement, ppm: i32) -> ReplacedClient {
    ReplacedClient { name, replacement, tolerance: PartsPerBillion::new(ppm * 1_000) }
}

const fn unlimited(name: &'static str, replacement: Replacement) -> ReplacedClient {
    ReplacedClient { name, replacement, tolerance: None }
}

/// Clients whose replacement signal was read.
//= g709:17.7-replacement-signals
const CLIENTS: [ReplacedClient; 12] = [
    replaced("stm-1", Replacement::GenericAis, 20),
    replaced("stm-4", Replacement::GenericAis, 20),
    replaced("1000base-x", Replacement::LinkFault, 100),
    replaced("fc-100", Replacement::NotOperational, 100),
    replaced("fc-200", Replacement::NotOperational, 100),
    replaced("sbcon", Replacement::NotOperational, 200),
    replaced("dvb-asi", Replacement::GenericAis, 100),
    unlimited("sdi", Replacement::GenericAis),
    unlimited("sdi-1.5g", Replacement::GenericAis),
    unlimited("sdi-1.5g/1.001", Replacement::GenericAis),
    replaced("40gbase-r", Replacement::LocalFault40G, 100),
    replaced("100gbase-r", Replacement::LocalFault100G, 100),
];

/// Clients whose replacement signal is recalled, or taken from their like.
//= g709:17-replacement-recalled
const RECALLED_CLIENTS: [ReplacedClient; 18] = [
    replaced("stm-16", Replacement::GenericAis, 20),
    replaced("stm-64", Replacement::GenericAis, 20),
    replaced("stm-256", Replacement::GenericAis, 20),
    replaced("10gbase-r", Replacement::LocalFault10G, 100),
    replaced("fc-400", Replacement::NotOperational, 100),
    replaced("fc-800", Replacement::NotOperational, 100),
    unlimited("sdi-3g", Replacement::GenericAis),
    unlimited("sdi-3g/1.001", Replacement::GenericAis),
    unlimited("cpri-1", Replacement::GenericAis),
    unlimited("cpri-2", Replacement::GenericAis),
    unlimited("cpri-3", Replacement::GenericAis),
    unlimited("cpri-4", Replacement::GenericAis),
    unlimited("cpri-5", Replacement::GenericAis),
    unlimited("cpri-6", Replacement::GenericAis),
    unlimited("cpri-7", Replacement::GenericAis),
    unlimited("cpri-8", Replacement::GenericAis),
    unlimited("cpri-9", Replacement::GenericAis),
    unlimited("cpri-10", Replacement::GenericAis),
];

/// The ordered set of NOS, read at FC-200 and taken for all that have NOS.
//= g709:17.7.2-nos
//= g709:17-replacement-recalled
const NOT_OPERATIONAL: [Symbol; 4] =
    [Symbol::Control(Control::K28_5), Symbol::data(21, 2), Symbol::data(31, 5), Symbol::data(5, 2)];

/// Bits of a code group.
const GROUP_BITS: u32 = 10;
/// Octets of the four code groups of an ordered set.
const SET_OCTETS: usize = NOT_OPERATIONAL.len() * GROUP_BITS as usize / 8;

/// Makes NOS: an ordered set, over and over.
#[derive(Clone, Debug)]
pub struct NotOperationalSource {
    /// The set; it leaves the running disparity as it found it, so that one is like the other.
    set: [u8; SET_OCTETS],
    /// Octets of it already sent.
    at: usize,
}

impl Default for NotOperationalSource {
    fn default() -> Self {
        let mut encoder = Encoder::new();
        let join = |bits: u64, symbol| bits << GROUP_BITS | u64::from(encoder.encode(symbol));
        let bits = NOT_OPERATIONAL.into_iter().fold(0, join).to_be_bytes();
        let mut set = [0; SET_OCTETS];
        set.copy_from_slice(&bits[bits.len() - SET_OCTETS..]);
        Self { set, at: 0 }
    }
}

impl NotOperationalSource {
    /// A source that begins with K28.5 at negative running disparity.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills `octets` with what comes next.
    pub fn fill(&mut self, octets: &mut [u8]) {
        for octet in octets {
            *octet = self.set[self.at];
            self.at = (self.at + 1) % SET_OCTETS;
        }
    }
}

/// A coding sublayer that has no frames to send.
struct NoFrames;

impl MacQueue for NoFrames {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        None
    }
}

#[derive(Clone, Debug)]
enum Maker {
    GenericAis(Pn11Source),
    NotOperational(NotOperationalSource),
    LinkFault(Box<TransparentSource>),
    TenGig(Box<TenGigSource>),
    FortyGig(Box<FortyGigSource>),
    HundredGig(Box<MultiLaneSource>),
}

/// Makes a replacement signal.
#[derive(Clone, Debug)]
pub struct ReplacementSource(Maker);

impl ReplacementSource {
    /// A source of this signal.
    //= g709:17.7.4-lf-block
    //= g709:17.7.1.1-link-fault
    pub fn new(replacement: Replacement) -> Self {
        let local = Some(LinkFault::Local);
        Self(match replacement {
            Replacement::GenericAis => Maker::GenericAis(Pn11Source::new()),
            Replacement::NotOperational => Maker::NotOperational(NotOperationalSource::new()),
            Replacement::LinkFault => {
                let mut source = Box::<TransparentSource>::default();
                source.set_link_fault(true);
                Maker::LinkFault(source)
            }
            Replacement::LocalFault10G => {
                let mut source = Box::<TenGigSource>::default();
                source.send_fault(local);
                Maker::TenGig(source)
            }
            Replacement::LocalFault40G => {
                let mut source = Box::<FortyGigSource>::default();
                source.send_fault(local);
                Maker::FortyGig(source)
            }
            Replacement::LocalFault100G => {
                let mut source = Box::new(MultiLaneSource::new(MultiLane::HundredGig));
                source.send_fault(local);
                Maker::HundredGig(source)
            }
        })
    }

    /// Fills `octets` with what comes next.
    pub fn fill(&mut self, octets: &mut [u8]) {
        match &mut self.0 {
            Maker::GenericAis(source) => source.fill(octets),
            Maker::NotOperational(source) => source.fill(octets),
            Maker::LinkFault(source) => source.fill(octets, &mut NoFrames),
            Maker::TenGig(source) => source.fill(octets, &mut NoFrames),
            Maker::FortyGig(source) => source.fill(octets, &mut NoFrames),
            Maker::HundredGig(source) => source.fill(octets, &mut NoFrames),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base_x;
    use crate::gfp::transparent::{TransparentEvent, TransparentSink};
    use crate::gmp::Client;
    use crate::pcs::base_r::Event;
    use crate::pcs::forty_gig::FortyGigSink;
    use crate::pcs::multi_lane::MultiLaneSink;
    use crate::pcs::ten_gig::TenGigSink;
    use std::vec;
    use std::vec::Vec;

    /// Octets of a replacement signal, asked for in uneven pieces.
    fn made(replacement: Replacement, octets: usize) -> Vec<u8> {
        let mut out = vec![0; octets];
        let mut source = ReplacementSource::new(replacement);
        out.chunks_mut(997).for_each(|part| source.fill(part));
        out
    }

    //= type=test g709:17.7-replacement-signals
    #[test]
    fn clients_have_the_replacement_signals_of_the_fact_sheet() {
        let cases = [
            ("STM-1", Replacement::GenericAis, Some(20_000)),
            ("STM-4", Replacement::GenericAis, Some(20_000)),
            ("1000BASE-X", Replacement::LinkFault, Some(100_000)),
            ("FC-100", Replacement::NotOperational, Some(100_000)),
            ("SBCON", Replacement::NotOperational, Some(200_000)),
            ("DVB-ASI", Replacement::GenericAis, Some(100_000)),
            ("SDI", Replacement::GenericAis, None),
            ("FC-200", Replacement::NotOperational, Some(100_000)),
            ("SDI-1.5G", Replacement::GenericAis, None),
            ("SDI-1.5G/1.001", Replacement::GenericAis, None),
            ("40GBASE-R", Replacement::LocalFault40G, Some(100_000)),
            ("100GBASE-R", Replacement::LocalFault100G, Some(100_000)),
        ];
        for (name, replacement, ppb) in cases {
            let client = ReplacedClient::from_name(name).unwrap();
            let found = (client.replacement, client.tolerance.map(PartsPerBillion::get));
            assert_eq!(found, (replacement, ppb), "{name}");
        }
        assert_eq!(ReplacedClient::from_name("stm-2"), None);
    }

    //= type=test g709:17-replacement-recalled
    #[test]
    fn no_replacement_signal_is_farther_off_than_its_client_may_be() {
        for client in CLIENTS.iter().chain(&RECALLED_CLIENTS) {
            let mapped = Client::from_name(client.name);
            if let (Some(tolerance), Some(mapped)) = (client.tolerance, mapped) {
                assert!(tolerance.get() <= mapped.tolerance.get(), "{}", client.name);
            }
            assert_eq!(ReplacedClient::from_name(client.name), Some(*client), "named once");
        }
        let of = |name| ReplacedClient::from_name(name).unwrap().replacement;
        assert_eq!(of("stm-256"), Replacement::GenericAis);
        assert_eq!(of("10gbase-r"), Replacement::LocalFault10G);
        assert_eq!(of("fc-800"), Replacement::NotOperational);
    }

    /// By hand from the tables of 8B/10B: K28.5 at negative disparity 0011111010 turns it, D21.2 is
    /// 1010100101 at either, D31.5 at positive 0101001010 turns it back, D5.2 is 1010010101.
    //= type=test g709:17.7.2-nos
    #[test]
    fn nos_is_the_ordered_set_worked_out_by_hand() {
        let octets = made(Replacement::NotOperational, 5_000);
        assert_eq!(octets[..5], [0x3E, 0xAA, 0x55, 0x2A, 0x95]);
        assert!(octets.chunks(5).all(|set| *set == octets[..5]));
    }

    #[test]
    fn generic_ais_is_the_sequence_of_the_oracle() {
        assert_eq!(made(Replacement::GenericAis, 5_000), otn_testkit::pn::pn11(5_000));
    }

    //= type=test g709:17.7.4-lf-block
    #[test]
    fn a_receiver_of_each_sublayer_hears_a_local_fault_that_stays() {
        let mut heard = Vec::new();
        let mut on = |event: Event<'_>| match event {
            Event::Fault { fault, .. } => heard.push(fault),
            Event::Frame(_) | Event::Broken { .. } => panic!("there is no frame"),
        };
        let mut ten = TenGigSink::default();
        ten.push(&made(Replacement::LocalFault10G, 40_000), &mut on);
        assert_eq!((ten.fault(), ten.counters().errored_blocks), (Some(LinkFault::Local), 0));
        let mut forty = FortyGigSink::default();
        forty.push(&made(Replacement::LocalFault40G, 4_000_000), &mut on);
        assert_eq!((forty.fault(), forty.counters().errored_blocks), (Some(LinkFault::Local), 0));
        let mut hundred = MultiLaneSink::new(MultiLane::HundredGig);
        hundred.push(&made(Replacement::LocalFault100G, 10_000_000), &mut on);
        assert_eq!(hundred.fault(), Some(LinkFault::Local));
        assert_eq!(hundred.counters().errored_blocks, 0);
        assert_eq!(heard, [Some(LinkFault::Local); 3]);
    }

    //= type=test g709:17.7.1.1-link-fault
    #[test]
    fn superblocks_of_1000base_x_say_link_fault_once() {
        let mut faults = Vec::new();
        let mut sink = TransparentSink::default();
        sink.push(&made(Replacement::LinkFault, 20_000), 0, &mut |event| match event {
            TransparentEvent::Client(base_x::Event::LinkFault(present)) => faults.push(present),
            other => panic!("{other:?}"),
        });
        assert_eq!(faults, [true]);
    }
}
