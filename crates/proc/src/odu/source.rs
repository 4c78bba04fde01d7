//! ODUk at the source: a client, or a multiplex of ODUj, into the OPUk and a path around it.
//!
//! Clauses: G.798 14.2 (ODUkP_TT_So), 14.3 (adaptations), G.709 16.5 (maintenance signals). In: client
//! octets or packets, pulled as they are due on the ODUk's own clock. Out: ODUk frames, one at a time.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use otn_frame::bip::Bip8;
use otn_frame::layout::{
    JC1, JC2, JC3, JC4, JC5, JC6, NJO, OPU_RANGE, PAYLOAD_RANGE, PSI, PSI_MSI, ROWS,
};
use otn_frame::overhead::{PathMonitoring, PathStatus, PayloadType, TcmLevel, client_psi};
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, Ratio, Signal, SimTime, Tti};
use otn_map::cbr::{self, Container, Justifier};
use otn_map::gfp::management::{ClientDefect, ManagementSource};
use otn_map::gfp::{ClientFrame, ClientQueue, Exi, Transmitter, TypeHeader, Upi, linear_extension};
use otn_map::gmp::Count14;
use otn_map::gmp::client::{columns, opu_shape};
use otn_map::gmp::transport::{RunCursor, Shape, Source};
use otn_map::prbs::{Polarity, PrbsSource};

use super::mux_source::MultiplexSource;
use crate::path::PathSource;
use crate::remote::RemoteIndication;
use crate::tandem::TandemSource;

/// Where the octets of a client of constant bit rate come from. There is always a next one.
pub trait OctetSource: fmt::Debug {
    /// Fills `octets` with what comes next.
    fn fill(&mut self, octets: &mut [u8]);

    /// The client fails, or is there again: a source that knows the replacement signal of its client
    /// sends that meanwhile.
    fn set_failed(&mut self, failed: bool) {
        let _ = failed;
    }
}

impl OctetSource for PrbsSource {
    fn fill(&mut self, octets: &mut [u8]) {
        self.fill(octets);
    }
}

/// Packets for GFP that tell their trouble themselves.
pub trait PacketSource: ClientQueue + fmt::Debug {}

impl<T: ClientQueue + fmt::Debug> PacketSource for T {}

/// What a tester does to an ODUk on its way out. Each method is asked once for every frame, in order;
/// frames count from 0.
pub trait FrameEditor: fmt::Debug {
    /// True where the client has failed in this frame.
    fn client_fails(&mut self, number: u64) -> bool;

    /// What is wrong in the type headers of client frames by GFP that begin in this frame.
    fn client_header(&mut self, number: u64) -> WrongHeader;

    /// Changes the OPU of a frame before any BIP-8 is computed over it.
    fn opu(&mut self, number: u64, frame: &mut OduFrame);

    /// Changes a frame that is ready for its server layer; the BIP-8 of the server is yet to come.
    fn odu(&mut self, number: u64, frame: &mut OduFrame);
}

/// Fields of the type header of GFP that are not those of the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongHeader {
    /// Another user payload.
    pub upi: Option<Upi>,
    /// A linear extension header that nobody expects.
    pub linear: bool,
}

/// How fast a client comes, counted in frames of its server. The pace may change at a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Octets in a frame of the server, exact.
    per_frame: Ratio,
    /// The frame from which on it is so.
    from: u64,
    /// Bits that have come by its start.
    before: u64,
}

/// One billion, the unit of offsets.
const BILLION: i64 = 1_000_000_000;

impl Pace {
    /// A client of this bit rate and offset in an ODUk with this offset of its own.
    pub const fn new(
        rate: Ratio,
        offset: PartsPerBillion,
        server: Signal,
        server_offset: PartsPerBillion,
    ) -> Self {
        let frame = server.odu().bit_rate();
        let nominal = Ratio::new(
            rate.num * frame.den * (server.odu().frame_bits() / 8) as u128,
            rate.den * frame.num,
        );
        let client = (BILLION + offset.get() as i64) as u128;
        let of_server = (BILLION + server_offset.get() as i64) as u128;
        let skew = Ratio::new(client, of_server);
        let per_frame = Ratio::new(nominal.num * skew.num, nominal.den * skew.den);
        Self { per_frame, from: 0, before: 0 }
    }

    /// Another pace from this frame on; not a bit is lost or added where they meet.
    #[must_use]
    pub const fn then(self, frame: u64, next: Self) -> Self {
        Self { per_frame: next.per_frame, from: frame, before: self.come_in(frame, 1) }
    }

    /// Octets that have come by the end of frame `frames - 1`.
    pub const fn come(&self, frames: u64) -> u64 {
        self.come_in(frames, u8::BITS)
    }

