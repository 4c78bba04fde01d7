"""Events of `otn wrap --inject` as `otn decode` dates them, against machines of our own.

The machines of `otn_supervision` read the frames of the capture; nobody tells them what was
injected. Every change of every defect of the points that they know must be that of the program, to the frame.
"""

import json
import subprocess
from fractions import Fraction

import otn_supervision as supervision
import pytest
from captures import read_pcapng
from conftest import TIMEOUT_S
from otn_frame import as_frames, octet, scramble

PERIOD_NS = {
    signal: Fraction(130_560 * 1_000_000_000) / Fraction(rate)
    for signal, rate in {
        "OTU1": Fraction(255 * 2_488_320_000, 238),
        "OTU2": Fraction(255 * 9_953_280_000, 237),
    }.items()
}
ALL_LEVELS = "1,2,3,4,5,6"

# One frame short of the limit, the limit, and on and off so that it is never or just reached.
COUNTED = ["2f", "3f", "4f", "5f", "60f", "on=2f,off=1f,for=40f", "on=4f,off=1f,for=40f",
           "on=3f,off=2f,for=40f", "on=5f,off=4f,for=60f", "on=5f,off=5f,for=60f"]
STANDARD = {"dBDI", "dIAE", "dBIAE", "dAIS", "dOCI", "dLCK", "dLTC"}
STATUS = ["ais", "oci", "lck", "ltc", "iae", "bdi", "biae"]
EVENTS = [
    *(f"{point}-{fault}" for point, faults in {
        "sm": ["bdi", "iae", "biae"],
        "pm": ["bdi"],
        "tcm1": STATUS,
        "tcm4": STATUS,
        "tcm6": STATUS,
    }.items() for fault in faults),
    "odu-ais",
    "odu-oci",
    "odu-lck",
]
TIMED = [
    "lof@5ms:1ms",
    "lof@5ms:4f",
    "lof@5ms:8ms",
    "lof@5ms:on=2900us,off=2ms,for=15ms",
    "lof@5ms:on=2900us,off=3500us,for=15ms",
    "lom@5ms:2ms",
    "lom@5ms:8ms",
    "lom@5ms:on=2900us,off=2ms,for=15ms",
]


def wrap(otn, folder, signal, duration, *injections):
    """Writes a line with events; gives its frames, descrambled, and what `otn` found."""
    line = folder / "line.pcapng"
    events = [word for injection in injections for word in ("--inject", injection)]
    fixed = ("--client", "prbs", "--signal", signal, "--fec", "none", "--tcm", ALL_LEVELS)
    otn("wrap", *fixed, "--duration", duration, *events, "-o", line)
    frames = scramble(as_frames(packet.octets for packet in read_pcapng(line)))
    return frames, decoded(otn, line)


def decoded(otn, line):
    """What `otn` finds in a capture of one stream."""
    # It ends with 1 where a defect stood, which is what is to be found out.
    command = [otn.program, "decode", line, "--json"]
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["streams"][0]


def told(stream, layer, names):
    """Changes that the program tells of these defects of a layer, by name and time."""
    found = []
    for defect in stream["defects"]:
        if (defect["layer"], defect["place"]) == (layer, "") and defect["defect"] in names:
            found.append((defect["raised_ns"], defect["defect"], True))
            if defect["cleared_ns"] is not None:
                found.append((defect["cleared_ns"], defect["defect"], False))
    return sorted(found)


def agree(expected, found, what):
    """The same changes in the same order, each to the nanosecond or two."""
    expected = sorted((when, name, raised) for name, when, raised in expected)
    assert [change[1:] for change in expected] == [change[1:] for change in found], what
    for (when, name, _), (at, *_) in zip(expected, found, strict=True):
        assert abs(when - at) <= 2, f"{what}: {name} at {at}, expected {float(when)}"


def dated(changes, signal):
    """Frames as times."""
    return [(name, number * PERIOD_NS[signal], raised) for name, number, raised in changes]


def check_overhead(frames, stream, signal, what):
    """Section, path and the six levels."""
    points = {"OTU": ("sm", supervision.SM), "ODU": ("pm", supervision.PM)}
    points |= {f"TCM{level}": ("tcm", place) for level, place in supervision.TCM.items()}
    changed = 0
    for layer, (point, (row, column)) in points.items():
        expected = supervision.trail(octet(frames, row, column + 2), point)
        changed += len(expected)
        agree(dated(expected, signal), told(stream, layer, STANDARD), f"{what}: {layer}")
    return changed


