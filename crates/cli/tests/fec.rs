//! `otn fec` as its users meet it: campaigns, files of results, codes on files, and what is refused.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use std::fs;
use std::path::Path;

use common::{Ended, otn_in};
use serde_json::Value;

fn fine(folder: &Path, arguments: &[&str]) -> Ended {
    let ended = otn_in(folder, &[&["fec"], arguments].concat());
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
    ended
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the program prints JSON")
}

/// What goes wrong with these arguments, which must be exit code 2.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let ended = otn_in(folder, &[&["fec"], arguments].concat());
    assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stdout);
    ended.stderr
}

const RS: [&str; 3] = ["ber", "--code", "rs255-239"];

#[test]
fn a_simulated_rate_and_its_closed_form_agree() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--channel", "bsc", "--p", "2e-3,1e-3", "--codewords", "2e4", "--seed", "1"];
    let report = json(&fine(folder.path(), &[&RS[..], &options, &["--json"]].concat()).stdout);
    for (n, (p, theory)) in [(2e-3, 2.196e-2), (1e-3, 2.452e-4)].into_iter().enumerate() {
        let point = &report["points"][n];
        assert_eq!((&point["p"], &point["method"]), (&Value::from(p), &"simulated".into()));
        assert_eq!(point["codewords"], 20_000);
        let interval = &point["codeword_error_rate_interval"];
        let (low, high) = (interval[0].as_f64().unwrap(), interval[1].as_f64().unwrap());
        assert!(low < theory && theory < high, "{p}: {low} {high}");
        let rate = point["codeword_errors"].as_f64().unwrap() / 20_000.0;
        assert_eq!(point["codeword_error_rate"].as_f64().unwrap(), rate);
        let closed = &report["closed_form"][n];
        assert_eq!(closed["method"], "closed-form");
        let found = closed["codeword_error_rate"].as_f64().unwrap();
        assert!((found / theory - 1.0).abs() < 1e-3);
    }
}

#[test]
fn the_number_of_threads_and_the_pauses_between_change_no_octet() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let read = |name: &str| fs::read(at.join(name)).unwrap();
    let options = ["--p", "3e-3", "--codewords", "3000", "-o"];
    fine(at, &[&RS[..], &options, &["one.json", "--threads", "1"]].concat());
    fine(at, &[&RS[..], &options, &["three.json", "--threads", "3"]].concat());
    assert_eq!(read("one.json"), read("three.json"));
    let options = ["--p", "3e-3", "-o", "parts.json", "--resume", "--codewords"];
    for codewords in ["700", "1500", "3000"] {
        fine(at, &[&RS[..], &options, &[codewords]].concat());
    }
    assert_eq!(read("one.json"), read("parts.json"));
    // And by machines that share the seed.
    let share = |first: &str, name: &str| {
        let options = ["--p", "3e-3", "--codewords", "1500", "-o", name, "--first-codeword", first];
        fine(at, &[&RS[..], &options].concat());
    };
    share("0", "a.json");
    share("1500", "b.json");
    fine(at, &["merge", "b.json", "a.json", "-o", "ab.json"]);
    fine(at, &["merge", "a.json", "b.json", "-o", "ba.json"]);
    assert_eq!(read("ab.json"), read("ba.json"));
    let (one, both) = (json(&String::from_utf8(read("one.json")).unwrap()), read("ab.json"));
    let both = json(&String::from_utf8(both).unwrap());
    for key in ["codewords", "codeword_errors", "bit_error_rate", "runs", "counts", "failures"] {
        assert_eq!(one["points"][0][key], both["points"][0][key], "{key}");
    }
}

/// A code with memory is run in units, which threads share.
#[test]
fn threads_change_no_octet_of_a_code_with_memory() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (name, threads) in [("one.json", "1"), ("three.json", "3")] {
        let code = ["ber", "--code", "g975.1-i3", "--p", "4.9e-3", "--codewords", "700"];
        fine(at, &[&code[..], &["--threads", threads, "-o", name]].concat());
    }
    let one = fs::read(at.join("one.json")).unwrap();
    assert_eq!(one, fs::read(at.join("three.json")).unwrap());
    let errors = &json(&String::from_utf8(one).unwrap())["points"][0]["codeword_errors"];
    assert!(errors.as_u64().unwrap() > 0);
}

