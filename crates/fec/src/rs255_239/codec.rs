//! The codec of whole frames and of rows: the choice of vectors, made once.
//!
//! In: a frame of four rows, or a row. Out: the same with parity, or corrected, with counts.

use super::correct::locate_with_erasures;
use super::portable::Portable;
use super::{Column, FRAME_OCTETS, N, ROW_OCTETS, ROWS, RowOutcome, SUB_ROWS, kernel};

#[cfg(target_arch = "x86_64")]
use super::{avx2, gfni, ssse3};

/// The vectors a codec works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Words of 64 bits: on every processor.
    Portable,
    /// 128 bits, x86-64.
    Ssse3,
    /// 256 bits, x86-64.
    Avx2,
    /// 256 bits with instructions for GF(2^8), x86-64.
    GfniAvx2,
    /// 512 bits with instructions for GF(2^8), x86-64: a whole frame in one vector.
    GfniAvx512,
    /// 128 bits, AArch64.
    Neon,
}

impl Backend {
    /// All of them, the slowest first.
    pub const ALL: [Self; 6] =
        [Self::Portable, Self::Neon, Self::Ssse3, Self::Avx2, Self::GfniAvx2, Self::GfniAvx512];

    /// Its name, in lowercase.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Ssse3 => "ssse3",
            Self::Avx2 => "avx2",
            Self::GfniAvx2 => "gfni-avx2",
            Self::GfniAvx512 => "gfni-avx512",
            Self::Neon => "neon",
        }
    }

    /// The backend of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|backend| backend.name() == name)
    }

    /// Those that this processor has, the slowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|&backend| Engine::of(backend).is_some())
    }
}

/// A backend with the proof that the processor has it.
#[derive(Clone, Copy)]
enum Engine {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Ssse3(ssse3::Ssse3),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    GfniAvx2(avx2::GfniAvx2),
    #[cfg(target_arch = "x86_64")]
    GfniAvx512(gfni::GfniAvx512, avx2::Avx2),
    #[cfg(target_arch = "aarch64")]
    Neon(super::neon::Neon),
}

impl Engine {
    fn of(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Portable => Some(Self::Portable),
            #[cfg(target_arch = "x86_64")]
            Backend::Ssse3 => ssse3::Ssse3::detect().map(Self::Ssse3),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => avx2::Avx2::detect().map(Self::Avx2),
            #[cfg(target_arch = "x86_64")]
            Backend::GfniAvx2 => avx2::GfniAvx2::detect().map(Self::GfniAvx2),
            #[cfg(target_arch = "x86_64")]
            Backend::GfniAvx512 => {
                let rows = avx2::Avx2::detect()?;
                gfni::GfniAvx512::detect().map(|frames| Self::GfniAvx512(frames, rows))
            }
            #[cfg(target_arch = "aarch64")]
            Backend::Neon => super::neon::Neon::detect().map(Self::Neon),
            _ => None,
        }
    }

    fn best() -> Self {
        Backend::ALL.into_iter().rev().find_map(Self::of).unwrap_or(Self::Portable)
    }
}

/// What the decoder did to one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameOutcome {
    /// Its rows.
    pub rows: [RowOutcome; ROWS],
}

impl FrameOutcome {
    /// Bits changed.
    pub fn corrected_bits(&self) -> u32 {
        self.rows.iter().map(|row| row.corrected_bits).sum()
    }

    /// Octets changed.
    pub fn corrected_symbols(&self) -> u32 {
        self.rows.iter().map(|row| row.corrected_symbols).sum()
    }

    /// Codewords changed.
    pub fn corrected_codewords(&self) -> u32 {
        self.rows.iter().map(|row| row.corrected_codewords).sum()
    }

    /// Codewords beyond correction.
    pub fn uncorrectable_codewords(&self) -> u32 {
        self.rows.iter().map(RowOutcome::uncorrectable_codewords).sum()
    }
}

