"""Rates of the digital layer: clause 7 of ITU-T G.709, exact.

All rates are fractions of kbit/s. An offset of a clock is in parts per million. What the fact sheet
holds as a hypothesis only is marked so.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

STM16 = Fraction(2_488_320)
STM64 = 4 * STM16
STM256 = 16 * STM16

# A frame of an ODUk: 4 rows of 3824 octets; its OPU payload: 4 rows of 3808.
ODU_OCTETS, PAYLOAD_OCTETS = 4 * 3824, 4 * 3808

ODU_RATE = {
    "ODU0": STM16 / 2,
    "ODU1": Fraction(239, 238) * STM16,
    "ODU2": Fraction(239, 237) * STM64,
    "ODU2e": Fraction(239, 237) * 10_312_500,
    "ODU3": Fraction(239, 236) * STM256,
    "ODU4": Fraction(239, 227) * 40 * STM16,
}
OTU_RATE = {
    "OTU1": Fraction(255, 238) * STM16,
    "OTU2": Fraction(255, 237) * STM64,
    "OTU3": Fraction(255, 236) * STM256,
    "OTU4": Fraction(255, 227) * 40 * STM16,
}
OPU_RATE = {name.replace("D", "P"): rate * 238 / 239 for name, rate in ODU_RATE.items()}
TOLERANCE_PPM = {"ODU2e": 100, "ODUflex": 100}
SERVER_TOLERANCE_PPM = 20

# GMP in the payload of an OPU: octets of a block, blocks of a frame.
GMP_BLOCK = {"OPU0": 1, "OPU1": 2, "OPU2": 8, "OPU3": 32, "OPU4": 80}
GMP_BLOCKS = {"OPU0": 15232, "OPU1": 7616, "OPU2": 1904, "OPU3": 476, "OPU4": 190}

# GMP in slots of 1.25 Gbit/s: blocks of a multiframe and the frames it has.
ODTU_BLOCKS = {"ODTU2": 15232, "ODTU3": 15232, "ODTU4": 15200}
ODTU_FRAMES = {"ODTU2": 8, "ODTU3": 32, "ODTU4": 80}


def shifted(rate: Fraction, ppm: Fraction | int) -> Fraction:
    """A rate whose clock is off by `ppm`."""
    return rate * (1 + Fraction(ppm) / 1_000_000)


def tolerance(odu: str) -> int:
    """The tolerance of an ODU's rate in ppm."""
    return TOLERANCE_PPM.get(odu, 20)


def odtu_rate(server: str, slots: int = 1) -> Fraction:
    """Payload rate of an ODTUk.ts (`server` as in ODTU4), table 7-7."""
    rate = ODU_RATE[server.replace("T", "")]
    share = Fraction(ODTU_BLOCKS[server], ODTU_FRAMES[server] * ODU_OCTETS)
    return slots * share * rate


def amp_rate(odtu: str) -> Fraction:
    """Payload rate of an ODTUjk, its NJO octet included, table 7-7."""
    columns = {
        "ODTU01": Fraction(1904 * 8 + 1, 8),
        "ODTU12": Fraction(952 * 16 + 1, 16),
        "ODTU13": Fraction(238 * 64 + 1, 64),
        "ODTU23": Fraction(952 * 64 + 4, 64),
    }
    return columns[odtu] / 3824 * ODU_RATE["ODU" + odtu[-1]]


def oduflex_gfp(slots: int) -> Fraction:
    """The recommended rate of an ODUflex(GFP), table 7-8."""
    base = "1249177.230" if slots <= 8 else "1254470.354" if slots <= 32 else "1301467.133"
    return slots * Fraction(base)


def oduflex_cbr(client: Fraction) -> Fraction:
    """The rate of an ODUflex(CBR), and of one for idle mapping, which is a hypothesis."""
    return Fraction(239, 238) * client


def slots_needed(rate: Fraction, server: str) -> int:
    """Slots of 1.25 Gbit/s that an ODUflex takes, which may be 100 ppm fast."""
    fastest = shifted(rate, TOLERANCE_PPM["ODUflex"])
    slowest = shifted(odtu_rate(server), -SERVER_TOLERANCE_PPM)
    return ceil(fastest / slowest)


