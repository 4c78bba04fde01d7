//! Fibres against the reference data of GNPy: vectors and fixtures, and properties that hold for all fibres.

mod coefficients;
mod data;
mod fixtures;
mod properties;
mod pumped;
mod scattering;
