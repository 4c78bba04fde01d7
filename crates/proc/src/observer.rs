//! What sinks have to say, and who takes it.

use otn_fec::rs255_239::RowOutcome;
use otn_frame::bip::Bip8;
use otn_frame::layout::{OVERHEAD_COLS, ROWS};
use otn_frame::overhead::PayloadType;
use otn_frame::{OduFrame, OtuFrame, SimTime};
use otn_map::gfp::Received;

use crate::align::FrameInfo;
use crate::defect::DefectEvent;
use crate::path::PathSample;
use crate::place::Place;
use crate::provision::TCM_LEVELS;
use crate::section::SectionSample;

/// What was seen in one OTUk frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameReport<'a> {
    /// Alignment.
    pub info: FrameInfo,
    /// Start of the frame.
    pub at: SimTime,
    /// Its end.
    pub end: SimTime,
    /// Its overhead is overhead: see [`crate::align::Aligner::trusts`].
    pub trusted: bool,
    /// Multiframe count in use.
    pub mfas: u8,
    /// The MFAS octet was the expected one.
    pub mfas_expected: bool,
    /// FEC result of each row.
    pub fec: [RowOutcome; ROWS],
    /// Section monitoring.
    pub section: SectionSample,
    /// The frame, descrambled and corrected.
    pub frame: &'a OtuFrame,
}

/// What was seen in one ODUk frame, wherever in the tree.
#[derive(Clone, Copy, Debug)]
pub struct OduReport {
    /// Where.
    pub place: Place,
    /// Start of the frame.
    pub at: SimTime,
    /// Multiframe count in use.
    pub mfas: u8,
    /// The MFAS octet received.
    pub mfas_received: u8,
    /// BIP-8 violations of each tandem connection in use, level 1 first.
    pub tandem: [Option<u8>; TCM_LEVELS],
    /// Path monitoring.
    pub path: PathSample,
    /// The PSI octet.
    pub psi: u8,
    /// BIP-8 computed over its OPU area.
    pub opu_bip8: Bip8,
    /// Its overhead is overhead: see [`crate::align::Aligner::trusts`].
    pub trusted: bool,
    /// It follows the frame that was reported before.
    pub follows: bool,
    /// Its overhead columns.
    pub overhead: [[u8; OVERHEAD_COLS]; ROWS],
}

/// When and where the frame of an ODUk came that a connection hands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OduCame {
    /// Where.
    pub place: Place,
    /// Its start.
    pub at: SimTime,
    /// Its end.
    pub end: SimTime,
    /// Multiframe count in use.
    pub mfas: u8,
    /// It begins where the one before ended.
    pub follows: bool,
    /// It is known to be a frame: see [`crate::align::Aligner::trusts`].
    pub trusted: bool,
}

/// Octets of a constant bit rate client.
#[derive(Clone, Copy, Debug)]
pub struct ClientOctets<'a> {
    /// The ODU whose payload they were.
    pub place: Place,
    /// Start of the frame they came in.
    pub at: SimTime,
    /// Payload type of that ODU.
    pub payload_type: PayloadType,
    /// The octets.
    pub octets: &'a [u8],
}

/// A frame of a packet client that is not mapped by GFP-F.
#[derive(Clone, Copy, Debug)]
pub struct ClientPacket<'a> {
    /// The ODU whose client it belongs to.
    pub place: Place,
    /// Start of the frame it ended in.
    pub at: SimTime,
    /// When its last octet came, as near as the justification of its mapping lets tell.
    pub came: SimTime,
    /// From destination address to FCS.
    pub octets: &'a [u8],
}

/// Takes what sinks have to say. Every method may be left out.
pub trait Observer {
    /// A frame as it came from the line: aligned, scrambled, not corrected.
    fn line_frame(&mut self, at: SimTime, info: FrameInfo, frame: &OtuFrame) {
        let _ = (at, info, frame);
    }

    /// A frame that went through all functions of the OTUk. Not called while the server signal has
    /// failed.
    fn frame(&mut self, report: &FrameReport<'_>) {
        let _ = report;
    }

    /// A frame of an ODUk.
    fn odu_frame(&mut self, report: &OduReport) {
        let _ = report;
    }

    /// The whole frame of an ODUk that came as a stream of its own, such as a tributary: what a
    /// connection hands on.
    fn odu_octets(&mut self, came: OduCame, frame: &OduFrame) {
        let _ = (came, frame);
    }

    /// What [`Self::odu_octets`] tells of ends with a failure, or begins again: a connection hands on
    /// ODUk-AIS meanwhile. The ODUk straight in an OTUk is the root; its frames are those of
    /// [`Self::frame`].
    fn odu_failed(&mut self, place: Place, at: SimTime, failed: bool) {
        let _ = (place, at, failed);
    }

    /// A GFP frame whose last octet came at `at`. Its position counts payload octets of the ODU:
    /// frame number times 15 232 plus the place within the payload.
    fn gfp(&mut self, place: Place, at: SimTime, received: &Received<'_>) {
        let _ = (place, at, received);
    }

    /// Octets of a constant bit rate client.
    fn client(&mut self, client: &ClientOctets<'_>) {
        let _ = client;
    }

    /// A MAC frame of a client with a physical coding sublayer of its own.
    fn packet(&mut self, packet: &ClientPacket<'_>) {
        let _ = packet;
    }

    /// A defect was raised or cleared.
    fn defect(&mut self, event: DefectEvent) {
        let _ = event;
    }
}

/// An observer of nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Observer for Nobody {}
