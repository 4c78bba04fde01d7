//! Conformance cases of the processes, with the values of the fact sheet typed in by hand; the whole
//! list is in `docs/conformance.md`.

use otn_frame::layout::PSI;
use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, Signal, Tti};
use otn_map::odtu::Slots;
use otn_proc::odu::mux_source::{Allocation, MultiplexSource};
use otn_proc::odu::source::{OduSource, PayloadSource};
use otn_proc::otl::Otl;

fn multiplex() -> OduSource {
    let offset = PartsPerBillion::default();
    let tti = Tti::from_octets([0; 64]);
    let inner = OduSource::new(Signal::Odu0, offset, PayloadType::PRBS, PayloadSource::prbs(), tti);
    let content = Allocation::new(Slots::Opu2By8)
        .place(Signal::Odu0, None, None)
        .expect("eight slots are free");
    let mut multiplex = MultiplexSource::new(Slots::Opu2By8, offset);
    multiplex.add(content, inner);
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    OduSource::new(Signal::Odu2, offset, PayloadType::ODTU_TS, payload, tti)
}

/// Conformance case 14, the zeros, over a whole multiframe of a client and of a multiplex.
//= type=test g709:15.8.2-res-zero
#[test]
fn a_source_sends_reserved_octets_as_zeros() {
    let tti = Tti::new("FROM", "TO", "").unwrap();
    let prbs = PayloadSource::prbs();
    let offset = PartsPerBillion::default();
    let client = OduSource::new(Signal::Odu1, offset, PayloadType::PRBS, prbs, tti);
    for mut source in [client, multiplex()] {
        // A frame of other content before: nothing of it may stay.
        let mut frame = OduFrame::from_octets(&[0xFF; 15_296]).unwrap();
        for mfas in 0..=255u8 {
            source.next_frame(&mut frame);
            let rows = frame.rows();
            assert_eq!(rows[1][..2], [0; 2], "row 2 columns 1 and 2");
            assert_eq!(rows[3][8..14], [0; 6], "row 4 columns 9 to 14");
            if mfas == 0 {
                assert!(frame.octet(PSI) > 0, "the payload type");
            }
        }
    }
}

/// Conformance case 50: 1919 frames of OTU4, in milliseconds.
//= type=test g709:c-skew-range
#[test]
fn the_skew_range_of_otl44_is_1919_frames_or_2241_us() {
    let clock = FrameClock::new(Signal::Otu4, PartsPerBillion::default());
    let frames = Otl::Otl44.max_skew_frames();
    assert_eq!(frames, 1_919);
    assert_eq!(format!("{:.3}", clock.frame_start(frames.into()).as_seconds() * 1e3), "2.241");
}
