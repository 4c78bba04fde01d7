//! The criteria of all defects in one table: what raises each one, what clears it, after how much.
//!
//! Clauses: G.798 6.2, G.806 6.2 (GFP). In: nothing. Out: a row for each defect. The numbers are the
//! constants that the processes themselves use. What masks a defect is not repeated here: it follows
//! from the equation of its cause.

use core::fmt;

use otn_frame::SimTime;
use otn_map::gfp::management::SILENCE;
use otn_map::pn11::INTERVALS;

use crate::align::OOF_AFTER;
use crate::defect::{Defect, TandemDefect};
use crate::integrate::{
    Clearing, INTEGRATION, LOF_CLEARING, LOFLOM_CLEARING, LOM_CLEARING, LOOMFI_CLEARING,
};
use crate::line::{LOS_CLEAR, LOS_RAISE};
use crate::multiframe::OOM_AFTER;
use crate::omfi;
use crate::otl;
use crate::persist::{
    BDI_FRAMES, BIAE_FRAMES, CSF_MULTIFRAMES, IAE_FRAMES, MSI_MULTIFRAMES, PT_MULTIFRAMES,
    STAT_FRAMES,
};
use crate::trace::TTI_COPIES;

use super::Confidence;
use super::causes::{self, Cause, CauseRow, Subject};
use super::function::Function;

/// How long a condition must last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// No time of its own: the condition is a state that has one.
    State,
    /// As the client has it.
    Client,
    /// Consecutive frames of the signal.
    Frames(u8),
    /// Consecutive multiframes of 256 frames.
    Multiframes(u8),
    /// Consecutive copies of the trail trace, 64 frames each.
    Traces(u8),
    /// Consecutive intervals of the PN-11 detector.
    Intervals(u32),
    /// Consecutive frames that end an alignment, and then a time.
    Integrated(u8, SimTime),
    /// A time without a break.
    Time(SimTime),
    /// DEGM consecutive seconds, as configured.
    DegradeSeconds,
}

impl Persistence {
    /// The clearing of an integrator.
    const fn clearing(clearing: Clearing) -> Self {
        match clearing {
            Clearing::Integrated => Self::Time(INTEGRATION),
            Clearing::Immediate => Self::State,
        }
    }
}

impl fmt::Display for Persistence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: SimTime| time.as_ns() / 1_000_000;
        let us = |time: SimTime| time.as_ns() / 1_000;
        match *self {
            Self::State => f.write_str("at once"),
            Self::Client => f.write_str("client rule"),
            Self::Frames(count) => write!(f, "{count} frames"),
            Self::Multiframes(count) => write!(f, "{count} multiframes"),
            Self::Traces(count) => write!(f, "{count} TTI"),
            Self::Intervals(count) => write!(f, "{count} intervals"),
            Self::Integrated(frames, time) => write!(f, "{frames} frames + {} ms", ms(time)),
            Self::Time(time) if ms(time) == 0 => write!(f, "{} µs", us(time)),
            Self::Time(time) => write!(f, "{} ms", ms(time)),
            Self::DegradeSeconds => f.write_str("DEGM seconds"),
        }
    }
}

/// A condition, how long it must last, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// What is seen.
    pub condition: &'static str,
    /// For how long.
    pub after: Persistence,
    /// How sure.
    pub confidence: Confidence,
}

/// The row of one defect.
#[derive(Clone, Copy, Debug)]
pub struct CriteriaRow {
    /// Where it is detected.
    pub function: Function,
    /// Which; a defect of tandem connections once for all levels.
    pub subject: Subject,
    /// The clause, as fine as it was seen; where it is just `6.2` the finer number was not.
    pub clause: &'static str,
    /// What raises it.
    pub raise: Criterion,
    /// What clears it.
    pub clear: Criterion,
}

impl CriteriaRow {
    /// True where this is the row of `defect`.
    pub fn is_of(&self, defect: Defect) -> bool {
        match (self.subject, defect) {
            (Subject::Plain(plain), defect) => plain == defect,
            (Subject::Own(kind), Defect::Tcm(_, of_level)) => kind == of_level,
            (Subject::Own(_) | Subject::Ssf, _) => false,
        }
    }

