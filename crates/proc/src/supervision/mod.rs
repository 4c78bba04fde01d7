//! Supervision as tables: what each defect is, what follows from it, and what is reported.
//!
//! Clauses: G.798 6.2 (defects), 6.3 (consequent actions), 6.4 (fault causes), and the sections of the
//! atomic functions, 12 to 14. In: the defects that sinks report. Out: actions, and fault causes: of
//! all the defects that one fault raises the one of each layer that names it. Nothing here detects
//! a defect, and nothing here asks a clock.
//!
//! - [`criteria`]: a row for each defect: what raises it, what clears it, after how much.
//! - [`expression`]: the equations as data; [`function`]: the atomic functions they belong to.
//! - [`actions`]: consequent actions; [`causes`]: fault causes; [`probable_cause`]: their names in
//!   OpenROADM.
//! - [`settings`]: what an operator decides; [`chain`]: the functions of a terminal on top of one
//!   another; [`correlator`]: from its defects to causes; [`cause_log`]: the causes kept; [`failure`]:
//!   from a cause to a failure.

pub mod actions;
pub mod cause_log;
pub mod causes;
pub mod chain;
pub mod correlator;
pub mod criteria;
pub mod expression;
pub mod failure;
pub mod function;
pub mod probable_cause;
pub mod settings;

use core::fmt;

/// How sure a row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confidence {
    /// Read in a public text.
    Verified,
    /// Part of it read, the rest recalled.
    Partly,
    /// Recalled; the text was not seen.
    Memory,
    /// A rule of this program.
    Ours,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verified => "read",
            Self::Partly => "part read",
            Self::Memory => "memory",
            Self::Ours => "ours",
        })
    }
}
