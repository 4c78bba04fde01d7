"""Tributary slots, what the MSI says of them, and where the octets of an ODTU are: clause 19."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from otn_frame import FRAME_OCTETS, ODU_COLUMNS, PT_MUX_AMP, PT_MUX_GMP, ROWS, at
from otn_rates import ODTU_BLOCKS

Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

# Slots of an OPU by payload type; its multiframe has as many frames.
SLOTS = {
    ("ODU1", PT_MUX_AMP): 2,
    ("ODU2", PT_MUX_AMP): 4,
    ("ODU2", PT_MUX_GMP): 8,
    ("ODU3", PT_MUX_AMP): 16,
    ("ODU3", PT_MUX_GMP): 32,
    ("ODU4", PT_MUX_GMP): 80,
}
FIRST_PAYLOAD_COLUMN, OPU4_LAST_COLUMN = 17, 3816
# Slots of 1.25 Gbit/s, and of 2.5 Gbit/s but for ODTU01, of the ODTU that use AMP.
AMP_SLOTS = {
    ("ODTU01", PT_MUX_AMP): 1,
    ("ODTU12", PT_MUX_AMP): 1,
    ("ODTU13", PT_MUX_AMP): 1,
    ("ODTU23", PT_MUX_AMP): 4,
    ("ODTU12", PT_MUX_GMP): 2,
    ("ODTU13", PT_MUX_GMP): 2,
    ("ODTU23", PT_MUX_GMP): 8,
}
AMP_CLIENT = {"ODTU01": "ODU0", "ODTU12": "ODU1", "ODTU13": "ODU1", "ODTU23": "ODU2"}
ODTU13_STUFF_COLUMN = 119

# MSI: the type in bits 1 and 2. Codes of OPU2 with payload type 21, and the meaning of the
# occupation bit of OPU4, are hypotheses.
MSI_TYPE = {
    ("ODU1", PT_MUX_AMP): {"ODTU01": 0b11},
    ("ODU2", PT_MUX_AMP): {"ODTU12": 0b00},
    ("ODU3", PT_MUX_AMP): {"ODTU13": 0b00, "ODTU23": 0b01},
    ("ODU2", PT_MUX_GMP): {"ODTU12": 0b00, "ODTU2": 0b10},
    ("ODU3", PT_MUX_GMP): {"ODTU13": 0b00, "ODTU23": 0b01, "ODTU3": 0b10},
}
MSI_FREE, OPU4_OCCUPIED = 0b11, 0x80
MSI_PSI = 2  # the first octet of the PSI that belongs to the MSI

# AMP: what JC bits 7 and 8 say of NJO, PJO1, PJO2. The last two are hypotheses, and so are the
# codes of a client of constant bit rate, which has one PJO.
MUX_CODES: dict[int, tuple[int, ...]] = {
    0: (0, 1, 1),
    0b01: (1, 1, 1),
    0b10: (0, 0, 0),
    0b11: (0, 0, 1),
}
CBR_CODES: dict[int, tuple[int, ...]] = {0: (0, 1), 0b01: (1, 1), 0b11: (0, 0)}


@dataclass(frozen=True)
class Place:
    """An ODTU in an OPU: its kind (ODTU4 stands for ODTU4.ts), tributary port and slots."""

    kind: str
    port: int
    slots: tuple[int, ...]


@dataclass(frozen=True)
class AmpChannel:
    """The octets of an OPU that AMP may use in one period, in order, and when it may choose."""

    frames: int
    octets: Index
    usual: Mask  # with JC 00
    # For each opportunity the frame of its overhead, and NJO and PJOs as indices of `octets`.
    chances: tuple[tuple[int, tuple[int, ...]], ...]
    codes: dict[int, tuple[int, ...]]

    @property
    def usual_octets(self) -> int:
        """Data octets of an opportunity with JC 00."""
        return int(self.usual.sum()) // len(self.chances)

    def mask(self, codes: list[int]) -> Mask:
        """Which octets carry data, a row for each period; `codes` has all opportunities."""
        table = np.array(codes).reshape(-1, len(self.chances))
        mask = np.tile(self.usual, (len(table), 1))
        for column, (_, places) in enumerate(self.chances):
            for code, flags in self.codes.items():
                rows = np.flatnonzero(table[:, column] == code)
                mask[rows[:, np.newaxis], list(places)] = np.array(flags, bool)
        return mask


@dataclass(frozen=True)
class GmpChannel:
    """The octets of an OPU that GMP may use in one period, in order, as blocks."""

    frames: int
    octets: Index
    blocks: int
    overhead_frame: int

    @property
    def block_octets(self) -> int:
        """Octets of a block."""
        return len(self.octets) // self.blocks


@lru_cache
def slot_map(server: str, payload_type: int) -> NDArray[np.uint8]:
    """The slot of each octet of a multiframe (frames, rows, columns); 0 where there is none."""
    slots = SLOTS[server, payload_type]
    columns = np.arange(1, ODU_COLUMNS + 1)
    nth = columns - FIRST_PAYLOAD_COLUMN
    frame = np.zeros((ROWS, ODU_COLUMNS), np.uint8)
    for row in range(ROWS):
        # In OPU4 slots go on over a pair of rows: 3800 is no multiple of 80.
        shift = 3800 * (row % 2) if server == "ODU4" else 0
        frame[row] = (nth + shift) % slots + 1
    frame[:, columns < FIRST_PAYLOAD_COLUMN] = 0
    if server == "ODU4":
        frame[:, columns > OPU4_LAST_COLUMN] = 0
    return np.broadcast_to(frame, (slots, ROWS, ODU_COLUMNS))


def uses_amp(kind: str) -> bool:
    """True for ODTUjk, false for ODTUk.ts."""
    return kind in AMP_CLIENT


def port_is_slot(kind: str, payload_type: int) -> bool:
    """True where the tributary port has the number of its only slot."""
    return AMP_SLOTS.get((kind, payload_type)) == 1


def odtu_channel(server: str, payload_type: int, place: Place) -> AmpChannel | GmpChannel:
    """Where the octets of an ODTU are in a multiframe of its server."""
    slots = slot_map(server, payload_type)
    inside = np.isin(slots, place.slots)
    if not uses_amp(place.kind):
        assert payload_type == PT_MUX_GMP, f"{place} needs payload type 21"
        octets = np.flatnonzero(inside)
        # The overhead is in that of the last slot.
        return GmpChannel(len(slots), octets, ODTU_BLOCKS[place.kind], max(place.slots) - 1)
    expected = AMP_SLOTS[place.kind, payload_type]
    assert len(place.slots) == expected, f"{place} has not {expected} slots"
    if place.kind == "ODTU13":
        row = np.flatnonzero(inside[0, 0])
        inside = inside.copy()
        inside[:, :, row[ODTU13_STUFF_COLUMN - 1]] = False
    chances = []
    for slot in place.slots:
        start = (slot - 1) * FRAME_OCTETS
        pjo1 = at(4, 16 + slot)
        # Both PJO are the first octets of the slot in row 4: a hypothesis.
        chances.append((slot - 1, [start + at(4, 16), start + pjo1, start + pjo1 + len(slots)]))
    return _amp_channel(len(slots), np.flatnonzero(inside), chances, MUX_CODES)


def _amp_channel(
    frames: int,
    payload: Index,
    chances: list[tuple[int, list[int]]],
    codes: dict[int, tuple[int, ...]],
) -> AmpChannel:
    """Adds the NJOs to the payload."""
    njo = [places[0] for _, places in chances]
    octets = np.sort(np.concatenate([payload, njo]))
    found = tuple(
        (frame, tuple(int(i) for i in np.searchsorted(octets, places))) for frame, places in chances
    )
    usual = ~np.isin(octets, njo)
    return AmpChannel(frames, octets, usual, found, codes)


# Columns of fixed stuff of a client of constant bit rate; those of OPU3 from a secondary source.
CBR_STUFF = {
    "ODU2": (range(1905, 1921),),
    "ODU2e": (range(1905, 1921),),
    "ODU3": (range(1265, 1281), range(2545, 2561)),
}


def payload_octets(last_column: int = ODU_COLUMNS) -> Index:
    """Where the payload of a frame is."""
    columns = np.arange(FIRST_PAYLOAD_COLUMN, last_column + 1)
    return np.concatenate([at(row, 1) + columns - 1 for row in range(1, ROWS + 1)])


@lru_cache
def cbr_channel(server: str) -> AmpChannel:
    """Where the octets of a client of constant bit rate are in a frame."""
    stuff = {column for columns in CBR_STUFF.get(server, ()) for column in columns}
    payload = payload_octets()
    kept = payload[~np.isin(payload % ODU_COLUMNS + 1, list(stuff))]
    return _amp_channel(1, kept, [(0, [at(4, 16), at(4, 17)])], CBR_CODES)


@lru_cache
def gmp_channel(server: str, blocks: int) -> GmpChannel:
    """Where the blocks of a GMP client are in a frame."""
    last = OPU4_LAST_COLUMN if server == "ODU4" else ODU_COLUMNS
    return GmpChannel(1, payload_octets(last), blocks, 0)


def write_msi(server: str, payload_type: int, places: list[Place]) -> bytes:
    """The MSI of a multiplex."""
    slots = SLOTS[server, payload_type]
    if server == "ODU4":
        msi = bytearray(slots)
        for place in places:
            for slot in place.slots:
                msi[slot - 1] = OPU4_OCCUPIED | place.port - 1
        return bytes(msi)
    types = MSI_TYPE[server, payload_type]
    if payload_type == PT_MUX_GMP:
        msi = bytearray([MSI_FREE << 6] * slots)
    else:
        # A free slot says what a used one would: the smallest ODU on the port of its number.
        msi = bytearray(next(iter(types.values())) << 6 | slot for slot in range(slots))
    for place in places:
        for slot in place.slots:
            msi[slot - 1] = types[place.kind] << 6 | place.port - 1
    return bytes(msi)


def read_msi(server: str, payload_type: int, msi: bytes) -> list[Place]:
    """The ODTUs that an MSI tells."""
    found: dict[tuple[str, int], list[int]] = {}
    kinds = {code: kind for kind, code in MSI_TYPE.get((server, payload_type), {}).items()}
    for slot, octet in enumerate(msi, start=1):
        if server == "ODU4":
            if octet & OPU4_OCCUPIED:
                found.setdefault(("ODTU4", (octet & 0x7F) + 1), []).append(slot)
        elif octet >> 6 in kinds:
            found.setdefault((kinds[octet >> 6], (octet & 0x3F) + 1), []).append(slot)
    return [Place(kind, port, tuple(slots)) for (kind, port), slots in found.items()]
