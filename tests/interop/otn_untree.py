"""The opposite direction of `otn_tree`: takes a tree of ODUs apart and says what is in it.

It shares with the builder only the tables of `otn_slots` and the arithmetic of `otn_gmp`. The
structure is read from payload types, MSI and counts; where a short capture does not hold them, the
description of the tree fills in.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256

import g709
import numpy as np
import otn_gmp as gmp
import otn_rates as rates
import otn_slots as slots
from otn_frame import (
    FRAME_OCTETS,
    MULTIFRAME,
    ODU_COLUMNS,
    PM,
    PT_MUX_AMP,
    PT_MUX_GMP,
    PT_NULL,
    PT_PRBS,
    ROWS,
    SM,
    STAT_BITS,
    STAT_NORMAL,
    TRACE_OCTETS,
    Octets,
    Pattern,
    bip8,
    check_prbs31,
    from_otu,
    octet,
    scramble,
)
from otn_slots import AmpChannel, GmpChannel, Place
from otn_tree import BMP_PAYLOAD_TYPE, Cbr, Gmp, Mux, Null, Odu, Prbs, places_of

PT_AMP = 0x02
# Clients that come by GMP in OPU0 to OPU4, by payload type.
GMP_PAYLOAD_TYPES = {signal.payload_type for signal in rates.GMP_CLIENTS.values()}
FLEX_PAYLOAD_TYPES = {signal.payload_type for signal in rates.FLEX_CLIENTS.values()}


@dataclass(frozen=True)
class Monitored:
    """What SM or PM say."""

    bip_mismatches: int
    # Whole traces and how often each came.
    traces: Counter[bytes]
    # The third octet.
    flags: Counter[int]

    @property
    def name(self) -> str:
        """The source of the trace, if there was but one trace."""
        [trace] = self.traces
        return trace[1:16].rstrip(b"\0").decode()


@dataclass
class Received:
    """The octets of a client and how they came."""

    octets: Octets
    # AMP: codes by majority, of whole periods.
    codes: Counter[int] = field(default_factory=Counter)
    # GMP: the counts used in the periods decoded, and the sums told.
    counts: Counter[int] = field(default_factory=Counter)
    sums: list[int | None] = field(default_factory=list)
    crc8_errors: int = 0
    crc5_errors: int = 0
    # Periods at the start whose count nobody told, or that were not whole.
    skipped_periods: int = 0
    stuff_not_zero: int = 0

    @property
    def sha256(self) -> str:
        """The digest of the octets."""
        return sha256(self.octets.tobytes()).hexdigest()


@dataclass
class TributaryReport:
    """An ODTU and the ODU found in it, if it could be aligned."""

    place: Place
    received: Received
    odu: "OduReport | None" = None


@dataclass
class OduReport:
    """An ODU."""

    kind: str
    frames: Octets
    mfas_jumps: list[int]
    pm: Monitored
    # PSI octets by number; only those the capture holds.
    psi: dict[int, int]
    payload_type: int | None = None
    places: list[Place] = field(default_factory=list)
    tributaries: list[TributaryReport] = field(default_factory=list)
    client: Received | None = None
    pattern: Pattern | None = None
    null: bool | None = None


@dataclass(frozen=True)
class OtuReport:
    """An OTUk."""

    fas_errors: int
    sm: Monitored
    fec_empty: bool
    odu: OduReport


def decode_otu(
    line: Octets, kind: str, scrambled: bool = True, expected: Odu | None = None
) -> OtuReport:
    """Decodes the frames of an OTUk (`kind` as in OTU2)."""
    clear = scramble(line) if scrambled else line
    fas = (clear[:, 0, :6] != np.frombuffer(g709.FAS, np.uint8)).any(axis=1)
    odu = decode_odu(from_otu(clear, scrambled=False), kind.replace("T", "D"), expected)
    fec_empty = not clear[:, :, ODU_COLUMNS:].any()
    return OtuReport(int(fas.sum()), monitored(clear, SM), fec_empty, odu)


def decode_odu(frames: Octets, kind: str, expected: Odu | None = None) -> OduReport:
    """Decodes the frames of an ODU."""
    mfas = octet(frames, 1, 7).astype(int)
    jumps = np.flatnonzero(np.diff(mfas) % MULTIFRAME != 1) + 1
    psi = dict(zip(mfas.tolist(), octet(frames, 4, 15).tolist(), strict=True))
    report = OduReport(kind, frames, jumps.tolist(), monitored(frames, PM), psi)
    report.payload_type = psi.get(0, payload_type_of(expected))
    payload = frames[:, :, 16:].reshape(-1)
    match report.payload_type:
        case 0x20 | 0x21:
            _demultiplex(report, expected)
        case 0xFE:
            report.pattern = check_prbs31(payload)
        case 0xFD:
            report.null = not payload.any()
        case _:
            _client(report)
    return report


def payload_type_of(odu: Odu | None) -> int | None:
    """The payload type of a tree's description."""
    match odu:
        case Odu(payload=Mux(payload_type)):
            return payload_type
        case Odu(payload=Prbs()):
            return PT_PRBS
        case Odu(payload=Null()):
            return PT_NULL
        case Odu(payload=Cbr(signal, None)) if signal.opu != "OPUflex":
            return BMP_PAYLOAD_TYPE
        case Odu(payload=Cbr(signal) | Gmp(signal)):
            return signal.payload_type
    return None


