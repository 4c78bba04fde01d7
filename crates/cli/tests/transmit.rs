//! `otn transmit` and `otn design` as their users meet them: exit codes, texts, files.

#[expect(dead_code, reason = "captures are for other tests")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Ended, otn_in};
use serde_json::Value;

fn data(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data");
    folder.join(name).display().to_string()
}

fn read(name: &str) -> String {
    fs::read_to_string(data(name)).expect("a file of the reference data")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Runs a command on the files of a case.
fn on_case(folder: &Path, command: &str, case: &str, more: &[&str]) -> Ended {
    let topology = data(&format!("cases/{case}/topology.json"));
    let equipment = data(&format!("cases/{case}/equipment.json"));
    let mut arguments = vec![command, &topology];
    // The ends of a path come right behind the topology.
    let ends = more.iter().take_while(|word| !word.starts_with('-')).count();
    arguments.extend(&more[..ends]);
    arguments.extend(["-e", &equipment]);
    arguments.extend(&more[ends..]);
    otn_in(folder, &arguments)
}

#[test]
fn the_program_prints_gnpys_text() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["lannion", "lorient", "--power", "3", "--compat", "2.14", "--format", "gnpy"];
    let ended = on_case(folder.path(), "transmit", "inv02_tx_saturated", &more);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout, read("invocation/transmission_saturated"));
}

#[test]
fn levels_that_round_to_zero_keep_their_sign() {
    // The reference of -3 dBm comes back from watts a little lower: an offset of 3 dB leaves minus nothing.
    let folder = tempfile::tempdir().unwrap();
    let more = ["N1", "N13", "--power", "-3", "--compat", "2.14", "--format", "gnpy"];
    let ended = on_case(folder.path(), "transmit", "pr08_synth20", &more);
    assert_eq!(ended.stdout, read("stdout/pr08_n1_n13.stdout.txt"), "{}", ended.stderr);
}

/// The library of va26 with another range of powers, in `folder`.
fn with_powers(folder: &Path, range: [f64; 3]) -> String {
    let mut library = json(&read("cases/va26_sorted_iterator/equipment.json"));
    library["SI"][0]["power_range_db"] = serde_json::json!(range);
    let path = folder.join("equipment.json");
    fs::write(&path, library.to_string()).expect("written");
    path.display().to_string()
}

#[test]
//= type=test gnpy:6.8-sweep
fn sweeps_design_the_path_again_and_one_power_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let topology = data("cases/va26_sorted_iterator/topology.json");
    for (range, name) in
        [([1.0, 1.0, 1.0], "va26_one_offset"), ([0.0, 1.0, 1.0], "va26_two_powers")]
    {
        let library = with_powers(folder.path(), range);
        let arguments = [
            "transmit",
            &topology,
            "Site_C",
            "Site_A",
            "-e",
            &library,
            "--compat",
            "2.14",
            "--format",
            "gnpy",
            "--save-network",
            "SAVED",
        ];
        let ended = otn_in(folder.path(), &arguments);
        assert_eq!(ended.stdout, read(&format!("stdout/{name}.stdout.txt")), "{}", ended.stderr);
    }
    let saved = json(&fs::read_to_string(folder.path().join("SAVED")).unwrap());
    same_network(&json(&read("saved/va26_two_powers.json")), &saved, "");
}

/// All that `expected` has is in `found`; numbers within a billionth.
fn same_network(expected: &Value, found: &Value, place: &str) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let here = format!("{place}/{key}");
                same_network(value, found.get(key).unwrap_or(&Value::Null), &here);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            assert_eq!(expected.len(), found.len(), "{place}");
            for (n, (expected, found)) in expected.iter().zip(found).enumerate() {
                same_network(expected, found, &format!("{place}/{n}"));
            }
        }
        (Value::Number(_), Value::Number(_)) => {
            let (expected, found) = (number(expected), number(found));
            let near = (expected - found).abs() <= 1e-9 * expected.abs().max(1.0);
            assert!(near, "{place}: {expected}, found {found}");
        }
        (expected, found) => assert_eq!(expected, found, "{place}"),
    }
}

