//! Devices of client ports: TAP, or a packet socket on an interface, in a network namespace.
//!
//! In: what the network file says of a port. Out: packets read and written without waiting, the interface's carrier; or
//! one sentence that says what is missing. A TAP made here is gone when the program is, however it ends.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow, bail};
use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::sched::{CloneFlags, setns};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, bind, recvfrom, send,
    socket,
};
use tun_rs::{DeviceBuilder, Layer, SyncDevice};

use super::link::{Link, LinkState};
use crate::network::{ClientPort, Device};
use crate::network_run::lock;

/// Where `ip netns` keeps its names.
const NAMESPACES: &str = "/run/netns";

/// Type of a packet that this host sends itself (packet(7), `PACKET_OUTGOING`).
const OUTGOING: u8 = 4;

/// The open device of a client port.
pub(super) struct OpenPort {
    handle: Handle,
    link: Mutex<Link>,
    /// Its name for people.
    pub(super) name: String,
}

enum Handle {
    Tap(SyncDevice),
    Packets(OwnedFd),
}

impl OpenPort {
    /// Opens the device of a port; where it is a TAP that is not there, makes it and takes it up.
    ///
    /// # Errors
    /// One sentence: no such namespace or interface, no privileges, another program has it.
    pub(super) fn open(port: &ClientPort) -> Result<Self> {
        let name = describe(port);
        let open = || match &port.device {
            Device::Tap(tap) => open_tap(tap, port.mtu),
            Device::Interface(interface) => open_interface(interface, port.mtu),
        };
        let opened = match &port.namespace {
            None => open(),
            Some(namespace) => inside(namespace, open),
        };
        let (handle, link) = opened.with_context(|| name.clone())?;
        Ok(Self { handle, link: Mutex::new(link), name })
    }

    /// Puts the next packet into `room` and gives its length; nothing where there is none now.
    pub(super) fn receive(&self, room: &mut [u8]) -> io::Result<Option<usize>> {
        loop {
            let got = match &self.handle {
                Handle::Tap(tap) => tap.recv(room),
                Handle::Packets(socket) => match recvfrom::<LinkAddr>(socket.as_raw_fd(), room) {
                    Ok((_, Some(from))) if from.pkttype() == OUTGOING => continue,
                    Ok((octets, _)) => Ok(octets),
                    Err(error) => Err(error.into()),
                },
            };
            return match got {
                Ok(octets) => Ok(Some(octets)),
                Err(error) if is_now_empty(&error) => Ok(None),
                Err(error) => Err(error),
            };
        }
    }

    /// Hands a packet to the owner of the interface; false where there is no room for it, or it is down.
    pub(super) fn send(&self, packet: &[u8]) -> bool {
        match &self.handle {
            Handle::Tap(tap) => tap.send(packet).is_ok(),
            Handle::Packets(socket) => {
                send(socket.as_raw_fd(), packet, MsgFlags::MSG_DONTWAIT).is_ok()
            }
        }
    }

    /// Something to wait on.
    pub(super) fn descriptor(&self) -> std::os::fd::BorrowedFd<'_> {
        match &self.handle {
            Handle::Tap(tap) => tap.as_fd(),
            Handle::Packets(socket) => socket.as_fd(),
        }
    }

    /// What the interface is at.
    pub(super) fn state(&self) -> io::Result<LinkState> {
        lock(&self.link).state()
    }

    /// Shows the owner of the interface a cable with light in it, or none.
    pub(super) fn set_carrier(&self, there: bool) -> io::Result<()> {
        lock(&self.link).set_carrier(there)
    }
}

/// A network that waits for nobody reads what there is.
fn is_now_empty(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
        // A packet socket tells so once that its interface went down; it goes on when that is up again.
        || error.raw_os_error() == Some(Errno::ENETDOWN as i32)
        // A TAP that is down has nothing.
        || error.raw_os_error() == Some(Errno::EIO as i32)
}

fn describe(port: &ClientPort) -> String {
    let device = match &port.device {
        Device::Tap(name) => format!("TAP {name}"),
        Device::Interface(name) => format!("interface {name}"),
    };
    match &port.namespace {
        Some(namespace) => format!("{device} in namespace {namespace}"),
        None => device,
    }
}

/// Does something in a network namespace, on a thread of its own.
fn inside<T: Send>(namespace: &str, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let path = format!("{NAMESPACES}/{namespace}");
    let file = File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow!("there is no such namespace; `ip netns add {namespace}` makes it")
        }
        _ => anyhow!("{path}: {error}"),
    })?;
    let entered = || {
        setns(&file, CloneFlags::CLONE_NEWNET).map_err(|error| privileges(error.into()))?;
        work()
    };
    std::thread::scope(|scope| {
        scope.spawn(entered).join().unwrap_or_else(|_| bail!("the namespace cannot be entered"))
    })
}

/// What to say where the kernel refuses.
fn privileges(error: io::Error) -> anyhow::Error {
    match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::EPERM | Errno::EACCES) => anyhow!(
            "not permitted: devices and namespaces need root, or the capabilities CAP_NET_ADMIN, \
             CAP_NET_RAW and CAP_SYS_ADMIN"
        ),
        Some(Errno::EBUSY) => anyhow!("another program has it"),
        _ => error.into(),
    }
}

fn open_tap(name: &str, mtu: Option<u32>) -> Result<(Handle, Link)> {
    let device = DeviceBuilder::new().name(name).layer(Layer::L2).inherit_enable_state();
    let tap = device.build_sync().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow!("/dev/net/tun is not there: the kernel has no TAP devices")
        }
        _ if error.raw_os_error() == Some(Errno::EINVAL as i32) => {
            anyhow!("there is an interface of that name that is no TAP device with one queue")
        }
        _ => privileges(error),
    })?;
    tap.set_nonblocking(true)?;
    let mut link = Link::open(name)?;
    link.set_up(mtu).map_err(privileges)?;
    Ok((Handle::Tap(tap), link))
}

fn open_interface(name: &str, mtu: Option<u32>) -> Result<(Handle, Link)> {
    let mut link = Link::open(name).map_err(|error| match error.raw_os_error() {
        Some(number) if number == Errno::ENODEV as i32 => anyhow!("there is no such interface"),
        _ => privileges(error),
    })?;
    link.set_up(mtu).map_err(privileges)?;
    link.set_promiscuous(true).map_err(privileges)?;
    let flags = SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC;
    let kind = (AddressFamily::Packet, SockType::Raw, SockProtocol::EthAll);
    let opened = socket(kind.0, kind.1, flags, kind.2).map_err(|error| privileges(error.into()))?;
    let index = link.index() as usize;
    let here = |address: &LinkAddr| address.ifindex() == index;
    let address = getifaddrs()?
        .filter_map(|interface| interface.address?.as_link_addr().copied())
        .find(here)
        .context("it has no address of its own")?;
    bind(opened.as_raw_fd(), &address).map_err(|error| privileges(error.into()))?;
    Ok((Handle::Packets(opened), link))
}
