//! Other libraries with the same code: the `reed-solomon` crate, libfec, ISA-L.
//!
//! Each first shows that it makes the same parity from the same information; a library that is not
//! installed is left out.

#![expect(unsafe_code, reason = "libraries of C are called")]

use std::ffi::{c_int, c_uchar, c_void};
use std::hint::black_box;

use libloading::{Library, Symbol};
use otn_fec::gf256::{alpha_pow, mul};
use otn_fec::rs255_239::{K, N, PARITY, ROW_OCTETS, ROWS, SUB_ROWS, reference};

use crate::{Frame, Load, speed};

/// Speeds in the order of the columns: copy, encode, the loads.
type Peer = (&'static str, Vec<Option<f64>>);

pub(crate) fn all(clean: &Frame, loads: &[Load]) -> Vec<Peer> {
    let mut peers = vec![reed_solomon(clean, loads)];
    peers.extend(libfec(clean, loads));
    peers.extend(isa_l(clean, loads));
    peers
}

/// Places of the octets of a codeword in a frame.
fn places(word: usize) -> impl Iterator<Item = usize> {
    let first = word / SUB_ROWS * ROW_OCTETS + word % SUB_ROWS;
    (0..N).map(move |at| first + at * SUB_ROWS)
}

fn words(frame: &Frame) -> Vec<[u8; N]> {
    let word = |number| {
        let mut octets = [0; N];
        octets.iter_mut().zip(places(number)).for_each(|(octet, place)| *octet = frame[place]);
        octets
    };
    (0..ROWS * SUB_ROWS).map(word).collect()
}

/// A codeword by codeword codec gets its words ready, not interleaved.
fn word_by_word(
    clean: &Frame,
    loads: &[Load],
    mut encode: impl FnMut(&mut [u8; N]),
    mut decode: impl FnMut(&mut [u8; N]),
) -> Vec<Option<f64>> {
    let sent = words(clean);
    let mut coded = sent.clone();
    coded.iter_mut().for_each(|word| word[K..].fill(0));
    let encoding = speed(1, || black_box(&mut coded).iter_mut().for_each(&mut encode));
    assert!(coded == sent, "the same parity");
    let mut speeds = vec![None, Some(encoding)];
    for load in loads {
        // The errors of the load's frames, in the order of codewords.
        let place_in_words = |place: usize| {
            let (row, column) = (place / ROW_OCTETS, place % ROW_OCTETS);
            (row * SUB_ROWS + column % SUB_ROWS, column / SUB_ROWS)
        };
        let (mut received, mut turn) = (sent.clone(), 0);
        speeds.push(Some(speed(1, || {
            for &(place, value) in &load.patterns[turn] {
                let (word, at) = place_in_words(place);
                received[word][at] ^= value;
            }
            turn = (turn + 1) % load.patterns.len();
            black_box(&mut received).iter_mut().for_each(&mut decode);
        })));
        assert!(received == sent, "the errors were corrected");
    }
    speeds
}

fn reed_solomon(clean: &Frame, loads: &[Load]) -> Peer {
    let (encoder, decoder) =
        (reed_solomon::Encoder::new(PARITY), reed_solomon::Decoder::new(PARITY));
    let encode = |word: &mut [u8; N]| {
        let coded = encoder.encode(&word[..K]);
        word.copy_from_slice(&coded);
    };
    let decode = |word: &mut [u8; N]| {
        if let Ok(corrected) = decoder.correct(word, None) {
            word.copy_from_slice(&corrected);
        }
    };
    ("reed-solomon 0.2.1", word_by_word(clean, loads, encode, decode))
}

fn open(names: &[&str]) -> Option<Library> {
    // SAFETY: these libraries have no initialisers that could do harm.
    let found = names.iter().find_map(|name| unsafe { Library::new(name) }.ok());
    if found.is_none() {
        println!("{} is not installed: left out", names[0]);
    }
    found
}

fn libfec(clean: &Frame, loads: &[Load]) -> Option<Peer> {
    type Init = unsafe extern "C" fn(c_int, c_int, c_int, c_int, c_int, c_int) -> *mut c_void;
    type Encode = unsafe extern "C" fn(*mut c_void, *mut c_uchar, *mut c_uchar);
    type Decode = unsafe extern "C" fn(*mut c_void, *mut c_uchar, *mut c_int, c_int) -> c_int;
    let library = open(&["libfec.so.0", "libfec.so"])?;
    // SAFETY: the signatures are those of the library's header; a codeword is 239 octets of data
    // followed by sixteen of parity.
    unsafe {
        let init: Symbol<'_, Init> = library.get(b"init_rs_char").ok()?;
        let encode: Symbol<'_, Encode> = library.get(b"encode_rs_char").ok()?;
        let decode: Symbol<'_, Decode> = library.get(b"decode_rs_char").ok()?;
        let codec = init(8, 0x11D, 0, 1, PARITY as c_int, 0);
        let speeds = word_by_word(
            clean,
            loads,
            |word| {
                let (data, parity) = word.split_at_mut(K);
                encode(codec, data.as_mut_ptr(), parity.as_mut_ptr());
            },
            |word| {
                decode(codec, word.as_mut_ptr(), std::ptr::null_mut(), 0);
            },
        );
        Some(("libfec", speeds))
    }
}

/// ISA-L multiplies a matrix with columns of octets: it encodes, and it can compute syndromes, which
/// is all a decoder does with a clean frame. Its best case: columns of 64 frames side by side.
fn isa_l(clean: &Frame, loads: &[Load]) -> Option<Peer> {
    type InitTables = unsafe extern "C" fn(c_int, c_int, *const c_uchar, *mut c_uchar);
    type Multiply = unsafe extern "C" fn(
        c_int,
        c_int,
        c_int,
        *const c_uchar,
        *const *const c_uchar,
        *const *mut c_uchar,
    );
    const FRAMES: usize = 64;
    const WORDS: usize = ROWS * SUB_ROWS * FRAMES;
    let library = open(&["libisal.so.2", "libisal.so"])?;
    // Each column of the generator matrix is the parity of one octet.
    let mut to_parity = vec![0u8; PARITY * K];
    for at in 0..K {
        let mut information = [0; K];
        information[at] = 1;
        for (row, octet) in reference::parity(&information).into_iter().enumerate() {
            to_parity[row * K + at] = octet;
        }
    }
    let to_syndromes: Vec<u8> =
        (0..PARITY).flat_map(|j| (0..N).map(move |at| alpha_pow(j * (N - 1 - at)))).collect();
    assert_eq!(to_syndromes[N], mul(alpha_pow(127), alpha_pow(127)));
    let sent = words(clean);
    let columns: Vec<Vec<u8>> =
        (0..N).map(|at| (0..WORDS).map(|word| sent[word % sent.len()][at]).collect()).collect();
    // SAFETY: the signatures are those of the library's header; the tables have 32 octets for each
    // element of the matrix; there are as many sources and results as the matrix has columns and
    // rows, each of WORDS octets.
    let run = |matrix: &[u8], sources: usize| unsafe {
        let init: Symbol<'_, InitTables> = library.get(b"ec_init_tables").ok()?;
        let multiply: Symbol<'_, Multiply> = library.get(b"ec_encode_data").ok()?;
        let mut tables = vec![0u8; 32 * matrix.len()];
        let (sources_c, rows_c) = (sources as c_int, PARITY as c_int);
        init(sources_c, rows_c, matrix.as_ptr(), tables.as_mut_ptr());
        let mut results = vec![vec![0u8; WORDS]; PARITY];
        let from: Vec<_> = columns[..sources].iter().map(Vec::as_ptr).collect();
        let to: Vec<_> = results.iter_mut().map(Vec::as_mut_ptr).collect();
        let gbit_s = speed(FRAMES, || {
            let (tables, from, to) = (tables.as_ptr(), from.as_ptr(), to.as_ptr());
            multiply(WORDS as c_int, sources_c, rows_c, tables, from, to);
        });
        Some((gbit_s, results))
    };
    let (encoding, parity) = run(&to_parity, K)?;
    assert!(parity == columns[K..], "the same parity");
    let (checking, syndromes) = run(&to_syndromes, N)?;
    assert!(syndromes.iter().flatten().all(|&octet| octet == 0), "codewords");
    let mut speeds = vec![None; 2 + loads.len()];
    (speeds[1], speeds[2]) = (Some(encoding), Some(checking));
    Some(("ISA-L (clean: syndromes)", speeds))
}
