"""Finds the programs under test and the referee tshark, and runs them.

`otn` is the program of the workspace: `$OTN` if set, else `release/otn` in `$CARGO_TARGET_DIR` or
in `target`. Both programs run without the settings of the user, so that all see the same results.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

WORKSPACE = Path(__file__).resolve().parents[2]
# Nothing here takes longer than a few seconds; a program that hangs must not hang the suite.
TIMEOUT_S = 120


def run(command, code, **options):
    """Runs a command; fails, with what it said, if it does not exit with `code`."""
    command = [str(word) for word in command]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT_S, **options
    )
    said = f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert done.returncode == code, f"exit code {done.returncode}, expected {code}: {said}"
    return done


class Otn:
    """The program `otn`."""

    def __init__(self, program):
        self.program = program

    def __call__(self, *arguments, code=0, **options):
        """Runs a command of the program."""
        return run([self.program, *arguments], code, **options)

    def json(self, *arguments, code=0, **options):
        """Runs a command with `--json`; gives what it prints."""
        return json.loads(self(*arguments, "--json", code=code, **options).stdout)


class Tshark:
    """The referee tshark."""

    def __init__(self, program, home):
        self.program = program
        # A home without settings: names are not resolved otherwise, no plugin is loaded twice.
        self.environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        for name in ("XDG_CONFIG_HOME", "WIRESHARK_CONFIG_DIR", "WIRESHARK_PLUGIN_DIR"):
            self.environment.pop(name, None)

    def fields(self, capture, names, *options):
        """The fields `names` of each packet, as a tuple of texts a packet."""
        wanted = [word for name in names for word in ("-e", name)]
        done = run(
            [self.program, "-n", "-r", capture, *options, "-T", "fields", *wanted],
            0,
            env=self.environment,
        )
        # Not splitlines: packets may hold what Unicode calls the end of a line.
        return [tuple(line.split("\t")) for line in done.stdout.split("\n")[:-1]]


def find_otn():
    """The path of the program `otn`, or None."""
    if "OTN" in os.environ:
        path = Path(os.environ["OTN"])
    else:
        target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
        path = WORKSPACE / target / "release" / "otn"
    return path.resolve() if os.access(path, os.X_OK) else None


@pytest.fixture(scope="session")
def otn():
    """The program `otn`."""
    program = find_otn()
    if program is None:
        pytest.fail(
            "no program otn: build it with `cargo build --release -p otn`, or set OTN to its path",
            pytrace=False,
        )
    return Otn(program)


@pytest.fixture(scope="session")
def tshark(tmp_path_factory):
    """The referee tshark."""
    program = shutil.which("tshark")
    if program is None:
        pytest.fail("no program tshark: install Wireshark's command line program", pytrace=False)
    return Tshark(program, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def workspace():
    """The root of the workspace."""
    return WORKSPACE


@pytest.fixture(scope="session")
def captures():
    """The folder of the example captures."""
    return WORKSPACE / "examples" / "captures"