def monitored(frames: Octets, place: tuple[int, int]) -> Monitored:
    """Reads SM or PM; BIP-8 of frame i is in frame i + 2, but not in AIS, OCI and LCK."""
    row, column = place
    wrong = octet(frames, row, column + 1)[2:] != bip8(frames)[:-2]
    if place == PM:
        wrong &= octet(frames, row, column + 2)[2:] & STAT_BITS == STAT_NORMAL
    trace, mfas = octet(frames, row, column), octet(frames, 1, 7)
    starts = [i for i in np.flatnonzero(mfas % TRACE_OCTETS == 0) if i + TRACE_OCTETS <= len(mfas)]
    traces = Counter(trace[i : i + TRACE_OCTETS].tobytes() for i in starts)
    flags = Counter(octet(frames, row, column + 2).tolist())
    return Monitored(int(wrong.sum()), traces, flags)


def align(octets: Octets) -> Octets | None:
    """The whole frames in a stream of octets, from the first FAS that another one follows."""
    stream, at = octets.tobytes(), -1
    while (at := stream.find(g709.FAS, at + 1)) >= 0:
        if stream[at + FRAME_OCTETS :].startswith(g709.FAS):
            count = (len(stream) - at) // FRAME_OCTETS
            whole = octets[at : at + count * FRAME_OCTETS]
            return whole.reshape(count, ROWS, ODU_COLUMNS)
    return None


def receive(frames: Octets, channel: AmpChannel | GmpChannel, first: int = 0) -> Received:
    """Takes the client out of a channel; the first frame is number `first` of its period."""
    count = (first + len(frames)) // channel.frames
    padded = np.zeros((count * channel.frames, ROWS, ODU_COLUMNS), np.uint8)
    padded[first:] = frames[: len(padded) - first]
    periods = padded.reshape(count, channel.frames, ROWS, ODU_COLUMNS)
    area = periods.reshape(count, -1)[:, channel.octets]
    if isinstance(channel, AmpChannel):
        return _receive_amp(periods, area, channel, first)
    return _receive_gmp(periods, area, channel, first)


def majority(a: int, b: int, c: int) -> int:
    """Two of three, bit by bit."""
    return a & b | a & c | b & c


def _receive_amp(periods: Octets, area: Octets, channel: AmpChannel, first: int) -> Received:
    """By AMP: whole periods only."""
    skipped = 1 if first else 0
    codes = [
        majority(*(int(jc) & 0b11 for jc in period[frame, 0:3, 15]))
        for period in periods[skipped:]
        for frame, _ in channel.chances
    ]
    # Code 10 has no meaning for a client of constant bit rate.
    known = [code if code in channel.codes else 0 for code in codes]
    mask = channel.mask(known)
    received = Received(area[skipped:][mask], Counter(codes), skipped_periods=skipped)
    received.stuff_not_zero = int(np.count_nonzero(area[skipped:][~mask]))
    return received


