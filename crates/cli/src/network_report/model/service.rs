//! Services of a report: routes, protection, packets, disruptions.
//!
//! In: counts and times by direction. Out: the same as JSON.

use serde::{Deserialize, Serialize};

/// A client and the ODUk that carries it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Name.
    pub name: String,
    /// Kind of the client.
    pub client: String,
    /// How it is mapped: `GFP-F`, `GMP`, `BMP`.
    pub mapping: String,
    /// `ODU2`.
    pub odu: String,
    /// The nodes of its clients.
    pub ends: [String; 2],
    /// The ways through the network that it has.
    pub routes: Vec<Route>,
    /// How it is protected, if it is.
    pub protection: Option<Protection>,
    /// Both directions: from the first end, from the second.
    pub directions: Vec<ServiceDirection>,
    /// Its tandem connections, those of an SNC/S too.
    #[serde(default)]
    pub tandem: Vec<Tandem>,
    /// Delays that were measured: of its path, of its tandem connections.
    #[serde(default)]
    pub delays: Vec<Delay>,
}

/// A tandem connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tandem {
    /// Level, 1 to 6.
    pub level: u8,
    /// The route that it is on.
    pub role: Role,
    /// What its sinks do: `operational`, `monitor`, `transparent`.
    pub mode: String,
    /// The nodes at its ends.
    pub ends: [String; 2],
    /// What was received at the first end, and at the second.
    pub received: Vec<TandemCounts>,
}

/// What a sink of a tandem connection counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TandemCounts {
    /// Frames.
    pub frames: u64,
    /// BIP-8 violations.
    pub bip_violations: u64,
    /// Frames with one of them.
    pub errored_blocks: u64,
    /// Violations that the other end told of.
    pub bei: u64,
}

/// A delay there and back, measured by the bits of PM&TCM.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// Of what: `ODU1`, `TCM2`.
    pub of: String,
    /// The node that measures, and the one that sends back.
    pub ends: [String; 2],
    /// What the lines of the working route alone take, there and back.
    pub lines_ps: u64,
    /// Measurements with a result.
    pub measured: u64,
    /// Those that were given up because the signal failed.
    pub abandoned: u64,
    /// One has not come back yet.
    pub waiting: bool,
    /// The first of them, in the order of time.
    pub measurements: Vec<DelayMeasurement>,
}

/// One way there and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelayMeasurement {
    /// Start of the first frame with the inverted bit.
    pub began_ps: u64,
    /// Frames until it was back.
    pub frames: u32,
    /// What they last on the clock of the node that measures.
    pub lasts_ps: u64,
}

/// What a route, or a line of it, is to a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Used while all is well.
    #[default]
    Working,
    /// Used when the working one has failed.
    Protection,
    /// Found during the run, when the others had failed.
    Restoration,
}

/// A way through the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// What it is to the service.
    pub role: Role,
    /// Nodes on the way, one more than lines.
    pub nodes: Vec<String>,
    /// Lines on the way.
    pub lines: Vec<String>,
    /// Since when; 0 but for a restoration.
    pub from_ps: u64,
}

/// How a service is protected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// `SNC/N 1+1 bidirectional`.
    pub kind: String,
    /// It goes back to working once that is repaired.
    pub revertive: bool,
    /// How long a failure must stand before it counts.
    pub hold_off_ps: u64,
    /// How long working must be well before traffic goes back.
    pub wait_to_restore_ps: u64,
}

/// One direction of a service, as its receiver sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceDirection {
    /// Node that sends.
    pub from: String,
    /// Node that receives.
    pub to: String,
    /// Where the traffic came from over time; working until the first change.
    pub states: Vec<ServiceStateChange>,
    /// Over the whole run.
    pub packets: PacketCounts,
    /// Of a client that is a bit pattern and not packets.
    pub pattern: Option<Pattern>,
    /// From the client's input to its output.
    pub latency: Latency,
    /// Packets over time.
    pub flow: PacketSeries,
    /// Times without service.
    pub disruptions: Vec<Disruption>,
    /// Packets that were lost, by kind of cause.
    pub lost_by_cause: LostByCause,
    /// Why, in the order in which they were sent; at most 1000.
    pub losses: Vec<Loss>,
}

/// Packets lost, by kind of cause; see [`LossCause`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostByCause {
    /// See [`LossCause::Codeword`].
    pub codeword: u64,
    /// See [`LossCause::Dark`].
    pub dark: u64,
    /// See [`LossCause::NotFound`].
    pub not_found: u64,
    /// See [`LossCause::Maintenance`].
    pub maintenance: u64,
    /// See [`LossCause::Absent`].
    pub absent: u64,
    /// See [`LossCause::Switched`].
    pub switched: u64,
    /// See [`LossCause::Unexplained`].
    pub unexplained: u64,
}