    /// The name of the defect as G.798 writes it.
    pub const fn name(&self) -> &'static str {
        match self.subject {
            Subject::Plain(defect) => defect.name(),
            Subject::Own(kind) => kind.name(),
            Subject::Ssf => "CI_SSF",
        }
    }

    /// The equation that says what masks its report; `None` where it has none of its own.
    pub fn cause(&self) -> Option<&'static CauseRow> {
        match self.subject {
            Subject::Plain(defect) => causes::row_of(Cause::Of(defect)),
            subject => causes::CAUSES
                .iter()
                .find(|row| row.function == self.function && row.subject == subject),
        }
    }
}

/// The row of `defect`.
pub fn of(defect: Defect) -> Option<&'static CriteriaRow> {
    CRITERIA.iter().find(|row| row.is_of(defect))
}

const fn read(condition: &'static str, after: Persistence) -> Criterion {
    Criterion { condition, after, confidence: Confidence::Verified }
}

const fn partly(condition: &'static str, after: Persistence) -> Criterion {
    Criterion { condition, after, confidence: Confidence::Partly }
}

const fn recalled(condition: &'static str, after: Persistence) -> Criterion {
    Criterion { condition, after, confidence: Confidence::Memory }
}

const fn plain(
    defect: Defect,
    function: Function,
    clause: &'static str,
    raise: Criterion,
    clear: Criterion,
) -> CriteriaRow {
    CriteriaRow { function, subject: Subject::Plain(defect), clause, raise, clear }
}

const fn tandem(
    kind: TandemDefect,
    clause: &'static str,
    raise: Criterion,
    clear: Criterion,
) -> CriteriaRow {
    let function = Function::TandemTermination;
    CriteriaRow { function, subject: Subject::Own(kind), clause, raise, clear }
}

const STAT: Persistence = Persistence::Frames(STAT_FRAMES);
const BDI: Persistence = Persistence::Frames(BDI_FRAMES);
const BIAE: Persistence = Persistence::Frames(BIAE_FRAMES);
const IAE: Persistence = Persistence::Frames(IAE_FRAMES);
const TRACES: Persistence = Persistence::Traces(TTI_COPIES);
const PN11: Persistence = Persistence::Intervals(INTERVALS);
const DEG: Persistence = Persistence::DegradeSeconds;
const PT: Persistence = Persistence::Multiframes(PT_MULTIFRAMES);
const MSI: Persistence = Persistence::Multiframes(MSI_MULTIFRAMES);
const CSF: Persistence = Persistence::Multiframes(CSF_MULTIFRAMES);

const NOT_MATCHED: &str = "accepted TTI not the expected one, in what the mode compares";
const MATCHED: &str = "accepted TTI the expected one";
const BAD_SECONDS: &str = "errored blocks >= DEGTHR in a second";
const GOOD_SECONDS: &str = "errored blocks < DEGTHR in a second";

