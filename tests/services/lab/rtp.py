"""Counts lost RTP packets by sequence number: captures of both hosts in, measurements and checks out, a line each.

    rtp.py --host ADDRESS --peer ADDRESS --least PACKETS [--steady] HOST.pcap PEER.pcap PHASE

A number between the first and the last that did not arrive was lost. Packets lost within half a second of one another
were lost by one event.
"""

import argparse
import socket
import struct
from collections import defaultdict

# Less traffic than this may be lost by a switch.
LOST_MS = 50
ONE_EVENT_S = 0.5
PCAP_MAGIC, PCAP_HEADER, RECORD = 0xA1B2C3D4, 24, 16
ETHERNET, IPV4_TYPE, UDP = 14, 0x0800, 17
RTP_HEADER = 12
# Second octets of RTCP, which has RTP's version and port plus one.
RTCP = range(200, 208)


def packets(path):
    """(seconds, source, destination, UDP payload) of every UDP packet of a capture that tcpdump wrote."""
    with open(path, "rb") as opened:
        octets = opened.read()
    if len(octets) < PCAP_HEADER:
        return
    (magic,) = struct.unpack_from("<I", octets)
    if magic != PCAP_MAGIC:
        raise SystemExit(f"{path} is no capture of microseconds")
    at = PCAP_HEADER
    while at + RECORD <= len(octets):
        seconds, micros, kept, _ = struct.unpack_from("<IIII", octets, at)
        frame = octets[at + RECORD : at + RECORD + kept]
        at += RECORD + kept
        if len(frame) < ETHERNET + 28 or struct.unpack_from(">H", frame, 12)[0] != IPV4_TYPE:
            continue
        header = 4 * (frame[ETHERNET] & 0x0F)
        if frame[ETHERNET + 9] != UDP:
            continue
        source, destination = frame[ETHERNET + 12 : ETHERNET + 16], frame[ETHERNET + 16 : ETHERNET + 20]
        payload = frame[ETHERNET + header + 8 :]
        yield seconds + micros / 1e6, source, destination, payload


def near(number, other):
    """The number nearest to `other` that has the same sixteen bits as `number`."""
    return other + ((number - other + 0x8000) % 0x10000 - 0x8000)


def streams(path, source, destination):
    """By synchronisation source: a list of (seconds, sequence number counted on behind 65535)."""
    source, destination = socket.inet_aton(source), socket.inet_aton(destination)
    found = defaultdict(list)
    for seconds, from_, to, payload in packets(path):
        rtp = len(payload) >= RTP_HEADER and payload[0] >> 6 == 2 and payload[1] not in RTCP
        if (from_, to) != (source, destination) or not rtp:
            continue
        sequence, _, ssrc = struct.unpack_from(">HII", payload, 2)
        stream = found[ssrc]
        stream.append((seconds, near(sequence, stream[-1][1] if stream else sequence)))
    return found


def compare(sent, received):
    """What became of one stream."""
    if received:
        turns = near(received[0][1], sent[0][1]) - received[0][1]
        received = [(seconds, number + turns) for seconds, number in received]
    arrived = {number for _, number in received}
    begin, end = sent[0], sent[-1]
    interval = (end[0] - begin[0]) / max(1, end[1] - begin[1])
    left = {number: seconds for seconds, number in sent}
    # A packet that the sender's own capture has not seen left when its number says.
    lost = [left.get(n, begin[0] + (n - begin[1]) * interval) for n in range(begin[1], end[1] + 1) if n not in arrived]
    events = []
    for seconds in lost:
        if events and seconds - events[-1][-1] < ONE_EVENT_S:
            events[-1].append(seconds)
        else:
            events.append([seconds])
    times = [seconds for seconds, _ in received]
    return {
        "sent": end[1] - begin[1] + 1,
        "received": len(received),
        "lost": len(lost),
        "twice": len(received) - len(arrived),
        # What an event took: its packets at the mean rate, and the time from the first packet lost to the last. The
        # two are one where packets come evenly; a picture leaves as one burst, which is lost in no time.
        "lost_ms": max((1e3 * interval * len(event) for event in events), default=0),
        "outage_ms": max((1e3 * (event[-1] - event[0]) for event in events), default=0),
        "gap_ms": max((1e3 * (b - a) for a, b in zip(times, times[1:])), default=0),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--least", type=int, required=True, help="packets that a stream has at least")
    parser.add_argument("--steady", action="store_true", help="packets come evenly: so many lost are so much time")
    parser.add_argument("captures", nargs=2)
    parser.add_argument("phase")
    arguments = parser.parse_args()
    host, peer = arguments.host, arguments.peer
    at_host, at_peer = arguments.captures
    found = []
    for from_, to, sender, receiver in ((host, peer, at_host, at_peer), (peer, host, at_peer, at_host)):
        there = streams(receiver, from_, to)
        found += [compare(sent, there.get(ssrc, [])) for ssrc, sent in streams(sender, from_, to).items()]
    enough = [stream for stream in found if stream["received"] >= arguments.least]
    print("measure", "streams", len(found))
    for name, key in (("packets_sent", "sent"), ("packets_lost", "lost"), ("packets_twice", "twice")):
        print("measure", name, sum(stream[key] for stream in found))
    for name, key in (("mean_lost_ms", "lost_ms"), ("outage_ms", "outage_ms"), ("longest_gap_ms", "gap_ms")):
        print("measure", name, round(max((stream[key] for stream in found), default=0), 1))
    print("check", "RTP_arrives", int(bool(found) and len(enough) == len(found)))
    # What the 50 ms are held against.
    keys = ("lost_ms", "outage_ms") if arguments.steady else ("outage_ms",)
    worst = max((stream[key] for stream in found for key in keys), default=LOST_MS)
    print("measure", "lost_ms", round(worst, 1))
    if arguments.phase == "cut":
        print("check", "under_50_ms_lost_by_a_switch", int(worst < LOST_MS))
    else:
        print("check", "no_packet_lost", int(all(stream["lost"] == 0 for stream in found)))


if __name__ == "__main__":
    main()
