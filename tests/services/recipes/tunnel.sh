#!/bin/bash
# Network security: a WireGuard tunnel in user space across the link; one session of ping in it, one of TCP.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"
umask 077

# wireguard-go names its control socket after the interface, in a folder that all namespaces share: the names must be
# those of this run. A name of an interface has at most 15 characters.
tunnel() { echo "wg$((BASHPID % 1000000))$1"; }
nameA=$(tunnel a) nameB=$(tunnel b)
for side in a b; do
    wg genkey >$side.key
    wg pubkey <$side.key >$side.pub
done
# end HOST NAME OWN PEER ENDPOINT ADDRESS
end() {
    background "$1" "$3.log" env WG_PROCESS_FOREGROUND=1 wireguard-go -f "$2"
    wait_until 10 test -S "/var/run/wireguard/$2.sock"
    ip netns exec "$1" wg set "$2" listen-port 51820 private-key "$3.key" peer "$(cat "$4.pub")" \
        allowed-ips 10.99.0.0/24 endpoint "$5:51820"
    ip -n "$1" addr add "$6/24" dev "$2"
    ip -n "$1" link set "$2" up
}
end "$A" "$nameA" a b "$IPB" 10.99.0.1
end "$B" "$nameB" b a "$IPA" 10.99.0.2
check "tunnel is there" wait_until 10 ina ping -q -c 1 -W 1 10.99.0.2

session_begins
ina timeout 20 ping -D -n -i 0.005 -c $((SESSION * 200)) -W 2 10.99.0.2 >ping.txt
session_ends
take_records < <(python3 "$LAB/bulk.py" ping "$PHASE" ping.txt)

# The server's intervals: what has arrived, and not what the sender's buffer has taken.
background "$B" tcp-server.json iperf3 -s -1 -J -i 0.1
server=$LAST
wait_until 5 listens "$B" tcp 5201
session_begins
ina timeout 20 iperf3 -c 10.99.0.2 -t $((SESSION + 1)) -J >tcp.json
check "iperf3 inside the tunnel" [ $? = 0 ]
session_ends
finish_within 5 "$server"
take_records < <(python3 "$LAB/bulk.py" tcp "$PHASE" tcp.json tcp-server.json)
finish
