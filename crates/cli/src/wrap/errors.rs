//! Errors that `otn wrap` puts into a signal: which, when, how often.
//!
//! In: `KIND@TIME[:COUNT|RATE]` and frames. Out: the same frames with bits flipped. Everything but
//! symbol errors is changed before FEC and scrambler, as a tester does it; but behind the BIP-8, in
//! which errors of the OPU and its overhead show too.
//!
//! Bit literals: errors flip chosen bits.

use std::fmt;

use otn_fec::rs255_239::SUB_ROWS;
use otn_frame::layout::{
    FAS, JC3, MFAS, MON_BIP8, NJO, OTU_COLS, PAYLOAD_RANGE, PM, PSI, PSI_MSI, ROWS, SM,
};
use otn_frame::{Frame, FrameClock, OtuFrame, SimTime};

use crate::units;

/// What is wrong in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// One octet of the FAS inverted.
    Fas,
    /// MFAS inverted.
    Mfas,
    /// One bit of the BIP-8 of SM, PM or both.
    Bip {
        /// SM.
        section: bool,
        /// PM.
        path: bool,
    },
    /// One bit of JC3: the CRC-8 of GMP, or one JC of three of AMP.
    Jc,
    /// The MSI octet of slot 1, in the frame that carries it.
    Msi,
    /// The OMFI of an OPU4.
    Omfi,
    /// One bit of payload.
    Payload,
    /// Octets of one codeword, after FEC and scrambler.
    Symbols {
        /// Row, from 1.
        row: usize,
        /// Sub-row, from 1.
        sub_row: usize,
        /// Octets, spread evenly.
        count: usize,
    },
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Often {
    /// In so many frames in a row.
    Frames(u64),
    /// In this share of the frames from then on, spread evenly.
    Share(f64),
}

/// Errors from some time on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorInsertion {
    kind: ErrorKind,
    from: SimTime,
    often: Often,
}

impl ErrorInsertion {
    /// True for errors of codewords and of SM alone, which only an OTU has.
    pub const fn needs_otu(&self) -> bool {
        matches!(self.kind, ErrorKind::Symbols { .. } | ErrorKind::Bip { path: false, .. })
    }

    /// When it begins.
    pub const fn from(&self) -> SimTime {
        self.from
    }
}

/// A text that is no error insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnError {
    found: String,
    expected: String,
}

impl fmt::Display for NotAnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found `{}`, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for NotAnError {}

const KINDS: [(&str, ErrorKind); 9] = [
    ("fas", ErrorKind::Fas),
    ("mfas", ErrorKind::Mfas),
    ("bip", ErrorKind::Bip { section: true, path: true }),
    ("sm-bip", ErrorKind::Bip { section: true, path: false }),
    ("pm-bip", ErrorKind::Bip { section: false, path: true }),
    ("jc-crc", ErrorKind::Jc),
    ("msi", ErrorKind::Msi),
    ("omfi", ErrorKind::Omfi),
    ("payload", ErrorKind::Payload),
];

fn kind(text: &str) -> Option<ErrorKind> {
    if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == text) {
        return Some(*kind);
    }
    let inside = text.strip_prefix("symbols(")?.strip_suffix(')')?;
    let (word, count) = inside.split_once(',')?;
    let (row, sub_row) = word.split_once('.')?;
    let number = |text: &str, most: usize| {
        text.trim().parse().ok().filter(|number| (1..=most).contains(number))
    };
    Some(ErrorKind::Symbols {
        row: number(row, ROWS)?,
        sub_row: number(sub_row, SUB_ROWS)?,
        count: number(count, OTU_COLS / SUB_ROWS)?,
    })
}

impl std::str::FromStr for ErrorInsertion {
    type Err = NotAnError;

    /// Reads `KIND@TIME[:COUNT|RATE]`.
    fn from_str(text: &str) -> Result<Self, NotAnError> {
        let no = |expected: &str| NotAnError { found: text.into(), expected: expected.into() };
        let (name, rest) = text
            .split_once('@')
            .ok_or_else(|| no("KIND@TIME, KIND@TIME:COUNT or KIND@TIME:RATE"))?;
        let kind = kind(name).ok_or_else(|| {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            no(&format!("one of {}, symbols(ROW.SUBROW,COUNT)", names.join(", ")))
        })?;
        let (time, often) = rest.split_once(':').unwrap_or((rest, "1"));
        let from = units::time(time).map_err(|error| no(&error.to_string()))?;
        let often = match (often.parse::<u64>(), often.parse::<f64>()) {
            (Ok(count), _) if count > 0 => Often::Frames(count),
            (Err(_), Ok(share)) if share > 0.0 && share <= 1.0 => Often::Share(share),
            _ => return Err(no("a count of frames from 1 on, or a share of them such as 1e-3")),
        };
        Ok(Self { kind, from, often })
    }
}

/// Puts errors into the frames of one signal.
#[derive(Clone, Debug)]
pub struct Inserter {
    errors: Vec<(ErrorInsertion, u64, u64)>,
    clock: FrameClock,
    inserted: u64,
}

impl Inserter {
    /// Errors in a signal with this clock.
    pub fn new(errors: &[ErrorInsertion], clock: FrameClock) -> Self {
        // With each: candidate frames seen, and errors put into them.
        let errors = errors.iter().map(|error| (*error, 0, 0)).collect();
        Self { errors, clock, inserted: 0 }
    }

    /// Errors of which none was put in so far.
    pub fn idle(&self) -> impl Iterator<Item = String> {
        let idle = self.errors.iter().filter(|(_, _, done)| *done == 0);
        idle.map(|(error, ..)| format!("{:?} from {} on", error.kind, error.from))
    }

