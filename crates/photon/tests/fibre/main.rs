//! Fibres against the reference data of GNPy: vectors and fixtures, and properties that hold for all fibres.

#![expect(clippy::unwrap_used, reason = "a test: what is not there fails it")]

mod coefficients;
mod data;
mod fixtures;
mod more;
mod properties;
mod pumped;
mod scattering;
