"""Clients cross the line: Wireshark sees the same packets before and after.

Bit error ratios that RS(255,239) corrects lose nothing. At 3e-3 it cannot: then every lost packet
must have its cause, and `reedsolo`, given the line as it was captured, must agree on the causes.
"""

import json
import shutil
from fractions import Fraction

import g709
import pytest
from captures import LINK_ETHERNET, ethernet_frames, frames_of, read_pcapng
from conftest import WORKSPACE

CAPTURES = ("afs", "QinQpacket", "mptcp-v0", "ptp_ethernet")
LINES = (("OTU1", "0"), ("OTU2", "0"), ("OTU3", "0"), ("OTU2", "1e-5"), ("OTU2", "1e-4"))
FIELDS = (
    *("frame.len", "eth.src", "eth.dst", "eth.type", "ip.src", "ip.dst"),
    *("udp.srcport", "udp.dstport", "tcp.srcport", "tcp.dstport"),
    *("_ws.col.Protocol", "_ws.col.Info"),
)
# The line changes when packets come, and with it what Wireshark guesses about retransmissions.
WITHOUT_TIME = ("-o", "tcp.analyze_sequence_numbers:FALSE")

DELAY_NS = 50_000
# One direction with errors.
LOSSY = f"""
name: Lossy
seed: 7
duration: 3 ms
nodes: {{near: {{}}, far: {{clock: +20 ppm}}}}
lines:
  bad:
    ends: [near, far]
    signal: OTU2
    slots: none
    delay: {DELAY_NS} ns
    ber-towards: {{far: 3e-3}}
services:
  few:
    client: ethernet
    mapping: gfp-f
    odu: ODU2
    ends: [near, far]
    traffic:
      near: {{pcap: clients/afs.pcap, rate: 300 Mbit/s, repeat: yes}}
capture: ["far:bad.rx"]
"""


@pytest.mark.parametrize("name", CAPTURES)
@pytest.mark.parametrize("signal, ber", LINES)
#= type=test g7041:7.1-ethernet-upi
#= type=test ieee802.3:3.2.9-fcs
#= type=test g709:a-correct-8
def test_packets_come_out_as_they_went_in(otn, tshark, captures, tmp_path, name, signal, ber):
    source, line = captures / f"{name}.pcap", tmp_path / "line.pcapng"
    out, gfp = tmp_path / "out.pcapng", tmp_path / "gfp.pcap"
    wrapped = otn.json(
        *("wrap", source, "--signal", signal, "--ber", ber, "--seed", 3, "-o", line)
    )
    # Without errors on the line, nothing would be shown by the higher ratios.
    assert (wrapped["bits_flipped"] > 0) == (ber != "0")
    otn("unwrap", line, "-o", out, "--gfp", gfp)

    received = read_pcapng(out)
    assert {packet.interface.link_type for packet in received} == {LINK_ETHERNET}
    assert [packet.octets for packet in received] == ethernet_frames(source)
    seen = tshark.fields(out, FIELDS, *WITHOUT_TIME)
    assert len(seen) == len(received)
    assert seen == tshark.fields(source, FIELDS, *WITHOUT_TIME)


# Each kind of Ethernet client of `otn wrap`, in the container it belongs in.
CLIENTS = ("gfp-f-preamble", "1000base-x", "10gbase-r", "40gbase-r", "100gbase-r")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", ("QinQpacket", "mptcp-v0"))
#= type=test g709:17-client-kinds
def test_packets_of_every_ethernet_client_come_out_as_they_went_in(
    otn, tshark, captures, tmp_path, name, client
):
    source, line = captures / f"{name}.pcap", tmp_path / "line.pcapng"
    otn("wrap", source, "--client", client, "--client-ppm", "-90", "--fec", "none", "-o", line)
    otn("decode", line, "--clients", tmp_path / "clients")
    out = tmp_path / "clients" / "client-0.pcapng"
    assert [packet.octets for packet in read_pcapng(out)] == ethernet_frames(source)
    assert tshark.fields(out, FIELDS, *WITHOUT_TIME) == tshark.fields(
        source, FIELDS, *WITHOUT_TIME
    )


