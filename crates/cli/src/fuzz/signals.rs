//! Valid signals for the fuzz bodies, each made once, and mutations of them.

use std::path::Path;
use std::sync::OnceLock;

use otn_frame::{OduFrame, OtuFrame, Signal, Tti};
use otn_proc::odu::source::OduSource;
use otn_proc::terminal::{Fec, LineCoding, OtuSource};

use crate::wrap::{Plan, build, tree_file};

/// Trees, and how many frames of each are made: enough for the PSI and for some frames of what is
/// inside.
const TREES: [(&str, usize); 13] = [
    ("odu: {kind: ODU0, client: prbs, mfas: 254}", 12),
    ("odu: {kind: ODU1, client: gfp-f, mfas: 254}", 12),
    ("odu: {client: 1000base-x, mfas: 254}", 12),
    ("odu: {client: stm-16, client-clock: 20 ppm, mfas: 254}", 12),
    ("odu: {client: fc-200, mfas: 254}", 12),
    ("odu: {client: 10gbase-r, mfas: 254}", 12),
    ("odu: {client: gfp-f-preamble, mfas: 254}", 12),
    ("odu: {client: 40gbase-r, mfas: 254}", 12),
    ("odu: {kind: ODU2, client: lck}", 12),
    (
        "odu: {kind: ODU1, mfas: 254, tributaries: [{kind: ODU0, client: prbs, mfas: 254}, \
         {client: 1000base-x, clock: 20 ppm, mfas: 254}]}",
        24,
    ),
    (
        "odu: {kind: ODU2, mfas: 254, tributaries: [{kind: ODU1, client: prbs, mfas: 254}, \
         {client: stm-4, mfas: 254}, {client: fc-400, mfas: 254}]}",
        48,
    ),
    (
        "odu: {kind: ODU2, payload-type: 20, mfas: 254, tributaries: [{kind: ODU1, mfas: 254, \
         tributaries: [{kind: ODU0, client: prbs}]}, {kind: ODU1, client: 'null', mfas: 254}]}",
        32,
    ),
    (
        "odu: {kind: ODU4, mfas: 254, tributaries: [{client: 10gbase-r, mfas: 254}, \
         {kind: ODU3, client: prbs, mfas: 254}]}",
        100,
    ),
];

/// Trees that multiplex: their numbers.
pub(super) const MULTIPLEXES: std::ops::Range<usize> = 9..13;

/// How a signal goes on the line: as an ODUk, or in an OTUk.
const CODINGS: [Option<LineCoding>; 3] = [
    None,
    Some(LineCoding { fec: Fec::None, scrambled: false }),
    Some(LineCoding { fec: Fec::Rs255_239, scrambled: true }),
];

/// A signal in memory.
pub(super) struct Line {
    /// What it is.
    pub(super) signal: Signal,
    /// Whole frames.
    pub(super) octets: Vec<u8>,
}

fn otu(odu: Signal) -> Option<Signal> {
    Signal::ALL.into_iter().find(|signal| signal.is_otu() && signal.odu() == odu)
}

/// The source of a tree of [`TREES`].
fn source(text: &str) -> OduSource {
    let file = tree_file::read(Path::new("fuzz.yaml"), text).expect("the trees here are right");
    let plan = Plan {
        file: "fuzz.yaml",
        tti: Tti::from_octets([0; 64]),
        pfcs: false,
        fails: None,
        repeats: false,
    };
    build(plan, &file.root, None).expect("the trees here can be").source
}

fn make((text, frames): (&str, usize), coding: Option<LineCoding>) -> Line {
    let mut source = source(text);
    let (Some(signal), Some(coding)) = (otu(source.signal()), coding) else {
        let (signal, mut frame) = (source.signal(), OduFrame::zeroed());
        let mut octets = Vec::new();
        for _ in 0..frames {
            source.next_frame(&mut frame);
            octets.extend_from_slice(frame.octets());
        }
        return Line { signal, octets };
    };
    let mut source = OtuSource::new(coding, Tti::from_octets([0; 64]), source);
    let (mut octets, mut frame) = (Vec::new(), OtuFrame::zeroed());
    for _ in 0..frames {
        source.next_frame(&mut frame);
        octets.extend_from_slice(frame.octets());
    }
    Line { signal, octets }
}

/// A signal by number, any number: what is in it, and how it goes on the line.
pub(super) fn line(tree: usize, coding: usize) -> &'static Line {
    static LINES: [OnceLock<Line>; TREES.len() * CODINGS.len()] =
        [const { OnceLock::new() }; TREES.len() * CODINGS.len()];
    let (tree, coding) = (tree % TREES.len(), coding % CODINGS.len());
    LINES[tree * CODINGS.len() + coding].get_or_init(|| make(TREES[tree], CODINGS[coding]))
}

/// Octets of one mutation: place, operation, value.
const MUTATION: usize = 6;
/// No more mutations than these are made of one input.
const MOST: usize = 256;

/// Changes a line as `recipe` says: wrong octets, octets lost, octets too many.
pub(super) fn mutate(line: &mut Vec<u8>, recipe: &[u8]) {
    for mutation in recipe.chunks_exact(MUTATION).take(MOST) {
        let &[a, b, c, d, operation, value] = mutation else { return };
        if line.is_empty() {
            return;
        }
        let at = u32::from_le_bytes([a, b, c, d]) as usize % line.len();
        let end = |length: usize| (at + length).min(line.len());
        match operation % 4 {
            0 => line[at] ^= value,
            1 => {
                let end = end(usize::from(operation) + 1);
                line[at..end].iter_mut().for_each(|octet| *octet ^= value);
            }
            2 => drop(line.drain(at..end(value.into()))),
            _ => drop(line.splice(at..at, std::iter::repeat_n(operation, value.into()))),
        }
    }
}
