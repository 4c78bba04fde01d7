"""The job of the README: what a run says, writes and prints agrees, and comes out again."""

import json

import pytest
from captures import LINK_ETHERNET, LINK_OTN, ethernet_frames, frames_of, read_pcapng

NODES = ("paris", "lyon")
# Which capture is sent towards which node.
SENT_TO = {"lyon": "afs.pcap", "paris": "mptcp-v0.pcap"}
FILES = {
    *("report.json", "report.html", "events.jsonl", "alarms.csv", "pm.csv"),
    *(f"line-paris-lyon@{node}.pcapng" for node in NODES),
    *(f"received-office@{node}.pcapng" for node in NODES),
}


class Run:
    """A report folder and what was printed."""

    def __init__(self, otn, workspace, folder, *options):
        # From the root and by a relative path, as the README has it.
        command = ("run", "examples/first-light.yaml", "-o", folder, *options)
        self.printed = otn.json(*command, cwd=workspace)
        self.folder = folder
        self.report = json.loads((folder / "report.json").read_text(encoding="utf-8"))

    def towards(self, node):
        """What the report says of line and service in the direction to `node`."""
        parts = (self.report["lines"][0], self.report["services"][0])
        return [d for part in parts for d in part["directions"] if d["to"] == node]


@pytest.fixture(scope="module")
def first(otn, workspace, tmp_path_factory):
    """The job, run once."""
    return Run(otn, workspace, tmp_path_factory.mktemp("run") / "first")


@pytest.fixture(scope="module")
def streams(otn, first):
    """What `otn decode` says of the line, by receiving node."""
    def stream(node):
        return otn.json("decode", first.folder / f"line-paris-lyon@{node}.pcapng")["streams"][0]

    return {node: stream(node) for node in NODES}


def test_the_folder_holds_what_the_report_lists(first):
    assert {path.name for path in first.folder.iterdir()} == FILES
    assert set(first.report["run"]["files"]) == FILES


def test_the_same_seed_gives_the_same_octets(otn, workspace, first, tmp_path):
    again = Run(otn, workspace, tmp_path / "again")
    for name in FILES:
        assert (again.folder / name).read_bytes() == (first.folder / name).read_bytes(), name


def test_another_seed_gives_another_line(otn, workspace, first, tmp_path):
    other = Run(otn, workspace, tmp_path / "other", "--seed", 2)
    assert (first.report["run"]["seed"], other.report["run"]["seed"]) == (1, 2)
    line = "line-paris-lyon@lyon.pcapng"
    assert (other.folder / line).read_bytes() != (first.folder / line).read_bytes()
    # The errors are others; the packets arrive as before.
    for node in NODES:
        name = f"received-office@{node}.pcapng"
        one, two = (read_pcapng(run.folder / name) for run in (first, other))
        assert [p.octets for p in one] == [p.octets for p in two]


@pytest.mark.parametrize("node", NODES)
def test_received_packets_are_the_capture_over_and_over(first, captures, node):
    source = ethernet_frames(captures / SENT_TO[node])
    packets = read_pcapng(first.folder / f"received-office@{node}.pcapng")
    received = frames_of(packets, f"{node}:office.client")
    assert {packet.interface.link_type for packet in packets} == {LINK_ETHERNET}
    # More than once around, else `repeat` is not shown.
    assert len(received) == len(packets) > len(source)
    assert received == [source[n % len(source)] for n in range(len(received))]

    _, service = first.towards(node)
    packets, losses = service["packets"], service["losses"]
    assert packets["sent"] == packets["delivered"] == len(received)
    # With FCS, which leaves the packets at the end.
    assert packets["octets"] == sum(len(frame) + 4 for frame in received)
    assert (packets["lost"], packets["corrupted"], losses) == (0, 0, [])


@pytest.mark.parametrize("node", NODES)
def test_decode_finds_on_the_line_what_the_report_says(otn, first, streams, tmp_path, node):
    line, service = first.towards(node)
    stream = streams[node]
    captured = read_pcapng(first.folder / f"line-paris-lyon@{node}.pcapng")
    assert {packet.interface.link_type for packet in captured} == {LINK_OTN}
    frames = frames_of(captured, f"{node}:paris-lyon.rx")
    assert stream["frames"] == len(frames)
    fec, totals = stream["fec"], line["totals"]
    assert fec["codewords"] == totals["codewords"] == 64 * len(frames)
    assert fec["corrected"] > 0
    assert fec["corrected_bits"] == totals["corrected_bits"] <= totals["bits_flipped"]
    assert fec["uncorrectable"] == totals["uncorrectable_codewords"] == 0

    received = [p.octets for p in read_pcapng(first.folder / f"received-office@{node}.pcapng")]
    otn("decode", first.folder / f"line-paris-lyon@{node}.pcapng", "--clients", tmp_path)
    found = [p.octets for p in read_pcapng(tmp_path / "client-0.pcapng")]
    # A packet of no client goes before all others, to open the descrambler.
    opening = len(found) - len(received)
    assert opening in (0, 1) and found[opening:] == received
    assert not any(found[0]) if opening else True
    assert len(received) == service["packets"]["delivered"]


def test_what_is_printed_is_the_report(first):
    assert first.printed == first.report
