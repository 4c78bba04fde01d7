//! The control socket of a live network: a Unix socket that only its owner can open, a line of JSON for each request
//! and each answer.
//!
//! In: commands, or garbage. Out: `{"ok": ...}` or `{"error": "..."}`; what is no command changes nothing, and a client
//! that says nothing holds up nobody.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::{Mode, umask};
use serde_json::{Value, json};
use std::os::fd::AsFd;

use super::command::Command;

/// The longest request, octets.
const LONGEST: u64 = 64 * 1024;

/// Time that a client may take for a request, and for taking an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Clients served at a time.
const CLIENTS: usize = 16;

/// From one look whether the network has ended to the next, ms.
const LOOK: u16 = 100;

/// The socket; gone with the program.
pub(super) struct Control {
    listener: UnixListener,
    /// Where it is.
    pub(super) path: PathBuf,
}

/// Where the sockets of a user are.
fn folder() -> PathBuf {
    match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(folder) if !folder.is_empty() => Path::new(&folder).join("otn"),
        _ => std::env::temp_dir().join(format!("otn-{}", nix::unistd::geteuid())),
    }
}

/// The socket of a network of this name, where none is given.
pub(super) fn usual_path(name: &str) -> PathBuf {
    let fine = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    folder().join(format!("{}.sock", name.chars().map(fine).collect::<String>()))
}

/// The socket that is meant where none is given: the only one that answers.
///
/// # Errors
/// There is none, or there are several.
pub fn the_only_one() -> Result<PathBuf> {
    let entries = std::fs::read_dir(folder()).into_iter().flatten().flatten();
    let sockets =
        entries.map(|entry| entry.path()).filter(|p| p.extension() == Some("sock".as_ref()));
    let mut alive: Vec<PathBuf> =
        sockets.filter(|path| UnixStream::connect(path).is_ok()).collect();
    alive.sort();
    match alive.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("no live network is running here; `otn live NETWORK.yaml` starts one"),
        several => {
            let names: Vec<String> =
                several.iter().map(|path| path.display().to_string()).collect();
            bail!(
                "several live networks are running, expected --control with one of: {}",
                names.join(", ")
            )
        }
    }
}

impl Control {
    /// Listens at this path.
    ///
    /// # Errors
    /// Another network has it, or it cannot be made.
    pub(super) fn listen(path: &Path) -> Result<Self> {
        if let Some(parent) = path.parent().filter(|parent| *parent == folder()) {
            private_folder(parent)?;
        }
        let listener = owners_socket(path, "another live network has this control socket")?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, path: path.to_path_buf() })
    }

    /// Answers until `goes_on` says no. `answer` may take its time.
    pub(super) fn serve(
        &self,
        goes_on: &(dyn Fn() -> bool + Sync),
        answer: &(dyn Fn(Command) -> Result<Value, String> + Sync),
    ) {
        let clients = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            while goes_on() {
                let mut wait = [PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)];
                // Interrupted or not, the listener tells.
                let _ = poll(&mut wait, PollTimeout::from(LOOK));
                let Ok((stream, _)) = self.listener.accept() else { continue };
                if clients.fetch_add(1, Ordering::SeqCst) >= CLIENTS {
                    clients.fetch_sub(1, Ordering::SeqCst);
                    let _ = reply(&stream, &json!({"error": "too many clients at a time"}));
                    continue;
                }
                let clients = &clients;
                scope.spawn(move || {
                    // A client that goes away has its own reasons.
                    let _ = talk(&stream, goes_on, answer);
                    clients.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // Where it is gone already there is nothing to do.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A socket at this path that only its owner can open; `taken` is what is said where somebody answers there already.
///
/// # Errors
/// It is taken, or it cannot be made.
pub(super) fn owners_socket(path: &Path, taken: &str) -> Result<UnixListener> {
    if UnixStream::connect(path).is_ok() {
        bail!("{}: {taken}", path.display());
    }
    if let Ok(found) = std::fs::symlink_metadata(path) {
        use std::os::unix::fs::FileTypeExt;
        let stale = found.file_type().is_socket();
        ensure!(stale, "{}: found a file, expected a name for a socket", path.display());
        std::fs::remove_file(path).with_context(|| path.display().to_string())?;
    }
    // Nobody but the owner may open it, from the first instant on.
    let before = umask(Mode::from_bits_truncate(0o177));
    let bound = UnixListener::bind(path);
    umask(before);
    bound.with_context(|| format!("{}: socket", path.display()))
}

/// A folder that only its owner can look into.
fn private_folder(path: &Path) -> Result<()> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| path.display().to_string())?;
    let found = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    let ours = found.uid() == nix::unistd::geteuid().as_raw();
    ensure!(ours, "{}: belongs to somebody else, expected --control with a path", path.display());
    Ok(())
}

fn talk(
    stream: &UnixStream,
    goes_on: &(dyn Fn() -> bool + Sync),
    answer: &(dyn Fn(Command) -> Result<Value, String> + Sync),
) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_millis(LOOK.into())))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream);
    loop {
        let Some(line) = read_line(&mut lines, goes_on)? else { return Ok(()) };
        if line.last() != Some(&b'\n') {
            return reply(
                stream,
                &json!({"error": "found no end of a line, expected a line of JSON"}),
            );
        }
        match serde_json::from_slice(&line) {
            Ok(command) => {
                let told =
                    answer(command).map_or_else(|e| json!({"error": e}), |v| json!({"ok": v}));
                reply(stream, &told)?;
            }
            Err(error) => reply(stream, &json!({"error": format!("no command: {error}")}))?,
        }
    }
}

/// A line, or as much of one as is allowed; nothing where there will be none.
fn read_line(
    lines: &mut BufReader<&UnixStream>,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> std::io::Result<Option<Vec<u8>>> {
    let (mut line, started) = (Vec::new(), std::time::Instant::now());
    while goes_on() && started.elapsed() < PATIENCE {
        let room = LONGEST - line.len() as u64;
        match lines.take(room).read_until(b'\n', &mut line) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(_) => return Ok(Some(line)),
            // What has come so far is kept.
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn reply(mut stream: &UnixStream, value: &Value) -> std::io::Result<()> {
    let mut line = value.to_string();
    line.push('\n');
    stream.write_all(line.as_bytes())
}

/// Gives a command to the live network at this socket, and waits for its answer.
///
/// # Errors
/// Nobody answers there, or the command makes no sense to it.
pub fn ask(path: &Path, command: &Command) -> Result<Value> {
    let stream = UnixStream::connect(path)
        .with_context(|| format!("{}: no live network answers", path.display()))?;
    stream.set_read_timeout(Some(PATIENCE * 3))?;
    let mut line = serde_json::to_string(command)?;
    line.push('\n');
    (&stream).write_all(line.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(&stream).read_line(&mut answer)?;
    let answer: Value = serde_json::from_str(&answer)
        .with_context(|| format!("{}: what answers is no live network", path.display()))?;
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => bail!("{error}"),
        None => Ok(answer.get("ok").cloned().unwrap_or_default()),
    }
}
