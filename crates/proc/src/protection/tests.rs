//! The state tables against the fact sheet, and the whole machine in every state.

use super::*;
use crate::aps::{ApsLevel, ApsRequest, ApsWord};
use otn_frame::SimTime;
use request::FarRequest;
use state::Facts;
use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use Architecture::{OnePlusOneBidirectional, OnePlusOneUnidirectional, OneToOne};
use End::{Far, Near};
use Entity::{Protection as P, Working as W};
use ProtectionRequest as Request;
use ProtectionState as State;

const TABLES: &str = include_str!("state_tables.txt");

/// The cells of one of the tables: by state, by request.
fn table(name: &str) -> BTreeMap<(String, String), String> {
    let mut lines = TABLES.lines().skip_while(|line| line.split_whitespace().next() != Some(name));
    let heads: Vec<&str> = lines.next().unwrap().split_whitespace().skip(1).collect();
    let mut cells = BTreeMap::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let state = words.next().unwrap();
        for (head, cell) in heads.iter().zip(words.by_ref()) {
            cells.insert((state.to_string(), head.to_string()), cell.to_string());
        }
        assert_eq!(words.next(), None, "{line}");
    }
    assert_eq!(cells.len(), 21 * heads.len());
    cells
}

/// The codes of the file.
fn code(request: Request) -> &'static str {
    match request {
        Request::Lockout => "LO",
        Request::SignalFail(P) => "SFP",
        Request::SignalFail(W) => "SFW",
        Request::ForcedSwitch => "FS",
        Request::SignalDegrade(P) => "SDP",
        Request::SignalDegrade(W) => "SDW",
        Request::ManualSwitch(W) => "MSW",
        Request::ManualSwitch(P) => "MSP",
        Request::WaitToRestore => "WTR",
        Request::Exercise => "EX",
        Request::ReverseRequest => "RR",
        Request::DoNotRevert => "DNR",
        Request::NoRequest => "NR",
    }
}

fn state_code(state: State) -> String {
    match (state, state.end()) {
        (State::NoRequest, _) => "N".to_string(),
        (_, Some(Near)) => format!("{}.l", code(state.request())),
        (_, Some(Far)) => format!("{}.r", code(state.request())),
        (_, None) => code(state.request()).to_string(),
    }
}

//= type=test rfc7271:11-local
//= type=test rfc7271:protection-fail-rank
#[test]
fn every_cell_of_the_local_table_is_that_of_the_sheet() {
    let table = table("local");
    for state in State::ALL {
        for request in Request::ALL {
            let next = state_code(state::local(state, request));
            let here = state_code(state);
            // WTR, RR, DNR and NR are not requests of an operator or of a signal.
            let cell = table.get(&(here.clone(), code(request).to_string()));
            let expected = cell.map_or("-", String::as_str);
            let expected = if expected == "-" { here.as_str() } else { expected };
            assert_eq!(next, expected, "{state} with {request}");
        }
    }
}

//= type=test rfc7271:11-far
#[test]
fn every_cell_of_the_far_table_is_that_of_the_sheet() {
    let table = table("far");
    let both = [false, true];
    let facts = both
        .into_iter()
        .flat_map(|revertive| both.into_iter().map(move |waits| Facts { revertive, waits }));
    let cases: Vec<(Facts, Entity)> =
        facts.flat_map(|facts| Entity::ALL.map(|traffic| (facts, traffic))).collect();
    for state in State::ALL {
        for request in Request::ALL {
            let here = state_code(state);
            let cell = table[&(here.clone(), code(request).to_string())].as_str();
            for &(facts, traffic) in &cases {
                let expected = match cell {
                    "-" => here.as_str(),
                    "BACK" if traffic == W => "N",
                    "BACK" if facts.revertive => "WTR",
                    "BACK" => "DNR",
                    "TIMER" if facts.waits => here.as_str(),
                    "TIMER" => "N",
                    other => match (other.strip_prefix("A>"), other.strip_prefix("B>")) {
                        (Some(next), _) if traffic == P => next,
                        (_, Some(next)) if traffic == W => next,
                        (None, None) => other,
                        _ => here.as_str(),
                    },
                };
                let next = state::far(state, FarRequest { request, traffic }, facts);
                assert_eq!(state_code(next), expected, "{state} with {request}, {facts:?}");
            }
        }
    }
}

