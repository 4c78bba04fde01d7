//! The atomic functions that detect, act and report; the trails that three of them end.
//!
//! Clauses: G.798 12 to 14. In: nothing. Out: names and clauses. Clause numbers are given as far as
//! they are known.

use otn_frame::overhead::TcmLevel;

use crate::defect::{Defect, Layer, TandemDefect};

/// An atomic function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// OTSi to OTUk adaptation, one lane: alignment, FEC.
    OtsiOtu,
    /// OTSiG to OTUk adaptation, several lanes.
    OtsigOtu,
    /// OTUk trail termination: section monitoring.
    OtuTermination,
    /// OTUk to ODUk adaptation.
    OtuOdu,
    /// ODUk connection.
    Connection,
    /// ODUk tandem connection termination.
    TandemTermination,
    /// The same, non-intrusive.
    TandemMonitor,
    /// ODUkT to ODUk adaptation.
    TandemOdu,
    /// ODUk path termination.
    PathTermination,
    /// The same, non-intrusive.
    PathMonitor,
    /// ODUk path to ODUj adaptation.
    PathOdu,
    /// ODUk path to constant bit rate client adaptation.
    PathCbr,
    /// ODUk path to coded Ethernet client adaptation.
    PathEtc,
    /// ODUk path to Ethernet adaptation, by GFP-F.
    PathEth,
    /// ODUk path to PRBS test signal adaptation.
    PathPrbs,
    /// Client to ODUk path adaptation, at the source.
    ClientSource,
}

impl Function {
    /// All of them, from the line up.
    pub const ALL: [Self; 16] = [
        Self::OtsiOtu,
        Self::OtsigOtu,
        Self::OtuTermination,
        Self::OtuOdu,
        Self::Connection,
        Self::TandemTermination,
        Self::TandemMonitor,
        Self::TandemOdu,
        Self::PathTermination,
        Self::PathMonitor,
        Self::PathOdu,
        Self::PathCbr,
        Self::PathEtc,
        Self::PathEth,
        Self::PathPrbs,
        Self::ClientSource,
    ];

    /// The name as G.798 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtsiOtu => "OTSi/OTUk_A_Sk",
            Self::OtsigOtu => "OTSiG/OTUk_A_Sk",
            Self::OtuTermination => "OTUk_TT_Sk",
            Self::OtuOdu => "OTUk/ODUk_A_Sk",
            Self::Connection => "ODU_C",
            Self::TandemTermination => "ODUkT_TT_Sk",
            Self::TandemMonitor => "ODUkTm_TT_Sk",
            Self::TandemOdu => "ODUkT/ODUk_A_Sk",
            Self::PathTermination => "ODUkP_TT_Sk",
            Self::PathMonitor => "ODUkPm_TT_Sk",
            Self::PathOdu => "ODUkP/ODUj_A_Sk",
            Self::PathCbr => "ODUkP/CBRx_A_Sk",
            Self::PathEtc => "ODUkP/ETC_A_Sk",
            Self::PathEth => "ODUkP/ETH_A_Sk",
            Self::PathPrbs => "ODUkP/PRBS_A_Sk",
            Self::ClientSource => "ODUkP/client_A_So",
        }
    }

    /// The clause, as far as it is known; recalled, text not seen.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::OtsiOtu | Self::OtsigOtu => "12.3",
            Self::OtuTermination => "13.2",
            Self::OtuOdu => "13.3",
            Self::Connection => "14.1",
            Self::PathTermination | Self::PathMonitor => "14.2",
            Self::PathOdu
            | Self::PathCbr
            | Self::PathEtc
            | Self::PathEth
            | Self::PathPrbs
            | Self::ClientSource => "14.3",
            Self::TandemTermination | Self::TandemMonitor | Self::TandemOdu => "14.5",
        }
    }
}

/// A trail with a monitor of its own: TTI, BIP-8, STAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trail {
    /// OTUk, by SM.
    Section,
    /// A tandem connection, by its TCM field.
    Tandem(TcmLevel),
    /// ODUk path, by PM.
    Path,
}

impl Trail {
    /// The layer.
    pub const fn layer(self) -> Layer {
        match self {
            Self::Section => Layer::Otu,
            Self::Tandem(level) => Layer::Tcm(level),
            Self::Path => Layer::Odu,
        }
    }

    /// The defect of this kind at this trail, where it can have one.
    pub const fn defect(self, kind: TandemDefect) -> Option<Defect> {
        match (self, kind) {
            (Self::Tandem(level), kind) => Some(Defect::Tcm(level, kind)),
            (Self::Section, TandemDefect::Tim) => Some(Defect::SectionTim),
            (Self::Section, TandemDefect::Deg) => Some(Defect::SectionDeg),
            (Self::Section, TandemDefect::Bdi) => Some(Defect::SectionBdi),
            (Self::Section, TandemDefect::Iae) => Some(Defect::Iae),
            (Self::Section, TandemDefect::Biae) => Some(Defect::Biae),
            (Self::Section, TandemDefect::Ltc | TandemDefect::Ais)
            | (Self::Section, TandemDefect::Oci | TandemDefect::Lck)
            | (Self::Path, TandemDefect::Ltc | TandemDefect::Iae | TandemDefect::Biae) => None,
            (Self::Path, TandemDefect::Ais) => Some(Defect::Ais),
            (Self::Path, TandemDefect::Oci) => Some(Defect::Oci),
            (Self::Path, TandemDefect::Lck) => Some(Defect::Lck),
            (Self::Path, TandemDefect::Tim) => Some(Defect::PathTim),
            (Self::Path, TandemDefect::Deg) => Some(Defect::PathDeg),
            (Self::Path, TandemDefect::Bdi) => Some(Defect::PathBdi),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defects_of_a_trail_are_those_of_its_layer_with_the_same_name() {
        let tandem = Trail::Tandem(TcmLevel::new(3).unwrap());
        for (trail, count) in [(Trail::Section, 5), (tandem, 9), (Trail::Path, 6)] {
            let mut found = 0;
            for kind in TandemDefect::ALL {
                if let Some(defect) = trail.defect(kind) {
                    assert_eq!((defect.layer(), defect.name()), (trail.layer(), kind.name()));
                    found += 1;
                }
            }
            assert_eq!(found, count, "{trail:?}");
        }
    }
}
