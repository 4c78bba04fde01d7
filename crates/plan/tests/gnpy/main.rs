//! GNPy as the referee: every case of `tests/gnpy-data` that this crate practises.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

mod black_box;
mod cases;
mod compare;
mod design;
mod planning;
mod transmission;
