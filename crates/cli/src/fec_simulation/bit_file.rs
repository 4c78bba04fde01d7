//! Blocks of a code in files: packed bits, bits one by one, log-likelihood ratios, NumPy arrays.
//!
//! In: octets of a file. Out: bits or ratios; and back. A NumPy array (`.npy`, format 1 to 3, C
//! order) holds bits as `u1`, `i1` or bool, or ratios as `f4` or `f8`; of two dimensions the last
//! must be a block.
//!
//! Bit literals: little-endian numbers of files are put together by the standard library; none here.

use anyhow::{Context, Result, bail, ensure};
use otn_fec::bits;

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FileFormat {
    /// Packed bits, the first in the most significant
    #[default]
    Bytes,
    /// Bits as the characters 0 and 1 (one block a line, as $readmemb reads it) or as octets 0 and 1
    Bits,
    /// LLRs, ln(P(0)/P(1)), as little-endian 32-bit floats
    F32,
    /// A NumPy array of bits or of LLRs
    Npy,
}

/// Bits, packed, with their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The octets.
    pub octets: Vec<u8>,
    /// Bits that count.
    pub len: usize,
}

impl Packed {
    /// Packed bits of single ones.
    fn of(single: impl IntoIterator<Item = bool>) -> Self {
        let mut out = Self::default();
        single.into_iter().for_each(|bit| out.push(bit));
        out
    }

    fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.octets.push(0);
        }
        bits::set(&mut self.octets, self.len, bit);
        self.len += 1;
    }

    /// Block number `n` of blocks of `size` bits, from its own first octet on.
    pub fn block(&self, n: usize, size: usize) -> Vec<u8> {
        let from = n * size;
        if from.is_multiple_of(8) && size.is_multiple_of(8) {
            return self.octets[from / 8..(from + size) / 8].to_vec();
        }
        Self::of((from..from + size).map(|at| bits::get(&self.octets, at))).octets
    }

    /// Appends the first `count` bits of a block.
    pub fn append(&mut self, block: &[u8], count: usize) {
        if self.len.is_multiple_of(8) && count.is_multiple_of(8) {
            self.octets.extend_from_slice(&block[..count / 8]);
            self.len += count;
            return;
        }
        (0..count).for_each(|at| self.push(bits::get(block, at)));
    }

    fn iter(&self) -> impl Iterator<Item = bool> + '_ {
        (0..self.len).map(|at| bits::get(&self.octets, at))
    }
}

/// What was in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Bits.
    Bits(Packed),
    /// Log-likelihood ratios.
    Ratios(Vec<f32>),
}

impl Content {
    /// Bits, or ratios.
    pub fn len(&self) -> usize {
        match self {
            Self::Bits(packed) => packed.len,
            Self::Ratios(ratios) => ratios.len(),
        }
    }

