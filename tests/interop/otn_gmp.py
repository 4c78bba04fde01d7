"""The generic mapping procedure: clause 17.7, 19.6 and Annex D of ITU-T G.709.

The sender counts the octets of its client in a frame or multiframe; Cm sent in one is used in the
next. What is left over is sent as the sum of CnD.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

COUNT_BITS, SUM_BITS = 14, 10
# Which of C1 to C14 are inverted to tell a small change.
INVERTED = {
    0: (),
    1: (1, 3, 5, 7, 9, 11, 13),
    -1: (2, 4, 6, 8, 10, 12, 14),
    2: (2, 3, 6, 7, 10, 11, 14),
    -2: (1, 4, 5, 8, 9, 12, 13),
}
MASK = {step: sum(1 << COUNT_BITS - c for c in bits) for step, bits in INVERTED.items()}
CRC8, CRC5 = (0b1_0000_1101, 8), (0b10_0011, 5)


def crc(message: int, bits: int, code: tuple[int, int]) -> int:
    """The remainder of a message of so many bits, most significant first."""
    polynomial, degree = code
    message <<= degree
    for place in range(bits + degree - 1, degree - 1, -1):
        if message >> place & 1:
            message ^= polynomial << place - degree
    return message


def count_octets(cm: int, before: int) -> tuple[int, int, int]:
    """JC1 to JC3 that tell `cm` to a receiver that holds `before`."""
    step = cm - before
    if step in MASK:
        bits, flags = before ^ MASK[step], (step > 0) << 1 | (step < 0)
    else:
        bits, flags = cm, 0b11
    word = bits << 2 | flags
    return word >> 8, word & 0xFF, crc(word, 16, CRC8)


def sum_octets(total: int) -> tuple[int, int, int]:
    """JC4 to JC6 that tell the sum of CnD."""
    return total >> 5, total & 0b11111, crc(total, SUM_BITS, CRC5)


def read_sum(jc: tuple[int, int, int]) -> int | None:
    """The sum of CnD in JC4 to JC6; nothing if the CRC is wrong."""
    high, low, check = (octet & 0b11111 for octet in jc)
    total = high << 5 | low
    return total if crc(total, SUM_BITS, CRC5) == check else None


@dataclass
class CountReceiver:
    """Follows Cm from JC1 to JC3. Holds one candidate when it knows Cm, several while it hunts."""

    candidates: set[int] = field(default_factory=set)
    crc_errors: int = 0

    @property
    def cm(self) -> int | None:
        """The count for the next frame, if known."""
        return next(iter(self.candidates)) if len(self.candidates) == 1 else None

    def take(self, jc: tuple[int, int, int]) -> int | None:
        """Takes the octets of one frame; gives the count for the next."""
        word = jc[0] << 8 | jc[1]
        if crc(word, 16, CRC8) != jc[2]:
            self.crc_errors += 1
            self._mend(jc)
            return self.cm
        bits, up, down = word >> 2, word >> 1 & 1, word & 1
        if up == down:
            self.candidates = {bits}
            return self.cm
        steps = (1, 2) if up else (-1, -2)
        told = {bits ^ MASK[step]: (bits ^ MASK[step]) + step for step in steps}
        followed = {cm for before, cm in told.items() if before in self.candidates}
        self.candidates = followed or set(told.values())
        return self.cm

    def _mend(self, jc: tuple[int, int, int]) -> None:
        """With a wrong CRC, JC1 or JC2 alone may still say which step is meant."""
        before = self.cm
        if before is None:
            self.candidates = set()
            return
        told = {step: count_octets(before + step, before) for step in MASK}
        for place in (0, 1):
            match = [step for step, octets in told.items() if octets[place] == jc[place]]
            if len(match) == 1:
                self.candidates = {before + match[0]}
                return


@dataclass(frozen=True)
class Counts:
    """What a sender says: for frame i the count `cm[i]`, used in frame i + 1, and the sum."""

    first: int  # used in frame 0, told before
    cm: list[int]
    sums: list[int]

    @property
    def used(self) -> list[int]:
        """The counts by the frame in which they are used."""
        return [self.first, *self.cm[:-1]]


def sender(arrivals: list[Fraction], block_bits: int, timing_bits: int) -> Counts:
    """Counts a client of which `arrivals` bits come per frame; the first is that before frame 0.

    Timing is counted in units of `timing_bits`, in whole blocks where the client sends none.
    """
    unit = timing_bits or block_bits
    ratio = block_bits // unit
    total, units, left, told = Fraction(0), 0, 0, []
    for bits in arrivals:
        total += bits
        # Cn of this frame: whole units that came in it.
        count = int(total / unit) - units
        units += count
        cm, left = divmod(left + count, ratio)
        told.append((cm, left))
    return Counts(told[0][0], [cm for cm, _ in told[1:]], [left for _, left in told[1:]])


def data_blocks(cm: int, blocks: int) -> NDArray[np.bool_]:
    """Which of blocks 1 to P carry data."""
    return np.arange(1, blocks + 1) * cm % blocks < cm
