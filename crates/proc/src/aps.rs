//! The APS/PCC channel: whose word a frame carries, what it says, and when it counts.
//!
//! Clauses: G.709 15.8.2 (APS/PCC), G.873.1 8.2 (channel), 9 (word). In: words to send; the octets
//! of each frame received. Out: the octets of each frame sent; words accepted. Unknown request codes
//! are kept and marked. No protection is switched here.

use otn_frame::Frame;
use otn_frame::layout::{APS_A, APS_B, APS_D, APS_PCC, APS_R, APS_REQUEST};
use otn_frame::overhead::{TcmLevel, aps_channel};

use crate::persist::Persistent;

/// Equal words in a row that make one accepted.
//= g873.1:8.2-accept-3
pub const APS_ACCEPT: u8 = 3;

/// Channels that take turns in the APS/PCC field.
const CHANNELS: usize = 8;
/// Number of the channel of the server layer trail.
const SERVER: usize = CHANNELS - 1;

/// Octets of a word.
pub const WORD_OCTETS: usize = APS_PCC.octets;

/// Whose channel it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApsLevel {
    /// The ODUk path.
    Path,
    /// A tandem connection.
    Tandem(TcmLevel),
    /// The server layer trail.
    Server,
}

impl ApsLevel {
    /// Whose channel the frame with this MFAS carries.
    pub const fn of_mfas(mfas: u8) -> Self {
        match (aps_channel(mfas), TcmLevel::new(aps_channel(mfas))) {
            (0, _) => Self::Path,
            (_, Some(level)) => Self::Tandem(level),
            (_, None) => Self::Server,
        }
    }

    /// Number of the channel, 0 to 7.
    pub const fn index(self) -> usize {
        match self {
            Self::Path => 0,
            Self::Tandem(level) => level.get() as usize,
            Self::Server => SERVER,
        }
    }
}

/// Request or state of an APS word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApsRequest {
    /// LO: lockout of protection.
    Lockout,
    /// FS: forced switch.
    ForcedSwitch,
    /// SF: signal fail; of protection, where the requested signal is 0.
    SignalFail,
    /// SD: signal degrade.
    SignalDegrade,
    /// MS: manual switch.
    ManualSwitch,
    /// WTR: wait to restore.
    WaitToRestore,
    /// EXER: exercise.
    Exercise,
    /// RR: reverse request.
    ReverseRequest,
    /// DNR: do not revert.
    DoNotRevert,
    /// NR: no request.
    NoRequest,
    /// A code without meaning.
    Other(u8),
}

impl ApsRequest {
    /// Meaning of the four-bit code.
    //= g873.1:9-request-codes
    //= g873.1:9-low-request-codes
    pub const fn from_code(code: u8) -> Self {
        match code {
            15 => Self::Lockout,
            14 => Self::ForcedSwitch,
            12 => Self::SignalFail,
            10 => Self::SignalDegrade,
            8 => Self::ManualSwitch,
            6 => Self::WaitToRestore,
            4 => Self::Exercise,
            2 => Self::ReverseRequest,
            1 => Self::DoNotRevert,
            0 => Self::NoRequest,
            other => Self::Other(other),
        }
    }

    /// The four-bit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Lockout => 15,
            Self::ForcedSwitch => 14,
            Self::SignalFail => 12,
            Self::SignalDegrade => 10,
            Self::ManualSwitch => 8,
            Self::WaitToRestore => 6,
            Self::Exercise => 4,
            Self::ReverseRequest => 2,
            Self::DoNotRevert => 1,
            Self::NoRequest => 0,
            Self::Other(code) => code,
        }
    }

    /// The usual abbreviation, or a question mark.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lockout => "LO",
            Self::ForcedSwitch => "FS",
            Self::SignalFail => "SF",
            Self::SignalDegrade => "SD",
            Self::ManualSwitch => "MS",
            Self::WaitToRestore => "WTR",
            Self::Exercise => "EXER",
            Self::ReverseRequest => "RR",
            Self::DoNotRevert => "DNR",
            Self::NoRequest => "NR",
            Self::Other(_) => "?",
        }
    }
}

