//! The network file as YAML: its keys, and nothing of their meaning.
//!
//! In: text. Out: entries with their places. What they mean is said in `docs/network-file.md`, what they may be
//! in the modules that read them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::codes::FecEntry;
use super::ports::{LiveEntry, PortEntry};
use crate::network_file::Text;
use crate::network_file::supervision::{DegradeEntry, DelayEntry, TraceEntries};

/// Entries by name.
pub(super) type Named<T> = BTreeMap<String, Spanned<T>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) name: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) duration: Option<Text>,
    pub(super) nodes: Named<NodeEntry>,
    pub(super) lines: Named<LineEntry>,
    #[serde(default)]
    pub(super) services: Named<ServiceEntry>,
    #[serde(default)]
    pub(super) events: Vec<Spanned<EventEntry>>,
    #[serde(default)]
    pub(super) capture: Vec<Text>,
    pub(super) photonic: Option<Spanned<PhotonicEntry>>,
    pub(super) live: Option<LiveEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeEntry {
    pub(super) clock: Option<Text>,
    pub(super) at: Option<Spanned<Vec<f64>>>,
    pub(super) listen: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineEntry {
    pub(super) ends: Spanned<Vec<Text>>,
    pub(super) signal: Text,
    pub(super) fec: Option<Spanned<FecEntry>>,
    #[serde(default, rename = "fec-at")]
    pub(super) fec_at: BTreeMap<String, Text>,
    pub(super) slots: Option<Text>,
    pub(super) delay: Option<Text>,
    pub(super) fibre: Option<Text>,
    pub(super) ber: Option<Text>,
    #[serde(default, rename = "ber-towards")]
    pub(super) ber_towards: BTreeMap<String, Text>,
    pub(super) lightpath: Option<Spanned<LightpathEntry>>,
    #[serde(default, rename = "risk-groups")]
    pub(super) risk_groups: Vec<Text>,
    #[serde(default)]
    pub(super) trace: TraceEntries,
    #[serde(default)]
    pub(super) expect: TraceEntries,
    #[serde(rename = "tim-action")]
    pub(super) tim_action: Option<Spanned<bool>>,
    pub(super) path: Option<PathEntry>,
    pub(super) degrade: Option<DegradeEntry>,
}

/// Traces of the ODUk path of a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathEntry {
    #[serde(default)]
    pub(super) trace: TraceEntries,
    #[serde(default)]
    pub(super) expect: TraceEntries,
    #[serde(rename = "tim-action")]
    pub(super) tim_action: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceEntry {
    pub(super) client: Text,
    pub(super) mapping: Option<Text>,
    pub(super) odu: Text,
    #[serde(rename = "flex-slots")]
    pub(super) flex_slots: Option<Spanned<u8>>,
    #[serde(default, rename = "client-clock")]
    pub(super) client_clock: BTreeMap<String, Text>,
    pub(super) ends: Spanned<Vec<Text>>,
    pub(super) route: Option<Spanned<Vec<Text>>>,
    #[serde(default)]
    pub(super) avoid: Vec<Text>,
    #[serde(default)]
    pub(super) via: Vec<Text>,
    #[serde(default)]
    pub(super) slots: BTreeMap<String, Spanned<Vec<usize>>>,
    pub(super) protection: Option<Spanned<ProtectionEntry>>,
    pub(super) restoration: Option<RestorationEntry>,
    #[serde(default)]
    pub(super) traffic: Named<TrafficEntry>,
    #[serde(default)]
    pub(super) ports: Named<PortEntry>,
    #[serde(default)]
    pub(super) trace: TraceEntries,
    #[serde(default)]
    pub(super) expect: TraceEntries,
    #[serde(rename = "tim-action")]
    pub(super) tim_action: Option<Spanned<bool>>,
    pub(super) degrade: Option<DegradeEntry>,
    #[serde(default)]
    pub(super) tandem: Vec<Spanned<TandemEntry>>,
    #[serde(rename = "delay-measurement")]
    pub(super) delay: Option<Spanned<DelayEntry>>,
    #[serde(default, rename = "payload-type")]
    pub(super) payload_type: Named<PayloadTypeEntry>,
}

/// A tandem connection of a service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TandemEntry {
    pub(super) level: Spanned<u8>,
    pub(super) route: Option<Text>,
    pub(super) from: Text,
    pub(super) to: Text,
    pub(super) mode: Option<Text>,
    #[serde(rename = "ltc-action")]
    pub(super) ltc_action: Option<bool>,
    pub(super) delay: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) trace: TraceEntries,
    #[serde(default)]
    pub(super) expect: TraceEntries,
    #[serde(rename = "tim-action")]
    pub(super) tim_action: Option<Spanned<bool>>,
}

