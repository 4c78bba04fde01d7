//! OTN signals to order: clients, the containers they sit in, and errors on the way.
//!
//! In: kinds of clients, captures or bits, a tree of ODUs. Out: a source of frames. Nothing is written
//! here; that is for `otn wrap`.

pub mod build;
pub mod errors;
pub mod failure;
pub mod inject;
pub mod kind;
pub mod sources;
pub mod tree_file;

pub use build::{Built, Plan, Signals, build};
pub use errors::{ErrorInsertion, Inserter};
pub use failure::{Failure, Lasting};
pub use inject::{InjectArguments, Injected, Injector};
pub use kind::{Kind, Mapping};
pub use sources::Status;
