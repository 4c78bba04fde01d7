//! Restoration of a service in the network file.
//!
//! In: the entry of `restoration`. Out: what a controller does when all routes of the service have failed, and
//! tributaries that it may use for that; or what is wrong.

use otn_emu::net::model::{RestorationPlan, Tributary};
use otn_frame::SimTime;
use otn_proc::protection::Monitoring;

use super::Reader;
use super::document::{Document, ServiceEntry};
use super::room::Room;
use crate::network::notes::FileError;

/// From an alarm to a controller that knows it, where nothing is said: a management network across a country and an
/// agent that looks a few times in 100 ms. No Recommendation gives one.
const MANAGEMENT_DELAY: SimTime = SimTime::from_ms(50);
/// For a node to change its matrix and say so, where nothing is said.
const SETUP: SimTime = SimTime::from_ms(10);
/// As that of protection: G.873.1 has 5 to 12 minutes.
const WAIT_TO_RESTORE: SimTime = SimTime::from_ms(300_000);

impl Reader<'_> {
    /// How a service is restored.
    pub(super) fn restoration(
        &self,
        entry: &ServiceEntry,
    ) -> Result<Option<RestorationPlan>, FileError> {
        let Some(asked) = &entry.restoration else { return Ok(None) };
        let time = |key: &str, text: &Option<_>, usual: SimTime| {
            text.as_ref().map_or(Ok(usual), |text| self.time(key, text))
        };
        Ok(Some(RestorationPlan {
            management_delay: time("management-delay", &asked.management_delay, MANAGEMENT_DELAY)?,
            setup: time("setup", &asked.setup, SETUP)?,
            revertive: asked.revertive.unwrap_or(false),
            wait_to_restore: time("wait-to-restore", &asked.wait_to_restore, WAIT_TO_RESTORE)?,
        }))
    }

    /// Sets tributaries aside: on every line that has room one for each service that may be restored over it.
    pub(super) fn set_aside(
        &mut self,
        document: &Document,
        all: &mut [Room],
    ) -> Result<(), FileError> {
        for (service, entry) in self.plan.services.iter().zip(document.services.values()) {
            if service.restoration.is_none() {
                continue;
            }
            let sublayer = service.protection.as_ref();
            if sublayer.is_some_and(|p| p.config.monitoring == Monitoring::Sublayer) {
                let what = "restoration: a route that is found later has no tandem connection, expected `snc-i` or \
                            `snc-n` beside it";
                return self.notes.error(entry.value.odu.referenced, what);
            }
            for (index, (line, room)) in self.plan.lines.iter_mut().zip(&mut *all).enumerate() {
                let on_it = service.routes().flatten().any(|hop| hop.line == index);
                // A line without slots that no service fills would be lost to all others.
                let slotted = matches!(room, Room::Slots(_));
                if !on_it
                    && slotted
                    && let Ok(content) = room.place(service.odu, None)
                {
                    line.tributaries.push(Tributary { odu: service.odu, content });
                }
            }
        }
        Ok(())
    }
}