/// An estimate says what was planted, and stands in a file beside simulated points.
#[test]
fn an_estimated_floor_says_how_it_came_about() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let code = ["ber", "--code", "g975.1-i7", "--p", "2e-3", "-o", "r.json", "--codewords"];
    fine(at, &[&code[..], &["2"]].concat());
    let estimate = ["5", "--method", "estimated", "--resume"];
    let text = fine(at, &[&code[..], &estimate].concat()).stdout;
    assert!(text.contains("5 patterns of 10 bits planted, 5 stayed wrong"), "{text}");
    let report = json(&fs::read_to_string(at.join("r.json")).unwrap());
    let methods = [&report["points"][0]["method"], &report["points"][1]["method"]];
    assert!(methods.contains(&&"simulated".into()) && methods.contains(&&"estimated".into()));
    let points = report["points"].as_array().unwrap();
    let point = points.iter().find(|point| point["method"] == "estimated").unwrap();
    // C(500,2) C(900,5) 2e-3^10.
    let rate = point["codeword_error_rate"].as_f64().unwrap();
    assert!((rate / 6.216e-10 - 1.0).abs() < 1e-3, "{rate}");
    assert_eq!(point["estimate"]["planted"][0]["planted"], 5);
    assert_eq!(point["estimate"]["planted"][0]["left_wrong"], 5);
    let i3 = ["ber", "--code", "g975.1-i3", "--p", "2e-3", "--method", "estimated"];
    let error = refused(at, &[&i3[..], &["--left-out", "1"]].concat());
    assert!(error.contains("--left-out: found 1, expected 0 at the most"), "{error}");
}

/// Planted patterns add up as codewords do: each once, whichever file is first.
#[test]
fn estimates_of_several_machines_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let plant = |name: &str, options: &[&str]| {
        let base = ["ber", "--code", "g975.1-i7", "--method", "estimated", "-o", name];
        fine(at, &[&base[..], options].concat());
    };
    plant("a.json", &["--p", "4.4e-3", "--codewords", "24"]);
    plant("b.json", &["--p", "4.4e-3", "--codewords", "16", "--first-codeword", "24"]);
    plant("seed.json", &["--p", "4.4e-3,2e-3", "--codewords", "8", "--seed", "2"]);
    plant("whole.json", &["--p", "4.4e-3", "--codewords", "40"]);
    plant("paused.json", &["--p", "4.4e-3", "--codewords", "24"]);
    plant("paused.json", &["--p", "4.4e-3", "--codewords", "40", "--resume"]);
    fine(at, &["merge", "a.json", "b.json", "-o", "ab.json"]);
    fine(at, &["merge", "b.json", "a.json", "-o", "ba.json"]);
    let read = |name: &str| fs::read_to_string(at.join(name)).unwrap();
    assert_eq!(read("ab.json"), read("ba.json"));
    let whole = json(&read("whole.json"))["points"][0].clone();
    for name in ["ab.json", "paused.json"] {
        let point = json(&read(name))["points"][0].clone();
        let (found, expected) =
            (&point["estimate"]["planted"][0], &whole["estimate"]["planted"][0]);
        for key in ["planted", "left_wrong", "runs", "left_out"] {
            assert_eq!(found[key], expected[key], "{name}: {key}");
        }
        assert_eq!(found["planted"], 40);
        for key in ["codeword_error_rate", "bit_error_rate"] {
            let ratio = point[key].as_f64().unwrap() / whole[key].as_f64().unwrap();
            assert!((ratio - 1.0).abs() < 1e-12, "{name}: {key} {ratio}");
        }
    }
    // The interval of a sum is narrower than that of its parts.
    let width = |name: &str| {
        let share =
            json(&read(name))["points"][0]["estimate"]["planted"][0]["share_interval"].clone();
        share[1].as_f64().unwrap() - share[0].as_f64().unwrap()
    };
    assert!(width("ab.json") < width("a.json") && width("ab.json") < width("b.json"));
    let merged = fine(at, &["merge", "ab.json", "seed.json", "-o", "all.json", "--json"]).stdout;
    let merged = json(&merged);
    let planted = |n: usize| &merged["points"][n]["estimate"]["planted"][0]["planted"];
    assert_eq!((planted(0), planted(1)), (&48.into(), &8.into()));
    for (other, blocks) in [("a.json", "0 to 23"), ("whole.json", "0 to 39")] {
        let error = refused(at, &["merge", "ab.json", other, "-o", "bad.json"]);
        let words = format!("seed 1: blocks {blocks} were counted twice");
        assert!(error.contains(&words) && error.contains("p 4.4e-3"), "{error}");
    }
    for (place, value, words) in [
        ("planted", 25, "planted[0]: found 25 patterns, expected 24 by the runs"),
        ("left_wrong", 25, "left_wrong: found 25, expected 24 at the most"),
        ("weight", -1, "weight: found -1e0"),
        ("left_out", 99, "left_out: found 99"),
    ] {
        let mut edited = json(&read("a.json"));
        edited["points"][0]["estimate"]["planted"][0][place] = value.into();
        fs::write(at.join("edited.json"), edited.to_string()).unwrap();
        let error = refused(at, &["plot", "edited.json", "-o", "x.svg"]);
        assert!(error.contains("edited.json") && error.contains(words), "{place}: {error}");
    }
}

