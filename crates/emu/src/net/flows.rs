//! What became of every packet of a service in one direction.
//!
//! In: what was sent, and what arrived, each in its order. Out: counts that add up, latency, and the times in
//! which packets were missing. A packet is known again by its octets. Where several that are on their way
//! look the same, the one whose latency is nearest to that of the packet before is meant; the counts do not
//! depend on that choice.

use std::collections::VecDeque;

use otn_frame::SimTime;

use super::traffic::Seen;

/// Packets of the past that are remembered, to know one that comes twice.
const REMEMBERED: usize = 4_096;

/// Disruptions kept; those beyond are counted.
const KEPT: usize = 1_000;

/// What became of packets. The sum of all but `sent` and `duplicated` and `corrupted` is `sent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PacketCounts {
    /// Taken into the network.
    pub sent: u64,
    /// Arrived whole, once.
    pub delivered: u64,
    /// Arrived with a wrong FCS, or not at all.
    pub lost: u64,
    /// On their way when the run ended early.
    pub in_flight: u64,
    /// Arrived with a wrong FCS; those are lost too.
    pub fcs_errors: u64,
    /// Arrived a second time, as happens where a switch goes to a longer way.
    pub duplicated: u64,
    /// Arrived with a right FCS, and nobody had sent them.
    pub corrupted: u64,
    /// Octets delivered, FCS included.
    pub octets: u64,
}

/// A time in which packets were missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disruption {
    /// When the last packet before it arrived.
    pub from: SimTime,
    /// When the first packet after it arrived; the end of the run where none did.
    pub to: SimTime,
    /// When the first packet that is missing was sent, and the last one.
    pub sent: (SimTime, SimTime),
    /// Packets that are missing.
    pub lost: u64,
}

/// Latency of the packets that were delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// Smallest.
    pub min: SimTime,
    /// Largest.
    pub max: SimTime,
    /// Sum, to divide by the packets delivered; picoseconds.
    sum_ps: u128,
}

impl Latency {
    /// The mean over so many packets.
    pub fn mean(&self, packets: u64) -> SimTime {
        let mean = self.sum_ps / u128::from(packets.max(1));
        SimTime::from_ps(u64::try_from(mean).unwrap_or(u64::MAX))
    }
}

/// Packets of a part of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowBin {
    /// Sent in it.
    pub sent: u64,
    /// Arrived in it.
    pub delivered: u64,
    /// Of those that were sent in it: never arrived.
    pub lost: u64,
    /// Sum of the latencies of those that arrived in it, picoseconds.
    pub latency_ps: u128,
}

/// Bins of a run; what comes later goes into the last one.
const BINS: u64 = 200;

/// One direction of a service.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    width: SimTime,
    bins: Vec<FlowBin>,
    counts: PacketCounts,
    latency: Latency,
    on_the_way: VecDeque<Seen>,
    /// Digests of what was delivered last.
    past: VecDeque<u64>,
    last_latency: Option<SimTime>,
    /// Arrival of the packet delivered last.
    last_arrival: SimTime,
    disruptions: Vec<Disruption>,
    more: u64,
    /// Only one end of it is seen: nothing is known of what is missing.
    one_sided: bool,
}

impl Flow {
    /// A flow in a run that lasts so long.
    pub(super) fn new(duration: SimTime) -> Self {
        let width = SimTime::from_ps(duration.as_ps().div_ceil(BINS));
        Self { width, ..Self::default() }
    }

    fn bin(&mut self, at: SimTime) -> &mut FlowBin {
        let index = (at.as_ps() / self.width.as_ps().max(1)).min(BINS) as usize;
        if self.bins.len() <= index {
            self.bins.resize(index + 1, FlowBin::default());
        }
        &mut self.bins[index]
    }

    /// A packet was taken into the network.
    pub(super) fn sent(&mut self, packet: Seen) {
        self.counts.sent += 1;
        self.bin(packet.at).sent += 1;
        if self.one_sided {
            return;
        }
        self.on_the_way.push_back(packet);
    }

