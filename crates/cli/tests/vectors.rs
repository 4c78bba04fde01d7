//! `otn vectors` as its users meet it: files, index, checksums, wrong arguments.

#[expect(dead_code, reason = "captures are for other tests")]
mod common;

use common::otn_in;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the program prints JSON")
}

/// Octets of a hexadecimal file, its padding taken off.
fn octets(path: &Path, count: usize) -> Vec<u8> {
    let text = fs::read_to_string(path).expect("the file is there");
    let words = text.lines().filter(|line| !line.starts_with("//"));
    let digits: String = words.collect();
    let octet = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("hex");
    assert!((count..digits.len() / 2).all(|at| octet(at) == 0), "padding is zeros");
    (0..count).map(octet).collect()
}

#[test]
fn all_formats_hold_the_same_octets_and_the_index_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for format in ["hex", "bin", "csv"] {
        let ended = otn_in(at, &["vectors", "all", "-o", format, "--format", format, "--json"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let printed = json(&ended.stdout);
        assert_eq!(printed["folder"], format);
        let index = json(&fs::read_to_string(at.join(format).join("index.json")).unwrap());
        assert_eq!(index["vectors"], printed["vectors"]);
    }
    let index = json(&fs::read_to_string(at.join("hex/index.json")).unwrap());
    let readme = fs::read_to_string(at.join("hex/README.txt")).unwrap();
    assert!(readme.lines().all(|line| line.chars().count() <= 160));
    for vector in index["vectors"].as_array().unwrap() {
        let name = vector["name"].as_str().unwrap();
        assert!(readme.contains(&format!("\n{name} (")), "{name}");
        for side in ["input", "output"] {
            let count = vector[side]["octets"].as_u64().unwrap() as usize;
            let file = vector[side]["file"].as_str().unwrap();
            let raw = fs::read(at.join("bin").join(file.replace(".hex", ".bin"))).unwrap();
            assert_eq!(octets(&at.join("hex").join(file), count), raw, "{file}");
            let sum = otn::vectors::files::sha256(&raw);
            assert_eq!(vector[side]["sha256"], sum, "{file}");
            assert!(readme.contains(&sum), "{file}");
        }
    }
    let rows = fs::read_to_string(at.join("csv/psi-gfp.in.csv")).unwrap();
    assert_eq!(rows, "offset,word\n0,05\n1,00\n");
}

#[test]
fn the_same_choice_gives_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = |out| ["vectors", "annex-a", "g7041", "--width", "128", "-o", out];
    for out in ["one", "two"] {
        assert_eq!(otn_in(folder.path(), &arguments(out)).code, 0);
    }
    let mut count = 0;
    for entry in fs::read_dir(folder.path().join("one")).unwrap() {
        let name = entry.unwrap().file_name();
        let [one, two] = ["one", "two"].map(|out| fs::read(folder.path().join(out).join(&name)));
        assert_eq!(one.unwrap(), two.unwrap(), "{name:?}");
        count += 1;
    }
    assert_eq!(count, 2 * (7 + 8) + 3);
}

#[test]
fn a_line_vector_is_a_signal_file() {
    let folder = tempfile::tempdir().unwrap();
    otn_in(folder.path(), &["vectors", "otu-frame-coded", "--width", "512", "-o", "v"]);
    let decoded = otn_in(folder.path(), &["decode", "v/otu-frame-coded.out.hex", "--json"]);
    let stream = &json(&decoded.stdout)["streams"][0];
    assert_eq!((&stream["frames"], &stream["fec"]["bad"]), (&Value::from(1), &Value::from(0)));
    assert_eq!(stream["scrambled"], true);
}

#[test]
fn a_list_writes_nothing_and_names_clause_and_confidence() {
    let folder = tempfile::tempdir().unwrap();
    let listed = otn_in(folder.path(), &["vectors", "list"]);
    assert_eq!((listed.code, fs::read_dir(folder.path()).unwrap().count()), (0, 0));
    assert!(listed.stdout.contains("scrambler-keystream"), "{}", listed.stdout);
    let some = otn_in(folder.path(), &["vectors", "list", "17.5", "--json"]);
    let vectors = json(&some.stdout)["vectors"].as_array().unwrap().clone();
    assert_eq!(vectors.len(), 2);
    assert!(vectors.iter().all(|v| v["confidence"] == "memory"));
    assert!(json(&some.stdout)["folder"].is_null());
}

#[test]
fn help_has_an_example() {
    let help = otn_in(Path::new("."), &["vectors", "--help"]);
    assert!(help.stdout.contains("Example: otn vectors"), "{}", help.stdout);
    for words in ["hex: Hexadecimal text", "bin: Raw octets", "[default: hex]"] {
        assert!(help.stdout.contains(words), "{words}: {}", help.stdout);
    }
}

#[test]
fn wrong_arguments_say_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    let cases: [(&[&str], &[&str]); 6] = [
        (&["99.9", "-o", "v"], &["found `99.9`", "g709:11.2", "ieee802.3:3.2.9"]),
        (&["all"], &["-o", "otn vectors list"]),
        (&["list", "-o", "v"], &["-o", "list"]),
        (&["all", "-o", "v", "--width", "12"], &["--width", "found 12", "multiple of 8"]),
        (&["all", "-o", "v", "--width", "64", "--format", "bin"], &["--width", "raw octets"]),
        (&["all", "-o", "file"], &["file: found a file, expected a folder"]),
    ];
    for (arguments, words) in cases {
        let ended = otn_in(folder.path(), &[&["vectors"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(words.iter().all(|word| ended.stderr.contains(word)), "{}", ended.stderr);
        assert!(!folder.path().join("v").exists(), "{arguments:?}");
    }
    assert_eq!(otn_in(folder.path(), &["vectors"]).code, 2);
}