/// A result that took hours is not lost to a second start of the same command.
#[test]
fn a_result_is_replaced_only_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let options = ["--p", "1e-2", "-o", "r.json", "--codewords"];
    fine(at, &[&RS[..], &options, &["100"]].concat());
    let before = fs::read(at.join("r.json")).unwrap();
    let error = refused(at, &[&RS[..], &options, &["50"]].concat());
    for words in ["r.json is there already", "--resume", "--force"] {
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(fs::read(at.join("r.json")).unwrap(), before);
    let error = refused(at, &[&RS[..], &options, &["50", "--force", "--resume"]].concat());
    assert!(error.contains("cannot be used with"), "{error}");
    fine(at, &[&RS[..], &options, &["50", "--force"]].concat());
    let after = json(&fs::read_to_string(at.join("r.json")).unwrap());
    assert_eq!(after["points"][0]["codewords"], 50);
    assert_eq!(fs::read_dir(at).unwrap().count(), 1, "no temporary file is left");
    fine(at, &[&RS[..], &["--p", "1e-2", "--codewords", "50", "-o", "/dev/null"]].concat());
}

#[test]
fn results_merge_only_with_their_like() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let make = |name: &str, options: &[&str]| {
        let base = ["ber", "--p", "1e-2", "--codewords", "100", "-o", name];
        fine(at, &[&base[..], options].concat());
    };
    make("a.json", &["--code", "rs255-239"]);
    make("seed.json", &["--code", "rs255-239", "--seed", "2"]);
    make("code.json", &["--code", "uncoded", "--seed", "2"]);
    make("channel.json", &["--code", "rs255-239", "--seed", "2", "--channel", "erasures"]);
    make("confidence.json", &["--code", "rs255-239", "--seed", "2", "--confidence", "0.9"]);
    fs::write(at.join("text.json"), "no result").unwrap();
    let merged = fine(at, &["merge", "a.json", "seed.json", "-o", "all.json", "--json"]).stdout;
    assert_eq!(json(&merged)["points"][0]["codewords"], 200);
    for (other, words) in [
        ("a.json", "seed 1: blocks 0 to 99 were counted twice"),
        ("code.json", "code.json: found code uncoded, expected rs255-239"),
        ("channel.json", "found channel `erasures`, expected `binary symmetric`"),
        ("confidence.json", "found confidence 0.9, expected 0.95"),
        ("text.json", "text.json: expected a result of `otn fec ber`"),
        ("none.json", "none.json"),
    ] {
        let error = refused(at, &["merge", "a.json", other, "-o", "bad.json"]);
        assert!(error.contains(words), "{error}");
        assert!(!at.join("bad.json").exists());
    }
    let error = refused(at, &["merge", "a.json", "seed.json", "-o", "a.json"]);
    assert!(error.contains("is the input"), "{error}");
    let resume = ["ber", "--code", "rs255-239", "--p", "1e-2", "--codewords", "200", "--resume"];
    let error = refused(at, &[&resume[..], &["-o", "code.json"]].concat());
    assert!(error.contains("found code rs255-239, expected uncoded"), "{error}");
}