    /// A packet left the network.
    pub(super) fn arrived(&mut self, packet: Seen) {
        if !packet.good {
            self.counts.fcs_errors += 1;
            return;
        }
        if self.one_sided {
            self.bin(packet.at).delivered += 1;
            self.counts.delivered += 1;
            self.counts.octets += u64::from(packet.octets);
            return;
        }
        match self.find(packet) {
            Some(index) => self.deliver(index, packet),
            None if self.past.contains(&packet.digest) => self.counts.duplicated += 1,
            None => self.counts.corrupted += 1,
        }
    }

    /// Which of those on their way it is.
    fn find(&self, packet: Seen) -> Option<usize> {
        let latency = |sent: &Seen| packet.at.since(sent.at).as_ps();
        let same = |sent: &Seen| sent.digest == packet.digest && sent.at <= packet.at;
        let mut candidates = self.on_the_way.iter().enumerate().filter(|(_, sent)| same(sent));
        let Some(usual) = self.last_latency else { return candidates.next().map(|(at, _)| at) };
        // What comes next in the usual time is meant, without a look at all the others.
        if let Some(first) = self.on_the_way.front()
            && same(first)
            && latency(first).abs_diff(usual.as_ps()) <= usual.as_ps() / 8
        {
            return Some(0);
        }
        candidates
            .min_by_key(|(at, sent)| (latency(sent).abs_diff(usual.as_ps()), *at))
            .map(|(at, _)| at)
    }

    fn deliver(&mut self, index: usize, packet: Seen) {
        self.lose(index, packet.at);
        let Some(sent) = self.on_the_way.pop_front() else { return };
        let latency = packet.at.since(sent.at);
        let first = self.counts.delivered == 0;
        self.latency.min = if first { latency } else { self.latency.min.min(latency) };
        self.latency.max = self.latency.max.max(latency);
        self.latency.sum_ps += u128::from(latency.as_ps());
        let bin = self.bin(packet.at);
        bin.delivered += 1;
        bin.latency_ps += u128::from(latency.as_ps());
        self.last_latency = Some(latency);
        self.last_arrival = packet.at;
        self.counts.delivered += 1;
        self.counts.octets += u64::from(packet.octets);
        if self.past.len() == REMEMBERED {
            self.past.pop_front();
        }
        self.past.push_back(packet.digest);
    }

    /// The first so many on their way did not arrive.
    fn lose(&mut self, count: usize, until: SimTime) {
        let (Some(first), Some(last)) =
            (self.on_the_way.front(), count.checked_sub(1).and_then(|at| self.on_the_way.get(at)))
        else {
            return;
        };
        let (sent, lost) = ((first.at, last.at), count as u64);
        for at in 0..count {
            let sent = self.on_the_way[at].at;
            self.bin(sent).lost += 1;
        }
        self.on_the_way.drain(..count);
        self.counts.lost += lost;
        let from = self.last_arrival;
        if let Some(open) = self.disruptions.last_mut().filter(|open| open.from == from) {
            // It goes on: nothing has arrived meanwhile.
            open.to = until;
            open.lost += lost;
            open.sent.1 = sent.1;
        } else if self.disruptions.len() < KEPT {
            self.disruptions.push(Disruption { from, to: until, sent, lost });
        } else {
            self.more += 1;
        }
    }

    /// What was sent this long before `now` does not come any more.
    pub(super) fn expire(&mut self, now: SimTime, after: SimTime) {
        let gone = self.on_the_way.partition_point(|sent| sent.at + after < now);
        self.lose(gone, now);
    }

    /// The run is over: what has not come is lost, or was on its way where the run ended early.
    pub(super) fn finish(&mut self, now: SimTime, early: bool) {
        if early {
            self.counts.in_flight += self.on_the_way.len() as u64;
            self.on_the_way.clear();
        } else {
            self.lose(self.on_the_way.len(), now);
        }
    }