#[test]
//= type=test gnpy:6.5-gain-kept
fn saved_networks_are_gnpys() {
    let cases: [(&str, &[&str]); 3] = [
        ("inv02_tx_saturated", &["lannion", "lorient", "--power", "3"]),
        ("va15_gain_mode", &["brest", "vannes"]),
        ("va17_eol_connectors", &["lannion", "vannes"]),
    ];
    let releases = [("2.14", "saved"), ("3.0", "saved-3.0.1")];
    let all = releases.iter().flat_map(|release| cases.iter().map(move |case| (release, case)));
    for ((release, expected), (case, ends)) in all {
        let folder = tempfile::tempdir().unwrap();
        let more = [ends, &["--compat", release, "--save-network", "out.json"][..]].concat();
        let ended = on_case(folder.path(), "transmit", case, &more);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let text = fs::read_to_string(folder.path().join("out.json")).unwrap();
        let expected = json(&read(&format!("{expected}/{case}.json")));
        same_network(&expected, &json(&text), case);
        assert!(text.contains("\n  \"elements\": ["), "two spaces a level");
    }
}

#[test]
fn the_text_is_plain_and_fits_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let spectrum = data("cases/inv10_spectrum2/spectrum.json");
    let more = ["brest", "vannes", "--show-channels", "--spectrum", &spectrum];
    let pre_fec = ["--pre-fec", "--modulation", "qpsk", "--fec", "ofec"];
    let more = [&more[..], &pre_fec[..]].concat();
    let ended = on_case(folder.path(), "transmit", "inv10_spectrum2", &more);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stdout.contains('\u{1b}'), "no colours in a pipe");
    for line in ended.stdout.lines() {
        assert!(line.chars().count() <= 120, "{} columns: {line}", line.chars().count());
    }
    for words in ["this limits the path", "Edfa_booster_roadm", "limiting channel", "ofec bears"] {
        assert!(ended.stdout.contains(words), "{words}:\n{}", ended.stdout);
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn the_report_agrees_with_itself_and_with_gnpy() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--show-channels", "--compat", "2.14", "--json", "--dump", "dump.json"];
    let ended = on_case(folder.path(), "transmit", "inv08_tx_long", &more);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report = json(&ended.stdout);
    let reference = json(&read("reference/inv08_tx_long.json"));
    let gsnr = reference["receiver"][0]["gsnr_01nm_db"].as_array().unwrap();
    let channels = report["channels"].as_array().unwrap();
    assert_eq!(channels.len(), gsnr.len());
    for (channel, expected) in channels.iter().zip(gsnr) {
        assert!((number(&channel["gsnr_01nm_db"]) - number(expected)).abs() < 1e-6);
    }
    let group = &report["groups"][0];
    let least = gsnr.iter().map(number).fold(f64::INFINITY, f64::min);
    assert!((number(&group["gsnr_01nm_db"]["min"]) - least).abs() < 1e-6);
    // Parts of the noise add up to all of it: 1/GSNR is the sum of the parts.
    let parts = group["noise"].as_array().unwrap();
    let shares: f64 = parts.iter().map(|part| number(&part["share"])).sum();
    assert!((shares - 1.0).abs() < 1e-12);
    let in_linear = |db: f64| 10f64.powf(-db / 10.0);
    let parts: f64 = parts.iter().map(|part| in_linear(number(&part["snr_01nm_db"]))).sum();
    let all: f64 = gsnr.iter().map(|one| in_linear(number(one))).sum::<f64>() / gsnr.len() as f64;
    assert!((parts / all - 1.0).abs() < 1e-9, "{parts} and {all}");
    // The dump has the keys of the reference, and its numbers.
    let dump = json(&fs::read_to_string(folder.path().join("dump.json")).unwrap());
    let found = dump["receiver"][0]["gsnr_01nm_db"].as_array().unwrap();
    for (found, expected) in found.iter().zip(gsnr) {
        assert!((number(found) - number(expected)).abs() < 1e-6);
    }
    for mode in report["modes"].as_array().unwrap() {
        let needs = number(&mode["required_osnr_db"]) + number(&mode["system_margin_db"]);
        let has = number(&mode["worst_gsnr_db"]) - number(&mode["worst_penalty_db"]);
        assert!((has - needs - number(&mode["margin_db"])).abs() < 1e-9, "{mode}");
        assert_eq!(mode["feasible"], has >= needs, "{mode}");
    }
}

