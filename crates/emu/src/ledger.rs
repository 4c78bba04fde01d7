//! What became of every packet of one direction, and why those that are missing are missing.
//!
//! In: packets as they are put into GFP, by their position in the OPU payload stream; octets that
//! the line left wrong; frames that never came; packets as they come out. Out: counts, and for
//! each lost packet the cause. Both ends of a simulated line are known here, so nothing is
//! estimated: a packet is recognised by its position and compared octet by octet.

use std::collections::VecDeque;

use otn_frame::SimTime;

/// A codeword of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codeword {
    /// Index of the line.
    pub line: usize,
    /// Frame of the line, counted from the first one sent.
    pub frame: u64,
    /// Row, from 1.
    pub row: u8,
    /// Sub-row, from 1.
    pub sub_row: u8,
}

/// Why payload never came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gone {
    /// Its frame was not found: alignment was lost, or the sink took no frames.
    #[default]
    Alignment,
    /// It went over this line while that was out of order.
    Fault(usize),
    /// A node sent a maintenance signal in its place.
    Maintenance,
}

/// Why a packet did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An octet of its GFP frame stayed wrong, in this codeword.
    Hit(Codeword),
    /// An octet before it stayed wrong and delineation or descrambling had not recovered.
    Shadow(Codeword),
    /// Its frame, or one before it, was not received: alignment was lost.
    Alignment,
    /// None of these. It must not happen.
    Unexplained,
    /// Its frame, or one before it, went over this line while that was out of order.
    Fault(usize),
    /// In the place of its frame, or of one before it, a node sent a maintenance signal.
    Maintenance,
}

impl From<Gone> for Cause {
    fn from(gone: Gone) -> Self {
        match gone {
            Gone::Alignment => Self::Alignment,
            Gone::Fault(line) => Self::Fault(line),
            Gone::Maintenance => Self::Maintenance,
        }
    }
}

/// A packet that did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Number of the packet among those sent in this direction, from 0.
    pub packet: u64,
    /// When it arrived at the sending port.
    pub offered: SimTime,
    /// Why.
    pub cause: Cause,
}

/// Counts of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets put into GFP.
    pub packets_in: u64,
    /// Their octets, without FCS.
    pub octets_in: u64,
    /// Packets delivered, octet for octet as they were sent.
    pub packets_out: u64,
    /// Their octets, without FCS.
    pub octets_out: u64,
    /// Packets received with a wrong FCS and dropped; they count as lost too.
    pub fcs_errors: u64,
    /// Packets delivered with a good FCS that are not what was sent. It must not happen.
    pub corrupted: u64,
    /// Lost by cause: hit, shadow, alignment, unexplained, fault, maintenance.
    pub lost: [u64; 6],
    /// Packets still on their way when a run was interrupted.
    pub in_flight: u64,
    /// Smallest, sum and greatest time from port to port, in picoseconds.
    pub delay_ps: (u64, u128, u64),
}

impl Counts {
    /// All lost packets.
    pub fn packets_lost(&self) -> u64 {
        self.lost.iter().sum()
    }
}

struct Sent {
    packet: u64,
    offered: SimTime,
    start: u64,
    end: u64,
    octets: Vec<u8>,
}

/// Lost packets kept with their details; beyond it they are only counted.
pub const DETAILS: usize = 1_000;

/// The ledger of one direction.
#[derive(Default)]
pub struct Ledger {
    sent: VecDeque<Sent>,
    /// Octets left wrong, by position; and the last one forgotten.
    wrong: VecDeque<(u64, Codeword)>,
    /// Positions of payload that never came, and why.
    missing: VecDeque<(u64, u64, Gone)>,
    /// End of the last stretch of missing payload before the packets still on their way.
    last_missing: Option<(u64, Gone)>,
    /// End of the last packet delivered.
    delivered_to: u64,
    /// Last wrong octet before the packets still on their way.
    last_wrong: Option<(u64, Codeword)>,
    counts: Counts,
    details: Vec<Lost>,
    spare: Vec<Vec<u8>>,
}

/// What a received frame turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The packet that was sent there, unchanged.
    Delivered,
    /// Dropped: the FCS is wrong.
    FcsError,
    /// Delivered, although it is not what was sent.
    Corrupted,
    /// Dropped: at a position where none was sent, and with a wrong FCS.
    Phantom,
}

