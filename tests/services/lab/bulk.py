"""Reads what ping and iperf3 printed, and says what was measured and what must hold, a line each.

    bulk.py ping PHASE OUTPUT | udp PHASE JSON UNREAD | tcp PHASE JSON JSON-OF-THE-SERVER
"""

import json
import re
import sys
from statistics import median

# Less traffic than this may be lost by a switch.
LOST_MS = 50
# TCP runs again at this share of what it had before the cut.
RECOVERED = 0.5


def say(kind, name, value):
    print(kind, name, value)


def quantile(values, share):
    """The value below which a `share` of the sorted `values` lies."""
    return values[min(len(values) - 1, int(share * len(values)))]


def ping(phase, text):
    """`ping -D`: lost echoes, times, the longest silence between answers."""
    answers = re.findall(r"^\[([\d.]+)\] .* icmp_seq=(\d+) .*time=([\d.]+) ms", text, re.M)
    sent = int(re.search(r"(\d+) packets transmitted", text).group(1))
    at = sorted(float(moment) for moment, _, _ in answers)
    times = sorted(float(time) for _, _, time in answers)
    seen = len({sequence for _, sequence, _ in answers})
    interval_ms = (at[-1] - at[0]) * 1e3 / max(1, sent - 1)
    say("measure", "ping_sent", sent)
    say("measure", "ping_lost", sent - seen)
    say("measure", "rtt_p50_ms", quantile(times, 0.5))
    say("measure", "rtt_p99_ms", quantile(times, 0.99))
    say("measure", "longest_gap_ms", round(max((b - a) * 1e3 for a, b in zip(at, at[1:])), 1))
    if phase == "cut":
        # Two switches, there and back.
        say("check", "ping_loses_under_50_ms_a_switch", int((sent - seen) * interval_ms < 2 * LOST_MS))
    else:
        say("check", "ping_loses_nothing", int(seen == sent))


def udp(phase, text, unread):
    """`iperf3 --bidir -u -J`: both directions, counted by the receivers; `unread` of it the hosts have dropped."""
    end = json.loads(text)["end"]
    seconds = end["sum"]["seconds"]
    streams = [stream["udp"] for stream in end["streams"]]
    lost = max(0, sum(stream["lost_packets"] for stream in streams) - int(unread))
    interval_ms = 1e3 * seconds / max(1, min(stream["packets"] for stream in streams))
    lost_ms = interval_ms * min(lost, max(stream["lost_packets"] for stream in streams))
    say("measure", "udp_mbit_s", round(min(stream["bits_per_second"] for stream in streams) / 1e6, 2))
    say("measure", "packets_lost", lost)
    say("measure", "packets_unread", int(unread))
    say("measure", "lost_ms", round(lost_ms, 3))
    if phase == "cut":
        # Two switches, there and back.
        say("check", "UDP_loses_under_50_ms_a_switch", int(lost_ms < 2 * LOST_MS))
    else:
        say("check", "UDP_loses_nothing", int(lost == 0))


def tcp(phase, text, server):
    """`iperf3 -J` and `iperf3 -s -i 0.1 -J`: goodput, the longest stall at the receiver, and how it went on."""
    result = json.loads(text)
    rates = [interval["sum"]["bits_per_second"] for interval in json.loads(server)["intervals"]]
    # The last one is a fragment.
    rates = rates[:-1]
    received = result["end"]["sum_received"]
    stall = longest = 0
    for rate in rates:
        stall = stall + 1 if rate == 0 else 0
        longest = max(longest, stall)
    say("measure", "tcp_mbit_s", round(received["bits_per_second"] / 1e6, 1))
    say("measure", "tcp_retransmits", result["end"]["sum_sent"]["retransmits"])
    say("measure", "tcp_stall_ms", longest * 100)
    # The cut comes after a second, all events are over a second before the end.
    before, behind = median(rates[2:9]), median(rates[-9:])
    say("measure", "tcp_recovered", round(behind / before, 2) if before else 0)
    if phase == "cut":
        say("check", "TCP_recovers", int(behind >= RECOVERED * before > 0))
    else:
        say("check", "TCP_flows_all_the_time", int(received["bits_per_second"] > 0 and longest < 3))


if __name__ == "__main__":
    kind, phase, *files = sys.argv[1:]
    texts = []
    for file in files:
        with open(file, encoding="utf-8") as opened:
            texts.append(opened.read())
    {"ping": ping, "udp": udp, "tcp": tcp}[kind](phase, *texts)
