//! Consequent actions: what a function does because of defects, in the signal and towards others.
//!
//! Clauses: G.798 6.3 and the sections of the functions. In: what is true at a function. Out: the
//! actions that it takes. Each equation stands once, in [`ACTIONS`].

use otn_frame::overhead::TcmLevel;

use crate::defect::{Defect, DefectSet, TandemDefect};

use super::Confidence;
use super::expression::{Expression, Facts, Input, Inputs};
use super::function::{Function, Trail};

/// A consequent action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Trail signal fail, told to the function above.
    Tsf,
    /// Trail signal degrade, told to the function above.
    Tsd,
    /// Server signal fail, told to the layer above.
    Ssf,
    /// Server signal degrade, told to the layer above.
    Ssd,
    /// AIS, or the replacement signal of the client, in the place of the signal.
    Ais,
    /// LCK in the place of the signal.
    Lck,
    /// OCI in the place of a signal that is not there.
    Oci,
    /// Backward defect indication.
    Bdi,
    /// Backward error indication.
    Bei,
    /// Backward incoming alignment error.
    Biae,
    /// Client signal fail, told to the far end.
    Csf,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Tsf,
        Self::Tsd,
        Self::Ssf,
        Self::Ssd,
        Self::Ais,
        Self::Lck,
        Self::Oci,
        Self::Bdi,
        Self::Bei,
        Self::Biae,
        Self::Csf,
    ];

    /// The name as G.798 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tsf => "aTSF",
            Self::Tsd => "aTSD",
            Self::Ssf => "aSSF",
            Self::Ssd => "aSSD",
            Self::Ais => "aAIS",
            Self::Lck => "aLCK",
            Self::Oci => "aOCI",
            Self::Bdi => "aBDI",
            Self::Bei => "aBEI",
            Self::Biae => "aBIAE",
            Self::Csf => "aCSF",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The actions that a function takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions(u16);

impl Actions {
    /// True where `action` is taken.
    pub const fn contains(self, action: Action) -> bool {
        self.0 & action.bit() != 0
    }

    /// True without any action.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The actions, in the order of [`Action::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(move |&action| self.contains(action))
    }
}

/// One equation.
#[derive(Clone, Copy, Debug)]
pub struct ActionRow {
    /// Where.
    pub function: Function,
    /// Which.
    pub action: Action,
    /// When.
    pub equation: Expression,
    /// How sure it is.
    pub confidence: Confidence,
}

const fn row(
    function: Function,
    action: Action,
    equation: Expression,
    confidence: Confidence,
) -> ActionRow {
    ActionRow { function, action, equation, confidence }
}

const CI_SSF: Expression = Expression::Input(Input::CiSsf);
const AI_TSF: Expression = Expression::Input(Input::AiTsf);
const AI_TSD: Expression = Expression::Input(Input::AiTsd);
const AI_TSF_P: Expression = Expression::Input(Input::AiTsfP);
const LOCKED: Expression = Expression::Input(Input::Locked);
const UNLOCKED: Expression = Expression::Not(&LOCKED);
const OPERATIONAL: Expression = Expression::Input(Input::Operational);
const NOT_TRANSPARENT: Expression = Expression::Input(Input::NotTransparent);
const VIOLATIONS: Expression = Expression::Input(Input::Violations);
const TIMX: Expression = Expression::Timx;
const AIS: Expression = Expression::Own(TandemDefect::Ais);
const OCI: Expression = Expression::Own(TandemDefect::Oci);
const LCK: Expression = Expression::Own(TandemDefect::Lck);
const LTC: Expression = Expression::Own(TandemDefect::Ltc);
const TIM: Expression = Expression::Own(TandemDefect::Tim);
const DEG: Expression = Expression::Own(TandemDefect::Deg);
const IAE: Expression = Expression::Own(TandemDefect::Iae);
const PLM: Expression = Expression::Defect(Defect::Plm);
const CSF: Expression = Expression::Defect(Defect::Csf);
const LTC_WITH_ACTION: Expression = Expression::All(&[LTC, Expression::Input(Input::LtcAction)]);
const PATH_FAIL: Expression = Expression::Any(&[CI_SSF, AIS, OCI, LCK, TIMX]);
const TANDEM_FAIL: Expression = Expression::Any(&[AIS, LTC_WITH_ACTION, OCI, LCK, TIMX]);
const TANDEM_TSF: Expression =
    Expression::Any(&[CI_SSF, Expression::All(&[TANDEM_FAIL, OPERATIONAL])]);
