//! The error floor of a staircase code: its smallest stall patterns, counted and weighted.
//!
//! Source: Smith and others, arXiv 1201.4106, section on the error floor. In: block side, errors a
//! component corrects, bit error ratio of a binary symmetric channel. Out: an estimate of the error
//! ratios that remain below the waterfall. A pattern of (t+1) rows times (t+1) columns with every
//! crossing wrong cannot be corrected: each row and each column sees t+1 errors. Its bits are wrong
//! by the channel or, rarer, by a miscorrection. Larger patterns are left out; the source finds
//! them to add about one twentieth.

/// What the patterns of a staircase code depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StallPatterns {
    /// Rows and columns of a block.
    pub side: f64,
    /// Errors that a component corrects.
    pub correctable: u32,
    /// Chance that a miscorrection made a bit wrong. Recalled from the source, not read again: a
    /// hypothesis, together with the bit error ratio of the floor it was fitted to.
    pub miscorrected: f64,
}

/// The codes of the registry that have an estimate, by name.
const KNOWN: &[(&str, StallPatterns)] =
    &[("staircase", StallPatterns { side: 510.0, correctable: 3, miscorrected: 5.8e-4 })];

/// An error floor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Floor {
    /// Of blocks.
    pub block: f64,
    /// Of bits.
    pub bit: f64,
    /// Of blocks, if no bit were miscorrected: a lower bound that needs no recalled number.
    pub block_without_miscorrection: f64,
    /// Of bits, likewise.
    pub bit_without_miscorrection: f64,
}

impl StallPatterns {
    /// The patterns of a code of the registry, or `None` if there is no estimate of it.
    pub fn of(name: &str) -> Option<Self> {
        KNOWN.iter().find(|(known, _)| *known == name).map(|(_, patterns)| *patterns)
    }

    //= arxiv1201.4106:error-floor
    /// Smallest patterns that belong to one block: with all their columns there, and their rows in
    /// it or in the next, one at least in it.
    pub fn smallest(&self) -> f64 {
        let lines = self.correctable + 1;
        let columns = choose(self.side, lines);
        columns * (choose(2.0 * self.side, lines) - choose(self.side, lines))
    }

    /// The floor at a bit error ratio of `p`.
    pub fn floor(&self, p: f64) -> Floor {
        let bits = (self.correctable + 1) * (self.correctable + 1);
        let block = |wrong: f64| self.smallest() * libm::pow(wrong, f64::from(bits));
        let bit = |wrong: f64| block(wrong) * f64::from(bits) / (self.side * self.side);
        let with = p + self.miscorrected;
        Floor {
            block: block(with).min(1.0),
            bit: bit(with).min(0.5),
            block_without_miscorrection: block(p).min(1.0),
            bit_without_miscorrection: bit(p).min(0.5),
        }
    }
}

/// n over k.
fn choose(n: f64, k: u32) -> f64 {
    (0..k).fold(1.0, |product, i| product * (n - f64::from(i)) / f64::from(i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fact sheet: the source's floor is 4.0e-21 (at 4.8e-3), larger patterns included.
    //= type=test arxiv1201.4106:error-floor
    #[test]
    fn the_staircase_code_has_the_floor_of_its_paper() {
        let floor = StallPatterns::of("staircase").unwrap().floor(4.8e-3);
        assert!((0.8..1.0).contains(&(floor.bit / 4.0e-21)), "{floor:?}");
        assert!(floor.bit_without_miscorrection < floor.bit);
    }

    /// Blocks of three by three, t = 1: all patterns of two rows and two columns, one by one.
    #[test]
    fn patterns_of_a_small_staircase_are_counted_one_by_one() {
        let mut count = 0;
        for columns in 0u32..8 {
            for rows in 0u32..64 {
                let in_this_block = rows % 8 != 0;
                count +=
                    u32::from(columns.count_ones() == 2 && rows.count_ones() == 2 && in_this_block);
            }
        }
        let small = StallPatterns { side: 3.0, correctable: 1, miscorrected: 0.0 };
        assert_eq!(small.smallest(), f64::from(count));
        let floor = small.floor(1e-3);
        assert!((floor.block / (36.0 * 1e-12) - 1.0).abs() < 1e-12, "{floor:?}");
        assert_eq!(floor.block, floor.block_without_miscorrection);
    }
}
