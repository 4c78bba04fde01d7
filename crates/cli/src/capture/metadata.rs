//! What the interface description of an OTN capture says about the signal.
//!
//! In: `otn signal=OTU2 scrambled=yes fec=rs255-239`. Out: the same, typed. Keys that are not known
//! are passed over, so that later versions can add some.

use std::fmt;

use otn_frame::{FlexRate, Signal};
use otn_proc::terminal::{Fec, LineCoding};

/// Description of the signal on an interface of an OTN capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtnMetadata {
    /// The signal.
    pub signal: Signal,
    /// FEC and scrambler, where both are given.
    pub coding: Option<LineCoding>,
}

/// First word of the description.
const MARK: &str = "otn";

impl OtnMetadata {
    /// Reads a description; `None` where it is not one of ours.
    ///
    /// # Errors
    /// What is wrong with a description that is meant to be ours.
    pub fn read(description: &str) -> Option<Result<Self, String>> {
        let mut words = description.split_ascii_whitespace();
        if words.next() != Some(MARK) {
            return None;
        }
        let (mut signal, mut scrambled, mut fec) = (None, None, None);
        for word in words {
            match word.split_once('=') {
                Some(("signal", name)) => match signal_by_name(name) {
                    Some(known) => signal = Some(known),
                    None => return Some(Err(unknown("signal", name, &signal_names()))),
                },
                Some(("scrambled", "yes")) => scrambled = Some(true),
                Some(("scrambled", "no")) => scrambled = Some(false),
                Some(("scrambled", other)) => {
                    return Some(Err(unknown("scrambled", other, "yes, no")));
                }
                Some(("fec", name)) => match Fec::from_name(name) {
                    Some(known) => fec = Some(known),
                    None => return Some(Err(unknown("fec", name, "rs255-239, none"))),
                },
                Some(_) | None => {}
            }
        }
        let coding = scrambled.zip(fec).map(|(scrambled, fec)| LineCoding { fec, scrambled });
        let missing = || format!("no `signal=`, expected one of {}", signal_names());
        Some(signal.ok_or_else(missing).map(|signal| Self { signal, coding }))
    }
}

fn unknown(key: &str, found: &str, known: &str) -> String {
    format!("found `{key}={found}`, expected one of {known}")
}

/// Any signal by name. An ODUflex has the rate of one tributary slot until time stamps tell another.
pub fn signal_by_name(name: &str) -> Option<Signal> {
    let slot = FlexRate::gfp(1).map(Signal::Oduflex);
    Signal::from_name(name).or_else(|| slot.filter(|s| s.name().eq_ignore_ascii_case(name)))
}

fn signal_names() -> String {
    Signal::ALL.map(Signal::name).join(", ") + ", ODUflex"
}

impl fmt::Display for OtnMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK} signal={}", self.signal)?;
        match self.coding {
            Some(LineCoding { fec, scrambled }) => {
                let scrambled = if scrambled { "yes" } else { "no" };
                write!(f, " scrambled={scrambled} fec={}", fec.name())
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_written_and_read_back() {
        let slot = Signal::Oduflex(FlexRate::gfp(1).unwrap());
        for signal in Signal::ALL.into_iter().chain([slot]) {
            for scrambled in [true, false] {
                for fec in [Fec::None, Fec::Rs255_239] {
                    let coding = Some(LineCoding { fec, scrambled });
                    let metadata = OtnMetadata { signal, coding };
                    assert_eq!(OtnMetadata::read(&metadata.to_string()), Some(Ok(metadata)));
                }
            }
        }
    }

    #[test]
    fn what_is_not_ours_or_not_right_is_told_apart() {
        let flex = Signal::Oduflex(FlexRate::gfp(3).unwrap());
        let written = OtnMetadata { signal: flex, coding: None }.to_string();
        assert_eq!(written, "otn signal=ODUflex");
        let read = OtnMetadata::read(&written).unwrap().unwrap();
        assert_eq!(read.signal.name(), "ODUflex", "its rate is not in its name");
        assert_eq!(OtnMetadata::read("eth0"), None);
        assert_eq!(OtnMetadata::read(""), None);
        let partial = OtnMetadata::read("otn signal=OTU1 colour=red").unwrap().unwrap();
        assert_eq!(partial, OtnMetadata { signal: Signal::Otu1, coding: None });
        let error = OtnMetadata::read("otn signal=OTU9").unwrap().unwrap_err();
        assert!(error.starts_with("found `signal=OTU9`, expected one of OTU1"), "{error}");
        assert!(OtnMetadata::read("otn scrambled=yes").unwrap().is_err());
        assert!(OtnMetadata::read("otn signal=OTU1 fec=magic").unwrap().is_err());
    }
}
