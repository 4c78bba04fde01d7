"""An independent model of OTN multiplexing: builds an OTUk or ODUk with a tree of ODUs inside.

Written from the Recommendation's facts only; it knows nothing of the Rust code, which it referees.
A tree is described by `Odu`, its payload by one of `Prbs`, `Null`, `Cbr`, `Gmp` and `Mux`. Clocks
are exact fractions: every justification follows from two rates, none is chosen by hand.

Where the facts leave a choice: Cm sent in multiframe i is used in multiframe i + 1; the octets of
an ODTU count row after row, and in a row by column over all its slots; JC of an ODTUk.ts are in
the overhead of its last slot; slots nobody uses are zeros.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
import otn_gmp as gmp
import otn_rates as rates
import otn_slots as slots
from otn_frame import (
    FRAME_OCTETS,
    ODU_COLUMNS,
    PT_NULL,
    PT_PRBS,
    ROWS,
    Octets,
    finish,
    octet,
    prbs31,
    to_otu,
)
from otn_slots import AmpChannel, GmpChannel, Place

BMP_PAYLOAD_TYPE = 0x03
Ppm = Fraction | int


@dataclass(frozen=True)
class Clock:
    """A clock: its offset in ppm, and what is added in each justification period in turn.

    Wander moves a signal against its server; its own tributaries move with it.
    """

    ppm: Ppm = 0
    wander: tuple[Ppm, ...] = ()

    def rate(self, nominal: Fraction, period: int | None = None) -> Fraction:
        """The rate this clock makes of a nominal one, in a period."""
        extra = self.wander[period % len(self.wander)] if self.wander and period is not None else 0
        return rates.shifted(nominal, Fraction(self.ppm) + Fraction(extra))


@dataclass(frozen=True)
class Prbs:
    """PRBS-31 in all of the OPU payload."""

    seed: int = 1


@dataclass(frozen=True)
class Null:
    """Zeros in all of the OPU payload."""


@dataclass(frozen=True)
class Cbr:
    """A client of constant bit rate; its bits are PRBS-31.

    By AMP if it has a clock; else by BMP: the ODU has the clock of the client.
    """

    signal: rates.Signal
    clock: Clock | None = None
    seed: int = 1


@dataclass(frozen=True)
class Gmp:
    """A client by GMP; its bits are PRBS-31."""

    signal: rates.Signal
    clock: Clock = Clock()
    seed: int = 1


@dataclass(frozen=True)
class Tributary:
    """An ODU in slots of another."""

    odu: "Odu"
    slots: tuple[int, ...]
    # If not given: that of the slot where it is fixed, else the first port free for this ODTU.
    port: int | None = None
    # ODTUk.ts even where there is an ODTUjk for this ODU.
    gmp: bool = False


@dataclass(frozen=True)
class Mux:
    """Tributaries in slots; slots of 1.25 Gbit/s but for OPU2 and OPU3 with payload type 20."""

    payload_type: int
    tributaries: list[Tributary]


@dataclass(frozen=True)
class Odu:
    """An ODU and what it carries."""

    kind: str
    payload: Prbs | Null | Cbr | Gmp | Mux
    name: str = "otn"
    clock: Clock = Clock()
    # Of an ODUflex.
    nominal: Fraction | None = None
    first_mfas: int = 0
    first_omfi: int = 0
    # Octets of the first frame that went before the first octet of the server.
    phase: int = 0

    @cached_property
    def rate(self) -> Fraction:
        """Nominal rate in kbit/s."""
        return rates.ODU_RATE[self.kind] if self.nominal is None else self.nominal


@dataclass(frozen=True)
class Justification:
    """What the sender's justification overhead says, period by period, before frames are cut."""

    # AMP: the code of each opportunity.
    codes: tuple[int, ...] = ()
    # GMP.
    counts: gmp.Counts | None = None


@dataclass
class Built:
    """Frames of an ODU, and what went into them."""

    odu: Odu
    frames: Octets
    # Of a client by AMP, BMP or GMP: its octets, all that were sent.
    client: Octets | None = None
    justification: Justification | None = None
    tributaries: list["BuiltTributary"] = field(default_factory=list)


