//! Fault causes: of the defects that one fault raises, those that name it.
//!
//! Clauses: G.798 6.4 and the sections of the functions. In: what is true at a function. Out: the
//! causes that it reports. Each equation stands once, in [`CAUSES`]: what raises the cause, what masks
//! it, and whether it is reported at all.

use core::fmt;

use otn_frame::overhead::TcmLevel;

use crate::defect::{Defect, DefectSet, Layer, TandemDefect};

use super::Confidence;
use super::expression::{Expression, Facts, Input};
use super::function::{Function, Trail};

/// A fault cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// A defect that names its fault itself.
    Of(Defect),
    /// The server of this layer failed.
    Ssf(Layer),
}

impl Cause {
    /// The layer that reports it.
    pub const fn layer(self) -> Layer {
        match self {
            Self::Of(defect) => defect.layer(),
            Self::Ssf(layer) => layer,
        }
    }

    /// The name as G.798 writes it: `cLOF`, `cSSF`.
    pub fn name(self) -> &'static str {
        CAUSES.iter().find(|row| row.is_of(self)).map_or("c", |row| row.name)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.layer(), self.name())
    }
}

/// Layers whose server can fail, TCM by its level.
const SERVED: [Layer; 2] = [Layer::Otu, Layer::Odu];

/// A set of causes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CauseSet {
    of: DefectSet,
    /// cSSF, a bit for each layer.
    ssf: u8,
}

impl CauseSet {
    /// True where `cause` is in the set.
    pub fn contains(self, cause: Cause) -> bool {
        match cause {
            Cause::Of(defect) => self.of.contains(defect),
            Cause::Ssf(layer) => self.ssf & Self::bit(layer) != 0,
        }
    }

    /// Puts `cause` in or takes it out. The light has no server: its cSSF is never in a set.
    pub fn set(&mut self, cause: Cause, present: bool) {
        match cause {
            Cause::Of(defect) => {
                self.of.set(defect, present);
            }
            Cause::Ssf(layer) if present => self.ssf |= Self::bit(layer),
            Cause::Ssf(layer) => self.ssf &= !Self::bit(layer),
        }
    }

    /// Those of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self { of: self.of.union(other.of), ssf: self.ssf | other.ssf }
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self { of: self.of.without(other.of), ssf: self.ssf & !other.ssf }
    }

    /// Those of defects in `defects`, and every cSSF.
    #[must_use]
    pub const fn among(self, defects: DefectSet) -> Self {
        Self { of: self.of.without(self.of.without(defects)), ssf: self.ssf }
    }

    /// True without any cause.
    pub const fn is_empty(self) -> bool {
        self.of.is_empty() && self.ssf == 0
    }

    /// The causes: of failed servers first, then in the order of [`Defect::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Cause> {
        let layers = SERVED.into_iter().chain(TcmLevel::all().map(Layer::Tcm));
        let ssf = layers.map(Cause::Ssf).filter(move |&cause| self.contains(cause));
        ssf.chain(self.of.iter().map(Cause::Of))
    }

    const fn bit(layer: Layer) -> u8 {
        let number = match layer {
            Layer::Otu => 0,
            Layer::Tcm(level) => level.get(),
            Layer::Odu => 7,
            Layer::Otsi | Layer::Opu => return 0,
        };
        1 << number
    }
}

/// What a row of the table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A defect that only one layer has.
    Plain(Defect),
    /// A defect of a trail.
    Own(TandemDefect),
    /// The server signal of a trail.
    Ssf,
}

