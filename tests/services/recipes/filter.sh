#!/bin/bash
# Parental controls: dnsmasq on the far host answers for the home and blocks listed names; dig asks, curl fetches the
# page behind each allowed name.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p web
echo homework >web/index.html
background "$B" dnsmasq.log dnsmasq -k -p 5353 --user=root --listen-address="$IPB" --bind-interfaces --no-resolv --no-hosts \
    --conf-file=/dev/null --address=/blocked.test/# --address=/school.test/"$IPB" --log-queries \
    --log-facility="$LOG/queries.log" --pid-file="$LOG/dnsmasq.pid"
background "$B" web.log python3 -m http.server 8080 --bind "$IPB" -d web
wait_until 10 listens "$B" udp 5353
check "servers are there" wait_until 10 listens "$B" tcp 8080

# dig tells of a try that was lost in a comment among the answers.
ask() { ina dig +short +time=1 +tries=3 -p 5353 "@$IPB" "$1" | grep -v '^;'; }
allowed() {
    local address
    address=$(ask www.school.test)
    [ "$address" = "$IPB" ] &&
        [ "$(ina curl -s -m 5 --resolve "www.school.test:8080:$address" http://www.school.test:8080/)" = homework ]
}
# A blocked name has the address that leads nowhere.
blocked() { [ "$(ask ads.blocked.test)" = 0.0.0.0 ]; }

rounds=0 wrong=0
session_begins
until [ $(($(now_ms) - SESSION_BEGAN)) -gt $((SESSION * 1000)) ]; do
    rounds=$((rounds + 1))
    allowed || wrong=$((wrong + 1))
    blocked || wrong=$((wrong + 1))
done
session_ends
measure rounds $rounds
measure wrong $wrong
check "allowed names resolve, their pages load, blocked ones do not" [ "$rounds" -gt 5 -a "$wrong" = 0 ]
check "every blocked query is in the log" [ "$(grep -c 'config ads.blocked.test' queries.log)" -ge "$rounds" ]
finish
