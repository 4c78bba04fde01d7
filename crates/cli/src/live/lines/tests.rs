//! Two programs in one: streams over sockets, peers that stall, peers that talk nonsense.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Instant;

use super::*;

/// Four nodes, of which A listens; `rest` stands behind.
fn file(folder: &Path, rest: &str) -> NetworkFile {
    let text = format!(
        "name: t\nlive: {{pace: 1/100}}\n\
         nodes: {{A: {{listen: 'unix:a.sock'}}, B: {{}}, C: {{}}, D: {{}}}}\n\
         lines:\n  \
           north: {{ends: [A, B], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}}\n  \
           south: {{ends: [C, A], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}}\n{rest}"
    );
    let path = folder.join("net.yaml");
    crate::network::read_live(&path, &text, &[], &mut |_| Err(String::new())).expect("a network")
}

const SERVICE: &str = "services: {lan: {client: ethernet, mapping: gfp-f, odu: ODU0, ends: [A, B], route: [north], \
                       traffic: {}}}\n";

fn open(file: &NetworkFile, node: usize) -> Result<Lines> {
    let ours: Vec<bool> = (0..file.plan.nodes.len()).map(|other| other == node).collect();
    Lines::open(file, &ours)
}

/// Waits, with a time limit that no machine should need.
fn wait_for(what: &str, mut until: impl FnMut() -> bool) {
    let started = Instant::now();
    while !until() {
        assert!(started.elapsed() < Duration::from_secs(60), "no {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A frame for an end of a line, all octets `mark`.
fn flight(to: (usize, usize), n: u64, mark: u8) -> Flight {
    let mut octets = Vec::new();
    octets.extend((n * 50_000_000).to_be_bytes());
    octets.extend(((n + 1) * 50_000_000).to_be_bytes());
    octets.extend([0; 4 + 8 + 8 + 4]);
    octets.extend([mark; 4 * 4_080]);
    Flight::decode(to, &octets).expect("a frame")
}

fn greeting(line: &str, node: &str) -> String {
    format!(
        "{{\"otn-live\":1,\"line\":\"{line}\",\"node\":\"{node}\",\"signal\":\"OTU1\",\"pace\":0.01}}\n"
    )
}

/// Connects as somebody else and says this; gives the answer.
fn stranger(folder: &Path, said: &[u8]) -> (BufReader<UnixStream>, String) {
    let mut stream = UnixStream::connect(folder.join("a.sock")).expect("somebody listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time");
    stream.write_all(said).expect("somebody hears");
    let (mut reader, mut answer) = (BufReader::new(stream), String::new());
    let _ = reader.read_line(&mut answer);
    (reader, answer)
}

#[test]
fn frames_go_both_ways_and_a_break_is_mended() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(folder.path(), SERVICE);
    let a = open(&file, 0).expect("a");
    let b = open(&file, 1).expect("b");
    let connected = |lines: &Lines| lines.status()[&0].connected;
    wait_for("connection", || connected(&a) && connected(&b));
    let mut ends = [(&a, (0, 0), 0), (&b, (0, 1), 1)].map(|(lines, to, node)| {
        let mut found = lines.ends_at(&file.plan, &[node]);
        assert_eq!(found.iter().map(RemoteEnd::to).collect::<Vec<_>>()[..1], [to]);
        found.remove(0)
    });
    (0..10).for_each(|n| a.send(&flight((0, 1), n, 7)));
    (0..20).for_each(|n| b.send(&flight((0, 0), n, 9)));
    wait_for("frames", || a.status()[&0].received == 20 && b.status()[&0].received == 10);
    for (end, count) in ends.iter_mut().zip([20, 10]) {
        let came = end.receive(SimTime::from_ms(1));
        let later = end.receive(SimTime::from_ms(5));
        let lit = |flight: &&Flight| {
            let mut octets = Vec::new();
            flight.encode(&mut octets) && octets.last() != Some(&0)
        };
        assert_eq!(came.iter().chain(&later).filter(lit).count(), count);
    }
    assert_eq!((a.status()[&0].sent, a.status()[&0].dropped), (10, 0));
    drop(b);
    wait_for("break", || !connected(&a));
    assert_eq!(a.status()[&0].breaks, 1);
    a.send(&flight((0, 1), 11, 7));
    assert_eq!(a.status()[&0].dropped, 1, "nobody is there");
    let b = open(&file, 1).expect("b");
    wait_for("connection", || connected(&a) && connected(&b));
    assert!(a.news().any(|text| text == "line north: connected to B"));
    drop(a);
    assert!(!folder.path().join("a.sock").exists(), "the socket is gone with its program");
}

#[test]
fn a_line_that_is_cut_here_is_dark_from_there_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = file(folder.path(), SERVICE);
    let a = open(&file, 0).expect("a");
    let b = open(&file, 1).expect("b");
    wait_for("connection", || b.status()[&0].connected);
    (0..20).for_each(|n| b.send(&flight((0, 0), n, 9)));
    wait_for("frames", || a.status()[&0].received == 20);
    let mut end = a.ends_at(&file.plan, &[0]).remove(0);
    // From the third frame on: the first one left its node 50 us after the beginning, the play-out time.
    let dark = LightState {
        from: SimTime::from_ps(100_100_000),
        light: false,
        ..file.plan.lines[0].light[0][0]
    };
    file.plan.lines[0].light[0].push(dark);
    end.relight(&file.plan);
    let mut came = end.receive(window(&file.plan));
    came.extend(end.receive(SimTime::from_ms(2)));
    let mark = |flight: &Flight| {
        let mut octets = Vec::new();
        flight.encode(&mut octets);
        octets.last().copied()
    };
    assert_eq!(came.iter().filter(|flight| mark(flight) == Some(9)).count(), 2);
}

#[test]
fn a_stalled_peer_drops_frames_of_its_own_line_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(folder.path(), SERVICE);
    let a = open(&file, 0).expect("a");
    // It greets, and never reads nor sends.
    let (_stalled, answer) = stranger(folder.path(), greeting("south", "C").as_bytes());
    assert!(answer.contains("\"node\":\"A\""), "{answer}");
    let b = open(&file, 1).expect("b");
    wait_for("connection", || a.status().values().all(|stream| stream.connected));
    let queue = queue_of(&file.plan, 0, 0.01) as u64;
    // More than the queue and any buffer of a socket take.
    for n in 0..2_000 {
        a.send(&flight((1, 0), n, 1));
        if n % 200 == 0 {
            a.send(&flight((0, 1), n, 1));
        }
    }
    wait_for("frames", || b.status()[&0].received == 10);
    let status = a.status();
    assert_eq!(status[&0].dropped, 0);
    assert!(status[&1].dropped > 1_000, "{status:?}");
    assert!(status[&1].sent + status[&1].dropped + queue + 1 >= 2_000, "{status:?}");
}

