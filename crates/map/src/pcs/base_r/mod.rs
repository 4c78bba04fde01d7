//! MAC frames as blocks: preamble, frame, terminate, gap; faults as ordered sets.
//!
//! Clauses: IEEE 802.3 46.3 and 81.3 (gap, preamble, link fault), 49.2.13 and 82.2.19 (what may
//! follow what). [`Encoder`] makes blocks, [`Decoder`] reads them; both know blocks before the
//! scrambler only.

mod decoder;
mod encoder;
mod fault;

pub use decoder::{Decoder, DecoderCounters, Defect, Event, Frame, MAX_FRAME};
pub use encoder::{Encoder, GAP};
pub use fault::FaultMonitor;
