//! The ends of a line with a code of its own: encoder at one, decoder at the other.
//!
//! In: frames of the OTUk without FEC, scrambled; pieces of the coded line, each what goes on it while one frame is
//! sent. Out: pieces; frames again, a fixed number of frames later ([`OwnCode::latency_frames`]). A receiver of the
//! same code knows where blocks and frames begin; any other bits are blocks as they come, which is what a
//! decoder makes of a line that it was not meant for. Soft decisions: bits are sent as one of two levels, with white
//! Gaussian noise that makes the bit error ratio of the light; dark is a zero without doubt.
//!
//! Bit literals: wrong bits are found in an octet.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use otn_fec::code::{Decoder, Encoder, Input, Outcome, Received};
use otn_fec::simulate::channel::{Channel as Noisy, Likelihood, Reception};
use otn_fec::theory::modulation::Modulation;
use otn_frame::layout::{FEC_RANGE, OTU_COLS};
use otn_frame::{OtuFrame, SimTime};
use otn_proc::line::{LOS_CLEAR, LOS_RAISE};
use otn_proc::performance::primitives::FecCounts;
use rand_chacha::ChaCha8Rng;

use super::bit_queue::BitQueue;
use super::line_code::{INFORMATION_BITS, INFORMATION_OCTETS, OwnCode};
use super::model::LightState;
use crate::channel::Channel;

/// What goes on a line while one frame is sent.
#[derive(Debug)]
pub(super) struct Piece {
    /// The code that made it, and whether by a table only.
    code: (&'static str, bool),
    /// Number of the frame.
    number: u64,
    /// Octets of the line before it.
    first: u64,
    /// The octets.
    pub(super) octets: Vec<u8>,
    /// What the light is to them, where the receiver draws their errors.
    pub(super) light: Vec<(Range<usize>, LightState)>,
    /// The octets of the frame, to compare with what is decoded.
    clean: Vec<u8>,
}

/// The sending end.
pub(super) struct CodedSource {
    code: Arc<OwnCode>,
    encoder: Box<dyn Encoder>,
    number: u64,
    given: u64,
    information: BitQueue,
    block: (Vec<u8>, Vec<u8>),
    coded: VecDeque<u8>,
}

impl CodedSource {
    /// At the first block.
    pub(super) fn new(code: Arc<OwnCode>) -> Self {
        let (encoder, size) = (code.code.encoder(), code.block());
        let block = (vec![0; size.information.div_ceil(8)], vec![0; size.coded / 8]);
        let (information, coded) = (BitQueue::default(), VecDeque::new());
        Self { code, encoder, number: 0, given: 0, information, block, coded }
    }

    /// True where the receiver draws the errors.
    pub(super) fn errors_at_receiver(&self) -> bool {
        self.code.table().is_some() || self.code.entry().input == Input::Soft
    }

    /// What goes on the line while this frame is sent.
    pub(super) fn piece(&mut self, frame: &OtuFrame) -> Piece {
        let mut clean = Vec::with_capacity(INFORMATION_OCTETS);
        frame.rows().iter().for_each(|row| clean.extend_from_slice(&row[..FEC_RANGE.start]));
        let (number, by_table) = (self.number, self.code.table().is_some());
        self.number += 1;
        let code = (self.code.entry().name, by_table);
        if by_table {
            let first = number * INFORMATION_OCTETS as u64;
            return Piece { code, number, first, octets: clean.clone(), light: Vec::new(), clean };
        }
        self.information.push(&clean, 8 * clean.len());
        let (information, coded) = &mut self.block;
        while self.information.pop(self.code.block().information, information) {
            self.encoder.encode(information, coded);
            self.coded.extend(coded.iter());
        }
        let first = self.given;
        let due = (self.code.octets_by(self.number) - first) as usize;
        let octets: Vec<u8> = self.coded.drain(..due.min(self.coded.len())).collect();
        self.given += octets.len() as u64;
        Piece { code, number, first, octets, light: Vec::new(), clean }
    }
}

/// What a decoder gave for a piece.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// What the decoder did.
    pub(super) fec: FecCounts,
    /// Bits that were wrong in front of it.
    pub(super) flipped: u64,
    /// Bits that are wrong in the frame.
    pub(super) wrong: u64,
    /// Those of them that are in a frame which is known, as positions in the OTUk, and its number.
    pub(super) left: Option<(u64, Vec<u32>)>,
    /// Octets of the OTUk: a frame with an empty FEC area.
    pub(super) frame: bool,
}

