"""Hosts as network namespaces, named after this process so that runs beside one another do not meet.

Whatever was made is taken away by `Hosts.remove`; what a killed run has left is taken away by the next one.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

NOT_ALLOWED, MISSING = 77, 78
LIMIT_S = 20

# Program and where it comes from; `pip` marks those of requirements.txt.
PACKAGES = {
    "ip": "iproute2",
    "ss": "iproute2",
    "tc": "iproute2",
    "nstat": "iproute2",
    "ping": "iputils-ping",
    "iperf3": "iperf3",
    "ethtool": "ethtool",
    "tcpdump": "tcpdump",
    "baresip": "baresip-core",
    "sipp": "sip-tester",
    "ffmpeg": "ffmpeg",
    "Xtigervnc": "tigervnc-standalone-server",
    "xterm": "xterm",
    "vncdo": "vncdotool (pip)",
    "radicale": "radicale (pip)",
    "vdirsyncer": "vdirsyncer (pip)",
    "dnsmasq": "dnsmasq-base",
    "dig": "bind9-dnsutils",
    "curl": "curl",
    "wireguard-go": "wireguard-go",
    "wg": "wireguard-tools",
}


def command(*words, check=True, **options):
    """Runs a command to its end, its output kept; nothing waits for ever."""
    options.setdefault("timeout", LIMIT_S)
    return subprocess.run(
        [str(word) for word in words], check=check, capture_output=True, text=True, **options
    )


def need(programs, venv):
    """Ends the run with one line that names the programs which are not there."""
    path = os.pathsep.join([f"{venv}/bin", os.environ["PATH"]])
    missing = [f"{name}: {PACKAGES[name]}" for name in programs if not shutil.which(name, path=path)]
    if missing:
        print(f"programs are missing ({', '.join(missing)}); tests/services/install installs them", file=sys.stderr)
        sys.exit(MISSING)


def need_privileges(tap):
    """Ends the run with one line when namespaces, or TAP devices in them, are not allowed."""
    name = f"svc-{os.getpid()}-try"
    tries = [("network namespaces", ["ip", "netns", "add", name])]
    if tap:
        tries.append(("TAP devices", ["ip", "-n", name, "tuntap", "add", "dev", "tap0", "mode", "tap"]))
    else:
        tries.append(("veth pairs", ["ip", "-n", name, "link", "add", "h0", "type", "veth", "peer", "name", "h1"]))
    try:
        for what, words in tries:
            done = command(*words, check=False)
            if done.returncode != 0:
                why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                print(f"{what} are not allowed here: {why}", file=sys.stderr)
                sys.exit(NOT_ALLOWED)
    finally:
        command("ip", "netns", "del", name, check=False)


def remove_namespace(name):
    """Ends the processes in a namespace, and takes it away."""
    for number, pause in ((signal.SIGTERM, 0.3), (signal.SIGKILL, 0.1)):
        pids = [int(pid) for pid in command("ip", "netns", "pids", name, check=False).stdout.split()]
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        for _ in range(int(pause / 0.02)):
            if not command("ip", "netns", "pids", name, check=False).stdout.split():
                break
            time.sleep(0.02)
    command("ip", "netns", "del", name, check=False)


def remove_leftovers():
    """Takes away the namespaces of runs that are no more."""
    for line in command("ip", "netns", "list", check=False).stdout.splitlines():
        found = re.match(r"(svc-(\d+)-\S+)", line)
        if found and not os.path.exists(f"/proc/{found.group(2)}"):
            remove_namespace(found.group(1))


class Hosts:
    """Some hosts, by a short name each, with one address each on the device that faces the network."""

    def __init__(self, names, device):
        self.device = device
        self.namespaces = {name: f"svc-{os.getpid()}-{name.lower()}" for name in names}
        self.addresses = {name: f"192.0.2.{at}" for at, name in enumerate(names, 1)}

    def add(self):
        for namespace in self.namespaces.values():
            command("ip", "netns", "add", namespace)
            command("ip", "-n", namespace, "link", "set", "lo", "up")

    def join_by_veth(self):
        """Two hosts with nothing but a cable between them."""
        a, b = self.namespaces.values()
        command("ip", "link", "add", self.device, "netns", a, "type", "veth", "peer", "name", self.device, "netns", b)

    def address(self, host):
        """Gives a host its address; the device must be there within some seconds."""
        namespace = self.namespaces[host]
        wait(lambda: command("ip", "-n", namespace, "link", "show", self.device, check=False).returncode == 0,
             f"no {self.device} in {namespace}")
        command("ip", "-n", namespace, "addr", "replace", f"{self.addresses[host]}/24", "dev", self.device)
        command("ip", "-n", namespace, "link", "set", self.device, "up")

    def inside(self, host, *words, **options):
        return command("ip", "netns", "exec", self.namespaces[host], *words, **options)

    def reaches(self, host, other):
        done = self.inside(host, "ping", "-c", "1", "-W", "1", self.addresses[other], check=False)
        return done.returncode == 0

    def has_device(self, host):
        words = ("ip", "-n", self.namespaces[host], "link", "show", self.device)
        return command(*words, check=False).returncode == 0

    def remove(self):
        for namespace in self.namespaces.values():
            remove_namespace(namespace)


class Failure(Exception):
    """What ended a test before its end."""


def wait(true, otherwise, seconds=10, pause=0.1):
    """Waits until `true()`; a `Failure` that says `otherwise` when the time is over."""
    over = time.monotonic() + seconds
    while not true():
        if time.monotonic() > over:
            raise Failure(f"{otherwise} after {seconds} s")
        time.sleep(pause)


def stop_on_signals():
    """Ctrl-C and SIGTERM become an exception, so that all that was made is taken away."""

    def stop(number, _):
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
