//! Networks as GNPy's files describe them: read, designed, routed.
//!
//! No IO: texts and octets come in as arguments.
//!
//! - [`design`]: what files leave open, found by rule.
//! - [`library`]: amplifiers, fibres, ROADMs, transceivers and design rules.
//! - [`topology`]: elements and connections as a file gives them.
//! - [`models`]: elements of the photonic layer made from both.
//! - [`transmission`]: light across a path.
//! - [`network`]: the same as a graph, with what the library says of each element filled in.

pub mod design;
pub mod library;
pub mod models;
pub mod network;
pub mod topology;
pub mod transmission;
