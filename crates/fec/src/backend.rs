//! Which vector instructions the soft decoders are compiled for.
//!
//! In: the machine, at run time, if the crate has its feature `std`. Out: a choice that a decoder
//! makes once. The functions are the same for all choices: the compiler makes vectors of them.

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
}

impl Backend {
    /// The best one of this machine.
    pub fn detect() -> Self {
        Self::available().last().unwrap_or(Self::Portable)
    }

    /// All that this machine has, the best one last.
    pub fn available() -> impl Iterator<Item = Self> {
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        let vectors = {
            use std::is_x86_feature_detected as has;
            let avx2 = has!("avx2") && has!("bmi1") && has!("bmi2");
            let avx512 = has!("avx512f")
                && has!("avx512bw")
                && has!("avx512vl")
                && has!("avx512dq")
                && has!("avx512vbmi");
            [avx2.then_some(Self::Avx2), (avx2 && avx512).then_some(Self::Avx512)]
        };
        #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
        let vectors = [None; 2];
        core::iter::once(Self::Portable).chain(vectors.into_iter().flatten())
    }
}
