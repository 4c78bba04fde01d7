"""Errors on the way: `otn decode` must count them, and lose no more than they cost."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import otn_rates as rates
import pytest
from conftest import Otn
from otn_compare import Found, Lost, Report, check_client, check_signal, check_tributary
from otn_examples import client_of, mixed, same_kind, send, spread, timed
from otn_frame import Octets, to_otu
from otn_tree import Built, Clock, Gmp, Mux, Odu, Prbs, Tributary, build, build_otu

# Octets of JC1 to JC6: row and column, and which bits of JC4 to JC6 the CRC-5 sees.
JC123, JC456 = [(row, 16) for row in (1, 2, 3)], [(row, 15) for row in (1, 2, 3)]
CRC5_BITS = 0b0001_1111
LINE_BITS = 8 * 4 * 4080


def flip(frames: Octets, number: int, place: tuple[int, int], bit: int) -> None:
    """Inverts a bit, 0 to 7, the most significant first."""
    row, column = place
    frames[number, row - 1, column - 1] ^= 0b1000_0000 >> bit


@pytest.mark.parametrize("name", ["1000BASE-X", "FC-200", "9G", "40GBASE-R", "100GBASE-R"])
#= type=test g709:d.3-crc8
#= type=test g709:d.4-crc5
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
    found = send(otn, tmp_path, sent.frames, "--signal", odu.kind, code=1)
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
#= type=test g709:17.2-majority
def test_wrong_bits_in_jc_of_a_client_by_amp(otn: Otn, tmp_path: Path, name: str) -> None:
    """Two of three copies decide."""
    sent = build(replace(client_of("amp", name, Fraction(20)), first_mfas=200), 130)
    for number in range(130):
        flip(sent.frames, number, JC123[number % 3], number // 3 % 8)
    found = send(otn, tmp_path, sent.frames, "--signal", sent.odu.kind, code=1)
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
    found = send(otn, tmp_path, to_otu(sent.frames, odu.name), code=1)
    stream = found.stream
    assert (stream["signal"], stream["sm"]["bip_violations"]) == ("OTU2", 0)
    assert stream["odu"]["pm"]["bip_violations"] == 48
    for tributary, built in zip(stream["odu"]["opu"]["tributaries"], sent.tributaries, strict=True):
        errors = tributary["gmp"]["crc8_errors"], tributary["gmp"]["crc5_errors"]
        assert errors == {5: (24, 0), 7: (0, 15)}.get(tributary["port"], (0, 0))
        clean = {**tributary["gmp"], "crc8_errors": 0, "crc5_errors": 0}
        check_tributary(found, {**tributary, "gmp": clean}, built, Lost(1, 0), ())


#= type=test g709:19.5-majority
def test_wrong_bits_in_jc_of_tributaries_by_amp(otn: Otn, tmp_path: Path) -> None:
    """In each opportunity one of three copies is wrong."""
    odu = timed(same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 300)
    sent = build(odu, 300)
    for number in range(300):
        flip(sent.frames, number, JC123[number % 3], number // 3 % 8)
    found = send(otn, tmp_path, to_otu(sent.frames, odu.name), code=1)
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
    found = send(otn, tmp_path, line)
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
    found = send(otn, tmp_path, line, code=1)
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
    odu = send(otn, tmp_path, line, "--signal", "OTU1", code=1).stream["odu"]
    assert odu["opu"]["prbs"]["errors"] == 40
    assert (odu["pm"]["bip_violations"], odu["pm"]["bip_mismatch_frames"]) == (40, 40)
    assert sent.odu.kind == odu["type"]


@pytest.mark.parametrize("place", JC123)
#= type=test g709:d.3-bad-crc
def test_wrong_octets_in_jc_while_the_count_changes(
    otn: Otn, tmp_path: Path, place: tuple[int, int]
) -> None:
    """Of JC1 and JC2 one alone tells a step of up to 2, in every other frame."""
    steps = (0, 70, 140, 70, 0, -70, -140, -70, 0, 0)
    clock = Clock(wander=tuple(Fraction(step) for step in steps))
    signal = rates.GMP_CLIENTS["1000BASE-X"]
    sent = build(Odu("ODU0", Gmp(signal, clock, 5), "wander", first_mfas=200), 300)
    row, column = place
    sent.frames[10:290:2, row - 1, column - 1] ^= 0x5A
    found = send(otn, tmp_path, sent.frames, "--signal", "ODU0", code=1)
    odu = found.stream["odu"]
    assert odu["opu"]["gmp"]["crc8_errors"] == 140
    check_client(found, without_crc_errors(odu), sent, ())
    assert sent.client is not None and sent.client.tobytes().endswith(found.client(()))


@pytest.mark.parametrize("scrambled", [False, True])
def test_wrong_mfas(otn: Otn, tmp_path: Path, scrambled: bool) -> None:
    """A wrong bit of the MFAS at a time is counted and costs nothing."""
    odu = timed(same_kind("ODU2", 0x21, "ODU0", spread(8, 1)), 480)
    line, sent = build_otu(odu, 480, scrambled)
    wrong = range(50, 450, 50)
    for bit, number in enumerate(wrong):
        flip(line, number, (1, 7), bit)
    found = send(otn, tmp_path, line, code=1)
    mfas = found.stream["odu"]["mfas"]
    assert mfas["errored_frames"] == 8
    assert mfas["jumps_at"] == [frame for number in wrong for frame in (number, number + 1)]
    mfas["errored_frames"], mfas["jumps_at"] = 0, []
    check_signal(found, sent)


#= type=test g709:19.4.4-omfi
def test_wrong_omfi(otn: Otn, tmp_path: Path) -> None:
    """Bit 1 has no meaning; another wrong bit at a time is counted and costs nothing."""
    odu = timed(mixed(), 720)
    sent = build(odu, 720)
    for bit in range(8):
        flip(sent.frames, 150 + 70 * bit, (4, 16), bit)
    found = send(otn, tmp_path, to_otu(sent.frames, odu.name), code=1)
    opu = found.stream["odu"]["opu"]
    assert opu["omfi_errors"] == 7
    opu["omfi_errors"] = 0
    take_path_errors(found, 8)
    check_signal(found, sent)


def test_wrong_msi(otn: Otn, tmp_path: Path) -> None:
    """What is said of a slot but once is not believed."""
    odu = timed(same_kind("ODU2", 0x21, "ODU0", spread(8, 1)), 600)
    sent = build(odu, 600)
    for number in (256 + 4, 512 + 9):
        flip(sent.frames, number, (4, 15), 1)
    found = send(otn, tmp_path, to_otu(sent.frames, odu.name), code=1)
    take_path_errors(found, 2)
    check_signal(found, sent)


def take_path_errors(found: Found, count: int) -> None:
    """The path has so many BIP-8 violations, one a frame; what follows need not know."""
    monitoring = found.stream["odu"]["pm"]
    for counter in ("bip_violations", "bip_mismatch_frames"):
        assert monitoring[counter] == count
        monitoring[counter] = 0


# What is lost of 800 frames, as a range of bits; whole frames leave alignment as it was.
LOST = {
    "4-frames": (400 * LINE_BITS, 4 * LINE_BITS),
    "3-octets": (400 * LINE_BITS + 56_000, 24),
    "3-bits": (400 * LINE_BITS + 7_000, 3),
}


@pytest.mark.parametrize("case", LOST)
def test_lost_bits_cost_a_few_frames(otn: Otn, tmp_path: Path, case: str) -> None:
    """Clients are whole before and after."""
    signal = rates.GMP_CLIENTS["FC-100"]
    inner = [Tributary(Odu("ODU0", Gmp(signal, Clock(10), i), f"{i}"), (i,)) for i in range(1, 9)]
    line, sent = build_otu(timed(Odu("ODU2", Mux(0x21, inner), "server"), 800), 800)
    begin, count = LOST[case]
    octets, whole = line.reshape(-1), begin // 8
    rest = np.packbits(np.unpackbits(octets[whole:])[count:])
    found = send(otn, tmp_path, np.concatenate([octets[:whole], rest]), code=1)
    slipped = int(count % LINE_BITS > 0)
    alignment = found.stream["alignment"]
    assert (alignment["oof_events"], alignment["realignments"]) == (slipped, slipped)
    for tributary, built in zip(
        found.stream["odu"]["opu"]["tributaries"], sent.tributaries, strict=True
    ):
        check_halves(found.client((tributary["port"],)), built.built)
        assert tributary["alignment"]["realignments"] == 1
        assert tributary["odu"]["opu"]["prbs"]["locked"]


def check_halves(client: bytes, sent: Built) -> None:
    """The first and the last 40 of 100 frames of a client came as sent, and little was lost."""
    assert sent.client is not None
    source, frames = sent.client.tobytes(), len(sent.frames)
    part = 40 * len(source) // frames
    assert len(client) > (frames - 8) * len(source) // frames
    assert source.find(client[:part]) < part // 2
    assert 0 <= source.find(client[:part]) < source.find(client[-part:])