/// The receiving end.
pub(super) struct CodedSink {
    code: Arc<OwnCode>,
    decoder: Box<dyn Decoder>,
    errors: ChaCha8Rng,
    /// Errors in front of a table.
    channel: Channel,
    /// Octet of the line that comes next, if it is of this code.
    next: Option<u64>,
    gathered: Vec<u8>,
    ratios: Vec<f32>,
    reception: Reception,
    /// Octets to pass over until a block begins.
    pass: usize,
    /// Blocks that the decoder gives before the first that came.
    held: usize,
    information: BitQueue,
    decoded: Vec<u8>,
    /// Bits to pass over until a frame begins.
    skip: u64,
    /// The frame that is given next, and when: with the piece of this number.
    out: (u64, u64),
    clean: VecDeque<(u64, Vec<u8>)>,
    /// Bits of the block that a table has begun, and positions of its wrong bits.
    drawn: (u64, VecDeque<u64>),
    frame: Vec<u8>,
    pub(super) loss: Loss,
}

impl CodedSink {
    /// Before the first bit.
    pub(super) fn new(code: Arc<OwnCode>, errors: ChaCha8Rng, channel: Channel) -> Self {
        let decoder = code.code.decoder();
        Self {
            decoded: vec![0; code.block().information.div_ceil(8)],
            held: decoder.delay(),
            decoder,
            code,
            errors,
            channel,
            next: None,
            gathered: Vec::new(),
            ratios: Vec::new(),
            reception: Reception::default(),
            pass: 0,
            information: BitQueue::default(),
            skip: 0,
            out: (0, 0),
            clean: VecDeque::new(),
            drawn: (0, VecDeque::new()),
            frame: vec![0; INFORMATION_OCTETS],
            loss: Loss::default(),
        }
    }

    /// Takes a piece of the line; a frame that is ready by it goes into `frame`.
    pub(super) fn receive(&mut self, piece: &mut Piece, frame: &mut OtuFrame) -> Decoded {
        let own = (self.code.entry().name, self.code.table().is_some());
        if piece.code != own {
            return self.foreign(&piece.octets, frame);
        }
        if self.next != Some(piece.first) {
            self.begin(piece);
        }
        self.next = Some(piece.first + piece.octets.len() as u64);
        self.clean.push_back((piece.number, std::mem::take(&mut piece.clean)));
        let mut done = Decoded::default();
        if own.1 {
            self.by_table(piece, &mut done);
        } else {
            self.hear(piece, &mut done);
            self.decode(&mut done);
        }
        self.give(piece.number, frame, &mut done);
        done
    }

    /// Bits of no code, or of another one: blocks as they come.
    pub(super) fn foreign(&mut self, octets: &[u8], frame: &mut OtuFrame) -> Decoded {
        if self.next.take().is_some() {
            self.restart();
        }
        let mut done = Decoded::default();
        if self.code.table().is_some() {
            // There is no decoder to run: what came is what there is.
            self.information.push(octets, 8 * octets.len());
        } else {
            self.without_doubt(octets);
            self.decode(&mut done);
        }
        done.frame = self.information.pop(INFORMATION_BITS as usize, &mut self.frame);
        if done.frame {
            put(&self.frame, frame);
        }
        // What one line brings too much for the frames of another is lost.
        while self.information.len() > 4 * INFORMATION_BITS as usize {
            self.information.skip(INFORMATION_BITS as usize);
        }
        done
    }

    fn restart(&mut self) {
        self.decoder = self.code.code.decoder();
        self.held = self.decoder.delay();
        (self.pass, self.skip) = (0, 0);
        self.gathered.clear();
        self.ratios.clear();
        self.information.clear();
        self.clean.clear();
        self.drawn = (0, VecDeque::new());
    }

    /// The line of this code begins, or begins anew.
    fn begin(&mut self, piece: &Piece) {
        self.restart();
        let latency = self.code.latency_frames();
        if self.code.table().is_some() {
            self.out = (piece.number, piece.number + latency);
            self.drawn.0 = 0;
            return;
        }
        let size = self.code.block();
        let block = piece.first.div_ceil(size.coded as u64 / 8);
        self.pass = (block * (size.coded as u64 / 8) - piece.first) as usize;
        let begins = block * size.information as u64;
        let number = piece.number.max(begins.div_ceil(INFORMATION_BITS));
        self.skip = number * INFORMATION_BITS - begins;
        self.out = (number, number + latency);
    }

