//! Two ends of a protection group that talk over a delayed channel, in one virtual time.

mod frames;
mod harness;
mod properties;
mod scenarios;
