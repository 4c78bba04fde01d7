"""Compares what `otn decode` says of a signal with what the model built.

Ends of a capture may be lost: a count of GMP is known one or two periods after the first, and a
frame is found only when the next one begins. All else must agree, to the bit.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import captures
import otn_rates as rates
import otn_slots as slots
from conftest import Otn
from otn_frame import FRAME_OCTETS, MULTIFRAME, TRACE_OCTETS, Octets, octet_lists
from otn_tree import Built, BuiltTributary, Cbr, Gmp, Justification, Mux, Null, Prbs

Report = dict[str, Any]

# Periods, at both ends together, whose justification may go untold.
PERIODS_LOST = 3
# Frames of a stream that may go unseen: cut at the start, cut at the end.
FRAMES_LOST = 2
# Traces that have to be the same to be accepted.
COPIES_ACCEPTED = 3
# Octets until PRBS-31 is locked: 31 to fill the register, some to be sure.
LOCK_OCTETS = 256


@dataclass(frozen=True)
class Lost:
    """What of the justification cannot have been seen: whole periods of so many opportunities."""

    chances: int
    periods: int


@dataclass(frozen=True)
class Found:
    """What the program printed of a file with one stream, and where it put the clients."""

    stream: Report
    folder: Path
    files: list[str]

    def client(self, ports: tuple[int, ...]) -> bytes:
        """The octets of the client at these ports."""
        dash = "-" if ports else ""
        name = f"client-0{dash}{'.'.join(map(str, ports))}.bin"
        assert str(self.folder / name) in self.files
        return (self.folder / name).read_bytes()


def decode(otn: Otn, path: Path, *options: str, code: int = 0) -> Found:
    """Runs `otn decode`; with code 0 the program must find nothing wrong."""
    folder = path.parent / (path.name + ".clients")
    report = otn.json("decode", path, "--clients", folder, *options, code=code)
    [stream] = report["streams"]
    return Found(stream, folder, report.get("clients", []))


def decode_capture(otn: Otn, path: Path, signal: str, frames: Octets, kbit_s: Fraction) -> Found:
    """Writes frames as an OTN capture and has the program decode it."""
    captures.write_otn(path, "a to b", signal, octet_lists(frames), kbit_s)
    found = decode(otn, path)
    stream = found.stream
    assert (stream["signal"], stream["signal_from"]) == (signal, "file")
    assert (stream["interface"], stream["frames"]) == ("a to b", len(frames))
    assert stream["scrambled"] == signal.startswith("OTU")
    # The last frame is taken to last as long as it nominally does.
    assert abs(stream["ends_at_ns"] - frames.size * 8 * 1_000_000 / kbit_s) < 20
    return found


def check_signal(found: Found, sent: Built) -> None:
    """The whole stream: nothing is wrong with it, and everything is what was sent."""
    stream = found.stream
    assert (stream["defects"], stream["defect_times"]) == ([], {})
    check_alignment(stream["alignment"])
    if stream["signal"].startswith("OTU"):
        assert stream["signal"] == sent.odu.kind.replace("D", "T")
        check_monitoring(stream["sm"], sent.odu.name, len(sent.frames))
        assert stream["fec"]["code"] == "none"
        assert not any(value for key, value in stream["fec"].items() if key != "code")
    else:
        assert stream["signal"] == sent.odu.kind
    assert stream["frames"] == stream["odu"]["frames"] == len(sent.frames)
    assert stream["odu"]["mfas"]["first"] == sent.frames[0, 0, 6]
    assert not stream["signal_assumed"]
    check_odu(found, stream["odu"], sent, ())


def check_alignment(alignment: Report) -> None:
    """Found once, kept, without an error."""
    assert alignment["found"]
    for counter in ("fas_errored_frames", "oof_events", "realignments"):
        assert alignment[counter] == 0, counter


def check_monitoring(monitoring: Report, name: str, frames: int) -> None:
    """SM or PM without an error; whole traces are those of the name, and as many as came."""
    for counter in ("bip_violations", "bip_mismatch_frames", "bei_total", "bdi_frames"):
        assert monitoring[counter] == 0, counter
    assert all((t["sapi"], t["dapi"]) == (name, f">{name}") for t in monitoring["tti"])
    copies = sum(t["repeats"] for t in monitoring["tti"])
    assert frames // TRACE_OCTETS - 1 <= copies <= frames // TRACE_OCTETS
    accepted = {"sapi": name, "dapi": f">{name}", "operator": ""}
    assert monitoring["accepted_tti"] == (accepted if copies >= COPIES_ACCEPTED else None)


def check_odu(found: Found, odu: Report, sent: Built, ports: tuple[int, ...]) -> None:
    """An ODU and all that is in it."""
    assert odu["type"] == sent.odu.kind
    assert (odu["mfas"]["jumps_at"], odu["mfas"]["errored_frames"]) == ([], 0)
    assert set(odu["maintenance"].values()) == {0}
    check_monitoring(odu["pm"], sent.odu.name, odu["frames"])
    opu, kinds = odu["opu"], {"prbs", "null_errors", "gmp", "justification", "tributaries", "gfp"}
    present = kinds & set(opu)
    # The frames seen are some of those sent.
    start = (odu["mfas"]["first"] - int(sent.frames[0, 0, 6])) % MULTIFRAME
    assert start + odu["frames"] <= len(sent.frames)
    assert opu["csf_frames"] == 0
    assert opu["accepted_pt"] in (None, *opu["pt"])
    match sent.odu.payload:
        case Prbs():
            assert (opu["pt"], present) == (["fe"], {"prbs"})
            check_prbs(opu["prbs"], odu["frames"] * rates.PAYLOAD_OCTETS)
        case Null():
            assert (opu["pt"], present, opu["null_errors"]) == (["fd"], {"null_errors"}, 0)
        case Cbr(signal, clock):
            # By BMP a client of its own payload type is known by it, any other is type 03.
            own = clock is not None or sent.odu.kind == "ODUflex"
            assert opu["pt"] == [f"{signal.payload_type if own else 0x03:02x}"]
            assert present == {"prbs", "justification"}
            assert opu["justification"]["mapping"] == ("AMP" if clock is not None else "BMP")
            check_client(found, odu, sent, ports)
        case Gmp(signal):
            assert (opu["pt"], present) == ([f"{signal.payload_type:02x}"], {"prbs", "gmp"})
            assert opu["gmp"]["m"] == 8 * rates.GMP_BLOCK[signal.opu]
            check_client(found, odu, sent, ports)
        case Mux() as mux:
            assert (opu["pt"], present) == ([f"{mux.payload_type:02x}"], {"tributaries"})
            check_multiplex(found, odu, sent, mux, ports)


def check_prbs(prbs: Report, octets: int) -> None:
    """Inverted PRBS-31 in so many octets, without an error."""
    assert (prbs["locked"], prbs["polarity"]) == (True, "inverted")
    assert (prbs["errors"], prbs["relocks"]) == (0, 0)
    assert 8 * (octets - LOCK_OCTETS) <= prbs["bits"] <= 8 * octets


def check_client(found: Found, odu: Report, sent: Built, ports: tuple[int, ...]) -> None:
    """The octets of a client, and its justification."""
    opu = odu["opu"]
    assert sent.justification is not None and sent.client is not None
    check_justification(opu, sent.justification, Lost(1, len(sent.frames) - odu["frames"]))
    client = found.client(ports)
    assert opu["client_octets"] == len(client)
    assert opu["client_sha256"] == sha256(client).hexdigest()
    assert len(client) == octets_told(sent.odu.kind, opu)
    assert client in sent.client.tobytes()
    check_prbs(opu["prbs"], len(client))


def octets_told(kind: str, opu: Report) -> int:
    """Octets of a client by what its justification overhead says."""
    if "gmp" in opu:
        block = opu["gmp"]["m"] // 8
        return sum(int(cm) * block * times for cm, times in opu["gmp"]["cm"].items())
    channel, codes = slots.cbr_channel(kind), opu["justification"]["jc"]
    more = {"00": 0, "01": 1, "11": -1}
    return sum(times * (channel.usual_octets + more[code]) for code, times in codes.items())


def check_justification(report: Report, sent: Justification, lost: Lost) -> tuple[int, int]:
    """Codes or counts are those sent; gives how many were told and how many sent."""
    if sent.counts is None:
        expected = list(sent.codes)
        found = {int(code, 2): times for code, times in report["justification"]["jc"].items()}
    else:
        expected = sent.counts.used
        found = {int(cm): times for cm, times in report["gmp"]["cm"].items()}
        for counter in ("crc8_errors", "crc5_errors", "cm_other"):
            assert report["gmp"][counter] == 0, counter
        assert report["gmp"]["unsynchronised"] < PERIODS_LOST
    told, periods = sum(found.values()), len(expected)
    missing = periods - told
    assert 0 <= missing <= lost.chances * (lost.periods + PERIODS_LOST), (found, expected)
    # Those told follow one another, wherever they begin.
    starts = range(missing + 1)
    assert any(Counter(expected[i : i + told]) == found for i in starts), (found, expected)
    return told, periods


def check_multiplex(
    found: Found, odu: Report, sent: Built, mux: Mux, ports: tuple[int, ...]
) -> None:
    """The MSI, each ODTU where it was put, and no other."""
    opu, places = odu["opu"], [tributary.place for tributary in sent.tributaries]
    unseen = len(sent.frames) - odu["frames"]
    period = slots.SLOTS[sent.odu.kind, mux.payload_type]
    msi = slots.write_msi(sent.odu.kind, mux.payload_type, places)
    assert (opu["msi_complete"], opu["msi"]) == (True, msi.hex())
    assert "refused" not in opu
    assert opu.get("omfi_errors", 0) == 0
    by_place = {(t["kind"], t["port"]): t for t in opu["tributaries"]}
    assert len(by_place) == len(opu["tributaries"])
    for tributary in sent.tributaries:
        place = tributary.place
        kind = place.kind if slots.uses_amp(place.kind) else f"{place.kind}.{len(place.slots)}"
        report = by_place.pop((kind, place.port))
        assert report["slots"] == list(place.slots)
        amp = slots.uses_amp(place.kind)
        lost = Lost(len(place.slots) if amp else 1, -(-unseen // period))
        check_tributary(found, report, tributary, lost, ports)
    # With payload type 20 a free slot looks like a used one.
    assert not by_place or mux.payload_type == 0x20
    assert not any(t["alignment"]["found"] for t in by_place.values())


def check_tributary(
    found: Found, report: Report, sent: BuiltTributary, lost: Lost, ports: tuple[int, ...]
) -> None:
    """An ODTU: its overhead, and the ODU that came out of it."""
    built = sent.built
    told, periods = check_justification(report, sent.justification, lost)
    check_alignment(report["alignment"])
    assert report["alignment"]["bit_offset"] < 8 * FRAME_OCTETS
    if "gmp" in report:
        assert report["gmp"]["m"] == 8 * len(sent.place.slots)
    odu = report["odu"]
    # As many frames came as periods, of which the last may have been cut.
    least = len(built.frames) * (told - lost.chances) // periods - FRAMES_LOST
    assert least <= odu["frames"] <= len(built.frames)
    assert odu["frames"] > FRAMES_LOST, "nothing was compared"
    check_odu(found, odu, built, (*ports, min(sent.place.slots)))

