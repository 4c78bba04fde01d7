"""What `otn live` tells: alarms and switches out of its lines, and out of `otn ctl status --json`."""


def seen(events):
    """Names of alarms that came up, once each, in the order of time."""
    names = [event.get("alarm") or event.get("defect") for event in events if event.get("event") == "alarm"]
    return list(dict.fromkeys(name for name in names if name))


def switches(events):
    """The moves of selectors, in words."""
    return [
        f"{event.get('service')} at {event.get('node')} to {event.get('to')}"
        for event in events
        if event.get("event") == "switch"
    ]


def standing(status):
    """Alarms that stand now."""
    return status.get("alarms", [])


def judge(phase, events, status, moments):
    """(what must hold, whether it does): what the network says must fit the phase."""
    names, moves = seen(events), switches(events)
    if phase == "cut":
        yield "the cut raised an alarm", bool(names)
        yield "traffic was switched", bool(moves)
    else:
        yield "no alarm", not names
        yield "nothing was switched", not moves
