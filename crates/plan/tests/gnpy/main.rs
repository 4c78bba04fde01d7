//! GNPy as the referee: every case of `tests/gnpy-data` that this crate practises.

mod cases;
mod compare;
mod design;
mod transmission;
