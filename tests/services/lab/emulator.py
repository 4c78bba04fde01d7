"""`otn live` as a process, and `otn ctl` beside it."""

import ctypes
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from .hosts import Failure, wait

ROOT = Path(__file__).resolve().parents[3]
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def program():
    """The program under test: `$OTN`, else the release build, else the debug build."""
    if os.environ.get("OTN"):
        return os.environ["OTN"]
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for build in ("release", "debug"):
        if (target / build / "otn").exists():
            return str(target / build / "otn")
    raise SystemExit("no otn: cargo build --release -p otn, or say OTN=…")


def dies_with_us():
    """In the child: SIGTERM when the parent is no more, however it ended."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Live:
    """One `otn live`, headless, all that it prints kept in a folder and in `events`."""

    def __init__(self, network, folder, node=None):
        self.otn = program()
        suffix = f"-{node}" if node else ""
        self.node = node
        self.control = str(Path(folder) / f"control{suffix}.sock")
        self.network, self.log = network, Path(folder) / f"otn{suffix}"
        self.events, self.process, self.reader = [], None, None

    def start(self):
        words = [self.otn, "live", str(self.network), "--headless", "--control", self.control]
        words += ["--node", self.node] if self.node else []
        errors = open(f"{self.log}.stderr", "ab")
        self.process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            preexec_fn=dies_with_us,
        )
        errors.close()
        self.events = []
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout, self.events), daemon=True)
        self.reader.start()

    def _read(self, lines, events):
        with open(f"{self.log}.jsonl", "ab") as kept:
            for line in lines:
                kept.write(line)
                kept.flush()
                try:
                    events.append(json.loads(line))
                except ValueError:
                    events.append({"event": "no JSON", "line": line.decode(errors="replace")})

    def wait_ready(self, seconds=20):
        def ready():
            if self.process.poll() is not None:
                raise Failure(f"otn live ended with {self.process.returncode}: {self.said()}")
            return any(event.get("event") == "ready" for event in list(self.events))

        wait(ready, "otn live is not ready", seconds)

    def said(self):
        """The last line of stderr."""
        lines = Path(f"{self.log}.stderr").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "nothing said"

    def ctl(self, *words):
        done = subprocess.run(
            [self.otn, "ctl", "--control", self.control, *words], capture_output=True, text=True, timeout=10
        )
        if done.returncode != 0:
            raise Failure(f"otn ctl {' '.join(words)}: exit code {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def status(self):
        return json.loads(self.ctl("status", "--json"))

    def resident(self):
        """Octets of memory in use."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as opened:
            return int(opened.read().split()[1]) * PAGE

    def cpu(self):
        """Seconds of processor time that it and its threads have had."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as opened:
            fields = opened.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def stop(self, seconds=10):
        """SIGTERM; the exit code, or None if it had to be killed."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        finally:
            self.reader.join(2)
        return self.process.returncode


def idle_cpu(live, seconds):
    """Share of a core over some seconds."""
    at, had = time.monotonic(), live.cpu()
    time.sleep(seconds)
    return (live.cpu() - had) / (time.monotonic() - at)