/// Counts that cannot be, and numbers that do not follow from the counts, are named: a picture or a
/// sum would show them as measured.
#[test]
fn an_edited_result_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let options = ["--p", "1e-2", "--codewords", "100", "-o", "good.json"];
    fine(at, &[&RS[..], &options].concat());
    let good = json(&fs::read_to_string(at.join("good.json")).unwrap());
    let most = Value::from(u64::MAX);
    for (place, value, words) in [
        ("/points/0/codeword_error_rate", 1e-9.into(), "codeword_error_rate: found 1e-9, expected"),
        ("/points/0/bit_error_rate", Value::from(0), "points[0]: bit_error_rate: found 0e0"),
        ("/points/0/bit_error_rate_interval/1", (-1).into(), "bit_error_rate_interval: found"),
        ("/points/0/p", 0.9.into(), "p: found 9e-1, expected 0e0 to 5e-1"),
        ("/points/0/codeword_errors", 101.into(), "codeword_errors: found 101"),
        (
            "/points/0/counts/channel_errors",
            most.clone(),
            "channel_errors: found 18446744073709551615",
        ),
        ("/points/0/runs/0/codewords", most.clone(), "codewords: found 100, expected 184467"),
        ("/points/0/failures/0/block", 100.into(), "failures[0]: found block 100 of seed 1"),
        ("/code", "foo".into(), "code: found `foo`, expected a name of `otn fec list`"),
        ("/coded_bits", 5000.into(), "coded_bits: found 5000, expected 2040"),
        ("/confidence", 0.into(), "confidence: found 0"),
    ] {
        let mut edited = good.clone();
        *edited.pointer_mut(place).expect(place) = value;
        fs::write(at.join("edited.json"), edited.to_string()).unwrap();
        let error = refused(at, &["plot", "edited.json", "-o", "x.svg"]);
        assert!(error.contains("edited.json") && error.contains(words), "{place}: {error}");
        refused(at, &["merge", "good.json", "edited.json", "-o", "x.json"]);
    }
    let mut twice = good.clone();
    let point = twice["points"][0].clone();
    twice["points"].as_array_mut().unwrap().push(point);
    fs::write(at.join("edited.json"), twice.to_string()).unwrap();
    let error = refused(at, &["plot", "edited.json", "-o", "x.svg"]);
    assert!(error.contains("points[1]: found p 1e-2 a second time"), "{error}");
    // What follows from the rest is not taken from the file.
    let mut derived = good.clone();
    derived["closed_form"][0]["codeword_error_rate"] = (-3).into();
    derived["points"][0]["es_n0_db"] = 3.into();
    fs::create_dir(at.join("derived")).unwrap();
    fs::write(at.join("derived/good.json"), derived.to_string()).unwrap();
    fine(at, &["plot", "derived/good.json", "-o", "derived.svg"]);
    fine(at, &["plot", "good.json", "-o", "good.svg"]);
    let of = |name: &str| fs::read(at.join(name)).unwrap();
    assert!(of("derived.svg") == of("good.svg"), "the same legend, the same picture");
}

#[test]
fn results_are_never_written_over_by_what_is_made_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let options = ["--p", "1e-2", "--codewords", "100", "-o", "r.svg"];
    fine(at, &[&RS[..], &options].concat());
    let before = fs::read(at.join("r.svg")).unwrap();
    for arguments in [["replay", "r.svg", "-o", "./r.svg"], ["plot", "r.svg", "-o", "./r.svg"]] {
        let error = refused(at, &arguments);
        assert!(error.contains("./r.svg: is the input"), "{error}");
    }
    let error = refused(at, &[&RS[..], &options, &["--plot", "./r.svg"]].concat());
    assert!(error.contains("--plot: found ./r.svg, which is --output too"), "{error}");
    assert_eq!(fs::read(at.join("r.svg")).unwrap(), before);
}

#[test]
fn a_failure_is_replayed_bit_by_bit() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let options = ["--p", "4e-3,3e-3", "--errors", "5", "-o", "r.json", "--json"];
    let result = json(&fine(at, &[&RS[..], &options].concat()).stdout);
    let first = result["points"][0]["failures"].as_array().unwrap().clone();
    for (n, expected) in first.iter().take(3).enumerate() {
        let n = (n + 1).to_string();
        let replay = ["replay", "r.json", "--failure", &n, "-o", "f.json", "--json"];
        let shown = json(&fine(at, &replay).stdout);
        assert_eq!(shown["block"], expected["block"]);
        let wrong = shown["information_errors"].as_array().unwrap();
        assert_eq!(wrong.len() as u64, expected["bit_errors"].as_u64().unwrap());
        let symbols: std::collections::BTreeSet<u64> = shown["channel_errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place.as_u64().unwrap() / 8)
            .collect();
        assert!(symbols.len() > 8, "more than eight octets were wrong");
        let whole = json(&fs::read_to_string(at.join("f.json")).unwrap());
        let octets = |key: &str| whole[key].as_str().unwrap().len() / 2;
        assert_eq!((octets("information"), octets("sent"), octets("decoded")), (239, 255, 239));
    }
    let error = refused(at, &["replay", "r.json", "--failure", "100000"]);
    assert!(error.contains("--failure 100000 is none"), "{error}");
}

