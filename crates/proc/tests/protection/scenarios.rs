//! What happens, told end by end: section 12 of the fact sheet, cases 55 to 69, and more.

use otn_proc::aps::ApsRequest;
use otn_proc::protection::Entity::{Protection as P, Working as W};
use otn_proc::protection::ExternalCommand::{
    Clear, Exercise, ForcedSwitch, LockoutOfProtection, ManualSwitch,
};
use otn_proc::protection::Signal::{Degraded, Failed, Normal};
use otn_proc::protection::{
    Architecture, End, ProtectionConfig, ProtectionDefect, ProtectionState as State, Refused,
};

use crate::harness::{A, ACCEPT, Pair, Z, config, ms};
use Architecture::{OnePlusOneBidirectional, OnePlusOneUnidirectional, OneToOne};
use End::{Far, Near};

const BOTH: [Architecture; 2] = [OnePlusOneBidirectional, OneToOne];

/// Between a change at one end and what comes of it at the other.
const HOP: otn_frame::SimTime = otn_frame::SimTime::from_ps(1_293_000_000);

#[test]
fn unidirectional_each_end_for_itself() {
    let mut pair = Pair::alike(config(OnePlusOneUnidirectional));
    pair.signal(ms(10), A, W, Failed);
    pair.signal(ms(60), A, W, Normal);
    pair.run(ms(1_000));
    assert_eq!(pair.switches(A), [(ms(10), P), (ms(260), W)], "wait to restore is 200 ms");
    assert_eq!(pair.switches(Z), []);
    assert_eq!(pair.ends[A].counts(ms(1_000)).on_protection, ms(250));
}

/// Cases 55 and 56.
//= type=test rfc7347:8.1-global-priority
//= type=test rfc7271:11-wait-starts
//= type=test rfc7271:11-wait-over
#[test]
fn a_fail_at_one_end_moves_both_and_one_wait_moves_them_back() {
    for architecture in BOTH {
        let mut pair = Pair::alike(config(architecture));
        pair.signal(ms(10), A, W, Failed);
        pair.signal(ms(60), A, W, Normal);
        pair.run(ms(50));
        assert_eq!(pair.states(), [State::SignalFail(W, Near), State::SignalFail(W, Far)]);
        let sent =
            pair.ends.each_ref().map(|end| (end.transmit().request, end.transmit().requested));
        assert_eq!(sent, [(ApsRequest::SignalFail, 1), (ApsRequest::NoRequest, 1)]);
        pair.run(ms(150));
        assert_eq!(pair.states(), [State::WaitToRestore; 2]);
        assert_eq!(pair.ends[Z].next_deadline(), None, "one timer is enough");
        pair.run(ms(1_000));
        assert_eq!(pair.states(), [State::NoRequest; 2]);
        // The far end goes first, the end that waited when it sees that.
        let over = ms(260);
        assert_eq!(pair.switches(Z), [(ms(10) + HOP, P), (over + HOP, W)]);
        assert_eq!(pair.switches(A), [(ms(10), P), (over + HOP + HOP, W)]);
        assert_eq!(pair.defect(A, ProtectionDefect::NoResponse), []);
    }
}

/// Case 62.
#[test]
fn groups_that_do_not_revert_stay_together_on_protection() {
    let mut pair =
        Pair::alike(ProtectionConfig { revertive: false, ..config(OnePlusOneBidirectional) });
    pair.signal(ms(10), Z, W, Failed);
    pair.signal(ms(60), Z, W, Normal);
    pair.run(ms(1_000));
    assert_eq!(pair.states(), [State::DoNotRevert; 2]);
    pair.command(ms(1_001), A, ManualSwitch(W));
    pair.command(ms(1_100), A, Clear);
    pair.run(ms(2_000));
    assert_eq!((pair.states(), pair.selected()), ([State::NoRequest; 2], [W, W]));
}

//= type=test rfc7347:7.4-wait-remembered
#[test]
fn both_directions_fail_and_recover_at_once_and_the_wait_is_kept() {
    let mut pair = Pair::alike(config(OneToOne));
    for end in [A, Z] {
        pair.signal(ms(10), end, W, Failed);
        pair.signal(ms(60), end, W, Normal);
    }
    pair.run(ms(100));
    assert_eq!(pair.states(), [State::WaitToRestore; 2]);
    pair.run(ms(1_000));
    assert_eq!(pair.states(), [State::NoRequest; 2]);
    for end in [A, Z] {
        // Each learns one hop later that the other one recovered as well, and waits from there.
        assert_eq!(pair.switches(end), [(ms(10), P), (ms(260) + HOP + HOP, W)]);
    }
}

