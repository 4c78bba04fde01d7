//! Constant bit rate clients out of an OPUk: AMP, BMP and GMP at the sink.
//!
//! Clauses: G.798 14.3 (ODUkP/CBRx_A_Sk), G.709 17.2, 17.7. In: frames of an ODUk. Out: the client's
//! octets, what the justification overhead said, and whether they are the PRBS test sequence. What
//! else the octets are is for [`super::client`].

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use otn_frame::layout::{JC1, JC2, JC3, JC4, JC5, JC6};
use otn_frame::overhead::PayloadType;
use otn_frame::{Frame, Signal};
use otn_map::cbr::{self, Container, Justification};
use otn_map::gmp::client::{columns, opu_shape};
use otn_map::gmp::transport::{RunCursor, Shape, Sink};
use otn_map::prbs::PrbsChecker;

/// Different values of Cm that are counted one by one.
const CM_LIMIT: usize = 256;
/// Octets in which the PRBS has to be found, else the client is something else.
const PRBS_TRIAL: u64 = 65_536;

/// Counts of the values Cm took, in bounded memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountHistogram {
    values: BTreeMap<u16, u64>,
    other: u64,
}

impl CountHistogram {
    /// Counts a value.
    pub fn note(&mut self, cm: u16) {
        if self.values.len() < CM_LIMIT || self.values.contains_key(&cm) {
            *self.values.entry(cm).or_default() += 1;
        } else {
            self.other += 1;
        }
    }

    /// Values and how often each came, in order.
    pub fn values(&self) -> impl Iterator<Item = (u16, u64)> {
        self.values.iter().map(|(value, times)| (*value, *times))
    }

    /// Frames with values beyond those that are counted one by one.
    pub const fn other(&self) -> u64 {
        self.other
    }
}

/// What a GMP sink has counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GmpCounters {
    /// Values of Cm in use.
    pub cm: CountHistogram,
    /// Frames or multiframes with a wrong CRC-8.
    pub crc8_errors: u64,
    /// Those with a wrong CRC-5.
    pub crc5_errors: u64,
    /// Those after which the count was not known.
    pub unsynchronised: u64,
    /// Octets of stuff that were not zero, while the count was known.
    pub stuff_nonzero_octets: u64,
}

/// Octets of a client, and whether they are the PRBS.
#[derive(Clone, Debug, Default)]
pub struct BitSink {
    octets: u64,
    prbs: PrbsChecker,
}

impl BitSink {
    /// Takes octets of the client.
    pub fn receive(&mut self, octets: &[u8]) {
        self.octets += octets.len() as u64;
        if self.octets < PRBS_TRIAL || self.prbs.counters().locks > 0 {
            self.prbs.check(octets);
        }
    }

    /// Takes octets of what is known to be the PRBS: it is looked for until it is there.
    pub fn receive_test_signal(&mut self, octets: &[u8]) {
        self.octets += octets.len() as u64;
        self.prbs.check(octets);
    }

    /// Octets so far.
    pub const fn octets(&self) -> u64 {
        self.octets
    }

    /// The checker of the PRBS.
    pub const fn prbs(&self) -> &PrbsChecker {
        &self.prbs
    }
}

/// How the client was mapped, and what its overhead told.
#[derive(Clone, Debug)]
pub enum Mapping {
    /// By AMP or BMP.
    Justified {
        /// Layout of the payload.
        container: Container,
        /// Frames by JC code: none, negative, not used, positive.
        jc: [u64; 4],
        /// JC is not looked at.
        synchronous: bool,
        /// Octets of stuff that were not zero.
        stuff_nonzero_octets: u64,
    },
    /// By GMP.
    Gmp {
        /// Shape of the payload.
        shape: Shape,
        /// Columns of a row that hold blocks.
        columns: usize,
        /// Follows the count.
        sink: Sink,
        /// What it counted.
        counters: GmpCounters,
    },
}

