//! Frames in the general communication channels of a signal: put in from a capture, taken out to one.
//!
//! In: `gcc1=frames.pcap`, `gcc1@3.80:cisco=out.pcapng`. Out: HDLC frames in the channel, or those of
//! the channel in the file. The framing is that of [`otn_map::hdlc`], bit-synchronous.

mod extract;
mod insert;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use otn_proc::channel::CommunicationChannel;
use otn_proc::place::Place;

pub use extract::{ChannelReport, ChannelTaps, channel_text};
pub use insert::{ChannelInserter, ChannelSent, sent_text};

/// Link type of PPP in HDLC-like framing.
pub const LINK_PPP_HDLC: i32 = 50;
/// Link type of Cisco HDLC.
pub const LINK_CISCO_HDLC: i32 = 104;

/// Address and control of PPP.
const PPP_START: [u8; 2] = [0xFF, 0x03];
/// Address of Cisco HDLC, to one station and to all, and control.
const CISCO_STARTS: [[u8; 2]; 2] = [[0x0F, 0x00], [0x8F, 0x00]];

/// What the frames of a channel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// PPP in HDLC-like framing.
    Ppp,
    /// Cisco HDLC.
    Cisco,
}

impl Link {
    /// What a frame looks like; PPP where it looks like nothing known.
    pub fn of(frame: &[u8]) -> Self {
        let cisco = CISCO_STARTS.iter().any(|start| frame.starts_with(start));
        if cisco { Self::Cisco } else { Self::Ppp }
    }

    /// Link type of a capture with such frames.
    pub const fn link_type(self) -> i32 {
        match self {
            Self::Ppp => LINK_PPP_HDLC,
            Self::Cisco => LINK_CISCO_HDLC,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ppp => "ppp",
            Self::Cisco => "cisco",
        }
    }
}

/// A channel of a place, and the capture that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFile {
    /// The channel.
    pub channel: CommunicationChannel,
    /// The ODU whose channel it is.
    pub place: Place,
    /// What the frames are, where it is said.
    pub link: Option<Link>,
    /// The capture.
    pub path: PathBuf,
}

/// What is wrong with the name of a channel and its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFileError(String);

impl fmt::Display for ChannelFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "found `{}`, expected CHANNEL[@SLOTS][:ppp|:cisco]=FILE, CHANNEL being gcc0, gcc1, gcc2 or \
             gcc1+2, and SLOTS such as 3.80 for an ODU in others; gcc0 has none",
            self.0
        )
    }
}

impl std::error::Error for ChannelFileError {}

impl FromStr for ChannelFile {
    type Err = ChannelFileError;

    fn from_str(text: &str) -> Result<Self, ChannelFileError> {
        read(text).ok_or_else(|| ChannelFileError(text.to_string()))
    }
}

fn read(text: &str) -> Option<ChannelFile> {
    let (what, path) = text.split_once('=')?;
    let (what, link) = match what.split_once(':') {
        None => (what, None),
        Some((what, "ppp")) => (what, Some(Link::Ppp)),
        Some((what, "cisco")) => (what, Some(Link::Cisco)),
        Some(_) => return None,
    };
    let (channel, place) = match what.split_once('@') {
        None => (what, Place::ROOT),
        Some((channel, slots)) => (channel, place(slots)?),
    };
    let channel = CommunicationChannel::from_name(channel)?;
    let fits = !channel.is_of_otu() || place == Place::ROOT;
    (fits && !path.is_empty()).then(|| ChannelFile { channel, place, link, path: path.into() })
}

/// First slots with dots between them.
fn place(slots: &str) -> Option<Place> {
    slots.split('.').try_fold(Place::ROOT, |place, slot| match slot.parse() {
        Ok(slot @ 1..) => place.child(slot),
        Ok(0) | Err(_) => None,
    })
}

/// `gcc1`, `gcc1@3.80`.
fn name(channel: CommunicationChannel, place: Place) -> String {
    let at = if place == Place::ROOT { "" } else { "@" };
    format!("{}{at}{place}", channel.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_named_with_place_and_link() {
        let file: ChannelFile = "gcc1@3.80:cisco=a=b.pcap".parse().unwrap();
        let place = Place::ROOT.child(3).and_then(|p| p.child(80)).unwrap();
        assert_eq!((file.channel, file.place), (CommunicationChannel::Gcc1, place));
        assert_eq!((file.link, file.path.to_str()), (Some(Link::Cisco), Some("a=b.pcap")));
        assert_eq!(name(file.channel, file.place), "gcc1@3.80");
        let file: ChannelFile = "gcc1+2=x".parse().unwrap();
        assert_eq!((file.channel, file.link), (CommunicationChannel::Gcc1And2, None));
        assert_eq!(name(file.channel, file.place), "gcc1+2");
        for wrong in
            ["", "gcc1", "gcc1=", "gcc3=x", "gcc0@1=x", "gcc1@0=x", "gcc1@=x", "gcc1:lapd=x"]
        {
            let error = wrong.parse::<ChannelFile>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("found `{wrong}`, expected CHANNEL")), "{error}");
        }
    }

    #[test]
    fn the_first_octets_say_what_the_frames_are() {
        assert_eq!(Link::of(&[0xFF, 3, 0, 0x21]).link_type(), 50);
        assert_eq!(Link::of(&[0x0F, 0, 8, 0]).link_type(), 104);
        assert_eq!(Link::of(&[0x8F, 0, 0x80, 0x35]).link_type(), 104);
        assert_eq!(Link::of(&[]).name(), "ppp");
    }
}
