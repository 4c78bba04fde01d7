"""A large mesh for measurements of planning, as files that GNPy and `otn plan` both read.

In: numbers of ROADMs, links and requests, a seed. Out: `topology.json`, `services.json`, `equipment.json` in a folder. The
ROADMs lie at random in a square; links are the tree of least length that joins all of them, and the shortest pairs
beside it, at most six at a ROADM; a link is one fibre each way, 1.2 times as long as the straight line, 40 km at least.
Requests are of 100 Gbit/s in 50 GHz, mode and no slots given, between random ends: lines are full with 95 channels.

    python3 tests/interop/gnpy_mesh.py FOLDER [--roadms 500] [--links 687] [--requests 300] [--seed 1]
"""

import argparse
import json
import math
import shutil
from pathlib import Path
from random import Random
from typing import Any

Json = dict[str, Any]

LIBRARY = Path(__file__).resolve().parents[1] / "gnpy-data/cases/pr08_synth20/equipment.json"
# Room of a ROADM in the square, and how much longer fibre is than the straight line.
KM_A_ROADM = 110.0
DETOUR = 1.2
LEAST_KM = 40.0
MOST_LINKS = 6


def pairs_to_join(places: list[tuple[float, float]], links: int) -> list[tuple[int, int, float]]:
    """The pairs that are joined, and the length of each."""
    count = len(places)
    pairs = [(math.dist(places[i], places[j]), i, j) for i in range(count) for j in range(i + 1, count)]
    pairs.sort()
    root = list(range(count))

    def top(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    tree, others = [], []
    for length, i, j in pairs:
        if top(i) == top(j):
            others.append((length, i, j))
            continue
        root[top(i)] = top(j)
        tree.append((length, i, j))
    degree = [0] * count
    for _, i, j in tree:
        degree[i] += 1
        degree[j] += 1
    joined = list(tree)
    for length, i, j in others:
        if len(joined) >= links:
            break
        if max(degree[i], degree[j]) < MOST_LINKS:
            degree[i] += 1
            degree[j] += 1
            joined.append((length, i, j))
    return [(i, j, round(max(LEAST_KM, DETOUR * length), 3)) for length, i, j in joined]


def topology(rng: Random, roadms: int, links: int) -> Json:
    """The mesh."""
    side = KM_A_ROADM * math.sqrt(roadms)
    places = [(rng.uniform(0, side), rng.uniform(0, side)) for _ in range(roadms)]

    def spot(name: str, place: tuple[float, float]) -> Json:
        degrees = [round(km / 111.0, 5) for km in place]
        return {"location": {"city": name, "region": "R", "latitude": degrees[1], "longitude": degrees[0]}}

    elements, connections = [], []

    def join(one: str, other: str) -> None:
        connections.append({"from_node": one, "to_node": other})

    for kind, prefix in (("Transceiver", "trx"), ("Roadm", "roadm")):
        for i, place in enumerate(places):
            elements.append({"uid": f"{prefix} N{i}", "type": kind, "metadata": spot(f"N{i}", place)})
    for i in range(roadms):
        join(f"trx N{i}", f"roadm N{i}")
        join(f"roadm N{i}", f"trx N{i}")
    for i, j, km in pairs_to_join(places, links):
        for a, b in ((i, j), (j, i)):
            uid = f"fiber (N{a} -> N{b})"
            middle = tuple((x + y) / 2 for x, y in zip(places[a], places[b], strict=True))
            params = {"length": km, "length_units": "km", "loss_coef": 0.2, "con_in": None, "con_out": None}
            fibre = {"uid": uid, "type": "Fiber", "type_variety": "SSMF", "metadata": spot(uid, middle), "params": params}
            elements.append(fibre)
            join(f"roadm N{a}", uid)
            join(uid, f"roadm N{b}")
    return {"elements": elements, "connections": connections}


def services(rng: Random, roadms: int, requests: int) -> Json:
    """The requests."""
    found = []
    for index in range(requests):
        source, destination = (f"trx N{i}" for i in rng.sample(range(roadms), 2))
        band = {
            "technology": "flexi-grid",
            "trx_type": "vendorA_trx-type1",
            "trx_mode": "mode 1",
            "effective-freq-slot": [{"N": None, "M": None}],
            "spacing": 50e9,
            "max-nb-of-channel": None,
            "output-power": None,
            "path_bandwidth": 100e9,
        }
        request = {
            "request-id": str(index),
            "source": source,
            "destination": destination,
            "src-tp-id": source,
            "dst-tp-id": destination,
            "bidirectional": False,
            "path-constraints": {"te-bandwidth": band},
        }
        found.append(request)
    return {"path-request": found}


def write(folder: Path, roadms: int, links: int, requests: int, seed: int) -> None:
    """Writes the files of a seed."""
    rng = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("topology.json", topology(rng, roadms, links)),
        ("services.json", services(rng, roadms, requests)),
    ):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    shutil.copyfile(LIBRARY, folder / "equipment.json")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, number in (("roadms", 500), ("links", 687), ("requests", 300), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    given = parser.parse_args()
    write(given.folder, given.roadms, given.links, given.requests, given.seed)


if __name__ == "__main__":
    main()