    /// Takes octets off the line, with the errors that are drawn here.
    fn hear(&mut self, piece: &Piece, done: &mut Decoded) {
        let passed = self.pass.min(piece.octets.len());
        if piece.light.is_empty() {
            self.gathered.extend_from_slice(&piece.octets[passed..]);
        } else {
            let (gathered, ratios) = (self.gathered.len(), self.ratios.len());
            for (range, state) in &piece.light {
                let octets = &piece.octets[range.clone()];
                done.flipped += self.soft(octets, *state);
            }
            self.gathered.drain(gathered..gathered + passed);
            self.ratios.drain(ratios..ratios + 8 * passed);
        }
        self.pass -= passed;
    }

    /// Soft decisions of octets; gives how many are wrong.
    fn soft(&mut self, octets: &[u8], state: LightState) -> u64 {
        let noise = Noisy::Noise { modulation: Modulation::Bpsk, likelihood: Likelihood::Exact };
        // A ratio that no noise makes is none, or one beyond any that a decoder is meant for.
        let ratio = state.ber.get().min(noise.range().1);
        match noise.at(ratio) {
            Ok(set) if state.light => {
                let bits = 8 * octets.len();
                set.carry(octets, bits, true, &mut self.errors, &mut self.reception);
                self.gathered.extend_from_slice(&self.reception.bits);
                self.ratios.extend_from_slice(&self.reception.llr);
                self.reception.wrong
            }
            _ => {
                self.without_doubt(octets);
                0
            }
        }
    }

    fn without_doubt(&mut self, octets: &[u8]) {
        self.gathered.extend_from_slice(octets);
        if self.code.entry().input == Input::Soft {
            let ratio = |at| if otn_fec::bits::get(octets, at) { -CERTAIN } else { CERTAIN };
            self.ratios.extend((0..8 * octets.len()).map(ratio));
        }
    }

    /// Decodes the blocks that are there.
    fn decode(&mut self, done: &mut Decoded) {
        let size = self.code.block();
        let (octets, soft) = (size.coded / 8, self.code.entry().input == Input::Soft);
        let blocks = self.gathered.len() / octets;
        for block in 0..blocks {
            let bits = &self.gathered[block * octets..][..octets];
            let ratios = self.ratios.get(block * size.coded..(block + 1) * size.coded);
            let received = match ratios {
                Some(ratios) if soft => Received::Llr(ratios),
                _ => Received::Bits(bits),
            };
            let outcome = self.decoder.decode(received, &mut self.decoded);
            if self.held > 0 {
                // Of blocks before the first one.
                self.held -= 1;
                continue;
            }
            add(&mut done.fec, outcome);
            self.information.push(&self.decoded, size.information);
            let skipped = self.skip.min(self.information.len() as u64);
            self.information.skip(skipped as usize);
            self.skip -= skipped;
        }
        self.gathered.drain(..blocks * octets);
        let ratios = (blocks * size.coded).min(self.ratios.len());
        self.ratios.drain(..ratios);
    }

    /// Draws which bits are wrong behind a decoder that does not run.
    fn by_table(&mut self, piece: &mut Piece, done: &mut Decoded) {
        let Some(table) = self.code.table() else { return };
        let size = self.code.block();
        let per_octet = 8.0 * size.coded as f64 / size.information as f64;
        for (range, state) in &piece.light {
            if state.light {
                self.channel.set_ratio(state.ber);
                let bits = (range.len() as f64 * per_octet) as u64;
                done.flipped += self.channel.count(bits);
            }
        }
        let state_at = |octet: usize| {
            let found = piece.light.iter().find(|(range, _)| range.contains(&octet));
            found.map(|(_, state)| *state)
        };
        let block = size.information as u64;
        let (mut at, bits) = (0, INFORMATION_BITS);
        while at < bits {
            let (gone, wrong) = &mut self.drawn;
            if *gone == 0 {
                let lit = state_at((at / 8) as usize).filter(|state| state.light);
                *wrong = lit
                    .map(|s| table.draw(s.ber.get(), &mut self.errors))
                    .unwrap_or_default()
                    .into();
                done.fec.codewords += 1;
                done.fec.uncorrectable_codewords += u64::from(!wrong.is_empty());
            }
            let take = (block - *gone).min(bits - at);
            while let Some(position) = wrong.front().copied().filter(|p| *p < *gone + take) {
                otn_fec::bits::flip(&mut piece.octets, (at + position - *gone) as usize);
                wrong.pop_front();
                done.wrong += 1;
            }
            *gone = (*gone + take) % block;
            at += take;
        }
        done.fec.corrected_bits = done.flipped.saturating_sub(done.wrong);
        done.fec.corrected_symbols = done.fec.corrected_bits;
        self.information.push(&piece.octets, 8 * piece.octets.len());
        done.wrong = 0;
    }

