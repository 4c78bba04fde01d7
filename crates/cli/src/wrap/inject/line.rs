//! Events of the OTU and of the line under it.
//!
//! Clauses: G.709 15.6.2 (alignment), 15.7.2.1 (SM), 16.4.1 (OTUk-AIS). In: OTU frames in order, first
//! clear, then as on the line. Out: the same with the events in them.

use std::collections::VecDeque;

use otn_frame::OtuFrame;
use otn_frame::layout::MFAS;
use otn_map::pn11::Pn11Source;

use super::event::Event;
use super::odu::{Act, wrong_fas};

/// What happens to an OTU.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) acts: Vec<Act>,
    /// MFAS of the frame before, as sent.
    last_mfas: Option<u8>,
    ais: Pn11Source,
    longer: Longer,
    /// The length that the line will have after the cut that goes on.
    cut: Option<u64>,
}

impl Line {
    /// Changes a frame before FEC and scrambler.
    pub(super) fn clear(&mut self, number: u64, frame: &mut OtuFrame) {
        let mfas = frame.octet(MFAS);
        for act in &mut self.acts {
            if !act.windows.contain(number) {
                continue;
            }
            match act.event {
                Event::Lof => {
                    wrong_fas(frame);
                    act.note(true);
                }
                Event::Lom => {
                    let frozen = self.last_mfas.unwrap_or(mfas);
                    frame.set_octet(MFAS, frozen);
                    act.note(frozen != mfas);
                }
                _ => act.disturb(mfas, frame),
            }
        }
        self.last_mfas = Some(frame.octet(MFAS));
    }

    /// Changes a frame as it goes on the line, before bit errors.
    pub(super) fn coded(&mut self, number: u64, frame: &mut OtuFrame) {
        for act in self.acts.iter_mut().filter(|act| act.event == Event::OtuAis) {
            if act.windows.contain(number) {
                self.ais.fill(frame.octets_mut());
                act.note(true);
            }
        }
    }

    /// Changes a frame as it leaves the line.
    pub(super) fn received(&mut self, number: u64, frame: &mut OtuFrame) {
        let (mut dark, mut cut) = (false, None);
        for act in &mut self.acts {
            let by = match act.event {
                Event::Los => None,
                Event::Cut(bits) => Some(bits),
                _ => continue,
            };
            if act.windows.contain(number) {
                act.note(true);
                dark = true;
                cut = cut.or(by);
            }
        }
        if let (Some(bits), None) = (self.cut, cut) {
            self.longer.by(bits);
        }
        self.cut = cut;
        if dark {
            self.longer.clear();
            frame.octets_mut().fill(0);
        } else {
            self.longer.pass(frame.octets_mut());
        }
    }
}

/// A line that is so many bits longer than it was at first.
#[derive(Debug, Default)]
struct Longer {
    bits: u64,
    /// Octets on their way.
    waiting: VecDeque<u8>,
    /// The bits of the last octet that did not fit, at the most significant end.
    carry: u8,
}

impl Longer {
    /// The line is longer from here on; what was on its way is lost.
    fn by(&mut self, bits: u64) {
        self.bits += bits;
        self.clear();
    }

    /// Nothing is on its way.
    fn clear(&mut self) {
        self.waiting.clear();
        self.waiting.resize((self.bits / u64::from(u8::BITS)) as usize, 0);
        self.carry = 0;
    }

    fn pass(&mut self, octets: &mut [u8]) {
        if self.bits == 0 {
            return;
        }
        let shift = (self.bits % u64::from(u8::BITS)) as u32;
        for octet in octets {
            self.waiting.push_back(*octet);
            let due = self.waiting.pop_front().unwrap_or(0);
            *octet = self.carry | due >> shift;
            self.carry = due.checked_shl(u8::BITS - shift).unwrap_or(0);
        }
    }
}
