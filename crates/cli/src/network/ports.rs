//! What `otn live` adds to a network file: ports of clients, where nodes listen, the pace.
//!
//! In: `ports` of services, `listen` of nodes, `live`. Out: values for the live network, or what is wrong. `otn run`
//! reads and checks them too, and sends nothing at such ends.

use std::net::SocketAddr;
use std::path::PathBuf;

use otn_emu::net::model::Sends;
use otn_emu::traffic::Pace;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::Reader;
use super::document::Document;
use super::notes::{FileError, Text};

/// Packets that wait for room in the ODUj when a file does not say how many.
const QUEUE: usize = 1_000;

/// The largest packet of a client, without Ethernet header and FCS: a jumbo frame, octets.
const MAX_MTU: u32 = 9_600;

/// The smallest that IPv4 works with (RFC 791), octets.
const MIN_MTU: u32 = 68;

/// Longest name of an interface: `IFNAMSIZ` of Linux without the zero at its end.
const NAME: usize = 15;

/// The port of a client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PortEntry {
    tap: Option<Text>,
    interface: Option<Text>,
    namespace: Option<Text>,
    mtu: Option<Spanned<u32>>,
    queue: Option<Text>,
    #[serde(rename = "when-full")]
    when_full: Option<Text>,
    #[serde(default, rename = "link-loss-forwarding")]
    link_loss_forwarding: bool,
}

/// How the network is kept in step with the clock on the wall.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LiveEntry {
    pace: Option<Text>,
}

/// What a port of a client is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    /// A TAP device, made where it is not there.
    Tap(String),
    /// An interface that is there.
    Interface(String),
}

/// What happens to a packet for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// It is dropped and counted.
    Drop,
    /// It stays in the queue of its interface, which is asked no more until there is room.
    Wait,
}

/// The port of a client at an end of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientPort {
    /// What it is.
    pub device: Device,
    /// The network namespace that it is in, by name; that of the program where it is nothing.
    pub namespace: Option<String>,
    /// Set where the file says it, octets.
    pub mtu: Option<u32>,
    /// Packets that wait for room in the ODUj.
    pub queue: usize,
    /// What happens to those beyond.
    pub when_full: WhenFull,
    /// Its carrier is down while the client signal of the far end fails, and its own failure is told there.
    pub link_loss_forwarding: bool,
}

/// Where a node waits for the lines of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A socket in the file system.
    Unix(PathBuf),
    /// An address and port.
    Tcp(SocketAddr),
}

/// What a file says of a live network.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveSettings {
    /// Seconds of the network in a second on the wall.
    pub pace: f64,
    /// Ports by service and end.
    pub ports: Vec<[Option<ClientPort>; 2]>,
    /// Where nodes listen.
    pub listen: Vec<Option<Endpoint>>,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self { pace: 1.0, ports: Vec::new(), listen: Vec::new() }
    }
}

