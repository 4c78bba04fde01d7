"""The model against itself: what it builds it must find again, whole and with its own numbers."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import captures
import g709
import numpy as np
import otn_gmp as gmp
import otn_rates as rates
import pytest
from otn_frame import FRAME_OCTETS, as_frames, bip8, octet, octet_lists, prbs31, scramble, to_otu
from otn_tree import (
    Built,
    BuiltTributary,
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
from otn_untree import OduReport, TributaryReport, decode_odu, decode_otu


def leaf(kind: str, name: str, seed: int, ppm: int = 0, phase: int = 0) -> Odu:
    """An ODU with a test pattern."""
    return Odu(kind, Prbs(seed), name, Clock(ppm), phase=phase)


def flex(slots: int, name: str, seed: int, ppm: int = 0) -> Odu:
    """An ODUflex(GFP) of some slots with a test pattern."""
    return Odu("ODUflex", Prbs(seed), name, Clock(ppm), rates.oduflex_gfp(slots))


def same_kind(
    server: str, payload_type: int, kind: str, slots: list[tuple[int, ...]], ppm: int = 20
) -> Odu:
    """A server with one kind of ODU in groups of slots, each with another clock."""
    tributaries = [
        Tributary(leaf(kind, f"{kind}-{i}", i + 1, ppm - 8 * (i % 6), 1000 * i % 15000), group)
        for i, group in enumerate(slots)
    ]
    return Odu(server, Mux(payload_type, tributaries), "server", Clock(-11))


def groups(count: int, size: int) -> list[tuple[int, ...]]:
    """Slots 1 to `count` in groups, each group spread over all of them."""
    return [tuple(range(start, count + 1, count // size)) for start in range(1, count // size + 1)]


def trees() -> Iterator[tuple[str, Odu, int]]:
    """Name, tree and frames."""
    yield "odtu01", same_kind("ODU1", 0x20, "ODU0", [(1,), (2,)]), 170
    yield "odtu12-4", same_kind("ODU2", 0x20, "ODU1", groups(4, 1)), 280
    yield "odtu13-16", same_kind("ODU3", 0x20, "ODU1", groups(16, 1)), 2200
    yield "odtu23-4", same_kind("ODU3", 0x20, "ODU2", groups(16, 4)), 560
    yield "odtu12-8", same_kind("ODU2", 0x21, "ODU1", [(1, 8), (2, 3)]), 280
    yield "odtu13-32", same_kind("ODU3", 0x21, "ODU1", [(2, 25), (1, 3)]), 2200
    some: list[tuple[int, ...]]
    some = [(1, 2, 5, 9, 10, 25, 26, 32), (3, 4, 6, 7, 8, 11, 12, 13)]
    yield "odtu23-32", same_kind("ODU3", 0x21, "ODU2", some), 560
    yield "odtu2.1", same_kind("ODU2", 0x21, "ODU0", groups(8, 1)), 560
    yield "odtu3.1", same_kind("ODU3", 0x21, "ODU0", groups(32, 1)), 600
    yield "odtu3.9", same_kind("ODU3", 0x21, "ODU2e", [(1, 2, 3, 4, 5, 6, 7, 8, 32)]), 560
    yield "odtu4.1", same_kind("ODU4", 0x21, "ODU0", groups(80, 1)), 480
    yield "odtu4.2", same_kind("ODU4", 0x21, "ODU1", groups(80, 2)), 480
    yield "odtu4.8", same_kind("ODU4", 0x21, "ODU2", groups(80, 8)), 480
    yield "odtu4.31", same_kind("ODU4", 0x21, "ODU3", [tuple(range(3, 34))]), 480
    yield "odu0-odu2-odu4", deep(), 720
    yield "mixed", mixed(), 480
    spread = [Tributary(flex(3, "flex", 5, -90), (2, 5, 7)), Tributary(flex(2, "b", 6, 90), (1, 8))]
    yield "flex-odu2", Odu("ODU2", Mux(0x21, spread), "server"), 400


def deep() -> Odu:
    """ODU0 in ODU2 in ODU4. The PSI of the ODU2 begins some frames after its first."""
    inner = [Tributary(leaf("ODU0", f"low-{i}", i + 1, i), (i + 1,)) for i in range(8)]
    middle = Odu("ODU2", Mux(0x21, inner), "middle", Clock(9), first_mfas=237)
    beside = leaf("ODU2e", "beside", 99, -100)
    slots = tuple(range(1, 16, 2)), tuple(range(70, 78))
    pair = [Tributary(middle, slots[0]), Tributary(beside, slots[1])]
    return Odu("ODU4", Mux(0x21, pair), "top")


def mixed() -> Odu:
    """What one ODU4 may hold at once."""
    gigabit = Gmp(rates.GMP_CLIENTS["1000BASE-X"], Clock(50), 41)
    stm16 = Cbr(rates.CBR_CLIENTS["CBR2G5"], Clock(15), 42)
    fibre = rates.FLEX_CLIENTS["FC-400"]
    fibre_rate = rates.oduflex_cbr(fibre.rate)
    assert rates.slots_needed(fibre_rate, "ODTU4") == 4
    tributaries = [
        Tributary(Odu("ODU0", gigabit, "gigabit"), (80,)),
        Tributary(Odu("ODU0", Null(), "null"), (1,)),
        Tributary(Odu("ODU1", stm16, "stm16", Clock(-15)), (4, 40)),
        Tributary(flex(5, "flex5", 43, 80), (10, 20, 30, 50, 60)),
        Tributary(
            Odu("ODUflex", Cbr(fibre, None, 46), "fibre", Clock(-100), fibre_rate), (71, 72, 73, 74)
        ),
        Tributary(leaf("ODU2e", "lan", 44, 100), (11, 12, 13, 14, 15, 16, 17, 18)),
        Tributary(leaf("ODU2", "wan", 45, -20), (21, 22, 23, 24, 25, 26, 27, 28)),
    ]
    return Odu("ODU4", Mux(0x21, tributaries), "mixed", Clock(7), first_mfas=200, first_omfi=33)


TREES = list(trees())


def check_tributary(found: TributaryReport, sent: BuiltTributary) -> None:
    """An ODTU must hold what was put in, frame by frame."""
    assert found.place == sent.place
    received, justification = found.received, sent.justification
    assert (received.crc8_errors, received.crc5_errors, received.stuff_not_zero) == (0, 0, 0)
    if justification.counts is None:
        assert received.counts == Counter()
        codes = Counter(justification.codes)
        assert all(received.codes[code] <= codes[code] for code in received.codes)
    else:
        used = Counter(justification.counts.used)
        assert received.counts and all(received.counts[cm] <= used[cm] for cm in received.counts)
        told = [left for left in justification.counts.sums if left in received.sums]
        assert set(received.sums) <= set(told)
    # The octets are those sent, without a gap.
    flow, source = received.octets.tobytes(), sent.built.frames.tobytes()
    assert flow in source
    if found.odu is None:
        # Too short for two alignment signals.
        assert len(flow) < 2 * FRAME_OCTETS
        return
    assert found.odu.kind == sent.built.odu.kind
    assert len(found.odu.frames) >= (len(flow) - FRAME_OCTETS) // FRAME_OCTETS
    check_odu(found.odu, sent.built)


def check_odu(found: OduReport, sent: Built) -> None:
    """An ODU must say what its description says."""
    assert found.mfas_jumps == []
    assert found.pm.bip_mismatches == 0
    assert set(found.pm.flags) == {1}
    if found.pm.traces:
        assert found.pm.name == sent.odu.name
    if found.pattern is not None:
        assert found.pattern.locked and found.pattern.bit_errors == 0
    by_place = {tributary.place: tributary for tributary in found.tributaries}
    for tributary in sent.tributaries:
        check_tributary(by_place.pop(tributary.place), tributary)
    # With payload type 20 a free slot looks like a used one.
    assert not by_place or found.payload_type == 0x20
    assert all(tributary.odu is None for tributary in by_place.values())


@pytest.mark.parametrize(("odu", "frames"), [t[1:] for t in TREES], ids=[t[0] for t in TREES])
def test_tree(odu: Odu, frames: int) -> None:
    line, sent = build_otu(odu, frames)
    found = decode_otu(line, odu.kind.replace("D", "T"), expected=odu)
    assert (found.fas_errors, found.fec_empty, found.sm.bip_mismatches) == (0, True, 0)
    assert found.sm.name == odu.name
    check_odu(found.odu, sent)
    aligned = [tributary for tributary in found.odu.tributaries if tributary.odu]
    assert aligned, "nothing was compared"


def test_structure_is_read_from_msi_and_counts() -> None:
    """No description: payload types, MSI and rates are enough where PSI[0] is in the capture."""
    found = decode_otu(build_otu(deep(), 900)[0], "OTU4").odu
    middle = next(t.odu for t in found.tributaries if t.odu and t.odu.kind == "ODU2")
    assert {t.odu.kind for t in found.tributaries if t.odu} == {"ODU2", "ODU2e"}
    assert [place.port for place in middle.places] == list(range(1, 9))
    assert [t.odu.kind for t in middle.tributaries if t.odu] == ["ODU0"] * 8


@pytest.mark.parametrize("first", [1, 79, 40])
def test_capture_may_begin_anywhere_in_a_multiframe(first: int) -> None:
    line, sent = build_otu(mixed(), 480)
    found = decode_otu(line[first:], "OTU4", expected=mixed())
    check_odu(found.odu, sent)


CLIENTS = [
    *(("gmp", name, ppm) for name in rates.GMP_CLIENTS for ppm in (-20, 20)),
    *(("amp", name, ppm) for name in ("CBR2G5", "CBR10G", "CBR40G") for ppm in (-20, 0, 20)),
    *(("bmp", name, 20) for name in rates.CBR_CLIENTS),
    *(("bmp", name, 100) for name in rates.FLEX_CLIENTS),
]


@pytest.mark.parametrize(("way", "name", "ppm"), CLIENTS)
def test_client(way: str, name: str, ppm: int) -> None:
    table = {**rates.GMP_CLIENTS, **rates.CBR_CLIENTS, **rates.FLEX_CLIENTS}
    signal = table[name]
    kind, offset = signal.opu.replace("P", "D"), Clock(max(-signal.ppm, min(ppm, signal.ppm)))
    nominal = rates.oduflex_cbr(signal.rate) if kind == "ODUflex" else None
    match way:
        case "gmp":
            odu = Odu(kind, Gmp(signal, offset, 5), name, Clock(-ppm))
        case "amp":
            odu = Odu(kind, Cbr(signal, offset, 5), name, Clock(-ppm))
        case _:
            odu = Odu(kind, Cbr(signal, None, 5), name, offset, nominal)
    sent = build(odu, 130)
    found = decode_odu(sent.frames, kind)
    check_odu(found, sent)
    assert found.client is not None and found.pattern is not None
    skipped = found.client.skipped_periods
    assert skipped <= 3
    assert sent.client is not None and sent.justification is not None
    assert sent.client.tobytes().endswith(found.client.octets.tobytes())
    if sent.justification.counts is None:
        assert found.client.codes == Counter(sent.justification.codes)
        # 15232 y octets a frame, in first order of the two clocks.
        mean = Fraction(found.client.codes[1] - found.client.codes[3], 130)
        expected = 2 * 15232 * Fraction(ppm, 10**6) if way == "amp" else 0
        assert abs(mean - expected) < Fraction(2, 130)
    else:
        assert found.client.counts == Counter(sent.justification.counts.used[skipped:])
        server, blocks = rates.gmp_area_rate(signal.opu), rates.GMP_BLOCKS[signal.opu]
        bounds = rates.count(signal.rate, signal.ppm, server, blocks)
        assert all(bounds.floor <= cm <= bounds.ceil for cm in found.client.counts)


@pytest.mark.parametrize("kind", ["ODU0", "ODU1", "ODU2", "ODU2e", "ODU3", "ODU4"])
def test_test_signals(kind: str) -> None:
    assert decode_odu(build(Odu(kind, Null()), 3).frames, kind).null
    pattern = decode_odu(build(Odu(kind, Prbs(9)), 3).frames, kind).pattern
    assert pattern is not None and pattern.locked and pattern.bit_errors == 0


def test_justification_at_the_limits_of_amp() -> None:
    """ODU1 into ODU2: two positive ones at a time near -113.65 ppm, always negative at +83.30."""
    for ppm, likely in ((-113, 0b10), (83, 0b01)):
        server = Odu("ODU2", Mux(0x20, [Tributary(leaf("ODU1", "one", 3, ppm), (2,))]))
        sent = build(server, 800)
        check_odu(decode_odu(sent.frames, "ODU2", server), sent)
        codes = Counter(sent.tributaries[0].justification.codes)
        assert codes[likely] > 0.98 * codes.total()


def test_wander_moves_counts_by_every_step() -> None:
    signal = rates.GMP_CLIENTS["1000BASE-X"]
    steps = (0, 70, 140, 280, 140, -140, -70, 0, 500, 0)
    clock = Clock(wander=tuple(Fraction(step) for step in steps))
    sent = build(Odu("ODU0", Gmp(signal, clock)), 140)
    assert sent.justification is not None and sent.justification.counts is not None
    used = sent.justification.counts.used
    changes = {b - a for a, b in pairwise(used)}
    assert {-2, -1, 0, 1, 2} < changes and max(changes) > 4
    found = decode_odu(sent.frames, "ODU0")
    check_odu(found, sent)
    assert found.client is not None
    assert found.client.counts == Counter(used[found.client.skipped_periods :])


def test_receiver_of_counts_survives_one_wrong_octet() -> None:
    for step in (*gmp.MASK, 40):
        for place in (0, 1, 2):
            receiver = gmp.CountReceiver()
            receiver.take(gmp.count_octets(14400, 14400))
            jc = np.array(gmp.count_octets(14400 + step, 14400))
            jc[place] ^= 0x5A
            found = receiver.take((int(jc[0]), int(jc[1]), int(jc[2])))
            assert receiver.crc_errors == 1
            # A change told in the clear is lost with its octet, and only then.
            assert found == (14400 if step == 40 else 14400 + step)


def test_receiver_of_counts_finds_the_base_after_two_changes() -> None:
    receiver = gmp.CountReceiver()
    assert receiver.take(gmp.count_octets(14401, 14400)) is None
    assert receiver.take(gmp.count_octets(14403, 14401)) == 14403


def test_errors_are_counted_where_they_are() -> None:
    odu = leaf("ODU1", "one", 5)
    frames = build(odu, 70).frames
    frames[10, 2, 100] ^= 0b0001_0100
    found = decode_odu(frames, "ODU1")
    assert found.pm.bip_mismatches == 1
    assert found.pattern is not None and found.pattern.bit_errors == 2
    wrong = int(octet(frames, 3, 11)[12]) ^ int(bip8(frames)[10])
    assert wrong == 0b0001_0100

    server = same_kind("ODU4", 0x21, "ODU0", groups(80, 1))
    frames = build(server, 320).frames
    frames[80 + 6, 2, 15] ^= 1  # JC3 of slot 7
    frames[160 + 8, 1, 14] ^= 1  # JC5 of slot 9
    found = decode_odu(frames, "ODU4", server)
    wrong_crc = [(t.received.crc8_errors, t.received.crc5_errors) for t in found.tributaries]
    assert wrong_crc == [(int(i == 6), int(i == 8)) for i in range(80)]


def test_line_signal_agrees_with_the_referee_of_frames() -> None:
    """Scrambler and BIP-8 were written twice: here with numpy, in `g709` without."""
    odu = leaf("ODU2", "two", 5)
    line, sent = build_otu(odu, 5)
    for clear, frame in zip(octet_lists(scramble(line)), octet_lists(line), strict=True):
        assert g709.scramble(frame) == clear
    assert [g709.bip8(frame) for frame in octet_lists(scramble(line))] == bip8(sent.frames).tolist()
    assert np.array_equal(to_otu(sent.frames, "two", False), scramble(line))


def test_capture_can_be_read_back(tmp_path: Path) -> None:
    line, _ = build_otu(leaf("ODU2", "two", 5), 7)
    path = tmp_path / "line.pcapng"
    captures.write_otn(path, "a to b", "OTU2", octet_lists(line), rates.OTU_RATE["OTU2"])
    packets = captures.read_pcapng(path)
    assert np.array_equal(as_frames(packet.octets for packet in packets), line)
    assert packets[0].interface == captures.Interface(
        captures.LINK_OTN, "a to b", "otn signal=OTU2 scrambled=yes fec=none"
    )
    assert [packet.stamp_ns for packet in packets[:3]] == [0, 12191, 24382]


def test_slots_may_not_overlap() -> None:
    pair = [Tributary(leaf("ODU0", "a", 1), (1,)), Tributary(leaf("ODU1", "b", 2), (1, 2))]
    with pytest.raises(AssertionError, match="two owners"):
        build(Odu("ODU2", Mux(0x21, pair)), 8)


def test_clients_by_gmp_of_other_seeds_differ() -> None:
    assert prbs31(64, 1).tobytes() != prbs31(64, 2).tobytes()
