//! Client octets through GMP: how many each frame carries, where they go, and back.
//!
//! Clauses: G.709 Annex D.2 (sigma-delta), D.3 (Cm one frame ahead), D.4 (Sum CnD). In, source: how
//! many n-bit entities of the client have come. Out: the overhead of a frame and the octets of its
//! blocks. The count signalled in a frame is that of the next one, on both sides.

use super::count::{CountReceiver, Reception};
use super::overhead::{Count14, CountOverhead, TimingOverhead};
use super::position::Runs;

/// Shape of a GMP payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Blocks of one frame or multiframe.
    pub blocks: u32,
    /// Octets of a block: m / 8.
    pub block_octets: u32,
    /// n-bit entities of a block: m / n. One where the timing bits are not used.
    pub entities: u32,
}

impl Shape {
    /// Octets of the whole payload.
    pub const fn octets(self) -> usize {
        (self.blocks * self.block_octets) as usize
    }
}

/// Value of stuff octets.
//= g709:d.2-stuff-zero
const STUFF: u8 = 0;

/// Fills a payload with `count` blocks of data from `take` and stuff.
pub fn map(shape: Shape, count: Count14, payload: &mut [u8], mut take: impl FnMut(&mut [u8])) {
    let mut rest = payload;
    for (data, blocks) in Runs::new(count.get().into(), shape.blocks) {
        let length = ((blocks * shape.block_octets) as usize).min(rest.len());
        let (run, behind) = rest.split_at_mut(length);
        if data {
            take(run);
        } else {
            run.fill(STUFF);
        }
        rest = behind;
    }
}

/// Gives the data blocks of a payload that holds `count` of them.
pub fn demap(shape: Shape, count: Count14, payload: &[u8], mut give: impl FnMut(&[u8])) {
    let mut rest = payload;
    for (data, blocks) in Runs::new(count.get().into(), shape.blocks) {
        let length = ((blocks * shape.block_octets) as usize).min(rest.len());
        let (run, behind) = rest.split_at(length);
        if data {
            give(run);
        }
        rest = behind;
    }
}

/// Goes through a payload that comes in pieces, such as the frames of a multiframe.
#[derive(Clone, Debug)]
pub struct RunCursor {
    runs: Runs,
    count: Count14,
    block_octets: u32,
    /// Kind of the present run, and its octets that are still to come.
    data: bool,
    left: usize,
}

impl RunCursor {
    /// At the start of a payload with `count` blocks of data.
    pub const fn new(shape: Shape, count: Count14) -> Self {
        let runs = Runs::new(count.get() as u32, shape.blocks);
        Self { runs, count, block_octets: shape.block_octets, data: false, left: 0 }
    }

    /// The count.
    pub const fn count(&self) -> Count14 {
        self.count
    }

    /// Octets of data among the next `octets`.
    pub fn data_within(&self, octets: usize) -> usize {
        let present = self.left.min(octets);
        let size = self.block_octets as usize;
        let (blocks, part) = ((octets - present) / size, (octets - present) % size);
        let whole = self.runs.data_within(blocks as u32);
        let begun = part > 0 && self.runs.data_within(blocks as u32 + 1) > whole;
        let present = if self.data { present } else { 0 };
        present + whole as usize * size + if begun { part } else { 0 }
    }

    /// Fills the next octets with `data` and stuff; `data` is as long as [`Self::data_within`] says.
    /// Where runs are short this is faster than [`Self::map`].
    pub fn spread(&mut self, data: &[u8], octets: &mut [u8]) {
        let (mut from, mut to) = (0, 0);
        let size = self.block_octets as usize;
        while to < octets.len() {
            let length = self.step(octets.len() - to);
            if length == 0 || !self.data {
                let end = if length == 0 { octets.len() } else { to + length };
                stuff(&mut octets[to..end]);
                to = end;
            } else {
                copy_run(&data[from..], &mut octets[to..], length);
                from += length;
                to += length;
            }
            self.pairs(octets.len() - to, |length| {
                stuff(&mut octets[to..to + size]);
                to += size;
                copy_run(&data[from..], &mut octets[to..], length);
                from += length;
                to += length;
            });
        }
    }