/// One equation: the cause stands while its subject does, nothing masks it, and it is reported.
#[derive(Clone, Copy, Debug)]
pub struct CauseRow {
    /// Where.
    pub function: Function,
    /// The name as G.798 writes it.
    pub name: &'static str,
    /// Of what.
    pub subject: Subject,
    /// What raises it.
    pub by: Expression,
    /// What masks it.
    pub unless: &'static [Expression],
    /// The switch of its report, if it has one.
    pub reported: Option<Input>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl CauseRow {
    /// True where the equation holds.
    pub fn holds(&self, facts: &Facts) -> bool {
        self.by.holds(facts)
            && !self.unless.iter().any(|mask| mask.holds(facts))
            && self.reported.is_none_or(|switch| facts.inputs.contains(switch))
    }

    /// The cause at this trail; `None` where the trail has no such defect.
    pub fn cause(&self, trail: Trail) -> Option<Cause> {
        match self.subject {
            Subject::Plain(defect) => Some(Cause::Of(defect)),
            Subject::Own(kind) => trail.defect(kind).map(Cause::Of),
            Subject::Ssf => Some(Cause::Ssf(trail.layer())),
        }
    }

    /// True where this row has the equation of `cause`.
    pub fn is_of(&self, cause: Cause) -> bool {
        let trail = match self.function {
            Function::OtuTermination => Some(Trail::Section),
            Function::TandemTermination => match cause.layer() {
                Layer::Tcm(level) => Some(Trail::Tandem(level)),
                Layer::Otsi | Layer::Otu | Layer::Odu | Layer::Opu => None,
            },
            _ => Some(Trail::Path),
        };
        trail.is_some_and(|trail| self.cause(trail) == Some(cause))
    }
}

impl fmt::Display for CauseRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compound = matches!(self.by, Expression::Any(_));
        let alone = self.unless.is_empty() && self.reported.is_none();
        match compound && !alone {
            true => write!(f, "({})", self.by)?,
            false => write!(f, "{}", self.by)?,
        }
        for mask in self.unless {
            write!(f, " and (not {mask})")?;
        }
        match self.reported {
            Some(switch) => write!(f, " and {}", switch.name()),
            None => Ok(()),
        }
    }
}

const CI_SSF: Expression = Expression::Input(Input::CiSsf);
const AI_TSF: Expression = Expression::Input(Input::AiTsf);
const AI_TSF_P: Expression = Expression::Input(Input::AiTsfP);
const OTU_AIS: Expression = Expression::Defect(Defect::OtuAis);
const LOF: Expression = Expression::Defect(Defect::Lof);
const LOL: Expression = Expression::Defect(Defect::Lol);
const LOF_LANE: Expression = Expression::Defect(Defect::LofLane);
const LOR: Expression = Expression::Defect(Defect::Lor);
const AIS: Expression = Expression::Own(TandemDefect::Ais);
const LTC: Expression = Expression::Own(TandemDefect::Ltc);
const OCI: Expression = Expression::Own(TandemDefect::Oci);
const LCK: Expression = Expression::Own(TandemDefect::Lck);
const PLM: Expression = Expression::Defect(Defect::Plm);
const LOOMFI: Expression = Expression::Defect(Defect::Loomfi);
const MSIM: Expression = Expression::Defect(Defect::Msim);
const LFD: Expression = Expression::Defect(Defect::Lfd);
const EXM: Expression = Expression::Defect(Defect::Exm);
const UPM: Expression = Expression::Defect(Defect::Upm);
const CSF: Expression = Expression::Defect(Defect::Csf);

const fn plain(
    function: Function,
    name: &'static str,
    defect: Defect,
    unless: &'static [Expression],
) -> CauseRow {
    CauseRow {
        function,
        name,
        subject: Subject::Plain(defect),
        by: Expression::Defect(defect),
        unless,
        reported: None,
        confidence: Confidence::Memory,
    }
}

const fn own(
    function: Function,
    name: &'static str,
    kind: TandemDefect,
    unless: &'static [Expression],
    confidence: Confidence,
) -> CauseRow {
    let (subject, by) = (Subject::Own(kind), Expression::Own(kind));
    CauseRow { function, name, subject, by, unless, reported: None, confidence }
}

const fn ssf(function: Function, by: Expression, confidence: Confidence) -> CauseRow {
    let (subject, reported) = (Subject::Ssf, Some(Input::SsfReported));
    CauseRow { function, name: "cSSF", subject, by, unless: &[], reported, confidence }
}

const fn gated(row: CauseRow, switch: Input) -> CauseRow {
    CauseRow { reported: Some(switch), ..row }
}