/// The alignment of light to OTUk.
//= g798:6.2-criteria
const LINE: [CriteriaRow; 7] = {
    use Function::{OtsiOtu, OtsigOtu};
    use Persistence::{Integrated, Time};
    [
        plain(
            Defect::Los,
            OtsiOtu,
            "6.2.1.2",
            recalled("no transition on the line", Time(LOS_RAISE)),
            recalled("transitions, none of them 100 µs apart", Time(LOS_CLEAR)),
        ),
        plain(
            Defect::LofLane,
            OtsigOtu,
            "6.2",
            read("lane FAS octets 3 to 5 wrong", Integrated(OOF_AFTER, INTEGRATION)),
            recalled("lane in frame", Persistence::clearing(otl::LOF_CLEARING)),
        ),
        plain(
            Defect::Lor,
            OtsigOtu,
            "6.2",
            read("lane marker not the accepted one", Integrated(otl::OOR_AFTER, INTEGRATION)),
            recalled("lane recovered", Persistence::clearing(otl::LOR_CLEARING)),
        ),
        plain(
            Defect::Lol,
            OtsigOtu,
            "6.2",
            read("lanes out of alignment", Time(INTEGRATION)),
            recalled("lanes aligned", Persistence::clearing(otl::LOL_CLEARING)),
        ),
        plain(
            Defect::OtuAis,
            OtsiOtu,
            "6.2.6.3.1",
            partly("PN-11 in an interval of 8192 bits: ones after the inverse below a limit", PN11),
            recalled("no PN-11 in an interval of 8192 bits", PN11),
        ),
        plain(
            Defect::Lof,
            OtsiOtu,
            "6.2.5.1",
            read("FAS octets 3 to 5 wrong", Integrated(OOF_AFTER, INTEGRATION)),
            read("in frame", Persistence::clearing(LOF_CLEARING)),
        ),
        plain(
            Defect::Lom,
            OtsiOtu,
            "6.2.5.2",
            read("MFAS not the expected one", Integrated(OOM_AFTER, INTEGRATION)),
            recalled("in multiframe", Persistence::clearing(LOM_CLEARING)),
        ),
    ]
};

/// The section.
//= g798:6.2-criteria
const SECTION: [CriteriaRow; 5] = {
    use Function::OtuTermination as Here;
    [
        plain(
            Defect::SectionTim,
            Here,
            "6.2",
            read(NOT_MATCHED, TRACES),
            recalled(MATCHED, TRACES),
        ),
        plain(Defect::SectionDeg, Here, "6.2", read(BAD_SECONDS, DEG), recalled(GOOD_SECONDS, DEG)),
        plain(Defect::SectionBdi, Here, "6.2.6.6.1", read("BDI 1", BDI), recalled("BDI 0", BDI)),
        plain(Defect::Iae, Here, "6.2", read("IAE 1", IAE), recalled("IAE 0", IAE)),
        plain(
            Defect::Biae,
            Here,
            "6.2",
            read("BEI/BIAE 1011", BIAE),
            recalled("BEI/BIAE not 1011", BIAE),
        ),
    ]
};

/// A tandem connection.
//= g798:6.2-criteria
const TANDEM: [CriteriaRow; 9] = [
    tandem(TandemDefect::Ltc, "6.2", read("STAT 000", STAT), recalled("STAT not 000", STAT)),
    tandem(TandemDefect::Ais, "6.2", read("STAT 111", STAT), recalled("STAT not 111", STAT)),
    tandem(TandemDefect::Oci, "6.2", read("STAT 110", STAT), recalled("STAT not 110", STAT)),
    tandem(TandemDefect::Lck, "6.2", read("STAT 101", STAT), recalled("STAT not 101", STAT)),
    tandem(TandemDefect::Tim, "6.2", read(NOT_MATCHED, TRACES), recalled(MATCHED, TRACES)),
    tandem(TandemDefect::Deg, "6.2", read(BAD_SECONDS, DEG), recalled(GOOD_SECONDS, DEG)),
    tandem(TandemDefect::Bdi, "6.2.6.6.1", read("BDI 1", BDI), recalled("BDI 0", BDI)),
    tandem(TandemDefect::Iae, "6.2", read("STAT 010", STAT), recalled("STAT not 010", STAT)),
    tandem(
        TandemDefect::Biae,
        "6.2",
        read("BEI/BIAE 1011", BIAE),
        recalled("BEI/BIAE not 1011", BIAE),
    ),
];

