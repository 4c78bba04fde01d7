//! Conformance of supervision, section 12 of the fact sheet, on whole frames: cases by their number, and
//! the limit of every defect. The whole list is in `docs/conformance.md`.

#[path = "../bench/mod.rs"]
mod bench;

mod alignment;
mod gfp;
mod limits;
mod line;
mod tandem;
mod trails;