#[test]
fn pictures_and_tables_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let options = ["--p", "2e-3:8e-3:2e-3", "--codewords", "300", "--plot", "a.svg", "--csv"];
    let csv = fine(at, &[&RS[..], &options, &["-o", "a.json"]].concat()).stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 1 + 4 + 4, "{csv}");
    let columns = |row: &str| row.split(',').count();
    assert!(rows.iter().all(|row| columns(row) == 13), "{csv}");
    assert!(rows[1].starts_with("rs255-239,8e-3,,,simulated,300,"), "{csv}");
    let svg = fs::read_to_string(at.join("a.svg")).unwrap();
    assert!(
        svg.contains("Shannon, hard") && svg.ends_with("</svg>\n"),
        "{}",
        &svg[svg.len() - 20..]
    );
    let noise = ["--channel", "awgn", "--eb-n0", "6:7:0.5", "--codewords", "300", "-o", "b.json"];
    fine(at, &[&RS[..], &noise].concat());
    fine(at, &["plot", "--compare", "a.json", "b.json", "-o", "ab.png"]);
    fine(at, &["plot", "b.json", "--axis", "eb-n0", "-o", "b.svg"]);
    assert!(fs::read(at.join("ab.png")).unwrap().starts_with(b"\x89PNG"));
    for (arguments, words) in [
        (["plot", "a.json", "-o", "a.pdf"].as_slice(), "ends in .svg or .png"),
        (&["plot", "a.json", "--axis", "eb-n0", "-o", "x.svg"], "without noise has only p"),
        (&["plot", "-o", "x.svg"], "expected result files"),
    ] {
        let error = refused(at, arguments);
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn closed_forms_reach_where_no_simulation_does() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--p", "8.26e-5,1e-5", "--method", "closed-form", "--json"];
    let report = json(&fine(folder.path(), &[&RS[..], &options].concat()).stdout);
    let threshold = &report["points"][0];
    assert_eq!((&threshold["method"], &threshold["codewords"]), (&"closed-form".into(), &0.into()));
    let rate = threshold["bit_error_rate"].as_f64().unwrap();
    assert!((rate / 1e-15 - 1.0).abs() < 0.02, "{rate}");
    assert!(report["points"][1]["codeword_error_rate"].as_f64().unwrap() < 1e-20);
    let burst = ["--channel", "gilbert-elliott", "--p", "1e-3", "--method", "closed-form"];
    assert!(refused(folder.path(), &[&RS[..], &burst].concat()).contains("no closed form"));
}

