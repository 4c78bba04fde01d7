//! Networks of switches from outside: what is told of each kind of event, rules that hold for every network, and
//! bit errors against closed forms.
//!
//! The cascades are kept as tables in `cascades/`. To write them anew, run the tests with `OTN_REWRITE=1`, then
//! give each new line the rule it follows from and the sum that its time is: see `table.rs`.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

mod build;
mod clients;
mod codes;
mod faults;
mod injections;
mod lost;
mod operators;
mod provisioning;
mod random;
mod ratios;
mod restoring;
mod tandem;

mod table;