/// The payload types of an end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PayloadTypeEntry {
    pub(super) sends: Option<Text>,
    pub(super) expects: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProtectionEntry {
    pub(super) kind: Text,
    pub(super) architecture: Option<Text>,
    pub(super) route: Option<Spanned<Vec<Text>>>,
    pub(super) disjoint: Option<Text>,
    pub(super) level: Option<Spanned<u8>>,
    #[serde(rename = "hold-off")]
    pub(super) hold_off: Option<Text>,
    #[serde(rename = "wait-to-restore")]
    pub(super) wait_to_restore: Option<Text>,
    pub(super) revertive: Option<bool>,
    pub(super) sd: Option<bool>,
}

/// Restoration of a service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestorationEntry {
    #[serde(rename = "management-delay")]
    pub(super) management_delay: Option<Text>,
    pub(super) setup: Option<Text>,
    pub(super) revertive: Option<bool>,
    #[serde(rename = "wait-to-restore")]
    pub(super) wait_to_restore: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrafficEntry {
    pub(super) packets: Option<Text>,
    pub(super) pcap: Option<Text>,
    pub(super) rate: Text,
    pub(super) repeat: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhotonicEntry {
    pub(super) topology: Text,
    pub(super) equipment: Text,
    #[serde(default, rename = "extra-equipment")]
    pub(super) extra_equipment: Vec<Text>,
    pub(super) fill: Option<Text>,
    pub(super) power: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LightpathEntry {
    pub(super) transceivers: Option<Spanned<Vec<Text>>>,
    pub(super) through: Option<Spanned<ThroughEntry>>,
    #[serde(default)]
    pub(super) spans: Vec<Spanned<SpanEntry>>,
    pub(super) frequency: Text,
    pub(super) width: Option<Text>,
    #[serde(rename = "type")]
    pub(super) type_variety: Option<Text>,
    pub(super) mode: Option<Text>,
    pub(super) modulation: Option<Text>,
    #[serde(rename = "baud-rate")]
    pub(super) baud_rate: Option<Text>,
    pub(super) power: Option<Text>,
    pub(super) sensitivity: Option<Text>,
    pub(super) implementation: Option<Text>,
    #[serde(rename = "fec-limit")]
    pub(super) fec_limit: Option<Text>,
    pub(super) lit: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThroughEntry {
    #[serde(default)]
    pub(super) forward: Vec<String>,
    #[serde(default)]
    pub(super) backward: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpanEntry {
    pub(super) length: Text,
    pub(super) loss: Option<Text>,
    pub(super) fibre: Option<String>,
    pub(super) amplifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventEntry {
    pub(super) at: Text,
    pub(super) direction: Option<Text>,
    pub(super) cut: Option<Text>,
    pub(super) repair: Option<Text>,
    pub(super) ber: Option<Spanned<BerEvent>>,
    pub(super) attenuate: Option<Spanned<AttenuateEvent>>,
    #[serde(rename = "amplifier-fail")]
    pub(super) amplifier_fail: Option<Text>,
    #[serde(rename = "amplifier-back")]
    pub(super) amplifier_back: Option<Text>,
    #[serde(rename = "laser-off")]
    pub(super) laser_off: Option<Text>,
    #[serde(rename = "laser-on")]
    pub(super) laser_on: Option<Text>,
    #[serde(rename = "channel-add")]
    pub(super) channel_add: Option<Text>,
    #[serde(rename = "channel-remove")]
    pub(super) channel_remove: Option<Text>,
    pub(super) shift: Option<Spanned<ShiftEvent>>,
    #[serde(rename = "node-off")]
    pub(super) node_off: Option<Text>,
    #[serde(rename = "node-on")]
    pub(super) node_on: Option<Text>,
    pub(super) clock: Option<Spanned<ClockEvent>>,
    pub(super) swap: Option<Spanned<Vec<Text>>>,
    pub(super) trace: Option<Spanned<TraceEvent>>,
    pub(super) expect: Option<Spanned<TraceEvent>>,
    #[serde(rename = "mfas-slip")]
    pub(super) mfas_slip: Option<Spanned<SlipEvent>>,
    #[serde(rename = "client-fail")]
    pub(super) client_fail: Option<Spanned<EndEvent>>,
    #[serde(rename = "client-back")]
    pub(super) client_back: Option<Spanned<EndEvent>>,
    pub(super) lock: Option<Spanned<EndEvent>>,
    pub(super) unlock: Option<Spanned<EndEvent>>,
    #[serde(rename = "loopback-on")]
    pub(super) loopback_on: Option<Spanned<EndEvent>>,
    #[serde(rename = "loopback-off")]
    pub(super) loopback_off: Option<Spanned<EndEvent>>,
    #[serde(rename = "terminal-loopback-on")]
    pub(super) terminal_loopback_on: Option<Spanned<EndEvent>>,
    #[serde(rename = "terminal-loopback-off")]
    pub(super) terminal_loopback_off: Option<Spanned<EndEvent>>,
    #[serde(rename = "payload-type")]
    pub(super) payload_type: Option<Spanned<PayloadTypeEvent>>,
    pub(super) msi: Option<Spanned<MsiEvent>>,
    pub(super) rate: Option<Spanned<RateEvent>>,
    pub(super) inject: Option<Spanned<InjectEvent>>,
    pub(super) switch: Option<Spanned<SwitchEvent>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BerEvent {
    pub(super) line: Text,
    pub(super) ratio: Text,
    pub(super) over: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttenuateEvent {
    pub(super) line: Option<Text>,
    pub(super) fibre: Option<Text>,
    pub(super) by: Text,
    pub(super) over: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShiftEvent {
    pub(super) line: Text,
    pub(super) offset: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockEvent {
    pub(super) node: Text,
    pub(super) offset: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TraceEvent {
    pub(super) line: Option<Text>,
    pub(super) path: Option<Text>,
    pub(super) service: Option<Text>,
    pub(super) tandem: Option<Spanned<u8>>,
    pub(super) end: Text,
    pub(super) sapi: Option<String>,
    pub(super) dapi: Option<String>,
    #[serde(rename = "tim-action")]
    pub(super) tim_action: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlipEvent {
    pub(super) line: Text,
    pub(super) end: Text,
    pub(super) by: Option<Spanned<u8>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndEvent {
    pub(super) service: Text,
    pub(super) end: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PayloadTypeEvent {
    pub(super) service: Text,
    pub(super) end: Text,
    pub(super) sends: Option<Text>,
    pub(super) expects: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MsiEvent {
    pub(super) service: Text,
    pub(super) line: Text,
    pub(super) end: Text,
    pub(super) sends: Option<Text>,
    pub(super) expects: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RateEvent {
    pub(super) service: Text,
    pub(super) line: Text,
    pub(super) end: Text,
    pub(super) odu: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InjectEvent {
    pub(super) line: Option<Text>,
    pub(super) service: Option<Text>,
    pub(super) end: Text,
    pub(super) event: Option<Text>,
    pub(super) field: Option<Text>,
    pub(super) octets: Option<Text>,
    #[serde(rename = "for")]
    pub(super) lasts: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwitchEvent {
    pub(super) service: Text,
    pub(super) end: Text,
    pub(super) command: Text,
}
