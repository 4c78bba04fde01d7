# shellcheck shell=bash
# What all recipes share. `tests/services/run` makes the two hosts and what is between them, and says in the environment
#
#   A, B         network namespaces of the two hosts        IPA, IPB   their addresses on DEV
#   LOG          folder for everything the recipe writes    LAB        folder of the helpers in Python
#   MODE         tap: `otn live` is between the hosts; veth: a veth pair, which proves the recipe itself
#   PHASE        clean, ber or cut
#   OTN, CONTROL, LINE   in MODE=tap: the program, its control socket, the working line
#   VENV         Python environment with radicale, vdirsyncer and vncdotool
#
# A recipe runs its programs, says `check` for what must hold and `measure` for what it counted, and puts each session
# that a cut is to hit between `session_begins` and `session_ends`. All of it is read from $LOG/records.jsonl.
set -u
: "${A:?start the recipes with tests/services/run}" "${B:?}" "${IPA:?}" "${IPB:?}" "${DEV:?}" "${LOG:?}" "${LAB:?}"
: "${MODE:?}" "${PHASE:?}" "${RATE:=50M}"
cd "$LOG" || exit 1

# When the line is cut after a session begins, and how long it stays so. A session of at least SESSION seconds has the
# cut, the repair and the return of the traffic inside.
CUT_AFTER=1 CUT_FOR=1
# shellcheck disable=SC2034 # for the recipes, as LAST below
SESSION=4
DISTURBING=''
FAILED=0

ina() { ip netns exec "$A" "$@"; }
inb() { ip netns exec "$B" "$@"; }

# background HOST LOGFILE COMMAND…: runs it inside a host; its process is $LAST.
background() {
    local host=$1 log=$2
    shift 2
    ip netns exec "$host" "$@" >"$log" 2>&1 </dev/null &
    # shellcheck disable=SC2034
    LAST=$!
}

# wait_until SECONDS COMMAND…: tries it ten times a second until it succeeds, or the time is over.
wait_until() {
    local tries=$(($1 * 10))
    shift
    for ((; tries > 0; tries--)); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}

# finish_within SECONDS PID: waits for a background process; ends it when it takes longer.
finish_within() {
    wait_until "$1" gone "$2" || kill -9 "$2" 2>/dev/null
    wait "$2" 2>/dev/null
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# listens HOST tcp|udp PORT: whether something does.
listens() { ip netns exec "$1" ss -Hln "--$2" "sport = :$3" | grep -q .; }

# capture FILTER: writes what passes both hosts to a.pcap and b.pcap, until end_captures. The probe of the runner, on port
# 9001, is none of it.
CAPTURES=()
capture() {
    local side host
    for side in a b; do
        host=$A
        [ $side = b ] && host=$B
        background "$host" tcpdump-$side.log tcpdump -i "$DEV" --immediate-mode -s 2000 -B 8192 -U -w $side.pcap \
            "$1 and not port 9001"
        CAPTURES+=("$LAST")
        wait_until 5 grep -q 'listening on' tcpdump-$side.log
    done
}
end_captures() {
    local each
    # What is on its way is none of what was lost.
    sleep 0.5
    kill "${CAPTURES[@]}"
    for each in "${CAPTURES[@]}"; do finish_within 5 "$each"; done
    check "captures are whole" [ "$(grep -ch '^0 packets dropped by kernel' tcpdump-[ab].log | paste -sd ' ')" = '1 1' ]
}

# now_ms: milliseconds since some moment.
now_ms() { date +%s%3N; }

# record KIND NAME KEY VALUE: a line for the runner; VALUE is JSON.
record() { printf '{"kind":"%s","name":"%s","%s":%s}\n' "$1" "$2" "$3" "$4" >>"$LOG/records.jsonl"; }
moment() { record moment "$1" at "$(date +%s.%N)"; }
measure() { record measure "$1" value "$2"; }

# check NAME COMMAND…: what must hold.
check() {
    local name=$1
    shift
    if "$@"; then
        record check "$name" ok true
        echo "ok    $name"
    else
        record check "$name" ok false
        echo "FAIL  $name"
        FAILED=1
    fi
}

# take_records: takes lines `measure NAME VALUE` and `check NAME 0|1` from a helper.
take_records() {
    local kind name value
    while read -r kind name value; do
        case $kind in
        measure) measure "$name" "$value" ;;
        check) check "${name//_/ }" [ "$value" = 1 ] ;;
        esac
    done
}

silence() {
    ip netns exec "$1" sh -c "tc qdisc add dev $DEV root blackhole; tc qdisc del dev $DEV root"
}

# The events of the phase `cut`. Over a veth pair a short silence stands in for each switch: it proves only the script. A
# program that sends meanwhile may see an error there, which a network would not give it: SIPp then gives its call up.
event() {
    moment "$1"
    case $MODE in
    tap) timeout 5 "$OTN" ctl --control "$CONTROL" "$1" "$LINE" || echo "otn ctl $1 $LINE failed" >&2 ;;
    veth)
        silence "$A" &
        silence "$B"
        wait $!
        ;;
    esac
}

session_begins() {
    moment begin
    SESSION_BEGAN=$(now_ms)
    [ "$PHASE" = cut ] || return 0
    (
        sleep "$CUT_AFTER"
        event cut
        sleep "$CUT_FOR"
        event repair
    ) &
    DISTURBING=$!
}

# The session must have outlasted its events: a cut that came too late has proved nothing.
session_ends() {
    moment end
    local lasted=$(($(now_ms) - SESSION_BEGAN))
    [ "$PHASE" = cut ] || return 0
    check "cut and repair inside the session" [ "$lasted" -gt $(((CUT_AFTER + CUT_FOR) * 1000 + 500)) ]
    finish_within 10 "$DISTURBING"
}

finish() { exit "$FAILED"; }