/// The path, and the alignment of an ODUj.
//= g798:6.2-criteria
const PATH: [CriteriaRow; 7] = {
    use Function::PathTermination as Here;
    use Persistence::Integrated;
    [
        plain(
            Defect::LofLom,
            Function::PathOdu,
            "6.2.5.3",
            read("FAS octets 3 to 5 or MFAS of the ODUj wrong", Integrated(OOF_AFTER, INTEGRATION)),
            recalled("in frame and multiframe", Persistence::clearing(LOFLOM_CLEARING)),
        ),
        plain(Defect::Ais, Here, "6.2", read("STAT 111", STAT), recalled("STAT not 111", STAT)),
        plain(Defect::Oci, Here, "6.2", read("STAT 110", STAT), recalled("STAT not 110", STAT)),
        plain(Defect::Lck, Here, "6.2", read("STAT 101", STAT), recalled("STAT not 101", STAT)),
        plain(Defect::PathTim, Here, "6.2", read(NOT_MATCHED, TRACES), recalled(MATCHED, TRACES)),
        plain(Defect::PathDeg, Here, "6.2", read(BAD_SECONDS, DEG), recalled(GOOD_SECONDS, DEG)),
        plain(Defect::PathBdi, Here, "6.2.6.6.1", read("BDI 1", BDI), recalled("BDI 0", BDI)),
    ]
};

/// The adaptations above the path.
//= g798:6.2-criteria
const ADAPTATION: [CriteriaRow; 9] = {
    use Function::{PathCbr, PathEtc, PathEth, PathOdu, PathPrbs};
    use Persistence::{Client, Integrated, State};
    [
        plain(
            Defect::Plm,
            PathOdu,
            "6.2.4.1",
            read("accepted PT not an expected one", PT),
            recalled("accepted PT an expected one", PT),
        ),
        plain(
            Defect::Loomfi,
            PathOdu,
            "14.3.10.2",
            read("OMFI not the expected one", Integrated(omfi::OUT_AFTER, INTEGRATION)),
            recalled("OMFI aligned", Persistence::clearing(LOOMFI_CLEARING)),
        ),
        plain(
            Defect::Msim,
            PathOdu,
            "6.2.9.1",
            partly("accepted MSI of the port not the expected one", MSI),
            recalled("accepted MSI of the port the expected one", MSI),
        ),
        plain(
            Defect::Csf,
            PathCbr,
            "6.2",
            partly("CSF bit of PSI 1; in GFP at once by a CSF frame", CSF),
            recalled(
                "CSF bit of PSI 0; in GFP 3 s without a CSF frame, a DCI or a data frame",
                CSF,
            ),
        ),
        plain(
            Defect::Lfd,
            PathEth,
            "G.806 6.2.5.2",
            read("GFP delineation leaves SYNC", State),
            read("GFP delineation in SYNC", State),
        ),
        plain(
            Defect::Exm,
            PathEth,
            "G.806 6.2",
            read("EXI of a good client data frame not the expected one", State),
            read("the expected one", State),
        ),
        plain(
            Defect::Upm,
            PathEth,
            "G.806 6.2",
            read("UPI of a good client data frame not the expected one", State),
            read("the expected one", State),
        ),
        plain(
            Defect::Lss,
            PathPrbs,
            "6.2",
            recalled("pattern lock lost", Client),
            recalled("pattern locked", Client),
        ),
        plain(
            Defect::Lcs,
            PathEtc,
            "6.2",
            recalled("character or block synchronisation of the client lost", Client),
            recalled("synchronised", Client),
        ),
    ]
};

const ROWS: usize = LINE.len() + SECTION.len() + TANDEM.len() + PATH.len() + ADAPTATION.len();

/// All rows, from the line up.
pub const CRITERIA: &[CriteriaRow] = &{
    let mut rows = [LINE[0]; ROWS];
    let groups: [&[CriteriaRow]; 5] = [&LINE, &SECTION, &TANDEM, &PATH, &ADAPTATION];
    let (mut group, mut at) = (0, 0);
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].len() {
            rows[at] = groups[group][row];
            row += 1;
            at += 1;
        }
        group += 1;
    }
    rows
};

