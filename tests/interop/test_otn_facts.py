"""The model's tables against numbers that were printed or derived elsewhere, not by the model."""

from fractions import Fraction
from functools import reduce
from operator import xor

import numpy as np
import otn_gmp as gmp
import otn_rates as rates
import otn_slots as slots
import pytest
from otn_frame import PT_MUX_AMP, PT_MUX_GMP, Octets, at, check_prbs31, prbs31

THOUSANDTH = Fraction(1, 1000)


def near(value: Fraction, printed: str) -> bool:
    """True if a value was printed so, to as many places."""
    places = len(printed.partition(".")[2])
    return abs(value - Fraction(printed)) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("table", "name", "printed"),
    [
        (rates.OTU_RATE, "OTU1", "2666057.143"),
        (rates.OTU_RATE, "OTU2", "10709225.316"),
        (rates.OTU_RATE, "OTU3", "43018413.559"),
        (rates.OTU_RATE, "OTU4", "111809973.568"),
        (rates.ODU_RATE, "ODU0", "1244160.000"),
        (rates.ODU_RATE, "ODU1", "2498775.126"),
        (rates.ODU_RATE, "ODU2", "10037273.924"),
        (rates.ODU_RATE, "ODU2e", "10399525.316"),
        (rates.ODU_RATE, "ODU3", "40319218.983"),
        (rates.ODU_RATE, "ODU4", "104794445.815"),
        (rates.OPU_RATE, "OPU0", "1238954.310"),
        (rates.OPU_RATE, "OPU1", "2488320.000"),
        (rates.OPU_RATE, "OPU2", "9995276.962"),
        (rates.OPU_RATE, "OPU2e", "10356012.658"),
        (rates.OPU_RATE, "OPU3", "40150519.322"),
        (rates.OPU_RATE, "OPU4", "104355975.330"),
    ],
)
def test_rates(table: dict[str, Fraction], name: str, printed: str) -> None:
    assert near(table[name], printed)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("ODTU01", ("1244216.796", "1244241.681", "1244266.566")),
        ("ODTU12", ("2498933.311", "2498983.291", "2499033.271")),
        ("ODTU13", ("2509522.012", "2509572.203", "2509622.395")),
        ("ODTU23", ("10038088.048", "10038288.814", "10038489.579")),
        ("ODTU2", ("1249384.632", "1249409.620", "1249434.608")),
        ("ODTU3", ("1254678.635", "1254703.729", "1254728.823")),
        ("ODTU4", ("1301683.217", "1301709.251", "1301735.285")),
    ],
)
def test_odtu_rates(name: str, printed: tuple[str, ...]) -> None:
    rate = rates.amp_rate(name) if slots.uses_amp(name) else rates.odtu_rate(name)
    for ppm, text in zip((-20, 0, 20), printed, strict=True):
        assert near(rates.shifted(rate, ppm), text)


@pytest.mark.parametrize(
    ("client", "floor", "printed", "ceil"),
    [
        ("STM-1", 1911, ("1911.924", "1912.000", "1912.076"), 1913),
        ("STM-4", 7647, ("7647.694", "7648.000", "7648.306"), 7649),
        ("1000BASE-X", 14405, ("14405.582", "14407.311", "14409.040"), 14410),
        ("FC-100", 13061, ("13061.061", "13062.629", "13064.196"), 13065),
        ("SBCON", 2458, ("2458.307", "2458.848", "2459.389"), 2460),
        ("DVB-ASI", 3319, ("3319.046", "3319.444", "3319.843"), 3320),
        ("CPRI-1", 7553, ("7553.429", "7553.580", "7553.731"), 7554),
        ("CPRI-2", 15106, ("15106.858", "15107.160", "15107.463"), 15108),
        ("FC-200", 6503, ("6503.206", "6503.987", "6504.767"), 6505),
        ("1.5G-SDI", 4545, ("4545.003", "4545.139", "4545.275"), 4546),
        ("1.5G-SDI/1.001", 4540, ("4540.462", "4540.598", "4540.735"), 4541),
        ("CPRI-3", 7521, ("7521.825", "7521.975", "7522.126"), 7523),
        ("40GBASE-R", 475, ("475.548", "475.605", "475.662"), 476),
        ("100GBASE-R", 188, ("188.131", "188.154", "188.177"), 189),
    ],
)
def test_counts_of_clients(client: str, floor: int, printed: tuple[str, ...], ceil: int) -> None:
    signal = rates.GMP_CLIENTS[client]
    server, blocks = rates.gmp_area_rate(signal.opu), rates.GMP_BLOCKS[signal.opu]
    count = rates.count(signal.rate, signal.ppm, server, blocks)
    assert (count.floor, count.ceil) == (floor, ceil)
    for value, text in zip((count.lowest, count.nominal, count.highest), printed, strict=True):
        assert near(value, text)


