"""HDLC frames in communication channels: read off the line bit by bit, and judged by Wireshark."""

import struct

import pytest
from captures import LINK_OTN, read_pcapng

LINK_PPP_HDLC, LINK_CISCO_HDLC = 50, 104
PPP_IP, CISCO_IP = b"\xff\x03\x00\x21", b"\x0f\x00\x08\x00"
COLUMNS = 4080
# Row and column of a channel's first octet, from zero, and its octets in a frame.
CHANNELS = {"gcc0": (0, 10, 2), "gcc1": (3, 0, 2), "gcc2": (3, 2, 2), "gcc1+2": (3, 0, 4)}
FIELDS = ("frame.len", "ppp.protocol", "chdlc.protocol", "ip.src", "ip.dst", "udp.dstport", "data")


def checksum(header):
    """The checksum of an IPv4 header."""
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def datagram(number):
    """A UDP datagram whose payload needs stuffing at many places."""
    payload = bytes((0xFF, 0x7E, 0x1F, number)[at % 4] for at in range(3 * number))
    udp = struct.pack(">4H", 4000, 5000 + number, 8 + len(payload), 0) + payload
    fields = (0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, b"\x0a\0\0\1", b"\x0a\0\0\2")
    header = struct.pack(">BBHHHBBH4s4s", *fields)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + udp


def write_pcap(path, link_type, packets):
    """Writes a pcap file, one packet a second."""
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, link_type)
    for second, packet in enumerate(packets):
        data += struct.pack("<IIII", second, 0, len(packet), len(packet)) + packet
    path.write_bytes(data)


def fcs16(octets):
    """FCS-16 bit by bit, least significant bits first."""
    register = 0xFFFF
    for octet in octets:
        for place in range(8):
            register = register >> 1 ^ (0x8408 if (register ^ octet >> place) & 1 else 0)
    return register ^ 0xFFFF


def frames_in(octets):
    """The HDLC frames in the octets of a channel, FCS checked and removed."""
    bits = "".join(f"{octet:08b}" for octet in octets)
    found = []
    for part in bits.replace("01111110", "F").split("F")[1:-1]:
        plain = part.replace("111110", "11111")
        assert len(plain) % 8 == 0
        frame = bytes(int(plain[at : at + 8][::-1], 2) for at in range(0, len(plain), 8))
        if frame:
            assert struct.pack("<H", fcs16(frame[:-2])) == frame[-2:]
            found.append(frame[:-2])
    return found


@pytest.mark.parametrize(
    "channel, link",
    [*((channel, LINK_PPP_HDLC) for channel in CHANNELS), ("gcc1", LINK_CISCO_HDLC)],
)
#= type=test rfc1662:5.2-bit-stuffing
#= type=test rfc1662:5-bit-order
#= type=test rfc1662:c-fcs
def test_frames_are_on_the_line_and_come_out(otn, tshark, tmp_path, channel, link):
    start = PPP_IP if link == LINK_PPP_HDLC else CISCO_IP
    frames = [start + datagram(number) for number in range(1, 9)]
    source, line, out = (tmp_path / name for name in ("in.pcap", "line.pcapng", "out.pcapng"))
    write_pcap(source, link, frames)
    plain = ("--no-scramble", "--fec", "none")
    put = ("--gcc", f"{channel}={source}")
    otn("wrap", "--client", "prbs", "--signal", "OTU1", *plain, *put, "-o", line)

    row, column, octets = CHANNELS[channel]
    first = row * COLUMNS + column
    sent = b"".join(packet.octets[first : first + octets] for packet in read_pcapng(line))
    assert {packet.interface.link_type for packet in read_pcapng(line)} == {LINK_OTN}
    assert frames_in(sent) == frames

    report = otn.json("decode", line, "--gcc", f"{channel}={out}")["gcc"][0]
    assert (report["frames"], report["fcs_bits"], report["fcs_errors"]) == (len(frames), 16, 0)
    received = read_pcapng(out)
    assert [packet.octets for packet in received] == frames
    assert {packet.interface.link_type for packet in received} == {link}
    # Wireshark reads the same in both, down to the ports.
    rows = tshark.fields(out, FIELDS)
    assert rows == tshark.fields(source, FIELDS)
    assert [row[5] for row in rows] == [str(5000 + number) for number in range(1, 9)]
    assert all(row[2 if link == LINK_CISCO_HDLC else 1] for row in rows)
