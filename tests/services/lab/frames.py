"""Compares two videos frame by frame: frames.py COUNT SENT.md5 RECEIVED.md5 PHASE.

The files are what `ffmpeg -f framemd5` wrote; COUNT frames from the beginning are compared.
"""

import sys

# A damaged frame is damage to all that refer to it: to the end of its group of pictures.
GROUP = 12
SWITCHES = 2


def frames(path):
    """Hash by presentation time, counted from the first frame."""
    with open(path, encoding="utf-8") as opened:
        rows = [line.split(",") for line in opened if not line.startswith("#")]
    if not rows:
        return {}
    first = int(rows[0][2])
    return {int(row[2]) - first: row[-1].strip() for row in rows}


def main():
    count, sent, received, phase = sys.argv[1:]
    sent, received = frames(sent), frames(received)
    sent = dict(sorted(sent.items())[: int(count)])
    same = sum(received.get(at) == hash for at, hash in sent.items())
    print("measure", "frames_sent", len(sent))
    print("measure", "frames_received", sum(at in received for at in sent))
    print("measure", "frames_identical", same)
    if phase == "cut":
        last = max(sent)
        print("check", "video_goes_on_to_its_last_frame", int(received.get(last) == sent[last]))
        print("check", "damage_ends_with_its_group_of_pictures", int(len(sent) - same <= SWITCHES * GROUP))
    else:
        print("check", "every_frame_identical", int(bool(sent) and same == len(sent)))


if __name__ == "__main__":
    main()
