"""What the referees know of ITU-T G.709, in as few lines as it takes.

Written from the Recommendation, not from the Rust code: frame layout (clause 11), scrambler
(11.2), BIP-8 (15.7.2.1.2) and the interleaving of RS(255,239) (Annex A). The code itself is left
to reedsolo. Rows, columns and sub-rows count from 1, as in the figures.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import xor

import reedsolo

ROWS, COLUMNS, OPU_COLUMNS = 4, 4080, range(15, 3825)
PAYLOAD_COLUMNS = range(17, 3825)
FEC_COLUMNS = range(3825, 4081)
FRAME_OCTETS = ROWS * COLUMNS
FAS = bytes.fromhex("F6F6F6282828")
SUB_ROWS = 16
CODEWORD_OCTETS, MESSAGE_OCTETS, PARITY_OCTETS = 255, 239, 16

# Clause 7.3: kbit/s.
LINE_RATE = {
    "OTU1": Fraction(255, 238) * 2_488_320,
    "OTU2": Fraction(255, 237) * 9_953_280,
    "OTU3": Fraction(255, 236) * 39_813_120,
}


def octet(frame, row, column):
    """One octet of a frame."""
    return frame[(row - 1) * COLUMNS + column - 1]


def area(frame, columns):
    """The octets of `columns` of all rows, row after row."""
    starts = range(0, len(frame), COLUMNS)
    return b"".join(frame[at + columns.start - 1 : at + columns.stop - 1] for at in starts)


def keystream(octets):
    """The scrambler's sequence: 1 + x + x^3 + x^12 + x^16 from all ones."""
    bits = [1] * 16
    while len(bits) < octets * 8:
        bits.append(bits[-1] ^ bits[-3] ^ bits[-12] ^ bits[-16])
    return int("".join(map(str, bits)), 2).to_bytes(octets, "big")


KEYSTREAM = int.from_bytes(keystream(FRAME_OCTETS - len(FAS)), "big")


def scramble(frame):
    """Scrambles a frame, or descrambles it: all but the FAS."""
    clear, rest = frame[: len(FAS)], frame[len(FAS) :]
    return clear + (int.from_bytes(rest, "big") ^ KEYSTREAM).to_bytes(len(rest), "big")


def bip8(frame):
    """Even parity of each bit over the OPU, columns 15 to 3824."""
    return reduce(xor, area(frame, OPU_COLUMNS))


def codewords(frame):
    """The 64 codewords of a descrambled frame by row and sub-row."""
    return {
        (row, sub_row): frame[(row - 1) * COLUMNS + sub_row - 1 : row * COLUMNS : SUB_ROWS]
        for row in range(1, ROWS + 1)
        for sub_row in range(1, SUB_ROWS + 1)
    }


def reed_solomon():
    """RS(255,239) of Annex A by reedsolo."""
    return reedsolo.RSCodec(nsym=PARITY_OCTETS, nsize=CODEWORD_OCTETS, fcr=0, prim=0x11D)


@dataclass
class Tally:
    """What reedsolo found in the frames of a line."""

    codewords: int = 0
    corrected: int = 0
    symbols: int = 0
    bits: int = 0
    # Frame, row and sub-row of each codeword beyond correction.
    uncorrectable: set = field(default_factory=set)


def decode(numbered_frames):
    """Decodes descrambled frames with reedsolo; gives a tally, and each codeword corrected.

    `numbered_frames` are pairs of a number and a frame. Codewords beyond correction are left out
    of the second result.
    """
    codec, tally, good = reed_solomon(), Tally(), {}
    for number, frame in numbered_frames:
        for place, received in codewords(frame).items():
            tally.codewords += 1
            try:
                word = bytes(codec.decode(received)[1])
            except reedsolo.ReedSolomonError:
                tally.uncorrectable.add((number, *place))
                continue
            good[number, *place] = word
            wrong = [a ^ b for a, b in zip(received, word, strict=True) if a != b]
            tally.corrected += bool(wrong)
            tally.symbols += len(wrong)
            tally.bits += sum(octet.bit_count() for octet in wrong)
    return tally, good
