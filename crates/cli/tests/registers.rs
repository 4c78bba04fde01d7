//! `otn run` for more than a second: registers of seconds, and what each end is told of the other.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use common::otn_in;
use serde_json::Value;
use std::fs;

/// The interval of a period at a termination point, and whether it is whole.
fn interval<'a>(
    report: &'a Value,
    node: &str,
    point: &str,
    period: &str,
    whole: bool,
) -> &'a Value {
    let same = |bin: &&Value| {
        let place = bin["node"] == node && bin["termination_point"] == point;
        place && bin["period"] == period && (bin["validity"] == "complete") == whole
    };
    let bins = report["performance"].as_array().expect("a list");
    bins.iter().find(same).unwrap_or_else(|| panic!("{node} {point} {period} in {bins:#?}"))
}

/// Errors of one direction for 1.1 s: one whole second, in registers.
#[test]
fn a_run_of_more_than_a_second_has_registers() {
    let folder = tempfile::tempdir().unwrap();
    let line = "ab: {ends: [a, b], signal: OTU1, slots: none, fec: none, ber-towards: {b: 1e-6}}";
    let service = "s: {client: prbs, odu: ODU1, ends: [a, b]}";
    let text = format!(
        "duration: 1.1 s\nnodes: {{a: {{}}, b: {{}}}}\nlines:\n  {line}\nservices:\n  {service}\n"
    );
    fs::write(folder.path().join("net.yaml"), text).unwrap();
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
    // Bits of the pattern are wrong, and nothing else.
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""), "{}", ended.stdout);
    assert!(ended.stdout.contains("alarms: none"), "{}", ended.stdout);
    let report = fs::read(folder.path().join("out/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    for point in ["ab.rx OTU1", "s ODU1"] {
        let count = |bin: &Value, end: &str, key: &str| bin[end][key].as_u64().unwrap();
        let [b, a] = ["b", "a"].map(|node| interval(&report, node, point, "1s", true));
        let blocks = count(b, "near", "errored_blocks") as f64;
        // 15 240 octets of the OPU and 1e-6: 11.5 % of 20 421 frames, 46 of standard deviation.
        let expected = 1.0 / 48.971e-6 * (1.0 - (-15_240.0 * 8.0 * 1e-6_f64).exp());
        assert!((blocks - expected).abs() < 230.0, "{blocks} {expected}");
        // What one end counts the other one is told of, a frame or two later.
        assert!(
            count(a, "far", "errored_blocks").abs_diff(count(b, "near", "errored_blocks")) <= 2
        );
        // 15 % of the blocks of a second make it severe: 11.5 % do not.
        for (bin, end) in [(b, "near"), (a, "far")] {
            let seconds = [
                "errored_seconds",
                "severely_errored_seconds",
                "unavailable_seconds",
                "defect_seconds",
            ]
            .map(|key| count(bin, end, key));
            assert_eq!(seconds, [1, 0, 0, 0], "{point} {end}");
            assert_eq!(
                count(bin, end, "background_block_errors"),
                count(bin, end, "errored_blocks")
            );
        }
        assert_eq!(count(a, "near", "errored_blocks"), 0);
        // The second that is open has the rest, and the day the whole one only.
        let open = count(interval(&report, "b", point, "1s", false), "near", "errored_blocks");
        assert!((150..450).contains(&open), "{open}");
        let day = interval(&report, "b", point, "24h", false);
        assert_eq!(count(day, "near", "errored_blocks") as f64, blocks);
    }
}
