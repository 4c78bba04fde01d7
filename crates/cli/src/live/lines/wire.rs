//! Sockets between programs: streams of octets in the file system or over TCP.
//!
//! In: an endpoint of the network file. Out: connections, each to be read by one thread, written by another and ended
//! by a third. A socket in the file system can be opened by its owner only, and is gone with the program.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::live::control::owners_socket;
use crate::network::Endpoint;

/// Time that a connection over TCP may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection.
#[derive(Clone, Debug)]
pub(super) struct Wire(Arc<Socket>);

#[derive(Debug)]
enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Wire {
    /// Connects to whoever listens there.
    ///
    /// # Errors
    /// Nobody does.
    pub(super) fn connect(endpoint: &Endpoint) -> io::Result<Self> {
        match endpoint {
            Endpoint::Unix(path) => UnixStream::connect(path).map(Self::unix),
            Endpoint::Tcp(address) => Self::tcp(TcpStream::connect_timeout(address, PATIENCE)?),
        }
    }

    /// Over a socket in the file system.
    pub(super) fn unix(stream: UnixStream) -> Self {
        Self(Arc::new(Socket::Unix(stream)))
    }

    fn tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self(Arc::new(Socket::Tcp(stream))))
    }

    /// Reads take no longer than this from now on.
    ///
    /// # Errors
    /// Those of the socket.
    pub(super) fn limit_reads(&self, limit: Duration) -> io::Result<()> {
        match &*self.0 {
            Socket::Unix(stream) => stream.set_read_timeout(Some(limit)),
            Socket::Tcp(stream) => stream.set_read_timeout(Some(limit)),
        }
    }

    /// Ends it for whoever reads or writes.
    pub(super) fn end(&self) {
        // Where it has ended already there is nothing to do.
        let _ = match &*self.0 {
            Socket::Unix(stream) => stream.shutdown(Shutdown::Both),
            Socket::Tcp(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Wire {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match &*self.0 {
            Socket::Unix(stream) => (&mut &*stream).read(room),
            Socket::Tcp(stream) => (&mut &*stream).read(room),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &*self.0 {
            Socket::Unix(stream) => (&mut &*stream).write(octets),
            Socket::Tcp(stream) => (&mut &*stream).write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where connections come in.
#[derive(Debug)]
pub(super) enum Listener {
    /// In the file system, with its path.
    Unix(UnixListener, PathBuf),
    /// Over TCP.
    Tcp(TcpListener),
}

impl Listener {
    /// Listens.
    ///
    /// # Errors
    /// Another program does, or it is no place for a socket.
    pub(super) fn open(endpoint: &Endpoint) -> Result<Self> {
        let listener = match endpoint {
            Endpoint::Unix(path) => {
                Self::Unix(owners_socket(path, "another program listens here")?, path.clone())
            }
            Endpoint::Tcp(address) => {
                let bound = TcpListener::bind(address);
                Self::Tcp(bound.with_context(|| format!("listen: tcp:{address}"))?)
            }
        };
        match &listener {
            Self::Unix(bound, _) => bound.set_nonblocking(true)?,
            Self::Tcp(bound) => bound.set_nonblocking(true)?,
        }
        Ok(listener)
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Self::Unix(bound, _) => bound.as_fd(),
            Self::Tcp(bound) => bound.as_fd(),
        }
    }

    /// The next connection, where there is one in so many milliseconds.
    pub(super) fn accept(&self, wait: u16) -> Option<Wire> {
        let mut ready = [PollFd::new(self.descriptor(), PollFlags::POLLIN)];
        // Interrupted or not, the listener tells.
        let _ = poll(&mut ready, PollTimeout::from(wait));
        match self {
            Self::Unix(bound, _) => {
                let (stream, _) = bound.accept().ok()?;
                stream.set_nonblocking(false).ok()?;
                Some(Wire::unix(stream))
            }
            Self::Tcp(bound) => {
                let (stream, _) = bound.accept().ok()?;
                stream.set_nonblocking(false).ok()?;
                Wire::tcp(stream).ok()
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // Where it is gone already there is nothing to do.
            let _ = std::fs::remove_file(path);
        }
    }
}
