//! Clients of constant bit rate at the ends of services, each on a clock of its own.
//!
//! Clauses: G.709 17.2 (AMP, BMP), 17.7 (GMP), 17.7.1.1 (1000BASE-X), 17.2.4 (10GBASE-R), 17.7.4.1, 17.7.5.1. In: what
//! the client is, packets with their times. Out: its octets as its ODUj takes them: packets in their physical
//! coding sublayer, or the PRBS of a tester; while the client has failed its replacement signal.

use std::fmt;

use otn_frame::overhead::PayloadType;
use otn_frame::time::PS_PER_S;
use otn_frame::{PartsPerBillion, Ratio, Signal, SimTime};
use otn_map::cbr::{Container, Justifier};
use otn_map::ethernet::MacQueue;
use otn_map::gfp::transparent::TransparentSource;
use otn_map::pcs::block66::LinkFault;
use otn_map::pcs::forty_gig::FortyGigSource;
use otn_map::pcs::marker::MultiLane;
use otn_map::pcs::multi_lane::MultiLaneSource;
use otn_map::pcs::ten_gig::TenGigSource;
use otn_map::prbs::{Polarity, PrbsSource};
use otn_map::replacement::{Replacement, ReplacementSource};
use otn_proc::odu::source::{OctetSource, Pace, PayloadSource};

use super::traffic::Queue;

/// The physical coding sublayer of an Ethernet client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sublayer {
    /// 1000BASE-X, transcoded into superblocks.
    Gigabit,
    /// 10GBASE-R.
    TenGig,
    /// 40GBASE-R, transcoded.
    FortyGig,
    /// 100GBASE-R.
    HundredGig,
}

/// What a client of constant bit rate carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Packets.
    Ethernet(Sublayer),
    /// The PRBS 2^31 - 1 in the place of its bits; this signal while it has failed.
    Pattern(Replacement),
}

/// How it goes into its ODUj.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// Asynchronous: the ODUj has the clock of its node.
    Amp,
    /// Bit-synchronous: the ODUj has the clock of the client.
    Bmp,
    /// Generic: the ODUj has the clock of its node.
    Gmp {
        /// Bits of an entity of its timing.
        timing_bits: u32,
    },
}

/// A client of constant bit rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConstantRate {
    /// Its name.
    pub name: &'static str,
    /// What it carries.
    pub carries: Carries,
    /// Nominal bit rate, as it is mapped: after transcoding where there is one.
    pub rate: Ratio,
    /// How it is mapped.
    pub mapping: Mapping,
    /// Its payload type.
    pub payload_type: PayloadType,
    /// Offset of its clock at each end.
    pub clocks: [PartsPerBillion; 2],
}

impl ConstantRate {
    /// Offset of the clock of the ODUj that an end sends, at a node with this offset.
    //= g709:17.2-bmp
    pub fn odu_clock(&self, end: usize, node: PartsPerBillion) -> PartsPerBillion {
        match self.mapping {
            Mapping::Bmp => self.clocks[end],
            Mapping::Amp | Mapping::Gmp { .. } => node,
        }
    }

    /// How fast the client at an end comes, counted in frames of its ODUj on this clock.
    pub(super) fn pace(&self, end: usize, odu: Signal, clock: PartsPerBillion) -> Pace {
        Pace::new(self.rate, self.clocks[end], odu, clock)
    }

    /// The source of the client at an end; `None` where this ODUj has no such mapping. `packets` are those of a
    /// client that carries some.
    pub(super) fn payload(
        &self,
        end: usize,
        odu: Signal,
        clock: PartsPerBillion,
        packets: Option<Queue>,
    ) -> Option<PayloadSource> {
        let client: Box<dyn OctetSource> = match self.carries {
            Carries::Pattern(replacement) => Box::new(Pattern::new(replacement)),
            Carries::Ethernet(sublayer) => {
                let packets = packets?;
                Box::new(Coded::new(sublayer, Arriving::new(packets, self.rate, self.clocks[end])))
            }
        };
        let pace = self.pace(end, odu, clock);
        match self.mapping {
            Mapping::Gmp { timing_bits } => PayloadSource::gmp(odu, timing_bits, pace, client),
            Mapping::Amp => {
                let container = Container::of(odu)?;
                let justifier = Some((Justifier::new(container), pace));
                Some(PayloadSource::Cbr { container, justifier, client })
            }
            Mapping::Bmp => {
                let container = Container::of(odu)?;
                Some(PayloadSource::Cbr { container, justifier: None, client })
            }
        }
    }
}

