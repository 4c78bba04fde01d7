//! The files of the lanes of an OTU3 or OTU4, each with a skew of its own.
//!
//! Clause: G.709 Annex C. In: OTU frames as on the line. Out: one file of bits for each lane. A lane
//! that is late has zeros in front; its file is longer than that of a lane that is not.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use otn_frame::{OtuFrame, Signal, SimTime};
use otn_proc::otl::{LANES_PER_PHYSICAL, LaneDistributor, PHYSICAL_LANES, interleave};
use otn_proc::terminal::LineCoding;

use super::LaneForm;
use crate::signal_writer::SignalWriter;

/// Octets of zeros written at once.
const ZEROS: u64 = 64 * 1024;

/// One file.
struct Lane {
    file: SignalWriter,
    /// Bits by which octets of the lane lie off those of the file, 0 to 7.
    shift: u32,
    /// The bits of the last octet that did not fit, at the most significant end.
    carry: u8,
    octets: Vec<u8>,
}

impl Lane {
    /// A file that starts with `skew` zeros.
    fn new(mut file: SignalWriter, skew: u64) -> Result<Self> {
        let zeros = vec![0; ZEROS as usize];
        let mut left = skew / 8;
        while left > 0 {
            let now = left.min(ZEROS);
            file.frame(SimTime::ZERO, &zeros[..now as usize])?;
            left -= now;
        }
        Ok(Self { file, shift: (skew % 8) as u32, carry: 0, octets: Vec::new() })
    }

    fn write(&mut self, octets: &[u8]) -> Result<()> {
        if self.shift == 0 {
            return self.file.frame(SimTime::ZERO, octets);
        }
        self.octets.clear();
        for octet in octets {
            self.octets.push(self.carry | octet >> self.shift);
            self.carry = octet << (8 - self.shift);
        }
        self.file.frame(SimTime::ZERO, &self.octets)
    }

    fn commit(mut self) -> Result<()> {
        if self.shift > 0 {
            self.file.frame(SimTime::ZERO, &[self.carry])?;
        }
        self.file.commit()
    }
}

/// Writes frames to the files of lanes.
pub struct LaneWriter {
    distributor: LaneDistributor,
    /// Octets of physical lanes, where these are written.
    physical: Option<[Vec<u8>; PHYSICAL_LANES]>,
    lanes: Vec<Lane>,
}

impl LaneWriter {
    /// New files beside `path`, see [`lane_paths`]. `skew` has the bits by which each lane is late,
    /// or one number: lane i is i times as late.
    ///
    /// # Errors
    /// A signal, a coding, a number of lanes or of skews that does not fit; a file that cannot be
    /// written.
    pub fn create(
        path: &Path,
        signal: Signal,
        coding: LineCoding,
        width: u32,
        lanes: usize,
        skew: &[u64],
    ) -> Result<Self> {
        let form = form(signal, lanes)?;
        let paths = lane_paths(path, lanes)?;
        ensure!(coding.scrambled, "--lanes: found --no-scramble, expected frames as on the line");
        let physical = (form == LaneForm::Otl44Physical).then(Default::default);
        let skews: Vec<u64> = match skew {
            [] => vec![0; lanes],
            [each] => (0..lanes as u64).map(|lane| lane * each).collect(),
            all if all.len() == lanes => all.to_vec(),
            all => bail!("--skew: found {} numbers, expected 1 or {lanes}", all.len()),
        };
        let open = |(path, &skew): (&PathBuf, &u64)| {
            Lane::new(SignalWriter::create(path, signal, coding, width)?, skew)
        };
        let lanes = paths.iter().zip(&skews).map(open).collect::<Result<_>>()?;
        Ok(Self { distributor: LaneDistributor::new(form.otl()), physical, lanes })
    }

