"""A few lines of Python recompute the frame: scrambler, BIP-8, alignment, PSI, fixed fields."""

import g709
import pytest
from captures import LINK_OTN, read_pcapng

FRAMES, MULTIFRAME = 300, 256
PT_GFP = 0x05
STAT_NORMAL = 0x01
# Row and first column: TTI, BIP-8 and an octet of indications stand next to each other.
SM, PM = (1, 8), (3, 10)
# GCC0 to RES; RES to TCM4; EXP, TCM3 to TCM1; EXP; GCC1 to RES; justification, PSI left out.
UNUSED = [
    *((1, column) for column in range(11, 17)),
    *((2, column) for column in range(1, 17)),
    *((3, column) for column in (*range(1, 10), *range(13, 17))),
    *((4, column) for column in (*range(1, 15), 16)),
]


def wrap(otn, captures, folder, *options):
    """Wraps a capture; gives the packets of the line capture."""
    line = folder / "line.pcapng"
    otn("wrap", captures / "afs.pcap", "--min-frames", FRAMES, *options, "-o", line)
    return read_pcapng(line)


@pytest.fixture(scope="module")
def line(otn, captures, tmp_path_factory):
    """The frames as they are on the line, scrambled."""
    return [p.octets for p in wrap(otn, captures, tmp_path_factory.mktemp("scrambled"))]


@pytest.fixture(scope="module")
def plain(otn, captures, tmp_path_factory):
    """The same frames, which the program left unscrambled."""
    packets = wrap(otn, captures, tmp_path_factory.mktemp("plain"), "--no-scramble")
    return [p.octets for p in packets]


#= type=test g709:11.2-scrambler
#= type=test g709:11.2-fec-before-scrambler
def test_scrambler_is_the_shift_register_of_the_recommendation(line, plain):
    first = bytes.fromhex("FFFF4E9105D2131F77E7412551807B4B316771CEDB9F03E25B3FE7D28D8D555D")
    assert g709.keystream(len(first)) == first
    assert line != plain
    assert [g709.scramble(frame) for frame in plain] == line


#= type=test g709:15.6.2.1-fas
def test_alignment_signals(plain):
    assert len(plain) == FRAMES
    for number, frame in enumerate(plain):
        assert len(frame) == g709.FRAME_OCTETS
        assert frame[:6] == g709.FAS
        assert g709.octet(frame, 1, 7) == number % MULTIFRAME


#= type=test g709:15.7.2.1.2-bip8-even
#= type=test g709:15.7.2.1.2-sm-bip8
#= type=test g709:15.8.2.1.2-pm-bip8
#= type=test g709:15.7.2.1.2-frame-i-plus-2
def test_bip8_of_frame_i_is_in_frame_i_plus_2(plain):
    computed = [g709.bip8(frame) for frame in plain]
    # Idle frames differ little; those with packets must differ.
    assert len(set(computed)) > 20
    for row, column in (SM, PM):
        carried = [g709.octet(frame, row, column + 1) for frame in plain]
        assert carried[2:] == computed[:-2]


#= type=test g709:15.9.2.1-psi
#= type=test g709:15.9.2.1.1-payload-type
def test_psi_is_the_payload_type_and_then_zeros(plain):
    psi = [g709.octet(frame, 4, 15) for frame in plain]
    expected = [PT_GFP if n % MULTIFRAME == 0 else 0 for n in range(FRAMES)]
    assert psi == expected


#= type=test g709:15.7.2.1.1-tti-phase
#= type=test g709:15.2-tti-layout
def test_trace_begins_at_mfas_0_40_80_c0(plain):
    trace = b"\0OTN-WRAP".ljust(16, b"\0") + b"\0OTN-UNWRAP".ljust(16, b"\0")
    trace += b"otn wrap".ljust(32, b"\0")
    for row, column in (SM, PM):
        received = [g709.octet(frame, row, column) for frame in plain]
        assert received == [trace[n % 64] for n in range(FRAMES)]


#= type=test g709:15.7.2.1-sm-octet-3
#= type=test g709:15.8.2.1-pm-field
#= type=test g709:15.8.2.1.5-pm-stat
#= type=test g709:15.6-field-positions
def test_indications_are_quiet_and_unused_fields_zero(plain):
    for frame in plain:
        assert g709.octet(frame, SM[0], SM[1] + 2) == 0
        assert g709.octet(frame, PM[0], PM[1] + 2) == STAT_NORMAL
        assert not any(g709.octet(frame, row, column) for row, column in UNUSED)


#= type=test g709:11.1-no-fec-zeros
#= type=test g709:11.1-areas
def test_without_fec_its_area_is_zero_and_the_rest_the_same(otn, captures, plain, tmp_path):
    bare = wrap(otn, captures, tmp_path, "--no-scramble", "--fec", "none")
    for packet, frame in zip(bare, plain, strict=True):
        assert not any(g709.area(packet.octets, g709.FEC_COLUMNS))
        before = range(1, g709.FEC_COLUMNS.start)
        assert g709.area(packet.octets, before) == g709.area(frame, before)


@pytest.mark.parametrize("signal", g709.LINE_RATE)
#= type=test g709:7.3-rates
#= type=test g709:7.3-frame-periods
def test_the_capture_says_what_it_is_and_when(otn, captures, tmp_path, signal):
    packets = wrap(otn, captures, tmp_path, "--signal", signal)
    [interface] = {packet.interface for packet in packets}
    assert interface.link_type == LINK_OTN
    assert interface.description == f"otn signal={signal} scrambled=yes fec=rs255-239"
    period_ns = g709.FRAME_OCTETS * 8 * 10**6 / g709.LINE_RATE[signal]
    # Stamps have whole nanoseconds: no rounding may add up over the frames.
    assert all(abs(p.stamp_ns - n * period_ns) < 1 for n, p in enumerate(packets))
