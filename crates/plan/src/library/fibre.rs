//! Fibre types of the library, and the parameters an element may give over them.
//!
//! Clauses: sections Fiber and RamanFiber of GNPy's equipment file, `params` of a fibre in its topology.
//! Every field is optional: a fibre of the topology is its own fields over those of its type
//! ([`FibreParams::over`]). What neither gives is the physics' default, not set here.

/// A quantity over frequency.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Values, in the unit of the quantity.
    pub value: Vec<f64>,
    /// Frequencies, Hz, one for each value; rising.
    pub frequency_hz: Vec<f64>,
}

/// A quantity that is one number or a table over frequency.
#[derive(Clone, Debug, PartialEq)]
pub enum Loss {
    /// The same at every frequency, dB/km.
    Flat(f64),
    /// Over frequency, dB/km.
    PerFrequency(Table),
}

/// A loss at one place of a fibre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LumpedLoss {
    /// Distance from the input, m.
    pub position_m: f64,
    /// Loss, dB.
    pub loss_db: f64,
}

/// A measured curve of the Raman gain.
#[derive(Clone, Debug, PartialEq)]
pub struct RamanCoefficient {
    /// Gain, 1/(W m), one for each offset.
    pub g0_per_w_m: Vec<f64>,
    /// Offsets from the pump, Hz.
    pub frequency_offset_hz: Vec<f64>,
    /// Frequency of the pump the curve was measured with, Hz.
    pub reference_frequency_hz: f64,
}

/// What may be said of a fibre.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FibreParams {
    /// Length, m.
    pub length_m: Option<f64>,
    /// Loss, dB/km.
    pub loss_coef: Option<Loss>,
    /// Attenuator at the input, dB.
    pub att_in_db: Option<f64>,
    /// Loss of the input connector, dB.
    pub con_in_db: Option<f64>,
    /// Loss of the output connector, dB.
    pub con_out_db: Option<f64>,
    /// Losses along the fibre.
    pub lumped_losses: Option<Vec<LumpedLoss>>,
    /// Dispersion, s/m².
    pub dispersion_s_per_m2: Option<f64>,
    /// Slope of the dispersion over wavelength, s/m³.
    pub dispersion_slope_s_per_m3: Option<f64>,
    /// Dispersion over frequency, s/m².
    pub dispersion_per_frequency: Option<Table>,
    /// Effective area, m².
    pub effective_area_m2: Option<f64>,
    /// Nonlinear coefficient, 1/(W m).
    pub gamma_per_w_m: Option<f64>,
    /// Polarisation mode dispersion, s/√m.
    pub pmd_coef_s_per_sqrt_m: Option<f64>,
    /// Frequency the figures hold for, Hz.
    pub ref_frequency_hz: Option<f64>,
    /// Raman gain that replaces the default curve.
    pub raman_coefficient: Option<RamanCoefficient>,
}

impl FibreParams {
    /// These parameters where given, those of `base` elsewhere.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let own = self.clone();
        Self {
            length_m: own.length_m.or(base.length_m),
            loss_coef: own.loss_coef.or_else(|| base.loss_coef.clone()),
            att_in_db: own.att_in_db.or(base.att_in_db),
            con_in_db: own.con_in_db.or(base.con_in_db),
            con_out_db: own.con_out_db.or(base.con_out_db),
            lumped_losses: own.lumped_losses.or_else(|| base.lumped_losses.clone()),
            dispersion_s_per_m2: own.dispersion_s_per_m2.or(base.dispersion_s_per_m2),
            dispersion_slope_s_per_m3: own
                .dispersion_slope_s_per_m3
                .or(base.dispersion_slope_s_per_m3),
            dispersion_per_frequency: own
                .dispersion_per_frequency
                .or_else(|| base.dispersion_per_frequency.clone()),
            effective_area_m2: own.effective_area_m2.or(base.effective_area_m2),
            gamma_per_w_m: own.gamma_per_w_m.or(base.gamma_per_w_m),
            pmd_coef_s_per_sqrt_m: own.pmd_coef_s_per_sqrt_m.or(base.pmd_coef_s_per_sqrt_m),
            ref_frequency_hz: own.ref_frequency_hz.or(base.ref_frequency_hz),
            raman_coefficient: own.raman_coefficient.or_else(|| base.raman_coefficient.clone()),
        }
    }
}

/// A fibre that the library offers.
#[derive(Clone, Debug, PartialEq)]
pub struct FibreType {
    /// Name.
    pub type_variety: String,
    /// What the library says of it.
    pub params: FibreParams,
    /// Deviation of the loss from the flat one of an element, over frequency, dB/km (3.0).
    pub loss_ripple: Option<Table>,
}

impl FibreType {
    /// The loss of an element of this type that gives `own`: a flat loss gets the ripple of the type, a table is
    /// the element's own measurement and stays.
    //= gnpy:6.2-loss-ripple
    pub fn rippled(&self, own: &Loss) -> Loss {
        match (own, &self.loss_ripple) {
            (Loss::Flat(loss), Some(ripple)) => match ripple.value.as_slice() {
                // One point says nothing of other frequencies: it holds everywhere.
                [alone] => Loss::Flat(loss + alone),
                _ => Loss::PerFrequency(Table {
                    value: ripple.value.iter().map(|deviation| loss + deviation).collect(),
                    frequency_hz: ripple.frequency_hz.clone(),
                }),
            },
            (Loss::Flat(_), None) | (Loss::PerFrequency(_), _) => own.clone(),
        }
    }
}
