//! Routes of services: given, or computed.
//!
//! In: the entries of a service, what is placed already. Out: a working route and one for protection, or what is
//! wrong.

use otn_proc::odu::mux_source::Allocation;

use super::Reader;
use super::document::ServiceEntry;
use super::ways::Way;
use crate::network_file::FileError;

impl Reader<'_> {
    /// The routes of a service.
    pub(super) fn routes(
        &self,
        index: usize,
        entry: &ServiceEntry,
        _all: &[Allocation],
    ) -> Result<(Way, Option<Way>), FileError> {
        let service = &self.plan.services[index];
        let key = format!("service `{}`: route", service.name);
        let Some(route) = &entry.route else {
            return self.notes.error(entry.odu.referenced, format!("{key}: missing"));
        };
        let working = self.given(&key, route, service.ends)?;
        let other = match &entry.protection {
            None => None,
            Some(protection) => match &protection.value.route {
                Some(route) => {
                    let key = format!("service `{}`: protection: route", service.name);
                    Some(self.given(&key, route, service.ends)?)
                }
                None => {
                    return self.notes.error(protection.referenced, "protection: route missing");
                }
            },
        };
        Ok((working, other))
    }
}
