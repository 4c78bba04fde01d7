"""GNPy as a referee of plans: plans requests, and writes down what came out.

usage: PYTHON gnpy_planner.py JOBS.json, with a Python that has GNPy. One process does all tasks, because GNPy takes
seconds to start.

In: a list of tasks, each with the names of its files. Out: `reference` of each task: its requests, or `error` alone
where GNPy stops.
"""

import contextlib
import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

from gnpy.tools.json_io import load_equipments_and_configs, load_json, load_network
from gnpy.tools.worker_utils import designed_network, planning

Json = dict[str, Any]


def ratio(path: list[Any]) -> float | None:
    """Mean of what the receiver sees, if light came there."""
    seen = getattr(path[-1], "snr_01nm", None) if path else None
    return None if seen is None else float(seen.mean())


def planned(task: Json) -> list[Json]:
    """What GNPy makes of a task."""
    library = load_equipments_and_configs(Path(task["equipment"]), [], [])
    network = load_network(Path(task["topology"]), library)
    network, _, _ = designed_network(library, network)
    services = load_json(Path(task["services"]))
    _, paths, back, requests, _, _ = planning(network, library, services, redesign=task["redesign"])
    found = []
    for path, other, request in zip(paths, back, requests, strict=True):
        blocked = getattr(request, "blocking_reason", None)
        found.append(
            {
                "request_id": request.request_id,
                "blocking_reason": blocked,
                "mode": request.tsp_mode,
                "path": [element.uid for element in path],
                "N": None if blocked else request.N,
                "M": None if blocked else request.M,
                "gsnr_01nm_db": ratio(path),
                "gsnr_01nm_z_a_db": None if blocked else ratio(other),
            }
        )
    return found


def main() -> None:
    """All tasks."""
    logging.disable(logging.CRITICAL)
    for task in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        result: Json = {}
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                result["requests"] = planned(task)
        # Whatever stops GNPy is what is asked for here.
        except BaseException as error:  # noqa: BLE001
            result["error"] = f"{type(error).__name__}: {error}"
        Path(task["reference"]).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