impl Reader<'_> {
    /// What `otn live` needs; ends with a port send what comes in there.
    pub(super) fn live(&mut self, document: &Document) -> Result<LiveSettings, FileError> {
        let mut settings = LiveSettings::default();
        if let Some(text) = document.live.as_ref().and_then(|entry| entry.pace.as_ref()) {
            settings.pace = match pace(&text.value) {
                Some(pace) => pace,
                None => {
                    let what = format!(
                        "pace: found `{}`, expected 1 for real time, or a part of it such as 1/10",
                        text.value
                    );
                    return self.notes.error(text.referenced, what);
                }
            };
        }
        for entry in document.nodes.values() {
            settings
                .listen
                .push(entry.value.listen.as_ref().map(|t| self.endpoint(t)).transpose()?);
        }
        // Nodes that listen may be on different hosts, with interfaces of the same name.
        let apart = settings.listen.iter().any(Option::is_some);
        let mut taken: Vec<(Option<usize>, Option<String>, Device)> = Vec::new();
        for (index, entry) in document.services.values().enumerate() {
            let mut ports = [None, None];
            for (node, port) in &entry.value.ports {
                let names = self.names_of(self.plan.services[index].ends);
                let end = self.notes.end_of("ports", node, port.referenced, names)?;
                if !self.plan.services[index].client.has_packets() {
                    let word = &entry.value.client.value;
                    let what = format!("ports: a client `{word}` has no packets, expected no port");
                    return self.notes.error(port.referenced, what);
                }
                if !matches!(self.plan.services[index].sends[end], Sends::Nothing) {
                    let what = "ports: this end has `traffic` of its own, expected one of the two";
                    return self.notes.error(port.referenced, what);
                }
                let read = self.client_port(port)?;
                let host = apart.then_some(self.plan.services[index].ends[end]);
                let place = (host, read.namespace.clone(), read.device.clone());
                if taken.contains(&place) {
                    let what = "ports: another end has this device already, expected one for each";
                    return self.notes.error(port.referenced, what);
                }
                taken.push(place);
                self.plan.services[index].sends[end] = Sends::Packets(Pace::Captured);
                ports[end] = Some(read);
            }
            settings.ports.push(ports);
        }
        Ok(settings)
    }

    fn client_port(&self, entry: &Spanned<PortEntry>) -> Result<ClientPort, FileError> {
        let (place, entry) = (entry.referenced, &entry.value);
        let (key, text) = match (&entry.tap, &entry.interface) {
            (Some(tap), None) => ("tap", tap),
            (None, Some(interface)) => ("interface", interface),
            (both, _) => {
                let found = if both.is_some() { "both" } else { "neither" };
                let what = format!("ports: expected `tap` or `interface`, found {found}");
                return self.notes.error(place, what);
            }
        };
        let name = self.device_name(key, text)?;
        let device = if key == "tap" { Device::Tap(name) } else { Device::Interface(name) };
        let namespace = match &entry.namespace {
            None => None,
            Some(text) if text.value.is_empty() || text.value.contains('/') => {
                let what = format!(
                    "namespace: found `{}`, expected a name as `ip netns` lists it",
                    text.value
                );
                return self.notes.error(text.referenced, what);
            }
            Some(text) => Some(text.value.clone()),
        };
        if let Some(mtu) = entry.mtu.as_ref().filter(|m| !(MIN_MTU..=MAX_MTU).contains(&m.value)) {
            let what = format!("mtu: found {}, expected {MIN_MTU} to {MAX_MTU}", mtu.value);
            return self.notes.error(mtu.referenced, what);
        }
        let when_full = match &entry.when_full {
            None => WhenFull::Drop,
            Some(text) => {
                let words = [("drop", WhenFull::Drop), ("wait", WhenFull::Wait)];
                self.word("when-full", text, &words)?
            }
        };
        Ok(ClientPort {
            device,
            namespace,
            mtu: entry.mtu.as_ref().map(|mtu| mtu.value),
            queue: entry.queue.as_ref().map_or(Ok(QUEUE), |text| self.packets(text))?,
            when_full,
            link_loss_forwarding: entry.link_loss_forwarding,
        })
    }

    fn device_name(&self, key: &str, text: &Text) -> Result<String, FileError> {
        let name = &text.value;
        let fine = |c: char| c.is_ascii_graphic() && c != '/' && c != ':';
        if name.is_empty() || name.len() > NAME || !name.chars().all(fine) {
            let what = format!("{key}: found `{name}`, expected a name of 1 to {NAME} characters");
            return self.notes.error(text.referenced, what);
        }
        Ok(name.clone())
    }

    fn packets(&self, text: &Text) -> Result<usize, FileError> {
        let count = text.value.strip_suffix("packets").map(str::trim).and_then(|n| n.parse().ok());
        match count {
            Some(count @ 1..=1_000_000) => Ok(count),
            _ => {
                let found = &text.value;
                let what = format!(
                    "queue: found `{found}`, expected a number of packets such as `{QUEUE} packets`"
                );
                self.notes.error(text.referenced, what)
            }
        }
    }

    fn endpoint(&self, text: &Text) -> Result<Endpoint, FileError> {
        let tcp = |rest: &str| rest.parse().ok().map(Endpoint::Tcp);
        let found = match text.value.split_once(':') {
            Some(("unix", path)) if !path.is_empty() => {
                Some(Endpoint::Unix(self.notes.path_of(path)))
            }
            Some(("tcp", rest)) => tcp(rest),
            _ => None,
        };
        match found {
            Some(endpoint) => Ok(endpoint),
            None => {
                let what = format!(
                    "listen: found `{}`, expected unix:PATH or tcp:ADDRESS:PORT, such as tcp:127.0.0.1:7001",
                    text.value
                );
                self.notes.error(text.referenced, what)
            }
        }
    }
}

/// `1`, `0.5` or `1/10`: more than nothing, and not faster than the clock on the wall.
fn pace(text: &str) -> Option<f64> {
    let pace = match text.split_once('/') {
        None => text.trim().parse::<f64>().ok()?,
        Some((part, whole)) => {
            part.trim().parse::<f64>().ok()? / whole.trim().parse::<f64>().ok()?
        }
    };
    (pace > 0.0 && pace <= 1.0).then_some(pace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_part_of_real_time() {
        assert_eq!(pace("1"), Some(1.0));
        assert_eq!(pace("1/10"), Some(0.1));
        assert_eq!(pace(" 0.25 "), Some(0.25));
        for bad in ["2", "0", "-1", "1/0", "0/0", "fast", "", "1/-1"] {
            assert_eq!(pace(bad), None, "{bad}");
        }
    }
}
