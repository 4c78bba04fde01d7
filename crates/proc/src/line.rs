//! The bits of the line before they are frames: loss of signal, and the unframed OTUk-AIS.
//!
//! Clauses: G.798 6.2.1.2 (dLOS), 6.2.6.3.1 (dAIS of the OTUk). In: octets of the line with the
//! position of their first bit, told apart by whether a FAS was found in them; a function that dates
//! a bit. Out: dLOS and dAIS raised and cleared, each with its exact instant. What they mask is
//! decided elsewhere.
//!
//! A line in good order costs a look at a few octets of each frame: what lies in between is shorter
//! than the time without a transition that counts.

use otn_frame::SimTime;
use otn_map::pn11::Pn11Detector;

use crate::defect::Defect;

/// Time without a transition that raises dLOS.
//= g798:6.2.1.2-los-raise
pub const LOS_RAISE: SimTime = SimTime::from_ns(100_000);

/// Time since the first transition that clears dLOS.
//= g798:6.2.1.2-los-clear
pub const LOS_CLEAR: SimTime = SimTime::from_ns(125_000);

/// Bits that take less than [`LOS_RAISE`] on any line of more than 10.24 Mbit/s: no date is needed.
const SURELY_SHORT_BITS: u64 = 1_024;

/// Looks for transitions in the bits of the line.
#[derive(Clone, Copy, Debug, Default)]
struct SignalWatch {
    /// Bit behind the last one seen, and the level of that one; `None` at the start.
    seen: Option<(u64, bool)>,
    /// Bit that the last transition led to, or the first one of all.
    last: u64,
    /// First transition since the line was dark; `None` while it is.
    bright_since: Option<SimTime>,
    lost: bool,
}

impl SignalWatch {
    /// Takes octets, however long they last: in pieces shorter than [`LOS_RAISE`].
    fn run(
        &mut self,
        octets: &[u8],
        first_bit: u64,
        date: &impl Fn(u64) -> SimTime,
        note: &mut impl FnMut(SimTime, bool),
    ) {
        let behind = first_bit + bits(octets.len());
        if octets.len() <= 1 || date(behind).since(date(first_bit)) < LOS_RAISE {
            self.piece(octets, first_bit, date, note);
            return;
        }
        let (early, late) = octets.split_at(octets.len() / 2);
        self.run(early, first_bit, date, note);
        self.run(late, first_bit + bits(early.len()), date, note);
    }

    /// Takes octets that last less than [`LOS_RAISE`]: only their first and last transition matter.
    fn piece(
        &mut self,
        octets: &[u8],
        first_bit: u64,
        date: &impl Fn(u64) -> SimTime,
        note: &mut impl FnMut(SimTime, bool),
    ) {
        let Some(level) = octets.last().map(|octet| octet % 2 == 1) else { return };
        if self.seen.is_none() {
            // The time without a transition counts from the first bit on.
            self.last = first_bit;
            self.bright_since = Some(date(first_bit));
        }
        // What the bits in a gap were, nobody saw.
        let before = self.seen.filter(|(behind, _)| *behind == first_bit).map(|(_, level)| level);
        if let Some((first, last)) = transitions(before, octets) {
            self.without_transition(first_bit + first, date, note);
            if self.bright_since.is_none() {
                self.bright_since = Some(date(first_bit + first));
            }
            self.last = first_bit + last;
        }
        let behind = first_bit + bits(octets.len());
        self.without_transition(behind, date, note);
        self.seen = Some((behind, level));
    }

    /// Lets the time pass up to this bit, before which there was no transition since the last one.
    //= g798:6.2.1.2-los-raise
    //= g798:6.2.1.2-los-clear
    fn without_transition(
        &mut self,
        bit: u64,
        date: &impl Fn(u64) -> SimTime,
        note: &mut impl FnMut(SimTime, bool),
    ) {
        let Some(since) = self.bright_since else { return };
        if !self.lost && bit - self.last <= SURELY_SHORT_BITS {
            return;
        }
        let now = date(bit);
        let dark_at = date(self.last) + LOS_RAISE;
        let clear_at = since + LOS_CLEAR;
        if self.lost && clear_at <= now && clear_at < dark_at {
            self.lost = false;
            note(clear_at, false);
        }
        if dark_at <= now {
            self.bright_since = None;
            if !self.lost {
                self.lost = true;
                note(dark_at, true);
            }
        }
    }
}

