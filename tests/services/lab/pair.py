"""Two hosts at the TAP devices of one `otn live`, as a context that takes everything away at its end."""

import contextlib
import json
import re
import subprocess
from fractions import Fraction
from pathlib import Path

from . import emulator, hosts


def network_file(example, folder, namespaces, pace=None):
    """A copy of a network file of the examples with namespaces of our own.

    Traffic returns to its line after the same time on the wall, whatever the pace.
    """
    text = Path(example).read_text(encoding="utf-8")
    for host, namespace in namespaces.items():
        text = text.replace(f"namespace: svc-{host.lower()}}}", f"namespace: {namespace}}}")
    if pace:
        scaled = lambda found: f"wait-to-restore: {float(found.group(1)) * Fraction(pace):.3f} ms"
        text = re.sub(r"wait-to-restore: (\d+) ms", scaled, text)
        text += f"\nlive: {{pace: {pace}}}\n"
    path = Path(folder) / "network.yaml"
    path.write_text(text, encoding="utf-8")
    return path


class Pair:
    """Hosts A and B, and the network between them."""

    def __init__(self, example, folder, pace=None):
        self.hosts = hosts.Hosts(("A", "B"), "tap0")
        self.live = emulator.Live(network_file(example, folder, self.hosts.namespaces, pace), folder)

    def __enter__(self):
        try:
            self.hosts.add()
            self.live.start()
            self.live.wait_ready()
            for host in self.hosts.namespaces:
                self.hosts.address(host)
            hosts.wait(lambda: self.hosts.reaches("A", "B"), "no path between the hosts")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.live.stop()
        self.hosts.remove()

    def inside(self, host, *words):
        return ["ip", "netns", "exec", self.hosts.namespaces[host], *words]

    def unread(self, host):
        """UDP packets that a host has dropped because its program did not come to read them."""
        return int(self.hosts.inside(host, "nstat", "-asz", "UdpRcvbufErrors").stdout.split()[-2])

    @contextlib.contextmanager
    def iperf_server(self):
        server = subprocess.Popen(
            self.inside("B", "iperf3", "-s"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            hosts.wait(lambda: ":5201" in self.hosts.inside("B", "ss", "-Hltn").stdout, "iperf3 does not listen")
            yield
        finally:
            server.kill()
            server.wait(5)

    def iperf(self, *options, seconds=60):
        """What iperf3 says, from A to B."""
        with self.iperf_server():
            words = ("iperf3", "-c", self.hosts.addresses["B"], "-J", *options)
            done = self.hosts.inside("A", *words, timeout=seconds, check=False)
        said = json.loads(done.stdout)
        if "error" in said:
            raise hosts.Failure(f"iperf3: {said['error']}")
        return said

    @contextlib.contextmanager
    def iperf_beside(self, *options):
        """iperf3 in the background."""
        with self.iperf_server():
            client = subprocess.Popen(
                self.inside("A", "iperf3", "-c", self.hosts.addresses["B"], *options),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )
            try:
                yield
            finally:
                client.kill()
                client.wait(5)
