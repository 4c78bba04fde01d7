//! The network as a transmission leaves it.
//!
//! In: an [`Outcome`]. Out: a topology to be written.

use otn_plan::network::element::Kind;
use otn_plan::network::save::save;
use otn_plan::topology::Topology;
use otn_plan::transmission::Report;
use otn_plan::transmission::run::Outcome;

/// The network for the last power of a sweep. An amplifier keeps the gain that saturation left it, in both releases.
//= gnpy:6.5-gain-kept
pub(super) fn network(outcome: &Outcome) -> Topology {
    let mut network = outcome.network.clone();
    let steps = outcome.crossings.last().map(|last| &last.steps[..]).unwrap_or_default();
    for step in steps {
        match (&mut network.element_mut(step.vertex).kind, &step.report) {
            (Kind::Edfa(edfa), Report::Edfa(report)) => {
                if let Some(designed) = &mut edfa.designed {
                    designed.gain_db = report.effective_gain_db;
                }
            }
            (Kind::Multiband(multiband), Report::Multiband(bands)) => {
                for band in bands {
                    let edfa = multiband.amplifiers.get_mut(band.amplifier);
                    if let Some(designed) = edfa.and_then(|edfa| edfa.designed.as_mut()) {
                        designed.gain_db = band.report.effective_gain_db;
                    }
                }
            }
            _ => {}
        }
    }
    save(&network)
}