def _receive_gmp(periods: Octets, area: Octets, channel: GmpChannel, first: int) -> Received:
    """By GMP: each period by the count that the one before told."""
    receiver, parts = gmp.CountReceiver(), []
    received = Received(np.empty(0, np.uint8))
    for number, period in enumerate(periods):
        cm = receiver.cm
        if cm is None or (number == 0 and first):
            received.skipped_periods += 1
        else:
            mask = np.repeat(gmp.data_blocks(cm, channel.blocks), channel.block_octets)
            parts.append(area[number][mask])
            received.stuff_not_zero += int(np.count_nonzero(area[number][~mask]))
            received.counts[cm] += 1
        if number == 0 and channel.overhead_frame < first:
            continue
        overhead = period[channel.overhead_frame, 0:3].astype(int)
        receiver.take(tuple(overhead[:, 15].tolist()))
        received.sums.append(gmp.read_sum(tuple(overhead[:, 14].tolist())))
    received.crc8_errors = receiver.crc_errors
    received.crc5_errors = received.sums.count(None)
    if parts:
        received.octets = np.concatenate(parts)
    return received


def _client(report: OduReport) -> None:
    """Takes out the client of an ODU that is no multiplex; its bits are PRBS-31 in this model."""
    channel: AmpChannel | GmpChannel
    blocks = rates.GMP_BLOCKS.get(report.kind.replace("D", "P"))
    by_frame = FLEX_PAYLOAD_TYPES if report.kind == "ODUflex" else {PT_AMP, BMP_PAYLOAD_TYPE}
    if report.payload_type in by_frame:
        channel = slots.cbr_channel(report.kind)
    elif blocks and report.payload_type in GMP_PAYLOAD_TYPES:
        channel = slots.gmp_channel(report.kind, blocks)
    else:
        return
    report.client = receive(report.frames, channel)
    report.pattern = check_prbs31(report.client.octets)


def _demultiplex(report: OduReport, expected: Odu | None) -> None:
    """Takes out the tributaries of a multiplex."""
    kind, payload_type = report.kind, report.payload_type
    assert payload_type in (PT_MUX_AMP, PT_MUX_GMP)
    count = slots.SLOTS[kind, payload_type]
    told = range(slots.MSI_PSI, slots.MSI_PSI + count)
    described: dict[Place, Odu] = {}
    if expected is not None and isinstance(expected.payload, Mux):
        odus = [tributary.odu for tributary in expected.payload.tributaries]
        described = dict(zip(places_of(kind, expected.payload), odus, strict=True))
    if all(number in report.psi for number in told):
        msi = bytes(report.psi[number] for number in told)
        report.places = slots.read_msi(kind, payload_type, msi)
    else:
        report.places = list(described)
    if kind == "ODU4":
        omfi = octet(report.frames, 4, 16).astype(int)
        assert (np.diff(omfi) % count == 1).all(), "OMFI does not count"
        first = int(omfi[0])
    else:
        first = int(octet(report.frames, 1, 7)[0]) % count
    for place in report.places:
        channel = slots.odtu_channel(kind, payload_type, place)
        received = receive(report.frames, channel, first)
        tributary = TributaryReport(place, received)
        frames = align(received.octets)
        if frames is not None:
            known = described.get(place)
            client = known.kind if known else odu_kind(kind, place, received, channel)
            tributary.odu = decode_odu(frames, client, known)
        report.tributaries.append(tributary)


def odu_kind(
    server: str, place: Place, received: Received, channel: AmpChannel | GmpChannel
) -> str:
    """Which ODU an ODTU holds: the only one it may hold, or what its rate says."""
    if isinstance(channel, AmpChannel):
        return slots.AMP_CLIENT[place.kind]
    periods = received.counts.total()
    octets = Fraction(len(received.octets), periods)
    rate = octets / (channel.frames * FRAME_OCTETS) * rates.ODU_RATE[server]
    # Whole blocks are counted: a short capture is coarse.
    coarse = Fraction(10**6 * channel.block_octets, len(received.octets))
    for kind, nominal in rates.ODU_RATE.items():
        ppm = abs(rate / nominal - 1) * 10**6
        if ppm <= rates.tolerance(kind) + rates.SERVER_TOLERANCE_PPM + coarse:
            return kind
    return "ODUflex"