/// All equations, from the line up.
pub const CAUSES: &[CauseRow] = {
    use Confidence::{Memory, Ours, Partly, Verified};
    use Expression::{All, Any};
    use Function::{
        OtsiOtu, OtsigOtu, OtuTermination, PathCbr, PathEtc, PathEth, PathOdu, PathPrbs,
        PathTermination, TandemTermination,
    };
    use TandemDefect::{Bdi, Deg, Lck, Ltc, Oci, Tim};
    const TANDEM_TIM: &[Expression] = &[CI_SSF, AIS, LTC, OCI, LCK];
    const TANDEM_REST: &[Expression] = &[CI_SSF, AIS, LTC, OCI, LCK, Expression::Timx];
    const PATH_TIM: &[Expression] = &[CI_SSF, AIS, OCI, LCK];
    const PATH_REST: &[Expression] = &[CI_SSF, AIS, OCI, LCK, Expression::Timx];
    &[
        //= g798:12.3-line-causes
        plain(OtsiOtu, "cLOS", Defect::Los, &[]),
        plain(OtsigOtu, "cLOFLANE", Defect::LofLane, &[AI_TSF_P]),
        plain(OtsigOtu, "cLOR", Defect::Lor, &[LOF_LANE, AI_TSF_P]),
        plain(OtsigOtu, "cLOL", Defect::Lol, &[LOF_LANE, LOR, AI_TSF_P]),
        // A function with one lane has no dLOL, and one with several need not have dLOF.
        plain(OtsiOtu, "cLOF", Defect::Lof, &[OTU_AIS, AI_TSF_P, LOL, LOF_LANE, LOR]),
        plain(OtsiOtu, "cLOM", Defect::Lom, &[LOF, OTU_AIS, AI_TSF_P, LOL, LOF_LANE, LOR]),
        //= g798:13.2-section-causes
        // What the adaptation below reports in the same layer is not reported again.
        ssf(OtuTermination, All(&[CI_SSF, Any(&[AI_TSF_P, OTU_AIS])]), Ours),
        own(OtuTermination, "cTIM", Tim, &[CI_SSF], Memory),
        own(OtuTermination, "cDEG", Deg, &[CI_SSF, Expression::Timx], Memory),
        own(OtuTermination, "cBDI", Bdi, &[CI_SSF, Expression::Timx], Memory),
        //= g798:14.5-tandem-causes
        ssf(TandemTermination, Any(&[CI_SSF, AIS]), Verified),
        gated(own(TandemTermination, "cLTC", Ltc, &[CI_SSF], Verified), Input::LtcReported),
        own(TandemTermination, "cOCI", Oci, &[CI_SSF], Verified),
        own(TandemTermination, "cLCK", Lck, &[CI_SSF], Verified),
        own(TandemTermination, "cTIM", Tim, TANDEM_TIM, Verified),
        own(TandemTermination, "cDEG", Deg, TANDEM_REST, Verified),
        own(TandemTermination, "cBDI", Bdi, TANDEM_REST, Partly),
        //= g798:14.2-path-causes
        ssf(PathTermination, Any(&[CI_SSF, AIS]), Memory),
        own(PathTermination, "cOCI", Oci, &[CI_SSF], Memory),
        own(PathTermination, "cLCK", Lck, &[CI_SSF], Memory),
        own(PathTermination, "cTIM", Tim, PATH_TIM, Memory),
        own(PathTermination, "cDEG", Deg, PATH_REST, Memory),
        own(PathTermination, "cBDI", Bdi, PATH_REST, Memory),
        //= g798:14.3-adaptation-causes
        plain(PathOdu, "cPLM", Defect::Plm, &[AI_TSF]),
        plain(PathOdu, "cLOOMFI", Defect::Loomfi, &[PLM, AI_TSF]),
        plain(PathOdu, "cMSIM", Defect::Msim, &[PLM, AI_TSF]),
        plain(PathOdu, "cLOFLOM", Defect::LofLom, &[MSIM, LOOMFI, PLM, AI_TSF]),
        gated(
            plain(PathCbr, "cCSF", Defect::Csf, &[LFD, UPM, EXM, PLM, AI_TSF]),
            Input::CsfReported,
        ),
        plain(PathEtc, "cLCS", Defect::Lcs, &[CSF, PLM, AI_TSF]),
        plain(PathPrbs, "cLSS", Defect::Lss, &[CSF, PLM, AI_TSF]),
        plain(PathEth, "cLFD", Defect::Lfd, &[PLM, AI_TSF]),
        plain(PathEth, "cEXM", Defect::Exm, &[LFD, PLM, AI_TSF]),
        plain(PathEth, "cUPM", Defect::Upm, &[EXM, LFD, PLM, AI_TSF]),
    ]
};

/// The causes of all the equations that `chosen` picks.
pub fn of(chosen: impl Fn(&CauseRow) -> bool, facts: &Facts) -> CauseSet {
    let mut set = CauseSet::default();
    for row in CAUSES.iter().filter(|row| chosen(row) && row.holds(facts)) {
        if let Some(cause) = row.cause(facts.trail) {
            set.set(cause, true);
        }
    }
    set
}

/// The equation of `cause`; `None` for a defect that is never reported, such as dIAE.
pub fn row_of(cause: Cause) -> Option<&'static CauseRow> {
    CAUSES.iter().find(|row| row.is_of(cause))
}
