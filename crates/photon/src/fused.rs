//! Two fibres joined: a loss that is the same for all channels.
//!
//! Clauses: GNPy 1.2 (Fused).
//! In: a spectrum. Out: the spectrum behind the joint.

use crate::spectrum::Spectrum;

/// A joint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fused {
    /// Its loss, dB.
    pub loss_db: f64,
}

/// A joint of which only the place is known loses 1 dB.
impl Default for Fused {
    //= gnpy:1.2-fused
    fn default() -> Self {
        Self { loss_db: 1.0 }
    }
}

impl Fused {
    /// Takes the loss from every channel; signal and noise lose alike.
    //= gnpy:1.2-fused
    pub fn propagate(&self, spectrum: &mut Spectrum) {
        if self.loss_db != 0.0 {
            spectrum.attenuate(self.loss_db);
        }
    }
}