    /// What became of packets.
    pub const fn counts(&self) -> PacketCounts {
        self.counts
    }

    /// From now on only one end of it is seen: what is sent and what arrives is counted, and nothing compared.
    pub fn see_one_side(&mut self) {
        self.one_sided = true;
        self.on_the_way.clear();
    }

    /// True where only one end of it is seen.
    pub const fn is_one_sided(&self) -> bool {
        self.one_sided
    }

    /// Packets on their way.
    pub fn on_the_way(&self) -> u64 {
        self.on_the_way.len() as u64
    }

    /// How long they took.
    pub const fn latency(&self) -> Latency {
        self.latency
    }

    /// Bins of this width, from time zero on.
    pub fn bins(&self) -> (SimTime, &[FlowBin]) {
        (self.width, &self.bins)
    }

    /// The times in which packets were missing, and how many more there were than are kept.
    pub fn disruptions(&self) -> (&[Disruption], u64) {
        (&self.disruptions, self.more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at_us: u64, digest: u64) -> Seen {
        Seen { at: SimTime::from_ns(at_us * 1_000), octets: 64, digest, good: true }
    }

    #[test]
    fn what_is_skipped_is_lost_and_the_gap_is_told() {
        let mut flow = Flow::default();
        (0..10).for_each(|n| flow.sent(seen(n * 10, n)));
        [0, 1, 2, 6, 7].into_iter().for_each(|n| flow.arrived(seen(n * 10 + 100, n)));
        let at = |us: u64| SimTime::from_ns(us * 1_000);
        let gap = Disruption { from: at(120), to: at(160), sent: (at(30), at(50)), lost: 3 };
        assert_eq!(flow.disruptions(), (&[gap][..], 0));
        flow.finish(at(500), false);
        let counts = flow.counts();
        assert_eq!((counts.sent, counts.delivered, counts.lost), (10, 5, 5));
        assert_eq!(flow.latency().mean(5), at(100));
    }

    #[test]
    fn the_same_octets_again_and_again_are_told_apart_by_their_latency() {
        let mut flow = Flow::default();
        (0..100).for_each(|n| flow.sent(seen(n * 10, n % 3)));
        // Seven are lost: more than two rounds of the three packets.
        (0..100).filter(|n| !(20..27).contains(n)).for_each(|n| {
            flow.arrived(seen(n * 10 + 400, n % 3));
        });
        assert_eq!(flow.counts().lost, 7);
        assert_eq!(flow.latency().max, SimTime::from_ns(400_000));
    }

    #[test]
    fn twice_and_never_sent_are_two_things() {
        let mut flow = Flow::default();
        (0..5).for_each(|n| flow.sent(seen(n, n)));
        [0, 1, 2, 1, 2, 3, 77].into_iter().for_each(|n| flow.arrived(seen(50 + n, n)));
        flow.arrived(Seen { good: false, ..seen(60, 4) });
        flow.finish(SimTime::from_ms(1), false);
        let counts = flow.counts();
        assert_eq!((counts.duplicated, counts.corrupted, counts.fcs_errors), (2, 1, 1));
        assert_eq!((counts.delivered, counts.lost), (4, 1));
    }

    #[test]
    fn one_gap_is_one_disruption_however_it_is_found() {
        let mut flow = Flow::default();
        (0..100).for_each(|n| flow.sent(seen(n * 10, n)));
        flow.arrived(seen(50, 0));
        flow.expire(SimTime::from_ns(700_000), SimTime::from_ns(100_000));
        flow.expire(SimTime::from_ns(800_000), SimTime::from_ns(100_000));
        flow.arrived(seen(1_000, 90));
        let (disruptions, _) = flow.disruptions();
        assert_eq!(disruptions.len(), 1);
        assert_eq!(disruptions[0].lost, 89);
        assert_eq!(disruptions[0].to, SimTime::from_ns(1_000_000));
    }
}