# Of the CPRI options 4 to 10 that an ODUflex carries; rates are hypotheses.
CPRI = {4: 3072000, 5: 4915200, 6: 6144000, 7: 9830400, 8: 10137600, 9: 12165120, 10: 24330240}
ODU_COUNTS = [
    ("ODU0", "ODTU2", 1, 15167, "15168.000", 15169),
    ("ODU0", "ODTU3", 1, 15103, "15104.000", 15105),
    ("ODU2e", "ODTU3", 9, 14026, "14027.709", 14030),
    ("ODU0", "ODTU4", 1, 14527, "14528.000", 14529),
    ("ODU1", "ODTU4", 2, 14588, "14589.042", 14590),
    ("ODU2", "ODTU4", 8, 14650, "14650.599", 14652),
    ("ODU2e", "ODTU4", 8, 15177, "15179.348", 15182),
    ("ODU3", "ODTU4", 31, 15186, "15187.280", 15188),
    (4, "ODTU2", 3, 12534, "12536.404", 12538),
    (4, "ODTU3", 3, 12482, "12483.508", 12486),
    (4, "ODTU4", 3, 12006, "12007.442", 12009),
    (5, "ODTU2", 4, 15041, "15043.685", 15046),
    (6, "ODTU3", 5, 14978, "14980.210", 14983),
    (7, "ODTU4", 8, 14407, "14408.930", 14411),
    (8, "ODTU3", 9, 13730, "13731.859", 13734),
    (9, "ODTU4", 10, 14263, "14264.841", 14267),
    (10, "ODTU3", 20, 14828, "14830.407", 14833),
    (10, "ODTU4", 19, 15013, "15015.622", 15018),
]


@pytest.mark.parametrize(("odu", "odtu", "ts", "floor", "nominal", "ceil"), ODU_COUNTS)
def test_counts_of_odus(
    odu: str | int, odtu: str, ts: int, floor: int, nominal: str, ceil: int
) -> None:
    if isinstance(odu, int):
        rate, ppm = rates.oduflex_cbr(Fraction(CPRI[odu])), 100
        assert rates.slots_needed(rate, odtu) == ts
    else:
        rate, ppm = rates.ODU_RATE[odu], rates.tolerance(odu)
    count = rates.count(rate, ppm, rates.odtu_rate(odtu, ts), rates.ODTU_BLOCKS[odtu])
    assert near(count.nominal, nominal)
    assert (count.floor, count.ceil) == (floor, ceil)


@pytest.mark.parametrize(
    ("odtu", "payload_type", "used", "printed"),
    [
        ("ODTU01", PT_MUX_AMP, (1,), ("-0.609280", "0", "0.609280")),
        ("ODTU12", PT_MUX_AMP, (3,), ("-0.878177", "-0.268908", "0.340362")),
        ("ODTU12", PT_MUX_GMP, (3, 8), ("-0.878177", "-0.268908", "0.340362")),
        ("ODTU23", PT_MUX_AMP, (1, 2, 9, 16), ("-1.149343", "-0.540084", "0.069174")),
        (
            "ODTU23",
            PT_MUX_GMP,
            (1, 2, 5, 9, 10, 25, 26, 32),
            ("-1.149343", "-0.540084", "0.069174"),
        ),
        ("ODTU13", PT_MUX_AMP, (7,), ("-1.144514", "-0.537815", "0.068883")),
        ("ODTU13", PT_MUX_GMP, (2, 25), ("-1.144514", "-0.537815", "0.068883")),
    ],
)
def test_stuff_ratios(
    odtu: str, payload_type: int, used: tuple[int, ...], printed: tuple[str, ...]
) -> None:
    server = "ODU" + odtu[-1]
    channel = slots.odtu_channel(server, payload_type, slots.Place(odtu, 1, used))
    assert isinstance(channel, slots.AmpChannel)
    ratio = rates.ODU_RATE[slots.AMP_CLIENT[odtu]] / rates.ODU_RATE[server]
    # The offset of the sheet is client minus server in first order, so the client's alone.
    for ppm, text in zip((-40, 0, 40), printed, strict=True):
        octets = channel.frames * 4 * 3824 * rates.shifted(ratio, ppm) / len(channel.chances)
        assert near(octets - channel.usual_octets, text)


