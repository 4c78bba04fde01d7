#!/bin/bash
# Business telephony: baresip calls baresip by address, a tone is played on one side and recorded on the other, G.711 in
# packets of 20 ms; beside it 20 calls of SIPp as load of signalling. Lost packets are counted from the sequence numbers
# that each side received.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"

modules=$(dirname "$(dpkg -L baresip-core | grep -m1 'g711\.so')")
ffmpeg -v error -f lavfi -i "sine=frequency=697:duration=$((SESSION + 2)),aresample=8000" -ac 1 -c:a pcm_s16le tone.wav -y

# telephone NAME AUDIO_SOURCE ACCOUNT: a folder with the settings of one baresip.
telephone() {
    mkdir -p "$1"
    cat >"$1/config" <<CONFIG
poll_method epoll
sip_listen 0.0.0.0:5060
module_path $modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
audio_source $2
audio_player aubridge,loop
audio_alert aubridge,alert
snd_path $LOG/$1
audio_channels 1
net_interface $DEV
CONFIG
    : >"$1/contacts"
    echo "$3;regint=0;audio_codecs=PCMU/8000/1" >"$1/accounts"
}
telephone alice "aufile,$LOG/tone.wav" "<sip:alice@$IPA>"
telephone bob aubridge,loop "<sip:bob@$IPB>;answermode=auto"

capture udp
background "$B" bob.log baresip -f "$LOG/bob" -t 30
bob=$LAST
background "$B" sipp-server.log sipp -sn uas -i "$IPB" -p 5070 -nostdin
server=$LAST
wait_until 5 listens "$B" udp 5060
wait_until 5 listens "$B" udp 5070

session_begins
background "$A" sipp.log timeout 20 sipp -sn uac "$IPB:5070" -i "$IPA" -p 5071 -m 20 -r 5 -d 200 -nostdin
calls=$LAST
ina timeout 20 baresip -f "$LOG/alice" -t $((SESSION + 1)) -e "/dial sip:bob@$IPB" >alice.log 2>&1 </dev/null
session_ends
finish_within 10 "$calls"
check "20 scripted SIP calls" [ $? = 0 ]
kill "$bob" "$server"
finish_within 5 "$bob"
finish_within 5 "$server"
end_captures

check "call established" grep -aqi established alice.log bob.log
take_records < <(python3 "$LAB/rtp.py" --host "$IPA" --peer "$IPB" --least $((SESSION * 45)) --steady a.pcap b.pcap "$PHASE")
take_records < <(python3 "$LAB/tone.py" 697 "$LOG"/bob/*dec*.wav)
finish
