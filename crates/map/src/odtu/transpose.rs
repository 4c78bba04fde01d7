//! Rows and columns of a table of octets exchanged, sixteen by sixteen at a time.
//!
//! In: a table, row after row. Out: the same, column after column. Octets of one tributary slot stand
//! as far apart as there are slots; taking them one by one touches each cache line once a slot.
//!
//! Bit literals: words of eight octets are masked.

/// Writes the columns of a table, one after another; `to` is as long as `from`.
pub(super) fn transpose(from: &[u8], columns: usize, to: &mut [u8]) {
    let rows = from.len().checked_div(columns).unwrap_or(0);
    let whole = from.len() == rows * columns && from.len().is_multiple_of(BLOCK);
    match (rows, columns) {
        (_, 2 | 4 | 8) if whole => return narrow(from, columns, to),
        (2 | 4 | 8, _) if whole => return flat(from, rows, to),
        _ => {}
    }
    match rows.min(columns) {
        16.. => by_tiles::<16>(from, (rows, columns), to, transposed),
        8.. => by_tiles::<8>(from, (rows, columns), to, transposed_words),
        _ => {
            for (column, out) in to.chunks_exact_mut(rows.max(1)).enumerate() {
                for (octet, row) in out.iter_mut().zip(from.chunks_exact(columns)) {
                    *octet = row[column];
                }
            }
        }
    }
}

/// Octets that are turned at a time.
const BLOCK: usize = 128;

/// Octets that are turned at a time.
type Block = [u8; BLOCK];

/// A block in which the first half and the second half stand in turn: the top bit of an octet's number has become the
/// bottom bit. As a loop over pairs it is one the compiler makes vectors of.
#[inline]
fn shuffled(block: &Block) -> Block {
    let mut out = [0; BLOCK];
    let (first, second) = block.split_at(BLOCK / 2);
    let (pairs, _) = out.as_chunks_mut::<2>();
    for ((pair, a), b) in pairs.iter_mut().zip(first).zip(second) {
        *pair = [*a, *b];
    }
    out
}

/// A table of 2, 4 or 8 columns: a block is as many of its rows as have room, which become pieces of columns.
fn narrow(from: &[u8], columns: usize, to: &mut [u8]) {
    match columns {
        2 => narrow_by::<2, 6>(from, to),
        4 => narrow_by::<4, 5>(from, to),
        _ => narrow_by::<8, 4>(from, to),
    }
}

/// The number of an octet in a block is that of its row, then that of its column; `TURNS` are the bits of the row.
fn narrow_by<const COLUMNS: usize, const TURNS: usize>(from: &[u8], to: &mut [u8]) {
    let (rows, piece) = (from.len() / COLUMNS, BLOCK / COLUMNS);
    let (blocks, _) = from.as_chunks::<BLOCK>();
    for (i, block) in blocks.iter().enumerate() {
        let mut block = *block;
        for _ in 0..TURNS {
            block = shuffled(&block);
        }
        for (column, octets) in block.chunks_exact(piece).enumerate() {
            to[column * rows + i * piece..][..piece].copy_from_slice(octets);
        }
    }
}

/// A table of 2, 4 or 8 rows.
fn flat(from: &[u8], rows: usize, to: &mut [u8]) {
    match rows {
        2 => flat_by::<2, 1>(from, to),
        4 => flat_by::<4, 2>(from, to),
        _ => flat_by::<8, 3>(from, to),
    }
}

/// As [`narrow_by`], the other way round.
fn flat_by<const ROWS: usize, const TURNS: usize>(from: &[u8], to: &mut [u8]) {
    let (columns, piece) = (from.len() / ROWS, BLOCK / ROWS);
    let (blocks, _) = to.as_chunks_mut::<BLOCK>();
    for (i, out) in blocks.iter_mut().enumerate() {
        let mut block = [0; BLOCK];
        for (row, part) in block.chunks_exact_mut(piece).enumerate() {
            part.copy_from_slice(&from[row * columns + i * piece..][..piece]);
        }
        for _ in 0..TURNS {
            block = shuffled(&block);
        }
        *out = block;
    }
}