    /// Gives the frame that is due with the piece of this number.
    fn give(&mut self, number: u64, frame: &mut OtuFrame, done: &mut Decoded) {
        let (next, at) = self.out;
        if number < at || !self.information.pop(INFORMATION_BITS as usize, &mut self.frame) {
            return;
        }
        self.out = (next + 1, at + 1);
        while self.clean.front().is_some_and(|(number, _)| *number < next) {
            self.clean.pop_front();
        }
        if let Some((number, clean)) = self.clean.pop_front() {
            let left = differing(&clean, &self.frame);
            done.wrong = left.len() as u64;
            done.left = Some((number, left));
        }
        put(&self.frame, frame);
        done.frame = true;
    }
}

/// Bits in which the octets of two frames differ, as positions in the OTUk.
fn differing(one: &[u8], other: &[u8]) -> Vec<u32> {
    let mut bits = Vec::new();
    for (at, (one, other)) in one.iter().zip(other).enumerate().filter(|(_, (a, b))| a != b) {
        let first = 8 * (at / FEC_RANGE.start * OTU_COLS + at % FEC_RANGE.start) as u32;
        bits.extend((0..8).filter(|bit| (one ^ other) << bit & 0x80 != 0).map(|bit| first + bit));
    }
    bits
}

/// Puts the octets of a frame in front of an empty FEC area.
fn put(octets: &[u8], frame: &mut OtuFrame) {
    for (row, part) in frame.rows_mut().iter_mut().zip(octets.chunks(FEC_RANGE.start)) {
        row[..part.len()].copy_from_slice(part);
        row[FEC_RANGE].fill(0);
    }
}

fn add(counts: &mut FecCounts, outcome: Outcome) {
    counts.add(FecCounts {
        codewords: outcome.codewords,
        corrected_bits: outcome.corrected_bits,
        corrected_symbols: outcome.corrected_symbols,
        uncorrectable_codewords: outcome.uncorrectable,
    });
}

/// Log-likelihood ratio of a bit without doubt.
const CERTAIN: f32 = 64.0;

/// Loss of signal in front of the decoder: what is behind one may be anything in the dark.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Loss {
    /// Since when no bit changed.
    dark: Option<SimTime>,
    /// Since when they do again.
    bright: Option<SimTime>,
    lost: bool,
}

impl Loss {
    /// It is lost now.
    pub(super) const fn lost(self) -> bool {
        self.lost
    }

    /// Octets came from `at` to `end`; gives when the signal was lost, or was back.
    pub(super) fn hear(
        &mut self,
        octets: &[u8],
        (at, end): (SimTime, SimTime),
    ) -> Option<(SimTime, bool)> {
        if octets.is_empty() {
            return None;
        }
        let zeros = octets.iter().rev().take_while(|octet| **octet == 0).count();
        let lasts = u128::from(end.since(at).as_ps());
        let share =
            |count: usize| SimTime::from_ps((lasts * count as u128 / octets.len() as u128) as u64);
        if zeros < octets.len() {
            let first = octets.iter().take_while(|octet| **octet == 0).count();
            self.bright.get_or_insert(at + share(first));
            self.dark = (zeros > 0).then(|| at + share(octets.len() - zeros));
        } else {
            self.dark.get_or_insert(at);
        }
        if let Some(dark) = self.dark
            && !self.lost
            && end.since(dark) >= LOS_RAISE
        {
            (self.lost, self.bright) = (true, None);
            return Some((dark + LOS_RAISE, true));
        }
        let bright = self.bright.filter(|bright| self.lost && end.since(*bright) >= LOS_CLEAR)?;
        self.lost = false;
        Some((bright + LOS_CLEAR, false))
    }
}
