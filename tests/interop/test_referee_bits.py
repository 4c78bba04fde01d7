"""Nothing but bits: `otn decode` must find their form, and by their structure what they are."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import Otn
from otn_compare import check_signal, decode
from otn_examples import (
    as_bits,
    by_gmp_in_odu3,
    client_of,
    mixed,
    same_kind,
    send,
    spread,
    timed,
)
from otn_tree import Odu, Prbs, build, build_otu

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


@pytest.mark.parametrize("offset", [3, 8 * 1000 + 5])
@pytest.mark.parametrize("lsb_first", [False, True])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("scrambled", [False, True])
def test_any_form_of_bits(
    otn: Otn, tmp_path: Path, offset: int, lsb_first: bool, invert: bool, scrambled: bool
) -> None:
    odu = timed(same_kind("ODU2", 0x21, "ODU0", spread(8, 1)[:2]), 270)
    line, sent = build_otu(odu, 270, scrambled)
    octets = bits_later(line.tobytes(), offset)
    octets = other_order(octets) if lsb_first else octets
    found = send(otn, tmp_path, inverted(octets) if invert else octets)
    stream = found.stream
    assert stream["alignment"]["bit_offset"] == offset
    assert (stream["lsb_first"], stream["inverted"]) == (lsb_first, invert)
    assert (stream["scrambled"], stream["signal_from"]) == (scrambled, "structure")
    check_signal(found, sent)


@pytest.mark.parametrize("word", [8, 16320 * 8])
def test_hexadecimal_text(otn: Otn, tmp_path: Path, word: int) -> None:
    odu = timed(same_kind("ODU2", 0x20, "ODU1", spread(4, 1)), 80)
    line, sent = build_otu(odu, 80)
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
    found = send(otn, tmp_path, line, "--signal", signal)
    assert found.stream["signal_from"] == "option"
    check_signal(found, sent)


@pytest.mark.parametrize("first", [1, 40, 79])
def test_capture_may_begin_anywhere_in_a_multiframe(otn: Otn, tmp_path: Path, first: int) -> None:
    odu = timed(mixed(), 560)
    line, sent = build_otu(odu, 560)
    sent.frames = sent.frames[first:]
    check_signal(send(otn, tmp_path, line[first:]), sent)


def test_capture_may_begin_anywhere_in_a_frame(otn: Otn, tmp_path: Path) -> None:
    odu = timed(mixed(), 560)
    line, sent = build_otu(odu, 560)
    begin = 5001
    found = send(otn, tmp_path, line.reshape(-1)[begin:])
    assert found.stream["alignment"]["bit_offset"] == 8 * (line[0].size - begin)
    sent.frames = sent.frames[1:]
    check_signal(found, sent)
