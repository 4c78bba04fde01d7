//! Workbooks: topology and services as spreadsheets.
//!
//! Clauses: GNPy's documentation of Excel input: sheets Nodes, Links, Eqpt, Roadms, Service.
//! In: octets of an xls or xlsx file and its name. Out: [`Topology`] and [`Services`], as GNPy's own
//! conversion gives them. Columns are found by their titles. Errors name sheet and cell.
//! It computes nothing: formulas count with the values saved in the file.

mod build;
mod services;
mod table;
mod workbook;

use crate::error::{FileError, Loaded};
use crate::services::Services;
use crate::topology::Topology;
use workbook::Workbook;

/// Reads the topology of a workbook.
///
/// # Errors
/// [`FileError`] with file, sheet, cell, what was found and what is allowed.
pub fn topology(name: &str, octets: &[u8]) -> Result<Loaded<Topology>, FileError> {
    let mut workbook = Workbook::open(name, octets)?;
    let value = build::topology(&mut workbook)?;
    Ok(Loaded { value, warnings: workbook.into_warnings() })
}

/// Reads the services of a workbook; `topology` says which names there are.
///
/// # Errors
/// [`FileError`] with file, sheet, cell, what was found and what is allowed.
pub fn services(
    name: &str,
    octets: &[u8],
    topology: &Topology,
) -> Result<Loaded<Services>, FileError> {
    let mut workbook = Workbook::open(name, octets)?;
    let value = services::read(&mut workbook, topology)?;
    Ok(Loaded { value, warnings: workbook.into_warnings() })
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_support;