//= type=test g873.1:9-priority
//= type=test rfc7271:protection-fail-rank
#[test]
fn ranks_are_those_of_the_sheet() {
    // Section 10.3, the highest first; equal ranks in one string.
    let rows = ["LO", "SFP", "FS", "SFW", "SDP SDW", "MSW MSP", "WTR", "EX", "RR", "DNR", "NR"];
    for (index, row) in rows.into_iter().enumerate() {
        for name in row.split(' ') {
            let request = Request::ALL.into_iter().find(|one| code(*one) == name).unwrap();
            assert_eq!(usize::from(request.rank()), rows.len() - 1 - index, "{request}");
        }
    }
}

pub(super) fn group(architecture: Architecture, revertive: bool) -> Protection {
    let (monitoring, level) = (Monitoring::Inherent, ApsLevel::Server);
    let config = ProtectionConfig::new(architecture, monitoring, level);
    Protection::new(ProtectionConfig { revertive, ..config }).unwrap()
}

/// The word of a far end that is provisioned as `near` is.
fn word(near: &Protection, request: ApsRequest, requested: u8, bridged: u8) -> ApsWord {
    let bridged = if near.bridged() == Bridge::Both { 1 } else { bridged };
    ApsWord { request, requested, bridged, ..near.transmit() }
}

/// An input of the machine.
#[derive(Clone, Copy)]
enum Input {
    Signal(Entity, Signal),
    Command(ExternalCommand),
    /// Request, requested signal, bridged signal where the bridge is selective.
    Far(ApsRequest, u8, u8),
}

fn apply(group: &mut Protection, input: Input) {
    let now = SimTime::from_ms(1);
    match input {
        Input::Signal(entity, signal) => group.signal(now, entity, signal),
        Input::Command(command) => group.command(now, command).unwrap(),
        Input::Far(request, requested, bridged) => {
            let word = word(group, request, requested, bridged);
            group.received(now, Some(word));
        }
    }
}

/// The way to a state from rest; what is sent in it: the request, the signal on which it stands, and
/// the signal on protection (fact sheet 10.6, last paragraph).
type Way = (Vec<Input>, State, ApsRequest, u8, u8);

/// How each state is reached, and some of them once more.
fn ways() -> Vec<Way> {
    let mut ways = ways_of_this_end();
    ways.extend(ways_of_the_far_end());
    ways.extend(ways_beside());
    ways
}

fn ways_of_this_end() -> Vec<Way> {
    use ApsRequest as Code;
    use ExternalCommand::{Exercise, ForcedSwitch, LockoutOfProtection, ManualSwitch};
    use Signal::{Degraded, Failed, Normal};
    let rest = || Input::Far(Code::NoRequest, 0, 0);
    let command = |command| vec![Input::Command(command)];
    let signal = |entity, signal| vec![rest(), Input::Signal(entity, signal)];
    let mut recovered = signal(W, Failed);
    recovered.extend([Input::Far(Code::NoRequest, 1, 1), Input::Signal(W, Normal)]);
    let (fail, degrade) = (Code::SignalFail, Code::SignalDegrade);
    vec![
        (vec![rest()], State::NoRequest, Code::NoRequest, 0, 0),
        (command(LockoutOfProtection), State::Lockout(Near), Code::Lockout, 0, 0),
        (signal(P, Failed), State::SignalFail(P, Near), fail, 0, 0),
        (signal(P, Degraded), State::SignalDegrade(P, Near), degrade, 0, 0),
        (signal(W, Failed), State::SignalFail(W, Near), fail, 1, 1),
        (signal(W, Degraded), State::SignalDegrade(W, Near), degrade, 1, 1),
        (command(ForcedSwitch), State::ForcedSwitch(Near), Code::ForcedSwitch, 1, 1),
        (command(ManualSwitch(W)), State::ManualSwitch(W, Near), Code::ManualSwitch, 0, 0),
        (command(ManualSwitch(P)), State::ManualSwitch(P, Near), Code::ManualSwitch, 1, 1),
        (recovered, State::WaitToRestore, Code::WaitToRestore, 1, 1),
        (command(Exercise), State::Exercise(Near), Code::Exercise, 0, 0),
    ]
}