    /// Writes the data among the next octets to the front of `data`, which is as long as they are;
    /// gives their number. The rest of `data` is not kept. Where runs are short this is faster than
    /// [`Self::demap`].
    pub fn collect(&mut self, octets: &[u8], data: &mut [u8]) -> usize {
        let (mut from, mut to) = (0, 0);
        let size = self.block_octets as usize;
        while from < octets.len() {
            let length = self.step(octets.len() - from);
            if length == 0 {
                break;
            }
            if self.data {
                copy_run(&octets[from..], &mut data[to..], length);
                to += length;
            }
            from += length;
            self.pairs(octets.len() - from, |length| {
                from += size;
                copy_run(&octets[from..], &mut data[to..], length);
                from += length;
                to += length;
            });
        }
        to
    }

    /// Where a run has just ended, and while a stuff block and the data behind it lie within the next
    /// `most` octets: gives the octets of that data.
    #[inline]
    fn pairs(&mut self, most: usize, mut give: impl FnMut(usize)) {
        if self.left > 0 {
            return;
        }
        // On its own the compiler would not keep it in registers.
        let mut runs = self.runs.clone();
        let mut blocks = most as u32 / self.block_octets;
        while let Some(length) = runs.stuff_and_data(blocks) {
            blocks -= length + 1;
            give((length * self.block_octets) as usize);
        }
        self.runs = runs;
    }

    /// Octets of the present run within the next `most`; none behind the last block.
    #[inline]
    fn step(&mut self, most: usize) -> usize {
        if self.left == 0 {
            let Some((data, blocks)) = self.runs.next() else { return 0 };
            self.data = data;
            self.left = (blocks * self.block_octets) as usize;
        }
        let length = self.left.min(most);
        self.left -= length;
        length
    }

    /// Fills the next octets with data from `take` and stuff.
    pub fn map(&mut self, octets: &mut [u8], mut take: impl FnMut(&mut [u8])) {
        let mut rest = octets;
        while !rest.is_empty() {
            let length = self.step(rest.len());
            if length == 0 {
                rest.fill(STUFF);
                return;
            }
            let (run, behind) = rest.split_at_mut(length);
            if self.data {
                take(run);
            } else {
                run.fill(STUFF);
            }
            rest = behind;
        }
    }

    /// Gives the data among the next octets; says how many octets of stuff are not zero, which
    /// nobody needs to obey.
    //= g709:d.2-stuff-zero
    pub fn demap(&mut self, octets: &[u8], mut give: impl FnMut(&[u8])) -> u64 {
        let mut wrong = 0;
        let mut rest = octets;
        while !rest.is_empty() {
            let length = self.step(rest.len());
            if length == 0 {
                return wrong;
            }
            let (run, behind) = rest.split_at(length);
            if self.data {
                give(run);
            } else {
                wrong += run.iter().filter(|&&octet| octet != STUFF).count() as u64;
            }
            rest = behind;
        }
        wrong
    }
}

/// Writes stuff; a single octet of it without a call.
#[inline]
fn stuff(octets: &mut [u8]) {
    match octets {
        [octet] => *octet = STUFF,
        octets => octets.fill(STUFF),
    }
}

/// Copies a run. A short one is copied with what is behind it, up to a fixed length: a move or two
/// in the place of a call. What is behind it in `to` is written later.
#[inline]
fn copy_run(from: &[u8], to: &mut [u8], length: usize) {
    const AT_ONCE: usize = 32;
    if length <= AT_ONCE
        && let (Some(from), Some(to)) =
            (from.first_chunk::<AT_ONCE>(), to.first_chunk_mut::<AT_ONCE>())
    {
        *to = *from;
    } else {
        to[..length].copy_from_slice(&from[..length]);
    }
}

/// The source: follows the client's clock with Cm and Sum CnD.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    shape: Shape,
    /// Count of the present frame.
    count: Count14,
    /// Entities that have come and are in no block yet.
    remainder: u32,
    /// Entities taken into account so far.
    come: u64,
}