#= type=test g709:19.3-odtu-octets
def test_packets_of_a_tree_come_out_of_every_tributary(otn, tshark, captures, tmp_path):
    line, out = tmp_path / "line.pcapng", tmp_path / "clients"
    otn("wrap", "--tree", WORKSPACE / "examples" / "mixed-odu2.yaml", "-o", line)
    # One port is open on purpose: its dOCI is a defect.
    otn("decode", line, "--clients", out, code=1)
    sent = tshark.fields(captures / "afs.pcap", FIELDS, *WITHOUT_TIME)
    for slot in (1, 8):
        received = tshark.fields(out / f"client-0-{slot}.pcapng", FIELDS, *WITHOUT_TIME)
        assert received == sent, slot


class Lossy:
    """A run that loses packets: its report, and the line as it was captured."""

    def __init__(self, folder):
        self.folder = folder
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        [self.line] = [d for d in report["lines"][0]["directions"] if d["to"] == "far"]
        [self.client] = [d for d in report["services"][0]["directions"] if d["to"] == "far"]
        packets = read_pcapng(folder / "line-bad@far.pcapng")
        period_ns = Fraction(g709.FRAME_OCTETS * 8 * 10**6) / g709.LINE_RATE["OTU2"]
        # The number of a frame follows from its time stamp, and from one frame that the report dates: frames
        # missed are not counted.
        known = next(loss for loss in self.client["losses"] if loss["cause"] == "codeword")
        first_ns = known["frame_at_ps"] / 1000 - known["frame"] * period_ns
        self.frames = [
            (round((packet.stamp_ns - first_ns) / period_ns), g709.scramble(packet.octets))
            for packet in packets
        ]


@pytest.fixture(scope="module")
def lossy(otn, captures, tmp_path_factory):
    """The lossy run, with its network file and its clients in a folder of their own."""
    folder = tmp_path_factory.mktemp("lossy")
    (folder / "clients").mkdir()
    shutil.copy(captures / "afs.pcap", folder / "clients")
    (folder / "lossy.yaml").write_text(LOSSY, encoding="utf-8")
    # Exit code 1: packets are lost. The captures are found from another working directory.
    otn("run", folder / "lossy.yaml", "-o", folder / "report", code=1, cwd=captures)
    return Lossy(folder / "report")


def test_every_lost_packet_has_a_cause(lossy):
    packets, causes = lossy.client["packets"], lossy.client["lost_by_cause"]
    losses = lossy.client["losses"]
    # The test needs some of each.
    assert 0 < packets["delivered"] and 10 < packets["lost"]
    assert packets["sent"] == packets["delivered"] + packets["lost"]
    assert sum(causes.values()) == causes["codeword"] == packets["lost"]
    assert (packets["corrupted"], packets["in_flight"]) == (0, 0)
    assert sum(loss["packets"] for loss in losses) == packets["lost"]
    for loss in losses:
        assert (loss["cause"], loss["line"], loss["node"]) == ("codeword", "bad", "far")


def test_what_arrives_is_what_was_sent_without_the_lost(lossy, captures):
    source, sent = ethernet_frames(captures / "afs.pcap"), lossy.client["packets"]["sent"]
    lost = {
        loss["first_packet"] + n for loss in lossy.client["losses"] for n in range(loss["packets"])
    }
    received = read_pcapng(lossy.folder / "received-few@far.pcapng")
    expected = [source[n % len(source)] for n in range(sent) if n not in lost]
    assert frames_of(received, "far:few.client") == expected


#= type=test g709:a-correct-8
#= type=test g709:a-interleave
def test_reedsolo_finds_the_same_codewords_beyond_correction(lossy):
    totals = lossy.line["totals"]
    numbers = [number for number, _ in lossy.frames]
    assert numbers == sorted(set(numbers)) and numbers[-1] < totals["frames_sent"]

    tally, _ = g709.decode(lossy.frames)
    blamed = {(loss["frame"], loss["row"], loss["sub_row"]) for loss in lossy.client["losses"]}
    assert blamed and blamed <= tally.uncorrectable
    assert totals["codewords"] == tally.codewords == 64 * len(numbers)
    assert totals["uncorrectable_codewords"] == len(tally.uncorrectable)
    assert totals["corrected_bits"] == tally.bits