    /// The same in entities of `bits` bits.
    pub const fn come_in(&self, frames: u64, bits: u32) -> u64 {
        let since = frames.saturating_sub(self.from) as u128;
        let all = since * self.per_frame.num * u8::BITS as u128;
        if self.before == 0 {
            return (all / (self.per_frame.den * bits as u128)) as u64;
        }
        (self.before + (all / self.per_frame.den) as u64) / bits as u64
    }
}

/// A maintenance signal in the place of an ODUk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maintenance {
    /// Alarm indication signal.
    Ais,
    /// Open connection indication.
    Oci,
    /// Locked.
    Lck,
}

impl Maintenance {
    /// The octet that fills the frame.
    //= g709:16.5-maintenance-fill
    pub const fn fill(self) -> u8 {
        match self {
            Self::Ais => 0xFF,
            Self::Oci => 0x66,
            Self::Lck => 0x55,
        }
    }

    /// STAT of the path.
    pub const fn status(self) -> PathStatus {
        match self {
            Self::Ais => PathStatus::Ais,
            Self::Oci => PathStatus::Oci,
            Self::Lck => PathStatus::Lck,
        }
    }

    /// Writes the signal over all of a frame but row 1, columns 1 to 14.
    pub fn write(self, frame: &mut OduFrame) {
        for (row, octets) in frame.rows_mut().iter_mut().enumerate() {
            let first = if row == 0 { OPU_RANGE.start } else { 0 };
            octets[first..].fill(self.fill());
        }
        let pm = PathMonitoring { stat: self.status(), ..PathMonitoring::read(frame) };
        pm.write(frame);
    }
}

/// What an ODUk carries.
#[derive(Debug)]
pub enum PayloadSource {
    /// Packets by GFP, in the extended OPU2 too.
    Gfp {
        /// Puts them into the payload.
        transmitter: Transmitter,
        /// The packets.
        queue: Box<dyn PacketSource>,
        /// The seven overhead octets of the OPU2 are payload too.
        extended: bool,
        /// Frames of idles before the first packet.
        lead: u64,
        /// Tells of a failed client.
        management: ManagementSource,
    },
    /// A client by AMP, or by BMP where it has no clock of its own.
    Cbr {
        /// Layout.
        container: Container,
        /// The client's clock and what is done about it; `None` for BMP.
        justifier: Option<(Justifier, Pace)>,
        /// The client.
        client: Box<dyn OctetSource>,
    },
    /// A client by GMP.
    Gmp {
        /// Shape of the payload.
        shape: Shape,
        /// Columns of a row that hold blocks.
        columns: usize,
        /// Count and timing.
        source: Source,
        /// The client's clock.
        pace: Pace,
        /// The client.
        client: Box<dyn OctetSource>,
    },
    /// ODUj.
    Multiplex(Box<MultiplexSource>),
    /// The PRBS test signal.
    Prbs(Box<PrbsSource>),
    /// The NULL test signal.
    Null,
    /// No signal: a maintenance signal takes the place of the ODUk.
    Maintenance(Maintenance),
}

impl PayloadSource {
    /// Packets by GFP.
    pub fn gfp(queue: Box<dyn PacketSource>) -> Self {
        let (transmitter, management) = (Transmitter::new(), ManagementSource::new());
        Self::Gfp { transmitter, queue, extended: false, lead: 0, management }
    }

    /// A client by GMP into the OPU of this ODUk, its timing in entities of `n` bits, 8 or 1; `None`
    /// where GMP carries no client there. The first frame carries what comes in one.
    //= g709:17.7-n
    pub fn gmp(odu: Signal, n: u32, pace: Pace, client: Box<dyn OctetSource>) -> Option<Self> {
        let shape = opu_shape(odu)?;
        let entities = (shape.block_octets * u8::BITS).checked_div(n)?;
        let shape = Shape { entities, ..shape };
        let blocks = pace.come(1) / u64::from(shape.block_octets);
        let count = Count14::new(u16::try_from(blocks).ok()?)?;
        let source = Source::new(shape, count);
        Some(Self::Gmp { shape, columns: columns(odu), source, pace, client })
    }

    /// The client comes at another pace from this frame on; nothing for one that has none of its own.
    pub const fn set_pace(&mut self, frame: u64, next: Pace) {
        match self {
            Self::Cbr { justifier: Some((_, pace)), .. } | Self::Gmp { pace, .. } => {
                *pace = pace.then(frame, next);
            }
            Self::Gfp { .. }
            | Self::Cbr { justifier: None, .. }
            | Self::Multiplex(_)
            | Self::Prbs(_)
            | Self::Null
            | Self::Maintenance(_) => {}
        }
    }

