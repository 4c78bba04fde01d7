"""Numbered packets between two hosts at a steady pace, both ways: what is lost, how long nothing came, how late each is.

    probe.py NAMESPACE ADDRESS NAMESPACE ADDRESS [--interval 0.004] [--octets 64] [--seconds 5]

One process with a socket in each namespace, so that one clock dates both ends. Prints one JSON object at the end, which
comes after `--seconds`, or with SIGINT or SIGTERM.
"""

import argparse
import ctypes
import json
import os
import select
import signal
import socket
import struct
import time

PORT = 9001
CLONE_NEWNET = 0x40000000
HEADER = struct.Struct("<Qd")
# Packets that are still on their way get so long.
LINGER_S = 0.5
LIBC = ctypes.CDLL(None, use_errno=True)


def socket_in(namespace, address):
    """A UDP socket bound in a network namespace. The process stays there."""
    with open(f"/var/run/netns/{namespace}", "rb") as opened:
        if LIBC.setns(opened.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    bound.bind((address, PORT))
    return bound


class Direction:
    """What one end sent and the other received."""

    def __init__(self, source, destination, to):
        self.source, self.destination, self.to = source, destination, to
        self.sent_at, self.seen = [], set()
        self.delays, self.arrivals = [], []
        self.twice = self.refused = 0

    def send(self, octets):
        now = time.monotonic()
        packet = HEADER.pack(len(self.sent_at), now).ljust(octets, b"\0")
        self.sent_at.append(now)
        try:
            self.source.sendto(packet, (self.to, PORT))
        except OSError:
            self.refused += 1

    def receive(self):
        while True:
            try:
                packet = self.destination.recv(2048)
            except OSError:
                return
            now = time.monotonic()
            number, sent = HEADER.unpack_from(packet)
            if number in self.seen:
                self.twice += 1
                continue
            self.seen.add(number)
            self.delays.append(now - sent)
            self.arrivals.append(now)

    def result(self, interval):
        delays = sorted(self.delays)
        gaps = [b - a for a, b in zip(self.arrivals, self.arrivals[1:])]
        lost = [at for number, at in enumerate(self.sent_at) if number not in self.seen]
        runs = []  # of packets lost within half a second of one another
        for at in lost:
            if runs and at - runs[-1][-1] < 0.5:
                runs[-1].append(at)
            else:
                runs.append([at])
        quantile = lambda share: round(1e3 * delays[min(len(delays) - 1, int(share * len(delays)))], 3)
        return {
            "sent": len(self.sent_at),
            "lost": len(lost),
            "twice": self.twice,
            "lost_ms": round(max((1e3 * interval * len(run) for run in runs), default=0), 1),
            "longest_gap_ms": round(1e3 * max(gaps, default=0), 1),
            "delay_p50_ms": quantile(0.5) if delays else None,
            "delay_p99_ms": quantile(0.99) if delays else None,
            "delay_max_ms": quantile(1) if delays else None,
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("namespace_a")
    parser.add_argument("address_a")
    parser.add_argument("namespace_b")
    parser.add_argument("address_b")
    parser.add_argument("--interval", type=float, default=0.004)
    parser.add_argument("--octets", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    a = socket_in(given.namespace_a, given.address_a)
    b = socket_in(given.namespace_b, given.address_b)
    ways = [Direction(a, b, given.address_b), Direction(b, a, given.address_a)]
    stopped = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.append(True))
    begun = time.monotonic()
    end, due = begun + given.seconds, begun
    while not stopped and time.monotonic() < end:
        if time.monotonic() >= due:
            for way in ways:
                way.send(given.octets)
            due += given.interval
        select.select([a, b], [], [], max(0, due - time.monotonic()))
        for way in ways:
            way.receive()
    over = time.monotonic() + LINGER_S
    while time.monotonic() < over:
        select.select([a, b], [], [], 0.05)
        for way in ways:
            way.receive()
    print(json.dumps({"a>b": ways[0].result(given.interval), "b>a": ways[1].result(given.interval)}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