/// Time after the last CSF frame of GFP at which dCSF clears.
pub const CSF_SILENCE: SimTime = SILENCE;

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;
    use std::vec::Vec;

    //= type=test g798:6.2-criteria
    #[test]
    fn every_defect_has_exactly_one_row_and_every_row_a_defect() {
        for &defect in Defect::ALL {
            let rows: Vec<_> = CRITERIA.iter().filter(|row| row.is_of(defect)).collect();
            assert_eq!(rows.len(), 1, "{defect}");
            assert_eq!(rows[0].name(), defect.name());
        }
        assert!(CRITERIA.iter().all(|row| Defect::ALL.iter().any(|&defect| row.is_of(defect))));
        assert_eq!(CRITERIA.len(), 28 + 9);
    }

    /// Section 3.6 of the fact sheet, by hand: raise and clear.
    //= type=test g798:6.2-criteria
    #[test]
    fn the_limits_are_those_of_the_fact_sheet() {
        let trail = [
            ("dTIM", "3 TTI", "3 TTI"),
            ("dDEG", "DEGM seconds", "DEGM seconds"),
            ("dBDI", "5 frames", "5 frames"),
        ];
        let section = [("dIAE", "5 frames", "5 frames"), ("dBIAE", "3 frames", "3 frames")];
        let status = ["dAIS", "dOCI", "dLCK"].map(|name| (name, "3 frames", "3 frames"));
        let tandem = ["dLTC", "dIAE", "dBIAE"].map(|name| (name, "3 frames", "3 frames"));
        let line = [
            ("dLOS", "100 µs", "125 µs"),
            ("dLOFLANE", "5 frames + 3 ms", "3 ms"),
            ("dLOR", "5 frames + 3 ms", "3 ms"),
            ("dLOL", "3 ms", "at once"),
            ("dLOF", "5 frames + 3 ms", "3 ms"),
            ("dLOM", "5 frames + 3 ms", "at once"),
        ];
        let port = [
            ("dLOOMFI", "5 frames + 3 ms", "at once"),
            ("dMSIM", "3 multiframes", "3 multiframes"),
            ("dLOFLOM", "5 frames + 3 ms", "3 ms"),
            ("dPLM", "3 multiframes", "3 multiframes"),
        ];
        let gfp = ["dLFD", "dEXM", "dUPM"].map(|name| (name, "at once", "at once"));
        let expected = |function: Function| -> Vec<(&str, &str, &str)> {
            match function {
                Function::OtsiOtu | Function::OtsigOtu => {
                    [&line[..], &[("dAIS", "3 intervals", "3 intervals")]].concat()
                }
                Function::OtuTermination => [&trail[..], &section].concat(),
                Function::TandemTermination => [&trail[..], &status, &tandem].concat(),
                Function::PathTermination => [&trail[..], &status].concat(),
                Function::PathOdu => port.to_vec(),
                Function::PathCbr => [("dCSF", "3 multiframes", "3 multiframes")].to_vec(),
                Function::PathEth => gfp.to_vec(),
                Function::PathEtc => [("dLCS", "client rule", "client rule")].to_vec(),
                Function::PathPrbs => [("dLSS", "client rule", "client rule")].to_vec(),
                _ => Vec::new(),
            }
        };
        for row in CRITERIA {
            let expected = expected(row.function);
            let (raise, clear) = (row.raise.after.to_string(), row.clear.after.to_string());
            let found = (row.name(), raise.as_str(), clear.as_str());
            assert!(expected.contains(&found), "{found:?} at {}", row.function.name());
        }
        assert_eq!(CSF_SILENCE, SimTime::from_ms(3_000));
    }

    #[test]
    fn what_has_no_cause_of_its_own_is_known() {
        let silent = CRITERIA.iter().filter(|row| row.cause().is_none());
        let names: Vec<_> = silent.map(|row| (row.function.name(), row.name())).collect();
        let expected = [
            ("OTSi/OTUk_A_Sk", "dAIS"),
            ("OTUk_TT_Sk", "dIAE"),
            ("OTUk_TT_Sk", "dBIAE"),
            ("ODUkT_TT_Sk", "dAIS"),
            ("ODUkT_TT_Sk", "dIAE"),
            ("ODUkT_TT_Sk", "dBIAE"),
            ("ODUkP_TT_Sk", "dAIS"),
        ];
        assert_eq!(names, expected);
    }
}
