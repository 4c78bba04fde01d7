//! GNPy's own console text, case by case, and the words of a path.

use std::fs;
use std::path::PathBuf;

use clap::Parser;
use otn_plan::transmission::run::run as transmit;
use serde_json::Value;

use super::inputs::{Inputs, load};
use super::{Arguments, asked, gnpy_text, request, words};

/// The command alone.
#[derive(Debug, Parser)]
struct Alone {
    #[command(flatten)]
    arguments: Arguments,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data")
}

/// The text that the arguments give.
fn printed(arguments: &[String]) -> String {
    let words = ["transmit".to_owned()];
    let alone = Alone::try_parse_from(words.iter().chain(arguments)).unwrap();
    let arguments = &alone.arguments;
    let Inputs { network, library } = load(&arguments.topology, &arguments.library).unwrap();
    let request = request(arguments, &library, None).unwrap();
    let outcome = match transmit(network, &library, &request) {
        Ok(outcome) => outcome,
        Err(error) => return error.to_string(),
    };
    gnpy_text(&outcome, &asked(arguments, library.span().unwrap().power_mode))
}

/// The arguments that made the expected text of `case` with a release, and its file.
fn case(case: &Value, release: &str) -> Option<(Vec<String>, PathBuf)> {
    let id = case["id"].as_str()?;
    let in_folder = |name: &str| folder().join(name).display().to_string();
    let mut arguments = vec![in_folder(case["topology"].as_str()?)];
    // Two cases were asked for by parts of names; the list keeps what those stood for.
    let (ends, path) = match id {
        "inv18_path" => (vec!["lorient", "brest"], Some("rennes")),
        "inv19_path_only" => (Vec::new(), Some("lorient, rennes, brest")),
        _ => {
            (["source", "destination"].iter().filter_map(|end| case[end].as_str()).collect(), None)
        }
    };
    arguments.extend(ends.into_iter().map(str::to_owned));
    let mut add = |words: &[&str]| arguments.extend(words.iter().map(|&word| word.to_owned()));
    add(&["-e", &in_folder(case["equipment"].as_str()?), "--compat", release]);
    if let Some(path) = path {
        add(&["--path", path]);
    }
    if let Some(power) = case["power_dbm"].as_f64() {
        add(&["--power", &power.to_string()]);
    }
    for (key, option) in [("spectrum", "--spectrum"), ("sim_params", "--sim-params")] {
        if let Some(name) = case[key].as_str() {
            add(&[option, &in_folder(name)]);
        }
    }
    if case["no_insert_edfas"] == true {
        add(&["--no-insert-edfas"]);
    }
    let upstream = case["expected"]["stdout_byte_exact"].as_str();
    let expected = match (release, upstream) {
        ("2.14", Some(name)) => folder().join(name),
        ("2.14", None) => folder().join(format!("stdout/{id}.stdout.txt")),
        _ => folder().join(format!("stdout-3.0.1/{id}.stdout.txt")),
    };
    // The texts that were made for this list show the channels.
    if case["show_channels"] == true || upstream.is_none() {
        add(&["--show-channels"]);
    }
    Some((arguments, expected))
}

#[test]
//= type=test gnpy:6.10-console
fn gnpys_text_octet_for_octet() {
    compare("2.14");
}

#[test]
//= type=test gnpy:6.10-console-labels
fn the_text_of_3_0_octet_for_octet() {
    compare("3.0");
}

/// Compares the text of every transmission of the reference data with what a release printed.
fn compare(release: &str) {
    let list: Value =
        serde_json::from_slice(&fs::read(folder().join("cases.json")).unwrap()).unwrap();
    let all = list["cases"].as_array().unwrap();
    let mut failed = Vec::new();
    let mut count = 0;
    for one in all.iter().filter(|one| one["kind"] == "transmission") {
        count += 1;
        let (arguments, file) = case(one, release).unwrap();
        let (found, expected) = (printed(&arguments), fs::read_to_string(&file).unwrap());
        if found == expected {
            continue;
        }
        let pairs = found.lines().zip(expected.lines()).enumerate();
        let parted = pairs.filter(|(_, (found, expected))| found != expected).take(3);
        let parted: Vec<String> = parted
            .map(|(at, (found, expected))| format!("{at}: found `{found}` expected `{expected}`"))
            .collect();
        let lengths = (found.lines().count(), expected.lines().count());
        failed.push(format!("{} lines {lengths:?}\n  {}", one["id"], parted.join("\n  ")));
    }
    assert_eq!(count, 36, "cases of the reference data");
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn a_path_is_split_at_commas_and_bars() {
    assert_eq!(words("a, b|c d ,"), ["a", "b", "c d"]);
    assert!(words(" , ").is_empty());
}