    /// Writes the next frame. `change` may do something to its logical lanes first.
    ///
    /// # Errors
    /// Octets that are no OTU frame, a file that cannot be written.
    pub fn frame(
        &mut self,
        octets: &[u8],
        change: impl FnOnce(&mut LaneDistributor),
    ) -> Result<()> {
        let frame = OtuFrame::from_octets(octets)?;
        self.distributor.distribute(&frame);
        change(&mut self.distributor);
        let logical = self.distributor.lanes();
        let shares = match &mut self.physical {
            None => logical,
            Some(physical) => {
                let (fives, _) = logical.as_chunks::<LANES_PER_PHYSICAL>();
                for (out, five) in physical.iter_mut().zip(fives) {
                    out.clear();
                    interleave(five.each_ref().map(Vec::as_slice), out);
                }
                physical.as_slice()
            }
        };
        self.lanes.iter_mut().zip(shares).try_for_each(|(lane, share)| lane.write(share))
    }

    /// Gives the files their names.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn commit(self) -> Result<()> {
        self.lanes.into_iter().try_for_each(Lane::commit)
    }
}

/// The form of so many lanes of a signal.
fn form(signal: Signal, lanes: usize) -> Result<LaneForm> {
    let of_signal = LaneForm::ALL.into_iter().filter(|form| form.signal() == signal);
    let numbers: Vec<String> = of_signal.clone().map(|form| form.files().to_string()).collect();
    ensure!(!numbers.is_empty(), "--lanes: the signal is {signal}, expected OTU3 or OTU4");
    let expected = numbers.join(" or ");
    of_signal
        .into_iter()
        .find(|form| form.files() == lanes)
        .with_context(|| format!("--lanes: found {lanes}, expected {expected} for an {signal}"))
}

/// Names of the files of lanes: the number of the lane before the extension of `path`.
///
/// # Errors
/// A name that is not that of raw bits or hexadecimal text.
pub fn lane_paths(path: &Path, lanes: usize) -> Result<Vec<PathBuf>> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let is = |name: &&str| extension.eq_ignore_ascii_case(name);
    ensure!(
        ["bin", "hex", "mem"].iter().any(is),
        "{}: lanes have no capture, expected a name that ends in .bin or .hex",
        path.display()
    );
    Ok((0..lanes).map(|lane| path.with_extension(format!("{lane}.{extension}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_the_lane_stands_before_the_extension() {
        let paths = lane_paths(Path::new("out/a.line.BIN"), 2).unwrap();
        assert_eq!(paths, [Path::new("out/a.line.0.BIN"), Path::new("out/a.line.1.BIN")]);
        assert!(lane_paths(Path::new("line.pcapng"), 4).is_err());
        assert!(lane_paths(Path::new("line"), 4).is_err());
    }

    /// By hand: 11 bits of nothing before F6 28.
    #[test]
    fn a_late_lane_has_zeros_in_front() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lane.bin");
        let coding = LineCoding { fec: otn_proc::terminal::Fec::None, scrambled: true };
        for (skew, expected) in [
            (0, vec![0xF6, 0x28]),
            (16, vec![0, 0, 0xF6, 0x28]),
            (11, vec![0, 0x1E, 0xC5, 0x00]),
            (1, vec![0x7B, 0x14, 0x00]),
        ] {
            let file = SignalWriter::create(&path, Signal::Otu4, coding, 8).unwrap();
            let mut lane = Lane::new(file, skew).unwrap();
            lane.write(&[0xF6]).unwrap();
            lane.write(&[0x28]).unwrap();
            lane.commit().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), expected, "skew {skew}");
        }
        let file = SignalWriter::create(&path, Signal::Otu4, coding, 8).unwrap();
        Lane::new(file, 8 * 200_000 + 7).unwrap().commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), vec![0; 200_001]);
    }

    #[test]
    fn numbers_of_lanes_are_those_of_the_signal() {
        assert_eq!(form(Signal::Otu3, 4).unwrap(), LaneForm::Otl34);
        assert_eq!(form(Signal::Otu4, 4).unwrap(), LaneForm::Otl44Physical);
        assert_eq!(form(Signal::Otu4, 20).unwrap(), LaneForm::Otl44Logical);
        assert!(form(Signal::Otu3, 20).is_err() && form(Signal::Otu2, 4).is_err());
    }
}
