#!/usr/bin/env python3
"""A code on files: encode, add white Gaussian noise (BPSK), decode, count.

    python3 examples/fec_awgn.py [CODE] [Es/N0 in dB] [blocks]

Needs NumPy and `otn` on the PATH (or its path in the variable OTN). CODE is a name of `otn fec list`.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np

OTN = os.environ.get("OTN", "otn")
CODE = sys.argv[1] if len(sys.argv) > 1 else "ofec"
ES_N0_DB = float(sys.argv[2]) if len(sys.argv) > 2 else 3.5
BLOCKS = int(sys.argv[3]) if len(sys.argv) > 3 else 100


def otn(*arguments, fine=(0,)):
    done = subprocess.run([OTN, "fec", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in fine:
        sys.exit(done.stderr)
    return done.stdout


code = next(code for code in json.loads(otn("list", "--json"))["codes"] if code["name"] == CODE)
size = code["information_bits"]
rng = np.random.default_rng(1)
information = rng.integers(0, 2, (BLOCKS, size), dtype=np.uint8)

with tempfile.TemporaryDirectory() as folder:
    path = lambda name: os.path.join(folder, name)
    np.save(path("information.npy"), information)
    otn("encode", "--code", CODE, path("information.npy"), "--format", "npy", "-o", path("coded.npy"))

    coded = np.load(path("coded.npy"))
    sigma = np.sqrt(0.5 / 10 ** (ES_N0_DB / 10))
    received = 1.0 - 2.0 * coded + rng.normal(0, sigma, coded.shape)
    llr = (2 * received / sigma**2).astype("<f4")  # ln(P(0)/P(1)): positive means 0
    np.save(path("llr.npy"), llr)

    # 1: a codeword was beyond correction; the file is written all the same.
    otn("decode", "--code", CODE, path("llr.npy"), "--format", "npy", "--output-format", "npy",
        "-o", path("decoded.npy"), fine=(0, 1))
    decoded = np.load(path("decoded.npy")).reshape(-1, size)[:BLOCKS]

before = np.mean((llr < 0) != coded)
wrong = decoded != information
print(f"{CODE} at Es/N0 {ES_N0_DB} dB: bit error ratio {before:.3e} before the decoder, "
      f"{wrong.mean():.3e} behind it, {wrong.any(axis=1).sum()} of {BLOCKS} blocks wrong")
