"""The model of `otn_tree` sends ODUs in ODUs and clients; `otn decode` must find what was sent.

The model was written without sight of the program. Tests say which way a signal is told: by the
capture, or by its own structure.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import otn_rates as rates
import pytest
from conftest import Otn
from otn_compare import (
    Found,
    Lost,
    Report,
    check_client,
    check_signal,
    check_tributary,
    decode,
    decode_capture,
)
from otn_frame import Octets, to_otu
from otn_tree import (
    Built,
    Cbr,
    Clock,
    Gmp,
    Mux,
    Null,
    Odu,
    Prbs,
    Tributary,
    build,
    build_otu,
)

# CPRI has no payload type of its own: here it is sent as any bit stream with octet timing.
PT_EXPERIMENTAL, PT_OCTETS = 0x01, 0x10
# An inner ODU says what it carries after this share of its frames, and not later than this: in a
# short capture, where the first of them may be lost, this has to be told in time.
TOLD_AT, TOLD_BY = Fraction(3, 5), 100


def timed(odu: Odu, frames: int) -> Odu:
    """The tree with the multiframes of all inner ODUs begun so that each tells its payload."""
    if not isinstance(odu.payload, Mux):
        return odu
    tributaries = []
    for tributary in odu.payload.tributaries:
        inner = tributary.odu
        count = int(frames * inner.rate / odu.rate)
        first = -min(int(count * TOLD_AT), TOLD_BY) % 256
        inner = timed(replace(inner, first_mfas=first), count)
        tributaries.append(replace(tributary, odu=inner))
    return replace(odu, payload=Mux(odu.payload.payload_type, tributaries))


def leaf(kind: str, name: str, seed: int, ppm: int = 0, phase: int = 0) -> Odu:
    """An ODU with a test pattern."""
    return Odu(kind, Prbs(seed), name, Clock(ppm), phase=phase)


def flex(count: int, name: str, seed: int, ppm: int = 0) -> Odu:
    """An ODUflex(GFP) of some slots with a test pattern."""
    nominal = rates.oduflex_gfp(count)
    return Odu("ODUflex", Prbs(seed), name, Clock(ppm), nominal)


def same_kind(server: str, payload_type: int, kind: str, groups: list[tuple[int, ...]]) -> Odu:
    """A server with one kind of ODU in groups of slots, each with another clock and phase."""
    tributaries = [
        Tributary(leaf(kind, f"{kind}-{i}", i + 1, 20 - 8 * (i % 6), 1000 * i % 15000), group)
        for i, group in enumerate(groups)
    ]
    return Odu(server, Mux(payload_type, tributaries), "server", Clock(-11))


def spread(count: int, size: int) -> list[tuple[int, ...]]:
    """Slots 1 to `count` in groups, each group spread over all of them."""
    return [tuple(range(start, count + 1, count // size)) for start in range(1, count // size + 1)]


def in_two_stages() -> Odu:
    """ODU0 in ODU2 in ODU4."""
    inner = [Tributary(leaf("ODU0", f"low-{i}", i + 1, i), (i + 1,)) for i in range(8)]
    middle = Odu("ODU2", Mux(0x21, inner), "middle", Clock(9))
    beside = leaf("ODU2e", "beside", 99, -100)
    slots = tuple(range(1, 16, 2)), tuple(range(70, 78))
    return Odu("ODU4", Mux(0x21, [Tributary(middle, slots[0]), Tributary(beside, slots[1])]), "top")


def in_four_stages() -> Odu:
    """ODU0 in ODU1 in ODU2 in ODU3 in ODU4; all but the last stage with a port that is not 1."""
    odu0 = leaf("ODU0", "zero", 7, 20)
    odu1 = Odu("ODU1", Mux(0x20, [Tributary(odu0, (2,))]), "one", Clock(-20))
    odu2 = Odu("ODU2", Mux(0x20, [Tributary(odu1, (3,))]), "two", Clock(20))
    in_odu3 = [Tributary(odu2, (2, 7, 11, 16), port=4)]
    odu3 = Odu("ODU3", Mux(0x20, in_odu3), "three", Clock(-20))
    in_odu4 = [Tributary(odu3, tuple(range(40, 71)), port=77)]
    return Odu("ODU4", Mux(0x21, in_odu4), "four", Clock(20))


def mixed() -> Odu:
    """What one ODU4 may hold at once."""
    gigabit = Gmp(rates.GMP_CLIENTS["1000BASE-X"], Clock(50), 41)
    stm16 = Cbr(rates.CBR_CLIENTS["CBR2G5"], Clock(15), 42)
    fibre = rates.FLEX_CLIENTS["FC-400"]
    fibre_rate = rates.oduflex_cbr(fibre.rate)
    tributaries = [
        Tributary(Odu("ODU0", gigabit, "gigabit"), (80,)),
        Tributary(Odu("ODU0", Null(), "null"), (1,)),
        Tributary(Odu("ODU1", stm16, "stm16", Clock(-15)), (4, 40)),
        Tributary(flex(5, "flex5", 43, 80), (10, 20, 30, 50, 60)),
        Tributary(
            Odu("ODUflex", Cbr(fibre, None, 46), "fibre", Clock(-100), fibre_rate),
            (71, 72, 73, 74),
        ),
        Tributary(leaf("ODU2e", "lan", 44, 100), (11, 12, 13, 14, 15, 16, 17, 18)),
        Tributary(leaf("ODU2", "wan", 45, -20), (21, 22, 23, 24, 25, 26, 27, 28)),
    ]
    return Odu("ODU4", Mux(0x21, tributaries), "mixed", Clock(7), first_mfas=200, first_omfi=33)


def scattered() -> Odu:
    """ODUflex and ODU0 in an ODU2, slots and ports in no order."""
    tributaries = [
        Tributary(flex(3, "flex3", 5, -90), (2, 5, 7), port=8),
        Tributary(flex(2, "flex2", 6, 90), (1, 8), port=3),
        Tributary(leaf("ODU0", "low", 7, 20), (4,), port=1),
    ]
    return Odu("ODU2", Mux(0x21, tributaries), "server")


def by_gmp_in_odu3() -> Odu:
    """ODU0, ODU2e and ODUflex in an ODU3."""
    tributaries = [
        Tributary(leaf("ODU0", "zero", 1, -20, 300), (17,), port=32),
        Tributary(leaf("ODU2e", "lan", 2, 100), (1, 2, 3, 4, 5, 6, 7, 8, 32)),
        Tributary(flex(4, "flex4", 3, -100), (9, 12, 30, 31)),
        Tributary(flex(9, "flex9", 4, 100), tuple(range(18, 27))),
    ]
    return Odu("ODU3", Mux(0x21, tributaries), "three", Clock(20), first_mfas=100)


def trees() -> Iterator[tuple[str, Odu, int]]:
    """Name, tree and frames."""
    yield "odtu01", same_kind("ODU1", 0x20, "ODU0", [(1,), (2,)]), 80
    yield "odtu12-4", same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 120
    yield "odtu13-16", same_kind("ODU3", 0x20, "ODU1", spread(16, 1)), 200
    yield "odtu23-4", same_kind("ODU3", 0x20, "ODU2", spread(16, 4)), 140
    yield "odtu12-8", same_kind("ODU2", 0x21, "ODU1", [(1, 8), (2, 3)]), 120
    yield "odtu13-32", same_kind("ODU3", 0x21, "ODU1", [(2, 25), (1, 3)]), 500
    some: list[tuple[int, ...]]
    some = [(1, 2, 5, 9, 10, 25, 26, 32), (3, 4, 6, 7, 8, 11, 12, 13)]
    yield "odtu23-32", same_kind("ODU3", 0x21, "ODU2", some), 160
    yield "odtu2.1", same_kind("ODU2", 0x21, "ODU0", spread(8, 1)), 240
    yield "odtu3.ts", by_gmp_in_odu3(), 450
    yield "odtu4.1", same_kind("ODU4", 0x21, "ODU0", spread(80, 1)), 800
    yield "odtu4.2", same_kind("ODU4", 0x21, "ODU1", spread(80, 2)[:7]), 480
    yield "odtu4.8", same_kind("ODU4", 0x21, "ODU2", spread(80, 8)[:3]), 480
    yield "odtu4.31", same_kind("ODU4", 0x21, "ODU3", [tuple(range(3, 34))]), 320
    yield "odu0-odu2-odu4", in_two_stages(), 720
    yield "four-stages", in_four_stages(), 1600
    yield "mixed", mixed(), 480
    yield "scattered", scattered(), 300


TREES = list(trees())


def as_capture(otn: Otn, folder: Path, odu: Odu, frames: int) -> tuple[Found, Built]:
    """Sends an ODU, in an OTU where there is one, through a capture."""
    signal = odu.kind.replace("D", "T")
    sent = build(timed(odu, frames), frames)
    if signal in rates.OTU_RATE:
        line, rate = to_otu(sent.frames, odu.name), rates.OTU_RATE[signal]
    else:
        signal, line, rate = odu.kind, sent.frames, odu.rate
    return decode_capture(otn, folder / "line.pcapng", signal, line, odu.clock.rate(rate)), sent


def as_bits(otn: Otn, folder: Path, frames: Octets) -> Found:
    """Sends frames as nothing but bits; only their structure tells what they are."""
    path = folder / "line.bin"
    path.write_bytes(frames.tobytes())
    found = decode(otn, path)
    assert (found.stream["signal_from"], found.stream["interface"]) == ("structure", None)
    assert (found.stream["lsb_first"], found.stream["inverted"]) == (False, False)
    return found


@pytest.mark.parametrize(("odu", "frames"), [t[1:] for t in TREES], ids=[t[0] for t in TREES])
def test_tree(otn: Otn, tmp_path: Path, odu: Odu, frames: int) -> None:
    check_signal(*as_capture(otn, tmp_path, odu, frames))


def client_of(way: str, name: str, ppm: Fraction) -> Odu:
    """An ODU with a client at an offset; its own clock is off the other way, where it has one."""
    signal = {**rates.GMP_CLIENTS, **rates.CBR_CLIENTS, **rates.FLEX_CLIENTS}[name]
    if signal.payload_type == PT_EXPERIMENTAL:
        signal = replace(signal, payload_type=PT_OCTETS)
    kind, clock = signal.opu.replace("P", "D"), Clock(ppm)
    server = Clock(max(-20, min(20, -ppm)))
    match way:
        case "gmp":
            return Odu(kind, Gmp(signal, clock, 5), name, server)
        case "amp":
            return Odu(kind, Cbr(signal, clock, 5), name, server)
        case _:
            nominal = rates.oduflex_cbr(signal.rate) if kind == "ODUflex" else None
            return Odu(kind, Cbr(signal, None, 5), name, clock, nominal)


def clients() -> Iterator[tuple[str, str, Fraction]]:
    """How a client comes, which one, and its offset: both ends of its tolerance."""
    for way, table in (
        ("gmp", rates.GMP_CLIENTS),
        ("bmp", {**rates.CBR_CLIENTS, **rates.FLEX_CLIENTS}),
        ("amp", {name: rates.CBR_CLIENTS[name] for name in ("CBR2G5", "CBR10G", "CBR40G")}),
    ):
        for signal in table.values():
            for sign in (-1, 1):
                yield way, signal.name, sign * signal.ppm
    for name in ("CBR2G5", "CBR10G", "CBR40G"):
        yield "amp", name, Fraction(0)


@pytest.mark.parametrize(("way", "name", "ppm"), list(clients()))
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


# Signals that their own structure tells, and frames enough to do so.
TOLD = {
    "otu4-mux": (mixed(), 480),
    "otu4-mux-80": (same_kind("ODU4", 0x21, "ODU0", spread(80, 1)), 640),
    "otu3-mux-21": (by_gmp_in_odu3(), 450),
    "otu3-mux-20": (same_kind("ODU3", 0x20, "ODU2", spread(16, 4)), 300),
    "otu2-mux-21": (same_kind("ODU2", 0x21, "ODU0", spread(8, 1)), 300),
    "otu2-mux-20": (same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 300),
    "otu1-mux": (same_kind("ODU1", 0x20, "ODU0", spread(2, 1)), 300),
    "otu1-amp": (client_of("amp", "CBR2G5", Fraction(20)), 300),
    "otu2-amp": (client_of("amp", "CBR10G", Fraction(-20)), 300),
    "otu3-amp": (client_of("amp", "CBR40G", Fraction(15)), 300),
    "otu3-40gbase-r": (client_of("gmp", "40GBASE-R", Fraction(-100)), 300),
    "otu4-100gbase-r": (client_of("gmp", "100GBASE-R", Fraction(100)), 300),
}
TOLD_BARE = {
    "odu0-fc100": (client_of("gmp", "FC-100", Fraction(100)), 300),
    "odu0-1000base-x": (client_of("gmp", "1000BASE-X", Fraction(-100)), 300),
    "odu0-stm1": (client_of("gmp", "STM-1", Fraction(-20)), 300),
    "odu1-fc200": (client_of("gmp", "FC-200", Fraction(-100)), 300),
    "odu4-100gbase-r": (client_of("gmp", "100GBASE-R", Fraction(-100)), 300),
    "odu4-mux": (mixed(), 480),
    "odu2-mux": (same_kind("ODU2", 0x21, "ODU1", [(1, 8), (2, 3)]), 300),
}


@pytest.mark.parametrize("case", TOLD)
def test_otu_is_told_by_its_structure(otn: Otn, tmp_path: Path, case: str) -> None:
    odu, frames = TOLD[case]
    line, sent = build_otu(timed(odu, frames), frames)
    found = as_bits(otn, tmp_path, line)
    assert found.stream["scrambled"]
    check_signal(found, sent)


@pytest.mark.parametrize("case", TOLD_BARE)
def test_odu_is_told_by_its_structure(otn: Otn, tmp_path: Path, case: str) -> None:
    odu, frames = TOLD_BARE[case]
    sent = build(timed(odu, frames), frames)
    check_signal(as_bits(otn, tmp_path, sent.frames), sent)


def bits_later(octets: bytes, bits: int) -> bytes:
    """The same bits after some others, which hold no alignment signal."""
    before = np.resize(np.array([1, 0, 0, 1, 0], np.uint8), bits)
    after = np.unpackbits(np.frombuffer(octets, np.uint8))
    return np.packbits(np.concatenate([before, after])).tobytes()


def other_order(octets: bytes) -> bytes:
    """Each octet with its last bit first."""
    bits = np.unpackbits(np.frombuffer(octets, np.uint8)).reshape(-1, 8)
    return np.packbits(bits[:, ::-1]).tobytes()


def inverted(octets: bytes) -> bytes:
    """Every bit inverted."""
    return (~np.frombuffer(octets, np.uint8)).tobytes()


@pytest.mark.parametrize("offset", [0, 3, 8 * 1000 + 5])
@pytest.mark.parametrize("lsb_first", [False, True])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("scrambled", [False, True])
def test_any_form_of_bits(
    otn: Otn, tmp_path: Path, offset: int, lsb_first: bool, invert: bool, scrambled: bool
) -> None:
    odu = timed(same_kind("ODU2", 0x21, "ODU0", spread(8, 1)[:2]), 300)
    line, sent = build_otu(odu, 300, scrambled)
    octets = bits_later(line.tobytes(), offset)
    octets = other_order(octets) if lsb_first else octets
    path = tmp_path / "line.bin"
    path.write_bytes(inverted(octets) if invert else octets)
    found = decode(otn, path)
    stream = found.stream
    assert stream["alignment"]["bit_offset"] == offset
    assert (stream["lsb_first"], stream["inverted"]) == (lsb_first, invert)
    assert (stream["scrambled"], stream["signal_from"]) == (scrambled, "structure")
    check_signal(found, sent)


@pytest.mark.parametrize("word", [8, 64, 16320 * 8])
def test_hexadecimal_text(otn: Otn, tmp_path: Path, word: int) -> None:
    odu = timed(same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 260)
    line, sent = build_otu(odu, 260)
    text = bits_later(line.tobytes(), 8 * 8).hex()
    digits = word // 4
    path = tmp_path / "line.hex"
    path.write_text("\n".join(text[i : i + digits] for i in range(0, len(text), digits)) + "\n")
    found = decode(otn, path)
    assert found.stream["alignment"]["bit_offset"] == 64
    check_signal(found, sent)


def test_hexadecimal_text_without_leading_zeros(otn: Otn, tmp_path: Path) -> None:
    line, sent = build_otu(timed(same_kind("ODU1", 0x20, "ODU0", spread(2, 1)), 260), 260)
    words = np.frombuffer(line.tobytes(), ">u8")
    path = tmp_path / "line.hex"
    path.write_text("\n".join(f"{word:x}" for word in words.tolist()))
    check_signal(decode(otn, path, "--width", "64"), sent)


@pytest.mark.parametrize("signal", ["OTU2", "OTU4"])
def test_told_by_the_user(otn: Otn, tmp_path: Path, signal: str) -> None:
    """A test pattern looks the same in every OTUk."""
    line, sent = build_otu(Odu(signal.replace("T", "D"), Prbs(3), "told"), 260)
    path = tmp_path / "line.bin"
    path.write_bytes(line.tobytes())
    found = decode(otn, path, "--signal", signal)
    assert found.stream["signal_from"] == "option"
    check_signal(found, sent)


@pytest.mark.parametrize("first", [1, 40, 79])
def test_capture_may_begin_anywhere_in_a_multiframe(otn: Otn, tmp_path: Path, first: int) -> None:
    odu = timed(mixed(), 560)
    line, sent = build_otu(odu, 560)
    path = tmp_path / "line.bin"
    path.write_bytes(line[first:].tobytes())
    sent.frames = sent.frames[first:]
    check_signal(decode(otn, path), sent)


# Octets of JC1 to JC6: row and column, and which bits of JC4 to JC6 the CRC-5 sees.
JC123, JC456 = [(row, 16) for row in (1, 2, 3)], [(row, 15) for row in (1, 2, 3)]
CRC5_BITS = 0b0001_1111


def flip(frames: Octets, number: int, place: tuple[int, int], bit: int) -> None:
    """Inverts a bit, 0 to 7, the most significant first."""
    row, column = place
    frames[number, row - 1, column - 1] ^= 0b1000_0000 >> bit


@pytest.mark.parametrize("name", ["1000BASE-X", "FC-200", "9G", "40GBASE-R", "100GBASE-R"])
def test_wrong_bits_in_jc_of_a_client_by_gmp(otn: Otn, tmp_path: Path, name: str) -> None:
    """Each bit of JC1 to JC6 wrong once: counted, and the client unharmed."""
    odu = replace(client_of("gmp", name, Fraction(17)), first_mfas=200)
    sent = build(odu, 170)
    number, seen, hidden = 10, 0, 0
    for place in (*JC123, *JC456):
        for bit in range(8):
            flip(sent.frames, number, place, bit)
            is_seen = place in JC123 or CRC5_BITS >> 7 - bit & 1
            seen, hidden = seen + bool(is_seen), hidden + (not is_seen)
            number += 3
    assert (seen, hidden, number) == (39, 9, 154)
    path = tmp_path / "line.bin"
    path.write_bytes(sent.frames.tobytes())
    found = decode(otn, path, "--signal", odu.kind, code=1)
    opu, pm = found.stream["odu"]["opu"], found.stream["odu"]["pm"]
    assert (opu["gmp"]["crc8_errors"], opu["gmp"]["crc5_errors"]) == (24, 15)
    # The overhead of the OPU is under the BIP-8 of the path, too.
    assert (pm["bip_violations"], pm["bip_mismatch_frames"]) == (48, 48)
    check_client(found, without_crc_errors(found.stream["odu"]), sent, ())
    assert sent.client is not None
    assert sent.client.tobytes().endswith(found.client(()))


def without_crc_errors(odu: Report) -> Report:
    """The report of an ODU as it would be if no CRC had been wrong."""
    gmp = {**odu["opu"]["gmp"], "crc8_errors": 0, "crc5_errors": 0}
    return {**odu, "opu": {**odu["opu"], "gmp": gmp}}


@pytest.mark.parametrize("name", ["CBR2G5", "CBR10G", "CBR40G"])
def test_wrong_bits_in_jc_of_a_client_by_amp(otn: Otn, tmp_path: Path, name: str) -> None:
    """Two of three copies decide."""
    sent = build(replace(client_of("amp", name, Fraction(20)), first_mfas=200), 130)
    for number in range(130):
        flip(sent.frames, number, JC123[number % 3], number // 3 % 8)
    path = tmp_path / "line.bin"
    path.write_bytes(sent.frames.tobytes())
    found = decode(otn, path, "--signal", sent.odu.kind, code=1)
    # The BIP-8 of the last two frames never comes.
    assert found.stream["odu"]["pm"]["bip_violations"] == 128
    check_client(found, found.stream["odu"], sent, ())
    assert sent.client is not None and found.client(()) == sent.client.tobytes()


def test_wrong_bits_in_jc_of_tributaries(otn: Otn, tmp_path: Path) -> None:
    """Slot 5 has errors in JC1 to JC3, slot 7 in JC4 to JC6: none in the ODUs."""
    odu = timed(same_kind("ODU2", 0x21, "ODU0", spread(8, 1)), 480)
    sent = build(odu, 480)
    for turn in range(24):
        place, bit = turn // 8, turn % 8
        flip(sent.frames, 8 * (2 * turn + 8) + 4, JC123[place], bit)
        flip(sent.frames, 8 * (2 * turn + 8) + 6, JC456[place], bit)
    path = tmp_path / "line.bin"
    path.write_bytes(to_otu(sent.frames, odu.name).tobytes())
    found = decode(otn, path, code=1)
    stream = found.stream
    assert (stream["signal"], stream["sm"]["bip_violations"]) == ("OTU2", 0)
    assert stream["odu"]["pm"]["bip_violations"] == 48
    for tributary, built in zip(stream["odu"]["opu"]["tributaries"], sent.tributaries, strict=True):
        errors = tributary["gmp"]["crc8_errors"], tributary["gmp"]["crc5_errors"]
        assert errors == {5: (24, 0), 7: (0, 15)}.get(tributary["port"], (0, 0))
        clean = {**tributary["gmp"], "crc8_errors": 0, "crc5_errors": 0}
        check_tributary(found, {**tributary, "gmp": clean}, built, Lost(1, 0), ())


def test_wrong_bits_in_jc_of_tributaries_by_amp(otn: Otn, tmp_path: Path) -> None:
    """In each opportunity one of three copies is wrong."""
    odu = timed(same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 300)
    sent = build(odu, 300)
    for number in range(300):
        flip(sent.frames, number, JC123[number % 3], number // 3 % 8)
    path = tmp_path / "line.bin"
    path.write_bytes(to_otu(sent.frames, odu.name).tobytes())
    found = decode(otn, path, code=1)
    tributaries = found.stream["odu"]["opu"]["tributaries"]
    for tributary, built in zip(tributaries, sent.tributaries, strict=True):
        check_tributary(found, tributary, built, Lost(1, 0), ())


@pytest.mark.parametrize("kind", ["OTU2", "ODU2"])
@pytest.mark.parametrize("octet", range(6))
def test_wrong_alignment_signals(otn: Otn, tmp_path: Path, kind: str, octet: int) -> None:
    """Four in a row are counted and cost nothing else."""
    odu = timed(same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 300)
    sent = build(odu, 300)
    line = to_otu(sent.frames, odu.name) if kind == "OTU2" else sent.frames.copy()
    for bit in range(8):
        for number in range(20 + 30 * bit, 24 + 30 * bit):
            flip(line, number, (1, octet + 1), bit)
    path = tmp_path / "line.bin"
    path.write_bytes(line.tobytes())
    found = decode(otn, path)
    alignment = found.stream["alignment"]
    assert (alignment["fas_errored_frames"], alignment["oof_events"]) == (32, 0)
    alignment["fas_errored_frames"] = 0
    check_signal(found, sent)


def test_five_wrong_alignment_signals_are_out_of_frame(otn: Otn, tmp_path: Path) -> None:
    """Less than 3 ms out of frame are no dLOF: frames go on at the old phase."""
    odu = timed(same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 300)
    line, sent = build_otu(odu, 300)
    for number in range(100, 105):
        flip(line, number, (1, 4), 5)
    path = tmp_path / "line.bin"
    path.write_bytes(line.tobytes())
    found = decode(otn, path, code=1)
    alignment = found.stream["alignment"]
    assert (alignment["fas_errored_frames"], alignment["oof_events"]) == (5, 1)
    alignment["fas_errored_frames"] = alignment["oof_events"] = 0
    check_signal(found, sent)


def test_bit_errors_are_counted_where_they_are(otn: Otn, tmp_path: Path) -> None:
    """Of an OTU1 with PRBS: bits of the payload, and of the overhead that BIP-8 does not cover."""
    line, sent = build_otu(Odu("ODU1", Prbs(5), "one", first_mfas=250), 100, scrambled=False)
    for number in range(20, 60):
        flip(line, number, (2 + number % 3, 17 + 97 * (number - 20)), number % 8)
    for number in range(70, 80):
        flip(line, number, (2, 3), 1)  # APS/PCC
        flip(line, number, (1, 12), 1)  # GCC0
        flip(line, number, (4, 4000), 1)  # FEC
    path = tmp_path / "line.bin"
    path.write_bytes(line.tobytes())
    odu = decode(otn, path, "--signal", "OTU1", code=1).stream["odu"]
    assert odu["opu"]["prbs"]["errors"] == 40
    assert (odu["pm"]["bip_violations"], odu["pm"]["bip_mismatch_frames"]) == (40, 40)
    assert sent.odu.kind == odu["type"]