/// An APS word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApsWord {
    /// Request or state.
    pub request: ApsRequest,
    /// A: the scheme uses the channel.
    pub channel: bool,
    /// B: there is no permanent bridge.
    pub selective_bridge: bool,
    /// D: switching is bidirectional.
    pub bidirectional: bool,
    /// R: operation is revertive.
    pub revertive: bool,
    /// The signal requested to be sent over protection: 0 none, 255 extra traffic.
    pub requested: u8,
    /// The signal that is bridged to protection.
    pub bridged: u8,
    /// The reserved octet, as received; sent as 0.
    pub reserved: u8,
}

impl ApsWord {
    /// Meaning of the four octets.
    //= g873.1:9-word
    pub const fn from_octets([first, requested, bridged, reserved]: [u8; WORD_OCTETS]) -> Self {
        Self {
            request: ApsRequest::from_code(APS_REQUEST.get(first)),
            channel: APS_A.get(first) == 1,
            selective_bridge: APS_B.get(first) == 1,
            bidirectional: APS_D.get(first) == 1,
            revertive: APS_R.get(first) == 1,
            requested,
            bridged,
            reserved,
        }
    }

    /// The four octets.
    pub const fn octets(self) -> [u8; WORD_OCTETS] {
        let mut first = APS_REQUEST.set(0, self.request.code());
        first = APS_A.set(first, self.channel as u8);
        first = APS_B.set(first, self.selective_bridge as u8);
        first = APS_D.set(first, self.bidirectional as u8);
        first = APS_R.set(first, self.revertive as u8);
        [first, self.requested, self.bridged, self.reserved]
    }

    /// True where the request code has a meaning; others are to be passed over.
    //= g873.1:9-invalid-codes
    pub const fn is_valid(self) -> bool {
        !matches!(self.request, ApsRequest::Other(_))
    }
}

/// What is sent in the APS/PCC field: a word a channel, again and again.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApsSource {
    words: [[u8; WORD_OCTETS]; CHANNELS],
}

impl ApsSource {
    /// Sends this word on a channel from its next turn on; zeros without one.
    pub fn set(&mut self, level: ApsLevel, word: Option<ApsWord>) {
        self.words[level.index()] = word.map_or([0; WORD_OCTETS], ApsWord::octets);
    }

    /// The four octets of the frame with this MFAS.
    //= g709:15.8.2-aps-channel
    pub const fn octets(&self, mfas: u8) -> [u8; WORD_OCTETS] {
        self.words[ApsLevel::of_mfas(mfas).index()]
    }

    /// Writes the field into the frame with this MFAS.
    pub fn write<const COLS: usize>(&self, frame: &mut Frame<COLS>, mfas: u8) {
        frame.field_mut(APS_PCC).copy_from_slice(&self.octets(mfas));
    }
}

/// A word that was accepted in the place of another one, as the first, or anew after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApsChange {
    /// Whose channel it came on.
    pub level: ApsLevel,
    /// The word.
    pub word: ApsWord,
}

/// One channel as it is received.
#[derive(Clone, Copy, Debug, Default)]
struct Channel {
    received: Persistent<[u8; WORD_OCTETS], APS_ACCEPT>,
    valid: Option<ApsWord>,
    /// The signal failed since a word was accepted.
    failed: bool,
}

/// What is received in the APS/PCC field.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApsSink {
    channels: [Channel; CHANNELS],
}

impl ApsSink {
    /// Takes the four octets of the frame with this MFAS; gives the word that is accepted with them,
    /// if it is another one than before or the first after a failure.
    //= g873.1:8.2-accept-3
    pub fn receive(&mut self, mfas: u8, octets: [u8; WORD_OCTETS]) -> Option<ApsChange> {
        let level = ApsLevel::of_mfas(mfas);
        let channel = &mut self.channels[level.index()];
        let before = channel.received.accepted();
        let now = channel.received.receive(octets);
        let anew = channel.failed && channel.received.is_settled();
        if now == before && !anew {
            return None;
        }
        channel.failed = false;
        let word = now.map(ApsWord::from_octets)?;
        if word.is_valid() {
            channel.valid = Some(word);
        }
        Some(ApsChange { level, word })
    }

