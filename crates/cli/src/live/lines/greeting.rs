//! What two programs say to one another before frames flow.
//!
//! In: a line of JSON of the one that connects. Out: a line of JSON with the same of the other one, or why it is
//! refused. `{"otn-live": 1, "line": "north", "node": "B", "signal": "OTU1", "pace": 1.0}`: `node` is that of the
//! program that speaks.

use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Of the protocol: greeting and frames.
const VERSION: u32 = 1;

/// The longest greeting, octets.
const LONGEST: usize = 4_096;

/// Time that a greeting may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Paces that differ by less are the same.
const SAME_PACE: f64 = 1e-9;

/// Why nothing was heard of one that connected and went.
pub(super) const SAID_NOTHING: &str = "closed without a word";

/// What a program says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Greeting {
    #[serde(rename = "otn-live")]
    version: u32,
    /// Name of the line.
    pub(super) line: String,
    /// The node at its own end.
    pub(super) node: String,
    /// The OTUk.
    signal: String,
    /// Seconds of the network in a second.
    pace: f64,
}

/// What the other one answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Answer {
    Refused { refused: String },
    Fine(Greeting),
}

impl Greeting {
    /// That of the program with this node.
    pub(super) fn new(line: &str, node: &str, signal: &str, pace: f64) -> Self {
        let [line, node, signal] = [line, node, signal].map(str::to_string);
        Self { version: VERSION, line, node, signal, pace }
    }

    /// Checks that of the other end of the line, where `expected` is the node there.
    ///
    /// # Errors
    /// What does not agree.
    pub(super) fn agrees(&self, theirs: &Self, expected: &str) -> Result<(), String> {
        let Self { version, line, node, signal, pace } = theirs;
        if *version != self.version {
            return Err(format!("protocol: found version {version}, expected {}", self.version));
        }
        if *line != self.line {
            return Err(format!("line: found `{line}`, expected `{}`", self.line));
        }
        if node != expected {
            return Err(format!("line `{line}`: found node `{node}`, expected `{expected}`"));
        }
        if *signal != self.signal {
            return Err(format!("line `{line}`: found {signal}, expected {}", self.signal));
        }
        if (pace - self.pace).abs() > SAME_PACE * self.pace {
            return Err(format!("line `{line}`: found pace {pace}, expected {}", self.pace));
        }
        Ok(())
    }
}

/// Says something.
///
/// # Errors
/// Those of the socket.
pub(super) fn greet(stream: &mut impl Write, greeting: &Greeting) -> io::Result<()> {
    say(stream, greeting)
}

/// Refuses.
///
/// # Errors
/// Those of the socket.
pub(super) fn refuse(stream: &mut impl Write, refused: String) -> io::Result<()> {
    say(stream, &Answer::Refused { refused })
}

fn say(stream: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line)
}

/// Hears a greeting.
///
/// # Errors
/// What came is none, or nothing came in time.
pub(super) fn hear(
    stream: &mut impl BufRead,
    limit: &dyn Fn(Duration) -> io::Result<()>,
) -> Result<Greeting, String> {
    let line = line(stream, limit)?;
    serde_json::from_slice(&line).map_err(|_| "found no greeting of `otn live`".to_string())
}

/// Hears the answer to a greeting.
///
/// # Errors
/// It was refused, with the reason of the other side; or as with [`hear`].
pub(super) fn hear_answer(
    stream: &mut impl BufRead,
    limit: &dyn Fn(Duration) -> io::Result<()>,
) -> Result<Greeting, String> {
    let line = line(stream, limit)?;
    match serde_json::from_slice(&line) {
        Ok(Answer::Fine(greeting)) => Ok(greeting),
        Ok(Answer::Refused { refused }) => Err(format!("refused: {refused}")),
        Err(_) => Err("what answers is no `otn live`".to_string()),
    }
}

