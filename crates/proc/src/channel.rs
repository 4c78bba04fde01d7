//! The general communication channels as streams of octets.
//!
//! Clauses: G.709 15.7.2 (GCC0), 15.8.2 (GCC1, GCC2). In: a source of octets, asked for as many as
//! each frame has room for; the overhead columns of frames received. Out: the octets in a finished
//! frame; those received. Framing inside a channel is the business of others.

use otn_frame::Frame;
use otn_frame::access::OverheadColumns;
use otn_frame::layout::{Field, GCC0, GCC1, GCC2, OTU_COLS};

/// What a channel carries where its source has nothing to send.
pub const IDLE_FILL: u8 = 0;

/// Where the octets of a channel come from.
pub trait ChannelOctets {
    /// The next octet; `None` where there is none now.
    fn next_octet(&mut self) -> Option<u8>;
}

/// A channel, and where in the frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommunicationChannel {
    /// Of the OTUk.
    Gcc0,
    /// The first one of the ODUk.
    Gcc1,
    /// The second one of the ODUk.
    Gcc2,
    /// Both of the ODUk as one, in a frame the octets of the first one first.
    Gcc1And2,
}

impl CommunicationChannel {
    /// All channels.
    pub const ALL: [Self; 4] = [Self::Gcc0, Self::Gcc1, Self::Gcc2, Self::Gcc1And2];

    /// Its name in small letters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gcc0 => "gcc0",
            Self::Gcc1 => "gcc1",
            Self::Gcc2 => "gcc2",
            Self::Gcc1And2 => "gcc1+2",
        }
    }

    /// A channel by its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name().eq_ignore_ascii_case(name))
    }

    /// True where it belongs to the OTUk.
    pub const fn is_of_otu(self) -> bool {
        matches!(self, Self::Gcc0)
    }

    /// Its octets in the frame; GCC1 and GCC2 stand side by side.
    //= g709:15.7.2-gcc0
    //= g709:15.8.2-gcc1-gcc2
    pub const fn field(self) -> Field {
        match self {
            Self::Gcc0 => GCC0,
            Self::Gcc1 => GCC1,
            Self::Gcc2 => GCC2,
            Self::Gcc1And2 => Field { octets: GCC1.octets + GCC2.octets, ..GCC1 },
        }
    }

    /// Puts the next octets into a finished frame. An ODUk has no GCC0.
    pub fn write<const COLS: usize>(
        self,
        frame: &mut Frame<COLS>,
        source: &mut impl ChannelOctets,
    ) {
        if self.is_of_otu() && COLS != OTU_COLS {
            return;
        }
        for octet in frame.field_mut(self.field()) {
            *octet = source.next_octet().unwrap_or(IDLE_FILL);
        }
    }

    /// The octets of the channel in a frame.
    pub fn read(self, columns: &OverheadColumns) -> &[u8] {
        let field = self.field();
        &columns[field.row_index()][field.columns()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::{OduFrame, OtuFrame};
    use std::vec::Vec;

    impl ChannelOctets for std::ops::Range<u8> {
        fn next_octet(&mut self) -> Option<u8> {
            self.next()
        }
    }

    //= type=test g709:15.7.2-gcc0
    //= type=test g709:15.8.2-gcc1-gcc2
    #[test]
    fn streams_go_in_and_out_in_order_and_zeros_follow() {
        for (channel, row, column, octets) in [
            (CommunicationChannel::Gcc0, 1, 11, 2),
            (CommunicationChannel::Gcc1, 4, 1, 2),
            (CommunicationChannel::Gcc2, 4, 3, 2),
            (CommunicationChannel::Gcc1And2, 4, 1, 4),
        ] {
            let (mut source, mut received) = (1..102u8, Vec::new());
            for _ in 0..60 {
                let mut frame = OtuFrame::zeroed();
                channel.write(&mut frame, &mut source);
                let set = frame.octets().iter().filter(|octet| **octet != 0).count();
                let columns = frame.overhead_columns();
                let own = &columns[row - 1][column - 1..column - 1 + octets];
                assert_eq!(set, own.iter().filter(|octet| **octet != 0).count());
                assert_eq!(channel.read(&columns), own);
                received.extend_from_slice(own);
            }
            assert!(received.iter().take(101).copied().eq(1..102));
            assert!(received.iter().skip(101).all(|octet| *octet == IDLE_FILL));
            assert_eq!(CommunicationChannel::from_name(channel.name()), Some(channel));
        }
    }

    #[test]
    fn an_odu_has_no_gcc0() {
        let (mut frame, mut source) = (OduFrame::zeroed(), 1..9u8);
        CommunicationChannel::Gcc0.write(&mut frame, &mut source);
        assert!(frame.octets().iter().all(|octet| *octet == 0));
        assert_eq!(source, 1..9, "nothing is taken either");
    }
}