#[test]
fn the_list_has_gains_and_distances() {
    let lines = fine(Path::new("."), &["list"]).stdout;
    assert!(lines.lines().all(|line| line.chars().count() <= 80), "{lines}");
    let report = json(&fine(Path::new("."), &["list", "--json"]).stdout);
    let codes = report["codes"].as_array().unwrap();
    let rs = codes.iter().find(|code| code["name"] == "rs255-239").unwrap();
    for (key, expected, digits) in
        [("threshold", 8.26e-5, 3e-7), ("net_coding_gain_db", 6.197, 1e-3), ("rate", 0.93725, 1e-5)]
    {
        let found = rs[key].as_f64().unwrap();
        assert!((found - expected).abs() < digits, "{key}: {found}");
    }
    let gap = |key: &str| rs[key]["gap_db"].as_f64().unwrap();
    assert!((gap("shannon_hard") - 3.77).abs() < 0.01 && (gap("shannon_soft") - 4.91).abs() < 0.01);
    let text = fine(Path::new("."), &["list"]).stdout;
    let figures = |name: &str| {
        // The second table of the two.
        let row = text.lines().filter(|line| line.split_whitespace().next() == Some(name)).nth(1);
        row.unwrap().split_whitespace().skip(1).map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(figures("rs255-239"), ["8.26e-5", "6.20", "3.78", "4.91"]);
    // Published with one digit: no more are shown, and none is left out of those of others.
    assert_eq!(figures("ofec"), ["2.0e-2", "11.1", "-0.1", "1.1"]);
    assert_eq!(figures("g975.1-i3")[..2], ["3.15e-3", "8.99"]);
}

#[test]
fn a_file_is_coded_broken_and_decoded_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let data: Vec<u8> = (0..239 * 5).map(|n| (n * n / 7) as u8).collect();
    fs::write(at.join("data"), &data).unwrap();
    let rs = ["--code", "rs255-239"];
    fine(at, &[&["encode"], &rs[..], &["data", "-o", "coded"]].concat());
    let mut coded = fs::read(at.join("coded")).unwrap();
    assert_eq!(coded.len(), 255 * 5);
    for (n, word) in coded.chunks(255).enumerate() {
        assert_eq!(word[..239], data[n * 239..][..239]);
        let word: [u8; 255] = word.try_into().unwrap();
        assert_eq!(otn_testkit::rs::syndromes(&word), [0; 16]);
    }
    for word in coded.chunks_mut(255) {
        (0..8).for_each(|n| word[n * 31] ^= 0x5A);
    }
    fs::write(at.join("broken"), &coded).unwrap();
    let decode = ["decode", "broken", "-o", "back", "--json"];
    let report = json(&fine(at, &[&decode[..], &rs].concat()).stdout);
    assert_eq!(report["decoded"]["corrected_symbols"], 40);
    assert_eq!(fs::read(at.join("back")).unwrap(), data);
    let bits: Vec<bool> = coded
        .iter()
        .flat_map(|o| (0..8).map(move |n| o.leading_zeros() == 0 && n == 0 || o << n >> 7 == 1))
        .collect();
    let text: String = bits.iter().map(|&bit| if bit { '1' } else { '0' }).collect();
    fs::write(at.join("text"), text).unwrap();
    let ratios: Vec<u8> =
        bits.iter().flat_map(|&bit| (if bit { -3.5f32 } else { 0.25 }).to_le_bytes()).collect();
    fs::write(at.join("ratios"), &ratios).unwrap();
    for (input, format) in [("text", "bits"), ("ratios", "f32")] {
        let options =
            ["decode", input, "-o", "back", "--format", format, "--output-format", "bytes"];
        fine(at, &[&options[..], &rs].concat());
        assert_eq!(fs::read(at.join("back")).unwrap(), data, "{format}");
    }
    let options = ["decode", "broken", "-o", "back.npy", "--output-format", "npy"];
    fine(at, &[&options[..], &rs].concat());
    let again =
        ["encode", "back.npy", "-o", "again", "--format", "npy", "--output-format", "bytes"];
    fine(at, &[&again[..], &rs].concat());
    assert_eq!(fs::read(at.join("again")).unwrap()[..239], data[..239]);
    // Nine wrong octets are too many: exit code 1, and the file is written all the same.
    coded[8 * 31] ^= 0xFF;
    fs::write(at.join("broken"), &coded).unwrap();
    let ended = otn_in(at, &["fec", "decode", "broken", "-o", "back", "--code", "rs255-239"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(ended.stdout.contains("uncorrectable 1"), "{}", ended.stdout);
}

/// A limit that limits nothing is refused, not passed over.
#[test]
fn options_of_another_method_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (method, option, value, words) in [
        ("closed-form", "--errors", "5", "simulated has it, found --method closed-form"),
        ("closed-form", "--bits", "5", "simulated has it, found --method closed-form"),
        ("closed-form", "--codewords", "5", "simulated or estimated has it"),
        ("closed-form", "--time", "5s", "simulated or estimated has it"),
        ("closed-form", "--first-codeword", "5", "simulated or estimated has it"),
        ("closed-form", "--left-out", "1", "estimated has it, found --method closed-form"),
        ("estimated", "--errors", "5", "simulated has it, found --method estimated"),
        ("estimated", "--bits", "5", "simulated has it, found --method estimated"),
        ("simulated", "--left-out", "1", "estimated has it, found --method simulated"),
    ] {
        let options = ["--p", "1e-3", "--method", method, option, value];
        let error = refused(folder.path(), &[&RS[..], &options].concat());
        assert!(error.contains(&format!("{option}: only --method {words}")), "{error}");
    }
}

#[test]
fn wrong_arguments_and_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("short"), [0; 238]).unwrap();
    fs::write(at.join("empty"), []).unwrap();
    fs::write(at.join("nan"), f32::NAN.to_le_bytes().repeat(2040)).unwrap();
    fs::write(at.join("inf"), f32::INFINITY.to_le_bytes().repeat(2040)).unwrap();
    let decode =
        |input, format| ["decode", "--code", "rs255-239", input, "-o", "x", "--format", format];
    let encode = |code, input| ["encode", "--code", code, input, "-o", "x", "--format", "bytes"];
    let ber = |option, value| {
        ["ber", "--code", "rs255-239", "--codewords", "10", "--channel", "awgn", option, value]
    };
    let bsc = |option, value| {
        ["ber", "--code", "rs255-239", "--p", "1e-3", "--channel", "bsc", option, value]
    };
    let cases: Vec<(Vec<&str>, &str)> = vec![
        (
            encode("rs255-238", "short").into(),
            "--code: found `rs255-238`, did you mean `rs255-239`?",
        ),
        (encode("RS255239", "short").into(), "did you mean `rs255-239`?"),
        (encode("zzzz", "short").into(), "expected a name of `otn fec list`"),
        (
            encode("rs255-239", "short").into(),
            "short: found 1904 bits, expected a multiple of the 1912 information bits of rs255-239",
        ),
        (encode("rs255-239", "empty").into(), "empty: the file is empty"),
        (encode("rs255-239", "none").into(), "none: "),
        (decode("short", "bytes").into(), "expected a multiple of the 2040 coded bits"),
        (decode("nan", "f32").into(), "nan: LLR 0: found NaN, expected a finite number"),
        (decode("inf", "f32").into(), "inf: LLR 0: found inf, expected a finite number"),
        (ber("--p", "0.6").into(), "--p: found 0.6, expected 1e-18 to 4e-1"),
        (ber("--p", "zero").into(), "--p: found `zero`"),
        (ber("--eb-n0", "-90").into(), "--eb-n0: found -90.0 dB, a bit error ratio of "),
        (ber("--osnr", "-2").into(), "--symbol-rate"),
        (bsc("--burst-bits", "5").into(), "--burst-bits: only --channel gilbert-elliott has it"),
        (bsc("--modulation", "64qam").into(), "--modulation: only --channel awgn has it"),
        (bsc("--llr", "max-log").into(), "--llr: only --channel awgn has it"),
        (
            bsc("--first-codeword", "18446744073709551610").into(),
            "--first-codeword: found 18446744073709551610, expected",
        ),
        (ber("--osnr", "20").into(), "--symbol-rate"),
        (bsc("--threads", "0").into(), "--threads: found 0"),
        (bsc("--codewords", "1.5").into(), "--codewords: found `1.5`"),
        (bsc("--errors", "0").into(), "--errors: found `0`"),
        (bsc("--time", "30").into(), "--time: found `30`"),
        (bsc("--confidence", "1").into(), "--confidence"),
        (bsc("--method", "estimated").into(), "no error floor estimate"),
        (bsc("--plot", "x.gif").into(), "ends in .svg or .png"),
        (bsc("--output", "no/such/r.json").into(), "no/such/r.json: cannot be written"),
        (bsc("--eb-n0", "3").into(), "cannot be used with"),
        (vec!["ber", "--code", "rs255-239", "--eb-n0", "3"], "--eb-n0: only --channel awgn has it"),
        (vec!["ber", "--code", "rs255-239"], "--p"),
    ];
    for (arguments, words) in cases {
        let error = refused(at, &arguments);
        assert!(error.contains(words), "{arguments:?}: {error}");
        assert!(!at.join("x").exists(), "nothing half done is left");
    }
}

/// Ctrl-C keeps what is done, and a later run goes on from there.
#[cfg(unix)]
#[test]
fn an_interrupted_campaign_is_taken_up_again() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_otn"))
        .args(["fec", "ber", "--code", "rs255-239", "--p", "1e-3", "--errors", "1000000000"])
        .args(["-o", "r.json"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let kept = json(&fs::read_to_string(folder.path().join("r.json")).unwrap());
    let done = kept["points"][0]["codewords"].as_u64().unwrap();
    assert!(done > 0);
    let more = (done + 1000).to_string();
    let options = ["--p", "1e-3", "--codewords", &more, "-o", "r.json", "--resume", "--json"];
    let after = json(&fine(folder.path(), &[&RS[..], &options].concat()).stdout);
    assert_eq!(after["points"][0]["codewords"], done + 1000);
    assert_eq!(after["points"][0]["runs"][0]["codewords"], done + 1000);
}