@dataclass(frozen=True)
class BuiltTributary:
    """An ODTU, and the ODU inside it from its first frame on."""

    place: Place
    justification: Justification
    built: Built


def places_of(server: str, mux: Mux) -> list[Place]:
    """The ODTUs of the tributaries."""
    places: list[Place] = []
    for tributary in mux.tributaries:
        kind = f"ODTU{tributary.odu.kind[3:]}{server[3:]}"
        if tributary.gmp or (kind, mux.payload_type) not in slots.AMP_SLOTS:
            kind = f"ODTU{server[3:]}"
        port = tributary.port
        if port is None and slots.port_is_slot(kind, mux.payload_type):
            port = tributary.slots[0]
        elif port is None:
            port = 1 + sum(place.kind == kind for place in places)
        places.append(Place(kind, port, tuple(sorted(tributary.slots))))
    return places


def build(odu: Odu, frames: int) -> Built:
    """Builds so many frames of an ODU; its multiframe need not be whole."""
    period, first = 1, 0
    if isinstance(odu.payload, Mux):
        period = slots.SLOTS[odu.kind, odu.payload.payload_type]
        first = odu.first_omfi if odu.kind == "ODU4" else odu.first_mfas % period
    # Built in whole multiframes, then cut.
    whole = -(-(first + frames) // period) * period
    built = Built(odu, np.zeros((whole, ROWS, ODU_COLUMNS), np.uint8))
    psi = bytearray(256)
    match odu.payload:
        case Mux() as mux:
            _multiplex(odu, mux, built, psi)
        case Prbs(seed):
            psi[0] = PT_PRBS
            payload = built.frames[:, :, 16:]
            payload[:] = prbs31(payload.size, seed).reshape(payload.shape)
        case Null():
            psi[0] = PT_NULL
        case Cbr() as cbr:
            _cbr(odu, cbr, built, psi)
        case Gmp() as client:
            _gmp_client(odu, client, built, psi)
    finish(built.frames, odu.first_mfas - first, bytes(psi), odu.name)
    built.frames = built.frames[first : first + frames]
    return built


def build_otu(odu: Odu, frames: int, scrambled: bool = True) -> tuple[Octets, Built]:
    """Builds an OTUk: the frames on the line, and what is in them."""
    built = build(odu, frames)
    return to_otu(built.frames, odu.name, scrambled), built


def _multiplex(odu: Odu, mux: Mux, built: Built, psi: bytearray) -> None:
    """Fills the OPU of a multiplex."""
    places = places_of(odu.kind, mux)
    taken = [slot for place in places for slot in place.slots]
    assert len(taken) == len(set(taken)), "a slot has two owners"
    psi[0] = mux.payload_type
    msi = slots.write_msi(odu.kind, mux.payload_type, places)
    psi[slots.MSI_PSI : slots.MSI_PSI + len(msi)] = msi
    if odu.kind == "ODU4":
        octet(built.frames, 4, 16)[:] = np.arange(len(built.frames)) % len(msi)
    for tributary, place in zip(mux.tributaries, places, strict=True):
        channel = slots.odtu_channel(odu.kind, mux.payload_type, place)
        client = tributary.odu
        plan = plan_for(odu, client.rate, client.clock, channel, len(built.frames), 8)
        octets = client.phase + int(plan.mask.sum())
        inner = build(client, -(-octets // FRAME_OCTETS))
        _place(built.frames, channel, plan, inner.frames.reshape(-1)[client.phase : octets])
        built.tributaries.append(BuiltTributary(place, plan.justification, inner))


def _cbr(odu: Odu, cbr: Cbr, built: Built, psi: bytearray) -> None:
    """Fills the OPU with a client of constant bit rate."""
    channel = slots.cbr_channel(odu.kind)
    psi[0] = cbr.signal.payload_type
    if cbr.clock is None:
        if cbr.signal.opu != "OPUflex":
            psi[0] = BMP_PAYLOAD_TYPE
        codes = [0] * len(built.frames)
        plan = Plan(channel.mask(codes), Justification(tuple(codes)))
    else:
        plan = plan_for(odu, cbr.signal.rate, cbr.clock, channel, len(built.frames))
    _fill(built, channel, plan, cbr.seed)


def _gmp_client(odu: Odu, client: Gmp, built: Built, psi: bytearray) -> None:
    """Fills the OPU with a client by GMP."""
    signal = client.signal
    psi[0] = signal.payload_type
    channel = slots.gmp_channel(odu.kind, rates.GMP_BLOCKS[odu.kind.replace("D", "P")])
    frames = len(built.frames)
    plan = plan_for(odu, signal.rate, client.clock, channel, frames, signal.timing_bits)
    _fill(built, channel, plan, client.seed)


@dataclass(frozen=True)
class Plan:
    """Which octets of a channel carry data, a row for each period, and why."""

    mask: slots.Mask
    justification: Justification


def plan_for(
    odu: Odu,
    nominal: Fraction,
    clock: Clock,
    channel: AmpChannel | GmpChannel,
    frames: int,
    timing_bits: int = 0,
) -> Plan:
    """Justifies a client of a nominal rate and a clock in a channel of an ODU."""
    server = odu.clock.rate(odu.rate)
    periods = frames // channel.frames
    time = channel.frames * FRAME_OCTETS / server  # in octets by kbit/s

    def arrivals(first: int, last: int) -> list[Fraction]:
        return [time * clock.rate(nominal, max(i, 0)) for i in range(first, last)]

    if isinstance(channel, AmpChannel):
        chances = len(channel.chances)
        octets = [octets / chances for octets in arrivals(0, periods) for _ in range(chances)]
        codes = choose_codes(octets, channel)
        return Plan(channel.mask(codes), Justification(tuple(codes)))
    bits = [octets * 8 for octets in arrivals(-1, periods)]
    counts = gmp.sender(bits, channel.block_octets * 8, timing_bits)
    rows = {cm: gmp.data_blocks(cm, channel.blocks) for cm in set(counts.used)}
    blocks = np.array([rows[cm] for cm in counts.used])
    mask = np.repeat(blocks, channel.block_octets, axis=1)
    return Plan(mask, Justification(counts=counts))


def choose_codes(arrivals: list[Fraction], channel: AmpChannel) -> list[int]:
    """AMP: follows the octets that have come as closely as the codes allow."""
    usual = channel.codes[0]
    code_of = {sum(flags) - sum(usual): code for code, flags in channel.codes.items()}
    come, sent, codes = Fraction(0), 0, []
    for octets in arrivals:
        come += octets
        wanted = int(come) - sent - channel.usual_octets
        step = min(max(wanted, min(code_of)), max(code_of))
        sent += channel.usual_octets + step
        assert abs(come - sent) < 4, "the clocks are too far apart for AMP"
        codes.append(code_of[step])
    return codes


def _fill(built: Built, channel: AmpChannel | GmpChannel, plan: Plan, seed: int) -> None:
    """Fills a channel with PRBS-31."""
    built.client = prbs31(int(plan.mask.sum()), seed)
    built.justification = plan.justification
    _place(built.frames, channel, plan, built.client)


def _place(frames: Octets, channel: AmpChannel | GmpChannel, plan: Plan, client: Octets) -> None:
    """Writes client octets and justification overhead; stuff stays zero."""
    periods = frames.reshape(-1, channel.frames, ROWS, ODU_COLUMNS)
    area = np.zeros(plan.mask.shape, np.uint8)
    area[plan.mask] = client
    periods.reshape(len(periods), -1)[:, channel.octets] = area
    if isinstance(channel, AmpChannel):
        codes = np.array(plan.justification.codes).reshape(len(periods), -1)
        for column, (frame, _) in enumerate(channel.chances):
            periods[:, frame, 0:3, 15] = codes[:, column, np.newaxis]
        return
    counts = plan.justification.counts
    assert counts is not None, "GMP has counts"
    before = counts.first
    for period, (cm, left) in enumerate(zip(counts.cm, counts.sums, strict=True)):
        overhead = periods[period, channel.overhead_frame]
        overhead[0:3, 15] = gmp.count_octets(cm, before)
        overhead[0:3, 14] = gmp.sum_octets(left)
        before = cm
