//! A sequence of OTUk frames, written and read octet by octet (G.709 clauses 11, 15 and 17).
//!
//! The writer fills the OPU payload with a stream, adds FAS, MFAS, section and path monitoring and
//! the payload type, leaves every other overhead octet zero, and adds parity and scrambling if
//! asked. The reader takes frames that are aligned already apart into a plain struct and compares
//! the BIP-8 of frame i with the one sent in frame i + 2. The rate (k) makes no difference here.
//!
//! There is no alignment, no justification, no fixed stuff in the payload, no tandem connection and
//! no correction of errors.

use crate::{bip, rs, scrambler};

/// Columns of a row (G.709 11.1).
pub const COLUMNS: usize = 4080;
/// Octets of a frame, 4 rows of 4080 (G.709 11.1).
pub const FRAME_OCTETS: usize = 4 * COLUMNS;
/// Octets of the OPU payload: columns 17 to 3824 of 4 rows (G.709 clause 13).
pub const PAYLOAD_OCTETS: usize = 4 * 3808;
/// The frame alignment signal (G.709 15.6.2.1).
pub const FAS: [u8; 6] = [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28];
/// Third octet of path monitoring with STAT 001, normal path signal (G.709 15.8.2.1).
pub const PM_NORMAL: u8 = 0x01;

/// What the writer puts into the overhead, and whether it codes and scrambles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Trail trace identifier of section monitoring.
    pub sm_tti: [u8; 64],
    /// Trail trace identifier of path monitoring.
    pub pm_tti: [u8; 64],
    /// The octet `PSI[0]` (G.709 15.9).
    pub payload_type: u8,
    /// RS(255,239) parity in columns 3825 to 4080; zeros if false.
    pub fec: bool,
    /// Scrambling after the parity.
    pub scramble: bool,
}

/// Index of an octet in a frame by row (1 to 4) and column (1 to 4080) as the figures count.
///
/// # Panics
/// When row or column is outside the frame.
pub fn index(row: usize, column: usize) -> usize {
    assert!((1..=4).contains(&row) && (1..=COLUMNS).contains(&column), "row {row} column {column}");
    (row - 1) * COLUMNS + column - 1
}

/// The frames that carry `payload` in their OPU payload areas, MFAS from 0 on. The last frame is
/// filled up with zeros; an empty payload gives no frame. The BIP-8 octets of the first two frames
/// are zero, since nothing was sent before them.
pub fn build(settings: &Settings, payload: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut parities: Vec<u8> = Vec::new();
    for (number, chunk) in payload.chunks(PAYLOAD_OCTETS).enumerate() {
        let mut frame = vec![0; FRAME_OCTETS];
        put_payload(&mut frame, chunk);
        let mfas = (number % 256) as u8;
        if mfas == 0 {
            frame[index(4, 15)] = settings.payload_type;
        }
        let two_frames_ago = if number < 2 { 0 } else { parities[number - 2] };
        parities.push(bip::bip8_opu(&frame, COLUMNS));

        for (position, octet) in FAS.iter().enumerate() {
            frame[index(1, 1 + position)] = *octet;
        }
        frame[index(1, 7)] = mfas;
        frame[index(1, 8)] = settings.sm_tti[usize::from(mfas) % 64];
        frame[index(1, 9)] = two_frames_ago;
        frame[index(1, 10)] = 0;
        frame[index(3, 10)] = settings.pm_tti[usize::from(mfas) % 64];
        frame[index(3, 11)] = two_frames_ago;
        frame[index(3, 12)] = PM_NORMAL;

        if settings.fec {
            rs::encode_frame(&mut frame);
        }
        if settings.scramble {
            scrambler::scramble_otu(&mut frame);
        }
        frames.push(frame);
    }
    frames
}

/// Fills columns 17 to 3824 row by row.
fn put_payload(frame: &mut [u8], payload: &[u8]) {
    let mut octets = payload.iter();
    for row in 1..=4 {
        for column in 17..=3824 {
            if let Some(octet) = octets.next() {
                frame[index(row, column)] = *octet;
            }
        }
    }
}

/// The three octets of SM, TCMi or PM (G.709 15.7.2.1, 15.8.2.1, 15.8.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Monitoring {
    /// One octet of the trail trace identifier.
    pub tti: u8,
    /// BIP-8 over the OPU two frames before.
    pub bip8: u8,
    /// BEI/BIAE, BDI, and IAE with RES or STAT.
    pub byte3: u8,
}

