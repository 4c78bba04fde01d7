"""What `otn live` tells: alarms and switches out of its lines, and out of `otn ctl status --json`."""

import re

KINDS = ("alarm", "clear", "switch", "refused", "pace", "port")
# A fault cause as G.798 names it.
CAUSE = re.compile(r"\bc[A-Z][A-Za-z]+\b")
SWITCH = re.compile(r"from \w+ to (protection|working)")


def told(lines):
    """(seconds of the network, kind, text) of what happened."""
    return [(line["at_s"], line["event"], line["text"]) for line in list(lines) if line.get("event") in KINDS]


def seen(events):
    """Fault causes that came up, once each, in the order of time."""
    causes = [cause for _, kind, text in events if kind == "alarm" for cause in CAUSE.findall(text)[:1]]
    return list(dict.fromkeys(causes))


def switches(events):
    """The moves of selectors: to what, and how long after the first alarm of the last 50 ms, in ms."""
    moves, alarms = [], []
    for at, kind, text in sorted(events):
        if kind == "alarm":
            alarms.append(at)
        elif kind == "switch" and (to := SWITCH.search(text)):
            recent = [alarm for alarm in alarms if alarm > at - 0.05]
            moves.append({"text": text, "to": to.group(1), "after_ms": round(1e3 * (at - recent[0]), 3) if recent else None})
    return moves


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
    yield "no loss without a reason", unexplained(status) == 0
    if phase == "cut":
        yield "the cut is an alarm, cLOS", "cLOS" in causes
        # Both ends, there and back.
        away, back = (sum(move["to"] == to for move in moves) for to in ("protection", "working"))
        yield "both ends switched, and back", away == back >= 2 and away % 2 == 0
        yield "traffic is on the working line again", all(
            side == "working" for service in status["services"] for side in service["selected"].values()
        )
    else:
        yield "no alarm", not causes
        yield "nothing was switched", not moves
        yield "the network lost nothing", all(way["lost"] == 0 for way in directions(status))
    if phase == "ber":
        yield "FEC had errors to correct", corrected(status) > 0
