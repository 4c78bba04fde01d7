//! Smallest patterns of wrong bits that an iterated decoder cannot correct: how many, and one drawn.
//!
//! Source: arXiv 1201.4106 for rows and columns; what follows from the frame for G.975.1 I.3. In: a
//! code's name, a generator. Out: the places of a pattern, every pattern being equally likely.
//!
//! Bit literals: a 64-bit integer is made a number below another.

use alloc::vec;
use alloc::vec::Vec;

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

use super::super::streams::unit_interval;
use crate::theory::stall::{choose, in_product, in_staircase};
use crate::{g975_1_i3, g975_1_i7, staircase};

/// A bit of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its block on the line, from the first block that the pattern can touch.
    pub block: usize,
    /// Its place among the coded bits of the block.
    pub at: usize,
    /// Block and place among the information bits, unless it is parity.
    pub information: Option<(usize, usize)>,
}

/// The smallest patterns of one code.
#[derive(Clone, Debug)]
pub enum StallPatterns {
    /// Crossings of rows and columns of a block.
    Product {
        /// Rows and columns of a block.
        sides: (u32, u32),
        /// Rows and columns of information.
        information: (u32, u32),
        /// Rows and columns of a pattern.
        wrong: (u32, u32),
    },
    /// Crossings of words of a staircase.
    Staircase {
        /// Rows of a block.
        rows: u32,
        /// Columns of information; parity follows.
        information: u32,
        /// Lines of a pattern in each direction.
        lines: u32,
        /// Column of a block that is in the same word as row n + `alone` of the next.
        column: Vec<u16>,
        /// Rows of a block without a column of the block before.
        alone: u32,
    },
    /// An inner word and the outer words that it crosses in many bits.
    Braid(Braid),
}

/// Rows over which the information of a row of I.3 is spread: the pattern is in the last of them.
const SPREAD: usize = g975_1_i3::SPREAD;

impl StallPatterns {
    /// The patterns of a code of the registry, or `None` if they are not known.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "g975.1-i3" => Some(Self::Braid(Braid::new())),
            "g975.1-i7" => Some(Self::Product {
                sides: (g975_1_i7::COLUMN.n as u32, g975_1_i7::ROW.n as u32),
                information: (
                    g975_1_i7::INFORMATION_ROWS as u32,
                    g975_1_i7::INFORMATION_COLUMNS as u32,
                ),
                // A row is lost with one error more than it corrects, which lie in as many columns.
                wrong: (g975_1_i7::COLUMN.t as u32 + 1, g975_1_i7::ROW.t as u32 + 1),
            }),
            "staircase" => Some(Self::Staircase {
                rows: staircase::BLOCK_ROWS as u32,
                information: staircase::INFORMATION_COLUMNS as u32,
                lines: 4,
                column: staircase::Component::new().positions().to_vec(),
                alone: (staircase::BLOCK_ROWS - staircase::BLOCK_COLUMNS) as u32,
            }),
            _ => None,
        }
    }

    /// Bits of a pattern.
    pub fn bits(&self) -> u32 {
        match self {
            Self::Product { wrong, .. } => wrong.0 * wrong.1,
            Self::Staircase { lines, .. } => lines * lines,
            Self::Braid(_) => WRONG,
        }
    }

    /// Bits that can be left out with some hope that a decoder completes the pattern, and that it is
    /// seen. In I.3 the parity of inner words is not seen, and these are not miscorrected.
    pub fn most_left_out(&self) -> u32 {
        match self {
            Self::Product { .. } | Self::Staircase { .. } => self.bits(),
            Self::Braid(_) => 0,
        }
    }

    /// Patterns for each block.
    pub fn count(&self) -> f64 {
        match self {
            Self::Product { sides, wrong, .. } => in_product(*sides, *wrong),
            Self::Staircase { rows, lines, column, .. } => {
                in_staircase(*rows, column.len() as u32, *lines)
            }
            Self::Braid(braid) => braid.count(),
        }
    }

    /// Blocks that a pattern can touch, on the line or behind the decoder.
    pub fn span(&self) -> usize {
        match self {
            Self::Product { .. } => 1,
            Self::Staircase { .. } => 2,
            Self::Braid(_) => SPREAD,
        }
    }

    /// Draws a pattern.
    pub fn draw(&self, generator: &mut ChaCha8Rng) -> Vec<Place> {
        match self {
            Self::Product { sides, information, wrong } => {
                let rows = subset(sides.0 as usize, wrong.0 as usize, generator);
                let columns = subset(sides.1 as usize, wrong.1 as usize, generator);
                let (width, kept) =
                    (sides.1 as usize, (information.0 as usize, information.1 as usize));
                let place = |r: usize, c: usize| Place {
                    block: 0,
                    at: width * r + c,
                    information: (r < kept.0 && c < kept.1).then_some((0, kept.1 * r + c)),
                };
                rows.iter().flat_map(|&r| columns.iter().map(move |&c| place(r, c))).collect()
            }
            Self::Staircase { .. } => self.draw_staircase(generator),
            Self::Braid(braid) => braid.draw(generator),
        }
    }

    fn draw_staircase(&self, generator: &mut ChaCha8Rng) -> Vec<Place> {
        let Self::Staircase { rows, information, lines, column, alone } = self else {
            return Vec::new();
        };
        let (rows, lines, width) = (*rows as usize, *lines as usize, column.len());
        // Words of the next block: each a column here and a row there.
        let words = subset(width, lines, generator);
        let crossing = loop {
            let chosen = subset(rows + width, lines, generator);
            if chosen.iter().any(|&line| line < rows) {
                break chosen;
            }
        };
        let kept = *information as usize;
        let place = |block: usize, r: usize, c: usize| Place {
            block,
            at: width * r + c,
            information: (c < kept).then_some((block, kept * r + c)),
        };
        let cross = |line: usize, word: usize| match line.checked_sub(rows) {
            None => place(0, line, column[word] as usize),
            Some(next) => place(1, word + *alone as usize, column[next] as usize),
        };
        crossing.iter().flat_map(|&line| words.iter().map(move |&word| cross(line, word))).collect()
    }

    /// How many patterns the wrong bits of a transmission hold, one of which is `drawn`. Of rows and
    /// columns it is taken to be the only one: another shares a line with it in less than a
    /// hundredth of the cases wherever an estimate makes sense.
    pub(super) fn held(&self, drawn: &[Place], is_wrong: impl Fn(usize, usize) -> bool) -> f64 {
        match self {
            Self::Product { .. } | Self::Staircase { .. } => 1.0,
            Self::Braid(braid) => braid.held(drawn, is_wrong),
        }
    }
}