@dataclass(frozen=True)
class Count:
    """A count of GMP within tolerance: bounds of Cm and what it is on average."""

    lowest: Fraction
    nominal: Fraction
    highest: Fraction

    @property
    def floor(self) -> int:
        """The least count sent."""
        return floor(self.lowest)

    @property
    def ceil(self) -> int:
        """The greatest count sent."""
        return ceil(self.highest)


def count(client: Fraction, ppm: Fraction | int, server: Fraction, blocks: int) -> Count:
    """Cm of a client of some tolerance in a server area of `blocks` at a rate, D.2 and 17.7."""
    nominal = client * blocks / server
    slow = Fraction(SERVER_TOLERANCE_PPM, 1_000_000)
    client_part = Fraction(ppm) / 1_000_000
    lowest = nominal * (1 - client_part) / (1 + slow)
    return Count(lowest, nominal, nominal * (1 + client_part) / (1 - slow))


@dataclass(frozen=True)
class Signal:
    """A client of constant bit rate: its container, and the payload type that says so."""

    name: str
    rate: Fraction
    ppm: Fraction
    opu: str
    payload_type: int
    # Bits counted by CnD; 0 where the client sends none.
    timing_bits: int = 0


def _signal(
    name: str, rate: str, ppm: str, opu: str, payload_type: int, timing_bits: int = 0
) -> Signal:
    return Signal(name, Fraction(rate), Fraction(ppm), opu, payload_type, timing_bits)


# By GMP. Rates of FC, SBCON, DVB and C1D of the STM are hypotheses, the payload type of CPRI
# (experimental) a choice. The rates of the two PCS are those after transcoding.
GMP_CLIENTS = {
    signal.name: signal
    for signal in (
        _signal("STM-1", "155520", "20", "OPU0", 0x0A, 1),
        _signal("STM-4", "622080", "20", "OPU0", 0x0B, 1),
        _signal("1000BASE-X", "1171875", "100", "OPU0", 0x07),
        _signal("FC-100", "1062500", "100", "OPU0", 0x0C),
        _signal("SBCON", "200000", "200", "OPU0", 0x1A),
        _signal("DVB-ASI", "270000", "100", "OPU0", 0x1B),
        _signal("CPRI-1", "614400", "0.002", "OPU0", 0x01),
        _signal("CPRI-2", "1228800", "0.002", "OPU0", 0x01),
        _signal("FC-200", "2125000", "100", "OPU1", 0x0D, 8),
        _signal("1.5G-SDI", "1485000", "10", "OPU1", 0x17, 8),
        Signal("1.5G-SDI/1.001", Fraction(1_485_000_000, 1001), Fraction(10), "OPU1", 0x16, 8),
        _signal("CPRI-3", "2457600", "0.002", "OPU1", 0x01, 8),
        _signal("9G", "9000000", "100", "OPU2", 0x10, 8),  # any stream of octets
        _signal("40GBASE-R", "40117187.5", "100", "OPU3", 0x07, 8),
        _signal("100GBASE-R", "103125000", "100", "OPU4", 0x07, 8),
    )
}
# By AMP or BMP; 10GBASE-R by BMP only.
CBR_CLIENTS = {
    signal.name: signal
    for signal in (
        _signal("CBR2G5", "2488320", "20", "OPU1", 0x02),
        _signal("CBR10G", "9953280", "20", "OPU2", 0x02),
        _signal("CBR40G", "39813120", "20", "OPU3", 0x02),
        _signal("CBR10G3", "10312500", "100", "OPU2e", 0x03),
    )
}
# Into OPUflex by BMP; rates of FC and SDI are hypotheses.
FLEX_CLIENTS = {
    signal.name: signal
    for signal in (
        _signal("FC-400", "4250000", "100", "OPUflex", 0x0E),
        _signal("FC-800", "8500000", "100", "OPUflex", 0x0F),
        _signal("3G-SDI", "2970000", "10", "OPUflex", 0x19),
        _signal("IB-DDR", "5000000", "100", "OPUflex", 0x13),
        _signal("FC-1600", "14025000", "100", "OPUflex", 0x1C),
    )
}


def gmp_area_rate(opu: str) -> Fraction:
    """Rate of the octets of an OPU that GMP counts: in OPU4 8 columns are left out."""
    octets = GMP_BLOCKS[opu] * GMP_BLOCK[opu]
    return OPU_RATE[opu] * octets / PAYLOAD_OCTETS