/// What a source sends in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Count of this frame's data blocks.
    pub count: Count14,
    /// JC1, JC2 and JC3: the count of the next frame.
    pub jc123: [u8; 3],
    /// JC4, JC5 and JC6: Sum CnD; zeros where the timing bits are not used.
    pub jc456: [u8; 3],
}

impl Source {
    /// A source whose first frame carries `count` blocks.
    pub const fn new(shape: Shape, count: Count14) -> Self {
        Self { shape, count, remainder: 0, come: 0 }
    }

    /// Shape of the payload.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Goes on by a frame. `come` is the number of n-bit entities that the client has sent up to
    /// now, since the start; those that make whole blocks go into the next frame.
    //= g709:d.4-cnd-update
    pub fn next_frame(&mut self, come: u64) -> Sent {
        let new = come.saturating_sub(self.come);
        self.come = self.come.max(come);
        let waiting = u64::from(self.remainder) + new;
        let blocks = (waiting / u64::from(self.shape.entities)).min(self.shape.blocks.into());
        let next = Count14::new(blocks as u16).unwrap_or_default();
        // A client beyond the server's rate leaves more than a block behind; it is cut there.
        let left = waiting - blocks * u64::from(self.shape.entities);
        self.remainder = left.min(u64::from(self.shape.entities) - 1) as u32;
        let timing = TimingOverhead::new(self.remainder as u16).unwrap_or_default();
        let jc456 = if self.shape.entities > 1 { timing.octets() } else { [0; 3] };
        let sent = Sent {
            count: self.count,
            jc123: CountOverhead::signal(self.count, next).octets(),
            jc456,
        };
        self.count = next;
        sent
    }
}

/// The sink: knows the count of each frame from the overhead of the one before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sink {
    receiver: CountReceiver,
    count: Option<Count14>,
}

/// What a sink learned from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Learned {
    /// Count of this frame's data blocks, where it is known.
    pub count: Option<Count14>,
    /// What JC1 to JC3 said about the next one.
    pub reception: Reception,
    /// Sum CnD, where its CRC-5 is right.
    pub timing: Option<TimingOverhead>,
}

