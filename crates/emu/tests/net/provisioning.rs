//! Cascades where two ends are told different things: payload type, slots, the kind of an ODUj; and loopbacks.
//!
//! The network is A - B - C with 50 us and 100 us on the lines, and an ODU1 from A to C.

use otn_emu::net::model::Action;
use otn_frame::overhead::PayloadType;
use otn_frame::{Signal, SimTime};
use otn_map::odtu::{Content, Odtu, SlotSet};

use crate::build::{Build, us};
use crate::table::compare;
use crate::tandem::domained;

fn chain(duration: SimTime) -> Build {
    domained(Signal::Odu1, &[], duration)
}

fn check(name: &str, build: &Build) {
    compare(name, &build.finished(), &build.run());
}

fn types(
    end: usize,
    sends: Option<Option<PayloadType>>,
    expects: Option<Option<PayloadType>>,
) -> Action {
    Action::PayloadType { service: 0, end, sends, expects }
}

//= type=test g798:6.2.4.1-plm
#[test]
fn payload_type_of_another_client_sent() {
    let mut build = chain(us(120_000));
    build.at(us(10_000), types(0, Some(Some(PayloadType(0x07))), None));
    build.at(us(60_000), types(0, Some(None), None));
    check("payload_type_sent.txt", &build);
}

#[test]
fn payload_type_of_another_client_expected() {
    let mut build = chain(us(100_000));
    build.at(us(40_000), types(1, None, Some(Some(PayloadType(0x07)))));
    build.at(us(70_000), types(1, None, Some(None)));
    check("payload_type_expected.txt", &build);
}

/// Both ends were told different things from the beginning: a network with an alarm.
#[test]
fn payload_types_that_differ_from_the_beginning() {
    let mut build = chain(us(60_000));
    build.plan.services[0].supervision.payload_types[1].expected = Some(PayloadType(0x07));
    check("payload_type_differs.txt", &build);
}

fn own(build: &Build) -> Content {
    build.plan.lines[0].tributaries[0].content.unwrap()
}

//= type=test g798:6.2.9.1-msim
#[test]
fn tributary_port_of_another_number_sent() {
    let mut build = chain(us(50_000));
    let content = own(&build);
    let slots = |content| Action::Slots {
        line: 0,
        end: 0,
        tributary: 0,
        sends: Some(content),
        expects: None,
    };
    build.at(us(10_000), slots(Content { port: 3, ..content }));
    build.at(us(26_000), slots(content));
    check("msi_sent.txt", &build);
}

#[test]
fn tributary_port_of_another_number_expected() {
    let mut build = chain(us(40_000));
    let content = own(&build);
    let slots = |content| Action::Slots {
        line: 0,
        end: 1,
        tributary: 0,
        sends: None,
        expects: Some(content),
    };
    build.at(us(18_000), slots(Content { port: 3, ..content }));
    build.at(us(28_000), slots(content));
    check("msi_expected.txt", &build);
}

/// The port at B is told that an ODU0 comes: an ODTU2.1 in one slot in the place of the ODTU12 in two.
#[test]
fn tributary_of_another_rate() {
    let mut build = chain(us(50_000));
    let content = own(&build);
    let both = |content| Action::Slots {
        line: 0,
        end: 1,
        tributary: 0,
        sends: Some(content),
        expects: Some(content),
    };
    let set = SlotSet::new(content.set.first()).unwrap();
    build.at(us(10_000), both(Content { kind: Odtu::Ts, port: 1, set }));
    build.at(us(26_000), both(content));
    check("rate.txt", &build);
}

#[test]
fn terminal_loopback() {
    let mut build = chain(us(25_000));
    build.at(us(10_000), Action::TerminalLoopback { service: 0, end: 1, on: true });
    build.at(us(16_000), Action::TerminalLoopback { service: 0, end: 1, on: false });
    check("terminal_loopback.txt", &build);
}
