//! Light: elements that map a spectrum to a spectrum, and the quality of transmission that is left.
//!
//! - [`simulation`]: settings of a simulation, as arguments.
//! - [`fibre`]: fibres, their coefficients, and the spectrum that leaves them.
//! - [`raman`]: power along a fibre, stimulated scattering, pumps and their noise.
//! - [`nli`]: nonlinear interference by the GN and generalised GN models.
//! - [`units`]: decibels, hertz and metres as types, and the conversions between them.
//! - [`spectrum`]: the channels of a line and what light and noise each of them holds.
//! - [`amplifier`], [`roadm`], [`fused`]: elements that change it; each knows only itself.
//! - [`transceiver`]: what a receiver sees of it, and whether a mode can live with that.
//! - [`rounding`]: rounding as numpy and GNPy's design do it.
//!
//! SI units inside; kernels are `f64` slices with the unit last in their names. Formulas are those of
//! GNPy's documentation and of the papers each module names; `Compat` says which release's conventions
//! hold where they part. No files, no clock, no randomness: the same input gives the same bits.

pub mod amplifier;
pub mod fibre;
pub mod fused;
pub mod grid;
pub mod modulation;
pub mod nli;
pub mod raman;
pub mod roadm;
pub mod rounding;
pub mod simulation;
pub mod spectrum;
pub mod transceiver;
pub mod units;

/// Which release of GNPy is followed where the two differ in conventions, not in physics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compat {
    /// GNPy 2.14.
    Gnpy214,
    /// GNPy 3.0.
    #[default]
    Gnpy30,
}