/// The bits of a tester.
#[derive(Debug)]
struct Pattern {
    pattern: PrbsSource,
    replacement: ReplacementSource,
    failed: bool,
}

impl Pattern {
    fn new(replacement: Replacement) -> Self {
        Self {
            pattern: PrbsSource::new(Polarity::Inverted),
            replacement: ReplacementSource::new(replacement),
            failed: false,
        }
    }
}

impl OctetSource for Pattern {
    //= g709:17-client-fail-source
    fn fill(&mut self, octets: &mut [u8]) {
        if self.failed {
            self.replacement.fill(octets);
        } else {
            self.pattern.fill(octets);
        }
    }

    fn set_failed(&mut self, failed: bool) {
        self.failed = failed;
    }
}

/// Packets that arrive by the clock of their client.
struct Arriving {
    packets: Queue,
    /// Picoseconds of an octet of the coded stream, exact.
    octet_ps: Ratio,
}

impl Arriving {
    fn new(packets: Queue, rate: Ratio, clock: PartsPerBillion) -> Self {
        let billion = 1_000_000_000;
        let clock = u128::from((billion + i64::from(clock.get())).unsigned_abs());
        let nominal = Ratio::new(8 * u128::from(PS_PER_S) * rate.den, rate.num);
        let octet_ps =
            Ratio::new(nominal.num * u128::from(billion.unsigned_abs()), nominal.den * clock);
        Self { packets, octet_ps }
    }
}

impl MacQueue for Arriving {
    fn next(&mut self, position: u64) -> Option<&[u8]> {
        let ps = u128::from(position) * self.octet_ps.num / self.octet_ps.den;
        self.packets.next_by(SimTime::from_ps(u64::try_from(ps).unwrap_or(u64::MAX)))
    }
}

/// Packets in their coding sublayer.
struct Coded {
    coder: Coder,
    packets: Arriving,
}

enum Coder {
    Gigabit(Box<TransparentSource>),
    TenGig(Box<TenGigSource>),
    FortyGig(Box<FortyGigSource>),
    HundredGig(Box<MultiLaneSource>),
}

impl Coded {
    fn new(sublayer: Sublayer, packets: Arriving) -> Self {
        let coder = match sublayer {
            Sublayer::Gigabit => Coder::Gigabit(Box::default()),
            Sublayer::TenGig => Coder::TenGig(Box::default()),
            Sublayer::FortyGig => Coder::FortyGig(Box::default()),
            Sublayer::HundredGig => {
                Coder::HundredGig(Box::new(MultiLaneSource::new(MultiLane::HundredGig)))
            }
        };
        Self { coder, packets }
    }
}

impl fmt::Debug for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coded").finish_non_exhaustive()
    }
}

impl OctetSource for Coded {
    fn fill(&mut self, octets: &mut [u8]) {
        let packets = &mut self.packets;
        match &mut self.coder {
            Coder::Gigabit(coder) => coder.fill(octets, packets),
            Coder::TenGig(coder) => coder.fill(octets, packets),
            Coder::FortyGig(coder) => coder.fill(octets, packets),
            Coder::HundredGig(coder) => coder.fill(octets, packets),
        }
    }

    //= g709:17-client-fail-source
    fn set_failed(&mut self, failed: bool) {
        let fault = failed.then_some(LinkFault::Local);
        match &mut self.coder {
            Coder::Gigabit(coder) => coder.set_link_fault(failed),
            Coder::TenGig(coder) => coder.send_fault(fault),
            Coder::FortyGig(coder) => coder.send_fault(fault),
            Coder::HundredGig(coder) => coder.send_fault(fault),
        }
    }
}