@pytest.mark.parametrize(
    ("server", "stuff"),
    [("ODU1", []), ("ODU2", [1905]), ("ODU2e", [1905]), ("ODU3", [1265, 2545])],
)
def test_stuff_of_cbr(server: str, stuff: list[int]) -> None:
    channel = slots.cbr_channel(server)
    assert channel.usual_octets == 15232 - 64 * len(stuff)
    missing = {column + i for column in stuff for i in range(16)}
    row = channel.octets[channel.octets < 3824] + 1
    assert set(range(17, 3825)) - set(row.tolist()) == missing


@pytest.mark.parametrize(
    ("code", "bits", "printed"),
    [
        (gmp.CRC8, 16, "45 A4 52 29 92 49 A2 51 AE 57 AD D0 68 34 1A 0D"),
        (gmp.CRC5, 10, "16 0B 14 0A 05 13 18 0C 06 03"),
    ],
)
def test_crc_contributions(code: tuple[int, int], bits: int, printed: str) -> None:
    found = [gmp.crc(1 << place, bits, code) for place in reversed(range(bits))]
    assert bytes(found) == bytes.fromhex(printed)


@pytest.mark.parametrize(
    ("cm", "printed"),
    [
        (14405, "E11406"),
        (14407, "E11C6E"),
        (14528, "E30040"),
        (15168, "ED0039"),
        (188, "02F026"),
        (475, "076C1C"),
        (1912, "1DE0F7"),
        (7648, "7780CB"),
    ],
)
def test_count_octets(cm: int, printed: str) -> None:
    assert bytes(gmp.count_octets(cm, cm)) == bytes.fromhex(printed)


@pytest.mark.parametrize(
    ("total", "jc4", "jc5", "contributions"),
    # D1 is the most significant; each bit set adds its contribution to the CRC-5.
    [
        (0b1, 0, 1, (0x03,)),
        (0b10_0000_1000, 16, 8, (0x16, 0x18)),
        (79, 2, 15, (0x0A, 0x18, 0x0C, 0x06, 0x03)),
    ],
)
def test_sum_octets(total: int, jc4: int, jc5: int, contributions: tuple[int, ...]) -> None:
    # 79 = D4, D7 to D10.
    jc6 = reduce(xor, contributions)
    assert gmp.sum_octets(total) == (jc4, jc5, jc6)
    assert gmp.read_sum((jc4, jc5, jc6)) == total
    assert gmp.read_sum((jc4, jc5 ^ 1, jc6)) is None


def test_inverted_bits() -> None:
    assert gmp.MASK == {0: 0, 1: 0x2AAA, -1: 0x1555, 2: 0x1999, -2: 0x2666}
    jc = gmp.count_octets(14406, 14405)
    assert (jc[0] << 8 | jc[1]) >> 2 == 14405 ^ 0x2AAA
    assert jc[1] & 0b11 == 0b10
    assert gmp.count_octets(200, 100)[1] & 0b11 == 0b11


@pytest.mark.parametrize(
    ("blocks", "cm", "stuff", "first"),
    [
        (190, 188, 2, [1, 96]),
        (190, 189, 1, [1]),
        (476, 475, 1, [1]),
        (15232, 14407, 825, [1, 19, 37, 56, 74]),
    ],
)
def test_stuff_blocks(blocks: int, cm: int, stuff: int, first: list[int]) -> None:
    found = np.flatnonzero(~gmp.data_blocks(cm, blocks)) + 1
    assert len(found) == stuff
    assert found[: len(first)].tolist() == first


def test_every_count_has_that_many_data_blocks() -> None:
    for blocks in (190, 476, 1904):
        for cm in range(blocks + 1):
            assert gmp.data_blocks(cm, blocks).sum() == cm


@pytest.mark.parametrize(
    ("server", "payload_type", "slot", "columns"),
    [
        ("ODU1", PT_MUX_AMP, 2, range(18, 3825, 2)),
        ("ODU2", PT_MUX_AMP, 1, range(17, 3825, 4)),
        ("ODU2", PT_MUX_GMP, 8, range(24, 3825, 8)),
        ("ODU3", PT_MUX_AMP, 16, range(32, 3825, 16)),
        ("ODU3", PT_MUX_GMP, 32, range(48, 3825, 32)),
    ],
)
def test_slots_own_columns(server: str, payload_type: int, slot: int, columns: range) -> None:
    view = slots.slot_map(server, payload_type)
    owned = {tuple(np.flatnonzero(row == slot) + 1) for frame in view for row in frame}
    assert owned == {tuple(columns)}