/// Errors that make an inner word of I.3 fail: one more than it corrects.
const WRONG: u32 = g975_1_i3::INNER.t as u32 + 1;
/// Errors that make an outer word of it fail.
const OUTER_WRONG: u32 = g975_1_i3::OUTER.t as u32 + 1;

/// The smallest patterns of G.975.1 I.3. An inner word shares some thirty bits with each of 64 outer
/// words, and its parity with none. It stalls with eleven wrong bits of which each outer word has
/// four or more, or none; the others are in its parity. At most two outer words can be hit.
#[derive(Clone, Debug)]
pub struct Braid {
    /// For each inner word, the positions that it shares with each outer word.
    shared: Vec<Vec<Vec<u16>>>,
    /// The positions of its parity, in every word the same.
    parity: Vec<u16>,
    /// Each way to deal the errors, with the patterns that it and those before it have.
    deals: Vec<(Deal, f64)>,
}

/// Errors dealt to outer words and parity.
#[derive(Clone, Copy, Debug)]
struct Deal {
    inner: u16,
    /// Outer word and errors in it, twice; the second may have none.
    outer: [(u16, u32); 2],
}

impl Braid {
    fn new() -> Self {
        let (mut parity, mut shared) = (Vec::new(), Vec::new());
        for inner in 0..g975_1_i3::INNER_WORDS {
            let mut of_inner = vec![Vec::new(); SPREAD * g975_1_i3::OUTER_WORDS];
            for position in 0..g975_1_i3::INNER.n {
                match g975_1_i3::outer_word(inner, position) {
                    Some((age, word)) => {
                        of_inner[g975_1_i3::OUTER_WORDS * age + word].push(position as u16);
                    }
                    None if inner == 0 => parity.push(position as u16),
                    None => {}
                }
            }
            shared.push(of_inner);
        }
        let mut braid = Self { shared, parity, deals: Vec::new() };
        let mut sum = 0.0;
        for (inner, of_inner) in braid.shared.iter().enumerate() {
            let sizes: Vec<f64> = of_inner.iter().map(|shared| shared.len() as f64).collect();
            each_deal(&sizes, braid.parity.len() as f64, |outer, patterns| {
                sum += patterns;
                braid.deals.push((Deal { inner: inner as u16, outer }, sum));
            });
        }
        braid
    }

