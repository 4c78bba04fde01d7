//! `report.json` of a network run, as plain values.
//!
//! In: what a run found, put into the fields. Out: the JSON; every key is described in `docs/report.md`.
//! Names refer to names in the same report, `id`s to the `id`s of events and alarms. Times are whole
//! picoseconds of virtual time. A value that is not known is `null`; no key is ever left out.

mod alarm;
mod line;
mod service;

use serde::{Deserialize, Serialize};

pub use alarm::{Alarm, EndCounters, PerformanceBin, Period, ProtectionSwitch, Severity, Validity};
pub use line::{
    Channel, DecoderBin, DecoderSeries, FecModel, Fibre, LightSample, LightSeries, Line,
    LineDirection, LineState, LineStateChange, LineTotals, SlotUse,
};
pub use service::{
    Delay, DelayMeasurement, Disruption, Latency, Loss, LossCause, LostByCause, PacketBin,
    PacketCounts, PacketSeries, Pattern, Protection, Role, Route, Service, ServiceDirection,
    ServiceState, ServiceStateChange, Tandem, TandemCounts,
};

/// Version of the form of `report.json`: keys are only added within one.
pub const VERSION: u32 = 1;

/// All that a run found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// What was run.
    pub run: Run,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Fibres, one direction each, with the channels in them; none where lines have no photonics.
    pub fibres: Vec<Fibre>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Services.
    pub services: Vec<Service>,
    /// What the network file ordered, in order of time.
    pub events: Vec<Event>,
    /// Fault causes and defects that stood, in order of the time at which they were raised.
    pub alarms: Vec<Alarm>,
    /// Protection switches, in order of time.
    pub switches: Vec<ProtectionSwitch>,
    /// Performance counters, by termination point, period and start.
    pub performance: Vec<PerformanceBin>,
    /// Captures in the folder.
    pub captures: Vec<Capture>,
}

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Name of the network.
    pub name: String,
    /// Seed of every random stream.
    pub seed: u64,
    /// Virtual time during which clients sent.
    pub duration_ps: u64,
    /// Virtual time at the end.
    pub ended_at_ps: u64,
    /// Stopped before its end.
    pub interrupted: bool,
    /// What the user should know about how it was simulated.
    pub warnings: Vec<String>,
    /// Files of the folder, without this one.
    pub files: Vec<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// Transponder or muxponder: clients and lines.
    #[default]
    Terminal,
    /// An OTN switch: ODU cross-connect.
    Switch,
    /// An add-drop site of light.
    Roadm,
    /// An amplifier site.
    Amplifier,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// When it lost and regained its power; up until the first change.
    pub states: Vec<NodeStateChange>,
}

/// Whether a node works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeState {
    /// It works.
    Up,
    /// It has no power.
    Down,
}

/// From this time on, until the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeStateChange {
    /// Time.
    pub at_ps: u64,
    /// What holds from then on.
    pub state: NodeState,
}

/// Something that the network file ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Number in this report, from 1.
    pub id: u64,
    /// When it begins.
    pub at_ps: u64,
    /// When it is over; `None` where it stays.
    pub until_ps: Option<u64>,
    /// Its kind, as the network file spells it.
    pub kind: String,
    /// Where, as the network file spells it.
    pub place: String,
    /// In words.
    pub text: String,
    /// Node that it hits, if it hits one.
    pub node: Option<String>,
    /// Line that it hits, if it hits one.
    pub line: Option<String>,
    /// Service that it hits, if it hits one.
    pub service: Option<String>,
}

/// A capture in the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The point in the network.
    pub point: String,
    /// Its file in the folder.
    pub file: String,
    /// Frames or packets in it.
    pub frames: u64,
}
