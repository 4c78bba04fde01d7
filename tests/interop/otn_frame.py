"""Frames of the digital layer as arrays: overhead, BIP-8, trace, scrambler, test patterns.

Frames of an ODUk are an array (frames, 4, 3824), those of an OTUk (frames, 4, 4080). Rows and
columns of the Recommendation count from 1; `octet` translates.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import g709
import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]

ROWS, ODU_COLUMNS, OTU_COLUMNS = 4, 3824, 4080
FRAME_OCTETS = ROWS * ODU_COLUMNS
MULTIFRAME = 256
TRACE_OCTETS = 64
SM, PM = (1, 8), (3, 10)
STAT_NORMAL, STAT_BITS = 0x01, 0b111
PT_MUX_AMP, PT_MUX_GMP, PT_NULL, PT_PRBS = 0x20, 0x21, 0xFD, 0xFE
_FAS = np.frombuffer(g709.FAS, np.uint8)
_KEYSTREAM = np.frombuffer(g709.keystream(g709.FRAME_OCTETS - len(g709.FAS)), np.uint8)


def octet(frames: Octets, row: int, column: int) -> Octets:
    """One octet of every frame, a view."""
    return frames[:, row - 1, column - 1]


def at(row: int, column: int) -> int:
    """Where an octet stands in an ODU frame written as one line."""
    return (row - 1) * ODU_COLUMNS + column - 1


def bip8(frames: Octets) -> Octets:
    """BIP-8 of every frame: columns 15 to 3824 of all rows."""
    return np.bitwise_xor.reduce(frames[:, :, 14:ODU_COLUMNS], axis=(1, 2))


def trace(name: str) -> bytes:
    """A trail trace identifier: `name` is the source, with `>` before it the destination."""
    source, destination = name.encode()[:15], (">" + name).encode()[:15]
    apis = b"".join(b"\0" + text.ljust(15, b"\0") for text in (source, destination))
    return apis.ljust(TRACE_OCTETS, b"\0")


def _monitor(frames: Octets, place: tuple[int, int], name: str, flags: int) -> None:
    """Writes TTI, BIP-8 and the third octet of SM or PM; the first two frames have BIP-8 zero."""
    row, column = place
    mfas = octet(frames, 1, 7)
    octet(frames, row, column)[:] = np.frombuffer(trace(name), np.uint8)[mfas % TRACE_OCTETS]
    octet(frames, row, column + 1)[2:] = bip8(frames)[:-2]
    octet(frames, row, column + 2)[:] = flags


def finish(frames: Octets, first_mfas: int, psi: bytes, name: str) -> None:
    """Writes the overhead of ODU frames whose OPU is complete but for the PSI."""
    mfas = (first_mfas + np.arange(len(frames))) % MULTIFRAME
    frames[:, 0, :6] = _FAS
    octet(frames, 1, 7)[:] = mfas
    octet(frames, 4, 15)[:] = np.frombuffer(psi.ljust(MULTIFRAME, b"\0"), np.uint8)[mfas]
    _monitor(frames, PM, name, STAT_NORMAL)


def to_otu(frames: Octets, name: str, scrambled: bool = True) -> Octets:
    """OTUk frames around ODUk frames: section monitoring, an empty FEC area, the scrambler."""
    line = np.zeros((len(frames), ROWS, OTU_COLUMNS), np.uint8)
    line[:, :, :ODU_COLUMNS] = frames
    _monitor(line, SM, name, 0)
    return scramble(line) if scrambled else line


def scramble(line: Octets) -> Octets:
    """Scrambles OTUk frames, or descrambles them."""
    flat = line.reshape(len(line), -1).copy()
    flat[:, len(_FAS) :] ^= _KEYSTREAM
    return flat.reshape(line.shape)


def from_otu(line: Octets, scrambled: bool = True) -> Octets:
    """The ODUk frames in OTUk frames."""
    clear = scramble(line) if scrambled else line
    frames = clear[:, :, :ODU_COLUMNS].copy()
    frames[:, 0, 7:14] = 0  # section overhead
    return frames


def octet_lists(frames: Octets) -> list[bytes]:
    """Frames as octet strings, for a capture."""
    return [frame.tobytes() for frame in frames]


def as_frames(packets: Iterable[bytes]) -> Octets:
    """Packets of a capture as an array of frames."""
    joined = np.array([np.frombuffer(packet, np.uint8) for packet in packets])
    return joined.reshape(len(joined), ROWS, -1)


def prbs31(octets: int, seed: int) -> Octets:
    """PRBS 2^31 - 1, inverted: 1 + x^28 + x^31, eight bits an octet. A hypothesis of the sheet."""
    assert seed % (1 << 31), "the shift register must not be empty"
    # An odd factor, so that no two seeds give the same start, and starts look like the rest.
    start = seed * 0x1E3779B1
    bits = [start >> place & 1 for place in range(31)]
    while len(bits) < 8 * 31:
        bits.append(bits[-28] ^ bits[-31])
    first = np.packbits(np.array(bits, np.uint8))
    return ~_follow(first, octets)


def _follow(first: Octets, octets: int) -> Octets:
    """Continues 31 octets of the pattern. Its taps hold for octets as for bits, and for twice as
    far whenever both taps are moved twice as far: squares of the polynomial.
    """
    out = np.empty(max(octets, 31), np.uint8)
    out[:31] = first
    have, scale = 31, 1
    while have < octets:
        while 2 * scale * 31 <= have:
            scale *= 2
        near, far = have - 28 * scale, have - 31 * scale
        step = min(28 * scale, octets - have)
        out[have : have + step] = out[near : near + step] ^ out[far : far + step]
        have += step
    return out[:octets]


@dataclass(frozen=True)
class Pattern:
    """What a receiver of PRBS-31 says."""

    locked: bool
    polarity: str = ""
    # The first octet compared, and wrong bits from there on.
    starts_at: int = 0
    bit_errors: int = 0


def check_prbs31(octets: Octets) -> Pattern:
    """Locks onto PRBS-31 of either polarity and counts bit errors from there."""
    quiet = 32  # octets in a row that keep the rule, to lock
    rest = octets[31:] ^ octets[3:-28] ^ octets[:-31]
    for polarity, flip in (("inverted", 0xFF), ("normal", 0)):
        kept = np.flatnonzero(rest != flip)
        edges = np.concatenate(([-1], kept, [len(rest)]))
        runs = np.flatnonzero(np.diff(edges) > quiet)
        if not len(runs):
            continue
        start = int(edges[runs[0]]) + 1
        plain = octets[start:] ^ np.uint8(flip)
        if not plain[:31].any():
            continue  # all zeros keep the rule too
        wrong = _follow(plain[:31], len(plain)) ^ plain
        return Pattern(True, polarity, start, int(np.bitwise_count(wrong).sum()))
    return Pattern(False)
