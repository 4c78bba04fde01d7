//! `otn live` and `otn ctl` without interfaces: services send numbered packets, so that no privileges are needed.
//! `tests/services` has the same with TAP devices and real programs.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const NETWORK: &str = "
name: test
live: {pace: 1/40}
nodes: {A: {}, B: {}}
lines:
  north: {ends: [A, B], signal: OTU1, delay: 400 us, ber: 0}
  south: {ends: [A, B], signal: OTU1, delay: 300 us, ber: 0}
services:
  lan:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [A, B]
    route: [north]
    protection: {kind: snc-i, route: [south], wait-to-restore: 5 ms}
    traffic: {A: {packets: 500 octets, rate: 50 Mbit/s}}
";

/// Longer than anything here takes, on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

struct Live {
    child: Child,
    folder: tempfile::TempDir,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

/// A test that fails leaves nothing running.
impl Drop for Live {
    fn drop(&mut self) {
        // It has ended where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Live {
    fn start(network: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("net.yaml"), network).unwrap();
        let mut child = live(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(first["event"], "ready", "{first}");
        Self { child, folder, lines }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("ctl.sock")
    }

    fn ctl(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_otn"));
        command.arg("ctl").arg("--control").arg(self.socket()).args(arguments).output().unwrap()
    }

    fn status(&self) -> Value {
        let output = self.ctl(&["status", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The first status of which this is true.
    fn until(&self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let status = self.status();
            if is(&status) {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "no {what} in {status:#}");
        }
    }

    fn stop(mut self) -> Value {
        assert!(self.ctl(&["stop"]).status.success());
        let last = self.lines.by_ref().map(Result::unwrap).last().unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        assert!(!self.folder.path().join("ctl.sock").exists(), "the socket is gone");
        let last: Value = serde_json::from_str(&last).unwrap();
        assert_eq!(last["event"], "end");
        last["status"].clone()
    }
}

fn live(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otn"));
    command.current_dir(folder).args(["live", "net.yaml", "--headless", "--control", "ctl.sock"]);
    command
}

fn selected(status: &Value, node: &str) -> String {
    status["services"][0]["selected"][node].as_str().unwrap().to_string()
}

fn causes(status: &Value) -> Vec<String> {
    let alarms = status["alarms"].as_array().unwrap().iter();
    alarms.map(|alarm| format!("{} {}", alarm["node"], alarm["cause"]).replace('"', "")).collect()
}

#[test]
fn a_cut_moves_traffic_and_its_repair_moves_it_back() {
    let live = Live::start(NETWORK);
    let sound = live.until("traffic", |s| s["services"][0]["directions"][0]["delivered"] != 0);
    assert_eq!(causes(&sound), [""; 0]);
    let output = live.ctl(&["cut", "north", "--direction", "A>B"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "cut north A>B\n");
    let cut = live.until("switch", |s| selected(s, "B") == "protection");
    // Unidirectional: what goes the other way stays where it is.
    assert_eq!(selected(&cut, "A"), "working");
    assert!(causes(&cut).contains(&"B OTSi cLOS".to_string()), "{:?}", causes(&cut));
    let primary = cut["alarms"].as_array().unwrap().iter().filter(|a| a["primary"] == true);
    let primary: Vec<_> = primary.map(|a| (a["cause"].as_str(), a["because"].as_str())).collect();
    assert_eq!(primary, [(Some("OTSi cLOS"), Some("cut north A>B"))]);
    assert!(live.ctl(&["repair", "north"]).status.success());
    live.until("way back", |s| selected(s, "B") == "working" && causes(s).is_empty());
    let end = live.stop();
    let forth = &end["services"][0]["directions"][0];
    for none in ["corrupted", "fcs_errors"] {
        assert_eq!(forth[none], 0, "{forth}");
    }
    // Lost in the cut, and only there: the gap is told, and an alarm explains it.
    assert!(forth["lost"].as_u64().unwrap() > 0, "{forth}");
    assert_eq!(forth["lost"], forth["explained"]);
    assert!(forth["longest_disruption_ms"].as_f64().unwrap() < 50.0, "{forth}");
    let sum = ["delivered", "lost", "in_flight"].map(|key| forth[key].as_u64().unwrap());
    assert_eq!(forth["sent"].as_u64().unwrap(), sum.iter().sum::<u64>());
}

#[test]
fn bits_are_flipped_and_corrected_as_the_operator_says() {
    let live = Live::start(NETWORK);
    assert!(live.ctl(&["ber", "north", "1e-4"]).status.success());
    let line = |s: &Value| s["lines"][0]["directions"][0].clone();
    let status = live.until("errors", |s| line(s)["corrected_bits"].as_u64() > Some(500));
    let direction = line(&status);
    assert_eq!((direction["ber"].as_f64(), direction["light"].as_bool()), (Some(1e-4), Some(true)));
    assert_eq!(direction["uncorrectable_codewords"], 0);
    assert!(live.ctl(&["switch", "lan", "forced"]).status.success());
    let forced = live.until("switch", |s| selected(s, "A") == "protection");
    assert_eq!(selected(&forced, "B"), "protection");
    assert!(live.ctl(&["switch", "lan", "clear"]).status.success());
    live.until("way back", |s| selected(s, "A") == "working" && selected(s, "B") == "working");
    let slip = live.ctl(&["event", "{mfas-slip: {line: south, end: A, by: 3}}"]);
    assert!(slip.status.success(), "{}", String::from_utf8_lossy(&slip.stderr));
    let end = live.stop();
    // Errors cost nothing; what was on its way on the longer line, when traffic went to the shorter one, is not
    // waited for.
    let forth = &end["services"][0]["directions"][0];
    assert!(forth["lost"].as_u64().unwrap() <= 2 * 200 / 80 + 2, "{forth}");
    assert_eq!(forth["lost"], forth["explained"]);
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let live = Live::start(NETWORK);
    let wrong: [(&[&str], &str); 6] = [
        (&["cut", "nort"], "cut: no line `nort`, did you mean `north`?"),
        (&["cut", "north", "--direction", "A>C"], "direction: found `A>C`"),
        (&["ber", "north", "many"], "expected a bit error ratio"),
        (&["attenuate", "north", "6dB"], "needs light"),
        (&["switch", "lan", "forcd"], "expected one of: lockout, forced"),
        (&["event", "{explode: north}"], "explode"),
    ];
    for (arguments, message) in wrong {
        let output = live.ctl(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(told.contains(message), "{arguments:?}: {told}");
    }
    assert_eq!(std::fs::metadata(live.socket()).unwrap().permissions().mode() & 0o777, 0o600);
    let long = "x".repeat(100_000) + "\n";
    for garbage in
        ["\n", "{}\n", "[1,\n", "\"stop it\"\n", "{\"cut\": 3}\n", "\0\u{1}\u{7f}\n", &long]
    {
        let mut stream = UnixStream::connect(live.socket()).unwrap();
        // It may be closed before all of it is written.
        let _ = stream.write_all(garbage.as_bytes());
        let mut answer = String::new();
        let _ = BufReader::new(&stream).read_line(&mut answer);
        assert!(answer.starts_with("{\"error\":") || answer.is_empty(), "{garbage:.20}: {answer}");
    }
    // Those that say nothing hold up nobody.
    let silent: Vec<_> = (0..4).map(|_| UnixStream::connect(live.socket()).unwrap()).collect();
    let status = live.status();
    assert_eq!(causes(&status), [""; 0]);
    assert!(
        status["lines"].as_array().unwrap().iter().all(|l| l["directions"][0]["light"] == true)
    );
    drop(silent);
    live.stop();
}

#[test]
fn a_second_network_does_not_take_the_socket_and_what_a_crash_left_is_no_hindrance() {
    let mut first = Live::start(NETWORK);
    let second = live(first.folder.path()).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(told.contains("ctl.sock: another live network has this control socket"), "{told}");
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    assert!(first.socket().exists());
    let mut third = live(first.folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(third.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("ready"));
    assert!(first.ctl(&["stop"]).status.success());
    assert_eq!(third.wait().unwrap().code(), Some(0));
}

#[test]
fn sigterm_ends_it_as_a_command_does() {
    let mut live = Live::start(NETWORK);
    let id = live.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let last = live.lines.by_ref().map(Result::unwrap).last().unwrap();
    assert!(last.contains("\"event\":\"end\""), "{last}");
    assert_eq!(live.child.wait().unwrap().code(), Some(0));
}

#[test]
fn files_and_devices_that_make_no_sense_get_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let with = |ports: &str| {
        NETWORK.replace("traffic: {A: {packets: 500 octets, rate: 50 Mbit/s}}", ports)
    };
    let cases = [
        (with("ports: {A: {tap: tap0, namespace: no-such-one}}"), "no such namespace"),
        (with("ports: {A: {interface: no-such-if}}"), "interface no-such-if"),
        (with("ports: {A: {tap: a-name-that-is-too-long}}"), "expected a name of 1 to 15"),
        (with("ports: {A: {tap: t, interface: u}}"), "expected `tap` or `interface`, found both"),
        (with("ports: {A: {}}"), "expected `tap` or `interface`, found neither"),
        (with("ports: {C: {tap: t}}"), "ports"),
        (with("ports: {A: {tap: t, mtu: 10}}"), "mtu: found 10, expected 68 to 9600"),
        (with("ports: {A: {tap: t, queue: 0 packets}}"), "queue: found `0 packets`"),
        (with("ports: {A: {tap: t, when-full: burn}}"), "when-full"),
        (with("ports: {A: {tap: t}, B: {tap: t}}"), "another end has this device"),
        (NETWORK.replace("1/40", "2"), "pace: found `2`"),
    ];
    for (network, message) in cases {
        std::fs::write(folder.path().join("net.yaml"), &network).unwrap();
        let output = live(folder.path()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(message) && told.lines().count() == 1, "{message}: {told}");
    }
    std::fs::write(folder.path().join("net.yaml"), NETWORK).unwrap();
    let output = live(folder.path()).args(["--node", "C"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("--node: found `C`, expected one of: A, B"), "{told}");
}
