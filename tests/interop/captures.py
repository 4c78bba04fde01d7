"""Reads captures with nothing but `struct`: pcap, and pcapng of OpenOTN, which it can write too."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

LINK_ETHERNET = 1
LINK_OTN = 147  # USER0
LINK_GFP_F = 171

SECTION, INTERFACE, ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
IF_NAME, IF_DESCRIPTION, IF_TSRESOL = 2, 3, 9
PCAP_HEADER_OCTETS = 24
# Magic numbers of pcap: microseconds and nanoseconds.
PCAP_MAGIC = (0xA1B2C3D4, 0xA1B23C4D)


@dataclass(frozen=True)
class Interface:
    """An interface of a pcapng file."""

    link_type: int
    name: str
    description: str


@dataclass(frozen=True)
class Packet:
    """A packet of a capture, and where in the file its octets begin."""

    interface: Interface
    stamp_ns: int
    octets: bytes
    offset: int


def options(data):
    """The options of a block, by code."""
    found, at = {}, 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            break
        found[code] = data[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    return found


def interface(body):
    """An interface description block."""
    (link_type,) = struct.unpack_from("<H", body)
    found = options(body[8:])
    # Time stamps are read as nanoseconds: the block must say so.
    assert found.get(IF_TSRESOL) == b"\x09", "expected if_tsresol 9"
    name, description = found.get(IF_NAME, b""), found.get(IF_DESCRIPTION, b"")
    return Interface(link_type, name.decode(), description.decode())


def read_pcapng(path):
    """The packets of a little-endian pcapng file of one section with nanosecond stamps."""
    data = path.read_bytes()
    interfaces, packets, at = [], [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        (again,) = struct.unpack_from("<I", data, at + length - 4)
        assert length == again, f"block at {at}: lengths {length} and {again} differ"
        body = data[at + 8 : at + length - 4]
        if kind == SECTION:
            assert at == 0 and struct.unpack_from("<I", body)[0] == BYTE_ORDER_MAGIC
        elif kind == INTERFACE:
            interfaces.append(interface(body))
        elif kind == ENHANCED_PACKET:
            number, high, low, held, original = struct.unpack_from("<5I", body)
            assert held == original, f"packet at {at} is cut short"
            octets = body[20 : 20 + held]
            packets.append(Packet(interfaces[number], high << 32 | low, octets, at + 28))
        at += length
    return packets


def block(kind: int, body: bytes) -> bytes:
    """A block of a pcapng file."""
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def option(code: int, value: bytes) -> bytes:
    """An option of a block."""
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def write_otn(
    path: Path, name: str, signal: str, frames: Iterable[bytes], kbit_s: Fraction
) -> None:
    """Writes frames of a signal as one interface; an OTUk is scrambled and has no FEC.

    Stamps are those of the first bits, at the rate of the clock that sent them.
    """
    scrambled = "yes" if signal.startswith("OTU") else "no"
    description = f"otn signal={signal} scrambled={scrambled} fec=none"
    words = option(IF_NAME, name.encode()) + option(IF_DESCRIPTION, description.encode())
    words += option(IF_TSRESOL, b"\x09") + option(0, b"")
    header = struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, -1)
    parts = [block(SECTION, header), block(INTERFACE, struct.pack("<HHI", LINK_OTN, 0, 0) + words)]
    bits = 0
    for frame in frames:
        stamp_ns = int(bits * 1_000_000 / kbit_s)
        words = (0, stamp_ns >> 32, stamp_ns % (1 << 32), len(frame), len(frame))
        parts.append(block(ENHANCED_PACKET, struct.pack("<5I", *words) + frame))
        bits += 8 * len(frame)
    path.write_bytes(b"".join(parts))


def frames_of(packets, name):
    """The octets of the packets on the interface `name`."""
    return [packet.octets for packet in packets if packet.interface.name == name]


def read_pcap(path):
    """Link type of a pcap file, and for each packet its octets and where they begin."""
    data = path.read_bytes()
    order = "<" if struct.unpack_from("<I", data)[0] in PCAP_MAGIC else ">"
    magic, link_type = struct.unpack_from(order + "I16xI", data)
    assert magic in PCAP_MAGIC, f"{path}: found magic {magic:08X}"
    packets, at = [], PCAP_HEADER_OCTETS
    while at < len(data):
        held, original = struct.unpack_from(order + "8xII", data, at)
        assert held == original, f"{path}: packet at {at} is cut short"
        packets.append((data[at + 16 : at + 16 + held], at + 16))
        at += 16 + held
    return link_type, packets


def ethernet_frames(path):
    """The frames of an Ethernet capture in pcap format."""
    link_type, packets = read_pcap(path)
    assert link_type == LINK_ETHERNET, f"{path}: found link type {link_type}"
    return [octets for octets, _ in packets]