fn ways_of_the_far_end() -> Vec<Way> {
    use ApsRequest as Code;
    let heard = |code, signal| vec![Input::Far(code, signal, signal)];
    let (fail, degrade) = (Code::SignalFail, Code::SignalDegrade);
    let (manual, none) = (Code::ManualSwitch, Code::NoRequest);
    vec![
        (heard(Code::Lockout, 0), State::Lockout(Far), none, 0, 0),
        (heard(fail, 0), State::SignalFail(P, Far), none, 0, 0),
        (heard(degrade, 0), State::SignalDegrade(P, Far), none, 0, 0),
        (heard(fail, 1), State::SignalFail(W, Far), none, 1, 1),
        (heard(degrade, 1), State::SignalDegrade(W, Far), none, 1, 1),
        (heard(Code::ForcedSwitch, 1), State::ForcedSwitch(Far), none, 1, 1),
        (heard(manual, 0), State::ManualSwitch(W, Far), none, 0, 0),
        (heard(manual, 1), State::ManualSwitch(P, Far), none, 1, 1),
        (heard(Code::DoNotRevert, 1), State::DoNotRevert, Code::DoNotRevert, 1, 1),
        (heard(Code::Exercise, 0), State::Exercise(Far), Code::ReverseRequest, 0, 0),
    ]
}

/// Exercise where traffic does not return, the follower of a wait, and own requests that are lower
/// than the far end's: they are sent all the same.
fn ways_beside() -> Vec<Way> {
    use ApsRequest as Code;
    let heard = |code, signal| Input::Far(code, signal, signal);
    let (stay, fail) = (heard(Code::DoNotRevert, 1), Input::Signal(W, Signal::Failed));
    let degrade = Input::Signal(P, Signal::Degraded);
    let exercise = Input::Command(ExternalCommand::Exercise);
    let waiting = vec![heard(Code::SignalFail, 1), heard(Code::WaitToRestore, 1)];
    let locked = vec![heard(Code::Lockout, 0), fail];
    let forced = vec![heard(Code::ForcedSwitch, 1), degrade];
    let answers = vec![stay, heard(Code::Exercise, 1)];
    vec![
        (vec![stay, exercise], State::Exercise(Near), Code::Exercise, 1, 1),
        (answers, State::Exercise(Far), Code::ReverseRequest, 1, 1),
        (waiting, State::WaitToRestore, Code::NoRequest, 1, 1),
        (locked, State::Lockout(Far), Code::SignalFail, 1, 0),
        (forced, State::ForcedSwitch(Far), Code::SignalDegrade, 0, 1),
    ]
}

//= type=test rfc7271:11-sent
//= type=test g873.1:9-flags
//= type=test g873.1:9-requested-signal
//= type=test g873.1:9-bridged-signal
//= type=test g873.1:8.7-bridge
//= type=test g873.1:8.8-selector
#[test]
fn every_state_is_reached_and_sends_the_word_of_the_sheet() {
    let mut reached = Vec::new();
    for architecture in [OnePlusOneBidirectional, OneToOne] {
        for (way, state, request, requested, on_protection) in ways() {
            let mut group = group(architecture, true);
            way.into_iter().for_each(|input| apply(&mut group, input));
            assert_eq!(group.state(), state, "{architecture:?}");
            let selected = if on_protection == 1 { P } else { W };
            assert_eq!(group.selected(), selected, "{state}");
            let one_to_one = architecture == OneToOne;
            let expected = ApsWord {
                request,
                channel: true,
                selective_bridge: one_to_one,
                bidirectional: true,
                revertive: true,
                requested,
                bridged: if one_to_one { on_protection } else { 1 },
                reserved: 0,
            };
            assert_eq!(group.transmit(), expected, "{state}");
            let bridge = if one_to_one { Bridge::Only(selected) } else { Bridge::Both };
            assert_eq!(group.bridged(), bridge);
            reached.push(state);
        }
    }
    assert!(State::ALL.iter().all(|state| reached.contains(state)));
}

/// Each command in each state, and who refuses it.
//= type=test rfc7347:7.5-command-acceptance
//= type=test rfc7347:7.5-forgotten
#[test]
fn commands_are_taken_where_the_table_leads_to_them_and_refused_elsewhere() {
    use ExternalCommand::{Exercise, ForcedSwitch, LockoutOfProtection, ManualSwitch};
    let table = table("local");
    for (way, state, ..) in ways() {
        let commands = [
            (LockoutOfProtection, Request::Lockout),
            (ForcedSwitch, Request::ForcedSwitch),
            (ManualSwitch(W), Request::ManualSwitch(W)),
            (ManualSwitch(P), Request::ManualSwitch(P)),
            (Exercise, Request::Exercise),
        ];
        for (command, request) in commands {
            let mut group = group(OnePlusOneBidirectional, true);
            way.iter().for_each(|input| apply(&mut group, *input));
            let cell = &table[&(state_code(state), code(request).to_string())];
            let taken = group.command(SimTime::from_ms(2), command);
            // The table does not know that a far end of higher rank is in force already.
            let allowed = cell != "-" && request.rank() >= state.request().rank();
            if allowed {
                assert_eq!((taken, group.state().request()), (Ok(()), request), "{state}");
            } else {
                assert_eq!((taken, group.state()), (Err(Refused::By(state)), state), "{request}");
            }
        }
    }
}

