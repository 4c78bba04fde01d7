"""The model of `otn_tree` sends ODUs in ODUs and clients; `otn decode` must find what was sent.

The model was written without sight of the program. Here all is told by the capture; how it is told
otherwise, and what errors do, is in `test_referee_bits.py` and `test_referee_errors.py`.
"""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import otn_rates as rates
import pytest
from conftest import Otn
from otn_compare import check_signal
from otn_examples import as_bits, as_capture, client_of, clients, leaf, send, spread, trees
from otn_tree import Clock, Gmp, Mux, Null, Odu, Prbs, Tributary, build

TREES = list(trees())


@pytest.mark.parametrize(("odu", "frames"), [t[1:] for t in TREES], ids=[t[0] for t in TREES])
#= type=test g709:19.4.1-msi
#= type=test g709:19.1.4-opu4-slots
#= type=test g709:19.5-odtu13-column-119
#= type=test g709:19.6-overhead-in-last-slot
def test_tree(otn: Otn, tmp_path: Path, odu: Odu, frames: int) -> None:
    check_signal(*as_capture(otn, tmp_path, odu, frames))


@pytest.mark.parametrize(("way", "name", "ppm"), list(clients()))
#= type=test g709:17.2-cbr-columns
#= type=test g709:17.2-fixed-stuff
#= type=test g709:17.2-jc-codes
#= type=test g709:17.2-bmp
#= type=test g709:17.7-cm-range
#= type=test g709:d.2-data-blocks
def test_client(otn: Otn, tmp_path: Path, way: str, name: str, ppm: Fraction) -> None:
    odu = replace(client_of(way, name, ppm), first_mfas=200)
    if odu.kind == "ODUflex":
        sent = build(odu, 130)
        found = as_bits(otn, tmp_path, sent.frames)
    else:
        found, sent = as_capture(otn, tmp_path, odu, 130)
    check_signal(found, sent)
    assert sent.client is not None
    octets = found.client(())
    # By AMP and BMP all of it; by GMP from the frame on whose count is known.
    assert sent.client.tobytes().endswith(octets)
    assert way == "gmp" or len(octets) == len(sent.client)
    if way == "gmp":
        signal = rates.GMP_CLIENTS[name]
        server, blocks = rates.gmp_area_rate(signal.opu), rates.GMP_BLOCKS[signal.opu]
        bounds = rates.count(signal.rate, signal.ppm, server, blocks)
        told = {int(cm) for cm in found.stream["odu"]["opu"]["gmp"]["cm"]}
        assert all(bounds.floor <= cm <= bounds.ceil for cm in told)


@pytest.mark.parametrize("kind", ["ODU0", "ODU1", "ODU2", "ODU2e", "ODU3", "ODU4"])
@pytest.mark.parametrize("payload", [Null(), Prbs(9)])
#= type=test g709:17.5.2-prbs31
def test_test_signal(otn: Otn, tmp_path: Path, kind: str, payload: Null | Prbs) -> None:
    check_signal(*as_capture(otn, tmp_path, Odu(kind, payload, kind, first_mfas=100), 200))


@pytest.mark.parametrize(
    ("server", "kind", "groups", "ppm", "likely"),
    [
        ("ODU1", "ODU0", spread(2, 1), -130, "10"),
        ("ODU1", "ODU0", spread(2, 1), 65, "01"),
        ("ODU2", "ODU1", spread(4, 1), -113, "10"),
        ("ODU2", "ODU1", spread(4, 1), 83, "01"),
        ("ODU3", "ODU1", spread(16, 1), -95, "10"),
        ("ODU3", "ODU1", spread(16, 1), 101, "01"),
        ("ODU3", "ODU2", spread(16, 4), -95, "10"),
        ("ODU3", "ODU2", spread(16, 4), 101, "01"),
    ],
)
#= type=test g709:19.5-jc
#= type=test g709:19.5-pjo
def test_limits_of_amp(
    otn: Otn,
    tmp_path: Path,
    server: str,
    kind: str,
    groups: list[tuple[int, ...]],
    ppm: int,
    likely: str,
) -> None:
    """Two positive justifications at a time at one end, always a negative one at the other."""
    inner = [Tributary(leaf(kind, f"{i}", i, ppm), group) for i, group in enumerate(groups, 1)]
    found, sent = as_capture(otn, tmp_path, Odu(server, Mux(0x20, inner), "server"), 400)
    check_signal(found, sent)
    for tributary in found.stream["odu"]["opu"]["tributaries"]:
        codes = Counter(tributary["justification"]["jc"])
        assert codes[likely] > 0.9 * codes.total()


#= type=test g709:d.3-inversion-patterns
def test_wander_moves_counts_by_every_step(otn: Otn, tmp_path: Path) -> None:
    steps = (0, 70, 140, 280, 140, -140, -70, 0, 500, 0)
    clock = Clock(wander=tuple(Fraction(step) for step in steps))
    odu = Odu("ODU0", Gmp(rates.GMP_CLIENTS["1000BASE-X"], clock), "wander", first_mfas=200)
    found, sent = as_capture(otn, tmp_path, odu, 300)
    check_signal(found, sent)
    assert sent.justification is not None and sent.justification.counts is not None
    used = sent.justification.counts.used
    assert {-2, -1, 0, 1, 2} < {b - a for a, b in pairwise(used)}
    told = found.stream["odu"]["opu"]["gmp"]["cm"]
    skipped = len(used) - sum(told.values())
    assert {int(cm): times for cm, times in told.items()} == Counter(used[skipped:])


def test_wander_of_an_odu_by_gmp(otn: Otn, tmp_path: Path) -> None:
    clock = Clock(wander=tuple(Fraction(20 * step) for step in (0, 3, 5, 1, -2, -5, -4)))
    tributaries = [
        Tributary(Odu("ODU0", Prbs(1), "zero", clock), (3,)),
        Tributary(Odu("ODU1", Prbs(2), "one", clock), (1, 8)),
    ]
    check_signal(*as_capture(otn, tmp_path, Odu("ODU2", Mux(0x21, tributaries), "server"), 500))


def test_pattern_of_the_other_polarity(otn: Otn, tmp_path: Path) -> None:
    frames = build(Odu("ODU2", Prbs(3), "normal", first_mfas=100), 200).frames
    frames[:, :, 16:] = ~frames[:, :, 16:]
    odu = send(otn, tmp_path, frames, "--signal", "ODU2").stream["odu"]
    prbs = odu["opu"]["prbs"]
    assert (prbs["locked"], prbs["polarity"], prbs["errors"]) == (True, "normal", 0)
    # An even number of octets was inverted.
    assert odu["pm"]["bip_violations"] == 0
