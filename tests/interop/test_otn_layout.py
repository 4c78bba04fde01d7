"""Takes tributaries out of built frames octet by octet, as the figures of clause 19 show them.

Nothing of the model's tables takes part: rows, columns, slots and justification are counted here
again, slowly.
"""

import otn_rates as rates
from otn_frame import Octets
from otn_tree import Cbr, Clock, Mux, Odu, Prbs, Tributary, build

ROWS, FIRST, LAST = (1, 2, 3, 4), 17, 3824


def get(frames: Octets, number: int, row: int, column: int) -> int:
    """One octet; frames count from 0, rows and columns from 1."""
    return int(frames[number, row - 1, column - 1])


def server(kind: str, payload_type: int, client: str, slots: tuple[int, ...], ppm: int) -> Odu:
    """A server with one ODU in it."""
    nominal = rates.oduflex_gfp(len(slots)) if client == "ODUflex" else None
    inner = Odu(client, Prbs(77), "inner", Clock(ppm), nominal, phase=5)
    return Odu(kind, Mux(payload_type, [Tributary(inner, slots)]), "outer", Clock(-9))


def amp_octets(
    frames: Octets, slots: tuple[int, ...], of: int, stuff_column: int = 0
) -> tuple[bytes, set[int]]:
    """The octets of an ODTUjk whose server has `of` slots, and the JC codes seen."""
    found, seen = bytearray(), set()
    for number in range(len(frames)):
        slot = number % of + 1
        mine = slot in slots
        jc = [get(frames, number, row, 16) for row in (1, 2, 3)]
        code = jc[0]
        if mine:
            assert jc[0] == jc[1] == jc[2]
            seen.add(code)
        for row in ROWS:
            if row == 4 and mine and code == 0b01:
                found.append(get(frames, number, 4, 16))
            nth = 0
            for column in range(FIRST, LAST + 1):
                if (column - FIRST) % of + 1 not in slots:
                    continue
                nth += 1
                if nth == stuff_column:
                    assert get(frames, number, row, column) == 0
                    continue
                if row == 4 and mine and column == 16 + slot and code in (0b10, 0b11):
                    continue
                if row == 4 and mine and column == 16 + slot + of and code == 0b10:
                    continue
                found.append(get(frames, number, row, column))
    return bytes(found), seen


def check_amp(odu: Odu, count: int, slots: tuple[int, ...], of: int, stuff_column: int = 0) -> None:
    """The naive receiver must get what the builder's ODUj holds."""
    sent = build(odu, count)
    found, seen = amp_octets(sent.frames, slots, of, stuff_column)
    [tributary] = sent.tributaries
    stream = tributary.built.frames.tobytes()[5:]
    assert len(found) > 30_000
    assert stream.startswith(found)
    assert seen == set(tributary.justification.codes)
    assert len(seen) > 1


def test_odtu01() -> None:
    check_amp(server("ODU1", 0x20, "ODU0", (2,), 13), 20, (2,), 2)
    check_amp(server("ODU1", 0x20, "ODU0", (1,), -33), 20, (1,), 2)


def test_odtu12() -> None:
    for ppm in (20, -40, -100):
        check_amp(server("ODU2", 0x20, "ODU1", (3,), ppm), 24, (3,), 4)
        check_amp(server("ODU2", 0x21, "ODU1", (2, 7), ppm), 24, (2, 7), 8)


def test_odtu13() -> None:
    for ppm in (20, -60):
        check_amp(server("ODU3", 0x20, "ODU1", (11,), ppm), 64, (11,), 16, 119)
        check_amp(server("ODU3", 0x21, "ODU1", (2, 25), ppm), 64, (2, 25), 32, 119)


def test_odtu23() -> None:
    check_amp(server("ODU3", 0x20, "ODU2", (1, 2, 9, 16), -60), 32, (1, 2, 9, 16), 16)
    some = (1, 2, 5, 9, 10, 25, 26, 32)
    check_amp(server("ODU3", 0x21, "ODU2", some, 20), 32, some, 32)


