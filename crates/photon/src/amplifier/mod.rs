//! Erbium-doped and other amplifiers: gain, its profile, saturation, and the noise they add.
//!
//! Clauses: GNPy 6.5.
//! [`model`] is the type a library describes, [`noise`] its noise figure, [`gain`] its profile over the
//! channels; [`element`] is one amplifier in a line, [`multiband`] several of them side by side. In: a
//! spectrum. Out: the spectrum behind the amplifier and a report. Which type and gain are to be used is
//! the business of design, in `otn-plan`.

pub mod default_dgt;
pub mod element;
pub mod gain;
pub mod model;
pub mod multiband;
pub mod noise;

pub use element::{Amplifier, AmplifierError, AmplifierReport};
pub use model::{AmplifierModel, AmplifierParameters, Definition, ModelError};
pub use multiband::{BandReport, MultibandAmplifier, MultibandError, MultibandModel};
pub use noise::{FitError, NoiseFigure, NoiseLoad, NoiseModel, TwoCoil};