/// A frame taken apart. Rows and columns as in G.709 clause 15.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Row 1, columns 1 to 6.
    pub fas: [u8; 6],
    /// Row 1, column 7.
    pub mfas: u8,
    /// Section monitoring: row 1, columns 8 to 10.
    pub sm: Monitoring,
    /// Row 1, columns 11 and 12.
    pub gcc0: [u8; 2],
    /// Row 1, columns 13 and 14: OSMC and RES.
    pub osmc_and_res: [u8; 2],
    /// Row 2, columns 1 and 2.
    pub row2_res: [u8; 2],
    /// PM and TCM: row 2, column 3.
    pub pm_and_tcm: u8,
    /// EXP of row 2: columns 4 and 14.
    pub row2_exp: [u8; 2],
    /// TCM1 to TCM6: row 3 columns 7, 4, 1 on, then row 2 columns 11, 8, 5 on. Element 0 is TCM1.
    pub tcm: [Monitoring; 6],
    /// Path monitoring: row 3, columns 10 to 12.
    pub pm: Monitoring,
    /// EXP of row 3: columns 13 and 14.
    pub row3_exp: [u8; 2],
    /// Row 4, columns 1 and 2.
    pub gcc1: [u8; 2],
    /// Row 4, columns 3 and 4.
    pub gcc2: [u8; 2],
    /// Row 4, columns 5 to 8.
    pub aps_pcc: [u8; 4],
    /// Row 4, columns 9 to 14.
    pub row4_res: [u8; 6],
    /// Column 15, rows 1 to 4; the last is the PSI.
    pub opu_column_15: [u8; 4],
    /// Column 16, rows 1 to 4.
    pub opu_column_16: [u8; 4],
    /// Columns 17 to 3824, row by row.
    pub payload: Vec<u8>,
    /// Columns 3825 to 4080, row by row.
    pub parity: Vec<u8>,
    /// BIP-8 computed over the OPU of this frame, to be compared two frames later.
    pub computed_bip8: u8,
}

impl Frame {
    /// The PSI octet of this frame: `PSI[i]` in the frame of MFAS i (G.709 15.9).
    pub fn psi(&self) -> u8 {
        self.opu_column_15[3]
    }
}

/// Takes a frame apart that begins with its FAS.
///
/// # Panics
/// When it has not 16 320 octets.
pub fn read(octets: &[u8], scrambled: bool) -> Frame {
    assert_eq!(octets.len(), FRAME_OCTETS, "octets of an OTUk frame");
    let mut frame = octets.to_vec();
    if scrambled {
        scrambler::scramble_otu(&mut frame);
    }
    Frame {
        fas: run(&frame, 1, 1),
        mfas: frame[index(1, 7)],
        sm: monitoring(&frame, 1, 8),
        gcc0: run(&frame, 1, 11),
        osmc_and_res: run(&frame, 1, 13),
        row2_res: run(&frame, 2, 1),
        pm_and_tcm: frame[index(2, 3)],
        row2_exp: [frame[index(2, 4)], frame[index(2, 14)]],
        tcm: [
            monitoring(&frame, 3, 7),
            monitoring(&frame, 3, 4),
            monitoring(&frame, 3, 1),
            monitoring(&frame, 2, 11),
            monitoring(&frame, 2, 8),
            monitoring(&frame, 2, 5),
        ],
        pm: monitoring(&frame, 3, 10),
        row3_exp: run(&frame, 3, 13),
        gcc1: run(&frame, 4, 1),
        gcc2: run(&frame, 4, 3),
        aps_pcc: run(&frame, 4, 5),
        row4_res: run(&frame, 4, 9),
        opu_column_15: [1, 2, 3, 4].map(|row| frame[index(row, 15)]),
        opu_column_16: [1, 2, 3, 4].map(|row| frame[index(row, 16)]),
        payload: columns(&frame, 17, 3824),
        parity: columns(&frame, 3825, 4080),
        computed_bip8: bip::bip8_opu(&frame, COLUMNS),
    }
}

/// `N` octets of one row from a column on.
fn run<const N: usize>(frame: &[u8], row: usize, first_column: usize) -> [u8; N] {
    let mut octets = [0; N];
    for (position, octet) in octets.iter_mut().enumerate() {
        *octet = frame[index(row, first_column + position)];
    }
    octets
}

fn monitoring(frame: &[u8], row: usize, first_column: usize) -> Monitoring {
    let [tti, bip8, byte3] = run(frame, row, first_column);
    Monitoring { tti, bip8, byte3 }
}

