//! What a document is about, told from its keys.
//!
//! Clauses: top-level names of GNPy's YANG modules; top-level keys of its legacy files.

use serde_json::Value;

/// Top-level name of a bundle.
pub(super) const API: &str = crate::input::BUNDLE;

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Topology,
    Equipment,
    Services,
    Responses,
    Simulation,
    Spectrum,
    Configuration,
}

const ALL: [Topic; 7] = [
    Topic::Topology,
    Topic::Equipment,
    Topic::Services,
    Topic::Responses,
    Topic::Simulation,
    Topic::Spectrum,
    Topic::Configuration,
];

impl Topic {
    /// Top-level name in the YANG form.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Topology => crate::topology::TOPIC,
            Self::Equipment => crate::library::TOPIC,
            Self::Services => crate::services::TOPIC,
            Self::Responses => "gnpy-path-computation:responses",
            Self::Simulation => crate::sim_params::TOPIC,
            Self::Spectrum => crate::spectrum_file::TOPIC,
            Self::Configuration => crate::library::configuration::TOPIC,
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// Keys that only a legacy file of this topic has.
    fn legacy_keys(self) -> &'static [&'static str] {
        match self {
            Self::Topology => &["elements"],
            Self::Equipment => {
                &["Edfa", "Transceiver", "Fiber", "RamanFiber", "Roadm", "Span", "SI"]
            }
            Self::Services => &["path-request"],
            Self::Responses => &["response"],
            Self::Simulation => &["raman_params", "nli_params"],
            Self::Spectrum => &["spectrum"],
            Self::Configuration => &["nf_fit_coeff", "nf_ripple", "gain_ripple", "dgt"],
        }
    }

    /// Topic of a document, and its content without the name.
    pub(super) fn of(value: &Value) -> Option<(Self, &Value)> {
        for topic in ALL {
            if let Some(content) = value.get(topic.name()) {
                return Some((topic, content));
            }
        }
        let topic = ALL
            .into_iter()
            .find(|topic| topic.legacy_keys().iter().any(|k| value.get(k).is_some()))?;
        match topic {
            Self::Spectrum => Some((topic, value.get("spectrum")?)),
            _ => Some((topic, value)),
        }
    }
}

/// Whether a document holds several topics by their names: a bundle in the legacy form.
pub(super) fn is_bundle(value: &Value) -> bool {
    ALL.into_iter().filter(|topic| value.get(topic.name()).is_some()).count() > 1
}