impl Ledger {
    /// A packet (with FCS) goes out in a GFP frame of `frame_octets` at `start`.
    pub fn sent(&mut self, offered: SimTime, start: u64, frame_octets: u64, packet: &[u8]) {
        let mut octets = self.spare.pop().unwrap_or_default();
        octets.clear();
        octets.extend_from_slice(packet);
        let number = self.counts.packets_in;
        self.counts.packets_in += 1;
        self.counts.octets_in += without_fcs(packet);
        let end = start + frame_octets;
        self.sent.push_back(Sent { packet: number, offered, start, end, octets });
    }

    /// The payload octet at `position` left the line wrong. Positions must not go back.
    pub fn wrong_octet(&mut self, position: u64, codeword: Codeword) {
        if self.sent.is_empty() {
            // Nobody can be hit; the last one is all that a later packet may need.
            self.last_wrong = Some((position, codeword));
        } else {
            self.wrong.push_back((position, codeword));
        }
    }

    /// Payload from `start` to before `end` never came; of nothing at all, something strange came
    /// between what is before and what is behind. Positions must not go back.
    pub fn missing(&mut self, start: u64, end: u64, why: Gone) {
        if self.sent.is_empty() {
            self.last_missing = Some((end, why));
        } else if self.missing.back() != Some(&(start, end, why)) {
            self.missing.push_back((start, end, why));
        }
    }

    /// A client frame with this payload came out, its core header at `position`.
    pub fn received(
        &mut self,
        now: SimTime,
        position: u64,
        payload: &[u8],
        fcs_good: bool,
    ) -> Verdict {
        while self.sent.front().is_some_and(|s| s.start < position) {
            self.lose_front();
        }
        let here = self.sent.front().is_some_and(|s| s.start == position);
        match (here, fcs_good) {
            (false, false) => Verdict::Phantom,
            (false, true) => {
                self.counts.corrupted += 1;
                Verdict::Corrupted
            }
            (true, false) => {
                self.counts.fcs_errors += 1;
                self.lose_front();
                Verdict::FcsError
            }
            (true, true) => self.deliver_front(now, payload),
        }
    }

    fn deliver_front(&mut self, now: SimTime, payload: &[u8]) -> Verdict {
        let Some(sent) = self.sent.pop_front() else { return Verdict::Phantom };
        let same = sent.octets == payload;
        if same {
            let delay = now.since(sent.offered).as_ps();
            let (least, sum, most) = self.counts.delay_ps;
            let first = self.counts.packets_out == 0;
            let least = if first { delay } else { least.min(delay) };
            self.counts.delay_ps = (least, sum + u128::from(delay), most.max(delay));
            self.counts.packets_out += 1;
            self.counts.octets_out += without_fcs(payload);
        } else {
            self.counts.corrupted += 1;
        }
        self.delivered_to = sent.end;
        self.forget_before(sent.end);
        self.spare.push(sent.octets);
        if same { Verdict::Delivered } else { Verdict::Corrupted }
    }

    fn forget_before(&mut self, position: u64) {
        while self.wrong.front().is_some_and(|(at, _)| *at < position) {
            self.last_wrong = self.wrong.pop_front();
        }
        while let Some(&(_, end, why)) = self.missing.front().filter(|gone| gone.1 <= position) {
            self.last_missing = Some((end, why));
            self.missing.pop_front();
        }
    }

    fn lose_front(&mut self) {
        let Some(sent) = self.sent.pop_front() else { return };
        self.forget_before(sent.start);
        let overlaps = |gone: &&(u64, u64, Gone)| gone.0 < sent.end && gone.1 > sent.start;
        // Behind missing frames neither delineation nor the descrambler is in step.
        let behind = self.last_missing.filter(|(end, _)| *end >= self.delivered_to);
        let cause = match (self.wrong.front(), self.missing.iter().find(overlaps)) {
            (Some(&(at, codeword)), _) if at < sent.end => Cause::Hit(codeword),
            (_, Some(&(.., why))) => why.into(),
            (_, None) => match (behind, self.last_wrong) {
                (Some((_, why)), _) => why.into(),
                (None, Some((at, codeword))) if at >= self.delivered_to => Cause::Shadow(codeword),
                (None, Some(_) | None) => Cause::Unexplained,
            },
        };
        let slot = match cause {
            Cause::Hit(_) => 0,
            Cause::Shadow(_) => 1,
            Cause::Alignment => 2,
            Cause::Unexplained => 3,
            Cause::Fault(_) => 4,
            Cause::Maintenance => 5,
        };
        self.counts.lost[slot] += 1;
        if self.details.len() < DETAILS {
            self.details.push(Lost { packet: sent.packet, offered: sent.offered, cause });
        }
        self.spare.push(sent.octets);
    }

