#!/bin/bash
# Remote sharing of a PC: a TigerVNC server with a terminal on one host; a client on the other types a sentence into it,
# letter by letter, and fetches the screen, which must be, pixel by pixel, the one that the server's own host sees.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"

vncdo=${VENV:+$VENV/bin/}vncdo
sentence='the line under this desk was cut'
# The server chooses a free display and writes its number where it is told.
background "$B" server.log bash -c "exec Xtigervnc -displayfd 3 -geometry 800x600 -depth 24 -SecurityTypes None \
    -rfbport 5907 -interface $IPB 3>display"
wait_until 10 test -s display
display=:$(cat display 2>/dev/null)
# shellcheck disable=SC2016 # $x is the terminal's
background "$B" terminal.log env DISPLAY="$display" xterm -geometry 80x24+50+50 -bg navy -fg white \
    -e sh -c 'echo shared over OTN; touch ready; read -r x; echo "$x" >typed.txt; sleep 60'
check "desktop is there" wait_until 10 test -e ready

typing=(move 250 150 click 1)
for ((i = 0; i < ${#sentence}; i++)); do
    letter=${sentence:i:1}
    [ "$letter" = ' ' ] && letter=space
    typing+=(pause 0.12 key "$letter")
done
session_begins
ina timeout 40 "$vncdo" -s "$IPB::5907" "${typing[@]}" key enter pause 0.5 capture far.png >client.log 2>&1
check "screen fetched" [ $? = 0 ]
session_ends
inb timeout 20 "$vncdo" -s "$IPB::5907" capture near.png >near.log 2>&1

check "every key arrived" wait_until 5 grep -qxF "$sentence" typed.txt
picture() { ffmpeg -v error -i "$1" -f md5 - || echo "no picture $1"; }
check "same picture on both hosts" [ "$(picture near.png)" = "$(picture far.png)" ]
finish
