//! Replays the corpus of every fuzz target, and mutations of it, on a stable toolchain.

use otn::fuzz;
use std::fs;
use std::path::PathBuf;

type Body = fn(&[u8]);

/// Name of each target and its body.
const TARGETS: [(&str, Body); 10] = [
    ("frame_decode", fuzz::frame_decode),
    ("gfp_receiver", fuzz::gfp_receiver),
    ("capture_input", fuzz::capture_input),
    ("network_yaml", fuzz::network_yaml),
    ("decode_any", fuzz::decode_any),
    ("decode_mutated", fuzz::decode_mutated),
    ("tree_file", fuzz::tree_file),
    ("pcs_sinks", fuzz::pcs_sinks),
    ("odtu_sinks", fuzz::odtu_sinks),
    ("supervision", fuzz::supervision),
];

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = format!("{}/../../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("every target has a corpus")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).expect("readable"))).collect()
}

#[test]
fn every_corpus_replays() {
    for (name, body) in TARGETS {
        let files = corpus(name);
        assert!(files.len() >= 3, "{name} has seeds");
        for (path, octets) in files {
            println!("{}", path.display());
            body(&octets);
        }
    }
}

/// Cuts, flips and repetitions of the seeds, from a fixed sequence.
#[test]
fn mutated_seeds_do_not_panic() {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = move |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    for (name, body) in TARGETS {
        for (_, octets) in corpus(name).into_iter().filter(|(_, o)| !o.is_empty()) {
            for _ in 0..20 {
                let mut mutated = octets.clone();
                mutated.truncate(1 + next(mutated.len()));
                for _ in 0..next(8) {
                    let at = next(mutated.len());
                    mutated[at] ^= 1 << next(8);
                }
                let from = next(mutated.len());
                mutated.extend_from_within(from..(from + next(64)).min(mutated.len()));
                body(&mutated);
            }
        }
    }
}
