//! Light of a plant against GNPy's reference outputs, against figures computed by hand, and against rules
//! that hold for every plant.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

mod bends;
mod courses;
mod gnpy;
mod mesh;
mod plants;
mod receivers;
