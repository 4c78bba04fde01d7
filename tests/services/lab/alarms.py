"""What `otn live` tells: alarms and switches out of its lines, and out of `otn ctl status --json`."""

import re

KINDS = ("alarm", "clear", "switch", "operator", "refused")
# A fault cause as G.798 names it.
CAUSE = re.compile(r"\bc[A-Z][A-Za-z]+\b")


def told(lines, status):
    """(kind, text) of what happened; `status` has only the last of it."""
    found = [(line["event"], str(line.get("text", line))) for line in list(lines) if line.get("event") in KINDS]
    return found or [(event["kind"], event["text"]) for event in status.get("events", [])]


def seen(events):
    """Fault causes that came up, once each, in the order of time."""
    causes = [cause for kind, text in events if kind == "alarm" for cause in CAUSE.findall(text)[:1]]
    return list(dict.fromkeys(causes))


def switches(events):
    """The moves of selectors, in words."""
    return [text for kind, text in events if kind == "switch"]


def standing(status):
    """Alarms that stand now, in words."""
    return [f"{alarm['node']} {alarm['point']} {alarm['cause']}" for alarm in status["alarms"]]


def directions(status):
    """Both directions of all services."""
    return [direction for service in status["services"] for direction in service["directions"]]


def unexplained(status):
    """Packets lost in times in which no alarm stood, and packets that nobody sent."""
    return sum(way["lost"] - way["explained"] + way["corrupted"] for way in directions(status))


def dropped(status):
    """Packets dropped in front of the network or behind it, by reason."""
    reasons = {}
    for port in (port for service in status["services"] for port in service["ports"]):
        for key, count in port.items():
            if key.startswith("dropped_") and count:
                reasons[key.removeprefix("dropped_")] = reasons.get(key.removeprefix("dropped_"), 0) + count
    return reasons


def corrected(status):
    """Bits that FEC corrected, in all lines."""
    return sum(way["corrected_bits"] for line in status["lines"] for way in line["directions"])


def judge(phase, events, status):
    """(what must hold, whether it does): what the network says must fit the phase."""
    causes, moves = seen(events), switches(events)
    lost = sum(way["lost"] for way in directions(status))
    yield "no loss without a reason", unexplained(status) == 0
    if phase == "cut":
        yield "the cut is an alarm, cLOS", "cLOS" in causes
        # Both ends, there and back.
        yield "both ends switched, and back", len(moves) >= 4 and len(moves) % 4 == 0
        yield "traffic is on the working line again", all(
            side == "working" for service in status["services"] for side in service["selected"].values()
        )
    else:
        yield "no alarm", not causes
        yield "nothing was switched", not moves
        yield "the network lost nothing", lost == 0
    if phase == "ber":
        yield "FEC had errors to correct", corrected(status) > 0
