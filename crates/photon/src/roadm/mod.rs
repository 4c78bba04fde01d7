//! ROADMs: equalisation of what leaves a degree, and the impairments of the paths inside.
//!
//! Clauses: GNPy 6.6.
//! [`equalisation`] says which power a channel leaves with, [`impairment`] what the paths inside do to it,
//! [`element`] puts both together. In: a spectrum and a path (express, add, drop). Out: the spectrum at the
//! degree, and a report. Noise of a ROADM is not added here: it is kept in
//! [`Spectrum::added_noise`](crate::spectrum::Spectrum) and counted at the receiver.

pub mod element;
pub mod equalisation;
pub mod impairment;

pub use element::{ReferenceLevels, Roadm, RoadmError, RoadmPath, RoadmReport};
pub use equalisation::Equalisation;
pub use impairment::{Impairment, ImpairmentProfile, PathKind};
