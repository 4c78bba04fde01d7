"""The project's Wireshark dissector reads the line as `otn` wrote it, and as `otn decode` reads it.

The dissector is generated from the layout table of the code, but computes on its own: scrambler,
BIP-8 and the multiframe.
"""

import pytest

FIELDS = (
    *("otn.signal", "otn.fec_code", "otn.scrambled", "otn.fas.ok", "otn.mfas", "otn.pt"),
    *("otn.sm.tti", "otn.sm.bip8", "otn.sm.bei", "otn.sm.bdi", "otn.sm.iae"),
    *("otn.pm.tti", "otn.pm.bip8", "otn.pm.bei", "otn.pm.bdi", "otn.pm.stat"),
    *("otn.bip8.computed", "otn.psi", "otn.wrong_length", "otn.cut_short", "otn.assumed"),
    "otn.fas.wrong",
)
FRAMES, MULTIFRAME, TTI_OCTETS = 300, 256, 64
STAT_NORMAL = 1
PT_GFP = 0x05


def read(tshark, workspace, line):
    """What the dissector says of each frame, by field."""
    script = f"lua_script:{workspace / 'wireshark' / 'otn.lua'}"
    rows = tshark.fields(line, FIELDS, "-X", script)
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def numbers(frames, key):
    """A field of all frames as numbers."""
    return [int(frame[key], 0) for frame in frames]


def is_true(text):
    """Wireshark 4.0 prints 1, later versions True."""
    assert text in ("1", "True", "0", "False")
    return text in ("1", "True")


@pytest.fixture(scope="module")
def line(otn, captures, tmp_path_factory):
    """A line of more than one multiframe, scrambled."""
    path = tmp_path_factory.mktemp("dissector") / "line.pcapng"
    otn("wrap", captures / "afs.pcap", "--min-frames", FRAMES, "-o", path)
    return path


@pytest.fixture(scope="module")
def frames(tshark, workspace, line):
    """The frames of the line as the dissector shows them."""
    return read(tshark, workspace, line)


#= type=test g709:15.6.2.1-fas
def test_every_frame_is_read_as_what_it_is(frames):
    assert len(frames) == FRAMES
    for frame in frames:
        assert (frame["otn.signal"], frame["otn.fec_code"]) == ("OTU2", "rs255-239")
        assert is_true(frame["otn.scrambled"]) and is_true(frame["otn.fas.ok"])
        for key in ("otn.wrong_length", "otn.cut_short", "otn.assumed", "otn.fas.wrong"):
            assert frame[key] == "", key
    assert numbers(frames, "otn.mfas") == [n % MULTIFRAME for n in range(FRAMES)]


#= type=test g709:15.7.2.1.2-sm-bip8
#= type=test g709:15.8.2.1.2-pm-bip8
#= type=test g709:15.7.2.1.2-frame-i-plus-2
def test_bip8_travels_two_frames_later(frames):
    computed = numbers(frames, "otn.bip8.computed")
    # Idle frames differ little; those with packets must differ.
    assert len(set(computed)) > 20
    assert numbers(frames, "otn.sm.bip8")[2:] == computed[:-2]
    assert numbers(frames, "otn.pm.bip8")[2:] == computed[:-2]


#= type=test g709:15.7.2.1.1-tti-phase
#= type=test g709:15.2-tti-layout
def test_traces_are_those_that_decode_reports(otn, frames, line):
    [stream] = otn.json("decode", line)["streams"]
    for key, report in (("otn.sm.tti", stream["sm"]), ("otn.pm.tti", stream["odu"]["pm"])):
        octets = bytes(numbers(frames, key))
        copies = {octets[at : at + TTI_OCTETS] for at in range(0, MULTIFRAME, TTI_OCTETS)}
        [trace] = copies
        [told] = report["tti"]
        assert (trace[0], trace[16]) == (0, 0)
        assert trace[1:16].rstrip(b"\0").decode() == told["sapi"] == "OTN-WRAP"
        assert trace[17:32].rstrip(b"\0").decode() == told["dapi"] == "OTN-UNWRAP"
        assert trace[32:].hex() == told["operator"]
        assert told["repeats"] == FRAMES // TTI_OCTETS


#= type=test g709:15.9.2.1.1-payload-type
#= type=test g709:15.8.2.1.5-pm-stat
#= type=test g709:15.7.2.1-sm-octet-3
def test_path_is_normal_and_carries_gfp(frames):
    for number, frame in enumerate(frames):
        if number % MULTIFRAME == 0:
            assert int(frame["otn.pt"], 0) == int(frame["otn.psi"], 0) == PT_GFP
        else:
            assert frame["otn.pt"] == ""
    assert set(numbers(frames, "otn.pm.stat")) == {STAT_NORMAL}
    for key in ("otn.sm.bei", "otn.pm.bei"):
        assert set(numbers(frames, key)) == {0}
    for key in ("otn.sm.bdi", "otn.sm.iae", "otn.pm.bdi"):
        assert not any(is_true(frame[key]) for frame in frames)


#= type=test g709:11.2-scrambler
def test_an_unscrambled_line_shows_the_same(otn, tshark, captures, workspace, frames, tmp_path):
    path = tmp_path / "plain.pcapng"
    otn("wrap", captures / "afs.pcap", "--min-frames", FRAMES, "--no-scramble", "-o", path)
    plain = read(tshark, workspace, path)
    assert not any(is_true(frame.pop("otn.scrambled")) for frame in plain)
    kept = [{k: v for k, v in frame.items() if k != "otn.scrambled"} for frame in frames]
    assert plain == kept
