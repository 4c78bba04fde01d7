//! Services in the network file: what their clients send.
//!
//! In: the entries of `services`. Out: services of the plan, captures that clients replay, or what is wrong. What
//! clients are is in `clients`, the ways of services are found in `ways`.

use otn_emu::net::model::{Sends, Service};
use otn_emu::traffic::Pace;
use otn_frame::SimTime;

use super::Reader;
use super::document::{Document, ServiceEntry, TrafficEntry};
use crate::network::notes::{FileError, Replay};
use crate::network::traces::TraceSettings;
use crate::units;

/// Octets that Ethernet spends on a packet beside its frame without FCS: FCS, preamble, delimiter, smallest gap.
const BESIDE: u64 = 24;
/// Picoseconds of a second.
const PS_PER_S: u128 = 1_000_000_000_000;

impl Reader<'_> {
    pub(super) fn services(&mut self, document: &Document) -> Result<(), FileError> {
        for (name, entry) in &document.services {
            self.notes.name("service", name, entry.referenced)?;
            let (service, sources) = self.service(name, &entry.value)?;
            self.plan.services.push(service);
            self.sources.push(sources);
        }
        self.ways(document)?;
        self.supervise(document)
    }

    /// A service that has no way yet.
    fn service(
        &self,
        name: &str,
        entry: &ServiceEntry,
    ) -> Result<(Service, [Option<Replay>; 2]), FileError> {
        let ends = self.two_nodes(&format!("service `{name}`"), &entry.ends)?;
        let odu = self.odu(entry)?;
        let client = self.client(entry, odu, ends)?;
        let degrade = entry.degrade.as_ref();
        let degrade = degrade.map(|entry| self.notes.degrade(entry, odu)).transpose()?;
        let traces = TraceSettings {
            sent: &entry.trace,
            expected: &entry.expect,
            action: entry.tim_action.as_ref(),
        };
        let path = self.notes.traces(&traces, self.names_of(ends), name)?;
        let mut sends = [Sends::Nothing, Sends::Nothing];
        let mut sources = [None, None];
        for (node, traffic) in &entry.traffic {
            let names = self.names_of(ends);
            let end = self.notes.end_of("traffic", node, traffic.referenced, names)?;
            if !client.has_packets() {
                let word = &entry.client.value;
                let what =
                    format!("traffic: a client `{word}` sends by itself, expected no `traffic`");
                return self.notes.error(traffic.referenced, what);
            }
            (sends[end], sources[end]) = self.traffic(&traffic.value)?;
        }
        let name = name.to_string();
        let (route, protection) = (Vec::new(), None);
        let restoration = self.restoration(entry)?;
        let supervision = Default::default();
        let service = Service {
            name,
            odu,
            client,
            ends,
            route,
            protection,
            restoration,
            sends,
            path,
            degrade,
            supervision,
        };
        Ok((service, sources))
    }

    fn traffic(&self, entry: &TrafficEntry) -> Result<(Sends, Option<Replay>), FileError> {
        let notes = self.notes;
        match (&entry.packets, &entry.pcap) {
            (Some(packets), None) => {
                if let Some(repeat) = &entry.repeat {
                    let what = "repeat: `packets` never end, expected it with `pcap` only";
                    return notes.error(repeat.referenced, what);
                }
                let octets = notes.unit("packets", packets, units::packet_length)?;
                let rate = notes.unit("rate", &entry.rate, units::bit_rate)?;
                let bits = u128::from((octets as u64 + BESIDE) * 8);
                let every = bits * PS_PER_S / u128::from(rate.max(1));
                let every = SimTime::from_ps(u64::try_from(every).unwrap_or(u64::MAX));
                Ok((Sends::Numbered { octets, every }, None))
            }
            (None, Some(pcap)) => {
                let pace: Pace = notes.pace(&entry.rate)?;
                let replay = Replay {
                    pcap: notes.path_of(&pcap.value),
                    written: pcap.value.clone(),
                    repeat: entry.repeat.as_ref().is_some_and(|repeat| repeat.value),
                };
                Ok((Sends::Packets(pace), Some(replay)))
            }
            (both, _) => {
                let found = if both.is_some() { "both" } else { "neither" };
                let what = format!("traffic: expected `packets` or `pcap`, found {found}");
                notes.error(entry.rate.referenced, what)
            }
        }
    }
}