    /// The PRBS as it is sent: inverted.
    pub fn prbs() -> Self {
        Self::Prbs(Box::new(PrbsSource::new(Polarity::Inverted)))
    }

    /// The client fails at `now`, or is there again.
    //= g709:17-client-fail-source
    fn set_failed(&mut self, failed: bool, now: SimTime) {
        match self {
            Self::Gfp { management, .. } => {
                management.set(now, failed.then_some(ClientDefect::LossOfSignal));
            }
            Self::Cbr { client, .. } | Self::Gmp { client, .. } => client.set_failed(failed),
            Self::Multiplex(_) | Self::Prbs(_) | Self::Null | Self::Maintenance(_) => {}
        }
    }

    /// Fills the OPU of a frame, PSI excepted.
    fn fill(&mut self, now: Now, first_mfas: u8, frame: &mut OduFrame) {
        let number = now.number;
        match self {
            Self::Gfp { transmitter, queue, extended, lead, management } => {
                let open = number >= *lead && !now.failed;
                let (wrong, room) = (now.header, Vec::new());
                let queue = queue.as_mut();
                let mut queue = Gate { queue, open, management, at: now.at, wrong, room };
                fill_gfp(frame, transmitter, &mut queue, *extended);
            }
            Self::Cbr { container, justifier, client } => {
                let justification = match justifier {
                    Some((justifier, pace)) => justifier.next(pace.come(number + 1)),
                    None => cbr::Justification::None,
                };
                cbr::map(*container, justification, frame, |octets| client.fill(octets));
            }
            Self::Gmp { shape, columns, source, pace, client } => {
                let n = shape.block_octets * u8::BITS / shape.entities;
                let sent = source.next_frame(pace.come_in(number + 1, n));
                put_jc(frame, sent.jc123, sent.jc456);
                let mut cursor = RunCursor::new(*shape, sent.count);
                for row in frame.rows_mut() {
                    let payload = &mut row[PAYLOAD_RANGE];
                    cursor.map(&mut payload[..*columns], |octets| client.fill(octets));
                    payload[*columns..].fill(0);
                }
            }
            Self::Multiplex(multiplex) => multiplex.fill(number, first_mfas, frame),
            Self::Prbs(source) => {
                for row in frame.rows_mut() {
                    source.fill(&mut row[PAYLOAD_RANGE]);
                }
            }
            Self::Null => frame.rows_mut().iter_mut().for_each(|row| row[PAYLOAD_RANGE].fill(0)),
            Self::Maintenance(_) => {}
        }
    }
}

/// Writes JC1 to JC6.
pub(super) fn put_jc(frame: &mut OduFrame, jc123: [u8; 3], jc456: [u8; 3]) {
    for (field, octet) in [JC1, JC2, JC3].into_iter().zip(jc123) {
        frame.set_octet(field, octet);
    }
    for (field, octet) in [JC4, JC5, JC6].into_iter().zip(jc456) {
        frame.set_octet(field, octet);
    }
}

/// First zero-based column of a row of the extended OPU2 payload: all overhead but the PSI.
//= g709:17.4.1-extended-opu2
pub(super) const fn extended_first(row: usize) -> usize {
    if row == ROWS - 1 { NJO.col - 1 } else { OPU_RANGE.start }
}

fn fill_gfp(
    frame: &mut OduFrame,
    transmitter: &mut Transmitter,
    queue: &mut Gate<'_>,
    extended: bool,
) {
    let mut at = 0;
    for (number, row) in frame.rows_mut().iter_mut().enumerate() {
        let first = if extended { extended_first(number) } else { PAYLOAD_RANGE.start };
        let row = &mut row[first..];
        transmitter.fill(at, row, queue);
        at += row.len();
    }
}

/// The frame that is being made.
#[derive(Clone, Copy)]
struct Now {
    number: u64,
    /// Its start on the ODUk's own clock.
    at: SimTime,
    /// The client has failed.
    failed: bool,
    header: WrongHeader,
}

/// A queue that gives packets only while it is open, and frames of client management when they are
/// due.
struct Gate<'a> {
    queue: &'a mut dyn PacketSource,
    open: bool,
    management: &'a mut ManagementSource,
    at: SimTime,
    wrong: WrongHeader,
    /// A client frame with an extension header in front.
    room: Vec<u8>,
}

