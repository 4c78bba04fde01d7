//! Equations of G.798 as data: small boolean expressions over named inputs.
//!
//! Clauses: G.798 6.3, 6.4. In: what is true at a function: its defects and its inputs. Out: true or
//! false; or the equation as text, in the words of G.798.

use core::fmt;

use crate::defect::{Defect, DefectSet, TandemDefect};

use super::function::Trail;

/// What an equation asks for, beside defects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Input {
    /// Server signal fail at the input of the function.
    CiSsf,
    /// Server signal degrade at the input of the function.
    CiSsd,
    /// Trail signal fail, told by the termination below.
    AiTsf,
    /// Trail signal degrade, told by the termination below.
    AiTsd,
    /// Trail signal fail of the payload of the light below.
    AiTsfP,
    /// The termination below asks for AIS.
    AiAis,
    /// A trail trace mismatch has consequences: the opposite of TIMActDis.
    TimAction,
    /// A loss of tandem connection has consequences.
    LtcAction,
    /// The administrative state is locked.
    Locked,
    /// The termination acts on what it sees.
    Operational,
    /// The termination touches the overhead: it is not transparent.
    NotTransparent,
    /// A failed server signal is reported.
    SsfReported,
    /// A failed client is reported.
    CsfReported,
    /// A lost tandem connection is reported.
    LtcReported,
    /// The frame just checked had BIP-8 violations.
    Violations,
    /// The output of a connection has an input.
    Connected,
    /// The client failed at the input of the source.
    ClientFail,
    /// Client signal fail is sent.
    CsfEnabled,
}

impl Input {
    /// How equations write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CiSsf => "CI_SSF",
            Self::CiSsd => "CI_SSD",
            Self::AiTsf => "AI_TSF",
            Self::AiTsd => "AI_TSD",
            Self::AiTsfP => "AI_TSF-P",
            Self::AiAis => "AI_AIS",
            Self::TimAction => "TIMAct_Enabled",
            Self::LtcAction => "LTCAct_Enabled",
            Self::Locked => "LOCKED",
            Self::Operational => "MODE == OPERATIONAL",
            Self::NotTransparent => "MODE != TRANSPARENT",
            Self::SsfReported => "SSF_Reported",
            Self::CsfReported => "CSF_Reported",
            Self::LtcReported => "LTC_Reported",
            Self::Violations => "nBIPV",
            Self::Connected => "CONNECTED",
            Self::ClientFail => "CLIENT_FAIL",
            Self::CsfEnabled => "CSF_Enabled",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of inputs that are true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs(u32);

impl Inputs {
    /// The set of these.
    pub const fn of(inputs: &[Input]) -> Self {
        let mut set = Self(0);
        let mut at = 0;
        while at < inputs.len() {
            set.0 |= inputs[at].bit();
            at += 1;
        }
        set
    }

    /// The same with `input` true or false.
    #[must_use]
    pub const fn with(self, input: Input, present: bool) -> Self {
        let others = self.0 & !input.bit();
        Self(if present { others | input.bit() } else { others })
    }

    /// Those of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True where `input` is true.
    pub const fn contains(self, input: Input) -> bool {
        self.0 & input.bit() != 0
    }
}

/// What is true at a function.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The trail whose defects equations name without naming the layer.
    pub trail: Trail,
    /// Defects that stand.
    pub defects: DefectSet,
    /// Inputs that are true.
    pub inputs: Inputs,
}

impl Facts {
    /// True where the defect of this kind stands at the trail.
    fn own(&self, kind: TandemDefect) -> bool {
        self.trail.defect(kind).is_some_and(|defect| self.defects.contains(defect))
    }
}

/// A boolean expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A defect stands.
    Defect(Defect),
    /// A defect of the trail at hand stands.
    Own(TandemDefect),
    /// TIMx: dTIM of the trail stands and has consequences.
    Timx,
    /// An input is true.
    Input(Input),
    /// It is false.
    Not(&'static Self),
    /// At least one is true.
    Any(&'static [Self]),
    /// All are true.
    All(&'static [Self]),
}

impl Expression {
    /// Its value.
    pub fn holds(&self, facts: &Facts) -> bool {
        match *self {
            Self::Defect(defect) => facts.defects.contains(defect),
            Self::Own(kind) => facts.own(kind),
            Self::Timx => facts.own(TandemDefect::Tim) && facts.inputs.contains(Input::TimAction),
            Self::Input(input) => facts.inputs.contains(input),
            Self::Not(inner) => !inner.holds(facts),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
        }
    }

    /// True where it needs parentheses as a part of another one.
    const fn is_compound(&self) -> bool {
        match self {
            Self::Any(_) | Self::All(_) => true,
            Self::Input(input) => matches!(input, Input::Operational | Input::NotTransparent),
            Self::Defect(_) | Self::Own(_) | Self::Timx | Self::Not(_) => false,
        }
    }

    fn write_part(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_compound() { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (at, part) in parts.iter().enumerate() {
                f.write_str(if at > 0 { word } else { "" })?;
                part.write_part(f)?;
            }
            Ok(())
        };
        match *self {
            Self::Defect(defect) => f.write_str(defect.name()),
            Self::Own(kind) => f.write_str(kind.name()),
            Self::Timx => f.write_str("TIMx"),
            Self::Input(input) => f.write_str(input.name()),
            Self::Not(inner) => {
                f.write_str("(not ")?;
                inner.write_part(f)?;
                f.write_str(")")
            }
            Self::Any(parts) => row(f, parts, " or "),
            Self::All(parts) => row(f, parts, " and "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    const A: Expression = Expression::Input(Input::CiSsf);
    const B: Expression = Expression::Own(TandemDefect::Tim);
    const C: Expression = Expression::Input(Input::Operational);

    fn facts(ssf: bool, tim: bool, action: bool, operational: bool) -> Facts {
        let mut defects = DefectSet::default();
        defects.set(Defect::PathTim, tim);
        let inputs = Inputs::default()
            .with(Input::CiSsf, ssf)
            .with(Input::TimAction, action)
            .with(Input::Operational, operational);
        Facts { trail: Trail::Path, defects, inputs }
    }

    #[test]
    fn an_expression_has_the_value_of_the_same_words_in_rust() {
        let timx = Expression::Timx;
        let expression = Expression::Any(&[A, Expression::All(&[B, C]), Expression::Not(&B)]);
        for bits in 0..16u8 {
            let [ssf, tim, action, operational] = [1, 2, 4, 8].map(|mask| bits & mask > 0);
            let facts = facts(ssf, tim, action, operational);
            assert_eq!(expression.holds(&facts), ssf || !tim || operational);
            assert_eq!(timx.holds(&facts), tim && action);
            assert_eq!(facts.inputs.contains(Input::Operational), operational);
        }
        assert!(!Expression::Own(TandemDefect::Ltc).holds(&facts(true, true, true, true)));
    }

    #[test]
    fn it_prints_as_the_recommendation_writes() {
        let expression = Expression::Any(&[A, Expression::All(&[B, C]), Expression::Not(&B)]);
        let text = "CI_SSF or (dTIM and (MODE == OPERATIONAL)) or (not dTIM)";
        assert_eq!(expression.to_string(), text);
    }
}
