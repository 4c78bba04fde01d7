//! The coding sublayers against block formats written out bit by bit, and end to end.

mod base_r;
mod forty_gig;
mod multi_lane;
mod reference;
mod ten_gig;
mod transcode;

use crate::ethernet::{MacQueue, check_fcs, fcs};
use crate::pcs::base_r::Event;
use std::collections::VecDeque;
use std::vec::Vec;

/// Frames that each wait from an octet of the stream on.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<(u64, Vec<u8>)>,
    current: Vec<u8>,
}

impl Queue {
    /// Frames that all wait from the start.
    pub(super) fn at_once(frames: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self { waiting: frames.into_iter().map(|f| (0, f)).collect(), current: Vec::new() }
    }

    /// Frames that wait from the octet on that stands with them.
    pub(super) fn at(frames: impl IntoIterator<Item = (u64, Vec<u8>)>) -> Self {
        Self { waiting: frames.into_iter().collect(), current: Vec::new() }
    }
}

impl MacQueue for Queue {
    fn next(&mut self, position: u64) -> Option<&[u8]> {
        if self.waiting.front()?.0 > position {
            return None;
        }
        self.current = self.waiting.pop_front()?.1;
        Some(&self.current)
    }
}

/// A frame of this length with its FCS; its octets depend on `seed`.
pub(super) fn frame(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    let mut octets: Vec<u8> = (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        })
        .collect();
    octets.extend(fcs(&octets));
    octets
}

/// What a sink reported, with owned octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) frames: Vec<(u64, Vec<u8>)>,
    pub(super) broken: Vec<super::base_r::Defect>,
    pub(super) faults: Vec<Option<super::block66::LinkFault>>,
}

impl Heard {
    pub(super) fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Frame(frame) => {
                assert_eq!(frame.preamble.len(), 7);
                self.frames.push((frame.position, frame.octets.to_vec()));
            }
            Event::Broken { defect, .. } => self.broken.push(defect),
            Event::Fault { fault, .. } => self.faults.push(fault),
        }
    }

    pub(super) fn octets(&self) -> Vec<Vec<u8>> {
        self.frames.iter().map(|(_, octets)| octets.clone()).collect()
    }

    /// Frames whose FCS is right.
    pub(super) fn good(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.frames.iter().map(|(_, octets)| octets).filter(|octets| check_fcs(octets).is_ok())
    }
}