impl ClientQueue for Gate<'_> {
    fn next(&mut self, offset: usize) -> Option<ClientFrame<'_>> {
        if let Some(indication) = self.management.poll(self.at) {
            // A frame without payload is never too long.
            return ClientFrame::new(indication.header(), &[]).ok();
        }
        let frame = if self.open { self.queue.next(offset)? } else { return None };
        let WrongHeader { upi, linear } = self.wrong;
        let header = TypeHeader { upi: upi.unwrap_or(frame.header().upi), ..frame.header() };
        if !linear {
            // The header says nothing about the length: what fitted before fits.
            return ClientFrame::new(header, frame.payload()).ok();
        }
        self.room.clear();
        self.room.extend(linear_extension(0));
        self.room.extend(frame.payload());
        // A frame that has no room for four octets more is lost, as it would be on a real port.
        ClientFrame::new(TypeHeader { exi: Exi::Linear, ..header }, &self.room).ok()
    }

    fn none_before(&self) -> usize {
        // The time is that of the frame: nothing of client management becomes due within it.
        if self.open { self.queue.none_before() } else { usize::MAX }
    }
}

/// Frames in which a client has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FailedFrames {
    from: u64,
    until: Option<u64>,
}

impl FailedFrames {
    fn contain(self, number: u64) -> bool {
        number >= self.from && self.until.is_none_or(|until| number < until)
    }
}

/// ODUkP_TT_So and the adaptation into it.
#[derive(Debug)]
pub struct OduSource {
    signal: Signal,
    offset: PartsPerBillion,
    clock: FrameClock,
    payload_type: PayloadType,
    payload: PayloadSource,
    path: PathSource,
    remote: RemoteIndication,
    /// Tandem connections that begin here, each with what goes back in it.
    tandem: Vec<(TandemSource, RemoteIndication)>,
    client_signal_fail: bool,
    fails: Option<FailedFrames>,
    /// The client has failed in the frame made last.
    failed: bool,
    editor: Option<Box<dyn FrameEditor>>,
    first_mfas: u8,
    frames: u64,
    /// BIP-8 of the OPU in the frame made last, where nothing was written after it was computed.
    bip8: Option<Bip8>,
}

impl OduSource {
    /// An ODUk whose clock is `offset` from nominal, at multiframe count 0.
    pub fn new(
        signal: Signal,
        offset: PartsPerBillion,
        payload_type: PayloadType,
        payload: PayloadSource,
        tti: Tti,
    ) -> Self {
        Self {
            signal: signal.odu(),
            offset,
            clock: FrameClock::new(signal.odu(), offset),
            payload_type,
            payload,
            path: PathSource::new(tti),
            remote: RemoteIndication::default(),
            tandem: Vec::new(),
            client_signal_fail: false,
            fails: None,
            failed: false,
            editor: None,
            first_mfas: 0,
            frames: 0,
            bip8: None,
        }
    }

    /// The same with another multiframe count in the first frame.
    #[must_use]
    pub const fn starting_at(mut self, mfas: u8) -> Self {
        self.first_mfas = mfas;
        self
    }

    /// The multiframe count jumps by this before the next frame, and with it all that it counts: trace, PSI,
    /// multiframe of a multiplex.
    pub const fn slip(&mut self, by: u8) {
        self.first_mfas = self.first_mfas.wrapping_add(by);
    }

    /// The same with a tandem connection that begins here.
    #[must_use]
    pub fn with_tandem(mut self, source: TandemSource) -> Self {
        self.tandem.push((source, RemoteIndication::default()));
        self
    }

    /// What a sink beside the source of this level has to send back, where there is one.
    pub fn tandem_remote(&mut self, level: TcmLevel) -> Option<&mut RemoteIndication> {
        self.tandem.iter_mut().find(|(s, _)| s.level() == level).map(|(_, remote)| remote)
    }

    /// Its rate and offset, as those of a client of a server.
    pub const fn pace_in(&self, server: Signal, server_offset: PartsPerBillion) -> Pace {
        Pace::new(self.signal.bit_rate(), self.offset, server, server_offset)
    }

    /// The ODUk.
    pub const fn signal(&self) -> Signal {
        self.signal
    }

    /// Offset of its clock.
    pub const fn offset(&self) -> PartsPerBillion {
        self.offset
    }

    /// Multiframe count of the next frame.
    pub const fn mfas(&self) -> u8 {
        self.first_mfas.wrapping_add(self.frames as u8)
    }

    /// Frames made so far.
    pub const fn frames(&self) -> u64 {
        self.frames
    }

    /// Sets what PSI\[2\] says about the client from now on.
    pub const fn set_client_signal_fail(&mut self, fail: bool) {
        self.client_signal_fail = fail;
    }

