//! The staircase code straight from its check matrix, bit by bit, for reading and for tests.
//!
//! Clause: G.709.2. In: blocks as rows of bits. Out: parity found by solving equations; whether
//! every word of a block checks; the errors of a word by trying. Nothing here uses the tables of the fast
//! code: products are shifts and adds, and F is the formula of the Recommendation.

use super::{BLOCK_COLUMNS, BLOCK_ROWS, INFORMATION_COLUMNS, PARITY};
use alloc::vec;
use alloc::vec::Vec;

/// A block: rows of bits.
pub type Block = Vec<Vec<bool>>;

/// A block of zeros.
pub fn zeros() -> Block {
    vec![vec![false; BLOCK_COLUMNS]; BLOCK_ROWS]
}

fn multiply(a: u32, b: u32) -> u32 {
    let mut product = 0;
    for j in 0..10 {
        if b >> j & 1 == 1 {
            product ^= a << j;
        }
    }
    for j in (10..20).rev() {
        if product >> j & 1 == 1 {
            product ^= 0b100_0000_1001 << (j - 10);
        }
    }
    product
}

/// Check column f(i): 32 bits, those of beta first.
//= g709.2:check-matrix
pub fn check_column(i: usize) -> Vec<bool> {
    let beta = i as u32;
    let square = multiply(beta, beta);
    let cube = multiply(square, beta);
    let fifth = multiply(cube, square);
    let [b0, b1, b2] = [0, 1, 2].map(|bit| i >> bit & 1 == 1);
    // b2 b1' b0' + b2' b1 + b2' b1' b0.
    let f = if b2 { !b1 && !b0 } else { b1 || b0 };
    let bits = |value: u32| (0..10).map(move |j| value >> j & 1 == 1);
    bits(beta).chain(bits(cube)).chain(bits(fifth)).chain([f, !f]).collect()
}

/// The check matrix in the order of the bits of a word: 1022 columns. `positions` is Pi_d.
//= g709.2:column-order
pub fn check_matrix(positions: &[u16]) -> Vec<Vec<bool>> {
    let mut order = vec![1021, 1022];
    order.extend(1..=510);
    for place in 0..BLOCK_COLUMNS {
        let q = positions.iter().position(|&at| at as usize == place).unwrap_or(0);
        order.push(511 + q);
    }
    order.into_iter().map(check_column).collect()
}

/// Bits of the word of row `j`: a column of the block before, zeros for rows 0 and 1, and the row.
pub fn word(before: &Block, block: &Block, j: usize, positions: &[u16]) -> Vec<bool> {
    let left = |row: usize| j >= 2 && before[row][positions[j - 2] as usize];
    (0..BLOCK_ROWS).map(left).chain(block[j].iter().copied()).collect()
}

/// Checks that fail.
pub fn syndrome(matrix: &[Vec<bool>], word: &[bool]) -> Vec<bool> {
    let mut sum = vec![false; PARITY];
    for (column, _) in matrix.iter().zip(word).filter(|&(_, &bit)| bit) {
        sum.iter_mut().zip(column).for_each(|(s, &c)| *s ^= c);
    }
    sum
}

/// Sets the parity of every row, by solving the 32 equations of its word.
//= g709.2:parity
pub fn encode(before: &Block, block: &mut Block, positions: &[u16]) {
    let matrix = check_matrix(positions);
    let parity_part = &matrix[BLOCK_ROWS + INFORMATION_COLUMNS..];
    for j in 0..BLOCK_ROWS {
        block[j][INFORMATION_COLUMNS..].fill(false);
        let target = syndrome(&matrix, &word(before, block, j, positions));
        block[j][INFORMATION_COLUMNS..].copy_from_slice(&solve(parity_part, &target));
    }
}

/// Which columns add up to `target`; they are independent.
fn solve(columns: &[Vec<bool>], target: &[bool]) -> Vec<bool> {
    let count = columns.len();
    let mut equations: Vec<Vec<bool>> = (0..target.len())
        .map(|i| columns.iter().map(|column| column[i]).chain([target[i]]).collect())
        .collect();
    for pivot in 0..count {
        let Some(at) = (pivot..count).find(|&at| equations[at][pivot]) else { continue };
        equations.swap(pivot, at);
        let chosen = equations[pivot].clone();
        for (at, equation) in equations.iter_mut().enumerate() {
            if at != pivot && equation[pivot] {
                equation.iter_mut().zip(&chosen).for_each(|(e, &c)| *e ^= c);
            }
        }
    }
    equations.iter().map(|equation| equation[count]).collect()
}
