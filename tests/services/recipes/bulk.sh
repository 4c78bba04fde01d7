#!/bin/bash
# Bulk and latency: ping and iperf3. One session of ping beside UDP both ways at a steady rate, in which every packet is
# counted, and one of TCP as fast as it goes.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"

background "$B" udp-server.log iperf3 -s -1
wait_until 5 listens "$B" tcp 5201
session_begins
background "$A" ping.txt ping -D -n -i 0.005 -c $((SESSION * 200)) -W 2 "$IPB"
ping=$LAST
ina timeout 20 iperf3 -c "$IPB" --bidir -u -b "$RATE" -w 1M -l 1400 -t "$SESSION" -J >udp.json
check "iperf3 UDP" [ $? = 0 ]
finish_within 10 "$ping"
session_ends
# What a host has dropped because its own program did not come to read it is no loss of the network.
unread=0
for host in "$A" "$B"; do
    dropped=$(ip netns exec "$host" nstat -asz UdpRcvbufErrors | awk 'END { print $2 }')
    unread=$((unread + dropped))
done
echo $unread >unread.txt
take_records < <(python3 "$LAB/bulk.py" udp "$PHASE" udp.json unread.txt)
take_records < <(python3 "$LAB/bulk.py" ping "$PHASE" ping.txt)

# The server's intervals: what has arrived, and not what the sender's buffer has taken.
background "$B" tcp-server.json iperf3 -s -1 -J -i 0.1
server=$LAST
wait_until 5 listens "$B" tcp 5201
session_begins
ina timeout 20 iperf3 -c "$IPB" -t $((SESSION + 1)) -J >tcp.json
check "iperf3 TCP" [ $? = 0 ]
session_ends
finish_within 5 "$server"
take_records < <(python3 "$LAB/bulk.py" tcp "$PHASE" tcp.json tcp-server.json)
finish
