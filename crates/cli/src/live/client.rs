//! Client ports of a live network: packets between an interface and an end of a service.
//!
//! In: what comes in at the interface, what leaves the network. Out: packets for GFP, in a queue of a given length,
//! with a counter for every reason for which one may not go on; carriers that follow the client signal of the far end.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use otn_emu::traffic::{Packet, PacketSource};
use otn_frame::SimTime;

use super::device::OpenPort;
use crate::network::{ClientPort, WhenFull};

/// The longest frame of a client, without FCS: a jumbo frame, its header and two VLAN tags, octets.
const LONGEST: usize = 9_600 + 14 + 8;

/// The shortest, padded to this (IEEE 802.3 3.2.8 without the FCS), octets.
const SHORTEST: usize = 60;

/// Packets read at once, so that an interface that never ends does not hold up the network.
const AT_ONCE: usize = 2_048;

/// What went through a port, and what did not.
#[derive(Debug, Default)]
pub(super) struct PortCounters {
    /// Packets that came in at the interface.
    pub(super) received: AtomicU64,
    /// Packets handed to the interface.
    pub(super) sent: AtomicU64,
    /// Dropped: the queue in front of the ODUj was full.
    pub(super) full: AtomicU64,
    /// Dropped: longer than a jumbo frame.
    pub(super) too_long: AtomicU64,
    /// Dropped by the interface: down, or its own queue full.
    pub(super) refused: AtomicU64,
    /// Dropped by the kernel in front of the network: sent by its owner and never read.
    pub(super) kernel: AtomicU64,
    /// Packets in the queue.
    pub(super) waiting: AtomicU64,
    /// The most there ever were.
    pub(super) most_waiting: AtomicU64,
    /// Time that the last packet waited in the queue, ns of the network.
    pub(super) waited_ns: AtomicU64,
    /// The owner has the interface up.
    pub(super) up: AtomicBool,
    /// It is shown a carrier.
    pub(super) carrier: AtomicBool,
    /// The interface is gone.
    pub(super) gone: AtomicBool,
}

impl PortCounters {
    /// The value of a counter.
    pub(super) fn get(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

/// Packets on their way from an interface into the network.
#[derive(Default)]
struct Waiting {
    packets: VecDeque<(SimTime, Vec<u8>)>,
    spare: Vec<Vec<u8>>,
    /// Present time, counted from when clients begin.
    now: SimTime,
}

/// The port of a client, on the thread of its node.
pub(super) struct LivePort {
    /// Service and end.
    pub(super) place: (usize, usize),
    settings: ClientPort,
    device: Arc<OpenPort>,
    waiting: Rc<RefCell<Waiting>>,
    pub(super) counters: Arc<PortCounters>,
    room: Vec<u8>,
    /// What the far end was last told of this one.
    failed: bool,
}

/// The end of its queue that the network takes packets from.
struct LiveSource {
    waiting: Rc<RefCell<Waiting>>,
    counters: Arc<PortCounters>,
}

impl LivePort {
    /// The port at this end of a service.
    pub(super) fn new(
        place: (usize, usize),
        settings: ClientPort,
        device: Arc<OpenPort>,
        counters: Arc<PortCounters>,
    ) -> Self {
        counters.up.store(true, Ordering::Relaxed);
        counters.carrier.store(true, Ordering::Relaxed);
        let (waiting, room) = (Rc::default(), vec![0; LONGEST + 1]);
        Self { place, settings, device, waiting, counters, room, failed: false }
    }

    /// Where the network takes its packets.
    pub(super) fn source(&self) -> Box<dyn PacketSource> {
        let (waiting, counters) = (Rc::clone(&self.waiting), Arc::clone(&self.counters));
        Box::new(LiveSource { waiting, counters })
    }

    /// Reads what has come in; `now` counts from when clients begin. True where there was something.
    pub(super) fn read(&mut self, now: SimTime) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        waiting.now = now;
        let mut any = false;
        for _ in 0..AT_ONCE {
            let full = waiting.packets.len() >= self.settings.queue;
            if full && self.settings.when_full == WhenFull::Wait {
                break;
            }
            let octets = match self.device.receive(&mut self.room) {
                Ok(Some(octets)) => octets,
                Ok(None) => break,
                Err(_) => {
                    self.counters.gone.store(true, Ordering::Relaxed);
                    break;
                }
            };
            any = true;
            add(&self.counters.received, 1);
            if octets > LONGEST {
                add(&self.counters.too_long, 1);
            } else if full {
                add(&self.counters.full, 1);
            } else {
                let mut packet = waiting.spare.pop().unwrap_or_default();
                packet.clear();
                packet.extend_from_slice(&self.room[..octets]);
                packet.resize(octets.max(SHORTEST), 0);
                waiting.packets.push_back((now, packet));
            }
        }
        let count = waiting.packets.len() as u64;
        self.counters.waiting.store(count, Ordering::Relaxed);
        self.counters.most_waiting.fetch_max(count, Ordering::Relaxed);
        any
    }

    /// Hands a packet that left the network to the interface.
    pub(super) fn write(&self, packet: &[u8]) {
        let taken = self.device.send(packet);
        add(if taken { &self.counters.sent } else { &self.counters.refused }, 1);
    }

    /// Shows the interface a carrier unless the client signal of the far end has failed, where that is wished.
    pub(super) fn forward_loss(&mut self, failed: bool) {
        let carrier = !(failed && self.settings.link_loss_forwarding);
        if self.counters.carrier.load(Ordering::Relaxed) != carrier
            && self.device.set_carrier(carrier).is_ok()
        {
            self.counters.carrier.store(carrier, Ordering::Relaxed);
        }
    }

    /// Looks at the interface. Gives whether the client here has failed, where that has changed and is to be told.
    pub(super) fn look(&mut self) -> Option<bool> {
        let up = match self.device.state() {
            Ok(state) => {
                self.counters.kernel.store(state.dropped, Ordering::Relaxed);
                state.up
            }
            Err(_) => {
                self.counters.gone.store(true, Ordering::Relaxed);
                false
            }
        };
        self.counters.up.store(up, Ordering::Relaxed);
        let changed = std::mem::replace(&mut self.failed, !up) == up;
        (changed && self.settings.link_loss_forwarding).then_some(!up)
    }
}

impl PacketSource for LiveSource {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let mut waiting = self.waiting.borrow_mut();
        let Some((stamp, octets)) = waiting.packets.pop_front() else { return Ok(false) };
        let before = std::mem::replace(&mut packet.octets, octets);
        waiting.spare.push(before);
        packet.stamp = stamp;
        let waited = waiting.now.since(stamp).as_ns();
        self.counters.waited_ns.store(waited, Ordering::Relaxed);
        Ok(true)
    }

    fn is_live(&self) -> bool {
        true
    }
}
