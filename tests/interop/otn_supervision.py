"""The machines of supervision, a second time and from the facts alone.

Each machine goes over the frames of one ODUk or OTUk and gives the changes of its defects: the
number of the frame that decided, or the time in nanoseconds where a time decided. Frames are
arrays as in `otn_frame`, descrambled. While a trail has no signal its defects are gone and counts
begin again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import g709
import numpy as np

# Row and column of the first octet of each field.
SM, PM = (1, 8), (3, 10)
TCM = {1: (3, 7), 2: (3, 4), 3: (3, 1), 4: (2, 11), 5: (2, 8), 6: (2, 5)}
STAT_EQUAL, BDI_EQUAL, IAE_EQUAL, BIAE_EQUAL, TTI_EQUAL, PSI_EQUAL = 3, 5, 5, 3, 3, 3
OUT_AFTER = 5
INTEGRATION_NS = 3_000_000
IN_USE_FRAMES = 16
BIAE = 0b1011


@dataclass
class Equal:
    """A value that counts after so many equal ones in a row."""

    times: int
    accepted: object = None
    row: list = field(default_factory=list)

    def take(self, value):
        """Takes a value; gives the accepted one."""
        if self.row and self.row[-1] != value:
            self.row = []
        self.row.append(value)
        if len(self.row) >= self.times:
            self.accepted = value
        return self.accepted


class Changes:
    """Defects that came and went: `(name, frame or time, raised)`."""

    def __init__(self):
        self.list, self.standing = [], set()

    def set(self, name, when, stands):
        """Takes the state of a defect."""
        if (name in self.standing) != stands:
            (self.standing.add if stands else self.standing.discard)(name)
            self.list.append((name, when, stands))


def trail(octets, point: str) -> list:
    """SM, PM or a TCM level: the third octet of its field in each frame."""
    changes = Changes()
    bdi, biae = Equal(BDI_EQUAL), Equal(BIAE_EQUAL)
    stat = Equal(IAE_EQUAL if point == "sm" else STAT_EQUAL)
    for number, octet in enumerate(int(octet) for octet in octets):
        code = octet & 7
        if point == "sm":
            here, absent = True, False
            changes.set("dIAE", number, stat.take(octet >> 2 & 1) == 1)
        else:
            accepted = stat.take(code)
            codes = {"dAIS": 7, "dOCI": 6, "dLCK": 5}
            if point == "tcm":
                codes |= {"dLTC": 0, "dIAE": 2}
            for name, value in codes.items():
                changes.set(name, number, accepted == value)
            absent = accepted in (5, 6, 7) or (point == "tcm" and accepted == 0)
            # Whoever wrote this octet is no source of the trail.
            here = code in (1, 2) if point == "tcm" else code < 5
        if absent:
            bdi, biae = Equal(BDI_EQUAL), Equal(BIAE_EQUAL)
        elif here:
            bdi.take(octet >> 3 & 1)
            biae.take(octet >> 4 == BIAE)
        else:
            bdi.row, biae.row = [], []
        changes.set("dBDI", number, bdi.accepted == 1)
        if point != "pm":
            changes.set("dBIAE", number, bool(biae.accepted))
    return changes.list


def client_signal_fail(mfas, psi) -> list:
    """dCSF of a client without GFP: bit 1 of PSI[2]."""
    changes, bit = Changes(), Equal(PSI_EQUAL)
    for number in np.flatnonzero(mfas == 2):
        changes.set("dCSF", int(number), bit.take(int(psi[number]) >> 7) == 1)
    return changes.list


def accepted_trace(mfas, octets) -> bytes | None:
    """The trace that three copies in a row agree on, at the end."""
    trace, copies = Equal(TTI_EQUAL), octets.tobytes()
    for number in np.flatnonzero(mfas % 64 == 0):
        if number + 64 <= len(copies):
            trace.take(copies[number : number + 64])
    return trace.accepted


def wrong_fas(frames) -> list[bool]:
    """Octets 3 to 5 of the FAS."""
    good = np.frombuffer(g709.FAS, np.uint8)[2:5]
    return [bool(wrong) for wrong in (frames[:, 0, 2:5] != good).any(axis=1)]


def out_of_frame(wrong: list[bool]) -> Iterator[bool]:
    """Out with the fifth wrong FAS in a row, in with the first good one of two."""
    out, row = False, 0
    for number, bad in enumerate(wrong):
        row = row + 1 if bad else 0
        if not out and row == OUT_AFTER:
            out = True
        elif out and not bad and not (wrong[number + 1 :] or [False])[0]:
            out = False
        yield out


def out_of_multiframe(mfas) -> Iterator[bool]:
    """Out with the fifth wrong MFAS in a row, in with the second of two in sequence."""
    out, row, expected, last = False, 0, None, None
    for value in (int(value) for value in mfas):
        if out:
            if last is not None and value == (last + 1) % 256:
                out, row, expected = False, 0, value
        elif expected is None or value == (expected + 1) % 256:
            row, expected = 0, value
        else:
            row, expected = row + 1, (expected + 1) % 256
            out = row == OUT_AFTER
        last = value
        yield out


def integrated(name, states, period_ns: Fraction, at_once: bool) -> list:
    """A state that lasts 3 ms: spells add up until 3 ms of the good one; clears so, or at once."""
    found, raised, before, since, bad = [], False, Fraction(0), Fraction(0), False
    for number, state in enumerate([*states, None]):
        now = number * period_ns
        if bad and not raised and before + now - since >= INTEGRATION_NS:
            raised = True
            found.append((name, since + INTEGRATION_NS - before, True))
        if not bad and now - since >= INTEGRATION_NS:
            before = Fraction(0)
            if raised:
                raised = False
                found.append((name, since + INTEGRATION_NS, False))
        if state is None or state == bad:
            continue
        if bad:
            before += now - since
        bad, since = state, now
        if not bad and at_once:
            before = Fraction(0)
            if raised:
                raised = False
                found.append((name, now, False))
    return found