    /// Packets whose frame ends here or before cannot come any more.
    pub fn lose_before(&mut self, position: u64) {
        while self.sent.front().is_some_and(|s| s.end <= position) {
            self.lose_front();
        }
    }

    /// Nothing more will come: what is still on its way is lost.
    pub fn close(&mut self) {
        while !self.sent.is_empty() {
            self.lose_front();
        }
    }

    /// The run was interrupted: what is still on its way is neither lost nor delivered.
    pub fn interrupt(&mut self) {
        self.counts.in_flight = self.sent.len() as u64;
        self.sent.clear();
    }

    /// True while packets are on their way.
    pub fn any_on_the_way(&self) -> bool {
        !self.sent.is_empty()
    }

    /// Counts so far.
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The first [`DETAILS`] lost packets.
    pub fn lost(&self) -> &[Lost] {
        &self.details
    }
}

fn without_fcs(packet: &[u8]) -> u64 {
    packet.len().saturating_sub(otn_map::ethernet::FCS_OCTETS) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: Codeword = Codeword { line: 0, frame: 4, row: 2, sub_row: 7 };

    /// Ten packets of 100 octets in frames of 108, back to back.
    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        for n in 0..10u8 {
            ledger.sent(SimTime::ZERO, u64::from(n) * 108, 108, &[n; 100]);
        }
        ledger
    }

    fn receive(ledger: &mut Ledger, n: u8, good: bool) -> Verdict {
        ledger.received(SimTime::from_ns(9), u64::from(n) * 108, &[n; 100], good)
    }

    #[test]
    fn delivered_packets_are_compared_octet_by_octet() {
        let mut ledger = ledger();
        assert_eq!(receive(&mut ledger, 0, true), Verdict::Delivered);
        assert_eq!(ledger.received(SimTime::ZERO, 108, &[9; 100], true), Verdict::Corrupted);
        assert_eq!(ledger.received(SimTime::ZERO, 220, &[9; 100], false), Verdict::Phantom);
        assert_eq!(ledger.received(SimTime::ZERO, 220, &[9; 100], true), Verdict::Corrupted);
        assert_eq!((ledger.counts().packets_out, ledger.counts().corrupted), (1, 2));
        assert_eq!(ledger.counts().delay_ps, (9_000, 9_000, 9_000));
    }

    #[test]
    fn a_wrong_octet_explains_its_packet_and_the_shadow_behind_it() {
        let mut ledger = ledger();
        receive(&mut ledger, 0, true);
        ledger.wrong_octet(108 + 50, WORD);
        receive(&mut ledger, 1, false);
        // 2 and 3 never show up; 4 does.
        receive(&mut ledger, 4, true);
        // 5 is lost without any reason after a delivered packet.
        receive(&mut ledger, 6, true);
        let causes: Vec<Cause> = ledger.lost().iter().map(|l| l.cause).collect();
        let shadow = Cause::Shadow(WORD);
        assert_eq!(causes, [Cause::Hit(WORD), shadow, shadow, Cause::Unexplained]);
        assert_eq!((ledger.counts().fcs_errors, ledger.counts().packets_lost()), (1, 4));
    }

    #[test]
    fn missing_frames_explain_what_was_in_them() {
        let mut ledger = ledger();
        ledger.missing(200, 400, Gone::Alignment);
        ledger.close();
        let lost = ledger.counts().lost;
        assert_eq!(lost, [0, 0, 9, 1, 0, 0], "packet 0 ends before 200, none came behind");
        let mut other = self::ledger();
        other.missing(0, 216, Gone::Fault(3));
        other.missing(216, 324, Gone::Maintenance);
        receive(&mut other, 3, true);
        // Something strange came where packet 4 lies, but nothing of it is missing.
        other.missing(500, 500, Gone::Maintenance);
        other.close();
        let causes: Vec<Cause> = other.lost().iter().map(|l| l.cause).collect();
        assert_eq!(causes[..3], [Cause::Fault(3), Cause::Fault(3), Cause::Maintenance]);
        assert_eq!(other.counts().lost, [0, 0, 0, 0, 2, 7]);
        let mut interrupted = self::ledger();
        receive(&mut interrupted, 0, true);
        interrupted.interrupt();
        assert_eq!((interrupted.counts().in_flight, interrupted.counts().packets_lost()), (9, 0));
    }
}