/// Without a time to wait no WTR is ever sent, and each end has the other one's NR already.
//= type=test rfc7271:11-missed-word
//= type=test rfc7271:11-wait-over
#[test]
fn a_wait_of_no_time_ends_at_both_ends() {
    let config = ProtectionConfig { wait_to_restore: ms(0), ..config(OnePlusOneBidirectional) };
    for last in [20, 21, 22, 40] {
        let mut pair = Pair::alike(config);
        pair.signal(ms(10), A, W, Degraded);
        pair.signal(ms(10), Z, W, Degraded);
        pair.signal(ms(20), A, W, Normal);
        pair.signal(ms(last), Z, W, Normal);
        pair.run(ms(100));
        assert_eq!(pair.states(), [State::NoRequest; 2], "{last}");
    }
}

/// Case 57, with the faults in either order and at either end.
//= type=test rfc7271:protection-fail-rank
#[test]
fn a_failed_protection_entity_is_left_and_not_entered() {
    for end in [A, Z] {
        let mut pair = Pair::alike(config(OnePlusOneBidirectional));
        pair.signal(ms(10), A, W, Failed);
        pair.signal(ms(20), end, P, Failed);
        pair.run(ms(100));
        assert_eq!(pair.selected(), [W, W], "working first, then protection");
        let sent = pair.ends[end].transmit();
        assert_eq!((sent.request, sent.requested), (ApsRequest::SignalFail, 0));
        pair.signal(ms(101), end, P, Normal);
        pair.run(ms(200));
        assert_eq!(pair.selected(), [P, P], "the fail of working is still there");

        let mut pair = Pair::alike(config(OnePlusOneBidirectional));
        pair.signal(ms(10), end, P, Failed);
        pair.signal(ms(20), A, W, Failed);
        pair.command(ms(30), Z, ForcedSwitch);
        pair.run(ms(100));
        assert_eq!(pair.selected(), [W, W], "protection first, then working");
        assert!(matches!(pair.refused[..], [(_, Z, Refused::By(State::SignalFail(P, _)))]));
        pair.signal(ms(101), end, P, Normal);
        pair.run(ms(200));
        assert_eq!(pair.selected(), [P, P]);
    }
}

/// Cases 58 to 60: what is overridden, and what comes back.
//= type=test rfc7347:7.5-forgotten
#[test]
fn commands_and_fails_by_rank() {
    let mut pair = Pair::alike(config(OneToOne));
    pair.command(ms(10), Z, LockoutOfProtection);
    pair.signal(ms(20), A, W, Failed);
    pair.run(ms(50));
    assert_eq!(pair.selected(), [W, W], "lockout over fail of working");
    assert_eq!(pair.states()[A], State::Lockout(Far));
    pair.command(ms(51), Z, Clear);
    pair.run(ms(100));
    assert_eq!(pair.selected(), [P, P], "a condition that was overridden comes back");
    pair.command(ms(101), Z, ForcedSwitch);
    pair.run(ms(150));
    assert_eq!(pair.states(), [State::ForcedSwitch(Far), State::ForcedSwitch(Near)]);
    pair.signal(ms(151), Z, P, Failed);
    pair.run(ms(200));
    assert_eq!(pair.selected(), [W, W], "fail of protection over forced switch");
    pair.signal(ms(201), Z, P, Normal);
    pair.run(ms(250));
    assert_eq!(pair.states()[A], State::SignalFail(W, Near), "and the command is forgotten");
    pair.signal(ms(251), A, W, Normal);
    pair.run(ms(1_000));

    pair.command(ms(1_000), A, ManualSwitch(P));
    pair.run(ms(1_050));
    assert_eq!(pair.states(), [State::ManualSwitch(P, Near), State::ManualSwitch(P, Far)]);
    pair.signal(ms(1_051), Z, W, Failed);
    pair.run(ms(1_100));
    assert_eq!(pair.states(), [State::SignalFail(W, Far), State::SignalFail(W, Near)]);
    pair.signal(ms(1_101), Z, W, Normal);
    pair.run(ms(1_150));
    assert_eq!(pair.states(), [State::WaitToRestore; 2], "not the manual switch");
    pair.command(ms(1_151), Z, Clear);
    pair.run(ms(1_200));
    assert_eq!(pair.states(), [State::NoRequest; 2], "clear ends the wait at both ends");
}

