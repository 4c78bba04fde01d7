#!/bin/bash
# Video communication: H.264 and AAC in MPEG-TS over RTP from ffmpeg to ffmpeg. Every decoded frame is compared by its
# hash, and lost packets are counted from the sequence numbers that arrived.
. "$(dirname "$0")/lib.sh"

clip=$((SESSION + 1))
ffmpeg -v error -f lavfi -i testsrc2=size=640x360:rate=25 -f lavfi -i sine=frequency=440 -t $clip \
    -c:v libx264 -preset ultrafast -tune zerolatency -g 12 -threads 1 -b:v 2M -c:a aac -f mpegts sent.ts -y
check "clip made" [ $? = 0 ]

for host in "$A" "$B"; do
    background "$host" "tcpdump-${host##*-}.log" tcpdump -i "$DEV" -U -w "${host##*-}.pcap" udp port 5004
    captures+=("$LAST")
done
background "$B" receiver.log ffmpeg -nostdin -v error -buffer_size 1000000 -i "rtp://$IPB:5004" -map 0 -c copy -f mpegts \
    received.ts -y
receiver=$LAST
wait_until 5 listens "$B" udp 5004

session_begins
ina timeout 30 ffmpeg -nostdin -v error -re -i sent.ts -map 0 -c copy -f rtp_mpegts "rtp://$IPB:5004?pkt_size=1328" \
    >sender.log 2>&1
check "clip sent" [ $? = 0 ]
session_ends
sleep 0.5
kill -INT "$receiver"
kill "${captures[@]}"
finish_within 5 "$receiver"
for capture in "${captures[@]}"; do finish_within 5 "$capture"; done

for side in sent received; do
    ffmpeg -v error -i $side.ts -map 0:v -fps_mode passthrough -f framemd5 $side.md5 -y 2>$side-decoder.log
done
take_records < <(python3 "$LAB/rtp.py" --host "$IPA" --peer "$IPB" --least 100 a.pcap b.pcap "$PHASE")
take_records < <(python3 "$LAB/frames.py" sent.md5 received.md5 "$PHASE")
finish