    /// Takes the field of the frame with this MFAS.
    pub fn read<const COLS: usize>(&mut self, frame: &Frame<COLS>, mfas: u8) -> Option<ApsChange> {
        self.receive(mfas, frame.field(APS_PCC).try_into().ok()?)
    }

    /// The signal that carries a channel has failed: what comes is not looked at until it is
    /// received again, and the accepted word stays. The next word accepted is told, even where it is
    /// the same one: only then is it known that the far end still says so.
    //= g873.1:8.2-signal-fail
    pub const fn signal_fail(&mut self, level: ApsLevel) {
        self.channels[level.index()].received.restart();
        self.channels[level.index()].failed = true;
    }

    /// The accepted word, valid or not.
    pub fn accepted(&self, level: ApsLevel) -> Option<ApsWord> {
        self.channels[level.index()].received.accepted().map(ApsWord::from_octets)
    }

    /// The last accepted word whose request code has a meaning.
    //= g873.1:9-invalid-codes
    pub const fn valid(&self, level: ApsLevel) -> Option<ApsWord> {
        self.channels[level.index()].valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OduFrame;
    use std::vec::Vec;

    fn word(first: u8) -> [u8; WORD_OCTETS] {
        [first, 1, 1, 0]
    }

    /// The codes of the fact sheet, section 10.3.
    const CODES: [(u8, ApsRequest); 10] = [
        (0b1111, ApsRequest::Lockout),
        (0b1110, ApsRequest::ForcedSwitch),
        (0b1100, ApsRequest::SignalFail),
        (0b1010, ApsRequest::SignalDegrade),
        (0b1000, ApsRequest::ManualSwitch),
        (0b0110, ApsRequest::WaitToRestore),
        (0b0100, ApsRequest::Exercise),
        (0b0010, ApsRequest::ReverseRequest),
        (0b0001, ApsRequest::DoNotRevert),
        (0b0000, ApsRequest::NoRequest),
    ];

    //= type=test g873.1:9-word
    //= type=test g873.1:9-request-codes
    //= type=test g873.1:9-low-request-codes
    #[test]
    fn the_first_octet_over_all_its_values() {
        for first in 0..=255u8 {
            let octets = [first, first.wrapping_add(1), !first, first];
            let word = ApsWord::from_octets(octets);
            let known = CODES.iter().find(|(code, _)| *code == first / 16).map(|(_, r)| *r);
            assert_eq!(word.request, known.unwrap_or(ApsRequest::Other(first / 16)));
            assert_eq!(word.is_valid(), known.is_some(), "{first:02X}");
            assert_eq!(word.request.name() == "?", known.is_none());
            let flags = [first & 8, first & 4, first & 2, first & 1].map(|bit| bit != 0);
            let read = [word.channel, word.selective_bridge, word.bidirectional, word.revertive];
            assert_eq!(read, flags, "A B D R of {first:02X}");
            assert_eq!((word.requested, word.bridged), (octets[1], octets[2]));
            assert_eq!((word.reserved, word.octets()), (first, octets));
        }
    }

    //= type=test g709:15.8.2-aps-channel
    #[test]
    fn each_channel_has_every_eighth_frame() {
        let levels: Vec<ApsLevel> = (0..=255).map(ApsLevel::of_mfas).collect();
        let mut source = ApsSource::default();
        for level in &levels[..CHANNELS] {
            source.set(*level, Some(ApsWord::from_octets(word(level.index() as u8 * 16))));
        }
        source.set(ApsLevel::Server, None);
        for mfas in 0..=255u8 {
            let channel = mfas & 7;
            assert_eq!(levels[usize::from(mfas)].index(), usize::from(channel));
            let mut frame = OduFrame::zeroed();
            source.write(&mut frame, mfas);
            let expected = if channel == 7 { [0; 4] } else { word(channel * 16) };
            assert_eq!(frame.rows()[3][4..8], expected, "columns 5 to 8 of row 4");
            assert!(frame.rows()[3][8..].iter().all(|octet| *octet == 0));
        }
        assert_eq!(levels[0], ApsLevel::Path);
        assert_eq!(levels[6], ApsLevel::Tandem(TcmLevel::new(6).unwrap()));
        assert_eq!(levels[7], ApsLevel::Server);
    }

    /// Conformance case 67, on each channel while the others go on.
    //= type=test g873.1:8.2-accept-3
    #[test]
    fn two_equal_words_are_not_enough_and_three_are() {
        for channel in 0..8u8 {
            let mut sink = ApsSink::default();
            let mut changes = Vec::new();
            let mut round = |special: [u8; 4], changes: &mut Vec<ApsChange>| {
                for mfas in 0..8 {
                    let octets = if mfas == channel { special } else { word(mfas) };
                    changes.extend(sink.receive(mfas, octets));
                }
            };
            let sf = [0xCF, 1, 1, 0];
            (0..3).for_each(|_| round(word(0x0F), &mut changes));
            assert_eq!(changes.len(), 8, "the first word of every channel");
            changes.clear();
            round(sf, &mut changes);
            round(sf, &mut changes);
            round([0xCF, 0, 1, 0], &mut changes);
            round(sf, &mut changes);
            round(sf, &mut changes);
            assert_eq!(changes, []);
            round(sf, &mut changes);
            round(sf, &mut changes);
            let level = ApsLevel::of_mfas(channel);
            assert_eq!(changes, [ApsChange { level, word: ApsWord::from_octets(sf) }]);
            assert_eq!(sink.accepted(level), Some(ApsWord::from_octets(sf)));
        }
    }

    /// Conformance case 66.
    //= type=test g873.1:9-invalid-codes
    //= type=test g873.1:8.2-signal-fail
    #[test]
    fn a_word_without_meaning_and_a_failed_signal_leave_the_last_valid_word() {
        let (mut sink, level) = (ApsSink::default(), ApsLevel::Path);
        assert_eq!((sink.accepted(level), sink.valid(level)), (None, None));
        let forced = ApsWord::from_octets(word(0xEF));
        let changes: Vec<_> = (0..4).filter_map(|_| sink.receive(0, word(0xEF))).collect();
        assert_eq!(changes, [ApsChange { level, word: forced }]);
        let unknown = ApsWord::from_octets(word(0x3F));
        let changes: Vec<_> = (0..4).filter_map(|_| sink.receive(8, word(0x3F))).collect();
        assert_eq!(changes, [ApsChange { level, word: unknown }], "told, and marked");
        assert!(!unknown.is_valid());
        assert_eq!((sink.accepted(level), sink.valid(level)), (Some(unknown), Some(forced)));

        sink.receive(0, word(0x0F));
        sink.receive(0, word(0x0F));
        sink.signal_fail(level);
        assert_eq!(sink.receive(0, word(0x0F)), None, "the row begins again");
        assert_eq!(sink.valid(level), Some(forced));
        sink.receive(0, word(0x0F));
        assert!(sink.receive(0, word(0x0F)).is_some());
        let again = |sink: &mut ApsSink| sink.receive(0, word(0x0F)).is_some();
        sink.signal_fail(level);
        let told: Vec<bool> = (0..5).map(|_| again(&mut sink)).collect();
        assert_eq!(told, [false, false, true, false, false], "the same word, accepted anew, once");
        let mut frame = OduFrame::zeroed();
        frame.field_mut(APS_PCC).copy_from_slice(&word(0xFF));
        let read: Vec<_> = (0..3).filter_map(|_| sink.read(&frame, 16)).collect();
        assert_eq!(read.len(), 1);
        assert_eq!(sink.valid(level).map(|w| w.request), Some(ApsRequest::Lockout));
    }
}
