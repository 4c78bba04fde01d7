//! Events that `otn wrap --inject` puts into a signal: alarms of every layer, as real changes of it.
//!
//! Clauses: G.798 6.2 (what a sink sees), G.709 16 (maintenance signals). In: `EVENT[/PLACE]@TIME` and
//! how long. Out: changes of an ODU before its server layer, of the clear OTU frame, and of the line.
//! Bit errors and single wrong octets are those of [`super::errors`]. The syntax is in
//! `docs/inject.md`.

pub mod arguments;
pub mod event;
mod lanes;
mod line;
mod odu;
mod packets;
pub mod schedule;
mod text;

pub use arguments::{InjectArguments, Injected, Injector};
pub use text::{Asked, Injection, NotAnInjection};

#[cfg(test)]
mod tests;
