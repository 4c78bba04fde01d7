//! The specification trace: which requirement is practised where, and by which test.
//!
//! A tour, in the order the data flows:
//!
//! - [`load_requirements`] reads `spec/requirements.toml` into [`Requirement`]s.
//! - [`scan`] reads the sources of the workspace and finds every [`Citation`], a comment line that
//!   names a requirement.
//! - [`Trace`] joins the two: rows by requirement, and what is unknown, unpractised or untested.
//! - [`Error`] says which file and line broke a rule, what stood there and what was expected.
//!
//! `cargo xtask trace` judges a trace; the build script of the program `otn` bakes one into the
//! command `otn clauses`. In: the root folder of a workspace. Out: plain structs in an order that
//! depends on the files' contents only.
//!
//! This crate does not know what the requirements mean, does not print, and does not parse Rust:
//! the scanner reads lines.

mod error;
mod id;
mod item;
mod requirement;
mod scan;
mod trace;

pub use error::Error;
pub use requirement::{Confidence, REQUIREMENTS_FILE, Requirement, load_requirements};
pub use scan::{Citation, Kind, SCAN_ROOTS, Scan, scan, watch_paths};
pub use trace::{Row, Trace};