def test_client_of_constant_bit_rate() -> None:
    """NJO in column 16 and PJO in column 17 of row 4; columns 1905 to 1920 of an OPU2 are stuff."""
    for ppm in (-20, 20):
        client = Cbr(rates.CBR_CLIENTS["CBR10G"], Clock(ppm), 3)
        sent = build(Odu("ODU2", client, clock=Clock(-ppm)), 12)
        found, seen = bytearray(), set()
        for number in range(12):
            [code] = {get(sent.frames, number, row, 16) for row in (1, 2, 3)}
            seen.add(code)
            for row in ROWS:
                columns = [*range(FIRST, 1905), *range(1921, LAST + 1)]
                if row == 4 and code == 0b01:
                    columns = [16, *columns]
                if row == 4 and code == 0b11:
                    columns = columns[1:]
                found.extend(get(sent.frames, number, row, column) for column in columns)
        assert sent.client is not None and sent.client.tobytes() == bytes(found)
        assert seen == {0, 0b01 if ppm > 0 else 0b11}


def gmp_octets(frames: Octets, slots: tuple[int, ...], of: int) -> list[list[int]]:
    """All octets of an ODTUk.ts, stuff too, a list for each multiframe."""
    found = []
    for start in range(0, len(frames), of):
        octets = []
        for number in range(start, start + of):
            for row in ROWS:
                for column in range(FIRST, (3816 if of == 80 else LAST) + 1):
                    nth = column - FIRST
                    if of == 80 and row in (2, 4):
                        nth += 3800
                    if nth % of + 1 in slots:
                        octets.append(get(frames, number, row, column))
        found.append(octets)
    return found


def check_gmp(odu: Odu, multiframes: int, slots: tuple[int, ...], of: int, blocks: int) -> None:
    """Counts data and stuff by the rule, with the Cm of the multiframe before."""
    sent = build(odu, multiframes * of)
    [tributary] = sent.tributaries
    counts = tributary.justification.counts
    assert counts is not None
    ts, found = len(slots), bytearray()
    for number, octets in enumerate(gmp_octets(sent.frames, slots, of)):
        assert len(octets) == ts * blocks
        overhead = number * of + max(slots) - 1
        told = [get(sent.frames, overhead, row, 16) for row in (1, 2, 3)]
        before = counts.cm[number - 1] if number else counts.first
        if counts.cm[number] == before:
            assert told[0] << 6 | told[1] >> 2 == before
            assert told[1] & 0b11 == 0
        left = [get(sent.frames, overhead, row, 15) for row in (1, 2, 3)]
        assert left[0] << 5 | left[1] == counts.sums[number] < ts
        for frame in range(number * of, number * of + of):
            quiet = [get(sent.frames, frame, row, col) for row in (1, 2, 3) for col in (15, 16)]
            assert frame == overhead or not any(quiet)
        for block in range(1, blocks + 1):
            part = octets[(block - 1) * ts : block * ts]
            if block * before % blocks < before:
                found.extend(part)
            else:
                assert not any(part)
    assert tributary.built.frames.tobytes()[5:].startswith(bytes(found))
    assert len(found) == ts * sum(counts.used)


def test_odtu2_ts() -> None:
    check_gmp(server("ODU2", 0x21, "ODUflex", (2, 5), 40), 3, (2, 5), 8, 15232)


def test_odtu3_ts() -> None:
    slots = (1, 4, 5, 6, 20, 21, 22, 31, 32)
    check_gmp(server("ODU3", 0x21, "ODU2e", slots, -70), 2, slots, 32, 15232)


def test_odtu4_ts() -> None:
    check_gmp(server("ODU4", 0x21, "ODUflex", (3, 41, 80), 0), 2, (3, 41, 80), 80, 15200)


def test_overhead_of_opu4() -> None:
    """OMFI counts to 79 and does not follow MFAS; the last columns are stuff."""
    odu = server("ODU4", 0x21, "ODU0", (7,), 0)
    frames = build(Odu(odu.kind, odu.payload, first_mfas=250, first_omfi=77), 12).frames
    assert frames[:, 3, 15].tolist() == [77, 78, 79, *range(9)]
    assert frames[:, 0, 6].tolist() == [*range(250, 256), *range(6)]
    assert not frames[:, :, 3816:].any()
    assert frames[6:10, 3, 14].tolist() == [0x21, 0, 0, 0]
    assert {frame[0, :6].tobytes().hex() for frame in frames} == {"f6f6f6282828"}
    # ODU frames have no section overhead.
    assert not frames[:, 0, 7:14].any()