/// Why octets of a packet did not come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossCause {
    /// The decoder of a line left a codeword wrong, in the packet or before it and not yet recovered from.
    Codeword,
    /// A line was dark.
    Dark,
    /// In what came from a line no frame was found, or its section had failed.
    NotFound,
    /// A node sent AIS, OCI or LCK in the place of the ODU.
    Maintenance,
    /// No frame of the ODU came.
    Absent,
    /// The end took another route.
    Switched,
    /// None of these; it must not happen.
    #[default]
    Unexplained,
}

/// Packets lost one after another by one cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Why.
    pub cause: LossCause,
    /// Number of the first of them among those sent, from 0.
    pub first_packet: u64,
    /// How many.
    pub packets: u64,
    /// When the first of them was sent.
    pub first_sent_ps: u64,
    /// When the last of them was sent.
    pub last_sent_ps: u64,
    /// The line where it came about, where it is one.
    pub line: Option<String>,
    /// The node that received there.
    pub node: Option<String>,
    /// Of a codeword: its frame, counted from the first one sent.
    pub frame: Option<u64>,
    /// When that began to be received.
    pub frame_at_ps: Option<u64>,
    /// Row of the codeword, from 1.
    pub row: Option<u8>,
    /// Sub-row of the codeword, from 1; `None` where the code is not that of the frame.
    pub sub_row: Option<u8>,
}

/// Where the traffic of a service comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// The working route.
    Working,
    /// The protection route.
    Protection,
    /// A route found during the run.
    Restored,
    /// Nowhere: the client gets a replacement signal or nothing.
    Failed,
}

/// From this time on, until the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceStateChange {
    /// Time.
    pub at_ps: u64,
    /// What holds from then on.
    pub state: ServiceState,
}

/// What became of packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketCounts {
    /// Given to the network.
    pub sent: u64,
    /// Came out as they went in, the first time.
    pub delivered: u64,
    /// Came out with a wrong FCS, or never.
    pub lost: u64,
    /// Came out with a wrong FCS; counted as lost too.
    pub fcs_errors: u64,
    /// Came out with a good FCS, and yet not as they went in.
    pub corrupted: u64,
    /// Came out once more.
    pub duplicated: u64,
    /// Still on their way at the end.
    pub in_flight: u64,
    /// Octets of those delivered, FCS included.
    pub octets: u64,
}

/// What was compared of a client that is a bit pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// Bits of the client that came.
    pub received: u64,
    /// Of these, bits compared: while the pattern is found.
    pub bits: u64,
    /// Bits wrong.
    pub errors: u64,
    /// Times the pattern was found and then was there no more.
    pub sync_losses: u64,
}

/// How long packets were on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Shortest.
    pub min_ps: Option<u64>,
    /// Mean.
    pub mean_ps: Option<u64>,
    /// Longest.
    pub max_ps: Option<u64>,
}

/// Packets of one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PacketBin {
    /// Start of the bin.
    pub at_ps: u64,
    /// Given to the network in it.
    pub sent: u64,
    /// Came out in it.
    pub delivered: u64,
    /// Of those that were sent in it: never came out.
    pub lost: u64,
    /// Mean latency of those that came out in it.
    pub latency_ps: Option<u64>,
}

/// Packets, bin by bin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketSeries {
    /// Length of a bin.
    pub bin_ps: u64,
    /// Start of each.
    pub at_ps: Vec<u64>,
    /// See [`PacketBin`].
    pub sent: Vec<u64>,
    /// See [`PacketBin`].
    pub delivered: Vec<u64>,
    /// See [`PacketBin`].
    pub lost: Vec<u64>,
    /// See [`PacketBin`].
    pub latency_ps: Vec<Option<u64>>,
}

impl PacketSeries {
    /// Adds a bin.
    pub fn push(&mut self, bin: PacketBin) {
        self.at_ps.push(bin.at_ps);
        self.sent.push(bin.sent);
        self.delivered.push(bin.delivered);
        self.lost.push(bin.lost);
        self.latency_ps.push(bin.latency_ps);
    }
}

/// A time without service in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disruption {
    /// The last good packet before it came out, or the defect began.
    pub from_ps: u64,
    /// The first good packet after it came out; `None` where it never did.
    pub to_ps: Option<u64>,
    /// Packets lost in it.
    pub packets_lost: u64,
    /// Longest time between two packets that came out.
    pub longest_gap_ps: u64,
    /// For how long the client's sink had a defect.
    pub defect_ps: u64,
    /// The event that brought it about, if it is known.
    pub event: Option<u64>,
}
