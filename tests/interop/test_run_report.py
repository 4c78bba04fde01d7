"""The job of the README: what a run says, writes and prints agrees, and comes out again."""

import hashlib
import json

import pytest
from captures import LINK_ETHERNET, LINK_OTN, ethernet_frames, frames_of, read_pcap, read_pcapng

NODES = ("paris", "lyon")
# Which capture is sent towards which node.
SENT_TO = {"lyon": "afs.pcap", "paris": "mptcp-v0.pcap"}
FILES = {
    *("report.json", "line-paris-lyon.pcapng"),
    *(f"received-office@{node}.pcapng" for node in NODES),
    *(f"gfp-office@{node}.pcap" for node in NODES),
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
    report = otn.json("decode", first.folder / "line-paris-lyon.pcapng")
    return {stream["interface"].split(":")[0]: stream for stream in report["streams"]}


def test_the_folder_holds_what_the_report_lists(first):
    assert {path.name for path in first.folder.iterdir()} == FILES
    assert set(first.report["files"]) == FILES - {"report.json"}


def test_the_same_seed_gives_the_same_octets(otn, workspace, first, tmp_path):
    again = Run(otn, workspace, tmp_path / "again")
    for name in FILES:
        assert (again.folder / name).read_bytes() == (first.folder / name).read_bytes(), name


def test_another_seed_gives_another_line(otn, workspace, first, tmp_path):
    other = Run(otn, workspace, tmp_path / "other", "--seed", 2)
    assert (first.report["seed"], other.report["seed"]) == (1, 2)
    line = "line-paris-lyon.pcapng"
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
    assert service["packets_in"] == service["packets_out"] == len(received)
    assert service["octets_in"] == service["octets_out"] == sum(map(len, received))
    assert (service["packets_lost"], service["corrupted"], service["lost"]) == (0, 0, [])
    assert len(read_pcap(first.folder / f"gfp-office@{node}.pcap")[1]) == len(received)


@pytest.mark.parametrize("node", NODES)
def test_decode_finds_on_the_line_what_the_report_says(first, streams, node):
    line, service = first.towards(node)
    stream = streams[node]
    captured = read_pcapng(first.folder / "line-paris-lyon.pcapng")
    assert {packet.interface.link_type for packet in captured} == {LINK_OTN}
    frames = frames_of(captured, f"{node}:paris-lyon.rx")
    assert stream["frames"] == line["frames_received"] == len(frames)
    fec = stream["fec"]
    assert fec["codewords"] == line["codewords"] == 64 * len(frames)
    assert fec["corrected"] == line["corrected_codewords"] > 0
    assert fec["corrected_symbols"] == line["corrected_symbols"]
    assert fec["corrected_bits"] == line["corrected_bits"] <= line["bits_flipped"]
    assert fec["uncorrectable"] == line["uncorrectable_codewords"] == 0
    assert stream["alignment"]["fas_errored_frames"] == line["fas_errored_frames"]

    received = read_pcapng(first.folder / f"received-office@{node}.pcapng")
    gfp, digest = stream["odu"]["opu"]["gfp"], hashlib.sha256()
    for packet in received:
        digest.update(packet.octets)
    assert gfp["ethernet_frames"] == len(received) == service["packets_out"]
    assert gfp["sha256"] == digest.hexdigest()


def test_what_is_printed_is_the_report_and_the_speed(first):
    printed, report = dict(first.printed), dict(first.report)
    speed = printed.pop("speed")
    assert all(speed[key] > 0 for key in ("seconds", "line_gbit_s", "real_time_factor"))
    # The report cannot list itself before it is written.
    assert printed.pop("files") == report.pop("files") + ["report.json"]
    assert list(printed) == list(report)
    assert printed == report
