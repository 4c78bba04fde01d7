//! A line of an OTUk with section, six tandem connections and path, and the sink that supervises it all.

use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{OtuFrame, PartsPerBillion, Signal, Tti};
use otn_proc::odu::Hold;
use otn_proc::odu::source::{OduSource, PayloadSource};
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::tandem::TandemSource;
use otn_proc::terminal::{Fec, LineCoding, OtuSource, TerminalSink};

/// Without FEC, scrambled.
const CODING: LineCoding = LineCoding { fec: Fec::None, scrambled: true };

/// Bits by which the line is late: no octet of the line is one of a frame.
const PHASE: u32 = 3;

/// A multiframe as it is on the line, in the receiver's octets.
pub(crate) fn line(signal: Signal, errors: bool) -> Option<Vec<u8>> {
    let tti = Tti::new("FROM", "TO", "supervision").ok()?;
    let nominal = PartsPerBillion::default();
    let mut odu =
        OduSource::new(signal.odu(), nominal, PayloadType::PRBS, PayloadSource::prbs(), tti);
    for level in TcmLevel::all() {
        odu = odu.with_tandem(TandemSource::new(level, tti));
    }
    let mut source = OtuSource::new(CODING, tti, odu);
    let mut frame = OtuFrame::zeroed();
    let mut octets = Vec::new();
    for number in 0..256usize {
        source.next_clear_frame(&mut frame);
        if errors {
            frame.rows_mut()[number % 4][100 + number] ^= 1;
            source.odu().remote().report(1);
            for level in TcmLevel::all() {
                source.odu().tandem_remote(level)?.report(1);
            }
        }
        source.coding().put_on_line(&mut frame);
        octets.extend_from_slice(frame.octets());
    }
    let last = *octets.last()?;
    let before = std::iter::once(&last).chain(&octets);
    Some(before.zip(&octets).map(|(a, b)| (u16::from_be_bytes([*a, *b]) >> PHASE) as u8).collect())
}

/// A sink that supervises everything and leaves the payload alone.
pub(crate) fn sink(signal: Signal) -> TerminalSink {
    let odu = OduProvision { non_intrusive: true, ..OduProvision::default() };
    let provision = Provision { odu, ..Provision::default() };
    TerminalSink::provisioned(signal, CODING, provision, Hold::NOTHING)
}
