"""The referee `maiman`, vector-checked by its author, judges the encoder of oFEC and the W-Port.

The program under test is the example `ofec` of the crate otn-fec: `$OTN_FEC_OFEC` if set, else
`release/examples/ofec` in `$CARGO_TARGET_DIR` or in `target`.
"""

import os
import subprocess
from pathlib import Path

import maiman.ofec
import numpy as np
import pytest

WORKSPACE = Path(__file__).resolve().parents[2]
STEP_OCTETS = 444
FRAME_OCTETS = {"qpsk": 42 * 14_208 // 8, "16qam": 84 * 14_208 // 8}
TIMEOUT_S = 120


@pytest.fixture(scope="module")
def encode():
    """Runs the example: a mode and octets in, octets out."""
    target = WORKSPACE / os.environ.get("CARGO_TARGET_DIR", "target")
    program = os.environ.get("OTN_FEC_OFEC", target / "release" / "examples" / "ofec")
    if not os.access(program, os.X_OK):
        pytest.fail(
            "no program: build it with `cargo build --release -p otn-fec --example ofec`",
            pytrace=False,
        )

    def run(mode, octets):
        done = subprocess.run(
            [str(program), mode], input=octets, capture_output=True, timeout=TIMEOUT_S, check=True
        )
        return done.stdout

    return run


def octets(seed, count):
    return np.random.default_rng(seed).integers(0, 256, count, dtype=np.uint8)


def packed(bits):
    return np.packbits(np.asarray(bits).astype(np.uint8)).tobytes()


#= type=test ofec:structure
#= type=test ofec:bit-order
#= type=test ofec:information-order
#= type=test ofec:output-order
#= type=test ofec:start
@pytest.mark.parametrize("seed", [1, 2])
def test_a_stream_of_steps_is_that_of_maiman(encode, seed):
    information = octets(seed, 60 * STEP_OCTETS)
    expected = maiman.ofec.ofec_encode_stream(np.unpackbits(information))
    assert encode("stream", information.tobytes()) == packed(expected)


#= type=test ofec:wport-encoders
#= type=test ofec:wport-interleaver
#= type=test ofec:wport-in-block
#= type=test ofec:wport-merge
@pytest.mark.parametrize("mode", ["qpsk", "16qam"])
def test_two_frames_of_the_w_port_are_those_of_maiman(encode, mode):
    # The second frame depends on the first: the encoders run on.
    payload = octets(3, 2 * FRAME_OCTETS[mode])
    expected = maiman.ofec.ofec_encode(np.unpackbits(payload), modulation=mode)
    assert encode(mode, payload.tobytes()) == packed(expected)