/// An encoder and decoder of whole frames, 64 codewords at a time.
#[derive(Clone, Copy)]
pub struct FrameCodec {
    engine: Engine,
}

impl Default for FrameCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl FrameCodec {
    /// A codec with the fastest backend that the processor has.
    pub fn new() -> Self {
        Self { engine: Engine::best() }
    }

    /// A codec with this backend; `None` where the processor does not have it.
    pub fn with_backend(backend: Backend) -> Option<Self> {
        Some(Self { engine: Engine::of(backend)? })
    }

    /// Its backend.
    pub fn backend(&self) -> Backend {
        match self.engine {
            Engine::Portable => Backend::Portable,
            #[cfg(target_arch = "x86_64")]
            Engine::Ssse3(_) => Backend::Ssse3,
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2(_) => Backend::Avx2,
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx2(_) => Backend::GfniAvx2,
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx512(..) => Backend::GfniAvx512,
            #[cfg(target_arch = "aarch64")]
            Engine::Neon(_) => Backend::Neon,
        }
    }

    /// Fills columns 3825 to 4080 of all four rows with the parity of columns 1 to 3824.
    //= g709:a-interleave
    //= g709:a-parity
    pub fn encode_frame(&self, frame: &mut [u8; FRAME_OCTETS]) {
        let columns = columns_of_frame(frame);
        let rows = (0..ROWS).map(|row| row * N);
        match self.engine {
            Engine::Portable => rows.for_each(|first| kernel::encode(Portable, columns, first)),
            #[cfg(target_arch = "x86_64")]
            Engine::Ssse3(l) => rows.for_each(|first| l.encode(columns, first)),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2(l) => rows.step_by(2).for_each(|first| l.encode(columns, first)),
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx2(l) => rows.step_by(2).for_each(|first| l.encode(columns, first)),
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx512(l, _) => l.encode(columns),
            #[cfg(target_arch = "aarch64")]
            Engine::Neon(l) => rows.for_each(|first| l.encode(columns, first)),
        }
    }

    /// Corrects a frame in place. A codeword with more than eight wrong octets is reported, or, once
    /// in about 8! times, taken for another one; reported, it is left as received.
    //= g709:a-correct-8
    pub fn decode_frame(&self, frame: &mut [u8; FRAME_OCTETS]) -> FrameOutcome {
        let columns = columns_of_frame(frame);
        let mut outcome = FrameOutcome::default();
        let one = outcome.rows.chunks_mut(1).enumerate().map(|(row, out)| (row * N, out));
        match self.engine {
            Engine::Portable => {
                one.for_each(|(first, out)| kernel::decode(Portable, columns, first, out));
            }
            #[cfg(target_arch = "x86_64")]
            Engine::Ssse3(l) => one.for_each(|(first, out)| l.decode(columns, first, out)),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2(l) => {
                for (pair, out) in outcome.rows.chunks_mut(2).enumerate() {
                    l.decode(columns, 2 * pair * N, out);
                }
            }
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx2(l) => {
                for (pair, out) in outcome.rows.chunks_mut(2).enumerate() {
                    l.decode(columns, 2 * pair * N, out);
                }
            }
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx512(l, _) => l.decode(columns, &mut outcome.rows),
            #[cfg(target_arch = "aarch64")]
            Engine::Neon(l) => one.for_each(|(first, out)| l.decode(columns, first, out)),
        }
        outcome
    }

    /// [`Self::encode_frame`] of a frame held as rows.
    pub fn encode_rows(&self, rows: &mut [[u8; ROW_OCTETS]; ROWS]) {
        self.encode_frame(octets_of_rows(rows));
    }

    /// [`Self::decode_frame`] of a frame held as rows.
    pub fn decode_rows(&self, rows: &mut [[u8; ROW_OCTETS]; ROWS]) -> FrameOutcome {
        self.decode_frame(octets_of_rows(rows))
    }

