"""GNPy 2.14.2 as the referee of `otn transmit`: random networks, designed and crossed by both programs.

GNPy is in a Python environment of its own, `target/gnpy-venv`, or that of the Python that `$GNPY_PYTHON` names. One
process of it does all tasks.
"""

import copy
import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import TIMEOUT_S, WORKSPACE
from gnpy_compare import differences
from gnpy_library import CONFIGURATIONS
from gnpy_variants import FEATURES, variant

REFEREE = Path(__file__).with_name("gnpy_referee.py")
# Every feature once at least; none of these GNPy refuses.
SEEDS = range(20)
SOURCE, DESTINATION = "trx A", "trx Z"
DECIBEL = 2e-6


def gnpy_python():
    """The Python that has GNPy."""
    named = os.environ.get("GNPY_PYTHON")
    python = Path(named) if named else WORKSPACE / "target" / "gnpy-venv" / "bin" / "python"
    if not os.access(python, os.X_OK):
        pytest.fail(
            f"no {python}: install tests/interop/requirements-gnpy.txt into target/gnpy-venv, or set "
            "GNPY_PYTHON",
            pytrace=False,
        )
    return python


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """The folder of each task, with its files and what GNPy makes of them."""
    root = tmp_path_factory.mktemp("gnpy")
    jobs = []
    for seed in SEEDS:
        task, folder = variant(seed), root / str(seed)
        folder.mkdir()
        files = {name: folder / f"{name}.json" for name in task.files()}
        for name, content in task.files().items():
            files[name].write_text(json.dumps(content), encoding="utf-8")
        jobs.append(
            {
                "files": {name: str(path) for name, path in files.items()},
                "configurations": [str(path) for path in CONFIGURATIONS],
                "source": SOURCE,
                "destination": DESTINATION,
                "power_dbm": task.power_dbm,
                "no_insert_edfas": task.no_insert_edfas,
                "reference": str(folder / "reference.json"),
            }
        )
    list_of_jobs = root / "jobs.json"
    list_of_jobs.write_text(json.dumps(jobs), encoding="utf-8")
    done = subprocess.run(
        [gnpy_python(), REFEREE, list_of_jobs], capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return root


def reference(folder):
    """What GNPy made of a task."""
    found = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    assert "error" not in found, f"GNPy refuses this task, take another seed: {found['error']}"
    return found


def transmitted(otn, seed, folder):
    """What our program makes of a task."""
    task, dump = variant(seed), folder / "dump.json"
    options = []
    for name, option in (("spectrum", "--spectrum"), ("sim_params", "--sim-params")):
        if name in task.files():
            options += [option, folder / f"{name}.json"]
    if task.power_dbm is not None:
        options.append(f"--power={task.power_dbm}")
    if task.no_insert_edfas:
        options.append("--no-insert-edfas")
    ends = (folder / "topology.json", SOURCE, DESTINATION, "-e", folder / "equipment.json")
    otn("transmit", *ends, "--compat", "2.14", "--dump", dump, *options)
    return json.loads(dump.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", SEEDS)
def test_both_programs_find_the_same(otn, tasks, seed):
    folder = tasks / str(seed)
    told = differences(reference(folder), transmitted(otn, seed, folder))
    assert not told, f"{sorted(variant(seed).features)}: {len(told)} differences: {told[:8]}"


def test_every_feature_is_met():
    assert set().union(*(variant(seed).features for seed in SEEDS)) == set(FEATURES)
    assert len({json.dumps(variant(seed).topology) for seed in SEEDS}) == len(SEEDS)


def test_a_task_is_told_by_its_number():
    assert [variant(seed) for seed in SEEDS] == [variant(seed) for seed in SEEDS]


def test_the_judge_can_say_no(tasks):
    """Whatever number or name of a reference is altered, it is told; what is within tolerance is not."""
    expected = reference(tasks / "0")
    assert differences(expected, expected) == []
    for place, alter in (
        (("receiver", 0, "gsnr_bw_db", 3), lambda level: level + DECIBEL),
        (("receiver", 0, "cd_ps_nm", 0), lambda value: value * (1 + 2e-6)),
        (("frequency_hz", 0), lambda value: value * (1 + 2e-6)),
        (("path", 1), lambda uid: uid + "'"),
        (("path",), lambda path: path[:-1]),
        (("design", "edges", 0), lambda edge: edge[::-1]),
    ):
        found = copy.deepcopy(expected)
        inner = found
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = alter(inner[place[-1]])
        assert len(differences(expected, found)) >= 1, place
    for table, key in (("amplifiers", "effective_gain_db"), ("fibers", "loss_db")):
        found = copy.deepcopy(expected)
        uid = sorted(found["design"][table])[0]
        found["design"][table][uid][key] += DECIBEL
        told = differences(expected, found)
        assert len(told) == 1 and f"{uid}.{key}" in told[0]
        found["design"][table][uid][key] -= 0.75 * DECIBEL
        assert differences(expected, found) == []
        del found["design"][table][uid]
        assert differences(expected, found) == [f"design.{table}.{uid}: missing"]
