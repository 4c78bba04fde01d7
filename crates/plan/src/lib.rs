//! Networks as GNPy's files describe them: read, designed, routed.
//!
//! No IO: texts and octets come in as arguments.

pub mod network;
