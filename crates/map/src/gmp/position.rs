//! Which blocks of a GMP payload carry data: the sigma-delta distribution.
//!
//! Clause: G.709 Annex D.2. In: the count Cm and the number of blocks. Out: for block 1, 2, … P
//! whether it is data. Block j is data where (j x Cm) mod P is less than Cm.

/// Data or stuff for each block, in order.
#[derive(Clone, Debug)]
pub struct DataBlocks {
    count: u32,
    blocks: u32,
    left: u32,
    /// (j x Cm) mod P of the block given last.
    phase: u32,
}

impl DataBlocks {
    /// The distribution of `count` data blocks over `blocks`; a greater count fills all of them.
    pub const fn new(count: u32, blocks: u32) -> Self {
        let count = if count < blocks { count } else { blocks };
        Self { count, blocks, left: blocks, phase: 0 }
    }
}

impl Iterator for DataBlocks {
    type Item = bool;

    /// Stepping j by one adds Cm to the phase; it falls below Cm exactly when it passes P.
    //= g709:d.2-data-blocks
    fn next(&mut self) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        self.phase += self.count;
        let data = self.phase >= self.blocks;
        if data {
            self.phase -= self.blocks;
        }
        Some(data)
    }
}

/// The same, as runs of equal blocks: true for data, and the number of blocks.
///
/// While the phase is at least P - Cm every step is data and takes P - Cm away; below it every step
/// is stuff and adds Cm. A run that follows another is therefore one of two lengths next to each
/// other, the shorter of which is a ratio of Cm and P - Cm: no division for each run.
#[derive(Clone, Debug)]
pub struct Runs {
    blocks: DataBlocks,
    /// Length of a short run of data, and of stuff.
    short: [u32; 2],
    /// What a short run of data leaves of Cm; zero where there is one kind of block only.
    rest: u32,
}

impl Runs {
    /// The runs of `count` data blocks over `blocks`.
    pub const fn new(count: u32, blocks: u32) -> Self {
        let given = DataBlocks::new(count, blocks);
        let DataBlocks { count, .. } = given;
        let stuff = blocks - count;
        let short = match (count, stuff) {
            (0, _) | (_, 0) => [blocks, blocks],
            _ => [count / stuff, stuff.div_ceil(count) - 1],
        };
        let rest = if stuff == 0 { 0 } else { count % stuff };
        Self { blocks: given, short, rest }
    }

    /// Goes on by one stuff block and the run of data behind it, and gives the length of that run.
    /// `None`, and nothing happens, unless stuff is next, is the rarer kind, and both lie within the
    /// next `most` blocks.
    #[inline]
    pub(super) const fn stuff_and_data(&mut self, most: u32) -> Option<u32> {
        let DataBlocks { count, blocks, left, phase } = self.blocks;
        let stuff = blocks - count;
        let phase_after = phase + self.rest;
        let longer = phase_after >= stuff;
        let length = self.short[0] + longer as u32;
        if phase >= stuff || stuff > count || length >= most || length >= left {
            return None;
        }
        self.blocks.left = left - length - 1;
        self.blocks.phase = if longer { phase_after - stuff } else { phase_after };
        Some(length)
    }

    /// Data blocks among the next `blocks`.
    pub const fn data_within(&self, blocks: u32) -> u32 {
        let DataBlocks { count, blocks: all, left, phase } = self.blocks;
        let blocks = if blocks < left { blocks } else { left };
        if all == 0 {
            0
        } else {
            ((phase as u64 + blocks as u64 * count as u64) / all as u64) as u32
        }
    }
}

impl Iterator for Runs {
    type Item = (bool, u32);

