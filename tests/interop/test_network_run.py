"""A running network: its report adds up, its captures are what tshark reads, threads change nothing."""

import json

import pytest

# A ring of three switches; one line is cut and repaired, one is listened to.
NETWORK = """
name: Ring of three
seed: 11
duration: 60 ms
nodes:
  a: {clock: +5 ppm}
  b: {clock: -9 ppm}
  c: {clock: +14 ppm}
lines:
  ab: {ends: [a, b], signal: OTU2, fibre: 20 km, ber: 1e-5}
  bc: {ends: [b, c], signal: OTU2, fibre: 30 km, ber: 1e-5}
  ca: {ends: [c, a], signal: OTU2, fibre: 25 km, ber: 1e-5}
services:
  safe:
    client: ethernet
    mapping: gfp-f
    odu: ODU0
    ends: [a, b]
    route: [ab]
    protection: {kind: snc-n, route: [ca, bc], wait-to-restore: 5 ms}
    traffic:
      a: {packets: 200 octets, rate: 50 Mbit/s}
      b: {pcap: PCAP, rate: 20 Mbit/s, repeat: yes}
  alone:
    client: ethernet
    mapping: gfp-f
    odu: ODU1
    ends: [a, c]
    route: [ca]
    traffic:
      a: {packets: 1000 octets, rate: 50 Mbit/s}
capture: [b:ab.rx]
events:
  - {at: 25 ms, cut: ab}
  - {at: 35 ms, repair: ab}
"""
MS = 10**9  # picoseconds


@pytest.fixture(scope="module")
def network(workspace, tmp_path_factory):
    """The network file."""
    path = tmp_path_factory.mktemp("network") / "ring.yaml"
    pcap = workspace / "examples" / "captures" / "afs.pcap"
    path.write_text(NETWORK.replace("PCAP", str(pcap)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(otn, network):
    """The report folder; packets are lost, so the verdict is 1."""
    otn("run", network, "-o", network.parent / "report", "--threads", 2, code=1)
    return network.parent / "report"


@pytest.fixture(scope="module")
def report(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def directions(report):
    return [
        (service["name"], way) for service in report["services"] for way in service["directions"]
    ]


def test_packets_add_up_and_those_of_no_event_all_arrive(report):
    sent = 0
    for name, way in directions(report):
        packets = way["packets"]
        sent += packets["sent"]
        assert packets["sent"] == packets["delivered"] + packets["lost"] + packets["in_flight"]
        assert packets["corrupted"] == 0 and packets["in_flight"] == 0
        assert (packets["lost"] > 0) == (name == "safe"), (name, way["to"], packets)
        gaps = way["disruptions"]
        assert sum(gap["packets_lost"] for gap in gaps) == packets["lost"]
        # Switched in less than 50 ms; here it is hardly one.
        assert all(gap["longest_gap_ps"] < 10 * MS for gap in gaps), gaps
    assert sent > 1_000


def test_tshark_reads_as_many_packets_as_were_delivered(folder, report, tshark):
    for name, way in directions(report):
        capture = folder / f"received-{name}@{way['to']}.pcapng"
        frames = tshark.fields(capture, ["frame.len", "frame.time_epoch"])
        packets = way["packets"]
        assert len(frames) == packets["delivered"] + packets["duplicated"]
        if name == "alone" and frames:
            assert {length for length, _ in frames} == {"1000"}


def test_every_alarm_goes_back_to_the_cut(report):
    alarms = {alarm["id"]: alarm for alarm in report["alarms"]}
    assert alarms
    for alarm in alarms.values():
        assert alarm["event"] in (1, 2), alarm
        assert all(alarms[cause]["raised_ps"] <= alarm["raised_ps"] + 5 * MS for cause in alarm["causes"])
        assert alarm["cleared_ps"] is not None
        if alarm["primary"]:
            assert alarm["line"] == "ab" and alarm["causes"] == []
        else:
            assert alarms[alarm["causes"][-1]]["primary"], alarm
    primary = [alarm for alarm in alarms.values() if alarm["primary"]]
    assert {(alarm["node"], alarm["fault_cause"]) for alarm in primary} == {("a", "cLOS"), ("b", "cLOS")}


def test_the_line_that_was_listened_to_is_an_otn_capture_with_the_cut_in_it(otn, folder):
    decoded = otn.json("decode", folder / "line-ab@b.pcapng", code=1)
    (stream,) = decoded["streams"]
    assert (stream["interface"], stream["signal"]) == ("b:ab.rx", "OTU2")
    light = [entry for entry in stream["timeline"] if entry["name"] == "dLOS"]
    assert [entry["change"] for entry in light] == ["raised", "cleared"]
    # The cut at 25 ms: no transition for 100 us raises it, 125 us with transitions clear it. The capture dates by its
    # own frames, so that the 97.9 us of fibre, and what a frame start is rounded by, do not matter much.
    raised, cleared = (entry["at_ns"] / 1e6 for entry in light)
    assert 25.0 < raised < 25.3 and 35.1 < cleared < 35.4
    assert cleared - raised == pytest.approx(10.025, abs=0.02)


def test_any_number_of_threads_gives_the_same_octets(otn, network, folder, tmp_path):
    otn("run", network, "-o", tmp_path / "one", "--threads", 1, code=1)
    names = {path.name for path in folder.iterdir()}
    assert names == {path.name for path in (tmp_path / "one").iterdir()}
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (folder / name).read_bytes(), name