//= type=test rfc7347:clear
#[test]
fn clear_is_for_commands_of_this_end_and_its_wait_to_restore() {
    let mut cleared = Vec::new();
    for (way, state, request, ..) in ways() {
        let mut group = group(OnePlusOneBidirectional, true);
        way.into_iter().for_each(|input| apply(&mut group, input));
        match group.command(SimTime::from_ms(2), ExternalCommand::Clear) {
            Ok(()) => cleared.push((state, group.state(), group.transmit().request)),
            Err(refused) => assert_eq!((refused, request), (Refused::NothingToClear, request)),
        }
    }
    let (none, nr) = (State::NoRequest, ApsRequest::NoRequest);
    let expected = [
        (State::Lockout(Near), none, nr),
        (State::ForcedSwitch(Near), none, nr),
        (State::ManualSwitch(W, Near), none, nr),
        (State::ManualSwitch(P, Near), none, nr),
        (State::WaitToRestore, State::WaitToRestore, nr),
        (State::Exercise(Near), none, nr),
        // The far end does not revert and still says so.
        (State::Exercise(Near), State::DoNotRevert, ApsRequest::DoNotRevert),
    ];
    assert_eq!(cleared, expected);
}

//= type=test g873.1:9-requested-signal
//= type=test g873.1:9-invalid-codes
#[test]
fn words_without_meaning_here_change_nothing() {
    let mut group = group(OneToOne, true);
    apply(&mut group, Input::Far(ApsRequest::ForcedSwitch, 1, 1));
    for (request, requested) in [
        (ApsRequest::Other(3), 0),
        (ApsRequest::NoRequest, 2),
        (ApsRequest::Lockout, 255),
        (ApsRequest::Other(13), 1),
    ] {
        apply(&mut group, Input::Far(request, requested, 0));
        assert_eq!(group.state(), State::ForcedSwitch(Far));
    }
    group.received(SimTime::from_ms(1), None);
    assert_eq!(group.state(), State::ForcedSwitch(Far), "no word: the last one stays");
}

//= type=test rfc7347:8.1-local-priority
//= type=test rfc7347:8.3-degrade-of-both
#[test]
fn degrade_of_both_entities_does_not_move_traffic() {
    for first in Entity::ALL {
        let mut group = group(OnePlusOneUnidirectional, true);
        let ms = SimTime::from_ms;
        group.signal(ms(1), first, Signal::Degraded);
        let selected = group.selected();
        assert_eq!(selected, first.other());
        group.signal(ms(2), first.other(), Signal::Degraded);
        assert_eq!(group.selected(), selected);
        group.signal(ms(3), selected, Signal::Failed);
        assert_eq!(group.selected(), selected.other(), "fail ranks above degrade");
        group.signal(ms(4), selected, Signal::Degraded);
        assert_eq!(group.selected(), selected.other(), "now the other one is on standby");
    }
}

//= type=test rfc7271:11-cleared
//= type=test rfc7271:11-wait-starts
#[test]
fn a_group_that_does_not_revert_stays_where_it_is() {
    use ExternalCommand::{Clear, ForcedSwitch, ManualSwitch};
    let ms = SimTime::from_ms;
    let mut group = group(OnePlusOneUnidirectional, false);
    group.signal(ms(1), W, Signal::Failed);
    group.signal(ms(2), W, Signal::Normal);
    assert_eq!((group.state(), group.selected()), (State::DoNotRevert, P));
    assert_eq!(group.next_deadline(), None);
    group.command(ms(3), ManualSwitch(W)).unwrap();
    group.command(ms(4), Clear).unwrap();
    assert_eq!((group.state(), group.selected()), (State::NoRequest, W));
    group.command(ms(5), ForcedSwitch).unwrap();
    group.command(ms(6), Clear).unwrap();
    assert_eq!(group.state(), State::DoNotRevert);
    group.signal(ms(7), P, Signal::Failed);
    group.signal(ms(8), P, Signal::Normal);
    assert_eq!((group.state(), group.selected()), (State::NoRequest, W));
}

