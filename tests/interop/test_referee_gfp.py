"""Python's own CRCs and a handful of lines receive GFP straight from the OPU payload.

The dissector of Wireshark sees GFP frames that the program has descrambled. Here nothing of the
program's receiver takes part: payload octets in, Ethernet frames out.
"""

import struct
import zlib
from binascii import crc_hqx

import g709
import pytest
from captures import ethernet_frames, read_pcap, read_pcapng

CORE_MASK = 0xB6AB31E0
SCRAMBLER_DEGREE = 43
TYPE_ETHERNET = 0x0001
CORE_OCTETS = TYPE_OCTETS = FCS_OCTETS = 4


def header_check(octets):
    """True for a header that ends with its CRC-16: x^16 + x^12 + x^5 + 1 from zero."""
    return crc_hqx(octets, 0) == 0


def delineate(payload):
    """Walks from core header to core header; gives headers of client frames, areas and idles."""
    cores, areas, idles, at = [], [], 0, 0
    while at + CORE_OCTETS <= len(payload):
        (scrambled,) = struct.unpack_from(">I", payload, at)
        core = struct.pack(">I", scrambled ^ CORE_MASK)
        assert header_check(core), f"wrong cHEC at octet {at}"
        length = struct.unpack(">HH", core)[0]
        at += CORE_OCTETS
        if length == 0:
            idles += 1
            continue
        cores.append(core)
        areas.append(payload[at : at + length])
        at += length
    return cores, areas, idles


def descramble(areas):
    """Undoes the self-synchronous scrambler x^43 + 1, which runs over payload areas only."""
    joined = b"".join(areas)
    stream = int.from_bytes(joined, "big")
    clear = (stream ^ stream >> SCRAMBLER_DEGREE).to_bytes(len(joined), "big")
    result, at = [], 0
    for area in areas:
        result.append(clear[at : at + len(area)])
        at += len(area)
    return result


@pytest.mark.parametrize("name", ["afs", "ptp_ethernet"])
#= type=test g7041:6.1-frame
#= type=test g7041:6.1.1.3-core-scrambling
#= type=test g7041:6.1.1.2-hec
#= type=test g7041:6.1.2.1.1-type-field
#= type=test g7041:6.1.2.3-payload-scrambler
#= type=test g7041:6.2-idle-insertion
#= type=test ieee802.3:3.2.9-fcs
def test_gfp_is_received_without_our_receiver(otn, captures, tmp_path, name):
    source, line = captures / f"{name}.pcap", tmp_path / "line.pcapng"
    otn("wrap", source, "-o", line)
    frames = [g709.scramble(packet.octets) for packet in read_pcapng(line)]
    payload = b"".join(g709.area(frame, g709.PAYLOAD_COLUMNS) for frame in frames)
    cores, scrambled, idles = delineate(payload)
    areas = descramble(scrambled)
    packets = []
    for area in areas:
        assert header_check(area[:TYPE_OCTETS])
        assert struct.unpack_from(">H", area)[0] == TYPE_ETHERNET
        packet, fcs = area[TYPE_OCTETS:-FCS_OCTETS], area[-FCS_OCTETS:]
        # The FCS goes least significant octet first, as zlib counts.
        assert struct.unpack("<I", fcs)[0] == zlib.crc32(packet)
        packets.append(packet)
    assert packets == ethernet_frames(source)

    gfp = tmp_path / "gfp.pcap"
    report = otn.json("unwrap", line, "-o", tmp_path / "out.pcapng", "--gfp", gfp)
    assert [octets for octets, _ in read_pcap(gfp)[1]] == [
        core + area for core, area in zip(cores, areas, strict=True)
    ]
    assert report["streams"][0]["odu"]["opu"]["gfp"]["idles"] == idles > 0
