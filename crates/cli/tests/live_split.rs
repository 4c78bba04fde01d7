//! A network split over several programs: `otn live --node`. One is killed and comes back, one stalls, one talks
//! nonsense.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No machine should need as long.
const PATIENCE: Duration = Duration::from_secs(240);

/// Slow, so that a busy machine keeps up. D is a node that nobody runs.
const NETWORK: &str = "
name: split
live: {pace: 1/500}
nodes:
  A: {listen: 'unix:a.sock'}
  B: {listen: 'unix:b.sock'}
  C: {}
  D: {}
lines:
  north: {ends: [A, B], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}
  south: {ends: [B, C], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}
  stub: {ends: [D, A], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}
services:
  lan:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [A, C]
    route: [north, south]
    traffic:
      A: {packets: 256 octets, rate: 50 Mbit/s}
      C: {packets: 256 octets, rate: 50 Mbit/s}
";

/// Programs by node; they end with it.
struct Programs {
    folder: tempfile::TempDir,
    children: BTreeMap<&'static str, Child>,
}

impl Programs {
    fn start(nodes: &[&'static str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("net.yaml"), NETWORK).expect("a file");
        let mut programs = Self { folder, children: BTreeMap::new() };
        nodes.iter().for_each(|node| programs.run(node));
        programs
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&mut self, node: &'static str) {
        let control = format!("{node}.ctl");
        let child = Command::new(env!("CARGO_BIN_EXE_otn"))
            .args(["live", "net.yaml", "--node", node, "--control", &control, "--headless"])
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        self.children.insert(node, child);
    }

    /// As `kill -9`.
    fn kill(&mut self, node: &str) {
        let mut child = self.children.remove(node).expect("it runs");
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
    }

    /// Nothing where it does not answer yet.
    fn status(&self, node: &str) -> Option<Value> {
        let control = format!("{node}.ctl");
        let asked = Command::new(env!("CARGO_BIN_EXE_otn"))
            .args(["ctl", "--control", &control, "status", "--json"])
            .current_dir(self.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        asked.status.success().then(|| serde_json::from_slice(&asked.stdout).expect("JSON"))
    }

    fn wait_for(&self, what: &str, mut until: impl FnMut(&Self) -> bool) {
        let started = Instant::now();
        while !until(self) {
            if started.elapsed() > PATIENCE {
                let told: Vec<_> = self.children.keys().map(|node| self.status(node)).collect();
                panic!("no {what}: {told:#?}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// True where no alarm stands at this node but those of the line that nobody is at the other end of.
    fn quiet(&self, node: &str) -> bool {
        self.status(node).is_some_and(|status| {
            status["ready"] == true && alarms(&status).all(|(point, _)| point.starts_with("stub"))
        })
    }

    fn hears_nothing(&self, node: &str, line: &str) -> bool {
        let point = format!("{line}.rx OTU1");
        let status = self.status(node).unwrap_or_default();
        alarms(&status).any(|(at, cause)| at == point && cause == "OTSi cLOS")
    }

    /// Packets that came out at this node.
    fn delivered(&self, node: &str) -> u64 {
        let status = self.status(node).unwrap_or_default();
        let directions = status["services"][0]["directions"].as_array().cloned();
        let here = directions.into_iter().flatten().find(|direction| direction["to"] == node);
        here.and_then(|direction| direction["delivered"].as_u64()).unwrap_or(0)
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        for child in self.children.values_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Point and cause of those that stand.
fn alarms(status: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = status["alarms"].as_array().into_iter().flatten();
    all.filter_map(|alarm| Some((alarm["point"].as_str()?, alarm["cause"].as_str()?)))
}

/// The stream of a line.
fn stream<'a>(status: &'a Value, line: &str) -> &'a Value {
    let lines = status["lines"].as_array().into_iter().flatten();
    &lines.into_iter().find(|l| l["name"] == line).expect("the line")["stream"]
}

#[test]
fn a_program_that_is_killed_is_a_loss_of_signal_until_it_is_back() {
    let mut programs = Programs::start(&["A", "B", "C"]);
    let all_quiet = |programs: &Programs| ["A", "B", "C"].iter().all(|node| programs.quiet(node));
    programs.wait_for("network without alarms", all_quiet);
    programs
        .wait_for("traffic", |programs| ["A", "C"].iter().all(|node| programs.delivered(node) > 0));
    programs.kill("B");
    programs.wait_for("loss of signal", |programs| {
        programs.hears_nothing("A", "north") && programs.hears_nothing("C", "south")
    });
    let before = ["A", "C"].map(|node| programs.delivered(node));
    let status = programs.status("A").expect("A lives");
    let north = stream(&status, "north");
    assert_eq!(north["connected"], false);
    assert!(north["breaks"].as_u64() >= Some(1), "{north}");
    assert!(north["dropped"].as_u64() >= Some(1), "{north}");
    programs.run("B");
    programs.wait_for("network without alarms again", all_quiet);
    programs.wait_for("traffic again", |programs| {
        ["A", "C"].iter().zip(before).all(|(node, before)| programs.delivered(node) > before)
    });
    // One end each: nothing is lost that nobody can know of, and what is received elsewhere is not told here.
    let status = programs.status("A").expect("A lives");
    let directions = &status["services"][0]["directions"];
    assert_eq!((&directions[0]["up"], &directions[0]["lost"]), (&Value::Null, &Value::from(0)));
    assert_eq!(
        (&directions[1]["up"], &directions[1]["lost"]),
        (&Value::Bool(true), &Value::from(0))
    );
    assert_eq!(status["lines"][0]["directions"][0]["frames"], 0);
    assert_eq!(stream(&status, "south"), &Value::Null);
}

#[test]
fn a_peer_that_stalls_and_one_that_talks_nonsense_hold_up_nobody() {
    let programs = Programs::start(&["A", "B", "C"]);
    programs.wait_for("endpoint", |programs| programs.path().join("a.sock").exists());
    let connect = || UnixStream::connect(programs.path().join("a.sock")).expect("A listens");
    let mut stalled = connect();
    let greeting =
        r#"{"otn-live":1,"line":"stub","node":"D","signal":"OTU1","pace":0.002}"#.to_string();
    stalled.write_all(format!("{greeting}\n").as_bytes()).expect("A hears");
    let mut answer = String::new();
    BufReader::new(&stalled).read_line(&mut answer).expect("A answers");
    assert!(answer.contains("\"node\":\"A\""), "{answer}");
    let mut held = Vec::new();
    for nonsense in [&b"\x00\x01\x02\n"[..], b"{\"otn-live\":", &[b'y'; 9_000]] {
        let mut stream = connect();
        // It may close before it has heard everything.
        let _ = stream.write_all(nonsense);
        held.push(stream);
    }
    programs.wait_for("network without alarms", |programs| {
        ["A", "B", "C"].iter().all(|node| programs.quiet(node))
    });
    programs
        .wait_for("traffic", |programs| ["A", "C"].iter().all(|node| programs.delivered(node) > 9));
    // Until its buffers are full and more.
    programs.wait_for("dropped frames", |programs| {
        let status = programs.status("A").expect("A lives");
        stream(&status, "stub")["dropped"].as_u64() > Some(0)
    });
    let before = ["A", "C"].map(|node| programs.delivered(node));
    programs.wait_for("more traffic", |programs| {
        ["A", "C"].iter().zip(before).all(|(node, before)| programs.delivered(node) > before)
    });
}