/// A tile, row after row.
type Tile<const SIDE: usize> = [[u8; SIDE]; SIDE];

/// The same by tiles of `SIDE` rows and columns; the table has as many of both at least.
fn by_tiles<const SIDE: usize>(
    from: &[u8],
    (rows, columns): (usize, usize),
    to: &mut [u8],
    transposed: impl Fn(Tile<SIDE>) -> Tile<SIDE>,
) {
    for row in starts::<SIDE>(rows) {
        for column in starts::<SIDE>(columns) {
            let mut tile = [[0; SIDE]; SIDE];
            let lines = from[row * columns..].chunks_exact(columns);
            for (line, octets) in tile.iter_mut().zip(lines) {
                line.copy_from_slice(&octets[column..column + SIDE]);
            }
            let lines = to[column * rows..].chunks_exact_mut(rows);
            for (line, octets) in transposed(tile).iter().zip(lines) {
                octets[row..row + SIDE].copy_from_slice(line);
            }
        }
    }
}

/// Eight lines of eight octets as words: quarters change places, then those of each quarter, then octets.
fn transposed_words(tile: Tile<8>) -> Tile<8> {
    let mut words = tile.map(u64::from_le_bytes);
    for (apart, shift, low) in [
        (4, 32, 0x0000_0000_FFFF_FFFF),
        (2, 16, 0x0000_FFFF_0000_FFFF),
        (1, 8, 0x00FF_00FF_00FF_00FF_u64),
    ] {
        for n in (0..8).filter(|n| n & apart == 0) {
            let change = (words[n] >> shift ^ words[n + apart]) & low;
            words[n + apart] ^= change;
            words[n] ^= change << shift;
        }
    }
    words.map(u64::to_le_bytes)
}

/// Where tiles start along one side; the last one may overlap the one before.
fn starts<const SIDE: usize>(length: usize) -> impl Iterator<Item = usize> {
    (0..length.div_ceil(SIDE)).map(move |tile| (tile * SIDE).min(length - SIDE))
}

/// Interleaving line n with line n + 8 moves the top bit of an octet's row number to the bottom
/// of its column number: after four times, rows and columns have changed places.
#[inline]
fn transposed(mut tile: Tile<16>) -> Tile<16> {
    for _ in 0..4 {
        let before = tile;
        for n in 0..8 {
            let (low, high) = interleaved(&before[n], &before[n + 8]);
            tile[2 * n] = low;
            tile[2 * n + 1] = high;
        }
    }
    tile
}

/// The octets of two lines in turn.
#[inline]
fn interleaved(a: &[u8; 16], b: &[u8; 16]) -> ([u8; 16], [u8; 16]) {
    let turn = |first: usize| {
        core::array::from_fn(|n| if n % 2 == 0 { a[first + n / 2] } else { b[first + n / 2] })
    };
    (turn(0), turn(8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    /// The sizes that are turned by blocks, and their neighbours.
    #[test]
    fn tables_of_few_rows_or_columns_change_them_too() {
        for few in [2usize, 4, 8] {
            for many in [64usize, 128, 1904, 3808, 7616, 100] {
                for (rows, columns) in [(few, many), (many, few)] {
                    let table: Vec<u8> =
                        (0..rows * columns).map(|at| (at * 131 + at / 251) as u8).collect();
                    let mut out = vec![0; table.len()];
                    transpose(&table, columns, &mut out);
                    for row in 0..rows {
                        for column in 0..columns {
                            let expected = table[row * columns + column];
                            assert_eq!(out[column * rows + row], expected, "{rows} x {columns}");
                        }
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_octet_changes_row_for_column(rows in 1usize..60, columns in 1usize..90) {
            let octet = |row: usize, column: usize| (row * 31 + column * 7 + row * column) as u8;
            let table: Vec<u8> =
                (0..rows * columns).map(|at| octet(at / columns, at % columns)).collect();
            let mut out = vec![0; table.len()];
            transpose(&table, columns, &mut out);
            for column in 0..columns {
                for row in 0..rows {
                    prop_assert_eq!(out[column * rows + row], octet(row, column));
                }
            }
        }
    }
}