/// The mesh's library where a mode gives limits of power and the noise of its receiver, channels as in the comb.
fn with_receiver(folder: &Path, limit: f64) -> String {
    let mut library = json(&read("cases/pr01_mesh/equipment.json"));
    let transceivers = library["Transceiver"].as_array_mut().expect("a list");
    let voyager =
        transceivers.iter_mut().find(|one| one["type_variety"] == "Voyager").expect("the type");
    let modes = voyager["mode"].as_array_mut().expect("a list");
    let mode = modes.iter_mut().find(|one| one["format"] == "mode 1").expect("the mode");
    mode["tx-channel-power-min-dbm"] = serde_json::json!(-10);
    mode["tx-channel-power-max-dbm"] = serde_json::json!(-8);
    mode["detailed_rx"] = serde_json::json!({"k1": 0.5, "k2": 0.5, "BER-threshold": limit,
        "rx-ref-channel-power-dbm": -20, "snr_trx_db_0.1nm": 20, "snr_prx_db_0.1nm": 65});
    let path = folder.join("equipment.json");
    fs::write(&path, library.to_string()).expect("written");
    path.display().to_string()
}

/// GNPy 3.0.1 planned this request with the transceiver's range set to that of the comb: 77 channels, least margin
/// of Q 3.4973347254811094 dB, least GSNR in 0.1 nm 25.07760155182652 dB, launched at -8 dBm.
#[test]
//= type=test gnpy:6.7-q-verdict
fn a_mode_with_a_receiver_is_judged_by_q() {
    let folder = tempfile::tempdir().unwrap();
    let topology = data("cases/pr01_mesh/topology.json");
    let library = with_receiver(folder.path(), 0.02);
    let ends = ["transmit", &topology, "trx Brest_KLA", "trx Vannes_KBE", "-e"];
    let asked = ["--mode", "Voyager:mode 1"];
    let run = |library: &str, more: &[&str]| {
        otn_in(folder.path(), &[&ends[..], &[library], &asked, more].concat())
    };
    let ended = run(&library, &["--json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report = json(&ended.stdout);
    let mode = &report["modes"][0];
    assert_eq!((&report["channel_count"], &mode["by_q"]), (&Value::from(77), &Value::from(true)));
    assert!((number(&mode["margin_db"]) - 3.497_334_725_481_109).abs() < 1e-9, "{mode}");
    assert!((number(&mode["worst_gsnr_db"]) - 25.077_601_551_826_52).abs() < 1e-9, "{mode}");
    let text = run(&library, &[]).stdout;
    assert!(text.contains("the margin is that of the Q factor"), "{text}");
    let text = run(&library, &["--format", "gnpy"]).stdout;
    assert!(text.contains("transceiver output power = -8.00dBm"), "{text}");
    // 2.14 knows neither limits nor receivers.
    let old = json(&run(&library, &["--json", "--compat", "2.14"]).stdout);
    assert_eq!(old["modes"][0]["by_q"], false);
    // 3.0.1 needs a Q of 2.0537 for 2 %, of 4.7534 for one error in a million: 7.29 dB more.
    let library = with_receiver(folder.path(), 1e-6);
    let ended = run(&library, &["--json"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let margin_db = number(&json(&ended.stdout)["modes"][0]["margin_db"]);
    assert!(
        (margin_db - (3.497_334_725_5 - 20.0 * (4.753_424_309_f64 / 2.053_748_911).log10())).abs()
            < 1e-6
    );
}

#[test]
fn a_mode_that_does_not_fit_is_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let fits = on_case(folder.path(), "transmit", "inv08_tx_long", &["--mode", "Voyager:mode 1"]);
    assert_eq!(fits.code, 0, "{}", fits.stderr);
    assert!(fits.stdout.contains("FITS: Voyager:mode 1 from Site_A to Site_B"), "{}", fits.stdout);
    let does_not =
        on_case(folder.path(), "transmit", "inv08_tx_long", &["--mode", "Voyager_16QAM:16QAM"]);
    assert_eq!(does_not.code, 1, "{}", does_not.stdout);
    assert!(does_not.stdout.contains("DOES NOT FIT"), "{}", does_not.stdout);
    // Channels of a file that no mode can have.
    let spectrum = data("cases/inv10_spectrum2/spectrum.json");
    let more = ["--mode", "Voyager:mode 2", "--spectrum", &spectrum];
    let other = on_case(folder.path(), "transmit", "inv08_tx_long", &more);
    assert_eq!((other.code, other.stdout.as_str()), (2, ""), "{}", other.stderr);
}

/// The complementary error function by Simpson's rule over its own integral.
fn erfc(x: f64) -> f64 {
    let (steps, end) = (20_000, x + 12.0);
    let h = (end - x) / f64::from(steps);
    let f = |n: i32| (-(x + f64::from(n) * h).powi(2)).exp();
    let inner: f64 = (1..steps).map(|n| f(n) * if n % 2 == 1 { 4.0 } else { 2.0 }).sum();
    2.0 / std::f64::consts::PI.sqrt() * h / 3.0 * (f(0) + inner + f(steps))
}

#[test]
fn errors_before_fec_are_those_of_the_modulation() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["--pre-fec", "--modulation", "qpsk", "--fec", "ofec", "--json"];
    let ended = on_case(folder.path(), "transmit", "inv08_tx_long", &more);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let report = json(&ended.stdout);
    let (errors, gsnr) = (&report["pre_fec"][0], &report["groups"][0]["gsnr_bw_db"]);
    for (key, of) in [("max", "min"), ("min", "max")] {
        let snr = 10f64.powf(number(&gsnr[of]) / 10.0);
        let expected = 0.5 * erfc((snr / 2.0).sqrt());
        assert!((number(&errors[key]) / expected - 1.0).abs() < 1e-6, "{key}: {errors} {expected}");
    }
    let margin = number(&gsnr["min"]) - number(&errors["limit_gsnr_bw_db"]);
    assert!((number(&errors["margin_db"]) - margin).abs() < 1e-9);
    let limit = 10f64.powf(number(&errors["limit_gsnr_bw_db"]) / 10.0);
    assert!((0.5 * erfc((limit / 2.0).sqrt()) / number(&errors["limit"]) - 1.0).abs() < 1e-6);
}

#[test]
fn what_is_wrong_is_said_with_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let spoilt = read("cases/inv01_tx_default/topology.json").replace("\"SSMF\"", "\"SSSF\"");
    fs::write(folder.path().join("spoilt.json"), spoilt).unwrap();
    fs::write(folder.path().join("half.json"), "{\n \"elements\": [").unwrap();
    let equipment = data("cases/inv01_tx_default/equipment.json");
    let wrong: [(&[&str], &str); 4] = [
        (&["transmit", "spoilt.json", "-e", &equipment], "spoilt.json: /elements/1/type_variety: "),
        (&["transmit", "half.json", "-e", &equipment], "half.json: line 2 column "),
        (&["transmit", "none.json", "-e", &equipment], "none.json: cannot be read"),
        (&["design", "sheet.xlsx", "-e", &equipment, "-o", "x.json"], "sheet.xlsx: cannot be read"),
    ];
    for (arguments, words) in wrong {
        let ended = otn_in(folder.path(), arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    let case = "inv02_tx_saturated";
    let refused: [(&[&str], &str); 7] = [
        (&["nowhere"], "source 'nowhere': no transceiver has this in its name"),
        (&["--path", "nowhere"], "path element 'nowhere'"),
        (&["--mode", "Voyager:mode 9"], "has no mode `mode 9`, did you mean 'mode"),
        (&["--mode", "Voyager"], "expected TRX:MODE"),
        (&["--pre-fec"], "expected --modulation"),
        (&["--pre-fec", "--modulation", "qpsk", "--fec", "ofecc"], "did you mean `ofec`?"),
        (&["--power", "NaN"], "expected a finite number"),
    ];
    for (more, words) in refused {
        let ended = on_case(folder.path(), "transmit", case, more);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{more:?}");
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
}

#[test]
fn workbooks_are_read_as_topologies() {
    let folder = tempfile::tempdir().unwrap();
    let sheets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../plan/tests/sheets");
    let ring = sheets.join("ring.xlsx").display().to_string();
    let equipment = data("example-data/eqpt_config.json");
    let arguments = ["transmit", &ring, "-e", &equipment, "--json"];
    let ended = otn_in(folder.path(), &arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(json(&ended.stdout)["fibres"].as_u64().unwrap() > 0);
    fs::write(folder.path().join("no.xlsx"), "no workbook").unwrap();
    let ended = otn_in(folder.path(), &["transmit", "no.xlsx", "-e", &equipment]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("no.xlsx: "), "{}", ended.stderr);
}

#[test]
fn inputs_are_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let topology = read("cases/inv01_tx_default/topology.json");
    fs::write(folder.path().join("net.json"), &topology).unwrap();
    let equipment = data("cases/inv01_tx_default/equipment.json");
    let commands: [&[&str]; 4] = [
        &["transmit", "net.json", "-e", &equipment, "--dump", "./net.json"],
        &["transmit", "net.json", "-e", &equipment, "--save-network", "net.json"],
        &["transmit", "net.json", "-e", &equipment, "--save-network", "x", "--dump", "x"],
        &["design", "net.json", "-e", &equipment, "-o", "net.json"],
    ];
    for arguments in commands {
        assert_eq!(otn_in(folder.path(), arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("net.json")).unwrap(), topology);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn pictures_are_drawn_with_titles_and_units() {
    let folder = tempfile::tempdir().unwrap();
    let ended = on_case(folder.path(), "transmit", "inv08_tx_long", &["--plot", "pictures"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let wanted = [
        ("receiver.svg", ["Site_A to Site_B: at the receiver", "frequency in THz", "dB in 0.1 nm"]),
        ("path.svg", ["Site_A to Site_B: along the path", "distance in km", "roadm Site D"]),
        ("span.svg", ["Span1: power along the fibre", "distance in km", "dBm"]),
    ];
    for (name, words) in wanted {
        let svg = fs::read_to_string(folder.path().join("pictures").join(name)).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{name}");
        for words in words {
            assert!(svg.contains(words), "{name}: {words}");
        }
    }
}

#[test]
fn designs_are_saved_explained_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let case = "va26_sorted_iterator";
    let more = ["-o", "out.json", "--explain", "--compat", "2.14"];
    let ended = on_case(folder.path(), "design", case, &more);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for line in ended.stdout.lines().skip(1) {
        assert!(line.chars().count() <= 120, "{line}");
    }
    let reference = &json(&read(&format!("reference/{case}.json")))["design"]["amplifiers"];
    let saved = json(&fs::read_to_string(folder.path().join("out.json")).unwrap());
    let elements = saved["elements"].as_array().unwrap();
    let report = on_case(folder.path(), "design", case, &[&more[..], &["--json"]].concat());
    let report = json(&report.stdout);
    for (uid, expected) in reference.as_object().unwrap() {
        assert!(ended.stdout.contains(&format!("\n{uid} (")), "{uid} is explained");
        let element = elements.iter().find(|element| element["uid"] == **uid).unwrap();
        assert_eq!(element["type_variety"], expected["type_variety"], "{uid}");
        let gain_db = number(&element["operational"]["gain_target"]);
        assert!((gain_db - number(&expected["effective_gain_db"])).abs() < 1e-6, "{uid}");
        let account = report["amplifiers"].as_array().unwrap();
        let account = account.iter().find(|account| account["uid"] == **uid).unwrap();
        let taken =
            account["candidates"].as_array().unwrap().iter().filter(|one| one["taken"] == true);
        assert_eq!(taken.count(), usize::from(account["type_given"] == false), "{uid}");
    }
    // What was designed is a topology, and a second design finds nothing to add.
    let equipment = data(&format!("cases/{case}/equipment.json"));
    let arguments = ["design", "out.json", "-e", &equipment, "-o", "again.json", "--json"];
    let again = otn_in(folder.path(), &arguments);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(json(&again.stdout)["amplifiers_added"], 0);
}
