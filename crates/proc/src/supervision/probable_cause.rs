//! The names that OpenROADM gives to fault causes.
//!
//! Source: org-openroadm-probable-cause of release 18.0.0. In: a cause. Out: name and value of the
//! enumeration. Causes of lanes and of GFP headers have no name there.

use core::fmt;

use crate::defect::{Defect, Layer, TandemDefect};

use super::causes::Cause;

/// Which way a tandem connection monitor looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facing {
    /// Towards the switch fabric.
    Up,
    /// Towards the facility.
    Down,
}

/// A probable cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProbableCause {
    stem: &'static str,
    /// The level and the direction of a tandem connection.
    tandem: Option<(u8, Facing)>,
    /// The value of the enumeration.
    pub value: u16,
}

impl ProbableCause {
    /// One that is not of a tandem connection.
    pub(crate) const fn plain(stem: &'static str, value: u16) -> Self {
        Self { stem, tandem: None, value }
    }
}

impl fmt::Display for ProbableCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stem)?;
        match self.tandem {
            None => Ok(()),
            Some((level, Facing::Up)) => write!(f, "TCM{level}-up"),
            Some((level, Facing::Down)) => write!(f, "TCM{level}-down"),
        }
    }
}

/// Values from one TCM direction to the other: nine conditions of six levels.
const DOWN: u16 = 54;

/// The probable cause of `cause`, if it has one. `by_ais` tells a cSSF by the AIS of its own layer from
/// one by the server; `facing` is for tandem connections.
pub fn probable_cause(cause: Cause, by_ais: bool, facing: Facing) -> Option<ProbableCause> {
    let plain = |(stem, value)| ProbableCause::plain(stem, value);
    let tandem = |level: u8, (stem, first): (&'static str, u16)| {
        let down = if facing == Facing::Down { DOWN } else { 0 };
        let value = first + u16::from(level) - 1 + down;
        ProbableCause { stem, tandem: Some((level, facing)), value }
    };
    match cause {
        Cause::Ssf(Layer::Tcm(level)) if by_ais => {
            Some(tandem(level.get(), of_tandem(TandemDefect::Ais)))
        }
        Cause::Ssf(_) if by_ais => Some(plain(("alarmIndicationSignal", 3))),
        Cause::Ssf(_) => Some(plain(("serverSignalFail", 8))),
        Cause::Of(Defect::Tcm(level, kind)) => Some(tandem(level.get(), of_tandem(kind))),
        Cause::Of(defect) => of_defect(defect).map(plain),
    }
}

/// The name of a condition of tandem connections, and its value at level 1, `-up`.
const fn of_tandem(kind: TandemDefect) -> (&'static str, u16) {
    match kind {
        TandemDefect::Biae => ("backwardIncomingAlignmentError", 153),
        TandemDefect::Iae => ("incomingAlignmentError", 159),
        TandemDefect::Bdi => ("backwardsDefectIndication", 165),
        TandemDefect::Deg => ("degradedDefect", 171),
        TandemDefect::Tim => ("trailTraceIdentifierMisMatch", 177),
        TandemDefect::Ais => ("alarmIndicationSignal", 183),
        TandemDefect::Oci => ("openConnectionIndication", 189),
        TandemDefect::Lck => ("lockedDefect", 195),
        TandemDefect::Ltc => ("lossofTandemConnection", 201),
    }
}

const fn of_defect(defect: Defect) -> Option<(&'static str, u16)> {
    Some(match defect {
        Defect::Los => ("lossOfSignal", 4),
        Defect::Lol => ("lossOfLaneAlignment", 271),
        Defect::OtuAis | Defect::Ais => ("alarmIndicationSignal", 3),
        Defect::Lof => ("lossOfFrame", 63),
        Defect::Lom => ("lossOfMultiframe", 64),
        Defect::SectionTim | Defect::PathTim => ("trailTraceIdentifierMismatch", 11),
        Defect::SectionDeg | Defect::PathDeg => ("degradedDefect", 12),
        Defect::SectionBdi | Defect::PathBdi => ("backwardsDefectIndication", 13),
        Defect::Biae => ("backwardIncomingAlignmentError", 65),
        Defect::Iae => ("incomingAlignmentError", 66),
        Defect::Oci => ("openConnectionIndication", 2),
        Defect::Lck => ("lockedDefect", 10),
        Defect::Plm => ("payloadMismatch", 67),
        Defect::Csf => ("clientSignalFailDefect", 68),
        Defect::Msim => ("multiplexStructureIdentifierMismatch", 261),
        Defect::Loomfi => ("lossOfOmfIndication", 262),
        Defect::LofLom => ("lossOfFrameAndLossOfMultiframe", 263),
        Defect::Lfd => ("gfpLossOfFrameDelineation", 275),
        Defect::LofLane | Defect::Lor | Defect::Exm | Defect::Upm => return None,
        Defect::Lss | Defect::Lcs | Defect::Tcm(..) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::overhead::TcmLevel;
    use std::string::ToString;

    #[test]
    fn names_and_values_are_those_of_the_model() {
        let level = |n| TcmLevel::new(n).unwrap();
        let tcm = |n, kind| Cause::Of(Defect::Tcm(level(n), kind));
        let ssf = |layer| Cause::Ssf(layer);
        let expected = [
            (Cause::Of(Defect::Lof), false, Facing::Up, "lossOfFrame", 63),
            (Cause::Of(Defect::Plm), false, Facing::Up, "payloadMismatch", 67),
            (ssf(Layer::Odu), false, Facing::Up, "serverSignalFail", 8),
            (ssf(Layer::Odu), true, Facing::Up, "alarmIndicationSignal", 3),
            (ssf(Layer::Tcm(level(6))), true, Facing::Up, "alarmIndicationSignalTCM6-up", 188),
            (tcm(6, TandemDefect::Ltc), false, Facing::Up, "lossofTandemConnectionTCM6-up", 206),
            (
                tcm(1, TandemDefect::Biae),
                false,
                Facing::Down,
                "backwardIncomingAlignmentErrorTCM1-down",
                207,
            ),
            (
                tcm(6, TandemDefect::Ltc),
                false,
                Facing::Down,
                "lossofTandemConnectionTCM6-down",
                260,
            ),
            (
                tcm(2, TandemDefect::Tim),
                false,
                Facing::Down,
                "trailTraceIdentifierMisMatchTCM2-down",
                232,
            ),
        ];
        for (cause, by_ais, facing, name, value) in expected {
            let found = probable_cause(cause, by_ais, facing).unwrap();
            assert_eq!((found.to_string().as_str(), found.value), (name, value));
        }
        assert_eq!(probable_cause(Cause::Of(Defect::Lor), false, Facing::Up), None);
    }
}
