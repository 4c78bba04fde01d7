//! Packets and marks by hand.

use super::*;

fn ns(ns: u64) -> SimTime {
    SimTime::from_ns(ns)
}

fn word(frame: u64) -> Cause {
    let (line, end, row, sub_row) = (0, 1, 2, Some(7));
    Cause::Codeword(Codeword { line, end, frame, row, sub_row, at: ns(frame) })
}

fn mark(from: u64, to: u64, cause: Cause) -> Mark {
    Mark { from: ns(from), to: ns(to), cause }
}

/// Evidence of these marks, and the causes of packets that should have come in these times.
fn causes(marks: &[Mark], packets: &[(u64, u64)]) -> Vec<Cause> {
    let mut evidence = Evidence::new(ns(1));
    marks.iter().for_each(|mark| evidence.take(*mark));
    let mut found = Vec::new();
    for (number, &(from, to)) in packets.iter().enumerate() {
        let before = evidence.by_kind();
        evidence.lost((number as u64, ns(0)), (ns(from), ns(to)), ns(1_000));
        let kind = (0..before.len()).find(|kind| evidence.by_kind()[*kind] > before[*kind]);
        let last = evidence.losses().last().map(|loss| loss.cause);
        assert_eq!(kind, last.map(|cause| cause.kind()));
        found.extend(last);
    }
    found
}

#[test]
fn what_lies_in_a_packet_goes_before_what_lies_in_front_of_it_and_that_before_what_follows() {
    let marks = [mark(100, 110, word(1)), mark(205, 206, word(2)), mark(900, 910, word(3))];
    let packets = [(50, 90), (95, 105), (120, 190), (200, 290), (300, 390)];
    let expected = [word(1), word(1), word(1), word(2), word(2)];
    assert_eq!(causes(&marks, &packets), expected);
    assert_eq!(causes(&marks[2..], &[(50, 90)]), [word(3)]);
    assert_eq!(causes(&[mark(2_000, 2_001, word(4))], &[(50, 90)]), [Cause::Unexplained]);
}

#[test]
fn a_line_goes_before_what_nodes_make_of_it() {
    let dark = Cause::Dark { line: 3, end: 0 };
    let marks = [mark(100, 300, Cause::Maintenance), mark(120, 250, dark)];
    let expected = [Cause::Maintenance, dark, Cause::Maintenance];
    assert_eq!(causes(&marks, &[(100, 110), (200, 210), (280, 290)]), expected);
}

#[test]
fn a_whole_packet_ends_the_blame_of_what_was_before_it() {
    let mut evidence = Evidence::new(ns(0));
    evidence.take(mark(100, 110, word(1)));
    evidence.lost((0, ns(0)), (ns(105), ns(120)), ns(200));
    evidence.delivered(ns(130));
    evidence.lost((2, ns(0)), (ns(150), ns(170)), ns(200));
    let causes: Vec<Cause> = evidence.losses().iter().map(|loss| loss.cause).collect();
    assert_eq!(causes, [word(1), Cause::Unexplained]);
}

#[test]
fn packets_one_after_another_that_are_lost_by_one_cause_are_one_entry() {
    let mut evidence = Evidence::new(ns(0));
    for n in 0..10 {
        evidence.take(mark(n * 10, n * 10 + 10, Cause::Absent));
    }
    for n in [0, 1, 2, 4] {
        evidence.lost((n, ns(n)), (ns(n * 20), ns(n * 20 + 5)), ns(200));
    }
    let cause = Cause::Absent;
    let expected = [
        Loss { cause, first: 0, packets: 3, sent: (ns(0), ns(2)) },
        Loss { cause, first: 4, packets: 1, sent: (ns(4), ns(4)) },
    ];
    assert_eq!(evidence.losses(), expected);
}
