//! ODUj in ODTUk.ts by the generic mapping procedure, frame by frame of the OPUk.
//!
//! Clauses: G.709 19.6. In: octets of the ODUj. Out: the octets of the ODTU in one frame, and JC1 to
//! JC6 in the frame that holds the overhead of its last slot; and back. The count that a multiframe
//! signals holds for the next one.

use super::slots::{Interleave, Slots};
use crate::gmp::transport::{RunCursor, Shape, Sink, Source};
use crate::gmp::{Count14, Reception};

/// Shape of the payload of an ODTUk.ts: blocks of as many octets as it has slots.
//= g709:19.6-odtuk-blocks
pub const fn shape(slots: Slots, ts: usize) -> Shape {
    let blocks = (slots.rounds() * slots.count()) as u32;
    Shape { blocks, block_octets: ts as u32, entities: ts as u32 }
}

/// The sending side of one ODTUk.ts.
#[derive(Clone, Debug)]
pub struct TsSource {
    interleave: Interleave,
    source: Source,
    cursor: RunCursor,
    /// Overhead of this multiframe.
    jc: [[u8; 3]; 2],
}

impl TsSource {
    /// A source whose first multiframe carries `count` blocks.
    pub const fn new(interleave: Interleave, count: Count14) -> Self {
        let shape = shape(interleave.slots(), interleave.set().len());
        let cursor = RunCursor::new(shape, count);
        Self { interleave, source: Source::new(shape, count), cursor, jc: [[0; 3]; 2] }
    }

    /// Where its octets are.
    pub const fn interleave(&self) -> Interleave {
        self.interleave
    }

    /// A multiframe begins, by whose end `come` client octets will have come.
    pub fn begin(&mut self, come: u64) {
        let sent = self.source.next_frame(come);
        self.cursor = RunCursor::new(self.source.shape(), sent.count);
        self.jc = [sent.jc123, sent.jc456];
    }

    /// Fills the octets of the next frame.
    pub fn map(&mut self, octets: &mut [u8], take: impl FnMut(&mut [u8])) {
        self.cursor.map(octets, take);
    }

    /// Octets of the ODUj in the next `octets` of the ODTU.
    pub fn data_within(&self, octets: usize) -> usize {
        self.cursor.data_within(octets)
    }

    /// Fills the octets of the next frame with as many octets of the ODUj as
    /// [`Self::data_within`] says, and stuff.
    pub fn spread(&mut self, data: &[u8], octets: &mut [u8]) {
        self.cursor.spread(data, octets);
    }

    /// JC1 to JC3 and JC4 to JC6, where frame `frame` of the multiframe carries them.
    //= g709:19.6-overhead-in-last-slot
    pub fn overhead(&self, frame: usize) -> Option<[[u8; 3]; 2]> {
        (self.interleave.set().last() == Some(frame + 1)).then_some(self.jc)
    }
}

/// The receiving side of one ODTUk.ts.
#[derive(Clone, Debug)]
pub struct TsSink {
    interleave: Interleave,
    shape: Shape,
    sink: Sink,
    /// Count of the multiframe to come.
    next: Option<Count14>,
    cursor: Option<RunCursor>,
}

impl TsSink {
    /// A sink that knows no count yet.
    pub fn new(interleave: Interleave) -> Self {
        let shape = shape(interleave.slots(), interleave.set().len());
        Self { interleave, shape, sink: Sink::default(), next: None, cursor: None }
    }

    /// Where its octets are.
    pub const fn interleave(&self) -> Interleave {
        self.interleave
    }

    /// A multiframe begins.
    pub fn begin(&mut self) {
        self.cursor = self.next.map(|count| RunCursor::new(self.shape, count));
    }

    /// The multiframe does not go on here: nothing is known of the octets up to the next one.
    pub const fn interrupt(&mut self) {
        self.cursor = None;
    }

    /// Count of the present multiframe, where it is known.
    pub fn count(&self) -> Option<Count14> {
        self.cursor.as_ref().map(RunCursor::count)
    }

