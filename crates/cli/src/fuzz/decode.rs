//! The whole decoder: any bits, and valid signals with something wrong.

use anyhow::Result;
use otn_frame::Signal;
use otn_map::gfp::Received;
use otn_proc::observer::ClientOctets;
use otn_proc::place::Place;

use super::signals;
use crate::decoder::{self, Harvest};
use crate::input::SignalFile;
use crate::session::Interrupt;

/// What came out of a signal, in octets.
#[derive(Debug, Default)]
struct Yield {
    packets: usize,
    gfp: usize,
    clients: usize,
}

impl Harvest for Yield {
    fn packet(&mut self, _: usize, _: Place, _: u64, octets: &[u8]) -> Result<()> {
        self.packets += octets.len();
        Ok(())
    }

    fn gfp(&mut self, _: usize, _: Place, _: u64, received: &Received<'_>) -> Result<()> {
        self.gfp += received.payload.len();
        Ok(())
    }

    fn client(&mut self, _: usize, client: &ClientOctets<'_>) -> Result<()> {
        self.clients += client.octets.len();
        Ok(())
    }
}

/// Room for the report of a signal that is nothing.
const REPORT_OCTETS: usize = 256 * 1024;

fn decode(octets: Vec<u8>, asked: Option<Signal>) {
    let size = octets.len();
    let mut file = SignalFile::raw(octets);
    let mut found = Yield::default();
    let reports =
        decoder::decode(&mut file, &asked.into(), &Interrupt::default(), &mut found, |_| ())
            .expect("memory can be read, and nothing is written");
    for part in [found.packets, found.gfp, found.clients] {
        assert!(part <= size, "{found:?} out of {size} octets");
    }
    for report in &reports {
        assert!(report.frames as usize <= size / 15_296 + 1, "{} frames", report.frames);
        let text = serde_json::to_vec(report).expect("a report is JSON");
        assert!(text.len() <= REPORT_OCTETS + size, "{} octets of report", text.len());
    }
}

/// Octets as raw bits: the first one tells what the user says that they are.
pub fn decode_any(octets: &[u8]) {
    let Some((&first, line)) = octets.split_first() else { return };
    let asked = Signal::ALL.get(usize::from(first) % (Signal::ALL.len() + 1)).copied();
    decode(line.to_vec(), asked);
}

/// A valid signal with something wrong: three octets say which signal, how it goes on the line and
/// what the user says of it; the rest are mutations.
pub fn decode_mutated(octets: &[u8]) {
    let &[tree, coding, asked, ref recipe @ ..] = octets else { return };
    let line = signals::line(tree.into(), coding.into());
    let mut octets = line.octets.clone();
    signals::mutate(&mut octets, recipe);
    decode(octets, (asked % 2 == 1).then_some(line.signal));
}