impl Sink {
    /// Takes the overhead of a frame.
    pub fn receive(&mut self, jc123: [u8; 3], jc456: [u8; 3]) -> Learned {
        let reception = self.receiver.receive(jc123);
        let count = core::mem::replace(&mut self.count, reception.count);
        Learned { count, reception, timing: TimingOverhead::read(jc456) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    const OPU0: Shape = Shape { blocks: 15_232, block_octets: 1, entities: 1 };
    const OPU3: Shape = Shape { blocks: 476, block_octets: 32, entities: 32 };
    const OPU4: Shape = Shape { blocks: 190, block_octets: 80, entities: 80 };

    proptest! {
        /// In pieces of any length, with blocks of any size: as run by run.
        #[test]
        fn runs_all_at_once_are_those_one_by_one(
            which in 0usize..3,
            fill in 0.0f64..=1.0,
            sparse in any::<bool>(),
            cuts in proptest::collection::vec(1usize..900, 1..8),
        ) {
            let shape = [OPU0, OPU3, OPU4][which];
            let many = (f64::from(shape.blocks) * if sparse { fill } else { 1.0 - fill / 20.0 }) as u16;
            let count = Count14::new(many).unwrap();
            let (mut one, mut all) = (RunCursor::new(shape, count), RunCursor::new(shape, count));
            let (mut back, mut together) = (one.clone(), one.clone());
            let mut n = 0u32;
            // Beyond the last block too.
            let mut left = shape.octets() + 100;
            for cut in cuts.iter().cycle() {
                let length = left.min(*cut);
                left -= length;
                let (mut expected, mut data) = (vec![0xEE; length], Vec::new());
                one.map(&mut expected, |out| {
                    for octet in out {
                        *octet = (n.wrapping_mul(0x9E37_79B9) >> 24) as u8;
                        n += 1;
                        data.push(*octet);
                    }
                });
                prop_assert_eq!(all.data_within(length), data.len());
                let mut spread = vec![0xEE; length];
                all.spread(&data, &mut spread);
                prop_assert_eq!(&spread, &expected);
                let mut given = Vec::new();
                back.demap(&spread, |part| given.extend_from_slice(part));
                prop_assert_eq!(&given, &data);
                let mut collected = vec![0xEE; length];
                let found = together.collect(&spread, &mut collected);
                prop_assert_eq!(&collected[..found], &data[..]);
                if left == 0 {
                    break;
                }
            }
            prop_assert_eq!(n as usize, usize::from(many) * shape.block_octets as usize);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Client octets come back at any rate the server can carry and under any wander, with the
        /// count that the formula for Cm and Sum CnD asks for.
        //= type=test g709:d.4-cnd-update
        //= type=test g709:d.2-stuff-zero
        #[test]
        fn client_octets_come_back_under_any_wander(
            which in 0usize..3,
            base in 0.2f64..0.995,
            wander in proptest::collection::vec(-0.002f64..0.002, 8..40),
        ) {
            let shape = [OPU0, OPU3, OPU4][which];
            let per_frame = f64::from(shape.blocks * shape.entities);
            let first = (base * f64::from(shape.blocks)) as u16;
            let mut source = Source::new(shape, Count14::new(first).unwrap());
            let mut sink = Sink::default();
            let (mut come, mut sent, mut received) = (0.0f64, Vec::new(), Vec::new());
            let (mut n, mut blocks) = (0u32, 0u64);
            for (f, step) in wander.iter().enumerate() {
                // A steady first frame synchronises the sink: a change alone would not.
                let steady = f64::from(u32::from(first) * shape.entities);
                come += if f == 0 { steady } else { (base + step) * per_frame };
                let frame = source.next_frame(come as u64);
                let mut payload = vec![0xEE; shape.octets()];
                map(shape, frame.count, &mut payload, |out| {
                    for octet in out.iter_mut() {
                        *octet = (n.wrapping_mul(0x9E37_79B9) >> 24) as u8 | 1;
                        n += 1;
                    }
                    if f > 0 {
                        sent.extend_from_slice(out);
                    }
                });
                let stuffed = payload.iter().filter(|&&o| o == 0).count();
                let data = usize::from(frame.count.get()) * shape.block_octets as usize;
                prop_assert_eq!(stuffed, shape.octets() - data);
                let learned = sink.receive(frame.jc123, frame.jc456);
                prop_assert_eq!(learned.timing.map(|t| u32::from(t.get())), Some(source.remainder));
                if f > 0 {
                    prop_assert_eq!(learned.count, Some(frame.count));
                    demap(shape, frame.count, &payload, |part| received.extend_from_slice(part));
                }
                blocks += u64::from(source.count.get());
                // What has come is what is in blocks, and the remainder.
                let entities = u64::from(shape.entities);
                prop_assert_eq!(blocks * entities + u64::from(source.remainder), come as u64);
            }
            prop_assert!(sent == received);
        }
    }
    //= type=test g709:d.2-stuff-zero
    #[test]
    fn stuff_that_is_not_zero_is_counted_and_data_is_not() {
        for (shape, counts) in [(OPU0, [0, 1, 14_000, 15_232]), (OPU4, [0, 1, 188, 190])] {
            for count in counts.map(|count| Count14::new(count).unwrap()) {
                let (mut cursor, mut wrong, mut data) = (RunCursor::new(shape, count), 0, 0);
                let mut payload = vec![0; shape.octets()];
                RunCursor::new(shape, count).map(&mut payload, |out| out.fill(0xFF));
                let mut clean = RunCursor::new(shape, count);
                assert_eq!(clean.demap(&payload, |_| {}), 0);
                for piece in vec![0x01; shape.octets()].chunks(3_807) {
                    wrong += cursor.demap(piece, |run| data += run.len());
                }
                let blocks = usize::from(count.get());
                assert_eq!(data, blocks * shape.block_octets as usize);
                assert_eq!(wrong as usize, shape.octets() - data);
            }
        }
    }
}
