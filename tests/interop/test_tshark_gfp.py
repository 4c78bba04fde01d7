"""Wireshark's own GFP dissector judges the GFP frames: headers, checks and the Ethernet inside."""

import pytest
from captures import LINK_GFP_F, ethernet_frames, read_pcap

# Wireshark's states of a checksum.
BAD, GOOD = "0", "1"
FIELDS = (
    *("gfp.chec.status", "gfp.thec.status", "gfp.pli", "gfp.type", "eth.fcs.status"),
    *("_ws.malformed", "gfp.pli.invalid", "gfp.payload.undecoded", "gfp.fcs"),
    *("gfp.fcs_good", "gfp.fcs_bad"),
)
CHECK_ETHERNET_FCS = ("-o", "eth.check_fcs:TRUE")
# Octets of a GFP frame before its payload: core header and type header.
CORE, HEADERS = 4, 8
TYPE_PLAIN, TYPE_WITH_FCS = 0x0001, 0x1001


def wrap_to_gfp(otn, source, folder, *options):
    """Sends a capture over a line; gives the GFP frames received."""
    line, gfp = folder / "line.pcapng", folder / "gfp.pcap"
    otn("wrap", source, *options, "-o", line)
    otn("unwrap", line, "-o", folder / "out.pcapng", "--gfp", gfp)
    return gfp


def read(tshark, gfp):
    """What tshark says of each GFP frame, by field."""
    rows = tshark.fields(gfp, FIELDS, *CHECK_ETHERNET_FCS)
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def is_true(text):
    """Wireshark 4.0 prints 1, later versions True."""
    return text in ("1", "True")


@pytest.mark.parametrize("name", ["afs", "QinQpacket", "mptcp-v0", "ptp_ethernet"])
@pytest.mark.parametrize("payload_fcs", [False, True], ids=["plain", "pfcs"])
#= type=test g7041:6.1-frame
#= type=test g7041:6.1.1.2-hec
#= type=test g7041:6.1.2.1.1-type-field
#= type=test g7041:6.1.2.2.1-pfcs
#= type=test g7041:7.1-ethernet-upi
#= type=test ieee802.3:3.2.9-fcs
def test_wireshark_finds_every_gfp_frame_good(otn, tshark, captures, tmp_path, name, payload_fcs):
    source, options = captures / f"{name}.pcap", ["--pfcs"] if payload_fcs else []
    gfp = wrap_to_gfp(otn, source, tmp_path, *options)
    packets, frames = ethernet_frames(source), read(tshark, gfp)
    assert read_pcap(gfp)[0] == LINK_GFP_F
    assert len(frames) == len(packets)
    for packet, frame in zip(packets, frames, strict=True):
        assert (frame["gfp.chec.status"], frame["gfp.thec.status"]) == (GOOD, GOOD)
        expected = TYPE_WITH_FCS if payload_fcs else TYPE_PLAIN
        assert int(frame["gfp.type"], 0) == expected
        # Type header, Ethernet frame with FCS and, if asked for, the payload FCS.
        assert int(frame["gfp.pli"]) == 4 + len(packet) + 4 + 4 * payload_fcs
        assert frame["eth.fcs.status"] == GOOD
        assert is_true(frame["gfp.fcs_good"]) == payload_fcs
        assert not is_true(frame["gfp.fcs_bad"])
        assert not frame["gfp.pli.invalid"] and not frame["gfp.payload.undecoded"]
    # Two AFS packets are malformed already in the capture they come from, and no others here.
    malformed = [frame["_ws.malformed"] for frame in frames]
    assert malformed == [row[0] for row in tshark.fields(source, ["_ws.malformed"])]


@pytest.mark.parametrize(
    "octet, bad",
    [
        (CORE - 1, {"gfp.chec.status"}),
        (CORE + 1, {"gfp.thec.status"}),
        (HEADERS - 1, {"gfp.thec.status"}),
        (HEADERS + 20, {"eth.fcs.status", "gfp.fcs_bad"}),
        (-1, {"gfp.fcs_bad"}),
    ],
    ids=["cHEC", "type", "tHEC", "payload", "pFCS"],
)
def test_the_referee_sees_one_wrong_bit(otn, tshark, captures, tmp_path, octet, bad):
    gfp = wrap_to_gfp(otn, captures / "ptp_ethernet.pcap", tmp_path, "--pfcs")
    _, packets = read_pcap(gfp)
    victim = len(packets) // 2
    octets, offset = packets[victim]
    data = bytearray(gfp.read_bytes())
    data[offset + octet % len(octets)] ^= 0x01
    gfp.write_bytes(data)

    status = {"gfp.chec.status", "gfp.thec.status", "eth.fcs.status"}
    for number, frame in enumerate(read(tshark, gfp)):
        found = {key for key in status if frame[key] == BAD}
        found |= {"gfp.fcs_bad"} if is_true(frame["gfp.fcs_bad"]) else set()
        assert found == (bad if number == victim else set()), number
