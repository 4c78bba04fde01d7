"""Two independent codecs, `galois` and `reedsolo`, judge RS(255,239) on captured frames."""

import galois
import g709
import numpy as np
import pytest
from captures import read_pcapng

# A capture that ends within the frames: the payload is packets first, then idles.
SOURCE = "QinQpacket.pcap"
FRAMES = 24


def wrap(otn, captures, folder, *options):
    """Wraps a capture; gives its line and what the program says of it."""
    line = folder / "line.pcapng"
    source = captures / SOURCE
    return line, otn.json("wrap", source, "--min-frames", FRAMES, *options, "-o", line)


def descrambled(line):
    """The frames of a line capture."""
    return [g709.scramble(packet.octets) for packet in read_pcapng(line)]


@pytest.fixture(scope="module")
def clean(otn, captures, tmp_path_factory):
    """Frames without errors, descrambled."""
    return descrambled(wrap(otn, captures, tmp_path_factory.mktemp("clean"))[0])


#= type=test g709:a-parity
#= type=test g709:a-generator
#= type=test g709:a-field
#= type=test g709:a-code-parameters
#= type=test g709:a-interleave
def test_parity_is_that_of_galois(clean):
    field = galois.GF(2**8, irreducible_poly=0x11D)
    code = galois.ReedSolomon(
        g709.CODEWORD_OCTETS, g709.MESSAGE_OCTETS, field=field, alpha=2, c=0, systematic=True
    )
    # That galois was told of the right code; the coefficients come from a third implementation.
    generator = "01 3B 0D 68 BD 44 D1 1E 08 A3 41 29 E5 62 32 24 3B"
    assert list(code.generator_poly.coeffs) == list(bytes.fromhex(generator))
    words = [list(word) for frame in clean for word in g709.codewords(frame).values()]
    words = np.array(words, dtype=np.uint8)
    messages, parity = np.split(words, [g709.MESSAGE_OCTETS], axis=1)
    assert len(words) == len(clean) * 64 and parity.any()
    assert np.array_equal(code.encode(field(messages), output="parity"), parity)


#= type=test g709:a-parity
#= type=test g709:a-interleave
def test_parity_is_that_of_reedsolo(clean):
    codec = g709.reed_solomon()
    for number, frame in enumerate(clean):
        for place, word in g709.codewords(frame).items():
            assert codec.encode(word[: g709.MESSAGE_OCTETS]) == word, (number, place)


# At 1e-3 a codeword has two wrong bits on average, and one in some thousands more than eight wrong
# octets: the first seed gives none of these, the second one does, and a late start as well.
@pytest.mark.parametrize("seed, code", [(4, 0), (1, 1)], ids=["all corrected", "not all"])
#= type=test g709:a-correct-8
#= type=test g709:a-interleave
def test_reedsolo_corrects_what_decode_corrects(otn, captures, clean, tmp_path, seed, code):
    line, wrapped = wrap(otn, captures, tmp_path, "--ber", "1e-3", "--seed", seed)
    [stream] = otn.json("decode", line, code=code)["streams"]
    # A receiver passes over frames before the first two with a good FAS.
    first = stream["alignment"]["bit_offset"] // (g709.FRAME_OCTETS * 8)
    frames = list(enumerate(descrambled(line)))
    assert stream["frames"] == len(frames) - first

    tally, words = g709.decode(frames[first:])
    sent = {
        (number, *place): word
        for number, frame in enumerate(clean)
        for place, word in g709.codewords(frame).items()
    }
    assert words == {place: sent[place] for place in words}
    fec = stream["fec"]
    assert fec["codewords"] == tally.codewords == stream["frames"] * 64
    assert fec["corrected"] == tally.corrected
    assert fec["corrected_symbols"] == tally.symbols
    assert fec["corrected_bits"] == tally.bits
    assert fec["uncorrectable"] == len(tally.uncorrectable) == code
    assert fec["bad"] == tally.corrected + len(tally.uncorrectable)
    if not first and not tally.uncorrectable:
        assert tally.bits == wrapped["bits_flipped"]


@pytest.mark.parametrize("wrong_octets, corrected", [(8, True), (9, False)])
#= type=test g709:a-correct-8
#= type=test g709:a-interleave
def test_a_burst_over_every_sub_row(otn, captures, tmp_path, wrong_octets, corrected):
    line, _ = wrap(otn, captures, tmp_path)
    data, number = bytearray(line.read_bytes()), 5
    start = read_pcapng(line)[number].offset
    burst = wrong_octets * g709.SUB_ROWS
    for row in range(g709.ROWS):
        for column in range(1000, 1000 + burst):
            data[start + row * g709.COLUMNS + column] ^= 0xFF
    line.write_bytes(data)

    [stream] = otn.json("decode", line, code=0 if corrected else 1)["streams"]
    fec, tally = stream["fec"], g709.decode(enumerate(descrambled(line)))[0]
    assert (tally.corrected, len(tally.uncorrectable)) == ((64, 0) if corrected else (0, 64))
    assert (fec["corrected"], fec["uncorrectable"]) == (tally.corrected, len(tally.uncorrectable))
    assert fec["corrected_symbols"] == tally.symbols == (burst * g709.ROWS if corrected else 0)
    assert fec["corrected_bits"] == tally.bits == 8 * tally.symbols
