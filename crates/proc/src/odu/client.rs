//! Ethernet in a client of constant bit rate: the physical coding sublayers at the sink.
//!
//! Clauses: G.709 17.2.4 (10GBASE-R), 17.7.1.1 (1000BASE-X), 17.7.4.1 (40GBASE-R), 17.7.5.1 (100GBASE-R).
//! In: octets of the client. Out: MAC frames, and the counters of the sublayer. Where no lock is
//! found the client is something else with the same payload type, and most of it is passed over.

use alloc::boxed::Box;

use otn_frame::Signal;
use otn_frame::overhead::PayloadType;
use otn_map::base_x;
use otn_map::gfp::Delineation;
use otn_map::gfp::transparent::{TransparentEvent, TransparentSink};
use otn_map::pcs::base_r::{DecoderCounters, Event};
use otn_map::pcs::block66::LinkFault;
use otn_map::pcs::forty_gig::FortyGigSink;
use otn_map::pcs::marker::MultiLane;
use otn_map::pcs::multi_lane::MultiLaneSink;
use otn_map::pcs::ten_gig::TenGigSink;

/// Octets of each turn in which lock has to be found, and octets of a turn.
const TRIAL: u64 = 524_288;
const TURN: u64 = 8_388_608;

/// Octets of code for octets of data: 64B/66B, and superblocks of 64 characters in GFP frames of 75.
const SERIAL: (u64, u64) = (66, 64);
const SUPERBLOCKS: (u64, u64) = (75, 64);

/// The coding sublayer.
#[derive(Clone, Debug)]
pub enum Sublayer {
    /// 1000BASE-X in superblocks.
    Transparent(Box<TransparentSink>),
    /// 10GBASE-R.
    TenGig(Box<TenGigSink>),
    /// 40GBASE-R, transcoded.
    FortyGig(Box<FortyGigSink>),
    /// 100GBASE-R.
    HundredGig(Box<MultiLaneSink>),
}

/// The Ethernet client of one ODUk.
#[derive(Clone, Debug)]
pub struct EthernetClient {
    sublayer: Sublayer,
    octets: u64,
    /// Octets that the sublayer was given.
    taken: u64,
    was_locked: bool,
    frames: u64,
    errored_frames: u64,
    fault: Option<LinkFault>,
    faults: u64,
}

impl EthernetClient {
    /// The Ethernet that this payload type may stand for in the OPU of this ODUk.
    //= g709:17-mapping-by-pt
    pub fn new(odu: Signal, payload_type: PayloadType) -> Option<Self> {
        let sublayer = match (odu, payload_type) {
            (Signal::Odu0, PayloadType::PCS) => Sublayer::Transparent(Box::default()),
            (Signal::Odu2e, PayloadType::BMP) => Sublayer::TenGig(Box::default()),
            (Signal::Odu3, PayloadType::PCS) => Sublayer::FortyGig(Box::default()),
            (Signal::Odu4, PayloadType::PCS) => {
                Sublayer::HundredGig(Box::new(MultiLaneSink::new(MultiLane::HundredGig)))
            }
            _ => return None,
        };
        Some(Self {
            sublayer,
            octets: 0,
            taken: 0,
            was_locked: false,
            frames: 0,
            errored_frames: 0,
            fault: None,
            faults: 0,
        })
    }