    /// The client fails from this frame on, up to the one before `until_frame` or for good: its
    /// replacement signal is sent, or client management frames where it is mapped by GFP, and
    /// PSI\[2\] says so. The client of a test signal, a multiplex or a maintenance signal has nothing
    /// that could be replaced.
    pub const fn client_fails(&mut self, from_frame: u64, until_frame: Option<u64>) {
        self.fails = Some(FailedFrames { from: from_frame, until: until_frame });
    }

    /// Lets a tester change every frame from now on.
    pub fn set_editor(&mut self, editor: Box<dyn FrameEditor>) {
        self.editor = Some(editor);
    }

    /// Sends another trace of the path from now on.
    pub const fn set_trace(&mut self, tti: Tti) {
        self.path.set_tti(tti);
    }

    /// Sends another payload type from now on, whatever the payload is.
    pub const fn set_payload_type(&mut self, payload_type: PayloadType) {
        self.payload_type = payload_type;
    }

    /// What the payload is made of.
    pub const fn payload(&self) -> &PayloadSource {
        &self.payload
    }

    /// The same, to change it.
    pub const fn payload_mut(&mut self) -> &mut PayloadSource {
        &mut self.payload
    }

    /// What a sink beside this source has to send back.
    pub const fn remote(&mut self) -> &mut RemoteIndication {
        &mut self.remote
    }

    /// Writes the next frame.
    //= g709:15.8.2-res-zero
    pub fn next_frame(&mut self, frame: &mut OduFrame) {
        let mfas = self.mfas();
        for row in frame.rows_mut() {
            row[..PAYLOAD_RANGE.start].fill(0);
        }
        frame.set_alignment(mfas);
        if let PayloadSource::Maintenance(signal) = self.payload {
            signal.write(frame);
            self.bip8 = None;
        } else {
            let now = self.now();
            self.payload.fill(now, self.first_mfas, frame);
            frame.set_octet(PSI, self.psi(mfas));
            if let Some(editor) = &mut self.editor {
                editor.opu(now.number, frame);
            }
            let bip8 = frame.opu_bip8();
            // An editor of the ODU may write where it likes.
            self.bip8 = self.editor.is_none().then_some(bip8);
            self.path.write(frame, mfas, bip8, &mut self.remote);
            for (source, remote) in &mut self.tandem {
                source.write(frame, mfas, bip8, remote);
            }
        }
        if let Some(editor) = &mut self.editor {
            editor.odu(self.frames, frame);
        }
        self.frames += 1;
    }

    /// BIP-8 of the OPU in the frame made last, where it is known already.
    pub(crate) const fn bip8(&self) -> Option<Bip8> {
        self.bip8
    }

    /// The frame that comes next; tells the client when it fails and when it is there again.
    fn now(&mut self) -> Now {
        let number = self.frames;
        let at = self.clock.frame_start(number);
        let mut failed = self.fails.is_some_and(|fails| fails.contain(number));
        let mut header = WrongHeader::default();
        if let Some(editor) = &mut self.editor {
            failed |= editor.client_fails(number);
            header = editor.client_header(number);
        }
        if failed != self.failed {
            self.failed = failed;
            self.payload.set_failed(failed, at);
        }
        Now { number, at, failed, header }
    }

    fn psi(&self, mfas: u8) -> u8 {
        let PayloadSource::Multiplex(multiplex) = &self.payload else {
            let fail = self.client_signal_fail || self.failed;
            return client_psi(mfas, self.payload_type, fail);
        };
        let msi = mfas.checked_sub(PSI_MSI).and_then(|at| multiplex.msi().get(usize::from(at)));
        match (mfas, msi) {
            (0, _) => self.payload_type.0,
            (_, Some(octet)) => *octet,
            (_, None) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_that_changes_loses_and_adds_nothing() {
        let rate = Ratio::new(2_488_320_000, 1);
        let ppm = |n: i32| PartsPerBillion::new(n * 1_000).unwrap_or_default();
        let pace = |server: i32| Pace::new(rate, ppm(0), Signal::Odu1, ppm(server));
        let (slow, fast) = (pace(-20), pace(20));
        let mut changing = slow;
        let mut bits = 0.0;
        for part in 0..20u64 {
            let (now, next) = if part % 2 == 0 { (slow, fast) } else { (fast, slow) };
            let from = part * 1_000;
            assert_eq!(changing.come(from), changing.then(from, next).come(from), "{part}");
            bits += now.per_frame.to_f64() * 8.0 * 1_000.0;
            changing = changing.then(from + 1_000, next);
        }
        // A bit each time at most.
        assert!((changing.come_in(20_000, 1) as f64 - bits).abs() < 21.0, "{changing:?} {bits}");
    }
}