def test_slots_of_opu4_go_on_over_pairs_of_rows() -> None:
    view = slots.slot_map("ODU4", PT_MUX_GMP)
    assert view.shape == (80, 4, 3824)
    assert view[0, :, 16].tolist() == [1, 41, 1, 41]
    assert view[0, :, 3815].tolist() == [40, 80, 40, 80]
    assert not view[:, :, :16].any() and not view[:, :, 3816:].any()
    assert np.bincount(view.ravel())[1:].tolist() == [95 * 160] * 80
    # 47 or 48 octets a row and 95 a pair of rows.
    assert (view[5, 2] == 40).sum() + (view[5, 3] == 40).sum() == 95


def test_places_of_negative_and_positive_justification() -> None:
    """ODTU12 in slot 3 of four: TSOH in frame 2; NJO (4, 16), PJO1 (4, 19), PJO2 (4, 23)."""
    channel = slots.odtu_channel("ODU2", PT_MUX_AMP, slots.Place("ODTU12", 3, (3,)))
    assert isinstance(channel, slots.AmpChannel)
    [(frame, places)] = channel.chances
    found = [int(channel.octets[place]) - 2 * 4 * 3824 for place in places]
    assert frame == 2
    assert found == [at(4, 16), at(4, 19), at(4, 23)]
    for code, octets in ((0, 15232), (1, 15233), (3, 15231), (2, 15230)):
        assert channel.mask([code]).sum() == octets


def test_column_119_of_odtu13_is_stuff() -> None:
    # The 119th octet of slots 2 and 25 in a row is the 60th of slot 2.
    channel = slots.odtu_channel("ODU3", PT_MUX_GMP, slots.Place("ODTU13", 1, (2, 25)))
    used = np.zeros(32 * 4 * 3824, bool)
    used[channel.octets] = True
    row = np.flatnonzero(slots.slot_map("ODU3", PT_MUX_GMP)[0, 0] == 2)
    rows = used.reshape(-1, 3824)
    assert not rows[:, row[59]].any()
    assert rows[:, row[:59]].all() and rows[:, row[60:]].all()


@pytest.mark.parametrize(
    ("server", "payload_type", "places", "msi"),
    [
        ("ODU1", PT_MUX_AMP, [slots.Place("ODTU01", 1, (1,))], "C0C1"),
        ("ODU2", PT_MUX_AMP, [slots.Place("ODTU12", 4, (4,))], "00010203"),
        ("ODU2", PT_MUX_GMP, [slots.Place("ODTU2", 3, (2, 5))], "C082C0C082C0C0C0"),
        ("ODU2", PT_MUX_GMP, [slots.Place("ODTU12", 2, (1, 8))], "01C0C0C0C0C0C001"),
        (
            "ODU3",
            PT_MUX_AMP,
            [slots.Place("ODTU23", 2, (1, 2, 9, 16))],
            "4141" + "020304050607" + "41" + "090A0B0C0D0E" + "41",
        ),
        (
            "ODU3",
            PT_MUX_GMP,
            [slots.Place("ODTU13", 1, (2, 25)), slots.Place("ODTU3", 32, (32,))],
            "C000" + "C0" * 22 + "00" + "C0" * 6 + "9F",
        ),
        ("ODU4", PT_MUX_GMP, [slots.Place("ODTU4", 80, (1, 80))], "CF" + "00" * 78 + "CF"),
    ],
)
def test_msi(server: str, payload_type: int, places: list[slots.Place], msi: str) -> None:
    assert slots.write_msi(server, payload_type, places).hex().upper() == msi
    told = slots.read_msi(server, payload_type, bytes.fromhex(msi))
    assert set(places) <= set(told)
    if payload_type == PT_MUX_GMP:
        assert places == told


def pattern_bit_by_bit(start: Octets, bits: int) -> list[int]:
    """PRBS-31 as a shift register, from its first 31 bits."""
    found = np.unpackbits(start)[:31].tolist()
    while len(found) < bits:
        found.append(reduce(xor, (found[-28], found[-31])))
    return found


def test_pattern_is_the_shift_register() -> None:
    octets = prbs31(20_000, 7)
    plain = octets ^ 0xFF
    assert np.unpackbits(plain).tolist() == pattern_bit_by_bit(plain, 160_000)
    assert not np.array_equal(octets[:1000], prbs31(1000, 8))


def test_pattern_receiver() -> None:
    octets = prbs31(5000, 3)
    assert check_prbs31(octets).bit_errors == 0
    octets[4000] ^= 0b101
    found = check_prbs31(octets[10:])
    assert (found.locked, found.polarity, found.bit_errors) == (True, "inverted", 2)
    assert check_prbs31(octets ^ 0xFF).polarity == "normal"
    assert not check_prbs31(np.zeros(5000, np.uint8)).locked
    assert not check_prbs31(np.arange(5000).astype(np.uint8)).locked