/// Case 61.
#[test]
fn exercise_is_answered_and_moves_nothing() {
    let mut pair = Pair::alike(config(OnePlusOneBidirectional));
    pair.command(ms(10), A, Exercise);
    pair.run(ms(100));
    assert_eq!(pair.ends[Z].transmit().request, ApsRequest::ReverseRequest);
    assert_eq!(pair.selected(), [W, W]);
    pair.command(ms(101), Z, Exercise);
    pair.run(ms(150));
    assert_eq!(pair.states(), [State::Exercise(Near); 2], "both may");
    for second in [160, 151] {
        pair.command(pair.now + ms(1), A, Clear);
        pair.command(pair.now + ms(second - 150), Z, Clear);
        pair.run(pair.now + ms(100));
        assert_eq!(pair.states(), [State::NoRequest; 2], "one after the other, or at once");
        pair.command(pair.now + ms(1), A, Exercise);
        pair.command(pair.now + ms(1), Z, Exercise);
        pair.run(pair.now + ms(100));
        assert_eq!(pair.states(), [State::Exercise(Near); 2]);
    }
    assert_eq!(pair.switches(A).len() + pair.switches(Z).len(), 0);
}

//= type=test rfc7271:10.2-manual-conflict
#[test]
fn commands_at_both_ends_at_the_same_time() {
    for (first, second) in [(ManualSwitch(P), ManualSwitch(W)), (ForcedSwitch, LockoutOfProtection)]
    {
        for (one, other) in [(A, Z), (Z, A)] {
            let mut pair = Pair::alike(config(OneToOne));
            pair.command(ms(10), one, first);
            pair.command(ms(10), other, second);
            pair.run(ms(100));
            assert_eq!(pair.selected(), [W, W], "{first:?} loses against {second:?}");
            pair.command(ms(101), other, Clear);
            pair.run(ms(200));
            assert_eq!(pair.states(), [State::NoRequest; 2], "the loser was cancelled");
        }
    }
    let mut pair = Pair::alike(config(OneToOne));
    pair.command(ms(10), A, ForcedSwitch);
    pair.command(ms(10), Z, ForcedSwitch);
    pair.command(ms(50), A, Clear);
    pair.run(ms(100));
    assert_eq!(
        pair.states(),
        [State::ForcedSwitch(Far), State::ForcedSwitch(Near)],
        "both were valid"
    );
    // First come, first served: by hand to the other entity is refused where by hand is in force.
    let mut pair = Pair::alike(config(OneToOne));
    pair.command(ms(10), A, ManualSwitch(P));
    pair.command(ms(20), Z, ManualSwitch(W));
    pair.run(ms(100));
    assert_eq!(pair.selected(), [P, P]);
    assert_eq!(pair.refused, [(ms(20), Z, Refused::By(State::ManualSwitch(P, Far)))]);
}

/// Case 63, and the same from the two ends.
//= type=test g873.1:8.10-degrade-conflict
#[test]
fn degrade_of_different_entities_at_the_ends() {
    for architecture in BOTH {
        for (working, protection) in [(A, Z), (Z, A)] {
            for (first, second) in [(10, 20), (20, 10), (10, 10)] {
                let mut pair = Pair::alike(config(architecture));
                pair.signal(ms(first), working, W, Degraded);
                pair.signal(ms(second), protection, P, Degraded);
                pair.run(ms(500));
                // First come stays; at the same time the one of protection wins.
                let expected = if first < second { P } else { W };
                assert_eq!(pair.selected(), [expected; 2], "{architecture:?} {first} {second}");
                let moved = pair.switches(A).len().max(pair.switches(Z).len());
                assert!(moved <= 2, "and there it ends");
                pair.signal(ms(501), working, W, Normal);
                pair.run(ms(900));
                assert_eq!(pair.selected(), [W, W]);
                pair.signal(ms(901), protection, P, Normal);
                pair.run(ms(1_500));
                assert_eq!(pair.states(), [State::NoRequest; 2]);
            }
        }
    }
}

/// Case 64.
//= type=test g798:fop-pm
//= type=test rfc7347:bridge-mismatch-action
#[test]
fn different_bridges_are_a_defect_and_nothing_switches() {
    let configs = [config(OneToOne), config(OnePlusOneBidirectional)];
    let mut pair = Pair::new(configs, ms(1));
    pair.signal(ms(10), A, W, Failed);
    pair.command(ms(20), Z, ForcedSwitch);
    pair.run(ms(500));
    for end in [A, Z] {
        let raised = pair.defect(end, ProtectionDefect::ProvisioningMismatch);
        assert_eq!(raised, [(ms(1) + ACCEPT, true)]);
        assert_eq!(pair.defect(end, ProtectionDefect::NoResponse), [], "masked");
    }
    assert_eq!(pair.selected(), [W, W]);
    assert_eq!(pair.refused, [(ms(20), Z, Refused::ProvisioningMismatch)]);
    pair.signal(ms(501), A, P, Failed);
    pair.run(ms(510));
    assert!(!pair.ends[A].has(ProtectionDefect::ProvisioningMismatch), "masked by the fail");
    pair.signal(ms(511), A, P, Normal);
    pair.run(ms(600));
    assert!(pair.ends[A].has(ProtectionDefect::ProvisioningMismatch));
}

