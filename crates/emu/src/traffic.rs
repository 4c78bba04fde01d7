//! Client packets and when they arrive at their port.
//!
//! In: packets from somewhere, a pace. Out: packets with an arrival time, FCS appended. A client
//! that is faster than its container is paused, as by Ethernet flow control: none is dropped.

use std::error::Error;

use otn_frame::SimTime;
use otn_map::ethernet;

/// Octets that Ethernet spends on a packet beside its frame: preamble, delimiter, smallest gap.
const ETHERNET_GAP: u64 = 20;
/// Picoseconds of a second.
const PS_PER_S: u128 = 1_000_000_000_000;

/// When packets arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Back to back at this Ethernet bit rate, preamble and smallest gap included.
    Rate {
        /// Bit/s.
        bits_per_second: u64,
    },
    /// At the times of the capture, counted from its first packet.
    Captured,
}

/// A packet of a capture: an Ethernet frame without FCS.
#[derive(Clone, Debug, Default)]
pub struct Packet {
    /// Octets from destination address to the end of data.
    pub octets: Vec<u8>,
    /// Time stamp, counted from the first packet; never smaller than that of the packet before.
    pub stamp: SimTime,
}

/// Where packets come from.
pub trait PacketSource {
    /// Puts the next packet into `packet`; false at the end.
    ///
    /// # Errors
    /// Whatever keeps the source from reading on.
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool, Box<dyn Error + Send + Sync>>;

    /// Where there was no packet there may be one later: the client is there while the network runs.
    fn is_live(&self) -> bool {
        false
    }
}

/// A client port: packets of a source, dated by a pace.
pub struct Client {
    source: Box<dyn PacketSource>,
    pace: Pace,
    packet: Packet,
    arrival: SimTime,
    waiting: bool,
    ended: bool,
    /// Bits of all packets so far, for a pace by rate.
    bits: u128,
}

impl Client {
    /// A client that has not sent anything yet.
    pub fn new(source: Box<dyn PacketSource>, pace: Pace) -> Self {
        Self {
            source,
            pace,
            packet: Packet::default(),
            arrival: SimTime::ZERO,
            waiting: false,
            ended: false,
            bits: 0,
        }
    }

    /// Makes sure the next packet is known, if there is one.
    ///
    /// # Errors
    /// Those of the source.
    pub fn prepare(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if self.waiting || self.ended {
            return Ok(());
        }
        if !self.source.next_packet(&mut self.packet)? {
            self.ended = !self.source.is_live();
            return Ok(());
        }
        let fcs = ethernet::fcs(&self.packet.octets);
        self.packet.octets.extend_from_slice(&fcs);
        // A packet can be sent on once its last bit is in.
        self.bits += u128::from(self.packet.octets.len() as u64 + ETHERNET_GAP) * 8;
        self.arrival = match self.pace {
            Pace::Rate { bits_per_second } => {
                let ps = self.bits * PS_PER_S / u128::from(bits_per_second.max(1));
                SimTime::from_ps(u64::try_from(ps).unwrap_or(u64::MAX))
            }
            Pace::Captured => self.packet.stamp,
        };
        self.waiting = true;
        Ok(())
    }

    /// Arrival of the packet that waits.
    pub fn arrival(&self) -> Option<SimTime> {
        self.waiting.then_some(self.arrival)
    }

    /// The packet that waits, with FCS, and its arrival; call [`Self::prepare`] for the next one.
    pub fn take(&mut self) -> Option<(SimTime, &[u8])> {
        std::mem::take(&mut self.waiting).then_some((self.arrival, self.packet.octets.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Three(u8);

    impl PacketSource for Three {
        fn next_packet(
            &mut self,
            packet: &mut Packet,
        ) -> Result<bool, Box<dyn Error + Send + Sync>> {
            self.0 += 1;
            packet.octets = vec![self.0; 60];
            packet.stamp = SimTime::from_ns(u64::from(self.0 - 1) * 500);
            Ok(self.0 <= 3)
        }
    }

    fn arrivals(pace: Pace) -> Vec<u64> {
        let mut client = Client::new(Box::new(Three(0)), pace);
        let mut times = Vec::new();
        loop {
            client.prepare().unwrap();
            let Some((at, packet)) = client.take() else { return times };
            assert_eq!(ethernet::check_fcs(packet).map(<[u8]>::len), Ok(60));
            times.push(at.as_ns());
        }
    }

    #[test]
    fn minimum_frames_at_10_gigabit_come_every_67_2_ns() {
        let ten = Pace::Rate { bits_per_second: 10_000_000_000 };
        assert_eq!(arrivals(ten), [67, 134, 201]);
        assert_eq!(arrivals(Pace::Captured), [0, 500, 1_000]);
    }
}