    /// True where frame `frame` of the multiframe carries its overhead.
    pub fn has_overhead(&self, frame: usize) -> bool {
        self.interleave.set().last() == Some(frame + 1)
    }

    /// Takes the overhead, if frame `frame` of the multiframe carries it: what was received, and
    /// whether the CRC-5 is right.
    pub fn overhead(
        &mut self,
        frame: usize,
        jc123: [u8; 3],
        jc456: [u8; 3],
    ) -> Option<(Reception, bool)> {
        if !self.has_overhead(frame) {
            return None;
        }
        let learned = self.sink.receive(jc123, jc456);
        self.next = learned.reception.count;
        Some((learned.reception, learned.timing.is_some()))
    }

    /// Writes the client octets of the next frame to the front of `data`, which is as long as they
    /// are; gives their number, zero while the count is not known.
    pub fn collect(&mut self, octets: &[u8], data: &mut [u8]) -> usize {
        self.cursor.as_mut().map_or(0, |cursor| cursor.collect(octets, data))
    }

    /// Gives the client octets of the next frame, and says how many octets of stuff are not zero;
    /// nothing while the count is not known.
    pub fn demap(&mut self, octets: &[u8], give: impl FnMut(&[u8])) -> u64 {
        self.cursor.as_mut().map_or(0, |cursor| cursor.demap(octets, give))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odtu::slots::SlotSet;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    //= type=test g709:19.6-odtuk-blocks
    #[test]
    fn blocks_of_an_odtu() {
        assert_eq!(shape(Slots::Opu2By8, 1).blocks, 15_232);
        assert_eq!(shape(Slots::Opu3By32, 9).blocks, 15_232);
        assert_eq!(shape(Slots::Opu4, 31).blocks, 15_200);
        assert_eq!(shape(Slots::Opu4, 31).block_octets, 31);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        //= type=test g709:19.6-overhead-in-last-slot
        #[test]
        fn client_octets_come_back(
            which in 0usize..4,
            base in 0.9f64..0.999,
            wander in proptest::collection::vec(-0.0002f64..0.0002, 3..6),
        ) {
            let (slots, set): (_, &[usize]) = [
                (Slots::Opu2By8, &[3][..]),
                (Slots::Opu2By8, &[2, 5]),
                (Slots::Opu3By32, &[7, 8, 9]),
                (Slots::Opu4, &[80]),
            ][which];
            let set = SlotSet::new(set.iter().copied()).unwrap();
            let interleave = Interleave::new(slots, set).unwrap();
            let shape = shape(slots, set.len());
            let first = Count14::new((base * f64::from(shape.blocks)) as u16).unwrap();
            let mut source = TsSource::new(interleave, first);
            let mut sink = TsSink::new(interleave);
            let (mut sent, mut received) = (Vec::new(), Vec::new());
            let mut n = 0u32;
            let mut come = 0.0;
            for (multiframe, step) in wander.iter().enumerate() {
                // A steady start synchronises the sink.
                let steady = f64::from(u32::from(first.get()) * shape.block_octets);
                let octets = f64::from(shape.blocks * shape.block_octets) * (base + step);
                come += if multiframe == 0 { steady } else { octets };
                source.begin(come as u64);
                sink.begin();
                for frame in 0..slots.count() {
                    let mut octets = vec![0xEE; interleave.octets()];
                    source.map(&mut octets, |out| {
                        for octet in out.iter_mut() {
                            *octet = (n.wrapping_mul(0x9E37_79B9) >> 24) as u8;
                            n += 1;
                        }
                        if multiframe > 0 {
                            sent.extend_from_slice(out);
                        }
                    });
                    sink.demap(&octets, |out| received.extend_from_slice(out));
                    if let Some([jc123, jc456]) = source.overhead(frame) {
                        let (reception, crc5) = sink.overhead(frame, jc123, jc456).unwrap();
                        prop_assert!(reception.synchronised && reception.crc_good && crc5);
                    }
                }
            }
            prop_assert!(sent == received);
            prop_assert!(!received.is_empty());
        }
    }
}
