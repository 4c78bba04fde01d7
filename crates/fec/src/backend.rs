//! Which vector instructions the soft decoders are compiled for.
//!
//! In: what the machine has. Out: a choice that a decoder makes once. But for oFEC with GFNI
//! the functions are the same for all choices: the compiler makes vectors of them.

/// A set of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// What every machine of the target has.
    Portable,
    /// AVX2 and BMI2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with bytes and words.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// The same with products in GF(2^8).
    #[cfg(target_arch = "x86_64")]
    Avx512Gfni,
}

impl Backend {
    /// The best one of this machine.
    pub fn detect() -> Self {
        Self::available().last().unwrap_or(Self::Portable)
    }

    /// All that this machine has, the best one last.
    pub fn available() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let vectors = {
            use crate::detect::detected;
            let avx2 = detected!("avx2", "bmi1", "bmi2");
            let avx512 =
                avx2 && detected!("avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512vbmi");
            let gfni = avx512 && detected!("gfni");
            [
                avx2.then_some(Self::Avx2),
                avx512.then_some(Self::Avx512),
                gfni.then_some(Self::Avx512Gfni),
            ]
        };
        #[cfg(not(target_arch = "x86_64"))]
        let vectors = [None; 3];
        core::iter::once(Self::Portable).chain(vectors.into_iter().flatten())
    }
}