const TRIBUTARY_FAIL: Expression = Expression::Any(&[
    AI_TSF,
    PLM,
    Expression::Defect(Defect::Loomfi),
    Expression::Defect(Defect::Msim),
    Expression::Defect(Defect::LofLom),
]);
const CBR_FAIL: Expression = Expression::Any(&[AI_TSF, PLM, CSF]);
const ETC_FAIL: Expression = Expression::Any(&[AI_TSF, PLM, CSF, Expression::Defect(Defect::Lcs)]);

/// All equations, from the line up.
pub const ACTIONS: &[ActionRow] = {
    use Action::{Ais, Bdi, Bei, Biae, Csf, Lck, Oci, Ssd, Ssf, Tsd, Tsf};
    use Confidence::{Memory, Partly, Verified};
    use Expression::{All, Any, Not};
    use Function::{
        ClientSource, Connection, OtsiOtu, OtsigOtu, OtuOdu, OtuTermination, PathCbr, PathEtc,
        PathEth, PathMonitor, PathOdu, PathTermination, TandemMonitor, TandemOdu,
        TandemTermination,
    };
    const OTU_AIS: Expression = Expression::Defect(Defect::OtuAis);
    const LOF: Expression = Expression::Defect(Defect::Lof);
    const LOM: Expression = Expression::Defect(Defect::Lom);
    const LOL: Expression = Expression::Defect(Defect::Lol);
    const AI_AIS: Expression = Expression::Input(Input::AiAis);
    const CONNECTED: Expression = Expression::Input(Input::Connected);
    const LFD: Expression = Expression::Defect(Defect::Lfd);
    const UPM: Expression = Expression::Defect(Defect::Upm);
    const EXM: Expression = Expression::Defect(Defect::Exm);
    &[
        //= g798:12.3-otu-ssf
        row(OtsiOtu, Ssf, Any(&[AI_TSF_P, OTU_AIS, LOF, LOM]), Memory),
        row(OtsigOtu, Ssf, Any(&[AI_TSF_P, LOL, LOM]), Memory),
        //= g798:13.2-section-actions
        row(OtuTermination, Tsf, Any(&[CI_SSF, TIMX]), Memory),
        row(OtuTermination, Tsd, DEG, Memory),
        row(OtuTermination, Bdi, Any(&[CI_SSF, TIM]), Partly),
        row(OtuTermination, Bei, VIOLATIONS, Verified),
        row(OtuTermination, Biae, IAE, Memory),
        //= g798:13.3-ais-insertion
        row(OtuOdu, Ais, All(&[AI_TSF, UNLOCKED]), Partly),
        row(OtuOdu, Lck, LOCKED, Memory),
        row(OtuOdu, Ssf, All(&[AI_TSF, UNLOCKED]), Partly),
        row(OtuOdu, Ssd, All(&[AI_TSD, UNLOCKED]), Partly),
        //= g798:14.1-connection
        row(Connection, Oci, Not(&CONNECTED), Partly),
        //= g798:14.5-tandem-actions
        row(TandemTermination, Tsf, TANDEM_TSF, Verified),
        row(TandemTermination, Tsd, All(&[DEG, OPERATIONAL]), Verified),
        row(
            TandemTermination,
            Ais,
            All(&[Any(&[OCI, LTC_WITH_ACTION, LCK, TIMX]), OPERATIONAL]),
            Verified,
        ),
        row(
            TandemTermination,
            Bdi,
            All(&[Any(&[CI_SSF, AIS, LTC, OCI, LCK, TIM]), NOT_TRANSPARENT]),
            Verified,
        ),
        row(TandemTermination, Bei, All(&[VIOLATIONS, NOT_TRANSPARENT]), Verified),
        row(TandemTermination, Biae, All(&[IAE, NOT_TRANSPARENT]), Verified),
        //= g798:14.5-monitor-actions
        row(TandemMonitor, Tsf, Any(&[CI_SSF, AIS, LTC_WITH_ACTION, OCI, LCK, TIMX]), Memory),
        row(TandemMonitor, Tsd, DEG, Memory),
        //= g798:14.5-tandem-adaptation
        row(TandemOdu, Ais, All(&[AI_AIS, UNLOCKED]), Partly),
        row(TandemOdu, Lck, LOCKED, Memory),
        row(TandemOdu, Ssf, All(&[AI_TSF, UNLOCKED]), Partly),
        row(TandemOdu, Ssd, All(&[AI_TSD, UNLOCKED]), Partly),
        //= g798:14.2-path-actions
        row(PathTermination, Tsf, PATH_FAIL, Partly),
        row(PathTermination, Tsd, DEG, Verified),
        row(PathTermination, Bdi, Any(&[CI_SSF, AIS, OCI, LCK, TIM]), Partly),
        row(PathTermination, Bei, VIOLATIONS, Memory),
        row(PathMonitor, Tsf, PATH_FAIL, Memory),
        row(PathMonitor, Tsd, DEG, Memory),
        //= g798:14.3-tributary-actions
        row(PathOdu, Ais, All(&[TRIBUTARY_FAIL, UNLOCKED]), Partly),
        row(PathOdu, Lck, LOCKED, Memory),
        row(PathOdu, Ssf, All(&[TRIBUTARY_FAIL, UNLOCKED]), Partly),
        row(PathOdu, Ssd, All(&[AI_TSD, UNLOCKED]), Memory),
        //= g798:14.3-client-actions
        row(PathCbr, Ais, CBR_FAIL, Memory),
        row(PathCbr, Ssf, CBR_FAIL, Memory),
        row(PathEtc, Ais, ETC_FAIL, Partly),
        row(PathEtc, Ssf, ETC_FAIL, Memory),
        row(PathEth, Ssf, Any(&[AI_TSF, PLM, LFD, UPM, EXM, CSF]), Memory),
        //= g798:14.3-csf-source
        row(
            ClientSource,
            Csf,
            All(&[Expression::Input(Input::ClientFail), Expression::Input(Input::CsfEnabled)]),
            Memory,
        ),
    ]
};

/// The actions that `function` takes. Meant to be asked when something changes, not for each frame.
pub fn of(function: Function, facts: &Facts) -> Actions {
    let taken = ACTIONS.iter().filter(|row| row.function == function && row.equation.holds(facts));
    Actions(taken.fold(0, |actions, row| actions | row.action.bit()))
}

/// The actions of OTUk_TT_Sk.
pub fn section(defects: DefectSet, inputs: Inputs) -> Actions {
    of(Function::OtuTermination, &Facts { trail: Trail::Section, defects, inputs })
}

/// The actions of ODUkT_TT_Sk at this level.
pub fn tandem(level: TcmLevel, defects: DefectSet, inputs: Inputs) -> Actions {
    of(Function::TandemTermination, &Facts { trail: Trail::Tandem(level), defects, inputs })
}

/// The actions of ODUkP_TT_Sk.
pub fn path(defects: DefectSet, inputs: Inputs) -> Actions {
    of(Function::PathTermination, &Facts { trail: Trail::Path, defects, inputs })
}

/// The actions of a function above the path, or between section and path, in which no trail ends.
pub fn adaptation(function: Function, defects: DefectSet, inputs: Inputs) -> Actions {
    of(function, &Facts { trail: Trail::Path, defects, inputs })
}
