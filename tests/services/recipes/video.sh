#!/bin/bash
# Video communication: H.264 and AAC in MPEG-TS over RTP from ffmpeg to ffmpeg. Every decoded frame is compared by its
# hash, and lost packets are counted from the sequence numbers that arrived.
# shellcheck source=tests/services/recipes/lib.sh
. "$(dirname "$0")/lib.sh"

clip=$((SESSION + 2))
ffmpeg -v error -f lavfi -i testsrc2=size=640x360:rate=25 -f lavfi -i sine=frequency=440 -t $clip \
    -c:v libx264 -preset ultrafast -tune zerolatency -g 12 -threads 1 -b:v 2M -c:a aac -f mpegts sent.ts -y
check "clip made" [ $? = 0 ]

capture 'udp port 5004'
# Without a description the receiver would spend the first packets on finding out what comes. It takes SESSION seconds of
# the clip and ends by itself: a signal reaches ffmpeg late while nothing arrives.
cat >clip.sdp <<SDP
v=0
o=- 0 0 IN IP4 $IPA
s=clip
c=IN IP4 $IPB
t=0 0
m=video 5004 RTP/AVP 33
SDP
background "$B" receiver.log ffmpeg -nostdin -v error -protocol_whitelist file,udp,rtp -buffer_size 1000000 -i clip.sdp \
    -map 0 -c copy -t $SESSION -f mpegts received.ts -y
receiver=$LAST
wait_until 5 listens "$B" udp 5004

session_begins
ina timeout 30 ffmpeg -nostdin -v error -re -i sent.ts -map 0 -c copy -f rtp_mpegts "rtp://$IPB:5004?pkt_size=1328" \
    >sender.log 2>&1
check "clip sent" [ $? = 0 ]
session_ends
finish_within 5 "$receiver"
check "receiver had what it wanted" [ $? = 0 ]
end_captures

for side in sent received; do
    ffmpeg -v error -i $side.ts -map 0:v -fps_mode passthrough -f framemd5 $side.md5 -y 2>$side-decoder.log
done
take_records < <(python3 "$LAB/rtp.py" --host "$IPA" --peer "$IPB" --least 100 a.pcap b.pcap "$PHASE")
take_records < <(python3 "$LAB/frames.py" $((SESSION * 25)) sent.md5 received.md5 "$PHASE")
finish