    /// Fills columns 3825 to 4080 of a row with the parity of columns 1 to 3824.
    pub fn encode_row(&self, row: &mut [u8; ROW_OCTETS]) {
        let columns = row.as_chunks_mut().0;
        match self.engine {
            Engine::Portable => kernel::encode(Portable, columns, 0),
            #[cfg(target_arch = "x86_64")]
            Engine::Ssse3(l) => l.encode(columns, 0),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2(l) | Engine::GfniAvx512(_, l) => l.encode_row(columns),
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx2(l) => avx2::Avx2::of_gfni(l).encode_row(columns),
            #[cfg(target_arch = "aarch64")]
            Engine::Neon(l) => l.encode(columns, 0),
        }
    }

    /// Corrects a row in place.
    pub fn decode_row(&self, row: &mut [u8; ROW_OCTETS]) -> RowOutcome {
        let columns = row.as_chunks_mut().0;
        let mut out = [RowOutcome::default()];
        match self.engine {
            Engine::Portable => kernel::decode(Portable, columns, 0, &mut out),
            #[cfg(target_arch = "x86_64")]
            Engine::Ssse3(l) => l.decode(columns, 0, &mut out),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2(l) | Engine::GfniAvx512(_, l) => l.decode_row(columns, &mut out),
            #[cfg(target_arch = "x86_64")]
            Engine::GfniAvx2(l) => avx2::Avx2::of_gfni(l).decode_row(columns, &mut out),
            #[cfg(target_arch = "aarch64")]
            Engine::Neon(l) => l.decode(columns, 0, &mut out),
        }
        out[0]
    }
}

fn octets_of_rows(rows: &mut [[u8; ROW_OCTETS]; ROWS]) -> &mut [u8; FRAME_OCTETS] {
    rows.as_flattened_mut().try_into().expect("a frame is four rows")
}

fn columns_of_frame(frame: &mut [u8; FRAME_OCTETS]) -> &mut [Column; ROWS * N] {
    let columns = frame.as_chunks_mut().0;
    columns.try_into().expect("a frame is 4 times 255 columns of sixteen octets")
}

/// Fills columns 3825 to 4080 of a row with the parity of columns 1 to 3824.
//= g709:a-interleave
//= g709:a-parity
pub fn encode_row(row: &mut [u8; ROW_OCTETS]) {
    FrameCodec::new().encode_row(row);
}

/// Corrects a row in place.
//= g709:a-correct-8
pub fn decode_row(row: &mut [u8; ROW_OCTETS]) -> RowOutcome {
    FrameCodec::new().decode_row(row)
}

/// Corrects a row of which the octets at `erased`, counted from 0, are known to be doubtful: a
/// codeword with s of them may have (16 - s) / 2 other wrong ones. An erased octet that turns out
/// right is not counted. Places beyond the row are ignored.
//= g709:a-erasures
pub fn decode_row_with_erasures(row: &mut [u8; ROW_OCTETS], erased: &[usize]) -> RowOutcome {
    let columns: &mut [Column] = row.as_chunks_mut().0;
    let mut outcome = RowOutcome::default();
    let (values, wrong) = kernel::syndromes(Portable, columns, 0);
    let values = values.map(|value| super::lanes::Lanes::octets(Portable, value));
    for x in (0..SUB_ROWS).filter(|x| wrong >> x & 1 == 1) {
        let syndromes = values.map(|octets| octets[x]);
        let mut doubtful = [false; N];
        for &at in erased.iter().filter(|&&at| at < ROW_OCTETS && at % SUB_ROWS == x) {
            doubtful[at / SUB_ROWS] = true;
        }
        let Some(errors) = locate_with_erasures(&syndromes, &doubtful) else {
            outcome.uncorrectable |= 1 << x;
            continue;
        };
        outcome.corrected_codewords += 1;
        for error in errors.as_slice().iter().filter(|error| error.value != 0) {
            columns[error.position][x] ^= error.value;
            outcome.corrected_symbols += 1;
            outcome.corrected_bits += error.value.count_ones();
        }
    }
    outcome
}
