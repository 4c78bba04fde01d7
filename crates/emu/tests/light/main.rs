//! Light of a plant against GNPy's reference outputs, against figures computed by hand, and against rules
//! that hold for every plant.

mod bends;
mod courses;
mod gnpy;
mod mesh;
mod plants;
mod receivers;
