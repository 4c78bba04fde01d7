//! Replays the corpus of the fuzz target `plan_files`, and mutations of it, on a stable toolchain.

use std::fs;
use std::path::PathBuf;

use otn_plan::fuzz::plan_files;

fn corpus() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = format!("{}/../../fuzz/corpus/plan_files", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a corpus")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).expect("readable"))).collect()
}

#[test]
fn the_corpus_replays() {
    let files = corpus();
    assert!(files.len() >= 10);
    for (path, octets) in files {
        println!("{}", path.display());
        plan_files(&octets);
    }
}

/// Cuts, flips, repetitions and exchanged digits of the seeds, from a fixed sequence.
#[test]
fn mutated_seeds_do_not_panic() {
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut next = move |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    let rounds: usize =
        std::env::var("PLAN_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    for (path, octets) in corpus() {
        println!("{}", path.display());
        for round in 0..rounds {
            let mut mutated = octets.clone();
            if round % 3 == 0 {
                mutated.truncate(1 + next(mutated.len()));
            }
            for _ in 0..next(8) {
                let at = next(mutated.len());
                mutated[at] ^= 1 << next(8);
            }
            // Digits for digits, signs and brackets: the text often stays JSON.
            for _ in 0..next(6) {
                let at = next(mutated.len());
                if mutated[at].is_ascii_digit() {
                    mutated[at] = b"0123456789-e."[next(13)];
                }
            }
            if round % 4 == 0 {
                let from = next(mutated.len());
                mutated.extend_from_within(from..(from + next(64)).min(mutated.len()));
            }
            plan_files(&mutated);
            // Not part of the target: a fuzzer would stop at panics of the reader that are caught.
            let _ = otn_plan::sheet::topology("mutated", &mutated);
        }
    }
}