@pytest.mark.parametrize("signal", ["OTU1", "OTU2"])
@pytest.mark.parametrize("event", EVENTS)
#= type=test g798:8.8-stat-3
#= type=test g798:6.2.6.6.1-bdi-5
#= type=test g798:6.2.6.8-iae-5
#= type=test g798:6.2.6.8-biae-3
def test_overhead_is_judged_as_by_the_second_machine(otn, tmp_path, signal, event):
    # One after another, a millisecond and a half of OTU1 apart.
    start, step = (5, 3) if signal == "OTU1" else (2, 1)
    injections = [f"{event}@{start + step * n}ms:{length}" for n, length in enumerate(COUNTED)]
    duration = f"{start + step * len(COUNTED) + 4}ms"
    frames, stream = wrap(otn, tmp_path, signal, duration, *injections)
    assert check_overhead(frames, stream, signal, event) >= 4, "it did show"


@pytest.mark.parametrize("signal", ["OTU1", "OTU2"])
@pytest.mark.parametrize("event", TIMED)
#= type=test g798:6.2.5.1-lof-3ms
#= type=test g798:6.2.5.1-lof-intermittent
#= type=test g798:6.2.5.2-lom-3ms
def test_alignment_is_judged_as_by_the_second_machine(otn, tmp_path, signal, event):
    frames, stream = wrap(otn, tmp_path, signal, "30ms", event)
    period = PERIOD_NS[signal]
    wrong = supervision.wrong_fas(frames)
    lof = supervision.integrated("dLOF", supervision.out_of_frame(wrong), period, False)
    agree(lof, told(stream, "OTU", {"dLOF"}), event)
    if event.startswith("lom"):
        out = supervision.out_of_multiframe(frames[:, 0, 6])
        lom = supervision.integrated("dLOM", out, period, True)
        agree(lom, told(stream, "OTU", {"dLOM"}), event)


@pytest.mark.parametrize("length", ["250f", "780f", "900f"])
#= type=test g798:6.2.10-csf-3
def test_client_signal_fail_is_judged_as_by_the_second_machine(otn, tmp_path, length):
    frames, stream = wrap(otn, tmp_path, "OTU2", "32ms", f"csf@5ms:{length}")
    expected = supervision.client_signal_fail(frames[:, 0, 6], octet(frames, 4, 15))
    agree(dated(expected, "OTU2"), told(stream, "OPU", {"dCSF"}), length)
    # Three multiframes are 513 frames at least, 768 at most.
    assert bool(expected) == (length != "250f")


@pytest.mark.parametrize("lasts", [60, 127, 200, 300])
#= type=test g798:8.6-tti-3
def test_a_trace_is_accepted_as_by_the_second_machine(otn, tmp_path, lasts):
    frames, stream = wrap(otn, tmp_path, "OTU1", "24ms", "pm-tim@12ms", f"sm-tim@12ms:{lasts}f")
    mfas = frames[:, 0, 6]
    for (row, column), report in [(supervision.SM, "sm"), (supervision.PM, "pm")]:
        pm_or_sm = stream["sm"] if report == "sm" else stream["odu"]["pm"]
        accepted = supervision.accepted_trace(mfas, octet(frames, row, column))
        sapi = accepted[1:16].rstrip(b"\0").decode()
        assert pm_or_sm["accepted_tti"]["sapi"] == sapi


TREE = """
signal: OTU2
odu:
  kind: ODU2
  tributaries:
    - {kind: ODU1, tributaries: [{kind: ODU0, client: prbs}, {kind: ODU0, client: 'null'}]}
    - {kind: ODU0, client: prbs}
"""


@pytest.mark.parametrize("event", ["sm-iae", "pm-bdi", "odu-ais", "odu-lck", "odu-oci"])
#= type=test g798:8.8-stat-3
#= type=test g798:6.2.6.6.1-bdi-5
def test_the_server_of_a_tree_is_judged_as_by_the_second_machine(otn, tmp_path, event):
    tree, line = tmp_path / "tree.yaml", tmp_path / "line.pcapng"
    tree.write_text(TREE)
    injections = []
    for number, length in enumerate(COUNTED):
        injections += ["--inject", f"{event}@{2 + number}ms:{length}"]
    fixed = ("--tree", tree, "--fec", "none", "--duration", "16ms")
    otn("wrap", *fixed, *injections, "-o", line)
    frames = scramble(as_frames(packet.octets for packet in read_pcapng(line)))
    stream = decoded(otn, line)
    changed = 0
    points = [("OTU", "sm", supervision.SM), ("ODU", "pm", supervision.PM)]
    for layer, point, (row, column) in points:
        expected = supervision.trail(octet(frames, row, column + 2), point)
        changed += len(expected)
        agree(dated(expected, "OTU2"), told(stream, layer, STANDARD), f"{event}: {layer}")
    assert changed >= 4, "it did show"
