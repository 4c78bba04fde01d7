"""`galois` and `reedsolo` judge RS(255,239), KP4 and KR4, word by word.

The words go through the example `codec` of otn-fec: `$OTN_CODEC` if set, else
`release/examples/codec` in `$CARGO_TARGET_DIR` or in `target`.
"""

import os
import subprocess
from pathlib import Path

import galois
import numpy as np
import pytest
import reedsolo

WORKSPACE = Path(__file__).resolve().parents[2]
TIMEOUT_S = 120
WORDS = 10_000
LOST = 255
# Name: length, information, errors corrected, bits of a symbol, field polynomial.
CODES = {
    "rs255-239": (255, 239, 8, 8, 0x11D),
    "kp4": (544, 514, 15, 10, 0x409),
    "kr4": (528, 514, 7, 10, 0x409),
}


@pytest.fixture(scope="session")
def codec():
    """Runs the example: octets in, octets out."""
    if "OTN_CODEC" in os.environ:
        path = Path(os.environ["OTN_CODEC"])
    else:
        target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
        path = WORKSPACE / target / "release" / "examples" / "codec"
    if not os.access(path, os.X_OK):
        pytest.fail(
            "no example codec: build it with"
            " `cargo build --release -p otn-fec --example codec`, or set OTN_CODEC to its path",
            pytrace=False,
        )

    def run(name, mode, octets):
        command = [path, name, mode]
        return subprocess.run(
            command, input=octets, capture_output=True, check=True, timeout=TIMEOUT_S
        ).stdout

    return run


def pack(words, bits):
    """Rows of symbols as rows of octets, the most significant bit of a symbol first."""
    places = np.arange(bits - 1, -1, -1)
    of_symbols = (np.asarray(words, dtype=np.uint16)[:, :, None] >> places) & 1
    return np.packbits(of_symbols.reshape(len(words), -1).astype(np.uint8), axis=1)


def unpack(octets, symbols, bits):
    """Rows of octets as rows of symbols."""
    of_symbols = np.unpackbits(octets, axis=1)[:, : symbols * bits].reshape(-1, symbols, bits)
    return (of_symbols.astype(np.uint16) << np.arange(bits - 1, -1, -1, dtype=np.uint16)).sum(2)


def random_information(name, words, seed):
    """Random information."""
    _, k, _, bits, _ = CODES[name]
    return np.random.default_rng(seed).integers(0, 2**bits, (words, k), dtype=np.uint16)


def damaged(name, sent, seed):
    """What a line made of codewords, and the wrong symbols in each: from none to two more than the
    code corrects."""
    n, _, t, bits, _ = CODES[name]
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, t + 3, len(sent))
    received = sent.copy()
    for word, count in zip(received, counts, strict=True):
        places = rng.choice(n, count, replace=False)
        word[places] ^= rng.integers(1, 2**bits, count, dtype=np.uint16)
    return received, counts


def encode(codec, name, information):
    """The codewords of the example."""
    n, _, _, bits, _ = CODES[name]
    coded = np.frombuffer(codec(name, "encode", pack(information, bits).tobytes()), np.uint8)
    return unpack(coded.reshape(len(information), -1), n, bits)


def decode(codec, name, received):
    """The symbols corrected, or LOST, and the information, of each word."""
    _, k, _, bits, _ = CODES[name]
    out = np.frombuffer(codec(name, "decode", pack(received, bits).tobytes()), np.uint8)
    out = out.reshape(len(received), -1)
    return out[:, 0].astype(int), unpack(out[:, 1:], k, bits)


def within_reach(name, information, found, decoded, counts):
    """Up to t wrong symbols are corrected."""
    within = counts <= CODES[name][2]
    assert np.array_equal(found[within], counts[within])
    assert np.array_equal(decoded[within], information[within])


#= type=test g709:a-parity
#= type=test g709:a-correct-8
def test_words_are_those_of_galois(codec):
    name = "rs255-239"
    n, k, _, _, polynomial = CODES[name]
    field = galois.GF(2**8, irreducible_poly=polynomial)
    code = galois.ReedSolomon(n, k, field=field, alpha=2, c=0)
    information = random_information(name, WORDS, 1)
    sent = np.asarray(code.encode(field(information.astype(np.uint8)))).astype(np.uint16)
    assert np.array_equal(encode(codec, name, information), sent)
    received, counts = damaged(name, sent, 2)
    found, decoded = decode(codec, name, received)
    within_reach(name, information, found, decoded, counts)
    # Beyond eight both give up, or both find the same other codeword, once in about 8! words.
    theirs, errors = code.decode(field(received.astype(np.uint8)), errors=True)
    assert np.array_equal(np.where(errors < 0, LOST, errors), found)
    assert np.array_equal(np.asarray(theirs), decoded)


# In plain Python a word takes milliseconds: not all that are coded are decoded.
@pytest.mark.parametrize(
    "name, words, step", [("rs255-239", WORDS, 10), ("kp4", 1_000, 10), ("kr4", 1_000, 5)]
)
#= type=test g709:a-parity
#= type=test g709:a-correct-8
#= type=test g709.5:rs10-field
#= type=test g709.5:rs10-parameters
#= type=test g709.5:rs10-parity
#= type=test g709.5:rs10-correct
def test_words_are_those_of_reedsolo(codec, name, words, step):
    n, k, t, bits, polynomial = CODES[name]
    referee = reedsolo.RSCodec(
        n - k, nsize=n, fcr=0, prim=polynomial, generator=2, c_exp=bits
    )
    information = random_information(name, words, 3)
    coded = encode(codec, name, information)
    for message, word in zip(information, coded, strict=True):
        assert list(referee.encode(message.tolist())) == word.tolist()
    received, counts = damaged(name, coded, 4)
    found, decoded = decode(codec, name, received)
    within_reach(name, information, found, decoded, counts)
    for at in range(0, words, step):
        try:
            message, _, places = referee.decode(received[at].tolist())
            assert (list(message), len(places)) == (decoded[at].tolist(), found[at])
        except reedsolo.ReedSolomonError:
            assert found[at] == LOST and counts[at] > t