/// Case 69.
//= type=test rfc7347:mismatch-direction
#[test]
fn a_far_end_that_is_unidirectional_is_left_alone() {
    let configs = [config(OnePlusOneBidirectional), config(OnePlusOneUnidirectional)];
    let mut pair = Pair::new(configs, ms(1));
    assert!(pair.ends[A].is_bidirectional(), "until the far end was heard");
    pair.signal(ms(10), A, W, Failed);
    pair.signal(ms(60), A, W, Normal);
    pair.run(ms(100));
    assert_eq!((pair.ends[A].is_bidirectional(), pair.selected()), (false, [P, W]));
    pair.run(ms(1_000));
    assert_eq!(pair.switches(A), [(ms(10), P), (ms(260), W)]);
    assert_eq!(pair.defect(A, ProtectionDefect::NoResponse), []);
}

/// Case 65, with 50 ms.
//= type=test g798:fop-nr
#[test]
fn a_far_end_that_does_not_follow_is_reported() {
    let mut pair = Pair::alike(config(OnePlusOneBidirectional));
    pair.run(ms(5));
    pair.disconnect();
    pair.command(ms(10), A, ForcedSwitch);
    pair.run(ms(59));
    assert_eq!(pair.defect(A, ProtectionDefect::NoResponse), []);
    pair.run(ms(1_000));
    assert_eq!(pair.defect(A, ProtectionDefect::NoResponse), [(ms(60), true)]);
    assert_eq!(pair.selected(), [P, W], "and protection goes on");
    pair.command(ms(1_001), A, Clear);
    pair.run(ms(2_000));
    assert_eq!(pair.defect(A, ProtectionDefect::NoResponse)[1..], [(ms(1_001), false)]);

    // An answer that takes 49 ms there and back is one.
    let delay = ms(24);
    let mut pair = Pair::new([config(OnePlusOneBidirectional); 2], delay);
    pair.run(ms(50));
    pair.command(ms(60), A, ForcedSwitch);
    pair.run(ms(500));
    assert_eq!((pair.selected(), pair.defect(A, ProtectionDefect::NoResponse)), ([P, P], vec![]));
}

/// Cases 79 and 66: the word of the far end is stale after a fail of protection.
//= type=test rfc8234:4.3-stale-word
//= type=test g873.1:8.2-signal-fail
#[test]
fn a_word_from_before_a_fail_of_protection_does_not_count() {
    let mut pair = Pair::alike(config(OneToOne));
    pair.command(ms(10), Z, ForcedSwitch);
    pair.run(ms(50));
    assert_eq!(pair.selected(), [P, P]);
    // Z is told by A's word, and forgets its command.
    pair.signal(ms(51), A, P, Failed);
    pair.run(ms(100));
    assert_eq!(pair.states(), [State::SignalFail(P, Near), State::SignalFail(P, Far)]);
    pair.signal(ms(101), A, P, Normal);
    pair.run(ms(101));
    assert_eq!(pair.states()[A], State::NoRequest, "not the forced switch heard before");
    pair.run(ms(200));
    assert_eq!((pair.states(), pair.selected()), ([State::NoRequest; 2], [W, W]));
}

/// A command that was taken back before it was accepted anywhere, with the ends on protection.
//= type=test rfc7271:11-missed-word
#[test]
fn words_too_short_to_be_accepted_do_not_keep_the_ends_apart() {
    let mut pair =
        Pair::alike(ProtectionConfig { revertive: false, ..config(OnePlusOneBidirectional) });
    pair.signal(ms(10), A, W, Failed);
    pair.signal(ms(20), A, W, Normal);
    pair.run(ms(100));
    assert_eq!(pair.states(), [State::DoNotRevert; 2]);
    pair.command(ms(101), A, ManualSwitch(W));
    pair.command(ms(102), A, Clear);
    pair.run(ms(500));
    assert_eq!(pair.selected()[A], pair.selected()[Z]);
    assert_eq!(pair.defect(A, ProtectionDefect::NoResponse), []);
}