#[test]
fn whoever_does_not_belong_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(folder.path(), SERVICE);
    let a = open(&file, 0).expect("a");
    let refused = |said: &[u8]| stranger(folder.path(), said).1;
    let reasons = [
        (greeting("west", "B"), "line `west`: not known here"),
        (greeting("north", "C"), "line `north`: found node `C`, expected `B`"),
        (greeting("north", "B").replace("OTU1", "OTU2"), "line `north`: found OTU2, expected OTU1"),
        (
            greeting("north", "B").replace("live\":1", "live\":9"),
            "protocol: found version 9, expected 1",
        ),
        ("GET / HTTP/1.1\n".to_string(), "found no greeting of `otn live`"),
        ("x".repeat(5_000), "found more than 4096 octets, expected a line of JSON"),
    ];
    for (said, reason) in reasons {
        let answer = refused(said.as_bytes());
        assert_eq!(answer, format!("{}\n", serde_json::json!({"refused": reason})));
        assert!(!a.status()[&0].connected);
    }
    // Greeted, and then nonsense: that connection ends, and nothing else.
    for nonsense in [&[0xFF; 64][..], &[0; 4], &[0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]] {
        let said = [greeting("north", "B").as_bytes(), nonsense].concat();
        let (mut reader, _) = stranger(folder.path(), &said);
        let mut rest = Vec::new();
        assert_eq!(reader.read_to_end(&mut rest).ok(), Some(0), "it is closed");
        wait_for("end", || !a.status()[&0].connected);
    }
    // A machine that is busy may take the first one for dead; then the second one has its place.
    let mut held = Vec::new();
    wait_for("refusal", || {
        let (stream, answer) = stranger(folder.path(), greeting("north", "B").as_bytes());
        held.push(stream);
        answer.contains("line `north`: connected already")
    });
    assert!(held.len() > 1);
}

#[test]
fn the_other_side_says_once_why_it_was_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = file(folder.path(), SERVICE);
    let a = open(&one, 0).expect("a");
    let mut other = file(folder.path(), SERVICE);
    other.live.pace = 1.0;
    let b = open(&other, 1).expect("b");
    let mut news: Vec<String> = Vec::new();
    wait_for("refusal", || {
        news.extend(b.news());
        !news.is_empty()
    });
    // Time for some more attempts.
    std::thread::sleep(Duration::from_millis(500));
    news.extend(b.news());
    let expected =
        "line north: no connection to A: refused: line `north`: found pace 1, expected 0.01";
    assert_eq!(news, [expected]);
    let news: Vec<String> = a.news().collect();
    assert_eq!(news.len(), 1, "{news:?}");
    assert!(news[0].ends_with("refused a connection: line `north`: found pace 1, expected 0.01"));
}

#[test]
fn a_dead_connection_gives_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(folder.path(), SERVICE);
    let a = open(&file, 0).expect("a");
    let (_silent, answer) = stranger(folder.path(), greeting("north", "B").as_bytes());
    assert!(answer.contains("otn-live"), "{answer}");
    let b = open(&file, 1).expect("b");
    wait_for("place", || b.status()[&0].connected);
    assert_eq!(a.status()[&0].breaks, 1);
}

#[test]
fn what_cannot_be_split_is_told_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |rest: &str, node: usize| match open(&file(folder.path(), rest), node) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    };
    let east = "  east: {ends: [B, D], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}\n";
    assert_eq!(
        said(&format!("{east}{SERVICE}"), 3),
        "line `east`: its ends are in different programs, expected `listen` at node `B` or `D`"
    );
    let east = "  east: {ends: [A, D], signal: OTU1, fec: staircase, fibre: 20 km, ber: 0}\n";
    let told = said(&format!("{east}{SERVICE}"), 3);
    assert!(told.starts_with("line `east`: staircase is no code of the OTU frame"), "{told}");
    let one = file(folder.path(), SERVICE);
    let _a = open(&one, 0).expect("a");
    let told = open(&one, 0).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(told.ends_with("a.sock: another program listens here"), "{told}");
    let all = vec![true; 4];
    assert!(Lines::open(&one, &all).expect("no stream").status().is_empty());
}
