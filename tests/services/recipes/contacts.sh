#!/bin/bash
# Contacts: a Radicale server (CardDAV) on one host, vdirsyncer on the other. Cards go up, others come back, a card
# deleted on the server goes at the client, and one deleted at the client goes on the server.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"

bin=${VENV:+$VENV/bin/}
url=http://$IPB:5232/ana
export VDIRSYNCER_CONFIG=$LOG/vdirsyncer.cfg
mkdir -p store local/addr
cat >radicale.cfg <<CONFIG
[server]
hosts=$IPB:5232
[auth]
type=none
[storage]
filesystem_folder=$LOG/store
[logging]
level=warning
CONFIG
cat >vdirsyncer.cfg <<CONFIG
[general]
status_path = "$LOG/status"
[pair p]
a = "l"
b = "r"
collections = ["addr"]
[storage l]
type = "filesystem"
path = "$LOG/local"
fileext = ".vcf"
[storage r]
type = "carddav"
url = "$url/"
username = "ana"
password = "x"
CONFIG
card() {
    printf 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:Person %s\r\nN:%s;Person;;;\r\nTEL:+4420%06d\r\nEND:VCARD\r\n' \
        "$1" "$1" "$1" "${1#?}"
}
dav() { ina timeout 10 curl -s -u ana:x -o /dev/null -w '%{http_code}' "$@"; }
# `discover` asks whether collections are to be made; it is told yes.
synchronise() {
    ina timeout 40 "${bin}vdirsyncer" "$@" >>vdirsyncer.log 2>&1 < <(yes)
}
on_server() { find store -name '*.vcf' -not -path '*/.Radicale*' | wc -l; }
at_client() { find local/addr -name '*.vcf' | wc -l; }

background "$B" radicale.log "${bin}radicale" -C "$LOG/radicale.cfg"
check "server is there" wait_until 15 listens "$B" tcp 5232
book='<?xml version="1.0"?><create xmlns="DAV:" xmlns:CR="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype>
<collection/><CR:addressbook/></resourcetype><displayname>b</displayname></prop></set></create>'
check "address book made" [ "$(dav -X MKCOL -H 'Content-Type: application/xml' --data "$book" "$url/addr/")" = 201 ]
for i in {1..25}; do card "c$i" >"local/addr/c$i.vcf"; done

session_begins
synchronise discover p
check "discovered" [ $? = 0 ]
synchronise sync
check "first synchronisation" [ $? = 0 ]
check "25 cards on the server" [ "$(on_server)" = 25 ]
for i in {26..35}; do
    card "s$i" >s.vcf
    code=$(dav -X PUT -H 'Content-Type: text/vcard' --data-binary @s.vcf "$url/addr/s$i.vcf")
    [ "$code" = 201 ] || check "card $i put on the server: $code" false
done
dav -X DELETE "$url/addr/c7.vcf" >/dev/null
rm local/addr/c8.vcf
synchronise sync
check "second synchronisation" [ $? = 0 ]
check "33 cards on both sides" [ "$(on_server) $(at_client)" = '33 33' ]
# New cards, one at a time, until the events are over.
i=36
until [ $(($(now_ms) - SESSION_BEGAN)) -gt $((SESSION * 1000)) ]; do
    card "c$i" >"local/addr/c$i.vcf"
    synchronise sync || check "synchronisation with card $i" false
    i=$((i + 1))
done
session_ends
check "same cards on both sides" [ "$(on_server) $(at_client)" = "$((i - 3)) $((i - 3))" ]
measure cards $((i - 3))
finish
