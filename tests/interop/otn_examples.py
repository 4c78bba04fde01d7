"""The trees and clients that the referee of `otn decode` sends, and how it sends them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import otn_rates as rates
from conftest import Otn
from otn_compare import Found, decode, decode_capture
from otn_frame import Octets, to_otu
from otn_tree import Built, Cbr, Clock, Gmp, Mux, Null, Odu, Prbs, Tributary, build

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
    for server, count, frames in (("ODU2", 8, 200), ("ODU3", 32, 400), ("ODU4", 80, 480)):
        all_slots = Tributary(flex(count, "all", 3, -50), tuple(range(1, count + 1)), port=count)
        yield f"{server.lower()}-in-one", Odu(server, Mux(0x21, [all_slots]), "server"), frames
    both = [Tributary(leaf("ODU1", "amp", 1, 10), (3, 4)), Tributary(leaf("ODU0", "gmp", 2), (6,))]
    # ODTUjk and ODTUk.ts count their ports each for themselves: both have port 1.
    yield "odtu12-odtu2.1", Odu("ODU2", Mux(0x21, both), "server"), 300


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


def as_capture(otn: Otn, folder: Path, odu: Odu, frames: int) -> tuple[Found, Built]:
    """Sends an ODU, in an OTU where there is one, through a capture."""
    signal = odu.kind.replace("D", "T")
    sent = build(timed(odu, frames), frames)
    if signal in rates.OTU_RATE:
        line, rate = to_otu(sent.frames, odu.name), rates.OTU_RATE[signal]
    else:
        signal, line, rate = odu.kind, sent.frames, odu.rate
    return decode_capture(otn, folder / "line.pcapng", signal, line, odu.clock.rate(rate)), sent


def send(otn: Otn, folder: Path, octets: Octets | bytes, *options: str, code: int = 0) -> Found:
    """Sends octets as nothing but bits."""
    path = folder / "line.bin"
    path.write_bytes(bytes(octets))
    return decode(otn, path, *options, code=code)


def as_bits(otn: Otn, folder: Path, frames: Octets) -> Found:
    """Sends frames as nothing but bits; only their structure tells what they are."""
    found = send(otn, folder, frames)
    assert (found.stream["signal_from"], found.stream["interface"]) == ("structure", None)
    assert (found.stream["lsb_first"], found.stream["inverted"]) == (False, False)
    return found
