//! The equipment library: what may be built, and by which rules.
//!
//! Clauses: GNPy's equipment file (sections Edfa, Fiber, RamanFiber, Span, Roadm, SI, Transceiver).
//! In: texts with their file names. Out: [`Library`], every field filled, order of the file kept, because
//! a design that finds two amplifiers equally good takes the first.
//! It does not judge whether a design can be made with it, and knows no topology.

pub mod amplifier;
pub(crate) mod configuration;
pub mod fibre;
mod load;
mod load_amplifiers;
pub(crate) mod read;
mod read_transceiver;
pub mod roadm;
pub mod rules;
pub mod transceiver;

pub(crate) use load::TOPIC;

pub use amplifier::{AmplifierType, Band, NoiseModel, Profile};
pub use fibre::{FibreParams, FibreType, Loss, LumpedLoss, RamanCoefficient, Table};
pub use roadm::{Equalisation, Impairment, PathImpairments, PathKind, Restrictions, RoadmType};
pub use rules::{PowerRange, SpanRules, SpectrumInformation};
pub use transceiver::{DetailedReceiver, Impairments, Mode, Penalty, TransceiverType};

/// Name of an entry that has none of its own.
pub const DEFAULT_VARIETY: &str = "default";

/// All that an equipment file and its extra files say, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// Amplifiers; ties in a design go by this order.
    pub amplifiers: Vec<AmplifierType>,
    /// Fibres.
    pub fibres: Vec<FibreType>,
    /// Fibres that may be pumped.
    pub raman_fibres: Vec<FibreType>,
    /// Rules for spans; design goes by the one named `default`.
    pub spans: Vec<SpanRules>,
    /// ROADM types; one named `default` serves elements without a type.
    pub roadms: Vec<RoadmType>,
    /// Default combs; one named `default`, others for further bands.
    pub spectra: Vec<SpectrumInformation>,
    /// Transceivers and their modes.
    pub transceivers: Vec<TransceiverType>,
}

impl Library {
    /// The amplifier of this name.
    #[must_use]
    pub fn amplifier(&self, variety: &str) -> Option<&AmplifierType> {
        self.amplifiers.iter().find(|entry| entry.type_variety == variety)
    }

    /// The fibre of this name.
    #[must_use]
    pub fn fibre(&self, variety: &str) -> Option<&FibreType> {
        self.fibres.iter().find(|entry| entry.type_variety == variety)
    }

    /// The pumped fibre of this name.
    #[must_use]
    pub fn raman_fibre(&self, variety: &str) -> Option<&FibreType> {
        self.raman_fibres.iter().find(|entry| entry.type_variety == variety)
    }

    /// The rules named `default`.
    #[must_use]
    pub fn span(&self) -> Option<&SpanRules> {
        self.spans.iter().find(|entry| entry.type_variety == DEFAULT_VARIETY)
    }

    /// The ROADM type of this name.
    #[must_use]
    pub fn roadm(&self, variety: &str) -> Option<&RoadmType> {
        self.roadms.iter().find(|entry| entry.type_variety == variety)
    }

    /// The default comb of this name.
    #[must_use]
    pub fn spectrum(&self, variety: &str) -> Option<&SpectrumInformation> {
        self.spectra.iter().find(|entry| entry.type_variety == variety)
    }

    /// The transceiver of this name.
    #[must_use]
    pub fn transceiver(&self, variety: &str) -> Option<&TransceiverType> {
        self.transceivers.iter().find(|entry| entry.type_variety == variety)
    }
}