//= type=test rfc8234:4.1-restart
#[test]
fn a_restarted_group_waits_for_the_far_end() {
    let ms = SimTime::from_ms;
    for revertive in [true, false] {
        let config = *group(OneToOne, revertive).config();
        let mut group = Protection::restarted(ms(5), config, P).unwrap();
        let rest = if revertive { State::WaitToRestore } else { State::DoNotRevert };
        group.signal(ms(6), P, Signal::Normal);
        assert_eq!((group.state(), group.selected()), (rest, P));
        let sent = if revertive { ApsRequest::NoRequest } else { ApsRequest::DoNotRevert };
        assert_eq!((group.transmit().request, group.transmit().requested), (sent, 1));
        group.signal(ms(7), P, Signal::Degraded);
        assert_eq!(group.state(), rest, "degrade counts once the far end was heard");
        assert_eq!(group.counts(ms(9)).on_protection, ms(4));
        let word = word(&group, ApsRequest::NoRequest, 0, 0);
        group.received(ms(10), Some(word));
        assert_eq!((group.state(), group.selected()), (State::SignalDegrade(P, Near), W));
    }
}

//= type=test rfc7271:11.3-unidirectional
#[test]
fn unidirectional_groups_do_not_listen() {
    let mut group = group(OnePlusOneUnidirectional, true);
    for request in [ApsRequest::ForcedSwitch, ApsRequest::SignalFail, ApsRequest::DoNotRevert] {
        apply(&mut group, Input::Far(request, 1, 1));
        assert_eq!((group.state(), group.selected()), (State::NoRequest, W));
    }
    assert_eq!(
        group.command(SimTime::from_ms(1), ExternalCommand::Exercise),
        Err(Refused::NoChannel)
    );
    group.signal(SimTime::from_ms(2), W, Signal::Failed);
    let sent = group.transmit();
    assert_eq!((sent.request, sent.channel), (ApsRequest::NoRequest, false));
    assert_eq!(sent.octets()[0], 0x01, "no request, A B D are 0, revertive");
}

#[test]
fn degrade_that_is_not_to_switch_does_not() {
    let config = *group(OnePlusOneUnidirectional, true).config();
    let mut group = Protection::new(ProtectionConfig { sd_enabled: false, ..config }).unwrap();
    group.signal(SimTime::from_ms(1), W, Signal::Degraded);
    assert_eq!(group.state(), State::NoRequest);
    group.signal(SimTime::from_ms(2), W, Signal::Failed);
    assert_eq!(group.selected(), P);
}

#[test]
fn changes_and_counts_carry_their_times() {
    let ms = SimTime::from_ms;
    let config = *group(OnePlusOneUnidirectional, true).config();
    let config = ProtectionConfig { hold_off: ms(20), wait_to_restore: ms(100), ..config };
    let mut group = Protection::new(config).unwrap();
    group.command(ms(1), ExternalCommand::ManualSwitch(P)).unwrap();
    group.command(ms(3), ExternalCommand::Clear).unwrap();
    group.command(ms(4), ExternalCommand::ManualSwitch(W)).unwrap();
    group.signal(ms(10), W, Signal::Failed);
    assert_eq!((group.counts_as(W), group.next_deadline()), (Signal::Normal, Some(ms(30))));
    group.signal(ms(50), W, Signal::Normal);
    assert_eq!(group.next_deadline(), Some(ms(150)));
    assert_eq!(group.counts(ms(60)).on_protection, ms(2 + 30));
    group.wait(ms(500));
    let fail = State::SignalFail(W, Near);
    let manual = State::ManualSwitch(P, Near);
    let back = State::ManualSwitch(W, Near);
    let request = |at, from, to| (at, ProtectionChange::RequestChanged { from, to });
    let switched = |at, from: Entity, reason| {
        (at, ProtectionChange::Switched { from, to: from.other(), reason })
    };
    let expected = [
        request(1, State::NoRequest, manual),
        switched(1, W, manual),
        request(3, manual, State::NoRequest),
        switched(3, P, State::NoRequest),
        request(4, State::NoRequest, back),
        (30, ProtectionChange::CommandDropped(Request::ManualSwitch(W))),
        request(30, back, fail),
        switched(30, W, fail),
        request(50, fail, State::WaitToRestore),
        request(150, State::WaitToRestore, State::NoRequest),
        switched(150, P, State::NoRequest),
    ]
    .map(|(at, change)| ProtectionEvent { at: ms(at), change });
    let events: Vec<_> = core::iter::from_fn(|| group.next_event()).collect();
    assert_eq!(events, expected);
    let counts = ProtectionCounts { switches: 4, on_protection: ms(2 + 120) };
    assert_eq!(group.counts(ms(1_000)), counts);
}