    fn count(&self) -> f64 {
        self.deals.last().map_or(0.0, |(_, sum)| *sum)
    }

    fn draw(&self, generator: &mut ChaCha8Rng) -> Vec<Place> {
        let wanted = unit_interval(generator) * self.count();
        let at = self.deals.partition_point(|(_, sum)| *sum < wanted).min(self.deals.len() - 1);
        let Deal { inner, outer } = self.deals[at].0;
        let inner = usize::from(inner);
        let in_parity = WRONG - outer[0].1 - outer[1].1;
        let of_outer = |(word, errors)| (&self.shared[inner][usize::from(word)], errors);
        let parts = [of_outer(outer[0]), of_outer(outer[1]), (&self.parity, in_parity)];
        let mut places = Vec::new();
        for (positions, errors) in parts {
            for chosen in subset(positions.len(), errors as usize, generator) {
                places.push(place(inner, positions[chosen].into()));
            }
        }
        places
    }

    fn held(&self, drawn: &[Place], is_wrong: impl Fn(usize, usize) -> bool) -> f64 {
        // The octets of a row go to the inner words in turn.
        let Some(inner) = drawn.first().map(|first| first.at / 8 % g975_1_i3::INNER_WORDS) else {
            return 1.0;
        };
        let wrong_of = |positions: &Vec<u16>| {
            let wrong = |&&position: &&u16| is_wrong(SPREAD - 1, place(inner, position.into()).at);
            positions.iter().filter(wrong).count() as f64
        };
        let wrong: Vec<f64> = self.shared[inner].iter().map(wrong_of).collect();
        let mut held = 0.0;
        each_deal(&wrong, wrong_of(&self.parity), |_, patterns| held += patterns);
        held
    }
}

/// Every way to deal the errors of a pattern to outer words of these sizes and to the parity, with
/// the number of its patterns, unless that is none.
fn each_deal(sizes: &[f64], parity: f64, mut take: impl FnMut([(u16, u32); 2], f64)) {
    let mut deal = |outer: [(u16, u32); 2]| {
        let of_outer = |(word, errors): (u16, u32)| choose(sizes[usize::from(word)], errors);
        let rest = WRONG - outer[0].1 - outer[1].1;
        let patterns = of_outer(outer[0]) * of_outer(outer[1]) * choose(parity, rest);
        if patterns > 0.0 {
            take(outer, patterns);
        }
    };
    // Those that can be hit at all.
    let large = |&word: &u16| sizes[usize::from(word)] >= f64::from(OUTER_WRONG);
    let words: Vec<u16> = (0..sizes.len() as u16).filter(large).collect();
    for (n, &first) in words.iter().enumerate() {
        for errors in OUTER_WRONG..=WRONG {
            deal([(first, errors), (first, 0)]);
            for &second in &words[n + 1..] {
                for others in OUTER_WRONG..=WRONG.saturating_sub(errors) {
                    deal([(first, errors), (second, others)]);
                }
            }
        }
    }
}

/// The bit of an inner word of the last row of the span.
fn place(inner: usize, position: usize) -> Place {
    let at = g975_1_i3::place_in_row(inner, position);
    let age = g975_1_i3::outer_word(inner, position).map(|(age, _)| age);
    let in_information = |_: &usize| at < 8 * g975_1_i3::INFORMATION_OCTETS;
    let information = age.filter(in_information).map(|age| (SPREAD - 1 - age, at));
    Place { block: SPREAD - 1, at, information }
}

/// A whole number below `n`, all alike but for one part in 2^40.
fn below(n: usize, generator: &mut ChaCha8Rng) -> usize {
    ((u128::from(generator.next_u64()) * n as u128) >> 64) as usize
}

/// So many different numbers below `n`, every choice of them alike.
pub(super) fn subset(n: usize, count: usize, generator: &mut ChaCha8Rng) -> Vec<usize> {
    let mut chosen = Vec::with_capacity(count);
    while chosen.len() < count {
        let next = below(n, generator);
        if !chosen.contains(&next) {
            chosen.push(next);
        }
    }
    chosen
}