    /// True if there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads a file that holds blocks of `block` bits.
///
/// # Errors
/// Octets that are not of the format, ratios that are no finite numbers.
pub fn read(data: &[u8], format: FileFormat, block: usize) -> Result<Content> {
    match format {
        FileFormat::Bytes => read_packed(data, block),
        FileFormat::Bits => read_single(data),
        FileFormat::F32 => {
            let (words, rest) = data.as_chunks::<4>();
            ensure!(rest.is_empty(), "found {} octets, expected a multiple of 4", data.len());
            checked(words.iter().map(|word| f32::from_le_bytes(*word)).collect())
        }
        FileFormat::Npy => read_npy(data, block),
    }
}

/// Packed bits: the last octet may have up to seven zeros behind the last block.
fn read_packed(data: &[u8], block: usize) -> Result<Content> {
    let all = data.len() * 8;
    let filling = all % block;
    let blocks_fill_octets = block.is_multiple_of(8);
    let len = if filling < 8 && !blocks_fill_octets { all - filling } else { all };
    let zeros = (len..all).all(|at| !bits::get(data, at));
    ensure!(zeros, "found ones behind the last whole block of {block} bits");
    Ok(Content::Bits(Packed { octets: data.to_vec(), len }))
}

fn read_single(data: &[u8]) -> Result<Content> {
    let mut out = Packed::default();
    for (at, octet) in data.iter().enumerate() {
        match octet {
            0 | b'0' => out.push(false),
            1 | b'1' => out.push(true),
            octet if octet.is_ascii_whitespace() => {}
            other => bail!("octet {at}: found 0x{other:02X}, expected bits: 0 or 1"),
        }
    }
    Ok(Content::Bits(out))
}

fn checked(ratios: Vec<f32>) -> Result<Content> {
    match ratios.iter().position(|ratio| !ratio.is_finite()) {
        Some(at) => bail!("LLR {at}: found {}, expected a finite number", ratios[at]),
        None => Ok(Content::Ratios(ratios)),
    }
}

/// First octets of a NumPy file.
const MAGIC: &[u8; 6] = b"\x93NUMPY";

fn read_npy(data: &[u8], block: usize) -> Result<Content> {
    let rest = data.strip_prefix(MAGIC).context("expected a NumPy array (.npy)")?;
    let (version, rest) = rest.split_first_chunk::<2>().context("the file ends in its header")?;
    let (length, rest) = match version[0] {
        1 => {
            let (length, rest) = rest.split_first_chunk().context("the file ends in its header")?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk().context("the file ends in its header")?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        other => bail!("found version {other} of the NumPy format, expected 1 to 3"),
    };
    let (header, body) = rest.split_at_checked(length).context("the file ends in its header")?;
    let header = std::str::from_utf8(header).context("header of the NumPy array")?;
    ensure!(!header.contains("'fortran_order': True"), "found Fortran order, expected C order");
    let kind = between(header, "'descr': '", "'").context("found no descr of numbers")?;
    let shape = between(header, "'shape': (", ")").context("found no shape")?;
    let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
    let sizes = sizes.map(|size| size.parse::<usize>().context("shape"));
    let sizes = sizes.collect::<Result<Vec<usize>>>()?;
    if let [_, .., last] = *sizes.as_slice() {
        ensure!(last == block, "found rows of {last}, expected {block}");
    }
    let count = sizes.iter().try_fold(1usize, |all, &size| all.checked_mul(size));
    let bytes = match kind {
        "|u1" | "|i1" | "|b1" => 1,
        "<f4" => 4,
        "<f8" => 8,
        other => bail!("found numbers of kind {other}, expected u1, i1, bool, f4 or f8"),
    };
    let expected = count.and_then(|count| count.checked_mul(bytes));
    ensure!(
        expected == Some(body.len()),
        "found {} octets of {kind}, expected those of shape ({shape})",
        body.len()
    );
    match kind {
        _ if bytes == 1 => match body.iter().position(|&bit| bit > 1) {
            Some(at) => bail!("number {at}: found {}, expected bits: 0 or 1", body[at]),
            None => Ok(Content::Bits(Packed::of(body.iter().map(|&bit| bit == 1)))),
        },
        "<f4" => checked(body.as_chunks().0.iter().map(|word| f32::from_le_bytes(*word)).collect()),
        _ => {
            let words = body.as_chunks().0.iter().map(|word| f64::from_le_bytes(*word) as f32);
            checked(words.collect())
        }
    }
}

fn between<'a>(text: &'a str, before: &str, behind: &str) -> Option<&'a str> {
    let from = text.find(before)? + before.len();
    text[from..].split(behind).next()
}

