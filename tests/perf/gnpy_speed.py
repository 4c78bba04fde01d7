#!/usr/bin/env python3
"""Times `otn transmit`, `otn plan` and GNPy side by side, whole processes, in one run.

    cargo build --release -p otn
    python3 -m venv target/gnpy-venv
    target/gnpy-venv/bin/pip install 'gnpy==2.14.2' 'oopt-gnpy-libyang<0.1'
    python3 tests/perf/gnpy_speed.py [--runs 5]

Prints one line a case: CPU seconds and wall seconds of both (median), their ratios, peak memory of both.
Both get the same files and print the same text; what they print is not compared here (see tests/interop).
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/gnpy-data"
CASES = DATA / "cases"

sys.path.insert(0, str(ROOT / "tests/interop"))
from gnpy_mesh import write  # noqa: E402 (after the path to it)

# Name, floor asked for, arguments that both programs take.
RUNS = [
    ("transmission example", 100, [CASES / "inv01_tx_default/topology.json", "-e", CASES / "inv01_tx_default/equipment.json"]),
    (
        "Raman example",
        50,
        [
            CASES / "inv05_tx_raman/topology.json",
            "-e",
            CASES / "inv05_tx_raman/equipment.json",
            "--sim-params",
            CASES / "inv05_tx_raman/sim_params.json",
        ],
    ),
    (
        "15 spans, SRS on",
        50,
        [
            CASES / "va10_srs_flag_perturbative/topology.json",
            "-e",
            CASES / "va10_srs_flag_perturbative/equipment.json",
            "--sim-params",
            CASES / "va10_srs_flag_perturbative/sim_params.json",
        ],
    ),
    (
        "CORONET_Global design + 1 request",
        30,
        [
            DATA / "example-data/CORONET_Global_Topology.json",
            "trx Abilene",
            "trx Albany",
            "-e",
            DATA / "tests-data/eqpt_config.json",
        ],
    ),
]


def measure(command, runs, fine=(0,)):
    """Median CPU seconds, median wall seconds, peak resident MiB of `runs` runs of `command`."""
    cpu, wall, peak = [], [], 0.0
    for _ in range(runs):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall.append(time.perf_counter() - start)
        if os.waitstatus_to_exitcode(status) not in fine:
            sys.exit(f"{command}: ended with {status}: {errors.decode()[-300:]}")
        cpu.append(used.ru_utime + used.ru_stime)
        peak = max(peak, used.ru_maxrss / 1024)
    return statistics.median(cpu), statistics.median(wall), peak


def show(name, floor, theirs, ours):
    """Prints the line of a case."""
    cpu, wall = theirs[0] / max(ours[0], 1e-9), theirs[1] / ours[1]
    print(
        f"| {name} | {theirs[0]:.2f} | {ours[0]:.4f} | {cpu:.0f} | {floor} | {theirs[1]:.2f} | {ours[1]:.4f} "
        f"| {wall:.0f} | {theirs[2]:.0f} | {ours[2]:.0f} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each program a case")
    parser.add_argument("--gnpy", type=Path, default=ROOT / "target/gnpy-venv/bin/gnpy-transmission-example")
    parser.add_argument("--otn", type=Path, default=ROOT / "target/release/otn")
    options = parser.parse_args()
    # One thread for both: numpy's libraries would take all cores.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print("| case | GNPy CPU s | otn CPU s | ratio | floor | GNPy wall s | otn wall s | ratio | GNPy MiB | otn MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, floor, arguments in RUNS:
        arguments = [str(argument) for argument in arguments]
        theirs = measure([str(options.gnpy), *arguments], options.runs)
        ours = measure([str(options.otn), "transmit", "--compat", "2.14", "--format", "gnpy", *arguments], 4 * options.runs)
        show(name, floor, theirs, ours)
    with tempfile.TemporaryDirectory() as folder:
        mesh = Path(folder)
        write(mesh, roadms=500, links=687, requests=300, seed=1)
        arguments = [mesh / "topology.json", mesh / "services.json", "-e", mesh / "equipment.json"]
        arguments = [str(argument) for argument in arguments]
        theirs = measure([str(options.gnpy.with_name("gnpy-path-request")), *arguments], 1)
        # Some of its services are not served: the exit code says so.
        command = [str(options.otn), "plan", "--compat", "2.14", "--format", "gnpy", *arguments]
        show("500 ROADMs, 300 requests", 50, theirs, measure(command, 4 * options.runs, fine=(0, 1)))


if __name__ == "__main__":
    main()
