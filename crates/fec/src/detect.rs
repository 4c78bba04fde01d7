//! What the processor has: asked at run time with the feature `std`, else known from the build.

/// Whether the processor has all of these target features.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
macro_rules! detected {
    ($($feature:tt),+) => { $(std::arch::is_x86_feature_detected!($feature))&&+ };
}

/// Whether the processor has all of these target features.
#[cfg(all(not(feature = "std"), target_arch = "x86_64"))]
macro_rules! detected {
    ($($feature:tt),+) => { $(cfg!(target_feature = $feature))&&+ };
}

#[cfg(target_arch = "x86_64")]
pub(crate) use detected;
