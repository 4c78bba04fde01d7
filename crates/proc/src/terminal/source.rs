//! The sending side: client frames in, OTUk frames out, one at a time.
//!
//! In: a queue of GFP client frames, remote information. Out: an OTUk frame as on the line.

use alloc::vec::Vec;

use otn_fec::rs255_239::FrameCodec;
use otn_frame::layout::{MFAS, ODU_COLS, PAYLOAD_COLS, PAYLOAD_RANGE, PSI};
use otn_frame::overhead::{PayloadType, client_psi};
use otn_frame::{OduFrame, OtuFrame, Tti, scrambler};
use otn_map::gfp::{ClientQueue, Transmitter};

use super::{Fec, LineCoding};
use crate::odu::source::OduSource;
use crate::path::PathSource;
use crate::remote::{RemoteIndication, RemoteIndications};
use crate::section::SectionSource;
use crate::tandem::TandemSource;

/// ODUkP/ETH_A_So, ODUkP_TT_So, OTUk_TT_So and OTUk_A_So, in this order.
#[derive(Clone, Debug)]
pub struct TerminalSource {
    coding: LineCoding,
    gfp: Transmitter,
    path: PathSource,
    /// Tandem connections that begin here.
    tandem: Vec<TandemSource>,
    section: SectionSource,
    mfas: u8,
    client_signal_fail: bool,
}

impl TerminalSource {
    /// A source at multiframe count 0.
    pub fn new(coding: LineCoding, section: Tti, path: Tti) -> Self {
        Self {
            coding,
            gfp: Transmitter::new(),
            path: PathSource::new(path),
            tandem: Vec::new(),
            section: SectionSource::new(section),
            mfas: 0,
            client_signal_fail: false,
        }
    }

    /// The same with a tandem connection that begins here.
    #[must_use]
    pub fn with_tandem(mut self, source: TandemSource) -> Self {
        self.tandem.push(source);
        self
    }

    /// Sets what PSI\[2\] says about the client from now on.
    pub const fn set_client_signal_fail(&mut self, fail: bool) {
        self.client_signal_fail = fail;
    }

    /// Writes the next frame as it goes on the line.
    pub fn next_frame(
        &mut self,
        frame: &mut OtuFrame,
        queue: &mut impl ClientQueue,
        remote: &mut RemoteIndications,
    ) {
        self.next_clear_frame(frame, queue, remote);
        self.coding.put_on_line(frame);
    }

    /// How the frames go on the line.
    pub const fn coding(&self) -> LineCoding {
        self.coding
    }

    /// Multiframe count of the next frame.
    pub const fn mfas(&self) -> u8 {
        self.mfas
    }

    /// Writes the next frame without FEC and scrambling, so that its overhead may still be changed.
    pub fn next_clear_frame(
        &mut self,
        frame: &mut OtuFrame,
        queue: &mut impl ClientQueue,
        remote: &mut RemoteIndications,
    ) {
        let mfas = self.mfas;
        self.mfas = mfas.wrapping_add(1);
        for row in frame.rows_mut() {
            row[..PAYLOAD_RANGE.start].fill(0);
        }
        frame.set_alignment(mfas);
        frame.set_octet(PSI, client_psi(mfas, PayloadType::GFP, self.client_signal_fail));
        for (at, row) in frame.rows_mut().iter_mut().enumerate() {
            self.gfp.fill(at * PAYLOAD_COLS, &mut row[PAYLOAD_RANGE], queue);
        }
        // The OPU area is final from here on. SM and PM cover the same octets at the same point.
        let bip8 = frame.opu_bip8();
        self.path.write(frame, mfas, bip8, &mut remote.path);
        for source in &mut self.tandem {
            let remote = &mut remote.tandem[usize::from(source.level().get()) - 1];
            source.write(frame, mfas, bip8, remote);
        }
        self.section.write(frame, mfas, bip8, &mut remote.section);
    }
}

impl LineCoding {
    /// Computes the FEC and scrambles.
    //= g709:11.2-fec-before-scrambler
    pub fn put_on_line(self, frame: &mut OtuFrame) {
        match self.fec {
            Fec::Rs255_239 => FrameCodec::new().encode_rows(frame.rows_mut()),
            //= g709:11.1-no-fec-zeros
            Fec::None => {
                for row in frame.rows_mut() {
                    row[otn_frame::layout::FEC_RANGE].fill(0);
                }
            }
        }
        if self.scrambled {
            scrambler::scramble(frame);
        }
    }
}

/// An OTUk around any ODUk: OTUk_TT_So and OTUk_A_So.
#[derive(Debug)]
pub struct OtuSource {
    coding: LineCoding,
    section: SectionSource,
    odu: OduSource,
    inside: OduFrame,
    remote: RemoteIndication,
}

impl OtuSource {
    /// An OTUk with this trace around an ODUk.
    pub fn new(coding: LineCoding, section: Tti, odu: OduSource) -> Self {
        Self {
            coding,
            section: SectionSource::new(section),
            odu,
            inside: OduFrame::zeroed(),
            remote: RemoteIndication::default(),
        }
    }

    /// The ODUk.
    pub const fn odu(&mut self) -> &mut OduSource {
        &mut self.odu
    }

    /// Sends another trace of the section from now on.
    pub const fn set_section_trace(&mut self, tti: Tti) {
        self.section.set_tti(tti);
    }

    /// Writes the next frame without FEC and scrambling, so that it may still be changed.
    pub fn next_clear_frame(&mut self, frame: &mut OtuFrame) {
        let mut remote = core::mem::take(&mut self.remote);
        self.next_clear_frame_telling(frame, &mut remote);
        self.remote = remote;
    }

    /// The same with what a sink beside this source has to send back in SM.
    pub fn next_clear_frame_telling(
        &mut self,
        frame: &mut OtuFrame,
        remote: &mut RemoteIndication,
    ) {
        let mfas = self.odu.mfas();
        self.odu.next_frame(&mut self.inside);
        for (row, inside) in frame.rows_mut().iter_mut().zip(self.inside.rows()) {
            row[..ODU_COLS].copy_from_slice(inside);
        }
        let bip8 = self.odu.bip8().unwrap_or_else(|| self.inside.opu_bip8());
        self.section.write(frame, mfas, bip8, remote);
    }

    /// Writes a frame around an ODUk that comes from elsewhere, in its phase and with its multiframe
    /// count, in the place of the ODUk made here.
    //= g798:13.3-odu-passes
    pub fn around(
        &mut self,
        inside: &OduFrame,
        frame: &mut OtuFrame,
        remote: &mut RemoteIndication,
    ) {
        for (row, inside) in frame.rows_mut().iter_mut().zip(inside.rows()) {
            row[..ODU_COLS].copy_from_slice(inside);
        }
        let mfas = inside.octet(MFAS);
        self.section.write(frame, mfas, inside.opu_bip8(), remote);
    }

    /// The ODUk of [`Self::around`] begins at an unexpected place: the far end is told.
    pub const fn alignment_error(&mut self) {
        self.section.alignment_error();
    }

    /// Writes the next frame as it goes on the line.
    pub fn next_frame(&mut self, frame: &mut OtuFrame) {
        self.next_clear_frame(frame);
        self.coding.put_on_line(frame);
    }

    /// How the frames go on the line.
    pub const fn coding(&self) -> LineCoding {
        self.coding
    }
}