    /// Frames changed so far.
    pub const fn inserted(&self) -> u64 {
        self.inserted
    }

    /// Changes frame `number` before FEC and scrambler.
    pub fn clear<const COLS: usize>(&mut self, number: u64, frame: &mut Frame<COLS>) {
        let carries_msi = frame.octet(MFAS) == PSI_MSI;
        let here = |kind: ErrorKind| match kind {
            ErrorKind::Symbols { .. } => false,
            ErrorKind::Msi => carries_msi,
            _ => true,
        };
        for kind in self.due(number, here) {
            let mut flip = |field, octet: usize, mask| frame.field_mut(field)[octet] ^= mask;
            match kind {
                ErrorKind::Fas => flip(FAS, 3, 0xFF),
                ErrorKind::Mfas => flip(MFAS, 0, 0xFF),
                ErrorKind::Bip { section, path } => {
                    flip(SM, MON_BIP8, u8::from(section));
                    flip(PM, MON_BIP8, u8::from(path));
                }
                ErrorKind::Jc => flip(JC3, 0, 0x01),
                ErrorKind::Msi => flip(PSI, 0, 0x01),
                ErrorKind::Omfi => flip(NJO, 0, 0x7F),
                ErrorKind::Payload => {
                    // Another octet in each frame.
                    let at = PAYLOAD_RANGE.start + (number as usize * 977) % PAYLOAD_RANGE.len();
                    frame.rows_mut()[number as usize % ROWS][at] ^= 0x80 >> (number % 8);
                }
                ErrorKind::Symbols { .. } => {}
            }
        }
    }

    /// Changes frame `number` as it goes on the line.
    pub fn line(&mut self, number: u64, frame: &mut OtuFrame) {
        for kind in self.due(number, |kind| matches!(kind, ErrorKind::Symbols { .. })) {
            let ErrorKind::Symbols { row, sub_row, count } = kind else { continue };
            let octets = OTU_COLS / SUB_ROWS;
            for n in 0..count {
                let symbol = n * octets / count;
                // A mask that is never zero and differs from one to the next.
                let mask = (n as u8).wrapping_mul(37) | 1;
                frame.rows_mut()[row - 1][sub_row - 1 + symbol * SUB_ROWS] ^= mask;
            }
        }
    }

    /// What is to be done in frame `number`, among the kinds that it can show `here`.
    fn due(&mut self, number: u64, here: impl Fn(ErrorKind) -> bool) -> Vec<ErrorKind> {
        let at = self.clock.frame_start(number);
        let mut kinds = Vec::new();
        for (error, candidates, done) in &mut self.errors {
            if at < error.from || !here(error.kind) {
                continue;
            }
            *candidates += 1;
            let due = match error.often {
                Often::Frames(count) => *done < count,
                Often::Share(share) => (*candidates as f64 * share).floor() as u64 > *done,
            };
            if due {
                *done += 1;
                kinds.push(error.kind);
            }
        }
        self.inserted += kinds.len() as u64;
        kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::{OduFrame, PartsPerBillion, Signal};

    fn parse(text: &str) -> Result<ErrorInsertion, NotAnError> {
        text.parse()
    }

    #[test]
    fn texts_are_kind_time_and_how_often() {
        let fas = parse("fas@1ms").unwrap();
        assert_eq!(
            (fas.kind, fas.from, fas.often),
            (ErrorKind::Fas, SimTime::from_ms(1), Often::Frames(1))
        );
        assert_eq!(parse("pm-bip@0ms:40").unwrap().often, Often::Frames(40));
        assert_eq!(parse("payload@0ms:1e-2").unwrap().often, Often::Share(0.01));
        let symbols = ErrorKind::Symbols { row: 2, sub_row: 16, count: 9 };
        assert_eq!(parse("symbols(2.16,9)@0ms").unwrap().kind, symbols);
        for bad in [
            "",
            "fas",
            "fas@",
            "fas@x",
            "fos@1ms",
            "fas@1ms:0",
            "fas@1ms:2.5",
            "fas@1ms:-1",
            "symbols(5.1,1)@0ms",
            "symbols(1.17,1)@0ms",
            "symbols(1.1,256)@0ms",
            "symbols(1.1)@0ms",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn errors_come_in_the_frames_asked_for() {
        let clock = FrameClock::new(Signal::Odu2, PartsPerBillion::default());
        let run = |text: &str| {
            let mut inserter = Inserter::new(&[parse(text).unwrap()], clock);
            (0..600u64)
                .filter(|&n| {
                    let mut frame = OduFrame::zeroed();
                    frame.set_alignment(n as u8);
                    let before = frame.clone();
                    inserter.clear(n, &mut frame);
                    frame != before
                })
                .collect::<Vec<u64>>()
        };
        // 12.191 us a frame: frame 83 starts after 1.0118 ms.
        assert_eq!(run("fas@1ms"), [83]);
        assert_eq!(run("omfi@1ms:3"), [83, 84, 85]);
        assert_eq!(run("msi@0ms:2"), [2, 258]);
        assert_eq!(run("jc-crc@0ms:0.01"), [99, 199, 299, 399, 499, 599]);
        assert!(run("symbols(1.1,2)@0ms").is_empty());
        let mut inserter = Inserter::new(&[parse("symbols(3.2,9)@0ms").unwrap()], clock);
        let mut line = OtuFrame::zeroed();
        inserter.clear(0, &mut line);
        inserter.line(0, &mut line);
        let columns: Vec<usize> = (0..OTU_COLS).filter(|&c| line.rows()[2][c] > 0).collect();
        assert_eq!(columns.len(), 9);
        assert!(columns.iter().all(|c| c % SUB_ROWS == 1));
    }
}
