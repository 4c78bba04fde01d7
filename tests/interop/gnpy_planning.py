"""Random requests on networks of the reference data.

In: a seed. Out: files of a network and its library, and a service file: named and open modes, spacings, channel
counts, powers, slots, nodes to pass, equal requests, groups that must not share links. What GNPy refuses for its form
alone is not made.
"""

import copy
import json
import math
import random
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]

DATA = Path(__file__).resolve().parents[1] / "gnpy-data"
NETWORKS = (
    ("cases/pr01_mesh/topology.json", "cases/pr01_mesh/equipment.json"),
    ("tests-data/testTopology_expected.json", "tests-data/eqpt_config.json"),
    ("cases/pr08_synth20/topology.json", "cases/pr08_synth20/equipment.json"),
    ("cases/pr07_openroadm/topology.json", "cases/pr07_openroadm/equipment.json"),
)
SLOT_HZ = 12.5e9


class Task(NamedTuple):
    """What is planned."""

    topology: Path
    equipment: Path
    services: Json
    redesign: bool


def slots(rng: random.Random, need: int, each: int) -> list[Json]:
    """Slots a request asks for: none, a place, a place and width, two of them."""
    kind = rng.random()
    if kind < 0.3:
        return [{"N": rng.randrange(-280, 400), "M": None}]
    if kind < 0.6:
        return [{"N": rng.randrange(-280, 400), "M": need + rng.choice([0, 0, each, 1])}]
    if kind < 0.8 and need > each:
        first, place = each * rng.randint(1, need // each - 1), rng.randrange(-200, 0)
        second = rng.choice([None, need - first, need - first + each])
        return [{"N": place, "M": first}, {"N": place + need + rng.randrange(10, 100), "M": second}]
    return [{"N": None, "M": None}]


def request(rng: random.Random, name: str, topology: Json, library: Json) -> Json:
    """A request."""
    uids = {kind: [e["uid"] for e in topology["elements"] if e["type"] == kind] for kind in ("Transceiver", "Roadm")}
    source, destination = rng.sample(uids["Transceiver"], 2)
    transceiver = rng.choice(library["Transceiver"])
    mode = rng.choice(transceiver["mode"])
    named = rng.random() < 0.7
    spacing = rng.choice([mode["min_spacing"], 50e9, 75e9, 100e9, 62.5e9])
    spacing = max(spacing, mode["min_spacing"]) if named else spacing
    band: Json = {
        "technology": "flexi-grid",
        "trx_type": transceiver["type_variety"],
        "trx_mode": mode["format"] if named else None,
        "spacing": spacing,
        "max-nb-of-channel": rng.choice([None, None, 20, 40]),
        "output-power": rng.choice([None, 0.001, 0.0015]),
        "path_bandwidth": rng.choice([1e10, 1e11, 2e11, 4e11, 8e11, 3e12]),
    }
    if named and rng.random() < 0.2:
        each = math.ceil(spacing / SLOT_HZ)
        need = each * math.ceil(band["path_bandwidth"] / mode["bit_rate"])
        band["effective-freq-slot"] = slots(rng, need, each)
    found: Json = {
        "request-id": name,
        "source": source,
        "destination": destination,
        "src-tp-id": source,
        "dst-tp-id": destination,
        "bidirectional": rng.random() < 0.3,
        "path-constraints": {"te-bandwidth": band},
    }
    if rng.random() < 0.35:
        hops = [
            {
                "explicit-route-usage": "route-include-ero",
                "index": index,
                "num-unnum-hop": {
                    "node-id": uid,
                    "link-tp-id": "link-tp-id is not used",
                    "hop-type": rng.choice(["LOOSE", "LOOSE", "STRICT"]),
                },
            }
            for index, uid in enumerate(rng.sample(uids["Roadm"], rng.randint(1, 2)))
        ]
        found["explicit-route-objects"] = {"route-object-include-exclude": hops}
    return found


def task(seed: int) -> Task:
    """The task of a seed."""
    rng = random.Random(seed)
    names = rng.choice(NETWORKS)
    topology, library = (json.loads((DATA / name).read_text(encoding="utf-8")) for name in names)
    redesign = rng.random() < 0.3
    requests: list[Json] = []
    for index in range(rng.randint(2, 9)):
        if requests and rng.random() < 0.25:
            again = copy.deepcopy(rng.choice(requests))
            again["request-id"] = str(index)
            requests.append(again)
        else:
            requests.append(request(rng, str(index), topology, library))
    services: Json = {"path-request": requests}
    if rng.random() < 0.4 and len(requests) > 2:
        members = rng.sample([one["request-id"] for one in requests], 2)
        group = {"relaxable": False, "disjointness": "node link", "request-id-number": members}
        services["synchronization"] = [{"synchronization-id": "0", "svec": group}]
    return Task(DATA / names[0], DATA / names[1], services, redesign)