/// The adaptation of one client.
#[derive(Clone, Debug)]
pub struct CbrSink {
    mapping: Mapping,
    bits: BitSink,
    buffer: Vec<u8>,
}

/// How this payload type maps a client of constant bit rate into the OPU of this ODUk.
//= g709:17-mapping-by-pt
fn mapping(odu: Signal, payload_type: PayloadType) -> Option<Mapping> {
    let justified = |container, synchronous| {
        let (jc, stuff_nonzero_octets) = ([0; 4], 0);
        Some(Mapping::Justified { container, jc, synchronous, stuff_nonzero_octets })
    };
    let gmp = || {
        let shape = opu_shape(odu)?;
        let (sink, counters) = (Sink::default(), GmpCounters::default());
        Some(Mapping::Gmp { shape, columns: columns(odu), sink, counters })
    };
    let is_flex = matches!(odu, Signal::Oduflex(_));
    match payload_type.0 {
        0x02 => justified(Container::of(odu)?, false),
        0x03 => justified(Container::of(odu)?, true),
        0x0E | 0x0F | 0x12..=0x14 | 0x18 | 0x19 | 0x1C if is_flex => {
            justified(Container::Opu1, true)
        }
        0x10 | 0x11 if is_flex => justified(Container::Opu1, true),
        0x07 if matches!(odu, Signal::Odu0 | Signal::Odu3 | Signal::Odu4) => gmp(),
        0x0A..=0x0C | 0x15 | 0x1A | 0x1B if odu == Signal::Odu0 => gmp(),
        0x0D | 0x16 | 0x17 if odu == Signal::Odu1 => gmp(),
        0x10 | 0x11 if odu != Signal::Odu2e => gmp(),
        _ => None,
    }
}

impl CbrSink {
    /// The adaptation for this payload type; `None` where it is none of constant bit rate.
    pub fn new(odu: Signal, payload_type: PayloadType) -> Option<Self> {
        let mapping = mapping(odu, payload_type)?;
        Some(Self { mapping, bits: BitSink::default(), buffer: Vec::new() })
    }

    /// Takes the client out of the next frame.
    pub fn receive<const COLS: usize>(&mut self, frame: &Frame<COLS>) -> &[u8] {
        let buffer = &mut self.buffer;
        buffer.clear();
        match &mut self.mapping {
            Mapping::Justified { container, jc, synchronous, stuff_nonzero_octets } => {
                let octets = |part: &[u8]| buffer.extend_from_slice(part);
                let (voted, obeyed) = if *synchronous {
                    let voted = cbr::demap_synchronous(*container, frame, octets);
                    (voted, Justification::None)
                } else {
                    let voted = cbr::demap(*container, frame, octets);
                    (voted, voted)
                };
                *stuff_nonzero_octets += cbr::nonzero_stuff(*container, frame, obeyed);
                jc[usize::from(voted.code())] += 1;
            }
            Mapping::Gmp { shape, columns, sink, counters } => {
                let jc123 = [JC1, JC2, JC3].map(|field| frame.octet(field));
                let jc456 = [JC4, JC5, JC6].map(|field| frame.octet(field));
                let learned = sink.receive(jc123, jc456);
                counters.crc8_errors += u64::from(!learned.reception.crc_good);
                counters.crc5_errors += u64::from(learned.timing.is_none());
                counters.unsynchronised += u64::from(!learned.reception.synchronised);
                if let Some(count) = learned.count {
                    counters.cm.note(count.get());
                    let mut cursor = RunCursor::new(*shape, count);
                    for row in frame.payload_rows() {
                        counters.stuff_nonzero_octets +=
                            cursor.demap(&row[..*columns], |part| buffer.extend_from_slice(part));
                    }
                }
            }
        }
        self.bits.receive(buffer);
        buffer
    }

    /// How the client is mapped.
    pub const fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// Its octets.
    pub const fn bits(&self) -> &BitSink {
        &self.bits
    }
}

/// Justification codes by name, in the order of [`Mapping::Justified`].
pub const JC_CODES: [&str; 4] = ["00", "01", "10", "11"];