/// A line, without what is behind it.
fn line(
    stream: &mut impl BufRead,
    limit: &dyn Fn(Duration) -> io::Result<()>,
) -> Result<Vec<u8>, String> {
    let (mut line, started) = (Vec::new(), Instant::now());
    loop {
        let rest = PATIENCE.saturating_sub(started.elapsed());
        if rest.is_zero() {
            return Err("no greeting came in time".to_string());
        }
        let lost = |error: io::Error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                "no greeting came in time".to_string()
            }
            _ => error.to_string(),
        };
        limit(rest).map_err(lost)?;
        let came = match stream.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            came => came.map_err(lost)?,
        };
        if came.is_empty() {
            let nothing = line.is_empty();
            return Err(if nothing { SAID_NOTHING } else { "closed in its greeting" }.to_string());
        }
        let end = came.iter().position(|octet| *octet == b'\n');
        let taken = end.map_or(came.len(), |end| end + 1);
        line.extend_from_slice(&came[..taken]);
        stream.consume(taken);
        if line.len() > LONGEST {
            return Err(format!("found more than {LONGEST} octets, expected a line of JSON"));
        }
        if end.is_some() {
            return Ok(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn ours() -> Greeting {
        Greeting::new("north", "A", "OTU1", 0.1)
    }

    fn no_limit(_: Duration) -> io::Result<()> {
        Ok(())
    }

    #[test]
    fn what_was_said_is_heard_and_what_is_behind_it_stays() {
        let theirs = Greeting::new("north", "B", "OTU1", 0.1);
        let mut said = Vec::new();
        greet(&mut said, &theirs).expect("a vector");
        said.extend(b"frames");
        let mut stream = BufReader::with_capacity(5, said.as_slice());
        let heard = hear(&mut stream, &no_limit).expect("a greeting");
        assert_eq!(heard, theirs);
        assert_eq!(ours().agrees(&heard, "B"), Ok(()));
        let mut rest = String::new();
        io::Read::read_to_string(&mut stream, &mut rest).expect("text");
        assert_eq!(rest, "frames");
    }

    #[test]
    fn whatever_does_not_agree_is_named() {
        let of = |text: &str| {
            serde_json::from_str::<Greeting>(text).map(|g| ours().agrees(&g, "B").unwrap_err())
        };
        let with = |version: u32, line: &str, node: &str, signal: &str, pace: f64| {
            of(&format!(
                r#"{{"otn-live":{version},"line":"{line}","node":"{node}","signal":"{signal}","pace":{pace}}}"#
            ))
            .expect("a greeting")
        };
        let said = [
            (with(2, "north", "B", "OTU1", 0.1), "protocol: found version 2, expected 1"),
            (with(1, "south", "B", "OTU1", 0.1), "line: found `south`, expected `north`"),
            (with(1, "north", "C", "OTU1", 0.1), "line `north`: found node `C`, expected `B`"),
            (with(1, "north", "B", "OTU2", 0.1), "line `north`: found OTU2, expected OTU1"),
            (with(1, "north", "B", "OTU1", 0.2), "line `north`: found pace 0.2, expected 0.1"),
        ];
        for (said, expected) in said {
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn garbage_is_no_greeting_however_long() {
        let wrong = |octets: &[u8]| hear(&mut &octets[..], &no_limit).unwrap_err();
        assert_eq!(wrong(b"GET / HTTP/1.1\r\n"), "found no greeting of `otn live`");
        assert_eq!(wrong(b"{}\n"), "found no greeting of `otn live`");
        assert_eq!(wrong(&[0xFF, 0, b'\n']), "found no greeting of `otn live`");
        assert_eq!(wrong(b""), SAID_NOTHING);
        assert_eq!(wrong(b"{\"otn-live\":1"), "closed in its greeting");
        assert!(wrong(&[b'x'; 10_000]).starts_with("found more than 4096 octets"));
    }

    #[test]
    fn a_refusal_comes_with_its_reason() {
        let mut said = Vec::new();
        refuse(&mut said, "line `x`: not here".to_string()).expect("a vector");
        let heard = hear_answer(&mut said.as_slice(), &no_limit);
        assert_eq!(heard, Err("refused: line `x`: not here".to_string()));
        let mut said = Vec::new();
        greet(&mut said, &ours()).expect("a vector");
        assert_eq!(hear_answer(&mut said.as_slice(), &no_limit), Ok(ours()));
    }
}
