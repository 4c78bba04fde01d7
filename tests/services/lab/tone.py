"""Whether a tone is heard in a recording of 8000 samples a second: tone.py HERTZ RECORDING.wav…"""

import math
import struct
import sys

RATE = 8000
WAV_HEADER = 44
# Any other tone of a telephone keypad, to compare with.
OTHER_HZ = 1209


def power(samples, hertz):
    """Power of `samples` at one frequency."""
    turn = 2 * math.pi * hertz / RATE
    inphase = sum(sample * math.cos(turn * at) for at, sample in enumerate(samples))
    quadrature = sum(sample * math.sin(turn * at) for at, sample in enumerate(samples))
    return (inphase**2 + quadrature**2) / len(samples)


def heard(path, hertz):
    """Measures and checks the second second of a recording."""
    with open(path, "rb") as opened:
        octets = opened.read()[WAV_HEADER:]
    samples = struct.unpack(f"<{len(octets) // 2}h", octets[: len(octets) // 2 * 2])
    print("measure", "recorded_s", round(len(samples) / RATE, 1))
    second = samples[RATE : 2 * RATE]
    return bool(second) and power(second, hertz) > 50 * power(second, OTHER_HZ) + 1


if __name__ == "__main__":
    hertz, *recordings = sys.argv[1:]
    try:
        sound = heard(recordings[0], int(hertz))
    except (IndexError, FileNotFoundError):
        sound = False
    print("check", "tone_heard_on_the_far_side", int(sound))