/// Bits as a file; `block` says how many make a line, or a row.
pub fn write(packed: &Packed, format: FileFormat, block: usize) -> Vec<u8> {
    match format {
        // Ratios are only read: whoever asks for them gets packed bits.
        FileFormat::Bytes | FileFormat::F32 => packed.octets.clone(),
        FileFormat::Bits => {
            let mut out = Vec::with_capacity(packed.len + packed.len / block + 1);
            for (at, bit) in packed.iter().enumerate() {
                out.push(if bit { b'1' } else { b'0' });
                if (at + 1).is_multiple_of(block) {
                    out.push(b'\n');
                }
            }
            out
        }
        FileFormat::Npy => {
            let shape = format!("({}, {block})", packed.len / block);
            let dictionary =
                format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}");
            // The header ends in a newline at a multiple of 64 octets.
            let start = MAGIC.len() + 4;
            let length = (start + dictionary.len() + 1).next_multiple_of(64) - start;
            let mut out = MAGIC.to_vec();
            out.extend([1, 0]);
            out.extend((length as u16).to_le_bytes());
            out.extend(format!("{dictionary:<width$}\n", width = length - 1).into_bytes());
            out.extend(packed.iter().map(u8::from));
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits_of(content: Content) -> Packed {
        match content {
            Content::Bits(packed) => packed,
            Content::Ratios(_) => panic!("bits were written"),
        }
    }

    proptest! {
        #[test]
        fn bits_come_back_in_every_format(
            single in prop::collection::vec(any::<bool>(), 1..200), block in 1usize..40
        ) {
            let count = single.len().next_multiple_of(block);
            let packed = Packed::of(single.into_iter().chain([false; 64]).take(count));
            for format in [FileFormat::Bytes, FileFormat::Bits, FileFormat::Npy] {
                let back = bits_of(read(&write(&packed, format, block), format, block).unwrap());
                let len = packed.len;
                // Seven zeros of filling may hold a block of less than eight bits.
                if block >= 8 || format != FileFormat::Bytes {
                    prop_assert_eq!(&back, &packed);
                } else {
                    prop_assert_eq!(back.iter().take(len).collect::<Vec<_>>(),
                        packed.iter().collect::<Vec<_>>());
                }
            }
            let mut again = Packed::default();
            for n in 0..packed.len / block {
                again.append(&packed.block(n, block), block);
            }
            prop_assert_eq!(again, packed);
        }

        #[test]
        fn no_octets_panic(data in prop::collection::vec(any::<u8>(), 0..200), block in 1usize..40) {
            let npy = [&MAGIC[..], &data].concat();
            for format in [FileFormat::Bytes, FileFormat::Bits, FileFormat::F32, FileFormat::Npy] {
                let _ = (read(&data, format, block).is_ok(), read(&npy, format, block).is_ok());
            }
        }
    }

    /// Written by hand after NumPy's description of its format.
    fn npy(kind: &str, shape: &str, body: &[u8]) -> Vec<u8> {
        let mut header =
            format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
        while (header.len() + 11) % 64 != 0 {
            header.push(' ');
        }
        header.push('\n');
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), body].concat()
    }

    #[test]
    fn arrays_of_ratios_are_read() {
        let ratios = [1.5f32, -2.0, 0.0, 7.25];
        let four: Vec<u8> = ratios.iter().flat_map(|r| r.to_le_bytes()).collect();
        let eight: Vec<u8> = ratios.iter().flat_map(|r| f64::from(*r).to_le_bytes()).collect();
        let expected = Content::Ratios(ratios.to_vec());
        assert_eq!(read(&npy("<f4", "(4,)", &four), FileFormat::Npy, 2).unwrap(), expected);
        assert_eq!(read(&npy("<f8", "(2, 2)", &eight), FileFormat::Npy, 2).unwrap(), expected);
        assert_eq!(read(&four, FileFormat::F32, 2).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let float = |value: f32| value.to_le_bytes();
        let cases: [(Vec<u8>, FileFormat, &str); 10] = [
            ([float(1.0), float(f32::NAN)].concat(), FileFormat::F32, "LLR 1: found NaN"),
            (float(f32::INFINITY).to_vec(), FileFormat::F32, "LLR 0: found inf"),
            (vec![0; 6], FileFormat::F32, "found 6 octets, expected a multiple of 4"),
            (b"0102".to_vec(), FileFormat::Bits, "octet 3: found 0x32"),
            (b"0101".to_vec(), FileFormat::Npy, "expected a NumPy array"),
            (npy("<f4", "(2, 3)", &[0; 24]), FileFormat::Npy, "found rows of 3, expected 2"),
            (npy("<f4", "(3,)", &[0; 8]), FileFormat::Npy, "found 8 octets of <f4, expected"),
            (npy("<c8", "(1,)", &[0; 8]), FileFormat::Npy, "found numbers of kind <c8"),
            (npy("|O", "(1,)", &[0; 8]), FileFormat::Npy, "found numbers of kind |O"),
            (npy("|u1", "(2,)", &[0, 2]), FileFormat::Npy, "number 1: found 2"),
        ];
        for (data, format, words) in cases {
            let error = format!("{:#}", read(&data, format, 2).unwrap_err());
            assert!(error.starts_with(words), "{error}");
        }
    }
}