/// The octets of some columns, row by row.
fn columns(frame: &[u8], first: usize, last: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for row in 1..=4 {
        for column in first..=last {
            octets.push(frame[index(row, column)]);
        }
    }
    octets
}

/// BIP-8 violations of a frame, by comparison with the BIP-8 sent two frames later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BipMismatch {
    /// The frame over which the parity was computed, counted from 0 in the sequence.
    pub frame: usize,
    /// Violations of section monitoring, 0 to 8 (G.709 15.7.2.1.2).
    pub sm: u8,
    /// Violations of path monitoring, 0 to 8 (G.709 15.8.2.1.2).
    pub pm: u8,
}

/// Compares every frame of a sequence with the BIP-8 octets two frames later. There is one element
/// less by two than frames: the last two have nothing to be compared with.
pub fn bip_mismatches(frames: &[Frame]) -> Vec<BipMismatch> {
    let mut mismatches = Vec::new();
    for (number, frame) in frames.iter().enumerate() {
        if let Some(later) = frames.get(number + 2) {
            mismatches.push(BipMismatch {
                frame: number,
                sm: bip::violations(later.sm.bip8, frame.computed_bip8),
                pm: bip::violations(later.pm.bip8, frame.computed_bip8),
            });
        }
    }
    mismatches
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    fn settings(fec: bool, scramble: bool) -> Settings {
        let mut sm_tti = [0; 64];
        let mut pm_tti = [0; 64];
        for position in 0..64 {
            sm_tti[position] = 0x40 + position as u8;
            pm_tti[position] = 0x80 + position as u8;
        }
        Settings { sm_tti, pm_tti, payload_type: 0x05, fec, scramble }
    }

    fn random(seed: u64, octets: usize) -> Vec<u8> {
        let mut payload = vec![0; octets];
        ChaCha8Rng::seed_from_u64(seed).fill_bytes(&mut payload);
        payload
    }

    fn read_all(frames: &[Vec<u8>], scrambled: bool) -> Vec<Frame> {
        frames.iter().map(|frame| read(frame, scrambled)).collect()
    }

    #[test]
    fn offsets_of_the_first_frame_by_hand() {
        let frames = build(&settings(false, false), &[0xAA; PAYLOAD_OCTETS]);
        assert_eq!(frames.len(), 1);
        let mut expected = vec![0; 16_320];
        expected[..6].copy_from_slice(&[0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28]);
        expected[7] = 0x40; // SM TTI octet 0
        expected[2 * 4080 + 9] = 0x80; // PM TTI octet 0
        expected[2 * 4080 + 11] = 0x01; // PM STAT 001
        expected[3 * 4080 + 14] = 0x05; // PSI[0]
        for row in 0..4 {
            expected[row * 4080 + 16..row * 4080 + 3824].fill(0xAA);
        }
        assert_eq!(frames[0], expected);
    }

    #[test]
    fn bip_by_hand_two_frames_later() {
        let mut payload = vec![0; 3 * PAYLOAD_OCTETS];
        payload[10] = 0xC3;
        payload[PAYLOAD_OCTETS + 1] = 0x18;
        let frames = read_all(&build(&settings(false, false), &payload), false);
        assert_eq!(frames[0].computed_bip8, 0xC3 ^ 0x05, "PSI[0] is covered");
        assert_eq!(frames[1].computed_bip8, 0x18);
        assert_eq!((frames[0].sm.bip8, frames[0].pm.bip8), (0, 0));
        assert_eq!((frames[1].sm.bip8, frames[1].pm.bip8), (0, 0));
        assert_eq!((frames[2].sm.bip8, frames[2].pm.bip8), (0xC6, 0xC6));
    }

    #[test]
    fn payload_comes_back_in_every_variant() {
        let payload = random(1, 3 * PAYLOAD_OCTETS + 100);
        for (fec, scramble) in [(false, false), (false, true), (true, false), (true, true)] {
            let sent = build(&settings(fec, scramble), &payload);
            let frames = read_all(&sent, scramble);
            assert_eq!(frames.len(), 4);
            let received: Vec<u8> = frames.iter().flat_map(|frame| frame.payload.clone()).collect();
            assert_eq!(received[..payload.len()], payload);
            assert!(received[payload.len()..].iter().all(|octet| *octet == 0));
            for frame in &frames {
                assert_eq!(frame.fas, FAS);
                assert_eq!(frame.parity.iter().any(|octet| *octet != 0), fec);
            }
            let mut first = sent[0].clone();
            if scramble {
                assert_eq!(first[6], 0xFF, "MFAS 0 scrambled");
                scrambler::scramble_otu(&mut first);
            }
            assert_eq!(rs::wrong_codewords(&first) == 0, fec);
            assert!(bip_mismatches(&frames).iter().all(|m| (m.sm, m.pm) == (0, 0)));
        }
        assert!(build(&settings(false, false), &[]).is_empty());
    }

    #[test]
    fn a_flipped_payload_bit_shows_once_in_sm_and_pm() {
        let payload = random(2, 5 * PAYLOAD_OCTETS);
        let sent = build(&settings(false, true), &payload);
        for (row, column, bit, covered) in
            [(1, 17, 0, true), (4, 3824, 7, true), (2, 15, 3, true), (3, 3825, 3, false)]
        {
            let mut damaged = sent.clone();
            damaged[1][index(row, column)] ^= 0x80 >> bit;
            let mismatches = bip_mismatches(&read_all(&damaged, true));
            let errors = u8::from(covered);
            let expected = [
                BipMismatch { frame: 0, sm: 0, pm: 0 },
                BipMismatch { frame: 1, sm: errors, pm: errors },
                BipMismatch { frame: 2, sm: 0, pm: 0 },
            ];
            assert_eq!(mismatches, expected, "row {row} column {column}");
        }
    }

    #[test]
    fn multiframe_counts_and_wraps() {
        let payload = vec![0; 258 * PAYLOAD_OCTETS];
        let settings = settings(false, false);
        for (number, octets) in build(&settings, &payload).iter().enumerate() {
            let frame = read(octets, false);
            assert_eq!(usize::from(frame.mfas), number % 256);
            assert_eq!(frame.sm.tti, settings.sm_tti[number % 64]);
            assert_eq!(frame.pm.tti, settings.pm_tti[number % 64]);
            assert_eq!(frame.psi(), if number % 256 == 0 { 0x05 } else { 0x00 });
            assert_eq!((frame.sm.byte3, frame.pm.byte3), (0x00, 0x01));
        }
    }

    #[test]
    fn every_octet_of_the_frame_is_read_once() {
        // Every octet gets a mark of its own, in four runs over the digits of its index.
        for digit in 0..4 {
            let octets: Vec<u8> =
                (0..FRAME_OCTETS).map(|index| (index >> (4 * digit)) as u8 % 16).collect();
            let frame = read(&octets, false);
            let mut found: Vec<u8> = Vec::new();
            found.extend(frame.fas);
            found.push(frame.mfas);
            found.extend(triple(frame.sm));
            found.extend(frame.gcc0);
            found.extend(frame.osmc_and_res);
            found.extend([frame.opu_column_15[0], frame.opu_column_16[0]]);
            assert_eq!(found, octets[..16], "row 1");
            found.clear();
            found.extend(frame.row2_res);
            found.extend([frame.pm_and_tcm, frame.row2_exp[0]]);
            found.extend([5, 4, 3].map(|tcm| triple(frame.tcm[tcm])).concat());
            found.push(frame.row2_exp[1]);
            found.extend([frame.opu_column_15[1], frame.opu_column_16[1]]);
            assert_eq!(found, octets[4080..4080 + 16], "row 2");
            found.clear();
            found.extend([2, 1, 0].map(|tcm| triple(frame.tcm[tcm])).concat());
            found.extend(triple(frame.pm));
            found.extend(frame.row3_exp);
            found.extend([frame.opu_column_15[2], frame.opu_column_16[2]]);
            assert_eq!(found, octets[8160..8160 + 16], "row 3");
            found.clear();
            found.extend([frame.gcc1, frame.gcc2].concat());
            found.extend(frame.aps_pcc);
            found.extend(frame.row4_res);
            found.extend([frame.psi(), frame.opu_column_16[3]]);
            assert_eq!(found, octets[12_240..12_240 + 16], "row 4");
            for row in 0..4 {
                let start = row * 4080;
                assert_eq!(frame.payload[row * 3808..][..3808], octets[start + 16..start + 3824]);
                assert_eq!(frame.parity[row * 256..][..256], octets[start + 3824..start + 4080]);
            }
        }
    }

    fn triple(monitoring: Monitoring) -> [u8; 3] {
        [monitoring.tti, monitoring.bip8, monitoring.byte3]
    }
}
