//! Networks as GNPy's files describe them: read, designed, routed.
//!
//! No IO: texts and octets come in as arguments.
//!
//! - [`library`]: amplifiers, fibres, ROADMs, transceivers and design rules.
//! - [`topology`]: elements and connections as a file gives them.

pub mod library;
pub mod topology;