    #[inline]
    fn next(&mut self) -> Option<(bool, u32)> {
        let DataBlocks { count, blocks, left, phase } = &mut self.blocks;
        if *left == 0 {
            return None;
        }
        let stuff = *blocks - *count;
        let data = *phase >= stuff;
        let [short_data, short_stuff] = self.short;
        let length = if data {
            short_data + u32::from(stuff > 0 && *phase - short_data * stuff >= stuff)
        } else {
            short_stuff + u32::from(*count > 0 && stuff - *phase > short_stuff * *count)
        };
        let length = length.min(*left);
        *left -= length;
        *phase = if data { *phase - length * stuff } else { *phase + length * *count };
        Some((data, length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn stuff(count: u32, blocks: u32) -> Vec<u32> {
        (1..).zip(DataBlocks::new(count, blocks)).filter(|(_, d)| !d).map(|(j, _)| j).collect()
    }

    /// Against two steps of one run each, from wherever stuff is next.
    fn two_runs_in_one_step(from: &Runs) {
        let mut single = from.clone();
        let stuff = from.blocks.blocks - from.blocks.count;
        loop {
            let mut both = single.clone();
            let Some((data, first)) = single.next() else { return };
            let mut after = single.clone();
            let (second, behind) = (after.next(), after.blocks.left);
            match both.stuff_and_data(u32::MAX) {
                Some(length) => {
                    assert_eq!(((data, first), second), ((false, 1), Some((true, length))));
                    assert_eq!((both.blocks.phase, both.blocks.left), (after.blocks.phase, behind));
                    assert_eq!(single.clone().stuff_and_data(length), None);
                }
                // At the end a run may be cut.
                None => assert!(data || behind == 0 || from.blocks.count < stuff),
            }
        }
    }

    #[test]
    fn runs_are_the_blocks_taken_together() {
        for blocks in [1u32, 2, 3, 190, 476, 952] {
            for count in 0..=blocks {
                let mut runs: Vec<(bool, u32)> = Vec::new();
                for data in DataBlocks::new(count, blocks) {
                    match runs.last_mut() {
                        Some((kind, length)) if *kind == data => *length += 1,
                        Some(_) | None => runs.push((data, 1)),
                    }
                }
                assert!(Runs::new(count, blocks).eq(runs), "{count} of {blocks}");
                let data = DataBlocks::new(count, blocks).take(blocks as usize / 3);
                let data = data.filter(|d| *d).count() as u32;
                assert_eq!(Runs::new(count, blocks).data_within(blocks / 3), data);
                assert_eq!(Runs::new(count, blocks).data_within(blocks + 1), count);
                two_runs_in_one_step(&Runs::new(count, blocks));
            }
        }
        let total: u32 = Runs::new(14_407, 15_232).filter(|r| r.0).map(|r| r.1).sum();
        assert_eq!(total, 14_407);
    }

    /// Conformance case 33, and the examples of the fact sheet.
    //= type=test g709:d.2-data-blocks
    #[test]
    fn blocks_are_those_of_the_formula() {
        assert_eq!(stuff(188, 190), [1, 96]);
        assert_eq!(stuff(189, 190), [1]);
        assert_eq!(stuff(475, 476), [1]);
        let many = stuff(14_407, 15_232);
        assert_eq!((many.len(), &many[..5]), (825, &[1, 19, 37, 56, 74][..]));
        for blocks in [1u32, 2, 190, 476, 952] {
            for count in 0..=blocks {
                let formula = (1..=blocks).map(|j| (j * count) % blocks < count);
                assert!(DataBlocks::new(count, blocks).eq(formula), "{count} of {blocks}");
            }
        }
        for (count, blocks) in [(15_168u32, 15_232u32), (1, 15_232), (7_648, 15_232)] {
            let formula = (1..=blocks)
                .map(|j| (u64::from(j) * u64::from(count)) % u64::from(blocks) < u64::from(count));
            assert!(DataBlocks::new(count, blocks).eq(formula));
            assert_eq!(DataBlocks::new(count, blocks).filter(|d| *d).count(), count as usize);
        }
        assert_eq!(DataBlocks::new(500, 476).filter(|d| *d).count(), 476, "no more than there are");
    }
}
