//! Networks as GNPy's files describe them: read, designed, routed.
//!
//! No IO: texts and octets come in as arguments.
//!
//! - [`design`]: what files leave open, found by rule.
//! - [`digital`]: clients groomed into slots of OTUk lines, lines onto lightpaths.
//! - [`library`]: amplifiers, fibres, ROADMs, transceivers and design rules.
//! - [`topology`]: elements and connections as a file gives them.
//! - [`services`], [`sim_params`], [`spectrum_file`]: what is asked for, and how it is computed.
//! - [`occupation`]: what a network carries already.
//! - [`risk_groups`]: what fails together.
//! - [`sheet`]: topology and services from workbooks.
//! - [`yang`]: the two forms of all these files.
//! - [`error`]: what is wrong with a file, and where.
//! - [`models`]: elements of the photonic layer made from both; [`mode_model`]: its transceivers.
//! - [`transmission`]: light across a path.
//! - [`path_request`]: requests planned: routes, modes, spectrum.
//! - [`routes`]: shortest ways, and sets of them that do not fail together; the running network uses them too.
//! - [`network`]: the same as a graph, with what the library says of each element filled in.

pub mod design;
pub mod digital;
pub mod error;
mod fibre_fields;
pub mod fuzz;
mod input;
pub mod library;
pub mod mode_model;
pub mod models;
pub mod network;
pub mod occupation;
pub mod path_request;
pub mod risk_groups;
pub mod routes;
pub mod services;
pub mod sheet;
pub mod sim_params;
pub mod spectrum_file;
pub mod topology;
pub mod transmission;
pub mod yang;

pub use error::{FileError, Loaded, Warning};
pub use input::Source;
