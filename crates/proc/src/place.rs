//! Where an ODU stands in a tree of multiplexed ODUs.
//!
//! Clause: G.709 19 (multi-stage multiplexing). In: tributary ports on the way from the ODU nearest
//! the line. Out: a small name to sort and to print by. ODTUjk and ODTUk.ts count their ports each
//! for themselves, so that a port alone names no ODU.
//!
//! Bit literals: an octet holds a port, and whether it is one of an ODTUjk.

use core::fmt;

use otn_map::odtu::Odtu;

/// Stages of multiplexing below the first ODU: ODU3, ODU2, ODU1, ODU0 in an ODU4.
const DEPTH: usize = 4;

/// The way from the ODU nearest the line to another one: a tributary port for each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Ports from 1, with a bit for those of an ODTUjk; zero beyond the last stage.
    stages: [u8; DEPTH],
}

/// Set for a port of an ODTUjk.
const JK: u8 = 0x80;

impl Place {
    /// The ODU nearest the line.
    pub const ROOT: Self = Self { stages: [0; DEPTH] };

    /// The ODU at tributary port `port`, 1 to 127, of this one, in an ODTU of this kind; `None` beyond
    /// the last possible stage.
    pub fn child(self, kind: Odtu, port: u8) -> Option<Self> {
        let mut stages = self.stages;
        let mark = if kind == Odtu::Ts { 0 } else { JK };
        *stages.iter_mut().find(|stage| **stage == 0)? = port & !JK | mark;
        Some(Self { stages })
    }

    /// Ports on the way, the first stage first.
    pub fn ports(&self) -> impl Iterator<Item = u8> + use<> {
        self.stages.into_iter().take_while(|stage| *stage > 0).map(|stage| stage & !JK)
    }
}

impl fmt::Display for Place {
    /// Nothing for the first ODU, else the ports with dots between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, port) in self.ports().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            write!(f, "{dot}{port}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_place_names_the_ports_on_the_way() {
        let place = Place::ROOT.child(Odtu::Odtu12, 3).and_then(|p| p.child(Odtu::Ts, 80)).unwrap();
        assert!(place.ports().eq([3, 80]));
        assert_eq!(place.to_string(), "3.80");
        assert_ne!(Place::ROOT.child(Odtu::Odtu12, 3), Place::ROOT.child(Odtu::Ts, 3));
        assert_eq!(Place::ROOT.to_string(), "");
        let deep = (0..4).try_fold(Place::ROOT, |p, _| p.child(Odtu::Ts, 1)).unwrap();
        assert_eq!(deep.child(Odtu::Ts, 1), None);
    }
}