    /// Takes octets of the client; gives MAC frames from destination address to FCS, which is not
    /// checked, each with the number of these octets in which it ended.
    pub fn push(&mut self, octets: &[u8], mut on_frame: impl FnMut(usize, &[u8])) {
        let position = self.octets;
        self.octets += octets.len() as u64;
        if !self.was_locked && position % TURN > TRIAL {
            return;
        }
        let first = self.taken;
        self.taken += octets.len() as u64;
        let serial = matches!(self.sublayer, Sublayer::TenGig(_));
        // A frame that began at this octet of the coded stream and has so many octets; with lanes all
        // that can be said is that it has ended by now.
        let ended = |began: u64, first: u64, length: usize, (code, data): (u64, u64)| {
            let end = began + length as u64 * code / data;
            (end.saturating_sub(first) as usize).min(octets.len())
        };
        let (frames, errored) = (&mut self.frames, &mut self.errored_frames);
        let (fault, faults) = (&mut self.fault, &mut self.faults);
        let mut note = |found: Option<LinkFault>| {
            *faults += u64::from(found.is_some());
            *fault = found;
        };
        let mut base_r = |event: Event<'_>| match event {
            Event::Frame(frame) => {
                *frames += 1;
                let length = frame.preamble.len() + frame.octets.len();
                let within = ended(frame.position, first, length, SERIAL);
                on_frame(if serial { within } else { octets.len() }, frame.octets);
            }
            Event::Broken { .. } => *errored += 1,
            Event::Fault { fault, .. } => note(fault),
        };
        match &mut self.sublayer {
            Sublayer::TenGig(sink) => sink.push(octets, &mut base_r),
            Sublayer::FortyGig(sink) => sink.push(octets, &mut base_r),
            Sublayer::HundredGig(sink) => sink.push(octets, &mut base_r),
            Sublayer::Transparent(sink) => sink.push(octets, position, &mut |event| match event {
                TransparentEvent::Client(base_x::Event::Frame(frame)) if frame.errored => {
                    *errored += 1;
                }
                TransparentEvent::Client(base_x::Event::Frame(frame)) => {
                    *frames += 1;
                    let within = ended(frame.position, position, frame.octets.len(), SUPERBLOCKS);
                    on_frame(within, frame.octets);
                }
                TransparentEvent::Client(base_x::Event::LinkFault(present)) => {
                    note(present.then_some(LinkFault::Local));
                }
                TransparentEvent::Client(_) | TransparentEvent::Management(_) => {}
            }),
        }
        self.was_locked |= self.is_locked();
    }

    /// Name of the interface.
    pub const fn name(&self) -> &'static str {
        match &self.sublayer {
            Sublayer::Transparent(_) => "1000BASE-X",
            Sublayer::TenGig(_) => "10GBASE-R",
            Sublayer::FortyGig(_) => "40GBASE-R",
            Sublayer::HundredGig(_) => "100GBASE-R",
        }
    }

    /// True while blocks or code groups are found, in lanes where there are any.
    pub fn is_locked(&self) -> bool {
        match &self.sublayer {
            Sublayer::Transparent(sink) => sink.delineation() == Delineation::Sync,
            Sublayer::TenGig(sink) => sink.is_locked(),
            Sublayer::FortyGig(sink) => sink.is_locked(),
            Sublayer::HundredGig(sink) => sink.is_locked(),
        }
    }

    /// True once they were found.
    pub const fn was_locked(&self) -> bool {
        self.was_locked
    }

    /// Frames that began and ended as they should.
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Frames that did not.
    pub const fn errored_frames(&self) -> u64 {
        self.errored_frames
    }

    /// The link fault that stands, as far as the sublayer shows it; link fault of 1000BASE-X is a local
    /// one.
    pub const fn fault(&self) -> Option<LinkFault> {
        self.fault
    }

    /// Times a link fault began, or became another one.
    pub const fn faults(&self) -> u64 {
        self.faults
    }

    /// The sublayer.
    pub const fn sublayer(&self) -> &Sublayer {
        &self.sublayer
    }

    /// Blocks that are illegal or stand where they may not; invalid groups of 1000BASE-X.
    pub fn errored_blocks(&self) -> u64 {
        let of = |counters: DecoderCounters| counters.errored_blocks;
        match &self.sublayer {
            Sublayer::Transparent(sink) => sink.counters().symbols.invalid,
            Sublayer::TenGig(sink) => of(sink.counters()),
            Sublayer::FortyGig(sink) => of(sink.counters()),
            Sublayer::HundredGig(sink) => of(sink.counters()),
        }
    }
}