const fn bits(octets: usize) -> u64 {
    octets as u64 * 8
}

/// The bits that the first and the last transition lead to; `before` is the level before the octets,
/// if it is known.
fn transitions(before: Option<bool>, octets: &[u8]) -> Option<(u64, u64)> {
    let octet_of = |level: bool| if level { u8::MAX } else { 0 };
    let (first, last) = (*octets.first()?, *octets.last()?);
    let before = octet_of(before.unwrap_or(first.leading_ones() > 0));
    let after = octet_of(last.trailing_ones() > 0);
    let at = octets.iter().position(|octet| *octet != before)?;
    let same = (octets[at] ^ before).leading_zeros();
    let first = bits(at) + u64::from(same);
    let last = octets.iter().rposition(|octet| *octet != after).map_or(0, |at| {
        let same = (octets[at] ^ after).trailing_zeros();
        bits(at + 1) - u64::from(same)
    });
    Some((first, last))
}

/// dLOS and dAIS of the line of an OTUk.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineMonitor {
    ais: Pn11Detector,
    signal: SignalWatch,
    /// A receiver says that there is no signal.
    told_lost: bool,
}

impl LineMonitor {
    /// A monitor that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// True while dLOS stands.
    pub const fn loss_of_signal(&self) -> bool {
        self.signal.lost || self.told_lost
    }

    /// True while dAIS stands.
    pub const fn ais(&self) -> bool {
        self.ais.present()
    }

    /// Takes octets in which no FAS was found where it should be; `first_bit` is the position of
    /// their first bit, `date` gives the instant of a bit, and `note` takes the defects that change,
    /// those of one kind in order of time. Octets come in order; bits that were left out are taken
    /// for bits without a transition, and do not count for dAIS.
    //= g798:6.2.6.3.1-pn11-interval-end
    pub fn push(
        &mut self,
        octets: &[u8],
        first_bit: u64,
        date: &impl Fn(u64) -> SimTime,
        note: &mut impl FnMut(SimTime, Defect, bool),
    ) {
        let told_lost = self.told_lost;
        self.signal.run(octets, first_bit, date, &mut |at, lost| {
            if !told_lost {
                note(at, Defect::Los, lost);
            }
        });
        self.ais.push_noting(octets, |taken, present| {
            note(date(first_bit + bits(taken)), Defect::OtuAis, present);
        });
    }

    /// Takes a frame whose FAS is right, as it was on the line. It is shorter than [`LOS_RAISE`], as
    /// those of every OTUk are.
    //= g798:line-ais
    pub fn intact_frame(
        &mut self,
        octets: &[u8],
        first_bit: u64,
        date: &impl Fn(u64) -> SimTime,
        note: &mut impl FnMut(SimTime, Defect, bool),
    ) {
        if self.ais.present() {
            self.push(octets, first_bit, date, note);
        } else {
            let told_lost = self.told_lost;
            self.signal.piece(octets, first_bit, date, &mut |at, lost| {
                if !told_lost {
                    note(at, Defect::Los, lost);
                }
            });
        }
        if !self.ais.present() {
            // Whatever has a FAS is not the unframed sequence.
            self.ais = Pn11Detector::new();
        }
    }

    /// A receiver says that its signal is lost, or that it is back.
    //= g798:6.2.1.2-los-told
    pub fn signal_lost(
        &mut self,
        now: SimTime,
        lost: bool,
        note: &mut impl FnMut(SimTime, Defect, bool),
    ) {
        let before = self.loss_of_signal();
        self.told_lost = lost;
        if self.loss_of_signal() != before {
            note(now, Defect::Los, lost);
        }
    }
}

#[cfg(test)]
mod tests;
