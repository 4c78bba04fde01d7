//! A network interface as the kernel sees it: up, carrier, largest packet, what was dropped.
//!
//! In: netlink (rtnetlink(7)) of the namespace in which the socket was opened. Out: settings done, states read.

use std::io;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkFlags, LinkMessage, Stats64};
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

/// An interface of the namespace in which it was opened, from whatever thread it is asked.
pub(super) struct Link {
    socket: Socket,
    index: u32,
    sequence: u32,
}

/// What an interface is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkState {
    /// Its owner has it up.
    pub(super) up: bool,
    /// Packets that its owner sent and that it dropped.
    pub(super) dropped: u64,
}

impl Link {
    /// The interface of this name in the namespace of the calling thread.
    ///
    /// # Errors
    /// There is none, or netlink is not to be had.
    pub(super) fn open(name: &str) -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        let mut link = Self { socket, index: 0, sequence: 0 };
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::IfName(name.to_string()));
        let found = link.ask(RouteNetlinkMessage::GetLink(message), NLM_F_REQUEST)?;
        link.index = found.map_or(0, |message| message.header.index);
        Ok(link)
    }

    /// Its index.
    pub(super) const fn index(&self) -> u32 {
        self.index
    }

    /// Up, with this largest packet where it is given.
    ///
    /// # Errors
    /// The kernel's.
    pub(super) fn set_up(&mut self, mtu: Option<u32>) -> io::Result<()> {
        let mut message = self.message();
        message.header.flags = LinkFlags::Up;
        message.header.change_mask = LinkFlags::Up;
        message.attributes.extend(mtu.map(LinkAttribute::Mtu));
        self.set(message)
    }

    /// It takes packets that are for others too.
    ///
    /// # Errors
    /// The kernel's.
    pub(super) fn set_promiscuous(&mut self, on: bool) -> io::Result<()> {
        let mut message = self.message();
        message.header.flags = if on { LinkFlags::Promisc } else { LinkFlags::empty() };
        message.header.change_mask = LinkFlags::Promisc;
        self.set(message)
    }

    /// Its owner sees a cable with light in it, or none.
    ///
    /// # Errors
    /// The kernel's; not all kinds of interfaces can.
    pub(super) fn set_carrier(&mut self, there: bool) -> io::Result<()> {
        let mut message = self.message();
        message.attributes.push(LinkAttribute::Carrier(u8::from(there)));
        self.set(message)
    }

    /// What it is at.
    ///
    /// # Errors
    /// It is gone, for instance.
    pub(super) fn state(&mut self) -> io::Result<LinkState> {
        let message = RouteNetlinkMessage::GetLink(self.message());
        let Some(found) = self.ask(message, NLM_F_REQUEST)? else {
            return Ok(LinkState::default());
        };
        let stats = found.attributes.iter().find_map(|attribute| match attribute {
            LinkAttribute::Stats64(stats) => Some(*stats),
            _ => None,
        });
        let Stats64 { tx_dropped, .. } = stats.unwrap_or_default();
        Ok(LinkState { up: found.header.flags.contains(LinkFlags::Up), dropped: tx_dropped })
    }

    fn message(&self) -> LinkMessage {
        let mut message = LinkMessage::default();
        message.header.index = self.index;
        message
    }

    fn set(&mut self, message: LinkMessage) -> io::Result<()> {
        self.ask(RouteNetlinkMessage::SetLink(message), NLM_F_REQUEST | NLM_F_ACK).map(drop)
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, message: RouteNetlinkMessage, flags: u16) -> io::Result<Option<LinkMessage>> {
        self.sequence += 1;
        let mut header = NetlinkHeader::default();
        (header.flags, header.sequence_number) = (flags, self.sequence);
        let mut packet = NetlinkMessage::new(header, NetlinkPayload::from(message));
        packet.finalize();
        let mut octets = vec![0; packet.buffer_len()];
        packet.serialize(&mut octets);
        self.socket.send(&octets, 0)?;
        loop {
            let (answer, _) = self.socket.recv_from_full()?;
            let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&answer)
                .map_err(|error| io::Error::other(error.to_string()))?;
            if answer.header.sequence_number != self.sequence {
                continue;
            }
            return match answer.payload {
                NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link)) => Ok(Some(link)),
                NetlinkPayload::Error(error) if error.code.is_some() => Err(error.to_io()),
                _ => Ok(None),
            };
        }
    }
}
